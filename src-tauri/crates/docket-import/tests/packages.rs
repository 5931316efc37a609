//! Packages: what formats owe beyond their examples: tools that failed, lists that are absent,
//! streams of values, records that make one finding together.

#![allow(clippy::unwrap_used, reason = "a helper of tests stops the test")]

mod common;

use common::collect_bytes;
use docket_domain::{Completeness, Found, Presence, Severity, SuppressionStatus};
use docket_import::Collected;

fn read(name: &str, text: &str) -> (String, Collected) {
    let (summary, sink) = collect_bytes(name, text.as_bytes()).unwrap_or_else(|problem| panic!("{problem}"));
    (summary.format.to_owned(), sink)
}

fn refused(name: &str, text: &str) -> String {
    collect_bytes(name, text.as_bytes()).unwrap_err().message
}

fn only(sink: &Collected) -> &Found {
    let mut all = sink.findings();
    let first = all.next().unwrap();
    assert!(all.next().is_none(), "one finding");
    first
}

fn end(sink: &Collected) -> &Completeness {
    sink.runs.last().unwrap().end.as_ref().unwrap()
}

#[test]
fn tools_that_failed_close_nothing() {
    for (text, says) in [
        (
            r#"{"error":{"code":"ENOLOCK","summary":"This command requires an existing lockfile."}}"#,
            "lockfile",
        ),
        (
            r#"{"ok":false,"error":"Could not detect supported target files","path":"/work"}"#,
            "Could not detect supported target files",
        ),
        (
            "{\"type\":\"warning\",\"data\":\"No license field\"}\n{\"type\":\"error\",\"data\":\"audit: no network\"}\n",
            "no network",
        ),
    ] {
        let words = refused("report.json", text);
        assert!(words.contains("in place of results") && words.contains(says), "{words}");
    }
}

#[test]
fn what_is_said_beside_findings_makes_the_run_partial() {
    let text = concat!(
        r#"{"type":"auditAdvisory","data":{"resolution":{"id":1,"path":"a>b"},"advisory":{"id":1,"module_name":"b","severity":"high","title":"t"}}}"#,
        "\n",
        r#"{"type":"error","data":"one part of the audit failed"}"#,
        "\n"
    );
    let (_, sink) = read("report.json", text);
    assert!(
        matches!(end(&sink), Completeness::Partial { reason } if reason.contains("one part")),
        "{:?}",
        end(&sink)
    );
    assert_eq!(only(&sink).severity, Severity::High, "what was found is there");
}

