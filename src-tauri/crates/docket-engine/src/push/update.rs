//! Steps that change issues which are there: Docket's part of their texts, labels, a comment, open
//! or closed.
//!
//! What people wrote stays; an issue that is not as the step expects is left alone. As many
//! issues are read, and changed, at a time as the tracker takes.

use docket_domain::planning::change::{Footprint, change_of};
use docket_domain::planning::name_issues;
use docket_domain::text;
use docket_domain::{
    Action, Code, IssueChange, IssueDraft, IssueRef, IssueSeen, IssueState, PlanId, Problem, Step, StepState,
};
use docket_store as store;
use docket_tracker::IssueRead;

use super::route::Route;
use super::send::ATTEMPTS;
use super::texts::flavour_of;
use super::{Halt, draft_of};
use crate::engine::Engine;

/// What a step is to do, or why it ends here.
enum Turn {
    Change(Box<IssueChange>),
    Refused(Problem),
    Nothing(String),
}

impl Engine {
    /// Brings steps to their end. A change sets the same text again, so it may be repeated; its
    /// comment is what could come twice, and the tracker looks for that one itself.
    pub(super) async fn update(&self, plan: PlanId, steps: Vec<Step>, route: &Route) -> Result<(), Halt> {
        let mut left = steps;
        for attempt in 0..ATTEMPTS {
            // Together once. What has no answer then is made one by one: it may be the request for
            // many that something in between does not let through.
            let most = if attempt == 0 { left.len() } else { 1 };
            let mut unknown = Vec::new();
            for some in left.chunks(most) {
                unknown.extend(self.update_once(plan, some, route).await?);
            }
            left.retain(|step| unknown.contains(&step.index));
            for step in &mut left {
                step.state = StepState::Uncertain;
            }
            if left.is_empty() {
                return Ok(());
            }
        }
        for step in left {
            let hint = "Look at the issue, then retry: what is there already is not written again.";
            self.gave_up(plan, step.index, hint).await?;
        }
        Ok(())
    }

    /// Changes the issues as they are now; the steps whose outcome is unknown come back.
    async fn update_once(&self, plan: PlanId, steps: &[Step], route: &Route) -> Result<Vec<u32>, Halt> {
        let issues = steps.iter().map(issue_of).collect::<Result<Vec<IssueRef>, Problem>>()?;
        let reads = route.look_at(&issues).await?;
        let (mut sent, mut changes) = (Vec::new(), Vec::new());
        for ((step, issue), read) in steps.iter().zip(issues).zip(reads) {
            let live = match (&read.state, read.seen) {
                (state, Some(live)) if expects(step, state) => live,
                _ => {
                    self.elsewhere(plan, step.index, route, &issue, read.state).await?;
                    continue;
                }
            };
            let index = step.index;
            match self.turn(plan, step, &live, route).await? {
                Turn::Change(change) => {
                    sent.push((index, Some(Footprint::of(&change, &live))));
                    changes.push((live.issue, *change));
                }
                Turn::Refused(problem) => {
                    self.write(move |tx| store::plans::step_failed(tx, plan, index, &problem)).await?;
                }
                Turn::Nothing(why) => {
                    self.write(move |tx| store::plans::step_skipped(tx, plan, index, &why)).await?;
                }
            }
        }
        if sent.is_empty() {
            return Ok(Vec::new());
        }
        let to = route.mapping.destination();
        let written: Vec<u32> = sent.iter().map(|(index, _)| *index).collect();
        let request = async {
            let answers = route.tracker.update_many(&to, &changes).await;
            let mut all = Vec::with_capacity(answers.len());
            for (index, answer) in written.iter().zip(answers) {
                all.push(match steps.iter().find(|step| step.index == *index) {
                    Some(step) => self.with_file(step, answer, route).await,
                    None => answer,
                });
            }
            all
        };
        self.send(plan, sent, route, request).await
    }

    /// What a step does to the issue as it is now.
    async fn turn(
        &self,
        plan: PlanId,
        step: &Step,
        live: &IssueSeen,
        route: &Route,
    ) -> Result<Turn, Problem> {
        if let Some(back) = self.turn_back(plan, step, live).await? {
            return Ok(match back {
                Ok(change) => Turn::Change(Box::new(change)),
                Err(why) => Turn::Nothing(why),
            });
        }
        let draft = match self.named(plan, draft_of(step)?, step, route).await? {
            Ok(draft) => draft,
            Err(problem) => return Ok(Turn::Refused(problem)),
        };
        Ok(match change_of(step, &draft, live) {
            Ok(change) => Turn::Change(Box::new(change)),
            Err(refusal) => Turn::Refused(broken_frame(&live.issue, &refusal.to_string())),
        })
    }

    /// The draft with the names of the issues that findings moved to. An error when one of them
    /// was not written: nothing leaves an issue for one that is not there.
    async fn named(
        &self,
        plan: PlanId,
        mut draft: IssueDraft,
        step: &Step,
        route: &Route,
    ) -> Result<Result<IssueDraft, Problem>, Problem> {
        let mut names = std::collections::BTreeMap::new();
        for leaves in &step.leaves {
            let marker = leaves.to.to_string();
            let found = self.read(move |r| store::plans::issue_of(r, plan, &marker)).await?;
            let Some((issue, true)) = found else {
                let label = step.issue.as_ref().map(IssueRef::short).unwrap_or_default();
                return Ok(Err(Problem::new(
                    Code::Conflict,
                    format!("The issue that the findings of {label} were to move to was not written, so they stay."),
                )
                .hint("Retry the failed steps, or plan again.")));
            };
            let link = text::link(flavour_of(route.limits.markup), Some(&issue.short()), &issue.url);
            names.insert(leaves.to.clone(), link);
        }
        for comment in &mut draft.follow_ups {
            match name_issues(comment, |marker| names.get(marker).cloned()) {
                Ok(text) => *comment = text,
                Err(marker) => {
                    return Err(Problem::internal(format!(
                        "a comment names the step {marker}, which it has no part in"
                    )));
                }
            }
        }
        Ok(Ok(draft))
    }
}

/// Whether the issue is in a state that the step may find it in. What was sent without an answer
/// may have done its work.
fn expects(step: &Step, state: &IssueState) -> bool {
    let again = step.state == StepState::Uncertain;
    match state {
        IssueState::Open => true,
        IssueState::Closed { .. } => step.action == Action::Reopen || (again && step.action == Action::Close),
        _ => false,
    }
}

impl Route {
    /// What has become of issues, one answer each.
    pub(super) async fn look_at(&self, issues: &[IssueRef]) -> Result<Vec<IssueRead>, Problem> {
        let reads = self.tracker.read(issues).await?;
        if reads.len() != issues.len() {
            return Err(Problem::internal("the tracker's client read other issues than it was asked for"));
        }
        Ok(reads.into_iter().map(|(_, read)| read).collect())
    }
}

fn issue_of(step: &Step) -> Result<IssueRef, Problem> {
    step.issue.clone().ok_or_else(|| Problem::internal("a step that changes an issue names none"))
}

fn broken_frame(issue: &IssueRef, refusal: &str) -> Problem {
    Problem::new(Code::Conflict, format!("{} was not changed: {refusal}", issue.short())).hint(
        "Restore the two lines that frame Docket's part of the text, or remove all of it, and plan again.",
    )
}
