//! The course of a connection test, the same for every vendor: which stage follows which, and
//! what is left out when one fails.
//!
//! Invariant: every test has the same stages in the same order, each reported when it begins and
//! when it ends; the first that fails leaves out exactly those that depend on it.
//! Deliberately absent: what a stage looks at. That is the vendor's.

use std::fmt::Display;

use async_trait::async_trait;
use docket_domain::check::{CheckReport, CheckStage};
use docket_domain::{Destination, Timestamp};

use super::{Examination, Finding, network};
use crate::http::Http;
use crate::waist::CheckGoal;

type Stage = (&'static str, &'static str);

const ADDRESS: Stage = ("address", "Address");
const CLOCK: Stage = ("clock", "Clock");
const CREDENTIAL: Stage = ("credential", "Sign-in");
const SCOPES: Stage = ("scopes", "Rights of the token");
const EXPIRY: Stage = ("expiry", "End of the token");
const SSO: Stage = ("sso", "Single sign-on");
const RATE: Stage = ("rate", "Allowance");

/// The vendor's own words for what all have.
pub(crate) struct Names {
    /// The product with its article: «a GitHub».
    pub product: &'static str,
    /// Title of the stage that recognises it: «GitHub».
    pub server: &'static str,
    /// What issues are created in: «repository».
    pub target: &'static str,
    /// Title of the stage that looks for it: «Repository».
    pub visible: &'static str,
    /// Title of the stage about creating there: «Creating issues».
    pub writable: &'static str,
    /// What is created: «Issues».
    pub issues: &'static str,
    /// Title of the stage about the mapping's values.
    pub mapping: &'static str,
}

impl Names {
    fn server(&self) -> Stage {
        ("server", self.server)
    }

    fn target(&self) -> Stage {
        ("target", self.visible)
    }

    fn writable(&self) -> Stage {
        ("writable", self.writable)
    }

    fn mapping(&self) -> Stage {
        ("mapping", self.mapping)
    }

    /// Everything that needs a signed-in account.
    fn signed_in(&self) -> [Stage; 7] {
        [SCOPES, EXPIRY, SSO, self.target(), self.writable(), self.mapping(), RATE]
    }
}

/// What a vendor looks at. One method a stage: long, because the test is.
#[async_trait]
pub(crate) trait Course: Sync {
    /// What looking for the API found.
    type Looked: Send;
    /// An accepted credential.
    type SignedIn: Send + Sync;
    /// A place for issues that is visible.
    type Target: Send + Sync;

    fn names(&self) -> &'static Names;
    fn http(&self) -> &Http;
    /// What is tested, in words.
    fn subject(&self) -> String;
    /// What the address was understood to be.
    fn address(&self) -> Finding;
    /// Asks where the API is, without the token; with the server's clock.
    async fn look(&self) -> (Self::Looked, Option<Timestamp>);
    /// Whether that is the vendor's server.
    async fn server(&self, looked: Self::Looked) -> Finding;
    async fn credential(&self) -> (Option<Self::SignedIn>, Finding);
    /// When the token ends, if the vendor says.
    fn ends(&self, signed_in: &Self::SignedIn) -> Option<Timestamp>;
    async fn scopes(&self, signed_in: &Self::SignedIn, goal: &CheckGoal) -> Finding;
    fn expiry(&self, signed_in: &Self::SignedIn) -> Finding;
    async fn single_sign_on(&self, signed_in: &mut Self::SignedIn) -> Finding;
    async fn target(&self, to: &Destination, signed_in: &Self::SignedIn) -> (Option<Self::Target>, Finding);
    async fn writable(&self, target: &Self::Target, to: &Destination) -> Finding;
    async fn mapping(
        &self,
        target: &Self::Target,
        to: &Destination,
        goal: &CheckGoal,
        signed_in: &Self::SignedIn,
    ) -> Finding;
    /// Whether the allowance bears what is planned.
    async fn rate(&self, signed_in: &Self::SignedIn, goal: &CheckGoal) -> Finding;
}

