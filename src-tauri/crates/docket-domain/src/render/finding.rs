//! The issue of one finding, and the parts that groups use too.

use crate::component::Identifier;
use crate::found::Rule;
use crate::location::{Location, Snippet};
use crate::member::Member;
use crate::render::ink::{self, Ink};
use crate::template::Block;
use crate::text::{self, headline};

/// Lines of a snippet that are shown.
const SNIPPET_LINES: usize = 40;
const SNIPPET_CHARS: usize = 4_000;
const FLOW_STEPS: usize = 12;
const REFERENCES: usize = 15;

/// «SQL injection in src/db.rs:42».
pub(super) fn title(member: &Member) -> String {
    let what = headline(&member.title).trim_end_matches('.');
    let what = if what.is_empty() { "Finding without a title" } else { what };
    match place_name(member) {
        Some(_) if named_in(member, what) => match version(member) {
            Some(version) if !what.contains(version) => format!("{what} ({version})"),
            _ => what.to_owned(),
        },
        Some(place) if !what.contains(place.as_str()) => format!("{what} in {place}"),
        _ => what.to_owned(),
    }
}

/// Whether a text names the finding's package already.
fn named_in(member: &Member, text: &str) -> bool {
    member.component.as_ref().is_some_and(|c| !c.name.is_empty() && text.contains(c.name.as_str()))
}

fn version(member: &Member) -> Option<&str> {
    member.component.as_ref()?.version.as_deref()
}

/// Where a finding is, as short as people say it: the package, the line, the address.
pub(crate) fn place_name(member: &Member) -> Option<String> {
    if let Some(component) = &member.component {
        return Some(match &component.version {
            Some(version) => format!("{} {version}", component.name),
            None => component.name.clone(),
        });
    }
    member.place.as_ref().and_then(Location::short).or_else(|| {
        let endpoint = member.endpoint.as_ref()?;
        endpoint.url.clone().or_else(|| match (&endpoint.host, endpoint.port) {
            (Some(host), Some(port)) => Some(format!("{host}:{port}")),
            (host, _) => host.clone(),
        })
    })
}

/// The whole text of one finding.
pub(super) fn section(ink: &mut Ink, member: &Member, room: usize) -> String {
    let mut parts = vec![first_sentence(ink, member), summary(ink, member)];
    let head: usize = parts.iter().map(|part| ink.length(part) + 2).sum();
    let mut spare = room.saturating_sub(head + 400);
    // What leaves too little room for the words of the report is left out, whole.
    let mut take = |part: Option<String>, ink: &Ink| {
        let part = part.filter(|p| ink.length(p) + 2 <= spare / 2)?;
        spare -= ink.length(&part) + 2;
        Some(part)
    };
    let places = places(ink, member, room / 5);
    parts.extend(take(places, ink));
    let after_places = parts.len();
    let flow = flow(ink, member);
    parts.extend(take(flow, ink));
    let references = references(ink, member);
    let references = take(references, ink);
    let fixed: usize = parts.iter().chain(&references).map(|part| ink.length(part) + 2).sum();
    // What is left belongs to the long texts: two thirds say why, one third how to fix it.
    let left = room.saturating_sub(fixed + 64);
    let fix = fix_text(member).map(|text| ink.markdown(&text, left / 3));
    let why_room = left.saturating_sub(fix.as_ref().map_or(0, |f| ink.length(f) + 40));
    let why = why_text(member).map(|text| ink.markdown(&text, why_room.saturating_sub(40)));
    let mut texts = Vec::new();
    texts.extend(why.filter(|w| !w.is_empty()).map(|why| format!("### Why it matters\n\n{why}")));
    texts.extend(fix.filter(|f| !f.is_empty()).map(|fix| format!("### How to fix it\n\n{fix}")));
    parts.splice(after_places..after_places, texts);
    parts.extend(references);
    parts.join("\n\n")
}

/// One part of it, of at most about `room` characters; nothing where there is nothing to say.
pub(super) fn block(ink: &mut Ink, member: &Member, block: Block, room: usize) -> Option<String> {
    match block {
        Block::Default => Some(section(ink, member, room)),
        Block::Summary => Some(format!("{}\n\n{}", first_sentence(ink, member), summary(ink, member))),
        Block::Table => None,
        Block::Checklist => places(ink, member, room),
        Block::Why => {
            let why = why_text(member).map(|text| ink.markdown(&text, room))?;
            (!why.is_empty()).then(|| format!("### Why it matters\n\n{why}"))
        }
        Block::Fix => {
            let fix = fix_text(member).map(|text| ink.markdown(&text, room))?;
            (!fix.is_empty()).then(|| format!("### How to fix it\n\n{fix}"))
        }
        Block::Details => flow(ink, member),
        Block::References => references(ink, member),
    }
}

