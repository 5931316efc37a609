//! Making a plan.
//!
//! Order: the mapping is tested live, the target's marker index is brought up to date, the
//! steps are decided, then every issue is rendered and the plan is stored. Nothing is written
//! to the tracker here.

use docket_domain::group::GroupBy;
use docket_domain::planning::{self, Pace};
use docket_domain::{MappingId, Plan, PlanId, PlanState, Problem, Selection};
use docket_store as store;
use docket_store::plans::NewPlan;
use docket_tracker::Used;

use super::route::Route;
use super::stored::settle;
use super::tell;
use crate::engine::Engine;
use crate::events::{JobListener, JobRun};
use crate::trackers::Bar;

impl Engine {
    /// Makes and stores a plan. Writes nothing to the tracker.
    ///
    /// # Errors
    /// The grouping means nothing, the mapping is off or does not pass its live test (then nothing is planned at all),
    /// the selection is empty, the tracker cannot be reached, or a person cancels.
    pub async fn plan_make(
        &self,
        selection: Selection,
        mapping: MappingId,
        by: impl Into<GroupBy>,
        listener: JobListener,
    ) -> Result<Plan, Problem> {
        let by = by.into();
        by.check()?;
        self.small_enough(&selection).await?;
        self.run_job("plan_make", "Planning a push", listener, |run| async move {
            let bar = Bar::default();
            tell(&run, &bar, "Checking the mapping against the tracker", 0, None);
            let route = self.route(mapping, Some((&run, &bar))).await?;
            self.verified(&route, &run, "Nothing was planned").await?;
            self.refresh_markers(&route, &run, Some(&bar)).await?;
            self.draw_up(&route, selection, by, &run, &bar).await
        })
        .await
    }

    /// Makes the same plan anew, of what is so now. One of which nothing was sent is given up for it.
    ///
    /// # Errors
    /// The plan takes another one back, or was made before plans kept their selection; and
    /// whatever [`Engine::plan_make`] says.
    pub async fn plan_again(&self, id: PlanId, listener: JobListener) -> Result<Plan, Problem> {
        let plan = self.plan_show(id).await?;
        let chosen =
            self.read(move |r| store::plans::chosen(r, id)).await?.ok_or_else(|| match plan.undoes {
                Some(undone) => Problem::bad_input(format!("Plan {id} takes plan {undone} back.")).hint(
                    format!("Take plan {undone} back once more instead; what is done already is left alone."),
                ),
                None => Problem::bad_input(format!("What plan {id} was made for was not kept."))
                    .hint("Choose the findings and plan anew."),
            })?;
        let anew = self.plan_make(chosen, plan.mapping, plan.group_by, listener).await?;
        let name = plan.name.clone();
        self.write(move |tx| {
            if store::plans::show(tx, id)?.state == PlanState::Ready {
                settle(tx, id, true)?;
            }
            match name {
                Some(name) => store::plans::rename(tx, anew.id, Some(&name)),
                None => Ok(anew),
            }
        })
        .await
    }

    async fn draw_up(
        &self,
        route: &Route,
        selection: Selection,
        by: GroupBy,
        run: &JobRun,
        bar: &Bar,
    ) -> Result<Plan, Problem> {
        let (mut planned, links, words) = self.decided(route, &selection, &by, run, bar).await?;
        planned.warnings.extend(self.doubles(route, &planned.steps).await?);
        self.render_steps(route, &mut planned, &links, run, bar).await?;
        planned.warnings.extend(self.audience_warning(route, &planned.counts).await?);
        let used = route.tracker.used();
        let pace = pace_of(route, &used);
        let estimate = planning::estimate(&planned.steps, &pace, &used.content, self.now());
        let plan = NewPlan {
            mapping: route.mapping.id,
            name: None,
            group_by: by,
            selection: words,
            chosen: Some(selection),
            findings: planned.counts.findings,
            warnings: planned.warnings,
            estimate_ms: estimate,
            basis: planning::basis_of(&route.mapping)?,
            undoes: None,
        };
        let steps = planned.steps;
        let plan = self.write(move |tx| store::plans::insert(tx, &plan, &steps)).await?;
        self.changed(&["Plans", "Issues", "Findings"]);
        Ok(plan)
    }
}

/// The pace at which a push goes there.
pub(super) fn pace_of(route: &Route, used: &Used) -> Pace {
    let writes = route.tracker.writes_per_issue(&route.mapping.destination());
    route.limits.pace(writes, used.answer_ms, route.mapping.findings_file)
}
