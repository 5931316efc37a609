//! What one record came to.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use docket_domain::{FindingKind, Found, Place, RawForm, Rule, Warning};

use super::raw::{Part, Telling};
use super::xml::Element;
use crate::clean;
use crate::evidence;
use crate::fields::{self, Notes};
use crate::json::{Json, address, spans};
use crate::sink::{RawText, Sink, Stop};

/// How many rule ids are remembered as reported; a report with more names some twice.
const KNOWN_RULES: usize = 100_000;
/// How much text the findings of one record may have together. A report can say something once and
/// name a million places for it; each finding is whole in itself, so that would fill any memory.
const RECORD_BYTES: usize = 256 * 1024 * 1024;
/// What a finding is called of which a report says nothing that could be a name.
const NAMELESS: &str = "A finding without a name";

/// Where in a report a record stands: its name and line.
type Spot = (Option<String>, Option<u64>);

/// Takes what a format makes of one record.
#[derive(Default)]
pub(crate) struct Out {
    findings: Vec<Found>,
    /// Of which part of the record each of them is made.
    parts: Vec<Part>,
    part: Part,
    telling: Telling,
    /// The record that is being read, where findings wait beyond it.
    pub(super) current: Option<(RawForm, Vec<u8>)>,
    /// The records that waiting findings were made of, by place.
    held_raw: HashMap<Spot, (RawForm, Vec<u8>)>,
    rules: Vec<Rule>,
    passed: u64,
    /// What was odd about the record.
    pub notes: Notes,
    known: HashSet<String>,
    said: HashSet<&'static str>,
    bytes: usize,
    too_many: u64,
    /// How many parts of the record could not be read, and why the first could not.
    lost_parts: Option<(u64, String)>,
    /// How many records are not all there: more than there is room for, or parts of them broken.
    pub cut: u64,
    /// Where the record stands that is being read.
    pub(super) place: Place,
    held: BTreeMap<String, Found>,
    held_bytes: usize,
    /// Whether anything was found.
    pub(super) has_findings: bool,
    /// What the tool says about its own failure.
    pub(super) failure: Option<String>,
    seen: HashSet<String>,
}

impl Out {
    /// A finding. One without a title goes by its first sentence, its rule or its identifier.
    pub fn finding(&mut self, mut found: Found) {
        if found.title.trim().is_empty() {
            let id = found.identifiers.first().map(|id| id.value.clone()).unwrap_or_default();
            let names = [clean::first_sentence(&found.description), &found.rule, &id, NAMELESS];
            let name = names.iter().map(|name| clean::title(name)).find(|name| !name.is_empty());
            found.title = name.unwrap_or_default();
        }
        self.bytes = self.bytes.saturating_add(weight(&found));
        if self.bytes <= RECORD_BYTES {
            self.findings.push(found);
            self.parts.push(self.part.clone());
        } else {
            self.too_many += 1;
        }
    }

    /// The findings that follow are made of this part of the record and not of all of it: what is
    /// kept of the record for them is that part.
    pub fn part(&mut self, part: &Json) {
        self.part = Part::Tree(address(part));
    }

    /// The same of a part in XML.
    pub fn part_of(&mut self, part: &Element) {
        self.part = if part.span.is_empty() { Part::Whole } else { Part::Span(part.span.clone()) };
    }

    /// A part of the record cannot be read, for this reason («it has no id»): the others stay, the
    /// loss is told, and the run closes nothing. Where the whole record is broken, say `Err`.
    pub fn part_lost(&mut self, why: &str) {
        let (count, _) = self.lost_parts.get_or_insert_with(|| (0, clean::title(why)));
        *count += 1;
    }

