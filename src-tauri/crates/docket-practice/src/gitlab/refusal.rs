//! GitLab's four shapes of an error, the sentences that belong to them, and the one error in plain words.

use serde_json::json;

use crate::reply::{Answer, Content};

/// `{"message": "404 Project Not Found"}`.
pub(super) fn message(status: u16, text: &str) -> Box<Answer> {
    Box::new(Answer::json(status, json!({ "message": text })))
}

/// `{"message": {"title": ["is too long"]}}`.
pub(super) fn invalid(field: &str, complaint: &str) -> Box<Answer> {
    Box::new(Answer::json(400, json!({ "message": { field: [complaint] } })))
}

/// `{"error": "title is missing"}`.
pub(super) fn error(status: u16, text: &str) -> Box<Answer> {
    Box::new(Answer::json(status, json!({ "error": text })))
}

/// `{"error": "invalid_token", "error_description": …}`.
pub(super) fn described(status: u16, error: &str, description: &str) -> Box<Answer> {
    Box::new(Answer::json(status, json!({ "error": error, "error_description": description })))
}

/// 403 `insufficient_scope` with the scopes that would do.
pub(super) fn insufficient_scope(wanted: &str) -> Box<Answer> {
    let text = "The request requires higher privileges than provided by the access token.";
    let body = json!({ "error": "insufficient_scope", "error_description": text, "scope": wanted });
    Box::new(Answer::json(403, body))
}

pub(super) fn unauthorized() -> Box<Answer> {
    message(401, "401 Unauthorized")
}

pub(super) fn forbidden() -> Box<Answer> {
    message(403, "403 Forbidden")
}

pub(super) fn no_project() -> Box<Answer> {
    message(404, "404 Project Not Found")
}

pub(super) fn no_group() -> Box<Answer> {
    message(404, "404 Group Not Found")
}

pub(super) fn not_found() -> Box<Answer> {
    message(404, "404 Not found")
}

/// The vendor's answer to an address that no operation has.
pub(super) fn no_route() -> Box<Answer> {
    error(404, "404 Not Found")
}

/// 413 of the part that takes files in, in front of the application: plain words, no JSON.
pub(super) fn too_large() -> Box<Answer> {
    let content = Content::Text("Request Entity Too Large\n".to_owned());
    Box::new(Answer { status: 413, headers: Vec::new(), content })
}

/// 429 of the application's own limits.
pub(super) fn too_often() -> Box<Answer> {
    let text = "This endpoint has been requested too many times. Try again later.";
    Box::new(Answer::json(429, json!({ "message": { "error": text } })))
}

/// 400 of the spam check when a captcha is set up.
pub(super) fn spam() -> Box<Answer> {
    let text = "Your issue has been recognized as spam. Please, change the content or solve the reCAPTCHA to proceed.";
    Box::new(Answer::json(
        400,
        json!({
            "needs_captcha_response": true,
            "spam_log_id": 42,
            "captcha_site_key": "practice",
            "message": { "error": text }
        }),
    ))
}
