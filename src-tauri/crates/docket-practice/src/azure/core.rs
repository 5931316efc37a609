//! The server's one shared state, and the way of a request through it:
//! space → organisation → operation → version → contract → credential → scopes → pace → operation → contract again.

use std::collections::HashMap;
use std::sync::Mutex;

use serde_json::{Value, json};

use super::access::{self, Caller, Shown};
use super::contract::{Contract, Found};
use super::editions;
use super::entra::Entra;
use super::files::Brought;
use super::operations;
use super::pace::{Pace, Used};
use super::refuse::{self, page};
use super::render::Base;
use super::routes::{Call, carry_out};
use super::setup::{AzureFlavour, RefusedLogin};
use super::version::{self, Version};
use super::world::{AzureWorld, guid};
use crate::locked;
use crate::reply::Answer;
use crate::site::{Arrived, Front};
use crate::text::{percent_decoded, percent_encoded, query_pairs};

#[derive(Debug)]
pub(crate) struct AzureCore {
    pub front: Front,
    pub contract: Contract,
    pub flavour: AzureFlavour,
    pub organisation: String,
    pub refused: RefusedLogin,
    pub at_root: bool,
    pub missing_as_null: bool,
    pub overlooks_markdown: bool,
    pub query_limit: usize,
    pub page: usize,
    /// The largest file that may be uploaded, in bytes.
    pub attachment_limit: usize,
    /// How many bytes of files are kept in all.
    pub room_for_files: usize,
    pub world: Mutex<AzureWorld>,
    pub pace: Mutex<Pace>,
    pub entra: Mutex<Entra>,
}

/// Which part of the server a path belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Space {
    /// The API below the organisation; the path below it.
    Api(String),
    /// The API of the whole service, before any organisation.
    Service(String),
    /// The API of an organisation that is not there.
    Nowhere,
    /// `/{tenant}/oauth2/v2.0/…`; its last part.
    Identity(String),
    Web,
}

/// The id under which the service tells where an organisation lives.
const AREA: &str = "79134c72-4a58-4b42-976c-04e7115f32bf";

impl AzureCore {
    /// The path of the organisation or collection.
    pub fn prefix(&self) -> String {
        let name = percent_encoded(&self.organisation);
        match self.flavour {
            AzureFlavour::Server { .. } if !self.at_root => format!("/tfs/{name}"),
            _ => format!("/{name}"),
        }
    }

    /// The request came to `{organisation}.visualstudio.com`, where no path names the organisation.
    fn by_older_host(&self, arrived: &Arrived) -> bool {
        let host = arrived.header("host").unwrap_or_default();
        let name = host.split(':').next().unwrap_or_default().to_lowercase();
        self.flavour == AzureFlavour::Services
            && name == format!("{}.visualstudio.com", self.organisation.to_lowercase())
    }

    pub fn space(&self, arrived: &Arrived) -> Space {
        let path = arrived.path.as_str();
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        if let [_, "oauth2", "v2.0", last] = parts.as_slice() {
            return Space::Identity((*last).to_owned());
        }
        if !parts.iter().any(|p| p.eq_ignore_ascii_case("_apis")) {
            return Space::Web;
        }
        if self.by_older_host(arrived) {
            return Space::Api(path.to_owned());
        }
        let depth = self.prefix().matches('/').count();
        let rest = |n: usize| parts.iter().skip(n).fold(String::new(), |s, p| s + "/" + p);
        if parts[0].eq_ignore_ascii_case("_apis") && self.flavour == AzureFlavour::Services {
            return Space::Service(path.to_owned());
        }
        let name = parts.get(depth - 1).map(|p| percent_decoded(p)).unwrap_or_default();
        let below_tfs = depth == 1 || parts[0].eq_ignore_ascii_case("tfs");
        if below_tfs && name.eq_ignore_ascii_case(&self.organisation) {
            Space::Api(rest(depth))
        } else {
            Space::Nowhere
        }
    }

    pub fn base(&self, arrived: &Arrived) -> Base {
        let prefix = if self.by_older_host(arrived) { String::new() } else { self.prefix() };
        Base(format!("{}{prefix}", arrived.origin))
    }

    /// Answers a request of the API.
    pub fn answer_api(&self, arrived: &Arrived, space: &Space) -> Answer {
        let result = match space {
            Space::Service(path) => self.service(arrived, path),
            Space::Api(path) => self.api(arrived, path),
            _ => Err(Box::new(page(404, "Azure DevOps Services | 404", "The resource cannot be found."))),
        };
        result.unwrap_or_else(|refusal| *refusal)
    }

    fn no_operation(&self, arrived: &Arrived, path: &str) -> Box<Answer> {
        let problem = format!("the vendor has no operation {} {path} here", arrived.method);
        self.front.violate(arrived, 599, vec![problem.clone()]);
        refuse::platform(599, "PracticeContract", &problem)
    }

    fn own_fault(&self, arrived: &Arrived, problems: Vec<String>) -> Box<Answer> {
        let text = format!("The practice server's own answer is wrong: {}", problems.join("; "));
        self.front.violate(arrived, 597, problems);
        refuse::platform(597, "PracticeContract", &text)
    }

