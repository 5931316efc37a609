//! The writer's end: hears what the report says and writes it down, until it is whole.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender};

use docket_domain::{
    Completeness, Delta, FindingId, Import, ImportId, ImportState, Problem, Run, Suppression, Timestamp,
};

use super::enter::{self, Births, Blocks, Fixed};
use super::names::{self, Names, Seen, Sight};
use super::{Last, Said};
use crate::access::{Tx, json};
use crate::body_block;
use crate::raw::RawBlock;
use crate::staging::record::{Batch, Record};
use crate::staging::{Source, apply, finish, twins};
use crate::take_back::Notes;
use crate::{applications, imports};

/// From so many findings on, indexes that only lists use are put by until the end.
const MANY: u64 = 5_000;

/// A run of the report.
pub(super) struct RunSoFar {
    scope: usize,
    run: Run,
    branch: String,
    delta: Delta,
}

/// A scope of the report.
struct Scope {
    fixed: Fixed,
    seen: Seen,
    names: Names,
    /// Records whose suppression was heeded: that of the first counts.
    suppressed: HashSet<u32>,
    /// Suppressions of records that were only said to be gone.
    waiting: HashMap<u32, Vec<u8>>,
    /// From which record on which run read.
    read_by: Vec<(u32, usize)>,
}

impl Scope {
    fn is_read_by(&mut self, run: usize) {
        if self.read_by.last().is_none_or(|(_, last)| *last != run) {
            self.read_by.push((self.seen.len(), run));
        }
    }

    /// The run that told this record first; it counts there.
    fn run_of(&self, entry: u32) -> usize {
        let at = self.read_by.partition_point(|(from, _)| *from <= entry);
        self.read_by[at.saturating_sub(1)].1
    }
}

/// The report so far.
pub(super) struct Entry<'t> {
    tx: &'t Tx<'t>,
    source: Source,
    started: Timestamp,
    import: ImportId,
    notes: Notes,
    runs: Vec<RunSoFar>,
    scopes: Vec<Scope>,
    /// Findings that were there before, of other applications.
    there: u64,
    born: u64,
    put_by: Option<Vec<String>>,
    /// Before the number of the import's first block.
    raw_base: i64,
    /// How many findings point into each block.
    raw_use: HashMap<u32, i64>,
    /// Before the number of the next block of bodies.
    bodies: i64,
}

/// Hears everything. `begun` is told whether the application is as empty as it should be.
pub(super) fn work(
    tx: &Tx<'_>,
    source: &Source,
    started: Timestamp,
    from: &Receiver<Said>,
    begun: &SyncSender<bool>,
    given_up: &AtomicBool,
) -> Result<Import, Problem> {
    applications::show(tx, source.application)?;
    let fresh = crate::staging::is_fresh(tx, source.application)?;
    let mut entry = Entry::begin(tx, source, started)?;
    begun.send(fresh).map_err(Problem::internal)?;
    loop {
        match from.recv() {
            Ok(Said::End { last, options, progress }) if !options.dry_run => {
                return enter::telling(progress, entry.born, || entry.end(&last));
            }
            Ok(said) => entry.hear(said, given_up)?,
            // Whoever told it gave up.
            Err(_) => return Err(Problem::cancelled()),
        }
    }
}

impl<'t> Entry<'t> {
    fn begin(tx: &'t Tx<'t>, source: &Source, started: Timestamp) -> Result<Self, Problem> {
        let import = imports::insert(tx, source, started, ImportState::Done, 0, None, None)?;
        enter::merge_texts(tx, false)?;
        Ok(Self {
            tx,
            source: source.clone(),
            started,
            import,
            notes: Notes::begin(tx, import, false)?,
            runs: Vec::new(),
            scopes: Vec::new(),
            there: tx.number("SELECT count(*) FROM finding", [])? as u64,
            born: 0,
            put_by: None,
            raw_base: crate::staging::raw::base(tx)?,
            raw_use: HashMap::new(),
            bodies: body_block::base(tx)?,
        })
    }

    fn hear(&mut self, said: Said, given_up: &AtomicBool) -> Result<(), Problem> {
        match said {
            Said::Run { run, branch } => self.run(*run, branch),
            Said::Rules { tool, rules } => rules.iter().try_for_each(|(id, body)| self.rule(&tool, id, body)),
            Said::Records { run, batch, bodies } => self.records(run, &batch, bodies, given_up),
            Said::Raw(block) => self.raw_block(&block),
            Said::Warning { ordinal, message, place } => {
                let row = (self.import.0, ordinal as i64, message, place);
                self.tx.execute("INSERT INTO import_warning VALUES (?1, ?2, ?3, ?4)", row).map(drop)
            }
            Said::RunEnd { run, completeness } => {
                self.run_of(run)?.run.completeness = completeness;
                Ok(())
            }
            Said::RunFacts { run, facts } => {
                let known = &mut self.run_of(run)?.run;
                known.tool.version = facts.tool.version;
                known.revision = facts.revision;
                known.repository = facts.repository;
                known.started = facts.started;
                Ok(())
            }
            Said::End { .. } => Err(Problem::internal("what is only tried is not stored")),
        }
    }

