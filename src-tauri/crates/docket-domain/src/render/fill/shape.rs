//! What surrounds a sign, and whether values changed more than words.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::template::{Bit, Token, bits};
use crate::text::Flavour;
use crate::text::dialect::Markup;

/// Where a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ground {
    /// In a paragraph, a heading or a list.
    Text,
    /// In a table.
    Cell,
    /// In a code span.
    Span,
    /// In a code span in a table.
    CellSpan,
    /// In a block of code.
    Code,
    /// In a block of HTML, outside of its tags.
    Html,
    /// Within a tag.
    Tag,
    /// In a link's address.
    Address,
    /// The language of a block of code.
    Info,
    /// Anywhere else.
    Odd,
}

pub(super) fn in_word(flavour: Flavour, c: char) -> bool {
    (flavour.dialect().in_word)(c)
}

pub(super) fn acts(flavour: Flavour, text: &str) -> bool {
    let dialect = flavour.dialect();
    text.split(|c| !(dialect.in_word)(c)).any(dialect.acts)
}

fn options(flavour: Flavour) -> Options {
    let read = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    match flavour.dialect().markup {
        Markup::Markdown => read | Options::ENABLE_FOOTNOTES | Options::ENABLE_GFM | Options::ENABLE_MATH,
        Markup::Html => read,
    }
}

/// Every sign's place and what surrounds it.
pub(super) fn grounds(flavour: Flavour, text: &str) -> Vec<(usize, Ground)> {
    let signs: Vec<usize> =
        bits(text).into_iter().filter(|(_, bit)| matches!(bit, Bit::Sign(_))).map(|(at, _)| at).collect();
    if signs.is_empty() {
        return Vec::new();
    }
    let (leaves, holders) = leaves(flavour, text);
    signs
        .into_iter()
        .map(|at| {
            // The places come in order, so the last that begins before it is the one.
            let leaf = leaves[..leaves.partition_point(|(range, _)| range.start <= at)].last();
            let leaf = leaf.filter(|(range, _)| range.contains(&at)).map(|(_, ground)| *ground);
            let ground = leaf.or_else(|| {
                let holder = holders.iter().rfind(|(range, _)| range.contains(&at));
                holder.map(|(_, ground)| *ground)
            });
            (at, ground.unwrap_or(Ground::Odd))
        })
        .collect()
}

type Places = Vec<(Range<usize>, Ground)>;

/// Runs of text and what they are in, and what holds signs outside of such runs.
fn leaves(flavour: Flavour, text: &str) -> (Places, Places) {
    let (mut leaves, mut holders): (Places, Places) = (Vec::new(), Vec::new());
    let (mut table, mut code, mut automatic) = (false, false, false);
    let mut html: Option<Range<usize>> = None;
    for (event, range) in Parser::new_ext(text, options(flavour)).into_offset_iter() {
        match event {
            Event::Text(_) => {
                let ground = match (code, automatic, table) {
                    (true, ..) => Ground::Code,
                    (_, true, _) => Ground::Address,
                    (_, _, true) => Ground::Cell,
                    _ => Ground::Text,
                };
                leaves.push((range, ground));
            }
            Event::Code(_) => leaves.push((range, if table { Ground::CellSpan } else { Ground::Span })),
            Event::Html(_) | Event::InlineHtml(_) => {
                // A tag may reach over several lines, which come one by one.
                let begin =
                    html.as_ref().filter(|before| before.end == range.start).map_or(range.start, |b| b.start);
                html = Some(begin..range.end);
                for (at, bit) in bits(&text[range.clone()]) {
                    if matches!(bit, Bit::Sign(_)) {
                        let before = &text[begin..range.start + at];
                        let open = before.rfind('<') > before.rfind('>');
                        let place = range.start + at;
                        leaves.push((place..place + 1, if open { Ground::Tag } else { Ground::Html }));
                    }
                }
            }
            Event::Start(Tag::Table(_)) => table = true,
            Event::End(TagEnd::Table) => table = false,
            Event::Start(Tag::CodeBlock(kind)) => {
                code = true;
                if matches!(kind, CodeBlockKind::Fenced(_)) {
                    holders.push((range, Ground::Info));
                }
            }
            Event::End(TagEnd::CodeBlock) => code = false,
            Event::Start(Tag::Link { link_type, .. } | Tag::Image { link_type, .. }) => {
                automatic = matches!(link_type, LinkType::Autolink | LinkType::Email);
                let inline = automatic || link_type == LinkType::Inline;
                holders.push((range, if inline { Ground::Address } else { Ground::Odd }));
            }
            Event::End(TagEnd::Link | TagEnd::Image) => automatic = false,
            _ => {}
        }
    }
    leaves.sort_by_key(|(range, _)| range.start);
    (leaves, holders)
}

