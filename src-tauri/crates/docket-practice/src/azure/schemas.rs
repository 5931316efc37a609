//! A document of JSON schemas that lives as long as the process; a validator is built when its schema is first used.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use jsonschema::{Registry, Validator};
use serde_json::{Value, json};

use crate::contract::closed;
use crate::locked;

pub(crate) struct Schemas {
    pub document: &'static Value,
    registry: Registry<'static>,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Schemas {
    /// The document is never freed; callers read each one once per process.
    pub fn of(document: Value) -> Result<Self, String> {
        let document: &'static Value = Box::leak(Box::new(document));
        let registry = Registry::new()
            .add("urn:azure", document)
            .and_then(jsonschema::RegistryBuilder::prepare)
            .map_err(|e| e.to_string())?;
        Ok(Self { document, registry, validators: Mutex::default() })
    }

    /// What is wrong with a value by the schema at this pointer, which holds nothing that a URI would escape.
    pub fn problems(&self, pointer: &str, value: &Value, place: &str) -> Vec<String> {
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

    /// The validator of the schema alone, without our check of keys.
    pub fn validator(&self, pointer: &str) -> Result<Arc<Validator>, String> {
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
}
