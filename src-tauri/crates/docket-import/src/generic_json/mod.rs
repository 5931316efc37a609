//! Docket's own JSON: for tools and scripts that have no better format.
//!
//! An object with `"docket": "findings/1"`, the tool, and a list of findings; the field table is
//! in `docs/formats.md`. Two passes, as with SARIF: the findings may come first.

mod finding;

use std::collections::{HashMap, HashSet};
use std::io::Read;

use docket_domain::{Code, Completeness, Problem, RawForm, Rule, Run, Tool, Warning};

use crate::clean;
use crate::fields::{self, Notes};
use crate::format::{Confidence, Format, Head, ReadOptions};
use crate::intake::Input;
use crate::json::{Json, Kind, Record, Room, Scanner};
use crate::path;
use crate::report::raw::tell_one;
use crate::sink::Sink;
use crate::words;

/// What the format calls itself.
const MARK: &str = "findings/1";

/// How many findings are read between two reports of progress.
const PROGRESS_EVERY: usize = 128;

/// The format.
pub struct GenericJson;

impl Format for GenericJson {
    fn id(&self) -> &'static str {
        "docket-json"
    }

    fn label(&self) -> &'static str {
        "Docket JSON"
    }

    fn about(&self) -> &'static str {
        "Docket's own JSON for scripts and tools without a better format."
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["json"]
    }

    fn versions(&self) -> &'static str {
        "findings/1"
    }

    fn example(&self) -> &'static str {
        include_str!("example.json")
    }

    fn sniff(&self, head: &Head) -> Confidence {
        match head.outline().text("docket") {
            Some(mark) if mark.starts_with("findings/") => Confidence::Certain,
            _ => Confidence::No,
        }
    }

    fn parse(&self, input: &mut Input, options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), Problem> {
        input.expect_passes(2);
        let cover = Cover::read(input, sink)?;
        let run = cover.run(options);
        for message in &cover.warnings {
            let place = input.place(None, None, None);
            sink.warning(Warning { message: message.clone(), place })?;
        }
        let mut end = run.completeness.clone();
        sink.run(run)?;
        let lost = cover.findings(input, options, sink)?;
        if lost > 0 && end.may_close() {
            end = Completeness::Partial { reason: format!("{lost} of its findings could not be read") };
        }
        sink.run_end(end)?;
        Ok(())
    }
}

/// Everything but the findings.
#[derive(Default)]
struct Cover {
    top: Json,
    rules: HashMap<String, Rule>,
    /// Which of several `findings` keys counts (the last one, from 1); 0 when there is none.
    findings_at: usize,
    warnings: Vec<String>,
}

impl Cover {
    fn read(input: &mut Input, sink: &mut dyn Sink) -> Result<Self, Problem> {
        let mut cover = Self::default();
        let mut text = input.text()?;
        let mut scanner = Scanner::new(&mut text);
        let refuse = |message: &str| {
            Problem::new(Code::Report, message.to_owned()).hint(format!(
                "It has to be an object with \"docket\": \"{MARK}\"; docs/formats.md shows one."
            ))
        };
        if scanner.kind()? != Kind::Object {
            return Err(refuse("This is JSON, but not Docket's own."));
        }
        let (mut top, mut room) = (Vec::new(), Room::default());
        let mut members = scanner.enter()?;
        while let Some(key) = scanner.key(&mut members)? {
            match (key.as_str(), scanner.kind()?) {
                ("findings", Kind::Array) => {
                    cover.findings_at += 1;
                    skip_items(&mut scanner, input, sink)?;
                }
                ("rules", Kind::Array) => {
                    let mut items = scanner.enter()?;
                    while scanner.item(&mut items)? {
                        cover.rule(&scanner.tree()?);
                    }
                }
                _ => {
                    let value = scanner.tree_in(&mut room)?;
                    if room.is_left() {
                        top.push((key, value));
                    }
                }
            }
        }
        scanner.finish()?;
        for (message, line) in scanner.repairs.sentences() {
            cover.warnings.push(format!("Line {line}: {message}"));
        }
        if text.foreign > 0 {
            cover
                .warnings
                .push(format!("Bytes that are not UTF-8: {}; they were read as Windows-1252.", text.foreign));
        }
        cover.top = Json::Map(top);
        match cover.top.get("docket").text() {
            Some(MARK) => Ok(cover),
            Some(other) if other.starts_with("findings/") => {
                let other = clean::title(other);
                Err(Problem::new(
                    Code::Report,
                    format!("This is Docket JSON «{other}», which this version does not read."),
                )
                .hint(format!("Update Docket, or write «{MARK}».")))
            }
            _ => Err(refuse("This is JSON, but it does not say that it is Docket's own.")),
        }
    }

