//! Forms of reports that a tool writes besides the usual one: other commands and options of it,
//! older versions, pages of an API, reports put together. One line says what has to be read.

#![allow(clippy::unwrap_used, reason = "a helper of tests stops the test")]

mod common;

use std::fmt::Write as _;

use common::collect_bytes;
use docket_domain::Found;

/// A form of a report, the format it is recognised as, and its findings as [`shown`] tells them.
type Form = (&'static str, &'static str, &'static [&'static str]);

/// Rule, severity, component, first place.
fn shown(found: &Found) -> String {
    let mut line = format!("{} {}", found.rule, found.severity);
    if let Some(component) = &found.component {
        let _ = write!(line, " {}@{}", component.name, component.version.as_deref().unwrap_or("-"));
    }
    if let Some(place) = found.locations.first().and_then(docket_domain::Location::short) {
        let _ = write!(line, " at {place}");
    }
    line
}

fn are_read(forms: &[Form]) {
    for (text, format, want) in forms {
        let (summary, sink) = collect_bytes("report.json", text.as_bytes())
            .unwrap_or_else(|problem| panic!("{format}: {problem}\n{text}"));
        assert_eq!(summary.format, *format, "format of {text}");
        let read: Vec<String> = sink.findings().map(shown).collect();
        assert_eq!(read, *want, "findings of {text}");
        assert!(sink.warnings.is_empty(), "{:?}", sink.warnings);
    }
}

#[test]
fn the_first_element_of_an_array_may_say_little() {
    are_read(&[
        (
            r#"[{"Target":"a (alpine 3.1)","Type":"alpine"},
                {"Target":"b.lock","Vulnerabilities":[{"VulnerabilityID":"CVE-2026-1","PkgName":"b","InstalledVersion":"1","Severity":"HIGH"}]}]"#,
            "trivy",
            &["CVE-2026-1 high b@1 at b.lock"],
        ),
        (
            r#"[{"passed":0,"failed":0,"checkov_version":"3.2.0"},
                {"check_type":"terraform","results":{"failed_checks":[{"check_id":"CKV_1","check_name":"n","file_path":"/a.tf","file_line_range":[1,2]}]}}]"#,
            "checkov",
            &["CKV_1 unknown at /a.tf:1"],
        ),
    ]);
    let text = r#"[{"ok":false,"error":"no such file","path":"x.txt"},
        {"infrastructureAsCodeIssues":[{"id":"SNYK-CC-1","title":"t","severity":"low"}],"targetFile":"a.tf"}]"#;
    let (summary, sink) = collect_bytes("report.json", text.as_bytes()).unwrap();
    assert_eq!((summary.format, summary.findings, summary.lost), ("snyk-iac", 1, 1), "{:?}", sink.warnings);
}

/// Tools and people sort the names of a report; what tells its format may then stand last.
#[test]
fn what_tells_the_format_may_stand_behind_very_much() {
    let filler: Vec<String> =
        (0..2000).map(|n| format!("{{\"name\":\"{n}\",\"about\":\"{}\"}}", "x".repeat(40))).collect();
    let filler = filler.join(",");
    for (text, format) in [
        (
            format!(
                r#"{{"docker":[{filler}],"ok":false,"packageManager":"deb","vulnerabilities":[{{"id":"SNYK-1","packageName":"b","version":"1","severity":"low","identifiers":{{}}}}]}}"#
            ),
            "snyk",
        ),
        (
            format!(
                r#"{{"vulnerabilities":[{{"id":"CVE-2026-1","properties":[{filler}]}}],"specVersion":"1.6","bomFormat":"CycloneDX"}}"#
            ),
            "cyclonedx",
        ),
        (
            format!(
                r#"[{{"Vulnerabilities":[{{"Layer":[{filler}],"VulnerabilityID":"CVE-2026-1","PkgName":"b"}}],"Target":"t"}}]"#
            ),
            "trivy",
        ),
    ] {
        let (summary, _) = collect_bytes("report.json", text.as_bytes())
            .unwrap_or_else(|problem| panic!("{format}: {problem}"));
        assert_eq!((summary.format, summary.findings), (format, 1), "{format}");
    }
    let nothing = format!("{{\"a\":[{filler}]}}");
    assert!(collect_bytes("report.json", nothing.as_bytes()).is_err(), "what is no report is still none");
}

