//! The connection test of a GitLab: read-only, stage by stage.

mod server;
mod sign_in;
mod target;
mod values;

use docket_domain::check::{CheckReport, CheckStage};

use super::api::Api;
use crate::check::course::{self, Names, Tested, Understanding};
use crate::http::Http;
use crate::waist::CheckGoal;

static NAMES: Names = Names {
    product: "a GitLab",
    server: "GitLab",
    target: "project",
    visible: "Project",
    writable: "Creating issues",
    issues: "Issues",
    mapping: "Severity, status, labels, people, milestone",
};

/// Runs the test; see [`crate::Tracker::check`].
pub(super) async fn run(
    api: &Api,
    goal: &CheckGoal,
    report: &mut (dyn FnMut(CheckStage) + Send),
) -> CheckReport {
    course::run(api, goal, report).await
}

impl Tested for Api {
    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn http(&self) -> &Http {
        &self.http
    }

    fn understood(&self) -> Understanding<'_> {
        let address = &self.address;
        Understanding {
            words: address.words(),
            shown: address.shown(),
            cautions: &address.cautions,
            api: address.api(),
        }
    }
}
