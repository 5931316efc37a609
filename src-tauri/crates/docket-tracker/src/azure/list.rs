//! Lists: projects that a token reaches, and work items that changed. Projects are paged by
//! the service's own token; work items by their ids, which only grow.

use std::fmt::Write as _;

use docket_domain::{Destination, Timestamp};
use serde::Deserialize;
use serde_json::json;

use super::address::{check_project, part};
use super::api::{Api, Ask, good};
use super::chosen::Chosen;
use super::read::{AT_ONCE, category_of, many};
use super::shapes::{Listed, Project, time};
use super::words::{self, Refusal};
use crate::error::TrackerError;
use crate::http::Answer;
use crate::talk::shape;
use crate::waist::{Audience, ChangedPage, Owner, TargetPage};

/// Pages that one search reads before it hands back what it has.
const PAGES_PER_SEARCH: usize = 10;
/// Ids that are looked through at once where a query finds too much.
const WINDOW: u64 = 10_000;

/// Projects; see [`crate::Tracker::targets`].
pub(super) async fn targets(api: &Api, search: &str, page: Option<&str>) -> Result<TargetPage, TrackerError> {
    let about = api.about("list projects", None);
    let organisation = api.address.organisation();
    let search = search.trim().to_lowercase();
    // `acme/` lists one owner's, and there is only one.
    let head = format!("{}/", organisation.to_lowercase());
    let search = search.strip_prefix(&head).unwrap_or(&search);
    let mut found = TargetPage::default();
    if page.is_none() {
        found.owners.push(Owner { login: organisation.to_owned(), organization: true });
        exact(api, search, &mut found).await?;
    }
    let mut next = page.map(str::to_owned);
    for _ in 0..PAGES_PER_SEARCH {
        let mut ask = Ask::get("/_apis/projects").with("$top", "100").fresh();
        if let Some(token) = &next {
            ask = ask.with("continuationToken", token.as_str());
        }
        let answer = api.ask(&ask, about).await?;
        let projects: Listed<Project> = shape(&answer, about)?;
        for project in &projects.value {
            let matches = search.is_empty() || project.name.to_lowercase().contains(search);
            if matches && !found.targets.iter().any(|known| known.key == project.name) {
                found.targets.push(project.target(&api.address));
            }
        }
        let token =
            answer.header("x-ms-continuationtoken").map(str::to_owned).filter(|token| !token.is_empty());
        // A server that names the same page again has no more.
        let again = token.is_some() && token == next;
        next = token.filter(|_| !again);
        if next.is_none() || !found.targets.is_empty() {
            break;
        }
    }
    found.next = next;
    Ok(found)
}

/// A project that was written out in full is found at once, wherever it stands in the list.
async fn exact(api: &Api, search: &str, found: &mut TargetPage) -> Result<(), TrackerError> {
    if search.is_empty() || check_project(search).is_err() {
        return Ok(());
    }
    match project(api, search).await {
        Ok(project) => found.targets.push(project.target(&api.address)),
        Err(error) if matches!(error.status, Some(400 | 403 | 404)) => {}
        Err(error) => return Err(error),
    }
    Ok(())
}

/// One project, by name or id.
pub(super) async fn project(api: &Api, name: &str) -> Result<Project, TrackerError> {
    let about = api.about("look at the project", Some(name));
    let ask = Ask::get(format!("/_apis/projects/{}", part(name))).with("includeCapabilities", "true").fresh();
    shape(&api.ask(&ask, about).await?, about)
}

/// Who can read the project's work items; see [`crate::Tracker::audience`].
pub(super) async fn audience(api: &Api, to: &Destination) -> Result<Audience, TrackerError> {
    Ok(project(api, Chosen::read(to)?.project()).await?.audience().into())
}

/// Where reading goes on: after which id, and since when.
#[derive(Debug, PartialEq, Eq)]
struct Cursor {
    after: u64,
    since: Option<Timestamp>,
}

impl Cursor {
    fn read(text: &str) -> Option<Self> {
        let (after, since) = text.split_once('/')?;
        let since = if since.is_empty() { None } else { Some(Timestamp(since.parse().ok()?)) };
        Some(Self { after: after.parse().ok()?, since })
    }

    fn write(&self) -> String {
        let since = self.since.map(|at| at.0.to_string()).unwrap_or_default();
        format!("{}/{since}", self.after)
    }
}

