//! Imports: a report in, findings matched, a delta out. All of it or nothing.

mod conveyor;
pub(crate) mod gather;
mod look;
mod take_back;

use std::path::Path;

use docket_domain::job::Progress;
use docket_domain::{ApplicationId, Code, Import, ImportId, Problem, Timestamp, Warning};
use docket_import::{Format, Intake, ReadOptions, ReadSummary};
use docket_store as store;
use docket_store::{FinishOptions, RunIndex, Source, Staging, Store};

use crate::engine::{Engine, blocking};
use crate::events::{JobListener, JobRun};

pub use docket_import::Recognised;
pub use gather::{Found, Gathered, Why};
pub use look::LookOrder;

/// Files of an archive that are looked at to recognise it.
const HEADS: usize = 20;

/// Endings that other files have too.
const COMMON_ENDINGS: [&str; 6] = ["json", "jsonl", "csv", "xml", "txt", "html"];

/// What is to be done with a report.
#[derive(Debug, Clone)]
pub struct ImportOrder {
    /// Into this application.
    pub application: ApplicationId,
    /// Format id; none: recognised by content.
    pub format: Option<String>,
    /// Branch; none: as the report says.
    pub branch: Option<String>,
    /// Only say what would change.
    pub dry_run: bool,
    /// Close what is not found any more even if that is nearly everything.
    pub close_anyway: bool,
    /// Read it in even if it seems to belong to another application or branch.
    pub allow_mismatch: bool,
    /// CSV column mapping (`title=Summary,severity=Risk`).
    pub columns: Option<String>,
}

impl ImportOrder {
    /// Everything by default.
    pub fn new(application: ApplicationId) -> Self {
        Self {
            application,
            format: None,
            branch: None,
            dry_run: false,
            close_anyway: false,
            allow_mismatch: false,
            columns: None,
        }
    }
}

