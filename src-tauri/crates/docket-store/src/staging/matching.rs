//! Which record is which finding: the domain's stages, walked over sorted keys.
//!
//! Only the buckets of one key are in memory at a time, plus a few numbers for each record
//! and each finding of the scope, and the keys of the findings that the first stage left over.

use docket_domain::Problem;
use docket_domain::identity::{Key, Line, Stage, pair};
use rusqlite::Row;

use crate::access::Tx;
use crate::fault::sql;

/// A finding of the scope as it was before.
pub(super) struct Old {
    pub(super) id: i64,
    pub(super) line: u32,
    pub(super) names: u64,
    pub(super) present: bool,
    pub(super) decision: Option<i64>,
    pub(super) matched: bool,
}

/// What became of the records, by record number (from 1).
pub(super) struct Matches {
    /// Position in `old`, and the stage that found it.
    pub(super) of_record: Vec<Option<(u32, Stage)>>,
    /// Findings of the scope, by id.
    pub(super) old: Vec<Old>,
}

/// Drops keys that rest on a fingerprint which several (rule, path) of this report carry:
/// it says nothing. A record left without any fingerprint contradicts nobody.
pub(super) fn drop_worthless_keys(tx: &Tx<'_>) -> Result<(), Problem> {
    tx.conn
        .execute_batch(
            "CREATE TABLE staged.worthless AS SELECT value FROM staged.key WHERE value IS NOT NULL \
             GROUP BY value HAVING min(rule_path) <> max(rule_path);",
        )
        .map_err(sql)?;
    if tx.number("SELECT count(*) FROM staged.worthless", [])? == 0 {
        return Ok(());
    }
    tx.conn
        .execute_batch(
            "CREATE UNIQUE INDEX staged.worthless_value ON worthless (value); \
             CREATE TABLE staged.weakened AS SELECT DISTINCT record FROM staged.key \
                 WHERE value IN (SELECT value FROM staged.worthless); \
             DELETE FROM staged.key WHERE value IN (SELECT value FROM staged.worthless); \
             CREATE INDEX staged.key_by_record ON key (record);",
        )
        .map_err(sql)?;
    let weakened = tx.all("SELECT record FROM staged.weakened", [], |row| row.get::<_, i64>(0))?;
    for record in weakened {
        let names = tx.all("SELECT name, stage FROM staged.key WHERE record = ?1", [record], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, u8>(1)?))
        })?;
        let mask = names.iter().fold(0, |mask, (name, _)| mask | name);
        tx.execute("UPDATE staged.record SET names = ?2 WHERE id = ?1", (record, mask))?;
        // All fingerprints together are worth no more than the one that is left.
        if names.iter().all(|(_, stage)| *stage != Stage::OnePartial.number()) {
            tx.execute(
                "DELETE FROM staged.key WHERE record = ?1 AND stage = ?2",
                (record, Stage::AllPartials.number()),
            )?;
        }
    }
    Ok(())
}

/// Matches the records of a staged scope with the findings of a scope.
pub(super) fn run(tx: &Tx<'_>, staged: i64, scope: i64) -> Result<Matches, Problem> {
    let (old, same) = olds(tx, scope)?;
    let last = tx.number("SELECT max(id) FROM staged.record", [])? as usize;
    let mut matches = Matches { of_record: vec![None; last + 1], old };
    if matches.old.is_empty() || last == 0 {
        return Ok(matches);
    }
    let lines = lines(tx, staged, last)?;
    let mut open_records = lines.iter().filter(|l| l.is_some()).count();
    let mut open_findings = matches.old.len();
    // The first stage settles nearly everything of a report that was seen before; what is
    // left is laid aside, so that the later ones need not sort it all again.
    let mut keys = "staged.key";
    let mut known = OldKeys::same(same);
    for stage in Stage::ALL {
        if open_records == 0 || open_findings == 0 {
            break;
        }
        if *stage != Stage::Same {
            known.reach(tx, *stage, open_findings, &matches)?;
        }
        let paired = one_stage(tx, keys, *stage, staged, &known, &lines, &mut matches)?;
        open_records -= paired;
        open_findings -= paired;
        if *stage == Stage::Same {
            lay_aside(tx, staged, &matches)?;
            keys = "staged.open_key";
        }
    }
    Ok(matches)
}

