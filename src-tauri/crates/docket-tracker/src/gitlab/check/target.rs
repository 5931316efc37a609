//! The project: is it visible, and can issues be created in it?

use docket_domain::Destination;

use super::super::api::Api;
use super::super::shapes::Project;
use super::sign_in::{SignedIn, ask, refused};
use crate::check::Finding;
use crate::check::course::Place;

/// The level from which issues can be created at all.
const GUEST: u64 = 10;

impl Place for Api {
    type Target = Project;

    /// Can the account see it, and is it still called that?
    async fn target(&self, to: &Destination, _signed_in: &SignedIn) -> (Option<Project>, Finding) {
        let known = to.stable_id.as_deref().is_some_and(|id| id.trim().parse::<u64>().is_ok());
        // A test asks anew; what was remembered may be what is wrong.
        self.known().projects.clear();
        let looked = if known { self.project_of(to).await } else { self.look_for(&to.target).await };
        let found = match looked {
            Ok(found) => found,
            Err(error) => {
                return (None, Finding::problem(&error.problem).saw(format!("looked for {}", to.target)));
            }
        };
        let project = found.project;
        let evidence = format!("GET {}: visible", project.path(""));
        let name = &project.path_with_namespace;
        let finding = if found.mangled {
            Finding::warning(
                format!(
                    "Your GitLab's reverse proxy mangles project paths; using the id {} of {name} instead.",
                    project.id
                ),
                "Nothing needs to be done. Its administrator can let encoded slashes through (in Apache: AllowEncodedSlashes NoDecode; in nginx: proxy_pass without a path).",
            )
        } else if known && !name.eq_ignore_ascii_case(to.target.trim()) {
            Finding::warning(
                format!("The project {} is now {name}.", to.target.trim()),
                format!("Choose {name} in the mapping."),
            )
        } else {
            let kind = project.visibility.as_deref().unwrap_or("private");
            Finding::ok(format!("{name} is visible ({kind})"))
        };
        (Some(project), finding.saw(evidence))
    }

    /// Can issues be created there, and with all their fields?
    async fn writable(&self, project: &Project, _to: &Destination) -> Finding {
        let name = &project.path_with_namespace;
        let settings = format!("{}/{name}/edit", self.web());
        if project.archived {
            return Finding::failed(
                format!("{name} is archived and read-only."),
                "Unarchive it in its settings, or choose another project.",
            )
            .link("Open its settings", settings);
        }
        if project.issues_off() {
            return Finding::failed(
                format!("Issues are switched off in {name}."),
                "Switch them on in its settings, under Visibility, project features, permissions.",
            )
            .link("Open its settings", settings);
        }
        let path = project.path("/issues");
        let (answer, evidence) = match ask(self, &path, &[("per_page", "1")]).await {
            Ok(answered) => answered,
            Err(finding) => return finding,
        };
        if !answer.is_success() || answer.is_html() {
            return refused(self, &answer, "use issues", Some(name)).saw(evidence);
        }
        let role = project.role();
        let role_line = format!("role: {role}");
        if project.permissions.is_some() && project.level().is_none_or(|level| level < GUEST) {
            let public = matches!(project.visibility.as_deref(), Some("public" | "internal"));
            let next = format!("Ask an owner of {name} for the role Planner, Reporter or higher.");
            let finding = if public {
                Finding::warning(
                    format!(
                        "The account is no member of {name}: issues can be created, but labels, assignees and milestones will be dropped."
                    ),
                    next,
                )
            } else {
                Finding::failed(
                    format!("The account is no member of {name}; Reporter or Planner is needed."),
                    next,
                )
            };
            return finding.saw(evidence).saw(role_line);
        }
        if !project.may_plan() {
            return Finding::warning(
            format!("The account is {role} in {name}: issues can be created, but labels, assignees and milestones will be dropped. Reporter or Planner is needed."),
            format!("Ask an owner of {name} for the role Planner, Reporter or higher."),
        )
        .saw(evidence)
        .saw(role_line);
        }
        Finding::ok(format!("Issues can be created in {name} (role: {role})")).saw(evidence)
    }
}
