//! Bodies of findings that came in together lie together, through the real store.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests and their helpers may panic")]

mod common;
mod dump;

use common::{Bench, add_app, bench, code, report};
use docket_domain::{FindingDetail, FindingId, Found, Import};
use docket_store::{Batch, Staging, applications, findings};
use dump::{bytes_of, rows_of};

fn found(n: u32, words: &str) -> Found {
    let mut found = code("sqli", &format!("src/{}.rs", n % 7), n, &format!("value {n} is bad"));
    found.description = format!("Value {n} reaches the query: {words}.");
    found.partial_fingerprints.insert("sample/v1".to_owned(), format!("{n:08x}"));
    found
}

/// Brings findings in as the engine does: made ready on another thread, some hundred at a time.
fn import(bench: &Bench, found: &[Found]) -> Import {
    let told = report("Sample", found.to_vec());
    let mut staging = Staging::straight(&bench.store, bench.source(&told)).unwrap();
    let index = staging.run(&told.runs[0].0).unwrap();
    let mut preparer = staging.preparer().unwrap();
    for some in found.chunks(256) {
        let mut batch = Batch::default();
        for found in some {
            preparer.add(&mut found.clone(), None, &mut batch).unwrap();
        }
        staging.take(index, batch).unwrap();
    }
    staging.finish(told.options, |_, _| true).unwrap()
}

fn many(words: &str) -> Vec<Found> {
    (1..=900).map(|n| found(n, words)).collect()
}

fn detail(bench: &Bench, id: i64) -> FindingDetail {
    bench.store.read(move |read| findings::detail(read, FindingId(id))).unwrap()
}

fn blocks(bench: &Bench) -> usize {
    rows_of(bench, "body_block").len()
}

#[test]
fn each_finding_has_its_own_body_and_all_take_less_room() {
    let (together, alone) = (bench(), bench());
    import(&together, &many("as it was"));
    alone.import_aside(&report("Sample", many("as it was")));
    assert!(blocks(&together) > 3, "so many fill several blocks");
    assert_eq!(blocks(&alone), 0, "the other way, each lies alone");
    for id in 1..=900 {
        let (one, other) = (detail(&together, id), detail(&alone, id));
        assert_eq!(one.description, other.description, "finding {id}");
        assert_eq!(one.locations, other.locations, "finding {id}");
    }
    let room = |bench: &Bench| bytes_of(bench, &["finding_body", "body_block"]);
    assert!(room(&together) * 3 < room(&alone) * 2, "{} and {} bytes", room(&together), room(&alone));
}

#[test]
fn a_block_goes_with_the_last_body_in_it() {
    let bench = bench();
    let first = import(&bench, &many("as it was"));
    assert!(blocks(&bench) > 1, "they lie in blocks");
    bench.store.take_back(first.id, false, |_, _| true).unwrap();
    assert_eq!(blocks(&bench), 0, "nothing is left of what was taken back");

    import(&bench, &many("again"));
    let app = bench.app;
    bench.store.write(move |tx| applications::remove(tx, app)).unwrap();
    assert_eq!(blocks(&bench), 0, "nor of an application that was removed");
}

#[test]
fn former_words_outlive_the_block_that_they_lay_in() {
    let bench = bench();
    import(&bench, &[found(1, "as it was")]);
    assert_eq!(blocks(&bench), 1, "a block of one");
    let second = import(&bench, &[found(1, "in new words")]);
    assert_eq!(second.delta.updated, 1, "the same finding, in new words: {second:?}");
    assert!(detail(&bench, 1).description.contains("in new words"));
    let other = add_app(&bench.store, "other").id;
    bench.store.write(move |tx| applications::remove(tx, other)).unwrap();
    assert_eq!(blocks(&bench), 0, "nothing lies in the block any more");
    bench.store.take_back(second.id, false, |_, _| true).unwrap();
    assert!(
        detail(&bench, 1).description.contains("as it was"),
        "the import's note has the words themselves"
    );
}
