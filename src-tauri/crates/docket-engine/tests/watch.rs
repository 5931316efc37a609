//! Watched folders through the real store, with real files: what lands is imported once, what is
//! being written is left alone, what is in doubt waits for a person. Waits are for a condition, and
//! end.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use docket_domain::{Code, ImportState, Selection, WatchFileState, WatchId, WatchedBy, WatchedFile};
use docket_engine::imports::{ImportOrder, LookOrder};
use docket_engine::secrets::Memory;
use docket_engine::watch::{WatchForm, WatchListener, WatchNews};
use docket_engine::{Engine, Options, nobody};
use serde_json::json;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// How long a file must not have changed, in these tests.
const SETTLE: Duration = Duration::from_millis(40);

struct Desk {
    room: TempDir,
    reports: PathBuf,
    engine: Engine,
}

async fn open(room: &TempDir) -> Engine {
    open_patient(room, SETTLE).await
}

async fn open_patient(room: &TempDir, settle: Duration) -> Engine {
    let options =
        Options::new(&room.path().join("data")).with_secrets(Arc::new(Memory::default())).with_settle(settle);
    Engine::open(options).await.unwrap()
}

impl Desk {
    async fn new() -> Self {
        let room = tempfile::tempdir().unwrap();
        let reports = room.path().join("reports");
        std::fs::create_dir(&reports).unwrap();
        let engine = open(&room).await;
        Self { room, reports, engine }
    }

    fn form(&self, pattern: &str) -> WatchForm {
        WatchForm {
            folder: self.reports.clone(),
            pattern: pattern.to_owned(),
            application: None,
            branch: None,
            add_applications: true,
            poll_seconds: None,
            take_existing: true,
        }
    }

    /// A file that appears whole, as programs do it that take care.
    fn put(&self, name: &str, text: &str) {
        let path = self.reports.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let part = path.with_extension("part");
        std::fs::write(&part, text).unwrap();
        std::fs::rename(&part, &path).unwrap();
    }

    async fn once(&self) {
        look_once(&self.engine).await;
    }

    async fn files(&self, id: WatchId) -> Vec<WatchedFile> {
        self.engine.watch_files(id, true, 0, 500).await.unwrap().0
    }

    async fn file(&self, id: WatchId, path: &str) -> Option<WatchedFile> {
        self.files(id).await.into_iter().find(|file| file.path == path)
    }

    /// How many imports ended so.
    async fn imports(&self, state: ImportState) -> usize {
        let (imports, _) = self.engine.import_list(None, 0, 500).await.unwrap();
        imports.iter().filter(|import| import.state == state).count()
    }

    async fn count(&self, query: &str) -> u64 {
        let all = Selection::Matching { query: query.to_owned(), application: None, except: Vec::new() };
        self.engine.finding_count(all).await.unwrap().total
    }
}

async fn look_once(engine: &Engine) {
    engine.watch_once(CancellationToken::new(), Arc::new(|_| {}), nobody()).await;
}

