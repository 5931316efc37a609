//! Text of reports, made harmless to show: hostile input in, plain text out.
//!
//! Control characters (terminal escapes, NUL) and the invisible characters that reorder text
//! are replaced by U+FFFD, so that people see that something was there.

use std::borrow::Cow;

/// The longest title in characters.
pub(crate) const TITLE_CHARS: usize = 200;
/// How many characters of a text are looked at for its title.
const TITLE_HEAD: usize = TITLE_CHARS * 8;
/// The longest snippet in bytes.
pub(crate) const SNIPPET_BYTES: usize = 64 * 1024;

/// True for characters that must not reach a terminal, an issue or the window as they are.
fn is_harmful(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t' | '\r'))
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// True when the text is made of visible ASCII characters and blanks: nothing of it is harmful, and
/// nearly every text of a report is.
fn is_plain(text: &str) -> bool {
    is_only(text, |byte| matches!(byte, b' '..=b'~'))
}

/// True when the text has only such bytes; without a branch for each.
fn is_only(text: &str, fits: impl Fn(u8) -> bool) -> bool {
    text.bytes().map(|byte| u8::from(!fits(byte))).fold(0, |odd, one| odd | one) == 0
}

/// True when there are two blanks in a row; without a branch for each byte.
fn has_double_blank(text: &str) -> bool {
    let bytes = text.as_bytes();
    let behind = bytes.get(1..).unwrap_or_default();
    bytes.iter().zip(behind).fold(0, |has, (one, next)| has | u8::from(*one == b' ' && *next == b' ')) > 0
}

/// A text of several lines: line ends are `\n`, harmful characters are replaced.
pub(crate) fn block(text: &str) -> String {
    block_of(Cow::Borrowed(text))
}

/// The same, without a copy of what is harmless already.
pub(crate) fn block_of(text: Cow<'_, str>) -> String {
    let is_plain = is_only(&text, |byte| matches!(byte, b' '..=b'~' | b'\n' | b'\t'));
    if is_plain || !text.contains(|c: char| c == '\r' || is_harmful(c)) {
        return text.into_owned();
    }
    let text = line_ends(text.into_owned());
    text.chars().map(|c| if is_harmful(c) { '\u{FFFD}' } else { c }).collect()
}

/// The text with the ends of its lines as `\n`.
pub(crate) fn line_ends(text: String) -> String {
    if memchr::memchr(b'\r', text.as_bytes()).is_none() {
        return text;
    }
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The text with harmful characters replaced; its white space stays.
pub(crate) fn harmless(text: Cow<'_, str>) -> Cow<'_, str> {
    let is_plain = is_only(&text, |byte| matches!(byte, b' '..=b'~' | b'\n' | b'\t' | b'\r'));
    if is_plain || !text.contains(is_harmful) {
        return text;
    }
    Cow::Owned(text.chars().map(|c| if is_harmful(c) { '\u{FFFD}' } else { c }).collect())
}

/// A text of one line: every run of white space is one blank, harmful characters are replaced.
pub(crate) fn line(text: &str) -> String {
    if is_plain(text) {
        let text = text.trim_ascii();
        if !has_double_blank(text) {
            return text.to_owned();
        }
    }
    let mut out = String::with_capacity(text.len().min(1024));
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().map(|c| if is_harmful(c) { '\u{FFFD}' } else { c }));
    }
    out
}

/// The same, without a copy of a text that is such a line already.
pub(crate) fn line_of(text: String) -> String {
    let is_line =
        is_plain(&text) && !text.starts_with(' ') && !text.ends_with(' ') && !has_double_blank(&text);
    if is_line { text } else { line(&text) }
}

/// A text of one line whose blanks matter (a path): only harmful characters and line ends go.
pub(crate) fn line_exact(text: &str) -> String {
    line_as_it_is(Cow::Borrowed(text)).into_owned()
}

/// The same, without a copy of a text of which nothing goes.
pub(crate) fn line_as_it_is(text: Cow<'_, str>) -> Cow<'_, str> {
    if is_plain(&text) {
        return text;
    }
    let shown = |c| if is_harmful(c) || matches!(c, '\n' | '\r' | '\t') { '\u{FFFD}' } else { c };
    Cow::Owned(text.chars().map(shown).collect())
}

/// `Some` line unless nothing is left.
pub(crate) fn some_line(text: &str) -> Option<String> {
    let text = line(text);
    (!text.is_empty()).then_some(text)
}

/// `Some` block unless there is nothing but white space.
pub(crate) fn some_block(text: &str) -> Option<String> {
    let text = block(text);
    (!text.trim().is_empty()).then_some(text)
}

/// The text, cut at a character boundary when longer than `limit` bytes; true when it was cut.
pub(crate) fn cut_bytes(mut text: String, limit: usize) -> (String, bool) {
    if text.len() <= limit {
        return (text, false);
    }
    let mut end = limit;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    (text, true)
}

/// A title: one line of at most [`TITLE_CHARS`] characters, cut at a word where one is near.
pub(crate) fn title(text: &str) -> String {
    // Only the beginning can matter: a message of megabytes is not copied for its title.
    let text = text.trim_start();
    let end = match text.len() {
        0..=TITLE_HEAD => text.len(),
        _ => text.char_indices().nth(TITLE_HEAD).map_or(text.len(), |(at, _)| at),
    };
    let text = line(&text[..end]);
    if text.len() <= TITLE_CHARS || text.chars().count() <= TITLE_CHARS {
        return text;
    }
    let kept: String = text.chars().take(TITLE_CHARS - 1).collect();
    let kept = match kept.rfind(' ') {
        Some(at) if at * 4 > kept.len() * 3 => &kept[..at],
        _ => kept.as_str(),
    };
    format!("{}…", kept.trim_end_matches([' ', ',', ';', ':']))
}

/// The first sentence of a message: up to the first blank line or sentence end. Abbreviations
/// (`e.g.`, `v1.`) and dots inside words do not end it.
pub(crate) fn first_sentence(text: &str) -> &str {
    let text = text.trim();
    let line_end = memchr::memchr(b'\n', text.as_bytes());
    let text = line_end.and_then(|_| text.find("\n\n")).map_or(text, |at| &text[..at]);
    let bytes = text.as_bytes();
    for (at, byte) in text.bytes().enumerate() {
        if byte == b':' && bytes.get(at + 1) == Some(&b'\n') && at >= 12 {
            return &text[..at];
        }
        if !matches!(byte, b'.' | b'!' | b'?') || !bytes.get(at + 1).is_some_and(u8::is_ascii_whitespace) {
            continue;
        }
        let word = text[..at].rsplit(char::is_whitespace).next().unwrap_or_default();
        let follows = text[at + 1..].trim_start().chars().next();
        let is_abbreviation = word.chars().count() < 2
            || word.contains('.')
            || ["eg", "ie", "etc", "vs", "cf", "no", "approx", "incl"]
                .contains(&word.to_ascii_lowercase().as_str());
        if at >= 12 && !is_abbreviation && !follows.is_some_and(char::is_lowercase) {
            return &text[..=at];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harmful_characters_become_visible() {
        assert_eq!(
            block("a\u{1b}[31mb\u{202e}c\r\nd\0"),
            "a\u{FFFD}[31mb\u{FFFD}c\nd\u{FFFD}",
            "escapes and NUL"
        );
        assert_eq!(line("  a \n b\t c "), "a b c", "a line has single blanks");
        assert_eq!(line("  a  b c "), "a b c", "in plain texts too");
        assert_eq!(line_exact(" a  b\n"), " a  b\u{FFFD}", "only what is no line goes");
    }

    #[test]
    fn titles_end_at_a_sentence_and_never_inside_a_character() {
        assert_eq!(first_sentence("Array x is short. Fix it."), "Array x is short.", "first sentence");
        assert_eq!(
            first_sentence("Uses md5, e.g. for keys. Stop."),
            "Uses md5, e.g. for keys.",
            "abbreviation"
        );
        assert_eq!(first_sentence("File a.c is bad"), "File a.c is bad", "dots in words");
        assert_eq!(first_sentence("Line one\nwraps here.\n\nMore"), "Line one\nwraps here.", "paragraph end");
        let long = "ü".repeat(5000);
        assert_eq!(title(&long).chars().count(), TITLE_CHARS, "cut by characters, not bytes");
        assert!(title(&"word ".repeat(200)).ends_with("word…"), "cut between words");
    }
}
