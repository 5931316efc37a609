//! Writing new findings, and everything around a finding's row.

use docket_domain::Problem;
use docket_domain::identity::{KEY_VERSION, Key, Stage, StageKey, best_key, name};
use rusqlite::types::{ToSqlOutput, Value};
use rusqlite::{Row, params_from_iter};

use super::apply::{Fate, Work};
use super::raw;
use crate::access::Tx;
use crate::fault::sql;

/// Writes what `fates` asks for; afterwards every born record is `Written`.
pub(super) fn write(tx: &Tx<'_>, work: &Work<'_>, fates: &mut [Fate]) -> Result<(), Problem> {
    if fates.iter().all(|f| *f == Fate::Untouched) {
        return Ok(());
    }
    let scope = scope(tx, work)?;
    let identities = identities(tx, work, &scope, fates)?;
    tx.conn
        .execute_batch(
            "DROP TABLE IF EXISTS staged.born; \
             CREATE TABLE staged.born (record INTEGER PRIMARY KEY, finding INTEGER NOT NULL, known INTEGER NOT NULL);",
        )
        .map_err(sql)?;
    let mut next = identities.into_iter();
    let mut records =
        Ascending::new(tx, &format!("SELECT id, {COLUMNS} FROM staged.record WHERE scope = ?1 ORDER BY id"))?;
    let mut records = records.rows(work.staged)?;
    let fixed = Fixed::new(work, &scope);
    each_keys(tx, work.staged, |record, keys| {
        let fate = fates[record as usize];
        if fate == Fate::Untouched {
            return Ok(());
        }
        let blob: Vec<u8> =
            keys.iter().flat_map(|k| std::iter::once(k.stage.number()).chain(k.key)).collect();
        let finding = records.at(record, |row| {
            if let Fate::Written(finding) = fate {
                return rewrite(tx, row, finding, &blob).map(|()| finding);
            }
            let (_, identity) = next.next().ok_or_else(|| Problem::internal("a birth without a name"))?;
            insert(tx, row, &fixed, &identity, &blob)
        })?;
        fates[record as usize] = Fate::Written(finding);
        let known = fate != Fate::Born;
        tx.execute("INSERT INTO staged.born VALUES (?1, ?2, ?3)", (record, finding, known)).map(drop)
    })?;
    // Full text in two statements of its own: between others, FTS5 writes out what it has
    // gathered each time, which made an import six times as long.
    tx.conn
        .execute_batch(
            "DELETE FROM finding_text WHERE rowid IN (SELECT finding FROM staged.born WHERE known); \
             INSERT INTO finding_text (rowid, title, rule, place, component, identifiers, description) \
                 SELECT b.finding, r.title, r.rule, ifnull(r.place, r.path), r.component || ' ' || r.purl, \
                 r.identifiers, r.prose FROM staged.born b JOIN staged.record r ON r.id = b.record; \
             INSERT OR IGNORE INTO identifier (scheme, value, finding) SELECT i.scheme, i.value, b.finding \
                 FROM staged.born b JOIN staged.identifier i ON i.record = b.record ORDER BY 1, 2, 3; \
             INSERT OR IGNORE INTO location (finding, ordinal, path, line) SELECT b.finding, l.ordinal, l.path, l.line \
                 FROM staged.born b JOIN staged.location l ON l.record = b.record ORDER BY 1, 2;",
        )
        .map_err(sql)?;
    let application = work.given.source.application;
    if crate::owners::text(tx, application)?.is_some() {
        crate::owners::bring_up_to_date(tx, application, "SELECT finding FROM staged.born")?;
    }
    raw::note(tx)
}

/// What the names of a scope's findings are made with.
struct Scope {
    tool: String,
    branch: String,
    category: String,
}

fn scope(tx: &Tx<'_>, work: &Work<'_>) -> Result<Scope, Problem> {
    tx.first("SELECT tool, branch, category FROM scope WHERE id = ?1", [work.scope], |row| {
        Ok(Scope { tool: row.get(0)?, branch: row.get(1)?, category: row.get(2)? })
    })?
    .ok_or_else(|| Problem::internal("the scope is gone"))
}

