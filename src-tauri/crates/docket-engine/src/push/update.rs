//! Steps that bring issues up to date: Docket's part of their texts, labels, a comment.
//!
//! What people wrote stays; an issue that is no longer open is left alone. As many issues are
//! read, and changed, at a time as the tracker takes.

use docket_domain::render::managed;
use docket_domain::{Code, IssueChange, IssueDraft, IssueRef, IssueSeen, IssueState, PlanId, Problem, Step};
use docket_store as store;
use docket_tracker::IssueRead;

use super::route::Route;
use super::send::ATTEMPTS;
use super::{Halt, draft_of};
use crate::engine::Engine;

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
            let live = match (read.state, read.seen) {
                (IssueState::Open, Some(live)) => live,
                (state, _) => {
                    self.elsewhere(plan, step.index, route, &issue, state).await?;
                    continue;
                }
            };
            match change(&draft_of(step)?, &live) {
                Ok(change) => {
                    sent.push(step.index);
                    changes.push((live.issue, change));
                }
                Err(refusal) => {
                    let (index, problem) = (step.index, broken_frame(&issue, &refusal));
                    self.write(move |tx| store::plans::step_failed(tx, plan, index, &problem)).await?;
                }
            }
        }
        if sent.is_empty() {
            return Ok(Vec::new());
        }
        let to = route.mapping.destination();
        self.send(plan, sent, route, route.tracker.update_many(&to, &changes)).await
    }
}

impl Route {
    /// What has become of issues, one answer each.
    async fn look_at(&self, issues: &[IssueRef]) -> Result<Vec<IssueRead>, Problem> {
        let reads = self.tracker.read(issues).await?;
        if reads.len() != issues.len() {
            return Err(Problem::internal("the tracker's client read other issues than it was asked for"));
        }
        Ok(reads.into_iter().map(|(_, read)| read).collect())
    }
}

fn issue_of(step: &Step) -> Result<IssueRef, Problem> {
    step.issue.clone().ok_or_else(|| Problem::internal("an updating step names no issue"))
}

/// What a draft changes about an issue as it is now; in words, why its text cannot be touched.
fn change(draft: &IssueDraft, live: &IssueSeen) -> Result<IssueChange, String> {
    let body = managed::merge(&live.body, &draft.body).map_err(|refusal| refusal.to_string())?;
    let body = (body != live.body).then_some(body);
    Ok(IssueChange {
        body_from: body.is_some().then(|| live.body.clone()),
        body,
        add_labels: draft.labels.iter().filter(|label| !has(&live.labels, label)).cloned().collect(),
        comment: draft.follow_ups.first().cloned(),
        severity: draft.severity.clone(),
        ..IssueChange::default()
    })
}

fn broken_frame(issue: &IssueRef, refusal: &str) -> Problem {
    Problem::new(Code::Conflict, format!("{} was not changed: {refusal}", issue.short())).hint(
        "Restore the two lines that frame Docket's part of the text, or remove all of it, and plan again.",
    )
}

fn has(labels: &[String], wanted: &str) -> bool {
    labels.iter().any(|label| label.eq_ignore_ascii_case(wanted))
}