#[test]
fn pages_of_an_api_are_one_report() {
    let alert = r#"{"number":1,"state":"open","security_advisory":{"ghsa_id":"GHSA-aaaa-bbbb-cccc","summary":"s"},
        "security_vulnerability":{"package":{"ecosystem":"npm","name":"quill"},"severity":"high"}}"#;
    let line = "GHSA-aaaa-bbbb-cccc high quill@-";
    let plain = alert.replace('\n', "");
    for (text, count) in [
        (alert.to_owned(), 1),
        (format!("[{alert}]\n[{alert},{alert}]\n[]"), 3),
        (format!("[[{alert}],[{alert}]]"), 2),
        (format!("{plain}\n{plain}\n"), 2),
    ] {
        let (summary, sink) = collect_bytes("alerts.json", text.as_bytes()).unwrap();
        assert_eq!(summary.format, "dependabot", "{text}");
        let read: Vec<String> = sink.findings().map(shown).collect();
        assert_eq!(read, vec![line; count], "{text}");
    }
    let broken = format!("[{alert}]{{");
    assert!(collect_bytes("alerts.json", broken.as_bytes()).is_err(), "something else behind an array");
}

#[test]
fn trivy_has_other_reports_than_the_usual_one() {
    are_read(&[
        (
            r#"{"ClusterName":"c",
                "Vulnerabilities":[{"Namespace":"n","Kind":"Pod","Name":"p","Results":[{"Target":"i","Vulnerabilities":[{"VulnerabilityID":"CVE-2026-1","PkgName":"b","Severity":"LOW"}]}]}],
                "Misconfigurations":[{"Namespace":"n","Kind":"Pod","Name":"p","Results":[{"Target":"Pod/p","Misconfigurations":[{"ID":"KSV001","Severity":"MEDIUM","Status":"FAIL"}]}]}]}"#,
            "trivy",
            &["CVE-2026-1 low b@- at i", "KSV001 medium at Pod/p"],
        ),
        (
            r#"[{"Target":"Dockerfile","Class":"config","Misconfigurations":[{"ID":"DS002","Severity":"HIGH","Status":"FAIL"}]}]"#,
            "trivy",
            &["DS002 high at Dockerfile"],
        ),
        (
            r#"{"SchemaVersion":2,"Results":[{"Target":"t","Secrets":[{"RuleID":"key","Severity":"HIGH","StartLine":3}]}]}"#,
            "trivy",
            &["key high at t:3"],
        ),
        (
            "{\"SchemaVersion\":2,\"ArtifactName\":\"a\",\"Results\":[{\"Target\":\"t\",\"Vulnerabilities\":[{\"VulnerabilityID\":\"CVE-2026-1\",\"PkgName\":\"b\",\"Severity\":\"LOW\"}]}]}\n{\"SchemaVersion\":2,\"ArtifactName\":\"c\"}\n",
            "trivy",
            &["CVE-2026-1 low b@- at t"],
        ),
        (
            r#"{"ID":"docker-cis","Title":"CIS","Results":[{"ID":"4.1","Name":"n","Severity":"HIGH","Results":[{"Target":"t","Misconfigurations":[{"ID":"DS002","Severity":"LOW","Status":"FAIL"}]}]}]}"#,
            "trivy",
            &["DS002 low at t"],
        ),
        (
            r#"{"ID":"k8s-cis","Title":"CIS","SummaryControls":[{"ID":"1.1","Name":"n","Severity":"HIGH","TotalFail":2},{"ID":"1.2","Name":"m","Severity":"LOW","TotalFail":0}]}"#,
            "trivy",
            &["1.1 high"],
        ),
    ]);
}

#[test]
fn grype_has_weaknesses_beside_the_distribution_s_record() {
    let text = r#"{"matches":[{"vulnerability":{"id":"CVE-2026-1","namespace":"debian:distro:debian:12","severity":"High"},
        "relatedVulnerabilities":[{"id":"CVE-2026-1","namespace":"nvd:cpe","cwes":[{"cve":"CVE-2026-1","cwe":"CWE-79","source":"nvd@nist.gov"}]}],
        "artifact":{"name":"b","version":"1"}}]}"#;
    let (_, sink) = collect_bytes("report.json", text.as_bytes()).unwrap();
    let ids: Vec<_> =
        sink.findings().flat_map(|found| &found.identifiers).map(|id| id.value.as_str()).collect();
    assert_eq!(ids, ["CVE-2026-1", "CWE-79"], "what the NVD says of the same flaw");
}