/// Runs the test; see [`crate::Tracker::check`].
pub(crate) async fn run<C: Course>(
    course: &C,
    goal: &CheckGoal,
    report: &mut (dyn FnMut(CheckStage) + Send),
) -> CheckReport {
    let http = course.http();
    let mut exam = Examination::new(http.ports.clock.now(), &http.redactor, report);
    let ends = stages(course, goal, &mut exam).await;
    exam.finish(&course.subject(), ends)
}

/// All stages in order; when the token ends.
async fn stages<C: Course>(course: &C, goal: &CheckGoal, exam: &mut Examination<'_>) -> Option<Timestamp> {
    let names = course.names();
    let (server, signed) = (names.server(), names.signed_in());
    exam.begin(ADDRESS);
    exam.end(ADDRESS, course.address());
    if !network::look(course.http(), exam).await {
        exam.skip(&[CLOCK, server, CREDENTIAL], "The server must be reached first.");
        exam.skip(&signed, "The server must be reached first.");
        return None;
    }
    exam.begin(CLOCK);
    let (looked, date) = course.look().await;
    exam.end(CLOCK, network::clock(date, course.http().ports.clock.now()));
    exam.begin(server);
    if !exam.end(server, course.server(looked).await) {
        let why = format!("There must be {} first.", names.product);
        exam.skip(&[CREDENTIAL], &why);
        exam.skip(&signed, &why);
        return None;
    }
    exam.begin(CREDENTIAL);
    let (signed_in, finding) = course.credential().await;
    let accepted = exam.end(CREDENTIAL, finding);
    let Some(mut signed_in) = signed_in.filter(|_| accepted) else {
        exam.skip(&signed, "The token must be accepted first.");
        return None;
    };
    exam.begin(SCOPES);
    let may = exam.end(SCOPES, course.scopes(&signed_in, goal).await);
    exam.begin(EXPIRY);
    exam.end(EXPIRY, course.expiry(&signed_in));
    exam.begin(SSO);
    exam.end(SSO, course.single_sign_on(&mut signed_in).await);
    look_at_target(course, goal, exam, &signed_in, may).await;
    exam.begin(RATE);
    exam.end(RATE, course.rate(&signed_in, goal).await);
    course.ends(&signed_in)
}

async fn look_at_target<C: Course>(
    course: &C,
    goal: &CheckGoal,
    exam: &mut Examination<'_>,
    signed_in: &C::SignedIn,
    may: bool,
) {
    let names = course.names();
    let (visible, writable, mapping) = (names.target(), names.writable(), names.mapping());
    let all = [visible, writable, mapping];
    let Some(to) = goal.to.as_ref().filter(|to| !to.target.trim().is_empty()) else {
        return exam.skip(&all, &format!("No {} was named.", names.target));
    };
    if !may {
        return exam.skip(&all, "The token needs its rights first.");
    }
    exam.begin(visible);
    let (target, finding) = course.target(to, signed_in).await;
    exam.end(visible, finding);
    let Some(target) = target else {
        return exam.skip(&[writable, mapping], &format!("The {} must be visible first.", names.target));
    };
    exam.begin(writable);
    if !exam.end(writable, course.writable(&target, to).await) {
        return exam.skip(&[mapping], &format!("{} must be possible there first.", names.issues));
    }
    exam.begin(mapping);
    exam.end(mapping, course.mapping(&target, to, goal, signed_in).await);
}

/// What an address was understood to be, with its cautions and where the API is.
pub(crate) fn address(words: String, cautions: &[String], api: Option<impl Display>) -> Finding {
    let finding = if cautions.is_empty() {
        Finding::ok(words)
    } else {
        Finding::warning(format!("{words}. {}", cautions.join(" ")), "Check the address.")
    };
    match api {
        Some(api) => finding.saw(format!("API at {api}")),
        None => finding.saw("where its API is will be asked"),
    }
}
