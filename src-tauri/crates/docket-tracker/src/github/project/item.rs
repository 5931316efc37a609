//! An issue's place on a board, and its fields there.

use std::collections::BTreeMap;

use docket_domain::mapping::FieldValue;
use docket_domain::{Destination, IssueRef};

use super::super::api::Api;
use super::{Chosen, Project, SelectField, SelectOption, forget, graphql, in_rest, remembered, rest};
use crate::error::{Outcome, TrackerError, WriteError};

/// What came of it.
#[derive(Debug, Default)]
pub(in super::super) struct Placed {
    /// The project, in words; none when nothing was chosen.
    project: Option<String>,
    /// The issue was not there before.
    added: bool,
    /// Fields that hold now what they should, by the mapping's names.
    pub fields: BTreeMap<String, String>,
    /// Fields that were changed.
    changed: Vec<String>,
    /// What was asked for and did not happen.
    pub dropped: Vec<String>,
}

/// It failed; what was reached before that is in [`Placed`].
#[derive(Debug)]
pub(in super::super) struct Trouble {
    pub error: WriteError,
    /// The failure as a sentence about the issue.
    pub words: String,
    pub placed: Placed,
}

/// Puts a new issue on the chosen board and sets the fields. Without a project nothing happens.
pub(in super::super) async fn put_new(
    api: &Api,
    to: &Destination,
    issue: &IssueRef,
    wishes: &[&FieldValue],
) -> Result<Placed, Box<Trouble>> {
    place(api, to, issue, wishes, false).await
}

/// The same for an issue that may be there already: what is right is left alone.
pub(in super::super) async fn put(
    api: &Api,
    to: &Destination,
    issue: &IssueRef,
    wishes: &[&FieldValue],
) -> Result<Placed, Box<Trouble>> {
    place(api, to, issue, wishes, true).await
}

/// Writes what an interrupted creation lacks; in words what was written, or why not.
pub(in super::super) async fn complete(
    api: &Api,
    to: &Destination,
    issue: &IssueRef,
    wishes: &[&FieldValue],
) -> Vec<String> {
    let (placed, failed) = match put(api, to, issue, wishes).await {
        Ok(placed) => (placed, None),
        Err(trouble) => (trouble.placed, Some(trouble.words)),
    };
    let mut done = Vec::new();
    if let (Some(project), true) = (&placed.project, placed.added) {
        done.push(format!("The issue was put on {project}."));
    }
    done.extend(placed.changed);
    done.extend(placed.dropped);
    done.extend(failed);
    done
}

async fn place(
    api: &Api,
    to: &Destination,
    issue: &IssueRef,
    wishes: &[&FieldValue],
    look_first: bool,
) -> Result<Placed, Box<Trouble>> {
    let mut placed = Placed::default();
    let failed = |placed: Placed, error: WriteError, what: String| {
        let words = format!("{what}: {}", error.error.problem.message);
        Box::new(Trouble { error, words, placed })
    };
    let chosen = match Chosen::of(to) {
        Ok(Some(chosen)) => chosen,
        Ok(None) => return Ok(placed),
        Err(problem) => {
            let what = "The issue was not put on a project".to_owned();
            return Err(failed(placed, WriteError::refused(problem), what));
        }
    };
    let not_put = format!("The issue was not put on project {} of {}", chosen.number, chosen.owner);
    let project = match remembered(api, &chosen, wishes).await {
        Ok(project) => project,
        Err(error) => return Err(failed(placed, beforehand(error), not_put)),
    };
    placed.project = Some(project.words());
    let sets = resolve(&project, wishes, &mut placed.dropped);
    let (item, there) = match item(api, &project, issue, &sets, look_first).await {
        Ok(found) => found,
        Err(error) => return Err(failed(placed, error, not_put)),
    };
    placed.added = there.is_none();
    let there = there.unwrap_or_default();
    let (right, todo): (Vec<_>, Vec<_>) = sets
        .into_iter()
        .partition(|(_, field, option)| there.get(&field.name).is_some_and(|id| *id == option.id));
    for (wish, ..) in &right {
        placed.fields.insert(wish.field.clone(), wish.value.clone());
    }
    if todo.is_empty() {
        return Ok(placed);
    }
    let pairs: Vec<(&SelectField, &SelectOption)> =
        todo.iter().map(|(_, field, option)| (*field, *option)).collect();
    let mut result = set(api, &project, &item, &pairs).await;
    if is_unknown(&result) {
        result = set(api, &project, &item, &pairs).await;
    }
    let missing = match result {
        Ok(missing) => missing,
        Err(error) => {
            // An option may have gone since the project was read.
            forget(api, &chosen);
            let names: Vec<String> =
                pairs.iter().map(|(field, option)| format!("{} ({})", field.name, option.name)).collect();
            let what =
                format!("The issue is on {}, but {} could not be set", project.words(), names.join(" and "));
            return Err(failed(placed, error, what));
        }
    };
    for (wish, field, option) in todo {
        let name = format!("{} ({})", field.name, option.name);
        if let Some(told) = missing.iter().find(|told| told.starts_with(&name)) {
            placed
                .dropped
                .push(format!("GitHub did not set {told} on {}.", project.words()).replace("..", "."));
        } else {
            placed.changed.push(format!("{} was set to {} on {}.", field.name, option.name, project.words()));
            placed.fields.insert(wish.field.clone(), wish.value.clone());
        }
    }
    Ok(placed)
}

