//! Reads an intake with the right format into a sink, counting.

use docket_domain::{Code, Completeness, Found, Place, Problem, Rule, Run, Warning};

use crate::format::{Confidence, Format, Guess, Head, ReadOptions, detect};
use crate::intake::{Input, Intake};
use crate::sink::{RawText, Sink, Stop};

/// How many warnings reach the sink; the rest is counted and summed up in one.
const MAX_WARNINGS: u64 = 10_000;

/// What was read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadSummary {
    /// Id of the format; of the first report when an archive held several.
    pub format: &'static str,
    /// Reports that were read (more than one only for archives).
    pub reports: u64,
    /// Runs.
    pub runs: u64,
    /// Findings that went to the sink.
    pub findings: u64,
    /// Records that say that nothing is wrong (SARIF kinds `pass`, `notApplicable`, `informational`).
    pub not_findings: u64,
    /// Records that could not be read.
    pub lost: u64,
    /// Warnings, those beyond the limit included.
    pub warnings: u64,
}

/// Reads every report of the intake into the sink. `format` is an id; without it the format is
/// guessed. On an error the sink's content is to be thrown away.
pub fn read(
    intake: &Intake,
    format: Option<&str>,
    options: &ReadOptions,
    sink: &mut dyn Sink,
) -> Result<ReadSummary, Problem> {
    let wanted = match format {
        Some(id) => Some(crate::by_id(id).ok_or_else(|| unknown_format(id))?),
        None => None,
    };
    let mut tally = Tally::new(sink);
    let mut first_format = None;
    let mut reports = 0;
    let entries = intake.entries()?;
    let several = entries.len() > 1;
    let mut refusal = None;
    for entry in entries {
        let mut input = intake.input(entry.as_ref())?;
        // A table whose columns nobody named is no report among others.
        let least =
            if several && options.columns.is_empty() { Confidence::Likely } else { Confidence::Maybe };
        let chosen = match choose(&mut input, wanted, least) {
            Ok(chosen) => chosen,
            // In an archive a file that is no report is passed over, but never silently.
            Err(problem) if several => {
                tally.warn(format!("Passed over: {}", problem.message), input.place(None, None, None))?;
                refusal.get_or_insert(problem);
                continue;
            }
            Err(problem) => return Err(problem),
        };
        if input.has_preface() {
            let message = "What stands before the report, as a log does, is passed over.".to_owned();
            tally.warn(message, input.place(None, Some(1), None))?;
        }
        chosen.parse(&mut input, options, &mut tally).map_err(|problem| match &entry {
            Some(entry) => problem.with("entry", &entry.name),
            None => problem,
        })?;
        first_format.get_or_insert(chosen.id());
        reports += 1;
    }
    let Some(format) = first_format else {
        return Err(refusal.unwrap_or_else(|| nothing_fits("The archive")));
    };
    tally.close()?;
    Ok(ReadSummary {
        format,
        reports,
        runs: tally.runs,
        findings: tally.findings,
        not_findings: tally.not_findings,
        lost: tally.lost,
        warnings: tally.warnings,
    })
}

/// One report of a file, as a first look at its beginning shows it.
pub struct Recognised {
    /// Its name with folders inside an archive; none: the file is the report.
    pub entry: Option<String>,
    /// Its format, or why it is none that Docket reads: what [`read()`] would say.
    pub format: Result<&'static dyn Format, Problem>,
}

/// What a file holds, by its beginning: no more than that of each report is read, whatever its
/// size, but for JSON whose beginning says nothing (its first 64 MB are looked through). Of an
/// archive at most `limit` are looked at; how many there are is the second value.
///
/// # Errors
/// The file cannot be opened, is empty, or is a damaged archive.
pub fn recognise(path: &std::path::Path, limit: usize) -> Result<(Vec<Recognised>, usize), Problem> {
    let intake = crate::intake::open_unread(path)?;
    let entries = intake.entries()?;
    let all = entries.len();
    let least = if all > 1 { Confidence::Likely } else { Confidence::Maybe };
    let recognised = entries.into_iter().take(limit).map(|entry| {
        let format = intake.input(entry.as_ref()).and_then(|mut input| choose(&mut input, None, least));
        Recognised { entry: entry.map(|entry| entry.name), format }
    });
    Ok((recognised.collect(), all))
}

