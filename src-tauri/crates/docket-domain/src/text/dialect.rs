//! What tells the flavours apart, in one table: a further flavour is one more row here.
//!
//! A rule errs on the side of code: a word that only resembles a mention is still readable as
//! code, while one mention that was missed writes to a person.

use crate::text::Flavour;

/// What is written at last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Markup {
    /// Markdown: boxes to tick, folds, comments that nobody sees.
    Markdown,
    /// HTML without comments, boxes and folds.
    Html,
}

/// One flavour's rules.
pub(crate) struct Dialect {
    pub markup: Markup,
    /// Characters that make up a word as far as acting goes.
    pub in_word: fn(char) -> bool,
    /// Whether the tracker would act upon this word.
    pub acts: fn(&str) -> bool,
    /// The part of an acting word that becomes code, as byte offsets; the rest is punctuation.
    pub core: fn(&str) -> (usize, usize),
    /// Lines that begin with `/word` are orders, and code that is a colour is painted.
    pub orders: bool,
    /// Titles are searched for mentions and references too, and no markup protects them there.
    pub titles_act: bool,
    /// Struck text is written. Not where `~word` is a label: beside a quotation a mark could be
    /// read as the beginning of one. Not in HTML, where it has no element.
    pub strikes: bool,
}

static GITHUB: Dialect = Dialect {
    markup: Markup::Markdown,
    in_word: |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '@' | '#' | '+'),
    acts: |word| mentions(word) || references(word) || is_commit(word) || names_a_page(word),
    core: |word| (0, word.trim_end_matches(['.', '-', '/', '_', '+']).len()),
    orders: false,
    titles_act: false,
    strikes: true,
};

static GITLAB: Dialect = Dialect {
    markup: Markup::Markdown,
    in_word: |c| !c.is_whitespace(),
    acts: acts_in_gitlab,
    core: without_punctuation,
    orders: true,
    titles_act: true,
    strikes: false,
};

/// The Markdown is Docket's own half-way house here; the tracker gets HTML.
static HTML: Dialect = Dialect {
    markup: Markup::Html,
    in_word: |c| !c.is_whitespace(),
    acts: |word| mentions(word) || references(word) || followed_by(word, '!', |c| c.is_ascii_digit()),
    core: without_punctuation,
    orders: false,
    titles_act: false,
    strikes: false,
};

impl Flavour {
    pub(crate) fn dialect(self) -> &'static Dialect {
        match self {
            Self::GitHub => &GITHUB,
            Self::GitLab => &GITLAB,
            Self::Html => &HTML,
        }
    }
}

fn followed_by(word: &str, sign: char, accept: fn(char) -> bool) -> bool {
    word.match_indices(sign).any(|(at, _)| word[at + sign.len_utf8()..].chars().next().is_some_and(accept))
}

/// `@name`, `@org/team`, and addresses of mail, which would become links.
fn mentions(word: &str) -> bool {
    word.len() > 1 && word.contains('@')
}

/// `#1`, `owner/repo#1`, `GH-1`.
fn references(word: &str) -> bool {
    followed_by(word, '#', |c| c.is_ascii_digit()) || prefixed(word, "gh-")
}

/// `GH-1` and the like, at the beginning of a word.
fn prefixed(word: &str, prefix: &str) -> bool {
    word.split(['/', '.', '_', '+', '@', '#']).any(|part| {
        let lower = part.to_ascii_lowercase();
        lower
            .match_indices(prefix)
            .any(|(at, _)| lower[at + prefix.len()..].starts_with(|c: char| c.is_ascii_digit()))
    })
}

/// Seven to forty hex digits between other characters.
fn is_commit(word: &str) -> bool {
    word.split(|c: char| !c.is_ascii_alphanumeric())
        .any(|part| (7..=40).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Addresses without a scheme become links.
fn names_a_page(word: &str) -> bool {
    word.to_ascii_lowercase().contains("www.")
}

fn acts_in_gitlab(word: &str) -> bool {
    mentions(word)
        || references(word)
        || is_commit(word)
        || names_a_page(word)
        || prefixed(word, "gl-")
        || word.contains('$')
        || signs_in_gitlab(word)
        || is_order(word)
        || is_shortcode(word)
        || brackets_act(word)
}

/// Merge requests, epics, labels, milestones, iterations and projects.
fn signs_in_gitlab(word: &str) -> bool {
    let digit = |c: char| c.is_ascii_digit();
    let milestone = |at: usize| word[at + 1..].contains(|c: char| c.is_alphanumeric() || c == '"');
    followed_by(word, '!', digit)
        || followed_by(word, '&', digit)
        // Alerts and custom objects: `^alert#1`.
        || followed_by(word, '^', char::is_alphanumeric)
        // A label's name may begin with a full stop, so one that Docket writes behind counts.
        || word.match_indices('~').any(|(at, _)| !word[at + 1..].starts_with(['/', '\\']))
        || followed_by(word, '*', |c| c == '"')
        || word.to_ascii_lowercase().contains("*iteration:")
        || word.match_indices('%').any(|(at, _)| milestone(at))
        // `group/project>`.
        || word.match_indices('>').any(|(at, _)| {
            let before = &word[..at];
            before.contains('/') && before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
        })
}

/// `/close`. GitLab looks for it at the beginning of a line of a paragraph's source; which
/// words begin lines is not known here, so paths are shown as code wherever they are.
fn is_order(word: &str) -> bool {
    word.strip_prefix('/').is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// `:smile:` that no letter precedes.
fn is_shortcode(word: &str) -> bool {
    word.match_indices(':').any(|(at, _)| {
        let before = word[..at].chars().next_back();
        let name = &word[at + 1..];
        let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+')));
        // Which other characters count as letters here, readers do not agree upon.
        !before.is_some_and(|c| c.is_ascii_alphanumeric())
            && end.is_some_and(|end| end > 0 && name[end..].starts_with(':'))
    })
}

/// `[vulnerability:1]`, `[[page]]`, `[TOC]`, `{+ added +}`, `[- removed -]`, `::include{…}`.
fn brackets_act(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let typed = |at: usize| {
        let name = &lower[at + 1..];
        let end = name.find(|c: char| !(c.is_ascii_alphabetic() || matches!(c, '_' | '-')));
        end.is_some_and(|end| end > 0 && name[end..].starts_with(':'))
    };
    lower.contains("[[")
        || lower.contains("[toc]")
        || lower.contains("::include{")
        || lower.match_indices('[').any(|(at, _)| typed(at))
        || ["{+", "[+", "{-", "[-"].iter().any(|sign| lower.contains(sign))
}

/// A word without the brackets, quotes and full stops around it.
fn without_punctuation(word: &str) -> (usize, usize) {
    // `[[` opens a page of a wiki, so it stays with what it opens; a lone `[` must not, or
    // `[TOC]` would be all of the code.
    let opening: &[char] = if word.contains("[[") {
        &['(', '"', '\'', '«']
    } else {
        &['(', '[', '"', '\'', '«', '“', '‘']
    };
    let begin = word.len() - word.trim_start_matches(opening).len();
    let mut end = word.len();
    loop {
        let inner = &word[begin.min(end)..end];
        let trimmed = inner.trim_end_matches(['.', ',', ';', ':', '!', '?', '"', '\'', '»', '”', '’', ']']);
        let trimmed = match trimmed.strip_suffix(')') {
            Some(open) if open.matches('(').count() <= open.matches(')').count() => open,
            _ => trimmed,
        };
        if trimmed.len() == inner.len() {
            break;
        }
        end = begin + trimmed.len();
    }
    if begin < end { (begin, end) } else { (0, word.len()) }
}
