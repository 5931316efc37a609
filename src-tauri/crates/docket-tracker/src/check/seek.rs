//! Where an API is, when an address leaves that open: every place where it may be is asked, the
//! likeliest first, without the token.
//!
//! Deliberately absent: by what a vendor's API is recognised, and what it is called.

use docket_domain::{Code, Problem, Timestamp};
use tokio::sync::OnceCell;

use super::course::{Server, Tested};
use super::{Finding, strange};
use crate::error::TrackerError;
use crate::http::{Answer, Call};
use crate::talk;

/// An API that may be at one of several places.
pub(crate) trait Sought: Tested {
    /// A place.
    type Base: Send + Sync;
    /// What is asked there, below the base; every server of the vendor answers it.
    const QUESTION: &str;
    /// All places, the likeliest first.
    fn candidates(&self) -> Vec<Self::Base>;
    /// Address of the API at a place, without a slash at its end.
    fn rest(base: &Self::Base) -> &str;
    /// The vendor's API gave this answer.
    fn is_theirs(&self, answer: &Answer) -> bool;
    /// The place, once it is known.
    fn settled(&self) -> &OnceCell<Self::Base>;
    /// Which server it is, by its answer.
    fn recognised(&self, answer: &Answer) -> String;
    /// An answer of something else, in the vendor's words.
    fn refused(&self, answer: &Answer) -> TrackerError;
    /// What to do where nothing looks like the vendor's server.
    fn advice(&self) -> &'static str {
        "Check the address."
    }
}

/// What looking for an API found.
pub(crate) enum Looked<B> {
    /// It is there.
    Found { base: B, answer: Answer, tried: Vec<String> },
    /// Something else answers.
    Strange { answer: Option<Answer>, tried: Vec<String> },
    /// Nothing usable came back.
    Failed { error: TrackerError, tried: Vec<String> },
}

impl<B> Looked<B> {
    /// The server's clock.
    fn date(&self) -> Option<Timestamp> {
        match self {
            Self::Found { answer, .. } | Self::Strange { answer: Some(answer), .. } => answer.date(),
            Self::Strange { answer: None, .. } | Self::Failed { .. } => None,
        }
    }
}

/// Under which an API is remembered: the likeliest place.
fn sought<S: Sought>(api: &S) -> String {
    api.candidates().first().map(|base| format!("{}{}", S::rest(base), S::QUESTION)).unwrap_or_default()
}

/// Asks place after place, and remembers what was found.
async fn look<S: Sought>(api: &S) -> Looked<S::Base> {
    let looked = ask(api).await;
    let found = match &looked {
        Looked::Found { base, .. } => Some(S::rest(base)),
        Looked::Strange { .. } | Looked::Failed { .. } => None,
    };
    let ports = &api.http().ports;
    ports.places.note(&sought(api), ports.clock.now(), found);
    looked
}

async fn ask<S: Sought>(api: &S) -> Looked<S::Base> {
    let mut tried = Vec::new();
    let mut strange: Option<Answer> = None;
    for base in api.candidates() {
        let asked = format!("GET {}{}", S::rest(&base), S::QUESTION);
        let sent = match talk::join(S::rest(&base), S::QUESTION) {
            Ok(url) => api.http().send(Call::get(url).unsigned().once()).await.map_err(TrackerError::from),
            Err(error) => Err(error),
        };
        match sent {
            Ok(answer) if api.is_theirs(&answer) => {
                tried.push(format!("{asked}: {} in {} ms", answer.status, answer.ms));
                return Looked::Found { base, answer, tried };
            }
            Ok(answer) => {
                let kind = answer.header("content-type").unwrap_or_default();
                tried.push(format!("{asked}: {} {kind}", answer.status));
                if strange.is_none() || tells_more(&answer) {
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

/// A page, a redirect or trouble tells more than a bare «not found».
fn tells_more(answer: &Answer) -> bool {
    (answer.is_html() && answer.status != 404) || answer.elsewhere.is_some() || answer.status >= 500
}

/// Where the API is; asked once, and only when there is a choice and no other connection has
/// found it lately.
pub(crate) async fn base<S: Sought>(api: &S) -> Result<&S::Base, TrackerError> {
    api.settled()
        .get_or_try_init(|| async {
            let mut candidates = api.candidates();
            if candidates.len() == 1
                && let Some(only) = candidates.pop()
            {
                return Ok(only);
            }
            let ports = &api.http().ports;
            if let Some(known) = ports.places.of(&sought(api), ports.clock.now())
                && let Some(base) = candidates.into_iter().find(|base| S::rest(base) == known)
            {
                return Ok(base);
            }
            match look(api).await {
                Looked::Found { base, .. } => Ok(base),
                Looked::Failed { error, .. } => Err(error),
                Looked::Strange { answer, .. } => Err(match answer.filter(tells_more) {
                    Some(answer) => api.refused(&answer),
                    None => Problem::new(Code::TrackerTrouble, unlike(api))
                        .hint("Check the address; the connection test shows what answered.")
                        .into(),
                }),
            }
        })
        .await
}

fn unlike<S: Sought>(api: &S) -> String {
    format!("{} does not look like {}.", api.understood().shown, api.names().product)
}

impl<S: Sought> Server for S {
    type Looked = Looked<S::Base>;

    async fn look(&self) -> (Self::Looked, Option<Timestamp>) {
        let looked = look(self).await;
        let date = looked.date();
        (looked, date)
    }

    async fn server(&self, looked: Self::Looked) -> Finding {
        match looked {
            Looked::Found { base, answer, tried } => {
                let mut words = self.recognised(&answer);
                if self.understood().api.is_none() {
                    words = format!("{words}; using {} for the address you pasted", S::rest(&base));
                }
                // Set already: another task found the same.
                let _ = self.settled().set(base);
                Finding::ok(words).saw_all(tried)
            }
            Looked::Failed { error, tried } => strange::no_answer(self, &error).await.saw_all(tried),
            Looked::Strange { answer, tried } => other(self, answer).await.saw_all(tried),
        }
    }
}

/// Something answers that is not the vendor's API.
async fn other<S: Sought>(api: &S, answer: Option<Answer>) -> Finding {
    let nothing = || Finding::failed(unlike(api), api.advice());
    let Some(answer) = answer else { return nothing() };
    if let Some(finding) = strange::told_to_use_https(api, &answer) {
        return finding;
    }
    if strange::is_on_the_way(&answer) {
        return Finding::problem(&api.refused(&answer).problem);
    }
    let front = match talk::join(api.http().origin().as_str().trim_end_matches('/'), "/") {
        Ok(url) => api.http().send(Call::get(url).unsigned().once()).await.ok(),
        Err(_) => None,
    };
    if let Some(finding) =
        front.iter().chain([&answer]).find_map(|answer| strange::other_product(api, answer))
    {
        return finding;
    }
    if let Some(finding) = strange::sent_on(&answer) {
        return finding;
    }
    if answer.is_html() && answer.status != 404 {
        return Finding::problem(&api.refused(&answer).problem);
    }
    nothing()
}
