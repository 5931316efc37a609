//! The first pass over a report in JSON: what shape it has, which lists are there, everything
//! outside of them, and the names of what records refer to.

use std::io::{BufRead, BufReader, Read};

use docket_domain::Problem;

use super::json::{JsonReport, joined, leads_to_a_list};
use super::{Names, PROGRESS_EVERY};
use crate::intake::{Input, io_problem};
use crate::json::{Json, Kind, Repairs, Room, Scanner};
use crate::sink::Sink;

/// How much of a line is looked at to tell whether a report has one record a line.
const FIRST_LINE_BYTES: u64 = 8 * 1024 * 1024;

/// Everything outside a report's lists.
#[derive(Debug, Default)]
pub(crate) struct Cover {
    /// The object without its lists; `Null` for an array or lines.
    pub top: Json,
    /// The first of several values that stand in lines or one behind the other.
    pub first: Json,
    /// The lists that are there.
    pub lists: Vec<&'static str>,
    pub(super) shape: Shape,
    pub(super) repairs: Repairs,
    pub(super) foreign: u64,
}

impl Cover {
    /// Whether the list is there, empty or not.
    pub fn has(&self, list: &str) -> bool {
        self.lists.contains(&list)
    }
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    #[default]
    Object,
    Array,
    Lines,
    /// Values one behind the other, each over several lines.
    Stream,
    /// A text, a number or a word alone.
    Bare,
}

/// The first pass: what is there, and everything but the records.
pub(super) fn cover<T: JsonReport>(
    report: &T,
    names: &mut Names,
    input: &mut Input,
    sink: &mut dyn Sink,
) -> Result<Cover, Problem> {
    let lists = report.lists();
    let mut cover = Cover::default();
    let mut text = input.text()?;
    let own = lists.iter().copied().find(|list| list.is_empty());
    let several = if own.is_some() { several(input)? } else { None };
    {
        let mut scanner = Scanner::new(&mut text);
        match scanner.kind()? {
            _ if several.is_some() => {
                cover.lists.extend(own);
                (cover.shape, cover.first) = several.unwrap_or_default();
                if cover.shape == Shape::Stream {
                    while !scanner.is_over()? {
                        scanner.skip()?;
                    }
                } else {
                    drop(scanner);
                    std::io::copy(&mut text, &mut std::io::sink()).map_err(io_problem)?;
                    cover.foreign = text.foreign;
                    return Ok(cover);
                }
            }
            Kind::Array => {
                cover.shape = Shape::Array;
                cover.lists.extend(own);
                skip(&mut scanner, input, sink)?;
                // Pages of an API, one array behind the other.
                while own.is_some() && !scanner.is_over()? && scanner.kind()? == Kind::Array {
                    skip(&mut scanner, input, sink)?;
                }
            }
            Kind::Object => {
                let mut first = First { report, names, seen: Vec::new(), room: Room::default() };
                cover.top = first.around(&mut scanner, "", input, sink)?;
                cover.lists = first.seen;
                if cover.lists.is_empty() {
                    cover.lists.extend(own);
                }
            }
            _ => (cover.top, cover.shape) = (scanner.tree()?, Shape::Bare),
        }
        scanner.finish()?;
        cover.repairs = std::mem::take(&mut scanner.repairs);
    }
    cover.foreign = text.foreign;
    Ok(cover)
}

