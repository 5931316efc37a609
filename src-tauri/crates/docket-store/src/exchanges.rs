//! The request log: redacted exchanges with trackers, bounded.

use std::collections::BTreeMap;

use docket_domain::{ConnectionId, ExchangeId, Problem, Timestamp};
use rusqlite::{Row, named_params};
use serde::{Deserialize, Serialize};

use crate::access::{Read, Tx, from_json, json, time};

/// Exchanges that only read, kept for each connection.
pub const KEPT: u32 = 500;

/// Exchanges that write, kept for each connection: the evidence of what a push did.
pub const WRITES_KEPT: u32 = 10_000;

/// Longest body kept, in bytes; the rest is cut.
const LONGEST_BODY: usize = 64 * 1024;

/// One request and its answer. Whoever records it has redacted it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// Row id; not looked at when recording.
    pub id: ExchangeId,
    /// The connection; none for one that is being typed.
    pub connection: Option<ConnectionId>,
    /// When it began.
    pub at: Timestamp,
    /// Method.
    pub method: String,
    /// Address without secrets.
    pub url: String,
    /// Status; none when no answer came.
    pub status: Option<u16>,
    /// Duration, milliseconds.
    pub ms: u64,
    /// What was sent.
    pub request: Option<String>,
    /// What came back.
    pub response: Option<String>,
    /// Answer headers worth seeing.
    pub headers: BTreeMap<String, String>,
    /// Why no answer came.
    pub error: Option<String>,
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<Exchange> {
    Ok(Exchange {
        id: ExchangeId(row.get("id")?),
        connection: row.get::<_, Option<i64>>("connection")?.map(ConnectionId),
        at: time(row, "at")?,
        method: row.get("method")?,
        url: row.get("url")?,
        status: row.get("status")?,
        ms: row.get::<_, i64>("ms")? as u64,
        request: row.get("request")?,
        response: row.get("response")?,
        headers: from_json(row, "headers")?,
        error: row.get("error")?,
    })
}

/// Records an exchange and lets the oldest of its connection go. Bodies are cut to 64 KiB.
pub fn record(tx: &Tx<'_>, exchange: &Exchange) -> Result<ExchangeId, Problem> {
    let id = tx.insert(
        "INSERT INTO exchange (connection, at, method, url, status, ms, request, response, headers, error) \
         VALUES (:connection, :at, :method, :url, :status, :ms, :request, :response, :headers, :error)",
        named_params! {
            ":connection": exchange.connection.map(|c| c.0), ":at": exchange.at.0, ":method": exchange.method,
            ":url": exchange.url, ":status": exchange.status, ":ms": exchange.ms as i64,
            ":request": exchange.request.as_deref().map(cut), ":response": exchange.response.as_deref().map(cut),
            ":headers": json(&exchange.headers)?, ":error": exchange.error,
        },
    )?;
    let reads = matches!(exchange.method.as_str(), "GET" | "HEAD");
    tx.execute(
        "DELETE FROM exchange WHERE connection IS ?1 AND (method IN ('GET', 'HEAD')) = ?3 AND id <= \
         (SELECT id FROM exchange WHERE connection IS ?1 AND (method IN ('GET', 'HEAD')) = ?3 \
         ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        (exchange.connection.map(|c| c.0), if reads { KEPT } else { WRITES_KEPT }, reads),
    )?;
    Ok(ExchangeId(id))
}

/// The last exchanges of a connection, newest first.
pub fn list(read: &Read<'_>, connection: Option<ConnectionId>, limit: u32) -> Result<Vec<Exchange>, Problem> {
    read.all(
        "SELECT * FROM exchange WHERE connection IS ?1 ORDER BY id DESC LIMIT ?2",
        (connection.map(|c| c.0), limit),
        read_row,
    )
}

/// The exchanges of a connection that began between two moments, in their order.
pub fn between(
    read: &Read<'_>,
    connection: ConnectionId,
    from: Timestamp,
    to: Timestamp,
    limit: u32,
) -> Result<Vec<Exchange>, Problem> {
    read.all(
        "SELECT * FROM exchange WHERE connection = ?1 AND at BETWEEN ?2 AND ?3 ORDER BY id LIMIT ?4",
        (connection.0, from.0, to.0, limit),
        read_row,
    )
}

fn cut(body: &str) -> &str {
    let mut end = LONGEST_BODY.min(body.len());
    while !body.is_char_boundary(end) {
        end -= 1;
    }
    &body[..end]
}
