//! How steps are sent and how they end. Each end is one transaction: the issue, the links of its
//! findings and the step's state.

use docket_domain::planning::change::Footprint;
use docket_domain::{
    Action, Code, ConnectionId, FindingId, IssueRef, IssueState, MappingId, PlanId, Problem, StepState,
    Timestamp,
};

use super::step;
use crate::access::{Read, Tx, from_json, from_json_opt, json, json_opt};
use crate::{facts, links};

/// Notes that the step's request is about to leave. When the surrounding
/// [`crate::Store::write`] returns, this is on the disk. Refused unless the step is
/// `planned` or `uncertain`: what is sending or done is never sent again.
pub fn step_sending(tx: &Tx<'_>, plan: PlanId, index: u32) -> Result<Timestamp, Problem> {
    let now = tx.now();
    let changed = tx.execute(
        "UPDATE step SET state = 'sending', sent_at = ?3, sent_by = ?4, problem = NULL, ended_at = NULL \
         WHERE plan = ?1 AND idx = ?2 AND state IN ('planned', 'uncertain')",
        (plan.0, index, now.0, &tx.shared.alive.holder),
    )?;
    if changed == 0 {
        let state = step(tx, plan, index)?.state;
        return Err(Problem::new(
            Code::Conflict,
            format!("Step {} is «{}»; it is not sent again.", index + 1, state.label()),
        ));
    }
    Ok(now)
}

/// How a step ended well.
#[derive(Debug, Clone)]
pub struct StepDone {
    /// The issue, as the tracker named it.
    pub issue: IssueRef,
    /// Its state.
    pub state: IssueState,
    /// Its title, as the tracker kept it.
    pub title: String,
    /// What the tracker dropped or changed silently.
    pub dropped: Vec<String>,
}

/// Ends a step: the issue, the links of all its findings and the step's state in one go.
/// Findings that leave with the step are in the issue no more; a step that takes another one
/// back gives and takes what that one took and gave.
pub fn step_done(tx: &Tx<'_>, plan: PlanId, index: u32, done: &StepDone) -> Result<(), Problem> {
    let step = step(tx, plan, index)?;
    let (mapping, connection, undone) = tx
        .first("SELECT mapping, connection, undoes FROM plan WHERE id = ?1", [plan.0], |row| {
            Ok((MappingId(row.get(0)?), ConnectionId(row.get(1)?), row.get::<_, Option<i64>>(2)?.map(PlanId)))
        })?
        .ok_or_else(|| Problem::not_found("This plan does not exist any more."))?;
    let of_step = undoes(tx, plan, index)?;
    let (findings, leaving) = if let Some((plan, index)) = undone.zip(of_step) {
        let taken = super::step(tx, plan, index)?.leaves;
        (taken.into_iter().flat_map(|leaves| leaves.findings).collect(), linked_by(tx, plan, index)?)
    } else {
        let leaving = step.leaves.iter().flat_map(|leaves| &leaves.findings).copied().collect();
        (step.group.findings.clone(), leaving)
    };
    let written = step.draft.clone().filter(|draft| !draft.body.is_empty());
    let marker = step.draft.as_ref().map_or(&step.marker, |draft| &draft.marker).clone();
    let (issue, linked) = links::record(
        tx,
        &links::NewLink {
            connection,
            mapping: Some(mapping),
            issue: done.issue.clone(),
            marker,
            title: done.title.clone(),
            state: done.state.clone(),
            attached: step.attach,
            sent: written.clone(),
            findings,
        },
    )?;
    links::remove(tx, issue, &done.issue, &leaving)?;
    if matches!(step.action, Action::Close | Action::Reopen) {
        tx.execute("UPDATE issue SET ours = ?2 WHERE id = ?1", (issue, step.action == Action::Close))?;
    }
    if let Some(template) = &step.group.template {
        tx.execute("UPDATE issue SET template = ?2 WHERE id = ?1", (issue, json(template)?))?;
    }
    if written.is_some() {
        let digest = facts::of(tx, &links::findings_of(tx, issue)?)?;
        tx.execute("UPDATE issue SET facts = ?2 WHERE id = ?1", (issue, digest))?;
    }
    tx.execute(
        "UPDATE step SET state = 'done', issue = ?3, dropped = ?4, problem = NULL, ended_at = ?5, linked = ?6 \
         WHERE plan = ?1 AND idx = ?2",
        (plan.0, index, json(&done.issue)?, json(&done.dropped)?, tx.now().0, json(&linked)?),
    )
    .map(drop)
}

