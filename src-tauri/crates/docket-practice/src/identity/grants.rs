//! Codes and tokens: what was given, what became of it.

use jiff::{SignedDuration, Timestamp};
use rand::Rng as _;
use serde_json::{Value, json};

use super::IdentityDialect;
use crate::hidden::Hidden;

/// What was allowed: to which application, by whom, and what it had asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Approval {
    /// The client id.
    pub client: String,
    /// The scopes as they were sent.
    pub scope: String,
    /// The person; empty where there is only one.
    pub by: String,
}

/// An access token that was just made.
#[derive(Debug)]
pub(crate) struct Minted {
    pub access: Hidden,
    /// What it may, as the answer tells it.
    pub scope: String,
    /// Seconds until it ends; such a token comes with a refresh token.
    pub life: Option<u32>,
}

/// Where access tokens come from, and who is told when one ends early.
pub(crate) trait Mint {
    fn mint(&self, approval: &Approval) -> Minted;
    fn ended(&self, access: &str);
}

/// How codes are given.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    pub dialect: IdentityDialect,
    /// Seconds that a code lives.
    pub code_life: u32,
    /// Seconds between two questions.
    pub interval: u32,
}

#[derive(Debug, PartialEq, Eq, Clone, Copy)]
enum Said {
    Nothing,
    Yes,
    No,
}

#[derive(Debug)]
struct Code {
    approval: Approval,
    device: Hidden,
    user: String,
    ends: Timestamp,
    /// Seconds.
    interval: i64,
    last_asked: Option<Timestamp>,
    said: Said,
}

#[derive(Debug)]
struct Tokens {
    approval: Approval,
    access: Hidden,
    refresh: Option<Hidden>,
    used: bool,
}