    /// The objects of a list inside the record. Whatever else stands there, or in place of the
    /// list, is a part that is [lost](Self::part_lost); nothing at all is none.
    pub fn objects<'j>(&mut self, list: &'j Json) -> impl Iterator<Item = &'j Json> + use<'j> {
        if !matches!(list, Json::List(_)) && !list.is_void() {
            self.part_lost(&format!("it is {}, not a list", list.what()));
        }
        for item in list.items().iter().filter(|item| !item.is_map() && !item.is_null()) {
            self.part_lost(&format!("it is {}, not an object", item.what()));
        }
        list.items().iter().filter(|item| item.is_map())
    }

    /// Finds out where in the record's text the parts stand.
    pub(super) fn place_parts(&mut self, text: Option<&[u8]>, tree: &Json) {
        self.part = Part::Whole;
        let trees = self.parts.iter().filter_map(|part| match part {
            Part::Tree(address) => Some((*address, None)),
            _ => None,
        });
        let mut wanted: HashMap<usize, Option<Range<usize>>> = trees.collect();
        let Some(text) = text.filter(|_| !wanted.is_empty()) else { return };
        spans(text, tree, &mut wanted);
        for part in &mut self.parts {
            if let Part::Tree(address) = part {
                let span = wanted.get(address).cloned().flatten();
                *part = span.map_or(Part::Whole, Part::Span);
            }
        }
    }

    /// True when one record made more findings than are kept of it: a text for each of a million
    /// products takes more memory than there is.
    pub fn is_full(&self) -> bool {
        self.bytes > RECORD_BYTES
    }

    /// A finding that several records make together, by a name of the format's own; `grows` is
    /// about how many bytes the caller is going to add to it. It goes out when the format
    /// [takes](Self::take_held) it and reports it.
    ///
    /// # Errors
    /// Too much waits already.
    pub fn hold(
        &mut self,
        name: &str,
        grows: usize,
        new: impl FnOnce() -> Found,
    ) -> Result<&mut Found, String> {
        self.held_bytes = self.held_bytes.saturating_add(grows);
        if !self.held.contains_key(name) {
            let found = Found { place: self.place.clone(), ..new() };
            self.held_bytes = self.held_bytes.saturating_add(weight(&found));
            if let Some((form, text)) = &self.current {
                self.held_bytes = self.held_bytes.saturating_add(text.len());
                let at = (found.place.record.clone(), found.place.line);
                self.held_raw.entry(at).or_insert_with(|| (*form, text.clone()));
            }
            if self.held_bytes <= RECORD_BYTES {
                self.held.insert(name.to_owned(), found);
            }
        }
        let held = self.held.get_mut(name).filter(|_| self.held_bytes <= RECORD_BYTES);
        held.ok_or_else(|| "what waits for the end of this report came to more than 256 MB".to_owned())
    }

    /// Everything that was held, by name.
    pub fn take_held(&mut self) -> BTreeMap<String, Found> {
        std::mem::take(&mut self.held)
    }

    /// The tool says here that it failed. Without a finding the report is refused, with some its
    /// run is partial.
    pub fn failed(&mut self, says: String) {
        self.failure.get_or_insert(says);
    }

    /// Whether this is the first time that a thing of this name is told, for reports that list the
    /// same one in several sections. Beyond a limit everything counts as new.
    pub fn is_new(&mut self, name: &str) -> bool {
        if self.seen.contains(name) {
            return false;
        }
        if self.seen.len() < KNOWN_RULES {
            self.seen.insert(name.to_owned());
        }
        true
    }

    /// The finding that was added last, as long as it was not handed on.
    pub(super) fn last(&mut self) -> Option<&mut Found> {
        self.findings.last_mut()
    }

    /// What is known about a rule; the first that is said of an id counts.
    pub fn rule(&mut self, rule: Rule) {
        if !rule.id.is_empty() && !self.known.contains(&rule.id) {
            self.rules.push(rule);
        }
    }

    /// The record says that nothing is wrong.
    pub fn passed(&mut self) {
        self.passed += 1;
    }

    /// Hands on what came together, as read at `place` from a record of which nothing is kept.
    pub fn flush(&mut self, place: &Place, sink: &mut dyn Sink) -> Result<(), Stop> {
        self.flush_of(None, place, sink)
    }

    /// Hands on what came together, as read at `place` from this record.
    pub fn flush_of(
        &mut self,
        record: Option<RawText<'_>>,
        place: &Place,
        sink: &mut dyn Sink,
    ) -> Result<(), Stop> {
        for message in self.notes.take(&mut self.said) {
            sink.warning(Warning { message, place: place.clone() })?;
        }
        for rule in std::mem::take(&mut self.rules) {
            self.tell(rule, sink)?;
        }
        self.telling.forget();
        self.part = Part::Whole;
        let is_secret = self.findings.iter().any(|found| found.kind == FindingKind::Secret);
        let parts = std::mem::take(&mut self.parts);
        for (mut found, part) in std::mem::take(&mut self.findings).into_iter().zip(parts) {
            let held = self.held_raw.get(&(found.place.record.clone(), found.place.line));
            let held = held.map(|(form, bytes)| RawText { form: *form, bytes });
            if held.is_some() {
                self.telling.forget();
            }
            self.telling.tell(&found, &part, held.or(record), is_secret, sink)?;
            if found.place == Place::default() {
                found.place = place.clone();
            }
            if !found.rule.is_empty() && !self.known.contains(&found.rule) {
                self.tell(fields::bare_rule(&found.rule), sink)?;
            }
            sink.finding(found)?;
            self.has_findings = true;
        }
        for _ in 0..std::mem::take(&mut self.passed) {
            sink.not_a_finding()?;
        }
        if let Some((count, why)) = self.lost_parts.take() {
            self.cut += 1;
            let message = match count {
                1 => format!("A part of this record could not be read and was left out: {why}."),
                _ => format!("{count} parts of this record could not be read and were left out: {why}."),
            };
            sink.lost(Warning { message, place: place.clone() })?;
        }
        self.bytes = 0;
        let too_many = std::mem::take(&mut self.too_many);
        if too_many > 0 {
            self.cut += 1;
            let message =
                format!("This record came to more than 256 MB; {too_many} of its findings were left out.");
            sink.lost(Warning { message, place: place.clone() })?;
        }
        Ok(())
    }

    fn tell(&mut self, rule: Rule, sink: &mut dyn Sink) -> Result<(), Stop> {
        if self.known.contains(&rule.id) {
            return Ok(());
        }
        if self.known.len() < KNOWN_RULES {
            self.known.insert(rule.id.clone());
        }
        sink.rule(rule)
    }

    /// The record could not be read.
    pub fn lost(&mut self, why: &str, place: Place, sink: &mut dyn Sink) -> Result<(), Stop> {
        self.findings.clear();
        self.parts.clear();
        self.part = Part::Whole;
        self.rules.clear();
        self.passed = 0;
        self.lost_parts = None;
        (self.bytes, self.too_many) = (0, 0);
        self.notes.take(&mut self.said);
        let message = format!("This record could not be read and was left out: {why}.");
        sink.lost(Warning { message, place })
    }
}

