//! What the tests share: connections to a practice GitHub, listeners, drafts.

#![allow(dead_code, missing_docs, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

pub mod scripted;
pub mod virtual_time;

use std::sync::{Arc, Mutex};

use docket_domain::check::{CheckReport, CheckStage, CheckState};
use docket_domain::{IssueDraft, Marker, Network, Problem, ProxySetting, Secret};
use docket_tracker::{
    CheckGoal, ConnectSettings, Exchange, ExchangeSink, Pacers, Ports, Tracker, WaitSink, Waiting, by_id,
};
pub use virtual_time::VirtualTime;

/// Keeps every exchange.
#[derive(Default)]
pub struct Heard {
    pub exchanges: Mutex<Vec<Exchange>>,
    pub waits: Mutex<Vec<Waiting>>,
}

impl ExchangeSink for Heard {
    fn exchanged(&self, exchange: Exchange) {
        self.exchanges.lock().unwrap().push(exchange);
    }
}

impl WaitSink for Heard {
    fn waiting(&self, waiting: Option<&Waiting>) {
        self.waits.lock().unwrap().extend(waiting.cloned());
    }
}

/// A connection under test and everything around it.
pub struct Bench {
    pub tracker: Box<dyn Tracker>,
    pub heard: Arc<Heard>,
    pub time: Arc<VirtualTime>,
    pub ports: Ports,
}

pub fn settings(location: &str) -> ConnectSettings {
    ConnectSettings {
        location: location.to_owned(),
        auth: "pat".to_owned(),
        username: None,
        network: Network {
            proxy: ProxySetting::Direct,
            connect_timeout_ms: 2_000,
            read_timeout_ms: 4_000,
            ..Network::default()
        },
        settings: [].into(),
    }
}

/// Virtual time starts at the real one, because servers under test use theirs.
pub fn now() -> i64 {
    i64::try_from(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis())
        .unwrap()
}

pub fn ports(token: &str) -> (Ports, Arc<Heard>, Arc<VirtualTime>) {
    let heard = Arc::new(Heard::default());
    let time = Arc::new(VirtualTime::at(now()));
    let mut ports = Ports::new(Secret::new(token), Arc::new(Pacers::default()));
    ports.clock = Arc::clone(&time) as _;
    ports.sleeper = Arc::clone(&time) as _;
    ports.exchanges = Arc::clone(&heard) as _;
    ports.waits = Arc::clone(&heard) as _;
    (ports, heard, time)
}

pub fn try_connect(settings: ConnectSettings, token: &str) -> Result<Bench, Problem> {
    connect_as("github", settings, token)
}

/// A connection of any kind.
pub fn connect_as(kind: &str, settings: ConnectSettings, token: &str) -> Result<Bench, Problem> {
    let (ports, heard, time) = ports(token);
    let tracker = by_id(kind).unwrap().connect(settings, ports.clone())?;
    Ok(Bench { tracker, heard, time, ports })
}

pub fn connect(location: &str, token: &str) -> Bench {
    try_connect(settings(location), token).expect("the settings are sound")
}

pub fn draft(name: &str) -> IssueDraft {
    let marker = Marker::derive(&[name]);
    IssueDraft {
        title: format!("Finding {name}"),
        body: format!("What was found.\n\n{}", marker.line()),
        follow_ups: Vec::new(),
        labels: vec!["security".to_owned()],
        assignees: vec!["sam".to_owned()],
        milestone: Some("2.0".to_owned()),
        marker,
        severity: None,
        status: None,
        reason: None,
        file: None,
    }
}

/// Runs a connection test; every stage that was reported live is in the report too.
pub async fn check(bench: &Bench, goal: CheckGoal) -> CheckReport {
    let mut live: Vec<CheckStage> = Vec::new();
    let report = bench.tracker.check(&goal, &mut |stage| live.push(stage)).await;
    let ended: Vec<_> = live.iter().filter(|stage| stage.state != CheckState::Running).cloned().collect();
    assert_eq!(ended, report.stages, "what was told while it ran is what the report says");
    let token = bench.ports.secret.expose();
    assert!(!report.text.contains(token), "the token is in the report:\n{}", report.text);
    assert!(!serde_json::to_string(&report).unwrap().contains(token), "the token is in a stage");
    report
}

/// A goal with a repository.
pub fn goal(target: &str) -> CheckGoal {
    CheckGoal { to: Some(target.into()), ..CheckGoal::default() }
}

/// The stage with this id; asserts its state and words of its cause and advice.
pub fn expect_stage<'a>(
    report: &'a CheckReport,
    id: &str,
    wanted: CheckState,
    cause: &str,
    next: &str,
) -> &'a CheckStage {
    let stage = report.stages.iter().find(|stage| stage.id == id).expect("the stage is in the report");
    assert_eq!(stage.state, wanted, "stage {id} in\n{}", report.text);
    let text = stage.cause.as_deref().unwrap_or(&stage.summary);
    assert!(text.contains(cause), "stage {id} must say «{cause}», it says «{text}»\n{}", report.text);
    let advice = stage.next.as_deref().unwrap_or_default();
    assert!(advice.contains(next), "stage {id} must advise «{next}», it advises «{advice}»");
    stage
}

/// Everything after the stage `id` was left out, except what does not depend on it.
pub fn expect_rest_skipped(report: &CheckReport, id: &str) {
    let at = report.stages.iter().position(|stage| stage.id == id).unwrap();
    for stage in &report.stages[at + 1..] {
        assert_eq!(stage.state, CheckState::Skipped, "{} depends on {id}\n{}", stage.id, report.text);
    }
}

/// Looking a stage up in a report.
pub trait Stages {
    fn stage(&self, id: &str) -> Option<&CheckStage>;
}

impl Stages for CheckReport {
    fn stage(&self, id: &str) -> Option<&CheckStage> {
        self.stages.iter().find(|stage| stage.id == id)
    }
}
