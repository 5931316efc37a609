//! Docket's part in HTML: from a short visible line to a short visible line, the second with
//! the marker.
//!
//! Servers and editors rewrite HTML: attributes go, `<p>` becomes `<div>`, blanks and line ends
//! change, characters turn into entities and back, `<br>` is added. So a fence is known by the
//! words of its block alone, and two parts are compared by their words and link addresses.
//! Fences inside `<blockquote>` are somebody's quotation.

use super::{ManagedProblem, pair};
use crate::issue::Marker;
use crate::text::html::BREAKING;
use crate::text::marks::{Piece, decoded, pieces};

const BEGINS: &str = "docket-part-begins";
const BEGIN_WORDS: &str = "Docket keeps this part current (docket-part-begins).";
const END_WORDS: &str = "Whatever you write above or below this part stays as it is (";

/// What pages and editors put around and between blocks; they end a line of words too.
const WRAPPERS: &[&str] = &["address", "article", "body", "footer", "header", "html", "section", "tfoot"];

/// A section of HTML between its visible lines.
pub(super) fn frame(section: &str, marker: &Marker) -> String {
    let end = format!("{END_WORDS}{}).", marker.words());
    format!("<p><em>{BEGIN_WORDS}</em></p>\n{section}\n<p><em>{end}</em></p>")
}

/// What stands between two ends of a line.
struct Block {
    from: usize,
    to: usize,
    /// How many quotations it is inside of.
    quotes: usize,
}

/// Where Docket's part stands in a text: from the element of its first line to that of its last.
/// `Ok(None)` when there is none.
pub(super) fn find(text: &str) -> Result<Option<(usize, usize)>, ManagedProblem> {
    if !text.contains("docket-part-") {
        return Ok(None);
    }
    let (begin_words, end_words) = (squeezed(BEGIN_WORDS), squeezed(END_WORDS));
    let (mut begins, mut ends) = (Vec::new(), Vec::new());
    // Fences that somebody wrote on, or that lost a word.
    let mut damaged = false;
    for block in blocks(text).into_iter().filter(|block| block.quotes == 0) {
        let raw = &text[block.from..block.to];
        if !raw.contains("docket-part-") {
            continue;
        }
        let words = substance(raw);
        let closes =
            words.starts_with(&end_words) && Marker::find_all(raw).len() == 1 && words.ends_with(").");
        let block = without_others(raw, &block);
        if words == begin_words && raw.contains(BEGINS) {
            begins.push(with_element(text, &block).0);
        } else if closes && words.len() == end_words.len() + squeezed(&Marker::derive(&[]).words()).len() + 2
        {
            ends.push(with_element(text, &block).1);
        } else {
            damaged = true;
        }
    }
    match pair(&begins, &ends) {
        Ok(None) if damaged => Err(ManagedProblem::Cut),
        found => found,
    }
}

/// Puts a section (from fence to fence) into a text. A text so broken that the part would not
/// be found in it again is left alone.
pub(super) fn merge(live: &str, section: &str) -> Result<String, ManagedProblem> {
    let merged = match find(live)? {
        Some((from, to)) => {
            let old = &live[from..to];
            if substance(old) == substance(section) {
                return Ok(live.to_owned());
            }
            let (closing, opening) = unmatched(old);
            format!("{}{closing}{section}{opening}{}", &live[..from], &live[to..])
        }
        None if live.trim().is_empty() => section.to_owned(),
        None => {
            let quotes = blocks(live).last().map_or(0, |block| block.quotes);
            format!("{live}{}\n{section}", "</blockquote>".repeat(quotes))
        }
    };
    match find(&merged)? {
        Some((from, to)) if substance(&merged[from..to]) == substance(section) => Ok(merged),
        _ => Err(ManagedProblem::Cut),
    }
}

fn is_block(name: &str) -> bool {
    BREAKING.iter().chain(WRAPPERS).any(|block| block.eq_ignore_ascii_case(name))
}

