//! Templates as they were stored before there was a language for them: `{word}` in the title
//! and in a heading.
//!
//! They are translated when they are read, so that nobody has to write them anew.

use super::BESIDE;

const WORDS: &[&str] = &["title", "severity", "rule", "application", "tool", "component", "cve", "count"];

/// The same title in the language of today.
pub(super) fn title(pattern: &str) -> String {
    if pattern.trim().is_empty() { String::new() } else { translated(pattern) }
}

/// A text that begins with the heading and goes on as Docket writes it.
pub(super) fn body(heading: &str) -> String {
    let heading = heading.trim();
    if heading.is_empty() { String::new() } else { format!("{}\n\n{BESIDE}", translated(heading)) }
}

/// Where a template of today still has a word in single braces, which is text now.
pub(super) fn left(source: &str) -> Option<(usize, &'static str)> {
    WORDS.iter().copied().find_map(|word| {
        let written = format!("{{{word}}}");
        let mut found = source.match_indices(&written).map(|(at, _)| at);
        found.find(|at| !source[..*at].ends_with(['{', '"', '\''])).map(|at| (at, word))
    })
}

fn translated(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 32);
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        let (before, from) = rest.split_at(open);
        out.push_str(before);
        let word = from[1..].split_once('}').map(|(word, _)| word).filter(|word| WORDS.contains(word));
        if let Some(word) = word {
            out.push_str("{{ ");
            out.push_str(word);
            out.push_str(" }}");
            rest = &from[word.len() + 2..];
        } else if from[1..].starts_with(['{', '%', '#']) {
            // What begins a tag today was text.
            out.push_str("{{ \"{\" }}");
            rest = &from[1..];
        } else {
            out.push('{');
            rest = &from[1..];
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_values_and_everything_else_stays_text() {
        assert_eq!(title("[{severity}] {title}"), "[{{ severity }}] {{ title }}", "each word");
        assert_eq!(title("  "), "", "nothing stays nothing");
        assert_eq!(
            body("See {rule}."),
            "See {{ rule }}.\n\n{{ default }}",
            "a heading stands above the rest"
        );
        assert_eq!(body(" "), "", "no heading, no template");
        assert_eq!(title("fn x() { y } {} {other}"), "fn x() { y } {} {other}", "braces of code stay");
        assert_eq!(left("{{ title }} {{title}} {{ \"{title}\" }}"), None, "these are not of before");
        assert_eq!(left("a {severity}"), Some((2, "severity")), "a habit of before");
        assert_eq!(title("{{ a }} {%"), "{{ \"{\" }}{ a }} {{ \"{\" }}%", "what is a tag today was text");
    }
}
