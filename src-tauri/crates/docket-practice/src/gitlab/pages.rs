//! The pages themselves.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::model::{Issue, Label, Namespace, Project, World};
use super::seed::{Issues, Tier};
use crate::text::escaped;
use crate::web::markdown::{to_html, to_html_with_files};

fn shell(root: &str, title: &str, trail: &str, body: &str) -> String {
    let (title, root) = (escaped(title), escaped(root));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <link rel=\"stylesheet\" href=\"{root}/practice.css\"></head>\n<body><header><nav aria-label=\"Place\">\
         <a href=\"{root}/\">Practice GitLab</a>{trail}</nav><p>Practice data on this computer. Nothing here is sent \
         anywhere.</p></header>\n<main>\n{body}</main></body></html>\n"
    )
}

fn moment(at: Timestamp) -> String {
    format!(
        "<time datetime=\"{}\">{}</time>",
        at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        at.strftime("%-d %b %Y, %H:%M UTC")
    )
}

/// A label; the two halves of a scoped one are told apart. Colours are drawn by an attribute of a picture, which the
/// page's policy allows; a style would not be.
fn pill(label: &Label) -> String {
    let hex = label.color.strip_prefix('#').unwrap_or_default();
    let color = if hex.len() == 6 && hex.chars().all(|c| c.is_ascii_hexdigit()) { hex } else { "888888" };
    let words = match label.name.rsplit_once("::") {
        Some((scope, value)) => {
            format!("{}<span class=\"between\">::</span><b>{}</b>", escaped(scope), escaped(value))
        }
        None => escaped(&label.name),
    };
    format!(
        "<span class=\"chip\"><svg width=\"10\" height=\"10\" aria-hidden=\"true\"><circle cx=\"5\" cy=\"5\" r=\"5\" \
         fill=\"#{color}\"/></svg>{words}</span>"
    )
}

fn pills(world: &World, project: &Project, issue: &Issue) -> String {
    let all = world.labels_for(project);
    issue.labels.iter().filter_map(|id| all.iter().find(|l| l.id == *id)).map(pill).collect()
}

fn place(root: &str, project: &Project) -> String {
    escaped(&format!("{root}/{}/-/issues", project.full_path))
}

fn trail(root: &str, project: &Project) -> String {
    format!(
        " <span aria-hidden=\"true\">/</span> <a href=\"{}\">{}</a>",
        place(root, project),
        escaped(&project.full_path)
    )
}

pub(super) fn home(root: &str, world: &World) -> String {
    let mut body = "<h1>Projects</h1>\n".to_owned();
    let mut above = None;
    for project in world.projects.iter().take(500) {
        if above != Some(project.namespace) {
            let name = match project.namespace {
                Namespace::Group(id) => world.group(id).map(|g| g.full_path.clone()).unwrap_or_default(),
                Namespace::User(id) => world.username(id).to_owned(),
            };
            let end = if above.is_some() { "</ul>\n" } else { "" };
            let _infallible = writeln!(body, "{end}<h2>{}</h2>\n<ul class=\"list\">", escaped(&name));
            above = Some(project.namespace);
        }
        let open = project.issues.iter().filter(|i| i.open).count();
        let mut notes = vec![
            format!("{open} open {}", if open == 1 { "issue" } else { "issues" }),
            project.visibility.name().to_owned(),
        ];
        if project.archived {
            notes.push("archived".to_owned());
        }
        if project.issues_access != Issues::Enabled {
            notes.push(format!("issues {}", project.issues_access.name()));
        }
        let _infallible = writeln!(
            body,
            "<li><a class=\"strong\" href=\"{}\">{}</a><p>{}</p><p class=\"quiet\">{}</p></li>",
            place(root, project),
            escaped(&project.full_path),
            project.description.as_deref().map(escaped).unwrap_or_default(),
            notes.join(" · ")
        );
    }
    if above.is_some() {
        body.push_str("</ul>\n");
    }
    if world.projects.len() > 500 {
        let _infallible = writeln!(body, "<p class=\"quiet\">and {} more.</p>", world.projects.len() - 500);
    }
    shell(root, "Practice GitLab", "", &body)
}

/// The fields beside title and labels, in words.
fn facts(world: &World, project: &Project, issue: &Issue) -> String {
    let mut out: Vec<String> = Vec::new();
    if issue.confidential {
        out.push("confidential".to_owned());
    }
    if issue.issue_type != "issue" {
        out.push(format!("{} of severity {}", issue.issue_type, issue.severity));
    }
    if !issue.assignees.is_empty() {
        let people: Vec<&str> = issue.assignees.iter().map(|a| world.username(*a)).collect();
        out.push(format!("assigned to {}", people.join(", ")));
    }
    if let Some((m, _)) = world.milestone_of(project, issue) {
        out.push(format!("milestone {}", m.title));
    }
    if let Some(date) = &issue.due_date {
        out.push(format!("due {date}"));
    }
    if let Some(weight) = issue.weight.filter(|_| world.tier > Tier::Free) {
        out.push(format!("weight {weight}"));
    }
    if let Some(status) = issue.status.as_deref().filter(|_| world.tier > Tier::Free) {
        out.extend(world.status(status).map(|s| format!("status {}", s.name)));
    }
    out.iter().fold(String::new(), |text, fact| text + " · " + &escaped(fact))
}

