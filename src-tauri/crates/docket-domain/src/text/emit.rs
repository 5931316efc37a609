//! Markdown, read and written anew: only what is allowed comes out.
//!
//! Headings shrink to the fourth level and below (the issue's own headings are the third),
//! images become links, HTML becomes text, raw line ends stay. Deep nesting is
//! flattened.

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::text::Flavour;
use crate::text::clean::{clean, one_line};
use crate::text::code::{fence, push_code_span};
use crate::text::html::push_text_of_html;
use crate::text::page::{Page, Shape};
use crate::text::url::{self, Link};
use crate::text::words::{self, Ground};

pub(super) fn rewrite(flavour: Flavour, text: &str) -> String {
    let mut writer = Writer::new(flavour);
    let mut options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    if !flavour.dialect().strikes {
        options.remove(Options::ENABLE_STRIKETHROUGH);
    }
    for event in Parser::new_ext(text, options) {
        writer.event(event);
    }
    writer.flush();
    writer.page.out.truncate(writer.page.out.trim_end().len());
    writer.page.out
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

/// Where an open emphasis began.
struct MarkStart {
    content: usize,
    at_line_start: bool,
}

struct Writer {
    flavour: Flavour,
    page: Page,
    /// Text that is not written yet, so that words split over several events are seen whole.
    pending: String,
    /// Where the last text ended on the page.
    text_end: usize,
    /// Where the last emphasis ended on the page.
    mark_end: usize,
    /// The inside of a code block, with its language.
    code: Option<(Option<String>, String)>,
    links: Vec<OpenLink>,
    /// Open emphasis: its sign and where it began; `None` when it was not
    /// written because the same sign is open already (`~~~~` would be a fence).
    marks: Vec<(&'static str, Option<MarkStart>)>,
    columns: usize,
}

impl Writer {
    fn new(flavour: Flavour) -> Self {
        Self {
            flavour,
            page: Page::new(),
            pending: String::new(),
            text_end: 0,
            mark_end: 0,
            code: None,
            links: Vec::new(),
            marks: Vec::new(),
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
                self.page.begin_inline();
                let in_table = self.page.in_table();
                push_code_span(self.flavour, &one_line(&code), in_table, &mut self.page.out);
            }
            Event::SoftBreak | Event::HardBreak => self.pending.push('\n'),
            Event::Rule => {
                self.page.begin_block();
                self.page.out.push_str("* * *");
                self.page.line_start = false;
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
            Tag::Paragraph | Tag::HtmlBlock => self.page.begin_block(),
            Tag::Heading { .. } => {
                self.page.begin_block();
                self.page.out.push_str("#### ");
                self.page.line_start = false;
                self.page.shape = Shape::Heading;
            }
            Tag::BlockQuote(_) => self.page.open_quote(),
            Tag::CodeBlock(kind) => {
                self.page.begin_block();
                let language = match kind {
                    CodeBlockKind::Fenced(info) => Some(info.to_string()),
                    CodeBlockKind::Indented => None,
                };
                self.code = Some((language, String::new()));
            }
            Tag::List(first) => self.page.open_list(first),
            Tag::Item => self.page.open_item(),
            Tag::Table(columns) => self.open_table(columns.len()),
            Tag::TableHead => self.page.out.push('|'),
            Tag::TableRow => {
                self.page.new_line();
                self.page.out.push('|');
            }
            Tag::TableCell => {
                self.page.out.push(' ');
                self.page.line_start = false;
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
            TagEnd::Heading(_) | TagEnd::Table => self.page.shape = Shape::Block,
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item => {
                self.page.close_level();
            }
            TagEnd::CodeBlock => self.close_code(),
            TagEnd::TableHead => {
                let columns = self.columns;
                self.page.new_line();
                self.page.out.push_str(&"| --- ".repeat(columns));
                self.page.out.push('|');
            }
            TagEnd::TableCell => self.page.out.push_str(" |"),
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => self.close_mark(),
            TagEnd::Link | TagEnd::Image => self.close_link(),
            _ => {}
        }
    }

    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let mut text = clean(&std::mem::take(&mut self.pending));
        self.page.begin_inline();
        if let Some((_, Some(mark))) = self.marks.last()
            && mark.content == self.page.out.len()
        {
            // A `*` with a blank behind it would be a bullet.
            text = text.trim_start().to_owned();
        }
        let touches = self.text_end == self.page.out.len() && !self.page.out.ends_with(char::is_whitespace);
        if touches && !text.starts_with(char::is_whitespace) && !self.page.line_start {
            // Emphasis of nothing stood between two texts.
            self.page.out.push(' ');
        } else if self.mark_end == self.page.out.len() && !text.starts_with(stands_apart) {
            let before = self.page.out.trim_end_matches(['*', '~']);
            if before.ends_with(|c: char| !c.is_alphanumeric()) {
                // Between a full stop and a letter a sign does not close anything.
                self.page.out.push(' ');
            }
        }
        let begin = self.page.out.len();
        let ground = if self.links.is_empty() { Ground::Linked } else { Ground::InLink };
        let joined = self.page.shape != Shape::Block || !self.links.is_empty() || !self.marks.is_empty();
        let in_table = self.page.in_table();
        let mut blank = false;
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 && joined {
                self.page.out.push(' ');
            } else if index > 0 && line.trim().is_empty() {
                blank = true;
                continue;
            } else if index > 0 {
                if std::mem::take(&mut blank) {
                    self.page.blank_line();
                } else {
                    self.page.new_line();
                }
            }
            let first = std::mem::take(&mut self.page.line_start);
            words::write_from(self.flavour, line, ground, first, in_table, &mut self.page.out);
            self.page.line_start = first && line.trim().is_empty();
        }
        if blank {
            self.page.new_line();
        }
        let opens_link = self.page.out[..begin].ends_with('[') && ground == Ground::InLink;
        if opens_link && self.page.out[begin..].starts_with(['!', '^']) {
            // A label such as `!NOTE` or `^1` would begin an alert box or a footnote.
            self.page.out.insert(begin, '\\');
        }
        self.text_end = self.page.out.len();
    }

    fn open_table(&mut self, columns: usize) {
        self.page.begin_block();
        self.columns = columns;
        self.page.shape = Shape::Cell;
    }

    fn close_code(&mut self) {
        let Some((language, code)) = self.code.take() else { return };
        self.page.push_lines(&fence(self.flavour, &code, language.as_deref()));
    }

    fn open_mark(&mut self, sign: &'static str) {
        self.page.begin_inline();
        if self.mark_end == self.page.out.len() && self.mark_end > 0 {
            // Signs that touch would be one longer sign.
            self.page.out.push(' ');
        }
        self.page.out.push_str(sign);
        let at_line_start = std::mem::replace(&mut self.page.line_start, false);
        self.marks.push((sign, Some(MarkStart { content: self.page.out.len(), at_line_start })));
    }

    fn close_mark(&mut self) {
        let Some((sign, Some(MarkStart { content, at_line_start }))) = self.marks.pop() else { return };
        if self.page.out[content..].trim().is_empty() {
            // Nothing visible inside: without its sign it was never there.
            self.page.out.truncate(content - sign.len());
            self.page.line_start = at_line_start;
        } else {
            let begin = content - sign.len();
            let inside = self.page.out[content..].chars().next();
            let before = self.page.out[..begin].chars().next_back();
            if inside.is_some_and(|c| !c.is_alphanumeric()) && before.is_some_and(|c| !stands_apart(c)) {
                // Between a letter and a full stop a sign does not open anything.
                self.page.out.insert(begin, ' ');
            }
            // Behind a blank a sign does not close anything either: the blank moves behind it.
            let end = self.page.out.trim_end().len();
            let blank = end < self.page.out.len();
            self.page.out.truncate(end);
            self.page.out.push_str(sign);
            self.mark_end = self.page.out.len();
            if blank {
                self.page.out.push(' ');
            }
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
        self.page.begin_inline();
        let link = self.link_to(link_type, address);
        match &link {
            OpenLink::Made(_) => {
                // Behind an exclamation mark it would be an image.
                if self.page.out.ends_with('!') {
                    self.page.out.pop();
                    self.page.out.push_str("\\!");
                }
                self.page.out.push('[');
            }
            OpenLink::Automatic => {
                self.page.out.push('<');
                self.page.out.push_str(&url::encoded(address));
                self.page.out.push('>');
            }
            OpenLink::Shown(_) | OpenLink::TextOnly => {}
        }
        self.page.line_start = false;
        self.links.push(link);
    }

    fn close_link(&mut self) {
        match self.links.pop() {
            Some(OpenLink::Made(address)) => {
                self.page.out.push_str("](");
                self.page.out.push_str(&address);
                self.page.out.push(')');
            }
            Some(OpenLink::Shown(address)) => {
                self.page.out.push(' ');
                let in_table = self.page.in_table();
                push_code_span(self.flavour, &address, in_table, &mut self.page.out);
            }
            Some(OpenLink::TextOnly | OpenLink::Automatic) | None => {}
        }
    }
}

/// Beside such a character a sign of emphasis counts whatever is on its other side.
fn stands_apart(c: char) -> bool {
    c.is_whitespace() || c.is_ascii_punctuation()
}

fn sign_of(tag: &Tag<'_>) -> &'static str {
    match tag {
        Tag::Strong => "**",
        Tag::Strikethrough => "~~",
        _ => "*",
    }
}
