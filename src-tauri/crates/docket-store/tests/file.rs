//! What the data folder may hold, and several stores on one folder.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests and their helpers may panic")]

mod common;

use std::io::Write as _;
use std::process::{Command, Stdio};

use common::{add_app, bench, clock, code, open, report};
use docket_domain::Code;
use docket_store::{DATABASE_FILE, FinishOptions, Staging, applications, findings, jobs, leases};

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(DATABASE_FILE);
    std::fs::write(&path, "dear diary, this is not a database at all").unwrap();
    let problem = open(dir.path(), &clock()).unwrap_err();
    assert_eq!(problem.code, Code::Store, "it is the data folder's trouble");
    assert!(problem.message.contains("not a database of Docket"), "in words: {problem}");
    assert!(problem.hint.is_some(), "with what to do");
    assert_eq!(std::fs::read_to_string(&path).unwrap().len(), 41, "not a byte was changed");
}

#[test]
fn another_programs_database_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(DATABASE_FILE);
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE bookmarks (url TEXT)").unwrap();
    drop(other);
    let before = std::fs::read(&path).unwrap();
    let problem = open(dir.path(), &clock()).unwrap_err();
    assert!(problem.message.contains("not one of Docket"), "in words: {problem}");
    assert_eq!(std::fs::read(&path).unwrap(), before, "not a byte was changed");
}

#[test]
fn a_newer_file_is_refused() {
    let bench = bench();
    let path = bench.dir.path().to_owned();
    drop(bench.store);
    rusqlite::Connection::open(path.join(DATABASE_FILE))
        .unwrap()
        .execute_batch("PRAGMA user_version = 99")
        .unwrap();
    let problem = open(&path, &clock()).unwrap_err();
    assert_eq!(problem.code, Code::StoreNewer, "a newer Docket wrote it");
    assert_eq!(problem.context.get("version").map(String::as_str), Some("99"), "says which version");
}

#[test]
fn a_damaged_file_is_named_as_such() {
    let bench = bench();
    bench.import(&report("t", (0..500).map(|n| code("r", &format!("f{n}"), 1, "m")).collect()));
    let path = bench.dir.path().join(DATABASE_FILE);
    drop(bench.store);
    // The write-ahead log goes into the file when the last connection closes.
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    drop(conn);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[8192..].iter_mut().for_each(|b| *b = 0xAA);
    std::fs::write(&path, bytes).unwrap();
    let problem = open(bench.dir.path(), &clock()).and_then(|s| s.read(applications::list)).unwrap_err();
    assert_eq!(problem.code, Code::Store, "{problem:?}");
    assert!(problem.message.contains("damaged"), "in words: {problem}");
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_named_as_such() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("in-the-way");
    std::fs::write(&file, "").unwrap();
    let problem = open(&file.join("data"), &clock()).unwrap_err();
    assert_eq!(problem.code, Code::Store, "{problem:?}");
    assert!(problem.message.contains("in-the-way"), "it names the folder: {problem}");
}

