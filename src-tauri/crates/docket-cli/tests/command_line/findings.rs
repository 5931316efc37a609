//! Findings in every form, and decisions about them.

use std::process::Stdio;

use serde_json::json;

use crate::bench::{Desk, fixture};

fn desk() -> Desk {
    let desk = Desk::new();
    desk.run(&["import", &fixture("shop.sarif"), "--app", "shop", "--create-app"]).ends(0);
    desk
}

#[test]
fn four_forms_tell_the_same_findings() {
    let desk = desk();
    let table = desk.run(&["findings", "--format", "table"]).ends(0);
    assert_eq!(table.out.lines().count(), 7, "a head and six rows: {}", table.out);
    assert!(table.err.contains("6 findings"), "the total is told beside the result: {}", table.err);
    let json: serde_json::Value =
        serde_json::from_str(&desk.run(&["findings", "--format", "json"]).ends(0).out).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 6, "an array of rows");
    let csv = desk.run(&["findings", "--format", "csv"]).ends(0);
    assert_eq!(csv.out.lines().next().unwrap().split(',').next(), Some("id"), "a header: {}", csv.out);
    assert_eq!(csv.out.lines().count(), 7, "and six lines: {}", csv.out);
    let markdown = desk.run(&["findings", "--format", "markdown"]).ends(0);
    assert_eq!(markdown.out.lines().count(), 8, "two lines of head and six rows: {}", markdown.out);
    for said in [&table, &csv, &markdown] {
        assert!(
            !said.out.contains('\u{1b}'),
            "no escape of the report's reaches a terminal, no colour a pipe"
        );
    }
}

#[test]
fn queries_sorting_and_limits_are_obeyed() {
    let desk = desk();
    let some = desk.json(&[
        "findings",
        "severity:critical,high status:active",
        "--sort",
        "-severity,place",
        "--limit",
        "3",
    ]);
    assert_eq!(some["total"], 5, "the total is of all that match");
    let rows = some["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 3, "at most three are shown");
    let severities: Vec<&str> = rows.iter().map(|row| row["severity"].as_str().unwrap()).collect();
    assert_eq!(severities, ["high", "high", "critical"], "least severe first, as asked");
    let wrong = desk.run(&["findings", "severty:high", "--json"]).ends(2);
    assert_eq!(
        wrong.document()["error"]["context"]["suggestion"],
        "severity",
        "a mistake comes with its remedy: {}",
        wrong.out
    );
    let none = desk.json(&["findings", "--limit", "0"]);
    assert_eq!(
        (none["total"].as_u64(), none["rows"].as_array().unwrap().len()),
        (Some(6), 0),
        "only counted"
    );
}

#[test]
fn one_finding_is_told_whole() {
    let desk = desk();
    let id = desk.json(&["findings", "rule:reflected-xss path:src/search.py"])["rows"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let said = desk.run(&["finding", &id]).ends(0);
    for words in ["src/search.py:31", "CWE-79", "Lantern", "reflected-xss", "@security-team"] {
        assert!(said.out.contains(words), "«{words}» is told: {}", said.out);
    }
    assert!(!said.out.contains('\u{1b}') && !said.out.contains('\u{7}'), "harmless to the terminal");
    let gone = desk.run(&["finding", "9999"]).ends(1);
    assert!(gone.err.contains("does not exist"), "an unknown number is no finding: {}", gone.err);
}

#[test]
fn decisions_are_made_about_one_or_many() {
    let desk = desk();
    let unasked = desk.run(&["assess", "rule:weak-hash", "--status", "false-positive"]).ends(2);
    assert!(unasked.err.contains("--yes"), "a query is asked about: {}", unasked.err);
    let set = ["--status", "closed", "--reason", "mitigated", "--comment", "the proxy filters it", "--yes"];
    desk.run(&[&["assess", "rule:sql-injection"], &set[..]].concat()).ends(0);
    assert_eq!(desk.json(&["findings", "status:closed reason:mitigated"])["total"], 3, "all that match");
    let wrong = desk.run(&["assess", "--id", "1", "--status", "active", "--reason", "duplicate"]).ends(2);
    assert!(wrong.err.contains("Duplicate"), "a reason under the wrong status: {}", wrong.err);
    let one = desk.json(&["findings", "rule:weak-hash"])["rows"][0]["id"].as_str().unwrap().to_owned();
    let document = desk.json(&["assess", "--id", &one, "--status", "risk-accepted"]);
    assert_eq!(document["changed"], 1, "ids need no question: {document}");
    let detail = desk.run(&["finding", &one]).ends(0);
    assert!(detail.out.contains("Risk accepted"), "and it is told: {}", detail.out);
}

#[test]
fn what_two_tools_report_is_answered_at_once() {
    let desk = Desk::new();
    for (tool, version) in [("trivy", "1.0.0"), ("grype", "v1.0.0")] {
        let file = format!("{tool}.json");
        let report = json!({ "docket": "findings/1", "tool": tool, "findings": (1..=4).map(|n| json!({
            "rule": format!("{tool}-{n}"), "title": format!("Flaw {n}"), "kind": "dependency",
            "identifiers": [{ "scheme": "CVE", "value": format!("CVE-2026-000{n}") }],
            "component": { "name": "ink", "version": version }
        })).collect::<Vec<_>>() });
        std::fs::write(desk.room.path().join(&file), report.to_string()).unwrap();
        desk.run(&["import", &file, "--app", "shop", "--create-app"]).ends(0);
    }
    let first = desk.json(&["findings", "proposal:yes"])["rows"][0]["id"].as_str().unwrap().to_owned();
    let detail = desk.run(&["finding", &first]).ends(0);
    assert!(detail.out.contains("trivy reports the same: CVE-2026-000"), "it says why: {}", detail.out);
    assert!(detail.out.contains("Closed"), "and what: {}", detail.out);

    desk.run(&["suggestions", "proposal:yes"]).ends(2);
    let unasked = desk.run(&["suggestions", "", "--accept"]).ends(2);
    assert!(unasked.err.contains("--yes"), "a query is asked about: {}", unasked.err);
    let one = desk.json(&["suggestions", "--id", &first, "--dismiss"]);
    assert_eq!((&one["suggested"], &one["answered"]), (&json!(1), &json!(1)), "{one}");
    let rest = desk.run(&["suggestions", "", "--accept", "--yes"]).ends(0);
    assert!(rest.out.contains("about 3 findings is taken over"), "{}", rest.out);
    assert_eq!(desk.json(&["findings", "status:closed reason:duplicate tool:grype"])["total"], 3);
    let none = desk.run(&["suggestions", "", "--accept", "--yes"]).ends(0);
    assert!(none.out.contains("nothing was changed"), "{}", none.out);
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let desk = desk();
    for form in ["table", "csv", "json", "markdown"] {
        let mut child = desk.command(&["findings", "--format", form]).stdout(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(0), "{form}: {}", String::from_utf8_lossy(&ended.stderr));
    }
}

#[test]
fn a_cell_is_no_formula() {
    let desk = Desk::new();
    std::fs::write(desk.room.path().join("f.csv"), "title,severity\n\"=HYPERLINK(1)\",high\n").unwrap();
    desk.run(&["import", "f.csv", "--app", "shop", "--create-app"]).ends(0);
    let csv = desk.run(&["findings", "--format", "csv"]).ends(0);
    assert!(csv.out.contains("'=HYPERLINK(1)"), "a spreadsheet takes it for text: {}", csv.out);
}

/// A report with everything that is told beside the usual.
const TOLD: &str = r#"{"docket":"findings/1","tool":"probe","findings":[
  {"rule":"CVE-2026-1","title":"A flaw in ink","severity":"high","kind":"web","url":"http://h/a",
   "epss":{"score":0.5,"percentile":0.9,"date":"2026-01-31"},
   "known_exploited":{"source":"CISA","added":"2026-01-01","due":"2026-01-22","ransomware":true},
   "evidence":[{"method":"GET","url":"http://h/a","request":"GET /a HTTP/1.1\nCookie: id=s3cret","text":"seen"}]},
  {"rule":"leak","title":"A token","severity":"high","kind":"secret","path":"a","snippet":"s3cret"}]}"#;

