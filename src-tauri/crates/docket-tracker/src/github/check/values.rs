//! Do labels, people and milestone of a mapping exist in the repository? One line each.

use docket_domain::check::{CheckItem, CheckState, Repair, RepairKind};
use serde::Deserialize;

use super::super::api::Api;
use super::super::fields::{is_assignable, milestone};
use super::super::list::all;
use super::super::shapes::{Label, Repository};
use super::super::target::Repo;
use super::super::write::no_milestone;
use crate::check::Finding;
use crate::error::TrackerError;
use crate::waist::CheckGoal;

/// How many existing names are shown beside a missing one.
const SHOWN: usize = 15;

/// Looks at every value; see the stage «Labels, assignees, milestone».
pub(super) async fn values(api: &Api, repository: &Repository, goal: &CheckGoal) -> Finding {
    let name = &repository.full_name;
    let repo = match Repo::parse(name) {
        Ok(repo) => repo,
        Err(problem) => return Finding::problem(&problem),
    };
    if goal.labels.is_empty() && goal.assignees.is_empty() && goal.milestone.is_none() {
        return Finding::skipped("Nothing is set by the mapping");
    }
    let mut look = Look { items: Vec::new(), evidence: Vec::new() };
    let looked = look.at(api, repo, repository, goal).await;
    let Look { items, evidence } = look;
    if let Err(error) = looked {
        return Finding::problem(&error.problem).items(items).saw_all(evidence);
    }
    let wrong: Vec<&CheckItem> = items.iter().filter(|item| item.state != CheckState::Ok).collect();
    if wrong.is_empty() {
        return Finding::ok(format!("All of them exist in {name}")).items(items).saw_all(evidence);
    }
    let cause = wrong.iter().map(|item| item.summary.as_str()).collect::<Vec<_>>().join(" ");
    let fits = wrong.iter().all(|item| item.state == CheckState::Warning);
    let next = "Choose values that exist, or create them in the repository.";
    let judged = if fits { Finding::warning(cause, next) } else { Finding::failed(cause, next) };
    judged
        .link("Open its labels", format!("{}/{name}/labels", api.address.web()))
        .items(items)
        .saw_all(evidence)
}

struct Look {
    items: Vec<CheckItem>,
    evidence: Vec<String>,
}

impl Look {
    async fn at(
        &mut self,
        api: &Api,
        repo: Repo<'_>,
        repository: &Repository,
        goal: &CheckGoal,
    ) -> Result<(), TrackerError> {
        let name = &repository.full_name;
        if !goal.labels.is_empty() {
            self.evidence.push(format!("GET {}", repo.path("/labels")));
            let about = api.about("list labels", Some(name));
            let (entries, _) = all(api, &repo.path("/labels"), &[("per_page", "100")], 1_000, about).await?;
            let there: Vec<String> = entries
                .iter()
                .filter_map(|entry| Label::deserialize(entry).ok()?.name().map(str::to_owned))
                .collect();
            let may_create = repository.may_set_fields();
            self.items.extend(goal.labels.iter().map(|label| label_item(label, &there, name, may_create)));
        }
        for login in &goal.assignees {
            self.evidence.push(format!("GET {}", repo.path(&format!("/assignees/{login}"))));
            let subject = format!("Assignee {login}");
            self.items.push(if is_assignable(api, repo, login).await? {
                fine(subject, format!("{login} can be assigned."))
            } else {
                CheckItem {
                    state: CheckState::Failed,
                    steps: vec![format!(
                        "Give {login} at least the role «triage» in {name}, or choose another."
                    )],
                    ..fine(subject, format!("{login} cannot be assigned in {name}."))
                }
            });
        }
        if let Some(title) = &goal.milestone {
            self.evidence.push(format!("GET {}", repo.path("/milestones")));
            let subject = format!("Milestone {title}");
            self.items.push(match milestone(api, repo, title).await? {
                Ok(_) => fine(subject, "It is open.".to_owned()),
                Err(there) => CheckItem {
                    state: CheckState::Failed,
                    repair: repository.may_set_fields().then(|| Repair {
                        kind: RepairKind::Milestone,
                        field: None,
                        name: title.clone(),
                    }),
                    there: there.iter().take(SHOWN).cloned().collect(),
                    ..fine(subject, no_milestone(title, name, &there))
                },
            });
        }
        Ok(())
    }
}

fn fine(subject: String, summary: String) -> CheckItem {
    CheckItem { subject, state: CheckState::Ok, summary, there: Vec::new(), repair: None, steps: Vec::new() }
}

/// A label that is missing comes into being with the first issue, if the account may.
fn label_item(label: &str, there: &[String], repo: &str, may_create: bool) -> CheckItem {
    let subject = format!("Label {label}");
    if there.iter().any(|name| name.eq_ignore_ascii_case(label)) {
        return fine(subject, "It exists.".to_owned());
    }
    CheckItem {
        state: CheckState::Warning,
        there: there.iter().take(SHOWN).cloned().collect(),
        repair: may_create.then(|| Repair { kind: RepairKind::Label, field: None, name: label.to_owned() }),
        ..fine(
            subject,
            format!(
                "In {repo} there is no label «{label}»; GitHub creates it with the first issue. Existing: {}.",
                there.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ")
            ),
        )
    }
}
