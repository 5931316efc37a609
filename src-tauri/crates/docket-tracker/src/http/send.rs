//! Sending: pace, retry by method, redirects by hand, the log.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use docket_domain::{Code, Problem, Timestamp};
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, ETAG, HeaderMap, IF_NONE_MATCH, LOCATION};
use serde_json::Value;
use std::sync::Arc;
use url::Url;

use super::answer::{Answer, Body};
use super::conceal;
use super::credential::Credential;
use super::trouble::{Trouble, explain};
use super::{Call, Failure, Http, MAX_ANSWER, Reached, Upload};
use crate::error::TrackerError;
use crate::exchange::Exchange;
use crate::pace::{Telling, WaitReason, Waiting, pause};

/// Waits before a read is tried again, seconds.
const BACKOFF: [i64; 3] = [1, 4, 15];
/// Throttled answers in a row after which we give up and say when to go on.
const MOST_THROTTLES: u32 = 6;
/// Longest that one request is held back by throttling, milliseconds: an hour, after which
/// allowances are renewed, and a minute for clocks that differ.
const LONGEST_HOLD_MS: i64 = 3_660_000;
const MOST_REDIRECTS: usize = 5;
/// An answer that takes longer is said to be waited for, milliseconds.
const QUIET_MS: u64 = 5_000;
/// Answers 401 in a row after which nothing more is sent: going on locks the account.
const MOST_REJECTIONS: u32 = 2;
/// Of each text this much is logged, bytes.
const LOGGED: usize = 8_192;

impl Http {
    /// Sends, waiting and repeating as far as `call` allows. Any status is an answer, except
    /// throttling that outlasts our patience and a proxy that wants a login.
    pub async fn send(&self, call: Call<'_>) -> Result<Answer, Failure> {
        if call.signed && call.patient && self.rejected.load(Ordering::Relaxed) >= MOST_REJECTIONS {
            return Err(Failure::not_sent(self.rejected_twice()));
        }
        let began = self.ports.clock.now();
        let mut throttles = 0;
        let mut attempt = 0;
        let mut renewed = false;
        loop {
            let turn = if call.patient {
                Some(self.pacer.turn(call.weight, &self.ports).await.map_err(Failure::not_sent)?)
            } else {
                self.pacer.count(call.weight, self.ports.clock.now());
                None
            };
            let credential = self.credential(&call).await?;
            let result = self.follow(&call, credential.as_ref()).await;
            if let Some(turn) = turn {
                turn.answered(self.ports.clock.now());
            }
            if !renewed && result.as_ref().is_ok_and(|answer| answer.status == 401) {
                renewed = true;
                if self.renew(credential.as_ref()).await? {
                    continue;
                }
            }
            let retry = BACKOFF.get(attempt).filter(|_| call.patient);
            match result {
                Ok(answer) => {
                    self.note_rejection(&call, &answer);
                    if self.hold_back(&call, &answer, began, &mut throttles)? {
                        continue;
                    }
                    match retry {
                        Some(seconds) if answer.status >= 500 && !call.is_write() => {
                            self.backoff(*seconds, &format!("it answered {}", answer.status)).await?;
                        }
                        _ => return Ok(answer),
                    }
                }
                Err(failure) => {
                    let again = matches!(failure.error.code(), Code::Network)
                        && (!call.is_write() || failure.reached == Reached::NotSent)
                        && !matches!(failure.trouble, Some(Trouble::NoSuchName { .. }));
                    match retry {
                        Some(seconds) if again => {
                            self.backoff(*seconds, &failure.error.problem.message).await?;
                        }
                        _ => return Err(failure),
                    }
                }
            }
            attempt += 1;
        }
    }