    fn rule(&mut self, value: &Json) {
        let line = |key: &str| clean::some_line(&value.get(key).spelt());
        let block = |key: &str| clean::some_block(&value.get(key).spelt());
        let Some(id) = line("id") else {
            self.warnings.push("A rule has no id; it was left out.".into());
            return;
        };
        let rule = Rule {
            name: line("name"),
            short: line("short"),
            description: block("description"),
            help: block("help"),
            uri: line("uri"),
            severity: words::severity(&value.get("severity").as_text_or_empty()),
            tags: value.get("tags").items().iter().filter_map(|tag| clean::some_line(tag.text()?)).collect(),
            id: id.clone(),
        };
        self.rules.insert(id, rule);
    }

    fn run(&self, options: &ReadOptions) -> Run {
        let tool = self.top.get("tool");
        let line = |of: &Json, key: &str| clean::some_line(&of.get(key).spelt());
        let name =
            line(tool, "name").or_else(|| clean::some_line(tool.text()?)).or_else(|| options.tool.clone());
        let complete = self.top.get("complete");
        let completeness = if self.findings_at == 0 {
            Completeness::Failed { reason: "the report has no list of findings".into() }
        } else {
            match (complete.bool(), complete.some_text()) {
                (Some(false), _) => {
                    Completeness::Partial { reason: "the report says that it is not complete".into() }
                }
                (None, Some(reason)) => Completeness::Partial { reason: clean::title(reason) },
                _ => Completeness::Complete,
            }
        };
        Run {
            tool: Tool {
                name: name.unwrap_or_else(|| "Unnamed tool".into()),
                version: line(tool, "version"),
                uri: line(tool, "uri"),
            },
            branch: line(&self.top, "branch"),
            revision: line(&self.top, "revision"),
            repository: line(&self.top, "repository").map(|uri| path::without_login(&uri)),
            category: line(&self.top, "category"),
            started: self.top.get("started").some_text().and_then(|text| text.parse().ok()),
            completeness,
        }
    }

    /// The second pass: streams the findings; says how many could not be read.
    fn findings(
        &self,
        input: &mut Input,
        options: &ReadOptions,
        sink: &mut dyn Sink,
    ) -> Result<u64, Problem> {
        let mut scanner = Scanner::new(input.text()?);
        if options.raw {
            scanner.keep_records();
        }
        let mut members = scanner.enter()?;
        let mut nth = 0;
        let mut lost = 0;
        while let Some(key) = scanner.key(&mut members)? {
            let is_list = key == "findings" && scanner.kind()? == Kind::Array;
            nth += usize::from(is_list);
            if !is_list || nth != self.findings_at {
                scanner.skip()?;
                continue;
            }
            let mut known = HashSet::new();
            let mut items = scanner.enter()?;
            let mut index = 0;
            while scanner.item(&mut items)? {
                let record = scanner.record()?;
                let raw = scanner.kept();
                lost += u64::from(!self.finding(index, &record, raw, input, options, &mut known, sink)?);
                index += 1;
                if index % PROGRESS_EVERY == 0 {
                    let (done, total) = input.progress();
                    sink.progress(done, total)?;
                }
            }
        }
        Ok(lost)
    }

    /// False when the record could not be read.
    #[allow(clippy::too_many_arguments, reason = "where a record stands, and where it goes")]
    fn finding(
        &self,
        index: usize,
        record: &Record,
        raw: Option<&[u8]>,
        input: &Input,
        options: &ReadOptions,
        known: &mut HashSet<String>,
        sink: &mut dyn Sink,
    ) -> Result<bool, Problem> {
        let place = input.place(Some(format!("findings[{index}]")), Some(record.line), Some(record.column));
        let mut notes = Notes::default();
        let read = match &record.value {
            None => Err("it is longer than 64 MB".to_owned()),
            Some(value) => finding::found(value, &self.rules, options, &mut notes),
        };
        for message in notes.take(&mut HashSet::new()) {
            sink.warning(Warning { message, place: place.clone() })?;
        }
        match read {
            Ok(mut found) => {
                found.place = place;
                if !found.rule.is_empty() && known.insert(found.rule.clone()) {
                    sink.rule(
                        self.rules
                            .get(&found.rule)
                            .cloned()
                            .unwrap_or_else(|| fields::bare_rule(&found.rule)),
                    )?;
                }
                tell_one(&found, RawForm::Json, raw, sink)?;
                sink.finding(found)?;
                Ok(true)
            }
            Err(why) => {
                let message = format!("This finding could not be read and was left out: {why}.");
                sink.lost(Warning { message, place })?;
                Ok(false)
            }
        }
    }
}

fn skip_items<R: Read>(scanner: &mut Scanner<R>, input: &Input, sink: &mut dyn Sink) -> Result<(), Problem> {
    let mut items = scanner.enter()?;
    let mut count = 0_usize;
    while scanner.item(&mut items)? {
        scanner.skip()?;
        count += 1;
        if count.is_multiple_of(PROGRESS_EVERY) {
            let (done, total) = input.progress();
            sink.progress(done, total)?;
        }
    }
    Ok(())
}
