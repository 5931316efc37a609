//! Reports in JSON: lists of records inside an object, an array of records, or one record a line.

use std::io::{BufRead, BufReader, Read};

use docket_domain::{Completeness, Problem, RawForm, Run, Warning};

pub(crate) use super::first::Cover;
use super::first::{Shape, cover};
use super::{Card, Names, Out, PROGRESS_EVERY, end_with, not_such_a_report};
use crate::format::{Confidence, Format, Head, ReadOptions};
use crate::intake::{Input, io_problem};
use crate::json::{Json, Keys, Kind, Record, Scanner};
use crate::sink::{RawText, Sink};

/// Longest line of a report with one record a line, bytes.
const LINE_BYTES: u64 = 64 * 1024 * 1024;

/// Where a record stands.
pub(crate) struct At<'a> {
    /// The list, as [`JsonReport::lists`] names it.
    pub list: &'static str,
    /// Position in the list, from 0.
    pub index: usize,
    /// Its key, where the list is an object whose every value is a record.
    pub key: Option<&'a str>,
    /// Everything outside the lists.
    pub cover: &'a Json,
    /// What [`JsonReport::names`] gathered.
    pub names: &'a Names,
}

/// A format in JSON.
pub(crate) trait JsonReport: Sync {
    /// What it is known by.
    fn card(&self) -> &'static Card;

    /// How sure it is that a file is its own.
    fn sniff(&self, head: &Head) -> Confidence;

    /// Where records stand: keys joined by dots (`scan.results`). The elements of an array there,
    /// or every value of an object, are records. The empty name is the report itself: an array of
    /// records or several one behind the other, one record a line, or (when no other list is in it)
    /// the whole object as one record.
    fn lists(&self) -> &'static [&'static str];

    /// The run, from everything outside the lists.
    ///
    /// # Errors
    /// The file as a whole is no such report: see [`super::failed`], [`super::not_such_a_report`].
    fn run(&self, _cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        Ok(self.card().run(options))
    }

    /// Further lists, of things that records refer to by id: [`name`](Self::name) gets their
    /// elements one by one before any record is read. They are absent from the cover.
    fn named(&self) -> &'static [&'static str] {
        &[]
    }

    /// Gathers what has an id in an element of a [named](Self::named) list.
    fn name(&self, _element: &Json, _names: &mut Names) {}

    /// Gathers what has an id in everything outside the lists.
    fn names(&self, _cover: &Json, _names: &mut Names) {}

    /// Reads one record.
    ///
    /// # Errors
    /// Why it cannot be read, as the end of a sentence («it has no id»).
    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String>;

    /// Whether findings [wait](Out::hold) beyond the record that they are made of.
    fn holds(&self) -> bool {
        false
    }

    /// Every record was read: what was [held](Out::hold) goes out now.
    fn end(&self, _out: &mut Out) {}
}

/// Makes a format of a [`JsonReport`].
pub struct Reads<T>(pub(crate) T);

impl<T: JsonReport> Format for Reads<T> {
    told_by_card!();

    fn sniff(&self, head: &Head) -> Confidence {
        self.0.sniff(head)
    }

    fn parse(&self, input: &mut Input, options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), Problem> {
        input.expect_passes(2);
        let mut names = Names::default();
        let cover = cover(&self.0, &mut names, input, sink)?;
        if cover.shape == Shape::Bare {
            // Without anything in it, it would say that all is well.
            let is = if cover.top.is_null() { "null" } else { cover.top.what() };
            let lacks = format!("it is {is} and nothing else");
            return Err(not_such_a_report(self.0.card().label, &lacks));
        }
        self.0.names(&cover.top, &mut names);
        let run = self.0.run(&cover, options)?;
        let end = run.completeness.clone();
        for (message, line) in cover.repairs.sentences() {
            let message = format!("Line {line}: {message}");
            sink.warning(Warning { message, place: input.place(None, Some(line), None) })?;
        }
        if cover.foreign > 0 {
            let message =
                format!("Bytes that are not UTF-8: {}; they were read as Windows-1252.", cover.foreign);
            sink.warning(Warning { message, place: input.place(None, None, None) })?;
        }
        sink.run(run)?;
        let lost = told_in_place_of_lists(&self.0, &cover.top, input, sink)?;
        let raw = options.raw;
        let mut walk =
            Walk { report: &self.0, cover: &cover, names: &names, out: Out::default(), count: 0, lost, raw };
        walk.records(input, sink)?;
        self.0.end(&mut walk.out);
        walk.out.flush(&input.place(Some("report".to_owned()), Some(1), None), sink)?;
        sink.run_end(end_with(&walk.out, self.0.card().tool, end, walk.lost)?)?;
        Ok(())
    }
}

