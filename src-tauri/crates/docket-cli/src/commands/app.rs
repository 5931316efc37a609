//! `docket app …`.

use serde_json::json;

use super::{count, moment};
use crate::args::AppCommand;
use crate::ask::confirm;
use crate::call::Call;
use crate::end::{End, Failure};
use crate::pick;
use crate::table::{Cell, gives, number, print, whole};
use crate::terminal::document;

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
        AppCommand::Remove { name, yes } => {
            let application = pick::application(&call.engine, &name).await?;
            let what = count(application.findings, "finding");
            confirm(
                terminal,
                &format!("Remove «{}» with its {what} and all its imports?", application.name),
                yes,
            )
            .await?;
            let removed = call.engine.application_remove(application.id).await?;
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
