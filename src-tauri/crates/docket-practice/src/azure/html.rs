//! HTML as the service keeps it: comments and scripts are taken out, tags and attributes are filtered.
//!
//! What was taken out is told, because a client that hides something in a comment or an attribute loses it here. The
//! allowed sets follow what work item fields are seen to keep; the vendor publishes no list.

use std::fmt::Write as _;

use crate::text::escaped;

/// The kept HTML, and one phrase per thing that was taken out.
pub(crate) fn sanitised(html: &str) -> (String, Vec<String>) {
    let (mut out, mut stripped) = (String::with_capacity(html.len()), Vec::new());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = if let Some(after) = rest.strip_prefix("<!--") {
            stripped.push("a comment".to_owned());
            after.find("-->").map_or("", |end| &after[end + 3..])
        } else if rest.starts_with("<!") || rest.starts_with("<?") {
            stripped.push("a declaration".to_owned());
            rest.find('>').map_or("", |end| &rest[end + 1..])
        } else {
            tag(rest, &mut out, &mut stripped)
        };
    }
    out.push_str(rest);
    (out, stripped)
}

const TAGS: &[&str] = &[
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "caption",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
];

/// Tags whose content goes with them.
const WHOLE: &[&str] =
    &["script", "style", "iframe", "object", "embed", "noscript", "template", "svg", "math", "title"];

const ATTRIBUTES: &[&str] = &[
    "align",
    "alt",
    "border",
    "cellpadding",
    "cellspacing",
    "color",
    "colspan",
    "dir",
    "face",
    "height",
    "href",
    "rel",
    "rowspan",
    "size",
    "src",
    "start",
    "style",
    "target",
    "title",
    "valign",
    "width",
];

/// Handles what begins with `<` and returns the rest.
fn tag<'h>(text: &'h str, out: &mut String, stripped: &mut Vec<String>) -> &'h str {
    let closing = text[1..].starts_with('/');
    let start = 1 + usize::from(closing);
    let length = text[start..].find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len() - start);
    let name = text[start..start + length].to_ascii_lowercase();
    if name.is_empty() {
        out.push_str("&lt;");
        return &text[1..];
    }
    let Some(end) = end_of_tag(text) else {
        out.push_str("&lt;");
        return &text[1..];
    };
    let rest = &text[end + 1..];
    if WHOLE.contains(&name.as_str()) {
        if closing {
            return rest;
        }
        stripped.push(format!("<{name}> with its content"));
        let close = format!("</{name}");
        let lower = rest.to_ascii_lowercase();
        return lower.find(&close).map_or("", |at| rest[at..].find('>').map_or("", |e| &rest[at + e + 1..]));
    }
    if !TAGS.contains(&name.as_str()) {
        stripped.push(format!("<{name}>"));
        return rest;
    }
    if closing {
        out.push_str("</");
        out.push_str(&name);
        out.push('>');
        return rest;
    }
    out.push('<');
    out.push_str(&name);
    for (attribute, value) in attributes(&text[start + length..end]) {
        if kept(&attribute, &value) {
            let value = value.replace('"', "&quot;").replace('<', "&lt;");
            let _infallible = write!(out, " {attribute}=\"{value}\"");
        } else {
            stripped.push(format!("the attribute '{attribute}' of <{name}>"));
        }
    }
    out.push('>');
    rest
}

/// Where the tag's `>` is, quotes respected.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    for (i, c) in text.char_indices().skip(1) {
        match (quote, c) {
            (None, '>') => return Some(i),
            (None, '"' | '\'') => quote = Some(c),
            (Some(q), c) if q == c => quote = None,
            _ => {}
        }
    }
    None
}

fn attributes(text: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut rest = text.trim_matches(|c: char| c.is_whitespace() || c == '/');
    while !rest.is_empty() {
        let end = rest.find(|c: char| c.is_whitespace() || c == '=' || c == '/').unwrap_or(rest.len());
        let name = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (taken, left) = match quote {
                Some(q) => after[1..].split_once(q).unwrap_or((&after[1..], "")),
                None => after.split_once(char::is_whitespace).unwrap_or((after, "")),
            };
            taken.clone_into(&mut value);
            rest = left;
        }
        if !name.is_empty() {
            out.push((name, value));
        }
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
    }
    out
}

fn kept(attribute: &str, value: &str) -> bool {
    if !ATTRIBUTES.contains(&attribute) {
        return false;
    }
    let plain: String = value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let lower = plain.replace("&colon;", ":").to_ascii_lowercase();
    match attribute {
        "href" | "src" => {
            let scheme = lower.split(['/', '?', '#']).next().unwrap_or_default();
            let entity = scheme.contains('&');
            !entity
                && (!scheme.contains(':')
                    || ["http:", "https:", "mailto:"].iter().any(|s| scheme.starts_with(s)))
        }
        "style" => {
            !["expression", "url(", "javascript", "behavior", "import"].iter().any(|w| lower.contains(w))
        }
        _ => true,
    }
}

/// HTML for a page that loads nothing: sanitised again, styles dropped, pictures turned into links.
pub(crate) fn shown(html: &str) -> String {
    let (clean, _) = sanitised(html);
    let mut out = String::with_capacity(clean.len());
    let mut rest = clean.as_str();
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let Some(end) = end_of_tag(&rest[at..]) else {
            out.push_str(&escaped(&rest[at..]));
            return out;
        };
        let inside = &rest[at + 1..at + end];
        let name = inside.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let value =
            |n: &str| attributes(&inside[name.len()..]).into_iter().find(|(a, _)| a == n).map(|(_, v)| v);
        let address = |n: &str| value(n).unwrap_or_default().replace('"', "&quot;");
        let _infallible = match name {
            "a" => write!(out, "<a rel=\"noreferrer\" href=\"{}\">", address("href")),
            "img" => write!(out, "<a rel=\"noreferrer\" href=\"{}\">picture</a>", address("src")),
            "" => out.write_str(&rest[at..=at + end]),
            _ => write!(out, "<{name}>"),
        };
        rest = &rest[at + end + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::{sanitised, shown};

    #[test]
    fn comments_scripts_and_handlers_go_and_are_told() {
        let (kept, stripped) = sanitised(
            "<p onclick=\"x()\" data-key='1'>a<!-- docket:v1 --><script>alert(1)</script><b>c</b></p><x-y>d</x-y>",
        );
        assert_eq!(kept, "<p>a<b>c</b></p>d", "what stays");
        for what in ["a comment", "<script>", "'onclick'", "'data-key'", "<x>"] {
            assert!(stripped.iter().any(|s| s.contains(what)), "'{what}' is told: {stripped:?}");
        }
    }

    #[test]
    fn addresses_are_judged_and_text_survives() {
        let (kept, _) =
            sanitised("<a href=\"java\tscript:alert(1)\">x</a><a href='https://e.org/?a=1&b=2'>y</a> 1 < 2");
        assert_eq!(
            kept, "<a>x</a><a href=\"https://e.org/?a=1&b=2\">y</a> 1 &lt; 2",
            "only pages can be followed"
        );
        let (kept, _) = sanitised("<img src=x onerror=alert(1)>&lt;b&gt;<div title=\"a>b\">t</div>");
        assert_eq!(
            kept, "<img src=\"x\">&lt;b&gt;<div title=\"a>b\">t</div>",
            "entities stay, quotes are respected"
        );
    }

    #[test]
    fn a_page_loads_nothing() {
        let page = shown("<img src=https://e.org/p.png><p style=\"color:red\">t</p>");
        assert!(!page.contains("<img") && !page.contains("style") && page.contains("<p>t</p>"), "{page}");
    }
}
