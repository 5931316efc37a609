//! Azure DevOps' addresses, and asking them: one place that knows which version is spoken.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use docket_domain::{Code, Problem, Timestamp};
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::OnceCell;
use url::Url;

use super::address::AzureAddress;
use super::dialect::{NEWEST, VERSIONS};
use super::model::{FieldType, Kind, TypeField};
use super::words::{self, About, Refusal};
use crate::error::TrackerError;
use crate::http::{Answer, Call, Failure, Http, Upload};
use crate::pace::{Allowances, Makes, Weight};
use crate::talk::{self, BELIEVED_MS, garbled, shape};
use crate::waist::Account;

/// The caller whom the service takes for nobody.
const ANONYMOUS: &str = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";

/// What was looked up, with the time of the look.
pub(crate) struct Believed<V> {
    kept: Mutex<HashMap<String, (Timestamp, Arc<V>)>>,
}

impl<V> Default for Believed<V> {
    fn default() -> Self {
        Self { kept: Mutex::default() }
    }
}

impl<V> Believed<V> {
    /// What is kept under `key` and not too old.
    pub fn get(&self, key: &str, now: Timestamp) -> Option<Arc<V>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(key)
            .filter(|(at, _)| now.millis_since(*at) < BELIEVED_MS)
            .map(|(_, value)| Arc::clone(value))
    }

    /// Keeps it.
    pub fn put(&self, key: &str, now: Timestamp, value: V) -> Arc<V> {
        let value = Arc::new(value);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(key.to_owned(), (now, Arc::clone(&value)));
        value
    }

    fn forget(&self) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// What was looked up in projects.
#[derive(Default)]
pub(crate) struct Known {
    /// Types by project.
    pub kinds: Believed<Vec<Kind>>,
    /// Fields by «project/type».
    pub fields: Believed<Vec<TypeField>>,
    /// Kinds of fields by project.
    pub field_types: Believed<HashMap<String, FieldType>>,
    /// Whether somebody can be assigned, by «project/type/login».
    pub assignable: Believed<bool>,
}

impl Known {
    /// Forgets what was looked up: somebody looks, and wants to see what is there now.
    pub fn forget(&self) {
        self.kinds.forget();
        self.fields.forget();
        self.field_types.forget();
        self.assignable.forget();
    }
}

/// What the service says about itself and about the caller.
#[derive(Debug, Clone)]
pub(crate) struct Ground {
    pub account: Account,
    /// The vendor's own service, whatever the address looks like.
    pub hosted: bool,
}

/// Which edition of the API a request needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edition {
    Released,
    /// Offered as a preview in every version.
    Preview,
    /// The newest preview of the service.
    Newest,
}

/// A request, before its version is known.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "independent properties of a request")]
pub(crate) struct Ask<'a> {
    method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    body: Option<&'a Value>,
    upload: Option<Upload<'a>>,
    edition: Edition,
    /// A write, and what it weighs.
    writes: Option<Weight>,
    patch: bool,
    once: bool,
    fresh: bool,
    unsigned: bool,
}

