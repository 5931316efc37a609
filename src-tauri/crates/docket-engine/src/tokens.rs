//! Tokens of connections that are signed in with a code: kept together in one keychain entry,
//! renewed before they end.
//!
//! Invariants:
//! * one refresh at a time for each connection, also across processes: a server that rotates
//!   its refresh tokens ends both old tokens with every refresh, and takes a second use of the
//!   old one for theft;
//! * new tokens are in the keychain before anything is sent with them;
//! * a refresh that has begun is followed to its end, also when whoever needed it is cancelled;
//! * tokens go only to the server and client id that they were issued for;
//! * a refresh that fails leaves what is kept as it was.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use docket_domain::{Code, Connection, Problem, Secret, SecretRef, Timestamp};
use docket_tracker::device::{RefreshError, SignIn, TokenSet};
use docket_tracker::{ConnectSettings, DeviceEndpoints, TokenSource};
use serde_json::{Value, json};

use crate::engine::{Engine, blocking};
use crate::leases::Lease;

/// An access token that ends sooner than this is renewed before it is used, milliseconds.
const AHEAD_MS: i64 = 120_000;
/// Whether somebody else's refresh has ended is looked at this often.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// The form in which tokens are kept.
const VERSION: u64 = 1;

/// What the keychain holds for one connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    pub tokens: TokenSet,
    /// Whom the tokens may be shown to.
    issuer: String,
    client_id: String,
    /// A refresh began and its end was not seen: the server may have ended these tokens.
    renewing: bool,
}

impl Kept {
    /// Fresh tokens from `at`.
    pub fn new(tokens: TokenSet, at: &DeviceEndpoints) -> Self {
        let (issuer, client_id) = (at.token_url.clone(), at.client_id.trim().to_owned());
        Self { tokens, issuer, client_id, renewing: false }
    }

    fn written(&self) -> Secret {
        let TokenSet { access, refresh, ends } = &self.tokens;
        let text = json!({
            "v": VERSION,
            "access": access.expose(),
            "refresh": refresh.as_ref().map(Secret::expose),
            "ends": ends.map(|at| at.0),
            "issuer": self.issuer,
            "client_id": self.client_id,
            "renewing": self.renewing,
        });
        Secret::new(text.to_string())
    }

    /// None: something else, or of another version.
    fn read(secret: &Secret) -> Option<Self> {
        let value: Value = serde_json::from_str(secret.expose()).ok()?;
        let text = |key: &str| value.get(key)?.as_str().map(str::to_owned);
        if value.get("v")?.as_u64()? != VERSION {
            return None;
        }
        Some(Self {
            tokens: TokenSet {
                access: Secret::new(text("access")?),
                refresh: text("refresh").map(Secret::new),
                ends: value.get("ends").and_then(Value::as_i64).map(Timestamp),
            },
            issuer: text("issuer")?,
            client_id: text("client_id")?,
            renewing: value.get("renewing").and_then(Value::as_bool).unwrap_or(false),
        })
    }

    /// The access token can be used at `now` for at least `ahead_ms` more.
    fn serves(&self, rejected: Option<&Secret>, now: Timestamp, ahead_ms: i64) -> bool {
        rejected != Some(&self.tokens.access)
            && self.tokens.ends.is_none_or(|ends| ends.millis_since(now) > ahead_ms)
    }
}

/// The tokens of one connection, for as long as a tracker lives.
pub(crate) struct Tokens {
    engine: Engine,
    connection: Connection,
    at: DeviceEndpoints,
    held: Mutex<Option<TokenSet>>,
}

impl Tokens {
    async fn fetch(&self, rejected: Option<&Secret>) -> Result<Secret, Problem> {
        let tokens = self.engine.valid_tokens(&self.connection, &self.at, rejected).await?;
        let access = tokens.access.clone();
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(tokens);
        Ok(access)
    }
}

#[async_trait]
impl TokenSource for Tokens {
    async fn token(&self) -> Result<Secret, Problem> {
        let now = self.engine.now();
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match held {
            Some(tokens) if tokens.ends.is_none_or(|ends| ends.millis_since(now) > AHEAD_MS) => {
                Ok(tokens.access.clone())
            }
            _ => self.fetch(None).await,
        }
    }

    async fn after_rejection(&self, rejected: &Secret) -> Result<Secret, Problem> {
        self.fetch(Some(rejected)).await
    }
}

