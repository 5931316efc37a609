//! Pages for a browser: projects, their work items, one work item, and the sign-in with a code. Plain HTML, no scripts.
//!
//! Everything that people or programs wrote is escaped; HTML fields are sanitised again and load nothing.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::Value;

use super::core::AzureCore;
use super::entra::Decision;
use super::fields::{self, Kind};
use super::html::shown;
use super::world::{AzureWorld, Item, Project};
use crate::locked;
use crate::reply::{Answer, Content};
use crate::site::Arrived;
use crate::text::{escaped, percent_decoded, percent_encoded, query_pairs};
use crate::web::markdown::to_html;

const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

pub(super) fn answer(core: &AzureCore, arrived: &Arrived) -> Answer {
    let login = arrived.path == "/devicelogin";
    let answer = match arrived.method.as_str() {
        "GET" | "HEAD" if login => Answer::html(200, device_page(core, "")),
        "POST" if login => decide(core, arrived),
        "GET" | "HEAD" => read(core, arrived),
        _ => {
            let problem = "pages are only read; this is not an address of the API";
            core.front.violate(arrived, 599, vec![problem.to_owned()]);
            *super::refuse::platform(404, "PracticeContract", problem)
        }
    };
    answer
        .with("content-security-policy", POLICY)
        .with("referrer-policy", "no-referrer")
        .with("cache-control", "no-store")
}

fn read(core: &AzureCore, arrived: &Arrived) -> Answer {
    if arrived.path == "/practice.css" {
        let content = Content::Css(include_str!("../web/practice.css"));
        return Answer { status: 200, headers: Vec::new(), content };
    }
    let world = locked(&core.world);
    let site = Pages { world: &world, prefix: core.prefix() };
    let below =
        arrived.path.strip_prefix(&site.prefix).unwrap_or(if arrived.path == "/" { "" } else { "/?" });
    let parts: Vec<String> = below.split('/').filter(|p| !p.is_empty()).map(percent_decoded).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    if let ["_attachments", id] = parts.as_slice()
        && let Some(found) = world.attachment(id)
    {
        return Answer::file(&found.name, found.bytes.clone());
    }
    let page = match parts.as_slice() {
        [] => Some(site.home()),
        ["_signin"] => {
            Some(shell("Sign in", "", "<h1>Sign in</h1><p>Sign in to your account to continue.</p>"))
        }
        [_, "_workitems", "edit", id] | ["_workitems", "edit", id] => {
            id.parse().ok().and_then(|id| world.item(id)).map(|i| site.item(i))
        }
        [project, rest @ ..] if rest.first().is_none_or(|r| r.starts_with('_')) => {
            world.project(project).map(|p| site.project(p))
        }
        _ => None,
    };
    match page {
        Some(page) => Answer::html(200, page),
        None => {
            Answer::html(404, shell("Not found", "", "<h1>Not found</h1><p>There is no such page here.</p>"))
        }
    }
}

/// `trail` is HTML already.
fn shell(title: &str, trail: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <link rel=\"stylesheet\" href=\"/practice.css\"></head>\n<body><header><nav aria-label=\"Place\">\
         <a href=\"/\">Practice Azure DevOps</a>{trail}</nav><p>Practice data on this computer. Nothing here is sent \
         anywhere.</p></header>\n<main>\n{body}</main></body></html>\n"
    )
}

fn moment(at: Timestamp) -> String {
    let machine = at.strftime("%Y-%m-%dT%H:%M:%SZ");
    format!("<time datetime=\"{machine}\">{}</time>", at.strftime("%-d %b %Y, %H:%M UTC"))
}

struct Pages<'w> {
    world: &'w AzureWorld,
    prefix: String,
}

