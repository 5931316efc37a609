//! What a work item's type and project allow: values, lengths, states, paths, people, required fields.

use serde_json::Value;

use super::fields::{Field, Kind};
use super::files;
use super::html::sanitised;
use super::patch::Step;
use super::process::WorkType;
use super::refuse::{self, Broken};
use super::world::{AzureWorld, Item, Project};
use crate::reply::Answer;

pub(crate) const LONG_TEXT: usize = 1_048_576;
const SHORT_TEXT: usize = 255;
const TAGS: usize = 100;
const LINKS: usize = 1000;

/// A work item while a document is applied to it.
#[derive(Debug)]
pub(crate) struct Draft {
    pub item: Item,
    pub broken: Vec<Broken>,
    pub stripped: Vec<String>,
    /// Text of `System.History`, to become a comment.
    pub said: Option<String>,
    reason_given: bool,
    from_state: Option<String>,
}

impl Draft {
    /// `from_state` is the stored state; `None` for a work item that is being made.
    pub fn of(item: Item, from_state: Option<String>) -> Self {
        Self { item, broken: Vec::new(), stripped: Vec::new(), said: None, reason_given: false, from_state }
    }

    fn making(&self) -> bool {
        self.from_state.is_none()
    }
}

/// Applies the steps. An error ends the request; broken rules are collected in the draft.
pub(crate) fn apply(world: &AzureWorld, draft: &mut Draft, steps: &[Step]) -> Result<(), Box<Answer>> {
    // The project comes first: paths and types are judged by the new one.
    for step in steps {
        if let Step::Set { field, value, .. } = step
            && field.eq_ignore_ascii_case("System.TeamProject")
        {
            enter_project(world, draft, value, steps)?;
        }
    }
    // Formats come before values: a Markdown value is not sanitised.
    for step in steps {
        if let Step::Format(field, markdown) = step {
            set_format(draft, field, *markdown)?;
        }
    }
    let project = &world.projects[draft.item.project];
    let Some(kind) = project.process.kind(&draft.item.kind) else {
        return Err(refuse::no_kind(&draft.item.kind, &project.name));
    };
    for step in steps {
        match step {
            Step::TestRev(wanted) => test(&Value::from(draft.item.rev), wanted, "/rev")?,
            Step::TestField(field, wanted) => {
                let seen = super::change::seen(&draft.item);
                let have = match (field.as_str(), draft.item.assigned) {
                    ("System.AssignedTo", Some(user)) => Value::from(world.users[user].upn.clone()),
                    _ => seen.get(field).cloned().unwrap_or(Value::Null),
                };
                test(&have, wanted, &format!("/fields/{field}"))?;
            }
            Step::Set { field, .. } if field.eq_ignore_ascii_case("System.TeamProject") => {}
            Step::Set { field, value, merges } => {
                set(world, project, kind, draft, field, value, *merges)?;
            }
            Step::Relate(relation) => {
                let relation =
                    if relation.is_file() { files::attached(world, relation)? } else { relation.clone() };
                if draft.item.relations.iter().any(|r| r.is_same(&relation)) {
                    return Err(refuse::wit(
                        400,
                        "WorkItemLinkAddException",
                        "TF201035: The relation already exists.",
                    ));
                }
                draft.item.relations.push(relation);
                files::count(&draft.item)?;
            }
            Step::Unrelate(n) => {
                if *n >= draft.item.relations.len() {
                    let message = format!("VS402657: There is no relation with the index {n}.");
                    return Err(refuse::wit(400, "WorkItemLinkNotFoundException", &message));
                }
                draft.item.relations.remove(*n);
            }
            Step::Format(..) => {}
        }
    }
    finish(kind, draft);
    Ok(())
}

fn test(have: &Value, wanted: &Value, path: &str) -> Result<(), Box<Answer>> {
    if have == wanted || have.to_string().trim_matches('"') == wanted.to_string().trim_matches('"') {
        return Ok(());
    }
    let message = format!(
        "VS403351: Test Operation for path {path} failed, value {have} was not equal to test value {wanted}."
    );
    Err(refuse::wit(412, "TestPatchOperationFailedException", &message))
}

fn enter_project(
    world: &AzureWorld,
    draft: &mut Draft,
    value: &Value,
    steps: &[Step],
) -> Result<(), Box<Answer>> {
    let name = value.as_str().unwrap_or_default();
    let to = world.project(name).ok_or_else(|| refuse::no_project(name))?;
    if to == draft.item.project {
        return Ok(());
    }
    let project = &world.projects[to];
    if project.process.kind(&draft.item.kind).is_none() {
        return Err(refuse::no_kind(&draft.item.kind, &project.name));
    }
    draft.item.project = to;
    for path in ["System.AreaPath", "System.IterationPath"] {
        let given =
            steps.iter().any(|s| matches!(s, Step::Set { field, .. } if field.eq_ignore_ascii_case(path)));
        if !given {
            draft.item.fields.insert(path.to_owned(), Value::from(project.name.clone()));
        }
    }
    Ok(())
}