/// The stable names of the records to be born, in record order.
fn identities(
    tx: &Tx<'_>,
    work: &Work<'_>,
    scope: &Scope,
    fates: &[Fate],
) -> Result<Vec<(i64, Key)>, Problem> {
    let mut born: Vec<(Key, u32, i64)> = Vec::new();
    if !fates.contains(&Fate::Born) {
        return Ok(Vec::new());
    }
    let mut lines = Ascending::new(tx, "SELECT id, line FROM staged.record WHERE scope = ?1 ORDER BY id")?;
    let mut lines = lines.rows(work.staged)?;
    each_keys(tx, work.staged, |record, keys| {
        if fates[record as usize] == Fate::Born {
            let best = best_key(keys).ok_or_else(|| Problem::internal("a record without keys"))?;
            let line = lines.at(record, |row| row.get(1).map_err(sql))?;
            born.push((best, line, record));
        }
        Ok(())
    })?;
    let first =
        tx.first("SELECT 1 FROM finding WHERE scope = ?1 LIMIT 1", [work.scope], |_| Ok(()))?.is_none();
    // Equal keys are numbered in line order, so that any computer numbers them alike.
    born.sort_unstable();
    let mut named = Vec::with_capacity(born.len());
    let mut ordinal = 0;
    let mut before: Option<Key> = None;
    for (best, _, record) in born {
        ordinal = if before == Some(best) { ordinal + 1 } else { 0 };
        before = Some(best);
        let identity = loop {
            let bytes = key_of_name(&name(&scope.tool, &scope.branch, &scope.category, &best, ordinal));
            // A scope that was empty has no names to be in the way.
            let taken = if first {
                None
            } else {
                tx.first(
                    "SELECT 1 FROM finding WHERE identity = ?1 AND scope = ?2",
                    (bytes.as_slice(), work.scope),
                    |_| Ok(()),
                )?
            };
            if taken.is_none() {
                break bytes;
            }
            ordinal += 1;
        };
        named.push((record, identity));
    }
    named.sort_unstable_by_key(|n| n.0);
    Ok(named)
}

/// A stable name, which is hex digits, as bytes.
pub(super) fn key_of_name(hex: &str) -> Key {
    let mut out = [0; 16];
    for (at, byte) in out.iter_mut().enumerate() {
        *byte = hex.get(at * 2..at * 2 + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()).unwrap_or(0);
    }
    out
}

/// Visits the records of a staged scope in order, each with its keys in stage order.
fn each_keys(
    tx: &Tx<'_>,
    staged: i64,
    mut visit: impl FnMut(i64, &[StageKey]) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut statement = tx
        .conn
        .prepare("SELECT record, stage, key FROM staged.key NOT INDEXED WHERE scope = ?1 ORDER BY rowid")
        .map_err(sql)?;
    let mut rows = statement.query([staged]).map_err(sql)?;
    let mut record = 0;
    let mut keys: Vec<StageKey> = Vec::new();
    while let Some(row) = rows.next().map_err(sql)? {
        let of: i64 = row.get(0).map_err(sql)?;
        if of != record && !keys.is_empty() {
            visit(record, &keys)?;
            keys.clear();
        }
        record = of;
        let number: u8 = row.get(1).map_err(sql)?;
        let Some(stage) = Stage::ALL.get(usize::from(number)) else { continue };
        let key: Key = row.get(2).map_err(sql)?;
        keys.push(StageKey { stage: *stage, key, value: None, name: 0 });
    }
    if keys.is_empty() { Ok(()) } else { visit(record, &keys) }
}

/// A staged record's columns, in the order in which [`insert`] and [`rewrite`] bind them.
///
/// They pass through here, rather than from table to table with `INSERT … SELECT`: SQLite
/// journals each of those statements by itself, which made an import several times as long.
const COLUMNS: &str = "kind, rule, title, path, line, place, spot, component, purl, severity, needs_review, content, \
    names, body";
/// How many of them go into the finding's row; the last one is its body.
const IN_ROW: usize = 13;

/// A query of staged rows by ascending id, which goes along with the walk over the keys.
struct Ascending<'c> {
    statement: rusqlite::Statement<'c>,
}

impl<'c> Ascending<'c> {
    fn new(tx: &'c Tx<'_>, text: &str) -> Result<Self, Problem> {
        Ok(Self { statement: tx.conn.prepare(text).map_err(sql)? })
    }

    fn rows(&mut self, staged: i64) -> Result<AscendingRows<'_>, Problem> {
        Ok(AscendingRows { rows: self.statement.query([staged]).map_err(sql)? })
    }
}