/// What a client did wrong, beside the answer that it gets.
pub(crate) type Refused = (Value, Option<&'static str>);

/// Everything that was given.
#[derive(Debug, Default)]
pub(crate) struct Grants {
    waiting: Vec<Code>,
    sets: Vec<Tokens>,
    pub codes: usize,
    pub polls: usize,
    pub refreshes: usize,
    pub given: Vec<Hidden>,
}

pub(crate) fn letters(count: usize, of: &[u8]) -> String {
    let mut random = rand::rng();
    (0..count).map(|_| char::from(of[random.random_range(0..of.len())])).collect()
}

const CODE: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";
pub(crate) const TOKEN: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

fn after(now: Timestamp, seconds: u32) -> Timestamp {
    now.saturating_add(SignedDuration::from_secs(i64::from(seconds))).unwrap_or(now)
}

impl Grants {
    pub fn begin(&mut self, terms: &Terms, client: &str, scope: &str, origin: &str, now: Timestamp) -> Value {
        self.codes += 1;
        let user = format!("{}-{}", letters(4, CODE), letters(4, CODE));
        let device = Hidden::new(letters(40, TOKEN));
        self.given.push(device.clone());
        self.waiting.push(Code {
            approval: Approval { client: client.to_owned(), scope: scope.to_owned(), by: String::new() },
            device: device.clone(),
            user: user.clone(),
            ends: after(now, terms.code_life),
            interval: i64::from(terms.interval),
            last_asked: None,
            said: Said::Nothing,
        });
        let page = format!("{origin}/login/device");
        let mut answer = json!({
            "device_code": device.reveal(),
            "user_code": user,
            "verification_uri": page,
            "expires_in": terms.code_life,
            "interval": terms.interval,
        });
        if terms.dialect == IdentityDialect::Standard {
            answer["verification_uri_complete"] = json!(format!("{page}?user_code={user}"));
        }
        answer
    }

    /// Codes that wait for a person.
    pub fn waiting(&self, now: Timestamp) -> Vec<String> {
        let open = self.waiting.iter().filter(|code| code.said == Said::Nothing && code.ends > now);
        open.map(|code| code.user.clone()).collect()
    }

    /// A person says yes (and who they are) or no. False: there is no such code, or it has ended.
    pub fn settle(&mut self, user: &str, by: Option<&str>, now: Timestamp) -> bool {
        let wanted = user.trim().to_uppercase();
        let found = self.waiting.iter_mut().find(|code| code.user == wanted && code.ends > now);
        let Some(code) = found else { return false };
        code.said = if by.is_some() { Said::Yes } else { Said::No };
        by.unwrap_or_default().clone_into(&mut code.approval.by);
        true
    }

    /// Makes the person who asks slow down. The seconds between two questions from now on.
    pub fn slow_down(&mut self, device: &str, wanted: Option<u32>) -> i64 {
        let Some(code) = self.waiting.iter_mut().find(|code| code.device.reveal() == device) else {
            return 5;
        };
        code.interval = wanted.map_or(code.interval + 5, i64::from);
        code.interval
    }

    /// Asks with a device code. The second part of an error names what the client did wrong.
    pub fn poll(
        &mut self,
        terms: &Terms,
        client: &str,
        device: &str,
        mint: &dyn Mint,
        now: Timestamp,
    ) -> Result<Value, Refused> {
        self.polls += 1;
        let unknown = match terms.dialect {
            IdentityDialect::Standard => "invalid_grant",
            IdentityDialect::GitHub => "incorrect_device_code",
        };
        let Some(at) = self
            .waiting
            .iter()
            .position(|code| code.device.reveal() == device && code.approval.client == client)
        else {
            return Err((json!({ "error": unknown }), None));
        };
        let code = &mut self.waiting[at];
        let early = code.last_asked.is_some_and(|last| now.duration_since(last).as_secs() < code.interval);
        code.last_asked = Some(now);
        if code.ends <= now {
            return Err((json!({ "error": "expired_token" }), None));
        }
        if early {
            code.interval += 5;
            let slower = json!({ "error": "slow_down", "interval": code.interval });
            return Err((slower, Some("asked sooner than it was told")));
        }
        match code.said {
            Said::Nothing => Err((
                json!({ "error": "authorization_pending", "error_description": "Nobody has entered the code yet." }),
                None,
            )),
            Said::No => Err((json!({ "error": "access_denied" }), None)),
            Said::Yes => {
                // A code gives tokens once.
                let approval = self.waiting.remove(at).approval;
                Ok(self.issue(approval, mint))
            }
        }
    }

    pub fn refresh(
        &mut self,
        terms: &Terms,
        client: &str,
        refresh: &str,
        mint: &dyn Mint,
    ) -> Result<Value, Refused> {
        self.refreshes += 1;
        let refused = match terms.dialect {
            IdentityDialect::Standard => "invalid_grant",
            IdentityDialect::GitHub => "bad_refresh_token",
        };
        let known = self.sets.iter_mut().find(|set| {
            set.approval.client == client && set.refresh.as_ref().is_some_and(|r| r.reveal() == refresh)
        });
        let Some(set) = known else { return Err((json!({ "error": refused }), None)) };
        if set.used {
            return Err((json!({ "error": refused }), Some("used a refresh token twice")));
        }
        set.used = true;
        mint.ended(set.access.reveal());
        let approval = set.approval.clone();
        Ok(self.issue(approval, mint))
    }

    /// The access token that was given last; empty when none was.
    pub fn newest(&self) -> String {
        self.sets.last().map(|set| set.access.reveal().to_owned()).unwrap_or_default()
    }

    /// Forgets what refresh tokens are good for.
    pub fn end_all(&mut self) {
        self.sets.clear();
    }

    fn issue(&mut self, approval: Approval, mint: &dyn Mint) -> Value {
        let Minted { access, scope, life } = mint.mint(&approval);
        let refresh = life.map(|_| Hidden::new(format!("ghr_{}", letters(76, TOKEN))));
        let mut answer = json!({ "access_token": access.reveal(), "token_type": "bearer", "scope": scope });
        if let (Some(life), Some(refresh)) = (life, &refresh) {
            answer["expires_in"] = json!(life);
            answer["refresh_token"] = json!(refresh.reveal());
        }
        self.given.extend([Some(access.clone()), refresh.clone()].into_iter().flatten());
        self.sets.push(Tokens { approval, access, refresh, used: false });
        answer
    }
}
