//! From a setup to a world, and the demonstration organisation.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::process::{self, Process, TypeField};
use super::seed::{PatSeed, ProjectSeed, WorkItemSeed};
use super::setup::{AzureProcess, AzureSetup};
use super::world::{AzureWorld, Change, Comment, Item, Node, Project, Team, Token, TokenKind, User, guid};
use crate::hidden::Hidden;
use crate::model::digest;
use crate::running::StartError;

/// Token values by name.
pub(crate) type Values = Vec<(String, Hidden)>;

pub(crate) fn sow(setup: &AzureSetup) -> Result<(AzureWorld, Values), StartError> {
    let now = setup.clock.now();
    let mut world = AzureWorld { next_comment: 50, next_node: 3000, ..AzureWorld::default() };
    for p in &setup.people {
        world.users.push(User {
            id: guid(&format!("user {}", p.upn)),
            name: p.name.clone(),
            upn: p.upn.clone(),
            stakeholder: p.stakeholder,
            barred: p.barred.clone(),
        });
    }
    for seed in &setup.projects {
        if world.project(&seed.name).is_some() {
            return Err(StartError::Setup(format!("the project '{}' is there twice", seed.name)));
        }
        sow_project(&mut world, seed, now)?;
    }
    let mut values = Values::new();
    for seed in &setup.tokens {
        values.push((seed.name.clone(), sow_token(&mut world, seed)?));
    }
    Ok((world, values))
}

fn known(world: &AzureWorld, upn: &str) -> Result<usize, StartError> {
    world.user(upn).ok_or_else(|| StartError::Setup(format!("there is no person '{upn}'")))
}

pub(crate) fn sow_token(world: &mut AzureWorld, seed: &PatSeed) -> Result<Hidden, StartError> {
    let value = seed.value.clone().unwrap_or_else(drawn);
    let token = Token {
        digest: digest(value.reveal()),
        user: known(world, &seed.upn)?,
        scopes: seed.scopes.clone(),
        expires: seed.expires,
        revoked: seed.revoked,
        ignored: seed.ignored,
        kind: TokenKind::Pat,
    };
    world.tokens.push(token);
    Ok(value)
}

/// A value in the vendor's older shape: 52 letters and digits.
pub(crate) fn drawn() -> Hidden {
    use rand::Rng as _;
    let mut random = rand::rng();
    let letters = b"abcdefghijklmnopqrstuvwxyz234567";
    Hidden::new(
        (0..52).map(|_| char::from(letters[random.random_range(0..letters.len())])).collect::<String>(),
    )
}

fn process_of(kind: AzureProcess) -> Process {
    match kind {
        AzureProcess::Basic => process::basic(),
        AzureProcess::Agile => process::agile(),
        AzureProcess::Scrum => process::scrum(),
        AzureProcess::Cmmi => process::cmmi(),
        AzureProcess::SecureAgile => {
            let mut p = process::agile();
            "Secure Agile".clone_into(&mut p.name);
            p.id = guid("process Secure Agile");
            p.put_field(
                "Bug",
                &TypeField {
                    reference: "Custom.SecurityTeam".to_owned(),
                    required: true,
                    default: None,
                    allowed: ["Red", "Blue", "Purple"].map(Value::from).to_vec(),
                },
            );
            p.put_field(
                "Bug",
                &TypeField {
                    reference: "Custom.Confirmed".to_owned(),
                    required: false,
                    default: Some(Value::Bool(false)),
                    allowed: Vec::new(),
                },
            );
            p.put_state("Bug", "In Review", "InProgress");
            p
        }
    }
}

fn tree(world: &mut AzureWorld, root: &str, what: &str, paths: &[String]) -> Node {
    let mut make = |name: &str, path: &str| {
        world.next_node += 1;
        let identifier = guid(&format!("{what} {root} {path}"));
        Node { id: world.next_node, identifier, name: name.to_owned(), children: Vec::new() }
    };
    let mut top = make(root, "");
    for path in paths {
        let mut node = &mut top;
        for part in path.split('\\') {
            let found = node.children.iter().position(|c| c.name == part);
            let at = found.unwrap_or(node.children.len());
            if found.is_none() {
                node.children.push(make(part, path));
            }
            node = &mut node.children[at];
        }
    }
    top
}

