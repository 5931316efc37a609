//! From the description of a world to the world.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rand::Rng as _;
use rand::distr::Alphanumeric;

use super::change::{self, Edit};
use super::model::{
    Group, Id, Kind, Label, Milestone, Namespace, Project, Status, Token, User, World, capitalised,
};
use super::seed::{Access, GroupSeed, IssueSeed, ProjectSeed};
use super::setup::GitLabSetup;
use super::tokens::{TokenSeed, TokenSort};
use crate::hidden::Hidden;
use crate::model::digest;
use crate::running::StartError;

/// The vendor's own statuses.
const STATUSES: [(&str, &str); 5] = [
    ("To do", "to_do"),
    ("In progress", "in_progress"),
    ("Done", "done"),
    ("Won't do", "canceled"),
    ("Duplicate", "canceled"),
];

fn wrong(text: String) -> StartError {
    StartError::Setup(text)
}

/// The world with the tokens' names and values.
pub(super) fn sow(setup: &GitLabSetup, now: Timestamp) -> Result<(World, Vec<(String, Hidden)>), StartError> {
    let mut world = World {
        tier: setup.tier,
        users: Vec::new(),
        groups: Vec::new(),
        projects: Vec::new(),
        tokens: Vec::new(),
        statuses: statuses(setup),
        triggered: Vec::new(),
        next_id: 0,
    };
    for person in &setup.people {
        add_user(&mut world, &person.username, false, now).blocked = person.blocked;
    }
    for group in &setup.groups {
        add_group(&mut world, group, now)?;
    }
    for project in &setup.projects {
        add_project(&mut world, project, now)?;
    }
    for (namespace, count) in &setup.many {
        for n in 1..=*count {
            add_project(&mut world, &ProjectSeed::new(&format!("{namespace}/repo-{n:05}")), now)?;
        }
    }
    let mut tokens = Vec::new();
    for seed in &setup.tokens {
        tokens.push((seed.name.clone(), sow_token(&mut world, seed, now)?));
    }
    Ok((world, tokens))
}

fn statuses(setup: &GitLabSetup) -> Vec<Status> {
    if setup.statuses.is_empty() {
        let own = |(i, (name, category)): (usize, &(&str, &str))| Status {
            gid: format!("gid://gitlab/WorkItems::Statuses::SystemDefined::Status/{}", i + 1),
            name: (*name).to_owned(),
            category: (*category).to_owned(),
        };
        return STATUSES.iter().enumerate().map(own).collect();
    }
    let own = |(i, (name, category)): (usize, &(String, String))| Status {
        gid: format!("gid://gitlab/WorkItems::Statuses::Custom::Status/{}", i + 1),
        name: name.clone(),
        category: category.clone(),
    };
    setup.statuses.iter().enumerate().map(own).collect()
}

fn add_user<'w>(world: &'w mut World, username: &str, bot: bool, now: Timestamp) -> &'w mut User {
    let id = world.id();
    let user = User {
        id,
        username: username.to_owned(),
        name: capitalised(username),
        bot,
        blocked: false,
        created_at: now,
    };
    let at = world.users.len();
    world.users.push(user);
    &mut world.users[at]
}

fn members(world: &World, given: &[(String, Access)]) -> Result<BTreeMap<Id, Access>, StartError> {
    let find = |name: &String| {
        world.by_username(name).map(|u| u.id).ok_or_else(|| wrong(format!("nobody is called '{name}'")))
    };
    given.iter().map(|(name, access)| Ok((find(name)?, *access))).collect()
}

fn labels(world: &mut World, given: &[(String, String)]) -> Vec<Label> {
    let made = |(name, color): &(String, String)| Label {
        id: world.id(),
        name: name.clone(),
        color: color.clone(),
        description: None,
    };
    given.iter().map(made).collect()
}

fn milestone(world: &mut World, iid: usize, title: &str, active: bool, now: Timestamp) -> Milestone {
    Milestone {
        id: world.id(),
        iid: iid as u64 + 1,
        title: title.to_owned(),
        description: None,
        active,
        due_date: None,
        start_date: None,
        created_at: now,
    }
}

fn add_group(world: &mut World, seed: &GroupSeed, now: Timestamp) -> Result<(), StartError> {
    let parent = match seed.full_path.rsplit_once('/') {
        None => None,
        Some((above, _)) => Some(
            world
                .group_at(above)
                .map(|g| g.id)
                .ok_or_else(|| wrong(format!("there is no group '{above}'")))?,
        ),
    };
    let members = members(world, &seed.members)?;
    let labels = labels(world, &seed.labels);
    let milestones =
        seed.milestones.iter().enumerate().map(|(i, t)| milestone(world, i, t, true, now)).collect();
    let id = world.id();
    world.groups.push(Group {
        id,
        full_path: seed.full_path.clone(),
        parent,
        visibility: seed.visibility,
        members,
        labels,
        milestones,
        created_at: now,
    });
    Ok(())
}

