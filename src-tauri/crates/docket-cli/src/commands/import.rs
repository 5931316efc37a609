//! `docket import …`: one report, several, whole folders, or standard input.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use docket_domain::{Application, Code, Delta, Import, Problem, Warning};
use docket_engine::imports::ImportOrder;
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
    let sources = gather(&args.paths)?;
    let application = application(call, &args).await?;
    let mut order = ImportOrder::new(application.id);
    order.format.clone_from(&args.format);
    order.branch.clone_from(&args.branch);
    order.columns.clone_from(&args.columns);
    order.dry_run = args.dry_run;
    order.close_anyway = args.close_anyway;
    let alone = sources.len() == 1;
    let mut outcome = Outcome { dry_run: args.dry_run, ..Outcome::default() };
    for source in sources {
        if let From::Found(path) = &source
            && args.format.is_none()
            && !says_report(call, path)
            && !call.engine.import_recognises(path).await?
        {
            call.terminal.note(&format!("docket: {}: not a report, left alone", line(&source.name())));
            outcome.skipped.push(Skipped { file: source.name() });
            continue;
        }
        match take_in(call, &source, order.clone()).await {
            Ok(import) => {
                tell(call, &source, &application, &import, args.dry_run)?;
                outcome.imports.push(import);
            }
            Err(problem) if alone || problem.code != Code::Report => return Err(stopped(problem, &outcome)),
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
        (false, true) => End::Done,
        (false, false) => End::Partly,
        (true, true) => {
            call.terminal.note("No report was found there.");
            End::Failed
        }
        (true, false) => End::Failed,
    })
}

/// Endings that other files have too.
const COMMON: [&str; 5] = ["json", "jsonl", "csv", "xml", "txt"];

/// Whether a file's name says that it must be a report (`.sarif`): when it cannot be read,
/// that is a failure and not something to pass over.
fn says_report(call: &Call<'_>, path: &Path) -> bool {
    let ending =
        path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let known = call.engine.format_list().iter().any(|format| format.extensions().contains(&ending.as_str()));
    known && !COMMON.contains(&ending.as_str())
}

/// Something that stops everything; what was imported before it stays.
fn stopped(problem: Problem, outcome: &Outcome) -> Failure {
    if outcome.imports.is_empty() {
        return problem.into();
    }
    let imports = serde_json::to_value(&outcome.imports).unwrap_or_default();
    Failure::Told { problem, end: End::Partly, beside: vec![("imports", imports)] }
}

async fn application(call: &Call<'_>, args: &ImportArgs) -> Result<Application, Failure> {
    match pick::application(&call.engine, &args.app).await {
        Err(problem) if problem.code == Code::NotFound && args.create_app => {
            if args.dry_run {
                return Err(Problem::not_found(format!(
                    "There is no application called «{}» to try it on.",
                    args.app
                ))
                .hint("Add it first: docket app add NAME")
                .into());
            }
            Ok(call.engine.application_add(&args.app).await?)
        }
        Err(mut problem) if problem.code == Code::NotFound => {
            let hint = problem.hint.take().unwrap_or_default();
            Err(problem.hint(format!("{hint} Or add --create-app to make it.")).into())
        }
        other => Ok(other?),
    }
}

async fn take_in(call: &Call<'_>, source: &From, order: ImportOrder) -> Result<Import, Problem> {
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

/// Everything that the arguments name, folders opened up in the order of their paths.
fn gather(paths: &[PathBuf]) -> Result<Vec<From>, Failure> {
    let mut out = Vec::new();
    let mut input = 0;
    for path in paths {
        if path.as_os_str() == "-" {
            input += 1;
            out.push(From::Input);
        } else if path.is_dir() {
            let mut found = Vec::new();
            walk(path, &mut found)?;
            found.sort();
            out.extend(found.into_iter().map(From::Found));
        } else {
            out.push(From::File(path.clone()));
        }
    }
    if input > 1 {
        return Err(Failure::usage("Standard input can be read once only.", "Name - once."));
    }
    Ok(out)
}

/// Every file in a folder and its folders. Hidden ones and links to folders are left alone:
/// they are version control's and package managers' business, or lead in circles.
fn walk(folder: &Path, out: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let unreadable = |error: io::Error| {
        Problem::bad_input(format!("The folder {} cannot be read: {error}.", folder.display()))
            .hint("Check its name and your rights.")
    };
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let kind = entry.file_type().map_err(unreadable)?;
        if kind.is_dir() {
            walk(&entry.path(), out)?;
        } else if kind.is_file() || entry.path().is_file() {
            out.push(entry.path());
        }
    }
    Ok(())
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
fn delta(delta: &Delta) -> String {
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
