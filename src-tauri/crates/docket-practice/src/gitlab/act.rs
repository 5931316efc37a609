//! What a text does once it is stored: quick actions are carried out, pointers reach their aim; both are written down.

use jiff::Timestamp;

use super::change::{self, Edit};
use super::look::{Trigger, Triggered};
use super::model::{Id, Issue, Project, World};
use super::operations::SEVERITIES;
use super::quick::{Command, Pointer, names, pointers, title_pointers};
use super::seed::Access;

fn record(world: &mut World, project: Id, iid: u64, by: Id, what: Trigger, text: String) {
    let home = world.project(project).map(|p| p.full_path.clone()).unwrap_or_default();
    let by = world.username(by).to_owned();
    world.triggered.push(Triggered { project: home, iid, by, what, text });
}

/// Carries quick actions out as far as their author may, and writes every one down.
pub(super) fn commanded(
    world: &mut World,
    project: Id,
    iid: u64,
    actor: Id,
    commands: &[Command],
    at: Timestamp,
) {
    for command in commands {
        let text = format!("/{} {}", command.name, command.argument).trim_end().to_owned();
        record(world, project, iid, actor, Trigger::QuickAction, text);
        if let Some(edit) = meant(world, project, iid, actor, command) {
            change::apply(world, project, iid, actor, edit, at);
        }
    }
}

/// The edit that a quick action stands for; `None` when its author may not, or it is not practised here.
fn meant(world: &World, project: Id, iid: u64, actor: Id, command: &Command) -> Option<Edit> {
    let home = world.project(project)?;
    let issue = home.issue(iid)?;
    let planner = world.access(home, Some(actor)) >= Some(Access::Planner);
    let own = issue.author == actor || issue.assignees.contains(&actor);
    let argument = command.argument.as_str();
    match command.name.as_str() {
        "close" | "reopen" if planner || own => {
            Some(Edit { open: Some(command.name == "reopen"), ..Edit::default() })
        }
        "title" if (planner || own) && !argument.is_empty() => {
            Some(Edit { title: Some(argument.to_owned()), ..Edit::default() })
        }
        name if planner => arranged(world, home, issue, actor, name, argument)
            .or_else(|| planned(world, home, name, argument)),
        _ => None,
    }
}

/// Labels and assignees.
fn arranged(
    world: &World,
    home: &Project,
    issue: &Issue,
    actor: Id,
    name: &str,
    argument: &str,
) -> Option<Edit> {
    let people: Vec<Id> = names(argument, '@')
        .iter()
        .filter_map(|n| if n == "me" { Some(actor) } else { world.by_username(n).map(|u| u.id) })
        .collect();
    let mut edit = Edit::default();
    match name {
        "label" | "labels" => {
            // A quick action labels with what is there; it makes nothing new.
            let known = world.labels_for(home);
            let wanted = names(argument, '~').into_iter().filter(|n| known.iter().any(|l| l.name == *n));
            edit.add_labels = wanted.collect();
        }
        "relabel" => edit.labels = Some(names(argument, '~')),
        "unlabel" | "remove_label" if argument.is_empty() => edit.labels = Some(Vec::new()),
        "unlabel" | "remove_label" => edit.remove_labels = names(argument, '~'),
        "assign" => {
            let more = people.into_iter().filter(|p| !issue.assignees.contains(p));
            edit.assignees = Some(issue.assignees.iter().copied().chain(more).collect());
        }
        "reassign" => edit.assignees = Some(people),
        "unassign" => {
            let stays = |a: &Id| !people.is_empty() && !people.contains(a);
            edit.assignees = Some(issue.assignees.iter().copied().filter(stays).collect());
        }
        _ => return None,
    }
    Some(edit)
}

/// Everything else that needs the right to plan.
fn planned(world: &World, home: &Project, name: &str, argument: &str) -> Option<Edit> {
    let mut edit = Edit::default();
    match name {
        "milestone" => {
            let title = names(argument, '%').into_iter().next()?;
            let found = world.milestones_for(home).into_iter().find(|(m, _)| m.title == title)?;
            edit.milestone = Some(Some(found.0.id));
        }
        "remove_milestone" => edit.milestone = Some(None),
        "due" => edit.due_date = Some(Some(argument.parse::<jiff::civil::Date>().ok()?.to_string())),
        "remove_due_date" => edit.due_date = Some(None),
        "weight" => edit.weight = Some(Some(argument.parse().ok()?)),
        "clear_weight" => edit.weight = Some(None),
        "confidential" => edit.confidential = Some(true),
        "lock" => edit.locked = Some(true),
        "unlock" => edit.locked = Some(false),
        "type" => {
            let known = |t: &String| matches!(t.as_str(), "issue" | "incident" | "task");
            edit.issue_type = Some(argument.to_lowercase()).filter(known);
        }
        "severity" => {
            let known = |s: &String| SEVERITIES.contains(&s.as_str());
            edit.severity = Some(argument.to_lowercase()).filter(known);
        }
        "status" => {
            let wanted = argument.trim_matches('"').to_lowercase();
            let found = world.statuses.iter().find(|s| s.name.to_lowercase() == wanted)?;
            edit.status = Some(found.gid.clone());
        }
        _ => return None,
    }
    Some(edit)
}

/// Tells those whom a text points at: people are notified, issues get a line of history.
pub(super) fn point_out(
    world: &mut World,
    project: Id,
    iid: u64,
    actor: Id,
    text: &str,
    web: &str,
    at: Timestamp,
) {
    reach(world, project, iid, actor, pointers(text, web), at);
}

/// The same for a title, which the vendor searches too.
pub(super) fn point_out_title(
    world: &mut World,
    project: Id,
    iid: u64,
    actor: Id,
    title: &str,
    web: &str,
    at: Timestamp,
) {
    reach(world, project, iid, actor, title_pointers(title, web), at);
}

fn reach(world: &mut World, project: Id, iid: u64, actor: Id, found: Vec<Pointer>, at: Timestamp) {
    for pointer in found {
        match pointer {
            Pointer::Mention(name) => {
                let known =
                    name == "all" || world.by_username(&name).is_some() || world.group_at(&name).is_some();
                if known {
                    record(world, project, iid, actor, Trigger::Mention, format!("@{name}"));
                }
            }
            Pointer::Issue(path, number) => {
                let home = match &path {
                    None => world.project(project),
                    Some(path) => world.project_at(path),
                };
                let aim = home.filter(|h| h.issue(number).is_some()).map(|h| (h.id, h.full_path.clone()));
                if let Some((id, full)) = aim.filter(|(id, _)| (*id, number) != (project, iid)) {
                    record(world, project, iid, actor, Trigger::Reference, format!("{full}#{number}"));
                    let from = world.project(project).map(|p| p.full_path.clone()).unwrap_or_default();
                    change::say(world, id, number, actor, format!("mentioned in issue {from}#{iid}"), at);
                }
            }
        }
    }
}