fn unknown_format(id: &str) -> Problem {
    let known: Vec<&str> = crate::formats().iter().map(|format| format.id()).collect();
    Problem::bad_input(format!("Docket knows no report format «{id}»."))
        .hint(format!("Use one of: {}; or leave it out and let Docket recognise it.", known.join(", ")))
}

fn choose(
    input: &mut Input,
    wanted: Option<&'static dyn Format>,
    least: Confidence,
) -> Result<&'static dyn Format, Problem> {
    let name = input.name().to_owned();
    let named = |problem: Problem| problem.with("file", &name);
    if let Some(what) = foreign_bytes(&input.first_bytes()?) {
        return Err(named(
            Problem::new(Code::Report, format!("«{name}» is {what}, not a report."))
                .hint("Choose the file that the scanner wrote."),
        ));
    }
    let head = input.head()?;
    let mut guesses = detect(&head);
    let begin = head.text.trim_start();
    if guesses.is_empty() && wanted.is_none() && head.cut && begin.starts_with(['{', '[']) {
        // What would tell stands behind more than the head has room for.
        guesses = detect(&input.gist()?);
    }
    if guesses.first().is_none_or(|guess| guess.confidence < Confidence::Likely)
        && let Some((preface, behind)) = behind_a_log(&head, wanted)
    {
        input.begins_behind(preface);
        guesses = behind;
    }
    // Some products write their report as a web page.
    let is_known = guesses.first().is_some_and(|guess| guess.confidence >= Confidence::Likely);
    if let Some(problem) = not_a_report(&head, &name).filter(|_| !is_known) {
        return Err(named(problem));
    }
    if let Some(format) = wanted {
        return Ok(format);
    }
    match guesses.first() {
        Some(guess) if guess.confidence >= least => Ok(guess.format),
        _ => Err(named(nothing_fits(&format!("«{name}»")))),
    }
}

/// How many lines that could begin a report are tried.
const TRIED: usize = 20;

/// Where a report in JSON begins behind lines of a log (`scanner --json > report 2>&1`), in bytes,
/// and what it is: at the first line from which on a format is recognised.
fn behind_a_log(head: &Head, wanted: Option<&'static dyn Format>) -> Option<(usize, Vec<Guess>)> {
    let text = &head.text;
    let mut begin = text.trim_start().chars();
    match begin.next()? {
        '{' | '<' => return None,
        // `[INFO] Scanning` is no array.
        '[' if !begin.next().is_some_and(|c| c.is_ascii_uppercase()) => return None,
        _ => {}
    }
    // A report in a document (Markdown's fence) is an example.
    let lines = text.match_indices('\n').map(|(at, _)| at + 1);
    let lines = lines.take_while(|at| !text[*at..].starts_with("```"));
    let begins = lines.filter(|at| text[*at..].starts_with(['{', '['])).take(TRIED);
    let mut tried = begins.map(|at| {
        let mut guesses = detect(&Head::new(head.name.clone(), text[at..].to_owned(), head.cut));
        guesses.retain(|guess| guess.confidence >= Confidence::Likely);
        guesses.retain(|guess| wanted.is_none_or(|wanted| wanted.id() == guess.format.id()));
        (at, guesses)
    });
    tried.find(|(_, guesses)| !guesses.is_empty())
}

fn nothing_fits(what: &str) -> Problem {
    Problem::new(Code::Report, format!("{what} is not in a format that Docket recognises.")).hint(format!(
        "Docket reads {} formats («docket formats» lists them). Most scanners can write SARIF.",
        crate::formats().len()
    ))
}

