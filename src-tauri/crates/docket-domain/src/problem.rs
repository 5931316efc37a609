//! The one shape in which anything that went wrong reaches a person.
//!
//! `message` says what failed, `hint` what to do next, `code` lets the window and scripts
//! branch. Causes for engineers go into `cause`, which is logged once at the edge under
//! the trace id and never shown.

use std::collections::BTreeMap;
use std::fmt;

use crate::time::Timestamp;

words! {
    /// Why something failed, as far as a caller can act on it. Closed and small: a code is
    /// added only when the window or a script treats it differently.
    pub enum Code {
        /// The request itself is wrong (a form field, a query, a command-line value).
        BadInput = "bad_input", "Not understood";
        /// What was asked for does not exist (any more).
        NotFound = "not_found", "Not found";
        /// The state changed meanwhile; look again and decide again.
        Conflict = "conflict", "Changed meanwhile";
        /// The target can be read by everybody, and nobody has said yes to publishing there.
        PublicTarget = "public_target", "Public place";
        /// A report could not be read.
        Report = "report", "Report not readable";
        /// A report seems to belong to another application or branch, and nobody has said that it does not.
        Mismatch = "mismatch", "Another application?";
        /// The operating system's keychain is missing, locked or refused.
        Keychain = "keychain", "Keychain";
        /// The data folder or its database cannot be used.
        Store = "store", "Data folder";
        /// The data folder was written by a newer Docket.
        StoreNewer = "store_newer", "Newer data folder";
        /// Another running Docket is doing this right now.
        Busy = "busy", "Busy";
        /// Name resolution, connection or time-out.
        Network = "network", "Network";
        /// The certificate or TLS handshake was refused.
        Tls = "tls", "Certificate";
        /// The proxy refused or wants a login.
        Proxy = "proxy", "Proxy";
        /// The tracker did not accept the credential.
        Unauthorized = "unauthorized", "Not signed in";
        /// The credential may not do this.
        Forbidden = "forbidden", "Not allowed";
        /// The repository, project or issue is not there or not visible.
        TargetMissing = "target_missing", "Not visible";
        /// The tracker asks us to wait; `retry_at` says until when.
        RateLimited = "rate_limited", "Waiting for the tracker";
        /// The tracker refused what was sent.
        Refused = "refused", "Refused by the tracker";
        /// The tracker has trouble of its own (5xx, nonsense answers, sign-in pages).
        TrackerTrouble = "tracker_trouble", "Tracker trouble";
        /// It is not known whether the tracker did it.
        Uncertain = "uncertain", "Outcome unknown";
        /// A person cancelled it.
        Cancelled = "cancelled", "Cancelled";
        /// A defect in Docket.
        Internal = "internal", "Defect in Docket";
    }
}

/// What went wrong, for a person: what failed, what to do next, and the facts around it.
#[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Problem {
    /// The kind of failure.
    pub code: Code,
    /// What failed, in one or two sentences.
    pub message: String,
    /// What to do next, when something can be done.
    pub hint: Option<String>,
    /// Facts worth showing or copying (`file`, `line`, `host`, `status`, …). Never secrets.
    #[serde(default)]
    pub context: BTreeMap<String, String>,
    /// When trying again makes sense.
    pub retry_at: Option<Timestamp>,
    /// The id under which the log holds the cause.
    pub trace_id: Option<String>,
    /// The technical cause, for the log only: it never crosses the wire.
    #[serde(skip)]
    #[cfg_attr(feature = "ts", ts(skip))]
    pub cause: Option<String>,
}

impl Problem {
    /// A problem of `code` that says `message`.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            hint: None,
            context: BTreeMap::new(),
            retry_at: None,
            trace_id: None,
            cause: None,
        }
    }

    /// The request itself is wrong.
    pub fn bad_input(message: impl Into<String>) -> Self {
        Self::new(Code::BadInput, message)
    }

    /// What was asked for does not exist.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(Code::NotFound, message)
    }

    /// A defect in Docket: `cause` is for the log.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self::new(Code::Internal, "Something went wrong inside Docket.")
            .hint("Try again; if it happens again, please report it with the log.")
            .because(cause)
    }

    /// A person cancelled the work.
    pub fn cancelled() -> Self {
        Self::new(Code::Cancelled, "Cancelled.")
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl fmt::Display) -> Self {
        self.context.insert(key.to_owned(), value.to_string());
        self
    }

    /// Adds when trying again makes sense.
    #[must_use]
    pub fn retry_at(mut self, at: Timestamp) -> Self {
        self.retry_at = Some(at);
        self
    }

    /// Adds the technical cause (log only).
    #[must_use]
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(hint) = &self.hint {
            write!(f, " {hint}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Problem({}: {}", self.code, self.message)?;
        if let Some(cause) = &self.cause {
            write!(f, "; cause: {cause}")?;
        }
        if !self.context.is_empty() {
            write!(f, "; {:?}", self.context)?;
        }
        f.write_str(")")
    }
}

impl std::error::Error for Problem {}
