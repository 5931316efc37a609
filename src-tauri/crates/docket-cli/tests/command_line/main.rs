//! The real `docket` program, as scripts and people use it: against a practice GitHub on
//! loopback, with its data in a temporary folder and its token in an environment variable.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop with the place"
)]

mod bench;
mod documents;
mod findings;
mod imports;
mod journey;
mod manual;
mod mappings;
mod practice;
mod secrets;
mod stops;
mod studio;
mod templates;
mod usage;
mod watch;
