//! Stored plans and their steps.
//!
//! A step's intent is on the disk before its request leaves ([`step_sending`] commits with
//! `synchronous = FULL`), and its link is written together with its end ([`step_done`]).
//! What was `sending` when its process ended is `uncertain` afterwards: it is looked up by
//! its marker, never sent again blindly.

use std::collections::BTreeSet;

use docket_domain::group::GroupBy;
use docket_domain::planning::Load;
use docket_domain::{
    Action, Code, ConnectionId, FindingId, Group, GroupKey, IssueRef, MappingId, Plan, PlanCounts, PlanId,
    PlanState, Problem, Selection, Severity, Step, StepState,
};
use rusqlite::{Row, named_params};

use crate::access::{Read, Tx, from_json, from_json_opt, json, json_opt, time, time_opt, word, word_opt};

mod basis;
mod ends;

pub use basis::{is_stale, stale};
pub(crate) use ends::end_step;
pub use ends::{
    StepDone, footprint, linked_by, retry_failed, step_again, step_done, step_failed, step_sending,
    step_skipped, step_uncertain, undoes, write_footprint,
};

/// A plan to be stored.
#[derive(Debug, Clone)]
pub struct NewPlan {
    /// The mapping it pushes through.
    pub mapping: MappingId,
    /// A person's own name for it.
    pub name: Option<String>,
    /// How findings become issues.
    pub group_by: GroupBy,
    /// The selection in words.
    pub selection: String,
    /// The selection itself, to plan again; none for a plan that takes another one back.
    pub chosen: Option<Selection>,
    /// Findings in it.
    pub findings: u64,
    /// A digest of the mapping that it was made with.
    pub basis: String,
    /// The plan that it takes back, and for each step the one that it takes back there.
    pub undoes: Option<(PlanId, Vec<u32>)>,
    /// Things to know about the whole plan.
    pub warnings: Vec<String>,
    /// Estimated time to apply, milliseconds.
    pub estimate_ms: u64,
}

/// Stores a plan and its steps, in the order given (their `index` is set to it). Steps
/// that do nothing are stored as skipped.
pub fn insert(tx: &Tx<'_>, plan: &NewPlan, steps: &[Step]) -> Result<Plan, Problem> {
    let mapping = crate::mappings::show(tx, plan.mapping)?;
    let id = PlanId(tx.insert(
        "INSERT INTO plan (mapping, mapping_label, connection, target, group_by, selection, state, findings, \
         warnings, estimate_ms, created, name, basis, undoes, chosen) VALUES (:mapping, :label, :connection, :target, \
         :group_by, :selection, 'ready', :findings, :warnings, :estimate, :now, :name, :basis, :undoes, :chosen)",
        named_params! {
            ":mapping": mapping.id.0, ":label": mapping.label, ":connection": mapping.connection.0,
            ":target": mapping.target, ":group_by": json(&plan.group_by)?, ":selection": plan.selection,
            ":findings": plan.findings as i64, ":warnings": json(&plan.warnings)?,
            ":estimate": plan.estimate_ms as i64, ":now": tx.now().0, ":name": plan.name,
            ":chosen": json_opt(plan.chosen.as_ref())?, ":basis": plan.basis, ":undoes": plan.undoes.as_ref().map(|(id, _)| id.0),
        },
    )?);
    for (index, step) in steps.iter().enumerate() {
        let undoes = plan.undoes.as_ref().and_then(|(_, steps)| steps.get(index).copied());
        insert_step(tx, id, index, step, undoes)?;
    }
    show(tx, id)
}

