//! Docket's Markdown → plain HTML, for trackers whose fields hold HTML.
//!
//! Every element is written here from an event that is allowed; HTML in the Markdown, images
//! and comments leave nothing, and text is escaped here and nowhere else. The elements are
//! those of [`ELEMENTS`], the only attribute is `href` with an http(s) address. Boxes to tick
//! become plain list items: such fields have none.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::text::url::{self, Link};

/// What the HTML consists of.
pub const ELEMENTS: &[&str] = &[
    "a",
    "blockquote",
    "br",
    "code",
    "em",
    "h3",
    "h4",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

/// A whole document, or a part that is whole in itself.
pub fn to_html(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut writer = Writer { out: String::with_capacity(markdown.len() * 5 / 4), ..Writer::default() };
    for event in Parser::new_ext(markdown, options) {
        writer.event(event);
    }
    writer.out.truncate(writer.out.trim_end().len());
    writer.out
}

/// Text for the inside of an element.
fn push_escaped(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
}

#[derive(Default)]
struct Writer {
    out: String,
    /// For every open link or image, whether an element was written for it.
    links: Vec<bool>,
    in_code: bool,
    in_head: bool,
}

impl Writer {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => push_escaped(&text, &mut self.out),
            Event::Code(code) => {
                self.out.push_str("<code>");
                push_escaped(&code, &mut self.out);
                self.out.push_str("</code>");
            }
            Event::SoftBreak | Event::HardBreak => {
                self.out.push_str(if self.in_code { "\n" } else { "<br>\n" });
            }
            Event::Rule
            | Event::Html(_)
            | Event::InlineHtml(_)
            | Event::TaskListMarker(_)
            | Event::FootnoteReference(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        let opening = match tag {
            Tag::Paragraph => "<p>",
            Tag::Heading { level, .. } => {
                if *level as usize <= 3 {
                    "<h3>"
                } else {
                    "<h4>"
                }
            }
            Tag::BlockQuote(_) => "<blockquote>\n",
            Tag::CodeBlock(_) => {
                self.in_code = true;
                "<pre><code>"
            }
            Tag::List(None) => "<ul>\n",
            Tag::List(Some(_)) => "<ol>\n",
            Tag::Item => "<li>",
            Tag::Table(_) => "<table>\n",
            Tag::TableHead => {
                self.in_head = true;
                "<thead>\n<tr>"
            }
            Tag::TableRow => "<tr>",
            Tag::TableCell => {
                if self.in_head {
                    "<th>"
                } else {
                    "<td>"
                }
            }
            Tag::Emphasis => "<em>",
            Tag::Strong => "<strong>",
            Tag::Link { dest_url, .. } => {
                self.open_link(dest_url);
                ""
            }
            Tag::Image { .. } => {
                self.links.push(false);
                ""
            }
            _ => "",
        };
        self.out.push_str(opening);
    }

    fn open_link(&mut self, address: &str) {
        let made = url::judge(address) == Link::Safe && !self.links.contains(&true);
        if made {
            self.out.push_str("<a href=\"");
            push_escaped(&url::encoded(address), &mut self.out);
            self.out.push_str("\">");
        }
        self.links.push(made);
    }

    fn end(&mut self, tag: TagEnd) {
        let closing = match tag {
            TagEnd::Paragraph => "</p>\n",
            TagEnd::Heading(level) => {
                if level as usize <= 3 {
                    "</h3>\n"
                } else {
                    "</h4>\n"
                }
            }
            TagEnd::BlockQuote(_) => "</blockquote>\n",
            TagEnd::CodeBlock => {
                self.in_code = false;
                self.out.truncate(self.out.trim_end_matches('\n').len());
                "</code></pre>\n"
            }
            TagEnd::List(true) => "</ol>\n",
            TagEnd::List(false) => "</ul>\n",
            TagEnd::Item => "</li>\n",
            TagEnd::Table => "</tbody>\n</table>\n",
            TagEnd::TableHead => {
                self.in_head = false;
                "</tr>\n</thead>\n<tbody>\n"
            }
            TagEnd::TableRow => "</tr>\n",
            TagEnd::TableCell => {
                if self.in_head {
                    "</th>"
                } else {
                    "</td>"
                }
            }
            TagEnd::Emphasis => "</em>",
            TagEnd::Strong => "</strong>",
            TagEnd::Link | TagEnd::Image if self.links.pop() == Some(true) => "</a>",
            _ => "",
        };
        self.out.push_str(closing);
    }
}
