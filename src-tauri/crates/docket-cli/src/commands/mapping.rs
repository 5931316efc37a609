//! `docket mapping …`.

use std::collections::BTreeMap;
use std::io::Write;

use docket_domain::{Application, ApplicationId, Guard, Mapping, Template, ValueMap};
use docket_engine::mappings::MappingForm;
use serde_json::json;

use super::{choices, offered, report};
use crate::args::{MappingCommand, MappingFlags};
use crate::ask::confirm;
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
        MappingCommand::Fields(flags) => offered::offered(call, &flags).await,
        MappingCommand::Repair { name, yes } => repair(call, &name, yes).await,
        MappingCommand::Guard { name, finding } => super::guard::tried(call, &name, finding).await,
        MappingCommand::Remove { name } => remove(call, &name).await,
    }
}

pub(super) fn missing(what: &str, flag: &str) -> Failure {
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
    let target = flags.target.clone().ok_or_else(|| missing("target", "--target owner/repository"))?;
    if flags.apps.is_empty() {
        return Err(missing("application", "--app NAME"));
    }
    let connection = pick::connection(&call.engine, connection).await?;
    let kinds = call.engine.connection_kinds();
    let card = kinds.into_iter().find(|card| card.id == connection.kind);
    let defaults = card.map(|card| card.defaults).unwrap_or_default();
    let settings = choices::settings(defaults.settings, &flags.set)?;
    let severity = choices::severity(&defaults.severity, &flags)?;
    let status = choices::status(&defaults.status, &flags)?;
    let template = choices::template(Template::default(), &flags)?;
    let guard = choices::guard(&Guard::default(), &flags)?;
    let form = MappingForm {
        id: None,
        label: flags.label.unwrap_or_default(),
        connection: connection.id,
        target,
        applications: applications(call, &flags.apps).await?,
        labels: list_of(flags.labels),
        severity_label: flags.severity_label.unwrap_or(false),
        assignees: list_of(flags.assignees),
        milestone: flags.milestone,
        severity,
        status,
        settings: Some(settings),
        template,
        guard,
        findings_file: flags.findings_file,
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
    let settings = choices::settings(before.settings, &flags.set)?;
    let severity = choices::severity(&before.severity, &flags)?;
    let status = choices::status(&before.status, &flags)?;
    let template = choices::template(before.template, &flags)?;
    let guard = choices::guard(&before.guard, &flags)?;
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
        severity,
        status,
        settings: Some(settings),
        template,
        guard,
        findings_file: flags.findings_file,
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
        ("Severity", map_words(&one.severity)),
        ("Status", map_words(&one.status)),
        ("Fields", pairs(&one.settings)),
        ("Titles", one.template.title),
        ("Texts", one.template.body),
        ("Guard", super::guard::words(&one.guard)),
        ("File", yes(one.findings_file)),
        ("Active", yes(one.active)),
    ];
    let mut out = output();
    for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
        writeln!(out, "{}{}", Ink::Dim.on(call.terminal.colour, &format!("{name:<14}")), line(value))?;
    }
    out.flush()?;
    Ok(End::Done)
}

fn pairs(values: &BTreeMap<String, String>) -> String {
    values.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(", ")
}

/// `Priority: critical=P0, high=P1`.
fn map_words(map: &ValueMap) -> String {
    if map.is_off() { String::new() } else { format!("{}: {}", map.field, pairs(&map.values)) }
}

/// Tests the mapping, says what can be made, asks, makes it, and tests again.
async fn repair(call: &Call<'_>, name: &str, yes: bool) -> Result<End, Failure> {
    let one = pick::mapping(&call.engine, name).await?;
    let engine = &call.engine;
    let look = |listener| engine.mapping_verify(one.id, listener);
    let report = watched(call, look, async |_, _: &_| {}).await?;
    let items = report.stages.iter().flat_map(|stage| &stage.items);
    let repairs: Vec<_> = items.filter_map(|item| item.repair.clone()).collect();
    if repairs.is_empty() {
        if call.terminal.json {
            document(&json!({ "done": [], "failed": [], "report": report }))?;
        } else {
            call.terminal.say("Nothing is missing that Docket could make.")?;
        }
        return Ok(if report.ok { End::Done } else { End::Failed });
    }
    let names: Vec<String> =
        repairs.iter().map(|repair| format!("the {} «{}»", repair.kind.label(), repair.name)).collect();
    let question = format!("Create {} in {}?", names.join(", "), one.target);
    confirm(call.terminal, &line(&question), yes).await?;
    let work = |listener| engine.mapping_repair(one.id, repairs, listener);
    let repaired = watched(call, work, async |_, _: &_| {}).await?;
    if call.terminal.json {
        document(&json!({
            "done": repaired.done, "failed": repaired.failed, "report": repaired.report,
        }))?;
    } else {
        for words in &repaired.done {
            call.terminal.say(&line(words))?;
        }
        for problem in &repaired.failed {
            call.terminal.say(&format!("Not done: {}", line(&problem.to_string())))?;
        }
        call.terminal.say(&line(&repaired.report.summary))?;
    }
    Ok(match (repaired.failed.is_empty() && repaired.report.ok, repaired.done.is_empty()) {
        (true, _) => End::Done,
        (false, false) => End::Partly,
        (false, true) => End::Failed,
    })
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