/// What and where, before anything else.
fn first_sentence(ink: &mut Ink, member: &Member) -> String {
    let what = ink.line(member.title.trim().trim_end_matches('.'));
    let what = if what.is_empty() { "Finding without a title".to_owned() } else { what };
    let place = if named_in(member, &member.title) {
        version(member).filter(|v| !member.title.contains(v)).map(|v| format!(", version {}", ink.code(v)))
    } else {
        place_name(member).map(|place| format!(" in {}", ink.code(&place)))
    };
    let place = place.unwrap_or_default();
    let fixed = member.component.as_ref().and_then(|c| c.fixed_version.as_deref());
    let remedy = fixed.map(|v| format!(" Fixed in {}.", ink.code(v))).unwrap_or_default();
    format!("**{what}**{place}.{remedy}")
}

/// Severity, score, identifiers, tool and rule, in one line.
fn summary(ink: &mut Ink, member: &Member) -> String {
    let mut parts = vec![format!("**{}**", ink::severity(member.severity))];
    if let Some(score) = member.cvss.as_ref().and_then(|c| c.score) {
        parts.push(format!("CVSS {score:.1}"));
    }
    parts.extend(member.identifiers.iter().take(8).map(|id| identifier(ink, id)));
    parts.extend(found_by(ink, member));
    if !member.branch.is_empty() {
        parts.push(format!("branch {}", ink.code(&member.branch)));
    }
    if !member.owner.is_empty() {
        parts.push(format!("owner {}", ink.code(&member.owner)));
    }
    parts.join(" · ")
}

/// «Semgrep `rule`».
pub(super) fn found_by(ink: &mut Ink, member: &Member) -> Option<String> {
    let rule = ink.code(&member.rule);
    let both = format!("{} {rule}", ink.short(&member.tool, 80)).trim().to_owned();
    (!both.is_empty()).then_some(both)
}

/// An identifier, with a link to the catalogue that defines it.
fn identifier(ink: &mut Ink, id: &Identifier) -> String {
    let tame = id.value.len() <= 40 && id.value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let number = id.value.strip_prefix("CWE-").filter(|n| n.bytes().all(|b| b.is_ascii_digit()));
    match (id.scheme.as_str(), number) {
        ("CWE", Some(number)) => {
            format!("[{}](https://cwe.mitre.org/data/definitions/{number}.html)", id.value)
        }
        ("CVE", _) if tame => link_to(&id.value, "https://nvd.nist.gov/vuln/detail/"),
        ("GHSA", _) if tame => link_to(&id.value, "https://github.com/advisories/"),
        ("RUSTSEC", _) if tame => format!("[{0}](https://rustsec.org/advisories/{0}.html)", id.value),
        _ => ink.short(&id.value, 60),
    }
}

fn link_to(id: &str, catalogue: &str) -> String {
    format!("[{id}]({catalogue}{id})")
}

/// «Where», with the marked lines.
fn places(ink: &mut Ink, member: &Member, room: usize) -> Option<String> {
    let mut lines = Vec::new();
    if let Some(component) = &member.component {
        let name = component.purl.as_deref().unwrap_or(&component.name);
        lines.push(format!("- package {}", ink.code(name)));
    }
    if let Some(endpoint) = &member.endpoint {
        let url = endpoint.url.clone().or_else(|| endpoint.host.clone()).unwrap_or_default();
        let method = endpoint.method.as_deref().unwrap_or("");
        let address = ink.code(format!("{method} {url}").trim());
        if !address.is_empty() {
            lines.push(format!("- address {address}"));
        }
        if let Some(parameter) = &endpoint.parameter {
            lines.push(format!("- parameter {}", ink.code(parameter)));
        }
    }
    if let Some(place) = &member.place {
        lines.extend(place_line(ink, place));
        lines.extend(snippet(ink, place, room).map(|block| format!("\n{block}\n")));
    }
    for short in member.further.iter().filter_map(Location::short) {
        lines.push(format!("- also {}", ink.code(&short)));
    }
    match member.further_count.saturating_sub(member.further.len() as u64) {
        0 => {}
        1 => lines.push("- and 1 more place".to_owned()),
        n => lines.push(format!("- and {n} more places")),
    }
    (!lines.is_empty()).then(|| format!("### Where\n\n{}", lines.join("\n").trim()))
}

