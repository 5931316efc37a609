//! The connection test of a GitHub: read-only, stage by stage.

mod board;
mod server;
mod sign_in;
mod target;
mod values;

use async_trait::async_trait;
use docket_domain::check::{CheckReport, CheckStage};
use docket_domain::{Destination, Timestamp};

use self::server::Looked;
use self::sign_in::SignedIn;
use super::api::Api;
use super::shapes::Repository;
use crate::check::Finding;
use crate::check::course::{self, Course, Names};
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
    course::run(&OfGitHub(api), goal, report).await
}

struct OfGitHub<'a>(&'a Api);

#[async_trait]
impl Course for OfGitHub<'_> {
    type Looked = Looked;
    type SignedIn = SignedIn;
    type Target = Repository;

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
        signed_in.ends
    }

    async fn scopes(&self, signed_in: &SignedIn, goal: &CheckGoal) -> Finding {
        sign_in::scopes(self.0, signed_in, goal)
    }

    fn expiry(&self, signed_in: &SignedIn) -> Finding {
        sign_in::expiry(self.0, signed_in)
    }

    async fn single_sign_on(&self, signed_in: &mut SignedIn) -> Finding {
        let (organisations, finding) = sign_in::single_sign_on(self.0).await;
        signed_in.organisations = organisations;
        finding
    }

    async fn target(&self, to: &Destination, signed_in: &SignedIn) -> (Option<Repository>, Finding) {
        target::visible(self.0, to.target.trim(), signed_in).await
    }

    async fn writable(&self, repository: &Repository, _to: &Destination) -> Finding {
        target::writable(self.0, repository).await
    }

    async fn mapping(
        &self,
        repository: &Repository,
        _to: &Destination,
        goal: &CheckGoal,
        signed_in: &SignedIn,
    ) -> Finding {
        values::values(self.0, repository, goal, signed_in).await
    }

    async fn rate(&self, _signed_in: &SignedIn, goal: &CheckGoal) -> Finding {
        let each = goal.to.as_ref().map_or(1, super::writes_per_issue);
        server::allowance(self.0, goal.planned, each).await
    }
}
