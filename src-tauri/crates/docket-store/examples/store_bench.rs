//! How fast the store is: imports, pages, facets, full text, bulk judgements.
//!
//! `cargo run --release -p docket-store --example store_bench -- 10000 100000` prints one
//! table for each size, in a temporary folder; with `imports` only of importing and taking back.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark talks and may die")]

use std::sync::Arc;
use std::time::Instant;

use docket_domain::time::SystemClock;
use docket_domain::{
    Completeness, FindingKind, Found, Identifier, ImportId, Location, PageStart, Reason, Run, Selection,
    Severity, Snippet, Sort, SortKey, Status, Tool,
};
use docket_store::{FinishOptions, Source, Staging, Store, applications, counts, findings, take_back};

fn found(n: u64, shift: u32) -> Found {
    let rule = n * 37 % 250;
    let mut found = Found::new(
        format!("java/rule-{rule}"),
        format!("Value flows from request parameter {n} into a query without validation"),
    );
    found.kind = FindingKind::Code;
    found.severity = Severity::ALL[(n * 7 % 6) as usize];
    found.description = format!(
        "The value of parameter {n} reaches the query buffer in file {} without a length check and may allow an attacker to read or modify data outside of the intended scope of handler {}.",
        n % 6000,
        n % 911
    );
    found.identifiers =
        vec![Identifier { scheme: "CWE".to_owned(), value: format!("CWE-{}", 20 + rule % 60) }];
    let mut location = Location::nowhere();
    location.path = Some(format!("src/module{}/package{}/File{}.java", n % 40, n % 600, n % 6000));
    location.start_line = Some((n % 2500) as u32 + 1 + shift);
    location.start_column = Some((n % 80) as u32);
    location.snippet = Some(Snippet { text: format!("    query(request.get(\"p{n}\"));"), start_line: None });
    found.locations.push(location);
    if !n.is_multiple_of(10) {
        found.partial_fingerprints.insert(
            "primaryLocationLineHash".to_owned(),
            format!("{:016x}:1", n.wrapping_mul(0x9E37_79B9_7F4A_7C15)),
        );
    }
    found
}

fn import(
    store: &Store,
    app: docket_domain::ApplicationId,
    what: &str,
    records: impl Iterator<Item = Found>,
) -> ImportId {
    let begun = Instant::now();
    let source = Source {
        application: app,
        file: "bench.sarif".to_owned(),
        bytes: 0,
        sha256: what.to_owned(),
        format: "sarif".to_owned(),
        branch: None,
        reader: String::new(),
    };
    let mut staging = Staging::straight(store, source).unwrap();
    let run = Run {
        tool: Tool { name: "Bench".to_owned(), version: None, uri: None },
        branch: Some("main".to_owned()),
        revision: None,
        repository: None,
        category: None,
        started: None,
        completeness: Completeness::Complete,
    };
    let index = staging.run(&run).unwrap();
    for record in records {
        staging.found(index, &record).unwrap();
    }
    let staged = begun.elapsed();
    let import = staging.finish(FinishOptions::default(), |_, _| true).unwrap();
    let delta = import.delta;
    println!(
        "{what:28} {:8.2} s (laid aside after {:.2} s)  new {} unchanged {} updated {} gone {}; memory {} MB",
        begun.elapsed().as_secs_f64(),
        staged.as_secs_f64(),
        delta.new,
        delta.unchanged,
        delta.updated,
        delta.gone,
        peak_mb()
    );
    import.id
}

/// What of an import is done by the thread that reads, without reading.
fn make_ready(size: u64) {
    let begun = Instant::now();
    let (mut preparer, mut bytes) = (docket_store::Preparer::together(), 0);
    let mut spent = std::time::Duration::ZERO;
    for n in 0..size {
        let (mut batch, mut record) = (docket_store::Batch::default(), found(n, 0));
        let each = Instant::now();
        preparer.add(&mut record, None, &mut batch).unwrap();
        spent += each.elapsed();
        bytes += batch.bytes();
    }
    println!(
        "{:28} {:8.2} s (in all {:.2} s)  {} bytes each",
        "made ready",
        spent.as_secs_f64(),
        begun.elapsed().as_secs_f64(),
        bytes as u64 / size
    );
}

/// Takes an import back, from a look at what that would do to the end.
fn take_back(store: &Store, what: &str, id: ImportId) {
    let begun = Instant::now();
    store.read(move |r| take_back::look(r, id)).unwrap();
    let looked = begun.elapsed();
    let done = store.take_back(id, false, |_, _| true).unwrap();
    println!(
        "{what:28} {:8.2} s (looked at after {:.2} s)  removed {} restored {} opened {}; memory {} MB",
        begun.elapsed().as_secs_f64(),
        looked.as_secs_f64(),
        done.removed,
        done.restored,
        done.opened,
        peak_mb()
    );
}

