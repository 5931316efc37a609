//! Exactly once, whatever goes wrong: each fault against each kind of tracker, with processes that
//! are really killed, stopped and started again (see `docket_tests`).
//!
//! After each: one issue for each group, every step final with its reason, counts that add up to
//! the selection, and a further plan that is empty.

use std::path::Path;
use std::time::Duration;

use docket_practice::Fault;
use docket_tests::ground::{Allowance, Kind};
use docket_tests::run::{Report, Scenario};
use docket_tests::trouble::Trouble;

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_docket-crash"))
}

/// Runs one scenario for each kind of tracker, all at once; what was to go wrong must have.
async fn each_kind(scenario: impl Fn(Kind) -> Scenario) {
    these(Kind::ALL, scenario).await;
}

async fn these(kinds: impl IntoIterator<Item = Kind>, scenario: impl Fn(Kind) -> Scenario) {
    let mut runs = tokio::task::JoinSet::new();
    for kind in kinds {
        let scenario = scenario(kind);
        runs.spawn(async move { (scenario.clone(), scenario.run(program()).await) });
    }
    let mut broken = Vec::new();
    while let Some(run) = runs.join_next().await {
        let (scenario, result) = run.unwrap();
        match result {
            Ok(report) => all_struck(&scenario, &report),
            Err(words) => broken.push(words),
        }
    }
    assert!(broken.is_empty(), "does not hold:\n{}", broken.join("\n"));
}

fn all_struck(scenario: &Scenario, report: &Report) {
    for trouble in scenario.pushes.iter().flat_map(|push| &push.troubles) {
        assert!(report.struck.contains_key(trouble.name()), "{scenario}: {trouble} never came to pass");
    }
}

/// All in one run, one after the other, each in a process of its own.
async fn creating(troubles: &[Trouble]) {
    each_kind(|kind| Scenario::creating(kind, troubles)).await;
}

async fn changing(troubles: &[Trouble]) {
    each_kind(|kind| Scenario::changing(kind, troubles)).await;
}

