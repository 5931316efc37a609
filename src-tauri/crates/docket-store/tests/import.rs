//! What imports change: every case of the delta, through the real store.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests and their helpers may panic")]

mod common;

use common::{Bench, Report, bench, code, report, run};
use docket_domain::{
    Completeness, Delta, Found, ImportState, Presence, ProposalState, Reason, Selection, Severity, Status,
    Suppression, SuppressionStatus,
};
use docket_store::{FinishOptions, Staging, findings, imports, proposals};

fn three() -> Vec<Found> {
    vec![
        code("sqli", "src/a.rs", 10, "query built from input"),
        code("sqli", "src/b.rs", 20, "query built from a header"),
        code("xss", "src/c.rs", 30, "output not escaped"),
    ]
}

/// Twelve findings that have nothing in common.
fn dozen() -> Vec<Found> {
    (0..12_u8)
        .map(|n| {
            let letter = char::from(b'a' + n);
            code(&format!("rule-{letter}"), &format!("src/{letter}.rs"), 5, &format!("trouble {letter}"))
        })
        .collect()
}

fn suppressed(mut found: Found, kind: &str, status: SuppressionStatus, why: Option<&str>) -> Found {
    found.suppressions.push(Suppression {
        status,
        kind: kind.to_owned(),
        justification: why.map(str::to_owned),
    });
    found
}

fn all() -> Selection {
    Selection::Matching { query: String::new(), application: None, except: Vec::new() }
}

fn assess(bench: &Bench, query: &str, status: Status, reason: Option<Reason>) -> u64 {
    let selection = Selection::Matching { query: query.to_owned(), application: None, except: Vec::new() };
    bench
        .store
        .write(move |tx| findings::assess(tx, &selection, status, reason, Some("looked at"), Some("ann")))
        .unwrap()
}

fn detail_of(bench: &Bench, query: &str) -> docket_domain::FindingDetail {
    let id = bench.page(query).rows[0].id;
    bench.store.read(move |r| findings::detail(r, id)).unwrap()
}

// covers: X11
#[test]
fn a_first_import_is_all_new_and_the_same_file_again_changes_nothing() {
    let bench = bench();
    let first = bench.import(&report("semgrep", three()));
    assert_eq!(first.delta, Delta { new: 3, records: 3, ..Delta::default() }, "nothing was known before");
    let again = bench.import(&report("semgrep", three()));
    assert_eq!(again.delta, Delta { unchanged: 3, records: 3, ..Delta::default() }, "nothing has changed");
    assert!(again.delta.is_empty(), "and it says so");
    assert_eq!(again.same_as, Some(first.id), "and names the import of the same bytes");
    let page = bench.page("");
    assert_eq!(page.total, 3, "still three findings");
    assert!(page.rows.iter().all(|r| r.status == Status::Active), "all active");
}

#[test]
fn a_moved_line_or_a_renamed_file_keeps_the_finding_and_counts_as_updated() {
    let bench = bench();
    bench.import(&report("semgrep", three()));
    let before = bench.page("rule:xss").rows[0].id;
    let mut moved = three();
    moved[2].locations[0].path = Some("web/c.rs".to_owned());
    moved[2].locations[0].start_line = Some(77);
    let delta = bench.import(&report("semgrep", moved)).delta;
    assert_eq!((delta.updated, delta.unchanged, delta.new, delta.gone), (1, 2, 0, 0), "one moved, none lost");
    let row = bench.page("rule:xss").rows[0].clone();
    assert_eq!(row.id, before, "it is the same finding");
    assert_eq!(row.place.as_deref(), Some("web/c.rs:77"), "at its new place");
    let history = detail_of(&bench, "rule:xss").history;
    assert!(
        history.iter().any(|h| h.event == "moved" && h.text.contains("web/c.rs")),
        "its history tells of the move: {history:?}"
    );
    assert_eq!(bench.titles("path:src/c.rs"), Vec::<String>::new(), "the old path finds it no more");
    assert_eq!(bench.titles("path:web"), ["output not escaped"], "the new one does");
}

