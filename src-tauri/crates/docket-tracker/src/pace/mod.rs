//! How fast an account may be used: one writer at a time, few readers, the vendor's allowances,
//! and who goes first when several want to.
//!
//! In the order in which a request meets them: [`line`] says who is next, [`past`] whether one
//! more fits into what the vendor allows ([`allowances`], [`sliding`]), [`wait`] tells whoever
//! listens.
//!
//! Invariants: no window of a minute or an hour ever holds more than its allowance; a wait
//! that the tracker has asked for holds for every connection of the account; whoever waits for
//! an allowance holds nothing that others need. When new content was made is also told to
//! [`ContentLog`], and read back from [`Ports::made_before`](crate::Ports), so that the hour
//! goes on when a process ends.

mod allowances;
mod line;
mod past;
mod sliding;
mod wait;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use docket_domain::{Problem, Timestamp};
use tokio::sync::Notify;

use self::line::{Line, Waiter};
use self::past::Past;
use self::wait::until;
use crate::ports::Ports;

pub(crate) use allowances::{Allowances, Makes, Most, Weight};
pub use line::{Errand, Urgency};
pub(crate) use past::Told;
pub(crate) use wait::{Telling, pause};
pub use wait::{WaitReason, WaitSink, Waiting};

/// Keeps when new content was made, beyond the life of this process. Asked only for accounts
/// with an allowance that lasts an hour.
pub trait ContentLog: Send + Sync {
    /// A request that makes new content leaves now.
    fn makes(&self, at: Timestamp);
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

/// What an account has used, for estimates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Used {
    /// When new content was made within the last hour, oldest first.
    pub content: Vec<Timestamp>,
    /// How long a write takes to be answered, milliseconds; none before the first.
    pub answer_ms: Option<u64>,
}

/// An account at this moment.
#[derive(Default)]
struct Desk {
    line: Line,
    past: Past,
    writing: bool,
    reading: usize,
}

/// What a request in line may do now.
enum Verdict {
    /// It is sent.
    Go,
    /// It waits for an allowance.
    Wait(Waiting),
    /// Others are on their way, or go first.
    Behind,
}

impl Desk {
    fn verdict(&self, allowances: &Allowances, ticket: u64, now: Timestamp) -> Verdict {
        let Some(me) = self.line.waiter(ticket) else { return Verdict::Behind };
        if !self.has_room(allowances, &me) {
            return Verdict::Behind;
        }
        if let Some(waiting) = self.obstacle(allowances, &me, now) {
            return Verdict::Wait(waiting);
        }
        let goes = |other: Waiter| {
            other.weight.is_write() == me.weight.is_write()
                && self.obstacle(allowances, &other, now).is_none()
        };
        if self.line.before(ticket).any(goes) { Verdict::Behind } else { Verdict::Go }
    }

    /// People have a reader more than what runs by itself.
    fn has_room(&self, allowances: &Allowances, waiter: &Waiter) -> bool {
        match (waiter.weight.is_write(), waiter.errand.urgency()) {
            (true, _) => !self.writing,
            (false, Urgency::Bulk) => self.reading < allowances.readers,
            (false, Urgency::Person) => self.reading <= allowances.readers,
        }
    }

    fn obstacle(&self, allowances: &Allowances, waiter: &Waiter, now: Timestamp) -> Option<Waiting> {
        self.past.obstacle(allowances, waiter.weight, waiter.errand.urgency(), now)
    }
}

/// The pace of one account.
pub(crate) struct Pacer {
    allowances: Allowances,
    desk: Mutex<Desk>,
    /// Somebody left the line, or came back.
    moved: Notify,
}

/// Leave to send one request; held until its answer is there.
pub(crate) struct Turn {
    pacer: Arc<Pacer>,
    weight: Weight,
}