/// About how much memory a finding takes.
fn weight(found: &Found) -> usize {
    let of = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let places =
        found.locations.iter().chain(&found.related).chain(found.flows.iter().flat_map(|flow| &flow.steps));
    let places = places.map(|place| {
        let snippets = [&place.snippet, &place.context];
        let snippets = snippets.into_iter().flatten().map(|snippet| snippet.text.len()).sum::<usize>();
        200 + of(&place.path) + of(&place.uri) + of(&place.logical) + of(&place.message) + snippets
    });
    let names = found.tags.iter().chain(&found.tracked_in).map(String::len);
    let names = names.chain(found.references.iter().map(|reference| reference.url.len()));
    let names = names.chain(found.identifiers.iter().map(|id| id.value.len()));
    let names = names.chain(found.fingerprints.values().map(String::len));
    let names = names.chain(found.partial_fingerprints.values().map(String::len));
    let proof = found.evidence.iter().map(|piece| 100 + evidence::weight(piece)).sum::<usize>();
    let component =
        found.component.as_ref().map_or(0, |one| one.name.len() + of(&one.version) + of(&one.purl));
    let address = found.endpoint.as_ref().map_or(0, |one| of(&one.url) + of(&one.host) + of(&one.parameter));
    let own = found.rule.len() + found.title.len() + found.description.len() + of(&found.remediation);
    1000 + own
        + proof
        + component
        + address
        + places.sum::<usize>()
        + names.map(|length| length + 50).sum::<usize>()
}
