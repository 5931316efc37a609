//! Finding the issue that a request names, with the vendor's answers for what is gone.

use super::Call;
use crate::access::Need;
use crate::model::{Fate, Issue, Repo, RepoId};
use crate::reply::{Answer, refuse};

/// Repository and number of an issue that is still there.
pub(super) fn issue_place(call: &Call<'_>, need: Need) -> Result<(RepoId, u64), Box<Answer>> {
    let id = call.repo_id(need)?;
    let repo = call.repo(id)?;
    if !repo.has_issues {
        return Err(refuse(410, "Issues are disabled for this repo"));
    }
    let number = call.param("issue_number").parse().map_err(|_| Box::new(Answer::not_found()))?;
    let issue = repo.issue(number).ok_or_else(|| Box::new(Answer::not_found()))?;
    match issue.fate {
        Fate::Here => Ok((id, number)),
        Fate::Deleted => Err(refuse(410, "This issue was deleted")),
        Fate::Transferred { repo, number: new } => {
            let target = call.repo(repo)?;
            crate::access::judge(call.world, call.caller, target, Need::ReadIssues)?;
            let tail = call.rest.split_once(&format!("/issues/{number}")).map_or("", |(_, t)| t);
            Err(Box::new(Answer::moved(format!(
                "{}/repos/{}/issues/{new}{tail}",
                call.urls.api,
                call.world.full_name(target)
            ))))
        }
    }
}

/// The issue at a place that was found before.
pub(super) fn at<'a>(call: &'a Call<'_>, place: (RepoId, u64)) -> Result<(&'a Repo, &'a Issue), Box<Answer>> {
    let repo = call.repo(place.0)?;
    let issue = repo.issue(place.1).ok_or_else(|| Box::new(Answer::not_found()))?;
    Ok((repo, issue))
}
