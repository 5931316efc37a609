//! A long text in pages: the issue's own text, and the comments that follow.
//!
//! Invariants: a page keeps its limit; what a page leaves open (a fence, a fold, a table) is
//! closed at its end and opened again on the next; what fits on no page is cut, with a note.

use pulldown_cmark::{Event, Parser, TagEnd};

use crate::render::ink::Ink;

/// Stands at the end of what was cut.
const NOTE: &str = "*Shortened here. The whole text is in Docket.*";

/// What is open at the end of a line.
#[derive(Debug, Clone, Default, PartialEq)]
struct Open {
    /// The line that opened a block of code, with the signs that close it.
    fence: Option<(String, String)>,
    /// The two head lines of a table.
    table: Option<String>,
    /// The lines that opened folds.
    folds: Vec<String>,
    /// Within a comment that nobody sees.
    hidden: bool,
}

impl Open {
    fn pass(&mut self, line: &str, next: Option<&str>) {
        let bare = line.trim_start_matches([' ', '>']);
        if let Some((_, signs)) = &self.fence {
            let mark = signs.chars().next().unwrap_or('`');
            let run = bare.chars().take_while(|c| *c == mark).count();
            if run >= signs.len() && bare.trim_end().len() == run {
                self.fence = None;
            }
            return;
        }
        // Tags and comments within code are only letters.
        let read = if self.hidden { line.to_owned() } else { without_code(line) };
        if self.hidden || read.contains("<!--") {
            self.hidden = read.rfind("<!--") > read.rfind("-->") || (self.hidden && !read.contains("-->"));
            return;
        }
        let mark = bare.chars().next().filter(|c| matches!(c, '`' | '~'));
        let run = mark.map_or(0, |mark| bare.chars().take_while(|c| *c == mark).count());
        if let Some(mark) = mark.filter(|mark| run >= 3 && !(*mark == '`' && bare[run..].contains('`'))) {
            self.fence = Some((line.to_owned(), mark.to_string().repeat(run)));
            self.table = None;
            return;
        }
        if line.trim().is_empty() {
            self.table = None;
        } else if self.table.is_none() && line.contains('|') && next.is_some_and(is_rule) {
            self.table = Some(format!("{line}\n{}\n", next.unwrap_or_default()));
        }
        let lower = read.to_ascii_lowercase();
        let (opened, closed) = (lower.matches("<details").count(), lower.matches("</details").count());
        for _ in closed..opened {
            self.folds.push(if lower.contains("</summary>") {
                line.to_owned()
            } else {
                "<details>".to_owned()
            });
        }
        for _ in opened..closed {
            self.folds.pop();
        }
    }

    /// Closes everything.
    fn closing(&self) -> String {
        let mut out = String::new();
        if let Some((opened, signs)) = &self.fence {
            let indent: String = opened.chars().take_while(|c| matches!(c, ' ' | '>')).collect();
            out.extend([indent.as_str(), signs, "\n"]);
        }
        if self.hidden {
            out.push_str("-->\n");
        }
        if !self.folds.is_empty() {
            out.push('\n');
            out.push_str(&"</details>\n".repeat(self.folds.len()));
        }
        out
    }

    /// Opens everything again.
    fn opening(&self) -> String {
        let mut out = String::new();
        for fold in &self.folds {
            out.push_str(fold);
            out.push_str("\n\n");
        }
        out.push_str(self.table.as_deref().unwrap_or_default());
        if let Some((opened, _)) = &self.fence {
            out.push_str(opened);
            out.push('\n');
        }
        if self.hidden {
            out.push_str("<!--\n");
        }
        out
    }
}

/// A line without its code spans: what stands between two runs of equally many backticks.
fn without_code(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        let run = rest[at..].len() - rest[at..].trim_start_matches('`').len();
        let behind = &rest[at + run..];
        let mut from = 0;
        let end = loop {
            let Some(next) = behind[from..].find('`').map(|found| from + found) else { break None };
            let length = behind[next..].len() - behind[next..].trim_start_matches('`').len();
            if length == run {
                break Some(next + length);
            }
            from = next + length;
        };
        out.push_str(&rest[..at]);
        if let Some(end) = end {
            rest = &behind[end..];
        } else {
            // Backticks that nothing closes are letters themselves.
            out.push_str(&rest[at..at + run]);
            rest = behind;
        }
    }
    out.push_str(rest);
    out
}

/// The line below a table's head.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.contains('-') && line.contains('|') && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}

/// The text with everything closed that it leaves open.
pub(super) fn closed(text: &str) -> String {
    let mut open = Open::default();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        open.pass(line, lines.peek().copied());
    }
    let closing = open.closing();
    if closing.is_empty() { text.to_owned() } else { format!("{}\n{}", text.trim_end(), closing.trim_end()) }
}

