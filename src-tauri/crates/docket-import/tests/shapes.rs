//! Shapes that other versions of a tool, and other settings, give its report: each is recognised
//! as what it is, loses nothing, and says what the usual shape says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::collect_bytes;
use docket_domain::{Completeness, Found, Severity};
use docket_import::Collected;

/// The findings of a report, its format recognised from its content.
fn read(format: &str, text: &str) -> (Collected, Vec<Found>) {
    let (summary, sink) = collect_bytes("report", text.as_bytes()).unwrap_or_else(|problem| {
        panic!("{format} is refused: {} {:?}", problem.message, problem.hint);
    });
    assert_eq!(summary.format, format);
    let found = sink.runs.iter().flat_map(|run| run.findings.clone()).collect();
    (sink, found)
}

fn only(format: &str, text: &str) -> Found {
    let (_, found) = read(format, text);
    assert_eq!(found.len(), 1, "{format}");
    found[0].clone()
}

fn ids(found: &Found) -> Vec<&str> {
    found.identifiers.iter().map(|id| id.value.as_str()).collect()
}

fn path(found: &Found) -> &str {
    found.locations[0].path.as_deref().unwrap_or_default()
}

#[test]
fn a_hotspot_of_old_is_filed_under_its_category() {
    let found = only(
        "sonarqube",
        r#"{"hotspots": [{"key": "AX1", "component": "shop:src/Db.java", "project": "shop",
            "securityCategory": "sql-injection", "vulnerabilityProbability": "HIGH", "line": 7,
            "status": "TO_REVIEW", "message": "Is this query safe?"}]}"#,
    );
    assert_eq!(
        (found.rule.as_str(), found.severity, path(&found)),
        ("sql-injection", Severity::High, "src/Db.java")
    );
}

#[test]
fn a_component_of_a_module_loses_the_module() {
    let found = only(
        "sonarqube",
        r#"{"issues": [{"key": "AX2", "rule": "java:S1", "severity": "MAJOR", "project": "org.shop:all",
            "subProject": "org.shop:all:web", "component": "org.shop:all:web:src/Page.java", "line": 3,
            "message": "Look here."}]}"#,
    );
    assert_eq!(path(&found), "src/Page.java");
}

#[test]
fn netsparker_classifies_in_capitals_and_lists_scores() {
    let found = only(
        "invicti-xml",
        "<netsparker generated='10/25/2022'><target><url>http://shop.example/</url></target><vulnerability>
         <url>http://shop.example/?id=1</url><type>BlindSql</type><severity>Critical</severity>
         <title>Blind SQL Injection</title><vulnerableparameter>id</vulnerableparameter>
         <classification><OWASP2017>A1</OWASP2017><CWE>89</CWE><CAPEC>66</CAPEC>
         <CVSS><vector>CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H</vector>
         <score><type>Base</type><value>10.0</value></score><score><type>Temporal</type><value>9.1</value></score></CVSS>
         <CVSS><vector>CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H</vector>
         <score><type>Base</type><value>10.0</value></score></CVSS>
         </classification></vulnerability></netsparker>",
    );
    assert_eq!(ids(&found), ["CWE-89"]);
    assert_eq!(found.endpoint.as_ref().unwrap().parameter.as_deref(), Some("id"));
    let scores: Vec<_> = found.cvss.iter().map(|one| (one.version.as_str(), one.score)).collect();
    assert_eq!(scores, [("3.0", Some(10.0)), ("3.1", Some(10.0))]);
}

#[test]
fn acunetix_of_old_has_a_weakness_without_a_list_and_servers_in_words() {
    let found = only(
        "acunetix",
        "<ScanGroup><Scan><StartURL>http://shop.example:80/</StartURL><ReportItems><ReportItem>
         <Name>Clickjacking</Name><Affects>Web Server</Affects><Severity>low</Severity>
         <CWE id='693'><![CDATA[CWE-693]]></CWE></ReportItem></ReportItems></Scan></ScanGroup>",
    );
    assert_eq!(ids(&found), ["CWE-693"]);
    assert_eq!(found.endpoint.unwrap().url.as_deref(), Some("http://shop.example:80/"));
}