/// The step of the undone plan that this one takes back.
pub fn undoes(read: &Read<'_>, plan: PlanId, index: u32) -> Result<Option<u32>, Problem> {
    read.first("SELECT undoes FROM step WHERE plan = ?1 AND idx = ?2", (plan.0, index), |row| row.get(0))
        .map(Option::flatten)
}

/// The findings that a step put into its issue and that were not in it before.
pub fn linked_by(read: &Read<'_>, plan: PlanId, index: u32) -> Result<Vec<FindingId>, Problem> {
    read.first("SELECT linked FROM step WHERE plan = ?1 AND idx = ?2", (plan.0, index), |row| {
        from_json(row, "linked")
    })
    .map(Option::unwrap_or_default)
}

/// What a step did to an issue that was there; none when it has not been sent, or created one.
pub fn footprint(read: &Read<'_>, plan: PlanId, index: u32) -> Result<Option<Footprint>, Problem> {
    read.first("SELECT footprint FROM step WHERE plan = ?1 AND idx = ?2", (plan.0, index), |row| {
        from_json_opt(row, "footprint")
    })
    .map(Option::flatten)
}

/// Notes what a step is about to do to an issue, before it does. The first note stays: a step
/// that is sent again finds in the issue what it wrote itself.
pub fn write_footprint(tx: &Tx<'_>, plan: PlanId, index: u32, footprint: &Footprint) -> Result<(), Problem> {
    tx.execute(
        "UPDATE step SET footprint = coalesce(footprint, ?3) WHERE plan = ?1 AND idx = ?2",
        (plan.0, index, json(footprint)?),
    )
    .map(drop)
}

/// Ends a step that the tracker refused, or that was given up.
pub fn step_failed(tx: &Tx<'_>, plan: PlanId, index: u32, problem: &Problem) -> Result<(), Problem> {
    end_step(tx, plan, index, StepState::Failed, Some(problem))
}

/// Ends a step for which nothing had to be done after all.
pub fn step_skipped(tx: &Tx<'_>, plan: PlanId, index: u32, why: &str) -> Result<(), Problem> {
    tx.execute("UPDATE step SET why = ?3 WHERE plan = ?1 AND idx = ?2", (plan.0, index, why))?;
    end_step(tx, plan, index, StepState::Skipped, None)
}

/// Notes that it is not known whether the tracker did it.
pub fn step_uncertain(tx: &Tx<'_>, plan: PlanId, index: u32, problem: &Problem) -> Result<(), Problem> {
    end_step(tx, plan, index, StepState::Uncertain, Some(problem))
}

/// Puts a step back to `planned`: its request certainly did not leave, or a look-up by its
/// marker found nothing, or a person wants a failed one tried again.
pub fn step_again(tx: &Tx<'_>, plan: PlanId, index: u32) -> Result<(), Problem> {
    end_step(tx, plan, index, StepState::Planned, None)
}

/// Puts every failed step back to `planned`; how many.
pub fn retry_failed(tx: &Tx<'_>, plan: PlanId) -> Result<u64, Problem> {
    tx.execute(
        "UPDATE step SET state = 'planned', problem = NULL, ended_at = NULL, footprint = NULL WHERE plan = ?1 AND state = 'failed'",
        [plan.0],
    )
}

pub(crate) fn end_step(
    tx: &Tx<'_>,
    plan: PlanId,
    index: u32,
    state: StepState,
    problem: Option<&Problem>,
) -> Result<(), Problem> {
    let ended = state.is_final().then(|| tx.now().0);
    let changed = tx.execute(
        "UPDATE step SET state = ?3, problem = ?4, ended_at = ?5, \
         footprint = CASE WHEN ?3 <> 'planned' THEN footprint END WHERE plan = ?1 AND idx = ?2 AND state <> 'done'",
        (plan.0, index, state.as_str(), json_opt(problem)?, ended),
    )?;
    if changed == 0 {
        step(tx, plan, index)?;
        return Err(Problem::new(Code::Conflict, format!("Step {} is done already.", index + 1)));
    }
    Ok(())
}
