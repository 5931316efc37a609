//! The only way by which a finding's text gets onto the page: guarded against leaks, then
//! neutralised, within a budget of characters.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::render::managed;
use crate::severity::Severity;
use crate::text::dialect::Markup;
use crate::text::leak::{LeakPlace, Leaks, Sieve};
use crate::text::{self, Flavour};

/// How far beyond a cut the guard looks, so that a credential is seen whole.
const GUARD: usize = 4_096;
/// The longest single line, in characters.
const LINE: usize = 300;

pub(super) struct Ink {
    flavour: Flavour,
    sieve: Arc<Sieve>,
    leaks: Leaks,
    notes: BTreeSet<String>,
}

impl Ink {
    pub fn new(flavour: Flavour, sieve: Arc<Sieve>) -> Self {
        Self { flavour, sieve, leaks: Leaks::default(), notes: BTreeSet::new() }
    }

    pub fn flavour(&self) -> Flavour {
        self.flavour
    }

    pub fn is_html(&self) -> bool {
        self.flavour.dialect().markup == Markup::Html
    }

    /// How many characters of the tracker's limit a whole part takes, which for HTML is more
    /// than its Markdown has.
    pub fn length(&self, part: &str) -> usize {
        if self.is_html() { text::to_html(part).chars().count() + 1 } else { part.chars().count() }
    }

    /// A finished text as the tracker gets it.
    pub fn finish(&self, document: String) -> String {
        if self.is_html() { text::to_html(&document) } else { document }
    }

    /// What begins a line of the list that people tick off, and the comment by which Docket
    /// knows it again. Where there are no boxes what is dealt with is ticked in words.
    pub fn tick(&self, ticked: bool, identity: &str) -> (&'static str, String) {
        match (self.is_html(), ticked) {
            (true, true) => ("- ✓ ", String::new()),
            (true, false) => ("- ", String::new()),
            (false, true) => ("- [x] ", format!(" {}", managed::item_comment(identity))),
            (false, false) => ("- [ ] ", format!(" {}", managed::item_comment(identity))),
        }
    }

    /// Whether details are folded away until somebody opens them.
    pub fn folds(&self) -> bool {
        !self.is_html()
    }

    /// Details under a summary (a name of at most one line): folded where that can be.
    pub fn fold(&mut self, summary: &str, content: &str) -> String {
        if self.is_html() {
            format!("#### {}\n\n{content}", self.code(summary))
        } else {
            let summary = self.html(summary);
            format!("<details><summary>{summary}</summary>\n\n{content}\n\n</details>")
        }
    }

    /// The line between Docket's part and what people write below it.
    pub fn footer(&self, version: &str) -> String {
        let version = text::one_line(version);
        let tame: String =
            version.chars().filter(|c| c.is_ascii_alphanumeric() || ".-+".contains(*c)).collect();
        if self.is_html() {
            // The closing fence says the rest in words of its own.
            return format!("*Filed with Docket {tame}.*");
        }
        format!(
            "---\n*Filed with Docket {tame}. Docket keeps the part up to this line current; whatever you write above \
             or below it stays.*"
        )
    }

    /// Something that the reader of the plan should know.
    pub fn note(&mut self, note: String) {
        self.notes.insert(note);
    }

    /// What the reader should know, and what was taken out.
    pub fn into_notes(self) -> (Vec<String>, Leaks) {
        (self.notes.into_iter().collect(), self.leaks)
    }

    /// The title without what must not leave, not neutralised.
    pub fn title(&mut self, text: &str) -> String {
        self.sifted(text, 60_000, LeakPlace::Title)
    }

    /// At least the first `most` characters as they may leave. A word that the look ahead cuts
    /// in two is left out: half a credential is not recognised as one.
    /// A value of a template, without what must not leave; how it is written is up to what
    /// surrounds it.
    pub fn guarded(&mut self, text: &str) -> String {
        self.sifted(text, 60_000, LeakPlace::Text)
    }

    fn sifted(&mut self, text: &str, most: usize, place: LeakPlace) -> String {
        let mut seen = first_chars(text, most + GUARD);
        if seen.len() < text.len() {
            let whole = seen.trim_end_matches(|c: char| !c.is_whitespace()).len();
            seen = if whole > 0 { &seen[..whole] } else { first_chars(seen, most) };
        }
        self.sieve.sift(seen, place, &mut self.leaks).into_owned()
    }

    /// One line of at most [`LINE`] characters.
    pub fn line(&mut self, text: &str) -> String {
        self.short(text, LINE)
    }

    /// One line of at most `most` characters.
    pub fn short(&mut self, text: &str, most: usize) -> String {
        let flavour = self.flavour;
        self.within(text, most, |line| text::line(flavour, line))
    }

    /// One line in a column of a table, as code if asked for.
    pub fn cell(&mut self, text: &str, code: bool) -> String {
        let flavour = self.flavour;
        self.within(text, LINE, |line| text::cell(flavour, line, code))
    }

    /// One line inside an HTML element that we write.
    pub fn html(&mut self, text: &str) -> String {
        let flavour = self.flavour;
        self.within(text, LINE, |line| text::html_line(flavour, line))
    }

    /// A line that is still short enough after `write` made it harmless (and longer).
    fn within(&mut self, text: &str, most: usize, write: impl Fn(&str) -> String) -> String {
        let guarded = self.sifted(text, most, LeakPlace::Line);
        let line = text::one_line(&guarded);
        let mut take = most;
        loop {
            let out = write(&text::cut_line(&line, take));
            let length = if self.is_html() { html_chars(&out) } else { out.chars().count() };
            if length <= most || take < 8 {
                return out;
            }
            take = (take * most / length).min(take - 1);
        }
    }

