//! What the practice Azure DevOps knows: people, tokens, projects, work items and what happened to them.
//!
//! Work items are numbered across the whole organisation, as at the vendor's. Values of fields are kept as the JSON that
//! travels; tags, people and formats are kept apart, because the service treats them apart.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::files::Attachment;
use super::process::{Process, WorkType};
use crate::model::digest;

/// The id that the service gives to a caller whose credential it ignored.
pub(crate) const ANONYMOUS: &str = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";

#[derive(Debug, Default)]
pub(crate) struct AzureWorld {
    pub users: Vec<User>,
    pub tokens: Vec<Token>,
    pub projects: Vec<Project>,
    pub items: Vec<Item>,
    /// Uploaded files, also those that no work item has.
    pub attachments: Vec<Attachment>,
    pub next_attached: u64,
    pub next_comment: u64,
    pub next_node: u64,
}

#[derive(Debug, Clone)]
pub(crate) struct User {
    pub id: String,
    pub name: String,
    pub upn: String,
    /// May read and add, but not set what only a full licence may.
    pub stakeholder: bool,
    /// Area paths below which this person may not edit.
    pub barred: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub digest: String,
    pub user: usize,
    pub scopes: Vec<String>,
    pub expires: Option<Timestamp>,
    pub revoked: bool,
    /// The service ignores it: the caller is anonymous.
    pub ignored: bool,
    pub kind: TokenKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Pat,
    Bearer,
}

#[derive(Debug)]
pub(crate) struct Project {
    pub id: String,
    pub name: String,
    pub description: String,
    pub process: Process,
    pub areas: Node,
    pub iterations: Node,
    pub teams: Vec<Team>,
    pub tags: Vec<Tag>,
    pub public: bool,
    pub changed_at: Timestamp,
}

#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub id: u64,
    pub identifier: String,
    pub name: String,
    pub children: Vec<Node>,
}

#[derive(Debug, Clone)]
pub(crate) struct Team {
    pub id: String,
    pub name: String,
    pub members: Vec<usize>,
}

#[derive(Debug, Clone)]
pub(crate) struct Tag {
    pub id: String,
    pub name: String,
    pub used_at: Timestamp,
}

#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub id: u64,
    pub rev: u64,
    pub project: usize,
    pub kind: String,
    /// By reference name; without tags, people and what is computed.
    pub fields: BTreeMap<String, Value>,
    pub tags: Vec<String>,
    pub assigned: Option<usize>,
    /// Fields written in Markdown; all others are HTML.
    pub markdown: Vec<String>,
    pub relations: Vec<Relation>,
    pub comments: Vec<Comment>,
    pub history: Vec<Change>,
    pub created: (usize, Timestamp),
    pub changed: (usize, Timestamp),
    pub state_changed: Timestamp,
    pub deleted: Option<(usize, Timestamp)>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Relation {
    pub rel: String,
    pub url: String,
    pub attributes: Value,
}

#[derive(Debug, Clone)]
pub(crate) struct Comment {
    pub id: u64,
    pub text: String,
    pub markdown: bool,
    pub by: usize,
    pub at: Timestamp,
    pub deleted: bool,
    pub revision: u64,
}

/// One revision: who, when, and each field's old and new value.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub rev: u64,
    pub by: usize,
    pub at: Timestamp,
    pub fields: Vec<(String, Option<Value>, Option<Value>)>,
    /// What the sanitiser took out of HTML values, one phrase each.
    pub stripped: Vec<String>,
}

impl Item {
    pub fn text(&self, field: &str) -> &str {
        self.fields.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    pub fn state(&self) -> &str {
        self.text("System.State")
    }

    /// As `System.Tags` writes them.
    pub fn tag_line(&self) -> String {
        self.tags.join("; ")
    }

    pub fn live_comments(&self) -> impl Iterator<Item = &Comment> {
        self.comments.iter().filter(|c| !c.deleted)
    }
}

impl AzureWorld {
    /// A project by its name (in any case) or its id.
    pub fn project(&self, name_or_id: &str) -> Option<usize> {
        let wanted = name_or_id.to_lowercase();
        self.projects.iter().position(|p| p.id == wanted || p.name.to_lowercase() == wanted)
    }

    /// A person by UPN, display name, `Name <upn>` or id.
    pub fn user(&self, who: &str) -> Option<usize> {
        let bare = who.rsplit_once('<').and_then(|(_, r)| r.strip_suffix('>')).unwrap_or(who).trim();
        let wanted = bare.to_lowercase();
        self.users
            .iter()
            .position(|u| u.upn.to_lowercase() == wanted || u.id == wanted || u.name.to_lowercase() == wanted)
    }

    pub fn item(&self, id: u64) -> Option<&Item> {
        self.items.iter().find(|i| i.id == id)
    }

    pub fn item_mut(&mut self, id: u64) -> Option<&mut Item> {
        self.items.iter_mut().find(|i| i.id == id)
    }

    pub fn live(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|i| i.deleted.is_none())
    }

    pub fn kind_of(&self, item: &Item) -> Option<&WorkType> {
        self.projects.get(item.project).and_then(|p| p.process.kind(&item.kind))
    }

    /// Remembers tags that a project did not know, and when they were last used.
    pub fn use_tags(&mut self, project: usize, tags: &[String], at: Timestamp) {
        let Some(project) = self.projects.get_mut(project) else { return };
        for name in tags {
            if let Some(tag) = project.tags.iter_mut().find(|t| t.name.eq_ignore_ascii_case(name)) {
                tag.used_at = at;
            } else {
                let id = guid(&format!("tag {} {name}", project.id));
                project.tags.push(Tag { id, name: name.clone(), used_at: at });
            }
        }
    }
}

impl Node {
    /// The node that a path such as `Shop\Web` names; the first part is the root's own name.
    pub fn find(&self, path: &str) -> Option<&Node> {
        let mut parts = path.split('\\');
        if !parts.next()?.eq_ignore_ascii_case(&self.name) {
            return None;
        }
        let mut node = self;
        for part in parts {
            node = node.children.iter().find(|c| c.name.eq_ignore_ascii_case(part))?;
        }
        Some(node)
    }
}

/// A stable GUID made of a text's digest.
pub(crate) fn guid(seed: &str) -> String {
    let d = format!("{}{}", digest(seed), digest(&format!("{seed}#")));
    let d: String = d.chars().filter(char::is_ascii_hexdigit).collect();
    let part = |from: usize, to: usize| d.get(from..to).unwrap_or("0000").to_lowercase();
    format!("{}-{}-4{}-8{}-{}{}", part(0, 8), part(8, 12), part(13, 16), part(1, 4), part(4, 12), part(8, 12))
}
