//! What tests ask a running server, and what they do to its world as another person.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::change;
use crate::locked;
use crate::log::{Logged, Violation};
use crate::model::{Fate, Issue, Repo, World};
use crate::practice::Practice;

/// An issue as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueSnapshot {
    /// Number within the repository.
    pub number: u64,
    /// Id across the server.
    pub id: u64,
    /// Title.
    pub title: String,
    /// Markdown text; empty if there is none.
    pub body: String,
    /// Whether it is open.
    pub open: bool,
    /// `completed`, `not_planned`, `duplicate` or `reopened`.
    pub reason: Option<String>,
    /// Who wrote it.
    pub author: String,
    /// Label names in the order in which they were put on.
    pub labels: Vec<String>,
    /// Logins.
    pub assignees: Vec<String>,
    /// The milestone's title.
    pub milestone: Option<String>,
    /// The name of its type.
    pub kind: Option<String>,
    /// Id of the issue that it repeats, if it was closed as a duplicate of one.
    pub duplicate_of: Option<u64>,
    /// The comments' texts, oldest first.
    pub comments: Vec<String>,
    /// Whether it is a pull request.
    pub pull_request: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A person's or a test's change named something that is not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("There is no {0} on the practice server.")]
pub struct NotThere(String);

impl NotThere {
    pub(crate) fn new(what: String) -> Self {
        Self(what)
    }
}

fn snapshot(world: &World, repo: &Repo, i: &Issue) -> IssueSnapshot {
    let name = |id: &u64| repo.labels.iter().find(|l| l.id == *id).map(|l| l.name.clone());
    IssueSnapshot {
        number: i.number,
        id: i.id,
        title: i.title.clone(),
        body: i.body.clone().unwrap_or_default(),
        open: i.open,
        reason: i.reason.clone(),
        author: world.login(i.author).to_owned(),
        labels: i.labels.iter().filter_map(name).collect(),
        assignees: i.assignees.iter().map(|a| world.login(*a).to_owned()).collect(),
        milestone: i.milestone.and_then(|n| repo.milestone(n)).map(|m| m.title.clone()),
        kind: i.kind.and_then(|id| {
            let types = &world.account(repo.owner)?.issue_types;
            types.iter().find(|t| t.id == id).map(|t| t.name.clone())
        }),
        duplicate_of: i.duplicate_of,
        comments: i.comments.iter().map(|c| c.body.clone()).collect(),
        pull_request: i.pull_request,
        created_at: i.created_at,
        updated_at: i.updated_at,
    }
}

impl Practice {
    /// Every request so far, in the order of arrival.
    pub fn log(&self) -> Vec<Logged> {
        locked(&self.core.front.log).clone()
    }

    /// How often each operation was asked for, by the vendor's names.
    pub fn counts(&self) -> BTreeMap<String, usize> {
        let mut out = BTreeMap::new();
        for operation in locked(&self.core.front.log).iter().filter_map(|l| l.operation.clone()) {
            *out.entry(operation).or_default() += 1;
        }
        out
    }

    /// How often one operation was asked for, for example `issues/create`.
    pub fn count(&self, operation: &str) -> usize {
        self.counts().get(operation).copied().unwrap_or(0)
    }

    /// Every disagreement with the vendor's contract so far. Tests assert that it is empty.
    pub fn violations(&self) -> Vec<Violation> {
        locked(&self.core.front.violations).clone()
    }

    /// The issues and pull requests of a repository that are there now, by number; empty if there is no such repository.
    pub fn issues(&self, full_name: &str) -> Vec<IssueSnapshot> {
        let world = locked(&self.core.world);
        world
            .by_full_name(full_name)
            .map_or_else(Vec::new, |r| r.live().map(|i| snapshot(&world, r, i)).collect())
    }

    /// The issues whose text contains `needle`: how a test counts what one marker made.
    pub fn issues_containing(&self, full_name: &str, needle: &str) -> Vec<IssueSnapshot> {
        self.issues(full_name).into_iter().filter(|i| i.body.contains(needle)).collect()
    }

