//! Everything in a database as text, to compare two states of it.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use docket_store::DATABASE_FILE;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::common::Bench;

/// Every row of every table that matters, by table.
pub type Dump = BTreeMap<String, Vec<String>>;

/// Counters, what tells that something happened at all, and blocks of bodies: a body is the same wherever
/// it lies.
const APART: [&str; 5] = ["change", "sqlite_sequence", "job", "lease", "body_block"];

fn open(bench: &Bench) -> Connection {
    Connection::open(bench.dir.path().join(DATABASE_FILE)).unwrap()
}

/// The whole database, but for numbers that only count: an import that was taken back is told by its
/// row in the history alone.
pub fn dump(bench: &Bench) -> Dump {
    let conn = open(bench);
    let mut names = conn
        .prepare(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'finding_text%' ORDER BY name",
        )
        .unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut out = Dump::new();
    for name in names.iter().filter(|name| !APART.contains(&name.as_str())) {
        out.insert(name.clone(), rows(&conn, name));
    }
    conn.execute_batch("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, finding_text, instance)")
        .unwrap();
    out.insert("words".to_owned(), rows(&conn, "words"));
    out
}

/// The rows of one table.
pub fn rows_of(bench: &Bench, table: &str) -> Vec<String> {
    rows(&open(bench), table)
}

/// Bytes that the values of some tables have.
pub fn bytes_of(bench: &Bench, tables: &[&str]) -> usize {
    let conn = open(bench);
    let mut sum = 0;
    for table in tables {
        let mut statement = conn.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                sum += match row.get_ref(column).unwrap() {
                    ValueRef::Null => 0,
                    ValueRef::Integer(_) | ValueRef::Real(_) => 8,
                    ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.len(),
                };
            }
        }
    }
    sum
}

fn rows(conn: &Connection, table: &str) -> Vec<String> {
    let filter = match table {
        "import" => " WHERE state <> 'taken_back'",
        "import_run" | "import_warning" => {
            " WHERE import NOT IN (SELECT id FROM import WHERE state = 'taken_back')"
        }
        _ => "",
    };
    let mut statement = conn.prepare(&format!("SELECT * FROM {table}{filter}")).unwrap();
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut rows = statement.query([]).unwrap();
    let mut out = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let mut text = String::new();
        for (column, name) in names.iter().enumerate() {
            if name == "id" && matches!(table, "event" | "proposal") {
                continue;
            }
            match (table, name.as_str()) {
                ("finding_body", "body") => {
                    write!(text, "body={} ", body(conn, row.get_ref(column).unwrap())).unwrap();
                }
                _ => write!(text, "{name}={:?} ", row.get_ref(column).unwrap()).unwrap(),
            }
        }
        out.push(text);
    }
    // Which rowid a row has is a count too.
    out.sort();
    out
}

/// The JSON of a body, whether it lies alone, in a block, or unpacked.
fn body(conn: &Connection, value: ValueRef<'_>) -> String {
    let bytes = match value {
        ValueRef::Text(text) => text.to_vec(),
        ValueRef::Blob([1, packed @ ..]) => {
            let mut alone =
                zstd::bulk::Decompressor::with_dictionary(include_bytes!("../../src/body.dict")).unwrap();
            alone.decompress(&packed[4..], 1 << 24).unwrap()
        }
        ValueRef::Blob([2, place @ ..]) => {
            let mut numbers = [0_usize; 3];
            let mut rest = place.iter();
            for number in &mut numbers {
                for shift in (0..).step_by(7) {
                    let byte = *rest.next().unwrap();
                    *number |= usize::from(byte & 0x7f) << shift;
                    if byte < 0x80 {
                        break;
                    }
                }
            }
            let [block, at, length] = numbers;
            let text = "SELECT bytes FROM body_block WHERE id = ?1";
            let packed: Vec<u8> = conn.query_row(text, [block as i64], |row| row.get(0)).unwrap();
            let whole = zstd::bulk::decompress(&packed[5..], 1 << 24).unwrap();
            whole[at..at + length].to_vec()
        }
        other => panic!("no body: {other:?}"),
    };
    String::from_utf8(bytes).unwrap()
}

/// Two states are the same, else the first rows that differ are told.
#[track_caller]
pub fn same(one: &Dump, other: &Dump, why: &str) {
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>(), "the same tables");
    for (table, rows) in one {
        let others = &other[table];
        if rows == others {
            continue;
        }
        let missing: Vec<&String> = rows.iter().filter(|row| !others.contains(row)).take(3).collect();
        let more: Vec<&String> = others.iter().filter(|row| !rows.contains(row)).take(3).collect();
        panic!("{why}: {table} differs\nonly in the first: {missing:#?}\nonly in the second: {more:#?}");
    }
}

/// Puts a finding into an issue.
pub fn link(bench: &Bench, finding: i64) {
    let conn = open(bench);
    conn.execute_batch(
        "INSERT INTO connection (label, kind, location, auth, secret, proxy_secret, network, settings, created, changed) \
         VALUES ('x', 'github', 'x', 'pat', '{}', '{}', '{}', '{}', 0, 0); \
         INSERT INTO issue (connection, target, number, url, marker, title, state, linked, seen) \
         VALUES (1, 'acme/shop', '7', 'x', 'x', 'x', '{\"type\":\"open\"}', 0, 0);",
    )
    .unwrap();
    conn.execute("INSERT INTO link VALUES (?1, 1, 0)", [finding]).unwrap();
}

/// Answers the n-th open suggestion, if there is one.
pub fn answer(bench: &Bench, at: usize, yes: bool) {
    let (open, _) = bench.store.read(|r| docket_store::proposals::list(r, 0, 100)).unwrap();
    let Some(one) = open.get(at % open.len().max(1)) else { return };
    let id = one.id;
    bench
        .store
        .write(move |tx| {
            if yes {
                docket_store::proposals::accept(tx, id, None, Some("ann"))
            } else {
                docket_store::proposals::dismiss(tx, id, Some("ann"))
            }
        })
        .unwrap();
}
