//! Sending what steps want.
//!
//! Invariant: before the request leaves, its steps are `sending` on disk. Whatever kills this
//! process meanwhile, they are then known to be uncertain.

use docket_domain::planning::change::Footprint;
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
    /// Sends one request for these steps, each with what it is about to do to an issue that is
    /// there, and writes down what came of each. The steps whose
    /// outcome is unknown come back. What a refusal of one step means for the whole plan is
    /// reported once every answer is written down.
    pub(super) async fn send(
        &self,
        plan: PlanId,
        steps: Vec<(u32, Option<Footprint>)>,
        route: &Route,
        request: impl Future<Output = Vec<Result<Written, WriteError>>>,
    ) -> Result<Vec<u32>, Halt> {
        pause_point("planned");
        let all = steps.clone();
        self.write(move |tx| {
            for (index, footprint) in all {
                store::plans::step_sending(tx, plan, index)?;
                if let Some(footprint) = footprint {
                    store::plans::write_footprint(tx, plan, index, &footprint)?;
                }
            }
            Ok(())
        })
        .await?;
        pause_point("sending");
        let mut answers = request.await.into_iter();
        pause_point("answered");
        let mut unknown = Vec::new();
        let mut halt = None;
        for (index, _) in steps {
            let answer = answers.next().unwrap_or_else(|| Err(unanswered()));
            if answer.as_ref().is_err_and(|error| error.outcome == Outcome::Unknown) {
                unknown.push(index);
            }
            // Whatever one answer comes to, the others are written down as well.
            if let Err(stop) = self.note(plan, index, route, answer).await {
                halt.get_or_insert(stop);
            }
        }
        halt.map_or(Ok(unknown), Err)
    }

    /// Writes down what came of one step; an error when nothing further would work either.
    async fn note(
        &self,
        plan: PlanId,
        index: u32,
        route: &Route,
        answer: Result<Written, WriteError>,
    ) -> Result<(), Halt> {
        match answer {
            Ok(Written { seen, dropped }) => self.done(plan, index, route, seen, dropped).await,
            Err(WriteError { outcome: Outcome::Unknown, error }) => {
                let stops = error.stops_all();
                let problem = Problem::from(error);
                let said = problem.clone();
                self.write(move |tx| store::plans::step_uncertain(tx, plan, index, &said)).await?;
                if stops { Err(problem.into()) } else { Ok(()) }
            }
            Err(error) => self.refused(plan, index, error).await,
        }
    }

    /// A step that was sent several times without an answer; `hint` says what that means for it.
    pub(super) async fn gave_up(&self, plan: PlanId, index: u32, hint: &str) -> Result<(), Halt> {
        let problem =
            Problem::new(Code::Uncertain, "The tracker took the request several times and never answered.")
                .hint(hint);
        self.write(move |tx| store::plans::step_failed(tx, plan, index, &problem)).await?;
        Ok(())
    }
}

/// A tracker's client that answers for fewer changes than it was given leaves the rest unknown.
fn unanswered() -> WriteError {
    WriteError::unknown(Problem::internal("a change came back without an answer"))
}
