//! From sockets to requests and back: reading, faults on the wire, headers, writing.

use std::collections::VecDeque;
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
use crate::faults::{Fault, FaultSyntax};
use crate::locked;
use crate::log::Logged;
use crate::reply::{Answer, Content};
use crate::site::{Arrived, Front, Site};
use crate::text::query_pairs;

const BODY_LIMIT: usize = 4 * 1024 * 1024;

/// So much of a file that is too large is read and thrown away, so that its sender gets an answer and no cut connection.
const THROWN_AWAY: usize = 1024 * 1024 * 1024;

/// The connection ends here without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the practice server cut the connection on purpose")]
pub(crate) struct Cut;

/// Before a body breaks off: what was written by then has left.
const BEFORE_CUT: Duration = Duration::from_millis(20);

/// A body that is sent at once, or in pieces with pauses, or that breaks off.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pieces: VecDeque<Bytes>,
    pause: Option<Duration>,
    sleeping: Option<Pin<Box<tokio::time::Sleep>>>,
    /// Bytes that are promised and never come.
    withheld: u64,
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
        Self { pieces, pause, sleeping: None, withheld: 0 }
    }

    /// The first half, and then the connection's end.
    fn broken_off(mut body: Bytes) -> Self {
        let half = body.split_to(body.len() / 2);
        let withheld = body.len() as u64 + 1;
        Self { pieces: VecDeque::from([half]), pause: Some(BEFORE_CUT), sleeping: None, withheld }
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if let Some(sleeping) = &mut self.sleeping {
            if sleeping.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.sleeping = None;
        }
        let piece = self.pieces.pop_front();
        if piece.is_none() && self.withheld > 0 {
            return Poll::Ready(Some(Err(Cut)));
        }
        if let (Some(pause), true) = (self.pause, self.withheld > 0 || !self.pieces.is_empty()) {
            self.sleeping = Some(Box::pin(tokio::time::sleep(pause)));
        }
        Poll::Ready(piece.map(|p| Ok(Frame::data(p))))
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty() && self.withheld == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.withheld + self.pieces.iter().map(|p| p.len() as u64).sum::<u64>())
    }
}

/// Counts a request as in flight while it lives.
struct InFlight<S: Site>(Arc<S>);

impl<S: Site> Drop for InFlight<S> {
    fn drop(&mut self) {
        self.0.front().in_flight.fetch_sub(1, Ordering::SeqCst);
    }
}

/// One request, from its head to its answer.
pub(crate) async fn serve<S: Site>(
    site: Arc<S>,
    request: Request<Incoming>,
) -> Result<Response<Outgoing>, Cut> {
    site.front().in_flight.fetch_add(1, Ordering::SeqCst);
    let _guard = InFlight(Arc::clone(&site));
    let (head, body) = request.into_parts();
    let mut arrived = arrival(&*site, &head);
    let fault = match fault_for(&*site, &arrived) {
        Ok(fault) => fault,
        Err(unknown) => {
            let answer = site.refusal(400, &unknown.to_string());
            return Ok(finished(&*site, &arrived, answer, None));
        }
    };
    if fault == Some(Fault::CutBeforeReading) {
        return Err(Cut);
    }
    let mut told = None;
    if let Some(most) = site.file_limit(&arrived) {
        read_file(body, most, &mut arrived).await?;
    } else {
        arrived.body = Limited::new(body, BODY_LIMIT).collect().await.map_err(|_| Cut)?.to_bytes();
        told = serde_json::from_slice(&arrived.body).ok().and_then(|b| site.loggable(&arrived, b));
    }
    if let Some(entry) = locked(&site.front().log).get_mut(arrived.index) {
        entry.body = told;
    }
    if let Some(Fault::Delay(time)) = fault {
        tokio::time::sleep(time).await;
    }
    if fault == Some(Fault::CutBeforeStoring) {
        return Err(Cut);
    }
    if let Some(Fault::StoreLate(late)) = fault {
        // Apart from the connection, whose end would end it.
        tokio::spawn(async move {
            tokio::time::sleep(late).await;
            site.answer(&arrived, fault.as_ref());
        });
        return Err(Cut);
    }
    let endless = (fault == Some(Fault::EndlessList)).then(|| first_page_asked(&mut arrived));
    let mut answer = site.answer(&arrived, fault.as_ref());
    if let Some(page) = endless {
        name_next(&arrived, page + 1, &mut answer);
    }
    match fault {
        Some(Fault::StoreThenCut) => return Err(Cut),
        // The connection's own end, or the server's, ends this wait.
        Some(Fault::StoreThenSilence) => std::future::pending::<()>().await,
        Some(Fault::RepeatedPage) => repeat_page(&arrived, &mut answer),
        _ => {}
    }
    Ok(finished(&*site, &arrived, answer, fault.as_ref()))
}

/// Reads a file to its end and keeps it as long as it is not larger than `most`.
async fn read_file(mut body: Incoming, most: usize, arrived: &mut Arrived) -> Result<(), Cut> {
    let (mut kept, mut seen) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Cut)?.into_data() else { continue };
        seen += data.len();
        if seen > THROWN_AWAY {
            return Err(Cut);
        }
        if seen <= most {
            kept.extend_from_slice(&data);
        } else {
            arrived.too_large = true;
            kept = Vec::new();
        }
    }
    arrived.body = Bytes::from(kept);
    Ok(())
}

/// Asks for the first page in place of the one that was asked for; says which that was.
fn first_page_asked(arrived: &mut Arrived) -> u64 {
    let asked = arrived.query.iter_mut().find(|(name, _)| name == "page");
    let Some((_, value)) = asked else { return 1 };
    std::mem::replace(value, "1".to_owned()).parse().unwrap_or(1)
}