#[test]
fn two_stores_on_one_folder_work_together_and_notice_each_other() {
    let bench = bench();
    let other = open(bench.dir.path(), &bench.clock).unwrap();
    let count = || {
        let query = findings::parse("").unwrap();
        other.read(move |r| findings::count(r, &query, None)).unwrap()
    };
    assert_eq!(count(), 0, "nothing yet, which is remembered");
    bench.import(&report("t", vec![code("r", "a", 1, "m")]));
    assert_eq!(count(), 1, "the other's import is noticed");
    let threads: Vec<_> = [bench.store.clone(), other]
        .into_iter()
        .enumerate()
        .map(|(n, store)| {
            std::thread::spawn(move || {
                for i in 0..25 {
                    add_app(&store, &format!("app {n} {i}"));
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(bench.store.read(applications::list).unwrap().len(), 51, "writing at once loses nothing");
}

#[test]
fn a_lease_is_held_renewed_lost_and_taken_over() {
    let bench = bench();
    let take =
        |who: &'static str| bench.store.write(move |tx| leases::take(tx, "apply/1", who, 1_000)).unwrap();
    let renew =
        |who: &'static str| bench.store.write(move |tx| leases::renew(tx, "apply/1", who, 1_000)).unwrap();
    assert!(take("window"), "free");
    assert!(!take("cli"), "held");
    assert!(take("window") && renew("window"), "its holder may take and renew it");
    bench.clock.forward_days(1);
    assert!(take("cli"), "whoever stops renewing loses it");
    assert!(!renew("window"), "and hears of it");
    bench.store.write(|tx| leases::release(tx, "apply/1", "window")).unwrap();
    assert!(!take("window"), "somebody else's is not released");
    bench.store.write(|tx| leases::release(tx, "apply/1", "cli")).unwrap();
    assert!(take("window"), "released is free");
}

#[test]
fn a_panic_in_a_closure_is_a_problem_and_not_the_end() {
    let bench = bench();
    let problem = bench.store.write::<(), _>(|_| panic!("oh no")).unwrap_err();
    assert_eq!(problem.code, Code::Internal, "a defect of ours");
    add_app(&bench.store, "still writing");
    let problem = bench.store.read::<(), _>(|_| panic!("oh no")).unwrap_err();
    assert_eq!(problem.code, Code::Internal, "the same when reading");
}

#[tokio::test]
async fn async_code_reads_and_writes_without_blocking() {
    let bench = bench();
    let app = bench.store.write_async(|tx| applications::add(tx, "from async")).await.unwrap();
    let shown = bench.store.read_async(move |r| applications::show(r, app.id)).await.unwrap();
    assert_eq!(shown.name, "from async", "the same row");
}

/// The environment variable that turns this test program into the process to be killed.
const CHILD: &str = "DOCKET_STORE_TEST_CHILD";

/// Not a test of its own: what the killed process does. Without the variable it does nothing.
#[test]
fn child_that_is_killed() {
    let Some(dir) = std::env::var_os(CHILD) else { return };
    let clock = clock();
    let store = open(std::path::Path::new(&dir), &clock).unwrap();
    let holder = store.holder().to_owned();
    store
        .write(move |tx| {
            jobs::begin(tx, "import_run", "killed.sarif")?;
            leases::take(tx, "import/1", &holder, 1_000_000_000)
        })
        .unwrap();
    let many = report("t", (0..20_000).map(|n| code("r", &format!("f{n}.rs"), 1, "m")).collect());
    let app = store.read(applications::list).unwrap()[0].id;
    let source = docket_store::Source {
        application: app,
        file: "killed.sarif".to_owned(),
        bytes: 1,
        sha256: "x".to_owned(),
        format: "sarif".to_owned(),
        branch: None,
        reader: String::new(),
    };
    let mut staging = Staging::begin(&store, source).unwrap();
    let index = staging.run(&many.runs[0].0).unwrap();
    for found in &many.runs[0].1 {
        staging.found(index, found).unwrap();
    }
    let told = std::sync::atomic::AtomicBool::new(false);
    let result = staging.finish(FinishOptions::default(), move |done, _| {
        // In the middle of the one transaction: say so, and wait to be killed.
        if done >= 5_000 && !told.swap(true, std::sync::atomic::Ordering::SeqCst) {
            println!("READY");
            std::io::stdout().flush().unwrap();
            let mut end = String::new();
            std::io::stdin().read_line(&mut end).unwrap();
        }
        true
    });
    panic!("should have been killed, but: {:?}", result.map(|i| i.delta));
}

// covers: X2
#[test]
fn a_process_killed_in_the_middle_of_an_import_leaves_nothing() {
    let bench = bench();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["child_that_is_killed", "--exact", "--nocapture"])
        .env(CHILD, bench.dir.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = std::io::BufReader::new(child.stdout.take().unwrap());
    let ready = std::io::BufRead::lines(out).map_while(Result::ok).any(|line| line.contains("READY"));
    assert!(ready, "the child got as far as the middle of its transaction");
    let running = bench.store.read(jobs::running).unwrap();
    assert_eq!(running.len(), 1, "its job is listed");
    child.kill().unwrap();
    child.wait().unwrap();

    let after = open(bench.dir.path(), &bench.clock).unwrap();
    assert_eq!(after.recovered().jobs, 1, "its job is interrupted");
    let query = findings::parse("").unwrap();
    assert_eq!(
        after.read(move |r| findings::count(r, &query, None)).unwrap(),
        0,
        "no finding of it is there"
    );
    assert_eq!(
        std::fs::read_dir(bench.dir.path().join("staging")).unwrap().count(),
        0,
        "nor its staging file"
    );
    assert!(after.read(|r| leases::holder(r, "import/1")).unwrap().is_none(), "its lease is free");
    assert_eq!(
        bench.import(&report("t", vec![code("r", "a", 1, "m")])).delta.new,
        1,
        "and importing goes on"
    );
}

#[tokio::test]
async fn only_what_another_process_wrote_counts_as_written_elsewhere() {
    let bench = bench();
    let other = open(bench.dir.path(), &bench.clock).unwrap();
    let mine = bench.store.written_elsewhere().await.unwrap();
    add_app(&bench.store, "mine");
    assert_eq!(bench.store.written_elsewhere().await.unwrap(), mine, "what one writes oneself is no news");
    assert_eq!(other.read(applications::list).unwrap().len(), 2, "the other one sees it");
    add_app(&other, "theirs");
    assert_ne!(bench.store.written_elsewhere().await.unwrap(), mine, "the other one's is");
}
