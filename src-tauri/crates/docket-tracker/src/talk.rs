//! What every client does with a request and its answer, whatever the vendor: read, write,
//! page through a list, sort the failures of a write.
//!
//! Invariant: whether a failed write may have been done is decided here once, so that no
//! client repeats a creation that another one would not.
//!
//! Deliberately absent: paths, statuses with a meaning of one vendor, and words of one; they
//! come through [`Asking`].

use docket_domain::{Code, IssueRef, Problem, Timestamp};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;

use crate::error::{Outcome, TrackerError, WriteError};
use crate::http::{Answer, Call, Failure, Http, Reached};
use crate::ports::Ports;
use crate::redact::Redactor;

/// How long a look-up is believed, milliseconds.
pub(crate) const BELIEVED_MS: i64 = 600_000;

/// A request in a vendor's words: what it is about, and what an answer to it means.
pub(crate) trait Asking: Copy + Send + Sync {
    /// Name of the product, for people.
    fn vendor(&self) -> &'static str;
    /// «create the issue».
    fn doing(&self) -> &str;
    /// What it is about, if it is about one: «repository», and its name.
    fn place(&self) -> Option<(&'static str, &str)>;
    /// For what an answer repeats.
    fn redactor(&self) -> &Redactor;
    /// An answer that is not a success, as an error in words.
    fn error(&self, answer: &Answer) -> TrackerError;
    /// What such an answer to a write says about whether it was done.
    fn outcome(&self, answer: &Answer) -> Outcome;
}

/// Reads; anything but JSON with a success is an error in words.
pub(crate) async fn read(http: &Http, call: Call<'_>, about: impl Asking) -> Result<Answer, TrackerError> {
    readable(http.send(call).await?, about)
}

/// An answer to a read, if it is one that can be read.
pub(crate) fn readable(answer: Answer, about: impl Asking) -> Result<Answer, TrackerError> {
    if answer.is_success() && answer.json().is_some() {
        return Ok(answer);
    }
    if answer.is_success() && !answer.is_html() {
        return Err(garbled(&answer, about));
    }
    Err(about.error(&answer))
}

/// Sends a write and sorts its failures.
pub(crate) async fn write(http: &Http, call: Call<'_>, about: impl Asking) -> Result<Answer, WriteError> {
    written(http.send(call).await, about)
}

/// What a write came to.
pub(crate) fn written(sent: Result<Answer, Failure>, about: impl Asking) -> Result<Answer, WriteError> {
    let answer = sent.map_err(|failure| unanswered(failure, about))?;
    if answer.is_success() && !answer.is_html() {
        return Ok(answer);
    }
    let error = about.error(&answer);
    Err(match about.outcome(&answer) {
        // The server, or something in front of it, may have stored it before it stumbled.
        Outcome::Unknown => WriteError::unknown(uncertain(error, about)),
        Outcome::NotSent => WriteError::not_sent(error),
        Outcome::Refused => WriteError::refused(error),
    })
}

fn unanswered(failure: Failure, about: impl Asking) -> WriteError {
    match failure.reached {
        Reached::NotSent => WriteError::not_sent(failure.error),
        Reached::Maybe => WriteError::unknown(uncertain(failure.error, about)),
    }
}

/// The same trouble, as an unknown outcome.
fn uncertain(mut error: TrackerError, about: impl Asking) -> TrackerError {
    let what = std::mem::take(&mut error.problem.message);
    error.problem.code = Code::Uncertain;
    error.problem.message =
        format!("It is not known whether {} did «{}». {what}", about.vendor(), about.doing());
    error.problem.hint =
        Some("Docket looks for the issue before it tries again, so nothing is written twice.".to_owned());
    error
}

/// A look-up before the write failed: nothing was sent, and a refusal stays one.
pub(crate) fn beforehand(error: TrackerError) -> WriteError {
    match error.code() {
        Code::Forbidden | Code::TargetMissing | Code::Refused | Code::BadInput => WriteError::refused(error),
        _ => WriteError::not_sent(error),
    }
}

/// An issue that is to be changed cannot be seen any more; `hint` says what may have become of it.
pub(crate) fn out_of_sight(issue: &IssueRef, hint: &str) -> WriteError {
    let words = format!("{} is no longer visible to this account.", issue.short());
    WriteError::refused(Problem::new(Code::TargetMissing, words).hint(hint))
}

/// The answer in the shape that was expected.
pub(crate) fn shape<T: DeserializeOwned>(answer: &Answer, about: impl Asking) -> Result<T, TrackerError> {
    let json = answer.json().ok_or_else(|| garbled(answer, about))?;
    T::deserialize(json).map_err(|cause| {
        let mut error = garbled(answer, about);
        error.problem.cause = Some(cause.to_string());
        error.cleaned(about.redactor())
    })
}

/// An answer that is not a success, as an error: `problem` says what it means, `says` is what the
/// answer itself says.
pub(crate) fn refused(problem: Problem, says: &str, answer: &Answer, about: impl Asking) -> TrackerError {
    let mut problem = problem.with("status", answer.status).with("doing", about.doing());
    if let Some((kind, name)) = about.place() {
        problem = problem.with(kind, name);
    }
    if !says.is_empty() {
        problem = problem.with("answer", says);
    }
    TrackerError {
        problem,
        status: Some(answer.status),
        request_id: answer.request_id.clone(),
        sso_url: None,
    }
    .cleaned(about.redactor())
}

/// A refusal that says why, or does not.
pub(crate) fn why(about: impl Asking, why: &str) -> String {
    let (vendor, doing) = (about.vendor(), about.doing());
    match why.trim_end_matches('.') {
        "" => format!("{vendor} refused to {doing}, and did not say why."),
        why => format!("{vendor} refused to {doing}: {why}."),
    }
}

/// The server stumbled.
pub(crate) fn trouble(answer: &Answer, about: impl Asking) -> String {
    format!("{} has trouble right now (it answered {}).", about.vendor(), answer.status)
}

/// An answer for which Docket has no words.
pub(crate) fn unknown(answer: &Answer, about: impl Asking) -> String {
    format!(
        "{} gave an answer that Docket does not know ({}) when asked to {}.",
        about.vendor(),
        answer.status,
        about.doing()
    )
}

/// What to do when a pause was asked for.
pub(crate) const PAUSE_HINT: &str = "Wait a minute, then try again. Nothing is lost.";

/// What to do about such an answer.
pub(crate) const UNKNOWN_HINT: &str =
    "Something else may be answering at the address of the connection; its request log shows the answer.";

/// An answer that no server of this vendor gives.
pub(crate) fn garbled(answer: &Answer, about: impl Asking) -> TrackerError {
    let problem = Problem::new(
        Code::TrackerTrouble,
        format!(
            "The server's answer to the request to {} is not one that {} gives.",
            about.doing(),
            about.vendor()
        ),
    )
    .hint("Check the address of the connection; something else may be answering.")
    .with("status", answer.status);
    TrackerError {
        problem,
        status: Some(answer.status),
        request_id: answer.request_id.clone(),
        sso_url: None,
    }
}

/// The page behind `here` in a list that must be read whole.
///
/// A list whose page names itself as the next one was not read to its end. Taking that for the
/// end would hide what follows, and what is hidden is created again.
pub(crate) fn following(
    answer: &Answer,
    here: &Url,
    about: impl Asking,
) -> Result<Option<String>, TrackerError> {
    let next = answer.next_page();
    if next.as_deref() == Some(here.as_str()) { Err(circular(about)) } else { Ok(next) }
}

/// A list that must be read whole names a page that was read already.
pub(crate) fn circular(about: impl Asking) -> TrackerError {
    Problem::new(
        Code::TrackerTrouble,
        format!(
            "{} answered the request to {} with a page that names itself as the next one, so the rest cannot be read.",
            about.vendor(),
            about.doing()
        ),
    )
    .hint("Something between here and the tracker may answer every page alike. Nothing was sent.")
    .into()
}

/// The page behind `here` in a list that a person looks through; one that repeats itself ends.
pub(crate) fn other_page(answer: &Answer, here: &Url) -> Option<String> {
    answer.next_page().filter(|next| next != here.as_str())
}

/// A page that an earlier answer named. It must lie on the same server.
pub(crate) fn page(http: &Http, page: &str) -> Result<Url, TrackerError> {
    let url = Url::parse(page).map_err(|_| Problem::bad_input("This page of the list is not understood."))?;
    if http.is_home(&url) {
        return Ok(url);
    }
    Err(Problem::new(
        Code::TrackerTrouble,
        "The next page of the list is on another server, which does not get the token.",
    )
    .into())
}

/// All entries of a list that is paged by `Link`, at most `most`; true when the list went on.
/// A page that was read before ends it: a server that goes round in circles has no more.
pub(crate) async fn all(
    http: &Http,
    first: Url,
    most: usize,
    about: impl Asking,
) -> Result<(Vec<Value>, bool), TrackerError> {
    let mut entries = Vec::new();
    let mut been = Vec::new();
    let mut next = Some(first);
    while let Some(url) = next.take() {
        been.push(url.clone());
        let answer = read(http, Call::get(url), about).await?;
        let entries_of_page: Vec<Value> = shape(&answer, about)?;
        entries.extend(entries_of_page);
        next =
            answer.next_page().map(|next| page(http, &next)).transpose()?.filter(|url| !been.contains(url));
        if entries.len() >= most && next.is_some() {
            entries.truncate(most);
            return Ok((entries, true));
        }
    }
    Ok((entries, false))
}

/// What stays as it is in a part of a path; everything else is escaped.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// One part of a path, whatever is in it.
pub(crate) fn segment(text: &str) -> String {
    utf8_percent_encode(text, IN_PATH).to_string()
}

/// A base and a path.
pub(crate) fn join(base: &str, path: &str) -> Result<Url, TrackerError> {
    Url::parse(&format!("{base}{path}")).map_err(|cause| Problem::internal(cause).into())
}

/// `2026-11-21T10:00:00Z`, rounded down.
pub(crate) fn whole_second(at: Timestamp) -> String {
    let text = Timestamp(at.seconds().saturating_mul(1000)).to_string();
    match text.split_once('.') {
        Some((head, _)) => format!("{head}Z"),
        None => text,
    }
}

/// Whose pace it is: the same token on the same host stands in one line. The token itself
/// is not kept.
pub(crate) fn account_key(origin: &Url, ports: &Ports) -> String {
    use base64::Engine as _;
    let mut hash = Sha256::new();
    hash.update(origin.as_str().as_bytes());
    hash.update([0]);
    hash.update(ports.secret.expose().as_bytes());
    base64::engine::general_purpose::STANDARD.encode(hash.finalize())
}
