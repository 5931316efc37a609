//! Does the chosen project have the fields and options that the mapping uses? One line each.
//!
//! A project without the severity's field, or without an option that is used, fails the test:
//! nothing is pushed through such a mapping.

use docket_domain::check::{CheckItem, CheckState, Repair, RepairKind};
use docket_domain::mapping::ValueMap;
use docket_domain::{Code, Destination, Severity};

use super::super::api::Api;
use super::super::project::{self, Capabilities, Chosen, Project, SelectField};
use super::sign_in::SignedIn;
use crate::check::items::{fine, pairs};
use crate::error::TrackerError;
use crate::waist::CheckGoal;

/// The lines, and what was asked.
pub(super) async fn items(
    api: &Api,
    to: &Destination,
    goal: &CheckGoal,
    signed_in: &SignedIn,
) -> (Vec<CheckItem>, Vec<String>) {
    let chosen = match Chosen::of(to) {
        Ok(Some(chosen)) => chosen,
        Ok(None) => return (Vec::new(), Vec::new()),
        Err(problem) => return (vec![failed("Project", &problem.into())], Vec::new()),
    };
    let asked = vec![format!("project {} of {}", chosen.number, chosen.owner)];
    let project = match project::read(api, &chosen).await {
        Ok(project) => project,
        Err(error) => return (vec![unreadable(api, &chosen, &error).await], asked),
    };
    // Without an answer nothing is promised: steps are shown in place of a repair.
    let able = project::capabilities(api, &project).await.ok();
    let mut items = vec![board(&project, able, signed_in)];
    items.extend(inverted(&goal.severity));
    items.extend(without_value(&goal.severity));
    items.extend(map(api, &project, able, &goal.severity, "Severity"));
    items.extend(map(api, &project, able, &goal.status, "Status"));
    (items, asked)
}

fn failed(subject: &str, error: &TrackerError) -> CheckItem {
    CheckItem {
        state: CheckState::Failed,
        steps: error.problem.hint.iter().cloned().collect(),
        ..fine(subject.to_owned(), error.problem.message.clone())
    }
}

/// The project cannot be read; when it is not there, those that are.
async fn unreadable(api: &Api, chosen: &Chosen, error: &TrackerError) -> CheckItem {
    let mut item = failed(&format!("Project {}", chosen.number), error);
    if error.code() == Code::TargetMissing
        && let Ok(list) = project::list(api, &chosen.owner).await
    {
        item.there = list.into_iter().map(|(number, title, _)| format!("{number} {title}")).collect();
    }
    item
}

fn board(project: &Project, able: Option<Capabilities>, signed_in: &SignedIn) -> CheckItem {
    let subject = format!("Project {}", project.number);
    if able.is_some_and(|able| !able.may_write) {
        return CheckItem {
            state: CheckState::Failed,
            steps: vec![format!("Ask an owner of {} for the role «write» on the project.", project.owner)],
            ..fine(subject, format!("{} may only read {}.", signed_in.login, project.words()))
        };
    }
    if project.closed {
        return CheckItem {
            state: CheckState::Warning,
            steps: vec!["Reopen it, or choose another.".to_owned()],
            ..fine(subject, format!("The project «{}» is closed.", project.title))
        };
    }
    let seen = if able.is_some() { "is there and can be written" } else { "is there" };
    fine(subject, format!("«{}» {seen}.", project.title))
}

/// The highest severity has the highest number although P0 is the most urgent for most people.
fn inverted(map: &ValueMap) -> Option<CheckItem> {
    if map.is_off() || !map.looks_inverted() {
        return None;
    }
    let value = |word: Severity| map.values.get(word.as_str()).cloned().unwrap_or_default();
    let summary = format!(
        "Critical becomes {} and info becomes {}; on most boards P0 is the most urgent.",
        value(Severity::Critical),
        value(Severity::Info)
    );
    Some(CheckItem {
        state: CheckState::Warning,
        steps: vec![
            "Turn the values round in the mapping if P0 is the most urgent on your board.".to_owned(),
        ],
        ..fine("Order of the severities".to_owned(), summary)
    })
}

