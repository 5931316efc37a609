//! Records as reports have them: every finding knows what it was made of, unless that is a leaked
//! credential itself, and no credential of a request is in it.

#![allow(clippy::expect_used, reason = "a helper of tests stops the test")]

use docket_domain::{FindingKind, Found, RawForm};
use docket_import::{Collected, ReadOptions, formats, from_bytes, read};

mod common;

fn options() -> ReadOptions {
    ReadOptions { raw: true, ..ReadOptions::default() }
}

fn collected(name: &str, bytes: &[u8], format: Option<&str>) -> Collected {
    let intake = from_bytes(name, bytes).expect("an intake");
    let mut sink = Collected::default();
    read(&intake, format, &options(), &mut sink).expect("it is read");
    sink
}

fn pairs(sink: &Collected) -> impl Iterator<Item = (&Found, Option<&(RawForm, String)>)> {
    sink.runs.iter().flat_map(|run| run.findings.iter().zip(run.raw.iter().map(Option::as_ref)))
}

// covers: X11
#[test]
fn every_finding_of_every_format_knows_what_it_was_made_of() {
    for format in formats() {
        let sink = collected("report", format.example().as_bytes(), Some(format.id()));
        for (found, raw) in pairs(&sink) {
            let id = format.id();
            if found.kind == FindingKind::Secret {
                assert_eq!(raw, None, "{id}: the record would hold the credential: {}", found.title);
                continue;
            }
            let (form, text) = raw.unwrap_or_else(|| panic!("{id}: nothing is kept of {}", found.title));
            match form {
                RawForm::Json => {
                    let value: Result<serde_json::Value, _> = serde_json::from_str(text);
                    assert!(value.is_ok(), "{id}: one whole value: {text}");
                }
                RawForm::Xml => {
                    assert!(text.starts_with('<') && text.ends_with('>'), "{id}: one element: {text}");
                    let name = text[1..].split([' ', '>', '/', '\n']).next().unwrap_or_default();
                    let whole = text.ends_with("/>") || text.ends_with(&format!("</{name}>"));
                    assert!(whole, "{id}: to its end: {text}");
                }
                RawForm::Csv => assert!(text.lines().count() >= 2, "{id}: a header and a row: {text}"),
                RawForm::Text => assert!(!text.trim().is_empty(), "{id}: something"),
            }
        }
    }
}

#[test]
fn nothing_is_told_that_nobody_asked_for() {
    for format in formats() {
        let intake = from_bytes("report", format.example().as_bytes()).expect("an intake");
        let mut sink = Collected::default();
        read(&intake, Some(format.id()), &ReadOptions::default(), &mut sink).expect("it is read");
        assert!(pairs(&sink).all(|(_, raw)| raw.is_none()), "{}", format.id());
    }
}

#[test]
fn asking_for_records_changes_no_finding() {
    for format in formats() {
        let intake = from_bytes("report", format.example().as_bytes()).expect("an intake");
        let mut plain = Collected::default();
        read(&intake, Some(format.id()), &ReadOptions::default(), &mut plain).expect("it is read");
        let with = collected("report", format.example().as_bytes(), Some(format.id()));
        let (plain, with): (Vec<&Found>, Vec<&Found>) =
            (plain.findings().collect(), with.findings().collect());
        assert_eq!(plain, with, "{}", format.id());
    }
}

