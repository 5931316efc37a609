//! What tests ask a running practice GitLab, and what they do to its world as another person.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::change::{self, Edit};
use super::model::{Id, Issue, Project, World};
use super::practice::PracticeGitLab;
use super::seed::{Access, Issues, Visibility};
use crate::locked;
use crate::log::{Logged, Violation};
use crate::look::NotThere;

/// What a text set off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// A quick action on a line of its own. It is listed also when its author was not allowed to do it.
    QuickAction,
    /// A person, a group or `@all` was notified.
    Mention,
    /// Another issue got a line of history.
    Reference,
}

/// One thing that a text of an issue or a note set off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Triggered {
    /// Full path of the project in which the text was written.
    pub project: String,
    /// The issue's number.
    pub iid: u64,
    /// Who wrote the text.
    pub by: String,
    /// What sort of thing.
    pub what: Trigger,
    /// The words that did it: `/close`, `@kim`, `acme/shop#7`.
    pub text: String,
}

/// An issue as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueSnapshot {
    /// Id across the server.
    pub id: u64,
    /// Number within the project.
    pub iid: u64,
    /// Title.
    pub title: String,
    /// Markdown text; empty if there is none.
    pub description: String,
    /// Whether it is open.
    pub open: bool,
    /// Who wrote it.
    pub author: String,
    /// Label names in the order in which they were put on.
    pub labels: Vec<String>,
    /// User names.
    pub assignees: Vec<String>,
    /// The milestone's title.
    pub milestone: Option<String>,
    /// `2026-12-24`.
    pub due_date: Option<String>,
    /// Kept on paid tiers only.
    pub weight: Option<i64>,
    /// Hidden from guests and outsiders.
    pub confidential: bool,
    /// `issue`, `incident`, `task`, …
    pub issue_type: String,
    /// `unknown`, `low`, …: other than `unknown` on incidents only.
    pub severity: String,
    /// The work item's status by name.
    pub status: Option<String>,
    /// What people wrote, oldest first.
    pub notes: Vec<String>,
    /// The system's notes, oldest first.
    pub history: Vec<String>,
    /// Id of the issue that it became in another project.
    pub moved_to_id: Option<u64>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

fn snapshot(world: &World, project: &Project, i: &Issue) -> IssueSnapshot {
    let bodies =
        |system: bool| i.notes.iter().filter(|n| n.system == system).map(|n| n.body.clone()).collect();
    IssueSnapshot {
        id: i.id,
        iid: i.iid,
        title: i.title.clone(),
        description: i.description.clone().unwrap_or_default(),
        open: i.open,
        author: world.username(i.author).to_owned(),
        labels: world.label_names(project, i),
        assignees: i.assignees.iter().map(|a| world.username(*a).to_owned()).collect(),
        milestone: world.milestone_of(project, i).map(|(m, _)| m.title),
        due_date: i.due_date.clone(),
        weight: i.weight,
        confidential: i.confidential,
        issue_type: i.issue_type.clone(),
        severity: i.severity.clone(),
        status: i.status.as_deref().and_then(|s| world.status(s)).map(|s| s.name.clone()),
        notes: bodies(false),
        history: bodies(true),
        moved_to_id: i.moved_to,
        created_at: i.created_at,
        updated_at: i.updated_at,
    }
}

fn no_project(path: &str) -> NotThere {
    NotThere::new(format!("project '{path}'"))
}

/// A change of a project's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProjectChange {
    /// Read-only or not.
    Archived(bool),
    /// Who sees issues.
    Issues(Issues),
    /// Who sees the project.
    Visibility(Visibility),
    /// A new last part of the path; the API answers 404 at the old one.
    Renamed(String),
    /// A direct member's access.
    Member(String, Access),
    /// A label of the project is deleted.
    LabelRemoved(String),
}

impl PracticeGitLab {
    /// Every request so far, in the order of arrival.
    pub fn log(&self) -> Vec<Logged> {
        locked(&self.lab.front.log).clone()
    }

    /// How often each operation was asked for: `issues/create`, `projects/list`, `graphql`, `oauth/token`, …
    pub fn counts(&self) -> BTreeMap<String, usize> {
        let mut out = BTreeMap::new();
        for operation in locked(&self.lab.front.log).iter().filter_map(|l| l.operation.clone()) {
            *out.entry(operation).or_default() += 1;
        }
        out
    }

    /// How often one operation was asked for.
    pub fn count(&self, operation: &str) -> usize {
        self.counts().get(operation).copied().unwrap_or(0)
    }

