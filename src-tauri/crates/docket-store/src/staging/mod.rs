//! The way in for a report. There are two, and nothing is visible before [`Staging::finish`] on either.
//!
//! Usually records are laid aside in a file of their own while the report is read, and enter the
//! database in one transaction at the end; until then the writer is free. The file lies in
//! `staging/` under the name of the store that made it; a process that ends in the middle
//! leaves only that file, which the next opening removes. Memory holds one batch while
//! reading and about 60 bytes a record while matching.
//!
//! A report for an application that has nothing yet ([`Staging::straight`]) has nothing to be matched
//! with: its records go straight into the database while the rest is still being read, in one
//! transaction that is taken back unless it is finished. The writer is busy meanwhile, but shorter in
//! all than it would be at the end of the other way.

mod apply;
mod aside;
mod births;
mod finish;
mod glance;
mod matching;
mod mismatch;
mod raw;
mod record;
mod straight;
mod twins;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use docket_domain::{ApplicationId, Completeness, Found, Import, Problem, Rule, Run, Timestamp, Warning};
use rusqlite::{Connection, named_params};

use crate::access::json;
use crate::fault::{io, sql};
use crate::raw::{RawAt, RawBlock};
use crate::store::{Shared, Store};

pub(crate) use finish::{add, put_by};
pub use glance::Glance;
pub(crate) use record::prose;
pub use record::{Batch, Preparer};
pub(crate) use twins::bereave;

/// Records that are written in one go.
const BATCH: u64 = 4_000;

/// Where a report comes from and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Into this application.
    pub application: ApplicationId,
    /// File name without its folder.
    pub file: String,
    /// Size in bytes as given. May be set late, see [`Staging::source_mut`].
    pub bytes: u64,
    /// SHA-256 of the file as given, hex. May be set late.
    pub sha256: String,
    /// Format id.
    pub format: String,
    /// The person's choice of branch; none: as the report says.
    pub branch: Option<String>,
    /// Who reads it, and as what: two that are equal read the same out of the same bytes. Empty: nobody
    /// who could promise that.
    pub reader: String,
}

/// How to finish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FinishOptions {
    /// Close what is not found any more even if that is nearly everything, or if records were lost.
    pub close_anyway: bool,
    /// Compute everything and take it back: only say what would change.
    pub dry_run: bool,
    /// Read it in even if it seems to belong to another application or branch.
    pub allow_mismatch: bool,
}

/// A run of the report being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunIndex(usize);

/// What is kept of a run while its records come in.
struct RunSoFar {
    scope: i64,
    tool: String,
    records: u64,
    repeated: u64,
    lost: u64,
}

/// A report being read.
pub struct Staging {
    store: Store,
    source: Source,
    started: Timestamp,
    way: Way,
    preparer: Option<Preparer>,
    runs: Vec<RunSoFar>,
    records: u64,
    warnings: u64,
}

/// How records get into the database.
enum Way {
    Aside(Aside),
    Straight(straight::Straight),
    Over,
}

/// The file in which records are laid aside.
struct Aside {
    conn: Option<Connection>,
    path: PathBuf,
    in_batch: u64,
}

impl std::fmt::Debug for Staging {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Staging")
            .field("source", &self.source)
            .field("records", &self.records)
            .finish_non_exhaustive()
    }
}

