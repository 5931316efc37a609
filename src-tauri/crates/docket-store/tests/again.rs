//! The very same report again is not read again; what comes of it is the same as if it had been.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests and their helpers may panic")]

mod common;
mod dump;

use common::{Bench, Report, add_app, bench, code, report, run};
use docket_domain::{Found, Import, Selection, Status};
use docket_store::{again, findings, take_back};
use dump::{dump, same};

fn found() -> Vec<Found> {
    (0..30).map(|n| code("rule", &format!("src/{}.js", n % 4), n, &format!("value {n}"))).collect()
}

fn known(bench: &Bench, report: &Report) -> Option<Import> {
    known_to(bench, report, "tests")
}

fn known_to(bench: &Bench, report: &Report, reader: &str) -> Option<Import> {
    let mut source = bench.source(report);
    reader.clone_into(&mut source.reader);
    let started = docket_domain::Clock::now(bench.clock.as_ref());
    bench.store.write(move |tx| again(tx, &source, started)).unwrap()
}

#[test]
fn the_same_again_is_as_if_it_had_been_read() {
    let (short, long) = (bench(), bench());
    let mut whole = report("Sample", found());
    whole.runs.push((run("Other"), vec![code("x", "y", 1, "z"), code("x", "y", 1, "z")]));
    for bench in [&short, &long] {
        bench.import(&whole);
        bench.clock.forward_days(1);
    }
    let import = known(&short, &whole).expect("known");
    assert_eq!(import.delta, long.import(&whole).delta, "they say the same");
    assert_eq!((import.delta.unchanged, import.delta.new, import.delta.repeated), (31, 0, 1), "{import:?}");
    same(&dump(&short), &dump(&long), "and store the same");
    // Once more, and back again.
    short.clock.forward_days(1);
    let before = dump(&short);
    let third = known(&short, &whole).expect("known still").id;
    short.store.take_back(third, false, |_, _| true).unwrap();
    same(&dump(&short), &before, "it is taken back like any other");
    assert!(short.store.read(move |r| take_back::look(r, import.id)).is_ok(), "and the one before it, too");
}

#[test]
fn what_may_have_changed_is_read() {
    let whole = report("Sample", found());
    let fresh = || {
        let bench = bench();
        bench.import(&whole);
        bench
    };
    assert!(known(&fresh(), &whole).is_some(), "nothing changed");
    assert!(known_to(&fresh(), &whole, "another").is_none(), "another reader may read more");
    assert!(known_to(&fresh(), &whole, "").is_none(), "one without a name promises nothing");
    assert!(known(&bench(), &whole).is_none(), "never read before");

    let bench = fresh();
    let mut of_branch = report("Sample", found());
    of_branch.branch = Some("main".to_owned());
    assert!(known(&bench, &of_branch).is_none(), "another branch");

    let fewer = report("Sample", found()[..20].to_vec());
    bench.import(&fewer);
    assert!(known(&bench, &whole).is_none(), "another report of the scope came between");
    assert_eq!(bench.import(&whole).delta.reopened, 10, "which took some away");

    let bench = fresh();
    let mut nothing = report("Sample", Vec::new());
    "none".clone_into(&mut nothing.sha);
    bench.import(&nothing);
    assert!(known(&bench, &nothing).is_none(), "what was held back is asked about again");

    let bench = fresh();
    let other = add_app(&bench.store, "other").id;
    let one = bench.page("").rows[0].id;
    bench
        .store
        .write(move |tx| findings::move_to(tx, &Selection::Ids { ids: vec![one] }, other, None))
        .unwrap();
    assert!(known(&bench, &whole).is_none(), "a finding went elsewhere: it comes anew");
}

#[test]
fn a_judgement_stays() {
    let bench = bench();
    let whole = report("Sample", found());
    bench.import(&whole);
    bench.clock.forward_days(1);
    let one = bench.page("").rows[0].id;
    let picked = Selection::Ids { ids: vec![one] };
    bench
        .store
        .write(move |tx| findings::assess(tx, &picked, Status::FalsePositive, None, None, None))
        .unwrap();
    assert!(known(&bench, &whole).is_some(), "a decision is no matter of the report");
    assert_eq!(bench.page("status:false_positive").total, 1, "it stands");
}
