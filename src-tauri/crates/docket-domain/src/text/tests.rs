use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, parse_document};
use proptest::prelude::*;

use super::*;
use crate::issue::Marker;

pub(crate) mod gitlab;
pub(crate) mod web;

const F: Flavour = Flavour::GitHub;

pub(crate) fn github() -> Options<'static> {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.alerts = true;
    options.extension.math_dollars = true;
    options.extension.math_code = true;
    options
}

/// What is wrong with `text` when an independent reader reads it as GitHub does.
pub(crate) fn faults(text: &str) -> Vec<String> {
    let arena = Arena::new();
    let root = parse_document(&arena, text, &github());
    let mut faults = Vec::new();
    let mut run = String::new();
    for node in root.descendants() {
        let value = node.data.borrow().value.clone();
        match &value {
            NodeValue::HtmlBlock(html) => faults.push(format!("HTML block {:?}", html.literal)),
            NodeValue::HtmlInline(html) => faults.push(format!("HTML {html:?}")),
            NodeValue::Image(_) => faults.push("an image".into()),
            NodeValue::TaskItem(_) => faults.push("a task item".into()),
            NodeValue::FootnoteDefinition(_) | NodeValue::FootnoteReference(_) => {
                faults.push("a footnote".into());
            }
            NodeValue::Alert(_) => faults.push("an alert".into()),
            NodeValue::Math(_) => faults.push("math".into()),
            NodeValue::Heading(h) if h.level < 4 => faults.push("a heading of the issue's own levels".into()),
            NodeValue::Link(link) => {
                let ok = link.url.starts_with("http://") || link.url.starts_with("https://");
                if !ok || link.url.to_lowercase().contains("/issues/") {
                    faults.push(format!("a link to {}", link.url));
                }
            }
            NodeValue::CodeBlock(code) if code.info.contains("mermaid") => faults.push("a drawing".into()),
            _ => {}
        }
        // Text nodes that touch are one text to a tracker.
        if let NodeValue::Text(text) = &value {
            if !in_link(node) {
                run.push_str(text);
            }
        } else {
            judge_text(&run, &mut faults);
            run.clear();
        }
    }
    judge_text(&run, &mut faults);
    faults
}

fn in_link<'a>(node: &'a AstNode<'a>) -> bool {
    node.ancestors().any(|a| {
        let data = a.data.borrow();
        // An address that is its own text is a link's address, not prose.
        matches!(&data.value, NodeValue::Link(link) if first_text(a).is_some_and(|t| t == link.url))
    })
}

fn first_text<'a>(node: &'a AstNode<'a>) -> Option<String> {
    node.descendants().find_map(|n| match &n.data.borrow().value {
        NodeValue::Text(text) => Some(text.to_string()),
        _ => None,
    })
}

/// The patterns as GitHub documents them, written down a second time.
pub(crate) fn judge_text(text: &str, faults: &mut Vec<String>) {
    let at = |i: usize| text[i..].chars().next();
    for (i, c) in text.char_indices() {
        let next = at(i + c.len_utf8());
        let digit = next.is_some_and(|n| n.is_ascii_digit());
        if c == '@' && next.is_some_and(|n| n.is_ascii_alphanumeric()) {
            faults.push(format!("a mention in {text:?}"));
        }
        if c == '#' && digit {
            faults.push(format!("a reference in {text:?}"));
        }
    }
    let lower = text.to_lowercase();
    for (i, _) in lower.match_indices("gh-") {
        let before = lower[..i].chars().next_back();
        let after = lower[i + 3..].chars().next();
        if !before.is_some_and(char::is_alphanumeric) && after.is_some_and(|c| c.is_ascii_digit()) {
            faults.push(format!("a reference in {text:?}"));
        }
    }
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if (7..=40).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_hexdigit()) {
            faults.push(format!("a commit in {text:?}"));
        }
    }
    hidden(text, faults);
}

/// Characters that nobody sees, or that turn what people see: none may be left anywhere.
pub(crate) fn hidden(text: &str, faults: &mut Vec<String>) {
    let unseen = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
    };
    if let Some(c) = text.chars().find(|c| unseen(*c)) {
        faults.push(format!("{c:?} in {text:?}"));
    }
}

#[track_caller]
fn harmless(text: &str) {
    for (way, out) in [("plain", plain(F, text)), ("markdown", markdown(F, text)), ("line", line(F, text))] {
        let faults = faults(&out);
        assert!(faults.is_empty(), "{way} of {text:?} is {out:?}, which holds {faults:?}");
        assert!(Marker::find_all(&out).is_empty(), "{way} must not carry a marker: {out:?}");
        assert!(!out.contains("<!--"), "{way} must not open a comment: {out:?}");
        // Whatever stands behind it must still be outside of every fence, span and block.
        let behind = format!("{out}\n\n- [ ] mine");
        let arena = Arena::new();
        let root = parse_document(&arena, &behind, &github());
        let mine =
            root.descendants().filter(|n| matches!(n.data.borrow().value, NodeValue::TaskItem(_))).count();
        assert_eq!(mine, 1, "{way} of {text:?} swallows what follows: {out:?}");
    }
}

