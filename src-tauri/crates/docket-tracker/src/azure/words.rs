//! Azure DevOps' refusals in words: what happened and what to do next.

use docket_domain::{Code, Problem};
use serde_json::Value;

use super::address::AzureAddress;
use super::rules::{self, Broken};
use crate::error::{Outcome, TrackerError};
use crate::http::Answer;
use crate::in_front::InFront;
use crate::redact::Redactor;
use crate::talk::{self, Asking};

/// The day on which tokens for all organisations stop working.
pub(super) const GLOBAL_TOKENS_END: &str = "2026-12-01";

/// What was being done when an answer came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About<'a> {
    /// «create the work item».
    pub doing: &'a str,
    /// Project, if it was about one.
    pub project: Option<&'a str>,
    /// The connection's address, for links.
    pub address: &'a AzureAddress,
    /// For what an answer repeats.
    pub redactor: &'a Redactor,
}

/// What Azure DevOps means by an answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    InFront(InFront),
    BadToken,
    GlobalToken,
    ConditionalAccess,
    IpAllowList,
    NoScope,
    NoAreaRight,
    Throttled,
    NoProject,
    NoType,
    NoItem,
    BadPath { field: String },
    Rules { broken: Vec<Broken> },
    TooMany,
    OutOfRange { latest: Option<String> },
    NeedsPreview,
    Changed,
    Invalid { message: String },
    Forbidden,
    NotVisible,
    Trouble,
    Other,
}

impl Asking for About<'_> {
    fn vendor(&self) -> &'static str {
        "Azure DevOps"
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
            Refusal::Throttled | Refusal::BadToken | Refusal::GlobalToken => Outcome::NotSent,
            _ => Outcome::Refused,
        }
    }
}

/// Reads an answer.
pub(crate) fn refusal(answer: &Answer) -> Refusal {
    if is_own_sign_in(answer) {
        return Refusal::BadToken;
    }
    if let Some(front) = InFront::of(answer) {
        return Refusal::InFront(front);
    }
    let message = answer.message();
    let text = message.to_ascii_lowercase();
    if text.contains("vs403463") || text.contains("conditional access") {
        return Refusal::ConditionalAccess;
    }
    if text.contains("ip address") && (text.contains("allow") || text.contains("policy")) {
        return Refusal::IpAllowList;
    }
    if matches!(answer.status, 401 | 403)
        && text.contains("personal access token")
        && (text.contains("global") || text.contains("all accessible organizations"))
    {
        return Refusal::GlobalToken;
    }
    match answer.status {
        400 | 409 | 412 => invalid(answer, &text),
        401 if text.contains("tf400813") || text.contains("scope") => Refusal::NoScope,
        401 | 203 => Refusal::BadToken,
        403 if text.contains("tf237111") => Refusal::NoAreaRight,
        403 if text.contains("scope") => Refusal::NoScope,
        403 => Refusal::Forbidden,
        404 if text.contains("tf200016") => Refusal::NoProject,
        404 if text.contains("vs402323") => Refusal::NoType,
        404 if text.contains("tf401232") => Refusal::NoItem,
        404 => Refusal::NotVisible,
        429 => Refusal::Throttled,
        500.. => Refusal::Trouble,
        _ => Refusal::Other,
    }
}

/// The service's own sign-in in place of an answer: it does not know the token.
fn is_own_sign_in(answer: &Answer) -> bool {
    if let Some(elsewhere) = &answer.elsewhere {
        let host = elsewhere.host_str().unwrap_or_default();
        return elsewhere.path().contains("_signin")
            || host.ends_with(".visualstudio.com")
            || host == "login.microsoftonline.com"
            || host.ends_with(".login.microsoftonline.com");
    }
    let location = answer.header("location").unwrap_or_default();
    if (300..400).contains(&answer.status) && location.contains("_signin") {
        return true;
    }
    if answer.redirected && answer.url.path().contains("_signin") {
        return true;
    }
    if !matches!(InFront::of(answer), Some(InFront::SignInPage { .. })) {
        return false;
    }
    let text = answer.text().to_ascii_lowercase();
    // The vendor answers 203 with its own page to a token that it does not know.
    answer.status == 203
        || answer.url.path().contains("_signin")
        || text.contains("azure devops")
        || text.contains("visual studio")
        || answer.headers.keys().any(|name| matches!(name.as_str(), "x-tfs-processid" | "x-vss-e2eid"))
}