/// A text in pages of Markdown: the first of at most `first` characters (as the tracker counts
/// them), at most `more` further ones of `comment`.
pub(super) fn paged(ink: &mut Ink, text: &str, first: usize, comment: usize, more: usize) -> Vec<String> {
    let mut pages = Pages { page: String::new(), used: 0, done: Vec::new(), open: Open::default() };
    let room = |index: usize| if index == 0 { first } else { comment };
    let mut lines = text.lines().peekable();
    let mut cut = false;
    'text: while let Some(line) = lines.next() {
        let next = lines.peek().copied();
        for part in parts(ink, line, room(pages.done.len()).min(comment) / 2) {
            let mut after = pages.open.clone();
            after.pass(part, next);
            let closing = length(ink, &after.closing());
            let last = pages.done.len() == more;
            let spare = if last { NOTE.len() + 60 } else { 0 };
            let need = length(ink, part);
            if pages.used + need + closing + spare > room(pages.done.len()) && !pages.page.trim().is_empty() {
                if last {
                    cut = true;
                    break 'text;
                }
                pages.turn(ink);
            }
            pages.used += need;
            pages.page.push_str(part);
            pages.page.push('\n');
            pages.open = after;
        }
    }
    let closing = pages.open.closing();
    pages.page.push_str(&closing);
    if cut {
        ink.note("The text was shortened to fit the tracker's limit.".to_owned());
        pages.page.push('\n');
        pages.page.push_str(NOTE);
    }
    if !pages.page.trim().is_empty() || pages.done.is_empty() {
        pages.done.push(pages.page);
    }
    pages.done.into_iter().map(|page| page.trim_end().to_owned()).collect()
}

struct Pages {
    page: String,
    used: usize,
    done: Vec<String>,
    open: Open,
}

impl Pages {
    fn turn(&mut self, ink: &Ink) {
        let closing = self.open.closing();
        self.page.push_str(&closing);
        self.done.push(std::mem::take(&mut self.page));
        self.page = self.open.opening();
        self.used = length(ink, &self.page);
    }
}

/// How many characters a line takes at most, whatever is made of it.
fn length(ink: &Ink, line: &str) -> usize {
    let count = line.chars().count() + 1;
    if !ink.is_html() {
        return count;
    }
    let costs = |c: char| match c {
        '<' | '>' | '&' => 5,
        '*' | '_' | '`' | '|' | '[' | ']' | '~' => 12,
        '\n' => 16,
        _ => 0,
    };
    count + 40 + line.chars().map(costs).sum::<usize>()
}

/// A line in parts that fit: cut at blanks between words, never within code or a link.
fn parts<'a>(ink: &mut Ink, line: &'a str, room: usize) -> Vec<&'a str> {
    if length(ink, line) <= room {
        return vec![line];
    }
    let mut places: Vec<usize> = Vec::new();
    let mut depth = 0_usize;
    for (event, range) in Parser::new(line).into_offset_iter() {
        match event {
            Event::Start(tag) if !is_frame(tag.to_end()) => depth += 1,
            Event::End(tag) if !is_frame(tag) => depth = depth.saturating_sub(1),
            Event::Text(_) if depth == 0 => {
                places.extend(line[range.clone()].match_indices(' ').map(|(at, _)| range.start + at));
            }
            _ => {}
        }
    }
    let (mut out, mut from) = (Vec::new(), 0);
    let mut last = None;
    for at in places.into_iter().chain([line.len()]) {
        if length(ink, &line[from..at]) > room
            && let Some(cut) = last.take()
        {
            out.push(&line[from..cut]);
            from = cut + 1;
        }
        last = Some(at);
    }
    let rest = &line[from.min(line.len())..];
    // What has no place to be cut at, and is longer than half a page, is left out.
    if length(ink, rest) <= room {
        out.push(rest);
    } else {
        ink.note("A line that is too long for the tracker was left out.".to_owned());
    }
    out
}

/// What holds text without marking it.
fn is_frame(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Paragraph | TagEnd::List(_) | TagEnd::Item | TagEnd::BlockQuote(_) | TagEnd::Heading(_)
    )
}

#[cfg(test)]
mod tests {
    use super::{closed, without_code};

    #[test]
    fn what_is_code_opens_and_closes_nothing() {
        assert_eq!(
            without_code("a `<details>` b ``c`d`` e ` f"),
            "a  b  e ` f",
            "spans go, a lone tick stays"
        );
        let code = "x `<details><summary>y</summary>` and `<!--` z";
        assert_eq!(closed(code), code, "nothing is open");
        assert_eq!(
            closed("<details><summary>y</summary>\n\nz"),
            "<details><summary>y</summary>\n\nz\n\n</details>"
        );
    }
}
