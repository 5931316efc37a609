//! The server's one shared state, and the way of a request through it:
//! space → version → contract → credential → limits → operation → contract again → conditional answer.

use std::collections::HashMap;
use std::sync::Mutex;

use jiff::Timestamp;
use serde_json::Value;

use crate::access::{self, Caller, Need};
use crate::admission::with_allowance;
use crate::contract::{Contract, Edition};
use crate::limits::{Allowance, Pace, Pool};
use crate::locked;
use crate::model::{World, digest};
use crate::render::Urls;
use crate::reply::{Answer, Content};
use crate::routes::{Call, Drops, carry_out};
use crate::seed::TokenKind;
use crate::setup::Flavour;
use crate::sign_in::{self, SignIn};
use crate::site::{Arrived, Front};

pub(crate) const OLD_VERSION: &str = "2022-11-28";
pub(crate) const NEW_VERSION: &str = "2026-03-10";

#[derive(Debug)]
pub(crate) struct Core {
    pub flavour: Flavour,
    pub cursor_pages: bool,
    pub front: Front,
    pub world: Mutex<World>,
    pub pace: Mutex<Pace>,
    pub sign_in: SignIn,
}

/// Which part of the server a path belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Space {
    /// REST, with the path below the API's base.
    Api(String),
    GraphQl,
    /// Where people sign in, and programs for them.
    SignIn,
    Web,
}

