//! From a draft to the request that creates the issue, and from the answer to what is missing.

use docket_domain::mapping::FieldValue;
use docket_domain::{Destination, IssueDraft};
use serde_json::{Map, Value, json};

use super::api::Api;
use super::fields::{DUE_IN_DAYS, ISSUE_TYPE, TYPES, is_confidential, member, milestone};
use super::place::{self, LABEL_MOST, Place};
use super::shapes::{Issue, Project};
use crate::check::items::no_milestone;
use crate::error::TrackerError;
use crate::http::tls::day;

/// What GitLab refuses: characters of a title, bytes of a text.
pub(super) const TITLE_MOST: usize = 255;
pub(super) const TEXT_MOST: usize = 1_048_576;
/// Longest time that a due date is set ahead, days.
const DUE_MOST: i64 = 36_500;
const DAY_MS: i64 = 86_400_000;

/// A label that GitLab can hold, or why not.
pub(super) fn label_fits(label: &str) -> Result<(), String> {
    if label.contains(',') {
        return Err(format!("The label «{label}» was left out: GitLab's labels hold no comma."));
    }
    if label.chars().count() > LABEL_MOST {
        return Err(format!("The label «{label}» was left out: GitLab allows {LABEL_MOST} characters."));
    }
    Ok(())
}

/// The request: what cannot be set is left out and said.
pub(super) async fn payload(
    api: &Api,
    project: &Project,
    to: &Destination,
    draft: &IssueDraft,
    dropped: &mut Vec<String>,
) -> Result<Value, TrackerError> {
    let name = &project.path_with_namespace;
    let mut body = Map::new();
    body.insert("title".to_owned(), json!(draft.title));
    body.insert("description".to_owned(), json!(draft.body));
    body.insert("confidential".to_owned(), json!(is_confidential(to)));
    let kind = to.setting(ISSUE_TYPE).unwrap_or("issue");
    if TYPES.contains(&kind) {
        body.insert("issue_type".to_owned(), json!(kind));
    } else {
        dropped.push(format!("The type «{kind}» is not one that Docket makes; it became an issue."));
    }
    if let Some(days) = to.setting(DUE_IN_DAYS) {
        match days.parse::<i64>() {
            Ok(days) if (0..=DUE_MOST).contains(&days) => {
                let due = api.http.ports.clock.now().plus_millis(days * DAY_MS);
                body.insert("due_date".to_owned(), json!(day(due)));
            }
            _ => dropped.push(format!("No due date was set: «{days}» is not a number of days.")),
        }
    }
    let mut labels = draft.labels.clone();
    set_severity(draft.severity.as_ref(), kind == "incident", &mut body, &mut labels, dropped);
    set_status(draft.status.as_ref(), &mut labels, dropped);
    labels.retain(|label| label_fits(label).map_err(|why| dropped.push(why)).is_ok());
    labels.dedup();
    if !labels.is_empty() {
        body.insert("labels".to_owned(), json!(labels));
    }
    let mut assignees = Vec::new();
    for login in &draft.assignees {
        match member(api, project, login).await? {
            Some(id) => assignees.push(id),
            None => {
                dropped.push(format!("{login} cannot be assigned in {name}; the issue was created without."));
            }
        }
    }
    if !assignees.is_empty() {
        body.insert("assignee_ids".to_owned(), json!(assignees));
    }
    if let Some(title) = draft.milestone.as_deref().filter(|title| !title.trim().is_empty()) {
        match milestone(api, project, title).await? {
            Ok(id) => {
                body.insert("milestone_id".to_owned(), json!(id));
            }
            Err(there) => dropped.push(no_milestone(title, name, &there)),
        }
    }
    Ok(Value::Object(body))
}

