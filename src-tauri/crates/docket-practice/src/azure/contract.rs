//! The vendor's contract for work item tracking and projects: which operations exist, and whether a request or an answer
//! agrees with it.
//!
//! Two editions are kept, 7.1 and 7.2-preview; older versions are judged by 7.1, because only those two lie in the slices.
//! What no document of the vendor's describes (`$batch`, `connectionData`, `resourceAreas`) is judged by a hand-written
//! file; its operations say so in their names.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use jsonschema::{Registry, Validator};
use serde_json::{Value, json};

use crate::contract::closed;
use crate::locked;
use crate::text::percent_decoded;

/// The documents that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edition {
    V71,
    V72,
    HandWritten,
}

#[derive(Debug)]
pub(crate) struct Operation {
    pub id: String,
    pub preview: bool,
    pub scopes: Vec<String>,
    method: String,
    path: String,
    /// The path with and without its optional parts.
    forms: Vec<Vec<String>>,
    query: Vec<(String, bool, Value)>,
    consumes: Option<String>,
    body: Option<String>,
    answers: Vec<(u16, Option<String>)>,
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
pub(crate) type Found = (&'static Contract, &'static Operation, HashMap<String, String>);

impl Contract {
    /// The error says which of our own files is broken.
    pub fn of(edition: Edition) -> Result<&'static Self, String> {
        static KEPT: [OnceLock<Result<Contract, String>>; 3] =
            [OnceLock::new(), OnceLock::new(), OnceLock::new()];
        let (slot, name, text) = match edition {
            Edition::V71 => (0, "azure-7.1.json", include_str!("../../contracts/azure-7.1.json")),
            Edition::V72 => (1, "azure-7.2.json", include_str!("../../contracts/azure-7.2.json")),
            Edition::HandWritten => {
                (2, "azure-hand-written.json", include_str!("../../contracts/azure-hand-written.json"))
            }
        };
        KEPT[slot]
            .get_or_init(|| Self::read(text).map_err(|e| format!("contracts/{name}: {e}")))
            .as_ref()
            .map_err(Clone::clone)
    }

    fn read(text: &str) -> Result<Self, String> {
        let document: Value = serde_json::from_str(text).map_err(|e| e.to_string())?;
        let mut operations = Vec::new();
        for (i, operation) in document["operations"].as_array().into_iter().flatten().enumerate() {
            operations.push(read_operation(i, operation).ok_or_else(|| format!("operation {i} is broken"))?);
        }
        // The documents are read once and live as long as the process.
        let document: &'static Value = Box::leak(Box::new(document));
        let registry = Registry::new()
            .add("urn:azure", document)
            .and_then(jsonschema::RegistryBuilder::prepare)
            .map_err(|e| e.to_string())?;
        Ok(Self { document, registry, operations, validators: Mutex::default() })
    }

