//! Where a mapped severity or status goes on a GitLab issue. GitLab has no priority field:
//! scoped labels take its place by default.

use docket_domain::mapping::FieldValue;

/// The field that holds the weight of an issue (paid servers).
pub(crate) const WEIGHT: &str = "issue weight";
/// The field that holds the severity of an incident.
pub(crate) const INCIDENT: &str = "incident severity";
/// The field that holds the status of a work item (paid servers).
pub(crate) const WORK_ITEM: &str = "work item status";

/// What an incident's severity can be.
pub(crate) const SEVERITIES: [&str; 5] = ["unknown", "low", "medium", "high", "critical"];

/// GitLab's own states.
pub(crate) const STATES: [&str; 2] = ["opened", "closed"];

/// Longest name of a label, characters.
pub(crate) const LABEL_MOST: usize = 255;

/// Where a value goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A scoped label.
    Label(Scoped),
    /// The weight.
    Weight(u32),
    /// The severity of an incident.
    Incident(String),
    /// The status of the work item.
    WorkItem(String),
    /// Open or closed.
    State {
        /// Open.
        open: bool,
    },
    /// Nowhere, and why.
    Nowhere(String),
}

/// A label like `Priority::5`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scoped {
    /// `Priority`.
    pub scope: String,
    /// `Priority::5`.
    pub name: String,
}

impl Scoped {
    fn of(set: &FieldValue) -> Result<Self, String> {
        let scope = set.field.trim().trim_end_matches(':').to_owned();
        let name = format!("{scope}::{}", set.value.trim());
        if name.contains(',') {
            return Err(format!("«{name}» cannot be a label: GitLab's labels hold no comma."));
        }
        if name.chars().count() > LABEL_MOST {
            return Err(format!("«{name}» cannot be a label: GitLab allows {LABEL_MOST} characters."));
        }
        Ok(Self { scope, name })
    }

    /// Another label of the same scope.
    pub fn replaces(&self, label: &str) -> bool {
        !label.eq_ignore_ascii_case(&self.name)
            && label.rsplit_once("::").is_some_and(|(scope, _)| scope.eq_ignore_ascii_case(&self.scope))
    }
}

fn label(set: &FieldValue) -> Place {
    match Scoped::of(set) {
        Ok(scoped) => Place::Label(scoped),
        Err(why) => Place::Nowhere(why),
    }
}

/// Where a severity goes.
pub(crate) fn of_severity(set: &FieldValue) -> Place {
    let value = set.value.trim();
    match set.field.trim().to_ascii_lowercase().as_str() {
        WEIGHT => match value.parse() {
            Ok(weight) => Place::Weight(weight),
            Err(_) => Place::Nowhere(format!("«{value}» is not a weight: that is a whole number from 0.")),
        },
        INCIDENT => match SEVERITIES.iter().find(|known| known.eq_ignore_ascii_case(value)) {
            Some(known) => Place::Incident((*known).to_owned()),
            None => Place::Nowhere(format!(
                "«{value}» is not a severity of an incident. There are: {}.",
                SEVERITIES.join(", ")
            )),
        },
        _ => label(set),
    }
}

/// Where a status goes.
pub(crate) fn of_status(set: &FieldValue) -> Place {
    let value = set.value.trim();
    if set.field.trim().eq_ignore_ascii_case(WORK_ITEM) {
        return Place::WorkItem(value.to_owned());
    }
    match value.to_ascii_lowercase().as_str() {
        "opened" => Place::State { open: true },
        "closed" => Place::State { open: false },
        _ => label(set),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(field: &str, value: &str) -> FieldValue {
        FieldValue { field: field.to_owned(), value: value.to_owned() }
    }

    // covers: S1.52
    #[test]
    fn a_severity_becomes_a_scoped_label_unless_another_field_is_chosen() {
        let Place::Label(label) = of_severity(&set("Priority", "5")) else { panic!("a label by default") };
        assert_eq!(label.name, "Priority::5");
        assert!(label.replaces("priority::4"), "the same scope holds one value");
        assert!(!label.replaces("Priority::5") && !label.replaces("Priority"), "itself and others stay");
        assert_eq!(of_severity(&set(WEIGHT, "5")), Place::Weight(5));
        assert_eq!(of_severity(&set(INCIDENT, "High")), Place::Incident("high".to_owned()));
        for (field, value) in [(WEIGHT, "much"), (WEIGHT, "-1"), (INCIDENT, "5"), ("Priority", "a,b")] {
            assert!(matches!(of_severity(&set(field, value)), Place::Nowhere(_)), "{field} {value}");
        }
    }

    // covers: S1.58, S1.59
    #[test]
    fn a_status_is_gitlabs_own_or_a_label() {
        assert_eq!(of_status(&set("Status", "opened")), Place::State { open: true });
        assert_eq!(of_status(&set("Status", "Closed")), Place::State { open: false });
        let Place::Label(label) = of_status(&set("Status", "Risk accepted")) else { panic!("a label") };
        assert_eq!(label.name, "Status::Risk accepted");
        assert_eq!(of_status(&set(WORK_ITEM, "Done")), Place::WorkItem("Done".to_owned()));
    }
}
