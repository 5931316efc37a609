//! The operations that the practice GitLab has, as data.

use super::contract::Kind::{Bool, Choice, Day, Int, IntOrWord, Ints, Moment, Text, Texts};
use super::contract::{Operation, Shape};
use super::who::Scope;

const SORT: super::contract::Kind = Choice(&["asc", "desc"]);

const LEVEL: super::contract::Kind = Int;

type Named = (&'static str, super::contract::Kind);

const PROJECTS: &[Named] = &[
    ("membership", Bool),
    ("owned", Bool),
    ("archived", Bool),
    ("simple", Bool),
    ("search", Text),
    ("search_namespaces", Bool),
    ("min_access_level", LEVEL),
    ("with_issues_enabled", Bool),
    ("visibility", Choice(&["public", "internal", "private"])),
    ("order_by", Choice(&["id", "name", "path", "created_at", "updated_at", "last_activity_at"])),
    ("sort", SORT),
    ("id_after", Int),
    ("id_before", Int),
];

const GROUPS: &[Named] = &[
    ("search", Text),
    ("owned", Bool),
    ("min_access_level", LEVEL),
    ("all_available", Bool),
    ("top_level_only", Bool),
    ("order_by", Choice(&["id", "name", "path", "similarity"])),
    ("sort", SORT),
];

const LABELS: &[Named] = &[("with_counts", Bool), ("include_ancestor_groups", Bool), ("search", Text)];

const MILESTONES: &[Named] = &[
    ("iids[]", Int),
    ("state", Choice(&["active", "closed"])),
    ("title", Text),
    ("search", Text),
    ("include_ancestors", Bool),
];

const MEMBERS: &[Named] = &[("query", Text), ("user_ids[]", Int), ("state", Choice(&["awaiting", "active"]))];

const ISSUES: &[Named] = &[
    ("labels", Texts),
    ("state", Choice(&["opened", "closed", "all"])),
    ("search", Text),
    ("in", Text),
    ("scope", Choice(&["created_by_me", "assigned_to_me", "all"])),
    ("author_id", Int),
    ("author_username", Text),
    ("assignee_id", IntOrWord),
    ("milestone", Text),
    ("confidential", Bool),
    ("iids[]", Int),
    ("created_after", Moment),
    ("created_before", Moment),
    ("updated_after", Moment),
    ("updated_before", Moment),
    ("issue_type", Choice(TYPES)),
    ("order_by", Choice(&["created_at", "updated_at", "due_date", "title", "weight", "relative_position"])),
    ("sort", SORT),
];

const TYPES: &[&str] = &["issue", "incident", "test_case", "requirement", "task", "ticket"];
pub(super) const SEVERITIES: &[&str] = &["unknown", "low", "medium", "high", "critical"];

pub(super) const CREATE: &[Named] = &[
    ("title", Text),
    ("description", Text),
    ("assignee_ids", Ints),
    ("assignee_id", Int),
    ("milestone_id", Int),
    ("milestone", Text),
    ("labels", Texts),
    ("add_labels", Texts),
    ("remove_labels", Texts),
    ("due_date", Day),
    ("start_date", Day),
    ("confidential", Bool),
    ("discussion_locked", Bool),
    ("issue_type", Choice(TYPES)),
    ("severity", Choice(SEVERITIES)),
    ("weight", Int),
    ("epic_id", Int),
    ("epic_iid", Int),
    ("created_at", Moment),
    ("merge_request_to_resolve_discussions_of", Int),
    ("discussion_to_resolve", Text),
    ("iid", Int),
];

pub(super) const UPDATE: &[Named] = &[
    ("title", Text),
    ("description", Text),
    ("assignee_ids", Ints),
    ("assignee_id", Int),
    ("milestone_id", Int),
    ("milestone", Text),
    ("labels", Texts),
    ("add_labels", Texts),
    ("remove_labels", Texts),
    ("due_date", Day),
    ("start_date", Day),
    ("confidential", Bool),
    ("discussion_locked", Bool),
    ("issue_type", Choice(TYPES)),
    ("severity", Choice(SEVERITIES)),
    ("weight", Int),
    ("epic_id", Int),
    ("epic_iid", Int),
    ("updated_at", Moment),
    ("state_event", Choice(&["close", "reopen"])),
];

const fn get(name: &'static str, path: &'static str, scope: Scope) -> Operation {
    Operation {
        name,
        method: "GET",
        path,
        scope,
        list: false,
        query: &[],
        body: &[],
        required: &[],
        shape: Shape::Other,
        takes_file: false,
    }
}

const fn list(name: &'static str, path: &'static str, query: &'static [Named]) -> Operation {
    Operation {
        name,
        method: "GET",
        path,
        scope: Scope::Read,
        list: true,
        query,
        body: &[],
        required: &[],
        shape: Shape::Other,
        takes_file: false,
    }
}

const fn write(
    name: &'static str,
    method: &'static str,
    path: &'static str,
    body: &'static [Named],
    required: &'static [&'static str],
    shape: Shape,
) -> Operation {
    let scope = Scope::Write;
    Operation { name, method, path, scope, list: false, query: &[], body, required, shape, takes_file: false }
}

