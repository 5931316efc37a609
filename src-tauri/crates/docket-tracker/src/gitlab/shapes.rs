//! What is read out of GitLab's answers: only what Docket uses.

use std::collections::BTreeMap;

use docket_domain::{IssueRef, IssueSeen, IssueState, Problem, Target, Timestamp, Visibility};
use serde::Deserialize;

/// Roles that a member may have, least first, with GitLab's number.
const ROLES: [(u64, &str); 7] = [
    (5, "Minimal access"),
    (10, "Guest"),
    (15, "Planner"),
    (20, "Reporter"),
    (30, "Developer"),
    (40, "Maintainer"),
    (50, "Owner"),
];

/// From this role on labels, assignees and milestones are kept.
const PLANNER: u64 = 15;

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct User {
    pub id: u64,
    pub username: String,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub state: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Level {
    #[serde(default)]
    pub access_level: u64,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Permissions {
    pub project_access: Option<Level>,
    pub group_access: Option<Level>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Project {
    pub id: u64,
    pub path_with_namespace: String,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub web_url: Option<String>,
    #[serde(default)]
    pub visibility: Option<String>,
    #[serde(default)]
    pub archived: bool,
    #[serde(default)]
    pub issues_enabled: Option<bool>,
    #[serde(default)]
    pub issues_access_level: Option<String>,
    #[serde(default)]
    pub permissions: Option<Permissions>,
}

impl Project {
    /// Why issues cannot be created there.
    pub fn closed(&self) -> Option<&'static str> {
        if self.archived {
            Some("archived: read-only")
        } else if self.issues_off() {
            Some("issues are switched off")
        } else {
            None
        }
    }

    /// Nobody can use issues.
    pub fn issues_off(&self) -> bool {
        self.issues_enabled == Some(false) || self.issues_access_level.as_deref() == Some("disabled")
    }

    /// The account's level; none when the server does not say or the account is no member.
    pub fn level(&self) -> Option<u64> {
        let may = self.permissions.as_ref()?;
        [&may.project_access, &may.group_access].into_iter().flatten().map(|level| level.access_level).max()
    }

    /// The role in words.
    pub fn role(&self) -> &'static str {
        let Some(level) = self.level() else { return "not a member" };
        ROLES.iter().rev().find(|(least, _)| level >= *least).map_or("not a member", |(_, role)| role)
    }

    /// Who can read its issues. A server that does not say is not taken at its silence.
    pub fn audience(&self) -> Visibility {
        match self.visibility.as_deref() {
            Some("private") => Visibility::Private,
            Some("internal") => Visibility::Internal,
            _ => Visibility::Public,
        }
    }

    /// The account may set labels, assignees and milestones. Servers that do not say are
    /// believed until an answer shows otherwise.
    pub fn may_plan(&self) -> bool {
        self.permissions.is_none() || self.level().is_some_and(|level| level >= PLANNER)
    }

    /// Path below the API of the project or something in it. By number: that survives renames
    /// and proxies that mangle paths.
    pub fn path(&self, below: &str) -> String {
        format!("/projects/{}{below}", self.id)
    }

    /// As a target of the domain.
    pub fn target(&self) -> Target {
        Target {
            key: self.path_with_namespace.clone(),
            stable_id: Some(self.id.to_string()),
            name: self.name.clone().unwrap_or_else(|| self.path_with_namespace.clone()),
            url: self.web_url.clone(),
            private: self.visibility.as_deref() != Some("public"),
            closed: self.closed().map(str::to_owned),
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Group {
    pub id: u64,
    pub full_path: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Label {
    pub name: String,
    #[serde(default)]
    pub description: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Milestone {
    pub id: u64,
    pub title: String,
    #[serde(default)]
    pub due_date: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct References {
    pub full: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[allow(clippy::struct_field_names, reason = "the vendor's own names")]
pub(crate) struct Issue {
    pub id: u64,
    pub iid: u64,
    pub project_id: u64,
    pub title: String,
    #[serde(default)]
    pub description: Option<String>,
    pub state: String,
    pub web_url: String,
    pub created_at: String,
    pub updated_at: String,
    #[serde(default)]
    pub labels: Vec<String>,
    #[serde(default)]
    pub assignees: Vec<Option<User>>,
    #[serde(default)]
    pub milestone: Option<Milestone>,
    #[serde(default)]
    pub author: Option<User>,
    #[serde(default)]
    pub due_date: Option<String>,
    #[serde(default)]
    pub confidential: bool,
    #[serde(default)]
    pub weight: Option<i64>,
    #[serde(default)]
    pub severity: Option<String>,
    #[serde(default)]
    pub issue_type: Option<String>,
    #[serde(default)]
    pub moved_to_id: Option<u64>,
    #[serde(default)]
    pub references: References,
}

impl Issue {
    /// The stable id: project, number and the server-wide number of the issue.
    fn stable_id(&self) -> String {
        format!("{}:{}:{}", self.project_id, self.iid, self.id)
    }

    /// Where it lies, by its own account, else where it was asked for.
    fn place(&self, asked: &str) -> String {
        let own =
            self.references.full.as_deref().and_then(|full| full.rsplit_once('#')).map(|(path, _)| path);
        own.filter(|path| !path.is_empty()).unwrap_or(asked).to_owned()
    }

    /// As the domain sees it; `asked` is the project that it was asked from.
    pub fn seen(self, asked: &str) -> IssueSeen {
        let state =
            if self.state == "closed" { IssueState::Closed { reason: None } } else { IssueState::Open };
        let mut fields: BTreeMap<String, String> = BTreeMap::new();
        for label in &self.labels {
            if let Some((scope, value)) = label.rsplit_once("::") {
                fields.insert(scope.to_owned(), value.to_owned());
            }
        }
        fields.entry("Status".to_owned()).or_insert_with(|| self.state.clone());
        if let Some(weight) = self.weight {
            fields.insert("weight".to_owned(), weight.to_string());
        }
        // Other types carry the word «unknown», which says nothing.
        if let Some(severity) =
            self.severity.as_ref().filter(|_| self.issue_type.as_deref() == Some("incident"))
        {
            fields.insert("severity".to_owned(), severity.to_ascii_lowercase());
        }
        IssueSeen {
            issue: IssueRef {
                target: self.place(asked),
                number: self.iid.to_string(),
                stable_id: Some(self.stable_id()),
                url: self.web_url,
            },
            title: self.title,
            body: self.description.unwrap_or_default(),
            state,
            labels: self.labels,
            assignees: self.assignees.into_iter().flatten().map(|user| user.username).collect(),
            milestone: self.milestone.map(|milestone| milestone.title),
            fields,
            updated: time(&self.updated_at),
            created: time(&self.created_at),
            author: self.author.map(|user| user.username),
        }
    }
}

/// The numbers that a stable id holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Numbers {
    pub project: u64,
    pub iid: u64,
    pub id: u64,
}

impl Numbers {
    /// Reads a stable id.
    pub fn of(issue: &IssueRef) -> Option<Self> {
        let mut parts = issue.stable_id.as_deref()?.split(':').map(|part| part.parse::<u64>().ok());
        Some(Self { project: parts.next()??, iid: parts.next()??, id: parts.next()?? })
    }
}

/// The issue's number within its project, as a number: it goes into a path.
pub(crate) fn number(issue: &IssueRef) -> Result<u64, Problem> {
    issue
        .number
        .trim()
        .parse()
        .map_err(|_| Problem::bad_input(format!("«{}» is not the number of an issue.", issue.number)))
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Note {
    #[serde(default)]
    pub id: u64,
    #[serde(default)]
    pub body: String,
    #[serde(default)]
    pub system: bool,
    #[serde(default)]
    pub updated_at: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Token {
    pub name: Option<String>,
    pub scopes: Vec<String>,
    pub revoked: bool,
    pub expires_at: Option<String>,
}

impl Token {
    /// The beginning of the day on which it stops working.
    pub fn ends(&self) -> Option<Timestamp> {
        let day = self.expires_at.as_deref()?;
        day.parse().ok().or_else(|| format!("{day}T00:00:00Z").parse().ok())
    }
}

/// A point in time; the epoch when the server sent something else.
pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().unwrap_or_default()
}