/// Severities that no value was given.
fn without_value(map: &ValueMap) -> Option<CheckItem> {
    let known = Severity::ALL.iter().filter(|severity| **severity != Severity::Unknown);
    let bare: Vec<&str> = known
        .filter(|severity| map.of_severity(**severity).is_none())
        .map(|severity| severity.label())
        .collect();
    if map.is_off() || bare.is_empty() {
        return None;
    }
    let summary = format!("{} stays empty for {}.", map.field.trim(), bare.join(", "));
    let item = fine("Severities without a value".to_owned(), summary);
    Some(CheckItem {
        state: CheckState::Warning,
        steps: vec!["Choose an option for each in the mapping.".to_owned()],
        ..item
    })
}

/// A field and every value that is used.
fn map(
    api: &Api,
    project: &Project,
    able: Option<Capabilities>,
    map: &ValueMap,
    what: &str,
) -> Vec<CheckItem> {
    let name = map.field.trim();
    if map.is_off() {
        let item = fine(format!("{what} field"), format!("{what} is not mapped to {}.", project.words()));
        return vec![CheckItem { state: CheckState::Warning, ..item }];
    }
    let subject = format!("{what} field {name}");
    let Some(field) = project.field(name) else {
        return vec![no_field(api, project, map, subject, name)];
    };
    let mut items = vec![fine(subject, format!("It is a single-select field of {}.", project.words()))];
    items.extend(pairs(map).into_iter().map(|(words, value)| {
        let subject = format!("{words} → {value}");
        match field.option(value) {
            Some(option) if option.name == value => fine(subject, "It exists.".to_owned()),
            Some(option) => fine(subject, format!("It exists as «{}».", option.name)),
            None => no_option(api, project, able, field, subject, value),
        }
    }));
    items
}

fn no_field(api: &Api, project: &Project, map: &ValueMap, subject: String, name: &str) -> CheckItem {
    let other = project.others.iter().any(|other| other.eq_ignore_ascii_case(name));
    let summary = if other {
        format!("«{name}» of {} is not a single-select field.", project.words())
    } else {
        format!("There is no field «{name}» in {}; without it nothing is pushed.", project.words())
    };
    let values: Vec<&str> = map.used().into_keys().collect();
    CheckItem {
        state: CheckState::Failed,
        there: project.fields.iter().map(|field| field.name.clone()).collect(),
        steps: vec![
            format!(
                "Open {} and choose «+» at the right end of the table's head, then «New field».",
                project.page(api)
            ),
            format!("Name it «{name}», choose «Single select», and add the options {}.", values.join(", ")),
            "Save it, and test the mapping again. Or choose a field that exists.".to_owned(),
        ],
        ..fine(subject, summary)
    }
}

fn no_option(
    api: &Api,
    project: &Project,
    able: Option<Capabilities>,
    field: &SelectField,
    subject: String,
    value: &str,
) -> CheckItem {
    let safe = able.is_some_and(|able| able.keeps_ids && able.may_write);
    let repair = safe.then(|| Repair {
        kind: RepairKind::Option,
        field: Some(field.name.clone()),
        name: value.to_owned(),
    });
    let steps = vec![
        format!("Open {}/settings and choose the field «{}».", project.page(api), field.name),
        format!(
            "Add the option «{value}» and save; leave the others as they are, so that no item loses its value."
        ),
        "Test the mapping again.".to_owned(),
    ];
    CheckItem {
        state: CheckState::Failed,
        there: field.names(),
        steps: if repair.is_some() { Vec::new() } else { steps },
        repair,
        ..fine(
            subject,
            format!(
                "«{value}» does not exist in «{}» of {}. Existing: {}.",
                field.name,
                project.words(),
                field.names().join(", ")
            ),
        )
    }
}
