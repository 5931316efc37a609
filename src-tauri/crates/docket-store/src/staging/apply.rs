//! What a matched report changes in one scope.

use docket_domain::assessment::{effective, survives_sighting};
use docket_domain::identity::Stage;
use docket_domain::{
    Completeness, FindingId, ImportId, Mismatch, Problem, Reason, Severity, Status, Suppression,
    SuppressionStatus, Timestamp,
};
use rusqlite::Row;

use super::births;
use super::finish::{Given, Pace, RunWork};
use super::matching::{self, Matches};
use super::{mismatch, twins};
use crate::access::{Tx, from_json_opt, word, word_opt};
use crate::fault::sql;
use crate::proposals::{self, NewProposal};
use crate::take_back::Notes;

/// Closing this share of at least [`FEW`] open findings needs a person's yes.
const MASS: f64 = 0.9;
const FEW: u64 = 10;

/// One scope of the report.
pub(super) struct Work<'a> {
    pub(super) import: ImportId,
    pub(super) same_as: Option<ImportId>,
    pub(super) given: &'a Given,
    /// The scope's number in the staging file.
    pub(super) staged: i64,
    /// Its row in the database.
    pub(super) scope: i64,
    /// What is needed to take the import back.
    pub(super) notes: &'a Notes,
}

/// A staged record, without its body.
struct Record {
    id: i64,
    run: usize,
    absent: bool,
    suppressions: Option<Vec<Suppression>>,
}

/// What is to be written for a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nothing: it is known as it is, or says that something is gone.
    Untouched,
    /// A new finding.
    Born,
    /// Everything around this finding's row, which is up to date itself.
    Written(i64),
}

/// Matches and applies one scope.
pub(super) fn scope<P: FnMut(u64, u64) -> bool>(
    tx: &Tx<'_>,
    work: &Work<'_>,
    runs: &mut [RunWork],
    pace: &mut Pace<P>,
) -> Result<(), Problem> {
    let matches = matching::run(tx, work.staged, work.scope)?;
    pace.ask()?;
    heed(work, mismatch::look(tx, work, &matches, runs)?, runs)?;
    tx.conn
        .execute_batch(
            "DROP TABLE IF EXISTS staged.seen; CREATE TABLE staged.seen (finding INTEGER PRIMARY KEY);",
        )
        .map_err(sql)?;
    let mut fates = vec![Fate::Untouched; matches.of_record.len()];
    let mut absent = Vec::new();
    let mut suppressed = Vec::new();
    each_record(tx, work.staged, |record| {
        pace.step()?;
        let delta = &mut runs[record.run].delta;
        match matches.of_record[record.id as usize] {
            // Said to be gone, and never heard of.
            None if record.absent => return Ok(()),
            None => {
                delta.new += 1;
                fates[record.id as usize] = Fate::Born;
            }
            Some((at, _)) if record.absent => {
                absent.push((at, record.run));
                return Ok(());
            }
            Some((at, stage)) => {
                let finding = matches.old[at as usize].id;
                tx.execute("INSERT INTO staged.seen VALUES (?1)", [finding])?;
                let came_back = sighted(tx, work, &matches.old[at as usize], runs[record.run].started)?;
                let changed = stage != Stage::Same;
                if changed {
                    update(tx, work, finding, record.id)?;
                    fates[record.id as usize] = Fate::Written(finding);
                }
                let delta = &mut runs[record.run].delta;
                match (came_back, changed) {
                    (true, _) => delta.reopened += 1,
                    (false, true) => delta.updated += 1,
                    (false, false) => delta.unchanged += 1,
                }
            }
        }
        if let Some(list) = record.suppressions {
            suppressed.push((record.id, record.run, list));
        }
        Ok(())
    })?;
    births::write(tx, work, &mut fates)?;
    work.notes.sightings(tx, work.scope)?;
    tx.execute(
        "UPDATE finding SET last_seen = max(last_seen, ?1), last_import = ?2 \
         WHERE id IN (SELECT finding FROM staged.seen)",
        (work.given.started.0, work.import.0),
    )?;
    for (record, run, list) in suppressed {
        let finding = match (matches.of_record[record as usize], fates[record as usize]) {
            (Some((at, _)), _) => matches.old[at as usize].id,
            (None, Fate::Written(finding)) => finding,
            (None, _) => continue,
        };
        runs[run].delta.proposals += propose(tx, &work.given.source.file, FindingId(finding), &list)?;
    }
    let mut leaving = Vec::new();
    for (at, run) in absent {
        let old = &matches.old[at as usize];
        if old.present && !matches!(runs[run].completeness, Completeness::Failed { .. }) {
            runs[run].delta.gone += 1;
            leaving.push((old.id, old.decision));
        }
    }
    leaving.extend(silent(work, &matches, runs));
    let bereaved = leave(tx, work, &leaving)?;
    if let Some(run) = runs.iter_mut().find(|run| run.staged_scope == work.staged) {
        run.delta.proposals += bereaved;
    }
    Ok(())
}

