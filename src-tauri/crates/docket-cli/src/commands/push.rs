//! `docket apply`, `docket push`, `docket retry`, `docket cancel`: plans carried out.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use docket_domain::job::{JobEvent, JobNews};
use docket_domain::{Action, Code, Plan, PlanId, PlanState, Problem, Step, StepState};
use docket_engine::{Consent, Engine, JobListener};
use serde_json::json;

use super::count;
use super::plan::{WholePlan, describe, planned, steps, summary, writes};
use crate::args::{ApplyArgs, PushArgs, UndoArgs};
use crate::ask::{can_ask, confirm};
use crate::call::Call;
use crate::end::{End, Failure};
use crate::progress::{Teller, estimate};
use crate::terminal::{Ink, document, line};
use crate::watch::{quietly, watched};

pub(super) async fn push(call: &Call<'_>, args: PushArgs) -> Result<End, Failure> {
    if !args.yes && !can_ask(call.terminal) {
        // Before anything is planned: nobody could be asked later either.
        return Err(Failure::usage(
            "This writes to the tracker, and nobody can be asked here.",
            "Add --yes when you mean it, or look first: docket plan …",
        ));
    }
    let Some(plan) = planned(call, &args.plan).await? else {
        if call.terminal.json {
            document(&WholePlan { plan: None, steps: Vec::new() })?;
        }
        return Ok(End::Done);
    };
    if !call.terminal.json {
        describe(call, &plan, &steps(call, plan.id).await?)?;
    }
    carry_out(call, plan, args.yes, args.public, None).await
}

pub(super) async fn apply(call: &Call<'_>, args: &ApplyArgs) -> Result<End, Failure> {
    let id = args.plan;
    let plan = call.engine.plan_show(id).await?;
    match plan.state {
        PlanState::Done => {
            call.terminal.note(&format!("Plan {id} is done already; nothing was written."));
            finished(call, plan, 0, None).await
        }
        PlanState::Cancelled => Err(Problem::new(Code::Conflict, format!("Plan {id} was given up."))
            .hint("Plan again: docket plan …")
            .into()),
        PlanState::Partly => {
            call.terminal.note(&format!(
                "Every step of plan {id} has ended, some failed. Try those again: docket retry {id}"
            ));
            finished(call, plan, 0, None).await
        }
        PlanState::Ready | PlanState::Applying | PlanState::Paused => {
            carry_out(call, plan, args.yes, args.public, args.pause_after).await
        }
    }
}

/// Plans to take a plan back, shows it, and does it.
pub(super) async fn undo(call: &Call<'_>, args: UndoArgs) -> Result<End, Failure> {
    if !args.yes && !args.plan_only && !can_ask(call.terminal) {
        return Err(Failure::usage(
            "This writes to the tracker, and nobody can be asked here.",
            "Add --yes when you mean it, or look first with --plan-only.",
        ));
    }
    let engine = &call.engine;
    let plan = quietly(call, |listener| engine.plan_undo(args.plan, args.step, listener)).await?;
    let all = steps(call, plan.id).await?;
    if args.plan_only && call.terminal.json {
        document(&WholePlan { plan: Some(plan), steps: all })?;
        return Ok(End::Done);
    }
    if !call.terminal.json {
        describe(call, &plan, &all)?;
    }
    if args.plan_only {
        call.terminal.note(&format!("Nothing was written. Do it: docket apply {}", plan.id));
        return Ok(End::Done);
    }
    carry_out(call, plan, args.yes, args.public, None).await
}

pub(super) async fn retry(call: &Call<'_>, args: &ApplyArgs) -> Result<End, Failure> {
    let id = args.plan;
    let plan = call.engine.plan_show(id).await?;
    if plan.counts.failed == 0 {
        call.terminal.note(&format!("No step of plan {id} has failed."));
        return finished(call, plan, 0, None).await;
    }
    let question =
        format!("Try {} of plan {id} again on {}?", count(plan.counts.failed, "failed step"), plan.target);
    confirm(call.terminal, &question, args.yes).await?;
    call.engine.plan_retry(id).await?;
    let plan = call.engine.plan_show(id).await?;
    carry_out(call, plan, true, args.public, args.pause_after).await
}

