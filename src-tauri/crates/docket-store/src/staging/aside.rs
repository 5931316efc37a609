//! Records laid aside in a database file of their own while a report is read.

use docket_domain::Problem;
use rusqlite::{Connection, named_params};

use super::record::Record;
use crate::fault::sql;

/// Lays a record aside; false when it says exactly what an earlier one of its scope said.
pub(super) fn lay(conn: &Connection, run: usize, scope: i64, record: &Record<'_>) -> Result<bool, Problem> {
    let stored = conn
        .prepare_cached(
            "INSERT OR IGNORE INTO record (run, scope, absent, line, names, content, kind, rule, title, path, \
             place, spot, component, purl, severity, needs_review, identifiers, prose, body, suppressions, \
             raw_block, raw_at, raw_length) \
             VALUES (:run, :scope, :absent, :line, :names, :content, :kind, :rule, :title, :path, :place, :spot, \
             :component, :purl, :severity, :needs_review, :identifiers, :prose, :body, :suppressions, \
             :raw_block, :raw_at, :raw_length)",
        )
        .and_then(|mut s| {
            s.execute(named_params! {
                ":run": run as i64, ":scope": scope, ":absent": record.absent, ":line": record.line,
                ":names": record.names as i64, ":content": record.content.as_slice(),
                ":kind": record.kind, ":rule": record.rule, ":title": record.title,
                ":path": record.path, ":spot": record.spot, ":place": record.place,
                ":component": record.component, ":purl": record.purl,
                ":severity": record.severity, ":needs_review": record.needs_review,
                ":identifiers": record.words, ":prose": record.prose, ":body": record.body,
                ":suppressions": record.suppressions, ":raw_block": record.raw.map(|raw| raw.block),
                ":raw_at": record.raw.map(|raw| raw.at), ":raw_length": record.raw.map(|raw| raw.length),
            })
        })
        .map_err(sql)?
        > 0;
    if stored {
        lay_around(conn, scope, record)?;
    } else if record.suppressions.is_some() || !record.absent {
        // The repeated one may be the one that is there, or that carries the suppression.
        conn.prepare_cached(
            "UPDATE record SET absent = absent AND ?3, suppressions = coalesce(suppressions, ?4) \
             WHERE scope = ?1 AND content = ?2",
        )
        .and_then(|mut s| s.execute((scope, record.content.as_slice(), record.absent, record.suppressions)))
        .map_err(sql)?;
    }
    Ok(stored)
}

/// The keys, identifiers and further places of the record that was stored last.
fn lay_around(conn: &Connection, scope: i64, record: &Record<'_>) -> Result<(), Problem> {
    let id = conn.last_insert_rowid();
    let mut statement = conn
        .prepare_cached(
            "INSERT INTO key (record, scope, stage, key, name, value, rule_path) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )
        .map_err(sql)?;
    let mut values = record.values().peekable();
    for (at, (stage, key)) in super::matching::keys_in(record.keys).enumerate() {
        let rests = values.next_if(|rests| rests.key == at);
        let name = rests.map_or(0, |rests| rests.name) as i64;
        let value = rests.as_ref().map(|rests| rests.value.as_slice());
        let rule_path = value.map(|_| record.rule_path.as_slice());
        statement.execute((id, scope, stage, key.as_slice(), name, value, rule_path)).map_err(sql)?;
    }
    let mut statement = conn
        .prepare_cached("INSERT OR IGNORE INTO identifier (record, scheme, value) VALUES (?1, ?2, ?3)")
        .map_err(sql)?;
    for (scheme, value) in record.identifiers() {
        statement.execute((id, scheme, value)).map_err(sql)?;
    }
    let mut statement = conn
        .prepare_cached("INSERT INTO location (record, ordinal, path, line) VALUES (?1, ?2, ?3, ?4)")
        .map_err(sql)?;
    for (ordinal, path, line) in record.places() {
        statement.execute((id, ordinal, path, line)).map_err(sql)?;
    }
    Ok(())
}
