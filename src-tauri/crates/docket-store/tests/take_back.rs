//! Imports that are taken back, through the real store.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests and their helpers may panic")]

mod common;
mod dump;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use common::{Bench, Report, add_app, bench, code, identifier, report, run};
use docket_domain::{
    Code, FindingId, Found, ImportId, ImportState, Presence, Reason, Rule, Selection, Severity, Status,
    Suppression, SuppressionStatus, TakeBack,
};
use docket_store::{FinishOptions, Staging, findings, imports, owners, take_back};
use dump::{dump, same};

fn three() -> Vec<Found> {
    vec![
        code("sqli", "src/a.rs", 10, "query built from input"),
        code("sqli", "src/b.rs", 20, "query built from a header"),
        code("xss", "src/c.rs", 30, "output not escaped"),
    ]
}

fn ids(ids: &[i64]) -> Selection {
    Selection::Ids { ids: ids.iter().map(|id| FindingId(*id)).collect() }
}

fn assess(bench: &Bench, selection: Selection, status: Status, reason: Option<Reason>) {
    bench
        .store
        .write(move |tx| findings::assess(tx, &selection, status, reason, Some("looked at"), Some("ann")))
        .unwrap();
}

fn undo(bench: &Bench, id: ImportId) -> TakeBack {
    bench.store.take_back(id, false, |_, _| true).unwrap()
}

fn look(bench: &Bench, id: ImportId) -> TakeBack {
    bench.store.read(move |r| take_back::look(r, id)).unwrap()
}

/// A second report that does everything: one is moved and rated anew, one is gone, one is new.
fn second() -> Vec<Found> {
    let mut found = three();
    found.remove(1);
    found[1].locations[0].path = Some("web/c.rs".to_owned());
    found[1].severity = Severity::Low;
    found[1].identifiers = vec![identifier("CWE", "CWE-79")];
    found[1].suppressions.push(Suppression {
        status: SuppressionStatus::Accepted,
        kind: "inSource".to_owned(),
        justification: Some("test data".to_owned()),
    });
    found.push(code("path", "src/new.rs", 3, "a path from outside"));
    found
}

// covers: X11
#[test]
fn taken_back_an_import_has_never_been() {
    let bench = bench();
    bench.import(&report("semgrep", three()));
    let before = dump(&bench);
    bench.clock.forward_days(1);
    let import = bench.import(&report("semgrep", second()));
    assert_eq!(
        (import.delta.new, import.delta.updated, import.delta.gone, import.delta.proposals),
        (1, 1, 1, 1),
        "it did a bit of everything"
    );
    let would = look(&bench, import.id);
    assert_eq!(would.obstacle, None, "nothing stands in the way");
    assert_eq!(
        (would.removed, would.restored, would.opened, would.closed, would.proposals, would.kept),
        (1, 1, 1, 0, 1, 0),
        "the preview says what it would do"
    );
    let done = undo(&bench, import.id);
    assert_eq!(done.import.state, ImportState::TakenBack, "the history still tells of it");
    assert_eq!(TakeBack { import: would.import.clone(), ..done }, would, "and it did what the preview said");
    same(&before, &dump(&bench), "everything is as before");
    assert_eq!(bench.titles("path:src/c.rs"), ["output not escaped"], "the old path finds it again");
    let again = bench.import(&report("semgrep", second()));
    assert_eq!(again.delta, import.delta, "read again, it does the same again");
    assert_eq!(again.same_as, None, "for what was taken back was not imported before");
}

// covers: X11
#[test]
fn a_first_import_goes_with_everything_and_keeps_next_to_nothing_for_it() {
    let bench = bench();
    let before = dump(&bench);
    let mut staging = Staging::begin(&bench.store, bench.source(&report("semgrep", Vec::new()))).unwrap();
    let index = staging.run(&run("semgrep")).unwrap();
    staging.rule(index, &rule("sqli", "A query")).unwrap();
    for n in 0..2_000_u32 {
        staging.found(index, &code("sqli", &format!("src/{n}.rs"), n, &format!("number {n}"))).unwrap();
    }
    let import = staging.finish(FinishOptions::default(), |_, _| true).unwrap();
    let noted = dump::bytes_of(&bench, &["take_back", "take_back_scope", "take_back_part", "take_back_rule"]);
    assert!(noted < 500, "born findings need no note: {noted} bytes");
    let done = undo(&bench, import.id);
    assert_eq!(done.removed, 2_000, "all go");
    same(&before, &dump(&bench), "nothing is left, neither scope nor rule nor words");
}

