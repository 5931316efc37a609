//! Admission: whether a request's credential is good and whether its account may ask now.

use std::sync::atomic::Ordering;

use crate::access::{self, Caller, Presented};
use crate::core::Core;
use crate::limits::{Allowance, Pool, Refused};
use crate::locked;
use crate::reply::{Answer, refuse};
use crate::site::Arrived;

impl Core {
    /// Who asks, and whether they may ask now.
    pub fn admit(&self, arrived: &Arrived, operation: &str) -> Result<(Caller, Allowance), Box<Answer>> {
        let now = self.front.clock.now();
        let shown = Presented::of(arrived);
        if shown != Presented::Nothing && locked(&self.pace).logins_blocked(now) {
            return Err(refuse(403, "Maximum number of login attempts exceeded. Please try again later."));
        }
        let caller = access::identify(&locked(&self.world), &self.flavour, &shown, now);
        let Some(caller) = caller else {
            locked(&self.pace).failed_login(now);
            return Err(refuse(401, "Bad credentials"));
        };
        let pool = if operation == "graphql" { Pool::GraphQl } else { Pool::Core };
        let mut pace = locked(&self.pace);
        if operation == "rate-limit/get" {
            let allowance = pace.look(caller.account, pool, now);
            return Ok((caller, allowance));
        }
        let writes = arrived.method != "GET" && operation != "graphql";
        let creates = matches!(
            operation,
            "issues/create" | "issues/create-comment" | "issues/create-label" | "issues/create-milestone"
        );
        let in_flight = self.front.in_flight.load(Ordering::SeqCst);
        let taken = pace.take(caller.account, pool, if writes { 5 } else { 1 }, creates, in_flight, now);
        let allowance = pace.look(caller.account, pool, now);
        match taken {
            Ok(()) => Ok((caller, allowance)),
            Err(refused) => {
                let answer = refusal(&refused, &caller);
                Err(Box::new(with_allowance(answer, allowance, pool)))
            }
        }
    }
}

fn refusal(refused: &Refused, caller: &Caller) -> Answer {
    match refused {
        Refused::Primary => {
            let who = caller.account.map_or_else(|| "127.0.0.1".to_owned(), |id| format!("user ID {id}"));
            Answer::error(403, &format!("API rate limit exceeded for {who}."))
        }
        Refused::Secondary(wait) => secondary(Some(*wait)),
    }
}

/// The vendor's secondary limit.
pub(crate) fn secondary(wait: Option<i64>) -> Answer {
    let message = "You have exceeded a secondary rate limit and have been temporarily blocked from content creation. \
                   Please retry your request again later.";
    let answer = Answer::error(403, message);
    match wait {
        Some(seconds) => answer.with("retry-after", seconds.to_string()),
        None => answer,
    }
}

pub(crate) fn with_allowance(answer: Answer, a: Allowance, pool: Pool) -> Answer {
    answer
        .with("x-ratelimit-limit", a.limit.to_string())
        .with("x-ratelimit-remaining", a.remaining().to_string())
        .with("x-ratelimit-used", a.used.to_string())
        .with("x-ratelimit-reset", a.reset.to_string())
        .with("x-ratelimit-resource", pool.name())
}
