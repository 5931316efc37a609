//! Which operations exist, what they take, and what an issue in an answer looks like.
//!
//! The vendor's own description of its API may not be kept in this repository (see `contracts/README.md`). The table here
//! is written from its documents; a test compares it with a transcription by hand where one is at hand. Answers that hold
//! issues are checked against the vendor's own response schema.

use std::sync::OnceLock;

use jiff::Timestamp;
use jiff::civil::Date;
use jsonschema::Validator;
use serde_json::Value;

use super::multipart::Brought;
use super::operations::OPERATIONS;
use super::refusal::error;
use super::who::Scope;
use crate::reply::Answer;

/// What a parameter may be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Int,
    Bool,
    Text,
    Moment,
    Day,
    Choice(&'static [&'static str]),
    /// One text with commas, or a list of texts.
    Texts,
    Ints,
    /// A whole number, `None` or `Any`.
    IntOrWord,
}

/// What an answer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Issue,
    Issues,
    Other,
}

type Named = (&'static str, Kind);

#[derive(Debug)]
pub(super) struct Operation {
    pub name: &'static str,
    pub method: &'static str,
    /// Segments that begin with `:` stand for one encoded segment.
    pub path: &'static str,
    pub scope: Scope,
    /// It answers a list, so it takes `page` and `per_page` (and a keyset).
    pub list: bool,
    pub query: &'static [Named],
    pub body: &'static [Named],
    pub required: &'static [&'static str],
    pub shape: Shape,
    /// Its body is a form with one file, and nothing of [`Self::body`].
    pub takes_file: bool,
}

const PAGING: &[Named] =
    &[("page", Kind::Int), ("per_page", Kind::Int), ("pagination", Kind::Choice(&["keyset", "offset"]))];

/// The operation for a method and the raw segments of a path, with the parameters decoded.
pub(super) fn find(method: &str, segments: &[&str]) -> Option<(&'static Operation, Vec<String>)> {
    let fits = |operation: &'static Operation| {
        let pattern: Vec<&str> = operation.path.split('/').skip(1).collect();
        let same = operation.method == method
            && pattern.len() == segments.len()
            && pattern.iter().zip(segments).all(|(p, s)| p.starts_with(':') && !s.is_empty() || p == s);
        same.then(|| {
            let values = pattern.iter().zip(segments).filter(|(p, _)| p.starts_with(':'));
            (operation, values.map(|(_, s)| crate::text::percent_decoded(s)).collect::<Vec<_>>())
        })
    };
    // Fewer parameters first, so that literal segments win.
    OPERATIONS.iter().filter_map(fits).min_by_key(|(_, values)| values.len())
}

