//! GitLab's refusals in words: what happened and what to do next.

use docket_domain::{Code, Problem};
use serde_json::Value;

use super::address::token_page;
use crate::error::{Outcome, TrackerError};
use crate::http::Answer;
use crate::redact::Redactor;
use crate::talk::Asking;

/// What was being done when an answer came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About<'a> {
    /// «create the issue».
    pub doing: &'a str,
    /// Project, if it was about one.
    pub project: Option<&'a str>,
    /// Base address of the web pages, for links.
    pub web: &'a str,
    /// For what an answer repeats.
    pub redactor: &'a Redactor,
}

impl Asking for About<'_> {
    fn vendor(&self) -> &'static str {
        "GitLab"
    }

    fn doing(&self) -> &str {
        self.doing
    }

    fn redactor(&self) -> &Redactor {
        self.redactor
    }

    fn error(&self, answer: &Answer) -> TrackerError {
        error(answer, *self)
    }

    fn outcome(&self, answer: &Answer) -> Outcome {
        match refusal(answer) {
            Refusal::Trouble | Refusal::SignInPage { .. } | Refusal::Other => Outcome::Unknown,
            Refusal::Throttled
            | Refusal::BadToken
            | Refusal::TokenExpired
            | Refusal::TokenRevoked
            | Refusal::CaptivePortal => Outcome::NotSent,
            _ => Outcome::Refused,
        }
    }
}

/// What GitLab means by an answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    SignInPage { host: String },
    CaptivePortal,
    Elsewhere { host: String, https: bool },
    BadToken,
    TokenExpired,
    TokenRevoked,
    MissingScope { needed: String },
    Archived,
    Throttled,
    NotVisible,
    Spam,
    Busy,
    Invalid { what: Vec<String> },
    Trouble,
    Forbidden,
    Other,
}

/// GitLab's four shapes of an error, as one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Complaint {
    /// The word of `error` beside an `error_description` (`insufficient_scope`).
    pub code: Option<String>,
    /// What it says, a sentence each.
    pub says: Vec<String>,
    /// The scope that would do.
    pub scope: Option<String>,
}

impl Complaint {
    /// Reads `{"message": "…"}`, `{"message": {"title": ["…"]}}`, `{"error": "…"}` and
    /// `{"error": "…", "error_description": "…", "scope": "…"}`.
    pub fn of(answer: &Answer) -> Self {
        let Some(json) = answer.json() else { return Self::default() };
        let text = |key: &str| json.get(key).and_then(Value::as_str).map(str::to_owned);
        let mut says = Vec::new();
        match json.get("message") {
            Some(Value::Object(fields)) => {
                for (field, complaints) in fields {
                    let list = match complaints {
                        Value::Array(list) => list.iter().map(plain).collect::<Vec<_>>().join(", "),
                        other => plain(other),
                    };
                    says.push(match field.as_str() {
                        "base" | "error" => list,
                        field => format!("{field} {list}"),
                    });
                }
            }
            Some(Value::Array(list)) => says.extend(list.iter().map(plain)),
            Some(Value::Null) | None => {}
            Some(message) => says.push(plain(message)),
        }
        let error = text("error");
        let code = if let Some(description) = text("error_description") {
            says.push(description);
            error
        } else {
            says.extend(error);
            None
        };
        Self { code, says, scope: text("scope") }
    }

