//! The practice Azure DevOps over real sockets: every promise is asked for by an ordinary HTTP client.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on stops here")]

mod access;
mod attachments;
mod client;
mod contract;
mod entra;
mod faults;
mod items;
mod metadata;
mod pace;
mod pages;
mod query;
mod rules;
