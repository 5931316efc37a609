//! Issues that a person joins, splits, fills or lets end: attaching, moving findings between
//! issues, several issues for one finding, closing and opening again.

use std::collections::BTreeMap;

use super::{RULE, arranged, closed, finding, issue, link, mapping, marker, member, run, words};
use crate::assessment::Status;
use crate::group::{AttachAs, GroupBy, GroupEdit, Held, arrange};
use crate::id::FindingId;
use crate::issue::{IssueState, Marker, StateReason};
use crate::member::{Candidate, Member};
use crate::plan::{Action, GroupKey};
use crate::planning::{Known, Linked, Live, Material, name_issues, names_issue, write_draft};
use crate::render::{RenderOptions, managed};

use IssueState::Open;

fn none() -> BTreeMap<Marker, Known> {
    BTreeMap::new()
}

fn held(keys: &[GroupKey], held: Held) -> GroupBy {
    GroupBy { held, ..GroupBy::keys(keys) }
}

#[test]
fn pushed_groups_merge_and_no_finding_is_ever_in_no_issue() {
    let all = [finding(1), finding(2), finding(3)];
    let (one, two) = (marker(&all[..1], &[]), marker(&all[1..2], &[]));
    let links = [link(1, 11, Open, Some(&one)), link(2, 12, Open, Some(&two)), link(9, 12, Open, Some(&two))];
    let planned = arranged(&all, &held(RULE, Held::Move), &links, &none());
    assert_eq!(
        words(&planned),
        [
            "create 1+2+3".to_owned(),
            "close : 1 finding moves out of acme/shop#11, and none is left in it.".to_owned(),
            "update 9: 1 finding moves out of acme/shop#12; 1 stay.".to_owned(),
        ],
        "what is taken comes first, what is left afterwards"
    );
    let leaves = &planned.steps[1].leaves;
    assert_eq!(leaves[0].to, planned.steps[0].marker, "and says where it went");
    // Afterwards: nothing is left to do.
    let own = &planned.steps[0].marker;
    let after = [
        link(1, 13, Open, Some(own)),
        link(2, 13, Open, Some(own)),
        link(3, 13, Open, Some(own)),
        link(9, 12, Open, Some(&two)),
    ];
    let again = arranged(&all, &held(RULE, Held::Move), &after, &none());
    assert_eq!(words(&again), ["skip 1+2+3: Already in acme/shop#13."], "it is done");
    // Killed in between: the finding is in both, and only the leaving is left.
    let mut between = after.to_vec();
    between.push(link(1, 11, Open, Some(&one)));
    let again = arranged(&all, &held(RULE, Held::Move), &between, &none());
    assert_eq!(
        words(&again),
        [
            "close : 1 finding moves out of acme/shop#11, and none is left in it.",
            "skip 1+2+3: Already in acme/shop#13."
        ],
        "the rest of it"
    );
}

#[test]
fn groups_that_exchange_findings_take_first_and_let_go_afterwards() {
    let all = [finding(1), finding(2)];
    let (a, b) = (marker(&all[..1], &[]), marker(&all[1..], &[]));
    // 1 is in b's issue, 2 in a's.
    let links = [link(1, 12, Open, Some(&b)), link(2, 11, Open, Some(&a))];
    let planned = arranged(&all, &held(&[], Held::Move), &links, &none());
    let done: Vec<(Action, Vec<i64>)> = planned
        .steps
        .iter()
        .map(|step| (step.action, step.group.findings.iter().map(|id| id.0).collect()))
        .collect();
    assert_eq!(
        done,
        [
            (Action::Update, vec![1, 2]),
            (Action::Update, vec![2, 1]),
            (Action::Update, vec![1]),
            (Action::Update, vec![2]),
        ],
        "{:?}",
        words(&planned)
    );
}

