//! Reports in XML: elements at certain places are records.
//!
//! Invariants: no entity is expanded but the five of XML itself and characters by number, no
//! document type is read, nothing outside the file is ever looked at; depth, attributes and the
//! text of one record are limited.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, BufReader, Read};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use docket_domain::{Code, Problem, RawForm, Run, Warning};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{Card, Names, Out, PROGRESS_EVERY, end_of};
use crate::clean;
use crate::format::{Confidence, Format, Head, ReadOptions};
use crate::intake::{Input, io_problem};
use crate::sink::{RawText, Sink};

/// How deeply elements may nest.
const DEPTH: usize = 256;
/// Most attributes of one element that are kept.
const ATTRIBUTES: usize = 256;
/// What an element or attribute takes beside its text, bytes.
const EACH: usize = 64;
/// How long the buffer of one event may stay.
const BUFFER_BYTES: usize = 1024 * 1024;
/// How much text one record, or everything around the records, may have, bytes.
const RECORD_BYTES: usize = 64 * 1024 * 1024;

/// An element with everything in it. Names are kept without their namespace's prefix; harmful
/// characters of texts and attributes are replaced.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Element {
    /// Name.
    pub name: String,
    /// Attributes in order.
    pub attributes: Vec<(String, String)>,
    /// Elements inside.
    pub children: Vec<Element>,
    /// Text of its own, that of its children left out.
    text: String,
    /// Where it stands in the text of its record, where that is kept.
    pub(super) span: Range<usize>,
}

static NO_ELEMENT: Element = Element {
    name: String::new(),
    attributes: Vec::new(),
    children: Vec::new(),
    text: String::new(),
    span: 0..0,
};

impl Element {
    /// An element of a text that is clean, for what has the same meaning in another form.
    pub fn of_text(name: &str, text: String) -> Self {
        Self { name: name.to_owned(), text, ..Self::default() }
    }

    /// An element of others.
    pub fn of_elements(name: &str, children: Vec<Self>) -> Self {
        Self { name: name.to_owned(), children, ..Self::default() }
    }

    /// An attribute; empty ones are none.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.trim().is_empty())
    }

    /// The first child of this name; an empty element when there is none.
    pub fn child(&self, name: &str) -> &Element {
        self.children.iter().find(|child| child.name == name).unwrap_or(&NO_ELEMENT)
    }

    /// The element at a path of names joined by `/`; an empty one when there is none.
    pub fn at(&self, path: &str) -> &Element {
        path.split('/').fold(self, |element, name| element.child(name))
    }

    /// Children of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text, its own and that of everything inside, without blanks at its ends.
    pub fn text(&self) -> Cow<'_, str> {
        if self.children.is_empty() {
            return Cow::Borrowed(self.text.trim());
        }
        let mut all = String::new();
        self.gather(&mut all);
        Cow::Owned(all.trim().to_owned())
    }

    /// The text of its own, that of the elements inside left out, without blanks at its ends.
    pub fn own_text(&self) -> &str {
        self.text.trim()
    }

    fn gather(&self, into: &mut String) {
        into.push_str(&self.text);
        for child in &self.children {
            child.gather(into);
        }
    }

    /// The text of a child; none when it is empty or absent.
    pub fn value(&self, name: &str) -> Option<String> {
        Some(self.at(name).text().into_owned()).filter(|text| !text.is_empty())
    }
}

/// Where a record stands.
pub(crate) struct At<'a> {
    /// The place, as [`XmlReport::records`] names it.
    pub place: &'static str,
    /// The elements around it, the outermost first, with what stood in them before this record.
    pub around: &'a [Element],
    /// Everything outside the records, where [`XmlReport::looks_ahead`].
    pub cover: &'a Element,
    /// What [`XmlReport::names`] gathered.
    pub names: &'a Names,
}

impl At<'_> {
    /// The nearest element around with this name; an empty one when there is none.
    pub fn outer(&self, name: &str) -> &Element {
        self.around.iter().rev().find(|element| element.name == name).unwrap_or(&NO_ELEMENT)
    }
}

/// A format in XML.
pub(crate) trait XmlReport: Sync {
    /// What it is known by.
    fn card(&self) -> &'static Card;

    /// How sure it is that a file is its own. [`root`] tells the outermost element.
    fn sniff(&self, head: &Head) -> Confidence;

