//! The JSON Patch documents that make and change work items. What cannot be set is left out
//! and said.

use docket_domain::{FieldValue, IssueDraft};
use serde_json::{Value, json};

use super::chosen::Chosen;
use super::model::{Model, reference};
use super::shapes::{AREA, ASSIGNED, ITERATION, PRIORITY, SEVERITY, STATE, TAGS, TITLE, WorkItem};

/// Most tags on a work item, and the longest one, characters.
pub(super) const TAGS_MOST: usize = 100;
pub(super) const TAG_CHARS: usize = 400;

/// Sets a field.
pub(super) fn set(field: &str, value: impl Into<Value>) -> Value {
    json!({ "op": "add", "path": format!("/fields/{field}"), "value": value.into() })
}

/// Only when nobody changed it meanwhile.
pub(super) fn unchanged(rev: u64) -> Value {
    json!({ "op": "test", "path": "/rev", "value": rev })
}

/// The long text is Markdown.
pub(super) fn in_markdown(field: &str) -> Value {
    json!({ "op": "add", "path": format!("/multilineFieldsFormat/{field}"), "value": "markdown" })
}

/// Why a label cannot be a tag.
pub(super) fn not_a_tag(label: &str) -> Option<&'static str> {
    if label.trim().is_empty() {
        Some("it is empty")
    } else if label.contains([',', ';']) {
        Some("tags of Azure DevOps cannot hold commas or semicolons")
    } else if label.chars().count() > TAG_CHARS {
        Some("it is longer than 400 characters")
    } else {
        None
    }
}

/// The labels that can be tags, with a sentence for each other one.
pub(super) fn tags<'l>(
    labels: impl IntoIterator<Item = &'l String>,
    dropped: &mut Vec<String>,
) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for label in labels {
        match not_a_tag(label) {
            Some(why) => dropped.push(format!("The label «{label}» was left out: {why}.")),
            None if tags.iter().any(|tag| tag.eq_ignore_ascii_case(label.trim())) => {}
            None => tags.push(label.trim().to_owned()),
        }
    }
    tags
}

/// At most as many tags as a work item takes; the first ones stay.
pub(super) fn within_limit(mut tags: Vec<String>, dropped: &mut Vec<String>) -> Vec<String> {
    if tags.len() > TAGS_MOST {
        let over = tags.len() - TAGS_MOST;
        dropped.push(format!("{over} tags were left out: Azure DevOps allows {TAGS_MOST} on a work item."));
        tags.truncate(TAGS_MOST);
    }
    tags
}

/// The fields that a severity or a status becomes, without the state of the work item.
pub(super) fn mapped(
    model: &Model,
    chosen: Option<Chosen<'_>>,
    value: Option<&FieldValue>,
    labels: &[String],
    dropped: &mut Vec<String>,
) -> Vec<(String, Value)> {
    let Some(FieldValue { field, value }) = value else { return Vec::new() };
    if reference(field).eq_ignore_ascii_case(STATE) {
        return Vec::new();
    }
    let Some(found) = model.field(field) else {
        dropped.push(format!(
            "«{value}» was not set: {} has no field «{}».",
            model.kind.name,
            reference(field)
        ));
        return Vec::new();
    };
    let name = found.reference_name.clone();
    let mut set = vec![(name.clone(), model.holds(&name).value(value))];
    let beside = chosen.is_some_and(Chosen::beside);
    if beside
        && name == PRIORITY
        && let Some(severity) = model.severity_beside(value, labels)
    {
        set.push((SEVERITY.to_owned(), Value::from(severity)));
    }
    set
}

/// A status that is the state of the work item.
pub(super) fn state_of(value: Option<&FieldValue>) -> Option<&str> {
    let value = value?;
    reference(&value.field).eq_ignore_ascii_case(STATE).then(|| value.value.trim())
}

/// Everything of a new work item but its state.
pub(super) struct NewItem {
    /// Plain fields, for the comparison afterwards.
    pub fields: Vec<(String, Value)>,
    pub tags: Vec<String>,
    pub document: Value,
}

