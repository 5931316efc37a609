//! Messages (3.11): lookup by id, placeholders, embedded links.

use std::borrow::Cow;

use super::tool::RuleMatch;
use crate::clean;
use crate::json::Json;
use crate::path;

/// A result's message, with its placeholders filled in and its links resolved.
#[derive(Debug, PartialEq)]
pub(super) struct Message {
    /// One line or more of plain text: for the title.
    pub(super) plain: String,
    /// The whole message, Markdown, where that is not the same.
    markdown: Option<String>,
}

impl Message {
    /// The whole message, Markdown.
    pub(super) fn whole(self) -> String {
        self.markdown.unwrap_or(self.plain)
    }
}

/// Reads a `message` object. `place` names the related locations that links point to.
pub(super) fn of(
    message: &Json,
    rule: RuleMatch<'_>,
    place: &dyn Fn(i64) -> Option<String>,
) -> Option<Message> {
    // Some tools write the text itself where an object belongs.
    let mut text = message.get("text").some_text().or_else(|| message.some_text());
    let mut markdown = message.get("markdown").some_text();
    if text.is_none()
        && markdown.is_none()
        && let Some(id) = message.get("id").some_text()
    {
        let own = rule.descriptor.and_then(|descriptor| descriptor.strings.get(id));
        (text, markdown) = own.or_else(|| rule.component.strings.get(id)).unwrap_or_default();
    }
    let arguments: Vec<String> = message.get("arguments").items().iter().map(Json::as_text).collect();
    let fill = |text: &str| clean::block_of(filled(text, &arguments));
    let text = text.map(fill);
    let markdown = markdown.map(fill);
    let whole = markdown.as_deref().or(text.as_deref())?;
    let link = |text: &str, target: &str| markdown_link(text, target, place);
    let differs = (text.is_some() && markdown.is_some()) || may_link(whole);
    let whole = differs.then(|| linked(whole, &link));
    let plain = text.or(markdown)?;
    let plain = if may_link(&plain) { linked(&plain, &plain_link) } else { plain };
    Some(Message { plain, markdown: whole })
}

