//! Findings → groups: what becomes one issue.
//!
//! Invariants, each held by a test:
//! * the order of the input never matters;
//! * a missing value («no component») is a group of its own, never the empty text;
//! * findings of different applications never share a group, unless everything goes into one
//!   (`All`): an issue belongs to somebody, and that is decided by application;
//! * grouping without keys makes one group for each finding, where a finding that several
//!   branches show under the same identity counts once (its rows are members together);
//! * a group names its values the same way on every computer, so that [`marker_of`] does too.
//!
//! Deliberately absent: links, trackers, statuses: see [`crate::planning`].

mod arrange;
mod by;
mod key;
mod marker;
mod split;
mod title;

use std::collections::{BTreeMap, BTreeSet};

use crate::id::FindingId;
use crate::plan::{Group, GroupKey};
use crate::severity::Severity;

pub use arrange::{Arranged, Arrangement, Attached, arrange};
pub use by::{AttachAs, GroupBy, GroupEdit, Held};
pub use key::{MISSING, decode_values, encode_values};
pub use marker::{marker_by, marker_of, name_of};
pub use split::Placed;

use key::{Bucket, bucket_of};
use title::Subject;

/// What grouping looks at in one finding. `None` is «the report does not say».
#[derive(Debug, Clone, Copy)]
pub struct GroupView<'a> {
    /// Row id.
    pub id: FindingId,
    /// Identity, hex.
    pub identity: &'a str,
    /// Severity in force.
    pub severity: Severity,
    /// One plain line.
    pub title: &'a str,
    /// Rule id; unique only within its tool.
    pub rule: Option<&'a str>,
    /// The rule in words.
    pub rule_title: Option<&'a str>,
    /// Tool name.
    pub tool: Option<&'a str>,
    /// Application name.
    pub application_name: &'a str,
    /// Component name without version.
    pub component: Option<&'a str>,
    /// Component version.
    pub component_version: Option<&'a str>,
    /// First version of the component without the flaw.
    pub fixed_version: Option<&'a str>,
    /// Path of the first place.
    pub path: Option<&'a str>,
    /// Line of the first place.
    pub line: Option<u32>,
    /// Vulnerability id.
    pub cve: Option<&'a str>,
    /// Weakness (`CWE-89`).
    pub cwe: Option<&'a str>,
    /// Type of the package URL (`npm`).
    pub package_manager: Option<&'a str>,
    /// Who owns the file of the first place, several with a space between.
    pub owner: Option<&'a str>,
    /// What the first import that found it read: a digest that every computer computes too, and
    /// the file's name.
    pub import: Option<(&'a str, &'a str)>,
    /// Whether it matches the query of [`GroupKey::Query`]; none when nobody asked.
    pub matches: Option<bool>,
}

/// Groups a selection in one go; see [`Grouping`] for rows that come one by one.
pub fn group<'a>(views: impl IntoIterator<Item = GroupView<'a>>, keys: &[GroupKey]) -> Vec<Group> {
    group_by(views, &GroupBy::keys(keys))
}

/// Groups a selection by everything that [`GroupBy`] says but sizes and changes by hand
/// ([`arrange`]).
pub fn group_by<'a>(views: impl IntoIterator<Item = GroupView<'a>>, by: &GroupBy) -> Vec<Group> {
    let mut grouping = Grouping::new(by);
    for view in views {
        grouping.add(&view);
    }
    grouping.finish()
}

/// The keys that count: each once, in their order; `All` swallows every other.
pub fn effective_keys(keys: &[GroupKey]) -> Vec<GroupKey> {
    if keys.contains(&GroupKey::All) {
        return vec![GroupKey::All];
    }
    let mut seen = BTreeSet::new();
    keys.iter().copied().filter(|key| seen.insert(*key)).collect()
}

/// Grouping under way. Holds one short record for each finding, whatever its texts.
#[derive(Debug)]
pub struct Grouping {
    by: GroupBy,
    keys: Vec<GroupKey>,
    buckets: BTreeMap<Bucket, Gathered>,
}

/// How members stand in their group: most severe first, then along the files.
type Rank = (u8, Option<Box<str>>, Option<u32>, FindingId);

#[derive(Debug, Default)]
struct Gathered {
    members: BTreeSet<Rank>,
    applications: BTreeSet<String>,
    /// (application, identity), kept only for `All`, whose name is the set of its members.
    names: BTreeSet<(String, String)>,
    subject: Subject,
}

impl Grouping {
    /// Begins grouping.
    pub fn new(by: &GroupBy) -> Self {
        Self { by: by.clone(), keys: by.effective_keys(), buckets: BTreeMap::new() }
    }

    /// Adds one finding. Adding the same row twice changes nothing.
    pub fn add(&mut self, view: &GroupView<'_>) {
        let all = self.keys == [GroupKey::All];
        let gathered = self.buckets.entry(bucket_of(view, &self.keys, self.by.depth)).or_default();
        gathered.members.insert((view.severity.rank(), view.path.map(Box::from), view.line, view.id));
        if !gathered.applications.contains(view.application_name) {
            gathered.applications.insert(view.application_name.to_owned());
        }
        if all {
            gathered.names.insert((view.application_name.to_owned(), view.identity.to_owned()));
        }
        gathered.subject.add(view);
    }

    /// The groups: highest severity first, then the larger, then by title and values.
    pub fn finish(self) -> Vec<Group> {
        let (keys, query) = (self.keys, self.by.query.unwrap_or_default());
        let mut groups: Vec<Group> = self
            .buckets
            .into_iter()
            .map(|(bucket, gathered)| {
                let values = if keys == [GroupKey::All] {
                    vec![marker::digest(&gathered.names)]
                } else {
                    bucket.values.iter().map(key::Value::encode).collect()
                };
                Group {
                    title: gathered.subject.title(
                        &keys,
                        &query,
                        &bucket,
                        gathered.members.len(),
                        &gathered.applications,
                    ),
                    severity: gathered
                        .members
                        .first()
                        .map_or(Severity::Unknown, |(rank, ..)| Severity::from_rank(*rank)),
                    findings: gathered.members.into_iter().map(|(.., id)| id).collect(),
                    applications: gathered.applications.into_iter().collect(),
                    template: None,
                    values,
                }
            })
            .collect();
        groups.sort_by(|a, b| arrange::rank(a).cmp(&arrange::rank(b)));
        groups
    }
}

#[cfg(test)]
mod tests;
