//! Sending what a step wants.
//!
//! Invariant: before the request leaves, the step is `sending` on disk. Whatever kills this
//! process meanwhile, the step is then known to be uncertain.

use docket_domain::{Code, PlanId, Problem};
use docket_store as store;
use docket_tracker::{Outcome, WriteError, Written};

use super::Halt;
use super::route::Route;
use crate::engine::Engine;
use crate::testing::pause_point;

/// A step whose outcome stays unknown is sent at most this often; what creates something goes
/// out again only after its marker was not found.
pub(super) const ATTEMPTS: u32 = 3;

impl Engine {
    /// Sends a step's request and writes down what came of it. True when the step has ended,
    /// false when its outcome is unknown.
    pub(super) async fn send(
        &self,
        plan: PlanId,
        index: u32,
        route: &Route,
        request: impl Future<Output = Result<Written, WriteError>>,
    ) -> Result<bool, Halt> {
        pause_point("planned");
        self.write(move |tx| store::plans::step_sending(tx, plan, index)).await?;
        pause_point("sending");
        let answer = request.await;
        pause_point("answered");
        match answer {
            Ok(Written { seen, dropped }) => self.done(plan, index, route, seen, dropped).await?,
            Err(WriteError { outcome: Outcome::Unknown, error }) => {
                let problem = Problem::from(error);
                self.write(move |tx| store::plans::step_uncertain(tx, plan, index, &problem)).await?;
                return Ok(false);
            }
            Err(error) => self.refused(plan, index, error).await?,
        }
        Ok(true)
    }

    /// A step that was sent several times without an answer, and is not there.
    pub(super) async fn gave_up(&self, plan: PlanId, index: u32) -> Result<(), Halt> {
        let problem =
            Problem::new(Code::Uncertain, "The tracker took the request several times and never answered.")
                .hint("Its list of issues shows nothing of it. Retry later.");
        self.write(move |tx| store::plans::step_failed(tx, plan, index, &problem)).await?;
        Ok(())
    }
}
