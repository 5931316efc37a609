//! How far our reading of real reports agrees with the best reading of two peers, by format and
//! field.
//!
//! The corpus is not part of the project. It is looked for beside the workspace (`../shared`) or
//! where `DOCKET_SHARED` says; without it this test says loudly that nothing was checked. What was
//! reached stands in `agreement.tsv` and may not fall; `DOCKET_WRITE_AGREEMENT=1` writes it anew,
//! `DOCKET_AGREEMENT=FOLDER` prints every difference in a folder of the corpus, and
//! `DOCKET_AGREEMENT_BARE=1` counts what is excused as a difference. A difference in
//! which a peer is wrong stands in `agreement_differences/` with its reason and is not counted; what
//! it says of the file is verified (`agreement/excuses.rs`), and every line has to be needed.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a helper of tests stops the test")]

#[path = "agreement/excuses.rs"]
mod excuses;

mod common;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use common::collect;
use docket_domain::{Found, Presence, Run};
use docket_import::{Collected, open};
use excuses::{Excused, OfFile};
use serde_json::Value;

const FIELDS: [&str; 7] = ["severity", "cwe", "ids", "path", "line", "component", "version"];

fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared");
    let root = std::env::var_os("DOCKET_SHARED").map_or(beside, PathBuf::from);
    let corpus = root.join("corpus");
    if corpus.is_dir() {
        return Some(corpus);
    }
    eprintln!("SKIPPED LOUDLY: ../shared is not there, agreement with peers was not checked");
    None
}

/// What a finding says, as it is compared. A field that a reading does not state is empty.
#[derive(Debug, Clone, Default, PartialEq)]
struct Said {
    title: String,
    fields: [String; 7],
    /// The whole finding; only of ours.
    everything: String,
}

/// A set of words in one text.
fn set(words: impl IntoIterator<Item = String>) -> String {
    words.into_iter().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
}

fn ours(run: &Run, found: &Found) -> Said {
    let ids = |cwe: bool| {
        let of = found.identifiers.iter().filter(move |id| (id.scheme == "CWE") == cwe);
        set(of.map(|id| id.value.to_ascii_uppercase()))
    };
    let place = found.locations.first();
    let component = found.component.as_ref();
    Said {
        everything: format!(
            "{} {}",
            serde_json::to_string(run).unwrap(),
            serde_json::to_string(found).unwrap()
        ),
        title: found.title.clone(),
        fields: [
            found.severity.as_str().to_owned(),
            ids(true),
            ids(false),
            place.and_then(|place| place.uri.clone().or_else(|| place.path.clone())).unwrap_or_default(),
            place.and_then(|place| place.start_line).map(|line| line.to_string()).unwrap_or_default(),
            component.map(|component| component.name.clone()).unwrap_or_default(),
            component.and_then(|component| component.version.clone()).unwrap_or_default(),
        ],
    }
}

fn theirs(value: &Value) -> Said {
    let text = |key: &str| match &value[key] {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let list = |key: &str| -> Vec<String> {
        let items = value[key].as_array().into_iter().flatten();
        items.map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect()
    };
    let mut cwes = list("cwes");
    if cwes.is_empty() {
        cwes.extend(Some(text("cwe")).filter(|cwe| !cwe.is_empty() && cwe != "0"));
    }
    Said {
        everything: String::new(),
        title: text("title"),
        fields: [
            text("severity").to_ascii_lowercase(),
            set(cwes
                .into_iter()
                .filter(|cwe| cwe != "0")
                // Some come with their prefix twice, or in small letters.
                .map(|cwe| format!("CWE-{}", cwe.to_ascii_uppercase().trim_start_matches("CWE-")))),
            set(list("vulnerability_ids").into_iter().map(|id| id.to_ascii_uppercase())),
            text("file_path"),
            Some(text("line")).filter(|line| line != "0").unwrap_or_default(),
            text("component_name"),
            text("component_version"),
        ],
    }
}

/// Whether our value agrees with a peer's, where the peer states one. Sets may hold more than the
/// peer keeps; a path may be written otherwise (`./a`, `/a`, `a\b`); a name may bring its group.
fn agrees(field: usize, ours: &str, theirs: &str) -> bool {
    match FIELDS[field] {
        "cwe" | "ids" => {
            let has: BTreeSet<&str> = ours.split(' ').collect();
            theirs.split(' ').all(|id| has.contains(id))
        }
        "path" => {
            let plain = |path: &str| {
                let path = path.replace('\\', "/").replace("%20", " ");
                let path = path.trim_start_matches("file:").trim_start_matches('/').to_owned();
                path.strip_prefix("./").map_or(path.clone(), str::to_owned)
            };
            plain(ours) == plain(theirs)
        }
        "component" => {
            let plain = |name: &str| name.replace(['/', '@'], ":").trim_matches(':').to_ascii_lowercase();
            plain(ours) == plain(theirs)
                || plain(ours).ends_with(&format!(":{}", plain(theirs)))
                || plain(theirs).ends_with(&format!(":{}", plain(ours)))
        }
        "severity" => ours == theirs || (ours == "info" && theirs == "none"),
        _ => ours == theirs,
    }
}

/// Pairs each of theirs with the one of ours that it agrees with most, or with `missing`.
fn paired<'a>(ours: &'a [Said], theirs: &'a [Said], missing: &'a Said) -> Vec<(&'a Said, &'a Said)> {
    let mut left: Vec<usize> = (0..ours.len()).collect();
    let mut pairs = Vec::new();
    for other in theirs {
        let worth = |at: &usize| {
            let one = &ours[*at];
            let same = (0..FIELDS.len())
                .filter(|f| !other.fields[*f].is_empty() && agrees(*f, &one.fields[*f], &other.fields[*f]))
                .count();
            same * 2 + usize::from(one.title == other.title)
        };
        // The first of equals: reports and readings are in the same order.
        let best = left.iter().enumerate().rev().max_by_key(|(_, at)| worth(at)).map(|(index, _)| index);
        pairs.push((best.map_or(missing, |best| &ours[left.remove(best)]), other));
    }
    pairs
}

