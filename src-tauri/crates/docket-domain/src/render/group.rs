//! The issue of several findings: a list to tick off, and what they share said once.

use std::collections::BTreeMap;

use crate::assessment::Status;
use crate::member::Member;
use crate::plan::Group;
use crate::render::finding::{self, fix_text, found_by, place_name, references, snippet, why_text};
use crate::render::ink::{self, Ink};
use crate::render::{READABLE, RenderOptions};
use crate::severity::Severity;
use crate::template::Block;

/// Members whose details are shown.
const DETAILED: usize = 10;

fn fixed_version(member: &Member) -> Option<&str> {
    member.component.as_ref()?.fixed_version.as_deref()
}

/// What all members have in common, and therefore is said once.
#[expect(clippy::struct_excessive_bools, reason = "one independent fact about each column of the list")]
struct Shared {
    title: bool,
    severity: bool,
    application: bool,
    /// All are about the same package, line or address.
    place: bool,
    fixed: bool,
    why: Option<String>,
    fix: Option<String>,
}

fn same<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

fn shared(members: &[&Member]) -> Shared {
    let why = same(members.iter().map(|m| why_text(m))).flatten().or_else(|| {
        let rule = |m: &&Member| m.about_rule.as_ref().and_then(finding::rule_text).map(str::to_owned);
        same(members.iter().map(rule)).flatten()
    });
    Shared {
        title: same(members.iter().map(|m| &m.title)).is_some(),
        severity: same(members.iter().map(|m| m.severity)).is_some(),
        application: same(members.iter().map(|m| m.application)).is_some(),
        place: members.len() > 1 && same(members.iter().map(|m| place_name(m))).is_some(),
        fixed: same(members.iter().map(|m| fixed_version(m))).is_some(),
        why,
        fix: same(members.iter().map(|m| fix_text(m))).flatten(),
    }
}

/// The whole text, of at most `room` characters, and the comments that follow.
pub(super) fn section(
    ink: &mut Ink,
    group: &Group,
    members: &[&Member],
    total: usize,
    room: usize,
    options: &RenderOptions,
) -> (String, Vec<String>) {
    let shared = shared(members);
    // The list may take what there is; words and snippets beyond that are read by nobody.
    let words = room.min(READABLE);
    // One severity and nothing done: a line says as much.
    let tells = !shared.severity || members.iter().any(|member| member.status != Status::Active);
    let mut intro = intro(ink, group, members, total, &shared, tells && !shared.severity);
    if tells {
        intro.push_str("\n\n");
        intro.push_str(&table(members, total));
    }
    let mut after = Vec::new();
    after.extend(why(ink, &shared, words / 6));
    after.extend(fix(ink, &shared, words / 6));
    after.extend(details(ink, members, &shared, words / 4));
    after.extend(read_on(ink, members, &shared).filter(|r| ink.length(r) < words / 10));
    let head = ink.length(&intro) + 400;
    let mut used: Vec<usize> = after.iter().map(|part| ink.length(part) + 2).collect();
    while !after.is_empty() && used.iter().sum::<usize>() + head > room {
        after.pop();
        used.pop();
    }
    let left = room.saturating_sub(used.iter().sum::<usize>() + head - 300);
    let (list, follow_ups) = listed(ink, members, &shared, total, left, options);
    let mut parts = vec![intro, list];
    parts.append(&mut after);
    (parts.join("\n\n"), follow_ups)
}

/// One part of it, of at most about `room` characters, and for the list the comments that
/// follow; nothing where there is nothing to say.
pub(super) fn block(
    ink: &mut Ink,
    group: &Group,
    members: &[&Member],
    total: usize,
    block: Block,
    room: usize,
    options: &RenderOptions,
) -> (Option<String>, Vec<String>) {
    let shared = shared(members);
    let one = |part: Option<String>| (part, Vec::new());
    match block {
        Block::Default => {
            let (text, follow_ups) = section(ink, group, members, total, room, options);
            (Some(text), follow_ups)
        }
        Block::Checklist => {
            let (text, follow_ups) = listed(ink, members, &shared, total, room, options);
            (Some(text), follow_ups)
        }
        Block::Summary => one(Some(intro(ink, group, members, total, &shared, false))),
        Block::Table => one(Some(table(members, total))),
        Block::Why => one(why(ink, &shared, room)),
        Block::Fix => one(fix(ink, &shared, room)),
        Block::Details => one(details(ink, members, &shared, room)),
        Block::References => one(read_on(ink, members, &shared)),
    }
}

