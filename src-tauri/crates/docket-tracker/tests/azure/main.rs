//! Azure DevOps Boards over sockets, against the practice server that holds the vendor's
//! specification against both sides.

#![allow(missing_docs, reason = "tests")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod addresses;
mod bulk;
mod doctor;
mod markdown;
mod older_host;
mod pace;
mod races;
mod reads;
mod servers;
#[path = "../support/mod.rs"]
mod support;
mod warnings;
mod writes;

use docket_domain::{Destination, FieldValue, IssueDraft, Marker};
use docket_practice::{AzureProcess, AzureSetup, PatSeed, PracticeAzure, ProjectSeed};
use docket_tracker::{ConnectSettings, by_id};
use support::Bench;

/// Everything that a person with a full token may do.
pub const FULL: &[&str] = &["vso.work_write", "vso.project"];

/// Two projects of different processes, and people.
pub(crate) fn contoso() -> AzureSetup {
    contoso_as("contoso")
}

/// The same, with another name of the organisation or collection.
pub(crate) fn contoso_as(organisation: &str) -> AzureSetup {
    AzureSetup::new(organisation)
        .person("robin@contoso.example", "Robin Roe")
        .person("kim@contoso.example", "Kim Kay")
        .project(
            ProjectSeed::new("Shop", AzureProcess::Basic)
                .area("Web\\Checkout")
                .iteration("Sprint 1")
                .team("Shop Team", &["robin@contoso.example", "kim@contoso.example"])
                .tag("security"),
        )
        .project(ProjectSeed::new("Web Shop", AzureProcess::Agile))
        .project(ProjectSeed::new("Strict", AzureProcess::Cmmi))
        .project(ProjectSeed::new("Secure", AzureProcess::SecureAgile))
        .pat(PatSeed::new("full", "robin@contoso.example", FULL))
}

pub(crate) async fn start(setup: AzureSetup) -> PracticeAzure {
    PracticeAzure::start(setup).await.expect("the practice server starts")
}

pub(crate) fn settings(location: &str) -> ConnectSettings {
    let mut settings = support::settings(location);
    settings.settings.insert("pace".to_owned(), "practice".to_owned());
    settings
}

pub(crate) fn connect_with(settings: ConnectSettings, token: &str) -> Bench {
    let (ports, heard, time) = support::ports(token);
    let tracker = by_id("azure-devops").unwrap().connect(settings, ports.clone()).expect("sound settings");
    Bench { tracker, heard, time, ports }
}

pub(crate) fn connect(server: &PracticeAzure) -> Bench {
    connect_with(settings(&server.url()), &server.token())
}

/// A place with a type.
pub(crate) fn to(project: &str, kind: &str) -> Destination {
    let mut to = Destination::new(project);
    to.settings.insert("type".to_owned(), kind.to_owned());
    to.settings.insert("severity_beside".to_owned(), "true".to_owned());
    to
}

#[allow(clippy::unnecessary_wraps, reason = "as a draft holds it")]
pub(crate) fn value(field: &str, value: &str) -> Option<FieldValue> {
    Some(FieldValue { field: field.to_owned(), value: value.to_owned() })
}

/// A finding in the vendor's markup.
pub(crate) fn draft(name: &str) -> IssueDraft {
    IssueDraft {
        title: format!("Finding {name}"),
        body: "<p>What was found.</p>".to_owned(),
        follow_ups: Vec::new(),
        labels: vec!["security".to_owned()],
        assignees: Vec::new(),
        milestone: None,
        marker: Marker::derive(&[name]),
        severity: value("/fields/Microsoft.VSTS.Common.Priority", "1"),
        status: None,
        reason: None,
        file: None,
    }
}

/// Nothing that was sent disagrees with the vendor's documents.
pub(crate) fn no_violations(server: &PracticeAzure) {
    let found = server.violations();
    assert!(found.is_empty(), "requests must agree with the vendor's specification: {found:#?}");
}
