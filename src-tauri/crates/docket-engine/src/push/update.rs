//! A step that brings an issue up to date: Docket's part of its text, labels, a comment.
//!
//! What people wrote stays; an issue that is no longer open is left alone.

use docket_domain::render::managed;
use docket_domain::{Code, IssueChange, IssueState, PlanId, Problem, Step};
use docket_store as store;

use super::route::Route;
use super::send::ATTEMPTS;
use super::{Halt, draft_of};
use crate::engine::Engine;

impl Engine {
    pub(super) async fn update(&self, plan: PlanId, step: Step, route: &Route) -> Result<(), Halt> {
        let draft = draft_of(&step)?;
        let Some(issue) = step.issue.clone() else {
            return Err(Halt::Problem(Problem::internal("an updating step names no issue")));
        };
        let index = step.index;
        let read = route.look(&issue).await?;
        let live = match (read.state, read.seen) {
            (IssueState::Open, Some(live)) => live,
            (state, _) => return self.elsewhere(plan, index, route, &issue, state).await,
        };
        let body = match managed::merge(&live.body, &draft.body) {
            Ok(body) => (body != live.body).then_some(body),
            Err(refusal) => {
                let problem = Problem::new(Code::Conflict, format!("{} was not changed: {refusal}", issue.short()))
                    .hint("Restore the two lines that frame Docket's part of the text, or remove all of it, and plan again.");
                self.write(move |tx| store::plans::step_failed(tx, plan, index, &problem)).await?;
                return Ok(());
            }
        };
        let missing: Vec<String> =
            draft.labels.iter().filter(|label| !has(&live.labels, label)).cloned().collect();
        let change = IssueChange {
            body,
            add_labels: missing,
            comment: draft.follow_ups.first().cloned(),
            severity: draft.severity.clone(),
            ..IssueChange::default()
        };
        let to = route.mapping.destination();
        // An update sets the same text again, so it may be repeated; its comment is what could
        // come twice, and the tracker looks for that one itself.
        for _ in 0..ATTEMPTS {
            let request = route.tracker.update(&to, &live.issue, &change);
            if self.send(plan, index, route, request).await? {
                return Ok(());
            }
        }
        self.gave_up(plan, index).await
    }
}

fn has(labels: &[String], wanted: &str) -> bool {
    labels.iter().any(|label| label.eq_ignore_ascii_case(wanted))
}
