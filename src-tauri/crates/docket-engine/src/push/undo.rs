//! A plan that takes another one back: made here, applied like any other.

use docket_domain::group::GroupBy;
use docket_domain::planning::undo::{Undone, can_be_undone, revert, take_back};
use docket_domain::planning::{self};
use docket_domain::{Code, IssueChange, IssueRef, IssueSeen, Plan, PlanId, Problem, Step};
use docket_store as store;
use docket_store::plans::NewPlan;
use docket_tracker::IssueRead;

use super::plan::pace_of;
use super::route::Route;
use super::tell;
use super::texts::render_options;
use crate::engine::Engine;
use crate::events::{JobListener, JobRun};
use crate::trackers::Bar;

/// Issues that are read at once.
const AT_ONCE: usize = 200;

impl Engine {
    /// Makes a plan that takes back what `id` did, or only these of its steps. Writes nothing to
    /// the tracker.
    ///
    /// # Errors
    /// Nothing of it was done, the plan is being applied, or the tracker cannot be reached.
    pub async fn plan_undo(
        &self,
        id: PlanId,
        steps: Option<Vec<u32>>,
        listener: JobListener,
    ) -> Result<Plan, Problem> {
        let plan = self.plan_show(id).await?;
        if plan.state == docket_domain::PlanState::Applying {
            return Err(Problem::new(Code::Busy, format!("Plan {id} is being applied right now."))
                .hint("Pause it first; what was done until then can be taken back."));
        }
        self.run_job("plan_undo", &format!("Planning to take back plan {id}"), listener, |run| async move {
            let bar = Bar::default();
            let route = self.route(plan.mapping, Some((&run, &bar))).await?;
            let undone = self.done_steps(&plan, steps, &route, &run, &bar).await?;
            self.draw_up_undo(&plan, undone, &route).await
        })
        .await
    }

    /// The steps that were done, the last one first, with what has become of their issues.
    async fn done_steps(
        &self,
        plan: &Plan,
        chosen: Option<Vec<u32>>,
        route: &Route,
        run: &JobRun,
        bar: &Bar,
    ) -> Result<Vec<Undone>, Problem> {
        let id = plan.id;
        let mut done: Vec<Step> = self.read(move |r| store::plans::all_steps(r, id)).await?;
        done.retain(|step| {
            can_be_undone(step) && chosen.as_ref().is_none_or(|chosen| chosen.contains(&step.index))
        });
        done.reverse();
        if done.is_empty() {
            return Err(Problem::bad_input(format!(
                "Nothing of plan {id} was done, so nothing can be taken back."
            ))
            .hint("Only steps that are done can be taken back."));
        }
        let issues: Vec<IssueRef> = done.iter().filter_map(|step| step.issue.clone()).collect();
        let mut reads: Vec<IssueRead> = Vec::with_capacity(issues.len());
        for some in issues.chunks(AT_ONCE) {
            if run.is_cancelled() {
                return Err(Problem::cancelled());
            }
            let (at, of) = (reads.len() as u64, issues.len() as u64);
            tell(run, bar, "Looking at what has become of the issues", at, Some(of));
            reads.extend(route.look_at(some).await?);
        }
        let mut reads = reads.into_iter();
        let mut undone = Vec::with_capacity(done.len());
        for step in done {
            let index = step.index;
            let (footprint, linked) = self
                .read(move |r| {
                    Ok((store::plans::footprint(r, id, index)?, store::plans::linked_by(r, id, index)?))
                })
                .await?;
            let read = step.issue.as_ref().and_then(|_| reads.next());
            let (state, live) =
                read.map_or((docket_domain::IssueState::NotVisible, None), |read| (read.state, read.seen));
            undone.push(Undone { step, footprint, linked, state, live });
        }
        Ok(undone)
    }

    async fn draw_up_undo(&self, plan: &Plan, undone: Vec<Undone>, route: &Route) -> Result<Plan, Problem> {
        let name = plan.name.clone().unwrap_or_else(|| format!("plan {}", plan.id));
        let (mut steps, mut taken): (Vec<Step>, Vec<u32>) = undone
            .iter()
            .map(|one| {
                let options = render_options(&route.limits, &route.sieve, &one.step.marker);
                (take_back(one, &format!("plan {}", plan.id), &options), one.step.index)
            })
            .unzip();
        // What is left alone stands last, as in every plan.
        let mut order: Vec<usize> = (0..steps.len()).collect();
        order.sort_by_key(|at| steps[*at].action == docket_domain::Action::Skip);
        steps = order
            .iter()
            .enumerate()
            .map(|(index, at)| Step { index: index as u32, ..steps[*at].clone() })
            .collect();
        taken = order.iter().map(|at| taken[*at]).collect();
        let counts = planning::count(&steps, steps.iter().map(|step| step.group.findings.len() as u64).sum());
        let used = route.tracker.used();
        let new = NewPlan {
            mapping: route.mapping.id,
            name: Some(format!("Undo of {name}")),
            group_by: GroupBy::default(),
            selection: plan.selection.clone(),
            chosen: None,
            findings: counts.findings,
            warnings: Vec::new(),
            estimate_ms: planning::estimate(&steps, &pace_of(route, &used), &used.content, self.now()),
            basis: planning::basis_of(&route.mapping)?,
            undoes: Some((plan.id, taken)),
        };
        let plan = self.write(move |tx| store::plans::insert(tx, &new, &steps)).await?;
        self.changed(&["Plans"]);
        Ok(plan)
    }

    /// For a step that takes another one back: the change to the issue as it is now, or why
    /// nothing is left to do. None for all other steps, and for those that close what was
    /// created.
    pub(super) async fn turn_back(
        &self,
        plan: PlanId,
        step: &Step,
        live: &IssueSeen,
    ) -> Result<Option<Result<IssueChange, String>>, Problem> {
        let index = step.index;
        let footprint = self
            .read(move |r| {
                match (store::plans::show(r, plan)?.undoes, store::plans::undoes(r, plan, index)?) {
                    (Some(plan), Some(index)) => store::plans::footprint(r, plan, index),
                    _ => Ok(None),
                }
            })
            .await?;
        let Some(footprint) = footprint else { return Ok(None) };
        let (mut change, kept) = revert(&footprint, live);
        if change == IssueChange::default() {
            let why =
                kept.first().cloned().unwrap_or_else(|| "Nothing of it is left to take back.".to_owned());
            return Ok(Some(Err(why)));
        }
        change.comment = step.draft.as_ref().and_then(|draft| draft.follow_ups.first().cloned());
        Ok(Some(Ok(change)))
    }
}
