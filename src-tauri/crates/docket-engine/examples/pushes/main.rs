//! How long 2,000 findings take to become 2,000 issues under the limits of each vendor, and how
//! many requests that takes: Docket's whole way (plan, apply) and, against the same kind of server
//! at the same time, a plain loop that creates one issue after the other and waits when it is
//! told to.
//!
//! `cargo run --release -p docket-engine --example pushes [CASE] [ISSUES]`: `github`, `board`,
//! `gitlab` or `azure`. Every request is answered 120 ms later than it could be. Server and client
//! share a clock that runs several times as fast as the real one, so that the vendors' hours pass
//! in minutes; the 120 ms are real, which makes them longer by that clock.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement, not a part of the product")]

mod least;
mod plain;
mod server;
mod time;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use docket_domain::job::{JobEvent, JobNews};
use docket_domain::{Clock, GroupKey, Network, Plan, PlanState, ProxySetting, Secret, Selection};
use docket_engine::connections::{ConnectionForm, NewSecret};
use docket_engine::imports::ImportOrder;
use docket_engine::mappings::MappingForm;
use docket_engine::secrets::Memory;
use docket_engine::{Engine, JobListener, Options, nobody};
use serde_json::{Value, json};

use server::{Case, Lab};
use time::Fast;

/// How much later than it could every answer comes.
const LATE: Duration = Duration::from_millis(120);

/// A report with so many findings, each by itself.
fn report(count: usize) -> Vec<u8> {
    let results: Vec<Value> = (0..count)
        .map(|at| {
            json!({
                "ruleId": format!("rule-{}", at % 40),
                "level": "error",
                "message": { "text": format!("What was found, number {at}") },
                "locations": [{ "physicalLocation": {
                    "artifactLocation": { "uri": format!("src/part{}/file{at}.py", at % 25) },
                    "region": { "startLine": 7, "snippet": { "text": format!("call({at})") } }
                }}]
            })
        })
        .collect();
    let run = json!({ "tool": { "driver": { "name": "Made to measure" } }, "results": results });
    json!({ "version": "2.1.0", "runs": [run] }).to_string().into_bytes()
}

/// What a push came to, times by the fast clock.
struct Pushed {
    plan: Plan,
    planning_requests: usize,
    apply_ms: i64,
    apply_requests: usize,
    /// What was told about waits.
    waits: Vec<String>,
}

fn listener(waits: &Arc<Mutex<Vec<String>>>) -> JobListener {
    let waits = Arc::clone(waits);
    Arc::new(move |event: JobEvent| {
        if let JobNews::Progress { progress } = event.news
            && let Some(words) = progress.waiting_for
        {
            let mut waits = waits.lock().unwrap();
            if waits.last() != Some(&words) {
                waits.push(words);
            }
        }
    })
}

async fn push(lab: &Lab, case: &Case, count: usize) -> Pushed {
    let room = tempfile::tempdir().unwrap();
    let options = Options::new(room.path())
        .with_secrets(Arc::new(Memory::default()))
        .with_clock(Arc::new(lab.time))
        .with_sleeper(Arc::new(lab.time));
    let engine = Engine::open(options).await.unwrap();
    let application = engine.application_add("Shop").await.unwrap();
    let form = ConnectionForm {
        id: None,
        label: "lab".to_owned(),
        kind: case.kind.to_owned(),
        location: lab.url.clone(),
        auth: "pat".to_owned(),
        username: None,
        secret: NewSecret::Entered(Secret::new(lab.token.clone())),
        proxy_password: None,
        network: Network { proxy: ProxySetting::Direct, ..Network::default() },
        settings: BTreeMap::new(),
    };
    let connection = engine.connection_save(form).await.unwrap();
    let form = MappingForm {
        id: None,
        label: String::new(),
        connection: connection.id,
        target: case.target.to_owned(),
        applications: vec![application.id],
        labels: vec!["security".to_owned()],
        severity_label: case.kind == "github",
        assignees: Vec::new(),
        milestone: None,
        severity: None,
        status: None,
        settings: Some(case.settings.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()),
        template: None,
        guard: None,
        findings_file: None,
        active: true,
    };
    let mapping = engine.mapping_save(form).await.unwrap();
    let order = ImportOrder::new(application.id);
    engine.import_reader("report.sarif", std::io::Cursor::new(report(count)), order, nobody()).await.unwrap();
    let all = Selection::Matching { query: String::new(), application: None, except: Vec::new() };
    let before = lab.log().len();
    let plan = engine.plan_make(all, mapping.id, vec![GroupKey::File], nobody()).await.unwrap();
    assert_eq!(plan.counts.create, count as u64, "one issue for each finding");
    let planned = lab.log().len();
    let (begun, waits) = (lab.time.now(), Arc::default());
    let applied = engine.plan_apply(plan.id, listener(&waits)).await.unwrap();
    let apply_ms = lab.time.now().millis_since(begun);
    assert_eq!((applied.state, applied.counts.done), (PlanState::Done, count as u64), "{applied:?}");
    engine.settled().await;
    let waits = waits.lock().unwrap().clone();
    let apply_requests = lab.log().len() - planned;
    Pushed { plan, planning_requests: planned - before, apply_ms, apply_requests, waits }
}

fn minutes(ms: i64) -> String {
    format!("{:.1} min", ms as f64 / 60_000.0)
}

async fn measure(case: &Case, count: usize) {
    let time = Fast::new(case.times);
    println!(
        "== {}: {count} issues, {} ms late, clock {} times as fast",
        case.name,
        LATE.as_millis(),
        case.times
    );
    let (ours, theirs) = (case.start(time).await, case.start(time).await);
    let least = least::time(case, count);
    let (pushed, plain) = tokio::join!(push(&ours, case, count), plain::create(&theirs, case, count));
    println!("least possible under the limits, one by one: {}", minutes(least));
    println!(
        "Docket: {} ({:.3} of the least), estimated before: {}",
        minutes(pushed.apply_ms),
        pushed.apply_ms as f64 / least as f64,
        minutes(pushed.plan.estimate_ms as i64),
    );
    println!(
        "  requests: {} ({:.4} an issue), planning before that: {}; refused with 403 or 429: {}",
        pushed.apply_requests,
        pushed.apply_requests as f64 / count as f64,
        pushed.planning_requests,
        ours.refused(),
    );
    println!("  told while waiting: {:?}", pushed.waits);
    println!(
        "plain loop: {} ({:.3} of the least), requests: {} ({:.4} an issue), refused with 403 or 429: {}",
        minutes(plain),
        plain as f64 / least as f64,
        theirs.log().len(),
        theirs.log().len() as f64 / count as f64,
        theirs.refused(),
    );
}

#[tokio::main]
async fn main() {
    let mut words = std::env::args().skip(1);
    let chosen = words.next();
    let count = words.next().and_then(|word| word.parse().ok());
    for case in server::CASES.iter().filter(|case| chosen.as_deref().is_none_or(|name| name == case.name)) {
        measure(case, count.unwrap_or(case.issues)).await;
    }
}