#[test]
fn what_pmd_suppressed_without_a_rule_is_nothing_lost() {
    let (sink, found) = read(
        "pmd",
        "<pmd version='6.55.0'><file name='a.java'><violation beginline='3' rule='UnusedPrivateField' priority='3'>
         Unused</violation></file><suppressedviolation filename='b.java' suppressiontype='nopmd' msg='Unused'
         usermsg=''></suppressedviolation></pmd>",
    );
    assert_eq!(found.len(), 1);
    assert_eq!(sink.runs[0].end, Some(Completeness::Complete));
}

#[test]
fn an_alert_of_old_zap_is_its_only_instance() {
    let found = only(
        "zap-xml",
        "<OWASPZAPReport version='2.4.3'><site name='http://shop.example:8080' host='shop.example' port='8080'
         ssl='false'><alerts><alertitem><pluginid>40012</pluginid><alert>Cross Site Scripting</alert>
         <riskcode>3</riskcode><uri>http://shop.example:8080/find?q=1</uri><param>q</param>
         <attack>&lt;script&gt;</attack><cweid>79</cweid></alertitem></alerts></site></OWASPZAPReport>",
    );
    assert_eq!(found.locations[0].uri.as_deref(), Some("http://shop.example:8080/find?q=1"));
    assert_eq!(found.evidence[0].payload.as_deref(), Some("<script>"));
    assert_eq!(found.endpoint.unwrap().host.as_deref(), Some("shop.example"));
}

#[test]
fn the_page_of_burp_professional_is_no_empty_scan() {
    let page = "<html><head><title>Burp Scanner Report</title></head><body><div id='container'>
        <span class=\"BODH0\" id=\"1\">1. SQL injection</span>
        <span class=\"TEXT\">Report generated by Burp Suite web vulnerability scanner v2.0</span></div></body></html>";
    let Err(problem) = collect_bytes("burp.html", page.as_bytes()) else { panic!("it is read") };
    assert!(problem.message.contains("XML"), "{}", problem.message);
}

#[test]
fn a_report_of_openvas_is_known_by_its_tests() {
    let found = only(
        "openvas",
        "<report id='1'><report><results><result id='2'><host>192.0.2.7</host><port>80/tcp</port>
         <nvt oid='1.3.6.1.4.1.25623.1.0.103122'><name>ETag</name><cve>CVE-2003-1418</cve></nvt>
         <threat>Medium</threat></result></results></report></report>",
    );
    assert_eq!((ids(&found), found.severity), (vec!["CVE-2003-1418"], Severity::Medium));
}

#[test]
fn sarif_without_a_version_and_a_tool_is_known_by_its_results() {
    let (sink, found) = read(
        "sarif",
        r#"{"runs": [{"results": [
            {"ruleId": "a", "kind": "FAIL", "level": "error", "message": {"text": "One."}},
            {"ruleId": "b", "kind": "PASS", "message": {"text": "Two."}}]}]}"#,
    );
    assert_eq!(found.len(), 1);
    assert_eq!(sink.warnings.len(), 3, "no version, no tool, one that passed: {:?}", sink.warnings);
}

#[test]
fn webinspect_lists_issues_below_their_sessions_too() {
    let found = only(
        "webinspect",
        "<Sessions><Session><URL>http://shop.example:80/a</URL><Host>shop.example</Host><Port>80</Port>
         <RawRequest>GET /a HTTP/1.1</RawRequest><Issues><Issue id='x'><CheckTypeID>Vulnerability</CheckTypeID>
         <VulnerabilityID>10210</VulnerabilityID><Severity>2</Severity><Name>Poor Error Handling</Name>
         <Classifications><Classification kind='CWE' identifier='200'>CWE-200</Classification></Classifications>
         </Issue></Issues></Session></Sessions>",
    );
    assert_eq!((found.severity, ids(&found)), (Severity::Medium, vec!["CWE-200"]));
    assert_eq!(found.endpoint.unwrap().url.as_deref(), Some("http://shop.example:80/a"));
    assert_eq!(found.evidence[0].request.as_deref(), Some("GET /a HTTP/1.1"));
}

