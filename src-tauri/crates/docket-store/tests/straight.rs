//! The first report of an application goes straight into the database: what comes of it must be the
//! same as of the other way, to the last row.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests and their helpers may panic")]

mod common;
mod dump;

use std::sync::mpsc;

use common::{Report, add_app, bench, code, identifier, report, run};
use docket_domain::{Code, Found, Presence, Rule, Suppression, SuppressionStatus, Warning};
use docket_store::raw::{Packer, Press};
use docket_store::{FinishOptions, RunIndex, Staging, findings, imports};
use dump::{dump, same};
use proptest::prelude::*;

/// A record out of few values, so that much of it repeats.
fn record(seed: u32) -> Found {
    let rule = ["sql", "xss", "path"][seed as usize % 3];
    let path = ["src/a.js", "src/b.js", "lib/a.js", ""][seed as usize / 3 % 4];
    let mut found =
        code(rule, path, seed / 12 % 3, ["bad value 1", "bad value 2", "weak"][seed as usize / 36 % 3]);
    if path.is_empty() {
        found.locations.clear();
    }
    // The same words are always there, or always gone.
    if seed % 3 == 1 && seed / 36 % 3 == 2 {
        found.presence = Presence::Absent;
    }
    if seed.is_multiple_of(7) {
        let justification = Some(["false positive", "accepted"][seed as usize / 7 % 2].to_owned());
        let kind = "inSource".to_owned();
        found.suppressions.push(Suppression { status: SuppressionStatus::Accepted, kind, justification });
    }
    if seed.is_multiple_of(2) {
        // The same value in several places says nothing.
        found.partial_fingerprints.insert("hash".to_owned(), format!("v{}", seed / 2 % 6));
    }
    if seed.is_multiple_of(3) {
        found.partial_fingerprints.insert("other".to_owned(), format!("w{}", seed % 11));
        found.fingerprints.insert("id".to_owned(), format!("f{}", seed % 40));
    }
    if seed.is_multiple_of(4) {
        found.identifiers =
            vec![identifier("cwe", "cwe-79"), identifier("CWE", "CWE-79"), identifier("CVE", "CVE-1")];
    }
    if seed.is_multiple_of(11) {
        found.locations.push(code("", "src/second.js", 7, "").locations[0].clone());
    }
    found
}

fn of(runs: &[(u8, Vec<u32>)]) -> Report {
    let mut whole = report("Sample", Vec::new());
    "abc".clone_into(&mut whole.sha);
    whole.runs = runs
        .iter()
        .map(|(which, seeds)| {
            let mut run = run(["Sample", "Other"][usize::from(*which) % 2]);
            run.branch = (*which > 2).then(|| "main".to_owned());
            (run, seeds.iter().copied().map(record).collect())
        })
        .collect();
    whole
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    // covers: X11
    #[test]
    fn both_ways_lead_to_the_same_database(
        runs in prop::collection::vec((0u8..5, prop::collection::vec(0u32..400, 0..60)), 1..4),
        second in prop::collection::vec(0u32..400, 0..40),
    ) {
        // Scope after scope, because findings get their ids in the order in which they are stored.
        let mut runs = runs;
        runs.sort_by_key(|(which, _)| (which % 2, *which > 2));
        let (straight, aside) = (bench(), bench());
        let report = of(&runs);
        let first = straight.import(&report);
        let other = aside.import_aside(&report);
        prop_assert_eq!(first.delta, other.delta, "they say the same");
        same(&dump(&straight), &dump(&aside), "and store the same");
        // What comes later is matched alike.
        let again = of(&[(runs[0].0, second)]);
        prop_assert_eq!(straight.import(&again).delta, aside.import_aside(&again).delta, "matched alike");
        same(&dump(&straight), &dump(&aside), "and stored alike");
    }
}

#[test]
fn many_records_keep_their_indexes_rules_warnings_and_texts() {
    // More than the number from which indexes are put by.
    let found: Vec<Found> = (0..6_000)
        .map(|n| code("rule", &format!("src/{}.js", n % 70), n, &format!("value {n} is bad")))
        .collect();
    let (straight, aside) = (bench(), bench());
    for (bench, way) in [(&straight, true), (&aside, false)] {
        let begin = if way { Staging::straight } else { Staging::begin };
        let mut staging = begin(&bench.store, bench.source(&report("Sample", Vec::new()))).unwrap();
        let index = staging.run(&run("Sample")).unwrap();
        let (mut packer, mut press) = (Packer::new(), Press::new().unwrap());
        let mut rule = Rule { id: "rule".to_owned(), ..rule() };
        staging.rule(index, &rule).unwrap();
        for (n, found) in found.iter().enumerate() {
            let text = format!("{{\"n\":{n}}}");
            let raw = packer
                .add(docket_domain::RawForm::Json, text.as_bytes(), |full| {
                    staging.raw_block(press.pack(full)?)
                })
                .unwrap();
            staging.found_in(index, found, raw).unwrap();
        }
        if let Some(full) = packer.close() {
            staging.raw_block(press.pack(full).unwrap()).unwrap();
        }
        rule.short = Some("told twice".to_owned());
        staging.rule(index, &rule).unwrap();
        let place = docket_domain::Place::default();
        staging.warning(&Warning { message: "one was strange".to_owned(), place }).unwrap();
        staging.lost(index, 1).unwrap();
        staging.finish(FinishOptions::default(), |_, _| true).unwrap();
        let record = bench.store.read(|r| docket_store::raw::of(r, docket_domain::FindingId(4_321))).unwrap();
        assert_eq!(record.unwrap().text, "{\"n\":4320}", "the record as it was");
    }
    same(&dump(&straight), &dump(&aside), "the same database");
    let schema = |bench: &common::Bench| {
        let conn = rusqlite::Connection::open(bench.dir.path().join(docket_store::DATABASE_FILE)).unwrap();
        let mut names = conn.prepare("SELECT name FROM sqlite_master ORDER BY name").unwrap();
        names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect::<Vec<String>>()
    };
    assert_eq!(schema(&straight), schema(&aside), "every index is there again");
    assert_eq!(straight.page("\"value 17\"").total, 1, "and the full text");
}

