//! OpenAPI 3.0 to JSON Schema 2020-12, at schema positions only: a *property* may itself be called `nullable`.

use serde_json::{Value, json};

/// Converts a whole sliced document in place.
pub(super) fn to_json_schema(document: &mut Value) {
    let components = &mut document["components"];
    for schema in members(components.get_mut("schemas")) {
        convert(schema);
    }
    for holder in ["responses", "requestBodies"] {
        for item in members(components.get_mut(holder)) {
            convert_content(item);
        }
    }
    for parameter in members(components.get_mut("parameters")) {
        convert_at(parameter, "schema");
    }
    for methods in members(document.get_mut("paths")) {
        for operation in members(Some(methods)) {
            for parameter in
                operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten()
            {
                convert_at(parameter, "schema");
            }
            if let Some(body) = operation.get_mut("requestBody") {
                convert_content(body);
            }
            for answer in members(operation.get_mut("responses")) {
                convert_content(answer);
            }
        }
    }
}

/// Follows a local reference.
pub(super) fn resolved<'d>(document: &'d Value, node: &'d Value) -> &'d Value {
    let mut node = node;
    // A chain of references is short; the bound keeps a circle from spinning.
    for _ in 0..16 {
        let Some(target) = node["$ref"]
            .as_str()
            .and_then(|r| r.strip_prefix('#'))
            .and_then(|pointer| document.pointer(pointer))
        else {
            return node;
        };
        node = target;
    }
    node
}

fn members(node: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    node.and_then(Value::as_object_mut).into_iter().flat_map(|o| o.values_mut())
}

fn convert_content(holder: &mut Value) {
    for media in members(holder.get_mut("content")) {
        convert_at(media, "schema");
    }
}

fn convert_at(node: &mut Value, key: &str) {
    if let Some(schema) = node.get_mut(key) {
        convert(schema);
    }
}

fn convert(schema: &mut Value) {
    let Some(map) = schema.as_object_mut() else { return };
    for word in ["discriminator", "xml", "externalDocs", "readOnly", "writeOnly"] {
        map.remove(word);
    }
    for key in ["items", "not", "additionalProperties"] {
        if let Some(inner) = map.get_mut(key) {
            convert(inner);
        }
    }
    for inner in members(map.get_mut("properties")) {
        convert(inner);
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        for inner in map.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten() {
            convert(inner);
        }
    }
    if map.remove("nullable") == Some(Value::Bool(true)) {
        let combined = ["allOf", "anyOf", "oneOf", "$ref", "not"].iter().any(|k| map.contains_key(*k));
        if let (false, Some(Value::String(one))) = (combined, map.get("type").cloned()) {
            map.insert("type".to_owned(), json!([one, "null"]));
            if let Some(values) = map.get_mut("enum").and_then(Value::as_array_mut)
                && !values.contains(&Value::Null)
            {
                values.push(Value::Null);
            }
        } else {
            let inner = schema.take();
            *schema = json!({ "anyOf": [inner, { "type": "null" }] });
        }
    }
}