fn set_format(draft: &mut Draft, name: &str, markdown: bool) -> Result<(), Box<Answer>> {
    let field = super::fields::field(name).filter(|f| f.kind == Kind::Html).ok_or_else(|| unknown(name))?;
    let is = draft.item.markdown.iter().any(|f| f == field.reference);
    if is && !markdown {
        let message =
            format!("VS404001: The field '{}' is Markdown and cannot be changed back to HTML.", field.name);
        return Err(refuse::wit(400, "WorkItemFieldFormatException", &message));
    }
    if markdown && !is {
        draft.item.markdown.push(field.reference.to_owned());
    }
    Ok(())
}

fn unknown(name: &str) -> Box<Answer> {
    refuse::wit(
        400,
        "WorkItemTrackingFieldDefinitionNotFoundException",
        &format!("TF51535: Cannot find field {name}."),
    )
}

fn set(
    world: &AzureWorld,
    project: &Project,
    kind: &WorkType,
    draft: &mut Draft,
    name: &str,
    value: &Value,
    merges: bool,
) -> Result<(), Box<Answer>> {
    let field = super::fields::field(name).ok_or_else(|| unknown(name))?;
    let Some(of_type) = kind.field(field.reference) else {
        draft.broken.push(Broken::rule(field.reference, field.name, "InvalidNotEmpty"));
        return Ok(());
    };
    if field.read_only {
        draft.broken.push(Broken::rule(field.reference, field.name, "ReadOnly"));
        return Ok(());
    }
    let empty = value.is_null() || value.as_str().is_some_and(str::is_empty);
    match (field.reference, field.kind) {
        ("System.Tags", _) => return set_tags(draft, value, merges),
        (_, Kind::Person) => {
            set_person(world, draft, field, value, empty);
            return Ok(());
        }
        (_, Kind::History) => {
            if let Some(text) = value.as_str().filter(|t| !t.is_empty()) {
                let (clean, gone) = sanitised(text);
                draft.stripped.extend(gone);
                draft.said = Some(clean);
            }
            return Ok(());
        }
        _ => {}
    }
    if empty {
        draft.item.fields.remove(field.reference);
        return Ok(());
    }
    let Some(value) = converted(draft, field, value) else { return Ok(()) };
    match field.reference {
        "System.State" => set_state(kind, draft, &value),
        "System.Reason" => set_reason(draft, value),
        "System.AreaPath" | "System.IterationPath" => set_path(project, draft, field, &value)?,
        _ => {
            if !of_type.allowed.is_empty() && !of_type.allowed.contains(&value) {
                draft.broken.push(Broken::unlisted(field.reference, field.name, &shown(&value)));
                return Ok(());
            }
            draft.item.fields.insert(field.reference.to_owned(), value);
        }
    }
    Ok(())
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// The value in the field's own type, or `None` after a rule was found broken.
fn converted(draft: &mut Draft, field: &Field, value: &Value) -> Option<Value> {
    let broken = |codes: &str| Broken::rule(field.reference, field.name, codes);
    match field.kind {
        Kind::Integer | Kind::Double => {
            let number = value.as_f64().or_else(|| value.as_str().and_then(|t| t.trim().parse().ok()));
            let whole = number.filter(|n| field.kind == Kind::Double || n.fract() == 0.0);
            match whole {
                Some(n) if field.kind == Kind::Integer => Some(Value::from(n as i64)),
                Some(n) => Some(Value::from(n)),
                None => {
                    draft.broken.push(broken("InvalidType"));
                    None
                }
            }
        }
        Kind::Flag => match value {
            Value::Bool(_) => Some(value.clone()),
            Value::String(t) if t.eq_ignore_ascii_case("true") => Some(Value::Bool(true)),
            Value::String(t) if t.eq_ignore_ascii_case("false") => Some(Value::Bool(false)),
            _ => {
                draft.broken.push(broken("InvalidType"));
                None
            }
        },
        Kind::Html => {
            let text = shown(value);
            if text.chars().count() > LONG_TEXT {
                draft.broken.push(broken("InvalidTooLong"));
                return None;
            }
            if draft.item.markdown.iter().any(|f| f == field.reference) {
                return Some(Value::from(text));
            }
            let (clean, gone) = sanitised(&text);
            draft.stripped.extend(gone.into_iter().map(|g| format!("{}: {g}", field.reference)));
            Some(Value::from(clean))
        }
        _ => {
            let text = shown(value);
            if text.chars().count() > SHORT_TEXT && field.kind == Kind::Text {
                draft.broken.push(broken("InvalidTooLong"));
                return None;
            }
            Some(Value::from(text.replace(['\r', '\n'], " ")))
        }
    }
}

fn set_tags(draft: &mut Draft, value: &Value, merges: bool) -> Result<(), Box<Answer>> {
    let text = value.as_str().unwrap_or_default();
    let mut tags = if merges { draft.item.tags.clone() } else { Vec::new() };
    for tag in text.split([';', ',']).map(str::trim).filter(|t| !t.is_empty()) {
        if !tags.iter().any(|t| t.eq_ignore_ascii_case(tag)) {
            tags.push(tag.to_owned());
        }
    }
    if tags.len() > TAGS {
        let message = format!("VS402317: The work item has {} tags; at most {TAGS} are allowed.", tags.len());
        return Err(refuse::wit(400, "WorkItemTagLimitExceededException", &message));
    }
    tags.sort_by_key(|t| t.to_lowercase());
    draft.item.tags = tags;
    Ok(())
}

fn set_person(world: &AzureWorld, draft: &mut Draft, field: &Field, value: &Value, empty: bool) {
    if empty {
        draft.item.assigned = None;
        return;
    }
    let who = value["uniqueName"].as_str().or_else(|| value.as_str()).unwrap_or_default();
    if let Some(user) = world.user(who) {
        draft.item.assigned = Some(user);
    } else {
        let message =
            format!("The identity value '{who}' for field '{}' is an unknown identity.", field.name);
        let flags = "invalidIdentityField".to_owned();
        draft.broken.push(Broken { field: field.reference.to_owned(), flags, message });
    }
}

fn set_state(kind: &WorkType, draft: &mut Draft, value: &Value) {
    let wanted = shown(value);
    let Some(state) = kind.state(&wanted) else {
        draft.broken.push(Broken::unlisted("System.State", "State", &wanted));
        return;
    };
    let allowed = match &draft.from_state {
        None => state.name == kind.initial(),
        Some(from) => kind.may_step(from, &state.name),
    };
    if allowed {
        draft.item.fields.insert("System.State".to_owned(), Value::from(state.name.clone()));
    } else {
        draft.broken.push(Broken::unlisted("System.State", "State", &wanted));
    }
}

/// The state that the reason goes with may come later in the document, so the list is asked at the end.
fn set_reason(draft: &mut Draft, value: Value) {
    draft.reason_given = true;
    draft.item.fields.insert("System.Reason".to_owned(), value);
}

fn set_path(project: &Project, draft: &mut Draft, field: &Field, value: &Value) -> Result<(), Box<Answer>> {
    let path = shown(value);
    let tree = if field.reference == "System.AreaPath" { &project.areas } else { &project.iterations };
    if tree.find(&path).is_none() {
        let id = if draft.making() { -1 } else { draft.item.id as i64 };
        let message =
            format!("TF401347: Invalid tree name given for work item {id}, field '{}'.", field.reference);
        return Err(refuse::wit(400, "WorkItemInvalidTreeNameException", &message));
    }
    draft.item.fields.insert(field.reference.to_owned(), Value::from(path));
    Ok(())
}

/// What is judged when all steps are done: reason, required fields, links.
fn finish(kind: &WorkType, draft: &mut Draft) {
    let state = draft.item.state().to_owned();
    let moved = draft.from_state.as_ref().is_some_and(|f| *f != state);
    if draft.reason_given {
        let given = draft.item.text("System.Reason").to_owned();
        let mut reasons = kind.reasons(&state);
        reasons.push(kind.first_reason.to_owned());
        if !reasons.contains(&given) {
            draft.broken.push(Broken::unlisted("System.Reason", "Reason", &given));
        }
    } else if moved {
        let reason = kind.reasons(&state).into_iter().next().unwrap_or_default();
        draft.item.fields.insert("System.Reason".to_owned(), Value::from(reason));
    }
    for f in kind.fields.iter().filter(|f| f.required) {
        let Some(field) = super::fields::field(&f.reference).filter(|f| !f.read_only) else { continue };
        let blank = draft.item.fields.get(field.reference).is_none_or(|v| shown(v).trim().is_empty());
        let told = draft.broken.iter().any(|b| b.field == field.reference);
        if blank && !told {
            let codes = if f.allowed.is_empty() {
                "Required, InvalidEmpty"
            } else {
                "Required, HasValues, LimitedToValues, AllowsOldValue, InvalidEmpty"
            };
            draft.broken.push(Broken::rule(field.reference, field.name, codes));
        }
    }
    if draft.item.relations.len() > LINKS {
        draft.broken.push(Broken::rule("System.Links", "Links", "InvalidTooLong"));
    }
}

/// Whether this person may save this work item where it is now.
pub(crate) fn may_save(world: &AzureWorld, who: usize, item: &Item) -> Result<(), Box<Answer>> {
    let user = &world.users[who];
    let area = item.text("System.AreaPath").to_lowercase();
    let below = |b: &String| {
        let b = b.to_lowercase();
        area == b || area.starts_with(&format!("{b}\\"))
    };
    if user.stakeholder || user.barred.iter().any(below) { Err(refuse::no_area_right()) } else { Ok(()) }
}
