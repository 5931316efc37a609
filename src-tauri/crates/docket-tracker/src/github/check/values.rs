//! Do labels, people, milestone, type and fields of a mapping exist? One line each.

use docket_domain::Destination;
use docket_domain::check::{CheckItem, CheckState};
use serde::Deserialize;

use super::super::api::Api;
use super::super::fields::{TYPE, is_assignable, milestone, types};
use super::super::list::all;
use super::super::project;
use super::super::shapes::{Label, Repository};
use super::super::target::Repo;
use super::board;
use super::sign_in::SignedIn;
use crate::check::Finding;
use crate::check::course::Values;
use crate::check::items::{fine, judge, label_item, milestone_item};
use crate::choices::WHOLE;
use crate::error::TrackerError;
use crate::waist::CheckGoal;

impl Values for Api {
    async fn mapping(
        &self,
        repository: &Repository,
        _to: &Destination,
        goal: &CheckGoal,
        signed_in: &SignedIn,
    ) -> Finding {
        let name = &repository.full_name;
        let repo = match Repo::parse(name) {
            Ok(repo) => repo,
            Err(problem) => return Finding::problem(&problem),
        };
        let chosen = goal
            .to
            .as_ref()
            .is_some_and(|to| to.setting(project::SETTING).is_some() || to.setting(TYPE).is_some());
        if !chosen && goal.labels.is_empty() && goal.assignees.is_empty() && goal.milestone.is_none() {
            return Finding::skipped("Nothing is set by the mapping");
        }
        let mut look = Look { items: Vec::new(), evidence: Vec::new() };
        let looked = look.at(self, repo, repository, goal, signed_in).await;
        let Look { items, evidence } = look;
        if let Err(error) = looked {
            return Finding::problem(&error.problem).items(items).saw_all(evidence);
        }
        judge(
            items,
            format!("All of them exist in {name}"),
            "Choose values that exist, or create them in the repository.",
        )
        .link("Open its labels", format!("{}/{name}/labels", self.address.web()))
        .saw_all(evidence)
    }
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
        signed_in: &SignedIn,
    ) -> Result<(), TrackerError> {
        let name = &repository.full_name;
        if !goal.labels.is_empty() {
            self.evidence.push(format!("GET {}", repo.path("/labels")));
            let about = api.about("list labels", Some(name));
            let (entries, _) = all(api, &repo.path("/labels"), &[("per_page", "100")], WHOLE, about).await?;
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
        if let Some(to) = &goal.to {
            self.items.extend(kind_item(api, repo, to).await?);
            let (items, evidence) = board::items(api, to, goal, signed_in).await;
            self.items.extend(items);
            self.evidence.extend(evidence);
        }
        Ok(())
    }
}

/// The type that is set on every issue.
async fn kind_item(api: &Api, repo: Repo<'_>, to: &Destination) -> Result<Option<CheckItem>, TrackerError> {
    let Some(wanted) = to.setting(TYPE) else { return Ok(None) };
    let subject = format!("Type {wanted}");
    let Some(types) = types(api, repo).await? else {
        let item =
            fine(subject, "Issue types are not listed there; it is sent, and said when it is dropped.");
        return Ok(Some(CheckItem { state: CheckState::Warning, ..item }));
    };
    if types.iter().any(|kind| kind.name.eq_ignore_ascii_case(wanted)) {
        return Ok(Some(fine(subject, "It exists.")));
    }
    Ok(Some(CheckItem {
        state: CheckState::Failed,
        there: types.into_iter().map(|kind| kind.name).collect(),
        steps: vec![format!(
            "Choose one that exists, or have an owner of {} add «{wanted}» under Settings, Planning, Issue types.",
            repo.owner
        )],
        ..fine(subject, format!("{} has no issue type «{wanted}».", repo.owner))
    }))
}