    /// Where records stand: names of elements from the outermost on, joined by `/`; `*` is any name.
    fn records(&self) -> &'static [&'static str];

    /// Whether what stands behind the records is needed to read them: everything outside of them
    /// is read first then, in a pass of its own.
    fn looks_ahead(&self) -> bool {
        false
    }

    /// The run. `cover` is everything outside the records, or only the outermost element with its
    /// attributes where the format does not look ahead.
    ///
    /// # Errors
    /// The file as a whole is no such report: see [`super::failed`], [`super::not_such_a_report`].
    fn run(&self, _cover: &Element, options: &ReadOptions) -> Result<Run, Problem> {
        Ok(self.card().run(options))
    }

    /// What records refer to by id, gathered once from the cover.
    fn names(&self, _cover: &Element) -> Names {
        Names::default()
    }

    /// Reads one record.
    ///
    /// # Errors
    /// Why it cannot be read, as the end of a sentence («it has no id»).
    fn record(&self, at: &At<'_>, record: &Element, out: &mut Out) -> Result<(), String>;
}

/// The name and attributes of the outermost element; none when the text is no XML.
pub(crate) fn root(head: &Head) -> Option<Element> {
    let text = head.text.trim_start();
    if !text.starts_with('<') {
        return None;
    }
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) | Event::Empty(start) => return Some(element(&start)),
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// Makes a format of an [`XmlReport`].
pub struct Reads<T>(pub(crate) T);

impl<T: XmlReport> Format for Reads<T> {
    told_by_card!();

    fn sniff(&self, head: &Head) -> Confidence {
        self.0.sniff(head)
    }

    fn parse(&self, input: &mut Input, options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), Problem> {
        let ahead = self.0.looks_ahead();
        input.expect_passes(if ahead { 2 } else { 1 });
        let mut pass = Pass::new(self.0.records());
        let cover = if ahead {
            pass.keeps_cover = true;
            pass.walk(input, sink, &mut |_, _, _, _, _, _| Ok(()))?
        } else {
            let head = input.head()?;
            root(&head).unwrap_or_default()
        };
        let run = self.0.run(&cover, options)?;
        let end = run.completeness.clone();
        sink.run(run)?;
        let (mut out, mut lost) = (Out::default(), 0);
        let names = self.0.names(&cover);
        let mut pass = Pass::new(self.0.records());
        pass.keeps_raw = options.raw;
        pass.walk(input, sink, &mut |place, around, record, raw, line, sink| {
            let at = At { place, around, cover: &cover, names: &names };
            match record {
                Ok(record) => match self.0.record(&at, record, &mut out) {
                    Ok(()) => Ok(out.flush_of(raw, line, sink)?),
                    Err(why) => {
                        lost += 1;
                        Ok(out.lost(&why, line.clone(), sink)?)
                    }
                },
                Err(why) => {
                    lost += 1;
                    Ok(out.lost(why, line.clone(), sink)?)
                }
            }
        })?;
        if pass.foreign > 0 {
            let message =
                format!("Bytes that are not UTF-8: {}; they were read as Windows-1252.", pass.foreign);
            sink.warning(Warning { message, place: input.place(None, None, None) })?;
        }
        if pass.unknown > 0 {
            let message = format!(
                "References to entities that XML does not know: {}; they were left as they are.",
                pass.unknown
            );
            sink.warning(Warning { message, place: input.place(None, None, None) })?;
        }
        sink.run_end(end_of(end, lost + out.cut))?;
        Ok(())
    }
}

type Take<'t> = dyn FnMut(
        &'static str,
        &[Element],
        Result<&Element, &str>,
        Option<RawText<'_>>,
        &docket_domain::Place,
        &mut dyn Sink,
    ) -> Result<(), Problem>
    + 't;

/// One walk over the text.
struct Pass {
    places: Vec<(&'static str, Vec<&'static str>)>,
    /// Everything outside the records is kept, not only what is around the next one.
    keeps_cover: bool,
    stack: Vec<Element>,
    /// How deep the record that is being read begins.
    inside: Option<(usize, &'static str, u64)>,
    /// Whether the records' own text is wanted.
    keeps_raw: bool,
    /// The text of the record so far; none when it is not wanted or too long.
    raw: Option<Vec<u8>>,
    /// What the record holds so far, bytes.
    bytes: usize,
    /// What was kept of everything outside the records.
    outside: usize,
    count: usize,
    foreign: u64,
    unknown: u64,
}

impl Pass {
    fn new(places: &'static [&'static str]) -> Self {
        let places = places.iter().map(|place| (*place, place.split('/').collect())).collect();
        Self {
            places,
            keeps_cover: false,
            stack: Vec::new(),
            inside: None,
            keeps_raw: false,
            raw: None,
            bytes: 0,
            outside: 0,
            count: 0,
            foreign: 0,
            unknown: 0,
        }
    }