pub(super) async fn cancel(call: &Call<'_>, id: PlanId) -> Result<End, Failure> {
    call.engine.plan_cancel(id).await?;
    let plan = call.engine.plan_show(id).await?;
    if call.terminal.json {
        document(&plan)?;
    } else if plan.state == PlanState::Cancelled {
        call.terminal
            .say(&format!("Plan {id} is given up; {} done stays done.", count(plan.counts.done, "step")))?;
    } else {
        call.terminal
            .say(&format!("Plan {id} is {} and was left as it is.", plan.state.label().to_lowercase()))?;
    }
    Ok(End::Done)
}

/// Steps that have not come to their end.
fn open_steps(plan: &Plan) -> u64 {
    writes(plan).saturating_sub(plan.counts.done + plan.counts.failed)
}

async fn carry_out(
    call: &Call<'_>,
    plan: Plan,
    yes: bool,
    public: bool,
    pause_after: Option<u64>,
) -> Result<End, Failure> {
    let open = open_steps(&plan);
    if open > 0 {
        let question =
            format!("Write {} to {} ({})?", count(open, "issue"), plan.target, estimate(plan.estimate_ms));
        confirm(call.terminal, &question, yes).await.inspect_err(|_| {
            call.terminal.note(&format!("The plan stays: docket apply {}", plan.id));
        })?;
    }
    let (id, before) = (plan.id, plan.counts.done);
    let consent = if public { Consent::to_publish_in(&plan.target) } else { Consent::default() };
    let mut told = Ok(());
    let mut result = applied(call, id, consent, pause_after, &mut told).await;
    if let Err(problem) = &mut result
        && problem.code == Code::PublicTarget
    {
        if !yes && can_ask(call.terminal) {
            // The answer of a moment ago was given without knowing this.
            let question = format!("{} Publish it there?", problem.message);
            if confirm(call.terminal, &line(&question), false).await.is_ok() {
                let consent = Consent::to_publish_in(&plan.target);
                result = applied(call, id, consent, pause_after, &mut told).await;
            }
        } else {
            problem.hint = Some(format!(
                "When everybody may read it: docket apply {id} --public. Otherwise make {} private first.",
                plan.target
            ));
        }
    }
    let plan = call.engine.plan_show(id).await?;
    told?;
    let done = plan.counts.done.saturating_sub(before);
    finished(call, plan, done, result.err()).await
}

/// Asks the job to stop once so many steps have ended.
fn pausing(engine: &Engine, after: Option<u64>, listener: JobListener) -> JobListener {
    let Some(after) = after else { return listener };
    let (engine, ended) = (engine.clone(), AtomicU64::new(0));
    Arc::new(move |event: JobEvent| {
        if matches!(event.news, JobNews::Step { .. }) && ended.fetch_add(1, Ordering::Relaxed) + 1 >= after {
            engine.job_cancel(event.job);
        }
        listener(event);
    })
}

async fn applied(
    call: &Call<'_>,
    id: PlanId,
    consent: Consent,
    pause_after: Option<u64>,
    told: &mut Result<(), Failure>,
) -> Result<Plan, Problem> {
    let engine = &call.engine;
    let work = |listener| engine.plan_apply_agreed(id, consent, pausing(engine, pause_after, listener));
    watched(call, work, async |news, teller: &_| step_news(call, id, news, teller, told).await).await
}

