//! SARIF 2.1.0, by the text of the OASIS standard (section numbers are those of errata 01).
//!
//! Two passes: the first reads everything but the results (tool, rules, artefacts, taxonomies,
//! invocations), because they may stand behind the results; the second streams the results.
//! Memory holds what the results of a run share and one result at a time. How each part of the
//! standard is read is written down in `docs/formats.md`.

mod flows;
mod guess;
mod message;
mod place;
mod result;
mod run;
mod severity;
mod survey;
mod taxa;
mod tool;
mod web;

use std::collections::HashSet;
use std::fmt::Write;

use docket_domain::{Code, Completeness, Problem, RawForm, Warning};

use crate::format::{Confidence, Format, Head, ReadOptions};
use crate::intake::Input;
use crate::json::{Kind, Record, Repairs, Scanner};
use crate::report::raw::tell_one;
use crate::sink::Sink;
use run::RunFacts;
use survey::{Results, Survey};

/// How many results are read between two reports of progress.
const PROGRESS_EVERY: usize = 128;

/// How many rule ids are remembered as reported; a report with more names some twice.
const KNOWN_RULES: usize = 100_000;

/// The format.
pub struct Sarif;

impl Format for Sarif {
    fn id(&self) -> &'static str {
        "sarif"
    }

    fn label(&self) -> &'static str {
        "SARIF 2.1.0"
    }

    fn about(&self) -> &'static str {
        "The OASIS standard for results of static analysis; most scanners can write it."
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["sarif", "json"]
    }

    fn versions(&self) -> &'static str {
        "2.1.0, also its drafts"
    }

    fn example(&self) -> &'static str {
        include_str!("../../tests/fixtures/everything.sarif")
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        if !outline.is_object {
            return Confidence::No;
        }
        let schema =
            outline.text("$schema").is_some_and(|schema| schema.to_ascii_lowercase().contains("sarif"));
        let runs = outline.text("runs").is_some();
        let version = outline.text("version").is_some_and(|version| {
            version.starts_with("1.0") || version.starts_with("2.0") || version.starts_with("2.1")
        });
        let shape = outline.has_inner("runs", "tool") || outline.has_inner("runs", "results");
        let named = head.extension().as_deref() == Some("sarif");
        match (schema, runs, version) {
            (true, _, _) | (_, true, true) => Confidence::Certain,
            (_, true, _) if shape => Confidence::Likely,
            _ if named => Confidence::Maybe,
            _ => Confidence::No,
        }
    }

    fn parse(&self, input: &mut Input, options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), Problem> {
        input.expect_passes(2);
        let survey = Survey::of(input, sink)?;
        for (message, place) in &survey.warnings {
            sink.warning(Warning { message: message.clone(), place: place.clone() })?;
        }
        let repairs = Pass { input, options, sink, survey: &survey }.read()?;
        for (message, line) in survey.repairs.merged(&repairs).sentences() {
            let place = input.place(None, Some(line), None);
            sink.warning(Warning { message, place })?;
        }
        Ok(())
    }
}

/// The second pass.
struct Pass<'a> {
    input: &'a mut Input,
    options: &'a ReadOptions,
    sink: &'a mut dyn Sink,
    survey: &'a Survey,
}

