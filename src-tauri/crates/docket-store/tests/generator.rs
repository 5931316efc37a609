//! Two scans of one made-up code base, whose truth is known: 5 % fixed, 5 % new, lines
//! shifted in a quarter of the files, 3 % of the files renamed, 2 % of the rules reworded.
//! The scans come from the project's shared generator; without it, or without Python, the
//! test says loudly that it did not run.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests and their helpers may panic")]

mod common;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{bench, code, report};
use docket_domain::{Found, PageStart, Snippet};
use docket_store::findings;
use serde_json::Value;

/// The shared folder's generator.
fn generator() -> Option<PathBuf> {
    let shared = std::env::var_os("DOCKET_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared"), PathBuf::from);
    let path = shared.join("tools/gen_reports.py");
    path.exists().then_some(path)
}

/// One scan's open results, each with the logical finding that it really is.
fn scan(script: &Path, dir: &Path, number: u32) -> Option<Vec<(Found, String)>> {
    let out = dir.join(format!("{number}.sarif"));
    let truth = dir.join(format!("{number}.truth"));
    let status = Command::new("python3")
        .arg(script)
        .args(["sarif", "--n", "10000", "--scan", &number.to_string(), "--out"])
        .arg(&out)
        .arg("--truth")
        .arg(&truth)
        .status()
        .ok()?;
    assert!(status.success(), "the generator must run when Python is there");
    let tree: Value = serde_json::from_slice(&std::fs::read(out).unwrap()).unwrap();
    let truth = std::fs::read_to_string(truth).unwrap();
    let run = &tree["runs"][0];
    let results = run["results"].as_array().unwrap();
    let read = results.iter().zip(truth.lines()).filter_map(|(result, line)| {
        let line: Value = serde_json::from_str(line).unwrap();
        let suppressed = matches!(line["suppressed"].as_str(), Some("accepted" | ""));
        let open = line["kind"] == "fail" && !suppressed;
        open.then(|| (read(run, result), line["logical"].as_str().unwrap().to_owned()))
    });
    Some(read.collect())
}

/// Just enough of SARIF for what the generator writes.
fn read(run: &Value, result: &Value) -> Found {
    let text = |v: &Value| v.as_str().map(str::to_owned);
    let rule = text(&result["ruleId"]).or_else(|| text(&result["rule"]["id"])).unwrap_or_default();
    let message = text(&result["message"]["text"]).unwrap_or_else(|| result["message"].to_string());
    let place = &result["locations"][0]["physicalLocation"];
    let at = &place["artifactLocation"];
    let uri = text(&at["uri"])
        .or_else(|| text(&run["artifacts"][at["index"].as_u64()? as usize]["location"]["uri"]))
        .unwrap_or_default();
    let line = place["region"]["startLine"].as_u64().unwrap_or(0) as u32;
    let mut found = code(&rule, &uri, line, &message);
    let location = &mut found.locations[0];
    location.start_column = place["region"]["startColumn"].as_u64().map(|c| c as u32);
    location.snippet =
        text(&place["region"]["snippet"]["text"]).map(|text| Snippet { text, start_line: None });
    let prints = |v: &Value| -> BTreeMap<String, String> {
        v.as_object().into_iter().flatten().filter_map(|(k, v)| Some((k.clone(), text(v)?))).collect()
    };
    found.fingerprints = prints(&result["fingerprints"]);
    found.partial_fingerprints = prints(&result["partialFingerprints"]);
    found
}

type Looks = (String, Option<String>, String);

fn looks(found: &Found) -> Looks {
    (found.rule.clone(), found.locations[0].short(), found.title.clone())
}

/// Which logical findings look like this in a scan.
fn by_looks(scan: &[(Found, String)]) -> HashMap<Looks, BTreeSet<String>> {
    let mut out: HashMap<Looks, BTreeSet<String>> = HashMap::new();
    for (found, logical) in scan {
        out.entry(looks(found)).or_default().insert(logical.clone());
    }
    out
}

fn rows(bench: &common::Bench) -> HashMap<i64, Looks> {
    let mut out = HashMap::new();
    let mut start = PageStart::Offset { rows: 0 };
    loop {
        let from = start.clone();
        let query = findings::parse("status:active").unwrap();
        let page = bench.store.read(move |r| findings::page(r, &query, None, &[], &from, 500)).unwrap();
        out.extend(page.rows.into_iter().map(|r| {
            // A place that is only «:0» has no line.
            (r.id.0, (r.rule, r.place, r.title))
        }));
        match page.next {
            Some(cursor) => start = PageStart::After { cursor },
            None => return out,
        }
    }
}

// covers: X11
#[test]
fn the_generators_second_scan_is_matched_as_its_truth_says() {
    let Some(script) = generator() else {
        eprintln!("SKIPPED LOUDLY: ../shared is not there, identity was not checked against the generator");
        return;
    };
    let bench = bench();
    let (Some(first), Some(second)) =
        (scan(&script, bench.dir.path(), 1), scan(&script, bench.dir.path(), 2))
    else {
        eprintln!("SKIPPED LOUDLY: python3 is not there, identity was not checked against the generator");
        return;
    };
    let logical = |scan: &[(Found, String)]| scan.iter().map(|s| s.1.clone()).collect::<BTreeSet<_>>();
    let (old, new) = (logical(&first), logical(&second));
    let truly_new = new.difference(&old).count() as u64;
    let truly_fixed = old.difference(&new).count() as u64;

    let only = |scan: &[(Found, String)]| scan.iter().map(|s| s.0.clone()).collect::<Vec<_>>();
    bench.import(&report("GenScan", only(&first)));
    let before = rows(&bench);
    let again = bench.import(&report("GenScan", only(&first)));
    assert!(again.delta.is_empty(), "the same scan again changes nothing: {:?}", again.delta);

    let delta = bench.import(&report("GenScan", only(&second))).delta;
    let after = rows(&bench);
    let (was, is) = (by_looks(&first), by_looks(&second));
    let wrong = after
        .iter()
        .filter_map(|(id, looks)| Some((before.get(id)?, looks)))
        .filter(|(old, new)| match (was.get(*old), is.get(*new)) {
            (Some(a), Some(b)) => a.is_disjoint(b),
            _ => true,
        })
        .count();
    eprintln!(
        "truth: {truly_new} new, {truly_fixed} fixed; matched: {} new, {} gone, {wrong} wrong pairs",
        delta.new, delta.gone
    );
    assert_eq!(wrong, 0, "a pair that is not the same finding loses a person's decision");
    assert!(
        delta.new <= truly_new + 20,
        "{} new, truly {truly_new}: as good as the reference matcher",
        delta.new
    );
    assert!(delta.gone <= truly_fixed + 20, "{} gone, truly {truly_fixed}", delta.gone);
    assert!(delta.new >= truly_new && delta.gone >= truly_fixed, "nothing that is new or fixed is missed");
}
