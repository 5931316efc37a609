//! Statuses of work items, through GraphQL: REST has none. Offered by paid servers of recent
//! versions; elsewhere the list is empty.

use docket_domain::{Code, Problem};
use serde_json::{Value, json};

use super::api::Api;
use super::shapes::Project;
use super::words;
use crate::error::{TrackerError, WriteError};
use crate::http::{Answer, Call};
use crate::pace::{Makes, Weight};
use crate::talk::{self, BELIEVED_MS};

const ALLOWED: &str = "query DocketStatuses($path: ID!) {
  namespace(fullPath: $path) {
    workItemTypes(name: ISSUE) {
      nodes {
        widgetDefinitions {
          type
          ... on WorkItemWidgetDefinitionStatus { allowedStatuses { id name category } }
        }
      }
    }
  }
}";

const SET: &str = "mutation DocketStatus($id: WorkItemID!, $status: WorkItemsStatusesStatusID!) {
  workItemUpdate(input: { id: $id, statusWidget: { status: $status } }) {
    errors
    workItem {
      state
      widgets { type ... on WorkItemWidgetStatus { status { id name } } }
    }
  }
}";

const PLACE: &str = "query DocketPlace($id: WorkItemID!) { workItem(id: $id) { iid webUrl } }";

/// A status that issues of a project can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Status {
    /// GitLab's id of it.
    pub gid: String,
    /// What people read.
    pub name: String,
    /// `done` and `canceled` close the issue.
    pub category: String,
}

impl Status {
    /// An issue with this status is closed.
    pub fn closes(&self) -> bool {
        matches!(self.category.to_ascii_lowercase().as_str(), "done" | "canceled")
    }
}

async fn ask(api: &Api, question: &Value) -> Result<Answer, TrackerError> {
    let url = talk::join(&api.base().await?.graphql, "")?;
    Ok(api.http.send(Call::ask(url, question)).await?)
}

/// The statuses of a project's issues, as they were at most ten minutes ago.
pub(super) async fn known(api: &Api, project: &Project) -> Result<Vec<Status>, TrackerError> {
    let now = api.http.ports.clock.now();
    if let Some((at, list)) = api.known().statuses.get(&project.id)
        && now.millis_since(*at) < BELIEVED_MS
    {
        return Ok(list.clone());
    }
    allowed(api, project).await
}

/// The statuses of a project's issues; none where the server does not offer them.
pub(super) async fn allowed(api: &Api, project: &Project) -> Result<Vec<Status>, TrackerError> {
    let question = json!({ "query": ALLOWED, "variables": { "path": project.path_with_namespace } });
    let answer = ask(api, &question).await?;
    if answer.status == 401 || answer.status >= 500 || answer.is_html() {
        let about = api.about("list the statuses of work items", Some(&project.path_with_namespace));
        return Err(words::error(&answer, about));
    }
    // Servers that do not know the words answer with errors and no data.
    let types = answer.json().and_then(|json| json.pointer("/data/namespace/workItemTypes/nodes"));
    let mut statuses = Vec::new();
    for definition in types
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|kind| kind.get("widgetDefinitions")?.as_array())
        .flatten()
    {
        // Both spellings: a plain list, and one of `nodes`.
        let list = definition.get("allowedStatuses");
        let list = list.and_then(|list| list.get("nodes")).or(list).and_then(Value::as_array);
        for status in list.into_iter().flatten() {
            let text = |key: &str| status.get(key).and_then(Value::as_str).map(str::to_owned);
            if let (Some(gid), Some(name)) = (text("id"), text("name")) {
                statuses.push(Status { gid, name, category: text("category").unwrap_or_default() });
            }
        }
    }
    let now = api.http.ports.clock.now();
    api.known().statuses.insert(project.id, (now, statuses.clone()));
    Ok(statuses)
}

/// Sets the status of an issue; in words, why it could not be set.
pub(super) async fn set(
    api: &Api,
    project: &Project,
    issue: u64,
    name: &str,
) -> Result<Option<String>, WriteError> {
    let list = known(api, project).await.map_err(WriteError::not_sent)?;
    let Some(status) = list.iter().find(|status| status.name.eq_ignore_ascii_case(name.trim())) else {
        return Ok(Some(missing(name, &project.path_with_namespace, &list)));
    };
    let body = json!({
        "query": SET,
        "variables": { "id": format!("gid://gitlab/WorkItem/{issue}"), "status": status.gid },
    });
    let url = talk::join(&api.base().await.map_err(WriteError::not_sent)?.graphql, "")
        .map_err(WriteError::not_sent)?;
    let about = api.about("set the status", Some(&project.path_with_namespace));
    let call = Call { weight: Weight::Write { makes: Makes::Nothing }, ..Call::ask(url, &body) };
    let answer = talk::write(&api.http, call, about).await?;
    Ok(complaint(&answer).map(|what| format!("The status «{name}» was not set: {what}")).or_else(|| {
        (!holds(&answer, &status.gid)).then(|| {
            format!("GitLab dropped the status «{name}»: the account needs the role Planner or higher.")
        })
    }))
}

/// What GraphQL complains about: it does so with status 200.
fn complaint(answer: &Answer) -> Option<String> {
    let json = answer.json()?;
    let whole = json.get("errors").and_then(Value::as_array).into_iter().flatten();
    let of_update =
        json.pointer("/data/workItemUpdate/errors").and_then(Value::as_array).into_iter().flatten();
    let says: Vec<String> = whole
        .filter_map(|error| error.get("message")?.as_str())
        .chain(of_update.filter_map(Value::as_str))
        .map(str::to_owned)
        .collect();
    (!says.is_empty()).then(|| says.join("; "))
}

/// The answer shows the status that was asked for. Servers that do not show one are believed.
fn holds(answer: &Answer, gid: &str) -> bool {
    let widgets = answer
        .json()
        .and_then(|json| json.pointer("/data/workItemUpdate/workItem/widgets"))
        .and_then(Value::as_array);
    let shown = widgets.into_iter().flatten().find_map(|widget| widget.pointer("/status/id")?.as_str());
    shown.is_none_or(|shown| shown == gid)
}

/// There is no such status.
pub(super) fn missing(name: &str, project: &str, there: &[Status]) -> String {
    if there.is_empty() {
        return format!(
            "{project} offers no statuses of work items (they need GitLab Premium 18.4 or later)."
        );
    }
    let list: Vec<String> = there.iter().map(|status| format!("«{}»", status.name)).collect();
    format!("There is no status «{name}» in {project}. There are: {}.", list.join(", "))
}

/// Where the issue with this server-wide number lies now; nothing when the server does not say.
pub(super) async fn place(api: &Api, issue: u64) -> Result<Option<String>, TrackerError> {
    let question = json!({ "query": PLACE, "variables": { "id": format!("gid://gitlab/WorkItem/{issue}") } });
    let answer = ask(api, &question).await?;
    if answer.status == 401 {
        let problem = Problem::new(Code::Unauthorized, "The token was not accepted when asked for an issue.");
        return Err(problem.hint("Create a new one. All settings are kept.").into());
    }
    let url = answer.json().and_then(|json| json.pointer("/data/workItem/webUrl")).and_then(Value::as_str);
    Ok(url.map(str::to_owned))
}
