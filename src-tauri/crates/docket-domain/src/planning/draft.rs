//! The text of a step, written when it is needed.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::assessment::Status;
use crate::group::AttachAs;
use crate::id::FindingId;
use crate::issue::{IssueDraft, Marker, StateReason};
use crate::mapping::{FieldValue, Mapping, Template};
use crate::member::Member;
use crate::plan::{Action, Group, Step, StepState};
use crate::planning::{Linked, names_issue};
use crate::render::{self, RenderOptions, Rendered, managed};
use crate::severity::Severity;
use crate::text::leak::{LeakClass, LeakPlace, Leaks, Sieve};

/// What an issue says now, for steps that touch an existing one.
#[derive(Debug, Clone, Copy)]
pub struct Live<'a> {
    /// Its text.
    pub body: &'a str,
    /// Its title: people may have changed it, and an update leaves it.
    pub title: &'a str,
}

/// Everything that the text of a step is made from.
#[derive(Debug, Clone, Copy)]
pub struct Material<'a> {
    /// At least the first [`render::MEMBERS_SHOWN`] of the step's findings.
    pub members: &'a [Member],
    /// The same of the findings that leave with the step ([`Step::leaves`]).
    pub leaving: &'a [Member],
    /// Where to.
    pub mapping: &'a Mapping,
    /// The tracker's limits and markup. The marker is the step's, or the issue's when that has
    /// another one.
    pub options: &'a RenderOptions,
    /// The links that were planned with; they tell which findings are new in an issue.
    pub links: &'a [Linked],
    /// What the issue says now, where there is one.
    pub live: Option<Live<'a>>,
}

/// Writes the draft of a step that writes or adopts; skipped ones stay as they are.
///
/// With `live` the draft's text leaves room for what people wrote, an adoption whose text is out
/// of date becomes an update, and a text that cannot be touched is a warning. The draft's text is
/// Docket's section and the marker: at sending time it is merged into the issue's text of that
/// moment ([`managed::merge`]). The template is the mapping's, or the group's own
/// ([`template_of`]); one that fails is a warning. Steps whose issue is only commented on have no
/// text.
///
/// Returned is what was taken out because it must not leave this computer
/// ([`RenderOptions::sieve`]); the step keeps only how much that was.
pub fn write_draft(step: &mut Step, of: &Material<'_>) -> Leaks {
    let mut leaks = Leaks::default();
    let sieve = Arc::clone(&of.options.sieve);
    step.group.title = sieve.sift(&step.group.title, LeakPlace::Title, &mut leaks).into_owned();
    if step.action == Action::Skip {
        return leaks;
    }
    let Material { members, mapping, live, .. } = *of;
    let most = of.options.limits.body_chars;
    let marker = marker_of_issue(step, of.links);
    let mut options = RenderOptions {
        marker: marker.clone(),
        template: template_of(&step.group, mapping).clone(),
        target: mapping.target.clone(),
        ..of.options.clone()
    };
    if let Some(live) = live {
        let outside = managed::outside_chars(live.body);
        options.limits.body_chars = options.limits.body_chars.saturating_sub(outside);
    }
    if !step.action.creates() {
        // Comments follow a text once, when it is new.
        options.max_follow_ups = 0;
    }
    let mut rendered = render::render(&headed(step, live), members, &options);
    let mut warnings = rendered.warnings;
    leaks.join(rendered.leaks);
    let mut follow_ups = rendered.follow_ups;
    if let Some(comment) = comment(step, of, &options) {
        leaks.join(comment.leaks);
        follow_ups.push(comment.body);
    }
    if step.attach == Some(AttachAs::Comment) || step.group.findings.is_empty() {
        rendered.body.clear();
    } else if let Some(live) = live {
        warnings.extend(meet(step, live, &rendered.body, most));
    }
    warnings.extend(own_words(&options));
    for warning in warnings.into_iter().chain(leaks.warnings()) {
        if !step.warnings.contains(&warning) {
            step.warnings.push(warning);
        }
    }
    let severity = members.iter().map(|m| m.severity).min().unwrap_or(step.group.severity);
    let severity = severity.min(step.group.severity);
    // Into people's own issues Docket puts its words, and nothing else.
    let ours = step.attach.is_none();
    // What is there keeps its title.
    let kept = live.filter(|_| !step.action.creates()).map(|live| live.title.to_owned());
    step.draft = Some(IssueDraft {
        title: kept.filter(|title| !title.is_empty()).unwrap_or(rendered.title),
        body: rendered.body,
        follow_ups,
        labels: if ours && !step.group.findings.is_empty() {
            labels_of(mapping, severity)
        } else {
            Vec::new()
        },
        assignees: without_doubles(mapping.assignees.iter().cloned()),
        milestone: mapping.milestone.clone().filter(|m| !m.trim().is_empty()),
        marker,
        severity: mapping.severity.of_severity(severity).filter(|_| ours && !step.group.findings.is_empty()),
        status: status_of(step, members, mapping).filter(|_| ours),
        reason: (step.action == Action::Close).then(|| reason_of(step, members)),
        file: None,
    });
    leaks
}

