//! Looking at a report before it is imported: what it is, at once, by its beginning; how many
//! findings it holds and what they would change, when it has been read. Nothing is stored, the
//! store's writer is never waited for, and no application is needed.

use std::path::{Path, PathBuf};

use docket_domain::job::Progress;
use docket_domain::{
    ApplicationId, Completeness, Delta, Found, Presence, Preview, Problem, Rule, Run, RunSummary, Warning,
};
use docket_import::{Intake, Recognised, Sink, Stop};

use super::{ImportOrder, read_options, stage};
use crate::engine::{Engine, blocking};
use crate::events::{JobListener, JobRun};

/// Reports of an archive that are looked at to recognise them.
const ENTRIES: usize = 50;
/// Warnings that come with a look.
const WARNINGS: usize = 20;

/// How a report is to be looked at.
#[derive(Debug, Clone, Default)]
pub struct LookOrder {
    /// Compare with this application; none: one that does not exist yet, in which all is new.
    pub application: Option<ApplicationId>,
    /// Format id; none: recognised by content.
    pub format: Option<String>,
    /// Branch; none: as the report says.
    pub branch: Option<String>,
    /// CSV column mapping.
    pub columns: Option<String>,
}

impl Engine {
    /// What a file holds, by its beginning alone. Of an archive the first reports, and how many
    /// files there are in it.
    ///
    /// # Errors
    /// The file cannot be opened, is empty, or is a damaged archive.
    pub async fn import_recognise(&self, path: &Path) -> Result<(Vec<Recognised>, usize), Problem> {
        let path = path.to_owned();
        blocking(move || docket_import::recognise(&path, ENTRIES)).await
    }

    /// Reads a report to its end and says what importing it would change. Nothing is stored.
    ///
    /// # Errors
    /// As those of an import: the report cannot be read, or a person cancels.
    pub async fn import_look(
        &self,
        path: &Path,
        order: LookOrder,
        listener: JobListener,
    ) -> Result<Preview, Problem> {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let path = path.to_owned();
        let title = format!("Looking at {name}");
        self.run_job(
            "import_look",
            &title,
            listener,
            |run| async move { self.looked_at(path, order, run).await },
        )
        .await
    }

    async fn looked_at(&self, path: PathBuf, order: LookOrder, run: JobRun) -> Result<Preview, Problem> {
        let (store, clock) = (self.0.store.clone(), self.clock());
        blocking(move || {
            let intake = docket_import::open(&path)?;
            match order.application {
                None => counted(&intake, &order, &run),
                Some(application) => {
                    let order = ImportOrder {
                        format: order.format,
                        branch: order.branch,
                        columns: order.columns,
                        dry_run: true,
                        ..ImportOrder::new(application)
                    };
                    compared(&store, clock.now(), &intake, &order, &run)
                }
            }
        })
        .await
    }
}

/// Lays the report aside and compares it with what is stored.
fn compared(
    store: &docket_store::Store,
    now: docket_domain::Timestamp,
    intake: &Intake,
    order: &ImportOrder,
    run: &JobRun,
) -> Result<Preview, Problem> {
    let mut attempt = None;
    let (into, summary) = stage(store, now, intake, order, run, &mut attempt)?;
    let text = format!("Comparing {}", intake.name);
    let glance = into.staging.glance(|done, total| {
        run.progress(Progress {
            text: text.clone(),
            done,
            total: Some(total),
            unit: "findings".to_owned(),
            ..Progress::default()
        });
        !run.is_cancelled()
    })?;
    let warnings = attempt.map(|attempt| attempt.warnings).unwrap_or_default();
    Ok(Preview {
        file: intake.name.clone(),
        bytes: intake.bytes,
        sha256: intake.sha256.clone(),
        format: summary.format.to_owned(),
        reports: summary.reports,
        runs: glance.runs,
        delta: glance.delta,
        compared: true,
        warnings: warnings.into_iter().take(WARNINGS).collect(),
        warning_count: glance.warnings,
        same_as: glance.same_as,
        mismatch: glance.mismatch,
    })
}

/// Counts what the report holds; there is nothing to compare it with.
fn counted(intake: &Intake, order: &LookOrder, run: &JobRun) -> Result<Preview, Problem> {
    let options = read_options(order.columns.as_deref())?;
    let mut count = Count {
        run,
        text: format!("Reading {}", intake.name),
        branch: order.branch.clone(),
        runs: Vec::new(),
        warnings: Vec::new(),
    };
    let summary = docket_import::read(intake, order.format.as_deref(), &options, &mut count)
        .map_err(|problem| super::of_report(problem, intake))?;
    let mut delta = Delta::default();
    for run in &count.runs {
        delta.records += run.delta.records;
        delta.new += run.delta.new;
        delta.lost += run.delta.lost;
    }
    Ok(Preview {
        file: intake.name.clone(),
        bytes: intake.bytes,
        sha256: intake.sha256.clone(),
        format: summary.format.to_owned(),
        reports: summary.reports,
        runs: count.runs,
        delta,
        compared: false,
        warnings: count.warnings,
        warning_count: summary.warnings,
        same_as: None,
        mismatch: None,
    })
}

/// Counts what a format says, run by run.
struct Count<'r> {
    run: &'r JobRun,
    text: String,
    branch: Option<String>,
    runs: Vec<RunSummary>,
    warnings: Vec<Warning>,
}

impl Count<'_> {
    fn current(&mut self) -> Result<&mut RunSummary, Stop> {
        self.runs
            .last_mut()
            .ok_or_else(|| Problem::internal("the format reported a finding before its run").into())
    }
}

impl Sink for Count<'_> {
    fn run(&mut self, run: Run) -> Result<(), Stop> {
        self.runs.push(RunSummary {
            tool: run.tool.name,
            version: run.tool.version,
            branch: self.branch.clone().or(run.branch).unwrap_or_default(),
            category: run.category,
            completeness: run.completeness,
            delta: Delta::default(),
            held_back: None,
        });
        Ok(())
    }

    fn rule(&mut self, _: Rule) -> Result<(), Stop> {
        Ok(())
    }

    fn finding(&mut self, found: Found) -> Result<(), Stop> {
        let absent = found.presence == Presence::Absent;
        let delta = &mut self.current()?.delta;
        delta.records += 1;
        delta.new += u64::from(!absent);
        Ok(())
    }

    fn warning(&mut self, warning: Warning) -> Result<(), Stop> {
        if self.warnings.len() < WARNINGS {
            self.warnings.push(warning);
        }
        Ok(())
    }

    fn lost(&mut self, warning: Warning) -> Result<(), Stop> {
        if let Some(run) = self.runs.last_mut() {
            run.delta.lost += 1;
        }
        self.warning(warning)
    }

    fn run_end(&mut self, completeness: Completeness) -> Result<(), Stop> {
        self.current()?.completeness = completeness;
        Ok(())
    }

    fn progress(&mut self, bytes_done: u64, bytes_total: u64) -> Result<(), Stop> {
        super::conveyor::tell_bytes(self.run, &self.text, bytes_done, bytes_total)
    }
}
