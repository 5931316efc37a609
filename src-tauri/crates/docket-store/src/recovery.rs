//! Putting right, at opening, what processes that are gone left in the middle.

use std::collections::BTreeSet;

use docket_domain::{Code, PlanId, PlanState, Problem, StepState};

use crate::access::{Read, Tx};
use crate::store::Recovered;
use crate::{jobs, leases, plans};

/// Whether a process that is gone left anything to be put right.
pub(crate) fn is_amiss(read: &Read<'_>, living: &BTreeSet<String>) -> Result<bool, Problem> {
    let holders = read.all(
        "SELECT holder FROM job WHERE state = 'running' UNION ALL SELECT holder FROM lease \
         UNION ALL SELECT ifnull(sent_by, '') FROM step WHERE state = 'sending' \
         UNION ALL SELECT ifnull(applied_by, '') FROM plan WHERE state = 'applying'",
        [],
        |row| row.get::<_, String>(0),
    )?;
    Ok(holders.iter().any(|h| !living.contains(h.split('/').next().unwrap_or(h))))
}

pub(crate) fn recover(tx: &Tx<'_>, living: &BTreeSet<String>) -> Result<Recovered, Problem> {
    leases::release_dead(tx, living)?;
    let jobs = jobs::interrupt_dead(tx, living)?;
    let (steps, plans) = push(tx, living)?;
    Ok(Recovered { steps, jobs, plans })
}

/// Everything that a process which is gone left in the middle: steps `sending` become
/// `uncertain`, plans `applying` become `paused`. Returns how many of each.
fn push(tx: &Tx<'_>, living: &BTreeSet<String>) -> Result<(u64, u64), Problem> {
    let sending = tx.all("SELECT plan, idx, sent_by FROM step WHERE state = 'sending'", [], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, Option<String>>(2)?))
    })?;
    let mut steps = 0;
    let mut busy = BTreeSet::new();
    for (plan, index, by) in sending {
        if by.is_some_and(|by| living.contains(&by)) {
            busy.insert(plan);
            continue;
        }
        let problem = Problem::new(Code::Uncertain, "Docket ended while this issue was being sent.")
            .hint("Resume the plan: Docket looks for the issue before it does anything else.");
        plans::end_step(tx, PlanId(plan), index as u32, StepState::Uncertain, Some(&problem))?;
        steps += 1;
    }
    let applying =
        tx.all("SELECT id, coalesce(applied_by, '') FROM plan WHERE state = 'applying'", [], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
        })?;
    let mut plans = 0;
    for (id, by) in applying {
        if !living.contains(&by) && !busy.contains(&id) {
            plans::set_state(tx, PlanId(id), PlanState::Paused)?;
            plans += 1;
        }
    }
    Ok((steps, plans))
}
