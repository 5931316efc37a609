//! The journey of a push, from a selection to issues in a tracker.
//!
//! In the order in which it goes:
//! 1. [`route`]: the way from a mapping to its tracker, and the live test of that way.
//! 2. [`markers`]: which issues carry Docket's markers already.
//! 3. [`plan`]: a plan is made: [`decide`] says what becomes of each group, [`doubles`] whether
//!    the target holds one twice, [`texts`] writes the issues, [`guard`] shows what was kept back
//!    from them, [`files`] which file goes along.
//! 4. [`stored`]: plans as they lie there: listed, read, named, paused, given up, forgotten;
//!    [`compare`]: what a step changes about its issue as it is right now.
//! 5. [`apply`]: a plan's steps one after the other ([`next`]), under a [`lease`] of target and
//!    account, unless it is [`stale`], with an explicit yes where everybody can read them ([`public`]),
//!    and how much is [`ahead`]: [`create`] and [`update`] [`send`] what it wants, [`outcome`]
//!    writes down how it ended.
//! 6. [`undo`]: a plan that takes another one back.
//!
//! Invariants: up to 4 nothing is written to the tracker. Afterwards, before a request that
//! creates something leaves, its step is `sending` on disk; the link and `done` are written in
//! one transaction. What lies between is found again by the step's marker, never repeated
//! blindly.

mod ahead;
mod apply;
mod compare;
mod create;
mod decide;
mod doubles;
mod files;
mod guard;
mod lease;
mod markers;
mod next;
mod outcome;
mod plan;
mod public;
mod route;
mod send;
mod stale;
mod stored;
mod texts;
mod undo;
mod update;

use docket_domain::job::Progress;
use docket_domain::{Code, IssueDraft, Problem, Step};

pub(crate) use decide::planned;
pub use public::Consent;
pub(crate) use route::goal_of;
pub use texts::VERSION;
pub(crate) use texts::render_options;

use crate::events::JobRun;
use crate::trackers::Bar;

/// Why applying stopped before the last step.
enum Halt {
    /// A person paused or cancelled.
    Asked,
    /// Nothing further would work either.
    Problem(Problem),
}

impl From<Problem> for Halt {
    fn from(problem: Problem) -> Self {
        if problem.code == Code::Cancelled { Self::Asked } else { Self::Problem(problem) }
    }
}

/// What a step sends.
fn draft_of(step: &Step) -> Result<IssueDraft, Problem> {
    step.draft.clone().ok_or_else(|| Problem::internal(format!("step {} has no text", step.index)))
}

/// Tells how far a job is, in issues.
pub(crate) fn tell(run: &JobRun, bar: &Bar, text: &str, done: u64, total: Option<u64>) {
    bar.tell(
        run,
        Progress { text: text.to_owned(), done, total, unit: "issues".to_owned(), ..Progress::default() },
    );
}