    /// Every disagreement with the contract so far. Tests assert that it is empty.
    pub fn violations(&self) -> Vec<Violation> {
        locked(&self.lab.front.violations).clone()
    }

    /// Everything that texts set off so far: quick actions, mentions, references. Tests of rendering assert that it is empty.
    pub fn triggered(&self) -> Vec<Triggered> {
        locked(&self.lab.world).triggered.clone()
    }

    /// The issues of a project by number, moved ones included; empty if there is no such project.
    pub fn issues(&self, full_path: &str) -> Vec<IssueSnapshot> {
        let world = locked(&self.lab.world);
        let Some(project) = world.project_at(full_path) else { return Vec::new() };
        project.issues.iter().map(|i| snapshot(&world, project, i)).collect()
    }

    /// The issues whose text contains `needle`.
    pub fn issues_containing(&self, full_path: &str, needle: &str) -> Vec<IssueSnapshot> {
        self.issues(full_path).into_iter().filter(|i| i.description.contains(needle)).collect()
    }

    /// One issue.
    pub fn issue(&self, full_path: &str, iid: u64) -> Option<IssueSnapshot> {
        self.issues(full_path).into_iter().find(|i| i.iid == iid)
    }

    /// Names of the labels that a project's issues can carry: its own, then its groups'.
    pub fn labels(&self, full_path: &str) -> Vec<String> {
        let world = locked(&self.lab.world);
        let all = world.project_at(full_path).map(|p| world.labels_for(p)).unwrap_or_default();
        all.into_iter().map(|l| l.name).collect()
    }

    /// A project's id.
    pub fn project_id(&self, full_path: &str) -> Option<u64> {
        locked(&self.lab.world).project_at(full_path).map(|p| p.id)
    }

    /// A user's id.
    pub fn user_id(&self, username: &str) -> Option<u64> {
        locked(&self.lab.world).by_username(username).map(|u| u.id)
    }

    /// Changes a project's settings as its owner would.
    pub fn change_project(&self, full_path: &str, change: ProjectChange) -> Result<(), NotThere> {
        let mut world = locked(&self.lab.world);
        let id = world.project_at(full_path).map(|p| p.id).ok_or_else(|| no_project(full_path))?;
        let user = match &change {
            ProjectChange::Member(name, _) => Some(
                world
                    .by_username(name)
                    .map(|u| u.id)
                    .ok_or_else(|| NotThere::new(format!("user '{name}'")))?,
            ),
            _ => None,
        };
        let project = world.project_mut(id).ok_or_else(|| no_project(full_path))?;
        match change {
            ProjectChange::Archived(yes) => project.archived = yes,
            ProjectChange::Issues(access) => project.issues_access = access,
            ProjectChange::Visibility(visibility) => project.visibility = visibility,
            ProjectChange::Renamed(name) => {
                let parent =
                    project.full_path.rsplit_once('/').map(|(p, _)| p.to_owned()).unwrap_or_default();
                project.full_path = format!("{parent}/{name}");
            }
            ProjectChange::Member(_, access) => {
                project.members.extend(user.map(|u| (u, access)));
            }
            ProjectChange::LabelRemoved(name) => {
                let gone = project.labels.iter().find(|l| l.name == name).map(|l| l.id);
                project.labels.retain(|l| Some(l.id) != gone);
                project.issues.iter_mut().for_each(|i| i.labels.retain(|l| Some(*l) != gone));
            }
        }
        Ok(())
    }

    /// Acts as `username`, beside the API. Permissions are not asked for, and texts set nothing off.
    pub fn someone(&self, username: &str) -> Someone<'_> {
        Someone { practice: self, username: username.to_owned() }
    }
}

/// A person who works on the practice GitLab beside the program under test.
#[derive(Debug)]
pub struct Someone<'a> {
    practice: &'a PracticeGitLab,
    username: String,
}

