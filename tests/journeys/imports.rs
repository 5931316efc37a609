//! Importing through the engine: what is the same stays the same, what cannot be trusted
//! closes nothing, and what is interrupted leaves nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use docket_domain::job::JobNews;
use docket_domain::{Code, ImportState, JobId};
use docket_engine::imports::ImportOrder;
use docket_engine::nobody;
use serde_json::{Value, json};

use crate::child;
use crate::support::*;

async fn with_application() -> (Desk, docket_domain::Application) {
    let desk = Desk::new().await;
    let application = desk.engine.application_add("Shop").await.unwrap();
    (desk, application)
}

async fn findings(desk: &Desk) -> u64 {
    desk.engine.finding_count(everything()).await.unwrap().total
}

/// Nothing of an import lies about in the folder.
fn nothing_staged(desk: &Desk) {
    let staged = desk.room.path().join("staging");
    let left = std::fs::read_dir(&staged).map(|dir| dir.flatten().map(|e| e.file_name()).collect::<Vec<_>>());
    assert_eq!(left.unwrap_or_default().len(), 0, "half an import lies in {}", staged.display());
}

/// What the generator wrote: logical finding → how often and whether it counts.
fn truth(file: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(file).unwrap();
    text.lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|line| matches!(line["kind"].as_str(), None | Some("fail" | "review" | "open")))
        .map(|line| line["logical"].as_str().unwrap().to_owned())
        .collect()
}

// covers: X11, S2.7
#[tokio::test]
async fn two_scans_of_ten_thousand_agree_with_their_truth() {
    let Some(tool) = shared("tools/gen_reports.py", "matching two generated scans against their truth")
    else {
        return;
    };
    let (desk, application) = with_application().await;
    let mut truths = BTreeMap::new();
    for scan in ["1", "2"] {
        let out = desk.room.path().join(format!("scan{scan}.sarif"));
        let told = desk.room.path().join(format!("truth{scan}.jsonl"));
        let made = Command::new("python3")
            .arg(&tool)
            .args(["sarif", "--n", "10000", "--files", "800", "--scan", scan, "--out"])
            .arg(&out)
            .arg("--truth")
            .arg(&told)
            .output();
        match made {
            Ok(made) => assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr)),
            Err(error) => {
                eprintln!(
                    "SKIPPED LOUDLY: python3 is not there ({error}), so the generated scans are not checked"
                );
                return;
            }
        }
        truths.insert(scan, (out, truth(&told)));
    }
    let (one, first) = &truths["1"];
    let (two, second) = &truths["2"];
    let order = || ImportOrder::new(application.id);
    let import = desk.engine.import_file(one, order(), nobody()).await.unwrap();
    assert_eq!(import.delta.new, first.len() as u64, "each logical finding once");
    let same = desk.engine.import_file(one, order(), nobody()).await.unwrap();
    assert!(same.delta.is_empty(), "the same file again changes nothing: {:?}", same.delta);
    assert_eq!(same.same_as, Some(import.id), "and says so");
    let next = desk.engine.import_file(two, order(), nobody()).await.unwrap();
    let (new, gone) = (second.difference(first).count() as u64, first.difference(second).count() as u64);
    let delta = &next.delta;
    assert!(
        delta.new >= new && delta.gone >= gone,
        "nothing new or fixed is missed: {new} and {gone}, {delta:?}"
    );
    // Some findings were moved, renamed and reworded at once: no matcher knows those again.
    assert!(
        delta.new <= new + 20 && delta.gone <= gone + 20,
        "hardly any is lost: {new} and {gone}, {delta:?}"
    );
    assert_eq!(next.delta.lost, 0, "nothing was unreadable");
}

// covers: X11
#[tokio::test]
async fn a_moved_line_a_renamed_file_and_another_order_keep_a_finding() {
    let (desk, application) = with_application().await;
    let mut found = spots(&["sqli", "xss"], 6);
    desk.import(application.id, report(&found)).await;
    let ids: BTreeSet<_> = desk.rows("").await.iter().map(|row| row.id).collect();
    found.reverse();
    for spot in &mut found {
        spot.line += 40;
    }
    let import = desk.import(application.id, report(&found)).await;
    assert_eq!((import.delta.new, import.delta.gone), (0, 0), "moved, not new: {:?}", import.delta);
    let now: BTreeSet<_> = desk.rows("status:active").await.iter().map(|row| row.id).collect();
    assert_eq!(now, ids, "the very same findings");
    let mut gone = found.clone();
    gone.truncate(9);
    let import = desk.import(application.id, report(&gone)).await;
    assert_eq!(
        (import.delta.gone, import.delta.new),
        (3, 0),
        "what is not found any more: {:?}",
        import.delta
    );
    let import = desk.import(application.id, report(&found)).await;
    assert_eq!((import.delta.reopened, import.delta.new), (3, 0), "found again: {:?}", import.delta);
}