#[derive(Deserialize)]
struct Hit {
    id: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Hits {
    #[serde(default)]
    as_of: Option<String>,
    #[serde(default)]
    work_items: Vec<Hit>,
}

/// Work items created or changed since; see [`crate::Tracker::changed_since`].
///
/// Sorted by id, which is the order of creation: a work item that changes while pages are
/// read joins the list but never leaves it, so nothing is missed.
pub(super) async fn changed_since(
    api: &Api,
    chosen: Chosen<'_>,
    since: Option<Timestamp>,
    page: Option<&str>,
) -> Result<ChangedPage, TrackerError> {
    let cursor = match page {
        None => Cursor { after: 0, since },
        Some(page) => Cursor::read(page)
            .ok_or_else(|| docket_domain::Problem::bad_input("This page of the list is not understood."))?,
    };
    let found = hits(api, chosen, &cursor).await?;
    let ids: Vec<u64> = found.hits.iter().map(|hit| hit.id).take(AT_ONCE).collect();
    let mut issues = Vec::with_capacity(ids.len());
    for item in many(api, &ids).await? {
        let category = category_of(api, &item).await?;
        issues.push(item.seen(&api.address, category.as_deref()));
    }
    issues.sort_by_key(|seen| seen.issue.number.parse::<u64>().unwrap_or_default());
    let next = match ids.last() {
        Some(last) if found.more || ids.len() == AT_ONCE => {
            Some(Cursor { after: *last, since: cursor.since }.write())
        }
        _ => None,
    };
    Ok(ChangedPage { issues, next, server_time: found.clock })
}

/// The next ids.
struct Found {
    hits: Vec<Hit>,
    /// More follow beyond a window, however few there are here.
    more: bool,
    clock: Option<Timestamp>,
}

/// The next ids. A query that finds too many (VS402337) is asked in windows of ids; that it
/// found too many also says that there is something in a later window.
async fn hits(api: &Api, chosen: Chosen<'_>, cursor: &Cursor) -> Result<Found, TrackerError> {
    let mut after = cursor.after;
    let mut window: Option<u64> = None;
    loop {
        let query = query(after, window, cursor.since);
        let answer = ask(api, chosen, &query).await?;
        let about = api.about("list work items", Some(chosen.name()));
        if !good(&answer) {
            match (words::refusal(&answer), window) {
                (Refusal::TooMany, None) => window = Some(WINDOW),
                (Refusal::TooMany, Some(width)) if width > 1 => window = Some(width / 2),
                _ => return Err(words::error(&answer, about)),
            }
            continue;
        }
        let found: Hits = shape(&answer, about)?;
        let clock = answer.date().or_else(|| found.as_of.as_deref().map(time));
        match window {
            Some(width) if found.work_items.is_empty() => {
                after = after.saturating_add(width);
                window = None;
            }
            _ => return Ok(Found { hits: found.work_items, more: window.is_some(), clock }),
        }
    }
}

fn query(after: u64, window: Option<u64>, since: Option<Timestamp>) -> String {
    let mut query = format!(
        "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.Id] > {after}"
    );
    // Writing into a String cannot fail.
    if let Some(width) = window {
        let _ = write!(query, " AND [System.Id] <= {}", after.saturating_add(width));
    }
    if let Some(since) = since {
        let _ = write!(query, " AND [System.ChangedDate] >= '{}'", crate::talk::whole_second(since));
    }
    query.push_str(" ORDER BY [System.Id]");
    query
}

async fn ask(api: &Api, chosen: Chosen<'_>, query: &str) -> Result<Answer, TrackerError> {
    let body = json!({ "query": query });
    let ask = Ask::question(chosen.path("/_apis/wit/wiql"), &body)
        .with("timePrecision", "true")
        .with("$top", AT_ONCE.to_string());
    Ok(api.send(&ask).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_being_written() {
        for since in [None, Some(Timestamp(1_700_000_000_123))] {
            let cursor = Cursor { after: 17, since };
            assert_eq!(Cursor::read(&cursor.write()), Some(cursor), "what was written is read");
        }
        assert_eq!(Cursor::read("7; DROP"), None, "nothing else is");
    }

    #[test]
    fn a_query_is_bounded_by_id_window_and_time() {
        let text = query(7, Some(100), Some(Timestamp(0)));
        assert!(
            text.contains("> 7") && text.contains("<= 107") && text.contains("1970-01-01T00:00:00Z"),
            "all three bounds are in {text}"
        );
    }
}
