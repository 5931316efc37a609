//! A record made ready to be stored: everything that can be worked out from it alone, laid out as
//! bytes, so that records travel by the hundred and are freed where they were made.

use docket_domain::identity::{Key, identify_text, write_record_text};
use docket_domain::{FindingKind, Found, Presence, Problem};
use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::access::json;
use crate::body::BodyPacker;
use crate::body_block::{BLOCK, BlockPacker, BodyAt};
use crate::raw::RawAt;

/// Longest description that full-text search looks at, in bytes.
const PROSE: usize = 2_000;

/// Records of one run, ready to be stored.
#[derive(Default)]
pub struct Batch {
    bytes: Vec<u8>,
    records: u64,
    /// Bodies that are to lie together, one behind the other.
    bodies: Vec<u8>,
    /// Where in there each block but the last ends.
    cuts: Vec<usize>,
}

impl Batch {
    /// How many records it holds.
    pub fn len(&self) -> u64 {
        self.records
    }

    /// Holds none.
    pub fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// Its size, bytes.
    pub fn bytes(&self) -> usize {
        self.bytes.len() + self.bodies.len()
    }

    /// Packs the blocks of bodies and forgets their text; the blocks.
    pub(super) fn pack(&mut self, packer: &mut BlockPacker) -> Result<Vec<Vec<u8>>, Problem> {
        let (bodies, mut ends) = (std::mem::take(&mut self.bodies), std::mem::take(&mut self.cuts));
        if !bodies.is_empty() {
            ends.push(bodies.len());
        }
        let mut from = 0;
        ends.into_iter().map(|end| packer.pack(&bodies[std::mem::replace(&mut from, end)..end])).collect()
    }

    /// Where the next body goes: in which block, and behind how much of it.
    fn room(&mut self, length: usize) -> (usize, usize) {
        let from = self.cuts.last().copied().unwrap_or(0);
        let before = self.bodies.len() - from;
        if before > 0 && before + length > BLOCK {
            self.cuts.push(self.bodies.len());
            return (self.cuts.len(), 0);
        }
        (self.cuts.len(), before)
    }

    pub(super) fn records(&self) -> impl Iterator<Item = Result<Record<'_>, Problem>> {
        let mut rest = Bytes(&self.bytes);
        std::iter::from_fn(move || (!rest.0.is_empty()).then(|| Record::read(&mut rest)))
    }
}

/// Makes records ready.
pub struct Preparer {
    text: Vec<u8>,
    /// None: bodies are to lie together.
    alone: Option<BodyPacker>,
}

impl Preparer {
    /// Of any run, each with its body.
    pub(super) fn new() -> Result<Self, Problem> {
        Ok(Self { text: Vec::new(), alone: Some(BodyPacker::new()?) })
    }

    /// Of any run, with their bodies together.
    #[must_use]
    pub fn together() -> Self {
        Self { text: Vec::new(), alone: None }
    }

    /// Lays a record behind those of a batch. It comes back as it was; it is only changed meanwhile,
    /// to spare a copy.
    pub fn add(&mut self, found: &mut Found, raw: Option<RawAt>, batch: &mut Batch) -> Result<(), Problem> {
        self.text.clear();
        write_record_text(found, &mut self.text);
        let identity = identify_text(found, &self.text);
        let (block, at) = if self.alone.is_some() { (0, 0) } else { batch.room(self.text.len()) };
        let out = &mut batch.bytes;
        let absent = found.presence == Presence::Absent;
        out.extend([u8::from(absent), u8::from(found.needs_review), found.severity.rank()]);
        out.extend(identity.line.to_le_bytes());
        out.extend(identity.names.to_le_bytes());
        out.extend(identity.content);
        out.extend(identity.rule_path);
        let raw = raw.map_or([0; 3], |raw| [raw.block, raw.at, raw.length]);
        for n in raw {
            out.extend(n.to_le_bytes());
        }

        let first = found.locations.first();
        let component = found.component.as_ref();
        let place = place(found);
        let spot = spot(found);
        put(out, found.kind.as_str());
        put(out, &found.rule);
        put(out, &found.title);
        put(out, first.and_then(|l| l.path.as_deref()).unwrap_or_default());
        put(out, spot.as_deref().or(place.as_deref()).unwrap_or_default());
        put_optional(out, place.as_deref());
        put(out, component.map_or("", |c| c.name.as_str()));
        put(out, component.and_then(|c| c.purl.as_deref()).unwrap_or_default());
        put_with(out, |out| {
            for (at, id) in found.identifiers.iter().enumerate() {
                out.extend((at > 0).then_some(b' '));
                out.extend(id.value.as_bytes());
            }
        });
        put(out, prose(found));
        let suppressions =
            if found.suppressions.is_empty() { None } else { Some(json(&found.suppressions)?) };
        put_optional(out, suppressions.as_deref());
        if let Some(alone) = &mut self.alone {
            let mut packed = Ok(());
            put_with(out, |out| packed = alone.pack(&self.text, out));
            packed?;
        } else {
            batch.bodies.extend_from_slice(&self.text);
            let place = BodyAt { block: block as i64, at: at as u32, length: self.text.len() as u32 };
            put_with(out, |out| place.write(out));
        }
        put_with(out, |out| {
            for key in &identity.keys {
                out.push(key.stage.number());
                out.extend(key.key);
            }
        });
        put_with(out, |out| {
            for (at, key) in identity.keys.iter().enumerate() {
                if let (Some(value), Ok(at)) = (key.value, u16::try_from(at)) {
                    out.extend(at.to_le_bytes());
                    out.extend(key.name.to_le_bytes());
                    out.extend(value);
                }
            }
        });
        put_identifiers(out, found);
        put_places(out, found);
        batch.records += 1;
        Ok(())
    }
}

