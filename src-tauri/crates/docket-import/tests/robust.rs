//! Whatever the bytes are: no panic, and an answer that holds together.
#![allow(clippy::unwrap_used, reason = "a helper of tests stops the test")]

mod common;

use common::holds::judged;
use common::{collect, collect_bytes, fixture};
use docket_domain::{Completeness, Location};
use docket_import::{Collected, ReadSummary, from_bytes};
use proptest::prelude::*;

/// What must hold for everything that was read.
fn check(summary: &ReadSummary, sink: &Collected) {
    assert_eq!(summary.findings, sink.findings().count() as u64, "the counts agree");
    assert_eq!(summary.runs, sink.runs.len() as u64, "the runs agree");
    for run in &sink.runs {
        assert!(run.end.is_some(), "every run has its end");
        let rules: Vec<&str> = run.rules.iter().map(|rule| rule.id.as_str()).collect();
        for found in &run.findings {
            assert!(
                !found.title.trim().is_empty() && found.title.chars().count() <= 200,
                "title: {:?}",
                found.title
            );
            assert!(!found.title.contains('\n'), "a title is one line");
            assert!(
                found.rule.is_empty() || rules.contains(&found.rule.as_str()),
                "rule {:?} was told",
                found.rule
            );
            let places =
                found.locations.iter().chain(&found.related).chain(found.flows.iter().flat_map(|f| &f.steps));
            places.for_each(check_place);
            assert!(found.place.record.is_some(), "each finding knows its place");
        }
    }
}

fn check_place(place: &Location) {
    if let Some(path) = place.path.as_deref().filter(|path| !path.contains(':')) {
        assert!(!path.split('/').any(|part| part == ".."), "{path} never climbs out");
    }
    assert!(place.start_line != Some(0) && place.start_column != Some(0), "lines and columns begin with 1");
}

#[test]
fn the_line_ends_of_windows_change_nothing() {
    for format in docket_import::formats() {
        let mut unix = format.example().replace("\r\n", "\n");
        if unix.starts_with('<') {
            // In XML texts and values have ends of lines in them.
            unix = unix.replace(' ', "\n");
        }
        let picture = |text: &str| {
            let (summary, sink) = collect(&from_bytes("report", text.as_bytes()).unwrap(), Some(format.id()))
                .unwrap_or_else(|problem| panic!("{}: {problem}", format.id()));
            common::picture(&summary, &sink)
        };
        assert_eq!(picture(&unix.replace('\n', "\r\n")), picture(&unix), "{}", format.id());
    }
}

fn seed(name: &str) -> Vec<u8> {
    std::fs::read(fixture(name)).unwrap()
}