fn told() -> Desk {
    let desk = Desk::new();
    std::fs::write(desk.room.path().join("told.json"), TOLD).unwrap();
    desk.run(&["import", "told.json", "--app", "shop", "--create-app"]).ends(0);
    desk
}

// covers: X11
#[test]
fn a_finding_shows_the_record_that_it_was_made_of() {
    let desk = told();
    let rows = desk.json(&["findings", "rule:CVE-2026-1"]);
    let id = rows["rows"][0]["id"].as_str().unwrap().to_owned();
    let raw = desk.run(&["show", &id, "--raw"]).ends(0);
    assert!(raw.out.starts_with("{\"rule\":\"CVE-2026-1\""), "as it stood there: {}", raw.out);
    assert!(raw.out.contains("id=*****") && !raw.out.contains("s3cret"), "without credentials: {}", raw.out);
    assert_eq!(
        desk.json(&["finding", &id, "--raw"])["form"],
        "json",
        "for programs with where it comes from"
    );
    let leak = desk.json(&["findings", "rule:leak"])["rows"][0]["id"].as_str().unwrap().to_owned();
    let none = desk.run(&["finding", &leak, "--raw"]).ends(1);
    assert!(none.err.contains("not kept"), "the record of a leak is the leak: {}", none.err);
    let shown = desk.run(&["finding", &id]).ends(0).out;
    for words in ["50 %", "listed by CISA on 2026-01-01", "used by ransomware", "GET http://h/a", "id=*****"]
    {
        assert!(shown.contains(words), "«{words}» in {shown}");
    }
}

// covers: X11
#[test]
fn what_was_exported_is_imported_again_as_it_was() {
    let desk = told();
    let whole = desk.run(&["findings", "rule:CVE-2026-1", "--format", "docket"]).ends(0).out;
    let csv = desk.run(&["findings", "rule:CVE-2026-1", "--format", "csv"]).ends(0).out;
    let before = desk.json(&["findings", "rule:CVE-2026-1"])["rows"][0]["id"].as_str().unwrap().to_owned();
    let before = desk.json(&["finding", &before]);
    for (name, text) in [("again.json", &whole), ("again.csv", &csv)] {
        std::fs::write(desk.room.path().join(name), text).unwrap();
        desk.run(&["import", name, "--app", name, "--create-app"]).ends(0);
        let rows = desk.json(&["findings", "--app", name]);
        let after = desk.json(&["finding", rows["rows"][0]["id"].as_str().unwrap()]);
        assert_eq!(after["epss"], before["epss"], "{name}: {text}");
        let known = &after["known_exploited"];
        assert_eq!(
            (&known["added"], &known["ransomware"]),
            (&"2026-01-01".into(), &true.into()),
            "{name}: {text}"
        );
        if name.ends_with("json") {
            for field in ["evidence", "known_exploited", "description", "endpoint", "report_severity"] {
                assert_eq!(after[field], before[field], "{name}: {field}");
            }
        }
    }
}