#[test]
fn a_resource_that_trivy_could_not_scan_is_lost() {
    let text = r#"{"ClusterName":"c","Resources":[{"Namespace":"n","Kind":"Pod","Name":"p","Error":"no access to the registry"},
        {"Namespace":"n","Kind":"Pod","Name":"q","Results":[]}]}"#;
    let (summary, sink) = collect_bytes("report.json", text.as_bytes()).unwrap();
    assert_eq!((summary.lost, summary.findings), (1, 0), "{:?}", sink.warnings);
    assert!(sink.warnings[0].message.contains("n/Pod/p: no access"), "{:?}", sink.warnings);
    assert!(!sink.runs[0].end.as_ref().unwrap().may_close(), "nothing is closed because of it");
}

#[test]
fn package_managers_and_their_platforms_have_other_forms() {
    are_read(&[
        (
            r#"{"added":1,"audit":{"auditReportVersion":2,"vulnerabilities":{"b":{"name":"b","severity":"high",
                "via":[{"source":1,"name":"b","dependency":"b","title":"t","url":"https://github.com/advisories/GHSA-aaaa-bbbb-cccc","severity":"low"}],
                "nodes":["node_modules/b"]}},"metadata":{}}}"#,
            "npm-audit-7",
            &["GHSA-AAAA-BBBB-CCCC low b@- at node_modules/b"],
        ),
        (
            r#"{"advisories":{"7":{"id":7,"module_name":null,"findings":[],"title":"t","severity":"low","github_advisory_id":"GHSA-aaaa-bbbb-cccc"}},"metadata":{}}"#,
            "npm-audit",
            &["GHSA-AAAA-BBBB-CCCC low"],
        ),
        (
            r#"{"components":[{"name":"quill","response":[{"uuid":"u","name":"CVE-2026-1","component":{"artifactId":"quill","version":"1","libraryType":"X"},
                "vulnerability":{"name":"CVE-2026-1","severity":"HIGH"},"findingInfo":{"status":"ACTIVE"},"locations":[{"path":"/a/quill.jar"}]}]}]}"#,
            "mend",
            &["CVE-2026-1 high quill@1 at /a/quill.jar"],
        ),
        (
            r#"{"application":{"publicId":"a"},"components":[{"hash":"h","matchState":"exact","componentIdentifier":{"format":"maven","coordinates":{"groupId":"g","artifactId":"b","version":"1"}},"pathnames":["a/b.jar"],
                "violations":[{"policyName":"Security-High","policyThreatLevel":7,"policyViolationId":"v","waived":false,"constraints":[{"conditions":[{"conditionReason":"Found security vulnerability CVE-2026-1 with severity >= 7."}]}]}]},
                {"hash":"i","matchState":"exact","componentIdentifier":null,"violations":[]}]}"#,
            "sonatype",
            &["Security-High high g:b@1 at a/b.jar"],
        ),
        (
            r#"{"vulnerabilities":[{"id":"SNYK-JS-B-1","packageName":"b","packageVersion":"1","severity":"low","identifiers":{"CVE":["CVE-2026-1"]},"from":["p@1","b@1"]}]}"#,
            "snyk",
            &["SNYK-JS-B-1 low b@1 at p@1 > b@1"],
        ),
        (
            r#"[{"issues":[{"pkgName":"https://a.example|b","pkgVersion":"1","issueId":"SNYK-UNMANAGED-B-1"}],
                "issuesData":{"SNYK-UNMANAGED-B-1":{"id":"SNYK-UNMANAGED-B-1","packageName":"b","severity":"high","title":"t","identifiers":{"CVE":["CVE-2026-1"]}}},
                "vulnerabilities":[{"id":"SNYK-UNMANAGED-B-1","name":"b@1","version":"1","from":["b@1"],"upgradePath":[false]}],
                "filtered":{"ignore":[{"id":"SNYK-UNMANAGED-B-1","name":"b@1","version":"1","from":["b@1"],"ignoreReasons":[{"reason":"r"}]}]}}]"#,
            "snyk",
            &["SNYK-UNMANAGED-B-1 high b@1 at b@1", "SNYK-UNMANAGED-B-1 high b@1 at b@1"],
        ),
        (
            "{\"osv\":{\"id\":\"GO-2026-1\",\"affected\":[{\"package\":{\"name\":\"b\"}}]}}\n{\"finding\":{\"osv\":\"GO-2026-1\",\"trace\":[{\"module\":\"b\",\"version\":\"v1\"}]}}\n",
            "govulncheck",
            &["GO-2026-1 unknown b@v1"],
        ),
        (
            r#"{"results":[{"rule_id":"AWS018","link":"See https://a.example","location":{"filename":"/a.tf","start_line":3,"end_line":5},"description":"d","severity":"ERROR"}]}"#,
            "tfsec",
            &["AWS018 high at /a.tf:3"],
        ),
    ]);
}

