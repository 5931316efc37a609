//! The file with an issue's findings, where a mapping wants one and the tracker takes it.
//!
//! It is written from the findings as they are when it is needed, and never stored: the plan keeps
//! its name, which is other for every content. It goes out behind the issue; an issue whose file
//! was not taken is there all the same, and its step says so.

use docket_domain::render::file::{FindingsFile, Written};
use docket_domain::{Action, FindingId, IssueRef, Leaks, Problem, Sieve, Step};
use docket_store as store;
use docket_tracker::{self as tracker, Outcome, TrackerError, WriteError};

use super::route::Route;
use crate::engine::Engine;

/// Findings that are read at a time.
const AT_ONCE: usize = 200;
/// A file whose fate stays unknown is sent at most this often: it is never there twice.
const ATTEMPTS: usize = 3;
/// Of a file this much is looked at when a person asks what is kept back from it, bytes.
const LOOKED_AT: usize = 8 * 1024 * 1024;

impl Engine {
    /// Writes the file of a step's issue; none where none is wanted.
    pub(super) async fn findings_file(&self, step: &Step, route: &Route) -> Result<Option<Written>, Problem> {
        let Some(limits) = route.limits.files.filter(|_| route.mapping.findings_file) else {
            return Ok(None);
        };
        if !takes_file(step) {
            return Ok(None);
        }
        self.write_file(step, &route.sieve, limits.bytes).await
    }

    /// What the guard takes out of a step's file.
    pub(super) async fn taken_out_of_file(&self, step: &Step, sieve: &Sieve) -> Result<Leaks, Problem> {
        let written = self.write_file(step, sieve, LOOKED_AT).await?;
        Ok(written.map(|written| written.leaks).unwrap_or_default())
    }

    async fn write_file(&self, step: &Step, sieve: &Sieve, most: usize) -> Result<Option<Written>, Problem> {
        let mut file = FindingsFile::new(sieve, most);
        'all: for some in step.group.findings.chunks(AT_ONCE) {
            let some: Vec<FindingId> = some.to_vec();
            let details = self
                .read(move |r| {
                    some.iter().map(|id| store::findings::detail(r, *id)).collect::<Result<Vec<_>, _>>()
                })
                .await?;
            for detail in &details {
                if !file.add(detail) {
                    break 'all;
                }
            }
        }
        let marker = step.draft.as_ref().map_or(&step.marker, |draft| &draft.marker);
        Ok(file.end(marker, step.group.findings.len()))
    }

    /// Notes in a step's draft that a file goes along, and says what it lacks.
    pub(super) async fn plan_file(&self, step: &mut Step, route: &Route) -> Result<(), Problem> {
        let Some(written) = self.findings_file(step, route).await? else { return Ok(()) };
        let total = step.group.findings.len();
        if written.findings < total {
            step.warnings.push(format!(
                "The file holds the first {} of {total} findings: it would be too large.",
                written.findings
            ));
        }
        step.warnings
            .extend(written.leaks.warnings().into_iter().map(|words| format!("In the file: {words}")));
        if let Some(draft) = &mut step.draft {
            draft.file = Some(written.file.name);
        }
        Ok(())
    }

    /// Puts the file to an issue that was just written, if its step has one. A file that was refused
    /// is a sentence: the issue is there, and asking again would be answered the same.
    ///
    /// # Errors
    /// Nothing further would work either, or it is not known whether the file is there. The step is
    /// not through then: whoever goes on with it finds its issue, and puts the file there.
    pub(super) async fn put_file(
        &self,
        step: &Step,
        issue: &IssueRef,
        route: &Route,
    ) -> Result<Option<String>, TrackerError> {
        if step.draft.as_ref().is_none_or(|draft| draft.file.is_none()) {
            return Ok(None);
        }
        let file = match self.findings_file(step, route).await {
            Ok(Some(written)) => written.file,
            Ok(None) => return Ok(None),
            Err(problem) => return Ok(Some(not_attached(&problem))),
        };
        let to = route.mapping.destination();
        let mut attempt = 1;
        loop {
            match route.tracker.put_file(&to, issue, &file).await {
                Ok(said) => return Ok(said),
                Err(error) if error.outcome == Outcome::Unknown && attempt < ATTEMPTS => attempt += 1,
                Err(error) if error.outcome == Outcome::Refused && !error.error.stops_all() => {
                    return Ok(Some(not_attached(&error.error.problem)));
                }
                Err(error) => return Err(error.error),
            }
        }
    }

    /// The same for an issue that is known to be there: a file that cannot be brought there after
    /// all is said, and holds nothing else up.
    ///
    /// # Errors
    /// Nothing further would work either.
    pub(super) async fn put_file_or_say(
        &self,
        step: &Step,
        issue: &IssueRef,
        route: &Route,
    ) -> Result<Option<String>, Problem> {
        match self.put_file(step, issue, route).await {
            Ok(said) => Ok(said),
            Err(error) if error.stops_all() => Err(error.into()),
            Err(error) => Ok(Some(not_attached(&error.problem))),
        }
    }

    /// A write with its file: what is not known about the file is not known about the whole.
    pub(super) async fn with_file(
        &self,
        step: &Step,
        answer: Result<tracker::Written, WriteError>,
        route: &Route,
    ) -> Result<tracker::Written, WriteError> {
        let mut written = answer?;
        let said = self.put_file(step, &written.seen.issue, route).await.map_err(WriteError::unknown)?;
        written.dropped.extend(said);
        Ok(written)
    }
}

fn not_attached(problem: &Problem) -> String {
    format!("The file with the findings was not attached. {}", problem.message)
}

/// Whether the step leaves an issue behind that stands for its findings.
fn takes_file(step: &Step) -> bool {
    !step.group.findings.is_empty() && !matches!(step.action, Action::Skip | Action::Close)
}
