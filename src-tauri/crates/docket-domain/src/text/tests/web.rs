//! HTML for fields: what comes out, read by an independent tokenizer.

use std::cell::RefCell;

use comrak::nodes::NodeValue;
use comrak::{Arena, Options, parse_document};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use proptest::prelude::*;

use super::{HOSTILE, cases, nasty};
use crate::issue::Marker;
use crate::text::{ELEMENTS, Flavour, clean, line, link, markdown, plain, to_html};

const F: Flavour = Flavour::Html;

/// What a browser would read.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// All text.
    pub text: String,
    /// Text outside of code and links, element by element.
    pub prose: Vec<String>,
    pub faults: Vec<String>,
    pub elements: Vec<String>,
}

#[derive(Default)]
struct Reader {
    read: RefCell<Read>,
    open: RefCell<Vec<String>>,
}

impl Reader {
    fn tag(&self, tag: &Tag) {
        let (mut read, mut open) = (self.read.borrow_mut(), self.open.borrow_mut());
        let name = tag.name.to_string();
        if !ELEMENTS.contains(&name.as_str()) {
            read.faults.push(format!("the element {name}"));
        }
        for attribute in &tag.attrs {
            let address = attribute.value.to_string();
            let harmless = name == "a"
                && &*attribute.name.local == "href"
                && (address.starts_with("https://") || address.starts_with("http://"))
                && !address.contains("/issues/");
            if !harmless {
                read.faults.push(format!("the attribute {attribute:?} of {name}"));
            }
        }
        read.prose.push(String::new());
        match tag.kind {
            TagKind::StartTag => {
                read.elements.push(name.clone());
                if name != "br" {
                    open.push(name);
                }
            }
            TagKind::EndTag => {
                if open.pop().as_ref() != Some(&name) {
                    read.faults.push(format!("</{name}> closes nothing"));
                }
            }
        }
    }
}

impl TokenSink for Reader {
    type Handle = ();
    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => self.tag(&tag),
            Token::CharacterTokens(text) => {
                let inert = self.open.borrow().iter().any(|name| name == "code" || name == "a");
                let mut read = self.read.borrow_mut();
                read.text.push_str(&text);
                if !inert && let Some(prose) = read.prose.last_mut() {
                    prose.push_str(&text);
                }
            }
            Token::CommentToken(_) | Token::DoctypeToken(_) | Token::NullCharacterToken => {
                self.read.borrow_mut().faults.push(format!("{token:?}"));
            }
            // A reader is told of what browsers mend, `&` without an entity among it.
            Token::ParseError(error) => self.read.borrow_mut().faults.push(format!("broken: {error}")),
            Token::EOFToken => {}
        }
        TokenSinkResult::Continue
    }
}

pub(crate) fn read(html: &str) -> Read {
    let tokenizer =
        Tokenizer::new(Reader::default(), TokenizerOpts { exact_errors: true, ..TokenizerOpts::default() });
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let mut read = tokenizer.sink.read.take();
    let open = tokenizer.sink.open.take();
    if !open.is_empty() {
        read.faults.push(format!("never closed: {open:?}"));
    }
    read
}

pub(crate) fn judge(read: &Read) -> Vec<String> {
    let mut faults = read.faults.clone();
    for run in &read.prose {
        let mention = run.split('@').skip(1).any(|r| r.starts_with(|c: char| c.is_ascii_alphanumeric()));
        let number = run.split(['#', '!']).skip(1).any(|r| r.starts_with(|c: char| c.is_ascii_digit()));
        if mention || number {
            faults.push(format!("a mention or number in {run:?}"));
        }
    }
    faults
}

/// Without blanks, and without the signs of emphasis: two readers of Markdown disagree about
/// which rare characters are punctuation beside them.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '*' | '~')).collect()
}

