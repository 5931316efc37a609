//! The texts that steps are given: the mapping's wishes, who joined, and people's own words.

use std::collections::BTreeMap;

use super::{RULE, draft, finding, issue, link, mapping, marker, member, run};
use crate::assessment::Status;
use crate::group::GroupBy;
use crate::issue::{IssueState, Marker};
use crate::mapping::{Mapping, Template};
use crate::member::{Candidate, Member};
use crate::plan::Action;
use crate::planning::{Known, Linked, Live, PlanInput, is_severity_label, plan};
use crate::render::{RenderOptions, managed};

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
    draft(step, &members, &mapping, &options(), &[], None);
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
    draft(step, &members, &mapping(), &options(), &links, Some(Live { body: &live, title: "" }));
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
    let known =
        BTreeMap::from([(own.clone(), Known { issue: issue(4), state: IssueState::Open, ours: false })]);
    let fresh = || run(&candidates, RULE, &[], &known).steps.remove(0);
    let mut step = fresh();
    draft(&mut step, &members, &mapping(), &options(), &[], None);
    let body = step.draft.as_ref().expect("drafted").body.clone();
    assert_eq!(step.action, Action::Adopt, "without a look at the issue it is adopted");
    for (live, action, warned) in [
        (format!("hi\r\n{}", body.replace('\n', "\r\n")), Action::Adopt, false),
        (body.replace("q1.py", "q0.py"), Action::Update, false),
        (body.replace(managed::END, ""), Action::Adopt, true),
    ] {
        let mut step = fresh();
        draft(&mut step, &members, &mapping(), &options(), &[], Some(Live { body: &live, title: "" }));
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
        draft(&mut step, &members, &mapping(), &options(), &links, Some(Live { body: &live, title: "" }));
        let said = step.warnings.iter().any(|w| w.contains("too little room"));
        assert_eq!(said, warned, "with {words} characters of people's own: {:?}", step.warnings);
    }
}

#[test]
fn a_persons_heading_stands_at_the_head_of_dockets_part_with_values_made_harmless() {
    let mut mapping = mapping();
    mapping.template.body = "**Ask @us first.** {{ rule }} in {{ application }}\n\n{{ default }}".to_owned();
    let nasty = Member { rule: "@team #1 <b>".to_owned(), ..member(1) };
    let mut planned = plan(&PlanInput {
        candidates: &[nasty.candidate()],
        by: &GroupBy::default(),
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
        draft(&mut planned.steps[0], std::slice::from_ref(&nasty), &mapping, &options, &[], None);
        let body = planned.steps[0].draft.clone().unwrap().body;
        assert!(body.contains("Ask @us first."), "the person's own words are theirs: {body}");
        let head = body.lines().find(|line| line.contains("Ask @us")).unwrap();
        assert!(!head.contains("@team #1 <b>"), "what comes from a finding is harmless: {head}");
        let (heading, rest) = (body.find("Ask @us").unwrap(), body.find("Finding 1").unwrap());
        assert!(heading < rest, "it stands first: {body}");
    }
}

#[test]
fn a_group_can_have_a_template_of_its_own() {
    let mut mapping = mapping();
    mapping.template.title = "[{{ target }}] {{ title }}".to_owned();
    let members = [member(1), member(2)];
    let candidates: Vec<Candidate> = members.iter().map(Member::candidate).collect();
    let mut step = run(&candidates, RULE, &[], &BTreeMap::new()).steps.remove(0);
    let titled = |step: &mut crate::plan::Step| {
        draft(step, &members, &mapping, &options(), &[], None);
        step.draft.clone().expect("a created issue has a draft").title
    };
    assert!(titled(&mut step).starts_with("[acme/shop] "), "the mapping's, unless it has one");
    step.group.template = Some(Template { title: "{{ count }} of them".to_owned(), body: String::new() });
    assert_eq!(titled(&mut step), "2 of them", "its own");
    step.group.template = Some(Template { title: "{{ cuont }}".to_owned(), body: String::new() });
    let title = titled(&mut step);
    assert!(
        !title.is_empty() && step.warnings.iter().any(|w| w.contains("line 1, column 4")),
        "one that fails is said"
    );
}

#[test]
fn an_issue_that_changed_does_not_speak_of_itself_and_keeps_its_title() {
    let members: Vec<Member> = [(1, Status::FalsePositive), (2, Status::Active)]
        .into_iter()
        .map(|(id, status)| Member { status, ..member(id) })
        .collect();
    let decided = [members[0].candidate()];
    let own = marker(&[finding(1), finding(2)], RULE);
    let links =
        members.iter().map(|m| Linked { status: m.status, ..link(m.id.0, 12, IssueState::Open, Some(&own)) });
    let links: Vec<Linked> = links.collect();
    let planned = run(&decided, RULE, &links, &BTreeMap::new());
    let planned = planned.refreshed(|_, _| Ok(true)).expect("refreshed");
    let mut step = planned.steps.into_iter().find(|step| step.action == Action::Update).expect("an update");
    let body = managed::frame("old", &own);
    let live = Live { body: &body, title: "Queries: 9 findings" };
    draft(&mut step, &members, &mapping(), &options(), &links, Some(live));
    let draft = step.draft.expect("drafted");
    assert_eq!(draft.title, "Queries: 9 findings", "the title in the tracker stays, and is what is shown");
    assert!(!draft.body.contains("acme/shop#12"), "no issue names itself: {}", draft.body);
    assert!(
        draft.body.contains("Queries: 2 findings"),
        "it is headed by its title, counted anew: {}",
        draft.body
    );
}

#[test]
fn what_a_person_wrote_is_sent_and_named_when_the_guard_would_take_it_out() {
    let members = [member(1)];
    let candidates: Vec<Candidate> = members.iter().map(Member::candidate).collect();
    let said = |body: &str| {
        let template = Template { title: String::new(), body: body.to_owned() };
        let mut step = run(&candidates, RULE, &[], &BTreeMap::new()).steps.remove(0);
        draft(&mut step, &members, &Mapping { template, ..mapping() }, &options(), &[], None);
        let warned = step.warnings.iter().find(|words| words.starts_with("Your own text")).cloned();
        (step.draft.expect("drafted").body, warned)
    };
    let (body, warned) = said("Ask anna@corp-intern.de on db01.corp.local.\n\n{{ default }}");
    assert!(body.contains("anna@") || body.contains("anna&#64;"), "it is the person's to say: {body}");
    let warned = warned.expect("and the plan says that it goes out");
    assert!(
        warned.contains("E-mail addresses (1)") && warned.contains("Internal host names (1)"),
        "{warned}"
    );
    assert_eq!(said("Nothing of the kind.\n\n{{ default }}").1, None, "nothing is said of nothing");
}
