//! The practice server's time: the machine's clock, a closure, or a clock that a test moves by hand.
//!
//! Everything that the server dates or paces (issues, rate-limit windows, the `Date` header) reads this one clock.

use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};

use crate::locked;

/// Where the practice server takes its time from. Cloning shares the clock.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The machine's own clock.
    pub fn system() -> Self {
        Self(Arc::new(Timestamp::now))
    }

    /// Any source of time; it must not go backwards.
    pub fn from_fn(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The present moment on this clock.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}

/// A clock that stands still until it is moved. Give `hand.clock()` to the setup and keep the hand.
#[derive(Clone, Debug)]
pub struct ClockHand(Arc<Mutex<Timestamp>>);

impl ClockHand {
    /// A clock that shows `start`.
    pub fn at(start: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(start)))
    }

    /// The clock that this hand moves.
    pub fn clock(&self) -> Clock {
        let shared = Arc::clone(&self.0);
        Clock::from_fn(move || *locked(&shared))
    }

    /// Moves the clock forward by whole seconds.
    pub fn advance_seconds(&self, seconds: u32) {
        let mut now = locked(&self.0);
        *now = now.saturating_add(SignedDuration::from_secs(i64::from(seconds))).unwrap_or(*now);
    }
}

/// `2026-11-21T10:00:00Z`, the only form in which GitHub writes moments.
pub(crate) fn rfc3339(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The form of the `Date` header.
pub(crate) fn http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
