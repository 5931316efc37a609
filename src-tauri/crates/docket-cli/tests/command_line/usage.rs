//! Wrong usage, and the options of every command.

use crate::bench::{Desk, fixture};

#[test]
fn wrong_usage_ends_with_two_and_does_nothing() {
    let desk = Desk::new();
    for args in [
        &["import", "x.sarif"][..],
        &["findings", "--sort", "colour"],
        &["findings", "--format", "pdf"],
        &["plan", "--mapping", "m"],
        &["plan", "--mapping", "m", "--group-by", "all,rule"],
        &["assess", "--status", "closed"],
        &["assess", "x", "--status", "open"],
        &["connection", "add", "github"],
        &["connection", "add", "jira", "--location", "https://jira.example", "--secret-from-env", "T"],
        &["connection", "add", "github", "--location", "x", "--secret-stdin", "--secret-from-env", "T"],
        &[
            "connection",
            "add",
            "github",
            "--location",
            "https://github.com/a",
            "--secret-from-env",
            "T",
            "--proxy-username",
            "u",
        ],
        &["mapping", "add", "--connection", "c", "--target", "a/b"],
        &["practice", "--fault", "nonsense"],
        &["completions", "tcsh"],
    ] {
        let said = desk.run(args);
        assert_eq!(said.code, 2, "{args:?}: {}{}", said.out, said.err);
        assert!(said.out.is_empty(), "{args:?} leaves standard output alone: {}", said.out);
        assert!(said.err.starts_with("docket: "), "{args:?} says who speaks: {}", said.err);
    }
}

#[test]
fn the_data_folder_is_the_given_one() {
    let desk = Desk::new();
    let other = desk.room.path().join("other").display().to_string();
    desk.run(&["app", "add", "shop", "--data-dir", &other]).ends(0);
    assert_eq!(desk.json(&["app", "list"]), serde_json::json!([]), "not in the one of the environment");
    let listed = desk.json(&["--data-dir", &other, "app", "list"]);
    assert_eq!(listed[0]["name"], "shop", "but in the given one, wherever the option stands");
    let file = desk.room.path().join("file");
    std::fs::write(&file, b"x").unwrap();
    let refused = desk.run(&["app", "list", "--data-dir", "file"]).ends(1);
    assert!(refused.err.contains("--data-dir"), "says what to do: {}", refused.err);
}

#[test]
fn quiet_is_quiet() {
    let desk = Desk::new();
    let said = desk.run(&["import", &fixture("shop.sarif"), "--app", "shop", "--create-app", "-q"]).ends(0);
    assert_eq!(said.err, "", "nothing on standard error");
    let said = desk.run(&["findings", "--quiet"]).ends(0);
    assert_eq!((said.err.as_str(), said.out.lines().count()), ("", 7), "the result is still there");
}

#[test]
fn names_and_numbers_do_equally() {
    let desk = Desk::new();
    desk.run(&["app", "add", "Shop"]).ends(0);
    desk.run(&["app", "add", "billing"]).ends(0);
    desk.run(&["app", "rename", "shop", "Web shop"]).ends(0);
    desk.run(&["app", "rename", "2", "Invoices"]).ends(0);
    let names: Vec<String> = desk
        .json(&["app", "list"])
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["Invoices", "Web shop"], "by name in any case, and by number");
    let unknown = desk.run(&["app", "remove", "Invioces", "--yes"]).ends(1);
    assert!(unknown.err.contains("Did you mean Invoices?"), "a slip is understood: {}", unknown.err);
    desk.run(&["app", "add", "Invoices"]).ends(1);
}

#[test]
fn help_and_version_are_results() {
    let desk = Desk::new();
    let version = desk.run(&["--version"]).ends(0);
    assert!(version.out.starts_with("docket "), "the version is on standard output: {}", version.out);
    let help = desk.run(&["connection", "add", "--help"]).ends(0);
    assert!(help.out.contains("--secret-from-env"), "help too: {}", help.out);
    let bare = desk.run(&[]).ends(2);
    assert!(bare.err.contains("Usage: docket"), "without a command the help is shown: {}", bare.err);
}
