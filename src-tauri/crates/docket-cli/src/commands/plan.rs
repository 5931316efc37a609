//! `docket plan`, `docket plans`, `docket plan-show`: what a push would do.

use std::io::Write;

use docket_domain::planning::change::{DiffMark, Difference};
use docket_domain::{Action, Code, Plan, PlanId, Step, StepState, Taken};
use serde::Serialize;

use super::{count, moment};
use crate::args::{PlanArgs, PlanShowArgs, RowsFormat};
use crate::call::Call;
use crate::end::{End, Failure};
use crate::pick;
use crate::progress::estimate;
use crate::table::{Cell, gives, number, print, whole};
use crate::terminal::{Ink, block, document, line, output};
use crate::watch::quietly;

/// A plan with its steps, as `--json` shows it. Without a plan there was nothing to plan.
#[derive(Serialize)]
pub(super) struct WholePlan {
    /// The plan.
    pub plan: Option<Plan>,
    /// Its steps, in order.
    pub steps: Vec<Step>,
}

/// Steps that are read at once.
const PAGE: u32 = 500;

/// Every step of a plan.
pub(super) async fn steps(call: &Call<'_>, id: PlanId) -> Result<Vec<Step>, Failure> {
    let mut all = Vec::new();
    loop {
        let (some, total) = call.engine.plan_steps(id, all.len() as u64, PAGE).await?;
        let last = some.is_empty();
        all.extend(some);
        if last || all.len() as u64 >= total {
            return Ok(all);
        }
    }
}

/// Plans a push; none when the query matches nothing.
pub(super) async fn planned(call: &Call<'_>, args: &PlanArgs) -> Result<Option<Plan>, Failure> {
    let mapping = pick::mapping(&call.engine, &args.mapping).await?;
    let selection = call.matching(&args.query, args.app.as_deref()).await?;
    if call.engine.finding_count(selection.clone()).await?.total == 0 {
        call.terminal.note("No finding matches; there is nothing to push.");
        return Ok(None);
    }
    let by = super::group::grouped(call, args, mapping.id, &selection).await?;
    let engine = &call.engine;
    Ok(Some(quietly(call, |listener| engine.plan_make(selection, mapping.id, by, listener)).await?))
}

pub(super) async fn make(call: &Call<'_>, args: PlanArgs) -> Result<End, Failure> {
    let plan = planned(call, &args).await?;
    made(call, plan).await
}

/// Makes a plan anew.
pub(super) async fn again(call: &Call<'_>, id: PlanId) -> Result<End, Failure> {
    let engine = &call.engine;
    let plan = quietly(call, |listener| engine.plan_again(id, listener)).await?;
    made(call, Some(plan)).await
}

async fn made(call: &Call<'_>, plan: Option<Plan>) -> Result<End, Failure> {
    let steps = match &plan {
        Some(plan) => steps(call, plan.id).await?,
        None => Vec::new(),
    };
    if call.terminal.json {
        document(&WholePlan { plan, steps })?;
    } else if let Some(plan) = plan {
        describe(call, &plan, &steps)?;
        if writes(&plan) > 0 {
            call.terminal.note(&format!("Nothing was written. Do it: docket apply {}", plan.id));
        }
    }
    Ok(End::Done)
}

/// Steps that write to the tracker or take an issue over.
pub(super) fn writes(plan: &Plan) -> u64 {
    plan.counts.steps - plan.counts.skip
}

/// What a plan does, in a line.
pub(super) fn summary(plan: &Plan) -> String {
    let counts = &plan.counts;
    let mut parts = Vec::new();
    for (n, what) in [
        (counts.create, "to create"),
        (counts.update, "to update"),
        (counts.attach, "to attach to"),
        (counts.adopt, "to take over"),
        (counts.reopen, "to reopen"),
        (counts.close, "to close"),
    ] {
        if n > 0 {
            parts.push(format!("{} {what}", count(n, "issue")));
        }
    }
    if parts.is_empty() {
        parts.push("nothing to write".to_owned());
    }
    if counts.skip > 0 {
        parts.push(format!("{} skipped", count(counts.skipped_findings, "finding")));
    }
    parts.join(", ")
}

