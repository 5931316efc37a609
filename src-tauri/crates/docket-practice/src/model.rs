//! What the practice GitHub remembers: accounts, tokens, repositories, issues.
//!
//! Plain data with small questions on it. Everything that changes it lives in `change.rs`.
//! Identifiers come from one counter and are never used twice.

use std::collections::HashMap;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::board::Project;
use crate::hidden::Hidden;
use crate::seed::{Role, TokenKind};

pub(crate) type AccountId = u64;
pub(crate) type RepoId = u64;

#[derive(Debug)]
pub(crate) struct World {
    pub accounts: Vec<Account>,
    pub tokens: Vec<Token>,
    pub repos: Vec<Repo>,
    pub projects: Vec<Project>,
    pub next_id: u64,
}

#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub id: AccountId,
    pub login: String,
    pub name: String,
    /// `Some` for an organisation: the accounts that belong to it.
    pub members: Option<Vec<AccountId>>,
    /// The organisation refuses classic tokens.
    pub forbids_classic: bool,
    /// The organisation asks for single sign-on; tokens need to be authorised for it.
    pub wants_sso: bool,
    /// Accepted with Basic on an Enterprise Server.
    pub password: Option<Hidden>,
    /// Issue types of an organisation; empty: it offers none.
    pub issue_types: Vec<IssueKind>,
    pub created_at: Timestamp,
}

/// An organisation's type of issue (`Bug`).
#[derive(Debug, Clone)]
pub(crate) struct IssueKind {
    pub id: u64,
    pub name: String,
}

#[derive(Debug, Clone)]
pub(crate) struct Token {
    /// SHA-256 of the value; the value itself is kept by the person only.
    pub digest: String,
    pub owner: AccountId,
    pub kind: TokenKind,
    /// Given to an application that a person signed in to, so not a personal access token.
    pub of_app: bool,
    pub expires_at: Option<Timestamp>,
    pub revoked: bool,
    /// Lower-case logins of organisations that it is authorised for under single sign-on.
    pub sso: Vec<String>,
}

#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "the vendor describes a repository by these four switches")]
pub(crate) struct Repo {
    pub id: RepoId,
    pub owner: AccountId,
    pub name: String,
    pub description: Option<String>,
    pub private: bool,
    pub archived: bool,
    pub disabled: bool,
    pub has_issues: bool,
    pub roles: HashMap<AccountId, Role>,
    pub labels: Vec<Label>,
    pub milestones: Vec<Milestone>,
    pub issues: Vec<Issue>,
    pub next_number: u64,
    /// `owner/name` in lower case, of every name that it had before.
    pub former: Vec<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone)]
pub(crate) struct Label {
    pub id: u64,
    pub name: String,
    pub color: String,
    pub description: Option<String>,
    pub default: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Milestone {
    pub id: u64,
    pub number: u64,
    pub title: String,
    pub description: Option<String>,
    pub creator: AccountId,
    pub open: bool,
    pub due_on: Option<Timestamp>,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone)]
pub(crate) struct Issue {
    pub id: u64,
    pub number: u64,
    pub title: String,
    pub body: Option<String>,
    pub open: bool,
    pub reason: Option<String>,
    pub author: AccountId,
    /// Ids of the repository's labels, in the order in which they were put on.
    pub labels: Vec<u64>,
    pub assignees: Vec<AccountId>,
    /// The milestone's number.
    pub milestone: Option<u64>,
    /// The id of its type among the organisation's.
    pub kind: Option<u64>,
    /// The issue that this one repeats, if it was closed as a duplicate of one.
    pub duplicate_of: Option<u64>,
    pub comments: Vec<Comment>,
    pub events: Vec<Event>,
    pub pull_request: bool,
    pub locked: bool,
    pub fate: Fate,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    pub closed_by: Option<AccountId>,
}

/// Whether an issue still answers at its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    Here,
    Deleted,
    Transferred { repo: RepoId, number: u64 },
}

