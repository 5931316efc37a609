//! What an import changed becomes again what it was.

use docket_domain::assessment::effective;
use docket_domain::{ApplicationId, Found, Problem, Reason, Status};
use rusqlite::types::Value;
use rusqlite::{OptionalExtension as _, params_from_iter};

use super::layout::{AROUND, REPORTED};
use super::notes::{ROWS, STATE};
use super::pack::Unpacked;
use super::{Added, Pace};
use crate::access::{Tx, from_body, word, word_opt};
use crate::body_block::BODY;
use crate::fault::sql;

/// What was restored. Counts are findings.
#[derive(Default)]
pub(super) struct Done {
    pub(super) restored: u64,
    pub(super) opened: u64,
    pub(super) closed: u64,
    pub(super) left_alone: u64,
}

/// Restores what is noted of each finding, and afterwards the full text.
pub(super) fn restore<P: FnMut(u64, u64) -> bool>(
    tx: &Tx<'_>,
    added: &Added,
    pace: &mut Pace<P>,
) -> Result<Done, Problem> {
    tx.conn
        .execute_batch(
            "CREATE TEMP TABLE IF NOT EXISTS reworded (id INTEGER PRIMARY KEY); DELETE FROM reworded; \
             CREATE TEMP TABLE IF NOT EXISTS left_alone (id INTEGER PRIMARY KEY); DELETE FROM left_alone;",
        )
        .map_err(sql)?;
    let mut done = Done::default();
    let parts = tx.number("SELECT count(*) FROM take_back_part WHERE import = ?1", [added.import])?;
    for ordinal in 0..parts {
        let packed = tx.first(
            "SELECT rows FROM take_back_part WHERE import = ?1 AND ordinal = ?2",
            (added.import, ordinal),
            |row| row.get::<_, Vec<u8>>(0),
        )?;
        let packed = packed.ok_or_else(|| Problem::internal("a part of an import's notes is gone"))?;
        part(tx, added, &packed, &mut done, pace)?;
    }
    full_text(tx)?;
    let application = ApplicationId(added.application);
    if crate::owners::text(tx, application)?.is_some() {
        crate::owners::bring_up_to_date(tx, application, "SELECT id FROM reworded")?;
    }
    done.left_alone = tx.number("SELECT count(*) FROM left_alone", [])? as u64;
    Ok(done)
}

/// A table and its columns, as a part names them.
type Table = (String, Vec<String>);

fn part<P: FnMut(u64, u64) -> bool>(
    tx: &Tx<'_>,
    added: &Added,
    packed: &[u8],
    done: &mut Done,
    pace: &mut Pace<P>,
) -> Result<(), Problem> {
    let mut from = Unpacked::inflate(packed)?;
    let mut tables: Vec<Table> = Vec::new();
    for _ in 0..from.number()? {
        let table = from.text()?;
        let columns = (0..from.number()?).map(|_| from.text()).collect::<Result<Vec<_>, _>>()?;
        tables.push((known_table(table)?, known_columns(columns)?));
    }
    let mut since = 0;
    while !from.is_done() {
        let kind = from.byte()?;
        let finding = from.number()? as i64;
        let scope = still_ours(tx, added, finding)?;
        if scope.is_none() {
            tx.execute("INSERT OR IGNORE INTO left_alone VALUES (?1)", [finding])?;
        }
        match kind {
            ROWS => {
                let rows = read_rows(&mut from, &tables)?;
                if scope.is_some() {
                    reword(tx, finding, &tables, &rows)?;
                    done.restored += 1;
                }
            }
            STATE => {
                let present = from.byte()? != 0;
                let decision = Some(from.number()? as i64).filter(|id| *id > 0);
                if scope.is_some() {
                    set_state(tx, finding, present, decision, done)?;
                }
            }
            _ => return Err(Problem::internal("an unknown note of an import")),
        }
        since += 1;
        if since % 1_000 == 0 {
            pace.step(1_000)?;
        }
    }
    pace.step(since % 1_000)
}

/// Names in a part become text of statements, so only known ones are taken.
fn known_table(table: String) -> Result<String, Problem> {
    let known = table == "finding" || AROUND.iter().any(|around| around.table == table);
    if known { Ok(table) } else { Err(Problem::internal("an unknown table in an import's notes")) }
}