/// Whether the text with values is built as the one without: no more images, boxes, tags or
/// columns, links only where a link was asked for, and no word that acts beyond the person's own.
pub(super) fn same_shape(flavour: Flavour, own: &str, written: &str, tokens: &[Token]) -> bool {
    let (before, own_words) = built(flavour, own);
    let own_words: BTreeSet<String> = own_words.into_iter().collect();
    let (mut after, words) = built(flavour, written);
    let links = tokens.iter().filter(|token| matches!(token, Token::Link(..))).count();
    let asked =
        bits(own).iter().filter(|(_, bit)| matches!(bit, Bit::Sign(_))).count().min(links.max(1) * 2_000);
    let allowed = before.get("link").copied().unwrap_or(0) + if links == 0 { 0 } else { asked };
    if after.get("link").copied().unwrap_or(0) > allowed {
        return false;
    }
    match before.get("link") {
        Some(count) => after.insert("link", *count),
        None => after.remove("link"),
    };
    let before: BTreeMap<&str, usize> = before.into_iter().collect();
    before == after
        && words.iter().all(|word| {
            let goes_on = |own: &String| {
                let rest = word.strip_prefix(own.as_str()).filter(|_| own.contains("://"));
                rest.is_some_and(|rest| {
                    rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_~%".contains(&b))
                })
            };
            own_words.contains(word) || !acts(flavour, word) || own_words.iter().any(goes_on)
        })
}

/// How much of each is there, and the words of plain text that act.
fn built(flavour: Flavour, text: &str) -> (BTreeMap<&'static str, usize>, Vec<String>) {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    let (mut words, mut run) = (Vec::new(), String::new());
    let (mut code, mut address) = (false, false);
    let dialect = flavour.dialect();
    for event in Parser::new_ext(text, options(flavour)) {
        let name = match &event {
            Event::Text(_) if code || address => continue,
            Event::Text(text) => {
                run.push_str(text);
                continue;
            }
            Event::SoftBreak | Event::HardBreak => {
                run.push('\n');
                continue;
            }
            Event::Html(_) => "html",
            Event::InlineHtml(_) => "tag",
            Event::TaskListMarker(_) => "box",
            Event::FootnoteReference(_) | Event::Start(Tag::FootnoteDefinition(_)) => "footnote",
            Event::InlineMath(_) | Event::DisplayMath(_) => "formula",
            Event::Start(Tag::Image { .. }) => "image",
            Event::Start(Tag::HtmlBlock) => "block",
            Event::Start(Tag::BlockQuote(Some(_))) => "alert",
            Event::Start(Tag::BlockQuote(None)) => "quotation",
            Event::Start(Tag::TableCell) => "cell",
            Event::Start(Tag::Heading { .. }) => "heading",
            Event::Start(Tag::Item) => "item",
            Event::Start(Tag::Link { link_type, .. }) => {
                address = *link_type == LinkType::Autolink;
                "link"
            }
            Event::Start(Tag::CodeBlock(_)) => {
                code = true;
                "code"
            }
            Event::End(TagEnd::CodeBlock) => {
                code = false;
                ""
            }
            Event::End(TagEnd::Link) => {
                address = false;
                ""
            }
            _ => "",
        };
        if !name.is_empty() {
            *counts.entry(name).or_default() += 1;
        }
        collect(&mut words, &mut run, dialect.in_word, dialect.acts);
    }
    collect(&mut words, &mut run, dialect.in_word, dialect.acts);
    (counts, words)
}

/// The words of a run that act, and all words beside signs, which may have acted with them.
fn collect(words: &mut Vec<String>, run: &mut String, in_word: fn(char) -> bool, acts: fn(&str) -> bool) {
    let run = std::mem::take(run);
    let bits = bits(&run);
    let alone = bits.len() == 1;
    for (_, bit) in bits {
        if let Bit::Text(text) = bit {
            words.extend(text.split(|c| !in_word(c)).filter(|word| !alone || acts(word)).map(str::to_owned));
        }
    }
}
