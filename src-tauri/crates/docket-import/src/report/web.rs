//! What reports about web addresses and hosts share: texts in HTML, messages of HTTP as evidence,
//! addresses as places, and XML read as if it were JSON (for products that write both).

use docket_domain::{Found, Location, Suppression, SuppressionStatus};

use super::xml::Element;
use crate::clean;
use crate::evidence::TEXT_BYTES;
use crate::json::{Json, Key};
use crate::make;
use crate::path;

/// Most names of elements that one element may hold.
const NAMES: usize = 500;
/// Longest tag that is taken for one.
const TAG_BYTES: usize = 4096;

/// A text in HTML as plain text: paragraphs and items keep their lines, links their addresses.
pub(crate) fn plain(html: &str) -> Option<String> {
    let mut out = String::with_capacity(html.len());
    let mut link: Option<String> = None;
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((text, length)) = entity(rest) {
            out.push(text);
            rest = &rest[length..];
        } else if let Some(tag) = tag(rest) {
            match tag_name(tag).as_str() {
                "br" | "br/" => out.push('\n'),
                "li" => out.push_str("\n- "),
                "p" | "/p" | "div" | "/div" | "tr" | "table" | "/table" | "ul" | "/ul" | "ol" | "/ol"
                | "pre" | "/pre" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "/h1" | "/h2" | "/h3"
                | "/h4" | "/h5" | "/h6" | "dt" | "dd" => out.push_str("\n\n"),
                "td" | "th" => out.push(' '),
                "a" => link = attribute(tag, "href"),
                "/a" => {
                    if let Some(url) = link.take().filter(|url| !out.ends_with(url.as_str())) {
                        out.extend([" (", url.as_str(), ")"]);
                    }
                }
                _ => {}
            }
            rest = &rest[tag.len() + 2..];
        } else {
            out.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    clean::some_block(&tidied(&out))
}

/// Lines without blanks around them, at most one empty line between two.
fn tidied(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            empty += 1;
            continue;
        }
        if !out.is_empty() {
            // An item follows the one before without a gap.
            out.push_str(if empty > 0 && !line.starts_with("- ") { "\n\n" } else { "\n" });
        }
        empty = 0;
        out.push_str(line);
    }
    out
}

/// What stands between `<` and `>` when the text begins with a tag.
fn tag(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('<')?;
    let begins = inside.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
    // Where another one begins, this was none: each byte is looked at once.
    let end = inside.bytes().take(TAG_BYTES).position(|byte| matches!(byte, b'>' | b'<'))?;
    (begins && inside.as_bytes().get(end) == Some(&b'>')).then(|| &inside[..end])
}

fn tag_name(tag: &str) -> String {
    let end = tag.find(char::is_whitespace).unwrap_or(tag.len());
    tag[..end].to_ascii_lowercase()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let at = lower.find(&format!("{name}="))? + name.len() + 1;
    let value = tag.get(at..)?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let value = match quote {
        Some(quote) => value[1..].split(quote).next()?,
        None => value.split_whitespace().next()?,
    };
    let value = value.trim().replace("&amp;", "&");
    path::is_web(&value).then_some(value)
}

/// The character that a reference at the beginning of the text means, and how long it is.
fn entity(text: &str) -> Option<(char, usize)> {
    let inside = text.strip_prefix('&')?;
    let end = inside.bytes().take(10).position(|byte| byte == b';')?;
    let name = &inside[..end];
    let character = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((character, end + 2))
}

/// The addresses of links in a text, in HTML or plain.
pub(crate) fn links(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("http") {
        rest = &rest[at..];
        let end = rest.find(|c: char| c.is_whitespace() || "\"'<>|,\\".contains(c)).unwrap_or(rest.len());
        let url = rest[..end].trim_end_matches(['.', ')', ';', ']']).replace("&amp;", "&");
        if path::is_web(&url) && !all.contains(&url) && all.len() < 200 {
            all.push(url);
        }
        rest = &rest[end.max(4)..];
    }
    all
}

/// What base64 says, as far as it can be shown; none when it is none.
pub(crate) fn decoded(text: &str) -> Option<String> {
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            _ => return None,
        };
        held = (held << 6) | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xFF).unwrap_or_default());
        }
        if bytes.len() > TEXT_BYTES * 2 {
            break;
        }
    }
    (!bytes.is_empty()).then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// An address as a place: what was asked for, how, and what came back.