struct AscendingRows<'s> {
    rows: rusqlite::Rows<'s>,
}

impl AscendingRows<'_> {
    /// Reads the row of this id, which is behind the one before.
    fn at<T>(&mut self, id: i64, read: impl FnOnce(&Row<'_>) -> Result<T, Problem>) -> Result<T, Problem> {
        loop {
            let Some(row) = self.rows.next().map_err(sql)? else {
                return Err(Problem::internal("a staged record is gone"));
            };
            if row.get::<_, i64>(0).map_err(sql)? == id {
                return read(row);
            }
        }
    }
}

/// The columns of a record, as they lie there.
fn columns<'r>(row: &'r Row<'_>) -> Result<Vec<ToSqlOutput<'r>>, Problem> {
    (1..=IN_ROW).map(|n| row.get_ref(n).map(ToSqlOutput::Borrowed).map_err(sql)).collect()
}

fn body<'r>(row: &'r Row<'_>) -> Result<ToSqlOutput<'r>, Problem> {
    row.get_ref(IN_ROW + 1).map(ToSqlOutput::Borrowed).map_err(sql)
}

/// What all new findings of a scope have in common.
struct Fixed<'a> {
    application: i64,
    scope: i64,
    names: &'a Scope,
    status: &'static str,
    reason: Option<&'static str>,
    started: i64,
    import: i64,
}

impl<'a> Fixed<'a> {
    fn new(work: &Work<'_>, names: &'a Scope) -> Self {
        let (status, reason) = docket_domain::assessment::effective(true, None);
        Self {
            application: work.given.source.application.0,
            scope: work.scope,
            names,
            status: status.as_str(),
            reason: reason.map(docket_domain::Reason::as_str),
            started: work.given.started.0,
            import: work.import.0,
        }
    }
}

/// Writes a new finding; its id.
fn insert(
    tx: &Tx<'_>,
    row: &Row<'_>,
    fixed: &Fixed<'_>,
    identity: &Key,
    keys: &[u8],
) -> Result<i64, Problem> {
    let mut values = columns(row)?;
    let text = |text: &'static str| ToSqlOutput::from(text);
    values.extend([
        ToSqlOutput::from(fixed.application),
        ToSqlOutput::from(fixed.scope),
        ToSqlOutput::from(fixed.names.tool.as_str()),
        ToSqlOutput::from(fixed.names.branch.as_str()),
        text(fixed.status),
        fixed.reason.map_or(ToSqlOutput::Owned(Value::Null), text),
        ToSqlOutput::from(fixed.started),
        ToSqlOutput::from(fixed.import),
        ToSqlOutput::from(identity.as_slice()),
        ToSqlOutput::from(i64::from(KEY_VERSION)),
    ]);
    let finding = tx.insert(
        "INSERT INTO finding (kind, rule, title, path, line, place, spot, component, purl, severity, needs_review, \
         content, names, application, scope, tool, branch, status, reason, first_seen, first_import, identity, \
         key_version, report_severity, last_seen, last_import, present) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, \
         ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?10, ?20, ?21, 1)",
        params_from_iter(values),
    )?;
    tx.execute(
        "INSERT INTO finding_body (finding, body, keys) VALUES (?1, ?2, ?3)",
        (finding, body(row)?, keys),
    )?;
    Ok(finding)
}

/// Brings a known finding's row and body up to date.
fn rewrite(tx: &Tx<'_>, row: &Row<'_>, finding: i64, keys: &[u8]) -> Result<(), Problem> {
    let mut values = columns(row)?;
    values.extend([ToSqlOutput::from(i64::from(KEY_VERSION)), ToSqlOutput::from(finding)]);
    tx.execute(
        "UPDATE finding SET kind = ?1, rule = ?2, title = ?3, path = ?4, line = ?5, place = ?6, spot = ?7, \
         component = ?8, purl = ?9, severity = coalesce(own_severity, ?10), report_severity = ?10, \
         needs_review = ?11, content = ?12, names = ?13, key_version = ?14 WHERE id = ?15",
        params_from_iter(values),
    )?;
    tx.execute("UPDATE finding_body SET body = ?2, keys = ?3 WHERE finding = ?1", (finding, body(row)?, keys))
        .map(drop)
}