/// A place: its line, how far it reaches, and inside what.
fn place_line(ink: &mut Ink, place: &Location) -> Option<String> {
    let name = ink.code(&place.short()?);
    let lines = match (place.start_line, place.end_line) {
        (Some(start), Some(end)) if end > start => format!(", lines {start} to {end}"),
        _ => String::new(),
    };
    let logical = place.logical.as_deref().filter(|_| place.path.is_some());
    let inside = logical.map(|l| format!(" in {}", ink.code(l))).unwrap_or_default();
    (!name.is_empty()).then(|| format!("- {name}{lines}{inside}"))
}

/// The marked text of a place (its surroundings when there is no other), fenced.
pub(super) fn snippet(ink: &mut Ink, place: &Location, room: usize) -> Option<String> {
    let Snippet { text, .. } = place.snippet.as_ref().or(place.context.as_ref())?;
    if text.trim().is_empty() {
        return None;
    }
    let language = place.path.as_deref().and_then(text::language_of_path);
    Some(ink.fence(text, language, SNIPPET_LINES, SNIPPET_CHARS.min(room)))
}

/// The way through the code.
fn flow(ink: &mut Ink, member: &Member) -> Option<String> {
    let flow = member.flow.as_ref().filter(|flow| flow.steps.len() > 1)?;
    let steps = flow.steps.len();
    let mut lines = Vec::new();
    let head = FLOW_STEPS / 2;
    for (index, step) in flow.steps.iter().enumerate() {
        if steps > FLOW_STEPS && index == head {
            lines.push(format!("- … {} steps left out …", steps - FLOW_STEPS));
        }
        if steps > FLOW_STEPS && (head..steps - (FLOW_STEPS - head)).contains(&index) {
            continue;
        }
        let place = step.short().map(|short| ink.code(&short));
        let message = step.message.as_deref().map(|m| ink.line(m));
        let said: Vec<String> = [place, message].into_iter().flatten().filter(|p| !p.is_empty()).collect();
        lines.push(format!("- step {}: {}", index + 1, said.join(" · ")));
    }
    Some(format!("### How the value gets there\n\n{}", lines.join("\n")))
}

/// Further reading: the report's references and the rule's own page.
pub(super) fn references(ink: &mut Ink, member: &Member) -> Option<String> {
    let rule = member.about_rule.as_ref().and_then(|r| r.uri.as_deref()).map(|uri| (Some("The rule"), uri));
    let given = member.references.iter().map(|r| (r.label.as_deref(), r.url.as_str()));
    let mut seen = std::collections::BTreeSet::new();
    let mut lines = Vec::new();
    for (label, url) in rule.into_iter().chain(given) {
        if lines.len() == REFERENCES {
            break;
        }
        if !url.trim().is_empty() && seen.insert(url.trim().to_owned()) {
            lines.push(format!("- {}", ink.link(label, url)));
        }
    }
    (!lines.is_empty()).then(|| format!("### Read on\n\n{}", lines.join("\n")))
}

/// Why it matters: the message, unless it only repeats the title, and the rule's paragraph.
pub(super) fn why_text(member: &Member) -> Option<String> {
    // What a long title lost in the title is said here.
    let shown = headline(&member.title);
    let own = [member.description.trim(), member.title.trim()]
        .into_iter()
        .find(|text| !text.is_empty())
        .filter(|text| *text != shown && *text != shown.trim_end_matches('.'));
    let rule = member.about_rule.as_ref().and_then(rule_text);
    match (own, rule) {
        (Some(own), Some(rule)) if own != rule && !own.contains(rule) => Some(format!("{own}\n\n{rule}")),
        (Some(own), _) => Some(own.to_owned()),
        (None, rule) => rule.map(str::to_owned),
    }
}

pub(super) fn rule_text(rule: &Rule) -> Option<&str> {
    let text = rule.description.as_deref().or(rule.short.as_deref())?.trim();
    (!text.is_empty()).then_some(text)
}

/// How to fix it: the finding's own advice, else the rule's; a newer version where there is one.
pub(crate) fn fix_text(member: &Member) -> Option<String> {
    let own = member.remediation.as_deref().map(str::trim).filter(|t| !t.is_empty());
    let rule = member.about_rule.as_ref().and_then(|r| r.help.as_deref()).map(str::trim);
    own.or(rule.filter(|t| !t.is_empty())).map(str::to_owned).or_else(|| {
        let component = member.component.as_ref()?;
        let version = component.fixed_version.as_deref()?;
        Some(format!("Update {} to {version} or later.", component.name))
    })
}
