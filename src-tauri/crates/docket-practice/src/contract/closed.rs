//! The check that the vendor's schemas leave out: a key that no schema at its place knows.
//!
//! The schemas are open, so `{"lables": [...]}` would pass. Here the known names at a place are the union over all
//! branches that could apply; a place whose schema names nothing, or allows further names, is left alone.

use std::collections::HashSet;

use serde_json::Value;

/// Adds one sentence per unknown key.
pub(crate) fn unknown_keys(
    document: &Value,
    schema: &Value,
    value: &Value,
    place: &str,
    found: &mut Vec<String>,
) {
    walk(document, &[schema], value, place, found);
}

fn walk(document: &Value, schemas: &[&Value], value: &Value, place: &str, found: &mut Vec<String>) {
    let mut leaves = Vec::new();
    let mut seen = HashSet::new();
    for schema in schemas {
        leaves_of(document, schema, &mut seen, &mut leaves);
    }
    match value {
        Value::Array(items) => {
            let inner: Vec<&Value> = leaves.iter().filter_map(|l| l.get("items")).collect();
            if !inner.is_empty() {
                for (i, item) in items.iter().enumerate() {
                    walk(document, &inner, item, &format!("{place}/{i}"), found);
                }
            }
        }
        Value::Object(map) => {
            let named = leaves.iter().any(|l| l.get("properties").is_some());
            let open = !named
                || leaves
                    .iter()
                    .any(|l| l.get("additionalProperties").is_some_and(|a| a != &Value::Bool(false)));
            for (key, inner) in map {
                let known: Vec<&Value> =
                    leaves.iter().filter_map(|l| l.get("properties").and_then(|p| p.get(key))).collect();
                if known.is_empty() {
                    if !open {
                        found.push(format!("{place}: there is no key '{key}'"));
                    }
                } else {
                    walk(document, &known, inner, &format!("{place}/{key}"), found);
                }
            }
        }
        _ => {}
    }
}

fn leaves_of<'d>(
    document: &'d Value,
    schema: &'d Value,
    seen: &mut HashSet<*const Value>,
    leaves: &mut Vec<&'d Value>,
) {
    if !seen.insert(std::ptr::from_ref(schema)) {
        return;
    }
    if let Some(target) = schema["$ref"]
        .as_str()
        .and_then(|r| r.strip_prefix('#'))
        .and_then(|pointer| document.pointer(pointer))
    {
        leaves_of(document, target, seen, leaves);
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        for branch in schema[key].as_array().into_iter().flatten() {
            leaves_of(document, branch, seen, leaves);
        }
    }
    if schema.get("properties").is_some()
        || schema.get("items").is_some()
        || schema.get("additionalProperties").is_some()
    {
        leaves.push(schema);
    }
}
