//! The practice GitLab's one shared state, and the way of a request through it:
//! space → address → operation → credential → limits → scope → action → the vendor's schema.

use std::sync::Mutex;

use jiff::Timestamp;
use serde_json::Value;

use super::contract::{answer_problems, find};
use super::model::World;
use super::multipart::Brought;
use super::oauth::Devices;
use super::pace::{Observed, Pace};
use super::refusal::{no_route, unauthorized};
use super::render::Urls;
use super::routes::{Call, Drops, carry_out};
use super::who::{Presented, identify};
use super::{graphql, multipart, oauth, strike, web};
use crate::faults::Fault;
use crate::locked;
use crate::log::Credential;
use crate::model::digest;
use crate::reply::{Answer, Content};
use crate::site::{Arrived, Front, Site};

#[derive(Debug)]
pub(super) struct Lab {
    pub front: Front,
    /// Path prefix such as `/gitlab`; empty at the root.
    pub root: String,
    pub version: String,
    pub mangles_slashes: bool,
    pub client_ids: Vec<String>,
    /// The largest file that may be uploaded, in bytes.
    pub attachment_limit: usize,
    /// How many bytes of files are kept in all.
    pub room_for_files: usize,
    pub world: Mutex<World>,
    pub pace: Mutex<Pace>,
    pub devices: Mutex<Devices>,
}