impl Engine {
    /// Every report format.
    pub fn format_list(&self) -> &'static [&'static dyn Format] {
        docket_import::formats()
    }

    /// Whether any format takes this file for its own. For folders, in which other things lie
    /// beside the reports; nothing is stored.
    ///
    /// # Errors
    /// The file cannot be read at all.
    pub async fn import_recognises(&self, path: &Path) -> Result<bool, Problem> {
        let path = path.to_owned();
        blocking(move || {
            match docket_import::recognise(&path, HEADS) {
                Ok((reports, _)) => Ok(reports.iter().any(|report| report.format.is_ok())),
                // Not text, empty, or a broken archive: something else than a report.
                Err(problem) if problem.code == Code::Report => Ok(false),
                Err(problem) => Err(problem),
            }
        })
        .await
    }

    /// Whether a file's name says that it must be a report (`.sarif`): when it cannot be read, that
    /// is a failure and not something to pass over.
    pub fn import_names_report(&self, name: &str) -> bool {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
        let known = self.format_list().iter().any(|format| format.extensions().contains(&ending.as_str()));
        known && !COMMON_ENDINGS.contains(&ending.as_str())
    }

    /// Imports a file (plain, gzip or zip).
    ///
    /// # Errors
    /// The file cannot be read as a report (then nothing of it is stored), the data folder
    /// cannot be written, or a person cancels. [`Code::Mismatch`]: it seems to belong to another
    /// application or branch, and the order does not say that it does not.
    pub async fn import_file(
        &self,
        path: &Path,
        order: ImportOrder,
        listener: JobListener,
    ) -> Result<Import, Problem> {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let path = path.to_owned();
        self.import_job(name, order, listener, move |run| {
            docket_import::open_while(&path, || !run.is_cancelled())
        })
        .await
    }

    /// Imports what was opened already.
    pub(crate) async fn import_intake(
        &self,
        intake: Intake,
        order: ImportOrder,
        listener: JobListener,
    ) -> Result<Import, Problem> {
        self.import_job(intake.name.clone(), order, listener, move |_| Ok(intake)).await
    }

    /// Imports what a reader gives, to its end (standard input).
    pub async fn import_reader(
        &self,
        name: &str,
        reader: impl std::io::Read + Send + 'static,
        order: ImportOrder,
        listener: JobListener,
    ) -> Result<Import, Problem> {
        let label = name.to_owned();
        self.import_job(name.to_owned(), order, listener, move |_| docket_import::from_reader(&label, reader))
            .await
    }

    async fn import_job(
        &self,
        name: String,
        order: ImportOrder,
        listener: JobListener,
        open: impl FnOnce(&JobRun) -> Result<Intake, Problem> + Send + 'static,
    ) -> Result<Import, Problem> {
        let title = if order.dry_run { format!("Trying {name}") } else { format!("Importing {name}") };
        self.run_job(
            "import_run",
            &title,
            listener,
            |run| async move { self.take_in(open, order, &run).await },
        )
        .await
    }

    /// Imports bytes that are in memory, inside another job.
    pub(crate) async fn import_bytes(
        &self,
        name: &'static str,
        bytes: &'static [u8],
        order: ImportOrder,
        run: &JobRun,
    ) -> Result<Import, Problem> {
        self.take_in(move |_| docket_import::from_bytes(name, bytes), order, run).await
    }

    async fn take_in(
        &self,
        open: impl FnOnce(&JobRun) -> Result<Intake, Problem> + Send + 'static,
        order: ImportOrder,
        run: &JobRun,
    ) -> Result<Import, Problem> {
        let (store, clock, run) = (self.0.store.clone(), self.clock(), run.clone());
        let dry_run = order.dry_run;
        let (result, failed) = blocking(move || {
            let mut failed = None;
            let result = read_in(&store, clock.now(), open, &order, &run, &mut failed);
            Ok((result, failed))
        })
        .await?;
        // A report that seems to belong elsewhere is asked about: nothing has failed.
        let failed = failed.filter(|_| !matches!(&result, Err(problem) if problem.code == Code::Mismatch));
        if let (Err(problem), Some(failed), false) = (&result, failed, dry_run) {
            self.record_failure(failed, problem.clone()).await;
        }
        if !dry_run {
            self.changed(&["Imports", "Findings", "Applications"]);
        }
        result
    }

    /// Notes an import of which nothing was stored, so that the list of imports tells about
    /// it. Failing to is only logged: the person is told of the import's own problem.
    async fn record_failure(&self, failed: Attempt, problem: Problem) {
        // A note about nothing: nobody waits for the disk.
        let noted = self
            .write_soon(move |tx| {
                store::imports::record_failure(tx, &failed.source, failed.started, &failed.warnings, &problem)
            })
            .await;
        if let Err(problem) = noted {
            tracing::warn!(?problem, "a failed import could not be noted");
        }
    }

    /// A page of the imports (of one application, or all), newest first, and how many there are.
    pub async fn import_list(
        &self,
        application: Option<ApplicationId>,
        offset: u64,
        limit: u32,
    ) -> Result<(Vec<Import>, u64), Problem> {
        self.read(move |r| store::imports::list(r, application, offset, limit.min(500))).await
    }

    /// One import with its warnings, the first 1,000 of them.
    pub async fn import_detail(&self, id: ImportId) -> Result<(Import, Vec<Warning>), Problem> {
        self.read(move |r| Ok((store::imports::show(r, id)?, store::imports::warnings(r, id, 0, 1_000)?)))
            .await
    }
}

/// What is known of an import that failed.
struct Attempt {
    source: Source,
    started: Timestamp,
    warnings: Vec<Warning>,
}

/// Warnings of a failed import that are kept.
const KEPT: usize = 50;

