//! GitLab's refusals in words: what happened and what to do next.

use docket_domain::{Code, Problem};
use serde_json::Value;

use super::address::token_page;
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

    fn place(&self) -> Option<(&'static str, &str)> {
        self.project.map(|name| ("project", name))
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
            Refusal::Throttled | Refusal::BadToken | Refusal::TokenExpired | Refusal::TokenRevoked => {
                Outcome::NotSent
            }
            _ => Outcome::Refused,
        }
    }
}

/// What GitLab means by an answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    InFront(InFront),
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
    if let Some(front) = InFront::of(answer) {
        return Refusal::InFront(front);
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
    problem.hint = Some(next_step(&refusal, about));
    talk::refused(problem, &Complaint::of(answer).says.join("; "), answer, about)
}

fn code(refusal: &Refusal) -> Code {
    match refusal {
        Refusal::InFront(front) => front.code(),
        Refusal::BadToken | Refusal::TokenExpired | Refusal::TokenRevoked => Code::Unauthorized,
        Refusal::MissingScope { .. } | Refusal::Archived | Refusal::Forbidden => Code::Forbidden,
        Refusal::Throttled => Code::RateLimited,
        Refusal::NotVisible => Code::TargetMissing,
        Refusal::Busy => Code::Conflict,
        Refusal::Spam | Refusal::Invalid { .. } => Code::Refused,
        Refusal::Trouble | Refusal::Other => Code::TrackerTrouble,
    }
}

/// What went wrong, in one or two sentences.
fn what_happened(refusal: &Refusal, answer: &Answer, about: About<'_>) -> String {
    let doing = about.doing;
    let project = about.project.unwrap_or("the project");
    match refusal {
        Refusal::InFront(front) => front.what_happened("GitLab"),
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
        Refusal::Invalid { what } => talk::why(about, &what.join("; ")),
        Refusal::Trouble => talk::trouble(answer, about),
        Refusal::Forbidden => format!("This account may not {doing} in {project}."),
        Refusal::Other => talk::unknown(answer, about),
    }
}

/// The scope to ask for, of those that would do.
fn scope(needed: &str) -> &str {
    let mut scopes = needed.split([' ', ',']).filter(|scope| !scope.is_empty());
    scopes.clone().find(|scope| *scope == "api").or_else(|| scopes.next()).unwrap_or("api")
}

/// What a person can do about it.
fn next_step(refusal: &Refusal, about: About<'_>) -> String {
    let project = about.project.unwrap_or("the project");
    let web = about.web;
    match refusal {
        Refusal::InFront(front) => front.next_step(),
        Refusal::BadToken | Refusal::TokenRevoked => {
            "Paste it again, or create a new one. All settings are kept.".to_owned()
        }
        Refusal::TokenExpired => format!("Create a new one at {}; all settings are kept.", token_page(web)),
        Refusal::MissingScope { needed } => format!(
            "Scopes of a token cannot be changed: create a new one with «{}» at {}",
            scope(needed),
            token_page(web)
        ),
        Refusal::Archived => format!("Unarchive {project} in its settings, or choose another project."),
        Refusal::NotVisible => {
            "Check the spelling, and that the token's owner may see the project.".to_owned()
        }
        Refusal::Spam => {
            "An administrator must allow the account (as trusted), or the text must change.".to_owned()
        }
        Refusal::Busy => "Try again in a moment.".to_owned(),
        Refusal::Invalid { .. } => "Change what it complains about and try again.".to_owned(),
        Refusal::Trouble => {
            "Try again later; for gitlab.com, https://status.gitlab.com shows whether it is known.".to_owned()
        }
        Refusal::Forbidden => format!(
            "Ask an owner of {project} for the role Planner, Reporter or higher. When everything is refused, the server may have blocked this network's address."
        ),
        Refusal::Throttled => talk::PAUSE_HINT.to_owned(),
        Refusal::Other => talk::UNKNOWN_HINT.to_owned(),
    }
}
