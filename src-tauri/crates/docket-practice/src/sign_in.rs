//! Signing in with a code on the practice GitHub: where programs ask for codes and tokens, and the page for people.
//!
//! The vendor's numbers: codes for 15 minutes, asked after every 5 seconds. A token of an OAuth app has the scopes that
//! were asked for and lives for ever; one of a GitHub App has the app's permissions, lives 8 hours and is renewed with a
//! refresh token. Enterprise Server has the same addresses on its own host. No contract describes them; what is known is
//! written by hand here and in `identity`.

use jiff::SignedDuration;

use crate::core::Core;
use crate::hidden::Hidden;
use crate::identity::IdentityDialect;
use crate::identity::exchange::{About, Exchange};
use crate::identity::grants::{Approval, Mint, Minted, TOKEN, Terms, letters};
use crate::identity::page;
use crate::locked;
use crate::look::NotThere;
use crate::model::{Token, digest};
use crate::practice::Practice;
use crate::reply::{Answer, Content};
use crate::seed::TokenKind;
use crate::site::Arrived;
use crate::text::query_pairs;

const TERMS: Terms = Terms { dialect: IdentityDialect::GitHub, code_life: 900, interval: 5 };
const APP_TOKEN_LIFE: u32 = 28_800;

/// An application that may sign people in with a code.
#[derive(Debug, Clone)]
pub(crate) struct App {
    pub client_id: String,
    /// A GitHub App: where it is installed, and what it may do there. None: an OAuth app.
    pub installed: Option<(String, Vec<(String, String)>)>,
}

/// The part of the server that signs people in.
#[derive(Debug)]
pub(crate) struct SignIn {
    apps: Vec<App>,
    exchange: Exchange,
}

impl SignIn {
    pub fn new(apps: Vec<App>) -> Self {
        let clients = apps.iter().map(|app| app.client_id.clone()).collect();
        Self { apps, exchange: Exchange::new(TERMS, clients) }
    }
}

/// Whether an address is of this part.
pub(crate) fn is_here(path: &str) -> bool {
    about(path).is_some() || path == "/login/device"
}

/// What programs ask at this address.
pub(crate) fn about(path: &str) -> Option<About> {
    match path {
        "/login/device/code" => Some(About::Codes),
        "/login/oauth/access_token" => Some(About::Tokens),
        _ => None,
    }
}

impl Mint for Core {
    fn mint(&self, approval: &Approval) -> Minted {
        let app = self.sign_in.apps.iter().find(|app| app.client_id == approval.client);
        let installed = app.and_then(|app| app.installed.clone());
        let life = installed.as_ref().map(|_| APP_TOKEN_LIFE);
        let head = if installed.is_some() { "ghu" } else { "gho" };
        let access = Hidden::new(format!("{head}_{}", letters(36, TOKEN)));
        // Scopes are asked for apart by blanks (or commas) and told apart by commas.
        let scopes: Vec<String> =
            approval.scope.split([' ', ',']).filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
        let (scope, kind) = match installed {
            None => (scopes.join(","), TokenKind::Classic { scopes }),
            Some((resource_owner, permissions)) => {
                let repositories = Vec::new();
                (
                    String::new(),
                    TokenKind::FineGrained { resource_owner, repositories, permissions, pending: false },
                )
            }
        };
        let ends = life.map(|life| self.now().saturating_add(SignedDuration::from_secs(i64::from(life))));
        let mut world = locked(&self.world);
        if let Some(owner) = world.by_login(&approval.by).map(|account| account.id) {
            world.tokens.push(Token {
                digest: digest(access.reveal()),
                owner,
                kind,
                of_app: true,
                expires_at: ends.and_then(Result::ok),
                revoked: false,
                sso: Vec::new(),
            });
        }
        Minted { access, scope, life }
    }

    fn ended(&self, access: &str) {
        let digest = digest(access);
        locked(&self.world).tokens.iter_mut().filter(|t| t.digest == digest).for_each(|t| t.revoked = true);
    }
}

fn field<'a>(fields: &'a [(String, String)], name: &str) -> &'a str {
    fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
}

fn form(arrived: &Arrived) -> Option<Vec<(String, String)>> {
    let kind = arrived.header("content-type").and_then(|kind| kind.split(';').next());
    let form = kind.is_some_and(|kind| kind.trim() == "application/x-www-form-urlencoded");
    form.then(|| query_pairs(&String::from_utf8_lossy(&arrived.body)))
}

/// The answer to whatever arrives at an address of this part.
pub(crate) fn answer(core: &Core, arrived: &Arrived) -> Answer {
    match about(&arrived.path) {
        Some(about) => programs(core, arrived, about),
        None => people(core, arrived),
    }
}