fn why(ink: &mut Ink, shared: &Shared, room: usize) -> Option<String> {
    shared.why.as_ref().map(|why| format!("### Why it matters\n\n{}", ink.markdown(why, room)))
}

fn fix(ink: &mut Ink, shared: &Shared, room: usize) -> Option<String> {
    shared.fix.as_ref().map(|fix| format!("### How to fix it\n\n{}", ink.markdown(fix, room)))
}

fn read_on(ink: &mut Ink, members: &[&Member], shared: &Shared) -> Option<String> {
    let first = members.first().filter(|_| shared.title || shared.why.is_some())?;
    references(ink, first)
}

/// How many findings of each severity there are, and how far people have got with them.
fn table(members: &[&Member], total: usize) -> String {
    let mut counts: BTreeMap<u8, (usize, usize)> = BTreeMap::new();
    for member in members {
        let (all, open) = counts.entry(member.severity.rank()).or_default();
        *all += 1;
        *open += usize::from(member.status == Status::Active);
    }
    let row =
        |name: &str, (all, open): (usize, usize)| format!("| {name} | {all} | {open} | {} |", all - open);
    let mut lines =
        vec!["| Severity | Findings | Open | Dealt with |".to_owned(), "|:--|--:|--:|--:|".to_owned()];
    lines.extend(counts.iter().map(|(rank, n)| row(&ink::severity(Severity::from_rank(*rank)), *n)));
    if counts.len() > 1 {
        let sum = counts.values().fold((0, 0), |sum, n| (sum.0 + n.0, sum.1 + n.1));
        lines.push(row("**All**", sum));
    }
    if total > members.len() {
        // Of the rest only the number is known here.
        lines.push(format!("| Not looked at | {} | | |", total - members.len()));
    }
    lines.join("\n")
}

/// The list in the text, of at most `left` characters, and in the comments that follow.
fn listed(
    ink: &mut Ink,
    members: &[&Member],
    shared: &Shared,
    total: usize,
    left: usize,
    options: &RenderOptions,
) -> (String, Vec<String>) {
    let lines: Vec<Line> = members.iter().map(|m| item(ink, m, shared)).collect();
    let pages = paginate(&lines, left, options.limits.comment_chars, options.max_follow_ups);
    let listed: usize = pages.iter().map(|page| page.len()).sum();
    let unlisted = total - listed;
    if unlisted > 0 {
        ink.note(format!("{unlisted} of {total} findings are counted in the issue, not listed."));
    }
    let mut lists = lists(&pages, unlisted);
    (lists.remove(0), lists)
}

/// The list as the text and its comments carry it, numbered where it is in several; the first
/// is the text's, even if nothing fits there.
fn lists(pages: &[&[Line]], unlisted: usize) -> Vec<String> {
    let count = pages.len();
    let part = |(index, page): (usize, &&[Line])| {
        let heading =
            if count > 1 { format!("### Where ({} of {count})", index + 1) } else { "### Where".to_owned() };
        let note = if index + 1 == count && unlisted > 0 {
            format!("\n\n{}", more(unlisted))
        } else if index == 0 && count == 2 {
            "\n\n*The list goes on in the next comment.*".to_owned()
        } else if index == 0 && count > 2 {
            format!("\n\n*The list goes on in the next {} comments.*", count - 1)
        } else {
            String::new()
        };
        format!("{heading}\n\n{}{note}", joined(page))
    };
    pages.iter().enumerate().map(part).collect()
}

fn more(count: usize) -> String {
    let things = if count == 1 { "finding is".to_owned() } else { "findings are".to_owned() };
    format!("*{count} more {things} not listed here. Docket has them all.*")
}

/// A line of the list with the characters that it takes.
struct Line {
    text: String,
    length: usize,
}

impl Line {
    fn new(ink: &Ink, text: String) -> Self {
        Self { length: ink.length(&text), text }
    }
}

fn joined(page: &[Line]) -> String {
    page.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n")
}

/// Splits lines over the text and at most `comments` comments.
fn paginate(lines: &[Line], first: usize, comment: usize, comments: usize) -> Vec<&[Line]> {
    /// Room for heading and notes.
    const FRAME: usize = 250;
    let mut pages = Vec::new();
    let mut rest = lines;
    for page in 0..=comments {
        let room = if page == 0 { first } else { comment }.saturating_sub(FRAME);
        let mut used = 0;
        let fits = rest
            .iter()
            .take_while(|line| {
                used += line.length + 1;
                used <= room
            })
            .count();
        if fits == 0 && page > 0 {
            break;
        }
        pages.push(&rest[..fits]);
        rest = &rest[fits..];
        if rest.is_empty() {
            break;
        }
    }
    pages
}

