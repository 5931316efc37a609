//! The vendor's shapes.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::fields::{self, Field, Kind};
use super::process::{TypeField, WorkType};
use super::world::{AzureWorld, Comment, Item, Node, Project, User, guid};
use crate::text::percent_encoded;

/// Moments with milliseconds, as the service writes them.
pub(crate) fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// A list as it travels.
pub(crate) fn list(values: Vec<Value>) -> Value {
    let mut out = json!({ "count": values.len() });
    out["value"] = Value::Array(values);
    out
}

/// Where links lead: the organisation's or collection's address.
#[derive(Debug, Clone)]
pub(crate) struct Base(pub String);

impl Base {
    fn wit(&self, rest: &str) -> String {
        format!("{}/_apis/wit/{rest}", self.0)
    }

    fn in_project(&self, project: &Project, rest: &str) -> String {
        format!("{}/{}/_apis/wit/{rest}", self.0, project.id)
    }

    pub fn person(&self, user: &User) -> Value {
        let descriptor = format!("aad.{}", guid(&user.id).replace('-', ""));
        json!({
            "displayName": user.name,
            "url": format!("{}/_apis/Identities/{}", self.0, user.id),
            "_links": { "avatar": { "href": format!("{}/_apis/GraphProfile/MemberAvatars/{descriptor}", self.0) } },
            "id": user.id,
            "uniqueName": user.upn,
            "imageUrl": format!("{}/_apis/GraphProfile/MemberAvatars/{descriptor}", self.0),
            "descriptor": descriptor,
        })
    }

    pub fn project(&self, p: &Project) -> Value {
        json!({
            "id": p.id,
            "name": p.name,
            "description": p.description,
            "url": format!("{}/_apis/projects/{}", self.0, p.id),
            "state": "wellFormed",
            "revision": 11,
            "visibility": if p.public { "public" } else { "private" },
            "lastUpdateTime": moment(p.changed_at),
        })
    }

    pub fn whole_project(&self, p: &Project, capabilities: bool) -> Value {
        let mut out = self.project(p);
        if capabilities {
            out["capabilities"] = json!({
                "processTemplate": { "templateName": p.process.name, "templateTypeId": p.process.id },
                "versioncontrol": { "sourceControlType": "Git", "gitEnabled": "True", "tfvcEnabled": "False" },
            });
        }
        out["_links"] = json!({ "self": { "href": format!("{}/_apis/projects/{}", self.0, p.id) } });
        if let Some(team) = p.teams.first() {
            let url = format!("{}/_apis/projects/{}/teams/{}", self.0, p.id, team.id);
            out["defaultTeam"] = json!({ "id": team.id, "name": team.name, "url": url });
        }
        out
    }

    pub fn kind(&self, p: &Project, k: &WorkType) -> Value {
        let mut transitions = Map::new();
        transitions.insert(String::new(), json!([{ "to": k.initial() }]));
        for from in &k.states {
            let to = k.states.iter().filter(|t| k.may_step(&from.name, &t.name));
            let to: Vec<Value> = to.map(|t| json!({ "to": t.name })).collect();
            transitions.insert(from.name.clone(), Value::from(to));
        }
        let fields: Vec<Value> = k.fields.iter().filter_map(|f| self.type_field(f, Expand::None)).collect();
        json!({
            "name": k.name,
            "referenceName": k.reference,
            "description": "",
            "color": k.color,
            "icon": { "id": "icon_insect", "url": self.wit("workItemIcons/icon_insect?v=2") },
            "isDisabled": false,
            "xmlForm": "",
            "fields": fields,
            "fieldInstances": fields,
            "transitions": transitions,
            "states": k.states.iter().map(|s| state(&s.name, s.category)).collect::<Vec<_>>(),
            "url": self.in_project(p, &format!("workItemTypes/{}", percent_encoded(&k.name))),
        })
    }

