//! Real reports against three other readings of them: the standard's letter and two peers.
//!
//! The corpus is not part of the project. It is looked for beside the workspace (`../shared`) or
//! where `DOCKET_SHARED` says; without it this test says loudly that nothing was checked. Every
//! difference has to stand in `corpus_differences.tsv` with the reason that makes us right, and
//! every entry there has to be needed.
#![allow(clippy::unwrap_used, reason = "a helper of tests stops the test")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use common::collect;
use docket_domain::{Found, Presence, Severity, SuppressionStatus};
use docket_import::{Collected, open};
use serde_json::Value;

/// Where the corpus is, if it is there.
fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared");
    let root = std::env::var_os("DOCKET_SHARED").map_or(beside, PathBuf::from);
    let corpus = root.join("corpus");
    if corpus.is_dir() {
        return Some(corpus);
    }
    eprintln!("SKIPPED LOUDLY: ../shared is not there, the corpus of real reports was not checked");
    None
}

/// One difference: who reads otherwise, what about, how (`ours→theirs`), in which file.
type Difference = (String, String, String, String);

/// What was compared, and where it differs.
#[derive(Default)]
struct Comparison {
    differences: BTreeSet<Difference>,
    files: usize,
    findings: usize,
}

impl Comparison {
    fn check(&mut self, reader: &str, aspect: &str, file: &str, ours: &str, theirs: &str) {
        if ours != theirs {
            let how = format!("{ours}→{theirs}");
            self.differences.insert((reader.into(), aspect.into(), how, file.into()));
        }
    }
}

#[test]
fn real_reports_are_read_as_the_standard_says_or_the_difference_is_explained() {
    let Some(corpus) = corpus() else { return };
    let mut comparison = Comparison::default();
    let mut folders: Vec<PathBuf> =
        fs::read_dir(&corpus).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for folder in folders {
        let Ok(oracle) = fs::read(folder.join("ORACLE.json")) else { continue };
        let oracle: Value = serde_json::from_slice(&oracle).unwrap();
        for entry in oracle["files"].as_array().unwrap() {
            let readings = &entry["readings"];
            if readings["sarif_spec"].is_object() {
                compare_file(&folder, entry["file"].as_str().unwrap(), readings, &mut comparison);
            }
        }
    }
    assert!(comparison.files >= 38 && comparison.findings > 2800, "the whole corpus was looked at");
    settle(&comparison.differences);
}

/// Every difference is listed, every listed one is needed.
fn settle(differences: &BTreeSet<Difference>) {
    let listed = include_str!("corpus_differences.tsv");
    let entries: Vec<Vec<&str>> = listed
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
        .collect();
    let matches = |entry: &[&str], (reader, aspect, how, file): &Difference| {
        let fits = |pattern: &str, text: &str| pattern == "*" || pattern.split(", ").any(|one| one == text);
        entry[0] == reader && entry[1] == aspect && fits(entry[2], how) && fits(entry[3], file)
    };
    let unlisted: Vec<&Difference> = differences
        .iter()
        .filter(|difference| !entries.iter().any(|entry| matches(entry, difference)))
        .collect();
    assert!(unlisted.is_empty(), "differences that nobody explained:\n{unlisted:#?}");
    for entry in &entries {
        assert!(entry.len() == 5 && entry[4].len() > 20, "an entry has five columns and a reason: {entry:?}");
        assert!(
            differences.iter().any(|difference| matches(entry, difference)),
            "not needed any more: {entry:?}"
        );
    }
}

fn compare_file(folder: &Path, file: &str, readings: &Value, comparison: &mut Comparison) {
    let name = format!("{}/{file}", folder.file_name().unwrap().to_string_lossy());
    let intake = open(&folder.join(file)).unwrap();
    let (summary, sink) =
        collect(&intake, None).unwrap_or_else(|problem| panic!("{name} is SARIF: {problem}"));
    assert_eq!(summary.format, "sarif", "{name} is recognised");
    assert_eq!(summary.lost, 0, "{name} loses nothing: {:?}", sink.warnings);
    comparison.files += 1;
    comparison.findings += sink.findings().count();
    spec(&name, &readings["sarif_spec"], &sink, comparison);
    for reading in readings["defectdojo"].as_array().into_iter().flatten() {
        if reading["status"] == "ok" {
            peer("defectdojo", &name, reading, &sink, comparison);
        }
    }
    let reading = &readings["secobserve"];
    let reading = reading.as_array().and_then(|all| all.first()).unwrap_or(reading);
    if reading["status"] == "ok" {
        peer("secobserve", &name, reading, &sink, comparison);
    }
}

