//! The step that comes next, with everything that must be known before it is begun.
//!
//! One read tells it all, of one moment: between an answer of the tracker and the next request
//! every look at the database counts. It stands in line with the writes around it, so that it finds
//! at hand what the step before has just written.

use docket_domain::{IssueRef, PlanId, Problem, Step, StepState};
use docket_store as store;

use super::lease::PushRight;
use super::markers::seen_with;
use super::route::Route;
use crate::engine::Engine;
use crate::leases::held_for;

/// A step, and how things stand for it.
pub(super) struct Next {
    pub step: Step,
    /// Its findings are no longer as they were when the plan was made.
    pub stale: bool,
    /// The issue that carries its marker, as far as the index knows.
    pub known: Option<IssueRef>,
    /// How long the right to write is held from now on, milliseconds.
    pub held_ms: i64,
}

impl Engine {
    /// The first step of a plan in this state; none: there is no more.
    pub(super) async fn next_step(
        &self,
        plan: PlanId,
        wanted: StepState,
        route: &Route,
        right: &PushRight,
    ) -> Result<Option<Next>, Problem> {
        let (connection, target) = (route.connection.id, route.mapping.target.clone());
        let (leases, now) = (right.leases(), self.now());
        self.read_in_line(move |r| {
            let Some(step) = store::plans::next_step(r, plan, &[wanted])? else { return Ok(None) };
            Ok(Some(Next {
                // What is uncertain was sent already: it is looked up, whatever became of its findings.
                stale: step.state == StepState::Planned && store::plans::is_stale(r, plan, &step)?,
                known: seen_with(r, connection, &target, &step.marker)?,
                held_ms: held_for(r, &leases, now)?,
                step,
            }))
        })
        .await
    }
}