#[test]
fn a_table_whose_rows_are_cells_is_taken_apart() {
    let (sink, found) = read(
        "qualys-vmdr-csv",
        "\"Asset Vuln Datalist Report,\"\"04 Feb 2026\"\",\"\"1\"\"\"\n\"Company,\"\"Street\"\"\"\n\
         \"QID,\"\"Title\"\",\"\"Severity\"\",\"\"Asset Name\"\",\"\"Detection Source\"\",\"\"Results\"\"\"\n\
         \"38,\"\"SSL, old\"\",\"\"4\"\",\"\"web1\"\",\"\"Agent\"\",\"\"#table cols=\"\"3\"\"\nport\"\"\"\n\
         \"39,\"\"SSH\"\",\"\"2\"\",\"\"web2\"\",\"\"Agent\"\",\"\"\"\"\"\n",
    );
    let titles: Vec<_> = found.iter().map(|one| (one.title.as_str(), one.severity)).collect();
    assert_eq!(titles, [("SSL, old", Severity::High), ("SSH", Severity::Low)]);
    assert_eq!(found[0].evidence[0].text.as_deref(), Some("#table cols=\"3\"\nport"));
    assert_eq!(sink.runs[0].end, Some(Completeness::Complete));
}

#[test]
fn quotes_that_do_not_match_cost_the_end_of_their_row() {
    let (sink, found) = read(
        "qualys-vmdr-csv",
        "\"QID,\"\"Title\"\",\"\"Severity\"\",\"\"Asset Name\"\",\"\"Detection Source\"\",\"\"Results\"\"\"\n\
         \"38,\"\"SSL\"\",\"\"4\"\",\"\"web1\"\",\"\"Agent\"\",\"\"cols=\"\"3\"\nport\n\
         \"39,\"\"SSH\"\",\"\"2\"\",\"\"web2\"\",\"\"Agent\"\",\"\"\"\"\"\n",
    );
    assert_eq!(found.len(), 2);
    assert!(matches!(sink.runs[0].end, Some(Completeness::Partial { .. })), "{:?}", sink.runs[0].end);
}

#[test]
fn a_report_of_checkmarx_may_lack_its_head_and_other_scanners() {
    let found = only(
        "checkmarx-report",
        r#"{"scanResults": {"resultsList": [{"queryName": "Reflected_XSS", "cweId": 79, "vulnerabilities": [
            {"severity": "HIGH", "state": "TO_VERIFY", "destinationFileName": "/a.java", "destinationLine": 7}]}]},
            "iacScanResults": null, "scaScanResults": null}"#,
    );
    assert_eq!((ids(&found), path(&found), found.severity), (vec!["CWE-79"], "/a.java", Severity::High));
}

#[test]
fn vulnerabilities_of_gitlab_may_lack_identifiers() {
    let found = only(
        "gitlab",
        r#"{"version": "15.0.0", "vulnerabilities": [{"id": "1", "category": "sast", "name": "Weak hash",
            "severity": "High", "location": {"file": "a.py", "start_line": 3}}]}"#,
    );
    assert_eq!((found.title.as_str(), path(&found)), ("Weak hash", "a.py"));
}

#[test]
fn one_message_of_eslint_that_is_fatal_costs_that_message() {
    let (sink, found) = read(
        "eslint",
        r#"[{"filePath": "/a.js", "errorCount": 1, "messages": [
            {"ruleId": null, "fatal": true, "severity": 2, "message": "Parsing error"},
            {"ruleId": "no-eval", "severity": 1, "message": "No eval.", "line": 2}]}]"#,
    );
    assert_eq!(found.iter().map(|one| one.rule.as_str()).collect::<Vec<_>>(), ["no-eval"]);
    assert!(matches!(sink.runs[0].end, Some(Completeness::Partial { .. })));
}

#[test]
fn leaks_of_trufflehog_stand_between_its_log() {
    let (_, found) = read(
        "trufflehog",
        "{\"level\":\"info-0\",\"ts\":\"2026-01-01T00:00:00Z\",\"logger\":\"trufflehog\",\"msg\":\"running source\"}\n\
         {\"SourceMetadata\":{\"Data\":{\"Git\":{\"commit\":\"c\",\"file\":\"f.py\",\"line\":3}}},\"DetectorType\":17,\
         \"DetectorName\":\"URI\",\"Verified\":false}\n",
    );
    assert_eq!(found.iter().map(path).collect::<Vec<_>>(), ["f.py"]);
}

