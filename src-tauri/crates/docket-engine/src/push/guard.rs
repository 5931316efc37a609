//! What is kept back from issues, for the person who looks before anything is sent.
//!
//! Worked out from the findings when somebody asks: finds are never stored with a plan.

use std::sync::Arc;

use docket_domain::{Guard, LeakPlace, Leaks, PlanId, Problem, Sieve, Taken, planning};
use docket_store as store;

use crate::engine::Engine;

impl Engine {
    /// What the mapping's guard takes out of a step's issue, from the findings and the mapping as
    /// they are now. The finds are in plain: they are for a person at this computer, never for a
    /// log or a file ([`Taken::masked`]).
    ///
    /// # Errors
    /// The plan has no such step, or its mapping is gone.
    pub async fn plan_step_guard(&self, plan: PlanId, index: u32) -> Result<Vec<Taken>, Problem> {
        let (mut steps, _) = self.plan_steps(plan, index.into(), 1).await?;
        let Some(step) = steps.pop().filter(|step| step.index == index) else {
            return Err(Problem::not_found(format!("Plan {plan} has no step {index}.")));
        };
        let mapping = self.plan_show(plan).await?.mapping;
        let mapping = self.read(move |r| store::mappings::show(r, mapping)).await?;
        let sieve = Arc::new(Sieve::new(&mapping.guard)?);
        let members = self.members(&step.group.findings).await?;
        let mut leaks = planning::taken_out(&step, &members, &mapping, Arc::clone(&sieve));
        if step.draft.as_ref().is_some_and(|draft| draft.file.is_some()) {
            leaks.join(self.taken_out_of_file(&step, &sieve).await?);
        }
        Ok(leaks.taken().to_vec())
    }

    /// A guard tried on a text: how it would leave, and what would be taken out.
    ///
    /// # Errors
    /// The guard has a pattern that is none, or an entry that lets everything pass.
    pub fn guard_try(&self, guard: &Guard, text: &str) -> Result<(String, Vec<Taken>), Problem> {
        let mut leaks = Leaks::default();
        let left = Sieve::new(guard)?.sift(text, LeakPlace::Text, &mut leaks).into_owned();
        Ok((left, leaks.taken().to_vec()))
    }
}
