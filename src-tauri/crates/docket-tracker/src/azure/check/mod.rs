//! The connection test of an Azure DevOps, stage by stage, changing nothing: creations are
//! only judged (`validateOnly`). The first stage that fails stops those that depend on it.

mod server;
mod sign_in;
mod target;
mod values;

use docket_domain::check::{CheckReport, CheckStage};

use super::api::Api;
use super::chosen::Chosen;
use crate::check::{Examination, Finding, network};
use crate::waist::CheckGoal;

pub(super) const ADDRESS: (&str, &str) = ("address", "Address");
pub(super) const CLOCK: (&str, &str) = ("clock", "Clock");
pub(super) const SERVER: (&str, &str) = ("server", "Azure DevOps");
pub(super) const CREDENTIAL: (&str, &str) = ("credential", "Sign-in");
pub(super) const SCOPES: (&str, &str) = ("scopes", "Rights of the token");
pub(super) const EXPIRY: (&str, &str) = ("expiry", "End of the token");
pub(super) const TARGET: (&str, &str) = ("target", "Project");
pub(super) const WRITABLE: (&str, &str) = ("writable", "Creating work items");
pub(super) const MAPPING: (&str, &str) = ("mapping", "Type, states, fields, people");
pub(super) const RATE: (&str, &str) = ("rate", "Allowance");

/// Everything that needs a signed-in account.
const SIGNED_IN: &[(&str, &str)] = &[SCOPES, EXPIRY, TARGET, WRITABLE, MAPPING, RATE];

/// Runs the test; see [`crate::Tracker::check`].
pub(super) async fn run(
    api: &Api,
    goal: &CheckGoal,
    markdown: bool,
    report: &mut (dyn FnMut(CheckStage) + Send),
) -> CheckReport {
    let mut exam = Examination::new(api.http.ports.clock.now(), &api.http.redactor, report);
    stages(api, goal, markdown, &mut exam).await;
    exam.finish(&api.address.words(), None)
}

/// All stages in order.
async fn stages(api: &Api, goal: &CheckGoal, markdown: bool, exam: &mut Examination<'_>) {
    exam.begin(ADDRESS);
    exam.end(ADDRESS, address(api));
    if !network::look(&api.http, exam).await {
        exam.skip(&[CLOCK, SERVER, CREDENTIAL], "The server must be reached first.");
        return exam.skip(SIGNED_IN, "The server must be reached first.");
    }
    exam.begin(CLOCK);
    let looked = server::look(api).await;
    exam.end(CLOCK, network::clock(looked.date(), api.http.ports.clock.now()));
    exam.begin(SERVER);
    if !exam.end(SERVER, server::judge(api, looked).await) {
        exam.skip(&[CREDENTIAL], "There must be an Azure DevOps first.");
        return exam.skip(SIGNED_IN, "There must be an Azure DevOps first.");
    }
    exam.begin(CREDENTIAL);
    let (signed_in, finding) = sign_in::credential(api, markdown).await;
    if !exam.end(CREDENTIAL, finding) || !signed_in {
        return exam.skip(SIGNED_IN, "The token must be accepted first.");
    }
    exam.begin(SCOPES);
    let may = exam.end(SCOPES, sign_in::scopes(api).await);
    exam.begin(EXPIRY);
    exam.end(EXPIRY, sign_in::expiry());
    look_at_target(api, goal, markdown, exam, may).await;
    exam.begin(RATE);
    exam.end(RATE, server::allowance(api, goal.planned, markdown));
}

async fn look_at_target(api: &Api, goal: &CheckGoal, markdown: bool, exam: &mut Examination<'_>, may: bool) {
    let all = [TARGET, WRITABLE, MAPPING];
    let Some(to) = goal.to.as_ref().filter(|to| !to.target.trim().is_empty()) else {
        return exam.skip(&all, "No project was named.");
    };
    if !may {
        return exam.skip(&all, "The token needs its rights first.");
    }
    exam.begin(TARGET);
    let chosen = match Chosen::read(to) {
        Ok(chosen) => chosen,
        Err(problem) => {
            exam.end(TARGET, Finding::problem(&problem));
            return exam.skip(&[WRITABLE, MAPPING], "The project must be visible first.");
        }
    };
    let (project, finding) = target::visible(api, chosen).await;
    exam.end(TARGET, finding);
    let Some(project) = project else {
        return exam.skip(&[WRITABLE, MAPPING], "The project must be visible first.");
    };
    // Somebody tests, and wants to see what is there now.
    api.known.forget();
    exam.begin(WRITABLE);
    if !exam.end(WRITABLE, target::writable(api, chosen, &project).await) {
        return exam.skip(&[MAPPING], "Work items must be possible there first.");
    }
    exam.begin(MAPPING);
    exam.end(MAPPING, values::values(api, chosen, goal, markdown).await);
}

/// What the address was understood to be.
fn address(api: &Api) -> Finding {
    let words = api.address.words();
    let finding = match api.address.cautions.first() {
        None => Finding::ok(words),
        Some(_) => {
            Finding::warning(format!("{words}. {}", api.address.cautions.join(" ")), "Check the address.")
        }
    };
    finding.saw(format!("API at {}", api.address.base()))
}
