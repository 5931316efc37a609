//! Applying a plan, first what is uncertain, then what is planned: one step at a time, but changes
//! together where the tracker takes many in one request. Creations never go together: the outcome
//! of each must be known before the next.

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use docket_domain::{Action, Code, Plan, PlanId, PlanState, Problem, Step, StepState, Timestamp};
use docket_store as store;

use super::Halt;
use super::lease::PushRight;
use super::next::Next;
use super::public::{Consent, PUBLIC_AGAIN_MS};
use super::route::Route;
use super::stored::{job_title, settle};
use crate::engine::Engine;
use crate::events::{JobListener, JobRun};
use crate::trackers::Bar;

/// How often findings are said to have changed while issues are written.
const TELL_FINDINGS: Duration = Duration::from_secs(2);

impl Engine {
    /// Applies a plan from where it stands. Returns the plan as it is afterwards: `done`,
    /// `partly` (some steps refused), or `paused`.
    ///
    /// # Errors
    /// Another process is writing through the same account, the mapping no longer passes its
    /// test, the target is public (see [`Engine::plan_apply_agreed`]), or the tracker cannot be
    /// used; the plan then stays resumable.
    pub async fn plan_apply(&self, id: PlanId, listener: JobListener) -> Result<Plan, Problem> {
        self.plan_apply_agreed(id, Consent::default(), listener).await
    }

    /// As [`Engine::plan_apply`], with what a person agreed to for this time.
    ///
    /// # Errors
    /// Also [`Code::PublicTarget`]: everybody can read the target, and publishing there was not
    /// agreed to. Nothing was sent then.
    pub async fn plan_apply_agreed(
        &self,
        id: PlanId,
        consent: Consent,
        listener: JobListener,
    ) -> Result<Plan, Problem> {
        let plan = self.plan_show(id).await?;
        if matches!(plan.state, PlanState::Done | PlanState::Cancelled) {
            return Ok(plan);
        }
        let title = job_title(&plan);
        let working = self.run_job("plan_apply", &title, listener, |run| async move {
            let bar = Bar::default();
            let route = Route { consent, ..self.route(plan.mapping, Some((&run, &bar))).await? };
            let right = self.take_push_right(&route, &run).await?;
            // In a box: it is handed on, and would lie twice in the future around it.
            let work = Box::pin(self.apply_by_right(&plan, &route, &right, &run, &bar));
            let result = self.while_right(&right, &run, work).await;
            self.give_back(right).await;
            self.changed(&["Plans", "Issues", "Findings"]);
            result
        });
        let result = working.await;
        // Given up while the job was still on its way to the first step.
        if !self.was_given_up(id) {
            return result;
        }
        let plan = self
            .write(move |tx| match store::plans::show(tx, id)? {
                plan if plan.elsewhere => Ok(plan),
                _ => settle(tx, id, true),
            })
            .await?;
        self.changed(&["Plans"]);
        match result {
            Err(problem) if problem.code != Code::Cancelled => Err(problem),
            _ => Ok(plan),
        }
    }

    /// Whether a person gave the plan up since; asked once.
    fn was_given_up(&self, id: PlanId) -> bool {
        self.0.given_up.lock().unwrap_or_else(PoisonError::into_inner).remove(&id)
    }

    async fn apply_by_right(
        &self,
        plan: &Plan,
        route: &Route,
        right: &PushRight,
        run: &JobRun,
        bar: &Bar,
    ) -> Result<Plan, Problem> {
        let id = plan.id;
        let mut end = self.ready_to_apply(plan, route, run).await;
        if end.is_ok() {
            end = self.walk(plan, route, right, run, bar).await;
        }
        let cancelled = self.was_given_up(id);
        let plan = self
            .write(move |tx| match store::plans::show(tx, id)? {
                // Nothing was begun: it stays as ready as it was.
                plan if plan.state == PlanState::Ready && !cancelled => Ok(plan),
                // Given up before the job could be found.
                plan if plan.state == PlanState::Cancelled => Ok(plan),
                _ => settle(tx, id, cancelled),
            })
            .await?;
        let plan = self.reckoned(plan, route).await?;
        match end {
            Ok(()) | Err(Halt::Asked) => Ok(plan),
            Err(Halt::Problem(problem)) => Err(problem),
        }
    }

    /// A plan that stopped on its way says how long the rest takes.
    async fn reckoned(&self, plan: Plan, route: &Route) -> Result<Plan, Problem> {
        if plan.state != PlanState::Paused {
            return Ok(plan);
        }
        let left = self.ahead(&plan).await?.time(route, self.now());
        self.write(move |tx| store::plans::set_estimate(tx, plan.id, left)).await
    }

