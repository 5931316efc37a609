//! Text that does something: quick actions on lines of their own, mentions of people, references to issues.
//!
//! Whatever is recognised is written down, so that a test can assert that a text triggered nothing. Quick actions are
//! looked for outside fenced and indented code and quotations, but also inside comments, where the vendor was seen to
//! carry them out; mentions and references in the text that a reader
//! sees, outside code and links, where a backslash before the sign keeps it from counting. Addresses of issues count too.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// Every quick action of issues that the vendor documents.
const COMMANDS: &[&str] = &[
    "add_child",
    "add_contacts",
    "add_email",
    "assign",
    "award",
    "react",
    "blocked_by",
    "blocks",
    "board_move",
    "cc",
    "child_of",
    "clear_health_status",
    "clear_weight",
    "clone",
    "close",
    "confidential",
    "convert_to_ticket",
    "copy_metadata",
    "create_merge_request",
    "done",
    "due",
    "duplicate",
    "epic",
    "estimate",
    "estimate_time",
    "health_status",
    "iteration",
    "label",
    "labels",
    "link",
    "lock",
    "milestone",
    "move",
    "page",
    "parent",
    "promote",
    "promote_to",
    "promote_to_incident",
    "publish",
    "reassign",
    "relabel",
    "relate",
    "remove_child",
    "remove_contacts",
    "remove_due_date",
    "remove_email",
    "remove_epic",
    "remove_estimate",
    "remove_iteration",
    "remove_milestone",
    "remove_parent",
    "remove_time_spent",
    "remove_zoom",
    "reopen",
    "severity",
    "set_parent",
    "shrug",
    "spend",
    "spend_time",
    "spent",
    "status",
    "subscribe",
    "substitute_reviewer",
    "tableflip",
    "target_branch",
    "timeline",
    "title",
    "todo",
    "type",
    "unassign",
    "unlabel",
    "remove_label",
    "unlink",
    "unlock",
    "unparent",
    "unsubscribe",
    "weight",
    "zoom",
];

/// A quick action as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Command {
    pub name: String,
    pub argument: String,
}

/// Something that a text points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pointer {
    /// `@name`.
    Mention(String),
    /// `#7`, `acme/shop#7` or an issue's address: the project's path if it was said.
    Issue(Option<String>, u64),
}

/// Takes the quick actions out of a text.
pub(super) fn commands(text: &str) -> (String, Vec<Command>) {
    let mut kept = Vec::new();
    let mut found = Vec::new();
    let mut fence: Option<&str> = None;
    let (mut quotation, mut blank) = (false, true);
    for line in text.split('\n') {
        let start = line.trim_start();
        let outside = fence.is_none() && !quotation;
        let code = line.starts_with("    ") && blank;
        let command = if outside && !code && line.len() - start.len() < 4 { command(start) } else { None };
        match (fence, ["```", "~~~"].into_iter().find(|f| start.starts_with(f))) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            _ => {}
        }
        if fence.is_none() && start.trim_end() == ">>>" {
            quotation = !quotation;
        }
        blank = start.is_empty();
        match command {
            Some(command) => found.push(command),
            None => kept.push(line),
        }
    }
    (if found.is_empty() { text.to_owned() } else { kept.join("\n").trim().to_owned() }, found)
}

fn command(line: &str) -> Option<Command> {
    let rest = line.strip_prefix('/')?;
    let (name, argument) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let name = name.to_lowercase();
    COMMANDS.contains(&name.as_str()).then(|| Command { name, argument: argument.trim().to_owned() })
}

/// `~bug ~"two words" plain` as names.
pub(super) fn names(argument: &str, sign: char) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = argument.trim();
    while !rest.is_empty() {
        let bare = rest.strip_prefix(sign).unwrap_or(rest);
        let (name, after) = match bare.strip_prefix('"').and_then(|b| b.split_once('"')) {
            Some((name, after)) => (name, after),
            None => bare.split_once(char::is_whitespace).unwrap_or((bare, "")),
        };
        out.push(name.to_owned());
        rest = after.trim_start();
    }
    out
}

/// Takes the place of a character that a backslash keeps from counting.
const STRUCK: char = '\u{fffc}';

