//! A running practice server: start, look inside, act as another person, stop.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::contract::{Contract, Edition, graphql_schema};
use crate::core::Core;
use crate::faults::FaultPlan;
use crate::hidden::Hidden;
use crate::limits::Pace;
use crate::locked;
use crate::seed::TokenSeed;
use crate::serve::serve;
use crate::setup::{Flavour, Setup};
use crate::sow::{sow, sow_token};
use crate::tls::{Certificates, make_certificates};

/// Why a practice server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The setup contradicts itself.
    #[error("The practice world cannot be set up: {0}.")]
    Setup(String),
    /// The port is taken or not allowed.
    #[error("The practice server cannot listen on 127.0.0.1:{port}: {source}. Choose another port.")]
    Listen {
        /// The port that was asked for.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
    /// One of the contract files that are built in cannot be read.
    #[error("A built-in contract file is broken: {0}")]
    Contract(String),
    /// A certificate could not be made.
    #[error("The practice server's certificate could not be made: {0}")]
    Certificate(String),
}

/// A practice GitHub on loopback. Dropping it stops it at once; [`Practice::stop`] waits until it has stopped.
#[derive(Debug)]
pub struct Practice {
    pub(crate) core: Arc<Core>,
    address: SocketAddr,
    tokens: Mutex<Vec<(String, Hidden)>>,
    certificates: Option<Certificates>,
    stop: watch::Sender<bool>,
    running: Option<JoinHandle<()>>,
}

impl Practice {
    /// Starts a server on 127.0.0.1. Needs a tokio runtime with IO and time.
    pub async fn start(setup: Setup) -> Result<Self, StartError> {
        let edition = match setup.flavour {
            Flavour::Cloud => Edition::Cloud2022,
            Flavour::Enterprise { .. } => Edition::Enterprise,
        };
        Contract::of(edition).map_err(StartError::Contract)?;
        graphql_schema().map_err(StartError::Contract)?;
        let (world, tokens) = sow(&setup)?;
        let certificates = match &setup.tls {
            Some(tls) => Some(make_certificates(*tls, setup.clock.now())?),
            None => None,
        };
        let listen = |source| StartError::Listen { port: setup.port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, setup.port)).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let scheme = if setup.tls.is_some() { "https" } else { "http" };
        let core = Arc::new(Core {
            flavour: setup.flavour,
            clock: setup.clock,
            cursor_pages: setup.cursor_pages,
            origin: format!("{scheme}://{address}"),
            faults: FaultPlan::new(setup.faults),
            world: Mutex::new(world),
            pace: Mutex::new(Pace::new(setup.limits, setup.time_scale)),
            log: Mutex::default(),
            violations: Mutex::default(),
            in_flight: AtomicUsize::new(0),
        });
        let (stop, stopped) = watch::channel(false);
        let acceptor = certificates.as_ref().map(Certificates::acceptor);
        let running = tokio::spawn(accept(listener, Arc::clone(&core), acceptor, stopped));
        Ok(Self { core, address, tokens: Mutex::new(tokens), certificates, stop, running: Some(running) })
    }

    /// The address that a person pastes, without a trailing slash: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        self.core.origin.clone()
    }

    /// The REST base: as [`Practice::url`] on github.com's layout, with `/api/v3` on Enterprise Server's.
    pub fn api_url(&self) -> String {
        match self.core.flavour {
            Flavour::Cloud => self.url(),
            Flavour::Enterprise { .. } => format!("{}/api/v3", self.core.origin),
        }
    }

    /// The GraphQL address.
    pub fn graphql_url(&self) -> String {
        match self.core.flavour {
            Flavour::Cloud => format!("{}/graphql", self.core.origin),
            Flavour::Enterprise { .. } => format!("{}/api/graphql", self.core.origin),
        }
    }

    /// The home page for a browser.
    pub fn web_url(&self) -> String {
        format!("{}/", self.core.origin)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The first token's value; empty when the setup has none.
    pub fn token(&self) -> String {
        locked(&self.tokens).first().map(|(_, v)| v.reveal().to_owned()).unwrap_or_default()
    }

    /// The value of the token with this name.
    pub fn token_named(&self, name: &str) -> Option<String> {
        locked(&self.tokens).iter().find(|(n, _)| n == name).map(|(_, v)| v.reveal().to_owned())
    }

    /// Makes a further token and returns its value.
    pub fn add_token(&self, seed: &TokenSeed) -> Result<String, StartError> {
        let value = sow_token(&mut locked(&self.core.world), seed)?;
        let shown = value.reveal().to_owned();
        locked(&self.tokens).push((seed.name.clone(), value));
        Ok(shown)
    }

    /// The certificate of the authority that signed the server's, as PEM; `None` without TLS. For a self-signed
    /// certificate it is that certificate itself.
    pub fn ca_pem(&self) -> Option<&str> {
        self.certificates.as_ref().map(|c| c.ca_pem.as_str())
    }

    /// The plan of faults, which may be changed while the server runs.
    pub fn faults(&self) -> FaultPlan {
        self.core.faults.clone()
    }

    /// Stops accepting, ends open connections and waits until all is gone.
    pub async fn stop(mut self) {
        let _receiver_gone = self.stop.send(true);
        if let Some(running) = self.running.take() {
            let _ended = running.await;
        }
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        let _receiver_gone = self.stop.send(true);
        if let Some(running) = self.running.take() {
            running.abort();
        }
    }
}

async fn accept(
    listener: TcpListener,
    core: Arc<Core>,
    acceptor: Option<tokio_rustls::TlsAcceptor>,
    mut stopped: watch::Receiver<bool>,
) {
    // The connections end with this set, and the set ends with this task.
    let mut connections = JoinSet::new();
    loop {
        let stream = tokio::select! {
            _ = stopped.changed() => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => continue,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    continue;
                }
            },
        };
        let core = Arc::clone(&core);
        match acceptor.clone() {
            None => {
                connections.spawn(talk(stream, core));
            }
            Some(acceptor) => {
                connections.spawn(async move {
                    match acceptor.accept(stream).await {
                        Ok(secure) => talk(secure, core).await,
                        Err(error) => tracing::debug!(%error, "a TLS handshake failed"),
                    }
                });
            }
        }
    }
    connections.shutdown().await;
}

async fn talk(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, core: Arc<Core>) {
    let service = service_fn(move |request| serve(Arc::clone(&core), request));
    let served =
        http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended early");
    }
}
