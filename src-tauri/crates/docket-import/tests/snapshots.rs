//! Small reports in, readable pictures out: what each format reads.

#![allow(clippy::unwrap_used, reason = "a helper of tests stops the test")]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;

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

/// Every format reads its own example as what it is, whole, and as the picture says.
#[test]
fn every_format_reads_its_example() {
    for format in docket_import::formats() {
        let bytes = format.example().as_bytes();
        let name = format!("report.{}", format.extensions()[0]);
        let (summary, sink) = common::collect_bytes(&name, bytes)
            .unwrap_or_else(|problem| panic!("{}: its example is read: {problem}", format.id()));
        assert_eq!(summary.format, format.id(), "its own example is recognised");
        assert!(summary.findings > 0 && summary.lost == 0, "{}: {summary:?}", format.id());
        assert!(!format.versions().is_empty() && !format.about().is_empty(), "{} is described", format.id());
        if format.id() != "sarif" {
            insta::assert_snapshot!(format!("example_{}", format.id()), picture(&summary, &sink));
        }
    }
}

/// The list in `docs/formats.md` is the list of the program. `DOCKET_WRITE_FORMATS=1` writes it.
#[test]
fn the_documented_list_of_formats_is_the_real_one() {
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/formats.md");
    let text = std::fs::read_to_string(&page).unwrap().replace("\r\n", "\n");
    let (begin, end) = ("<!-- formats -->\n", "<!-- /formats -->");
    let (head, rest) = text.split_once(begin).unwrap();
    let (_, tail) = rest.split_once(end).unwrap();
    let mut list = String::from("| id | name | versions |\n|---|---|---|\n");
    for format in docket_import::formats() {
        let cell = |text: &str| text.replace('|', "\\|");
        let (name, versions) = (cell(format.label()), cell(format.versions()));
        writeln!(list, "| `{}` | {name} | {versions} |", format.id()).unwrap();
    }
    let whole = format!("{head}{begin}{list}{end}{tail}");
    if std::env::var_os("DOCKET_WRITE_FORMATS").is_some() {
        std::fs::write(&page, &whole).unwrap();
    } else {
        let say = "write it with DOCKET_WRITE_FORMATS=1 cargo test -p docket-import --test snapshots";
        assert!(text == whole, "docs/formats.md lists other formats than there are: {say}");
    }
}