/// Names a further page, whether there is one or not.
fn name_next(arrived: &Arrived, page: u64, answer: &mut Answer) {
    let others = arrived.query_text.split('&').filter(|part| !part.is_empty() && !part.starts_with("page="));
    let query: Vec<String> = others.map(str::to_owned).chain([format!("page={page}")]).collect();
    let link = format!("<{}{}?{}>; rel=\"next\"", arrived.origin, arrived.path, query.join("&"));
    answer.headers.retain(|(name, _)| *name != "link");
    answer.headers.push(("link", link));
}

/// Makes the `Link` header's next page this page.
fn repeat_page(arrived: &Arrived, answer: &mut Answer) {
    let here = if arrived.query_text.is_empty() {
        format!("<{}{}>", arrived.origin, arrived.path)
    } else {
        format!("<{}{}?{}>", arrived.origin, arrived.path, arrived.query_text)
    };
    for (_, value) in answer.headers.iter_mut().filter(|(n, _)| *n == "link") {
        let links: Vec<String> = value
            .split(", ")
            .map(|l| match l.split_once("; ") {
                Some((_, rel)) if rel == "rel=\"next\"" => format!("{here}; {rel}"),
                _ => l.to_owned(),
            })
            .collect();
        *value = links.join(", ");
    }
}

/// Writes the status down and puts the answer together.
fn finished(
    site: &impl Site,
    arrived: &Arrived,
    answer: Answer,
    fault: Option<&Fault>,
) -> Response<Outgoing> {
    if let Some(entry) = locked(&site.front().log).get_mut(arrived.index) {
        entry.status = Some(answer.status);
    }
    response(site, arrived, answer, fault)
}

/// Headers whose values are secrets; the log leaves them out.
const HIDDEN: [&str; 5] = ["authorization", "proxy-authorization", "cookie", "private-token", "job-token"];

/// Reads the head and writes the log's line.
fn arrival(site: &impl Site, head: &hyper::http::request::Parts) -> Arrived {
    let query_text = head.uri.query().unwrap_or_default().to_owned();
    let front = site.front();
    let mut arrived = Arrived {
        index: 0,
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: query_pairs(&query_text),
        query_text,
        headers: head.headers.clone(),
        body: Bytes::new(),
        too_large: false,
        origin: origin(front, head),
    };
    let (credential, credential_digest) = site.credential(&arrived);
    let headers = arrived
        .headers
        .iter()
        .filter(|(n, _)| !HIDDEN.contains(&n.as_str()))
        .map(|(n, v)| (n.as_str().to_owned(), String::from_utf8_lossy(v.as_bytes()).into_owned()))
        .collect();
    let mut log = locked(&front.log);
    arrived.index = log.len();
    log.push(Logged {
        index: arrived.index,
        at: front.clock.now(),
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
fn origin(front: &Front, head: &hyper::http::request::Parts) -> String {
    let scheme = front.origin.split("://").next().unwrap_or("http");
    let host = head.headers.get("host").and_then(|h| h.to_str().ok()).filter(|h| {
        !h.is_empty()
            && h.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '-' | '[' | ']'))
    });
    host.map_or_else(|| front.origin.clone(), |h| format!("{scheme}://{h}"))
}

/// The fault for this request: its own header first, then the plan. Pages are spared.
fn fault_for(site: &impl Site, arrived: &Arrived) -> Result<Option<Fault>, FaultSyntax> {
    if site.spared(arrived) {
        return Ok(None);
    }
    let planned = site.front().faults.strike(&arrived.method, &arrived.path, &arrived.query_text);
    let asked = arrived.header("x-practice-fault").map(str::parse::<Fault>).transpose()?;
    let fault = asked.or(planned);
    if let (Some(fault), Some(entry)) = (&fault, locked(&site.front().log).get_mut(arrived.index)) {
        entry.fault = Some(fault.name().to_owned());
    }
    Ok(fault)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    // Writing to memory does not fail; an empty result would still be a broken stream, which is what is wanted.
    encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default()
}

fn response(
    site: &impl Site,
    arrived: &Arrived,
    answer: Answer,
    fault: Option<&Fault>,
) -> Response<Outgoing> {
    let (kind, mut bytes) = match answer.content {
        Content::None => (None, Vec::new()),
        Content::Json(v) => (Some("application/json; charset=utf-8"), v.to_string().into_bytes()),
        Content::Html(text) => (Some("text/html; charset=utf-8"), text.into_bytes()),
        Content::Css(text) => (Some("text/css; charset=utf-8"), text.as_bytes().to_vec()),
        Content::Form(text) => (Some("application/x-www-form-urlencoded; charset=utf-8"), text.into_bytes()),
        Content::Text(text) => (Some("text/plain; charset=utf-8"), text.into_bytes()),
        Content::File(bytes) => (Some("application/octet-stream"), bytes.to_vec()),
    };
    let mut now = site.front().clock.now();
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
        .header("x-content-type-options", "nosniff");
    for (name, value) in site.headers(arrived) {
        builder = builder.header(name, value);
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
    let body = match fault {
        Some(Fault::CutInAnswer) => Outgoing::broken_off(Bytes::from(bytes)),
        _ => Outgoing::new(Bytes::from(bytes), pause),
    };
    builder.body(body).unwrap_or_else(|e| {
        tracing::error!(error = %e, "an answer could not be put together");
        let mut plain = Response::new(Outgoing::new(Bytes::new(), None));
        *plain.status_mut() = hyper::StatusCode::INTERNAL_SERVER_ERROR;
        plain
    })
}
