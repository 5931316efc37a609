//! How long it takes to bring many work items of Azure DevOps up to date: one by one, and many in
//! one request.
//!
//! `cargo run --release -p docket-tracker --example changes [ISSUES] [LATENCY_MS]`: 600 work items,
//! each request answered 120 ms later than it could be. The pace that Docket keeps to is off, so
//! that only requests and waiting are measured.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement, not a part of the product")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use docket_domain::{Destination, IssueChange, IssueDraft, IssueRef, Marker, Network, ProxySetting, Secret};
use docket_practice::{AzureLimits, AzureSetup, Fault, PracticeAzure, matching};
use docket_tracker::{ConnectSettings, Pacers, Ports, Tracker, by_id};

fn connect(server: &PracticeAzure) -> Box<dyn Tracker> {
    let settings = ConnectSettings {
        location: server.url(),
        auth: "pat".to_owned(),
        username: None,
        network: Network { proxy: ProxySetting::Direct, ..Network::default() },
        settings: BTreeMap::from([("pace".to_owned(), "practice".to_owned())]),
    };
    let ports = Ports::new(Secret::new(server.token()), Arc::new(Pacers::default()));
    by_id("azure-devops").unwrap().connect(settings, ports).unwrap()
}

fn draft(at: usize) -> IssueDraft {
    IssueDraft {
        title: format!("Finding {at}"),
        body: "<p>What was found.</p>".to_owned(),
        follow_ups: Vec::new(),
        labels: vec!["security".to_owned()],
        assignees: Vec::new(),
        milestone: None,
        marker: Marker::derive(&[&at.to_string()]),
        severity: None,
        status: None,
        reason: None,
        file: None,
    }
}

/// Every issue with a new text.
fn told(issues: &[IssueRef], text: &str) -> Vec<(IssueRef, IssueChange)> {
    let change = IssueChange { body: Some(format!("<p>{text}</p>")), ..IssueChange::default() };
    issues.iter().map(|issue| (issue.clone(), change.clone())).collect()
}

#[tokio::main]
async fn main() {
    let mut words = std::env::args().skip(1).filter_map(|word| word.parse::<u64>().ok());
    let count = usize::try_from(words.next().unwrap_or(600)).unwrap();
    let late = Duration::from_millis(words.next().unwrap_or(120));
    let free = AzureLimits { units: 1e9, ..AzureLimits::default() };
    let server = PracticeAzure::start(AzureSetup::demo().limits(free)).await.unwrap();
    let tracker = connect(&server);
    let mut to = Destination::new("Büro & Lager");
    to.settings.insert("type".to_owned(), "Issue".to_owned());
    let mut issues = Vec::with_capacity(count);
    for at in 0..count {
        issues.push(tracker.create(&to, &draft(at)).await.unwrap().seen.issue);
    }
    server.faults().always(matching("*", ""), Fault::Delay(late));
    println!("{count} work items, each request {} ms late", late.as_millis());
    for round in 1..=3 {
        let (start, asked) = (Instant::now(), server.log().len());
        for (issue, change) in told(&issues, &format!("alone {round}")) {
            tracker.update(&to, &issue, &change).await.unwrap();
        }
        println!(
            "one by one: {:.1} s, {} requests",
            start.elapsed().as_secs_f64(),
            server.log().len() - asked
        );
        let (start, asked) = (Instant::now(), server.log().len());
        for some in told(&issues, &format!("together {round}")).chunks(tracker.limits().changes_at_once) {
            for answer in tracker.update_many(&to, some).await {
                answer.unwrap();
            }
        }
        println!("together: {:.1} s, {} requests", start.elapsed().as_secs_f64(), server.log().len() - asked);
    }
}