    /// The place that the element on top of the stack is at, if it is a record.
    fn is_record(&self) -> Option<&'static str> {
        let fits = |names: &Vec<&str>| {
            names.len() == self.stack.len()
                && names.iter().zip(&self.stack).all(|(name, at)| *name == "*" || *name == at.name)
        };
        self.places.iter().find(|(_, names)| fits(names)).map(|(place, _)| *place)
    }

    /// Walks over everything; what is outside the records comes back, as far as it is kept.
    fn walk(
        &mut self,
        input: &mut Input,
        sink: &mut dyn Sink,
        take: &mut Take<'_>,
    ) -> Result<Element, Problem> {
        let mut text = input.text()?;
        let mut cover = Element::default();
        {
            let since = Rc::new(Cell::new(0));
            let pieces = Pieces { from: &mut text, since: Rc::clone(&since) };
            let mut reader = Reader::from_reader(BufReader::new(pieces));
            reader.config_mut().check_end_names = true;
            let (mut buffer, mut line) = (Vec::new(), 1);
            loop {
                since.set(0);
                let event = reader.read_event_into(&mut buffer).map_err(|cause| broken(cause, line))?;
                let ends = memchr::memchr_iter(b'\n', event.as_bytes()).count() as u64;
                match event {
                    Event::Start(start) => {
                        self.begin(&start, line)?;
                        self.spell(["<", start.as_ref(), ">"]);
                    }
                    Event::Empty(start) => {
                        self.begin(&start, line)?;
                        self.spell(["<", start.as_ref(), "/>"]);
                        self.end(input, sink, take, &mut cover)?;
                    }
                    Event::End(end) => {
                        self.spell(["</", end.as_ref(), ">"]);
                        self.end(input, sink, take, &mut cover)?;
                    }
                    Event::Text(text) => {
                        self.spell(["", text.as_ref(), ""]);
                        self.say(&text);
                    }
                    Event::CData(text) => {
                        self.spell(["<![CDATA[", text.as_ref(), "]]>"]);
                        self.say(&text);
                    }
                    Event::GeneralRef(name) => {
                        self.spell(["&", name.as_ref(), ";"]);
                        if let Some(c) = character(&name) {
                            self.say(c.encode_utf8(&mut [0; 4]));
                        } else {
                            self.unknown += 1;
                            self.say(&format!("&{};", &*name));
                        }
                    }
                    Event::Eof => break,
                    Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_) => {}
                }
                line += ends;
                buffer.clear();
                if buffer.capacity() > BUFFER_BYTES {
                    buffer = Vec::new();
                }
            }
            if let Some(open) = self.stack.last() {
                let words = format!("The file ends inside «{}»: it was cut off.", clean::title(&open.name));
                return Err(Problem::new(Code::Report, words)
                    .hint("Copy or export it again; nothing was imported.")
                    .with("line", line));
            }
        }
        self.foreign = text.foreign;
        Ok(cover)
    }

    fn begin(&mut self, start: &BytesStart<'_>, line: u64) -> Result<(), Problem> {
        if self.stack.len() >= DEPTH {
            return Err(Problem::new(Code::Report, format!("The XML nests deeper than {DEPTH} elements."))
                .hint("No scanner writes such a report: check where it comes from.")
                .with("line", line));
        }
        let mut element = element(start);
        element.span.start = self.raw.as_ref().map_or(0, Vec::len);
        let attributes = element.attributes.iter().map(|(name, value)| name.len() + value.len() + EACH);
        self.weigh(EACH + attributes.sum::<usize>());
        self.stack.push(element);
        if self.inside.is_none()
            && let Some(place) = self.is_record()
        {
            self.inside = Some((self.stack.len(), place, line));
            self.bytes = 0;
            self.raw = self.keeps_raw.then(|| self.raw.take().map_or_else(Vec::new, cleared));
        }
        Ok(())
    }

    /// Keeps what stands in the record, as it is spelt.
    fn spell(&mut self, parts: [&str; 3]) {
        if self.inside.is_some()
            && let Some(raw) = &mut self.raw
        {
            for part in parts {
                raw.extend_from_slice(part.as_bytes());
            }
            if raw.len() > RECORD_BYTES {
                self.raw = None;
            }
        }
    }

    fn say(&mut self, text: &str) {
        if self.weigh(text.len())
            && let Some(element) = self.stack.last_mut()
        {
            element.text.push_str(&clean::harmless(Cow::Borrowed(text)));
        }
    }

    fn end(
        &mut self,
        input: &Input,
        sink: &mut dyn Sink,
        take: &mut Take<'_>,
        cover: &mut Element,
    ) -> Result<(), Problem> {
        let depth = self.stack.len();
        let Some(mut element) = self.stack.pop() else { return Ok(()) };
        // When it is whole: a line end may be in two pieces (`&#13;` and a line feed).
        element.text = clean::line_ends(element.text);
        match &self.raw {
            Some(raw) if self.inside.is_some() => element.span.end = raw.len(),
            _ => element.span = 0..0,
        }
        match self.inside {
            Some((begun, place, line)) if begun == depth => {
                self.inside = None;
                let record =
                    if self.bytes > RECORD_BYTES { Err("it is longer than 64 MB") } else { Ok(&element) };
                self.bytes = 0;
                let name = clean::title(&element.name);
                let at = input.place(Some(format!("{name}[{}]", self.count)), Some(line), None);
                self.count += 1;
                let raw = self.raw.as_deref().map(|bytes| RawText { form: RawForm::Xml, bytes });
                take(place, &self.stack, record, raw, &at, sink)?;
                if self.count.is_multiple_of(PROGRESS_EVERY) {
                    let (done, total) = input.progress();
                    sink.progress(done, total)?;
                }
            }
            // What leads to records holds nothing that is needed once they were read.
            None if self.leads_to_records(&element.name) && !self.keeps_cover => {}
            None if self.stack.is_empty() => *cover = element,
            _ => self.keep(element),
        }
        Ok(())
    }

    /// Whether an element of this name below the stack can hold records.
    fn leads_to_records(&self, name: &str) -> bool {
        self.places.iter().any(|(_, names)| {
            names.len() > self.stack.len() + 1
                && names.iter().zip(&self.stack).all(|(n, at)| *n == "*" || *n == at.name)
                && (names[self.stack.len()] == "*" || names[self.stack.len()] == name)
        })
    }

    /// Counts what is about to be kept; false when that is too much.
    fn weigh(&mut self, bytes: usize) -> bool {
        let kept = if self.inside.is_some() { &mut self.bytes } else { &mut self.outside };
        *kept += bytes;
        *kept <= RECORD_BYTES
    }

    fn keep(&mut self, element: Element) {
        if self.weigh(0)
            && let Some(parent) = self.stack.last_mut()
        {
            parent.children.push(element);
        }
    }
}

