//! Long work: its row, for the list and for what was interrupted.

use std::collections::BTreeSet;

use docket_domain::job::{Job, JobState, Progress};
use docket_domain::{JobId, Problem};
use rusqlite::Row;

use crate::access::{Read, Tx, from_json_opt, json, json_opt, time, time_opt, word};

/// Ended jobs that are kept.
const KEPT: i64 = 200;

fn read_row(row: &Row<'_>) -> rusqlite::Result<Job> {
    Ok(Job {
        id: JobId(row.get("id")?),
        kind: row.get("kind")?,
        title: row.get("title")?,
        state: word(row, "state")?,
        progress: from_json_opt(row, "progress")?,
        problem: from_json_opt(row, "problem")?,
        started: time(row, "started")?,
        ended: time_opt(row, "ended")?,
    })
}

/// Begins a job, run by this store's process.
pub fn begin(tx: &Tx<'_>, kind: &str, title: &str) -> Result<Job, Problem> {
    let id = tx.insert(
        "INSERT INTO job (kind, title, state, holder, started) VALUES (?1, ?2, 'running', ?3, ?4)",
        (kind, title, &tx.shared.alive.holder, tx.now().0),
    )?;
    tx.execute("DELETE FROM job WHERE state <> 'running' AND id <= ?1", [id - KEPT])?;
    show(tx, JobId(id))
}

/// Notes how far a running job is.
pub fn progress(tx: &Tx<'_>, id: JobId, progress: &Progress) -> Result<(), Problem> {
    tx.execute("UPDATE job SET progress = ?2 WHERE id = ?1 AND state = 'running'", (id.0, json(progress)?))
        .map(drop)
}

/// Ends a job; an ended one stays as it is.
pub fn end(tx: &Tx<'_>, id: JobId, state: JobState, problem: Option<&Problem>) -> Result<Job, Problem> {
    tx.execute(
        "UPDATE job SET state = ?2, problem = ?3, ended = ?4 WHERE id = ?1 AND state = 'running'",
        (id.0, state.as_str(), json_opt(problem)?, tx.now().0),
    )?;
    show(tx, id)
}

/// One job.
pub fn show(read: &Read<'_>, id: JobId) -> Result<Job, Problem> {
    read.first("SELECT * FROM job WHERE id = ?1", [id.0], read_row)?
        .ok_or_else(|| Problem::not_found("This job is not known any more."))
}

/// The last `limit` jobs, newest first.
pub fn list(read: &Read<'_>, limit: u32) -> Result<Vec<Job>, Problem> {
    read.all("SELECT * FROM job ORDER BY id DESC LIMIT ?1", [limit], read_row)
}

/// Jobs that run now, oldest first, in whichever process.
pub fn running(read: &Read<'_>) -> Result<Vec<Job>, Problem> {
    read.all("SELECT * FROM job WHERE state = 'running' ORDER BY id", [], read_row)
}

/// Marks what ended with its process.
pub(crate) fn interrupt_dead(tx: &Tx<'_>, living: &BTreeSet<String>) -> Result<u64, Problem> {
    let running = tx.all("SELECT id, holder FROM job WHERE state = 'running'", [], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
    })?;
    let mut count = 0;
    for (id, _) in running.into_iter().filter(|(_, holder)| !living.contains(holder)) {
        end(tx, JobId(id), JobState::Interrupted, None)?;
        count += 1;
    }
    Ok(count)
}
