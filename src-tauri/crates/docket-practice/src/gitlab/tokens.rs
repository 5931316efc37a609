//! The tokens of a practice GitLab as they are described before it starts.

use jiff::Timestamp;

use super::seed::Access;
use crate::hidden::Hidden;

/// Whose a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TokenSort {
    Personal(String),
    Project(String, Access),
    Group(String, Access),
    OAuth(String),
}

/// A token to be made at start. Its value is random unless one is given; its name is the user, project or group.
#[derive(Debug, Clone)]
pub struct TokenSeed {
    pub(crate) name: String,
    pub(crate) sort: TokenSort,
    pub(crate) scopes: Vec<String>,
    pub(crate) value: Option<Hidden>,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) revoked: bool,
    pub(crate) inactive: bool,
}

impl TokenSeed {
    fn new(name: &str, sort: TokenSort, scopes: &[&str]) -> Self {
        Self {
            name: name.to_owned(),
            sort,
            scopes: scopes.iter().map(|s| (*s).to_owned()).collect(),
            value: None,
            expires_at: None,
            revoked: false,
            inactive: false,
        }
    }

    /// A personal access token of a user.
    pub fn personal(username: &str, scopes: &[&str]) -> Self {
        Self::new(username, TokenSort::Personal(username.to_owned()), scopes)
    }

    /// A project access token: a bot with this access in the one project.
    pub fn project(full_path: &str, access: Access, scopes: &[&str]) -> Self {
        Self::new(full_path, TokenSort::Project(full_path.to_owned(), access), scopes)
    }

    /// A group access token: a bot with this access in the group and everything below.
    pub fn group(full_path: &str, access: Access, scopes: &[&str]) -> Self {
        Self::new(full_path, TokenSort::Group(full_path.to_owned(), access), scopes)
    }

    /// An OAuth access token of a user. It is taken as `Authorization: Bearer` only.
    pub fn oauth(username: &str, scopes: &[&str]) -> Self {
        Self::new(username, TokenSort::OAuth(username.to_owned()), scopes)
    }

    /// The name under which `PracticeGitLab::token_named` finds it.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// This value instead of a random one.
    #[must_use]
    pub fn value(mut self, value: &str) -> Self {
        self.value = Some(Hidden::new(value));
        self
    }

    /// Ends at this moment: 401 `Token is expired` from then on.
    #[must_use]
    pub fn expires_at(mut self, at: Timestamp) -> Self {
        self.expires_at = Some(at);
        self
    }

    /// 401 `Token was revoked`.
    #[must_use]
    pub fn revoked(mut self) -> Self {
        self.revoked = true;
        self
    }

    /// Not taken although neither expired nor revoked: a plain 401.
    #[must_use]
    pub fn inactive(mut self) -> Self {
        self.inactive = true;
        self
    }
}