#[test]
fn events_of_burp_that_tell_of_no_issue_are_no_loss() {
    let (sink, found) = read(
        "burp-api",
        r#"{"scan_status": "succeeded", "issue_events": [
            {"id": "0", "type": "issue_found", "issue": {"name": "XSS", "type_index": 2097920,
             "origin": "https://shop.example", "path": "/a", "severity": "high"}},
            {"id": "1", "type": "scan_progress"}]}"#,
    );
    assert_eq!(found.len(), 1);
    assert_eq!(sink.runs[0].end, Some(Completeness::Complete));
}

#[test]
fn tables_of_openvas_and_tenable_may_lack_columns_and_count_severities() {
    let found = only(
        "openvas-csv",
        "IP,Hostname,Port,CVSS,Severity,NVT Name,Summary,CweId\n192.0.2.7,,80,5.0,Medium,Old server,It is old.,1104\n",
    );
    assert_eq!(
        (found.title.as_str(), found.severity, ids(&found)),
        ("Old server", Severity::Medium, vec!["CWE-1104"])
    );
    let found = only(
        "tenable-vm-csv",
        "asset.name,definition.id,definition.name,severity\nweb1,10107,HTTP server,3\n",
    );
    assert_eq!((found.severity, found.severity_raw.as_deref()), (Severity::High, Some("3")));
}

#[test]
fn an_answer_of_veracode_without_findings_says_that_nothing_was_found() {
    let (sink, found) = read(
        "veracode-json",
        r#"{"_links": {"self": {"href": "https://api.veracode.example/appsec/v2/applications/1/findings"}},
            "page": {"size": 100, "total_elements": 0, "total_pages": 0, "number": 0}}"#,
    );
    assert!(found.is_empty());
    assert_eq!(sink.runs[0].end, Some(Completeness::Complete));
}

#[test]
fn an_issue_of_sonarqube_in_the_words_of_dependency_check_is_about_a_package() {
    let found = only(
        "sonarqube",
        r#"{"issues": [{"key": "k", "rule": "dependency-check:vulnerable", "component": "shop:pom.xml", "project": "shop",
            "severity": "MAJOR", "type": "VULNERABILITY",
            "message": "Filename: log4j-core.jar:2.1 | Reference: CVE-2021-44228 | CVSS Score: 10.0 | Category: CWE-502"}]}"#,
    );
    let component = found.component.as_ref().expect("a package");
    assert_eq!((component.name.as_str(), component.version.as_deref()), ("log4j-core.jar", Some("2.1")));
    assert_eq!(ids(&found), ["CWE-502", "CVE-2021-44228"]);
}

#[test]
fn a_page_of_burp_may_be_one_line_and_its_table_without_links() {
    let page = "<html><head><title>Scan Report</title></head><body><div class=\"section\"><h1>Issues found on \
        https://shop.example</h1><table class='issue-table'><tbody><tr class=\"issue-type-row\"><td colspan=\"4\">SQL \
        injection [1]</td></tr><tr><td class=\"issue-path\">/item</td><td>High</td><td>Firm</td></tr></tbody></table></div>\
        <div class=\"section details\"><div class=\"issue-container first\"><h2>SQL injection</h2><a href=\"x\">/item</a>\
        <h3>Issue detail:</h3><div>The id reaches a query.</div></div><div class=\"issue-container\"><h2>Cookie without \
        flag</h2><a href=\"y\">/</a><h3>Issue detail:</h3><div>It has none.</div></div></div>\
        <p>Generated by Burp Suite Enterprise Edition</p></body></html>";
    let (_, found) = read("burp-dast", page);
    let told: Vec<_> = found.iter().map(|one| (one.title.as_str(), one.severity)).collect();
    assert_eq!(told, [("SQL injection", Severity::High), ("Cookie without flag", Severity::Unknown)]);
    assert_eq!(found[0].description, "The id reaches a query.\n\n**Confidence**: Firm");
}

