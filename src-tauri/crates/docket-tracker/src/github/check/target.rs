//! The repository: is it visible, and can issues be created in it?

use docket_domain::Destination;
use serde::Deserialize;
use serde_json::Value;

use super::super::api::{Api, shape};
use super::super::shapes::Repository;
use super::super::target::Repo;
use super::super::words::{self, Refusal};
use super::sign_in::{SignedIn, ask, refused};
use crate::check::Finding;
use crate::check::course::Place;
use crate::http::Answer;

const DOING: &str = "look at the repository";

impl Place for Api {
    type Target = Repository;

    /// Can the account see it, and is it still called that?
    async fn target(&self, to: &Destination, signed_in: &SignedIn) -> (Option<Repository>, Finding) {
        let target = to.target.trim();
        let repo = match Repo::parse(target) {
            Ok(repo) => repo,
            Err(problem) => return (None, Finding::problem(&problem)),
        };
        let path = repo.path("");
        let (answer, evidence) = match ask(self, &path, &[]).await {
            Ok(answered) => answered,
            Err(finding) => return (None, finding),
        };
        if words::refusal(&answer) == Refusal::NotVisible && answer.status == 404 {
            let finding = if signed_in.fine_grained {
                not_given(self, repo).await
            } else {
                refused(self, &answer, DOING, Some(target))
            };
            return (None, finding.saw(evidence));
        }
        if !answer.is_success() || answer.is_html() {
            return (None, refused(self, &answer, DOING, Some(target)).saw(evidence));
        }
        let found: Repository = match shape(&answer, self.about(DOING, Some(target))) {
            Ok(found) => found,
            Err(error) => return (None, Finding::problem(&error.problem).saw(evidence)),
        };
        let finding = if found.full_name.eq_ignore_ascii_case(target) {
            let kind = if found.private { "private" } else { "public" };
            let member = membership(&found, signed_in, signed_in.organisations.as_deref());
            Finding::ok(format!("{} is visible ({kind})", found.full_name)).saw_all(member)
        } else {
            Finding::warning(
                format!("The repository {target} is now {}.", found.full_name),
                format!("Choose {} in the mapping.", found.full_name),
            )
        };
        (Some(found), finding.saw(evidence))
    }

    /// Can issues be created there, and with all their fields?
    async fn writable(&self, repository: &Repository, _to: &Destination) -> Finding {
        let name = &repository.full_name;
        let settings = format!("{}/{name}/settings", self.address.web());
        if repository.archived {
            return Finding::failed(
                format!("{name} is archived and read-only."),
                "Unarchive it in its settings, or choose another repository.",
            )
            .link("Open its settings", settings);
        }
        if repository.disabled {
            return Finding::failed(
                format!("{name} was disabled by GitHub."),
                "Ask GitHub's support why, or choose another repository.",
            );
        }
        if repository.has_issues == Some(false) {
            return Finding::failed(
                format!("Issues are switched off in {name} (forks start that way)."),
                "Switch them on in its settings.",
            )
            .link("Open its settings", settings);
        }
        let path = format!("/repos/{name}/issues");
        let (answer, evidence) = match ask(self, &path, &[("per_page", "1")]).await {
            Ok(answered) => answered,
            Err(finding) => return finding,
        };
        if !answer.is_success() || answer.is_html() {
            return refused(self, &answer, "use issues", Some(name)).saw(evidence);
        }
        let role = repository.permissions.as_ref().map(|may| {
            let roles = [
                ("admin", may.admin),
                ("maintain", may.maintain),
                ("write", may.push),
                ("triage", may.triage),
                ("read", may.pull),
            ];
            roles.iter().find(|(_, has)| *has).map_or("none", |(role, _)| role)
        });
        if !repository.may_set_fields() {
            return Finding::warning(
            format!("Issues can be created in {name}, but labels, assignees and milestones will be dropped: the account needs write (or triage) access."),
            format!("Ask an owner of {name} for the role «write» or «triage»."),
        )
        .saw(evidence)
        .saw_all(role.map(|role| format!("role: {role}")));
        }
        Finding::ok(format!(
            "Issues can be created in {name}{}",
            role.map(|role| format!(" (role: {role})")).unwrap_or_default()
        ))
        .saw(evidence)
    }
}

/// A word about an account that does not belong to the repository's organisation.
fn membership(found: &Repository, signed_in: &SignedIn, organisations: Option<&[String]>) -> Option<String> {
    let owner = found.owner.as_ref().filter(|owner| owner.is_organization())?;
    let member = organisations?.iter().any(|name| name.eq_ignore_ascii_case(&owner.login));
    (!member)
        .then(|| format!("{} is not a direct member of the organisation {}", signed_in.login, owner.login))
}

/// A fine-grained token reaches the repositories of one owner, after an approval.
async fn not_given(api: &Api, repo: Repo<'_>) -> Finding {
    let owner = repo.owner;
    let tokens = format!("{}/settings/personal-access-tokens", api.address.web());
    let reached = match ask(api, "/user/repos", &[("per_page", "100")]).await {
        Ok((answer, _)) if answer.is_success() => owners(&answer),
        Ok(_) | Err(_) => Vec::new(),
    };
    let finding = if reached.iter().any(|login| login.eq_ignore_ascii_case(owner)) {
        Finding::failed(
            format!(
                "Either {owner}/{} does not exist, or it was not chosen when the token was made (GitHub answers the same for both).",
                repo.name
            ),
            "Check the spelling, and the list of repositories in the token's settings.",
        )
    } else if reached.is_empty() {
        Finding::failed(
            format!(
                "The token reaches no repository of {owner}: an owner of {owner} has yet to approve it, or {owner}/{} does not exist.",
                repo.name
            ),
            format!(
                "Ask an owner of {owner} to approve it (in the organisation's settings, Personal access tokens, Pending requests)."
            ),
        )
    } else {
        Finding::failed(
            format!("This token belongs to {}; the repository belongs to {owner}.", reached.join(", ")),
            format!("Create a fine-grained token with {owner} as its resource owner."),
        )
    };
    finding.link("Open the tokens", tokens)
}

/// Owners of private repositories in a list: public ones are visible to every token.
fn owners(answer: &Answer) -> Vec<String> {
    let Some(list) = answer.json().and_then(Value::as_array) else { return Vec::new() };
    let mut owners: Vec<String> = Vec::new();
    for repository in list.iter().filter_map(|entry| Repository::deserialize(entry).ok()) {
        if let Some(owner) = repository.owner
            && !owners.contains(&owner.login)
        {
            owners.push(owner.login);
        }
    }
    owners
}