impl Pages<'_> {
    fn address(&self, project: &Project) -> String {
        format!("{}/{}", self.prefix, percent_encoded(&project.name))
    }

    fn trail(&self, project: &Project) -> String {
        let place = format!("{}/_workitems", self.address(project));
        format!(" <span aria-hidden=\"true\">/</span> <a href=\"{place}\">{}</a>", escaped(&project.name))
    }

    fn home(&self) -> String {
        let mut body = "<h1>Projects</h1>\n<ul class=\"list\">\n".to_owned();
        for (at, project) in self.world.projects.iter().enumerate() {
            let count = self.world.live().filter(|i| i.project == at).count();
            let _infallible = writeln!(
                body,
                "<li><a class=\"strong\" href=\"{}/_workitems\">{}</a><p class=\"quiet\">{} process · {count} work {}</p></li>",
                self.address(project),
                escaped(&project.name),
                escaped(&project.process.name),
                if count == 1 { "item" } else { "items" },
            );
        }
        body.push_str("</ul>\n");
        shell("Practice Azure DevOps", "", &body)
    }

    fn project(&self, at: usize) -> String {
        let project = &self.world.projects[at];
        let mut items: Vec<&Item> = self.world.live().filter(|i| i.project == at).collect();
        items.sort_by_key(|i| std::cmp::Reverse(i.id));
        let mut body = format!("<h1>Work items of {}</h1>\n", escaped(&project.name));
        if items.is_empty() {
            body.push_str("<p class=\"quiet\">There are none.</p>\n");
        } else {
            body.push_str("<ul class=\"list\">\n");
            for item in items {
                let _infallible = writeln!(
                    body,
                    "<li><a class=\"strong\" href=\"{}/_workitems/edit/{}\">{}</a> {} {}<p class=\"quiet\">{} {} · changed \
                     {} by {}</p></li>",
                    self.address(project),
                    item.id,
                    escaped(item.text("System.Title")),
                    self.state(item),
                    chips(item),
                    escaped(&item.kind),
                    item.id,
                    moment(item.changed.1),
                    escaped(&self.world.users[item.changed.0].name),
                );
            }
            body.push_str("</ul>\n");
        }
        shell(&format!("Work items of {}", project.name), &self.trail(project), &body)
    }

    fn state(&self, item: &Item) -> String {
        let kind = self.world.kind_of(item);
        let category = kind.and_then(|k| k.state(item.state())).map_or("", |s| s.category);
        let class = match category {
            "Completed" => "done",
            "Removed" => "dropped",
            _ => "open",
        };
        format!("<span class=\"state {class}\">{}</span>", escaped(item.state()))
    }

    fn item(&self, item: &Item) -> String {
        let project = &self.world.projects[item.project];
        let mut body = format!(
            "<h1>{} <span class=\"quiet\">{} {}</span></h1>\n<p>{} {}</p>\n",
            escaped(item.text("System.Title")),
            escaped(&item.kind),
            item.id,
            self.state(item),
            chips(item)
        );
        if let Some((who, at)) = item.deleted {
            let name = escaped(&self.world.users[who].name);
            let _infallible = writeln!(body, "<p>In the recycle bin since {} ({name}).</p>", moment(at));
        }
        body.push_str("<article><header><b>Fields</b></header><div class=\"text\"><table>\n");
        let mut row = |name: &str, value: &str| {
            let _infallible = writeln!(
                body,
                "<tr><th scope=\"row\">{}</th><td>{}</td></tr>",
                escaped(name),
                escaped(value)
            );
        };
        if let Some(user) = item.assigned {
            row("Assigned To", &self.world.users[user].name);
        }
        for (name, value) in item.fields.iter().filter(|(n, _)| !is_html(n) && *n != "System.Title") {
            row(fields::field(name).map_or(name.as_str(), |f| f.name), &plain(value));
        }
        for r in item.relations.iter().filter(|r| !r.is_file()) {
            row(&r.rel, &r.url);
        }
        for r in item.relations.iter().filter(|r| r.is_file()) {
            let text = |key: &str| escaped(r.attributes[key].as_str().unwrap_or_default());
            let _infallible = writeln!(
                body,
                "<tr><th scope=\"row\">Attached file</th><td><a href=\"{}/_attachments/{}\">{}</a> {} bytes {}</td></tr>",
                self.prefix,
                percent_encoded(super::files::id_in(&r.url).unwrap_or_default()),
                text("name"),
                r.attributes["resourceSize"],
                text("comment"),
            );
        }
        body.push_str("</table></div></article>\n");
        for (name, value) in item.fields.iter().filter(|(n, _)| is_html(n)) {
            let title = fields::field(name).map_or(name.as_str(), |f| f.name);
            let text = value.as_str().unwrap_or_default();
            let markdown = item.markdown.contains(name);
            post(&mut body, &escaped(title), text, markdown);
        }
        for c in item.live_comments() {
            let header =
                format!("<b>{}</b> wrote on {}", escaped(&self.world.users[c.by].name), moment(c.at));
            post(&mut body, &header, &c.text, c.markdown);
        }
        self.history(&mut body, item);
        shell(&format!("{} · {}", item.text("System.Title"), item.id), &self.trail(project), &body)
    }

    fn history(&self, body: &mut String, item: &Item) {
        body.push_str("<h2>History</h2>\n");
        for change in &item.history {
            let names: Vec<String> = change
                .fields
                .iter()
                .map(|(f, old, new)| {
                    let name = escaped(fields::field(f).map_or(f.as_str(), |f| f.name));
                    if f == "System.State" {
                        let word = |v: &Option<Value>| v.as_ref().map(plain).unwrap_or_default();
                        format!("{name} from “{}” to “{}”", escaped(&word(old)), escaped(&word(new)))
                    } else {
                        name
                    }
                })
                .collect();
            let what = match (change.rev, names.is_empty()) {
                (1, _) => "made it".to_owned(),
                (_, true) => "saved it".to_owned(),
                (_, false) => format!("set {}", names.join(", ")),
            };
            let _infallible = writeln!(
                body,
                "<p class=\"event\"><b>{}</b> {what} <span class=\"quiet\">revision {}, {}</span></p>",
                escaped(&self.world.users[change.by].name),
                change.rev,
                moment(change.at)
            );
            for gone in &change.stripped {
                let _infallible = writeln!(
                    body,
                    "<p class=\"event\"><span class=\"quiet\">The service took out {}.</span></p>",
                    escaped(gone)
                );
            }
        }
    }
}

