//! Who is asking: tokens in their two headers, their scopes, and what the log calls them.

use jiff::Timestamp;

use super::model::{Id, Kind, Token, World};
use super::refusal::{described, insufficient_scope, message, unauthorized};
use crate::hidden::Hidden;
use crate::log::Credential;
use crate::model::digest;
use crate::reply::Answer;
use crate::site::Arrived;

/// The one who asks; without a token nobody.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub user: Option<Id>,
    pub token: Option<Token>,
}

/// What a request carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Presented {
    Nothing,
    /// `PRIVATE-TOKEN`.
    Private(Hidden),
    /// `Authorization: Bearer`.
    Bearer(Hidden),
    Unreadable,
}

impl Presented {
    pub fn of(arrived: &Arrived) -> Self {
        if let Some(value) = arrived.headers.get("private-token") {
            return value.to_str().map_or(Self::Unreadable, |v| Self::Private(Hidden::new(v)));
        }
        let Some(value) = arrived.headers.get("authorization") else { return Self::Nothing };
        let Ok(text) = value.to_str() else { return Self::Unreadable };
        match text.split_once(' ') {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => {
                Self::Bearer(Hidden::new(rest.trim()))
            }
            _ => Self::Unreadable,
        }
    }

    pub fn secret(&self) -> Option<&Hidden> {
        match self {
            Self::Private(s) | Self::Bearer(s) => Some(s),
            Self::Nothing | Self::Unreadable => None,
        }
    }

    pub fn label(&self, world: &World) -> (Credential, Option<String>) {
        let Some(secret) = self.secret() else {
            let kind = if *self == Self::Nothing { Credential::None } else { Credential::Unknown };
            return (kind, None);
        };
        let kind = match world.tokens.iter().find(|t| t.digest == digest(secret.reveal())).map(|t| t.kind) {
            Some(Kind::Personal) => Credential::Personal,
            Some(Kind::Project) => Credential::Project,
            Some(Kind::Group) => Credential::Group,
            Some(Kind::OAuth) => Credential::OAuth,
            None => Credential::Unknown,
        };
        (kind, Some(digest(secret.reveal())[..12].to_owned()))
    }
}

/// The caller, or the vendor's refusal of the credential.
pub(super) fn identify(world: &World, shown: &Presented, now: Timestamp) -> Result<Caller, Box<Answer>> {
    let secret = match shown {
        Presented::Nothing => return Ok(Caller { user: None, token: None }),
        Presented::Unreadable => return Err(unauthorized()),
        Presented::Private(s) | Presented::Bearer(s) => s,
    };
    let digest = digest(secret.reveal());
    let found = world.tokens.iter().find(|t| t.digest == digest);
    // An OAuth token in the header for personal ones is as good as none.
    let found = found.filter(|t| t.kind != Kind::OAuth || matches!(shown, Presented::Bearer(_)));
    let Some(token) = found.filter(|t| !t.inactive) else { return Err(unauthorized()) };
    if token.revoked {
        let text = "Token was revoked. You have to re-authorize from the user.";
        return Err(described(401, "invalid_token", text));
    }
    if token.expires_at.is_some_and(|end| now >= end) {
        let text = "Token is expired. You can either do re-authorization or token refresh.";
        return Err(described(401, "invalid_token", text));
    }
    if world.user(token.user).is_none_or(|u| u.blocked) {
        return Err(message(403, "403 Forbidden - Your account has been blocked."));
    }
    Ok(Caller { user: Some(token.user), token: Some(token.clone()) })
}

/// Which scopes an operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Any token, whatever its scopes.
    Any,
    /// `read_user`, `read_api` or `api`.
    ReadUser,
    /// `read_api` or `api`.
    Read,
    /// `api`.
    Write,
}

impl Caller {
    /// Whether the token's scopes suffice.
    pub fn within(&self, scope: Scope) -> Result<(), Box<Answer>> {
        let Some(token) = &self.token else { return Ok(()) };
        let wanted: &[&str] = match scope {
            Scope::Any => return Ok(()),
            Scope::ReadUser => &["api", "read_api", "read_user"],
            Scope::Read => &["api", "read_api"],
            Scope::Write => &["api"],
        };
        if token.scopes.iter().any(|s| wanted.contains(&s.as_str())) {
            return Ok(());
        }
        Err(insufficient_scope(&wanted.join(" ")))
    }

    /// The user, or 401 for nobody.
    pub fn signed_in(&self) -> Result<Id, Box<Answer>> {
        self.user.ok_or_else(unauthorized)
    }
}
