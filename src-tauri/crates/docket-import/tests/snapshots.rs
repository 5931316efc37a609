//! Small reports in, readable pictures out: what each format reads.

#![allow(clippy::unwrap_used, reason = "a helper of tests stops the test")]

mod common;

use std::collections::BTreeMap;

use common::{collect, fixture, picture};
use docket_import::{Collected, ReadOptions, open, read};

fn shot(name: &str) -> String {
    let (summary, sink) = collect(&open(&fixture(name)).unwrap(), None).unwrap();
    picture(&summary, &sink)
}

#[test]
fn sarif_says_everything_that_the_standard_lets_it_say() {
    insta::assert_snapshot!(shot("everything.sarif"));
}

#[test]
fn a_careless_sarif_loses_records_and_fields_but_not_the_file() {
    insta::assert_snapshot!(shot("careless.sarif"));
}

#[test]
fn dockets_own_json_carries_the_normal_form() {
    insta::assert_snapshot!(shot("findings.json"));
}

#[test]
fn a_table_with_its_own_header_and_old_encoding_is_read() {
    let mut sink = Collected::default();
    let columns = ReadOptions::columns_from("description = Notes").unwrap();
    let options = ReadOptions { columns, ..ReadOptions::default() };
    let summary = read(&open(&fixture("table.csv")).unwrap(), None, &options, &mut sink).unwrap();
    insta::assert_snapshot!(picture(&summary, &sink));
}

#[test]
fn rows_of_several_tools_become_several_runs() {
    let table = "Title,Severity,Tool\na,high,Zap\nb,low,Nikto\nc,low,Zap\nd,low,\n";
    let (_, sink) = common::collect_bytes("t.csv", table.as_bytes()).unwrap();
    let runs: BTreeMap<&str, Vec<&str>> = sink
        .runs
        .iter()
        .map(|run| (run.run.tool.name.as_str(), run.findings.iter().map(|f| f.title.as_str()).collect()))
        .collect();
    let want = BTreeMap::from([("Zap", vec!["a", "c"]), ("Nikto", vec!["b"]), ("CSV", vec!["d"])]);
    assert_eq!(runs, want, "each tool is a scope of its own");
}

#[test]
fn mapping_text_is_understood_or_refused() {
    let columns = ReadOptions::columns_from("title=Summary, severity = Risk").unwrap();
    assert_eq!(columns.get("severity").map(String::as_str), Some("Risk"), "blanks do not matter");
    assert!(ReadOptions::columns_from("title").is_err(), "a field without a column is refused");
}
