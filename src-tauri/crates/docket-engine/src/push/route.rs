//! The way from a mapping to its tracker, and whether it is open.
//!
//! Nothing is planned or sent through a mapping that does not pass its live test.

use std::sync::Arc;

use docket_domain::check::CheckState;
use docket_domain::{Code, Connection, IssueRef, IssueState, Mapping, MappingId, Problem, Sieve};
use docket_store as store;
use docket_tracker::{CheckGoal, IssueRead, Limits, Tracker};

use super::public::Consent;
use crate::engine::Engine;
use crate::events::JobRun;
use crate::trackers::Bar;

/// Everything that a push through one mapping works with.
pub(crate) struct Route {
    /// As far as the tracker can write it ([`MappingDefaults::writable`]).
    pub mapping: Mapping,
    pub connection: Connection,
    pub tracker: Box<dyn Tracker>,
    pub limits: Limits,
    /// What must not leave this computer.
    pub sieve: Arc<Sieve>,
    /// What a person agreed to beforehand.
    pub consent: Consent,
}

impl Route {
    /// What has become of an issue, and the issue itself as far as it can be seen.
    pub(crate) async fn look(&self, issue: &IssueRef) -> Result<IssueRead, Problem> {
        let reads = self.tracker.read(std::slice::from_ref(issue)).await?;
        let unseen = IssueRead { state: IssueState::NotVisible, seen: None };
        Ok(reads.into_iter().next().map_or(unseen, |(_, read)| read))
    }
}

impl Engine {
    /// Opens the way from a mapping to its tracker. Waits are told to the job that watches.
    pub(crate) async fn route(
        &self,
        id: MappingId,
        watched: Option<(&JobRun, &Bar)>,
    ) -> Result<Route, Problem> {
        let mapping = self.read(move |r| store::mappings::show(r, id)).await?;
        let connection = self.connection_show(mapping.connection).await?;
        let tracker = self.connect(&connection, watched).await?;
        let mapping = self.kind(&connection.kind)?.card().defaults.writable(mapping);
        let limits = tracker.limits();
        let sieve = Arc::new(Sieve::new(&mapping.guard)?);
        Ok(Route { mapping, connection, tracker, limits, sieve, consent: Consent::default() })
    }

    /// Refuses when the live test of the mapping fails; `consequence` begins the sentence.
    pub(super) async fn verified(
        &self,
        route: &Route,
        run: &JobRun,
        consequence: &str,
    ) -> Result<(), Problem> {
        let report = self.check(&route.connection, goal_of(&route.mapping), run).await?;
        if report.ok {
            return Ok(());
        }
        let failed = report.stages.iter().find(|stage| stage.state == CheckState::Failed);
        let mut problem = Problem::new(
            failed.map_or(Code::Refused, |stage| code_of(&stage.id)),
            format!(
                "{consequence}: the mapping «{}» does not pass its test. {}",
                route.mapping.label, report.summary
            ),
        );
        if let Some(stage) = failed {
            problem = problem.with("stage", &stage.title);
            if let Some(evidence) = &stage.evidence {
                problem = problem.with("seen", evidence);
            }
            problem.hint.clone_from(&stage.next);
        }
        Err(problem)
    }
}

/// The kind of problem that a failed stage of the doctor is, so that whoever shows it can tell a
/// dead token from a missing label.
fn code_of(stage: &str) -> Code {
    match stage {
        "name" | "tcp" => Code::Network,
        "tls" => Code::Tls,
        "proxy" => Code::Proxy,
        "server" => Code::TrackerTrouble,
        "credential" | "expiry" => Code::Unauthorized,
        "scopes" | "sso" => Code::Forbidden,
        "target" => Code::TargetMissing,
        _ => Code::Refused,
    }
}

/// What the doctor is asked about a mapping.
pub(crate) fn goal_of(mapping: &Mapping) -> CheckGoal {
    CheckGoal {
        to: Some(mapping.destination()),
        labels: mapping.labels.clone(),
        assignees: mapping.assignees.clone(),
        milestone: mapping.milestone.clone(),
        severity: mapping.severity.clone(),
        status: mapping.status.clone(),
        planned: None,
    }
}
