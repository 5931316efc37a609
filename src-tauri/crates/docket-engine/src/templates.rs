//! Templates tried on findings that are there, before anything is saved or planned.

use std::sync::Arc;

use docket_domain::group::{GroupBy, group};
use docket_domain::member::{Candidate, Member};
use docket_domain::render::{self, Rendered};
use docket_domain::template::{self, Fault};
use docket_domain::text::Flavour;
use docket_domain::{
    ApplicationId, Connection, ConnectionId, Group, GroupKey, Guard, Marker, PageStart, Problem, Secret,
    Selection, Severity, Sieve, Template,
};
use docket_store as store;
use docket_tracker::{ConnectSettings, Limits, Ports};

use crate::engine::Engine;
use crate::push::render_options;

/// What is looked at when somebody tries a template.
const OPEN: &str = "status:active";

/// A template, and what to try it on.
#[derive(Debug, Clone)]
pub struct Try {
    /// The template.
    pub template: Template,
    /// Through which connection the issue would go: its tracker's limits and markup count.
    pub connection: ConnectionId,
    /// Where it would go.
    pub target: String,
    /// Whose findings.
    pub application: ApplicationId,
    /// What to group them by; empty: one finding.
    pub group_by: Vec<GroupKey>,
    /// How many findings or groups to leave out first; the count begins anew behind the last.
    pub skip: u64,
    /// What must not leave this computer, as the mapping says or will say.
    pub guard: Guard,
}

/// How it reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// What is wrong with the template; Docket's own form stands in for what could not be run.
    pub faults: Vec<Fault>,
    /// The issue; nothing when the application has no open finding.
    pub issue: Option<TriedIssue>,
}

/// An issue as it would be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct TriedIssue {
    /// How many findings, or groups, there are to try it on.
    pub of: u64,
    /// Which one this is, from 0.
    pub at: u64,
    /// How many findings the issue is about.
    pub findings: u64,
    /// The highest severity among them.
    pub severity: Severity,
    /// Title.
    pub title: String,
    /// Text as the tracker gets it.
    pub body: String,
    /// Comments that follow.
    pub follow_ups: Vec<String>,
    /// What was cut, blacked out or left out.
    pub warnings: Vec<String>,
    /// How the text is marked up.
    pub flavour: Flavour,
    /// Characters that a text may have.
    pub limit: u64,
}

impl Engine {
    /// Writes an issue with a template that is not saved. Asks no tracker and changes nothing.
    ///
    /// # Errors
    /// The connection or the application does not exist. What is wrong with the template is in
    /// the answer; of a guard that is wrong, only what is not is kept to.
    pub async fn template_try(&self, wish: Try) -> Result<Tried, Problem> {
        let faults = template::faults(&wish.template);
        let connection = self.connection_show(wish.connection).await?;
        let limits = self.limits_of(&connection)?;
        let Some((of, at, chosen)) = self.subject(&wish).await? else {
            return Ok(Tried { faults, issue: None });
        };
        let members = self.members(&chosen.findings).await?;
        // Beside a pattern that is still being typed, the text can be seen all the same.
        let sieve = Sieve::new(&wish.guard)
            .or_else(|_| Sieve::new(&Guard { patterns: Vec::new(), ..wish.guard }))
            .map_or_else(|_| Sieve::usual(), Arc::new);
        let mut options = render_options(&limits, &sieve, &Marker::derive(&["docket preview 1"]));
        options.template = wish.template;
        options.target = wish.target;
        let (findings, severity) = (chosen.findings.len() as u64, chosen.severity);
        let (flavour, limit) = (options.flavour, limits.body_chars as u64);
        let rendered =
            crate::engine::blocking(move || Ok(render::render(&chosen, &members, &options))).await?;
        let Rendered { title, body, follow_ups, mut warnings, faults: met, leaks } = rendered;
        warnings.extend(leaks.warnings());
        let mut faults = faults;
        faults.extend(met.into_iter().filter(|_| faults.is_empty()).collect::<Vec<Fault>>());
        let issue =
            TriedIssue { of, at, findings, severity, title, body, follow_ups, warnings, flavour, limit };
        Ok(Tried { faults, issue: Some(issue) })
    }

    /// What a connection's tracker bears. No request is made.
    fn limits_of(&self, connection: &Connection) -> Result<Limits, Problem> {
        let ports = Ports::new(Secret::new("none is needed"), self.pacers());
        let tracker = self.kind(&connection.kind)?.connect(ConnectSettings::from(connection), ports)?;
        Ok(tracker.limits())
    }

    /// The finding or group that is asked for: how many there are, which it is, and itself.
    async fn subject(&self, wish: &Try) -> Result<Option<(u64, u64, Group)>, Problem> {
        let application = Some(wish.application);
        if wish.group_by.is_empty() {
            let first =
                |rows| self.finding_page(OPEN, application, Vec::new(), PageStart::Offset { rows }, 1);
            let mut page = first(wish.skip).await?;
            let total = page.total;
            let at = if total == 0 { 0 } else { wish.skip % total };
            if page.rows.is_empty() && total > 0 {
                page = first(at).await?;
            }
            let Some(row) = page.rows.pop() else { return Ok(None) };
            let members = self.members(&[row.id]).await?;
            let candidates: Vec<Candidate> = members.iter().map(Member::candidate).collect();
            let one = group(candidates.iter().map(Candidate::view), &[]).pop();
            return Ok(one.map(|one| (total, at, one)));
        }
        let selection = Selection::Matching { query: OPEN.to_owned(), application, except: Vec::new() };
        self.small_enough(&selection).await?;
        let (keys, skip) = (wish.group_by.clone(), wish.skip);
        self.read(move |r| {
            let candidates = store::push::candidates(r, &selection, &GroupBy::keys(&keys))?;
            let mut groups = group(candidates.iter().map(Candidate::view), &keys);
            let total = groups.len();
            let at = skip.checked_rem(total as u64).unwrap_or(0);
            Ok((total > 0).then(|| (total as u64, at, groups.swap_remove(at as usize))))
        })
        .await
    }
}
