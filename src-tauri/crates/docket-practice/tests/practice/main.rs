//! The practice server over real sockets: every promise of the crate is asked for by an ordinary HTTP client.

mod client;
mod issues;
