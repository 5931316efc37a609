//! What a plan was made from: whether it still says what would be done.

use docket_domain::{FindingId, PlanId, Problem, Step};

use super::with_members;
use crate::access::Read;
use crate::facts;

/// A digest of the findings that a step speaks of.
pub(super) fn of(read: &Read<'_>, step: &Step) -> Result<String, Problem> {
    let leaving = step.leaves.iter().flat_map(|leaves| &leaves.findings);
    let all: Vec<FindingId> = step.group.findings.iter().chain(leaving).copied().collect();
    facts::of(read, &all)
}

/// Whether the findings of a step are no longer as they were when the plan was made.
pub fn is_stale(read: &Read<'_>, plan: PlanId, step: &Step) -> Result<bool, Problem> {
    let basis: Option<String> = read
        .first("SELECT basis FROM step WHERE plan = ?1 AND idx = ?2", (plan.0, step.index), |row| row.get(0))?
        .flatten();
    match basis {
        Some(basis) => Ok(of(read, step)? != basis),
        None => Ok(false),
    }
}

/// The steps that were not begun and whose findings are no longer as they were when the plan was
/// made. Steps of plans that keep no digests are never stale.
pub fn stale(read: &Read<'_>, plan: PlanId) -> Result<Vec<Step>, Problem> {
    let planned = read.all(
        "SELECT * FROM step WHERE plan = ?1 AND state = 'planned' AND basis IS NOT NULL ORDER BY idx",
        [plan.0],
        |row| Ok((super::read_step(row)?, row.get::<_, String>("basis")?)),
    )?;
    let mut stale = Vec::new();
    for (bare, basis) in planned {
        let step = with_members(read, plan, bare)?;
        if of(read, &step)? != basis {
            stale.push(step);
        }
    }
    Ok(stale)
}
