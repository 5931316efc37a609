//! Issue trackers over HTTP: one folder per tracker.
//!
//! The waist is [`Tracker`] (operations on one connection) and [`TrackerKind`] (what a kind
//! of tracker asks for and how it connects). Whoever uses a tracker sees issues, targets and
//! problems in words; requests, statuses and pages stay in here.
//!
//! Invariants:
//! * a secret reaches the origin of its connection and nothing else: no log, error, `Debug`
//!   output or report holds it;
//! * a request that creates something is sent at most once per call, and a caller can always
//!   tell «not done» from «not known» ([`Outcome`]);
//! * waiting goes through [`Sleeper`] and [`Clock`](docket_domain::Clock), so that tests run
//!   on virtual time.
//!
//! Deliberately absent: SQL, the keychain, findings, any other tracker's vocabulary in the
//! waist.

mod check;
mod choices;
mod comments;
mod connect;
pub mod device;
mod draft;
mod error;
mod exchange;
mod http;
mod in_front;
mod pace;
mod pasted;
mod places;
mod ports;
mod redact;
mod register;
mod talk;
mod waist;

mod azure;
mod github;
mod gitlab;

#[cfg(test)]
extern crate self as docket_tracker;
#[cfg(test)]
#[path = "../tests/support/virtual_time.rs"]
mod virtual_time;

pub use azure::address::{AzureAddress, Home as AzureHome};
pub use error::{Outcome, TrackerError, WriteError};
pub use exchange::{Exchange, ExchangeSink, NoExchanges};
pub use github::address::{GitHubAddress, Host as GitHubHost};
pub use gitlab::address::GitLabAddress;
pub use pace::{ContentLog, Errand, Pacers, Urgency, Used, WaitReason, WaitSink, Waiting};
pub use places::Places;
pub use ports::{ConnectSettings, NoContentLog, NoWaits, Ports, Sleeper, TokenSource, TokioSleeper};
pub use redact::Redactor;
pub use register::{by_id, kinds};
pub use waist::{
    Account, Audience, ChangedPage, CheckGoal, DeviceEndpoints, FileLimits, IssueRead, Limits, Marks, Markup,
    Owner, TargetPage, Tracker, TrackerKind, Written,
};
