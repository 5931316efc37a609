//! Signing in with a code in the browser: the OAuth 2.0 device authorization grant (RFC 8628),
//! and renewing what it gave (RFC 6749, section 6).
//!
//! Invariants:
//! * codes and tokens reach the one server that the kind named and nothing else: both of its
//!   addresses must be of the same origin, encrypted unless it is this computer, and a redirect
//!   away from it is not followed;
//! * no code and no token is in a log, an exchange, an error or a `Debug` output;
//! * the server's pace is kept: never asked sooner than it said, more slowly after «slow down»
//!   and after trouble on the way.
//!
//! Deliberately absent: any vendor's addresses and names (see
//! [`TrackerKind::device`](crate::TrackerKind::device)), and where tokens are kept.

mod answer;
mod words;

use std::time::Duration;

use docket_domain::{Code, Network, Problem, Secret, Timestamp};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use url::Url;

use self::answer::{Poll, codes, polled, tokens};
use crate::http::{Answer, Call, Dialect, Failure, Http, Make, Reached, Throttle, is_this_computer};
use crate::pace::{Allowances, Most};
use crate::ports::Ports;
use crate::redact::Redactor;
use crate::waist::DeviceEndpoints;

const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Added to the pause between two questions when the server asks to slow down.
const SLOWER_MS: i64 = 5_000;
/// Longest pause between two questions, whatever went wrong before.
const LONGEST_PAUSE_MS: i64 = 60_000;

/// What a person enters in the browser, and what Docket asks with meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceCode {
    secret: Secret,
    interval_ms: i64,
    /// What the person enters.
    pub user_code: String,
    /// Where to enter it.
    pub url: String,
    /// The same page with the code filled in, where the server offers that.
    pub complete_url: Option<String>,
    /// When the code ends.
    pub expires: Timestamp,
}

/// What signing in gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenSet {
    /// Signs requests.
    pub access: Secret,
    /// Gets the next set; none when the access token cannot be renewed.
    pub refresh: Option<Secret>,
    /// When the access token ends; none: the server does not say.
    pub ends: Option<Timestamp>,
}

/// Why tokens were not renewed.
#[derive(Debug)]
pub enum RefreshError {
    /// The server does not take the refresh token (any more): only signing in again helps.
    Refused(Problem),
    /// The server did nothing; later it may work.
    Later(Problem),
    /// The answer was lost, or is none: the server may have taken the refresh token, and then
    /// only signing in again helps.
    Unknown(Problem),
}

/// One server at which a person signs in.
pub struct SignIn {
    http: Http,
    code_url: Url,
    token_url: Url,
    client_id: String,
    scope: String,
}

/// Forms are sent at the pace that the server states; nothing else is counted.
const UNPACED: Allowances = Allowances {
    spacing_ms: 0,
    issues: Most { minute: 0, hour: 0 },
    beside: Most { minute: 0, hour: 0 },
    together: true,
    points_per_minute: 10_000,
    write_points: 1,
    readers: 4,
    slides_ms: 0,
};

struct IdentityDialect;

impl Dialect for IdentityDialect {
    fn vendor(&self) -> &'static str {
        "The sign-in server"
    }

    fn telling_headers(&self) -> &'static [&'static str] {
        &["content-type", "date", "retry-after", "server", "x-request-id"]
    }

    fn throttled(&self, _answer: &Answer, _now: Timestamp) -> Option<Throttle> {
        None
    }

    fn request_id(&self, headers: &HeaderMap) -> Option<String> {
        headers.get("x-request-id")?.to_str().ok().map(str::to_owned)
    }
}

impl SignIn {
    /// For the server that `at` names; nothing is sent yet. Of `ports` time, exchanges, the
    /// proxy's password and cancellation are used.
    ///
    /// # Errors
    /// The client id is missing, the addresses do not belong together, or tokens would travel
    /// unencrypted.
    pub fn new(at: &DeviceEndpoints, network: &Network, ports: Ports) -> Result<Self, Problem> {
        let client_id = at.client_id.trim().to_owned();
        if client_id.is_empty() {
            return Err(Problem::bad_input("The client id is missing.")
                .hint("Register an application at the tracker, as the help beside the field says, and enter its client id.")
                .with("field", "client_id"));
        }
        let code_url = address(&at.code_url)?;
        let token_url = address(&at.token_url)?;
        if code_url.origin() != token_url.origin() {
            return Err(Problem::internal("the kind names two different servers for signing in"));
        }
        let plain = token_url.scheme() == "http";
        if plain && !is_this_computer(&token_url) && !network.allow_plain_http {
            return Err(Problem::bad_input(format!(
                "{} would get codes and tokens unencrypted.",
                token_url.host_str().unwrap_or_default()
            ))
            .hint("Use the https address."));
        }
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let pacer = ports.pacers.of(&format!("sign-in {token_url}"), UNPACED);
        let redactor = Redactor::new(ports.proxy_secret.iter().map(|secret| (None, secret)));
        let http = Http::new(Make {
            origin: &token_url,
            network,
            ports,
            pacer,
            dialect: &IdentityDialect,
            headers,
            // Nothing here is signed: who asks is proven by the codes alone.
            authorization: (AUTHORIZATION, HeaderValue::from_static("")),
            redactor,
        })?;
        Ok(Self { http, code_url, token_url, client_id, scope: at.scope.clone() })
    }