#[test]
fn a_list_that_is_absent_is_not_an_empty_one() {
    for (text, format) in [
        (r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[]}"#, "cyclonedx"),
        (r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components/></bom>"#, "cyclonedx-xml"),
        (
            r#"{"version":"1.3","meta":{"application":"Dependency-Track"},"findings":null}"#,
            "dependency-track",
        ),
        (r#"{"descriptor":{"name":"grype"},"matches":null}"#, "grype"),
    ] {
        let (found, sink) = read("report", text);
        assert_eq!(found, format, "recognised: {text}");
        assert!(matches!(end(&sink), Completeness::Failed { .. }), "{format} did not look");
    }
    for text in [
        r#"{"bomFormat":"CycloneDX","specVersion":"1.6","vulnerabilities":[]}"#,
        r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><vulnerabilities/></bom>"#,
        r#"{"version":"1.3","meta":{"application":"Dependency-Track"},"findings":[]}"#,
        r#"{"descriptor":{"name":"grype"},"matches":[]}"#,
    ] {
        let (_, sink) = read("report", text);
        assert!(matches!(end(&sink), Completeness::Complete), "nothing was found: {text}");
    }
}

#[test]
fn versions_that_nobody_reads_are_refused() {
    let words = refused("a.json", r#"{"document":{"csaf_version":"1.2","tracking":{}},"product_tree":{}}"#);
    assert!(words.contains("csaf_version"), "{words}");
}

#[test]
fn messages_of_govulncheck_make_one_finding_in_any_order() {
    let stream = r#"
        {"config": {"protocol_version": "v1.0.0", "scanner_version": "v1.1.4"}}
        {"finding": {"osv": "GO-2026-1", "trace": [{"module": "m", "version": "v1.0.0"}]}}
        {
          "finding": {"osv": "GO-2026-1", "trace": [{"module": "m", "version": "v1.0.0", "package": "m/p"}]}
        }
        {"osv": {"id": "GO-2026-1", "summary": "It panics", "aliases": ["CVE-2026-1"]}}
        {"osv": {"id": "GO-2026-2", "summary": "Not here"}}
    "#;
    let (format, sink) = read("report.json", stream);
    assert_eq!(format, "govulncheck", "a stream of values over several lines");
    let found = only(&sink);
    assert_eq!(found.title, "It panics", "the entry came behind the finding");
    assert_eq!(found.tags, ["required", "imported"], "how far it reaches");
    assert_eq!(sink.runs[0].run.tool.version.as_deref(), Some("v1.1.4"), "the first message");
    let cut = stream.replace(r#""Not here"}}"#, r#""Not he"#);
    assert!(refused("report.json", &cut).contains("cut off"), "a stream that ends inside a value is broken");
}

#[test]
fn the_old_extension_stands_inside_components() {
    let bom = r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.2" xmlns:v="http://cyclonedx.org/schema/ext/vulnerability/1.0">
      <components><component type="library"><name>apt</name><version>1.8</version>
        <v:vulnerabilities><v:vulnerability ref="urn:uuid:1">
          <v:id>CVE-2026-2</v:id>
          <v:ratings><v:rating><v:score><v:base>4.3</v:base></v:score><v:severity>Low</v:severity><v:method>CVSSv2</v:method></v:rating></v:ratings>
        </v:vulnerability></v:vulnerabilities>
      </component></components></bom>"#;
    let (_, sink) = read("bom.xml", bom);
    let found = only(&sink);
    let component = found.component.as_ref().unwrap();
    assert_eq!(
        (component.name.as_str(), component.version.as_deref()),
        ("apt", Some("1.8")),
        "what it stands in"
    );
    assert_eq!((found.severity, found.cvss[0].version.as_str()), (Severity::Low, "2.0"), "rated as it says");
}

#[test]
fn states_of_vex_become_proposals() {
    let bom = |state: &str| {
        format!(
            r#"{{"bomFormat":"CycloneDX","vulnerabilities":[{{"id":"CVE-2026-3","analysis":{{"state":"{state}"}},"affects":[{{"ref":"pkg:npm/a@1"}}]}}]}}"#
        )
    };
    for (state, want) in [
        ("not_affected", Some(SuppressionStatus::Accepted)),
        ("false_positive", Some(SuppressionStatus::Accepted)),
        ("in_triage", Some(SuppressionStatus::UnderReview)),
        ("exploitable", None),
    ] {
        let (_, sink) = read("bom.json", &bom(state));
        let found = only(&sink);
        assert_eq!(found.suppressions.first().map(|one| one.status), want, "{state}");
        assert_eq!(
            found.component.as_ref().unwrap().version.as_deref(),
            Some("1"),
            "the package URL is the reference"
        );
    }
    let (_, sink) = read("bom.json", &bom("resolved"));
    assert_eq!(only(&sink).presence, Presence::Absent, "resolved is gone");
}

#[test]
fn components_nest_without_end() {
    let mut bom = r#"{"bomFormat":"CycloneDX","vulnerabilities":[{"id":"CVE-2026-4","affects":[{"ref":"deep"}]}],"components":["#.to_owned();
    for _ in 0..2_000 {
        bom.push_str(r#"{"name":"x","components":["#);
    }
    bom.push_str(r#"{"bom-ref":"deep","name":"down","version":"3"}"#);
    bom.push_str(&"]}".repeat(2_000));
    bom.push_str("]}");
    let (_, sink) = read("bom.json", &bom);
    let name = only(&sink).component.as_ref().map(|component| component.name.clone());
    assert!(matches!(name.as_deref(), Some("down" | "deep")), "found, or left as its reference: {name:?}");
}
