//! The connection test of a GitLab: read-only, stage by stage.

mod server;
mod sign_in;
mod target;
mod values;

use async_trait::async_trait;
use docket_domain::check::{CheckReport, CheckStage};
use docket_domain::{Destination, Timestamp};

use self::server::Looked;
use self::sign_in::SignedIn;
use super::address::token_page;
use super::api::Api;
use super::shapes::Project;
use crate::check::course::{self, Course, Names};
use crate::check::{Finding, expiry};
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
    course::run(&OfGitLab(api), goal, report).await
}

struct OfGitLab<'a>(&'a Api);

#[async_trait]
impl Course for OfGitLab<'_> {
    type Looked = Looked;
    type SignedIn = SignedIn;
    type Target = Project;

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn http(&self) -> &Http {
        &self.0.http
    }

    fn subject(&self) -> String {
        self.0.address.words()
    }

    fn address(&self) -> Finding {
        let address = &self.0.address;
        course::address(address.words(), &address.cautions, address.api())
    }

    async fn look(&self) -> (Looked, Option<Timestamp>) {
        let looked = server::look(self.0).await;
        let date = looked.date();
        (looked, date)
    }

    async fn server(&self, looked: Looked) -> Finding {
        server::judge(self.0, looked).await
    }

    async fn credential(&self) -> (Option<SignedIn>, Finding) {
        sign_in::credential(self.0).await
    }

    fn ends(&self, signed_in: &SignedIn) -> Option<Timestamp> {
        signed_in.ends()
    }

    async fn scopes(&self, signed_in: &SignedIn, _goal: &CheckGoal) -> Finding {
        sign_in::scopes(self.0, signed_in)
    }

    fn expiry(&self, signed_in: &SignedIn) -> Finding {
        expiry(signed_in.ends(), self.0.http.ports.clock.now(), token_page(self.0.web()))
    }

    async fn single_sign_on(&self, _signed_in: &mut SignedIn) -> Finding {
        Finding::skipped("GitLab has no authorisation of single tokens")
    }

    async fn target(&self, to: &Destination, _signed_in: &SignedIn) -> (Option<Project>, Finding) {
        target::visible(self.0, to).await
    }

    async fn writable(&self, project: &Project, _to: &Destination) -> Finding {
        target::writable(self.0, project).await
    }

    async fn mapping(
        &self,
        project: &Project,
        to: &Destination,
        goal: &CheckGoal,
        _signed_in: &SignedIn,
    ) -> Finding {
        values::values(self.0, project, to, goal).await
    }

    async fn rate(&self, signed_in: &SignedIn, goal: &CheckGoal) -> Finding {
        server::allowance(self.0, signed_in, goal.planned)
    }
}
