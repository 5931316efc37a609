//! What an import added goes: findings that it found first, events, suggestions, scopes.

use docket_domain::Problem;

use super::{Added, Pace};
use crate::access::{Read, Tx};
use crate::fault::sql;

/// Findings that are removed between two looks at whether to go on.
const STRIDE: i64 = 2_000;

/// From this many removed findings on, indexes are built anew rather than looked after.
const MANY: u64 = 20_000;

/// Findings in an issue, or with a request under way whose outcome is not known.
const IN_ISSUES: &str = "SELECT id FROM finding WHERE id BETWEEN ?1 AND ?2 AND issues > 0 \
    UNION SELECT s.finding FROM step t JOIN step_finding s ON s.plan = t.plan AND s.idx = t.idx \
    JOIN finding f ON f.id = s.finding WHERE t.state IN ('sending', 'uncertain') AND s.finding BETWEEN ?1 AND ?2";

/// Findings that people have worked on: decided, rated, commented on, moved, or said no to a suggestion.
const JUDGED: &str = "SELECT id FROM finding WHERE id BETWEEN ?1 AND ?2 AND (decision IS NOT NULL \
    OR own_severity IS NOT NULL OR scope NOT IN (SELECT scope FROM take_back_scope WHERE import = ?3)) \
    UNION SELECT finding FROM event WHERE finding BETWEEN ?1 AND ?2 AND source <> 'import' \
    AND event NOT IN ('linked', 'unlinked') \
    UNION SELECT finding FROM proposal WHERE finding BETWEEN ?1 AND ?2 AND state = 'dismissed'";

/// How many of an import's new findings people have worked on.
pub(super) struct Touched {
    pub(super) all: u64,
    pub(super) in_issues: u64,
}

pub(super) fn touched(read: &Read<'_>, added: &Added) -> Result<Touched, Problem> {
    let (from, to) = added.finding;
    Ok(Touched {
        all: read
            .number(&format!("SELECT count(*) FROM ({JUDGED} UNION {IN_ISSUES})"), (from, to, added.import))?
            as u64,
        in_issues: read.number(&format!("SELECT count(*) FROM ({IN_ISSUES})"), (from, to))? as u64,
    })
}

/// Findings that the import found first and that are still there.
pub(super) fn born(read: &Read<'_>, added: &Added) -> Result<u64, Problem> {
    read.number("SELECT count(*) FROM finding WHERE id BETWEEN ?1 AND ?2", added.finding).map(|n| n as u64)
}

/// Suggestions that came with the import and wait.
pub(super) fn proposals(read: &Read<'_>, added: &Added) -> Result<u64, Problem> {
    read.number("SELECT count(*) FROM proposal WHERE id BETWEEN ?1 AND ?2 AND state = 'open'", added.proposal)
        .map(|n| n as u64)
}

/// Removes the findings that the import found first, `count` in all, with everything about them.
pub(super) fn remove_born<P: FnMut(u64, u64) -> bool>(
    tx: &Tx<'_>,
    added: &Added,
    count: u64,
    pace: &mut Pace<P>,
) -> Result<(), Problem> {
    tx.conn
        .execute_batch(
            "CREATE TEMP TABLE IF NOT EXISTS staying (id INTEGER PRIMARY KEY); DELETE FROM staying;",
        )
        .map_err(sql)?;
    let (from, to) = added.finding;
    tx.execute(
        &format!("INSERT INTO staying SELECT * FROM ({JUDGED} UNION {IN_ISSUES})"),
        (from, to, added.import),
    )?;
    tell_staying(tx, added)?;
    bereave(tx, added)?;
    if count == 0 {
        return Ok(());
    }
    let others = tx.number("SELECT count(*) FROM finding", [])? as u64 - count;
    remove_text(tx, added, others, pace)?;
    let put_by = if count >= MANY && count > others {
        crate::staging::put_by(tx, "finding_by_identity")?
    } else {
        Vec::new()
    };
    strides(added, |lo, hi| {
        let gone = tx.execute(
            "DELETE FROM finding WHERE id BETWEEN ?1 AND ?2 AND id NOT IN (SELECT id FROM staying)",
            (lo, hi),
        )?;
        pace.step(gone)
    })?;
    crate::body_block::sweep(tx)?;
    put_by.iter().try_for_each(|index| tx.conn.execute_batch(index).map_err(sql))
}

