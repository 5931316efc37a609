//! Rows of findings that are new.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use docket_domain::Problem;
use docket_domain::identity::{KEY_VERSION, Key, name};
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection, ErrorCode, params};

use super::Progress;
use super::names::best;
use crate::access::Tx;
use crate::body_block::BodyAt;
use crate::fault::sql;
use crate::raw::RawAt;
use crate::staging::births::key_of_name;
use crate::staging::record::Record;

/// Steps of SQLite's machine between two questions whether to go on: some milliseconds.
const STEPS: i32 = 200_000;

/// Whom to tell, and how many of how many are done.
struct Telling {
    tell: Progress,
    total: u64,
}

thread_local! {
    // The writer's thread: who listens while its last statements run.
    static TELLING: RefCell<Option<Telling>> = const { RefCell::new(None) };
}

/// Does the last part, during which a person may still cancel.
pub(super) fn telling<T>(
    mut progress: Progress,
    total: u64,
    work: impl FnOnce() -> Result<T, Problem>,
) -> Result<T, Problem> {
    if !progress(0, total) {
        return Err(Problem::cancelled());
    }
    TELLING.set(Some(Telling { tell: progress, total }));
    let result = work();
    let telling = TELLING.take();
    let value = result?;
    // The last question; from here on it is done.
    let goes_on = telling.is_none_or(|mut telling| (telling.tell)(telling.total, telling.total));
    if goes_on { Ok(value) } else { Err(Problem::cancelled()) }
}

/// Sets the writer's connection up for many new rows, and back afterwards.
pub(super) fn with_pragmas<T>(
    conn: &mut Connection,
    given_up: &Arc<AtomicBool>,
    work: impl FnOnce(&mut Connection) -> Result<T, Problem>,
) -> Result<T, Problem> {
    // Every row that others refer to is written here just before, so nothing needs looking up; and a
    // million rows pass through, of which none is seen again soon.
    conn.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA cache_size = -14336;").map_err(sql)?;
    let given_up = Arc::clone(given_up);
    let stops = move || {
        given_up.load(Ordering::Acquire)
            || TELLING.with_borrow_mut(|telling| {
                telling.as_mut().is_some_and(|telling| !(telling.tell)(0, telling.total))
            })
    };
    conn.progress_handler(STEPS, Some(stops)).map_err(sql)?;
    let result = work(conn);
    TELLING.set(None);
    conn.progress_handler(0, None::<fn() -> bool>).map_err(sql)?;
    conn.execute_batch("PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536;").map_err(sql)?;
    result
}

/// Whether FTS5 merges what it has written with each thing that it writes. While a million texts come
/// in, that is most of its work; the next few imports catch up on it.
pub(super) fn merge_texts(tx: &Tx<'_>, on: bool) -> Result<(), Problem> {
    let segments = if on { 4 } else { 0 };
    tx.execute("INSERT INTO finding_text (finding_text, rank) VALUES ('automerge', ?1)", [segments]).map(drop)
}

/// What all new findings of a scope have in common.
pub(super) struct Fixed {
    pub(super) application: i64,
    pub(super) scope: i64,
    pub(super) tool: String,
    pub(super) branch: String,
    pub(super) category: String,
    pub(super) started: i64,
    pub(super) import: i64,
}

impl Fixed {
    /// The stable name of a finding with this best key.
    pub(super) fn identity(&self, best: &Key, ordinal: u32) -> Key {
        key_of_name(&name(&self.tool, &self.branch, &self.category, best, ordinal))
    }
}

/// The blocks in which the bodies of a batch lie.
pub(super) struct Blocks {
    /// The number of the first.
    base: i64,
    each: Vec<Block>,
    /// Where a body lies, as its row says it.
    place: Vec<u8>,
}

struct Block {
    bytes: Vec<u8>,
    /// First and last finding whose body is in it.
    findings: Option<(i64, i64)>,
}

impl Blocks {
    pub(super) fn new(base: i64, blocks: Vec<Vec<u8>>) -> Self {
        let each = blocks.into_iter().map(|bytes| Block { bytes, findings: None }).collect();
        Self { base, each, place: Vec::new() }
    }

    /// What stands in the row of a finding for its body: where it lies, which was told within the batch,
    /// or the body itself.
    fn place<'a>(&'a mut self, finding: i64, body: &'a [u8]) -> Result<&'a [u8], Problem> {
        let lost = || Problem::internal("a body was laid nowhere");
        let Some(within) = BodyAt::read(ValueRef::Blob(body))? else { return Ok(body) };
        let block =
            usize::try_from(within.block).ok().and_then(|at| self.each.get_mut(at)).ok_or_else(lost)?;
        block.findings = Some((block.findings.map_or(finding, |(first, _)| first), finding));
        self.place.clear();
        BodyAt { block: self.base + within.block, ..within }.write(&mut self.place);
        Ok(&self.place)
    }