    /// Asks for a code.
    ///
    /// # Errors
    /// The server cannot be reached, does not know the client id, or does not offer this way
    /// of signing in.
    pub async fn begin(&self) -> Result<DeviceCode, Problem> {
        let mut form = vec![("client_id", self.client_id.as_str())];
        if !self.scope.is_empty() {
            form.push(("scope", self.scope.as_str()));
        }
        let answer =
            self.http.send(Call::form(self.code_url.clone(), &form, false)).await.map_err(problem)?;
        let now = self.http.ports.clock.now();
        let code = codes(&answer, now).map_err(|problem| self.cleaned(problem))?;
        self.http.redactor.learn(&code.secret);
        Ok(code)
    }

    /// Asks until the person has entered the code, at the server's pace.
    ///
    /// # Errors
    /// The code ended, somebody refused, the job was cancelled, or the server cannot be used.
    /// Trouble on the way is waited out until the code ends.
    pub async fn poll(&self, code: &DeviceCode) -> Result<TokenSet, Problem> {
        let form = [
            ("grant_type", DEVICE_GRANT),
            ("device_code", code.secret.expose()),
            ("client_id", self.client_id.as_str()),
        ];
        let mut interval_ms = code.interval_ms;
        let mut held_ms = 0;
        loop {
            self.pause(interval_ms.max(held_ms)).await?;
            let now = self.http.ports.clock.now();
            if now >= code.expires {
                return Err(words::code_ended());
            }
            let answer = match self.http.send(Call::form(self.token_url.clone(), &form, false)).await {
                Ok(answer) => answer,
                // The code lives on while the network is away.
                Err(failure) if failure.error.code() == Code::Network => {
                    held_ms = slower(interval_ms.max(held_ms));
                    continue;
                }
                Err(failure) => return Err(problem(failure)),
            };
            if answer.status == 429 || answer.status >= 500 {
                let asked = answer.retry_after(now).map_or(0, |until| until.millis_since(now));
                held_ms = slower(interval_ms.max(held_ms)).max(asked.min(LONGEST_PAUSE_MS));
                continue;
            }
            held_ms = 0;
            match polled(&answer, now).map_err(|problem| self.cleaned(problem))? {
                Poll::Tokens(tokens) => return Ok(tokens),
                Poll::Pending => {}
                Poll::SlowDown { interval_ms: wanted } => {
                    interval_ms =
                        wanted.filter(|wanted| *wanted > interval_ms).unwrap_or(interval_ms + SLOWER_MS);
                }
            }
        }
    }

    /// Renews: the answer takes the place of what `refresh` came with, which the server may
    /// have ended. Keep it before using it.
    ///
    /// # Errors
    /// See [`RefreshError`].
    pub async fn refresh(&self, refresh: &Secret) -> Result<TokenSet, RefreshError> {
        self.http.redactor.learn(refresh);
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.expose()),
            ("client_id", self.client_id.as_str()),
        ];
        let call = Call::form(self.token_url.clone(), &form, true);
        let answer = self.http.send(call).await.map_err(|failure| match failure.reached {
            Reached::NotSent => RefreshError::Later(problem(failure)),
            Reached::Maybe => RefreshError::Unknown(problem(failure)),
        })?;
        if answer.status >= 500 {
            return Err(RefreshError::Unknown(words::trouble(&answer)));
        }
        if answer.status == 429 {
            return Err(RefreshError::Later(words::trouble(&answer)));
        }
        let fresh = tokens(&answer, self.http.ports.clock.now()).map_err(|refusal| match refusal {
            answer::Refusal::Final(problem) => RefreshError::Refused(self.cleaned(problem)),
            answer::Refusal::Nonsense(problem) => RefreshError::Later(self.cleaned(problem)),
        })?;
        // A server that does not rotate leaves the old one valid.
        Ok(TokenSet { refresh: fresh.refresh.or_else(|| Some(refresh.clone())), ..fresh })
    }

    async fn pause(&self, ms: i64) -> Result<(), Problem> {
        let ports = &self.http.ports;
        tokio::select! {
            biased;
            () = ports.cancel.cancelled() => Err(Problem::cancelled()),
            () = ports.sleeper.sleep(Duration::from_millis(ms.unsigned_abs())) => Ok(()),
        }
    }

    /// A server may repeat in an error what it was sent.
    fn cleaned(&self, problem: Problem) -> Problem {
        Problem::from(crate::error::TrackerError::new(problem).cleaned(&self.http.redactor))
    }
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").field("token_url", &self.token_url.as_str()).finish_non_exhaustive()
    }
}

fn slower(ms: i64) -> i64 {
    (ms * 2).clamp(1_000, LONGEST_PAUSE_MS)
}

fn problem(failure: Failure) -> Problem {
    failure.error.into()
}

fn address(text: &str) -> Result<Url, Problem> {
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some())
        .ok_or_else(|| Problem::internal("the kind's sign-in address is not a web address"))
}
