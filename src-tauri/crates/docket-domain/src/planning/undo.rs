//! Taking back what a plan did, as far as nobody built on it. Itself a plan that is shown first.
//!
//! The rules, each held by a test:
//! * what the plan created is closed as not planned (never deleted: what others wrote in it would
//!   be lost with it), and its findings are in it no more;
//! * what it changed is set back where it is still as the plan left it: Docket's part of the
//!   text, labels, fields, open or closed; what somebody changed since stays, and is said;
//! * comments stay, and are said;
//! * what is closed, moved, deleted or not visible by now is left alone, with the reason;
//! * the last step is taken back first, so that findings which moved are in their old issue
//!   again before they leave the new one.

use crate::issue::{IssueChange, IssueDraft, IssueSeen, IssueState, StateReason};
use crate::plan::{Action, Step, StepState};
use crate::planning::change::{Footprint, has};
use crate::planning::skipped::step;
use crate::render::managed;
use crate::render::{RenderOptions, taken_back};

/// A step that was done, and what is known about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Undone {
    /// The step.
    pub step: Step,
    /// What it did to an issue that was there.
    pub footprint: Option<Footprint>,
    /// The findings that it linked and that were not in the issue before.
    pub linked: Vec<crate::id::FindingId>,
    /// What has become of the issue.
    pub state: IssueState,
    /// The issue as far as it can be seen.
    pub live: Option<IssueSeen>,
}

/// The step that takes another one back.
pub fn take_back(undone: &Undone, plan: &str, options: &RenderOptions) -> Step {
    let done = &undone.step;
    let marker = crate::issue::Marker::derive(&["docket undo 1", plan, done.marker.as_str()]);
    let mut group = done.group.clone();
    group.findings.clone_from(&undone.linked);
    let Some(issue) = done.issue.clone() else {
        return step(group, Action::Skip, "It names no issue.".to_owned(), marker, None);
    };
    let label = issue.short();
    let skip = |why: String| step(group.clone(), Action::Skip, why, marker.clone(), Some(issue.clone()));
    let live = match (&undone.state, &undone.live) {
        (IssueState::Open | IssueState::Closed { .. }, Some(live)) => live,
        (IssueState::Moved { .. }, _) => {
            return skip(format!("{label} was moved elsewhere; it is left alone."));
        }
        (IssueState::Deleted, _) => {
            return skip(format!("{label} was deleted; nothing is left to take back."));
        }
        _ => return skip(format!("{label} cannot be seen with this connection; it is left alone.")),
    };
    let open = undone.state == IssueState::Open;
    if done.action.creates() {
        if !open {
            return skip(format!("{label} is closed already; it is left as it is."));
        }
        let mut close = step(
            group.clone(),
            Action::Close,
            format!("This push created {label}: it is closed as not planned."),
            marker.clone(),
            Some(issue.clone()),
        );
        close.warnings = touched(done, live);
        let words = format!("Docket took back the push that filed this issue ({plan}).");
        close.draft = Some(drafted(done, live, &words, Some(StateReason::NotPlanned), options));
        return close;
    }
    let Some(footprint) = &undone.footprint else {
        return match done.action {
            // Nothing was written: only this database forgets.
            Action::Adopt => skip(format!("{label} was only taken over; nothing was written to it.")),
            _ => skip(format!("What was done to {label} was not noted, so it is left alone.")),
        };
    };
    let (change, kept) = revert(footprint, live);
    if change == IssueChange::default() {
        let mut left = skip(format!("Nothing of it is left in {label}."));
        left.warnings = kept;
        return left;
    }
    let (action, why) = match change.open {
        Some(true) => (Action::Reopen, format!("This push closed {label}: it is opened again.")),
        Some(false) => (Action::Close, format!("This push opened {label}: it is closed again.")),
        None => (Action::Update, format!("What this push changed in {label} is set back.")),
    };
    let mut back = step(group.clone(), action, why, marker.clone(), Some(issue.clone()));
    back.warnings = kept;
    let reason = (action == Action::Close).then_some(StateReason::Completed);
    let words = format!("Docket took back what a push changed here ({plan}).");
    back.draft = Some(drafted(done, live, &words, reason, options));
    back
}

