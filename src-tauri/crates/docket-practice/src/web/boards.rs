//! Projects on pages: their list, a board as a table, and an issue's place on boards.

use std::fmt::Write as _;

use super::pages::shell;
use crate::board::{Item, Kind, Project, issue_of};
use crate::model::{Issue, World};
use crate::text::escaped;

/// `/orgs/acme/projects/1`.
fn place(world: &World, p: &Project) -> String {
    let organisation = world.account(p.owner).is_some_and(|a| a.members.is_some());
    let space = if organisation { "orgs" } else { "users" };
    format!("/{space}/{}/projects/{}", escaped(world.login(p.owner)), p.number)
}

/// The projects that there are; nothing without one.
pub(super) fn list(world: &World) -> String {
    let mut body = String::new();
    for p in &world.projects {
        let _infallible = writeln!(
            body,
            "<li><a class=\"strong\" href=\"{}\">{}</a><p class=\"quiet\">project {} of {}</p></li>",
            place(world, p),
            escaped(&p.title),
            p.number,
            escaped(world.login(p.owner)),
        );
    }
    if body.is_empty() { body } else { format!("<h2>Projects</h2>\n<ul class=\"list\">\n{body}</ul>\n") }
}

/// The fields of an item with their values, in the order of the board.
fn values(p: &Project, item: &Item) -> String {
    let shown = p.fields.iter().filter_map(|f| {
        let value = item.values.get(&f.id)?;
        Some(format!("{}: {}", escaped(&f.name), escaped(f.shown(value))))
    });
    shown.collect::<Vec<_>>().join(" · ")
}

/// On which boards an issue is, and what its fields say there.
pub(super) fn facts(world: &World, issue: &Issue) -> String {
    let mut body = String::new();
    let types = world.repos.iter().find(|r| r.issues.iter().any(|i| i.id == issue.id));
    let types = types.and_then(|r| world.account(r.owner)).map(|a| a.issue_types.as_slice());
    if let Some(kind) = types.unwrap_or_default().iter().find(|t| Some(t.id) == issue.kind) {
        let _infallible = writeln!(body, "<p class=\"quiet\">Type {}</p>", escaped(&kind.name));
    }
    for p in &world.projects {
        if let Some(item) = p.items.iter().find(|item| item.issue == issue.id) {
            let values = values(p, item);
            let sign = if values.is_empty() { "" } else { ": " };
            let _infallible = writeln!(
                body,
                "<p class=\"quiet\">Project <a href=\"{}\">{}</a>{sign}{values}</p>",
                place(world, p),
                escaped(&p.title),
            );
        }
    }
    body
}

/// The board as a list: every issue with its fields.
pub(super) fn board(world: &World, p: &Project) -> String {
    let mut body = format!("<h1>{}</h1>\n", escaped(&p.title));
    for f in &p.fields {
        if let Kind::SingleSelect(choices) = &f.kind {
            let names: Vec<String> = choices.iter().map(|c| escaped(&c.name)).collect();
            let _infallible =
                writeln!(body, "<p class=\"quiet\">{}: {}</p>", escaped(&f.name), names.join(", "));
        }
    }
    let mut rows = String::new();
    for item in &p.items {
        let Some((repo, issue)) = issue_of(world, item) else { continue };
        let full = escaped(&world.full_name(repo));
        let _infallible = writeln!(
            rows,
            "<li><a class=\"strong\" href=\"/{full}/issues/{n}\">{title}</a><p class=\"quiet\">{full}#{n} {values}</p></li>",
            n = issue.number,
            title = escaped(&issue.title),
            values = values(p, item),
        );
    }
    if rows.is_empty() {
        body.push_str("<p class=\"quiet\">There is nothing on it.</p>\n");
    } else {
        let _infallible = write!(body, "<ul class=\"list\">\n{rows}</ul>\n");
    }
    shell(&p.title, "", &body)
}