    fn run_of(&mut self, run: usize) -> Result<&mut RunSoFar, Problem> {
        self.runs.get_mut(run).ok_or_else(|| Problem::internal("a record of a run that never began"))
    }

    fn run(&mut self, run: Run, branch: String) -> Result<(), Problem> {
        let category = run.category.clone().unwrap_or_default();
        let known = self.scopes.iter().position(|scope| {
            let fixed = &scope.fixed;
            fixed.tool == run.tool.name && fixed.branch == branch && fixed.category == category
        });
        let scope = match known {
            Some(scope) => scope,
            None => self.scope(&run.tool.name, &branch, category)?,
        };
        self.runs.push(RunSoFar { scope, run, branch, delta: Delta::default() });
        Ok(())
    }

    /// Makes a scope; which of the report's it is.
    fn scope(&mut self, tool: &str, branch: &str, category: String) -> Result<usize, Problem> {
        let application = self.source.application.0;
        let id = self.tx.insert(
            "INSERT INTO scope (application, tool, branch, category) VALUES (?1, ?2, ?3, ?4)",
            (application, tool, branch, &category),
        )?;
        self.notes.scope(self.tx, id, true)?;
        let fixed = Fixed {
            application,
            scope: id,
            tool: tool.to_owned(),
            branch: branch.to_owned(),
            category,
            started: self.started.0,
            import: self.import.0,
        };
        self.scopes.push(Scope {
            fixed,
            seen: Seen::default(),
            names: Names::default(),
            suppressed: HashSet::new(),
            waiting: HashMap::new(),
            read_by: Vec::new(),
        });
        Ok(self.scopes.len() - 1)
    }

    fn rule(&self, tool: &str, id: &str, body: &str) -> Result<(), Problem> {
        self.notes.rule(self.tx, tool, id, body)?;
        self.tx
            .execute("INSERT OR REPLACE INTO rule (tool, id, body) VALUES (?1, ?2, ?3)", (tool, id, body))
            .map(drop)
    }

    fn raw_block(&self, block: &RawBlock) -> Result<(), Problem> {
        self.tx
            .execute(
                "INSERT INTO raw_block (id, import, form, length, bytes) VALUES (?1, ?2, ?3, ?4, ?5)",
                (
                    self.raw_base + i64::from(block.number),
                    self.import.0,
                    block.form.as_str(),
                    block.length,
                    &block.bytes,
                ),
            )
            .map(drop)
    }

