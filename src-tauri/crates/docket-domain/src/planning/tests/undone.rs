//! Taking back: only what is still as the push left it, and never what people did.

use std::collections::BTreeMap;

use super::{RULE, finding, issue, run};
use crate::id::FindingId;
use crate::issue::{IssueChange, IssueSeen, IssueState, Marker, StateReason};
use crate::mapping::FieldValue;
use crate::plan::{Action, Step, StepState};
use crate::planning::change::Footprint;
use crate::planning::undo::{Undone, revert, take_back};
use crate::render::{RenderOptions, managed};
use crate::time::Timestamp;

fn seen(body: &str, state: IssueState) -> IssueSeen {
    IssueSeen {
        issue: issue(12),
        title: "Theirs".into(),
        body: body.into(),
        state,
        labels: vec!["Security".into(), "people".into()],
        assignees: Vec::new(),
        milestone: None,
        fields: BTreeMap::from([("Priority".to_owned(), "P1".to_owned())]),
        updated: Timestamp(0),
        created: Timestamp(0),
        author: None,
    }
}

fn framed(section: &str) -> String {
    managed::frame(section, &Marker::derive(&["own"]))
}

fn done(action: Action, footprint: Option<Footprint>, live: IssueSeen) -> Undone {
    let mut step: Step = run(&[finding(1)], RULE, &[], &BTreeMap::new()).steps.remove(0);
    (step.action, step.state, step.issue) = (action, StepState::Done, Some(issue(12)));
    Undone { step, footprint, linked: vec![FindingId(1)], state: live.state.clone(), live: Some(live) }
}

fn back(undone: &Undone) -> Step {
    take_back(undone, "plan 3", &RenderOptions::github(Marker::derive(&[]), "1"))
}

#[test]
fn what_was_created_is_closed_with_a_word_and_never_deleted() {
    let step = back(&done(Action::Create, None, seen(&framed("x"), IssueState::Open)));
    assert_eq!(step.action, Action::Close, "{step:?}");
    let draft = step.draft.unwrap();
    assert_eq!(draft.reason, Some(StateReason::NotPlanned), "as not planned");
    assert!(
        draft.body.is_empty() && draft.follow_ups[0].contains("plan 3"),
        "the text stays, a comment says it"
    );
    let closed = IssueState::Closed { reason: Some(StateReason::Completed) };
    let step = back(&done(Action::Create, None, seen(&framed("x"), closed)));
    assert_eq!(step.action, Action::Skip, "what people closed is theirs: {step:?}");
    for state in [IssueState::Deleted, IssueState::NotVisible, IssueState::Moved { to: None }] {
        let undone = Undone { live: None, state, ..done(Action::Create, None, seen("", IssueState::Open)) };
        assert_eq!(back(&undone).action, Action::Skip, "left alone");
    }
}

#[test]
fn a_text_is_set_back_around_what_people_wrote_since() {
    let (old, new) = (format!("Team.\n\n{}", framed("old")), format!("Team.\n\n{}", framed("new")));
    let print = Footprint { body: Some((old.clone(), new.clone())), ..Footprint::default() };
    let body = |live: &str| revert(&print, &seen(live, IssueState::Open));
    assert_eq!(body(&new).0.body.as_deref(), Some(old.as_str()), "nobody touched it: as it was");
    let (change, kept) = body(&format!("{new}\n\nWe look into it."));
    let text = change.body.unwrap();
    assert!(text.contains("old") && text.contains("We look into it.") && !text.contains("new"), "{text}");
    assert!(kept.is_empty(), "{kept:?}");
    let (change, kept) = body(&new.replace("new", "edited"));
    assert_eq!(change.body, None, "somebody changed Docket's own part: it stays");
    assert_eq!(kept.len(), 1, "and that is said: {kept:?}");
    let (change, kept) = body("Team.");
    assert_eq!((change.body, kept.len()), (None, 1), "the part was removed: said");
}

#[test]
fn an_attached_part_goes_without_a_trace() {
    let print = Footprint {
        body: Some(("Theirs.".into(), format!("Theirs.\n\n{}", framed("ours")))),
        ..Footprint::default()
    };
    let live = format!("Theirs, edited.\n\n{}\n", framed("ours"));
    let (change, _) = revert(&print, &seen(&live, IssueState::Open));
    assert_eq!(change.body.as_deref(), Some("Theirs, edited."), "people's words, and nothing else");
}

#[test]
fn labels_and_fields_go_back_unless_somebody_changed_them() {
    let set = |value: &str| FieldValue { field: "Priority".into(), value: value.into() };
    let print = Footprint {
        labels: vec!["security".into(), "gone".into()],
        fields: vec![(set("P1"), Some("P3".into()))],
        commented: true,
        ..Footprint::default()
    };
    let (change, kept) = revert(&print, &seen("", IssueState::Open));
    assert_eq!(change.remove_labels, ["security"], "only what is still there");
    assert_eq!(change.severity, Some(set("P3")), "the value before");
    assert_eq!(kept, ["The comment that was written stays."], "said");
    let other = Footprint { fields: vec![(set("P0"), Some("P3".into()))], ..Footprint::default() };
    let (change, kept) = revert(&other, &seen("", IssueState::Open));
    assert_eq!(change, IssueChange::default(), "somebody chose P1 since: {change:?}");
    assert!(kept[0].contains("P1"), "{kept:?}");
}

#[test]
fn what_was_closed_is_opened_unless_somebody_did() {
    let print = Footprint { opened: Some(false), ..Footprint::default() };
    let closed = IssueState::Closed { reason: Some(StateReason::Completed) };
    let step = back(&done(Action::Close, Some(print.clone()), seen("", closed)));
    assert_eq!(step.action, Action::Reopen, "{step:?}");
    let step = back(&done(Action::Close, Some(print), seen("", IssueState::Open)));
    assert_eq!(step.action, Action::Skip, "it is open already: {step:?}");
    assert!(step.warnings[0].contains("opened"), "and that is said: {step:?}");
}
