//! The pages themselves.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::markdown::to_html;
use crate::model::{Issue, Label, Repo, What, World};
use crate::text::escaped;

pub(super) fn shell(title: &str, trail: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <link rel=\"stylesheet\" href=\"/practice.css\"></head>\n<body><header><nav aria-label=\"Place\">\
         <a href=\"/\">Practice GitHub</a>{trail}</nav><p>Practice data on this computer. Nothing here is sent \
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

/// Colours are drawn by an attribute of a picture, which the page's policy allows; a style would not be.
fn chip(label: &Label) -> String {
    chip_of(&label.name, &label.color)
}

fn chip_of(name: &str, color: &str) -> String {
    let color =
        if color.len() == 6 && color.chars().all(|c| c.is_ascii_hexdigit()) { color } else { "888888" };
    format!(
        "<span class=\"chip\"><svg width=\"10\" height=\"10\" aria-hidden=\"true\"><circle cx=\"5\" cy=\"5\" r=\"5\" \
         fill=\"#{color}\"/></svg>{}</span>",
        escaped(name)
    )
}

fn trail(world: &World, repo: &Repo) -> String {
    let full = escaped(&world.full_name(repo));
    format!(" <span aria-hidden=\"true\">/</span> <a href=\"/{full}/issues\">{full}</a>")
}

pub(super) fn home(world: &World) -> String {
    let mut body = "<h1>Repositories</h1>\n<ul class=\"list\">\n".to_owned();
    for repo in &world.repos {
        let full = escaped(&world.full_name(repo));
        let open = repo.live().filter(|i| i.open && !i.pull_request).count();
        let mut notes = vec![format!("{open} open {}", if open == 1 { "issue" } else { "issues" })];
        for (yes, word) in
            [(repo.private, "private"), (repo.archived, "archived"), (!repo.has_issues, "issues off")]
        {
            if yes {
                notes.push(word.to_owned());
            }
        }
        let about = repo.description.as_deref().map(escaped).unwrap_or_default();
        let _infallible = writeln!(
            body,
            "<li><a class=\"strong\" href=\"/{full}/issues\">{full}</a><p>{about}</p><p class=\"quiet\">{}</p></li>",
            notes.join(" · ")
        );
    }
    body.push_str("</ul>\n");
    body.push_str(&super::boards::list(world));
    shell("Practice GitHub", "", &body)
}

fn labels_of<'r>(repo: &'r Repo, issue: &'r Issue) -> impl Iterator<Item = &'r Label> {
    issue.labels.iter().filter_map(|id| repo.labels.iter().find(|l| l.id == *id))
}

/// Assignees and milestone in words.
fn facts(world: &World, repo: &Repo, issue: &Issue) -> String {
    let mut out = String::new();
    if !issue.assignees.is_empty() {
        let people: Vec<String> = issue.assignees.iter().map(|a| escaped(world.login(*a))).collect();
        let _infallible = write!(out, " · assigned to {}", people.join(", "));
    }
    if let Some(m) = issue.milestone.and_then(|n| repo.milestone(n)) {
        let _infallible = write!(out, " · milestone {}", escaped(&m.title));
    }
    out
}

pub(super) fn list(world: &World, repo: &Repo, closed: bool) -> String {
    let full = escaped(&world.full_name(repo));
    let count = |open: bool| repo.live().filter(|i| i.open == open && !i.pull_request).count();
    let current = |yes: bool| if yes { " aria-current=\"page\"" } else { "" };
    let mut body = format!(
        "<h1>Issues of {full}</h1>\n<nav class=\"tabs\" aria-label=\"State\"><a href=\"/{full}/issues\"{}>Open {}</a>\
         <a href=\"/{full}/issues?state=closed\"{}>Closed {}</a></nav>\n",
        current(!closed),
        count(true),
        current(closed),
        count(false),
    );
    let mut found: Vec<&Issue> = repo.live().filter(|i| i.open != closed && !i.pull_request).collect();
    found.sort_by_key(|i| std::cmp::Reverse(i.number));
    if found.is_empty() {
        body.push_str("<p class=\"quiet\">There are none.</p>\n");
        return shell(&format!("Issues of {full}"), &trail(world, repo), &body);
    }
    body.push_str("<ul class=\"list\">\n");
    for issue in found {
        let chips: String = labels_of(repo, issue).map(chip).collect();
        let _infallible = writeln!(
            body,
            "<li><a class=\"strong\" href=\"/{full}/issues/{n}\">{title}</a> {chips}<p class=\"quiet\">#{n} opened {at} by \
             {by}{facts}</p></li>",
            n = issue.number,
            title = escaped(&issue.title),
            at = moment(issue.created_at),
            by = escaped(world.login(issue.author)),
            facts = facts(world, repo, issue),
        );
    }
    body.push_str("</ul>\n");
    shell(&format!("Issues of {full}"), &trail(world, repo), &body)
}

fn post(world: &World, who: u64, at: Timestamp, text: &str) -> String {
    let shown = if text.trim().is_empty() {
        "<p class=\"quiet\">No description.</p>".to_owned()
    } else {
        to_html(text)
    };
    format!(
        "<article><header><b>{}</b> wrote on {}</header><div class=\"text\">{shown}</div></article>\n",
        escaped(world.login(who)),
        moment(at)
    )
}

fn happening(world: &World, what: &What) -> String {
    match what {
        What::Closed(reason) => {
            format!("closed this as {}", escaped(&reason.as_deref().unwrap_or("completed").replace('_', " ")))
        }
        What::Reopened => "reopened this".to_owned(),
        What::Labeled { name, color } => format!("added {}", chip_of(name, color)),
        What::Unlabeled { name, color } => format!("removed {}", chip_of(name, color)),
        What::Assigned(who) => format!("assigned {}", escaped(world.login(*who))),
        What::Unassigned(who) => format!("unassigned {}", escaped(world.login(*who))),
        What::Milestoned(title) => format!("added this to the milestone {}", escaped(title)),
        What::Demilestoned(title) => format!("took this out of the milestone {}", escaped(title)),
        What::Renamed { from, to } => {
            format!("changed the title from “{}” to “{}”", escaped(from), escaped(to))
        }
    }
}

pub(super) fn issue(world: &World, repo: &Repo, issue: &Issue) -> String {
    let (class, state) = match (issue.open, issue.reason.as_deref()) {
        (true, _) => ("open", "Open".to_owned()),
        (false, Some("completed") | None) => ("done", "Closed".to_owned()),
        (false, Some(reason)) => ("dropped", format!("Closed as {}", reason.replace('_', " "))),
    };
    let kind = if issue.pull_request { "Pull request" } else { "Issue" };
    let chips: String = labels_of(repo, issue).map(chip).collect();
    let mut body = format!(
        "<h1>{title} <span class=\"quiet\">#{number}</span></h1>\n<p><span class=\"state {class}\">{state}</span> {chips}</p>\
         <p class=\"quiet\">{kind} opened {at} by {by}{facts}</p>\n",
        title = escaped(&issue.title),
        number = issue.number,
        state = escaped(&state),
        at = moment(issue.created_at),
        by = escaped(world.login(issue.author)),
        facts = facts(world, repo, issue),
    );
    body.push_str(&super::boards::facts(world, issue));
    body.push_str(&post(world, issue.author, issue.created_at, issue.body.as_deref().unwrap_or_default()));
    let mut entries: Vec<(u64, String)> =
        issue.comments.iter().map(|c| (c.id, post(world, c.author, c.created_at, &c.body))).collect();
    entries.extend(issue.events.iter().map(|e| {
        let line = format!(
            "<p class=\"event\"><b>{}</b> {} <span class=\"quiet\">{}</span></p>\n",
            escaped(world.login(e.actor)),
            happening(world, &e.what),
            moment(e.at)
        );
        (e.id, line)
    }));
    entries.sort_by_key(|(id, _)| *id);
    body.extend(entries.into_iter().map(|(_, e)| e));
    shell(&format!("{} · #{}", issue.title, issue.number), &trail(world, repo), &body)
}

pub(super) fn deleted(world: &World, repo: &Repo, number: u64) -> String {
    let body = format!("<h1>Issue #{number} was deleted</h1>\n<p>Its number is not used again.</p>\n");
    shell("Deleted", &trail(world, repo), &body)
}

pub(super) fn missing() -> String {
    shell("Not found", "", "<h1>There is no such page</h1>\n<p><a href=\"/\">All repositories</a></p>\n")
}