/// A piece that changes the meaning of JSON or CSV when it is put somewhere.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let words: Vec<&[u8]> = vec![
        b"null",
        b"{}",
        b"[]",
        b"[{}]",
        b"-1",
        b"1e999",
        b"NaN",
        b"\"\"",
        b"true",
        b"99999999999999999999",
        b",",
        b":",
        b"\"",
        b"\\",
        b"\\ud800",
        b"\\u0000",
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"{\"index\":0}",
        b"{\"index\":-1}",
        b"{\"uri\":\"../..\"}",
        b"\"%2e%2e/%2e%2e\"",
        b"[[[[[[[[",
        b"\n",
        b";",
        b"{\"id\":\"{0}{{\"}",
        b"[x](1)",
    ];
    prop_oneof![
        prop::sample::select(words).prop_map(<[u8]>::to_vec),
        prop::collection::vec(any::<u8>(), 0..4)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn arbitrary_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..400), name in "x\\.(sarif|json|csv|gz|zip)") {
        if let Ok((summary, sink)) = collect_bytes(&name, &bytes) {
            check(&summary, &sink);
        }
    }

    #[test]
    fn mutated_reports_are_answered(
        file in prop::sample::select(vec!["everything.sarif", "careless.sarif", "findings.json", "table.csv"]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..40, piece()), 1..6),
    ) {
        let mut bytes = seed(file);
        for (at, length, piece) in changes {
            let at = at.index(bytes.len().max(1));
            let end = (at + length).min(bytes.len());
            bytes.splice(at..end, piece);
        }
        if let Ok((summary, sink)) = collect_bytes(file, &bytes) {
            check(&summary, &sink);
        }
    }

    /// The same for the example of every format that there is.
    #[test]
    fn mutated_examples_are_answered(
        format in prop::sample::select(docket_import::formats().to_vec().into_iter().map(docket_import::Format::id).collect::<Vec<_>>()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..60, piece()), 1..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
        forced in any::<bool>(),
    ) {
        let format = docket_import::by_id(format).unwrap();
        let mut bytes = format.example().as_bytes().to_vec();
        for (at, length, piece) in changes {
            let at = at.index(bytes.len().max(1));
            let end = (at + length).min(bytes.len());
            bytes.splice(at..end, piece);
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len().max(1)));
        }
        let name = format!("report.{}", format.extensions()[0]);
        let intake = from_bytes(&name, bytes);
        let read = intake.and_then(|intake| collect(&intake, forced.then_some(format.id())));
        if let Ok((summary, sink)) = read {
            check(&summary, &sink);
        }
    }

    /// Values of the wrong type anywhere: the file stays readable, since it stays JSON.
    #[test]
    fn values_of_the_wrong_type_cost_no_file(picks in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..8), 1..8)) {
        let mut tree: serde_json::Value = serde_json::from_slice(&seed("everything.sarif")).unwrap();
        for (at, what) in picks {
            let count = count_values(&tree);
            // 0 is the file itself; the version has to stay.
            let mut at = at.index(count - 1) + 1;
            replace(&mut tree, &mut at, &odd(what));
        }
        tree["version"] = "2.1.0".into();
        let runs_are_there = tree["runs"].is_array();
        let bytes = serde_json::to_vec(&tree).unwrap();
        let outcome = collect(&from_bytes("x.sarif", bytes).unwrap(), Some("sarif"));
        let (summary, sink) = outcome.map_err(|problem| TestCaseError::fail(problem.to_string()))?;
        check(&summary, &sink);
        prop_assert!(runs_are_there || summary.runs == 0, "without runs there is nothing");
    }
}

fn odd(what: usize) -> serde_json::Value {
    use serde_json::json;
    [json!(null), json!([]), json!({}), json!("x"), json!(-1), json!(1.5), json!(true), json!([[{"id": {}}]])]
        [what]
        .clone()
}

fn count_values(value: &serde_json::Value) -> usize {
    1 + match value {
        serde_json::Value::Array(items) => items.iter().map(count_values).sum(),
        serde_json::Value::Object(fields) => fields.values().map(count_values).sum(),
        _ => 0,
    }
}

/// Puts `by` in place of the value that comes `at`-th in the order of the file.
fn replace(value: &mut serde_json::Value, at: &mut usize, by: &serde_json::Value) -> bool {
    if *at == 0 {
        *value = by.clone();
        return true;
    }
    *at -= 1;
    match value {
        serde_json::Value::Array(items) => items.iter_mut().any(|item| replace(item, at, by)),
        serde_json::Value::Object(fields) => fields
            .iter_mut()
            .filter(|(key, _)| *key != "externalPropertyFileReferences")
            .any(|(_, item)| replace(item, at, by)),
        _ => false,
    }
}

/// Every value of every JSON example, once as each kind of thing that it is not: no panic, and the
/// file stays readable or is refused with words.
#[test]
fn each_value_of_an_example_may_be_of_the_wrong_type() {
    for format in docket_import::formats() {
        let Ok(tree) = serde_json::from_str::<serde_json::Value>(format.example()) else { continue };
        for at in 1..count_values(&tree) {
            for what in 0..8 {
                let mut bent = tree.clone();
                replace(&mut bent, &mut { at }, &odd(what));
                let bytes = serde_json::to_vec(&bent).unwrap();
                match collect(&from_bytes("report.json", bytes).unwrap(), Some(format.id())) {
                    Ok((summary, sink)) => check(&summary, &sink),
                    Err(problem) => {
                        assert_eq!(problem.code, docket_domain::Code::Report, "{}: {problem}", format.id());
                        assert!(problem.hint.is_some(), "{}: {problem}", format.id());
                    }
                }
            }
        }
    }
}

