//! Projects through REST: github.com and data residency.

use docket_domain::{IssueRef, Problem};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::api::{Api, shape};
use super::super::list::all;
use super::super::read::number;
use super::super::shapes::User;
use super::super::target::Repo;
use super::super::write::send;
use super::{Chosen, Listed, Project, SelectField, SelectOption, is_fine_grained, not_there, personal};
use crate::error::{TrackerError, WriteError};
use crate::http::Call;
use crate::pace::Makes;

/// Most projects of an owner, and most fields of a project, that are read.
pub(super) const MOST: usize = 1_000;

#[derive(Deserialize)]
struct Board {
    node_id: String,
    number: u64,
    title: String,
    #[serde(default)]
    closed_at: Option<String>,
}

#[derive(Deserialize)]
struct Field {
    id: u64,
    #[serde(default)]
    node_id: String,
    name: String,
    data_type: String,
    #[serde(default)]
    options: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    id: String,
    name: Written,
    #[serde(default)]
    description: Option<Written>,
    #[serde(default)]
    color: String,
}

/// A text with its HTML, or a plain one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Both { raw: String },
    Plain(String),
}

impl Written {
    fn text(self) -> String {
        match self {
            Self::Both { raw } => raw,
            Self::Plain(text) => text,
        }
    }
}

/// `/orgs/acme` or `/users/robin`, and whether it is an organisation.
async fn owner(api: &Api, login: &str) -> Result<(String, bool), TrackerError> {
    let about = api.about("look at the owner of the project", None);
    let answer = api.get(api.url(&format!("/users/{login}"), &[]).await?, about).await?;
    let user: User = shape(&answer, about)?;
    let organization = user.is_organization();
    Ok((format!("/{}/{login}", if organization { "orgs" } else { "users" }), organization))
}

/// What a refusal means for the projects of this owner.
fn explained(api: &Api, owner: &str, organization: bool, error: TrackerError) -> TrackerError {
    if !organization && is_fine_grained(api) && matches!(error.status, Some(403 | 404)) {
        return personal(api, owner);
    }
    error
}

/// The projects of an owner.
pub(super) async fn list(api: &Api, login: &str) -> Result<Vec<Listed>, TrackerError> {
    let (base, organization) = owner(api, login).await?;
    let about = api.about("list projects", None);
    let (entries, _) = all(api, &format!("{base}/projectsV2"), &[("per_page", "100")], MOST, about)
        .await
        .map_err(|error| explained(api, login, organization, error))?;
    let boards = entries.iter().filter_map(|entry| Board::deserialize(entry).ok());
    Ok(boards.map(|board| (board.number, board.title, board.closed_at.is_some())).collect())
}

/// A project with its fields.
pub(super) async fn project(api: &Api, chosen: &Chosen) -> Result<Project, TrackerError> {
    let (base, organization) = owner(api, &chosen.owner).await?;
    let path = format!("{base}/projectsV2/{}", chosen.number);
    let about = api.about("look at the project", None);
    let answer = api.get_fresh(api.url(&path, &[]).await?, about).await.map_err(|error| {
        let error = explained(api, &chosen.owner, organization, error);
        if error.status == Some(404) && error.code() == docket_domain::Code::TargetMissing {
            return TrackerError { status: Some(404), ..not_there(chosen) };
        }
        error
    })?;
    let board: Board = shape(&answer, about)?;
    let about = api.about("list the fields of the project", None);
    let (entries, _) = all(api, &format!("{path}/fields"), &[("per_page", "100")], MOST, about).await?;
    let (mut fields, mut others) = (Vec::new(), Vec::new());
    for field in entries.iter().filter_map(|entry| Field::deserialize(entry).ok()) {
        if field.data_type == "single_select" {
            fields.push(SelectField {
                id: Some(field.id),
                node_id: field.node_id,
                name: field.name,
                options: field.options.into_iter().map(choice).collect(),
            });
        } else {
            others.push(field.name);
        }
    }
    Ok(Project {
        owner: chosen.owner.clone(),
        organization,
        number: board.number,
        title: board.title,
        closed: board.closed_at.is_some(),
        node_id: board.node_id,
        fields,
        others,
    })
}

fn choice(choice: Choice) -> SelectOption {
    SelectOption {
        id: choice.id,
        name: choice.name.text(),
        color: choice.color,
        description: choice.description.map(Written::text).unwrap_or_default(),
    }
}

fn base(project: &Project) -> String {
    let space = if project.organization { "orgs" } else { "users" };
    format!("/{space}/{}/projectsV2/{}/items", project.owner, project.number)
}

#[derive(Deserialize)]
struct Item {
    id: u64,
    #[serde(default)]
    fields: Vec<Value>,
}

/// Puts the issue on the board; the item's id.
pub(super) async fn add(api: &Api, project: &Project, issue: &IssueRef) -> Result<String, WriteError> {
    let repo = Repo::parse(&issue.target).map_err(WriteError::refused)?;
    let number = number(issue).map_err(WriteError::refused)?;
    let body = json!({ "type": "Issue", "owner": repo.owner, "repo": repo.name, "number": number });
    let about = api.about("put the issue on the project", None);
    let url = api.url(&base(project), &[]).await.map_err(WriteError::not_sent)?;
    let answer = send(api, Call::write(Method::POST, url, Some(&body), Makes::Beside), about).await?;
    let item: Item = shape(&answer, about).map_err(WriteError::unknown)?;
    Ok(item.id.to_string())
}

/// Sets fields of an item in one request, and looks whether they are set: names of those that
/// are not.
pub(super) async fn set(
    api: &Api,
    project: &Project,
    item: &str,
    sets: &[(&SelectField, &SelectOption)],
) -> Result<Vec<String>, WriteError> {
    let fields: Vec<Value> =
        sets.iter().map(|(field, option)| json!({ "id": field.id, "value": option.id })).collect();
    let body = json!({ "fields": fields });
    let path = format!("{}/{item}", base(project));
    let about = api.about("set fields of the project", None);
    let url = api.url(&path, &[]).await.map_err(WriteError::not_sent)?;
    let answer = send(api, Call::write(Method::PATCH, url, Some(&body), Makes::Beside), about).await?;
    let mut now: Item = shape(&answer, about).map_err(WriteError::unknown)?;
    let told = |now: &Item, field: &SelectField| now.fields.iter().any(|f| f["id"].as_u64() == field.id);
    if !sets.iter().all(|(field, _)| told(&now, field)) {
        let ids: Vec<String> =
            sets.iter().filter_map(|(field, _)| field.id).map(|id| id.to_string()).collect();
        let url = api.url(&path, &[("fields", &ids.join(","))]).await.map_err(WriteError::unknown)?;
        let answer = api.get_fresh(url, about).await.map_err(WriteError::unknown)?;
        now = shape(&answer, about).map_err(WriteError::unknown)?;
    }
    let is_set = |field: &SelectField, option: &SelectOption| {
        now.fields.iter().any(|shown| {
            shown["id"].as_u64() == field.id
                && (shown["value"]["id"] == option.id.as_str() || shown["value"] == option.id.as_str())
        })
    };
    let missing = sets.iter().filter(|(field, option)| !is_set(field, option));
    Ok(missing.map(|(field, option)| format!("{} ({})", field.name, option.name)).collect())
}

/// The answer said that the issue is on the board already.
pub(super) fn is_there(error: &WriteError) -> bool {
    let text = |problem: &Problem| problem.to_string().to_lowercase();
    error.error.status == Some(422) && text(&error.error.problem).contains("already")
}
