//! Shapes of cloud, container and infrastructure reports that the examples do not show.
#![allow(clippy::unwrap_used, reason = "a helper of tests stops the test")]

mod common;

use common::{collect, collect_bytes};
use docket_domain::{Completeness, Found, Presence};
use docket_import::{Collected, from_bytes};

/// Reads a report that has to be recognised as this format.
fn read_as(format: &str, text: &str) -> Collected {
    let (summary, sink) = collect_bytes("report", text.as_bytes())
        .unwrap_or_else(|problem| panic!("{format} is readable: {problem}"));
    assert_eq!(summary.format, format, "the format of {text}");
    sink
}

fn all(sink: &Collected) -> Vec<&Found> {
    sink.findings().collect()
}

fn end(sink: &Collected) -> Completeness {
    sink.runs.last().and_then(|run| run.end.clone()).unwrap()
}

/// Every format of this kind, with a shape that its example does not have: how many findings.
#[test]
fn other_shapes_are_recognised_and_read() {
    let check = r#"{"checkID":"KSV001","severity":"LOW","success":false,"title":"t"}"#;
    let resource = format!(
        r#"{{"apiVersion":"aquasecurity.github.io/v1alpha1","kind":"ConfigAuditReport","metadata":{{}},"report":{{"checks":[{check}]}}}}"#
    );
    let finding = r#"{"SchemaVersion":"2018-10-08","Id":"i","ProductArn":"p","GeneratorId":"g","Severity":{"Label":"LOW"},"Title":"t"}"#;
    let flaw = r#"{"name":"CVE-2024-1","aqua_severity":"high"}"#;
    for (format, text, findings) in [
        ("trivy-operator", resource.clone(), 1),
        ("trivy-operator", format!("[{resource},{resource}]"), 2),
        (
            "trivy-operator",
            format!(r#"{{"configauditreports.aquasecurity.github.io":[{resource}],"sbomreports.aquasecurity.github.io":[{resource}]}}"#),
            1,
        ),
        ("asff", format!("[{finding}]"), 1),
        ("asff", format!("{finding}\n{finding}\n"), 2),
        (
            "asff",
            format!(r#"{{"version":"0","detail-type":"Security Hub Findings - Imported","detail":{{"findings":[{finding}]}}}}"#),
            1,
        ),
        (
            "prowler",
            r#"{"Control":"[check11] a","Message":"m","Status":"Pass","Control ID":"1","Severity":"Low"}
{"Control":"[check12] b","Message":"m","Status":"FAIL","Control ID":"2","Severity":"Low"}
"#
            .to_owned(),
            1,
        ),
        (
            "prowler-v2-csv",
            "PROFILE,ACCOUNT_NUM,REGION,TITLE_ID,RESULT,SCORED,LEVEL,TITLE_TEXT,NOTES\n,1,eu,1.1,FAIL,Scored,Level 1,[check11] a,n\n"
                .to_owned(),
            1,
        ),
        (
            "aqua",
            format!(r#"[{{"image_name":"i","results":{{"resources":[{{"resource":{{"name":"n"}},"vulnerabilities":[{flaw}]}}]}}}}]"#),
            1,
        ),
        ("aqua", r#"{"image_name":"i","registry":"r","cves":[{"file":"/f","name":"CVE-2024-1"}]}"#.to_owned(), 1),
        ("aqua", format!(r#"{{"count":1,"page":1,"pagesize":50,"result":[{flaw}]}}"#), 1),
        ("aqua", r#"{"image":"i","resources":null,"scan_started":{}}"#.to_owned(), 0),
        ("checkov", r#"{"passed":0,"failed":0,"skipped":0,"parsing_errors":0,"checkov_version":"3"}"#.to_owned(), 0),
        (
            "kube-bench",
            r#"{"id":"1","node_type":"node","tests":[{"results":[{"test_number":"4.1","status":"FAIL","test_desc":"d"}]}]}"#
                .to_owned(),
            1,
        ),
        (
            "testssl",
            r#"[{"id":"a","ip":"h/192.0.2.1","port":"443","severity":"HIGH","finding":"f"},{"id":"b","ip":"h/192.0.2.1","port":"443","severity":"INFO","finding":"f"}]"#
                .to_owned(),
            1,
        ),
        (
            "wiz-cli",
            r#"{"scanOriginResource":{"name":"i"},"status":{"state":"SUCCESS"},"result":{"vulnerableSBOMArtifactsByNameVersion":[{"name":"n","version":"1","vulnerabilityFindings":{"findings":[{"name":"CVE-2024-1","severity":"HIGH","fixedVersions":["2"]}]}}]}}"#
                .to_owned(),
            1,
        ),
        (
            "snyk-iac",
            r#"{"ok":false,"targetFile":"a.tf","infrastructureAsCodeIssues":[{"id":"SNYK-CC-1","title":"t","severity":"low"}]}"#
                .to_owned(),
            1,
        ),
    ] {
        let sink = read_as(format, &text);
        assert_eq!(all(&sink).len(), findings, "findings of {format}: {text}");
        assert_eq!(end(&sink), Completeness::Complete, "{format} was read whole");
    }
}

#[test]
fn the_first_ocsf_says_things_with_other_words() {
    let event = |status: &str, state: &str| {
        format!(
            r#"{{"class_uid":2001,"severity_id":6,"status":"{status}","state":"{state}","metadata":{{"product":{{"feature":{{"uid":"check"}}}}}},"finding":{{"title":"t","uid":"u","remediation":{{"desc":"mend","kb_articles":["https://example.com/a"]}}}}}}"#
        )
    };
    let text = [
        event("Failure", "New"),
        event("Success", "New"),
        event("Failure", "Suppressed"),
        event("Failure", "Resolved"),
    ];
    let sink = read_as("ocsf", &format!("[{}]", text.join(",")));
    let found = all(&sink);
    assert_eq!(found.len(), 3, "what succeeded is no finding");
    assert_eq!(
        (found[0].rule.as_str(), found[0].severity.as_str()),
        ("check", "critical"),
        "fatal is critical"
    );
    assert_eq!(found[0].remediation.as_deref(), Some("mend"), "the remediation stands in the finding");
    assert_eq!(found[0].references[0].url, "https://example.com/a", "articles are references");
    assert!(found[0].suppressions.is_empty() && !found[1].suppressions.is_empty(), "state suppresses");
    assert_eq!(found[2].presence, Presence::Absent, "resolved is gone");
}

#[test]
fn an_event_with_many_packages_is_many_findings_up_to_a_limit() {
    let event = |count: usize| {
        let packages = vec![r#"{"name":"p","version":"1"}"#; count].join(",");
        format!(
            r#"[{{"class_uid":2002,"severity_id":3,"metadata":{{}},"finding_info":{{"title":"t"}},"vulnerabilities":[{{"cve":{{"uid":"CVE-2024-1"}},"affected_packages":[{packages}]}}]}}]"#
        )
    };
    assert_eq!(all(&read_as("ocsf", &event(3))).len(), 3, "one for each package");
    let sink = read_as("ocsf", &event(5000));
    assert!(all(&sink).is_empty(), "an event without measure is lost");
    assert!(!end(&sink).may_close(), "and closes nothing");
}

/// Whatever lacks what makes it a report is never a complete run: it would close everything.
#[test]
fn an_empty_object_is_never_a_clean_scan() {
    let formats = [
        "trivy-operator",
        "asff",
        "aws-inspector2",
        "prowler",
        "ocsf",
        "twistlock",
        "aqua",
        "wiz-cli",
        "checkov",
        "kics",
        "tfsec",
        "terrascan",
        "snyk-iac",
        "kubescape",
        "kube-bench",
        "hadolint",
        "dockle",
        "testssl",
        "secobserve",
        "defectdojo",
    ];
    for format in formats {
        for text in ["{}", r#"{"error":"x"}"#] {
            let intake = from_bytes("report.json", text.as_bytes().to_vec()).unwrap();
            let Ok((_, sink)) = collect(&intake, Some(format)) else { continue };
            assert!(all(&sink).is_empty(), "{format} invents nothing of {text}");
            assert!(!end(&sink).may_close(), "{format} closes nothing because of {text}");
        }
    }
    let tables =
        ["prowler-csv", "prowler-v2-csv", "twistlock-csv", "wiz-issues", "azure-defender", "testssl-csv"];
    for format in tables {
        let intake = from_bytes("report.csv", b"a,b\n1,2\n".to_vec()).unwrap();
        assert!(collect(&intake, Some(format)).is_err(), "{format} wants its columns");
    }
}

#[test]
fn what_the_tool_could_not_read_makes_the_run_partial() {
    for (format, text) in [
        (
            "checkov",
            r#"{"check_type":"t","results":{"failed_checks":[],"parsing_errors":["a.tf"]},"summary":{}}"#,
        ),
        ("kics", r#"{"kics_version":"v2","files_failed_to_scan":1,"queries":[]}"#),
        ("kubescape", r#"{"clusterName":"c","summaryDetails":{}}"#),
        (
            "testssl",
            r#"{"Invocation":"i","scanResult":[{"id":"scanProblem","severity":"FATAL","finding":"no connection"}]}"#,
        ),
        (
            "snyk-iac",
            r#"[{"infrastructureAsCodeIssues":[],"targetFile":"a"},{"ok":false,"error":"no","path":"b"}]"#,
        ),
    ] {
        let sink = read_as(format, text);
        assert!(!end(&sink).may_close(), "{format} closes nothing: {text}");
    }
    let refused =
        from_bytes("a.json", br#"{"image_name":"i","results":null,"errorMsg":"no such image"}"#.to_vec());
    assert!(collect(&refused.unwrap(), Some("aqua")).is_err(), "an error is no report");
}

/// One text that belongs to very many findings does not fill the memory.
#[test]
fn a_small_report_never_becomes_a_huge_one() {
    let long = "x".repeat(200_000);
    let files = vec![r#"{"file_name":"a","line":1}"#; 1000].join(",");
    let text = format!(
        r#"{{"kics_version":"v2","queries":[{{"query_name":"n","query_id":"i","severity":"HIGH","description":"{long}","files":[{files}]}}]}}"#
    );
    let sink = read_as("kics", &text);
    let bytes: usize = sink.findings().map(|found| found.description.len()).sum();
    assert_eq!(all(&sink).len(), 1000, "every place is there");
    assert!(bytes < 100 << 20, "the shared text is cut: {bytes}");
    let rule = sink.runs.first().and_then(|run| run.rules.first()).and_then(|rule| rule.description.as_ref());
    assert_eq!(rule.map(String::len), Some(200_000), "the rule has all of it");
    let files = vec![r#"{"file_name":"a","line":1}"#; 18_000].join(",");
    let text = format!(
        r#"{{"kics_version":"v2","queries":[{{"query_name":"n","query_id":"i","severity":"HIGH","description":"{long}","files":[{files}]}}]}}"#
    );
    let sink = read_as("kics", &text);
    assert!(all(&sink).len() < 18_000 && !end(&sink).may_close(), "what has no room is told");
    assert!(sink.warnings.iter().any(|warning| warning.message.contains("left out")), "in a warning");
}
