//! Where a format reports to.
//!
//! Order of calls: `run`, then any mix of `rule` and `finding`, then `run_end`, for each run of
//! the report. A rule comes before the first finding that names it, and once. `warning` and
//! `progress` may come at any time, before the first run too.

use docket_domain::{Completeness, Found, Problem, RawForm, Rule, Run, Warning};

/// Why a sink does not want any more.
#[derive(Debug)]
pub enum Stop {
    /// A person cancelled the work.
    Cancelled,
    /// What the sink writes to failed.
    Failed(Box<Problem>),
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Failed(Box::new(problem))
    }
}

impl From<Stop> for Problem {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Cancelled => Problem::cancelled(),
            Stop::Failed(problem) => *problem,
        }
    }
}

/// A record as the report had it. Hostile input; credentials are masked in it, and a record that
/// holds a leaked credential itself is never given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawText<'r> {
    /// What it is written in.
    pub form: RawForm,
    /// Its text: UTF-8, as far as the report is.
    pub bytes: &'r [u8],
}

/// What a format reports to. Every call may refuse; the format then ends at once.
pub trait Sink {
    /// A run begins; findings until the next run belong to it.
    fn run(&mut self, run: Run) -> Result<(), Stop>;

    /// A rule of the current run, before the findings that name it.
    fn rule(&mut self, rule: Rule) -> Result<(), Stop>;

    /// A finding of the current run.
    fn finding(&mut self, found: Found) -> Result<(), Stop>;

    /// What the findings after this call are made of, until the next call; none when that is not
    /// kept. Only where [`ReadOptions::raw`](crate::ReadOptions::raw) asks for it.
    fn raw(&mut self, _record: Option<RawText<'_>>) -> Result<(), Stop> {
        Ok(())
    }

    /// Something was read with loss.
    fn warning(&mut self, warning: Warning) -> Result<(), Stop>;

    /// A record could not be read at all. Unless a sink counts them itself, this is a warning.
    fn lost(&mut self, warning: Warning) -> Result<(), Stop> {
        self.warning(warning)
    }

    /// A record says that nothing is wrong (SARIF `pass` and the like). Counted, not imported.
    fn not_a_finding(&mut self) -> Result<(), Stop> {
        Ok(())
    }

    /// The current run ends. `completeness` replaces what the run said at its beginning.
    fn run_end(&mut self, completeness: Completeness) -> Result<(), Stop>;

    /// How far the reading is, in bytes of all passes over the input; called at least every few
    /// hundred records. This is where a sink says that the work was cancelled.
    fn progress(&mut self, bytes_done: u64, bytes_total: u64) -> Result<(), Stop>;
}

/// A sink that keeps everything: for tests and for small previews.
#[derive(Debug, Default)]
pub struct Collected {
    /// Every run in order.
    pub runs: Vec<CollectedRun>,
    /// Every warning in order.
    pub warnings: Vec<Warning>,
    /// The last progress: bytes done, bytes in all.
    pub progress: (u64, u64),
    raw: Option<(RawForm, String)>,
}

/// One run as [`Collected`] keeps it.
#[derive(Debug)]
pub struct CollectedRun {
    /// What the run said at its beginning.
    pub run: Run,
    /// Its rules.
    pub rules: Vec<Rule>,
    /// Its findings.
    pub findings: Vec<Found>,
    /// What each of them was made of, where that was asked for and given.
    pub raw: Vec<Option<(RawForm, String)>>,
    /// What it said at its end; `None` when the reading stopped inside.
    pub end: Option<Completeness>,
}

impl Collected {
    /// All findings of all runs.
    pub fn findings(&self) -> impl Iterator<Item = &Found> {
        self.runs.iter().flat_map(|run| &run.findings)
    }

    fn current(&mut self) -> Result<&mut CollectedRun, Stop> {
        self.runs.last_mut().ok_or_else(|| Problem::internal("a format reported before its first run").into())
    }
}

impl Sink for Collected {
    fn run(&mut self, run: Run) -> Result<(), Stop> {
        self.runs.push(CollectedRun {
            run,
            rules: Vec::new(),
            findings: Vec::new(),
            raw: Vec::new(),
            end: None,
        });
        Ok(())
    }

    fn rule(&mut self, rule: Rule) -> Result<(), Stop> {
        self.current()?.rules.push(rule);
        Ok(())
    }

    fn finding(&mut self, found: Found) -> Result<(), Stop> {
        let raw = self.raw.clone();
        let run = self.current()?;
        run.findings.push(found);
        run.raw.push(raw);
        Ok(())
    }

    fn raw(&mut self, record: Option<RawText<'_>>) -> Result<(), Stop> {
        self.raw = record.map(|raw| (raw.form, String::from_utf8_lossy(raw.bytes).into_owned()));
        Ok(())
    }

    fn warning(&mut self, warning: Warning) -> Result<(), Stop> {
        self.warnings.push(warning);
        Ok(())
    }

    fn run_end(&mut self, completeness: Completeness) -> Result<(), Stop> {
        self.current()?.end = Some(completeness);
        Ok(())
    }

    fn progress(&mut self, bytes_done: u64, bytes_total: u64) -> Result<(), Stop> {
        self.progress = (bytes_done, bytes_total);
        Ok(())
    }
}