impl Staging {
    /// Begins to read a report, laying its records aside.
    pub fn begin(store: &Store, source: Source) -> Result<Self, Problem> {
        static BEGUN: AtomicU64 = AtomicU64::new(0);
        let folder = store.data_dir().join("staging");
        std::fs::create_dir_all(&folder).map_err(|e| io("Making the folder", &folder, &e))?;
        let number = BEGUN.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!("{}-{number}.db", store.holder()));
        let conn = Connection::open(&path).map_err(sql)?;
        // Nothing in this file outlives a crash, so nothing is spent on surviving one.
        conn.execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; \
             PRAGMA cache_size = -32768; PRAGMA temp_store = FILE;",
        )
        .map_err(sql)?;
        conn.execute_batch(include_str!("staging.sql")).map_err(sql)?;
        conn.execute_batch("BEGIN").map_err(sql)?;
        Ok(Self::on(store, source, Way::Aside(Aside { conn: Some(conn), path, in_batch: 0 })))
    }

    /// Begins to read a report that is to be stored: straight into the database when its application
    /// has nothing yet, else as [`Staging::begin`]. What is only tried goes the other way.
    pub fn straight(store: &Store, source: Source) -> Result<Self, Problem> {
        let application = source.application;
        if !store.read(move |read| is_fresh(read, application))? {
            return Self::begin(store, source);
        }
        let started = store.shared().clock.now();
        match straight::Straight::begin(store, &source, started)? {
            Some(straight) => Ok(Self { started, ..Self::on(store, source, Way::Straight(straight)) }),
            None => Self::begin(store, source),
        }
    }

    fn on(store: &Store, source: Source, way: Way) -> Self {
        let started = store.shared().clock.now();
        let runs = Vec::new();
        Self { store: store.clone(), source, started, way, preparer: None, runs, records: 0, warnings: 0 }
    }

    /// The source, for what is known only after reading: size and hash.
    pub fn source_mut(&mut self) -> &mut Source {
        &mut self.source
    }

    /// Records taken so far, repeated ones included.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// A run begins. Its branch is the person's choice, else what the report says.
    pub fn run(&mut self, run: &Run) -> Result<RunIndex, Problem> {
        let index = self.runs.len();
        let branch = self.source.branch.clone().or_else(|| run.branch.clone()).unwrap_or_default();
        let branch = branch.trim();
        let scope = match &self.way {
            Way::Straight(straight) => {
                straight.run(run, branch)?;
                0
            }
            _ => stage_run(self.conn()?, index, run, branch)?,
        };
        self.runs.push(RunSoFar { scope, tool: run.tool.name.clone(), records: 0, repeated: 0, lost: 0 });
        Ok(RunIndex(index))
    }

    /// A rule of a run's tool. A later one of the same id replaces it.
    pub fn rule(&mut self, run: RunIndex, rule: &Rule) -> Result<(), Problem> {
        self.rules(run, std::slice::from_ref(rule))
    }

    /// Many rules, as [`Staging::rule`].
    pub fn rules(&mut self, run: RunIndex, rules: &[Rule]) -> Result<(), Problem> {
        let tool = self.run_of(run)?.tool.clone();
        let told = rules.iter().map(|rule| Ok((rule.id.clone(), json(rule)?)));
        if let Way::Straight(straight) = &self.way {
            return straight.rules(tool, told.collect::<Result<_, Problem>>()?);
        }
        let mut statement = self
            .conn()?
            .prepare_cached("INSERT OR REPLACE INTO rule (tool, id, body) VALUES (?1, ?2, ?3)")
            .map_err(sql)?;
        for rule in told {
            let (id, body) = rule?;
            statement.execute((&tool, id, body)).map_err(sql)?;
        }
        Ok(())
    }

    /// A record of a run. One that says exactly what an earlier one of the same scope said
    /// is counted, not stored again.
    pub fn found(&mut self, run: RunIndex, found: &Found) -> Result<(), Problem> {
        self.found_in(run, found, None)
    }

    /// The same, of a record that lies in a [block](Self::raw_block), which may come later.
    pub fn found_in(&mut self, run: RunIndex, found: &Found, raw: Option<RawAt>) -> Result<(), Problem> {
        let mut batch = Batch::default();
        let preparer = match &mut self.preparer {
            Some(preparer) => preparer,
            // One at a time, so there is nothing for its body to lie together with.
            None => self.preparer.insert(Preparer::new()?),
        };
        preparer.add(&mut found.clone(), raw, &mut batch)?;
        self.take(run, batch)
    }

    /// Makes records ready for [`Staging::take`], on any thread.
    pub fn preparer(&self) -> Result<Preparer, Problem> {
        match self.way {
            Way::Straight(_) => Ok(Preparer::together()),
            _ => Preparer::new(),
        }
    }

    /// Many records of a run, made ready before by its own [preparer](Self::preparer).
    pub fn take(&mut self, run: RunIndex, batch: Batch) -> Result<(), Problem> {
        let scope = self.run_of(run)?.scope;
        let taken = batch.len();
        let mut repeated = 0;
        match &mut self.way {
            Way::Straight(straight) => straight.records(run.0, batch)?,
            Way::Aside(aside) => {
                for record in batch.records() {
                    let stored = aside::lay(aside.conn()?, run.0, scope, &record?)?;
                    repeated += u64::from(!stored);
                }
                aside.in_batch += taken;
                if aside.in_batch >= BATCH {
                    aside.in_batch = 0;
                    aside.conn()?.execute_batch("COMMIT; BEGIN").map_err(sql)?;
                }
            }
            Way::Over => return Err(closed()),
        }
        self.records += taken;
        let so_far = &mut self.runs[run.0];
        so_far.records += taken;
        so_far.repeated += repeated;
        Ok(())
    }

    /// Records as the report had them, packed.
    pub fn raw_block(&mut self, block: RawBlock) -> Result<(), Problem> {
        if let Way::Straight(straight) = &self.way {
            return straight.raw_block(block);
        }
        self.conn()?
            .prepare_cached("INSERT INTO raw_block (id, form, length, bytes) VALUES (?1, ?2, ?3, ?4)")
            .and_then(|mut s| s.execute((block.number, block.form.as_str(), block.length, &block.bytes)))
            .map(drop)
            .map_err(sql)
    }

    /// Records of a run that could not be read.
    pub fn lost(&mut self, run: RunIndex, count: u64) -> Result<(), Problem> {
        self.run_of(run)?;
        self.runs[run.0].lost += count;
        Ok(())
    }

    /// Something that was read with loss, or not at all.
    pub fn warning(&mut self, warning: &Warning) -> Result<(), Problem> {
        let place = json(&warning.place)?;
        self.warnings += 1;
        if let Way::Straight(straight) = &self.way {
            return straight.warning(self.warnings, warning.message.clone(), place);
        }
        self.conn()?
            .prepare_cached("INSERT INTO warning (message, place) VALUES (?1, ?2)")
            .and_then(|mut s| s.execute((&warning.message, place)))
            .map(drop)
            .map_err(sql)
    }

    /// A run is over, and this is whether it saw everything.
    pub fn run_end(&mut self, run: RunIndex, completeness: &Completeness) -> Result<(), Problem> {
        self.run_of(run)?;
        if let Way::Straight(straight) = &self.way {
            return straight.run_end(run.0, completeness.clone());
        }
        let text = json(completeness)?;
        self.conn()?
            .execute("UPDATE run SET completeness = ?2 WHERE id = ?1", (run.0 as i64, text))
            .map(drop)
            .map_err(sql)
    }

    /// What only the end of a run tells: corrects tool version, revision, repository, start.
    /// Tool name, branch and category stay as they were when the run began.
    pub fn run_facts(&mut self, run: RunIndex, facts: &Run) -> Result<(), Problem> {
        self.run_of(run)?;
        if let Way::Straight(straight) = &self.way {
            return straight.run_facts(run.0, facts.clone());
        }
        self.conn()?
            .execute(
                "UPDATE run SET version = ?2, revision = ?3, repository = ?4, started = ?5 WHERE id = ?1",
                (
                    run.0 as i64,
                    &facts.tool.version,
                    &facts.revision,
                    &facts.repository,
                    facts.started.map(|t| t.0),
                ),
            )
            .map(drop)
            .map_err(sql)
    }

    /// Brings everything into the database, in one transaction, and says what changed. On
    /// an error nothing of it is stored: also when the report seems to belong elsewhere
    /// ([`docket_domain::Code::Mismatch`]), which a dry run tells in its answer. Blocks: from async code call it on a blocking thread.
    /// `progress` is told how many of how many records are done, and cancels with `false`.
    pub fn finish(
        mut self,
        options: FinishOptions,
        progress: impl FnMut(u64, u64) -> bool + Send + 'static,
    ) -> Result<Import, Problem> {
        let way = match std::mem::replace(&mut self.way, Way::Over) {
            Way::Straight(straight) => {
                let lost = self.runs.iter().map(|run| run.lost).collect();
                let (source, warnings) = (self.source.clone(), self.warnings);
                return straight.finish(straight::Last { source, lost, warnings }, options, progress);
            }
            way => way,
        };
        self.way = way;
        let path = self.close()?;
        let given = finish::Given {
            path,
            source: self.source.clone(),
            started: self.started,
            warnings: self.warnings,
            options,
        };
        self.store.with_writer(move |conn, shared| finish::finish(conn, shared, &given, progress))
    }

    /// Closes the file in which the records were laid aside; where it is.
    fn close(&mut self) -> Result<PathBuf, Problem> {
        for (index, run) in self.runs.iter().enumerate() {
            self.conn()?
                .execute(
                    "UPDATE run SET records = ?2, repeated = ?3, lost = ?4 WHERE id = ?1",
                    (index as i64, run.records as i64, run.repeated as i64, run.lost as i64),
                )
                .map_err(sql)?;
        }
        let Way::Aside(aside) = &mut self.way else { return Err(closed()) };
        let conn = aside.conn.take().ok_or_else(closed)?;
        conn.execute_batch("COMMIT").map_err(sql)?;
        conn.close().map_err(|(_, e)| sql(e))?;
        Ok(aside.path.clone())
    }

    fn conn(&self) -> Result<&Connection, Problem> {
        match &self.way {
            Way::Aside(aside) => aside.conn(),
            _ => Err(closed()),
        }
    }

    fn run_of(&self, run: RunIndex) -> Result<&RunSoFar, Problem> {
        self.runs.get(run.0).ok_or_else(|| Problem::internal("a record of a run that never began"))
    }
}