    /// One issue that is there now.
    pub fn issue(&self, full_name: &str, number: u64) -> Option<IssueSnapshot> {
        self.issues(full_name).into_iter().find(|i| i.number == number)
    }

    /// Names of a repository's labels.
    pub fn labels(&self, full_name: &str) -> Vec<String> {
        let world = locked(&self.core.world);
        world
            .by_full_name(full_name)
            .map_or_else(Vec::new, |r| r.labels.iter().map(|l| l.name.clone()).collect())
    }

    /// Acts on an issue as `login`, beside the API.
    pub fn someone(&self, login: &str) -> Someone<'_> {
        Someone { practice: self, login: login.to_owned() }
    }

    /// Changes a repository's settings as its owner would.
    pub fn change_repo(&self, full_name: &str, change: RepoChange) -> Result<(), NotThere> {
        let mut world = locked(&self.core.world);
        let old = full_name.to_lowercase();
        let id = world.by_full_name(full_name).map(|r| r.id).ok_or_else(|| no_repo(full_name))?;
        let login = match &change {
            RepoChange::Role(login, _) => Some(
                world.by_login(login).map(|a| a.id).ok_or_else(|| NotThere(format!("account '{login}'")))?,
            ),
            _ => None,
        };
        let repo = world.repo_mut(id).ok_or_else(|| no_repo(full_name))?;
        match change {
            RepoChange::Archived(yes) => repo.archived = yes,
            RepoChange::HasIssues(yes) => repo.has_issues = yes,
            RepoChange::Private(yes) => repo.private = yes,
            RepoChange::Renamed(name) => {
                repo.former.push(old);
                repo.name = name;
            }
            RepoChange::Role(_, role) => {
                if let Some(account) = login {
                    repo.roles.insert(account, role);
                }
            }
            RepoChange::LabelRemoved(name) => {
                let gone = repo.label(&name).map(|l| l.id);
                repo.labels.retain(|l| Some(l.id) != gone);
                repo.issues.iter_mut().for_each(|i| i.labels.retain(|l| Some(*l) != gone));
            }
        }
        Ok(())
    }

    /// Revokes the token with this value.
    pub fn revoke(&self, token: &str) {
        let digest = crate::model::digest(token);
        locked(&self.core.world)
            .tokens
            .iter_mut()
            .filter(|t| t.digest == digest)
            .for_each(|t| t.revoked = true);
    }
}

fn no_repo(full_name: &str) -> NotThere {
    NotThere(format!("repository '{full_name}'"))
}

/// A change of a repository's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RepoChange {
    /// Read-only or not.
    Archived(bool),
    /// Issues on or off.
    HasIssues(bool),
    /// Hidden or not.
    Private(bool),
    /// A new name within the same owner; the old one is redirected.
    Renamed(String),
    /// The role of an account.
    Role(String, crate::seed::Role),
    /// A label is deleted.
    LabelRemoved(String),
}

/// A person who works on the practice server beside the program under test.
#[derive(Debug)]
pub struct Someone<'a> {
    practice: &'a Practice,
    login: String,
}

