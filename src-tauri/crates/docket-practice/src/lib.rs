//! A practice GitHub on loopback: stateful, contract-checked, with faults that can be switched on.

#![allow(
    clippy::unnecessary_box_returns,
    reason = "a refusal travels boxed through every Result here; functions that make one return it ready to travel"
)]

mod access;
mod change;
mod clock;
mod contract;
mod core;
mod demo;
mod faults;
mod graphql;
mod limits;
mod log;
mod look;
mod model;
mod paging;
mod practice;
mod proxy;
mod render;
mod reply;
mod routes;
mod seed;
mod serve;
mod setup;
mod sow;
mod strike;
mod text;
mod tls;
mod web;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use clock::{Clock, ClockHand};
pub use faults::{FAULTS, Fault, FaultPlan, FaultRule, FaultSyntax, Matching, matching};
pub use log::{Credential, Logged, Violation};
pub use look::{IssueSnapshot, NotThere, RepoChange, Someone};
pub use practice::{Practice, StartError};
pub use proxy::{PracticeProxy, ProxyAsked};
pub use seed::{IssueSeed, RepoSeed, Role, TokenKind, TokenSeed};
pub use setup::{Flavour, Limits, Setup};
pub use tls::Tls;

/// The lock's content, also after another thread panicked while holding it: the data are plain values that are
/// changed one field at a time, so there is nothing half-done to fear.
pub(crate) fn locked<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
