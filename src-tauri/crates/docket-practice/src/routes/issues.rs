//! Creating, reading and changing one issue.
//!
//! Labels, assignees and milestone are dropped without a word when the caller has no triage role: the vendor's
//! document says so, and clients must notice it by comparing what came back.

use serde_json::{Value, json};

use super::{Call, find};
use crate::access::Need;
use crate::change::{self, Draft};
use crate::model::{Fate, Repo, RepoId};
use crate::render;
use crate::reply::{Answer, Handled, complaint, fault_in, invalid, refuse};
use crate::seed::Role;

const BODY_LIMIT: usize = 65_536;
const TITLE_LIMIT: usize = 256;
const LABEL_LIMIT: usize = 100;
const ASSIGNEE_LIMIT: usize = 10;

/// Fields of a request's body that were given. `Some(None)` is an explicit `null`.
#[derive(Debug, Default)]
#[expect(clippy::option_option, reason = "absent, null and given are three different wishes")]
struct Fields {
    title: Option<String>,
    body: Option<Option<String>>,
    labels: Option<Vec<String>>,
    assignees: Option<Vec<String>>,
    milestone: Option<Option<u64>>,
    kind: Option<Option<String>>,
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(ToOwned::to_owned).or_else(|| value.as_i64().map(|n| n.to_string()))
}

/// Names in a list whose entries are texts or objects with a name.
pub(super) fn names(list: &Value, key: &str) -> Vec<String> {
    let name = |v: &Value| v.as_str().or_else(|| v[key].as_str()).map(ToOwned::to_owned);
    list.as_array().into_iter().flatten().filter_map(name).collect()
}

impl Fields {
    fn read(body: &Value) -> Self {
        let single = body.get("assignee").map(|a| a.as_str().map(ToOwned::to_owned).into_iter().collect());
        Self {
            title: body.get("title").and_then(text),
            body: body.get("body").map(text),
            labels: body.get("labels").map(|l| names(l, "name")),
            assignees: body.get("assignees").map(|a| names(a, "login")).or(single),
            kind: body.get("type").map(|t| t["value"].as_str().or(t.as_str()).map(ToOwned::to_owned)),
            milestone: body.get("milestone").map(|m| text(m).map(|t| t.parse().unwrap_or(u64::MAX))),
        }
    }

    /// Drops what the caller may not set.
    fn drop_silently(&mut self, call: &Call<'_>, role: Role) {
        let powerless = role < Role::Triage;
        if powerless || call.drops.labels {
            self.labels = None;
        }
        if powerless || call.drops.assignees {
            self.assignees = None;
        }
        if powerless || call.drops.milestone {
            self.milestone = None;
        }
        if powerless {
            self.kind = None;
        }
    }

    fn check(&self, call: &Call<'_>, repo: RepoId) -> Result<(), Box<Answer>> {
        let mut errors = Vec::new();
        if let Some(title) = &self.title {
            if title.trim().is_empty() {
                errors.push(fault_in("Issue", "title", "missing_field"));
            } else if title.chars().count() > TITLE_LIMIT {
                errors.push(complaint("Issue", "title", "title is too long (maximum is 256 characters)"));
            }
        }
        if let Some(Some(body)) = &self.body {
            errors.extend(too_long("Issue", body));
        }
        if self.labels.as_ref().is_some_and(|l| l.len() > LABEL_LIMIT) {
            errors.push(complaint("Issue", "labels", "an issue can have at most 100 labels"));
        }
        let target = call.repo(repo)?;
        for login in self.assignees.iter().flatten() {
            let fits =
                call.world.by_login(login).is_some_and(|a| call.world.assignable(target).contains(&a.id));
            if !fits {
                errors.push(json!({
                    "value": login, "resource": "Issue", "field": "assignees", "code": "invalid"
                }));
            }
        }
        if let Some(Some(number)) = self.milestone
            && target.milestone(number).is_none()
        {
            errors.push(json!({
                "value": number, "resource": "Issue", "field": "milestone", "code": "invalid"
            }));
        }
        if let Some(Some(name)) = &self.kind
            && kind_id(call, target, name).is_none()
        {
            errors.push(json!({ "value": name, "resource": "Issue", "field": "type", "code": "invalid" }));
        }
        if errors.is_empty() { Ok(()) } else { Err(invalid(&errors)) }
    }

    fn assignee_ids(&self, call: &Call<'_>) -> Vec<u64> {
        let logins = self.assignees.iter().flatten();
        logins.filter_map(|l| call.world.by_login(l).map(|a| a.id)).take(ASSIGNEE_LIMIT).collect()
    }
}

/// The id of the owner's issue type with this name.
fn kind_id(call: &Call<'_>, repo: &Repo, name: &str) -> Option<u64> {
    let types = &call.world.account(repo.owner)?.issue_types;
    types.iter().find(|t| t.name.eq_ignore_ascii_case(name)).map(|t| t.id)
}

