//! What a repository offers, and the look-ups that creating an issue needs. Severity and status
//! are fields of the chosen project; without one there is nothing to map them to.

use std::sync::PoisonError;

use docket_domain::mapping::{Choice, MappingField, MappingFieldKind, ValueField};
use docket_domain::{Destination, TargetFields};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::api::{Api, BELIEVED_MS, Known};
use super::list::{all, repository};
use super::project::{self, Chosen};
use super::shapes::{IssueType, Label, Milestone, User};
use super::target::Repo;
use super::words;
use crate::error::TrackerError;
use crate::http::Call;

/// Most entries of one list.
const MOST: usize = 1_000;

/// Labels, milestones and people; see [`crate::Tracker::fields_of`].
pub(super) async fn fields_of(api: &Api, to: &Destination) -> Result<TargetFields, TrackerError> {
    let target = to.target.as_str();
    let repo = Repo::parse(target)?;
    let found = repository(api, repo, "look at the repository").await?;
    let hundred = [("per_page", "100")];
    let (labels, more_labels) =
        all(api, &repo.path("/labels"), &hundred, MOST, api.about("list labels", Some(target))).await?;
    let (milestones, more_milestones) = match found.has_issues {
        Some(false) => (Vec::new(), false),
        _ => {
            all(
                api,
                &repo.path("/milestones"),
                &[("state", "open"), ("per_page", "100")],
                MOST,
                api.about("list milestones", Some(target)),
            )
            .await?
        }
    };
    let (people, more_people) =
        all(api, &repo.path("/assignees"), &hundred, MOST, api.about("list people", Some(target))).await?;
    let (project, values) = project_field(api, repo, to).await;
    let mut fields = vec![project];
    fields.extend(type_field(api, repo).await?);
    Ok(TargetFields {
        target: found.target(),
        labels: shapes::<Label>(&labels)
            .filter_map(|label| {
                let name = label.name()?.to_owned();
                Some(Choice {
                    value: name.clone(),
                    label: name,
                    note: label.description().map(str::to_owned),
                })
            })
            .collect(),
        milestones: shapes::<Milestone>(&milestones)
            .map(|milestone| Choice {
                value: milestone.title.clone(),
                label: milestone.title,
                note: milestone.due_on.map(|due| format!("due {}", due.chars().take(10).collect::<String>())),
            })
            .collect(),
        assignees: shapes::<User>(&people)
            .map(|user| Choice { value: user.login.clone(), label: user.login, note: user.name })
            .collect(),
        may_set_fields: found.may_set_fields(),
        truncated: more_labels || more_milestones || more_people,
        fields,
        severity: values.clone(),
        status: values,
    })
}

/// The choice of a project, and what severity and status can be mapped to in the chosen one.
/// A token that may not see projects still gets everything else; why is said beside the field.
async fn project_field(api: &Api, repo: Repo<'_>, to: &Destination) -> (MappingField, Vec<ValueField>) {
    let mut help = format!(
        "The number of a project (board) of {}; every issue is put on it, with priority and status. Needs the scope «project». Empty: issues only.",
        repo.owner
    );
    let mut choices = Vec::new();
    match project::list(api, repo.owner).await {
        Ok(found) => {
            choices.extend(found.into_iter().filter(|(_, _, closed)| !closed).map(|(number, title, _)| {
                Choice { value: number.to_string(), label: format!("{number} {title}"), note: None }
            }));
        }
        Err(error) => help = format!("{help} They cannot be listed: {}", error.problem.message),
    }
    let mut values = Vec::new();
    if let Ok(Some(chosen)) = Chosen::of(to) {
        match project::read(api, &chosen).await {
            Ok(found) => values.extend(found.fields.iter().map(|field| ValueField {
                id: field.name.clone(),
                label: field.name.clone(),
                note: format!("Field of {}", found.words()),
                values: field.options.iter().map(option).collect(),
                open: false,
            })),
            Err(error) => help = format!("{help} {}", error.problem.message),
        }
    }
    let board =
        api.address.board.as_ref().filter(|_| {
            api.address.owner.as_deref().is_some_and(|owner| owner.eq_ignore_ascii_case(repo.owner))
        });
    let field = MappingField {
        id: project::SETTING.to_owned(),
        label: "Project".to_owned(),
        kind: MappingFieldKind::Choice,
        help,
        required: false,
        choices,
        default: board.map(|board| board.number.to_string()),
        reloads: true,
    };
    (field, values)
}

fn option(option: &project::SelectOption) -> Choice {
    let note = Some(option.description.clone()).filter(|text| !text.is_empty());
    Choice { value: option.name.clone(), label: option.name.clone(), note }
}

