//! Who owns which file: kept in the rows, and right after everything that changes it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests and their helpers may panic")]

mod common;

use common::{Bench, add_app, bench, code, open, report};
use docket_domain::group::GroupBy;
use docket_domain::owners::LARGEST;
use docket_domain::{ApplicationId, Code, Facet, GroupKey, Selection};
use docket_store::{findings, owners, push};

const RULES: &str = "* @all\n/db/ @acme/db @ann\n/vendor/\n";

fn set(bench: &Bench, application: ApplicationId, text: &str) -> u64 {
    let text = text.to_owned();
    bench.store.write(move |tx| owners::set(tx, application, &text)).unwrap()
}

/// (title, owner) of every finding, by title.
fn owned(bench: &Bench) -> Vec<(String, String)> {
    let mut rows: Vec<_> = bench.page("").rows.into_iter().map(|row| (row.title, row.owner)).collect();
    rows.sort();
    rows
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

fn three() -> Vec<docket_domain::Found> {
    vec![code("r", "db/q.rs", 1, "one"), code("r", "web/a.ts", 2, "two"), code("r", "vendor/x.c", 3, "three")]
}

#[test]
fn rules_reach_what_is_there_and_what_comes_later() {
    let bench = bench();
    bench.import(&report("semgrep", three()));
    assert!(bench.page("").rows.iter().all(|row| row.owner.is_empty()), "nobody without rules");
    assert_eq!(set(&bench, bench.app, RULES), 2, "two of three have an owner now");
    assert_eq!(
        owned(&bench),
        pairs(&[("one", "@acme/db @ann"), ("three", ""), ("two", "@all")]),
        "by the last rule that fits; vendor is nobody's"
    );
    assert_eq!(set(&bench, bench.app, RULES), 0, "the same again changes nothing");
    let mut later = three();
    later[0].locations[0].path = Some("web/q.rs".to_owned());
    later.push(code("s", "db/new.rs", 9, "zero"));
    bench.import(&report("semgrep", later));
    assert_eq!(
        owned(&bench),
        pairs(&[("one", "@all"), ("three", ""), ("two", "@all"), ("zero", "@acme/db @ann")]),
        "a file that moved has its new owner, and a new finding one at once"
    );
    assert_eq!(set(&bench, bench.app, ""), 3, "without rules");
    assert!(bench.page("").rows.iter().all(|row| row.owner.is_empty()), "nobody owns anything");
    let none = bench.store.read(|r| owners::text(r, ApplicationId(1))).unwrap();
    assert_eq!(none, None, "and there are none to be shown");
}

// covers: X8
#[test]
fn findings_are_asked_for_counted_and_grouped_by_owner() {
    let bench = bench();
    bench.import(&report("semgrep", three()));
    set(&bench, bench.app, RULES);
    for (query, titles) in [
        ("owner:@acme/db", &["one"][..]),
        ("owner:@ANN", &["one"]),
        ("owner:\"@acme/db @ann\"", &["one"]),
        ("owner:@acme*", &["one"]),
        ("owner:\"\"", &["three"]),
        ("-owner:@all", &["one", "three"]),
        ("owner:@acme", &[]),
        ("owner:%", &[]),
    ] {
        assert_eq!(bench.titles(query), titles, "{query}");
    }
    let values = bench.store.read(|r| findings::facets(r, &findings::parse("").unwrap(), None)).unwrap();
    let counted: Vec<(&str, u64)> =
        values.iter().filter(|v| v.facet == Facet::Owner).map(|v| (v.value.as_str(), v.count)).collect();
    assert_eq!(counted, [("@acme/db @ann", 1), ("@all", 1)], "each owner with its findings");
    let offered =
        bench.store.read(|r| findings::values(r, docket_domain::query::Field::Owner, "@a", 5)).unwrap();
    assert_eq!(offered, ["@acme/db @ann", "@all"], "completion knows them");
    let all = Selection::Matching { query: String::new(), application: None, except: Vec::new() };
    let by = GroupBy::keys(&[GroupKey::Owner]);
    let groups = bench
        .store
        .read(move |r| {
            let candidates = push::candidates(r, &all, &by)?;
            Ok(docket_domain::group::group(candidates.iter().map(docket_domain::Candidate::view), &by.keys))
        })
        .unwrap();
    let mut titles: Vec<&str> = groups.iter().map(|group| group.title.as_str()).collect();
    titles.sort_unstable();
    assert_eq!(
        titles,
        [
            "one in db/q.rs:1 (@acme/db @ann)",
            "three in vendor/x.c:3 without an owner",
            "two in web/a.ts:2 (@all)"
        ],
        "one issue for each owner"
    );
}

#[test]
fn a_finding_that_moves_has_the_owner_of_its_new_application() {
    let bench = bench();
    bench.import(&report("semgrep", three()));
    set(&bench, bench.app, RULES);
    let other = add_app(&bench.store, "other").id;
    set(&bench, other, "*.rs @rust");
    let all = Selection::Matching { query: String::new(), application: None, except: Vec::new() };
    bench.store.write(move |tx| findings::move_to(tx, &all, other, None)).unwrap();
    assert_eq!(owned(&bench), pairs(&[("one", "@rust"), ("three", ""), ("two", "")]), "by the rules there");
}

#[test]
fn rules_stay_over_a_restart_and_go_with_their_application() {
    let bench = bench();
    bench.import(&report("semgrep", three()));
    set(&bench, bench.app, RULES);
    let app = bench.app;
    let Bench { store, clock, dir, .. } = bench;
    drop(store);
    let store = open(dir.path(), &clock).unwrap();
    assert_eq!(store.read(move |r| owners::text(r, app)).unwrap().as_deref(), Some(RULES), "kept as written");
    let paths = store.read(move |r| owners::paths(r, app)).unwrap();
    assert_eq!(paths.iter().map(|(_, n)| n).sum::<u64>(), 3, "every active finding is told");
    store.write(move |tx| docket_store::applications::remove(tx, app)).unwrap();
    assert_eq!(store.read(move |r| owners::text(r, app)).unwrap(), None, "gone with it");
}

#[test]
fn what_no_tracker_takes_is_refused_and_changes_nothing() {
    let bench = bench();
    bench.import(&report("semgrep", three()));
    set(&bench, bench.app, RULES);
    let app = bench.app;
    let long = "# words\n".repeat(LARGEST / 8 + 1);
    let refused = bench.store.write(move |tx| owners::set(tx, app, &long)).unwrap_err();
    assert_eq!(refused.code, Code::BadInput, "{refused:?}");
    assert_eq!(owned(&bench)[0].1, "@acme/db @ann", "the rules before still hold");
}
