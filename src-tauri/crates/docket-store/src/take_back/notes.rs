//! What is noted while an import changes things, so that it can be taken back.
//!
//! Findings that are born need no note: they are told by their ids. Of a finding whose text changes,
//! its rows are noted before; of one that is closed or found again, whether it was there and what was
//! decided; of all that are seen, when they were last seen, as runs of ids that have that in common.
//! So a first import notes next to nothing, and one that finds everything unchanged a few bytes.

use std::cell::{Cell, RefCell};

use docket_domain::{ImportId, Problem};
use rusqlite::Params;

use super::layout::{AROUND, REPORTED};
use super::pack::{deflated, put_number, put_text, put_value};
use crate::access::Tx;
use crate::body_block::BODY;
use crate::fault::sql;

/// Imports of a scope that can be taken back. A wrong report is noticed within a few more of its
/// kind; what they changed is kept that long, and not for ever.
pub const KEPT: u32 = 10;

/// Bytes of former rows that are packed together.
const PART: usize = 256 * 1024;

/// A finding's rows.
pub(super) const ROWS: u8 = 1;
/// Whether a finding was there, and what was decided about it.
pub(super) const STATE: u8 = 2;

/// The notes of one import.
pub(crate) struct Notes {
    import: i64,
    /// Nothing is noted where nothing will be kept.
    off: bool,
    ids: [i64; 3],
    selects: Vec<(String, usize)>,
    buffer: RefCell<Vec<u8>>,
    ordinal: Cell<i64>,
}

/// The tables whose new rows are told by their ids.
const NUMBERED: [&str; 3] = ["finding", "event", "proposal"];

fn last_ids(tx: &Tx<'_>) -> Result<[i64; 3], Problem> {
    let mut ids = [0; 3];
    for (id, table) in ids.iter_mut().zip(NUMBERED) {
        *id = tx.number("SELECT seq FROM main.sqlite_sequence WHERE name = ?1", [table])?;
    }
    Ok(ids)
}

impl Notes {
    /// Before an import changes anything. With `off` nothing is noted.
    pub(crate) fn begin(tx: &Tx<'_>, import: ImportId, off: bool) -> Result<Self, Problem> {
        Ok(Self {
            import: import.0,
            off,
            ids: last_ids(tx)?,
            selects: selects().collect(),
            buffer: RefCell::default(),
            ordinal: Cell::new(0),
        })
    }

    /// Before the rules of the staged report replace what is known of them.
    pub(crate) fn rules(&self, tx: &Tx<'_>) -> Result<(), Problem> {
        if self.off {
            return Ok(());
        }
        tx.execute(
            "INSERT INTO take_back_rule (import, tool, id, former) SELECT ?1, n.tool, n.id, r.body FROM staged.rule n \
             LEFT JOIN rule r ON r.tool = n.tool AND r.id = n.id WHERE r.body IS NOT n.body",
            [self.import],
        )
        .map(drop)
    }

    /// Before one rule that a report tells replaces what is known of it; the first of the same counts.
    pub(crate) fn rule(&self, tx: &Tx<'_>, tool: &str, id: &str, body: &str) -> Result<(), Problem> {
        if self.off {
            return Ok(());
        }
        let former = tx.first("SELECT body FROM rule WHERE tool = ?1 AND id = ?2", (tool, id), |row| {
            row.get::<_, String>(0)
        })?;
        if former.as_deref() == Some(body) {
            return Ok(());
        }
        tx.execute(
            "INSERT OR IGNORE INTO take_back_rule (import, tool, id, former) VALUES (?1, ?2, ?3, ?4)",
            (self.import, tool, id, former),
        )
        .map(drop)
    }

    /// A scope in which the import counts; `made` when it was not there before.
    pub(crate) fn scope(&self, tx: &Tx<'_>, scope: i64, made: bool) -> Result<(), Problem> {
        if self.off {
            return Ok(());
        }
        tx.execute(
            "INSERT INTO take_back_scope (import, scope, made, sightings) VALUES (?1, ?2, ?3, ?4)",
            (self.import, scope, made, deflated(&[])?),
        )
        .map(drop)
    }

    /// Before the rows of a finding are written anew.
    pub(crate) fn rows(&self, tx: &Tx<'_>, finding: i64) -> Result<(), Problem> {
        if self.off {
            return Ok(());
        }
        let mut buffer = self.part();
        buffer.push(ROWS);
        put_number(&mut buffer, finding as u64);
        for (text, columns) in &self.selects {
            let mut statement = tx.conn.prepare_cached(text).map_err(sql)?;
            let mut rows = statement.query([finding]).map_err(sql)?;
            let mut found = 0_u64;
            let mut values = Vec::new();
            while let Some(row) = rows.next().map_err(sql)? {
                found += 1;
                for column in 0..*columns {
                    put_value(&mut values, row.get_ref(column).map_err(sql)?);
                }
            }
            put_number(&mut buffer, found);
            buffer.extend(values);
        }
        drop(buffer);
        self.flush(tx, PART)
    }

    /// Before a finding is closed or opened because it was not found, or found again.
    pub(crate) fn state(
        &self,
        tx: &Tx<'_>,
        finding: i64,
        present: bool,
        decision: Option<i64>,
    ) -> Result<(), Problem> {
        if self.off {
            return Ok(());
        }
        let mut buffer = self.part();
        buffer.push(STATE);
        put_number(&mut buffer, finding as u64);
        buffer.push(u8::from(present));
        put_number(&mut buffer, decision.unwrap_or(0) as u64);
        drop(buffer);
        self.flush(tx, PART)
    }

