//! Projects (v2): which one a mapping chose, its single-select fields, and how names are compared.
//!
//! github.com has projects in REST; on Enterprise Server they are reached through GraphQL
//! only. Both ways end in the same [`Project`].
//!
//! Invariants: an option is only ever sent by its id, looked up by name at the moment it is
//! needed; a project is believed for ten minutes, and read again when a name is not in it.

mod extend;
mod graphql;
mod item;
mod rest;

use std::sync::{Arc, PoisonError};

use docket_domain::mapping::FieldValue;
use docket_domain::{Code, Destination, Problem};

use super::address::{GitHubAddress, is_owner};
use super::api::{Api, BELIEVED_MS};
use super::target::Repo;
use crate::error::TrackerError;

pub(super) use extend::{Capabilities, capabilities, option};
pub(super) use item::{Placed, complete, put, put_new};

/// The mapping field in which a project is chosen.
pub(super) const SETTING: &str = "project";

/// The first Enterprise Server with projects of this kind.
const FIRST_SERVER: &str = "3.9";

/// A project by its owner and number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Chosen {
    pub owner: String,
    pub number: u64,
}

impl Chosen {
    /// What a mapping chose: a number, `owner/number`, or the address of a board.
    pub fn of(to: &Destination) -> Result<Option<Self>, Problem> {
        let Some(text) = to.setting(SETTING) else { return Ok(None) };
        let bad = || {
            Problem::bad_input(format!("«{text}» is not the number of a project."))
                .hint("Choose a project, or enter the number at the end of its address.")
        };
        if let Ok(number) = text.trim_start_matches('#').parse() {
            let owner = Repo::parse(&to.target)?.owner.to_owned();
            return Ok(Some(Self { owner, number }));
        }
        if let Some((owner, number)) = text.split_once('/')
            && is_owner(owner)
            && let Ok(number) = number.parse()
        {
            return Ok(Some(Self { owner: owner.to_owned(), number }));
        }
        let address = GitHubAddress::parse(text).map_err(|_| bad())?;
        match (address.owner, address.board) {
            (Some(owner), Some(board)) => Ok(Some(Self { owner, number: board.number })),
            _ => Err(bad()),
        }
    }
}

/// A project with the fields that can be mapped.
#[derive(Debug, Clone)]
pub(super) struct Project {
    pub owner: String,
    pub organization: bool,
    pub number: u64,
    pub title: String,
    pub closed: bool,
    pub node_id: String,
    pub fields: Vec<SelectField>,
    /// Names of fields of other kinds.
    pub others: Vec<String>,
}

/// A single-select field.
#[derive(Debug, Clone)]
pub(super) struct SelectField {
    /// REST's id; none when it was read through GraphQL.
    pub id: Option<u64>,
    pub node_id: String,
    pub name: String,
    pub options: Vec<SelectOption>,
}

/// One of its options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SelectOption {
    pub id: String,
    pub name: String,
    pub color: String,
    pub description: String,
}

impl Project {
    /// `project 1 «Security board»`.
    pub fn words(&self) -> String {
        format!("project {} «{}»", self.number, self.title)
    }

    /// Its page.
    pub fn page(&self, api: &Api) -> String {
        let space = if self.organization { "orgs" } else { "users" };
        format!("{}/{space}/{}/projects/{}", api.address.web(), self.owner, self.number)
    }

    /// The field with this name.
    pub fn field(&self, name: &str) -> Option<&SelectField> {
        named(&self.fields, name, |field| &field.name)
    }

    fn has(&self, wish: &FieldValue) -> bool {
        self.field(&wish.field).is_some_and(|field| field.option(&wish.value).is_some())
    }
}

impl SelectField {
    /// The option with this name.
    pub fn option(&self, name: &str) -> Option<&SelectOption> {
        named(&self.options, name, |option| &option.name)
    }

    /// Names of its options.
    pub fn names(&self) -> Vec<String> {
        self.options.iter().map(|option| option.name.clone()).collect()
    }
}

/// The entry of this name: to the letter if there is one, else whatever its case and emoji.
fn named<'a, T>(list: &'a [T], name: &str, of: impl Fn(&T) -> &str) -> Option<&'a T> {
    let wanted = plain(name);
    list.iter()
        .find(|entry| of(entry) == name)
        .or_else(|| list.iter().find(|entry| !wanted.is_empty() && plain(of(entry)) == wanted))
}

