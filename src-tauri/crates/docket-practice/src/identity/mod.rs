//! A practice sign-in server: the device authorization grant (RFC 8628) with refresh, stateful, on loopback.
//!
//! It speaks two dialects: the standard's (errors as 400 with JSON) and GitHub's (errors as 200, answers as a form unless
//! JSON is asked for). A test approves or refuses with a method, a person on a small page. Codes and refresh tokens are
//! used up as in the real thing, so that a client that loses or repeats one gets what it would get there; what a
//! client must never do is written down ([`Identity::violations`]).
//!
//! Deliberately absent: accounts and passwords. Whoever opens the page is the one person there is.

pub(crate) mod exchange;
pub(crate) mod grants;
pub(crate) mod page;
mod wire;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::hidden::Hidden;
use crate::locked;
use crate::running::StartError;

use self::exchange::Exchange;
use self::grants::{Approval, Mint, Minted, TOKEN, Terms, letters};

/// How answers look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityDialect {
    /// As the standard has it: errors as 400 with JSON.
    Standard,
    /// As GitHub has it: errors as 200; a form unless JSON is asked for.
    GitHub,
}

/// What goes wrong with the next request for tokens (or codes, where that is said).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityFault {
    /// A web page with status 200, also for codes.
    Html,
    /// 503, also for codes.
    Unavailable,
    /// The connection ends before anything was done.
    CutBefore,
    /// It is done, and the connection ends without an answer.
    CutAfter,
    /// `slow_down`, with this new pause in seconds if one is given.
    SlowDown(Option<u32>),
    /// `device_flow_disabled`, also for codes.
    Disabled,
    /// An error that repeats everything that was sent.
    Echo,
    /// Sends on to another server, also for codes.
    Elsewhere,
}

type Make = Arc<dyn Fn() -> String + Send + Sync>;
type Ended = Arc<dyn Fn(&str) + Send + Sync>;

/// How a practice sign-in server is to be.
#[derive(Clone)]
pub struct IdentitySetup {
    dialect: IdentityDialect,
    clock: Clock,
    code_life: u32,
    interval: u32,
    token_life: Option<u32>,
    mint: Option<Make>,
    ended: Option<Ended>,
}

impl IdentitySetup {
    /// Codes for 15 minutes, asked after every 5 seconds; access tokens for 2 hours, with refresh.
    pub fn new(dialect: IdentityDialect) -> Self {
        Self {
            dialect,
            clock: Clock::default(),
            code_life: 900,
            interval: 5,
            token_life: Some(7_200),
            mint: None,
            ended: None,
        }
    }

    /// Another source of time.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Asked after every `seconds`.
    #[must_use]
    pub fn interval(mut self, seconds: u32) -> Self {
        self.interval = seconds;
        self
    }

    /// Codes that live this long.
    #[must_use]
    pub fn code_life(mut self, seconds: u32) -> Self {
        self.code_life = seconds;
        self
    }

    /// Access tokens that live this long; none: for ever, and without refresh.
    #[must_use]
    pub fn token_life(mut self, seconds: Option<u32>) -> Self {
        self.token_life = seconds;
        self
    }

    /// Where access tokens come from, and who is told when one ends: so that a practice tracker takes them.
    #[must_use]
    pub fn tokens(
        mut self,
        mint: impl Fn() -> String + Send + Sync + 'static,
        ended: impl Fn(&str) + Send + Sync + 'static,
    ) -> Self {
        self.mint = Some(Arc::new(mint));
        self.ended = Some(Arc::new(ended));
        self
    }
}

impl Mint for IdentitySetup {
    fn mint(&self, _approval: &Approval) -> Minted {
        let access = self.mint.as_ref().map_or_else(|| format!("gho_{}", letters(36, TOKEN)), |make| make());
        Minted { access: Hidden::new(access), scope: "repo,read:org".to_owned(), life: self.token_life }
    }

    fn ended(&self, access: &str) {
        if let Some(ended) = &self.ended {
            ended(access);
        }
    }
}

pub(crate) struct Room {
    setup: IdentitySetup,
    origin: String,
    exchange: Exchange,
    faults: Mutex<Vec<IdentityFault>>,
    violations: Mutex<Vec<String>>,
}

impl Room {
    fn violate(&self, words: impl Into<String>) {
        locked(&self.violations).push(words.into());
    }
}

/// A running practice sign-in server; dropping it stops it.
pub struct Identity {
    room: Arc<Room>,
    running: JoinHandle<()>,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").field("origin", &self.room.origin).finish_non_exhaustive()
    }
}

impl Identity {
    /// The one client id that it knows.
    pub const CLIENT_ID: &'static str = "Iv1.0practice0client";

    /// Starts on a free port of 127.0.0.1.
    pub async fn start(setup: IdentitySetup) -> Result<Self, StartError> {
        let listen = |source| StartError::Listen { port: 0, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(listen)?;
        let address: SocketAddr = listener.local_addr().map_err(listen)?;
        let terms = Terms { dialect: setup.dialect, code_life: setup.code_life, interval: setup.interval };
        let room = Arc::new(Room {
            setup,
            origin: format!("http://{address}"),
            exchange: Exchange::new(terms, vec![Self::CLIENT_ID.to_owned()]),
            faults: Mutex::default(),
            violations: Mutex::default(),
        });
        let running = tokio::spawn(wire::accept(listener, Arc::clone(&room)));
        Ok(Self { room, running })
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        self.room.origin.clone()
    }

    /// Where codes are asked for.
    pub fn code_url(&self) -> String {
        format!("{}{}", self.room.origin, wire::code_path(self.room.setup.dialect))
    }

    /// Where tokens are asked for.
    pub fn token_url(&self) -> String {
        format!("{}{}", self.room.origin, wire::token_path(self.room.setup.dialect))
    }

    /// The person says yes. False: there is no such code, or it has ended.
    pub fn approve(&self, user_code: &str) -> bool {
        let now = self.room.setup.clock.now();
        locked(&self.room.exchange.grants).settle(user_code, Some(""), now)
    }

    /// The person says no. False: there is no such code, or it has ended.
    pub fn refuse(&self, user_code: &str) -> bool {
        let now = self.room.setup.clock.now();
        locked(&self.room.exchange.grants).settle(user_code, None, now)
    }

    /// Ends every sign-in: no refresh token is accepted any more.
    pub fn end_all(&self) {
        locked(&self.room.exchange.grants).end_all();
    }

    /// The next requests go wrong like this, one each.
    pub fn next(&self, faults: &[IdentityFault]) {
        locked(&self.room.faults).extend(faults);
    }

    /// How many codes were given, how often tokens were asked for with one, and how often with a refresh token.
    pub fn counts(&self) -> (usize, usize, usize) {
        let grants = locked(&self.room.exchange.grants);
        (grants.codes, grants.polls, grants.refreshes)
    }

    /// What no client may do: asking too often, secrets in addresses, a refresh token twice.
    pub fn violations(&self) -> Vec<String> {
        locked(&self.room.violations).clone()
    }

    /// Every secret that it has given out, for looking where none may be.
    pub fn secrets(&self) -> Vec<String> {
        locked(&self.room.exchange.grants).given.iter().map(|secret| secret.reveal().to_owned()).collect()
    }
}

impl Drop for Identity {
    fn drop(&mut self) {
        self.running.abort();
    }
}
