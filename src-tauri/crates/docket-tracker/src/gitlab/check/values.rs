//! Do the values of a mapping exist in the project? One line each.

use docket_domain::Destination;
use docket_domain::check::{CheckItem, CheckState, Repair, RepairKind};
use docket_domain::mapping::{FieldValue, ValueMap};

use super::super::api::Api;
use super::super::draft::label_fits;
use super::super::fields::{
    CONFIDENTIAL, DUE_IN_DAYS, ISSUE_TYPE, TYPES, has_weight, is_confidential, label_names, member, milestone,
};
use super::super::place::{self, Place};
use super::super::shapes::Project;
use super::super::statuses;
use super::sign_in::SignedIn;
use crate::check::Finding;
use crate::check::course::Values;
use crate::check::items::{SHOWN, failed, fine, judge, label_item, milestone_item, pairs};
use crate::error::TrackerError;
use crate::waist::CheckGoal;

impl Values for Api {
    async fn mapping(
        &self,
        project: &Project,
        to: &Destination,
        goal: &CheckGoal,
        _signed_in: &SignedIn,
    ) -> Finding {
        let name = &project.path_with_namespace;
        let mut look = Look { api: self, project, items: Vec::new(), labels: Vec::new() };
        if let Err(error) = look.at(to, goal).await {
            return Finding::problem(&error.problem).items(look.items);
        }
        judge(
            look.items,
            format!("All of it fits {name}"),
            "Choose values that exist, or let Docket create what is missing.",
        )
        .link("Open its labels", format!("{}/{name}/-/labels", self.web()))
    }
}

struct Look<'a> {
    api: &'a Api,
    project: &'a Project,
    items: Vec<CheckItem>,
    /// Labels that are there.
    labels: Vec<String>,
}

