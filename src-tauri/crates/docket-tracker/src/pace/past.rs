//! What an account has been asked of late, and whether one more request fits.
//!
//! Invariants: content is counted from the moment at which its answer came, so that no window
//! of the *tracker* ever holds more than its allowance however long requests are on their way;
//! what people do in the browser is not seen, so a refusal lowers the hour's allowance.

use std::collections::VecDeque;

use docket_domain::Timestamp;

use super::allowances::{Allowances, Makes, Weight};
use super::line::Urgency;
use super::sliding::Sliding;
use super::wait::{WaitReason, Waiting};

pub(super) const MINUTE_MS: i64 = 60_000;
pub(super) const HOUR_MS: i64 = 3_600_000;
/// A clock is set back when it goes back by this much; less is two requests at the same moment.
const SET_BACK_MS: i64 = 2_000;
/// By this part every window is kept longer than it is: clocks do not run alike.
const GRACE: i64 = 1_000;
/// This part of what a minute allows is kept for people.
const FOR_PEOPLE: u32 = 10;
/// This part of an allowance that the tracker tells is kept for people.
const TOLD_FOR_PEOPLE: i64 = 50;
/// Of an allowance that slides, so many parts of a hundred are kept for people, and so many as
/// what it is told may be wrong by.
const SLIDING_FOR_PEOPLE: f64 = 2.0;
const SLIDING_LEAST: f64 = 0.5;

/// What the answers' headers say about an allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Told {
    /// Requests in all, or the vendor's units.
    pub limit: i64,
    /// What is left of them.
    pub left: i64,
    /// When it is renewed, by this computer's clock; of one that slides, when all of it would be
    /// back if nothing more were asked.
    pub renewed: Timestamp,
}

/// New content.
#[derive(Debug, Clone, Copy)]
struct Made {
    /// When its request left; by this it is known again.
    began: Timestamp,
    /// When its answer came; the tracker counted it no later.
    at: Timestamp,
    what: Makes,
}

/// What was asked of late.
#[derive(Default)]
pub(super) struct Past {
    /// When the last write began.
    last_write: Option<Timestamp>,
    /// New content, over the last hour.
    content: VecDeque<Made>,
    /// Points, over the last minute.
    points: VecDeque<(Timestamp, u32)>,
    /// Until when the tracker wants nothing, and why.
    blocked: Option<(Timestamp, WaitReason, String)>,
    /// What its headers say.
    told: Option<Told>,
    /// What they say of an allowance that slides.
    sliding: Sliding,
    /// Less than an hour's allowance, and until when: others use the account as well.
    lowered: Option<(usize, Timestamp)>,
    /// How long a write takes to be answered, on average.
    answer_ms: Option<i64>,
    /// The latest moment that was looked at.
    latest: Option<Timestamp>,
}

impl Past {
    /// A clock that was set back takes the past with it. Otherwise what was a moment ago would lie
    /// ahead, and the next request would wait until the clock is there again.
    fn follow(&mut self, now: Timestamp) {
        let latest = self.latest.unwrap_or(now);
        let back = latest.millis_since(now);
        if back < SET_BACK_MS {
            self.latest = Some(latest.max(now));
            return;
        }
        self.latest = Some(now);
        let content = self.content.iter_mut().flat_map(|made| [&mut made.began, &mut made.at]);
        let points = self.points.iter_mut().map(|(at, _)| at);
        let blocked = self.blocked.iter_mut().map(|(until, ..)| until);
        let told = self.told.iter_mut().map(|told| &mut told.renewed);
        let lowered = self.lowered.iter_mut().map(|(_, until)| until);
        let all = content
            .chain(points)
            .chain(blocked)
            .chain(told)
            .chain(lowered)
            .chain(&mut self.last_write)
            .chain(self.sliding.moments());
        for at in all {
            *at = at.plus_millis(-back);
        }
    }

    /// Forgets what no window holds any more.
    pub fn age(&mut self, allowances: &Allowances, now: Timestamp) {
        self.follow(now);
        self.sliding.age(allowances.slides_ms, now);
        while self.content.front().is_some_and(|made| now.millis_since(made.at) >= window(HOUR_MS)) {
            self.content.pop_front();
        }
        while self.points.front().is_some_and(|(at, _)| now.millis_since(*at) >= window(MINUTE_MS)) {
            self.points.pop_front();
        }
        if self.lowered.is_some_and(|(_, until)| until <= now) {
            self.lowered = None;
        }
    }

