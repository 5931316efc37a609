//! The objects of the schema and their fields. A new type is a variant of [`Thing`] and a function here.

#![expect(
    clippy::unnecessary_wraps,
    reason = "leaf, one and page make the arms of every resolver read alike"
)]

use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use serde_json::{Value, json};

use super::connection::Connection;
use super::filter::{issues, reversed_if_descending, state, words};
use super::scene::{Scene, error};
use super::{mutations, projects};
use crate::access::{Need, organisations};
use crate::board::{Choice, Item, Project, ProjectField};
use crate::clock::rfc3339;
use crate::model::{Account, Comment, Fate, Issue, Label, Milestone, Repo};
use crate::render::{from_node_id, node_id};
use crate::seed::Role;
use crate::text::percent_encoded;

#[derive(Clone)]
pub(super) enum Thing<'w> {
    Query,
    /// The root of a document with mutations.
    Mutation,
    /// What a mutation answers: the payload's type, the name of its one field, and that field.
    Payload(&'static str, &'static str, Box<Thing<'w>>),
    Project(&'w Project),
    ProjectField(&'w ProjectField),
    ProjectOption(&'w Choice),
    ProjectItem(&'w Project, &'w Item),
    ItemValue(&'w Item, &'w ProjectField),
    RateLimit,
    Account(&'w Account),
    Repo(&'w Repo),
    Issue(&'w Repo, &'w Issue),
    Comment(&'w Repo, &'w Issue, &'w Comment),
    Label(&'w Repo, &'w Label),
    Milestone(&'w Repo, &'w Milestone),
    Connection(Connection<'w>),
    Edge(&'static str, String, Box<Thing<'w>>),
    PageInfo(Value),
}

pub(super) struct Node<'w> {
    pub thing: Thing<'w>,
    pub scene: &'w Scene<'w>,
}

/// What a field gives: `None` when the type has no such field here.
pub(super) type Given<'w> = Option<Result<Gift<'w>, FieldError>>;

/// The value of a field before it is handed to the executor.
pub(super) enum Gift<'w> {
    Leaf(Value),
    One(Option<Thing<'w>>),
    Many(Vec<Option<Thing<'w>>>),
}

pub(super) fn leaf<'w>(value: impl Into<Value>) -> Given<'w> {
    Some(Ok(Gift::Leaf(value.into())))
}

pub(super) fn many(things: Vec<Thing<'_>>) -> Given<'_> {
    Some(Ok(Gift::Many(things.into_iter().map(Some).collect())))
}

pub(super) fn one(thing: Option<Thing<'_>>) -> Given<'_> {
    Some(Ok(Gift::One(thing)))
}

pub(super) fn page<'w>(
    kind: &'static str,
    edge: &'static str,
    field: &str,
    all: Vec<Thing<'w>>,
    arguments: &Value,
) -> Given<'w> {
    Some(Connection::page(kind, edge, field, all, arguments).map(|c| Gift::One(Some(Thing::Connection(c)))))
}

impl ObjectValue for Node<'_> {
    fn type_name(&self) -> &str {
        match &self.thing {
            Thing::Query => "Query",
            Thing::Mutation => "Mutation",
            Thing::Payload(name, ..) | Thing::Edge(name, ..) => name,
            Thing::Project(_) => "ProjectV2",
            Thing::ProjectField(f) => projects::field_type(f),
            Thing::ProjectOption(_) => "ProjectV2SingleSelectFieldOption",
            Thing::ProjectItem(..) => "ProjectV2Item",
            Thing::ItemValue(_, f) => projects::value_type(f).unwrap_or("ProjectV2ItemFieldTextValue"),
            Thing::RateLimit => "RateLimit",
            Thing::Account(a) if a.members.is_some() => "Organization",
            Thing::Account(_) => "User",
            Thing::Repo(_) => "Repository",
            Thing::Issue(_, i) if i.pull_request => "PullRequest",
            Thing::Issue(..) => "Issue",
            Thing::Comment(..) => "IssueComment",
            Thing::Label(..) => "Label",
            Thing::Milestone(..) => "Milestone",
            Thing::Connection(c) => c.type_name(),
            Thing::PageInfo(_) => "PageInfo",
        }
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        if let Thing::Connection(c) = &self.thing {
            return c.resolve(self.scene, info).unwrap_or_else(|| Err(self.unknown_field_error(info)));
        }
        let scene = self.scene;
        let field = info.field_name();
        let arguments = serde_json::to_value(info.arguments())
            .map_err(|e| FieldError { message: format!("the arguments of '{field}': {e}") })?;
        let given = match &self.thing {
            Thing::Query => query(scene, info, &arguments),
            Thing::Mutation => mutations::resolve(scene, info, &arguments),
            Thing::Payload(_, name, thing) => match field {
                "clientMutationId" => leaf(Value::Null),
                _ if field == *name => one(Some((**thing).clone())),
                _ => None,
            },
            Thing::Project(p) => projects::project(scene, p, field, &arguments),
            Thing::ProjectField(f) => projects::project_field(f, field, &arguments),
            Thing::ProjectOption(c) => projects::option(c, field),
            Thing::ProjectItem(p, i) => projects::item(scene, p, i, field, &arguments),
            Thing::ItemValue(i, f) => projects::item_value(i, f, field),
            Thing::RateLimit => rate_limit(scene, field),
            Thing::Account(a) => account(scene, a, field, &arguments),
            Thing::Repo(r) => repository(scene, r, field, &arguments),
            Thing::Issue(r, i) => issue(scene, r, i, field, &arguments),
            Thing::Comment(r, i, c) => comment(scene, r, i, c, field),
            Thing::Label(r, l) => label(scene, r, l, field),
            Thing::Milestone(r, m) => milestone(scene, r, m, field),
            Thing::Edge(_, cursor, thing) => match field {
                "cursor" => leaf(cursor.as_str()),
                "node" => one(Some((**thing).clone())),
                _ => None,
            },
            Thing::PageInfo(v) => v.get(field).cloned().and_then(leaf),
            Thing::Connection(_) => None,
        };
        let node = move |thing: Option<Thing<'a>>| match thing {
            Some(thing) => ResolvedValue::object(Node { thing, scene }),
            None => ResolvedValue::null(),
        };
        match given {
            None => Err(self.unknown_field_error(info)),
            Some(Err(e)) => Err(e),
            Some(Ok(Gift::Leaf(value))) => Ok(ResolvedValue::leaf(value)),
            Some(Ok(Gift::One(thing))) => Ok(node(thing)),
            Some(Ok(Gift::Many(list))) => {
                Ok(ResolvedValue::List(Box::new(list.into_iter().map(move |t| Ok(node(t))))))
            }
        }
    }
}

fn query<'w>(scene: &'w Scene<'w>, info: &ResolveInfo<'_>, arguments: &Value) -> Given<'w> {
    let field = info.field_name();
    let text = |name: &str| arguments[name].as_str().unwrap_or_default();
    let login = text("login");
    let nobody = |kind: &str| {
        Some(Err(error("NOT_FOUND", &format!("Could not resolve to {kind} with the login of '{login}'."))))
    };
    let named = |organisation: bool| {
        scene.world.by_login(login).filter(|a| a.members.is_some() == organisation).map(Thing::Account)
    };
    match field {
        "viewer" => one(scene.caller.account.and_then(|id| scene.world.account(id)).map(Thing::Account)),
        "rateLimit" => one(Some(Thing::RateLimit)),
        "repository" => {
            let full_name = format!("{}/{}", text("owner"), text("name"));
            let follow = arguments["followRenames"] != false;
            Some(scene.repository(&full_name, follow).map(|r| Gift::One(Some(Thing::Repo(r)))))
        }
        "repositoryOwner" => one(scene.world.by_login(login).map(Thing::Account)),
        "user" => match named(false) {
            None => nobody("a User"),
            found => one(found),
        },
        "organization" => match (scene.scope("login", &["read:org"]), named(true)) {
            (Err(e), _) => Some(Err(e)),
            (_, None) => nobody("an Organization"),
            (_, found) => one(found),
        },
        "node" => Some(by_id(scene, text("id")).map(Gift::One)),
        "nodes" => {
            let ids: Vec<&str> =
                arguments["ids"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            if ids.len() > 100 {
                let message =
                    format!("You may not provide more than 100 node ids; you provided {}.", ids.len());
                return Some(Err(error("ARGUMENT_LIMIT", &message)));
            }
            let key = info.field_selections().first().map_or(field, |f| f.response_key().as_str());
            let found = ids.into_iter().enumerate().map(|(at, id)| match by_id(scene, id) {
                Ok(thing) => thing,
                Err(e) => {
                    scene.beside(json!([key, at]), &e);
                    None
                }
            });
            Some(Ok(Gift::Many(found.collect())))
        }
        _ => None,
    }
}

fn by_id<'w>(scene: &'w Scene<'w>, id: &str) -> Result<Option<Thing<'w>>, FieldError> {
    let missing =
        || error("NOT_FOUND", &format!("Could not resolve to a node with the global id of '{id}'."));
    let world = scene.world;
    if let Some(n) = from_node_id("U", id).or_else(|| from_node_id("O", id)) {
        return world.account(n).map(|a| Some(Thing::Account(a))).ok_or_else(missing);
    }
    if let Some(n) = from_node_id("R", id) {
        let repo = world.repo(n).ok_or_else(missing)?;
        scene.may(repo, Need::Metadata).map_err(|_| missing())?;
        return Ok(Some(Thing::Repo(repo)));
    }
    if let Some(n) = from_node_id("PVT", id) {
        let project = world.project(n).ok_or_else(missing)?;
        projects::may(scene, project, false).map_err(|(kind, message)| error(kind, &message))?;
        return Ok(Some(Thing::Project(project)));
    }
    let seen = |r: &Repo| scene.may(r, Need::ReadIssues).is_ok();
    let find = |r: &'w Repo| -> Option<Thing<'w>> {
        if let Some(n) = from_node_id("I", id).or_else(|| from_node_id("PR", id)) {
            return r.live().find(|i| i.id == n).map(|i| Thing::Issue(r, i));
        }
        if let Some(n) = from_node_id("IC", id) {
            return r
                .live()
                .find_map(|i| i.comments.iter().find(|c| c.id == n).map(|c| Thing::Comment(r, i, c)));
        }
        if let Some(n) = from_node_id("LA", id) {
            return r.labels.iter().find(|l| l.id == n).map(|l| Thing::Label(r, l));
        }
        let n = from_node_id("MI", id)?;
        r.milestones.iter().find(|m| m.id == n).map(|m| Thing::Milestone(r, m))
    };
    world.repos.iter().filter(|r| seen(r)).find_map(find).map(Some).ok_or_else(missing)
}

fn rate_limit<'w>(scene: &Scene<'_>, field: &str) -> Given<'w> {
    let a = scene.allowance;
    match field {
        "cost" => leaf(1),
        "nodeCount" => leaf(0),
        "limit" => leaf(a.limit),
        "remaining" => leaf(a.remaining()),
        "used" => leaf(a.used),
        "resetAt" => leaf(jiff::Timestamp::from_second(a.reset).map(rfc3339).unwrap_or_default()),
        _ => None,
    }
}

fn account<'w>(scene: &'w Scene<'w>, a: &'w Account, field: &str, arguments: &Value) -> Given<'w> {
    let organisation = a.members.is_some();
    match field {
        "id" => leaf(node_id(if organisation { "O" } else { "U" }, a.id)),
        "databaseId" => leaf(a.id),
        "login" => leaf(a.login.as_str()),
        "name" => leaf(a.name.as_str()),
        "url" => leaf(format!("{}/{}", scene.urls.web, a.login)),
        "avatarUrl" => leaf(format!("{}/avatars/{}", scene.urls.web, a.id)),
        "isViewer" => leaf(scene.caller.account == Some(a.id)),
        "repository" => {
            let full_name = format!("{}/{}", a.login, arguments["name"].as_str().unwrap_or_default());
            let follow = arguments["followRenames"] != false;
            Some(scene.repository(&full_name, follow).map(|r| Gift::One(Some(Thing::Repo(r)))))
        }
        "projectV2" => projects::of_owner(scene, a, arguments["number"].as_u64().unwrap_or(0)),
        "projectsV2" => projects::list(scene, a, field, arguments),
        "organizations" => {
            if let Err(e) = scene.scope("organizations", &["read:org"]) {
                return Some(Err(e));
            }
            let all = organisations(scene.world, a.id).into_iter().map(Thing::Account).collect();
            page("OrganizationConnection", "OrganizationEdge", field, all, arguments)
        }
        _ => None,
    }
}

