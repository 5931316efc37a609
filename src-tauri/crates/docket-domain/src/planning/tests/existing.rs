//! What follows from issues that are there already: linked, seen under the group's marker,
//! closed by people, moved, or gone.

use std::collections::BTreeMap;

use super::{RULE, closed, finding, issue, link, marker, run, words};
use crate::issue::{IssueState, Marker, StateReason};
use crate::member::Candidate;
use crate::plan::{Action, GroupKey};
use crate::planning::{Known, Linked};

/// A situation: links of findings, the state of an issue seen under the group's marker, and the
/// steps that follow.
type Case = (&'static str, Vec<Linked>, Option<IssueState>, Vec<String>);

fn three() -> ([Candidate; 3], Marker) {
    let all = [finding(1), finding(2), finding(3)];
    let own = marker(&all, RULE);
    (all, own)
}

#[track_caller]
fn follow(cases: Vec<Case>) {
    let (all, own) = three();
    for (case, links, known, expected) in cases {
        let known: BTreeMap<Marker, Known> = known
            .map(|state| (own.clone(), Known { issue: issue(30), state, ours: false }))
            .into_iter()
            .collect();
        assert_eq!(words(&run(&all, RULE, &links, &known)), expected, "when {case}");
    }
}

#[test]
fn open_issues_are_kept_and_filled() {
    use IssueState::Open;
    let (_, own) = three();
    follow(vec![
        ("nothing is known", vec![], None, vec!["create 1+2+3".into()]),
        (
            "all are in the group's open issue",
            vec![link(1, 12, Open, Some(&own)), link(2, 12, Open, Some(&own)), link(3, 12, Open, Some(&own))],
            None,
            vec!["skip 1+2+3: Already in acme/shop#12.".into()],
        ),
        (
            "all are in an issue that a person attached",
            vec![link(1, 5, Open, None), link(2, 5, Open, None), link(3, 5, Open, None)],
            None,
            vec!["skip 1+2+3: Already in acme/shop#5.".into()],
        ),
        (
            "a person attached one to the group's own issue",
            vec![link(1, 12, Open, Some(&own)), link(2, 12, Open, None)],
            None,
            vec!["update 1+2+3: acme/shop#12 has 2 of these already; 1 is added.".into()],
        ),
        (
            "all are in several issues",
            vec![link(1, 5, Open, None), link(2, 4, Open, None), link(3, 6, Open, None)],
            None,
            vec!["skip 1+2+3: Already in acme/shop#4 and 2 more issues.".into()],
        ),
        (
            "one is new in the group's issue",
            vec![link(1, 12, Open, Some(&own)), link(2, 12, Open, Some(&own))],
            None,
            vec!["update 1+2+3: acme/shop#12 has 2 of these already; 1 is added.".into()],
        ),
        (
            "the issue also stands for a finding that is not selected",
            vec![link(1, 12, Open, Some(&own)), link(9, 12, Open, Some(&own))],
            None,
            vec!["update 1+2+3+9: acme/shop#12 has 2 of these already; 2 are added.".into()],
        ),
        (
            "one stays in another issue",
            vec![link(2, 7, Open, None)],
            None,
            vec!["create 1+3".into(), "skip 2: Already in acme/shop#7.".into()],
        ),
        (
            "one stays in another issue, one is in the group's",
            vec![link(2, 7, Open, None), link(1, 12, Open, Some(&own))],
            None,
            vec![
                "update 1+3: acme/shop#12 has 1 of these already; 1 is added.".into(),
                "skip 2: Already in acme/shop#7.".into(),
            ],
        ),
    ]);
}

#[test]
fn what_people_closed_or_moved_is_respected() {
    use IssueState::{Deleted, Moved, NotVisible, Open};
    let (_, own) = three();
    let go_on = "Reopen it there to go on with it, or set the findings to a status that agrees with it.";
    follow(vec![
        (
            "the marker is known in the target, nothing is linked",
            vec![],
            Some(Open),
            vec![
                "adopt 1+2+3: acme/shop#30 carries this group's marker: it is taken over instead of filed again."
                    .into(),
            ],
        ),
        (
            "the known issue was closed as not planned",
            vec![],
            Some(closed(Some(StateReason::NotPlanned))),
            vec![format!("skip 1+2+3: acme/shop#30 was closed as not planned. {go_on}")],
        ),
        (
            "the linked issue was closed without a reason, a new finding came",
            vec![link(1, 12, closed(None), Some(&own))],
            None,
            vec![format!("skip 1+2+3: acme/shop#12 was closed. {go_on}")],
        ),
        (
            "the link remembers open, the target says closed",
            vec![link(1, 30, Open, Some(&own))],
            Some(closed(Some(StateReason::Completed))),
            vec![format!("skip 1+2+3: acme/shop#30 was closed as completed. {go_on}")],
        ),
        (
            "a member's other issue was closed by people",
            vec![link(1, 7, closed(Some(StateReason::Duplicate)), None)],
            None,
            vec!["create 2+3".into(), format!("skip 1: acme/shop#7 was closed as a duplicate. {go_on}")],
        ),
        ("the issue is gone for certain", vec![link(1, 12, Deleted, Some(&own))], None, vec!["recreate 1+2+3: acme/shop#12 was deleted in the tracker, so it is filed again.".into()]),
        (
            "another issue is gone for certain",
            vec![link(1, 7, Deleted, None)],
            None,
            vec!["create 1+2+3".into()],
        ),
        (
            "the issue moved",
            vec![link(1, 12, Moved { to: Some("acme/till#3".into()) }, Some(&own))],
            None,
            vec!["skip 1+2+3: acme/shop#12 was moved to acme/till#3 and goes on there.".into()],
        ),
        (
            "the issue cannot be seen",
            vec![link(1, 12, NotVisible, Some(&own))],
            None,
            vec![
                "skip 1+2+3: acme/shop#12 cannot be seen with this connection. Ask for access, or unlink it to file \
                 a new one."
                    .into(),
            ],
        ),
        (
            "two issues carry the marker: an open one leads",
            vec![link(1, 8, closed(None), Some(&own)), link(1, 9, Open, Some(&own)), link(2, 9, Open, Some(&own))],
            None,
            vec!["update 1+2+3: acme/shop#9 has 2 of these already; 1 is added.".into()],
        ),
    ]);
}

#[test]
fn a_deleted_issue_hides_no_other_one() {
    let (all, own) = three();
    let known =
        BTreeMap::from([(own.clone(), Known { issue: issue(30), state: IssueState::Open, ours: false })]);
    let planned = run(&all, RULE, &[link(1, 12, IssueState::Deleted, Some(&own))], &known);
    assert_eq!(planned.steps[0].action, Action::Adopt, "the marker is alive in another issue");
    assert_eq!(planned.steps[0].issue, Some(issue(30)), "which is the one to go on with");
}

#[test]
fn left_out_members_are_told() {
    let all = [finding(1), finding(2)];
    let planned = run(&all, RULE, &[link(2, 7, IssueState::Open, None)], &BTreeMap::new());
    assert_eq!(
        planned.steps[0].warnings,
        ["1 of the group left out: Already in acme/shop#7."],
        "the created issue says who is missing"
    );
    assert_eq!(planned.steps[1].issue, Some(issue(7)), "the skip names the issue");
}

#[test]
fn all_in_one_goes_on_with_what_is_new() {
    let keys = &[GroupKey::All];
    let first = [finding(1), finding(2)];
    let own = marker(&first, keys);
    let links = [link(1, 3, IssueState::Open, Some(&own)), link(2, 3, IssueState::Open, Some(&own))];
    let more = [finding(1), finding(2), finding(3)];
    let planned = run(&more, keys, &links, &BTreeMap::new());
    assert_eq!(
        words(&planned),
        ["create 3", "skip 1+2: Already in acme/shop#3."],
        "what has an issue stays there, what is new gets one"
    );
    assert_eq!(planned.steps[0].marker, marker(&more[2..], keys), "under the marker of its own members");
}