    /// A request leaves.
    pub fn book(&mut self, allowances: &Allowances, weight: Weight, now: Timestamp) {
        self.points.push_back((now, allowances.points(weight)));
        if let Some(told) = &mut self.told {
            told.left -= 1;
        }
        if allowances.slides_ms > 0 {
            self.sliding.book(weight, now);
        }
        if weight.is_write() {
            self.last_write = Some(now);
        }
        if weight.makes() != Makes::Nothing {
            self.content.push_back(Made { began: now, at: now, what: weight.makes() });
        }
    }

    /// The answer of the write that was booked last has come, or will not come.
    pub fn answered(&mut self, weight: Weight, now: Timestamp) {
        if let Some(begun) = self.last_write {
            let took = now.millis_since(begun).max(0);
            self.answer_ms = Some(self.answer_ms.map_or(took, |before| (before * 7 + took) / 8));
        }
        // Writes go one by one: the youngest content is this one's.
        if let Some(last) = self.content.back_mut().filter(|_| weight.makes() != Makes::Nothing) {
            last.at = last.at.max(now);
        }
    }

    /// Content of an earlier process.
    pub fn recall(&mut self, made: &[Timestamp], now: Timestamp) {
        let missing = |at: &&Timestamp| {
            let known = |made: &Made| made.began == **at;
            **at <= now && now.millis_since(**at) < window(HOUR_MS) && !self.content.iter().any(known)
        };
        let older: Vec<Made> =
            made.iter().filter(missing).map(|at| Made { began: *at, at: *at, what: Makes::Issue }).collect();
        self.content.extend(older);
        self.content.make_contiguous().sort_by_key(|made| made.at);
    }

    /// The tracker wants nothing before `until`.
    pub fn block(&mut self, until: Timestamp, reason: WaitReason, words: &str) {
        if self.blocked.as_ref().is_none_or(|(at, ..)| *at < until) {
            self.blocked = Some((until, reason, words.to_owned()));
        }
    }

    /// What the tracker says about its allowance.
    pub fn tell(&mut self, allowances: &Allowances, told: Told) {
        if allowances.slides_ms > 0 {
            self.sliding.tell(told);
        } else {
            self.told = Some(told);
        }
    }

    /// New content was refused although the allowance was not used up: somebody else uses it
    /// too. For an hour as much is made as went well, but at least half of what is documented.
    pub fn refused(&mut self, allowances: &Allowances, makes: Makes, now: Timestamp) {
        let most = allowances.of(makes).hour;
        if most > 0 {
            // The refused one was booked as well.
            let went_well = self.made(allowances, makes, now, HOUR_MS).saturating_sub(1);
            self.content.pop_back();
            let lowered = went_well.max(most / 2).min(most);
            self.lowered = Some((lowered, now.plus_millis(HOUR_MS)));
        }
    }

    /// Times of the content of the last hour.
    pub fn content(&self) -> Vec<Timestamp> {
        self.content.iter().map(|made| made.at).collect()
    }

    pub fn answer_ms(&self) -> Option<u64> {
        self.answer_ms.and_then(|ms| u64::try_from(ms).ok())
    }

    fn made(&self, allowances: &Allowances, makes: Makes, now: Timestamp, span: i64) -> usize {
        let counts =
            |made: &&Made| allowances.same(makes, made.what) && now.millis_since(made.at) < window(span);
        self.content.iter().filter(counts).count()
    }

    /// Most issues (and what counts with them) in an hour, as far as is known.
    pub fn hourly(&self, allowances: &Allowances, makes: Makes) -> usize {
        let most = allowances.of(makes).hour;
        self.lowered.map_or(most, |(lowered, _)| lowered.min(most))
    }

    /// New issues that may still be made within this hour; none: there is no such limit.
    pub fn left(&self, allowances: &Allowances, now: Timestamp) -> Option<usize> {
        let most = self.hourly(allowances, Makes::Issue);
        (most > 0).then(|| most.saturating_sub(self.made(allowances, Makes::Issue, now, HOUR_MS)))
    }

