//! Differences in which a peer is wrong, and what has to hold for each of them to count as one: an
//! excuse that nothing verifies would hide what a reader of ours loses.
//!
//! A line names a file, `folder/*` or `folder/*.ending`; an aspect; the reason. The aspect is a
//! field or `count`, and may carry a rule behind a colon:
//!
//! - `count:raw COUNT`: ours are exactly as many as the file has raw records, counted here without
//!   any reader (see [`counted`]). Holds for every file that the line names, excused or not.
//! - `count:is NUMBER`: the same, counted by hand.
//! - `FIELD:unsaid`: ours states nothing, and neither does the file: no key, element, attribute or
//!   column of the field's names has a value.
//! - `FIELD:kept`: what the peer has there stands elsewhere in our finding.
//! - `severity:scale THEIRS>OURS[, …]`: nothing but these two words of two scales.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{FIELDS, Said};

/// A difference in which a peer is wrong.
struct Excuse {
    /// The file, or `folder/*` with the file's ending or without.
    file: String,
    aspect: String,
    rule: Rule,
    line: String,
}

enum Rule {
    Nothing,
    Raw(String),
    Is(usize),
    Unsaid,
    Kept,
    Scale(Vec<(String, String)>),
}

impl Rule {
    fn of(text: &str) -> Self {
        let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
        match name {
            "" => Self::Nothing,
            "raw" => Self::Raw(rest.to_owned()),
            "is" => Self::Is(rest.parse().unwrap()),
            "unsaid" => Self::Unsaid,
            "kept" => Self::Kept,
            "scale" => {
                let pair =
                    |pair: &str| pair.trim().split_once('>').map(|(a, b)| (a.to_owned(), b.to_owned()));
                Self::Scale(rest.split(',').map(|one| pair(one).unwrap()).collect())
            }
            other => panic!("there is no rule «{other}»"),
        }
    }
}

/// All of them.
pub struct Excused {
    all: Vec<Excuse>,
    /// What the bare figures are, without anything excused.
    pub is_bare: bool,
}

impl Excused {
    pub fn read() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/agreement_differences");
        let mut files: Vec<PathBuf> =
            fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        let listed: String = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
        let lines = listed.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let excuse = |line: &str| {
            let cells: Vec<&str> = line.split('\t').collect();
            assert!(cells.len() == 3 && cells[2].len() > 20, "three columns and a reason: {line}");
            let (aspect, rule) = cells[1].split_once(':').unwrap_or((cells[1], ""));
            Excuse {
                file: cells[0].to_owned(),
                aspect: aspect.to_owned(),
                rule: Rule::of(rule),
                line: line.to_owned(),
            }
        };
        Self {
            all: lines.map(excuse).collect(),
            is_bare: std::env::var_os("DOCKET_AGREEMENT_BARE").is_some(),
        }
    }

    /// Those that name this file, whose content is `text`.
    pub fn of<'e>(&'e self, name: &str, text: &'e str) -> OfFile<'e> {
        let names = |file: &str| match file.split_once("/*") {
            Some((folder, ending)) => {
                name.split_once('/').is_some_and(|(own, leaf)| own == folder && leaf.ends_with(ending))
            }
            None => file == name,
        };
        OfFile {
            excuses: self.all.iter().filter(|one| names(&one.file)).collect(),
            text,
            is_bare: self.is_bare,
        }
    }

    /// Lines for a whole folder, or about a number, whose rule says nothing that could be verified.
    pub fn blind(&self) -> Vec<&str> {
        let blind = |one: &&Excuse| {
            (one.file.contains("/*") || one.aspect == "count") && matches!(one.rule, Rule::Nothing)
        };
        self.all.iter().filter(blind).map(|one| one.line.as_str()).collect()
    }

    /// Every line, to see which are needed.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|one| one.line.as_str())
    }
}

/// The excuses that name a file.
pub struct OfFile<'e> {
    excuses: Vec<&'e Excuse>,
    text: &'e str,
    is_bare: bool,
}

impl OfFile<'_> {
    fn about<'s>(&'s self, aspect: &'s str) -> impl Iterator<Item = &'s Excuse> {
        self.excuses.iter().copied().filter(move |one| one.aspect == aspect && !self.is_bare)
    }

    /// What is said of the number of findings and does not hold.
    pub fn broken_counts(&self, ours: usize) -> Vec<String> {
        let of = |one: &Excuse| match &one.rule {
            Rule::Raw(count) => Some(counted(count, self.text)),
            Rule::Is(number) => Some(*number),
            _ => None,
        };
        self.about("count")
            .filter_map(|one| Some((of(one)?, one)))
            .filter(|(raw, _)| *raw != ours)
            .map(|(raw, one)| format!("{ours} findings of {raw} raw records: {}", one.line))
            .collect()
    }

    /// The line that excuses another number of findings.
    pub fn count(&self, ours: usize) -> Option<&str> {
        let holds = |one: &&Excuse| match &one.rule {
            Rule::Raw(count) => counted(count, self.text) == ours,
            Rule::Is(number) => *number == ours,
            _ => true,
        };
        self.about("count").find(holds).map(|one| one.line.as_str())
    }

    /// The line that excuses another value of a field.
    pub fn field(&self, field: usize, ours: &Said, stated: &str) -> Option<&str> {
        let aspect = FIELDS[field];
        let own = ours.fields[field].as_str();
        let holds = |one: &&Excuse| match &one.rule {
            Rule::Unsaid => matches!(own, "" | "unknown") && !is_said(aspect, self.text),
            Rule::Kept => is_kept(&ours.everything, stated),
            Rule::Scale(pairs) => pairs.iter().any(|(theirs, to)| theirs == stated && to == own),
            _ => true,
        };
        self.about(aspect).find(holds).map(|one| one.line.as_str())
    }
}

