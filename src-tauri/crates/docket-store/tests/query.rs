//! Queries against rows: each field, hostile text, pages, facets, completion.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests and their helpers may panic")]

mod common;

use common::{Bench, add_app, bench, code, identifier, report};
use docket_domain::query::Field;
use docket_domain::{
    Component, Facet, FindingKind, Found, Location, PageStart, Reason, Selection, Severity, Sort, SortKey,
    Status,
};
use docket_store::findings;

const HOSTILE: &str = r#"'; DROP TABLE finding; -- "NEAR(" * % _ \ <script>"#;

fn seeded() -> Bench {
    let bench = bench();
    let mut injection = code("java/sql-injection", "src/main/Db.java", 42, "SQL injection through userName");
    injection.identifiers = vec![identifier("CWE", "CWE-89"), identifier("CVE", "CVE-2024-1111")];
    injection.severity = Severity::Critical;
    injection.locations.push(Location { path: Some("lib/Helper.java".to_owned()), ..Location::nowhere() });
    let mut library = Found::new("CVE-2021-23337", "lodash can be injected");
    library.kind = FindingKind::Dependency;
    library.severity = Severity::High;
    library.identifiers =
        vec![identifier("CVE", "CVE-2021-23337"), identifier("GHSA", "GHSA-35jh-r3h4-6jhm")];
    library.component = Some(Component {
        purl: Some("pkg:npm/lodash@4.17.20".to_owned()),
        name: "lodash".to_owned(),
        version: Some("4.17.20".to_owned()),
        fixed_version: None,
    });
    let mut odd = code("100%_sure", "test/a_b.java", 7, HOSTILE);
    odd.severity = Severity::Unknown;
    bench.import(&report("CodeQL", vec![injection, library, odd]));
    let mut other = report("Semgrep", vec![code("js.eval", "src/app.js", 3, "eval of input, größer 日本")]);
    other.branch = Some("main".to_owned());
    bench.import(&other);
    bench
}

const INJECTION: &str = "SQL injection through userName";
const LIBRARY: &str = "lodash can be injected";
const EVAL: &str = "eval of input, größer 日本";

#[test]
fn every_field_finds_what_it_says() {
    let bench = seeded();
    for (query, expected) in [
        ("", vec![HOSTILE, INJECTION, EVAL, LIBRARY]),
        ("severity:critical", vec![INJECTION]),
        ("severity:critical,unknown", vec![HOSTILE, INJECTION]),
        ("-severity:critical,unknown", vec![EVAL, LIBRARY]),
        ("tool:semgrep", vec![EVAL]),
        ("tool:sem*", vec![EVAL]),
        ("rule:java/*", vec![INJECTION]),
        ("rule:JAVA/SQL-INJECTION", vec![INJECTION]),
        ("rule:100%_sure", vec![HOSTILE]),
        ("rule:100x_sure", vec![]),
        ("rule:*%_sure", vec![HOSTILE]),
        ("rule:*%xsure", vec![]),
        ("path:src/**", vec![INJECTION, EVAL]),
        ("path:src", vec![INJECTION, EVAL]),
        ("path:src/main/Db.java", vec![INJECTION]),
        ("path:sr", vec![]),
        ("path:lib/Helper.java", vec![INJECTION]),
        ("path:test/a?b.java", vec![HOSTILE]),
        ("path:\"\"", vec![LIBRARY]),
        ("-path:src/**", vec![HOSTILE, LIBRARY]),
        ("cve:CVE-2024-*", vec![INJECTION]),
        ("cve:cve-2021-23337", vec![LIBRARY]),
        ("cve:GHSA-*", vec![LIBRARY]),
        ("cve:\"\"", vec![HOSTILE, EVAL]),
        ("cwe:89", vec![INJECTION]),
        ("cwe:CWE-089", vec![INJECTION]),
        ("cwe:8*", vec![INJECTION]),
        ("component:lodash", vec![LIBRARY]),
        ("component:pkg:npm/lodash", vec![LIBRARY]),
        ("component:pkg:npm/lodash@4.17.20", vec![LIBRARY]),
        ("component:pkg:npm/loda", vec![]),
        ("kind:dependency", vec![LIBRARY]),
        ("app:SHOP", vec![HOSTILE, INJECTION, EVAL, LIBRARY]),
        ("app:other", vec![]),
        ("branch:main", vec![EVAL]),
        ("branch:\"\"", vec![HOSTILE, INJECTION, LIBRARY]),
        ("status:active", vec![HOSTILE, INJECTION, EVAL, LIBRARY]),
        ("linked:yes", vec![]),
        ("proposal:no", vec![HOSTILE, INJECTION, EVAL, LIBRARY]),
        ("seen:<1h", vec![HOSTILE, INJECTION, EVAL, LIBRARY]),
        ("first:>1d", vec![]),
        ("id:999", vec![]),
        ("inject", vec![INJECTION, LIBRARY]),
        ("\"inject\"", vec![]),
        ("\"sql injection\"", vec![INJECTION]),
        ("\"injection sql\"", vec![]),
        ("username", vec![INJECTION]),
        ("grosser", vec![]),
        ("großer", vec![EVAL]),
        ("日本", vec![EVAL]),
        ("CVE-2021-23337", vec![LIBRARY]),
        ("Db.java", vec![INJECTION]),
        ("injection -lodash", vec![INJECTION]),
        ("tool:codeql severity:high", vec![LIBRARY]),
    ] {
        let mut expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
        expected.sort();
        assert_eq!(bench.titles(query), expected, "{query}");
        assert_eq!(bench.page(query).total, expected.len() as u64, "the total of {query}");
    }
}