fn insert_step(
    tx: &Tx<'_>,
    plan: PlanId,
    index: usize,
    step: &Step,
    undoes: Option<u32>,
) -> Result<(), Problem> {
    // What is taken back rests on the tracker alone, which is looked at when it is done.
    let basis = match (step.action, undoes) {
        (Action::Skip, _) | (_, Some(_)) => None,
        _ => Some(basis::of(tx, step)?),
    };
    let state = if step.action == Action::Skip { StepState::Skipped } else { step.state };
    tx.execute(
        "INSERT INTO step (plan, idx, group_values, group_title, severity, action, why, warnings, draft, marker, \
         issue, state, dropped, problem, sent_at, ended_at, members, applications, attach, leaves, basis, undoes, template) VALUES (:plan, :idx, :values, :title, \
         :severity, :action, :why, :warnings, :draft, :marker, :issue, :state, :dropped, :problem, :sent_at, \
         :ended_at, :members, :applications, :attach, :leaves, :basis, :undoes, :template)",
        named_params! {
            ":plan": plan.0, ":idx": index as i64, ":values": json(&step.group.values)?,
            ":title": step.group.title, ":severity": step.group.severity.rank(), ":action": step.action.as_str(),
            ":why": step.why, ":warnings": json(&step.warnings)?, ":draft": json_opt(step.draft.as_ref())?,
            ":marker": step.marker.as_str(), ":issue": json_opt(step.issue.as_ref())?, ":state": state.as_str(),
            ":dropped": json(&step.dropped)?, ":problem": json_opt(step.problem.as_ref())?,
            ":sent_at": step.sent_at.map(|t| t.0), ":ended_at": step.ended_at.map(|t| t.0),
            ":members": step.group.findings.len() as i64, ":applications": json(&step.group.applications)?,
            ":attach": step.attach.map(docket_domain::group::AttachAs::as_str), ":leaves": json(&step.leaves)?, ":basis": basis,
            ":undoes": undoes, ":template": json_opt(step.group.template.as_ref())?,
        },
    )?;
    for (ordinal, finding) in step.group.findings.iter().enumerate() {
        tx.execute(
            "INSERT INTO step_finding VALUES (?1, ?2, ?3, ?4)",
            (plan.0, index as i64, ordinal as i64, finding.0),
        )?;
    }
    Ok(())
}

/// How a plan groups: plans of before there was more than keys hold the list of keys alone.
fn group_by(row: &Row<'_>) -> rusqlite::Result<GroupBy> {
    match from_json::<Vec<GroupKey>>(row, "group_by") {
        Ok(keys) => Ok(keys.into()),
        Err(_) => from_json(row, "group_by"),
    }
}

fn read_plan(row: &Row<'_>) -> rusqlite::Result<Plan> {
    Ok(Plan {
        id: PlanId(row.get("id")?),
        mapping: MappingId(row.get("mapping")?),
        mapping_label: row.get("mapping_label")?,
        target: row.get("target")?,
        name: row.get("name")?,
        group_by: group_by(row)?,
        undoes: row.get::<_, Option<i64>>("undoes")?.map(PlanId),
        selection: row.get("selection")?,
        state: word(row, "state")?,
        elsewhere: false,
        counts: PlanCounts { findings: row.get::<_, i64>("findings")? as u64, ..PlanCounts::default() },
        warnings: from_json(row, "warnings")?,
        estimate_ms: row.get::<_, i64>("estimate_ms")? as u64,
        created: time(row, "created")?,
        started: time_opt(row, "started")?,
        ended: time_opt(row, "ended")?,
    })
}

/// Whether another process that lives applies the plan.
fn elsewhere(read: &Read<'_>, plan: &Plan) -> Result<bool, Problem> {
    if plan.state != PlanState::Applying {
        return Ok(false);
    }
    let by = read.first("SELECT applied_by FROM plan WHERE id = ?1", [plan.id.0], |row| {
        row.get::<_, Option<String>>(0)
    })?;
    let alive = &read.shared.alive;
    Ok(match by.flatten().filter(|holder| *holder != alive.holder) {
        Some(holder) => alive.living()?.contains(&holder),
        None => false,
    })
}

