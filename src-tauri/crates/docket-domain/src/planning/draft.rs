//! The text of a step, written when it is needed.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::assessment::Status;
use crate::id::FindingId;
use crate::issue::IssueDraft;
use crate::mapping::Mapping;
use crate::member::Member;
use crate::plan::{Action, Step};
use crate::planning::{Linked, template};
use crate::render::{self, RenderOptions, Rendered, managed};
use crate::severity::Severity;
use crate::text;
use crate::text::leak::{LeakPlace, Leaks, Sieve};

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
/// cannot be touched is a warning. The draft's text is Docket's section and the marker: at
/// sending time it is merged into the issue's text of that moment ([`managed::merge`]).
///
/// Returned is what was taken out because it must not leave this computer
/// ([`RenderOptions::sieve`]); the step keeps only how much that was.
pub fn write_draft(
    step: &mut Step,
    members: &[Member],
    mapping: &Mapping,
    options: &RenderOptions,
    links: &[Linked],
    live: Option<Live<'_>>,
) -> Leaks {
    let mut leaks = Leaks::default();
    let sieve = Arc::clone(&options.sieve);
    step.group.title = sieve.sift(&step.group.title, LeakPlace::Title, &mut leaks).into_owned();
    if step.action == Action::Skip {
        return leaks;
    }
    let most = options.limits.body_chars;
    let mut options = RenderOptions { marker: step.marker.clone(), ..options.clone() };
    let flavour = options.flavour;
    options.heading = template::heading(&mapping.template, &step.group, members, |value| {
        text::line(flavour, &sieve.sift(value, LeakPlace::Heading, &mut leaks))
    });
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
    leaks.join(rendered.leaks);
    let mut follow_ups = rendered.follow_ups;
    if step.action == Action::Update
        && let Some(comment) = joined(step, members, links, &options)
    {
        leaks.join(comment.leaks);
        follow_ups.push(comment.body);
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
    let title = template::title(
        &mapping.template,
        &step.group,
        members,
        |value| sieve.sift(value, LeakPlace::Title, &mut leaks).into_owned(),
        |title| text::title_for(flavour, title, options.limits.title_chars),
    );
    for warning in warnings.into_iter().chain(leaks.warnings()) {
        if !step.warnings.contains(&warning) {
            step.warnings.push(warning);
        }
    }
    let severity = members.iter().map(|m| m.severity).min().unwrap_or(step.group.severity);
    let severity = severity.min(step.group.severity);
    step.draft = Some(IssueDraft {
        title: title.unwrap_or(rendered.title),
        body: rendered.body,
        follow_ups,
        labels: labels_of(mapping, severity),
        assignees: without_doubles(mapping.assignees.iter().cloned()),
        milestone: mapping.milestone.clone().filter(|m| !m.trim().is_empty()),
        marker: step.marker.clone(),
        severity: mapping.severity.of_severity(severity),
        status: mapping.status.of_status(Status::Active, None),
    });
    leaks
}

/// What the guard takes out of a step's issue, worked out from its findings as they are now: for
/// a person who looks at the step. Nothing is changed, and nothing of it is stored.
pub fn taken_out(step: &Step, members: &[Member], mapping: &Mapping, sieve: Arc<Sieve>) -> Leaks {
    let mut step = step.clone();
    let mut options = RenderOptions { sieve, ..RenderOptions::github(step.marker.clone(), "") };
    // What was cut off is not sent, so it is not listed; a little more may be where HTML is longer.
    let sent = step.draft.as_ref().map_or(0, |draft| draft.body.chars().count());
    options.limits.body_chars = options.limits.body_chars.max(sent);
    write_draft(&mut step, members, mapping, &options, &[], None)
}

/// The comment that names the new members of an issue.
fn joined(step: &Step, members: &[Member], links: &[Linked], options: &RenderOptions) -> Option<Rendered> {
    let issue = step.issue.as_ref()?;
    let linked: BTreeSet<FindingId> = links.iter().filter(|l| l.issue == *issue).map(|l| l.finding).collect();
    let new: Vec<Member> = members.iter().filter(|m| !linked.contains(&m.id)).cloned().collect();
    let total = step.group.findings.iter().filter(|f| !linked.contains(f)).count();
    (total > 0 && !linked.is_empty()).then(|| render::additions(&new, total, options))
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