/// A report that seems to belong elsewhere is refused, unless it is only tried or a person said yes.
fn heed(work: &Work<'_>, found: Option<Mismatch>, runs: &mut [RunWork]) -> Result<(), Problem> {
    let Some(mismatch) = found.filter(|_| !work.given.options.allow_mismatch) else { return Ok(()) };
    if !work.given.options.dry_run {
        return Err(mismatch.problem());
    }
    for run in runs.iter_mut().filter(|run| run.staged_scope == work.staged) {
        run.mismatch.get_or_insert_with(|| mismatch.clone());
    }
    Ok(())
}

fn each_record(
    tx: &Tx<'_>,
    staged: i64,
    mut visit: impl FnMut(Record) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut statement = tx
        .conn
        .prepare("SELECT id, run, absent, suppressions FROM staged.record WHERE scope = ?1 ORDER BY id")
        .map_err(sql)?;
    let mut rows = statement.query([staged]).map_err(sql)?;
    while let Some(row) = rows.next().map_err(sql)? {
        visit(read_record(row).map_err(sql)?)?;
    }
    Ok(())
}

fn read_record(row: &Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record {
        id: row.get("id")?,
        run: row.get::<_, i64>("run")? as usize,
        absent: row.get("absent")?,
        suppressions: from_json_opt(row, "suppressions")?,
    })
}

/// A known finding was seen. True when it was closed and counts as open again.
fn sighted(
    tx: &Tx<'_>,
    work: &Work<'_>,
    old: &matching::Old,
    run_started: Option<Timestamp>,
) -> Result<bool, Problem> {
    let decision = match old.decision {
        Some(decision) => {
            tx.first("SELECT status, reason, at FROM decision WHERE id = ?1", [decision], |row| {
                Ok((
                    word::<Status>(row, "status")?,
                    word_opt::<Reason>(row, "reason")?,
                    Timestamp(row.get("at")?),
                ))
            })?
        }
        None => None,
    };
    let contradicted = match decision {
        Some((status, reason, at)) if !survives_sighting(status, reason) => {
            // A report from before the decision knows nothing of it.
            let older_bytes = match work.same_as {
                Some(same) => tx.number("SELECT started FROM import WHERE id = ?1", [same.0])? < at.0,
                None => false,
            };
            !older_bytes && run_started.is_none_or(|started| started >= at)
        }
        _ => false,
    };
    if old.present && !contradicted {
        return Ok(false);
    }
    work.notes.state(tx, old.id, old.present, old.decision)?;
    let kept = decision.filter(|_| !contradicted).map(|(status, reason, _)| (status, reason));
    let before = effective(old.present, decision.map(|(status, reason, _)| (status, reason)));
    let (status, reason) = effective(true, kept);
    tx.execute(
        "UPDATE finding SET present = 1, status = ?2, reason = ?3, decision = CASE WHEN ?4 THEN NULL ELSE decision END \
         WHERE id = ?1",
        (old.id, status.as_str(), reason.map(Reason::as_str), contradicted),
    )?;
    let reopened = before.0 == Status::Closed && status != Status::Closed;
    if reopened {
        event(tx, work, old.id, "reopened", &format!("Found again in {}", work.given.source.file))?;
    }
    Ok(reopened)
}

fn event(tx: &Tx<'_>, work: &Work<'_>, finding: i64, kind: &str, text: &str) -> Result<(), Problem> {
    tx.execute(
        "INSERT INTO event (finding, at, event, text, source, import) VALUES (?1, ?2, ?3, ?4, 'import', ?5)",
        (finding, work.given.started.0, kind, text, work.import.0),
    )
    .map(drop)
}

/// A known finding says something else now: moved, renamed, reworded, rated anew. Tells the
/// history, and clears away what [`births::write`] then writes anew.
fn update(tx: &Tx<'_>, work: &Work<'_>, finding: i64, record: i64) -> Result<(), Problem> {
    work.notes.rows(tx, finding)?;
    let told = tx.first(
        "SELECT f.path AS old_path, r.path AS new_path, f.report_severity AS old_severity, r.severity AS new_severity \
         FROM finding f, staged.record r WHERE f.id = ?1 AND r.id = ?2",
        (finding, record),
        |row| {
            Ok((
                row.get::<_, String>("old_path")?,
                row.get::<_, String>("new_path")?,
                Severity::from_rank(row.get("old_severity")?),
                Severity::from_rank(row.get("new_severity")?),
            ))
        },
    )?;
    if let Some((old_path, new_path, old_severity, new_severity)) = told {
        if old_path != new_path {
            event(tx, work, finding, "moved", &format!("{old_path} → {new_path}"))?;
        }
        if old_severity != new_severity {
            let text = format!("Report: {} → {}", old_severity.label(), new_severity.label());
            event(tx, work, finding, "severity", &text)?;
        }
    }
    tx.execute("DELETE FROM identifier WHERE finding = ?1", [finding])?;
    tx.execute("DELETE FROM location WHERE finding = ?1", [finding]).map(drop)
}