    fn records(
        &mut self,
        run: usize,
        batch: &Batch,
        bodies: Vec<Vec<u8>>,
        given_up: &AtomicBool,
    ) -> Result<(), Problem> {
        let at = self.run_of(run)?.scope;
        let mut blocks = Blocks::new(self.bodies + 1, bodies);
        let scope = &mut self.scopes[at];
        scope.is_read_by(run);
        let mut births = Births::begin(self.tx, &scope.fixed)?;
        let mut born: Vec<(i64, Record<'_>)> = Vec::new();
        for record in batch.records() {
            if given_up.load(Ordering::Relaxed) {
                return Err(Problem::cancelled());
            }
            let record = record?;
            let sight = scope.seen.meet(&record.content);
            let is_new = matches!(sight, Sight::New(_));
            let delta = &mut self.runs[run].delta;
            delta.records += 1;
            delta.repeated += u64::from(!is_new);
            if is_new {
                scope.names.heed(&record);
            }
            let (entry, finding) = match sight {
                Sight::New(entry) | Sight::Gone(entry) if !record.absent => {
                    let finding = births.row(&record, &mut blocks)?;
                    scope.seen.is_born(entry, finding)?;
                    scope.names.add(&record, finding)?;
                    if let Some(raw) = record.raw {
                        births.raw(finding, raw, self.raw_base)?;
                        *self.raw_use.entry(raw.block).or_default() += 1;
                    }
                    self.runs[scope.run_of(entry)].delta.new += 1;
                    (entry, finding)
                }
                Sight::Known(entry, finding) => (entry, finding),
                // Said to be gone, and never heard of; it may still turn out to be there.
                Sight::New(entry) | Sight::Gone(entry) => {
                    if let Some(list) = record.suppressions {
                        scope.waiting.entry(entry).or_insert_with(|| list.0.to_vec());
                    }
                    continue;
                }
            };
            let waited = scope.waiting.remove(&entry);
            let list = waited.as_deref().or(record.suppressions.map(|list| list.0));
            if let Some(list) = list.filter(|_| scope.suppressed.insert(entry)) {
                let list: Vec<Suppression> = serde_json::from_slice(list).map_err(Problem::internal)?;
                let proposed = apply::propose(self.tx, &self.source.file, FindingId(finding), &list)?;
                self.runs[scope.run_of(entry)].delta.proposals += proposed;
            }
            if !matches!(sight, Sight::Known(..)) {
                born.push((finding, record));
            }
        }
        births.texts(&born)?;
        self.bodies += blocks.store(self.tx)?;
        self.born += born.len() as u64;
        if self.put_by.is_none() && self.born >= MANY.max(self.there.saturating_mul(2)) {
            self.put_by = Some(finish::put_by(self.tx, "")?);
        }
        Ok(())
    }

    fn end(mut self, last: &Last) -> Result<Import, Problem> {
        let tx = self.tx;
        for (run, lost) in self.runs.iter_mut().zip(&last.lost) {
            run.delta.lost += lost;
        }
        let worthless = names::worthless(self.scopes.iter_mut().map(|scope| &mut scope.names));
        for scope in &mut self.scopes {
            scope.seen = Seen::default();
            std::mem::take(&mut scope.names).settle(tx, &scope.fixed, &worthless)?;
        }
        let application = self.source.application;
        if crate::owners::text(tx, application)?.is_some() {
            let listed = format!("SELECT id FROM finding WHERE first_import = {}", self.import.0);
            crate::owners::bring_up_to_date(tx, application, &listed)?;
        }
        self.keep_raw()?;
        enter::merge_texts(tx, true)?;
        for index in self.put_by.take().unwrap_or_default() {
            tx.conn.execute_batch(&index).map_err(crate::fault::sql)?;
        }
        self.suggest_twins()?;
        let mut sum = Delta::default();
        for (ordinal, run) in self.runs.iter().enumerate() {
            finish::add(&mut sum, &run.delta);
            self.store_run(ordinal, run)?;
        }
        let source = &last.source;
        tx.execute(
            "UPDATE import SET bytes = ?2, sha256 = ?3, format = ?4, warning_count = ?5, delta = ?6, ended = ?7 \
             WHERE id = ?1",
            (
                self.import.0,
                source.bytes as i64,
                &source.sha256,
                &source.format,
                last.warnings as i64,
                json(&sum)?,
                tx.now().0,
            ),
        )?;
        self.notes.end(tx)?;
        tx.touch_findings();
        imports::show(tx, self.import)
    }

    /// The tools of this very report may say the same.
    fn suggest_twins(&mut self) -> Result<(), Problem> {
        let ids: Vec<i64> = self.scopes.iter().map(|scope| scope.fixed.scope).collect();
        for (scope, suggested) in twins::suggest(self.tx, self.import, &ids)? {
            let at = ids.iter().position(|id| *id == scope);
            if let Some(run) = self.runs.iter_mut().find(|run| Some(run.scope) == at) {
                run.delta.proposals += suggested;
            }
        }
        Ok(())
    }

    /// Counts what points into each block; one into which nothing points is not kept.
    fn keep_raw(&self) -> Result<(), Problem> {
        for (block, findings) in &self.raw_use {
            self.tx.execute(
                "INSERT INTO raw_use (block, findings) VALUES (?1, ?2)",
                (self.raw_base + i64::from(*block), findings),
            )?;
        }
        self.tx
            .execute(
                "DELETE FROM raw_block WHERE import = ?1 AND id NOT IN (SELECT block FROM raw_use)",
                [self.import.0],
            )
            .map(drop)
    }

    fn store_run(&self, ordinal: usize, of: &RunSoFar) -> Result<(), Problem> {
        let run = &of.run;
        let completeness: &Completeness = &run.completeness;
        self.tx
            .execute(
                "INSERT INTO import_run (import, ordinal, tool, version, branch, category, revision, repository, \
                 started, completeness, delta, held_back) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, NULL)",
                (
                    self.import.0,
                    ordinal as i64,
                    &run.tool.name,
                    &run.tool.version,
                    &of.branch,
                    &run.category,
                    &run.revision,
                    &run.repository,
                    run.started.map(|t| t.0),
                    json(completeness)?,
                    json(&of.delta)?,
                ),
            )
            .map(drop)
    }
}