/// The mapping field of the issue's type.
pub(super) const TYPE: &str = "type";

/// The choice of a type, where types are offered.
async fn type_field(api: &Api, repo: Repo<'_>) -> Result<Option<MappingField>, TrackerError> {
    let Some(types) = types(api, repo).await? else { return Ok(None) };
    let choices = types.into_iter().map(|kind| Choice {
        value: kind.name.clone(),
        label: kind.name,
        note: kind.description.filter(|text| !text.is_empty()),
    });
    Ok(Some(MappingField {
        id: TYPE.to_owned(),
        label: "Issue type".to_owned(),
        kind: MappingFieldKind::Choice,
        help: "Set on every issue; empty: none.".to_owned(),
        required: false,
        choices: choices.collect(),
        default: None,
        reloads: false,
    }))
}

/// The types of issue that are offered in a repository; none where the server or the owner has
/// no such thing.
pub(super) async fn types(api: &Api, repo: Repo<'_>) -> Result<Option<Vec<IssueType>>, TrackerError> {
    // Enterprise Server has no list of them.
    if !project::in_rest(api).await? {
        return Ok(None);
    }
    let name = format!("{}/{}", repo.owner, repo.name);
    let about = api.about("list issue types", Some(&name));
    match api.get(api.url(&repo.path("/issue-types"), &[]).await?, about).await {
        Ok(answer) => {
            let types: Vec<IssueType> = super::api::shape(&answer, about)?;
            Ok(Some(types.into_iter().filter(|kind| kind.is_enabled != Some(false)).collect()))
        }
        Err(error) if matches!(error.status, Some(403 | 404)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn shapes<T: DeserializeOwned>(entries: &[Value]) -> impl Iterator<Item = T> + '_ {
    entries.iter().filter_map(|entry| T::deserialize(entry).ok())
}

/// The number of the open milestone with this title (or this number), if there is one, and
/// the titles that exist.
pub(crate) async fn milestone(
    api: &Api,
    repo: Repo<'_>,
    title: &str,
) -> Result<Result<u64, Vec<String>>, TrackerError> {
    let target = format!("{}/{}", repo.owner, repo.name);
    let now = api.http.ports.clock.now();
    let remembered = known(api)
        .milestones
        .get(&target)
        .filter(|(at, _)| now.millis_since(*at) < BELIEVED_MS)
        .map(|(_, list)| list.clone());
    let list = match remembered {
        Some(list) if list.iter().any(|milestone| milestone.title == title) => list,
        // Not in what is remembered: somebody may have made it meanwhile.
        _ => {
            let about = api.about("list milestones", Some(&target));
            let (entries, _) =
                all(api, &repo.path("/milestones"), &[("state", "open"), ("per_page", "100")], MOST, about)
                    .await?;
            let list: Vec<Milestone> = shapes(&entries).collect();
            known(api).milestones.insert(target, (now, list.clone()));
            list
        }
    };
    let found = list
        .iter()
        .find(|milestone| milestone.title == title)
        .or_else(|| list.iter().find(|milestone| milestone.title.trim().eq_ignore_ascii_case(title.trim())));
    Ok(match found {
        Some(milestone) => Ok(milestone.number),
        None => Err(list.into_iter().map(|milestone| milestone.title).collect()),
    })
}

/// `login` can be assigned in the repository.
pub(crate) async fn is_assignable(api: &Api, repo: Repo<'_>, login: &str) -> Result<bool, TrackerError> {
    let target = format!("{}/{}", repo.owner, repo.name);
    let key = (target.clone(), login.to_lowercase());
    let now = api.http.ports.clock.now();
    if let Some((at, answer)) = known(api).assignable.get(&key)
        && now.millis_since(*at) < BELIEVED_MS
    {
        return Ok(*answer);
    }
    if !super::address::is_owner(login.trim_end_matches("[bot]")) {
        return Ok(false);
    }
    let about = api.about("see who can be assigned", Some(&target));
    let url = api
        .url(&repo.path(&format!("/assignees/{}", login.replace('[', "%5B").replace(']', "%5D"))), &[])
        .await?;
    let answer = api.http.send(Call::get(url)).await?;
    let assignable = match answer.status {
        204 | 200 => true,
        404 => false,
        _ => return Err(words::error(&answer, about)),
    };
    known(api).assignable.insert(key, (now, assignable));
    Ok(assignable)
}

fn known(api: &Api) -> std::sync::MutexGuard<'_, Known> {
    api.known.lock().unwrap_or_else(PoisonError::into_inner)
}