#[test]
fn several_issues_stand_for_one_finding_when_that_is_wanted() {
    let all = [finding(1)];
    let own = marker(&all, &[]);
    let links = [link(1, 11, Open, Some(&own))];
    let planned = arranged(&all, &held(RULE, Held::Also), &links, &none());
    assert_eq!(words(&planned), ["create 1"], "a second one");
    let both = [links[0].clone(), link(1, 12, Open, Some(&planned.steps[0].marker))];
    let again = arranged(&all, &held(RULE, Held::Also), &both, &none());
    assert_eq!(words(&again), ["skip 1: Already in acme/shop#12."], "and not a third");
}

/// The name of the group that `finding` is in.
fn name(all: &[Candidate], by: &GroupBy, finding: i64) -> Marker {
    let views: Vec<_> = all.iter().map(Candidate::view).collect();
    let groups = arrange(&views, by, "acme/shop", &BTreeMap::new(), |_| false).groups;
    groups.into_iter().find(|one| one.group.findings.contains(&FindingId(finding))).unwrap().name
}

fn attached(all: &[Candidate], number: u64, how: AttachAs) -> GroupBy {
    let by = GroupBy::keys(RULE);
    let edit = GroupEdit::Attach { group: name(all, &by, 1), issue: issue(number), how };
    GroupBy { edits: vec![edit], ..by }
}

#[test]
fn a_group_goes_into_an_issue_of_people_under_its_own_marker() {
    let all = [finding(1), finding(2)];
    let by = attached(&all, 7, AttachAs::Section);
    let planned = arranged(&all, &by, &[], &none());
    assert_eq!(words(&planned), ["attach 1+2: You put these 2 findings into acme/shop#7."], "attached");
    let own = planned.steps[0].marker.clone();
    assert_eq!(own, marker(&all, RULE), "so that the next finding of the group joins it");
    let more = [finding(1), finding(2), finding(3)];
    let links: Vec<Linked> = [1, 2]
        .map(|id| Linked { attached: Some(AttachAs::Section), ..link(id, 7, Open, Some(&own)) })
        .to_vec();
    let again = run(&more, RULE, &links, &none());
    assert_eq!(words(&again), ["update 1+2+3: acme/shop#7 has 2 of these already; 1 is added."], "it joins");
    assert_eq!(again.steps[0].attach, Some(AttachAs::Section), "in the way that was chosen");
}

#[test]
fn a_group_goes_into_an_issue_of_dockets_under_that_issues_marker() {
    let all = [finding(1), finding(2)];
    let other = Marker::derive(&["other"]);
    let links = [link(9, 7, Open, Some(&other))];
    let planned = arranged(&all, &attached(&all, 7, AttachAs::Section), &links, &none());
    assert_eq!(words(&planned), ["update 1+2+9: acme/shop#7 has 1 of these already; 2 are added."], "joined");
    assert_eq!(planned.steps[0].marker, other, "the issue keeps its marker");
}

#[test]
fn what_is_attached_by_a_comment_never_touches_the_text() {
    let all = [member(1), member(2)];
    let candidates: Vec<Candidate> = all.iter().map(Member::candidate).collect();
    for (how, text) in [(AttachAs::Section, true), (AttachAs::Comment, false)] {
        let mut planned = arranged(&candidates, &attached(&candidates, 7, how), &[], &none());
        let (mapping, options) = (mapping(), RenderOptions::github(Marker::derive(&[]), "1"));
        let material = Material {
            members: &all,
            leaving: &[],
            mapping: &mapping,
            options: &options,
            links: &[],
            live: Some(Live { body: "Ours.", title: "" }),
        };
        write_draft(&mut planned.steps[0], &material);
        let draft = planned.steps[0].draft.clone().unwrap();
        assert_eq!(!draft.body.is_empty(), text, "{how}: {draft:?}");
        assert!(draft.follow_ups[0].starts_with("2 findings joined this issue:"), "{how}: {draft:?}");
        assert!(draft.labels.is_empty() && draft.severity.is_none(), "{how}: people's fields are theirs");
        let merged = managed::merge("Ours.", &draft.body).unwrap();
        assert!(merged.starts_with("Ours."), "{how}: their words stay");
    }
}

