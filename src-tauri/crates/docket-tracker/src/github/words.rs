//! GitHub's refusals in words: what happened and what to do next.

use docket_domain::{Code, Problem};
use serde_json::Value;

use super::address::GitHubAddress;
use crate::error::{Outcome, TrackerError};
use crate::http::Answer;
use crate::in_front::InFront;
use crate::redact::Redactor;
use crate::talk::{self, Asking};

/// What was being done when an answer came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About<'a> {
    /// «create the issue».
    pub doing: &'a str,
    /// Repository, if it was about one.
    pub repo: Option<&'a str>,
    /// The connection's address, for links.
    pub address: &'a GitHubAddress,
    /// For what an answer repeats.
    pub redactor: &'a Redactor,
}

impl Asking for About<'_> {
    fn vendor(&self) -> &'static str {
        "GitHub"
    }

    fn doing(&self) -> &str {
        self.doing
    }

    fn place(&self) -> Option<(&'static str, &str)> {
        self.repo.map(|name| ("repository", name))
    }

    fn redactor(&self) -> &Redactor {
        self.redactor
    }

    fn error(&self, answer: &Answer) -> TrackerError {
        error(answer, *self)
    }

    fn outcome(&self, answer: &Answer) -> Outcome {
        match refusal(answer) {
            Refusal::InFront(front) => front.outcome(),
            Refusal::Trouble | Refusal::Other => Outcome::Unknown,
            Refusal::Throttled | Refusal::BadToken | Refusal::LockedOut => Outcome::NotSent,
            _ => Outcome::Refused,
        }
    }
}

/// What GitHub means by an answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    InFront(InFront),
    Renamed { to: String },
    BadToken,
    LockedOut,
    SsoRequired { url: Option<String> },
    IpAllowList,
    ClassicForbidden,
    LongLivedForbidden,
    OAuthAppBlocked,
    MissingScope { needed: Vec<String>, granted: String },
    MissingPermission { needed: String },
    Archived,
    Throttled,
    NotVisible,
    IssuesOff,
    Invalid { what: Vec<String> },
    BadVersion,
    Trouble,
    Forbidden,
    Other,
}

/// Reads an answer.
pub(crate) fn refusal(answer: &Answer) -> Refusal {
    if let Some(front) = InFront::of(answer) {
        return Refusal::InFront(front);
    }
    let message = answer.message();
    let text = message.to_ascii_lowercase();
    match answer.status {
        301 | 302 | 307 | 308 => {
            Refusal::Renamed { to: answer.header("location").unwrap_or_default().to_owned() }
        }
        400 if text.contains("version") => Refusal::BadVersion,
        401 => Refusal::BadToken,
        403 | 404 if answer.header("x-github-sso").is_some_and(|sso| sso.starts_with("required")) => {
            Refusal::SsoRequired { url: sso_url(answer) }
        }
        403 | 429 if is_throttle(answer, &text) => Refusal::Throttled,
        403 => forbidden(answer, &text),
        404 => match missing_scope(answer) {
            Some(refusal) => refusal,
            None => Refusal::NotVisible,
        },
        410 => Refusal::IssuesOff,
        422 => Refusal::Invalid { what: details(answer) },
        500.. => Refusal::Trouble,
        _ => Refusal::Other,
    }
}

fn is_throttle(answer: &Answer, text: &str) -> bool {
    answer.status == 429
        || text.contains("rate limit")
        || answer.header("retry-after").is_some()
        || answer.number("x-ratelimit-remaining") == Some(0)
}

