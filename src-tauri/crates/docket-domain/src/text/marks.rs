//! HTML as a tracker gives it back, read just far enough to know its words.
//!
//! Not a parser of HTML: nothing here decides what is safe. Broken HTML gives broken pieces and
//! never fails.

use std::borrow::Cow;

use pulldown_cmark::{Event, Parser};

/// A piece of HTML in its order. Comments and declarations are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<'h> {
    /// Words, entities as they are.
    Text(&'h str),
    /// A tag, from its `<` to behind its `>`.
    Tag { from: usize, to: usize, name: &'h str, closing: bool },
}

/// Splits HTML into words and tags.
pub(crate) fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = html.get(at..).filter(|rest| !rest.is_empty())?;
            if let Some(comment) = rest.strip_prefix("<!") {
                let end = match comment.strip_prefix("--") {
                    Some(inside) => inside.find("-->").map(|end| end + 7),
                    None => comment.find('>').map(|end| end + 3),
                };
                at += end.unwrap_or(rest.len());
                continue;
            }
            if let Some((length, name, closing)) = tag(rest) {
                let from = at;
                at += length;
                return Some(Piece::Tag { from, to: at, name, closing });
            }
            // A `<` that begins no tag is text.
            let end = rest.char_indices().skip(1).find(|(_, c)| *c == '<').map_or(rest.len(), |(end, _)| end);
            at += end;
            return Some(Piece::Text(&rest[..end]));
        }
    })
}

/// The tag that a text begins with: its length, its name and whether it closes.
fn tag(text: &str) -> Option<(usize, &str, bool)> {
    let inside = text.strip_prefix('<')?;
    let closing = inside.starts_with('/');
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    let end = inside.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inside.len());
    let name = &inside[..end];
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    // A quotation mark is one only where a value begins; elsewhere it is a character like any other.
    let (mut quote, mut value_begins) = (None, false);
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some((at + 1, name, closing)),
            (None, b'"' | b'\'') if value_begins => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
        value_begins = byte == b'=' || value_begins && byte.is_ascii_whitespace();
    }
    None
}

/// The value of an attribute of a tag.
pub(crate) fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    lower.match_indices(name).find_map(|(at, _)| {
        if !lower[..at].ends_with(|c: char| c.is_ascii_whitespace() || c == '"' || c == '\'') {
            return None;
        }
        let value = tag[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
        let value = match value.chars().next()? {
            quote @ ('"' | '\'') => value[1..].split(quote).next()?,
            _ => value.split(|c: char| c.is_ascii_whitespace() || c == '>').next()?,
        };
        Some(decoded(value).into_owned())
    })
}

/// Text with its entities resolved: `&amp;`, `&#64;`, `&#x1F534;`, and the pairs of halves that
/// some servers write for characters beyond the first 65,536.
pub(crate) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out: Vec<u16> = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.extend(rest[..at].encode_utf16());
        let entity = &rest[at..];
        let length = entity.bytes().take(12).position(|b| b == b';').map_or(0, |end| end + 1);
        match number(&entity[..length]) {
            Some(code) => {
                // A half of a pair is no character, but a unit that its other half completes.
                let unit = u16::try_from(code).ok().filter(|unit| (0xD800..=0xDFFF).contains(unit));
                let c = char::from_u32(code).unwrap_or('\u{fffd}');
                match unit {
                    Some(unit) => out.push(unit),
                    None => out.extend_from_slice(c.encode_utf16(&mut [0; 2])),
                }
            }
            None if length == 0 => out.push(u16::from(b'&')),
            None => out.extend(named(&entity[..length]).encode_utf16()),
        }
        rest = &entity[length.max(1)..];
    }
    out.extend(rest.encode_utf16());
    Cow::Owned(String::from_utf16_lossy(&out))
}

fn number(entity: &str) -> Option<u32> {
    let digits = entity.strip_prefix("&#")?.strip_suffix(';')?;
    match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    }
}

/// A named entity. The reader of Markdown knows all of them.
fn named(entity: &str) -> String {
    let text = |event| if let Event::Text(text) = event { Some(text.into_string()) } else { None };
    if entity.is_empty() { String::new() } else { Parser::new(entity).filter_map(text).collect() }
}
