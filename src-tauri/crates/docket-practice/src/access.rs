//! Who is asking, and what that credential may reach.
//!
//! Written from the vendor's documents: a repository that may not be seen is a 404, a missing permission of a
//! fine-grained token is a 403 that names it, and single sign-on is a 403 with the address to go to.

use std::collections::HashMap;

use base64::Engine as _;
use jiff::Timestamp;

use crate::board::Project;
use crate::hidden::Hidden;
use crate::log::Credential;
use crate::model::{Account, AccountId, Repo, RepoId, Token, World, digest};
use crate::render::Urls;
use crate::reply::{Answer, refuse};
use crate::seed::{Role, TokenKind};
use crate::setup::Flavour;
use crate::site::Arrived;

/// The one who asks.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub account: Option<AccountId>,
    pub token: Option<Token>,
}

/// What a request carried, before it is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Presented {
    Nothing,
    Secret(Hidden),
    Basic(String, Hidden),
    Unreadable,
}

fn presented(authorization: Option<&str>) -> Presented {
    let Some(header) = authorization else { return Presented::Nothing };
    let Some((scheme, rest)) = header.split_once(' ') else { return Presented::Unreadable };
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" | "token" => Presented::Secret(Hidden::new(rest.trim())),
        "basic" => base64::engine::general_purpose::STANDARD
            .decode(rest.trim())
            .ok()
            .and_then(|b| String::from_utf8(b).ok())
            .and_then(|t| t.split_once(':').map(|(u, p)| Presented::Basic(u.to_owned(), Hidden::new(p))))
            .unwrap_or(Presented::Unreadable),
        _ => Presented::Unreadable,
    }
}

impl Presented {
    /// What this request carried.
    pub fn of(arrived: &Arrived) -> Self {
        match arrived.headers.get("authorization") {
            None => Self::Nothing,
            Some(v) => v.to_str().map_or(Self::Unreadable, |v| presented(Some(v))),
        }
    }

    /// The kind and the shortened digest for the log.
    pub fn label(&self, world: &World) -> (Credential, Option<String>) {
        let short = |s: &str| Some(digest(s)[..12].to_owned());
        match self {
            Self::Nothing => (Credential::None, None),
            Self::Unreadable => (Credential::Unknown, None),
            Self::Basic(user, secret) => (Credential::Basic, short(&format!("{user}:{}", secret.reveal()))),
            Self::Secret(secret) => {
                let kind = match world.token(secret.reveal()).map(|t| &t.kind) {
                    Some(TokenKind::Classic { .. }) => Credential::Classic,
                    Some(TokenKind::FineGrained { .. }) => Credential::FineGrained,
                    None => Credential::Unknown,
                };
                (kind, short(secret.reveal()))
            }
        }
    }
}

/// The caller, or `None` when the credential is wrong, expired or revoked.
pub(crate) fn identify(
    world: &World,
    flavour: &Flavour,
    shown: &Presented,
    now: Timestamp,
) -> Option<Caller> {
    let by_token = |secret: &Hidden| {
        let token = world.token(secret.reveal())?;
        let live = !token.revoked && token.expires_at.is_none_or(|end| now < end);
        live.then(|| Caller { account: Some(token.owner), token: Some(token.clone()) })
    };
    match shown {
        Presented::Nothing => Some(Caller { account: None, token: None }),
        Presented::Unreadable => None,
        Presented::Secret(secret) => by_token(secret),
        Presented::Basic(user, secret) => match flavour {
            Flavour::Cloud => by_token(secret),
            Flavour::Enterprise { .. } => {
                let account = world.by_login(user)?;
                if account.password.as_ref() == Some(secret) {
                    return Some(Caller { account: Some(account.id), token: None });
                }
                by_token(secret).filter(|c| c.account == Some(account.id))
            }
        },
    }
}

/// What an operation asks of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Its description.
    Metadata,
    /// To read issues, labels, milestones.
    ReadIssues,
    /// To write them.
    WriteIssues,
}

impl Need {
    fn writes(self) -> bool {
        self == Self::WriteIssues
    }

    /// As `X-Accepted-GitHub-Permissions` says it.
    pub fn permission(self) -> &'static str {
        match self {
            Self::Metadata => "metadata=read",
            Self::ReadIssues => "issues=read",
            Self::WriteIssues => "issues=write",
        }
    }
}