#[test]
fn an_unchanged_reimport_notes_one_run_of_sightings() {
    let bench = bench();
    bench.import(&report("semgrep", three()));
    let before = dump(&bench);
    bench.clock.forward_days(1);
    let again = bench.import(&report("semgrep", three()));
    let noted = dump::bytes_of(&bench, &["take_back_part"]);
    assert_eq!(noted, 0, "nothing for each finding");
    undo(&bench, again.id);
    same(&before, &dump(&bench), "they were last seen by the first import again");
}

fn rule(id: &str, short: &str) -> Rule {
    serde_json::from_value(serde_json::json!({
        "id": id, "name": null, "short": short, "description": null, "help": null, "uri": null,
        "severity": null, "tags": []
    }))
    .unwrap()
}

// covers: X11
#[test]
fn only_the_latest_of_a_scope_can_be_taken_back() {
    let bench = bench();
    let first = bench.import(&report("semgrep", three()));
    let other = bench.import(&report("trivy", three()));
    let second = bench.import(&report("semgrep", second()));
    let problem = bench.store.take_back(first.id, true, |_, _| true).unwrap_err();
    assert_eq!(problem.code, Code::Conflict, "a later one builds on it: {problem}");
    assert!(problem.message.contains(&format!("Import {}", second.id)), "which is named: {problem}");
    assert_eq!(look(&bench, first.id).obstacle.unwrap(), problem, "the preview says the same");
    undo(&bench, other.id);
    undo(&bench, second.id);
    let problem = bench.store.take_back(second.id, false, |_, _| true).unwrap_err();
    assert!(problem.message.contains("already"), "once is enough: {problem}");
    undo(&bench, first.id);
    assert_eq!(bench.page("").total, 0, "one after the other, all are gone");
}

// covers: X11
#[test]
fn what_people_did_is_never_lost() {
    let bench = bench();
    bench.import(&report("semgrep", three()));
    let import = bench.import(&report("semgrep", second()));
    let born = bench.page("rule:path").rows[0].id;
    let moved = bench.page("rule:xss").rows[0].id;
    let gone = bench.page("status:closed").rows[0].id;
    assess(&bench, ids(&[born.0]), Status::Closed, Some(Reason::OutOfScope));
    assess(&bench, ids(&[moved.0, gone.0]), Status::RiskAccepted, None);
    let selection = ids(&[moved.0]);
    bench
        .store
        .write(move |tx| findings::set_severity(tx, &selection, Some(Severity::Critical), None, Some("ann")))
        .unwrap();

    let problem = bench.store.take_back(import.id, false, |_, _| true).unwrap_err();
    assert_eq!(problem.code, Code::Conflict, "a finding that was judged would be lost: {problem}");
    assert!(problem.message.contains("1 judged by people"), "with the count: {problem}");
    assert_eq!(look(&bench, import.id).kept, 1, "which the preview tells");

    let done = bench.store.take_back(import.id, true, |_, _| true).unwrap();
    assert_eq!((done.kept, done.judged, done.removed), (1, 1, 0), "it stays");
    let row = bench.page("rule:path").rows[0].clone();
    assert_eq!((row.id, row.status), (born, Status::Closed), "as it was judged");
    let history = bench.store.read(move |r| findings::detail(r, born)).unwrap().history;
    assert!(history.iter().any(|h| h.event == "kept"), "and its history says why it is there: {history:?}");
    let row = bench.page("rule:xss").rows[0].clone();
    assert_eq!(
        (row.place.as_deref(), row.severity, row.status),
        (Some("src/c.rs:30"), Severity::Critical, Status::RiskAccepted),
        "the report's words go back, a person's stay"
    );
    let detail = bench.store.read(move |r| findings::detail(r, gone)).unwrap();
    assert!(detail.present, "found, as the report before says");
    assert_eq!(detail.row.status, Status::RiskAccepted, "and judged since");
}

#[test]
fn a_comment_is_work_too_and_a_link_undone_is_not() {
    let bench = bench();
    let import = bench.import(&report("semgrep", three()));
    let selection = ids(&[bench.page("").rows[0].id.0]);
    bench.store.write(move |tx| findings::comment(tx, &selection, "known", Some("ann"))).unwrap();
    let would = look(&bench, import.id);
    assert_eq!((would.kept, would.removed), (1, 2), "what was commented on stays");
}