fn counted(read: &Read<'_>, mut plan: Plan) -> Result<Plan, Problem> {
    plan.elsewhere = elsewhere(read, &plan)?;
    let rows = read.all(
        "SELECT action, state, count(*) AS n, sum(members) AS members FROM step WHERE plan = ?1 \
         GROUP BY action, state",
        [plan.id.0],
        |row| {
            Ok((
                word::<Action>(row, "action")?,
                word::<StepState>(row, "state")?,
                row.get::<_, i64>("n")? as u64,
                row.get::<_, i64>("members")? as u64,
            ))
        },
    )?;
    let counts = &mut plan.counts;
    for (action, state, steps, members) in rows {
        counts.steps += steps;
        match action {
            Action::Create | Action::Recreate => counts.create += steps,
            Action::Update => counts.update += steps,
            Action::Attach => counts.attach += steps,
            Action::Adopt => counts.adopt += steps,
            Action::Close => counts.close += steps,
            Action::Reopen => counts.reopen += steps,
            Action::Skip => {
                counts.skip += steps;
                counts.skipped_findings += members;
            }
        }
        match state {
            StepState::Done => counts.done += steps,
            StepState::Failed => counts.failed += steps,
            StepState::Uncertain | StepState::Sending => counts.uncertain += steps,
            StepState::Planned | StepState::Skipped => {}
        }
    }
    Ok(plan)
}

/// The last `limit` plans, newest first, with their counts.
pub fn list(read: &Read<'_>, limit: u32) -> Result<Vec<Plan>, Problem> {
    let plans = read.all("SELECT * FROM plan ORDER BY id DESC LIMIT ?1", [limit], read_plan)?;
    plans.into_iter().map(|p| counted(read, p)).collect()
}

/// One plan with its counts.
pub fn show(read: &Read<'_>, id: PlanId) -> Result<Plan, Problem> {
    let plan = read
        .first("SELECT * FROM plan WHERE id = ?1", [id.0], read_plan)?
        .ok_or_else(|| Problem::not_found("This plan does not exist any more."))?;
    counted(read, plan)
}

/// The connection that a plan pushes through (it may have been removed since).
pub fn connection(read: &Read<'_>, id: PlanId) -> Result<ConnectionId, Problem> {
    read.first("SELECT connection FROM plan WHERE id = ?1", [id.0], |row| row.get(0).map(ConnectionId))?
        .ok_or_else(|| Problem::not_found("This plan does not exist any more."))
}

fn read_step(row: &Row<'_>) -> rusqlite::Result<Step> {
    Ok(Step {
        index: row.get("idx")?,
        group: Group {
            values: from_json(row, "group_values")?,
            title: row.get("group_title")?,
            findings: Vec::new(),
            severity: Severity::from_rank(row.get("severity")?),
            applications: from_json(row, "applications")?,
            template: from_json_opt(row, "template")?,
        },
        action: word(row, "action")?,
        why: row.get("why")?,
        warnings: from_json(row, "warnings")?,
        draft: from_json_opt(row, "draft")?,
        marker: word(row, "marker")?,
        issue: from_json_opt(row, "issue")?,
        attach: word_opt(row, "attach")?,
        leaves: from_json(row, "leaves")?,
        state: word(row, "state")?,
        dropped: from_json(row, "dropped")?,
        problem: from_json_opt(row, "problem")?,
        sent_at: time_opt(row, "sent_at")?,
        ended_at: time_opt(row, "ended_at")?,
    })
}

fn with_members(read: &Read<'_>, plan: PlanId, mut step: Step) -> Result<Step, Problem> {
    step.group.findings = read.all(
        "SELECT finding FROM step_finding WHERE plan = ?1 AND idx = ?2 ORDER BY ordinal",
        (plan.0, step.index),
        |row| row.get(0).map(FindingId),
    )?;
    Ok(step)
}

/// A page of a plan's steps, and how many there are.
pub fn steps(
    read: &Read<'_>,
    plan: PlanId,
    only: Option<StepState>,
    offset: u64,
    limit: u32,
) -> Result<(Vec<Step>, u64), Problem> {
    let only = only.map(StepState::as_str);
    let total = read.number(
        "SELECT count(*) FROM step WHERE plan = ?1 AND state = coalesce(?2, state)",
        (plan.0, only),
    )?;
    let bare = read.all(
        "SELECT * FROM step WHERE plan = ?1 AND state = coalesce(?4, state) ORDER BY idx LIMIT ?3 OFFSET ?2",
        (plan.0, offset as i64, limit, only),
        read_step,
    )?;
    let steps = bare.into_iter().map(|s| with_members(read, plan, s)).collect::<Result<_, _>>()?;
    Ok((steps, total as u64))
}