    /// Blocks the account's pace when the answer asks for it. `Ok(true)`: go round again.
    fn hold_back(
        &self,
        call: &Call<'_>,
        answer: &Answer,
        began: Timestamp,
        throttles: &mut u32,
    ) -> Result<bool, Failure> {
        // What nobody in particular may ask says nothing about the account.
        if !call.signed {
            return Ok(false);
        }
        let now = self.ports.clock.now();
        if let Some(told) = self.dialect.told(answer, now) {
            self.pacer.tell(told);
        }
        let Some(throttle) = self.dialect.throttled(answer, now) else { return Ok(false) };
        // Without a time the vendor asks for a minute, doubled each further time.
        let until = throttle.until.unwrap_or_else(|| now.plus_millis(60_000 << (*throttles).min(6)));
        self.pacer.block(until, throttle.reason, &throttle.words);
        if throttle.refused && throttle.reason == WaitReason::TrackerAsked {
            self.pacer.refused(call.weight, now);
        }
        *throttles += 1;
        // A success that asks for a pause was done: only what comes next waits.
        if !call.patient || !throttle.refused {
            return Ok(false);
        }
        if *throttles > MOST_THROTTLES || until.millis_since(began) > LONGEST_HOLD_MS {
            let problem = Problem::new(Code::RateLimited, throttle.words)
                .hint(format!("It goes on by itself after {until}. Nothing is lost."))
                .retry_at(until);
            let mut error = TrackerError::new(problem);
            error.status = Some(answer.status);
            error.request_id.clone_from(&answer.request_id);
            return Err(Failure::not_sent(error.cleaned(&self.redactor)));
        }
        Ok(true)
    }

    async fn backoff(&self, seconds: i64, why: &str) -> Result<(), Failure> {
        let until = self.ports.clock.now().plus_millis(seconds * 1000);
        let words = format!("{} had trouble ({why}); trying again.", self.dialect.vendor());
        pause(&Waiting { until, reason: WaitReason::Retry, words }, &self.ports)
            .await
            .map_err(Failure::not_sent)
    }

    fn note_rejection(&self, call: &Call<'_>, answer: &Answer) {
        if !call.signed {
            return;
        }
        if answer.status == 401 {
            self.rejected.fetch_add(1, Ordering::Relaxed);
        } else if answer.status < 400 {
            self.rejected.store(0, Ordering::Relaxed);
        }
    }

    fn rejected_twice(&self) -> Problem {
        let vendor = self.dialect.vendor();
        Problem::new(
            Code::Unauthorized,
            format!("{vendor} did not accept the token twice in a row, so nothing more was sent."),
        )
        .hint("Enter a new token in the connection. Going on would lock the account for a while.")
    }