fn invalid(answer: &Answer, text: &str) -> Refusal {
    let key = answer.json().and_then(|json| json.get("typeKey")).and_then(Value::as_str).unwrap_or_default();
    if text.contains("out of range") || key == "VssVersionOutOfRangeException" {
        let latest = answer.message().rsplit(' ').next().map(|word| word.trim_end_matches('.').to_owned());
        let is_version = |word: &String| word.split('.').all(|n| n.parse::<u32>().is_ok());
        return Refusal::OutOfRange { latest: latest.filter(is_version) };
    }
    if key == "VssInvalidPreviewVersionException" || text.contains("-preview flag") {
        return Refusal::NeedsPreview;
    }
    if text.contains("vs402337") {
        return Refusal::TooMany;
    }
    if answer.status == 412
        || text.contains("vs403351")
        || text.contains("tf26071")
        || text.contains("tf237165")
    {
        return Refusal::Changed;
    }
    if text.contains("tf401347") {
        let field = answer.message().rsplit('\'').nth(1).unwrap_or("the path").to_owned();
        return Refusal::BadPath { field };
    }
    let broken = rules::broken(answer);
    if !broken.is_empty() {
        return Refusal::Rules { broken };
    }
    if answer.status == 409 {
        return Refusal::Changed;
    }
    Refusal::Invalid { message: rules::plain(answer.message()) }
}

/// The refusal as an error, in words.
pub(crate) fn error(answer: &Answer, about: About<'_>) -> TrackerError {
    let refusal = refusal(answer);
    let mut problem = Problem::new(code(&refusal), what_happened(&refusal, answer, about));
    problem.hint = Some(next_step(&refusal, about));
    talk::refused(problem, answer.message(), answer, about)
}

fn code(refusal: &Refusal) -> Code {
    match refusal {
        Refusal::InFront(front) => front.code(),
        Refusal::BadToken | Refusal::GlobalToken => Code::Unauthorized,
        Refusal::ConditionalAccess
        | Refusal::IpAllowList
        | Refusal::NoScope
        | Refusal::NoAreaRight
        | Refusal::Forbidden => Code::Forbidden,
        Refusal::Throttled => Code::RateLimited,
        Refusal::NoProject | Refusal::NoType | Refusal::NoItem | Refusal::NotVisible => Code::TargetMissing,
        Refusal::Changed => Code::Conflict,
        Refusal::BadPath { .. } | Refusal::Rules { .. } | Refusal::TooMany | Refusal::Invalid { .. } => {
            Code::Refused
        }
        Refusal::OutOfRange { .. } | Refusal::NeedsPreview | Refusal::Trouble | Refusal::Other => {
            Code::TrackerTrouble
        }
    }
}