pub(crate) fn place(
    url: &str,
    method: Option<&str>,
    parameter: Option<&str>,
    message: Option<String>,
) -> Location {
    let parts = [method, parameter].into_iter().flatten().filter_map(clean::some_line);
    let logical = parts.collect::<Vec<_>>().join(" ");
    Location {
        uri: clean::some_line(&path::without_login(url)),
        logical: Some(logical).filter(|logical| !logical.is_empty()),
        message,
        ..Location::nowhere()
    }
}

/// Another name of the host that a finding is about, kept in the description.
pub(crate) fn also_known_as(found: &mut Found, address: &str, service: Option<&str>) {
    let service = service.and_then(clean::some_line).map(|service| format!(" ({service})"));
    let said = clean::some_line(address).map(|address| format!("{address}{}", service.unwrap_or_default()));
    let before = std::mem::take(&mut found.description);
    found.description = make::described([("", Some(before)), ("Address", said)]);
}

/// Items of a list, one below the other.
pub(crate) fn listed(items: impl IntoIterator<Item = String>) -> Option<String> {
    let items: Vec<String> = items.into_iter().filter_map(|item| clean::some_line(&item)).collect();
    (!items.is_empty()).then(|| format!("- {}", items.join("\n- ")))
}

/// What the tool's users decided about a finding.
pub(crate) fn decision(kind: &str, why: Option<String>) -> Suppression {
    Suppression {
        status: SuppressionStatus::Accepted,
        kind: clean::line(kind),
        justification: why.and_then(|why| clean::some_block(&why)),
    }
}

/// What a list is called that holds elements of another name.
pub(crate) fn many<'a>(of: &'a Json, list: &str, item: &str) -> &'a [Json] {
    let list = of.get(list);
    let items = if list.is_map() { list.get(item) } else { list };
    match items {
        Json::List(items) => items,
        Json::Null | Json::Text(_) => &[],
        one => std::slice::from_ref(one),
    }
}

impl Element {
    /// The same in the shape of JSON: attributes are `@name`, elements of one name a list, text
    /// beside them `#text`.
    pub(crate) fn json(&self) -> Json {
        if self.children.is_empty() && self.attributes.is_empty() {
            return Json::Text(self.text().into_owned());
        }
        let mut fields: Vec<(Key, Json)> = Vec::new();
        for (name, value) in &self.attributes {
            fields.push((Key::from(&*format!("@{name}")), Json::Text(value.clone())));
        }
        let own = self.own_text();
        if !own.is_empty() {
            fields.push((Key::from("#text"), Json::Text(own.to_owned())));
        }
        for child in &self.children {
            let value = child.json();
            let has_room = fields.len() < NAMES;
            match fields.iter_mut().find(|(name, _)| *name == *child.name) {
                Some((_, Json::List(items))) => items.push(value),
                Some((_, one)) => {
                    let first = std::mem::take(one);
                    *one = Json::List(vec![first, value]);
                }
                None if has_room => fields.push((Key::from(&*child.name), value)),
                None => {}
            }
        }
        Json::Map(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_plain_text() {
        for (html, want) in [
            ("<p>One &amp; two</p><p>Three</p>", "One & two\n\nThree"),
            ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
            ("See <a href='https://x.example/a?b&amp;c'>here</a>.", "See here (https://x.example/a?b&c)."),
            ("1 < 2 && 3 > 2 &unknown;", "1 < 2 && 3 > 2 &unknown;"),
            ("a<br/>b<BR>c", "a\nb\nc"),
            ("<", "<"),
            ("&#x3C;&#60;", "<<"),
            ("<ü", "<ü"),
        ] {
            assert_eq!(plain(html).as_deref(), Some(want), "plain text of {html}");
        }
        assert_eq!(plain("<p></p>"), None, "nothing is left");
    }

    #[test]
    fn links_are_found_in_html_and_text() {
        let found = links(
            "https://a.example/x, <a href=\"http://b.example/?q&amp;r\">b</a> https://a.example/x. http",
        );
        assert_eq!(found, ["https://a.example/x", "http://b.example/?q&r"], "each once");
    }

    #[test]
    fn base64_is_read_or_refused() {
        assert_eq!(decoded("R0VUIC8=").as_deref(), Some("GET /"));
        assert_eq!(decoded("no base64!"), None, "a character that is none");
        assert_eq!(decoded(""), None);
    }

    #[test]
    fn xml_takes_the_shape_of_json() {
        let leaf = |name: &str| {
            let mut leaf = Element::default();
            leaf.name = name.to_owned();
            leaf
        };
        let mut element = leaf("x");
        element.children = vec![leaf("a"), leaf("a"), leaf("b")];
        let json = element.json();
        assert_eq!(json.get("a").items().len(), 2, "elements of one name are a list");
        assert_eq!(many(&json, "b", "c").len(), 0, "a text is no list");
    }
}
