//! The vendor's JSON shapes for what the world holds.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::model::{
    Group, Id, Issue, Label, Milestone, Namespace, Note, Project, Token, User, World, capitalised,
};
use super::seed::{Access, Issues, Tier};

/// Where this request reached the server; every link is built from it. No trailing slash.
#[derive(Debug, Clone)]
pub(super) struct Urls {
    pub web: String,
}

impl Urls {
    pub fn api(&self) -> String {
        format!("{}/api/v4", self.web)
    }
}

/// Moments with thousandths, as the vendor writes them.
pub(super) fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// Days.
pub(super) fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub world: &'a World,
    pub urls: &'a Urls,
    pub viewer: Option<Id>,
}

impl View<'_> {
    pub fn user(&self, id: Id) -> Value {
        self.world.user(id).map_or(Value::Null, |u| self.person(u))
    }

    pub fn person(&self, user: &User) -> Value {
        json!({
            "id": user.id,
            "username": user.username,
            "public_email": null,
            "name": user.name,
            "state": if user.blocked { "blocked" } else { "active" },
            "locked": false,
            "avatar_url": null,
            "web_url": format!("{}/{}", self.urls.web, user.username),
        })
    }

    /// The caller's own account.
    pub fn own_account(&self, user: &User) -> Value {
        let mut out = self.person(user);
        out["created_at"] = json!(moment(user.created_at));
        out["bio"] = json!("");
        out["email"] = json!(format!("{}@practice.invalid", user.username));
        out["bot"] = json!(user.bot);
        out["two_factor_enabled"] = json!(false);
        out["external"] = json!(false);
        out["can_create_group"] = json!(true);
        out["can_create_project"] = json!(true);
        out
    }

    pub fn token(token: &Token, now: Timestamp) -> Value {
        let ended = token.expires_at.is_some_and(|end| now >= end);
        json!({
            "id": token.id,
            "name": token.name,
            "revoked": token.revoked,
            "created_at": moment(token.created_at),
            "description": null,
            "scopes": token.scopes,
            "user_id": token.user,
            "last_used_at": moment(now),
            "active": !(token.revoked || ended || token.inactive),
            "expires_at": token.expires_at.map(day),
        })
    }

    pub fn group(&self, group: &Group) -> Value {
        let path = group.full_path.rsplit('/').next().unwrap_or_default();
        let words: Vec<String> = group.full_path.split('/').map(capitalised).collect();
        json!({
            "id": group.id,
            "web_url": format!("{}/groups/{}", self.urls.web, group.full_path),
            "name": capitalised(path),
            "path": path,
            "description": "",
            "visibility": group.visibility.name(),
            "request_access_enabled": true,
            "avatar_url": null,
            "full_name": words.join(" / "),
            "full_path": group.full_path,
            "created_at": moment(group.created_at),
            "parent_id": group.parent,
            "archived": false,
        })
    }

    fn namespace(&self, project: &Project) -> Value {
        let (id, kind, path, parent) = match project.namespace {
            Namespace::Group(id) => {
                let group = self.world.group(id);
                (
                    id,
                    "group",
                    group.map(|g| g.full_path.clone()).unwrap_or_default(),
                    group.and_then(|g| g.parent),
                )
            }
            Namespace::User(id) => (id, "user", self.world.username(id).to_owned(), None),
        };
        let last = path.rsplit('/').next().unwrap_or_default().to_owned();
        let web = if kind == "group" {
            format!("{}/groups/{path}", self.urls.web)
        } else {
            format!("{}/{path}", self.urls.web)
        };
        json!({
            "id": id,
            "name": capitalised(&last),
            "path": last,
            "kind": kind,
            "full_path": path,
            "parent_id": parent,
            "avatar_url": null,
            "web_url": web,
        })
    }

    pub fn project(&self, project: &Project, simple: bool) -> Value {
        let full = &project.full_path;
        let words: Vec<String> = full.split('/').map(capitalised).collect();
        let mut out = json!({
            "id": project.id,
            "description": project.description,
            "name": capitalised(project.path()),
            "name_with_namespace": words.join(" / "),
            "path": project.path(),
            "path_with_namespace": full,
            "created_at": moment(project.created_at),
            "default_branch": "main",
            "topics": [],
            "http_url_to_repo": format!("{}/{full}.git", self.urls.web),
            "web_url": format!("{}/{full}", self.urls.web),
            "avatar_url": null,
            "star_count": 0,
            "last_activity_at": moment(project.updated_at),
            "namespace": self.namespace(project),
        });
        if simple {
            return out;
        }
        out["archived"] = json!(project.archived);
        out["visibility"] = json!(project.visibility.name());
        out["empty_repo"] = json!(false);
        out["issues_enabled"] = json!(project.issues_access != Issues::Disabled);
        out["issues_access_level"] = json!(project.issues_access.name());
        if project.issues_access != Issues::Disabled {
            out["open_issues_count"] =
                json!(project.issues.iter().filter(|i| i.open && !i.confidential).count());
        }
        let level = |access: Option<Access>| {
            access.map_or(Value::Null, |a| json!({ "access_level": a.level(), "notification_level": 3 }))
        };
        let own = self.viewer.and_then(|v| match project.namespace {
            Namespace::User(owner) if owner == v => Some(Access::Owner),
            _ => project.members.get(&v).copied(),
        });
        let above = self.viewer.and_then(|v| {
            self.world.groups_of(project).into_iter().filter_map(|g| g.members.get(&v).copied()).max()
        });
        out["permissions"] = json!({ "project_access": level(own), "group_access": level(above) });
        out
    }

    pub fn label(label: &Label, of_project: bool) -> Value {
        json!({
            "id": label.id,
            "name": label.name,
            "description": label.description,
            "description_html": label.description.clone().unwrap_or_default(),
            "text_color": "#FFFFFF",
            "color": label.color,
            "archived": false,
            "subscribed": false,
            "priority": null,
            "is_project_label": of_project,
        })
    }

    pub fn milestone(&self, project: Option<&Project>, milestone: &Milestone, group: Option<Id>) -> Value {
        let mut out = json!({
            "id": milestone.id,
            "iid": milestone.iid,
            "title": milestone.title,
            "description": milestone.description.clone().unwrap_or_default(),
            "state": if milestone.active { "active" } else { "closed" },
            "created_at": moment(milestone.created_at),
            "updated_at": moment(milestone.created_at),
            "due_date": milestone.due_date,
            "start_date": milestone.start_date,
            "expired": false,
        });
        let place = if let Some(id) = group {
            out["group_id"] = json!(id);
            self.world.group(id).map(|g| format!("groups/{}", g.full_path)).unwrap_or_default()
        } else {
            out["project_id"] = json!(project.map(|p| p.id));
            project.map(|p| p.full_path.clone()).unwrap_or_default()
        };
        out["web_url"] = json!(format!("{}/{place}/-/milestones/{}", self.urls.web, milestone.iid));
        out
    }

    pub fn note(&self, project: &Project, issue: &Issue, note: &Note) -> Value {
        json!({
            "id": note.id,
            "type": null,
            "body": note.body,
            "author": self.user(note.author),
            "created_at": moment(note.created_at),
            "updated_at": moment(note.created_at),
            "system": note.system,
            "noteable_id": issue.id,
            "noteable_type": "Issue",
            "project_id": project.id,
            "resolvable": false,
            "confidential": note.internal,
            "internal": note.internal,
            "imported": false,
            "imported_from": "none",
            "noteable_iid": issue.iid,
            "commands_changes": {},
        })
    }

    pub fn issue(&self, project: &Project, issue: &Issue) -> Value {
        let assignees: Vec<Value> = issue.assignees.iter().map(|a| self.user(*a)).collect();
        let base = format!("{}/projects/{}/issues/{}", self.urls.api(), project.id, issue.iid);
        let (count, done) = tasks(issue.description.as_deref().unwrap_or_default());
        let milestone = self.world.milestone_of(project, issue);
        let mut out = json!({
            "id": issue.id,
            "iid": issue.iid,
            "project_id": project.id,
            "title": issue.title,
            "description": issue.description,
            "state": if issue.open { "opened" } else { "closed" },
            "created_at": moment(issue.created_at),
            "updated_at": moment(issue.updated_at),
            "closed_at": issue.closed_at.map(moment),
            "closed_by": issue.closed_by.map(|u| self.user(u)),
            "labels": self.world.label_names(project, issue),
            "milestone": milestone.map(|(m, group)| self.milestone(Some(project), &m, group)),
            "assignees": assignees,
            "author": self.user(issue.author),
            "type": issue.issue_type.to_uppercase(),
            "assignee": assignees.first().cloned(),
            "user_notes_count": issue.notes.iter().filter(|n| !n.system).count(),
            "merge_requests_count": 0,
            "upvotes": 0,
            "downvotes": 0,
            "start_date": issue.start_date,
            "due_date": issue.due_date,
            "confidential": issue.confidential,
            "discussion_locked": issue.locked.then_some(true),
            "issue_type": issue.issue_type,
            "web_url": format!("{}/{}/-/issues/{}", self.urls.web, project.full_path, issue.iid),
            "time_stats": {
                "time_estimate": 0,
                "total_time_spent": 0,
                "human_time_estimate": null,
                "human_total_time_spent": null
            },
            "task_completion_status": { "count": count, "completed_count": done },
            "has_tasks": count > 0,
            "_links": {
                "self": base,
                "notes": format!("{base}/notes"),
                "award_emoji": format!("{base}/award_emoji"),
                "project": format!("{}/projects/{}", self.urls.api(), project.id),
                "closed_as_duplicate_of": null
            },
            "references": {
                "short": format!("#{}", issue.iid),
                "relative": format!("#{}", issue.iid),
                "full": format!("{}#{}", project.full_path, issue.iid)
            },
            "severity": issue.severity.to_uppercase(),
            "moved_to_id": issue.moved_to,
            "imported": false,
            "imported_from": "none",
            "service_desk_reply_to": null,
        });
        if self.world.tier > Tier::Free {
            out["weight"] = json!(issue.weight);
            out["epic_iid"] = Value::Null;
            out["health_status"] = Value::Null;
        }
        out
    }
}

/// How many check boxes a text has and how many are ticked.
fn tasks(text: &str) -> (usize, usize) {
    let boxes =
        text.lines().filter_map(|l| l.trim_start().strip_prefix("- [")).filter(|r| r.get(1..2) == Some("]"));
    boxes.fold((0, 0), |(all, done), b| (all + 1, done + usize::from(!b.starts_with(' '))))
}
