//! Bad inputs: each is read with what can be saved, or refused with one clear error.
#![allow(clippy::unwrap_used, reason = "a helper of tests stops the test")]

mod common;

use common::{collect, collect_bytes};
use docket_domain::{Code, Completeness};
use docket_import::{Collected, ReadOptions, from_bytes, read};

const SCHEMA: &str = r#""$schema":"https://json.schemastore.org/sarif-2.1.0.json","#;

/// A sound report with 50 results.
fn good() -> String {
    let results: Vec<String> = (0..50)
        .map(|n| {
            let line = n + 1;
            format!(
                r#"{{"ruleId":"R1","message":{{"text":"m {n}"}},"locations":[{{"physicalLocation":{{"artifactLocation":{{"uri":"a.c"}},"region":{{"startLine":{line}}}}}}}]}}"#
            )
        })
        .collect();
    let results = results.join(",");
    format!(
        r#"{{"version":"2.1.0",{SCHEMA}"runs":[{{"tool":{{"driver":{{"name":"t","rules":[{{"id":"R1"}}]}}}},"results":[{results}]}}]}}"#
    )
}

fn with(from: &str, to: &str) -> String {
    let good = good();
    assert!(good.contains(from), "the sound report has {from}");
    good.replacen(from, to, 1)
}

fn read_all(name: &str, bytes: &[u8]) -> Collected {
    collect_bytes(name, bytes).unwrap_or_else(|problem| panic!("{name} is readable: {problem}")).1
}

