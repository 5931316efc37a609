//! Lists: projects that a token reaches, and issues that changed. Paged by `Link` only.

use docket_domain::{Destination, Timestamp};
use serde::Deserialize;

use super::api::Api;
use super::fields::is_confidential;
use super::shapes::{Group, Issue, Project};
use crate::error::TrackerError;
use crate::http::Call;
use crate::talk::{self, shape, whole_second};
use crate::waist::{Audience, ChangedPage, Owner, TargetPage};

/// Pages that one search reads before it hands back what it has.
const PAGES_PER_SEARCH: usize = 10;
/// Most groups that are listed as owners.
const MOST_GROUPS: usize = 1_000;

/// Who can read the project's issues; see [`crate::Tracker::audience`].
pub(super) async fn audience(api: &Api, to: &Destination) -> Result<Audience, TrackerError> {
    let found = api.project_of(to).await?;
    let about = api.about("see who can read the project", Some(&to.target));
    let url = api.url(&found.project.path(""), &[]).await?;
    let project: Project = shape(&talk::read(&api.http, Call::get(url).fresh(), about).await?, about)?;
    let note = is_confidential(to)
        .then(|| "New issues are confidential: members, their author and assignees see them.".to_owned());
    Ok(Audience { visibility: project.audience(), note })
}

/// Groups and projects; see [`crate::Tracker::targets`].
pub(super) async fn targets(api: &Api, search: &str, page: Option<&str>) -> Result<TargetPage, TrackerError> {
    let about = api.about("list projects", None);
    let search = search.trim().trim_start_matches('/').to_lowercase();
    let mut found = TargetPage::default();
    let mut url = if let Some(page) = page {
        talk::page(&api.http, page)?
    } else {
        owners(api, &mut found).await?;
        exact(api, &search, &mut found).await?;
        first_page(api, &search).await?
    };
    for _ in 0..PAGES_PER_SEARCH {
        let here = url.clone();
        let answer = talk::read(&api.http, Call::get(url).fresh(), about).await?;
        let projects: Vec<Project> = shape(&answer, about)?;
        for project in &projects {
            let matches = fits(project, &search);
            if matches && !found.targets.iter().any(|known| known.key == project.path_with_namespace) {
                found.targets.push(project.target());
            }
        }
        found.next = talk::other_page(&answer, &here);
        let Some(next) = &found.next else { break };
        if !found.targets.is_empty() {
            break;
        }
        url = talk::page(&api.http, next)?;
    }
    Ok(found)
}

fn fits(project: &Project, search: &str) -> bool {
    search.is_empty()
        || project.path_with_namespace.to_lowercase().contains(search)
        || project.name.as_ref().is_some_and(|name| name.to_lowercase().contains(search))
}

/// `group/` lists one group; anything else is looked for by the server.
async fn first_page(api: &Api, search: &str) -> Result<url::Url, TrackerError> {
    if let Some(path) = search.strip_suffix('/').filter(|path| !path.is_empty())
        && let Some(group) = api.group(path).await?
    {
        let query =
            [("include_subgroups", "true"), ("order_by", "path"), ("sort", "asc"), ("per_page", "100")];
        return api.url(&format!("/groups/{}/projects", group.id), &query).await;
    }
    let mut query = vec![("membership", "true"), ("order_by", "path"), ("sort", "asc"), ("per_page", "100")];
    let last = search.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    // Shorter words are not looked for by the server; the whole list is gone through instead.
    if last.chars().count() >= 3 && !search.ends_with('/') {
        query.push(("search", last));
        query.push(("search_namespaces", "true"));
    }
    api.url("/projects", &query).await
}

/// The account itself and its groups.
async fn owners(api: &Api, found: &mut TargetPage) -> Result<(), TrackerError> {
    let account = api.who().await?;
    found.owners.push(Owner { login: account.login, organization: false });
    let about = api.about("list groups", None);
    let query = [("min_access_level", "10"), ("order_by", "path"), ("sort", "asc"), ("per_page", "100")];
    match api.all("/groups", &query, MOST_GROUPS, about).await {
        Ok((groups, more)) => {
            let groups = groups.iter().filter_map(|group| Group::deserialize(group).ok());
            found.owners.extend(groups.map(|group| Owner { login: group.full_path, organization: true }));
            if more {
                found.hidden = Some(format!("Only the first {MOST_GROUPS} groups are listed."));
            }
        }
        // A token of one project still lists that project.
        Err(error) if matches!(error.status, Some(403 | 404)) => {
            found.hidden = Some("Groups are not listed: the token reaches single projects only.".to_owned());
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// A project that was written out in full may be one that the account does not belong to.
async fn exact(api: &Api, search: &str, found: &mut TargetPage) -> Result<(), TrackerError> {
    if !search.contains('/') || search.ends_with('/') {
        return Ok(());
    }
    match api.project(search).await {
        Ok(project) => found.targets.push(project.project.target()),
        Err(error)
            if matches!(error.status, Some(403 | 404))
                || matches!(
                    error.code(),
                    docket_domain::Code::TargetMissing | docket_domain::Code::BadInput
                ) => {}
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Issues created or changed since; see [`crate::Tracker::changed_since`].
///
/// Sorted by creation, oldest first: an issue that changes while pages are read joins the
/// list but never leaves it, so pages shift towards the reader and nothing is missed.
pub(super) async fn changed_since(
    api: &Api,
    to: &Destination,
    since: Option<Timestamp>,
    page: Option<&str>,
) -> Result<ChangedPage, TrackerError> {
    let project = api.project_of(to).await?.project;
    let about = api.about("list issues", Some(&project.path_with_namespace));
    let url = if let Some(page) = page {
        talk::page(&api.http, page)?
    } else {
        let mut query = vec![
            ("scope", "all"),
            ("state", "all"),
            ("order_by", "created_at"),
            ("sort", "asc"),
            ("per_page", "100"),
        ];
        let since = since.map(whole_second);
        if let Some(since) = &since {
            query.push(("updated_after", since));
        }
        api.url(&project.path("/issues"), &query).await?
    };
    let here = url.clone();
    let answer = talk::read(&api.http, Call::get(url), about).await?;
    let issues: Vec<Issue> = shape(&answer, about)?;
    Ok(ChangedPage {
        issues: issues.into_iter().map(|issue| issue.seen(&project.path_with_namespace)).collect(),
        next: talk::following(&answer, &here, about)?,
        server_time: answer.date(),
    })
}
