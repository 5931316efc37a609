//! What GitLab can be asked to make so that a mapping fits: labels and milestones.

use docket_domain::check::{Repair, RepairKind};
use docket_domain::{Code, Destination, Problem};
use reqwest::Method;
use serde_json::{Value, json};

use super::api::Api;
use super::fields::{label_names, milestone};
use super::shapes::Project;
use crate::error::WriteError;
use crate::http::Call;
use crate::pace::Makes;
use crate::talk::{self, beforehand};

/// Colour of labels that Docket makes.
const COLOUR: &str = "#5b5bd6";

/// Colours of labels that rank, the most severe first, by their last word.
const RANKS: [(&[&str], &str); 5] = [
    (&["critical", "5"], "#b3261e"),
    (&["high", "4"], "#d9480f"),
    (&["medium", "3"], "#b58900"),
    (&["low", "2"], "#1c6fd1"),
    (&["info", "1"], "#6b7280"),
];

/// Makes what is missing; see [`crate::Tracker::repair`].
pub(super) async fn repair(api: &Api, to: &Destination, repair: &Repair) -> Result<String, WriteError> {
    let project = api.project_of(to).await.map_err(beforehand)?.project;
    match repair.kind {
        RepairKind::Label => label(api, &project, &repair.name).await,
        RepairKind::Milestone => make_milestone(api, &project, &repair.name).await,
        RepairKind::Option => Err(WriteError::refused(
            Problem::new(Code::BadInput, "Docket does not change the statuses of a GitLab.")
                .hint("An owner of the group adds them in its settings, under Issues, Statuses."),
        )),
    }
}

fn colour(name: &str) -> &'static str {
    let value = name.rsplit_once(':').map(|(_, value)| value.trim().to_ascii_lowercase());
    let rank = RANKS.iter().find(|(words, _)| value.as_deref().is_some_and(|value| words.contains(&value)));
    rank.map_or(COLOUR, |(_, colour)| colour)
}

async fn label(api: &Api, project: &Project, name: &str) -> Result<String, WriteError> {
    let place = &project.path_with_namespace;
    let there = label_names(api, project).await.map_err(beforehand)?;
    if there.iter().any(|label| label.eq_ignore_ascii_case(name)) {
        return Ok(format!("The label «{name}» is there already."));
    }
    let body = json!({
        "name": name,
        "color": colour(name),
        "description": "Security findings that Docket files",
    });
    match post(api, project, "/labels", &body, "create the label").await {
        Ok(()) => Ok(format!("The label «{name}» was created in {place}.")),
        // Two people repaired at once.
        Err(error) if exists(&error) => Ok(format!("The label «{name}» is there already.")),
        Err(error) => Err(error),
    }
}

/// GitLab refused it because it is there.
fn exists(error: &WriteError) -> bool {
    matches!(error.error.status, Some(400 | 409))
        && error.error.problem.context.get("answer").is_some_and(|answer| {
            let answer = answer.to_ascii_lowercase();
            answer.contains("already exists") || answer.contains("already been taken")
        })
}

async fn make_milestone(api: &Api, project: &Project, title: &str) -> Result<String, WriteError> {
    let place = &project.path_with_namespace;
    if milestone(api, project, title).await.map_err(beforehand)?.is_ok() {
        return Ok(format!("The milestone «{title}» is there already."));
    }
    match post(api, project, "/milestones", &json!({ "title": title }), "create the milestone").await {
        Ok(()) => Ok(format!("The milestone «{title}» was created in {place}.")),
        Err(error) if exists(&error) => Err(WriteError::refused(
            Problem::new(Code::Conflict, format!("{place} has a closed milestone «{title}»."))
                .hint("Reopen it there, or choose another."),
        )),
        Err(error) => Err(error),
    }
}

async fn post(
    api: &Api,
    project: &Project,
    below: &str,
    body: &Value,
    doing: &str,
) -> Result<(), WriteError> {
    let url = api.url(&project.path(below), &[]).await.map_err(WriteError::not_sent)?;
    let about = api.about(doing, Some(&project.path_with_namespace));
    talk::write(&api.http, Call::write(Method::POST, url, Some(body), Makes::Nothing), about)
        .await
        .map(|_| ())
}
