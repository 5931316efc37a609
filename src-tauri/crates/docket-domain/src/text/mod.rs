//! Hostile text → text that a Markdown tracker shows and does not act upon.
//!
//! A finding's text comes from a scanner, and through it from whoever wrote the scanned code.
//! What leaves here mentions nobody, references and closes nothing, holds no HTML, loads no
//! image, breaks out of no fence, span or cell, ticks no box, carries no marker of Docket's
//! and hides no characters. Two ways: [`plain`] shows every character as it is, [`markdown`]
//! keeps paragraphs, lists, emphasis, code, tables and http(s) links, by parsing the text and
//! writing it anew from the events that are allowed.
//!
//! Mentions, references, commit ids and addresses of issues become code spans: readable, easy
//! to copy, and trackers do not look into code. A backslash would not do: they look for
//! mentions after the Markdown is rendered.
//!
//! Deliberately absent: cutting to a length (that is [`crate::render`]'s business).

mod clean;
mod code;
pub(crate) mod dialect;
mod emit;
pub(crate) mod html;
pub mod leak;
pub(crate) mod marks;
mod page;
mod proof;
mod url;
mod web;
mod words;

pub use clean::{clean, one_line};
pub use code::{code_span, fence, language_of_path};
pub(crate) use proof::visible;
pub use web::{ELEMENTS, to_html};
pub use words::html_line;

words! {
    /// How texts are marked up, and so what counts as a mention or reference: the one thing
    /// that differs, and all of it stands in one table (`text/dialect.rs`).
    pub enum Flavour {
        /// GitHub's Markdown.
        GitHub = "github", "GitHub"; // tidy: a flavour of Markdown, not the tracker
        /// GitLab's Markdown.
        GitLab = "gitlab", "GitLab"; // tidy: a flavour of Markdown, not the tracker
        /// Plain HTML for trackers whose fields hold HTML. What the functions here write for it
        /// is Markdown that only [`to_html`] is meant to read.
        Html = "html", "HTML";
    }
}

/// Every character as it is, line breaks kept: nothing in it is formatting.
pub fn plain(flavour: Flavour, text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let text = clean(text);
    let mut blank = false;
    for line in text.trim().lines().map(str::trim) {
        if line.is_empty() {
            blank = !out.is_empty();
            continue;
        }
        if !out.is_empty() {
            out.push_str(if blank { "\n\n" } else { "\n" });
        }
        blank = false;
        words::write(flavour, line, words::Ground::Literal, &mut out);
    }
    out
}

/// Like [`plain`], in a single line: fit for a list item, a heading or a table cell.
pub fn line(flavour: Flavour, text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    words::write(flavour, &one_line(text), words::Ground::Literal, &mut out);
    out
}

/// Like [`line`], for a column of a table: nothing in it ends the column. With `code` as code.
pub fn cell(flavour: Flavour, text: &str, code: bool) -> String {
    let text = one_line(text);
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    if code {
        code::push_code_span(flavour, &text, true, &mut out);
    } else {
        words::write_from(flavour, &text, words::Ground::Literal, true, true, &mut out);
    }
    out
}

/// Benign Markdown kept, everything else shown as text.
///
/// What was written is read once more ([`proof`]). Should it act upon anything after all, the
/// whole text is shown as [`plain`] shows it: form is lost then, and nothing else.
pub fn markdown(flavour: Flavour, text: &str) -> String {
    let written = emit::rewrite(flavour, &clean(text));
    if proof::is_inert(flavour, &written) { written } else { plain(flavour, text) }
}

/// A link to an address, where links to it are harmless; otherwise its text.
pub fn link(flavour: Flavour, label: Option<&str>, address: &str) -> String {
    let address = one_line(address);
    let label = label.map(|label| line_in_link(flavour, label)).filter(|label| !label.is_empty());
    match (url::judge(&address), label) {
        (url::Link::Safe, Some(label)) => format!("[{label}]({})", url::encoded(&address)),
        (url::Link::Safe, None) => format!("<{}>", url::encoded(&address)),
        (url::Link::ShowOnly | url::Link::Never, Some(label)) => {
            // A colon behind a label that begins with one would make a shortcode of it.
            let colon = if flavour.dialect().orders { " –" } else { ":" };
            format!("{label}{colon} {}", code_span(flavour, &address))
        }
        (url::Link::ShowOnly | url::Link::Never, None) => code_span(flavour, &address),
    }
}

fn line_in_link(flavour: Flavour, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    words::write_from(flavour, &one_line(text), words::Ground::InLink, false, false, &mut out);
    out
}

/// The title of an issue: one line of plain text of at most `max_chars` characters, cut with
/// «…». Trackers neither format titles nor look for mentions in them, so nothing is escaped:
/// `@angular/core` stays searchable.
pub fn title(text: &str, max_chars: usize) -> String {
    cut_line(&one_line(text), max_chars)
}

/// A title for the issue of a tracker. Where titles are searched for mentions and references
/// ([`dialect::Dialect::titles_act`]), an invisible word joiner (U+2060) stands behind each sign
/// that would begin one; it reads and sorts as before.
pub fn title_for(flavour: Flavour, text: &str, max_chars: usize) -> String {
    const JOINER: char = '\u{2060}';
    const SIGNS: &str = "@#!&~%$^*";
    let title = title(text, max_chars);
    if !flavour.dialect().titles_act {
        return title;
    }
    let mut out = String::with_capacity(title.len() + 8);
    let mut chars = title.chars().peekable();
    while let Some(sign) = chars.next() {
        out.push(sign);
        if SIGNS.contains(sign) && chars.peek().is_some_and(|next| !next.is_whitespace()) {
            out.push(JOINER);
        }
    }
    if out.chars().count() > max_chars {
        out = out.chars().take(max_chars.saturating_sub(1)).chain(['…']).collect();
    }
    out
}

/// The first sentence of a text that is too long for a title; a short text as it is. Some
/// scanners give rules a whole paragraph as their short name.
pub fn headline(text: &str) -> &str {
    /// Longer than people read at a glance.
    const LONG: usize = 90;
    /// Where the first sentence ends, if it is one.
    const FAR: usize = 1_000;
    /// Words that end with a full stop in the middle of a sentence.
    const SHORTENED: [&str; 6] = ["e.g", "i.e", "vs", "cf", "approx", "incl"];
    let text = text.trim();
    if text.chars().nth(LONG).is_none() {
        return text;
    }
    // A sentence that goes on for longer is no headline, and looking for its end in megabytes
    // without a blank would take minutes.
    let near = text.char_indices().nth(FAR).map_or(text, |(at, _)| &text[..at]);
    let ends = near.match_indices(['.', '!', '?']).find(|(at, sign)| {
        let (before, behind) = (&text[..*at], &text[at + sign.len()..]);
        let word = before.rsplit(char::is_whitespace).next().unwrap_or_default().trim_start_matches('(');
        let goes_on = behind.trim_start().starts_with(char::is_lowercase);
        behind.starts_with(char::is_whitespace)
            && !goes_on
            && !SHORTENED.contains(&word.to_ascii_lowercase().as_str())
            && before.chars().count() >= 15
    });
    ends.map_or(text, |(at, sign)| text[..at + sign.len()].trim_end_matches('.'))
}

/// At most `max_chars` characters of a line, «…» in place of what is missing.
pub fn cut_line(text: &str, max_chars: usize) -> String {
    if text.chars().nth(max_chars).is_none() {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(max_chars.saturating_sub(1)).collect();
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

#[cfg(test)]
pub(crate) mod tests;
