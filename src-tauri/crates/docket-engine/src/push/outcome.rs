//! How a step ends: done, refused, or with an issue that is no longer as the plan
//! saw it. Each end is one transaction.

use docket_domain::{Code, IssueRef, IssueSeen, IssueState, PlanId, Problem};
use docket_store as store;
use docket_store::plans::StepDone;
use docket_tracker::{Outcome, WriteError};

use super::Halt;
use super::route::Route;
use crate::engine::Engine;

impl Engine {
    /// Reads the issue once more, so that the link starts from what is really there.
    pub(super) async fn finish(
        &self,
        plan: PlanId,
        index: u32,
        route: &Route,
        issue: &IssueRef,
        dropped: Vec<String>,
    ) -> Result<(), Halt> {
        let read = route.look(issue).await?;
        match (read.state, read.seen) {
            (IssueState::Open | IssueState::Closed { .. }, Some(seen)) => {
                self.done(plan, index, route, seen, dropped).await
            }
            (state, _) => self.elsewhere(plan, index, route, issue, state).await,
        }
    }

    /// An issue is no longer as the plan saw it: noted, so that the next plan knows, and the
    /// step ends with what became of it.
    pub(super) async fn elsewhere(
        &self,
        plan: PlanId,
        index: u32,
        route: &Route,
        issue: &IssueRef,
        state: IssueState,
    ) -> Result<(), Halt> {
        let problem = became(issue, &state);
        let (connection, target, issue) = (route.connection.id, route.mapping.target.clone(), issue.clone());
        self.write(move |tx| {
            store::push::note_state(tx, connection, &target, &issue, &state)?;
            store::plans::step_failed(tx, plan, index, &problem)
        })
        .await?;
        Ok(())
    }

    pub(super) async fn done(
        &self,
        plan: PlanId,
        index: u32,
        route: &Route,
        seen: IssueSeen,
        dropped: Vec<String>,
    ) -> Result<(), Halt> {
        let (connection, target) = (route.connection.id, route.mapping.target.clone());
        // Should the power fail before this is on the disk, the step is still `sending` there: it
        // is uncertain then, and its marker is looked for. The next step's `sending` brings it along.
        self.write_soon(move |tx| {
            store::push::note_seen(tx, connection, &target, std::slice::from_ref(&seen))?;
            let done = StepDone { issue: seen.issue, state: seen.state, title: seen.title, dropped };
            store::plans::step_done(tx, plan, index, &done)
        })
        .await?;
        Ok(())
    }

    /// A write that was certainly not done: the step fails, or the whole walk stops when
    /// nothing further would work either (then the step stays planned).
    pub(super) async fn refused(&self, plan: PlanId, index: u32, error: WriteError) -> Result<(), Halt> {
        let stops = error.error.stops_all() || error.outcome == Outcome::NotSent;
        let problem = Problem::from(error.error);
        if stops {
            self.write(move |tx| store::plans::step_again(tx, plan, index)).await?;
            return Err(problem.into());
        }
        self.write(move |tx| store::plans::step_failed(tx, plan, index, &problem)).await?;
        Ok(())
    }
}

/// What became of an issue that a step wanted to touch, and what to do about it.
fn became(issue: &IssueRef, state: &IssueState) -> Problem {
    let label = issue.short();
    let (code, words, hint) = match state {
        IssueState::Open | IssueState::Closed { .. } => (
            Code::Conflict,
            format!("{label} was closed after this plan was made, so it was not changed."),
            "Plan again: what people decided is respected.",
        ),
        IssueState::Moved { to } => (
            Code::Conflict,
            match to {
                Some(to) => format!("{label} was moved to {to}, so it was not changed."),
                None => format!("{label} was moved elsewhere, so it was not changed."),
            },
            "Plan again: its findings stay with it.",
        ),
        IssueState::Deleted => (
            Code::TargetMissing,
            format!("{label} was deleted in the tracker."),
            "Plan again: a new issue will be offered.",
        ),
        IssueState::NotVisible => (
            Code::TargetMissing,
            format!("{label} cannot be seen with this connection: it is gone, or access was taken away."),
            "Ask for access to it, then plan again.",
        ),
    };
    Problem::new(code, words).hint(hint)
}
