//! What a report would change, found out without writing: beside the writer, on a connection of
//! its own that sees one consistent state. Other work goes on meanwhile.
//!
//! It matches with the same stages as an import and asks the same brake; it does not weigh
//! decisions, so what came back after it was closed by a person is counted as reopened.

use docket_domain::identity::Stage;
use docket_domain::{Delta, ImportId, Mismatch, Problem, RunSummary};
use rusqlite::Connection;

use super::finish::{self, Given, RunWork};
use super::{FinishOptions, Staging, apply, matching, mismatch};
use crate::access::{Read, Tx};
use crate::fault::sql;
use crate::imports;
use crate::take_back::Notes;

/// What a report would change.
#[derive(Debug, Clone, PartialEq)]
pub struct Glance {
    /// Each run.
    pub runs: Vec<RunSummary>,
    /// All runs together.
    pub delta: Delta,
    /// The last import of the very same bytes, if there is one.
    pub same_as: Option<ImportId>,
    /// It seems to belong elsewhere.
    pub mismatch: Option<Mismatch>,
    /// Warnings that were laid aside.
    pub warnings: u64,
}

/// Records between two questions whether to go on.
const STRIDE: u64 = 1_000;

impl Staging {
    /// Compares what was laid aside with what is stored, and changes nothing. Blocks: from async
    /// code call it on a blocking thread. `progress` is told how many of how many records are done,
    /// and cancels with `false`.
    pub fn glance(mut self, mut progress: impl FnMut(u64, u64) -> bool) -> Result<Glance, Problem> {
        let path = self.close()?;
        let given = Given {
            path,
            source: self.source.clone(),
            started: self.started,
            warnings: self.warnings,
            options: FinishOptions { dry_run: true, ..FinishOptions::default() },
        };
        let shared = self.store.shared();
        let conn = beside(&self.store, &given)?;
        // Deferred, and only the staging file is written: the database's writer is never waited for.
        conn.execute_batch("BEGIN").map_err(sql)?;
        let glance = compared(&Tx::new(&conn, shared), &given, self.records, &mut progress);
        conn.execute_batch("COMMIT").map_err(sql)?;
        glance
    }
}

/// A connection of its own, with the staging file beside the database.
fn beside(store: &crate::Store, given: &Given) -> Result<Connection, Problem> {
    let conn = crate::open::beside(store.data_dir())?;
    conn.execute("ATTACH ?1 AS staged", [given.path.display().to_string()]).map_err(sql)?;
    conn.execute_batch("PRAGMA staged.journal_mode = OFF; PRAGMA staged.synchronous = OFF;").map_err(sql)?;
    Ok(conn)
}

fn compared(
    tx: &Tx<'_>,
    given: &Given,
    records: u64,
    progress: &mut dyn FnMut(u64, u64) -> bool,
) -> Result<Glance, Problem> {
    let source = &given.source;
    let same_as = imports::same_bytes(tx, source.application, source.branch.as_deref(), &source.sha256)?;
    matching::drop_worthless_keys(tx)?;
    let mut runs = finish::runs(tx)?;
    let scopes = tx.all("SELECT id FROM staged.scope ORDER BY id", [], |row| row.get::<_, i64>(0))?;
    // Nothing is changed, so there is nothing to be taken back.
    let notes = Notes::begin(tx, ImportId(0), true)?;
    let (mut done, mut strange) = (0, None);
    for staged in scopes {
        let scope = known_scope(tx, staged, given)?;
        let work = apply::Work { import: ImportId(0), same_as, given, staged, scope, notes: &notes };
        let matches = matching::run(tx, staged, work.scope)?;
        let found = mismatch::look(tx, &work, &matches, &runs)?;
        strange = strange.or(found);
        count(tx, &work, &matches, &mut runs, &mut |n| {
            done += n;
            if progress(done, records) { Ok(()) } else { Err(Problem::cancelled()) }
        })?;
        // What would be closed, or what is held back and why, as an import would say it.
        apply::silent(&work, &matches, &mut runs);
    }
    let mut delta = Delta::default();
    for run in &runs {
        finish::add(&mut delta, &run.delta);
    }
    Ok(Glance { runs: summaries(tx, runs)?, delta, same_as, mismatch: strange, warnings: given.warnings })
}

/// The database's scope for one of the report's; 0, which none has, when it is new.
fn known_scope(read: &Read<'_>, staged: i64, given: &Given) -> Result<i64, Problem> {
    read.number(
        "SELECT s.id FROM scope s JOIN staged.scope n ON n.tool = s.tool AND n.branch = s.branch \
         AND n.category = s.category WHERE s.application = ?1 AND n.id = ?2",
        (given.source.application.0, staged),
    )
}

fn count(
    read: &Read<'_>,
    work: &apply::Work<'_>,
    matches: &matching::Matches,
    runs: &mut [RunWork],
    pace: &mut dyn FnMut(u64) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut statement = read
        .conn
        .prepare("SELECT id, run, absent FROM staged.record WHERE scope = ?1 ORDER BY id")
        .map_err(sql)?;
    let mut rows = statement.query([work.staged]).map_err(sql)?;
    let mut since = 0;
    while let Some(row) = rows.next().map_err(sql)? {
        let (id, run, absent): (i64, i64, bool) =
            row.get(0).and_then(|id| Ok((id, row.get(1)?, row.get(2)?))).map_err(sql)?;
        let delta = &mut runs[run as usize].delta;
        match matches.of_record[id as usize] {
            None if absent => {}
            None => delta.new += 1,
            Some((at, _)) if absent => delta.gone += u64::from(matches.old[at as usize].present),
            Some((at, _)) if !matches.old[at as usize].present => delta.reopened += 1,
            Some((_, Stage::Same)) => delta.unchanged += 1,
            Some(_) => delta.updated += 1,
        }
        since += 1;
        if since == STRIDE {
            pace(since)?;
            since = 0;
        }
    }
    pace(since)
}

fn summaries(read: &Read<'_>, runs: Vec<RunWork>) -> Result<Vec<RunSummary>, Problem> {
    let told = read.all("SELECT tool, version, branch, category FROM staged.run ORDER BY id", [], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    })?;
    let summaries = runs.into_iter().zip(told).map(|(run, (tool, version, branch, category))| RunSummary {
        tool,
        version,
        branch,
        category,
        completeness: run.completeness,
        delta: run.delta,
        held_back: run.held_back,
    });
    Ok(summaries.collect())
}
