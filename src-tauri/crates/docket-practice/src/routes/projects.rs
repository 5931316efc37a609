//! Projects (v2) through REST, of organisations and of people, and issue types.

use serde_json::{Value, json};

use super::Call;
use crate::access::{self, Need, judge_project};
use crate::board;
use crate::model::{Account, Fate};
use crate::render;
use crate::reply::{Answer, Handled, invalid, refuse};

pub(super) fn types_of_organisation(call: &Call<'_>) -> Handled {
    let organisation = call.world.by_login(call.param("org")).filter(|a| a.members.is_some());
    types(call, organisation)
}

pub(super) fn types_of_repository(call: &Call<'_>) -> Handled {
    let id = call.repo_id(Need::Metadata)?;
    types(call, call.world.account(call.repo(id)?.owner))
}

/// Where no types are offered, the vendor has no such page.
fn types(_call: &Call<'_>, owner: Option<&Account>) -> Handled {
    let offered = owner.map(|a| a.issue_types.as_slice()).filter(|types| !types.is_empty());
    let offered = offered.ok_or_else(|| Box::new(Answer::not_found()))?;
    Ok(Answer::json(200, offered.iter().map(render::issue_type).collect()))
}

/// The account that the path names: an organisation under `/orgs`, a person under `/users`.
fn owner<'a>(call: &'a Call<'_>) -> Result<&'a Account, Box<Answer>> {
    let organisation = call.params.contains_key("org");
    let login = if organisation { call.param("org") } else { call.param("username") };
    let found = call.world.by_login(login).filter(|a| a.members.is_some() == organisation);
    found.ok_or_else(|| Box::new(Answer::not_found()))
}

/// The id of the project that the path names, if the caller may do this there.
fn found(call: &Call<'_>, writes: bool) -> Result<u64, Box<Answer>> {
    call.account()?;
    let owner = owner(call)?;
    let number = call.param("project_number").parse().unwrap_or(0);
    let project = call.world.project_of(owner.id, number).ok_or_else(|| Box::new(Answer::not_found()))?;
    judge_project(call.world, call.caller, project, writes)?;
    Ok(project.id)
}

fn at<'a>(call: &'a Call<'_>, project: u64) -> Result<&'a board::Project, Box<Answer>> {
    call.world.project(project).ok_or_else(|| Box::new(Answer::not_found()))
}

fn item_at<'a>(
    call: &'a Call<'_>,
    project: u64,
) -> Result<(&'a board::Project, &'a board::Item), Box<Answer>> {
    let board = at(call, project)?;
    let item = call.param("item_id").parse().ok().and_then(|id| board.item(id));
    Ok((board, item.ok_or_else(|| Box::new(Answer::not_found()))?))
}

pub(super) fn list(call: &Call<'_>) -> Handled {
    call.account()?;
    let owner = owner(call)?;
    let wanted = call.query("q").unwrap_or_default().to_lowercase();
    let mut shown = Vec::new();
    for project in call.world.projects.iter().filter(|p| p.owner == owner.id) {
        match judge_project(call.world, call.caller, project, false) {
            Ok(()) if project.title.to_lowercase().contains(&wanted) => {
                shown.push(render::project(call.view(), project));
            }
            Ok(()) => {}
            Err(hidden) if hidden.status == 404 => {}
            Err(refusal) => return Err(refusal),
        }
    }
    call.list(shown, true)
}

pub(super) fn get(call: &Call<'_>) -> Handled {
    let id = found(call, false)?;
    Ok(Answer::json(200, render::project(call.view(), at(call, id)?)))
}

pub(super) fn fields(call: &Call<'_>) -> Handled {
    let board = at(call, found(call, false)?)?;
    let all = board.fields.iter().map(|f| render::project_field(call.view(), board, f));
    call.list(all.collect(), true)
}

pub(super) fn items(call: &Call<'_>) -> Handled {
    let board = at(call, found(call, false)?)?;
    let asked = call.query("fields");
    let seen = |item: &&board::Item| {
        board::issue_of(call.world, item)
            .is_some_and(|(r, _)| access::judge(call.world, call.caller, r, Need::ReadIssues).is_ok())
    };
    let all = board.items.iter().filter(seen);
    call.list(all.map(|i| render::item_with_content(call.view(), board, i, asked)).collect(), true)
}

pub(super) fn item(call: &Call<'_>) -> Handled {
    let id = found(call, false)?;
    let (board, item) = item_at(call, id)?;
    Ok(Answer::json(200, render::item_with_content(call.view(), board, item, call.query("fields"))))
}

pub(super) fn add(call: &mut Call<'_>) -> Handled {
    let creator = call.account()?;
    let project = found(call, true)?;
    if call.body["type"] != "Issue" {
        return Err(refuse(403, "This practice server puts issues on boards only."));
    }
    let issue = wanted_issue(call)?;
    let now = call.now;
    let item = board::add_item(call.world, project, issue, creator, now);
    let board = at(call, project)?;
    let item = item.and_then(|id| board.item(id)).ok_or_else(|| Box::new(Answer::not_found()))?;
    Ok(Answer::json(201, render::item_simple(call.view(), board, item)))
}

/// The id of the issue that the body names, by its id or by its place.
fn wanted_issue(call: &Call<'_>) -> Result<u64, Box<Answer>> {
    let hidden = || Box::new(Answer::not_found());
    let (id, number) = (call.body["id"].as_u64(), call.body["number"].as_u64());
    let full = format!(
        "{}/{}",
        call.body["owner"].as_str().unwrap_or_default(),
        call.body["repo"].as_str().unwrap_or_default()
    );
    let here = call.world.repos.iter().find_map(|r| {
        let named = call.world.full_name(r).eq_ignore_ascii_case(&full);
        let fits = |i: &&crate::model::Issue| {
            i.fate == Fate::Here
                && !i.pull_request
                && (Some(i.id) == id || (id.is_none() && named && Some(i.number) == number))
        };
        r.issues.iter().find(fits).map(|i| (r, i.id))
    });
    let (repo, issue) = here.ok_or_else(hidden)?;
    access::judge(call.world, call.caller, repo, Need::ReadIssues)?;
    Ok(issue)
}

pub(super) fn update(call: &mut Call<'_>) -> Handled {
    let project = found(call, true)?;
    let (board, item) = item_at(call, project)?;
    let (item, mut values) = (item.id, Vec::new());
    for change in call.body["fields"].as_array().into_iter().flatten() {
        let value = match &change["value"] {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        values.push((change["id"].as_u64().unwrap_or(0), value));
    }
    if let Err(complaint) = board::check(board, &values) {
        return Err(invalid(&[json!({
            "resource": "ProjectV2ItemFieldValue", "field": "value", "code": "custom", "message": complaint,
        })]));
    }
    let now = call.now;
    if !call.drops.project_fields {
        board::set_values(call.world, project, item, &values, now);
    }
    let (board, item) = item_at(call, project)?;
    Ok(Answer::json(200, render::item_with_content(call.view(), board, item, None)))
}
