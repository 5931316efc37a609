//! The marker of a group.
//!
//! The recipe, version «docket group 1»: [`Marker::derive`] over
//! 1. `docket group 1`,
//! 2. the target's key in lower case (`acme/shop`; trackers do not tell upper from lower),
//! 3. the application's name (empty when everything goes into one issue),
//! 4. the names of the keys joined with `,` (empty: one issue for each finding), where a
//!    directory to a depth is `directory:2`,
//! 5. the spelling of each value, in the order of the keys; without keys the finding's
//!    identity; for `All` the SHA-256 of the sorted (application, identity) pairs,
//! 6. the query, when it is one of the keys.
//!
//! No row id takes part, so that a second laptop, or a rebuilt database, finds the same
//! issue again. An application that is renamed, or a target that is, gets new markers;
//! issues that are linked already do not depend on them.

use std::collections::BTreeSet;
use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::group::GroupBy;
use crate::issue::Marker;
use crate::plan::{Group, GroupKey};

/// The marker under which `group`, made by `keys`, is known in `target`.
pub fn marker_of(target: &str, keys: &[GroupKey], group: &Group) -> Marker {
    marker_by(target, &GroupBy::keys(keys), group)
}

/// The name of a group wherever it goes: its marker in no target.
pub fn name_of(by: &GroupBy, group: &Group) -> Marker {
    marker_by("", by, group)
}

/// The marker under which `group`, made in this way, is known in `target`.
pub fn marker_by(target: &str, by: &GroupBy, group: &Group) -> Marker {
    let keys = by.effective_keys();
    let target = target.trim().to_lowercase();
    let names: Vec<String> = keys
        .iter()
        .map(|key| match (key, by.depth) {
            (GroupKey::Directory, Some(depth)) => format!("{key}:{depth}"),
            _ => key.to_string(),
        })
        .collect();
    let names = names.join(",");
    let application = match (keys.as_slice(), group.applications.as_slice()) {
        ([GroupKey::All], _) | (_, []) => "",
        (_, [application, ..]) => application,
    };
    let mut parts = vec!["docket group 1", target.as_str(), application, names.as_str()];
    parts.extend(group.values.iter().map(String::as_str));
    parts.extend(by.asked());
    Marker::derive(&parts)
}

/// SHA-256 over the sorted pairs, each part with its length, as hex.
pub(super) fn digest(names: &BTreeSet<(String, String)>) -> String {
    let mut hash = Sha256::new();
    for (application, identity) in names {
        for part in [application, identity] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
    }
    hash.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing into a String cannot fail.
        write!(hex, "{byte:02x}").unwrap_or_default();
        hex
    })
}