    /// Checks version, query and body. A preview is asked for where the vendor's contract has one.
    fn check(
        &self,
        arrived: &Arrived,
        found: &Found,
        query: &[(String, String)],
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<Version, Box<Answer>> {
        let operation = found.operation;
        // Routes are looked for before versions.
        if let Some(refusal) = editions::lacks(operation, arrived, version::latest(&self.flavour)) {
            return Err(refusal);
        }
        let mut problems = Vec::new();
        let asked = Version::asked(query, arrived.header("accept"));
        let version = match asked.as_deref().map(|t| (t, Version::read(t))) {
            Some((_, Some(v))) => Some(v),
            Some((t, None)) => {
                problems.push(format!("query: '{t}' is no API version"));
                None
            }
            None => {
                problems.push("query: 'api-version' is missing".to_owned());
                None
            }
        };
        if let (Some(version), Some(text)) = (version, asked.as_deref()) {
            let preview = editions::is_preview(operation, version.number);
            version::judge(version, text, &self.flavour, preview)?;
            if let Some(refusal) = editions::lacks(operation, arrived, version.number) {
                return Err(refusal);
            }
        }
        problems.extend(self.contract.check_request(found, query, content_type, body));
        match version {
            Some(version) if problems.is_empty() => Ok(version),
            _ => {
                let text = format!("{}: {}", operation.describe(), problems.join("; "));
                self.front.violate(arrived, 598, problems);
                Err(refuse::platform(598, "PracticeContract", &text))
            }
        }
    }

    fn find(
        &self,
        method: &str,
        path: &str,
        query: &[(String, String)],
        accept: Option<&str>,
    ) -> Option<Found> {
        let version = Version::asked(query, accept).and_then(|t| Version::read(&t));
        let modern = version.is_some_and(|v| v.number >= (7, 2)) && self.flavour == AzureFlavour::Services;
        let (operation, params) = operations::find(method, path)?;
        let version = version.map_or((0, 0), |v| v.number);
        Some(Found { operation, params, modern, version })
    }

    /// Before any organisation: only whether one is there.
    fn service(&self, arrived: &Arrived, path: &str) -> Result<Answer, Box<Answer>> {
        let found = self
            .find(&arrived.method, path, &arrived.query, arrived.header("accept"))
            .filter(|f| f.operation.id == "hand-written: Resource Areas_Get")
            .ok_or_else(|| self.no_operation(arrived, path))?;
        self.front.name_operation(arrived.index, found.operation.id);
        self.check(arrived, &found, &arrived.query, arrived.header("content-type"), &arrived.body)?;
        let area = found.params.get("areaId").map(|a| a.to_lowercase()).unwrap_or_default();
        let account = arrived
            .query
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case("accountName"))
            .map(|(_, v)| v.as_str());
        let there = area == AREA && account.is_some_and(|a| a.eq_ignore_ascii_case(&self.organisation));
        let url = there.then(|| format!("{}/", self.base(arrived).0));
        let body = json!({ "id": area, "name": "core", "locationUrl": url });
        let problems = self.contract.check_answer(&found, 200, Some(&body));
        if problems.is_empty() { Ok(Answer::json(200, body)) } else { Err(self.own_fault(arrived, problems)) }
    }

    /// Who asks, and how much of the allowance is used; or the answer that ends the request here.
    fn admit(&self, arrived: &Arrived, found: &Found) -> Result<(usize, Used), Box<Answer>> {
        let operation = found.operation;
        let now = self.front.clock.now();
        let caller = Shown::of(arrived).caller(&locked(&self.world), now);
        let sign_in = |how| Err(Box::new(access::sign_in(how, arrived, &self.base(arrived).0)));
        let (who, scopes) = match caller {
            Caller::Person { user, scopes } => (user, scopes),
            Caller::Anonymous if operation.id.contains("ConnectionData") => {
                let body = super::routes::connection_data(None, &self.flavour, &self.organisation);
                let problems = self.contract.check_answer(found, 200, Some(&body));
                return Err(if problems.is_empty() {
                    Box::new(Answer::json(200, body))
                } else {
                    self.own_fault(arrived, problems)
                });
            }
            Caller::Anonymous if self.refused == RefusedLogin::Redirect => return sign_in(self.refused),
            Caller::Anonymous => return sign_in(RefusedLogin::SignInPage),
            Caller::Refused => return sign_in(self.refused),
        };
        let name = locked(&self.world).users[who].name.clone();
        if !access::covers(&scopes, operation.scopes) {
            return Err(access::no_scope(&name));
        }
        let used = locked(&self.pace).take(who, arrived.method != "GET", now);
        used.judge(&name)?;
        Ok((who, used))
    }