/// Lists whose absence is an answer too, or that only an empty text stands for elsewhere: these
/// formats cannot tell that something else stands there.
const NO_LISTS: &[(&str, &str)] =
    &[("testssl", "/scanResult/0/"), ("sslyze", "/server_scan_results/0/"), ("zap", "/site/0/alerts")];

/// Every list of a JSON example and every object in one, once as a text in its place: what can no
/// longer be read is told, and the run closes nothing (`Out::objects`, `Out::part_lost`, `Err`).
#[test]
fn each_part_of_an_example_may_be_broken() {
    let mut silent = Vec::new();
    for format in docket_import::formats() {
        let Ok(tree) = serde_json::from_str::<serde_json::Value>(format.example()) else { continue };
        let read = |tree: &serde_json::Value| {
            let bytes = serde_json::to_vec(tree).unwrap();
            collect(&from_bytes("report.json", bytes).unwrap(), Some(format.id()))
        };
        let (whole, _) = read(&tree).unwrap();
        let mut parts = Vec::new();
        parts_of(&tree, "", &mut parts);
        for path in parts {
            let mut bent = tree.clone();
            let part = bent.pointer_mut(&path).unwrap();
            let is_list = part.is_array();
            *part = "x".into();
            let Ok((summary, sink)) = read(&bent) else { continue };
            let may_close = sink.runs.iter().any(|run| run.end.as_ref().is_some_and(Completeness::may_close));
            let known = NO_LISTS.iter().any(|(id, at)| *id == format.id() && path.starts_with(at));
            if summary.findings < whole.findings && may_close && !(is_list && known) {
                silent.push(format!("{}: {path}: {} of {}", format.id(), summary.findings, whole.findings));
            }
        }
    }
    assert!(silent.is_empty(), "findings are gone and their runs may close: {silent:#?}");
}

/// Where in a tree lists of objects stand, and the objects in them.
fn parts_of(value: &serde_json::Value, at: &str, paths: &mut Vec<String>) {
    match value {
        serde_json::Value::Array(items) => {
            if !at.is_empty() && items.iter().any(serde_json::Value::is_object) {
                paths.push(at.to_owned());
            }
            for (index, item) in items.iter().enumerate() {
                let path = format!("{at}/{index}");
                if item.is_object() {
                    paths.push(path.clone());
                }
                parts_of(item, &path, paths);
            }
        }
        serde_json::Value::Object(fields) => {
            for (key, item) in fields {
                let key = key.replace('~', "~0").replace('/', "~1");
                parts_of(item, &format!("{at}/{key}"), paths);
            }
        }
        _ => {}
    }
}

/// A text that a terminal obeys and that turns the reading order, in place of every value of a
/// JSON example and anywhere in the others: nothing of it comes through.
#[test]
fn harmful_characters_anywhere_in_an_example_are_replaced() {
    let harmful = "\u{1b}[31m\u{202e}x";
    for format in docket_import::formats() {
        let text = format.example();
        let bent: Vec<Vec<u8>> = match serde_json::from_str::<serde_json::Value>(text) {
            Ok(tree) => (1..count_values(&tree))
                .map(|at| {
                    let mut bent = tree.clone();
                    replace(&mut bent, &mut { at }, &harmful.into());
                    serde_json::to_vec(&bent).unwrap()
                })
                .collect(),
            // Not every place: a prime, so that no pattern of the text is missed.
            Err(_) => (1..text.len())
                .step_by(17)
                .filter_map(|at| text.split_at_checked(at))
                .map(|(before, behind)| [before, harmful, behind].concat().into_bytes())
                .collect(),
        };
        for bytes in bent {
            let _ = judged(&from_bytes("report", bytes).unwrap(), Some(format.id()));
        }
    }
}
