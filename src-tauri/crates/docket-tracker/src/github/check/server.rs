//! Is it a GitHub, which one, and how much may still be asked of it?

use docket_domain::{Code, Timestamp};
use serde_json::Value;

use super::super::api::{Api, Base, Probe, join};
use super::super::words;
use crate::check::{Finding, network, product};
use crate::error::TrackerError;
use crate::http::{Answer, Call};
use crate::in_front::InFront;
use crate::waist::Limits;

/// What looking for the API found.
pub(super) enum Looked {
    /// It is there.
    Found { base: Base, answer: Answer, tried: Vec<String> },
    /// Something else answers.
    Strange { answer: Option<Answer>, tried: Vec<String> },
    /// Nothing usable came back.
    Failed { error: TrackerError, tried: Vec<String> },
}

impl Looked {
    /// The server's clock.
    pub fn date(&self) -> Option<Timestamp> {
        match self {
            Self::Found { answer, .. } | Self::Strange { answer: Some(answer), .. } => answer.date(),
            Self::Strange { answer: None, .. } | Self::Failed { .. } => None,
        }
    }
}

/// Asks where the API is, without the token.
pub(super) async fn look(api: &Api) -> Looked {
    let mut tried = Vec::new();
    let mut strange: Option<Answer> = None;
    for base in api.candidates() {
        let asked = format!("GET {}/meta", base.rest);
        match api.probe(&base).await {
            Ok(Probe::GitHub(answer)) => {
                tried.push(format!("{asked}: {} in {} ms", answer.status, answer.ms));
                return Looked::Found { base, answer, tried };
            }
            Ok(Probe::Other(answer)) => {
                tried.push(format!(
                    "{asked}: {} {}",
                    answer.status,
                    answer.header("content-type").unwrap_or_default()
                ));
                // A page or a redirect tells more than a bare 404.
                let tells_more = answer.is_html() || answer.elsewhere.is_some() || answer.status >= 500;
                if strange.is_none() || tells_more {
                    strange = Some(answer);
                }
            }
            Err(error) => {
                tried.push(format!("{asked}: no answer"));
                return Looked::Failed { error, tried };
            }
        }
    }
    Looked::Strange { answer: strange, tried }
}

/// What that means.
pub(super) async fn judge(api: &Api, looked: Looked) -> Finding {
    match looked {
        Looked::Found { base, answer, tried } => {
            let words = product(api, &answer);
            let words = if api.address.api().is_none() {
                format!("{words}; using {} for the address you pasted", base.rest)
            } else {
                words
            };
            api.settle(base);
            Finding::ok(words).saw_all(tried)
        }
        Looked::Failed { error, tried } => unreachable_words(api, &error).await.saw_all(tried),
        Looked::Strange { answer, tried } => strange(api, answer).await.saw_all(tried),
    }
}

fn product(api: &Api, answer: &Answer) -> String {
    match answer.json().and_then(|json| json.get("installed_version")).and_then(Value::as_str) {
        Some(version) => format!("GitHub Enterprise Server {version}"),
        None => match api.address.api() {
            Some(base) if base == "https://api.github.com" => "github.com".to_owned(),
            _ => "A GitHub answers".to_owned(),
        },
    }
}

/// The connection stood, and still no answer came.
async fn unreachable_words(api: &Api, error: &TrackerError) -> Finding {
    let http = &api.http;
    let plain = !http.is_encrypted();
    if plain && error.code() == Code::Network && network::speaks_tls(http).await {
        let url = https_address(api);
        return Finding::failed(
            format!("This address speaks https on port {}, not http.", http.port()),
            format!("Use {url} as the address."),
        );
    }
    Finding::problem(&error.problem)
}

fn https_address(api: &Api) -> String {
    api.address.shown().replacen("http://", "https://", 1)
}

