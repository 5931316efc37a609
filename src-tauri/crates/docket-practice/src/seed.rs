//! The fluent description of a practice world: who exists, what they may do, what is already there.

use jiff::Timestamp;

use crate::hidden::Hidden;

/// What an account may do in a repository, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Not even see it.
    None,
    /// See it and open issues.
    Read,
    /// Also label, assign and close.
    Triage,
    /// Also push; labels are made on the way.
    Write,
    /// Also manage settings.
    Maintain,
    /// Everything.
    Admin,
}

/// What a token can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenKind {
    /// A classic personal access token with its scopes.
    Classic {
        /// For example `repo`, `read:org`.
        scopes: Vec<String>,
    },
    /// A fine-grained personal access token.
    FineGrained {
        /// Login of the one account whose repositories it reaches.
        resource_owner: String,
        /// `owner/name` of the repositories it reaches; empty for all of the resource owner's.
        repositories: Vec<String>,
        /// Permission and level, for example `("issues", "write")`.
        permissions: Vec<(String, String)>,
        /// An owner of the organisation has not approved it yet: it reads public things only.
        pending: bool,
    },
}

/// A token to be made at start. Its value is random unless one is given.
#[derive(Debug, Clone)]
pub struct TokenSeed {
    pub(crate) name: String,
    pub(crate) owner: String,
    pub(crate) kind: TokenKind,
    pub(crate) value: Option<Hidden>,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) revoked: bool,
    pub(crate) sso: Vec<String>,
}

impl TokenSeed {
    fn new(owner: &str, kind: TokenKind) -> Self {
        let (name, owner) = (owner.to_owned(), owner.to_owned());
        Self { name, owner, kind, value: None, expires_at: None, revoked: false, sso: Vec::new() }
    }

    /// A classic token of `login`.
    #[must_use]
    pub fn classic(login: &str, scopes: &[&str]) -> Self {
        Self::new(login, TokenKind::Classic { scopes: scopes.iter().map(|s| (*s).to_owned()).collect() })
    }

    /// A fine-grained token of `login` for all repositories of `resource_owner`.
    #[must_use]
    pub fn fine_grained(login: &str, resource_owner: &str, permissions: &[(&str, &str)]) -> Self {
        Self::new(
            login,
            TokenKind::FineGrained {
                resource_owner: resource_owner.to_owned(),
                repositories: Vec::new(),
                permissions: permissions.iter().map(|(p, l)| ((*p).to_owned(), (*l).to_owned())).collect(),
                pending: false,
            },
        )
    }

    /// The name by which `Practice::token_named` finds it; the login unless said otherwise.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// Narrows a fine-grained token to these repositories (`owner/name`).
    #[must_use]
    pub fn only(mut self, repos: &[&str]) -> Self {
        if let TokenKind::FineGrained { repositories, .. } = &mut self.kind {
            *repositories = repos.iter().map(|r| (*r).to_owned()).collect();
        }
        self
    }

    /// A fine-grained token that waits for approval.
    #[must_use]
    pub fn pending_approval(mut self) -> Self {
        if let TokenKind::FineGrained { pending, .. } = &mut self.kind {
            *pending = true;
        }
        self
    }

    /// Ends at this moment of the server's clock.
    #[must_use]
    pub fn expires_at(mut self, at: Timestamp) -> Self {
        self.expires_at = Some(at);
        self
    }

    /// Already revoked.
    #[must_use]
    pub fn revoked(mut self) -> Self {
        self.revoked = true;
        self
    }

    /// Authorised for an organisation that asks for single sign-on.
    #[must_use]
    pub fn sso_authorised(mut self, organisation: &str) -> Self {
        self.sso.push(organisation.to_lowercase());
        self
    }

    /// A fixed value instead of a random one.
    #[must_use]
    pub fn value(mut self, value: &str) -> Self {
        self.value = Some(Hidden::new(value));
        self
    }
}

/// An account to be made at start.
#[derive(Debug, Clone)]
pub(crate) struct AccountSeed {
    pub login: String,
    pub name: String,
    pub members: Option<Vec<String>>,
    pub forbids_classic: bool,
    pub wants_sso: bool,
    pub password: Option<Hidden>,
}

/// A repository to be made at start, with what is in it.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "the vendor describes a repository by these four switches")]
pub struct RepoSeed {
    pub(crate) full_name: String,
    pub(crate) description: Option<String>,
    pub(crate) private: bool,
    pub(crate) archived: bool,
    pub(crate) disabled: bool,
    pub(crate) has_issues: bool,
    pub(crate) roles: Vec<(String, Role)>,
    pub(crate) labels: Vec<(String, String, Option<String>)>,
    pub(crate) milestones: Vec<(String, bool)>,
    pub(crate) issues: Vec<IssueSeed>,
    pub(crate) former: Vec<String>,
}

