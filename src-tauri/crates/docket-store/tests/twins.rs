//! Findings that two tools report: suggested as duplicates, never joined, and never lost.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests and their helpers may panic")]

mod common;

use common::{Bench, Report, bench, code, identifier, report, run};
use docket_domain::{
    Code, Component, Endpoint, FindingId, FindingKind, Found, Import, Location, Proposal, ProposalState,
    Reason, Selection, Status,
};
use docket_store::{findings, proposals};

/// A vulnerability of a package.
fn flaw(package: &str, version: &str, ids: &[&str], path: &str) -> Found {
    let mut found = Found::new(ids[0], format!("{} in {package}", ids[0]));
    found.kind = FindingKind::Dependency;
    found.identifiers = ids.iter().map(|id| identifier(id.split('-').next().unwrap(), id)).collect();
    found.component = Some(Component {
        purl: None,
        name: package.to_owned(),
        version: Some(version.to_owned()),
        fixed_version: None,
    });
    found.locations = vec![Location { path: Some(path.to_owned()), ..Location::nowhere() }];
    found
}

fn weakness(rule: &str, path: &str, line: u32, cwe: &str) -> Found {
    let mut found = code(rule, path, line, &format!("{rule} found in {path}"));
    found.identifiers = vec![identifier("CWE", cwe)];
    found
}

fn by(tool: &str, bench: &Bench, found: Vec<Found>) -> Import {
    bench.import(&report(tool, found))
}

/// Open suggestions.
fn waiting(bench: &Bench) -> Vec<Proposal> {
    bench.store.read(|r| proposals::list(r, 0, 100)).unwrap().0
}

/// The one finding that a query matches.
fn one(bench: &Bench, query: &str) -> FindingId {
    let page = bench.page(query);
    assert_eq!(page.total, 1, "{query}");
    page.rows[0].id
}

fn lodash(path: &str) -> Found {
    flaw("lodash", "4.17.20", &["CVE-2021-23337", "GHSA-35jh-r3h4-6jhm"], path)
}

#[test]
fn what_two_tools_report_is_suggested_as_a_duplicate_and_stays_two_findings() {
    let bench = bench();
    by(
        "Trivy",
        &bench,
        vec![lodash("package-lock.json"), flaw("axios", "0.19.0", &["CVE-2020-28168"], "p.json")],
    );
    assert!(waiting(&bench).is_empty(), "one tool alone has no twins");
    let import = by(
        "Grype",
        &bench,
        vec![
            // Another alias of the same, and a group before its name.
            flaw("npm/lodash", "v4.17.20", &["GHSA-35jh-r3h4-6jhm"], "/app/package.json"),
            flaw("axios", "0.21.0", &["CVE-2020-28168"], "p.json"),
            flaw("axios", "0.19.0", &["CVE-2019-10742"], "p.json"),
        ],
    );
    assert_eq!(import.delta.proposals, 1, "another version and another flaw are no twins");
    let open = waiting(&bench);
    assert_eq!(open.len(), 1, "{open:?}");
    assert_eq!(open[0].finding, one(&bench, "tool:grype component:npm/lodash"));
    assert_eq!((open[0].status, open[0].reason), (Status::Closed, Some(Reason::Duplicate)));
    assert_eq!(open[0].why, "Trivy reports the same: GHSA-35JH-R3H4-6JHM in lodash 4.17.20");
    assert_eq!(open[0].other, Some(one(&bench, "tool:trivy component:lodash")), "it leads there");
    assert_eq!(bench.page("status:active").total, 5, "nothing was joined or closed");
}

