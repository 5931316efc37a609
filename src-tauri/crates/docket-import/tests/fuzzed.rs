//! What fuzzing found (`fuzz/`, docs/fuzzing.md): each of its cases, as small as it became.
#![allow(clippy::unwrap_used, reason = "a helper of tests stops the test")]

mod common;

use common::holds::holds;
use docket_domain::Code;

/// An identifier of GitHub's was looked for behind its prefix without minding where characters end.
#[test]
fn a_name_like_an_advisory_with_a_character_of_several_bytes() {
    let report = r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"t"}},"results":[
        {"ruleId":"GHSA-93q8-gq69-\u0081\u2019w","message":{"text":"GHSA-93Q8-GQ69\u06c8\u017d\u2019W"}}]}]}"#;
    let came = holds("x.sarif", Some("sarif"), report.as_bytes()).unwrap();
    assert_eq!(came.summary.findings, 1, "it is read, and is no advisory");
}

/// A rule's name came through as it stood.
#[test]
fn a_control_character_in_the_name_of_a_rule() {
    let report = "<NessusClientData_v2><Report name=\"r\"><ReportHost name=\"h\"><ReportItem port=\"1\" \
        protocol=\"tcp\" severity=\"1\" pluginID=\"1\" pluginName=\"Weak&#x16;\u{202e}ciphers\"/></ReportHost>\
        </Report></NessusClientData_v2>";
    let came = holds("x.nessus", Some("nessus"), report.as_bytes()).unwrap();
    assert_eq!(came.summary.findings, 1, "it is read");
}

/// What the XML reader quotes of a broken file went into the refusal: escapes, and whole pages.
#[test]
fn a_refusal_quotes_no_control_characters() {
    let long = "x".repeat(5000);
    for name in ["a\u{1b}[31m", "a\u{202e}", "a\0", &long] {
        let report = format!("<NessusClientData_v2><Report></{name}></NessusClientData_v2>");
        let problem = holds("x.nessus", Some("nessus"), report.as_bytes()).unwrap_err();
        assert!(problem.message.contains("The XML is broken"), "{problem}");
        assert!(problem.message.chars().count() < 300, "it is a sentence: {}", problem.message);
        let report = format!("<NessusClientData_v2><Report><{name}>");
        let problem = holds("x.nessus", Some("nessus"), report.as_bytes()).unwrap_err();
        assert!(problem.message.contains("ends inside"), "{problem}");
        assert!(problem.message.chars().count() < 300, "it is a sentence: {}", problem.message);
    }
}

/// A vector was only asked whether its parts have a colon.
#[test]
fn a_control_character_in_a_vector() {
    for odd in ["AV\\t\\u0000:N", "AV:N\\u202e", "AV:\\u001b[31m"] {
        let vector = format!("CVSS:3.1/{odd}/AC:H/PR:H/UI:N/S:U/C:H/I:H/A:H");
        let report = format!(
            r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","vulnerabilities":[{{"id":"CVE-2021-44832",
            "ratings":[{{"method":"CVSSv31","vector":"{vector}"}}]}}]}}"#
        );
        let came = holds("x.json", Some("cyclonedx"), report.as_bytes()).unwrap();
        assert_eq!(came.summary.findings, 1, "the vector is none, the rest is read");
    }
}

/// The reason of a suppression came through as it stood.
#[test]
fn a_control_character_in_the_reason_of_a_suppression() {
    let report = "<pmd version=\"7.9.0\"><file name=\"a.java\"></file><suppressedviolation filename=\"a.java\" \
        suppressiontype=\"annotation\" msg=\"Do not print\" usermsg=\"a tool of the co&#0;ns&#x202e;ole\" rule=\"SystemPrintln\"/></pmd>";
    let came = holds("x.xml", Some("pmd"), report.as_bytes()).unwrap();
    assert_eq!(came.summary.findings, 1, "it is read");
}

/// The name of the file went into messages as it was.
#[test]
fn a_control_character_in_the_name_of_the_file() {
    for name in ["a\u{1b}[31m.json", "a\r.json", "a\0.json", "a\u{202e}.json"] {
        for bytes in [&b""[..], b"x", b"{}"] {
            let problem = holds(name, None, bytes).unwrap_err();
            assert!(problem.message.contains("a\u{FFFD}"), "it is shown that there was something: {problem}");
        }
    }
}

/// Memory: sixty thousand bytes of a name, and ten thousand things with it.
#[test]
fn a_long_name_is_not_kept_for_each_thing_below_it() {
    let (name, inner) = ("n".repeat(30_000), "\"a\":1,".repeat(5_000));
    let report = format!("{{\"{name}\":{{{inner}\"b\":1}},\"{name}\":[{{{inner}\"b\":1}}]}}");
    let problem = holds("x.json", None, report.as_bytes()).unwrap_err();
    assert_eq!(problem.code, Code::Report, "it is no report: {problem}");
}

/// The end of a line in the text of an element came through as it stood.
#[test]
fn a_carriage_return_in_a_text_of_xml() {
    let report = "<BugCollection><BugInstance type=\"SQL\" priority=\"1\"><LongMessage>Runs a\r\nstatement&#13;\n\
        twice\r</LongMessage></BugInstance></BugCollection>";
    let came = holds("x.xml", Some("spotbugs"), report.as_bytes()).unwrap();
    assert_eq!(came.summary.findings, 1, "it is read, with the ends of its lines as everywhere");
}

/// A word alone, and what else came the same way, was a report in which nothing was found: it would
/// have closed everything.
#[test]
fn a_word_alone_is_no_report_of_any_format() {
    let mut taken = Vec::new();
    for format in docket_import::formats() {
        for word in
            ["null", "true", "7", "\"x\"", "true\ntrue\n\"\"", "null\ndone", "done\n", "<a/>", "a,b\n1,2\n"]
        {
            let came = holds("x.json", Some(format.id()), word.as_bytes());
            taken.extend(came.is_ok_and(|came| came.may_close).then(|| format!("{}: {word}", format.id())));
        }
    }
    assert!(taken.is_empty(), "taken for all there is: {taken:?}");
}
