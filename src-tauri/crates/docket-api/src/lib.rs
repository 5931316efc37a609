//! The wire to the window: one list of commands, and the TypeScript made from it.
//!
//! Invariant: a command exists if and only if it stands in [`contract`]; the router, the
//! TypeScript map and the cache invalidation are derived from that list.
//!
//! Deliberately absent: Tauri. The shell and the loopback router of the tests both drive
//! the same functions.

pub mod contract;
pub mod request;
pub mod typescript;
