//! The wire: every command of the contract answers, or says in one well-formed problem why
//! not, whatever it is sent.

use docket_api::Router;
use docket_api::contract::{ENTRIES, Kind};
use docket_domain::{Code, Problem};
use docket_engine::nobody;
use serde_json::{Value, json};

use crate::support::*;

async fn call(router: &Router, name: &str, kind: Kind, request: Value) -> Result<Value, Problem> {
    match kind {
        Kind::Query | Kind::Command => router.rpc(name, request).await,
        Kind::Job => router.job(name, request, nobody()).await,
    }
}

/// A problem that a person can do something with.
fn well_formed(problem: &Problem, about: &str) {
    assert_ne!(problem.code, Code::Internal, "{about}: a defect: {problem:?}");
    assert!(!problem.message.trim().is_empty(), "{about}: says nothing");
    assert!(problem.message.ends_with(['.', '!', '?', '»']), "{about}: is no sentence: {problem}");
    assert!(problem.trace_id.is_some(), "{about}: cannot be found in the log");
    let wire = serde_json::to_value(problem).unwrap();
    assert!(wire.get("cause").is_none(), "{about}: the cause is for the log only: {wire}");
    for key in ["code", "message", "hint", "context"] {
        assert!(wire.get(key).is_some(), "{about}: lacks {key}: {wire}");
    }
}

/// A request of the right form that names nothing which exists.
fn about_nothing(name: &str) -> Value {
    let selection = json!({ "type": "ids", "ids": ["999"] });
    match name {
        "app_status" | "settings_show" | "application_list" | "format_list" | "connection_kinds"
        | "connection_list" | "mapping_list" | "template_names" | "plan_list" | "job_list" | "watch_list"
        | "practice_status" | "practice_stop" | "practice_begin" => json!({}),
        "settings_save" => json!({ "settings": { "author": "Kim" } }),
        "application_add" => json!({ "name": "" }),
        "application_rename" | "plan_rename" => json!({ "id": "999", "name": "x" }),
        "finding_page" => json!({
            "query": "severity:nonsense", "application": null, "sort": [],
            "start": { "type": "offset", "rows": 0 }, "limit": 0
        }),
        "finding_facets" => json!({ "query": "(", "application": "999" }),
        "owners_try" | "owners_save" => json!({ "id": "999", "text": "* @" }),
        "application_remove" | "owners_show" | "finding_raw" | "watch_remove" | "finding_detail"
        | "import_detail" | "connection_remove" | "mapping_remove" | "mapping_verify" | "plan_show"
        | "plan_remove" | "plan_pause" | "plan_cancel" | "plan_retry" | "plan_apply" | "plan_again"
        | "job_cancel" | "connection_sign_in" | "import_undo_look" => {
            json!({ "id": "999" })
        }
        "template_try" => json!({
            "template": { "title": "{{ nothing", "body": "" }, "connection": "999", "target": "",
            "application": "999", "group_by": [], "skip": 0
        }),
        "finding_count" => json!({ "selection": selection }),
        "finding_copy" => json!({ "selection": selection, "format": "papyrus" }),
        "finding_assess" => {
            json!({ "selection": selection, "status": "active", "reason": "duplicate", "comment": null })
        }
        "finding_set_severity" => json!({ "selection": selection, "severity": "high", "comment": null }),
        "finding_comment" => json!({ "selection": selection, "text": "" }),
        "finding_move" => json!({ "selection": selection, "application": "999" }),
        "proposals_settle" => json!({ "selection": selection, "accept": true }),
        "proposal_settle" => json!({ "id": "999", "accept": true, "comment": null }),
        "query_check" => json!({ "text": "sev:\u{1F600}(", "caret": 4_000_000_000_u32 }),
        "query_toggle" => json!({ "text": "((", "facet": "severity", "value": "\"" }),
        "import_list" => json!({ "application": "999", "offset": 0, "limit": 0 }),
        "import_run" => json!({
            "path": "no/such/file", "application": "999", "format": "papyrus", "branch": null,
            "dry_run": false, "close_anyway": false, "allow_mismatch": false, "columns": "=,=,"
        }),
        "import_undo" => json!({ "id": "999", "keep_judged": true }),
        "import_gather" | "import_recognise" => json!({ "paths": ["no/such/file"] }),
        "import_look" => json!({
            "path": "no/such/file", "application": "999", "format": "papyrus", "branch": null, "columns": "=,=,"
        }),
        "watch_try" | "watch_add" => json!({
            "folder": "no/such/folder", "pattern": "{app}/{{", "application": "999", "branch": null,
            "add_applications": false, "poll_seconds": 0, "take_existing": true
        }),
        "watch_pause" => json!({ "id": "999", "paused": true }),
        "watch_files" => json!({ "id": "999", "all": true, "offset": u64::MAX, "limit": 4_000_000_000_u32 }),
        "watch_retry" | "watch_leave_open" | "watch_close_anyway" => json!({ "id": "999", "path": "../.." }),
        "connection_understand" => json!({ "kind": "pigeon", "location": "::" }),
        "connection_save" => json!({
            "id": "999", "label": "", "kind": "github", "location": "http://[", "auth": "smile", "username": null,
            "secret": null, "proxy_password": null, "settings": {},
            "network": { "proxy": { "type": "system" }, "ca_file": null, "connect_timeout_ms": 0,
                         "read_timeout_ms": 0, "allow_plain_http": false }
        }),
        "connection_targets" => {
            json!({ "connection": "999", "search": "", "page": "http://elsewhere.invalid/" })
        }
        "connection_fields" => json!({ "connection": "999", "target": "../..", "settings": {} }),
        "connection_choices" => json!({
            "connection": "999", "target": "../..", "settings": {}, "list": { "type": "field", "id": "\u{0}" },
            "search": "\u{1F600}", "page": "here:99999999999999999999"
        }),
        "mapping_repair" => json!({ "id": "999", "repairs": [] }),
        "connection_exchanges" => json!({ "connection": "999", "limit": 4_000_000_000_u32 }),
        "connection_test" => json!({ "id": null, "target": null }),
        "mapping_save" => json!({
            "id": "999", "label": "", "connection": "999", "target": "", "applications": [], "labels": [],
            "severity_label": false, "assignees": [], "milestone": null, "active": true
        }),
        "group_preview" => {
            json!({ "selection": selection, "group_by": { "keys": ["rule", "rule"] }, "mapping": "999" })
        }
        "plan_make" => json!({ "selection": selection, "mapping": "999", "group_by": { "keys": [] } }),
        "plan_undo" => json!({ "id": "999", "steps": null }),
        "plan_difference" | "step_exchanges" => json!({ "id": "999", "step": 0 }),
        "issue_find" | "issue_search" => json!({ "mapping": "999", "text": "#1" }),
        "guard_try" => json!({
            "guard": { "off": [], "allowed": ["*"], "patterns": [{ "name": "x", "pattern": "(" }] }, "text": "x"
        }),
        "plan_step_guard" => json!({ "id": "999", "index": 0 }),
        "plan_export" => json!({ "id": "999", "format": "csv", "path": "not/a/whole/path.csv" }),
        "plan_steps" => json!({ "id": "999", "only": null, "offset": u64::MAX, "limit": 0 }),
        "issue_page" => json!({ "search": "%_\\", "offset": u64::MAX, "limit": 4_000_000_000_u32 }),
        other => panic!("«{other}» is new: say what a request about nothing looks like"),
    }
}