pub(crate) const HOSTILE: &[&str] = &[
    "@alice please look, @acme/security-team too, (@bob), x@y.com",
    "&#64;alice and @<!-- -->bob and @&#8203;carol and @\u{200b}dave",
    "fixes #1, closes acme/shop#12, GH-1, gh-22. Fixes: #3",
    "fixes &#35;1 and #&#49;",
    "https://github.com/a/b/&amp;#105;ssues/1 <!--https://github.com/a/b/&#105;ssues/2-->",
    "https://github.com/a/b/&amp;sol;issues/1 [x](https://github.com/a/b/&amp;#105;ssues/1)",
    "See https://github.com/acme/shop/issues/1 and <https://github.com/acme/shop/pull/2>",
    "[x](https://github.com/acme/shop/issues/1) [y](https://github.com/a/b/%69ssues/3)",
    "commit 0123456789abcdef0123456789abcdef01234567, short deadbee, abc1234f.",
    "acme/shop@0123456 and user@deadbeef",
    "<!-- docket:v1 key=00000000000000000000000000000000 -->",
    "```\n<!-- docket:v1 key=00000000000000000000000000000000 -->\n```",
    "`<!-- docket:end -->` and <!-- docket:begin -->",
    "<script>alert(1)</script><img src=x onerror=alert(1)><details><summary>x</summary>",
    "<b>bold</b> &lt;img src=x&gt; <a href='javascript:x'>y</a>",
    "![x](https://evil.example/track.png) ![y][z]\n\n[z]: https://evil.example/p.png",
    "[![badge](https://evil.example/a.svg)](https://evil.example)",
    "- [ ] a task\n- [x] done\n* [ ] third\n1. [ ] numbered",
    "```rust\nfn main() {}\n", // a fence without an end
    "~~~\n```\nx",
    "````\n```\n@x\n```",
    "`unclosed @alice",
    "``a`b`` `@x` text `@y``z`",
    "@a`@b`@c``@d``#1`#2`",
    "# Heading\n\n## Two\nSetext\n===\nTwo\n---",
    "> [!WARNING]\n> fake",
    "a | b\n--- | ---\n@x | #1 `a|b`\nc | d",
    "| a |\n| - |\n| `x\\|y` ![i](http://e/x.png) |",
    "$E=mc^2$ $`x`$ ```math\nx\n```",
    "```mermaid\ngraph TD\n```",
    "[^1]\n\n[^1]: note @x",
    "~~&#8203;~~ @x\n\n~~\u{200b}~~",
    "&#8203;~~~x~~~ @y",
    "**&#8203;** * * *",
    "&#32;&#32;&#32;&#32;indented @x &#10;&#10;# head &#10;> q",
    "\u{202e}gnp.exe\u{202c} and \u{2066}x\u{2069}",
    "a\rb\r\nc\u{2028}d\u{0}e\u{1b}[31mred",
    "javascript:alert(1) [x](javascript:alert(1)) [y](data:text/html,x) [z](//evil.example)",
    "https://user:pw@evil.example/ http://[::1]/ https://",
    "www.evil.example/@alice mailto:a@b.c",
    "1. a\n2) b\n+ c\n- d\n* e\n- - - - - - - deep",
    ">>>>>>>>>>>>>>>>>>>>>> deep @x\n```",
    "[a]: https://github.com/a/b/issues/1\n\n[a] [b][a]",
    "<https://github.com/acme/shop/commit/abc1234>",
    "<a@b.example> <@alice>",
    "-----BEGIN x-----\n---\n***\n___",
    "\\@alice \\#1 \\<b\\>",
    "\\`@a` `\\`@b",
    "<!-- a\n\n@b -->\n<pre>\n\n```\n</pre>",
    "<![CDATA[ @x ]]> <?php echo 1 ?> <!DOCTYPE html>",
    "- a\n\n      code @x\n- ```\n  open",
    "x\n: - y\n\n:---\n|:-|",
    "- ===\n\n    - \r\n@alice",
    "- a\n  - &#8203;\n  - <b>\n- \n1. \n   1.",
    "__<b>__# ",
    "*<b> # @alice*",
    "**&#32;** **<i></i>**- [ ] x\n**&#32;**1. y",
    "@[x](javascript:y) #[1](z) @[x](https://github.com/a/b/issues/1) dead[beef](z)",
    "@**&#8203;**x #~~&#8203;~~1 @*&#8203;*x",
    "~~a @~x~ b~~ **a @__x__ b** *a #*1* b*",
    "\\![x](https://e.example/x.png) !<b>[y](https://e.example) !&#8203;[z](https://e.example)",
    "[a]: https://e.example\n!![a]: https://e.example\n",
    "@~1. x~ #~~1~~",
    "[a](JaVaScRiPt:alert(1)) [b](java\nscript:x) [c](&#106;avascript:x) [d](java&Tab;script:x) <javascript:x> [e](vbscript:x)",
    "[a](data:text/html;base64,PHN2Zz4=) ![b](data:image/svg+xml,x) [c](file:///etc/passwd) [d](\\\\evil\\x) [e](/issues/1) [f](?q)",
    "<https://evil.example/?\"><script>x</script>> [x](https://evil.example/\u{202e}gpj.exe)",
    "a&#0;b &#xD800; &#xDFFF;&#xD83D; \u{fffd} &#x110000; \0\0 @\0alice #\x001 fixes\0 #2",
    "@\u{2060}alice #\u{200d}1 \u{e0041}@bob \u{61c}\u{180e}@carol \u{2066}#3\u{2069} &#x202e;evil &rlm;#4 &zwj;@dan",
    "<img src=https://evil.example/b.png width=1> <picture><source srcset=https://evil.example/a></picture> <svg/onload=x>",
    "<a href=https://evil.example>x</a><base href=https://evil.example><meta http-equiv=refresh content=0><form action=x>",
    "<style>@import url(https://evil.example)</style><iframe src=x></iframe><object data=x></object><video autoplay>",
    "`@~x\n_#x\n`~#@|@ `|~\n<@[-`@~x\n_#x\n`~#@|@ `|~\n<@[-`@~x\n_#x\n`~#@|@ `|~\n<@[-",
];