/// Something answers that is not GitHub's API.
async fn strange(api: &Api, answer: Option<Answer>) -> Finding {
    let shown = api.address.shown();
    let Some(answer) = answer else {
        return Finding::failed(format!("{shown} does not look like a GitHub."), "Check the address.");
    };
    let text = answer.text().to_ascii_lowercase();
    if text.contains("plain http request") || text.contains("http request to an https server") {
        return Finding::failed(
            format!("This address speaks https on port {}, not http.", api.http.port()),
            format!("Use {} as the address.", https_address(api)),
        );
    }
    let way = InFront::of(&answer);
    if answer.status >= 500
        || matches!(way, Some(InFront::CaptivePortal | InFront::Elsewhere { https: true, .. }))
    {
        return refused(api, &answer);
    }
    let root = join(api.http.origin().as_str().trim_end_matches('/'), "/");
    let front = match root {
        Ok(url) => api.http.send(Call::get(url).unsigned().once()).await.ok(),
        Err(_) => None,
    };
    if let Some(product) = front.iter().chain([&answer]).find_map(|answer| product::of(answer)) {
        return Finding::failed(
            format!("This looks like {product}, not GitHub."),
            format!("Choose {product} as the kind of tracker, or correct the address."),
        );
    }
    if let Some(elsewhere) = &answer.elsewhere {
        let host = elsewhere.host_str().unwrap_or_default();
        return Finding::failed(
            format!("A sign-in page of {host} is in front of the API."),
            "Access to the API must bypass it, or go through the company VPN. Ask your network administrator.",
        )
        .saw(format!("sent on to {host}"));
    }
    if answer.is_html() && answer.status != 404 {
        return refused(api, &answer);
    }
    Finding::failed(format!("{shown} does not look like a GitHub."), "Check the address.")
}

fn refused(api: &Api, answer: &Answer) -> Finding {
    Finding::problem(&words::error(answer, api.about("find its API", None)).problem)
}

/// How much may still be asked, and how long what is planned will take.
pub(super) async fn allowance(api: &Api, planned: Option<u64>, writes_each: u32) -> Finding {
    let url = match api.url("/rate_limit", &[]).await {
        Ok(url) => url,
        Err(error) => return Finding::problem(&error.problem),
    };
    let answer = match api.http.send(Call::get(url).once()).await {
        Ok(answer) => answer,
        Err(failure) => return Finding::problem(&failure.error.problem),
    };
    let estimate = planned.map(|count| estimate(&limits(api), count, writes_each));
    if answer.status == 404 {
        return Finding::ok("This server sets no limits").saw("GET /rate_limit: 404").saw_all(estimate);
    }
    if !answer.is_success() {
        return Finding::problem(&words::error(&answer, api.about("ask for the allowance", None)).problem);
    }
    let core = |key: &str| answer.json().and_then(|json| json.pointer("/resources/core"))?.get(key)?.as_i64();
    let (Some(remaining), Some(limit)) = (core("remaining"), core("limit")) else {
        return Finding::ok("The server does not say").saw_all(estimate);
    };
    let reset = Timestamp(core("reset").unwrap_or_default().saturating_mul(1000));
    let left = api.http.pacer.content_left(api.http.ports.clock.now());
    let finding = if remaining == 0 {
        Finding::warning(
            format!("The hourly allowance of {limit} requests is used up; it is renewed at {reset}."),
            "Docket waits by itself. Nothing is lost.",
        )
    } else {
        Finding::ok(format!("{remaining} of {limit} requests left in this hour"))
    };
    finding.saw(format!("about {left} new issues and comments possible in this hour")).saw_all(estimate)
}

fn limits(api: &Api) -> Limits {
    super::super::limits_of(api.allowances)
}

fn estimate(limits: &Limits, planned: u64, writes_each: u32) -> String {
    let minutes = limits.estimate_ms(planned.saturating_mul(u64::from(writes_each))).div_ceil(60_000);
    format!("{planned} issues take about {minutes} minutes")
}
