//! The log of a connection: each request and its answer, without secrets.

use std::collections::BTreeMap;

use docket_domain::Timestamp;

/// One request and its answer. Whoever makes one has removed secrets from every part of it
/// and cut the texts to a bearable size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// When the request left.
    pub at: Timestamp,
    /// `GET`, `POST`, ….
    pub method: String,
    /// Address, without login and secret parameters.
    pub url: String,
    /// Status of the answer; none when there was none.
    pub status: Option<u16>,
    /// Until the answer was read, milliseconds.
    pub ms: u64,
    /// What was sent.
    pub request: Option<String>,
    /// What came back.
    pub response: Option<String>,
    /// Headers of the answer that are worth keeping.
    pub headers: BTreeMap<String, String>,
    /// Why there was no answer.
    pub error: Option<String>,
}

/// Who keeps exchanges. Called from within a request: must be quick and must not fail.
pub trait ExchangeSink: Send + Sync {
    /// An exchange has ended.
    fn exchanged(&self, exchange: Exchange);
}

/// Keeps nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoExchanges;

impl ExchangeSink for NoExchanges {
    fn exchanged(&self, _exchange: Exchange) {}
}
