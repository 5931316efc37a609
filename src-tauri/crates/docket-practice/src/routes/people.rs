//! Assignees and milestones.

use jiff::Timestamp;

use super::issues::names;
use super::{Call, find, issues};
use crate::access::Need;
use crate::change;
use crate::model::Milestone;
use crate::render;
use crate::reply::{Answer, Handled, fault_in, invalid};
use crate::seed::Role;

pub(super) fn assignees(call: &Call<'_>) -> Handled {
    let id = call.repo_id(Need::ReadIssues)?;
    let people = call.world.assignable(call.repo(id)?);
    call.list(people.into_iter().map(|a| render::simple_user(call.view(), a)).collect(), false)
}

pub(super) fn check(call: &Call<'_>) -> Handled {
    let id = call.repo_id(Need::ReadIssues)?;
    let people = call.world.assignable(call.repo(id)?);
    let fits = call.world.by_login(call.param("assignee")).is_some_and(|a| people.contains(&a.id));
    Ok(if fits { Answer::empty(204) } else { Answer::not_found() })
}

/// Adds or removes; people who cannot be assigned are passed over without a word.
fn change_assignees(call: &mut Call<'_>, add: bool) -> Result<(u64, u64), Box<Answer>> {
    let actor = call.account()?;
    let place = find::issue_place(call, Need::WriteIssues)?;
    let (repo, issue) = find::at(call, place)?;
    if call.role(repo) < Role::Triage || call.drops.assignees {
        return Ok(place);
    }
    let able = call.world.assignable(repo);
    let asked: Vec<u64> = names(&call.body["assignees"], "login")
        .iter()
        .filter_map(|l| call.world.by_login(l).map(|a| a.id))
        .filter(|id| able.contains(id))
        .collect();
    let mut wanted = issue.assignees.clone();
    if add {
        wanted.extend(asked);
    } else {
        wanted.retain(|id| !asked.contains(id));
    }
    let now = call.now;
    change::set_assignees(call.world, place.0, place.1, actor, &wanted, now);
    Ok(place)
}

pub(super) fn add(call: &mut Call<'_>) -> Handled {
    let place = change_assignees(call, true)?;
    let mut answer = issues::shown(call, place)?;
    answer.status = 201;
    Ok(answer)
}

pub(super) fn remove(call: &mut Call<'_>) -> Handled {
    let place = change_assignees(call, false)?;
    issues::shown(call, place)
}

pub(super) fn milestones(call: &Call<'_>) -> Handled {
    let id = call.repo_id(Need::ReadIssues)?;
    let repo = call.repo(id)?;
    let state = call.query("state").unwrap_or("open");
    let mut found: Vec<&Milestone> =
        repo.milestones.iter().filter(|m| state == "all" || m.open == (state == "open")).collect();
    if call.query("direction") == Some("desc") {
        found.reverse();
    }
    call.list(found.into_iter().map(|m| render::milestone(call.view(), repo, m)).collect(), false)
}

pub(super) fn milestone(call: &Call<'_>) -> Handled {
    let id = call.repo_id(Need::ReadIssues)?;
    let repo = call.repo(id)?;
    let found = call.param("milestone_number").parse().ok().and_then(|n| repo.milestone(n));
    let found = found.ok_or_else(|| Box::new(Answer::not_found()))?;
    Ok(Answer::json(200, render::milestone(call.view(), repo, found)))
}

pub(super) fn create_milestone(call: &mut Call<'_>) -> Handled {
    let creator = call.account()?;
    let id = call.repo_id(Need::WriteIssues)?;
    let repo = call.repo(id)?;
    if call.role(repo) < Role::Triage {
        return Err(Box::new(Answer::not_found()));
    }
    let title = call.body["title"].as_str().unwrap_or_default().to_owned();
    if title.trim().is_empty() {
        return Err(invalid(&[fault_in("Milestone", "title", "missing_field")]));
    }
    if repo.milestones.iter().any(|m| m.title == title) {
        return Err(invalid(&[fault_in("Milestone", "title", "already_exists")]));
    }
    let due_on = match call.body["due_on"].as_str().map(str::parse::<Timestamp>) {
        None => None,
        Some(Ok(at)) => Some(at),
        Some(Err(_)) => return Err(invalid(&[fault_in("Milestone", "due_on", "invalid")])),
    };
    let number = repo.milestones.iter().map(|m| m.number).max().unwrap_or(0) + 1;
    let new = Milestone {
        id: call.world.id(),
        number,
        title,
        description: call.body["description"].as_str().map(ToOwned::to_owned),
        creator,
        open: call.body["state"] != "closed",
        due_on,
        created_at: call.now,
    };
    if let Some(repo) = call.world.repo_mut(id) {
        repo.milestones.push(new.clone());
    }
    let shown = render::milestone(call.view(), call.repo(id)?, &new);
    let location = shown["url"].as_str().unwrap_or_default().to_owned();
    Ok(Answer::json(201, shown).with("location", location))
}
