//! The very same report again: what it says is known, so it need not be read.

use docket_domain::{Delta, Import, ImportId, ImportState, Problem, Timestamp};

use crate::access::{Tx, from_json, json};
use crate::imports;
use crate::staging::Source;
use crate::take_back::Notes;

/// Notes that an application was scanned again with the very same outcome; none when the report has to
/// be read. It has not to be when the same bytes were read before by the same reader, as the last report
/// of all its scopes, nothing was held back then, and every finding that it saw is still where it was.
///
/// # Errors
/// The application is gone.
pub fn again(tx: &Tx<'_>, source: &Source, started: Timestamp) -> Result<Option<Import>, Problem> {
    crate::applications::show(tx, source.application)?;
    let branch = source.branch.as_deref();
    let Some(same) = imports::same_bytes(tx, source.application, branch, &source.sha256)? else {
        return Ok(None);
    };
    let runs = tx.all(
        "SELECT r.ordinal, r.delta, r.held_back IS NOT NULL OR m.reader <> ?2 OR m.reader = '' AS other FROM import_run r \
         JOIN import m ON m.id = r.import WHERE r.import = ?1 ORDER BY r.ordinal",
        (same.0, &source.reader),
        |row| Ok((row.get::<_, i64>(0)?, from_json::<Delta>(row, "delta")?, row.get::<_, bool>(2)?)),
    )?;
    let seen: u64 = runs.iter().map(|(_, delta, _)| saw(delta)).sum();
    if runs.is_empty() || runs.iter().any(|(.., other)| *other) || !is_as_it_was(tx, same, seen)? {
        return Ok(None);
    }
    let source = Source { format: format_of(tx, same)?, ..source.clone() };
    let import = imports::insert(tx, &source, started, ImportState::Done, 0, Some(same), None)?;
    let notes = Notes::begin(tx, import, false)?;
    let mut sum = Delta::default();
    for (ordinal, before, _) in &runs {
        let delta = Delta {
            unchanged: saw(before),
            records: before.records,
            repeated: before.repeated,
            lost: before.lost,
            ..Delta::default()
        };
        crate::staging::add(&mut sum, &delta);
        tx.execute(
            "INSERT INTO import_run (import, ordinal, tool, version, branch, category, revision, repository, started, \
             completeness, delta) SELECT ?1, ordinal, tool, version, branch, category, revision, repository, started, \
             completeness, ?4 FROM import_run WHERE import = ?2 AND ordinal = ?3",
            (import.0, same.0, ordinal, json(&delta)?),
        )?;
    }
    tx.execute(
        "INSERT INTO import_warning SELECT ?1, ordinal, message, place FROM import_warning WHERE import = ?2",
        (import.0, same.0),
    )?;
    tx.execute(
        "UPDATE import SET delta = ?2, ended = ?3, warning_count = (SELECT warning_count FROM import WHERE id = ?4) \
         WHERE id = ?1",
        (import.0, json(&sum)?, tx.now().0, same.0),
    )?;
    let scopes =
        tx.all("SELECT scope FROM take_back_scope WHERE import = ?1 ORDER BY scope", [same.0], |row| {
            row.get::<_, i64>(0)
        })?;
    for scope in scopes {
        notes.scope(tx, scope, false)?;
        notes.sightings_since(tx, scope, same)?;
        tx.execute(
            "UPDATE finding SET last_seen = max(last_seen, ?3), last_import = ?4 WHERE scope = ?1 AND last_import = ?2",
            (scope, same.0, started.0, import.0),
        )?;
    }
    notes.end(tx)?;
    tx.touch_findings();
    imports::show(tx, import).map(Some)
}

/// How many findings a run saw.
fn saw(delta: &Delta) -> u64 {
    delta.new + delta.unchanged + delta.updated + delta.reopened
}

/// No other report counted in its scopes since, and its findings are all there.
fn is_as_it_was(tx: &Tx<'_>, same: ImportId, seen: u64) -> Result<bool, Problem> {
    let last = tx.number(
        "SELECT max(import) FROM take_back_scope WHERE scope IN (SELECT scope FROM take_back_scope WHERE import = ?1)",
        [same.0],
    )?;
    // A finding that went to another application, or that a person took away, would come anew.
    let there = tx.number(
        "SELECT count(*) FROM finding WHERE scope IN (SELECT scope FROM take_back_scope WHERE import = ?1) \
         AND present = 1 AND last_import = ?1",
        [same.0],
    )?;
    Ok(last == same.0 && there as u64 == seen)
}

fn format_of(tx: &Tx<'_>, import: ImportId) -> Result<String, Problem> {
    let format = tx.first("SELECT format FROM import WHERE id = ?1", [import.0], |row| row.get(0))?;
    format.ok_or_else(|| Problem::internal("an import is gone"))
}
