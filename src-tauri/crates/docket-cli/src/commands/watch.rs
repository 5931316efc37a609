//! `docket watch …`: folders whose new reports are imported as they land.

use std::sync::{Arc, Mutex, PoisonError};

use docket_domain::job::{JobEvent, JobNews};
use docket_domain::{Problem, WatchFileState, WatchId, WatchedBy, WatchedFile, WatchedFolder};
use docket_engine::watch::{WatchForm, WatchListener, WatchNews, WatchTried};
use docket_engine::{JobListener, nobody};
use serde::Serialize;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::import::delta;
use super::{count, moment};
use crate::args::{WatchAddArgs, WatchCommand};
use crate::call::Call;
use crate::end::{End, Failure};
use crate::pick;
use crate::progress::Teller;
use crate::table::{Cell, ends, gives, number, print, whole};
use crate::terminal::{Terminal, complain, document, line};
use crate::watch::Interrupts;

/// Files of a folder that are listed.
const LISTED: u32 = 200;
/// Files that are told of a folder that a run looked at; the rest is counted.
const KEPT: usize = 10_000;

pub(super) async fn run(call: &Call<'_>, command: WatchCommand) -> Result<End, Failure> {
    match command {
        WatchCommand::Add(args) => add(call, args).await?,
        WatchCommand::List { id: Some(id), all } => files(call, id, all).await?,
        WatchCommand::List { id: None, .. } => list(call).await?,
        WatchCommand::Pause { id } => {
            let watch = call.engine.watch_pause(id, true).await?;
            told(call, &watch, &format!("{} is paused.", line(&watch.folder)))?;
        }
        WatchCommand::Resume { id, file: Some(file) } => {
            if !call.engine.watch_retry(id, &file).await? {
                return Err(Problem::not_found(format!("Nothing is known of a file «{file}»."))
                    .hint(format!("`docket watch list {id} --all` shows what is known."))
                    .into());
            }
            let watch = call.engine.watch_show(id).await?;
            told(call, &watch, &format!("{} is looked at again.", line(&file)))?;
        }
        WatchCommand::Resume { id, file: None } => {
            let watch = call.engine.watch_pause(id, false).await?;
            told(call, &watch, &format!("{} goes on.", line(&watch.folder)))?;
        }
        WatchCommand::Remove { id } => {
            let watch = call.engine.watch_show(id).await?;
            call.engine.watch_remove(id).await?;
            let words = format!("{} is not watched any more; what was imported stays.", line(&watch.folder));
            if call.terminal.json {
                document(&json!({ "removed": id }))?;
            } else {
                call.terminal.say(&words)?;
            }
        }
        WatchCommand::Run { once } => return watch(call, once).await,
    }
    Ok(End::Done)
}

fn told(call: &Call<'_>, watch: &WatchedFolder, words: &str) -> Result<(), Failure> {
    if call.terminal.json { document(watch) } else { call.terminal.say(words) }
}

async fn add(call: &Call<'_>, args: WatchAddArgs) -> Result<(), Failure> {
    let application = match &args.app {
        Some(name) => Some(pick::application(&call.engine, name).await?.id),
        None => None,
    };
    let form = WatchForm {
        folder: args.folder,
        pattern: args.pattern,
        application,
        branch: args.branch,
        add_applications: args.create_apps,
        poll_seconds: args.poll,
        take_existing: !args.only_new,
    };
    if args.dry_run {
        return tried(call, &call.engine.watch_try(form).await?);
    }
    let watch = call.engine.watch_add(form).await?;
    told(call, &watch, &format!("Folder {}: {} is watched.", watch.id, line(&watch.folder)))?;
    call.terminal
        .note("Its reports are imported while Docket's window is open, or while `docket watch run` runs.");
    Ok(())
}

