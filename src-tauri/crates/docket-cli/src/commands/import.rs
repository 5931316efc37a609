//! `docket import …`: one report, several, whole folders, or standard input.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use docket_domain::{Application, Code, Delta, Import, Problem, RunSummary, Warning};
use docket_engine::imports::{ImportOrder, LookOrder, Why};
use serde::Serialize;

use super::count;
use crate::args::ImportArgs;
use crate::call::Call;
use crate::end::{End, Failure};
use crate::pick;
use crate::terminal::{complain, document, line};
use crate::watch::quietly;

/// Warnings of one import that are shown; all of them are kept.
const WARNINGS: usize = 10;

/// What became of everything that was named.
#[derive(Serialize, Default)]
struct Outcome {
    /// Reports that were read.
    imports: Vec<Import>,
    /// Reports that could not be read.
    failed: Vec<Refused>,
    /// Files of a folder that are no reports.
    skipped: Vec<Skipped>,
    /// Nothing was stored, because that was asked for.
    dry_run: bool,
}

#[derive(Serialize)]
struct Refused {
    file: String,
    error: Problem,
}

#[derive(Serialize)]
struct Skipped {
    file: String,
}

/// One thing to import.
enum From {
    Input,
    File(PathBuf),
    /// Found in a folder: may be something else than a report.
    Found(PathBuf),
}

impl From {
    fn name(&self) -> String {
        match self {
            Self::Input => "standard input".to_owned(),
            Self::File(path) | Self::Found(path) => path.display().to_string(),
        }
    }
}

pub(super) async fn run(call: &Call<'_>, args: ImportArgs) -> Result<End, Failure> {
    let sources = gather(call, &args.paths).await?;
    let Some(application) = application(call, &args).await? else {
        return look(call, sources, &args).await;
    };
    let mut order = ImportOrder::new(application.id);
    order.format.clone_from(&args.format);
    order.branch.clone_from(&args.branch);
    order.columns.clone_from(&args.columns);
    order.dry_run = args.dry_run;
    order.close_anyway = args.allow_mass_close;
    order.allow_mismatch = args.allow_mismatch;
    let alone = sources.len() == 1;
    let mut outcome = Outcome { dry_run: args.dry_run, ..Outcome::default() };
    let mut held = false;
    for source in sources {
        if let From::Found(path) = &source
            && args.format.is_none()
            && !call.engine.import_names_report(&source.name())
            && !call.engine.import_recognises(path).await?
        {
            call.terminal.note(&format!("docket: {}: not a report, left alone", line(&source.name())));
            outcome.skipped.push(Skipped { file: source.name() });
            continue;
        }
        match take_in(call, &source, order.clone()).await {
            Ok(import) => {
                tell(call, &source, &application, &import, args.dry_run)?;
                held |= is_held(&import) && !args.dry_run;
                outcome.imports.push(import);
            }
            Err(problem) if alone || !matches!(problem.code, Code::Report | Code::Mismatch) => {
                return Err(stopped(problem, &outcome));
            }
            Err(problem) => {
                complain(&format!("docket: {}: {}", line(&source.name()), line(&problem.to_string())));
                outcome.failed.push(Refused { file: source.name(), error: problem });
            }
        }
    }
    if call.terminal.json {
        document(&outcome)?;
    }
    Ok(match (outcome.imports.is_empty(), outcome.failed.is_empty()) {
        (false, true) if held => End::Partly,
        (false, true) => End::Done,
        (false, false) => End::Partly,
        (true, true) => {
            call.terminal.note("No report was found there.");
            End::Failed
        }
        (true, false) => End::Failed,
    })
}

/// Whether closing was held back that `--allow-mass-close` would do: the runs themselves are complete.
fn is_held(import: &Import) -> bool {
    import.runs.iter().any(|run| {
        let scope = |other: &&RunSummary| {
            other.tool == run.tool && other.branch == run.branch && other.category == run.category
        };
        run.held_back.is_some() && import.runs.iter().filter(scope).all(|one| one.completeness.may_close())
    })
}

