//! The identity service beside Azure DevOps: signing in with a code on another device.
//!
//! `POST /{tenant}/oauth2/v2.0/devicecode` begins, a person approves or denies on `/devicelogin`, and the client polls
//! `POST /{tenant}/oauth2/v2.0/token`. Access tokens become good for the organisation as Bearer.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::core::AzureCore;
use super::sow::drawn;
use super::world::{Token, TokenKind};
use crate::hidden::Hidden;
use crate::locked;
use crate::model::digest;
use crate::reply::Answer;
use crate::site::Arrived;
use crate::text::query_pairs;

/// Azure DevOps itself, as the identity service knows it.
const RESOURCE: &str = "499b84ac-1321-427f-aa17-267ca6975798";
const LIFETIME: i64 = 900;
const INTERVAL: i64 = 5;
const TOKEN_LIFETIME: i64 = 3599;

#[derive(Debug, Default)]
pub(crate) struct Entra {
    grants: Vec<Grant>,
    refresh: Vec<Refresh>,
    given: Vec<Hidden>,
}

#[derive(Debug)]
struct Grant {
    /// Digest of the device code.
    device: String,
    user_code: String,
    client: String,
    offline: bool,
    begun: Timestamp,
    polled: Option<Timestamp>,
    interval: i64,
    decision: Decision,
}

#[derive(Debug)]
struct Refresh {
    digest: String,
    user: usize,
    client: String,
}

/// What a person decided about a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    Open,
    Approved(usize),
    Declined,
    /// The tenant's policy does not allow this way to sign in.
    Blocked,
    Used,
}

impl Entra {
    /// Decides an open sign-in; false if there is none with this code.
    pub fn decide(&mut self, user_code: &str, decision: Decision) -> bool {
        let wanted = user_code.trim();
        let open = self
            .grants
            .iter_mut()
            .find(|g| g.decision == Decision::Open && g.user_code.eq_ignore_ascii_case(wanted));
        open.map(|g| g.decision = decision).is_some()
    }

    /// Access and refresh tokens that were given, by turns.
    pub fn given(&self) -> Vec<String> {
        self.given.iter().map(|token| token.reveal().to_owned()).collect()
    }

    /// Codes that wait for a person.
    pub fn open_codes(&self) -> Vec<String> {
        self.grants.iter().filter(|g| g.decision == Decision::Open).map(|g| g.user_code.clone()).collect()
    }
}

fn error(arrived: &Arrived, now: Timestamp, word: &str, code: u32, text: &str) -> Answer {
    let activity = AzureCore::activity(arrived);
    let at = now.strftime("%Y-%m-%d %H:%M:%SZ").to_string();
    Answer::json(
        400,
        json!({
            "error": word,
            "error_description": format!(
                "AADSTS{code}: {text} Trace ID: {activity} Correlation ID: {activity} Timestamp: {at}"
            ),
            "error_codes": [code],
            "timestamp": at,
            "trace_id": activity,
            "correlation_id": activity,
        }),
    )
}

pub(super) fn answer(core: &AzureCore, arrived: &Arrived, last: &str) -> Answer {
    let now = core.front.clock.now();
    let kind = arrived.header("content-type").and_then(|t| t.split(';').next()).map(str::trim);
    let form = query_pairs(&String::from_utf8_lossy(&arrived.body));
    let known: &[&str] = match (arrived.method.as_str(), last) {
        ("POST", "devicecode") => &["client_id", "scope"],
        ("POST", "token") => &["grant_type", "client_id", "device_code", "refresh_token", "scope"],
        _ => {
            let problem = format!("the identity service has no {} {}", arrived.method, arrived.path);
            core.front.violate(arrived, 599, vec![problem.clone()]);
            return *super::refuse::platform(599, "PracticeContract", &problem);
        }
    };
    core.front.name_operation(arrived.index, &format!("hand-written: entra/{last}"));
    let mut problems: Vec<String> = form
        .iter()
        .filter(|(n, _)| !known.contains(&n.as_str()))
        .map(|(n, _)| format!("body: there is no parameter '{n}'"))
        .collect();
    if kind != Some("application/x-www-form-urlencoded") {
        problems.push(format!("header: Content-Type is {kind:?}, not application/x-www-form-urlencoded"));
    }
    if !problems.is_empty() {
        let text = problems.join("; ");
        core.front.violate(arrived, 598, problems);
        return *super::refuse::platform(598, "PracticeContract", &text);
    }
    let value = |n: &str| form.iter().find(|(k, _)| k == n).map(|(_, v)| v.as_str()).unwrap_or_default();
    let client = value("client_id");
    if client.is_empty() {
        let text = "The request body must contain the following parameter: 'client_id'.";
        return error(arrived, now, "invalid_request", 900_144, text);
    }
    match (last, value("grant_type")) {
        ("devicecode", _) => begin(core, arrived, client, value("scope"), now),
        (_, "urn:ietf:params:oauth:grant-type:device_code") => {
            poll(core, arrived, client, value("device_code"), now)
        }
        (_, "refresh_token") => refresh(core, arrived, client, value("refresh_token"), now),
        (_, other) => {
            let text = format!("The app requested an unsupported grant type '{other}'.");
            error(arrived, now, "unsupported_grant_type", 70_003, &text)
        }
    }
}