fn repository<'w>(scene: &'w Scene<'w>, r: &'w Repo, field: &str, arguments: &Value) -> Given<'w> {
    if matches!(
        field,
        "issue" | "issues" | "label" | "labels" | "milestone" | "milestones" | "assignableUsers"
    ) && let Err(e) = scene.may(r, Need::ReadIssues)
    {
        return Some(Err(e));
    }
    let number = || arguments["number"].as_u64().unwrap_or(0);
    match field {
        "id" => leaf(node_id("R", r.id)),
        "databaseId" => leaf(r.id),
        "name" => leaf(r.name.as_str()),
        "nameWithOwner" => leaf(scene.world.full_name(r)),
        "owner" => one(scene.world.account(r.owner).map(Thing::Account)),
        "url" => leaf(format!("{}/{}", scene.urls.web, scene.world.full_name(r))),
        "isPrivate" => leaf(r.private),
        "isArchived" => leaf(r.archived),
        "isDisabled" => leaf(r.disabled),
        "hasIssuesEnabled" => leaf(r.has_issues),
        "createdAt" => leaf(rfc3339(r.created_at)),
        "updatedAt" => leaf(rfc3339(r.updated_at)),
        "viewerPermission" => leaf(match scene.world.role(r, scene.caller.account) {
            Role::None => Value::Null,
            role => json!(format!("{role:?}").to_uppercase()),
        }),
        "issue" => {
            let found = r.issue(number()).filter(|i| i.fate == Fate::Here && !i.pull_request && r.has_issues);
            match found {
                Some(i) => one(Some(Thing::Issue(r, i))),
                None => Some(Err(error(
                    "NOT_FOUND",
                    &format!("Could not resolve to an Issue with the number of {}.", number()),
                ))),
            }
        }
        "issues" => page("IssueConnection", "IssueEdge", field, issues(scene, r, arguments), arguments),
        "label" => one(r.label(arguments["name"].as_str().unwrap_or_default()).map(|l| Thing::Label(r, l))),
        "labels" => {
            let wanted = arguments["query"].as_str().unwrap_or_default().to_lowercase();
            let mut found: Vec<&Label> =
                r.labels.iter().filter(|l| l.name.to_lowercase().contains(&wanted)).collect();
            if arguments["orderBy"]["field"] == "NAME" {
                found.sort_by_key(|l| l.name.to_lowercase());
            }
            reversed_if_descending(&mut found, arguments);
            let all = found.into_iter().map(|l| Thing::Label(r, l)).collect();
            page("LabelConnection", "LabelEdge", field, all, arguments)
        }
        "milestone" => one(r.milestone(number()).map(|m| Thing::Milestone(r, m))),
        "milestones" => {
            let states = words(&arguments["states"]);
            let mut found: Vec<&Milestone> = r
                .milestones
                .iter()
                .filter(|m| states.is_empty() || states.contains(&state(m.open)))
                .collect();
            reversed_if_descending(&mut found, arguments);
            let all = found.into_iter().map(|m| Thing::Milestone(r, m)).collect();
            page("MilestoneConnection", "MilestoneEdge", field, all, arguments)
        }
        "assignableUsers" => {
            let people = scene.world.assignable(r).into_iter().filter_map(|id| scene.world.account(id));
            page("UserConnection", "UserEdge", field, people.map(Thing::Account).collect(), arguments)
        }
        _ => None,
    }
}

