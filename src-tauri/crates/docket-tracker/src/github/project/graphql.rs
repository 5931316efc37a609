//! Projects through GraphQL: Enterprise Server, and what github.com has nowhere else.
//!
//! Refusals come with status 200 and a list of errors; here they become errors in words.

use std::collections::BTreeMap;

use docket_domain::{Code, IssueRef, Problem};
use reqwest::Method;
use serde_json::{Value, json};

use super::super::api::{Api, join};
use super::super::words;
use super::super::write::send;
use super::{
    Chosen, FIRST_SERVER, Listed, Project, SelectField, SelectOption, is_fine_grained, not_there, personal,
};
use crate::error::{TrackerError, WriteError};
use crate::http::{Answer, Call};
use crate::pace::Makes;

const LIST: &str = "query DocketProjects($login: String!, $after: String) {
  repositoryOwner(login: $login) {
    __typename
    ... on ProjectV2Owner {
      projectsV2(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { number title closed }
      }
    }
  }
}";

const PROJECT: &str = "query DocketProject($login: String!, $number: Int!) {
  repositoryOwner(login: $login) {
    __typename
    ... on ProjectV2Owner {
      projectV2(number: $number) {
        id number title closed
        fields(first: 100) {
          nodes {
            ... on ProjectV2FieldCommon { id name dataType }
            ... on ProjectV2SingleSelectField { options { id name color description } }
          }
        }
      }
    }
  }
}";

const ADD: &str = "mutation DocketAdd($project: ID!, $issue: ID!) {
  addProjectV2ItemById(input: { projectId: $project, contentId: $issue }) { item { id } }
}";

/// Asks; errors beside the data are errors.
pub(super) async fn ask(
    api: &Api,
    query: &str,
    variables: Value,
    doing: &str,
) -> Result<Value, TrackerError> {
    let url = join(&api.base().await?.graphql, "")?;
    let body = json!({ "query": query, "variables": variables });
    let answer = api.http.send(Call::ask(url, &body)).await?;
    if !answer.is_success() || answer.is_html() {
        return Err(words::error(&answer, api.about(doing, None)));
    }
    if let Some(error) = refusals(api, &answer, doing).into_iter().next() {
        return Err(error);
    }
    Ok(answer.json().map(|json| json["data"].clone()).unwrap_or_default())
}

/// The errors of an answer, in words.
fn refusals(api: &Api, answer: &Answer, doing: &str) -> Vec<TrackerError> {
    let errors = answer.json().and_then(|json| json["errors"].as_array()).map(Vec::as_slice);
    errors.unwrap_or_default().iter().map(|error| refusal(api, error, doing, answer)).collect()
}

fn refusal(api: &Api, error: &Value, doing: &str, answer: &Answer) -> TrackerError {
    let message = error["message"].as_str().unwrap_or_default();
    let code = error["extensions"]["code"].as_str().unwrap_or_default();
    let problem = match error["type"].as_str().unwrap_or_default() {
        "INSUFFICIENT_SCOPES" => Problem::new(
            Code::Forbidden,
            format!("The token may not {doing}: it lacks the scope «project»."),
        )
        .hint(format!("Edit the token at {}/settings/tokens and tick «project».", api.address.web())),
        "NOT_FOUND" => Problem::new(Code::TargetMissing, format!("GitHub found nothing there when asked to {doing}."))
            .hint("Check the number of the project, and that the account may see it."),
        "FORBIDDEN" => Problem::new(Code::Forbidden, format!("This account may not {doing}."))
            .hint("Ask an owner of the project for the role «write», and give a fine-grained token the permission «Projects: read and write»."),
        "RATE_LIMITED" => Problem::new(Code::RateLimited, "GitHub asked for a pause."),
        "UNPROCESSABLE" if message.contains("too quickly") => {
            Problem::new(Code::RateLimited, "GitHub limits new content and asked for a pause.")
        }
        _ if matches!(code, "undefinedField" | "undefinedType") => too_old(answer),
        _ => Problem::new(Code::Refused, format!("GitHub refused to {doing}: {message}.").replace("..", ".")),
    };
    let status = Some(answer.status);
    let request_id = answer.request_id.clone();
    let error = TrackerError { status, request_id, ..TrackerError::new(problem.with("answer", message)) };
    error.cleaned(&api.http.redactor)
}

/// The server's schema does not know projects.
fn too_old(answer: &Answer) -> Problem {
    let version = answer.header("x-github-enterprise-version");
    let is = version.map_or_else(String::new, |version| format!(" is {version};"));
    let is = if is.is_empty() {
        " does not know projects of this kind: they".to_owned()
    } else {
        format!("{is} projects")
    };
    Problem::new(Code::TrackerTrouble, format!("This server{is} need {FIRST_SERVER} or later."))
        .hint("Leave the project out: issues are then created in the repository only.")
}

