//! What has become of issues: many at once through GraphQL, one by one through REST where
//! GraphQL is not offered or does not know the issue.

use std::collections::{BTreeMap, HashMap};

use docket_domain::{IssueRef, IssueSeen, IssueState};
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{Api, shape};
use super::shapes::{self, Issue};
use super::target::Repo;
use super::words;
use crate::error::TrackerError;
use crate::http::Call;
use crate::waist::IssueRead;

/// Issues in one GraphQL question.
const AT_ONCE: usize = 50;

const QUESTION: &str = "query DocketIssues($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Issue {
      id number title body state stateReason(enableDuplicate: true) url createdAt updatedAt
      author { login }
      repository { nameWithOwner }
      milestone { title }
      labels(first: 100) { nodes { name } }
      assignees(first: 20) { nodes { login } }
    }
  }
}";

/// Reads issues; see [`crate::Tracker::read`].
pub(super) async fn read(api: &Api, issues: &[IssueRef]) -> Result<Vec<(IssueRef, IssueRead)>, TrackerError> {
    let mut seen: HashMap<String, IssueSeen> = HashMap::new();
    // One alone costs the same either way, and REST tells more.
    if issues.len() > 1 {
        let ids: Vec<&str> = issues.iter().filter_map(|issue| issue.stable_id.as_deref()).collect();
        for ids in ids.chunks(AT_ONCE) {
            match many(api, ids).await? {
                Some(found) => seen.extend(found),
                None => break,
            }
        }
    }
    let mut reads = Vec::with_capacity(issues.len());
    for issue in issues {
        let known = issue.stable_id.as_ref().and_then(|id| seen.remove(id));
        let read = match known {
            Some(found) => read_of(issue, found),
            None => one(api, issue).await?,
        };
        reads.push((issue.clone(), read));
    }
    Ok(reads)
}

/// Moved when it lies elsewhere than it was last seen.
fn read_of(asked: &IssueRef, found: IssueSeen) -> IssueRead {
    let same = found.issue.target.eq_ignore_ascii_case(&asked.target) && found.issue.number == asked.number;
    let state = if same { found.state.clone() } else { IssueState::Moved { to: Some(found.issue.short()) } };
    IssueRead { state, seen: Some(found) }
}

/// One issue through REST.
pub(super) async fn one(api: &Api, issue: &IssueRef) -> Result<IssueRead, TrackerError> {
    let repo = Repo::parse(&issue.target)?;
    let about = api.about("read the issue", Some(&issue.target));
    let url = api.url(&repo.path(&format!("/issues/{}", number(issue)?)), &[]).await?;
    let answer = api.http.send(Call::get(url)).await?;
    let gone = |state| Ok(IssueRead { state, seen: None });
    if answer.is_html() {
        return Err(words::error(&answer, about));
    }
    match answer.status {
        200 => {
            let found: Issue = shape(&answer, about)?;
            Ok(read_of(issue, found.seen(&issue.target)))
        }
        301 | 302 | 307 | 308 => gone(IssueState::Moved { to: None }),
        404 if answer.header("x-github-sso").is_none() => gone(IssueState::NotVisible),
        // The same status says that issues are switched off in the repository; they come back.
        410 if !answer.message().to_ascii_lowercase().contains("disabled") => gone(IssueState::Deleted),
        _ => Err(words::error(&answer, about)),
    }
}

/// The issue's number, as a number: it goes into a path.
pub(super) fn number(issue: &IssueRef) -> Result<u64, TrackerError> {
    issue.number.trim().parse().map_err(|_| {
        docket_domain::Problem::bad_input(format!("«{}» is not the number of an issue.", issue.number)).into()
    })
}

#[derive(Deserialize)]
struct Names {
    nodes: Vec<Option<Value>>,
}

impl Names {
    fn all(&self, key: &str) -> Vec<String> {
        self.nodes.iter().flatten().filter_map(|node| node.get(key)?.as_str().map(str::to_owned)).collect()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    id: String,
    number: u64,
    title: String,
    body: String,
    state: String,
    #[serde(default)]
    state_reason: Option<String>,
    url: String,
    created_at: String,
    updated_at: String,
    #[serde(default)]
    author: Option<Value>,
    repository: Value,
    #[serde(default)]
    milestone: Option<Value>,
    labels: Option<Names>,
    assignees: Names,
}

impl Node {
    fn seen(self) -> Option<(String, IssueSeen)> {
        let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let target = text(&self.repository, "nameWithOwner")?;
        let seen = IssueSeen {
            issue: IssueRef {
                target,
                number: self.number.to_string(),
                stable_id: Some(self.id.clone()),
                url: self.url,
            },
            title: self.title,
            body: self.body,
            state: shapes::state(&self.state, self.state_reason.as_deref()),
            labels: self.labels.map(|labels| labels.all("name")).unwrap_or_default(),
            assignees: self.assignees.all("login"),
            milestone: self.milestone.and_then(|milestone| text(&milestone, "title")),
            fields: BTreeMap::new(),
            updated: shapes::time(&self.updated_at),
            created: shapes::time(&self.created_at),
            author: self.author.and_then(|author| text(&author, "login")),
        };
        Some((self.id, seen))
    }
}

/// Many issues by their stable ids. `None`: this server does not answer GraphQL for this
/// account, so each is asked for on its own.
async fn many(api: &Api, ids: &[&str]) -> Result<Option<HashMap<String, IssueSeen>>, TrackerError> {
    if ids.is_empty() {
        return Ok(Some(HashMap::new()));
    }
    let url = super::api::join(&api.base().await?.graphql, "")?;
    let question = json!({ "query": QUESTION, "variables": { "ids": ids } });
    let answer = api.http.send(Call::ask(url, &question)).await?;
    if answer.status == 401 {
        return Err(words::error(&answer, api.about("read issues", None)));
    }
    let Some(nodes) = answer.json().and_then(|json| json.pointer("/data/nodes")).and_then(Value::as_array)
    else {
        return Ok(None);
    };
    // Ids that GraphQL does not know come as null; REST then tells moved from deleted.
    Ok(Some(nodes.iter().filter_map(|node| Node::deserialize(node).ok()?.seen()).collect()))
}