/// Each at the first write of the process that is left to it.
fn killed(places: &[&'static str]) -> Vec<Trouble> {
    places.iter().map(|place| Trouble::KilledAt { place, nth: 1 }).collect()
}

/// These faults one after the other, each at the first write of the process that is left to it.
fn writes(faults: &[Fault]) -> Vec<Trouble> {
    faults.iter().map(|fault| Trouble::Write { fault: fault.clone(), nth: 1 }).collect()
}

// covers: X2, X10
#[tokio::test]
async fn killed_at_each_step() {
    let mut troubles = killed(&["planned", "sending", "answered"]);
    troubles.push(Trouble::KilledAt { place: "sending", nth: 2 });
    troubles.push(Trouble::KilledAfter { millis: 60 });
    troubles.push(Trouble::KilledUnanswered { nth: 2 });
    creating(&troubles).await;
}

// covers: X2, X10
#[tokio::test]
async fn killed_at_each_step_of_a_change() {
    let mut troubles = killed(&["planned", "sending"]);
    // While the change, and then while its comment is on its way.
    troubles.extend([1, 2].map(|nth| Trouble::KilledUnanswered { nth }));
    troubles.extend(killed(&["answered"]));
    changing(&troubles).await;
}

// covers: X2
#[tokio::test]
async fn a_connection_that_is_cut_at_each_place() {
    creating(&writes(&[
        Fault::CutBeforeReading,
        Fault::CutBeforeStoring,
        Fault::StoreThenCut,
        Fault::CutInAnswer,
        Fault::StoreLate(Duration::from_millis(250)),
    ]))
    .await;
}

// covers: X2
#[tokio::test]
async fn a_time_out_and_errors_of_the_server_and_of_a_proxy() {
    creating(&writes(&[
        Fault::StoreThenSilence,
        Fault::StoreThenError,
        Fault::ProxyPage,
        Fault::ServerError(502),
    ]))
    .await;
}

// covers: X2
#[tokio::test]
async fn changes_and_comments_whose_answer_is_lost() {
    let (change, comment) = (1, 2);
    changing(&[Trouble::Write { fault: Fault::StoreThenCut, nth: change }]).await;
    changing(&[Trouble::Write { fault: Fault::CutInAnswer, nth: comment }]).await;
    let late = Fault::StoreLate(Duration::from_millis(250));
    changing(&[Trouble::Write { fault: late, nth: comment }]).await;
}

// covers: X2
#[tokio::test]
async fn a_request_that_reaches_the_tracker_twice_is_made_no_worse_and_is_told() {
    creating(&[Trouble::Twice { nth: 2 }]).await;
}

// covers: X2
#[tokio::test]
async fn trouble_while_an_unknown_outcome_is_looked_up() {
    creating(&[Fault::BadCredentials, Fault::InvalidJson].map(|fault| Trouble::LookUp { fault, nth: 1 }))
        .await;
}

// covers: X10
#[tokio::test]
async fn a_limit_in_the_middle() {
    creating(&writes(&[Fault::Throttled(1)])).await;
    each_kind(|kind| Scenario { allowance: Allowance::Narrow, ..Scenario::creating(kind, &[]) }).await;
}

// covers: X2, X10
#[tokio::test]
async fn a_token_that_ends_in_the_middle() {
    creating(&[Trouble::TokenEnds { nth: 2 }]).await;
    changing(&[Trouble::TokenEnds { nth: 2 }]).await;
}

// covers: X2
#[cfg(unix)]
#[tokio::test]
async fn a_disk_that_is_full() {
    creating(&[0, 24].map(|kib| Trouble::DiskFull { room: kib * 1_024 })).await;
    changing(&[Trouble::DiskFull { room: 12 * 1_024 }]).await;
}

// covers: X2, X10
#[tokio::test]
async fn a_database_that_another_process_holds() {
    creating(&[true, false].map(|beyond| Trouble::Locked { millis: 400, beyond })).await;
}

// covers: X2, X10
#[tokio::test]
async fn a_clock_that_jumps() {
    let hour = 3_600_000;
    creating(&[3 * hour, -26 * hour].map(|by| Trouble::ClockJumps { nth: 1, by })).await;
    changing(&[Trouble::ClockJumps { nth: 1, by: 3 * hour }]).await;
}

// covers: X2, X10
#[cfg(unix)]
#[tokio::test]
async fn a_computer_that_sleeps() {
    creating(&[false, true].map(|meanwhile| Trouble::Sleeps { nth: 1, meanwhile })).await;
    changing(&[Trouble::Sleeps { nth: 1, meanwhile: true }]).await;
}

// covers: X2
#[tokio::test]
async fn two_processes_and_two_data_folders() {
    creating(&[Trouble::TwoProcesses, Trouble::SecondFolder]).await;
    changing(&[Trouble::KilledAt { place: "sending", nth: 1 }, Trouble::SecondFolder]).await;
}

// covers: X2, X15
#[tokio::test]
async fn a_database_that_is_lost_and_built_again_from_the_tracker() {
    creating(&[Trouble::KilledAt { place: "answered", nth: 2 }, Trouble::DatabaseLost]).await;
}

/// Seeds whose runs broke something once, and a few more.
const SEEDS: [u64; 9] = [3, 7, 15, 16, 19, 28, 34, 60, 98];

// covers: X2, X10, X15
#[tokio::test]
async fn runs_that_were_drawn_from_seeds() {
    let mut broken = Vec::new();
    for seeds in SEEDS.chunks(3) {
        let runs = seeds.iter().map(|seed| tokio::spawn(Scenario::drawn(*seed).run(program())));
        for run in runs.collect::<Vec<_>>() {
            broken.extend(run.await.unwrap().err());
        }
    }
    assert!(broken.is_empty(), "does not hold; `docket-faults 1 SEED` repeats it:\n{}", broken.join("\n"));
}

// covers: X2, X10
#[tokio::test]
async fn a_file_that_goes_along_comes_once_whatever_happens_to_it() {
    let mut troubles = killed(&["answered"]);
    troubles.push(Trouble::TokenEnds { nth: 3 });
    // The third write of each run has to do with a file, the sixth puts it to its issue.
    for nth in [3, 6] {
        troubles.push(Trouble::KilledUnanswered { nth });
        for fault in [Fault::StoreThenCut, Fault::CutBeforeStoring, Fault::ServerError(502)] {
            troubles.push(Trouble::Write { fault, nth });
        }
    }
    let kinds = Kind::ALL.into_iter().filter(|kind| kind.takes_files());
    these(kinds, |kind| Scenario { groups: 44, ..Scenario::creating(kind, &troubles).with_files() }).await;
}

// covers: X2
#[tokio::test]
async fn a_changed_issue_has_its_new_file_alone() {
    let troubles = [
        Trouble::Write { fault: Fault::StoreThenCut, nth: 3 },
        Trouble::Sleeps { nth: 3, meanwhile: true },
        Trouble::SecondFolder,
        Trouble::DatabaseLost,
    ];
    for trouble in troubles {
        let kinds = Kind::ALL.into_iter().filter(|kind| kind.takes_files());
        these(kinds, |kind| Scenario::changing(kind, std::slice::from_ref(&trouble)).with_files()).await;
    }
}
