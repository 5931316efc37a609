//! Whole journeys through the engine, the practice tracker and the command line.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::wildcard_imports,
    reason = "a test that cannot go on must fail, and the shared helpers are the tests' own words"
)]

mod bulk;
mod child;
mod contract;
mod crash;
mod every_fault;
mod faults;
mod files;
mod first_journey;
mod guard;
mod imports;
mod looks;
mod many;
mod people;
mod security;
mod studio;
mod support;
mod tidy;
mod witness;