pub(super) const OPERATIONS: &[Operation] = &[
    get("version/get", "/version", Scope::ReadUser),
    get("metadata/get", "/metadata", Scope::ReadUser),
    get("personal-access-tokens/self", "/personal_access_tokens/self", Scope::Any),
    get("user/get", "/user", Scope::ReadUser),
    list("users/list", "/users", &[("username", Text), ("search", Text), ("active", Bool)]),
    list("groups/list", "/groups", GROUPS),
    Operation { query: &[("with_projects", Bool)], ..get("groups/get", "/groups/:id", Scope::Read) },
    Operation {
        query: &[
            ("include_subgroups", Bool),
            ("archived", Bool),
            ("simple", Bool),
            ("search", Text),
            ("min_access_level", LEVEL),
            ("with_issues_enabled", Bool),
            ("with_shared", Bool),
            ("visibility", Choice(&["public", "internal", "private"])),
            ("order_by", Choice(&["id", "name", "path", "created_at", "updated_at", "last_activity_at"])),
            ("sort", SORT),
        ],
        ..list("groups/projects", "/groups/:id/projects", &[])
    },
    list("groups/subgroups", "/groups/:id/subgroups", GROUPS),
    list("groups/descendants", "/groups/:id/descendant_groups", GROUPS),
    list("groups/labels", "/groups/:id/labels", LABELS),
    list("groups/milestones", "/groups/:id/milestones", MILESTONES),
    list("projects/list", "/projects", PROJECTS),
    get("projects/get", "/projects/:id", Scope::Read),
    list("members/all", "/projects/:id/members/all", MEMBERS),
    get("members/get", "/projects/:id/members/all/:user_id", Scope::Read),
    list("projects/users", "/projects/:id/users", &[("search", Text)]),
    list("labels/list", "/projects/:id/labels", LABELS),
    write(
        "labels/create",
        "POST",
        "/projects/:id/labels",
        &[("name", Text), ("color", Text), ("description", Text), ("priority", Int)],
        &["name", "color"],
        Shape::Other,
    ),
    list("milestones/list", "/projects/:id/milestones", MILESTONES),
    write(
        "milestones/create",
        "POST",
        "/projects/:id/milestones",
        &[("title", Text), ("description", Text), ("due_date", Day), ("start_date", Day)],
        &["title"],
        Shape::Other,
    ),
    Operation { shape: Shape::Issues, ..list("issues/list", "/projects/:id/issues", ISSUES) },
    write("issues/create", "POST", "/projects/:id/issues", CREATE, &["title"], Shape::Issue),
    Operation { shape: Shape::Issue, ..get("issues/get", "/projects/:id/issues/:iid", Scope::Read) },
    write("issues/update", "PUT", "/projects/:id/issues/:iid", UPDATE, &[], Shape::Issue),
    write("issues/delete", "DELETE", "/projects/:id/issues/:iid", &[], &[], Shape::Other),
    write(
        "issues/move",
        "POST",
        "/projects/:id/issues/:iid/move",
        &[("to_project_id", Int)],
        &["to_project_id"],
        Shape::Issue,
    ),
    list(
        "notes/list",
        "/projects/:id/issues/:iid/notes",
        &[
            ("sort", SORT),
            ("order_by", Choice(&["created_at", "updated_at"])),
            ("activity_filter", Choice(&["all_notes", "only_comments", "only_activity"])),
        ],
    ),
    write(
        "notes/create",
        "POST",
        "/projects/:id/issues/:iid/notes",
        &[("body", Text), ("internal", Bool), ("confidential", Bool), ("created_at", Moment)],
        &["body"],
        Shape::Other,
    ),
    write(
        "notes/update",
        "PUT",
        "/projects/:id/issues/:iid/notes/:note_id",
        &[("body", Text)],
        &["body"],
        Shape::Other,
    ),
    Operation {
        takes_file: true,
        ..write("uploads/create", "POST", "/projects/:id/uploads", &[], &[], Shape::Other)
    },
    get("uploads/download", "/projects/:id/uploads/:secret/:filename", Scope::Read),
];
