//! How fast the window is answered from a data folder that is there: pages, facets, full text, and
//! the same while a report is imported, and how soon an import that is given up has ended.
//!
//! `cargo run --release -p docket-api --example asks DATA_FOLDER [REPORT]`. Everything is asked as the
//! window asks it: by name, in JSON, through the router. Nothing is asked twice, so nothing is answered
//! from what is remembered but the number of rows that several orders of one query share. The report is
//! imported into an application of its own, given up in the middle, and imported again.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement, not a part of the product")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use docket_api::Router;
use docket_domain::job::JobEvent;
use docket_engine::secrets::Memory;
use docket_engine::{Engine, JobListener, Options, nobody};
use serde_json::{Value, json};

const SORTS: [&str; 9] =
    ["severity", "title", "rule", "application", "place", "tool", "status", "first_seen", "last_seen"];

/// How long each thing took, milliseconds.
#[derive(Default)]
struct Times(Vec<(f64, String)>);

impl Times {
    async fn ask(&mut self, router: &Router, name: &str, request: Value, what: String) -> Value {
        let begun = Instant::now();
        let answer = router.rpc(name, request).await.unwrap();
        self.0.push((begun.elapsed().as_secs_f64() * 1e3, what));
        answer
    }

    fn tell(mut self, title: &str) {
        self.0.sort_by(|a, b| a.0.total_cmp(&b.0));
        let at = |part: f64| self.0[((self.0.len() - 1) as f64 * part) as usize].0;
        println!(
            "{title:44} {:5} asked: median {:7.1} ms, 95th of 100 {:7.1} ms, longest {:7.1} ms",
            self.0.len(),
            at(0.5),
            at(0.95),
            at(1.0)
        );
        for (ms, what) in self.0.iter().rev().take(6) {
            println!("      {ms:8.1} ms  {what}");
        }
    }
}

fn page(query: &str, sort: &[(&str, bool)], start: u64) -> Value {
    let sort: Vec<Value> = sort.iter().map(|(key, down)| json!({ "key": key, "descending": down })).collect();
    let start = json!({ "type": "offset", "rows": start });
    json!({ "query": query, "application": null, "sort": sort, "start": start, "limit": 100 })
}

/// Filters of each field of the language with values that are there, and some that belong together.
async fn filters(router: &Router) -> Vec<String> {
    let facets = router.rpc("finding_facets", json!({ "query": "", "application": null })).await.unwrap();
    let mut out = Vec::new();
    for facet in ["severity", "status", "tool", "rule", "application", "cwe", "component", "branch", "linked"]
    {
        let values = facets["values"].as_array().unwrap().iter().filter(|v| v["facet"] == facet);
        for value in values.take(4) {
            let request = json!({ "text": "", "facet": facet, "value": value["value"] });
            out.push(router.rpc("query_toggle", request).await.unwrap()["text"].as_str().unwrap().to_owned());
        }
    }
    let rows = router.rpc("finding_page", page("", &[("title", false)], 400)).await.unwrap();
    let row = &rows["rows"][50];
    let place = row["place"].as_str().unwrap_or("src/a").to_owned();
    let path = place.rsplit_once(':').map_or(place.clone(), |(path, _)| path.to_owned());
    let folder = path.split('/').take(2).collect::<Vec<_>>().join("/");
    out.extend([
        format!("path:\"{path}\""),
        format!("path:{folder}/*"),
        "path:*.py".to_owned(),
        format!("id:{}", row["id"]),
        "kind:code".to_owned(),
        "kind:dependency".to_owned(),
        "proposal:yes".to_owned(),
        "seen:<7d".to_owned(),
        "first:>30d".to_owned(),
        "-status:active".to_owned(),
        "component:openssl".to_owned(),
        "cve:CVE-2024-*".to_owned(),
    ]);
    let singles = out.clone();
    let pick = |n: usize| singles[n * 7 % singles.len()].clone();
    for n in 0..20 {
        if pick(n) != pick(n + 3) {
            out.push(format!("{} {}", pick(n), pick(n + 3)));
        }
    }
    let mut kept: Vec<String> = Vec::new();
    for text in out {
        let checked = router.rpc("query_check", json!({ "text": text, "caret": 0 })).await.unwrap();
        if checked["problem"].is_null() && !kept.contains(&text) {
            kept.push(text);
        } else if !checked["problem"].is_null() {
            println!("left out, not a query: {text}");
        }
    }
    kept
}