    /// The operation for a method and a path below the organisation; more literal parts win.
    pub fn find(&'static self, method: &str, path: &str) -> Option<Found> {
        let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        let mut best: Option<(usize, Found)> = None;
        for operation in self.operations.iter().filter(|o| o.method.eq_ignore_ascii_case(method)) {
            for form in &operation.forms {
                if let Some((literals, values)) = fits(form, &parts)
                    && best.as_ref().is_none_or(|(n, _)| literals > *n)
                {
                    best = Some((literals, (self, operation, values)));
                }
            }
        }
        best.map(|(_, found)| found)
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

    fn validator(&self, pointer: &str) -> Result<Arc<Validator>, String> {
        if let Some(found) = locked(&self.validators).get(pointer) {
            return Ok(Arc::clone(found));
        }
        let schema = json!({ "$ref": format!("urn:azure#{pointer}") });
        let built = jsonschema::options()
            .with_registry(&self.registry)
            .build(&schema)
            .map_err(|e| format!("the contract's schema {pointer} cannot be used: {e}"))?;
        let built = Arc::new(built);
        locked(&self.validators).insert(pointer.to_owned(), Arc::clone(&built));
        Ok(built)
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
        for (name, value) in query.iter().filter(|(n, _)| !n.eq_ignore_ascii_case("api-version")) {
            match operation.query.iter().find(|(n, _, _)| n.eq_ignore_ascii_case(name)) {
                None => found.push(format!("query: there is no parameter '{name}'")),
                Some((_, _, schema)) => found.extend(query_problem(schema, name, value)),
            }
        }
        for (name, _, _) in operation.query.iter().filter(|(_, required, _)| *required) {
            if !query.iter().any(|(n, _)| n.eq_ignore_ascii_case(name)) {
                found.push(format!("query: the parameter '{name}' is required"));
            }
        }
        let Some(pointer) = &operation.body else {
            if !body.is_empty() {
                found.push("body: this operation takes none".to_owned());
            }
            return found;
        };
        let wanted = operation.consumes.as_deref().unwrap_or("application/json");
        let kind = content_type.and_then(|t| t.split(';').next()).map(str::trim);
        if kind != Some(wanted) {
            found.push(format!("header: Content-Type is {content_type:?}, not {wanted}"));
        }
        match serde_json::from_slice::<Value>(body) {
            Ok(value) => found.extend(self.problems(pointer, &value, "body")),
            Err(e) => found.push(format!("body: not JSON: {e}")),
        }
        found
    }

    /// What is wrong with an answer of ours. Statuses that the vendor does not list must have its error shape.
    pub fn check_answer(&self, operation: &Operation, status: u16, body: Option<&Value>) -> Vec<String> {
        match (operation.answers.iter().find(|(s, _)| *s == status), body) {
            (Some((_, Some(pointer))), Some(value)) => self.problems(pointer, value, "answer"),
            (Some((_, Some(_))), None) => vec![format!("answer: {status} needs a body")],
            (None, Some(value)) if status >= 400 => ["message", "typeKey", "typeName"]
                .iter()
                .filter(|k| !value[**k].is_string())
                .map(|k| format!("answer: an error needs '{k}'"))
                .collect(),
            (Some((_, None)), _) => Vec::new(),
            _ => vec![format!("answer: the contract has no {status} here")],
        }
    }

    #[cfg(test)]
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// Whether a value agrees with an operation's answer as the document alone says it, without our check of keys.
    #[cfg(test)]
    pub fn agrees(&self, operation: &Operation, status: u16, body: &Value) -> Result<(), String> {
        let pointer = operation.answers.iter().find(|(s, _)| *s == status).and_then(|(_, p)| p.clone());
        let Some(pointer) = pointer else { return Ok(()) };
        self.validator(&pointer)?.validate(body).map_err(|e| format!("{}: {e}", e.instance_path()))
    }
}

impl Operation {
    /// Method and path as the vendor writes them.
    pub fn describe(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

fn read_operation(index: usize, o: &Value) -> Option<Operation> {
    let text = |v: &Value| v.as_str().map(ToOwned::to_owned);
    let texts = |v: &Value| v.as_array().into_iter().flatten().filter_map(text).collect::<Vec<_>>();
    let path = text(&o["path"])?;
    let optional = texts(&o["optional"]);
    let segments: Vec<String> = path.trim_start_matches('/').split('/').map(ToOwned::to_owned).collect();
    let mut forms = vec![segments];
    for name in &optional {
        let whole = forms.last().cloned().unwrap_or_default();
        forms.push(whole.into_iter().filter(|s| *s != format!("{{{name}}}")).collect());
    }
    let query = o["query"]
        .as_array()?
        .iter()
        .filter_map(|q| Some((text(&q["name"])?, q["required"] == true, q["schema"].clone())))
        .collect();
    let answers = o["answers"]
        .as_object()?
        .iter()
        .filter_map(|(s, schema)| {
            let pointer = (!schema.is_null()).then(|| format!("/operations/{index}/answers/{s}"));
            Some((s.parse().ok()?, pointer))
        })
        .collect();
    Some(Operation {
        id: text(&o["id"])?,
        preview: o["preview"] == true,
        scopes: texts(&o["scopes"]),
        method: text(&o["method"])?.to_uppercase(),
        path,
        forms,
        query,
        consumes: text(&o["consumes"]),
        body: (!o["body"].is_null()).then(|| format!("/operations/{index}/body")),
        answers,
    })
}

/// Literal parts are compared in any case, as the service does. The last part may stand for several when it is `{path}`.
fn fits(form: &[String], parts: &[&str]) -> Option<(usize, HashMap<String, String>)> {
    let deep = form.last().is_some_and(|l| l == "{path}");
    if parts.len() < form.len() || (parts.len() > form.len() && !deep) {
        return None;
    }
    let (mut literals, mut values) = (0, HashMap::new());
    for (i, segment) in form.iter().enumerate() {
        let Some((prefix, name)) = segment.split_once('{') else {
            if !segment.eq_ignore_ascii_case(&percent_decoded(parts[i])) {
                return None;
            }
            literals += 1;
            continue;
        };
        let name = name.strip_suffix('}')?;
        let raw = if deep && i + 1 == form.len() { parts[i..].join("/") } else { parts[i].to_owned() };
        let value = percent_decoded(&raw);
        let value = value.strip_prefix(prefix).filter(|v| !v.is_empty() && !v.starts_with('_'))?;
        // `$Bug` is a type and no id; the other way round the prefix decides.
        if prefix.is_empty() && value.starts_with('$') {
            return None;
        }
        literals += usize::from(!prefix.is_empty());
        values.insert(name.to_owned(), value.to_owned());
    }
    Some((literals, values))
}

/// Query values travel as text: they are read as the schema's type before they are judged.
fn query_problem(schema: &Value, name: &str, value: &str) -> Option<String> {
    let problem = |what: String| Some(format!("query: '{name}' is '{value}', {what}"));
    let whole = |v: &str| v.trim().parse::<i64>().is_ok();
    if schema["type"] == "integer" && !whole(value) {
        return problem("not a whole number".to_owned());
    }
    if schema["format"] == "array (int32)" && !value.split(',').all(whole) {
        return problem("not a list of whole numbers".to_owned());
    }
    if schema["type"] == "boolean" && !matches!(value.to_lowercase().as_str(), "true" | "false") {
        return problem("neither true nor false".to_owned());
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.iter().filter_map(Value::as_str).any(|a| a.eq_ignore_ascii_case(value))
    {
        return problem(format!("not one of {}", Value::from(allowed.clone())));
    }
    None
}