#[test]
fn each_kind_has_what_tools_can_share() {
    let bench = bench();
    let at = |kind, url: &str, cwe: &str| {
        let mut found = weakness("rule", "", 0, cwe);
        found.kind = kind;
        found.locations.clear();
        found.endpoint = Some(Endpoint {
            url: Some(url.to_owned()),
            method: None,
            host: None,
            port: None,
            parameter: None,
        });
        found
    };
    let secret = |rule: &str, line| {
        let mut found = code(rule, "deploy/key.pem", line, rule);
        found.kind = FindingKind::Secret;
        found
    };
    by(
        "A",
        &bench,
        vec![
            weakness("a/sqli", "src/db.py", 7, "CWE-89"),
            secret("private-key", 1),
            at(FindingKind::Web, "https://shop.example/cart?id=1", "CWE-79"),
        ],
    );
    by(
        "B",
        &bench,
        vec![
            weakness("b.sql.injection", "./src/db.py", 7, "CWE-89"),
            weakness("b.near", "src/db.py", 8, "CWE-89"),
            weakness("b.other", "src/db.py", 7, "CWE-79"),
            secret("pem", 1),
            secret("pem2", 2),
            at(FindingKind::Web, "https://shop.example/cart?id=2", "CWE-79"),
            at(FindingKind::Web, "https://shop.example/cart", "CWE-352"),
        ],
    );
    let whys: Vec<String> = waiting(&bench).into_iter().map(|p| p.why).collect();
    assert_eq!(
        whys,
        [
            "A reports the same: CWE-89 in src/db.py:7",
            "A reports the same in deploy/key.pem:1",
            "A reports the same: CWE-79 in https://shop.example/cart?id=1",
        ]
    );
}

#[test]
fn the_one_in_the_same_file_is_meant_and_else_the_oldest() {
    let bench = bench();
    by("Trivy", &bench, ["a", "b", "c"].map(|dir| lodash(&format!("{dir}/lock.json"))).to_vec());
    by("Grype", &bench, ["c", "x"].map(|dir| lodash(&format!("{dir}/lock.json"))).to_vec());
    let others: Vec<_> = waiting(&bench).iter().map(|p| (p.finding, p.other.unwrap())).collect();
    let (a, c) = (one(&bench, "tool:trivy path:a/*"), one(&bench, "tool:trivy path:c/*"));
    let (same, elsewhere) = (one(&bench, "tool:grype path:c/*"), one(&bench, "tool:grype path:x/*"));
    assert_eq!(others, [(same, c), (elsewhere, a)]);
}

#[test]
fn branches_and_closed_findings_are_kept_apart_and_an_answer_is_one() {
    let bench = bench();
    by("Trivy", &bench, vec![lodash("p.json")]);
    bench.import(&Report { branch: Some("next".to_owned()), ..report("Grype", vec![lodash("p.json")]) });
    assert!(waiting(&bench).is_empty(), "another branch");
    by("Snyk", &bench, vec![lodash("p.json")]);
    let open = waiting(&bench);
    assert_eq!(open.len(), 1);
    let id = open[0].id;
    bench.store.write(move |tx| proposals::dismiss(tx, id, Some("ann"))).unwrap();
    // It moves: the same finding again, which has been answered.
    by("Snyk", &bench, vec![lodash("q.json")]);
    by("Snyk", &bench, vec![lodash("p.json")]);
    assert!(waiting(&bench).is_empty(), "asked once");
    let trivy = Selection::Ids { ids: vec![one(&bench, "tool:trivy")] };
    bench
        .store
        .write(move |tx| findings::assess(tx, &trivy, Status::Closed, Some(Reason::OutOfScope), None, None))
        .unwrap();
    let snyk = Selection::Ids { ids: vec![one(&bench, "tool:snyk")] };
    bench
        .store
        .write(move |tx| findings::assess(tx, &snyk, Status::Closed, Some(Reason::OutOfScope), None, None))
        .unwrap();
    by("Grype", &bench, vec![lodash("p.json")]);
    assert!(waiting(&bench).is_empty(), "what is closed is no reason to close another");
}

#[test]
fn a_duplicate_comes_back_when_the_other_one_goes() {
    let bench = bench();
    let keep = flaw("axios", "0.19.0", &["CVE-2020-28168"], "p.json");
    by("Trivy", &bench, vec![lodash("p.json"), keep.clone()]);
    by("Grype", &bench, vec![lodash("p.json")]);
    let id = waiting(&bench)[0].id;
    bench.store.write(move |tx| proposals::accept(tx, id, None, Some("ann"))).unwrap();
    let twin = one(&bench, "tool:grype");
    assert_eq!(one(&bench, "status:closed reason:duplicate"), twin);
    // Grype still finds it, and Trivy does not any more.
    let import = by("Trivy", &bench, vec![keep.clone()]);
    assert_eq!((import.delta.gone, import.delta.proposals), (1, 1));
    let open = waiting(&bench);
    assert_eq!((open.len(), open[0].finding, open[0].status), (1, twin, Status::Active));
    assert_eq!(open[0].why, "Trivy does not report it any more, of which this was a duplicate");
    // Taken back, Trivy has it again and nothing needs to be asked.
    bench.store.take_back(import.id, false, |_, _| true).unwrap();
    assert!(waiting(&bench).is_empty());
    assert_eq!(one(&bench, "status:closed reason:duplicate"), twin);
}

