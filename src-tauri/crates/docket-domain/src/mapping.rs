//! Applications, and which project of which tracker their issues go to.

use std::collections::BTreeMap;

use crate::assessment::{Reason, Status};
use crate::id::{ApplicationId, ConnectionId, MappingId};
use crate::severity::Severity;
use crate::text::leak::Guard;
use crate::time::Timestamp;

wire! {
    /// What findings belong to: a product, a service, a repository.
    #[derive(Eq)]
    pub struct Application {
        /// Row id.
        pub id: ApplicationId,
        /// Unique name.
        pub name: String,
        /// When it was made.
        pub created: Timestamp,
        /// Active findings.
        pub active: u64,
        /// All findings.
        pub findings: u64,
    }
}

wire! {
    /// A place that issues can be created in.
    #[derive(Eq)]
    pub struct Target {
        /// What it is called in the tracker (`acme/shop`).
        pub key: String,
        /// The tracker's id that survives renames.
        pub stable_id: Option<String>,
        /// Readable name.
        pub name: String,
        /// Web address.
        pub url: Option<String>,
        /// Not visible to the public.
        pub private: bool,
        /// Why issues cannot be created there («archived», «issues are switched off»), if so.
        pub closed: Option<String>,
    }
}

words! {
    /// Who can read what is written in a target.
    pub enum Visibility {
        /// Everybody, without signing in (or everybody who reaches the server).
        Public = "public", "Public";
        /// Everybody who has an account on the server or in the enterprise.
        Internal = "internal", "Internal";
        /// Those who were let in.
        Private = "private", "Private";
    }
}

wire! {
    /// Where issues go, with everything that was chosen there.
    #[derive(Eq, Default)]
    pub struct Destination {
        /// Target key (`acme/shop`).
        pub target: String,
        /// The target's id that survives renames, once seen.
        #[serde(default)]
        pub stable_id: Option<String>,
        /// Values of the kind's own mapping fields, by field id ([`MappingField::id`]).
        #[serde(default)]
        pub settings: BTreeMap<String, String>,
    }
}

impl Destination {
    /// A place without further choices.
    pub fn new(target: impl Into<String>) -> Self {
        Self { target: target.into(), ..Self::default() }
    }

    /// The value chosen for a field, if there is one.
    pub fn setting(&self, id: &str) -> Option<&str> {
        self.settings.get(id).map(|value| value.trim()).filter(|value| !value.is_empty())
    }
}

impl From<&str> for Destination {
    fn from(target: &str) -> Self {
        Self::new(target)
    }
}

wire! {
    /// A field of the tracker, and what it holds for each of Docket's values. The words of a
    /// severity ([`Severity::as_str`]), a status ([`Status::as_str`]) or a finer reason
    /// ([`Reason::as_str`]) are the keys. An empty field name: the value is not sent.
    #[derive(Eq, Default)]
    pub struct ValueMap {
        /// The tracker's name of the field (`Priority`, `/fields/System.State`).
        pub field: String,
        /// The tracker's value for each of Docket's words; what is missing or empty is not set.
        pub values: BTreeMap<String, String>,
    }
}

impl ValueMap {
    /// A map of `field` with (word, value) pairs.
    pub fn new(field: &str, values: &[(&str, &str)]) -> Self {
        let pairs = values.iter().map(|(word, value)| ((*word).to_owned(), (*value).to_owned()));
        Self { field: field.to_owned(), values: pairs.collect() }
    }

    /// True when nothing is sent.
    pub fn is_off(&self) -> bool {
        self.field.trim().is_empty()
    }

    fn value(&self, word: &str) -> Option<&str> {
        self.values.get(word).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    fn set(&self, value: Option<&str>) -> Option<FieldValue> {
        if self.is_off() {
            return None;
        }
        value.map(|value| FieldValue { field: self.field.trim().to_owned(), value: value.to_owned() })
    }

    /// What a severity becomes; nothing for one that has no value.
    pub fn of_severity(&self, severity: Severity) -> Option<FieldValue> {
        self.set(self.value(severity.as_str()))
    }

    /// What a status becomes. A finer reason without a value of its own has its status's.
    pub fn of_status(&self, status: Status, reason: Option<Reason>) -> Option<FieldValue> {
        let own = reason.and_then(|reason| self.value(reason.as_str()));
        self.set(own.or_else(|| self.value(status.as_str())))
    }

    /// Every distinct value, with the words that become it.
    pub fn used(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut used: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for word in self.values.keys() {
            if let Some(value) = self.value(word) {
                used.entry(value).or_default().push(word);
            }
        }
        used
    }

    /// The values in the opposite order of severity: `info` gets what `critical` had.
    #[must_use]
    pub fn turned_round(&self) -> Self {
        const SCALE: [Severity; 5] =
            [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info];
        let mut turned = self.clone();
        for (one, other) in SCALE.iter().zip(SCALE.iter().rev()) {
            match self.values.get(other.as_str()) {
                Some(value) => turned.values.insert(one.as_str().to_owned(), value.clone()),
                None => turned.values.remove(one.as_str()),
            };
        }
        turned
    }

    /// True for values that look like priorities the wrong way round: the highest severity
    /// has the highest `P` number, although P0 is the most urgent for most people.
    pub fn looks_inverted(&self) -> bool {
        let rank = |severity: Severity| -> Option<u32> {
            let value = self.value(severity.as_str())?;
            value.strip_prefix(['P', 'p'])?.parse().ok()
        };
        matches!((rank(Severity::Critical), rank(Severity::Info)), (Some(critical), Some(info)) if critical > info)
    }
}

wire! {
    /// A value for a field of the tracker.
    #[derive(Eq)]
    pub struct FieldValue {
        /// The field, as the mapping names it.
        pub field: String,
        /// The value.
        pub value: String,
    }
}

/// How people want issues written, beyond Docket's own form: two templates
/// ([`crate::template`]). What was stored with a heading is translated when it is read.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(from = "crate::template::Stored")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Template {
    /// The title's template; empty: Docket's own title.
    pub title: String,
    /// The text's template, Markdown; empty: Docket's own text.
    pub body: String,
}

