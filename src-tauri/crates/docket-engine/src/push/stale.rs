//! Whether a plan still says what would be done: nobody is to be surprised by what is sent.

use docket_domain::planning;
use docket_domain::{Code, Plan, PlanId, Problem, Step};
use docket_store as store;

use super::route::Route;
use crate::engine::Engine;

/// Steps that are named in the refusal.
const NAMED: usize = 3;

impl Engine {
    /// Refuses a plan whose mapping or findings are no longer as it was made with.
    pub(super) async fn still_true(&self, plan: &Plan, route: &Route) -> Result<(), Problem> {
        let id = plan.id;
        let (then, stale) = self
            .read(move |r| Ok((store::plans::mapping_basis(r, id)?, store::plans::stale(r, id)?)))
            .await?;
        let open = plan.counts.steps > plan.counts.done + plan.counts.skip + plan.counts.failed;
        if open && then.is_some_and(|then| planning::basis_of(&route.mapping).is_ok_and(|now| now != then)) {
            return Err(again(format!(
                "The mapping «{}» was changed after this plan was made, so nothing was sent.",
                route.mapping.label
            )));
        }
        if stale.is_empty() {
            return Ok(());
        }
        let named: Vec<String> = stale.iter().take(NAMED).map(|step| format!("«{}»", title(step))).collect();
        let more = stale.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let what = match stale.len() {
            1 => "The findings of one step changed".to_owned(),
            n => format!("The findings of {n} steps changed"),
        };
        Err(again(format!(
            "{what} after this plan was made ({}{more}), so nothing was sent.",
            named.join(", ")
        )))
    }

    /// Ends a step whose findings changed while the plan was being applied.
    pub(super) async fn went_stale(&self, plan: PlanId, step: &Step) -> Result<(), Problem> {
        let index = step.index;
        let problem = again(format!("The findings of «{}» changed after this plan was made.", title(step)));
        self.write(move |tx| store::plans::step_failed(tx, plan, index, &problem)).await
    }
}

fn title(step: &Step) -> &str {
    step.draft.as_ref().map_or(&step.group.title, |draft| &draft.title)
}

fn again(message: String) -> Problem {
    Problem::new(Code::Conflict, message)
        .hint("Plan again: what was pushed already is found and stays.")
        .with("stale", "plan")
}
