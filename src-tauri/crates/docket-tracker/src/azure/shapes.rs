//! What is read out of Azure DevOps' answers: only what Docket uses.

use std::collections::BTreeMap;

use docket_domain::{IssueRef, IssueSeen, IssueState, StateReason, Target, Timestamp, Visibility};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::address::AzureAddress;

/// Lists travel in an envelope.
#[derive(Debug, Deserialize)]
pub(crate) struct Listed<T> {
    pub value: Vec<T>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Project {
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub state: Option<String>,
    #[serde(default)]
    pub visibility: Option<String>,
    #[serde(default)]
    pub capabilities: Option<Value>,
}

impl Project {
    /// Why work items cannot be created there.
    pub fn closed(&self) -> Option<String> {
        match self.state.as_deref() {
            None | Some("wellFormed" | "unchanged") => None,
            Some("deleting" | "deleted") => Some("being deleted".to_owned()),
            Some(_) => Some("not ready yet".to_owned()),
        }
    }

    /// Who can read its work items. Servers without public projects say nothing.
    pub fn audience(&self) -> Visibility {
        match self.visibility.as_deref().map(str::to_ascii_lowercase).as_deref() {
            Some("public") => Visibility::Public,
            Some("organization" | "enterprise") => Visibility::Internal,
            _ => Visibility::Private,
        }
    }

    /// Name of its process, if it was asked for.
    pub fn process(&self) -> Option<&str> {
        self.capabilities.as_ref()?.pointer("/processTemplate/templateName")?.as_str()
    }

    /// As a target of the domain.
    pub fn target(&self, address: &AzureAddress) -> Target {
        Target {
            key: self.name.clone(),
            stable_id: Some(self.id.clone()),
            name: self.name.clone(),
            url: Some(format!("{}/{}", address.base(), super::address::part(&self.name))),
            private: self.visibility.as_deref() != Some("public"),
            closed: self.closed(),
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Identity {
    #[serde(default)]
    pub id: Option<String>,
    #[serde(default)]
    pub display_name: Option<String>,
    #[serde(default)]
    pub unique_name: Option<String>,
    #[serde(default)]
    pub is_container: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct WorkItem {
    pub id: i64,
    #[serde(default)]
    pub rev: u64,
    #[serde(default)]
    pub fields: Map<String, Value>,
    /// Formats of long texts; told only by the version that has them.
    #[serde(default, rename = "multilineFieldsFormat")]
    formats: Map<String, Value>,
    /// Links and files; told only when asked for.
    #[serde(default)]
    pub relations: Vec<Value>,
}

pub(crate) const TITLE: &str = "System.Title";
pub(crate) const DESCRIPTION: &str = "System.Description";
pub(crate) const REPRO_STEPS: &str = "Microsoft.VSTS.TCM.ReproSteps";
pub(crate) const TAGS: &str = "System.Tags";
pub(crate) const STATE: &str = "System.State";
pub(crate) const REASON: &str = "System.Reason";
pub(crate) const AREA: &str = "System.AreaPath";
pub(crate) const ITERATION: &str = "System.IterationPath";
pub(crate) const ASSIGNED: &str = "System.AssignedTo";
pub(crate) const PROJECT: &str = "System.TeamProject";
pub(crate) const TYPE: &str = "System.WorkItemType";
pub(crate) const PRIORITY: &str = "Microsoft.VSTS.Common.Priority";
pub(crate) const SEVERITY: &str = "Microsoft.VSTS.Common.Severity";

impl WorkItem {
    /// A field's text; empty when it has none.
    pub fn text(&self, field: &str) -> &str {
        self.fields.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    /// Its tags.
    pub fn tags(&self) -> Vec<String> {
        split_tags(self.text(TAGS))
    }

    /// The long text in which people look: Repro Steps where it is filled, else the description.
    pub fn body(&self) -> &str {
        let steps = self.text(REPRO_STEPS);
        if steps.trim().is_empty() { self.text(DESCRIPTION) } else { steps }
    }

    /// The field's text is kept as Markdown.
    pub fn is_markdown(&self, field: &str) -> bool {
        let format = self.formats.iter().find(|(name, _)| name.eq_ignore_ascii_case(field));
        format
            .and_then(|(_, format)| format.as_str())
            .is_some_and(|text| text.eq_ignore_ascii_case("markdown"))
    }

    /// Login name in a field that names a person.
    pub fn person(&self, field: &str) -> Option<String> {
        match self.fields.get(field)? {
            // `Jamal Hartnett <fabrikam4@hotmail.com>`, as old versions write it.
            Value::String(text) => Some(match text.split_once('<') {
                Some((_, rest)) => rest.trim_end_matches('>').to_owned(),
                None => text.clone(),
            }),
            other => other
                .get("uniqueName")
                .or_else(|| other.get("displayName"))
                .and_then(Value::as_str)
                .map(str::to_owned),
        }
    }

    /// As the domain sees it; `category` is that of its state, as far as it is known.
    pub fn seen(&self, address: &AzureAddress, category: Option<&str>) -> IssueSeen {
        let project = self.text(PROJECT).to_owned();
        let id = u64::try_from(self.id).unwrap_or_default();
        IssueSeen {
            issue: IssueRef {
                url: address.item_page(&project, id),
                target: project,
                number: id.to_string(),
                stable_id: Some(id.to_string()),
            },
            title: self.text(TITLE).to_owned(),
            body: self.body().to_owned(),
            state: self.state(category),
            labels: self.tags(),
            assignees: self.person(ASSIGNED).into_iter().collect(),
            milestone: None,
            fields: self.scalars(),
            updated: time(self.text("System.ChangedDate")),
            created: time(self.text("System.CreatedDate")),
            author: self.person("System.CreatedBy"),
        }
    }

    /// Open, or closed with what its reason says.
    fn state(&self, category: Option<&str>) -> IssueState {
        let state = self.text(STATE);
        let closed = match category {
            Some(category) => matches!(category, "Completed" | "Removed"),
            // A state that the type does not list any more: what it is usually called.
            None => matches!(state, "Done" | "Closed" | "Removed" | "Completed"),
        };
        if !closed {
            return IssueState::Open;
        }
        let reason = self.text(REASON).to_ascii_lowercase();
        let unplanned = [
            "deferred",
            "as designed",
            "obsolete",
            "cannot reproduce",
            "cut",
            "rejected",
            "abandoned",
            "won't",
        ];
        let reason = if reason.contains("duplicate") {
            StateReason::Duplicate
        } else if category == Some("Removed") || unplanned.iter().any(|word| reason.contains(word)) {
            StateReason::NotPlanned
        } else {
            StateReason::Completed
        };
        IssueState::Closed { reason: Some(reason) }
    }

    /// The plain fields, by the names that a mapping uses.
    fn scalars(&self) -> BTreeMap<String, String> {
        const LONG: [&str; 4] = [TITLE, DESCRIPTION, REPRO_STEPS, TAGS];
        self.fields
            .iter()
            .filter(|(name, _)| !LONG.contains(&name.as_str()))
            .filter_map(|(name, value)| Some((format!("/fields/{name}"), plain(value)?)))
            .filter(|(_, text)| text.chars().count() <= 255)
            .collect()
    }
}

/// A plain value's text.
pub(crate) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// `a; b` as tags.
pub(crate) fn split_tags(text: &str) -> Vec<String> {
    text.split(';').map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
}

/// A point in time; the epoch when the server sent something else.
pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().unwrap_or_default()
}
