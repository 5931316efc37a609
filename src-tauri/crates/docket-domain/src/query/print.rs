//! [`Query`] to text: what it prints reads back as the same query.

use std::fmt;

use super::{Condition, Pattern, Query, Term, TimeTest};

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, term) in self.terms.iter().enumerate() {
            if n > 0 {
                f.write_str(" ")?;
            }
            term.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negated {
            f.write_str("-")?;
        }
        match &self.condition {
            Condition::Severity(values) => list(f, "severity", values),
            Condition::Status(values) => list(f, "status", values),
            Condition::Reason(values) => list(f, "reason", values),
            Condition::Kind(values) => list(f, "kind", values),
            Condition::Text(field, patterns) => list(f, field.as_str(), patterns),
            Condition::Linked(yes) => write!(f, "linked:{}", yes_no(*yes)),
            Condition::Proposal(yes) => write!(f, "proposal:{}", yes_no(*yes)),
            Condition::Time(field, tests) => list(f, field.as_str(), tests),
            Condition::Id(ids) => list(f, "id", ids),
            Condition::Free { text, phrase } => {
                if *phrase || !is_plain_word(text) {
                    write_quoted(f, text)
                } else {
                    f.write_str(text)
                }
            }
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `rule://x` would be read as an address, which is free text.
        let plain = !self.0.is_empty()
            && !self.0.starts_with("//")
            && !self.0.contains(|c: char| c.is_whitespace() || c == ',' || c == '"');
        if plain { f.write_str(&self.0) } else { write_quoted(f, &self.0) }
    }
}

impl fmt::Display for TimeTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Within(span) => write!(f, "<{}{}", span.count, span.unit),
            Self::Before(span) => write!(f, ">{}{}", span.count, span.unit),
            Self::Until(day) => write!(f, "<{}", day.0),
            Self::Since(day) => write!(f, ">={}", day.0),
            Self::After(day) => write!(f, ">{}", day.0),
            Self::Through(day) => write!(f, "<={}", day.0),
            Self::On(day) => write!(f, "{}", day.0),
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, field: &str, values: &[impl fmt::Display]) -> fmt::Result {
    write!(f, "{field}:")?;
    for (n, value) in values.iter().enumerate() {
        if n > 0 {
            f.write_str(",")?;
        }
        value.fmt(f)?;
    }
    Ok(())
}

fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

/// A word that reads back as itself: no white space or quotation marks, no minus in front,
/// and nothing before a colon that would look like a field.
pub(super) fn is_plain_word(text: &str) -> bool {
    let looks_like_field = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .is_some_and(|at| at > 0 && text[at..].starts_with(':') && !text[at..].starts_with("://"));
    !text.is_empty()
        && !text.starts_with('-')
        && !looks_like_field
        && !text.contains(|c: char| c.is_whitespace() || c == '"')
}

fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    use fmt::Write as _;
    f.write_char('"')?;
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    f.write_char('"')
}
