//! The contract for work item tracking and projects: whether a request or an answer agrees with it.
//!
//! Every request is judged by the hand-written table (`operations`) and the hand-written shapes
//! (`contracts/azure-hand-written.json`). Where the vendor's own documents are at hand (`vendor`), bodies and answers are
//! judged by them too. Two editions are known, 7.1 and 7.2-preview; older versions are judged by 7.1.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use serde_json::Value;

use super::editions::{self, Number};
use super::operations::{Answers, Operation, Told, query_problem};
use super::schemas::Schemas;
use super::vendor::{self, Paper};

/// An operation with the values of its path parameters.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub operation: &'static Operation,
    pub params: HashMap<String, String>,
    /// It is asked for in 7.2.
    pub modern: bool,
    /// The version that it is asked for in.
    pub version: Number,
}

/// What requests and answers are held against.
#[derive(Debug)]
pub(crate) struct Contract {
    /// The folder of the vendor's documents, if they are at hand.
    pub vendor: Option<PathBuf>,
}

/// The hand-written shapes. The error says what is wrong with our own file.
pub(crate) fn hand_written() -> Result<&'static Schemas, String> {
    static KEPT: OnceLock<Result<Schemas, String>> = OnceLock::new();
    KEPT.get_or_init(|| {
        serde_json::from_str(include_str!("../../contracts/azure-hand-written.json"))
            .map_err(|e| e.to_string())
            .and_then(Schemas::of)
            .map_err(|e| format!("contracts/azure-hand-written.json: {e}"))
    })
    .as_ref()
    .map_err(Clone::clone)
}

impl Contract {
    /// What is wrong with a request's query and body; empty when it agrees.
    pub fn check_request(
        &self,
        asked: &Found,
        query: &[(String, String)],
        content_type: Option<&str>,
        body: &[u8],
    ) -> Vec<String> {
        let operation = asked.operation;
        let mut found = Vec::new();
        let known = editions::query(operation, asked.version);
        for (name, value) in query.iter().filter(|(n, _)| !n.eq_ignore_ascii_case("api-version")) {
            match known.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)) {
                None => found.push(format!("query: there is no parameter '{name}'")),
                Some((_, kind)) => found.extend(query_problem(*kind, name, value)),
            }
        }
        for name in operation.required {
            if !query.iter().any(|(n, _)| n.eq_ignore_ascii_case(name)) {
                found.push(format!("query: the parameter '{name}' is required"));
            }
        }
        let Some((wanted, shape)) = operation.sends else {
            if !body.is_empty() {
                found.push("body: this operation takes none".to_owned());
            }
            return found;
        };
        let kind = content_type.and_then(|t| t.split(';').next()).map(str::trim);
        if kind != Some(wanted) {
            found.push(format!("header: Content-Type is {content_type:?}, not {wanted}"));
        }
        let Some(shape) = shape else { return found };
        match serde_json::from_slice::<Value>(body) {
            Ok(value) => {
                found.extend(by_hand(shape, &value, "body"));
                for problem in self.by_vendor(asked, &vendor::body_place(operation), &value, "body") {
                    if !found.contains(&problem) {
                        found.push(problem);
                    }
                }
            }
            Err(e) => found.push(format!("body: not JSON: {e}")),
        }
        found
    }

    /// What is wrong with an answer of ours. Statuses that the vendor does not list must have its error shape.
    pub fn check_answer(&self, asked: &Found, status: u16, body: Option<&Value>) -> Vec<String> {
        let operation = asked.operation;
        let old = editions::answer_shape(operation, asked.version);
        if status == operation.success {
            return match (operation.answers, body) {
                (Answers::Nothing, _) | (Answers::File, None) => Vec::new(),
                (Answers::File, Some(_)) => vec!["answer: JSON in place of a file".to_owned()],
                (Answers::Json, Some(value)) => match (old, operation.told) {
                    (Some(shape), _) | (None, Told::Nowhere(shape)) => by_hand(shape, value, "answer"),
                    _ => self.by_vendor(asked, &vendor::answer_place(operation), value, "answer"),
                },
                (Answers::Json, None) => vec![format!("answer: {status} needs a body")],
            };
        }
        match (status, body) {
            (400.., Some(value)) => ["message", "typeKey", "typeName"]
                .iter()
                .filter(|k| !value[**k].is_string())
                .map(|k| format!("answer: an error needs '{k}'"))
                .collect(),
            _ => vec![format!("answer: the contract has no {status} here")],
        }
    }

    /// What the vendor's own schema says; nothing where its documents are not at hand or do not know the operation.
    fn by_vendor(&self, asked: &Found, place: &str, value: &Value, part: &str) -> Vec<String> {
        let paper = Paper::of(asked.operation, asked.modern);
        let (Some(folder), Some(paper)) = (&self.vendor, paper) else { return Vec::new() };
        match vendor::schemas(folder, paper) {
            Ok(schemas) => schemas.problems(place, value, part),
            Err(e) => vec![e],
        }
    }
}

fn by_hand(shape: &str, value: &Value, part: &str) -> Vec<String> {
    match hand_written() {
        Ok(schemas) => schemas.problems(&format!("/definitions/{shape}"), value, part),
        Err(e) => vec![e],
    }
}
