//! GraphQL, only as far as the status of work items needs it.
//!
//! The schema (`contracts/gitlab-work-item-status.handwritten.graphql`) is written by hand and proves nothing about the
//! vendor's; it catches misspelt fields and arguments. The values are built as JSON that carries its type's name.

use std::sync::OnceLock;

use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::resolvers::{Execution, FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::response::JsonMap;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};
use serde_json::{Value, json};

use super::change::{self, Edit};
use super::lab::Lab;
use super::model::{Id, Issue, Namespace, Project, Status, World};
use super::render::{Urls, moment};
use super::seed::{Access, Tier};
use super::who::{Caller, Scope};
use crate::locked;
use crate::reply::{Answer, Handled};
use crate::site::Arrived;

/// Marks the vendor's own words on the way through the executor, which puts words of its own before them.
const BETWEEN: char = '\u{1f}';
const DENIED: &str = "The resource that you are attempting to access does not exist or you don't have permission to \
                      perform this action";

/// The hand-written schema, read once per process.
pub(super) fn schema() -> Result<&'static Valid<Schema>, String> {
    static KEPT: OnceLock<Result<Valid<Schema>, String>> = OnceLock::new();
    let name = "gitlab-work-item-status.handwritten.graphql";
    let text = include_str!("../../contracts/gitlab-work-item-status.handwritten.graphql");
    KEPT.get_or_init(|| Schema::parse_and_validate(text, name).map_err(|e| format!("contracts/{name}: {e}")))
        .as_ref()
        .map_err(Clone::clone)
}

struct Scene<'w> {
    lab: &'w Lab,
    caller: &'w Caller,
    urls: &'w Urls,
}

struct Node<'w> {
    /// An object with its `__typename`; projects also carry their id as `_project`.
    value: Value,
    scene: &'w Scene<'w>,
}

pub(super) fn answer(lab: &Lab, arrived: &Arrived) -> Handled {
    lab.front.name_operation(arrived.index, "graphql");
    if arrived.method != "POST" {
        return Err(lab.broken(arrived, 599, vec!["GraphQL is asked by POST only".to_owned()]));
    }
    let broken = |problem: String| lab.broken(arrived, 598, vec![problem]);
    if !arrived.header("content-type").is_some_and(|t| t.starts_with("application/json")) {
        return Err(broken("header: Content-Type is not application/json".to_owned()));
    }
    let body: Value =
        serde_json::from_slice(&arrived.body).map_err(|e| broken(format!("body: not JSON: {e}")))?;
    let known = ["query", "variables", "operationName"];
    if let Some(key) = body.as_object().and_then(|m| m.keys().find(|k| !known.contains(&k.as_str()))) {
        return Err(broken(format!("body: there is no key '{key}'")));
    }
    let schema = schema().map_err(|e| lab.own_fault(arrived, vec![e]))?;
    let text = body["query"].as_str().unwrap_or_default();
    let document = ExecutableDocument::parse_and_validate(schema, text, "request.graphql")
        .map_err(|e| broken(format!("query: {}", e.errors.to_string().replace('\n', " "))))?;
    let operation = document
        .operations
        .get(body["operationName"].as_str())
        .map_err(|e| broken(format!("operationName: {}", e.message())))?;
    let given: JsonMap = match &body["variables"] {
        Value::Null => JsonMap::new(),
        v => serde_json::from_value(v.clone()).map_err(|e| broken(format!("variables: {e}")))?,
    };
    let variables = coerce_variable_values(schema, operation, &given)
        .map_err(|e| broken(format!("variables: {}", e.message())))?;
    let (caller, observed) = lab.admit(arrived, "graphql")?;
    caller.within(if operation.is_mutation() { Scope::Write } else { Scope::Read })?;
    let urls = lab.urls(arrived);
    let scene = Scene { lab, caller: &caller, urls: &urls };
    let root = json!({ "__typename": if operation.is_mutation() { "Mutation" } else { "Query" } });
    let root = Node { value: root, scene: &scene };
    let done = Execution::new(schema, &document)
        .operation(operation)
        .coerced_variable_values(&variables)
        .execute_sync(&root)
        .map_err(|e| lab.own_fault(arrived, vec![format!("execution: {}", e.message())]))?;
    let mut own = Vec::new();
    let mut errors = Vec::new();
    for error in &done.errors {
        match error.message.split_once(BETWEEN) {
            Some((_, message)) => errors.push(json!({ "message": message, "path": error.path })),
            None => own.push(format!("{} at {:?}", error.message, error.path)),
        }
    }
    if !own.is_empty() {
        return Err(lab.own_fault(arrived, own));
    }
    let mut out = json!({ "data": done.data });
    if !errors.is_empty() {
        out["errors"] = Value::Array(errors);
    }
    let answer = Answer::json(200, out);
    Ok(match observed {
        Some(seen) => seen.on(answer, lab.now().as_millisecond(), false),
        None => answer,
    })
}

