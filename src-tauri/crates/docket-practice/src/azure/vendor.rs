//! The vendor's own documents, read from a folder where somebody has them: what bodies and answers look like.
//!
//! The documents may not be kept in this repository (`contracts/README.md`), so everything here must do without them. A
//! document is read when an operation that it describes is first judged, once per process and folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde_json::{Map, Value, json};

use super::operations::{OPERATIONS, Operation, Told};
use super::repairs::{How, REPAIRS, repaired};
use super::schemas::Schemas;
use crate::locked;

/// The documents that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Paper {
    Tracking71,
    Tracking72,
    Core71,
}

impl Paper {
    pub const ALL: [Self; 3] = [Self::Tracking71, Self::Tracking72, Self::Core71];

    pub fn file(self) -> &'static str {
        match self {
            Self::Tracking71 => "wit-7.1-workItemTracking.json",
            Self::Tracking72 => "wit-7.2-workItemTracking.json",
            Self::Core71 => "core-7.1-core.json",
        }
    }

    /// The document for an operation; `modern` means 7.2. Projects are judged by 7.1 always: 7.2's are not at hand.
    pub fn of(operation: &Operation, modern: bool) -> Option<Self> {
        match operation.told {
            Told::Tracking if modern => Some(Self::Tracking72),
            Told::Tracking => Some(Self::Tracking71),
            Told::Core => Some(Self::Core71),
            Told::Nowhere(_) => None,
        }
    }

    fn describes(self, operation: &Operation) -> bool {
        operation.told == if self == Self::Core71 { Told::Core } else { Told::Tracking }
    }
}

/// The folder of the vendor's documents: `contracts/azure-devops` in `DOCKET_SHARED`, or in the folder `shared` beside the
/// sources that this was built from. `None` when they are not there, as on a user's machine.
pub fn azure_contract_folder() -> Option<PathBuf> {
    let shared = std::env::var_os("DOCKET_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared"), PathBuf::from);
    Some(shared.join("contracts/azure-devops")).filter(|f| missing(f).is_none())
}

/// The first document that a folder lacks.
pub(crate) fn missing(folder: &Path) -> Option<PathBuf> {
    Paper::ALL.iter().map(|p| folder.join(p.file())).find(|f| !f.is_file())
}

/// The schemas of a document. The error says which file cannot be used and why.
pub(crate) fn schemas(folder: &Path, paper: Paper) -> Result<&'static Schemas, String> {
    type Kept = BTreeMap<(PathBuf, Paper), Result<&'static Schemas, String>>;
    static KEPT: Mutex<Kept> = Mutex::new(BTreeMap::new());
    // The lock is held while a document is read: whoever else needs it would only read it too.
    locked(&KEPT).entry((folder.to_owned(), paper)).or_insert_with(|| read(folder, paper)).clone()
}

fn read(folder: &Path, paper: Paper) -> Result<&'static Schemas, String> {
    let file = folder.join(paper.file());
    let wrong = |e: String| format!("the vendor's document {}: {e}", file.display());
    let text = std::fs::read_to_string(&file).map_err(|e| wrong(e.to_string()))?;
    let document = repaired(&text, paper).and_then(|d| ours(&d, paper)).map_err(wrong)?;
    let schemas = Schemas::of(document).map_err(wrong)?;
    Ok(Box::leak(Box::new(schemas)))
}

/// The bodies and answers of our operations, with the definitions that they refer to.
pub(crate) fn ours(document: &Value, paper: Paper) -> Result<Value, String> {
    let mut operations = Map::new();
    let mut wrapped = 0;
    for operation in OPERATIONS.iter().filter(|o| paper.describes(o)) {
        let told = told(document, operation)?;
        let mut schemas = Map::new();
        let sent = parameters(document, told).find(|p| p["in"] == "body");
        if let Some(schema) = sent.and_then(|p| p.get("schema")) {
            schemas.insert("body".to_owned(), schema.clone());
        }
        if let Some(schema) = told.pointer("/responses/200/schema") {
            let bare = schema["type"] == "array";
            wrapped += usize::from(bare);
            schemas.insert("answer".to_owned(), if bare { list_of(schema) } else { schema.clone() });
        }
        operations.insert(key(operation), Value::Object(schemas));
    }
    let bare = REPAIRS.iter().find(|r| matches!(r.how, How::BareArrays) && r.papers.contains(&paper));
    if let Some(repair) = bare.filter(|_| wrapped == 0) {
        return Err(repair.stale("no answer of our operations is a bare array"));
    }
    Ok(json!({ "operations": operations, "definitions": document["definitions"] }))
}

fn list_of(schema: &Value) -> Value {
    json!({
        "type": "object",
        "required": ["count", "value"],
        "properties": { "count": { "type": "integer" }, "value": schema },
    })
}

/// The operation as the document has it. Reading comments is written under `x-ms-paths`, because its path differs only by
/// the query from that of reading some comments by their ids.
pub(crate) fn told<'d>(document: &'d Value, operation: &Operation) -> Result<&'d Value, String> {
    let path = format!("/{{organization}}{}", operation.path);
    let method = operation.method.to_lowercase();
    let at = match operation.id {
        "Comments_Get Comments" => &document["x-ms-paths"][format!("{path}?")],
        _ => &document["paths"][&path],
    };
    at.get(method).ok_or_else(|| format!("there is no operation {}", operation.describe()))
}

/// The parameters of an operation, wherever the document keeps them.
pub(crate) fn parameters<'d>(document: &'d Value, told: &'d Value) -> impl Iterator<Item = &'d Value> {
    told["parameters"].as_array().into_iter().flatten().filter_map(|p| match p["$ref"].as_str() {
        Some(place) => document.pointer(place.strip_prefix('#')?),
        None => Some(p),
    })
}

/// The operation's name, as a part of a pointer that no URI has to escape.
fn key(operation: &Operation) -> String {
    operation.id.replace(' ', "-")
}

pub(crate) fn body_place(operation: &Operation) -> String {
    format!("/operations/{}/body", key(operation))
}

pub(crate) fn answer_place(operation: &Operation) -> String {
    format!("/operations/{}/answer", key(operation))
}
