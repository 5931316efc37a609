//! The straight way in: what a report says goes to the writer's thread while the report is read.
//!
//! Here is the end that is told; [`work`] is the other one.

mod enter;
mod names;
mod work;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use docket_domain::{Completeness, Import, Problem, Run, Timestamp};

use super::{Batch, FinishOptions, Source};
use crate::body_block::BlockPacker;
use crate::raw::RawBlock;
use crate::store::{Shared, Store, transaction};

/// Things that may wait for the writer.
const ON_THE_WAY: usize = 4;

/// What the writer is told.
enum Said {
    Run {
        run: Box<Run>,
        branch: String,
    },
    /// Each with its id and its JSON.
    Rules {
        tool: String,
        rules: Vec<(String, String)>,
    },
    /// With the blocks in which its bodies lie.
    Records {
        run: usize,
        batch: Batch,
        bodies: Vec<Vec<u8>>,
    },
    Raw(RawBlock),
    Warning {
        ordinal: u64,
        message: String,
        place: String,
    },
    RunEnd {
        run: usize,
        completeness: Completeness,
    },
    RunFacts {
        run: usize,
        facts: Box<Run>,
    },
    End {
        last: Box<Last>,
        options: FinishOptions,
        progress: Progress,
    },
}

/// Told how many of how many are done; cancels with `false`.
type Progress = Box<dyn FnMut(u64, u64) -> bool + Send>;

/// What is known only at the end.
pub(super) struct Last {
    pub(super) source: Source,
    /// Records that could not be read, by run.
    pub(super) lost: Vec<u64>,
    pub(super) warnings: u64,
}

/// Holds the way as long as it lives.
struct UnderWay(Arc<Shared>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.straight.store(false, Ordering::Release);
    }
}

/// A report on its way into the database.
pub(super) struct Straight {
    /// Dropped to say that nothing more comes.
    to: Option<SyncSender<Said>>,
    answer: Receiver<Result<Import, Problem>>,
    /// Nothing of it is wanted any more, also not of what is on its way.
    given_up: Arc<AtomicBool>,
    packer: BlockPacker,
}

impl Straight {
    /// Begins a transaction on the writer's thread, and waits until it has begun. None when the
    /// application is not as empty as it should be, or another report is on this way already.
    pub(super) fn begin(store: &Store, source: &Source, started: Timestamp) -> Result<Option<Self>, Problem> {
        let packer = BlockPacker::new()?;
        let shared = Arc::clone(store.shared());
        if shared.straight.swap(true, Ordering::AcqRel) {
            return Ok(None);
        }
        let (to, from) = sync_channel(ON_THE_WAY);
        let (begun, has_begun) = sync_channel(1);
        let source = source.clone();
        let under_way = UnderWay(shared);
        let given_up = Arc::new(AtomicBool::new(false));
        let stops = Arc::clone(&given_up);
        let answer = store.on_writer(move |conn, shared| {
            let _under_way = under_way;
            enter::with_pragmas(conn, &stops, |conn| {
                transaction(conn, shared, true, |tx| work::work(tx, &source, started, &from, &begun, &stops))
            })
        })?;
        match has_begun.recv() {
            Ok(true) => Ok(Some(Self { to: Some(to), answer, given_up, packer })),
            Ok(false) => Ok(None),
            // It ended before it began; the answer says why.
            Err(_) => Err(outcome(&answer).err().unwrap_or_else(gone)),
        }
    }

    pub(super) fn run(&self, run: &Run, branch: &str) -> Result<(), Problem> {
        self.say(Said::Run { run: Box::new(run.clone()), branch: branch.to_owned() })
    }

    pub(super) fn rules(&self, tool: String, rules: Vec<(String, String)>) -> Result<(), Problem> {
        self.say(Said::Rules { tool, rules })
    }

    pub(super) fn records(&mut self, run: usize, mut batch: Batch) -> Result<(), Problem> {
        let bodies = batch.pack(&mut self.packer)?;
        self.say(Said::Records { run, batch, bodies })
    }

    pub(super) fn raw_block(&self, block: RawBlock) -> Result<(), Problem> {
        self.say(Said::Raw(block))
    }

    pub(super) fn warning(&self, ordinal: u64, message: String, place: String) -> Result<(), Problem> {
        self.say(Said::Warning { ordinal, message, place })
    }

    pub(super) fn run_end(&self, run: usize, completeness: Completeness) -> Result<(), Problem> {
        self.say(Said::RunEnd { run, completeness })
    }

    pub(super) fn run_facts(&self, run: usize, facts: Run) -> Result<(), Problem> {
        self.say(Said::RunFacts { run, facts: Box::new(facts) })
    }

    /// Says that the report is whole, and waits until it is on the disk.
    pub(super) fn finish(
        mut self,
        last: Last,
        options: FinishOptions,
        progress: impl FnMut(u64, u64) -> bool + Send + 'static,
    ) -> Result<Import, Problem> {
        self.say(Said::End { last: Box::new(last), options, progress: Box::new(progress) })?;
        self.to = None;
        outcome(&self.answer)
    }

    fn say(&self, said: Said) -> Result<(), Problem> {
        let told = self.to.as_ref().map(|to| to.send(said));
        // The writer stopped listening: its answer says why.
        if matches!(told, Some(Ok(()))) {
            Ok(())
        } else {
            Err(outcome(&self.answer).err().unwrap_or_else(gone))
        }
    }
}

impl Drop for Straight {
    /// Unless it was finished, everything is taken back; the writer is free afterwards.
    fn drop(&mut self) {
        if self.to.take().is_some() {
            self.given_up.store(true, Ordering::Release);
            drop(self.answer.recv());
        }
    }
}

fn outcome(answer: &Receiver<Result<Import, Problem>>) -> Result<Import, Problem> {
    answer.recv().map_err(|_| gone())?
}

fn gone() -> Problem {
    Problem::internal("the report could not be brought into the database")
}