/// The inputs that have to be read, with the number of findings and of warnings.
#[test]
fn what_can_be_saved_is_read() {
    let deep = format!(r#""properties":{{"a":{}1{}}},"message""#, r#"{"a":"#.repeat(5000), "}".repeat(5000));
    let cases: Vec<(&str, Vec<u8>, usize, usize)> = vec![
        ("good", good().into_bytes(), 50, 0),
        ("bom_utf8", [b"\xEF\xBB\xBF".to_vec(), good().into_bytes()].concat(), 50, 0),
        ("utf16le_bom", utf16(&good(), true, true), 50, 0),
        ("utf16be_bom", utf16(&good(), false, true), 50, 0),
        ("utf16le_no_bom", utf16(&good(), true, false), 50, 0),
        ("latin1", latin1(&with("m 1", "m \u{e9}")), 50, 1),
        ("lone_surrogate", with("m 1", r"m \ud800").into_bytes(), 50, 1),
        ("reversed_surrogates", with("m 1", r"m \udc00\ud800").into_bytes(), 50, 1),
        ("nul_escaped", with("m 1", r"m \u0000x").into_bytes(), 50, 1),
        ("nul_raw", with("m 1", "m \0x").into_bytes(), 50, 1),
        ("raw_tab_in_text", with("m 1", "m\t1").into_bytes(), 50, 1),
        ("duplicate_keys", with(r#""ruleId":"R1""#, r#""ruleId":"R0","ruleId":"R1""#).into_bytes(), 50, 0),
        ("nan", with(r#""startLine":1}"#, r#""startLine":NaN}"#).into_bytes(), 50, 1),
        ("minus_infinity", with(r#""startLine":1}"#, r#""startLine":-Infinity}"#).into_bytes(), 50, 1),
        ("beyond_f64", with(r#""startLine":1}"#, r#""startLine":1e999}"#).into_bytes(), 50, 1),
        (
            "bigint_line",
            with(r#""startLine":2}"#, r#""startLine":99999999999999999999}"#).into_bytes(),
            50,
            1,
        ),
        ("negative_line", with(r#""startLine":2}"#, r#""startLine":-5}"#).into_bytes(), 50, 1),
        ("float_line", with(r#""startLine":2}"#, r#""startLine":2.0}"#).into_bytes(), 50, 0),
        ("text_line", with(r#""startLine":2}"#, r#""startLine":"2"}"#).into_bytes(), 50, 0),
        ("null_locations", with(r#""locations":[{"#, r#""locations":null,"x":[{"#).into_bytes(), 50, 0),
        ("no_schema", good().replace(SCHEMA, "").into_bytes(), 50, 0),
        ("unknown_rule", with(r#""ruleId":"R1""#, r#""ruleId":"NOPE""#).into_bytes(), 50, 0),
        (
            "rule_index_wrong",
            with(r#""ruleId":"R1""#, r#""ruleId":"R1","ruleIndex":999"#).into_bytes(),
            50,
            1,
        ),
        ("message_id_unknown", with(r#"{"text":"m 0"}"#, r#"{"id":"nope"}"#).into_bytes(), 50, 1),
        (
            "char_offset_only",
            with(r#""startLine":1}"#, r#""charOffset":10,"charLength":4}"#).into_bytes(),
            50,
            0,
        ),
        ("uri_absent", with(r#"{"uri":"a.c"}"#, "{}").into_bytes(), 50, 0),
        ("deep_properties", with(r#""message""#, &deep).into_bytes(), 50, 0),
        ("long_message", with("m 1", &"\u{fc}".repeat(500_000)).into_bytes(), 50, 0),
        ("broken_result", with(r#"{"ruleId":"R1""#, r#"7,{"ruleId":"R1""#).into_bytes(), 50, 1),
        (
            "html_in_help",
            with(r#"{"id":"R1"}"#, r#"{"id":"R1","helpUri":"javascript:alert(1)"}"#).into_bytes(),
            50,
            0,
        ),
    ];
    for (name, bytes, findings, warnings) in cases {
        let sink = read_all(name, &bytes);
        assert_eq!(sink.findings().count(), findings, "{name}: no finding is lost: {:?}", sink.warnings);
        assert_eq!(sink.warnings.len(), warnings, "{name}: what was odd is said: {:?}", sink.warnings);
        for found in sink.findings() {
            assert!(found.title.chars().count() <= 200, "{name}: a title fits into one line");
            assert!(!found.description.contains('\0'), "{name}: no NUL gets through");
        }
    }
}

/// The inputs that are refused: what the error has to say, and its line if it has one.
#[test]
fn what_cannot_be_read_is_refused_with_one_clear_error() {
    let good = good();
    let external = good.replacen(
        r#""results":["#,
        r#""externalPropertyFileReferences":{"results":[{"location":{"uri":"r.sarif-external-properties"}}]},"results":["#,
        1,
    );
    let cases: Vec<(&str, Vec<u8>, &str, Option<&str>)> = vec![
        ("empty.sarif", Vec::new(), "empty", None),
        ("blank.sarif", b" \n\t".to_vec(), "empty", None),
        ("truncated.sarif", good.as_bytes()[..good.len() * 2 / 3].to_vec(), "cut off", Some("1")),
        (
            "truncated_in_word.sarif",
            br#"{"version":"2.1.0","runs":[{"tool":{}},nul"#.to_vec(),
            "cut off",
            Some("1"),
        ),
        ("trailing.sarif", format!("{good}\n{{}}").into_bytes(), "complete, but", Some("2")),
        ("comma.sarif", good.replacen("]}", ",]}", 1).into_bytes(), "comma", Some("1")),
        (
            "missing_colon.sarif",
            good.replacen("\"version\":", "\"version\"", 1).into_bytes(),
            "expected :",
            Some("1"),
        ),
        ("version2.0.sarif", good.replacen("2.1.0", "2.0.0", 1).into_bytes(), "SARIF 2.0.0", None),
        ("version1.sarif", good.replacen("2.1.0", "1.0.0", 1).into_bytes(), "SARIF 1.0.0", None),
        ("other.json", br#"{"findings":[]}"#.to_vec(), "not in a format", None),
        ("list.json", b"[]".to_vec(), "not in a format", None),
        ("list.sarif", b"[1]".to_vec(), "not in a format", None),
        ("deep.json", [vec![b'['; 100_000], vec![b']'; 100_000]].concat(), "not in a format", None),
        ("deep.sarif", deep_sarif().into_bytes(), "nested more than", Some("1")),
        ("page.json", b"<!DOCTYPE html><title>502</title>".to_vec(), "web page", None),
        ("report.xml", b"<?xml version=\"1.0\"?><letter/>".to_vec(), "not in a format", None),
        (
            "cut.nessus",
            b"<NessusClientData_v2><Report><ReportHost name=\"a\">".to_vec(),
            "cut off",
            Some("1"),
        ),
        ("report.pdf", b"%PDF-1.7 ...".to_vec(), "PDF", None),
        ("report.sarif", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0".to_vec(), "program", None),
        ("noise.sarif", (0..=255).cycle().take(4000).collect(), "binary", None),
        ("external.sarif", external.into_bytes(), "another file: r.sarif-external-properties", None),
        ("no_header.csv", b"a,b,c\n1,2,3\n".to_vec(), "a, b, c", None),
        ("newer.json", br#"{"docket":"findings/9","findings":[]}"#.to_vec(), "findings/9", None),
    ];
    for (name, bytes, says, line) in cases {
        let Err(problem) = collect_bytes(name, &bytes) else { panic!("{name} must be refused") };
        assert_eq!(problem.code, Code::Report, "{name}: it is the report's fault: {problem}");
        assert!(problem.message.contains(says), "{name}: the error says «{says}»: {problem}");
        assert!(problem.hint.is_some(), "{name}: the error says what to do: {problem}");
        assert_eq!(problem.context.get("line").map(String::as_str), line, "{name}: the place: {problem:?}");
    }
}

/// 3.14.23: only an empty list of results says that nothing was found.
#[test]
fn a_run_without_results_closes_nothing() {
    let run = |rest: &str| {
        format!(r#"{{"version":"2.1.0","runs":[{{"tool":{{"driver":{{"name":"t"}}}}{rest}}}]}}"#)
    };
    for (rest, closes) in
        [(r#","results":[]"#, true), (r#","results":null"#, false), ("", false), (r#","results":{}"#, false)]
    {
        let sink = read_all("r.sarif", run(rest).as_bytes());
        let end = sink.runs[0].end.clone().unwrap();
        assert_eq!(end.may_close(), closes, "a run with «{rest}» ends as {end:?}");
        assert_eq!(sink.warnings.is_empty(), closes, "and that is said");
    }
    for top in [
        r#"{"version":"2.1.0","runs":null}"#,
        r#"{"version":"2.1.0","runs":[]}"#,
        r#"{"version":"2.1.0","$schema":"sarif"}"#,
    ] {
        let sink = read_all("r.sarif", top.as_bytes());
        assert!(sink.runs.is_empty(), "{top} has no run that could close anything");
        assert_eq!(sink.warnings.len(), 1, "{top}: that is said: {:?}", sink.warnings);
    }
}

#[test]
fn a_lost_result_keeps_the_run_from_closing_anything() {
    let sink = read_all("r.sarif", with(r#"{"ruleId":"R1""#, r#"7,{"ruleId":"R1""#).as_bytes());
    assert!(
        matches!(sink.runs[0].end, Some(Completeness::Partial { .. })),
        "it may have been a known finding"
    );
    assert_eq!(sink.warnings[0].place.record.as_deref(), Some("runs[0].results[0]"), "the place is told");
}

#[test]
fn a_lost_part_of_a_record_costs_that_part_and_keeps_the_run_from_closing_anything() {
    let flaw = r#"{"VulnerabilityID":"CVE-2026-1","PkgName":"a","InstalledVersion":"1"}"#;
    for (flaws, findings, says) in [
        (format!("[{flaw}]"), 1, None),
        (format!("[{flaw},null]"), 1, None),
        ("null".to_owned(), 0, None),
        (
            format!("[{flaw},7]"),
            1,
            Some("A part of this record could not be read and was left out: it is a number"),
        ),
        (
            format!("[\"x\",{flaw},7]"),
            1,
            Some("2 parts of this record could not be read and were left out: it is a text"),
        ),
        ("7".to_owned(), 0, Some("it is a number, not a list.")),
    ] {
        let text = format!(
            r#"{{"SchemaVersion":2,"ArtifactName":"shop","Results":[{{"Target":"a.lock","Vulnerabilities":{flaws}}}]}}"#
        );
        let sink = read_all("r.json", text.as_bytes());
        assert_eq!(sink.findings().count(), findings, "the others stay: {flaws}");
        let may_close = sink.runs[0].end.as_ref().unwrap().may_close();
        assert_eq!(may_close, says.is_none(), "nothing is closed because of it: {flaws}");
        let told = sink.warnings.first().map(|warning| warning.message.as_str()).unwrap_or_default();
        assert!(told.contains(says.unwrap_or_default()), "{flaws}: {told}");
        assert!(says.is_none() == told.is_empty(), "{flaws}: {told}");
    }
    let sink = read_all("r.json", br#"{"SchemaVersion":2,"ArtifactName":"shop","Results":"none today"}"#);
    assert!(!sink.runs[0].end.as_ref().unwrap().may_close(), "nor where a text stands for the records");
    assert_eq!(sink.warnings[0].place.record.as_deref(), Some("Results"), "the place is told");
}

#[test]
fn places_are_those_of_the_file_as_it_is() {
    let text = good().replace("},{\"ruleId\"", "},\r\n {\"ruleId\"");
    let sink = read_all("r.sarif", text.as_bytes());
    let lines: Vec<Option<u64>> = sink.findings().map(|f| f.place.line).collect();
    assert_eq!(lines, (1..=50).map(Some).collect::<Vec<_>>(), "each result stands in its own line");
    let utf16 = read_all("r.sarif", &utf16(&text, true, true));
    assert_eq!(utf16.findings().nth(49).unwrap().place.line, Some(50), "UTF-16 has the same lines");
}

#[test]
fn a_row_that_never_ends_is_refused_before_it_fills_the_memory() {
    let text = format!("title,severity\nx,\"{}", "a\n".repeat(20 * 1024 * 1024 / 2));
    let Err(problem) = collect_bytes("t.csv", text.as_bytes()) else { panic!("it must be refused") };
    assert_eq!(problem.context.get("line").map(String::as_str), Some("2"), "the row is named: {problem}");
}

#[test]
fn an_unknown_format_is_told_with_the_known_ones() {
    let intake = from_bytes("x.sarif", good().into_bytes()).unwrap();
    let problem = read(&intake, Some("xls"), &ReadOptions::default(), &mut Collected::default()).unwrap_err();
    assert!(problem.to_string().contains("sarif"), "the known ones are listed: {problem}");
    assert!(collect(&intake, Some("SARIF")).is_ok(), "ids do not depend on case");
    let problem = collect(&intake, Some("docket-json")).unwrap_err();
    assert!(
        problem.message.contains("not say that it is Docket's own"),
        "a wrong choice is explained: {problem}"
    );
}

#[test]
fn a_cancelled_sink_ends_the_reading() {
    struct Impatient;
    impl docket_import::Sink for Impatient {
        fn run(&mut self, _: docket_domain::Run) -> Result<(), docket_import::Stop> {
            Ok(())
        }
        fn rule(&mut self, _: docket_domain::Rule) -> Result<(), docket_import::Stop> {
            Ok(())
        }
        fn finding(&mut self, _: docket_domain::Found) -> Result<(), docket_import::Stop> {
            Ok(())
        }
        fn warning(&mut self, _: docket_domain::Warning) -> Result<(), docket_import::Stop> {
            Ok(())
        }
        fn run_end(&mut self, _: Completeness) -> Result<(), docket_import::Stop> {
            Ok(())
        }
        fn progress(&mut self, _: u64, _: u64) -> Result<(), docket_import::Stop> {
            Err(docket_import::Stop::Cancelled)
        }
    }
    let intake = from_bytes("x.sarif", good().into_bytes()).unwrap();
    let problem = read(&intake, None, &ReadOptions::default(), &mut Impatient).unwrap_err();
    assert_eq!(problem.code, Code::Cancelled, "it ends as cancelled, not as an error of the report");
}

fn deep_sarif() -> String {
    let deep = format!(r#""properties":{}{},"message""#, "[".repeat(100_000), "]".repeat(100_000));
    good().replacen(r#""message""#, &deep, 1)
}

fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
    let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
    units.flat_map(|unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}
