//! The text of a step, written when it is needed.

use std::collections::BTreeSet;

use crate::assessment::Status;
use crate::id::FindingId;
use crate::issue::IssueDraft;
use crate::mapping::{Mapping, Template};
use crate::member::Member;
use crate::plan::{Action, Group, Step};
use crate::planning::Linked;
use crate::render::{self, RenderOptions, managed};
use crate::severity::Severity;

/// What an issue says now, for steps that touch an existing one.
#[derive(Debug, Clone, Copy)]
pub struct Live<'a> {
    /// Its text.
    pub body: &'a str,
}

/// Writes the draft of a step that creates, updates or adopts; other steps stay as they are.
///
/// `members` holds at least the first [`render::MEMBERS_SHOWN`] of the step's findings.
/// `links` tells, for an update, which of them are new (the links that were planned with).
/// With `live` (the text that an existing issue has now) the draft's text leaves room for what
/// people wrote, an adoption whose text is out of date becomes an update, and a text that
/// cannot be touched is a warning. `template` is the mapping's, or the group's own
/// ([`template_of`]); one that fails is a warning too. The draft's text is Docket's section and the marker: at
/// sending time it is merged into the issue's text of that moment ([`managed::merge`]).
pub fn write_draft(
    step: &mut Step,
    members: &[Member],
    mapping: &Mapping,
    template: &Template,
    options: &RenderOptions,
    links: &[Linked],
    live: Option<Live<'_>>,
) {
    if step.action == Action::Skip {
        return;
    }
    let most = options.limits.body_chars;
    let mut options = RenderOptions {
        marker: step.marker.clone(),
        template: template.clone(),
        target: mapping.target.clone(),
        ..options.clone()
    };
    if let Some(live) = live {
        let outside = managed::outside_chars(live.body);
        options.limits.body_chars = options.limits.body_chars.saturating_sub(outside);
    }
    if step.action != Action::Create {
        // Comments follow a text once, when it is new.
        options.max_follow_ups = 0;
    }
    let rendered = render::render(&step.group, members, &options);
    let mut warnings = rendered.warnings;
    let mut follow_ups = rendered.follow_ups;
    if step.action == Action::Update {
        follow_ups.extend(joined(step, members, links, &options));
    }
    if let Some(live) = live {
        match managed::merge(live.body, &rendered.body) {
            Ok(merged) if merged.chars().count() > most => warnings.push(
                "What people wrote in this issue leaves too little room, so the tracker may refuse the new text."
                    .to_owned(),
            ),
            Ok(merged) if merged != live.body && step.action == Action::Adopt => {
                step.action = Action::Update;
                step.why.push_str(" Its text is brought up to date.");
            }
            Ok(_) => {}
            Err(problem) => warnings.push(problem.to_string()),
        }
    }
    for warning in warnings {
        if !step.warnings.contains(&warning) {
            step.warnings.push(warning);
        }
    }
    let severity = members.iter().map(|m| m.severity).min().unwrap_or(step.group.severity);
    let severity = severity.min(step.group.severity);
    step.draft = Some(IssueDraft {
        title: rendered.title,
        body: rendered.body,
        follow_ups,
        labels: labels_of(mapping, severity),
        assignees: without_doubles(mapping.assignees.iter().cloned()),
        milestone: mapping.milestone.clone().filter(|m| !m.trim().is_empty()),
        marker: step.marker.clone(),
        severity: mapping.severity.of_severity(severity),
        status: mapping.status.of_status(Status::Active, None),
    });
}

/// The template of a group: its own, else the mapping's.
pub fn template_of<'a>(group: &'a Group, mapping: &'a Mapping) -> &'a Template {
    group.template.as_ref().unwrap_or(&mapping.template)
}

/// The comment that names the new members of an issue.
fn joined(step: &Step, members: &[Member], links: &[Linked], options: &RenderOptions) -> Option<String> {
    let issue = step.issue.as_ref()?;
    let linked: BTreeSet<FindingId> = links.iter().filter(|l| l.issue == *issue).map(|l| l.finding).collect();
    let new: Vec<Member> = members.iter().filter(|m| !linked.contains(&m.id)).cloned().collect();
    let total = step.group.findings.iter().filter(|f| !linked.contains(f)).count();
    (total > 0 && !linked.is_empty()).then(|| render::additions(&new, total, options).body)
}

/// `severity: high`.
pub fn severity_label(severity: Severity) -> String {
    format!("severity: {}", severity.as_str())
}

/// Whether Docket sets such labels, and may therefore replace one that it set.
pub fn is_severity_label(label: &str) -> bool {
    Severity::ALL.iter().any(|severity| severity_label(*severity).eq_ignore_ascii_case(label.trim()))
}

/// The labels of an issue: the mapping's, and the severity's if it asks for it; each once, as
/// trackers compare them (without regard to upper and lower case).
pub fn labels_of(mapping: &Mapping, severity: Severity) -> Vec<String> {
    let severity = mapping.severity_label.then(|| severity_label(severity));
    without_doubles(mapping.labels.iter().cloned().chain(severity))
}

fn without_doubles(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    names
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty() && seen.insert(name.to_lowercase()))
        .collect()
}