/// Each identifier once, in capitals, in order.
fn put_identifiers(out: &mut Vec<u8>, found: &Found) {
    let mut pairs: Vec<(String, String)> =
        found.identifiers.iter().map(|id| (id.scheme.to_uppercase(), id.value.to_uppercase())).collect();
    pairs.sort_unstable();
    pairs.dedup();
    put_with(out, |out| {
        for (scheme, value) in &pairs {
            put(out, scheme);
            put(out, value);
        }
    });
}

/// Places after the first, with their number.
fn put_places(out: &mut Vec<u8>, found: &Found) {
    put_with(out, |out| {
        for (ordinal, location) in (0_u32..).zip(&found.locations).skip(1) {
            if let Some(path) = &location.path {
                out.extend(ordinal.to_le_bytes());
                out.extend(location.start_line.unwrap_or(0).to_le_bytes());
                put(out, path);
            }
        }
    });
}

fn put(out: &mut Vec<u8>, text: &str) {
    out.extend((text.len() as u32).to_le_bytes());
    out.extend_from_slice(text.as_bytes());
}

/// Writes something whose length is known only afterwards.
fn put_with(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let from = out.len();
    out.extend([0; 4]);
    write(out);
    let length = (out.len() - from - 4) as u32;
    out[from..from + 4].copy_from_slice(&length.to_le_bytes());
}

fn put_optional(out: &mut Vec<u8>, text: Option<&str>) {
    out.push(u8::from(text.is_some()));
    put(out, text.unwrap_or_default());
}

/// A text as it lies in a batch; it was valid UTF-8 when it was put there.
#[derive(Clone, Copy)]
pub(super) struct Text<'a>(pub(super) &'a [u8]);

impl rusqlite::ToSql for Text<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Text(self.0)))
    }
}

/// A record as it lies in a batch.
pub(super) struct Record<'a> {
    pub(super) absent: bool,
    pub(super) needs_review: bool,
    pub(super) severity: u8,
    pub(super) line: u32,
    pub(super) names: u64,
    pub(super) content: Key,
    pub(super) rule_path: Key,
    pub(super) raw: Option<RawAt>,
    pub(super) kind: Text<'a>,
    pub(super) rule: Text<'a>,
    pub(super) title: Text<'a>,
    pub(super) path: Text<'a>,
    pub(super) spot: Text<'a>,
    pub(super) place: Option<Text<'a>>,
    pub(super) component: Text<'a>,
    pub(super) purl: Text<'a>,
    /// Values of identifiers, with blanks between them.
    pub(super) words: Text<'a>,
    pub(super) prose: Text<'a>,
    /// JSON list, unless there is none.
    pub(super) suppressions: Option<Text<'a>>,
    /// Packed, or where it lies in the batch's blocks.
    pub(super) body: &'a [u8],
    /// Its keys by stage: the stage's number and the key, one after the other, as beside the body.
    pub(super) keys: &'a [u8],
    values: &'a [u8],
    identifiers: &'a [u8],
    places: &'a [u8],
}

/// What a key rests on, if that is one fingerprint.
#[derive(Clone, Copy)]
pub(super) struct RestsOn {
    /// Position of the key among the record's.
    pub(super) key: usize,
    pub(super) name: u64,
    pub(super) value: Key,
}

