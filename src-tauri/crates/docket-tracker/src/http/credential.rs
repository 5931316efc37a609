//! What signs a request: a fixed header, or a token that is renewed while the client lives.

use docket_domain::{Problem, Secret};
use reqwest::header::HeaderValue;

use super::{Call, Failure, Http};

/// What one request is signed with.
pub(super) struct Credential {
    pub header: HeaderValue,
    /// The token, when it comes from a source that can renew it.
    pub token: Option<Secret>,
}

impl Http {
    /// What signs `call` now; none when it goes without.
    pub(super) async fn credential(&self, call: &Call<'_>) -> Result<Option<Credential>, Failure> {
        if !call.signed {
            return Ok(None);
        }
        let Some(source) = &self.ports.tokens else {
            return Ok(Some(Credential { header: self.authorization.clone(), token: None }));
        };
        let token = source.token().await.map_err(Failure::not_sent)?;
        self.redactor.learn(&token);
        let mut header = HeaderValue::try_from(format!("Bearer {}", token.expose())).map_err(|_| {
            Failure::not_sent(Problem::internal("the token that was issued cannot stand in a header"))
        })?;
        header.set_sensitive(true);
        Ok(Some(Credential { header, token: Some(token) }))
    }

    /// Gets another token in place of one that was not accepted. The refused request did
    /// nothing, so it may be sent again. False: there is no source that could.
    pub(super) async fn renew(&self, used: Option<&Credential>) -> Result<bool, Failure> {
        let (Some(source), Some(rejected)) =
            (&self.ports.tokens, used.and_then(|credential| credential.token.as_ref()))
        else {
            return Ok(false);
        };
        source.after_rejection(rejected).await.map_err(Failure::not_sent)?;
        Ok(true)
    }
}