/// By the standard's letter, finding by finding.
fn spec(file: &str, reading: &Value, sink: &Collected, comparison: &mut Comparison) {
    let theirs: Vec<&Value> = reading["findings"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|f| matches!(f["kind"].as_str(), Some("fail" | "open" | "review")))
        .collect();
    let ours: Vec<&Found> = sink.findings().collect();
    assert_eq!(ours.len(), theirs.len(), "{file}: one finding for each result (3.27)");
    let tools = sink.runs.iter().flat_map(|run| run.findings.iter().map(|_| run.run.tool.name.as_str()));
    for ((ours, theirs), tool) in ours.into_iter().zip(theirs).zip(tools) {
        let mut check = |aspect: &str, a: String, b: String| comparison.check("spec", aspect, file, &a, &b);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        check("tool", tool.to_owned(), text(&theirs["tool"]));
        check("rule", ours.rule.clone(), text(&theirs["ruleId"]));
        check("severity", ours.severity.to_string(), severity_of(theirs).to_string());
        check("message", ours.description.clone(), text(&theirs["message"]));
        let empty = Vec::new();
        let places = theirs["locations"].as_array().unwrap_or(&empty);
        check("locations", ours.locations.len().to_string(), places.len().to_string());
        for (place, other) in ours.locations.iter().zip(places) {
            let spelt = place.uri.clone().or_else(|| place.path.clone()).unwrap_or_default();
            check("uri", spelt, text(&other["uri"]));
            let line = |n: Option<u32>| n.map_or(Value::Null, Value::from).to_string();
            check("line", line(place.start_line), other["line"].to_string());
            check("end line", line(place.end_line), other["endLine"].to_string());
            check("logical", place.logical.clone().unwrap_or_default(), text(&other["logical"]));
        }
        let numbers: BTreeSet<u64> =
            theirs["cwes"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
        check("cwe", format!("{:?}", cwes(ours)), format!("{numbers:?}"));
        let statuses: Vec<SuppressionStatus> = theirs["suppression_status"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|status| match status.as_str() {
                Some("underReview") => SuppressionStatus::UnderReview,
                Some("rejected") => SuppressionStatus::Rejected,
                _ => SuppressionStatus::Accepted,
            })
            .collect();
        let own: Vec<SuppressionStatus> = ours.suppressions.iter().map(|s| s.status).collect();
        check("suppressions", format!("{own:?}"), format!("{statuses:?}"));
        let absent = theirs["baselineState"] == "absent";
        check("absent", (ours.presence == Presence::Absent).to_string(), absent.to_string());
        let names = |value: &Value| value.as_array().into_iter().flatten().map(text).collect::<BTreeSet<_>>();
        let own = |map: &BTreeMap<String, String>| map.keys().cloned().collect::<BTreeSet<_>>();
        check(
            "fingerprints",
            format!("{:?}", own(&ours.fingerprints)),
            format!("{:?}", names(&theirs["fingerprints"])),
        );
        let partial = format!("{:?}", own(&ours.partial_fingerprints));
        check("partial fingerprints", partial, format!("{:?}", names(&theirs["partialFingerprints"])));
    }
}

fn cwes(found: &Found) -> BTreeSet<u64> {
    found
        .identifiers
        .iter()
        .filter(|id| id.scheme == "CWE")
        .filter_map(|id| id.value[4..].parse().ok())
        .collect()
}

/// What the standard's level and GitHub's score mean in our words.
fn severity_of(theirs: &Value) -> Severity {
    let score = &theirs["security_severity"];
    let number = score.as_f64().or_else(|| score.as_str()?.parse().ok());
    if let Some(number) = number {
        return Severity::from_score(number);
    }
    match (score.as_str(), theirs["level"].as_str()) {
        (Some(word), _) => word.parse().unwrap(),
        (None, Some("error")) => Severity::High,
        (None, Some("warning")) => Severity::Medium,
        (None, Some("note")) => Severity::Low,
        _ => Severity::Info,
    }
}

/// A peer's reading: counts, and finding by finding where there are as many.
fn peer(reader: &str, file: &str, reading: &Value, sink: &Collected, comparison: &mut Comparison) {
    let ours: Vec<&Found> = sink.findings().collect();
    let theirs = reading["findings"].as_array().unwrap();
    let count = theirs.len().to_string();
    comparison.check(reader, "count", file, &ours.len().to_string(), &count);
    if ours.len() != theirs.len() {
        return;
    }
    for (ours, theirs) in ours.into_iter().zip(theirs) {
        let severity = theirs["severity"].as_str().unwrap_or_default().to_ascii_lowercase();
        comparison.check(reader, "severity", file, ours.severity.as_str(), &severity);
        let place = ours.locations.first();
        // Peers keep the address as it is written.
        let path =
            place.and_then(|place| place.uri.clone().or_else(|| place.path.clone())).unwrap_or_default();
        comparison.check(reader, "path", file, &path, theirs["file_path"].as_str().unwrap_or_default());
        let line = place.and_then(|place| place.start_line).map_or(Value::Null, Value::from);
        comparison.check(reader, "line", file, &line.to_string(), &theirs["line"].to_string());
        let rule = &theirs[if reader == "defectdojo" { "vuln_id_from_tool" } else { "title" }];
        comparison.check(reader, "rule", file, &ours.rule, rule.as_str().unwrap_or_default());
        if reader == "defectdojo" {
            let numbers: BTreeSet<u64> =
                theirs["cwes"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
            comparison.check(reader, "cwe", file, &format!("{:?}", cwes(ours)), &format!("{numbers:?}"));
        }
    }
}

/// Whatever a scanner wrote: it is read, or refused with words and a next step.
#[test]
fn every_file_of_the_corpus_is_answered() {
    let Some(corpus) = corpus() else { return };
    let mut files = 0;
    for folder in
        fs::read_dir(&corpus).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir())
    {
        for file in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            files += 1;
            match open(&file).and_then(|intake| collect(&intake, None)) {
                Ok((summary, sink)) => {
                    assert_eq!(
                        summary.findings,
                        sink.findings().count() as u64,
                        "{} is counted",
                        file.display()
                    );
                    let places = sink.findings().flat_map(|found| &found.locations);
                    for path in places.filter_map(|place| place.path.as_deref()) {
                        let resolved =
                            !path.starts_with("file:") && !path.split('/').any(|part| part == "..");
                        assert!(resolved, "{}: {path} is resolved", file.display());
                    }
                }
                Err(problem) => {
                    assert_eq!(problem.code, docket_domain::Code::Report, "{}: {problem}", file.display());
                    assert!(problem.hint.is_some(), "{}: {problem}", file.display());
                }
            }
        }
    }
    assert!(files > 500, "the whole corpus was looked at: {files}");
}

