//! The primary and secondary rate limits, on the server's clock.
//!
//! The primary limit is a window that opens with an account's first request and lasts an hour; the secondary limits
//! look back over the last minute and the last hour. All windows shrink by the setup's time scale.

use std::collections::{HashMap, VecDeque};

use jiff::Timestamp;

use crate::setup::Limits;

#[derive(Debug)]
pub(crate) struct Pace {
    limits: Limits,
    scale: f64,
    accounts: HashMap<String, Used>,
    failed: VecDeque<i64>,
}

#[derive(Debug, Default)]
struct Used {
    opened: Option<i64>,
    count: u32,
    content: VecDeque<i64>,
    points: VecDeque<(i64, usize)>,
}

/// The numbers of the `x-ratelimit-*` headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Allowance {
    pub limit: u32,
    pub used: u32,
    /// Seconds since 1970.
    pub reset: i64,
}

impl Allowance {
    pub fn remaining(self) -> u32 {
        self.limit.saturating_sub(self.used)
    }
}

/// REST and GraphQL have allowances of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pool {
    Core,
    GraphQl,
}

impl Pool {
    /// As `x-ratelimit-resource` says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::GraphQl => "graphql",
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Primary,
    /// Seconds to wait.
    Secondary(i64),
}

impl Pace {
    pub fn new(limits: Limits, scale: f64) -> Self {
        Self { limits, scale, accounts: HashMap::new(), failed: VecDeque::new() }
    }

    pub fn enabled(&self) -> bool {
        self.limits.enabled
    }

    /// How long `seconds` of the vendor's time last here, in milliseconds.
    fn span(&self, seconds: u32) -> i64 {
        ((f64::from(seconds) * 1000.0 / self.scale) as i64).max(1)
    }

    fn limit(&self, who: Option<u64>) -> u32 {
        if who.is_some() { self.limits.primary_per_hour } else { self.limits.anonymous_per_hour }
    }

    fn key(who: Option<u64>, pool: Pool) -> String {
        who.map_or_else(|| format!("anonymous {pool:?}"), |id| format!("{id} {pool:?}"))
    }

    /// The allowance as it stands, without using any of it.
    pub fn look(&mut self, who: Option<u64>, pool: Pool, now: Timestamp) -> Allowance {
        let (now, hour, limit) = (now.as_millisecond(), self.span(3600), self.limit(who));
        let used = self.accounts.entry(Self::key(who, pool)).or_default();
        if used.opened.is_none_or(|at| now >= at + hour) {
            used.opened = Some(now);
            used.count = 0;
        }
        let end = used.opened.unwrap_or(now) + hour;
        Allowance { limit, used: used.count, reset: (end + 999).div_euclid(1000) }
    }

    /// Takes one request from the allowance, or says why not.
    pub fn take(
        &mut self,
        who: Option<u64>,
        pool: Pool,
        points: usize,
        creates: bool,
        in_flight: usize,
        now: Timestamp,
    ) -> Result<(), Refused> {
        if !self.limits.enabled {
            return Ok(());
        }
        let before = self.look(who, pool, now);
        if before.remaining() == 0 {
            return Err(Refused::Primary);
        }
        let (now, minute, hour) = (now.as_millisecond(), self.span(60), self.span(3600));
        let limits = self.limits.clone();
        let most = match pool {
            Pool::Core => limits.points_per_minute,
            Pool::GraphQl => limits.graphql_points_per_minute,
        };
        let used = self.accounts.entry(Self::key(who, pool)).or_default();
        used.count += 1;
        while used.content.front().is_some_and(|at| now >= at + hour) {
            used.content.pop_front();
        }
        while used.points.front().is_some_and(|(at, _)| now >= at + minute) {
            used.points.pop_front();
        }
        let wait = |until: i64| Err(Refused::Secondary(((until - now + 999) / 1000).max(1)));
        if in_flight > limits.concurrent {
            return wait(now + minute);
        }
        if used.points.iter().map(|(_, p)| p).sum::<usize>() + points > most {
            return wait(used.points.front().map_or(now, |(at, _)| at + minute));
        }
        if creates {
            let recent: Vec<i64> = used.content.iter().copied().filter(|at| now < at + minute).collect();
            if recent.len() >= limits.content_per_minute {
                return wait(recent.first().map_or(now, |at| at + minute));
            }
            if used.content.len() >= limits.content_per_hour {
                return wait(used.content.front().map_or(now, |at| at + hour));
            }
            used.content.push_back(now);
        }
        used.points.push_back((now, points));
        Ok(())
    }

    /// Gives one request back: an answer 304 is free of the primary limit.
    pub fn give_back(&mut self, who: Option<u64>, pool: Pool) {
        if let Some(used) = self.accounts.get_mut(&Self::key(who, pool)) {
            used.count = used.count.saturating_sub(1);
        }
    }

    /// Remembers a wrong credential.
    pub fn failed_login(&mut self, now: Timestamp) {
        self.failed.push_back(now.as_millisecond());
    }

    /// Whether every login is refused for now, because too many failed within a quarter of an hour.
    pub fn logins_blocked(&mut self, now: Timestamp) -> bool {
        let quarter = self.span(900);
        while self.failed.front().is_some_and(|at| now.as_millisecond() >= at + quarter) {
            self.failed.pop_front();
        }
        self.failed.len() >= self.limits.failed_logins
    }
}
