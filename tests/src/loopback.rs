//! Serves the engine and the built window on loopback HTTP, so that an ordinary browser can
//! be driven through every page. For tests alone; never shipped.
//!
//! `docket-loopback --data-dir DIR --ui DIR [--port N]` prints its address. Secrets are kept
//! in memory, so that page tests need no keychain.

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use axum::Router as Http;
use axum::body::{Body, Bytes};
use axum::extract::{Path as UrlPath, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use docket_api::Router;
use docket_domain::Problem;
use docket_domain::job::JobEvent;
use docket_engine::secrets::Memory;
use docket_engine::{Engine, EventSink, Options};
use serde_json::{Value, json};
use tokio::sync::{broadcast, mpsc};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::{BroadcastStream, UnboundedReceiverStream};

#[derive(Clone)]
struct Site {
    router: Arc<Router>,
    changes: broadcast::Sender<Vec<String>>,
    ui: PathBuf,
}

struct Broadcast(broadcast::Sender<Vec<String>>);

impl EventSink for Broadcast {
    fn changed(&self, tags: &[&str]) {
        // No browser may be listening; that is fine.
        let _ = self.0.send(tags.iter().map(|tag| (*tag).to_owned()).collect());
    }
}

fn argument(name: &str) -> Option<String> {
    let mut words = std::env::args().skip_while(|word| word != name);
    words.next()?;
    words.next()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let data = PathBuf::from(argument("--data-dir").ok_or("--data-dir DIR is missing")?);
    let ui = PathBuf::from(argument("--ui").ok_or("--ui DIR is missing")?);
    let port = argument("--port").map_or(Ok(0), |port| port.parse::<u16>())?;
    std::fs::create_dir_all(&data)?;
    let (changes, _) = broadcast::channel(256);
    let options = Options::new(&data)
        .with_events(Arc::new(Broadcast(changes.clone())))
        .with_secrets(Arc::new(Memory::default()));
    let engine = Engine::open(options).await?;
    engine.watch_begin();
    let site = Site { router: Arc::new(Router::new(engine)), changes, ui };
    let http = Http::new()
        .route("/rpc/{name}", post(rpc))
        .route("/job/{name}", post(job))
        .route("/events", get(events))
        .fallback(file)
        .with_state(site);
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    #[expect(clippy::print_stdout, reason = "the address is this program's answer to whoever started it")]
    {
        println!("http://{}", listener.local_addr()?);
    }
    axum::serve(listener, http).await?;
    Ok(())
}

fn refused(problem: &Problem) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, axum::Json(json!({ "problem": problem }))).into_response()
}

async fn rpc(
    State(site): State<Site>,
    UrlPath(name): UrlPath<String>,
    axum::Json(request): axum::Json<Value>,
) -> Response {
    match site.router.rpc(&name, request).await {
        Ok(answer) => axum::Json(answer).into_response(),
        Err(problem) => refused(&problem),
    }
}

fn line(value: &Value) -> Bytes {
    Bytes::from(format!("{value}\n"))
}

fn lines(stream: impl tokio_stream::Stream<Item = Bytes> + Send + 'static) -> Response {
    (
        [(header::CONTENT_TYPE, "application/x-ndjson"), (header::CACHE_CONTROL, "no-store")],
        Body::from_stream(stream.map(Ok::<_, Infallible>)),
    )
        .into_response()
}

async fn job(
    State(site): State<Site>,
    UrlPath(name): UrlPath<String>,
    axum::Json(request): axum::Json<Value>,
) -> Response {
    let (send, receive) = mpsc::unbounded_channel::<Value>();
    let events = send.clone();
    let listener = Arc::new(move |event: JobEvent| {
        let _ = events.send(json!({ "event": event }));
    });
    tokio::spawn(async move {
        let last = match site.router.job(&name, request, listener).await {
            Ok(result) => json!({ "result": result }),
            Err(problem) => json!({ "problem": problem }),
        };
        let _ = send.send(last);
    });
    lines(UnboundedReceiverStream::new(receive).map(|value| line(&value)))
}

async fn events(State(site): State<Site>) -> Response {
    let stream = BroadcastStream::new(site.changes.subscribe())
        .filter_map(Result::ok)
        .map(|tags| line(&json!({ "tags": tags })));
    // A first line at once, so that the browser knows the stream is open.
    lines(tokio_stream::once(line(&json!({ "tags": [] }))).chain(stream))
}

async fn file(State(site): State<Site>, uri: axum::http::Uri) -> Response {
    let wanted = Path::new(uri.path().trim_start_matches('/'));
    if wanted.components().any(|part| !matches!(part, Component::Normal(_))) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let wanted = if uri.path() == "/" { Path::new("index.html") } else { wanted };
    let kind = match wanted.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("woff") => "font/woff",
        _ => "application/octet-stream",
    };
    match std::fs::read(site.ui.join(wanted)) {
        Ok(bytes) => ([(header::CONTENT_TYPE, kind)], bytes).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}
