//! Codes and tokens against form fields: what every server of this grant decides alike.

use std::sync::Mutex;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::IdentityDialect;
use super::grants::{Grants, Mint, Terms};
use crate::locked;
use crate::text::percent_encoded;

const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// What a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    Codes,
    Tokens,
}

/// An answer before it becomes HTTP.
#[derive(Debug)]
pub(crate) struct Said {
    pub status: u16,
    pub body: Value,
    /// What the client must never do, and did.
    pub wrong: Option<&'static str>,
}

impl Said {
    fn new(status: u16, body: Value) -> Self {
        Self { status, body, wrong: None }
    }

    /// The body as GitHub writes it when JSON was not asked for.
    pub fn form(&self) -> String {
        let fields = self.body.as_object().into_iter().flatten().map(|(key, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            format!("{key}={}", percent_encoded(&text))
        });
        fields.collect::<Vec<_>>().join("&")
    }
}

/// The grants of one server, and the applications that it knows.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub terms: Terms,
    pub clients: Vec<String>,
    pub grants: Mutex<Grants>,
}

impl Exchange {
    pub fn new(terms: Terms, clients: Vec<String>) -> Self {
        Self { terms, clients, grants: Mutex::default() }
    }

    /// An error, with the status that the dialect gives it.
    pub fn refusal(&self, body: Value) -> Said {
        let status = match self.terms.dialect {
            IdentityDialect::Standard => 400,
            IdentityDialect::GitHub => 200,
        };
        Said::new(status, body)
    }

    /// The answer to a question for codes or tokens. `origin`: where the page for people is.
    pub fn answer(
        &self,
        about: About,
        fields: &[(String, String)],
        mint: &dyn Mint,
        origin: &str,
        now: Timestamp,
    ) -> Said {
        let field =
            |name: &str| fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
        let client = field("client_id");
        if !self.clients.iter().any(|known| known == client) {
            return match (self.terms.dialect, about) {
                (IdentityDialect::Standard, _) => Said::new(401, json!({ "error": "invalid_client" })),
                (IdentityDialect::GitHub, About::Tokens) => {
                    self.refusal(json!({ "error": "incorrect_client_credentials" }))
                }
                (IdentityDialect::GitHub, About::Codes) => Said::new(404, json!({ "error": "Not Found" })),
            };
        }
        let mut grants = locked(&self.grants);
        if about == About::Codes {
            return Said::new(200, grants.begin(&self.terms, client, field("scope"), origin, now));
        }
        let result = match field("grant_type") {
            DEVICE_GRANT => grants.poll(&self.terms, client, field("device_code"), mint, now),
            "refresh_token" => grants.refresh(&self.terms, client, field("refresh_token"), mint),
            _ => Err((json!({ "error": "unsupported_grant_type" }), None)),
        };
        match result {
            Ok(body) => Said::new(200, body),
            Err((body, wrong)) => Said { wrong, ..self.refusal(body) },
        }
    }
}
