//! Completions and manual pages, made from the command tree.

use crate::bench::Desk;

#[test]
fn completions_know_every_command() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = desk.run(&["completions", shell]).ends(0).out;
        for word in ["connection", "plan-show", "secret-from-env", "group-by"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn there_is_a_page_for_every_command() {
    let desk = Desk::new();
    let page = desk.run(&["man"]).ends(0).out;
    assert!(page.contains(".TH docket 1"), "the main page: {}", &page[..page.len().min(300)]);
    desk.run(&["man", "--out", "pages"]).ends(0);
    let folder = desk.room.path().join("pages");
    let add = std::fs::read_to_string(folder.join("docket-connection-add.1")).unwrap();
    assert!(add.contains("docket connection add"), "a command's page shows how it is called: {add}");
    assert!(add.contains("secret\\-stdin"), "and its options");
    let mut expected = Vec::new();
    names(&docket_cli::command(), "docket", &mut expected);
    for name in expected {
        assert!(folder.join(format!("{name}.1")).is_file(), "{name} has a page");
    }
}

fn names(command: &clap::Command, name: &str, out: &mut Vec<String>) {
    out.push(name.to_owned());
    for sub in command.get_subcommands() {
        names(sub, &format!("{name}-{}", sub.get_name()), out);
    }
}

/// docs/cli.md is written by hand; this keeps it from forgetting a command or an option.
#[test]
fn the_documentation_names_every_command_and_option() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/cli.md");
    let text = std::fs::read_to_string(path).unwrap();
    let mut missing = Vec::new();
    undocumented(&docket_cli::command(), "docket", &text, &mut missing);
    assert!(missing.is_empty(), "docs/cli.md does not mention: {}", missing.join(", "));
}

fn undocumented(command: &clap::Command, name: &str, text: &str, missing: &mut Vec<String>) {
    if command.get_subcommands().next().is_none() && !text.contains(name) {
        missing.push(name.to_owned());
    }
    for arg in command.get_arguments().filter_map(clap::Arg::get_long) {
        let word = format!("--{arg}");
        if !text.contains(&word) && !["--help", "--version"].contains(&word.as_str()) {
            missing.push(format!("{name} {word}"));
        }
    }
    for sub in command.get_subcommands() {
        undocumented(sub, &format!("{name} {}", sub.get_name()), text, missing);
    }
}
