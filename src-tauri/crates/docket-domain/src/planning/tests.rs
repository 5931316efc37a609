mod histories;

use super::*;
use crate::assessment::Status;
use crate::group::marker_of;
use crate::id::{ApplicationId, ConnectionId, MappingId};
use crate::issue::StateReason;
use crate::mapping::{Template, ValueMap};
use crate::member::Member;
use crate::plan::StepState;
use crate::render::{RenderOptions, managed};
use crate::time::Timestamp;

pub(crate) fn mapping() -> Mapping {
    Mapping {
        id: MappingId(1),
        label: "shop".into(),
        connection: ConnectionId(1),
        connection_label: "GitHub".into(),
        kind: "github".into(),
        target: "acme/shop".into(),
        target_stable_id: None,
        applications: vec![ApplicationId(1), ApplicationId(2)],
        labels: vec!["security".into(), "Bug".into()],
        severity_label: true,
        assignees: vec!["alice".into(), "Alice".into()],
        milestone: None,
        severity: ValueMap::new("Priority", &[("critical", "P0"), ("high", "P1")]),
        status: ValueMap::new("Status", &[("active", "In Progress")]),
        settings: BTreeMap::new(),
        template: Template::default(),
        active: true,
        created: Timestamp(0),
    }
}

fn member(id: i64) -> Member {
    let mut member = crate::render::tests::member(id);
    member.title = format!("Finding {id}");
    member
}

fn finding(id: i64) -> Candidate {
    member(id).candidate()
}

fn issue(number: u64) -> IssueRef {
    IssueRef {
        target: "acme/shop".into(),
        number: number.to_string(),
        stable_id: Some(format!("I_{number}")),
        url: format!("https://github.example/acme/shop/issues/{number}"),
    }
}

fn link(id: i64, number: u64, state: IssueState, marker: Option<&Marker>) -> Linked {
    Linked { finding: FindingId(id), issue: issue(number), state, marker: marker.cloned() }
}

fn run(
    candidates: &[Candidate],
    keys: &[GroupKey],
    links: &[Linked],
    known: &BTreeMap<Marker, Known>,
) -> Planned {
    let mapping = mapping();
    plan(&PlanInput { candidates, keys, mapping: &mapping, links, known }).expect("the mapping is active")
}

#[test]
fn a_deleted_issue_hides_no_other_one() {
    let (all, own) = three();
    let known = BTreeMap::from([(own.clone(), Known { issue: issue(30), state: IssueState::Open })]);
    let planned = run(&all, RULE, &[link(1, 12, IssueState::Deleted, Some(&own))], &known);
    assert_eq!(planned.steps[0].action, Action::Adopt, "the marker is alive in another issue");
    assert_eq!(planned.steps[0].issue, Some(issue(30)), "which is the one to go on with");
}

/// «create 1+2», «skip 3: why».
fn words(planned: &Planned) -> Vec<String> {
    planned
        .steps
        .iter()
        .map(|step| {
            let ids: Vec<String> = step.group.findings.iter().map(ToString::to_string).collect();
            let ids = ids.join("+");
            match step.action {
                Action::Create => format!("create {ids}"),
                action => format!("{action} {ids}: {}", step.why),
            }
        })
        .collect()
}

fn marker(candidates: &[Candidate], keys: &[GroupKey]) -> Marker {
    let groups = crate::group::group(candidates.iter().map(Candidate::view), keys);
    marker_of("acme/shop", keys, &groups[0])
}

const RULE: &[GroupKey] = &[GroupKey::Rule];

fn closed(reason: Option<StateReason>) -> IssueState {
    IssueState::Closed { reason }
}

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
        let known: BTreeMap<Marker, Known> =
            known.map(|state| (own.clone(), Known { issue: issue(30), state })).into_iter().collect();
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
        ("the issue is gone for certain", vec![link(1, 12, Deleted, Some(&own))], None, vec!["create 1+2+3".into()]),
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