fn known_columns(columns: Vec<String>) -> Result<Vec<String>, Problem> {
    let known =
        |name: &str| REPORTED.contains(&name) || AROUND.iter().any(|around| around.columns.contains(&name));
    if columns.iter().all(|column| known(column)) {
        Ok(columns)
    } else {
        Err(Problem::internal("an unknown column in an import's notes"))
    }
}

/// The finding's scope, when it still is one of the import's and no other import saw it since.
fn still_ours(tx: &Tx<'_>, added: &Added, finding: i64) -> Result<Option<i64>, Problem> {
    tx.first(
        "SELECT scope FROM finding WHERE id = ?1 AND last_import <= ?2 \
         AND scope IN (SELECT scope FROM take_back_scope WHERE import = ?2)",
        (finding, added.import),
        |row| row.get(0),
    )
}

/// A finding's rows, table by table.
fn read_rows(from: &mut Unpacked, tables: &[Table]) -> Result<Vec<Vec<Vec<Value>>>, Problem> {
    tables
        .iter()
        .map(|(_, columns)| {
            let rows = from.number()?;
            (0..rows).map(|_| columns.iter().map(|_| from.value()).collect()).collect()
        })
        .collect()
}

/// Gives a finding back the words that it had.
fn reword(tx: &Tx<'_>, finding: i64, tables: &[Table], rows: &[Vec<Vec<Value>>]) -> Result<(), Problem> {
    for ((table, columns), rows) in tables.iter().zip(rows) {
        if table == "finding" {
            let Some(row) = rows.first() else { continue };
            let sets: Vec<String> = columns.iter().map(|column| format!("{column} = ?")).collect();
            let mut values = row.clone();
            values.push(Value::Integer(finding));
            tx.execute(
                &format!("UPDATE finding SET {} WHERE id = ?", sets.join(", ")),
                params_from_iter(values),
            )?;
            continue;
        }
        tx.execute(&format!("DELETE FROM {table} WHERE finding = ?1"), [finding])?;
        let marks = vec!["?"; columns.len()].join(", ");
        let text = format!("INSERT INTO {table} ({}) VALUES ({marks})", columns.join(", "));
        for row in rows {
            tx.execute(&text, params_from_iter(row))?;
        }
    }
    tx.execute(
        "UPDATE finding SET severity = coalesce(own_severity, report_severity) WHERE id = ?1",
        [finding],
    )?;
    tx.execute("INSERT OR IGNORE INTO reworded VALUES (?1)", [finding]).map(drop)
}

/// Whether a finding was there, and the decision that the import took from it. A decision that was
/// made since stays.
fn set_state(
    tx: &Tx<'_>,
    finding: i64,
    present: bool,
    decision: Option<i64>,
    done: &mut Done,
) -> Result<(), Problem> {
    let before = tx.first("SELECT status, decision FROM finding WHERE id = ?1", [finding], |row| {
        Ok((word::<Status>(row, "status")?, row.get::<_, Option<i64>>("decision")?))
    })?;
    let Some((before, since)) = before else { return Ok(()) };
    let decision = since.or(decision);
    let decided = match decision {
        Some(id) => tx.first("SELECT status, reason FROM decision WHERE id = ?1", [id], |row| {
            Ok((word::<Status>(row, "status")?, word_opt::<Reason>(row, "reason")?))
        })?,
        None => None,
    };
    let (status, reason) = effective(present, decided);
    tx.execute(
        "UPDATE finding SET present = ?2, decision = ?3, status = ?4, reason = ?5 WHERE id = ?1",
        (finding, present, decision, status.as_str(), reason.map(Reason::as_str)),
    )?;
    done.opened += u64::from(before == Status::Closed && status != Status::Closed);
    done.closed += u64::from(before != Status::Closed && status == Status::Closed);
    Ok(())
}

