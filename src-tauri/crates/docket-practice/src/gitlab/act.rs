//! What a text does once it is stored: quick actions are carried out, pointers reach their aim; both are written down.

use jiff::Timestamp;

use super::change::{self, Edit};
use super::look::{Trigger, Triggered};
use super::model::{Id, World};
use super::operations::SEVERITIES;
use super::quick::{Command, Pointer, names, pointers};
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
    let people = || -> Vec<Id> {
        let found = names(argument, '@');
        found
            .iter()
            .filter_map(|n| if n == "me" { Some(actor) } else { world.by_username(n).map(|u| u.id) })
            .collect()
    };
    let mut edit = Edit::default();
    match command.name.as_str() {
        "close" | "reopen" if planner || own => edit.open = Some(command.name == "reopen"),
        "title" if planner || own => edit.title = Some(argument.to_owned()).filter(|t| !t.is_empty()),
        _ if !planner => return None,
        "label" | "labels" => {
            // A quick action labels with what is there; it makes nothing new.
            let known = world.labels_for(home);
            let wanted = names(argument, '~').into_iter().filter(|n| known.iter().any(|l| l.name == *n));
            edit.add_labels = wanted.collect();
        }
        "relabel" => edit.labels = Some(names(argument, '~')),
        "unlabel" | "remove_label" if argument.is_empty() => edit.labels = Some(Vec::new()),
        "unlabel" | "remove_label" => edit.remove_labels = names(argument, '~'),
        "assign" | "reassign" => {
            let mut wanted = if command.name == "assign" { issue.assignees.clone() } else { Vec::new() };
            wanted.extend(people());
            wanted.dedup();
            edit.assignees = Some(wanted);
        }
        "unassign" => {
            let gone = people();
            let kept = issue.assignees.iter().copied().filter(|a| !gone.is_empty() && !gone.contains(a));
            edit.assignees = Some(kept.collect());
        }
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
            edit.status = Some(world.statuses.iter().find(|s| s.name.to_lowercase() == wanted)?.gid.clone());
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
    for pointer in pointers(text, web) {
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
