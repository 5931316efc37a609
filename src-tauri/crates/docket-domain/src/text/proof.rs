//! A second look at rewritten Markdown, before it leaves.
//!
//! [`super::emit`] decides event by event, and what two harmless pieces make when they touch is
//! easily missed: an exclamation mark in front of a link is an image. So the result is read as a
//! tracker reads it, and judged as a whole.

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::text::Flavour;
use crate::text::dialect::Markup;

/// Whether the Markdown holds no image, HTML, box, alert, footnote or formula, and no text that
/// the tracker would act upon.
pub(super) fn is_inert(flavour: Flavour, markdown: &str) -> bool {
    let all = Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM
        | Options::ENABLE_MATH;
    let options = match flavour.dialect().markup {
        Markup::Markdown => all,
        // As [`super::to_html`] reads it.
        Markup::Html => Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS,
    };
    // Text of one element stands together, whatever events it came in.
    let mut run = String::new();
    let mut in_code = false;
    let mut in_address = false;
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Text(_) if in_code || in_address => continue,
            Event::Text(text) => {
                run.push_str(&text);
                continue;
            }
            Event::SoftBreak | Event::HardBreak => {
                run.push('\n');
                continue;
            }
            Event::Html(_)
            | Event::InlineHtml(_)
            | Event::TaskListMarker(_)
            | Event::FootnoteReference(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::Start(
                Tag::Image { .. } | Tag::HtmlBlock | Tag::FootnoteDefinition(_) | Tag::BlockQuote(Some(_)),
            ) => return false,
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Start(Tag::Link { link_type: LinkType::Autolink, .. }) => in_address = true,
            Event::End(TagEnd::Link) => in_address = false,
            Event::Start(_) | Event::End(_) | Event::Code(_) | Event::Rule => {}
        }
        if acts(flavour, &std::mem::take(&mut run)) {
            return false;
        }
    }
    !acts(flavour, &run)
}

/// What people read of rewritten Markdown: its words and its code, without the signs.
pub(crate) fn visible(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut out = String::with_capacity(markdown.len());
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Text(text) | Event::Code(text) => out.push_str(&text),
            Event::SoftBreak
            | Event::HardBreak
            | Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::CodeBlock
                | TagEnd::TableCell
                | TagEnd::TableHead
                | TagEnd::TableRow,
            ) => out.push('\n'),
            _ => {}
        }
    }
    out
}

fn acts(flavour: Flavour, text: &str) -> bool {
    let dialect = flavour.dialect();
    text.split(|c| !(dialect.in_word)(c)).any(dialect.acts)
}

#[cfg(test)]
mod tests {
    use super::is_inert;
    use crate::text::Flavour;

    #[test]
    fn what_two_pieces_make_together_is_seen() {
        for written in [
            "![a](https://e.example)",
            "> [!NOTE]\n> x",
            "a <b>",
            "- [ ] x",
            "by @alice",
            "see #1",
            "[^1]\n\n[^1]: x",
        ] {
            assert!(!is_inert(Flavour::GitHub, written), "{written:?} acts");
        }
        assert!(!is_inert(Flavour::GitLab, "*iteration:1 * x"), "a sign that closes nothing is text");
        assert!(
            is_inert(Flavour::GitHub, "**a** `@alice` <https://e.example/@b> [c](https://e.example/#1)"),
            "addresses and code are not text"
        );
    }
}