fn forbidden(answer: &Answer, text: &str) -> Refusal {
    if text.contains("ip allow list") {
        return Refusal::IpAllowList;
    }
    if text.contains("forbids access via a personal access token (classic)") {
        return Refusal::ClassicForbidden;
    }
    if text.contains("lifetime") && text.contains("token") {
        return Refusal::LongLivedForbidden;
    }
    if text.contains("oauth app access restrictions") {
        return Refusal::OAuthAppBlocked;
    }
    if text.contains("login attempts") {
        return Refusal::LockedOut;
    }
    if text.contains("saml") {
        return Refusal::SsoRequired { url: sso_url(answer) };
    }
    if text.contains("archived") {
        return Refusal::Archived;
    }
    if let Some(refusal) = missing_scope(answer) {
        return refusal;
    }
    if let Some(needed) = answer.header("x-accepted-github-permissions")
        && text.contains("not accessible by personal access token")
    {
        return Refusal::MissingPermission { needed: needed.to_owned() };
    }
    if text.contains("not accessible by personal access token") {
        return Refusal::MissingPermission { needed: String::new() };
    }
    Refusal::Forbidden
}

/// The link on which a token is authorised for an organisation.
pub(crate) fn sso_url(answer: &Answer) -> Option<String> {
    let header = answer.header("x-github-sso")?;
    let url = header.split(';').find_map(|part| part.trim().strip_prefix("url="))?;
    url.starts_with("https://").then(|| url.to_owned())
}

/// Organisations that a list leaves out because the token is not authorised for them.
pub(crate) fn sso_hidden(answer: &Answer) -> Vec<String> {
    let Some(header) = answer.header("x-github-sso").filter(|text| text.starts_with("partial-results"))
    else {
        return Vec::new();
    };
    header
        .split(';')
        .find_map(|part| part.trim().strip_prefix("organizations="))
        .map(|ids| ids.split(',').map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()).collect())
        .unwrap_or_default()
}

/// A classic token whose scopes contain none of those that would do.
fn missing_scope(answer: &Answer) -> Option<Refusal> {
    let granted = answer.header("x-oauth-scopes")?;
    let needed: Vec<String> = list(answer.header("x-accepted-oauth-scopes")?);
    let have = list(granted);
    let covered = needed.is_empty() || needed.iter().any(|scope| grants(&have, scope));
    (!covered).then(|| Refusal::MissingScope { needed, granted: granted.to_owned() })
}

