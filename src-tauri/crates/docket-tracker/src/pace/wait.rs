//! A wait that is going on, and who is told about it.

use std::time::Duration;

use docket_domain::{Problem, Timestamp};

use crate::ports::Ports;

/// Waits shorter than this are not worth announcing.
const WORTH_SAYING_MS: i64 = 2_000;

/// Why something waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitReason {
    /// The vendor's allowance for new content within a minute or an hour.
    ContentAllowance,
    /// The allowance for requests within a minute.
    RequestAllowance,
    /// The tracker asked for a pause.
    TrackerAsked,
    /// The hourly allowance is used up.
    AllowanceUsedUp,
    /// The tracker had trouble; a new attempt follows.
    Retry,
    /// A request has left, and no answer came for a while.
    NoAnswer,
}

/// A wait that is going on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Until when.
    pub until: Timestamp,
    /// Why.
    pub reason: WaitReason,
    /// Why, in words for a person («GitHub limits new content to about 500 an hour»).
    pub words: String,
}

impl Waiting {
    /// Long enough to be told.
    pub(crate) fn is_worth_saying(&self, now: Timestamp) -> bool {
        self.until.millis_since(now) >= WORTH_SAYING_MS
    }
}

/// Who is told about waits. `None`: it goes on.
pub trait WaitSink: Send + Sync {
    /// A wait began, or (`None`) ended.
    fn waiting(&self, waiting: Option<&Waiting>);
}

/// What one request has told about its waiting. Says that it goes on when it is dropped,
/// whether it goes on or is given up.
pub(crate) struct Telling<'p> {
    ports: &'p Ports,
    told: Option<Waiting>,
}

impl<'p> Telling<'p> {
    pub fn to(ports: &'p Ports) -> Self {
        Self { ports, told: None }
    }

    /// Tells a wait once.
    pub fn tell(&mut self, waiting: &Waiting) {
        if waiting.is_worth_saying(self.ports.clock.now()) && self.told.as_ref() != Some(waiting) {
            self.ports.waits.waiting(Some(waiting));
            self.told = Some(waiting.clone());
        }
    }
}

impl Drop for Telling<'_> {
    fn drop(&mut self) {
        if self.told.is_some() {
            self.ports.waits.waiting(None);
        }
    }
}

/// Waits, and says so when it is worth it. Ends early only when cancelled.
pub(crate) async fn pause(waiting: &Waiting, ports: &Ports) -> Result<(), Problem> {
    let mut telling = Telling::to(ports);
    telling.tell(waiting);
    tokio::select! {
        biased;
        () = ports.cancel.cancelled() => Err(Problem::cancelled()),
        () = ports.sleeper.sleep(until(waiting, ports)) => Ok(()),
    }
}

/// How long a wait still lasts.
pub(super) fn until(waiting: &Waiting, ports: &Ports) -> Duration {
    Duration::from_millis(waiting.until.millis_since(ports.clock.now()).max(0) as u64)
}