#[test]
fn hostile_text_finds_itself_and_harms_nothing() {
    let bench = seeded();
    let quoted = format!("{:?}", "DROP TABLE finding");
    assert_eq!(bench.titles(&quoted), [HOSTILE], "as a phrase");
    for evil in [
        "\"'; DROP TABLE finding; --\"",
        "\"\\\"\"",
        "\"a\\\" OR title:b\"",
        "NEAR(",
        "AND",
        "OR",
        "NOT",
        "title:*",
        "^a",
        "a+b",
        "{x",
        "***",
        "%",
        "_",
        "\u{1f4a9}",
        "rule:\"' OR 1=1 --\"",
        "tool:%",
        "path:\"\\\\\"",
        "component:'",
        "app:\"x' OR 'a'='a\"",
    ] {
        let Ok(query) = findings::parse(evil) else { continue };
        let page = bench
            .store
            .read(move |r| findings::page(r, &query, None, &[], &PageStart::Offset { rows: 0 }, 10));
        assert!(page.is_ok(), "{evil}: {page:?}");
        let field =
            evil.starts_with(['r', 't', 'p', 'c']) && evil.contains(':') && !evil.starts_with("title");
        assert!(!field || page.unwrap().total == 0, "{evil} names nothing that there is");
    }
    assert_eq!(bench.page("").total, 4, "every row is still there");
}

#[test]
fn free_text_with_a_nul_is_only_text() {
    let bench = seeded();
    let query = docket_domain::query::parse("\"a\0b\"").unwrap();
    let count = bench.store.read(move |r| findings::count(r, &query, None)).unwrap();
    assert_eq!(count, 1, "it reads as «a b», the words of a file's name, and is no error");
}

/// Every sort, both ways, by offset and by cursor: the same rows, each once.
#[test]
fn pages_by_cursor_and_by_offset_agree_for_every_sort() {
    let bench = seeded();
    let second = add_app(&bench.store, "Another app").id;
    let more = (0..57)
        .map(|n| {
            let mut found = code(
                &format!("r{}", n % 5),
                &format!("dir{}/f.rs", n % 7),
                n % 13,
                &format!("Title {}", n % 9),
            );
            found.severity = Severity::ALL[n as usize % 6];
            found.tags.push(n.to_string());
            found
        })
        .collect();
    let mut report = report("Tool", more);
    report.branch = Some("b".to_owned());
    let other = Bench {
        app: second,
        store: bench.store.clone(),
        clock: bench.clock.clone(),
        dir: tempfile::tempdir().unwrap(),
    };
    other.import(&report);
    for key in SortKey::ALL {
        for descending in [false, true] {
            for second in [None, Some(SortKey::Title), Some(SortKey::Application)] {
                let mut sort = vec![Sort { key: *key, descending }];
                sort.extend(second.map(|key| Sort { key, descending: !descending }));
                let whole: Vec<i64> = bench.sorted("", &sort).rows.iter().map(|r| r.id.0).collect();
                assert_eq!(whole.len(), 61, "all rows");
                let mut walked = Vec::new();
                let mut start = PageStart::Offset { rows: 0 };
                loop {
                    let (from, keys) = (start.clone(), sort.clone());
                    let query = findings::parse("").unwrap();
                    let page =
                        bench.store.read(move |r| findings::page(r, &query, None, &keys, &from, 7)).unwrap();
                    walked.extend(page.rows.iter().map(|r| r.id.0));
                    match page.next {
                        Some(cursor) => start = PageStart::After { cursor },
                        None => break,
                    }
                }
                assert_eq!(walked, whole, "{sort:?}: a cursor continues where the page ended");
            }
        }
    }
    let severe = bench.sorted("", &[Sort { key: SortKey::Severity, descending: false }]);
    assert_eq!(severe.rows[0].severity, Severity::Critical, "most severe first");
    let named = bench.sorted("", &[Sort { key: SortKey::Application, descending: false }]);
    assert_eq!(named.rows[0].application_name, "Another app", "by name");
    let placed = bench.sorted("tool:tool", &[Sort { key: SortKey::Place, descending: false }]);
    let lines: Vec<&str> = placed.rows.iter().filter_map(|r| r.place.as_deref()).take(9).collect();
    assert!(
        lines.windows(2).all(|w| w[0] != "dir0/f.rs:10" || w[1] != "dir0/f.rs:2"),
        "lines sort as numbers: {lines:?}"
    );
}