/// Scopes in a header.
pub(crate) fn list(text: &str) -> Vec<String> {
    text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// The granted scopes cover `wanted`, with what larger scopes include.
pub(crate) fn grants(granted: &[String], wanted: &str) -> bool {
    granted.iter().any(|have| {
        have == wanted
            || (have == "repo"
                && (wanted == "public_repo"
                    || wanted == "security_events"
                    || wanted.starts_with("repo:")
                    || wanted.starts_with("repo_")))
            || have
                .strip_prefix("admin:")
                .is_some_and(|area| wanted == format!("write:{area}") || wanted == format!("read:{area}"))
            || have.strip_prefix("write:").is_some_and(|area| wanted == format!("read:{area}"))
            || (have == "user"
                && (wanted == "read:user" || wanted == "user:email" || wanted == "user:follow"))
            || (have == "project" && wanted == "read:project")
    })
}

/// Scopes without which the token could do everything that Docket asks of it.
pub(crate) fn needless(granted: &[String]) -> Vec<&str> {
    const USED: [&str; 5] = ["repo", "public_repo", "read:org", "project", "read:project"];
    let part_of_repo = |scope: &str| grants(&["repo".to_owned()], scope);
    let missed = |scope: &str| {
        let others: Vec<String> = granted.iter().filter(|other| *other != scope).cloned().collect();
        USED.iter().any(|used| grants(granted, used) && !grants(&others, used))
    };
    let needed = |scope: &str| USED.contains(&scope) || part_of_repo(scope) || missed(scope);
    granted.iter().map(String::as_str).filter(|scope| !needed(scope)).collect()
}

/// What a 422 complains about, a sentence each.
fn details(answer: &Answer) -> Vec<String> {
    let Some(json) = answer.json() else { return Vec::new() };
    let Some(errors) = json.get("errors").and_then(Value::as_array) else {
        return vec![answer.message().to_owned()].into_iter().filter(|text| !text.is_empty()).collect();
    };
    errors
        .iter()
        .map(|error| {
            let part = |key: &str| error.get(key).and_then(Value::as_str);
            let field = part("field").unwrap_or("a value");
            match (part("message"), part("code"), error.get("value")) {
                (Some(message), ..) => message.to_owned(),
                (None, Some("invalid"), Some(value)) => format!(
                    "{field}: {} is not valid here",
                    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
                ),
                (None, Some("missing_field" | "missing"), _) => format!("{field} is missing"),
                (None, Some("already_exists"), _) => format!("{field} exists already"),
                (None, Some(code), _) => format!("{field}: {code}"),
                (None, None, _) => error.as_str().map_or_else(|| error.to_string(), str::to_owned),
            }
        })
        .collect()
}

/// The refusal as an error, in words.
pub(crate) fn error(answer: &Answer, about: About<'_>) -> TrackerError {
    let refusal = refusal(answer);
    let mut problem = Problem::new(code(&refusal), what_happened(&refusal, answer, about));
    problem.hint = Some(next_step(&refusal, about));
    let error = talk::refused(problem, answer.message(), answer, about);
    match refusal {
        Refusal::SsoRequired { url } => TrackerError { sso_url: url, ..error }.cleaned(about.redactor),
        _ => error,
    }
}

fn code(refusal: &Refusal) -> Code {
    match refusal {
        Refusal::InFront(front) => front.code(),
        Refusal::BadToken | Refusal::LockedOut => Code::Unauthorized,
        Refusal::SsoRequired { .. }
        | Refusal::IpAllowList
        | Refusal::ClassicForbidden
        | Refusal::LongLivedForbidden
        | Refusal::OAuthAppBlocked
        | Refusal::MissingScope { .. }
        | Refusal::MissingPermission { .. }
        | Refusal::Archived
        | Refusal::Forbidden => Code::Forbidden,
        Refusal::Throttled => Code::RateLimited,
        Refusal::Renamed { .. } | Refusal::NotVisible => Code::TargetMissing,
        Refusal::IssuesOff | Refusal::Invalid { .. } => Code::Refused,
        Refusal::BadVersion | Refusal::Trouble | Refusal::Other => Code::TrackerTrouble,
    }
}

/// What went wrong, in one or two sentences.
fn what_happened(refusal: &Refusal, answer: &Answer, about: About<'_>) -> String {
    let doing = about.doing;
    let repo = about.repo.unwrap_or("the repository");
    let owner = about.repo.and_then(|repo| repo.split('/').next()).unwrap_or("The organisation");
    match refusal {
        Refusal::InFront(front) => front.what_happened("GitHub"),
        Refusal::Renamed { .. } => format!("{repo} is now somewhere else."),
        Refusal::BadToken => "The token was not accepted: it is mistyped, expired or revoked.".to_owned(),
        Refusal::LockedOut => {
            "There were too many wrong tokens; GitHub blocks this account for a while.".to_owned()
        }
        Refusal::SsoRequired { .. } => {
            format!("{owner} uses single sign-on, and the token is not authorised for it.")
        }
        Refusal::IpAllowList => {
            format!("{owner} only allows listed networks, and this one is not on the list.")
        }
        Refusal::ClassicForbidden => {
            format!("{owner} does not accept classic tokens, only fine-grained ones or apps.")
        }
        Refusal::LongLivedForbidden => {
            format!("{owner} does not accept tokens that live as long as this one.")
        }
        Refusal::OAuthAppBlocked => format!("{owner} has not approved the app that this token belongs to."),
        Refusal::MissingScope { needed, granted } => {
            let granted = if granted.is_empty() { "none" } else { granted };
            format!("The token may not {doing}: it lacks the scope «{}» (it has: {granted}).", scope(needed))
        }
        Refusal::MissingPermission { needed } => {
            format!("The token may not {doing}: it lacks the permission «{}».", permission(needed))
        }
        Refusal::Archived => format!("{repo} is archived and read-only."),
        Refusal::Throttled => "GitHub asked for a pause.".to_owned(),
        Refusal::NotVisible => match about.repo {
            Some(repo) => format!(
                "Either {repo} does not exist or this account may not see it (GitHub answers the same for both)."
            ),
            None => format!("GitHub found nothing there when asked to {doing}."),
        },
        Refusal::IssuesOff => format!("Issues are switched off in {repo} (forks start that way)."),
        Refusal::Invalid { what } => talk::why(about, &what.join("; ")),
        Refusal::BadVersion => {
            "This server does not know the version of the API that Docket speaks.".to_owned()
        }
        Refusal::Trouble => talk::trouble(answer, about),
        Refusal::Forbidden => format!("This account may not {doing}."),
        Refusal::Other => talk::unknown(answer, about),
    }
}

/// The scope to ask for, of those that would do.
fn scope(needed: &[String]) -> &str {
    needed.iter().find(|scope| *scope == "repo").or(needed.first()).map_or("repo", String::as_str)
}

/// What a person can do about it.
pub(crate) fn next_step(refusal: &Refusal, about: About<'_>) -> String {
    let repo = about.repo.unwrap_or("the repository");
    let owner = about.repo.and_then(|repo| repo.split('/').next()).unwrap_or("the organisation");
    let web = about.address.web();
    match refusal {
        Refusal::InFront(front) => front.next_step(),
        Refusal::Renamed { .. } => "Choose the repository again in the mapping.".to_owned(),
        Refusal::BadToken => "Paste it again, or create a new one. All settings are kept.".to_owned(),
        Refusal::LockedOut => "Wait 15 minutes before you try again.".to_owned(),
        Refusal::SsoRequired { url: Some(_) } => {
            format!("Open the link and authorise the token for {owner}. The link works for one hour.")
        }
        Refusal::SsoRequired { url: None } => format!(
            "Open {web}/settings/tokens, choose «Configure SSO» beside the token, and authorise it for {owner}."
        ),
        Refusal::IpAllowList => {
            "Connect through the company VPN, or ask the administrator to add this network.".to_owned()
        }
        Refusal::ClassicForbidden => format!(
            "Create a fine-grained token with {owner} as its resource owner: {}",
            about.address.fine_grained_page()
        ),
        Refusal::LongLivedForbidden => "Create a token with a nearer end date.".to_owned(),
        Refusal::OAuthAppBlocked => {
            format!("An owner of {owner} must approve the app; a personal access token works without that.")
        }
        Refusal::MissingScope { needed, .. } => {
            format!("Edit the token at {web}/settings/tokens and tick «{}».", scope(needed))
        }
        Refusal::MissingPermission { needed } => format!(
            "Give the token «{}» for {repo}: {web}/settings/personal-access-tokens",
            permission(needed)
        ),
        Refusal::Archived => format!("Unarchive {repo} in its settings, or choose another repository."),
        Refusal::NotVisible => {
            "Check the spelling, and that the token's owner may see the repository.".to_owned()
        }
        Refusal::IssuesOff => format!("Switch them on in the settings of {repo}: {web}/{repo}/settings"),
        Refusal::Invalid { .. } => "Change what it complains about and try again.".to_owned(),
        Refusal::BadVersion => {
            "Check that the address is a GitHub of a supported version (Enterprise Server 3.9 or later)."
                .to_owned()
        }
        Refusal::Trouble => {
            "Try again later; https://www.githubstatus.com shows whether it is known.".to_owned()
        }
        Refusal::Forbidden => "Ask an owner of the repository for the right to do it.".to_owned(),
        Refusal::Throttled => talk::PAUSE_HINT.to_owned(),
        Refusal::Other => talk::UNKNOWN_HINT.to_owned(),
    }
}

/// `issues=write; metadata=read` in words (`,` means and, `;` means or).
pub(crate) fn permission(needed: &str) -> String {
    let first = needed.split(';').next().unwrap_or_default().trim();
    if first.is_empty() {
        return "issues: write".to_owned();
    }
    first.split(',').map(|part| part.trim().replace('=', ": ")).collect::<Vec<_>>().join(", ")
}