impl ObjectValue for Node<'_> {
    fn type_name(&self) -> &str {
        self.value["__typename"].as_str().unwrap_or_default()
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        let arguments = serde_json::to_value(info.arguments())
            .map_err(|e| FieldError { message: format!("the arguments of '{}': {e}", info.field_name()) })?;
        let field = info.field_name();
        let given = match self.type_name() {
            "Query" => self.scene.query(field, &arguments),
            "Mutation" => Some(self.scene.update(&arguments["input"])?),
            "Project" | "Namespace" if field.starts_with("workItem") => {
                Some(self.scene.within_project(&self.value, field, &arguments))
            }
            _ => self.value.get(field).cloned(),
        };
        let scene = self.scene;
        match given {
            None => Err(self.unknown_field_error(info)),
            Some(value) => Ok(resolved(value, scene)),
        }
    }
}

fn resolved<'a>(value: Value, scene: &'a Scene<'a>) -> ResolvedValue<'a> {
    match value {
        Value::Array(items) => ResolvedValue::list(items.into_iter().map(move |i| resolved(i, scene))),
        Value::Object(_) => ResolvedValue::object(Node { value, scene }),
        Value::Null => ResolvedValue::null(),
        leaf => ResolvedValue::leaf(leaf),
    }
}

fn connection(name: &str, nodes: &[Value]) -> Value {
    let info = json!({
        "__typename": "PageInfo",
        "hasNextPage": false,
        "hasPreviousPage": false,
        "startCursor": null,
        "endCursor": null
    });
    json!({ "__typename": name, "nodes": nodes, "pageInfo": info })
}

fn status(position: usize, status: &Status) -> Value {
    json!({
        "__typename": "WorkItemStatus",
        "id": status.gid,
        "name": status.name,
        "description": null,
        "iconName": "status-neutral",
        "color": "#737278",
        "position": position,
        "category": status.category,
    })
}

fn issue_type(world: &World) -> Value {
    let generic = |kind: &str| json!({ "__typename": "WorkItemWidgetDefinitionGeneric", "type": kind });
    let mut widgets = vec![generic("ASSIGNEES"), generic("LABELS"), generic("DESCRIPTION")];
    if world.tier > Tier::Free {
        let all: Vec<Value> = world.statuses.iter().enumerate().map(|(i, s)| status(i, s)).collect();
        let default = |open: bool| {
            let gid = world.default_status(open);
            all.iter().find(|s| s["id"].as_str() == gid.as_deref()).cloned()
        };
        widgets.push(json!({
            "__typename": "WorkItemWidgetDefinitionStatus",
            "type": "STATUS",
            "allowedStatuses": all,
            "defaultOpenStatus": default(true),
            "defaultClosedStatus": default(false),
        }));
    }
    json!({
        "__typename": "WorkItemType",
        "id": "gid://gitlab/WorkItems::Type/1",
        "name": "Issue",
        "iconName": "work-item-issue",
        "widgetDefinitions": widgets,
    })
}

/// The issue with an id like `gid://gitlab/WorkItem/12`.
fn by_gid<'w>(world: &'w World, gid: &str) -> Option<(&'w Project, &'w Issue)> {
    let id: Id = gid.strip_prefix("gid://gitlab/WorkItem/")?.parse().ok()?;
    world.projects.iter().find_map(|p| p.issues.iter().find(|i| i.id == id).map(|i| (p, i)))
}