impl Engine {
    /// Where `connection` signs in with a code; none when it uses a secret that was entered.
    pub(crate) fn device_of(&self, connection: &Connection) -> Result<Option<DeviceEndpoints>, Problem> {
        let kind = self.kind(&connection.kind)?;
        if !kind.card().auth.iter().any(|auth| auth.id == connection.auth && auth.device) {
            return Ok(None);
        }
        let at = kind.device(&ConnectSettings::from(connection))?;
        at.map(Some).ok_or_else(|| {
            Problem::bad_input(format!(
                "The tracker of «{}» does not offer signing in with a code.",
                connection.label
            ))
            .hint("Choose another way of signing in for this connection.")
        })
    }

    /// The source of `connection`'s tokens, when it signs in with a code.
    pub(crate) fn tokens_of(&self, connection: &Connection) -> Result<Option<Tokens>, Problem> {
        Ok(self.device_of(connection)?.map(|at| Tokens {
            engine: self.clone(),
            connection: connection.clone(),
            at,
            held: Mutex::default(),
        }))
    }

    /// Tokens that can be used now, other than `rejected`; renewed when they must be.
    async fn valid_tokens(
        &self,
        connection: &Connection,
        at: &DeviceEndpoints,
        rejected: Option<&Secret>,
    ) -> Result<TokenSet, Problem> {
        let kept = self.kept(connection, at).await?;
        if kept.serves(rejected, self.now(), AHEAD_MS) {
            return Ok(kept.tokens);
        }
        if kept.tokens.refresh.is_none() {
            // Nothing to renew with; until it ends it works.
            return if kept.serves(rejected, self.now(), 0) {
                Ok(kept.tokens)
            } else {
                Err(ended(connection))
            };
        }
        let lease = self.take_token_lease(connection).await?;
        let (engine, connection, at) = (self.clone(), connection.clone(), at.clone());
        let rejected = rejected.cloned();
        // A task of its own: once the refresh token has been used, its successor must be kept,
        // whatever becomes of the work that needed it.
        let renewal = tokio::spawn(async move {
            let result = engine.renew(&connection, &at, rejected.as_ref()).await;
            engine.release_lease(lease).await;
            result
        });
        renewal.await.map_err(Problem::internal)?
    }

    /// Renews under the lease.
    async fn renew(
        &self,
        connection: &Connection,
        at: &DeviceEndpoints,
        rejected: Option<&Secret>,
    ) -> Result<TokenSet, Problem> {
        // Somebody else may just have done it.
        let kept = self.kept(connection, at).await?;
        if kept.serves(rejected, self.now(), AHEAD_MS) {
            return Ok(kept.tokens);
        }
        let Some(refresh) = kept.tokens.refresh.clone() else { return Err(ended(connection)) };
        let sign_in = SignIn::new(at, &connection.network, self.ports(connection, Secret::new("")).await?)?;
        // Also shows that the keychain can be written before the old token is spent.
        self.keep(connection, &Kept { renewing: true, ..kept.clone() }).await?;
        crate::testing::pause_point("renewing");
        let answer = sign_in.refresh(&refresh).await;
        crate::testing::pause_point("renewed");
        match answer {
            Ok(fresh) => {
                self.keep(connection, &Kept::new(fresh.clone(), at)).await?;
                tracing::info!(connection = %connection.id, "a sign-in was renewed");
                Ok(fresh)
            }
            Err(RefreshError::Refused(problem)) => {
                let interrupted = kept.renewing;
                self.keep(connection, &kept).await?;
                Err(refused(connection, problem, interrupted))
            }
            Err(RefreshError::Later(problem)) => {
                self.keep(connection, &kept).await?;
                self.rest_of(kept, rejected, problem)
            }
            // It stays marked as begun.
            Err(RefreshError::Unknown(problem)) => self.rest_of(kept, rejected, problem),
        }
    }

    /// The time that is left is used while the server is away.
    fn rest_of(&self, kept: Kept, rejected: Option<&Secret>, problem: Problem) -> Result<TokenSet, Problem> {
        if kept.serves(rejected, self.now(), 0) { Ok(kept.tokens) } else { Err(problem) }
    }

