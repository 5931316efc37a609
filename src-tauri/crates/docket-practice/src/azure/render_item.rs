//! Work items in the vendor's shape, with the fields, links and relations that a caller asked for.

use serde_json::{Map, Value, json};

use super::fields::{CATALOGUE, Kind};
use super::render::{Base, moment};
use super::world::{AzureWorld, Change, Item};

/// What is told of a work item.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    /// Reference names in lower case; `None` for the usual ones.
    pub fields: Option<Vec<String>>,
    pub relations: bool,
    pub links: bool,
    /// 7.2: formats of long texts are told.
    pub formats: bool,
}

impl Base {
    pub fn item(&self, world: &AzureWorld, item: &Item, wanted: &Wanted) -> Value {
        let id = if item.id == 0 { json!(-1) } else { json!(item.id) };
        let mut out = json!({
            "id": id,
            "rev": item.rev,
            "fields": self.fields_of(world, item, wanted.fields.as_deref()),
            "url": self.item_url(item.id),
        });
        if wanted.relations && !item.relations.is_empty() {
            out["relations"] = item
                .relations
                .iter()
                .map(|r| {
                    let attributes = if r.attributes.is_object() { r.attributes.clone() } else { json!({}) };
                    json!({ "rel": r.rel, "url": r.url, "attributes": attributes })
                })
                .collect();
        }
        if wanted.formats {
            let long =
                CATALOGUE.iter().filter(|f| f.kind == Kind::Html && item.fields.contains_key(f.reference));
            let format = |f: &str| if item.markdown.iter().any(|m| m == f) { "markdown" } else { "html" };
            let formats: Map<String, Value> =
                long.map(|f| (f.reference.to_owned(), Value::from(format(f.reference)))).collect();
            out["multilineFieldsFormat"] = Value::from(formats);
        }
        if wanted.links {
            let url = self.item_url(item.id);
            let project = &world.projects[item.project];
            let kind = crate::text::percent_encoded(&item.kind);
            out["_links"] = json!({
                "self": { "href": url },
                "workItemUpdates": { "href": format!("{url}/updates") },
                "workItemRevisions": { "href": format!("{url}/revisions") },
                "workItemComments": { "href": format!("{}/{}/_apis/wit/workItems/{}/comments", self.0, project.id, item.id) },
                "html": { "href": format!("{}/{}/_workitems/edit/{}", self.0, project.id, item.id) },
                "workItemType": { "href": format!("{}/{}/_apis/wit/workItemTypes/{kind}", self.0, project.id) },
                "fields": { "href": format!("{}/{}/_apis/wit/fields", self.0, project.id) },
            });
        }
        out
    }

    fn fields_of(&self, world: &AzureWorld, item: &Item, wanted: Option<&[String]>) -> Value {
        let mut all: Map<String, Value> = item.fields.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        let project = &world.projects[item.project];
        let person = |user: usize| self.person(&world.users[user]);
        let mut put = |name: &str, value: Value| {
            all.insert(name.to_owned(), value);
        };
        put("System.TeamProject", json!(project.name));
        put("System.WorkItemType", json!(item.kind));
        put("System.CreatedDate", json!(moment(item.created.1)));
        put("System.CreatedBy", person(item.created.0));
        put("System.ChangedDate", json!(moment(item.changed.1)));
        put("System.ChangedBy", person(item.changed.0));
        put("System.CommentCount", json!(item.live_comments().count()));
        put("Microsoft.VSTS.Common.StateChangeDate", json!(moment(item.state_changed)));
        if !item.tags.is_empty() {
            put("System.Tags", json!(item.tag_line()));
        }
        if let Some(user) = item.assigned {
            put("System.AssignedTo", person(user));
        }
        if let Some(said) = item.live_comments().last().filter(|c| c.revision == item.rev) {
            put("System.History", json!(said.text));
        }
        if let Some(wanted) = wanted {
            put("System.Id", json!(item.id));
            put("System.Rev", json!(item.rev));
            let area = project.areas.find(item.text("System.AreaPath")).map(|n| n.id);
            put("System.AreaId", json!(area));
            all.retain(|k, _| wanted.contains(&k.to_lowercase()));
        }
        Value::from(all)
    }

    /// One revision as `updates` tells it.
    pub fn update(&self, world: &AzureWorld, item: &Item, change: &Change) -> Value {
        let shown = |field: &str, v: &Value| match (field, v.as_u64()) {
            ("System.AssignedTo", Some(n)) => self.person(&world.users[n as usize]),
            ("System.TeamProject", Some(n)) => json!(world.projects[n as usize].name),
            _ => v.clone(),
        };
        let mut fields = Map::new();
        for (name, old, new) in &change.fields {
            let mut both = Map::new();
            for (word, value) in [("oldValue", old), ("newValue", new)] {
                if let Some(v) = value {
                    both.insert(word.to_owned(), shown(name, v));
                }
            }
            fields.insert(name.clone(), Value::from(both));
        }
        if let Some(said) = item.live_comments().find(|c| c.revision == change.rev) {
            fields.insert("System.History".to_owned(), json!({ "newValue": said.text }));
        }
        json!({
            "id": change.rev,
            "workItemId": item.id,
            "rev": change.rev,
            "revisedBy": self.person(&world.users[change.by]),
            "revisedDate": moment(change.at),
            "fields": fields,
            "url": format!("{}/updates/{}", self.item_url(item.id), change.rev),
        })
    }
}