impl Scene<'_> {
    fn work_item(&self, world: &World, project: &Project, issue: &Issue) -> Value {
        let mut widgets = vec![json!({
            "__typename": "WorkItemWidgetDescription",
            "type": "DESCRIPTION",
            "description": issue.description,
        })];
        if world.tier > Tier::Free {
            let place = world.statuses.iter().position(|s| Some(&s.gid) == issue.status.as_ref());
            widgets.push(json!({
                "__typename": "WorkItemWidgetStatus",
                "type": "STATUS",
                "status": place.map(|i| status(i, &world.statuses[i])),
            }));
        }
        json!({
            "__typename": "WorkItem",
            "id": format!("gid://gitlab/WorkItem/{}", issue.id),
            "iid": issue.iid.to_string(),
            "title": issue.title,
            "state": if issue.open { "OPEN" } else { "CLOSED" },
            "webUrl": format!("{}/{}/-/work_items/{}", self.urls.web, project.full_path, issue.iid),
            "updatedAt": moment(issue.updated_at),
            "workItemType": issue_type(world),
            "widgets": widgets,
        })
    }

    fn query(&self, field: &str, arguments: &Value) -> Option<Value> {
        let world = locked(&self.lab.world);
        let path = arguments["fullPath"].as_str().unwrap_or_default();
        let seen = |p: &&Project| world.sees(p, self.caller.user);
        let home = world.project_at(path).filter(seen);
        let place = |kind: &str, gid: String, full: &str, project: Option<Id>| json!({ "__typename": kind, "id": gid, "fullPath": full, "_project": project });
        Some(match field {
            "currentUser" => self.caller.user.and_then(|id| world.user(id)).map_or(Value::Null, |u| {
                let id = format!("gid://gitlab/User/{}", u.id);
                json!({ "__typename": "CurrentUser", "id": id, "username": u.username, "name": u.name })
            }),
            "metadata" => json!({
                "__typename": "Metadata",
                "version": self.lab.version,
                "revision": "0practice0",
                "enterprise": self.lab.version.ends_with("-ee"),
            }),
            "project" => home.map_or(Value::Null, |p| {
                place("Project", format!("gid://gitlab/Project/{}", p.id), &p.full_path, Some(p.id))
            }),
            "namespace" => match (home, world.group_at(path)) {
                (Some(p), _) => {
                    let id = match p.namespace {
                        Namespace::Group(id) | Namespace::User(id) => id,
                    };
                    let gid = format!("gid://gitlab/Namespaces::ProjectNamespace/{id}");
                    place("Namespace", gid, &p.full_path, Some(p.id))
                }
                (None, Some(g)) if world.sees_group(g, self.caller.user) => {
                    place("Namespace", format!("gid://gitlab/Group/{}", g.id), &g.full_path, None)
                }
                _ => Value::Null,
            },
            "workItem" => match by_gid(&world, arguments["id"].as_str().unwrap_or_default()) {
                Some((p, i))
                    if world.sees(p, self.caller.user) && world.sees_issue(p, i, self.caller.user) =>
                {
                    self.work_item(&world, p, i)
                }
                _ => Value::Null,
            },
            _ => return None,
        })
    }

    fn within_project(&self, place: &Value, field: &str, arguments: &Value) -> Value {
        let world = locked(&self.lab.world);
        if field == "workItemTypes" {
            let wanted = arguments["name"].as_str().is_none_or(|n| n == "ISSUE");
            let nodes = if wanted { vec![issue_type(&world)] } else { Vec::new() };
            return connection("WorkItemTypeConnection", &nodes);
        }
        let project = place["_project"].as_u64().and_then(|id| world.project(id));
        let issues = project.into_iter().flat_map(|p| p.issues.iter().map(move |i| (p, i)));
        let seen = issues.filter(|(p, i)| world.sees_issue(p, i, self.caller.user));
        if field == "workItem" {
            let iid = arguments["iid"].as_str().and_then(|n| n.parse::<u64>().ok());
            let found = seen.into_iter().find(|(_, i)| Some(i.iid) == iid);
            return found.map_or(Value::Null, |(p, i)| self.work_item(&world, p, i));
        }
        let iids = arguments["iids"].as_array();
        let wanted =
            |i: &Issue| iids.is_none_or(|l| l.iter().any(|n| n.as_str() == Some(&i.iid.to_string())));
        let first = arguments["first"].as_u64().unwrap_or(100).min(100) as usize;
        let nodes: Vec<Value> =
            seen.filter(|(_, i)| wanted(i)).take(first).map(|(p, i)| self.work_item(&world, p, i)).collect();
        connection("WorkItemConnection", &nodes)
    }

    fn update(&self, input: &Value) -> Result<Value, FieldError> {
        let denied = || FieldError { message: format!("{BETWEEN}{DENIED}") };
        let gid = input["id"].as_str().unwrap_or_default();
        let actor = self.caller.user.ok_or_else(denied)?;
        let mut world = locked(&self.lab.world);
        let (project, iid) = {
            let (p, i) = by_gid(&world, gid).ok_or_else(denied)?;
            let own = i.author == actor || i.assignees.contains(&actor);
            let planner = world.access(p, Some(actor)) >= Some(Access::Planner);
            if p.archived || !(world.sees(p, Some(actor)) && (planner || own)) {
                return Err(denied());
            }
            (p.id, i.iid)
        };
        let mut errors = Vec::new();
        if let Some(wanted) = input["statusWidget"]["status"].as_str() {
            if world.tier == Tier::Free {
                errors.push("The status widget is not available for this work item.".to_owned());
            } else if world.status(wanted).is_none() {
                errors.push("The given status is not allowed for this work item.".to_owned());
            } else {
                let edit = Edit { status: Some(wanted.to_owned()), ..Edit::default() };
                change::apply(&mut world, project, iid, actor, edit, self.lab.now());
            }
        }
        let item = by_gid(&world, gid).map(|(p, i)| self.work_item(&world, p, i));
        Ok(json!({
            "__typename": "WorkItemUpdatePayload",
            "errors": errors,
            "workItem": item,
            "clientMutationId": input["clientMutationId"],
        }))
    }
}
