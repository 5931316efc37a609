//! Answers before they become HTTP, and the vendor's error shapes.

use hyper::body::Bytes;
use serde_json::{Value, json};

use crate::text::saved_as;

const DOCS: &str = "https://docs.github.com/rest";

#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub content: Content,
}

#[derive(Debug, Clone)]
pub(crate) enum Content {
    None,
    Json(Value),
    Html(String),
    Text(String),
    Css(&'static str),
    /// Fields as `application/x-www-form-urlencoded`.
    Form(String),
    /// What somebody uploaded, as bytes of no kind.
    File(Bytes),
}

/// A refusal travels boxed: it is the rare case and larger than the common one.
pub(crate) type Handled = Result<Answer, Box<Answer>>;

impl Answer {
    pub fn json(status: u16, value: Value) -> Self {
        Self { status, headers: Vec::new(), content: Content::Json(value) }
    }

    pub fn html(status: u16, page: String) -> Self {
        Self { status, headers: Vec::new(), content: Content::Html(page) }
    }

    /// A file that a browser saves under this name and does not show.
    pub fn file(name: &str, bytes: Bytes) -> Self {
        let answer = Self { status: 200, headers: Vec::new(), content: Content::File(bytes) };
        answer.with("content-disposition", saved_as(name))
    }

    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), content: Content::None }
    }

    /// `{message, documentation_url, status}`.
    pub fn error(status: u16, message: &str) -> Self {
        let body = json!({ "message": message, "documentation_url": DOCS, "status": status.to_string() });
        Self::json(status, body)
    }

    pub fn not_found() -> Self {
        Self::error(404, "Not Found")
    }

    pub fn moved(url: String) -> Self {
        let body = json!({ "message": "Moved Permanently", "url": url, "documentation_url": DOCS });
        Self::json(301, body).with("location", url)
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub fn body_json(&self) -> Option<&Value> {
        match &self.content {
            Content::Json(v) => Some(v),
            _ => None,
        }
    }
}

/// One entry of a 422's `errors`.
pub(crate) fn fault_in(resource: &str, field: &str, code: &str) -> Value {
    json!({ "resource": resource, "field": field, "code": code })
}

/// As [`fault_in`], with a sentence; the code is `custom`.
pub(crate) fn complaint(resource: &str, field: &str, message: &str) -> Value {
    json!({ "resource": resource, "field": field, "code": "custom", "message": message })
}

/// 422 `Validation Failed`.
pub(crate) fn invalid(errors: &[Value]) -> Box<Answer> {
    Box::new(Answer::json(
        422,
        json!({ "message": "Validation Failed", "errors": errors, "documentation_url": DOCS, "status": "422" }),
    ))
}

pub(crate) fn refuse(status: u16, message: &str) -> Box<Answer> {
    Box::new(Answer::error(status, message))
}