/// The whole plan for people.
pub(super) fn describe(call: &Call<'_>, plan: &Plan, steps: &[Step]) -> Result<(), Failure> {
    let colour = call.terminal.colour;
    let mut out = output();
    let name = plan.name.as_ref().map(|name| format!(" «{name}»")).unwrap_or_default();
    let head = format!("Plan {}{name} for {}: {}", plan.id, plan.target, summary(plan));
    writeln!(out, "{}", Ink::Bold.on(colour, &line(&head)))?;
    let keys = plan.group_by.words();
    let selection = line(&plan.selection);
    writeln!(
        out,
        "{} of «{selection}», grouped by {keys}, {}",
        count(plan.counts.findings, "finding"),
        plan.state.label().to_lowercase()
    )?;
    if writes(plan) > 0 {
        writeln!(out, "takes {}", estimate(plan.estimate_ms))?;
    }
    for warning in &plan.warnings {
        writeln!(out, "{} {}", Ink::Yellow.on(colour, "!"), line(warning))?;
    }
    drop(out);
    let columns = [
        number("STEP"),
        whole("ACTION"),
        whole("STATE"),
        number("FINDINGS"),
        whole("SEVERITY"),
        gives("ISSUE"),
        gives("WHY"),
    ];
    let rows: Vec<Vec<Cell>> = steps.iter().map(row).collect();
    print(call.terminal, &columns, &rows, "It has no steps.")
}

fn row(step: &Step) -> Vec<Cell> {
    let title = step.draft.as_ref().map_or(step.group.title.as_str(), |draft| draft.title.as_str());
    let issue = step.issue.as_ref().map(|issue| format!("{} ", issue.short())).unwrap_or_default();
    let ink = match step.state {
        StepState::Failed => Ink::Red,
        StepState::Uncertain | StepState::Sending => Ink::Yellow,
        StepState::Done => Ink::Green,
        _ => Ink::Plain,
    };
    let mut why = step.problem.as_ref().map_or_else(|| step.why.clone(), |problem| problem.message.clone());
    if !step.warnings.is_empty() {
        why = format!("{why} (! {})", step.warnings.join("; "));
    }
    vec![
        step.index.to_string().into(),
        Cell::inked(step.action.label(), if step.action == Action::Skip { Ink::Dim } else { Ink::Plain }),
        Cell::inked(step.state.label(), ink),
        step.group.findings.len().to_string().into(),
        Cell::inked(step.group.severity.label(), super::findings::severity_ink(step.group.severity)),
        format!("{issue}{title}").into(),
        why.into(),
    ]
}

pub(super) async fn list(call: &Call<'_>) -> Result<End, Failure> {
    let plans = call.engine.plan_list().await?;
    if call.terminal.json {
        document(&plans)?;
        return Ok(End::Done);
    }
    let columns =
        [number("ID"), whole("STATE"), gives("MAPPING"), gives("SELECTION"), gives("WHAT"), whole("MADE")];
    let rows: Vec<Vec<Cell>> = plans
        .iter()
        .map(|plan| {
            let (id, state) = (plan.id.to_string().into(), plan.state.label().into());
            let selection = plan.name.as_deref().unwrap_or(&plan.selection);
            let (mapping, selection) = (plan.mapping_label.as_str().into(), selection.into());
            vec![id, state, mapping, selection, summary(plan).into(), moment(plan.created).into()]
        })
        .collect();
    print(call.terminal, &columns, &rows, "There is no plan yet: docket plan …")?;
    Ok(End::Done)
}

pub(super) async fn show(call: &Call<'_>, args: PlanShowArgs) -> Result<End, Failure> {
    let plan = call.engine.plan_show(args.plan).await?;
    if let Some(format) = args.format {
        call.one_way_to_write(format)?;
        if format == RowsFormat::Docket {
            return Err(Failure::usage(
                "A plan has no findings of its own to write as Docket JSON.",
                "Use table, json, csv or markdown.",
            ));
        }
        if let Some(format) = format.exported().filter(|_| !call.terminal.json) {
            let (_, text) = call.engine.plan_export(plan.id, format, Vec::new()).await?;
            let mut out = output();
            out.write_all(&text)?;
            return Ok(out.flush().map(|()| End::Done)?);
        }
    }
    let Some(index) = args.step else {
        let steps = steps(call, plan.id).await?;
        if call.terminal.json {
            document(&WholePlan { plan: Some(plan), steps })?;
        } else {
            describe(call, &plan, &steps)?;
        }
        return Ok(End::Done);
    };
    let (some, total) = call.engine.plan_steps(plan.id, index.into(), 1).await?;
    let Some(step) = some.into_iter().next() else {
        return Err(docket_domain::Problem::not_found(format!("Plan {} has no step {index}.", plan.id))
            .hint(format!("It has {}, counted from 0.", count(total, "step")))
            .into());
    };
    if args.diff {
        let difference = call.engine.plan_difference(plan.id, index).await?;
        if call.terminal.json {
            document(&difference)?;
        } else {
            change(call, &difference)?;
        }
        return Ok(End::Done);
    }
    // Without the mapping it cannot be told any more; the step itself is still there to be seen.
    let taken = match call.engine.plan_step_guard(plan.id, index).await {
        Err(problem) if problem.code == Code::NotFound => Vec::new(),
        told => told?,
    };
    let taken: Vec<Taken> = taken.iter().map(Taken::masked).collect();
    if call.terminal.json {
        let mut value = serde_json::to_value(&step)?;
        value["taken_out"] = serde_json::to_value(&taken)?;
        document(&value)?;
    } else {
        issue(call, &step, &taken)?;
    }
    Ok(End::Done)
}