/// What was closed as a duplicate of a finding that goes is on its own again.
fn bereave(tx: &Tx<'_>, added: &Added) -> Result<(), Problem> {
    let named = tx.all(
        "SELECT DISTINCT other FROM proposal WHERE other BETWEEN ?1 AND ?2 AND state = 'accepted' \
         AND finding NOT BETWEEN ?1 AND ?2 AND other NOT IN (SELECT id FROM staying)",
        added.finding,
        |row| row.get(0),
    )?;
    named.into_iter().try_for_each(|gone| crate::staging::bereave(tx, gone).map(drop))
}

/// Whoever looks at a finding that stays should know why no import brings it.
fn tell_staying(tx: &Tx<'_>, added: &Added) -> Result<(), Problem> {
    tx.execute(
        "INSERT INTO event (finding, at, event, text, source, import) SELECT id, ?1, 'kept', \
         'The import that found it was taken back', 'import', ?2 FROM staying",
        (tx.now().0, added.import),
    )
    .map(drop)
}

fn strides(added: &Added, mut each: impl FnMut(i64, i64) -> Result<(), Problem>) -> Result<(), Problem> {
    let (mut lo, to) = added.finding;
    while lo <= to {
        each(lo, to.min(lo + STRIDE - 1))?;
        lo += STRIDE;
    }
    Ok(())
}

/// The full text, by itself: between other statements FTS5 writes out what it has gathered each time.
fn remove_text<P: FnMut(u64, u64) -> bool>(
    tx: &Tx<'_>,
    added: &Added,
    others: u64,
    pace: &mut Pace<P>,
) -> Result<(), Problem> {
    if others == 0 {
        return tx.execute("INSERT INTO finding_text (finding_text) VALUES ('delete-all')", []).map(drop);
    }
    strides(added, |lo, hi| {
        tx.execute(
            "DELETE FROM finding_text WHERE rowid IN (SELECT id FROM finding WHERE id BETWEEN ?1 AND ?2 \
             AND id NOT IN (SELECT id FROM staying))",
            (lo, hi),
        )?;
        pace.step(0)
    })
}

/// Removes what the import told about findings that were there before: events and suggestions. An
/// accepted suggestion lives on as the decision that it became; a refused one stays refused. Findings
/// in `left` are not touched.
pub(super) fn remove_told(tx: &Tx<'_>, added: &Added) -> Result<(), Problem> {
    tx.execute(
        "DELETE FROM event WHERE id BETWEEN ?1 AND ?2 AND import = ?3 AND finding NOT IN (SELECT id FROM left_alone) \
         AND finding NOT IN (SELECT id FROM staying)",
        (added.event.0, added.event.1, added.import),
    )?;
    let asked = "SELECT finding FROM proposal WHERE id BETWEEN ?1 AND ?2 AND state <> 'dismissed' \
        AND finding NOT IN (SELECT id FROM left_alone) AND finding NOT IN (SELECT id FROM staying)";
    tx.execute(
        &format!(
            "UPDATE finding SET proposals = (SELECT count(*) FROM proposal q WHERE q.finding = finding.id \
             AND q.state = 'open' AND q.id NOT BETWEEN ?1 AND ?2) WHERE id IN ({asked})"
        ),
        added.proposal,
    )?;
    tx.execute(
        "DELETE FROM proposal WHERE id BETWEEN ?1 AND ?2 AND state <> 'dismissed' \
         AND finding NOT IN (SELECT id FROM left_alone) AND finding NOT IN (SELECT id FROM staying)",
        added.proposal,
    )
    .map(drop)
}

/// Removes the scopes that the import made, where nothing stays.
pub(super) fn remove_scopes(tx: &Tx<'_>, added: &Added) -> Result<(), Problem> {
    tx.execute(
        "DELETE FROM scope WHERE id IN (SELECT scope FROM take_back_scope WHERE import = ?1 AND made) \
         AND NOT EXISTS (SELECT 1 FROM finding WHERE scope = scope.id) \
         AND NOT EXISTS (SELECT 1 FROM take_back_scope o WHERE o.scope = scope.id AND o.import <> ?1)",
        [added.import],
    )
    .map(drop)
}