/// What a text points at. `web` is the server's own address without a trailing slash.
pub(super) fn pointers(text: &str, web: &str) -> Vec<Pointer> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut out = Vec::new();
    let mut shown = String::new();
    let mut hidden = 0_u32;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                out.extend(address(&dest_url, web));
                hidden += 1;
                shown.push(STRUCK);
            }
            Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) => {
                hidden += 1;
                shown.push(STRUCK);
            }
            Event::End(TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock | TagEnd::HtmlBlock) => {
                hidden = hidden.saturating_sub(1);
            }
            Event::Text(words) if hidden == 0 => {
                let struck = range.start > 0 && text.as_bytes().get(range.start - 1) == Some(&b'\\');
                let mut letters = words.chars();
                if struck && letters.next().is_some() {
                    shown.push(STRUCK);
                    shown.push_str(letters.as_str());
                } else {
                    shown.push_str(&words);
                }
            }
            Event::Code(_) | Event::InlineHtml(_) | Event::Html(_) => shown.push(STRUCK),
            Event::SoftBreak | Event::HardBreak | Event::End(_) => shown.push('\n'),
            _ => {}
        }
    }
    for word in shown.split_whitespace() {
        out.extend(address(word, web));
    }
    plain(&shown, &mut out);
    out
}

/// What a title points at. It is no Markdown: neither code nor a backslash keeps a sign from counting.
pub(super) fn title_pointers(title: &str, web: &str) -> Vec<Pointer> {
    let mut out: Vec<Pointer> = title.split_whitespace().filter_map(|word| address(word, web)).collect();
    plain(title, &mut out);
    out
}

/// An issue's own address.
fn address(text: &str, web: &str) -> Option<Pointer> {
    let at = text.find(web)?;
    let path = text[at + web.len()..].strip_prefix('/')?;
    let (project, rest) = path.split_once("/-/issues/").or_else(|| path.split_once("/-/work_items/"))?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some(Pointer::Issue(Some(project.to_owned()), digits.parse().ok()?))
}

fn joins(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/')
}

fn plain(shown: &str, out: &mut Vec<Pointer>) {
    for (at, sign) in shown.char_indices().filter(|(_, c)| matches!(c, '@' | '#')) {
        let before = &shown[..at];
        let after = &shown[at + 1..];
        if sign == '@' {
            let free =
                before.chars().next_back().is_none_or(|c| !(c.is_alphanumeric() || c == '_' || c == STRUCK));
            let name: String = after.chars().take_while(|c| joins(*c)).collect();
            let name = name.trim_end_matches(['.', '-', '/']);
            if free && !name.is_empty() {
                out.push(Pointer::Mention(name.to_owned()));
            }
        } else {
            let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
            let ends =
                after[digits.len()..].chars().next().is_none_or(|c| !(c.is_alphanumeric() || c == '_'));
            let path: String = before
                .chars()
                .rev()
                .take_while(|c| joins(*c))
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .collect();
            let boundary = before[..before.len() - path.len()].chars().next_back();
            let free = boundary.is_none_or(|c| c != STRUCK && c != '&');
            if let (true, true, Ok(number)) = (ends, free, digits.parse()) {
                match path.as_str() {
                    "" => out.push(Pointer::Issue(None, number)),
                    p if p.contains('/') => out.push(Pointer::Issue(Some(p.to_owned()), number)),
                    _ => {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_stand_on_lines_of_their_own_outside_code() {
        let text = "a\n/close\nb /close\n```\n/close\n```\n> /close\n<!--\n/reopen\n-->\n/unknown\n/label ~a ~\"b c\"";
        let (kept, found) = commands(text);
        assert_eq!(
            found.iter().map(|c| (c.name.as_str(), c.argument.as_str())).collect::<Vec<_>>(),
            [("close", ""), ("reopen", ""), ("label", "~a ~\"b c\"")],
            "three of them count"
        );
        assert!(kept.starts_with("a\nb /close\n```\n/close\n```"), "the rest stays: {kept}");
        assert_eq!(names(&found[2].argument, '~'), ["a", "b c"], "names with and without quotation marks");
    }

    #[test]
    fn mentions_and_references_are_seen_where_a_reader_sees_them() {
        let web = "http://h/gitlab";
        let text = "Ask @kim, not a@b.c or `@sam` or \\@robin. See #3, acme/shop#4, &#64;ann, \\#5, x#6 and \
                    [it](http://h/gitlab/acme/platform/api/-/issues/7).\n\n    @code\n";
        let found = pointers(text, web);
        for wanted in [
            Pointer::Mention("kim".to_owned()),
            Pointer::Mention("ann".to_owned()),
            Pointer::Issue(None, 3),
            Pointer::Issue(Some("acme/shop".to_owned()), 4),
            Pointer::Issue(Some("acme/platform/api".to_owned()), 7),
        ] {
            assert!(found.contains(&wanted), "{wanted:?} counts: {found:?}");
        }
        assert_eq!(found.len(), 5, "nothing else counts: {found:?}");
        let found = title_pointers("`@kim` \\#3 a@b", web);
        assert_eq!(
            found,
            [Pointer::Mention("kim".to_owned()), Pointer::Issue(None, 3)],
            "a title has no code"
        );
    }
}
