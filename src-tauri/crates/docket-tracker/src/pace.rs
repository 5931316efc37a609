//! How fast an account may be used: one writer at a time, few readers, and the vendor's
//! allowances for points and for new content, kept as the times of past requests.
//!
//! Invariants: no window of a minute or an hour ever holds more than its allowance; a wait
//! that the tracker has asked for holds for every connection of the account. The past is
//! kept in memory: after a restart the hour begins anew, and the tracker's own answer
//! (429 with a time) is what then slows us down.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use docket_domain::{Problem, Timestamp};
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use url::Url;

use crate::ports::{ConnectSettings, Ports};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 3_600_000;
/// A clock is set back when it goes back by this much; less is two requests at the same moment.
const SET_BACK_MS: i64 = 2_000;
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

/// Who is told about waits. `None`: it goes on.
pub trait WaitSink: Send + Sync {
    /// A wait began, or (`None`) ended.
    fn waiting(&self, waiting: Option<&Waiting>);
}

/// The allowances of one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Allowances {
    pub spacing_ms: i64,
    pub content_per_minute: usize,
    pub content_per_hour: usize,
    pub points_per_minute: u32,
    pub readers: usize,
}

impl Allowances {
    /// What holds at a server: these, or next to none where one practises on this computer.
    pub fn at(self, server: &Url, settings: &ConnectSettings) -> Self {
        if !settings.practises(server) {
            return self;
        }
        Self {
            spacing_ms: 0,
            content_per_minute: 100_000,
            content_per_hour: 1_000_000,
            points_per_minute: 1_000_000,
            readers: self.readers,
        }
    }
}

/// The pace of every account that this process uses. One value for the whole process.
#[derive(Default)]
pub struct Pacers {
    known: Mutex<HashMap<String, Arc<Pacer>>>,
}

impl Pacers {
    /// The pace of one account; the first one to ask sets its allowances.
    pub(crate) fn of(&self, account: &str, allowances: Allowances) -> Arc<Pacer> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(account.to_owned()).or_insert_with(|| Arc::new(Pacer::new(allowances))))
    }
}

impl std::fmt::Debug for Pacers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pacers")
    }
}

#[derive(Default)]
struct Past {
    /// When the last write ended.
    last_write: Option<Timestamp>,
    /// New content, over the last hour.
    content: VecDeque<Timestamp>,
    /// Points, over the last minute.
    points: VecDeque<(Timestamp, u32)>,
    /// Until when the tracker wants nothing, and why.
    blocked: Option<(Timestamp, WaitReason, String)>,
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
        let content = self.content.iter_mut();
        let points = self.points.iter_mut().map(|(at, _)| at);
        let blocked = self.blocked.iter_mut().map(|(until, ..)| until);
        for at in content.chain(points).chain(blocked).chain(&mut self.last_write) {
            *at = at.plus_millis(-back);
        }
    }
}

/// What a request weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Read,
    Write {
        content: bool,
    },
    /// So many changes in one request.
    Bulk {
        parts: u32,
    },
}

impl Weight {
    fn points(self) -> u32 {
        match self {
            Self::Read => 1,
            Self::Write { .. } => 5,
            Self::Bulk { parts } => parts.max(5),
        }
    }

    fn is_write(self) -> bool {
        self != Self::Read
    }

    fn is_content(self) -> bool {
        matches!(self, Self::Write { content: true })
    }
}

/// The pace of one account.
pub(crate) struct Pacer {
    allowances: Allowances,
    writer: Arc<AsyncMutex<()>>,
    readers: Arc<Semaphore>,
    past: Mutex<Past>,
}

/// Leave to send one request; held until its answer is there.
pub(crate) struct Turn {
    _writer: Option<OwnedMutexGuard<()>>,
    _reader: Option<OwnedSemaphorePermit>,
}

impl Pacer {
    fn new(allowances: Allowances) -> Self {
        Self {
            allowances,
            writer: Arc::new(AsyncMutex::new(())),
            readers: Arc::new(Semaphore::new(allowances.readers)),
            past: Mutex::new(Past::default()),
        }
    }

    fn past(&self) -> std::sync::MutexGuard<'_, Past> {
        self.past.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stands in line until a request of this weight may be sent, and books it.
    pub(crate) async fn turn(&self, weight: Weight, ports: &Ports) -> Result<Turn, Problem> {
        let line = async {
            if weight.is_write() {
                Turn { _writer: Some(Arc::clone(&self.writer).lock_owned().await), _reader: None }
            } else {
                Turn { _writer: None, _reader: Arc::clone(&self.readers).acquire_owned().await.ok() }
            }
        };
        let turn = tokio::select! {
            biased;
            () = ports.cancel.cancelled() => return Err(Problem::cancelled()),
            turn = line => turn,
        };
        loop {
            let now = ports.clock.now();
            let Some(waiting) = self.book(weight, now) else { return Ok(turn) };
            let announce = waiting.until.millis_since(now) >= WORTH_SAYING_MS;
            pause(&waiting, announce, ports).await?;
        }
    }