/// Gives a plan a name.
pub(super) async fn rename(call: &Call<'_>, id: PlanId, name: &str) -> Result<End, Failure> {
    let plan = call.engine.plan_rename(id, name).await?;
    if call.terminal.json {
        document(&plan)?;
    } else {
        call.terminal.say(&match &plan.name {
            Some(name) => format!("Plan {id} is called «{name}»."),
            None => format!("Plan {id} has no name any more."),
        })?;
    }
    Ok(End::Done)
}

/// What a step changes, as `diff` shows it.
fn change(call: &Call<'_>, difference: &Difference) -> Result<(), Failure> {
    let colour = call.terminal.colour;
    let mut out = output();
    let change = &difference.change;
    for words in difference.problem.iter().chain(&difference.kept) {
        writeln!(out, "{} {}", Ink::Yellow.on(colour, "!"), line(words))?;
    }
    for (sign, ink, labels) in [("+", Ink::Green, &change.add_labels), ("-", Ink::Red, &change.remove_labels)]
    {
        for label in labels {
            writeln!(out, "{}", ink.on(colour, &line(&format!("{sign} label {label}"))))?;
        }
    }
    for set in change.severity.iter().chain(&change.status) {
        writeln!(out, "{}", Ink::Green.on(colour, &line(&format!("+ {} = {}", set.field, set.value))))?;
    }
    if let Some(open) = change.open {
        writeln!(out, "{}", if open { "opened" } else { "closed" })?;
    }
    for row in &difference.body {
        let words = match row.mark {
            DiffMark::Same => format!("  {}", line(&row.text)),
            DiffMark::Added => Ink::Green.on(colour, &format!("+ {}", line(&row.text))),
            DiffMark::Removed => Ink::Red.on(colour, &format!("- {}", line(&row.text))),
            DiffMark::Gap => Ink::Dim.on(colour, &format!("… {}", row.text)),
        };
        writeln!(out, "{words}")?;
    }
    if let Some(comment) = &change.comment {
        writeln!(out, "\n{}\n{}", Ink::Dim.on(colour, "and as a comment:"), block(comment))?;
    }
    Ok(out.flush()?)
}

/// A step with the text of its issue.
fn issue(call: &Call<'_>, step: &Step, taken: &[Taken]) -> Result<(), Failure> {
    let colour = call.terminal.colour;
    let mut out = output();
    let fact =
        |name: &str, value: &str| format!("{}{}", Ink::Dim.on(colour, &format!("{name:<11}")), line(value));
    writeln!(
        out,
        "{}",
        fact("Step", &format!("{}: {} ({})", step.index, step.action.label(), step.state.label()))
    )?;
    writeln!(out, "{}", fact("Why", &step.why))?;
    let ids: Vec<String> = step.group.findings.iter().map(ToString::to_string).collect();
    writeln!(out, "{}", fact("Findings", &ids.join(" ")))?;
    if let Some(issue) = &step.issue {
        writeln!(out, "{}", fact("Issue", &format!("{} {}", issue.short(), issue.url)))?;
    }
    if let Some(problem) = &step.problem {
        writeln!(out, "{}", fact("Problem", &problem.to_string()))?;
    }
    for words in step.warnings.iter().chain(&step.dropped) {
        writeln!(out, "{}", fact("Note", words))?;
    }
    if let Some(draft) = &step.draft {
        for (name, words) in [("Labels", &draft.labels), ("Assignees", &draft.assignees)] {
            if !words.is_empty() {
                writeln!(out, "{}", fact(name, &words.join(", ")))?;
            }
        }
        if let Some(milestone) = &draft.milestone {
            writeln!(out, "{}", fact("Milestone", milestone))?;
        }
        writeln!(out, "\n{}\n\n{}", Ink::Bold.on(colour, &line(&draft.title)), block(&draft.body))?;
        for comment in &draft.follow_ups {
            writeln!(out, "\n{}\n{}", Ink::Dim.on(colour, "and as a comment:"), block(comment))?;
        }
    }
    if !taken.is_empty() {
        writeln!(out, "\n{}", Ink::Bold.on(colour, "Kept back from it"))?;
        super::guard::show(call, taken, &mut out)?;
    }
    Ok(out.flush()?)
}
