//! The only place that changes the world of work items: make, update, comment, delete, restore.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::files;
use super::patch::Step;
use super::refuse;
use super::rules::{self, Draft};
use super::world::{AzureWorld, Change, Comment, Item};
use crate::reply::Answer;

/// Makes a work item, or only says what it would be.
pub(crate) fn make(
    world: &mut AzureWorld,
    project: usize,
    kind: &str,
    steps: &[Step],
    who: usize,
    at: Timestamp,
    only_judge: bool,
) -> Result<Item, Box<Answer>> {
    let item = blank(world, project, kind, who, at)?;
    let mut draft = Draft::of(item, None);
    rules::apply(world, &mut draft, steps)?;
    rules::may_save(world, who, &draft.item)?;
    if !draft.broken.is_empty() {
        return Err(refuse::rules(&draft.broken));
    }
    let mut item = draft.item;
    if only_judge {
        item.id = 0;
        return Ok(item);
    }
    files::settle(world, &mut item, at);
    item.id = world.items.iter().map(|i| i.id).max().unwrap_or(0) + 1;
    let fields = seen(&item).into_iter().map(|(f, v)| (f, None, Some(v))).collect();
    item.history.push(Change { rev: 1, by: who, at, fields, stripped: draft.stripped });
    if let Some(text) = draft.said {
        say(world, &mut item, who, text, false, at);
    }
    world.use_tags(project, &item.tags, at);
    world.items.push(item.clone());
    Ok(item)
}

fn blank(
    world: &AzureWorld,
    project: usize,
    kind: &str,
    who: usize,
    at: Timestamp,
) -> Result<Item, Box<Answer>> {
    let p = &world.projects[project];
    let kind = p.process.kind(kind).ok_or_else(|| refuse::no_kind(kind, &p.name))?;
    let mut fields = BTreeMap::new();
    for f in &kind.fields {
        if let Some(default) = &f.default {
            fields.insert(f.reference.clone(), default.clone());
        }
    }
    for (name, value) in [
        ("System.State", kind.initial()),
        ("System.Reason", kind.first_reason),
        ("System.AreaPath", p.name.as_str()),
        ("System.IterationPath", p.name.as_str()),
    ] {
        fields.insert(name.to_owned(), Value::from(value));
    }
    Ok(Item {
        id: 0,
        rev: 1,
        project,
        kind: kind.name.clone(),
        fields,
        tags: Vec::new(),
        assigned: None,
        markdown: Vec::new(),
        relations: Vec::new(),
        comments: Vec::new(),
        history: Vec::new(),
        created: (who, at),
        changed: (who, at),
        state_changed: at,
        deleted: None,
    })
}

/// Applies steps to a work item that is there; without rights' checks when `free`.
pub(crate) fn update(
    world: &mut AzureWorld,
    id: u64,
    steps: &[Step],
    who: usize,
    at: Timestamp,
    only_judge: bool,
    free: bool,
) -> Result<Item, Box<Answer>> {
    let stored =
        world.item(id).filter(|i| i.deleted.is_none()).cloned().ok_or_else(|| refuse::no_item(id))?;
    let mut draft = Draft::of(stored.clone(), Some(stored.state().to_owned()));
    rules::apply(world, &mut draft, steps)?;
    if !free {
        rules::may_save(world, who, &stored)?;
        rules::may_save(world, who, &draft.item)?;
    }
    if !draft.broken.is_empty() {
        return Err(refuse::rules(&draft.broken));
    }
    if only_judge {
        return Ok(stored);
    }
    let mut item = draft.item;
    let (before, after) = (seen(&stored), seen(&item));
    let mut fields = Vec::new();
    for name in before.keys().chain(after.keys().filter(|k| !before.contains_key(*k))) {
        let (old, new) = (before.get(name), after.get(name));
        if old != new {
            fields.push((name.clone(), old.cloned(), new.cloned()));
        }
    }
    let unchanged = fields.is_empty()
        && draft.said.is_none()
        && item.relations == stored.relations
        && item.markdown == stored.markdown;
    if unchanged {
        return Ok(stored);
    }
    item.rev += 1;
    files::settle(world, &mut item, at);
    item.changed = (who, at);
    if item.state() != stored.state() {
        item.state_changed = at;
    }
    item.history.push(Change { rev: item.rev, by: who, at, fields, stripped: draft.stripped });
    if let Some(text) = draft.said {
        say(world, &mut item, who, text, false, at);
    }
    world.use_tags(item.project, &item.tags, at);
    if let Some(place) = world.item_mut(id) {
        *place = item.clone();
    }
    Ok(item)
}

/// What a person sees of an item: its fields with tags, project and assignee.
pub(crate) fn seen(item: &Item) -> BTreeMap<String, Value> {
    let mut out = item.fields.clone();
    if !item.tags.is_empty() {
        out.insert("System.Tags".to_owned(), Value::from(item.tag_line()));
    }
    if let Some(user) = item.assigned {
        out.insert("System.AssignedTo".to_owned(), Value::from(user));
    }
    out.insert("System.TeamProject".to_owned(), Value::from(item.project));
    out
}

fn say(world: &mut AzureWorld, item: &mut Item, who: usize, text: String, markdown: bool, at: Timestamp) {
    world.next_comment += 1;
    let comment =
        Comment { id: world.next_comment, text, markdown, by: who, at, deleted: false, revision: item.rev };
    item.comments.push(comment);
}

/// Adds a comment as a revision of its own; returns the comment.
pub(crate) fn comment(
    world: &mut AzureWorld,
    id: u64,
    who: usize,
    text: &str,
    markdown: bool,
    at: Timestamp,
) -> Option<Comment> {
    let mut item = world.item(id).filter(|i| i.deleted.is_none())?.clone();
    let (clean, stripped) =
        if markdown { (text.to_owned(), Vec::new()) } else { super::html::sanitised(text) };
    item.rev += 1;
    item.changed = (who, at);
    say(world, &mut item, who, clean, markdown, at);
    item.history.push(Change { rev: item.rev, by: who, at, fields: Vec::new(), stripped });
    let made = item.comments.last().cloned();
    *world.item_mut(id)? = item;
    made
}

/// Moves a work item to the recycle bin.
pub(crate) fn delete(world: &mut AzureWorld, id: u64, who: usize, at: Timestamp) -> Option<Item> {
    let item = world.item_mut(id).filter(|i| i.deleted.is_none())?;
    item.deleted = Some((who, at));
    item.rev += 1;
    item.changed = (who, at);
    Some(item.clone())
}

/// Takes a work item out of the recycle bin.
pub(crate) fn restore(world: &mut AzureWorld, id: u64, who: usize, at: Timestamp) -> Option<Item> {
    let item = world.item_mut(id).filter(|i| i.deleted.is_some())?;
    item.deleted = None;
    item.rev += 1;
    item.changed = (who, at);
    Some(item.clone())
}