#[test]
fn bills_and_statements_have_other_forms() {
    are_read(&[
        (
            r#"{"@context":"https://openvex.dev/ns","@id":"x","statements":[{"vulnerability":"CVE-2026-1","products":["pkg:oci/i@1"],"subcomponents":["pkg:apk/w/b@2"],"status":"affected"}]}"#,
            "openvex",
            &["CVE-2026-1 unknown b@2 at pkg:oci/i@1"],
        ),
        (
            r#"{"@context":"","@id":"x","statements":[{"vulnerability":{"name":"CVE-2026-1"},"products":[{"@id":"pkg:apk/w/b@2"}],"status":"affected"}]}"#,
            "openvex",
            &["CVE-2026-1 unknown b@2"],
        ),
        (
            r#"{"specVersion":"1.4","components":[{"name":"b","version":"1","bom-ref":"r"}],"vulnerabilities":[{"id":"CVE-2026-1","affects":[{"ref":"urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79/1#r"}]}]}"#,
            "cyclonedx",
            &["CVE-2026-1 unknown b@1"],
        ),
        (
            r#"{"document":{"csaf_version":"2.0","tracking":{"id":"X"}},"product_tree":{"branches":[{"category":"product_name","name":"P","branches":[
                {"category":"product_version_range","name":"vers:all/<4.2","product":{"product_id":"A","name":"P <4.2"}}]}]},
                "vulnerabilities":[{"cve":"CVE-2026-1","title":"t","product_status":{"known_affected":["A"]}}]}"#,
            "csaf",
            &["CVE-2026-1 unknown P@vers:all/<4.2"],
        ),
        (
            r#"{"SPDXID":"SPDXRef-DOCUMENT","creationInfo":{"creators":["Tool: x"]},"dataLicense":"CC0-1.0",
                "packages":[{"SPDXID":"SPDXRef-1","name":""},{"SPDXID":"SPDXRef-2","name":"b","externalRefs":[{"referenceCategory":"SECURITY","referenceType":"advisory","referenceLocator":"https://a.example/CVE-2026-1"}]}],
                "spdxVersion":"SPDX-2.3"}"#,
            "spdx",
            &["CVE-2026-1 unknown b@-"],
        ),
    ]);
    // The version may stand behind everything else.
    let filler = "x".repeat(70_000);
    let text = format!(
        r#"{{"SPDXID":"SPDXRef-DOCUMENT","creationInfo":{{"creators":["Tool: x"]}},"dataLicense":"CC0-1.0","files":["{filler}"],"packages":[],"spdxVersion":"SPDX-2.3"}}"#
    );
    assert_eq!(collect_bytes("a.json", text.as_bytes()).unwrap().0.format, "spdx");
}

