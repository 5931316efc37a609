//! What reports say about exploitation, and what they offer as proof.

#![allow(clippy::unwrap_used, reason = "a helper of tests stops the test")]
#![allow(clippy::unnecessary_wraps, reason = "what is expected is written as the field has it")]

use docket_domain::{Epss, Evidence, Found, KnownExploited};
use docket_import::{Collected, ReadOptions, from_bytes, read};

/// The first finding of a report.
fn first(format: &str, report: &str) -> Found {
    let mut sink = Collected::default();
    let intake = from_bytes("report", report.as_bytes()).unwrap();
    read(&intake, Some(format), &ReadOptions::default(), &mut sink)
        .unwrap_or_else(|problem| panic!("{format}: {problem}"));
    sink.findings().next().unwrap_or_else(|| panic!("{format}: nothing was found")).clone()
}

fn epss(score: f64, percentile: Option<f64>, date: Option<&str>) -> Option<Epss> {
    Some(Epss { score, percentile, date: date.map(str::to_owned) })
}

fn known(
    source: Option<&str>,
    added: Option<&str>,
    due: Option<&str>,
    ransomware: bool,
) -> Option<KnownExploited> {
    let own = |text: Option<&str>| text.map(str::to_owned);
    Some(KnownExploited { source: own(source), added: own(added), due: own(due), ransomware })
}

#[test]
fn the_chance_of_exploitation_is_read_where_a_report_has_it() {
    let cases = [
        (
            "docket-json",
            r#"{"docket":"findings/1","findings":[{"title":"t","epss":{"score":0.5,"percentile":0.9,"date":"2026-01-31"}}]}"#,
            epss(0.5, Some(0.9), Some("2026-01-31")),
        ),
        (
            "csv",
            "Title,Severity,EPSS score,EPSS percentile\nt,high,0.00042,.23474\n",
            epss(0.00042, Some(0.23474), None),
        ),
        (
            "grype",
            r#"{"descriptor":{"name":"grype"},"matches":[{"vulnerability":{"id":"CVE-2026-1","epss":[{"cve":"CVE-2026-1",
               "epss":0.00163,"percentile":0.37957,"date":"2025-07-20"}]},"artifact":{"name":"a","version":"1"}}]}"#,
            epss(0.00163, Some(0.37957), Some("2025-07-20")),
        ),
        (
            "snyk",
            r#"{"vulnerabilities":[{"id":"SNYK-1","title":"t","packageName":"a","version":"1","severity":"low",
               "epssDetails":{"percentile":"0.14414","probability":"0.00046"}}]}"#,
            epss(0.00046, Some(0.14414), None),
        ),
        (
            "secobserve",
            r#"{"format":"SecObserve","observations":[{"title":"CVE-2026-1","epss_score":4.2,"epss_percentile":50}]}"#,
            epss(0.042, Some(0.5), None),
        ),
        (
            "dependency-track",
            r#"{"version":"1.2","meta":{"application":"Dependency-Track"},"findings":[{"component":{"name":"a"},
               "vulnerability":{"vulnId":"CVE-2026-1","epssScore":0.0002,"epssPercentile":0.05}}]}"#,
            epss(0.0002, Some(0.05), None),
        ),
        (
            "sarif",
            r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x","rules":[{"id":"r","properties":{"epss":"0.3"}}]}},
               "results":[{"ruleId":"r","message":{"text":"m"}}]}]}"#,
            epss(0.3, None, None),
        ),
        (
            "cyclonedx",
            r#"{"bomFormat":"CycloneDX","specVersion":"1.6","vulnerabilities":[{"id":"CVE-2026-1","ratings":[
               {"source":{"name":"EPSS"},"score":0.7,"method":"other"}]}]}"#,
            epss(0.7, None, None),
        ),
        (
            "nuclei",
            r#"{"template-id":"CVE-2026-1","info":{"name":"n","severity":"high","tags":["cve","kev"],
               "classification":{"epss-score":0.97,"epss-percentile":0.99}},"type":"http","matched-at":"http://h/"}"#,
            epss(0.97, Some(0.99), None),
        ),
    ];
    for (format, report, want) in cases {
        let found = first(format, report);
        assert_eq!(found.epss, want, "{format}");
        let scored = found.cvss.iter().any(|cvss| cvss.score == want.as_ref().map(|epss| epss.score));
        assert!(!scored, "{format}: a chance is no score: {:?}", found.cvss);
    }
    let none = first("csv", "Title,Severity,EPSS score\nt,high,n/a\n");
    assert_eq!(none.epss, None, "what is no number is none");
}

