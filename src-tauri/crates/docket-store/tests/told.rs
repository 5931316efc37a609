//! Changes of many findings that are watched and given up, through the real store.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests and their helpers may panic")]

mod common;
mod dump;

use std::sync::{Arc, Mutex};

use common::{Bench, add_app, bench, code, report};
use docket_domain::{ApplicationId, Code, Problem, Reason, Selection, Severity, Status};
use docket_store::{Tx, applications, findings};
use dump::{dump, same};

const MANY: u32 = 6_000;
const ALL: u64 = MANY as u64;

fn many() -> (Bench, ApplicationId) {
    let bench = bench();
    let found = (0..MANY).map(|n| code("many", &format!("m/{n}.rs"), n, &format!("one of many {n}")));
    bench.import(&report("semgrep", found.collect()));
    let other = add_app(&bench.store, "other").id;
    let first = bench.page("").rows[0].id;
    bench
        .store
        .write(move |tx| findings::move_to(tx, &Selection::Ids { ids: vec![first] }, other, None))
        .unwrap();
    (bench, other)
}

fn all() -> Selection {
    Selection::Matching { query: "one".to_owned(), application: None, except: Vec::new() }
}

type Change = fn(&Tx<'_>, &Places) -> Result<u64, Problem>;

#[derive(Clone, Copy)]
struct Places {
    app: ApplicationId,
    other: ApplicationId,
}

/// Does a change on a thread of its own runtime; what was told, and how it went.
fn watched(
    bench: &Bench,
    places: Places,
    change: Change,
    questions: usize,
) -> (Vec<(u64, u64)>, Result<u64, Problem>) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&heard);
    let result =
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(bench.store.write_told(
            move |tx| change(tx, &places),
            move |done, total| {
                let mut heard = told.lock().unwrap();
                heard.push((done, total));
                heard.len() <= questions
            },
        ));
    let heard = heard.lock().unwrap().clone();
    (heard, result)
}

const CHANGES: [(&str, Change, u64); 5] = [
    (
        "assess",
        |tx, _| {
            findings::assess(
                tx,
                &all(),
                Status::FalsePositive,
                Some(Reason::NotAffected),
                Some("no"),
                Some("ann"),
            )
        },
        ALL,
    ),
    ("severity", |tx, _| findings::set_severity(tx, &all(), Some(Severity::Low), None, Some("ann")), ALL),
    ("comment", |tx, _| findings::comment(tx, &all(), "seen", Some("ann")), ALL),
    ("move", |tx, places| findings::move_to(tx, &all(), places.other, Some("ann")), ALL - 1),
    // What was moved has gone with it.
    ("remove", |tx, places| applications::remove(tx, places.other), ALL),
];

#[test]
fn given_up_at_any_question_nothing_is_changed_and_else_all_of_it_is_told() {
    let (bench, other) = many();
    let places = Places { app: bench.app, other };
    for (name, change, expected) in CHANGES {
        let before = dump(&bench);
        for stop_at in 0.. {
            let (heard, result) = watched(&bench, places, change, stop_at);
            match result {
                Err(problem) => {
                    assert_eq!(
                        problem.code,
                        Code::Cancelled,
                        "{name} stopped at question {stop_at}: {problem}"
                    );
                    assert_eq!(heard.len(), stop_at + 1, "{name}: nobody asks again who was told no");
                    // In its middle, and when all of it had been done but for the last word.
                    if stop_at == 3 || heard.last() == Some(&(expected, expected)) {
                        same(&before, &dump(&bench), "given up is as if nothing had begun");
                    }
                }
                Ok(changed) => {
                    assert_eq!(changed, expected, "{name}");
                    assert!(
                        stop_at >= 4,
                        "{name}: it asked before, between and behind its stretches: {heard:?}"
                    );
                    assert!(heard.is_sorted(), "{name}: it never goes back: {heard:?}");
                    assert_eq!(heard.last(), Some(&(expected, expected)), "{name}: to its end");
                    break;
                }
            }
        }
    }
    assert_eq!(bench.page("").total, 0, "all had been moved, and went with their application");
    assert!(bench.store.read(move |r| applications::find(r, "other")).unwrap().is_none());
    assert_eq!(bench.store.read(move |r| applications::show(r, places.app)).unwrap().findings, 0);
}
