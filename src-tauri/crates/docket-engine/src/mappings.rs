//! Mappings: which applications' findings go to which project of which connection.

use std::collections::BTreeMap;

use docket_domain::check::{CheckReport, Repair};
use docket_domain::{ApplicationId, ConnectionId, Guard, Mapping, MappingId, Problem, Template, ValueMap};
use docket_store as store;

use crate::engine::Engine;
use crate::events::JobListener;
use crate::push::{goal_of, tell};
use crate::trackers::Bar;

/// A new or changed mapping.
#[derive(Debug, Clone)]
pub struct MappingForm {
    /// None: new.
    pub id: Option<MappingId>,
    /// Label; empty: the target's name.
    pub label: String,
    /// Connection.
    pub connection: ConnectionId,
    /// Target key (`owner/repository`) or any address of it.
    pub target: String,
    /// Applications.
    pub applications: Vec<ApplicationId>,
    /// Labels; one entry may hold several, separated by commas.
    pub labels: Vec<String>,
    /// Also a label for the severity.
    pub severity_label: bool,
    /// Assignees.
    pub assignees: Vec<String>,
    /// Milestone title.
    pub milestone: Option<String>,
    /// The severities' field and values; `None`: as before, or the kind's defaults.
    pub severity: Option<ValueMap>,
    /// The statuses' field and values; `None`: as before, or the kind's defaults.
    pub status: Option<ValueMap>,
    /// The kind's own fields; `None`: as before, or the kind's defaults.
    pub settings: Option<BTreeMap<String, String>>,
    /// How issues are written; `None`: as before, or Docket's own form.
    pub template: Option<Template>,
    /// What must not leave this computer; `None`: as before, or everything that is looked for.
    pub guard: Option<Guard>,
    /// Each issue also gets its findings as a file; `None`: as before, or not.
    pub findings_file: Option<bool>,
    /// On or off.
    pub active: bool,
}

/// What was made for a mapping, and how it stands now.
#[derive(Debug, Clone)]
pub struct Repaired {
    /// What was done, a sentence each.
    pub done: Vec<String>,
    /// What could not be done.
    pub failed: Vec<Problem>,
    /// The mapping tested again.
    pub report: CheckReport,
}

/// Trims, drops empty and repeated entries; splits at commas when told to.
fn cleaned(entries: Vec<String>, split: bool) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for entry in entries {
        let parts: Vec<&str> = if split { entry.split(',').collect() } else { vec![entry.as_str()] };
        for part in parts.into_iter().map(str::trim).filter(|part| !part.is_empty()) {
            if !out.iter().any(|known| known.eq_ignore_ascii_case(part)) {
                out.push(part.to_owned());
            }
        }
    }
    out
}

/// What was given, else what was there, else what a new mapping starts with.
fn chosen<T: Clone>(given: Option<T>, before: Option<&T>, default: T) -> T {
    given.or_else(|| before.cloned()).unwrap_or(default)
}

impl Engine {
    /// All mappings by label.
    pub async fn mapping_list(&self) -> Result<Vec<Mapping>, Problem> {
        self.read(store::mappings::list).await
    }

    /// One mapping.
    pub async fn mapping_show(&self, id: MappingId) -> Result<Mapping, Problem> {
        self.read(move |r| store::mappings::show(r, id)).await
    }

