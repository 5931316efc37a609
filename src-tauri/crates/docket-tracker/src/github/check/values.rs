//! Do labels, people and milestone of a mapping exist in the repository? One line each.

use docket_domain::check::{CheckItem, CheckState};
use serde::Deserialize;

use super::super::api::Api;
use super::super::fields::{is_assignable, milestone};
use super::super::list::all;
use super::super::shapes::{Label, Repository};
use super::super::target::Repo;
use crate::check::Finding;
use crate::check::items::{fine, judge, label_item, milestone_item};
use crate::error::TrackerError;
use crate::waist::CheckGoal;

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
    judge(
        items,
        format!("All of them exist in {name}"),
        "Choose values that exist, or create them in the repository.",
    )
    .link("Open its labels", format!("{}/{name}/labels", api.address.web()))
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
            self.items.extend(
                goal.labels.iter().map(|label| label_item(label, &there, name, "GitHub", may_create)),
            );
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
            self.items.push(match milestone(api, repo, title).await? {
                Ok(_) => fine(format!("Milestone {title}"), "It is open."),
                Err(there) => milestone_item(title, name, &there, repository.may_set_fields()),
            });
        }
        Ok(())
    }
}