/// Which part of the server a path belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space<'a> {
    /// REST, with the path below `/api/v4`.
    Api(&'a str),
    GraphQl,
    /// `/oauth/token` and `/oauth/authorize_device`.
    OAuth(&'a str),
    /// The page on which a person answers a device, below the root.
    Device,
    /// A page, with the path below the root.
    Web(&'a str),
    /// Outside of the relative root.
    Elsewhere,
}

impl Lab {
    pub fn space<'a>(&self, path: &'a str) -> Space<'a> {
        let Some(inside) = path.strip_prefix(&self.root).filter(|p| p.is_empty() || p.starts_with('/'))
        else {
            return Space::Elsewhere;
        };
        match inside.strip_prefix("/api/v4") {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => return Space::Api(rest),
            _ => {}
        }
        match inside {
            "/api/graphql" => Space::GraphQl,
            "/oauth/token" | "/oauth/authorize_device" => Space::OAuth(inside),
            "/oauth/device" => Space::Device,
            _ => Space::Web(inside),
        }
    }

    pub fn urls(&self, arrived: &Arrived) -> Urls {
        Urls { web: format!("{}{}", arrived.origin, self.root) }
    }

    /// The present moment in thousandths, as the vendor keeps it.
    pub fn now(&self) -> Timestamp {
        let now = self.front.clock.now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    /// Writes a mistake of the client down and says so with a status that no server uses.
    pub fn broken(&self, arrived: &Arrived, code: u16, problems: Vec<String>) -> Box<Answer> {
        let text = problems.join("; ");
        self.front.violate(arrived, code, problems);
        Box::new(self.refusal(code, &text))
    }

    pub fn own_fault(&self, arrived: &Arrived, problems: Vec<String>) -> Box<Answer> {
        let text = format!("The practice server's own answer is wrong: {}", problems.join("; "));
        self.front.violate(arrived, 597, problems);
        Box::new(self.refusal(597, &text))
    }

    /// Who asks, whether they may ask now, and what the limits say.
    pub fn admit(
        &self,
        arrived: &Arrived,
        operation: &str,
    ) -> Result<(super::who::Caller, Option<Observed>), Box<Answer>> {
        let now = self.now();
        let caller = identify(&locked(&self.world), &Presented::of(arrived), now)?;
        let observed = locked(&self.pace).take(caller.user, operation, now)?;
        Ok((caller, observed))
    }

    fn api(&self, arrived: &Arrived, path: &str, drops: Drops) -> Result<Answer, Box<Answer>> {
        if path.ends_with('/') || path.is_empty() {
            self.front.violate(
                arrived,
                599,
                vec!["a trailing slash: the vendor has no such route".to_owned()],
            );
            return Err(no_route());
        }
        if self.mangles_slashes && path.to_ascii_lowercase().contains("%2f") {
            // The proxy decoded the path: what reached the vendor's server has more segments than any operation.
            return Err(no_route());
        }
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let Some((operation, params)) = find(&arrived.method, &segments) else {
            let problem = format!("there is no operation {} {path}", arrived.method);
            return Err(self.broken(arrived, 599, vec![problem]));
        };
        self.front.name_operation(arrived.index, operation.name);
        let mut problems = operation.problems(&arrived.query, arrived.header("content-type"), &arrived.body);
        let mut brought = Brought::Nothing;
        if operation.takes_file {
            match multipart::brought(arrived) {
                Ok(found) => brought = found,
                Err(wrong) => problems.extend(wrong),
            }
        }
        if !problems.is_empty() {
            return Err(self.broken(arrived, 598, problems));
        }
        let json = (!operation.takes_file).then(|| serde_json::from_slice(&arrived.body).ok()).flatten();
        let body: Value = json.unwrap_or(Value::Null);
        let (caller, observed) = self.admit(arrived, operation.name)?;
        if caller.user.is_none() && (arrived.method != "GET" || !operation.path.starts_with("/projects")) {
            return Err(unauthorized());
        }
        let done = caller.within(operation.scope).and_then(|()| {
            if let Some(refused) = operation.vendor_refuses(&body, &brought) {
                let text = format!("{}: parts are missing or do not go together", operation.name);
                self.front.violate(arrived, 598, vec![text]);
                return Err(refused);
            }
            let mut world = locked(&self.world);
            let urls = self.urls(arrived);
            let base = format!("{}{}", arrived.origin, arrived.path);
            let mut call = Call {
                lab: self,
                world: &mut world,
                caller: &caller,
                urls: &urls,
                params: &params,
                query: &arrived.query,
                body,
                brought,
                now: self.now(),
                base,
                drops,
            };
            carry_out(operation.name, &mut call)
        });
        let answer = done.unwrap_or_else(|refusal| *refusal);
        if answer.status < 300 {
            let problems = answer_problems(operation.shape, answer.body_json());
            if !problems.is_empty() {
                return Err(self.own_fault(arrived, problems));
            }
        }
        let answer = unchanged(arrived, answer);
        Ok(match observed {
            Some(seen) => seen.on(answer, self.now().as_millisecond(), false),
            None => answer,
        })
    }
}

/// Marks an answer with a tag, and turns one that the client has already into 304.
fn unchanged(arrived: &Arrived, mut answer: Answer) -> Answer {
    let Some(body) = answer.body_json().filter(|_| arrived.method == "GET" && answer.status == 200) else {
        return answer;
    };
    let tag = format!("W/\"{}\"", &digest(&body.to_string())[..32]);
    let known = arrived.header("if-none-match").is_some_and(|sent| sent.split(',').any(|t| t.trim() == tag));
    if known {
        answer.status = 304;
        answer.content = Content::None;
    }
    answer.with("etag", tag).with("cache-control", "max-age=0, private, must-revalidate")
}

impl Site for Lab {
    fn front(&self) -> &Front {
        &self.front
    }

    fn credential(&self, arrived: &Arrived) -> (Credential, Option<String>) {
        Presented::of(arrived).label(&locked(&self.world))
    }

    fn spared(&self, arrived: &Arrived) -> bool {
        matches!(self.space(&arrived.path), Space::Web(_) | Space::Device | Space::Elsewhere)
    }

    fn answer(&self, arrived: &Arrived, fault: Option<&Fault>) -> Answer {
        if let Some(answer) = fault.and_then(|f| strike::instead(self, f)) {
            return answer;
        }
        if let (Some(Fault::TokenEnds), Some(secret)) = (fault, Presented::of(arrived).secret()) {
            let digest = digest(secret.reveal());
            locked(&self.world)
                .tokens
                .iter_mut()
                .filter(|t| t.digest == digest)
                .for_each(|t| t.revoked = true);
        }
        let drops = Drops {
            labels: fault == Some(&Fault::DropLabels),
            assignees: fault == Some(&Fault::DropAssignees),
            milestone: fault == Some(&Fault::DropMilestone),
        };
        let handle = || {
            let done = match self.space(&arrived.path) {
                Space::Api(path) => self.api(arrived, path, drops),
                Space::GraphQl => graphql::answer(self, arrived),
                Space::OAuth(path) => oauth::answer(self, arrived, path),
                Space::Device => Ok(web::device(self, arrived)),
                Space::Web(path) => Ok(web::answer(self, arrived, path)),
                Space::Elsewhere => Ok(web::elsewhere()),
            };
            done.unwrap_or_else(|refusal| *refusal)
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

    fn refusal(&self, status: u16, message: &str) -> Answer {
        *super::refusal::message(status, message)
    }

    fn headers(&self, arrived: &Arrived) -> Vec<(&'static str, String)> {
        if self.space(&arrived.path) == Space::Elsewhere {
            return Vec::new();
        }
        let meta = format!("{{\"correlation_id\":\"PRAC{:08X}\",\"version\":\"1\"}}", arrived.index);
        vec![("x-gitlab-meta", meta), ("x-request-id", format!("PRAC{:08X}", arrived.index))]
    }

    fn file_limit(&self, arrived: &Arrived) -> Option<usize> {
        let Space::Api(path) = self.space(&arrived.path) else { return None };
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let takes_file = find(&arrived.method, &segments).is_some_and(|(o, _)| o.takes_file);
        takes_file.then_some(self.attachment_limit.saturating_add(multipart::AROUND_A_FILE))
    }

    fn loggable(&self, arrived: &Arrived, body: Value) -> Option<Value> {
        // Bodies of the identity endpoints hold device codes and tokens.
        (!matches!(self.space(&arrived.path), Space::OAuth(_))).then_some(body)
    }
}
