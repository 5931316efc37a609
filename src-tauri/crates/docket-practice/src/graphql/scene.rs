//! What a query is answered from, who may see what, and errors with the vendor's types.

use std::cell::RefCell;
use std::collections::HashMap;

use apollo_compiler::resolvers::FieldError;
use serde_json::Value;

use super::mutations::{Asked, Done, Refused};
use crate::access::{Caller, Need, judge};
use crate::limits::Allowance;
use crate::model::{Repo, World};
use crate::render::Urls;
use crate::seed::TokenKind;

pub(super) struct Scene<'w> {
    pub world: &'w World,
    pub caller: &'w Caller,
    pub urls: &'w Urls,
    pub allowance: Allowance,
    /// Errors of single entries of a list, with their paths. The executor would give the whole list up for one.
    pub beside: RefCell<Vec<(Value, String)>>,
    /// Mutations that a first run has met.
    pub asked: RefCell<Vec<Asked>>,
    /// What came of them, by the name that the answer uses.
    pub done: &'w HashMap<String, Result<Done, Refused>>,
}

/// Separates an error's type from its text on the way through the executor, which knows texts only.
const BETWEEN: char = '\u{1f}';

pub(super) fn error(kind: &str, message: &str) -> FieldError {
    FieldError { message: format!("{kind}{BETWEEN}{message}") }
}

pub(super) fn split_error(text: &str) -> Option<(&str, &str)> {
    // The executor puts words of its own before a resolver's text.
    let (before, message) = text.split_once(BETWEEN)?;
    let kind = before.rsplit(|c: char| !(c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit())).next()?;
    Some((kind, message))
}

impl<'w> Scene<'w> {
    pub fn new(
        world: &'w World,
        caller: &'w Caller,
        urls: &'w Urls,
        allowance: Allowance,
        done: &'w HashMap<String, Result<Done, Refused>>,
    ) -> Self {
        Self { world, caller, urls, allowance, beside: RefCell::default(), asked: RefCell::default(), done }
    }
}

impl Scene<'_> {
    /// Whether the repository may be seen for this need, or the vendor's error.
    pub fn may(&self, repo: &Repo, need: Need) -> Result<(), FieldError> {
        judge(self.world, self.caller, repo, need).map_err(|answer| {
            let message = answer.body_json().and_then(|b| b["message"].as_str()).unwrap_or_default();
            if answer.status == 404 {
                Self::no_repository(&self.world.full_name(repo))
            } else {
                error("FORBIDDEN", message)
            }
        })
    }

    /// Writes down that the entry at `path` could not be given.
    pub fn beside(&self, path: Value, error: &FieldError) {
        self.beside.borrow_mut().push((path, error.message.clone()));
    }

    pub fn no_repository(full_name: &str) -> FieldError {
        error("NOT_FOUND", &format!("Could not resolve to a Repository with the name '{full_name}'."))
    }

    /// A repository by its present name, or by a former one when renames are followed.
    pub fn repository(&self, full_name: &str, follow: bool) -> Result<&Repo, FieldError> {
        let found = self.world.by_full_name(full_name);
        let repo = found
            .or_else(|| if follow { self.world.by_former_name(full_name) } else { None })
            .ok_or_else(|| Self::no_repository(full_name))?;
        self.may(repo, Need::Metadata)?;
        Ok(repo)
    }

    /// A classic token needs one of these scopes for a field.
    pub fn scope(&self, field: &str, one_of: &[&str]) -> Result<(), FieldError> {
        let Some(TokenKind::Classic { scopes }) = self.caller.token.as_ref().map(|t| &t.kind) else {
            return Ok(());
        };
        if scopes.iter().any(|s| one_of.contains(&s.as_str())) {
            return Ok(());
        }
        Err(error(
            "INSUFFICIENT_SCOPES",
            &format!(
                "Your token has not been granted the required scopes to execute this query. The '{field}' field requires \
             one of the following scopes: {one_of:?}, but your token has only been granted the: {scopes:?} scopes."
            ),
        ))
    }
}