fn whole(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn text_fits(kind: Kind, text: &str) -> bool {
    match kind {
        Kind::Int => whole(text),
        Kind::Bool => matches!(text, "true" | "false" | "1" | "0"),
        Kind::Text | Kind::Texts => true,
        Kind::Moment => text.parse::<Timestamp>().is_ok(),
        Kind::Day => text.parse::<Date>().is_ok(),
        Kind::Choice(words) => words.contains(&text),
        Kind::Ints => text.split(',').all(whole),
        Kind::IntOrWord => whole(text) || matches!(text, "None" | "Any"),
    }
}

fn value_fits(kind: Kind, value: &Value) -> bool {
    match (kind, value) {
        (_, Value::Null) | (Kind::Bool, Value::Bool(_)) => true,
        (Kind::Int | Kind::IntOrWord, Value::Number(n)) => n.is_u64(),
        (Kind::Text | Kind::Moment | Kind::Day | Kind::Choice(_) | Kind::Texts, Value::String(s)) => {
            text_fits(kind, s)
        }
        (Kind::Texts, Value::Array(items)) => items.iter().all(Value::is_string),
        (Kind::Ints, Value::Array(items)) => items.iter().all(Value::is_u64),
        _ => false,
    }
}

impl Operation {
    /// What is wrong with a request; empty when it agrees. The form of a file is judged where it is read (`multipart`).
    pub fn problems(
        &self,
        query: &[(String, String)],
        content_type: Option<&str>,
        bytes: &[u8],
    ) -> Vec<String> {
        let mut found = Vec::new();
        let paging = if self.list { PAGING } else { &[] };
        for (name, value) in query {
            match self.query.iter().chain(paging).find(|(n, _)| n == name) {
                None => found.push(format!("query: there is no parameter '{name}'")),
                Some((_, kind)) if !text_fits(*kind, value) => {
                    found.push(format!("query: '{value}' is no value of '{name}' ({kind:?})"));
                }
                Some(_) => {}
            }
        }
        if bytes.is_empty() || self.takes_file {
            return found;
        }
        if self.body.is_empty() {
            found.push("body: this operation takes none".to_owned());
            return found;
        }
        if content_type.and_then(|t| t.split(';').next()).map(str::trim) != Some("application/json") {
            found.push(format!("header: Content-Type is {content_type:?}, not application/json"));
        }
        match serde_json::from_slice::<Value>(bytes) {
            Err(e) => found.push(format!("body: not JSON: {e}")),
            Ok(Value::Object(map)) => {
                for (key, value) in &map {
                    match self.body.iter().find(|(n, _)| n == key) {
                        None => found.push(format!("body: there is no key '{key}'")),
                        Some((_, kind)) if !value_fits(*kind, value) => {
                            found.push(format!("body: {value} is no value of '{key}' ({kind:?})"));
                        }
                        Some(_) => {}
                    }
                }
            }
            Ok(_) => found.push("body: not an object".to_owned()),
        }
        found
    }

    /// The vendor's own refusal of a request whose parts are known but do not go together.
    pub fn vendor_refuses(&self, body: &Value, brought: &Brought) -> Option<Box<Answer>> {
        match brought {
            Brought::Nothing if self.takes_file => return Some(error(400, "file is missing")),
            Brought::Words => return Some(error(400, "file is invalid")),
            _ => {}
        }
        let given = |key: &str| body.get(key).is_some_and(|v| !v.is_null());
        let missing: Vec<String> =
            self.required.iter().filter(|k| !given(k)).map(|k| format!("{k} is missing")).collect();
        if !missing.is_empty() {
            return Some(error(400, &missing.join(", ")));
        }
        if given("milestone_id") && given("milestone") {
            return Some(error(400, "milestone_id, milestone are mutually exclusive"));
        }
        if self.name == "issues/update" && body.as_object().is_none_or(serde_json::Map::is_empty) {
            let names: Vec<&str> = self.body.iter().map(|(n, _)| *n).collect();
            let text = format!("{} are missing, at least one parameter must be provided", names.join(", "));
            return Some(error(400, &text));
        }
        None
    }
}

/// The vendor's response schema of an issue. The error says what is wrong with our own file.
pub(super) fn issue_schema() -> Result<&'static Validator, String> {
    static KEPT: OnceLock<Result<Validator, String>> = OnceLock::new();
    KEPT.get_or_init(|| {
        let text = include_str!("../../contracts/gitlab-issue-response.schema.json");
        let schema: Value = serde_json::from_str(text).map_err(|e| e.to_string())?;
        jsonschema::validator_for(&schema).map_err(|e| e.to_string())
    })
    .as_ref()
    .map_err(|e| format!("contracts/gitlab-issue-response.schema.json: {e}"))
}

/// What is wrong with an answer of ours; empty when it agrees.
pub(super) fn answer_problems(shape: Shape, body: Option<&Value>) -> Vec<String> {
    let issues: Vec<&Value> = match (shape, body) {
        (Shape::Other, _) => return Vec::new(),
        (Shape::Issue, Some(one)) => vec![one],
        (Shape::Issues, Some(Value::Array(many))) => many.iter().collect(),
        _ => return vec!["answer: it should hold issues".to_owned()],
    };
    match issue_schema() {
        Err(e) => vec![e],
        Ok(schema) => issues
            .iter()
            .flat_map(|i| schema.iter_errors(i).map(|e| format!("answer{}: {e}", e.instance_path())))
            .collect(),
    }
}