#[test]
fn what_a_catalogue_lists_is_read_where_a_report_says_so() {
    let cases = [
        (
            "docket-json",
            r#"{"docket":"findings/1","findings":[{"title":"t","known_exploited":{"source":"CISA","added":"2026-01-01",
               "due":"2026-01-22","ransomware":true}}]}"#,
            known(Some("CISA"), Some("2026-01-01"), Some("2026-01-22"), true),
        ),
        (
            "docket-json",
            r#"{"docket":"findings/1","findings":[{"title":"t","known_exploited":true}]}"#,
            known(None, None, None, false),
        ),
        (
            "csv",
            "Title,Severity,known_exploited,kev_date,ransomware_used\nt,high,True,2024-05-01,yes\n",
            known(None, Some("2024-05-01"), None, true),
        ),
        (
            "defectdojo",
            r#"{"findings":[{"title":"t","severity":"High","known_exploited":true,"kev_date":"2024-05-01","ransomware_used":true}]}"#,
            known(None, Some("2024-05-01"), None, true),
        ),
        (
            "grype",
            r#"{"descriptor":{"name":"grype"},"matches":[{"vulnerability":{"id":"CVE-2026-1","knownExploited":[{"cve":"CVE-2026-1",
               "dateAdded":"2023-10-10","dueDate":"2023-10-31","knownRansomwareCampaignUse":"Known"}]},"artifact":{"name":"a"}}]}"#,
            known(Some("CISA"), Some("2023-10-10"), Some("2023-10-31"), true),
        ),
        (
            "nuclei",
            r#"{"template-id":"CVE-2026-1","info":{"name":"n","severity":"high","tags":["cve","kev"]},"type":"http","matched-at":"http://h/"}"#,
            known(Some("CISA"), None, None, false),
        ),
        (
            "nessus",
            r#"<NessusClientData_v2><Report name="r"><ReportHost name="h"><ReportItem port="0" pluginID="1" pluginName="n" severity="4">
               <cve>CVE-2026-1</cve><xref>CISA-KNOWN-EXPLOITED:2022/05/03</xref></ReportItem></ReportHost></Report></NessusClientData_v2>"#,
            known(Some("CISA"), None, Some("2022-05-03"), false),
        ),
    ];
    for (format, report, want) in cases {
        assert_eq!(first(format, report).known_exploited, want, "{format}: {report}");
    }
    let no = first("csv", "Title,Severity,known_exploited\nt,high,False\n");
    assert_eq!(no.known_exploited, None, "what is not listed is not");
}

#[test]
fn requests_and_answers_are_proof_without_their_credentials() {
    const REQUEST: &str = "GET /a HTTP/1.1\\r\\nHost: h\\r\\nCookie: id=s3cret\\r\\n";
    let base64 = "R0VUIC9hIEhUVFAvMS4xDQpIb3N0OiBoDQpDb29raWU6IGlkPXMzY3JldA0K";
    let cases = [
        (
            "docket-json",
            format!(
                r#"{{"docket":"findings/1","findings":[{{"title":"t","evidence":[{{"method":"GET","request":"{REQUEST}"}}]}}]}}"#
            ),
        ),
        (
            "zap",
            format!(
                r#"{{"@version":"2","site":[{{"@name":"http://h","alerts":[{{"pluginid":"1","alert":"a","riskcode":"1",
                   "instances":[{{"uri":"http://h/a","method":"GET","request-header":"{REQUEST}"}}]}}]}}]}}"#
            ),
        ),
        (
            "burp",
            format!(
                r#"<issues burpVersion="1"><issue><name>n</name><type>1</type><host>http://h</host><path>/a</path><severity>High</severity>
                   <requestresponse><request method="GET" base64="true">{base64}</request></requestresponse></issue></issues>"#
            ),
        ),
        (
            "nuclei",
            format!(
                r#"{{"template-id":"x","info":{{"name":"n","severity":"high"}},"type":"http","matched-at":"http://h/a","request":"{REQUEST}"}}"#
            ),
        ),
        (
            "sarif",
            r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[{"ruleId":"r","message":{"text":"m"},
               "webRequest":{"method":"GET","target":"/a","protocol":"http","version":"1.1","headers":{"Host":"h","Cookie":"id=s3cret"}}}]}]}"#
                .to_owned(),
        ),
        (
            "gitlab",
            r#"{"version":"15.0.0","vulnerabilities":[{"id":"1","name":"n","severity":"Low","location":{"hostname":"http://h","path":"/a"},
               "identifiers":[{"type":"x","name":"x","value":"x"}],"evidence":{"request":{"method":"GET","url":"http://h/a",
               "headers":[{"name":"Host","value":"h"},{"name":"Cookie","value":"id=s3cret"}]}}}],"scan":{"type":"dast"}}"#
                .to_owned(),
        ),
    ];
    for (format, report) in cases {
        let found = first(format, &report);
        let [Evidence { method, request: Some(request), .. }] = found.evidence.as_slice() else {
            panic!("{format}: one exchange: {:?}", found.evidence)
        };
        assert_eq!(method.as_deref(), Some("GET"), "{format}");
        assert!(request.starts_with("GET ") && request.contains("Host: h"), "{format}: {request}");
        assert!(request.contains("Cookie: id=*****"), "{format}: the name stays, the value goes: {request}");
        let all = serde_json::to_string(&found).unwrap();
        assert!(!all.contains("s3cret"), "{format}: {all}");
    }
}

#[test]
fn outputs_of_checks_are_proof() {
    let nessus = first(
        "nessus",
        r#"<NessusClientData_v2><Report name="r"><ReportHost name="h"><ReportItem port="0" pluginID="1" pluginName="n" severity="1">
           <description>d</description><plugin_output>Version: 1</plugin_output></ReportItem></ReportHost></Report></NessusClientData_v2>"#,
    );
    assert_eq!(nessus.evidence[0].text.as_deref(), Some("Version: 1"), "what the plugin wrote");
    assert_eq!(nessus.description, "d", "and not in the description any more");
    let row = first(
        "csv",
        "Title,Severity,Request,Response,Payload,Evidence\nt,high,GET / HTTP/1.1,HTTP/1.1 200 OK,<x>,seen\n",
    );
    assert_eq!(row.evidence.len(), 3, "{:?}", row.evidence);
}