    pub fn type_field(&self, f: &TypeField, expand: Expand) -> Option<Value> {
        let field = fields::field(&f.reference)?;
        let mut out = json!({
            "alwaysRequired": f.required,
            "referenceName": field.reference,
            "name": field.name,
            "url": self.wit(&format!("fields/{}", field.reference)),
        });
        if expand != Expand::None {
            out["defaultValue"] = f.default.clone().unwrap_or(Value::Null);
            out["allowedValues"] = Value::from(f.allowed.clone());
        }
        if expand == Expand::All {
            out["dependentFields"] = json!([]);
        }
        Some(out)
    }

    pub fn field(&self, f: &Field) -> Value {
        let operation = |name: &str, sign: &str| json!({ "referenceName": format!("SupportedOperations.{name}"), "name": sign });
        json!({
            "name": f.name,
            "referenceName": f.reference,
            "type": f.kind.name(),
            "usage": "workItem",
            "readOnly": f.read_only,
            "canSortBy": !matches!(f.kind, Kind::Html | Kind::History),
            "isQueryable": true,
            "isIdentity": f.kind == Kind::Person,
            "isPicklist": false,
            "isPicklistSuggested": false,
            "isDeleted": false,
            "isLocked": false,
            "supportedOperations": [operation("Equals", "="), operation("NotEquals", "<>")],
            "url": self.wit(&format!("fields/{}", f.reference)),
        })
    }

    /// A node with its children down to `depth`.
    pub fn node(&self, p: &Project, n: &Node, areas: bool, path: &str, depth: u64) -> Value {
        let (what, group) = if areas { ("area", "Areas") } else { ("iteration", "Iterations") };
        let below = path.split('\\').skip(1).map(percent_encoded).fold(String::new(), |s, p| s + "/" + &p);
        let middle = if areas { "Area" } else { "Iteration" };
        let shown = path.replacen(&n_root(path), &format!("\\{}\\{middle}", n_root(path)), 1);
        let mut out = json!({
            "id": n.id,
            "identifier": n.identifier,
            "name": n.name,
            "structureType": what,
            "hasChildren": !n.children.is_empty(),
            "path": shown,
            "url": self.in_project(p, &format!("classificationNodes/{group}{below}")),
        });
        if depth > 0 && !n.children.is_empty() {
            let children = n.children.iter();
            let children =
                children.map(|c| self.node(p, c, areas, &format!("{path}\\{}", c.name), depth - 1));
            out["children"] = Value::from(children.collect::<Vec<_>>());
        }
        out
    }

    pub fn comment(&self, world: &AzureWorld, item: &Item, c: &Comment, modern: bool) -> Value {
        let by = self.person(&world.users[c.by]);
        let project = &world.projects[item.project];
        let mut out = json!({
            "workItemId": item.id,
            "id": c.id,
            "version": 1,
            "text": c.text,
            "createdBy": by,
            "createdDate": moment(c.at),
            "modifiedBy": by,
            "modifiedDate": moment(c.at),
            "url": self.in_project(project, &format!("workItems/{}/comments/{}", item.id, c.id)),
        });
        if c.deleted {
            out["isDeleted"] = Value::Bool(true);
        }
        if modern {
            out["format"] = Value::from(if c.markdown { "markdown" } else { "html" });
        }
        out
    }

    pub fn item_url(&self, id: u64) -> String {
        self.wit(&format!("workItems/{id}"))
    }
}

fn n_root(path: &str) -> String {
    path.split('\\').next().unwrap_or_default().to_owned()
}

/// How much of a type's field is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expand {
    None,
    Values,
    All,
}

pub(crate) fn state(name: &str, category: &str) -> Value {
    let color = match category {
        "Proposed" => "b2b2b2",
        "InProgress" => "007acc",
        "Resolved" => "ff9d00",
        "Completed" => "339933",
        _ => "ffffff",
    };
    json!({ "name": name, "color": color, "category": category })
}