/// Something that stops everything; what was imported before it stays.
fn stopped(problem: Problem, outcome: &Outcome) -> Failure {
    if outcome.imports.is_empty() {
        return problem.into();
    }
    let imports = serde_json::to_value(&outcome.imports).unwrap_or_default();
    Failure::Told { problem, end: End::Partly, beside: vec![("imports", imports)] }
}

/// The application; none: it does not exist, and is only to be tried.
async fn application(call: &Call<'_>, args: &ImportArgs) -> Result<Option<Application>, Failure> {
    match pick::application(&call.engine, &args.app).await {
        Err(problem) if problem.code == Code::NotFound && args.create_app => {
            if args.dry_run {
                return Ok(None);
            }
            Ok(Some(call.engine.application_add(&args.app).await?))
        }
        Err(mut problem) if problem.code == Code::NotFound => {
            let hint = problem.hint.take().unwrap_or_default();
            Err(problem.hint(format!("{hint} Or add --create-app to make it.")).into())
        }
        other => Ok(Some(other?)),
    }
}

/// Tries reports on an application that does not exist yet, and does not add it.
async fn look(call: &Call<'_>, sources: Vec<From>, args: &ImportArgs) -> Result<End, Failure> {
    let mut previews = Vec::new();
    let mut failed = Vec::new();
    for source in sources {
        let path = match &source {
            From::File(path) | From::Found(path) => path.clone(),
            From::Input => {
                return Err(Failure::usage(
                    "Standard input can be tried only on an application that is there.",
                    "Add the application first: docket app add NAME",
                ));
            }
        };
        let found = matches!(source, From::Found(_)) && args.format.is_none();
        if found
            && !call.engine.import_names_report(&source.name())
            && !call.engine.import_recognises(&path).await?
        {
            call.terminal.note(&format!("docket: {}: not a report, left alone", line(&source.name())));
            continue;
        }
        let order = LookOrder {
            application: None,
            format: args.format.clone(),
            branch: args.branch.clone(),
            columns: args.columns.clone(),
        };
        match quietly(call, |listener| call.engine.import_look(&path, order, listener)).await {
            Ok(preview) => {
                warnings(call, &preview.warnings, preview.warning_count);
                call.terminal.say(&format!(
                    "{} → {}, which would be added: {} (only tried, nothing was stored)",
                    line(&preview.file),
                    line(&args.app),
                    delta(&preview.delta)
                ))?;
                previews.push(preview);
            }
            Err(problem) if problem.code == Code::Report => {
                complain(&format!("docket: {}: {}", line(&source.name()), line(&problem.to_string())));
                failed.push(Refused { file: source.name(), error: problem });
            }
            Err(problem) => return Err(problem.into()),
        }
    }
    if call.terminal.json {
        document(&serde_json::json!({ "previews": previews, "failed": failed, "dry_run": true }))?;
    }
    Ok(match (previews.is_empty(), failed.is_empty()) {
        (false, true) => End::Done,
        (false, false) => End::Partly,
        _ => End::Failed,
    })
}

async fn take_in(call: &Call<'_>, source: &From, order: ImportOrder) -> Result<Import, Problem> {
    read_in(call, source, order).await.map_err(|mut problem| {
        if problem.code == Code::Mismatch {
            let hint = problem.hint.take().unwrap_or_default();
            problem = problem.hint(format!("{hint} Then add --allow-mismatch. Nothing was stored."));
        }
        problem
    })
}

async fn read_in(call: &Call<'_>, source: &From, order: ImportOrder) -> Result<Import, Problem> {
    let engine = &call.engine;
    match source {
        From::File(path) | From::Found(path) => {
            quietly(call, |listener| engine.import_file(path, order, listener)).await
        }
        From::Input => {
            if io::stdin().is_terminal() {
                call.terminal.note("Reading the report from the keyboard; Ctrl-D ends it.");
            }
            quietly(call, |listener| engine.import_reader("standard input", io::stdin(), order, listener))
                .await
        }
    }
}