impl Someone<'_> {
    fn act<T>(
        &self,
        path: &str,
        act: impl FnOnce(&mut World, Id, Id, Timestamp) -> Option<T>,
        what: impl FnOnce() -> String,
    ) -> Result<T, NotThere> {
        let at = self.practice.lab.now();
        let mut world = locked(&self.practice.lab.world);
        let actor = world
            .by_username(&self.username)
            .map(|u| u.id)
            .ok_or_else(|| NotThere::new(format!("user '{}'", self.username)))?;
        let project = world.project_at(path).map(|p| p.id).ok_or_else(|| no_project(path))?;
        act(&mut world, project, actor, at).ok_or_else(|| NotThere::new(what()))
    }

    fn edit(&self, path: &str, iid: u64, edit: Edit) -> Result<(), NotThere> {
        self.act(
            path,
            |w, project, actor, at| {
                w.project(project)?.issue(iid)?;
                change::apply(w, project, iid, actor, edit, at);
                Some(())
            },
            || format!("issue {path}#{iid}"),
        )
    }

    /// Opens an issue and returns its number.
    pub fn opens(&self, path: &str, title: &str, description: &str) -> Result<u64, NotThere> {
        let edit = Edit {
            title: Some(title.to_owned()),
            description: Some(Some(description.to_owned())),
            ..Edit::default()
        };
        self.act(
            path,
            |w, project, actor, at| change::open_issue(w, project, actor, edit, None, at),
            || format!("project '{path}'"),
        )
    }

    /// Closes an issue.
    pub fn closes(&self, path: &str, iid: u64) -> Result<(), NotThere> {
        self.edit(path, iid, Edit { open: Some(false), ..Edit::default() })
    }

    /// Reopens an issue.
    pub fn reopens(&self, path: &str, iid: u64) -> Result<(), NotThere> {
        self.edit(path, iid, Edit { open: Some(true), ..Edit::default() })
    }

    /// Puts a label on, making it if the project has none of that name.
    pub fn labels(&self, path: &str, iid: u64, label: &str) -> Result<(), NotThere> {
        self.edit(path, iid, Edit { add_labels: vec![label.to_owned()], ..Edit::default() })
    }

    /// Takes a label off.
    pub fn unlabels(&self, path: &str, iid: u64, label: &str) -> Result<(), NotThere> {
        self.edit(path, iid, Edit { remove_labels: vec![label.to_owned()], ..Edit::default() })
    }

    /// Replaces an issue's text.
    pub fn rewrites(&self, path: &str, iid: u64, description: &str) -> Result<(), NotThere> {
        self.edit(path, iid, Edit { description: Some(Some(description.to_owned())), ..Edit::default() })
    }

    /// Changes an issue's title.
    pub fn renames(&self, path: &str, iid: u64, title: &str) -> Result<(), NotThere> {
        self.edit(path, iid, Edit { title: Some(title.to_owned()), ..Edit::default() })
    }

    /// Assigns an issue to exactly these people (on the Free tier to the first).
    pub fn assigns(&self, path: &str, iid: u64, usernames: &[&str]) -> Result<(), NotThere> {
        let ids = {
            let world = locked(&self.practice.lab.world);
            let found: Option<Vec<Id>> =
                usernames.iter().map(|n| world.by_username(n).map(|u| u.id)).collect();
            found.ok_or_else(|| NotThere::new(format!("user among {usernames:?}")))?
        };
        self.edit(path, iid, Edit { assignees: Some(ids), ..Edit::default() })
    }

    /// Sets or clears the due date (`2026-12-24`).
    pub fn due(&self, path: &str, iid: u64, date: Option<&str>) -> Result<(), NotThere> {
        self.edit(path, iid, Edit { due_date: Some(date.map(ToOwned::to_owned)), ..Edit::default() })
    }

    /// Makes an issue confidential or not.
    pub fn hides(&self, path: &str, iid: u64, yes: bool) -> Result<(), NotThere> {
        self.edit(path, iid, Edit { confidential: Some(yes), ..Edit::default() })
    }

    /// Writes a note.
    pub fn comments(&self, path: &str, iid: u64, body: &str) -> Result<(), NotThere> {
        self.act(
            path,
            |w, project, actor, at| change::note(w, project, iid, actor, body, false, at).map(|_| ()),
            || format!("issue {path}#{iid}"),
        )
    }

    /// Deletes an issue: it answers 404 from now on.
    pub fn deletes(&self, path: &str, iid: u64) -> Result<(), NotThere> {
        self.act(path, |w, project, _, _| change::delete(w, project, iid), || format!("issue {path}#{iid}"))
    }

    /// Moves an issue to another project and returns its new number.
    pub fn moves(&self, path: &str, iid: u64, to: &str) -> Result<u64, NotThere> {
        self.act(
            path,
            |w, project, actor, at| {
                let to = w.project_at(to)?.id;
                change::move_to(w, project, iid, to, actor, at)
            },
            || format!("issue {path}#{iid} that can go to '{to}'"),
        )
    }
}
