//! A forward proxy on loopback, for tests of proxy settings: CONNECT and plain http, with a login if wanted.
//!
//! It writes down which hosts it was asked for, and can lead a host name to another address, so that a test reaches a
//! practice server under a name that no resolver knows.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::hidden::Hidden;
use crate::locked;

const HEAD_LIMIT: usize = 64 * 1024;

/// One request that reached the proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyAsked {
    /// `CONNECT` or the method of a plain request.
    pub method: String,
    /// `host:port` as asked for.
    pub host: String,
    /// Whether it was let through; otherwise it got 407.
    pub let_through: bool,
}

#[derive(Debug, Default)]
struct Shared {
    login: Option<Hidden>,
    asked: Mutex<Vec<ProxyAsked>>,
    routes: Mutex<HashMap<String, SocketAddr>>,
}

/// A running proxy; dropping it stops it.
#[derive(Debug)]
pub struct PracticeProxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    running: JoinHandle<()>,
}

impl PracticeProxy {
    /// Starts on a free port. With a login (user, password), requests without it get 407.
    pub async fn start(login: Option<(&str, &str)>) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let login = login.map(|(user, password)| {
            Hidden::new(format!(
                "Basic {}",
                base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"))
            ))
        });
        let shared = Arc::new(Shared { login, ..Shared::default() });
        let running = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self { address, shared, running })
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Leads requests for `host` (without port) to this address.
    pub fn lead(&self, host: &str, to: SocketAddr) {
        locked(&self.shared.routes).insert(host.to_lowercase(), to);
    }

    /// Every request so far.
    pub fn log(&self) -> Vec<ProxyAsked> {
        locked(&self.shared.asked).clone()
    }
}

impl Drop for PracticeProxy {
    fn drop(&mut self) {
        self.running.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    let shared = Arc::clone(&shared);
                    connections.spawn(async move {
                        if let Err(error) = relay(stream, &shared).await {
                            tracing::debug!(%error, "a proxied connection ended early");
                        }
                    });
                }
            }
        }
    }
}

/// A request's head, and the bytes that came behind it.
struct Head {
    lines: Vec<String>,
    behind: Vec<u8>,
}

async fn read_head(stream: &mut TcpStream) -> std::io::Result<Option<Head>> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            let lines = String::from_utf8_lossy(&bytes[..end]).split("\r\n").map(ToOwned::to_owned).collect();
            return Ok(Some(Head { lines, behind: bytes[end + 4..].to_vec() }));
        }
        if bytes.len() > HEAD_LIMIT || stream.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    }
}

fn header<'h>(head: &'h Head, name: &str) -> Option<&'h str> {
    head.lines
        .iter()
        .skip(1)
        .filter_map(|l| l.split_once(':'))
        .find(|(n, _)| n.eq_ignore_ascii_case(name))
        .map(|(_, v)| v.trim())
}

async fn relay(mut stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let Some(head) = read_head(&mut stream).await? else { return Ok(()) };
    let mut words = head.lines.first().map(String::as_str).unwrap_or_default().split(' ');
    let (method, target) =
        (words.next().unwrap_or_default().to_owned(), words.next().unwrap_or_default().to_owned());
    let connect = method == "CONNECT";
    let (host, path) = if connect { (target.clone(), String::new()) } else { split_absolute(&target) };
    let let_through =
        shared.login.as_ref().is_none_or(|l| header(&head, "proxy-authorization") == Some(l.reveal()));
    locked(&shared.asked).push(ProxyAsked { method: method.clone(), host: host.clone(), let_through });
    if !let_through {
        stream
            .write_all(
                b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"practice\"\r\n\
                  Content-Length: 0\r\nConnection: close\r\n\r\n",
            )
            .await?;
        return stream.shutdown().await;
    }
    if host.is_empty() {
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            .await?;
        return stream.shutdown().await;
    }
    let led = {
        let name = host.rsplit_once(':').map_or(host.as_str(), |(h, _)| h).to_lowercase();
        locked(&shared.routes).get(&name).copied()
    };
    let reached = match led {
        Some(address) => TcpStream::connect(address).await,
        None => TcpStream::connect(host.as_str()).await,
    };
    let Ok(mut server) = reached else {
        stream
            .write_all(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            .await?;
        return stream.shutdown().await;
    };
    if connect {
        stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
        server.write_all(&head.behind).await?;
    } else {
        server.write_all(&forwarded(&head, &method, &path)).await?;
    }
    copy_bidirectional(&mut stream, &mut server).await?;
    Ok(())
}

/// `http://host[:port]/path` as `host:port` and `/path`.
fn split_absolute(target: &str) -> (String, String) {
    let Some(rest) = target.strip_prefix("http://") else { return (String::new(), String::new()) };
    let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let host = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
    (host, path.to_owned())
}

/// The request as the server gets it: its own path, no word about the proxy, and one request per connection.
fn forwarded(head: &Head, method: &str, path: &str) -> Vec<u8> {
    let mut out = format!("{method} {path} HTTP/1.1\r\n");
    for line in head.lines.iter().skip(1) {
        let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
        if !matches!(name.as_str(), "proxy-authorization" | "proxy-connection" | "connection" | "keep-alive")
        {
            out.push_str(line);
            out.push_str("\r\n");
        }
    }
    out.push_str("Connection: close\r\n\r\n");
    let mut bytes = out.into_bytes();
    bytes.extend_from_slice(&head.behind);
    bytes
}
