//! Markdown to HTML with the author's own HTML switched off.
//!
//! HTML comments vanish, as they do on the real pages; any other tag is shown as text. Links keep only addresses that
//! a person can follow safely; pictures become links, because the page may load nothing.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

pub(crate) fn to_html(text: &str) -> String {
    with_files(text, None)
}

/// As [`to_html`], for a text whose links to `/uploads/…` lead to files below this address.
pub(crate) fn to_html_with_files(text: &str, files: &str) -> String {
    with_files(text, Some(files))
}

fn with_files(text: &str, files: Option<&str>) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut events: Vec<Event<'_>> = Vec::new();
    let mut block: Option<String> = None;
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(Tag::HtmlBlock) => block = Some(String::new()),
            Event::End(TagEnd::HtmlBlock) => {
                let shown = without_comments(&block.take().unwrap_or_default());
                if !shown.trim().is_empty() {
                    events.push(Event::Start(Tag::Paragraph));
                    events.push(Event::Text(CowStr::from(shown)));
                    events.push(Event::End(TagEnd::Paragraph));
                }
            }
            Event::Html(raw) | Event::InlineHtml(raw) => match &mut block {
                Some(collected) => collected.push_str(&raw),
                None => events.push(Event::Text(CowStr::from(without_comments(&raw)))),
            },
            Event::Text(raw) if block.is_some() => {
                if let Some(collected) = &mut block {
                    collected.push_str(&raw);
                }
            }
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                events.push(Event::Start(Tag::Link {
                    link_type,
                    dest_url: safe(dest_url, files),
                    title,
                    id,
                }));
            }
            Event::Start(Tag::Image { dest_url, title, id, .. }) => {
                let link_type = pulldown_cmark::LinkType::Inline;
                events.push(Event::Start(Tag::Link {
                    link_type,
                    dest_url: safe(dest_url, files),
                    title,
                    id,
                }));
            }
            Event::End(TagEnd::Image) => events.push(Event::End(TagEnd::Link)),
            other => events.push(other),
        }
    }
    let mut out = String::new();
    html::push_html(&mut out, events.into_iter());
    out
}

/// Addresses that open a page, a mail or an uploaded file; everything else leads nowhere.
fn safe<'a>(address: CowStr<'a>, files: Option<&str>) -> CowStr<'a> {
    if let Some(files) = files.filter(|_| is_upload(&address)) {
        return CowStr::from(format!("{files}{address}"));
    }
    let lower = address.trim().to_ascii_lowercase();
    let allowed = ["https://", "http://", "mailto:", "#"].iter().any(|p| lower.starts_with(p));
    if allowed { address } else { CowStr::from("#") }
}

/// `/uploads/<32 hexadecimal digits>/<name>`.
fn is_upload(address: &str) -> bool {
    let parts: Vec<&str> = address.split('/').collect();
    matches!(parts.as_slice(), ["", "uploads", secret, name]
        if secret.len() == 32 && secret.bytes().all(|b| b.is_ascii_hexdigit()) && !name.is_empty())
}

fn without_comments(raw: &str) -> String {
    let mut out = String::new();
    let mut rest = raw;
    while let Some(start) = rest.find("<!--") {
        out.push_str(&rest[..start]);
        match rest[start..].find("-->") {
            Some(end) => rest = &rest[start + end + 3..],
            None => return out,
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::{to_html, to_html_with_files};

    #[test]
    fn uploaded_files_are_found_where_there_are_any() {
        let secret = "0123456789abcdef0123456789abcdef";
        let text = format!("[a](/uploads/{secret}/a.json) [b](/uploads/{secret}/../x) [c](/uploads/short/c)");
        let html = to_html_with_files(&text, "/-/project/7");
        assert!(html.contains(&format!("\"/-/project/7/uploads/{secret}/a.json\"")), "the file: {html}");
        assert_eq!(html.matches("href=\"#\"").count(), 2, "what is no file leads nowhere: {html}");
        assert!(!to_html(&text).contains("/uploads/"), "nor does any where there are no files");
    }

    #[test]
    fn the_authors_html_is_text_and_comments_vanish() {
        let html = to_html(
            "# T\n\n<script>alert(1)</script>\n\na <b onclick=x>b</b> c\n\n<!-- docket:v1 key=00 -->",
        );
        assert!(
            !html.contains("<script") && !html.contains("<b "),
            "no tag of the author's survives: {html}"
        );
        assert!(html.contains("&lt;script&gt;"), "it is shown as text: {html}");
        assert!(!html.contains("docket:v1"), "the comment is gone: {html}");
    }

    #[test]
    fn links_lead_to_pages_only() {
        let html = to_html("[a](javascript:alert(1)) [b](data:text/html,x) ![c](https://example.org/c.png)");
        assert!(!html.contains("javascript:") && !html.contains("data:"), "no such address: {html}");
        assert!(
            !html.contains("<img") && html.contains("https://example.org/c.png"),
            "a picture is a link: {html}"
        );
    }
}
