//! Mappings on the command line: values, fields, templates, and what is missing made on consent.

use docket_practice::Setup;

use crate::bench::{Desk, Tracker, fixture};

fn desk(tracker: &Tracker) -> Desk {
    let mut desk = Desk::new();
    desk.token = tracker.practice.token();
    desk.run(&["app", "add", "shop"]).ends(0);
    desk.run(&["import", &fixture("shop.sarif"), "--app", "shop"]).ends(0);
    desk.connect(tracker, "acme");
    desk.run(&[
        "mapping",
        "add",
        "--label",
        "shop",
        "--app",
        "shop",
        "--connection",
        "acme",
        "--target",
        "acme/shop",
    ])
    .ends(0);
    desk
}

// covers: S1.3, S1.33, S1.34, S1.35, S1.36, S1.37, S1.42, S1.43, S1.44, S1.45
#[test]
fn a_mapping_starts_with_the_documents_defaults_and_every_value_can_be_changed() {
    let tracker = Tracker::start(Setup::demo());
    let desk = desk(&tracker);
    let mapping = desk.json(&["mapping", "show", "shop"]);
    let severity = serde_json::json!({
        "field": "Priority",
        "values": { "info": "P0", "low": "P1", "medium": "P2", "high": "P3", "critical": "P4" },
    });
    assert_eq!(mapping["severity"], severity, "the source document's values, as odd as they are");
    let status = serde_json::json!({
        "field": "Status",
        "values": { "active": "In Progress", "closed": "Done", "false_positive": "Done", "risk_accepted": "Done" },
    });
    assert_eq!(mapping["status"], status, "the source document's states");

    desk.run(&[
        "mapping",
        "edit",
        "shop",
        "--invert-severities",
        "--status",
        "duplicate=Twice,closed=Finished",
    ])
    .ends(0);
    desk.run(&["mapping", "edit", "shop", "--set", "note=x", "--severity-field", "Urgency"]).ends(0);
    let changed = desk.json(&["mapping", "show", "shop"]);
    assert_eq!(changed["severity"]["values"]["critical"], "P0", "turned round with one flag");
    assert_eq!(changed["severity"]["field"], "Urgency", "another field");
    assert_eq!(changed["status"]["values"]["duplicate"], "Twice", "a finer reason of its own");
    assert_eq!(changed["status"]["values"]["active"], "In Progress", "what was not named stays");
    assert_eq!(changed["settings"]["note"], "x", "the tracker's own fields");
    desk.run(&["mapping", "edit", "shop", "--set", "note="]).ends(0);
    assert!(desk.json(&["mapping", "show", "shop"])["settings"].get("note").is_none(), "cleared");

    let wrong = desk.run(&["mapping", "edit", "shop", "--severity", "urgent=P0"]).ends(2);
    assert!(
        wrong.err.contains("urgent") && wrong.err.contains("critical"),
        "says what there is: {}",
        wrong.err
    );
    let wrong = desk.run(&["mapping", "edit", "shop", "--title-template", "{{ severty }}"]).ends(2);
    assert!(
        wrong.err.contains("line 1, column 4") && wrong.err.contains("Did you mean «severity»"),
        "names the slip: {}",
        wrong.err
    );
}

#[test]
fn a_template_writes_the_titles() {
    let tracker = Tracker::start(Setup::demo());
    let desk = desk(&tracker);
    desk.run(&[
        "mapping",
        "edit",
        "shop",
        "--title-template",
        "[{{ severity }}] {{ title }} in {{ application }}",
    ])
    .ends(0);
    desk.run(&["push", "", "--mapping", "shop", "--group-by", "rule", "--yes"]).ends(0);
    let created = tracker.created();
    assert_eq!(created.len(), 3, "one issue a rule");
    for issue in created {
        assert!(
            issue.title.starts_with('[') && issue.title.ends_with(" in shop"),
            "filled in: {}",
            issue.title
        );
    }
}

