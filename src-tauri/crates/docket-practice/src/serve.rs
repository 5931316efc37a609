//! From sockets to requests and back: reading, faults on the wire, headers, writing.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io::Write as _;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::{BodyExt as _, Limited};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::{Request, Response};
use jiff::SignedDuration;

use crate::clock::http_date;
use crate::core::{Arrived, Core, Space};
use crate::faults::{Fault, FaultSyntax};
use crate::locked;
use crate::log::{Credential, Logged};
use crate::render::Urls;
use crate::reply::{Answer, Content};
use crate::routes::Drops;
use crate::setup::Flavour;
use crate::text::query_pairs;
use crate::{graphql, strike, web};

const BODY_LIMIT: usize = 4 * 1024 * 1024;

/// The connection ends here without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the practice server cut the connection on purpose")]
pub(crate) struct Cut;

/// A body that is sent at once, or in pieces with pauses.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pieces: VecDeque<Bytes>,
    pause: Option<Duration>,
    sleeping: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl Outgoing {
    fn new(body: Bytes, pause: Option<Duration>) -> Self {
        let mut pieces = VecDeque::new();
        if pause.is_some() {
            let size = body.len().div_ceil(10).max(1);
            let mut rest = body;
            while !rest.is_empty() {
                pieces.push_back(rest.split_to(size.min(rest.len())));
            }
        } else if !body.is_empty() {
            pieces.push_back(body);
        }
        Self { pieces, pause, sleeping: None }
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(sleeping) = &mut self.sleeping {
            if sleeping.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.sleeping = None;
        }
        let piece = self.pieces.pop_front();
        if let (Some(pause), false) = (self.pause, self.pieces.is_empty()) {
            self.sleeping = Some(Box::pin(tokio::time::sleep(pause)));
        }
        Poll::Ready(piece.map(|p| Ok(Frame::data(p))))
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.pieces.iter().map(|p| p.len() as u64).sum())
    }
}

/// Counts a request as in flight while it lives.
struct InFlight(Arc<Core>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::SeqCst);
    }
}

/// One request, from its head to its answer.
pub(crate) async fn serve(core: Arc<Core>, request: Request<Incoming>) -> Result<Response<Outgoing>, Cut> {
    core.in_flight.fetch_add(1, Ordering::SeqCst);
    let _guard = InFlight(Arc::clone(&core));
    let (head, body) = request.into_parts();
    let mut arrived = arrival(&core, &head);
    let fault = match fault_for(&core, &arrived) {
        Ok(fault) => fault,
        Err(unknown) => return Ok(finished(&core, &arrived, Answer::error(400, &unknown.to_string()), None)),
    };
    if fault == Some(Fault::CutBeforeReading) {
        return Err(Cut);
    }
    let Ok(read) = Limited::new(body, BODY_LIMIT).collect().await else { return Err(Cut) };
    arrived.body = read.to_bytes();
    if let Some(entry) = locked(&core.log).get_mut(arrived.index) {
        entry.body = serde_json::from_slice(&arrived.body).ok();
    }
    if let Some(Fault::Delay(time)) = fault {
        tokio::time::sleep(time).await;
    }
    if fault == Some(Fault::CutBeforeStoring) {
        return Err(Cut);
    }
    let answer = answer(&core, &arrived, fault.as_ref());
    match fault {
        Some(Fault::StoreThenCut) => return Err(Cut),
        // The connection's own end, or the server's, ends this wait.
        Some(Fault::StoreThenSilence) => std::future::pending::<()>().await,
        _ => {}
    }
    Ok(finished(&core, &arrived, answer, fault.as_ref()))
}

/// Writes the status down and puts the answer together.
fn finished(core: &Core, arrived: &Arrived, answer: Answer, fault: Option<&Fault>) -> Response<Outgoing> {
    if let Some(entry) = locked(&core.log).get_mut(arrived.index) {
        entry.status = Some(answer.status);
    }
    response(core, arrived, answer, fault)
}

/// Reads the head and writes the log's line.
fn arrival(core: &Core, head: &hyper::http::request::Parts) -> Arrived {
    let path = head.uri.path().to_owned();
    let query_text = head.uri.query().unwrap_or_default().to_owned();
    let accept = head.headers.get("accept").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let mut arrived = Arrived {
        index: 0,
        method: head.method.to_string(),
        query: query_pairs(&query_text),
        space: core.space(&path, accept),
        path,
        query_text,
        headers: head.headers.clone(),
        body: Bytes::new(),
        urls: urls(core, head),
    };
    let (credential, credential_digest) = match arrived.presented() {
        shown if arrived.space != Space::Web => shown.label(&locked(&core.world)),
        _ => (Credential::None, None),
    };
    let hidden = ["authorization", "proxy-authorization", "cookie"];
    let headers = arrived
        .headers
        .iter()
        .filter(|(n, _)| !hidden.contains(&n.as_str()))
        .map(|(n, v)| (n.as_str().to_owned(), String::from_utf8_lossy(v.as_bytes()).into_owned()))
        .collect();
    let mut log = locked(&core.log);
    arrived.index = log.len();
    log.push(Logged {
        index: arrived.index,
        at: core.clock.now(),
        method: arrived.method.clone(),
        path: arrived.path.clone(),
        query: arrived.query_text.clone(),
        operation: None,
        status: None,
        body: None,
        headers,
        credential,
        credential_digest,
        fault: None,
    });
    arrived
}

