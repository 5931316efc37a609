//! The description of projects and issue types before the server starts, and how they come into the world.

use jiff::Timestamp;

use crate::board::{Choice, Iteration, Kind, Project, ProjectField};
use crate::model::{IssueKind, World};
use crate::running::StartError;

/// A project (v2) of an organisation or a person. It has the fields that every new project has: title, labels, and
/// `Status` with `Todo`, `In Progress`, `Done`.
#[derive(Debug, Clone)]
pub struct BoardSeed {
    owner: String,
    number: u64,
    title: String,
    public: bool,
    closed: bool,
    readers: Vec<String>,
    fields: Vec<(String, FieldSeed)>,
}

#[derive(Debug, Clone)]
enum FieldSeed {
    SingleSelect(Vec<String>),
    Text,
    Number,
    Date,
    Iteration(String),
}

impl BoardSeed {
    /// A private, open project that its owner (the members, of an organisation's) may read and write.
    #[must_use]
    pub fn new(owner: &str, number: u64, title: &str) -> Self {
        let status = FieldSeed::SingleSelect(["Todo", "In Progress", "Done"].map(str::to_owned).to_vec());
        Self {
            owner: owner.to_owned(),
            number,
            title: title.to_owned(),
            public: false,
            closed: false,
            readers: Vec::new(),
            fields: vec![("Status".to_owned(), status)],
        }
    }

    /// Seen by everybody.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.public = true;
        self
    }

    /// Closed.
    #[must_use]
    pub fn closed(mut self) -> Self {
        self.closed = true;
        self
    }

    /// A member who may look at it only.
    #[must_use]
    pub fn reader(mut self, login: &str) -> Self {
        self.readers.push(login.to_owned());
        self
    }

    /// A single-select field with these options. A name that is there already gets them in place of its own.
    #[must_use]
    pub fn select(mut self, name: &str, options: &[&str]) -> Self {
        let options = options.iter().map(|o| (*o).to_owned()).collect();
        self.fields.retain(|(n, _)| n != name);
        self.fields.push((name.to_owned(), FieldSeed::SingleSelect(options)));
        self
    }

    /// A text field.
    #[must_use]
    pub fn text(mut self, name: &str) -> Self {
        self.fields.push((name.to_owned(), FieldSeed::Text));
        self
    }

    /// A number field.
    #[must_use]
    pub fn number(mut self, name: &str) -> Self {
        self.fields.push((name.to_owned(), FieldSeed::Number));
        self
    }

    /// A date field.
    #[must_use]
    pub fn date(mut self, name: &str) -> Self {
        self.fields.push((name.to_owned(), FieldSeed::Date));
        self
    }

    /// An iteration field with one iteration.
    #[must_use]
    pub fn iteration(mut self, name: &str, title: &str) -> Self {
        self.fields.push((name.to_owned(), FieldSeed::Iteration(title.to_owned())));
        self
    }
}

/// An option's or iteration's id: eight hex digits that do not tell its place.
fn short_id(world: &mut World) -> String {
    format!("{:08x}", world.id().wrapping_mul(2_654_435_761) as u32)
}

pub(crate) fn sow_project(world: &mut World, seed: &BoardSeed, now: Timestamp) -> Result<(), StartError> {
    let owner = account(world, &seed.owner)?;
    let readers = seed.readers.iter().map(|l| account(world, l)).collect::<Result<Vec<_>, _>>()?;
    let creator = world
        .account(owner)
        .and_then(|a| a.members.as_ref().and_then(|m| m.first().copied()))
        .unwrap_or(owner);
    let mut fields = Vec::new();
    for (name, kind) in [("Title", Kind::Title), ("Labels", Kind::Labels)] {
        fields.push(ProjectField { id: world.id(), name: name.to_owned(), kind });
    }
    for (name, field) in &seed.fields {
        let kind = match field {
            FieldSeed::Text => Kind::Text,
            FieldSeed::Number => Kind::Number,
            FieldSeed::Date => Kind::Date,
            FieldSeed::SingleSelect(options) => Kind::SingleSelect(
                options
                    .iter()
                    .map(|name| Choice {
                        id: short_id(world),
                        name: name.clone(),
                        color: "BLUE".to_owned(),
                        description: format!("Means {name}"),
                    })
                    .collect(),
            ),
            FieldSeed::Iteration(title) => Kind::Iteration(vec![Iteration {
                id: short_id(world),
                title: title.clone(),
                start: "2026-11-16".to_owned(),
                days: 14,
            }]),
        };
        fields.push(ProjectField { id: world.id(), name: name.clone(), kind });
    }
    if world.projects.iter().any(|p| p.owner == owner && p.number == seed.number) {
        return Err(StartError::Setup(format!("'{}' has two projects {}", seed.owner, seed.number)));
    }
    let project = Project {
        id: world.id(),
        owner,
        number: seed.number,
        title: seed.title.clone(),
        description: None,
        public: seed.public,
        closed: seed.closed,
        readers,
        creator,
        fields,
        items: Vec::new(),
        created_at: now,
        updated_at: now,
    };
    world.projects.push(project);
    Ok(())
}

pub(crate) fn sow_types(world: &mut World, organisation: &str, names: &[String]) -> Result<(), StartError> {
    let owner = account(world, organisation)?;
    let kinds: Vec<IssueKind> =
        names.iter().map(|name| IssueKind { id: world.id(), name: name.clone() }).collect();
    match world.accounts.iter_mut().find(|a| a.id == owner && a.members.is_some()) {
        Some(account) => account.issue_types = kinds,
        None => return Err(StartError::Setup(format!("'{organisation}' is no organisation"))),
    }
    Ok(())
}

fn account(world: &World, login: &str) -> Result<u64, StartError> {
    world.by_login(login).map(|a| a.id).ok_or_else(|| {
        StartError::Setup(format!("the setup names '{login}', but no such account was described"))
    })
}
