//! What has become of issues: many of one project at once, one by one where that shows nothing.

use std::collections::{BTreeMap, HashMap};

use docket_domain::{Code, IssueRef, IssueState};
use serde_json::Value;

use super::address::GitLabAddress;
use super::api::Api;
use super::shapes::{Issue, Numbers, number};
use super::{statuses, words};
use crate::error::TrackerError;
use crate::http::Call;
use crate::talk::{self, shape};
use crate::waist::IssueRead;

/// Issues in one question.
const AT_ONCE: usize = 50;

/// Path below the API of an issue, by the numbers that survive renames.
pub(super) async fn path_of(api: &Api, issue: &IssueRef) -> Result<String, TrackerError> {
    if let Some(numbers) = Numbers::of(issue) {
        return Ok(format!("/projects/{}/issues/{}", numbers.project, numbers.iid));
    }
    let iid = number(issue)?;
    Ok(api.project(&issue.target).await?.project.path(&format!("/issues/{iid}")))
}

/// Reads issues; see [`crate::Tracker::read`].
pub(super) async fn read(api: &Api, issues: &[IssueRef]) -> Result<Vec<(IssueRef, IssueRead)>, TrackerError> {
    let mut by_project: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for numbers in issues.iter().filter_map(Numbers::of) {
        by_project.entry(numbers.project).or_default().push(numbers.iid);
    }
    let mut seen: HashMap<(u64, u64), Issue> = HashMap::new();
    // One alone costs the same either way.
    for (project, iids) in by_project.iter().filter(|(_, iids)| iids.len() > 1) {
        for iids in iids.chunks(AT_ONCE) {
            many(api, *project, iids, &mut seen).await?;
        }
    }
    let mut reads = Vec::with_capacity(issues.len());
    for issue in issues {
        let known = Numbers::of(issue).and_then(|numbers| seen.get(&(numbers.project, numbers.iid)));
        let read = match known {
            Some(found) => read_of(api, issue, found.clone()).await?,
            None => one(api, issue).await?,
        };
        reads.push((issue.clone(), read));
    }
    Ok(reads)
}

/// Issues of one project. What the account cannot see is not in the list.
async fn many(
    api: &Api,
    project: u64,
    iids: &[u64],
    seen: &mut HashMap<(u64, u64), Issue>,
) -> Result<(), TrackerError> {
    let about = api.about("read issues", None);
    let numbers: Vec<String> = iids.iter().map(u64::to_string).collect();
    let mut query = vec![("scope", "all"), ("per_page", "100")];
    query.extend(numbers.iter().map(|iid| ("iids[]", iid.as_str())));
    match api.all(&format!("/projects/{project}/issues"), &query, AT_ONCE * 2, about).await {
        Ok((entries, _)) => {
            let issues =
                entries.iter().filter_map(|entry| <Issue as serde::Deserialize>::deserialize(entry).ok());
            seen.extend(issues.map(|issue| ((issue.project_id, issue.iid), issue)));
            Ok(())
        }
        // Reading one by one says what each of them is.
        Err(error) if matches!(error.status, Some(403 | 404)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Moved when GitLab says so, or when its project is called otherwise now.
async fn read_of(api: &Api, asked: &IssueRef, found: Issue) -> Result<IssueRead, TrackerError> {
    if let Some(id) = found.moved_to_id {
        return moved(api, id).await;
    }
    let seen = found.seen(&asked.target);
    let same = seen.issue.target.eq_ignore_ascii_case(&asked.target) && seen.issue.number == asked.number;
    let state = if same { seen.state.clone() } else { IssueState::Moved { to: Some(seen.issue.short()) } };
    Ok(IssueRead { state, seen: Some(seen) })
}

/// An issue that was moved, at its new place as far as that can be seen.
async fn moved(api: &Api, id: u64) -> Result<IssueRead, TrackerError> {
    let nowhere = IssueRead { state: IssueState::Moved { to: None }, seen: None };
    let Some(url) = statuses::place(api, id).await? else { return Ok(nowhere) };
    let prefix = api.base().await?.prefix.trim_matches('/').to_owned();
    let Ok(address) = GitLabAddress::parse(&url) else { return Ok(nowhere) };
    let (Some(path), Some(iid)) = (address.path(), address.issue) else { return Ok(nowhere) };
    let path = match path.strip_prefix(&prefix).and_then(|rest| rest.strip_prefix('/')) {
        Some(inner) if !prefix.is_empty() => inner.to_owned(),
        _ => path,
    };
    let to = Some(format!("{path}#{iid}"));
    let project = match api.project(&path).await {
        Ok(found) => found.project,
        Err(error) if error.code() == Code::TargetMissing => {
            return Ok(IssueRead { state: IssueState::Moved { to }, seen: None });
        }
        Err(error) => return Err(error),
    };
    let about = api.about("read the issue", Some(&path));
    let url = api.url(&project.path(&format!("/issues/{iid}")), &[]).await?;
    let answer = api.http.send(Call::get(url)).await?;
    let seen = match answer.status {
        200 => Some(shape::<Issue>(&answer, about)?.seen(&path)),
        _ => None,
    };
    Ok(IssueRead { state: IssueState::Moved { to }, seen })
}

/// One issue. GitLab answers 404 for a deleted one, for a confidential one that the account
/// may not see, and for one that never was.
pub(super) async fn one(api: &Api, issue: &IssueRef) -> Result<IssueRead, TrackerError> {
    let gone = IssueRead { state: IssueState::NotVisible, seen: None };
    let path = match path_of(api, issue).await {
        Ok(path) => path,
        Err(error) if error.status == Some(404) => return Ok(gone),
        Err(error) => return Err(error),
    };
    let short = issue.short();
    let about = api.about("read the issue", Some(&short));
    let answer = api.http.send(Call::get(api.url(&path, &[]).await?)).await?;
    match answer.status {
        200 if answer.json().is_some_and(Value::is_object) => {
            read_of(api, issue, shape(&answer, about)?).await
        }
        404 if !answer.is_html() => Ok(gone),
        200 if !answer.is_html() => Err(talk::garbled(&answer, about)),
        _ => Err(words::error(&answer, about)),
    }
}