/// The repository at `owner/name`, if this caller may do this there. `rest` is the path after it, for redirects.
pub(crate) fn repository(
    world: &World,
    caller: &Caller,
    urls: &Urls,
    full_name: &str,
    rest: &str,
    need: Need,
) -> Result<RepoId, Box<Answer>> {
    let hidden = || Box::new(Answer::not_found());
    let Some(repo) = world.by_full_name(full_name) else {
        let moved = world.by_former_name(full_name).ok_or_else(hidden)?;
        judge(world, caller, moved, Need::Metadata)?;
        return Err(Box::new(Answer::moved(format!("{}/repositories/{}{rest}", urls.api, moved.id))));
    };
    judge(world, caller, repo, need)?;
    Ok(repo.id)
}

/// Whether a caller may do this in a repository.
pub(crate) fn judge(world: &World, caller: &Caller, repo: &Repo, need: Need) -> Result<(), Box<Answer>> {
    if world.role(repo, caller.account) == Role::None {
        return Err(Box::new(Answer::not_found()));
    }
    if need.writes() && caller.account.is_none() {
        return Err(refuse(401, "Requires authentication"));
    }
    if let (Some(token), Some(owner)) = (&caller.token, world.account(repo.owner)) {
        judge_token(world, token, repo, owner, need)?;
    }
    if repo.disabled {
        return Err(refuse(403, "Repository access blocked"));
    }
    if need.writes() && repo.archived {
        return Err(refuse(403, "Repository was archived so is read-only."));
    }
    Ok(())
}

fn judge_token(
    world: &World,
    token: &Token,
    repo: &Repo,
    owner: &Account,
    need: Need,
) -> Result<(), Box<Answer>> {
    match &token.kind {
        TokenKind::Classic { scopes } => {
            if owner.forbids_classic && !token.of_app {
                return Err(refuse(
                    403,
                    &format!(
                        "`{}` forbids access via a personal access token (classic). Please use a GitHub App, OAuth App, \
                     or a personal access token with fine-grained permissions.",
                        owner.login
                    ),
                ));
            }
            if owner.wants_sso
                && !token.sso.contains(&owner.login.to_lowercase())
                && (repo.private || need.writes())
            {
                return Err(sso_required(&owner.login));
            }
            let has = |s: &str| scopes.iter().any(|g| g == s);
            let enough =
                if repo.private { has("repo") } else { !need.writes() || has("repo") || has("public_repo") };
            if enough { Ok(()) } else { Err(Box::new(Answer::not_found())) }
        }
        TokenKind::FineGrained { resource_owner, repositories, permissions, pending } => {
            let full = world.full_name(repo);
            let covered = !pending
                && resource_owner.eq_ignore_ascii_case(&owner.login)
                && (repositories.is_empty() || repositories.iter().any(|r| r.eq_ignore_ascii_case(&full)));
            if !covered && repo.private {
                return Err(Box::new(Answer::not_found()));
            }
            let level = permissions.iter().find(|(p, _)| p == "issues").map(|(_, l)| l.as_str());
            let enough = match need {
                Need::Metadata => true,
                Need::ReadIssues => !repo.private || level.is_some(),
                Need::WriteIssues => covered && level == Some("write"),
            };
            if enough { Ok(()) } else { Err(permission_missing(need)) }
        }
    }
}

