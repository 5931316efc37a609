//! What the sign-in server's answers mean. Two dialects: errors as 400 with a JSON body, as the
//! standard has it, and as 200 with the same body.

use docket_domain::text::one_line;
use docket_domain::{Problem, Secret, Timestamp};
use serde_json::Value;
use url::Url;

use super::{DeviceCode, TokenSet, words};
use crate::http::{Answer, is_this_computer};

/// Longest code that a person is asked to enter, characters.
const LONGEST_CODE: usize = 64;
/// How long a code lives when the server does not say, seconds.
const USUAL_LIFE: i64 = 900;
/// A code that is promised for longer ends for Docket after this, seconds.
const LONGEST_LIFE: i64 = 24 * 3600;
/// Pause between two questions when the server does not say, seconds.
const USUAL_INTERVAL: i64 = 5;

/// What one question after the tokens yielded.
pub(super) enum Poll {
    Tokens(TokenSet),
    Pending,
    SlowDown { interval_ms: Option<i64> },
}

/// No tokens.
pub(super) enum Refusal {
    /// The server said no.
    Final(Problem),
    /// What came is not an answer to the question.
    Nonsense(Problem),
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Final(problem) | Refusal::Nonsense(problem) => problem,
        }
    }
}

/// The answer to the question for a code.
pub(super) fn codes(answer: &Answer, now: Timestamp) -> Result<DeviceCode, Problem> {
    if let Some(refusal) = refused(answer) {
        return Err(refusal.into());
    }
    let missing = || words::incomplete(answer);
    let json = answer.json().ok_or_else(|| words::not_json(answer))?;
    let device_code = text(json, "device_code").ok_or_else(missing)?;
    let user_code = one_line(text(json, "user_code").ok_or_else(missing)?);
    let url = ["verification_uri", "verification_url"].iter().find_map(|key| text(json, key));
    let url = url.and_then(page).ok_or_else(missing)?;
    if user_code.is_empty() || user_code.chars().count() > LONGEST_CODE {
        return Err(missing());
    }
    let life = number(json, "expires_in").unwrap_or(USUAL_LIFE).clamp(1, LONGEST_LIFE);
    let interval = number(json, "interval").unwrap_or(USUAL_INTERVAL).clamp(1, 300);
    Ok(DeviceCode {
        device_code: Secret::new(device_code),
        interval_ms: interval * 1000,
        user_code,
        url,
        complete_url: text(json, "verification_uri_complete").and_then(page),
        expires: now.plus_millis(life * 1000),
    })
}

/// The answer to a question after the tokens.
pub(super) fn polled(answer: &Answer, now: Timestamp) -> Result<Poll, Problem> {
    match error_of(answer) {
        Some("authorization_pending") => Ok(Poll::Pending),
        Some("slow_down") => {
            let wanted = answer.json().and_then(|json| number(json, "interval"));
            Ok(Poll::SlowDown { interval_ms: wanted.map(|seconds| seconds.clamp(1, 300) * 1000) })
        }
        _ => Ok(Poll::Tokens(tokens(answer, now)?)),
    }
}

/// Tokens, or why there are none.
pub(super) fn tokens(answer: &Answer, now: Timestamp) -> Result<TokenSet, Refusal> {
    if let Some(refusal) = refused(answer) {
        return Err(refusal);
    }
    let json = answer.json().ok_or_else(|| Refusal::Nonsense(words::not_json(answer)))?;
    let access = text(json, "access_token").map(Secret::new).filter(is_sendable);
    let access = access.ok_or_else(|| Refusal::Nonsense(words::incomplete(answer)))?;
    if text(json, "token_type").is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err(Refusal::Nonsense(words::incomplete(answer)));
    }
    Ok(TokenSet {
        access,
        refresh: text(json, "refresh_token").map(Secret::new).filter(is_sendable),
        ends: number(json, "expires_in").map(|seconds| now.plus_millis(seconds.max(0).saturating_mul(1000))),
    })
}

/// Visible ASCII: everything else cannot be a token, and could not stand in a header.
fn is_sendable(token: &Secret) -> bool {
    !token.is_empty() && token.expose().bytes().all(|byte| byte.is_ascii_graphic())
}

/// The refusal in an answer, whatever its status.
fn refused(answer: &Answer) -> Option<Refusal> {
    if let Some(error) = error_of(answer) {
        let description = answer.json().and_then(|json| text(json, "error_description")).unwrap_or_default();
        let problem = words::refusal(answer, error, description);
        let passes = matches!(error, "temporarily_unavailable" | "server_error" | "slow_down");
        return Some(if passes { Refusal::Nonsense(problem) } else { Refusal::Final(problem) });
    }
    if answer.is_success() {
        return None;
    }
    Some(Refusal::Nonsense(words::trouble(answer)))
}

fn error_of(answer: &Answer) -> Option<&str> {
    text(answer.json()?, "error")
}

fn text<'a>(json: &'a Value, key: &str) -> Option<&'a str> {
    json.get(key)?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// A number; some servers write it as a text.
fn number(json: &Value, key: &str) -> Option<i64> {
    let value = json.get(key)?;
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// A page that a browser may be sent to: encrypted unless on this computer, without a login.
fn page(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let safe = url.scheme() == "https" || (url.scheme() == "http" && is_this_computer(&url));
    (safe && url.username().is_empty() && url.password().is_none()).then(|| url.into())
}
