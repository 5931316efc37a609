//! Every list of findings runs on an index: what SQLite itself says about its plans.

use std::sync::Arc;

use docket_domain::{ApplicationId, Clock, Facet, PageStart, Sort, SortKey, Timestamp};

use super::page::select_ids;
use crate::Store;
use crate::filter::Filter;

struct Still;
impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp(1_795_255_200_000)
    }
}

fn plan(store: &Store, filter: Filter) -> String {
    store
        .read(move |r| {
            let text = format!("EXPLAIN QUERY PLAN {}", filter.text);
            r.all(&text, rusqlite::params_from_iter(&filter.params), |row| row.get::<_, String>("detail"))
        })
        .unwrap()
        .join("\n")
}

fn page_plan(
    store: &Store,
    query: &'static str,
    app: Option<ApplicationId>,
    sort: Sort,
    start: PageStart,
) -> String {
    let filter =
        store.read(move |r| select_ids(r, &super::parse(query).unwrap(), app, &[sort], &start, 100)).unwrap();
    plan(store, filter)
}

#[test]
fn the_list_that_is_asked_for_first_walks_an_index() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), Arc::new(Still)).unwrap();
    for descending in [false, true] {
        for query in ["", "status:active", "severity:high,critical", "severity:high status:active"] {
            for application in [None, Some(ApplicationId(1))] {
                let sort = Sort { key: SortKey::Severity, descending };
                let text = page_plan(&store, query, application, sort, PageStart::Offset { rows: 0 });
                assert!(!text.contains("TEMP B-TREE"), "«{query}» of {application:?}: {text}");
                assert!(text.contains("COVERING INDEX finding_by"), "«{query}» of {application:?}: {text}");
            }
        }
    }
}

#[test]
fn what_columns_are_not_there_for_walks_over_the_findings_once() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), Arc::new(Still)).unwrap();
    for key in SortKey::ALL {
        let sort = Sort { key: *key, descending: false };
        let text = page_plan(&store, "status:active rule:x", None, sort, PageStart::Offset { rows: 0 });
        let walks = text.lines().filter(|line| line.contains(" f") && !line.contains("ORDER BY")).count();
        assert_eq!(walks, 1, "sort by {key}: {text}");
    }
    for facet in Facet::ALL {
        for query in ["", "status:active", "severity:high"] {
            let query = super::parse(query).unwrap();
            let mut filter = Filter::in_order(&query, None, Timestamp(0), "");
            filter.text = super::facets::statement(*facet, &filter);
            let text = plan(&store, filter);
            let walks = text.lines().filter(|line| line.starts_with("SCAN") || line.starts_with("SEARCH f "));
            assert!(walks.count() <= 2, "facet {facet}, query «{query}»: {text}");
        }
    }
}

#[test]
fn the_counts_of_the_rail_and_of_applications_run_on_an_index_alone() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), Arc::new(Still)).unwrap();
    for query in ["", "status:active", "severity:high status:active"] {
        for application in [None, Some(ApplicationId(1))] {
            let mut filter = Filter::new(&super::parse(query).unwrap(), application, Timestamp(0));
            filter.text = format!("SELECT count(*) FROM finding f WHERE {}", filter.text);
            let text = plan(&store, filter);
            assert!(text.contains("COVERING INDEX"), "«{query}» of {application:?}: {text}");
        }
    }
}

#[test]
fn look_ups_by_value_are_searches() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), Arc::new(Still)).unwrap();
    for (text, index) in [
        ("SELECT * FROM event WHERE finding = 1 ORDER BY id DESC LIMIT 5", "event_by_finding"),
        ("SELECT * FROM issue WHERE connection = 1 AND marker = 'x' ORDER BY id", "issue_by_marker"),
        ("SELECT * FROM step WHERE plan = 1 AND state = 'planned' ORDER BY idx LIMIT 1", "step_by_state"),
        ("SELECT * FROM exchange WHERE connection IS 1 ORDER BY id DESC LIMIT 5", "exchange_by_connection"),
        (
            "SELECT id FROM exchange WHERE connection IS 1 AND (method IN ('GET', 'HEAD')) = 0 ORDER BY id DESC \
             LIMIT 1 OFFSET 9",
            "exchange_by_kind",
        ),
        (
            "SELECT 1 FROM target_marker WHERE connection = 1 AND target = 'a' AND number = '1'",
            "target_marker_by_number",
        ),
        ("SELECT * FROM import WHERE application = 1 ORDER BY id DESC LIMIT 5", "import_by_application"),
        ("SELECT * FROM proposal WHERE finding = 1 ORDER BY id", "sqlite_autoindex_proposal"),
        ("SELECT * FROM proposal WHERE state = 'open' ORDER BY id LIMIT 5", "proposal_open"),
        ("SELECT issue FROM link WHERE finding = 1", "PRIMARY KEY"),
        ("SELECT finding FROM link WHERE issue = 1", "link_by_issue"),
    ] {
        let text = plan(&store, Filter { text: text.to_owned(), ..Filter::default() });
        assert!(text.contains(index), "{index}: {text}");
    }
}