fn begin(core: &AzureCore, arrived: &Arrived, client: &str, scope: &str, now: Timestamp) -> Answer {
    let scopes: Vec<&str> = scope.split_whitespace().collect();
    if !scopes.iter().any(|s| s.starts_with(RESOURCE)) {
        return error(
            arrived,
            now,
            "invalid_scope",
            70_011,
            "The provided value for the input parameter 'scope' is not valid.",
        );
    }
    let device = drawn();
    let user_code = drawn().reveal()[..9].to_uppercase();
    locked(&core.entra).grants.push(Grant {
        device: digest(device.reveal()),
        user_code: user_code.clone(),
        client: client.to_owned(),
        offline: scopes.contains(&"offline_access"),
        begun: now,
        polled: None,
        interval: INTERVAL,
        decision: Decision::Open,
    });
    let page = format!("{}/devicelogin", arrived.origin);
    let message = format!(
        "To sign in, use a web browser to open the page {page} and enter the code {user_code} to authenticate."
    );
    Answer::json(
        200,
        json!({
            "user_code": user_code,
            "device_code": device.reveal(),
            "verification_uri": page,
            "expires_in": LIFETIME,
            "interval": INTERVAL,
            "message": message,
        }),
    )
}

fn poll(core: &AzureCore, arrived: &Arrived, client: &str, device: &str, now: Timestamp) -> Answer {
    let mut entra = locked(&core.entra);
    let wanted = digest(device);
    let found = entra.grants.iter_mut().find(|g| g.device == wanted && g.client == client);
    let Some(grant) = found else {
        return error(arrived, now, "bad_verification_code", 70_018, "Invalid verification code.");
    };
    let since = |then: Timestamp| now.duration_since(then).as_secs();
    if grant.decision == Decision::Used || since(grant.begun) >= LIFETIME {
        return error(
            arrived,
            now,
            "expired_token",
            70_020,
            "The provided value for the input parameter 'device_code' is not valid. This device code has expired.",
        );
    }
    let early = grant.polled.is_some_and(|p| since(p) < grant.interval);
    grant.polled = Some(now);
    if early {
        grant.interval += INTERVAL;
        return error(arrived, now, "slow_down", 70_017, "The client polls too often.");
    }
    match grant.decision {
        Decision::Approved(user) => {
            grant.decision = Decision::Used;
            let (offline, client) = (grant.offline, grant.client.clone());
            issue(core, &mut entra, user, &client, offline, now)
        }
        Decision::Declined => error(
            arrived,
            now,
            "authorization_declined",
            70_000,
            "The end user denied the authorization request.",
        ),
        Decision::Blocked => {
            let text = "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.";
            error(arrived, now, "access_denied", 53_003, text)
        }
        Decision::Open | Decision::Used => {
            let text = "OAuth 2.0 device flow error. Authorization is pending. Continue polling.";
            error(arrived, now, "authorization_pending", 70_016, text)
        }
    }
}

fn refresh(core: &AzureCore, arrived: &Arrived, client: &str, token: &str, now: Timestamp) -> Answer {
    let mut entra = locked(&core.entra);
    let wanted = digest(token);
    let at = entra.refresh.iter().position(|r| r.digest == wanted && r.client == client);
    match at {
        // The old one stays good, as the service allows; a client shall keep the newest.
        Some(at) => {
            let user = entra.refresh[at].user;
            issue(core, &mut entra, user, client, true, now)
        }
        None => error(
            arrived,
            now,
            "invalid_grant",
            70_008,
            "The provided authorization code or refresh token has expired or is not valid.",
        ),
    }
}

fn issue(
    core: &AzureCore,
    entra: &mut Entra,
    user: usize,
    client: &str,
    offline: bool,
    now: Timestamp,
) -> Answer {
    let access = drawn();
    let expires = now.saturating_add(SignedDuration::from_secs(TOKEN_LIFETIME)).unwrap_or(now);
    locked(&core.world).tokens.push(Token {
        digest: digest(access.reveal()),
        user,
        scopes: vec!["vso.full".to_owned()],
        expires: Some(expires),
        revoked: false,
        ignored: false,
        kind: TokenKind::Bearer,
    });
    entra.given.push(access.clone());
    let mut body: Value = json!({
        "token_type": "Bearer",
        "scope": format!("{RESOURCE}/user_impersonation {RESOURCE}/.default"),
        "expires_in": TOKEN_LIFETIME,
        "ext_expires_in": TOKEN_LIFETIME,
        "access_token": access.reveal(),
    });
    if offline {
        let again = drawn();
        entra.refresh.push(Refresh { digest: digest(again.reveal()), user, client: client.to_owned() });
        body["refresh_token"] = Value::from(again.reveal());
        entra.given.push(again);
    }
    Answer::json(200, body).with("cache-control", "no-store").with("pragma", "no-cache")
}