/// Tables as another product exports them need no mapping.
#[test]
fn foreign_tables_are_read_row_by_row() {
    let Some(corpus) = corpus() else { return };
    let oracle: Value =
        serde_json::from_slice(&fs::read(corpus.join("generic/ORACLE.json")).unwrap()).unwrap();
    let mut files = 0;
    for entry in oracle["files"].as_array().unwrap() {
        let file = entry["file"].as_str().unwrap();
        let reading = &entry["readings"]["defectdojo"][0];
        if !file.to_ascii_lowercase().ends_with(".csv") || reading["status"] != "ok" {
            continue;
        }
        files += 1;
        let (summary, sink) = collect(&open(&corpus.join("generic").join(file)).unwrap(), None).unwrap();
        let theirs = reading["findings"].as_array().unwrap();
        assert_eq!((summary.format, summary.findings), ("csv", theirs.len() as u64), "{file} row by row");
        for (ours, theirs) in sink.findings().zip(theirs) {
            assert_eq!(ours.title.trim(), theirs["title"].as_str().unwrap().trim(), "{file}: title");
            let severity = theirs["severity"].as_str().unwrap().to_ascii_lowercase();
            // Docket never invents a severity: an empty cell is unknown there, and info for the peer.
            let expected = if ours.severity_raw.is_none() { "unknown" } else { severity.as_str() };
            assert_eq!(ours.severity.as_str(), expected, "{file}: severity of {}", ours.title);
        }
    }
    assert!(files >= 3, "the tables were looked at: {files}");
}