impl Template {
    /// True when all of it is Docket's own form.
    pub fn is_empty(&self) -> bool {
        self.title.trim().is_empty() && self.body.trim().is_empty()
    }
}

wire! {
    /// Applications bound to one project of one connection.
    #[derive(Eq)]
    pub struct Mapping {
        /// Row id.
        pub id: MappingId,
        /// The person's name for it.
        pub label: String,
        /// The connection.
        pub connection: ConnectionId,
        /// Its label.
        pub connection_label: String,
        /// Tracker kind id.
        pub kind: String,
        /// Target key (`acme/shop`).
        pub target: String,
        /// The target's id that survives renames, once seen.
        pub target_stable_id: Option<String>,
        /// The applications whose findings may go there.
        pub applications: Vec<ApplicationId>,
        /// Labels set on every issue.
        pub labels: Vec<String>,
        /// Also set a label `severity: high` that names the group's highest severity.
        pub severity_label: bool,
        /// Assignees' login names.
        pub assignees: Vec<String>,
        /// Milestone by title.
        pub milestone: Option<String>,
        /// The tracker's field for the severity, and its values.
        pub severity: ValueMap,
        /// The tracker's field for the status, and its values.
        pub status: ValueMap,
        /// Values of the kind's own mapping fields, by field id.
        pub settings: BTreeMap<String, String>,
        /// How the issues are written.
        pub template: Template,
        /// What must not leave this computer.
        #[serde(default)]
        pub guard: Guard,
        /// Each issue also gets its findings as a file, where the tracker takes files.
        #[serde(default)]
        pub findings_file: bool,
        /// Off: nothing is pushed through it.
        pub active: bool,
        /// When it was made.
        pub created: Timestamp,
    }
}

impl Mapping {
    /// Where its issues go.
    pub fn destination(&self) -> Destination {
        Destination {
            target: self.target.clone(),
            stable_id: self.target_stable_id.clone(),
            settings: self.settings.clone(),
        }
    }
}

wire! {
    /// What a new mapping of a kind starts with. All of it can be changed.
    #[derive(Eq, Default)]
    pub struct MappingDefaults {
        /// Labels.
        pub labels: Vec<String>,
        /// Also a label that names the severity.
        pub severity_label: bool,
        /// The field and values of the severity.
        pub severity: ValueMap,
        /// The field and values of the status.
        pub status: ValueMap,
        /// Values of the kind's own mapping fields.
        pub settings: BTreeMap<String, String>,
        /// The kind's own mapping field without which neither severity nor status is written:
        /// what has the fields for them. Nothing where issues have such fields themselves.
        pub values_need: Option<String>,
    }
}

impl MappingDefaults {
    /// The mapping as far as the tracker can write it: without severity and status where
    /// nothing was chosen that has fields for them.
    pub fn writable(&self, mut mapping: Mapping) -> Mapping {
        let lacking = self.values_need.as_ref().is_some_and(|id| mapping.destination().setting(id).is_none());
        if lacking {
            mapping.severity = ValueMap::default();
            mapping.status = ValueMap::default();
        }
        mapping
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn priorities() -> ValueMap {
        ValueMap::new(
            "Priority",
            &[("info", "P0"), ("low", "P1"), ("medium", "P2"), ("high", "P3"), ("critical", "P4")],
        )
    }

    #[test]
    fn a_reason_has_its_statuss_value_until_it_gets_its_own() {
        let mut map = ValueMap::new("Status", &[("closed", "Done"), ("active", "In Progress")]);
        let value = |map: &ValueMap, reason| map.of_status(Status::Closed, reason).map(|set| set.value);
        assert_eq!(value(&map, Some(Reason::Duplicate)).as_deref(), Some("Done"), "inherited");
        map.values.insert("duplicate".to_owned(), "Twice".to_owned());
        assert_eq!(value(&map, Some(Reason::Duplicate)).as_deref(), Some("Twice"), "its own");
        assert_eq!(value(&map, None).as_deref(), Some("Done"), "others are as before");
        assert_eq!(map.of_status(Status::RiskAccepted, None), None, "what has no value is not set");
    }

    #[test]
    fn a_map_without_a_field_sends_nothing() {
        let off = ValueMap { field: " ".to_owned(), ..priorities() };
        assert_eq!(off.of_severity(Severity::High), None, "no field, no value");
    }

    #[test]
    fn priorities_the_wrong_way_round_are_seen_and_turned() {
        let map = priorities();
        assert!(map.looks_inverted(), "critical is P4, which reads as the least urgent");
        let turned = map.turned_round();
        assert!(!turned.looks_inverted(), "critical is P0 now");
        assert_eq!(
            turned.of_severity(Severity::Critical).map(|set| set.value).as_deref(),
            Some("P0"),
            "turned"
        );
        assert_eq!(turned.turned_round(), map, "turning twice changes nothing");
        let numbers = ValueMap::new("Priority", &[("info", "1"), ("critical", "5")]);
        assert!(!numbers.looks_inverted(), "plain numbers say nothing about their order");
    }
}