#[test]
fn platforms_of_containers_have_other_forms() {
    are_read(&[
        (
            r#"{"image":"i","scan_started":{"seconds":1},"resources":[{"resource":{"path":"/etc/key","sensitive_items":["RSA PRIVATE KEY"]},"vulnerabilities":null}]}"#,
            "aqua",
            &["sensitive-data-rsa-private-key unknown at /etc/key"],
        ),
        (
            r#"{"repository":"r","passed":true,"complianceIssues":null,"complianceDistribution":{"total":0},
                "vulnerabilities":[{"id":"CVE-2026-1","severity":"critical","packageName":"b","packageVersion":"1"}]}"#,
            "twistlock",
            &["CVE-2026-1 critical b@1"],
        ),
        (
            r#"{"results":[{"id":"sha256:1","distro":"Alpine","vulnerabilities":[{"id":"CVE-2026-1","severity":"high","packageName":"b","packageVersion":"1"}]}]}"#,
            "twistlock",
            &["CVE-2026-1 high b@1"],
        ),
        (
            r#"[{"SchemaVersion":"2018-10-08","Id":"t/CVE-2026-1","ProductArn":"a","GeneratorId":"Trivy","Title":"t","Severity":{"Label":"HIGH"},
                "Resources":[{"Type":"Container","Id":"t","Details":{"Other":{"CVE ID":"CVE-2026-1","PkgName":"b","Installed Package":"1","Patched Package":"2","NvdCvssScoreV3":"7.5","NvdCvssVectorV3":""}}}]}]"#,
            "asff",
            &["CVE-2026-1 high b@1 at t"],
        ),
    ]);
    // Of a long list the head holds no kind of its own.
    let filler = "x".repeat(70_000);
    let text = format!(
        r#"{{"apiVersion":"v1","items":[{{"apiVersion":"aquasecurity.github.io/v1alpha1","kind":"VulnerabilityReport","metadata":{{"name":"{filler}"}},
        "report":{{"vulnerabilities":[{{"vulnerabilityID":"CVE-2026-1","resource":"b","severity":"LOW"}}]}}}}],"kind":"List"}}"#
    );
    let (summary, _) = collect_bytes("a.json", text.as_bytes()).unwrap();
    assert_eq!((summary.format, summary.findings), ("trivy-operator", 1));
}

#[test]
fn clouds_tell_their_findings_in_other_frames() {
    are_read(&[
        (
            r#"{"version":"0","detail-type":"Inspector2 Finding","source":"aws.inspector2","detail":{"findingArn":"arn:f","awsAccountId":"1","type":"PACKAGE_VULNERABILITY","severity":"HIGH","title":"t",
                "packageVulnerabilityDetails":{"vulnerabilityId":"CVE-2026-1","vulnerablePackages":[{"name":"b","version":"1"}]},"resources":[{"type":"AWS_EC2_INSTANCE","id":"i-1"}]}}"#,
            "aws-inspector2",
            &["CVE-2026-1 high b@1 at i-1"],
        ),
        (
            r#"[{"SchemaVersion":"2018-10-08","Id":"i","ProductArn":"a","GeneratorId":"g","Title":"t","Severity":{"Original":"High"},"Resources":[{"Id":"arn:b"}]}]"#,
            "asff",
            &["g high at arn:b"],
        ),
        (
            r#"{"Findings":[{"class_uid":2003,"metadata":{"event_code":"S3.1"},"severity_id":4,"finding_info":{"uid":"u","title":"t"},"resources":[{"uid":"arn:b"}]}],"NextToken":"x"}"#,
            "ocsf",
            &["S3.1 high at arn:b"],
        ),
        (
            r#"{"results":[{"rule_id":"AVD-AWS-1","long_id":"aws-a","location":{"filename":"a.tf","start_line":3},"description":"d","severity":"LOW"}]}"#,
            "tfsec",
            &["aws-a low at a.tf:3"],
        ),
    ]);
}

#[test]
fn tables_have_columns_more_or_less() {
    are_read(&[
        (
            "Title,Severity,Status,Issue ID,Resource Type,Resource external ID\nOpen bucket,CRITICAL,OPEN,1,bucket,arn:b\n",
            "wiz-issues",
            &["Open bucket critical at arn:b"],
        ),
        (
            "Hostname,Distro,CVE ID,Compliance ID,Type,Severity,Packages,Package Version,CVSS,Fix Status,Description,Package Path\n\
             h,rhel,,60522,linux,high,,,0,,d,\nh,rhel,CVE-2026-1,,OS,low,b,1,5,,d,/usr/b\n",
            "twistlock-csv",
            &["60522 high at h", "CVE-2026-1 low b@1 at /usr/b"],
        ),
    ]);
    let text = "Component name,Component version name,Vulnerability id,Vulnerability source,Remediation status,Security Risk,Base score,CVSS Version\n\
                b,1,CVE-2026-1,NVD,NEW,HIGH,7.5,CVSS 3.x\nb,1,CVE-2026-2,NVD,NEW,HIGH,7.5,\nb,1,CVE-2026-3,NVD,NEW,HIGH,7.5,4.0\n";
    let (_, sink) = collect_bytes("security.csv", text.as_bytes()).unwrap();
    let versions: Vec<_> = sink.findings().map(|found| found.cvss[0].version.clone()).collect();
    assert_eq!(versions, ["3.1", "2.0", "4.0"], "the version that the table names");
}