    /// Books a request at `now`, or says until when it has to wait.
    fn book(&self, weight: Weight, now: Timestamp) -> Option<Waiting> {
        let mut past = self.past();
        past.follow(now);
        while past.content.front().is_some_and(|at| now.millis_since(*at) >= HOUR_MS) {
            past.content.pop_front();
        }
        while past.points.front().is_some_and(|(at, _)| now.millis_since(*at) >= MINUTE_MS) {
            past.points.pop_front();
        }
        let waiting = self.obstacle(&past, weight, now);
        if waiting.is_none() {
            past.points.push_back((now, weight.points()));
            if weight.is_write() {
                past.last_write = Some(now);
            }
            if weight.is_content() {
                past.content.push_back(now);
            }
        }
        waiting
    }

    fn obstacle(&self, past: &Past, weight: Weight, now: Timestamp) -> Option<Waiting> {
        let mut found: Option<Waiting> = None;
        let mut note = |until: Timestamp, reason: WaitReason, words: &str| {
            if until > now && found.as_ref().is_none_or(|other| other.until < until) {
                found = Some(Waiting { until, reason, words: words.to_owned() });
            }
        };
        if let Some((until, reason, words)) = &past.blocked {
            note(*until, *reason, words);
        }
        let used: u32 = past.points.iter().map(|(_, points)| points).sum();
        if used + weight.points() > self.allowances.points_per_minute
            && let Some((oldest, _)) = past.points.front()
        {
            note(
                oldest.plus_millis(MINUTE_MS),
                WaitReason::RequestAllowance,
                "The tracker allows so many requests a minute.",
            );
        }
        if let Some(last) = past.last_write.filter(|_| weight.is_write()) {
            note(
                last.plus_millis(self.allowances.spacing_ms),
                WaitReason::RequestAllowance,
                "Writes are sent one after the other.",
            );
        }
        if weight.is_content() {
            let of = |most: usize| past.content.len().checked_sub(most).and_then(|at| past.content.get(at));
            if let Some(at) = of(self.allowances.content_per_minute) {
                note(
                    at.plus_millis(MINUTE_MS),
                    WaitReason::ContentAllowance,
                    "The tracker limits how much new content may appear in a minute.",
                );
            }
            if let Some(at) = of(self.allowances.content_per_hour) {
                let words = format!(
                    "The tracker limits new content to about {} issues and comments an hour. Nothing is lost.",
                    self.allowances.content_per_hour
                );
                note(at.plus_millis(HOUR_MS), WaitReason::ContentAllowance, &words);
            }
        }
        found
    }

    /// The tracker wants nothing before `until`.
    pub(crate) fn block(&self, until: Timestamp, reason: WaitReason, words: &str) {
        let mut past = self.past();
        if past.blocked.as_ref().is_none_or(|(at, ..)| *at < until) {
            past.blocked = Some((until, reason, words.to_owned()));
        }
    }

    /// New content that may still be made within this hour.
    pub(crate) fn content_left(&self, now: Timestamp) -> usize {
        let past = self.past();
        let used = past.content.iter().filter(|at| now.millis_since(**at) < HOUR_MS).count();
        self.allowances.content_per_hour.saturating_sub(used)
    }
}

