//! People, organisations and their repositories.

use serde_json::Value;

use super::Call;
use crate::access::{Need, hidden_by_sso, judge, organisations, sso_required};
use crate::render::{RepoShape, full_user, organisation_full, organisation_simple, repository as shape};
use crate::reply::{Answer, Handled, refuse};
use crate::seed::{Role, TokenKind};

pub(super) fn me(call: &Call<'_>) -> Handled {
    let account = call.world.account(call.account()?).ok_or_else(|| Box::new(Answer::not_found()))?;
    // The address of the mail box and the rest of the private form need the scope `user`.
    let private = call.caller.token.as_ref().is_none_or(|t| match &t.kind {
        TokenKind::Classic { scopes } => scopes.iter().any(|s| s == "user"),
        TokenKind::FineGrained { .. } => false,
    });
    Ok(Answer::json(200, full_user(call.view(), account, private)))
}

pub(super) fn user(call: &Call<'_>) -> Handled {
    let account = call.world.by_login(call.param("username")).ok_or_else(|| Box::new(Answer::not_found()))?;
    Ok(Answer::json(200, full_user(call.view(), account, false)))
}

pub(super) fn my_organisations(call: &Call<'_>) -> Handled {
    let account = call.account()?;
    if let Some(TokenKind::Classic { scopes }) = call.caller.token.as_ref().map(|t| &t.kind)
        && !scopes
            .iter()
            .any(|s| matches!(s.as_str(), "read:org" | "write:org" | "admin:org" | "user" | "repo"))
    {
        return Err(refuse(
            403,
            "You need at least read:org scope or user scope to list your organizations.",
        ));
    }
    let hidden = hidden_by_sso(call.world, call.caller);
    let list: Vec<Value> = organisations(call.world, account)
        .into_iter()
        .filter(|o| !hidden.contains(&o.id))
        .map(|o| organisation_simple(call.view(), o))
        .collect();
    Ok(with_partial(call.list(list, false)?, &hidden))
}

/// Says which organisations a list lacks because of single sign-on.
fn with_partial(answer: Answer, hidden: &[u64]) -> Answer {
    if hidden.is_empty() {
        return answer;
    }
    let ids: Vec<String> = hidden.iter().map(u64::to_string).collect();
    answer.with("x-github-sso", format!("partial-results; organizations={}", ids.join(",")))
}

pub(super) fn my_repositories(call: &Call<'_>) -> Handled {
    let account = call.account()?;
    let hidden = hidden_by_sso(call.world, call.caller);
    let wanted = call.query("visibility").unwrap_or("all");
    let list: Vec<Value> = call
        .world
        .repos
        .iter()
        .filter(|r| r.owner == account || r.roles.contains_key(&account))
        .filter(|r| !hidden.contains(&r.owner))
        .filter(|r| match wanted {
            "public" => !r.private,
            "private" => r.private,
            _ => true,
        })
        .filter(|r| judge(call.world, call.caller, r, Need::Metadata).is_ok())
        .map(|r| shape(call.view(), r, RepoShape::Listed))
        .collect();
    Ok(with_partial(call.list(list, false)?, &hidden))
}

pub(super) fn organisation(call: &Call<'_>) -> Handled {
    let account = call
        .world
        .by_login(call.param("org"))
        .filter(|a| a.members.is_some())
        .ok_or_else(|| Box::new(Answer::not_found()))?;
    if hidden_by_sso(call.world, call.caller).contains(&account.id) {
        return Err(sso_required(&account.login));
    }
    Ok(Answer::json(200, organisation_full(call.view(), account)))
}

pub(super) fn organisation_repositories(call: &Call<'_>) -> Handled {
    let org = call
        .world
        .by_login(call.param("org"))
        .filter(|a| a.members.is_some())
        .ok_or_else(|| Box::new(Answer::not_found()))?;
    let kind = call.query("type").unwrap_or("all");
    let list: Vec<Value> = call
        .world
        .repos
        .iter()
        .filter(|r| r.owner == org.id)
        .filter(|r| match kind {
            "public" => !r.private,
            "private" => r.private,
            "forks" => false,
            _ => true,
        })
        .filter(|r| call.role(r) >= Role::Read && judge(call.world, call.caller, r, Need::Metadata).is_ok())
        .map(|r| shape(call.view(), r, RepoShape::Minimal))
        .collect();
    let hidden: Vec<u64> =
        hidden_by_sso(call.world, call.caller).into_iter().filter(|id| *id == org.id).collect();
    Ok(with_partial(call.list(list, false)?, &hidden))
}

pub(super) fn repository(call: &Call<'_>) -> Handled {
    let id = call.repo_id(Need::Metadata)?;
    Ok(Answer::json(200, shape(call.view(), call.repo(id)?, RepoShape::Full)))
}