    /// Saves a mapping. The tracker is not asked; [`Engine::mapping_verify`] does that, and
    /// so does every plan.
    ///
    /// # Errors
    /// The target is not a target's name, no application is chosen, something named does not
    /// exist, the guard has a pattern that is none (the context says which, and where), or a file is
    /// wanted where issues take none.
    pub async fn mapping_save(&self, form: MappingForm) -> Result<Mapping, Problem> {
        let connection = self.connection_show(form.connection).await?;
        let target = self.target_key(&connection.kind, &form.target)?;
        if form.applications.is_empty() {
            return Err(Problem::bad_input("Choose at least one application.")
                .hint("Findings of the chosen applications may be pushed through this mapping.")
                .with("field", "applications"));
        }
        let before = match form.id {
            Some(id) => Some(self.mapping_show(id).await?),
            None => None,
        };
        let same_target =
            before.as_ref().is_some_and(|b| b.target == target && b.connection == form.connection);
        let card = self.kind(&connection.kind)?.card();
        let findings_file = chosen(form.findings_file, before.as_ref().map(|b| &b.findings_file), false);
        if findings_file && !card.takes_files {
            return Err(Problem::bad_input(format!(
                "Issues in {} take no files from other programs.",
                card.name
            ))
            .hint("Switch off «Findings as a file» for this mapping.")
            .with("field", "findings_file"));
        }
        let defaults = card.defaults;
        let template = form.template.or_else(|| before.as_ref().map(|b| b.template.clone()));
        let template = template.unwrap_or_default();
        docket_domain::template::check(&template)?;
        let guard = chosen(form.guard, before.as_ref().map(|b| &b.guard), Guard::default()).tidied();
        guard.check()?;
        let mapping = Mapping {
            id: form.id.unwrap_or(MappingId(0)),
            label: form.label.trim().to_owned(),
            connection: form.connection,
            connection_label: connection.label,
            kind: connection.kind,
            target,
            target_stable_id: before
                .as_ref()
                .filter(|_| same_target)
                .and_then(|b| b.target_stable_id.clone()),
            applications: form.applications,
            labels: cleaned(form.labels, true),
            severity_label: form.severity_label,
            assignees: cleaned(form.assignees, true),
            milestone: form.milestone.map(|title| title.trim().to_owned()).filter(|title| !title.is_empty()),
            severity: chosen(form.severity, before.as_ref().map(|b| &b.severity), defaults.severity),
            status: chosen(form.status, before.as_ref().map(|b| &b.status), defaults.status),
            settings: chosen(form.settings, before.as_ref().map(|b| &b.settings), defaults.settings),
            template,
            guard,
            findings_file,
            active: form.active,
            created: before.as_ref().map_or_else(|| self.now(), |b| b.created),
        };
        let new = before.is_none();
        let saved = self
            .write(move |tx| {
                if new { store::mappings::add(tx, &mapping) } else { store::mappings::update(tx, &mapping) }
            })
            .await?;
        self.changed(&["Mappings"]);
        Ok(saved)
    }

    /// A target's key from what a person typed: the key itself, or any address of it.
    fn target_key(&self, kind_id: &str, text: &str) -> Result<String, Problem> {
        let text = text.trim();
        let card = self.kind(kind_id)?.card();
        let found = if text.contains("://") {
            self.connection_understand(kind_id, text)?.target
        } else {
            Some(text.to_owned())
        };
        found.filter(|key| !key.is_empty()).ok_or_else(|| {
            Problem::bad_input(format!("«{text}» does not name a {}.", card.target_label.to_lowercase()))
                .hint(format!("Write it like this: {}.", card.target_example))
                .with("field", "target")
        })
    }

    /// Removes a mapping; its plans and links stay.
    pub async fn mapping_remove(&self, id: MappingId) -> Result<u64, Problem> {
        self.write(move |tx| store::mappings::remove(tx, id)).await?;
        self.changed(&["Mappings"]);
        Ok(1)
    }

    /// Tests everything that the mapping names against the live target; read-only.
    pub async fn mapping_verify(&self, id: MappingId, listener: JobListener) -> Result<CheckReport, Problem> {
        let mapping = self.mapping_show(id).await?;
        let connection = self.connection_show(mapping.connection).await?;
        let title = format!("Testing «{}»", mapping.label);
        self.run_job("mapping_verify", &title, listener, |run| async move {
            self.check(&connection, goal_of(&mapping), &run).await
        })
        .await
    }

    /// Makes what a person agreed to have made in the tracker (labels, milestones, options),
    /// one after the other, and tests the mapping again.
    ///
    /// # Errors
    /// The tracker cannot be reached at all; a single refusal is in [`Repaired::failed`].
    pub async fn mapping_repair(
        &self,
        id: MappingId,
        repairs: Vec<Repair>,
        listener: JobListener,
    ) -> Result<Repaired, Problem> {
        let mapping = self.mapping_show(id).await?;
        let connection = self.connection_show(mapping.connection).await?;
        let title = format!("Preparing {} for «{}»", mapping.target, mapping.label);
        self.run_job("mapping_repair", &title, listener, |run| async move {
            let bar = Bar::default();
            let tracker = self.connect(&connection, Some((&run, &bar))).await?;
            let (to, total) = (mapping.destination(), repairs.len() as u64);
            let (mut done, mut failed) = (Vec::new(), Vec::new());
            for (at, repair) in repairs.iter().enumerate() {
                if run.is_cancelled() {
                    return Err(Problem::cancelled());
                }
                let words = format!("Making the {} «{}»", repair.kind.label(), repair.name);
                tell(&run, &bar, &words, at as u64, Some(total));
                match tracker.repair(&to, repair).await {
                    Ok(words) => done.push(words),
                    Err(error) => failed.push(Problem::from(error.error)),
                }
            }
            let report = self.check(&connection, goal_of(&mapping), &run).await?;
            Ok(Repaired { done, failed, report })
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_may_come_as_one_comma_separated_text() {
        let labels = cleaned(vec!["security, triage".into(), "Security".into(), " ".into()], true);
        assert_eq!(labels, ["security", "triage"], "split, trimmed, each once");
    }
}
