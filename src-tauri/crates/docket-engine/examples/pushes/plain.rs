//! What a script does: one request after the other, and when it is refused it waits as long as it
//! is told to, or a minute, and tries again. It keeps no books, so it finds the limits by hitting
//! them.

use std::time::Duration;

use docket_domain::Clock;
use docket_tracker::Sleeper;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::server::{Case, Lab};

/// Creates so many issues; milliseconds by the fast clock.
pub async fn create(lab: &Lab, case: &Case, count: usize) -> i64 {
    let begun = lab.time.now();
    for at in 0..count {
        loop {
            let (status, retry_after) = post(lab, case, at).await;
            match status {
                200 | 201 => break,
                403 | 429 => lab.time.sleep(Duration::from_secs(retry_after.unwrap_or(60))).await,
                other => panic!("{} answered {other}", case.name),
            }
        }
    }
    lab.time.now().millis_since(begun)
}

/// One request on a connection of its own: its status, and how long it asks to wait.
async fn post(lab: &Lab, case: &Case, at: usize) -> (u16, Option<u64>) {
    let (host, base) = parts(&lab.url);
    let title = format!("Finding {at}");
    let (path, media, sign, body): (&str, &str, String, Value) = match case.kind {
        "gitlab" => (
            "/api/v4/projects/acme%2Fshop/issues",
            "application/json",
            format!("PRIVATE-TOKEN: {}", lab.token),
            json!({ "title": title, "description": "What was found." }),
        ),
        "azure-devops" => (
            "/B%C3%BCro%20%26%20Lager/_apis/wit/workitems/$Issue?api-version=7.1",
            "application/json-patch+json",
            format!("Authorization: Basic {}", base64(&format!(":{}", lab.token))),
            json!([{ "op": "add", "path": "/fields/System.Title", "value": title }]),
        ),
        _ => (
            "/repos/acme/shop/issues",
            "application/json",
            format!("Authorization: Bearer {}", lab.token),
            json!({ "title": title, "body": "What was found." }),
        ),
    };
    let body = body.to_string();
    let request = format!(
        "POST {base}{path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: script\r\nAccept: application/json\r\n{sign}\r\n\
         Content-Type: {media}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(host).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let head = answer.split("\r\n\r\n").next().unwrap_or_default();
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
    let retry_after = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("retry-after").then(|| value.trim().parse().ok())?
    });
    (status, retry_after)
}

/// Host and port, and the path below them.
fn parts(url: &str) -> (&str, &str) {
    let rest = url.trim_start_matches("http://");
    rest.find('/').map_or((rest, ""), |at| rest.split_at(at))
}

fn base64(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in text.as_bytes().chunks(3) {
        let number = three.iter().fold(0_u32, |n, byte| n << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for at in 0..4 {
            let letter = LETTERS[(number >> (18 - 6 * at) & 63) as usize];
            out.push(if at <= three.len() { letter as char } else { '=' });
        }
    }
    out
}