#[test]
fn what_a_complete_report_no_longer_names_is_resolved_and_comes_back_as_reopened() {
    let bench = bench();
    bench.import(&report("semgrep", three()));
    let fewer = bench.import(&report("semgrep", three()[..2].to_vec()));
    assert_eq!(fewer.delta.gone, 1, "one is not named any more");
    let gone = bench.page("status:closed").rows[0].clone();
    assert_eq!((gone.rule.as_str(), gone.reason), ("xss", Some(Reason::Resolved)), "a scan resolves");
    bench.clock.forward_days(1);
    let back = bench.import(&report("semgrep", three()));
    assert_eq!((back.delta.reopened, back.delta.new), (1, 0), "it is the same finding, not a new one");
    let events: Vec<String> = detail_of(&bench, "rule:xss").history.into_iter().map(|h| h.event).collect();
    assert_eq!(events, ["reopened", "seen", "gone", "new"], "newest first");
    assert_eq!(bench.page("status:active").total, 3, "all open again");
}

#[test]
fn partial_failed_and_half_read_runs_close_nothing_and_say_why() {
    for (completeness, lost, word) in [
        (Completeness::Partial { reason: "results are absent".to_owned() }, 0, "results are absent"),
        (Completeness::Failed { reason: "exit code 3".to_owned() }, 0, "exit code 3"),
        (Completeness::Complete, 2, "2 of its records could not be read"),
    ] {
        let bench = bench();
        bench.import(&report("semgrep", three()));
        let mut second = report("semgrep", three()[..1].to_vec());
        second.runs[0].0.completeness = completeness;
        second.lost = lost;
        let import = bench.import(&second);
        assert_eq!(import.delta.gone, 0, "silence means nothing here: {word}");
        let held = import.runs[0].held_back.clone().unwrap_or_default();
        assert!(held.contains(word) && held.contains('2'), "the summary says why: {held}");
        assert_eq!(bench.page("status:active").total, 3, "all stay open");
    }
}

// covers: X11
#[test]
fn mass_closing_waits_for_a_yes() {
    let bench = bench();
    bench.import(&report("semgrep", dozen()));
    let mut empty = report("semgrep", Vec::new());
    let held = bench.import(&empty);
    assert_eq!(held.delta.gone, 0, "an empty report is more likely a mistake than a miracle");
    let why = held.runs[0].held_back.clone().unwrap_or_default();
    assert!(why.contains("12 of 12"), "the summary says how many: {why}");
    empty.options.close_anyway = true;
    assert_eq!(bench.import(&empty).delta.gone, 12, "with a person's yes it closes");
    assert_eq!(bench.page("status:closed").total, 12, "all of them");
}

#[test]
fn below_the_brake_closing_just_happens() {
    let bench = bench();
    bench.import(&report("semgrep", dozen()));
    let import = bench.import(&report("semgrep", dozen()[..2].to_vec()));
    assert_eq!(import.delta.gone, 10, "10 of 12 is under 90 %");
    let bench = common::bench();
    bench.import(&report("semgrep", three()));
    assert_eq!(bench.import(&report("semgrep", Vec::new())).delta.gone, 3, "under ten there is no mass");
}

#[test]
fn scopes_do_not_close_each_others_findings() {
    let bench = bench();
    bench.import(&report("semgrep", three()));
    bench.import(&report("codeql", three()));
    assert_eq!(bench.page("").total, 6, "two tools, two findings each time");
    let mut on_branch = report("semgrep", three()[..1].to_vec());
    on_branch.branch = Some("feature".to_owned());
    let import = bench.import(&on_branch);
    assert_eq!((import.delta.new, import.delta.gone), (1, 0), "another branch is another scope");
    assert_eq!(import.runs[0].branch, "feature", "the person's choice of branch wins");
    let mut category = report("semgrep", Vec::new());
    category.runs[0].0.category = Some("nightly".to_owned());
    assert_eq!(bench.import(&category).delta.gone, 0, "another category is another scope");
}

