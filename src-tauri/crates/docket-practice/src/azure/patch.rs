//! A JSON Patch document, read as steps on a work item.

use serde_json::Value;

use super::refuse;
use super::world::Relation;
use crate::reply::Answer;

/// One operation of a document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    TestRev(Value),
    TestField(String, Value),
    /// `merges` tells `add` from `replace`: tags are merged by the one and replaced by the other.
    Set {
        field: String,
        value: Value,
        merges: bool,
    },
    Relate(Relation),
    Unrelate(usize),
    /// Whether the field is Markdown from now on.
    Format(String, bool),
}

/// A mistake of the client against the vendor's documents. The caller writes it down.
pub(crate) fn mistake(text: &str) -> Box<Answer> {
    refuse::wit(598, "PracticeContract", text)
}

/// Reads a document that the contract has passed already.
pub(crate) fn steps(document: &Value) -> Result<Vec<Step>, Box<Answer>> {
    document.as_array().into_iter().flatten().map(step).collect()
}

fn step(operation: &Value) -> Result<Step, Box<Answer>> {
    let path = operation["path"].as_str().unwrap_or_default();
    let op = operation["op"].as_str().unwrap_or_default();
    let value = operation.get("value").cloned();
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let named = |name: &str| name.replace("~1", "/").replace("~0", "~");
    let wanted = |v: Option<Value>| v.ok_or_else(|| mistake(&format!("body: '{op} {path}' has no value")));
    match (op, parts.as_slice()) {
        ("test", ["rev"]) => Ok(Step::TestRev(wanted(value)?)),
        ("test", ["fields", f]) => Ok(Step::TestField(named(f), value.unwrap_or(Value::Null))),
        ("add" | "replace", ["fields", f]) => {
            Ok(Step::Set { field: named(f), value: wanted(value)?, merges: op == "add" })
        }
        ("remove", ["fields", f]) => Ok(Step::Set { field: named(f), value: Value::Null, merges: false }),
        ("add", ["relations", "-"]) => relation(&wanted(value)?),
        ("remove", ["relations", n]) => {
            let n =
                n.parse().map_err(|_| mistake(&format!("body: '{path}' names no relation by its number")))?;
            Ok(Step::Unrelate(n))
        }
        ("add" | "replace", ["multilineFieldsFormat", f]) => match wanted(value)?.as_str() {
            Some(v) if v.eq_ignore_ascii_case("markdown") => Ok(Step::Format(named(f), true)),
            Some(v) if v.eq_ignore_ascii_case("html") => Ok(Step::Format(named(f), false)),
            _ => Err(mistake(&format!("body: the value of '{path}' is neither markdown nor html"))),
        },
        _ => Err(mistake(&format!("body: a work item has no '{op} {path}'"))),
    }
}

fn relation(value: &Value) -> Result<Step, Box<Answer>> {
    let (Some(rel), Some(url)) = (value["rel"].as_str(), value["url"].as_str()) else {
        return Err(mistake("body: a relation needs 'rel' and 'url'"));
    };
    let attributes = value.get("attributes").cloned().unwrap_or(Value::Null);
    Ok(Step::Relate(Relation { rel: rel.to_owned(), url: url.to_owned(), attributes }))
}
