//! The vendor's contract: which operations exist, and whether a request or an answer agrees with it.
//!
//! The documents in `contracts/` are cut from the vendor's own (see the README there). They are read once per process
//! and kept; a validator is built when an operation is first used.

pub(crate) mod closed;
mod convert;
mod graphql;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use jsonschema::{Registry, Validator};
use serde_json::{Value, json};

pub(crate) use graphql::graphql_schema;

use crate::locked;

/// The contract documents that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edition {
    Cloud2022,
    Cloud2026,
    Enterprise,
}

#[derive(Debug)]
pub(crate) struct Operation {
    pub id: String,
    method: String,
    path: String,
    segments: Vec<Segment>,
    query: Vec<(String, Value)>,
    body: Option<Body>,
    /// Status and the pointer of its JSON schema, if it has a body.
    answers: Vec<(u16, Option<String>)>,
}

#[derive(Debug)]
enum Segment {
    Literal(String),
    Parameter(String),
}

#[derive(Debug)]
struct Body {
    required: bool,
    pointer: String,
}

pub(crate) struct Contract {
    document: &'static Value,
    registry: Registry<'static>,
    operations: Vec<Operation>,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl std::fmt::Debug for Contract {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Contract").field("operations", &self.operations.len()).finish_non_exhaustive()
    }
}

/// An operation with the values of its path parameters.
pub(crate) type Found = (&'static Operation, HashMap<String, String>);

impl Contract {
    /// The contract of an edition. The error says which of our own files is broken.
    pub fn of(edition: Edition) -> Result<&'static Self, String> {
        static KEPT: [OnceLock<Result<Contract, String>>; 3] =
            [OnceLock::new(), OnceLock::new(), OnceLock::new()];
        let (slot, name, text) = match edition {
            Edition::Cloud2022 => {
                (0, "github-2022-11-28.json", include_str!("../../contracts/github-2022-11-28.json"))
            }
            Edition::Cloud2026 => {
                (1, "github-2026-03-10.json", include_str!("../../contracts/github-2026-03-10.json"))
            }
            Edition::Enterprise => (2, "ghes-3.19.json", include_str!("../../contracts/ghes-3.19.json")),
        };
        KEPT[slot]
            .get_or_init(|| Self::read(text).map_err(|e| format!("contracts/{name}: {e}")))
            .as_ref()
            .map_err(Clone::clone)
    }

    fn read(text: &str) -> Result<Self, String> {
        let mut document: Value = serde_json::from_str(text).map_err(|e| e.to_string())?;
        convert::to_json_schema(&mut document);
        let mut operations = Vec::new();
        for (path, methods) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in methods.as_object().into_iter().flatten() {
                operations.push(read_operation(&document, path, method, operation)?);
            }
        }
        // The documents are read once and live as long as the process.
        let document: &'static Value = Box::leak(Box::new(document));
        let registry = Registry::new()
            .add("urn:github", document)
            .and_then(jsonschema::RegistryBuilder::prepare)
            .map_err(|e| e.to_string())?;
        Ok(Self { document, registry, operations, validators: Mutex::default() })
    }

    /// The operation for a method and a path; literal segments win over parameters.
    pub fn find(&'static self, method: &str, path: &str) -> Option<Found> {
        let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        let mut best: Option<(usize, Found)> = None;
        for operation in self.operations.iter().filter(|o| o.method == method) {
            if let Some((literals, values)) = operation.fits(&parts)
                && best.as_ref().is_none_or(|(n, _)| literals > *n)
            {
                best = Some((literals, (operation, values)));
            }
        }
        best.map(|(_, found)| found)
    }

    fn validator(&self, pointer: &str) -> Result<Arc<Validator>, String> {
        if let Some(found) = locked(&self.validators).get(pointer) {
            return Ok(Arc::clone(found));
        }
        let schema = json!({ "$ref": format!("urn:github#{}", fragment(pointer)) });
        let built = jsonschema::options()
            .with_registry(&self.registry)
            .build(&schema)
            .map_err(|e| format!("the contract's schema {pointer} cannot be used: {e}"))?;
        let built = Arc::new(built);
        locked(&self.validators).insert(pointer.to_owned(), Arc::clone(&built));
        Ok(built)
    }

    fn problems(&self, pointer: &str, value: &Value, place: &str) -> Vec<String> {
        let validator = match self.validator(pointer) {
            Ok(v) => v,
            Err(e) => return vec![e],
        };
        let mut found: Vec<String> =
            validator.iter_errors(value).map(|e| format!("{place}{}: {e}", e.instance_path())).collect();
        if let Some(schema) = self.document.pointer(pointer) {
            closed::unknown_keys(self.document, schema, value, place, &mut found);
        }
        found
    }

    /// What is wrong with a request's query and body; empty when it agrees.
    pub fn check_request(
        &self,
        operation: &Operation,
        query: &[(String, String)],
        content_type: Option<&str>,
        body: &[u8],
    ) -> Vec<String> {
        let mut found = Vec::new();
        for (name, value) in query {
            match operation.query.iter().find(|(n, _)| n == name) {
                None => found.push(format!("query: there is no parameter '{name}'")),
                Some((_, schema)) => found.extend(query_problem(self.document, schema, name, value)),
            }
        }
        match &operation.body {
            None if body.is_empty() => {}
            None => found.push("body: this operation takes none".to_owned()),
            Some(b) if body.is_empty() => {
                if b.required {
                    found.push("body: it is required".to_owned());
                }
            }
            Some(b) => {
                if !content_type.is_some_and(|t| t.starts_with("application/json")) {
                    found.push(format!("header: Content-Type is {content_type:?}, not application/json"));
                }
                match serde_json::from_slice::<Value>(body) {
                    Ok(value) => found.extend(self.problems(&b.pointer, &value, "body")),
                    Err(e) => found.push(format!("body: not JSON: {e}")),
                }
            }
        }
        found
    }

    /// What is wrong with an answer of ours; empty when it agrees. An error status that the operation does not list
    /// must have the vendor's general error shape.
    pub fn check_answer(&self, operation: &Operation, status: u16, body: Option<&Value>) -> Vec<String> {
        let listed = operation.answers.iter().find(|(s, _)| *s == status);
        match (listed, body) {
            (Some((_, Some(pointer))), Some(value)) => self.problems(pointer, value, "answer"),
            (Some((_, Some(_))), None) => vec![format!("answer: {status} needs a body")],
            (Some((_, None)) | None, None) if status == 204 || status == 304 => Vec::new(),
            (Some((_, None)), Some(_)) => vec![format!("answer: {status} has no body")],
            (None, Some(value)) if status == 422 => {
                self.problems("/components/schemas/validation-error", value, "answer")
            }
            (None, Some(value)) if status >= 400 || status == 301 => {
                self.problems("/components/schemas/basic-error", value, "answer")
            }
            _ => vec![format!("answer: the contract has no {status} here")],
        }
    }
}

