//! What tests ask a running server, and what they do to its world as another person.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::change;
use super::patch::Step;
use super::practice::PracticeAzure;
use super::world::{AzureWorld, Item};
use crate::locked;
use crate::reply::Answer;

/// A work item as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkItemSnapshot {
    /// Id across the organisation.
    pub id: u64,
    /// Revision, from 1.
    pub rev: u64,
    /// The project's name.
    pub project: String,
    /// The type's name.
    pub kind: String,
    /// Title.
    pub title: String,
    /// State.
    pub state: String,
    /// Values by reference name, without tags, assignee and what is computed.
    pub fields: Map<String, Value>,
    /// Tags in the service's order.
    pub tags: Vec<String>,
    /// The assignee's UPN.
    pub assigned: Option<String>,
    /// Kind and address of each relation.
    pub relations: Vec<(String, String)>,
    /// Fields that are Markdown.
    pub markdown: Vec<String>,
    /// Author's UPN and text of each comment, oldest first.
    pub comments: Vec<(String, String)>,
    /// What happened, oldest first.
    pub history: Vec<AzureChange>,
    /// Whether it is in the recycle bin.
    pub deleted: bool,
    /// When it last changed.
    pub changed_at: Timestamp,
}

/// One revision.
#[derive(Debug, Clone, PartialEq)]
pub struct AzureChange {
    /// Its number.
    pub rev: u64,
    /// Who made it, by UPN.
    pub by: String,
    /// Reference names of the fields that changed.
    pub fields: Vec<String>,
    /// What the service took out of HTML, one phrase each.
    pub stripped: Vec<String>,
}

/// Why an action beside the API was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct AzureRefused(String);

impl AzureRefused {
    pub(super) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    fn of(answer: &Answer) -> Self {
        let message = answer.body_json().and_then(|b| b["message"].as_str());
        Self::new(message.unwrap_or("The practice Azure DevOps refused."))
    }
}

fn snapshot(world: &AzureWorld, i: &Item) -> WorkItemSnapshot {
    let upn = |user: usize| world.users[user].upn.clone();
    WorkItemSnapshot {
        id: i.id,
        rev: i.rev,
        project: world.projects[i.project].name.clone(),
        kind: i.kind.clone(),
        title: i.text("System.Title").to_owned(),
        state: i.state().to_owned(),
        fields: i.fields.iter().map(|(k, v)| (k.clone(), v.clone())).collect(),
        tags: i.tags.clone(),
        assigned: i.assigned.map(upn),
        relations: i.relations.iter().map(|r| (r.rel.clone(), r.url.clone())).collect(),
        markdown: i.markdown.clone(),
        comments: i.live_comments().map(|c| (upn(c.by), c.text.clone())).collect(),
        history: i
            .history
            .iter()
            .map(|c| AzureChange {
                rev: c.rev,
                by: upn(c.by),
                fields: c.fields.iter().map(|(f, _, _)| f.clone()).collect(),
                stripped: c.stripped.clone(),
            })
            .collect(),
        deleted: i.deleted.is_some(),
        changed_at: i.changed.1,
    }
}

impl PracticeAzure {
    /// The work items of a project that are there now, by id; empty if there is no such project.
    pub fn work_items(&self, project: &str) -> Vec<WorkItemSnapshot> {
        let world = locked(&self.core.world);
        let Some(at) = world.project(project) else { return Vec::new() };
        world.live().filter(|i| i.project == at).map(|i| snapshot(&world, i)).collect()
    }

    /// One work item, also when it is in the recycle bin.
    pub fn work_item(&self, id: u64) -> Option<WorkItemSnapshot> {
        let world = locked(&self.core.world);
        world.item(id).map(|i| snapshot(&world, i))
    }

    /// Names of a project's tags.
    pub fn tags(&self, project: &str) -> Vec<String> {
        let world = locked(&self.core.world);
        let at = world.project(project);
        at.map_or_else(Vec::new, |p| world.projects[p].tags.iter().map(|t| t.name.clone()).collect())
    }

