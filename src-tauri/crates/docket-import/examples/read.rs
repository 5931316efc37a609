//! Reads reports and prints what was in them, how long it took and the peak memory:
//! `cargo run -p docket-import --example read -- [--format ID] [--show] [--raw] FILE...`
#![allow(clippy::print_stdout)]

use std::path::Path;
use std::time::Instant;

use docket_domain::{Completeness, Found, Rule, Run, Warning};
use docket_import::{RawText, ReadOptions, Sink, Stop};

/// Counts, and prints when asked to.
#[derive(Default)]
struct Printer {
    show: bool,
    /// Bytes of the records that findings are made of.
    raw: u64,
    locations: u64,
    rules: u64,
}

impl Sink for Printer {
    fn run(&mut self, run: Run) -> Result<(), Stop> {
        println!("  run: {} {:?} {:?}", run.tool.name, run.tool.version, run.completeness);
        Ok(())
    }
    fn rule(&mut self, _: Rule) -> Result<(), Stop> {
        self.rules += 1;
        Ok(())
    }
    fn finding(&mut self, found: Found) -> Result<(), Stop> {
        self.locations += found.locations.len() as u64;
        if self.show {
            let place = found.locations.first().and_then(docket_domain::Location::short).unwrap_or_default();
            let ids: Vec<&str> = found.identifiers.iter().map(|id| id.value.as_str()).collect();
            println!(
                "  {:8} {:6} {} | {} | {place} | {ids:?}",
                found.severity, found.kind, found.rule, found.title
            );
        }
        Ok(())
    }
    fn raw(&mut self, record: Option<RawText<'_>>) -> Result<(), Stop> {
        self.raw += record.map_or(0, |record| record.bytes.len() as u64);
        Ok(())
    }
    fn warning(&mut self, warning: Warning) -> Result<(), Stop> {
        if self.show {
            println!("  warning: {} {:?} {:?}", warning.message, warning.place.record, warning.place.line);
        }
        Ok(())
    }
    fn run_end(&mut self, _: Completeness) -> Result<(), Stop> {
        Ok(())
    }
    fn progress(&mut self, _: u64, _: u64) -> Result<(), Stop> {
        Ok(())
    }
}

fn main() {
    let mut format = None;
    let mut options = ReadOptions::default();
    let mut printer = Printer::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--raw" => options.raw = true,
            "--show" => printer.show = true,
            "--format" => format = arguments.next(),
            file => {
                let begin = Instant::now();
                let outcome = docket_import::open(Path::new(file)).and_then(|intake| {
                    docket_import::read(&intake, format.as_deref(), &options, &mut printer)
                });
                match outcome {
                    Ok(summary) => println!("{file}: {summary:?} in {:.3} s", begin.elapsed().as_secs_f64()),
                    Err(problem) => println!("{file}: {problem:?} {problem}"),
                }
            }
        }
    }
    println!(
        "{} rules, {} locations, {} bytes of records; peak memory {}",
        printer.rules,
        printer.locations,
        printer.raw,
        peak_memory()
    );
}

/// `VmHWM` of this process, where the system tells it.
fn peak_memory() -> String {
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|status| {
            status.lines().find_map(|line| line.strip_prefix("VmHWM:").map(|v| v.trim().to_owned()))
        })
        .unwrap_or_else(|| "not known on this system".to_owned())
}
