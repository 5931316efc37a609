//! What the journeys and the seeded runner of faults share: a practice tracker of any kind behind
//! one face, data folders, work in processes of its own, everything that can go wrong, and what
//! must hold afterwards. For tests alone; never shipped.
//!
//! Invariant: a run is drawn from its seed alone, so that a run that failed can be repeated.
//! What depends on the machine besides is when a process is killed that runs freely.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot go on must fail"
)]

pub mod act;
pub mod draw;
pub mod folder;
pub mod ground;
pub mod hold;
pub mod run;
pub mod trouble;
pub mod work;
pub mod worker;
