//! Whether a report seems to belong to another application or another branch than the one that it
//! is read into.
//!
//! A mistake of this kind closes what it should not and brings what does not belong there, so it is
//! asked about before anything is stored. The evidence has to be strong, because a false alarm
//! teaches people to say yes unread: the report hardly knows what is here, and knows nearly
//! everything elsewhere. A first import, a new tool and a new branch have nothing to contradict and
//! are never asked about by this; neither is a report that knows nothing anywhere.
//!
//! Deliberately absent: how the facts are gathered, and everything about closing (a brake of its own).

use crate::problem::{Code, Problem};

/// Fewer records, or fewer findings to compare with, are no evidence.
const ENOUGH: u64 = 10;
/// At most this share of a report is known where it does not belong.
const HARDLY: f64 = 0.2;
/// At least this share of a report is known where it belongs.
const NEARLY: f64 = 0.8;
/// From this share on the findings speak for the place, whatever the repository is called.
const HALF: f64 = 0.5;

/// How many of the records that were looked at are known somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// Known.
    pub known: u64,
    /// Looked at.
    pub of: u64,
}

impl Share {
    fn is_at_least(self, share: f64) -> bool {
        self.of > 0 && self.known as f64 >= share * self.of as f64
    }

    fn percent(self) -> u64 {
        (self.known * 100).checked_div(self.of).unwrap_or(0)
    }
}

/// Another place in which findings of the same tool are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// The application's name.
    pub application: String,
    /// The branch; empty when none is known.
    pub branch: String,
    /// Findings of the tool there.
    pub findings: u64,
    /// How much of the report is known there.
    pub share: Share,
}

/// What is known about one scope of a report (a tool on a branch) and the places where it could
/// belong.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// The application that the report is read into.
    pub application: String,
    /// The branch in whose scope it counts; empty when none is known.
    pub branch: String,
    /// The tool.
    pub tool: String,
    /// How much of the report is known in the scope itself; all of it was looked at.
    pub here: Share,
    /// Findings of the scope before.
    pub there: u64,
    /// Other branches of the application with findings of the tool.
    pub own: Vec<Elsewhere>,
    /// Other applications with findings of the tool.
    pub others: Vec<Elsewhere>,
    /// The repository that the report names.
    pub repository: Option<String>,
    /// The repositories that earlier reports of the application named, each once.
    pub repositories: Vec<String>,
}

words! {
    /// What a report seems to belong to instead.
    pub enum MismatchKind {
        /// Another application.
        Application = "application", "another application";
        /// Another branch of the application.
        Branch = "branch", "another branch";
        /// Another repository than the application's earlier reports.
        Repository = "repository", "another repository";
    }
}

wire! {
    /// A report that seems to belong elsewhere. Nothing is stored until a person says that it does not.
    #[derive(Eq)]
    pub struct Mismatch {
        /// What is different.
        pub kind: MismatchKind,
        /// What was seen, in one or two sentences.
        pub message: String,
        /// What to do instead.
        pub hint: String,
    }
}

impl Mismatch {
    /// The refusal.
    pub fn problem(&self) -> Problem {
        Problem::new(Code::Mismatch, self.message.clone()).hint(self.hint.clone())
    }
}

/// Whether the first facts are worth gathering the others: [`Facts::own`] and [`Facts::others`] are
/// only looked at where this is true.
pub fn is_strange(here: Share, there: u64) -> bool {
    here.of >= ENOUGH && (there < ENOUGH || !here.is_at_least(HARDLY))
}

/// Judges the facts.
pub fn mismatch(facts: &Facts) -> Option<Mismatch> {
    by_findings(facts).or_else(|| by_repository(facts))
}

fn best(places: &[Elsewhere]) -> Option<&Elsewhere> {
    let enough = places.iter().filter(|place| place.findings >= ENOUGH && place.share.of >= ENOUGH);
    enough.max_by(|a, b| {
        let (a, b) = (a.share, b.share);
        (a.known * b.of.max(1)).cmp(&(b.known * a.of.max(1)))
    })
}