fn is_html(name: &str) -> bool {
    fields::field(name).is_some_and(|f| f.kind == Kind::Html)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

fn chips(item: &Item) -> String {
    item.tags.iter().fold(String::new(), |mut out, t| {
        let _infallible = write!(out, "<span class=\"chip\">{}</span>", escaped(t));
        out
    })
}

/// `header` is HTML already.
fn post(body: &mut String, header: &str, text: &str, markdown: bool) {
    let inside = if markdown { to_html(text) } else { shown(text) };
    let _infallible =
        writeln!(body, "<article><header>{header}</header><div class=\"text\">{inside}</div></article>");
}

fn device_page(core: &AzureCore, note: &str) -> String {
    let mut people = String::new();
    for user in &locked(&core.world).users {
        let upn = escaped(&user.upn);
        let _infallible = write!(people, "<option value=\"{upn}\">{upn}</option>");
    }
    let note =
        if note.is_empty() { String::new() } else { format!("<p role=\"status\">{}</p>\n", escaped(note)) };
    let body = format!(
        "<h1>Sign in on another device</h1>\n{note}<form method=\"post\" action=\"/devicelogin\">\
         <p><label>Code <input name=\"user_code\" required autocomplete=\"off\"></label></p>\
         <p><label>Account <select name=\"upn\">{people}</select></label></p>\
         <p><button name=\"decision\" value=\"approve\">Approve</button> \
         <button name=\"decision\" value=\"deny\">Deny</button></p></form>\n"
    );
    shell("Sign in", "", &body)
}

fn decide(core: &AzureCore, arrived: &Arrived) -> Answer {
    // Only this page's own form may decide.
    if arrived.header("origin").is_some_and(|o| o != arrived.origin && o != "null") {
        return Answer::html(403, device_page(core, "This form was sent from another site."));
    }
    let form = query_pairs(&String::from_utf8_lossy(&arrived.body));
    let value = |n: &str| form.iter().find(|(k, _)| k == n).map(|(_, v)| v.as_str()).unwrap_or_default();
    let user = locked(&core.world).user(value("upn"));
    let decision = match (value("decision"), user) {
        ("approve", Some(user)) => Decision::Approved(user),
        ("deny", _) => Decision::Declined,
        _ => return Answer::html(400, device_page(core, "Choose an account, then approve or deny.")),
    };
    if locked(&core.entra).decide(value("user_code"), decision) {
        let note = "Done. You can close this page and go back to the application.";
        Answer::html(200, device_page(core, note))
    } else {
        Answer::html(404, device_page(core, "No sign-in waits for this code."))
    }
}