fn tried(call: &Call<'_>, tried: &WatchTried) -> Result<(), Failure> {
    if call.terminal.json {
        let files: Vec<_> = tried
            .files
            .iter()
            .map(|file| {
                json!({
                    "path": file.path, "bytes": file.bytes, "application": file.application,
                    "new_application": file.is_new, "branch": file.branch,
                })
            })
            .collect();
        return document(&json!({
            "files": files, "matched": tried.matched, "others": tried.others, "left_alone": tried.left_alone,
        }));
    }
    let columns = [ends("FILE"), gives("APPLICATION"), gives("BRANCH")];
    let rows: Vec<Vec<Cell>> = tried
        .files
        .iter()
        .map(|file| {
            let new = if file.is_new { " (new)" } else { "" };
            vec![
                file.path.as_str().into(),
                format!("{}{new}", file.application).into(),
                file.branch.as_deref().unwrap_or("as the report says").into(),
            ]
        })
        .collect();
    print(call.terminal, &columns, &rows, "The pattern matches no file that is there.")?;
    let more = tried.matched.saturating_sub(tried.files.len() as u64);
    if more > 0 {
        call.terminal.note(&format!("and {} more", count(more, "file")));
    }
    if tried.left_alone > 0 {
        call.terminal.note(&format!("{} left alone by the pattern", count(tried.left_alone, "file")));
    }
    Ok(())
}

async fn list(call: &Call<'_>) -> Result<(), Failure> {
    let all = call.engine.watch_list().await?;
    if call.terminal.json {
        return document(&all);
    }
    let columns = [
        number("ID"),
        ends("FOLDER"),
        gives("PATTERN"),
        gives("APPLICATION"),
        whole("STATE"),
        number("IMPORTED"),
        number("ASK"),
        number("FAILED"),
        whole("LAST"),
    ];
    let rows: Vec<Vec<Cell>> = all
        .iter()
        .map(|one| {
            vec![
                one.id.to_string().into(),
                one.folder.as_str().into(),
                one.pattern.as_str().into(),
                one.application_name.as_deref().unwrap_or("{app}").into(),
                state(one).into(),
                one.imported.to_string().into(),
                one.asks.to_string().into(),
                one.failed.to_string().into(),
                one.last.map_or_else(String::new, moment).into(),
            ]
        })
        .collect();
    print(call.terminal, &columns, &rows, "No folder is watched: docket watch add FOLDER --app NAME")?;
    for one in &all {
        if let Some(problem) = &one.problem {
            complain(&format!("docket: {}: {}", line(&one.folder), line(&problem.to_string())));
        }
    }
    Ok(())
}

fn state(one: &WatchedFolder) -> &'static str {
    match (one.paused, one.problem.is_some(), one.by) {
        (true, ..) => "paused",
        (_, true, _) => "in trouble",
        (_, _, WatchedBy::Nobody) => "waiting",
        _ => "watched",
    }
}

async fn files(call: &Call<'_>, id: WatchId, all: bool) -> Result<(), Failure> {
    let watch = call.engine.watch_show(id).await?;
    let (files, total) = call.engine.watch_files(id, all, 0, LISTED).await?;
    if call.terminal.json {
        return document(&json!({ "folder": watch, "files": files, "total": total }));
    }
    let columns = [ends("FILE"), whole("STATE"), gives("APPLICATION"), gives("WHAT HAPPENED"), whole("WHEN")];
    let rows: Vec<Vec<Cell>> = files
        .iter()
        .map(|file| {
            vec![
                file.path.as_str().into(),
                file.state.as_str().into(),
                file.application.as_deref().unwrap_or_default().into(),
                happened(file).into(),
                moment(file.at).into(),
            ]
        })
        .collect();
    print(call.terminal, &columns, &rows, "Nothing has happened there yet.")?;
    let more = total.saturating_sub(files.len() as u64);
    if more > 0 {
        call.terminal.note(&format!("and {} more", count(more, "file")));
    }
    Ok(())
}

fn happened(file: &WatchedFile) -> String {
    if let Some(problem) = &file.problem {
        return problem.to_string();
    }
    if let (WatchFileState::Asks, Some(held)) = (file.state, &file.held_back) {
        return format!("nothing was closed: {held}");
    }
    match (&file.delta, file.state) {
        (_, WatchFileState::Known) => "the same bytes as before".to_owned(),
        (Some(changed), _) => delta(changed),
        (None, state) => state.label().to_lowercase(),
    }
}

/// What a run did.
#[derive(Serialize, Default)]
struct Outcome {
    /// What became of each file.
    files: Vec<Became>,
    /// Folders that could not be looked at, or that another Docket looks at.
    not_looked_at: Vec<NotLooked>,
    #[serde(skip)]
    good: u64,
    #[serde(skip)]
    bad: u64,
}

#[derive(Serialize)]
struct Became {
    folder: String,
    #[serde(flatten)]
    file: WatchedFile,
}

#[derive(Serialize)]
struct NotLooked {
    folder: String,
    why: String,
}

