//! Coverity: rows of a view of Coverity Connect (its API), and the JSON of the command line
//! (`cov-format-errors --json-output-v10`).

mod scan;
mod view;

pub(crate) use scan::COVERITY_SCAN;
pub(crate) use view::COVERITY_API;

use docket_domain::{Found, Presence, SuppressionStatus};

use crate::clean;
use crate::report::code::decided;

/// What people decided in Coverity Connect.
fn triaged(found: &mut Found, status: Option<&str>, classification: Option<&str>, action: Option<&str>) {
    if let Some(status) = status
        && (status.starts_with("Absent") || status == "Fixed")
    {
        found.presence = Presence::Absent;
    }
    let said = [classification, action].into_iter().flatten().filter(|word| !is_silent(word));
    let said = said.collect::<Vec<_>>().join(", ");
    let dismissed = status == Some("Dismissed")
        || classification.is_some_and(|word| word == "False Positive" || word == "Intentional")
        || action == Some("Ignore");
    if dismissed {
        decided(found, SuppressionStatus::Accepted, "triage", clean::some_line(&said));
    }
}

/// Words that say that nobody said anything.
fn is_silent(word: &str) -> bool {
    ["Unclassified", "Unspecified", "Undecided", "Pending", "Unassigned", "Unknown"].contains(&word)
}