fn sow_project(world: &mut AzureWorld, seed: &ProjectSeed, now: Timestamp) -> Result<(), StartError> {
    let areas = tree(world, &seed.name, "area", &seed.areas);
    let iterations = tree(world, &seed.name, "iteration", &seed.iterations);
    let id = guid(&format!("project {}", seed.name));
    let mut teams = Vec::new();
    for (name, members) in &seed.teams {
        let members = members.iter().map(|m| known(world, m)).collect::<Result<Vec<_>, _>>()?;
        teams.push(Team { id: guid(&format!("team {id} {name}")), name: name.clone(), members });
    }
    if teams.is_empty() {
        let members = (0..world.users.len()).collect();
        teams.push(Team { id: guid(&format!("team {id}")), name: format!("{} Team", seed.name), members });
    }
    world.projects.push(Project {
        id,
        name: seed.name.clone(),
        description: String::new(),
        process: process_of(seed.process),
        areas,
        iterations,
        teams,
        tags: Vec::new(),
        public: seed.public,
        changed_at: now,
    });
    let at = world.projects.len() - 1;
    world.use_tags(at, &seed.tags, now);
    for item in &seed.items {
        sow_item(world, at, item, now)?;
    }
    Ok(())
}

fn sow_item(
    world: &mut AzureWorld,
    at: usize,
    seed: &WorkItemSeed,
    now: Timestamp,
) -> Result<(), StartError> {
    let project = &world.projects[at];
    let Some(kind) = project.process.kind(&seed.kind) else {
        return Err(StartError::Setup(format!("'{}' has no work item type '{}'", project.name, seed.kind)));
    };
    let state = seed.state.clone().unwrap_or_else(|| kind.initial().to_owned());
    let mut fields = BTreeMap::new();
    let text = |v: &str| Value::from(v);
    fields.insert("System.Title".to_owned(), text(&seed.title));
    fields.insert("System.State".to_owned(), text(&state));
    fields.insert("System.Reason".to_owned(), text(kind.first_reason));
    fields.insert("System.AreaPath".to_owned(), text(&project.name));
    fields.insert("System.IterationPath".to_owned(), text(&project.name));
    let place = if kind.name == "Bug" { "Microsoft.VSTS.TCM.ReproSteps" } else { "System.Description" };
    if !seed.description.is_empty() {
        fields.insert(place.to_owned(), text(&seed.description));
    }
    for f in kind.fields.iter().filter(|f| f.default.is_some()) {
        fields.insert(f.reference.clone(), f.default.clone().unwrap_or_default());
    }
    let kind = kind.name.clone();
    let mut comments = Vec::new();
    for (upn, html) in &seed.comments {
        world.next_comment += 1;
        let (id, by) = (world.next_comment, known(world, upn)?);
        let text = html.clone();
        comments.push(Comment { id, text, markdown: false, by, at: now, deleted: false, revision: 1 });
    }
    world.use_tags(at, &seed.tags, now);
    let first = Change { rev: 1, by: 0, at: now, fields: Vec::new(), stripped: Vec::new() };
    world.items.push(Item {
        id: world.items.len() as u64 + 1,
        rev: 1,
        project: at,
        kind,
        fields,
        tags: seed.tags.clone(),
        assigned: None,
        markdown: Vec::new(),
        relations: Vec::new(),
        comments,
        history: vec![first],
        created: (0, now),
        changed: (0, now),
        state_changed: now,
        deleted: None,
    });
    Ok(())
}

impl AzureSetup {
    /// Organisation `contoso` with a project of every process (one with spaces, one with letters beyond ASCII), the
    /// people `robin`, `kim` and `sam` (`@contoso.example`), and a token of `robin` that may read and write work items
    /// and read projects.
    pub fn demo() -> Self {
        let members = ["robin@contoso.example", "kim@contoso.example", "sam@contoso.example"];
        let shop = ProjectSeed::new("Web Shop", AzureProcess::Agile)
            .area("Storefront\\Checkout")
            .area("Back office")
            .iteration("Release 1\\Sprint 1")
            .iteration("Release 1\\Sprint 2")
            .team("Web Shop Team", &members)
            .team("Security", &["kim@contoso.example"])
            .tag("security")
            .item(
                WorkItemSeed::new("Bug", "Checkout button hidden on narrow screens")
                    .description("<p>On phones the button slides under the footer.</p>")
                    .state("Active")
                    .tag("ui")
                    .comment("sam@contoso.example", "<div>Seen on two phones.</div>"),
            )
            .item(WorkItemSeed::new("User Story", "Show prices without tax to business customers"))
            .item(WorkItemSeed::new("Task", "Support the fax order form").state("Removed"));
        Self::new("contoso")
            .person("robin@contoso.example", "Robin Roe")
            .person("kim@contoso.example", "Kim Krüger")
            .person("sam@contoso.example", "Sam Stone")
            .project(shop)
            .project(ProjectSeed::new("Büro & Lager", AzureProcess::Basic))
            .project(ProjectSeed::new("Billing", AzureProcess::Scrum).area("Invoices").iteration("Sprint 1"))
            .project(ProjectSeed::new("Devices", AzureProcess::Cmmi))
            .project(ProjectSeed::new("Vault", AzureProcess::SecureAgile).area("Keys"))
            .pat(PatSeed::new("robin", "robin@contoso.example", &["vso.work_write", "vso.project"]))
    }
}
