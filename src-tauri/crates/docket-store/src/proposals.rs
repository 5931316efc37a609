//! Suggested judgements that wait for a person.
//!
//! A proposal rests on something (a suppression in a report, another tool's finding, an issue closed
//! elsewhere);
//! what it rests on is asked about once, and never again after an answer.

use docket_domain::{
    Code, FindingId, Problem, Proposal, ProposalId, ProposalState, Reason, Selection, Status, StatusSource,
    Suppression,
};
use rusqlite::Row;
use rusqlite::types::Value;

use crate::access::{Read, Tx, from_json_opt, json_opt, time, word, word_opt};
use crate::findings::change;

/// A proposal to be made.
#[derive(Debug, Clone)]
pub struct NewProposal {
    /// The finding.
    pub finding: FindingId,
    /// Suggested status.
    pub status: Status,
    /// Suggested finer reason.
    pub reason: Option<Reason>,
    /// Where it comes from, for people.
    pub why: String,
    /// The suppression behind it, if that is where it comes from.
    pub suppression: Option<Suppression>,
    /// The other tool's finding that it is about.
    pub other: Option<FindingId>,
    /// Names what it rests on; the same finding and origin are never asked about twice.
    pub origin: String,
}

/// A proposal, with the finding that it names if that is still there.
const SELECT: &str = "SELECT q.*, (SELECT id FROM finding WHERE id = q.other) AS there FROM proposal q";

fn read_row(row: &Row<'_>) -> rusqlite::Result<Proposal> {
    Ok(Proposal {
        id: ProposalId(row.get("id")?),
        finding: FindingId(row.get("finding")?),
        status: word(row, "status")?,
        reason: word_opt(row, "reason")?,
        why: row.get("why")?,
        suppression: from_json_opt(row, "suppression")?,
        other: row.get::<_, Option<i64>>("there")?.map(FindingId),
        state: word(row, "state")?,
        at: time(row, "at")?,
    })
}

/// Makes a proposal unless the same was made before; true when it is new.
pub fn open(tx: &Tx<'_>, new: &NewProposal) -> Result<bool, Problem> {
    let made = tx.execute(
        "INSERT OR IGNORE INTO proposal (finding, status, reason, why, suppression, origin, state, at, other) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'open', ?7, ?8)",
        (
            new.finding.0,
            new.status.as_str(),
            new.reason.map(Reason::as_str),
            &new.why,
            json_opt(new.suppression.as_ref())?,
            new.origin.as_bytes(),
            tx.now().0,
            new.other.map(|other| other.0),
        ),
    )?;
    if made > 0 {
        tx.execute("UPDATE finding SET proposals = proposals + 1 WHERE id = ?1", [new.finding.0])?;
        tx.touch_findings();
    }
    Ok(made > 0)
}

/// One proposal.
pub fn show(read: &Read<'_>, id: ProposalId) -> Result<Proposal, Problem> {
    read.first(&format!("{SELECT} WHERE q.id = ?1"), [id.0], read_row)?
        .ok_or_else(|| Problem::not_found("This suggestion does not exist any more."))
}

/// All proposals on a finding, oldest first.
pub fn of_finding(read: &Read<'_>, finding: FindingId) -> Result<Vec<Proposal>, Problem> {
    read.all(&format!("{SELECT} WHERE q.finding = ?1 ORDER BY q.id"), [finding.0], read_row)
}

/// Open proposals, oldest first, and how many there are.
pub fn list(read: &Read<'_>, offset: u64, limit: u32) -> Result<(Vec<Proposal>, u64), Problem> {
    let total = read.number("SELECT count(*) FROM proposal WHERE state = 'open'", [])?;
    let rows = read.all(
        &format!("{SELECT} WHERE q.state = 'open' ORDER BY q.id LIMIT ?2 OFFSET ?1"),
        (offset as i64, limit),
        read_row,
    )?;
    Ok((rows, total as u64))
}