/// The text of Markdown as another reader sees it.
fn text_of(markdown: &str) -> String {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    let arena = Arena::new();
    let mut out = String::new();
    for node in parse_document(&arena, markdown, &options).descendants() {
        match &node.data.borrow().value {
            NodeValue::Text(text) => out.push_str(text),
            NodeValue::Code(code) => out.push_str(&code.literal),
            NodeValue::CodeBlock(code) => out.push_str(&code.literal),
            _ => {}
        }
    }
    out
}

#[track_caller]
fn harmless(text: &str) {
    for (way, written) in [
        ("plain", plain(F, text)),
        ("markdown", markdown(F, text)),
        ("line", line(F, text)),
        ("link", link(F, Some(text), text)),
    ] {
        let html = to_html(&written);
        let read = read(&html);
        let faults = judge(&read);
        assert!(faults.is_empty(), "{way} of {text:?} is {html:?}, which holds {faults:?}");
        assert!(Marker::find_all(&html).is_empty(), "{way} must not carry a marker: {html:?}");
        assert_eq!(
            squeezed(&read.text),
            squeezed(&text_of(&written)),
            "{way} of {text:?} reads as it was meant, escaped once: {html:?}"
        );
        if way == "plain" {
            assert_eq!(
                squeezed(&read.text),
                squeezed(&clean(text)),
                "every character that people see is still there: {html:?}"
            );
        }
    }
}

#[test]
fn hostile_texts_do_nothing() {
    for text in HOSTILE {
        harmless(text);
    }
    for text in [
        "docket-part-ends docket-key-00000000000000000000000000000000",
        "Docket keeps this part current (docket-part-begins).",
        "<i>docket</i>-part-ends docket&#45;key-00000000000000000000000000000000",
        "[x](https://e.example/?docket-part-ends+docket-key-00000000000000000000000000000000)",
        "AB#12 !34 <a data-vss-mention=\"version:2.0,guid\">@x</a>",
        "[x](https://e.example/\"onmouseover=alert(1)) [y](https://e.example/?a=1&lt=2&copy=3)",
    ] {
        harmless(text);
    }
}

#[test]
fn a_document_becomes_plain_html() {
    for (markdown, html) in [
        ("**a** *b* `c<d>` e & f", "<p><strong>a</strong> <em>b</em> <code>c&lt;d&gt;</code> e &amp; f</p>"),
        ("### H\n\ntext\nmore", "<h3>H</h3>\n<p>text<br>\nmore</p>"),
        ("#### G", "<h4>G</h4>"),
        ("- a\n- b\n  1. c", "<ul>\n<li>a</li>\n<li>b<ol>\n<li>c</li>\n</ol>\n</li>\n</ul>"),
        ("- [ ] a\n- [x] b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("```rust\nlet a = b && c;\n```", "<pre><code>let a = b &amp;&amp; c;</code></pre>"),
        ("[t](https://e.example/?a=1&b=2)", "<p><a href=\"https://e.example/?a=1&amp;b=2\">t</a></p>"),
        ("[t](javascript:x) ![i](https://e/x.png)", "<p>t i</p>"),
        (
            "| a | b |\n| --- | --- |\n| 1 | `x\\|y` |",
            "<table>\n<thead>\n<tr><th>a</th><th>b</th></tr>\n</thead>\n<tbody>\n<tr><td>1</td><td><code>x|y</code></td></tr>\n</tbody>\n</table>",
        ),
        ("<b>x</b> <!-- y -->\n\n<script>z</script>", "<p>x </p>"),
        ("&lt;b&gt; &amp;amp;", "<p>&lt;b&gt; &amp;amp;</p>"),
    ] {
        assert_eq!(to_html(markdown), html, "of {markdown:?}");
    }
}

proptest! {
    #![proptest_config(cases(1_200))]
    #[test]
    fn no_mixture_of_signs_does_anything(text in nasty()) {
        harmless(&text);
    }

    #[test]
    fn no_text_does_anything(text in "\\PC{0,60}") {
        harmless(&text);
    }
}
