//! Applying a plan: one step at a time, never twice.
//!
//! Invariant: before a request that creates something leaves, its step is `sending` on disk;
//! the link and `done` are written in one transaction. What lies between is found again by
//! the step's marker, never repeated blindly.

use std::pin::pin;
use std::sync::PoisonError;
use std::time::Duration;

use docket_domain::job::Progress;
use docket_domain::render::managed;
use docket_domain::{
    Action, Code, IssueChange, IssueDraft, IssueRef, IssueSeen, IssueState, Marker, Plan, PlanId, PlanState,
    Problem, Step, StepState,
};
use docket_store as store;
use docket_store::plans::StepDone;
use docket_tracker::{Outcome, WriteError, Written};

use crate::engine::Engine;
use crate::events::{JobListener, JobRun};
use crate::plans::Route;
use crate::trackers::Bar;

/// A lease that is not renewed for this long is nobody's.
const LEASE_MS: i64 = 60_000;
/// A lease is renewed this often, also while a step waits for the tracker's allowance.
const RENEW_EVERY: Duration = Duration::from_secs(15);
/// A step whose outcome stays unknown is sent again at most this often, each time only after
/// the marker was not found.
const ATTEMPTS: u32 = 3;

/// The right to write through one account.
#[derive(Clone)]
struct Lease {
    name: String,
    holder: String,
}

/// Why applying stopped before the last step.
enum Halt {
    /// A person paused or cancelled.
    Asked,
    /// Nothing further would work either.
    Problem(Problem),
}