impl Core {
    /// First path segments that belong to the API when it lives at the root; all others are owners' pages.
    const API_WORDS: &'static [&'static str] = &[
        "",
        "repos",
        "repositories",
        "orgs",
        "organizations",
        "users",
        "user",
        "meta",
        "versions",
        "rate_limit",
        "api",
        "search",
        "issues",
        "notifications",
        "events",
        "feeds",
        "gists",
        "app",
        "apps",
        "projects",
        "emojis",
        "licenses",
        "markdown",
        "networks",
        "advisories",
        "enterprises",
        "teams",
        "zen",
        "octocat",
    ];

    pub fn space(&self, path: &str, accept: &str) -> Space {
        if sign_in::is_here(path) {
            return Space::SignIn;
        }
        match self.flavour {
            Flavour::Enterprise { .. } => match path.strip_prefix("/api/v3") {
                Some("") => Space::Api("/".to_owned()),
                Some(rest) if rest.starts_with('/') => Space::Api(rest.to_owned()),
                _ if path == "/api/graphql" => Space::GraphQl,
                _ => Space::Web,
            },
            Flavour::Cloud => {
                let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
                if path == "/graphql" {
                    Space::GraphQl
                } else if path == "/" && accept.contains("text/html") || Self::is_board_page(path) {
                    Space::Web
                } else if Self::API_WORDS.contains(&first) {
                    Space::Api(path.to_owned())
                } else {
                    Space::Web
                }
            }
        }
    }

    /// `/orgs/acme/projects/1` and `/users/robin/projects/1`: the API has no such addresses.
    fn is_board_page(path: &str) -> bool {
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        matches!(parts.as_slice(), ["orgs" | "users", _, "projects", _])
    }

    /// Links lead back to the name under which the server was asked.
    pub fn urls(&self, arrived: &Arrived) -> Urls {
        let web = arrived.origin.clone();
        let api = match self.flavour {
            Flavour::Cloud => web.clone(),
            Flavour::Enterprise { .. } => format!("{web}/api/v3"),
        };
        Urls { api, web }
    }

    /// The version that a request asks for, or the vendor's refusal.
    fn version(&self, arrived: &Arrived) -> Result<&'static str, Box<Answer>> {
        match arrived.header("x-github-api-version") {
            None | Some(OLD_VERSION) => Ok(OLD_VERSION),
            Some(NEW_VERSION) if self.flavour == Flavour::Cloud => Ok(NEW_VERSION),
            Some(other) => Err(crate::reply::refuse(
                400,
                &format!("The API version '{other}' is not supported. See the list of supported versions."),
            )),
        }
    }

    fn edition(&self, version: &str) -> Edition {
        match self.flavour {
            Flavour::Enterprise { .. } => Edition::Enterprise,
            Flavour::Cloud if version == NEW_VERSION => Edition::Cloud2026,
            Flavour::Cloud => Edition::Cloud2022,
        }
    }

    /// Answers a REST request.
    pub fn answer_api(&self, arrived: &Arrived, path: &str, drops: Drops) -> Answer {
        if arrived.header("user-agent").is_none_or(str::is_empty) {
            let content = "Request forbidden by administrative rules. Please make sure your request has a User-Agent \
                           header.\n";
            return Answer { status: 403, headers: Vec::new(), content: Content::Text(content.to_owned()) };
        }
        match self.api(arrived, path, drops) {
            Ok(answer) => answer,
            Err(answer) => *answer,
        }
    }

    fn api(&self, arrived: &Arrived, path: &str, drops: Drops) -> Result<Answer, Box<Answer>> {
        // A client that looks for an Enterprise Server asks for this on any host; github.com answers 404.
        if matches!(path, "/api/v3" | "/api/v3/" | "/api/v3/meta") && arrived.method == "GET" {
            return Err(Box::new(Answer::not_found()));
        }
        if path.len() > 1 && path.ends_with('/') {
            self.front.violate(arrived, 599, vec!["a trailing slash: the vendor answers 404".to_owned()]);
            return Err(Box::new(Answer::not_found()));
        }
        let version = self.version(arrived)?;
        if let Some(answer) = self.supplement(arrived, path) {
            return answer;
        }
        let path = self.by_id(path);
        let contract = Contract::of(self.edition(version)).map_err(|e| self.own_fault(arrived, vec![e]))?;
        let Some((operation, params)) = contract.find(&arrived.method, &path) else {
            let problem = format!("the vendor has no operation {} {path} here", arrived.method);
            self.front.violate(arrived, 599, vec![problem.clone()]);
            return Err(Box::new(Answer::error(599, &problem)));
        };
        self.front.name_operation(arrived.index, &operation.id);
        let query: Vec<(String, String)> =
            arrived.query.iter().filter(|(n, _)| !(self.cursor_pages && n == "after")).cloned().collect();
        let problems =
            contract.check_request(operation, &query, arrived.header("content-type"), &arrived.body);
        if !problems.is_empty() {
            let answer = Answer::error(598, &format!("{}: {}", operation.describe(), problems.join("; ")));
            self.front.violate(arrived, 598, problems);
            return Err(Box::new(answer));
        }
        let (caller, allowance) = self.admit(arrived, &operation.id)?;
        let answer =
            self.carry_out(arrived, &operation.id, &params, &path, &caller, allowance, version, drops);
        let answer = answer.unwrap_or_else(|refusal| *refusal);
        let problems = contract.check_answer(operation, answer.status, answer.body_json());
        if !problems.is_empty() {
            return Err(self.own_fault(arrived, problems));
        }
        Ok(self.finish(arrived, answer, &operation.id, &caller, version))
    }

    pub fn own_fault(&self, arrived: &Arrived, problems: Vec<String>) -> Box<Answer> {
        let answer = Answer::error(
            597,
            &format!("The practice server's own answer is wrong: {}", problems.join("; ")),
        );
        self.front.violate(arrived, 597, problems);
        Box::new(answer)
    }

    /// Operations that the vendor serves but lists in no contract: an organisation by its id.
    fn supplement(&self, arrived: &Arrived, path: &str) -> Option<Result<Answer, Box<Answer>>> {
        let id = path.strip_prefix("/organizations/")?;
        let id: u64 = id.parse().ok()?;
        self.front.name_operation(arrived.index, "orgs/get-by-id");
        let login = locked(&self.world).account(id).filter(|a| a.members.is_some()).map(|a| a.login.clone());
        Some(match login {
            Some(login) => self.api(arrived, &format!("/orgs/{login}"), Drops::default()),
            None => Err(Box::new(Answer::not_found())),
        })
    }

    /// `/repositories/{id}/…`, where redirects of renamed repositories point, read as `/repos/{owner}/{repo}/…`.
    fn by_id(&self, path: &str) -> String {
        let rewrite = || {
            let rest = path.strip_prefix("/repositories/")?;
            let (id, tail) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let world = locked(&self.world);
            let repo = world.repo(id.parse().ok()?)?;
            Some(format!("/repos/{}{tail}", world.full_name(repo)))
        };
        rewrite().unwrap_or_else(|| path.to_owned())
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one request, taken apart once, here")]
    fn carry_out(
        &self,
        arrived: &Arrived,
        operation: &str,
        params: &HashMap<String, String>,
        path: &str,
        caller: &Caller,
        allowance: Allowance,
        version: &str,
        drops: Drops,
    ) -> Result<Answer, Box<Answer>> {
        let rest: String = path.split('/').skip(4).fold(String::new(), |s, part| s + "/" + part);
        let query =
            if arrived.query_text.is_empty() { String::new() } else { format!("?{}", arrived.query_text) };
        let urls = self.urls(arrived);
        let mut world = locked(&self.world);
        let mut call = Call {
            world: &mut world,
            caller,
            urls: &urls,
            flavour: &self.flavour,
            params,
            query: &arrived.query,
            body: serde_json::from_slice(&arrived.body).unwrap_or(Value::Null),
            now: self.now(),
            modern: version == NEW_VERSION,
            drops,
            cursor_pages: self.cursor_pages,
            address: format!("{}{path}", urls.api),
            rest: rest + &query,
            allowance,
        };
        carry_out(operation, &mut call).unwrap_or_else(|| {
            Err(crate::reply::refuse(597, &format!("the practice server does not carry out {operation}")))
        })
    }

    /// GitHub's dates have whole seconds.
    pub fn now(&self) -> Timestamp {
        let now = self.front.clock.now();
        Timestamp::from_second(now.as_second()).unwrap_or(now)
    }

    /// Adds what every accepted answer carries, and turns an unchanged one into 304.
    pub fn finish(
        &self,
        arrived: &Arrived,
        answer: Answer,
        operation: &str,
        caller: &Caller,
        version: &str,
    ) -> Answer {
        let now = self.front.clock.now();
        let mut answer = answer.with("x-github-api-version-selected", version);
        if let Some(token) = &caller.token {
            match &token.kind {
                TokenKind::Classic { scopes } => {
                    answer = answer
                        .with("x-oauth-scopes", scopes.join(", "))
                        .with("x-accepted-oauth-scopes", access::accepted_scopes(operation));
                }
                TokenKind::FineGrained { .. } => {
                    let need = if arrived.method != "GET" {
                        Need::WriteIssues
                    } else if operation.starts_with("issues/") {
                        Need::ReadIssues
                    } else {
                        Need::Metadata
                    };
                    if !answer.headers.iter().any(|(n, _)| *n == "x-accepted-github-permissions") {
                        answer = answer.with("x-accepted-github-permissions", need.permission());
                    }
                }
            }
            if let Some(end) = token.expires_at {
                let end = end.strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
                answer = answer.with("github-authentication-token-expiration", end);
            }
        }
        if arrived.method == "GET" && answer.status == 200 {
            let tag = match &answer.content {
                Content::Json(v) => format!("W/\"{}\"", digest(&v.to_string())),
                _ => String::new(),
            };
            let same = arrived
                .header("if-none-match")
                .is_some_and(|sent| sent.split(',').any(|t| weak(t.trim()) == weak(&tag)));
            if same {
                locked(&self.pace).give_back(caller.account, Pool::Core);
                answer.status = 304;
                answer.content = Content::None;
            }
            answer = answer.with("etag", tag).with("cache-control", "private, max-age=60, s-maxage=60");
        }
        let mut pace = locked(&self.pace);
        if pace.enabled() {
            let pool = if operation == "graphql" { Pool::GraphQl } else { Pool::Core };
            let allowance = pace.look(caller.account, pool, now);
            answer = with_allowance(answer, allowance, pool);
        }
        answer
    }
}

fn weak(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}
