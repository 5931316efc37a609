//! From a listener to a running server of any kind: bind, accept, shake hands, talk, stop.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::Timestamp;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::serve::serve;
use crate::site::Site;
use crate::tls::{Certificates, Tls, make_certificates};

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
    /// A document of a vendor's that the setup names is not there.
    #[error("The vendor's document {} is not there. Start without it, or name the folder that holds it.", .0.display())]
    VendorsDocument(std::path::PathBuf),
    /// A certificate could not be made.
    #[error("The practice server's certificate could not be made: {0}")]
    Certificate(String),
}

/// A listener that is bound, so that its address is known before the site is built.
#[derive(Debug)]
pub(crate) struct Door {
    listener: TcpListener,
    address: SocketAddr,
    certificates: Option<Certificates>,
}

impl Door {
    /// Binds 127.0.0.1 (port 0: a free one) and makes the certificate, dated by `now`.
    pub async fn open(port: u16, tls: Option<Tls>, now: Timestamp) -> Result<Self, StartError> {
        let certificates = match tls {
            Some(tls) => Some(make_certificates(tls, now)?),
            None => None,
        };
        let listen = |source| StartError::Listen { port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        Ok(Self { listener, address, certificates })
    }

    /// `http://127.0.0.1:PORT`, or https.
    pub fn origin(&self) -> String {
        let scheme = if self.certificates.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Lets requests through to the site until the returned value is stopped or dropped.
    pub fn admit_to<S: Site>(self, site: Arc<S>) -> Running {
        let Self { listener, address, certificates } = self;
        let (stop, stopped) = watch::channel(false);
        let acceptor = certificates.as_ref().map(Certificates::acceptor);
        let task = tokio::spawn(accept(listener, site, acceptor, stopped));
        Running { address, certificates, stop, task: Some(task) }
    }
}

/// A server that listens. Dropping it stops it at once.
#[derive(Debug)]
pub(crate) struct Running {
    address: SocketAddr,
    certificates: Option<Certificates>,
    stop: watch::Sender<bool>,
    task: Option<JoinHandle<()>>,
}

impl Running {
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn ca_pem(&self) -> Option<&str> {
        self.certificates.as_ref().map(|c| c.ca_pem.as_str())
    }

    /// Stops accepting, ends open connections and waits until all is gone.
    pub async fn stop(&mut self) {
        let _receiver_gone = self.stop.send(true);
        if let Some(task) = self.task.take() {
            let _ended = task.await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _receiver_gone = self.stop.send(true);
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}

async fn accept<S: Site>(
    listener: TcpListener,
    site: Arc<S>,
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
        let site = Arc::clone(&site);
        match acceptor.clone() {
            None => {
                connections.spawn(talk(stream, site));
            }
            Some(acceptor) => {
                connections.spawn(async move {
                    match acceptor.accept(stream).await {
                        Ok(secure) => talk(secure, site).await,
                        Err(error) => tracing::debug!(%error, "a TLS handshake failed"),
                    }
                });
            }
        }
    }
    connections.shutdown().await;
}

async fn talk<S: Site>(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, site: Arc<S>) {
    let service = service_fn(move |request| serve(Arc::clone(&site), request));
    let served =
        http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended early");
    }
}
