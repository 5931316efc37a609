//! The server itself: its addresses, its version, its limits.

use serde_json::{Value, json};

use super::Call;
use crate::reply::Answer;
use crate::setup::Flavour;

const ADDRESSES: &[(&str, &str)] = &[
    ("current_user_url", "/user"),
    ("code_search_url", "/search/code?q={query}{&page,per_page,sort,order}"),
    ("commit_search_url", "/search/commits?q={query}{&page,per_page,sort,order}"),
    ("emails_url", "/user/emails"),
    ("emojis_url", "/emojis"),
    ("events_url", "/events"),
    ("feeds_url", "/feeds"),
    ("followers_url", "/user/followers"),
    ("following_url", "/user/following{/target}"),
    ("gists_url", "/gists{/gist_id}"),
    ("issue_search_url", "/search/issues?q={query}{&page,per_page,sort,order}"),
    ("issues_url", "/issues"),
    ("keys_url", "/user/keys"),
    ("label_search_url", "/search/labels?q={query}&repository_id={repository_id}{&page,per_page}"),
    ("notifications_url", "/notifications"),
    ("organization_url", "/orgs/{org}"),
    ("organization_repositories_url", "/orgs/{org}/repos{?type,page,per_page,sort}"),
    ("organization_teams_url", "/orgs/{org}/teams"),
    ("public_gists_url", "/gists/public"),
    ("rate_limit_url", "/rate_limit"),
    ("repository_url", "/repos/{owner}/{repo}"),
    ("repository_search_url", "/search/repositories?q={query}{&page,per_page,sort,order}"),
    ("current_user_repositories_url", "/user/repos{?type,page,per_page,sort}"),
    ("starred_url", "/user/starred{/owner}{/repo}"),
    ("starred_gists_url", "/gists/starred"),
    ("user_url", "/users/{user}"),
    ("user_organizations_url", "/user/orgs"),
    ("user_repositories_url", "/users/{user}/repos{?type,page,per_page,sort}"),
    ("user_search_url", "/search/users?q={query}{&page,per_page,sort,order}"),
];

pub(super) fn root(call: &Call<'_>) -> Answer {
    let mut out: serde_json::Map<String, Value> = ADDRESSES
        .iter()
        .map(|(name, tail)| ((*name).to_owned(), Value::from(format!("{}{tail}", call.urls.api))))
        .collect();
    let page = format!("{}/settings/connections/applications{{/client_id}}", call.urls.web);
    out.insert("current_user_authorizations_html_url".to_owned(), page.into());
    if !call.modern {
        out.insert("authorizations_url".to_owned(), format!("{}/authorizations", call.urls.api).into());
    }
    Answer::json(200, Value::Object(out))
}

pub(super) fn meta(call: &Call<'_>) -> Answer {
    Answer::json(
        200,
        match call.flavour {
            Flavour::Cloud => json!({
                "verifiable_password_authentication": false,
                "ssh_keys": [], "hooks": ["127.0.0.0/8"], "web": ["127.0.0.0/8"], "api": ["127.0.0.0/8"],
                "git": ["127.0.0.0/8"], "pages": [], "importer": [], "actions": [], "dependabot": [],
            }),
            Flavour::Enterprise { version } => {
                json!({ "verifiable_password_authentication": true, "installed_version": version })
            }
        },
    )
}

pub(super) fn versions() -> Answer {
    Answer::json(200, json!(["2026-03-10", "2022-11-28"]))
}

pub(super) fn rate_limit(call: &Call<'_>) -> Answer {
    let a = call.allowance;
    let core = json!({ "limit": a.limit, "used": a.used, "remaining": a.remaining(), "reset": a.reset });
    let fresh = |limit: u32| json!({ "limit": limit, "used": 0, "remaining": limit, "reset": a.reset });
    let mut out = json!({
        "resources": { "core": core, "search": fresh(30), "graphql": fresh(5000) },
    });
    if !call.modern {
        out["rate"] = core;
    }
    Answer::json(200, out)
}
