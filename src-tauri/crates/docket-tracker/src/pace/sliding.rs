//! An allowance that slides: every part of it returns a while after it was used.
//!
//! The tracker tells what is left in units of its own, and only when little is left; what one
//! request costs is learnt from that and from what this account asked of late. Between two
//! such answers what was sent is taken off and what returned is added, so that the next request
//! leaves as soon as the reserve allows it and none is sent that the tracker would ask a pause for.

use std::collections::VecDeque;

use docket_domain::Timestamp;

use super::allowances::Weight;
use super::past::{Told, window};

/// What a write costs, where a read costs one: a supposition, whose scale is learnt.
const WRITE: u32 = 5;

/// What the tracker said, brought up to date.
#[derive(Debug, Clone, Copy)]
struct Left {
    limit: f64,
    /// What is left now, as far as is known.
    units: f64,
    /// Units for one of this file's weights.
    each: f64,
    /// When all would be back if nothing more were asked.
    renewed: Timestamp,
}

/// The requests of one window, and what they leave.
#[derive(Debug, Default)]
pub(super) struct Sliding {
    spent: VecDeque<(Timestamp, u32)>,
    told: Option<Left>,
}

impl Sliding {
    /// A request leaves.
    pub fn book(&mut self, weight: Weight, now: Timestamp) {
        self.spent.push_back((now, cost(weight)));
        if let Some(told) = &mut self.told {
            told.units -= f64::from(cost(weight)) * told.each;
        }
    }

    /// What was used long enough ago returns.
    pub fn age(&mut self, span: i64, now: Timestamp) {
        while let Some((_, cost)) = self.spent.pop_front_if(|(at, _)| now.millis_since(*at) >= window(span)) {
            if let Some(told) = &mut self.told {
                told.units = (told.units + f64::from(cost) * told.each).min(told.limit);
            }
        }
        // By then what others used is back as well.
        if self.told.is_some_and(|told| told.renewed <= now) {
            self.told = None;
        }
    }

    /// The tracker tells what is left.
    pub fn tell(&mut self, told: Told) {
        let mine: u32 = self.spent.iter().map(|(_, cost)| cost).sum();
        let used = (told.limit - told.left).max(0) as f64;
        self.told = Some(Left {
            limit: told.limit as f64,
            units: told.left as f64,
            each: used / f64::from(mine.max(1)),
            renewed: told.renewed,
        });
    }

    /// Until when a request has to wait so that `reserve` parts of a hundred stay; nothing when
    /// it may leave now.
    pub fn obstacle(&self, span: i64, weight: Weight, reserve: f64) -> Option<(Timestamp, i64)> {
        let told = self.told?;
        let mut missing = f64::from(cost(weight)) * told.each + told.limit * reserve / 100.0 - told.units;
        if missing <= 0.0 {
            return None;
        }
        let enough = self.spent.iter().find(|(_, cost)| {
            missing -= f64::from(*cost) * told.each;
            missing <= 0.0
        });
        // More is missing than this account used: others use it.
        let until = enough.map_or(told.renewed, |(at, _)| at.plus_millis(window(span)).min(told.renewed));
        Some((until, told.limit as i64))
    }

    /// Every moment that is remembered, for a clock that was set back.
    pub fn moments(&mut self) -> impl Iterator<Item = &mut Timestamp> {
        let told = self.told.iter_mut().map(|told| &mut told.renewed);
        self.spent.iter_mut().map(|(at, _)| at).chain(told)
    }
}

fn cost(weight: Weight) -> u32 {
    match weight {
        Weight::Read => 1,
        Weight::Write { .. } => WRITE,
        Weight::Bulk { parts } => WRITE * parts,
    }
}
