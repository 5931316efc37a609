//! The connection test: stages that are looked at one by one and reported as they go.

use docket_domain::check::{CheckReport, CheckStage, CheckState};

use crate::github::api::Api;
use crate::waist::CheckGoal;

/// Runs the stages.
pub(crate) async fn run(
    api: &Api,
    _goal: &CheckGoal,
    report: &mut (dyn FnMut(CheckStage) + Send),
) -> CheckReport {
    let at = api.http.ports.clock.now();
    let found = api.who().await;
    let stage = CheckStage {
        id: "credential".to_owned(),
        title: "Sign in".to_owned(),
        state: if found.is_ok() { CheckState::Ok } else { CheckState::Failed },
        summary: found
            .as_ref()
            .map_or_else(|error| error.problem.message.clone(), |account| account.login.clone()),
        evidence: None,
        cause: found.as_ref().err().map(|error| error.problem.message.clone()),
        next: found.as_ref().err().and_then(|error| error.problem.hint.clone()),
        link: None,
        ms: 0,
    };
    report(stage.clone());
    CheckReport {
        at,
        ok: found.is_ok(),
        summary: stage.summary.clone(),
        token_ends: found.ok().and_then(|account| account.token_ends),
        text: stage.summary.clone(),
        stages: vec![stage],
    }
}