/// A name without case, emoji and doubled blanks («🔥 P0» is `p0`).
fn plain(name: &str) -> String {
    let kept: String = name
        .chars()
        .filter(|c| c.is_alphanumeric() || c.is_whitespace() || c.is_ascii_punctuation())
        .collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// True where projects are in REST.
pub(super) async fn in_rest(api: &Api) -> Result<bool, TrackerError> {
    Ok(!api.base().await?.rest.ends_with("/api/v3"))
}

/// The project as it is now.
pub(super) async fn read(api: &Api, chosen: &Chosen) -> Result<Project, TrackerError> {
    let found = if in_rest(api).await? {
        rest::project(api, chosen).await?
    } else {
        graphql::project(api, chosen).await?
    };
    let key = (chosen.owner.to_lowercase(), chosen.number);
    let now = api.http.ports.clock.now();
    let mut known = api.known.lock().unwrap_or_else(PoisonError::into_inner);
    known.projects.insert(key, (now, Arc::new(found.clone())));
    Ok(found)
}

/// The project, read again when what is remembered is old or lacks one of these values.
async fn remembered(
    api: &Api,
    chosen: &Chosen,
    wishes: &[&FieldValue],
) -> Result<Arc<Project>, TrackerError> {
    let key = (chosen.owner.to_lowercase(), chosen.number);
    let now = api.http.ports.clock.now();
    let known = {
        let known = api.known.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .projects
            .get(&key)
            .filter(|(at, _)| now.millis_since(*at) < BELIEVED_MS)
            .map(|(_, p)| Arc::clone(p))
    };
    match known {
        Some(project) if wishes.iter().all(|wish| project.has(wish)) => Ok(project),
        _ => read(api, chosen).await.map(Arc::new),
    }
}

/// Forgets what was remembered of a project.
fn forget(api: &Api, chosen: &Chosen) {
    let mut known = api.known.lock().unwrap_or_else(PoisonError::into_inner);
    known.projects.remove(&(chosen.owner.to_lowercase(), chosen.number));
}

/// One project of a list: number, title, closed.
pub(super) type Listed = (u64, String, bool);

/// The projects of an owner.
pub(super) async fn list(api: &Api, owner: &str) -> Result<Vec<Listed>, TrackerError> {
    let mut found =
        if in_rest(api).await? { rest::list(api, owner).await? } else { graphql::list(api, owner).await? };
    found.sort_by_key(|(number, ..)| *number);
    Ok(found)
}

/// There is no such project, or this account may not see it.
fn not_there(chosen: &Chosen) -> TrackerError {
    Problem::new(
        Code::TargetMissing,
        format!(
            "Either {} has no project {}, or this account may not see it (GitHub answers the same for both).",
            chosen.owner, chosen.number
        ),
    )
    .hint("Check the number at the end of the project's address, and that the account may see the project.")
    .into()
}

/// Fine-grained tokens have no permission for the projects of a person.
fn personal(api: &Api, owner: &str) -> TrackerError {
    Problem::new(
        Code::Forbidden,
        format!("Personal projects, like those of {owner}, need a classic token with the scope «project»."),
    )
    .hint(format!(
        "Create a classic token at {} and enter it in the connection.",
        api.address.project_token_page()
    ))
    .into()
}

fn is_fine_grained(api: &Api) -> bool {
    api.http.ports.secret.expose().starts_with("github_pat_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_and_emoji() {
        let options: Vec<SelectOption> = ["🔥 P0", "p1", "In  Progress 🚧", "P0"]
            .iter()
            .map(|name| SelectOption {
                id: (*name).to_owned(),
                name: (*name).to_owned(),
                color: String::new(),
                description: String::new(),
            })
            .collect();
        let field = SelectField { id: None, node_id: String::new(), name: "Priority".to_owned(), options };
        let id = |name: &str| field.option(name).map(|option| option.id.as_str());
        assert_eq!(id("P0"), Some("P0"), "to the letter comes first");
        assert_eq!(id("P1"), Some("p1"), "case does not matter");
        assert_eq!(id("in progress"), Some("In  Progress 🚧"), "nor emoji and blanks");
        assert_eq!(id("🔥"), None, "an emoji alone is no name");
        assert_eq!(id("P2"), None, "what is not there is not there");
    }

    #[test]
    fn a_project_is_named_by_number_owner_or_address() {
        let chosen = |text: &str| {
            let mut to = Destination::new("acme/shop");
            to.settings.insert(SETTING.to_owned(), text.to_owned());
            Chosen::of(&to).map(|found| found.map(|chosen| (chosen.owner, chosen.number)))
        };
        let acme = |number| Ok(Some(("acme".to_owned(), number)));
        assert_eq!(chosen("7"), acme(7), "the owner is the repository's");
        assert_eq!(chosen("#7"), acme(7), "as people write it");
        assert_eq!(chosen("robin/4"), Ok(Some(("robin".to_owned(), 4))), "somebody else's");
        assert_eq!(chosen("https://github.com/orgs/acme/projects/12/views/3"), acme(12), "pasted");
        assert_eq!(chosen(" "), Ok(None), "nothing was chosen");
        assert!(chosen("Security board").is_err(), "a title is no number");
    }
}