    /// Everything that must hold before the first request that writes.
    async fn ready_to_apply(&self, plan: &Plan, route: &Route, run: &JobRun) -> Result<(), Halt> {
        let id = plan.id;
        if !route.mapping.active {
            return Err(Problem::new(
                Code::Conflict,
                format!("The mapping «{}» is switched off.", route.mapping.label),
            )
            .hint("Switch it on, then resume the plan.")
            .into());
        }
        if plan.counts.uncertain == 0 {
            self.still_true(plan, route).await?;
        }
        self.verified(route, run, "Nothing was sent").await?;
        self.refuse_public(plan, route).await?;
        let plan = self
            .write(move |tx| match store::plans::show(tx, id)? {
                // Given up since it was looked at; that word is the last.
                plan if plan.state == PlanState::Cancelled => Ok(plan),
                _ => store::plans::set_state(tx, id, PlanState::Applying),
            })
            .await?;
        if plan.state == PlanState::Cancelled {
            return Err(Halt::Asked);
        }
        self.changed(&["Plans"]);
        Ok(())
    }

    /// Goes through the steps: first what is uncertain, then what is planned.
    async fn walk(
        &self,
        plan: &Plan,
        route: &Route,
        right: &PushRight,
        run: &JobRun,
        bar: &Bar,
    ) -> Result<(), Halt> {
        right.was_broken();
        self.refresh_markers(route, run, Some(bar)).await?;
        let mut ahead = self.ahead(plan).await?;
        let mut told = Instant::now();
        let mut looked = self.now();
        for wanted in [StepState::Uncertain, StepState::Planned] {
            if wanted == StepState::Planned {
                self.still_true(plan, route).await?;
            }
            loop {
                let Some(next) = self.next_step(plan.id, wanted, route, right).await? else { break };
                if run.is_cancelled() {
                    return Err(Halt::Asked);
                }
                if self.looked_after(plan, route, right, run, next.held_ms, &mut looked).await? {
                    // That took a while: what was read before may be otherwise by now.
                    continue;
                }
                ahead.tell(route, run, bar, self.now());
                for (index, action, comments) in self.bring_to_end(plan.id, next, route, run).await? {
                    ahead.ended(action, comments);
                    run.step(index);
                }
                ahead.tell(route, run, bar, self.now());
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

    /// Does what is due between two steps: the right is renewed, what others wrote is read, and
    /// whether the target became public is asked. True: something was; mostly nothing is.
    async fn looked_after(
        &self,
        plan: &Plan,
        route: &Route,
        right: &PushRight,
        run: &JobRun,
        held_ms: i64,
        looked: &mut Timestamp,
    ) -> Result<bool, Halt> {
        let mut something = self.sure_of_right(right, held_ms).await?;
        if right.was_broken() {
            // This computer slept: what others pushed meanwhile is not filed again.
            self.refresh_markers(route, run, None).await?;
            something = true;
        }
        if self.now().millis_since(*looked) >= PUBLIC_AGAIN_MS {
            self.refuse_public(plan, route).await?;
            *looked = self.now();
            something = true;
        }
        Ok(something)
    }

    /// Brings a step to its end, and with it those that go in the same request: the index of
    /// each, what it did, and how many comments it had.
    async fn bring_to_end(
        &self,
        plan: PlanId,
        next: Next,
        route: &Route,
        run: &JobRun,
    ) -> Result<Vec<(u32, Action, u64)>, Halt> {
        let Next { step, stale, known, .. } = next;
        let mut ended = vec![weight_of(&step)];
        if stale {
            self.went_stale(plan, &step).await?;
            return Ok(ended);
        }
        match step.action {
            Action::Skip => {
                let (index, why) = (step.index, step.why);
                self.write(move |tx| store::plans::step_skipped(tx, plan, index, &why)).await?;
            }
            Action::Adopt => self.adopt(plan, step, route).await?,
            Action::Create | Action::Recreate => self.create(plan, step, known, route, run).await?,
            Action::Update | Action::Attach | Action::Close | Action::Reopen => {
                let most = route.limits.changes_at_once;
                let steps = self.read(move |r| store::plans::alike(r, plan, step, most)).await?;
                ended = steps.iter().map(weight_of).collect();
                self.update(plan, steps, route).await?;
            }
        }
        Ok(ended)
    }
}

/// Which step it is, and what it takes.
fn weight_of(step: &Step) -> (u32, Action, u64) {
    (step.index, step.action, step.draft.as_ref().map_or(0, |draft| draft.follow_ups.len() as u64))
}