impl<'a> Ask<'a> {
    /// A read.
    pub fn get(path: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            query: Vec::new(),
            body: None,
            upload: None,
            edition: Edition::Released,
            writes: None,
            patch: false,
            once: false,
            fresh: false,
            unsigned: false,
        }
    }

    /// A question put as a POST that changes nothing.
    pub fn question(path: impl Into<String>, body: &'a Value) -> Self {
        Self { method: Method::POST, body: Some(body), ..Self::get(path) }
    }

    /// A write, and what it makes.
    pub fn write(method: Method, path: impl Into<String>, body: &'a Value, makes: Makes) -> Self {
        let weight = Weight::Write { makes };
        Self { method, body: Some(body), writes: Some(weight), ..Self::get(path) }
    }

    /// A file.
    pub fn upload(path: impl Into<String>, upload: Upload<'a>) -> Self {
        Self { method: Method::POST, upload: Some(upload), ..Self::get(path) }
    }

    /// A write of many parts in one, none of which makes a work item.
    pub fn bulk(path: impl Into<String>, body: &'a Value, parts: usize) -> Self {
        let weight = Weight::Bulk { parts: u32::try_from(parts).unwrap_or(u32::MAX) };
        Self { writes: Some(weight), ..Self::write(Method::PATCH, path, body, Makes::Nothing) }
    }

    /// The body is a JSON Patch document.
    pub fn patch(mut self) -> Self {
        self.patch = true;
        self
    }

    /// Only judged, never stored; it is a question then.
    pub fn only_judged(mut self) -> Self {
        self.writes = None;
        self.with("validateOnly", "true")
    }

    /// Adds to the query.
    pub fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.query.push((key, value.into()));
        self
    }

    /// Asks for another edition.
    pub fn edition(mut self, edition: Edition) -> Self {
        self.edition = edition;
        self
    }

    /// Once, at once, whatever comes back: for the connection test.
    pub fn once(mut self) -> Self {
        self.once = true;
        self
    }

    /// Never from what is kept.
    pub fn fresh(mut self) -> Self {
        self.fresh = true;
        self
    }

    /// Without the token.
    pub fn unsigned(mut self) -> Self {
        self.unsigned = true;
        self
    }

    /// What was asked, for evidence.
    pub fn shown(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// Azure DevOps behind one connection.
pub(crate) struct Api {
    pub http: Http,
    pub address: AzureAddress,
    pub allowances: Allowances,
    pub known: Known,
    ground: OnceCell<Ground>,
    /// Index into the versions.
    version: AtomicUsize,
}

impl Api {
    pub fn new(http: Http, address: AzureAddress, allowances: Allowances) -> Self {
        Self {
            http,
            address,
            allowances,
            known: Known::default(),
            ground: OnceCell::new(),
            version: AtomicUsize::new(0),
        }
    }

    /// What a request is about, for words.
    pub fn about<'a>(&'a self, doing: &'a str, project: Option<&'a str>) -> About<'a> {
        About { doing, project, address: &self.address, redactor: &self.http.redactor }
    }

    /// The version that is spoken now.
    pub fn version(&self) -> &'static str {
        VERSIONS.get(self.version.load(Ordering::Relaxed)).copied().unwrap_or(VERSIONS[0])
    }

    /// The version is at least `wanted`.
    pub fn speaks(&self, wanted: &str) -> bool {
        number(self.version()) >= number(wanted)
    }

    /// An edition, as a request names it now.
    pub fn named(&self, edition: Edition) -> String {
        match edition {
            Edition::Released => self.version().to_owned(),
            Edition::Preview => format!("{}-preview", self.version()),
            Edition::Newest => NEWEST.to_owned(),
        }
    }

    fn url(&self, ask: &Ask<'_>, edition: Edition) -> Result<Url, TrackerError> {
        let mut url =
            Url::parse(&format!("{}{}", self.address.base(), ask.path)).map_err(Problem::internal)?;
        let version = self.named(edition);
        url.query_pairs_mut().extend_pairs(&ask.query).append_pair("api-version", &version);
        Ok(url)
    }

    /// Sends in the version that the server speaks: one that it refuses did nothing, so the
    /// request goes out again in an older one, which is remembered.
    pub async fn send(&self, ask: &Ask<'_>) -> Result<Answer, Failure> {
        let mut edition = ask.edition;
        loop {
            let at = self.version.load(Ordering::Relaxed);
            let url = self.url(ask, edition).map_err(Failure::not_sent)?;
            let answer = self.http.send(call(ask, url)).await?;
            match words::refusal(&answer) {
                Refusal::OutOfRange { latest } if edition != Edition::Newest => {
                    let Some(next) = step_down(at, latest.as_deref()) else { return Ok(answer) };
                    self.version.fetch_max(next, Ordering::Relaxed);
                }
                Refusal::NeedsPreview if edition == Edition::Released => edition = Edition::Preview,
                _ => return Ok(answer),
            }
        }
    }

    /// Asks; anything but success is an error in words.
    pub async fn ask(&self, ask: &Ask<'_>, about: About<'_>) -> Result<Answer, TrackerError> {
        talk::readable(self.send(ask).await?, about)
    }

    /// Asks for a list in its envelope.
    pub async fn list<T: DeserializeOwned>(
        &self,
        ask: &Ask<'_>,
        about: About<'_>,
    ) -> Result<Vec<T>, TrackerError> {
        let answer = self.ask(ask, about).await?;
        Ok(shape::<super::shapes::Listed<T>>(&answer, about)?.value)
    }

    /// What the service is and whom it takes us for; asked once.
    pub async fn ground(&self) -> Result<&Ground, TrackerError> {
        self.ground
            .get_or_try_init(|| async {
                let about = self.about("see whose token this is", None);
                let answer = self.ask(&ground_question(), about).await?;
                read_ground(&answer, about)
            })
            .await
    }

    /// Settles what the connection test found out itself.
    pub fn settle(&self, ground: Ground) {
        // Set already: another task found the same.
        let _ = self.ground.set(ground);
    }
}