/// Whether a caller may look at a project, or write it. Scopes come first: a token without them learns nothing else.
pub(crate) fn judge_project(
    world: &World,
    caller: &Caller,
    project: &Project,
    writes: bool,
) -> Result<(), Box<Answer>> {
    let owner = world.account(project.owner).ok_or_else(|| Box::new(Answer::not_found()))?;
    project_scope(caller, writes)?;
    match caller.token.as_ref().map(|t| (&t.kind, t)) {
        None => {}
        Some((TokenKind::Classic { .. }, token)) => {
            if owner.forbids_classic && !token.of_app {
                return Err(refuse(
                    403,
                    &format!(
                        "`{}` forbids access via a personal access token (classic). Please use a GitHub App, OAuth App, or a \
                     personal access token with fine-grained permissions.",
                        owner.login
                    ),
                ));
            }
            if owner.wants_sso && !token.sso.contains(&owner.login.to_lowercase()) {
                return Err(sso_required(&owner.login));
            }
        }
        Some((TokenKind::FineGrained { resource_owner, permissions, pending, .. }, _)) => {
            let level =
                permissions.iter().find(|(p, _)| p == "organization_projects").map(|(_, l)| l.as_str());
            let enough = if writes { level == Some("write") } else { level.is_some() };
            // There is no such permission for the projects of a person.
            let reached =
                owner.members.is_some() && resource_owner.eq_ignore_ascii_case(&owner.login) && !pending;
            if !(reached && enough) {
                let level = if writes { "write" } else { "read" };
                let answer = Answer::error(403, "Resource not accessible by personal access token");
                return Err(Box::new(
                    answer.with("x-accepted-github-permissions", format!("organization_projects={level}")),
                ));
            }
        }
    }
    let belongs = caller.account.is_some_and(|account| {
        account == owner.id || owner.members.as_ref().is_some_and(|m| m.contains(&account))
    });
    if !belongs && !project.public {
        return Err(Box::new(Answer::not_found()));
    }
    if writes && (!belongs || caller.account.is_some_and(|a| project.readers.contains(&a))) {
        return Err(refuse(403, "You don't have permission to update this project."));
    }
    Ok(())
}

/// A classic token needs `project`, or `read:project` to look.
fn project_scope(caller: &Caller, writes: bool) -> Result<(), Box<Answer>> {
    let Some(TokenKind::Classic { scopes }) = caller.token.as_ref().map(|t| &t.kind) else { return Ok(()) };
    let has = |s: &str| scopes.iter().any(|g| g == s);
    if has("project") || (!writes && has("read:project")) {
        return Ok(());
    }
    let wanted = if writes { "project" } else { "read:project" };
    Err(refuse(403, &format!("You need at least {wanted} scope to use projects.")))
}

pub(crate) fn permission_missing(need: Need) -> Box<Answer> {
    let answer = Answer::error(403, "Resource not accessible by personal access token");
    Box::new(answer.with("x-accepted-github-permissions", need.permission()))
}

pub(crate) fn sso_required(organisation: &str) -> Box<Answer> {
    let message = "Resource protected by organization SAML enforcement. You must grant your Personal Access token \
                   access to this organization.";
    let url = format!("https://github.com/orgs/{organisation}/sso?authorization_request=practice");
    Box::new(Answer::error(403, message).with("x-github-sso", format!("required; url={url}")))
}

/// The scopes that the vendor lists for an operation in `X-Accepted-OAuth-Scopes`.
pub(crate) fn accepted_scopes(operation: &str) -> &'static str {
    match operation {
        "orgs/list-for-authenticated-user" | "orgs/get" => "admin:org, read:org, repo, user, write:org",
        "repos/get" | "repos/list-for-authenticated-user" | "repos/list-for-org" => "repo",
        id if id.starts_with("issues/") => "repo",
        id if id.starts_with("projects/add-") || id.starts_with("projects/update-") => "project",
        id if id.starts_with("projects/") => "project, read:project",
        _ => "",
    }
}

/// The organisations of which an account is a member.
pub(crate) fn organisations(world: &World, account: AccountId) -> Vec<&Account> {
    world.accounts.iter().filter(|a| a.members.as_ref().is_some_and(|m| m.contains(&account))).collect()
}

/// Organisations that this caller belongs to but whose single sign-on hides them from this token.
pub(crate) fn hidden_by_sso(world: &World, caller: &Caller) -> Vec<AccountId> {
    let (Some(account), Some(token)) = (caller.account, &caller.token) else { return Vec::new() };
    if !matches!(token.kind, TokenKind::Classic { .. }) {
        return Vec::new();
    }
    organisations(world, account)
        .into_iter()
        .filter(|o| o.wants_sso && !token.sso.contains(&o.login.to_lowercase()))
        .map(|o| o.id)
        .collect()
}

/// What the repository's `permissions` say for a role.
pub(crate) fn permissions(role: Role) -> HashMap<&'static str, bool> {
    HashMap::from([
        ("pull", role >= Role::Read),
        ("triage", role >= Role::Triage),
        ("push", role >= Role::Write),
        ("maintain", role >= Role::Maintain),
        ("admin", role >= Role::Admin),
    ])
}
