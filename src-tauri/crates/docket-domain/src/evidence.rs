//! What a scanner offers as proof: the request that it sent and the answer, a payload, the text
//! that gave the flaw away, the output of a check.
//!
//! Invariants: all of it is hostile input and bounded by whoever reads it; credentials in headers
//! are masked before anything is kept. It is shown and exported, and not part of what Docket
//! writes into an issue by itself.

wire! {
    /// One piece of proof.
    pub struct Evidence {
        /// What it is, where the report says («Original request», «Output»).
        pub label: Option<String>,
        /// HTTP method.
        pub method: Option<String>,
        /// The address that was asked.
        pub url: Option<String>,
        /// What was sent: request line, headers, body.
        pub request: Option<String>,
        /// What came back: status line, headers, body.
        pub response: Option<String>,
        /// What was put in to attack.
        pub payload: Option<String>,
        /// What gave it away: the matched text, the output of a check, steps.
        pub text: Option<String>,
    }
}

impl Evidence {
    /// A piece in which nothing stands yet.
    pub fn empty() -> Self {
        Self {
            label: None,
            method: None,
            url: None,
            request: None,
            response: None,
            payload: None,
            text: None,
        }
    }

    /// Whether it proves anything: an address alone does not.
    pub fn says_something(&self) -> bool {
        [&self.request, &self.response, &self.payload, &self.text].into_iter().any(Option::is_some)
    }
}
