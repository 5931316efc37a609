//! Who asks: personal access tokens as Basic, access tokens as Bearer, and what they may do.

use base64::Engine as _;
use jiff::Timestamp;

use super::refuse::{self, page};
use super::setup::RefusedLogin;
use super::world::{AzureWorld, Token, TokenKind};
use crate::hidden::Hidden;
use crate::log::Credential;
use crate::model::digest;
use crate::reply::Answer;
use crate::site::Arrived;

/// What a request carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shown {
    Nothing,
    Pat(Hidden),
    Bearer(Hidden),
    /// Something that is neither; Basic without a colon is one.
    Unreadable,
}

/// Who the service takes the caller for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Caller {
    /// The credential was good.
    Person { user: usize, scopes: Vec<String> },
    /// There was none, or the service ignored it.
    Anonymous,
    /// It was not accepted.
    Refused,
}

impl Shown {
    pub fn of(arrived: &Arrived) -> Self {
        let Some(header) = arrived.headers.get("authorization") else { return Self::Nothing };
        let Some((scheme, rest)) = header.to_str().ok().and_then(|h| h.split_once(' ')) else {
            return Self::Unreadable;
        };
        if scheme.eq_ignore_ascii_case("bearer") {
            return Self::Bearer(Hidden::new(rest.trim()));
        }
        let decoded = base64::engine::general_purpose::STANDARD.decode(rest.trim()).ok();
        let text = decoded.and_then(|b| String::from_utf8(b).ok());
        match text.as_deref().and_then(|t| t.split_once(':')) {
            Some((_, secret)) if scheme.eq_ignore_ascii_case("basic") => Self::Pat(Hidden::new(secret)),
            _ => Self::Unreadable,
        }
    }

    fn token<'w>(&self, world: &'w AzureWorld) -> Option<&'w Token> {
        let (secret, kind) = match self {
            Self::Pat(s) => (s, TokenKind::Pat),
            Self::Bearer(s) => (s, TokenKind::Bearer),
            _ => return None,
        };
        let digest = digest(secret.reveal());
        // A token made for signing in may also be sent as Basic, as the service allows.
        world.tokens.iter().find(|t| t.digest == digest && (t.kind == kind || kind == TokenKind::Pat))
    }

    pub fn caller(&self, world: &AzureWorld, now: Timestamp) -> Caller {
        match self.token(world) {
            _ if *self == Self::Nothing => Caller::Anonymous,
            Some(t) if t.ignored => Caller::Anonymous,
            Some(t) if !t.revoked && t.expires.is_none_or(|e| now < e) => {
                Caller::Person { user: t.user, scopes: t.scopes.clone() }
            }
            _ => Caller::Refused,
        }
    }

    /// For the log.
    pub fn label(&self, world: &AzureWorld) -> (Credential, Option<String>) {
        let short = |s: &Hidden| Some(digest(s.reveal())[..12].to_owned());
        match self {
            Self::Nothing => (Credential::None, None),
            Self::Unreadable => (Credential::Unknown, None),
            Self::Pat(s) | Self::Bearer(s) => {
                let known = self.token(world).is_some();
                (if known { Credential::Basic } else { Credential::Unknown }, short(s))
            }
        }
    }
}

/// Ends the token that a request carried.
pub(crate) fn end_token(world: &mut AzureWorld, shown: &Shown) {
    let (Shown::Pat(s) | Shown::Bearer(s)) = shown else { return };
    let digest = digest(s.reveal());
    world.tokens.iter_mut().filter(|t| t.digest == digest).for_each(|t| t.revoked = true);
}

/// Whether scopes of a token cover what an operation asks for.
pub(crate) fn covers(have: &[String], wanted: &[&str]) -> bool {
    let grants = |have: &str, wanted: &str| {
        have == wanted
            || have == "vso.full"
            || (wanted == "vso.work" && matches!(have, "vso.work_write" | "vso.work_full"))
            || (wanted == "vso.work_write" && have == "vso.work_full")
            || (wanted == "vso.project" && have.starts_with("vso.project_"))
    };
    wanted.is_empty() || wanted.iter().any(|w| have.iter().any(|h| grants(h, w)))
}

/// The answer to a caller who is nobody.
pub(crate) fn sign_in(how: RefusedLogin, arrived: &Arrived, base: &str) -> Answer {
    let text = "Sign in to your account to continue.";
    match how {
        RefusedLogin::Unauthorised => page(401, "Azure DevOps Services | Unauthorized", text)
            .with("www-authenticate", format!("Basic realm=\"{}\", Bearer", arrived.origin)),
        RefusedLogin::SignInPage => page(203, "Azure DevOps Services | Sign In", text),
        RefusedLogin::Redirect => {
            let place = format!(
                "{base}/_signin?realm=practice&reply_to={}",
                crate::text::percent_encoded(&arrived.path)
            );
            Answer::empty(302).with("location", place)
        }
    }
}

/// 401: the token lacks a scope.
pub(crate) fn no_scope(name: &str) -> Box<Answer> {
    let message = format!("TF400813: The user '{name}' is not authorized to access this resource.");
    refuse::platform(401, "UnauthorizedRequestException", &message)
}