/// The question behind [`Api::ground`].
pub(crate) fn ground_question() -> Ask<'static> {
    Ask::get("/_apis/connectionData").edition(Edition::Preview).fresh()
}

/// Reads its answer. A caller who is nobody is an error: the token was ignored.
pub(crate) fn read_ground(answer: &Answer, about: About<'_>) -> Result<Ground, TrackerError> {
    let json = answer.json().ok_or_else(|| garbled(answer, about))?;
    let text = |path: &str| json.pointer(path).and_then(Value::as_str).map(str::to_owned);
    let id = text("/authenticatedUser/id").ok_or_else(|| garbled(answer, about))?;
    if id.eq_ignore_ascii_case(ANONYMOUS) {
        return Err(ignored(about).into());
    }
    let name = text("/authenticatedUser/providerDisplayName");
    let login = text("/authenticatedUser/properties/Account/$value")
        .or_else(|| text("/authenticatedUser/properties/Account"))
        .or_else(|| name.clone())
        .unwrap_or_else(|| id.clone());
    let hosted = match text("/deploymentType") {
        Some(kind) => kind.eq_ignore_ascii_case("hosted"),
        None => about.address.is_services(),
    };
    Ok(Ground { account: Account { login, name, stable_id: Some(id), token_ends: None }, hosted })
}

/// The service let us in as nobody.
fn ignored(about: About<'_>) -> Problem {
    let whose = about.address.whose();
    Problem::new(
        Code::Unauthorized,
        format!(
            "Azure DevOps ignored the token and sees nobody: it is expired, revoked, or not for {whose}."
        ),
    )
    .hint(format!(
        "Make a new one for «{}» alone at {}. Tokens for «all accessible organizations» stop working on {}.",
        about.address.organisation(),
        about.address.token_page(),
        words::GLOBAL_TOKENS_END
    ))
}

fn call<'a>(ask: &Ask<'a>, url: Url) -> Call<'a> {
    if let Some(upload) = ask.upload {
        return Call::upload(url, upload);
    }
    let mut call = match (ask.writes, ask.body) {
        (Some(weight), body) => Call { weight, ..Call::write(ask.method.clone(), url, body, Makes::Nothing) },
        (None, Some(body)) => Call { method: ask.method.clone(), ..Call::ask(url, body) },
        (None, None) => Call::get(url),
    };
    if ask.patch {
        call = call.of_media("application/json-patch+json");
    }
    if ask.fresh {
        call = call.fresh();
    }
    if ask.unsigned {
        call = call.unsigned();
    }
    if ask.once { call.once() } else { call }
}

/// A success that can be read. 203 is the service's sign-in page.
pub(crate) fn good(answer: &Answer) -> bool {
    answer.is_success() && answer.status != 203 && answer.json().is_some()
}

/// The next version to try after the one at `at`.
fn step_down(at: usize, latest: Option<&str>) -> Option<usize> {
    let fits = |index: &usize| latest.is_none_or(|latest| number(VERSIONS[*index]) <= number(latest));
    ((at + 1)..VERSIONS.len()).find(fits)
}

fn number(version: &str) -> (u32, u32) {
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    (major.parse().unwrap_or_default(), minor.parse().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_version_leads_to_the_best_one_that_the_server_names() {
        assert_eq!(step_down(0, Some("6.1")).map(|at| VERSIONS[at]), Some("6.0"), "Server 2020");
        assert_eq!(step_down(0, Some("7.0")).map(|at| VERSIONS[at]), Some("7.0"), "Server 2022");
        assert_eq!(step_down(0, None).map(|at| VERSIONS[at]), Some("7.0"), "one step when it names none");
        assert_eq!(step_down(4, None), None, "there is nothing below the oldest");
        assert_eq!(step_down(0, Some("3.2")), None, "TFS 2017 is too old");
    }
}
