//! Corrections to the vendor's documents, as data: where, what must be there, what stands there afterwards, and why.
//!
//! A correction that no longer applies is an error, so that a stale one cannot linger.

use serde_json::Value;

use super::vendor::Paper;

pub(crate) struct Repair {
    pub name: &'static str,
    pub reason: &'static str,
    pub papers: &'static [Paper],
    pub how: How,
}

pub(crate) enum How {
    /// The file must begin with one, which is taken off.
    ByteOrderMark,
    /// What stands at every one of `places`, prose apart, must be `was`, and becomes `becomes`; both are JSON.
    Replace { places: &'static [&'static str], was: &'static str, becomes: &'static str },
    /// At least one answer of our operations must be a bare array; each becomes `{count, value}`.
    BareArrays,
}

const TRACKING: &[Paper] = &[Paper::Tracking71, Paper::Tracking72];
const ALL: &[Paper] = &[Paper::Tracking71, Paper::Tracking72, Paper::Core71];

pub(crate) const REPAIRS: &[Repair] = &[
    Repair {
        name: "byte order mark",
        reason: "The files begin with U+FEFF, which no JSON reader has to accept.",
        papers: ALL,
        how: How::ByteOrderMark,
    },
    Repair {
        name: "JsonPatchDocument",
        reason: "An object that must also be an array: nothing satisfies it. On the wire it is an array of operations.",
        papers: TRACKING,
        how: How::Replace {
            places: &["/definitions/JsonPatchDocument"],
            was: r##"{"type":"object","allOf":[{"type":"array","items":{"$ref":"#/definitions/JsonPatchOperation"}}],"properties":{}}"##,
            becomes: r##"{"type":"array","items":{"$ref":"#/definitions/JsonPatchOperation"}}"##,
        },
    },
    Repair {
        name: "value types",
        reason: "Values of fields, attributes and defaults are texts, numbers, booleans, moments, people or null.",
        papers: TRACKING,
        how: How::Replace {
            places: &[
                "/definitions/JsonPatchOperation/properties/value",
                "/definitions/WorkItem/properties/fields/additionalProperties",
                "/definitions/Link/properties/attributes/additionalProperties",
                "/definitions/WorkItemClassificationNode/properties/attributes/additionalProperties",
                "/definitions/WorkItemTypeFieldWithReferences/properties/defaultValue",
                "/definitions/WorkItemTypeFieldWithReferences/properties/allowedValues/items",
                "/definitions/WorkItemFieldUpdate/properties/newValue",
                "/definitions/WorkItemFieldUpdate/properties/oldValue",
            ],
            was: r#"{"type":"object"}"#,
            becomes: "{}",
        },
    },
    Repair {
        name: "value types: `from` may be null",
        reason: "The vendor's own examples send `from: null`.",
        papers: TRACKING,
        how: How::Replace {
            places: &["/definitions/JsonPatchOperation/properties/from"],
            was: r#"{"type":"string"}"#,
            becomes: r#"{"type":["string","null"]}"#,
        },
    },
    Repair {
        name: "bare arrays",
        reason: "Lists travel as {count, value: […]}, as in the vendor's own examples; the documents say bare arrays.",
        papers: ALL,
        how: How::BareArrays,
    },
    Repair {
        name: "links",
        reason: "`_links` holds the links directly ({self: {href}}), as in the vendor's own examples.",
        papers: ALL,
        how: How::Replace {
            places: &["/definitions/ReferenceLinks"],
            was: r#"{"type":"object","properties":{"links":{"type":"object","additionalProperties":{"type":"object"}}}}"#,
            becomes: r#"{"type":"object","additionalProperties":{"type":"object"}}"#,
        },
    },
];

impl Repair {
    /// The error of a correction whose place is not as it was.
    pub fn stale(&self, found: &str) -> String {
        format!("the correction '{}' no longer applies: {found}. Its reason was: {}", self.name, self.reason)
    }
}

/// The vendor's text with every correction but that of bare arrays, which concerns our operations alone.
pub(crate) fn repaired(text: &str, paper: Paper) -> Result<Value, String> {
    let mine = || REPAIRS.iter().filter(|r| r.papers.contains(&paper));
    let mut text = text;
    for repair in mine().filter(|r| matches!(r.how, How::ByteOrderMark)) {
        let rest = text.strip_prefix('\u{feff}');
        text = rest.ok_or_else(|| repair.stale("the file begins with none"))?;
    }
    let mut document: Value = serde_json::from_str(text).map_err(|e| e.to_string())?;
    for repair in mine() {
        if let How::Replace { places, was, becomes } = &repair.how {
            let was: Value = serde_json::from_str(was).map_err(|e| e.to_string())?;
            let becomes: Value = serde_json::from_str(becomes).map_err(|e| e.to_string())?;
            for place in *places {
                let there = document.pointer_mut(place);
                let there = there.ok_or_else(|| repair.stale(&format!("there is no {place}")))?;
                if without_prose(there) != was {
                    return Err(repair.stale(&format!("{place} is {}", without_prose(there))));
                }
                *there = becomes.clone();
            }
        }
    }
    Ok(document)
}

/// A schema without what constrains nothing.
fn without_prose(schema: &Value) -> Value {
    let prose = |k: &str| {
        matches!(k, "description" | "summary" | "example" | "externalDocs" | "tags" | "title")
            || k.starts_with("x-ms")
    };
    match schema {
        Value::Array(list) => list.iter().map(without_prose).collect(),
        Value::Object(map) => {
            let kept = map.iter().filter(|(k, _)| !prose(k));
            kept.map(|(k, v)| match v {
                // Here the keys are names of values, and one may be called `title`.
                Value::Object(named) if k == "properties" => {
                    (k.clone(), named.iter().map(|(n, s)| (n.clone(), without_prose(s))).collect())
                }
                _ => (k.clone(), without_prose(v)),
            })
            .collect()
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::{REPAIRS, repaired};
    use crate::azure::vendor::Paper;

    #[test]
    fn every_correction_says_why() {
        for name in ["byte order mark", "JsonPatchDocument", "value types", "bare arrays", "links"] {
            assert!(REPAIRS.iter().any(|r| r.name == name), "'{name}' is told");
        }
        assert!(REPAIRS.iter().all(|r| r.reason.len() > 20), "each says why");
    }

    #[test]
    fn a_correction_that_no_longer_applies_is_an_error() {
        for (text, words) in [
            ("{}", vec!["'byte order mark'", "none"]),
            ("\u{feff}{}", vec!["'links'", "no /definitions/ReferenceLinks"]),
            (
                "\u{feff}{\"definitions\": {\"ReferenceLinks\": {\"type\": \"array\", \"title\": \"x\"}}}",
                vec!["'links'", "is {\"type\":\"array\"}"],
            ),
        ] {
            let told = repaired(text, Paper::Core71).unwrap_err();
            assert!(words.iter().all(|w| told.contains(w)), "{text} is refused with {words:?}: {told}");
        }
    }
}