/// What the guard would take out of a report and a person wrote into a template: theirs to say, and
/// named before it is sent.
fn own_words(options: &RenderOptions) -> Option<String> {
    let mut leaks = Leaks::default();
    for text in [&options.template.title, &options.template.body] {
        options.sieve.sift(text, LeakPlace::Text, &mut leaks);
    }
    let counted = LeakClass::ALL.iter().map(|class| (class, leaks.count(*class)));
    let named: Vec<String> = counted
        .filter(|(_, count)| *count > 0)
        .map(|(class, count)| format!("{} ({count})", class.label()))
        .collect();
    (!named.is_empty()).then(|| {
        format!(
            "Your own text holds what the guard takes out of reports: {}. It is sent as you wrote it.",
            named.join(", ")
        )
    })
}

/// The group as its issue's text is headed. Steps that were found by their issue go by its name in
/// lists («acme/shop#15: …»); the issue itself does not speak of itself so.
fn headed(step: &Step, live: Option<Live<'_>>) -> Group {
    let mut group = step.group.clone();
    let label = step.issue.as_ref().map(|issue| format!("{}: ", issue.short()));
    if let Some(rest) = label.and_then(|label| step.group.title.strip_prefix(&label)) {
        let title = live.map(|live| live.title.trim()).filter(|title| !title.is_empty());
        title.unwrap_or(rest).clone_into(&mut group.title);
    }
    group
}

/// What the guard takes out of a step's issue, worked out from its findings as they are now: for
/// a person who looks at the step. Nothing is changed, and nothing of it is stored.
pub fn taken_out(step: &Step, members: &[Member], mapping: &Mapping, sieve: Arc<Sieve>) -> Leaks {
    let mut step = step.clone();
    let mut options = RenderOptions { sieve, ..RenderOptions::github(step.marker.clone(), "") };
    // What was cut off is not sent, so it is not listed; a little more may be where HTML is longer.
    let sent = step.draft.as_ref().map_or(0, |draft| draft.body.chars().count());
    options.limits.body_chars = options.limits.body_chars.max(sent);
    let material = Material { members, leaving: &[], mapping, options: &options, links: &[], live: None };
    write_draft(&mut step, &material)
}

/// The template of a group: its own, else the mapping's.
pub fn template_of<'a>(group: &'a Group, mapping: &'a Mapping) -> &'a Template {
    group.template.as_ref().unwrap_or(&mapping.template)
}

/// The marker in an issue's text: of a step that finds an issue there, the issue's own.
fn marker_of_issue(step: &Step, links: &[Linked]) -> Marker {
    let own = step.issue.as_ref().filter(|_| !step.leaves.is_empty());
    let own = own.and_then(|issue| links.iter().find(|link| link.issue == *issue)?.marker.clone());
    own.unwrap_or_else(|| step.marker.clone())
}