/// Watching in the background, until it is told to stop.
struct Watch {
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Watch {
    fn begin(engine: &Engine, tell: WatchListener) -> Self {
        let stop = CancellationToken::new();
        let (engine, asked) = (engine.clone(), stop.clone());
        let task = tokio::spawn(async move { engine.watch_run(asked, tell, nobody()).await });
        Self { stop, task }
    }

    async fn end(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

/// Waits until something holds.
async fn until<T>(what: &str, mut asked: impl AsyncFnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_mins(1);
    loop {
        if let Some(value) = asked().await {
            return value;
        }
        assert!(Instant::now() < end, "waited a minute for: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A report with findings in so many files.
fn report(findings: usize) -> String {
    report_of("Scanner", 0..findings)
}

fn report_of(tool: &str, findings: std::ops::Range<usize>) -> String {
    let results: Vec<_> = findings
        .map(|at| {
            json!({
                "ruleId": "rule", "level": "error", "message": { "text": format!("finding {at}") },
                "locations": [{ "physicalLocation": {
                    "artifactLocation": { "uri": format!("src/{at}.py") }, "region": { "startLine": 7 }
                }}]
            })
        })
        .collect();
    json!({
        "version": "2.1.0",
        "runs": [{ "tool": { "driver": { "name": tool } }, "results": results }]
    })
    .to_string()
}

// covers: X11
#[tokio::test]
async fn what_lands_is_imported_once_where_its_path_says() {
    let desk = Desk::new().await;
    desk.put("shop/main/before.sarif", &report(3));
    let watch = desk.engine.watch_add(desk.form("{app}/{branch}/*.sarif")).await.unwrap();
    assert_eq!(watch.by, WatchedBy::Nobody, "adding a folder alone watches nothing");
    let running = Watch::begin(&desk.engine, Arc::new(|_| {}));
    let state = async |path: &str| desk.file(watch.id, path).await.map(|file| file.state);
    until("the file that lay there", async || state("shop/main/before.sarif").await).await;
    assert_eq!(desk.count("").await, 3, "its findings are in");
    assert_eq!(
        desk.engine.watch_show(watch.id).await.unwrap().by,
        WatchedBy::Here,
        "it is looked at from here"
    );

    // A folder that did not exist when watching began.
    desk.put("billing/release/scan.sarif", &report(4));
    let landed =
        until("a file in a new folder", async || desk.file(watch.id, "billing/release/scan.sarif").await)
            .await;
    assert_eq!(landed.state, WatchFileState::Imported, "{landed:?}");
    assert_eq!(landed.delta.unwrap().new, 4, "what it changed is told");
    let rows = desk.engine.application_list().await.unwrap();
    let names: Vec<&str> = rows.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["billing", "shop"], "applications by the folders' names");
    assert_eq!(desk.count("branch:release").await, 4, "and the branch");

    // The same bytes under another name, into the same place.
    desk.put("shop/main/copy.sarif", &report(3));
    let copy = until("the copy", async || desk.file(watch.id, "shop/main/copy.sarif").await).await;
    assert_eq!(copy.state, WatchFileState::Known, "each content once: {copy:?}");
    // Another scan under the same name.
    desk.put("shop/main/before.sarif", &report(5));
    until("the changed file", async || (desk.count("app:shop").await == 5).then_some(())).await;
    // What is no report by the pattern, or not whole by its name.
    desk.put("shop/main/notes.txt", "hello");
    std::fs::write(desk.reports.join("shop/main/half.sarif.crdownload"), report(9)).unwrap();
    desk.put("shop/main/last.sarif", &report_of("Other", 0..1));
    until("the last file", async || state("shop/main/last.sarif").await).await;
    running.end().await;
    assert_eq!(desk.imports(ImportState::Done).await, 4, "nothing was imported twice");
    assert_eq!(desk.imports(ImportState::Failed).await, 0, "and nothing that is no report was tried");
    assert_eq!(
        desk.engine.watch_show(watch.id).await.unwrap().by,
        WatchedBy::Nobody,
        "the right was given back"
    );
}

#[tokio::test]
async fn a_file_that_is_being_written_is_left_alone_until_it_is_whole() {
    let mut desk = Desk::new().await;
    desk.engine = open_patient(&desk.room, Duration::from_millis(400)).await;
    let watch = desk.engine.watch_add(desk.form("{app}/*.sarif")).await.unwrap();
    let running = Watch::begin(&desk.engine, Arc::new(|_| {}));
    until("that it is watched", async || {
        (desk.engine.watch_show(watch.id).await.unwrap().by == WatchedBy::Here).then_some(())
    })
    .await;
    let whole = report(40);
    std::fs::create_dir(desk.reports.join("shop")).unwrap();
    let path = desk.reports.join("shop/slow.sarif");
    let begun = Instant::now();
    let mut longest = Duration::ZERO;
    let mut before = begun;
    // A slow copy: each portion comes before the file could count as settled.
    for end in (1..=10).map(|tenth| whole.len() * tenth / 10) {
        std::fs::write(&path, &whole[..end]).unwrap();
        longest = longest.max(before.elapsed());
        before = Instant::now();
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    let file = until("the whole file", async || desk.file(watch.id, "shop/slow.sarif").await).await;
    running.end().await;
    if longest < Duration::from_millis(350) {
        assert_eq!(file.state, WatchFileState::Imported, "never read half: {file:?}");
        assert_eq!(desk.imports(ImportState::Failed).await, 0, "not even tried");
    }
    assert_eq!(desk.count("").await, 40, "all of it is in");
}

#[tokio::test]
async fn what_landed_while_docket_was_closed_is_imported_and_nothing_twice() {
    let Desk { room, reports, engine } = Desk::new().await;
    let desk = Desk { room, reports, engine };
    let watch = desk.engine.watch_add(desk.form("{app}/*.sarif")).await.unwrap();
    desk.put("shop/a.sarif", &report(2));
    desk.once().await;
    let Desk { room, reports, engine } = desk;
    engine.settled().await;
    drop(engine);
    let desk = Desk { engine: open(&room).await, room, reports };
    desk.put("shop/b.sarif", &report_of("Other", 0..3));
    // Touched, not changed.
    let bytes = std::fs::read(desk.reports.join("shop/a.sarif")).unwrap();
    std::fs::remove_file(desk.reports.join("shop/a.sarif")).unwrap();
    std::fs::write(desk.reports.join("shop/a.sarif"), bytes).unwrap();
    desk.once().await;
    desk.once().await;
    assert_eq!(desk.imports(ImportState::Done).await, 2, "a once, b once");
    assert_eq!(desk.count("").await, 5, "the findings of both");
    assert_eq!(desk.engine.watch_show(watch.id).await.unwrap().failed, 0, "without a failure");
}

#[tokio::test]
async fn what_failed_is_tried_again_only_when_it_changes_or_a_person_asks() {
    let desk = Desk::new().await;
    let watch = desk.engine.watch_add(desk.form("{app}/*.sarif")).await.unwrap();
    let whole = report(6);
    desk.put("shop/a.sarif", &whole[..whole.len() / 2]);
    desk.put("shop/b.sarif", &report_of("Other", 0..1));
    desk.once().await;
    let failed = desk.file(watch.id, "shop/a.sarif").await.unwrap();
    assert_eq!(failed.state, WatchFileState::Failed, "it is cut off");
    assert_eq!(failed.problem.as_ref().unwrap().code, Code::Report, "which its problem says: {failed:?}");
    assert_eq!(
        desk.file(watch.id, "shop/b.sarif").await.unwrap().state,
        WatchFileState::Imported,
        "the other is in"
    );
    desk.once().await;
    assert_eq!(desk.imports(ImportState::Failed).await, 1, "looking again tries nothing again");
    assert!(desk.engine.watch_retry(watch.id, "shop/a.sarif").await.unwrap(), "a person asks");
    desk.once().await;
    assert_eq!(desk.imports(ImportState::Failed).await, 2, "then it is tried");
    desk.put("shop/a.sarif", &whole);
    desk.once().await;
    assert_eq!(
        desk.file(watch.id, "shop/a.sarif").await.unwrap().state,
        WatchFileState::Imported,
        "it changed"
    );
    assert_eq!(desk.count("tool:Scanner").await, 6, "and is in");
    desk.put("shop/c.sarif", "nonsense");
    desk.once().await;
    std::fs::remove_file(desk.reports.join("shop/c.sarif")).unwrap();
    desk.once().await;
    assert!(desk.file(watch.id, "shop/c.sarif").await.is_none(), "a failure that is gone asks nobody");
}

// covers: X11
#[tokio::test]
async fn what_would_close_nearly_everything_asks_and_closes_nothing_by_itself() {
    let desk = Desk::new().await;
    let watch = desk.engine.watch_add(desk.form("{app}/*.sarif")).await.unwrap();
    desk.put("shop/a.sarif", &report(20));
    desk.once().await;
    desk.put("shop/a.sarif", &report(1));
    desk.once().await;
    let asks = desk.file(watch.id, "shop/a.sarif").await.unwrap();
    assert_eq!(asks.state, WatchFileState::Asks, "{asks:?}");
    assert!(asks.held_back.unwrap().contains("19"), "and says how many");
    assert_eq!(desk.count("status:active").await, 20, "nothing is closed");
    assert_eq!(desk.engine.watch_show(watch.id).await.unwrap().asks, 1, "the folder counts it");
    desk.once().await;
    assert_eq!(desk.count("status:active").await, 20, "not the next time either");

    desk.engine.watch_close_anyway(watch.id, "shop/a.sarif", nobody()).await.unwrap();
    assert_eq!(desk.count("status:active").await, 1, "a person said so");
    let done = desk.file(watch.id, "shop/a.sarif").await.unwrap();
    assert_eq!(done.state, WatchFileState::Imported, "and it asks no more: {done:?}");
    let again = desk.engine.watch_close_anyway(watch.id, "shop/a.sarif", nobody()).await.unwrap_err();
    assert_eq!(again.code, Code::Conflict, "there is nothing to close twice");

    desk.put("shop/b.sarif", &report_of("Other", 0..20));
    desk.once().await;
    desk.put("shop/b.sarif", &report_of("Other", 0..1));
    desk.once().await;
    desk.put("shop/b.sarif", &report_of("Other", 0..2));
    let changed = desk.engine.watch_close_anyway(watch.id, "shop/b.sarif", nobody()).await.unwrap_err();
    assert_eq!(changed.code, Code::Conflict, "yes was for other bytes");
    desk.once().await;
    desk.engine.watch_leave_open(watch.id, "shop/b.sarif").await.unwrap();
    assert_eq!(desk.engine.watch_show(watch.id).await.unwrap().asks, 0, "left open, asked no more");
    assert_eq!(desk.count("status:active tool:Other").await, 20, "all are open");
}

// covers: X11
#[tokio::test]
async fn a_report_that_seems_to_belong_elsewhere_asks_before_it_is_read_in() {
    let desk = Desk::new().await;
    let watch = desk.engine.watch_add(desk.form("{app}/*.sarif")).await.unwrap();
    desk.put("shop/a.sarif", &report_of("Scanner", 0..30));
    desk.put("billing/a.sarif", &report_of("Scanner", 100..130));
    desk.once().await;
    // Billing's next scan, in the wrong folder.
    desk.put("shop/b.sarif", &report_of("Scanner", 100..129));
    desk.once().await;
    let asks = desk.file(watch.id, "shop/b.sarif").await.unwrap();
    assert_eq!(asks.state, WatchFileState::Asks, "{asks:?}");
    assert_eq!(asks.problem.as_ref().unwrap().code, Code::Mismatch, "and says why");
    assert_eq!(desk.count("app:shop").await, 30, "nothing of it is stored");
    desk.engine.watch_leave_open(watch.id, "shop/b.sarif").await.unwrap();
    let left = desk.file(watch.id, "shop/b.sarif").await.unwrap();
    assert_eq!(left.state, WatchFileState::Failed, "left out");
    desk.engine.watch_retry(watch.id, "shop/b.sarif").await.unwrap();
    desk.once().await;
    desk.engine.watch_close_anyway(watch.id, "shop/b.sarif", nobody()).await.unwrap();
    assert_eq!(desk.count("app:shop status:active").await, 59, "a person said that it belongs there");
    let still = desk.file(watch.id, "shop/b.sarif").await.unwrap();
    assert_eq!(still.state, WatchFileState::Asks, "what it would close is another question: {still:?}");
}

#[tokio::test]
async fn two_dockets_on_one_data_folder_do_not_both_look() {
    let desk = Desk::new().await;
    let watch = desk.engine.watch_add(desk.form("{app}/*.sarif")).await.unwrap();
    let running = Watch::begin(&desk.engine, Arc::new(|_| {}));
    until("that the first looks", async || {
        (desk.engine.watch_show(watch.id).await.unwrap().by == WatchedBy::Here).then_some(())
    })
    .await;
    let other = open(&desk.room).await;
    assert_eq!(other.watch_show(watch.id).await.unwrap().by, WatchedBy::Elsewhere, "the second sees that");
    let heard: Arc<Mutex<Vec<String>>> = Arc::default();
    let ear = Arc::clone(&heard);
    let tell: WatchListener = Arc::new(move |news| {
        let word = match news {
            WatchNews::Elsewhere(_) => "elsewhere",
            WatchNews::File(..) => "file",
            _ => "other",
        };
        ear.lock().unwrap().push(word.to_owned());
    });
    desk.put("shop/a.sarif", &report(3));
    other.watch_once(CancellationToken::new(), tell, nobody()).await;
    assert_eq!(*heard.lock().unwrap(), ["elsewhere"], "the second leaves it to the first");
    until("the first to import it", async || desk.file(watch.id, "shop/a.sarif").await).await;
    running.end().await;
    look_once(&other).await;
    assert_eq!(desk.imports(ImportState::Done).await, 1, "imported once, whoever looks afterwards");
}

#[tokio::test]
async fn a_paused_folder_waits_and_goes_on() {
    let desk = Desk::new().await;
    let watch = desk.engine.watch_add(desk.form("{app}/*.sarif")).await.unwrap();
    assert!(desk.engine.watch_pause(watch.id, true).await.unwrap().paused, "it says so");
    let running = Watch::begin(&desk.engine, Arc::new(|_| {}));
    desk.put("shop/a.sarif", &report(2));
    let second = desk.engine.watch_add(desk.form("{app}/**/*.sarif")).await.unwrap();
    until("the one that is not paused", async || desk.file(second.id, "shop/a.sarif").await).await;
    assert!(desk.files(watch.id).await.is_empty(), "the paused one looked at nothing");
    desk.engine.watch_pause(watch.id, false).await.unwrap();
    let file = until("the other, going on", async || desk.file(watch.id, "shop/a.sarif").await).await;
    assert_eq!(file.state, WatchFileState::Known, "its bytes are in already: {file:?}");
    desk.engine.watch_remove(watch.id).await.unwrap();
    running.end().await;
    assert_eq!(desk.engine.watch_list().await.unwrap().len(), 1, "one is left");
    assert_eq!(desk.count("").await, 2, "what was imported stays");
}

#[tokio::test]
async fn a_folder_without_news_is_looked_at_now_and_then() {
    let desk = Desk::new().await;
    let form = WatchForm { poll_seconds: Some(2), ..desk.form("{app}/*.sarif") };
    let watch = desk.engine.watch_add(form).await.unwrap();
    let running = Watch::begin(&desk.engine, Arc::new(|_| {}));
    until("that it is watched", async || {
        (desk.engine.watch_show(watch.id).await.unwrap().by == WatchedBy::Here).then_some(())
    })
    .await;
    desk.put("shop/a.sarif", &report(2));
    until("the file", async || desk.file(watch.id, "shop/a.sarif").await).await;
    running.end().await;
    assert_eq!(desk.count("").await, 2, "found by looking alone");
}

#[tokio::test]
async fn a_folder_that_goes_away_and_comes_back_is_said() {
    let desk = Desk::new().await;
    let watch = desk.engine.watch_add(desk.form("{app}/*.sarif")).await.unwrap();
    let aside = desk.room.path().join("aside");
    std::fs::rename(&desk.reports, &aside).unwrap();
    desk.once().await;
    let gone = desk.engine.watch_show(watch.id).await.unwrap().problem.expect("it says that it is gone");
    assert!(gone.message.contains("reports"), "by name: {gone}");
    std::fs::rename(&aside, &desk.reports).unwrap();
    desk.put("shop/a.sarif", &report(2));
    desk.once().await;
    assert_eq!(desk.engine.watch_show(watch.id).await.unwrap().problem, None, "it is back");
    assert_eq!(desk.count("").await, 2, "and looked at");
}

/// Of several scans of one thing the latest has the last word, whatever they are called.
#[tokio::test]
async fn older_reports_are_imported_before_newer_ones() {
    let desk = Desk::new().await;
    desk.put("shop/scan-9.sarif", &report(4));
    desk.put("shop/scan-10.sarif", &report(3));
    let hour_ago = std::time::SystemTime::now() - Duration::from_hours(1);
    let older = std::fs::OpenOptions::new().write(true).open(desk.reports.join("shop/scan-9.sarif")).unwrap();
    older.set_modified(hour_ago).unwrap();
    drop(older);
    desk.engine.watch_add(desk.form("{app}/*.sarif")).await.unwrap();
    desk.once().await;
    assert_eq!(
        desk.count("status:active").await,
        3,
        "scan 10 came after scan 9, though it is listed before it"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn what_cannot_be_looked_at_in_a_folder_is_said_and_the_rest_goes_on() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new().await;
    let locked = desk.reports.join("locked");
    std::fs::create_dir(&locked).unwrap();
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read_dir(&locked).is_ok() {
        eprintln!("SKIPPED LOUDLY: this account may read everything, so nothing is locked for it");
        return;
    }
    let watch = desk.engine.watch_add(desk.form("{app}/*.sarif")).await.unwrap();
    desk.put("shop/a.sarif", &report(2));
    desk.once().await;
    let told = desk.engine.watch_show(watch.id).await.unwrap().problem.expect("it says so");
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o700)).unwrap();
    assert!(told.message.contains("locked"), "by name: {told}");
    assert_eq!(desk.count("").await, 2, "the rest is in");
    desk.once().await;
    assert_eq!(
        desk.engine.watch_show(watch.id).await.unwrap().problem,
        None,
        "and it is over when it is over"
    );
}

#[tokio::test]
async fn a_pattern_is_tried_before_anything_is_watched() {
    let desk = Desk::new().await;
    desk.engine.application_add("shop").await.unwrap();
    desk.put("shop/main/a.sarif", &report(1));
    desk.put("Billing/main/b.sarif", &report(1));
    desk.put("README.md", "hello");
    let tried = desk.engine.watch_try(desk.form("{app}/{branch}/*.sarif")).await.unwrap();
    let goes: Vec<_> =
        tried.files.iter().map(|f| (f.application.as_str(), f.branch.as_deref(), f.is_new)).collect();
    assert_eq!(goes, [("Billing", Some("main"), true), ("shop", Some("main"), false)], "where each would go");
    assert_eq!((tried.left_alone, tried.others), (1, vec!["README.md".to_owned()]), "and what would not");
    assert!(desk.engine.watch_list().await.unwrap().is_empty(), "nothing is watched by it");
    assert_eq!(desk.imports(ImportState::Done).await, 0, "nor imported");

    let shop = desk.engine.application_list().await.unwrap()[0].id;
    for (form, field) in [
        (desk.form("**/*.sarif"), "application"),
        (WatchForm { application: Some(shop), ..desk.form("{app}/**") }, "application"),
        (WatchForm { branch: Some("x".into()), ..desk.form("{app}/{branch}/*") }, "branch"),
        (WatchForm { poll_seconds: Some(0), ..desk.form("{app}/**") }, "poll_seconds"),
        (WatchForm { folder: desk.reports.join("absent"), ..desk.form("{app}/**") }, "folder"),
        (WatchForm { folder: desk.room.path().join("data"), ..desk.form("{app}/**") }, "folder"),
        (WatchForm { folder: desk.room.path().to_owned(), ..desk.form("{app}/**") }, "folder"),
        (desk.form("{team}/*"), "pattern"),
    ] {
        let problem = desk.engine.watch_add(form).await.unwrap_err();
        assert_eq!(problem.context.get("field").map(String::as_str), Some(field), "at its field: {problem}");
    }
    let only_new = WatchForm { take_existing: false, ..desk.form("{app}/{branch}/*.sarif") };
    let watch = desk.engine.watch_add(only_new.clone()).await.unwrap();
    assert_eq!(desk.engine.watch_add(only_new).await.unwrap_err().code, Code::Conflict, "once is enough");
    desk.once().await;
    assert_eq!(desk.imports(ImportState::Done).await, 0, "what lay there is left alone, as was said");
    let listed = desk.engine.watch_files(watch.id, false, 0, 10).await.unwrap().1;
    assert_eq!(listed, 0, "and listed only when asked for");
}

#[tokio::test]
async fn an_application_that_is_not_there_is_not_made_up() {
    let desk = Desk::new().await;
    let form = WatchForm { add_applications: false, ..desk.form("{app}/*.sarif") };
    let watch = desk.engine.watch_add(form).await.unwrap();
    desk.put("shop/a.sarif", &report(1));
    desk.once().await;
    let failed = desk.file(watch.id, "shop/a.sarif").await.unwrap();
    assert_eq!(failed.problem.unwrap().code, Code::NotFound, "it says which is missing");
    assert!(desk.engine.application_list().await.unwrap().is_empty(), "none was added");
    desk.engine.application_add("Shop").await.unwrap();
    desk.engine.watch_retry(watch.id, "shop/a.sarif").await.unwrap();
    desk.once().await;
    assert_eq!(desk.count("app:Shop").await, 1, "capitals do not matter");
}

/// A look says what an import then does, and stores nothing.
// covers: X11
#[tokio::test]
async fn a_look_before_importing_says_what_importing_does() {
    let desk = Desk::new().await;
    let at = |name: &str| desk.reports.join(name);
    std::fs::write(at("a.sarif"), report(30)).unwrap();
    let look = async |path: &Path, application| {
        let order = LookOrder { application, ..LookOrder::default() };
        desk.engine.import_look(path, order, nobody()).await
    };
    let none = look(&at("a.sarif"), None).await.unwrap();
    assert_eq!((none.compared, none.delta.new, none.delta.records), (false, 30, 30), "all of it is new");
    assert_eq!((none.format.as_str(), none.runs[0].tool.as_str()), ("sarif", "Scanner"), "format and tool");
    assert!(desk.engine.application_list().await.unwrap().is_empty(), "no application was added");

    let shop = desk.engine.application_add("shop").await.unwrap().id;
    desk.engine.import_file(&at("a.sarif"), ImportOrder::new(shop), nobody()).await.unwrap();
    for findings in [25..35, 0..30, 0..1] {
        std::fs::write(at("b.sarif"), report_of("Scanner", findings.clone())).unwrap();
        let seen = look(&at("b.sarif"), Some(shop)).await.unwrap();
        let before = desk.count("").await;
        let dry = ImportOrder { dry_run: true, ..ImportOrder::new(shop) };
        let told = desk.engine.import_file(&at("b.sarif"), dry, nobody()).await.unwrap();
        assert_eq!(seen.delta, told.delta, "the same numbers for {findings:?}");
        let held =
            |runs: &[docket_domain::RunSummary]| runs.iter().map(|r| r.held_back.clone()).collect::<Vec<_>>();
        assert_eq!(held(&seen.runs), held(&told.runs), "and the same brake for {findings:?}");
        assert_eq!(desk.count("").await, before, "and nothing is stored");
    }
    let same = look(&at("a.sarif"), Some(shop)).await.unwrap();
    assert!(same.same_as.is_some() && same.delta.is_empty(), "the same bytes are known: {same:?}");
    assert_eq!(desk.imports(ImportState::Done).await, 1, "looking is no import");
    std::fs::write(at("c.sarif"), "{\"version\": \"2.1.0\", \"runs\": [").unwrap();
    let cut = look(&at("c.sarif"), Some(shop)).await.unwrap_err();
    assert_eq!(cut.code, Code::Report, "a broken one says what an import would: {cut}");
    assert_eq!(desk.imports(ImportState::Failed).await, 0, "but is no failed import");
}

#[tokio::test]
async fn files_are_recognised_by_their_beginning_alone() {
    let desk = Desk::new().await;
    let path = desk.reports.join("large.sarif");
    // A report of 200 MB of which only the beginning exists on the disk.
    std::fs::write(&path, report(500)).unwrap();
    std::fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(200_000_000).unwrap();
    let begun = Instant::now();
    let (seen, inside) = desk.engine.import_recognise(&path).await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(2), "at once, whatever its size");
    assert_eq!((inside, seen.len()), (1, 1), "one report");
    assert_eq!(seen[0].format.as_ref().map(|format| format.id()).ok(), Some("sarif"), "which it is");
    std::fs::write(desk.reports.join("x.png"), [0x89, b'P', b'N', b'G', 0, 0, 0, 0]).unwrap();
    let (seen, _) = desk.engine.import_recognise(&desk.reports.join("x.png")).await.unwrap();
    let problem = seen[0].format.as_ref().err().expect("a picture is no report");
    assert!(problem.message.contains("picture"), "and is called one: {problem}");
}
