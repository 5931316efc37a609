//! What went wrong between Docket and a tracker.

use std::fmt;

use docket_domain::{Code, Problem, Timestamp};

use crate::redact::Redactor;

/// A failed operation: the problem in words, and what the tracker answered.
#[derive(Clone, PartialEq)]
pub struct TrackerError {
    /// What failed and what to do next. Its `retry_at` says when to try again.
    pub problem: Problem,
    /// Status of the deciding answer; none when there was none.
    pub status: Option<u16>,
    /// The tracker's own id of the request.
    pub request_id: Option<String>,
    /// A page on which a person can authorise the token for an organisation (single sign-on).
    pub sso_url: Option<String>,
}

impl TrackerError {
    /// An error that no answer of the tracker stands behind.
    pub fn new(problem: Problem) -> Self {
        Self { problem, status: None, request_id: None, sso_url: None }
    }

    /// The problem's code.
    pub fn code(&self) -> Code {
        self.problem.code
    }

    /// When trying again makes sense.
    pub fn retry_at(&self) -> Option<Timestamp> {
        self.problem.retry_at
    }

    /// Without secrets: an answer may repeat what was sent with the request.
    pub(crate) fn cleaned(mut self, redactor: &Redactor) -> Self {
        let clean = |text: &mut String| *text = redactor.clean(text);
        clean(&mut self.problem.message);
        self.problem.hint.iter_mut().for_each(clean);
        self.problem.cause.iter_mut().for_each(clean);
        self.problem.context.values_mut().for_each(clean);
        self.request_id.iter_mut().for_each(clean);
        self.sso_url.iter_mut().for_each(clean);
        self
    }

    /// True when every further request of this connection would fail the same way, so that
    /// a job should stop rather than go through its remaining steps.
    pub fn stops_all(&self) -> bool {
        matches!(
            self.problem.code,
            Code::Unauthorized
                | Code::Network
                | Code::Tls
                | Code::Proxy
                | Code::RateLimited
                | Code::TrackerTrouble
                | Code::Cancelled
        )
    }
}

impl From<Problem> for TrackerError {
    fn from(problem: Problem) -> Self {
        Self::new(problem)
    }
}

impl From<TrackerError> for Problem {
    fn from(error: TrackerError) -> Self {
        let mut problem = error.problem;
        let facts = [
            ("status", error.status.map(|status| status.to_string())),
            ("request_id", error.request_id),
            ("sso_url", error.sso_url),
        ];
        for (key, value) in facts {
            if let Some(value) = value {
                problem.context.entry(key.to_owned()).or_insert(value);
            }
        }
        problem
    }
}

impl fmt::Display for TrackerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

impl fmt::Debug for TrackerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.problem)?;
        if let Some(status) = self.status {
            write!(f, " [{status}]")?;
        }
        if let Some(id) = &self.request_id {
            write!(f, " [{id}]")?;
        }
        Ok(())
    }
}

impl std::error::Error for TrackerError {}

/// What is known about a write that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing was done; it may be tried again (after `retry_at`, if that is given).
    NotSent,
    /// The tracker refused; trying the same again is pointless.
    Refused,
    /// Nobody knows whether it was done. Never repeat it; look first.
    Unknown,
}

/// A write that failed, and what is known about it.
#[derive(Clone, PartialEq)]
pub struct WriteError {
    /// Whether it may have been done.
    pub outcome: Outcome,
    /// Why it failed.
    pub error: TrackerError,
}

impl WriteError {
    /// Nothing was done.
    pub fn not_sent(error: impl Into<TrackerError>) -> Self {
        Self { outcome: Outcome::NotSent, error: error.into() }
    }

    /// The tracker refused.
    pub fn refused(error: impl Into<TrackerError>) -> Self {
        Self { outcome: Outcome::Refused, error: error.into() }
    }

    /// Nobody knows.
    pub fn unknown(error: impl Into<TrackerError>) -> Self {
        Self { outcome: Outcome::Unknown, error: error.into() }
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl fmt::Debug for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {:?}", self.outcome, self.error)
    }
}

impl std::error::Error for WriteError {}
