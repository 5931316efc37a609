//! One record as a small tree, built by the scanner within limits.

use std::borrow::Cow;
use std::io::Read;

use super::fault::Fault;
use super::key::Key;
use super::scanner::{Kind, Scanner};

/// How deep a record's tree goes; what lies deeper is passed over and read as absent.
const TREE_DEPTH: usize = 64;

/// How much text one record may have. A longer one is passed over.
pub(super) const RECORD_BYTES: u64 = 64 * 1024 * 1024;

/// How much memory trees that are kept together may take, about: a text of two bytes a value would
/// come to many times its length.
const TREE_BYTES: usize = 256 * 1024 * 1024;
/// What a value takes beside its text.
const NODE_BYTES: usize = 32;

/// How much of an object several findings share.
const SHARED_BYTES: usize = 64 * 1024;
/// How much of one text of it.
const SHARED_TEXT: usize = 16 * 1024;

/// A JSON value. Of a key that stands twice the last one counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Json {
    #[default]
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Json>),
    Map(Vec<(Key, Json)>),
}

/// A record with the place where it begins.
#[derive(Debug)]
pub(crate) struct Record {
    /// The value; `None` when it is longer than a record may be.
    pub(crate) value: Option<Json>,
    pub(crate) line: u64,
    pub(crate) column: u64,
}

/// What trees that are kept together may take.
#[derive(Debug)]
pub(crate) struct Room {
    bytes: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self { bytes: TREE_BYTES }
    }
}

impl Room {
    #[cfg(test)]
    pub(super) fn of(bytes: usize) -> Self {
        Self { bytes }
    }

    /// Takes room for one more value with so much text; false when there is none left.
    fn take(&mut self, text: usize) -> bool {
        self.bytes = self.bytes.saturating_sub(NODE_BYTES + text);
        self.bytes > 0
    }

    /// Whether everything fitted so far.
    pub(crate) fn is_left(&self) -> bool {
        self.bytes > 0
    }
}

impl<R: Read> Scanner<R> {
    /// The next value as a tree, with its place.
    pub(crate) fn record(&mut self) -> Result<Record, Fault> {
        self.kind()?;
        let (line, column) = (self.line(), self.column());
        let (limit, mut room) = (self.offset() + RECORD_BYTES, Room::default());
        self.begin_keeping();
        let value = self.tree_to(TREE_DEPTH, limit, &mut room)?;
        self.end_keeping();
        let fits = self.offset() <= limit && room.is_left();
        Ok(Record { value: fits.then_some(value), line, column })
    }

    /// The next value as a tree. Beyond a record's length its rest is absent.
    pub(crate) fn tree(&mut self) -> Result<Json, Fault> {
        self.tree_in(&mut Room::default())
    }

    /// The same, one of several that are kept together.
    pub(crate) fn tree_in(&mut self, room: &mut Room) -> Result<Json, Fault> {
        let limit = self.offset() + RECORD_BYTES;
        self.tree_to(TREE_DEPTH, limit, room)
    }

    fn tree_to(&mut self, depth: usize, limit: u64, room: &mut Room) -> Result<Json, Fault> {
        let kind = self.kind()?;
        let is_deep = depth == 0 && matches!(kind, Kind::Object | Kind::Array);
        if is_deep || self.offset() > limit || !room.take(0) {
            self.skip()?;
            return Ok(Json::Null);
        }
        match kind {
            Kind::String => {
                let most = limit.saturating_sub(self.offset()) as usize;
                let text = self.string(most)?;
                Ok(if room.take(text.len()) { Json::Text(text) } else { Json::Null })
            }
            Kind::Number => self.number(),
            Kind::Word => self.word(),
            Kind::Array => {
                let mut members = self.enter()?;
                let from = self.items.len();
                while self.item(&mut members)? {
                    let item = self.tree_to(depth - 1, limit, room)?;
                    // Beyond the limits not even the number of items is kept.
                    if self.offset() <= limit && room.is_left() {
                        self.items.push(item);
                    }
                }
                Ok(Json::List(self.items.split_off(from)))
            }
            Kind::Object => {
                let mut members = self.enter()?;
                let from = self.fields.len();
                while let Some(key) = self.key(&mut members)? {
                    room.take(key.len());
                    let value = self.tree_to(depth - 1, limit, room)?;
                    if self.offset() <= limit && room.is_left() {
                        self.fields.push((key, value));
                    }
                }
                Ok(Json::Map(self.fields.split_off(from)))
            }
        }
    }
}

impl Json {
    /// The field of an object; `Null` when it is absent, null, or this is no object.
    pub(crate) fn get(&self, key: &str) -> &Json {
        const ABSENT: Json = Json::Null;
        match self {
            Self::Map(fields) => {
                fields.iter().rev().find(|(name, _)| *name == *key).map_or(&ABSENT, |(_, v)| v)
            }
            _ => &ABSENT,
        }
    }