#[test]
fn a_finding_of_a_long_record_has_its_own_part() {
    let report =
        br#"{"SchemaVersion":2,"ArtifactName":"shop","Results":[{"Target":"a.lock","Class":"lang-pkgs",
        "Vulnerabilities":[{"VulnerabilityID":"CVE-2026-1","PkgName":"a" , "InstalledVersion":"1"},
        {"VulnerabilityID":"CVE-2026-2","PkgName":"b","InstalledVersion":"2"}],
        "Secrets":[{"RuleID":"token","Match":"s3cret-value","StartLine":1}]}]}"#;
    let sink = collected("trivy.json", report, None);
    let raws: Vec<Option<&str>> = pairs(&sink).map(|(_, raw)| raw.map(|raw| raw.1.as_str())).collect();
    assert_eq!(
        raws,
        [
            Some(r#"{"VulnerabilityID":"CVE-2026-1","PkgName":"a" , "InstalledVersion":"1"}"#),
            Some(r#"{"VulnerabilityID":"CVE-2026-2","PkgName":"b","InstalledVersion":"2"}"#),
            None,
        ],
        "each its own, as it is spelt; nothing of the credential"
    );
}

#[test]
fn a_record_with_a_credential_among_others_is_kept_for_none_of_them() {
    let report = br#"{"docket":"findings/1","findings":[
        {"title":"a token","kind":"secret","snippet":"s3cret-value","path":"a"},
        {"title":"another","kind":"code","path":"b"}]}"#;
    let sink = collected("d.json", report, None);
    let raws: Vec<bool> = pairs(&sink).map(|(_, raw)| raw.is_some()).collect();
    assert_eq!(raws, [false, true], "only what is no credential");
}

#[test]
fn credentials_of_requests_are_masked() {
    let report = br#"{"docket":"findings/1","findings":[{"title":"XSS","kind":"web","url":"http://h/",
        "description":"GET / HTTP/1.1\r\nCookie: session=s3cret-value\r\nX-Api-Key: s3cret-value\r\n\r\n"}]}"#;
    let sink = collected("d.json", report, None);
    let (_, raw) = pairs(&sink).next().expect("a finding");
    let text = &raw.expect("kept").1;
    assert!(!text.contains("s3cret") && text.contains("session=*****"), "{text}");
}

#[test]
fn a_row_stands_below_its_header() {
    let sink = collected("t.csv", b"Title;Severity;File\r\n\"a \"\"b\"\";\nc\";high;x.py\r\n", None);
    let (_, raw) = pairs(&sink).next().expect("a finding");
    assert_eq!(raw.expect("kept").1, "Title;Severity;File\n\"a \"\"b\"\";\nc\";high;x.py", "the same cells");
}

/// Over all real reports at hand: what is kept stands in the report, and nothing of leaked
/// credentials is.
#[test]
fn real_reports_are_kept_as_they_are() {
    let Some(corpus) = common::corpus() else { return };
    let (mut findings, mut kept) = (0_u64, 0_u64);
    for folder in std::fs::read_dir(corpus).expect("the corpus").flatten() {
        let Ok(files) = std::fs::read_dir(folder.path()) else { continue };
        for file in files.flatten() {
            let Ok(bytes) = std::fs::read(file.path()) else { continue };
            // The long ones hold more of the same.
            if bytes.len() > 200_000 {
                continue;
            }
            let name = file.file_name().to_string_lossy().into_owned();
            let mut sink = Collected::default();
            let Ok(intake) = from_bytes(&name, &bytes[..]) else { continue };
            if read(&intake, None, &options(), &mut sink).is_err() {
                continue;
            }
            let text = std::str::from_utf8(&bytes).ok();
            for (found, raw) in pairs(&sink) {
                findings += 1;
                let Some((form, raw)) = raw else {
                    assert_eq!(found.kind, FindingKind::Secret, "{name}: {} has no record", found.title);
                    continue;
                };
                kept += 1;
                let exact = matches!(form, RawForm::Json | RawForm::Xml) && !raw.contains("*****");
                let exact = exact && !raw.contains("[Base64 text left out]") && !raw.contains('\r');
                if let Some(text) = text.filter(|text| exact && text.is_ascii()) {
                    assert!(text.contains(raw.as_str()), "{name}: it stands in the report: {raw}");
                }
            }
        }
    }
    println!("{kept} of {findings} findings know their record");
    assert!(findings > 1_000, "the corpus was read");
}
