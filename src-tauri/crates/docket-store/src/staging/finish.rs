//! A report enters the database: one transaction over the staging file and the database.

use std::path::PathBuf;

use docket_domain::{Completeness, Delta, Import, ImportId, ImportState, Mismatch, Problem, Timestamp};
use rusqlite::Connection;

use super::{FinishOptions, Source, apply, matching, raw, twins};
use crate::access::{Tx, from_json, json};
use crate::fault::sql;
use crate::imports;
use crate::store::{Shared, transaction};
use crate::take_back::Notes;

/// What was gathered while reading.
pub(crate) struct Given {
    pub(crate) path: PathBuf,
    pub(crate) source: Source,
    pub(crate) started: Timestamp,
    pub(crate) warnings: u64,
    pub(crate) options: FinishOptions,
}

/// Tells how far it is and hears whether to go on.
pub(super) struct Pace<P> {
    tell: P,
    done: u64,
    total: u64,
}

impl<P: FnMut(u64, u64) -> bool> Pace<P> {
    /// One record more. Every thousandth is told.
    pub(super) fn step(&mut self) -> Result<(), Problem> {
        self.done += 1;
        if self.done.is_multiple_of(1_000) { self.ask() } else { Ok(()) }
    }

    /// Hears whether to go on.
    pub(super) fn ask(&mut self) -> Result<(), Problem> {
        if (self.tell)(self.done, self.total) { Ok(()) } else { Err(Problem::cancelled()) }
    }
}

/// Runs on the writer's thread.
pub(crate) fn finish(
    conn: &mut Connection,
    shared: &Shared,
    given: &Given,
    progress: impl FnMut(u64, u64) -> bool,
) -> Result<Import, Problem> {
    conn.execute("ATTACH ?1 AS staged", [given.path.display().to_string()]).map_err(sql)?;
    // Nothing there has to survive a crash, and nothing of it is ever rolled back.
    let fast = conn.execute_batch("PRAGMA staged.journal_mode = OFF; PRAGMA staged.synchronous = OFF;");
    let result = fast
        .map_err(sql)
        .and_then(|()| transaction(conn, shared, !given.options.dry_run, |tx| enter(tx, given, progress)));
    // Cached statements hold the attached file open.
    conn.flush_prepared_statement_cache();
    let detached = conn.execute_batch("DETACH staged").map_err(sql);
    let import = result?;
    detached?;
    Ok(import)
}

fn enter(tx: &Tx<'_>, given: &Given, progress: impl FnMut(u64, u64) -> bool) -> Result<Import, Problem> {
    crate::applications::show(tx, given.source.application)?;
    let branch = given.source.branch.as_deref();
    let same_as = imports::same_bytes(tx, given.source.application, branch, &given.source.sha256)?;
    let import =
        imports::insert(tx, &given.source, given.started, ImportState::Done, given.warnings, same_as, None)?;
    let notes = Notes::begin(tx, import, given.options.dry_run)?;
    notes.rules(tx)?;
    tx.execute("INSERT OR REPLACE INTO rule (tool, id, body) SELECT tool, id, body FROM staged.rule", [])?;
    tx.execute("INSERT INTO import_warning SELECT ?1, id, message, place FROM staged.warning", [import.0])?;
    matching::drop_worthless_keys(tx)?;

    let total = tx.number("SELECT count(*) FROM staged.record", [])? as u64;
    let mut pace = Pace { tell: progress, done: 0, total };
    let put_by = put_by_indexes(tx, total)?;
    let mut runs = runs(tx)?;
    let scopes = tx.all("SELECT id FROM staged.scope ORDER BY id", [], |row| row.get::<_, i64>(0))?;
    let mut entered = Vec::with_capacity(scopes.len());
    for staged in scopes {
        let scope = scope(tx, staged, given, &notes)?;
        entered.push((staged, scope));
        let work = apply::Work { import, same_as, given, staged, scope, notes: &notes };
        apply::scope(tx, &work, &mut runs, &mut pace)?;
    }
    raw::keep(tx, import)?;
    for index in put_by {
        tx.conn.execute_batch(&index).map_err(sql)?;
    }
    let ids: Vec<i64> = entered.iter().map(|(_, scope)| *scope).collect();
    for (scope, suggested) in twins::suggest(tx, import, &ids)? {
        let staged = entered.iter().find(|(_, id)| *id == scope).map(|(staged, _)| *staged);
        if let Some(run) = runs.iter_mut().find(|run| Some(run.staged_scope) == staged) {
            run.delta.proposals += suggested;
        }
    }
    let mut sum = Delta::default();
    for (ordinal, run) in runs.iter().enumerate() {
        add(&mut sum, &run.delta);
        store_run(tx, import, ordinal, run)?;
    }
    tx.execute(
        "UPDATE import SET delta = ?2, ended = ?3 WHERE id = ?1",
        (import.0, json(&sum)?, tx.now().0),
    )?;
    notes.end(tx)?;
    tx.touch_findings();
    pace.done = total;
    pace.ask()?;
    let mut import = imports::show(tx, import)?;
    import.mismatch = runs.into_iter().find_map(|run| run.mismatch);
    Ok(import)
}