    /// True when this is an object with the key, whatever its value (`null` too).
    pub(crate) fn has_key(&self, key: &str) -> bool {
        self.fields().iter().any(|(name, _)| *name == *key)
    }

    /// What several findings share of this object: all but these fields, and of the rest what fits
    /// into 64 KB, 16 KB for one text. Sound reports fit; a hostile one would be copied into each
    /// of a million findings.
    pub(crate) fn shared(&self, without: &[&str]) -> Json {
        let mut room = SHARED_BYTES;
        let wanted = |key: &str| key.len() < 256 && !without.contains(&key);
        let fields = self.fields().iter().filter(|(key, _)| wanted(key)).take(1024);
        Self::Map(fields.map(|(key, value)| (key.clone(), value.within(&mut room))).collect())
    }

    /// A copy that takes no more than the room, which it uses up.
    fn within(&self, room: &mut usize) -> Json {
        // An empty list takes room too.
        *room = room.saturating_sub(32);
        if *room == 0 {
            return Self::Null;
        }
        match self {
            Self::Text(text) => {
                let text = crate::clean::cut_bytes(text.clone(), SHARED_TEXT.min(*room)).0;
                *room -= text.len();
                Self::Text(text)
            }
            Self::List(items) => {
                let mut kept = Vec::new();
                for item in items {
                    if *room == 0 {
                        break;
                    }
                    kept.push(item.within(room));
                }
                Self::List(kept)
            }
            Self::Map(fields) => {
                let mut kept = Vec::new();
                for (key, value) in fields {
                    *room = room.saturating_sub(key.len());
                    if *room == 0 {
                        break;
                    }
                    kept.push((key.clone(), value.within(room)));
                }
                Self::Map(kept)
            }
            other => other.clone(),
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    pub(crate) fn is_map(&self) -> bool {
        matches!(self, Self::Map(_))
    }

    /// The text, if this is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A text that is not empty.
    pub(crate) fn some_text(&self) -> Option<&str> {
        self.text().filter(|text| text.contains(|c: char| !c.is_whitespace()))
    }

    /// True for what says nothing, in whatever spelling: `null`, `false`, nothing between quotes or
    /// brackets.
    pub(crate) fn is_void(&self) -> bool {
        match self {
            Self::Null | Self::Bool(false) => true,
            Self::Text(text) => text.trim().is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Map(fields) => fields.is_empty(),
            _ => false,
        }
    }

    /// The elements of an array; none when this is no array.
    pub(crate) fn items(&self) -> &[Json] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The fields of an object; none when this is no object.
    pub(crate) fn fields(&self) -> &[(Key, Json)] {
        match self {
            Self::Map(fields) => fields,
            _ => &[],
        }
    }

    pub(crate) fn bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Self::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// The number, also when it is spelt as a text.
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Int(number) => Some(*number as f64),
            Self::Float(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        }
    }

    /// The whole number; `2.0` and `"2"` are 2, `2.5` is none.
    pub(crate) fn whole(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            _ => self.number().filter(|n| n.fract() == 0.0 && n.abs() < 9e15).map(|n| n as i64),
        }
    }

    /// An index into an array; absent and −1 (SARIF's «none») are none.
    pub(crate) fn index(&self) -> Option<usize> {
        self.whole().and_then(|number| usize::try_from(number).ok())
    }

    /// A scalar as a text; arrays and objects as compact JSON.
    pub(crate) fn as_text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            other => other.compact(),
        }
    }

    /// A text or number as a text; nothing for everything else.
    pub(crate) fn as_text_or_empty(&self) -> String {
        self.spelt().into_owned()
    }

    /// The same, without a copy of a text.
    pub(crate) fn spelt(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Int(_) | Self::Float(_) => Cow::Owned(self.compact()),
            _ => Cow::Borrowed(""),
        }
    }

    fn compact(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Int(number) => number.to_string(),
            Self::Float(number) => number.to_string(),
            Self::Text(text) => format!("{text:?}"),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::compact).collect();
                format!("[{}]", items.join(","))
            }
            Self::Map(fields) => {
                // By name, so that the order in the file does not matter.
                let mut fields: Vec<String> = fields
                    .iter()
                    .map(|(key, value)| format!("{:?}:{}", key.as_str(), value.compact()))
                    .collect();
                fields.sort();
                format!("{{{}}}", fields.join(","))
            }
        }
    }

    /// What this is, for messages.
    pub(crate) fn what(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Int(_) | Self::Float(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "an object",
        }
    }
}
