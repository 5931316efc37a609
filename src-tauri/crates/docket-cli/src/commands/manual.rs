//! Shell completions and manual pages, made from the command tree.

use std::io::Write;
use std::path::Path;

use clap::Command;
use clap_complete::Shell;
use docket_domain::{Code, Problem};
use serde_json::json;

use crate::command;
use crate::end::{End, Failure};
use crate::terminal::{Terminal, document, output};

pub(crate) fn completions(terminal: &Terminal, shell: Shell) -> Result<End, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "docket", &mut script);
    if terminal.json {
        let text = String::from_utf8(script).map_err(Problem::internal)?;
        document(&json!({ "shell": shell.to_string(), "script": text }))?;
    } else {
        let mut out = output();
        out.write_all(&script)?;
        out.flush()?;
    }
    Ok(End::Done)
}

pub(crate) fn man(terminal: &Terminal, out: Option<&Path>) -> Result<End, Failure> {
    let mut tree = command();
    tree.build();
    let mut pages = Vec::new();
    collect(&tree, "docket", &mut pages)?;
    let Some(folder) = out else {
        let (name, page) = pages.swap_remove(0);
        if terminal.json {
            let text = String::from_utf8(page).map_err(Problem::internal)?;
            document(&json!({ "name": name, "page": text }))?;
        } else {
            let mut out = output();
            out.write_all(&page)?;
            out.flush()?;
        }
        return Ok(End::Done);
    };
    let refused = |error: std::io::Error| {
        Problem::new(Code::BadInput, format!("The pages cannot be written to {}: {error}.", folder.display()))
            .hint("Name a folder that you may write to.")
    };
    std::fs::create_dir_all(folder).map_err(refused)?;
    let mut files = Vec::new();
    for (name, page) in pages {
        let file = folder.join(format!("{name}.1"));
        std::fs::write(&file, page).map_err(refused)?;
        files.push(file.display().to_string());
    }
    if terminal.json {
        document(&json!({ "files": files }))?;
    } else {
        for file in &files {
            terminal.say(file)?;
        }
    }
    Ok(End::Done)
}

/// The page of a command, then those of its subcommands.
fn collect(command: &Command, name: &str, pages: &mut Vec<(String, Vec<u8>)>) -> Result<(), Failure> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    pages.push((name.to_owned(), page));
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help") {
        collect(sub, &format!("{name}-{}", sub.get_name()), pages)?;
    }
    Ok(())
}