    /// Until when a request has to wait, and what for; nothing when it may leave now.
    pub fn obstacle(
        &self,
        allowances: &Allowances,
        weight: Weight,
        urgency: Urgency,
        now: Timestamp,
    ) -> Option<Waiting> {
        let all = [
            self.blocked.as_ref().map(|(until, reason, words)| Waiting {
                until: *until,
                reason: *reason,
                words: words.clone(),
            }),
            self.used_up(urgency),
            self.used_but_returning(allowances, weight, urgency),
            self.points_used(allowances, weight, urgency),
            self.too_close(allowances, weight),
            self.content_used(allowances, weight.makes(), MINUTE_MS),
            self.content_used(allowances, weight.makes(), HOUR_MS),
        ];
        all.into_iter().flatten().filter(|waiting| waiting.until > now).max_by_key(|waiting| waiting.until)
    }

    fn used_up(&self, urgency: Urgency) -> Option<Waiting> {
        let told = self.told?;
        let kept = if urgency == Urgency::Bulk { told.limit / TOLD_FOR_PEOPLE } else { 0 };
        (told.left <= kept).then(|| Waiting {
            until: told.renewed,
            reason: WaitReason::AllowanceUsedUp,
            words: format!(
                "The tracker's allowance of {} requests is used up; it is renewed then. Nothing is lost.",
                told.limit
            ),
        })
    }

    fn used_but_returning(
        &self,
        allowances: &Allowances,
        weight: Weight,
        urgency: Urgency,
    ) -> Option<Waiting> {
        let reserve = if urgency == Urgency::Bulk { SLIDING_FOR_PEOPLE } else { SLIDING_LEAST };
        let (until, limit) = self.sliding.obstacle(allowances.slides_ms, weight, reserve)?;
        Some(Waiting {
            until,
            reason: WaitReason::AllowanceUsedUp,
            words: format!(
                "The tracker's allowance of {limit} units is nearly used up; it returns by and by. Nothing is lost."
            ),
        })
    }

    fn points_used(&self, allowances: &Allowances, weight: Weight, urgency: Urgency) -> Option<Waiting> {
        let all = allowances.points_per_minute;
        let most = if urgency == Urgency::Bulk { all - all / FOR_PEOPLE } else { all };
        let used: u32 = self.points.iter().map(|(_, points)| points).sum();
        let mut over = (used + allowances.points(weight)).saturating_sub(most);
        let freed = self.points.iter().find(|(_, points)| {
            over = over.saturating_sub(*points);
            over == 0
        });
        let full = used + allowances.points(weight) > most;
        // What weighs more than a minute allows waits for an empty one.
        let (at, _) = freed.or(self.points.back()).filter(|_| full)?;
        Some(Waiting {
            until: at.plus_millis(window(MINUTE_MS)),
            reason: WaitReason::RequestAllowance,
            words: "The tracker allows so many requests a minute.".to_owned(),
        })
    }

    fn too_close(&self, allowances: &Allowances, weight: Weight) -> Option<Waiting> {
        let last = self.last_write.filter(|_| weight.is_write())?;
        Some(Waiting {
            until: last.plus_millis(allowances.spacing_ms),
            reason: WaitReason::RequestAllowance,
            words: "Writes are sent one after the other.".to_owned(),
        })
    }

    fn content_used(&self, allowances: &Allowances, makes: Makes, span: i64) -> Option<Waiting> {
        let documented = allowances.of(makes);
        let (most, words) = match span {
            MINUTE_MS => (
                documented.minute,
                format!("The tracker takes {} new issues or comments in a minute.", documented.minute),
            ),
            _ => (
                self.hourly(allowances, makes),
                format!(
                    "The tracker limits new content to about {} issues and comments an hour. Nothing is lost.",
                    documented.hour
                ),
            ),
        };
        if most == 0 {
            return None;
        }
        let mut like = self.content.iter().rev().filter(|made| allowances.same(makes, made.what));
        let oldest = like.nth(most - 1)?;
        Some(Waiting {
            until: oldest.at.plus_millis(window(span)),
            reason: WaitReason::ContentAllowance,
            words,
        })
    }
}

/// A window, with its grace.
pub(super) fn window(span: i64) -> i64 {
    span + span / GRACE
}
