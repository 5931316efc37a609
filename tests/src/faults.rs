//! Many runs with faults drawn from seeds: how often what went wrong, and whether all held.
//!
//! `docket-faults [RUNS] [FIRST_SEED] [AT_ONCE]` runs 1,000 from seed 1, two at once; `docket-faults 1 SEED`
//! repeats one. Every run that does not hold is printed with its seed. The same program is its own worker.

#![allow(clippy::print_stdout, reason = "a measurement, not a part of the product")]

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use docket_tests::run::{Report, Scenario};
use tokio::task::JoinSet;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.first().is_some_and(|word| word.parse::<u64>().is_err()) {
        return docket_tests::work::main(&words);
    }
    // What does not hold is told below, with its seed.
    std::panic::set_hook(Box::new(|_| {}));
    let number = |at: usize, usual: u64| words.get(at).and_then(|word| word.parse().ok()).unwrap_or(usual);
    let (runs, first, at_once) = (number(0, 1_000), number(1, 1), number(2, 2));
    match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime.block_on(all(runs, first, at_once)),
        Err(error) => {
            println!("it cannot begin: {error}");
            ExitCode::FAILURE
        }
    }
}

#[derive(Default)]
struct Sum {
    struck: BTreeMap<&'static str, u64>,
    kinds: BTreeMap<&'static str, u64>,
    processes: u64,
    requests: u64,
    longest: Duration,
    failed: Vec<String>,
}

impl Sum {
    fn add(&mut self, scenario: &Scenario, result: Result<Report, String>) {
        *self.kinds.entry(scenario.kind.id()).or_default() += 1;
        match result {
            Ok(report) => {
                for (name, times) in report.struck {
                    *self.struck.entry(name).or_default() += times;
                }
                self.processes += report.processes;
                self.requests += report.requests;
                self.longest = self.longest.max(report.took);
            }
            Err(words) => {
                println!("DOES NOT HOLD: {words}");
                self.failed.push(words);
            }
        }
    }
}

async fn all(runs: u64, first: u64, at_once: u64) -> ExitCode {
    let (began, next) = (Instant::now(), Arc::new(AtomicU64::new(0)));
    let mut lines = JoinSet::new();
    let program = std::env::current_exe().unwrap_or_default();
    println!("seeds {first} to {}", first + runs - 1);
    let (done, mut results) = tokio::sync::mpsc::unbounded_channel();
    for _ in 0..at_once {
        let (next, program, done) = (Arc::clone(&next), program.clone(), done.clone());
        lines.spawn(async move {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= runs {
                    return;
                }
                let scenario = Scenario::drawn(first + at);
                let result = scenario.clone().run(&program).await;
                if done.send((scenario, result)).is_err() {
                    return;
                }
            }
        });
    }
    drop(done);
    let (mut sum, mut count) = (Sum::default(), 0_u64);
    while let Some((scenario, result)) = results.recv().await {
        if runs <= 20 {
            println!("{scenario}");
        }
        sum.add(&scenario, result);
        count += 1;
        if count.is_multiple_of(100) {
            println!("{count} runs, {} s", began.elapsed().as_secs());
        }
    }
    tell(&sum, count, began.elapsed());
    if sum.failed.is_empty() && count == runs { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn tell(sum: &Sum, runs: u64, took: Duration) {
    println!("{runs} runs in {} s, the longest {} s", took.as_secs(), sum.longest.as_secs());
    for (kind, times) in &sum.kinds {
        println!("  {kind}: {times}");
    }
    let faults: u64 = sum.struck.values().sum();
    println!("{} processes, {} requests, {faults} faults:", sum.processes, sum.requests);
    for (name, times) in &sum.struck {
        println!("  {name}: {times}");
    }
    println!("{} of {runs} runs did not hold", sum.failed.len());
    for words in &sum.failed {
        println!("  {words}");
    }
}
