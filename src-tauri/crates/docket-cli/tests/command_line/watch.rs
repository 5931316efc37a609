//! `docket watch`: folders whose new reports are imported as they land.

use serde_json::{Value, json};

#[cfg(unix)]
use crate::bench::until;
use crate::bench::{Desk, fixture};

fn report() -> Vec<u8> {
    std::fs::read(fixture("shop.sarif")).unwrap()
}

/// A folder `reports` with one report for the application `shop` on `main`.
fn desk() -> Desk {
    let desk = Desk::new();
    let folder = desk.room.path().join("reports/shop/main");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("a.sarif"), report()).unwrap();
    desk
}

const ADD: [&str; 6] = ["watch", "add", "reports", "--pattern", "{app}/{branch}/*.sarif", "--create-apps"];

#[test]
fn a_pattern_is_tried_and_a_folder_is_added_listed_paused_and_removed() {
    let desk = desk();
    let tried = desk.json(&[&ADD[..], &["--dry-run"]].concat());
    assert_eq!(tried["files"][0]["application"], "shop", "where it would go: {tried:#}");
    assert_eq!(tried["files"][0]["branch"], "main", "and on which branch");
    assert_eq!(tried["files"][0]["new_application"], true, "which would be added");
    assert_eq!(desk.json(&["watch", "list"]), json!([]), "trying watches nothing");
    let added = desk.json(&ADD);
    assert_eq!(added["by"], "nobody", "nobody looks yet");
    let id = added["id"].as_str().unwrap().to_owned();
    assert!(desk.run(&["watch", "list"]).ends(0).out.contains("{app}/{branch}/*.sarif"), "people see it too");
    desk.run(&["watch", "pause", &id]).ends(0);
    let nothing = desk.run(&["watch", "run", "--once"]).ends(0);
    assert!(nothing.err.contains("paused"), "a paused folder is not looked at: {}", nothing.err);
    desk.run(&["watch", "resume", &id]).ends(0);
    desk.run(&["watch", "remove", &id]).ends(0);
    assert_eq!(desk.json(&["watch", "list"]), json!([]), "it is gone");
    let twice = desk.run(&["watch", "remove", &id]).ends(1);
    assert!(twice.err.contains("not watched"), "once is enough: {}", twice.err);
    let neither = desk.run(&["watch", "add", "reports", "--pattern", "*.sarif"]).ends(2);
    assert!(neither.err.contains("{app}"), "the way out is named: {}", neither.err);
}

#[test]
fn one_look_for_cron_imports_what_is_there_and_says_what_failed() {
    let desk = desk();
    let id = desk.json(&ADD)["id"].as_str().unwrap().to_owned();
    let first = desk.run(&["watch", "run", "--once", "--json"]).ends(0).document();
    assert_eq!(first["files"][0]["state"], "imported", "{first:#}");
    assert_eq!(desk.json(&["findings"])["total"], 6, "its findings are in");
    let again = desk.run(&["watch", "run", "--once", "--json"]).ends(0).document();
    assert_eq!(again["files"], json!([]), "the same again is nothing new");
    let cut = &report()[..report().len() / 2];
    std::fs::write(desk.room.path().join("reports/shop/main/b.sarif"), cut).unwrap();
    let failed = desk.run(&["watch", "run", "--once"]).ends(1);
    assert!(failed.err.contains("b.sarif"), "the file is named: {}", failed.err);
    let listed = desk.json(&["watch", "list", &id]);
    let states: Vec<&Value> = listed["files"].as_array().unwrap().iter().map(|file| &file["state"]).collect();
    assert_eq!(states, ["failed", "imported"], "what wants a person comes first");
    desk.run(&["watch", "run", "--once"]).ends(0);
    desk.run(&["watch", "resume", &id, "--file", "shop/main/b.sarif"]).ends(0);
    desk.run(&["watch", "run", "--once"]).ends(1);
}

#[cfg(unix)]
#[test]
fn what_lands_while_it_runs_is_imported_until_ctrl_c() {
    let desk = desk();
    desk.run(&ADD).ends(0);
    let mut running = desk.start(&["watch", "run", "--json"]);
    let total = || desk.json(&["findings"])["total"].clone();
    until("what lay there", || total() == 6);
    // Another process leaves the folder to the one that looks.
    let other = desk.run(&["watch", "run", "--once"]).ends(0);
    assert!(other.err.contains("another Docket"), "and says so: {}", other.err);
    let folder = desk.room.path().join("reports/billing/main");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("a.part"), report()).unwrap();
    std::fs::rename(folder.join("a.part"), folder.join("a.sarif")).unwrap();
    until("what landed", || total() == 12);
    let process = running.id().to_string();
    let sent = std::process::Command::new("kill").args(["-INT", &process]).status().unwrap();
    assert!(sent.success(), "Ctrl-C was sent");
    let status = running.wait().unwrap();
    assert_eq!(status.code(), Some(0), "Ctrl-C is how it is meant to end");
    let mut said = String::new();
    std::io::Read::read_to_string(&mut running.stdout.take().unwrap(), &mut said).unwrap();
    let outcome: Value = serde_json::from_str(&said).expect("one document at its end");
    assert_eq!(outcome["files"].as_array().unwrap().len(), 2, "with what was imported: {outcome:#}");
    let after = desk.json(&["watch", "list"]);
    assert_eq!(after[0]["by"], "nobody", "the right was given back");
    assert_eq!(desk.json(&["status"])["counts"]["imports"], 2, "each report once");
}
