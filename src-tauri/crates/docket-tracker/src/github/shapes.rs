//! What is read out of GitHub's answers: only what Docket uses, and nothing that a newer
//! version has removed.

use std::collections::BTreeMap;

use docket_domain::{IssueRef, IssueSeen, IssueState, StateReason, Target, Timestamp, Visibility};
use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct User {
    pub login: String,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub node_id: Option<String>,
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
}

impl User {
    /// An organisation rather than a person.
    pub fn is_organization(&self) -> bool {
        self.kind.as_deref() == Some("Organization")
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(clippy::struct_excessive_bools, reason = "the vendor's own shape")]
pub(crate) struct Permissions {
    pub admin: bool,
    pub maintain: bool,
    pub push: bool,
    pub triage: bool,
    pub pull: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Repository {
    #[serde(default)]
    pub node_id: Option<String>,
    pub full_name: String,
    pub name: String,
    #[serde(default)]
    pub html_url: Option<String>,
    #[serde(default)]
    pub private: bool,
    /// Not told by old servers.
    #[serde(default)]
    pub visibility: Option<String>,
    #[serde(default)]
    pub archived: bool,
    #[serde(default)]
    pub disabled: bool,
    #[serde(default)]
    pub has_issues: Option<bool>,
    #[serde(default)]
    pub permissions: Option<Permissions>,
    #[serde(default)]
    pub owner: Option<User>,
}

impl Repository {
    /// Why issues cannot be created there.
    pub fn closed(&self) -> Option<&'static str> {
        if self.archived {
            Some("archived: read-only")
        } else if self.disabled {
            Some("disabled by GitHub")
        } else if self.has_issues == Some(false) {
            Some("issues are switched off")
        } else {
            None
        }
    }

    /// Who can read its issues.
    pub fn audience(&self) -> Visibility {
        match self.visibility.as_deref() {
            Some("internal") => Visibility::Internal,
            _ if self.private => Visibility::Private,
            _ => Visibility::Public,
        }
    }

    /// The account may set labels, assignees and milestones. Servers that do not say are
    /// believed until an answer shows otherwise.
    pub fn may_set_fields(&self) -> bool {
        self.permissions.as_ref().is_none_or(|may| may.push || may.triage || may.maintain || may.admin)
    }

    /// As a target of the domain.
    pub fn target(&self) -> Target {
        Target {
            key: self.full_name.clone(),
            stable_id: self.node_id.clone(),
            name: self.name.clone(),
            url: self.html_url.clone(),
            private: self.private,
            closed: self.closed().map(str::to_owned),
        }
    }
}

/// Labels come as objects, and from some old endpoints as plain names.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Label {
    Named {
        #[serde(default)]
        name: Option<String>,
        #[serde(default)]
        description: Option<String>,
    },
    Plain(String),
}

impl Label {
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Named { name, .. } => name.as_deref(),
            Self::Plain(name) => Some(name),
        }
    }

    pub fn description(&self) -> Option<&str> {
        match self {
            Self::Named { description, .. } => description.as_deref().filter(|text| !text.is_empty()),
            Self::Plain(_) => None,
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Milestone {
    pub number: u64,
    pub title: String,
    #[serde(default)]
    pub due_on: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Issue {
    pub number: u64,
    #[serde(default)]
    pub node_id: Option<String>,
    pub html_url: String,
    pub title: String,
    #[serde(default)]
    pub body: Option<String>,
    pub state: String,
    #[serde(default)]
    pub state_reason: Option<String>,
    #[serde(default)]
    pub labels: Vec<Label>,
    #[serde(default)]
    pub assignees: Option<Vec<User>>,
    #[serde(default)]
    pub milestone: Option<Milestone>,
    #[serde(default)]
    pub user: Option<User>,
    pub created_at: String,
    pub updated_at: String,
    #[serde(default)]
    pub repository_url: Option<String>,
    #[serde(default)]
    pub pull_request: Option<serde_json::Value>,
    #[serde(default, rename = "type")]
    pub kind: Option<IssueType>,
}

/// An organisation's type of issue.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct IssueType {
    pub name: String,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub is_enabled: Option<bool>,
}

impl Issue {
    /// Where it lies, by its own account (it may have moved), else where it was asked for.
    fn place(&self, asked: &str) -> String {
        let own = self.repository_url.as_deref().and_then(|url| {
            let mut parts = url.trim_end_matches('/').rsplit('/');
            let (name, owner) = (parts.next()?, parts.next()?);
            (parts.next()? == "repos").then(|| format!("{owner}/{name}"))
        });
        own.unwrap_or_else(|| asked.to_owned())
    }

    /// As the domain sees it; `asked` is the repository that it was asked from.
    pub fn seen(self, asked: &str) -> IssueSeen {
        let target = self.place(asked);
        let state = state(&self.state, self.state_reason.as_deref());
        IssueSeen {
            issue: IssueRef {
                target,
                number: self.number.to_string(),
                stable_id: self.node_id,
                url: self.html_url,
            },
            title: self.title,
            body: self.body.unwrap_or_default(),
            state,
            labels: self.labels.iter().filter_map(|label| label.name().map(str::to_owned)).collect(),
            assignees: self.assignees.unwrap_or_default().into_iter().map(|user| user.login).collect(),
            milestone: self.milestone.map(|milestone| milestone.title),
            fields: BTreeMap::new(),
            updated: time(&self.updated_at),
            created: time(&self.created_at),
            author: self.user.map(|user| user.login),
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Comment {
    #[serde(default)]
    pub body: Option<String>,
}

/// `open` and `closed`, in REST's and GraphQL's spelling.
pub(crate) fn state(state: &str, reason: Option<&str>) -> IssueState {
    if state.eq_ignore_ascii_case("open") {
        return IssueState::Open;
    }
    let reason = match reason.map(str::to_ascii_lowercase).as_deref() {
        Some("completed") => Some(StateReason::Completed),
        Some("not_planned") => Some(StateReason::NotPlanned),
        Some("duplicate") => Some(StateReason::Duplicate),
        _ => None,
    };
    IssueState::Closed { reason }
}

/// A point in time; the epoch when the server sent something else.
pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().unwrap_or_default()
}
