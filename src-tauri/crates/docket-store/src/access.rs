//! What a closure inside a transaction holds: [`Read`] and [`Tx`], and the few ways in
//! which the query modules talk to SQLite.

use std::cell::{Cell, OnceCell};
use std::ops::Deref;

use docket_domain::{Problem, Timestamp};
use rusqlite::{Connection, Params, Row};

use crate::columns::{Look, Patience, Shelf};
use crate::fault::sql;
use crate::store::Shared;
use crate::told::Told;

/// A consistent view of the database. Valid within one closure.
pub struct Read<'c> {
    pub(crate) conn: &'c Connection,
    pub(crate) shared: &'c Shared,
    /// The columns, where they may be looked at.
    pub(crate) shelf: Option<&'c Shelf>,
    /// It is within a transaction that writes.
    pub(crate) writes: bool,
}

/// A transaction that writes. It reads too (it is a [`Read`]), its own changes included.
/// An error returned from the closure takes all of it back.
pub struct Tx<'c> {
    read: Read<'c>,
    findings_touched: Cell<bool>,
    /// Who is told how far it is.
    told: OnceCell<Told>,
}

impl<'c> Deref for Tx<'c> {
    type Target = Read<'c>;
    fn deref(&self) -> &Read<'c> {
        &self.read
    }
}

impl Read<'_> {
    /// The present moment, from the clock that the store was opened with.
    pub fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    /// Looks at the columns, if they are there and at this state.
    pub(crate) fn look<T>(
        &self,
        work: impl FnOnce(&Look<'_>) -> Result<T, Problem>,
    ) -> Result<Option<T>, Problem> {
        self.look_for(Patience::Short, work)
    }

    /// The same for what the database would take long to answer: it is waited for columns that are only
    /// being read.
    pub(crate) fn look_patiently<T>(
        &self,
        work: impl FnOnce(&Look<'_>) -> Result<T, Problem>,
    ) -> Result<Option<T>, Problem> {
        self.look_for(Patience::Long, work)
    }

    fn look_for<T>(
        &self,
        patience: Patience,
        work: impl FnOnce(&Look<'_>) -> Result<T, Problem>,
    ) -> Result<Option<T>, Problem> {
        let Some(columns) = self.shelf else { return Ok(None) };
        columns.look(self, patience, work)
    }

    /// Every row of a query.
    pub(crate) fn all<T>(
        &self,
        text: &str,
        params: impl Params,
        row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Problem> {
        let mut statement = self.conn.prepare_cached(text).map_err(sql)?;
        let rows = statement.query_map(params, row).map_err(sql)?;
        rows.collect::<Result<_, _>>().map_err(sql)
    }

    /// The first row of a query, if there is one.
    pub(crate) fn first<T>(
        &self,
        text: &str,
        params: impl Params,
        row: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, Problem> {
        let mut statement = self.conn.prepare_cached(text).map_err(sql)?;
        let mut rows = statement.query(params).map_err(sql)?;
        match rows.next().map_err(sql)? {
            Some(found) => row(found).map(Some).map_err(sql),
            None => Ok(None),
        }
    }

    /// The one number that a query yields; 0 when it yields none.
    pub(crate) fn number(&self, text: &str, params: impl Params) -> Result<i64, Problem> {
        Ok(self.first(text, params, |row| row.get::<_, Option<i64>>(0))?.flatten().unwrap_or(0))
    }
}

impl<'c> Tx<'c> {
    pub(crate) fn new(conn: &'c Connection, shared: &'c Shared) -> Self {
        // Kept from before it began: what it touches is heard of from its beginning.
        let shelf = shared.shelf.is_kept().then_some(&shared.shelf);
        let read = Read { conn, shared, shelf, writes: true };
        Self { read, findings_touched: Cell::new(false), told: OnceCell::new() }
    }

    /// From now on `told` hears how far it is.
    pub(crate) fn tells(&self, told: Told) {
        self.told.get_or_init(|| told);
    }

    /// Tells whoever listens that so many of so many are done. An error when that one gives it up.
    pub(crate) fn tell(&self, done: u64, total: u64) -> Result<(), Problem> {
        match self.told.get() {
            Some(told) if !told.tell(done, total) => Err(Problem::cancelled()),
            _ => Ok(()),
        }
    }

    /// Runs a statement; the number of rows that it changed.
    pub(crate) fn execute(&self, text: &str, params: impl Params) -> Result<u64, Problem> {
        let mut statement = self.conn.prepare_cached(text).map_err(sql)?;
        statement.execute(params).map(|n| n as u64).map_err(sql)
    }

    /// Runs an `INSERT`; the id of the new row.
    pub(crate) fn insert(&self, text: &str, params: impl Params) -> Result<i64, Problem> {
        self.execute(text, params)?;
        Ok(self.conn.last_insert_rowid())
    }

    /// Says that what the findings table shows has changed.
    pub(crate) fn touch_findings(&self) {
        self.findings_touched.set(true);
    }

    pub(crate) fn findings_touched(&self) -> bool {
        self.findings_touched.get()
    }
}

/// A value as JSON text for a column.
pub(crate) fn json<T: serde::Serialize>(value: &T) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(Problem::internal)
}

/// An optional value as JSON text for a column.
pub(crate) fn json_opt<T: serde::Serialize>(value: Option<&T>) -> Result<Option<String>, Problem> {
    value.map(json).transpose()
}

/// Reads a JSON column.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    parse_json(&text)
}

/// Reads a finding's body, packed or not.
pub(crate) fn from_body<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    let text = crate::body::unpack(row.get_ref(column)?).map_err(|problem| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Blob, Box::new(problem))
    })?;
    parse_json(&text)
}

/// Reads a JSON column that may be NULL.
pub(crate) fn from_json_opt<T: serde::de::DeserializeOwned>(
    row: &Row<'_>,
    column: &str,
) -> rusqlite::Result<Option<T>> {
    let text: Option<String> = row.get(column)?;
    text.map(|t| parse_json(&t)).transpose()
}

fn parse_json<T: serde::de::DeserializeOwned>(text: &str) -> rusqlite::Result<T> {
    serde_json::from_str(text)
        .map_err(|e| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(e)))
}

/// Reads a column that holds a word of one of the domain's closed lists.
pub(crate) fn word<T: std::str::FromStr<Err = Problem>>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    parse_word(&text)
}

/// The same for a column that may be NULL.
pub(crate) fn word_opt<T: std::str::FromStr<Err = Problem>>(
    row: &Row<'_>,
    column: &str,
) -> rusqlite::Result<Option<T>> {
    let text: Option<String> = row.get(column)?;
    text.map(|t| parse_word(&t)).transpose()
}

fn parse_word<T: std::str::FromStr<Err = Problem>>(text: &str) -> rusqlite::Result<T> {
    text.parse().map_err(|e: Problem| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(e))
    })
}

/// Reads a time column.
pub(crate) fn time(row: &Row<'_>, column: &str) -> rusqlite::Result<Timestamp> {
    row.get(column).map(Timestamp)
}

/// Reads a time column that may be NULL.
pub(crate) fn time_opt(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp))
}