/// Before a report that outweighs what is there: drops the indexes that only lists use, and
/// returns the statements that make them again. Building an index once is far cheaper than
/// finding a place in it for each row. All of it is within the transaction.
fn put_by_indexes(tx: &Tx<'_>, records: u64) -> Result<Vec<String>, Problem> {
    /// Below this many records it is not worth it.
    const MANY: u64 = 20_000;
    let there = tx.number("SELECT count(*) FROM finding", [])? as u64;
    if records < MANY || records < there.saturating_mul(2) {
        return Ok(Vec::new());
    }
    // The matching itself looks findings up by scope, and by identity where there are any.
    put_by(tx, if there == 0 { "" } else { "finding_by_identity" })
}

/// Drops the indexes of findings but the one by scope, the one that is `needed`, and those of few
/// findings; the statements that make them again.
pub(crate) fn put_by(tx: &Tx<'_>, needed: &str) -> Result<Vec<String>, Problem> {
    let indexes = tx.all(
        "SELECT name, sql FROM main.sqlite_master WHERE type = 'index' AND tbl_name = 'finding' AND sql IS NOT NULL \
         AND name NOT IN ('finding_by_scope', ?1) AND sql NOT LIKE '% WHERE %'",
        [needed],
        |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)),
    )?;
    for (name, _) in &indexes {
        tx.conn.execute_batch(&format!("DROP INDEX main.{name}")).map_err(sql)?;
    }
    Ok(indexes.into_iter().map(|(_, text)| text).collect())
}

/// A run and what it changed.
pub(super) struct RunWork {
    pub(super) id: i64,
    pub(super) staged_scope: i64,
    pub(super) completeness: Completeness,
    pub(super) started: Option<Timestamp>,
    pub(super) delta: Delta,
    pub(super) held_back: Option<String>,
    pub(super) mismatch: Option<Mismatch>,
}

pub(super) fn runs(tx: &Tx<'_>) -> Result<Vec<RunWork>, Problem> {
    tx.all("SELECT * FROM staged.run ORDER BY id", [], |row| {
        Ok(RunWork {
            id: row.get("id")?,
            staged_scope: row.get("scope")?,
            completeness: from_json(row, "completeness")?,
            started: row.get::<_, Option<i64>>("started")?.map(Timestamp),
            delta: Delta {
                records: row.get::<_, i64>("records")? as u64,
                repeated: row.get::<_, i64>("repeated")? as u64,
                lost: row.get::<_, i64>("lost")? as u64,
                ..Delta::default()
            },
            held_back: None,
            mismatch: None,
        })
    })
}

fn store_run(tx: &Tx<'_>, import: ImportId, ordinal: usize, run: &RunWork) -> Result<(), Problem> {
    tx.execute(
        "INSERT INTO import_run (import, ordinal, tool, version, branch, category, revision, repository, started, \
         completeness, delta, held_back) SELECT ?1, ?2, tool, version, branch, category, revision, repository, \
         started, completeness, ?4, ?5 FROM staged.run WHERE id = ?3",
        (import.0, ordinal as i64, run.id, json(&run.delta)?, &run.held_back),
    )
    .map(drop)
}

/// The database's scope for one of the report's.
fn scope(tx: &Tx<'_>, staged: i64, given: &Given, notes: &Notes) -> Result<i64, Problem> {
    let made = tx.execute(
        "INSERT OR IGNORE INTO scope (application, tool, branch, category) \
         SELECT ?1, tool, branch, category FROM staged.scope WHERE id = ?2",
        (given.source.application.0, staged),
    )?;
    let scope = tx.number(
        "SELECT s.id FROM scope s JOIN staged.scope n ON n.tool = s.tool AND n.branch = s.branch \
         AND n.category = s.category WHERE s.application = ?1 AND n.id = ?2",
        (given.source.application.0, staged),
    )?;
    notes.scope(tx, scope, made > 0)?;
    Ok(scope)
}

pub(crate) fn add(sum: &mut Delta, part: &Delta) {
    sum.new += part.new;
    sum.unchanged += part.unchanged;
    sum.updated += part.updated;
    sum.reopened += part.reopened;
    sum.gone += part.gone;
    sum.proposals += part.proposals;
    sum.records += part.records;
    sum.repeated += part.repeated;
    sum.lost += part.lost;
}