// covers: X11
#[test]
fn findings_in_issues_stay() {
    let bench = bench();
    let import = bench.import(&report("semgrep", three()));
    let linked = bench.page("rule:xss").rows[0].id;
    dump::link(&bench, linked.0);
    let problem = bench.store.take_back(import.id, false, |_, _| true).unwrap_err();
    assert!(problem.message.contains("1 in issues"), "the issue would be left alone: {problem}");
    let done = bench.store.take_back(import.id, true, |_, _| true).unwrap();
    assert_eq!((done.kept, done.in_issues, done.removed), (1, 1, 2), "only the others go");
    assert_eq!(bench.page("linked:yes").total, 1, "and it is still in its issue");
}

#[test]
fn what_went_to_another_application_is_left_alone() {
    let bench = bench();
    let other = add_app(&bench.store, "other").id;
    bench.import(&report("semgrep", three()));
    let import = bench.import(&report("semgrep", second()));
    let selection = ids(&[bench.page("rule:xss").rows[0].id.0]);
    bench.store.write(move |tx| findings::move_to(tx, &selection, other, Some("ann"))).unwrap();
    let done = undo(&bench, import.id);
    assert_eq!((done.left_alone, done.restored), (1, 0), "a person has put it elsewhere");
    assert_eq!(bench.page("rule:xss").rows[0].place.as_deref(), Some("web/c.rs:30"), "so it stays as it is");
}

#[test]
fn a_decision_that_the_sighting_took_is_in_force_again() {
    let bench = bench();
    bench.import(&report("semgrep", three()));
    bench.clock.forward_days(1);
    let xss = bench.page("rule:xss").rows[0].id.0;
    assess(&bench, ids(&[xss]), Status::Closed, Some(Reason::Mitigated));
    let before = dump(&bench);
    bench.clock.forward_days(1);
    let mut moved = three();
    moved[2].locations[0].start_line = Some(31);
    let import = bench.import(&report("semgrep", moved));
    assert_eq!(import.delta.reopened, 1, "seen again, so not mitigated");
    assert_eq!(undo(&bench, import.id).closed, 1, "closed again");
    same(&before, &dump(&bench), "with the words that were given");
}

#[test]
fn a_rule_that_a_later_import_tells_stays_until_that_one_goes_too() {
    let bench = bench();
    let read = |app, tool: &str, text: &str| {
        let mut source = bench.source(&report(tool, Vec::new()));
        source.application = app;
        let mut staging = Staging::begin(&bench.store, source).unwrap();
        let index = staging.run(&run(tool)).unwrap();
        staging.rule(index, &rule("sqli", text)).unwrap();
        staging.finish(FinishOptions::default(), |_, _| true).unwrap().id
    };
    let told = |bench: &Bench| dump::rows_of(bench, "rule");
    let other = add_app(&bench.store, "other").id;
    let old = read(bench.app, "semgrep", "old words");
    let kept = told(&bench);
    let new = read(bench.app, "semgrep", "new words");
    let same_words = read(other, "semgrep", "new words");
    let both = told(&bench);
    undo(&bench, new);
    assert_eq!(told(&bench), both, "another application's report told the same");
    undo(&bench, same_words);
    assert_eq!(told(&bench), kept, "now nobody tells the new words");
    undo(&bench, old);
    assert!(told(&bench).is_empty(), "and now nobody tells anything");
}

#[test]
fn how_things_were_is_kept_for_the_last_imports_only() {
    let bench = bench();
    let imports: Vec<ImportId> = (0..13_u32)
        .map(|n| {
            let mut found = three();
            found[0].locations[0].start_line = Some(n);
            bench.import(&report("semgrep", found)).id
        })
        .collect();
    let kept = dump::rows_of(&bench, "take_back").len();
    assert_eq!(kept, take_back::KEPT as usize, "older notes go");
    for id in imports.iter().rev().take(kept) {
        undo(&bench, *id);
    }
    let problem = bench.store.take_back(imports[2], false, |_, _| true).unwrap_err();
    assert!(problem.message.contains("last 10"), "and it says why: {problem}");
}

#[test]
fn nothing_of_a_failed_import_can_be_taken_back() {
    let bench = bench();
    let source = bench.source(&report("semgrep", three()));
    let failed = bench
        .store
        .write(move |tx| {
            let problem = docket_domain::Problem::new(Code::Report, "cut off");
            imports::record_failure(tx, &source, tx.now(), &[], &problem)
        })
        .unwrap();
    let problem = bench.store.take_back(failed.id, false, |_, _| true).unwrap_err();
    assert!(problem.message.contains("nothing to take back"), "there is nothing: {problem}");
}