    /// One request and, when the tracker sends it elsewhere on the same origin, the next one.
    async fn follow(&self, call: &Call<'_>, credential: Option<&Credential>) -> Result<Answer, Failure> {
        if call.signed && !self.is_home(&call.url) {
            // An address out of an answer (a page, a redirect) must not carry the token away.
            let problem = Problem::new(
                Code::TrackerTrouble,
                format!(
                    "{} pointed to another server ({}), which does not get the token.",
                    self.dialect.vendor(),
                    call.url.host_str().unwrap_or_default()
                ),
            );
            return Err(Failure::not_sent(problem));
        }
        let mut url = call.url.clone();
        let mut method = call.method.clone();
        let mut body = call.body;
        let mut redirected = false;
        for _ in 0..=MOST_REDIRECTS {
            let mut answer = self.exchange(call, credential, &method, &url, body).await?;
            answer.redirected = redirected;
            if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
                return Ok(answer);
            }
            let Some(target) = answer.header(LOCATION.as_str()).and_then(|text| url.join(text).ok()) else {
                return Ok(answer);
            };
            if !self.is_home(&target) {
                answer.elsewhere = Some(target);
                return Ok(answer);
            }
            match answer.status {
                301 | 307 | 308 => {}
                _ if method == Method::GET => {}
                303 if !call.is_write() => {
                    method = Method::GET;
                    body = None;
                }
                _ => return Ok(answer),
            }
            url = target;
            redirected = true;
        }
        let problem = Problem::new(
            Code::TrackerTrouble,
            format!("{} sent us round in circles.", self.dialect.vendor()),
        )
        .hint("Check the address of the connection.");
        // Every step was answered by a redirect, so nothing was done.
        Err(Failure::not_sent(problem))
    }

    /// One request and its answer, logged.
    async fn exchange(
        &self,
        call: &Call<'_>,
        credential: Option<&Credential>,
        method: &Method,
        url: &Url,
        body: Option<&Value>,
    ) -> Result<Answer, Failure> {
        let cacheable = *method == Method::GET && call.signed && call.patient && !call.fresh;
        let known = if cacheable { self.cached().etag(url.as_str()) } else { None };
        let sent_text = body.map(Value::to_string);
        let mut request = self.client.request(method.clone(), url.clone());
        if let Some(credential) = credential {
            let (name, value) = &credential.header;
            request = request.header(name.clone(), value.clone());
        }
        if let Some(etag) = &known {
            request = request.header(IF_NONE_MATCH, etag);
        }
        if let Some(text) = &sent_text {
            request = request.header(CONTENT_TYPE, call.media).body(text.clone());
        }
        let form = call.form.filter(|_| *method == Method::POST);
        if let Some(fields) = form {
            let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(text);
        }
        let upload = call.upload.filter(|_| *method == Method::POST);
        if let Some(file) = upload {
            request = with_file(request, file)?;
        }
        let mut log = Exchange {
            at: self.ports.clock.now(),
            method: method.to_string(),
            url: self.redactor.clean_url(url),
            status: None,
            ms: 0,
            request: sent_text
                .or_else(|| form.map(conceal::form))
                .or_else(|| upload.map(|file| file.words()))
                .map(|text| self.redactor.clean_cut(&text, LOGGED)),
            response: None,
            headers: BTreeMap::new(),
            error: None,
        };
        let started = Instant::now();
        let result = self.receive(request, call).await;
        log.ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        match result {
            Ok((response, text)) => {
                log.response = match call.form {
                    _ if text.iter().all(u8::is_ascii_whitespace) => None,
                    Some(_) => Some(conceal::answer(&text)),
                    None => Some(String::from_utf8_lossy(&text).into_owned()),
                }
                .map(|text| self.redactor.clean_cut(&text, LOGGED));
                let answer = self.understand(response, &text, url, known.as_deref(), cacheable, log);
                self.proxy_login(answer)
            }
            Err(failure) => {
                log.error = Some(self.redactor.clean(&failure.error.problem.message));
                self.ports.exchanges.exchanged(log);
                Err(failure)
            }
        }
    }

    fn cached(&self) -> std::sync::MutexGuard<'_, super::cache::Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends and reads, with an upper bound for time and size.
    async fn receive(
        &self,
        request: reqwest::RequestBuilder,
        call: &Call<'_>,
    ) -> Result<(Head, Vec<u8>), Failure> {
        let longest = Duration::from_millis(u64::from(self.network.read_timeout_ms.max(1)) * 4)
            + Duration::from_millis(u64::from(self.network.connect_timeout_ms));
        let work = async {
            let mut response = request.send().await.map_err(|error| self.failed(&error))?;
            let head = Head { status: response.status().as_u16(), headers: response.headers().clone() };
            let mut text = Vec::new();
            loop {
                match response.chunk().await {
                    Ok(Some(chunk)) if text.len() + chunk.len() > MAX_ANSWER => {
                        return Err(self.unreadable(&format!(
                            "its answer is larger than {} MiB",
                            MAX_ANSWER / 1_048_576
                        )));
                    }
                    Ok(Some(chunk)) => text.extend_from_slice(&chunk),
                    Ok(None) => return Ok((head, text)),
                    Err(error) => return Err(self.failed(&error)),
                }
            }
        };
        let cancelled = async {
            // A write that has left is waited for: its outcome must be known.
            if call.is_write() {
                std::future::pending::<()>().await;
            } else {
                self.ports.cancel.cancelled().await;
            }
        };
        // Nobody should look at a bar that stands still and wonder.
        let mut telling = Telling::to(&self.ports);
        let quiet = async {
            let quiet = Duration::from_millis(u64::from(self.network.read_timeout_ms / 4).min(QUIET_MS));
            tokio::time::sleep(quiet).await;
            let left = longest.saturating_sub(quiet).as_millis() as i64;
            telling.tell(&Waiting {
                until: self.ports.clock.now().plus_millis(left),
                reason: WaitReason::NoAnswer,
                words: format!("{} has not answered yet. The answer is waited for.", self.host()),
            });
            std::future::pending::<Infallible>().await
        };
        tokio::select! {
            never = quiet => match never {},
            result = tokio::time::timeout(longest, work) => result.unwrap_or_else(|_| {
                let problem = explain(&Trouble::TooSlow, &self.host(), self.port(), &self.route, None);
                Err(Failure { reached: Reached::Maybe, error: problem.into(), trouble: Some(Trouble::TooSlow) })
            }),
            () = cancelled => Err(Failure::not_sent(Problem::cancelled())),
        }
    }

    fn failed(&self, error: &reqwest::Error) -> Failure {
        let trouble = Trouble::of(error);
        let reached =
            if error.is_connect() || error.is_builder() { Reached::NotSent } else { Reached::Maybe };
        let mut problem = explain(&trouble, &self.host(), self.port(), &self.route, None);
        problem.cause = Some(self.redactor.clean(&causes(error)));
        Failure { reached, error: problem.into(), trouble: Some(trouble) }
    }

    fn unreadable(&self, why: &str) -> Failure {
        let problem =
            Problem::new(Code::TrackerTrouble, format!("{} cannot be understood: {why}.", self.host()));
        Failure { reached: Reached::Maybe, error: problem.into(), trouble: None }
    }

    /// Turns what came back into an answer, through the cache, and logs it.
    fn understand(
        &self,
        head: Head,
        text: &[u8],
        url: &Url,
        known: Option<&str>,
        cacheable: bool,
        mut log: Exchange,
    ) -> Answer {
        let body = self.body(&head, text);
        log.status = Some(head.status);
        for name in self.dialect.telling_headers() {
            if let Some(value) = head.headers.get(*name).and_then(|value| value.to_str().ok()) {
                log.headers.insert((*name).to_owned(), self.redactor.clean(value));
            }
        }
        let ms = log.ms;
        self.ports.exchanges.exchanged(log);
        let request_id = self.dialect.request_id(&head.headers);
        let mut answer = Answer {
            status: head.status,
            headers: head.headers,
            body,
            url: url.clone(),
            redirected: false,
            elsewhere: None,
            request_id,
            ms,
        };
        if answer.status == 304
            && let Some(etag) = known
            && let Some(kept) = self.cached().get(url.as_str(), etag)
        {
            let fresh = std::mem::take(&mut answer.headers);
            answer = Answer { request_id: answer.request_id, ms, ..kept };
            refresh(&mut answer.headers, &fresh);
            return answer;
        }
        if cacheable
            && answer.status == 200
            && let Some(etag) = answer.header(ETAG.as_str()).map(str::to_owned)
            && answer.json().is_some()
        {
            self.cached().put(url.as_str(), &etag, &answer, text.len());
        }
        answer
    }

    fn body(&self, head: &Head, text: &[u8]) -> Body {
        let content_type = head
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_ascii_lowercase();
        if text.iter().all(u8::is_ascii_whitespace) {
            return Body::Empty;
        }
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        if (essence.ends_with("/json") || essence.ends_with("+json"))
            && let Ok(value) = serde_json::from_slice(text)
        {
            return Body::Json(Arc::new(value));
        }
        let start: String = String::from_utf8_lossy(&text[..text.len().min(4_096)]).into_owned();
        Body::Other { content_type, start: self.redactor.clean_cut(&start, 2_000) }
    }

    /// A proxy that answers in the tracker's place (plain http goes through it untunnelled).
    fn proxy_login(&self, answer: Answer) -> Result<Answer, Failure> {
        if answer.status != 407 {
            return Ok(answer);
        }
        let problem = explain(&Trouble::ProxyLogin, &self.host(), self.port(), &self.route, None);
        Err(Failure { reached: Reached::NotSent, error: problem.into(), trouble: Some(Trouble::ProxyLogin) })
    }
}

/// What «not modified» says anew about an answer that is kept. The description of the text
/// stays; single sign-on is about this moment, so its absence counts as well.
fn refresh(kept: &mut HeaderMap, fresh: &HeaderMap) {
    kept.remove("x-github-sso");
    for (name, value) in fresh {
        if !matches!(name.as_str(), "content-type" | "content-length" | "content-encoding" | "link") {
            kept.insert(name.clone(), value.clone());
        }
    }
}

/// The request with a file in it.
fn with_file(request: reqwest::RequestBuilder, file: Upload<'_>) -> Result<reqwest::RequestBuilder, Failure> {
    let Some(field) = file.field else {
        return Ok(request.header(CONTENT_TYPE, "application/octet-stream").body(file.bytes.to_vec()));
    };
    let part = reqwest::multipart::Part::bytes(file.bytes.to_vec())
        .file_name(file.name.to_owned())
        .mime_str("application/json")
        .map_err(|error| Failure::not_sent(Problem::internal(error)))?;
    Ok(request.multipart(reqwest::multipart::Form::new().part(field, part)))
}

/// The beginning of an answer.
struct Head {
    status: u16,
    headers: HeaderMap,
}

/// The whole chain of causes, for the log.
fn causes(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}
