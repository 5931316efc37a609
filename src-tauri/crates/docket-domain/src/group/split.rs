//! Groups that are too large: the rule by which they are split.
//!
//! The rule, as people are told it: parts are filled in the order of the group's list (most
//! severe first, then by file and line). A finding that is in the issue of a part already stays
//! in that part, so that splitting again after new findings came never moves one.
//!
//! The first part carries the group's own marker and the n-th one a marker made with `part n`,
//! so that a largest size that is chosen later leaves the issue that is there as the first part.

use std::collections::{BTreeMap, BTreeSet};

use crate::group::{GroupBy, marker_by};
use crate::id::FindingId;
use crate::issue::Marker;
use crate::plan::Group;

/// The markers of the issues that findings are in already.
pub type Placed = BTreeMap<FindingId, BTreeSet<Marker>>;

/// The members of each part, the first one first; no part is empty. One part when everything
/// fits. `held` are left out of the count: another issue has them.
pub(super) fn parts(
    group: &Group,
    most: u32,
    by: &GroupBy,
    target: &str,
    placed: &Placed,
    held: impl Fn(FindingId) -> bool,
) -> Vec<(u32, Vec<FindingId>)> {
    let most = most.max(1) as usize;
    let counted = group.findings.iter().filter(|id| !held(**id)).count();
    // A part beyond these can only be in use when a finding is placed there.
    let used: BTreeSet<&Marker> = group.findings.iter().filter_map(|id| placed.get(id)).flatten().collect();
    let markers: Vec<Marker> = (0..counted.div_ceil(most).max(1) + used.len())
        .map(|nth| marker_by(target, by, &part_of(group, nth as u32, Vec::new())))
        .collect();
    let mut parts: Vec<Vec<FindingId>> = vec![Vec::new(); markers.len()];
    let mut free = Vec::new();
    let mut beside = Vec::new();
    for id in &group.findings {
        let own = placed.get(id).and_then(|places| markers.iter().position(|marker| places.contains(marker)));
        match own {
            Some(nth) => parts[nth].push(*id),
            None if held(*id) => beside.push(*id),
            None => free.push(*id),
        }
    }
    let mut free = free.into_iter();
    let mut nth = 0;
    while free.len() > 0 {
        if nth == parts.len() {
            parts.push(Vec::new());
        }
        let room = most.saturating_sub(parts[nth].len());
        parts[nth].extend(free.by_ref().take(room));
        nth += 1;
    }
    parts[0].extend(beside);
    let order: BTreeMap<FindingId, usize> =
        group.findings.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let mut filled: Vec<(u32, Vec<FindingId>)> = parts
        .into_iter()
        .enumerate()
        .filter(|(_, members)| !members.is_empty())
        .map(|(nth, members)| (nth as u32, members))
        .collect();
    for (_, members) in &mut filled {
        members.sort_by_key(|id| order.get(id));
    }
    filled
}

/// The n-th part (from 0) of a group, by its values: what its marker is made from.
pub(super) fn part_of(group: &Group, nth: u32, findings: Vec<FindingId>) -> Group {
    let mut values = group.values.clone();
    if nth > 0 {
        values.push(format!("part {}", nth + 1));
    }
    Group { values, findings, ..group.clone() }
}
