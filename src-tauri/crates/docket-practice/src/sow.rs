//! Turns a [`Setup`] into a [`World`], refusing seeds that contradict themselves.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use rand::Rng as _;

use crate::board_seed::{sow_project, sow_types};
use crate::change::{Draft, open_issue};
use crate::hidden::Hidden;
use crate::model::{Account, Comment, Event, Fate, Label, Milestone, Repo, Token, What, World, digest};
use crate::running::StartError;
use crate::seed::{IssueSeed, RepoSeed, TokenKind, TokenSeed};
use crate::setup::Setup;

/// Builds the world; returns the tokens' values by name, in the order of the setup.
pub(crate) fn sow(setup: &Setup) -> Result<(World, Vec<(String, Hidden)>), StartError> {
    let now = setup.clock.now();
    let mut world = World {
        accounts: Vec::new(),
        tokens: Vec::new(),
        repos: Vec::new(),
        projects: Vec::new(),
        next_id: 1_000_000,
    };
    for seed in &setup.accounts {
        let id = world.id();
        world.accounts.push(Account {
            id,
            login: seed.login.clone(),
            name: seed.name.clone(),
            members: None,
            forbids_classic: seed.forbids_classic,
            wants_sso: seed.wants_sso,
            password: seed.password.clone(),
            issue_types: Vec::new(),
            created_at: earlier(now, 900),
        });
    }
    for seed in &setup.accounts {
        let Some(logins) = &seed.members else { continue };
        let members = logins.iter().map(|l| person(&world, l)).collect::<Result<Vec<_>, _>>()?;
        if let Some(a) = world.accounts.iter_mut().find(|a| a.login == seed.login) {
            a.members = Some(members);
        }
    }
    for (organisation, names) in &setup.issue_types {
        sow_types(&mut world, organisation, names)?;
    }
    for seed in &setup.repos {
        sow_repo(&mut world, seed, now)?;
    }
    for seed in &setup.projects {
        sow_project(&mut world, seed, now)?;
    }
    let mut values = Vec::new();
    for seed in &setup.tokens {
        let value = sow_token(&mut world, seed)?;
        values.push((seed.name.clone(), value));
    }
    Ok((world, values))
}

fn person(world: &World, login: &str) -> Result<u64, StartError> {
    world.by_login(login).map(|a| a.id).ok_or_else(|| {
        StartError::Setup(format!("the setup names '{login}', but no such account was described"))
    })
}

fn earlier(now: Timestamp, days: i64) -> Timestamp {
    now.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(now)
}

/// Adds a token to a world and returns its value.
pub(crate) fn sow_token(world: &mut World, seed: &TokenSeed) -> Result<Hidden, StartError> {
    let owner = person(world, &seed.owner)?;
    let value = seed.value.clone().unwrap_or_else(|| random_token(&seed.kind));
    world.tokens.push(Token {
        digest: digest(value.reveal()),
        owner,
        kind: seed.kind.clone(),
        of_app: false,
        expires_at: seed.expires_at,
        revoked: seed.revoked,
        sso: seed.sso.clone(),
    });
    Ok(value)
}

fn random_token(kind: &TokenKind) -> Hidden {
    let (prefix, length) = match kind {
        TokenKind::Classic { .. } => ("ghp_practice", 28),
        TokenKind::FineGrained { .. } => ("github_pat_practice", 63),
    };
    let tail: String =
        rand::rng().sample_iter(rand::distr::Alphanumeric).take(length).map(char::from).collect();
    Hidden::new(format!("{prefix}{tail}"))
}

fn sow_repo(world: &mut World, seed: &RepoSeed, now: Timestamp) -> Result<(), StartError> {
    let (owner, name) = seed
        .full_name
        .split_once('/')
        .ok_or_else(|| StartError::Setup(format!("'{}' is not of the form owner/name", seed.full_name)))?;
    let owner = person(world, owner)?;
    let mut roles = HashMap::new();
    for (login, role) in &seed.roles {
        roles.insert(person(world, login)?, *role);
    }
    let creator = seed.roles.first().map_or(Ok(owner), |(login, _)| person(world, login))?;
    let born = earlier(now, 400);
    let id = world.id();
    let mut repo = Repo {
        id,
        owner,
        name: name.to_owned(),
        description: seed.description.clone(),
        private: seed.private,
        archived: seed.archived,
        disabled: seed.disabled,
        has_issues: seed.has_issues,
        roles,
        labels: Vec::new(),
        milestones: Vec::new(),
        issues: Vec::new(),
        next_number: 1,
        former: seed.former.clone(),
        created_at: born,
        updated_at: born,
    };
    for (name, color, description) in &seed.labels {
        let (id, name, color) = (world.id(), name.clone(), color.clone());
        repo.labels.push(Label { id, default: name == "bug", name, color, description: description.clone() });
    }
    for (i, (title, open)) in seed.milestones.iter().enumerate() {
        repo.milestones.push(Milestone {
            id: world.id(),
            number: i as u64 + 1,
            title: title.clone(),
            description: None,
            creator,
            open: *open,
            due_on: None,
            created_at: born,
        });
    }
    world.repos.push(repo);
    for (i, issue) in seed.issues.iter().enumerate() {
        let at = earlier(now, 30 + (seed.issues.len() - i) as i64);
        sow_issue(world, id, creator, issue, at)?;
    }
    Ok(())
}

fn sow_issue(
    world: &mut World,
    repo: u64,
    creator: u64,
    seed: &IssueSeed,
    at: Timestamp,
) -> Result<(), StartError> {
    let author = seed.author.as_deref().map_or(Ok(creator), |l| person(world, l))?;
    let mut labels = Vec::new();
    for name in &seed.labels {
        let found = world.repo(repo).and_then(|r| r.label(name)).map(|l| l.id);
        labels.push(
            found.ok_or_else(|| StartError::Setup(format!("issue '{}': no label '{name}'", seed.title)))?,
        );
    }
    let assignees = seed.assignees.iter().map(|l| person(world, l)).collect::<Result<_, _>>()?;
    let draft = Draft {
        title: seed.title.clone(),
        body: seed.body.clone(),
        labels,
        assignees,
        milestone: seed.milestone,
        pull_request: seed.pull_request,
        kind: None,
    };
    let number = open_issue(world, repo, author, draft, at)
        .ok_or_else(|| StartError::Setup(format!("issue '{}': its repository is gone", seed.title)))?;
    let mut comments = Vec::new();
    for (login, body) in &seed.comments {
        let author = person(world, login)?;
        comments.push(Comment { id: world.id(), author, body: body.clone(), created_at: at, updated_at: at });
    }
    let event = world.id();
    if let Some(issue) = world.repo_mut(repo).and_then(|r| r.issue_mut(number)) {
        issue.comments = comments;
        if let Some(reason) = &seed.closed {
            issue.open = false;
            issue.reason = Some(reason.clone());
            issue.closed_at = Some(at);
            issue.closed_by = Some(author);
            issue.events.push(Event {
                id: event,
                actor: author,
                what: What::Closed(Some(reason.clone())),
                at,
            });
        }
        debug_assert!(issue.fate == Fate::Here, "a new issue is there");
    }
    Ok(())
}