/// Links lead back to the name under which the server was asked, as long as that is a plain host name.
fn urls(core: &Core, head: &hyper::http::request::Parts) -> Urls {
    let scheme = core.origin.split("://").next().unwrap_or("http");
    let host = head.headers.get("host").and_then(|h| h.to_str().ok()).filter(|h| {
        !h.is_empty()
            && h.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '-' | '[' | ']'))
    });
    let web = host.map_or_else(|| core.origin.clone(), |h| format!("{scheme}://{h}"));
    let api = match core.flavour {
        Flavour::Cloud => web.clone(),
        Flavour::Enterprise { .. } => format!("{web}/api/v3"),
    };
    Urls { api, web }
}

/// The fault for this request: its own header first, then the plan. Pages are spared.
fn fault_for(core: &Core, arrived: &Arrived) -> Result<Option<Fault>, FaultSyntax> {
    if arrived.space == Space::Web {
        return Ok(None);
    }
    let planned = core.faults.strike(&arrived.method, &arrived.path);
    let asked = arrived.header("x-practice-fault").map(str::parse::<Fault>).transpose()?;
    let fault = asked.or(planned);
    if let (Some(fault), Some(entry)) = (&fault, locked(&core.log).get_mut(arrived.index)) {
        entry.fault = Some(fault.name().to_owned());
    }
    Ok(fault)
}

fn answer(core: &Core, arrived: &Arrived, fault: Option<&Fault>) -> Answer {
    if let Some(answer) = fault.and_then(|f| strike::instead(core, arrived, f)) {
        return answer;
    }
    if fault == Some(&Fault::TokenEnds) {
        let shown = arrived.presented();
        let mut world = locked(&core.world);
        if let crate::access::Presented::Secret(secret) | crate::access::Presented::Basic(_, secret) = shown {
            let digest = crate::model::digest(secret.reveal());
            world.tokens.iter_mut().filter(|t| t.digest == digest).for_each(|t| t.revoked = true);
        }
    }
    let drops = Drops {
        labels: fault == Some(&Fault::DropLabels),
        assignees: fault == Some(&Fault::DropAssignees),
        milestone: fault == Some(&Fault::DropMilestone),
    };
    let handle = || match &arrived.space {
        Space::Api(path) => core.answer_api(arrived, path, drops),
        Space::GraphQl => graphql::answer(core, arrived),
        Space::Web => web::answer(core, arrived),
    };
    if fault == Some(&Fault::HandledTwice) {
        handle();
    }
    let answer = handle();
    match fault {
        Some(f) => strike::after(answer, arrived, f),
        None => answer,
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    // Writing to memory does not fail; an empty result would still be a broken stream, which is what is wanted.
    encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default()
}

fn response(core: &Core, arrived: &Arrived, answer: Answer, fault: Option<&Fault>) -> Response<Outgoing> {
    let (kind, mut bytes) = match answer.content {
        Content::None => (None, Vec::new()),
        Content::Json(v) => (Some("application/json; charset=utf-8"), v.to_string().into_bytes()),
        Content::Html(text) => (Some("text/html; charset=utf-8"), text.into_bytes()),
        Content::Css(text) => (Some("text/css; charset=utf-8"), text.as_bytes().to_vec()),
        Content::Text(text) => (Some("text/plain; charset=utf-8"), text.into_bytes()),
    };
    let mut now = core.clock.now();
    let mut pause = None;
    let mut encoding = None;
    match fault {
        Some(Fault::ClockSkew(seconds)) => {
            now = now.saturating_add(SignedDuration::from_secs(*seconds)).unwrap_or(now);
        }
        Some(Fault::SlowBody(time)) => pause = Some(*time),
        Some(Fault::InvalidJson) => bytes.truncate(bytes.len() / 2),
        Some(Fault::TruncatedGzip) => {
            bytes = gzip(&bytes);
            bytes.truncate(bytes.len() * 2 / 3);
            encoding = Some("gzip");
        }
        _ => {}
    }
    let mut builder = Response::builder()
        .status(answer.status)
        .header("date", http_date(now))
        .header("server", "docket-practice")
        .header("x-github-request-id", format!("PRAC:{:08X}", arrived.index))
        .header("x-content-type-options", "nosniff");
    if arrived.space != Space::Web {
        builder = builder.header("x-github-media-type", "github.v3; format=json");
    }
    if let Flavour::Enterprise { version } = &core.flavour {
        builder = builder.header("x-github-enterprise-version", version);
    }
    if let Some(kind) = kind {
        builder = builder.header("content-type", kind);
    }
    if let Some(encoding) = encoding {
        builder = builder.header("content-encoding", encoding);
    }
    for (name, value) in answer.headers {
        builder = builder.header(name, value);
    }
    builder.body(Outgoing::new(Bytes::from(bytes), pause)).unwrap_or_else(|e| {
        tracing::error!(error = %e, "an answer could not be put together");
        let mut plain = Response::new(Outgoing::new(Bytes::new(), None));
        *plain.status_mut() = hyper::StatusCode::INTERNAL_SERVER_ERROR;
        plain
    })
}