impl RepoSeed {
    /// A public, empty repository with issues switched on.
    #[must_use]
    pub fn new(full_name: &str) -> Self {
        Self {
            full_name: full_name.to_owned(),
            description: None,
            private: false,
            archived: false,
            disabled: false,
            has_issues: true,
            roles: Vec::new(),
            labels: Vec::new(),
            milestones: Vec::new(),
            issues: Vec::new(),
            former: Vec::new(),
        }
    }

    /// One line about it.
    #[must_use]
    pub fn description(mut self, text: &str) -> Self {
        self.description = Some(text.to_owned());
        self
    }

    /// Seen only by those with a role.
    #[must_use]
    pub fn private(mut self) -> Self {
        self.private = true;
        self
    }

    /// Read-only.
    #[must_use]
    pub fn archived(mut self) -> Self {
        self.archived = true;
        self
    }

    /// Blocked by the vendor.
    #[must_use]
    pub fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }

    /// Issues switched off.
    #[must_use]
    pub fn without_issues(mut self) -> Self {
        self.has_issues = false;
        self
    }

    /// Gives `login` a role here.
    #[must_use]
    pub fn role(mut self, login: &str, role: Role) -> Self {
        self.roles.push((login.to_owned(), role));
        self
    }

    /// A label; the colour is six hex digits without `#`.
    #[must_use]
    pub fn label(mut self, name: &str, color: &str) -> Self {
        self.labels.push((name.to_owned(), color.to_owned(), None));
        self
    }

    /// An open milestone. The first one has number 1.
    #[must_use]
    pub fn milestone(mut self, title: &str) -> Self {
        self.milestones.push((title.to_owned(), true));
        self
    }

    /// A closed milestone.
    #[must_use]
    pub fn closed_milestone(mut self, title: &str) -> Self {
        self.milestones.push((title.to_owned(), false));
        self
    }

    /// An issue or pull request that is already there. Numbers count from 1 in the order of the calls.
    #[must_use]
    pub fn issue(mut self, issue: IssueSeed) -> Self {
        self.issues.push(issue);
        self
    }

    /// A name (`owner/name`) that it had before; requests for it are redirected.
    #[must_use]
    pub fn formerly(mut self, full_name: &str) -> Self {
        self.former.push(full_name.to_lowercase());
        self
    }
}

/// An issue or pull request that is there from the start.
#[derive(Debug, Clone)]
pub struct IssueSeed {
    pub(crate) title: String,
    pub(crate) body: Option<String>,
    pub(crate) author: Option<String>,
    pub(crate) labels: Vec<String>,
    pub(crate) assignees: Vec<String>,
    pub(crate) milestone: Option<u64>,
    pub(crate) closed: Option<String>,
    pub(crate) pull_request: bool,
    pub(crate) comments: Vec<(String, String)>,
}

impl IssueSeed {
    /// An open issue, written by the repository's first person with a role.
    #[must_use]
    pub fn new(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            body: None,
            author: None,
            labels: Vec::new(),
            assignees: Vec::new(),
            milestone: None,
            closed: None,
            pull_request: false,
            comments: Vec::new(),
        }
    }

    /// An open pull request.
    #[must_use]
    pub fn pull_request(title: &str) -> Self {
        Self { pull_request: true, ..Self::new(title) }
    }

    /// The Markdown text.
    #[must_use]
    pub fn body(mut self, body: &str) -> Self {
        self.body = Some(body.to_owned());
        self
    }

    /// Who wrote it.
    #[must_use]
    pub fn by(mut self, login: &str) -> Self {
        self.author = Some(login.to_owned());
        self
    }

    /// Puts a label on it; the label must be among the repository's.
    #[must_use]
    pub fn label(mut self, name: &str) -> Self {
        self.labels.push(name.to_owned());
        self
    }

    /// Assigns it.
    #[must_use]
    pub fn assigned_to(mut self, login: &str) -> Self {
        self.assignees.push(login.to_owned());
        self
    }

    /// Puts it into a milestone, by number.
    #[must_use]
    pub fn milestone(mut self, number: u64) -> Self {
        self.milestone = Some(number);
        self
    }

    /// Closed for a reason: `completed`, `not_planned` or `duplicate`.
    #[must_use]
    pub fn closed(mut self, reason: &str) -> Self {
        self.closed = Some(reason.to_owned());
        self
    }

    /// A comment by `login`.
    #[must_use]
    pub fn comment(mut self, login: &str, body: &str) -> Self {
        self.comments.push((login.to_owned(), body.to_owned()));
        self
    }
}