/// What it is, how much of it, and where: one paragraph. `counted`: how many there are of each
/// severity is said elsewhere.
fn intro(
    ink: &mut Ink,
    group: &Group,
    members: &[&Member],
    total: usize,
    shared: &Shared,
    counted: bool,
) -> String {
    let whose = match group.applications.as_slice() {
        [] => String::new(),
        [one] => format!(" in {}", ink.short(one, 80)),
        [one, two] => format!(" in {} and {}", ink.short(one, 80), ink.short(two, 80)),
        many => format!(" in {} applications", many.len()),
    };
    let what = match members.first() {
        Some(first) if shared.title => {
            let title = ink.line(first.title.trim().trim_end_matches('.'));
            format!("**{title}**: {total} places{whose}")
        }
        _ if group.applications.len() > 1 => format!("**{total} findings**{whose}"),
        _ => {
            let title = ink.line(&recounted(&group.title, total));
            if whose.is_empty() || group.title.contains(group.applications.first().map_or("", |a| a)) {
                format!("**{title}**")
            } else {
                format!("**{title}**{whose}")
            }
        }
    };
    let mut counts: BTreeMap<u8, usize> = BTreeMap::new();
    for member in members {
        *counts.entry(member.severity.rank()).or_default() += 1;
    }
    // Where all of them are in the same place, the list does not say it again.
    let place = members.first().filter(|_| shared.place).and_then(|first| place_name(first));
    let place = place.filter(|place| !what.contains(place.as_str())).map(|place| ink.code(&place));
    let what = match place.filter(|place| !place.is_empty()) {
        Some(place) => format!("{what} in {place}"),
        None => what,
    };
    let severities: Vec<String> = counts
        .iter()
        .map(|(rank, n)| (Severity::from_rank(*rank), n))
        .map(|(s, n)| if shared.severity { ink::severity(s) } else { ink::severities(s, *n) })
        .collect();
    let some = !shared.severity && total > members.len();
    let among = if some { format!(" among the first {}", members.len()) } else { String::new() };
    let mut parts = Vec::new();
    if !counted {
        parts.push(format!("**{}{among}**", severities.join(" · ")));
    }
    let by = same(members.iter().map(|m| (&m.tool, &m.rule)));
    if let (Some(_), Some(first)) = (by, members.first()) {
        parts.extend(found_by(ink, first));
    } else if let Some(tool) = same(members.iter().map(|m| &m.tool)).filter(|tool| !tool.is_empty()) {
        parts.push(ink.line(tool));
    }
    if parts.is_empty() { format!("{what}.") } else { format!("{what}.\n\n{}", parts.join(" · ")) }
}

/// «a.py: 2 findings», as many as there are by now: a group's title was counted when it was made.
fn recounted(title: &str, total: usize) -> String {
    let counted = |rest: &str| {
        let (number, word) = rest.split_once(' ')?;
        let is_count = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        (is_count && matches!(word, "finding" | "findings")).then_some(())
    };
    match title.rsplit_once(": ") {
        Some((what, rest)) if counted(rest).is_some() => {
            let things = if total == 1 { "finding" } else { "findings" };
            format!("{what}: {total} {things}")
        }
        _ => title.to_owned(),
    }
}

/// What one line of the list says: severity and title only where they differ between members.
fn said(ink: &mut Ink, member: &Member, shared: &Shared) -> String {
    let mut parts = Vec::new();
    if !shared.severity {
        parts.push(format!("**{}**", ink::severity(member.severity)));
    }
    if !shared.application {
        parts.push(ink.short(&member.application_name, 80));
    }
    let name = place_name(member).filter(|_| !shared.place);
    let place = name.map(|place| ink.code(&place)).filter(|p| !p.is_empty());
    parts.extend(place.clone());
    if !shared.title || place.is_none() {
        parts.push(ink.line(member.title.trim().trim_end_matches('.')));
    }
    if let Some(id) = crate::member::vulnerability_of(&member.identifiers)
        && !member.title.contains(id)
    {
        parts.push(ink.line(id));
    }
    if shared.place && member.component.is_some() {
        let file = member.place.as_ref().and_then(crate::location::Location::short);
        parts.extend(file.map(|file| ink.code(&file)).filter(|f| !f.is_empty()));
    }
    if let Some(fixed) = fixed_version(member).filter(|_| !shared.fixed) {
        parts.push(format!("fixed in {}", ink.code(fixed)));
    }
    if member.further_count > 0 {
        parts.push(format!("+{}", member.further_count));
    }
    if member.status != Status::Active {
        parts.push(format!("*{}*", member.status.label().to_lowercase()));
    }
    parts.join(" · ")
}