fn programs(core: &Core, arrived: &Arrived, about: About) -> Answer {
    core.front.name_operation(arrived.index, &format!("hand-written:{}", arrived.path));
    let known: &[&str] = match about {
        About::Codes => &["client_id", "scope"],
        About::Tokens => &["client_id", "device_code", "grant_type", "refresh_token"],
    };
    let fields = form(arrived);
    let mut problems: Vec<String> = fields
        .iter()
        .flatten()
        .filter(|(name, _)| !known.contains(&name.as_str()))
        .map(|(name, _)| format!("body: there is no parameter '{name}'"))
        .collect();
    if arrived.method != "POST" {
        problems.push(format!("{} where only POST is", arrived.method));
    }
    if fields.is_none() {
        problems.push("the fields are not sent as a form".to_owned());
    }
    if !arrived.query.is_empty() {
        problems.push("fields stand in the address, where they are logged".to_owned());
    }
    if arrived.header("authorization").is_some() {
        problems.push("a credential where none is asked for".to_owned());
    }
    if !problems.is_empty() {
        let text = problems.join("; ");
        core.front.violate(arrived, 598, problems);
        return Answer::error(598, &text);
    }
    let now = core.now();
    let said = core.sign_in.exchange.answer(about, &fields.unwrap_or_default(), core, &arrived.origin, now);
    if let Some(wrong) = said.wrong {
        core.front.violate(arrived, 598, vec![wrong.to_owned()]);
    }
    let json = arrived.header("accept").is_some_and(|accept| accept.contains("application/json"));
    let content = if json { Content::Json(said.body) } else { Content::Form(said.form()) };
    let answer = Answer { status: said.status, headers: Vec::new(), content };
    answer.with("cache-control", "no-store")
}

/// The page on which a person allows or refuses.
fn people(core: &Core, arrived: &Arrived) -> Answer {
    let guarded = |answer: Answer| {
        answer
            .with("content-security-policy", page::POLICY)
            .with("referrer-policy", "no-referrer")
            .with("cache-control", "no-store")
    };
    if arrived.method != "POST" {
        let world = locked(&core.world);
        let people: Vec<&str> =
            world.accounts.iter().filter(|a| a.members.is_none()).map(|a| a.login.as_str()).collect();
        return guarded(Answer::html(200, page::form(field(&arrived.query, "user_code"), &people)));
    }
    // Another site's form must not answer for the person.
    let foreign = arrived.header("origin").is_some_and(|origin| origin != arrived.origin);
    let fields = form(arrived).filter(|_| !foreign).unwrap_or_default();
    let yes = field(&fields, "answer") == "yes";
    let known = settle(core, field(&fields, "user_code"), yes.then(|| field(&fields, "login")));
    guarded(Answer::html(if known { 200 } else { 404 }, page::done(known, yes)))
}

/// False: no device waits with this code, or there is no such person.
fn settle(core: &Core, user_code: &str, by: Option<&str>) -> bool {
    let person = |login| locked(&core.world).by_login(login).is_some_and(|a| a.members.is_none());
    by.is_none_or(person) && locked(&core.sign_in.exchange.grants).settle(user_code, by, core.now())
}

/// Signing in with a code, seen from inside and from a person's browser.
impl Practice {
    /// Answers a waiting device as a person would on the page: approves it as this person, or refuses it.
    pub fn answer_device(&self, user_code: &str, login: &str, approve: bool) -> Result<(), NotThere> {
        let known = settle(&self.core, user_code, approve.then_some(login));
        let missing = || NotThere::new(format!("device that waits with this code for '{login}'"));
        known.then_some(()).ok_or_else(missing)
    }

    /// The codes of devices that wait for an answer.
    pub fn waiting_devices(&self) -> Vec<String> {
        locked(&self.core.sign_in.exchange.grants).waiting(self.core.now())
    }

    /// Every device code, access token and refresh token that was given so far, oldest first.
    pub fn given_secrets(&self) -> Vec<String> {
        let grants = locked(&self.core.sign_in.exchange.grants);
        grants.given.iter().map(|secret| secret.reveal().to_owned()).collect()
    }

    /// The newest access token that was given to a device; empty when none was.
    pub fn newest_token(&self) -> String {
        locked(&self.core.sign_in.exchange.grants).newest()
    }

    /// Ends the life of the token with this value, as time would; what renews it stays good.
    pub fn expire(&self, token: &str) {
        let (digest, now) = (digest(token), self.core.now());
        let mut world = locked(&self.core.world);
        world.tokens.iter_mut().filter(|t| t.digest == digest).for_each(|t| t.expires_at = Some(now));
    }
}
