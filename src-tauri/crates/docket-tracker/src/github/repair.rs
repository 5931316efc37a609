//! What GitHub can be asked to make so that a mapping fits: labels and milestones. Options of
//! a project's field are in [`super::project`].

use docket_domain::check::{Repair, RepairKind};
use docket_domain::{Code, Destination, Problem};
use reqwest::Method;
use serde_json::{Value, json};

use super::api::Api;
use super::fields::milestone;
use super::target::Repo;
use super::write::send;
use crate::error::WriteError;
use crate::http::Call;
use crate::pace::Makes;

/// Colour of labels that Docket makes, as GitHub writes colours.
const COLOUR: &str = "5b5bd6";

/// Colours of the labels that name a severity, the most severe first.
const SEVERITIES: [(&str, &str); 5] = [
    ("severity: critical", "b3261e"),
    ("severity: high", "d9480f"),
    ("severity: medium", "b58900"),
    ("severity: low", "1c6fd1"),
    ("severity: info", "6b7280"),
];

/// Makes what is missing; see [`crate::Tracker::repair`].
pub(super) async fn repair(api: &Api, to: &Destination, repair: &Repair) -> Result<String, WriteError> {
    let repo = Repo::parse(&to.target).map_err(WriteError::refused)?;
    match repair.kind {
        RepairKind::Label => label(api, repo, &to.target, &repair.name).await,
        RepairKind::Milestone => make_milestone(api, repo, &to.target, &repair.name).await,
        RepairKind::Option => super::project::option(api, to, repair).await,
    }
}

async fn label(api: &Api, repo: Repo<'_>, target: &str, name: &str) -> Result<String, WriteError> {
    let about = api.about("create the label", Some(target));
    let url = api.url(&repo.path("/labels"), &[]).await.map_err(WriteError::not_sent)?;
    let known = SEVERITIES.iter().find(|(label, _)| label.eq_ignore_ascii_case(name));
    let description = match known {
        Some(_) => "Highest severity among the findings of the issue",
        None => "Security findings that Docket files",
    };
    let body = json!({
        "name": name,
        "color": known.map_or(COLOUR, |(_, colour)| colour),
        "description": description,
    });
    match send(api, Call::write(Method::POST, url, Some(&body), Makes::Beside), about).await {
        Ok(_) => Ok(format!("The label «{name}» was created in {target}.")),
        Err(error) if exists(&error) => Ok(format!("The label «{name}» is there already.")),
        Err(error) => Err(error),
    }
}

/// GitHub refused it because it is there: two people repaired at once, or a list was stale.
fn exists(error: &WriteError) -> bool {
    error.error.status == Some(422)
        && (error.error.problem.to_string() + &error.error.problem.cause.clone().unwrap_or_default())
            .contains("exists already")
}

async fn make_milestone(api: &Api, repo: Repo<'_>, target: &str, title: &str) -> Result<String, WriteError> {
    if milestone(api, repo, title).await.map_err(WriteError::not_sent)?.is_ok() {
        return Ok(format!("The milestone «{title}» is there already."));
    }
    let about = api.about("create the milestone", Some(target));
    let url = api.url(&repo.path("/milestones"), &[]).await.map_err(WriteError::not_sent)?;
    let body: Value = json!({ "title": title });
    match send(api, Call::write(Method::POST, url, Some(&body), Makes::Beside), about).await {
        Ok(_) => Ok(format!("The milestone «{title}» was created in {target}.")),
        Err(error) if exists(&error) => Err(WriteError::refused(
            Problem::new(Code::Conflict, format!("{target} has a closed milestone «{title}»."))
                .hint("Reopen it there, or choose another."),
        )),
        Err(error) => Err(error),
    }
}