/// Nothing was ever read into the application, or nothing of it is left.
fn is_fresh(read: &crate::Read<'_>, application: ApplicationId) -> Result<bool, Problem> {
    let known = "SELECT 1 FROM scope WHERE application = ?1 LIMIT 1";
    Ok(read.first(known, [application.0], |_| Ok(()))?.is_none())
}

fn closed() -> Problem {
    Problem::internal("staging is closed")
}

/// Notes a run in the staging file; its scope there.
fn stage_run(conn: &Connection, index: usize, run: &Run, branch: &str) -> Result<i64, Problem> {
    let category = run.category.as_deref().unwrap_or_default();
    conn.execute(
        "INSERT OR IGNORE INTO scope (tool, branch, category) VALUES (?1, ?2, ?3)",
        (&run.tool.name, branch, category),
    )
    .map_err(sql)?;
    let scope = conn
        .query_row(
            "SELECT id FROM scope WHERE tool = ?1 AND branch = ?2 AND category = ?3",
            (&run.tool.name, branch, category),
            |row| row.get(0),
        )
        .map_err(sql)?;
    conn.execute(
        "INSERT INTO run (id, scope, tool, version, branch, category, revision, repository, started, completeness) \
         VALUES (:id, :scope, :tool, :version, :branch, :category, :revision, :repository, :started, :completeness)",
        named_params! {
            ":id": index as i64, ":scope": scope, ":tool": run.tool.name, ":version": run.tool.version,
            ":branch": branch, ":category": run.category, ":revision": run.revision,
            ":repository": run.repository, ":started": run.started.map(|t| t.0),
            ":completeness": json(&run.completeness)?,
        },
    )
    .map_err(sql)?;
    Ok(scope)
}

impl Aside {
    fn conn(&self) -> Result<&Connection, Problem> {
        self.conn.as_ref().ok_or_else(closed)
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        drop(self.conn.take());
        // What cannot be removed now is removed at the next opening.
        std::fs::remove_file(&self.path).unwrap_or_default();
    }
}

/// Removes what processes that are gone left in `staging/`.
pub(crate) fn sweep(shared: &Shared) -> Result<(), Problem> {
    let folder = shared.data_dir.join("staging");
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(io("Reading the folder", &folder, &e)),
    };
    let living = shared.alive.living()?;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let holder = name.split('-').next().unwrap_or_default();
        if !living.contains(holder) {
            std::fs::remove_file(entry.path()).unwrap_or_default();
        }
    }
    Ok(())
}