fn ended(id: i64, status: Status) -> Candidate {
    Candidate { status, ..finding(id) }
}

#[test]
fn an_issue_in_which_nothing_is_active_is_closed_but_never_one_of_people() {
    let (fixed, odd) = (ended(1, Status::Closed), ended(2, Status::FalsePositive));
    let own = marker(&[finding(1)], RULE);
    let at = |id, status, attached| Linked { status, attached, ..link(id, 12, Open, Some(&own)) };
    let both = [at(1, Status::Closed, None), at(2, Status::FalsePositive, None)];
    let planned = run(&[fixed.clone(), odd.clone()], RULE, &both, &none());
    assert_eq!(
        words(&planned),
        ["close 1+2: All 2 findings of acme/shop#12 are closed or decided."],
        "closed"
    );
    let alone = run(std::slice::from_ref(&fixed), RULE, &both, &none());
    assert_eq!(words(&alone).len(), 1, "also when only one of them was selected: {:?}", words(&alone));
    let open = [at(1, Status::Closed, None), at(2, Status::Active, None)];
    let planned = run(std::slice::from_ref(&fixed), RULE, &open, &none());
    assert_eq!(words(&planned), ["skip 1: Already in acme/shop#12, where others are still active."], "kept");
    assert_eq!(planned.kept[&own], [FindingId(1), FindingId(2)], "and its text may be out of date");
    let people = [at(1, Status::Closed, Some(AttachAs::Section))];
    let planned = run(std::slice::from_ref(&fixed), RULE, &people, &none());
    assert_eq!(words(&planned), ["skip 1: 1 is closed, so no issue is needed."], "people close theirs");
    let gone = [Linked { state: closed(None), ..both[0].clone() }];
    assert_eq!(words(&run(&[fixed], RULE, &gone, &none())).len(), 1, "what is closed is left alone");
}

#[test]
fn only_what_docket_closed_is_opened_again() {
    let all = [finding(1)];
    let own = marker(&all, RULE);
    for (ours, expected) in [(true, "reopen 1+9"), (false, "skip 1")] {
        let links = [1, 9]
            .map(|id| Linked { ours, ..link(id, 12, closed(Some(StateReason::Completed)), Some(&own)) });
        let planned = run(&all, RULE, &links, &none());
        assert!(words(&planned)[0].starts_with(expected), "{ours}: {:?}", words(&planned));
    }
    // A push that was taken back has no links any more: its marker is known.
    let known = BTreeMap::from([(
        own,
        Known { issue: issue(12), state: closed(Some(StateReason::NotPlanned)), ours: true },
    )]);
    assert!(words(&run(&all, RULE, &[], &known))[0].starts_with("reopen 1"), "also without links");
}

#[test]
fn what_was_deleted_is_filed_again_and_said() {
    let all = [finding(1)];
    let own = marker(&all, RULE);
    let planned = run(&all, RULE, &[link(1, 12, IssueState::Deleted, Some(&own))], &none());
    assert_eq!(planned.steps[0].action, Action::Recreate, "{:?}", words(&planned));
    assert_eq!(planned.counts.create, 1, "it counts as a creation");
}

#[test]
fn a_comment_names_the_issue_once_it_is_there() {
    let marker = Marker::derive(&["x"]);
    let text = format!("1 finding goes on in {}: docket-issue-of-nobody", names_issue(&marker));
    assert_eq!(
        name_issues(&text, |m| (*m == marker).then(|| "#4".to_owned())),
        Ok("1 finding goes on in #4: docket-issue-of-nobody".to_owned()),
        "replaced, and nothing else"
    );
    assert_eq!(name_issues(&text, |_| None), Err(marker), "an issue that is not there is an error");
}
