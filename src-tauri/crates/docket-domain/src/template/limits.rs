//! What a template's source may hold, seen without running it.
//!
//! Texts can only grow by being joined, and a text that is joined with itself doubles; so joins
//! are few. Repeating by `*` does the same at once and is not offered.

use super::fault::Fault;

/// Characters of one template.
pub(super) const LONGEST: usize = 20_000;
/// Joins (`~`, `+`) in one template.
const JOINS: usize = 10;

/// Refuses what could explode.
pub(super) fn check(source: &str) -> Result<(), Fault> {
    let count = source.chars().count();
    if count > LONGEST {
        let words = format!("The template has {count} characters; at most {LONGEST} are taken.");
        return Err(Fault::at(source, source.len(), 0, words));
    }
    let mut joins = 0;
    for (at, sign) in operators(source) {
        if sign == '*' {
            let fault = Fault::at(source, at, 1, "«*» is not offered here.".to_owned());
            return Err(fault.hint("Texts cannot be repeated."));
        }
        joins += 1;
        if joins > JOINS {
            let words = format!("More than {JOINS} texts are joined with «~» or «+».");
            let fault = Fault::at(source, at, 1, words);
            return Err(fault.hint("Write the values one after the other instead: {{ rule }}: {{ file }}."));
        }
    }
    Ok(())
}

/// Where a template speaks rather than writes: what stands within `{{ }}` and `{% %}`.
fn spoken(source: &str) -> Vec<(usize, &str)> {
    let (mut out, mut at) = (Vec::new(), 0);
    while let Some(open) = source[at..].find('{').map(|found| at + found) {
        let close = match source.as_bytes().get(open + 1) {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            Some(b'#') => "#}",
            _ => {
                at = open + 1;
                continue;
            }
        };
        let inside = &source[open + 2..];
        let mut quote = None;
        let end = inside.char_indices().find(|(here, c)| {
            match (quote, *c) {
                (Some(mark), c) if mark == c => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') if close != "#}" => quote = Some(*c),
                (None, _) => return inside[*here..].starts_with(close),
            }
            false
        });
        let end = end.map_or(inside.len(), |(end, _)| end);
        if close != "#}" {
            out.push((open + 2, &inside[..end]));
        }
        at = (open + 2 + end + 2).min(source.len());
        while !source.is_char_boundary(at) {
            at += 1;
        }
    }
    out
}

/// `~`, `+` and `*` outside of quotes. Beside the ends of a tag they are about blanks.
fn operators(source: &str) -> Vec<(usize, char)> {
    let mut out = Vec::new();
    for (from, said) in spoken(source) {
        let mut quote = None;
        for (at, c) in said.char_indices() {
            match (quote, c) {
                (Some(mark), c) if mark == c => quote = None,
                (None, '"' | '\'') => quote = Some(c),
                (None, '~' | '*') => out.push((from + at, c)),
                (None, '+') if at > 0 && at + 1 < said.len() => out.push((from + at, c)),
                _ => {}
            }
        }
    }
    out
}

/// The longest stretch that a template writes as it is, in bytes.
pub(super) fn longest_literal(source: &str) -> usize {
    let (mut longest, mut at) = (0, 0);
    for (from, said) in spoken(source) {
        longest = longest.max(from.saturating_sub(2).saturating_sub(at));
        at = from + said.len() + 2;
    }
    longest.max(source.len().saturating_sub(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_are_counted_where_a_template_speaks_and_nowhere_else() {
        let many = "{{ \"a ~ b + c * d\" }} a ~ b * c {# ~ * #} {%+ if x +%} {{ a ~ \"}} ~\" }}";
        let found: Vec<char> = operators(many).into_iter().map(|(_, sign)| sign).collect();
        assert_eq!(found, ['~'], "quotes, text, comments and blanks' signs are none");
        assert!(check(&"{{ title ~ title }}".repeat(11)).is_err(), "joins are few");
        assert!(check("{{ title * 9 }}").is_err(), "and repeating is not offered");
        assert_eq!(longest_literal("abc{{ x }}defgh{% if x %}i{% endif %}"), 5, "what is written as it is");
    }
}