/// Reads, stages, matches and stores. Blocks. When the file itself could be opened and the
/// rest failed, `failed` tells what is known of the attempt.
fn read_in(
    store: &Store,
    started: Timestamp,
    open: impl FnOnce(&JobRun) -> Result<Intake, Problem>,
    order: &ImportOrder,
    run: &JobRun,
    failed: &mut Option<Attempt>,
) -> Result<Import, Problem> {
    let intake = open(run)?;
    if let Some(import) = known_already(store, started, &intake, order)? {
        return Ok(import);
    }
    let (into, _) = stage(store, started, &intake, order, run, failed)?;
    crate::testing::pause_point("staged");
    let text = format!("Matching {}", intake.name);
    let voice = run.clone();
    let finish = FinishOptions {
        close_anyway: order.close_anyway,
        dry_run: order.dry_run,
        allow_mismatch: order.allow_mismatch,
    };
    into.staging.finish(finish, move |done, total| {
        voice.progress(Progress {
            text: text.clone(),
            done,
            total: Some(total),
            unit: "findings".to_owned(),
            ..Progress::default()
        });
        crate::testing::pause_point("matching");
        !voice.is_cancelled()
    })
}

/// The very same report as last time is not read again.
fn known_already(
    store: &Store,
    started: Timestamp,
    intake: &Intake,
    order: &ImportOrder,
) -> Result<Option<Import>, Problem> {
    // What was held back is asked about again, and what is only tried says more than a count.
    if order.dry_run || order.close_anyway {
        return Ok(None);
    }
    let source = source(intake, order);
    let (application, branch, sha256) = (source.application, source.branch.clone(), source.sha256.clone());
    // Asked first: the writer may be busy.
    let known =
        store.read(move |r| store::imports::same_bytes(r, application, branch.as_deref(), &sha256))?;
    if known.is_none() {
        return Ok(None);
    }
    store.write(move |tx| store::again(tx, &source, started))
}

/// Where a report comes from and where it goes.
fn source(intake: &Intake, order: &ImportOrder) -> Source {
    Source {
        application: order.application,
        file: intake.name.clone(),
        bytes: intake.bytes,
        sha256: intake.sha256.clone(),
        format: order.format.clone().unwrap_or_default(),
        branch: order.branch.clone(),
        // Whatever changes what is read out of the same bytes.
        reader: [
            docket_import::READER,
            order.format.as_deref().unwrap_or_default(),
            order.columns.as_deref().unwrap_or_default(),
        ]
        .join("\n"),
    }
}

fn read_options(columns: Option<&str>) -> Result<ReadOptions, Problem> {
    let columns = columns.map(ReadOptions::columns_from).transpose()?.unwrap_or_default();
    Ok(ReadOptions { columns, ..ReadOptions::default() })
}

/// Several files may be imported in one go: each problem names its own.
fn of_report(mut problem: Problem, intake: &Intake) -> Problem {
    problem.context.entry("report".to_owned()).or_insert_with(|| intake.name.clone());
    problem
}

/// Reads a report and lays it aside.
fn stage(
    store: &Store,
    started: Timestamp,
    intake: &Intake,
    order: &ImportOrder,
    run: &JobRun,
    failed: &mut Option<Attempt>,
) -> Result<(Into, ReadSummary), Problem> {
    // What is only looked at keeps no records.
    let options = ReadOptions { raw: !order.dry_run, ..read_options(order.columns.as_deref())? };
    let source = source(intake, order);
    let attempt = failed.insert(Attempt { source: source.clone(), started, warnings: Vec::new() });
    let staging =
        if order.dry_run { Staging::begin(store, source)? } else { Staging::straight(store, source)? };
    let into = Into { staging, current: None, first_warnings: Vec::new() };
    let text = format!("Reading {}", intake.name);
    let (mut into, read) = conveyor::carried(into, run, text, |sink| {
        docket_import::read(intake, order.format.as_deref(), &options, sink)
    })?;
    attempt.warnings.append(&mut into.first_warnings);
    let summary = read.map_err(|problem| of_report(problem, intake))?;
    summary.format.clone_into(&mut into.staging.source_mut().format);
    Ok((into, summary))
}

/// Where what a format reads is laid aside.
struct Into {
    staging: Staging,
    current: Option<RunIndex>,
    first_warnings: Vec<Warning>,
}

impl Into {
    fn current(&self) -> Result<RunIndex, Problem> {
        self.current
            .ok_or_else(|| Problem::new(Code::Internal, "The format reported a finding before its run."))
    }
}