/// Every step of a plan, in order.
pub fn all_steps(read: &Read<'_>, plan: PlanId) -> Result<Vec<Step>, Problem> {
    let bare = read.all("SELECT * FROM step WHERE plan = ?1 ORDER BY idx", [plan.0], read_step)?;
    bare.into_iter().map(|step| with_members(read, plan, step)).collect()
}

/// One step.
pub fn step(read: &Read<'_>, plan: PlanId, index: u32) -> Result<Step, Problem> {
    let bare = read
        .first("SELECT * FROM step WHERE plan = ?1 AND idx = ?2", (plan.0, index), read_step)?
        .ok_or_else(|| Problem::not_found("This step does not exist any more."))?;
    with_members(read, plan, bare)
}

/// The first step in one of `states`, in plan order: what to do next.
pub fn next_step(read: &Read<'_>, plan: PlanId, states: &[StepState]) -> Result<Option<Step>, Problem> {
    let mut found: Option<Step> = None;
    for state in states {
        let step = read.first(
            "SELECT * FROM step WHERE plan = ?1 AND state = ?2 ORDER BY idx LIMIT 1",
            (plan.0, state.as_str()),
            read_step,
        )?;
        if step.as_ref().is_some_and(|s| found.as_ref().is_none_or(|f| s.index < f.index)) {
            found = step;
        }
    }
    found.map(|s| with_members(read, plan, s)).transpose()
}

/// The issue of the step with this marker, and whether the step has come to a good end.
pub fn issue_of(read: &Read<'_>, plan: PlanId, marker: &str) -> Result<Option<(IssueRef, bool)>, Problem> {
    let found = read.first(
        "SELECT issue, state IN ('done', 'skipped') AS ended FROM step WHERE plan = ?1 AND marker = ?2",
        (plan.0, marker),
        |row| Ok((from_json_opt(row, "issue")?, row.get::<_, bool>("ended")?)),
    )?;
    Ok(found.and_then(|(issue, ended)| Some((issue?, ended))))
}

/// Names a plan, or takes its name away.
pub fn rename(tx: &Tx<'_>, id: PlanId, name: Option<&str>) -> Result<Plan, Problem> {
    tx.execute("UPDATE plan SET name = ?2 WHERE id = ?1", (id.0, name))?;
    show(tx, id)
}

/// The selection that a plan was made for, to plan again; none where it was not kept.
pub fn chosen(read: &Read<'_>, id: PlanId) -> Result<Option<Selection>, Problem> {
    read.first("SELECT chosen FROM plan WHERE id = ?1", [id.0], |row| from_json_opt(row, "chosen"))
        .map(Option::flatten)
}

/// A digest of the mapping that a plan was made with; none for plans of before it was kept.
pub fn mapping_basis(read: &Read<'_>, id: PlanId) -> Result<Option<String>, Problem> {
    read.first("SELECT basis FROM plan WHERE id = ?1", [id.0], |row| row.get(0)).map(Option::flatten)
}

/// `first` and the steps right behind it that are in the same state and change issues too, each an
/// issue of its own, at most `most` in all.
pub fn alike(read: &Read<'_>, plan: PlanId, first: Step, most: usize) -> Result<Vec<Step>, Problem> {
    let behind = read.all(
        "SELECT * FROM step WHERE plan = ?1 AND state = ?2 AND idx > ?3 ORDER BY idx LIMIT ?4",
        (plan.0, first.state.as_str(), first.index, most.saturating_sub(1) as i64),
        read_step,
    )?;
    let name = |step: &Step| step.issue.as_ref().map(IssueRef::short);
    let mut issues = BTreeSet::from([name(&first)]);
    let alike = behind
        .into_iter()
        .take_while(|step| step.action.changes() && step.leaves.is_empty() && issues.insert(name(step)));
    let alike: Vec<Step> = alike.map(|step| with_members(read, plan, step)).collect::<Result<_, _>>()?;
    Ok(std::iter::once(first).chain(alike).collect())
}