// covers: X11
#[tokio::test]
async fn a_report_that_cannot_be_trusted_closes_nothing() {
    let (desk, application) = with_application().await;
    desk.import(application.id, report(&spots(&["sqli", "xss"], 20))).await;
    let before = desk.rows("status:active").await.len();

    let whole = report(&spots(&["sqli", "xss"], 30));
    let cut = whole[..whole.len() * 2 / 3].to_vec();
    let problem = desk.try_import(application.id, "cut.sarif", cut).await.unwrap_err();
    assert_eq!(problem.code, Code::Report, "{problem:?}");
    assert_eq!(
        problem.context.get("report").map(String::as_str),
        Some("cut.sarif"),
        "names the file: {problem:?}"
    );
    assert!(problem.context.contains_key("line"), "and the place in it: {problem:?}");
    nothing_staged(&desk);

    let mut failed = sarif(&spots(&["sqli"], 1));
    failed["runs"][0]["invocations"] = json!([{ "executionSuccessful": false }]);
    let import = desk.import(application.id, failed.to_string().into_bytes()).await;
    assert_eq!(import.delta.gone, 0, "a failed run closes nothing");
    assert!(import.runs[0].held_back.is_some(), "and says so: {:?}", import.runs);

    let mut absent = sarif(&[]);
    absent["runs"][0].as_object_mut().unwrap().remove("results");
    let import = desk.import(application.id, absent.to_string().into_bytes()).await;
    assert_eq!(import.delta.gone, 0, "a run without results closes nothing");

    let import = desk.import(application.id, report(&[])).await;
    assert_eq!(import.delta.gone, 0, "an empty report does not close everything at once");
    assert!(import.runs[0].held_back.as_deref().is_some_and(|why| why.contains("40")), "{:?}", import.runs);
    assert_eq!(desk.rows("status:active").await.len(), before, "all are as open as before");

    let order = ImportOrder { close_anyway: true, ..ImportOrder::new(application.id) };
    let reader = std::io::Cursor::new(report(&[]));
    let import = desk.engine.import_reader("empty.sarif", reader, order, nobody()).await.unwrap();
    assert_eq!(import.delta.gone, 40, "unless a person says that it is right");
    let (listed, total) = desk.engine.import_list(Some(application.id), 0, 50).await.unwrap();
    assert_eq!(total, 6, "the failed one is listed too");
    assert!(listed.iter().any(|i| i.state == ImportState::Failed && i.problem.is_some()), "with its reason");
}

#[tokio::test]
async fn suppressions_become_proposals_and_a_person_settles_them() {
    let (desk, application) = with_application().await;
    let mut log = sarif(&spots(&["sqli"], 2));
    log["runs"][0]["results"][0]["suppressions"] =
        json!([{ "kind": "external", "status": "accepted", "justification": "Checked by Sam" }]);
    let import = desk.import(application.id, log.to_string().into_bytes()).await;
    assert_eq!((import.delta.new, import.delta.proposals), (2, 1), "both are there, one has a proposal");
    let mut proposals = Vec::new();
    for row in desk.rows("").await {
        proposals.extend(desk.detail(&row).await.proposals);
    }
    assert_eq!(proposals.len(), 1, "{proposals:?}");
    assert!(proposals[0].why.contains("report.sarif"), "it says where it comes from: {}", proposals[0].why);
    let settled =
        desk.engine.proposal_settle(proposals[0].id, true, Some("agreed".to_owned())).await.unwrap();
    assert_eq!(settled, 1, "taken over");
    assert_eq!(desk.engine.proposal_settle(proposals[0].id, true, None).await.unwrap(), 0, "once");
    assert_eq!(desk.rows("status:active").await.len(), 1, "the other one stays active");
}

