//! Which product answers, by the marks that products leave: for an address of the wrong one.

use crate::http::Answer;

/// The product, if its marks are known.
pub(crate) fn of(answer: &Answer) -> Option<&'static str> {
    let cookies: String = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect::<Vec<_>>()
        .join("\n")
        .to_ascii_lowercase();
    let text = answer.text().to_ascii_lowercase();
    let has = |name: &str| answer.headers.contains_key(name);
    match () {
        () if has("x-gitlab-meta")
            || cookies.contains("_gitlab_session")
            || text.contains("content=\"gitlab\"") =>
        {
            Some("GitLab")
        }
        () if has("x-tfs-processid") || has("x-vss-e2eid") || text.contains("azure devops") => {
            Some("Azure DevOps")
        }
        () if has("x-arequestid")
            || has("x-seraph-loginreason")
            || text.contains("content=\"jira\"")
            || cookies.contains("atlassian.xsrf.token") =>
        {
            Some("Jira")
        }
        () if cookies.contains("i_like_gitea") || text.contains("gitea") => Some("Gitea"),
        () if text.contains("bitbucket") => Some("Bitbucket"),
        () if has("x-github-request-id") => Some("GitHub"),
        () if has("x-jenkins") => Some("Jenkins"),
        () => None,
    }
}
