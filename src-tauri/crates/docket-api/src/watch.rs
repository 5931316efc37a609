//! Handlers of watched folders, and of looking at reports before they are imported.

use std::path::PathBuf;

use docket_domain::{Import, Preview, Problem, WatchedFolder};
use docket_engine::imports::LookOrder;
use docket_engine::watch::WatchForm;
use docket_engine::{Engine, JobListener};

use crate::request::names::*;

type Answer<T> = Result<T, Problem>;

/// Files that one question recognises.
const AT_ONCE: usize = 100;

pub(crate) async fn import_gather(engine: &Engine, r: ImportGather) -> Answer<Gathered> {
    let gathered = engine.import_gather(r.paths.into_iter().map(PathBuf::from).collect()).await?;
    let files = gathered.files.into_iter().map(|found| GatheredFile {
        path: found.path.display().to_string(),
        within: found.within,
        in_folder: found.in_folder,
        bytes: found.bytes,
    });
    let passed = gathered
        .passed
        .into_iter()
        .map(|(path, why)| PassedOver { path: path.display().to_string(), why: why.words() });
    Ok(Gathered { files: files.collect(), passed: passed.collect(), passed_count: gathered.passed_count })
}

pub(crate) async fn import_recognise(engine: &Engine, r: ImportRecognise) -> Answer<RecognisedList> {
    if r.paths.len() > AT_ONCE {
        return Err(Problem::bad_input(format!("At most {AT_ONCE} files are recognised at once.")));
    }
    let mut files = Vec::with_capacity(r.paths.len());
    for path in r.paths {
        files.push(recognised(engine, path).await);
    }
    Ok(RecognisedList { files })
}

async fn recognised(engine: &Engine, path: String) -> RecognisedFile {
    let must_be = engine.import_names_report(&path);
    let told =
        |reports, inside, problem| RecognisedFile { path: path.clone(), must_be, reports, inside, problem };
    match engine.import_recognise(path.as_ref()).await {
        Ok((seen, inside)) => {
            let mut reports = Vec::new();
            let mut first = None;
            for one in seen {
                match one.format {
                    Ok(format) => reports.push(RecognisedReport {
                        entry: one.entry,
                        format: format.id().to_owned(),
                        label: format.label().to_owned(),
                        versions: format.versions().to_owned(),
                    }),
                    Err(problem) => {
                        first.get_or_insert(problem);
                    }
                }
            }
            // Among the reports of an archive other files are nothing special.
            let problem = first.filter(|_| reports.is_empty());
            told(reports, inside as u64, problem)
        }
        Err(problem) => told(Vec::new(), 0, Some(problem)),
    }
}

pub(crate) async fn import_look(engine: &Engine, r: ImportLook, listener: JobListener) -> Answer<Preview> {
    let order =
        LookOrder { application: r.application, format: r.format, branch: r.branch, columns: r.columns };
    engine.import_look(r.path.as_ref(), order, listener).await
}

pub(crate) async fn watch_list(engine: &Engine, _: Nothing) -> Answer<WatchList> {
    Ok(WatchList { folders: engine.watch_list().await? })
}

fn form(r: WatchAdd) -> WatchForm {
    WatchForm {
        folder: r.folder.into(),
        pattern: r.pattern,
        application: r.application,
        branch: r.branch,
        add_applications: r.add_applications,
        poll_seconds: r.poll_seconds,
        take_existing: r.take_existing,
    }
}

pub(crate) async fn watch_try(engine: &Engine, r: WatchAdd) -> Answer<WatchTried> {
    let tried = engine.watch_try(form(r)).await?;
    let files = tried.files.into_iter().map(|file| WatchTriedFile {
        path: file.path,
        bytes: file.bytes,
        application: file.application,
        is_new: file.is_new,
        branch: file.branch,
    });
    Ok(WatchTried {
        files: files.collect(),
        matched: tried.matched,
        others: tried.others,
        left_alone: tried.left_alone,
        passed: tried.passed,
    })
}

pub(crate) async fn watch_add(engine: &Engine, r: WatchAdd) -> Answer<WatchedFolder> {
    engine.watch_add(form(r)).await
}

pub(crate) async fn watch_pause(engine: &Engine, r: WatchPause) -> Answer<WatchedFolder> {
    engine.watch_pause(r.id, r.paused).await
}

pub(crate) async fn watch_remove(engine: &Engine, r: WatchOf) -> Answer<Changed> {
    engine.watch_remove(r.id).await?;
    Ok(Changed { count: 1 })
}

pub(crate) async fn watch_files(engine: &Engine, r: WatchFiles) -> Answer<WatchFileList> {
    let (files, total) = engine.watch_files(r.id, r.all, r.offset, r.limit).await?;
    Ok(WatchFileList { files, total })
}

pub(crate) async fn watch_retry(engine: &Engine, r: WatchFileOf) -> Answer<Changed> {
    Ok(Changed { count: u64::from(engine.watch_retry(r.id, &r.path).await?) })
}

pub(crate) async fn watch_leave_open(engine: &Engine, r: WatchFileOf) -> Answer<Changed> {
    engine.watch_leave_open(r.id, &r.path).await?;
    Ok(Changed { count: 1 })
}

pub(crate) async fn watch_close_anyway(
    engine: &Engine,
    r: WatchFileOf,
    listener: JobListener,
) -> Answer<Import> {
    engine.watch_close_anyway(r.id, &r.path, listener).await
}