    /// Writes those in which a body of a finding lies; how many numbers are taken.
    pub(super) fn store(self, tx: &Tx<'_>) -> Result<i64, Problem> {
        let taken = self.each.len() as i64;
        for (id, block) in (self.base..).zip(self.each) {
            if let Some((first, last)) = block.findings {
                tx.execute(
                    "INSERT INTO body_block (id, first, last, bytes) VALUES (?1, ?2, ?3, ?4)",
                    (id, first, last, block.bytes),
                )?;
            }
        }
        Ok(taken)
    }
}

/// Writes new findings.
pub(super) struct Births<'a> {
    tx: &'a Tx<'a>,
    fixed: &'a Fixed,
    status: &'static str,
    reason: Option<&'static str>,
    finding: CachedStatement<'a>,
    body: CachedStatement<'a>,
    identifier: CachedStatement<'a>,
    text: CachedStatement<'a>,
    raw: CachedStatement<'a>,
}

impl<'a> Births<'a> {
    pub(super) fn begin(tx: &'a Tx<'a>, fixed: &'a Fixed) -> Result<Self, Problem> {
        let (status, reason) = docket_domain::assessment::effective(true, None);
        let statement = |text: &str| tx.conn.prepare_cached(text).map_err(sql);
        Ok(Self {
            tx,
            fixed,
            status: status.as_str(),
            reason: reason.map(docket_domain::Reason::as_str),
            finding: statement(
                "INSERT INTO finding (kind, rule, title, path, line, place, spot, component, purl, severity, \
                 needs_review, content, names, application, scope, tool, branch, status, reason, first_seen, \
                 first_import, identity, key_version, report_severity, last_seen, last_import, present) VALUES \
                 (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, \
                 ?22, ?23, ?10, ?20, ?21, 1)",
            )?,
            body: statement("INSERT INTO finding_body (finding, body, keys) VALUES (?1, ?2, ?3)")?,
            identifier: statement("INSERT INTO identifier (scheme, value, finding) VALUES (?1, ?2, ?3)")?,
            text: statement(
                "INSERT INTO finding_text (rowid, title, rule, place, component, identifiers, description) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?,
            raw: statement("INSERT INTO finding_raw (finding, block, at, length) VALUES (?1, ?2, ?3, ?4)")?,
        })
    }

    /// The row of a finding and what lies around it, but its text; its id.
    pub(super) fn row(&mut self, record: &Record<'_>, blocks: &mut Blocks) -> Result<i64, Problem> {
        let identity = self.fixed.identity(&best(record.keys)?, 0);
        match self.insert(record, &identity) {
            // Another one has the same keys: which of them has which number is settled at the end.
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                self.insert(record, &record.content)
            }
            other => other,
        }
        .map_err(sql)?;
        let finding = self.tx.conn.last_insert_rowid();
        self.around(finding, record, blocks)?;
        Ok(finding)
    }

    fn insert(&mut self, record: &Record<'_>, identity: &Key) -> rusqlite::Result<usize> {
        self.finding.execute(params![
            record.kind,
            record.rule,
            record.title,
            record.path,
            record.line,
            record.place,
            record.spot,
            record.component,
            record.purl,
            record.severity,
            record.needs_review,
            record.content.as_slice(),
            record.names as i64,
            self.fixed.application,
            self.fixed.scope,
            self.fixed.tool,
            self.fixed.branch,
            self.status,
            self.reason,
            self.fixed.started,
            self.fixed.import,
            identity.as_slice(),
            KEY_VERSION,
        ])
    }

    fn around(&mut self, finding: i64, record: &Record<'_>, blocks: &mut Blocks) -> Result<(), Problem> {
        let body = blocks.place(finding, record.body)?;
        self.body.execute(params![finding, body, record.keys]).map_err(sql)?;
        for (scheme, value) in record.identifiers() {
            self.identifier.execute(params![scheme, value, finding]).map_err(sql)?;
        }
        for (ordinal, path, line) in record.places() {
            self.tx.execute(
                "INSERT INTO location (finding, ordinal, path, line) VALUES (?1, ?2, ?3, ?4)",
                (finding, ordinal, path, line),
            )?;
        }
        Ok(())
    }

    /// Where a finding's record lies.
    pub(super) fn raw(&mut self, finding: i64, raw: RawAt, base: i64) -> Result<(), Problem> {
        let block = base + i64::from(raw.block);
        self.raw.execute((finding, block, raw.at, raw.length)).map(drop).map_err(sql)
    }

    /// Full text, by itself: between other statements FTS5 may write out what it has gathered each time.
    pub(super) fn texts(&mut self, born: &[(i64, Record<'_>)]) -> Result<(), Problem> {
        let mut subject = Vec::new();
        for (finding, record) in born {
            subject.clear();
            subject.extend_from_slice(record.component.0);
            subject.push(b' ');
            subject.extend_from_slice(record.purl.0);
            let subject = crate::staging::record::Text(&subject);
            let place = record.place.unwrap_or(record.path);
            self.text
                .execute(params![
                    finding,
                    record.title,
                    record.rule,
                    place,
                    subject,
                    record.words,
                    record.prose
                ])
                .map_err(sql)?;
        }
        Ok(())
    }
}