/// A query about a chosen project: «not found» and «forbidden» are explained.
fn explained(api: &Api, chosen: &Chosen, organization: bool, error: TrackerError) -> TrackerError {
    match error.code() {
        Code::TargetMissing | Code::Forbidden if !organization && is_fine_grained(api) => {
            personal(api, &chosen.owner)
        }
        Code::TargetMissing => not_there(chosen),
        _ => error,
    }
}

/// Asks something about an owner; also whether it is an organisation.
async fn of_owner(
    api: &Api,
    query: &str,
    variables: Value,
    chosen: &Chosen,
    doing: &str,
) -> Result<(Value, bool), TrackerError> {
    match ask(api, query, variables, doing).await {
        Ok(data) => {
            let owner = &data["repositoryOwner"];
            Ok((owner.clone(), owner["__typename"] == "Organization"))
        }
        Err(error) => {
            let about = api.about(doing, None);
            let user = api.get(api.url(&format!("/users/{}", chosen.owner), &[]).await?, about).await;
            let organization =
                user.is_ok_and(|answer| answer.json().is_some_and(|json| json["type"] == "Organization"));
            Err(explained(api, chosen, organization, error))
        }
    }
}

fn entries(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten().filter(|entry| !entry.is_null())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The projects of an owner.
pub(super) async fn list(api: &Api, login: &str) -> Result<Vec<Listed>, TrackerError> {
    let chosen = Chosen { owner: login.to_owned(), number: 0 };
    let (mut listed, mut after) = (Vec::new(), Value::Null);
    while listed.len() < super::rest::MOST {
        let variables = json!({ "login": login, "after": after });
        let (owner, _) = of_owner(api, LIST, variables, &chosen, "list projects").await?;
        let page = &owner["projectsV2"];
        listed.extend(
            entries(&page["nodes"])
                .map(|p| (p["number"].as_u64().unwrap_or(0), text(&p["title"]), p["closed"] == true)),
        );
        let end = page["pageInfo"]["endCursor"].clone();
        // A cursor that stands still would ask for ever.
        if page["pageInfo"]["hasNextPage"] != true || end == after {
            break;
        }
        after = end;
    }
    Ok(listed)
}

/// A project with its fields.
pub(super) async fn project(api: &Api, chosen: &Chosen) -> Result<Project, TrackerError> {
    let variables = json!({ "login": chosen.owner, "number": chosen.number });
    let (owner, organization) = of_owner(api, PROJECT, variables, chosen, "look at the project").await?;
    let found = &owner["projectV2"];
    let Some(node_id) = found["id"].as_str() else { return Err(not_there(chosen)) };
    let (mut fields, mut others) = (Vec::new(), Vec::new());
    for field in entries(&found["fields"]["nodes"]) {
        if field["dataType"] == "SINGLE_SELECT" {
            fields.push(SelectField {
                id: None,
                node_id: text(&field["id"]),
                name: text(&field["name"]),
                options: options(&field["options"]),
            });
        } else {
            others.push(text(&field["name"]));
        }
    }
    Ok(Project {
        owner: chosen.owner.clone(),
        organization,
        number: chosen.number,
        title: text(&found["title"]),
        closed: found["closed"] == true,
        node_id: node_id.to_owned(),
        fields,
        others,
    })
}

pub(super) fn options(list: &Value) -> Vec<SelectOption> {
    entries(list)
        .map(|option| SelectOption {
            id: text(&option["id"]),
            name: text(&option["name"]),
            color: text(&option["color"]),
            description: text(&option["description"]),
        })
        .collect()
}

/// Sends a mutation; the data, and the errors beside it by the name of their part.
async fn change(
    api: &Api,
    query: &str,
    variables: Value,
    doing: &str,
) -> Result<(Value, BTreeMap<String, TrackerError>), WriteError> {
    let base = api.base().await.map_err(WriteError::not_sent)?;
    let url = join(&base.graphql, "").map_err(WriteError::not_sent)?;
    let body = json!({ "query": query, "variables": variables });
    let answer =
        send(api, Call::write(Method::POST, url, Some(&body), Makes::Beside), api.about(doing, None)).await?;
    let data = answer.json().map(|json| json["data"].clone()).unwrap_or_default();
    let mut by_part = BTreeMap::new();
    let raw = answer.json().and_then(|json| json["errors"].as_array());
    for (error, words) in raw.into_iter().flatten().zip(refusals(api, &answer, doing)) {
        if words.code() == Code::RateLimited {
            return Err(WriteError::not_sent(words));
        }
        let Some(part) = error["path"][0].as_str() else { return Err(WriteError::refused(words)) };
        by_part.insert(part.to_owned(), words);
    }
    Ok((data, by_part))
}

/// The same for a mutation with one part.
pub(super) async fn change_one(
    api: &Api,
    query: &str,
    variables: Value,
    doing: &str,
) -> Result<Value, WriteError> {
    let (data, errors) = change(api, query, variables, doing).await?;
    match errors.into_values().next() {
        Some(error) => Err(WriteError::refused(error)),
        None => Ok(data),
    }
}

/// Puts the issue on the board; the item's id. One that is there already keeps its item.
pub(super) async fn add(api: &Api, project: &Project, issue: &IssueRef) -> Result<String, WriteError> {
    let doing = "put the issue on the project";
    let variables = json!({ "project": project.node_id, "issue": issue.stable_id });
    let data = change_one(api, ADD, variables, doing).await?;
    let id = data["addProjectV2ItemById"]["item"]["id"].as_str();
    id.map(str::to_owned).ok_or_else(|| {
        let words = format!("GitHub's answer to the request to {doing} is not one that it gives.");
        WriteError::unknown(Problem::new(Code::TrackerTrouble, words))
    })
}

/// Sets fields of an item in one request; names of those that are not set afterwards.
pub(super) async fn set(
    api: &Api,
    project: &Project,
    item: &str,
    sets: &[(&SelectField, &SelectOption)],
) -> Result<Vec<String>, WriteError> {
    use std::fmt::Write as _;
    let mut head = String::from("mutation DocketSet($project: ID!, $item: ID!");
    let mut body = String::new();
    let mut variables = json!({ "project": project.node_id, "item": item });
    for (at, (field, option)) in sets.iter().enumerate() {
        // Writing into a String cannot fail.
        let _ = write!(head, ", $field{at}: ID!, $name{at}: String!, $option{at}: String!");
        let _ = write!(
            body,
            " set{at}: updateProjectV2ItemFieldValue(input: {{ projectId: $project, itemId: $item, fieldId: $field{at}, \
             value: {{ singleSelectOptionId: $option{at} }} }}) {{ projectV2Item {{ fieldValueByName(name: $name{at}) \
             {{ ... on ProjectV2ItemFieldSingleSelectValue {{ optionId }} }} }} }}"
        );
        variables[format!("field{at}")] = json!(field.node_id);
        variables[format!("name{at}")] = json!(field.name);
        variables[format!("option{at}")] = json!(option.id);
    }
    let query = format!("{head}) {{{body} }}");
    let (data, errors) = change(api, &query, variables, "set fields of the project").await?;
    let mut missing = Vec::new();
    for (at, (field, option)) in sets.iter().enumerate() {
        let part = format!("set{at}");
        let now = &data[&part]["projectV2Item"]["fieldValueByName"]["optionId"];
        if now != option.id.as_str() {
            let why = errors.get(&part).map(|error| format!(": {}", error.problem.message));
            missing.push(format!("{} ({}){}", field.name, option.name, why.unwrap_or_default()));
        }
    }
    Ok(missing)
}

/// The item of an issue that is on the board already.
pub(super) struct There {
    pub node_id: String,
    /// REST's id.
    pub id: Option<String>,
    /// Ids of the options that are set, by field name.
    pub values: BTreeMap<String, String>,
}

/// Looks whether the issue is on the board, and what these fields hold there.
pub(super) async fn find(
    api: &Api,
    project: &Project,
    issue: &IssueRef,
    fields: &[&SelectField],
) -> Result<Option<There>, TrackerError> {
    use std::fmt::Write as _;
    let Some(id) = &issue.stable_id else { return Ok(None) };
    let mut head = String::from("query DocketItem($issue: ID!");
    let mut body = String::new();
    let mut variables = json!({ "issue": id });
    for (at, field) in fields.iter().enumerate() {
        // Writing into a String cannot fail.
        let _ = write!(head, ", $name{at}: String!");
        let _ = write!(
            body,
            " value{at}: fieldValueByName(name: $name{at}) {{ ... on ProjectV2ItemFieldSingleSelectValue {{ optionId }} }}"
        );
        variables[format!("name{at}")] = json!(field.name);
    }
    let query = format!(
        "{head}) {{ node(id: $issue) {{ ... on Issue {{ projectItems(first: 100) {{ nodes {{ id fullDatabaseId \
         project {{ id }}{body} }} }} }} }} }}"
    );
    let data = ask(api, &query, variables, "look for the issue on the project").await?;
    let mut items = entries(&data["node"]["projectItems"]["nodes"]);
    let found = items.find(|item| item["project"]["id"] == project.node_id.as_str());
    Ok(found.map(|item| There {
        node_id: text(&item["id"]),
        id: match &item["fullDatabaseId"] {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        },
        values: fields
            .iter()
            .enumerate()
            .filter_map(|(at, field)| {
                let option = item[format!("value{at}")]["optionId"].as_str()?;
                Some((field.name.clone(), option.to_owned()))
            })
            .collect(),
    }))
}