// covers: X11
#[test]
fn cancelled_at_any_moment_nothing_is_changed() {
    let bench = bench();
    bench.import(&report("semgrep", three()));
    let mut many = second();
    many.extend((0..3_000_u32).map(|n| code("many", &format!("m/{n}.rs"), n, &format!("one of many {n}"))));
    let import = bench.import(&report("semgrep", many));
    let before = dump(&bench);
    let asked = Arc::new(AtomicU64::new(0));
    for stop_at in 0.. {
        asked.store(0, Ordering::SeqCst);
        let seen = Arc::clone(&asked);
        let result = bench
            .store
            .take_back(import.id, false, move |_, _| seen.fetch_add(1, Ordering::SeqCst) < stop_at);
        match result {
            Err(problem) => {
                assert_eq!(problem.code, Code::Cancelled, "stopped at question {stop_at}: {problem}");
                same(&before, &dump(&bench), "cancelled is as if nothing had begun");
            }
            Ok(_) => break,
        }
    }
    assert!(asked.load(Ordering::SeqCst) > 4, "it asked now and then");
}

/// Tells the child below which folder it works on.
const CHILD: &str = "DOCKET_TEST_TAKE_BACK";

/// Not a test of its own: what the killed process does. Without the variable it does nothing.
#[test]
fn child_that_is_killed() {
    let Some(dir) = std::env::var_os(CHILD) else { return };
    let store = common::open(std::path::Path::new(&dir), &common::clock()).unwrap();
    let latest = store.read(|r| imports::list(r, None, 0, 1)).unwrap().0[0].id;
    let result = store.take_back(latest, false, |done, _| {
        // In the middle of the one transaction: say so, and wait to be killed.
        if done >= 2_000 {
            println!("READY");
            let mut end = String::new();
            std::io::stdin().read_line(&mut end).unwrap();
        }
        true
    });
    panic!("should have been killed, but: {:?}", result.map(|done| done.removed));
}

// covers: X11
#[test]
fn killed_in_the_middle_nothing_is_changed() {
    use std::process::{Command, Stdio};
    let bench = bench();
    bench.import(&report("semgrep", three()));
    let mut many = second();
    many.extend((0..6_000_u32).map(|n| code("many", &format!("m/{n}.rs"), n, &format!("one of many {n}"))));
    let import = bench.import(&report("semgrep", many));
    let before = dump(&bench);
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
    child.kill().unwrap();
    child.wait().unwrap();
    same(&before, &dump(&bench), "killed is as if nothing had begun");
    assert_eq!(undo(&bench, import.id).removed, 6_001, "and then it is taken back all the same");
}

/// One step of a made-up history.
#[derive(Debug, Clone)]
enum Step {
    /// A report: tool, branch, findings with how each is told, and whether it is partial.
    Read { tool: usize, branch: usize, found: Vec<(usize, u8)>, partial: bool },
    /// A decision about the n-th finding there is.
    Judge { at: usize, as_what: usize },
    /// A severity by hand.
    Rate { at: usize, severity: Option<u8> },
    /// A comment.
    Say { at: usize },
    /// An answer to the n-th open suggestion.
    Answer { at: usize, yes: bool },
}

fn told(number: usize, how: u8) -> Found {
    let letter = char::from(b'a' + number as u8);
    let mut found =
        code(&format!("rule-{letter}"), &format!("src/{letter}.rs"), 5, &format!("trouble {letter}"));
    found.partial_fingerprints.insert("line".to_owned(), format!("fingerprint {letter}"));
    if how & 1 > 0 {
        found.locations[0].start_line = Some(70 + u32::from(how));
        found.locations.push(code("", &format!("lib/{letter}.rs"), 9, "").locations.remove(0));
    }
    if how & 2 > 0 {
        found.severity = Severity::Low;
        found.identifiers =
            vec![identifier("CWE", "CWE-89"), identifier("CVE", &format!("CVE-2024-{number}"))];
        found.description = format!("trouble {letter}, told at length");
    }
    if how & 4 > 0 {
        found.suppressions.push(Suppression {
            status: if number.is_multiple_of(2) {
                SuppressionStatus::Accepted
            } else {
                SuppressionStatus::UnderReview
            },
            kind: "inSource".to_owned(),
            justification: None,
        });
    }
    if how & 0b1000 > 0 {
        found.locations[0].path = Some(format!("web/{letter}.rs"));
    }
    if how & 0b1_1000 == 0b1_1000 {
        found.presence = Presence::Absent;
    }
    found
}

