//! A step that files an issue, or takes over one that is there.
//!
//! Invariant: nothing is sent before the marker was looked for, and nothing twice without
//! looking again.

use docket_domain::{IssueDraft, IssueRef, PlanId, Problem, Step, StepState};

use super::route::Route;
use super::send::ATTEMPTS;
use super::{Halt, draft_of};
use crate::engine::Engine;
use crate::events::JobRun;

impl Engine {
    /// Files the issue of a step, unless it is there; `known` is what the index knew just now.
    pub(super) async fn create(
        &self,
        plan: PlanId,
        mut step: Step,
        mut known: Option<IssueRef>,
        route: &Route,
        run: &JobRun,
    ) -> Result<(), Halt> {
        let (draft, to) = (draft_of(&step)?, route.mapping.destination());
        for attempt in 0..=ATTEMPTS {
            // Somebody (another laptop, an earlier run) may have created it meanwhile.
            if step.state == StepState::Uncertain {
                known = self.look_up(&step.marker, route, run).await?;
            }
            if let Some(issue) = known {
                let mut dropped = self.complete(&issue, &draft, route).await;
                dropped.extend(self.put_file_or_say(&step, &issue, route).await?);
                return self.finish(plan, step.index, route, &issue, dropped).await;
            }
            if attempt == ATTEMPTS {
                break;
            }
            let request = async {
                let answer = route.tracker.create(&to, &draft).await;
                vec![self.with_file(&step, answer, route).await]
            };
            if self.send(plan, vec![(step.index, None)], route, request).await?.is_empty() {
                return Ok(());
            }
            step.state = StepState::Uncertain;
        }
        self.gave_up(plan, step.index, "Its list of issues shows nothing of it. Retry later.").await
    }

    /// Adds the follow-up comments that an interrupted creation did not get to.
    async fn complete(&self, issue: &IssueRef, draft: &IssueDraft, route: &Route) -> Vec<String> {
        match route.tracker.complete(&route.mapping.destination(), issue, draft).await {
            Ok(dropped) => dropped,
            Err(error) => {
                vec![format!("The issue is there, but its further comments could not be completed: {error}")]
            }
        }
    }

    pub(super) async fn adopt(&self, plan: PlanId, step: Step, route: &Route) -> Result<(), Halt> {
        let Some(issue) = step.issue.clone() else {
            return Err(Halt::Problem(Problem::internal("an adopting step names no issue")));
        };
        let dropped = self.put_file_or_say(&step, &issue, route).await?;
        self.finish(plan, step.index, route, &issue, dropped.into_iter().collect()).await
    }
}