/// What the bytes are when they are no text.
fn foreign_bytes(bytes: &[u8]) -> Option<&'static str> {
    Some(match bytes {
        [0x1F, 0x8B, ..] => "compressed twice",
        [b'P', b'K', 3, 4, ..] => "an archive inside a compressed file",
        [b'%', b'P', b'D', b'F', ..] => "a PDF document",
        [0x89, b'P', b'N', b'G', ..] | [0xFF, 0xD8, 0xFF, ..] | [b'G', b'I', b'F', b'8', ..] => "a picture",
        [0x7F, b'E', b'L', b'F', ..] | [b'M', b'Z', ..] if bytes.contains(&0) => "a program",
        [b'S', b'Q', b'L', b'i', b't', b'e', ..] => "a database",
        _ if bytes.get(257..262) == Some(b"ustar") => "a tar archive",
        _ if has_odd_nuls(bytes) => "a binary file",
        _ => return None,
    })
}

/// NULs that are not those of UTF-16 text.
fn has_odd_nuls(bytes: &[u8]) -> bool {
    let nuls = |from: usize| bytes.iter().skip(from).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (nuls(0), nuls(1));
    let half = bytes.len() / 2;
    let is_utf16 = bytes.starts_with(&[0xFF, 0xFE])
        || bytes.starts_with(&[0xFE, 0xFF])
        || even.max(odd) * 10 > half * 7 && even.min(odd) * 10 < half;
    // One or two NULs are a damaged cell or string, not a binary file.
    !is_utf16 && even + odd > 2
}

fn not_a_report(head: &Head, name: &str) -> Option<Problem> {
    let text = head.text.trim_start();
    let begin: String = text.chars().take(200).collect::<String>().to_ascii_lowercase();
    if text.is_empty() && !head.cut {
        return Some(
            Problem::new(Code::Report, format!("«{name}» is empty."))
                .hint("The scanner may have failed: look at its output and run it again."),
        );
    }
    if begin.starts_with("<!doctype html") || begin.starts_with("<html") {
        return Some(
            Problem::new(Code::Report, format!("«{name}» is a web page (HTML), not a report.")).hint(
                "The download may have failed or asked for a login: open the file in a browser to see.",
            ),
        );
    }
    None
}

/// Counts what passes through and limits the warnings.
struct Tally<'a> {
    sink: &'a mut dyn Sink,
    runs: u64,
    findings: u64,
    not_findings: u64,
    lost: u64,
    warnings: u64,
}

impl<'a> Tally<'a> {
    fn new(sink: &'a mut dyn Sink) -> Self {
        Self { sink, runs: 0, findings: 0, not_findings: 0, lost: 0, warnings: 0 }
    }

    fn warn(&mut self, message: String, place: Place) -> Result<(), Stop> {
        self.warning(Warning { message, place })
    }

    fn close(&mut self) -> Result<(), Stop> {
        let more = self.warnings.saturating_sub(MAX_WARNINGS);
        if more > 0 {
            let message = format!("{more} further warnings are not listed.");
            self.sink.warning(Warning { message, place: Place::default() })?;
        }
        Ok(())
    }
}

impl Sink for Tally<'_> {
    fn run(&mut self, run: Run) -> Result<(), Stop> {
        self.runs += 1;
        self.sink.run(run)
    }

    fn rule(&mut self, rule: Rule) -> Result<(), Stop> {
        self.sink.rule(rule)
    }

    fn finding(&mut self, found: Found) -> Result<(), Stop> {
        self.findings += 1;
        self.sink.finding(found)
    }

    fn raw(&mut self, record: Option<RawText<'_>>) -> Result<(), Stop> {
        self.sink.raw(record)
    }

    fn warning(&mut self, warning: Warning) -> Result<(), Stop> {
        self.warnings += 1;
        if self.warnings > MAX_WARNINGS {
            return Ok(());
        }
        self.sink.warning(warning)
    }

    fn run_end(&mut self, completeness: Completeness) -> Result<(), Stop> {
        self.sink.run_end(completeness)
    }

    fn progress(&mut self, bytes_done: u64, bytes_total: u64) -> Result<(), Stop> {
        self.sink.progress(bytes_done, bytes_total)
    }

    fn lost(&mut self, warning: Warning) -> Result<(), Stop> {
        self.lost += 1;
        self.warnings += 1;
        if self.warnings > MAX_WARNINGS {
            return Ok(());
        }
        self.sink.lost(warning)
    }

    fn not_a_finding(&mut self) -> Result<(), Stop> {
        self.not_findings += 1;
        self.sink.not_a_finding()
    }
}