impl Pass<'_> {
    fn read(mut self) -> Result<Repairs, Problem> {
        let text = self.input.text()?;
        let mut scanner = Scanner::new(text);
        if self.options.raw {
            scanner.keep_records();
        }
        scanner.kind()?;
        let mut members = scanner.enter()?;
        let mut nth = 0;
        while let Some(key) = scanner.key(&mut members)? {
            // Of a key that stands twice the last one counts.
            if key == "runs" {
                nth += 1;
                if nth == self.survey.runs_at && scanner.kind()? == Kind::Array {
                    self.runs(&mut scanner)?;
                    continue;
                }
            }
            scanner.skip()?;
        }
        Ok(scanner.repairs)
    }

    fn runs<R: std::io::Read>(&mut self, scanner: &mut Scanner<R>) -> Result<(), Problem> {
        let mut items = scanner.enter()?;
        let mut index = 0;
        while scanner.item(&mut items)? {
            match self.survey.runs.get(index) {
                Some(Some(facts)) if scanner.kind()? == Kind::Object => self.run(index, facts, scanner)?,
                _ => scanner.skip()?,
            }
            index += 1;
        }
        Ok(())
    }

    fn run<R: std::io::Read>(
        &mut self,
        index: usize,
        facts: &RunFacts,
        scanner: &mut Scanner<R>,
    ) -> Result<(), Problem> {
        self.sink.run(facts.run.clone())?;
        let mut state = RunState {
            results: format!("runs[{index}].results["),
            facts,
            known_rules: HashSet::new(),
            said: HashSet::new(),
            lost: 0,
            passed: 0,
        };
        let mut members = scanner.enter()?;
        let mut nth = 0;
        while let Some(key) = scanner.key(&mut members)? {
            if key == "results" {
                nth += 1;
                if let Results::Array { nth: wanted } = facts.results
                    && nth == wanted
                {
                    self.results(&mut state, scanner)?;
                    continue;
                }
            }
            scanner.skip()?;
        }
        if state.passed > 0 {
            let message = format!(
                "{} results say that nothing is wrong (kind pass, notApplicable or informational); they were counted, not imported.",
                state.passed
            );
            let place = self.input.place(Some(format!("runs[{index}].results")), None, None);
            self.sink.warning(Warning { message, place })?;
        }
        let completeness = match (&facts.run.completeness, state.lost) {
            (Completeness::Complete, 1..) => {
                Completeness::Partial { reason: format!("{} of its results could not be read", state.lost) }
            }
            (completeness, _) => completeness.clone(),
        };
        self.sink.run_end(completeness)?;
        Ok(())
    }

    fn results<R: std::io::Read>(
        &mut self,
        state: &mut RunState<'_>,
        scanner: &mut Scanner<R>,
    ) -> Result<(), Problem> {
        let mut items = scanner.enter()?;
        let mut index = 0;
        while scanner.item(&mut items)? {
            let record = scanner.record()?;
            self.result(state, index, &record, scanner.kept())?;
            index += 1;
            if index % PROGRESS_EVERY == 0 {
                let (done, total) = self.input.progress();
                self.sink.progress(done, total)?;
            }
        }
        Ok(())
    }

    fn result(
        &mut self,
        state: &mut RunState<'_>,
        index: usize,
        record: &Record,
        raw: Option<&[u8]>,
    ) -> Result<(), Problem> {
        let mut name = String::with_capacity(state.results.len() + 8);
        name.push_str(&state.results);
        write!(name, "{index}]").unwrap_or_default();
        let place = self.input.place(Some(name), Some(record.line), Some(record.column));
        let mut notes = crate::fields::Notes::default();
        let read = match &record.value {
            None => Err("it is longer than 64 MB".to_owned()),
            Some(value) => result::found(value, state.facts, self.options, &mut notes),
        };
        for message in notes.take(&mut state.said) {
            self.sink.warning(Warning { message, place: place.clone() })?;
        }
        match read {
            Ok(result::Reading::Passed) => {
                state.passed += 1;
                self.sink.not_a_finding()?;
            }
            Ok(result::Reading::Found { mut found, rule }) => {
                found.place = place;
                if !found.rule.is_empty()
                    && state.known_rules.len() < KNOWN_RULES
                    && !state.known_rules.contains(&found.rule)
                {
                    state.known_rules.insert(found.rule.clone());
                    self.sink.rule(rule.rule(&found.rule))?;
                }
                tell_one(&found, RawForm::Json, raw, self.sink)?;
                self.sink.finding(*found)?;
            }
            Err(why) => {
                state.lost += 1;
                let message = format!("This result could not be read and was left out: {why}.");
                self.sink.lost(Warning { message, place })?;
            }
        }
        Ok(())
    }
}

/// What the second pass remembers within one run.
struct RunState<'a> {
    /// How its results' names begin: `runs[0].results[`.
    results: String,
    facts: &'a RunFacts,
    /// Rules that were reported to the sink.
    known_rules: HashSet<String>,
    /// Warnings that are said once for each run.
    said: HashSet<&'static str>,
    lost: u64,
    passed: u64,
}

/// A file that is JSON, but not SARIF that Docket reads.
fn refuse(message: impl Into<String>, hint: &str) -> Problem {
    Problem::new(Code::Report, message).hint(hint)
}
