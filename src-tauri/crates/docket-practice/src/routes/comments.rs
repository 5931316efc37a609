//! Comments of an issue and of a repository.

use jiff::Timestamp;
use serde_json::Value;

use super::{Call, find};
use crate::access::Need;
use crate::change;
use crate::model::{Comment, Issue, RepoId};
use crate::render;
use crate::reply::{Answer, Handled, fault_in, invalid, refuse};
use crate::seed::Role;

fn since(call: &Call<'_>, c: &Comment) -> bool {
    call.query("since").and_then(|s| s.parse::<Timestamp>().ok()).is_none_or(|s| c.updated_at >= s)
}

pub(super) fn of_issue(call: &Call<'_>) -> Handled {
    let place = find::issue_place(call, Need::ReadIssues)?;
    let (repo, issue) = find::at(call, place)?;
    let shown = issue.comments.iter().filter(|c| since(call, c));
    call.list(shown.map(|c| render::comment(call.view(), repo, issue, c)).collect(), false)
}

pub(super) fn of_repo(call: &Call<'_>) -> Handled {
    let id = call.repo_id(Need::ReadIssues)?;
    let repo = call.repo(id)?;
    let mut all: Vec<(&Issue, &Comment)> =
        repo.live().flat_map(|i| i.comments.iter().map(move |c| (i, c))).collect();
    all.retain(|(_, c)| since(call, c));
    all.sort_by_key(|(_, c)| (c.created_at, c.id));
    if call.query("direction") == Some("desc") {
        all.reverse();
    }
    call.list(all.into_iter().map(|(i, c)| render::comment(call.view(), repo, i, c)).collect(), false)
}

fn text_of(call: &Call<'_>) -> Result<String, Box<Answer>> {
    let body = call.body["body"].as_str().unwrap_or_default().to_owned();
    if body.trim().is_empty() {
        return Err(invalid(&[fault_in("IssueComment", "body", "missing_field")]));
    }
    match super::issues::too_long("IssueComment", &body) {
        Some(error) => Err(invalid(&[error])),
        None => Ok(body),
    }
}

pub(super) fn create(call: &mut Call<'_>) -> Handled {
    let author = call.account()?;
    let place = find::issue_place(call, Need::WriteIssues)?;
    let body = text_of(call)?;
    let (_, issue) = find::at(call, place)?;
    if issue.locked {
        return Err(refuse(403, "Unable to create comment because issue is locked."));
    }
    let now = call.now;
    let id = change::comment(call.world, place.0, place.1, author, &body, now)
        .ok_or_else(|| Box::new(Answer::not_found()))?;
    let (repo, issue) = find::at(call, place)?;
    let comment = issue.comments.iter().find(|c| c.id == id).ok_or_else(|| Box::new(Answer::not_found()))?;
    let shown: Value = render::comment(call.view(), repo, issue, comment);
    let location = shown["url"].as_str().unwrap_or_default().to_owned();
    Ok(Answer::json(201, shown).with("location", location))
}

/// Repository, issue number and position of a comment that is named by its id.
fn place_of(call: &Call<'_>, need: Need) -> Result<(RepoId, u64, usize), Box<Answer>> {
    let repo = call.repo_id(need)?;
    let id = call.param("comment_id").parse::<u64>().map_err(|_| Box::new(Answer::not_found()))?;
    call.repo(repo)?
        .live()
        .find_map(|i| i.comments.iter().position(|c| c.id == id).map(|at| (repo, i.number, at)))
        .ok_or_else(|| Box::new(Answer::not_found()))
}

fn shown(call: &Call<'_>, (repo, number, at): (RepoId, u64, usize)) -> Handled {
    let (repo, issue) = find::at(call, (repo, number))?;
    Ok(Answer::json(200, render::comment(call.view(), repo, issue, &issue.comments[at])))
}

pub(super) fn get(call: &Call<'_>) -> Handled {
    let place = place_of(call, Need::ReadIssues)?;
    shown(call, place)
}

fn changeable(call: &Call<'_>) -> Result<(RepoId, u64, usize), Box<Answer>> {
    let actor = call.account()?;
    let place = place_of(call, Need::WriteIssues)?;
    let (repo, issue) = find::at(call, (place.0, place.1))?;
    if call.role(repo) < Role::Write && issue.comments[place.2].author != actor {
        return Err(refuse(403, "Must have admin rights to Repository."));
    }
    Ok(place)
}

pub(super) fn update(call: &mut Call<'_>) -> Handled {
    let place = changeable(call)?;
    let body = text_of(call)?;
    let now = call.now;
    if let Some(issue) = call.world.repo_mut(place.0).and_then(|r| r.issue_mut(place.1)) {
        issue.comments[place.2].body = body;
        issue.comments[place.2].updated_at = now;
        issue.updated_at = now;
    }
    shown(call, place)
}

pub(super) fn delete(call: &mut Call<'_>) -> Handled {
    let (repo, number, at) = changeable(call)?;
    let now = call.now;
    if let Some(issue) = call.world.repo_mut(repo).and_then(|r| r.issue_mut(number)) {
        issue.comments.remove(at);
        issue.updated_at = now;
    }
    Ok(Answer::empty(204))
}
