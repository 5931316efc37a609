//! Which findings of a selection become issues at all.

use std::collections::BTreeMap;

use super::{finding, mapping, run, words};
use crate::assessment::Status;
use crate::group::GroupBy;
use crate::id::{ApplicationId, FindingId};
use crate::mapping::Mapping;
use crate::member::Candidate;
use crate::plan::{GroupKey, StepState};
use crate::planning::{PlanInput, estimate, pace, plan};

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
    let by = GroupBy::default();
    let input = PlanInput { candidates: &[], by: &by, mapping: &mapping, links: &[], known: &known };
    let problem = plan(&input).expect_err("an inactive mapping is refused");
    assert!(problem.message.contains("switched off"), "with its reason: {problem}");
    assert!(problem.hint.is_some(), "and what to do");
    let empty = run(&[], &[], &[], &known);
    assert_eq!(empty.warnings.len(), 1, "an empty selection is said");
    assert!(empty.steps.is_empty(), "and plans nothing");
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
        estimate(&planned.steps, &pace::tests::HOSTED, &[], crate::time::Timestamp(0)) > 3 * 3_600_000,
        "500 an hour need more than three hours"
    );
}

fn finding_light(id: i64) -> Candidate {
    Candidate { id: FindingId(id), identity: format!("{id:032x}"), ..finding(1) }
}