fn cleared(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.clear();
    bytes
}

fn is_endless(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Endless>)
}

/// Stops a text, a comment or a tag that never ends before it fills the memory.
struct Pieces<R> {
    from: R,
    since: Rc<Cell<usize>>,
}

impl<R: Read> Read for Pieces<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(buffer)?;
        self.since.set(self.since.get() + count);
        if self.since.get() > RECORD_BYTES {
            return Err(io::Error::other(Endless));
        }
        Ok(count)
    }
}

#[derive(Debug)]
struct Endless;

impl std::fmt::Display for Endless {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a text, a comment or a tag is longer than 64 MB")
    }
}

impl std::error::Error for Endless {}

/// The element that an opening tag begins. An attribute that is broken is left out.
fn element(start: &BytesStart<'_>) -> Element {
    let local = |name: &str| name.rsplit_once(':').map_or(name, |(_, local)| local).to_owned();
    let mut attributes = start.attributes();
    let attributes = attributes.with_checks(false).flatten().take(ATTRIBUTES);
    Element {
        name: local(start.name().as_ref()),
        attributes: attributes
            .map(|attribute| {
                let value = clean::harmless(Cow::Owned(unescaped(&attribute.value)));
                (local(attribute.key.as_ref()), clean::line_ends(value.into_owned()))
            })
            .collect(),
        ..Element::default()
    }
}

/// A text with XML's own references resolved; others stay as they are.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let found = rest.find(';').filter(|end| *end <= 12);
        if let Some((c, end)) = found.and_then(|end| Some((character(&rest[1..end])?, end))) {
            out.push(c);
            rest = &rest[end + 1..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

/// The character behind a reference without its `&` and `;`.
fn character(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

fn broken(cause: quick_xml::Error, line: u64) -> Problem {
    let cause = match cause {
        quick_xml::Error::Io(cause) => match Arc::try_unwrap(cause) {
            Ok(cause) if is_endless(&cause) => {
                let words = format!("A text, a comment or a tag near line {line} is longer than 64 MB.");
                return Problem::new(Code::Report, words)
                    .hint("No scanner writes such a report: check where it comes from. Nothing was imported.")
                    .with("line", line);
            }
            Ok(cause) => return io_problem(cause),
            Err(cause) => quick_xml::Error::Io(cause),
        },
        cause => cause,
    };
    // What it quotes stands in the file.
    let cause = clean::title(&cause.to_string());
    Problem::new(Code::Report, format!("The XML is broken near line {line}: {cause}."))
        .hint("The scan or the copy may have been cut off: run or copy it again. Nothing was imported.")
        .with("line", line)
}
