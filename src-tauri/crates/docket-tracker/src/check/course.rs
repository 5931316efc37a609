//! The course of a connection test, the same for every vendor: which stage follows which, and
//! what is left out when one fails.
//!
//! What the stages look at is said in parts, each in the file of a vendor's folder that knows the
//! matter: [`Tested`] (what is tested), [`Server`] (is it there; [`Sought`](super::seek::Sought)
//! says it for APIs that may be at several places), [`SignIn`] (whose token, and what it may),
//! [`Place`] (where issues go), [`Values`] (what a mapping names there), [`Allowance`].
//!
//! Invariant: every test has the same stages in the same order, each reported when it begins and
//! when it ends; the first that fails leaves out exactly those that depend on it.
//! Deliberately absent: what a stage looks at. That is the vendor's.

use std::future::Future;

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

/// What an address was understood to be.
pub(crate) struct Understanding<'a> {
    /// In words; they also head the report.
    pub words: String,
    /// The server as people write it, with its scheme.
    pub shown: String,
    /// What should be looked at twice.
    pub cautions: &'a [String],
    /// Where the API is, if the address tells.
    pub api: Option<String>,
}

/// What is tested.
pub(crate) trait Tested: Sync {
    fn names(&self) -> &'static Names;
    fn http(&self) -> &Http;
    fn understood(&self) -> Understanding<'_>;
}

/// Whether the vendor's server is there.
pub(crate) trait Server: Tested {
    /// What looking for the API found.
    type Looked: Send;
    /// Asks where the API is, without the token; with the server's clock.
    fn look(&self) -> impl Future<Output = (Self::Looked, Option<Timestamp>)> + Send;
    /// Whether that is the vendor's server.
    fn server(&self, looked: Self::Looked) -> impl Future<Output = Finding> + Send;
}

/// Whose token it is, what it may, and until when.
pub(crate) trait SignIn: Tested {
    /// An accepted credential.
    type SignedIn: Send + Sync;
    fn credential(&self) -> impl Future<Output = (Option<Self::SignedIn>, Finding)> + Send;
    /// When the token ends, if the vendor says.
    fn ends(&self, _signed_in: &Self::SignedIn) -> Option<Timestamp> {
        None
    }
    fn scopes(&self, signed_in: &Self::SignedIn, goal: &CheckGoal) -> impl Future<Output = Finding> + Send;
    fn expiry(&self, signed_in: &Self::SignedIn) -> Finding;
    fn single_sign_on(&self, _signed_in: &mut Self::SignedIn) -> impl Future<Output = Finding> + Send {
        async { Finding::skipped(format!("{} has no authorisation of single tokens", self.names().server)) }
    }
}

/// Whether the allowance bears what is planned.
pub(crate) trait Allowance: SignIn {
    fn rate(&self, signed_in: &Self::SignedIn, goal: &CheckGoal) -> impl Future<Output = Finding> + Send;
}

/// Where issues go.
pub(crate) trait Place: SignIn {
    /// A place for issues that is visible.
    type Target: Send + Sync;
    fn target(
        &self,
        to: &Destination,
        signed_in: &Self::SignedIn,
    ) -> impl Future<Output = (Option<Self::Target>, Finding)> + Send;
    fn writable(&self, target: &Self::Target, to: &Destination) -> impl Future<Output = Finding> + Send;
}

/// What a mapping names.
pub(crate) trait Values: Place {
    /// Every value, one by one.
    fn mapping(
        &self,
        target: &Self::Target,
        to: &Destination,
        goal: &CheckGoal,
        signed_in: &Self::SignedIn,
    ) -> impl Future<Output = Finding> + Send;
}

/// Runs the test; see [`crate::Tracker::check`].
pub(crate) async fn run<C: Server + Values + Allowance>(
    course: &C,
    goal: &CheckGoal,
    report: &mut (dyn FnMut(CheckStage) + Send),
) -> CheckReport {
    let http = course.http();
    let mut exam = Examination::new(http.ports.clock.now(), &http.redactor, report);
    let ends = stages(course, goal, &mut exam).await;
    exam.finish(&course.understood().words, ends)
}

/// All stages in order; when the token ends.
async fn stages<C: Server + Values + Allowance>(
    course: &C,
    goal: &CheckGoal,
    exam: &mut Examination<'_>,
) -> Option<Timestamp> {
    let names = course.names();
    let (server, signed) = (names.server(), names.signed_in());
    exam.begin(ADDRESS);
    exam.end(ADDRESS, address(course.understood()));
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

async fn look_at_target<C: Values>(
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

/// The address, with its cautions and where the API is.
fn address(understood: Understanding<'_>) -> Finding {
    let Understanding { words, cautions, api, .. } = understood;
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
