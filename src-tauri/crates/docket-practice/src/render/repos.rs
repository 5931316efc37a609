//! Repositories in the vendor's three lengths.

use serde_json::{Value, json};

use super::people::{merge, simple_user};
use super::{View, node_id};
use crate::access::permissions;
use crate::clock::rfc3339;
use crate::model::Repo;

/// Which of the vendor's shapes is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RepoShape {
    /// `minimal-repository`, in an organisation's list.
    Minimal,
    /// `repository`, in a person's list.
    Listed,
    /// `full-repository`, asked for by name.
    Full,
}

const LINKS: &[(&str, &str)] = &[
    ("archive_url", "/{archive_format}{/ref}"),
    ("assignees_url", "/assignees{/user}"),
    ("blobs_url", "/git/blobs{/sha}"),
    ("branches_url", "/branches{/branch}"),
    ("collaborators_url", "/collaborators{/collaborator}"),
    ("comments_url", "/comments{/number}"),
    ("commits_url", "/commits{/sha}"),
    ("compare_url", "/compare/{base}...{head}"),
    ("contents_url", "/contents/{+path}"),
    ("contributors_url", "/contributors"),
    ("deployments_url", "/deployments"),
    ("downloads_url", "/downloads"),
    ("events_url", "/events"),
    ("forks_url", "/forks"),
    ("git_commits_url", "/git/commits{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"),
    ("git_tags_url", "/git/tags{/sha}"),
    ("hooks_url", "/hooks"),
    ("issue_comment_url", "/issues/comments{/number}"),
    ("issue_events_url", "/issues/events{/number}"),
    ("issues_url", "/issues{/number}"),
    ("keys_url", "/keys{/key_id}"),
    ("labels_url", "/labels{/name}"),
    ("languages_url", "/languages"),
    ("merges_url", "/merges"),
    ("milestones_url", "/milestones{/number}"),
    ("notifications_url", "/notifications{?since,all,participating}"),
    ("pulls_url", "/pulls{/number}"),
    ("releases_url", "/releases{/id}"),
    ("stargazers_url", "/stargazers"),
    ("statuses_url", "/statuses/{sha}"),
    ("subscribers_url", "/subscribers"),
    ("subscription_url", "/subscription"),
    ("tags_url", "/tags"),
    ("teams_url", "/teams"),
    ("trees_url", "/git/trees{/sha}"),
];

pub(crate) fn repository(view: View<'_>, repo: &Repo, shape: RepoShape) -> Value {
    let full_name = view.world.full_name(repo);
    let url = format!("{}/repos/{full_name}", view.urls.api);
    let page = format!("{}/{full_name}", view.urls.web);
    let open = repo.live().filter(|i| i.open).count();
    let mut out = json!({
        "id": repo.id,
        "node_id": node_id("R", repo.id),
        "name": repo.name,
        "full_name": full_name,
        "private": repo.private,
        "owner": simple_user(view, repo.owner),
        "html_url": page,
        "description": repo.description,
        "fork": false,
        "url": url,
        "clone_url": format!("{page}.git"),
        "git_url": format!("{page}.git"),
        "ssh_url": format!("git@localhost:{full_name}.git"),
        "svn_url": page,
        "mirror_url": null,
        "homepage": null,
        "language": null,
        "forks": 0, "forks_count": 0, "stargazers_count": 0, "watchers": 0, "watchers_count": 0, "size": 1,
        "default_branch": "main",
        "open_issues": open,
        "open_issues_count": open,
        "has_issues": repo.has_issues,
        "has_projects": true, "has_wiki": false, "has_pages": false, "has_discussions": false,
        "archived": repo.archived,
        "disabled": repo.disabled,
        "visibility": if repo.private { "private" } else { "public" },
        "license": null,
        "pushed_at": rfc3339(repo.created_at),
        "created_at": rfc3339(repo.created_at),
        "updated_at": rfc3339(repo.updated_at),
        "topics": [],
    });
    merge(
        &mut out,
        LINKS.iter().map(|(k, tail)| ((*k).to_owned(), Value::from(format!("{url}{tail}")))).collect(),
    );
    if !view.modern {
        out["has_downloads"] = json!(false);
    }
    if view.viewer.is_some() {
        out["permissions"] = json!(permissions(view.world.role(repo, view.viewer)));
    }
    if shape == RepoShape::Full {
        merge(&mut out, json!({ "network_count": 0, "subscribers_count": 0 }));
        if let Some(owner) = view.world.account(repo.owner).filter(|a| a.members.is_some()) {
            out["organization"] = simple_user(view, owner.id);
        }
    }
    out
}
