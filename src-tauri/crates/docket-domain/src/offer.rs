//! What a target offers a mapping to choose from, live.

use std::collections::BTreeMap;

use crate::mapping::Target;

words! {
    /// How a mapping field is entered.
    pub enum MappingFieldKind {
        /// One of the choices.
        Choice = "choice", "choice";
        /// Any text; choices are suggestions.
        Text = "text", "text";
        /// A whole number.
        Number = "number", "number";
        /// `true` or empty.
        Switch = "switch", "switch";
        /// A day, `2026-12-31`.
        Date = "date", "date";
    }
}

wire! {
    /// A mapping field of the tracker's own (project, work item type, area …), live.
    #[derive(Eq)]
    pub struct MappingField {
        /// Stable id, the key in [`Mapping::settings`](crate::Mapping::settings).
        pub id: String,
        /// Label.
        pub label: String,
        /// How it is entered.
        pub kind: MappingFieldKind,
        /// One sentence of help; may be empty.
        pub help: String,
        /// Must be filled before anything can be pushed.
        pub required: bool,
        /// What the target offers.
        pub choices: Vec<Choice>,
        /// The value that a new mapping gets.
        pub default: Option<String>,
        /// What other fields offer depends on this one: read the fields again when it changes.
        pub reloads: bool,
    }
}

wire! {
    /// A field of the tracker that a severity or status can be mapped to, live.
    #[derive(Eq)]
    pub struct ValueField {
        /// Its name, as [`ValueMap::field`](crate::ValueMap::field) holds it.
        pub id: String,
        /// What people read.
        pub label: String,
        /// More about it; may be empty.
        pub note: String,
        /// The values that exist.
        pub values: Vec<Choice>,
        /// Values that do not exist yet are made by using them (labels).
        pub open: bool,
        /// The value that fits each of Docket's words, as [`ValueMap::values`](crate::ValueMap::values)
        /// holds them: offered in place of values that do not exist. Empty where the tracker does
        /// not say what its values mean.
        #[serde(default)]
        pub fitting: BTreeMap<String, String>,
    }
}

wire! {
    /// One choice that the tracker offers.
    #[derive(Eq)]
    pub struct Choice {
        /// What is stored and sent.
        pub value: String,
        /// What people read.
        pub label: String,
        /// More about it (a label's description, a milestone's due date).
        pub note: Option<String>,
    }
}

wire! {
    /// A list of choices that a target offers; it may be too long to be read at once.
    #[derive(Eq)]
    pub enum ChoiceList {
        /// Labels (tags).
        Labels,
        /// Open milestones.
        Milestones,
        /// People who can be assigned.
        Assignees,
        /// The choices of a field of the kind's own.
        Field { /// [`MappingField::id`].
            id: String },
    }
}

wire! {
    /// A page of such a list.
    #[derive(Eq, Default)]
    pub struct ChoicePage {
        /// What fits the search, in the tracker's order.
        pub choices: Vec<Choice>,
        /// Asks for the next page, if there is one. A page may be empty and yet have a next one.
        pub next: Option<String>,
    }
}

impl Choice {
    /// Value, label or note contain what was typed, in whatever case. Nothing typed fits all.
    pub fn fits(&self, typed: &str) -> bool {
        let wanted = typed.trim().to_lowercase();
        let has = |text: &str| text.to_lowercase().contains(&wanted);
        has(&self.value) || has(&self.label) || self.note.as_deref().is_some_and(has)
    }
}

wire! {
    /// What a target offers, live.
    #[derive(Eq)]
    pub struct TargetFields {
        /// The target itself.
        pub target: Target,
        /// Existing labels.
        pub labels: Vec<Choice>,
        /// Open milestones.
        pub milestones: Vec<Choice>,
        /// People who can be assigned.
        pub assignees: Vec<Choice>,
        /// The account may set labels, assignees and milestones.
        pub may_set_fields: bool,
        /// Lists that go on beyond what is here; what is not here is found by searching.
        pub longer: Vec<ChoiceList>,
        /// The kind's own mapping fields, in the order in which a person fills them in.
        #[serde(default)]
        pub fields: Vec<MappingField>,
        /// Fields that the severity can be mapped to.
        #[serde(default)]
        pub severity: Vec<ValueField>,
        /// Fields that the status can be mapped to.
        #[serde(default)]
        pub status: Vec<ValueField>,
    }
}
