//! The identity endpoints: the device grant and refreshing. RFC 8628 with the vendor's numbers.
//!
//! Requests come as forms or as JSON. A device waits until a person answers on the page or the code ends. Asking sooner
//! than the interval is `slow_down`, which also lengthens the interval by five seconds. Refreshing ends both old tokens.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::lab::Lab;
use super::model::{Id, Kind, Token, World};
use super::refusal::described;
use super::sow::random;
use crate::locked;
use crate::model::digest;
use crate::reply::{Answer, Handled};
use crate::site::Arrived;
use crate::text::query_pairs;

const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Seconds that a device's codes live.
const DEVICE_LIFE: u32 = 300;
/// Seconds between two questions, at first.
const INTERVAL: u32 = 5;
/// Seconds that an access token lives.
const TOKEN_LIFE: u32 = 7200;

/// Devices that ask for a token, and the refresh tokens that were given out.
#[derive(Debug, Default)]
pub(super) struct Devices {
    asked: Vec<Device>,
    refresh: Vec<Refresh>,
    /// Every token that was given, for tests that look for them where they must not be.
    pub given: Vec<String>,
}

#[derive(Debug)]
struct Device {
    /// SHA-256 of the device code.
    digest: String,
    user_code: String,
    client_id: String,
    scopes: Vec<String>,
    /// Milliseconds.
    end: i64,
    interval: i64,
    last_asked: Option<i64>,
    decision: Decision,
}

/// What a person answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    Waiting,
    Denied,
    Approved(Id),
}

#[derive(Debug)]
struct Refresh {
    digest: String,
    access_digest: String,
    client_id: String,
}

impl Devices {
    /// A person's answer: the user who approves, or `None` to deny. False when no device waits with this code.
    pub fn decide(&mut self, user_code: &str, user: Option<Id>, now: i64) -> bool {
        let code = user_code.trim().to_uppercase();
        let waiting = self
            .asked
            .iter_mut()
            .find(|d| d.user_code == code && d.decision == Decision::Waiting && now < d.end);
        waiting.is_some_and(|d| {
            d.decision = user.map_or(Decision::Denied, Decision::Approved);
            true
        })
    }

    pub fn waiting(&self, now: i64) -> Vec<String> {
        let open = self.asked.iter().filter(|d| d.decision == Decision::Waiting && now < d.end);
        open.map(|d| d.user_code.clone()).collect()
    }

    /// Application and scopes of a waiting device, for the page.
    pub fn described(&self, user_code: &str, now: i64) -> Option<(String, String)> {
        let code = user_code.trim().to_uppercase();
        let found = self
            .asked
            .iter()
            .find(|d| d.user_code == code && d.decision == Decision::Waiting && now < d.end)?;
        Some((found.client_id.clone(), found.scopes.join(" ")))
    }
}

/// The fields of a form or a JSON body.
pub(super) fn fields(arrived: &Arrived) -> Option<Vec<(String, String)>> {
    let kind = arrived.header("content-type").unwrap_or_default();
    match kind.split(';').next().map(str::trim) {
        Some("application/x-www-form-urlencoded") => {
            Some(query_pairs(std::str::from_utf8(&arrived.body).ok()?))
        }
        Some("application/json") => {
            let body: Value = serde_json::from_slice(&arrived.body).ok()?;
            let text = |v: &Value| v.as_str().map(ToOwned::to_owned);
            body.as_object()?.iter().map(|(k, v)| Some((k.clone(), text(v)?))).collect()
        }
        _ => None,
    }
}

pub(super) fn answer(lab: &Lab, arrived: &Arrived, path: &str) -> Handled {
    let (operation, known): (_, &[&str]) = if path == "/oauth/token" {
        let known = ["grant_type", "device_code", "client_id", "refresh_token", "redirect_uri", "scope"];
        ("oauth/token", &known.map(|k| k))
    } else {
        ("oauth/authorize-device", &["client_id", "scope"])
    };
    lab.front.name_operation(arrived.index, operation);
    if arrived.method != "POST" {
        return Err(lab.broken(arrived, 599, vec![format!("{path} is asked by POST only")]));
    }
    let Some(fields) = fields(arrived) else {
        return Err(lab.broken(
            arrived,
            598,
            vec!["body: neither a form nor a JSON object of texts".to_owned()],
        ));
    };
    let unknown: Vec<String> = fields
        .iter()
        .map(|(n, _)| n)
        .chain(arrived.query.iter().map(|(n, _)| n))
        .filter(|n| !known.contains(&n.as_str()))
        .map(|n| format!("body: there is no field '{n}'"))
        .collect();
    if !unknown.is_empty() || !arrived.query.is_empty() {
        let problems =
            if unknown.is_empty() { vec!["query: fields belong into the body".to_owned()] } else { unknown };
        return Err(lab.broken(arrived, 598, problems));
    }
    let field =
        |name: &str| fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).unwrap_or_default();
    if !lab.client_ids.iter().any(|c| c == field("client_id")) {
        let text = "Client authentication failed due to unknown client, no client authentication included, or \
                    unsupported authentication method.";
        return Err(described(401, "invalid_client", text));
    }
    match (path, field("grant_type")) {
        ("/oauth/token", DEVICE_GRANT) => poll(lab, field("device_code"), field("client_id")),
        ("/oauth/token", "refresh_token") => refresh(lab, field("refresh_token"), field("client_id")),
        ("/oauth/token", _) => {
            Err(described(400, "unsupported_grant_type", "The authorization grant type is not supported."))
        }
        _ => authorize(lab, arrived, field("client_id"), field("scope")),
    }
}