fn add_project(world: &mut World, seed: &ProjectSeed, now: Timestamp) -> Result<(), StartError> {
    let above = seed.full_path.rsplit_once('/').map(|(above, _)| above).unwrap_or_default();
    let namespace = world
        .group_at(above)
        .map(|g| Namespace::Group(g.id))
        .or_else(|| world.by_username(above).map(|u| Namespace::User(u.id)))
        .ok_or_else(|| {
            wrong(format!("there is no group and no person '{above}' for '{}'", seed.full_path))
        })?;
    let members = members(world, &seed.members)?;
    let labels = labels(world, &seed.labels);
    let milestones = seed
        .milestones
        .iter()
        .enumerate()
        .map(|(i, (title, active))| milestone(world, i, title, *active, now))
        .collect();
    let id = world.id();
    world.projects.push(Project {
        id,
        full_path: seed.full_path.clone(),
        namespace,
        description: seed.description.clone(),
        visibility: seed.visibility,
        archived: seed.archived,
        issues_access: seed.issues_access,
        members,
        labels,
        milestones,
        issues: Vec::new(),
        uploads: Vec::new(),
        next_iid: 1,
        created_at: now,
        updated_at: now,
    });
    for issue in &seed.issues {
        add_issue(world, id, issue, now)?;
    }
    Ok(())
}

fn add_issue(world: &mut World, project: Id, seed: &IssueSeed, now: Timestamp) -> Result<(), StartError> {
    let person = |world: &World, name: &str| {
        world.by_username(name).map(|u| u.id).ok_or_else(|| wrong(format!("nobody is called '{name}'")))
    };
    let author =
        match &seed.author {
            Some(name) => person(world, name)?,
            None => world.project(project).and_then(|p| world.members(p).keys().next().copied()).ok_or_else(
                || wrong(format!("issue '{}' has no author and its project no member", seed.title)),
            )?,
        };
    let milestone = match &seed.milestone {
        None => None,
        Some(title) => {
            let known = world.project(project).map(|p| world.milestones_for(p)).unwrap_or_default();
            let found = known.into_iter().find(|(m, _)| m.title == *title).map(|(m, _)| m.id);
            Some(found.ok_or_else(|| wrong(format!("issue '{}': no milestone '{title}'", seed.title)))?)
        }
    };
    let assignees = seed.assignees.iter().map(|n| person(world, n)).collect::<Result<Vec<_>, _>>()?;
    let edit = Edit {
        title: Some(seed.title.clone()),
        description: Some(seed.description.clone()),
        labels: Some(seed.labels.clone()),
        assignees: Some(assignees),
        milestone: milestone.map(Some),
        due_date: Some(seed.due_date.clone()),
        weight: Some(seed.weight),
        confidential: Some(seed.confidential),
        open: seed.closed.then_some(false),
        ..Edit::default()
    };
    let gone = || wrong(format!("issue '{}': its project is gone", seed.title));
    let iid = change::open_issue(world, project, author, edit, None, now).ok_or_else(gone)?;
    for (name, body) in &seed.notes {
        let author = person(world, name)?;
        change::note(world, project, iid, author, body, false, now).ok_or_else(gone)?;
    }
    Ok(())
}

/// Random letters and digits for tokens and codes.
pub(super) fn random(length: usize) -> String {
    rand::rng().sample_iter(Alphanumeric).take(length).map(char::from).collect()
}

/// Makes a token and returns its value.
pub(super) fn sow_token(world: &mut World, seed: &TokenSeed, now: Timestamp) -> Result<Hidden, StartError> {
    let no = |what: &str, name: &str| wrong(format!("the token '{}' needs a {what} '{name}'", seed.name));
    let (user, kind) = match &seed.sort {
        TokenSort::Personal(name) | TokenSort::OAuth(name) => {
            let user = world.by_username(name).map(|u| u.id).ok_or_else(|| no("person", name))?;
            (user, if matches!(seed.sort, TokenSort::OAuth(_)) { Kind::OAuth } else { Kind::Personal })
        }
        TokenSort::Project(path, access) => {
            let id = world.project_at(path).map(|p| p.id).ok_or_else(|| no("project", path))?;
            let bot =
                add_user(world, &format!("project_{id}_bot_{}", random(8).to_lowercase()), true, now).id;
            if let Some(project) = world.project_mut(id) {
                project.members.insert(bot, *access);
            }
            (bot, Kind::Project)
        }
        TokenSort::Group(path, access) => {
            let id = world.group_at(path).map(|g| g.id).ok_or_else(|| no("group", path))?;
            let bot = add_user(world, &format!("group_{id}_bot_{}", random(8).to_lowercase()), true, now).id;
            if let Some(group) = world.groups.iter_mut().find(|g| g.id == id) {
                group.members.insert(bot, *access);
            }
            (bot, Kind::Group)
        }
    };
    let drawn =
        || Hidden::new(format!("{}{}", if kind == Kind::OAuth { "" } else { "glpat-practice" }, random(32)));
    let value = seed.value.clone().unwrap_or_else(drawn);
    let id = world.id();
    world.tokens.push(Token {
        id,
        name: seed.name.clone(),
        digest: digest(value.reveal()),
        user,
        kind,
        scopes: seed.scopes.clone(),
        expires_at: seed.expires_at,
        revoked: seed.revoked,
        inactive: seed.inactive,
        created_at: now,
    });
    Ok(value)
}