/// A new work item. It begins in the initial state of its type; other states are entered
/// afterwards.
pub(super) fn new_item(
    model: &Model,
    chosen: Chosen<'_>,
    draft: &IssueDraft,
    assignee: Option<&str>,
    markdown: bool,
    dropped: &mut Vec<String>,
) -> NewItem {
    let text_field = model.text_field();
    let mut fields = mapped(model, Some(chosen), draft.severity.as_ref(), &draft.labels, dropped);
    fields.extend(mapped(model, None, draft.status.as_ref(), &draft.labels, dropped));
    for (field, path) in [(AREA, chosen.area()), (ITERATION, chosen.iteration())] {
        fields.extend(path.map(|path| (field.to_owned(), Value::from(path))));
    }
    for (name, value) in chosen.own() {
        match model.field(name) {
            Some(field) => {
                let name = field.reference_name.clone();
                let value = model.holds(&name).value(value);
                fields.retain(|(other, _)| *other != name);
                fields.push((name, value));
            }
            None => dropped.push(format!("«{name}» was not set: {} has no such field.", model.kind.name)),
        }
    }
    fields.extend(assignee.map(|login| (ASSIGNED.to_owned(), Value::from(login))));
    let own = draft.marker.tag();
    let tags = within_limit(tags(std::iter::once(&own).chain(&draft.labels), dropped), dropped);
    let mut document = vec![set(TITLE, draft.title.as_str()), set(text_field, draft.body.as_str())];
    if markdown {
        document.push(in_markdown(text_field));
    }
    document.push(set(TAGS, tags.join("; ")));
    document.extend(fields.iter().map(|(field, value)| set(field, value.clone())));
    NewItem { fields, tags, document: Value::from(document) }
}

/// A text that was sent as Markdown and is not kept as that: people would read its signs.
pub(super) fn not_markdown(field: &str, back: &WorkItem, model: &Model) -> Option<String> {
    (!back.is_markdown(field)).then(|| {
        let name = model.field(field).map_or(field, |found| found.name.as_str());
        format!(
            "Azure DevOps did not keep «{name}» as Markdown, so its signs are shown as they are. Switch «Write Markdown» off in the connection."
        )
    })
}

/// What was sent and is missing in the echo, a sentence each.
pub(super) fn echo(sent: &NewItem, back: &WorkItem, model: &Model) -> Vec<String> {
    let there = back.tags();
    let mut missing: Vec<String> = Vec::new();
    let tags: Vec<&str> = sent
        .tags
        .iter()
        .filter(|tag| !there.iter().any(|other| other.eq_ignore_ascii_case(tag)))
        .map(String::as_str)
        .collect();
    if !tags.is_empty() {
        missing.push(format!(
            "Azure DevOps dropped the tags {}: the account may not create tags in this project.",
            tags.join(", ")
        ));
    }
    missing.extend(sent.fields.iter().filter_map(|(field, value)| differs(field, value, back, model)));
    missing
}

/// A field that came back with another value.
pub(super) fn differs(field: &str, sent: &Value, back: &WorkItem, model: &Model) -> Option<String> {
    let wanted = super::shapes::plain(sent)?;
    let name = model.field(field).map_or(field, |found| found.name.as_str());
    let is = if field == ASSIGNED || model.holds(field).is_identity {
        back.person(field)
    } else {
        back.fields.get(field).and_then(super::shapes::plain)
    };
    match is {
        Some(is) if is.trim().eq_ignore_ascii_case(wanted.trim()) => None,
        Some(is) if same_number(&is, &wanted) || same_day(&is, &wanted) => None,
        Some(is) => Some(format!("Azure DevOps set «{name}» to «{is}» and not to «{wanted}».")),
        None => Some(format!("Azure DevOps dropped «{wanted}» of «{name}».")),
    }
}

fn same_number(one: &str, other: &str) -> bool {
    matches!((one.parse::<f64>(), other.parse::<f64>()), (Ok(one), Ok(other)) if one.total_cmp(&other).is_eq())
}

/// Days come back as moments.
fn same_day(is: &str, wanted: &str) -> bool {
    wanted.len() == 10 && wanted.matches('-').count() == 2 && is.starts_with(wanted)
}
