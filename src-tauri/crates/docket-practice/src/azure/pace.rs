//! The service's pace: an allowance of units per person over a window that slides, on the server's clock.
//!
//! Near its end answers tell it, beyond it they carry `Retry-After` although they succeed, and far beyond it requests are
//! refused with 429.

use std::collections::{HashMap, VecDeque};

use jiff::Timestamp;

use super::refuse;
use super::setup::AzureLimits;
use crate::reply::Answer;

const WINDOW_SECONDS: f64 = 300.0;

#[derive(Debug)]
pub(crate) struct Pace {
    limits: AzureLimits,
    scale: f64,
    used: HashMap<usize, VecDeque<(i64, f64)>>,
}

/// How much of the allowance is used, and when the oldest part of it returns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Used {
    share: f64,
    limit: f64,
    /// Milliseconds until enough has returned.
    wait: i64,
    /// Seconds since 1970.
    reset: i64,
    told_from: f64,
    refused: bool,
}

impl Pace {
    pub fn new(limits: AzureLimits, scale: f64) -> Self {
        Self { limits, scale, used: HashMap::new() }
    }

    /// Counts one request of a person.
    pub fn take(&mut self, who: usize, writes: bool, now: Timestamp) -> Used {
        let now = now.as_millisecond();
        let window = ((WINDOW_SECONDS * 1000.0 / self.scale) as i64).max(1);
        let cost = if writes { self.limits.write } else { self.limits.read };
        let mine = self.used.entry(who).or_default();
        while mine.front().is_some_and(|(at, _)| now >= at + window) {
            mine.pop_front();
        }
        let share = mine.iter().map(|(_, c)| c).sum::<f64>() / self.limits.units;
        // A refused request costs nothing, so that the window can empty.
        let refused = share >= self.limits.blocked_from;
        if !refused {
            mine.push_back((now, cost));
        }
        let total: f64 = mine.iter().map(|(_, c)| c).sum();
        let mut left = total;
        let mut free_at = now;
        for (at, cost) in mine.iter() {
            if left <= self.limits.units * self.limits.told_from {
                break;
            }
            left -= cost;
            free_at = at + window;
        }
        Used {
            share: total / self.limits.units,
            refused,
            limit: self.limits.units,
            wait: free_at - now,
            reset: (mine.front().map_or(now, |(at, _)| at + window) + 999) / 1000,
            told_from: self.limits.told_from,
        }
    }
}

impl Used {
    fn seconds(self) -> i64 {
        ((self.wait + 999) / 1000).max(1)
    }

    /// 429 when the caller is far beyond the allowance.
    pub fn judge(self, who: &str) -> Result<(), Box<Answer>> {
        if self.refused { Err(Box::new(self.headers(*blocked(who)))) } else { Ok(()) }
    }

    /// Adds what the service tells about the allowance.
    pub fn headers(self, answer: Answer) -> Answer {
        if self.share < self.told_from {
            return answer;
        }
        let remaining = (self.limit * (1.0 - self.share)).max(0.0);
        let answer = answer
            .with("x-ratelimit-resource", "Core")
            .with("x-ratelimit-limit", format!("{:.0}", self.limit))
            .with("x-ratelimit-remaining", format!("{remaining:.0}"))
            .with("x-ratelimit-reset", self.reset.to_string());
        if self.share < 1.0 {
            return answer;
        }
        let seconds = self.seconds();
        answer
            .with("x-ratelimit-delay", format!("{:.3}", (self.share - 1.0) * 30.0))
            .with("retry-after", seconds.to_string())
    }
}

/// 429 `TF400733`.
pub(crate) fn blocked(who: &str) -> Box<Answer> {
    let message = format!(
        "TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource 'Core' in \
         namespace 'User' by '{who}'."
    );
    refuse::platform(429, "RequestBlockedException", &message)
}