fn blocks(html: &str) -> Vec<Block> {
    let (mut blocks, mut from, mut quotes) = (Vec::new(), 0, 0_usize);
    for piece in pieces(html) {
        let Piece::Tag { from: at, to, name, closing } = piece else { continue };
        if !is_block(name) {
            continue;
        }
        blocks.push(Block { from, to: at, quotes });
        from = to;
        if name.eq_ignore_ascii_case("blockquote") {
            quotes = if closing { quotes.saturating_sub(1) } else { quotes + 1 };
        }
    }
    blocks.push(Block { from, to: html.len(), quotes });
    blocks
}

/// The block without the tags at its edges whose other half is elsewhere: they are not Docket's.
fn without_others(raw: &str, block: &Block) -> Block {
    let (mut from, mut to) = (block.from, block.to);
    let mut open: Vec<(&str, usize)> = Vec::new();
    let (mut seen_words, mut cut) = (false, false);
    let mut opened_before_words = Vec::new();
    for piece in pieces(raw) {
        match piece {
            Piece::Text(text) if substance(text).is_empty() => {}
            Piece::Text(_) => {
                if !seen_words {
                    opened_before_words.clone_from(&open);
                }
                seen_words = true;
            }
            Piece::Tag { to, name, closing: false, .. } => open.push((name, to)),
            Piece::Tag { from, name, closing: true, .. } => {
                match open.iter().rposition(|(opened, _)| opened.eq_ignore_ascii_case(name)) {
                    Some(at) => open.truncate(at),
                    None if seen_words && !cut => {
                        to = block.from + from;
                        cut = true;
                    }
                    None => {}
                }
            }
        }
    }
    if let Some((_, end)) = open.iter().rfind(|tag| opened_before_words.contains(tag)) {
        from = block.from + end;
    }
    Block { from, to, quotes: block.quotes }
}

/// The block with the `<p>` or `<div>` that holds it and nothing else.
fn with_element(html: &str, block: &Block) -> (usize, usize) {
    let (mut before, mut after) = (None, None);
    for piece in pieces(html) {
        let Piece::Tag { from, to, name, closing } = piece else { continue };
        // A tag without its end reaches into the next one: then its beginning is somebody's.
        if to == block.from && !closing && !html[from + 1..to].contains('<') {
            before = Some((from, name));
        }
        if from == block.to && closing {
            after = Some((to, name));
        }
    }
    match (before, after) {
        (Some((from, opened)), Some((to, closed)))
            if opened.eq_ignore_ascii_case(closed)
                && ["p", "div"].iter().any(|name| name.eq_ignore_ascii_case(opened)) =>
        {
            (from, to)
        }
        _ => (block.from, block.to),
    }
}

/// The words and link addresses of HTML without any blank: what must differ for a change to be
/// one.
fn substance(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    for piece in pieces(html) {
        match piece {
            Piece::Text(text) => out.push_str(&squeezed(&decoded(text))),
            Piece::Tag { from, to, name, closing } if !closing && name.eq_ignore_ascii_case("a") => {
                let address = crate::text::marks::attribute(&html[from..to], "href").unwrap_or_default();
                out.push_str(squeezed(&address).trim_end_matches('/'));
            }
            Piece::Tag { .. } => {}
        }
    }
    out
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\u{200b}' | '\u{feff}' | '\u{ad}')).collect()
}

/// The ends without a beginning and the beginnings without an end inside a stretch of HTML: they
/// belong to elements of people's own that reach into it (somebody typed on Docket's first or
/// last line), and have to stay.
fn unmatched(html: &str) -> (String, String) {
    const ALONE: &[&str] = &["br", "hr", "img", "input", "wbr", "col"];
    let (mut closing_tags, mut open): (String, Vec<(&str, &str)>) = (String::new(), Vec::new());
    for piece in pieces(html) {
        let Piece::Tag { from, to, name, closing } = piece else { continue };
        let tag = &html[from..to];
        if ALONE.iter().any(|alone| alone.eq_ignore_ascii_case(name)) || tag.ends_with("/>") {
            continue;
        }
        if !closing {
            open.push((name, tag));
        } else if let Some(at) = open.iter().rposition(|(opened, _)| opened.eq_ignore_ascii_case(name)) {
            open.truncate(at);
        } else {
            closing_tags.push_str(tag);
        }
    }
    (closing_tags, open.into_iter().map(|(_, tag)| tag).collect())
}