impl Look<'_> {
    async fn at(&mut self, to: &Destination, goal: &CheckGoal) -> Result<(), TrackerError> {
        self.labels = label_names(self.api, self.project).await?;
        let name = self.project.path_with_namespace.clone();
        let may = self.project.may_plan();
        let incident = to.setting(ISSUE_TYPE) == Some("incident");
        for (words, value) in pairs(&goal.severity) {
            let value = set(&goal.severity, value);
            let item = self.severity(&words, &value, incident).await?;
            self.items.push(item);
        }
        for (words, value) in pairs(&goal.status) {
            let value = set(&goal.status, value);
            let item = self.status(&words, &value).await?;
            self.items.push(item);
        }
        for label in &goal.labels {
            self.items.push(match label_fits(label) {
                Ok(()) => label_item(label, &self.labels, &name, "GitLab", may),
                Err(why) => failed(format!("Label {label}"), why),
            });
        }
        self.people(&goal.assignees).await?;
        if let Some(title) = goal.milestone.as_deref().filter(|title| !title.trim().is_empty()) {
            let item = match milestone(self.api, self.project, title).await? {
                Ok(_) => fine(format!("Milestone {title}"), "It is open."),
                Err(there) => milestone_item(title, &name, &there, may),
            };
            self.items.push(item);
        }
        self.own_fields(to);
        Ok(())
    }

    async fn severity(
        &self,
        words: &str,
        value: &FieldValue,
        incident: bool,
    ) -> Result<CheckItem, TrackerError> {
        Ok(match place::of_severity(value) {
            Place::Label(label) => self.label(words, &label.name),
            Place::Weight(weight) => {
                let subject = format!("{words} → weight {weight}");
                match has_weight(self.api, self.project).await? {
                    Some(true) => self.planned(fine(subject, "The project has weights.")),
                    Some(false) => CheckItem {
                        steps: vec![
                            "Choose the scoped label «Priority» as the field of the severity.".to_owned(),
                        ],
                        ..failed(subject, "This GitLab has no weights: they need Premium.")
                    },
                    None => CheckItem {
                        state: CheckState::Warning,
                        ..fine(subject, "Whether this GitLab has weights shows with the first issue.")
                    },
                }
            }
            Place::Incident(severity) => {
                let subject = format!("{words} → severity {severity}");
                if incident {
                    self.planned(fine(subject, "Incidents have it."))
                } else {
                    CheckItem {
                        steps: vec!["Choose «incident» as the type, or another field.".to_owned()],
                        ..failed(subject, "GitLab keeps a severity for issues of the type incident only.")
                    }
                }
            }
            Place::Nowhere(why) => failed(format!("{words} → {}", value.value), why),
            Place::WorkItem(_) | Place::State { .. } => {
                fine(format!("{words} → {}", value.value), "GitLab has it.")
            }
        })
    }

    async fn status(&self, words: &str, value: &FieldValue) -> Result<CheckItem, TrackerError> {
        let name = &self.project.path_with_namespace;
        Ok(match place::of_status(value) {
            Place::Label(label) => self.label(words, &label.name),
            Place::WorkItem(status) => {
                let subject = format!("{words} → status {status}");
                let there = statuses::allowed(self.api, self.project).await?;
                match there.iter().find(|known| known.name.eq_ignore_ascii_case(&status)) {
                    Some(known) => {
                        let effect = if known.closes() { "closes the issue" } else { "keeps it open" };
                        self.planned(fine(subject, format!("It exists and {effect}.")))
                    }
                    None => CheckItem {
                        there: there.iter().map(|known| known.name.clone()).take(SHOWN).collect(),
                        steps: vec![
                            "Open the settings of the top-level group, Issues, Statuses.".to_owned(),
                            format!("Add the status «{status}», or choose one that exists."),
                        ],
                        ..failed(subject, statuses::missing(&status, name, &there))
                    },
                }
            }
            Place::State { open } => {
                let state = if open { "opened" } else { "closed" };
                fine(format!("{words} → {state}"), "GitLab's own state.")
            }
            Place::Nowhere(why) => failed(format!("{words} → {}", value.value), why),
            Place::Weight(_) | Place::Incident(_) => {
                failed(format!("{words} → {}", value.value), "This field holds severities only.")
            }
        })
    }

    /// A scoped label: made with the first issue, if the account may.
    fn label(&self, words: &str, label: &str) -> CheckItem {
        let subject = format!("{words} → {label}");
        if self.labels.iter().any(|there| there.eq_ignore_ascii_case(label)) {
            return self.planned(fine(subject, "The label exists."));
        }
        let scope = label.rsplit_once("::").map_or(label, |(scope, _)| scope);
        let there: Vec<String> = self
            .labels
            .iter()
            .filter(|name| name.rsplit_once("::").is_some_and(|(own, _)| own.eq_ignore_ascii_case(scope)))
            .take(SHOWN)
            .cloned()
            .collect();
        let name = &self.project.path_with_namespace;
        self.planned(CheckItem {
            state: CheckState::Warning,
            there,
            repair: self.project.may_plan().then(|| Repair {
                kind: RepairKind::Label,
                field: None,
                name: label.to_owned(),
            }),
            ..fine(
                subject,
                format!("In {name} there is no label «{label}»; GitLab creates it with the first issue."),
            )
        })
    }

    /// A value that GitLab would drop, because the role does not reach, makes pushes wrong.
    fn planned(&self, item: CheckItem) -> CheckItem {
        if self.project.may_plan() {
            return item;
        }
        let role = self.project.role();
        CheckItem {
            state: CheckState::Failed,
            summary: format!(
                "GitLab drops it: the account is {role}; Planner, Reporter or higher is needed."
            ),
            repair: None,
            steps: vec![format!(
                "Ask an owner of {} for the role Planner, Reporter or higher.",
                self.project.path_with_namespace
            )],
            ..item
        }
    }

    async fn people(&mut self, assignees: &[String]) -> Result<(), TrackerError> {
        let name = self.project.path_with_namespace.clone();
        for login in assignees {
            let subject = format!("Assignee {login}");
            self.items.push(match member(self.api, self.project, login).await? {
                Some(_) => fine(subject, format!("{login} can be assigned.")),
                None => CheckItem {
                    steps: vec![format!("Make {login} a member of {name}, or choose another.")],
                    ..failed(subject, format!("{login} is no active member of {name}."))
                },
            });
        }
        if assignees.len() > 1 && has_weight(self.api, self.project).await? != Some(true) {
            self.items.push(CheckItem {
                state: CheckState::Warning,
                steps: vec!["Name one person, or none.".to_owned()],
                ..fine(
                    "Number of assignees",
                    format!(
                        "{} people are named; GitLab's free tier keeps one. Docket says so on every issue where that happens.",
                        assignees.len()
                    ),
                )
            });
        }
        Ok(())
    }

    fn own_fields(&mut self, to: &Destination) {
        self.items.push(if is_confidential(to) {
            fine("Confidential", "Only members, the author and assignees see the issues.")
        } else if matches!(self.project.visibility.as_deref(), Some("public" | "internal")) {
            CheckItem {
                state: CheckState::Warning,
                steps: vec![format!("Switch «{CONFIDENTIAL}» on.")],
                ..fine(
                    "Confidential",
                    "It is off, and the project is not private: people outside can read the findings.",
                )
            }
        } else {
            fine("Confidential", "It is off; everybody in the project sees the issues.")
        });
        let kind = to.setting(ISSUE_TYPE).unwrap_or("issue");
        self.items.push(if TYPES.contains(&kind) {
            fine(format!("Type {kind}"), "GitLab has it.")
        } else {
            CheckItem {
                there: TYPES.iter().map(|kind| (*kind).to_owned()).collect(),
                ..failed(format!("Type {kind}"), format!("Docket does not make issues of the type «{kind}»."))
            }
        });
        if let Some(days) = to.setting(DUE_IN_DAYS) {
            let sound = days.parse::<u32>().is_ok_and(|days| days <= 36_500);
            self.items.push(if sound {
                fine(format!("Due in {days} days"), "It is a number of days.")
            } else {
                failed(format!("Due in {days} days"), format!("«{days}» is not a number of days."))
            });
        }
    }
}

fn set(map: &ValueMap, value: &str) -> FieldValue {
    FieldValue { field: map.field.clone(), value: value.to_owned() }
}