#[test]
fn runs_of_one_scope_in_one_report_count_together() {
    let bench = bench();
    let mut split = report("semgrep", three()[..1].to_vec());
    split.runs.push((run("semgrep"), three()[1..].to_vec()));
    let first = bench.import(&split);
    assert_eq!(first.runs.iter().map(|r| r.delta.new).collect::<Vec<_>>(), [1, 2], "each run's own");
    let again = bench.import(&split);
    assert!(
        again.delta.is_empty(),
        "the second run does not close what the first one names: {:?}",
        again.delta
    );
}

#[test]
fn identical_records_are_counted_once() {
    let bench = bench();
    let mut twice = three();
    twice.push(three()[0].clone());
    let delta = bench.import(&report("semgrep", twice)).delta;
    assert_eq!(
        (delta.records, delta.repeated, delta.new),
        (4, 1, 3),
        "the repeated one is no finding of its own"
    );
}

#[test]
fn a_record_that_says_gone_closes_and_never_creates() {
    let bench = bench();
    bench.import(&report("semgrep", three()));
    let mut partial = report("semgrep", three());
    partial.runs[0].0.completeness = Completeness::Partial { reason: "only changes".to_owned() };
    partial.runs[0].1[0].presence = Presence::Absent;
    let mut unknown = code("other", "src/z.rs", 1, "never seen before");
    unknown.presence = Presence::Absent;
    partial.runs[0].1.push(unknown);
    let delta = bench.import(&partial).delta;
    assert_eq!((delta.gone, delta.new), (1, 0), "said to be gone is gone, even in a partial report");
    assert_eq!(bench.titles("status:closed"), ["query built from input"], "exactly that one");
    assert!(bench.import(&partial).delta.is_empty(), "and the same report again changes nothing");
}

#[test]
fn suppressions_become_proposals_once() {
    let bench = bench();
    let mut found = three();
    found[0] = suppressed(found[0].clone(), "inSource", SuppressionStatus::Accepted, None);
    found[1] = suppressed(found[1].clone(), "external", SuppressionStatus::Accepted, Some("behind a login"));
    found[2] = suppressed(found[2].clone(), "external", SuppressionStatus::Rejected, None);
    let first = bench.import(&report("semgrep", found.clone()));
    assert_eq!(first.delta.proposals, 2, "a refused suppression asks for nothing");
    assert_eq!(bench.page("status:active").total, 3, "nothing is dropped silently");
    let (open, total) = bench.store.read(|r| proposals::list(r, 0, 10)).unwrap();
    assert_eq!(total, 2, "two wait");
    let suggested: Vec<Status> = open.iter().map(|p| p.status).collect();
    assert_eq!(suggested, [Status::FalsePositive, Status::RiskAccepted], "in the source, and kept outside");
    let (yes, no) = (open[0].id, open[1].id);
    bench
        .store
        .write(move |tx| {
            proposals::accept(tx, yes, None, Some("ann"))?;
            proposals::dismiss(tx, no, Some("ann"))
        })
        .unwrap();
    assert_eq!(bench.page("status:false_positive").total, 1, "taken over");
    assert_eq!(bench.page("proposal:yes").total, 0, "none waits");
    let again = bench.import(&report("semgrep", found));
    assert_eq!(again.delta.proposals, 0, "what was answered is not asked again");
    assert_eq!(bench.page("status:false_positive").total, 1, "and the answer stands");
    let detail = detail_of(&bench, "rule:sqli status:active");
    assert_eq!(detail.proposals[0].state, ProposalState::Dismissed, "the detail remembers the no");
}