/// Tells what stands where a list should; how many there are.
fn told_in_place_of_lists<T: JsonReport>(
    report: &T,
    top: &Json,
    input: &Input,
    sink: &mut dyn Sink,
) -> Result<u64, Problem> {
    let mut lost = 0;
    for path in report.lists().iter().filter(|path| !path.is_empty()) {
        let value = top.at(path);
        if !value.is_void() {
            let message = format!("«{path}» is {}, not a list; nothing was read of it.", value.what());
            sink.lost(Warning { message, place: input.place(Some((*path).to_owned()), None, None) })?;
            lost += 1;
        }
    }
    Ok(lost)
}

pub(super) fn leads_to_a_list(path: &str, lists: &[&str]) -> bool {
    lists.iter().any(|list| list.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
}

pub(super) fn joined(prefix: &str, key: &str) -> String {
    if prefix.is_empty() { key.to_owned() } else { format!("{prefix}.{key}") }
}

/// The second pass.
struct Walk<'a, T> {
    report: &'a T,
    cover: &'a Cover,
    names: &'a Names,
    out: Out,
    count: usize,
    lost: u64,
    /// Whether records are wanted as the report has them.
    raw: bool,
}

impl<T: JsonReport> Walk<'_, T> {
    fn records(&mut self, input: &mut Input, sink: &mut dyn Sink) -> Result<(), Problem> {
        let text = input.text()?;
        match self.cover.shape {
            Shape::Lines => self.lines(text, input, sink),
            Shape::Stream => {
                let mut scanner = self.scanner(text);
                while !scanner.is_over()? {
                    let record = scanner.record()?;
                    self.record("", self.count, None, "", &record, scanner.kept(), input, sink)?;
                }
                Ok(())
            }
            Shape::Array => {
                let mut scanner = self.scanner(text);
                while self.report.lists().contains(&"") && !scanner.is_over()? {
                    self.list("", "", &mut scanner, input, sink)?;
                }
                Ok(())
            }
            Shape::Object if self.cover.lists == [""] => {
                let mut scanner = self.scanner(text);
                let record = scanner.record()?;
                self.record("", 0, None, "", &record, scanner.kept(), input, sink)
            }
            Shape::Bare => Ok(()),
            Shape::Object if self.cover.lists.is_empty() => Ok(()),
            Shape::Object => self.object(&mut self.scanner(text), "", input, sink),
        }
    }

    fn scanner<R: Read>(&self, text: R) -> Scanner<R> {
        let mut scanner = Scanner::new(text);
        if self.raw {
            scanner.keep_records();
        }
        scanner
    }

    fn object<R: Read>(
        &mut self,
        scanner: &mut Scanner<R>,
        prefix: &str,
        input: &Input,
        sink: &mut dyn Sink,
    ) -> Result<(), Problem> {
        let lists = self.report.lists();
        let mut members = scanner.enter()?;
        while let Some(key) = scanner.key(&mut members)? {
            let path = joined(prefix, &key);
            let kind = scanner.kind()?;
            match lists.iter().copied().find(|list| *list == path) {
                Some(list) if matches!(kind, Kind::Array | Kind::Object) => {
                    self.list(list, &path, scanner, input, sink)?;
                }
                None if kind == Kind::Object && leads_to_a_list(&path, lists) => {
                    self.object(scanner, &path, input, sink)?;
                }
                _ => scanner.skip()?,
            }
        }
        Ok(())
    }

    fn list<R: Read>(
        &mut self,
        list: &'static str,
        path: &str,
        scanner: &mut Scanner<R>,
        input: &Input,
        sink: &mut dyn Sink,
    ) -> Result<(), Problem> {
        let is_object = scanner.kind()? == Kind::Object;
        let mut members = scanner.enter()?;
        let mut index = 0;
        loop {
            let key = if is_object {
                match scanner.key(&mut members)? {
                    Some(key) => Some(key),
                    None => return Ok(()),
                }
            } else if scanner.item(&mut members)? {
                None
            } else {
                return Ok(());
            };
            let record = scanner.record()?;
            self.record(list, index, key.as_deref(), path, &record, scanner.kept(), input, sink)?;
            index += 1;
        }
    }

    /// One value a line; a line that is none costs that line.
    fn lines(&mut self, text: impl Read, input: &Input, sink: &mut dyn Sink) -> Result<(), Problem> {
        let mut text = BufReader::new(text);
        let (mut bytes, mut number) = (Vec::new(), 0_u64);
        let mut keys = Keys::default();
        loop {
            bytes.clear();
            let read = (&mut text).take(LINE_BYTES).read_until(b'\n', &mut bytes).map_err(io_problem)?;
            if read == 0 {
                return Ok(());
            }
            number += 1;
            if bytes.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let mut scanner = Scanner::of_length(bytes.as_slice(), bytes.len(), keys);
            let value = scanner.record().and_then(|record| scanner.finish().map(|()| record));
            keys = scanner.into_keys();
            let index = self.count;
            match value {
                Ok(record) => {
                    let record = Record { line: number, ..record };
                    let raw = self.raw.then(|| bytes.trim_ascii());
                    self.record("", index, None, "", &record, raw, input, sink)?;
                }
                Err(fault) => {
                    let why = Problem::from(fault).message;
                    let place = input.place(None, Some(number), None);
                    self.lost += 1;
                    self.count += 1;
                    self.out.lost(why.trim_end_matches('.'), place, sink)?;
                }
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "where a record stands, and where it goes")]
    fn record(
        &mut self,
        list: &'static str,
        index: usize,
        key: Option<&str>,
        path: &str,
        record: &Record,
        raw: Option<&[u8]>,
        input: &Input,
        sink: &mut dyn Sink,
    ) -> Result<(), Problem> {
        let name = match key {
            Some(key) => format!("{path}.{}", crate::clean::title(key)),
            None if list.is_empty() && self.cover.shape == Shape::Object => "report".to_owned(),
            None => format!("{path}[{index}]"),
        };
        let place =
            input.place(Some(name).filter(|name| !name.is_empty()), Some(record.line), Some(record.column));
        let at = At { list, index, key, cover: &self.cover.top, names: self.names };
        self.out.place = place.clone();
        if self.report.holds() {
            self.out.current = raw.map(|raw| (RawForm::Json, raw.to_vec()));
        }
        let read = match &record.value {
            None => Err("it is longer than 64 MB".to_owned()),
            Some(value) => self.report.record(&at, value, &mut self.out),
        };
        match read {
            Ok(()) => {
                self.out.place_parts(raw, record.value.as_ref().unwrap_or(&Json::Null));
                let raw = raw.map(|bytes| RawText { form: RawForm::Json, bytes });
                self.out.flush_of(raw, &place, sink)?;
            }
            Err(why) => {
                self.lost += 1;
                self.out.lost(&why, place, sink)?;
            }
        }
        self.count += 1;
        if self.count.is_multiple_of(PROGRESS_EVERY) {
            let (done, total) = input.progress();
            sink.progress(done, total)?;
        }
        Ok(())
    }
}

/// The run did not look, for this reason.
pub(crate) fn did_not_look(run: Run, reason: impl Into<String>) -> Run {
    Run { completeness: Completeness::Failed { reason: reason.into() }, ..run }
}
