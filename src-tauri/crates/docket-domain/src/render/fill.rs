//! A person's own text with signs in it ([`crate::template`]) → pieces of Markdown.
//!
//! What a sign stands for is written as its surroundings need it: the same value is escaped in a
//! paragraph, kept within its column in a table, encoded in an address and reduced to letters
//! within a tag. Then the result is read as a tracker reads it and compared with the text
//! without values; whatever a value changed beyond its own words makes all of them plain.
//!
//! Invariants: the person's own Markdown stays as it is, and may act; no value acts, also not
//! together with what stands beside it; nothing in here can pass for Docket's frame or marker.

mod shape;

use crate::render::ink::Ink;
use crate::template::{Bit, Block, Token, bits};
use crate::text::{self, Flavour};
use shape::{Ground, acts, grounds, in_word, same_shape};

/// Characters of somebody else's Markdown or code that one value may take.
const LONGEST: usize = 20_000;

/// A stretch of the text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    /// Finished Markdown.
    Own(String),
    /// A part that Docket writes, between blank lines.
    Block(Block),
}

/// Writes what the signs of a text stand for.
pub(super) fn filled(ink: &mut Ink, text: &str, tokens: &[Token]) -> Vec<Piece> {
    let flavour = ink.flavour();
    let own = without_frames(text);
    let grounds = grounds(flavour, &own);
    let mut written = inline(ink, &own, tokens, &grounds, false);
    if !same_shape(flavour, &own, &written, tokens) {
        written = inline(ink, &own, tokens, &grounds, true);
    }
    pieces(ink, &without_frames(&written), tokens)
}

/// The words of a title: what signs stand for, as plain text.
pub(crate) fn plain(text: &str, tokens: &[Token]) -> String {
    let mut out = String::new();
    for (_, bit) in bits(text) {
        match bit {
            Bit::Text(text) => out.push_str(text),
            Bit::Sign(index) => match tokens.get(index) {
                Some(
                    Token::Line(text) | Token::Code(text) | Token::Fence(text, _) | Token::Markdown(text),
                ) => {
                    out.push_str(text);
                }
                Some(Token::Link(address, label)) => out.push_str(label.as_ref().unwrap_or(address)),
                Some(Token::Block(_)) | None => {}
            },
        }
    }
    out
}

/// What reads as a line of Docket's frame, or as its marker, is pulled apart.
fn without_frames(text: &str) -> String {
    let mut text = text.replace("\r\n", "\n").replace('\0', "");
    for (word, apart) in [
        ("docket:begin", "docket: begin"),
        ("docket:end", "docket: end"),
        ("docket:item", "docket: item"),
        ("docket:v1", "docket: v1"),
        ("docket-key-", "docket key-"),
        ("docket-part-", "docket part-"),
    ] {
        if text.contains(word) {
            text = text.replace(word, apart);
        }
    }
    text
}

/// Signs of single lines are written; those of whole blocks stay where blocks can stand.
fn inline(ink: &mut Ink, own: &str, tokens: &[Token], grounds: &[(usize, Ground)], tame: bool) -> String {
    let mut out = String::with_capacity(own.len() * 2);
    for (at, bit) in bits(own) {
        let index = match bit {
            Bit::Text(text) => {
                out.push_str(text);
                continue;
            }
            Bit::Sign(index) => index,
        };
        let Some(token) = tokens.get(index) else { continue };
        let ground = grounds.binary_search_by_key(&at, |(here, _)| *here);
        let ground = ground.map_or(Ground::Odd, |found| grounds[found].1);
        let behind = behind(own, at);
        match token {
            Token::Block(_) | Token::Fence(..) | Token::Markdown(_)
                if ground == Ground::Text || (ground == Ground::Html && alone(own, at)) =>
            {
                out.push_str(&sign_at(own, at));
            }
            Token::Block(_) => {
                ink.note("A part of Docket's stands where no block can stand and was left out.".into());
            }
            _ if tame && ground != Ground::Address => {
                let words = tamed(ink, token);
                let alone = ground != Ground::Text || !joins(ink.flavour(), &out, &words, behind);
                out.push_str(&if alone { words } else { ink.code(&words) });
            }
            _ => put(ink, token, ground, behind, &mut out),
        }
    }
    out
}

