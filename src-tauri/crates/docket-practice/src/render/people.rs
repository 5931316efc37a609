//! Users and organisations.

use serde_json::{Value, json};

use super::{View, node_id};
use crate::clock::rfc3339;
use crate::model::Account;

fn common(view: View<'_>, account: &Account) -> Value {
    let (api, web) = (&view.urls.api, &view.urls.web);
    let login = &account.login;
    let user = format!("{api}/users/{login}");
    let organisation = account.members.is_some();
    json!({
        "login": login,
        "id": account.id,
        "node_id": node_id(if organisation { "O" } else { "U" }, account.id),
        "avatar_url": format!("{web}/avatars/{}", account.id),
        "gravatar_id": "",
        "url": user,
        "html_url": format!("{web}/{login}"),
        "followers_url": format!("{user}/followers"),
        "following_url": format!("{user}/following{{/other_user}}"),
        "gists_url": format!("{user}/gists{{/gist_id}}"),
        "starred_url": format!("{user}/starred{{/owner}}{{/repo}}"),
        "subscriptions_url": format!("{user}/subscriptions"),
        "organizations_url": format!("{user}/orgs"),
        "repos_url": format!("{user}/repos"),
        "events_url": format!("{user}/events{{/privacy}}"),
        "received_events_url": format!("{user}/received_events"),
        "type": if organisation { "Organization" } else { "User" },
        "site_admin": false,
    })
}

/// The short form, as the author of an issue. An account that is gone is `ghost`.
pub(crate) fn simple_user(view: View<'_>, id: u64) -> Value {
    view.world.account(id).map_or(Value::Null, |a| common(view, a))
}

/// The long form; `private` adds what only the account itself sees.
pub(crate) fn full_user(view: View<'_>, account: &Account, private: bool) -> Value {
    let mut out = common(view, account);
    let owned = |hidden: bool| {
        view.world.repos.iter().filter(|r| r.owner == account.id && r.private == hidden).count()
    };
    let created = rfc3339(account.created_at);
    merge(
        &mut out,
        json!({
            "name": account.name, "company": null, "blog": "", "location": null, "email": null, "hireable": null,
            "bio": null, "public_repos": owned(false), "public_gists": 0, "followers": 0, "following": 0,
            "created_at": created, "updated_at": created,
        }),
    );
    if private {
        merge(
            &mut out,
            json!({
                "collaborators": 0, "disk_usage": 0, "owned_private_repos": owned(true), "private_gists": 0,
                "total_private_repos": owned(true), "two_factor_authentication": true,
            }),
        );
    }
    out
}

pub(crate) fn organisation_simple(view: View<'_>, account: &Account) -> Value {
    let (api, login) = (&view.urls.api, &account.login);
    let org = format!("{api}/orgs/{login}");
    json!({
        "login": login,
        "id": account.id,
        "node_id": node_id("O", account.id),
        "url": org,
        "repos_url": format!("{org}/repos"),
        "events_url": format!("{org}/events"),
        "hooks_url": format!("{org}/hooks"),
        "issues_url": format!("{org}/issues"),
        "members_url": format!("{org}/members{{/member}}"),
        "public_members_url": format!("{org}/public_members{{/member}}"),
        "avatar_url": format!("{}/avatars/{}", view.urls.web, account.id),
        "description": null,
    })
}

pub(crate) fn organisation_full(view: View<'_>, account: &Account) -> Value {
    let mut out = organisation_simple(view, account);
    let created = rfc3339(account.created_at);
    let public = view.world.repos.iter().filter(|r| r.owner == account.id && !r.private).count();
    merge(
        &mut out,
        json!({
            "name": account.name, "html_url": format!("{}/{}", view.urls.web, account.login),
            "has_organization_projects": true, "has_repository_projects": true, "public_repos": public,
            "public_gists": 0, "followers": 0, "following": 0, "type": "Organization",
            "created_at": created, "updated_at": created, "archived_at": null,
        }),
    );
    out
}

/// Adds the members of one object to another.
pub(super) fn merge(into: &mut Value, more: Value) {
    if let (Some(target), Value::Object(more)) = (into.as_object_mut(), more) {
        target.extend(more);
    }
}