/// The change that sets an issue back, and what is left as it is and why.
pub fn revert(footprint: &Footprint, live: &IssueSeen) -> (IssueChange, Vec<String>) {
    let mut change = IssueChange::default();
    let mut kept = Vec::new();
    if let Some((before, after)) = &footprint.body {
        match earlier(&live.body, before, after) {
            Ok(body) if body != live.body => {
                change.body_from = Some(live.body.clone());
                change.body = Some(body);
            }
            Ok(_) => {}
            Err(why) => kept.push(why),
        }
    }
    change.remove_labels =
        footprint.labels.iter().filter(|label| has(&live.labels, label)).cloned().collect();
    for (set, before) in &footprint.fields {
        let now = live.fields.get(&set.field);
        match (before, now) {
            (_, Some(now)) if *now != set.value => {
                kept.push(format!("«{}» is «{now}» by now; it stays.", set.field));
            }
            (Some(before), Some(_)) if *before != set.value => {
                let back = crate::mapping::FieldValue { field: set.field.clone(), value: before.clone() };
                // Which of the two it was said as does not matter to a tracker.
                if change.severity.is_none() {
                    change.severity = Some(back);
                } else {
                    change.status = Some(back);
                }
            }
            (Some(_), Some(_)) => {}
            _ => kept.push(format!("What «{}» was before is not known; it stays.", set.field)),
        }
    }
    if let Some(opened) = footprint.opened {
        let open = live.state == IssueState::Open;
        if open == opened {
            change.open = Some(!opened);
            change.reason = Some(if opened { StateReason::Completed } else { StateReason::Reopened });
        } else {
            let how = if open { "opened" } else { "closed" };
            kept.push(format!("Somebody {how} it since; it stays so."));
        }
    }
    if footprint.commented {
        kept.push("The comment that was written stays.".to_owned());
    }
    (change, kept)
}

/// The text as it was before, with what people wrote since.
fn earlier(live: &str, before: &str, after: &str) -> Result<String, String> {
    if live == after {
        return Ok(before.to_owned());
    }
    match (managed::part(before), managed::part(after), managed::part(live)) {
        (_, Some(after), Some(live)) if after != live => {
            Err("Docket's part of the text was changed since; it stays.".to_owned())
        }
        (Some(before), Some(_), Some(_)) => {
            managed::merge(live, before).map_err(|problem| problem.to_string())
        }
        (None, Some(part), Some(_)) => Ok(managed::without(live, part)),
        _ => Err("Docket's part is not in the text any more; nothing is set back there.".to_owned()),
    }
}

/// What others did to an issue since it was filed, for the person who reads the plan.
fn touched(done: &Step, live: &IssueSeen) -> Vec<String> {
    let Some(draft) = &done.draft else { return Vec::new() };
    let mut touched = Vec::new();
    if live.title != draft.title {
        touched.push(format!("Its title is «{}» by now.", live.title));
    }
    if managed::outside_chars(&live.body) > managed::outside_chars(&draft.body) {
        touched.push("Somebody wrote in its text.".to_owned());
    }
    let added: Vec<&str> =
        live.assignees.iter().filter(|who| !has(&draft.assignees, who)).map(String::as_str).collect();
    if !added.is_empty() {
        touched.push(format!("It is assigned to {}.", added.join(", ")));
    }
    touched
}

/// The words that go with it; the text and everything else come from the footprint.
fn drafted(
    done: &Step,
    live: &IssueSeen,
    words: &str,
    reason: Option<StateReason>,
    options: &RenderOptions,
) -> IssueDraft {
    IssueDraft {
        title: live.title.clone(),
        body: String::new(),
        follow_ups: vec![taken_back(words, options).body],
        labels: Vec::new(),
        assignees: Vec::new(),
        milestone: None,
        marker: done.draft.as_ref().map_or_else(|| done.marker.clone(), |draft| draft.marker.clone()),
        severity: None,
        status: None,
        reason,
        file: None,
    }
}

/// Whether a step can be taken back at all: it was done, and did something.
pub fn can_be_undone(step: &Step) -> bool {
    step.state == StepState::Done && step.action != Action::Skip
}