    fn api(&self, arrived: &Arrived, path: &str) -> Result<Answer, Box<Answer>> {
        let accept = arrived.header("accept");
        let found = self.find(&arrived.method, path, &arrived.query, accept);
        let found = found.ok_or_else(|| self.no_operation(arrived, path))?;
        let operation = found.operation;
        self.front.name_operation(arrived.index, operation.id);
        let version =
            self.check(arrived, &found, &arrived.query, arrived.header("content-type"), &arrived.body)?;
        let (who, used) = self.admit(arrived, &found)?;
        let answer = if operation.id == "hand-written: Work Items_Batch" {
            self.batch(arrived, who)
        } else {
            let json = operation.sends.is_some_and(|(_, shape)| shape.is_some());
            let body = json.then(|| serde_json::from_slice(&arrived.body).ok()).flatten();
            let body = body.unwrap_or(Value::Null);
            self.carry_out(
                arrived,
                operation.id,
                found.params.clone(),
                arrived.query.clone(),
                body,
                version,
                who,
            )
        };
        if answer.status == 598 {
            let text = answer.body_json().and_then(|b| b["message"].as_str()).unwrap_or_default().to_owned();
            self.front.violate(arrived, 598, vec![text]);
            return Err(Box::new(answer));
        }
        let told = answer.body_json();
        let judged = told.map(|b| if self.missing_as_null { without_nulls(b) } else { b.clone() });
        let problems = self.contract.check_answer(&found, answer.status, judged.as_ref());
        if !problems.is_empty() {
            return Err(self.own_fault(arrived, problems));
        }
        Ok(used.headers(editions::aged(operation, version.number, answer)))
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one request, taken apart once, here")]
    fn carry_out(
        &self,
        arrived: &Arrived,
        operation: &str,
        params: HashMap<String, String>,
        query: Vec<(String, String)>,
        body: Value,
        version: Version,
        who: usize,
    ) -> Answer {
        let mut world = locked(&self.world);
        let mut call = Call {
            world: &mut world,
            base: self.base(arrived),
            flavour: &self.flavour,
            organisation: &self.organisation,
            params,
            query,
            body,
            now: self.front.clock.now(),
            who,
            version,
            query_limit: self.query_limit,
            page: self.page,
            missing_as_null: self.missing_as_null,
            overlooks_markdown: self.overlooks_markdown,
            brought: Brought {
                bytes: arrived.body.clone(),
                too_large: arrived.too_large,
                most: self.attachment_limit,
                room: self.room_for_files,
            },
        };
        match carry_out(operation, &mut call) {
            Some(handled) => handled.unwrap_or_else(|refusal| *refusal),
            None => {
                *refuse::platform(597, "PracticeContract", &format!("{operation} is not carried out here"))
            }
        }
    }

    /// Each part is a request of its own: it is checked, carried out and answered by itself.
    fn batch(&self, arrived: &Arrived, who: usize) -> Answer {
        let parts: Vec<Value> = serde_json::from_slice(&arrived.body).unwrap_or_default();
        let mut answers = Vec::new();
        for part in &parts {
            let answer = self.batched(arrived, part, who).unwrap_or_else(|refusal| *refusal);
            if answer.status == 598 {
                return answer;
            }
            let body = answer.body_json().map(ToString::to_string).unwrap_or_default();
            let headers = json!({ "Content-Type": "application/json; charset=utf-8" });
            answers.push(json!({ "code": answer.status, "headers": headers, "body": body }));
        }
        Answer::json(200, json!({ "count": answers.len(), "value": answers }))
    }

    fn batched(&self, arrived: &Arrived, part: &Value, who: usize) -> Result<Answer, Box<Answer>> {
        let uri = part["uri"].as_str().unwrap_or_default();
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let query = query_pairs(query);
        let creates = path.rsplit('/').next().is_some_and(|l| percent_decoded(l).starts_with('$'));
        let method = if creates { "POST" } else { "PATCH" };
        let wrong = |text: String| refuse::platform(598, "PracticeContract", &text);
        let found = self
            .find(method, path, &query, None)
            .filter(|f| matches!(f.operation.id, "Work Items_Create" | "Work Items_Update"));
        let found = found.ok_or_else(|| wrong(format!("body: a batch cannot hold '{uri}'")))?;
        let body = part["body"].to_string();
        let kind = part["headers"]["Content-Type"].as_str();
        let problems = self.contract.check_request(&found, &query, kind, body.as_bytes());
        let text = Version::asked(&query, None).unwrap_or_default();
        let version = Version::read(&text);
        match version {
            Some(version) if problems.is_empty() => {
                version::judge(version, &text, &self.flavour, found.operation.preview)?;
                Ok(self.carry_out(
                    arrived,
                    found.operation.id,
                    found.params.clone(),
                    query,
                    part["body"].clone(),
                    version,
                    who,
                ))
            }
            _ => Err(wrong(format!("body: '{uri}': {} (version '{text}')", problems.join("; ")))),
        }
    }

    /// A GUID for this request, as the service's `ActivityId`.
    pub fn activity(arrived: &Arrived) -> String {
        guid(&format!("activity {}", arrived.index))
    }
}

/// A list without the nulls that the service is seen to put in, and that its document does not know.
fn without_nulls(body: &Value) -> Value {
    let mut body = body.clone();
    if let Some(list) = body.get_mut("value").and_then(Value::as_array_mut) {
        list.retain(|v| !v.is_null());
    }
    body
}