/// Sets how long the rest of a plan is estimated to take, milliseconds.
pub fn set_estimate(tx: &Tx<'_>, id: PlanId, estimate_ms: u64) -> Result<Plan, Problem> {
    tx.execute("UPDATE plan SET estimate_ms = ?2 WHERE id = ?1", (id.0, estimate_ms as i64))?;
    show(tx, id)
}

/// What is still to be written, in numbers.
pub fn load(read: &Read<'_>, plan: PlanId) -> Result<Load, Problem> {
    let counted = read.all(
        "SELECT action, count(*), sum(coalesce(json_array_length(draft, '$.follow_ups'), 0)) FROM step \
         WHERE plan = ?1 AND state NOT IN ('done', 'failed', 'skipped') GROUP BY action",
        [plan.0],
        |row| {
            Ok((word::<Action>(row, "action")?, row.get::<_, i64>(1)? as u64, row.get::<_, i64>(2)? as u64))
        },
    )?;
    let mut load = Load::default();
    for (action, steps, comments) in counted {
        if action.creates() {
            load.creates += steps;
        } else if action.changes() {
            load.updates += steps;
        } else {
            continue;
        }
        load.comments += comments;
    }
    Ok(load)
}

/// Sets a plan's state; notes when applying began and when it ended.
pub fn set_state(tx: &Tx<'_>, id: PlanId, state: PlanState) -> Result<Plan, Problem> {
    let now = tx.now().0;
    let ended = matches!(state, PlanState::Done | PlanState::Partly | PlanState::Cancelled);
    tx.execute(
        "UPDATE plan SET state = ?2, started = CASE WHEN ?2 = 'applying' THEN coalesce(started, ?3) ELSE started END, \
         ended = CASE WHEN ?4 THEN ?3 ELSE NULL END, applied_by = CASE WHEN ?2 = 'applying' THEN ?5 END WHERE id = ?1",
        (id.0, state.as_str(), now, ended, &tx.shared.alive.holder),
    )?;
    show(tx, id)
}

/// Sets the state that the steps say: `Done` or `Partly` when every step is final, else
/// `Paused`. Call it when applying stops: what this process has left `sending` is uncertain then.
pub fn settle(tx: &Tx<'_>, id: PlanId) -> Result<Plan, Problem> {
    tx.execute(
        "UPDATE step SET state = 'uncertain' WHERE plan = ?1 AND state = 'sending' AND sent_by = ?2",
        (id.0, &tx.shared.alive.holder),
    )?;
    let plan = show(tx, id)?;
    let open = tx.number(
        "SELECT count(*) FROM step WHERE plan = ?1 AND state IN ('planned', 'sending', 'uncertain')",
        [id.0],
    )?;
    let state = match (open, plan.counts.failed) {
        (0, 0) => PlanState::Done,
        (0, _) => PlanState::Partly,
        _ => PlanState::Paused,
    };
    set_state(tx, id, state)
}

/// Replaces a step's draft and title (edited in the preview). Only while it is `planned`.
pub fn set_draft(
    tx: &Tx<'_>,
    plan: PlanId,
    index: u32,
    draft: &docket_domain::IssueDraft,
) -> Result<(), Problem> {
    let changed = tx.execute(
        "UPDATE step SET draft = ?3 WHERE plan = ?1 AND idx = ?2 AND state = 'planned'",
        (plan.0, index, json(draft)?),
    )?;
    if changed == 0 {
        return Err(Problem::new(Code::Conflict, "This step has begun already; it can no longer be edited."));
    }
    Ok(())
}

/// Removes a plan. Refused while it is being applied, or while the outcome of a step is unknown.
pub fn remove(tx: &Tx<'_>, id: PlanId) -> Result<(), Problem> {
    let plan = show(tx, id)?;
    if plan.state == PlanState::Applying || plan.counts.uncertain > 0 {
        return Err(Problem::new(
            Code::Conflict,
            "The plan is being applied, or it is not known yet what became of one of its steps.",
        )
        .hint("Let it finish, or resume it so that the open step is looked up."));
    }
    tx.execute("DELETE FROM plan WHERE id = ?1", [id.0]).map(drop)
}
