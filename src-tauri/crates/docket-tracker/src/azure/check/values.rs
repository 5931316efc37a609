//! Does everything that a mapping names exist in the project? One line each, and at the end a
//! creation of such a work item that is only judged.

use docket_domain::check::{CheckItem, CheckState};
use docket_domain::{Choice, Destination, FieldValue, ValueMap};
use docket_domain::{IssueDraft, Marker};

use super::super::api::{Api, good};
use super::super::chosen::{AREA, Chosen, ITERATION};
use super::super::document::{new_item, not_a_tag};
use super::super::fields::{further, is_demanded, paths, tags};
use super::super::model::{Model, TypeField, reference};
use super::super::repair::process_steps;
use super::super::shapes::{PRIORITY, Project, SEVERITY, STATE};
use super::super::words;
use super::super::write::{NO_MILESTONES, creation, is_assignable};
use super::Test;
use crate::check::Finding;
use crate::check::course::Values;
use crate::check::items::{SHOWN, fine, judge, readable};
use crate::error::TrackerError;
use crate::waist::CheckGoal;

impl Values for Test<'_> {
    async fn mapping(&self, _project: &Project, to: &Destination, goal: &CheckGoal, (): &()) -> Finding {
        let chosen = match Chosen::read(to) {
            Ok(chosen) => chosen,
            Err(problem) => return Finding::problem(&problem),
        };
        let model = match chosen.model(self.api).await {
            Ok(model) => model,
            Err(error) => {
                let missing = CheckItem {
                    state: CheckState::Failed,
                    steps: vec!["Choose a work item type that exists in the mapping.".to_owned()],
                    ..fine("Work item type", error.problem.message.clone())
                };
                return Finding::problem(&error.problem).items(vec![missing]);
            }
        };
        let mut look = Look { api: self.api, chosen, model: &model, items: Vec::new() };
        let looked = look.at(goal, self.markdown).await;
        let items = look.items;
        if let Err(error) = looked {
            return Finding::problem(&error.problem).items(items);
        }
        judge(
            items,
            format!("Everything exists in {}, and a work item like that would be accepted", chosen.name()),
            "Choose values that exist, or have the process changed.",
        )
        .saw("POST …/_apis/wit/workitems with validateOnly: nothing was stored")
    }
}

struct Look<'a> {
    api: &'a Api,
    chosen: Chosen<'a>,
    model: &'a Model,
    items: Vec<CheckItem>,
}

