//! The vendor's four processes as data, and what a customised one adds.
//!
//! States, categories and initial states follow the vendor's documents. Inherited processes let every state follow every
//! other; the CMMI process here keeps the documented steps of its workflow, so that a close takes more than one.

use serde_json::{Value, json};

use super::fields::{self, field};

/// A process with the work item types that it offers.
#[derive(Debug, Clone)]
pub(crate) struct Process {
    pub name: String,
    pub id: String,
    pub kinds: Vec<WorkType>,
}

#[derive(Debug, Clone)]
pub(crate) struct WorkType {
    pub name: String,
    pub reference: String,
    pub color: &'static str,
    pub states: Vec<State>,
    pub fields: Vec<TypeField>,
    /// Allowed steps; empty lets every state follow every other.
    pub steps: Vec<(&'static str, &'static str)>,
    pub first_reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    pub name: String,
    pub category: &'static str,
}

#[derive(Debug, Clone)]
pub(crate) struct TypeField {
    pub reference: String,
    pub required: bool,
    pub default: Option<Value>,
    pub allowed: Vec<Value>,
}

impl Process {
    pub fn kind(&self, name: &str) -> Option<&WorkType> {
        self.kinds
            .iter()
            .find(|k| k.name.eq_ignore_ascii_case(name) || k.reference.eq_ignore_ascii_case(name))
    }

    /// Adds a field to a type, or replaces what is there.
    pub fn put_field(&mut self, kind: &str, field: &TypeField) {
        for k in self.kinds.iter_mut().filter(|k| k.name == kind) {
            k.fields.retain(|f| f.reference != field.reference);
            k.fields.push(field.clone());
        }
    }

    /// Adds a state before the first one of a later category.
    pub fn put_state(&mut self, kind: &str, name: &str, category: &'static str) {
        let rank = |c: &str| CATEGORIES.iter().position(|x| *x == c).unwrap_or(CATEGORIES.len());
        for k in self.kinds.iter_mut().filter(|k| k.name == kind) {
            let at =
                k.states.iter().position(|s| rank(s.category) > rank(category)).unwrap_or(k.states.len());
            k.states.insert(at, State { name: name.to_owned(), category });
        }
    }
}

impl WorkType {
    pub fn initial(&self) -> &str {
        self.states.first().map_or("", |s| &s.name)
    }

    pub fn state(&self, name: &str) -> Option<&State> {
        self.states.iter().find(|s| s.name.eq_ignore_ascii_case(name))
    }

    pub fn field(&self, reference: &str) -> Option<&TypeField> {
        self.fields.iter().find(|f| f.reference.eq_ignore_ascii_case(reference))
    }

    /// Whether `to` may follow `from`.
    pub fn may_step(&self, from: &str, to: &str) -> bool {
        let given =
            self.steps.iter().any(|(f, t)| f.eq_ignore_ascii_case(from) && t.eq_ignore_ascii_case(to));
        self.steps.is_empty() || from.eq_ignore_ascii_case(to) || given
    }

    /// Reasons that may go with entering a state; the first is the default.
    pub fn reasons(&self, to: &str) -> Vec<String> {
        let mut out = vec![format!("Moved to state {to}")];
        let category = self.state(to).map_or("", |s| s.category);
        let more: &[&str] = match category {
            "Resolved" | "Completed" => &[
                "Fixed",
                "Verified",
                "Deferred",
                "Duplicate",
                "As Designed",
                "Cannot Reproduce",
                "Obsolete",
                "Work finished",
            ],
            "Removed" => &["Removed from the backlog"],
            _ => &["Approved", "Implementation started", "Reactivated", "Regression", "Not fixed"],
        };
        out.extend(more.iter().map(|r| (*r).to_owned()));
        out
    }
}

const CATEGORIES: [&str; 5] = ["Proposed", "InProgress", "Resolved", "Completed", "Removed"];

fn states(text: &str) -> Vec<State> {
    text.split(", ")
        .filter_map(|s| s.split_once(':'))
        .filter_map(|(name, c)| {
            let category = CATEGORIES.iter().find(|x| x.starts_with(c))?;
            Some(State { name: name.to_owned(), category })
        })
        .collect()
}

fn common() -> Vec<TypeField> {
    let plain =
        |r: &str| TypeField { reference: r.to_owned(), required: false, default: None, allowed: Vec::new() };
    let mut out: Vec<TypeField> = fields::EVERYWHERE.iter().map(|r| plain(r)).collect();
    for f in &mut out {
        f.required = matches!(
            f.reference.as_str(),
            "System.Title" | "System.State" | "System.AreaId" | "System.IterationId"
        );
    }
    out.push(choice("Microsoft.VSTS.Common.Priority", json!(2), &[json!(1), json!(2), json!(3), json!(4)]));
    out
}

