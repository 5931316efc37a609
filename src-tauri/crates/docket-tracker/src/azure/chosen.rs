//! What a mapping chose: project, work item type, area, iteration and own fields.

use docket_domain::{Destination, Problem};

use super::address::{check_project, is_guid, part};
use super::api::Api;
use super::model::{Model, kinds, model, usual};
use crate::error::TrackerError;

/// Ids of the kind's own mapping fields.
pub(super) const TYPE: &str = "type";
pub(super) const AREA: &str = "area";
pub(super) const ITERATION: &str = "iteration";
/// Set Severity beside a mapped Priority.
pub(super) const BESIDE: &str = "severity_beside";
/// In front of the reference name of a further field.
pub(super) const FIELD: &str = "field:";

/// A destination, read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chosen<'a> {
    to: &'a Destination,
}

impl<'a> Chosen<'a> {
    /// Reads a destination; refuses what cannot be a project.
    pub fn read(to: &'a Destination) -> Result<Self, Problem> {
        check_project(to.target.trim())?;
        Ok(Self { to })
    }

    /// The project for paths: its id, which survives renames, where it is known.
    pub fn project(self) -> &'a str {
        match self.to.stable_id.as_deref().map(str::trim) {
            Some(id) if is_guid(id) => id,
            _ => self.to.target.trim(),
        }
    }

    /// The project as people call it.
    pub fn name(self) -> &'a str {
        self.to.target.trim()
    }

    /// A path below the project.
    pub fn path(self, below: &str) -> String {
        format!("/{}{below}", part(self.project()))
    }

    /// The type, if one was chosen.
    pub fn kind(self) -> Option<&'a str> {
        self.to.setting(TYPE)
    }

    /// The area.
    pub fn area(self) -> Option<&'a str> {
        self.to.setting(AREA)
    }

    /// The iteration.
    pub fn iteration(self) -> Option<&'a str> {
        self.to.setting(ITERATION)
    }

    /// Severity is set beside a mapped Priority.
    pub fn beside(self) -> bool {
        self.to.setting(BESIDE) == Some("true")
    }

    /// Further fields with their values.
    pub fn own(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.to.settings.iter().filter_map(|(id, value)| {
            let value = value.trim();
            id.strip_prefix(FIELD).filter(|_| !value.is_empty()).map(|name| (name, value))
        })
    }

    /// The value chosen for a further field.
    pub fn own_value(self, reference: &str) -> Option<&'a str> {
        self.own().find(|(name, _)| name.eq_ignore_ascii_case(reference)).map(|(_, value)| value)
    }

    /// The type that was chosen, or the usual one of the process.
    pub async fn model(self, api: &Api) -> Result<Model, TrackerError> {
        let project = self.project();
        let name = if let Some(name) = self.kind() {
            name.to_owned()
        } else {
            let kinds = kinds(api, project).await?;
            usual(&kinds).map(|kind| kind.name.clone()).ok_or_else(|| no_type(self.name(), "", &[]))?
        };
        if let Some(model) = model(api, project, &name).await? {
            return Ok(model);
        }
        let kinds = kinds(api, project).await?;
        let there: Vec<&str> =
            kinds.iter().filter(|kind| kind.is_for_people()).map(|kind| kind.name.as_str()).collect();
        Err(no_type(self.name(), &name, &there).into())
    }
}

/// The project has no such type.
pub(super) fn no_type(project: &str, name: &str, there: &[&str]) -> Problem {
    let problem = if name.is_empty() {
        Problem::new(docket_domain::Code::Refused, format!("{project} offers no work item type."))
    } else {
        Problem::new(
            docket_domain::Code::Refused,
            format!("There is no work item type «{name}» in {project}. There are: {}.", there.join(", ")),
        )
    };
    problem.hint("Choose another type in the mapping.")
}
