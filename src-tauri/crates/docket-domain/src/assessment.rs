//! What is decided about a finding, and by whom.
//!
//! Two facts make the status that people see: whether the last complete scan still found
//! it (`present`), and what a person decided (`Assessment`). Keeping them apart is what
//! lets an import never overwrite a decision.

use crate::problem::Problem;
use crate::time::Timestamp;

words! {
    /// The four states that every tracker mapping knows.
    pub enum Status {
        /// To be dealt with.
        Active = "active", "Active";
        /// Dealt with.
        Closed = "closed", "Closed";
        /// The scanner is wrong.
        FalsePositive = "false_positive", "False positive";
        /// Real, and accepted as it is.
        RiskAccepted = "risk_accepted", "Risk accepted";
    }
}

words! {
    /// The finer reason under a status.
    pub enum Reason {
        /// Closed: the last complete scan did not find it any more.
        Resolved = "resolved", "Resolved";
        /// Closed: fixed or shielded, says a person.
        Mitigated = "mitigated", "Mitigated";
        /// Closed: the same as another finding.
        Duplicate = "duplicate", "Duplicate";
        /// Closed: not this application's business.
        OutOfScope = "out_of_scope", "Out of scope";
        /// False positive: the vulnerable code is not reachable or not present.
        NotAffected = "not_affected", "Not affected";
        /// Active: somebody is looking at it.
        InReview = "in_review", "In review";
    }
}

words! {
    /// Who set the present status.
    pub enum StatusSource {
        /// An import (found, found again, not found any more).
        Import = "import", "import";
        /// A person in Docket.
        Person = "person", "person";
        /// An issue in a tracker.
        Tracker = "tracker", "tracker";
    }
}

impl Reason {
    /// The status that this reason refines.
    pub fn status(self) -> Status {
        match self {
            Self::InReview => Status::Active,
            Self::Resolved | Self::Mitigated | Self::Duplicate | Self::OutOfScope => Status::Closed,
            Self::NotAffected => Status::FalsePositive,
        }
    }
}

wire! {
    /// A decision about a finding: the status, its finer reason, and the words given with it.
    pub struct Assessment {
        /// The decided status.
        pub status: Status,
        /// The finer reason, if one was given; it must belong to the status.
        pub reason: Option<Reason>,
        /// Why, in the person's words.
        pub comment: Option<String>,
        /// Who decided.
        pub source: StatusSource,
        /// Who, by name (the operating system's user, a tracker's login), if known.
        pub author: Option<String>,
        /// When.
        pub at: Timestamp,
    }
}

impl Assessment {
    /// Refuses a reason under the wrong status, and `Resolved` from a person (only a scan
    /// can say that something is not found any more; people say `mitigated`).
    pub fn check(status: Status, reason: Option<Reason>) -> Result<(), Problem> {
        match reason {
            Some(reason) if reason.status() != status => Err(Problem::bad_input(format!(
                "«{}» is a reason for «{}», not for «{}».",
                reason.label(),
                reason.status().label(),
                status.label()
            ))),
            Some(Reason::Resolved) => {
                Err(Problem::bad_input("«Resolved» is what a scan says when it no longer finds something.")
                    .hint("Choose «Mitigated» to close it yourself."))
            }
            _ => Ok(()),
        }
    }
}

/// The status that people see, from what the scans say and what a person decided.
pub fn effective(present: bool, decided: Option<(Status, Option<Reason>)>) -> (Status, Option<Reason>) {
    match (decided, present) {
        (Some((Status::Active, _)) | None, false) => (Status::Closed, Some(Reason::Resolved)),
        (Some(decision), _) => decision,
        (None, true) => (Status::Active, None),
    }
}

/// Whether a decision survives that a later scan finds the thing (again): only «mitigated»
/// and a plain «closed» are contradicted by it.
pub fn survives_sighting(status: Status, reason: Option<Reason>) -> bool {
    !matches!((status, reason), (Status::Closed, None | Some(Reason::Mitigated | Reason::Resolved)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_outlives_scans_and_absence_closes_only_what_is_open() {
        let fp = Some((Status::FalsePositive, None));
        assert_eq!(
            effective(false, fp),
            (Status::FalsePositive, None),
            "a person's word is kept when the scan goes quiet"
        );
        assert_eq!(effective(true, None), (Status::Active, None), "found and undecided is active");
        assert_eq!(
            effective(false, None),
            (Status::Closed, Some(Reason::Resolved)),
            "gone and undecided is resolved"
        );
        let review = Some((Status::Active, Some(Reason::InReview)));
        assert_eq!(
            effective(false, review),
            (Status::Closed, Some(Reason::Resolved)),
            "a review ends when it is gone"
        );
        assert_eq!(
            effective(true, review),
            (Status::Active, Some(Reason::InReview)),
            "a review goes on while found"
        );
    }

    #[test]
    fn only_a_claim_of_being_fixed_is_contradicted_by_a_sighting() {
        assert!(!survives_sighting(Status::Closed, Some(Reason::Mitigated)), "seen again means not fixed");
        assert!(survives_sighting(Status::Closed, Some(Reason::Duplicate)), "a duplicate stays one");
        assert!(survives_sighting(Status::RiskAccepted, None), "an accepted risk is expected to be seen");
    }

    #[test]
    fn reasons_belong_to_their_status() {
        assert!(
            Assessment::check(Status::Active, Some(Reason::InReview)).is_ok(),
            "in review refines active"
        );
        assert!(Assessment::check(Status::Active, Some(Reason::Duplicate)).is_err(), "a duplicate is closed");
        assert!(Assessment::check(Status::Closed, Some(Reason::Resolved)).is_err(), "only a scan resolves");
    }
}
