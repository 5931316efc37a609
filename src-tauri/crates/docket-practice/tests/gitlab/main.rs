//! The practice GitLab over real sockets: every promise of the module is asked for by an ordinary HTTP client.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on stops here")]

mod access;
mod client;
mod contract;
mod faults;
mod graphql;
mod issues;
mod limits;
mod lists;
mod oauth;
mod others;
mod pages;
mod places;
mod texts;
mod uploads;
