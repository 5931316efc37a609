//! The one document that changes a work item's fields, made from the work item as it was read.
//! It holds only what differs, and a test that nobody changed the work item since.

use docket_domain::IssueChange;
use serde_json::{Value, json};

use super::api::Edition;
use super::chosen::Chosen;
use super::comments::bare;
use super::document::{self, differs, in_markdown, set, unchanged};
use super::model::Model;
use super::shapes::{TAGS, TITLE, WorkItem};

/// What is to become of a work item.
#[derive(Clone, Copy)]
pub(super) struct Wish<'a> {
    pub model: &'a Model,
    pub chosen: Option<Chosen<'a>>,
    pub change: &'a IssueChange,
    pub markdown: bool,
}

/// Somebody wrote in the text after the one that is to replace it was made. That one may be there
/// already, from an attempt without an answer; of it words count, since the server rewrites markup.
pub(super) fn overtaken(item: &WorkItem, change: &IssueChange) -> bool {
    match (&change.body, &change.body_from) {
        (Some(body), Some(from)) => item.body() != from && bare(item.body()) != bare(body),
        _ => false,
    }
}

/// A change of fields, without the state.
pub(super) struct Edit {
    /// The JSON Patch document.
    pub document: Value,
    /// The edition of the API that knows everything in it.
    pub edition: Edition,
    /// What must come back, field by field.
    mapped: Vec<(String, Value)>,
    /// The tags that must come back, if they change.
    tags: Option<Vec<String>>,
    /// The field whose text must come back as Markdown.
    as_markdown: Option<String>,
}

impl Edit {
    /// What brings `item` to what is wished; nothing when it is that already. What cannot be
    /// set is said in `dropped`.
    pub fn of(item: &WorkItem, wish: Wish<'_>, dropped: &mut Vec<String>) -> Option<Self> {
        let Wish { model, chosen, change, markdown } = wish;
        let mut steps = vec![unchanged(item.rev)];
        if let Some(title) = change.title.as_deref().filter(|title| *title != item.text(TITLE)) {
            steps.push(set(TITLE, title));
        }
        let mut as_markdown = None;
        let field = model.text_field();
        if let Some(body) = change.body.as_deref().filter(|body| *body != item.text(field)) {
            steps.push(set(field, body));
            if markdown {
                steps.push(in_markdown(field));
                as_markdown = Some(field.to_owned());
            }
        }
        let tags = merged(item, change, dropped);
        if let Some(tags) = &tags {
            let joined = tags.join("; ");
            // Adding would only merge; removing needs the whole list, which the test protects.
            steps.push(json!({ "op": "replace", "path": format!("/fields/{TAGS}"), "value": joined }));
        }
        let mut mapped =
            document::mapped(model, chosen, change.severity.as_ref(), &change.add_labels, dropped);
        mapped.extend(document::mapped(model, None, change.status.as_ref(), &[], dropped));
        mapped.retain(|(field, value)| differs(field, value, item, model).is_some());
        steps.extend(mapped.iter().map(|(field, value)| set(field, value.clone())));
        let edition = if as_markdown.is_some() { Edition::Newest } else { Edition::Released };
        (steps.len() > 1).then(|| Self { document: Value::from(steps), edition, mapped, tags, as_markdown })
    }

    /// What was sent and is not in the answer, a sentence each.
    pub fn missing(&self, now: &WorkItem, model: &Model) -> Vec<String> {
        let mut missing: Vec<String> =
            self.mapped.iter().filter_map(|(field, value)| differs(field, value, now, model)).collect();
        missing.extend(self.tags.as_ref().and_then(|wanted| tags_missing(now, wanted)));
        missing.extend(self.as_markdown.as_ref().and_then(|field| document::not_markdown(field, now, model)));
        missing
    }
}

/// The tags as they will be; nothing when they stay as they are. Other people's stay.
fn merged(item: &WorkItem, change: &IssueChange, dropped: &mut Vec<String>) -> Option<Vec<String>> {
    let before = item.tags();
    let gone = |tag: &String| change.remove_labels.iter().any(|label| label.trim().eq_ignore_ascii_case(tag));
    let mut after: Vec<String> = before.iter().filter(|tag| !gone(tag)).cloned().collect();
    for tag in document::tags(&change.add_labels, dropped) {
        if !after.iter().any(|other| other.eq_ignore_ascii_case(&tag)) {
            after.push(tag);
        }
    }
    let after = document::within_limit(after, dropped);
    (after != before).then_some(after)
}

fn tags_missing(now: &WorkItem, wanted: &[String]) -> Option<String> {
    let there = now.tags();
    let missing: Vec<&str> = wanted
        .iter()
        .filter(|tag| !there.iter().any(|other| other.eq_ignore_ascii_case(tag)))
        .map(String::as_str)
        .collect();
    (!missing.is_empty()).then(|| {
        format!(
            "Azure DevOps dropped the tags {}: the account may not create tags in this project.",
            missing.join(", ")
        )
    })
}