/// What a folder came to.
#[derive(Debug, Clone, Default)]
struct Score {
    files: u64,
    /// With as many findings as the reading has.
    counted: u64,
    /// By field: agreed, stated.
    fields: [(u64, u64); 7],
}

impl Score {
    fn add(&mut self, other: &Self) {
        self.files += other.files;
        self.counted += other.counted;
        for (mine, more) in self.fields.iter_mut().zip(&other.fields) {
            *mine = (mine.0 + more.0, mine.1 + more.1);
        }
    }

    fn row(&self, name: &str) -> String {
        let mut row = format!("{name}\t{}/{}", self.counted, self.files);
        for (agreed, stated) in self.fields {
            let _ = write!(row, "\t{agreed}/{stated}");
        }
        row
    }
}

/// Our reading against one of a peer's. The lines that excused something are noted.
fn compared(
    [ours, gone]: [&[Said]; 2],
    theirs: &[Said],
    excused: &OfFile<'_>,
    needed: &RefCell<BTreeSet<String>>,
    name: &str,
    tell: bool,
) -> Score {
    let mut score = Score { files: 1, ..Score::default() };
    let note = |line: &str| needed.borrow_mut().insert(line.to_owned());
    let excuse = excused.count(ours.len());
    let same = ours.len() == theirs.len();
    score.counted = u64::from(same || excuse.is_some());
    if !same {
        excuse.map(note);
        if tell && excuse.is_none() {
            println!("{name}: {} findings, the peer has {}", ours.len(), theirs.len());
        }
    }
    let missing = Said::default();
    // A peer may have what the report calls gone: it is compared with that.
    let all = [ours, gone].concat();
    for (one, other) in paired(&all, theirs, &missing) {
        if std::ptr::eq(one, &raw const missing) && excuse.is_some() {
            continue;
        }
        for (field, stated) in other.fields.iter().enumerate() {
            if stated.is_empty() {
                continue;
            }
            let agreed = agrees(field, &one.fields[field], stated);
            let excuse = if agreed { None } else { excused.field(field, one, stated) };
            excuse.map(note);
            let fine = agreed || excuse.is_some();
            score.fields[field].0 += u64::from(fine);
            score.fields[field].1 += 1;
            if !fine && tell {
                let what = FIELDS[field];
                println!("{name}: {what}: «{}» for «{stated}» ({})", one.fields[field], other.title);
            }
        }
    }
    score
}

/// The share of everything that agrees, for choosing the best reading.
fn worth(score: &Score) -> (u64, u64) {
    let (agreed, stated) = score.fields.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    (score.counted, (agreed * 10_000).checked_div(stated).unwrap_or(10_000))
}

/// What is kept over all files.
struct All {
    excused: Excused,
    /// Lines that excused something.
    needed: BTreeSet<String>,
    /// What a line says and does not hold.
    broken: Vec<String>,
}

