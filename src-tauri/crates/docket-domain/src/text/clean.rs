//! Characters that people cannot see, or that reorder what they see.

use std::fmt::Write;

/// How Docket's visible tokens begin (`docket-key-…`, `docket-part-…`).
const TOKEN: &str = "docket-";

/// Line ends become `\n`; control characters, zero-width and tag characters disappear;
/// characters that turn the direction of writing become visible (`⟨U+202E⟩`), and what looks
/// like a token of Docket's is pulled apart.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\n' | '\t' => out.push(c),
            '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            // A terminal's colour codes: ESC [ … letter.
            '\u{1b}' if chars.peek() == Some(&'[') => {
                chars.next();
                while chars.next_if(|c| c.is_ascii_digit() || *c == ';').is_some() {}
                chars.next_if(char::is_ascii_alphabetic);
            }
            c if turns_direction(c) => {
                // Writing into a String cannot fail.
                write!(out, "⟨U+{:04X}⟩", u32::from(c)).unwrap_or_default();
            }
            c if c.is_control() || is_invisible(c) => {}
            c => out.push(c),
        }
    }
    part_tokens(out)
}

/// Whether [`clean`] would leave a text as it is.
pub(super) fn is_clean(text: &str) -> bool {
    let acts = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{2028}' | '\u{2029}')
            || turns_direction(c)
            || is_invisible(c)
    };
    !text.contains(acts) && !text.contains(TOKEN)
}

/// What would read as one of Docket's own visible tokens is pulled apart visibly.
fn part_tokens(text: String) -> String {
    if !text.contains(TOKEN) {
        return text;
    }
    let mut text = text;
    for word in ["key", "part"] {
        text = text.replace(&format!("{TOKEN}{word}-"), &format!("{TOKEN} {word}-"));
    }
    text
}

/// [`clean`], with every run of white space as one blank.
pub fn one_line(text: &str) -> String {
    let cleaned = clean(text);
    let mut out = String::with_capacity(cleaned.len());
    for word in cleaned.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'
            ..='\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2060}'..='\u{2065}'
            | '\u{206a}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}
