//! Findings: pages, facets, one in full, decisions about many.

use docket_domain::page::SelectionCount;
use docket_domain::query::{self, Field};
use docket_domain::{
    Application, ApplicationId, Facet, FacetValue, FindingDetail, FindingId, FindingPage, PageStart, Problem,
    ProposalId, RawRecord, Reason, Selection, Severity, Sort, Status,
};
use docket_store::{self as store, Tx};

use crate::engine::Engine;
use crate::events::JobListener;
use crate::many::Many;

/// A completion of a query: what it inserts, how it is shown, and the bytes that it replaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryCompletion {
    /// Text that replaces `from..to`.
    pub insert: String,
    /// Shown.
    pub label: String,
    /// Shown beside it.
    pub note: Option<String>,
    /// Begin (bytes).
    pub from: usize,
    /// End (bytes).
    pub to: usize,
}

/// How many values of an open field are offered.
const VALUES: u32 = 20;

impl Engine {
    /// All applications by name.
    pub async fn application_list(&self) -> Result<Vec<Application>, Problem> {
        self.read(store::applications::list).await
    }

    /// One application.
    pub async fn application_show(&self, id: ApplicationId) -> Result<Application, Problem> {
        self.read(move |r| store::applications::show(r, id)).await
    }

    /// The application of this name.
    pub async fn application_find(&self, name: &str) -> Result<Option<Application>, Problem> {
        let name = name.to_owned();
        self.read(move |r| store::applications::find(r, &name)).await
    }

    /// Adds an application.
    pub async fn application_add(&self, name: &str) -> Result<Application, Problem> {
        let name = name.to_owned();
        let application = self.write(move |tx| store::applications::add(tx, &name)).await?;
        self.changed(&["Applications"]);
        Ok(application)
    }

    /// Gives an application another name.
    pub async fn application_rename(&self, id: ApplicationId, name: &str) -> Result<Application, Problem> {
        let name = name.to_owned();
        let application = self.write(move |tx| store::applications::rename(tx, id, &name)).await?;
        self.changed(&["Applications", "Findings"]);
        Ok(application)
    }

    /// Removes an application with its findings and imports; returns how many findings went. For very
    /// many it is a job.
    pub async fn application_remove(&self, id: ApplicationId, listener: JobListener) -> Result<u64, Problem> {
        let one = self.application_show(id).await?;
        let many = Many {
            kind: "application_remove",
            title: format!("Removing «{}»", one.name),
            size: one.findings,
        };
        let count = self.change_many(many, listener, move |tx| store::applications::remove(tx, id)).await?;
        self.changed(&["Applications", "Findings", "Imports", "Mappings", "Issues"]);
        Ok(count)
    }

    /// A page of what a query matches.
    pub async fn finding_page(
        &self,
        text: &str,
        application: Option<ApplicationId>,
        sort: Vec<Sort>,
        start: PageStart,
        limit: u32,
    ) -> Result<FindingPage, Problem> {
        let query = store::findings::parse(text)?;
        self.read(move |r| store::findings::page(r, &query, application, &sort, &start, limit)).await
    }

    /// Holds in memory what findings are filtered, counted and ordered by, some two hundred bytes for each
    /// of them: for a process that is asked again and again.
    pub fn keep_findings_at_hand(&self) {
        if let Err(problem) = self.0.store.keep_columns() {
            tracing::warn!(?problem, "findings are not kept at hand; the database is asked each time");
        }
    }

    /// Every facet's values with their counts.
    pub async fn finding_facets(
        &self,
        text: &str,
        application: Option<ApplicationId>,
    ) -> Result<Vec<FacetValue>, Problem> {
        let query = store::findings::parse(text)?;
        self.read(move |r| store::findings::facets(r, &query, application)).await
    }

    /// Everything about one finding.
    pub async fn finding_detail(&self, id: FindingId) -> Result<FindingDetail, Problem> {
        self.read(move |r| store::findings::detail(r, id)).await
    }

    /// What a finding was made of, as its report had it; none when that is not kept.
    pub async fn finding_raw(&self, id: FindingId) -> Result<Option<RawRecord>, Problem> {
        self.read(move |r| store::raw::of(r, id)).await
    }

    /// A selection in numbers.
    pub async fn finding_count(&self, selection: Selection) -> Result<SelectionCount, Problem> {
        self.read(move |r| store::findings::selection_count(r, &selection)).await
    }