/// A look-up before the write failed.
fn beforehand(error: TrackerError) -> WriteError {
    if error.stops_all() { WriteError::not_sent(error) } else { WriteError::refused(error) }
}

type Set<'a> = (&'a FieldValue, &'a SelectField, &'a SelectOption);

/// Which fields and options are meant; what the project does not have is said.
fn resolve<'a>(project: &'a Project, wishes: &[&'a FieldValue], dropped: &mut Vec<String>) -> Vec<Set<'a>> {
    let mut sets = Vec::new();
    for wish in wishes {
        match project.field(&wish.field) {
            None => dropped.push(format!(
                "{} was not set: {} has no single-select field of this name.",
                wish.field,
                project.words()
            )),
            Some(field) => match field.option(&wish.value) {
                Some(option) => sets.push((*wish, field, option)),
                None => dropped.push(format!(
                    "{} was not set: «{}» does not exist in it on {}. Existing: {}.",
                    wish.field,
                    wish.value,
                    project.words(),
                    field.names().join(", ")
                )),
            },
        }
    }
    sets
}

/// The item, made unless it is there; with what its fields hold when it was there.
async fn item(
    api: &Api,
    project: &Project,
    issue: &IssueRef,
    sets: &[Set<'_>],
    look_first: bool,
) -> Result<(String, Option<BTreeMap<String, String>>), WriteError> {
    // Adding an issue that is there changes nothing, so a look that fails does not stop it.
    if look_first && let Ok(Some((id, values))) = find(api, project, issue, sets).await {
        return Ok((id, Some(values)));
    }
    let mut added = add(api, project, issue).await;
    if is_unknown(&added) {
        added = add(api, project, issue).await;
    }
    match added {
        Ok(id) => Ok((id, None)),
        Err(error) if rest::is_there(&error) => {
            match find(api, project, issue, sets).await.map_err(WriteError::not_sent)? {
                Some((id, values)) => Ok((id, Some(values))),
                None => Err(error),
            }
        }
        Err(error) => Err(error),
    }
}

/// The item's id in the way that writes go, and the options that are set, by field name.
async fn find(
    api: &Api,
    project: &Project,
    issue: &IssueRef,
    sets: &[Set<'_>],
) -> Result<Option<(String, BTreeMap<String, String>)>, TrackerError> {
    let fields: Vec<&SelectField> = sets.iter().map(|(_, field, _)| *field).collect();
    let Some(there) = graphql::find(api, project, issue, &fields).await? else { return Ok(None) };
    let id = if in_rest(api).await? { there.id } else { Some(there.node_id) };
    Ok(id.map(|id| (id, there.values)))
}

async fn add(api: &Api, project: &Project, issue: &IssueRef) -> Result<String, WriteError> {
    if in_rest(api).await.map_err(WriteError::not_sent)? {
        rest::add(api, project, issue).await
    } else {
        graphql::add(api, project, issue).await
    }
}

async fn set(
    api: &Api,
    project: &Project,
    item: &str,
    sets: &[(&SelectField, &SelectOption)],
) -> Result<Vec<String>, WriteError> {
    if in_rest(api).await.map_err(WriteError::not_sent)? {
        rest::set(api, project, item, sets).await
    } else {
        graphql::set(api, project, item, sets).await
    }
}

/// Then it is done once more: what is written here may be written twice without harm.
fn is_unknown<T>(result: &Result<T, WriteError>) -> bool {
    result.as_ref().is_err_and(|error| error.outcome == Outcome::Unknown)
}