#[test]
fn a_cursor_of_another_order_is_refused() {
    let bench = seeded();
    let query = findings::parse("").unwrap();
    let first = bench
        .store
        .read(move |r| findings::page(r, &query, None, &[], &PageStart::Offset { rows: 0 }, 1))
        .unwrap();
    let cursor = first.next.unwrap();
    let by_title = [Sort { key: SortKey::Title, descending: false }];
    for cursor in [cursor, "rubbish".to_owned(), "severity/x".to_owned()] {
        let query = findings::parse("").unwrap();
        let start = PageStart::After { cursor };
        let problem =
            bench.store.read(move |r| findings::page(r, &query, None, &by_title, &start, 1)).unwrap_err();
        assert_eq!(problem.code, docket_domain::Code::BadInput, "{problem}");
    }
}

#[test]
fn facets_count_without_their_own_condition_and_follow_changes() {
    let bench = seeded();
    let facets = |text: &str| {
        let query = findings::parse(text).unwrap();
        bench.store.read(move |r| findings::facets(r, &query, None)).unwrap()
    };
    let count = |text: &str, facet: Facet, value: &str| {
        facets(text).iter().find(|f| f.facet == facet && f.value == value).map_or(0, |f| f.count)
    };
    assert_eq!(count("", Facet::Severity, "critical"), 1, "one is critical");
    assert_eq!(count("severity:high", Facet::Severity, "critical"), 1, "the other values stay in sight");
    assert_eq!(count("severity:high", Facet::Tool, "Semgrep"), 1, "other facets heed the condition");
    assert_eq!(count("severity:critical", Facet::Tool, "Semgrep"), 0, "and leave out what it excludes");
    assert_eq!(count("", Facet::Cwe, "89"), 1, "spelt as the query language does");
    assert_eq!(count("tool:codeql", Facet::Cwe, "89"), 1, "also under a condition");
    assert_eq!(count("", Facet::Component, "lodash"), 1, "components");
    assert_eq!(count("", Facet::Branch, ""), 3, "no branch known");
    assert_eq!(count("", Facet::Linked, "no"), 4, "none is in an issue");
    assert_eq!(count("", Facet::Application, "shop"), 4, "applications");
    assert_eq!(count("", Facet::Status, "active"), 4, "before");
    let selection =
        Selection::Matching { query: "severity:critical".to_owned(), application: None, except: Vec::new() };
    bench
        .store
        .write(move |tx| {
            findings::assess(tx, &selection, Status::FalsePositive, Some(Reason::NotAffected), None, None)
        })
        .unwrap();
    assert_eq!(
        count("", Facet::Status, "active"),
        3,
        "what was remembered is forgotten when findings change"
    );
    // What a facet offers can be clicked: its value reads back as a query that finds its count.
    for value in facets("") {
        let query = docket_domain::query::Query::default()
            .toggle(docket_domain::query::facet_field(value.facet), &value.value)
            .unwrap();
        assert_eq!(bench.page(&query.to_string()).total, value.count, "{query}");
    }
}

