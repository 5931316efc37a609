//! The GitLab client: addresses by themselves, everything else over a socket against the
//! practice GitLab, which checks every request.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod addresses;
mod doctor;
mod journeys;
mod reach;
#[path = "../support/mod.rs"]
mod support;
mod warnings;
mod writes;

use docket_domain::mapping::{Destination, FieldValue};
use docket_domain::{IssueDraft, Marker, Severity, Status};
use docket_practice::gitlab::{GitLabSetup, PracticeGitLab};
use docket_tracker::by_id;
use support::{Bench, connect_as, settings};

/// A practice GitLab and a connection with its first token.
async fn start(setup: GitLabSetup) -> (PracticeGitLab, Bench) {
    let practice = PracticeGitLab::start(setup).await.unwrap();
    let bench = connect(&practice.url(), &practice.token());
    (practice, bench)
}

fn connect(location: &str, token: &str) -> Bench {
    connect_as("gitlab", settings(location), token).expect("the settings are sound")
}

fn shop() -> Destination {
    Destination { settings: by_id("gitlab").unwrap().card().defaults.settings, .."acme/shop".into() }
}

#[allow(clippy::unnecessary_wraps, reason = "as the fields of a draft and a change want it")]
fn set(field: &str, value: &str) -> Option<FieldValue> {
    Some(FieldValue { field: field.to_owned(), value: value.to_owned() })
}

/// A draft as the default mapping makes one for a critical, active finding.
fn draft(name: &str) -> IssueDraft {
    let defaults = by_id("gitlab").unwrap().card().defaults;
    let marker = Marker::derive(&[name]);
    IssueDraft {
        title: format!("Finding {name}"),
        body: format!("What was found.\n\n{}", marker.line()),
        follow_ups: Vec::new(),
        labels: vec!["security".to_owned(), "team blue".to_owned()],
        assignees: vec!["kim".to_owned()],
        milestone: Some("2.0".to_owned()),
        marker,
        severity: defaults.severity.of_severity(Severity::Critical),
        status: defaults.status.of_status(Status::Active, None),
        reason: None,
        file: None,
    }
}

fn clean(practice: &PracticeGitLab) {
    let broken = practice.violations();
    assert!(broken.is_empty(), "requests that no GitLab takes: {broken:?}");
}
