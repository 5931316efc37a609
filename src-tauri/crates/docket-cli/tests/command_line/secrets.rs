//! Tokens: where they come from, and that they are nowhere else.

use docket_practice::Setup;

use crate::bench::{Desk, TOKEN, Tracker};

const WRONG: &str = "ghp_WrongWrongWrongWrongWrongWrongWrong1";

// covers: S0.13
#[test]
fn a_wrong_token_is_a_failed_stage_and_is_shown_nowhere() {
    let tracker = Tracker::start(Setup::demo());
    let mut desk = Desk::new();
    desk.token = WRONG.to_owned();
    desk.connect(&tracker, "acme");
    let said = desk.run(&["connection", "test", "acme"]).ends(1);
    assert!(said.out.contains('✗') && said.out.contains("next"), "the stage and the next step: {}", said.out);
    let listed = desk.run(&["connection", "show", "acme", "--exchanges", "50"]).ends(0);
    assert!(listed.out.contains("401"), "the refused request is in the log of requests: {}", listed.out);
    let document = desk.run(&["connection", "test", "acme", "--json"]).ends(1);
    assert_eq!(document.document()["ok"], false, "the document says so too");
    for said in [said, listed, document] {
        assert!(!said.out.contains(WRONG) && !said.err.contains(WRONG), "the token is never printed");
    }
    assert_eq!(
        desk.files_with(WRONG),
        Vec::<std::path::PathBuf>::new(),
        "and is in no file, log and database included"
    );
    tracker.is_content();
}

#[test]
fn the_token_of_a_whole_push_is_in_no_file() {
    let (desk, tracker) = Desk::ready(Setup::demo());
    desk.run(&["push", "", "--mapping", "acme/shop", "--group-by", "rule", "--yes"]).ends(0);
    assert_eq!(desk.files_with(&desk.token), Vec::<std::path::PathBuf>::new(), "not after a push either");
    assert!(
        !desk.files_with(TOKEN).is_empty(),
        "the variable's name is what is kept (and the search finds things)"
    );
    tracker.is_content();
}

#[test]
fn a_token_given_in_the_wrong_place_is_refused_without_being_repeated() {
    let desk = Desk::new();
    let base = ["connection", "add", "github", "--label", "a", "--location", "https://github.com/acme"];
    let as_name = desk.run(&[&base[..], &["--secret-from-env", WRONG]].concat());
    let as_word = desk.run(&[&base[..], &["--secret-stdin", WRONG]].concat()).ends(2);
    let as_flag = desk.run(&[&base[..], &["--token", WRONG, "--json"]].concat()).ends(2);
    for said in [&as_word, &as_flag] {
        assert!(
            !said.out.contains(WRONG) && !said.err.contains(WRONG),
            "not repeated: {}{}",
            said.out,
            said.err
        );
    }
    // A token has the shape of a variable's name; only its look gives it away.
    assert_eq!(as_name.code, 2, "a token is no variable's name: {}{}", as_name.out, as_name.err);
    assert!(!as_name.out.contains(WRONG) && !as_name.err.contains(WRONG), "not repeated: {}", as_name.err);
    assert_eq!(desk.files_with(WRONG), Vec::<std::path::PathBuf>::new(), "nor kept");
}

// covers: S0.9
#[test]
fn an_empty_secret_and_a_missing_keychain_leave_nothing_behind() {
    let desk = Desk::new();
    let base = ["connection", "add", "github", "--label", "a", "--location", "https://github.com/acme"];
    let with = [&base[..], &["--secret-stdin"]].concat();
    let empty = desk.run_with_input(&with, b" \n").ends(2);
    assert!(empty.err.contains("empty"), "says what is wrong: {}", empty.err);
    let twice = desk.run_with_input(&with, b"one\ntwo\n").ends(2);
    assert!(twice.err.contains("more than one line"), "says what is wrong: {}", twice.err);
    let missing = desk.run(&base).ends(2);
    assert!(missing.err.contains("--secret-from-env"), "says where a token can come from: {}", missing.err);
    let none = desk.run_with_input(&with, WRONG.as_bytes()).ends(1);
    assert!(none.err.contains("--secret-from-env"), "without a keychain the way out is named: {}", none.err);
    assert_eq!(desk.json(&["connection", "list"]), serde_json::json!([]), "and nothing was kept");
    assert_eq!(desk.files_with(WRONG), Vec::<std::path::PathBuf>::new(), "in plain least of all");
}

#[test]
fn a_connection_with_a_token_has_no_code_to_enter() {
    let tracker = Tracker::start(Setup::demo());
    let desk = Desk::new();
    desk.connect(&tracker, "acme");
    let said = desk.run(&["connection", "sign-in", "acme"]).ends(2);
    assert!(said.err.contains("does not sign in with a code"), "says why: {}", said.err);
    let document = desk.run(&["connection", "sign-in", "acme", "--json"]).ends(2).document();
    assert_eq!(document["error"]["code"], "bad_input", "and the document says so too: {document}");
    assert_eq!(tracker.practice.log().len(), 0, "nothing was asked of the tracker");
}

#[test]
fn a_variable_that_is_not_set_is_named() {
    let tracker = Tracker::start(Setup::demo());
    let desk = Desk::new();
    desk.connect(&tracker, "acme");
    let said = desk.run(&["connection", "test", "acme"]).ends(1);
    assert!(said.err.contains(TOKEN), "the variable is named: {}", said.err);
}