impl Operation {
    fn fits(&self, parts: &[&str]) -> Option<(usize, HashMap<String, String>)> {
        if parts.len() != self.segments.len() {
            return None;
        }
        let mut literals = 0;
        let mut values = HashMap::new();
        for (part, segment) in parts.iter().zip(&self.segments) {
            match segment {
                Segment::Literal(l) if l == part => literals += 1,
                Segment::Parameter(name) if !part.is_empty() => {
                    values.insert(name.clone(), crate::text::percent_decoded(part));
                }
                _ => return None,
            }
        }
        Some((literals, values))
    }

    /// Method and path with the names of the parameters, as the vendor writes them.
    pub fn describe(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

fn read_operation(
    document: &Value,
    path: &str,
    method: &str,
    operation: &Value,
) -> Result<Operation, String> {
    let base = format!("/paths/{}/{method}", escaped(path));
    let id =
        operation["operationId"].as_str().ok_or_else(|| format!("{method} {path} has no operationId"))?;
    let segments = path[1..]
        .split('/')
        .map(|s| match s.strip_prefix('{').and_then(|s| s.strip_suffix('}')) {
            Some(name) => Segment::Parameter(name.to_owned()),
            None => Segment::Literal(s.to_owned()),
        })
        .collect();
    let mut query = Vec::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let parameter = convert::resolved(document, parameter);
        if parameter["in"] == "query"
            && let Some(name) = parameter["name"].as_str()
        {
            query.push((name.to_owned(), parameter["schema"].clone()));
        }
    }
    let body = operation.pointer("/requestBody/content/application~1json/schema").map(|_| Body {
        required: operation["requestBody"]["required"] == true,
        pointer: format!("{base}/requestBody/content/application~1json/schema"),
    });
    let mut answers = Vec::new();
    for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
        let status = status.parse().map_err(|_| format!("{method} {path}: status '{status}'"))?;
        let place = match answer["$ref"].as_str() {
            Some(reference) => reference.trim_start_matches('#').to_owned(),
            None => format!("{base}/responses/{status}"),
        };
        let schema = format!("{place}/content/application~1json/schema");
        answers.push((status, document.pointer(&schema).map(|_| schema)));
    }
    Ok(Operation {
        id: id.to_owned(),
        method: method.to_uppercase(),
        path: path.to_owned(),
        segments,
        query,
        body,
        answers,
    })
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// A JSON pointer as a URI fragment.
fn fragment(pointer: &str) -> String {
    pointer.replace('{', "%7B").replace('}', "%7D")
}

/// Query values travel as text: they are read as the schema's type before they are judged.
fn query_problem(document: &Value, schema: &Value, name: &str, value: &str) -> Option<String> {
    let schema = convert::resolved(document, schema);
    let problem = |what: String| Some(format!("query: '{name}' is '{value}', {what}"));
    if schema["type"] == "integer" && value.parse::<i64>().is_err() {
        return problem("not a whole number".to_owned());
    }
    if schema["type"] == "boolean" && !matches!(value, "true" | "false") {
        return problem("neither true nor false".to_owned());
    }
    if schema["format"] == "date-time" && value.parse::<jiff::Timestamp>().is_err() {
        return problem("not a moment such as 2026-01-31T10:00:00Z".to_owned());
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.iter().any(|a| a == value)
    {
        return problem(format!("not one of {}", Value::from(allowed.clone())));
    }
    None
}