/// What a complete report does not name any more, each with its decision. Empty when closing is held back, which
/// the run's summary then says.
pub(super) fn silent(work: &Work<'_>, matches: &Matches, runs: &mut [RunWork]) -> Vec<(i64, Option<i64>)> {
    let mine: Vec<usize> = (0..runs.len()).filter(|&r| runs[r].staged_scope == work.staged).collect();
    let Some(&last) = mine.last() else { return Vec::new() };
    let there = matches.old.iter().filter(|o| o.present).count() as u64;
    let missing: Vec<(i64, Option<i64>)> =
        matches.old.iter().filter(|o| o.present && !o.matched).map(|o| (o.id, o.decision)).collect();
    if missing.is_empty() {
        return missing;
    }
    let count = missing.len() as u64;
    let unread: u64 = mine.iter().map(|&r| runs[r].delta.lost).sum();
    let anyway = work.given.options.close_anyway;
    let reason = mine.iter().find_map(|&r| match &runs[r].completeness {
        Completeness::Complete => None,
        Completeness::Partial { reason } => Some(format!("the report is not complete ({reason})")),
        Completeness::Failed { reason } => Some(format!("the run failed ({reason})")),
    });
    let why = if let Some(reason) = reason {
        reason
    } else if unread > 0 && !anyway {
        format!("{unread} of its records could not be read")
    } else if there >= FEW && count as f64 >= MASS * there as f64 && !anyway {
        format!("that would be {count} of {there} open findings at once")
    } else {
        runs[last].delta.gone += count;
        return missing;
    };
    runs[last].held_back = Some(format!("{count} findings that this report does not name stay open: {why}."));
    Vec::new()
}

/// Findings that are not there any more, each with its decision. How many suggestions that makes.
fn leave(tx: &Tx<'_>, work: &Work<'_>, findings: &[(i64, Option<i64>)]) -> Result<u64, Problem> {
    let (status, reason) = effective(false, None);
    let mut suggested = 0;
    for (finding, decision) in findings {
        work.notes.state(tx, *finding, true, *decision)?;
        // A decision other than «active» outlives the finding's absence.
        tx.execute(
            "UPDATE finding SET present = 0, reason = CASE WHEN status = 'active' THEN ?3 ELSE reason END, \
             status = CASE WHEN status = 'active' THEN ?2 ELSE status END WHERE id = ?1",
            (finding, status.as_str(), reason.map(Reason::as_str)),
        )?;
        event(tx, work, *finding, "gone", &format!("Not found any more in {}", work.given.source.file))?;
        suggested += twins::bereave(tx, *finding)?;
    }
    Ok(suggested)
}

/// Turns the suppressions of a record into a proposal: one in the source says that the tool
/// is wrong there, one kept elsewhere that the risk was accepted, unless its reason says
/// otherwise in words; one under review asks for a look. A refused one asks for nothing.
/// The number of proposals that are new.
pub(super) fn propose(
    tx: &Tx<'_>,
    file: &str,
    finding: FindingId,
    list: &[Suppression],
) -> Result<u64, Problem> {
    let by_status = |status| list.iter().find(|s| s.status == status);
    let accepted = by_status(SuppressionStatus::Accepted);
    let Some(suppression) = accepted.or_else(|| by_status(SuppressionStatus::UnderReview)) else {
        return Ok(0);
    };
    let (status, reason) = suggested(suppression);
    let decided = tx.first(
        "SELECT d.status, d.reason FROM finding f JOIN decision d ON d.id = f.decision WHERE f.id = ?1",
        [finding.0],
        |row| Ok((word::<Status>(row, "status")?, word_opt::<Reason>(row, "reason")?)),
    )?;
    if decided.is_some_and(|d| d.0 == status && (reason.is_none() || d.1 == reason)) {
        return Ok(0);
    }
    let justification = suppression.justification.as_deref().unwrap_or("no reason given");
    let new = NewProposal {
        finding,
        status,
        reason,
        why: format!("Suppressed in {file} ({}): {justification}", suppression.kind),
        suppression: Some(suppression.clone()),
        other: None,
        origin: format!("suppression\0{}\0{}\0{justification}", suppression.kind, suppression.status),
    };
    proposals::open(tx, &new).map(u64::from)
}

fn suggested(suppression: &Suppression) -> (Status, Option<Reason>) {
    if suppression.status == SuppressionStatus::UnderReview {
        return (Status::Active, Some(Reason::InReview));
    }
    let words = suppression.justification.as_deref().unwrap_or_default().to_lowercase();
    let says = |phrases: &[&str]| phrases.iter().any(|p| words.contains(p));
    if says(&["false positive", "false-positive", "not vulnerable", "not exploitable"]) {
        (Status::FalsePositive, None)
    } else if says(&["accepted", "accept the risk", "won't fix", "wont fix", "wontfix"]) {
        (Status::RiskAccepted, None)
    } else if suppression.kind == "inSource" {
        (Status::FalsePositive, None)
    } else {
        (Status::RiskAccepted, None)
    }
}
