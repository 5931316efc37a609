//! Adding an option to a single-select field without harm to the others.
//!
//! GitHub takes the whole list of options only: those sent without their ids become new ones,
//! and every item loses its value. Servers whose schema does not take ids are left alone.

use docket_domain::check::Repair;
use docket_domain::{Code, Destination, Problem};
use serde_json::{Value, json};

use super::super::api::Api;
use super::{Chosen, Project, SelectField, SelectOption, forget, graphql, read};
use crate::error::{TrackerError, WriteError};

const CAPABILITIES: &str = "query DocketCapabilities($project: ID!) {
  __type(name: \"ProjectV2SingleSelectFieldOptionInput\") { inputFields { name } }
  node(id: $project) { ... on ProjectV2 { viewerCanUpdate } }
}";

const EXTEND: &str =
    "mutation DocketExtend($field: ID!, $options: [ProjectV2SingleSelectFieldOptionInput!]) {
  updateProjectV2Field(input: { fieldId: $field, singleSelectOptions: $options }) {
    projectV2Field { ... on ProjectV2SingleSelectField { options { id name color description } } }
  }
}";

/// What the server and the account allow on a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Capabilities {
    /// Options keep their ids when the list is replaced.
    pub keeps_ids: bool,
    /// The account may write the project.
    pub may_write: bool,
}

/// Asks for them.
pub(in super::super) async fn capabilities(
    api: &Api,
    project: &Project,
) -> Result<Capabilities, TrackerError> {
    let variables = json!({ "project": project.node_id });
    let data = graphql::ask(api, CAPABILITIES, variables, "look at what the project allows").await?;
    let inputs = data["__type"]["inputFields"].as_array();
    Ok(Capabilities {
        keeps_ids: inputs.is_some_and(|inputs| inputs.iter().any(|input| input["name"] == "id")),
        may_write: data["node"]["viewerCanUpdate"] == true,
    })
}

/// Adds an option; see [`crate::Tracker::repair`].
pub(in super::super) async fn option(
    api: &Api,
    to: &Destination,
    repair: &Repair,
) -> Result<String, WriteError> {
    let refuse =
        |message: String, hint: String| WriteError::refused(Problem::new(Code::Refused, message).hint(hint));
    let Some(chosen) = Chosen::of(to).map_err(WriteError::refused)? else {
        return Err(refuse(
            "This mapping names no project, so there is no field to extend.".to_owned(),
            "Choose the project first.".to_owned(),
        ));
    };
    let project = read(api, &chosen).await.map_err(WriteError::refused)?;
    let name = repair.field.as_deref().unwrap_or_default();
    let Some(field) = project.field(name) else {
        return Err(refuse(
            format!("There is no single-select field «{name}» in {}.", project.words()),
            "Make the field first, as the mapping's check describes.".to_owned(),
        ));
    };
    if let Some(there) = field.option(&repair.name) {
        return Ok(format!("«{}» is there already in {} of {}.", there.name, field.name, project.words()));
    }
    let able = capabilities(api, &project).await.map_err(WriteError::not_sent)?;
    if !able.keeps_ids {
        return Err(refuse(
            format!(
                "This server replaces all options of {} when one is added, so Docket leaves them alone.",
                field.name
            ),
            format!("Add «{}» by hand in the settings of {}.", repair.name, project.page(api)),
        ));
    }
    let written = extend(api, field, &repair.name).await;
    forget(api, &chosen);
    let now = written?;
    judge(&project, field, &now, &repair.name)
}

/// Sends the options that are there, with their ids, and the new one.
async fn extend(api: &Api, field: &SelectField, name: &str) -> Result<Vec<SelectOption>, WriteError> {
    let mut options: Vec<Value> = field
        .options
        .iter()
        .map(|o| json!({ "id": o.id, "name": o.name, "color": colour(&o.color), "description": o.description }))
        .collect();
    options.push(json!({ "name": name, "color": "GRAY", "description": "" }));
    let variables = json!({ "field": field.node_id, "options": options });
    let data = graphql::change_one(api, EXTEND, variables, "add the option").await?;
    Ok(graphql::options(&data["updateProjectV2Field"]["projectV2Field"]["options"]))
}

/// GraphQL's spelling of a colour; REST may write it small.
fn colour(color: &str) -> String {
    if color.is_empty() { "GRAY".to_owned() } else { color.to_uppercase() }
}

/// Every option that was there is still the same one, and the new one is there.
fn judge(
    project: &Project,
    field: &SelectField,
    now: &[SelectOption],
    name: &str,
) -> Result<String, WriteError> {
    let lost: Vec<&str> = field
        .options
        .iter()
        .filter(|before| !now.iter().any(|option| option.id == before.id))
        .map(|option| option.name.as_str())
        .collect();
    if !lost.is_empty() {
        let words = format!(
            "After adding «{name}», {} of {} no longer has the options {} as they were; items may have lost them.",
            field.name,
            project.words(),
            lost.join(", ")
        );
        return Err(WriteError::refused(
            Problem::new(Code::TrackerTrouble, words)
                .hint("Look at the project in the browser before pushing."),
        ));
    }
    if !now.iter().any(|option| option.name == name) {
        let words = format!("GitHub did not add «{name}» to {} of {}.", field.name, project.words());
        return Err(WriteError::refused(
            Problem::new(Code::Refused, words).hint("Add it in the project's settings."),
        ));
    }
    Ok(format!(
        "The option «{name}» was added to {} of {}; the others were left as they are.",
        field.name,
        project.words()
    ))
}
