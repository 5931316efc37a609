//! Records as their reports had them, through the real store: kept with their finding, replaced
//! when it says something else, gone with it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests and their helpers may panic")]

mod common;

use common::{Bench, Report, bench, code, report};
use docket_domain::{FindingId, Found, Import, RawForm, RawRecord};
use docket_store::raw::{self, Packer, Press};
use docket_store::{Staging, applications};

/// Imports findings, each with the record that `text` gives it; none for those that it gives none.
fn import(bench: &Bench, report: &Report, text: impl Fn(&Found) -> Option<String>) -> Import {
    let mut staging = Staging::begin(&bench.store, bench.source(report)).unwrap();
    let (mut packer, mut press) = (Packer::new(), Press::new().unwrap());
    for (run, found) in &report.runs {
        let index = staging.run(run).unwrap();
        for record in found {
            let mut full = Vec::new();
            let place = text(record).and_then(|text| {
                packer
                    .add(RawForm::Json, text.as_bytes(), |block| {
                        full.push(press.pack(block)?);
                        Ok(())
                    })
                    .unwrap()
            });
            for block in full {
                staging.raw_block(block).unwrap();
            }
            staging.found_in(index, record, place).unwrap();
        }
        staging.run_end(index, &run.completeness).unwrap();
    }
    if let Some(full) = packer.close() {
        staging.raw_block(press.pack(full).unwrap()).unwrap();
    }
    staging.finish(report.options, |_, _| true).unwrap()
}

#[allow(clippy::unnecessary_wraps, reason = "some tests give none")]
fn spelt(found: &Found) -> Option<String> {
    let line = found.locations[0].start_line;
    Some(format!("{{\"rule\":\"{}\",\"line\":{line:?},\"filler\":\"{}\"}}", found.rule, "x".repeat(500)))
}

fn of(bench: &Bench, id: FindingId) -> Option<RawRecord> {
    bench.store.read(move |r| raw::of(r, id)).unwrap()
}

/// Rows of a table, read past the store.
fn rows(bench: &Bench, table: &str) -> i64 {
    let file = bench.dir.path().join(docket_store::DATABASE_FILE);
    let conn = rusqlite::Connection::open(file).unwrap();
    conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}

fn many() -> Vec<Found> {
    let word = |n: usize| ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"][n % 10];
    let name = |n: usize| format!("{}{}{}{}", word(n / 1000), word(n / 100), word(n / 10), word(n));
    (0..2_000)
        .map(|n| code(&name(n), &format!("src/{}.rs", name(n)), 5, &format!("trouble {}", name(n))))
        .collect()
}

// covers: X11
#[test]
fn a_finding_knows_the_record_that_it_was_made_of() {
    let bench = bench();
    let found = many();
    let import = import(&bench, &report("semgrep", found.clone()), spelt);
    assert!(rows(&bench, "raw_block") > 1, "so many records fill several blocks");
    for record in [&found[0], &found[999], &found[1_999]] {
        let id = bench.page(&format!("rule:{}", record.rule)).rows[0].id;
        let raw = of(&bench, id).expect("it is kept");
        assert_eq!(Some(raw.text), spelt(record), "as it stood there");
        assert_eq!(
            (raw.form, raw.import, raw.file.as_str()),
            (RawForm::Json, import.id, "report.sarif"),
            "from where"
        );
    }
}

#[test]
fn only_what_says_something_else_brings_a_new_record() {
    let bench = bench();
    let mut found = many();
    import(&bench, &report("semgrep", found.clone()), spelt);
    let blocks = rows(&bench, "raw_block");
    let same = import(&bench, &report("semgrep", found.clone()), |_| Some("{\"other\":1}".to_owned()));
    assert_eq!(same.delta.unchanged, 2_000, "nothing has changed");
    assert_eq!(rows(&bench, "raw_block"), blocks, "so nothing more is kept");
    for at in [3, 1_500] {
        found[at].locations[0].start_line = Some(77);
    }
    let moved = import(&bench, &report("semgrep", found.clone()), spelt);
    assert_eq!(moved.delta.updated, 2, "two have moved");
    assert_eq!(rows(&bench, "raw_block"), blocks + 1, "both records are packed together anew");
    let raw_of = |rule: &str| of(&bench, bench.page(&format!("rule:{rule}")).rows[0].id).unwrap();
    let raw = raw_of(&found[3].rule);
    assert_eq!((Some(raw.text), raw.import), (spelt(&found[3]), moved.id), "the new record");
    assert_eq!(Some(raw_of(&found[4].rule).text), spelt(&found[4]), "others have theirs as before");
    // What is not kept any more must not be told either.
    found[3].locations[0].start_line = Some(78);
    import(&bench, &report("semgrep", found.clone()), |record| {
        spelt(record).filter(|_| record.rule != found[3].rule)
    });
    let id = bench.page(&format!("rule:{}", found[3].rule)).rows[0].id;
    assert_eq!(of(&bench, id), None, "the record of before is not what it says now");
}

#[test]
fn records_go_with_their_findings_and_imports() {
    let bench = bench();
    import(&bench, &report("semgrep", many()), spelt);
    let app = bench.app;
    bench.store.write(move |tx| applications::remove(tx, app)).unwrap();
    for table in ["raw_block", "raw_use", "finding_raw"] {
        assert_eq!(rows(&bench, table), 0, "{table} is empty");
    }
}

#[test]
fn a_record_goes_when_its_import_is_taken_back_and_the_one_before_counts_again() {
    let bench = bench();
    let mut found = many();
    let first = import(&bench, &report("semgrep", found.clone()), spelt);
    found[3].locations[0].start_line = Some(77);
    let second = import(&bench, &report("semgrep", found.clone()), spelt);
    let id = bench.page(&format!("rule:{}", found[3].rule)).rows[0].id;
    assert_eq!(of(&bench, id).unwrap().import, second.id, "the newer one");
    let file = bench.dir.path().join(docket_store::DATABASE_FILE);
    let conn = rusqlite::Connection::open(file).unwrap();
    conn.execute("UPDATE import SET state = 'taken_back' WHERE id = ?1", [second.id.0]).unwrap();
    assert_eq!(of(&bench, id).unwrap().import, first.id, "the one before");
}

#[test]
fn a_dry_run_keeps_nothing() {
    let bench = bench();
    let mut tried = report("semgrep", many());
    tried.options.dry_run = true;
    import(&bench, &tried, spelt);
    assert_eq!(rows(&bench, "raw_block"), 0, "nothing is stored");
}

#[test]
fn findings_without_a_record_have_none() {
    let bench = bench();
    import(&bench, &report("semgrep", many()[..3].to_vec()), |_| None);
    let id = bench.page("").rows[0].id;
    assert_eq!(of(&bench, id), None, "none is kept");
    assert_eq!(rows(&bench, "raw_block"), 0, "and no block");
}