fn rule() -> Rule {
    Rule {
        id: String::new(),
        name: None,
        short: None,
        description: None,
        help: None,
        uri: None,
        severity: None,
        tags: Vec::new(),
    }
}

fn begun(bench: &common::Bench) -> (Staging, RunIndex) {
    let mut staging = Staging::straight(&bench.store, bench.source(&report("Sample", Vec::new()))).unwrap();
    let index = staging.run(&run("Sample")).unwrap();
    for n in 0..600 {
        staging.found(index, &code("rule", "a.js", n, &format!("value {n}"))).unwrap();
    }
    (staging, index)
}

#[test]
fn what_is_not_finished_is_as_if_it_had_never_begun() {
    let bench = bench();
    let before = dump(&bench);
    let (staging, _) = begun(&bench);
    assert_eq!(bench.page("").total, 0, "nothing is seen before the end");
    drop(staging);
    assert_eq!(dump(&bench), before, "given up while reading");
    let (staging, _) = begun(&bench);
    let problem = staging.finish(FinishOptions::default(), |_, _| false).unwrap_err();
    assert_eq!(problem.code, Code::Cancelled, "cancelled at the end: {problem}");
    assert_eq!(dump(&bench), before, "taken back");
    let (staging, _) = begun(&bench);
    staging.finish(FinishOptions::default(), |_, _| true).unwrap();
    assert_eq!(bench.page("").total, 600, "and a later one goes through");
    let conn = rusqlite::Connection::open(bench.dir.path().join(docket_store::DATABASE_FILE)).unwrap();
    let broken: i64 =
        conn.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0)).unwrap();
    assert_eq!(broken, 0, "every row refers to one that is there");
}

#[test]
fn while_one_report_goes_straight_in_others_are_laid_aside_and_lose_nothing() {
    let bench = bench();
    let second = add_app(&bench.store, "second").id;
    let (first, _) = begun(&bench);
    let mut source = bench.source(&report("Sample", Vec::new()));
    source.application = second;
    // Would wait for the first one for ever, were it to go the same way.
    let mut other = Staging::straight(&bench.store, source).unwrap();
    let index = other.run(&run("Sample")).unwrap();
    other.found(index, &code("rule", "b.js", 1, "other")).unwrap();
    let (done, is_done) = mpsc::channel();
    let waiting = std::thread::spawn(move || {
        let import = other.finish(FinishOptions::default(), |_, _| true);
        done.send(()).unwrap();
        import
    });
    assert!(is_done.try_recv().is_err(), "the writer is busy with the first");
    first.finish(FinishOptions::default(), |_, _| true).unwrap();
    assert_eq!(waiting.join().unwrap().unwrap().delta.new, 1, "then comes the second");
    assert_eq!(bench.page("").total, 601, "both are there");
}

#[test]
fn two_reports_for_one_new_application_are_matched_with_each_other() {
    let bench = bench();
    let (first, _) = begun(&bench);
    let mut same = Staging::straight(&bench.store, bench.source(&report("Sample", Vec::new()))).unwrap();
    let index = same.run(&run("Sample")).unwrap();
    for n in 0..600 {
        same.found(index, &code("rule", "a.js", n, &format!("value {n}"))).unwrap();
    }
    first.finish(FinishOptions::default(), |_, _| true).unwrap();
    let import = same.finish(FinishOptions::default(), |_, _| true).unwrap();
    assert_eq!((import.delta.new, import.delta.unchanged), (0, 600), "nothing twice: {import:?}");
}

#[test]
fn what_was_said_to_be_gone_and_is_there_after_all_is_a_finding() {
    let mut gone = record(7);
    gone.presence = Presence::Absent;
    assert!(!gone.suppressions.is_empty(), "it carries a suppression");
    let mut there = gone.clone();
    there.presence = Presence::Present;
    there.suppressions.clear();
    let (straight, aside) = (bench(), bench());
    let report = report("Sample", vec![gone.clone(), there.clone(), gone, there]);
    let import = straight.import(&report);
    assert_eq!((import.delta.new, import.delta.repeated, import.delta.proposals), (1, 3, 1), "{import:?}");
    aside.import_aside(&report);
    same(&dump(&straight), &dump(&aside), "as the other way");
}

#[test]
fn an_application_that_is_gone_is_told() {
    let bench = bench();
    let mut source = bench.source(&report("Sample", Vec::new()));
    source.application = docket_domain::ApplicationId(99);
    let problem = Staging::straight(&bench.store, source).unwrap_err();
    assert_eq!(problem.code, Code::NotFound, "{problem}");
    assert!(
        bench.store.read(|r| imports::list(r, None, 0, 10)).unwrap().0.is_empty(),
        "nothing is left of it"
    );
    let page = bench.store.read(|r| {
        findings::page(
            r,
            &findings::parse("").unwrap(),
            None,
            &[],
            &docket_domain::PageStart::Offset { rows: 0 },
            1,
        )
    });
    assert_eq!(page.unwrap().total, 0, "and the store works on");
}
