//! Reading and laying aside at the same time: a report is read on one thread, and what it says is
//! laid aside on another, some records at a time. The slower of the two sets the pace, and at most a
//! few portions are on their way, so memory does not grow.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use docket_domain::job::Progress;
use docket_domain::{Completeness, Found, Problem, Rule, Run, Warning};
use docket_import::{Sink, Stop};

use super::Into;
use crate::events::JobRun;

/// Things that go together.
const PORTION: usize = 256;
/// Portions that may be on their way.
const ON_THE_WAY: usize = 4;

/// What a format says.
enum Said {
    Run(Box<Run>),
    Rule(Box<Rule>),
    Finding(Box<Found>),
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
    thread::scope(|scope| {
        let taking = thread::Builder::new()
            .name("docket-staging".to_owned())
            .spawn_scoped(scope, move || into.take(&from).map(|()| into))
            .map_err(|error| Problem::internal(format!("no thread could be started: {error}")))?;
        let mut belt = Belt { to, portion: Vec::with_capacity(PORTION), run, text };
        let read = read(&mut belt).and_then(|read| belt.send().map(|()| read).map_err(Problem::from));
        drop(belt);
        let taken = taking.join().map_err(|_| Problem::internal("the records could not be laid aside"))?;
        Ok((taken?, read))
    })
}

/// The reader's end.
struct Belt<'r> {
    to: SyncSender<Vec<Said>>,
    portion: Vec<Said>,
    run: &'r JobRun,
    text: String,
}

impl Belt<'_> {
    fn say(&mut self, said: Said) -> Result<(), Stop> {
        self.portion.push(said);
        if self.portion.len() < PORTION { Ok(()) } else { self.send() }
    }

    fn send(&mut self) -> Result<(), Stop> {
        let portion = std::mem::replace(&mut self.portion, Vec::with_capacity(PORTION));
        // Nobody takes it any more: why, the other thread says when it is joined.
        self.to.send(portion).map_err(|_| Problem::internal("the records could not be laid aside").into())
    }
}

impl Sink for Belt<'_> {
    fn run(&mut self, run: Run) -> Result<(), Stop> {
        self.say(Said::Run(Box::new(run)))
    }

    fn rule(&mut self, rule: Rule) -> Result<(), Stop> {
        self.say(Said::Rule(Box::new(rule)))
    }

    fn finding(&mut self, found: Found) -> Result<(), Stop> {
        self.say(Said::Finding(Box::new(found)))
    }

    fn warning(&mut self, warning: Warning) -> Result<(), Stop> {
        self.say(Said::Warning(warning))
    }

    fn lost(&mut self, warning: Warning) -> Result<(), Stop> {
        self.say(Said::Lost(warning))
    }

    fn run_end(&mut self, completeness: Completeness) -> Result<(), Stop> {
        self.say(Said::RunEnd(completeness))
    }

    fn progress(&mut self, bytes_done: u64, bytes_total: u64) -> Result<(), Stop> {
        if self.run.is_cancelled() {
            return Err(Stop::Cancelled);
        }
        self.run.progress(Progress {
            text: self.text.clone(),
            done: bytes_done,
            total: Some(bytes_total),
            unit: "bytes".to_owned(),
            ..Progress::default()
        });
        Ok(())
    }
}

impl Into {
    fn take(&mut self, from: &Receiver<Vec<Said>>) -> Result<(), Problem> {
        for said in from.iter().flatten() {
            match said {
                Said::Run(run) => self.current = Some(self.staging.run(&run)?),
                Said::Rule(rule) => {
                    let run = self.current()?;
                    self.staging.rule(run, &rule)?;
                }
                Said::Finding(found) => {
                    let run = self.current()?;
                    self.staging.found(run, &found)?;
                }
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
