//! Docket's markers in a target: the index of them is brought up to date, and asked.
//!
//! The index is what adoption rests on, and how an uncertain step is looked up. Its cursor is
//! the tracker's time, so that a wrong clock here hides nothing.

use std::collections::BTreeSet;

use docket_domain::{Code, ConnectionId, IssueRef, Marker, Problem, Timestamp};
use docket_store as store;

use super::route::Route;
use super::{Halt, tell};
use crate::engine::Engine;
use crate::events::JobRun;
use crate::trackers::Bar;

/// How far before the last scan the next one begins, so that clocks may differ.
const OVERLAP_MS: i64 = 120_000;

/// So many pages in a row whose issues were all listed before end the reading of a list: its
/// pages would go on for ever.
const STALE_PAGES: u32 = 20;

/// The issue of a target that carries `marker`, as far as the index knows.
pub(super) fn seen_with(
    r: &store::Read<'_>,
    connection: ConnectionId,
    target: &str,
    marker: &Marker,
) -> Result<Option<IssueRef>, Problem> {
    let sightings = store::marker_index::find(r, connection, target, marker)?;
    Ok(sightings.into_iter().next().map(|sighting| sighting.issue))
}

impl Engine {
    /// Brings the index of Docket's markers in the target up to date. The first time every
    /// issue of the target is listed; afterwards only what changed.
    pub(crate) async fn refresh_markers(
        &self,
        route: &Route,
        run: &JobRun,
        bar: Option<&Bar>,
    ) -> Result<u64, Problem> {
        let (connection, target) = (route.connection.id, route.mapping.target.clone());
        let to = route.mapping.destination();
        let key = target.clone();
        let scan = self.read(move |r| store::marker_index::scan(r, connection, &key)).await?;
        let since = scan
            .and_then(|scan| scan.cursor)
            .and_then(|cursor| cursor.parse::<Timestamp>().ok())
            .map(|at| at.plus_millis(-OVERLAP_MS));
        let mut page: Option<String> = None;
        let mut next_cursor: Option<Timestamp> = None;
        let mut seen = 0_u64;
        let mut numbers: BTreeSet<String> = BTreeSet::new();
        let mut stale = 0;
        loop {
            if run.is_cancelled() {
                return Err(Problem::cancelled());
            }
            let answer = route.tracker.changed_since(&to, since, page.as_deref()).await?;
            next_cursor = next_cursor.or(answer.server_time);
            seen += answer.issues.len() as u64;
            if let Some(bar) = bar {
                tell(run, bar, "Reading the issues that are there already", seen, None);
            }
            let before = numbers.len();
            numbers.extend(answer.issues.iter().map(|issue| issue.issue.number.clone()));
            // A page without issues says nothing: it may have held other things (pull requests).
            if numbers.len() > before {
                stale = 0;
            } else if !answer.issues.is_empty() {
                stale += 1;
            }
            if stale > STALE_PAGES {
                return Err(Problem::new(
                    Code::TrackerTrouble,
                    format!("The list of issues of {target} repeats itself and never ends."),
                )
                .hint(
                    "Something between here and the tracker may answer every page alike. Nothing was sent.",
                ));
            }
            let (issues, key) = (answer.issues, target.clone());
            self.write(move |tx| store::push::note_seen(tx, connection, &key, &issues)).await?;
            page = answer.next;
            if page.is_none() {
                break;
            }
        }
        // Only a complete reading moves the cursor: an interrupted one is read again.
        let cursor = next_cursor.unwrap_or_else(|| self.now()).to_string();
        self.write(move |tx| store::marker_index::set_scan(tx, connection, &target, Some(&cursor))).await?;
        Ok(seen)
    }

    /// As [`seen_with`], in the target.
    async fn known(&self, marker: &Marker, route: &Route) -> Result<Option<IssueRef>, Problem> {
        let (connection, target, marker) =
            (route.connection.id, route.mapping.target.clone(), marker.clone());
        self.read(move |r| seen_with(r, connection, &target, &marker)).await
    }

    /// Looks at the tracker itself whether an uncertain step was done, several times: it may
    /// still be storing what it received. Each look reads on from the index's own cursor,
    /// which is the tracker's time, so that a wrong clock here hides nothing.
    pub(super) async fn look_up(
        &self,
        marker: &Marker,
        route: &Route,
        run: &JobRun,
    ) -> Result<Option<IssueRef>, Halt> {
        for pause in [None].into_iter().chain(self.0.look_again.into_iter().map(Some)) {
            if let Some(pause) = pause {
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = run.cancel.cancelled() => return Err(Halt::Asked),
                }
            }
            self.refresh_markers(route, run, None).await?;
            if let Some(issue) = self.known(marker, route).await? {
                return Ok(Some(issue));
            }
        }
        Ok(None)
    }
}
