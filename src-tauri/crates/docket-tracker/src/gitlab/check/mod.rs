//! The connection test of a GitLab: read-only, stage by stage. The first stage that fails
//! stops those that depend on it.

mod server;
mod sign_in;
mod target;
mod values;

use docket_domain::Timestamp;
use docket_domain::check::{CheckReport, CheckStage};

use self::sign_in::SignedIn;
use super::address::token_page;
use super::api::Api;
use crate::check::{Examination, Finding, expiry, network};
use crate::waist::CheckGoal;

pub(super) const ADDRESS: (&str, &str) = ("address", "Address");
pub(super) const CLOCK: (&str, &str) = ("clock", "Clock");
pub(super) const SERVER: (&str, &str) = ("server", "GitLab");
pub(super) const CREDENTIAL: (&str, &str) = ("credential", "Sign-in");
pub(super) const SCOPES: (&str, &str) = ("scopes", "Rights of the token");
pub(super) const EXPIRY: (&str, &str) = ("expiry", "End of the token");
pub(super) const SSO: (&str, &str) = ("sso", "Single sign-on");
pub(super) const TARGET: (&str, &str) = ("target", "Project");
pub(super) const WRITABLE: (&str, &str) = ("writable", "Creating issues");
pub(super) const MAPPING: (&str, &str) = ("mapping", "Severity, status, labels, people, milestone");
pub(super) const RATE: (&str, &str) = ("rate", "Allowance");

/// Everything that needs a signed-in account.
const SIGNED_IN: &[(&str, &str)] = &[SCOPES, EXPIRY, SSO, TARGET, WRITABLE, MAPPING, RATE];

/// Runs the test; see [`crate::Tracker::check`].
pub(super) async fn run(
    api: &Api,
    goal: &CheckGoal,
    report: &mut (dyn FnMut(CheckStage) + Send),
) -> CheckReport {
    let mut exam = Examination::new(api.http.ports.clock.now(), &api.http.redactor, report);
    let ends = stages(api, goal, &mut exam).await;
    exam.finish(&api.address.words(), ends)
}

/// All stages in order; when the token ends.
async fn stages(api: &Api, goal: &CheckGoal, exam: &mut Examination<'_>) -> Option<Timestamp> {
    exam.begin(ADDRESS);
    exam.end(ADDRESS, address(api));
    if !network::look(&api.http, exam).await {
        exam.skip(&[CLOCK, SERVER, CREDENTIAL], "The server must be reached first.");
        exam.skip(SIGNED_IN, "The server must be reached first.");
        return None;
    }
    exam.begin(CLOCK);
    let looked = server::look(api).await;
    exam.end(CLOCK, network::clock(looked.date(), api.http.ports.clock.now()));
    exam.begin(SERVER);
    if !exam.end(SERVER, server::judge(api, looked).await) {
        exam.skip(&[CREDENTIAL], "There must be a GitLab first.");
        exam.skip(SIGNED_IN, "There must be a GitLab first.");
        return None;
    }
    exam.begin(CREDENTIAL);
    let (signed_in, finding) = sign_in::credential(api).await;
    exam.end(CREDENTIAL, finding);
    let Some(signed_in) = signed_in else {
        exam.skip(SIGNED_IN, "The token must be accepted first.");
        return None;
    };
    after_sign_in(api, goal, exam, &signed_in).await;
    signed_in.ends()
}

async fn after_sign_in(api: &Api, goal: &CheckGoal, exam: &mut Examination<'_>, signed_in: &SignedIn) {
    exam.begin(SCOPES);
    let may = exam.end(SCOPES, sign_in::scopes(api, signed_in));
    exam.begin(EXPIRY);
    exam.end(EXPIRY, expiry(signed_in.ends(), api.http.ports.clock.now(), token_page(api.web())));
    exam.skip(&[SSO], "GitLab has no authorisation of single tokens");
    look_at_target(api, goal, exam, may).await;
    exam.begin(RATE);
    exam.end(RATE, server::allowance(api, signed_in, goal.planned));
}

async fn look_at_target(api: &Api, goal: &CheckGoal, exam: &mut Examination<'_>, may: bool) {
    let all = [TARGET, WRITABLE, MAPPING];
    let Some(to) = goal.to.as_ref().filter(|to| !to.target.trim().is_empty()) else {
        return exam.skip(&all, "No project was named.");
    };
    if !may {
        return exam.skip(&all, "The token needs its rights first.");
    }
    exam.begin(TARGET);
    let (project, finding) = target::visible(api, to).await;
    exam.end(TARGET, finding);
    let Some(project) = project else {
        return exam.skip(&[WRITABLE, MAPPING], "The project must be visible first.");
    };
    exam.begin(WRITABLE);
    if !exam.end(WRITABLE, target::writable(api, &project).await) {
        return exam.skip(&[MAPPING], "Issues must be possible there first.");
    }
    exam.begin(MAPPING);
    exam.end(MAPPING, values::values(api, &project, to, goal).await);
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
    match api.address.api() {
        Some(api) => finding.saw(format!("API at {api}")),
        None => finding.saw("where its API is will be asked"),
    }
}
