//! Plans as they are stored: listed, read, paused, given up, tried again, forgotten.

use std::sync::PoisonError;

use docket_domain::{Code, Plan, PlanId, PlanState, Problem, Step, StepState};
use docket_store as store;

use crate::engine::Engine;

/// Longest name of a plan, characters.
const NAME_CHARS: usize = 120;

impl Engine {
    /// Plans, newest first.
    pub async fn plan_list(&self) -> Result<Vec<Plan>, Problem> {
        self.read(|r| store::plans::list(r, 200)).await
    }

    /// One plan.
    pub async fn plan_show(&self, id: PlanId) -> Result<Plan, Problem> {
        self.read(move |r| store::plans::show(r, id)).await
    }

    /// Names a plan; an empty name takes its name away.
    pub async fn plan_rename(&self, id: PlanId, name: &str) -> Result<Plan, Problem> {
        let name = name.trim().to_owned();
        if name.chars().count() > NAME_CHARS {
            return Err(Problem::bad_input(format!("A plan's name has at most {NAME_CHARS} characters."))
                .with("field", "name"));
        }
        let plan = self
            .write(move |tx| {
                store::plans::rename(tx, id, Some(name.as_str()).filter(|name| !name.is_empty()))
            })
            .await?;
        self.changed(&["Plans"]);
        Ok(plan)
    }

    /// Steps of a plan in order, and how many there are.
    pub async fn plan_steps(&self, id: PlanId, offset: u64, limit: u32) -> Result<(Vec<Step>, u64), Problem> {
        self.plan_steps_only(id, None, offset, limit).await
    }

    /// As [`Engine::plan_steps`], but only those in a state.
    pub async fn plan_steps_only(
        &self,
        id: PlanId,
        only: Option<StepState>,
        offset: u64,
        limit: u32,
    ) -> Result<(Vec<Step>, u64), Problem> {
        self.read(move |r| store::plans::steps(r, id, only, offset, limit.min(500))).await
    }

    /// Pauses a plan that is being applied; it stops between two steps.
    ///
    /// # Errors
    /// Another process applies it.
    pub async fn plan_pause(&self, id: PlanId) -> Result<u64, Problem> {
        let plan = self.plan_show(id).await?;
        let stopped = self.stop_applying(&plan);
        if stopped == 0 && plan.elsewhere {
            return Err(elsewhere("Pause it there."));
        }
        Ok(stopped)
    }

    /// Asks this process's jobs that apply a plan to stop; how many there were.
    fn stop_applying(&self, plan: &Plan) -> u64 {
        let title = job_title(plan);
        let jobs = self.jobs_running();
        let these = jobs.iter().filter(|job| job.kind == "plan_apply" && job.title == title);
        these.map(|job| self.job_cancel(job.id)).sum()
    }

    /// Gives a plan up: what was not sent stays unsent, what was done stays done.
    pub async fn plan_cancel(&self, id: PlanId) -> Result<u64, Problem> {
        self.0.given_up.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        let plan = self.plan_show(id).await?;
        if self.stop_applying(&plan) == 0 {
            self.0.given_up.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
            if plan.state == PlanState::Applying {
                return Err(elsewhere("Cancel it there."));
            }
            self.write(move |tx| settle(tx, id, true)).await?;
        }
        self.changed(&["Plans"]);
        Ok(1)
    }

    /// Puts failed steps back to be tried again with the next apply.
    pub async fn plan_retry(&self, id: PlanId) -> Result<u64, Problem> {
        let count = self.write(move |tx| store::plans::retry_failed(tx, id)).await?;
        self.changed(&["Plans"]);
        Ok(count)
    }

    /// Forgets a plan.
    ///
    /// # Errors
    /// It is being applied, or the outcome of one of its steps is unknown (the step is what
    /// leads to the issue).
    pub async fn plan_remove(&self, id: PlanId) -> Result<u64, Problem> {
        self.write(move |tx| store::plans::remove(tx, id)).await?;
        self.changed(&["Plans"]);
        Ok(1)
    }
}

/// The state that the steps say once nobody works on them. What is uncertain keeps a plan
/// from being given up: its outcome must still be looked up.
pub(super) fn settle(tx: &store::Tx<'_>, id: PlanId, given_up: bool) -> Result<Plan, Problem> {
    let plan = store::plans::settle(tx, id)?;
    if given_up && plan.state == PlanState::Paused && plan.counts.uncertain == 0 {
        return store::plans::set_state(tx, id, PlanState::Cancelled);
    }
    Ok(plan)
}

/// Names the job that applies a plan; also how the plan's job is found again.
fn elsewhere(hint: &str) -> Problem {
    Problem::new(Code::Busy, "Another Docket is applying this plan right now.").hint(hint)
}

pub(super) fn job_title(plan: &Plan) -> String {
    format!("Pushing plan {} to {}", plan.id, plan.target)
}