impl Look<'_> {
    async fn at(&mut self, goal: &CheckGoal, markdown: bool) -> Result<(), TrackerError> {
        self.kind();
        self.place(AREA, "Area", self.chosen.area()).await?;
        self.place(ITERATION, "Iteration", self.chosen.iteration()).await?;
        self.labels(goal).await?;
        self.assignees(goal).await?;
        if let Some(title) = goal.milestone.as_deref().filter(|title| !title.trim().is_empty()) {
            let steps = vec!["Remove the milestone from the mapping and choose an iteration.".to_owned()];
            self.failed(format!("Milestone {title}"), NO_MILESTONES, Vec::new(), steps);
        }
        self.severities(&goal.severity);
        self.statuses(&goal.status);
        self.own_fields();
        if self.items.iter().all(|item| item.state != CheckState::Failed) {
            self.dry_run(goal, markdown).await?;
        }
        Ok(())
    }

    fn failed(
        &mut self,
        subject: String,
        summary: impl Into<String>,
        there: Vec<String>,
        steps: Vec<String>,
    ) {
        let there = there.into_iter().take(SHOWN).collect();
        self.items.push(CheckItem { state: CheckState::Failed, there, steps, ..fine(subject, summary) });
    }

    fn warning(&mut self, subject: String, summary: impl Into<String>) {
        self.items.push(CheckItem { state: CheckState::Warning, ..fine(subject, summary) });
    }

    fn kind(&mut self) {
        let name = &self.model.kind.name;
        let summary = match self.chosen.kind() {
            Some(_) => "It exists.".to_owned(),
            None => format!("No type is chosen, so «{name}» is used."),
        };
        self.items.push(fine(format!("Work item type {name}"), summary));
    }

    async fn place(&mut self, id: &str, label: &str, wanted: Option<&str>) -> Result<(), TrackerError> {
        let Some(wanted) = wanted else { return Ok(()) };
        let group = if id == AREA { "areas" } else { "iterations" };
        let there = paths(self.api, self.chosen, group).await?;
        let subject = format!("{label} {wanted}");
        if there.iter().any(|path| path.value.eq_ignore_ascii_case(wanted)) {
            self.items.push(fine(subject, "It exists."));
        } else {
            let summary = format!("{} has no {} «{wanted}».", self.chosen.name(), label.to_lowercase());
            let steps = vec![format!(
                "Choose another {}, or make it in the project's settings.",
                label.to_lowercase()
            )];
            self.failed(subject, summary, values_of(there), steps);
        }
        Ok(())
    }

    async fn labels(&mut self, goal: &CheckGoal) -> Result<(), TrackerError> {
        if goal.labels.is_empty() {
            return Ok(());
        }
        let there = tags(self.api, self.chosen).await?;
        for label in &goal.labels {
            let subject = format!("Label {label}");
            match not_a_tag(label) {
                Some(why) => {
                    let steps = vec!["Change the label in the mapping.".to_owned()];
                    self.failed(subject, format!("«{label}» cannot be a tag: {why}."), Vec::new(), steps);
                }
                None if there.iter().any(|tag| tag.value.eq_ignore_ascii_case(label.trim())) => {
                    self.items.push(fine(subject, "It exists."));
                }
                None => self.items.push(fine(subject, "The tag comes into being with the first work item.")),
            }
        }
        Ok(())
    }

    async fn assignees(&mut self, goal: &CheckGoal) -> Result<(), TrackerError> {
        for (at, login) in goal.assignees.iter().enumerate() {
            let subject = format!("Assignee {login}");
            if at > 0 {
                self.warning(subject, format!("A work item has one assignee; {login} will be left out."));
            } else if is_assignable(self.api, self.chosen, self.model, login).await? {
                self.items.push(fine(subject, format!("{login} can be assigned.")));
            } else {
                let steps = vec![format!(
                    "Write the e-mail address with which the person signs in, or give {login} access to {}.",
                    self.chosen.name()
                )];
                let summary = format!("{login} cannot be assigned in {}.", self.chosen.name());
                self.failed(subject, summary, Vec::new(), steps);
            }
        }
        Ok(())
    }

    fn severities(&mut self, map: &ValueMap) {
        let Some(field) = self.field_of(map, "Severity") else { return };
        for (word, value) in pairs(map) {
            self.value(word, value, &field);
            let beside = self.chosen.beside() && field.reference_name == PRIORITY && self.model.has(SEVERITY);
            if beside && self.model.severity_beside(value, &[]).is_none() {
                let allowed = self.model.field(SEVERITY).map(TypeField::allowed).unwrap_or_default();
                self.warning(
                    format!("{word} → Severity"),
                    format!("No value of «Severity» goes with «{value}»; there are: {}.", allowed.join(", ")),
                );
            }
        }
    }

    fn statuses(&mut self, map: &ValueMap) {
        if map.is_off() || !reference(&map.field).eq_ignore_ascii_case(STATE) {
            if let Some(field) = self.field_of(map, "Status") {
                for (word, value) in pairs(map) {
                    self.value(word, value, &field);
                }
            }
            return;
        }
        for (word, value) in pairs(map) {
            let subject = format!("{word} → {value}");
            let kind = &self.model.kind;
            let Some(state) = kind.state(value) else {
                let there = kind.states_in_words();
                let summary = format!(
                    "«{value}» is not a state of {} here. There are: {}.",
                    kind.name,
                    there.join(", ")
                );
                let mut steps = vec!["Choose one of these states in the mapping.".to_owned()];
                steps.extend(process_steps(self.api));
                self.failed(subject, summary, there, steps);
                continue;
            };
            let wants_open = word == "Active";
            if state.is_closed() && wants_open {
                self.warning(
                    subject,
                    format!("«{}» closes the work item, although the finding is active.", state.words()),
                );
            } else if !state.is_closed() && !wants_open {
                self.warning(
                    subject,
                    format!("«{}» leaves the work item open, although the finding is closed.", state.words()),
                );
            } else {
                self.items.push(fine(subject, format!("It is a state of {}.", kind.name)));
            }
        }
    }

    /// The field of a map; one failed line when the type has none.
    fn field_of(&mut self, map: &ValueMap, what: &str) -> Option<TypeField> {
        if map.is_off() {
            return None;
        }
        if let Some(field) = self.model.field(&map.field) {
            return Some(field.clone());
        }
        let there: Vec<String> = self
            .model
            .fields
            .iter()
            .filter(|field| !field.allowed().is_empty())
            .map(|field| format!("/fields/{}", field.reference_name))
            .collect();
        let summary = format!("{} has no field «{}».", self.model.kind.name, reference(&map.field));
        let mut steps = vec!["Choose another field in the mapping, or have it added to the type:".to_owned()];
        steps.extend(process_steps(self.api));
        self.failed(format!("{what} field {}", reference(&map.field)), summary, there, steps);
        None
    }

    /// One value of a field.
    fn value(&mut self, word: &str, value: &str, field: &TypeField) {
        let subject = if word.is_empty() {
            format!("{} → {value}", field.name)
        } else {
            format!("{word} → {value}")
        };
        let allowed = field.allowed();
        let fits = allowed.is_empty() || allowed.iter().any(|other| other.eq_ignore_ascii_case(value));
        let holds = self.model.holds(&field.reference_name);
        if fits && holds.is_integer() && value.parse::<i64>().is_err() {
            let summary = format!("«{}» holds whole numbers, and «{value}» is none.", field.name);
            self.failed(subject, summary, allowed, vec!["Write a number in the mapping.".to_owned()]);
        } else if fits {
            self.items.push(fine(subject, format!("It is a value of «{}».", field.name)));
        } else {
            let summary = format!(
                "«{value}» does not exist in the field «{}» of {}. Existing: {}.",
                field.name,
                self.model.kind.name,
                allowed.join(", ")
            );
            let mut steps = vec!["Choose one of these values in the mapping, or have it added:".to_owned()];
            steps.extend(process_steps(self.api));
            self.failed(subject, summary, allowed, steps);
        }
    }

    /// Fields that the mapping fills, and those that the process demands.
    fn own_fields(&mut self) {
        let model = self.model;
        for (name, value) in self.chosen.own() {
            if let Some(field) = model.field(name) {
                self.value("", value, &field.clone());
            } else {
                let there = further(model).map(|field| field.reference_name.clone()).collect();
                let summary = format!("{} has no field «{name}».", model.kind.name);
                self.failed(
                    format!("Field {name}"),
                    summary,
                    there,
                    vec!["Remove it from the mapping.".to_owned()],
                );
            }
        }
        let demanded: Vec<TypeField> = further(model).filter(|field| is_demanded(field)).cloned().collect();
        let chosen = self.chosen;
        for field in demanded.iter().filter(|field| chosen.own_value(&field.reference_name).is_none()) {
            let allowed = field.allowed();
            let values =
                if allowed.is_empty() { String::new() } else { format!(" Allowed: {}.", allowed.join(", ")) };
            self.failed(
                format!("Field {}", field.name),
                format!("The process requires «{}» of every {}.{values}", field.name, model.kind.name),
                allowed,
                vec!["Choose a value for it in the mapping.".to_owned()],
            );
        }
    }

    /// The service judges a whole work item, and stores nothing.
    async fn dry_run(&mut self, goal: &CheckGoal, markdown: bool) -> Result<(), TrackerError> {
        let draft = sample(goal);
        let assignee = goal.assignees.first().map(String::as_str);
        let new = new_item(self.model, self.chosen, &draft, assignee, markdown, &mut Vec::new());
        let ask = creation(self.chosen, self.model, &new, markdown).only_judged();
        let answer = self.api.send(&ask).await?;
        if good(&answer) {
            self.items
                .push(fine("Dry run", "Azure DevOps would accept such a work item; nothing was stored."));
            return Ok(());
        }
        let error = words::error(&answer, self.api.about("create the work item", Some(self.chosen.name())));
        let steps = error.problem.hint.into_iter().collect();
        self.failed("Dry run".to_owned(), error.problem.message, Vec::new(), steps);
        Ok(())
    }
}

/// A finding as the mapping would write it.
fn sample(goal: &CheckGoal) -> IssueDraft {
    let first = |map: &ValueMap| -> Option<FieldValue> {
        let value = map.used().keys().next().map(|value| (*value).to_owned())?;
        (!map.is_off()).then(|| FieldValue { field: map.field.clone(), value })
    };
    IssueDraft {
        title: "Docket: a dry run".to_owned(),
        body: "<p>Nothing of this is stored.</p>".to_owned(),
        follow_ups: Vec::new(),
        labels: goal.labels.clone(),
        assignees: Vec::new(),
        milestone: None,
        marker: Marker::derive(&["dry run"]),
        severity: first(&goal.severity),
        status: first(&goal.status),
        reason: None,
        file: None,
    }
}

/// The words of a map with their values, as people read them, in the map's order.
fn pairs(map: &ValueMap) -> Vec<(&str, &str)> {
    map.values
        .iter()
        .map(|(word, value)| (readable(word), value.trim()))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

fn values_of(choices: Vec<Choice>) -> Vec<String> {
    choices.into_iter().map(|choice| choice.value).collect()
}