impl Step {
    fn report(&self) -> Option<Report> {
        let Self::Read { tool, branch, found, partial } = self else { return None };
        let found: Vec<Found> = found.iter().map(|(number, how)| told(*number, *how)).collect();
        let mut report = report(["semgrep", "trivy"][*tool], found);
        report.branch = (*branch > 0).then(|| "dev".to_owned());
        report.options = FinishOptions { close_anyway: true, allow_mismatch: true, dry_run: false };
        if *partial {
            report.runs[0].0.completeness = docket_domain::Completeness::Partial { reason: "cut".to_owned() };
        }
        Some(report)
    }

    /// Does it; only findings up to `last` are touched by people. Where it ends is the same in both worlds.
    fn go(&self, bench: &Bench, last: i64) -> Option<docket_domain::Import> {
        bench.clock.forward_days(1);
        let one = |at: &usize| ids(&[(*at as i64 % last.max(1)) + 1]);
        match self {
            Self::Read { .. } => return Some(bench.import(&self.report().unwrap())),
            Self::Judge { at, as_what } => {
                let (status, reason) = [
                    (Status::Closed, Some(Reason::Mitigated)),
                    (Status::FalsePositive, None),
                    (Status::Active, Some(Reason::InReview)),
                    (Status::RiskAccepted, None),
                ][*as_what];
                assess(bench, one(at), status, reason);
            }
            Self::Rate { at, severity } => {
                let (selection, severity) = (one(at), severity.map(Severity::from_rank));
                bench
                    .store
                    .write(move |tx| findings::set_severity(tx, &selection, severity, None, Some("ann")))
                    .unwrap();
            }
            Self::Say { at } => {
                let selection = one(at);
                bench.store.write(move |tx| findings::comment(tx, &selection, "well", Some("ann"))).unwrap();
            }
            Self::Answer { at, yes } => dump::answer(bench, *at, *yes),
        }
        None
    }
}

// covers: X11
#[test]
fn after_any_history_an_import_taken_back_has_never_been() {
    use proptest::prelude::*;
    let found = prop::collection::vec((0..9_usize, 0..32_u8), 0..9);
    let read = (0..2_usize, 0..2_usize, found, prop::bool::weighted(0.1))
        .prop_map(|(tool, branch, found, partial)| Step::Read { tool, branch, found, partial });
    let person = prop_oneof![
        (0..40_usize, 0..4_usize).prop_map(|(at, as_what)| Step::Judge { at, as_what }),
        (0..40_usize, prop::option::of(0..5_u8)).prop_map(|(at, severity)| Step::Rate { at, severity }),
        (0..40_usize).prop_map(|at| Step::Say { at }),
    ];
    let answer = (0..5_usize, any::<bool>()).prop_map(|(at, yes)| Step::Answer { at, yes });
    let before =
        prop::collection::vec(prop_oneof![3 => read.clone(), 2 => person.clone(), 1 => answer], 0..8);
    let history = (before, read.clone(), prop::collection::vec(person, 0..4), read);
    let cases = std::env::var("DOCKET_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(32);
    let config = ProptestConfig { cases, max_shrink_iters: 300, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    runner
        .run(&history, |(before, taken, since, after)| {
            let (with, without) = (bench(), bench());
            for world in [&with, &without] {
                let app = world.app;
                world.store.write(move |tx| owners::set(tx, app, "src/ @core\nweb/ @window\n")).unwrap();
            }
            for step in &before {
                for world in [&with, &without] {
                    let last = world.page("").total as i64;
                    step.go(world, last);
                }
            }
            let last = with.page("").total as i64;
            let import = taken.go(&with, last).unwrap();
            without.clock.forward_days(1);
            for step in &since {
                if last > 0 {
                    step.go(&with, last);
                    step.go(&without, last);
                }
            }
            let done = with.store.take_back(import.id, false, |_, _| true).unwrap();
            prop_assert_eq!(done.removed, import.delta.new, "what it found first is gone");
            prop_assert_eq!(done.left_alone, 0, "nothing was moved away");
            same(&dump(&without), &dump(&with), "as if it had never been read");
            let (one, other) = (after.go(&with, last).unwrap(), after.go(&without, last).unwrap());
            prop_assert_eq!(one.delta, other.delta, "and the next report does the same in both worlds");
            Ok(())
        })
        .unwrap();
}