/// The text directly behind the sign at a place, up to the next sign.
fn behind(own: &str, at: usize) -> &str {
    let rest = &own[at..];
    let end =
        rest.find(crate::template::CLOSE).map_or(rest.len(), |end| end + crate::template::CLOSE.len_utf8());
    let rest = &rest[end..];
    &rest[..rest.find(crate::template::OPEN).unwrap_or(rest.len())]
}

/// Whether a sign has a line of HTML for itself: a block there ends the HTML.
fn alone(own: &str, at: usize) -> bool {
    let before = own[..at].rsplit('\n').next().unwrap_or_default();
    let behind = own[at + sign_at(own, at).len()..].split('\n').next().unwrap_or_default();
    before.trim().is_empty() && behind.trim().is_empty()
}

fn sign_at(own: &str, at: usize) -> String {
    let rest = &own[at..];
    let end = rest.find(crate::template::CLOSE).map_or(0, |end| end + crate::template::CLOSE.len_utf8());
    rest[..end].to_owned()
}

fn words_of(token: &Token) -> &str {
    match token {
        Token::Line(text) | Token::Code(text) | Token::Fence(text, _) | Token::Markdown(text) => text,
        Token::Link(address, _) => address,
        Token::Block(_) => "",
    }
}

/// One value where it stands.
fn put(ink: &mut Ink, token: &Token, ground: Ground, behind: &str, out: &mut String) {
    let flavour = ink.flavour();
    let raw = words_of(token);
    match ground {
        Ground::Text => put_text(ink, token, behind, out),
        Ground::Cell => {
            let code = matches!(token, Token::Code(_)) || joins(flavour, out, raw, behind);
            if code && out.ends_with('`') {
                out.push(' ');
            }
            let written = match token {
                Token::Link(address, label) => {
                    Some(ink.link(label.as_deref(), address)).filter(|l| !l.contains('`'))
                }
                _ => None,
            };
            out.push_str(&written.unwrap_or_else(|| ink.cell(raw, code)));
        }
        Ground::Span | Ground::CellSpan | Ground::Code => {
            let line = text::one_line(&ink.guarded(raw)).replace('`', "'").replace("~~~", "---");
            let line = line.replace("<!--", "<!- -");
            let line = text::cut_line(&line, 300);
            if flavour.dialect().orders && ground == Ground::Code && line.starts_with('/') {
                out.push(' ');
            }
            out.push_str(&if ground == Ground::CellSpan { line.replace('|', "\\|") } else { line });
        }
        Ground::Html => out.push_str(&ink.html(raw)),
        Ground::Address => {
            let address = ink.guarded(raw);
            let whole = out.ends_with(['(', '<', ' ']) && behind.starts_with([')', '>', ' ']);
            if whole {
                let made = text::link(flavour, None, &address);
                let bare = made.strip_prefix('<').and_then(|made| made.strip_suffix('>'));
                out.push_str(bare.unwrap_or("#"));
            } else {
                out.push_str(&encoded(&address));
            }
        }
        // Some languages are drawn by trackers instead of shown.
        Ground::Info => out.push_str(text::language_of_path(&format!("x.{raw}")).unwrap_or_default()),
        Ground::Tag => {
            let guarded = ink.guarded(raw);
            let letters = guarded.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
            out.extend(letters.take(60));
        }
        Ground::Odd => out.push_str(&tamed(ink, token)),
    }
}

fn put_text(ink: &mut Ink, token: &Token, behind: &str, out: &mut String) {
    let flavour = ink.flavour();
    let raw = words_of(token);
    let chunk = out.rsplit(char::is_whitespace).next().unwrap_or_default();
    if matches!(token, Token::Line(_))
        && (chunk.contains("://") || chunk.to_ascii_lowercase().contains("www."))
    {
        // A person's own address goes on with it.
        out.push_str(&encoded(&ink.guarded(raw)));
        return;
    }
    let written = match token {
        Token::Link(address, label) => {
            if out.ends_with('!') {
                // An exclamation mark in front of a link is an image.
                out.push(' ');
            }
            ink.link(label.as_deref(), address)
        }
        Token::Code(_) => ink.code(raw),
        _ if joins(flavour, out, raw, behind) => ink.code(raw),
        _ => {
            let line = ink.line(raw);
            match line.strip_suffix('!') {
                Some(line) if behind.starts_with('[') => format!("{line}\\!"),
                _ => line,
            }
        }
    };
    if written.starts_with('`') && out.ends_with('`') {
        out.push(' ');
    }
    let touches = written.ends_with('`') && behind.starts_with('`');
    out.push_str(&written);
    if touches {
        out.push(' ');
    }
}

