//! Text, word by word: what a tracker would act upon becomes code, the rest is escaped.

use crate::text::Flavour;
use crate::text::clean::one_line;
use crate::text::code::push_code_span;
use crate::text::url::{self, Link};

/// Where words are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ground {
    /// Nothing is formatting, addresses do not become links.
    Literal,
    /// Markdown: addresses become links.
    Linked,
    /// The text of a link: addresses in it are only shown.
    InLink,
}

/// Writes one line of cleaned text. Whether it starts a line is seen from `out`.
pub(super) fn write(flavour: Flavour, text: &str, ground: Ground, out: &mut String) {
    write_from(flavour, text, ground, out.is_empty() || out.ends_with('\n'), false, out);
}

/// Like [`write`], told whether a line begins here and whether it is a table's cell.
pub(super) fn write_from(
    flavour: Flavour,
    text: &str,
    ground: Ground,
    line_start: bool,
    in_table: bool,
    out: &mut String,
) {
    let mut line_start = line_start;
    let mut rest = text;
    while !rest.is_empty() {
        let blank = rest.len() - rest.trim_start().len();
        if blank > 0 {
            if !line_start {
                out.push(' ');
            }
            rest = &rest[blank..];
            continue;
        }
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        write_chunk(flavour, &rest[..end], ground, line_start, in_table, out);
        line_start = false;
        rest = &rest[end..];
    }
}

/// A run without white space.
fn write_chunk(f: Flavour, chunk: &str, ground: Ground, line_start: bool, in_table: bool, out: &mut String) {
    let (before, address, after) = find_address(chunk);
    write_tokens(f, before, line_start, in_table, out);
    if address.is_empty() {
        return;
    }
    if ground == Ground::Linked && url::judge(address) == Link::Safe {
        out.push('<');
        out.push_str(&url::encoded(address));
        out.push('>');
    } else {
        push_code_span(f, address, in_table, out);
    }
    // What follows may hold a further address.
    if !after.is_empty() {
        write_chunk(f, after, ground, false, in_table, out);
    }
}

/// Splits a chunk around its first address.
fn find_address(chunk: &str) -> (&str, &str, &str) {
    let Some(colon) = chunk.find("://") else { return (chunk, "", "") };
    let scheme = chunk[..colon].bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
    let start = colon - scheme;
    let tail = &chunk[start..];
    let stop =
        tail.find(|c: char| !c.is_ascii() || matches!(c, '<' | '>' | '"' | '`' | '|' | '\\' | '{' | '}'));
    let mut address = &tail[..stop.unwrap_or(tail.len())];
    loop {
        let trimmed = address.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', ']']);
        let trimmed = match trimmed.strip_suffix(')') {
            Some(inner) if inner.matches('(').count() <= inner.matches(')').count() => inner,
            _ => trimmed,
        };
        if trimmed.len() == address.len() {
            break;
        }
        address = trimmed;
    }
    if address.len() <= scheme + 3 {
        // «://» alone: take the colon as text so that the search goes on behind it.
        let cut = start + scheme + 3;
        return (&chunk[..start], &chunk[start..cut], &chunk[cut..]);
    }
    (&chunk[..start], address, &tail[address.len()..])
}

/// A run without white space and without an address.
fn write_tokens(f: Flavour, text: &str, line_start: bool, in_table: bool, out: &mut String) {
    let in_word = f.dialect().in_word;
    let mut line_start = line_start;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if in_word(first) {
            let end = rest.find(|c| !in_word(c)).unwrap_or(rest.len());
            write_token(f, &rest[..end], line_start, &rest[end..], in_table, out);
            rest = &rest[end..];
        } else {
            escape(first, rest[first.len_utf8()..].chars().next(), line_start, out);
            rest = &rest[first.len_utf8()..];
        }
        line_start = false;
    }
}

fn write_token(f: Flavour, token: &str, line_start: bool, behind: &str, in_table: bool, out: &mut String) {
    let dialect = f.dialect();
    let (begin, end) = (dialect.core)(token);
    if (dialect.acts)(token) && begin < end {
        let core = &token[begin..end];
        escape_all(&token[..begin], core, line_start, out);
        push_code_span(f, core, in_table, out);
        escape_all(&token[end..], behind, false, out);
    } else {
        if dialect.orders && line_start && token.starts_with('/') {
            out.push('\\');
        }
        escape_all(token, behind, line_start, out);
    }
}

fn escape_all(text: &str, behind: &str, line_start: bool, out: &mut String) {
    let numbered = line_start && is_list_number(text);
    let mut chars = text.chars().peekable();
    let mut first = line_start;
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().or_else(|| behind.chars().next());
        if numbered && c == '.' {
            out.push('\\');
        }
        escape(c, next, first, out);
        first = false;
    }
}

/// `12.` would begin a numbered list.
fn is_list_number(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && text[digits..].starts_with('.')
}

/// One character as text.
fn escape(c: char, next: Option<char>, line_start: bool, out: &mut String) {
    let before = out.chars().next_back();
    let inside_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    match c {
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '&' => out.push_str("&amp;"),
        '\\' | '`' | '*' | '[' | ']' | '|' | '~' | '$' => {
            out.push('\\');
            out.push(c);
        }
        '_' if !(inside_word(before) && inside_word(next)) => out.push_str("\\_"),
        '#' | '+' | '-' | '=' | ':' if line_start => {
            out.push('\\');
            out.push(c);
        }
        ')' if before.is_some_and(|b| b.is_ascii_digit()) && only_digits_on_line(out) => out.push_str("\\)"),
        c => out.push(c),
    }
}

fn only_digits_on_line(out: &str) -> bool {
    let line = out.rsplit('\n').next().unwrap_or(out);
    line.trim_start_matches([' ', '>', '-']).bytes().all(|b| b.is_ascii_digit())
}

/// One line for the inside of an HTML element that Docket writes itself (`<summary>`), where
/// Markdown is not read: escaped, and what a tracker would act upon in `<code>`.
pub fn html_line(flavour: Flavour, text: &str) -> String {
    let dialect = flavour.dialect();
    let mut out = String::with_capacity(text.len() + 16);
    for chunk in one_line(text).split(' ') {
        if !out.is_empty() {
            out.push(' ');
        }
        let acting = chunk.contains("://") || chunk.split(|c| !(dialect.in_word)(c)).any(dialect.acts);
        let escaped =
            chunk.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
        if acting {
            out.push_str("<code>");
            out.push_str(&escaped);
            out.push_str("</code>");
        } else {
            out.push_str(&escaped);
        }
    }
    out
}
