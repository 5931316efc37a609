//! Reading and storing at the same time: a report is read on one thread, which also makes its records
//! ready; another packs what can be packed by the hundred and lays it aside, or hands it to the third,
//! which stores it. The slowest sets the pace, and at most a few portions are on their way, so memory does not
//! grow.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use docket_domain::job::Progress;
use docket_domain::{Completeness, Found, Place, Problem, Rule, Run, Warning};
use docket_import::{RawText, Sink, Stop};
use docket_store::raw::{Full, Packer, Press, RawAt};
use docket_store::{Batch, Preparer};

use super::Into;
use crate::events::JobRun;

/// Records that go together, and their size in bytes at most (but for the last).
const PORTION: u64 = 256;
const BYTES: usize = 256 * 1024;
/// Things that may be on their way.
const ON_THE_WAY: usize = 4;

/// What a format says.
enum Said {
    Run(Box<Run>),
    Rules(Vec<Rule>),
    Findings(Batch),
    Raw(Full),
    Warning(Warning),
    Lost(Warning),
    RunEnd(Completeness),
}

/// Lets `read` tell what it reads, and brings it to `into`, which comes back with how the reading
/// ended.
///
/// # Errors
/// What was read could not be laid aside.
pub(super) fn carried<T>(
    mut into: Into,
    run: &JobRun,
    text: String,
    read: impl FnOnce(&mut dyn Sink) -> Result<T, Problem>,
) -> Result<(Into, Result<T, Problem>), Problem> {
    let (to, from) = sync_channel(ON_THE_WAY);
    let preparer = into.staging.preparer()?;
    thread::scope(|scope| {
        let taking = thread::Builder::new()
            .name("docket-staging".to_owned())
            .spawn_scoped(scope, move || into.take(&from).map(|()| into))
            .map_err(|error| Problem::internal(format!("no thread could be started: {error}")))?;
        let (packer, batch) = (Packer::new(), Batch::default());
        let mut belt = Belt { to, rules: Vec::new(), batch, preparer, run, text, packer, raw: None };
        let read = read(&mut belt).and_then(|read| belt.end().map(|()| read).map_err(Problem::from));
        drop(belt);
        let taken = taking.join().map_err(|_| Problem::internal("the records could not be laid aside"))?;
        Ok((taken?, read))
    })
}

/// The reader's end.
struct Belt<'r> {
    to: SyncSender<Said>,
    /// Rules of the current run that were not said yet.
    rules: Vec<Rule>,
    /// Findings of the current run, ready to be stored.
    batch: Batch,
    preparer: Preparer,
    run: &'r JobRun,
    text: String,
    packer: Packer,
    /// Where the record lies that findings are made of now.
    raw: Option<RawAt>,
}

impl Belt<'_> {
    fn say(&mut self, said: Said) -> Result<(), Stop> {
        // Nobody takes it any more: why, the other thread says when it is joined.
        self.to.send(said).map_err(|_| Problem::internal("the records could not be laid aside").into())
    }

    /// Says the rules and findings that wait.
    fn send(&mut self) -> Result<(), Stop> {
        if !self.rules.is_empty() {
            let rules = std::mem::take(&mut self.rules);
            self.say(Said::Rules(rules))?;
        }
        if self.batch.is_empty() {
            return Ok(());
        }
        let batch = std::mem::take(&mut self.batch);
        self.say(Said::Findings(batch))
    }

    /// The last block, and everything that still waits.
    fn end(&mut self) -> Result<(), Stop> {
        if let Some(block) = self.packer.close() {
            self.say(Said::Raw(block))?;
        }
        let left_out = self.packer.left_out();
        if left_out > 0 {
            let message = format!(
                "{left_out} records were read, but are not kept as they stood in the report: longer than 1 MB, \
                 or more than one import may bring (1 GB, packed)."
            );
            self.say(Said::Warning(Warning { message, place: Place::default() }))?;
        }
        self.send()
    }
}

impl Sink for Belt<'_> {
    fn run(&mut self, run: Run) -> Result<(), Stop> {
        self.send()?;
        self.say(Said::Run(Box::new(run)))
    }

    fn rule(&mut self, rule: Rule) -> Result<(), Stop> {
        if rule.says_something() {
            self.rules.push(rule);
        }
        if (self.rules.len() as u64) < PORTION { Ok(()) } else { self.send() }
    }

    fn finding(&mut self, mut found: Found) -> Result<(), Stop> {
        self.preparer.add(&mut found, self.raw, &mut self.batch)?;
        if self.batch.len() < PORTION && self.batch.bytes() < BYTES { Ok(()) } else { self.send() }
    }

    fn raw(&mut self, record: Option<RawText<'_>>) -> Result<(), Stop> {
        let Some(record) = record else {
            self.raw = None;
            return Ok(());
        };
        let mut full = Vec::new();
        self.raw = self.packer.add(record.form, record.bytes, |block| {
            full.push(block);
            Ok(())
        })?;
        full.into_iter().try_for_each(|block| self.say(Said::Raw(block)))
    }

    fn warning(&mut self, warning: Warning) -> Result<(), Stop> {
        self.say(Said::Warning(warning))
    }

    fn lost(&mut self, warning: Warning) -> Result<(), Stop> {
        self.say(Said::Lost(warning))
    }

    fn run_end(&mut self, completeness: Completeness) -> Result<(), Stop> {
        self.send()?;
        self.say(Said::RunEnd(completeness))
    }

    fn progress(&mut self, bytes_done: u64, bytes_total: u64) -> Result<(), Stop> {
        tell_bytes(self.run, &self.text, bytes_done, bytes_total)
    }
}

/// Tells how far the reading is, and hears whether to go on.
pub(super) fn tell_bytes(run: &JobRun, text: &str, done: u64, total: u64) -> Result<(), Stop> {
    if run.is_cancelled() {
        return Err(Stop::Cancelled);
    }
    run.progress(Progress {
        text: text.to_owned(),
        done,
        total: Some(total),
        unit: "bytes".to_owned(),
        ..Progress::default()
    });
    Ok(())
}

impl Into {
    fn take(&mut self, from: &Receiver<Said>) -> Result<(), Problem> {
        let mut press = Press::new()?;
        for said in from {
            match said {
                Said::Run(run) => self.current = Some(self.staging.run(&run)?),
                Said::Rules(rules) => {
                    let run = self.current()?;
                    self.staging.rules(run, &rules)?;
                }
                Said::Findings(batch) => {
                    let run = self.current()?;
                    self.staging.take(run, batch)?;
                }
                Said::Raw(full) => self.staging.raw_block(press.pack(full)?)?,
                Said::Warning(warning) => self.warn(warning)?,
                Said::Lost(warning) => {
                    if let Some(run) = self.current {
                        self.staging.lost(run, 1)?;
                    }
                    self.warn(warning)?;
                }
                Said::RunEnd(completeness) => {
                    let run = self.current()?;
                    self.staging.run_end(run, &completeness)?;
                }
            }
        }
        Ok(())
    }

    fn warn(&mut self, warning: Warning) -> Result<(), Problem> {
        self.staging.warning(&warning)?;
        if self.first_warnings.len() < super::KEPT {
            self.first_warnings.push(warning);
        }
        Ok(())
    }
}
