//! What a step changes about its issue, looked at in the tracker right now.

use docket_domain::planning::change::{Difference, change_of, diff};
use docket_domain::{IssueChange, PlanId, Problem};
use docket_store as store;

use crate::engine::Engine;

impl Engine {
    /// What a step of a plan changes about its issue as it is now. Reads the tracker, writes
    /// nothing.
    ///
    /// # Errors
    /// The step creates its issue, so that there is none to compare with; or the tracker cannot
    /// be reached.
    pub async fn plan_difference(&self, plan: PlanId, index: u32) -> Result<Difference, Problem> {
        let (mapping, step) = self
            .read(move |r| Ok((store::plans::show(r, plan)?.mapping, store::plans::step(r, plan, index)?)))
            .await?;
        let (Some(issue), Some(draft)) = (&step.issue, &step.draft) else {
            return Err(Problem::bad_input("This step has no issue yet to compare with.")
                .hint("Its whole text is in the preview."));
        };
        let route = self.route(mapping, None).await?;
        let read = route.look(issue).await?;
        let Some(live) = read.seen else {
            let nothing = IssueChange::default();
            return Ok(Difference {
                state: read.state,
                title: None,
                body: Vec::new(),
                change: nothing,
                kept: Vec::new(),
                problem: Some(format!("{} cannot be seen there any more.", issue.short())),
            });
        };
        let (change, kept, problem) = match self.turn_back(plan, &step, &live).await? {
            Some(Ok(change)) => (change, step.warnings.clone(), None),
            Some(Err(why)) => (IssueChange::default(), vec![why], None),
            None => match change_of(&step, draft, &live) {
                Ok(change) => (change, Vec::new(), None),
                Err(refusal) => (IssueChange::default(), Vec::new(), Some(refusal.to_string())),
            },
        };
        let body = change.body.as_deref().map(|after| diff(&live.body, after)).unwrap_or_default();
        // The texts themselves are in the lines; they are not sent twice.
        let change = IssueChange { body: None, body_from: None, ..change };
        Ok(Difference { state: read.state, title: Some(live.title), body, change, kept, problem })
    }
}