impl From<Problem> for Halt {
    fn from(problem: Problem) -> Self {
        if problem.code == Code::Cancelled { Self::Asked } else { Self::Problem(problem) }
    }
}

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
            let lease = self.take_lease(&route, &run).await?;
            let result = self.apply_with_lease(&plan, &route, &lease, &run, &bar).await;
            self.release_lease(lease).await;
            self.changed(&["Plans", "Issues", "Findings"]);
            result
        })
        .await
    }

    /// The right to write through the route's account. One job holds it, not one process:
    /// a second click on «Apply» is another job.
    async fn take_lease(&self, route: &Route, run: &JobRun) -> Result<Lease, Problem> {
        // The server, not the address as it was typed: two spellings are one account's pace.
        let understood = self.connection_understand(&route.connection.kind, &route.connection.location);
        let server = understood.ok().and_then(|one| one.api.or(one.web));
        let server = server.unwrap_or_else(|| route.connection.location.clone());
        let lease = Lease {
            name: format!("push {} {server}", route.connection.kind),
            holder: format!("{}/{}", self.0.store.holder(), run.id),
        };
        self.renew_lease(&lease).await?;
        Ok(lease)
    }

    async fn renew_lease(&self, lease: &Lease) -> Result<(), Problem> {
        let Lease { name, holder } = lease.clone();
        if self.write(move |tx| store::leases::take(tx, &name, &holder, LEASE_MS)).await? {
            return Ok(());
        }
        Err(Problem::new(Code::Busy, "Another push through this account is under way.").hint(
            "Wait until it has finished, or pause it; two writers at once would break the tracker's limits.",
        ))
    }

    async fn release_lease(&self, lease: Lease) {
        let Lease { name, holder } = lease;
        if let Err(problem) = self.write(move |tx| store::leases::release(tx, &name, &holder)).await {
            tracing::warn!(?problem, "a lease could not be given back; it ends by itself");
        }
    }

    /// Applies while the lease is kept alive: a step may wait an hour for its turn. When the
    /// lease is lost all the same, the walk is asked to stop; a request on its way is waited for.
    async fn apply_with_lease(
        &self,
        plan: &Plan,
        route: &Route,
        lease: &Lease,
        run: &JobRun,
        bar: &Bar,
    ) -> Result<Plan, Problem> {
        let mut lost = None;
        let mut work = pin!(self.apply_under_lease(plan, route, lease, run, bar));
        let result = loop {
            tokio::select! {
                result = &mut work => break result,
                () = tokio::time::sleep(RENEW_EVERY) => if let Err(problem) = self.renew_lease(lease).await {
                    run.cancel.cancel();
                    lost = Some(problem);
                },
            }
        };
        match lost {
            Some(problem) if result.is_ok() => Err(problem),
            _ => result,
        }
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
        self.refresh_markers(route, run, Some(bar)).await?;
        let total = plan.counts.steps - plan.counts.skip;
        let mut done = plan.counts.done + plan.counts.failed;
        for wanted in [StepState::Uncertain, StepState::Planned] {
            loop {
                let id = plan.id;
                let Some(step) = self.read(move |r| store::plans::next_step(r, id, &[wanted])).await? else {
                    break;
                };
                if run.is_cancelled() {
                    return Err(Halt::Asked);
                }
                self.renew_lease(lease).await?;
                bar.tell(run, progress(&plan.target, done, total));
                let index = step.index;
                self.one(plan.id, step, route, run).await?;
                done += 1;
                run.step(index);
                bar.tell(run, progress(&plan.target, done, total));
                self.changed(&["Plans"]);
            }
        }
        Ok(())
    }

    /// Brings one step to its end.
    async fn one(&self, plan: PlanId, step: Step, route: &Route, run: &JobRun) -> Result<(), Halt> {
        match step.action {
            Action::Skip => {
                let (index, why) = (step.index, step.why);
                Ok(self.write(move |tx| store::plans::step_skipped(tx, plan, index, &why)).await?)
            }
            Action::Adopt => self.adopt(plan, step, route).await,
            Action::Update => self.update(plan, step, route).await,
            Action::Create => self.create(plan, step, route, run).await,
        }
    }

    async fn create(&self, plan: PlanId, mut step: Step, route: &Route, run: &JobRun) -> Result<(), Halt> {
        let draft = draft_of(&step)?;
        for attempt in 0..=ATTEMPTS {
            // Somebody (another laptop, an earlier run) may have created it meanwhile.
            let known = match step.state {
                StepState::Uncertain => self.look_up(&step.marker, route, run).await?,
                _ => self.known(&step.marker, route).await?,
            };
            if let Some(issue) = known {
                let dropped = self.complete(&issue, &draft, route).await;
                return self.finish(plan, step.index, route, &issue, dropped).await;
            }
            if attempt == ATTEMPTS {
                break;
            }
            let index = step.index;
            crate::testing::pause_point("planned");
            self.write(move |tx| store::plans::step_sending(tx, plan, index)).await?;
            crate::testing::pause_point("sending");
            let answer = route.tracker.create(&route.mapping.destination(), &draft).await;
            crate::testing::pause_point("answered");
            match answer {
                Ok(written) => return self.written(plan, step.index, route, written).await,
                Err(WriteError { outcome: Outcome::Unknown, error }) => {
                    let problem = Problem::from(error);
                    step.state = StepState::Uncertain;
                    self.write(move |tx| store::plans::step_uncertain(tx, plan, index, &problem)).await?;
                }
                Err(error) => return self.refused(plan, step.index, error).await,
            }
        }
        self.gave_up(plan, step.index).await
    }

    /// The issue that carries `marker` in the target, as far as the index knows.
    async fn known(&self, marker: &Marker, route: &Route) -> Result<Option<IssueRef>, Problem> {
        let (connection, target, marker) =
            (route.connection.id, route.mapping.target.clone(), marker.clone());
        let sightings =
            self.read(move |r| store::marker_index::find(r, connection, &target, &marker)).await?;
        Ok(sightings.into_iter().next().map(|sighting| sighting.issue))
    }

    /// Looks at the tracker itself whether an uncertain step was done, several times: it may
    /// still be storing what it received. Each look reads on from the index's own cursor,
    /// which is the tracker's time, so that a wrong clock here hides nothing.
    async fn look_up(&self, marker: &Marker, route: &Route, run: &JobRun) -> Result<Option<IssueRef>, Halt> {
        for pause in [None].into_iter().chain(self.0.look_again.into_iter().map(Some)) {
            if let Some(pause) = pause {
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = run.cancel.cancelled() => return Err(Halt::Asked),
                }
            }
            self.refresh_markers(route, run, None).await?;
            if let Some(issue) = self.known(marker, route).await? {
                return Ok(Some(issue));
            }
        }
        Ok(None)
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

    async fn adopt(&self, plan: PlanId, step: Step, route: &Route) -> Result<(), Halt> {
        let Some(issue) = step.issue.clone() else {
            return Err(Halt::Problem(Problem::internal("an adopting step names no issue")));
        };
        self.finish(plan, step.index, route, &issue, Vec::new()).await
    }

    async fn update(&self, plan: PlanId, step: Step, route: &Route) -> Result<(), Halt> {
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

    /// A step that was sent several times without an answer, and is not there.
    async fn gave_up(&self, plan: PlanId, index: u32) -> Result<(), Halt> {
        let problem =
            Problem::new(Code::Uncertain, "The tracker took the request several times and never answered.")
                .hint("Its list of issues shows nothing of it. Retry later.");
        self.write(move |tx| store::plans::step_failed(tx, plan, index, &problem)).await?;
        Ok(())
    }

    async fn written(&self, plan: PlanId, index: u32, route: &Route, written: Written) -> Result<(), Halt> {
        let Written { seen, dropped } = written;
        self.done(plan, index, route, seen, dropped).await
    }

    /// Reads the issue once more, so that the link starts from what is really there.
    async fn finish(
        &self,
        plan: PlanId,
        index: u32,
        route: &Route,
        issue: &IssueRef,
        dropped: Vec<String>,
    ) -> Result<(), Halt> {
        let read = route.tracker.read(std::slice::from_ref(issue)).await.map_err(Problem::from)?;
        match read.into_iter().next().map(|(_, read)| (read.state, read.seen)) {
            Some((IssueState::Open | IssueState::Closed { .. }, Some(seen))) => {
                self.done(plan, index, route, seen, dropped).await
            }
            read => {
                let state = read.map_or(IssueState::NotVisible, |(state, _)| state);
                self.elsewhere(plan, index, route, issue, state).await
            }
        }
    }

    /// An issue is no longer as the plan saw it: noted, so that the next plan knows, and the
    /// step ends with what became of it.
    async fn elsewhere(
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

    async fn done(
        &self,
        plan: PlanId,
        index: u32,
        route: &Route,
        seen: IssueSeen,
        dropped: Vec<String>,
    ) -> Result<(), Halt> {
        let (connection, target) = (route.connection.id, route.mapping.target.clone());
        self.write(move |tx| {
            store::push::note_seen(tx, connection, &target, std::slice::from_ref(&seen))?;
            let done = StepDone { issue: seen.issue, state: seen.state, title: seen.title, dropped };
            store::plans::step_done(tx, plan, index, &done)
        })
        .await?;
        Ok(())
    }

    /// A write that was certainly not done: the step fails, or the whole walk stops when
    /// nothing further would work either (then the step stays planned).
    async fn refused(&self, plan: PlanId, index: u32, error: WriteError) -> Result<(), Halt> {
        let stops = error.error.stops_all() || error.outcome == Outcome::NotSent;
        let problem = Problem::from(error.error);
        if stops {
            self.write(move |tx| store::plans::step_again(tx, plan, index)).await?;
            return Err(problem.into());
        }
        self.write(move |tx| store::plans::step_failed(tx, plan, index, &problem)).await?;
        Ok(())
    }

    /// Pauses a plan that is being applied; it stops between two steps.
    pub async fn plan_pause(&self, id: PlanId) -> Result<u64, Problem> {
        let plan = self.plan_show(id).await?;
        let title = job_title(&plan);
        let jobs = self.jobs_running();
        Ok(jobs
            .iter()
            .filter(|job| job.kind == "plan_apply" && job.title == title)
            .map(|job| self.job_cancel(job.id))
            .sum())
    }

    /// Gives a plan up: what was not sent stays unsent, what was done stays done.
    pub async fn plan_cancel(&self, id: PlanId) -> Result<u64, Problem> {
        self.0.given_up.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        if self.plan_pause(id).await? == 0 {
            self.0.given_up.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
            let plan = self.plan_show(id).await?;
            if plan.state == PlanState::Applying {
                return Err(Problem::new(Code::Busy, "Another Docket is applying this plan right now.")
                    .hint("Cancel it there."));
            }
            self.write(move |tx| settle(tx, id, true)).await?;
        }
        self.changed(&["Plans"]);
        Ok(1)
    }
}

/// The state that the steps say once nobody works on them. What is uncertain keeps a plan
/// from being given up: its outcome must still be looked up.
fn settle(tx: &store::Tx<'_>, id: PlanId, given_up: bool) -> Result<Plan, Problem> {
    let plan = store::plans::settle(tx, id)?;
    if given_up && plan.state == PlanState::Paused && plan.counts.uncertain == 0 {
        return store::plans::set_state(tx, id, PlanState::Cancelled);
    }
    Ok(plan)
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

fn has(labels: &[String], wanted: &str) -> bool {
    labels.iter().any(|label| label.eq_ignore_ascii_case(wanted))
}

fn draft_of(step: &Step) -> Result<IssueDraft, Problem> {
    step.draft.clone().ok_or_else(|| Problem::internal(format!("step {} has no text", step.index)))
}

fn progress(target: &str, done: u64, total: u64) -> Progress {
    Progress {
        text: format!("Pushing to {target}"),
        done,
        total: Some(total),
        unit: "issues".to_owned(),
        ..Progress::default()
    }
}

/// Names the job that applies a plan; also how the plan's job is found again.
fn job_title(plan: &Plan) -> String {
    format!("Pushing plan {} to {}", plan.id, plan.target)
}
