//! What a project's process looks like: its work item types, their states with categories,
//! the steps between them, and their fields. Everything is asked from the live project;
//! processes are customised.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::address::part;
use super::api::{Api, Ask, Edition};
use super::shapes::{self, PRIORITY, SEVERITY};
use crate::error::TrackerError;

/// A state of a type.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct State {
    pub name: String,
    /// Proposed, `InProgress`, Resolved, Completed or Removed.
    #[serde(default)]
    pub category: String,
}

impl State {
    /// «Active (in progress)».
    pub fn words(&self) -> String {
        let category = match self.category.as_str() {
            "InProgress" => "in progress".to_owned(),
            other => other.to_lowercase(),
        };
        if category.is_empty() { self.name.clone() } else { format!("{} ({category})", self.name) }
    }

    /// A work item in it is closed.
    pub fn is_closed(&self) -> bool {
        matches!(self.category.as_str(), "Completed" | "Removed")
    }
}

#[derive(Debug, Clone, Deserialize)]
struct Step {
    #[serde(default)]
    to: String,
}

/// A work item type.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Kind {
    pub name: String,
    #[serde(default)]
    pub reference_name: Option<String>,
    #[serde(default)]
    is_disabled: bool,
    #[serde(default)]
    pub states: Vec<State>,
    #[serde(default)]
    transitions: BTreeMap<String, Vec<Step>>,
}

/// Types that the service keeps for its own tools.
const TOOLS: &[&str] = &[
    "CodeReviewRequest",
    "CodeReviewResponse",
    "FeedbackRequest",
    "FeedbackResponse",
    "SharedParameter",
    "SharedStep",
    "TestCase",
    "TestPlan",
    "TestSuite",
];

impl Kind {
    /// People make such work items by hand.
    pub fn is_for_people(&self) -> bool {
        let reference = self.reference_name.as_deref().unwrap_or_default();
        let own = reference.strip_prefix("Microsoft.VSTS.WorkItemTypes.").unwrap_or_default();
        !self.is_disabled && !TOOLS.contains(&own)
    }

    /// The state of this name.
    pub fn state(&self, name: &str) -> Option<&State> {
        self.states.iter().find(|state| state.name.eq_ignore_ascii_case(name.trim()))
    }

    /// Category of a state.
    pub fn category(&self, name: &str) -> Option<&str> {
        self.state(name).map(|state| state.category.as_str()).filter(|category| !category.is_empty())
    }

    /// The state in which a new work item begins.
    pub fn initial(&self) -> Option<&str> {
        let told = self.transitions.get("").and_then(|steps| steps.first()).map(|step| step.to.as_str());
        told.filter(|name| !name.is_empty()).or_else(|| self.states.first().map(|state| state.name.as_str()))
    }

    /// Where a closed work item goes: the first state of the category «Completed».
    pub fn closing(&self) -> Option<&str> {
        self.first_of(&["Completed"])
    }

    /// Where a reopened one goes.
    pub fn reopening(&self) -> Option<&str> {
        self.first_of(&["InProgress", "Proposed"])
    }

    fn first_of(&self, categories: &[&str]) -> Option<&str> {
        categories.iter().find_map(|wanted| {
            let found = self.states.iter().find(|state| state.category == *wanted)?;
            Some(found.name.as_str())
        })
    }

    /// The states to go through from one to another, the last one included; empty when it is
    /// there already. A process that tells no steps is believed to allow every one.
    pub fn way(&self, from: &str, to: &str) -> Vec<String> {
        if from.eq_ignore_ascii_case(to) {
            return Vec::new();
        }
        let steps = |state: &str| {
            let found = self.transitions.iter().find(|(name, _)| name.eq_ignore_ascii_case(state));
            found.map(|(_, steps)| steps.as_slice()).unwrap_or_default()
        };
        let mut before: HashMap<String, String> = HashMap::new();
        let mut queue = VecDeque::from([from.to_owned()]);
        while let Some(at) = queue.pop_front() {
            for step in steps(&at) {
                let next = &step.to;
                if next.eq_ignore_ascii_case(from) || before.contains_key(&next.to_lowercase()) {
                    continue;
                }
                before.insert(next.to_lowercase(), at.clone());
                if next.eq_ignore_ascii_case(to) {
                    return walked(&before, from, next);
                }
                queue.push_back(next.clone());
            }
        }
        vec![to.to_owned()]
    }

    /// The states in words, for «there are …».
    pub fn states_in_words(&self) -> Vec<String> {
        self.states.iter().map(State::words).collect()
    }
}