#[test]
fn only_active_findings_of_the_mapping_become_issues() {
    let with = |id, status| Candidate { status, ..finding(id) };
    let foreign = Candidate { application: ApplicationId(9), application_name: "till".into(), ..finding(6) };
    let all = [
        finding(1),
        with(2, Status::FalsePositive),
        with(3, Status::FalsePositive),
        with(4, Status::RiskAccepted),
        with(5, Status::Closed),
        foreign,
        finding(1),
    ];
    let planned = run(&all, &[], &[], &BTreeMap::new());
    assert_eq!(
        words(&planned),
        [
            "create 1",
            "skip 6: «till» does not belong to the mapping «shop». Add it there, or choose another mapping.",
            "skip 5: 1 is closed, so no issue is needed.",
            "skip 2+3: 2 are false positives, so no issue is needed.",
            "skip 4: 1 is an accepted risk, so no issue is needed.",
        ],
        "every finding ends in a step, with its reason"
    );
    let counts = &planned.counts;
    assert_eq!(
        (counts.findings, counts.create, counts.skip, counts.skipped_findings),
        (6, 1, 4, 5),
        "counts add up"
    );
    let indexes: Vec<u32> = planned.steps.iter().map(|s| s.index).collect();
    assert_eq!(indexes, [0, 1, 2, 3, 4], "steps are numbered in their order");
    assert_eq!(planned.steps[1].state, StepState::Skipped, "a skip has nothing more to do");
}

#[test]
fn a_mapping_that_is_off_pushes_nothing() {
    let mapping = Mapping { active: false, ..mapping() };
    let known = BTreeMap::new();
    let input = PlanInput { candidates: &[], keys: &[], mapping: &mapping, links: &[], known: &known };
    let problem = plan(&input).expect_err("an inactive mapping is refused");
    assert!(problem.message.contains("switched off"), "with its reason: {problem}");
    assert!(problem.hint.is_some(), "and what to do");
    let empty = run(&[], &[], &[], &known);
    assert_eq!(empty.warnings.len(), 1, "an empty selection is said");
    assert!(empty.steps.is_empty(), "and plans nothing");
}

fn options() -> RenderOptions {
    RenderOptions::github(Marker::derive(&[]), "1.0.0")
}

#[test]
fn a_draft_carries_the_mapping() {
    let members = [member(1), member(2)];
    let candidates: Vec<Candidate> = members.iter().map(Member::candidate).collect();
    let mut planned = run(&candidates, RULE, &[], &BTreeMap::new());
    let mapping =
        Mapping { labels: vec!["Security".into(), "SEVERITY: HIGH".into(), "security".into()], ..mapping() };
    let step = &mut planned.steps[0];
    write_draft(step, &members, &mapping, &options(), &[], None);
    let draft = step.draft.as_ref().expect("a created issue has a draft");
    assert_eq!(
        draft.labels,
        ["Security", "SEVERITY: HIGH"],
        "labels are each there once, whatever their case"
    );
    assert_eq!(draft.assignees, ["alice"], "people too");
    assert_eq!(
        Marker::find_all(&draft.body),
        std::slice::from_ref(&step.marker),
        "the text carries the step's marker"
    );
    assert!(
        is_severity_label("Severity: High") && !is_severity_label("severity"),
        "own labels are known again"
    );
}

#[test]
fn an_update_merges_and_names_the_new() {
    let members = [member(1), member(2), member(3)];
    let candidates: Vec<Candidate> = members.iter().map(Member::candidate).collect();
    let own = marker(&candidates, RULE);
    let links = [link(1, 12, IssueState::Open, Some(&own)), link(2, 12, IssueState::Open, Some(&own))];
    let mut planned = run(&candidates, RULE, &links, &BTreeMap::new());
    let step = &mut planned.steps[0];
    let live = format!("Team notes\n\n{}", managed::frame("old", &own));
    write_draft(step, &members, &mapping(), &options(), &links, Some(Live { body: &live }));
    let draft = step.draft.as_ref().expect("an update has a draft");
    assert_eq!(draft.follow_ups.len(), 1, "one comment");
    assert!(draft.follow_ups[0].starts_with("1 finding joined this issue:"), "it counts who is new");
    assert!(
        draft.follow_ups[0].contains("q3.py") && !draft.follow_ups[0].contains("q1.py"),
        "and names only them"
    );
    let merged = managed::merge(&live, &draft.body).expect("merges");
    assert!(
        merged.starts_with("Team notes\n\n") && merged.contains("q1.py"),
        "the text speaks of all of them"
    );
}

