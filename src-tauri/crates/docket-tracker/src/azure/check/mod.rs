//! The connection test of an Azure DevOps, stage by stage, changing nothing: creations are
//! only judged (`validateOnly`).

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
    product: "an Azure DevOps",
    server: "Azure DevOps",
    target: "project",
    visible: "Project",
    writable: "Creating work items",
    issues: "Work items",
    mapping: "Type, states, fields, people",
};

/// Runs the test; see [`crate::Tracker::check`].
pub(super) async fn run(
    api: &Api,
    goal: &CheckGoal,
    markdown: bool,
    report: &mut (dyn FnMut(CheckStage) + Send),
) -> CheckReport {
    course::run(&Test { api, markdown }, goal, report).await
}

/// A connection under test.
struct Test<'a> {
    api: &'a Api,
    /// Whether texts are written as Markdown.
    markdown: bool,
}

impl Tested for Test<'_> {
    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn http(&self) -> &Http {
        &self.api.http
    }

    fn understood(&self) -> Understanding<'_> {
        let address = &self.api.address;
        Understanding {
            words: address.words(),
            shown: address.base(),
            cautions: &address.cautions,
            api: Some(address.base()),
        }
    }
}