fn by_findings(facts: &Facts) -> Option<Mismatch> {
    if !is_strange(facts.here, facts.there) {
        return None;
    }
    let own = best(&facts.own);
    let compared = facts.there >= ENOUGH;
    if let Some(own) = own {
        if compared && own.share.is_at_least(NEARLY) && own.branch != facts.branch {
            return Some(other_branch(facts, own));
        }
        if own.share.is_at_least(HARDLY) {
            // Known well enough in this application: a new branch, or one that went its own way.
            return None;
        }
    }
    // With nothing of this tool in the application there is nothing that contradicts.
    if !compared && own.is_none() {
        return None;
    }
    let other = best(&facts.others).filter(|other| other.share.is_at_least(NEARLY))?;
    Some(other_application(facts, other))
}

fn other_branch(facts: &Facts, own: &Elsewhere) -> Mismatch {
    Mismatch {
        kind: MismatchKind::Branch,
        message: format!(
            "This looks like a report of another branch: {} {} known on {}, and {} % of those looked at are known on {}.",
            known_of(facts.here),
            are(facts.here.known),
            branch(&facts.branch),
            own.share.percent(),
            branch(&own.branch),
        ),
        hint: format!(
            "Import it for {}, or import it all the same when it belongs here.",
            branch(&own.branch)
        ),
    }
}

fn other_application(facts: &Facts, other: &Elsewhere) -> Mismatch {
    let on = if other.branch.is_empty() { String::new() } else { format!(" ({})", branch(&other.branch)) };
    Mismatch {
        kind: MismatchKind::Application,
        message: format!(
            "This looks like the report of another application: {} {} known in «{}», and {} % of those looked at \
             are known in «{}»{on}.",
            known_of(facts.here),
            are(facts.here.known),
            facts.application,
            other.share.percent(),
            other.application,
        ),
        hint: format!(
            "Import it into «{}», or import it all the same when it belongs here.",
            other.application
        ),
    }
}

fn known_of(share: Share) -> String {
    format!(
        "{} of its {} findings",
        if share.known == 0 { "none".to_owned() } else { share.known.to_string() },
        share.of
    )
}

fn are(known: u64) -> &'static str {
    if known == 1 { "is" } else { "are" }
}

fn branch(name: &str) -> String {
    if name.is_empty() { "no branch".to_owned() } else { format!("branch {name}") }
}

fn by_repository(facts: &Facts) -> Option<Mismatch> {
    let here = facts.repository.as_deref()?;
    let name = repository_name(here)?;
    // Several repositories: a person has said more than once that they belong together.
    let [known] = facts.repositories.as_slice() else { return None };
    if repository_name(known)? == name {
        return None;
    }
    let own = facts.own.iter().map(|place| place.share);
    if own.chain([facts.here]).any(|share| share.is_at_least(HALF)) {
        // Renamed: what is in it is the same.
        return None;
    }
    Some(Mismatch {
        kind: MismatchKind::Repository,
        message: format!(
            "This looks like the report of another application: it is about the repository {here}, and the earlier \
             reports of «{}» are about {known}.",
            facts.application
        ),
        hint: "Choose the application of that repository, or import it all the same when it belongs here."
            .to_owned(),
    })
}

/// A repository's own name, in lower case: mirrors, forks and other ways to write the same address
/// have it in common. None for what is no address of a repository.
pub fn repository_name(address: &str) -> Option<String> {
    let plain = address.split(['?', '#']).next().unwrap_or_default().trim().trim_end_matches('/');
    if plain.to_ascii_lowercase().starts_with("file:")
        || plain.starts_with(['/', '.'])
        || plain.contains('\\')
    {
        // A folder on some machine says where it was scanned, not what.
        return None;
    }
    let (before, last) = plain.rsplit_once(['/', ':'])?;
    let name = last.strip_suffix(".git").unwrap_or(last).to_lowercase();
    let whole = !before.trim_end_matches(['/', ':']).is_empty() && !name.is_empty();
    whole.then_some(name)
}

#[cfg(test)]
mod tests;