fn walked(before: &HashMap<String, String>, from: &str, to: &str) -> Vec<String> {
    let mut way = vec![to.to_owned()];
    let mut at = to.to_owned();
    while let Some(previous) = before.get(&at.to_lowercase()) {
        if previous.eq_ignore_ascii_case(from) {
            break;
        }
        way.push(previous.clone());
        at.clone_from(previous);
    }
    way.reverse();
    way
}

/// A field as a type has it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TypeField {
    pub reference_name: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub always_required: bool,
    #[serde(default)]
    pub default_value: Option<Value>,
    #[serde(default)]
    pub allowed_values: Option<Vec<Value>>,
    #[serde(default)]
    pub help_text: Option<String>,
}

impl TypeField {
    /// The values that it takes; empty when it takes any.
    pub fn allowed(&self) -> Vec<String> {
        self.allowed_values.iter().flatten().filter_map(shapes::plain).collect()
    }

    /// The service fills it by itself.
    pub fn has_default(&self) -> bool {
        self.default_value.as_ref().and_then(shapes::plain).is_some_and(|text| !text.is_empty())
    }

    /// Somebody at the company made it.
    pub fn is_own(&self) -> bool {
        !self.reference_name.starts_with("System.") && !self.reference_name.starts_with("Microsoft.VSTS.")
    }
}

/// What a field holds.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FieldType {
    #[serde(default)]
    reference_name: String,
    #[serde(default, rename = "type")]
    pub holds: String,
    #[serde(default)]
    pub read_only: bool,
    #[serde(default)]
    pub is_identity: bool,
}

impl FieldType {
    /// A whole number.
    pub fn is_integer(&self) -> bool {
        matches!(self.holds.as_str(), "integer" | "picklistInteger")
    }

    /// A text with layout, or a history: nothing that a mapping fills.
    pub fn is_long(&self) -> bool {
        matches!(self.holds.as_str(), "html" | "history" | "plainText")
    }

    /// A text in the shape that the field wants.
    pub fn value(&self, text: &str) -> Value {
        let text = text.trim();
        match self.holds.as_str() {
            "integer" | "picklistInteger" => {
                text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from)
            }
            "double" | "picklistDouble" => {
                text.parse::<f64>().map_or_else(|_| Value::from(text), Value::from)
            }
            "boolean" => text.parse::<bool>().map_or_else(|_| Value::from(text), Value::from),
            _ => Value::from(text),
        }
    }
}

/// A type of a project with all that is known about it.
#[derive(Clone)]
pub(crate) struct Model {
    pub kind: Kind,
    pub fields: Arc<Vec<TypeField>>,
    types: Arc<HashMap<String, FieldType>>,
}

impl Model {
    /// The field of this name: `/fields/X.Y`, `X.Y`, or what people read.
    pub fn field(&self, name: &str) -> Option<&TypeField> {
        let name = reference(name);
        self.fields
            .iter()
            .find(|field| field.reference_name.eq_ignore_ascii_case(name))
            .or_else(|| self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name)))
    }

    /// It has this field.
    pub fn has(&self, name: &str) -> bool {
        self.field(name).is_some()
    }

    /// What a field holds.
    pub fn holds(&self, reference: &str) -> FieldType {
        self.types.get(&reference.to_lowercase()).cloned().unwrap_or_else(|| FieldType {
            holds: if reference == PRIORITY { "integer" } else { "string" }.to_owned(),
            ..FieldType::default()
        })
    }

    /// The field in which people read a long text: Repro Steps where the type has them,
    /// because forms with them do not show the description.
    pub fn text_field(&self) -> &'static str {
        if self.has(shapes::REPRO_STEPS) { shapes::REPRO_STEPS } else { shapes::DESCRIPTION }
    }

    /// The severity that goes with a priority's value: the one whose name begins with the
    /// same digit, or holds the word of a label `severity: high`.
    pub fn severity_beside(&self, value: &str, labels: &[String]) -> Option<String> {
        let allowed = self.field(SEVERITY)?.allowed();
        let word = labels.iter().find_map(|label| {
            let (head, word) = label.split_once(':')?;
            head.trim().eq_ignore_ascii_case("severity").then(|| word.trim().to_lowercase())
        });
        let by_word = word.and_then(|word| {
            let word = if word == "info" { "low".to_owned() } else { word };
            allowed.iter().find(|name| name.to_lowercase().contains(&word)).cloned()
        });
        by_word.or_else(|| {
            let digit = value.trim().chars().next().filter(char::is_ascii_digit)?;
            allowed.iter().find(|name| name.starts_with(digit)).cloned()
        })
    }
}

