//! `--json`: exactly one document for every command, also when it fails.

use docket_practice::Setup;

use crate::bench::{Desk, fixture};

#[test]
fn every_command_answers_with_one_document() {
    let (desk, tracker) = Desk::ready(Setup::demo());
    desk.run(&["plan", "--mapping", "acme/shop", "--group-by", "rule"]).ends(0);
    let pages = desk.room.path().join("man").display().to_string();
    let report = fixture("shop.sarif");
    let commands: &[(&[&str], &str)] = &[
        (&["app", "add", "other"], "/id"),
        (&["app", "list"], "/0/name"),
        (&["app", "rename", "other", "others"], "/name"),
        (&["app", "remove", "others", "--yes"], "/removed"),
        (&["import", &report, "--app", "shop"], "/imports/0/delta/new"),
        (&["formats"], "/0/id"),
        (&["findings"], "/rows/0/title"),
        (&["findings", "--format", "json"], "/rows/0/title"),
        (&["finding", "1"], "/row/id"),
        (&["assess", "--id", "1", "--status", "active"], "/changed"),
        (&["connection", "kinds"], "/0/auth"),
        (&["connection", "list"], "/0/label"),
        (&["connection", "show", "acme", "--exchanges", "2"], "/exchanges/0/url"),
        (&["connection", "test", "acme"], "/stages/0/id"),
        (&["connection", "targets", "acme", "acme/"], "/targets/0/key"),
        (&["connection", "edit", "acme", "--timeout", "20"], "/network/read_timeout_ms"),
        (&["mapping", "list"], "/0/target"),
        (&["mapping", "show", "acme/shop"], "/label"),
        (&["mapping", "verify", "acme/shop"], "/stages/0/state"),
        (&["mapping", "edit", "acme/shop", "--labels", "security"], "/labels/0"),
        (&["template", "reference"], "/names/0/names/0/says"),
        (&["template", "check", "--title", "{{ title }}"], "/ok"),
        (&["template", "preview", "--mapping", "acme/shop", "--title", "{{ rule }}"], "/issue/title"),
        (&["plan", "--mapping", "acme/shop", "--group-by", "none"], "/plan/id"),
        (&["plan", "severity:low", "--mapping", "acme/shop", "--group-by", "none"], "/steps"),
        (&["plans"], "/0/state"),
        (&["plan-show", "1"], "/steps/0/action"),
        (&["plan-show", "1", "--step", "0"], "/draft/title"),
        (&["plan-show", "1", "--format", "json"], "/steps/0/why"),
        (&["plan-name", "2", "One each"], "/name"),
        (&["group", "", "--mapping", "acme/shop", "--group-by", "rule"], "/groups/0/name"),
        (&["apply", "2", "--yes"], "/plan/state"),
        (&["apply", "2", "--yes"], "/done_now"),
        (&["plan-again", "2"], "/plan/id"),
        (&["undo", "2", "--plan-only"], "/plan/undoes"),
        (&["push", "", "--mapping", "acme/shop", "--group-by", "rule", "--yes"], "/steps/0/why"),
        (&["retry", "2", "--yes"], "/plan/state"),
        (&["cancel", "1"], "/state"),
        (&["jobs"], "/0/kind"),
        (&["issues"], "/issues/0/issue/url"),
        (&["status"], "/data_dir"),
        (&["practice", "--list-faults"], "/0/name"),
        (&["completions", "bash"], "/script"),
        (&["man"], "/page"),
        (&["man", "--out", &pages], "/files/0"),
        (&["mapping", "remove", "acme/shop"], "/removed"),
        (&["connection", "remove", "acme", "--yes"], "/removed"),
    ];
    for (args, place) in commands {
        let document = desk.json(args);
        assert!(document.pointer(place).is_some(), "{args:?} has {place}: {document:#}");
    }
    tracker.is_content();
}

#[test]
fn failures_are_documents_too() {
    let desk = Desk::new();
    let cases: &[(&[&str], i32, &str)] = &[
        (&["finding", "7"], 1, "not_found"),
        (&["findings", "severty:high"], 2, "bad_input"),
        (&["finding", "seven"], 2, "bad_input"),
        (&["nonsense"], 2, "bad_input"),
        (&[], 2, "bad_input"),
        (&["import", "absent.sarif", "--app", "shop", "--create-app"], 1, "report"),
        (&["apply", "7"], 1, "not_found"),
        (&["push", "--mapping", "m", "--group-by", "rule"], 2, "bad_input"),
        (&["findings", "--format", "csv"], 2, "bad_input"),
    ];
    for (args, code, word) in cases {
        let said = desk.run(&[args, &["--json"][..]].concat());
        assert_eq!(said.code, *code, "{args:?}: {}{}", said.out, said.err);
        let document = said.document();
        assert_eq!(document["error"]["code"], *word, "{args:?}: {document}");
        assert!(!said.err.is_empty(), "{args:?} is told on standard error as well");
    }
}