#[test]
fn a_suggestion_that_does_not_hold_any_more_closes_nothing() {
    let bench = bench();
    let keep = flaw("axios", "0.19.0", &["CVE-2020-28168"], "p.json");
    by("Trivy", &bench, vec![lodash("p.json"), keep.clone()]);
    by("Grype", &bench, vec![lodash("p.json"), keep.clone()]);
    by("Trivy", &bench, vec![keep]);
    let open = waiting(&bench);
    assert_eq!(open.len(), 2, "{open:?}");
    let stale = open.iter().find(|p| p.why.contains("lodash")).unwrap().id;
    let refused = bench.store.write(move |tx| proposals::accept(tx, stale, None, Some("ann"))).unwrap_err();
    assert_eq!(refused.code, Code::Conflict, "{refused}");
    let all = Selection::Matching { query: String::new(), application: None, except: vec![] };
    let answered = bench.store.write(move |tx| proposals::settle_all(tx, &all, true, Some("ann"))).unwrap();
    assert_eq!(answered, 1, "only the one that holds");
    assert_eq!(
        one(&bench, "tool:grype status:active component:lodash"),
        open.iter().find(|p| p.id == stale).unwrap().finding
    );
    assert_eq!(bench.page("tool:grype status:closed component:axios").total, 1);
    assert_eq!(waiting(&bench).len(), 1, "the other one still waits for a no");
}

#[test]
fn suggestions_of_a_selection_are_answered_at_once() {
    let bench = bench();
    let many =
        || (0..30).map(|n| flaw("axios", &format!("0.{n}.0"), &["CVE-2020-28168"], "p.json")).collect();
    by("Trivy", &bench, many());
    assert_eq!(by("Grype", &bench, many()).delta.proposals, 30);
    let some =
        |query: &str| Selection::Matching { query: query.to_owned(), application: None, except: vec![] };
    let rest = some("proposal:yes");
    let ten =
        Selection::Ids { ids: bench.page("proposal:yes").rows[..10].iter().map(|row| row.id).collect() };
    let settle = |selection: Selection, yes| {
        bench.store.write(move |tx| proposals::settle_all(tx, &selection, yes, Some("ann"))).unwrap()
    };
    assert_eq!(settle(ten.clone(), true), 10);
    assert_eq!(bench.page("status:closed reason:duplicate").total, 10);
    assert_eq!(settle(ten, true), 0, "answered once");
    assert_eq!(settle(rest, false), 20);
    assert_eq!(bench.page("proposal:yes").total, 0);
    assert_eq!(bench.page("status:active").total, 50);
    let dismissed = bench.page("tool:grype status:active").rows[0].id;
    let states = bench.store.read(move |r| proposals::of_finding(r, dismissed)).unwrap();
    assert_eq!(states.iter().map(|p| p.state).collect::<Vec<_>>(), [ProposalState::Dismissed]);
}

#[test]
fn two_tools_of_one_report_are_compared_whichever_way_it_comes_in() {
    let mut both = report("Trivy", vec![lodash("p.json"), lodash("q.json")]);
    both.runs.push((run("Grype"), vec![lodash("q.json")]));
    let (straight, aside) = (bench(), bench());
    let imports = [straight.import(&both), aside.import_aside(&both)];
    for (bench, import) in [&straight, &aside].into_iter().zip(imports) {
        let open = waiting(bench);
        assert_eq!((import.delta.proposals, open.len()), (1, 1), "{open:?}");
        assert_eq!(open[0].finding, one(bench, "tool:grype"), "the later one");
        assert_eq!(open[0].other, Some(one(bench, "tool:trivy path:q.json")));
        assert_eq!(import.runs.iter().map(|run| run.delta.proposals).collect::<Vec<_>>(), [0, 1]);
    }
}