/// A line of the list to tick off.
fn item(ink: &mut Ink, member: &Member, shared: &Shared) -> Line {
    let said = said(ink, member, shared);
    let (begin, end) = ink.tick(member.status != Status::Active, &member.identity);
    Line::new(ink, format!("{begin}{said}{end}"))
}

/// Long texts that stand in the issue already, with whose details they stand in.
#[derive(Default)]
struct Said(BTreeMap<String, String>);

impl Said {
    /// The text; where nothing is folded, only the first time, and then where it stands.
    fn once(&mut self, ink: &mut Ink, text: String, name: &str, budget: usize) -> String {
        if let Some(first) = self.0.get(&text).filter(|_| !ink.folds()) {
            return format!("As for {}.", ink.code(first));
        }
        let written = ink.markdown(&text, budget);
        self.0.entry(text).or_insert_with(|| name.to_owned());
        written
    }
}

/// What a finding says beyond the words that are said once for all.
fn without_shared<'a>(why: &'a str, shared: Option<&str>) -> &'a str {
    shared.and_then(|shared| why.strip_suffix(shared)).unwrap_or(why).trim_end()
}

/// Foldable details of the first members: the lines, and the message where it is their own.
fn details(ink: &mut Ink, members: &[&Member], shared: &Shared, room: usize) -> Option<String> {
    let mut blocks: Vec<String> = Vec::new();
    let mut said = Said::default();
    let mut used = 0;
    for member in members.iter().take(DETAILED) {
        let code = member.place.as_ref().and_then(|place| snippet(ink, place, room));
        let name = place_name(member).filter(|_| !shared.place);
        let name = name.map_or_else(
            || member.title.clone(),
            |place| {
                let alike = |other: &&&Member| place_name(other).as_ref() == Some(&place);
                if members.iter().filter(alike).count() > 1 {
                    format!("{place}: {}", member.title)
                } else {
                    place
                }
            },
        );
        let own = why_text(member).map(|why| without_shared(&why, shared.why.as_deref()).to_owned());
        let own = own.filter(|own| !own.is_empty());
        let own = own.map(|why| said.once(ink, why, &name, room / 8)).filter(|why| !why.is_empty());
        let fix = fix_text(member).filter(|fix| shared.fix.as_ref() != Some(fix));
        let fix = fix.map(|fix| format!("**How to fix it.** {}", said.once(ink, fix, &name, room / 8)));
        let content: Vec<String> = [code, own, fix].into_iter().flatten().collect();
        if content.is_empty() {
            continue;
        }
        let block = ink.fold(&name, &content.join("\n\n"));
        used += ink.length(&block) + 2;
        if used > room {
            break;
        }
        blocks.push(block);
    }
    let rest = members.len().saturating_sub(blocks.len());
    if blocks.is_empty() {
        return None;
    }
    let heading = if rest == 0 {
        "### Details".to_owned()
    } else {
        format!("### Details of the first {}", blocks.len())
    };
    Some(format!("{heading}\n\n{}", blocks.join("\n\n")))
}

/// The comment for findings that joined.
pub(super) fn named(ink: &mut Ink, head: &str, members: &[&Member], total: usize, room: usize) -> String {
    let every = Shared {
        title: false,
        severity: false,
        application: true,
        place: false,
        fixed: true,
        why: None,
        fix: None,
    };
    let line = |ink: &mut Ink, member: &Member| {
        let said = said(ink, member, &every);
        // Nobody ticks a comment off; what was dealt with already is said as in the list.
        let begin = if member.status == Status::Active { "- " } else { ink.tick(true, "").0 };
        Line::new(ink, format!("{begin}{said}"))
    };
    let lines: Vec<Line> = members.iter().map(|m| line(ink, m)).collect();
    let pages = paginate(&lines, room, room, 0);
    let listed: usize = pages.iter().map(|p| p.len()).sum();
    let list = pages.first().map_or(String::new(), |page| joined(page));
    let rest = if total > listed { format!("\n\n{}", more(total - listed)) } else { String::new() };
    format!("{head}\n\n{list}{rest}")
}