/// What the text that is there means for the new one, in words for the plan.
fn meet(step: &mut Step, live: Live<'_>, body: &str, most: usize) -> Option<String> {
    match managed::merge(live.body, body) {
        Ok(merged) if merged.chars().count() > most => Some(
            "What people wrote in this issue leaves too little room, so the tracker may refuse the new text."
                .to_owned(),
        ),
        Ok(merged) if merged != live.body && step.action == Action::Adopt => {
            step.action = Action::Update;
            step.why.push_str(" Its text is brought up to date.");
            None
        }
        Ok(_) => None,
        Err(problem) => Some(problem.to_string()),
    }
}

/// The comments of a step that finds an issue there: what joined it, left it, ended or came back.
/// What leaves makes one comment, whose parts are guarded each.
fn comment(step: &Step, of: &Material<'_>, options: &RenderOptions) -> Option<Rendered> {
    if !step.leaves.is_empty() {
        return left(step, of.leaving, options);
    }
    match step.action {
        Action::Update | Action::Attach => joined(step, of.members, of.links, options),
        Action::Close => Some(render::ended(of.members, step.group.findings.len(), options)),
        Action::Reopen => Some(render::reopened(of.members, options)),
        _ => None,
    }
}

fn left(step: &Step, leaving: &[Member], options: &RenderOptions) -> Option<Rendered> {
    let parts = step.leaves.iter().map(|leaves| {
        let gone: Vec<Member> = leaving.iter().filter(|m| leaves.findings.contains(&m.id)).cloned().collect();
        render::departures(&gone, leaves.findings.len(), &names_issue(&leaves.to), options)
    });
    parts.reduce(|mut all, part| {
        all.body = format!("{}\n\n{}", all.body, part.body);
        all.leaks.join(part.leaks);
        all
    })
}

/// The comment that names the new members of an issue.
fn joined(step: &Step, members: &[Member], links: &[Linked], options: &RenderOptions) -> Option<Rendered> {
    let issue = step.issue.as_ref()?;
    let linked: BTreeSet<FindingId> = links.iter().filter(|l| l.issue == *issue).map(|l| l.finding).collect();
    let new: Vec<Member> = members.iter().filter(|m| !linked.contains(&m.id)).cloned().collect();
    let total = step.group.findings.iter().filter(|f| !linked.contains(f)).count();
    let attached = step.action == Action::Attach;
    (total > 0 && (attached || !linked.is_empty())).then(|| render::additions(&new, total, options))
}

/// The tracker's value for what the issue stands for now. An update leaves it to people.
fn status_of(step: &Step, members: &[Member], mapping: &Mapping) -> Option<FieldValue> {
    match step.action {
        Action::Close if step.leaves.is_empty() => {
            let closed = members.iter().find(|m| m.status == Status::Closed);
            let status = closed.or(members.first()).map_or(Status::Closed, |m| m.status);
            mapping.status.of_status(status, None)
        }
        _ => mapping.status.of_status(Status::Active, None),
    }
}

fn reason_of(step: &Step, members: &[Member]) -> StateReason {
    if !step.leaves.is_empty() {
        return StateReason::Duplicate;
    }
    let fixed = members.iter().any(|member| member.status == Status::Closed);
    if fixed { StateReason::Completed } else { StateReason::NotPlanned }
}

/// Turns a step that finds everything in its issue already into an update of all its findings:
/// they changed since the issue was written. Its text is written afterwards.
pub fn refresh(step: &mut Step, all: Vec<FindingId>) {
    let label = step.issue.as_ref().map_or_else(String::new, crate::issue::IssueRef::short);
    step.why = format!("The findings of {label} changed since it was written.");
    step.action = Action::Update;
    step.state = StepState::Planned;
    step.group.findings = all;
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