#[test]
fn decisions_outlive_scans_but_a_claimed_fix_does_not_outlive_a_sighting() {
    let bench = bench();
    bench.import(&report("semgrep", three()));
    bench.clock.forward_days(1);
    assert_eq!(assess(&bench, "path:src/a.rs", Status::RiskAccepted, None), 1, "one assessed");
    assess(&bench, "path:src/b.rs", Status::Closed, Some(Reason::Mitigated));
    assess(&bench, "path:src/c.rs", Status::Closed, Some(Reason::Duplicate));
    bench.clock.forward_days(1);
    let same = bench.import(&report("semgrep", three()));
    assert!(same.delta.is_empty(), "bytes from before the decisions contradict nothing: {:?}", same.delta);
    let mut later = report("semgrep", three());
    later.sha = "other bytes".to_owned();
    let delta = bench.import(&later).delta;
    assert_eq!(delta.reopened, 1, "mitigated, and found again");
    assert_eq!(
        bench.titles("status:active"),
        ["query built from a header"],
        "only the claimed fix is open again"
    );
    let gone = bench.import(&report("semgrep", Vec::new())).delta;
    assert_eq!(gone.gone, 3, "all are gone now");
    assert_eq!(bench.titles("status:risk_accepted"), ["query built from input"], "a person's word is kept");
}

#[test]
fn a_reports_new_severity_does_not_override_a_persons() {
    let bench = bench();
    bench.import(&report("semgrep", three()));
    let one = Selection::Ids { ids: vec![bench.page("rule:xss").rows[0].id] };
    let changed = bench
        .store
        .write(move |tx| findings::set_severity(tx, &one, Some(Severity::Low), Some("internal"), Some("ann")))
        .unwrap();
    assert_eq!(changed, 1, "one rated by hand");
    let mut rated = three();
    for found in &mut rated {
        found.severity = Severity::Critical;
    }
    let delta = bench.import(&report("semgrep", rated)).delta;
    assert_eq!(delta.updated, 3, "all three say something else now");
    assert_eq!(bench.page("severity:critical").total, 2, "two follow the report");
    let detail = detail_of(&bench, "severity:low");
    assert_eq!(detail.report_severity, Severity::Critical, "the report's word is kept beside the person's");
    let back = bench.store.write(|tx| findings::set_severity(tx, &all(), None, None, None)).unwrap();
    assert_eq!(back, 1, "only the one with a severity of its own changes");
    assert_eq!(bench.page("severity:critical").total, 3, "the report's word is in force again");
}

// covers: X11
#[test]
fn a_dry_run_says_the_same_and_changes_nothing() {
    let bench = bench();
    bench.import(&report("semgrep", three()));
    let mut preview = report("semgrep", three()[1..].to_vec());
    preview.options = FinishOptions { dry_run: true, ..FinishOptions::default() };
    let told = bench.import(&preview).delta;
    assert_eq!((told.gone, told.unchanged), (1, 2), "it says what would happen");
    assert_eq!(bench.page("status:active").total, 3, "and nothing has");
    let (_, total) = bench.store.read(|r| imports::list(r, None, 0, 10)).unwrap();
    assert_eq!(total, 1, "no import is listed for it");
    preview.options.dry_run = false;
    assert_eq!(bench.import(&preview).delta, told, "the real one does what was told");
}

#[test]
fn a_cancelled_import_stores_nothing_and_leaves_no_file() {
    let bench = bench();
    let many = report("semgrep", (0..3000).map(|n| code("r", &format!("f{n}.rs"), 1, "m")).collect());
    let mut staging = Staging::begin(&bench.store, bench.source(&many)).unwrap();
    let index = staging.run(&many.runs[0].0).unwrap();
    for found in &many.runs[0].1 {
        staging.found(index, found).unwrap();
    }
    let problem = staging.finish(FinishOptions::default(), |done, _| done < 1000).unwrap_err();
    assert_eq!(problem.code, docket_domain::Code::Cancelled, "it says that it was cancelled");
    assert_eq!(bench.page("").total, 0, "nothing is visible");
    assert_eq!(std::fs::read_dir(bench.dir.path().join("staging")).unwrap().count(), 0, "no file is left");
    let source = bench.source(&many);
    let told = bench
        .store
        .write(move |tx| imports::record_failure(tx, &source, docket_domain::Timestamp(5), &[], &problem))
        .unwrap();
    assert_eq!(told.state, ImportState::Cancelled, "the list can tell about it");
    assert_eq!(bench.import(&many).delta.new, 3000, "and the same report can be imported afterwards");
}