/// A field's reference name out of the form in which mappings write it.
pub(crate) fn reference(name: &str) -> &str {
    let name = name.trim();
    name.strip_prefix("/fields/").unwrap_or(name)
}

/// The types of a project.
pub(crate) async fn kinds(api: &Api, project: &str) -> Result<Arc<Vec<Kind>>, TrackerError> {
    let now = api.http.ports.clock.now();
    if let Some(known) = api.known.kinds.get(project, now) {
        return Ok(known);
    }
    let about = api.about("list the work item types", Some(project));
    let path = format!("/{}/_apis/wit/workitemtypes", part(project));
    let mut kinds: Vec<Kind> = api.list(&Ask::get(path), about).await?;
    for kind in kinds.iter_mut().filter(|kind| kind.states.is_empty()) {
        // Old servers tell the states only one type at a time, and as a preview.
        let path = format!("/{}/_apis/wit/workitemtypes/{}/states", part(project), part(&kind.name));
        let edition = if api.speaks("7.0") { Edition::Released } else { Edition::Preview };
        kind.states = api.list(&Ask::get(path).edition(edition), about).await?;
    }
    Ok(api.known.kinds.put(project, now, kinds))
}

/// One type with its fields; nothing when the project has no such type.
pub(crate) async fn model(api: &Api, project: &str, name: &str) -> Result<Option<Model>, TrackerError> {
    let kinds = kinds(api, project).await?;
    let found = kinds.iter().find(|kind| {
        kind.name.eq_ignore_ascii_case(name)
            || kind.reference_name.as_deref().is_some_and(|other| other.eq_ignore_ascii_case(name))
    });
    let Some(kind) = found.cloned() else { return Ok(None) };
    let now = api.http.ports.clock.now();
    let about = api.about("list the fields of the work item type", Some(project));
    let key = format!("{project}/{}", kind.name);
    let fields = if let Some(known) = api.known.fields.get(&key, now) {
        known
    } else {
        let path = format!("/{}/_apis/wit/workitemtypes/{}/fields", part(project), part(&kind.name));
        let fields = api.list(&Ask::get(path).with("$expand", "all"), about).await?;
        api.known.fields.put(&key, now, fields)
    };
    let types = if let Some(known) = api.known.field_types.get(project, now) {
        known
    } else {
        let path = format!("/{}/_apis/wit/fields", part(project));
        let list: Vec<FieldType> = api.list(&Ask::get(path), about).await?;
        let types = list.into_iter().map(|field| (field.reference_name.to_lowercase(), field)).collect();
        api.known.field_types.put(project, now, types)
    };
    Ok(Some(Model { kind, fields, types }))
}

/// The type that is offered first: bugs where there are any, else what the process files.
pub(crate) fn usual(kinds: &[Kind]) -> Option<&Kind> {
    let offered = || kinds.iter().filter(|kind| kind.is_for_people());
    ["Bug", "Issue", "Task"]
        .iter()
        .find_map(|name| offered().find(|kind| kind.name == *name))
        .or_else(|| offered().next())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn strict() -> Kind {
        serde_json::from_value(json!({
            "name": "Bug",
            "states": [
                { "name": "Proposed", "category": "Proposed" }, { "name": "Active", "category": "InProgress" },
                { "name": "Resolved", "category": "Resolved" }, { "name": "Closed", "category": "Completed" }
            ],
            "transitions": {
                "": [{ "to": "Proposed" }],
                "Proposed": [{ "to": "Active" }],
                "Active": [{ "to": "Proposed" }, { "to": "Resolved" }],
                "Resolved": [{ "to": "Active" }, { "to": "Closed" }],
                "Closed": [{ "to": "Active" }]
            }
        }))
        .unwrap()
    }

    #[test]
    fn a_strict_process_is_walked_step_by_step() {
        let kind = strict();
        assert_eq!(kind.initial(), Some("Proposed"), "the step out of nothing leads to the first state");
        assert_eq!(kind.way("Proposed", "closed"), ["Active", "Resolved", "Closed"], "every state between");
        assert_eq!(kind.way("Closed", "Active"), ["Active"], "one step");
        assert!(kind.way("Active", "active").is_empty(), "it is there already");
        assert_eq!(kind.way("Unknown", "Closed"), ["Closed"], "an unknown beginning is tried directly");
    }

    #[test]
    fn states_close_and_reopen_by_their_category() {
        let kind = strict();
        assert_eq!((kind.closing(), kind.reopening()), (Some("Closed"), Some("Active")), "by category");
        assert_eq!(kind.states_in_words()[1], "Active (in progress)", "people read the category");
    }
}