impl Turn {
    /// The answer came, or will not come.
    pub fn answered(self, now: Timestamp) {
        if self.weight.is_write() {
            self.pacer.desk().past.answered(self.weight, now);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut desk = self.pacer.desk();
        if self.weight.is_write() {
            desk.writing = false;
        } else {
            desk.reading = desk.reading.saturating_sub(1);
        }
        drop(desk);
        self.pacer.moved.notify_waiters();
    }
}

/// A place in the line, given up when it is dropped.
struct Place<'p> {
    pacer: &'p Pacer,
    ticket: u64,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.pacer.desk().line.leave(self.ticket);
        self.pacer.moved.notify_waiters();
    }
}

impl Pacer {
    fn new(allowances: Allowances) -> Self {
        Self { allowances, desk: Mutex::default(), moved: Notify::new() }
    }

    fn desk(&self) -> std::sync::MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stands in line until a request of this weight may be sent, and books it.
    pub(crate) async fn turn(self: &Arc<Self>, weight: Weight, ports: &Ports) -> Result<Turn, Problem> {
        let ticket = self.desk().line.join(ports.errand, weight);
        let place = Place { pacer: self, ticket };
        let mut telling = Telling::to(ports);
        loop {
            // Heard from here on, so that nothing is missed between the look and the wait.
            let mut moved = std::pin::pin!(self.moved.notified());
            moved.as_mut().enable();
            if ports.cancel.is_cancelled() {
                return Err(Problem::cancelled());
            }
            let waiting = match self.look(place.ticket, weight, ports) {
                Verdict::Go => return Ok(Turn { pacer: Arc::clone(self), weight }),
                Verdict::Behind => None,
                Verdict::Wait(waiting) => Some(waiting),
            };
            if let Some(waiting) = &waiting {
                telling.tell(waiting);
            }
            let slept = async {
                match &waiting {
                    Some(waiting) => ports.sleeper.sleep(until(waiting, ports)).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = ports.cancel.cancelled() => return Err(Problem::cancelled()),
                () = moved => {}
                () = slept => {}
            }
        }
    }

    /// Whether it may go; if so it is booked.
    fn look(&self, ticket: u64, weight: Weight, ports: &Ports) -> Verdict {
        let now = ports.clock.now();
        let mut desk = self.desk();
        desk.past.age(&self.allowances, now);
        let verdict = desk.verdict(&self.allowances, ticket, now);
        if matches!(verdict, Verdict::Go) {
            desk.line.serve(ticket);
            desk.past.book(&self.allowances, weight, now);
            if weight.is_write() {
                desk.writing = true;
            } else {
                desk.reading += 1;
            }
            if weight.makes() != Makes::Nothing && self.allowances.lasts() {
                ports.content_log.makes(now);
            }
        }
        verdict
    }

    /// Counts a request that stood in no line.
    pub(crate) fn count(&self, weight: Weight, now: Timestamp) {
        let mut desk = self.desk();
        desk.past.age(&self.allowances, now);
        desk.past.book(&self.allowances, weight, now);
    }

    /// Content that was made before this process began, or by another one.
    pub(crate) fn recall(&self, made: &[Timestamp], now: Timestamp) {
        if self.allowances.lasts() {
            self.desk().past.recall(made, now);
        }
    }

    /// The tracker wants nothing before `until`.
    pub(crate) fn block(&self, until: Timestamp, reason: WaitReason, words: &str) {
        self.desk().past.block(until, reason, words);
    }

    /// What the tracker's headers say is left.
    pub(crate) fn tell(&self, told: Told) {
        self.desk().past.tell(&self.allowances, told);
    }

    /// New content was refused as too much.
    pub(crate) fn refused(&self, weight: Weight, now: Timestamp) {
        if weight.makes() != Makes::Nothing {
            self.desk().past.refused(&self.allowances, weight.makes(), now);
        }
    }

    /// New content that may still be made within this hour; none: there is no such limit.
    pub(crate) fn content_left(&self, now: Timestamp) -> Option<usize> {
        self.desk().past.left(&self.allowances, now)
    }

    /// What was used, and how long writes take.
    pub(crate) fn used(&self, now: Timestamp) -> Used {
        let mut desk = self.desk();
        desk.past.age(&self.allowances, now);
        Used { content: desk.past.content(), answer_ms: desk.past.answer_ms() }
    }
}