/// Tells of a step as soon as it has ended.
async fn step_news(
    call: &Call<'_>,
    id: PlanId,
    news: JobNews,
    teller: &Teller,
    told: &mut Result<(), Failure>,
) {
    let JobNews::Step { index } = news else { return };
    if call.terminal.json || told.is_err() {
        return;
    }
    match call.engine.plan_steps(id, index.into(), 1).await {
        Ok((some, _)) => {
            for step in some {
                if let Some(words) = ended(&step, call.terminal.colour)
                    && told.is_ok()
                {
                    *told = teller.aside(|| call.terminal.say(&words));
                }
            }
        }
        // The step itself is done; the summary at the end reads it again.
        Err(problem) => tracing::warn!(?problem, "a step could not be read for showing"),
    }
}

/// A step that has ended, in a line; nothing for skipped ones.
fn ended(step: &Step, colour: bool) -> Option<String> {
    let title = step.draft.as_ref().map_or(&step.group.title, |draft| &draft.title);
    let mut words = match (step.state, &step.issue) {
        (StepState::Done, Some(issue)) => {
            let did = match step.action {
                Action::Create => "created",
                Action::Recreate => "created again",
                Action::Update => "updated",
                Action::Attach => "attached",
                Action::Adopt => "taken over",
                Action::Close => "closed",
                Action::Reopen => "reopened",
                Action::Skip => return None,
            };
            format!("{} {}  {}  {}", Ink::Green.on(colour, did), issue.short(), issue.url, line(title))
        }
        (StepState::Failed, _) => {
            let why = step.problem.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("{} {}: {}", Ink::Red.on(colour, "failed"), line(title), line(&why))
        }
        _ => return None,
    };
    for dropped in &step.dropped {
        words.extend(["\n  ! ", &line(dropped)]);
    }
    Some(words)
}

/// The end of an application: document or summary, and the exit code. `done` steps were
/// done just now.
async fn finished(call: &Call<'_>, plan: Plan, done: u64, problem: Option<Problem>) -> Result<End, Failure> {
    let id = plan.id;
    // Stopped on the way: by a person (no problem, or only that it was cancelled), or by one.
    let stopped = matches!(plan.state, PlanState::Paused | PlanState::Applying | PlanState::Ready);
    let problem = problem.filter(|problem| problem.code != Code::Cancelled || !stopped);
    let end = match plan.state {
        PlanState::Done if problem.is_none() => End::Done,
        PlanState::Partly if plan.counts.done > 0 => End::Partly,
        _ if done > 0 => End::Partly,
        _ => End::Failed,
    };
    let resume = format!("Go on where it stopped: docket apply {id}");
    if let Some(mut problem) = problem {
        if stopped {
            let hint = problem.hint.take().unwrap_or_default();
            problem = problem.hint(format!("{hint} {resume}").trim().to_owned());
        }
        let plan_value = serde_json::to_value(&plan).map_err(Problem::internal)?;
        return Err(Failure::Told { problem, end, beside: vec![("plan", plan_value)] });
    }
    if call.terminal.json {
        let steps = steps(call, id).await?;
        document(&json!({ "plan": plan, "steps": steps, "done_now": done }))?;
    } else {
        call.terminal.say(&closing(&plan, done))?;
    }
    if stopped {
        call.terminal.note(&format!("Paused; nothing is lost. {resume}"));
    } else if plan.counts.failed > 0 {
        call.terminal.note(&format!("Try the failed ones again: docket retry {id}"));
    }
    Ok(end)
}

fn closing(plan: &Plan, done: u64) -> String {
    let counts = &plan.counts;
    let mut parts = vec![format!("Plan {} {}", plan.id, plan.state.label().to_lowercase())];
    if writes(plan) == 0 {
        parts.push(summary(plan));
    } else {
        parts.push(format!("{} of {} done", counts.done, count(writes(plan), "step")));
    }
    if done != counts.done && done > 0 {
        parts.push(format!("{done} of them now"));
    }
    for (n, what) in [(counts.failed, "failed"), (counts.uncertain, "being looked up")] {
        if n > 0 {
            parts.push(format!("{n} {what}"));
        }
    }
    if writes(plan) > 0 && counts.skipped_findings > 0 {
        parts.push(format!("{} skipped", count(counts.skipped_findings, "finding")));
    }
    parts.join(", ")
}