    /// Sets status and reason of every selected finding; how many changed. For very many it is a job,
    /// see [`Engine::change_many`].
    pub async fn finding_assess(
        &self,
        selection: Selection,
        status: Status,
        reason: Option<Reason>,
        comment: Option<String>,
        listener: JobListener,
    ) -> Result<u64, Problem> {
        let author = self.author().await?;
        let many = self.about("finding_assess", "Setting the status of findings", &selection).await?;
        let work = move |tx: &Tx<'_>| {
            store::findings::assess(tx, &selection, status, reason, comment.as_deref(), author.as_deref())
        };
        let count = self.change_many(many, listener, work).await?;
        self.changed(&["Findings", "Applications"]);
        Ok(count)
    }

    /// Sets the severity by hand, or gives the report's back; how many changed. For very many it is a
    /// job.
    pub async fn finding_set_severity(
        &self,
        selection: Selection,
        severity: Option<Severity>,
        comment: Option<String>,
        listener: JobListener,
    ) -> Result<u64, Problem> {
        let author = self.author().await?;
        let many = self.about("finding_set_severity", "Setting the severity of findings", &selection).await?;
        let work = move |tx: &Tx<'_>| {
            store::findings::set_severity(tx, &selection, severity, comment.as_deref(), author.as_deref())
        };
        let count = self.change_many(many, listener, work).await?;
        self.changed(&["Findings"]);
        Ok(count)
    }

    /// Adds a comment to every selected finding; how many. For very many it is a job.
    pub async fn finding_comment(
        &self,
        selection: Selection,
        text: String,
        listener: JobListener,
    ) -> Result<u64, Problem> {
        let author = self.author().await?;
        let many = self.about("finding_comment", "Commenting on findings", &selection).await?;
        let work = move |tx: &Tx<'_>| store::findings::comment(tx, &selection, &text, author.as_deref());
        let count = self.change_many(many, listener, work).await?;
        self.changed(&["Findings"]);
        Ok(count)
    }

    /// Moves findings to another application; how many moved. For very many it is a job.
    pub async fn finding_move(
        &self,
        selection: Selection,
        application: ApplicationId,
        listener: JobListener,
    ) -> Result<u64, Problem> {
        let author = self.author().await?;
        let many = self.about("finding_move", "Moving findings", &selection).await?;
        let work =
            move |tx: &Tx<'_>| store::findings::move_to(tx, &selection, application, author.as_deref());
        let count = self.change_many(many, listener, work).await?;
        self.changed(&["Findings", "Applications"]);
        Ok(count)
    }

    async fn about(&self, kind: &'static str, title: &str, selection: &Selection) -> Result<Many, Problem> {
        Ok(Many { kind, title: title.to_owned(), size: self.size_of(selection).await? })
    }

    /// Takes a triage proposal over, or turns it down; 0 when it was settled before.
    pub async fn proposal_settle(
        &self,
        id: ProposalId,
        accept: bool,
        comment: Option<String>,
    ) -> Result<u64, Problem> {
        let author = self.author().await?;
        let settled = self
            .write(move |tx| {
                if accept {
                    store::proposals::accept(tx, id, comment.as_deref(), author.as_deref())
                } else {
                    store::proposals::dismiss(tx, id, author.as_deref())
                }
            })
            .await?;
        self.changed(&["Findings", "Applications"]);
        Ok(u64::from(settled))
    }

    /// Takes over what is suggested about each selected finding, or turns all of it down; about how many
    /// findings it was. Suggestions that do not hold any more are not taken over. For very many it is a
    /// job.
    pub async fn proposals_settle(
        &self,
        selection: Selection,
        accept: bool,
        listener: JobListener,
    ) -> Result<u64, Problem> {
        let author = self.author().await?;
        let many = self.about("proposals_settle", "Answering suggestions", &selection).await?;
        let work = move |tx: &Tx<'_>| store::proposals::settle_all(tx, &selection, accept, author.as_deref());
        let count = self.change_many(many, listener, work).await?;
        self.changed(&["Findings", "Applications"]);
        Ok(count)
    }

    /// Ways in which a query could go on at the caret (bytes).
    pub async fn query_complete(&self, text: &str, caret: usize) -> Result<Vec<QueryCompletion>, Problem> {
        let found = query::complete(text, caret);
        let mut out: Vec<QueryCompletion> = found
            .items
            .into_iter()
            .map(|item| QueryCompletion {
                insert: item.insert,
                label: item.label,
                note: item.note,
                from: found.from,
                to: found.to,
            })
            .collect();
        if let Some(wanted) = found.wanted {
            let (field, prefix): (Field, String) = (wanted.field, wanted.prefix);
            let values = self.read(move |r| store::findings::values(r, field, &prefix, VALUES)).await?;
            out.extend(values.into_iter().map(|value| QueryCompletion {
                insert: query::insertion(&value),
                label: value,
                note: None,
                from: found.from,
                to: found.to,
            }));
        }
        Ok(out)
    }

    /// The query with a facet's value put in or taken out.
    pub fn query_toggle(&self, text: &str, facet: Facet, value: &str) -> Result<String, Problem> {
        let query = store::findings::parse(text)?;
        let changed = query.toggle(query::facet_field(facet), value).map_err(Problem::from)?;
        Ok(changed.to_string())
    }
}
