//! Finds in a text, cut out of it. Finds that overlap go as one.

use std::borrow::Cow;
use std::ops::Range;

use super::{LeakClass, LeakPlace, Taken};

/// How much of its line is shown on either side of a find, characters.
const AROUND: usize = 60;

/// A find.
#[derive(Debug)]
pub(super) struct Span {
    pub class: LeakClass,
    /// Which rule found it, for people.
    pub rule: Cow<'static, str>,
    /// What goes.
    pub cut: Range<usize>,
    /// What the list of allowed texts is compared with.
    pub name: Range<usize>,
    /// What stands there instead.
    pub put: &'static str,
}

impl Span {
    pub fn new(class: LeakClass, rule: impl Into<Cow<'static, str>>, cut: Range<usize>) -> Self {
        Self { class, rule: rule.into(), name: cut.clone(), cut, put: class.put() }
    }

    /// The allow-list names less (or more) than what goes.
    pub fn named(mut self, name: Range<usize>) -> Self {
        self.name = name;
        self
    }
}

/// The text without the finds, and what was taken out, in the order of the text.
pub(super) fn cut_out(text: &str, mut spans: Vec<Span>, place: LeakPlace) -> (String, Vec<Taken>) {
    spans.sort_by(|a, b| a.cut.start.cmp(&b.cut.start).then(b.cut.end.cmp(&a.cut.end)));
    let mut out = String::with_capacity(text.len());
    let mut pieces: Vec<(usize, Span)> = Vec::new();
    let mut behind = 0;
    for span in joined(spans) {
        out.push_str(&text[behind..span.cut.start]);
        behind = span.cut.end;
        let at = out.len();
        out.push_str(span.put);
        pieces.push((at, span));
    }
    out.push_str(&text[behind..]);
    let taken = pieces.into_iter().map(|(at, span)| taken(text, &out, at, span, place)).collect();
    (out, taken)
}

/// Overlapping finds as one: it reaches as far as they do, bears the weightiest's name, and
/// the longest says what is put there.
fn joined(spans: Vec<Span>) -> Vec<Span> {
    let mut all: Vec<(Span, usize)> = Vec::new();
    for span in spans {
        let length = span.cut.len();
        match all.last_mut().filter(|(last, _)| span.cut.start < last.cut.end) {
            Some((last, longest)) => {
                last.cut.end = last.cut.end.max(span.cut.end);
                if length > *longest {
                    last.put = span.put;
                    *longest = length;
                }
                if span.class < last.class {
                    last.class = span.class;
                    last.rule = span.rule;
                }
            }
            None => all.push((span, length)),
        }
    }
    all.into_iter().map(|(span, _)| span).collect()
}

fn taken(text: &str, out: &str, at: usize, span: Span, place: LeakPlace) -> Taken {
    let lead = near_before(out, at, 4 * AROUND + 8);
    let tail = near_behind(out, at + span.put.len(), 4 * AROUND + 8);
    Taken {
        class: span.class,
        rule: span.rule.into_owned(),
        place,
        lead: last_chars(lead.rsplit('\n').next().unwrap_or(lead)),
        found: text[span.cut].to_owned(),
        put: span.put.to_owned(),
        tail: first_chars(tail.split('\n').next().unwrap_or(tail)),
        times: 1,
    }
}

fn last_chars(text: &str) -> String {
    match text.char_indices().rev().nth(AROUND) {
        Some((at, c)) => format!("…{}", &text[at + c.len_utf8()..]),
        None => text.to_owned(),
    }
}

fn first_chars(text: &str) -> String {
    match text.char_indices().nth(AROUND) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// How far around a find its word is looked for, bytes.
const WORD: usize = 200;

/// At most so many bytes before a place: finds are judged by what is near them, however long
/// the text is.
pub(super) fn near_before(text: &str, at: usize, bytes: usize) -> &str {
    let mut from = at.saturating_sub(bytes);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    &text[from..at]
}

/// At most so many bytes behind a place.
pub(super) fn near_behind(text: &str, at: usize, bytes: usize) -> &str {
    let mut to = text.len().min(at + bytes);
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    &text[at..to]
}

/// The word that a find stands in, without the signs around it.
pub(super) fn word_around<'t>(text: &'t str, find: &Range<usize>) -> &'t str {
    let parts = |c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | '(' | ')' | ',' | ';' | '/')
    };
    let before = near_before(text, find.start, WORD);
    let from = before.rfind(parts).map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    let behind = near_behind(text, find.end, WORD);
    let to = behind.find(parts).unwrap_or(behind.len());
    let word = &text[find.start - (before.len() - from)..find.end + to];
    word.trim_matches(|c: char| matches!(c, '.' | ':' | '!' | '?' | '[' | ']'))
}

/// Whether a find is (part of) what was put in before.
pub(super) fn is_mark(text: &str, find: &Range<usize>) -> bool {
    const MOST: usize = 24;
    if find.len() > MOST {
        return false;
    }
    let from = if text[find.start..].starts_with('[') {
        Some(find.start)
    } else {
        let before = near_before(text, find.start, MOST);
        before.rfind('[').map(|at| find.start - (before.len() - at))
    };
    let to = if text[..find.end].ends_with(']') {
        Some(find.end)
    } else {
        near_behind(text, find.end, MOST).find(']').map(|at| find.end + at + 1)
    };
    let (Some(from), Some(to)) = (from, to) else { return false };
    LeakClass::ALL.iter().any(|class| text.get(from..to) == Some(class.put()))
}