async fn watch(call: &Call<'_>, once: bool) -> Result<End, Failure> {
    let folders = call.engine.watch_list().await?;
    let active = folders.iter().filter(|one| !one.paused).count() as u64;
    if active == 0 && once {
        call.terminal.note("No folder is watched, or all of them are paused.");
        return finished(call.terminal, &Outcome::default(), End::Done);
    }
    if !once {
        let what = if active == 0 { "No folder yet".to_owned() } else { count(active, "folder") };
        call.terminal.note(&format!("{what} to watch. Ctrl-C ends it."));
    }
    let stop = CancellationToken::new();
    let asked = stop.clone();
    let mut interrupts = Interrupts::listen();
    // The first asks to stop where it is safe, the second ends at once; nothing is lost by it.
    let listening = tokio::spawn(async move {
        interrupts.next().await;
        asked.cancel();
        interrupts.next().await;
        std::process::exit(1);
    });
    let outcome: Arc<Mutex<Outcome>> = Arc::default();
    let tell = teller(call.terminal.clone(), Arc::clone(&outcome));
    let progress = progress(call.terminal);
    if once {
        call.engine.watch_once(stop, tell, progress).await;
    } else {
        call.engine.watch_run(stop, tell, progress).await;
    }
    listening.abort();
    let outcome = std::mem::take(&mut *outcome.lock().unwrap_or_else(PoisonError::into_inner));
    let end = match (outcome.good, outcome.bad) {
        _ if !once => End::Done,
        (_, 0) => End::Done,
        (0, _) => End::Failed,
        _ => End::Partly,
    };
    finished(call.terminal, &outcome, end)
}

fn finished(terminal: &Terminal, outcome: &Outcome, end: End) -> Result<End, Failure> {
    if terminal.json {
        document(outcome)?;
    }
    Ok(end)
}

fn progress(terminal: &Terminal) -> JobListener {
    if terminal.lively || !terminal.progress {
        // A line that renews itself would stand between the news.
        return nobody();
    }
    let teller = Teller::new(terminal);
    Arc::new(move |event: JobEvent| {
        if let JobNews::Progress { progress } = &event.news {
            teller.tell(progress);
        }
    })
}

fn teller(terminal: Terminal, outcome: Arc<Mutex<Outcome>>) -> WatchListener {
    Arc::new(move |news| {
        let mut outcome = outcome.lock().unwrap_or_else(PoisonError::into_inner);
        let missed = |outcome: &mut Outcome, watch: &WatchedFolder, why: String| {
            terminal.note(&format!("docket: {}: {}", line(&watch.folder), line(&why)));
            outcome.not_looked_at.push(NotLooked { folder: watch.folder.clone(), why });
        };
        match news {
            WatchNews::Began(watch) => {
                terminal.note(&format!("Watching {} ({})", line(&watch.folder), line(&watch.pattern)));
            }
            WatchNews::Elsewhere(watch) => {
                // Nothing is amiss: somebody does the work.
                missed(&mut outcome, &watch, "another Docket watches it at this moment.".to_owned());
            }
            WatchNews::Trouble(watch, problem) => {
                outcome.bad += 1;
                missed(&mut outcome, &watch, problem.to_string());
            }
            WatchNews::Unsettled(watch) => {
                outcome.bad += 1;
                missed(&mut outcome, &watch, "some files are still being written; next time.".to_owned());
            }
            WatchNews::File(watch, file) => {
                tell_file(&terminal, &mut outcome, &file);
                if outcome.files.len() < KEPT {
                    outcome.files.push(Became { folder: watch.folder, file: *file });
                }
            }
        }
    })
}

fn tell_file(terminal: &Terminal, outcome: &mut Outcome, file: &WatchedFile) {
    let to = file.application.as_deref().unwrap_or("?");
    let words = format!("{} → {}: {}", line(&file.path), line(to), line(&happened(file)));
    match file.state {
        WatchFileState::Failed | WatchFileState::Asks => {
            outcome.bad += 1;
            complain(&format!("docket: {words}"));
        }
        WatchFileState::Other | WatchFileState::Before => {
            terminal.note(&format!("docket: {}: not a report, left alone", line(&file.path)));
        }
        WatchFileState::Imported | WatchFileState::Known => {
            outcome.good += 1;
            // Whoever read standard output may be gone; watching goes on all the same.
            if terminal.say(&words).is_err() {
                tracing::debug!("nobody reads what was imported");
            }
        }
    }
}
