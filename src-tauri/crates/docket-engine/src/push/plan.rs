//! Making a plan.
//!
//! Order: the mapping is tested live, the target's marker index is brought up to date, the
//! steps are decided, then every issue is rendered and the plan is stored. Nothing is written
//! to the tracker here.

use docket_domain::planning::{self, Pace};
use docket_domain::{GroupKey, MappingId, Plan, Problem, Selection};
use docket_store as store;
use docket_store::plans::NewPlan;

use super::route::Route;
use super::tell;
use crate::engine::Engine;
use crate::events::{JobListener, JobRun};
use crate::trackers::Bar;

impl Engine {
    /// Makes and stores a plan. Writes nothing to the tracker.
    ///
    /// # Errors
    /// The mapping is off or does not pass its live test (then nothing is planned at all),
    /// the selection is empty, the tracker cannot be reached, or a person cancels.
    pub async fn plan_make(
        &self,
        selection: Selection,
        mapping: MappingId,
        group_by: Vec<GroupKey>,
        listener: JobListener,
    ) -> Result<Plan, Problem> {
        self.small_enough(&selection).await?;
        self.run_job("plan_make", "Planning a push", listener, |run| async move {
            let bar = Bar::default();
            tell(&run, &bar, "Checking the mapping against the tracker", 0, None);
            let route = self.route(mapping, &run, &bar).await?;
            self.verified(&route, &run, "Nothing was planned").await?;
            self.refresh_markers(&route, &run, Some(&bar)).await?;
            self.draw_up(&route, selection, group_by, &run, &bar).await
        })
        .await
    }

    async fn draw_up(
        &self,
        route: &Route,
        selection: Selection,
        group_by: Vec<GroupKey>,
        run: &JobRun,
        bar: &Bar,
    ) -> Result<Plan, Problem> {
        let (mut planned, links, words) = self.decided(route, &selection, &group_by, run, bar).await?;
        planned.warnings.extend(self.doubles(route, &planned.steps).await?);
        self.render_steps(route, &mut planned.steps, &links, run, bar).await?;
        let estimate = planning::estimate(&planned.steps, &pace(route));
        let plan = NewPlan {
            mapping: route.mapping.id,
            group_by,
            selection: words,
            warnings: planned.warnings,
            estimate_ms: estimate,
        };
        let steps = planned.steps;
        let plan = self.write(move |tx| store::plans::insert(tx, &plan, &steps)).await?;
        self.changed(&["Plans", "Issues", "Findings"]);
        Ok(plan)
    }
}

fn pace(route: &Route) -> Pace {
    let limits = &route.limits;
    let writes = route.tracker.writes_per_issue(&route.mapping.destination());
    Pace {
        spacing_ms: limits.spacing_ms,
        per_minute: limits.content_per_minute,
        per_hour: limits.content_per_hour,
        writes_per_create: writes,
        writes_per_update: writes,
        updates_at_once: u32::try_from(limits.changes_at_once).unwrap_or(u32::MAX),
        updates_per_minute: limits.changes_per_minute,
        writes_per_comment: 1,
    }
}