#[test]
fn xray_tells_its_issues_in_many_shapes() {
    are_read(&[
        (
            r#"{"artifacts":[{"general":{"name":"team/app:1.0","component_id":"team/app:1.0"},"issues":[{"issue_id":"XRAY-1","summary":"s","severity":"Major",
                "cves":[{"cve":"CVE-2026-1","cvss_v3":"7.5/CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}],"impact_path":["default/docker/b-1.2.jar"]}]}]}"#,
            "jfrog-xray-issues",
            &["XRAY-1 high team/app@1.0 at default/docker/b-1.2.jar"],
        ),
        (
            r#"{"build":{"name":"b"},"issues":[{"issue_id":"XRAY-1","summary":"s","severity":"Low","impact_path":[],"components":[{"component_id":"npm://a","version":"1","fixed_versions":["2"]}]}]}"#,
            "jfrog-xray-issues",
            &["XRAY-1 low a@1"],
        ),
        (
            r#"{"total_count":1,"data":[{"id":"","severity":"High","summary":"s","component":"a","source_comp_id":"npm://a:1","component_versions":{"fixed_versions":["2"],"more_details":{"cves":[{"cve":"CVE-2026-1"}]}}}]}"#,
            "jfrog-xray-issues",
            &["CVE-2026-1 high a@1"],
        ),
        (
            r#"[{"scan_id":"x","violations":[{"issue_id":"XRAY-1","watch_name":"w","summary":"s","severity":"High","components":{"npm://a:1":{},"npm://b:2":{}}}]},{"scan_id":"y"}]"#,
            "jfrog-xray-issues",
            &["XRAY-1 high a@1", "XRAY-1 high b@2"],
        ),
        (
            r#"{"total_rows":1,"rows":[{"issue_id":"XRAY-1","severity":"High","physical_path":"a/b.jar"}]}"#,
            "jfrog-xray",
            &["XRAY-1 high at a/b.jar"],
        ),
    ]);
    let text = r#"{"artifacts":[{"general":{"name":"a:1"},"issues":[{"issue_id":"XRAY-1","severity":"High","cves":[{"cve":"CVE-2026-1","cvss_v2":"5.0","cvss_v3":"7.5/CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}]}]}]}"#;
    let (_, sink) = collect_bytes("report.json", text.as_bytes()).unwrap();
    let said: Vec<_> =
        sink.findings().next().unwrap().cvss.iter().map(|one| (one.version.clone(), one.score)).collect();
    assert_eq!(
        said,
        [("3.1".to_owned(), Some(7.5)), ("2.0".to_owned(), Some(5.0))],
        "score and vector in one"
    );
}

#[test]
fn dependency_check_names_the_parts_of_cvss_2_in_two_ways() {
    for word in ["confidentialImpact", "confidentialityImpact"] {
        let text = format!(
            r#"<analysis xmlns="https://jeremylong.github.io/DependencyCheck/dependency-check.4.0.xsd"><dependencies><dependency>
            <fileName>a.jar</fileName><vulnerabilities><vulnerability><name>CVE-2026-1</name><severity>HIGH</severity>
            <cvssV2><score>7.5</score><accessVector>NETWORK</accessVector><accessComplexity>LOW</accessComplexity>
            <authenticationr>NONE</authenticationr><{word}>PARTIAL</{word}><integrityImpact>PARTIAL</integrityImpact>
            <availabilityImpact>PARTIAL</availabilityImpact></cvssV2></vulnerability></vulnerabilities></dependency></dependencies></analysis>"#
        );
        let (_, sink) = collect_bytes("report.xml", text.as_bytes()).unwrap();
        let vector = sink.findings().next().unwrap().cvss[0].vector.clone();
        assert_eq!(vector.as_deref(), Some("AV:N/AC:L/Au:N/C:P/I:P/A:P"), "{word}");
    }
}