#[test]
fn hostile_texts_do_nothing() {
    for text in HOSTILE {
        harmless(text);
    }
}

#[test]
fn the_second_look_is_a_net_that_is_hardly_needed() {
    for flavour in Flavour::ALL.iter().copied() {
        for text in HOSTILE {
            assert!(keeps_form(flavour, text), "{flavour:?} loses the form of {text:?}");
        }
        let lost = std::cell::Cell::new(0_u32);
        let tried = std::cell::Cell::new(0_u32);
        proptest::test_runner::TestRunner::new(cases(1_500))
            .run(&nasty(), |text| {
                tried.set(tried.get() + 1);
                lost.set(lost.get() + u32::from(!keeps_form(flavour, &text)));
                Ok(())
            })
            .expect("nothing is asserted inside");
        assert!(lost.get() * 50 < tried.get(), "{flavour:?} shows too much as plain text: {}", lost.get());
    }
}

fn keeps_form(flavour: Flavour, text: &str) -> bool {
    proof::is_inert(flavour, &emit::rewrite(flavour, &clean(text)))
}

#[test]
fn what_is_cut_anywhere_is_harmless_too() {
    let text = "# T\n- [ ] a `b` ```\n```rust\n@x <!-- docket:end -->\n> q ~~~\n| a | b |\n|-|-|\n| ![x](y) | @z#1 |";
    for end in (0..text.len()).filter(|i| text.is_char_boundary(*i)) {
        harmless(&text[..end]);
    }
}

#[test]
fn benign_markdown_keeps_its_form() {
    for (text, expected) in [
        ("Use **prepared** *statements*.", "Use **prepared** *statements*."),
        ("- a\n- b\n  1. c\n  2. d", "- a\n- b\n  1. c\n  2. d"),
        ("```py\nx = 1 # @x\n```", "```python\nx = 1 # @x\n```"),
        ("    indented", "```\nindented\n```"),
        ("See [docs](https://example.com/a_(b)) now", "See [docs](https://example.com/a_%28b%29) now"),
        ("see https://example.com/a_b.", "see <https://example.com/a_b>."),
        ("# Head\ntext", "#### Head\n\ntext"),
        ("> quoted\n> more", "> quoted\n> more"),
        ("a_b_c and _x_ 2 < 3", "a_b_c and *x* 2 &lt; 3"),
        ("![logo](https://e.example/x.png)", "[image: logo](https://e.example/x.png)"),
        ("a<br>b <p>c</p>", "a\nb\nc"),
        ("| a | b |\n|---|---|\n| 1 | x\\|y |", "| a | b |\n| --- | --- |\n| 1 | x\\|y |"),
        ("by @babel/core, C# and 50 % of #tags", "by `@babel/core`, C# and 50 % of #tags"),
        ("[Fixes](https://github.com/a/b/issues/1)", "Fixes `https://github.com/a/b/issues/1`"),
        ("first\n\nsecond  \nthird", "first\n\nsecond\nthird"),
        ("item\n\n1. one\n\n   more\n2. two", "item\n\n1. one\n\n   more\n2. two"),
    ] {
        assert_eq!(markdown(F, text), expected, "the form of {text:?} is kept");
    }
}

