//! Markdown, read and written anew: only what is allowed comes out.
//!
//! Headings shrink to the fourth level and below (the issue's own headings are the third),
//! images become links, HTML becomes text, raw line ends stay. Nesting deeper than
//! [`DEEPEST`] is flattened.

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::text::Flavour;
use crate::text::clean::{clean, one_line};
use crate::text::code::{fence, push_code_span};
use crate::text::url::{self, Link};
use crate::text::words::{self, Ground};

const DEEPEST: usize = 6;

pub(super) fn rewrite(flavour: Flavour, text: &str) -> String {
    let mut writer = Writer::new(flavour);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    for event in Parser::new_ext(text, options) {
        writer.event(event);
    }
    writer.flush();
    writer.out.truncate(writer.out.trim_end().len());
    writer.out
}

/// One level of lists and quotes that is open.
enum Level {
    List {
        next: Option<u64>,
        begun: bool,
    },
    Item {
        indent: usize,
    },
    Quote,
    /// Too deep: its content belongs to the level above.
    Flat,
}

/// An open link.
enum OpenLink {
    /// It leads to this address.
    Made(String),
    /// Its address is shown behind it as code.
    Shown(String),
    /// Only its text is kept.
    TextOnly,
    /// It is written already; its text is not needed.
    Automatic,
}

struct Writer {
    flavour: Flavour,
    out: String,
    levels: Vec<Level>,
    /// What every line inside the open levels begins with, and how many levels have a part in
    /// it. Kept, not computed: hostile nesting is deep.
    prefix: String,
    depth: usize,
    /// Text that is not written yet, so that words split over several events are seen whole.
    pending: String,
    /// A list's or quote's marker was just written: the block begins on its line.
    after_marker: bool,
    line_start: bool,
    /// The inside of a code block, with its language.
    code: Option<(Option<String>, String)>,
    /// Where the last text ended in `out`.
    text_end: usize,
    links: Vec<OpenLink>,
    /// Open emphasis: its sign and where its content begins in `out`; `None` when it was not
    /// written because the same sign is open already (`~~~~` would be a fence).
    marks: Vec<(&'static str, Option<usize>)>,
    /// Headings and cells cannot hold a line break.
    single_line: bool,
    in_table: bool,
    columns: usize,
}

impl Writer {
    fn new(flavour: Flavour) -> Self {
        Self {
            flavour,
            out: String::new(),
            levels: Vec::new(),
            prefix: String::new(),
            depth: 0,
            pending: String::new(),
            after_marker: false,
            line_start: true,
            code: None,
            text_end: 0,
            links: Vec::new(),
            marks: Vec::new(),
            single_line: false,
            in_table: false,
            columns: 0,
        }
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) => match &mut self.code {
                Some((_, code)) => code.push_str(&text),
                None if matches!(self.links.last(), Some(OpenLink::Automatic)) => {}
                None => self.pending.push_str(&text),
            },
            Event::Html(html) | Event::InlineHtml(html) => push_text_of_html(&html, &mut self.pending),
            Event::Code(code) => {
                self.flush();
                self.begin_inline();
                push_code_span(&one_line(&code), self.in_table, &mut self.out);
            }
            Event::SoftBreak | Event::HardBreak => self.pending.push('\n'),
            Event::Rule => {
                self.begin_block();
                self.out.push_str("* * *");
                self.line_start = false;
            }
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            // Not asked for in the options, so never met.
            Event::TaskListMarker(_)
            | Event::FootnoteReference(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        if self.start_unseen(&tag) {
            return;
        }
        self.flush();
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.begin_block(),
            Tag::Heading { .. } => {
                self.begin_block();
                self.out.push_str("#### ");
                self.line_start = false;
                self.single_line = true;
            }
            Tag::BlockQuote(_) => self.open_quote(),
            Tag::CodeBlock(kind) => {
                self.begin_block();
                let language = match kind {
                    CodeBlockKind::Fenced(info) => Some(info.to_string()),
                    CodeBlockKind::Indented => None,
                };
                self.code = Some((language, String::new()));
            }
            Tag::List(first) => self.open_level(if self.too_deep() {
                Level::Flat
            } else {
                Level::List { next: first, begun: false }
            }),
            Tag::Item => self.open_item(),
            Tag::Table(columns) => self.open_table(columns.len()),
            Tag::TableHead => self.out.push('|'),
            Tag::TableRow => {
                self.new_line();
                self.out.push('|');
            }
            Tag::TableCell => {
                self.out.push(' ');
                self.line_start = false;
            }
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => self.open_mark(sign_of(&tag)),
            Tag::Link { link_type, dest_url, .. } => self.open_link(link_type, &dest_url),
            Tag::Image { dest_url, .. } => {
                self.open_link(LinkType::Inline, &dest_url);
                self.pending.push_str("image: ");
            }
            _ => {}
        }
    }

