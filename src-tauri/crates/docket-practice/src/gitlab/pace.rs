//! Rate limits per user in windows of a minute, on the server's clock.

use std::collections::HashMap;

use jiff::Timestamp;

use super::model::Id;
use super::refusal::too_often;
use super::setup::GitLabLimits;
use crate::reply::{Answer, Content};

#[derive(Debug)]
pub(super) struct Pace {
    limits: GitLabLimits,
    scale: f64,
    windows: HashMap<(&'static str, u64), Window>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    opened: i64,
    count: u32,
}

/// The numbers of the `RateLimit-*` headers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Observed {
    name: &'static str,
    limit: u32,
    count: u32,
    /// Milliseconds since 1970.
    end: i64,
}

impl Pace {
    pub fn new(limits: GitLabLimits, scale: f64) -> Self {
        Self { limits, scale, windows: HashMap::new() }
    }

    /// How long `seconds` of the vendor's time last here, in milliseconds.
    pub fn span(&self, seconds: u32) -> i64 {
        ((f64::from(seconds) * 1000.0 / self.scale) as i64).max(1)
    }

    /// Counts a request against one limit.
    fn count(&mut self, name: &'static str, limit: u32, who: u64, now: i64) -> Observed {
        let minute = self.span(60);
        let window = self.windows.entry((name, who)).or_insert(Window { opened: now, count: 0 });
        if now >= window.opened + minute {
            *window = Window { opened: now, count: 0 };
        }
        window.count += 1;
        Observed { name, limit, count: window.count, end: window.opened + minute }
    }

    /// Takes a request, or refuses it; `None` when limits are off.
    pub fn take(
        &mut self,
        who: Option<Id>,
        operation: &str,
        now: Timestamp,
    ) -> Result<Option<Observed>, Box<Answer>> {
        if !self.limits.enabled {
            return Ok(None);
        }
        let (who, now) = (who.unwrap_or(0), now.as_millisecond());
        let general = self.count("throttle_authenticated_api", self.limits.requests_per_minute, who, now);
        if general.count > general.limit {
            let mut answer = general.on(Answer::json(429, serde_json::Value::Null), now, true);
            answer.content = Content::Text("Retry later\n".to_owned());
            return Err(Box::new(answer));
        }
        let own = match operation {
            "issues/create" => Some(("issues_create", self.limits.issues_per_minute)),
            "notes/create" => Some(("notes_create", self.limits.notes_per_minute)),
            "projects/get" => Some(("project_api", self.limits.project_per_minute)),
            _ => None,
        };
        if let Some((name, limit)) = own {
            let seen = self.count(name, limit, who, now);
            if seen.count > seen.limit {
                return Err(Box::new(seen.on(*too_often(), now, true)));
            }
        }
        Ok(Some(general))
    }
}

impl Observed {
    /// The limit as used up, for a fault.
    pub fn spent(now: Timestamp, span: i64) -> Self {
        let end = now.as_millisecond() + span;
        Self { name: "throttle_authenticated_api", limit: 2000, count: 2001, end }
    }

    /// Adds the headers; a refusal also says how long to wait.
    pub fn on(self, answer: Answer, now: i64, refused: bool) -> Answer {
        let wait = ((self.end - now + 999) / 1000).max(1);
        let answer = answer
            .with("ratelimit-limit", self.limit.to_string())
            .with("ratelimit-name", self.name)
            .with("ratelimit-observed", self.count.to_string())
            .with("ratelimit-remaining", self.limit.saturating_sub(self.count).to_string())
            .with("ratelimit-reset", ((self.end + 999) / 1000).to_string());
        if refused { answer.with("retry-after", wait.to_string()) } else { answer }
    }
}
