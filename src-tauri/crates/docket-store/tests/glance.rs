//! Looking at what a report would change: as an import says it, without the writer, without a trace.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod common;

use std::sync::mpsc;

use common::{Bench, bench, code, report, run};
use docket_domain::{Code, Completeness, Presence, Problem};
use docket_store::{FinishOptions, Glance, Staging};

use crate::common::Report;

fn staged(bench: &Bench, report: &Report) -> Staging {
    let mut staging = Staging::begin(&bench.store, bench.source(report)).unwrap();
    for (run, found) in &report.runs {
        let index = staging.run(run).unwrap();
        for record in found {
            staging.found(index, record).unwrap();
        }
        staging.lost(index, report.lost).unwrap();
        staging.run_end(index, &run.completeness).unwrap();
    }
    staging
}

fn glance(bench: &Bench, report: &Report) -> Glance {
    staged(bench, report).glance(|_, _| true).unwrap()
}

fn found(range: std::ops::Range<u32>) -> Vec<docket_domain::Found> {
    range.map(|at| code("rule", &format!("src/{at}.py"), 7, &format!("finding {at}"))).collect()
}

/// Nothing staged is left over.
fn nothing_left(bench: &Bench) {
    let left = std::fs::read_dir(bench.dir.path().join("staging")).unwrap().count();
    assert_eq!(left, 0, "the staging file is gone");
}

// covers: X11
#[test]
fn a_glance_says_what_an_import_says() {
    let bench = bench();
    bench.import(&report("scanner", found(0..30)));
    let moved = found(0..30).into_iter().map(|mut one| {
        one.locations[0].start_line = Some(40);
        one
    });
    let mut gone = found(3..4);
    gone[0].presence = Presence::Absent;
    let partial = {
        let mut told = run("scanner");
        told.completeness = Completeness::Partial { reason: "half of it".to_owned() };
        Report { runs: vec![(told, found(0..2))], ..report("scanner", Vec::new()) }
    };
    let two_runs = Report {
        runs: vec![(run("scanner"), found(5..40)), (run("other"), found(0..3))],
        ..report("scanner", Vec::new())
    };
    let cases = [
        ("the same", report("scanner", found(0..30))),
        ("some more, some less", report("scanner", found(10..50))),
        ("moved", report("scanner", moved.collect())),
        ("nearly nothing", report("scanner", found(0..1))),
        ("said to be gone", report("scanner", [found(0..3), gone, found(4..30)].concat())),
        ("repeated", report("scanner", [found(0..30), found(0..30)].concat())),
        ("not all readable", Report { lost: 3, ..report("scanner", found(0..20)) }),
        ("partial", partial),
        ("two tools", two_runs),
        ("empty", report("scanner", Vec::new())),
        ("another tool", report("unheard-of", found(0..30))),
    ];
    for (what, case) in cases {
        let seen = glance(&bench, &case);
        let options = FinishOptions { dry_run: true, ..FinishOptions::default() };
        let told = staged(&bench, &case).finish(options, |_, _| true).unwrap();
        assert_eq!(seen.delta, told.delta, "{what}: the same numbers");
        assert_eq!(seen.runs, told.runs, "{what}: run by run, with what would be held back");
        assert_eq!(seen.same_as, told.same_as, "{what}: and whether it is known");
    }
    assert_eq!(bench.page("").total, 30, "and nothing was changed by any of them");
    nothing_left(&bench);
}

#[test]
fn a_glance_waits_for_no_writer_and_no_writer_for_it() {
    let bench = bench();
    bench.import(&report("scanner", found(0..30)));
    let (begun, wait) = mpsc::channel();
    let (end, until) = mpsc::channel::<()>();
    let store = bench.store.clone();
    // Somebody writes, and takes his time.
    let writing = std::thread::spawn(move || {
        store.write(move |_| {
            begun.send(()).unwrap();
            until.recv().map_err(Problem::internal)
        })
    });
    wait.recv().unwrap();
    let seen = glance(&bench, &report("scanner", found(10..50)));
    assert_eq!((seen.delta.new, seen.delta.gone), (20, 10), "answered meanwhile");
    end.send(()).unwrap();
    writing.join().unwrap().unwrap();

    // And the other way round: a change while a glance is under way.
    let store = bench.store.clone();
    let mut added = false;
    let many: Vec<_> = found(0..2_500);
    staged(&bench, &report("scanner", many))
        .glance(move |_, _| {
            if !added {
                added = true;
                store.write(|tx| docket_store::applications::add(tx, "meanwhile")).unwrap();
            }
            true
        })
        .unwrap();
    let there = bench.store.read(|r| docket_store::applications::find(r, "meanwhile")).unwrap();
    assert!(there.is_some(), "the change is in");
}

#[test]
fn a_glance_can_be_stopped_and_leaves_nothing() {
    let bench = bench();
    let mut asked = 0;
    let stopped = staged(&bench, &report("scanner", found(0..5_000)))
        .glance(|_, _| {
            asked += 1;
            asked < 2
        })
        .unwrap_err();
    assert_eq!(stopped.code, Code::Cancelled, "a person stopped it");
    assert_eq!(asked, 2, "at once");
    nothing_left(&bench);
}