/// Writes the full text of reworded findings anew, in two goes of its own.
fn full_text(tx: &Tx<'_>) -> Result<(), Problem> {
    tx.execute("DELETE FROM finding_text WHERE rowid IN (SELECT id FROM reworded)", [])?;
    let mut statement = tx
        .conn
        .prepare(
            &format!("SELECT f.id, f.title, f.rule, ifnull(f.place, f.path) AS place, f.component || ' ' || f.purl AS component, \
             {BODY} AS body FROM reworded r JOIN finding f ON f.id = r.id JOIN finding_body b ON b.finding = r.id ORDER BY r.id"),
        )
        .map_err(sql)?;
    let mut rows = statement.query([]).map_err(sql)?;
    while let Some(row) = rows.next().map_err(sql)? {
        let body: Found = from_body(row, "body").map_err(sql)?;
        let identifiers: Vec<&str> = body.identifiers.iter().map(|i| i.value.as_str()).collect();
        let text = |column: &str| row.get::<_, String>(column).map_err(sql);
        tx.execute(
            "INSERT INTO finding_text (rowid, title, rule, place, component, identifiers, description) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                row.get::<_, i64>("id").map_err(sql)?,
                text("title")?,
                text("rule")?,
                text("place")?,
                text("component")?,
                identifiers.join(" "),
                crate::staging::prose(&body),
            ),
        )?;
    }
    Ok(())
}

/// When the findings that it saw were last seen before.
pub(super) fn sightings(tx: &Tx<'_>, added: &Added) -> Result<(), Problem> {
    let scopes =
        tx.all("SELECT scope, sightings FROM take_back_scope WHERE import = ?1", [added.import], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
        })?;
    for (scope, packed) in scopes {
        let mut from = Unpacked::inflate(&packed)?;
        let mut runs: Vec<[i64; 3]> = Vec::new();
        while !from.is_done() {
            runs.push([from.number()? as i64, from.number()? as i64, from.number()? as i64]);
        }
        for (at, [first, seen, import]) in runs.iter().enumerate() {
            // Behind the last one come only findings that the import found first.
            let end = runs.get(at + 1).map_or(added.finding.0, |next| next[0]);
            tx.execute(
                "UPDATE finding SET last_seen = ?4, last_import = ?5 WHERE id >= ?1 AND id < ?2 AND scope = ?3 \
                 AND last_import = ?6",
                (first, end, scope, seen, import, added.import),
            )?;
        }
    }
    Ok(())
}

/// Rules become what they were, unless a later import told them: then what it would go back to
/// becomes that one's note.
pub(super) fn rules(tx: &Tx<'_>, added: &Added) -> Result<(), Problem> {
    let told =
        tx.all("SELECT tool, id, former FROM take_back_rule WHERE import = ?1", [added.import], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, Option<String>>(2)?))
        })?;
    for (tool, id, former) in told {
        let changed = tx.first(
            "SELECT min(import) FROM take_back_rule WHERE tool = ?1 AND id = ?2 AND import > ?3",
            (&tool, &id, added.import),
            |row| row.get::<_, Option<i64>>(0),
        )?;
        if let Some(next) = changed.flatten() {
            tx.execute(
                "UPDATE take_back_rule SET former = ?4 WHERE import = ?3 AND tool = ?1 AND id = ?2",
                (&tool, &id, next, former),
            )?;
            continue;
        }
        if let Some(later) = read_later(tx, &tool, added.import)? {
            // It may have told the rule in the same words: it stays as long as that one does.
            tx.execute("INSERT INTO take_back_rule VALUES (?1, ?2, ?3, ?4)", (later, &tool, &id, former))?;
            continue;
        }
        match former {
            Some(body) => {
                tx.execute("UPDATE rule SET body = ?3 WHERE tool = ?1 AND id = ?2", (tool, id, body))?
            }
            None => tx.execute("DELETE FROM rule WHERE tool = ?1 AND id = ?2", (tool, id))?,
        };
    }
    Ok(())
}

/// The next import that stands and read the same tool, wherever, and can be taken back.
fn read_later(tx: &Tx<'_>, tool: &str, import: i64) -> Result<Option<i64>, Problem> {
    tx.conn
        .prepare_cached(
            "SELECT min(r.import) FROM import_run r JOIN import i ON i.id = r.import JOIN take_back t ON t.import = i.id \
             WHERE r.import > ?2 AND r.tool = ?1 AND i.state = 'done'",
        )
        .and_then(|mut statement| statement.query_row((tool, import), |row| row.get(0)).optional())
        .map(Option::flatten)
        .map_err(sql)
}