#[test]
fn a_host_of_nessus_whose_name_is_empty_is_known_by_its_address() {
    let found = only(
        "nessus",
        "<NessusClientData_v2><Report name='r'><ReportHost name='192.0.2.7'><HostProperties>
         <tag name='host-fqdn'></tag></HostProperties><ReportItem port='443' severity='3' pluginID='1'
         pluginName='Old TLS'/></ReportHost></Report></NessusClientData_v2>",
    );
    let endpoint = found.endpoint.expect("an endpoint");
    assert_eq!((endpoint.host.as_deref(), endpoint.port), (Some("192.0.2.7"), Some(443)));
}

#[test]
fn detections_of_qualys_api_are_read_and_a_cut_answer_closes_nothing() {
    let answer = |warning: &str| {
        format!(
            "<HOST_LIST_VM_DETECTION_OUTPUT><RESPONSE><DATETIME>2026-01-01T00:00:00Z</DATETIME><HOST_LIST><HOST>
             <ID>1</ID><IP>192.0.2.7</IP><DNS>web1.example</DNS><DETECTION_LIST><DETECTION><QID>38170</QID>
             <TYPE>Confirmed</TYPE><SEVERITY>4</SEVERITY><PORT>443</PORT><PROTOCOL>tcp</PROTOCOL><RESULTS>old</RESULTS>
             <STATUS>Fixed</STATUS><IS_IGNORED>1</IS_IGNORED></DETECTION></DETECTION_LIST></HOST></HOST_LIST>{warning}
             </RESPONSE></HOST_LIST_VM_DETECTION_OUTPUT>"
        )
    };
    let found = only("qualys", &answer(""));
    assert_eq!((found.rule.as_str(), found.severity), ("38170", Severity::High));
    assert_eq!(found.presence, docket_domain::Presence::Absent);
    assert_eq!(found.suppressions.len(), 1);
    let endpoint = found.endpoint.expect("an endpoint");
    assert_eq!((endpoint.host.as_deref(), endpoint.port), (Some("web1.example"), Some(443)));
    let (sink, _) = read("qualys", &answer("<WARNING><CODE>1980</CODE></WARNING>"));
    assert!(matches!(sink.runs[0].end, Some(Completeness::Partial { .. })));
}

#[test]
fn files_that_ggshield_could_not_read_make_the_run_partial() {
    let (sink, found) = read(
        "ggshield",
        r#"{"id": "r", "type": "path_scan", "total_incidents": 0, "total_occurrences": 0,
            "errors": [{"files": [{"mode": "FILE", "filename": "a.bin"}], "description": "too large"}]}"#,
    );
    assert!(found.is_empty());
    assert!(matches!(sink.runs[0].end, Some(Completeness::Partial { .. })));
}

#[test]
fn a_flaw_of_fortify_without_a_way_is_where_its_function_is() {
    let found = only(
        "fortify",
        "<FVDL xmlns='xmlns://www.fortifysoftware.com/schema/fvdl' version='1.12'><Vulnerabilities><Vulnerability>
         <ClassInfo><ClassID>C</ClassID><Type>Dead Code</Type></ClassInfo>
         <InstanceInfo><InstanceID>I</InstanceID></InstanceInfo><AnalysisInfo><Unified><Context>
         <Function name='run' namespace='shop' enclosingClass='Cart'/>
         <FunctionDeclarationSourceLocation path='src/Cart.java' line='7' lineEnd='9' colStart='3'/></Context></Unified>
         </AnalysisInfo></Vulnerability></Vulnerabilities></FVDL>",
    );
    assert_eq!((path(&found), found.locations[0].start_line), ("src/Cart.java", Some(7)));
    assert_eq!(found.locations[0].logical.as_deref(), Some("shop.Cart.run"));
}