fn issue<'w>(scene: &'w Scene<'w>, r: &'w Repo, i: &'w Issue, field: &str, arguments: &Value) -> Given<'w> {
    let kind = if i.pull_request { "pull" } else { "issues" };
    match field {
        "id" => leaf(node_id(if i.pull_request { "PR" } else { "I" }, i.id)),
        "databaseId" => leaf(i.id),
        "fullDatabaseId" => leaf(i.id.to_string()),
        "number" => leaf(i.number),
        "title" => leaf(i.title.as_str()),
        "body" | "bodyText" => leaf(i.body.as_deref().unwrap_or_default()),
        "state" => leaf(state(i.open)),
        "stateReason" => leaf(match i.reason.as_deref() {
            // Older clients do not know the value; they see what it was before it existed.
            Some("duplicate") if arguments["enableDuplicate"] != true => json!("NOT_PLANNED"),
            reason => json!(reason.map(str::to_uppercase)),
        }),
        "closed" => leaf(!i.open),
        "closedAt" => leaf(json!(i.closed_at.map(rfc3339))),
        "createdAt" => leaf(rfc3339(i.created_at)),
        "updatedAt" => leaf(rfc3339(i.updated_at)),
        "url" => leaf(format!("{}/{}/{kind}/{}", scene.urls.web, scene.world.full_name(r), i.number)),
        "locked" => leaf(i.locked),
        "viewerDidAuthor" => leaf(scene.caller.account == Some(i.author)),
        "viewerCanUpdate" => leaf(
            scene.caller.account == Some(i.author)
                || scene.world.role(r, scene.caller.account) >= Role::Triage,
        ),
        "projectItems" => projects::items_of(scene, i, field, arguments),
        "author" => one(scene.world.account(i.author).map(Thing::Account)),
        "repository" => one(Some(Thing::Repo(r))),
        "milestone" => one(i.milestone.and_then(|n| r.milestone(n)).map(|m| Thing::Milestone(r, m))),
        "assignees" => {
            let people = i.assignees.iter().filter_map(|id| scene.world.account(*id));
            page("UserConnection", "UserEdge", field, people.map(Thing::Account).collect(), arguments)
        }
        "labels" => {
            let on = i.labels.iter().filter_map(|id| r.labels.iter().find(|l| l.id == *id));
            page("LabelConnection", "LabelEdge", field, on.map(|l| Thing::Label(r, l)).collect(), arguments)
        }
        "comments" => {
            let all = i.comments.iter().map(|c| Thing::Comment(r, i, c)).collect();
            page("IssueCommentConnection", "IssueCommentEdge", field, all, arguments)
        }
        _ => None,
    }
}

