//! Writing new findings, and everything around a finding's row.

use docket_domain::Problem;
use docket_domain::identity::{KEY_VERSION, Key, Stage, StageKey, best_key, name};
use rusqlite::named_params;

use super::apply::{Fate, Work};
use crate::access::Tx;
use crate::fault::sql;

/// Writes what `fates` asks for; afterwards every born record is `Written`.
pub(super) fn write(tx: &Tx<'_>, work: &Work<'_>, fates: &mut [Fate]) -> Result<(), Problem> {
    if fates.iter().all(|f| *f == Fate::Untouched) {
        return Ok(());
    }
    let identities = identities(tx, work, fates)?;
    tx.conn
        .execute_batch(
            "DROP TABLE IF EXISTS staged.born; \
             CREATE TABLE staged.born (record INTEGER PRIMARY KEY, finding INTEGER NOT NULL);",
        )
        .map_err(sql)?;
    let mut next = identities.into_iter();
    each_keys(tx, work.staged, |record, keys| {
        let finding = match fates[record as usize] {
            Fate::Untouched => return Ok(()),
            Fate::Written(finding) => finding,
            Fate::Born => {
                let (_, identity) = next.next().ok_or_else(|| Problem::internal("a birth without a name"))?;
                let finding = insert(tx, work, record, &identity)?;
                fates[record as usize] = Fate::Written(finding);
                finding
            }
        };
        let blob: Vec<u8> =
            keys.iter().flat_map(|k| std::iter::once(k.stage.number()).chain(k.key)).collect();
        surround(tx, record, finding, &blob)
    })?;
    tx.conn
        .execute_batch(
            "INSERT OR IGNORE INTO identifier (scheme, value, finding) SELECT i.scheme, i.value, b.finding \
                 FROM staged.born b JOIN staged.identifier i ON i.record = b.record ORDER BY 1, 2, 3; \
             INSERT OR IGNORE INTO location (finding, ordinal, path, line) SELECT b.finding, l.ordinal, l.path, l.line \
                 FROM staged.born b JOIN staged.location l ON l.record = b.record ORDER BY 1, 2;",
        )
        .map_err(sql)?;
    tx.execute(
        "INSERT OR IGNORE INTO finding_key (scope, stage, key, finding) SELECT ?1, k.stage, k.key, b.finding \
         FROM staged.key k CROSS JOIN staged.born b ON b.record = k.record WHERE k.scope = ?2 \
         ORDER BY k.stage, k.key",
        (work.scope, work.staged),
    )
    .map(drop)
}

/// The stable names of the records to be born, in record order.
fn identities(tx: &Tx<'_>, work: &Work<'_>, fates: &[Fate]) -> Result<Vec<(i64, Key)>, Problem> {
    let mut born: Vec<(Key, u32, i64)> = Vec::new();
    each_keys(tx, work.staged, |record, keys| {
        if fates[record as usize] == Fate::Born {
            let best = best_key(keys).ok_or_else(|| Problem::internal("a record without keys"))?;
            let line = tx
                .first("SELECT line FROM staged.record WHERE id = ?1", [record], |row| row.get(0))?
                .unwrap_or(0);
            born.push((best, line, record));
        }
        Ok(())
    })?;
    let (tool, branch, category) = tx
        .first("SELECT tool, branch, category FROM scope WHERE id = ?1", [work.scope], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
        })?
        .ok_or_else(|| Problem::internal("the scope is gone"))?;
    // Equal keys are numbered in line order, so that any computer numbers them alike.
    born.sort_unstable();
    let mut named = Vec::with_capacity(born.len());
    let mut ordinal = 0;
    let mut before: Option<Key> = None;
    for (best, _, record) in born {
        ordinal = if before == Some(best) { ordinal + 1 } else { 0 };
        before = Some(best);
        let identity = loop {
            let bytes = bytes(&name(&tool, &branch, &category, &best, ordinal));
            let taken = tx.first(
                "SELECT 1 FROM finding WHERE identity = ?1 AND scope = ?2",
                (bytes.as_slice(), work.scope),
                |_| Ok(()),
            )?;
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

/// Hex digits as bytes.
fn bytes(hex: &str) -> Key {
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

fn insert(tx: &Tx<'_>, work: &Work<'_>, record: i64, identity: &Key) -> Result<i64, Problem> {
    let (status, reason) = docket_domain::assessment::effective(true, None);
    tx.insert(
        "INSERT INTO finding (application, scope, tool, branch, kind, rule, title, path, line, place, spot, component, \
         purl, severity, report_severity, status, reason, present, needs_review, first_seen, last_seen, first_import, \
         last_import, identity, key_version, content, names) \
         SELECT :application, :scope, s.tool, s.branch, r.kind, r.rule, r.title, r.path, r.line, r.place, r.spot, \
         r.component, r.purl, r.severity, r.severity, :status, :reason, 1, r.needs_review, :at, :at, :import, :import, \
         :identity, :version, r.content, r.names FROM staged.record r JOIN staged.scope s ON s.id = r.scope \
         WHERE r.id = :record",
        named_params! {
            ":application": work.given.source.application.0, ":scope": work.scope, ":status": status.as_str(),
            ":reason": reason.map(docket_domain::Reason::as_str), ":at": work.given.started.0,
            ":import": work.import.0, ":identity": identity.as_slice(), ":version": KEY_VERSION, ":record": record,
        },
    )
}

/// The body, the keys beside it, and the full text.
fn surround(tx: &Tx<'_>, record: i64, finding: i64, keys: &[u8]) -> Result<(), Problem> {
    tx.execute(
        "INSERT OR REPLACE INTO finding_body (finding, body, keys) SELECT ?2, body, ?3 FROM staged.record WHERE id = ?1",
        (record, finding, keys),
    )?;
    tx.execute(
        "INSERT INTO finding_text (rowid, title, rule, place, component, identifiers, description) \
         SELECT ?2, title, rule, ifnull(place, path), component || ' ' || purl, identifiers, prose \
         FROM staged.record WHERE id = ?1",
        (record, finding),
    )?;
    tx.execute("INSERT INTO staged.born VALUES (?1, ?2)", (record, finding)).map(drop)
}