    /// What begins without leaving a sign must not part the text around it: `@` and `name`
    /// with nothing between them are a mention.
    fn start_unseen(&mut self, tag: &Tag<'_>) -> bool {
        match tag {
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => {
                let sign = sign_of(tag);
                let open = self.marks.iter().any(|(other, _)| *other == sign);
                if open {
                    self.marks.push((sign, None));
                }
                open
            }
            Tag::Link { link_type, dest_url, .. } => {
                let link = self.link_to(*link_type, dest_url);
                let unseen = matches!(link, OpenLink::TextOnly | OpenLink::Shown(_));
                if unseen {
                    self.links.push(link);
                }
                unseen
            }
            Tag::Image { dest_url, .. } => {
                let link = self.link_to(LinkType::Inline, dest_url);
                let unseen = matches!(link, OpenLink::TextOnly | OpenLink::Shown(_));
                if unseen {
                    self.links.push(link);
                    self.pending.push_str(" image: ");
                }
                unseen
            }
            _ => false,
        }
    }

    /// The counterpart of [`Self::start_unseen`].
    fn end_unseen(&mut self, tag: TagEnd) -> bool {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {
                self.marks.pop_if(|(_, begin)| begin.is_none()).is_some()
            }
            TagEnd::Link | TagEnd::Image => {
                self.links.pop_if(|link| matches!(link, OpenLink::TextOnly)).is_some()
            }
            _ => false,
        }
    }

    fn end(&mut self, tag: TagEnd) {
        if self.end_unseen(tag) {
            return;
        }
        if matches!(tag, TagEnd::HtmlBlock | TagEnd::Paragraph) {
            self.pending.truncate(self.pending.trim_end().len());
        }
        self.flush();
        match tag {
            TagEnd::Heading(_) => self.single_line = false,
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item => {
                self.close_level();
            }
            TagEnd::CodeBlock => self.close_code(),
            TagEnd::Table => {
                self.in_table = false;
                self.single_line = false;
            }
            TagEnd::TableHead => {
                let columns = self.columns;
                self.new_line();
                self.out.push_str(&"| --- ".repeat(columns));
                self.out.push('|');
            }
            TagEnd::TableCell => self.out.push_str(" |"),
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => self.close_mark(),
            TagEnd::Link | TagEnd::Image => self.close_link(),
            _ => {}
        }
    }

    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let text = clean(&std::mem::take(&mut self.pending));
        self.begin_inline();
        let touches = self.text_end == self.out.len() && !self.out.ends_with(char::is_whitespace);
        if touches && !text.starts_with(char::is_whitespace) && !self.line_start {
            // Emphasis of nothing stood between two texts.
            self.out.push(' ');
        }
        let ground = if self.links.is_empty() { Ground::Linked } else { Ground::InLink };
        let joined = self.single_line || !self.links.is_empty() || !self.marks.is_empty();
        let mut blank = false;
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 && joined {
                self.out.push(' ');
            } else if index > 0 && line.trim().is_empty() {
                blank = true;
                continue;
            } else if index > 0 {
                if std::mem::take(&mut blank) {
                    self.blank_line();
                } else {
                    self.new_line();
                }
            }
            let first = std::mem::take(&mut self.line_start);
            words::write_from(self.flavour, line, ground, first, self.in_table, &mut self.out);
            self.line_start = first && line.trim().is_empty();
        }
        if blank {
            self.new_line();
        }
        self.text_end = self.out.len();
    }

    fn open_level(&mut self, level: Level) {
        match level {
            Level::Item { indent } => self.prefix.extend(std::iter::repeat_n(' ', indent)),
            Level::Quote => self.prefix.push_str("> "),
            Level::List { .. } | Level::Flat => {}
        }
        self.depth += usize::from(matches!(level, Level::Item { .. } | Level::Quote));
        self.levels.push(level);
    }

    fn close_level(&mut self) {
        let width = match self.levels.pop() {
            Some(Level::Item { indent }) => indent,
            Some(Level::Quote) => 2,
            Some(Level::List { .. } | Level::Flat) | None => 0,
        };
        self.depth -= usize::from(width > 0);
        self.prefix.truncate(self.prefix.len() - width);
        self.after_marker = false;
    }

    fn new_line(&mut self) {
        let blanks = self.out.len() - self.out.trim_end_matches(' ').len();
        self.out.truncate(self.out.len() - blanks);
        self.out.push('\n');
        self.out.push_str(&self.prefix);
        self.line_start = true;
    }

    fn blank_line(&mut self) {
        self.out.push('\n');
        self.out.push_str(self.prefix.trim_end());
        self.out.push('\n');
        self.out.push_str(&self.prefix);
        self.line_start = true;
    }

    fn begin_block(&mut self) {
        if self.out.is_empty() || self.after_marker {
            self.after_marker = false;
            self.line_start = true;
        } else {
            self.blank_line();
        }
    }

    fn begin_inline(&mut self) {
        self.after_marker = false;
    }

    fn too_deep(&self) -> bool {
        self.depth >= DEEPEST
    }

    fn open_quote(&mut self) {
        if self.too_deep() {
            self.open_level(Level::Flat);
            return;
        }
        self.begin_block();
        self.out.push_str("> ");
        self.open_level(Level::Quote);
        self.after_marker = true;
    }

    fn open_item(&mut self) {
        let nested = self.depth > 0;
        let Some(Level::List { next, begun }) = self.levels.last_mut() else {
            self.begin_block();
            self.open_level(Level::Flat);
            return;
        };
        let (first, number) = (!std::mem::replace(begun, true), *next);
        *next = next.map(|n| n.saturating_add(1));
        // Only a bullet or the number 1 can follow a paragraph's line directly.
        let direct = !first || (nested && number.is_none_or(|n| n == 1));
        if self.out.is_empty() || self.after_marker {
        } else if direct {
            self.new_line();
        } else {
            self.blank_line();
        }
        let marker = number.map_or_else(|| "- ".to_owned(), |n| format!("{n}. "));
        self.out.push_str(&marker);
        self.open_level(Level::Item { indent: marker.len() });
        self.after_marker = true;
        self.line_start = true;
    }

    fn open_table(&mut self, columns: usize) {
        self.begin_block();
        self.columns = columns;
        self.in_table = true;
        self.single_line = true;
    }

    fn close_code(&mut self) {
        let Some((language, code)) = self.code.take() else { return };
        for (index, line) in fence(&code, language.as_deref()).split('\n').enumerate() {
            if index > 0 {
                self.out.push('\n');
                self.out.push_str(if line.is_empty() { self.prefix.trim_end() } else { &self.prefix });
            }
            self.out.push_str(line);
        }
        self.line_start = false;
    }

    fn open_mark(&mut self, sign: &'static str) {
        self.begin_inline();
        self.out.push_str(sign);
        self.line_start = false;
        self.marks.push((sign, Some(self.out.len())));
    }

    fn close_mark(&mut self) {
        let Some((sign, Some(begin))) = self.marks.pop() else { return };
        if self.out.len() == begin {
            // Nothing visible inside: without its sign nothing is left of it.
            self.out.truncate(begin - sign.len());
        } else {
            self.out.push_str(sign);
        }
    }

    fn link_to(&self, link_type: LinkType, address: &str) -> OpenLink {
        let automatic = matches!(link_type, LinkType::Autolink | LinkType::Email);
        match url::judge(address) {
            _ if !self.links.is_empty() => OpenLink::TextOnly,
            Link::Safe if automatic => OpenLink::Automatic,
            Link::Safe => OpenLink::Made(url::encoded(address)),
            Link::ShowOnly if !automatic => OpenLink::Shown(clean(address)),
            Link::ShowOnly | Link::Never => OpenLink::TextOnly,
        }
    }

    fn open_link(&mut self, link_type: LinkType, address: &str) {
        self.begin_inline();
        let link = self.link_to(link_type, address);
        match &link {
            OpenLink::Made(_) => self.out.push('['),
            OpenLink::Automatic => {
                self.out.push('<');
                self.out.push_str(&url::encoded(address));
                self.out.push('>');
            }
            OpenLink::Shown(_) | OpenLink::TextOnly => {}
        }
        self.line_start = false;
        self.links.push(link);
    }

    fn close_link(&mut self) {
        match self.links.pop() {
            Some(OpenLink::Made(address)) => {
                self.out.push_str("](");
                self.out.push_str(&address);
                self.out.push(')');
            }
            Some(OpenLink::Shown(address)) => {
                self.out.push(' ');
                push_code_span(&address, self.in_table, &mut self.out);
            }
            Some(OpenLink::TextOnly | OpenLink::Automatic) | None => {}
        }
    }
}

fn sign_of(tag: &Tag<'_>) -> &'static str {
    match tag {
        Tag::Strong => "**",
        Tag::Strikethrough => "~~",
        _ => "*",
    }
}

/// Tags that only format, and therefore vanish; those that break lines become line breaks.
const FORMATTING: &[&str] = &[
    "a", "abbr", "b", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark", "q", "s",
    "samp", "small", "span", "strong", "sub", "sup", "tt", "u", "var",
];
const BREAKING: &[&str] = &[
    "blockquote",
    "br",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

/// HTML as text: formatting tags vanish, every other tag and comment stays readable.
fn push_text_of_html(html: &str, out: &mut String) {
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let tag = &rest[at..];
        let Some(end) = tag.find('>') else {
            rest = tag;
            break;
        };
        let name = tag[1..end].trim_start_matches('/');
        let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("").to_ascii_lowercase();
        if BREAKING.contains(&name.as_str()) {
            out.push('\n');
        } else if !FORMATTING.contains(&name.as_str()) {
            out.push_str(&tag[..=end]);
        }
        rest = &tag[end + 1..];
    }
    out.push_str(rest);
}