/// Whether another object follows the first one, and what the first one is.
fn several(input: &mut Input) -> Result<Option<(Shape, Json)>, Problem> {
    let head = input.head()?;
    let text = head.text.trim_start();
    if !text.starts_with('{') {
        return Ok(None);
    }
    if head.cut && !text.contains('\n') {
        return Ok(is_long_line(input)?.then_some((Shape::Lines, Json::Null)));
    }
    let mut scanner = Scanner::new(text.as_bytes());
    let Ok(first) = scanner.record() else { return Ok(None) };
    let end = usize::try_from(scanner.offset()).unwrap_or(usize::MAX);
    let rest = text.get(end..).unwrap_or_default();
    if !rest.trim_start().starts_with('{') {
        return Ok(None);
    }
    // A broken value ends this look: among lines it costs its line, in a stream the report.
    let mut last = scanner.line();
    let mut is_lines = last == 1;
    while is_lines && scanner.is_over().is_ok_and(|over| !over) {
        let begun = scanner.line();
        if scanner.skip().is_err() {
            break;
        }
        is_lines = scanner.line() == begun && begun > last;
        last = begun;
    }
    let shape = if is_lines { Shape::Lines } else { Shape::Stream };
    Ok(Some((shape, first.value.unwrap_or_default())))
}

/// Whether another object follows a first line that is longer than the head: an answer of a server in one record.
fn is_long_line(input: &mut Input) -> Result<bool, Problem> {
    let mut text = BufReader::new(input.text()?);
    let mut first = Vec::new();
    (&mut text).take(FIRST_LINE_BYTES).read_until(b'\n', &mut first).map_err(io_problem)?;
    let mut scanner = Scanner::new(first.as_slice());
    let whole = first.ends_with(b"\n") && scanner.skip().is_ok() && scanner.finish().is_ok();
    let next = text.fill_buf().map_err(io_problem)?.iter().find(|byte| !byte.is_ascii_whitespace());
    Ok(whole && next == Some(&b'{'))
}

/// The first pass over an object.
struct First<'a, T> {
    report: &'a T,
    names: &'a mut Names,
    /// The lists that are there.
    seen: Vec<&'static str>,
    /// For everything outside of them.
    room: Room,
}

impl<T: JsonReport> First<'_, T> {
    /// An object without its lists, which are noted.
    fn around<R: Read>(
        &mut self,
        scanner: &mut Scanner<R>,
        prefix: &str,
        input: &Input,
        sink: &mut dyn Sink,
    ) -> Result<Json, Problem> {
        let lists = self.report.lists();
        let mut fields = Vec::new();
        let mut members = scanner.enter()?;
        while let Some(key) = scanner.key(&mut members)? {
            let path = joined(prefix, &key);
            let kind = scanner.kind()?;
            let list = lists.iter().copied().find(|list| *list == path);
            match (list, kind) {
                (Some(list), Kind::Array | Kind::Object) => {
                    skip(scanner, input, sink)?;
                    if !self.seen.contains(&list) {
                        self.seen.push(list);
                    }
                }
                (None, Kind::Object) if leads_to_a_list(&path, lists) => {
                    let inner = self.around(scanner, &path, input, sink)?;
                    fields.push((key, inner));
                }
                (None, Kind::Array) if self.report.named().contains(&path.as_str()) => {
                    self.gather(scanner, input, sink)?;
                }
                _ => {
                    let value = scanner.tree_in(&mut self.room)?;
                    // Beyond the room not even names are kept.
                    if self.room.is_left() {
                        fields.push((key, value));
                    }
                }
            }
        }
        Ok(Json::Map(fields))
    }

    /// What has an id in a list.
    fn gather<R: Read>(
        &mut self,
        scanner: &mut Scanner<R>,
        input: &Input,
        sink: &mut dyn Sink,
    ) -> Result<(), Problem> {
        let mut items = scanner.enter()?;
        let mut count = 0_usize;
        while scanner.item(&mut items)? {
            if let Some(element) = scanner.record()?.value {
                self.report.name(&element, self.names);
            }
            count += 1;
            if count.is_multiple_of(PROGRESS_EVERY) {
                let (done, total) = input.progress();
                sink.progress(done, total)?;
            }
        }
        Ok(())
    }
}

/// Passes over a list, telling progress.
fn skip<R: Read>(scanner: &mut Scanner<R>, input: &Input, sink: &mut dyn Sink) -> Result<(), Problem> {
    if scanner.kind()? != Kind::Array {
        return Ok(scanner.skip()?);
    }
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
