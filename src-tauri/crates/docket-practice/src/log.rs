//! What the server saw: one line per request, in the order of arrival. Tokens are never kept in clear.

use jiff::Timestamp;
use serde_json::Value;

/// The kind of credential that came with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// None.
    None,
    /// A classic token that the server knows.
    Classic,
    /// A fine-grained token that the server knows.
    FineGrained,
    /// User name and password or token.
    Basic,
    /// A personal access token that the practice GitLab knows.
    Personal,
    /// A project access token of the practice GitLab.
    Project,
    /// A group access token of the practice GitLab.
    Group,
    /// An OAuth access token of the practice GitLab.
    OAuth,
    /// Something that the server does not know.
    Unknown,
}

/// One request and what became of it.
#[derive(Debug, Clone)]
pub struct Logged {
    /// Counts from 0 in the order of arrival.
    pub index: usize,
    /// When it arrived, on the server's clock.
    pub at: Timestamp,
    /// `GET`, `POST`, …
    pub method: String,
    /// The path as sent, without the query.
    pub path: String,
    /// The query as sent, without `?`; empty if there is none.
    pub query: String,
    /// The vendor's name of the operation (`issues/create`), `graphql`, or `None` for pages and unknown paths.
    pub operation: Option<String>,
    /// The status that was sent; `None` while no answer was given (cut, silent, still running).
    pub status: Option<u16>,
    /// The request's JSON body.
    pub body: Option<Value>,
    /// The request's headers except `Authorization`, `Proxy-Authorization` and `Cookie`; names in lower case.
    pub headers: Vec<(String, String)>,
    /// What kind of credential it carried.
    pub credential: Credential,
    /// First 12 hex digits of the SHA-256 of the credential, to tell two apart.
    pub credential_digest: Option<String>,
    /// The fault that struck it.
    pub fault: Option<String>,
}

impl Logged {
    /// Whether it asked for a change (anything but GET, HEAD and OPTIONS).
    pub fn is_write(&self) -> bool {
        !matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS")
    }
}

/// A disagreement with the vendor's contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// 597: the practice server's own answer; 598: the client's request; 599: no such operation.
    pub code: u16,
    /// The request's index in the log.
    pub index: usize,
    /// Method and path.
    pub request: String,
    /// What is wrong, one sentence each.
    pub problems: Vec<String>,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} (request {}): {}", self.code, self.request, self.index, self.problems.join("; "))
    }
}