/// Puts a severity into a request.
pub(super) fn set_severity(
    severity: Option<&FieldValue>,
    incident: bool,
    body: &mut Map<String, Value>,
    labels: &mut Vec<String>,
    dropped: &mut Vec<String>,
) {
    match severity.map(place::of_severity) {
        Some(Place::Label(label)) => labels.push(label.name),
        Some(Place::Weight(weight)) => {
            body.insert("weight".to_owned(), json!(weight));
        }
        Some(Place::Incident(value)) if incident => {
            body.insert("severity".to_owned(), json!(value));
        }
        Some(Place::Incident(value)) => dropped.push(format!(
            "The severity «{value}» was not set: GitLab keeps it for issues of the type incident only."
        )),
        Some(Place::Nowhere(why)) => dropped.push(why),
        Some(Place::WorkItem(_) | Place::State { .. }) | None => {}
    }
}

/// Puts a status into a request, where it is a label. The rest is set afterwards.
fn set_status(status: Option<&FieldValue>, labels: &mut Vec<String>, dropped: &mut Vec<String>) {
    match status.map(place::of_status) {
        Some(Place::Label(label)) => labels.push(label.name),
        Some(Place::Nowhere(why)) => dropped.push(why),
        _ => {}
    }
}

/// What was sent and is missing in the answer, a sentence each.
pub(super) fn echo(sent: &Value, came: &Issue, draft: Option<&IssueDraft>, place: &str) -> Vec<String> {
    let mut missing = Vec::new();
    let list = |key: &str| sent.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let labels: Vec<String> = list("labels")
        .iter()
        .chain(&list("add_labels"))
        .filter_map(Value::as_str)
        .filter(|label| !came.labels.iter().any(|there| there.eq_ignore_ascii_case(label)))
        .map(str::to_owned)
        .collect();
    if !labels.is_empty() {
        missing.push(format!("the labels {}", labels.join(", ")));
    }
    let assigned: Vec<u64> = came.assignees.iter().flatten().map(|user| user.id).collect();
    let wanted: Vec<u64> = list("assignee_ids").iter().filter_map(Value::as_u64).collect();
    let left_out = wanted.iter().filter(|id| !assigned.contains(id)).count();
    let one_only = left_out > 0 && !assigned.is_empty();
    if left_out > 0 && !one_only {
        missing.push("the assignees".to_owned());
    }
    if sent.get("milestone_id").is_some() && came.milestone.is_none() {
        let title = draft.and_then(|draft| draft.milestone.as_deref()).unwrap_or_default();
        missing.push(format!("the milestone {title}"));
    }
    let text = |key: &str| sent.get(key).and_then(Value::as_str);
    if let Some(due) = text("due_date").filter(|due| came.due_date.as_deref() != Some(due)) {
        missing.push(format!("the due date {due}"));
    }
    if let Some(severity) = text("severity")
        .filter(|wanted| !came.severity.as_deref().is_some_and(|is| is.eq_ignore_ascii_case(wanted)))
    {
        missing.push(format!("the severity {severity}"));
    }
    let mut sentences = Vec::new();
    if !missing.is_empty() {
        sentences.push(format!(
            "GitLab dropped {}: the account needs the role Planner, Reporter or higher in {place}.",
            missing.join(" and ")
        ));
    }
    if one_only {
        let kept: Vec<&str> = came.assignees.iter().flatten().map(|user| user.username.as_str()).collect();
        sentences.push(format!(
            "GitLab assigned only {} of {} people: its free tier keeps one.",
            kept.join(", "),
            wanted.len()
        ));
    }
    if let Some(weight) = sent.get("weight").filter(|weight| weight.as_i64() != came.weight) {
        sentences.push(format!(
            "GitLab dropped the weight {weight}: it needs Premium, and the role Planner, Reporter or higher."
        ));
    }
    if sent.get("confidential") == Some(&Value::Bool(true)) && !came.confidential {
        sentences.push(format!("The issue is not confidential: GitLab left that out in {place}. Everybody who sees the project can read it."));
    }
    if let (Some(wanted), Some(is)) = (text("issue_type"), came.issue_type.as_deref())
        && wanted != is
    {
        sentences.push(format!("GitLab made it an {is} instead of an {wanted}."));
    }
    sentences
}