#[tokio::test]
async fn every_command_answers_or_says_why_not() {
    let desk = Desk::new().await;
    let router = Router::new(desk.engine.clone());
    for entry in ENTRIES {
        let request = about_nothing(entry.name);
        match call(&router, entry.name, entry.kind, request.clone()).await {
            Ok(answer) => assert!(answer.is_object(), "{}: answers a record: {answer}", entry.name),
            Err(problem) => {
                well_formed(&problem, entry.name);
                assert!(
                    !problem.message.contains("not of the expected form"),
                    "{}: this test's request is out of date: {problem}",
                    entry.name
                );
            }
        }
    }
}

#[tokio::test]
async fn garbage_is_refused_with_a_word_and_never_a_panic() {
    let desk = Desk::new().await;
    let router = Router::new(desk.engine.clone());
    let garbage = [
        json!(null),
        json!("x"),
        json!(-1),
        json!([]),
        json!([{}]),
        json!({ "id": "1; DROP TABLE finding", "selection": 7, "query": [], "limit": -5, "start": {} }),
        json!({ "id": i64::MIN, "name": 3, "settings": null, "text": {}, "offset": 1.5 }),
    ];
    for entry in ENTRIES.iter().filter(|entry| entry.request != "Nothing") {
        for request in &garbage {
            let problem = call(&router, entry.name, entry.kind, request.clone()).await;
            match problem {
                Err(problem) => well_formed(&problem, entry.name),
                // Only a record's number may be all that is asked for.
                Ok(answer) => panic!("{} took {request} for a request: {answer}", entry.name),
            }
        }
    }
    let unknown = router.rpc("drop_everything", json!({})).await.unwrap_err();
    assert_eq!(unknown.code, Code::BadInput, "an unknown command is refused");
    well_formed(&unknown, "unknown command");
}

#[tokio::test]
async fn a_secret_that_is_typed_never_comes_back_over_the_wire() {
    let practice = practice().await;
    let desk = Desk::new().await;
    let router = Router::new(desk.engine.clone());
    let token = practice.token();
    let mut form = json!({
        "id": null, "label": "Wire", "kind": "github", "location": practice.url(), "auth": "pat", "username": null,
        "secret": token, "proxy_password": null, "settings": { "pace": "practice" },
        "network": { "proxy": { "type": "direct" }, "ca_file": null, "connect_timeout_ms": 2000,
                     "read_timeout_ms": 5000, "allow_plain_http": false }
    });
    let saved = router.rpc("connection_save", form.clone()).await.unwrap();
    assert!(!saved.to_string().contains(&token), "not in the answer");
    let test = json!({ "id": saved["id"], "target": TARGET });
    let report = router.job("connection_test", test, nobody()).await.unwrap();
    assert_eq!(report["ok"], true, "{report}");
    desk.engine.settled().await;
    let exchanges =
        router.rpc("connection_exchanges", json!({ "connection": saved["id"], "limit": 500 })).await.unwrap();
    assert!(!exchanges["exchanges"].as_array().unwrap().is_empty(), "the exchanges are kept");
    for (what, answer) in [
        ("report", report),
        ("exchanges", exchanges),
        ("list", router.rpc("connection_list", json!({})).await.unwrap()),
        ("status", router.rpc("app_status", json!({})).await.unwrap()),
    ] {
        assert!(!answer.to_string().contains(&token), "the token is in the {what}");
    }
    // A form that is refused must not quote what was typed.
    for (field, wrong) in [("location", json!("http://[")), ("network", json!(7)), ("label", json!([1]))] {
        form[field] = wrong;
        let problem = router.rpc("connection_save", form.clone()).await.unwrap_err();
        assert!(!format!("{problem:?} {problem}").contains(&token), "{field}: {problem:?}");
    }
}