#[test]
fn completion_knows_the_values_that_are_there() {
    let bench = seeded();
    let values = |field, prefix: &'static str| {
        bench.store.read(move |r| findings::values(r, field, prefix, 10)).unwrap()
    };
    assert_eq!(values(Field::Tool, "co"), ["CodeQL"], "capitals do not matter");
    assert_eq!(values(Field::Path, ""), ["lib/", "src/", "test/"].map(str::to_owned)[1..], "folders first");
    assert_eq!(values(Field::Path, "src/"), ["src/app.js", "src/main/"], "one level at a time");
    assert_eq!(values(Field::Cwe, "8"), ["89"], "numbers");
    assert_eq!(values(Field::Cve, "CVE-2021"), ["CVE-2021-23337"], "ids");
    assert_eq!(values(Field::Rule, "100%"), ["100%_sure"], "nothing is special in a prefix");
    assert_eq!(values(Field::Component, ""), ["lodash"], "components");
    assert_eq!(values(Field::Branch, "m"), ["main"], "branches");
    assert_eq!(values(Field::App, "s"), ["shop"], "applications");
}

#[test]
fn a_bulk_judgement_covers_everything_but_the_exceptions() {
    let bench = seeded();
    let spared = bench.page("severity:critical").rows[0].id;
    let selection =
        Selection::Matching { query: "tool:codeql".to_owned(), application: None, except: vec![spared] };
    let counted = selection.clone();
    let count = bench.store.read(move |r| findings::selection_count(r, &counted)).unwrap();
    assert_eq!(count.total, 2, "three, but one");
    let again = selection.clone();
    let judge = |selection: Selection, comment: Option<&'static str>| {
        bench
            .store
            .write(move |tx| {
                findings::assess(tx, &selection, Status::RiskAccepted, None, comment, Some("ann"))
            })
            .unwrap()
    };
    assert_eq!(judge(selection, Some("behind a firewall")), 2, "both changed");
    assert_eq!(judge(again, None), 0, "the same again changes nothing");
    assert_eq!(bench.titles("status:risk_accepted"), [HOSTILE, LIBRARY], "those two");
    let id = bench.page("component:lodash").rows[0].id;
    let detail = bench.store.read(move |r| findings::detail(r, id)).unwrap();
    let assessment = detail.assessment.unwrap();
    assert_eq!(assessment.author.as_deref(), Some("ann"), "who");
    assert_eq!(assessment.comment.as_deref(), Some("behind a firewall"), "why");
    assert!(detail.history[0].text.contains("behind a firewall"), "and in the history");
    let wrong = Selection::Ids { ids: vec![id] };
    let refused = bench
        .store
        .write(move |tx| findings::assess(tx, &wrong, Status::Active, Some(Reason::Duplicate), None, None))
        .unwrap_err();
    assert_eq!(refused.code, docket_domain::Code::BadInput, "a reason belongs to its status");
}

#[test]
fn findings_move_between_applications_and_are_known_there() {
    let bench = seeded();
    let target = add_app(&bench.store, "other").id;
    let selection =
        Selection::Matching { query: "tool:semgrep".to_owned(), application: None, except: Vec::new() };
    let moved = bench.store.write(move |tx| findings::move_to(tx, &selection, target, Some("ann"))).unwrap();
    assert_eq!(moved, 1, "one moved");
    assert_eq!(bench.titles("app:other"), [EVAL], "and is there");
    let mut same = report("Semgrep", vec![code("js.eval", "src/app.js", 9, "eval of input, größer 日本")]);
    same.branch = Some("main".to_owned());
    let there = Bench {
        app: target,
        store: bench.store.clone(),
        clock: bench.clock.clone(),
        dir: tempfile::tempdir().unwrap(),
    };
    let delta = there.import(&same).delta;
    assert_eq!((delta.new, delta.updated), (0, 1), "the next import there knows it again");
    let removed = bench.store.write(move |tx| docket_store::applications::remove(tx, target)).unwrap();
    assert_eq!(removed, 1, "an application goes with its findings");
    assert_eq!(bench.titles("eval"), Vec::<String>::new(), "from the full text too");
}

#[test]
fn a_selection_of_very_many_ids_is_no_trouble() {
    let bench = seeded();
    let ids: Vec<docket_domain::FindingId> = (1..300_000).map(docket_domain::FindingId).collect();
    let listed = Selection::Ids { ids: ids.clone() };
    let count = bench.store.read(move |r| findings::selection_count(r, &listed)).unwrap();
    assert_eq!(count.total, 4, "those that there are");
    let nearly = Selection::Matching { query: String::new(), application: None, except: ids[1..].to_vec() };
    assert_eq!(bench.store.read(move |r| findings::ids(r, &nearly)).unwrap().len(), 1, "all but very many");
}