// covers: X4
#[test]
fn what_a_mapping_lacks_is_made_after_a_yes_and_not_before() {
    let tracker = Tracker::start(Setup::demo());
    let desk = desk(&tracker);
    desk.run(&["mapping", "edit", "shop", "--labels", "security,brand-new", "--milestone", "7.0"]).ends(0);
    let refused = desk.run(&["mapping", "verify", "shop"]).ends(1);
    assert!(
        refused.out.contains("Milestone 7.0") && refused.out.contains("brand-new"),
        "one line each: {}",
        refused.out
    );
    let push = desk.run(&["push", "", "--mapping", "shop", "--group-by", "rule", "--yes"]).ends(1);
    assert!(push.err.contains("Nothing was planned"), "a push is refused whole: {}", push.err);
    assert_eq!(tracker.created().len(), 0, "nothing was sent");

    let asked = desk.run(&["mapping", "repair", "shop"]).ends(2);
    assert!(asked.err.contains("--yes"), "nobody to ask, nothing done: {}", asked.err);
    assert_eq!(tracker.writes(), 0, "still nothing written");
    let made = desk.json(&["mapping", "repair", "shop", "--yes"]);
    assert_eq!(made["done"].as_array().unwrap().len(), 2, "a label and a milestone: {made}");
    assert_eq!(made["report"]["ok"], true, "and the mapping fits now: {made}");
    let again = desk.run(&["mapping", "repair", "shop", "--yes"]).ends(0);
    assert!(again.out.contains("Nothing is missing"), "once: {}", again.out);
    let offered = desk.json(&["mapping", "fields", "shop"]);
    let labels: Vec<&str> =
        offered["labels"].as_array().unwrap().iter().filter_map(|label| label["value"].as_str()).collect();
    assert!(labels.contains(&"brand-new"), "the live list has it: {labels:?}");
    let found = desk.json(&["mapping", "fields", "shop", "--list", "labels", "--search", "BRAND"]);
    assert_eq!(found["choices"].as_array().unwrap().len(), 1, "one list, searched: {found}");
    assert_eq!(found["choices"][0]["value"], "brand-new");
    let people = desk.run(&["mapping", "fields", "shop", "--list", "people"]).ends(0);
    assert!(people.out.contains("robin"), "{}", people.out);
    let unknown = desk.run(&["mapping", "fields", "shop", "--list", "shapes"]).ends(2);
    assert!(unknown.err.contains("no list «shapes»"), "{}", unknown.err);
    desk.run(&["push", "", "--mapping", "shop", "--group-by", "rule", "--yes"]).ends(0);
    assert_eq!(tracker.created().len(), 3, "and the push goes through");
}

// covers: X12
#[test]
fn what_stays_here_is_chosen_by_flags_and_tried_with_secrets_masked() {
    let tracker = Tracker::start(Setup::demo());
    let desk = desk(&tracker);
    let flags =
        ["--guard-off", "mail,home", "--guard-allow", "*.acme.corp", "--guard-pattern", r"tickets=PROJ-\d+"];
    desk.run(&[&["mapping", "edit", "shop"], &flags[..]].concat()).ends(0);
    let guard = &desk.json(&["mapping", "show", "shop"])["guard"];
    assert_eq!(guard["off"], serde_json::json!(["mail", "home"]), "{guard}");
    assert_eq!(guard["allowed"], serde_json::json!(["*.acme.corp"]), "{guard}");
    desk.run(&["mapping", "edit", "shop", "--guard-on", "mail", "--guard-disallow", "*.ACME.corp"]).ends(0);
    let guard = &desk.json(&["mapping", "show", "shop"])["guard"];
    assert_eq!((&guard["off"], &guard["allowed"]), (&serde_json::json!(["home"]), &serde_json::json!([])));
    assert_eq!(guard["patterns"][0]["name"], "tickets", "what was not named stays: {guard}");
    let wrong = desk.run(&["mapping", "edit", "shop", "--guard-pattern", "x=a(b"]).ends(2);
    assert!(
        wrong.err.contains("«x»") && wrong.err.contains("character 2"),
        "where it is wrong: {}",
        wrong.err
    );
    let wide = desk.run(&["mapping", "edit", "shop", "--guard-allow", "*"]).ends(2);
    assert!(wide.err.contains("nearly everything"), "{}", wide.err);

    let token = ["ghp", "_", "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6"].concat();
    let text = format!("use {token} on ci.acme.corp for PROJ-12");
    let tried = desk.run_with_input(&["mapping", "guard", "shop"], text.as_bytes()).ends(0);
    assert!(
        tried.out.contains("use [redacted] on [internal-host] for [removed]"),
        "as it leaves: {}",
        tried.out
    );
    assert!(
        tried.out.contains("ci.acme.corp") && tried.out.contains("ghp_…"),
        "what stood there: {}",
        tried.out
    );
    assert!(!tried.out.contains(&token), "but no secret: {}", tried.out);
}

// covers: X12
#[test]
fn a_public_place_needs_its_own_yes() {
    let tracker = Tracker::start(Setup::demo());
    let desk = desk(&tracker);
    tracker.practice.change_repo("acme/shop", docket_practice::RepoChange::Private(false)).unwrap();
    let push = ["push", "", "--mapping", "shop", "--group-by", "rule", "--yes"];
    let refused = desk.run(&push).ends(1);
    assert!(
        refused.err.contains("acme/shop is public") && refused.err.contains("--public"),
        "{}",
        refused.err
    );
    assert!(
        refused.out.contains("asks for a yes to publishing 3 new issues"),
        "the plan said so: {}",
        refused.out
    );
    assert_eq!(tracker.created().len(), 0, "nothing was written");
    desk.run(&["apply", "1", "--yes", "--public"]).ends(0);
    assert_eq!(tracker.created().len(), 3, "with it all is");
}