/// Takes a proposal over as a decision of the person. Nothing happens when it was settled before.
///
/// # Errors
/// [`docket_domain::Code::Conflict`]: it says that another tool reports the same, which that one does not
/// any more.
pub fn accept(
    tx: &Tx<'_>,
    id: ProposalId,
    comment: Option<&str>,
    author: Option<&str>,
) -> Result<bool, Problem> {
    let proposal = show(tx, id)?;
    if proposal.reason == Some(Reason::Duplicate) && is_alone(tx, id)? {
        return Err(Problem::new(
            Code::Conflict,
            "The other tool does not report it any more: closing this one would hide the flaw.",
        )
        .hint("Dismiss the suggestion."));
    }
    if !settle(tx, &proposal, ProposalState::Accepted, author)? {
        return Ok(false);
    }
    let given = comment.map(str::trim).filter(|c| !c.is_empty());
    let why = given.unwrap_or(&proposal.why);
    change::picked(tx, "SELECT id FROM finding WHERE id = ?", &[Value::Integer(proposal.finding.0)])?;
    let decision =
        change::decide(tx, proposal.status, proposal.reason, Some(why), StatusSource::Person, author)?;
    let itself = (proposal.finding.0, proposal.finding.0);
    change::apply(tx, decision, proposal.status, proposal.reason, itself)?;
    tx.execute(
        "INSERT INTO event (finding, at, event, text, source, author, decision) \
         VALUES (?1, ?2, 'assessed', ?3, 'person', ?4, ?5)",
        (
            proposal.finding.0,
            tx.now().0,
            change::words(proposal.status, proposal.reason, Some(why)),
            author,
            decision,
        ),
    )?;
    Ok(true)
}

/// Whether the finding that a proposal names is not found any more.
fn is_alone(read: &Read<'_>, id: ProposalId) -> Result<bool, Problem> {
    let text = "SELECT NOT EXISTS (SELECT 1 FROM finding f WHERE f.id = q.other AND f.present = 1) FROM proposal q \
        WHERE q.id = ?1 AND q.other IS NOT NULL";
    Ok(read.first(text, [id.0], |row| row.get::<_, bool>(0))?.unwrap_or(false))
}

/// Answers what is suggested about selected findings: takes over the oldest suggestion of each, or turns
/// all of them down. Those that do not hold any more (see [`accept`]) stay. How many findings it was.
pub fn settle_all(
    tx: &Tx<'_>,
    selection: &Selection,
    take_over: bool,
    author: Option<&str>,
) -> Result<u64, Problem> {
    change::collect(tx, selection)?;
    let waiting = tx.all(
        "SELECT q.id, q.finding FROM picked p JOIN proposal q ON q.finding = p.id WHERE q.state = 'open' \
         ORDER BY q.finding, q.id",
        [],
        |row| Ok((ProposalId(row.get(0)?), row.get::<_, i64>(1)?)),
    )?;
    change::done(tx)?;
    let total = waiting.len() as u64;
    let (mut findings, mut before) = (0, None);
    for (done, (id, finding)) in (1_u64..).zip(waiting) {
        let is_first = before.replace(finding) != Some(finding);
        let settled = if !take_over {
            dismiss(tx, id, author)?
        } else if is_first {
            match accept(tx, id, None, author) {
                Err(problem) if problem.code == Code::Conflict => false,
                other => other?,
            }
        } else {
            false
        };
        findings += u64::from(settled && is_first);
        if done.is_multiple_of(500) || done == total {
            tx.tell(done, total)?;
        }
    }
    Ok(findings)
}

/// Turns a proposal down. Nothing happens when it was settled before.
pub fn dismiss(tx: &Tx<'_>, id: ProposalId, author: Option<&str>) -> Result<bool, Problem> {
    let proposal = show(tx, id)?;
    settle(tx, &proposal, ProposalState::Dismissed, author)
}

fn settle(
    tx: &Tx<'_>,
    proposal: &Proposal,
    state: ProposalState,
    author: Option<&str>,
) -> Result<bool, Problem> {
    let changed = tx.execute(
        "UPDATE proposal SET state = ?2, settled = ?3, author = ?4 WHERE id = ?1 AND state = 'open'",
        (proposal.id.0, state.as_str(), tx.now().0, author),
    )?;
    if changed > 0 {
        tx.execute(
            "UPDATE finding SET proposals = max(proposals - 1, 0) WHERE id = ?1",
            [proposal.finding.0],
        )?;
        tx.touch_findings();
    }
    Ok(changed > 0)
}