/// Keys of the first stage, each with the position of its finding.
type Contents = Vec<(Key, u32)>;

/// The findings of a scope by id, and the key of the first stage of each with its position among them.
fn olds(tx: &Tx<'_>, scope: i64) -> Result<(Vec<Old>, Contents), Problem> {
    let read = |row: &Row<'_>| {
        let old = Old {
            id: row.get(0)?,
            line: row.get(1)?,
            names: row.get::<_, i64>(2)? as u64,
            present: row.get(3)?,
            decision: row.get(4)?,
            matched: false,
        };
        Ok((old, row.get::<_, Key>(5)?))
    };
    let text = "SELECT id, line, names, present, decision, content FROM finding WHERE scope = ?1";
    let mut rows = tx.all(text, [scope], read)?;
    rows.sort_unstable_by_key(|(old, _)| old.id);
    let same = rows.iter().zip(0..).map(|((_, content), at)| (*content, at)).collect();
    Ok((rows.into_iter().map(|(old, _)| old).collect(), same))
}

/// Keys of findings, each with the position of its finding among those of the scope.
struct OldKeys {
    sorted: Vec<(u8, Key, u32)>,
    /// Every stage behind the first is there.
    all: bool,
}

impl OldKeys {
    /// So many findings have all of their keys in memory at once (some 25 MB); of more, one stage.
    const AT_ONCE: usize = 150_000;

    fn same(keys: Contents) -> Self {
        let mut sorted: Vec<_> = keys.into_iter().map(|(key, at)| (Stage::Same.number(), key, at)).collect();
        sorted.sort_unstable();
        Self { sorted, all: false }
    }

    /// Brings in the keys of a stage behind the first, of the findings that are still open.
    fn reach(&mut self, tx: &Tx<'_>, stage: Stage, open: usize, matches: &Matches) -> Result<(), Problem> {
        if self.all {
            return Ok(());
        }
        self.all = open <= Self::AT_ONCE;
        self.sorted = Vec::new();
        let mut statement =
            tx.conn.prepare_cached("SELECT keys FROM finding_body WHERE finding = ?1").map_err(sql)?;
        for (old, at) in matches.old.iter().zip(0..).filter(|(old, _)| !old.matched) {
            let mut rows = statement.query([old.id]).map_err(sql)?;
            let Some(row) = rows.next().map_err(sql)? else { continue };
            let blob = row.get_ref(0).and_then(|keys| Ok(keys.as_blob()?)).map_err(sql)?;
            for (number, key) in keys_in(blob) {
                if number == stage.number() || (self.all && number > stage.number()) {
                    self.sorted.push((number, key, at));
                }
            }
        }
        self.sorted.sort_unstable();
        Ok(())
    }

    /// The positions of the findings that carry this key.
    fn of(&self, stage: Stage, key: &[u8]) -> impl Iterator<Item = usize> + '_ {
        let wanted = (stage.number(), Key::try_from(key).unwrap_or_default());
        let from = self.sorted.partition_point(|(stage, key, _)| (*stage, *key) < wanted);
        let here = self.sorted[from..].iter().take_while(move |(stage, key, _)| (*stage, *key) == wanted);
        here.map(|(.., at)| *at as usize)
    }
}

/// The keys in a body's blob: the number of the stage (1 byte) and the key (16), one after the other.
pub(super) fn keys_in(blob: &[u8]) -> impl Iterator<Item = (u8, Key)> + '_ {
    blob.chunks_exact(17).map(|one| (one[0], Key::try_from(&one[1..]).unwrap_or_default()))
}

fn lines(tx: &Tx<'_>, staged: i64, last: usize) -> Result<Vec<Option<Line>>, Problem> {
    let mut lines = vec![None; last + 1];
    let mut statement =
        tx.conn.prepare("SELECT id, line, names FROM staged.record WHERE scope = ?1").map_err(sql)?;
    let mut rows = statement.query([staged]).map_err(sql)?;
    while let Some(row) = rows.next().map_err(sql)? {
        let id: i64 = row.get(0).map_err(sql)?;
        let line = row.get(1).map_err(sql)?;
        let names: i64 = row.get(2).map_err(sql)?;
        lines[id as usize] = Some(Line { line, names: names as u64 });
    }
    Ok(lines)
}

