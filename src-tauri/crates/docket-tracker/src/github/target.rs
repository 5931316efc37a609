//! `owner/repository`, checked before it goes into a path.

use docket_domain::Problem;

use super::address::{is_owner, is_repo};

/// A repository by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Repo<'a> {
    pub owner: &'a str,
    pub name: &'a str,
}

impl<'a> Repo<'a> {
    /// Reads `owner/repository`.
    pub fn parse(target: &'a str) -> Result<Self, Problem> {
        match target.trim().split_once('/') {
            Some((owner, name)) if is_owner(owner) && is_repo(name) => Ok(Self { owner, name }),
            _ => Err(Problem::bad_input(format!("«{target}» is not a repository."))
                .hint("Write owner/repository, like acme/shop.")),
        }
    }

    /// Path of the repository or of something below it.
    pub fn path(self, below: &str) -> String {
        format!("/repos/{}/{}{below}", self.owner, self.name)
    }
}