    /// Before the findings in `staged.seen` get their new sighting.
    pub(crate) fn sightings(&self, tx: &Tx<'_>, scope: i64) -> Result<(), Problem> {
        self.sighted(
            tx,
            scope,
            "SELECT f.id, f.last_seen, f.last_import FROM staged.seen s CROSS JOIN finding f ON f.id = s.finding \
             ORDER BY s.finding",
            [],
        )
    }

    /// Before the findings of a scope that an import saw last get their new sighting.
    pub(crate) fn sightings_since(&self, tx: &Tx<'_>, scope: i64, import: ImportId) -> Result<(), Problem> {
        self.sighted(
            tx,
            scope,
            "SELECT id, last_seen, last_import FROM finding WHERE scope = ?1 AND last_import = ?2 ORDER BY id",
            (scope, import.0),
        )
    }

    fn sighted(&self, tx: &Tx<'_>, scope: i64, text: &str, params: impl Params) -> Result<(), Problem> {
        if self.off {
            return Ok(());
        }
        let mut statement = tx.conn.prepare_cached(text).map_err(sql)?;
        let mut rows = statement.query(params).map_err(sql)?;
        let mut runs = Vec::new();
        let mut before: Option<(i64, i64)> = None;
        while let Some(row) = rows.next().map_err(sql)? {
            let sighting = (row.get(1).map_err(sql)?, row.get(2).map_err(sql)?);
            if before != Some(sighting) {
                before = Some(sighting);
                put_number(&mut runs, row.get::<_, i64>(0).map_err(sql)? as u64);
                put_number(&mut runs, sighting.0 as u64);
                put_number(&mut runs, sighting.1 as u64);
            }
        }
        tx.execute(
            "UPDATE take_back_scope SET sightings = ?3 WHERE import = ?1 AND scope = ?2",
            (self.import, scope, deflated(&runs)?),
        )
        .map(drop)
    }

    /// After the import changed everything: closes the notes, and lets those go that are too old.
    pub(crate) fn end(&self, tx: &Tx<'_>) -> Result<(), Problem> {
        if self.off {
            return Ok(());
        }
        self.flush(tx, 0)?;
        let now = last_ids(tx)?;
        tx.execute(
            "INSERT INTO take_back (import, finding_from, finding_to, event_from, event_to, proposal_from, \
             proposal_to) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (self.import, self.ids[0] + 1, now[0], self.ids[1] + 1, now[1], self.ids[2] + 1, now[2]),
        )?;
        let old = tx.all(
            "SELECT DISTINCT o.import FROM take_back_scope m JOIN take_back_scope o ON o.scope = m.scope \
             WHERE m.import = ?1 AND (SELECT count(*) FROM take_back_scope n WHERE n.scope = o.scope \
             AND n.import > o.import) >= ?2",
            (self.import, KEPT),
            |row| row.get::<_, i64>(0),
        )?;
        old.into_iter().try_for_each(|import| forget(tx, import))
    }

    /// The part that is being filled, with its head.
    fn part(&self) -> std::cell::RefMut<'_, Vec<u8>> {
        let mut buffer = self.buffer.borrow_mut();
        if buffer.is_empty() {
            put_number(&mut buffer, TABLES as u64);
            for (table, columns) in tables() {
                put_text(&mut buffer, table);
                put_number(&mut buffer, columns.len() as u64);
                for column in columns {
                    put_text(&mut buffer, column);
                }
            }
        }
        buffer
    }

    /// Stores the part when it has this many bytes.
    fn flush(&self, tx: &Tx<'_>, from: usize) -> Result<(), Problem> {
        let mut buffer = self.buffer.borrow_mut();
        if buffer.is_empty() || buffer.len() < from {
            return Ok(());
        }
        tx.execute(
            "INSERT INTO take_back_part (import, ordinal, rows) VALUES (?1, ?2, ?3)",
            (self.import, self.ordinal.get(), deflated(&buffer)?),
        )?;
        self.ordinal.set(self.ordinal.get() + 1);
        buffer.clear();
        Ok(())
    }
}

/// Lets go of what an import noted.
pub(super) fn forget(tx: &Tx<'_>, import: i64) -> Result<(), Problem> {
    for table in ["take_back", "take_back_scope", "take_back_part", "take_back_rule"] {
        tx.execute(&format!("DELETE FROM {table} WHERE import = ?1"), [import])?;
    }
    Ok(())
}

/// How many tables are noted of a finding.
const TABLES: usize = AROUND.len() + 1;

/// Each table with its columns, in the order in which they are noted.
fn tables() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    std::iter::once(("finding", REPORTED)).chain(AROUND.iter().map(|around| (around.table, around.columns)))
}

/// Statements that read a finding's rows, and how many columns each has.
fn selects() -> impl Iterator<Item = (String, usize)> {
    tables().map(|(table, columns)| {
        let key = if table == "finding" { "id" } else { "finding" };
        // A block may be gone by the time that the note is read.
        let said = |column: &&'static str| if *column == "body" { BODY } else { *column };
        let listed: Vec<&str> = columns.iter().map(said).collect();
        (format!("SELECT {} FROM main.{table} b WHERE {key} = ?1", listed.join(", ")), columns.len())
    })
}