fn comment<'w>(scene: &'w Scene<'w>, r: &Repo, i: &Issue, c: &'w Comment, field: &str) -> Given<'w> {
    match field {
        "id" => leaf(node_id("IC", c.id)),
        "databaseId" => leaf(c.id),
        "body" => leaf(c.body.as_str()),
        "createdAt" => leaf(rfc3339(c.created_at)),
        "updatedAt" => leaf(rfc3339(c.updated_at)),
        "author" => one(scene.world.account(c.author).map(Thing::Account)),
        "url" => leaf(format!(
            "{}/{}/issues/{}#issuecomment-{}",
            scene.urls.web,
            scene.world.full_name(r),
            i.number,
            c.id
        )),
        _ => None,
    }
}

fn label<'w>(scene: &Scene<'_>, r: &Repo, l: &Label, field: &str) -> Given<'w> {
    match field {
        "id" => leaf(node_id("LA", l.id)),
        "name" => leaf(l.name.as_str()),
        "color" => leaf(l.color.as_str()),
        "description" => leaf(json!(l.description)),
        "isDefault" => leaf(l.default),
        "url" => leaf(format!(
            "{}/{}/labels/{}",
            scene.urls.web,
            scene.world.full_name(r),
            percent_encoded(&l.name)
        )),
        _ => None,
    }
}

fn milestone<'w>(scene: &Scene<'_>, r: &Repo, m: &Milestone, field: &str) -> Given<'w> {
    match field {
        "id" => leaf(node_id("MI", m.id)),
        "number" => leaf(m.number),
        "title" => leaf(m.title.as_str()),
        "description" => leaf(json!(m.description)),
        "state" => leaf(state(m.open)),
        "dueOn" => leaf(json!(m.due_on.map(rfc3339))),
        "url" => leaf(format!("{}/{}/milestone/{}", scene.urls.web, scene.world.full_name(r), m.number)),
        _ => None,
    }
}