#[test]
fn a_placeholder_fingerprint_is_no_identity() {
    let bench = bench();
    let marked = |rule: &str, path: &str, message: &str| {
        let mut found = code(rule, path, 3, message);
        found.fingerprints.insert("matchBasedId/v1".to_owned(), "requires-login".to_owned());
        found
    };
    bench.import(&report("semgrep", vec![marked("a", "x.py", "first"), marked("a", "y.py", "second")]));
    let second = vec![marked("a", "z.py", "something else"), marked("a", "y.py", "second")];
    let delta = bench.import(&report("semgrep", second)).delta;
    assert_eq!((delta.new, delta.gone, delta.unchanged), (1, 1, 1), "what they share says nothing");
}

#[test]
fn identity_is_the_same_in_another_database() {
    let names = |order: &[usize]| {
        let bench = bench();
        let three = three();
        bench.import(&report("semgrep", order.iter().map(|&n| three[n].clone()).collect()));
        let ids = bench.page("").rows.iter().map(|r| r.id).collect::<Vec<_>>();
        let mut names = bench.store.read(move |r| findings::identities(r, &ids)).unwrap();
        names.sort();
        names
    };
    assert_eq!(names(&[0, 1, 2]), names(&[2, 0, 1]), "neither row ids nor the order of records matter");
}

#[test]
fn reports_of_unknown_applications_are_refused() {
    let bench = bench();
    let mut source = bench.source(&report("semgrep", three()));
    source.application = docket_domain::ApplicationId(99);
    let staging = Staging::begin(&bench.store, source).unwrap();
    let problem = staging.finish(FinishOptions::default(), |_, _| true).unwrap_err();
    assert_eq!(problem.code, docket_domain::Code::NotFound, "there is nothing to import into: {problem}");
}

#[test]
fn any_sequence_of_complete_reports_ends_with_exactly_the_last_one_open() {
    use proptest::prelude::*;
    let pool = dozen();
    let scans = prop::collection::vec(prop::collection::vec(0..pool.len(), 0..10), 1..5);
    let mut runner =
        proptest::test_runner::TestRunner::new(ProptestConfig { cases: 24, ..ProptestConfig::default() });
    runner
        .run(&scans, |scans| {
            let bench = bench();
            let mut known = std::collections::BTreeSet::new();
            for scan in &scans {
                let picked: std::collections::BTreeSet<usize> = scan.iter().copied().collect();
                let mut order: Vec<Found> = scan.iter().map(|&n| pool[n].clone()).collect();
                order.reverse();
                let shift = scan.len() as u32 * 7;
                for found in &mut order {
                    found.locations[0].start_line = Some(5 + shift);
                }
                let report = Report {
                    options: FinishOptions { close_anyway: true, ..FinishOptions::default() },
                    ..report("t", order)
                };
                let delta = bench.import(&report).delta;
                let fresh = picked.difference(&known).count() as u64;
                prop_assert_eq!(delta.new, fresh, "new is what was never seen");
                prop_assert_eq!(
                    delta.new + delta.unchanged + delta.updated + delta.reopened,
                    picked.len() as u64,
                    "every distinct record is accounted for once"
                );
                known.extend(&picked);
                prop_assert_eq!(
                    bench.page("status:active").total,
                    picked.len() as u64,
                    "open is what the last one names"
                );
                prop_assert_eq!(bench.page("").total, known.len() as u64, "nothing is doubled or lost");
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_large_report_leaves_every_index_in_place() {
    let indexes = |bench: &Bench| -> Vec<String> {
        let conn = rusqlite::Connection::open(bench.dir.path().join(docket_store::DATABASE_FILE)).unwrap();
        let mut statement =
            conn.prepare("SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let bench = bench();
    let before = indexes(&bench);
    let many = report("t", (0..20_500).map(|n| code("r", &format!("f{n}.rs"), 1, "m")).collect());
    assert_eq!(bench.import(&many).delta.new, 20_500, "all are new");
    assert_eq!(indexes(&bench), before, "what was put by is back");
    assert_eq!(bench.page("path:f77.rs").total, 1, "and works");
}