impl<'a> Record<'a> {
    fn read(from: &mut Bytes<'a>) -> Result<Self, Problem> {
        let [absent, needs_review, severity] = from.array()?;
        let (line, names) = (from.number()?, u64::from_le_bytes(from.array()?));
        let (content, rule_path) = (from.array()?, from.array()?);
        let raw = RawAt { block: from.number()?, at: from.number()?, length: from.number()? };
        Ok(Self {
            absent: absent != 0,
            needs_review: needs_review != 0,
            severity,
            line,
            names,
            content,
            rule_path,
            raw: Some(raw).filter(|raw| raw.block > 0),
            kind: from.text()?,
            rule: from.text()?,
            title: from.text()?,
            path: from.text()?,
            spot: from.text()?,
            place: from.optional()?,
            component: from.text()?,
            purl: from.text()?,
            words: from.text()?,
            prose: from.text()?,
            suppressions: from.optional()?,
            body: from.bytes()?,
            keys: from.bytes()?,
            values: from.bytes()?,
            identifiers: from.bytes()?,
            places: from.bytes()?,
        })
    }

    /// The fingerprints that its keys rest on.
    pub(super) fn values(&self) -> impl Iterator<Item = RestsOn> + 'a {
        self.values.chunks_exact(26).filter_map(|one| {
            let mut bytes = Bytes(one);
            let at = u16::from_le_bytes(bytes.array().ok()?);
            let name = u64::from_le_bytes(bytes.array().ok()?);
            Some(RestsOn { key: usize::from(at), name, value: bytes.array().ok()? })
        })
    }

    /// Scheme and value of each identifier.
    pub(super) fn identifiers(&self) -> impl Iterator<Item = (Text<'a>, Text<'a>)> + 'a {
        let mut rest = Bytes(self.identifiers);
        std::iter::from_fn(move || Some((rest.text().ok()?, rest.text().ok()?)))
    }

    /// Number, path and line of each place after the first.
    pub(super) fn places(&self) -> impl Iterator<Item = (u32, Text<'a>, u32)> + 'a {
        let mut rest = Bytes(self.places);
        std::iter::from_fn(move || {
            let (ordinal, line) = (rest.number().ok()?, rest.number().ok()?);
            Some((ordinal, rest.text().ok()?, line))
        })
    }
}

/// Bytes that are being read.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Problem> {
        let (taken, rest) = self
            .0
            .split_at_checked(length)
            .ok_or_else(|| Problem::internal("a record was laid out wrong"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Problem> {
        self.take(N)?.try_into().map_err(Problem::internal)
    }

    fn number(&mut self) -> Result<u32, Problem> {
        self.array().map(u32::from_le_bytes)
    }

    fn bytes(&mut self) -> Result<&'a [u8], Problem> {
        let length = self.number()?;
        self.take(length as usize)
    }

    fn text(&mut self) -> Result<Text<'a>, Problem> {
        self.bytes().map(Text)
    }

    fn optional(&mut self) -> Result<Option<Text<'a>>, Problem> {
        let [there] = self.array()?;
        let text = self.text()?;
        Ok((there != 0).then_some(text))
    }
}

/// Where a finding is, in one line: what a row shows.
fn place(found: &Found) -> Option<String> {
    let location = || found.locations.iter().find_map(docket_domain::Location::short);
    let component = || {
        found.component.as_ref().map(|c| match &c.version {
            Some(version) => format!("{} {version}", c.name),
            None => c.name.clone(),
        })
    };
    let endpoint = || {
        let endpoint = found.endpoint.as_ref()?;
        endpoint.url.clone().or_else(|| match (&endpoint.host, endpoint.port) {
            (Some(host), Some(port)) => Some(format!("{host}:{port}")),
            (host, _) => host.clone(),
        })
    };
    match found.kind {
        FindingKind::Dependency => component().or_else(location).or_else(endpoint),
        FindingKind::Web | FindingKind::Host => endpoint().or_else(location).or_else(component),
        _ => location().or_else(component).or_else(endpoint),
    }
}

/// By what the place sorts: the path alone, so that lines sort as numbers.
fn spot(found: &Found) -> Option<String> {
    match found.kind {
        FindingKind::Dependency | FindingKind::Web | FindingKind::Host => None,
        _ => found.locations.first().and_then(|l| l.path.clone()),
    }
}

/// What [`spot`] and [`place`] make of it together: what a row sorts by.
pub(super) fn spot_of(found: &Found) -> Option<String> {
    spot(found).or_else(|| place(found)).filter(|spot| !spot.is_empty())
}

/// The beginning of the description, for full-text search.
pub(crate) fn prose(found: &Found) -> &str {
    let mut end = PROSE.min(found.description.len());
    while !found.description.is_char_boundary(end) {
        end -= 1;
    }
    let text = &found.description[..end];
    if text == found.title { "" } else { text }
}
