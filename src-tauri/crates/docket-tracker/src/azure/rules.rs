//! Rules of a process that a work item broke, field by field, in plain words.

use serde_json::Value;

use crate::http::Answer;

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    /// Reference name of the field; empty when the answer does not say.
    pub field: String,
    /// Its name for people.
    pub name: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It must be filled.
    Empty,
    /// This value is not one of those allowed.
    NotAllowed(String),
    /// Nobody of this name is known.
    UnknownPerson(String),
    /// Too long.
    TooLong,
    /// It may not be written.
    ReadOnly,
    /// Something else, as the service says it.
    Other(String),
}

impl Broken {
    /// A sentence.
    pub fn words(&self) -> String {
        let name = if self.name.is_empty() { &self.field } else { &self.name };
        match &self.fault {
            Fault::Empty => format!("The process requires «{name}»; choose a value for it in the mapping."),
            Fault::NotAllowed(value) if value.is_empty() => format!("The value of «{name}» is not allowed."),
            Fault::NotAllowed(value) => format!("«{value}» is not a value of «{name}» here."),
            Fault::UnknownPerson(who) => format!("{who} is not known here and cannot be put into «{name}»."),
            Fault::TooLong => format!("«{name}» is too long."),
            Fault::ReadOnly => format!("«{name}» may not be written."),
            Fault::Other(text) => format!("«{name}»: {text}"),
        }
    }
}

/// The rules that an answer names.
pub(crate) fn broken(answer: &Answer) -> Vec<Broken> {
    let Some(json) = answer.json() else { return Vec::new() };
    let listed = json.pointer("/customProperties/RuleValidationErrors").and_then(Value::as_array);
    let mut found: Vec<Broken> = listed.into_iter().flatten().filter_map(one).collect();
    if found.is_empty() && is_rule(answer.message()) {
        let field =
            json.pointer("/customProperties/FieldReferenceName").and_then(Value::as_str).unwrap_or_default();
        found.push(read(field, "", answer.message()));
    }
    found
}

fn is_rule(message: &str) -> bool {
    message.contains("TF401320")
        || message.contains("Rule Error for field")
        || message.contains("list of supported values")
        || message.contains("unknown identity")
}

fn one(error: &Value) -> Option<Broken> {
    let text = |key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default();
    let field = text("fieldReferenceName");
    let message = text("errorMessage");
    if field.is_empty() && message.is_empty() {
        return None;
    }
    Some(read(field, text("fieldStatusFlags"), message))
}

fn read(field: &str, flags: &str, message: &str) -> Broken {
    let flags = format!("{flags} {message}").to_ascii_lowercase();
    let quoted = |after: &str| -> Option<String> {
        let rest = message.split_once(after)?.1;
        Some(rest.split_once('\'')?.1.split_once('\'')?.0.to_owned())
    };
    let named = message
        .split_once("Rule Error for field ")
        .and_then(|(_, rest)| rest.split_once(". "))
        .map(|(name, _)| name.to_owned());
    let name = named
        .or_else(|| quoted("The field"))
        .or_else(|| quoted("for field"))
        .unwrap_or_else(|| last_part(field));
    let fault = if flags.contains("unknown identity") || flags.contains("invalididentity") {
        Fault::UnknownPerson(quoted("identity value").unwrap_or_default())
    } else if flags.contains("invalidempty") {
        Fault::Empty
    } else if flags.contains("supported values") || flags.contains("invalidlistvalue") {
        Fault::NotAllowed(quoted("contains the value").unwrap_or_default())
    } else if flags.contains("invalidtoolong") {
        Fault::TooLong
    } else if flags.contains("readonly") {
        Fault::ReadOnly
    } else {
        Fault::Other(plain(message))
    };
    Broken { field: field.to_owned(), name, fault }
}

fn last_part(field: &str) -> String {
    field.rsplit('.').next().unwrap_or_default().to_owned()
}

/// A message without the vendor's number in front.
pub(crate) fn plain(message: &str) -> String {
    match message.split_once(": ") {
        Some((head, rest))
            if head.len() <= 10
                && (head.starts_with("TF") || head.starts_with("VS"))
                && head[2..].bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            rest.to_owned()
        }
        _ => message.to_owned(),
    }
}

/// «The area» or «the iteration», by the name of the field.
pub(crate) fn path_words(field: &str) -> &'static str {
    if field.contains("Iteration") { "The iteration that was chosen" } else { "The area that was chosen" }
}
