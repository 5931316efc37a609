//! The answers that faults give in place of the operation's own.

use serde_json::json;

use crate::access::{Need, permission_missing, sso_required};
use crate::admission::{secondary, with_allowance};
use crate::core::Core;
use crate::faults::Fault;
use crate::limits::{Allowance, Pool};
use crate::locked;
use crate::reply::{Answer, Content};
use crate::site::Arrived;

/// The owner in `/repos/{owner}/…`, for sentences that name it.
fn owner(arrived: &Arrived) -> String {
    let mut parts = arrived.path.split('/').skip_while(|p| *p != "repos" && *p != "orgs");
    parts.nth(1).unwrap_or("acme").to_owned()
}

/// The answer of a fault that leaves the operation undone; `None` for faults of another sort.
pub(crate) fn instead(core: &Core, arrived: &Arrived, fault: &Fault) -> Option<Answer> {
    let owner = owner(arrived);
    Some(match fault {
        Fault::ServerError(503) => {
            Answer::json(503, json!({ "code": "unavailable", "message": "Service unavailable" }))
        }
        Fault::ServerError(status) => Answer::error(*status, "Server Error"),
        Fault::BadCredentials => Answer::error(401, "Bad credentials"),
        Fault::PrimaryLimit => {
            let now = core.front.clock.now();
            let before = locked(&core.pace).look(None, Pool::Core, now);
            let spent = Allowance { limit: 5000, used: 5000, reset: before.reset };
            with_allowance(Answer::error(403, "API rate limit exceeded for user ID 1."), spent, Pool::Core)
        }
        Fault::SecondaryLimit(wait) => secondary(wait.map(i64::from)),
        Fault::Throttled(seconds) => secondary(Some(i64::from(*seconds))),
        Fault::TooManyLogins => {
            Answer::error(403, "Maximum number of login attempts exceeded. Please try again later.")
        }
        Fault::SsoRequired => *sso_required(&owner),
        Fault::PermissionMissing => *permission_missing(Need::WriteIssues),
        Fault::ClassicForbidden => Answer::error(
            403,
            &format!(
                "`{owner}` forbids access via a personal access token (classic). Please use a GitHub App, OAuth App, or a \
             personal access token with fine-grained permissions."
            ),
        ),
        Fault::IpAllowList => Answer::error(
            403,
            &format!(
                "Although you appear to have the correct authorization credentials, the `{owner}` organization has an IP \
             allow list enabled, and your IP address is not permitted to access this resource."
            ),
        ),
        Fault::OAuthRestricted => Answer::error(
            403,
            &format!(
                "Although you appear to have the correct authorization credentials, the `{owner}` organization has \
             enabled OAuth App access restrictions, meaning that data access to third-parties is limited."
            ),
        ),
        Fault::IssuesDisabled => Answer::error(410, "Issues are disabled for this repo"),
        Fault::RepoMoved => moved(core, arrived),
        Fault::Archived => Answer::error(403, "Repository was archived so is read-only."),
        other => return neutral(other),
    })
}

/// The answers of things that stand between a client and any server; `None` for faults of another sort.
pub(crate) fn neutral(fault: &Fault) -> Option<Answer> {
    Some(match fault {
        Fault::ProxyPage => page(502, "502 Bad Gateway", "<h1>502 Bad Gateway</h1><hr><p>proxy/1.0</p>"),
        Fault::SignInPage => {
            page(200, "Sign in", "<h1>Sign in to continue</h1><form><input name=user></form>")
        }
        Fault::ForeignRedirect => {
            Answer::empty(302).with("location", "https://login.example.net/sign-in?from=practice")
        }
        Fault::CaptivePortal => page(511, "Guest network", "<h1>Welcome to the guest network</h1>"),
        _ => return None,
    })
}

/// A redirect to the repository's address by id, as after a renaming.
fn moved(core: &Core, arrived: &Arrived) -> Answer {
    let world = locked(&core.world);
    let after = arrived.path.split_once("/repos/").map_or("", |(_, after)| after);
    let mut parts = after.splitn(3, '/');
    let (owner, name) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let rest = parts.next().map_or_else(String::new, |r| format!("/{r}"));
    match world.by_full_name(&format!("{owner}/{name}")) {
        Some(repo) => Answer::moved(format!("{}/repositories/{}{rest}", core.urls(arrived).api, repo.id)),
        None => Answer::not_found(),
    }
}

fn page(status: u16, title: &str, body: &str) -> Answer {
    Answer::html(
        status,
        format!("<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>"),
    )
}

/// Changes a finished answer.
pub(crate) fn after(answer: Answer, arrived: &Arrived, fault: &Fault) -> Answer {
    match fault {
        Fault::StoreThenError => Answer::error(500, "Server Error"),
        Fault::SsoPartial if answer.status == 200 => {
            let mut answer = answer.with("x-github-sso", "partial-results; organizations=21955855,20582480");
            let lists = ["/user/orgs", "/user/repos"].iter().any(|l| arrived.path.ends_with(l))
                || arrived.path.contains("/orgs/");
            if let (true, Content::Json(list)) = (lists, &mut answer.content)
                && let Some(list) = list.as_array_mut()
            {
                list.clear();
            }
            answer
        }
        _ => answer,
    }
}