// covers: X11
#[tokio::test]
async fn a_dry_run_tells_the_delta_and_changes_nothing() {
    let (desk, application) = with_application().await;
    desk.import(application.id, report(&spots(&["sqli"], 5))).await;
    let rows = desk.rows("").await;
    let order = ImportOrder { dry_run: true, ..ImportOrder::new(application.id) };
    let mut next = spots(&["sqli"], 4);
    next.extend(spots(&["xss"], 2));
    let reader = std::io::Cursor::new(report(&next));
    let import = desk.engine.import_reader("next.sarif", reader, order, nobody()).await.unwrap();
    assert_eq!((import.delta.new, import.delta.gone), (2, 1), "what would change: {:?}", import.delta);
    assert_eq!(desk.rows("").await, rows, "nothing did");
    assert_eq!(desk.engine.import_list(None, 0, 10).await.unwrap().1, 1, "and no import is listed");
    nothing_staged(&desk);
}

// covers: X11
#[tokio::test]
async fn a_cancelled_import_leaves_nothing() {
    let (desk, application) = with_application().await;
    let engine = desk.engine.clone();
    // Cancelled as soon as it speaks: the job's id is in its first word.
    let listener: docket_engine::JobListener = Arc::new(move |event| {
        if matches!(event.news, JobNews::Progress { .. }) {
            let JobId(_) = event.job;
            engine.job_cancel(event.job);
        }
    });
    let order = ImportOrder::new(application.id);
    let reader = std::io::Cursor::new(report(&spots(&["sqli", "xss"], 4_000)));
    let problem = desk.engine.import_reader("large.sarif", reader, order, listener).await.unwrap_err();
    assert_eq!(problem.code, Code::Cancelled, "{problem:?}");
    assert_eq!(findings(&desk).await, 0, "nothing was stored");
    nothing_staged(&desk);
    let jobs = desk.engine.job_list(5).await.unwrap();
    assert_eq!(jobs[0].state, docket_domain::job::JobState::Cancelled, "the job says so");
}

// covers: X11
#[tokio::test]
async fn a_killed_import_leaves_nothing_and_the_next_one_succeeds() {
    for place in ["staged", "matching"] {
        let (desk, application) = with_application().await;
        let file = desk.room.path().join("killed.sarif");
        std::fs::write(&file, report(&spots(&["sqli", "xss"], 300))).unwrap();
        let words = [application.id.to_string(), file.display().to_string()];
        let words = [words[0].as_str(), words[1].as_str()];
        let child = child::stopped(child::start(&desk, "import", &words, "", Some(place))).await;
        assert_eq!(findings(&desk).await, 0, "{place}: nothing is visible before the end");
        child::kill(child);
        assert_eq!(findings(&desk).await, 0, "{place}: nothing was stored");
        let done = child::ended(child::start(&desk, "import", &words, "", None)).await.unwrap();
        assert_eq!(done["delta"]["new"], 600, "{place}: {done}");
        assert!(done["same_as"].is_null(), "{place}: the killed one does not count as an earlier import");
        nothing_staged(&desk);
        let jobs = desk.engine.job_list(5).await.unwrap();
        let states: Vec<String> = jobs.iter().map(|job| job.state.to_string()).collect();
        assert_eq!(states, ["done", "interrupted"], "{place}: the killed job says so");
    }
}

// covers: X11
#[tokio::test]
async fn two_processes_import_into_one_folder() {
    let (desk, application) = with_application().await;
    let mut started = Vec::new();
    for (name, rule) in [("one", "sqli"), ("two", "xss")] {
        let file = desk.room.path().join(format!("{name}.sarif"));
        let mut log = sarif(&spots(&[rule], 1_500));
        log["runs"][0]["tool"]["driver"]["name"] = json!(name);
        std::fs::write(&file, log.to_string()).unwrap();
        let words = [application.id.to_string(), file.display().to_string()];
        started.push(child::start(&desk, "import", &[&words[0], &words[1]], "", None));
    }
    for child in started {
        let done = child::ended(child).await.unwrap();
        assert_eq!(done["delta"]["new"], 1_500, "{done}");
    }
    assert_eq!(findings(&desk).await, 3_000, "both are in, whole");
    nothing_staged(&desk);
}

#[tokio::test]
async fn what_is_no_report_is_one_clear_error() {
    let (desk, application) = with_application().await;
    for (name, bytes) in [
        ("empty.sarif", Vec::new()),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
        ("page.html", b"<!doctype html><title>Sign in</title>".to_vec()),
        ("old.sarif", br#"{"version":"1.0.0","runs":[]}"#.to_vec()),
    ] {
        let problem = desk.try_import(application.id, name, bytes).await.unwrap_err();
        assert_eq!(problem.code, Code::Report, "{name}: {problem:?}");
        assert!(!problem.message.is_empty(), "{name}");
        nothing_staged(&desk);
    }
    assert_eq!(findings(&desk).await, 0, "nothing was stored");
}
