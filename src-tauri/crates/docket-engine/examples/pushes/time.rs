//! A clock that runs faster than the real one, and waits that are as much shorter.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use docket_domain::{Clock, Timestamp};
use docket_tracker::Sleeper;

/// The fast time. Copies show the same.
#[derive(Clone, Copy)]
pub struct Fast {
    base: i64,
    begun: Instant,
    times: f64,
}

impl Fast {
    /// Time that runs so many times as fast, from now on.
    pub fn new(times: f64) -> Self {
        Self { base: jiff::Timestamp::now().as_millisecond(), begun: Instant::now(), times }
    }

    fn millis(&self) -> i64 {
        self.base + (self.begun.elapsed().as_secs_f64() * 1000.0 * self.times) as i64
    }

    /// The same for a practice server.
    pub fn of_server(self) -> docket_practice::Clock {
        docket_practice::Clock::from_fn(move || jiff::Timestamp::from_millisecond(self.millis()).unwrap())
    }
}

impl Clock for Fast {
    fn now(&self) -> Timestamp {
        Timestamp(self.millis())
    }
}

#[async_trait]
impl Sleeper for Fast {
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration.div_f64(self.times)).await;
    }
}