/// The vendor's complaint about a text of more than 65,536 characters.
pub(super) fn too_long(resource: &str, body: &str) -> Option<Value> {
    (body.chars().count() > BODY_LIMIT)
        .then(|| complaint(resource, "body", "body is too long (maximum is 65536 characters)"))
}

/// Ids of labels by name. Those that do not exist are made for people who may push, and left out for others.
pub(super) fn label_ids(
    call: &mut Call<'_>,
    repo: RepoId,
    names: &[String],
) -> Result<Vec<u64>, Box<Answer>> {
    let make = call.role(call.repo(repo)?) >= Role::Write;
    Ok(names.iter().filter_map(|n| change::label_id(call.world, repo, n, make)).collect())
}

pub(super) fn create(call: &mut Call<'_>) -> Handled {
    let author = call.account()?;
    let id = call.repo_id(Need::WriteIssues)?;
    let repo = call.repo(id)?;
    if !repo.has_issues {
        return Err(refuse(410, "Issues are disabled for this repo"));
    }
    let mut fields = Fields::read(&call.body);
    fields.drop_silently(call, call.role(repo));
    fields.check(call, id)?;
    let draft = Draft {
        title: fields.title.clone().unwrap_or_default(),
        body: fields.body.clone().flatten(),
        labels: label_ids(call, id, fields.labels.as_deref().unwrap_or_default())?,
        assignees: fields.assignee_ids(call),
        milestone: fields.milestone.flatten(),
        pull_request: false,
        kind: fields.kind.clone().flatten().and_then(|name| kind_id(call, call.repo(id).ok()?, &name)),
    };
    let now = call.now;
    let number = change::open_issue(call.world, id, author, draft, now)
        .ok_or_else(|| Box::new(Answer::not_found()))?;
    let (repo, issue) = find::at(call, (id, number))?;
    let shown = render::issue(call.view(), repo, issue);
    let location = format!("{}/repos/{}/issues/{number}", call.urls.api, call.world.full_name(repo));
    Ok(Answer::json(201, shown).with("location", location))
}

pub(super) fn get(call: &Call<'_>) -> Handled {
    let place = find::issue_place(call, Need::ReadIssues)?;
    shown(call, place)
}

pub(super) fn shown(call: &Call<'_>, place: (RepoId, u64)) -> Handled {
    let (repo, issue) = find::at(call, place)?;
    Ok(Answer::json(200, render::issue(call.view(), repo, issue)))
}

pub(super) fn update(call: &mut Call<'_>) -> Handled {
    let actor = call.account()?;
    let place = find::issue_place(call, Need::WriteIssues)?;
    let (repo, issue) = find::at(call, place)?;
    let role = call.role(repo);
    if role < Role::Triage && issue.author != actor {
        return Err(refuse(403, "Must have admin rights to Repository."));
    }
    let mut fields = Fields::read(&call.body);
    fields.drop_silently(call, role);
    fields.check(call, place.0)?;
    let repeats = canonical(call)?;
    let (id, number) = place;
    let now = call.now;
    if let Some(title) = &fields.title {
        change::rename(call.world, id, number, actor, title, now);
    }
    if let Some(body) = fields.body.clone() {
        change::rewrite(call.world, id, number, body, now);
    }
    if let Some(names) = &fields.labels {
        let ids = label_ids(call, id, names)?;
        change::set_labels(call.world, id, number, actor, &ids, now);
    }
    if fields.assignees.is_some() {
        let ids = fields.assignee_ids(call);
        change::set_assignees(call.world, id, number, actor, &ids, now);
    }
    if let Some(milestone) = fields.milestone {
        change::set_milestone(call.world, id, number, actor, milestone, now);
    }
    if let Some(kind) = fields.kind.clone() {
        let kind = kind.and_then(|name| kind_id(call, call.repo(id).ok()?, &name));
        change::set_kind(call.world, id, number, kind, now);
    }
    if let Some(state) = call.body["state"].as_str() {
        if state == "closed" {
            change::set_duplicate(call.world, id, number, repeats);
        }
        let reason = call.body["state_reason"].as_str().map(ToOwned::to_owned);
        change::set_state(call.world, id, number, actor, state == "open", reason.as_deref(), now);
    }
    shown(call, place)
}

/// The issue that `duplicate_issue_id` names: it must exist and be visible. Ignored for other reasons.
fn canonical(call: &Call<'_>) -> Result<Option<u64>, Box<Answer>> {
    let Some(wanted) = call.body["duplicate_issue_id"].as_u64() else { return Ok(None) };
    if call.body["state_reason"] != "duplicate" {
        return Ok(None);
    }
    let seen = call.world.repos.iter().any(|r| {
        r.issues.iter().any(|i| i.id == wanted && i.fate == Fate::Here)
            && crate::access::judge(call.world, call.caller, r, Need::ReadIssues).is_ok()
    });
    if seen {
        return Ok(Some(wanted));
    }
    Err(invalid(&[
        json!({ "value": wanted, "resource": "Issue", "field": "duplicate_issue_id", "code": "invalid" }),
    ]))
}
