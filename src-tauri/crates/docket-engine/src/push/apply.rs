//! Applying a plan, first what is uncertain, then what is planned: one step at a time, but changes
//! together where the tracker takes many in one request. Creations never go together: the outcome
//! of each must be known before the next.

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use docket_domain::{Action, Code, Plan, PlanId, PlanState, Problem, Step, StepState};
use docket_store as store;

use super::route::Route;
use super::stored::{job_title, settle};
use super::{Halt, tell};
use crate::engine::Engine;
use crate::events::{JobListener, JobRun};
use crate::leases::Lease;
use crate::trackers::Bar;

/// How often findings are said to have changed while issues are written.
const TELL_FINDINGS: Duration = Duration::from_secs(2);

impl Engine {
    /// Applies a plan from where it stands. Returns the plan as it is afterwards: `done`,
    /// `partly` (some steps refused), or `paused`.
    ///
    /// # Errors
    /// Another process is writing through the same account, the mapping no longer passes its
    /// test, or the tracker cannot be used; the plan then stays resumable.
    pub async fn plan_apply(&self, id: PlanId, listener: JobListener) -> Result<Plan, Problem> {
        let plan = self.plan_show(id).await?;
        if matches!(plan.state, PlanState::Done | PlanState::Cancelled) {
            return Ok(plan);
        }
        let title = job_title(&plan);
        self.run_job("plan_apply", &title, listener, |run| async move {
            let bar = Bar::default();
            let route = self.route(plan.mapping, &run, &bar).await?;
            let lease = self.take_push_lease(&route.connection, &run).await?;
            // In a box: it is handed on, and would lie twice in the future around it.
            let work = Box::pin(self.apply_under_lease(&plan, &route, &lease, &run, &bar));
            let result = self.while_leased(&lease, &run, work).await;
            self.release_lease(lease).await;
            self.changed(&["Plans", "Issues", "Findings"]);
            result
        })
        .await
    }

    async fn apply_under_lease(
        &self,
        plan: &Plan,
        route: &Route,
        lease: &Lease,
        run: &JobRun,
        bar: &Bar,
    ) -> Result<Plan, Problem> {
        let id = plan.id;
        let end = match self.ready_to_apply(plan, route, run).await {
            Ok(()) => self.walk(plan, route, lease, run, bar).await,
            Err(problem) => Err(problem.into()),
        };
        let cancelled = self.0.given_up.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        let plan = self
            .write(move |tx| match store::plans::show(tx, id)? {
                // Nothing was begun: it stays as ready as it was.
                plan if plan.state == PlanState::Ready && !cancelled => Ok(plan),
                _ => settle(tx, id, cancelled),
            })
            .await?;
        match end {
            Ok(()) | Err(Halt::Asked) => Ok(plan),
            Err(Halt::Problem(problem)) => Err(problem),
        }
    }

    /// Everything that must hold before the first request that writes.
    async fn ready_to_apply(&self, plan: &Plan, route: &Route, run: &JobRun) -> Result<(), Problem> {
        let id = plan.id;
        if !route.mapping.active {
            return Err(Problem::new(
                Code::Conflict,
                format!("The mapping «{}» is switched off.", route.mapping.label),
            )
            .hint("Switch it on, then resume the plan."));
        }
        self.verified(route, run, "Nothing was sent").await?;
        self.write(move |tx| store::plans::set_state(tx, id, PlanState::Applying)).await?;
        self.changed(&["Plans"]);
        Ok(())
    }

    /// Goes through the steps: first what is uncertain, then what is planned.
    async fn walk(
        &self,
        plan: &Plan,
        route: &Route,
        lease: &Lease,
        run: &JobRun,
        bar: &Bar,
    ) -> Result<(), Halt> {
        lease.was_broken();
        self.refresh_markers(route, run, Some(bar)).await?;
        let words = format!("Pushing to {}", plan.target);
        let total = plan.counts.steps - plan.counts.skip;
        let mut done = plan.counts.done + plan.counts.failed;
        let mut told = Instant::now();
        for wanted in [StepState::Uncertain, StepState::Planned] {
            loop {
                let id = plan.id;
                let Some(step) = self.read(move |r| store::plans::next_step(r, id, &[wanted])).await? else {
                    break;
                };
                if run.is_cancelled() {
                    return Err(Halt::Asked);
                }
                self.renew_push_lease(lease).await?;
                if lease.was_broken() {
                    // This computer slept: what others pushed meanwhile is not filed again.
                    self.refresh_markers(route, run, None).await?;
                }
                tell(run, bar, &words, done, Some(total));
                for index in self.bring_to_end(id, step, route, run).await? {
                    done += 1;
                    run.step(index);
                }
                tell(run, bar, &words, done, Some(total));
                self.changed(&["Plans", "Issues"]);
                // A list of a million findings is not read anew with each issue.
                if told.elapsed() >= TELL_FINDINGS {
                    self.changed(&["Findings"]);
                    told = Instant::now();
                }
            }
        }
        Ok(())
    }

    /// Brings a step to its end, and with it those that go in the same request; their indices.
    async fn bring_to_end(
        &self,
        plan: PlanId,
        step: Step,
        route: &Route,
        run: &JobRun,
    ) -> Result<Vec<u32>, Halt> {
        let mut ended = vec![step.index];
        match step.action {
            Action::Skip => {
                let (index, why) = (step.index, step.why);
                self.write(move |tx| store::plans::step_skipped(tx, plan, index, &why)).await?;
            }
            Action::Adopt => self.adopt(plan, step, route).await?,
            Action::Create => self.create(plan, step, route, run).await?,
            Action::Update => {
                let most = route.limits.changes_at_once;
                let steps = self.read(move |r| store::plans::alike(r, plan, step, most)).await?;
                ended = steps.iter().map(|step| step.index).collect();
                self.update(plan, steps, route).await?;
            }
        }
        Ok(ended)
    }
}