/// Whether the peer's words stand somewhere in our finding: whole, or each of several.
fn is_kept(everything: &str, stated: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace(['\\', '/', '"'], "");
    let everything = plain(everything);
    let has = |words: &str| everything.contains(plain(words).trim());
    has(stated) || stated.split(['>', ' ', ',', '/']).filter(|word| !word.is_empty()).all(has)
}

/// What reports call a field.
fn names_of(field: &str) -> &'static [&'static str] {
    match field {
        "severity" => &["severity", "criticality", "risk", "cvss", "cvssscore", "basescore", "cvssv3"],
        "cwe" => &["cwe", "cwes", "cweid", "cweids"],
        other => panic!("nothing is known of how reports call «{other}»"),
    }
}

/// Whether the file gives a field of these names a value anywhere.
fn is_said(field: &str, text: &str) -> bool {
    let names = names_of(field);
    let is_name = |name: &str| {
        let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        names.contains(&name.to_ascii_lowercase().as_str())
    };
    let values: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(text).into_iter().collect();
    if let Ok(values) = values {
        return values.iter().any(|value| value_is_said(value, &is_name));
    }
    let is_break = |c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-');
    let mut words = text.split_inclusive(is_break).filter(|word| is_name(word.trim_end_matches(is_break)));
    // An attribute, an element, or a column of the header.
    let header = text.lines().next().unwrap_or_default();
    words.any(|word| word.ends_with(['=', '>']))
        || (!text.trim_start().starts_with('<') && header.split([',', ';']).any(is_name))
}

fn value_is_said(value: &Value, is_name: &dyn Fn(&str) -> bool) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| value_is_said(item, is_name)),
        Value::Object(fields) => fields.iter().any(|(key, value)| {
            let is_empty = value.is_null() || value == "" || value == &Value::Array(Vec::new());
            (is_name(key) && !is_empty) || value_is_said(value, is_name)
        }),
        _ => false,
    }
}

/// Counts raw records, without any reader: sums and differences (` + `, ` - `) of
///
/// - `elements NAME`: opening tags of XML,
/// - `marks TEXT`: places where a text stands,
/// - `items KEY`: elements of every list with this key in JSON, wherever it stands; `items` alone:
///   elements of the outermost list, or values one behind the other,
/// - `rows`: rows of a table without its header; `distinct COLUMN|…`: different values of columns.
fn counted(count: &str, text: &str) -> usize {
    let sums = count.split(" + ").map(|sum| {
        let mut parts = sum.split(" - ").map(|part| one_count(part, text));
        let first = parts.next().unwrap();
        parts.fold(first, |left, less| left.checked_sub(less).unwrap())
    });
    sums.sum()
}

fn one_count(what: &str, text: &str) -> usize {
    let (kind, name) = what.split_once(' ').unwrap_or((what, ""));
    match kind {
        "elements" => {
            let tag = format!("<{name}");
            let ends = |at: usize| {
                text[at + tag.len()..].starts_with(|c: char| c == '>' || c == '/' || c.is_whitespace())
            };
            text.match_indices(&tag).filter(|(at, _)| ends(*at)).count()
        }
        "marks" => text.matches(name).count(),
        "items" => {
            let values: Vec<Value> =
                serde_json::Deserializer::from_str(text).into_iter().collect::<Result<_, _>>().unwrap();
            match (name, values.as_slice()) {
                ("", [Value::Array(items)]) => items.len(),
                ("", values) => values.len(),
                (name, values) => values.iter().map(|value| items_of(name, value)).sum(),
            }
        }
        "rows" => rows(text).len() - 1,
        "distinct" => {
            let rows = rows(text);
            let at = |column: &str| rows[0].iter().position(|cell| cell == column).unwrap();
            let columns: Vec<usize> = name.split('|').map(at).collect();
            let keys =
                rows[1..].iter().map(|row| columns.iter().map(|at| row[*at].to_owned()).collect::<Vec<_>>());
            keys.collect::<BTreeSet<_>>().len()
        }
        other => panic!("nothing is known of counting «{other}»"),
    }
}

fn items_of(name: &str, value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(|item| items_of(name, item)).sum(),
        Value::Object(fields) => {
            let own = fields.get(name).and_then(Value::as_array).map_or(0, Vec::len);
            own + fields.values().map(|value| items_of(name, value)).sum::<usize>()
        }
        _ => 0,
    }
}

fn rows(text: &str) -> Vec<csv::StringRecord> {
    let text = text.trim_start_matches('\u{feff}');
    let separator = if text.lines().next().is_some_and(|line| line.contains(';') && !line.contains(',')) {
        b';'
    } else {
        b','
    };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    reader.records().map(Result::unwrap).filter(|row| row.iter().any(|cell| !cell.is_empty())).collect()
}