    /// One line as code. Of long ones (paths) the end counts.
    pub fn code(&mut self, text: &str) -> String {
        let guarded = self.sifted(text, 4 * LINE, LeakPlace::Line);
        let line = text::one_line(&guarded);
        let count = line.chars().count();
        let mut keep = count.min(LINE);
        loop {
            let span = if keep == count {
                text::code_span(self.flavour, &line)
            } else {
                let tail: String = line.chars().skip(count - keep + 1).collect();
                text::code_span(self.flavour, &format!("…{tail}"))
            };
            // Only what is written longer than it is (`<` in HTML, runs of backticks) is cut more.
            if self.length(&span) <= 2 * LINE || keep < 8 {
                return span;
            }
            keep /= 2;
        }
    }

    /// A link.
    pub fn link(&mut self, label: Option<&str>, address: &str) -> String {
        let address = self.sifted(address, 2_000, LeakPlace::Link);
        let address = first_chars(&address, 2_000).to_owned();
        let label =
            label.map(|label| first_chars(&self.sifted(label, LINE, LeakPlace::Link), LINE).to_owned());
        text::link(self.flavour, label.as_deref(), &address)
    }

    /// A fenced block of at most `lines` lines and `budget` characters, with a note when cut.
    pub fn fence(&mut self, code: &str, language: Option<&str>, lines: usize, budget: usize) -> String {
        let guarded = self.sifted(code, budget, LeakPlace::Snippet);
        let kept: Vec<&str> = guarded.trim_end().lines().take(lines).collect();
        let mut cut = first_chars(&kept.join("\n"), budget.saturating_sub(80)).to_owned();
        let mut out = text::fence(self.flavour, &cut, language);
        while self.length(&out) + 30 > budget && out.len() > 100 {
            // Runs of backticks, comments and what HTML escapes make it longer than its content.
            cut = first_chars(&cut, cut.chars().count() / 2).to_owned();
            out = text::fence(self.flavour, &cut, language);
            if cut.len() < 100 {
                break;
            }
        }
        if cut.trim_end().len() < code.trim_end().len().min(guarded.trim_end().len()) {
            out.push_str("\n\n(shortened)");
        }
        out
    }

    /// Signs of Markdown and entities can part a credential that its reader sees in one piece
    /// (`gh**p**_…`). Should the words that people will read hold anything after all, they are
    /// all that is written.
    fn read_again(&mut self, guarded: String) -> String {
        if !guarded.contains(['*', '_', '&', '<', '`', '~', '[', '\\']) {
            return guarded;
        }
        let read = text::visible(&text::markdown(self.flavour, &guarded));
        if !self.sieve.finds(&read) {
            return guarded;
        }
        let words = self.sieve.sift(&read, LeakPlace::Text, &mut self.leaks).into_owned();
        // Signs that were only words must not become Markdown.
        text::plain(self.flavour, &words)
    }

    /// Markdown of at most `budget` characters; cut at a line where possible, with a note.
    pub fn markdown(&mut self, text: &str, budget: usize) -> String {
        const NOTE: &str = "\n\n*Shortened here. The whole text is in Docket.*";
        let text = text.trim();
        let guarded = self.sifted(text, budget, LeakPlace::Text);
        let guarded = self.read_again(guarded);
        let mut take = budget;
        let out = text::markdown(self.flavour, first_chars(&guarded, take));
        let whole = guarded.chars().nth(take).is_none() && text.len() <= guarded.len().max(budget);
        if whole && self.length(&out) <= budget {
            return out;
        }
        self.note("A long text was shortened to fit the tracker's limit.".to_owned());
        let budget = budget.saturating_sub(NOTE.len() + 20);
        loop {
            let out = text::markdown(self.flavour, at_line_end(first_chars(&guarded, take)));
            let length = self.length(&out);
            if length <= budget {
                return out + NOTE;
            }
            take = (take * budget / length).saturating_sub(take / 20 + 1);
            if take == 0 {
                return NOTE.trim_start().to_owned();
            }
        }
    }
}

/// How long a line of Markdown is inside an element.
fn html_chars(line: &str) -> usize {
    text::to_html(line).chars().count().saturating_sub("<p></p>".len())
}

/// At most the first `count` characters.
pub(super) fn first_chars(text: &str, count: usize) -> &str {
    if text.len() <= count {
        return text;
    }
    text.char_indices().nth(count).map_or(text, |(at, _)| &text[..at])
}

/// Without a last, broken line, if that costs little.
fn at_line_end(text: &str) -> &str {
    match text.rfind('\n') {
        Some(at) if at * 5 > text.len() * 4 => &text[..at],
        _ => text,
    }
}

/// A severity as people see it at a glance.
pub(super) fn severity(severity: Severity) -> String {
    match sign(severity) {
        "" => "Severity unknown".to_owned(),
        sign => format!("{sign} {}", severity.label()),
    }
}

/// «🔴 2 critical».
pub(super) fn severities(severity: Severity, count: usize) -> String {
    let word = severity.label().to_lowercase();
    match sign(severity) {
        "" => format!("{count} of unknown severity"),
        sign => format!("{sign} {count} {word}"),
    }
}

fn sign(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "🔴",
        Severity::High => "🟠",
        Severity::Medium => "🟡",
        Severity::Low => "🔵",
        Severity::Info => "⚪",
        Severity::Unknown => "",
    }
}
