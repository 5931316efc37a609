//! Reports as people have them: packed, piped, named oddly.
#![allow(clippy::unwrap_used, reason = "a helper of tests stops the test")]

mod common;

use std::io::Write;

use common::{collect, fixture};
use docket_domain::Code;
use docket_import::{Confidence, Intake, detect, from_bytes, from_reader, open, open_while};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;

fn sarif() -> Vec<u8> {
    std::fs::read(fixture("everything.sarif")).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn findings(intake: &Intake) -> usize {
    collect(intake, None).unwrap().1.findings().count()
}

#[test]
fn the_same_report_is_read_however_it_comes() {
    let plain = sarif();
    let packed = gzip(&plain);
    let twice = [gzip(&plain[..1000]), gzip(&plain[1000..])].concat();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scan.sarif.gz");
    std::fs::write(&path, &packed).unwrap();
    for (name, intake) in [
        ("file", open(&fixture("everything.sarif")).unwrap()),
        ("bytes", from_bytes("x", plain.clone()).unwrap()),
        ("standard input", from_reader("-", plain.as_slice()).unwrap()),
        ("gzip file", open(&path).unwrap()),
        ("gzip of two members", from_bytes("x.gz", twice).unwrap()),
        ("zip", from_bytes("x.zip", zipped(&[("reports/scan.sarif", &plain)])).unwrap()),
    ] {
        assert_eq!(findings(&intake), 10, "{name} has all findings");
        assert_eq!(findings(&intake), 10, "{name} can be read again");
    }
    let intake = open(&path).unwrap();
    let hex = format!("{:x}", Sha256::digest(&packed));
    assert_eq!(
        (intake.sha256.as_str(), intake.bytes),
        (hex.as_str(), packed.len() as u64),
        "as given, not unpacked"
    );
    assert_eq!(intake.name, "scan.sarif.gz", "the folder stays private");
}

#[test]
fn a_large_standard_input_goes_to_a_temporary_file() {
    let results =
        vec![r#"{"ruleId":"R","message":{"text":"many of these make a large report"}}"#; 150_000].join(",");
    let text = format!(
        r#"{{"version":"2.1.0","runs":[{{"results":[{results}],"tool":{{"driver":{{"name":"t"}}}}}}]}}"#
    );
    let intake = from_reader("-", text.as_bytes()).unwrap();
    assert!(intake.bytes > 8 * 1024 * 1024, "it is larger than what stays in memory");
    let (summary, _) = collect(&intake, None).unwrap();
    assert_eq!(summary.findings, 150_000, "all of it is read");
}

#[test]
fn a_zip_is_read_file_by_file_and_says_what_it_passed_over() {
    let plain = sarif();
    let archive = zipped(&[
        ("a/one.sarif", &plain),
        ("README.md", b"# not a report"),
        ("__MACOSX/one.sarif", b"junk"),
        (".hidden", b"junk"),
        ("b/table.csv", b"Title,Severity\nx,high\n"),
    ]);
    let (summary, sink) = collect(&from_bytes("x.zip", archive).unwrap(), None).unwrap();
    assert_eq!((summary.reports, summary.findings), (2, 11), "both reports are read");
    assert!(
        sink.warnings.iter().any(|w| w.place.file.as_deref() == Some("README.md")),
        "the other file is named"
    );
    let files: Vec<_> = sink.findings().filter_map(|found| found.place.file.as_deref()).collect();
    assert_eq!((files[0], files[10]), ("a/one.sarif", "b/table.csv"), "each finding knows its file");
    let broken = zipped(&[("good.sarif", &plain), ("cut.sarif", &plain[..2000])]);
    let problem = collect(&from_bytes("x.zip", broken).unwrap(), None).unwrap_err();
    assert_eq!(
        problem.context.get("entry").map(String::as_str),
        Some("cut.sarif"),
        "a broken report is not passed over: {problem}"
    );
}

#[test]
fn damaged_and_hostile_packages_are_refused() {
    let packed = gzip(&sarif());
    let blanks = [br#"{"version":"2.1.0","runs":["#.to_vec(), vec![b' '; 66 * 1024 * 1024]].concat();
    let bomb = gzip(&blanks);
    let zip_bomb = zipped(&[("x.sarif", &blanks)]);
    for (name, bytes, says) in [
        ("cut.gz", packed[..packed.len() / 2].to_vec(), "cut off"),
        ("damaged.gz", [&packed[..20], &[0xFF; 40]].concat(), "damaged"),
        ("bomb.gz", bomb, "unpacks to more than"),
        ("bomb.zip", zip_bomb, "unpacks to more than"),
        ("damaged.zip", b"PK\x03\x04 and nothing more".to_vec(), "damaged"),
        ("empty.zip", zipped(&[]), "no files"),
        ("only-notes.zip", zipped(&[("README.md", b"hello")]), "not in a format"),
        ("twice.gz", gzip(&packed), "compressed twice"),
    ] {
        let outcome = from_bytes(name, bytes).and_then(|intake| collect(&intake, None));
        let Err(problem) = outcome else { panic!("{name} must be refused") };
        assert_eq!(problem.code, Code::Report, "{name}: {problem}");
        assert!(problem.message.contains(says), "{name} says «{says}»: {problem}");
    }
}

#[test]
fn missing_files_and_folders_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let missing = open(&folder.path().join("nope.sarif")).unwrap_err();
    assert!(missing.message.contains("no file"), "{missing}");
    let wrong = open(folder.path()).unwrap_err();
    assert!(wrong.message.contains("folder"), "{wrong}");
}

#[test]
fn looking_through_a_large_file_is_given_up_when_asked() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("large.sarif");
    std::fs::write(&path, vec![b' '; 8 * 1024 * 1024]).unwrap();
    let asked = std::cell::Cell::new(0);
    let problem = open_while(&path, || {
        asked.set(asked.get() + 1);
        asked.get() < 4
    })
    .unwrap_err();
    assert_eq!(
        (problem.code, asked.get()),
        (Code::Cancelled, 4),
        "asked again and again, and not beyond the no"
    );
}

#[test]
fn the_guess_can_be_shown_before_the_import() {
    for (name, bytes, format, confidence) in [
        ("x.txt", sarif(), "sarif", Confidence::Certain),
        (
            "cppcheck.json",
            br#"{"runs":[{"results":[],"tool":{"driver":{"name":"c"}}}]"#.to_vec(),
            "sarif",
            Confidence::Likely,
        ),
        ("x.json", std::fs::read(fixture("findings.json")).unwrap(), "docket-json", Confidence::Certain),
        ("x.csv", std::fs::read(fixture("table.csv")).unwrap(), "csv", Confidence::Likely),
        ("odd.csv", b"a,b\n1,2\n".to_vec(), "csv", Confidence::Maybe),
    ] {
        let heads = from_bytes(name, bytes).unwrap().heads(10).unwrap();
        let guesses = detect(&heads[0]);
        assert_eq!(guesses.len(), 1, "{name} has one guess");
        assert_eq!(
            (guesses[0].format.id(), guesses[0].confidence),
            (format, confidence),
            "the guess for {name}"
        );
    }
    for format in docket_import::formats() {
        assert!(
            !format.label().is_empty() && !format.about().is_empty() && !format.extensions().is_empty(),
            "{}",
            format.id()
        );
        assert_eq!(
            docket_import::by_id(format.id()).map(docket_import::Format::id),
            Some(format.id()),
            "found by its id"
        );
    }
}

#[test]
fn an_fpr_is_one_report_with_what_people_decided() {
    let example = docket_import::by_id("fortify").unwrap().example();
    let (analysis, rest) = example.split_once("<Audit>").unwrap();
    let (decisions, _) = rest.split_once("</Audit>").unwrap();
    let analysis = format!("{analysis}\n</FVDL>\n");
    let decisions = format!("<?xml version=\"1.0\"?>\n<a:Audit xmlns:a=\"x\">{decisions}</a:Audit>\n");
    let suppressed = |decisions: &str| {
        let archive = zipped(&[
            ("VERSION", b"1"),
            ("audit.fvdl", analysis.as_bytes()),
            ("audit.xml", decisions.as_bytes()),
            ("src-xrefdata/0", &[0; 64]),
        ]);
        let (summary, sink) = collect(&from_bytes("shop.fpr", archive).unwrap(), None).unwrap();
        assert_eq!((summary.format, summary.findings), ("fortify", 1), "one report, one finding");
        (sink.findings().map(|found| found.suppressions.len()).sum::<usize>(), summary.warnings)
    };
    assert_eq!(suppressed(&decisions), (2, 0), "the audit and the suppression, nothing passed over");
    assert_eq!(suppressed("<a:Audit>"), (0, 1), "broken decisions cost the decisions, with a warning");
}
