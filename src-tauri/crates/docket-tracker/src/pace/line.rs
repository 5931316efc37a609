//! Who goes next: what a person waits for before what runs by itself, and among equals
//! whoever has waited longest since the last turn.
//!
//! Invariant: work that has a thousand requests to send gets every second turn, not every
//! turn, while other work of the same urgency has one.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use super::allowances::Weight;

/// Errands whose turns are remembered; beyond that all begin anew.
const MOST_REMEMBERED: usize = 1_000;

/// How much a request matters at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// A person looks at a form, a test, a plan being made.
    Person,
    /// It runs by itself: a push, a list that is read in the background.
    Bulk,
}

/// On whose behalf requests are made: one form, one test, one push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Errand {
    id: u64,
    urgency: Urgency,
}

impl Errand {
    /// An errand of its own.
    pub fn new(urgency: Urgency) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self { id: NEXT.fetch_add(1, Ordering::Relaxed), urgency }
    }

    /// How much it matters.
    pub fn urgency(self) -> Urgency {
        self.urgency
    }
}

/// A request that stands in line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Waiter {
    ticket: u64,
    pub errand: Errand,
    pub weight: Weight,
}

/// The line of one account.
#[derive(Debug, Default)]
pub(super) struct Line {
    waiting: Vec<Waiter>,
    tickets: u64,
    /// The turn at which an errand was served last.
    served: HashMap<u64, u64>,
    turns: u64,
}

impl Line {
    /// Joins the line; the ticket.
    pub fn join(&mut self, errand: Errand, weight: Weight) -> u64 {
        self.tickets += 1;
        self.waiting.push(Waiter { ticket: self.tickets, errand, weight });
        self.tickets
    }

    /// Leaves it without having been served.
    pub fn leave(&mut self, ticket: u64) {
        self.waiting.retain(|waiter| waiter.ticket != ticket);
    }

    /// Leaves it, served.
    pub fn serve(&mut self, ticket: u64) {
        if let Some(errand) = self.waiter(ticket).map(|waiter| waiter.errand) {
            if self.served.len() >= MOST_REMEMBERED {
                self.served.clear();
            }
            self.turns += 1;
            self.served.insert(errand.id, self.turns);
        }
        self.leave(ticket);
    }

    pub fn waiter(&self, ticket: u64) -> Option<Waiter> {
        self.waiting.iter().copied().find(|waiter| waiter.ticket == ticket)
    }

    /// Those that go before `ticket` where both could go.
    pub fn before(&self, ticket: u64) -> impl Iterator<Item = Waiter> + '_ {
        let rank = self.waiter(ticket).map(|waiter| self.rank(&waiter));
        self.waiting.iter().copied().filter(move |other| rank.is_some_and(|rank| self.rank(other) < rank))
    }

    fn rank(&self, waiter: &Waiter) -> (Urgency, u64, u64) {
        let served = self.served.get(&waiter.errand.id).copied().unwrap_or(0);
        (waiter.errand.urgency, served, waiter.ticket)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pace::allowances::Makes;

    const WRITE: Weight = Weight::Write { makes: Makes::Issue };

    /// The tickets in the order in which they are served.
    fn order(line: &mut Line) -> Vec<u64> {
        let mut order = Vec::new();
        while let Some(next) =
            line.waiting.iter().map(|w| w.ticket).find(|ticket| line.before(*ticket).next().is_none())
        {
            line.serve(next);
            order.push(next);
        }
        order
    }

    #[test]
    fn two_pushes_take_turns_and_a_person_goes_first() {
        let mut line = Line::default();
        let (large, small) = (Errand::new(Urgency::Bulk), Errand::new(Urgency::Bulk));
        let large: Vec<u64> = (0..4).map(|_| line.join(large, WRITE)).collect();
        let small: Vec<u64> = (0..2).map(|_| line.join(small, WRITE)).collect();
        let person = line.join(Errand::new(Urgency::Person), WRITE);
        assert_eq!(
            order(&mut line),
            [person, large[0], small[0], large[1], small[1], large[2], large[3]],
            "the person first, then one of each until the small one is done"
        );
    }

    #[test]
    fn who_came_late_is_not_behind_all_that_was_there() {
        let mut line = Line::default();
        let large = Errand::new(Urgency::Bulk);
        let first = line.join(large, WRITE);
        line.serve(first);
        let second = line.join(large, WRITE);
        let late = line.join(Errand::new(Urgency::Bulk), WRITE);
        assert_eq!(order(&mut line), [late, second], "one that had no turn yet goes before one that had");
    }
}