/// One file against the best reading of it.
fn of_file(folder: &Path, name: &str, entry: &Value, all: &mut All, tell: bool) -> Option<Score> {
    let readings = entry["readings"].as_object().unwrap();
    let peers: Vec<&Value> = ["defectdojo", "secobserve"]
        .iter()
        .filter_map(|reader| readings.get(*reader))
        .flat_map(|reading| reading.as_array().map_or_else(|| vec![reading], |all| all.iter().collect()))
        .filter(|reading| reading["status"] == "ok")
        .collect();
    if peers.is_empty() {
        return None;
    }
    let file = entry["file"].as_str().unwrap();
    let (said, gone): (Vec<Said>, Vec<Said>) =
        match open(&folder.join(file)).and_then(|intake| collect(&intake, None)) {
            Ok((_, sink)) => (all_of(&sink, Presence::Present), all_of(&sink, Presence::Absent)),
            Err(problem) => {
                let none = peers.iter().all(|reading| reading["n_findings"] == 0);
                if tell {
                    println!(
                        "{name}: refused: {} ({})",
                        problem.message,
                        if none { "no findings" } else { "LOST" }
                    );
                }
                // Refusing what holds nothing loses nothing.
                if none {
                    return Some(Score { files: 1, counted: 1, ..Score::default() });
                }
                (Vec::new(), Vec::new())
            }
        };
    let readings = peers.iter().map(|reading| {
        reading["findings"].as_array().into_iter().flatten().map(theirs).collect::<Vec<Said>>()
    });
    let readings: Vec<Vec<Said>> = readings.collect();
    let text = fs::read(folder.join(file)).unwrap();
    let text = String::from_utf8_lossy(&text);
    let excused = all.excused.of(name, &text);
    all.broken.extend(excused.broken_counts(said.len()).into_iter().map(|why| format!("{name}: {why}")));
    let nowhere = RefCell::default();
    let best = readings
        .iter()
        .max_by_key(|other| worth(&compared([&said, &gone], other, &excused, &nowhere, name, false)))?;
    let needed = RefCell::default();
    let score = compared([&said, &gone], best, &excused, &needed, name, tell);
    all.needed.extend(needed.into_inner());
    Some(score)
}

/// What is there, and what the report says is gone.
fn all_of(sink: &Collected, presence: Presence) -> Vec<Said> {
    let runs = sink.runs.iter().flat_map(|run| run.findings.iter().map(|found| (&run.run, found)));
    runs.filter(|(_, found)| found.presence == presence).map(|(run, found)| ours(run, found)).collect()
}

#[test]
fn real_reports_are_read_as_the_best_peer_reads_them() {
    let Some(corpus) = corpus() else { return };
    let wanted = std::env::var("DOCKET_AGREEMENT").ok();
    let mut all_files = All { excused: Excused::read(), needed: BTreeSet::new(), broken: Vec::new() };
    let mut table: BTreeMap<String, Score> = BTreeMap::new();
    for folder in fs::read_dir(&corpus).unwrap().map(|entry| entry.unwrap().path()) {
        let Ok(oracle) = fs::read(folder.join("ORACLE.json")) else { continue };
        let label = folder.file_name().unwrap().to_string_lossy().into_owned();
        let tell = wanted.as_deref() == Some(&label);
        if wanted.is_some() && !tell {
            continue;
        }
        let oracle: Value = serde_json::from_slice(&oracle).unwrap();
        for entry in oracle["files"].as_array().unwrap() {
            let name = format!("{label}/{}", entry["file"].as_str().unwrap());
            if let Some(score) = of_file(&folder, &name, entry, &mut all_files, tell) {
                table.entry(label.clone()).or_default().add(&score);
            }
        }
    }
    assert!(all_files.broken.is_empty(), "records are lost or invented:\n{}", all_files.broken.join("\n"));
    let mut all = Score::default();
    let mut text = format!("# folder\tfiles\t{}\n", FIELDS.join("\t"));
    for (label, score) in &table {
        all.add(score);
        let _ = writeln!(text, "{}", score.row(label));
    }
    let _ = writeln!(text, "{}", all.row("all"));
    if wanted.is_some() || all_files.excused.is_bare {
        println!("{text}");
        return;
    }
    assert!(
        all_files.excused.blind().is_empty(),
        "nothing verifies:\n{}",
        all_files.excused.blind().join("\n")
    );
    let idle: Vec<&str> =
        all_files.excused.lines().filter(|line| !all_files.needed.contains(*line)).collect();
    assert!(idle.is_empty(), "excuses that excuse nothing:\n{}", idle.join("\n"));
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/agreement.tsv");
    if std::env::var_os("DOCKET_WRITE_AGREEMENT").is_some() {
        fs::write(&place, &text).unwrap();
        return;
    }
    let before = fs::read_to_string(&place).unwrap();
    let fallen: Vec<&str> =
        before.lines().filter(|row| !row.starts_with('#') && fell(row, &table, &all)).collect();
    assert!(fallen.is_empty(), "agreement fell below:\n{}\nit is now:\n{text}", fallen.join("\n"));
}

/// Whether a row of what was reached is better than what is now.
fn fell(row: &str, table: &BTreeMap<String, Score>, all: &Score) -> bool {
    let mut cells = row.split('\t');
    let label = cells.next().unwrap();
    let Some(now) = (if label == "all" { Some(all) } else { table.get(label) }) else { return true };
    let now = now.row("");
    let pairs = cells.zip(now.split('\t').skip(1));
    let number = |cell: &str| -> (u64, u64) {
        let (a, b) = cell.split_once('/').unwrap();
        (a.parse().unwrap(), b.parse().unwrap())
    };
    pairs.into_iter().any(|(before, now)| {
        let ((a, b), (c, d)) = (number(before), number(now));
        c * b.max(1) < a * d.max(1)
    })
}