    /// What the keychain holds for `connection`, for use with `at` alone.
    async fn kept(&self, connection: &Connection, at: &DeviceEndpoints) -> Result<Kept, Problem> {
        let again = |words: String| Problem::new(Code::Unauthorized, words).hint(how(connection));
        let secret = self.resolve_secret(connection.secret.clone()).await?;
        let Some(kept) = secret.as_ref().and_then(Kept::read) else {
            return Err(again(format!("The connection «{}» is not signed in yet.", connection.label)));
        };
        if kept.issuer != at.token_url || kept.client_id != at.client_id.trim() {
            return Err(again(format!(
                "The sign-in of «{}» was made for another address or client id, so it is not used.",
                connection.label
            )));
        }
        Ok(kept)
    }

    /// Keeps tokens in the entry that `connection` has already.
    pub(crate) async fn keep(&self, connection: &Connection, kept: &Kept) -> Result<(), Problem> {
        let SecretRef::Keychain { entry } = connection.secret.clone() else {
            return Err(Problem::internal("tokens are kept in the keychain only"));
        };
        let (secrets, secret) = (self.secret_store(), kept.written());
        blocking(move || secrets.put(&entry, &secret)).await
    }

    /// Waits for the right to change what is kept for `connection`.
    pub(crate) async fn take_token_lease(&self, connection: &Connection) -> Result<Lease, Problem> {
        let network = &connection.network;
        // As long as one request can take, and some time for the keychain to ask the person.
        let ttl = i64::from(network.read_timeout_ms) * 4 + i64::from(network.connect_timeout_ms) + 60_000;
        let lease = self.lease(format!("tokens {}", connection.id), format!("{:x}", self.next_trace()));
        let began = Instant::now();
        loop {
            if self.hold_lease(&lease, ttl).await? {
                return Ok(lease);
            }
            if began.elapsed() > Duration::from_millis(ttl.unsigned_abs()) {
                return Err(Problem::new(
                    Code::Busy,
                    format!(
                        "Another Docket has been renewing the sign-in of «{}» for a long time.",
                        connection.label
                    ),
                )
                .hint("Close it, then try again."));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

fn how(connection: &Connection) -> String {
    format!(
        "Sign in again: open the connection and choose «Sign in», or run `docket connection sign-in {}`.",
        connection.id
    )
}

fn ended(connection: &Connection) -> Problem {
    Problem::new(Code::Unauthorized, format!("The sign-in of «{}» has ended.", connection.label))
        .hint(how(connection))
}

/// One clear problem for every reason for which a refresh token is refused.
fn refused(connection: &Connection, cause: Problem, interrupted: bool) -> Problem {
    let words = if interrupted {
        format!(
            "Docket was stopped or cut off while it renewed the sign-in of «{}», and what it had before is no longer accepted.",
            connection.label
        )
    } else {
        format!("The sign-in of «{}» has ended and could not be renewed.", connection.label)
    };
    let mut problem = Problem::new(Code::Unauthorized, words).hint(how(connection)).because(&cause.message);
    problem.context = cause.context;
    problem
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept() -> Kept {
        let at = DeviceEndpoints {
            code_url: "https://h.example/code".into(),
            token_url: "https://h.example/token".into(),
            client_id: " Iv1.abc ".into(),
            scope: String::new(),
        };
        let tokens = TokenSet {
            access: Secret::new("access-1"),
            refresh: Some(Secret::new("refresh-1")),
            ends: Some(Timestamp(500_000)),
        };
        Kept::new(tokens, &at)
    }

    #[test]
    fn what_is_kept_reads_back_and_never_prints() {
        let kept = kept();
        assert_eq!(Kept::read(&kept.written()), Some(kept.clone()), "nothing is lost on the way");
        let shown = format!("{kept:?}");
        assert!(!shown.contains("access-1") && !shown.contains("refresh-1"), "a token is shown: {shown}");
        assert_eq!(Kept::read(&Secret::new("ghp_plain")), None, "a token that was entered is no sign-in");
        assert_eq!(Kept::read(&Secret::new(r#"{"v":2}"#)), None, "nor is what a newer Docket wrote");
    }

    #[test]
    fn a_token_is_renewed_two_minutes_before_it_ends_or_once_rejected() {
        let kept = kept();
        assert!(kept.serves(None, Timestamp(379_999), AHEAD_MS), "more than two minutes are left");
        assert!(!kept.serves(None, Timestamp(380_000), AHEAD_MS), "two minutes are left");
        assert!(kept.serves(None, Timestamp(499_000), 0), "for want of a better one it serves to its end");
        let rejected = Secret::new("access-1");
        assert!(!kept.serves(Some(&rejected), Timestamp(0), AHEAD_MS), "the tracker did not take it");
    }
}