#[derive(Debug, Clone)]
pub(crate) struct Comment {
    pub id: u64,
    pub author: AccountId,
    pub body: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub id: u64,
    pub actor: AccountId,
    pub what: What,
    pub at: Timestamp,
}

/// What an event says. Names and colours are copied: history does not change when a label does.
#[derive(Debug, Clone)]
pub(crate) enum What {
    Closed(Option<String>),
    Reopened,
    Labeled { name: String, color: String },
    Unlabeled { name: String, color: String },
    Assigned(AccountId),
    Unassigned(AccountId),
    Milestoned(String),
    Demilestoned(String),
    Renamed { from: String, to: String },
}

pub(crate) fn digest(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().fold(String::new(), |mut s, b| {
        use std::fmt::Write as _;
        let _infallible = write!(s, "{b:02x}");
        s
    })
}

impl World {
    pub fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.iter().find(|a| a.id == id)
    }

    pub fn login(&self, id: AccountId) -> &str {
        self.account(id).map_or("ghost", |a| a.login.as_str())
    }

    pub fn by_login(&self, login: &str) -> Option<&Account> {
        self.accounts.iter().find(|a| a.login.eq_ignore_ascii_case(login))
    }

    pub fn token(&self, secret: &str) -> Option<&Token> {
        let digest = digest(secret);
        self.tokens.iter().find(|t| t.digest == digest)
    }

    pub fn repo(&self, id: RepoId) -> Option<&Repo> {
        self.repos.iter().find(|r| r.id == id)
    }

    pub fn repo_mut(&mut self, id: RepoId) -> Option<&mut Repo> {
        self.repos.iter_mut().find(|r| r.id == id)
    }

    pub fn full_name(&self, repo: &Repo) -> String {
        format!("{}/{}", self.login(repo.owner), repo.name)
    }

    pub fn project(&self, id: u64) -> Option<&Project> {
        self.projects.iter().find(|p| p.id == id)
    }

    /// The project of an owner with this number.
    pub fn project_of(&self, owner: AccountId, number: u64) -> Option<&Project> {
        self.projects.iter().find(|p| p.owner == owner && p.number == number)
    }

    pub fn by_full_name(&self, full: &str) -> Option<&Repo> {
        self.repos.iter().find(|r| self.full_name(r).eq_ignore_ascii_case(full))
    }

    /// The repository that once had this name.
    pub fn by_former_name(&self, full: &str) -> Option<&Repo> {
        let full = full.to_lowercase();
        self.repos.iter().find(|r| r.former.contains(&full))
    }

    /// The role that an account has in a repository; owners of personal repositories administer them.
    #[expect(clippy::unused_self, reason = "who may do what is a question to the world")]
    pub fn role(&self, repo: &Repo, account: Option<AccountId>) -> Role {
        let given = account
            .and_then(|a| if repo.owner == a { Some(Role::Admin) } else { repo.roles.get(&a).copied() });
        given.unwrap_or(if repo.private { Role::None } else { Role::Read })
    }

    pub fn assignable(&self, repo: &Repo) -> Vec<AccountId> {
        self.accounts
            .iter()
            .filter(|a| a.members.is_none())
            .filter(|a| {
                self.role(repo, Some(a.id)) >= Role::Triage
                    || (repo.private && self.role(repo, Some(a.id)) >= Role::Read)
            })
            .map(|a| a.id)
            .collect()
    }
}

impl Repo {
    pub fn issue(&self, number: u64) -> Option<&Issue> {
        self.issues.iter().find(|i| i.number == number)
    }

    pub fn issue_mut(&mut self, number: u64) -> Option<&mut Issue> {
        self.issues.iter_mut().find(|i| i.number == number)
    }

    pub fn label(&self, name: &str) -> Option<&Label> {
        self.labels.iter().find(|l| l.name.to_lowercase() == name.to_lowercase())
    }

    pub fn milestone(&self, number: u64) -> Option<&Milestone> {
        self.milestones.iter().find(|m| m.number == number)
    }

    pub fn live(&self) -> impl Iterator<Item = &Issue> {
        self.issues.iter().filter(|i| i.fate == Fate::Here)
    }
}
