//! What a repository offers, and the look-ups that creating an issue needs.

use std::sync::PoisonError;

use docket_domain::TargetFields;
use docket_domain::mapping::Choice;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::api::{Api, BELIEVED_MS, Known};
use super::list::{all, repository};
use super::shapes::{Label, Milestone, User};
use super::target::Repo;
use super::words;
use crate::error::TrackerError;
use crate::http::Call;

/// Most entries of one list.
const MOST: usize = 1_000;

/// Labels, milestones and people; see [`crate::Tracker::fields_of`].
pub(super) async fn fields_of(api: &Api, target: &str) -> Result<TargetFields, TrackerError> {
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
        fields: Vec::new(),
        severity: Vec::new(),
        status: Vec::new(),
    })
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
