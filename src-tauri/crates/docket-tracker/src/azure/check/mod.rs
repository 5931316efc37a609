//! The connection test of an Azure DevOps, stage by stage, changing nothing: creations are
//! only judged (`validateOnly`).

mod server;
mod sign_in;
mod target;
mod values;

use async_trait::async_trait;
use docket_domain::check::{CheckReport, CheckStage};
use docket_domain::{Destination, Timestamp};

use self::server::Looked;
use super::api::Api;
use super::chosen::Chosen;
use super::shapes::Project;
use crate::check::Finding;
use crate::check::course::{self, Course, Names};
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
    course::run(&OfAzure { api, markdown }, goal, report).await
}

struct OfAzure<'a> {
    api: &'a Api,
    /// Whether texts are written as Markdown.
    markdown: bool,
}

#[async_trait]
impl Course for OfAzure<'_> {
    type Looked = Looked;
    /// The API tells nothing of the token beyond that it accepts it.
    type SignedIn = ();
    type Target = Project;

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn http(&self) -> &Http {
        &self.api.http
    }

    fn subject(&self) -> String {
        self.api.address.words()
    }

    fn address(&self) -> Finding {
        let address = &self.api.address;
        course::address(address.words(), &address.cautions, Some(address.base()))
    }

    async fn look(&self) -> (Looked, Option<Timestamp>) {
        let looked = server::look(self.api).await;
        let date = looked.date();
        (looked, date)
    }

    async fn server(&self, looked: Looked) -> Finding {
        server::judge(self.api, looked).await
    }

    async fn credential(&self) -> (Option<()>, Finding) {
        let (accepted, finding) = sign_in::credential(self.api, self.markdown).await;
        (accepted.then_some(()), finding)
    }

    fn ends(&self, (): &()) -> Option<Timestamp> {
        None
    }

    async fn scopes(&self, (): &(), _goal: &CheckGoal) -> Finding {
        sign_in::scopes(self.api).await
    }

    fn expiry(&self, (): &()) -> Finding {
        sign_in::expiry()
    }

    async fn single_sign_on(&self, (): &mut ()) -> Finding {
        Finding::skipped("Azure DevOps has no authorisation of single tokens")
    }

    async fn target(&self, to: &Destination, (): &()) -> (Option<Project>, Finding) {
        // Somebody tests, and wants to see what is there now.
        self.api.known.forget();
        match Chosen::read(to) {
            Ok(chosen) => target::visible(self.api, chosen).await,
            Err(problem) => (None, Finding::problem(&problem)),
        }
    }

    async fn writable(&self, project: &Project, to: &Destination) -> Finding {
        match Chosen::read(to) {
            Ok(chosen) => target::writable(self.api, chosen, project).await,
            Err(problem) => Finding::problem(&problem),
        }
    }

    async fn mapping(&self, _project: &Project, to: &Destination, goal: &CheckGoal, (): &()) -> Finding {
        match Chosen::read(to) {
            Ok(chosen) => values::values(self.api, chosen, goal, self.markdown).await,
            Err(problem) => Finding::problem(&problem),
        }
    }

    async fn rate(&self, (): &(), goal: &CheckGoal) -> Finding {
        server::allowance(self.api, goal.planned, self.markdown)
    }
}