    /// All of it, for looking for words in it.
    fn lower(&self) -> String {
        self.says.join("; ").to_ascii_lowercase()
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Reads an answer.
pub(crate) fn refusal(answer: &Answer) -> Refusal {
    if answer.status == 511 {
        return Refusal::CaptivePortal;
    }
    if let Some(elsewhere) = &answer.elsewhere {
        let host = elsewhere.host_str().unwrap_or_default().to_owned();
        let same_host = answer.url.host_str() == Some(host.as_str());
        let https = same_host && answer.url.scheme() == "http" && elsewhere.scheme() == "https";
        return Refusal::Elsewhere { host, https };
    }
    if answer.is_html() && (answer.is_success() || matches!(answer.status, 401 | 403)) {
        return Refusal::SignInPage { host: answer.url.host_str().unwrap_or_default().to_owned() };
    }
    let complaint = Complaint::of(answer);
    let text = complaint.lower();
    let spam = answer.json().and_then(|json| json.get("needs_captcha_response")) == Some(&Value::Bool(true))
        || text.contains("recognized as spam");
    match answer.status {
        429 => Refusal::Throttled,
        401 if text.contains("expired") => Refusal::TokenExpired,
        401 if text.contains("revoked") => Refusal::TokenRevoked,
        401 => Refusal::BadToken,
        400..=422 if spam => Refusal::Spam,
        403 if complaint.code.as_deref() == Some("insufficient_scope") => {
            Refusal::MissingScope { needed: complaint.scope.unwrap_or_else(|| "api".to_owned()) }
        }
        403 if text.contains("archived") => Refusal::Archived,
        403 => Refusal::Forbidden,
        404 => Refusal::NotVisible,
        409 => Refusal::Busy,
        400 | 422 => Refusal::Invalid { what: complaint.says },
        500.. => Refusal::Trouble,
        _ => Refusal::Other,
    }
}

/// The refusal as an error, in words.
pub(crate) fn error(answer: &Answer, about: About<'_>) -> TrackerError {
    let refusal = refusal(answer);
    let mut problem = Problem::new(code(&refusal), what_happened(&refusal, answer, about));
    if let Some(hint) = next_step(&refusal, about) {
        problem = problem.hint(hint);
    }
    problem = problem.with("status", answer.status).with("doing", about.doing);
    if let Some(project) = about.project {
        problem = problem.with("project", project);
    }
    let says = Complaint::of(answer).says;
    if !says.is_empty() {
        problem = problem.with("answer", says.join("; "));
    }
    TrackerError {
        problem,
        status: Some(answer.status),
        request_id: answer.request_id.clone(),
        sso_url: None,
    }
    .cleaned(about.redactor)
}

fn code(refusal: &Refusal) -> Code {
    match refusal {
        Refusal::CaptivePortal => Code::Network,
        Refusal::BadToken | Refusal::TokenExpired | Refusal::TokenRevoked => Code::Unauthorized,
        Refusal::MissingScope { .. } | Refusal::Archived | Refusal::Forbidden => Code::Forbidden,
        Refusal::Throttled => Code::RateLimited,
        Refusal::NotVisible => Code::TargetMissing,
        Refusal::Busy => Code::Conflict,
        Refusal::Spam | Refusal::Invalid { .. } => Code::Refused,
        Refusal::SignInPage { .. } | Refusal::Elsewhere { .. } | Refusal::Trouble | Refusal::Other => {
            Code::TrackerTrouble
        }
    }
}

/// What went wrong, in one or two sentences.
fn what_happened(refusal: &Refusal, answer: &Answer, about: About<'_>) -> String {
    let doing = about.doing;
    let project = about.project.unwrap_or("the project");
    match refusal {
        Refusal::SignInPage { host } => format!(
            "A web page came back from {host} in place of GitLab's answer: a sign-in page is in front of the API."
        ),
        Refusal::CaptivePortal => {
            "This network wants you to log in first (as in a hotel or a guest network).".to_owned()
        }
        Refusal::Elsewhere { https: true, host } => format!("{host} wants to be reached through https."),
        Refusal::Elsewhere { host, .. } => {
            format!("The server pointed to another host, {host}. The token was not sent there.")
        }
        Refusal::BadToken => "The token was not accepted: it is mistyped, expired or revoked.".to_owned(),
        Refusal::TokenExpired => "The token has expired.".to_owned(),
        Refusal::TokenRevoked => "Somebody revoked this token.".to_owned(),
        Refusal::MissingScope { needed } => {
            let needed = scope(needed);
            format!("The token may not {doing}: it lacks the scope «{needed}» («read_api» can only read).")
        }
        Refusal::Archived => format!("{project} is archived and read-only."),
        Refusal::Throttled => "GitLab asked for a pause.".to_owned(),
        Refusal::NotVisible => match about.project {
            Some(project) => format!(
                "Either {project} does not exist or this account may not see it (GitLab answers the same for both)."
            ),
            None => format!("GitLab found nothing there when asked to {doing}."),
        },
        Refusal::Spam => format!("GitLab took this text for spam and refused to {doing}."),
        Refusal::Busy => format!("GitLab was changing the same thing when asked to {doing}."),
        Refusal::Invalid { what } if what.is_empty() => {
            format!("GitLab refused to {doing}, and did not say why.")
        }
        Refusal::Invalid { what } => format!("GitLab refused to {doing}: {}.", what.join("; ")),
        Refusal::Trouble => format!("GitLab has trouble right now (it answered {}).", answer.status),
        Refusal::Forbidden => format!("This account may not {doing} in {project}."),
        Refusal::Other => format!(
            "GitLab gave an answer that Docket does not know ({}) when asked to {doing}.",
            answer.status
        ),
    }
}

/// The scope to ask for, of those that would do.
fn scope(needed: &str) -> &str {
    let mut scopes = needed.split([' ', ',']).filter(|scope| !scope.is_empty());
    scopes.clone().find(|scope| *scope == "api").or_else(|| scopes.next()).unwrap_or("api")
}

/// What a person can do about it.
fn next_step(refusal: &Refusal, about: About<'_>) -> Option<String> {
    let project = about.project.unwrap_or("the project");
    let web = about.web;
    Some(match refusal {
        Refusal::SignInPage { .. } => "Access to the API must bypass the sign-in page, or go through the company VPN. Ask your network administrator.".to_owned(),
        Refusal::CaptivePortal => "Open any page in your browser, log in to the network, and try again.".to_owned(),
        Refusal::Elsewhere { https: true, host } => format!("Write https://{host} as the address of the connection."),
        Refusal::Elsewhere { .. } => "Check the address of the connection; a sign-in gateway may be in front of the API.".to_owned(),
        Refusal::BadToken | Refusal::TokenRevoked => "Paste it again, or create a new one. All settings are kept.".to_owned(),
        Refusal::TokenExpired => format!("Create a new one at {}; all settings are kept.", token_page(web)),
        Refusal::MissingScope { needed } => format!("Scopes of a token cannot be changed: create a new one with «{}» at {}", scope(needed), token_page(web)),
        Refusal::Archived => format!("Unarchive {project} in its settings, or choose another project."),
        Refusal::NotVisible => "Check the spelling, and that the token's owner may see the project.".to_owned(),
        Refusal::Spam => "An administrator must allow the account (as trusted), or the text must change.".to_owned(),
        Refusal::Busy => "Try again in a moment.".to_owned(),
        Refusal::Invalid { .. } => "Change what it complains about and try again.".to_owned(),
        Refusal::Trouble => "Try again later; for gitlab.com, https://status.gitlab.com shows whether it is known.".to_owned(),
        Refusal::Forbidden => format!("Ask an owner of {project} for the role Planner, Reporter or higher. When everything is refused, the server may have blocked this network's address."),
        Refusal::Throttled => return None,
        Refusal::Other => "Something else may be answering at the address of the connection; its request log shows the answer.".to_owned(),
    })
}
