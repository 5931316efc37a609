//! The practice server over real sockets: every promise of the crate is asked for by an ordinary HTTP client.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on stops here")]

mod access;
mod client;
mod contract;
mod faults;
mod graphql;
mod issues;
mod limits;
mod lists;
mod network;
mod others;
mod pages;
mod projects;
mod sign_in;
