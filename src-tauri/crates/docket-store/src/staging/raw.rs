//! Records as the report had them enter the database: after the findings of each scope where they
//! lie, at the end the blocks that are pointed into.

use std::collections::HashMap;

use docket_domain::{ImportId, Problem, RawForm};

use crate::access::{Tx, word};
use crate::raw::{Full, Packer, Press, RawAt, unpacked};

/// A block is taken over as it is when at least one byte in so many of it is pointed at; else what
/// is pointed at is packed anew.
const SPARSE: i64 = 2;

/// The number that the import's blocks are counted from.
pub(super) fn base(tx: &Tx<'_>) -> Result<i64, Problem> {
    tx.number("SELECT ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'raw_block'), 0)", [])
}

/// Notes where the records of `staged.born` lie. Of a finding that says something else now the
/// record of before stays, those before it go; one whose new record is not kept has none any more.
pub(super) fn note(tx: &Tx<'_>) -> Result<(), Problem> {
    tx.execute(
        "DELETE FROM finding_raw WHERE finding IN (SELECT finding FROM staged.born WHERE known) AND \
         (block < (SELECT max(x.block) FROM finding_raw x WHERE x.finding = finding_raw.finding) OR finding IN \
         (SELECT b.finding FROM staged.born b JOIN staged.record r ON r.id = b.record WHERE r.raw_block IS NULL))",
        [],
    )?;
    tx.execute(
        "INSERT OR REPLACE INTO finding_raw (finding, block, at, length) \
         SELECT b.finding, ?1 + r.raw_block, r.raw_at, r.raw_length FROM staged.born b \
         JOIN staged.record r ON r.id = b.record WHERE r.raw_block IS NOT NULL ORDER BY b.finding",
        [base(tx)?],
    )
    .map(drop)
}

/// Brings the blocks in. Of one that is hardly pointed into only what is pointed at is kept.
pub(super) fn keep(tx: &Tx<'_>, import: ImportId) -> Result<(), Problem> {
    if tx.number("SELECT count(*) FROM staged.raw_block", [])? == 0 {
        return Ok(());
    }
    let base = base(tx)?;
    let used = tx.all(
        "SELECT r.block, count(*) AS findings, sum(r.length) AS length, s.length AS whole FROM finding_raw r \
         JOIN staged.raw_block s ON s.id = r.block - ?1 WHERE r.block > ?1 GROUP BY r.block ORDER BY r.block",
        [base],
        |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?, row.get::<_, i64>(3)?))
        },
    )?;
    let mut sparse = Vec::new();
    for (block, findings, length, whole) in used {
        if length.saturating_mul(SPARSE) < whole {
            sparse.push(block);
            continue;
        }
        tx.execute(
            "INSERT INTO raw_block (id, import, form, length, bytes) SELECT ?1, ?2, form, length, bytes \
             FROM staged.raw_block WHERE id = ?1 - ?3",
            (block, import.0, base),
        )?;
        tx.execute("INSERT INTO raw_use (block, findings) VALUES (?1, ?2)", (block, findings))?;
    }
    let last = tx.number("SELECT max(id) FROM staged.raw_block", [])?;
    repack(tx, import, base, last, &sparse)
}

/// Packs what is pointed at in these blocks into blocks of its own.
fn repack(tx: &Tx<'_>, import: ImportId, base: i64, last: i64, sparse: &[i64]) -> Result<(), Problem> {
    let (mut packer, mut press) = (Packer::after(last as u32), Press::new()?);
    let mut used: HashMap<u32, i64> = HashMap::new();
    let mut store = |full: Full, used: &HashMap<u32, i64>| {
        let block = press.pack(full)?;
        let id = base + i64::from(block.number);
        tx.execute(
            "INSERT INTO raw_block (id, import, form, length, bytes) VALUES (?1, ?2, ?3, ?4, ?5)",
            (id, import.0, block.form.as_str(), block.length, block.bytes),
        )?;
        let findings = used.get(&block.number).copied().unwrap_or(0);
        tx.execute("INSERT INTO raw_use (block, findings) VALUES (?1, ?2)", (id, findings)).map(drop)
    };
    for &block in sparse {
        let whole = tx.first(
            "SELECT form, length, bytes FROM staged.raw_block WHERE id = ?1",
            [block - base],
            |row| {
                Ok((word::<RawForm>(row, "form")?, row.get::<_, i64>(1)? as usize, row.get::<_, Vec<u8>>(2)?))
            },
        )?;
        let Some((form, length, bytes)) = whole else { continue };
        let text = unpacked(&bytes, length)?;
        let pointers = tx.all(
            "SELECT finding, at, length FROM finding_raw WHERE block = ?1 ORDER BY at, finding",
            [block],
            |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)? as usize, row.get::<_, i64>(2)? as usize)),
        )?;
        // Several findings may be made of one record.
        let mut before: Option<((usize, usize), Option<RawAt>)> = None;
        for (finding, at, length) in pointers {
            let place = match before {
                Some((known, place)) if known == (at, length) => place,
                _ => {
                    let record = at.checked_add(length).and_then(|end| text.get(at..end)).unwrap_or_default();
                    packer.add(form, record, |block| store(block, &used))?
                }
            };
            before = Some(((at, length), place));
            match place {
                Some(place) => {
                    *used.entry(place.block).or_default() += 1;
                    tx.execute(
                        "UPDATE finding_raw SET block = ?2, at = ?3 WHERE finding = ?1 AND block = ?4",
                        (finding, base + i64::from(place.block), place.at, block),
                    )?;
                }
                None => {
                    tx.execute(
                        "DELETE FROM finding_raw WHERE finding = ?1 AND block = ?2",
                        (finding, block),
                    )?;
                }
            }
        }
    }
    packer.close().map_or(Ok(()), |block| store(block, &used))
}
