//! One issue or hotspot.

use docket_domain::{FindingKind, Found, Location, Presence, Rule, Severity, SuppressionStatus};

use crate::clean;
use crate::json::Json;
use crate::make;
use crate::report::{Out, code};
use crate::words;

/// Reads one record; `cover` has the tables of components and rules.
pub(super) fn read(record: &Json, is_hotspot: bool, cover: &Json, out: &mut Out) -> Result<(), String> {
    // Before SonarQube 9.6 a hotspot named its category only.
    let rule = record.any_line(&["rule", "ruleKey", "securityCategory"]).ok_or("it has no rule")?;
    let about = rule_of(&rule, cover);
    let name = about.line("name").or_else(|| record.line("description"));
    let message = record.block("message");
    let title = message.as_deref().map(clean::first_sentence).or(name.as_deref()).unwrap_or_default();
    let mut found = make::found(&rule, title);
    found.kind = FindingKind::Code;
    severity(record, is_hotspot, &mut found);
    let file = record.line("component").unwrap_or_default();
    let path = path(&file, &projects(record), cover);
    let mut place = span(&path, record.get("textRange"));
    place.start_line = place.start_line.or_else(|| record.line_number("line"));
    found.locations.push(place);
    flows(record, cover, &mut found);
    let text = about.block("htmlDesc").map(|html| code::plain(&html));
    let texts: Vec<&str> = text.as_deref().into_iter().chain(message.as_deref()).collect();
    make::identifiers(&mut found, texts, record.lines("cwe").iter().map(String::as_str));
    dependency(&rule, message.as_deref().unwrap_or_default(), &mut found);
    found.description = make::described([
        ("", message.clone()),
        ("Rule", text.clone().or_else(|| name.clone())),
        ("Category", record.line("securityCategory")),
        ("Effort", record.line("effort")),
        ("Project", record.line("project")),
    ]);
    found.tags = record.line("type").into_iter().chain(record.lines("tags")).collect();
    for impact in record.get("impacts").items() {
        if let (Some(quality), Some(word)) = (impact.line("softwareQuality"), impact.line("severity")) {
            found.tags.push(format!("{quality}: {word}"));
        }
    }
    make::fingerprint(&mut found, "key", record.line("key"));
    // SonarQube's own hash of the line's text.
    code::partial(&mut found, "hash", record.line("hash"));
    state(record, &mut found);
    found.needs_review = record.get("status").text() == Some("TO_REVIEW");
    out.rule(Rule { description: text, ..make::rule(&rule, name) });
    out.finding(found);
    Ok(())
}

/// The severity, or that of its impact on security; a hotspot's probability.
fn severity(record: &Json, is_hotspot: bool, found: &mut Found) {
    let impacts = record.get("impacts").items();
    let security = impacts.iter().find(|impact| impact.get("softwareQuality").text() == Some("SECURITY"));
    let impact = security.or_else(|| impacts.first()).and_then(|impact| impact.get("severity").text());
    let own = if is_hotspot { "vulnerabilityProbability" } else { "severity" };
    let word = record.get(own).text().or_else(|| record.get("vulnerabilityProbability").text()).or(impact);
    make::severity_as(found, word, |word| {
        Some(match word.to_ascii_uppercase().as_str() {
            "BLOCKER" => Severity::Critical,
            "CRITICAL" => Severity::High,
            "MAJOR" => Severity::Medium,
            "MINOR" => Severity::Low,
            _ => return words::severity(word),
        })
    });
}

fn rule_of<'a>(rule: &str, cover: &'a Json) -> &'a Json {
    let table = cover.get("rules");
    let listed = table.items().iter().find(|one| one.get("key").text() == Some(rule));
    listed.unwrap_or_else(|| table.get(rule))
}

/// The projects that a component's key may begin with: a module's key begins with its project's.
fn projects(record: &Json) -> Vec<String> {
    ["subProject", "project"].iter().filter_map(|key| record.line(key)).collect()
}

/// Components have keys `project:path`; the answer's table tells their paths.
fn path(key: &str, projects: &[String], cover: &Json) -> String {
    let components = cover.get("components").items();
    let known = components.iter().find(|component| component.get("key").text() == Some(key));
    if let Some(path) = known.and_then(|component| component.line("path")) {
        return path;
    }
    let inside = projects.iter().find_map(|project| key.strip_prefix(project.as_str())?.strip_prefix(':'));
    inside.unwrap_or(key).to_owned()
}

fn span(path: &str, range: &Json) -> Location {
    let mut place = make::place(path, range.line_number("startLine"));
    place.end_line = range.line_number("endLine");
    // Offsets count from 0.
    let column = |key: &str| range.get(key).whole().and_then(|at| make::line_number(at.saturating_add(1)));
    place.start_column = column("startOffset");
    place.end_column = column("endOffset");
    place
}

fn flows(record: &Json, cover: &Json, found: &mut Found) {
    let projects = projects(record);
    for flow in record.get("flows").items().iter().take(20) {
        let steps = flow.get("locations").items().iter().map(|step| {
            let key = step.line("component").or_else(|| record.line("component")).unwrap_or_default();
            let mut place = span(&path(&key, &projects, cover), step.get("textRange"));
            place.message = step.block("msg");
            place
        });
        code::flow(found, steps.collect::<Vec<_>>());
    }
}

/// Issues of the Dependency-Check plugin are sentences: `Filename: … | Reference: … | CVSS Score: …`.
fn dependency(rule: &str, message: &str, found: &mut Found) {
    let says = message.starts_with("Filename: ") && message.contains(" | Reference");
    if !rule.starts_with("OWASP:UsingComponent") && !says {
        return;
    }
    found.kind = FindingKind::Dependency;
    for part in message.split('|') {
        let Some((key, value)) = part.split_once(": ") else { continue };
        match key.trim() {
            "Filename" => {
                let (name, version) = match value.trim().rsplit_once(':') {
                    Some((name, version)) => (name, clean::some_line(version)),
                    None => (value, None),
                };
                found.component = make::component(clean::some_line(name), version, None, None);
            }
            "CVSS Score" => {
                make::opinions(found, make::opinion(None, value.trim().parse().ok(), None));
            }
            _ => {}
        }
    }
}

/// What people decided: statuses and resolutions of old, and `issueStatus` since 10.4.
fn state(record: &Json, found: &mut Found) {
    let word = record.line("resolution").or_else(|| record.line("issueStatus"));
    let Some(word) = word.or_else(|| record.line("status")) else { return };
    let comments = record.get("comments").items().last().and_then(|comment| comment.block("markdown"));
    match word.as_str() {
        "FIXED" | "REMOVED" | "CLOSED" => found.presence = Presence::Absent,
        "FALSE-POSITIVE" | "FALSE_POSITIVE" | "WONTFIX" | "ACCEPTED" | "SAFE" | "ACKNOWLEDGED" => {
            code::decided(found, SuppressionStatus::Accepted, &word.to_ascii_lowercase(), comments);
        }
        _ => {}
    }
}
