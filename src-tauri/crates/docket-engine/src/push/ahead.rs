//! How much of a plan is still ahead, and how long that takes: reckoned anew from what the
//! account has used of its allowances, not from how fast it went so far. An issue a second says
//! nothing about the hour's wait behind the 500th.

use std::time::{Duration, Instant};

use docket_domain::job::Progress;
use docket_domain::planning::Load;
use docket_domain::{Action, Plan, Problem, Timestamp};
use docket_store as store;

use super::plan::pace_of;
use super::route::Route;
use crate::engine::Engine;
use crate::events::JobRun;
use crate::trackers::Bar;

/// How often it is reckoned anew.
const RECKON_EVERY: Duration = Duration::from_secs(1);

/// What is ahead of a plan that is being applied.
pub(super) struct Ahead {
    words: String,
    done: u64,
    total: u64,
    load: Load,
    reckoned: Option<(Instant, u64)>,
}

impl Engine {
    /// What is ahead of a plan as it is stored.
    pub(super) async fn ahead(&self, plan: &Plan) -> Result<Ahead, Problem> {
        let id = plan.id;
        Ok(Ahead {
            words: match plan.undoes {
                Some(undone) => format!("Taking plan {undone} back in {}", plan.target),
                None => format!("Pushing to {}", plan.target),
            },
            done: plan.counts.done + plan.counts.failed,
            total: plan.counts.steps - plan.counts.skip,
            load: self.read(move |r| store::plans::load(r, id)).await?,
            reckoned: None,
        })
    }
}

impl Ahead {
    /// A step has ended.
    pub fn ended(&mut self, action: Action, comments: u64) {
        self.done += 1;
        self.load.done(action, comments);
    }

    /// How long the rest takes, milliseconds.
    pub fn time(&self, route: &Route, now: Timestamp) -> u64 {
        let used = route.tracker.used();
        self.load.time(&pace_of(route, &used), &used.content, now)
    }

    /// Tells how far it is.
    pub fn tell(&mut self, route: &Route, run: &JobRun, bar: &Bar, now: Timestamp) {
        let remaining_ms = match self.reckoned {
            Some((at, ms)) if at.elapsed() < RECKON_EVERY && self.done < self.total => ms,
            _ => {
                let ms = self.time(route, now);
                self.reckoned = Some((Instant::now(), ms));
                ms
            }
        };
        let progress = Progress {
            text: self.words.clone(),
            done: self.done,
            total: Some(self.total),
            unit: "issues".to_owned(),
            remaining_ms: Some(remaining_ms),
            ..Progress::default()
        };
        bar.tell(run, progress);
    }
}
