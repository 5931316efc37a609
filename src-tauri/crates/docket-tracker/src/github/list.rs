//! Lists: repositories that a token reaches, and issues that changed. Paged by `Link` only.

use docket_domain::Timestamp;
use serde_json::Value;

use super::api::{Api, shape};
use super::shapes::{Issue, Repository, User};
use super::target::Repo;
use super::words::{self, About};
use crate::error::TrackerError;
use crate::http::Answer;
use crate::talk;
pub(super) use crate::talk::whole_second;
use crate::waist::{Audience, ChangedPage, Owner, TargetPage};

/// Pages that one search reads before it hands back what it has.
const PAGES_PER_SEARCH: usize = 10;

/// Owners and repositories; see [`crate::Tracker::targets`].
pub(super) async fn targets(api: &Api, search: &str, page: Option<&str>) -> Result<TargetPage, TrackerError> {
    let about = api.about("list repositories", None);
    let search = search.trim().to_lowercase();
    let mut found = TargetPage::default();
    let mut url = if let Some(page) = page {
        api.page(page)?
    } else {
        owners(api, &mut found).await?;
        exact(api, &search, &mut found).await?;
        api.url("/user/repos", &[("per_page", "100"), ("sort", "full_name")]).await?
    };
    for _ in 0..PAGES_PER_SEARCH {
        let here = url.clone();
        let answer = api.get_fresh(url, about).await?;
        note_hidden(&answer, &mut found);
        let repositories: Vec<Repository> = shape(&answer, about)?;
        for repository in &repositories {
            let matches = search.is_empty() || repository.full_name.to_lowercase().contains(&search);
            if matches && !found.targets.iter().any(|known| known.key == repository.full_name) {
                found.targets.push(repository.target());
            }
        }
        found.next = talk::other_page(&answer, &here);
        let Some(next) = &found.next else { break };
        if !found.targets.is_empty() {
            break;
        }
        url = api.page(next)?;
    }
    Ok(found)
}

/// The account itself and its organisations.
async fn owners(api: &Api, found: &mut TargetPage) -> Result<(), TrackerError> {
    let account = api.who().await?;
    found.owners.push(Owner { login: account.login, organization: false });
    let about = api.about("list organisations", None);
    let mut next = Some(api.url("/user/orgs", &[("per_page", "100")]).await?);
    while let Some(url) = next.take() {
        let here = url.clone();
        let answer = match api.get_fresh(url, about).await {
            Ok(answer) => answer,
            // A token without «read:org» still lists repositories.
            Err(error) if matches!(error.status, Some(403 | 404)) => {
                found.hidden = Some("Organisations are not listed: the token lacks «read:org».".to_owned());
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        note_hidden(&answer, found);
        let organisations: Vec<User> = shape(&answer, about)?;
        found
            .owners
            .extend(organisations.into_iter().map(|org| Owner { login: org.login, organization: true }));
        next = talk::other_page(&answer, &here).map(|page| api.page(&page)).transpose()?;
    }
    Ok(())
}

/// A repository that was written out in full may be one that the account does not belong to.
async fn exact(api: &Api, search: &str, found: &mut TargetPage) -> Result<(), TrackerError> {
    let Ok(repo) = Repo::parse(search) else { return Ok(()) };
    match repository(api, repo, "look at the repository").await {
        Ok(repository) => found.targets.push(repository.target()),
        Err(error) if matches!(error.status, Some(301 | 403 | 404)) => {}
        Err(error) => return Err(error),
    }
    Ok(())
}

fn note_hidden(answer: &Answer, found: &mut TargetPage) {
    let hidden = words::sso_hidden(answer).len();
    if hidden > 0 {
        found.hidden = Some(hidden_words(hidden));
    }
}

/// Organisations are left out of a list.
pub(crate) fn hidden_words(hidden: usize) -> String {
    match hidden {
        1 => "1 organisation is hidden until the token is authorised for it (single sign-on).".to_owned(),
        more => format!(
            "{more} organisations are hidden until the token is authorised for them (single sign-on)."
        ),
    }
}

/// One repository.
pub(crate) async fn repository(api: &Api, repo: Repo<'_>, doing: &str) -> Result<Repository, TrackerError> {
    let name = format!("{}/{}", repo.owner, repo.name);
    let about = api.about(doing, Some(&name));
    let answer = api.get(api.url(&repo.path(""), &[]).await?, about).await?;
    shape(&answer, about)
}

/// Who can read the repository's issues; see [`crate::Tracker::audience`].
pub(super) async fn audience(api: &Api, target: &str) -> Result<Audience, TrackerError> {
    let about = api.about("see who can read the repository", Some(target));
    let answer = api.get_fresh(api.url(&Repo::parse(target)?.path(""), &[]).await?, about).await?;
    let found: Repository = shape(&answer, about)?;
    Ok(found.audience().into())
}

/// Issues created or changed since; see [`crate::Tracker::changed_since`].
///
/// Sorted by creation, oldest first: an issue that changes while pages are read joins the
/// list but never leaves it, so pages shift towards the reader and nothing is missed.
pub(super) async fn changed_since(
    api: &Api,
    target: &str,
    since: Option<Timestamp>,
    page: Option<&str>,
) -> Result<ChangedPage, TrackerError> {
    let repo = Repo::parse(target)?;
    let about = api.about("list issues", Some(target));
    let url = if let Some(page) = page {
        api.page(page)?
    } else {
        let mut query =
            vec![("state", "all"), ("sort", "created"), ("direction", "asc"), ("per_page", "100")];
        let since = since.map(whole_second);
        if let Some(since) = &since {
            query.push(("since", since));
        }
        api.url(&repo.path("/issues"), &query).await?
    };
    let here = url.clone();
    let answer = api.get(url, about).await?;
    let issues = issues(&answer, about)?.into_iter().filter(|issue| issue.pull_request.is_none());
    Ok(ChangedPage {
        issues: issues.map(|issue| issue.seen(target)).collect(),
        next: talk::following(&answer, &here, about)?,
        server_time: answer.date(),
    })
}

fn issues(answer: &Answer, about: About<'_>) -> Result<Vec<Issue>, TrackerError> {
    shape(answer, about)
}

/// All entries of a paged list, at most `most`; true when the list went on.
pub(super) async fn all(
    api: &Api,
    path: &str,
    query: &[(&str, &str)],
    most: usize,
    about: About<'_>,
) -> Result<(Vec<Value>, bool), TrackerError> {
    talk::all(&api.http, api.url(path, query).await?, most, about).await
}
