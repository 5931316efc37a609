//! Time that passes only when somebody sleeps.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use docket_domain::{Clock, Timestamp};
use docket_tracker::Sleeper;

/// A clock that sleeping moves.
pub struct VirtualTime(AtomicI64);

impl VirtualTime {
    /// Time that begins at `millis`.
    pub fn at(millis: i64) -> Self {
        Self(AtomicI64::new(millis))
    }
}

impl Clock for VirtualTime {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

#[async_trait]
impl Sleeper for VirtualTime {
    async fn sleep(&self, duration: Duration) {
        self.0.fetch_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        tokio::task::yield_now().await;
    }
}