#[test]
fn an_adopted_issue_is_updated_only_when_it_differs() {
    let members = [member(1), member(2)];
    let candidates: Vec<Candidate> = members.iter().map(Member::candidate).collect();
    let own = marker(&candidates, RULE);
    let known = BTreeMap::from([(own.clone(), Known { issue: issue(4), state: IssueState::Open })]);
    let fresh = || run(&candidates, RULE, &[], &known).steps.remove(0);
    let mut step = fresh();
    write_draft(&mut step, &members, &mapping(), &options(), &[], None);
    let body = step.draft.as_ref().expect("drafted").body.clone();
    assert_eq!(step.action, Action::Adopt, "without a look at the issue it is adopted");
    for (live, action, warned) in [
        (format!("hi\r\n{}", body.replace('\n', "\r\n")), Action::Adopt, false),
        (body.replace("q1.py", "q0.py"), Action::Update, false),
        (body.replace(managed::END, ""), Action::Adopt, true),
    ] {
        let mut step = fresh();
        write_draft(&mut step, &members, &mapping(), &options(), &[], Some(Live { body: &live }));
        assert_eq!(step.action, action, "for {live:?}");
        assert_eq!(
            !step.warnings.is_empty(),
            warned,
            "a text that cannot be touched is said: {:?}",
            step.warnings
        );
        let joined = step.draft.as_ref().map_or(0, |d| d.follow_ups.len());
        assert_eq!(joined, 0, "nobody joined: the issue was about them all along");
    }
}

#[test]
fn a_full_issue_is_said() {
    let members = [member(1), member(2)];
    let candidates: Vec<Candidate> = members.iter().map(Member::candidate).collect();
    let own = marker(&candidates, RULE);
    let links = [link(1, 12, IssueState::Open, Some(&own))];
    for (words, warned) in [(1_000, false), (50_000, false), (59_000, true)] {
        let live = format!("{}\n\n{}", "w".repeat(words), managed::frame("old", &own));
        let mut step = run(&candidates, RULE, &links, &BTreeMap::new()).steps.remove(0);
        write_draft(&mut step, &members, &mapping(), &options(), &links, Some(Live { body: &live }));
        let said = step.warnings.iter().any(|w| w.contains("too little room"));
        assert_eq!(said, warned, "with {words} characters of people's own: {:?}", step.warnings);
    }
}

#[test]
fn a_large_selection_is_planned_quickly() {
    let all: Vec<Candidate> = (1..=100_000)
        .map(|id| Candidate { path: Some(format!("src/f{}.rs", id % 2_000)), ..finding_light(id) })
        .collect();
    let started = std::time::Instant::now();
    let planned = run(&all, &[GroupKey::Rule, GroupKey::File], &[], &BTreeMap::new());
    eprintln!("100,000 findings in {} steps: {:?}", planned.steps.len(), started.elapsed());
    assert_eq!(planned.counts.create, 2_000, "one issue for each file");
    assert!(
        estimate(&planned.steps, &pace::tests::HOSTED) > 4 * 3_600_000,
        "480 an hour need more than four hours"
    );
}

fn finding_light(id: i64) -> Candidate {
    Candidate { id: FindingId(id), identity: format!("{id:032x}"), ..finding(1) }
}

#[test]
fn a_persons_heading_stands_at_the_head_of_dockets_part_with_values_made_harmless() {
    let mut mapping = mapping();
    mapping.template.heading = "**Ask @us first.** {rule} in {application}".to_owned();
    let nasty = Member { rule: "@team #1 <b>".to_owned(), ..member(1) };
    let mut planned = plan(&PlanInput {
        candidates: &[nasty.candidate()],
        keys: &[],
        mapping: &mapping,
        links: &[],
        known: &BTreeMap::new(),
    })
    .unwrap();
    let marker = planned.steps[0].marker.clone();
    for options in [
        RenderOptions::github(marker.clone(), "0"),
        RenderOptions::gitlab(marker.clone(), "0"),
        RenderOptions::azure(marker.clone(), "0"),
    ] {
        write_draft(&mut planned.steps[0], std::slice::from_ref(&nasty), &mapping, &options, &[], None);
        let body = planned.steps[0].draft.clone().unwrap().body;
        assert!(body.contains("Ask @us first."), "the person's own words are theirs: {body}");
        let head = body.lines().find(|line| line.contains("Ask @us")).unwrap();
        assert!(!head.contains("@team #1 <b>"), "what comes from a finding is harmless: {head}");
        let (heading, rest) = (body.find("Ask @us").unwrap(), body.find("Finding 1").unwrap());
        assert!(heading < rest, "it stands first: {body}");
    }
}
