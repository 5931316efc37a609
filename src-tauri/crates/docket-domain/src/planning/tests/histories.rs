//! Generated histories: pushes, people and losses in any order.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{closed, finding, issue, link, run, words};
use crate::assessment::Status;
use crate::id::{ApplicationId, FindingId};
use crate::issue::{IssueState, Marker, StateReason};
use crate::member::Candidate;
use crate::plan::{Action, GroupKey, Step};
use crate::planning::{Known, Linked, Planned};
use crate::severity::Severity;

/// The little that applying does to what planning sees.
#[derive(Debug, Default, Clone)]
struct World {
    links: Vec<Linked>,
    known: BTreeMap<Marker, Known>,
    next: u64,
}

impl World {
    fn apply(&mut self, planned: &Planned) {
        for step in &planned.steps {
            let at = match step.action {
                Action::Skip => continue,
                Action::Create => {
                    self.next += 1;
                    assert!(!self.known.contains_key(&step.marker), "never a second issue under a marker");
                    let known = Known { issue: issue(self.next), state: IssueState::Open };
                    self.known.insert(step.marker.clone(), known.clone());
                    known.issue
                }
                Action::Update | Action::Adopt => step.issue.clone().expect("an existing issue is named"),
            };
            for finding in &step.group.findings {
                if !self.links.iter().any(|l| l.finding == *finding && l.issue == at) {
                    self.links.push(Linked {
                        finding: *finding,
                        issue: at.clone(),
                        state: IssueState::Open,
                        marker: Some(step.marker.clone()),
                    });
                }
            }
        }
    }

    fn set_state(&mut self, number: u64, state: &IssueState) {
        let at = issue(number);
        self.links.iter_mut().filter(|l| l.issue == at).for_each(|l| l.state = state.clone());
        self.known.values_mut().filter(|k| k.issue == at).for_each(|k| k.state = state.clone());
    }
}

#[derive(Debug, Clone)]
enum Event {
    Push { ids: Vec<i64>, keys: Vec<GroupKey> },
    People { number: u64, state: IssueState },
    Decide { id: i64, status: Status },
    LoseLinks,
    Attach { id: i64, number: u64 },
}

fn event() -> impl Strategy<Value = Event> {
    let keys = prop::collection::vec(prop::sample::select(GroupKey::ALL.to_vec()), 0..3);
    let state = prop::sample::select(vec![
        IssueState::Open,
        closed(None),
        closed(Some(StateReason::NotPlanned)),
        IssueState::NotVisible,
        IssueState::Moved { to: None },
    ]);
    prop_oneof![
        6 => (prop::collection::vec(1..12i64, 1..10), keys).prop_map(|(ids, keys)| Event::Push { ids, keys }),
        2 => (1..8u64, state).prop_map(|(number, state)| Event::People { number, state }),
        2 => (1..12i64, prop::sample::select(Status::ALL.to_vec()))
            .prop_map(|(id, status)| Event::Decide { id, status }),
        1 => Just(Event::LoseLinks),
        1 => (1..12i64, 1..8u64).prop_map(|(id, number)| Event::Attach { id, number }),
    ]
}

fn population() -> Vec<Candidate> {
    (1..12)
        .map(|id| Candidate {
            severity: Severity::from_rank((id % 4) as u8),
            rule: (id % 5 != 0).then(|| format!("r{}", id % 3)),
            path: (id % 4 != 0).then(|| format!("src/m{}/f{}.rs", id % 2, id % 3)),
            application: ApplicationId(1 + id % 2),
            application_name: format!("app{}", id % 2),
            ..finding(id)
        })
        .collect()
}

fn play(events: Vec<Event>) -> Result<(), TestCaseError> {
    let mut world = World::default();
    let mut findings = population();
    for event in events {
        match event {
            Event::People { number, state } => world.set_state(number, &state),
            Event::Decide { id, status } => findings[id as usize - 1].status = status,
            Event::LoseLinks => world.links.clear(),
            Event::Attach { id, number } if number <= world.next => {
                let state = world.known.values().find(|k| k.issue == issue(number)).map(|k| k.state.clone());
                let state = state.unwrap_or(IssueState::Open);
                let double = world.links.iter().any(|l| l.finding.0 == id && l.issue == issue(number));
                if !double {
                    world.links.push(link(id, number, state, None));
                }
            }
            Event::Attach { .. } => {}
            Event::Push { ids, keys } => {
                let chosen: Vec<Candidate> =
                    ids.iter().map(|id| findings[*id as usize - 1].clone()).collect();
                let planned = run(&chosen, &keys, &world.links, &world.known);
                let markers: BTreeSet<&Marker> = planned.steps.iter().map(|s| &s.marker).collect();
                prop_assert_eq!(markers.len(), planned.steps.len(), "markers are unique");
                let distinct: BTreeSet<i64> = ids.iter().copied().collect();
                for id in distinct.into_iter().map(FindingId) {
                    let named = planned.steps.iter().filter(|s| s.group.findings.contains(&id));
                    // An update also names those whom its issue speaks of already.
                    let (told, decided): (Vec<&Step>, Vec<&Step>) = named.partition(|step| {
                        step.action == Action::Update
                            && world
                                .links
                                .iter()
                                .any(|l| l.finding == id && Some(&l.issue) == step.issue.as_ref())
                    });
                    prop_assert!(decided.len() <= 1, "finding {} is decided once", id);
                    prop_assert!(!told.is_empty() || decided.len() == 1, "finding {} is not forgotten", id);
                }
                let mut reversed = chosen.clone();
                reversed.reverse();
                prop_assert_eq!(
                    &planned,
                    &run(&reversed, &keys, &world.links, &world.known),
                    "order never matters"
                );
                world.apply(&planned);
                let again = run(&chosen, &keys, &world.links, &world.known);
                let writes: Vec<String> =
                    words(&again).into_iter().filter(|w| !w.starts_with("skip")).collect();
                prop_assert!(writes.is_empty(), "planning again writes nothing: {:?}", writes);
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]
    #[test]
    fn planning_again_right_after_applying_yields_only_skips(events in prop::collection::vec(event(), 1..14)) {
        play(events)?;
    }
}