fn peak_mb() -> u64 {
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|s| {
            s.lines().find(|l| l.starts_with("VmHWM"))?.split_whitespace().nth(1)?.parse::<u64>().ok()
        })
        .unwrap_or(0)
        / 1024
}

fn timed<T>(what: &str, f: impl Fn() -> T) -> T {
    let begun = Instant::now();
    let value = f();
    let first = begun.elapsed();
    let begun = Instant::now();
    f();
    println!(
        "{what:44} {:9.2} ms first, {:9.2} ms again",
        first.as_secs_f64() * 1e3,
        begun.elapsed().as_secs_f64() * 1e3
    );
    value
}

fn main() {
    let only_imports = std::env::args().any(|a| a == "imports");
    let sizes: Vec<u64> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    for size in if sizes.is_empty() { vec![10_000] } else { sizes } {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Arc::new(SystemClock)).unwrap();
        let app = store.write(|tx| applications::add(tx, "bench")).unwrap().id;
        println!("== {size} findings ==");
        make_ready(size);
        let first = import(&store, app, "first import", (0..size).map(|n| found(n, 0)));
        let same = import(&store, app, "same again", (0..size).map(|n| found(n, 0)));
        let changed = import(
            &store,
            app,
            "5% new, 5% gone, 25% moved",
            (0..size).map(|n| {
                let n = if n % 20 == 13 { n + size } else { n };
                found(n, if n % 4 == 1 { 7 } else { 0 })
            }),
        );
        let file = std::fs::metadata(dir.path().join(docket_store::DATABASE_FILE)).map_or(0, |m| m.len());
        println!("file {} MB", file / 1_048_576);
        if only_imports {
            take_back(&store, "the changed one taken back", changed);
            take_back(&store, "the same one taken back", same);
            take_back(&store, "the first one taken back", first);
            continue;
        }
        let page = |text: &'static str, key: SortKey, descending: bool, rows: u64| {
            let store = store.clone();
            move || {
                let query = findings::parse(text).unwrap();
                store
                    .read(move |r| {
                        findings::page(
                            r,
                            &query,
                            None,
                            &[Sort { key, descending }],
                            &PageStart::Offset { rows },
                            100,
                        )
                    })
                    .unwrap()
            }
        };
        for key in SortKey::ALL {
            timed(&format!("page by {key}"), page("", *key, false, 0));
        }
        timed("page by severity, status:active", page("status:active", SortKey::Severity, false, 0));
        timed("page by title down, severity:low", page("severity:low", SortKey::Title, true, 0));
        timed("page by severity at the middle", page("", SortKey::Severity, false, size / 2));
        let middle = page("", SortKey::Severity, false, size / 2)();
        if let Some(cursor) = middle.next {
            timed("the page behind it, by cursor", || {
                let (query, start) =
                    (findings::parse("").unwrap(), PageStart::After { cursor: cursor.clone() });
                store
                    .read(move |r| {
                        findings::page(
                            r,
                            &query,
                            None,
                            &[Sort { key: SortKey::Severity, descending: false }],
                            &start,
                            100,
                        )
                    })
                    .unwrap()
            });
        }
        timed("page for a rule", page("rule:java/rule-7", SortKey::Severity, false, 0));
        timed("page for a path", page("path:src/module7/**", SortKey::Severity, false, 0));
        timed("page for a word in all (query)", page("query", SortKey::Severity, false, 0));
        timed("page for a rare phrase", page("\"parameter 4711\"", SortKey::Severity, false, 0));
        timed("page for cwe:25", page("cwe:25", SortKey::Severity, false, 0));
        for text in ["", "status:active", "severity:high tool:bench"] {
            timed(&format!("all facets of «{text}»"), || {
                let query = findings::parse(text).unwrap();
                store.read(move |r| findings::facets(r, &query, None)).unwrap()
            });
        }
        timed("counts of the rail", || store.read(counts::counts).unwrap());
        let id = page("", SortKey::Title, false, 10)().rows[0].id;
        timed("detail", || store.read(move |r| findings::detail(r, id)).unwrap());
        timed("completion of rules", || {
            store.read(|r| findings::values(r, docket_domain::query::Field::Rule, "java/rule-1", 20)).unwrap()
        });
        let begun = Instant::now();
        let changed = store
            .write(|tx| {
                let all = Selection::Matching {
                    query: "severity:low".to_owned(),
                    application: None,
                    except: Vec::new(),
                };
                findings::assess(
                    tx,
                    &all,
                    Status::Active,
                    Some(Reason::InReview),
                    Some("bulk"),
                    Some("bench"),
                )
            })
            .unwrap();
        println!("judging {changed} at once {:31.2} ms", begun.elapsed().as_secs_f64() * 1e3);
        let begun = Instant::now();
        for _ in 0..200 {
            store.write(|tx| docket_store::settings::set(tx, "x", &1)).unwrap();
        }
        println!("one durable write {:36.2} ms", begun.elapsed().as_secs_f64() * 1e3 / 200.0);
    }
}
