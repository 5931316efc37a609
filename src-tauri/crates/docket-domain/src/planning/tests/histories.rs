//! Generated histories: pushes, people and losses in any order.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{arranged, closed, finding, issue, link, words};
use crate::assessment::Status;
use crate::group::{GroupBy, Held};
use crate::id::{ApplicationId, FindingId};
use crate::issue::{IssueRef, IssueState, Marker, StateReason};
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
            if !step.leaves.is_empty() {
                let at = step.issue.clone().expect("an existing issue is named");
                for finding in step.leaves.iter().flat_map(|leaves| &leaves.findings) {
                    self.links.retain(|l| l.finding != *finding || l.issue != at);
                    assert!(
                        self.links.iter().any(|l| l.finding == *finding),
                        "a finding that moves is in an issue at every moment"
                    );
                }
                if step.action == Action::Close {
                    self.close(&at);
                }
                continue;
            }
            let at = match step.action {
                Action::Skip => continue,
                Action::Close => {
                    self.close(step.issue.as_ref().expect("an existing issue is named"));
                    continue;
                }
                Action::Reopen => {
                    let at = step.issue.clone().expect("an existing issue is named");
                    self.set(&at, &IssueState::Open, false);
                    at
                }
                Action::Create | Action::Recreate => {
                    self.next += 1;
                    assert!(!self.known.contains_key(&step.marker), "never a second issue under a marker");
                    let known = Known { issue: issue(self.next), state: IssueState::Open, ours: false };
                    self.known.insert(step.marker.clone(), known.clone());
                    known.issue
                }
                Action::Update | Action::Adopt | Action::Attach => {
                    step.issue.clone().expect("an existing issue is named")
                }
            };
            for finding in &step.group.findings {
                if !self.links.iter().any(|l| l.finding == *finding && l.issue == at) {
                    self.links.push(Linked {
                        finding: *finding,
                        issue: at.clone(),
                        state: IssueState::Open,
                        marker: Some(step.marker.clone()),
                        status: Status::Active,
                        ours: false,
                        attached: None,
                    });
                }
            }
        }
    }

    fn close(&mut self, at: &IssueRef) {
        self.set(at, &closed(Some(StateReason::Completed)), true);
    }

    fn set(&mut self, at: &IssueRef, state: &IssueState, ours: bool) {
        for link in self.links.iter_mut().filter(|l| l.issue == *at) {
            (link.state, link.ours) = (state.clone(), ours);
        }
        for known in self.known.values_mut().filter(|k| k.issue == *at) {
            (known.state, known.ours) = (state.clone(), ours);
        }
    }
}

#[derive(Debug, Clone)]
enum Event {
    Push { ids: Vec<i64>, by: GroupBy },
    People { number: u64, state: IssueState },
    Decide { id: i64, status: Status },
    LoseLinks,
    Attach { id: i64, number: u64 },
}

fn event() -> impl Strategy<Value = Event> {
    let keys = prop::collection::vec(prop::sample::select(GroupKey::ALL.to_vec()), 0..3);
    let held = prop::sample::select(vec![Held::Stay, Held::Stay, Held::Also, Held::Move]);
    let by = (keys, held, prop::option::of(1..4u32)).prop_map(|(keys, held, most)| GroupBy {
        held,
        most,
        query: Some("path:src".to_owned()),
        ..GroupBy::from(keys)
    });
    let state = prop::sample::select(vec![
        IssueState::Open,
        closed(None),
        closed(Some(StateReason::NotPlanned)),
        IssueState::NotVisible,
        IssueState::Moved { to: None },
    ]);
    prop_oneof![
        6 => (prop::collection::vec(1..12i64, 1..10), by).prop_map(|(ids, by)| Event::Push { ids, by }),
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
            Event::People { number, state } => world.set(&issue(number), &state, false),
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
            Event::Push { ids, by } => {
                for link in &mut world.links {
                    link.status = findings[link.finding.0 as usize - 1].status;
                }
                let chosen: Vec<Candidate> =
                    ids.iter().map(|id| findings[*id as usize - 1].clone()).collect();
                let planned = arranged(&chosen, &by, &world.links, &world.known);
                let markers: BTreeSet<&Marker> = planned.steps.iter().map(|s| &s.marker).collect();
                prop_assert_eq!(markers.len(), planned.steps.len(), "markers are unique");
                let distinct: BTreeSet<i64> = ids.iter().copied().collect();
                for id in distinct.into_iter().map(FindingId) {
                    let named = planned.steps.iter().filter(|s| s.group.findings.contains(&id));
                    // A step of an issue that is there names all whom the issue speaks of already.
                    let (told, decided): (Vec<&Step>, Vec<&Step>) = named.partition(|step| {
                        // What others leave names those who stay.
                        let stays = !step.leaves.is_empty();
                        stays
                            || matches!(step.action, Action::Update | Action::Reopen | Action::Close)
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
                    &arranged(&reversed, &by, &world.links, &world.known),
                    "order never matters"
                );
                world.apply(&planned);
                for link in &mut world.links {
                    link.status = findings[link.finding.0 as usize - 1].status;
                }
                let again = arranged(&chosen, &by, &world.links, &world.known);
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
