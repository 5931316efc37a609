//! A step that brings an issue up to date: Docket's part of its text, labels, a comment.
//!
//! What people wrote stays; an issue that is no longer open is left alone.

use docket_domain::render::managed;
use docket_domain::{Code, IssueChange, IssueState, PlanId, Problem, Step};
use docket_store as store;
use docket_tracker::{Outcome, WriteError};

use super::route::Route;
use super::{ATTEMPTS, Halt, draft_of};
use crate::engine::Engine;

impl Engine {
    pub(super) async fn update(&self, plan: PlanId, step: Step, route: &Route) -> Result<(), Halt> {
        let draft = draft_of(&step)?;
        let Some(issue) = step.issue.clone() else {
            return Err(Halt::Problem(Problem::internal("an updating step names no issue")));
        };
        let index = step.index;
        let read = route.tracker.read(std::slice::from_ref(&issue)).await.map_err(Problem::from)?;
        let live = match read.into_iter().next().map(|(_, read)| (read.state, read.seen)) {
            Some((IssueState::Open, Some(live))) => live,
            read => {
                let state = read.map_or(IssueState::NotVisible, |(state, _)| state);
                return self.elsewhere(plan, index, route, &issue, state).await;
            }
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
        for _ in 0..ATTEMPTS {
            crate::testing::pause_point("planned");
            self.write(move |tx| store::plans::step_sending(tx, plan, index)).await?;
            crate::testing::pause_point("sending");
            let answer = route.tracker.update(&route.mapping.destination(), &live.issue, &change).await;
            crate::testing::pause_point("answered");
            match answer {
                Ok(written) => return self.written(plan, index, route, written).await,
                Err(WriteError { outcome: Outcome::Unknown, error }) => {
                    // An update sets the same text again, so it may be repeated; its comment
                    // is what could come twice, and the tracker looks for that one itself.
                    let problem = Problem::from(error);
                    self.write(move |tx| store::plans::step_uncertain(tx, plan, index, &problem)).await?;
                }
                Err(error) => return self.refused(plan, index, error).await,
            }
        }
        self.gave_up(plan, index).await
    }
}

fn has(labels: &[String], wanted: &str) -> bool {
    labels.iter().any(|label| label.eq_ignore_ascii_case(wanted))
}
