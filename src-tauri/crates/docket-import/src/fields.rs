//! Fields of the wrong type cost the field, not the record: read leniently, with a note.

use std::collections::HashSet;

use docket_domain::Rule;

use crate::clean;
use crate::json::Json;

/// What was odd about one record.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    each: Vec<String>,
    once: Vec<(&'static str, String)>,
}

impl Notes {
    /// Something about this record.
    pub(crate) fn add(&mut self, message: impl Into<String>) {
        // A hostile record does not get to write thousands of warnings.
        if self.each.len() < 8 {
            self.each.push(message.into());
        }
    }

    /// Something that is worth saying once in a run; `key` tells what.
    pub(crate) fn once(&mut self, key: &'static str, message: impl Into<String>) {
        self.once.push((key, message.into()));
    }

    /// Takes what is to be said, given what was said before.
    pub(crate) fn take(&mut self, said: &mut HashSet<&'static str>) -> Vec<String> {
        let mut all = std::mem::take(&mut self.each);
        for (key, message) in std::mem::take(&mut self.once) {
            if said.insert(key) {
                all.push(message);
            }
        }
        all
    }

    fn wrong(&mut self, key: &str, value: &Json, wanted: &str) {
        self.add(format!("«{key}» is {}, not {wanted}; it was left out.", value.what()));
    }
}

/// A text field; numbers are taken as their spelling.
pub(crate) fn text(of: &Json, key: &str, notes: &mut Notes) -> Option<String> {
    match of.get(key) {
        Json::Null => None,
        Json::Text(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        value @ (Json::Int(_) | Json::Float(_)) => Some(value.as_text()),
        value => {
            notes.wrong(key, value, "a text");
            None
        }
    }
}

/// The elements of a list field.
pub(crate) fn list<'a>(of: &'a Json, key: &str, notes: &mut Notes) -> &'a [Json] {
    match of.get(key) {
        Json::Null => &[],
        Json::List(items) => items,
        value => {
            notes.wrong(key, value, "a list");
            &[]
        }
    }
}

/// An object field; `Json::Null` when it is absent or no object.
pub(crate) fn map<'a>(of: &'a Json, key: &str, notes: &mut Notes) -> &'a Json {
    match of.get(key) {
        value @ Json::Map(_) => value,
        Json::Null => &Json::Null,
        value => {
            notes.wrong(key, value, "an object");
            &Json::Null
        }
    }
}

/// A line or column number: whole, at least 1, at most what a file can have.
pub(crate) fn ordinal(of: &Json, key: &str, notes: &mut Notes) -> Option<u32> {
    let value = of.get(key);
    if value.is_null() {
        return None;
    }
    let number = value.whole().and_then(|n| u32::try_from(n).ok()).filter(|n| *n >= 1);
    if number.is_none() {
        let shown = clean::title(&value.as_text());
        notes.add(format!("«{key}» is {shown}, which is no line or column number; it was left out."));
    }
    number
}

/// The text of a `message` or `multiformatMessageString`-like object, Markdown before plain.
pub(crate) fn rich(value: &Json) -> Option<String> {
    let text = value.get("markdown").some_text().or_else(|| value.get("text").some_text());
    // Some tools write the text itself where an object belongs.
    clean::some_block(text.or_else(|| value.some_text())?)
}

/// The plain text of such an object as one line.
pub(crate) fn plain_line(value: &Json) -> Option<String> {
    let text = value.get("text").some_text().or_else(|| value.get("markdown").some_text());
    let text = clean::title(text.or_else(|| value.some_text())?);
    (!text.is_empty()).then_some(text)
}

/// A rule of which only the id is known.
pub(crate) fn bare_rule(id: &str) -> Rule {
    Rule {
        id: id.to_owned(),
        name: None,
        short: None,
        description: None,
        help: None,
        uri: None,
        severity: None,
        tags: Vec::new(),
    }
}
