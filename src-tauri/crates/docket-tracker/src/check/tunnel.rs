//! A way to the tracker that the connection test can look at: a socket, or a tunnel through
//! a proxy, with the proxy's own words when it refuses.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::http::ViaProxy;

/// What a proxy answered to the wish for a tunnel.
pub(super) struct ProxyAnswer {
    /// First line of its answer.
    pub status_line: String,
    pub status: u16,
    /// What it says about logging in.
    pub login_wanted: Option<String>,
}

/// Asks the proxy at the other end of `stream` for a tunnel to `authority`.
pub(super) async fn ask(
    stream: &mut TcpStream,
    authority: &str,
    proxy: &ViaProxy,
    patience: Duration,
) -> io::Result<ProxyAnswer> {
    let mut request = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n");
    if let Some(login) = proxy.login.as_ref().and_then(|value| value.to_str().ok()) {
        request.push_str("Proxy-Authorization: ");
        request.push_str(login);
        request.push_str("\r\n");
    }
    request.push_str("\r\n");
    timeout(patience, async {
        stream.write_all(request.as_bytes()).await?;
        let mut head = Vec::new();
        // One byte at a time: what follows the head belongs to the tunnel.
        while !head.ends_with(b"\r\n\r\n") && head.len() < 16_384 {
            head.push(stream.read_u8().await?);
        }
        Ok(understand(&String::from_utf8_lossy(&head)))
    })
    .await
    .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

fn understand(head: &str) -> ProxyAnswer {
    let mut lines = head.lines();
    let status_line = lines.next().unwrap_or_default().to_owned();
    let status = status_line.split_whitespace().nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    let login_wanted = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("proxy-authenticate").then(|| value.trim().to_owned())
    });
    ProxyAnswer { status_line, status, login_wanted }
}