/// Whether a value would act together with what stands directly beside it.
fn joins(flavour: Flavour, before: &str, raw: &str, behind: &str) -> bool {
    let line = text::one_line(raw);
    let before: String = {
        let from = before.char_indices().rev().take_while(|(_, c)| in_word(flavour, *c)).last();
        from.map_or_else(String::new, |(at, _)| before[at..].to_owned())
    };
    let behind: &str = &behind[..behind.find(|c| !in_word(flavour, c)).unwrap_or(behind.len())];
    if before.is_empty() && behind.is_empty() {
        return false;
    }
    let first = &line[..line.find(|c| !in_word(flavour, c)).unwrap_or(line.len())];
    if first.len() == line.len() {
        return acts(flavour, &format!("{before}{line}{behind}"));
    }
    let last = line.char_indices().rev().take_while(|(_, c)| in_word(flavour, *c)).last();
    let last = last.map_or("", |(at, _)| &line[at..]);
    acts(flavour, &format!("{before}{first}")) || acts(flavour, &format!("{last}{behind}"))
}

/// Everything but letters and digits percent-encoded.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text::one_line(text).bytes().take(300) {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            std::fmt::Write::write_fmt(&mut out, format_args!("%{byte:02X}")).unwrap_or_default();
        }
    }
    out
}

/// The letters and digits of a value, without any word that could act.
fn tamed(ink: &mut Ink, token: &Token) -> String {
    let flavour = ink.flavour();
    let guarded = ink.guarded(words_of(token));
    let letters: String = text::one_line(&guarded)
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .take(300)
        .collect();
    letters.split_whitespace().filter(|word| !acts(flavour, word)).collect::<Vec<&str>>().join(" ")
}

/// Cuts the text where blocks stand and writes those that are somebody else's words.
fn pieces(ink: &mut Ink, text: &str, tokens: &[Token]) -> Vec<Piece> {
    let (mut out, mut own) = (Vec::new(), String::new());
    for (_, bit) in bits(text) {
        let token = match bit {
            Bit::Text(text) => {
                // What follows a block begins a paragraph.
                let text = if own.ends_with("\n\n") { text.trim_start_matches([' ', '\n']) } else { text };
                own.push_str(text);
                continue;
            }
            Bit::Sign(index) => tokens.get(index),
        };
        match token {
            Some(Token::Block(block)) => {
                out.push(Piece::Own(std::mem::take(&mut own)));
                out.push(Piece::Block(*block));
            }
            Some(Token::Markdown(text)) => {
                let written = ink.markdown(text, LONGEST);
                put_block(&mut own, &written);
            }
            Some(Token::Fence(code, language)) if !code.trim().is_empty() => {
                let written = ink.fence(code, language.as_deref(), 400, LONGEST);
                put_block(&mut own, &written);
            }
            _ => {}
        }
    }
    out.push(Piece::Own(own));
    out.retain(|piece| !matches!(piece, Piece::Own(own) if own.trim().is_empty()));
    out
}

/// A block between blank lines, indented or quoted as the line that it stands on.
fn put_block(own: &mut String, block: &str) {
    if block.trim().is_empty() {
        return;
    }
    let line = own.rsplit('\n').next().unwrap_or_default().to_owned();
    let prefix = line.chars().all(|c| matches!(c, ' ' | '>')) && line.len() <= 12;
    if prefix && !line.is_empty() {
        own.truncate(own.len() - line.len());
        let indented: Vec<String> =
            block.lines().map(|one| format!("{line}{one}").trim_end().to_owned()).collect();
        own.push_str(&indented.join("\n"));
        return;
    }
    own.truncate(own.trim_end().len());
    if !own.is_empty() {
        own.push_str("\n\n");
    }
    own.push_str(block);
    own.push_str("\n\n");
}