pub(super) fn list(root: &str, world: &World, project: &Project, closed: bool) -> String {
    let base = place(root, project);
    let full = escaped(&project.full_path);
    let count = |open: bool| project.issues.iter().filter(|i| i.open == open).count();
    let current = |yes: bool| if yes { " aria-current=\"page\"" } else { "" };
    let mut body = format!(
        "<h1>Issues of {full}</h1>\n<nav class=\"tabs\" aria-label=\"State\"><a href=\"{base}\"{}>Open {}</a>\
         <a href=\"{base}?state=closed\"{}>Closed {}</a></nav>\n",
        current(!closed),
        count(true),
        current(closed),
        count(false),
    );
    let found: Vec<&Issue> = project.issues.iter().rev().filter(|i| i.open != closed).collect();
    if found.is_empty() {
        body.push_str("<p class=\"quiet\">There are none.</p>\n");
    } else {
        body.push_str("<ul class=\"list\">\n");
    }
    for issue in &found {
        let _infallible = writeln!(
            body,
            "<li><a class=\"strong\" href=\"{base}/{n}\">{title}</a> {pills}<p class=\"quiet\">#{n} opened {at} by \
             {by}{facts}</p></li>",
            n = issue.iid,
            title = escaped(&issue.title),
            pills = pills(world, project, issue),
            at = moment(issue.created_at),
            by = escaped(world.username(issue.author)),
            facts = facts(world, project, issue),
        );
    }
    if !found.is_empty() {
        body.push_str("</ul>\n");
    }
    shell(root, &format!("Issues of {}", project.full_path), &trail(root, project), &body)
}

/// Links to uploaded files lead below `files`.
fn post(world: &World, who: u64, at: Timestamp, text: &str, files: &str) -> String {
    let shown = if text.trim().is_empty() {
        "<p class=\"quiet\">No description.</p>".to_owned()
    } else {
        to_html_with_files(text, files)
    };
    format!(
        "<article><header><b>{}</b> wrote on {}</header><div class=\"text\">{shown}</div></article>\n",
        escaped(world.username(who)),
        moment(at)
    )
}

/// A line of history: its Markdown as long as it is one paragraph, else as plain text.
fn line(body: &str) -> String {
    let html = to_html(body);
    let inner = html.trim().strip_prefix("<p>").and_then(|h| h.strip_suffix("</p>"));
    inner.filter(|h| !h.contains("<p>")).map_or_else(|| escaped(body), ToOwned::to_owned)
}

pub(super) fn issue(root: &str, world: &World, project: &Project, issue: &Issue) -> String {
    let (class, state) = match (issue.open, issue.moved_to) {
        (true, _) => ("open", "Open"),
        (false, Some(_)) => ("dropped", "Closed (moved)"),
        (false, None) => ("done", "Closed"),
    };
    let mut body = format!(
        "<h1>{title} <span class=\"quiet\">#{number}</span></h1>\n<p><span class=\"state {class}\">{state}</span> {pills}\
         </p><p class=\"quiet\">opened {at} by {by}{facts}</p>\n",
        title = escaped(&issue.title),
        number = issue.iid,
        pills = pills(world, project, issue),
        at = moment(issue.created_at),
        by = escaped(world.username(issue.author)),
        facts = facts(world, project, issue),
    );
    let files = format!("{root}/-/project/{}", project.id);
    body.push_str(&post(
        world,
        issue.author,
        issue.created_at,
        issue.description.as_deref().unwrap_or_default(),
        &files,
    ));
    for note in &issue.notes {
        if note.system {
            let _infallible = writeln!(
                body,
                "<p class=\"event\"><b>{}</b> {} <span class=\"quiet\">{}</span></p>",
                escaped(world.username(note.author)),
                line(&note.body),
                moment(note.created_at)
            );
        } else {
            body.push_str(&post(world, note.author, note.created_at, &note.body, &files));
        }
    }
    shell(root, &format!("{} · #{}", issue.title, issue.iid), &trail(root, project), &body)
}

/// The form on which a person answers a device.
pub(super) fn device(root: &str, world: &World, code: &str, asked: Option<&(String, String)>) -> String {
    let to = escaped(&format!("{root}/oauth/device"));
    let Some((client, scopes)) = asked else {
        let complaint = if code.is_empty() { "" } else { "<p>No device waits with this code.</p>\n" };
        let body = format!(
            "<h1>Connect a device</h1>\n{complaint}<form action=\"{to}\"><label>Code <input name=\"user_code\" \
             autocomplete=\"off\"></label> <button>Continue</button></form>\n"
        );
        return shell(root, "Connect a device", "", &body);
    };
    let people: String = world
        .users
        .iter()
        .filter(|u| !u.bot && !u.blocked)
        .fold(String::new(), |text, u| text + "<option>" + &escaped(&u.username) + "</option>");
    let body = format!(
        "<h1>Connect a device</h1>\n<p><b>{}</b> asks for the scopes <b>{}</b>. The device shows the code \
         <b>{code}</b>.</p>\n<form method=\"post\" action=\"{to}\"><input type=\"hidden\" name=\"user_code\" \
         value=\"{code}\"><label>Sign in as <select name=\"username\">{people}</select></label> \
         <button name=\"decision\" value=\"approve\">Approve</button> \
         <button name=\"decision\" value=\"deny\">Deny</button></form>\n",
        escaped(client),
        escaped(scopes),
        code = escaped(code),
    );
    shell(root, "Connect a device", "", &body)
}

pub(super) fn said(root: &str, words: &str) -> String {
    shell(root, "Connect a device", "", &format!("<h1>Connect a device</h1>\n<p>{}</p>\n", escaped(words)))
}

pub(super) fn missing(root: &str) -> String {
    let home = escaped(root);
    shell(
        root,
        "Not found",
        "",
        &format!("<h1>There is no such page</h1>\n<p><a href=\"{home}/\">All projects</a></p>\n"),
    )
}