/// Everything that the arguments name, folders opened up in the order of their paths. What is
/// passed over in them is said: hidden files as one number, the rest by name.
async fn gather(call: &Call<'_>, paths: &[PathBuf]) -> Result<Vec<From>, Failure> {
    let mut out = Vec::new();
    let mut hidden = 0;
    let mut input = 0;
    for path in paths {
        if path.as_os_str() == "-" {
            input += 1;
            out.push(From::Input);
        } else if path.is_dir() {
            let gathered = call.engine.import_gather(vec![path.clone()]).await?;
            for (path, why) in &gathered.passed {
                match why {
                    Why::Hidden => hidden += 1,
                    why => call.terminal.note(&format!(
                        "docket: {}: {}",
                        line(&path.display().to_string()),
                        why.words()
                    )),
                }
            }
            let unnamed = gathered.passed_count - gathered.passed.len() as u64;
            if unnamed > 0 {
                call.terminal.note(&format!("docket: and {} more passed over", count(unnamed, "file")));
            }
            out.extend(gathered.files.into_iter().map(|found| From::Found(found.path)));
        } else {
            out.push(From::File(path.clone()));
        }
    }
    if hidden > 0 {
        call.terminal.note(&format!("docket: {} left alone", count(hidden, "hidden file")));
    }
    if input > 1 {
        return Err(Failure::usage("Standard input can be read once only.", "Name - once."));
    }
    Ok(out)
}

fn tell(
    call: &Call<'_>,
    source: &From,
    to: &Application,
    import: &Import,
    dry_run: bool,
) -> Result<(), Failure> {
    for run in &import.runs {
        if let Some(why) = &run.held_back {
            call.terminal.note(&format!(
                "docket: {}: nothing was closed: {}",
                line(&source.name()),
                line(why)
            ));
        }
    }
    if is_held(import) {
        call.terminal.note("  add --allow-mass-close when they are really gone");
    }
    if let Some(mismatch) = &import.mismatch {
        call.terminal.note(&format!("docket: {}: {}", line(&source.name()), line(&mismatch.message)));
        call.terminal.note("  without --allow-mismatch it would be refused");
    }
    warnings(call, &import.warnings, import.warning_count);
    if call.terminal.json {
        return Ok(());
    }
    let mut words = format!("{} → {}: {}", line(&import.file), line(&to.name), delta(&import.delta));
    if dry_run {
        words.push_str(" (only tried, nothing was stored)");
    } else if let Some(earlier) = import.same_as {
        words.extend([" (the same file as import ", &earlier.to_string(), ")"]);
    }
    call.terminal.say(&words)
}

fn warnings(call: &Call<'_>, warnings: &[Warning], all: u64) {
    for warning in warnings.iter().take(WARNINGS) {
        let place = place(warning);
        let at = if place.is_empty() { String::new() } else { format!(" ({place})") };
        call.terminal.note(&format!("  warning: {}{at}", line(&warning.message)));
    }
    let shown = warnings.len().min(WARNINGS) as u64;
    if all > shown {
        call.terminal.note(&format!("  and {} more", count(all - shown, "warning")));
    }
}

fn place(warning: &Warning) -> String {
    let place = &warning.place;
    let mut parts: Vec<String> = Vec::new();
    parts.extend(place.file.as_deref().map(line));
    parts.extend(place.record.as_deref().map(line));
    match (place.line, place.column) {
        (Some(row), Some(column)) => parts.push(format!("line {row}, column {column}")),
        (Some(row), None) => parts.push(format!("line {row}")),
        (None, _) => {}
    }
    parts.join(", ")
}

/// What an import changed, in words.
pub(super) fn delta(delta: &Delta) -> String {
    let mut parts = Vec::new();
    for (n, what) in [
        (delta.new, "new"),
        (delta.reopened, "found again"),
        (delta.updated, "moved or reworded"),
        (delta.gone, "not found any more"),
        (delta.unchanged, "unchanged"),
        (delta.repeated, "repeated"),
    ] {
        if n > 0 {
            parts.push(format!("{n} {what}"));
        }
    }
    if delta.proposals > 0 {
        parts.push(format!("{} waiting", count(delta.proposals, "suggestion")));
    }
    if delta.lost > 0 {
        parts.push(format!("{} not readable", count(delta.lost, "record")));
    }
    if delta.is_empty() && delta.records > 0 {
        return format!("nothing changed; {}", parts.join(", "));
    }
    if parts.is_empty() { "no findings in it".to_owned() } else { parts.join(", ") }
}
