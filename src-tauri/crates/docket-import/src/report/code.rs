//! What reports about code share: places with columns, ways through the code, what people decided.

use docket_domain::{Flow, Found, Location, Suppression, SuppressionStatus};

use crate::clean;
use crate::json::Json;
use crate::make;

/// Most steps of one way through the code.
const STEPS: usize = 200;

/// Most ways of one finding.
const FLOWS: usize = 20;

/// Adds a way through the code; nothing when it has no steps.
pub(crate) fn flow(found: &mut Found, steps: impl IntoIterator<Item = Location>) {
    let steps: Vec<Location> = steps.into_iter().take(STEPS).collect();
    if !steps.is_empty() && found.flows.len() < FLOWS {
        found.flows.push(Flow { message: None, steps });
    }
}

/// Adds what people decided about the finding, once.
pub(crate) fn decided(found: &mut Found, status: SuppressionStatus, kind: &str, why: Option<String>) {
    let suppression = Suppression {
        status,
        kind: clean::title(kind),
        justification: why.and_then(|why| clean::some_block(&why)),
    };
    if !found.suppressions.contains(&suppression) {
        found.suppressions.push(suppression);
    }
}

/// Adds a contribution to identity.
pub(crate) fn partial(found: &mut Found, name: &str, value: Option<String>) {
    if let Some(value) = value {
        found.partial_fingerprints.insert(name.to_owned(), value);
    }
}

/// A place whose line and column numbers stand under these keys: first line, last line, first
/// column, last column. An empty key is none.
pub(crate) fn span(path: &str, of: &Json, keys: [&str; 4]) -> Location {
    let number = |key: &str| if key.is_empty() { None } else { of.line_number(key) };
    let mut place = make::place(path, number(keys[0]));
    place.end_line = number(keys[1]);
    place.start_column = number(keys[2]);
    place.end_column = number(keys[3]);
    place
}

/// Texts as they are borrowed by [`make::identifiers`] and [`make::references`].
pub(crate) fn strs(texts: &[String]) -> impl Iterator<Item = &str> {
    texts.iter().map(String::as_str)
}

/// A rule's text without its markup.
pub(crate) fn plain(html: &str) -> String {
    const BLOCKS: [&str; 12] = ["p", "br", "li", "h1", "h2", "h3", "h4", "pre", "ul", "div", "tr", "table"];
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        text.push_str(&rest[..open]);
        let Some(close) = rest[open..].find('>') else { break };
        let tag = rest[open + 1..open + close].trim_matches('/').to_ascii_lowercase();
        let name = tag.split([' ', '\n', '/']).next().unwrap_or_default();
        // A `<` that begins no tag is a part of the text.
        if name.starts_with(|c: char| c.is_ascii_alphabetic()) || tag.starts_with('!') {
            if BLOCKS.contains(&name) {
                text.push('\n');
            }
            rest = &rest[open + close + 1..];
        } else {
            text.push('<');
            rest = &rest[open + 1..];
        }
    }
    text.push_str(rest);
    let text = decoded(&text);
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        let doubled = line.trim().is_empty() && lines.last().is_none_or(|last| last.is_empty());
        if !doubled {
            lines.push(if line.trim().is_empty() { "" } else { line });
        }
    }
    clean::block(lines.join("\n").trim())
}

/// A text with HTML's usual references resolved.
fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(10).position(|b| b == b';');
        let name = end.and_then(|end| rest.get(1..end)).unwrap_or_default();
        let number = name.strip_prefix('#').and_then(|number| match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        });
        let character = number.and_then(char::from_u32).or(match name {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "nbsp" => Some(' '),
            "amp" => Some('&'),
            _ => None,
        });
        out.push(character.unwrap_or('&'));
        rest = match end {
            Some(end) if character.is_some() => &rest[end + 1..],
            _ => &rest[1..],
        };
    }
    out.push_str(rest);
    out
}

/// Addresses of links in a text with markup.
pub(crate) fn links(html: &str) -> Vec<String> {
    let parts = html.split("href=").skip(1).take(50);
    let urls = parts.filter_map(|part| {
        let quote = part.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        part[1..].split(quote).next().map(str::to_owned)
    });
    urls.collect()
}

/// Code with a number in front of each line (`12 text`, `12: text`): the code, and the first number.
/// Code without numbers stays as it is.
pub(crate) fn numbered(text: &str) -> (String, Option<u32>) {
    let mut first = None;
    let mut lines = Vec::new();
    for line in text.lines() {
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = line.split_at(digits);
        let rest = rest.strip_prefix(": ").or_else(|| rest.strip_prefix([':', ' '])).unwrap_or(rest);
        let Some(number) = make::line_number_of(number) else { return (text.to_owned(), None) };
        first = first.or(Some(number));
        lines.push(rest);
    }
    (lines.join("\n"), first)
}

/// How many characters a run must have to be taken for a credential.
const CREDENTIAL: usize = 12;

/// Code without the credential in it: findings travel to trackers that many people read.
pub(crate) fn masked(text: &str, credential: &str) -> String {
    let credential = credential.trim();
    if credential.chars().count() < 4 { masked_runs(text) } else { text.replace(credential, "*****") }
}

/// The same where the report does not say which part is the credential: every long run of
/// characters without a blank loses all but its beginning.
pub(crate) fn masked_runs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '_' | '-' | '.' | '~');
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let run = &rest[..end];
        let has_digit = run.bytes().any(|b| b.is_ascii_digit());
        if run.len() >= CREDENTIAL && (has_digit || run.len() >= 2 * CREDENTIAL) {
            out.push_str(&run[..4]);
            out.push_str("*****");
        } else {
            out.push_str(run);
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_numbers_leave_code() {
        assert_eq!(numbered("11 a\n12 b"), ("a\nb".to_owned(), Some(11)), "numbers and blanks");
        assert_eq!(numbered("30: \ta\n31: b"), ("\ta\nb".to_owned(), Some(30)), "numbers and colons");
        assert_eq!(numbered("a := 1"), ("a := 1".to_owned(), None), "no numbers");
    }

    #[test]
    fn credentials_leave_code() {
        assert_eq!(masked("key = \"abcd1234\"", "abcd1234"), "key = \"*****\"", "a named credential");
        let run = "+token = '9ed54617547cfca783e0f81f8dc5c927'";
        assert_eq!(masked_runs(run), "+token = '9ed5*****'", "a run with digits");
        assert_eq!(masked_runs("some plain words"), "some plain words", "words stay");
    }

    #[test]
    fn markup_leaves_the_text_and_its_links() {
        let html = "<p>Use <b>a</b> &lt; &#98;.&x</p><ul><li>one</li></ul> 1 < 2 <a href=\"https://x.example\">x</a>";
        assert_eq!(plain(html), "Use a < b.&x\n\none\n\n 1 < 2 x", "tags go, text stays");
        assert_eq!(links(html), ["https://x.example"], "the address of a link");
    }
}
