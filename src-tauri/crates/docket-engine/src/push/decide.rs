//! What becomes of each group of a selection: the pure [`planning::plan`] decides, on what the
//! tracker says about the issues that the decision rests on.

use std::collections::{BTreeMap, BTreeSet};

use docket_domain::group::GroupBy;
use docket_domain::member::Candidate;
use docket_domain::planning::{self, Known, Linked, PlanInput, Planned};
use docket_domain::{Action, IssueRef, IssueState, Mapping, Marker, Problem, Selection};
use docket_store as store;

use super::route::Route;
use super::tell;
use crate::engine::Engine;
use crate::events::JobRun;
use crate::trackers::Bar;

/// Issues that the tracker is asked about in one go.
const READ_AT_ONCE: usize = 200;

impl Engine {
    /// Decides, looks whether the issues that the decision rests on are still there, and
    /// decides again when one is not: a list of changes never names what was deleted or moved
    /// away.
    pub(super) async fn decided(
        &self,
        route: &Route,
        selection: &Selection,
        by: &GroupBy,
        run: &JobRun,
        bar: &Bar,
    ) -> Result<(Planned, Vec<Linked>, String), Problem> {
        let mut asked: BTreeSet<String> = BTreeSet::new();
        loop {
            tell(run, bar, "Grouping", 0, None);
            let decision = self.decide(route, selection, by).await?;
            let (planned, links, _) = &decision;
            // What people closed is in the list of changes when they reopen it.
            let states: BTreeMap<&str, &IssueState> = links
                .iter()
                .filter(|link| matches!(link.state, IssueState::Open | IssueState::NotVisible))
                .map(|link| (link.issue.number.as_str(), &link.state))
                .collect();
            let unsure: Vec<(IssueRef, IssueState)> = planned
                .steps
                .iter()
                .filter_map(|step| {
                    let issue = step.issue.as_ref()?;
                    let state = states.get(issue.number.as_str()).copied();
                    let state = state.or((step.action != Action::Skip).then_some(&IssueState::Open))?;
                    Some((issue.clone(), state.clone()))
                })
                .filter(|(issue, _)| asked.insert(issue.short()))
                .collect();
            if unsure.is_empty() || !self.look_at(route, unsure, run, bar).await? {
                return Ok(decision);
            }
        }
    }

    /// Asks the tracker what has become of issues, and notes it. True when any is in another
    /// state than was believed.
    async fn look_at(
        &self,
        route: &Route,
        believed: Vec<(IssueRef, IssueState)>,
        run: &JobRun,
        bar: &Bar,
    ) -> Result<bool, Problem> {
        let (issues, states): (Vec<IssueRef>, Vec<IssueState>) = believed.into_iter().unzip();
        let connection = route.connection.id;
        let total = issues.len() as u64;
        let mut changed = false;
        for (at, (some, states)) in issues.chunks(READ_AT_ONCE).zip(states.chunks(READ_AT_ONCE)).enumerate() {
            if run.is_cancelled() {
                return Err(Problem::cancelled());
            }
            let done = (at * READ_AT_ONCE) as u64;
            tell(run, bar, "Looking at the issues that the findings are in", done, Some(total));
            let reads = route.tracker.read(some).await?;
            changed |= reads.iter().zip(states).any(|((_, read), believed)| read.state != *believed);
            let target = route.mapping.target.clone();
            self.write(move |tx| {
                for (issue, read) in &reads {
                    store::push::note_state(tx, connection, &target, issue, &read.state)?;
                }
                Ok(())
            })
            .await?;
        }
        Ok(changed)
    }

    async fn decide(
        &self,
        route: &Route,
        selection: &Selection,
        by: &GroupBy,
    ) -> Result<(Planned, Vec<Linked>, String), Problem> {
        let mapping = route.mapping.clone();
        let by = by.clone();
        let chosen = selection.clone();
        self.read(move |r| {
            let candidates = store::push::candidates(r, &chosen, &by)?;
            if candidates.is_empty() {
                return Err(Problem::bad_input("No finding is selected.")
                    .hint("Select findings, or loosen the query, and plan again."));
            }
            in_mapping(&candidates, &mapping)?;
            let (planned, links) = planned(r, &candidates, &by, &mapping)?;
            Ok((planned, links, words(&chosen)))
        })
        .await
    }
}

/// What becomes of these findings, as far as this database knows the target.
pub(crate) fn planned(
    r: &store::Read<'_>,
    candidates: &[Candidate],
    by: &GroupBy,
    mapping: &Mapping,
) -> Result<(Planned, Vec<Linked>), Problem> {
    let (connection, target) = (mapping.connection, &mapping.target);
    let links = store::push::links_of_target(r, connection, target)?;
    let known: BTreeMap<Marker, Known> =
        store::push::known_markers(r, connection, target)?.into_iter().collect();
    let input = PlanInput { candidates, by, mapping, links: &links, known: &known };
    let facts = store::links::facts_of_target(r, connection, target)?;
    let planned = planning::plan(&input)?.refreshed(|number, findings| match facts.get(number) {
        Some(then) => Ok(store::facts::of(r, findings)? != *then),
        None => Ok(false),
    })?;
    Ok((planned, links))
}

/// A selection in words, as the list of plans shows it.
fn words(selection: &Selection) -> String {
    match selection {
        Selection::Ids { ids } if ids.len() == 1 => "one finding".to_owned(),
        Selection::Ids { ids } => format!("{} findings", ids.len()),
        Selection::Matching { query, except, .. } => {
            let query = if query.trim().is_empty() { "all findings" } else { query.trim() };
            if except.is_empty() {
                query.to_owned()
            } else {
                format!("{query}, but {} left out", except.len())
            }
        }
    }
}

/// Findings of an application that the mapping does not name are not silently sent there.
fn in_mapping(candidates: &[Candidate], mapping: &Mapping) -> Result<(), Problem> {
    let strangers: BTreeSet<&str> = candidates
        .iter()
        .filter(|c| !mapping.applications.contains(&c.application))
        .map(|c| c.application_name.as_str())
        .collect();
    if strangers.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = strangers.into_iter().collect();
    Err(Problem::bad_input(format!(
        "The mapping «{}» is not for {}, and findings of it are selected.",
        mapping.label,
        names.join(", ")
    ))
    .hint("Add the application to the mapping, choose another mapping, or select fewer findings."))
}
