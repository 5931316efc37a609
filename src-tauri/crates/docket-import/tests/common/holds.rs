//! What must hold for whatever bytes are taken for a report: the judge of the property tests, of
//! the fuzzing (`fuzz/`) and of what it found (`tests/fuzzed.rs`).
//!
//! Whatever the bytes are: there is no panic; a refusal says what happened and what to do; the
//! calls come in the order that [`Sink`] promises and their counts add up; every text is clean;
//! the same bytes twice give the same; a report that was cut off says so. Nothing is kept, so
//! that memory is that of the reader.

use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use docket_domain::{Code, Completeness, Found, Location, Problem, Rule, Run, Warning};
use docket_import::{Intake, ReadOptions, ReadSummary, Sink, Stop, by_id, from_bytes, read};
use serde::Serialize;
use serde_json::de::IoRead;

/// What a reading came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Came {
    pub summary: ReadSummary,
    /// Every run says that what it does not name is gone.
    pub may_close: bool,
    /// Of everything that was told.
    digest: u64,
}

/// Checks everything of which this is the beginning, reading as the product does. `format` is an
/// id; an unknown one stands for none. Gives what the reading came to, or the refusal.
pub fn holds(name: &str, format: Option<&str>, bytes: &[u8]) -> Result<Came, Problem> {
    let format = format.filter(|id| by_id(id).is_some());
    let intake = from_bytes(name, bytes.to_vec());
    let came = intake.and_then(|intake| judged(&intake, format));
    let again = from_bytes(name, bytes.to_vec()).and_then(|intake| judged(&intake, format));
    match (&came, &again) {
        (Ok(once), Ok(twice)) => assert_eq!(once, twice, "the same bytes give the same"),
        (Err(once), Err(twice)) => {
            assert_eq!(once.message, twice.message, "the same bytes, the same refusal");
        }
        _ => panic!("the same bytes were read once and refused once: {came:?}, {again:?}"),
    }
    match &came {
        Ok(came) => cut_off_is_told(name, format, bytes, came),
        Err(problem) => speaks_clearly(problem),
    }
    came
}

/// Reads an intake and checks everything that a single reading can show.
pub fn judged(intake: &Intake, format: Option<&str>) -> Result<Came, Problem> {
    let mut judge = Judge::default();
    let summary = read(intake, format, &ReadOptions::default(), &mut judge)?;
    assert!(!judge.is_open, "the last run has its end");
    assert_eq!(summary.runs, judge.runs, "runs add up");
    assert_eq!(summary.findings, judge.findings, "findings add up");
    assert_eq!(summary.not_findings, judge.passed, "what is no finding adds up");
    assert!(summary.lost >= judge.lost && summary.lost <= summary.warnings, "what was lost adds up");
    // Beyond the limit of warnings they are only counted, and one more says how many.
    let told = judge.warnings + judge.lost;
    assert!(told == summary.warnings || told == 10_001, "{told} warnings of {}", summary.warnings);
    assert!(summary.lost == 0 || !judge.may_close, "a run that lost a record closes nothing");
    Ok(Came { summary, may_close: judge.may_close, digest: judge.digest.finish() })
}

/// A refusal is for people: what happened, and what to do.
fn speaks_clearly(problem: &Problem) {
    assert_eq!(problem.code, Code::Report, "it is the report's fault: {problem:?}");
    assert!(problem.message.len() > 8 && problem.hint.is_some(), "what happened, what to do: {problem:?}");
    clean(&problem.message, "a refusal");
}

#[derive(Default)]
struct Judge {
    runs: u64,
    is_open: bool,
    rules: HashSet<String>,
    findings: u64,
    passed: u64,
    warnings: u64,
    lost: u64,
    progress: (u64, u64),
    /// None of the runs so far is partial.
    may_close: bool,
    digest: DefaultHasher,
}

impl Judge {
    fn take(&mut self, what: &impl Serialize) {
        let text = serde_json::to_string(what).unwrap_or_default();
        clean_json(&text);
        text.hash(&mut self.digest);
    }
}

impl Sink for Judge {
    fn run(&mut self, run: Run) -> Result<(), Stop> {
        assert!(!self.is_open, "a run begins when the one before has ended");
        self.may_close |= self.runs == 0;
        self.runs += 1;
        self.is_open = true;
        self.rules.clear();
        self.take(&run);
        Ok(())
    }

    fn rule(&mut self, rule: Rule) -> Result<(), Stop> {
        assert!(self.is_open, "a rule belongs to a run");
        assert!(!rule.id.is_empty(), "a rule has an id");
        self.take(&rule);
        assert!(self.rules.insert(rule.id.clone()), "the rule {:?} is told once", rule.id);
        Ok(())
    }

