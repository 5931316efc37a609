//! From sockets to grants and back, in the dialect that is set.

use std::sync::Arc;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{ACCEPT, CONTENT_TYPE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::exchange::{About, Said};
use super::{IdentityDialect, IdentityFault, Room, page};
use crate::locked;
use crate::serve::Cut;
use crate::text::query_pairs;

const BODY_LIMIT: usize = 64 * 1024;

pub(super) fn code_path(dialect: IdentityDialect) -> &'static str {
    match dialect {
        IdentityDialect::Standard => "/oauth/authorize_device",
        IdentityDialect::GitHub => "/login/device/code",
    }
}

pub(super) fn token_path(dialect: IdentityDialect) -> &'static str {
    match dialect {
        IdentityDialect::Standard => "/oauth/token",
        IdentityDialect::GitHub => "/login/oauth/access_token",
    }
}

pub(super) async fn accept(listener: TcpListener, room: Arc<Room>) {
    let mut connections = JoinSet::new();
    loop {
        let stream = tokio::select! {
            Some(_) = connections.join_next(), if !connections.is_empty() => continue,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    continue;
                }
            },
        };
        let room = Arc::clone(&room);
        connections.spawn(async move {
            let service = service_fn(move |request| serve(Arc::clone(&room), request));
            let io = TokioIo::new(stream);
            let served = http1::Builder::new().timer(TokioTimer::new()).serve_connection(io, service).await;
            if let Err(error) = served {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
}

/// One request, read whole.
struct Asked {
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    fields: Vec<(String, String)>,
    form: bool,
    json_wanted: bool,
}

impl Asked {
    fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

type Reply = Response<Full<Bytes>>;

async fn serve(room: Arc<Room>, request: Request<Incoming>) -> Result<Reply, Cut> {
    let (head, body) = request.into_parts();
    let Ok(read) = Limited::new(body, BODY_LIMIT).collect().await else { return Err(Cut) };
    let header = |name| head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let asked = Asked {
        method: head.method.clone(),
        path: head.uri.path().to_owned(),
        query: query_pairs(head.uri.query().unwrap_or_default()),
        fields: query_pairs(&String::from_utf8_lossy(&read.to_bytes())),
        form: header(CONTENT_TYPE).starts_with("application/x-www-form-urlencoded"),
        json_wanted: header(ACCEPT).contains("application/json"),
    };
    let dialect = room.setup.dialect;
    match (asked.method.as_str(), asked.path.as_str()) {
        ("GET", "/login/device") => {
            let code = asked.query.iter().find(|(key, _)| key == "user_code").map_or("", |(_, code)| code);
            Ok(html(200, page::form(code, &[])))
        }
        ("POST", "/login/device") => {
            let yes = asked.field("answer") == "yes";
            let now = room.setup.clock.now();
            let known =
                locked(&room.exchange.grants).settle(asked.field("user_code"), yes.then_some(""), now);
            Ok(html(if known { 200 } else { 404 }, page::done(known, yes)))
        }
        ("POST", path) if path == code_path(dialect) || path == token_path(dialect) => {
            let about = if path == token_path(dialect) { About::Tokens } else { About::Codes };
            grant(&room, &asked, about)
        }
        _ => {
            let said = Said { status: 404, body: json!({ "error": "Not Found" }), wrong: None };
            Ok(reply(&room, &asked, &said))
        }
    }
}

/// A question for codes or tokens.
fn grant(room: &Room, asked: &Asked, about: About) -> Result<Reply, Cut> {
    if !asked.query.is_empty() {
        room.violate("fields stand in the address, where they are logged");
    }
    if !asked.form {
        room.violate("the fields are not sent as a form");
    }
    let fault = {
        let mut faults = locked(&room.faults);
        if faults.is_empty() { None } else { Some(faults.remove(0)) }
    };
    match fault {
        Some(IdentityFault::Html) => {
            return Ok(html(200, "<!DOCTYPE html><p>Sign in to the network</p>".to_owned()));
        }
        Some(IdentityFault::Unavailable) => return Ok(html(503, "<h1>Unavailable</h1>".to_owned())),
        Some(IdentityFault::CutBefore) => return Err(Cut),
        Some(IdentityFault::Disabled) => {
            return Ok(refusal(room, asked, json!({ "error": "device_flow_disabled" })));
        }
        Some(IdentityFault::Echo) => {
            let sent: Vec<String> =
                asked.fields.iter().map(|(key, value)| format!("{key}={value}")).collect();
            let answer =
                json!({ "error": "strange", "error_description": format!("What is {}?", sent.join(" & ")) });
            return Ok(refusal(room, asked, answer));
        }
        Some(IdentityFault::Elsewhere) => {
            let mut answer = html(307, String::new());
            answer
                .headers_mut()
                .insert("location", hyper::header::HeaderValue::from_static("http://127.0.0.2:9/token"));
            return Ok(answer);
        }
        Some(IdentityFault::SlowDown(wanted)) => {
            let interval = locked(&room.exchange.grants).slow_down(asked.field("device_code"), wanted);
            let mut answer = json!({ "error": "slow_down" });
            if wanted.is_some() {
                answer["interval"] = json!(interval);
            }
            return Ok(refusal(room, asked, answer));
        }
        Some(IdentityFault::CutAfter) | None => {}
    }
    let now = room.setup.clock.now();
    let said = room.exchange.answer(about, &asked.fields, &room.setup, &room.origin, now);
    if let Some(wrong) = said.wrong {
        room.violate(wrong);
    }
    if fault == Some(IdentityFault::CutAfter) { Err(Cut) } else { Ok(reply(room, asked, &said)) }
}

fn refusal(room: &Room, asked: &Asked, body: serde_json::Value) -> Reply {
    reply(room, asked, &room.exchange.refusal(body))
}

fn reply(room: &Room, asked: &Asked, said: &Said) -> Reply {
    if room.setup.dialect == IdentityDialect::GitHub && !asked.json_wanted {
        return built(said.status, "application/x-www-form-urlencoded; charset=utf-8", said.form());
    }
    built(said.status, "application/json; charset=utf-8", said.body.to_string())
}

fn html(status: u16, text: String) -> Reply {
    built(status, "text/html; charset=utf-8", text)
}

fn built(status: u16, content_type: &'static str, text: String) -> Reply {
    let mut answer = Response::new(Full::new(Bytes::from(text)));
    *answer.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or_default();
    let fixed = [
        ("content-type", content_type),
        ("cache-control", "no-store"),
        ("content-security-policy", page::POLICY),
        ("referrer-policy", "no-referrer"),
    ];
    for (name, value) in fixed {
        answer.headers_mut().insert(name, hyper::header::HeaderValue::from_static(value));
    }
    answer
}
