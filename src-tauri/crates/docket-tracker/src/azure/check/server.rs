//! Is it an Azure DevOps, and does the organisation or collection exist? Asked without the
//! token, so that «no such organisation» and «bad token» are told apart.

use docket_domain::Timestamp;
use serde_json::Value;
use url::Url;

use super::super::api::{Api, ground_question};
use super::super::limits_of;
use super::super::words::{self, Refusal};
use super::Test;
use crate::check::course::{Allowance, Server};
use crate::check::{Finding, estimate, product, strange};
use crate::error::TrackerError;
use crate::http::{Answer, Call};
use crate::waist::CheckGoal;

/// What looking without a token found.
pub(super) enum Looked {
    /// The service knows the organisation.
    Exists { answer: Answer, tried: Vec<String> },
    /// The service does not know it.
    Unknown { answer: Answer, tried: Vec<String> },
    /// Something answered where the API should be.
    Answered { answer: Answer, tried: Vec<String> },
    /// Nothing usable came back.
    Failed { error: TrackerError, tried: Vec<String> },
}

impl Looked {
    /// The server's clock.
    pub fn date(&self) -> Option<Timestamp> {
        match self {
            Self::Exists { answer, .. } | Self::Unknown { answer, .. } | Self::Answered { answer, .. } => {
                answer.date()
            }
            Self::Failed { .. } => None,
        }
    }
}

/// Looks, without the token.
async fn look(api: &Api) -> Looked {
    let mut tried = Vec::new();
    if let Some(page) = api.address.existence_page()
        && let Ok(mut url) = Url::parse(&page)
    {
        url.query_pairs_mut()
            .append_pair("accountName", api.address.organisation())
            .append_pair("api-version", "5.0-preview.1");
        match api.http.send(Call::get(url).unsigned().once()).await {
            Ok(answer) => {
                tried.push(format!("GET /_apis/resourceAreas: {} in {} ms", answer.status, answer.ms));
                match existence(&answer) {
                    Some(true) => return Looked::Exists { answer, tried },
                    Some(false) => return Looked::Unknown { answer, tried },
                    None => {}
                }
            }
            // The older host is another one; the API itself is asked then.
            Err(_) => tried.push("GET /_apis/resourceAreas: no answer".to_owned()),
        }
    }
    let ask = ground_question().once().unsigned();
    let asked = ask.shown();
    match api.send(&ask).await {
        Ok(answer) => {
            tried.push(format!("{asked}: {} in {} ms", answer.status, answer.ms));
            Looked::Answered { answer, tried }
        }
        Err(failure) => {
            tried.push(format!("{asked}: no answer"));
            Looked::Failed { error: failure.error, tried }
        }
    }
}

impl Server for Test<'_> {
    type Looked = Looked;

    async fn look(&self) -> (Looked, Option<Timestamp>) {
        let looked = look(self.api).await;
        let date = looked.date();
        (looked, date)
    }

    async fn server(&self, looked: Looked) -> Finding {
        let whose = self.api.address.whose();
        match looked {
            Looked::Exists { tried, .. } => {
                Finding::ok(format!("Azure DevOps Services knows {whose}")).saw_all(tried)
            }
            Looked::Unknown { tried, .. } => Finding::failed(
                format!("There is no organisation «{}».", self.api.address.organisation()),
                "Check the spelling in the address; it is the part after dev.azure.com/.",
            )
            .saw_all(tried),
            Looked::Failed { error, tried } => strange::no_answer(self, &error).await.saw_all(tried),
            Looked::Answered { answer, tried } => answered(self, &answer).saw_all(tried),
        }
    }
}

/// What the service says about an organisation; nothing when it is not the service that spoke.
fn existence(answer: &Answer) -> Option<bool> {
    let json = answer.json()?;
    if answer.status == 404 && json.get("typeKey").is_some() {
        return Some(false);
    }
    if !answer.is_success() {
        return None;
    }
    match json.get("locationUrl") {
        Some(Value::String(_)) => Some(true),
        Some(Value::Null) | None => Some(false),
        Some(_) => None,
    }
}

/// Something answers where the API should be: is it an Azure DevOps?
fn answered(test: &Test<'_>, answer: &Answer) -> Finding {
    let api = test.api;
    let shown = api.address.shown();
    if let Some(finding) = strange::told_to_use_https(test, answer) {
        return finding;
    }
    let refusal = words::refusal(answer);
    if let Refusal::InFront(_) | Refusal::Trouble | Refusal::OutOfRange { .. } = refusal {
        return strange::other_product(test, answer).unwrap_or_else(|| {
            Finding::problem(&words::error(answer, api.about("find its API", None)).problem)
        });
    }
    let is_json = answer.json().is_some_and(|json| {
        json.get("authenticatedUser").is_some() || json.get("typeKey").is_some() || json.get("$id").is_some()
    });
    if let Some(finding) = strange::other_product(test, answer) {
        return finding;
    }
    let marked = product::of(answer).is_some();
    if !(marked || is_json || refusal == Refusal::BadToken && wants_login(answer)) {
        return Finding::failed(
            format!("{shown} does not look like an Azure DevOps."),
            "Check the address; it must name the collection, like https://tfs.example/tfs/DefaultCollection.",
        );
    }
    if answer.status == 404 {
        return Finding::failed(
            format!("There is no collection «{}» at {shown}.", api.address.organisation()),
            "Check the address: it is the part after /tfs/, or the first one after the host.",
        );
    }
    Finding::ok(format!("An Azure DevOps answers at {}", api.address.base()))
}

/// A bare 401 that offers the ways of signing in that an Azure DevOps offers.
fn wants_login(answer: &Answer) -> bool {
    answer.status == 401
        && answer.headers.get_all("www-authenticate").iter().any(|value| {
            value.to_str().is_ok_and(|text| {
                ["Basic", "Negotiate", "NTLM", "Bearer"].iter().any(|way| text.contains(way))
            })
        })
}

impl Allowance for Test<'_> {
    /// The service names no allowance in advance.
    async fn rate(&self, (): &(), goal: &CheckGoal) -> Finding {
        let limits = limits_of(self.api.allowances, self.markdown);
        Finding::ok("Azure DevOps asks for pauses when it needs them; Docket waits by itself")
            .saw_all(estimate(&limits, goal.planned, 1, &self.api.http))
    }
}
