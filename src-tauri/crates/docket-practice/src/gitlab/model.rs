//! What the practice GitLab remembers. Plain data with small questions on it; `change` alone alters issues.
//!
//! Identifiers come from one counter and are never used twice. A project's labels and milestones are its own and those of
//! all groups above it.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::look::Triggered;
use super::seed::{Access, Issues, Tier, Visibility};
use super::uploads::Upload;

pub(super) type Id = u64;

#[derive(Debug)]
pub(super) struct World {
    pub tier: Tier,
    pub users: Vec<User>,
    pub groups: Vec<Group>,
    pub projects: Vec<Project>,
    pub tokens: Vec<Token>,
    pub statuses: Vec<Status>,
    pub triggered: Vec<Triggered>,
    pub next_id: Id,
}

#[derive(Debug, Clone)]
pub(super) struct User {
    pub id: Id,
    pub username: String,
    pub name: String,
    pub bot: bool,
    pub blocked: bool,
    pub created_at: Timestamp,
}

/// A work item's status; the first counts are the vendor's own numbers.
#[derive(Debug, Clone)]
pub(super) struct Status {
    pub gid: String,
    pub name: String,
    pub category: String,
}

#[derive(Debug)]
pub(super) struct Group {
    pub id: Id,
    pub full_path: String,
    pub parent: Option<Id>,
    pub visibility: Visibility,
    pub members: BTreeMap<Id, Access>,
    pub labels: Vec<Label>,
    pub milestones: Vec<Milestone>,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Namespace {
    Group(Id),
    User(Id),
}

#[derive(Debug)]
pub(super) struct Project {
    pub id: Id,
    pub full_path: String,
    pub namespace: Namespace,
    pub description: Option<String>,
    pub visibility: Visibility,
    pub archived: bool,
    pub issues_access: Issues,
    pub members: BTreeMap<Id, Access>,
    pub labels: Vec<Label>,
    pub milestones: Vec<Milestone>,
    pub issues: Vec<Issue>,
    pub uploads: Vec<Upload>,
    pub next_iid: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone)]
pub(super) struct Label {
    pub id: Id,
    pub name: String,
    pub color: String,
    pub description: Option<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Milestone {
    pub id: Id,
    pub iid: u64,
    pub title: String,
    pub description: Option<String>,
    pub active: bool,
    pub due_date: Option<String>,
    pub start_date: Option<String>,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone)]
#[expect(clippy::struct_field_names, reason = "`issue_type` is the vendor's name")]
pub(super) struct Issue {
    pub id: Id,
    pub iid: u64,
    pub title: String,
    pub description: Option<String>,
    pub open: bool,
    pub author: Id,
    pub labels: Vec<Id>,
    pub assignees: Vec<Id>,
    pub milestone: Option<Id>,
    pub due_date: Option<String>,
    pub start_date: Option<String>,
    pub weight: Option<i64>,
    pub confidential: bool,
    pub locked: bool,
    pub issue_type: String,
    /// Lower case, as requests say it.
    pub severity: String,
    /// The status's global id.
    pub status: Option<String>,
    pub notes: Vec<Note>,
    /// The id of the issue that it became in another project.
    pub moved_to: Option<Id>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    pub closed_by: Option<Id>,
}

/// A note; system notes are an issue's history.
#[derive(Debug, Clone)]
pub(super) struct Note {
    pub id: Id,
    pub author: Id,
    pub body: String,
    pub system: bool,
    pub internal: bool,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Personal,
    Project,
    Group,
    OAuth,
}

#[derive(Debug, Clone)]
pub(super) struct Token {
    pub id: Id,
    pub name: String,
    /// SHA-256 of the value; the value itself is kept by the person only.
    pub digest: String,
    pub user: Id,
    pub kind: Kind,
    pub scopes: Vec<String>,
    pub expires_at: Option<Timestamp>,
    pub revoked: bool,
    pub inactive: bool,
    pub created_at: Timestamp,
}

impl World {
    pub fn id(&mut self) -> Id {
        self.next_id += 1;
        self.next_id
    }

    pub fn user(&self, id: Id) -> Option<&User> {
        self.users.iter().find(|u| u.id == id)
    }

    pub fn username(&self, id: Id) -> &str {
        self.user(id).map_or("ghost", |u| u.username.as_str())
    }

    pub fn by_username(&self, name: &str) -> Option<&User> {
        self.users.iter().find(|u| u.username.eq_ignore_ascii_case(name))
    }

    pub fn group(&self, id: Id) -> Option<&Group> {
        self.groups.iter().find(|g| g.id == id)
    }

    pub fn group_at(&self, path: &str) -> Option<&Group> {
        self.groups.iter().find(|g| g.full_path.eq_ignore_ascii_case(path))
    }

    pub fn project(&self, id: Id) -> Option<&Project> {
        self.projects.iter().find(|p| p.id == id)
    }

    pub fn project_mut(&mut self, id: Id) -> Option<&mut Project> {
        self.projects.iter_mut().find(|p| p.id == id)
    }