/// Copies the keys of the records that are still open.
fn lay_aside(tx: &Tx<'_>, staged: i64, matches: &Matches) -> Result<(), Problem> {
    tx.conn
        .execute_batch(
            "DROP TABLE IF EXISTS staged.open_key; \
             CREATE TABLE staged.open_key (scope INTEGER, stage INTEGER, key BLOB, record INTEGER);",
        )
        .map_err(sql)?;
    {
        let mut from = tx
            .conn
            .prepare("SELECT stage, key, record FROM staged.key WHERE scope = ?1 AND stage > 0")
            .map_err(sql)?;
        let mut to = tx
            .conn
            .prepare("INSERT INTO staged.open_key (scope, stage, key, record) VALUES (?1, ?2, ?3, ?4)")
            .map_err(sql)?;
        let mut rows = from.query([staged]).map_err(sql)?;
        while let Some(row) = rows.next().map_err(sql)? {
            let record: i64 = row.get(2).map_err(sql)?;
            if matches.of_record[record as usize].is_none() {
                let key = row.get_ref(1).and_then(|k| Ok(k.as_blob()?)).map_err(sql)?;
                to.execute((staged, row.get::<_, u8>(0).map_err(sql)?, key, record)).map_err(sql)?;
            }
        }
    }
    tx.conn
        .execute_batch("CREATE INDEX staged.open_key_sorted ON open_key (scope, stage, key, record);")
        .map_err(sql)
}

fn one_stage(
    tx: &Tx<'_>,
    keys: &str,
    stage: Stage,
    staged: i64,
    known: &OldKeys,
    lines: &[Option<Line>],
    matches: &mut Matches,
) -> Result<usize, Problem> {
    let text = format!("SELECT key, record FROM {keys} WHERE scope = ?1 AND stage = ?2 ORDER BY key, record");
    let mut news = tx.conn.prepare(&text).map_err(sql)?;
    let mut rows = news.query((staged, stage.number())).map_err(sql)?;
    let mut paired = 0;
    let mut key: Vec<u8> = Vec::new();
    let mut bucket: Vec<usize> = Vec::new();
    loop {
        let row = rows.next().map_err(sql)?;
        let next = match row {
            Some(row) => {
                Some((row.get::<_, Vec<u8>>(0).map_err(sql)?, row.get::<_, i64>(1).map_err(sql)? as usize))
            }
            None => None,
        };
        if next.as_ref().is_none_or(|(k, _)| *k != key) && !bucket.is_empty() {
            paired += settle(stage, known.of(stage, &key), &bucket, lines, matches);
            bucket.clear();
        }
        let Some((next_key, record)) = next else { return Ok(paired) };
        key = next_key;
        if matches.of_record[record].is_none() {
            bucket.push(record);
        }
    }
}

/// Pairs one bucket: first with findings that were there, then with ones that were gone, so
/// that old copies of a finding do not draw its history away from it.
fn settle(
    stage: Stage,
    known: impl Iterator<Item = usize>,
    records: &[usize],
    lines: &[Option<Line>],
    matches: &mut Matches,
) -> usize {
    let known: Vec<usize> = known.filter(|&at| !matches.old[at].matched).collect();
    if known.is_empty() {
        return 0;
    }
    let mut open: Vec<usize> = records.to_vec();
    let mut paired = 0;
    for present in [true, false] {
        let olds: Vec<usize> = known
            .iter()
            .copied()
            .filter(|&at| !matches.old[at].matched && matches.old[at].present == present)
            .collect();
        let old: Vec<Line> = olds
            .iter()
            .map(|&at| Line { line: matches.old[at].line, names: matches.old[at].names })
            .collect();
        let new: Vec<Line> = open.iter().filter_map(|&r| lines[r]).collect();
        for (o, n) in pair(stage, &old, &new) {
            matches.old[olds[o]].matched = true;
            matches.of_record[open[n]] = Some((olds[o] as u32, stage));
            paired += 1;
        }
        open.retain(|&r| matches.of_record[r].is_none());
        if open.is_empty() {
            break;
        }
    }
    paired
}
