//! Codes and tokens: what was given, what became of it.

use jiff::{SignedDuration, Timestamp};
use rand::Rng as _;
use serde_json::{Value, json};

use super::{IdentityDialect, IdentitySetup};
use crate::hidden::Hidden;

#[derive(PartialEq, Eq, Clone, Copy)]
enum Said {
    Nothing,
    Yes,
    No,
}

struct Code {
    device: Hidden,
    user: String,
    ends: Timestamp,
    /// Seconds.
    interval: i64,
    last_asked: Option<Timestamp>,
    said: Said,
}

struct Tokens {
    access: Hidden,
    refresh: Option<Hidden>,
    used: bool,
}

/// Everything that was given.
#[derive(Default)]
pub(super) struct Grants {
    waiting: Vec<Code>,
    sets: Vec<Tokens>,
    pub codes: usize,
    pub polls: usize,
    pub refreshes: usize,
    pub given: Vec<Hidden>,
}

fn letters(count: usize, of: &[u8]) -> String {
    let mut random = rand::rng();
    (0..count).map(|_| char::from(of[random.random_range(0..of.len())])).collect()
}

const CODE: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";
const TOKEN: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

fn after(now: Timestamp, seconds: u32) -> Timestamp {
    now.saturating_add(SignedDuration::from_secs(i64::from(seconds))).unwrap_or(now)
}

impl Grants {
    pub fn begin(&mut self, setup: &IdentitySetup, origin: &str, now: Timestamp) -> Value {
        self.codes += 1;
        let user = format!("{}-{}", letters(4, CODE), letters(4, CODE));
        let device = Hidden::new(letters(40, TOKEN));
        self.given.push(device.clone());
        self.waiting.push(Code {
            device: device.clone(),
            user: user.clone(),
            ends: after(now, setup.code_life),
            interval: i64::from(setup.interval),
            last_asked: None,
            said: Said::Nothing,
        });
        let page = format!("{origin}/login/device");
        let mut answer = json!({
            "device_code": device.reveal(),
            "user_code": user,
            "verification_uri": page,
            "expires_in": setup.code_life,
            "interval": setup.interval,
        });
        if setup.dialect == IdentityDialect::Standard {
            answer["verification_uri_complete"] = json!(format!("{page}?user_code={user}"));
        }
        answer
    }

    pub fn settle(&mut self, user: &str, yes: bool, now: Timestamp) -> bool {
        let wanted = user.trim().to_uppercase();
        let found = self.waiting.iter_mut().find(|code| code.user == wanted && code.ends > now);
        let Some(code) = found else { return false };
        code.said = if yes { Said::Yes } else { Said::No };
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
        setup: &IdentitySetup,
        device: &str,
        now: Timestamp,
    ) -> Result<Value, (Value, Option<&'static str>)> {
        self.polls += 1;
        let unknown = match setup.dialect {
            IdentityDialect::Standard => "invalid_grant",
            IdentityDialect::GitHub => "incorrect_device_code",
        };
        let Some(at) = self.waiting.iter().position(|code| code.device.reveal() == device) else {
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
                self.waiting.remove(at);
                Ok(self.issue(setup))
            }
        }
    }

    pub fn refresh(
        &mut self,
        setup: &IdentitySetup,
        refresh: &str,
    ) -> Result<Value, (Value, Option<&'static str>)> {
        self.refreshes += 1;
        let refused = match setup.dialect {
            IdentityDialect::Standard => "invalid_grant",
            IdentityDialect::GitHub => "bad_refresh_token",
        };
        let known =
            self.sets.iter_mut().find(|set| set.refresh.as_ref().is_some_and(|r| r.reveal() == refresh));
        let Some(set) = known else { return Err((json!({ "error": refused }), None)) };
        if set.used {
            return Err((json!({ "error": refused }), Some("used a refresh token twice")));
        }
        set.used = true;
        if let Some(ended) = &setup.ended {
            ended(set.access.reveal());
        }
        Ok(self.issue(setup))
    }

    /// Forgets what refresh tokens are good for.
    pub fn end_all(&mut self) {
        self.sets.clear();
    }

    fn issue(&mut self, setup: &IdentitySetup) -> Value {
        let access = setup.mint.as_ref().map_or_else(|| format!("gho_{}", letters(36, TOKEN)), |mint| mint());
        let access = Hidden::new(access);
        let refresh = setup.token_life.map(|_| Hidden::new(format!("ghr_{}", letters(76, TOKEN))));
        let mut answer =
            json!({ "access_token": access.reveal(), "token_type": "bearer", "scope": "repo,read:org" });
        if let (Some(life), Some(refresh)) = (setup.token_life, &refresh) {
            answer["expires_in"] = json!(life);
            answer["refresh_token"] = json!(refresh.reveal());
        }
        self.given.extend([Some(access.clone()), refresh.clone()].into_iter().flatten());
        self.sets.push(Tokens { access, refresh, used: false });
        answer
    }
}