fn authorize(lab: &Lab, arrived: &Arrived, client_id: &str, scope: &str) -> Handled {
    let scopes: Vec<String> = scope.split_whitespace().map(ToOwned::to_owned).collect();
    let known = ["api", "read_api", "read_user", "openid", "profile", "email"];
    if scopes.is_empty() || !scopes.iter().all(|s| known.contains(&s.as_str())) {
        return Err(described(
            400,
            "invalid_scope",
            "The requested scope is invalid, unknown, or malformed.",
        ));
    }
    let now = lab.now().as_millisecond();
    let (life, interval) = {
        let pace = locked(&lab.pace);
        (pace.span(DEVICE_LIFE), pace.span(INTERVAL))
    };
    let device_code = random(43);
    let user_code = random(8).to_uppercase();
    locked(&lab.devices).asked.push(Device {
        digest: digest(&device_code),
        user_code: user_code.clone(),
        client_id: client_id.to_owned(),
        scopes,
        end: now + life,
        interval,
        last_asked: None,
        decision: Decision::Waiting,
    });
    let page = format!("{}/oauth/device", lab.urls(arrived).web);
    // Both numbers are whole seconds and tell the shrunken, real times.
    Ok(Answer::json(
        200,
        json!({
            "device_code": device_code,
            "user_code": user_code,
            "verification_uri": page,
            "verification_uri_complete": format!("{page}?user_code={user_code}"),
            "expires_in": (life + 999) / 1000,
            "interval": interval / 1000,
        }),
    ))
}

fn poll(lab: &Lab, device_code: &str, client_id: &str) -> Handled {
    let now = lab.now();
    let at = now.as_millisecond();
    let more = locked(&lab.pace).span(5);
    let code = digest(device_code);
    let mut devices = locked(&lab.devices);
    let Some(place) = devices.asked.iter().position(|d| d.digest == code && d.client_id == client_id) else {
        let text = "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI \
                    used in the authorization request, or was issued to another client.";
        return Err(described(400, "invalid_grant", text));
    };
    let device = &mut devices.asked[place];
    if at >= device.end {
        return Err(described(400, "expired_token", "The device_code has expired."));
    }
    let soon = device.last_asked.replace(at).is_some_and(|last| at < last + device.interval);
    if soon {
        device.interval += more;
        return Err(described(400, "slow_down", "The device polls too quickly."));
    }
    match device.decision {
        Decision::Waiting => {
            Err(described(400, "authorization_pending", "The authorization request is still pending."))
        }
        Decision::Denied => Err(described(400, "access_denied", "The resource owner denied the request.")),
        Decision::Approved(user) => {
            let device = devices.asked.remove(place);
            Ok(give(lab, &mut devices, user, &device.client_id, device.scopes, now))
        }
    }
}

/// Makes an access token and a refresh token.
fn give(
    lab: &Lab,
    devices: &mut Devices,
    user: Id,
    client_id: &str,
    scopes: Vec<String>,
    now: Timestamp,
) -> Answer {
    let (access, refresh) = (random(64), random(64));
    let mut world = locked(&lab.world);
    let id = world.id();
    let life = SignedDuration::from_secs(i64::from(TOKEN_LIFE));
    let scope = scopes.join(" ");
    world.tokens.push(Token {
        id,
        name: format!("{client_id} {id}"),
        digest: digest(&access),
        user,
        kind: Kind::OAuth,
        scopes,
        expires_at: now.saturating_add(life).ok(),
        revoked: false,
        inactive: false,
        created_at: now,
    });
    devices.given.extend([access.clone(), refresh.clone()]);
    devices.refresh.push(Refresh {
        digest: digest(&refresh),
        access_digest: digest(&access),
        client_id: client_id.to_owned(),
    });
    let body = json!({
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": TOKEN_LIFE,
        "refresh_token": refresh,
        "scope": scope,
        "created_at": now.as_second(),
    });
    Answer::json(200, body).with("cache-control", "no-store")
}

fn refresh(lab: &Lab, refresh_token: &str, client_id: &str) -> Handled {
    let now = lab.now();
    let wanted = digest(refresh_token);
    let mut devices = locked(&lab.devices);
    let place = devices.refresh.iter().position(|r| r.digest == wanted && r.client_id == client_id);
    let invalid = || {
        described(400, "invalid_grant", "The provided authorization grant is invalid, expired or revoked.")
    };
    let old = devices.refresh.remove(place.ok_or_else(invalid)?);
    let (user, scopes) = end_token(&mut locked(&lab.world), &old.access_digest).ok_or_else(invalid)?;
    Ok(give(lab, &mut devices, user, client_id, scopes, now))
}

/// Ends an access token whose refresh token was used; `None` when it had been revoked before.
fn end_token(world: &mut World, digest: &str) -> Option<(Id, Vec<String>)> {
    let token = world.tokens.iter_mut().find(|t| t.digest == digest && !t.revoked)?;
    token.revoked = true;
    Some((token.user, token.scopes.clone()))
}