#[test]
fn a_report_behind_a_log_is_read_and_its_lines_are_counted_from_the_file() {
    let report = r#"{"version": "1.60.0", "errors": [], "paths": {"scanned": ["a.py"]}, "results": [
        {"check_id": "r1", "path": "a.py", "start": {"line": 3, "col": 1}, "end": {"line": 3, "col": 9},
         "extra": {"message": "Bad", "severity": "ERROR", "metadata": {}}}]}"#;
    let log = "┌─────────┐\r\n│ Scan │\n  Scanning 12 files:\n[INFO] 2 rules\n{\"took\": 3}\n";
    let (sink, found) = read("semgrep", &format!("{log}{report}"));
    assert_eq!((found.len(), path(&found[0])), (1, "a.py"));
    assert_eq!(sink.warnings.len(), 1, "{:?}", sink.warnings);
    assert!(sink.warnings[0].message.contains("before the report"), "{:?}", sink.warnings);
    let utf16: Vec<u8> = std::iter::once(0xFEFF)
        .chain(format!("{log}{report}").encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let (summary, sink) = collect_bytes("report", &utf16[..]).unwrap();
    assert_eq!((summary.format, sink.findings().count()), ("semgrep", 1));
    let broken = format!("{log}{}", report.replace("{}}}]}", "{}} ]}"));
    let problem = collect_bytes("report", broken.as_bytes()).unwrap_err();
    assert!(problem.message.contains("line 8"), "{}", problem.message);
    let both = format!("{log}{report}\nRan 2 rules on 12 files: 1 finding.\n{{}}\n");
    let (sink, found) = read("semgrep", &both);
    assert_eq!((found.len(), sink.warnings.len()), (1, 2), "{:?}", sink.warnings);
    assert_eq!(sink.warnings[1].place.line, Some(9), "{:?}", sink.warnings);
    let document = format!("# How to\n```json\n{report}\n```\n");
    let problem = collect_bytes("report", document.as_bytes()).unwrap_err();
    assert!(problem.message.contains("not in a format"), "an example is no report: {}", problem.message);
    let nuclei = r#"{"template-id": "x", "info": {"name": "X", "severity": "low"}, "type": "http",
        "host": "https://shop.example", "matched-at": "https://shop.example/a"}"#;
    let lines =
        format!("[INF] Current version: v3\n[INF] Templates: 1\n{0}\n{0}\n", nuclei.replace('\n', ""));
    assert_eq!(read("nuclei", &lines).1.len(), 2);
    for cut_in in ["{\"x\": 1}", "]}", "\"x\"", ", 1"] {
        let problem = collect_bytes("report", format!("{report}\n{cut_in}\n").as_bytes()).unwrap_err();
        assert!(problem.message.contains("complete, but"), "{cut_in}: {}", problem.message);
    }
    let problem = collect_bytes("report", format!("{log}{{\"no\": \"report\"}}").as_bytes()).unwrap_err();
    assert!(problem.message.contains("not in a format"), "{problem}");
}

#[test]
fn a_pipeline_scan_of_veracode_says_where_and_whether_it_looked() {
    let flaw = |ordinal: u8| {
        format!(
            r#"{{"title": "eval", "issue_id": {ordinal}, "severity": 5, "issue_type_id": "taint",
            "issue_type": "Eval Injection", "cwe_id": "95", "display_text": "<span>Text is run.</span>",
            "files": {{"source_file": {{"file": "a.js", "line": 7, "function_name": "run"}}}},
            "flaw_match": {{"procedure_hash": "1", "flaw_hash": "2", "flaw_hash_count": 2,
                "flaw_hash_ordinal": {ordinal}, "cause_hash": "3"}}}}"#
        )
    };
    let list = format!(r#"{{"findings": [{}, {}]}}"#, flaw(1), flaw(2));
    let (sink, found) = read("veracode-pipeline", &list);
    assert_eq!(sink.runs[0].end, Some(Completeness::Complete));
    assert_eq!(
        (found[0].severity, path(&found[0]), ids(&found[0])),
        (Severity::Critical, "a.js", vec!["CWE-95"])
    );
    assert_ne!(found[0].fingerprints, found[1].fingerprints, "two flaws that look alike are two");
    let failed = r#"{"scan_id": "x", "scan_status": "FAILURE", "message": "No modules", "findings": []}"#;
    let (sink, found) = read("veracode-pipeline", failed);
    assert!(found.is_empty());
    let end = sink.runs[0].end.as_ref();
    assert!(matches!(end, Some(Completeness::Failed { reason }) if reason.contains("No modules")));
}
