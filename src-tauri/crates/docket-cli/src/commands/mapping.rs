//! `docket mapping …`.

use std::io::Write;

use docket_domain::{Application, ApplicationId, Mapping};
use docket_engine::mappings::MappingForm;
use serde_json::json;

use super::report;
use crate::args::{MappingCommand, MappingFlags};
use crate::call::Call;
use crate::end::{End, Failure};
use crate::pick;
use crate::table::{Cell, gives, number, print, whole};
use crate::terminal::{Ink, document, line, output};
use crate::watch::watched;

pub(super) async fn run(call: &Call<'_>, command: MappingCommand) -> Result<End, Failure> {
    match command {
        MappingCommand::Add(flags) => add(call, *flags).await,
        MappingCommand::Edit { name, flags } => edit(call, &name, *flags).await,
        MappingCommand::List => list(call).await,
        MappingCommand::Show { name } => show(call, &name).await,
        MappingCommand::Verify { name } => verify(call, &name).await,
        MappingCommand::Remove { name } => remove(call, &name).await,
    }
}

fn missing(what: &str, flag: &str) -> Failure {
    Failure::usage(format!("The {what} is missing."), format!("Add {flag}."))
}

async fn applications(call: &Call<'_>, names: &[String]) -> Result<Vec<ApplicationId>, Failure> {
    let mut ids = Vec::new();
    for name in names {
        let id = pick::application(&call.engine, name).await?.id;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

fn list_of(text: Option<String>) -> Vec<String> {
    text.into_iter().collect()
}

async fn add(call: &Call<'_>, flags: MappingFlags) -> Result<End, Failure> {
    let connection =
        flags.connection.as_deref().ok_or_else(|| missing("connection", "--connection LABEL"))?;
    let target = flags.target.ok_or_else(|| missing("target", "--target owner/repository"))?;
    if flags.apps.is_empty() {
        return Err(missing("application", "--app NAME"));
    }
    let form = MappingForm {
        id: None,
        label: flags.label.unwrap_or_default(),
        connection: pick::connection(&call.engine, connection).await?.id,
        target,
        applications: applications(call, &flags.apps).await?,
        labels: list_of(flags.labels),
        severity_label: flags.severity_label.unwrap_or(false),
        assignees: list_of(flags.assignees),
        milestone: flags.milestone,
        severity: None,
        status: None,
        settings: None,
        template: None,
        active: flags.active.unwrap_or(true),
    };
    let saved = call.engine.mapping_save(form).await?;
    kept(call, &saved, "added")
}

async fn edit(call: &Call<'_>, name: &str, flags: MappingFlags) -> Result<End, Failure> {
    let before = pick::mapping(&call.engine, name).await?;
    let connection = match &flags.connection {
        Some(name) => pick::connection(&call.engine, name).await?.id,
        None => before.connection,
    };
    let chosen = applications(call, &flags.apps).await?;
    let form = MappingForm {
        id: Some(before.id),
        label: flags.label.unwrap_or(before.label),
        connection,
        target: flags.target.unwrap_or(before.target),
        applications: if chosen.is_empty() { before.applications } else { chosen },
        labels: flags.labels.map_or(before.labels, |labels| vec![labels]),
        severity_label: flags.severity_label.unwrap_or(before.severity_label),
        assignees: flags.assignees.map_or(before.assignees, |names| vec![names]),
        milestone: flags.milestone.or(before.milestone),
        severity: None,
        status: None,
        settings: None,
        template: None,
        active: flags.active.unwrap_or(before.active),
    };
    let saved = call.engine.mapping_save(form).await?;
    kept(call, &saved, "changed")
}

fn kept(call: &Call<'_>, saved: &Mapping, how: &str) -> Result<End, Failure> {
    if call.terminal.json {
        document(saved)?;
    } else {
        call.terminal.say(&format!("Mapping {} «{}» {how}.", saved.id, line(&saved.label)))?;
        call.terminal.note(&format!("Test it: docket mapping verify {}", saved.id));
    }
    Ok(End::Done)
}

/// The names of a mapping's applications.
fn names(mapping: &Mapping, all: &[Application]) -> String {
    let named: Vec<&str> = all
        .iter()
        .filter(|one| mapping.applications.contains(&one.id))
        .map(|one| one.name.as_str())
        .collect();
    named.join(", ")
}

async fn list(call: &Call<'_>) -> Result<End, Failure> {
    let mappings = call.engine.mapping_list().await?;
    if call.terminal.json {
        document(&mappings)?;
        return Ok(End::Done);
    }
    let all = call.engine.application_list().await?;
    let columns = [
        number("ID"),
        gives("LABEL"),
        gives("APPLICATIONS"),
        gives("CONNECTION"),
        gives("TARGET"),
        whole("ACTIVE"),
    ];
    let rows: Vec<Vec<Cell>> = mappings
        .iter()
        .map(|one| {
            vec![
                one.id.to_string().into(),
                one.label.as_str().into(),
                names(one, &all).into(),
                one.connection_label.as_str().into(),
                one.target.as_str().into(),
                if one.active { "yes".into() } else { Cell::inked("no", Ink::Yellow) },
            ]
        })
        .collect();
    print(call.terminal, &columns, &rows, "There is no mapping yet: docket mapping add …")?;
    Ok(End::Done)
}

async fn show(call: &Call<'_>, name: &str) -> Result<End, Failure> {
    let one = pick::mapping(&call.engine, name).await?;
    if call.terminal.json {
        document(&one)?;
        return Ok(End::Done);
    }
    let all = call.engine.application_list().await?;
    let yes = |on: bool| if on { "yes" } else { "no" }.to_owned();
    let facts = [
        ("Mapping", format!("{} «{}»", one.id, one.label)),
        ("Applications", names(&one, &all)),
        ("Connection", format!("{} ({})", one.connection_label, one.kind)),
        ("Target", one.target),
        ("Labels", one.labels.join(", ")),
        ("By severity", yes(one.severity_label)),
        ("Assignees", one.assignees.join(", ")),
        ("Milestone", one.milestone.unwrap_or_default()),
        ("Active", yes(one.active)),
    ];
    let mut out = output();
    for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
        writeln!(out, "{}{}", Ink::Dim.on(call.terminal.colour, &format!("{name:<14}")), line(value))?;
    }
    out.flush()?;
    Ok(End::Done)
}

async fn verify(call: &Call<'_>, name: &str) -> Result<End, Failure> {
    let one = pick::mapping(&call.engine, name).await?;
    let mut told = Ok(());
    let engine = &call.engine;
    let work = |listener| engine.mapping_verify(one.id, listener);
    let report = watched(call, work, async |news, teller: &_| {
        report::live(call.terminal, news, teller, &mut told);
    })
    .await?;
    told?;
    report::verdict(call, &report)
}

async fn remove(call: &Call<'_>, name: &str) -> Result<End, Failure> {
    let one = pick::mapping(&call.engine, name).await?;
    call.engine.mapping_remove(one.id).await?;
    if call.terminal.json {
        document(&json!({ "removed": one.id }))?;
    } else {
        call.terminal.say(&format!("The mapping «{}» is gone; its issues stay.", line(&one.label)))?;
    }
    Ok(End::Done)
}