/// What went wrong, in one or two sentences.
fn what_happened(refusal: &Refusal, answer: &Answer, about: About<'_>) -> String {
    let doing = about.doing;
    let whose = about.address.whose();
    let project = about.project.unwrap_or("the project");
    match refusal {
        Refusal::InFront(front) => front.what_happened("Azure DevOps"),
        Refusal::BadToken => format!(
            "Azure DevOps did not accept the token: it is mistyped, expired, revoked, or made for something else than {whose}."
        ),
        Refusal::GlobalToken => format!(
            "The token is one for all organisations; those stop working on {GLOBAL_TOKENS_END}."
        ),
        Refusal::ConditionalAccess => {
            format!("The rules of {whose} (Conditional Access) do not let this sign-in through from here.")
        }
        Refusal::IpAllowList => format!("{whose} only allows listed networks, and this one is not on the list."),
        Refusal::NoScope => format!("The token may not {doing}: it lacks a right."),
        Refusal::NoAreaRight => format!(
            "This account may not save work items under the area that was chosen in {project}."
        ),
        Refusal::Throttled => "Azure DevOps asked for a pause.".to_owned(),
        Refusal::NoProject => format!("There is no project «{project}» in {whose}, or this account may not see it."),
        Refusal::NoType => {
            format!("The work item type that was chosen does not exist in {project}.")
        }
        Refusal::NoItem => "The work item does not exist, or this account may not see it (Azure DevOps answers the same for both).".to_owned(),
        Refusal::BadPath { field } => format!("{} does not exist in {project}.", rules::path_words(field)),
        Refusal::Rules { broken } => {
            let list: Vec<String> = broken.iter().map(Broken::words).collect();
            format!("The rules of the process in {project} do not allow it: {}", list.join(" "))
        }
        Refusal::TooMany => "The query finds more work items than Azure DevOps hands out at once.".to_owned(),
        Refusal::OutOfRange { latest } => match latest {
            Some(latest) => format!("This server speaks version {latest} of the API at most, and Docket needs a newer one to {doing}."),
            None => "This server does not speak the version of the API that Docket needs.".to_owned(),
        },
        Refusal::NeedsPreview => format!("This server offers only a preview of what is needed to {doing}."),
        Refusal::Changed => "Somebody changed the work item at the same moment.".to_owned(),
        Refusal::Invalid { message } => talk::why(about, message),
        Refusal::Forbidden => format!("This account may not {doing}."),
        Refusal::NotVisible => match about.project {
            Some(project) => format!("Either {project} does not exist in {whose} or this account may not see it (Azure DevOps answers the same for both)."),
            None => format!("Azure DevOps found nothing there when asked to {doing}."),
        },
        Refusal::Trouble => talk::trouble(answer, about),
        Refusal::Other => talk::unknown(answer, about),
    }
}

fn next_step(refusal: &Refusal, about: About<'_>) -> String {
    let page = about.address.token_page();
    let organisation = about.address.organisation();
    match refusal {
        Refusal::InFront(front) => front.next_step(),
        Refusal::BadToken => format!("Make a new one for «{organisation}» alone at {page}. Tokens for «all accessible organizations» stop working on {GLOBAL_TOKENS_END}."),
        Refusal::GlobalToken => format!("Make one for «{organisation}» alone at {page}, or sign in with Microsoft Entra."),
        Refusal::ConditionalAccess => "Connect through the company VPN, or ask your administrator which sign-in is allowed.".to_owned(),
        Refusal::IpAllowList => "Connect through the company VPN, or ask the administrator to add this network.".to_owned(),
        Refusal::NoScope => format!("Give it «Work Items: Read, write, & manage» and «Project and Team: Read» at {page}."),
        Refusal::NoAreaRight => "Ask for «Edit work items in this node» and at least the access level Basic, or choose another area.".to_owned(),
        Refusal::NoProject | Refusal::NotVisible => "Check the spelling, and that the account belongs to the project.".to_owned(),
        Refusal::NoType => "Choose a work item type that exists there.".to_owned(),
        Refusal::NoItem => "It may be in the recycle bin, or the account lost its access.".to_owned(),
        Refusal::BadPath { .. } => "Choose one that exists in the mapping.".to_owned(),
        Refusal::Rules { .. } => "Fill in or change these fields in the mapping.".to_owned(),
        Refusal::TooMany => "Narrow it down.".to_owned(),
        Refusal::OutOfRange { .. } | Refusal::NeedsPreview => "Azure DevOps Server 2020 or later works best; TFS 2018 Update 2 is the oldest that Docket speaks to. Ask the administrator to update the server.".to_owned(),
        Refusal::Changed => "Look at it again and repeat.".to_owned(),
        Refusal::Invalid { .. } => "Change what it complains about and try again.".to_owned(),
        Refusal::Forbidden => "Ask an administrator of the project for the right to do it.".to_owned(),
        Refusal::Trouble => "Try again later; https://status.dev.azure.com shows whether it is known.".to_owned(),
        Refusal::Throttled => talk::PAUSE_HINT.to_owned(),
        Refusal::Other => talk::UNKNOWN_HINT.to_owned(),
    }
}
