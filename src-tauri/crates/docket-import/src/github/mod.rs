//! GitHub's alerts as its API answers them: Dependabot (REST and GraphQL), code scanning, secret
//! scanning.

mod code_scanning;
mod dependabot;
mod secrets;

pub(crate) use code_scanning::CODE;
pub(crate) use dependabot::DEPENDABOT;
pub(crate) use secrets::SECRETS;

use docket_domain::{Found, Presence, SuppressionStatus};

use crate::json::Json;
use crate::report::code;

/// A text that is not there may be written as the word of the script that saved the answer.
fn line(of: &Json, path: &str) -> Option<String> {
    of.line(path).filter(|text| text != "None" && text != "null")
}

/// What the alert's state says, in REST's words.
fn state(found: &mut Found, word: &str, reason: Option<&str>, comment: Option<String>) {
    let said = [reason.map(str::to_owned), comment].into_iter().flatten().collect::<Vec<_>>().join(": ");
    let said = Some(said).filter(|said| !said.is_empty());
    match word.to_ascii_lowercase().as_str() {
        "fixed" | "closed" => found.presence = Presence::Absent,
        // A credential that was revoked is no longer a leak.
        "resolved" if reason == Some("revoked") => found.presence = Presence::Absent,
        word @ ("dismissed" | "auto_dismissed" | "resolved") => {
            code::decided(found, SuppressionStatus::Accepted, word, said);
        }
        _ => {}
    }
}

/// `owner/name` of an address of the API or the site.
fn repository(url: &str) -> Option<String> {
    let (_, path) = url.split_once("://")?;
    let mut parts =
        path.split('/').skip(1).skip_while(|part| *part == "repos" || *part == "api" || *part == "v3");
    let (owner, name) = (parts.next()?, parts.next()?);
    (!owner.is_empty() && !name.is_empty()).then(|| format!("{owner}/{name}"))
}
