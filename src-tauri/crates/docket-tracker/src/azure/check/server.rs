//! Is it an Azure DevOps, and does the organisation or collection exist? Asked without the
//! token, so that «no such organisation» and «bad token» are told apart.

use docket_domain::{Code, Timestamp};
use serde_json::Value;
use url::Url;

use super::super::api::{Api, ground_question};
use super::super::words::{self, Refusal};
use crate::check::{Finding, network, product};
use crate::error::TrackerError;
use crate::http::{Answer, Call};

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
pub(super) async fn look(api: &Api) -> Looked {
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

/// What that means.
pub(super) async fn judge(api: &Api, looked: Looked) -> Finding {
    let whose = api.address.whose();
    match looked {
        Looked::Exists { tried, .. } => {
            Finding::ok(format!("Azure DevOps Services knows {whose}")).saw_all(tried)
        }
        Looked::Unknown { tried, .. } => Finding::failed(
            format!("There is no organisation «{}».", api.address.organisation()),
            "Check the spelling in the address; it is the part after dev.azure.com/.",
        )
        .saw_all(tried),
        Looked::Failed { error, tried } => unreachable_words(api, &error).await.saw_all(tried),
        Looked::Answered { answer, tried } => answered(api, &answer).saw_all(tried),
    }
}

/// The connection stood, and still no answer came.
async fn unreachable_words(api: &Api, error: &TrackerError) -> Finding {
    let http = &api.http;
    if !http.is_encrypted() && error.code() == Code::Network && network::speaks_tls(http).await {
        return speaks_https(api);
    }
    Finding::problem(&error.problem)
}

fn speaks_https(api: &Api) -> Finding {
    Finding::failed(
        format!("This address speaks https on port {}, not http.", api.http.port()),
        format!("Use {} as the address.", api.address.base().replacen("http://", "https://", 1)),
    )
}

/// Something answers where the API should be: is it an Azure DevOps?
fn answered(api: &Api, answer: &Answer) -> Finding {
    let shown = api.address.shown();
    let text = answer.text().to_ascii_lowercase();
    if text.contains("plain http request") || text.contains("http request to an https server") {
        return speaks_https(api);
    }
    let refusal = words::refusal(answer);
    if let Refusal::InFront(_) | Refusal::Trouble | Refusal::OutOfRange { .. } = refusal {
        return match product::of(answer) {
            Some(product) if product != "Azure DevOps" => wrong_product(product),
            _ => Finding::problem(&words::error(answer, api.about("find its API", None)).problem),
        };
    }
    let is_json = answer.json().is_some_and(|json| {
        json.get("authenticatedUser").is_some() || json.get("typeKey").is_some() || json.get("$id").is_some()
    });
    match product::of(answer) {
        Some(product) if product != "Azure DevOps" => wrong_product(product),
        marked if marked.is_some() || is_json || refusal == Refusal::BadToken && wants_login(answer) => {
            if answer.status == 404 {
                return Finding::failed(
                    format!("There is no collection «{}» at {shown}.", api.address.organisation()),
                    "Check the address: it is the part after /tfs/, or the first one after the host.",
                );
            }
            Finding::ok(format!("An Azure DevOps answers at {}", api.address.base()))
        }
        _ => Finding::failed(
            format!("{shown} does not look like an Azure DevOps."),
            "Check the address; it must name the collection, like https://tfs.example/tfs/DefaultCollection.",
        ),
    }
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

fn wrong_product(product: &str) -> Finding {
    Finding::failed(
        format!("This looks like {product}, not Azure DevOps."),
        format!("Choose {product} as the kind of tracker, or correct the address."),
    )
}

/// How long what is planned takes. The service names no allowance in advance.
pub(super) fn allowance(api: &Api, planned: Option<u64>, markdown: bool) -> Finding {
    let limits = super::super::limits_of(api.allowances, markdown);
    let estimate = planned.map(|count| {
        let minutes = limits.estimate_ms(count).div_ceil(60_000);
        format!("{count} issues take about {minutes} minutes")
    });
    Finding::ok("Azure DevOps asks for pauses when it needs them; Docket waits by itself").saw_all(estimate)
}