    fn finding(&mut self, found: Found) -> Result<(), Stop> {
        assert!(self.is_open, "a finding belongs to a run");
        self.findings += 1;
        let title = &found.title;
        assert!(!title.trim().is_empty() && title.chars().count() <= 200, "title: {title:?}");
        assert!(!title.contains('\n'), "a title is one line: {title:?}");
        let rule = &found.rule;
        assert!(rule.is_empty() || self.rules.contains(rule), "the rule {rule:?} was told");
        let steps = found.flows.iter().flat_map(|flow| &flow.steps);
        found.locations.iter().chain(&found.related).chain(steps).for_each(place_holds);
        assert!(found.place.record.is_some(), "each finding knows its place");
        for cvss in &found.cvss {
            assert!(cvss.score.is_none_or(|score| (0.0..=10.0).contains(&score)), "a score is one: {cvss:?}");
        }
        self.take(&found);
        Ok(())
    }

    fn warning(&mut self, warning: Warning) -> Result<(), Stop> {
        self.warnings += 1;
        self.take(&warning);
        Ok(())
    }

    fn lost(&mut self, warning: Warning) -> Result<(), Stop> {
        self.lost += 1;
        self.take(&warning);
        Ok(())
    }

    fn not_a_finding(&mut self) -> Result<(), Stop> {
        self.passed += 1;
        Ok(())
    }

    fn run_end(&mut self, completeness: Completeness) -> Result<(), Stop> {
        assert!(self.is_open, "a run ends that has begun");
        self.is_open = false;
        self.may_close &= completeness.may_close();
        self.take(&completeness);
        Ok(())
    }

    fn progress(&mut self, done: u64, total: u64) -> Result<(), Stop> {
        assert!(done <= total, "{done} of {total} is no progress");
        self.progress = (done, total);
        Ok(())
    }
}

fn place_holds(place: &Location) {
    if let Some(path) = place.path.as_deref().filter(|path| !path.contains(':')) {
        assert!(!path.split('/').any(|part| part == ".."), "{path} never climbs out");
    }
    assert!(place.start_line != Some(0) && place.start_column != Some(0), "lines and columns begin with 1");
}

fn is_harmful(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn clean(text: &str, what: &str) {
    assert!(!text.contains(is_harmful), "{what} is clean: {text:?}");
}

/// The same for a value written as JSON, where ASCII's control characters are escaped.
fn clean_json(text: &str) {
    clean(text, "what was read");
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'\\')) {
        let escaped = bytes.get(at + found + 1).copied().unwrap_or_default();
        let is_fine = matches!(escaped, b'"' | b'\\' | b'/' | b'n' | b't');
        assert!(is_fine, "\\{} in what was read: {text}", char::from(escaped));
        at += found + 2;
    }
}

/// A report that was cut off inside is refused, or what is read of it says that it is not all.
fn cut_off_is_told(name: &str, format: Option<&str>, bytes: &[u8], whole: &Came) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut place = DefaultHasher::new();
    bytes.hash(&mut place);
    let mut at = usize::try_from(place.finish() % (bytes.len() as u64).max(1)).unwrap_or_default();
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let (before, _) = text.split_at(at);
    let Ok(part) = from_bytes(name, before.as_bytes().to_vec()).and_then(|intake| judged(&intake, format))
    else {
        return;
    };
    // A first line may be a whole table, whatever follows it: then it is one of another format.
    if part.summary.format != whole.summary.format || !ends_inside(whole.summary.format, text, before) {
        return;
    }
    assert!(
        !part.may_close || part.summary.runs == 0,
        "cut at {at} of {} and said to be all: {:?}, the whole is {:?}",
        bytes.len(),
        part.summary,
        whole.summary
    );
}

/// Whether this beginning of a sound text of a format shows that more has to come.
pub fn ends_inside(format: &str, text: &str, before: &str) -> bool {
    let example = by_id(format).map_or("", docket_import::Format::example).trim_start();
    if example.starts_with(['{', '[']) {
        return json_ends(text) == Some(true) && json_ends(before) == Some(false);
    }
    if example.starts_with('<') {
        let Some((_, last)) = text.rsplit_once("</") else { return false };
        let last = last.trim_end().trim_end_matches('>').trim_end();
        let is_over = before.to_ascii_lowercase().contains("</html");
        return !is_over && !last.is_empty() && !last.contains('>') && !before.contains(&format!("</{last}"));
    }
    false
}

/// Whether a text of JSON values ends behind one (or inside); none when it is no such text.
fn json_ends(text: &str) -> Option<bool> {
    let mut values =
        serde_json::StreamDeserializer::new(IoRead::new(text.trim_start_matches('\u{feff}').as_bytes()));
    let mut last = Some(false);
    for value in &mut values {
        let _: serde::de::IgnoredAny = match value {
            Ok(value) => value,
            Err(error) if error.is_eof() => return Some(false),
            Err(_) => return None,
        };
        last = Some(true);
    }
    last
}
