//! The server itself, the token, the user, users.

use serde_json::json;

use super::{Call, matches};
use crate::gitlab::model::{Kind, User};
use crate::gitlab::refusal::{not_found, unauthorized};
use crate::gitlab::render::View;
use crate::reply::{Answer, Handled};

pub(super) fn version(call: &mut Call<'_>) -> Handled {
    call.caller.signed_in()?;
    Ok(Answer::json(200, json!({ "version": call.lab.version, "revision": "0practice0" })))
}

pub(super) fn metadata(call: &mut Call<'_>) -> Handled {
    call.caller.signed_in()?;
    Ok(Answer::json(
        200,
        json!({
            "version": call.lab.version,
            "revision": "0practice0",
            "kas": { "enabled": false, "externalUrl": null, "externalK8sProxyUrl": null, "version": null },
            "enterprise": call.lab.version.ends_with("-ee"),
        }),
    ))
}

/// OAuth tokens are no personal ones: the vendor answers 404 for them.
pub(super) fn own_token(call: &mut Call<'_>) -> Handled {
    let token = call.caller.token.as_ref().ok_or_else(unauthorized)?;
    if token.kind == Kind::OAuth {
        return Err(not_found());
    }
    Ok(Answer::json(200, View::token(token, call.now)))
}

pub(super) fn own_user(call: &mut Call<'_>) -> Handled {
    let id = call.caller.signed_in()?;
    let user = call.world.user(id).ok_or_else(unauthorized)?;
    Ok(Answer::json(200, call.view().own_account(user)))
}

pub(super) fn users(call: &mut Call<'_>) -> Handled {
    let named = call.asked("username");
    let found: Vec<&User> = call
        .world
        .users
        .iter()
        .filter(|u| named.is_none_or(|n| u.username.eq_ignore_ascii_case(n)))
        .filter(|u| matches(call.asked("search"), &[&u.username, &u.name]))
        .filter(|u| !call.yes("active") || !u.blocked)
        .collect();
    call.paged(found, |u| call.view().person(u))
}
