//! `docket app …`.

use std::io::Write;
use std::path::Path;

use docket_domain::Ownership;
use docket_domain::owners::LARGEST;
use serde_json::json;

use super::choices::text_in;

use super::{count, moment};
use crate::args::AppCommand;
use crate::ask::confirm;
use crate::call::Call;
use crate::end::{End, Failure};
use crate::pick;
use crate::table::{Cell, gives, number, print, whole};
use crate::terminal::{Ink, document, line, output};
use crate::watch::quietly;

pub(super) async fn run(call: &Call<'_>, command: AppCommand) -> Result<End, Failure> {
    let terminal = call.terminal;
    match command {
        AppCommand::Add { name } => {
            let application = call.engine.application_add(&name).await?;
            if terminal.json {
                document(&application)?;
            } else {
                terminal.say(&format!("Application {} «{}» added.", application.id, application.name))?;
            }
        }
        AppCommand::List => list(call).await?,
        AppCommand::Rename { old, new } => {
            let application = pick::application(&call.engine, &old).await?;
            let renamed = call.engine.application_rename(application.id, &new).await?;
            if terminal.json {
                document(&renamed)?;
            } else {
                terminal.say(&format!("Application {} is called «{}» now.", renamed.id, renamed.name))?;
            }
        }
        AppCommand::Owners { name, file, clear, dry_run } => {
            owners(call, &name, file.as_deref(), clear, dry_run).await?;
        }
        AppCommand::Remove { name, yes } => {
            let application = pick::application(&call.engine, &name).await?;
            let what = count(application.findings, "finding");
            confirm(
                terminal,
                &format!("Remove «{}» with its {what} and all its imports?", application.name),
                yes,
            )
            .await?;
            let removed =
                quietly(call, |listener| call.engine.application_remove(application.id, listener)).await?;
            if terminal.json {
                document(&json!({ "removed": application.id, "findings": removed }))?;
            } else {
                terminal.say(&format!(
                    "«{}» is gone, with {}.",
                    application.name,
                    count(removed, "finding")
                ))?;
            }
        }
    }
    Ok(End::Done)
}

async fn list(call: &Call<'_>) -> Result<(), Failure> {
    let applications = call.engine.application_list().await?;
    if call.terminal.json {
        return document(&applications);
    }
    let columns = [number("ID"), gives("NAME"), number("ACTIVE"), number("FINDINGS"), whole("ADDED")];
    let rows: Vec<Vec<Cell>> = applications
        .iter()
        .map(|one| {
            vec![
                one.id.to_string().into(),
                one.name.as_str().into(),
                one.active.to_string().into(),
                one.findings.to_string().into(),
                moment(one.created).into(),
            ]
        })
        .collect();
    print(call.terminal, &columns, &rows, "There is no application yet: docket app add NAME")
}

async fn owners(
    call: &Call<'_>,
    name: &str,
    file: Option<&Path>,
    clear: bool,
    dry_run: bool,
) -> Result<(), Failure> {
    let application = pick::application(&call.engine, name).await?;
    let given = file.map(|file| text_in(file, "CODEOWNERS file", LARGEST as u64)).transpose()?;
    let mut changed = None;
    let told = match given {
        Some(text) if dry_run => call.engine.owners_try(application.id, text).await?,
        given => {
            if let Some(text) = given.or_else(|| clear.then(String::new)) {
                changed = Some(
                    quietly(call, |listener| call.engine.owners_save(application.id, text, listener)).await?,
                );
            }
            call.engine.owners_show(application.id).await?
        }
    };
    if call.terminal.json {
        return document(&json!({ "application": application.id, "changed": changed, "rules": told }));
    }
    if let Some(changed) = changed {
        let what = count(changed, "finding");
        call.terminal.say(&format!("«{}»: {what} got another owner.", application.name))?;
    }
    if told.text.is_empty() {
        return call.terminal.say(&format!(
            "Nobody owns the files of «{}»: docket app owners {} --file CODEOWNERS",
            application.name, application.id
        ));
    }
    tell_owners(call, &told)
}

fn tell_owners(call: &Call<'_>, told: &Ownership) -> Result<(), Failure> {
    let rows: Vec<Vec<Cell>> = told
        .owners
        .iter()
        .map(|one| vec![one.owner.as_str().into(), one.findings.to_string().into()])
        .collect();
    print(call.terminal, &[gives("OWNER"), number("ACTIVE")], &rows, "No active finding has an owner.")?;
    let mut out = output();
    let beyond = told.of.saturating_sub(told.owners.len() as u64);
    if beyond > 0 {
        writeln!(out, "… and {}.", count(beyond, "more owner"))?;
    }
    if told.without > 0 {
        let first: Vec<String> = told.files_without.iter().take(5).map(|path| line(path)).collect();
        let most = if told.files_without.len() > 5 { ", …" } else { "" };
        writeln!(out, "Nobody owns {}: {}{most}", count(told.without, "finding"), first.join(", "))?;
    }
    if told.no_file > 0 {
        writeln!(out, "Without a file, so without an owner: {}.", count(told.no_file, "finding"))?;
    }
    for mistake in &told.mistakes {
        let place = format!("line {}", mistake.line);
        writeln!(out, "{} {}", Ink::Red.on(call.terminal.colour, &place), line(&mistake.message))?;
    }
    out.flush()?;
    Ok(())
}
