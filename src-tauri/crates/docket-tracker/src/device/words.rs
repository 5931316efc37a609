//! The sign-in server's refusals in words: what happened, and what to do next.

use docket_domain::text::one_line;
use docket_domain::{Code, Problem};

use crate::http::Answer;

const AGAIN: &str = "Start the sign-in again.";

fn host(answer: &Answer) -> &str {
    answer.url.host_str().unwrap_or_default()
}

/// The code was not entered in time.
pub(super) fn code_ended() -> Problem {
    Problem::new(Code::Unauthorized, "The code was not entered in time and has ended.")
        .hint("Start the sign-in again; the new code is different.")
}

/// Not JSON: a page of somebody else's, most often.
pub(super) fn not_json(answer: &Answer) -> Problem {
    if let Some(elsewhere) = &answer.elsewhere {
        return Problem::new(
            Code::TrackerTrouble,
            format!(
                "{} points to another server ({}), which gets no code.",
                host(answer),
                elsewhere.host_str().unwrap_or_default()
            ),
        )
        .hint("Check the connection's address.");
    }
    let words = if answer.is_html() {
        format!("{} answered with a web page instead of a code or token.", host(answer))
    } else {
        format!("{} answered with something that is neither a code nor a token.", host(answer))
    };
    Problem::new(Code::TrackerTrouble, words)
        .hint("Check the connection's address. A sign-in page of your network or a proxy may also stand in between.")
        .with("status", answer.status)
}

/// JSON without what was asked for.
pub(super) fn incomplete(answer: &Answer) -> Problem {
    Problem::new(Code::TrackerTrouble, format!("{}'s answer lacks what signing in needs.", host(answer)))
        .hint("Check the connection's address, or sign in with a token instead.")
        .with("status", answer.status)
}

/// A status without an explanation.
pub(super) fn trouble(answer: &Answer) -> Problem {
    match answer.status {
        404 | 405 | 410 => Problem::new(
            Code::Refused,
            format!("{} does not offer signing in with a code at this address.", host(answer)),
        )
        .hint("Check the connection's address and the client id. Older servers lack this way of signing in: use a token there.")
        .with("status", answer.status),
        429 => Problem::new(Code::RateLimited, format!("{} asks to slow down.", host(answer)))
            .hint("Try again in a few minutes."),
        status if status >= 500 => {
            Problem::new(Code::TrackerTrouble, format!("{} has trouble of its own ({status}).", host(answer)))
                .hint("Try again later.")
        }
        _ => not_json(answer),
    }
}

/// `error` of an answer, with the server's own explanation.
pub(super) fn refusal(answer: &Answer, error: &str, description: &str) -> Problem {
    let (code, words, hint) = match error {
        "expired_token" | "token_expired" => return code_ended(),
        "access_denied" | "authorization_declined" => {
            (Code::Unauthorized, "The sign-in was refused in the browser.".to_owned(), AGAIN)
        }
        "device_flow_disabled" | "unauthorized_client" => (
            Code::Refused,
            "The registered application may not sign people in with a code.".to_owned(),
            "Switch the device flow on in the application's settings at the tracker (or ask its administrator to allow it), and check the client id.",
        ),
        "invalid_client" | "incorrect_client_credentials" | "Not Found" | "not_found" => (
            Code::Refused,
            format!("{} does not know this client id, or wants a client secret with it.", host(answer)),
            "Copy the client id again from the application's settings. The application must be a public one: one that needs no secret.",
        ),
        "invalid_scope" => (
            Code::Refused,
            "The registered application may not ask for the rights that Docket needs.".to_owned(),
            "Allow them in the application's settings at the tracker; the connection's form names them.",
        ),
        "unsupported_grant_type" => (
            Code::Refused,
            format!("{} does not offer signing in with a code.", host(answer)),
            "Older servers lack it: use a token there.",
        ),
        "bad_verification_code" | "incorrect_device_code" | "invalid_grant" | "bad_refresh_token" => (
            Code::Unauthorized,
            "The server does not accept this sign-in any more.".to_owned(),
            "Sign in again.",
        ),
        "interaction_required" | "login_required" | "consent_required" => {
            (Code::Unauthorized, "The server wants the person to sign in anew.".to_owned(), "Sign in again.")
        }
        other => (
            Code::Refused,
            format!("{} refused the sign-in ({}).", host(answer), short(other, 60)),
            "Check the client id and the application's settings at the tracker, then start the sign-in again.",
        ),
    };
    let problem =
        Problem::new(code, words).hint(hint).with("status", answer.status).with("error", short(error, 60));
    if description.is_empty() { problem } else { problem.with("server", short(description, 300)) }
}

/// A text of the server's as one harmless line.
fn short(text: &str, most: usize) -> String {
    let line = one_line(text);
    match line.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}
