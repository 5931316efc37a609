//! What a setup is made of: people, projects, work items, tokens.

use jiff::Timestamp;

use super::setup::AzureProcess;
use crate::hidden::Hidden;

/// A project and what is in it.
#[derive(Debug, Clone)]
pub struct ProjectSeed {
    pub(crate) name: String,
    pub(crate) process: AzureProcess,
    pub(crate) areas: Vec<String>,
    pub(crate) iterations: Vec<String>,
    pub(crate) teams: Vec<(String, Vec<String>)>,
    pub(crate) tags: Vec<String>,
    pub(crate) items: Vec<WorkItemSeed>,
    pub(crate) public: bool,
}

impl ProjectSeed {
    /// An empty project.
    pub fn new(name: &str, process: AzureProcess) -> Self {
        Self {
            name: name.to_owned(),
            process,
            areas: Vec::new(),
            iterations: Vec::new(),
            teams: Vec::new(),
            tags: Vec::new(),
            items: Vec::new(),
            public: false,
        }
    }

    /// Read by everybody, without signing in.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.public = true;
        self
    }

    /// An area below the project's own, such as `Web\Checkout`; missing parents are made.
    #[must_use]
    pub fn area(mut self, path: &str) -> Self {
        self.areas.push(path.to_owned());
        self
    }

    /// An iteration below the project's own, such as `Sprint 1`.
    #[must_use]
    pub fn iteration(mut self, path: &str) -> Self {
        self.iterations.push(path.to_owned());
        self
    }

    /// A team with its members by UPN.
    #[must_use]
    pub fn team(mut self, name: &str, members: &[&str]) -> Self {
        self.teams.push((name.to_owned(), members.iter().map(|m| (*m).to_owned()).collect()));
        self
    }

    /// A tag that the project knows already.
    #[must_use]
    pub fn tag(mut self, name: &str) -> Self {
        self.tags.push(name.to_owned());
        self
    }

    /// A work item that is there already.
    #[must_use]
    pub fn item(mut self, item: WorkItemSeed) -> Self {
        self.items.push(item);
        self
    }
}

/// A work item that is there from the start. Rules are not asked: the past is what it was.
#[derive(Debug, Clone)]
pub struct WorkItemSeed {
    pub(crate) kind: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) state: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) comments: Vec<(String, String)>,
}

impl WorkItemSeed {
    /// A work item of this type in its initial state.
    pub fn new(kind: &str, title: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            title: title.to_owned(),
            description: String::new(),
            state: None,
            tags: Vec::new(),
            comments: Vec::new(),
        }
    }

    /// Its HTML text.
    #[must_use]
    pub fn description(mut self, html: &str) -> Self {
        html.clone_into(&mut self.description);
        self
    }

    /// Another state than the initial one.
    #[must_use]
    pub fn state(mut self, state: &str) -> Self {
        self.state = Some(state.to_owned());
        self
    }

    /// A tag.
    #[must_use]
    pub fn tag(mut self, tag: &str) -> Self {
        self.tags.push(tag.to_owned());
        self
    }

    /// A comment by somebody, by UPN.
    #[must_use]
    pub fn comment(mut self, upn: &str, html: &str) -> Self {
        self.comments.push((upn.to_owned(), html.to_owned()));
        self
    }
}

/// A personal access token. Its value is drawn at every start.
#[derive(Debug, Clone)]
pub struct PatSeed {
    pub(crate) name: String,
    pub(crate) upn: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) expires: Option<Timestamp>,
    pub(crate) revoked: bool,
    pub(crate) ignored: bool,
    pub(crate) value: Option<Hidden>,
}

impl PatSeed {
    /// A token of this person, with scopes such as `vso.work_write` and `vso.project`.
    pub fn new(name: &str, upn: &str, scopes: &[&str]) -> Self {
        Self {
            name: name.to_owned(),
            upn: upn.to_owned(),
            scopes: scopes.iter().map(|s| (*s).to_owned()).collect(),
            expires: None,
            revoked: false,
            ignored: false,
            value: None,
        }
    }

    /// Ends at this moment.
    #[must_use]
    pub fn expires(mut self, at: Timestamp) -> Self {
        self.expires = Some(at);
        self
    }

    /// Was revoked before the start.
    #[must_use]
    pub fn revoked(mut self) -> Self {
        self.revoked = true;
        self
    }

    /// Belongs to another organisation: the service ignores it and takes the caller for anonymous.
    #[must_use]
    pub fn ignored(mut self) -> Self {
        self.ignored = true;
        self
    }

    /// Uses this value instead of a drawn one.
    #[must_use]
    pub fn value(mut self, value: &str) -> Self {
        self.value = Some(Hidden::new(value));
        self
    }
}

#[derive(Debug, Clone)]
pub(crate) struct PersonSeed {
    pub upn: String,
    pub name: String,
    pub stakeholder: bool,
    pub barred: Vec<String>,
}