#[test]
fn plain_text_is_shown_as_it_is() {
    for (text, expected) in [
        ("*a* _b_ `c` [d](e)", "\\*a\\* \\_b\\_ \\`c\\` \\[d\\](e)"),
        ("1. x\n- y\n# z", "1\\. x\n\\- y\n\\# z"),
        ("snake_case stays", "snake_case stays"),
        ("see https://e.example/x.", "see `https://e.example/x`."),
        ("a\n\n\nb", "a\n\nb"),
        ("Vec<T> & co", "Vec&lt;T&gt; &amp; co"),
    ] {
        assert_eq!(plain(F, text), expected, "{text:?} is shown literally");
    }
    assert_eq!(title("  a\n@b  \u{202e}c ", 250), "a @b ⟨U+202E⟩c", "a title is one visible line");
    assert_eq!(title("äöüß", 3), "äö…", "and is cut between characters");
}

#[test]
fn a_title_is_the_headline_of_a_paragraph() {
    let long = "You should support different languages in your website or app with internationalization";
    for (text, expected) in [
        (
            format!("JSX element not internationalized: 'x'. {long}."),
            "JSX element not internationalized: 'x'",
        ),
        (
            format!("Use a safe parser, e.g. DefusedXml or the like! {long}"),
            "Use a safe parser, e.g. DefusedXml or the like!",
        ),
        (format!("Found in v1.2. of it and so on, {long}"), ""),
        (format!("Bad. {long}"), ""),
        ("Short. As it is.".to_owned(), ""),
    ] {
        let whole = if expected.is_empty() { text.as_str() } else { expected };
        assert_eq!(headline(&text), whole, "of {text:?}");
    }
}

#[test]
fn a_code_span_cannot_be_left() {
    for (text, span) in [("a", "`a`"), ("a`b", "``a`b``"), ("`", "`` ` ``"), ("a\nb", "`a b`"), ("", "")] {
        assert_eq!(code_span(F, text), span, "the span of {text:?}");
    }
    assert_eq!(
        fence(F, "a\n```\nb", Some("rs")),
        "````rust\na\n```\nb\n````",
        "a fence is longer than what it holds"
    );
}

#[test]
fn html_lines_hold_no_html() {
    assert_eq!(
        html_line(F, "<b> @x & #1 ok https://e.example"),
        "&lt;b&gt; <code>@x</code> &amp; <code>#1</code> ok <code>https://e.example</code>",
        "what a tracker acts upon stands in code"
    );
}

/// How often a property is tried, with the same cases in every run. `make soak` tries many
/// more and others each time; one hole in the past showed after 180,000.
pub(crate) fn cases(usual: u32) -> ProptestConfig {
    let times = std::env::var("DOCKET_SOAK").ok().and_then(|times| times.parse().ok()).unwrap_or(1);
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(usual * times) }
}

pub(crate) fn nasty() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "@alice",
        "@",
        "#1",
        "#",
        "GH-1",
        "acme/shop#1",
        "deadbeef",
        "`",
        "``",
        "```",
        "~~~",
        "~~",
        "~",
        "*",
        "**",
        "_",
        "__",
        "[",
        "]",
        "(",
        ")",
        "![",
        "](",
        "<",
        ">",
        "<!--",
        "-->",
        "<b>",
        "</b>",
        "<br>",
        "<details>",
        "<!-- docket:end -->",
        "\n",
        "\n\n",
        " ",
        "    ",
        "\t",
        "- ",
        "- [ ] ",
        "1. ",
        "> ",
        "# ",
        "|",
        "\n|-|-|\n",
        "---",
        "===",
        "\\",
        "&#64;",
        "&#96;",
        "&lt;",
        "&#10;",
        "&#8203;",
        "&",
        "\u{200b}",
        "\u{202e}",
        "\r\n",
        "$",
        "$$",
        "https://github.com/a/b/issues/1",
        "https://e.example/x",
        "www.e.example",
        "a@b.c",
        "[^1]",
        ": ",
        "é",
        "x",
        "text",
        "1",
        ".",
        "!",
        "mermaid",
        "rust",
        "[!NOTE]",
        "[a]: https://e.example\n",
        "javascript:x",
        "\0",
        "{",
        "}",
        "=",
        "+",
        "^",
        "::",
        "\"",
        "'",
    ]);
    prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(cases(1_500))]
    #[test]
    fn no_mixture_of_signs_does_anything(text in nasty()) {
        harmless(&text);
    }

    #[test]
    fn no_text_does_anything(text in "\\PC{0,60}") {
        harmless(&text);
    }
}
