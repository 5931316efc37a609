//! A store in a temporary folder, a clock moved by hand, and records to import.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use docket_domain::{
    Application, ApplicationId, Clock, Completeness, FindingKind, FindingPage, Found, Identifier, Import,
    Location, PageStart, Problem, Run, Severity, Sort, Timestamp, Tool,
};
use docket_store::{Batch, FinishOptions, Source, Staging, Store, applications, findings};

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct HandClock(AtomicI64);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

impl HandClock {
    pub fn forward_days(&self, days: i64) {
        self.0.fetch_add(days * 86_400_000, Ordering::SeqCst);
    }
}

/// A store with one application.
pub struct Bench {
    pub store: Store,
    pub clock: Arc<HandClock>,
    pub app: ApplicationId,
    pub dir: tempfile::TempDir,
}

pub fn clock() -> Arc<HandClock> {
    Arc::new(HandClock(AtomicI64::new(1_795_255_200_000)))
}

pub fn open(dir: &Path, clock: &Arc<HandClock>) -> Result<Store, Problem> {
    Store::open(dir, Arc::clone(clock) as Arc<dyn Clock>)
}

pub fn bench() -> Bench {
    let dir = tempfile::tempdir().unwrap();
    let clock = clock();
    let store = open(dir.path(), &clock).unwrap();
    let app = add_app(&store, "shop").id;
    Bench { store, clock, app, dir }
}

pub fn add_app(store: &Store, name: &str) -> Application {
    let name = name.to_owned();
    store.write(move |tx| applications::add(tx, &name)).unwrap()
}

pub fn run(tool: &str) -> Run {
    Run {
        tool: Tool { name: tool.to_owned(), version: None, uri: None },
        branch: None,
        revision: None,
        repository: None,
        category: None,
        started: None,
        completeness: Completeness::Complete,
    }
}

/// A code finding at a place.
pub fn code(rule: &str, path: &str, line: u32, message: &str) -> Found {
    let mut found = Found::new(rule, message);
    found.kind = FindingKind::Code;
    found.severity = Severity::High;
    message.clone_into(&mut found.description);
    let mut location = Location::nowhere();
    location.path = Some(path.to_owned());
    location.start_line = Some(line);
    found.locations.push(location);
    found
}

pub fn identifier(scheme: &str, value: &str) -> Identifier {
    Identifier { scheme: scheme.to_owned(), value: value.to_owned() }
}

/// What to import.
pub struct Report {
    pub runs: Vec<(Run, Vec<Found>)>,
    pub sha: String,
    pub branch: Option<String>,
    pub options: FinishOptions,
    pub lost: u64,
}

pub fn report(tool: &str, found: Vec<Found>) -> Report {
    Report {
        sha: format!("{:?}", found.iter().map(|f| (&f.title, &f.locations)).collect::<Vec<_>>()),
        runs: vec![(run(tool), found)],
        branch: None,
        options: FinishOptions::default(),
        lost: 0,
    }
}

impl Bench {
    pub fn import(&self, report: &Report) -> Import {
        self.try_import(report).unwrap()
    }

    /// As a person does it: the first report of an application goes straight in.
    pub fn try_import(&self, report: &Report) -> Result<Import, Problem> {
        let begin = if report.options.dry_run { Staging::begin } else { Staging::straight };
        Self::bring(report, begin(&self.store, self.source(report))?)
    }

    /// With the records laid aside first, whatever is there.
    pub fn import_aside(&self, report: &Report) -> Import {
        Self::bring(report, Staging::begin(&self.store, self.source(report)).unwrap()).unwrap()
    }

    fn bring(report: &Report, mut staging: Staging) -> Result<Import, Problem> {
        for (run, found) in &report.runs {
            let index = staging.run(run)?;
            // Some at a time, made ready beforehand, as the engine does.
            let mut preparer = staging.preparer()?;
            for some in found.chunks(3) {
                let mut batch = Batch::default();
                for record in some {
                    preparer.add(&mut record.clone(), None, &mut batch)?;
                }
                staging.take(index, batch)?;
            }
            staging.lost(index, report.lost)?;
            staging.run_end(index, &run.completeness)?;
        }
        staging.finish(report.options, |_, _| true)
    }

    pub fn source(&self, report: &Report) -> Source {
        Source {
            application: self.app,
            file: "report.sarif".to_owned(),
            bytes: 1,
            sha256: report.sha.clone(),
            format: "sarif".to_owned(),
            branch: report.branch.clone(),
            reader: "tests".to_owned(),
        }
    }

    pub fn page(&self, query: &str) -> FindingPage {
        self.sorted(query, &[])
    }

    pub fn sorted(&self, query: &str, sort: &[Sort]) -> FindingPage {
        let query = findings::parse(query).unwrap();
        let sort = sort.to_vec();
        self.store
            .read(move |r| findings::page(r, &query, None, &sort, &PageStart::Offset { rows: 0 }, 500))
            .unwrap()
    }

    /// Titles that a query matches, sorted.
    pub fn titles(&self, query: &str) -> Vec<String> {
        let mut titles: Vec<String> = self.page(query).rows.into_iter().map(|r| r.title).collect();
        titles.sort();
        titles
    }
}
