//! What the tests of planning share: small findings, issues and links, and steps in words.

mod drafts;
mod existing;
mod histories;
mod moved;
mod selected;
mod undone;

use super::*;
use crate::group::marker_of;
use crate::id::{ApplicationId, ConnectionId, MappingId};
use crate::issue::StateReason;
use crate::mapping::{Template, ValueMap};
use crate::member::Member;
use crate::plan::GroupKey;
use crate::render::RenderOptions;
use crate::time::Timestamp;

const RULE: &[GroupKey] = &[GroupKey::Rule];

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
        guard: crate::Guard::default(),
        findings_file: false,
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
    Linked {
        finding: FindingId(id),
        issue: issue(number),
        state,
        marker: marker.cloned(),
        status: Status::Active,
        ours: false,
        attached: None,
    }
}

fn closed(reason: Option<StateReason>) -> IssueState {
    IssueState::Closed { reason }
}

fn run(
    candidates: &[Candidate],
    keys: &[GroupKey],
    links: &[Linked],
    known: &BTreeMap<Marker, Known>,
) -> Planned {
    arranged(candidates, &GroupBy::keys(keys), links, known)
}

fn arranged(
    candidates: &[Candidate],
    by: &GroupBy,
    links: &[Linked],
    known: &BTreeMap<Marker, Known>,
) -> Planned {
    let mapping = mapping();
    plan(&PlanInput { candidates, by, mapping: &mapping, links, known }).expect("the mapping is active")
}

/// Writes a step's text as its mapping wants it.
fn draft(
    step: &mut Step,
    members: &[Member],
    mapping: &Mapping,
    options: &RenderOptions,
    links: &[Linked],
    live: Option<Live<'_>>,
) {
    write_draft(step, &Material { members, leaving: &[], mapping, options, links, live });
}

fn marker(candidates: &[Candidate], keys: &[GroupKey]) -> Marker {
    let groups = crate::group::group(candidates.iter().map(Candidate::view), keys);
    marker_of("acme/shop", keys, &groups[0])
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