fn choice(reference: &str, default: Value, allowed: &[Value]) -> TypeField {
    TypeField {
        reference: reference.to_owned(),
        required: false,
        default: Some(default),
        allowed: allowed.to_vec(),
    }
}

pub(crate) fn severity() -> TypeField {
    let words = ["1 - Critical", "2 - High", "3 - Medium", "4 - Low"];
    choice("Microsoft.VSTS.Common.Severity", json!("3 - Medium"), &words.map(Value::from))
}

fn kind(process: &str, name: &str, first_reason: &'static str, text: &str) -> WorkType {
    let mut fields = common();
    let bug = name == "Bug";
    if bug {
        for r in ["Microsoft.VSTS.TCM.ReproSteps", "Microsoft.VSTS.TCM.SystemInfo"] {
            fields.push(TypeField {
                reference: r.to_owned(),
                required: false,
                default: None,
                allowed: Vec::new(),
            });
        }
    }
    if bug || (process == "CMMI" && matches!(name, "Issue" | "Risk")) {
        fields.push(severity());
    }
    if name == "Task" {
        let reference = "Microsoft.VSTS.Scheduling.RemainingWork".to_owned();
        fields.push(TypeField { reference, required: false, default: None, allowed: Vec::new() });
    }
    for f in &fields {
        debug_assert!(field(&f.reference).is_some(), "{} is in the catalogue", f.reference);
    }
    // A risk has no state between active and closed.
    let steps = match (process, name) {
        ("CMMI", "Risk") | ("Basic" | "Agile" | "Scrum", _) => Vec::new(),
        _ => CMMI_STEPS.to_vec(),
    };
    WorkType {
        name: name.to_owned(),
        reference: format!("Microsoft.VSTS.WorkItemTypes.{}", name.replace(' ', "")),
        color: if bug { "CC293D" } else { "009CCC" },
        states: states(text),
        fields,
        steps,
        first_reason,
    }
}

const CMMI_STEPS: &[(&str, &str)] = &[
    ("Proposed", "Active"),
    ("Proposed", "Closed"),
    ("Active", "Proposed"),
    ("Active", "Resolved"),
    ("Resolved", "Active"),
    ("Resolved", "Closed"),
    ("Closed", "Proposed"),
    ("Closed", "Active"),
];

fn process(name: &str, kinds: &[(&str, &'static str, &str)]) -> Process {
    Process {
        name: name.to_owned(),
        id: super::world::guid(&format!("process {name}")),
        kinds: kinds.iter().map(|(n, reason, s)| kind(name, n, reason, s)).collect(),
    }
}

pub(crate) fn basic() -> Process {
    let s = "To Do:Prop, Doing:InP, Done:Comp";
    process(
        "Basic",
        &[("Issue", "Added to backlog", s), ("Task", "Added to backlog", s), ("Epic", "Added to backlog", s)],
    )
}

pub(crate) fn agile() -> Process {
    let four = "New:Prop, Active:InP, Resolved:Res, Closed:Comp";
    let task = "New:Prop, Active:InP, Closed:Comp, Removed:Rem";
    let story = "New:Prop, Active:InP, Resolved:Res, Closed:Comp, Removed:Rem";
    process(
        "Agile",
        &[
            ("Bug", "New", four),
            ("Task", "New", task),
            ("User Story", "New", story),
            ("Issue", "New", "Active:InP, Closed:Comp"),
            ("Feature", "New", story),
            ("Epic", "New", story),
        ],
    )
}

pub(crate) fn scrum() -> Process {
    let item = "New:Prop, Approved:Prop, Committed:InP, Done:Comp, Removed:Rem";
    process(
        "Scrum",
        &[
            ("Bug", "New defect reported", item),
            ("Product Backlog Item", "New backlog item", item),
            ("Task", "New task", "To Do:Prop, In Progress:InP, Done:Comp, Removed:Rem"),
            ("Impediment", "New impediment", "Open:InP, Closed:Comp"),
            ("Feature", "New feature", "New:Prop, In Progress:InP, Done:Comp, Removed:Rem"),
        ],
    )
}

pub(crate) fn cmmi() -> Process {
    let four = "Proposed:Prop, Active:InP, Resolved:Res, Closed:Comp";
    process(
        "CMMI",
        &[
            ("Bug", "New", four),
            ("Task", "New", four),
            ("Requirement", "New", four),
            ("Issue", "New", four),
            ("Risk", "New", "Proposed:Prop, Active:InP, Closed:Comp"),
        ],
    )
}
