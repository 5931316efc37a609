//! The vendor's JSON shapes for what the world holds.

mod events;
mod issues;
mod people;
mod projects;
mod repos;

pub(crate) use events::{event_of_repo, events_of_issue, timeline};
pub(crate) use issues::{comment, issue, label, milestone};
pub(crate) use people::{full_user, organisation_full, organisation_simple, simple_user};
pub(crate) use projects::{issue_type, item_simple, item_with_content, project, project_field};
pub(crate) use repos::{RepoShape, repository};

use crate::model::World;

/// The addresses under which this request reached the server; every link in an answer is built from them.
#[derive(Debug, Clone)]
pub(crate) struct Urls {
    /// REST base without a trailing slash.
    pub api: String,
    /// Pages' base without a trailing slash.
    pub web: String,
}

/// What every shape needs to know.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub world: &'a World,
    pub urls: &'a Urls,
    /// API version 2026-03-10: the singular `assignee`, `rate` and `has_downloads` are gone.
    pub modern: bool,
    /// The account that looks.
    pub viewer: Option<u64>,
}

/// A global id: a short prefix for the kind, then something opaque.
pub(crate) fn node_id(prefix: &str, id: u64) -> String {
    use base64::Engine as _;
    format!("{prefix}_kwDO{}", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(id.to_be_bytes()))
}

/// The number inside a global id of this kind.
pub(crate) fn from_node_id(prefix: &str, text: &str) -> Option<u64> {
    use base64::Engine as _;
    let rest = text.strip_prefix(prefix)?.strip_prefix("_kwDO")?;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(rest).ok()?;
    Some(u64::from_be_bytes(bytes.try_into().ok()?))
}
