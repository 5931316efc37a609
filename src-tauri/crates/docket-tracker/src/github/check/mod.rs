//! The connection test of a GitHub: read-only, stage by stage.

mod board;
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
    product: "a GitHub",
    server: "GitHub",
    target: "repository",
    visible: "Repository",
    writable: "Creating issues",
    issues: "Issues",
    mapping: "Mapping",
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