    /// Shows a project to everybody, or to its members alone, as its administrator would. False when there is none.
    pub fn set_public(&self, project: &str, public: bool) -> bool {
        let mut world = locked(&self.core.world);
        let Some(at) = world.project(project) else { return false };
        world.projects[at].public = public;
        true
    }

    /// Acts on work items as this person (by UPN), beside the API. The process's rules hold, area rights do not.
    pub fn someone(&self, upn: &str) -> SomeoneAzure<'_> {
        SomeoneAzure { practice: self, upn: upn.to_owned() }
    }
}

/// A person who works on the practice Azure DevOps beside the program under test.
#[derive(Debug)]
pub struct SomeoneAzure<'a> {
    practice: &'a PracticeAzure,
    upn: String,
}

impl SomeoneAzure<'_> {
    fn act<T>(
        &self,
        id: u64,
        act: impl FnOnce(&mut AzureWorld, usize, Timestamp) -> Option<T>,
    ) -> Result<T, AzureRefused> {
        let at = self.practice.core.front.clock.now();
        let mut world = locked(&self.practice.core.world);
        let who = world.user(&self.upn);
        let who = who.ok_or_else(|| AzureRefused::new(&format!("There is no person '{}'.", self.upn)))?;
        act(&mut world, who, at).ok_or_else(|| AzureRefused::new(&format!("There is no work item {id}.")))
    }

    /// Changes one field; a value that is null empties it.
    pub fn sets(&self, id: u64, field: &str, value: impl Into<Value>) -> Result<(), AzureRefused> {
        let step = Step::Set { field: field.to_owned(), value: value.into(), merges: false };
        self.steps(id, &[step])
    }

    fn steps(&self, id: u64, steps: &[Step]) -> Result<(), AzureRefused> {
        self.act(id, |world, who, at| {
            Some(
                change::update(world, id, steps, who, at, false, true)
                    .map(|_| ())
                    .map_err(|a| AzureRefused::of(&a)),
            )
        })?
    }

    /// Changes the title.
    pub fn renames(&self, id: u64, title: &str) -> Result<(), AzureRefused> {
        self.sets(id, "System.Title", title)
    }

    /// Replaces the HTML text: of the repro steps for a Bug, of the description otherwise.
    pub fn rewrites(&self, id: u64, html: &str) -> Result<(), AzureRefused> {
        let bug = self.practice.work_item(id).is_some_and(|i| i.kind == "Bug");
        self.sets(id, if bug { "Microsoft.VSTS.TCM.ReproSteps" } else { "System.Description" }, html)
    }

    /// Adds a tag.
    pub fn tags(&self, id: u64, tag: &str) -> Result<(), AzureRefused> {
        let step = Step::Set { field: "System.Tags".to_owned(), value: Value::from(tag), merges: true };
        self.steps(id, &[step])
    }

    /// Changes the state, by the process's steps.
    pub fn moves_to_state(&self, id: u64, state: &str) -> Result<(), AzureRefused> {
        self.sets(id, "System.State", state)
    }

    /// Moves the work item to another project; it keeps its id.
    pub fn moves_to_project(&self, id: u64, project: &str) -> Result<(), AzureRefused> {
        self.sets(id, "System.TeamProject", project)
    }

    /// Comments in HTML.
    pub fn comments(&self, id: u64, html: &str) -> Result<(), AzureRefused> {
        self.act(id, |world, who, at| change::comment(world, id, who, html, false, at).map(|_| ()))
    }

    /// Puts the work item into the recycle bin.
    pub fn deletes(&self, id: u64) -> Result<(), AzureRefused> {
        self.act(id, |world, who, at| change::delete(world, id, who, at).map(|_| ()))
    }

    /// Takes the work item out of the recycle bin.
    pub fn restores(&self, id: u64) -> Result<(), AzureRefused> {
        self.act(id, |world, who, at| change::restore(world, id, who, at).map(|_| ()))
    }
}
