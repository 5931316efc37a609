//! Is it a GitLab, which one, and how much may still be asked of it?

use docket_domain::{Code, Timestamp};

use super::super::api::{Api, Base, Probe};
use super::super::limits_of;
use super::super::words;
use super::sign_in::SignedIn;
use crate::check::{Finding, network, product};
use crate::error::TrackerError;
use crate::http::{Answer, Call};
use crate::in_front::InFront;
use crate::talk;

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
        let asked = format!("GET {}/version", base.rest);
        match api.probe(&base).await {
            Ok(Probe::GitLab(answer)) => {
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
                let tells_more = (answer.is_html() && answer.status != 404)
                    || answer.elsewhere.is_some()
                    || answer.status >= 500;
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
        Looked::Found { base, tried, .. } => {
            let name = if api.address.cloud { "gitlab.com" } else { "A GitLab answers" };
            let words = if api.address.api().is_none() {
                format!("{name}; using {} for the address you pasted", base.rest)
            } else {
                name.to_owned()
            };
            api.settle(base);
            Finding::ok(words).saw_all(tried)
        }
        Looked::Failed { error, tried } => no_answer(api, &error).await.saw_all(tried),
        Looked::Strange { answer, tried } => strange(api, answer).await.saw_all(tried),
    }
}

/// The connection stood, and still no answer came.
async fn no_answer(api: &Api, error: &TrackerError) -> Finding {
    let http = &api.http;
    if !http.is_encrypted() && error.code() == Code::Network && network::speaks_tls(http).await {
        return speaks_https(api);
    }
    Finding::problem(&error.problem)
}

fn speaks_https(api: &Api) -> Finding {
    let https = api.address.shown().replacen("http://", "https://", 1);
    Finding::failed(
        format!("This address speaks https on port {}, not http.", api.http.port()),
        format!("Use {https} as the address."),
    )
}

/// Something answers that is not GitLab's API.
async fn strange(api: &Api, answer: Option<Answer>) -> Finding {
    let shown = api.address.shown();
    let nothing = || {
        Finding::failed(
            format!("{shown} does not look like a GitLab."),
            "Check the address. If your GitLab lies under a path (https://host/path), give it with that path.",
        )
    };
    let Some(answer) = answer else { return nothing() };
    let text = answer.text().to_ascii_lowercase();
    if text.contains("plain http request") || text.contains("http request to an https server") {
        return speaks_https(api);
    }
    let way = InFront::of(&answer);
    if answer.status >= 500
        || matches!(way, Some(InFront::CaptivePortal | InFront::Elsewhere { https: true, .. }))
    {
        return refused(api, &answer);
    }
    let front = match talk::join(api.http.origin().as_str().trim_end_matches('/'), "/") {
        Ok(url) => api.http.send(Call::get(url).unsigned().once()).await.ok(),
        Err(_) => None,
    };
    let other = front.iter().chain([&answer]).find_map(product::of).filter(|product| *product != "GitLab");
    if let Some(product) = other {
        return Finding::failed(
            format!("This looks like {product}, not GitLab."),
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
    nothing()
}

fn refused(api: &Api, answer: &Answer) -> Finding {
    Finding::problem(&words::error(answer, api.about("find its API", None)).problem)
}

/// How much may still be asked, and how long what is planned will take.
pub(super) fn allowance(api: &Api, signed_in: &SignedIn, planned: Option<u64>) -> Finding {
    let estimate = planned.map(|count| {
        let minutes = limits_of(api.allowances).estimate_ms(count).div_ceil(60_000);
        format!("{count} issues take about {minutes} minutes")
    });
    let finding = match (signed_in.remaining, signed_in.limit) {
        (Some(remaining), Some(limit)) if remaining <= 0 => Finding::warning(
            format!("The allowance of {limit} requests a minute is used up."),
            "Docket waits by itself. Nothing is lost.",
        ),
        (Some(remaining), Some(limit)) => {
            Finding::ok(format!("{remaining} of {limit} requests left in this minute"))
        }
        _ => Finding::ok("The server tells no limits; Docket writes at most two issues a second"),
    };
    finding.saw_all(estimate)
}
