//! The first pass: everything but the results.

use std::io::Read;

use docket_domain::{Place, Problem};

use super::refuse;
use super::run::RunFacts;
use crate::clean;
use crate::intake::Input;
use crate::json::{Json, Kind, Repairs, Scanner};
use crate::sink::Sink;

/// How many runs a file may have. GitHub takes 20.
const MAX_RUNS: usize = 10_000;

/// Whether a run has results, and which of several `results` keys counts (the last).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Results {
    #[default]
    Absent,
    Null,
    Array {
        nth: usize,
    },
    Wrong(&'static str),
}

/// What the first pass found.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) version: Json,
    schema: Json,
    /// One entry for each element of `runs`; `None` when the element is no object.
    pub(super) runs: Vec<Option<RunFacts>>,
    /// Which of several `runs` keys counts (the last one, from 1); 0 when there is none.
    pub(super) runs_at: usize,
    runs_are: Option<&'static str>,
    inline_external: bool,
    pub(super) warnings: Vec<(String, Place)>,
    pub(super) repairs: Repairs,
}

impl Survey {
    /// Reads the input once, checking the syntax of all of it.
    pub(super) fn of(input: &mut Input, sink: &mut dyn Sink) -> Result<Self, Problem> {
        let mut text = input.text()?;
        let mut survey = Self::default();
        {
            let mut scanner = Scanner::new(&mut text);
            survey.top(&mut scanner, input, sink)?;
            survey.repairs = scanner.repairs;
        }
        if text.foreign > 0 {
            let message = format!(
                "Bytes that are not UTF-8, which SARIF wants: {}; they were read as Windows-1252.",
                text.foreign
            );
            survey.warnings.push((message, input.place(None, None, None)));
        }
        survey.check(input)?;
        Ok(survey)
    }

    fn top<R: Read>(
        &mut self,
        scanner: &mut Scanner<R>,
        input: &Input,
        sink: &mut dyn Sink,
    ) -> Result<(), Problem> {
        if scanner.kind()? != Kind::Object {
            return Err(refuse(
                "This is JSON, but not SARIF: a SARIF file is an object with a version and runs.",
                "Choose another file, or name the format if it is one of the others.",
            ));
        }
        let mut members = scanner.enter()?;
        while let Some(key) = scanner.key(&mut members)? {
            match key.as_str() {
                "version" => self.version = scanner.tree()?,
                "$schema" => self.schema = scanner.tree()?,
                "inlineExternalProperties" => {
                    // Some tools write empty shells; only content that findings need matters.
                    let needed =
                        ["results", "driver", "extensions", "artifacts", "logicalLocations", "invocations"];
                    let has_content = |shell: &Json| needed.iter().any(|key| !shell.get(key).is_null());
                    self.inline_external = scanner.tree()?.items().iter().any(has_content);
                }
                "runs" => {
                    self.runs_at += 1;
                    self.runs.clear();
                    self.runs(scanner, input, sink)?;
                }
                _ => scanner.skip()?,
            }
        }
        scanner.finish()?;
        Ok(())
    }

    fn runs<R: Read>(
        &mut self,
        scanner: &mut Scanner<R>,
        input: &Input,
        sink: &mut dyn Sink,
    ) -> Result<(), Problem> {
        if scanner.kind()? != Kind::Array {
            let value = scanner.tree()?;
            self.runs_are = Some(value.what());
            return Ok(());
        }
        self.runs_are = None;
        let mut items = scanner.enter()?;
        while scanner.item(&mut items)? {
            if self.runs.len() >= MAX_RUNS {
                return Err(refuse(
                    format!("The file has more than {MAX_RUNS} runs."),
                    "Let the scanner write one file for each part.",
                ));
            }
            let index = self.runs.len();
            if scanner.kind()? != Kind::Object {
                let place = input.place(Some(format!("runs[{index}]")), Some(scanner.line()), None);
                let what = scanner.tree()?.what();
                self.warnings.push((format!("This run is {what}, not an object; it was left out."), place));
                self.runs.push(None);
                continue;
            }
            let facts = RunFacts::read(scanner, || {
                let (done, total) = input.progress();
                sink.progress(done, total).map_err(Problem::from)
            })?;
            for message in &facts.warnings {
                let place = input.place(Some(format!("runs[{index}]")), None, None);
                self.warnings.push((message.clone(), place));
            }
            self.runs.push(Some(facts));
        }
        Ok(())
    }

    /// Is this SARIF that Docket reads?
    fn check(&mut self, input: &Input) -> Result<(), Problem> {
        let schema = self.schema.text().unwrap_or_default().to_ascii_lowercase();
        let version = match &self.version {
            Json::Null => None,
            value => Some(clean::title(&value.as_text())),
        };
        let is_run = |run: &RunFacts| run.has_tool || matches!(run.results, Results::Array { .. });
        let has_tool = self.runs.iter().flatten().any(is_run);
        match version.as_deref() {
            Some("2.1.0") => {}
            Some(version) if version.starts_with("2.1") => self.warnings.push((
                format!("The file says SARIF {version}; it was read as 2.1.0."),
                input.place(Some("version".into()), None, None),
            )),
            Some(version) if self.runs_at > 0 || schema.contains("sarif") => {
                return Err(refuse(
                    format!("This is SARIF {version}; Docket reads SARIF 2.1.0."),
                    "Let the scanner write SARIF 2.1.0, or convert the file (Microsoft's SARIF Multitool does).",
                )
                .with("version", version));
            }
            None if schema.contains("sarif") || has_tool => self.warnings.push((
                "The file does not say its SARIF version; it was read as 2.1.0.".into(),
                input.place(Some("version".into()), None, None),
            )),
            _ => {
                return Err(refuse(
                    "This is JSON, but not SARIF: there is no SARIF version and no runs in it.",
                    "Choose another file, or name the format if it is one of the others.",
                ));
            }
        }
        if self.runs.is_empty() {
            let what = self.runs_are.unwrap_or("nothing");
            self.warnings.push((
                format!("The file has {what} where its runs belong: the scanner did not run. Nothing is closed by it."),
                input.place(Some("runs".into()), None, None),
            ));
        }
        if let Some(external) = self.runs.iter().flatten().find_map(|run| run.external_results.clone()) {
            return Err(refuse(
                format!("The results of this report are not in it, but in another file: {external}."),
                "Let the scanner write one SARIF file with everything in it.",
            ));
        }
        if self.inline_external {
            let why = "parts of it stand in inlineExternalProperties, which Docket does not read";
            for run in self.runs.iter_mut().flatten() {
                run.partial(why);
            }
            self.warnings.push((format!("The runs are incomplete: {why}."), input.place(None, None, None)));
        }
        Ok(())
    }
}
