//! The wire to the window: one list of commands, the router made from it, and the
//! TypeScript made from it.
//!
//! Invariant: a command exists if and only if it stands in [`contract`]; the router, the
//! TypeScript map and the cache invalidation are derived from that list.
//!
//! Deliberately absent: Tauri. The shell and the loopback router of the tests both drive
//! the same functions.

#![allow(clippy::wildcard_imports, reason = "the contract's macros name every request and answer at once")]

pub mod contract;
mod handle;
mod jobs;
pub mod request;
mod router;
pub mod typescript;
mod watch;

pub use router::Router;