impl Someone<'_> {
    fn act<T>(
        &self,
        full_name: &str,
        number: u64,
        act: impl FnOnce(&mut World, u64, u64, Timestamp) -> Option<T>,
    ) -> Result<T, NotThere> {
        let at = self.practice.core.now();
        let mut world = locked(&self.practice.core.world);
        let actor = world
            .by_login(&self.login)
            .map(|a| a.id)
            .ok_or_else(|| NotThere(format!("account '{}'", self.login)))?;
        let repo = world.by_full_name(full_name).ok_or_else(|| no_repo(full_name))?;
        let there = repo.issue(number).is_some_and(|i| i.fate == Fate::Here);
        let id = repo.id;
        let missing = || NotThere(format!("issue {full_name}#{number}"));
        if !there {
            return Err(missing());
        }
        act(&mut world, id, actor, at).ok_or_else(missing)
    }

    /// Closes an issue: `completed`, `not_planned` or `duplicate`.
    pub fn closes(&self, full_name: &str, number: u64, reason: &str) -> Result<(), NotThere> {
        self.act(full_name, number, |w, repo, actor, at| {
            change::set_state(w, repo, number, actor, false, Some(reason), at);
            Some(())
        })
    }

    /// Reopens an issue.
    pub fn reopens(&self, full_name: &str, number: u64) -> Result<(), NotThere> {
        self.act(full_name, number, |w, repo, actor, at| {
            change::set_state(w, repo, number, actor, true, None, at);
            Some(())
        })
    }

    /// Puts a label on an issue, making the label if it does not exist.
    pub fn labels(&self, full_name: &str, number: u64, label: &str) -> Result<(), NotThere> {
        self.act(full_name, number, |w, repo, actor, at| {
            let mut wanted = w.repo(repo)?.issue(number)?.labels.clone();
            wanted.push(change::label_id(w, repo, label, true)?);
            change::set_labels(w, repo, number, actor, &wanted, at);
            Some(())
        })
    }

    /// Replaces an issue's text.
    pub fn rewrites(&self, full_name: &str, number: u64, body: &str) -> Result<(), NotThere> {
        self.act(full_name, number, |w, repo, _, at| {
            change::rewrite(w, repo, number, Some(body.to_owned()), at);
            Some(())
        })
    }

    /// Changes an issue's title.
    pub fn renames(&self, full_name: &str, number: u64, title: &str) -> Result<(), NotThere> {
        self.act(full_name, number, |w, repo, actor, at| {
            change::rename(w, repo, number, actor, title, at);
            Some(())
        })
    }

    /// Assigns an issue to exactly these people.
    pub fn assigns(&self, full_name: &str, number: u64, logins: &[&str]) -> Result<(), NotThere> {
        self.act(full_name, number, |w, repo, actor, at| {
            let wanted = logins.iter().map(|l| w.by_login(l).map(|a| a.id)).collect::<Option<Vec<_>>>()?;
            change::set_assignees(w, repo, number, actor, &wanted, at);
            Some(())
        })
    }

    /// Comments on an issue.
    pub fn comments(&self, full_name: &str, number: u64, body: &str) -> Result<(), NotThere> {
        self.act(full_name, number, |w, repo, actor, at| {
            change::comment(w, repo, number, actor, body, at).map(|_| ())
        })
    }

    /// Deletes an issue: it answers 410 from now on.
    pub fn deletes(&self, full_name: &str, number: u64) -> Result<(), NotThere> {
        self.act(full_name, number, |w, repo, _, _| change::delete(w, repo, number))
    }

    /// Moves an issue to another repository and returns its new number: the old place answers 301.
    pub fn transfers(&self, full_name: &str, number: u64, to: &str) -> Result<u64, NotThere> {
        self.act(full_name, number, |w, repo, _, at| {
            let to = w.by_full_name(to)?.id;
            change::transfer(w, repo, number, to, at)
        })
    }

    /// Opens an issue and returns its number.
    pub fn opens(&self, full_name: &str, title: &str, body: &str) -> Result<u64, NotThere> {
        let at = self.practice.core.now();
        let mut world = locked(&self.practice.core.world);
        let author = world
            .by_login(&self.login)
            .map(|a| a.id)
            .ok_or_else(|| NotThere(format!("account '{}'", self.login)))?;
        let repo = world.by_full_name(full_name).map(|r| r.id).ok_or_else(|| no_repo(full_name))?;
        let draft =
            change::Draft { title: title.to_owned(), body: Some(body.to_owned()), ..Default::default() };
        change::open_issue(&mut world, repo, author, draft, at).ok_or_else(|| no_repo(full_name))
    }
}