/// Until findings are at hand: before that, no filter is counted as quickly.
async fn at_hand(router: &Router) {
    let begun = Instant::now();
    for id in 1.. {
        let asked = Instant::now();
        let request = json!({ "query": format!("-id:{id}"), "application": null });
        router.rpc("finding_facets", request).await.unwrap();
        if asked.elapsed() < Duration::from_millis(25) {
            break;
        }
    }
    println!("at hand {:.1} s after the start; memory {} MB", begun.elapsed().as_secs_f64(), memory());
    // Frequent words come a little later. None of these beginnings is asked for below.
    let mut quick = 0;
    for text in ["deserialization", "certificate", "algorithm", "intended"] {
        for end in 2..=text.len() {
            let asked = Instant::now();
            router.rpc("finding_page", page(&text[..end], &[("severity", false)], 0)).await.unwrap();
            quick = if asked.elapsed() < Duration::from_millis(8) { quick + 1 } else { 0 };
            if quick < 3 {
                tokio::time::sleep(Duration::from_millis(300)).await;
            }
        }
    }
    println!("frequent words {:.1} s after the start; memory {} MB", begun.elapsed().as_secs_f64(), memory());
}

/// What this process holds in memory; 0 where the system does not tell.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|rest| rest.trim().split(' ').next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

async fn asks(router: &Router) {
    at_hand(router).await;
    let filters = filters(router).await;
    let mut first = Times::default();
    for text in &filters {
        first.ask(router, "finding_page", page(text, &[("severity", false)], 0), text.clone()).await;
    }
    first.tell("first page of a filter, its rows counted");
    let mut sorted = Times::default();
    for text in std::iter::once("").chain(filters.iter().map(String::as_str)) {
        for key in SORTS {
            for down in [false, true] {
                let what = format!("{text} by {key}{}", if down { ", backwards" } else { "" });
                sorted.ask(router, "finding_page", page(text, &[(key, down)], 0), what).await;
            }
        }
    }
    sorted.tell("first page of each filter in each order");
    let mut far = Times::default();
    let total = router.rpc("finding_page", page("", &[("severity", false)], 0)).await.unwrap();
    let total = total["total"].as_u64().unwrap();
    for part in 1..=9 {
        let at = total * part / 10;
        far.ask(router, "finding_page", page("", &[("severity", false)], at), format!("row {at}")).await;
    }
    far.tell("scrolled to a tenth of the rows");
    let mut facets = Times::default();
    for text in &filters {
        let request = json!({ "query": text, "application": null });
        facets.ask(router, "finding_facets", request, text.clone()).await;
    }
    facets.tell("all facets of a filter");
    let mut words = Times::default();
    for text in [
        "request",
        "token",
        "pointer",
        "Free",
        "overfl*",
        "\"query string\"",
        "session loader",
        "modify token",
        "rule",
        "src",
        "CWE-79",
        "When533",
        "nothinglikethis",
        "severity:high token",
        "truncation lock",
        "status:active pointer modify",
        "inject*",
        "path argument",
        "coded",
        "unsanitized",
    ] {
        words.ask(router, "finding_page", page(text, &[("severity", false)], 0), text.to_owned()).await;
    }
    words.tell("full text, first page and count");
    let mut typed = Times::default();
    for word in ["token", "injection", "unsanitized", "cookie", "random", "buffer", "When533", "CWE-79"] {
        for end in 1..=word.len() {
            let text = &word[..end];
            typed.ask(router, "finding_page", page(text, &[("severity", false)], 0), text.to_owned()).await;
        }
    }
    typed.tell("the same for each letter that is typed");
}