/// `{0}` replaced by its argument; `{{` and `}}` are literal braces (3.11.5). A placeholder
/// without an argument stays as it is.
fn filled<'t>(text: &'t str, arguments: &[String]) -> Cow<'t, str> {
    if memchr::memchr2(b'{', b'}', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with("{{") || rest.starts_with("}}") {
            out.push_str(&rest[..1]);
            rest = &rest[2..];
            continue;
        }
        let argument = rest[1..].find('}').filter(|_| rest.starts_with('{')).and_then(|end| {
            let digits = &rest[1..=end];
            let is_index = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            let value = is_index.then(|| arguments.get(digits.parse::<usize>().ok()?)).flatten()?;
            Some((value.as_str(), end + 2))
        });
        let (value, length) = argument.unwrap_or((&rest[..1], 1));
        out.push_str(value);
        rest = &rest[length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// False when [`linked`] would leave the text as it is.
fn may_link(text: &str) -> bool {
    memchr::memchr(b'[', text.as_bytes()).is_some()
}

/// Replaces embedded links `[text](target)` by what `show` makes of them; `None` keeps one as
/// it stands. Brackets and backslashes may be escaped inside the text (3.11.6).
fn linked(text: &str, show: &dyn Fn(&str, &str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['[', '\\']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('\\') {
            let length = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
            out.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        }
        let link = link_at(rest).and_then(|(text, target, length)| Some((show(text, target)?, length)));
        let (shown, length) = link.unwrap_or_else(|| ("[".to_owned(), 1));
        out.push_str(&shown);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

/// The link that begins here: its text, its target, and how long it is in all.
fn link_at(rest: &str) -> Option<(&str, &str, usize)> {
    // A link is short; hostile text of brackets must not cost quadratic time.
    const LONGEST: usize = 4096;
    let window = rest.as_bytes().get(..LONGEST.min(rest.len()))?;
    let mut at = 1;
    while at < window.len() {
        match window[at] {
            b'\\' => at += 2,
            b']' => break,
            b'[' => return None,
            _ => at += 1,
        }
    }
    if window.get(at..at + 2)? != b"](" {
        return None;
    }
    let length = window[at + 2..].iter().position(|b| *b == b')')?;
    let end = at + 2 + length;
    let (text, target) = (rest.get(1..at)?, rest.get(at + 2..end)?);
    let more = if is_local(target) { more_targets(&rest[end + 1..]) } else { 0 };
    Some((text, target, end + 1 + more))
}

/// How long the further targets are that some tools append: `[flows](1),(2),(3)`.
fn more_targets(rest: &str) -> usize {
    let mut length = 0;
    while let Some(digits) = rest[length..].strip_prefix(",(") {
        match digits.find(')') {
            Some(end) if is_local(&digits[..end]) => length += end + 3,
            _ => break,
        }
    }
    length
}

fn is_local(target: &str) -> bool {
    !target.is_empty() && target.bytes().all(|b| b.is_ascii_digit())
}

fn plain_link(text: &str, target: &str) -> Option<String> {
    let is_link = is_local(target) || path::scheme(target).is_some() || target.starts_with('#');
    is_link.then(|| unescaped(text))
}

/// The text with `\[`, `\]` and `\\` as what they stand for.
fn unescaped(text: &str) -> String {
    text.replace("\\[", "[").replace("\\]", "]").replace("\\\\", "\\")
}

fn markdown_link(text: &str, target: &str, place: &dyn Fn(i64) -> Option<String>) -> Option<String> {
    if is_local(target) {
        let place = target.parse().ok().and_then(place);
        return Some(match place {
            Some(place) => format!("{text} (`{}`)", place.replace('`', "'")),
            None => text.to_owned(),
        });
    }
    let scheme = path::scheme(target)?;
    // Links into the report or the disk of the scanner lead nowhere.
    let leads = path::is_web(target) || scheme.eq_ignore_ascii_case("mailto");
    (!leads).then(|| text.to_owned())
}

/// The title that a message gives: its first sentence, without escapes.
pub(super) fn title(message: &Message) -> String {
    let sentence = clean::first_sentence(&message.plain);
    if memchr::memchr(b'\\', sentence.as_bytes()).is_none() {
        return clean::title(sentence);
    }
    clean::title(&sentence.replace("\\[", "[").replace("\\]", "]"))
}

/// True for messages that are a table of `Key: value` lines, whose first line says little.
pub(super) fn is_key_value(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let mut keyed = 0;
    for line in lines.by_ref().take(3) {
        let Some((key, _)) = line.split_once(": ").or_else(|| line.strip_suffix(':').map(|key| (key, "")))
        else {
            return keyed >= 2;
        };
        if key.len() > 32 || !key.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_')) {
            return false;
        }
        keyed += 1;
    }
    keyed >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_follow_the_standard() {
        let arguments = ["x()".to_owned(), "y".to_owned()];
        for (text, want) in [
            ("Call to {0} with {1}", "Call to x() with y"),
            ("{1}{0}{1}", "yx()y"),
            ("{{0}} is literal", "{0} is literal"),
            ("{{{0}}}", "{x()}"),
            ("{9} stays, {} stays, {a} stays", "{9} stays, {} stays, {a} stays"),
            ("open { and }", "open { and }"),
            ("ends with {", "ends with {"),
        ] {
            assert_eq!(filled(text, &arguments), want, "filling {text}");
        }
    }

    #[test]
    fn embedded_links_are_resolved() {
        let place = |id: i64| (id == 1).then(|| "src/a.c:12".to_owned());
        for (text, plain, markdown) in [
            ("see [the source](1).", "see the source.", "see the source (`src/a.c:12`)."),
            ("see [gone](7)", "see gone", "see gone"),
            ("[flows](1),(2),(33), (x)", "flows, (x)", "flows (`src/a.c:12`), (x)"),
            ("at [docs](https://x.example/y)", "at docs", "at [docs](https://x.example/y)"),
            ("at [file](file:///etc/x)", "at file", "at file"),
            ("x\\[0\\](1)", "x\\[0\\](1)", "x\\[0\\](1)"),
            ("a[0] and b[1](c)", "a[0] and b[1](c)", "a[0] and b[1](c)"),
            ("[a \\[b\\]](1)", "a [b]", "a \\[b\\] (`src/a.c:12`)"),
            ("[unclosed", "[unclosed", "[unclosed"),
        ] {
            assert_eq!(linked(text, &plain_link), plain, "plain text of {text}");
            assert_eq!(linked(text, &|t, l| markdown_link(t, l, &place)), markdown, "Markdown of {text}");
        }
        let hostile = "[".repeat(200_000);
        assert_eq!(linked(&hostile, &plain_link).len(), hostile.len(), "brackets alone are no links");
    }

    #[test]
    fn tables_of_keys_are_recognised() {
        assert!(
            is_key_value("Package: libssl\nInstalled Version: 1.1\nVulnerability CVE-1"),
            "Trivy's shape"
        );
        assert!(!is_key_value("Error: something broke.\nAnd more text here."), "one key is a sentence");
        assert!(!is_key_value("A plain sentence."), "no key");
    }
}
