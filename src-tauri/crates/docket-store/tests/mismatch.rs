//! Reports that are read into the wrong application or for the wrong branch, through the real store.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests and their helpers may panic")]

mod common;

use common::{Bench, Report, add_app, bench, code, report};
use docket_domain::{ApplicationId, Code, Found, Import, MismatchKind, Problem};
use docket_store::{FinishOptions, Staging, imports};

/// Findings of an application that has nothing in common with another one's.
fn findings_of(name: &str, numbers: std::ops::Range<u32>) -> Vec<Found> {
    numbers
        .map(|n| {
            let letter = char::from(b'a' + (n % 26) as u8);
            let path = format!("{name}/{letter}{}.rs", n / 26);
            code(&format!("rule-{}", n % 7), &path, n + 1, &format!("trouble with {letter} in {name}"))
        })
        .collect()
}

fn into(bench: &Bench, app: ApplicationId, report: &Report) -> Result<Import, Problem> {
    let mut source = bench.source(report);
    source.application = app;
    let mut staging = Staging::begin(&bench.store, source)?;
    for (run, found) in &report.runs {
        let index = staging.run(run)?;
        for record in found {
            staging.found(index, record)?;
        }
        staging.run_end(index, &run.completeness)?;
    }
    staging.finish(report.options, |_, _| true)
}

fn on(branch: &str, mut report: Report) -> Report {
    report.branch = Some(branch.to_owned());
    report
}

fn about(repository: &str, mut report: Report) -> Report {
    report.runs[0].0.repository = Some(repository.to_owned());
    report
}

/// «shop» and «payments», each with 60 findings of its own on main.
fn two() -> (Bench, ApplicationId) {
    let bench = bench();
    let payments = add_app(&bench.store, "payments").id;
    bench.import(&on("main", report("semgrep", findings_of("shop", 0..60))));
    into(&bench, payments, &on("main", report("semgrep", findings_of("payments", 0..60)))).unwrap();
    (bench, payments)
}

// covers: X11
#[test]
fn the_report_of_another_application_is_stopped_before_anything_is_stored() {
    let (bench, _) = two();
    let mut wrong = on("main", report("semgrep", findings_of("payments", 2..62)));
    let before = bench.page("").total;
    let problem = bench.try_import(&wrong).unwrap_err();
    assert_eq!(problem.code, Code::Mismatch, "a person has to say that it belongs here: {problem}");
    assert!(
        problem.message.contains("none of its 60 findings are known in «shop»")
            && problem.message.contains("«payments» (branch main)"),
        "the message names what was seen: {problem}"
    );
    assert_eq!(bench.page("").total, before, "no finding is stored");
    let imports = bench.store.read(|r| imports::list(r, None, 0, 10)).unwrap().1;
    assert_eq!(imports, 2, "and no import");

    wrong.options.dry_run = true;
    let tried = bench.import(&wrong);
    assert_eq!(tried.mismatch.map(|m| m.kind), Some(MismatchKind::Application), "a preview tells it");
    wrong.options = FinishOptions { allow_mismatch: true, ..FinishOptions::default() };
    assert_eq!(bench.import(&wrong).delta.new, 60, "with a person's yes it goes in");
}

// covers: X11
#[test]
fn the_report_of_another_branch_is_stopped() {
    let (bench, _) = two();
    bench.import(&on("dev", report("semgrep", findings_of("next", 0..40))));
    let wrong = on("main", report("semgrep", findings_of("next", 1..41)));
    let problem = bench.try_import(&wrong).unwrap_err();
    assert_eq!(problem.code, Code::Mismatch, "main hardly knows it, dev does: {problem}");
    assert!(problem.message.contains("branch dev"), "and says so: {problem}");
    assert_eq!(bench.page("status:active branch:main").total, 120, "nothing of main was closed");
}

// covers: X11
#[test]
fn nothing_honest_is_stopped() {
    let (bench, payments) = two();
    let fine = |app, what: &str, report: &Report| {
        let import = into(&bench, app, report);
        assert!(import.is_ok(), "{what}: {import:?}");
    };
    fine(bench.app, "the usual report", &on("main", report("semgrep", findings_of("shop", 3..63))));
    fine(bench.app, "a new branch", &on("feature", report("semgrep", findings_of("shop", 10..70))));
    let moved: Vec<Found> = findings_of("shop", 0..60)
        .into_iter()
        .map(|mut found| {
            found.locations[0].start_line = Some(900);
            found
        })
        .collect();
    fine(bench.app, "every line moved", &on("main", report("semgrep", moved)));
    fine(bench.app, "a rewritten application", &on("main", report("semgrep", findings_of("again", 0..60))));
    fine(payments, "a new tool", &on("main", report("trivy", findings_of("payments", 0..40))));
    fine(
        bench.app,
        "a tool that the other application has",
        &on("main", report("trivy", findings_of("payments", 0..40))),
    );
    let third = add_app(&bench.store, "third").id;
    fine(
        third,
        "a first import of what another one has",
        &on("main", report("semgrep", findings_of("payments", 0..60))),
    );
    fine(bench.app, "a handful", &on("main", report("semgrep", findings_of("payments", 0..9))));
}

// covers: X11
#[test]
fn another_repository_is_stopped_and_the_same_one_written_otherwise_is_not() {
    let bench = bench();
    let url = "https://git.example/acme/shop.git";
    bench.import(&about(url, report("semgrep", findings_of("shop", 0..12))));
    bench.import(&about("git@git.example:acme/shop", report("trivy", findings_of("deps", 0..12))));
    let wrong = about("https://git.example/acme/payments", report("gosec", findings_of("pay", 0..12)));
    let problem = bench.try_import(&wrong).unwrap_err();
    assert_eq!(problem.code, Code::Mismatch, "a report about another repository: {problem}");
    assert!(
        problem.message.contains("acme/payments") && problem.message.contains("acme/shop"),
        "both are named: {problem}"
    );
    bench.import(&about("https://git.example/acme/store", report("semgrep", findings_of("shop", 0..12))));
}

#[test]
fn looking_elsewhere_costs_next_to_nothing() {
    let bench = bench();
    bench.import(&on("main", report("semgrep", findings_of("shop", 0..60))));
    for n in 0..80 {
        let app = add_app(&bench.store, &format!("other {n}")).id;
        into(&bench, app, &on("main", report("semgrep", findings_of(&format!("other{n}"), 0..12)))).unwrap();
    }
    let wrong = on("main", report("semgrep", findings_of("other79", 0..12)));
    let problem = bench.try_import(&wrong).unwrap_err();
    assert!(problem.message.contains("other 79"), "found among many: {problem}");
}