/// Waits, and says so when it is worth it. Ends early only when cancelled.
pub(crate) async fn pause(waiting: &Waiting, announce: bool, ports: &Ports) -> Result<(), Problem> {
    let millis = waiting.until.millis_since(ports.clock.now()).max(0);
    if announce {
        ports.waits.waiting(Some(waiting));
    }
    let slept = tokio::select! {
        biased;
        () = ports.cancel.cancelled() => Err(Problem::cancelled()),
        () = ports.sleeper.sleep(Duration::from_millis(millis as u64)) => Ok(()),
    };
    if announce {
        ports.waits.waiting(None);
    }
    slept
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use docket_domain::{Clock, Secret};

    use super::*;
    use crate::virtual_time::VirtualTime;

    const GITHUB: Allowances = Allowances {
        spacing_ms: 1_200,
        content_per_minute: 75,
        content_per_hour: 480,
        points_per_minute: 900,
        readers: 4,
    };

    fn ports(time: &Arc<VirtualTime>) -> Ports {
        let mut ports = Ports::new(Secret::new("t"), Arc::new(Pacers::default()));
        ports.clock = Arc::clone(time) as _;
        ports.sleeper = Arc::clone(time) as _;
        ports
    }

    async fn write_times(allowances: Allowances, count: usize) -> Vec<i64> {
        let time = Arc::new(VirtualTime::at(1_000_000));
        let ports = ports(&time);
        let pacer = ports.pacers.of("h", allowances);
        let mut times = Vec::new();
        for _ in 0..count {
            let _turn = pacer.turn(Weight::Write { content: true }, &ports).await.unwrap();
            times.push(ports.clock.now().0 - 1_000_000);
        }
        times
    }

    fn most_within(times: &[i64], window: i64) -> usize {
        times
            .iter()
            .map(|from| times.iter().filter(|at| **at >= *from && **at < from + window).count())
            .max()
            .unwrap_or(0)
    }

    #[tokio::test]
    async fn no_window_ever_holds_more_than_its_allowance() {
        let times = write_times(GITHUB, 1_200).await;
        assert!(times.windows(2).all(|pair| pair[1] - pair[0] >= 1_200), "writes are spaced");
        assert!(most_within(&times, MINUTE_MS) <= 75, "more than 75 within a minute");
        assert!(most_within(&times, HOUR_MS) <= 480, "more than 480 within an hour");
        assert!(
            times[1_199] < 3 * HOUR_MS,
            "1,200 writes take less than three hours, not {} ms",
            times[1_199]
        );
        let unspaced = write_times(Allowances { spacing_ms: 0, ..GITHUB }, 200).await;
        assert_eq!(
            most_within(&unspaced, MINUTE_MS),
            75,
            "without spacing the minute's allowance is what holds"
        );
    }

    #[tokio::test]
    async fn reads_pause_when_the_points_of_a_minute_are_used() {
        let time = Arc::new(VirtualTime::at(0));
        let ports = ports(&time);
        let pacer = ports.pacers.of("h", GITHUB);
        for _ in 0..901 {
            drop(pacer.turn(Weight::Read, &ports).await.unwrap());
        }
        assert_eq!(ports.clock.now().0, MINUTE_MS, "the 901st read of a minute waits for the next one");
    }

    #[tokio::test]
    async fn many_changes_in_one_request_weigh_as_many_points() {
        let time = Arc::new(VirtualTime::at(0));
        let ports = ports(&time);
        let pacer = ports.pacers.of("h", Allowances { spacing_ms: 0, ..GITHUB });
        for _ in 0..19 {
            drop(pacer.turn(Weight::Bulk { parts: 50 }, &ports).await.unwrap());
        }
        assert_eq!(ports.clock.now().0, MINUTE_MS, "18 times 50 changes are the 900 points of a minute");
    }

    #[tokio::test]
    async fn a_wait_asked_for_holds_for_every_connection_of_the_account_and_is_announced() {
        struct Heard(Mutex<Vec<Option<Waiting>>>);
        impl WaitSink for Heard {
            fn waiting(&self, waiting: Option<&Waiting>) {
                self.0.lock().unwrap().push(waiting.cloned());
            }
        }
        let time = Arc::new(VirtualTime::at(0));
        let heard = Arc::new(Heard(Mutex::default()));
        let mut ports = ports(&time);
        ports.waits = Arc::clone(&heard) as _;
        ports.pacers.of("h", GITHUB).block(Timestamp(90_000), WaitReason::TrackerAsked, "asked");
        drop(ports.pacers.of("h", GITHUB).turn(Weight::Read, &ports).await.unwrap());
        assert_eq!(ports.clock.now().0, 90_000, "the second connection waits as well");
        let heard = heard.0.lock().unwrap();
        assert_eq!(heard.len(), 2, "told once that it waits, once that it goes on");
        assert_eq!(
            heard[0].as_ref().map(|w| (w.until, w.words.clone())),
            Some((Timestamp(90_000), "asked".to_owned()))
        );
    }

    #[tokio::test]
    async fn a_clock_that_is_set_back_keeps_nobody_waiting_for_what_is_past() {
        struct Behind(Arc<VirtualTime>, AtomicI64);
        impl Clock for Behind {
            fn now(&self) -> Timestamp {
                self.0.now().plus_millis(-self.1.load(Ordering::SeqCst))
            }
        }
        let time = Arc::new(VirtualTime::at(10 * HOUR_MS));
        let clock = Arc::new(Behind(Arc::clone(&time), AtomicI64::new(0)));
        let mut ports = ports(&time);
        ports.clock = Arc::clone(&clock) as _;
        let pacer = ports.pacers.of("h", GITHUB);
        for _ in 0..10 {
            drop(pacer.turn(Weight::Write { content: true }, &ports).await.unwrap());
        }
        let before = time.now();
        pacer.block(ports.clock.now().plus_millis(20_000), WaitReason::TrackerAsked, "asked");
        clock.1.store(3 * HOUR_MS, Ordering::SeqCst);
        drop(pacer.turn(Weight::Write { content: true }, &ports).await.unwrap());
        let waited = time.now().millis_since(before);
        assert_eq!(waited, 20_000, "what the tracker asked for is kept, and no more is waited");
    }

    #[tokio::test]
    async fn cancelling_ends_a_wait() {
        let time = Arc::new(VirtualTime::at(0));
        let ports = ports(&time);
        let pacer = ports.pacers.of("h", GITHUB);
        pacer.block(Timestamp(90_000), WaitReason::TrackerAsked, "asked");
        ports.cancel.cancel();
        let refused = pacer.turn(Weight::Write { content: true }, &ports).await.err().unwrap();
        assert_eq!(refused.code, docket_domain::Code::Cancelled, "a cancelled job does not wait on");
    }
}