    pub fn project_at(&self, path: &str) -> Option<&Project> {
        self.projects.iter().find(|p| p.full_path.eq_ignore_ascii_case(path))
    }

    pub fn issue_mut(&mut self, project: Id, iid: u64) -> Option<&mut Issue> {
        self.project_mut(project)?.issues.iter_mut().find(|i| i.iid == iid)
    }

    /// The groups from this one up to the root.
    pub fn upwards(&self, group: Option<Id>) -> Vec<&Group> {
        let mut out = Vec::new();
        let mut at = group;
        while let Some(g) = at.and_then(|id| self.group(id)) {
            out.push(g);
            at = g.parent;
        }
        out
    }

    pub fn groups_of(&self, project: &Project) -> Vec<&Group> {
        match project.namespace {
            Namespace::Group(id) => self.upwards(Some(id)),
            Namespace::User(_) => Vec::new(),
        }
    }

    /// The members of a project with their highest access, by user id.
    pub fn members(&self, project: &Project) -> BTreeMap<Id, Access> {
        let mut out = project.members.clone();
        for group in self.groups_of(project) {
            for (user, access) in &group.members {
                let known = out.entry(*user).or_insert(*access);
                *known = (*known).max(*access);
            }
        }
        if let Namespace::User(owner) = project.namespace {
            out.insert(owner, Access::Owner);
        }
        out
    }

    /// A user's access in a project, if a member.
    pub fn access(&self, project: &Project, user: Option<Id>) -> Option<Access> {
        let user = user?;
        if project.namespace == Namespace::User(user) {
            return Some(Access::Owner);
        }
        let above = self.groups_of(project).into_iter().filter_map(|g| g.members.get(&user).copied()).max();
        project.members.get(&user).copied().max(above)
    }

    pub fn group_access(&self, group: &Group, user: Option<Id>) -> Option<Access> {
        let user = user?;
        self.upwards(Some(group.id)).into_iter().filter_map(|g| g.members.get(&user).copied()).max()
    }

    pub fn sees(&self, project: &Project, user: Option<Id>) -> bool {
        match project.visibility {
            Visibility::Public => true,
            Visibility::Internal => user.is_some(),
            Visibility::Private => self.access(project, user).is_some(),
        }
    }

    pub fn sees_group(&self, group: &Group, user: Option<Id>) -> bool {
        match group.visibility {
            Visibility::Public => true,
            Visibility::Internal => user.is_some(),
            Visibility::Private => self.group_access(group, user).is_some(),
        }
    }

    /// Whether a user may see this issue of a project whose issues may be seen.
    pub fn sees_issue(&self, project: &Project, issue: &Issue, user: Option<Id>) -> bool {
        !issue.confidential
            || self.access(project, user) >= Some(Access::Planner)
            || user.is_some_and(|u| issue.author == u || issue.assignees.contains(&u))
    }

    /// The labels that a project's issues can carry: its own, then those of its groups.
    pub fn labels_for(&self, project: &Project) -> Vec<Label> {
        let mut out = project.labels.clone();
        for group in self.groups_of(project) {
            out.extend(group.labels.iter().cloned());
        }
        out
    }

    pub fn label_names(&self, project: &Project, issue: &Issue) -> Vec<String> {
        let all: HashMap<Id, String> = self.labels_for(project).into_iter().map(|l| (l.id, l.name)).collect();
        issue.labels.iter().filter_map(|id| all.get(id).cloned()).collect()
    }

    /// The milestones that a project's issues can have, each with the group that it belongs to.
    pub fn milestones_for(&self, project: &Project) -> Vec<(Milestone, Option<Id>)> {
        let mut out: Vec<_> = project.milestones.iter().map(|m| (m.clone(), None)).collect();
        for group in self.groups_of(project) {
            out.extend(group.milestones.iter().map(|m| (m.clone(), Some(group.id))));
        }
        out
    }

    pub fn milestone_of(&self, project: &Project, issue: &Issue) -> Option<(Milestone, Option<Id>)> {
        let id = issue.milestone?;
        self.milestones_for(project).into_iter().find(|(m, _)| m.id == id)
    }

    pub fn status(&self, gid: &str) -> Option<&Status> {
        self.statuses.iter().find(|s| s.gid == gid)
    }

    /// The status that an issue has after opening or closing without a word about it.
    pub fn default_status(&self, open: bool) -> Option<String> {
        let category = if open { "to_do" } else { "done" };
        self.statuses.iter().find(|s| s.category == category).map(|s| s.gid.clone())
    }
}

impl Project {
    pub fn issue(&self, iid: u64) -> Option<&Issue> {
        self.issues.iter().find(|i| i.iid == iid)
    }

    /// The last part of the path.
    pub fn path(&self) -> &str {
        self.full_path.rsplit('/').next().unwrap_or_default()
    }
}

/// `a` of `a::b`: labels of one scope exclude each other on paid tiers.
pub(super) fn scope_of(label: &str) -> Option<&str> {
    label.rsplit_once("::").map(|(scope, _)| scope)
}

pub(super) fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}