/// Tells how far a job is.
fn watched(events: &Arc<Mutex<Vec<JobEvent>>>) -> JobListener {
    let events = Arc::clone(events);
    Arc::new(move |event: JobEvent| events.lock().unwrap().push(event))
}

async fn add(router: &Router, name: &str) -> Value {
    router.rpc("application_add", json!({ "name": name })).await.unwrap()["id"].clone()
}

fn order(report: &str, application: &Value) -> Value {
    json!({
        "path": report, "application": application, "format": null, "branch": null, "dry_run": false,
        "close_anyway": false, "allow_mismatch": false, "columns": null
    })
}

/// Gives an import up after so long; how long it took to end, milliseconds.
async fn given_up(router: &Router, report: &str, application: &Value, after: Duration) -> f64 {
    let events: Arc<Mutex<Vec<JobEvent>>> = Arc::default();
    let job = tokio::spawn({
        let (router, request, listener) = (router.clone(), order(report, application), watched(&events));
        async move { router.job("import_run", request, listener).await }
    });
    tokio::time::sleep(after).await;
    let id = loop {
        let begun = events.lock().unwrap().first().map(|event| event.job);
        if let Some(id) = begun {
            break id;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    };
    let begun = Instant::now();
    router.rpc("job_cancel", json!({ "id": id })).await.unwrap();
    let ended = job.await.unwrap();
    let ms = begun.elapsed().as_secs_f64() * 1e3;
    assert!(ended.is_err(), "it was over before it was given up: {after:?}");
    ms
}

/// Findings and suggestions that there are. (That an import was given up stays in the list of imports.)
async fn counts(router: &Router) -> [Value; 2] {
    let status = router.rpc("app_status", json!({})).await.unwrap();
    [status["counts"]["findings"].clone(), status["counts"]["proposals"].clone()]
}

async fn during(router: &Router, report: &str) {
    at_hand(router).await;
    let application = add(router, &format!("Imported while asked ({})", std::process::id())).await;
    let before = counts(router).await;
    for seconds in [0.05, 0.3, 0.6, 1.0, 1.5] {
        let ms = given_up(router, report, &application, Duration::from_secs_f64(seconds)).await;
        println!("given up after {seconds} s: ended {ms:.0} ms later");
    }
    assert_eq!(before, counts(router).await, "what was given up left something behind");
    let going = Arc::new(AtomicBool::new(true));
    let begun = Instant::now();
    let job = tokio::spawn({
        let (router, request, going) = (router.clone(), order(report, &application), Arc::clone(&going));
        async move {
            let import = router.job("import_run", request, nobody()).await;
            going.store(false, Ordering::Relaxed);
            import
        }
    });
    let mut times = Times::default();
    let mut n = 0_usize;
    while going.load(Ordering::Relaxed) {
        let text = ["", "severity:high", "status:active", "tool:*", "token"][n % 5];
        let key = SORTS[n * 5 % SORTS.len()];
        let what = format!("«{text}» by {key} after {:.1} s", begun.elapsed().as_secs_f64());
        times.ask(router, "finding_page", page(text, &[(key, n.is_multiple_of(2))], 0), what).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        n += 1;
    }
    job.await.unwrap().unwrap();
    println!("imported in {:.1} s while it was asked", begun.elapsed().as_secs_f64());
    times.tell("a page while a report is imported");
}

#[tokio::main]
async fn main() {
    let mut words = std::env::args().skip(1);
    let folder = words.next().unwrap();
    let options = Options::new(folder.as_ref()).with_secrets(Arc::new(Memory::default()));
    let engine = Engine::open(options).await.unwrap();
    let router = Router::new(engine.clone());
    match words.next() {
        None => asks(&router).await,
        Some(report) => during(&router, &report).await,
    }
    engine.settled().await;
}
