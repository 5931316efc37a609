//! The small lists: formats, jobs, issues, and the state of things.

use docket_domain::{IssueLink, IssueState};
use serde_json::json;
use std::io::Write;

use super::moment;
use crate::call::Call;
use crate::end::{End, Failure};
use crate::table::{Cell, gives, number, print, whole};
use crate::terminal::{Ink, document, line, output};

pub(super) fn formats(call: &Call<'_>, id: Option<&str>) -> Result<End, Failure> {
    let formats = call.engine.format_list();
    if let Some(id) = id {
        return format(call, id);
    }
    if call.terminal.json {
        let all: Vec<_> = formats
            .iter()
            .map(|one| {
                json!({ "id": one.id(), "label": one.label(), "about": one.about(), "versions": one.versions(),
                        "extensions": one.extensions() })
            })
            .collect();
        document(&all)?;
        return Ok(End::Done);
    }
    let columns = [whole("ID"), whole("NAME"), gives("VERSIONS"), gives("WHAT")];
    let rows: Vec<Vec<Cell>> = formats
        .iter()
        .map(|one| vec![one.id().into(), one.label().into(), one.versions().into(), one.about().into()])
        .collect();
    print(call.terminal, &columns, &rows, "No format is built in.")?;
    Ok(End::Done)
}

/// One format with its example.
fn format(call: &Call<'_>, id: &str) -> Result<End, Failure> {
    let formats = call.engine.format_list();
    let Some(one) = formats.iter().find(|one| one.id().eq_ignore_ascii_case(id.trim())) else {
        let problem = docket_domain::Problem::bad_input(format!("Docket reads no format «{id}»."))
            .hint("`docket formats` lists all with their ids.");
        return Err(problem.into());
    };
    if call.terminal.json {
        document(
            &json!({ "id": one.id(), "label": one.label(), "about": one.about(), "versions": one.versions(),
                          "extensions": one.extensions(), "example": one.example() }),
        )?;
        return Ok(End::Done);
    }
    let mut out = output();
    let endings: Vec<String> = one.extensions().iter().map(|ending| format!(".{ending}")).collect();
    for (name, value) in [
        ("Format", format!("{} ({})", one.label(), one.id())),
        ("What", one.about().to_owned()),
        ("Versions", one.versions().to_owned()),
        ("Files", endings.join(" ")),
    ] {
        writeln!(out, "{}{}", Ink::Dim.on(call.terminal.colour, &format!("{name:<10}")), line(&value))?;
    }
    writeln!(out, "\n{}", one.example().trim_end())?;
    out.flush()?;
    Ok(End::Done)
}

pub(super) async fn jobs(call: &Call<'_>, limit: u32) -> Result<End, Failure> {
    let jobs = call.engine.job_list(limit).await?;
    if call.terminal.json {
        document(&jobs)?;
        return Ok(End::Done);
    }
    let columns = [number("ID"), whole("STATE"), whole("BEGAN"), gives("WHAT"), gives("PROBLEM")];
    let rows: Vec<Vec<Cell>> = jobs
        .iter()
        .map(|job| {
            let problem = job.problem.as_ref().map(|problem| problem.message.clone()).unwrap_or_default();
            let (id, state) = (job.id.to_string().into(), job.state.label().into());
            vec![id, state, moment(job.started).into(), job.title.as_str().into(), problem.into()]
        })
        .collect();
    print(call.terminal, &columns, &rows, "Nothing has run yet.")?;
    Ok(End::Done)
}

/// Issues that are read at once.
const PAGE: u32 = 500;

pub(super) async fn issues(call: &Call<'_>, limit: Option<u64>) -> Result<End, Failure> {
    let wanted = limit.unwrap_or(u64::MAX);
    let mut all: Vec<IssueLink> = Vec::new();
    let total = loop {
        let left = wanted - all.len() as u64;
        let asked = left.min(PAGE.into()).max(1) as u32;
        let (some, total) = call.engine.issue_page(all.len() as u64, asked).await?;
        let last = some.is_empty();
        all.extend(some);
        if last || all.len() as u64 >= total.min(wanted) {
            break total;
        }
    };
    all.truncate(usize::try_from(wanted).unwrap_or(usize::MAX));
    if call.terminal.json {
        document(&json!({ "total": total, "issues": all }))?;
        return Ok(End::Done);
    }
    let columns = [
        whole("ISSUE"),
        whole("STATE"),
        number("FINDINGS"),
        gives("TITLE"),
        whole("LINKED"),
        gives("ADDRESS"),
    ];
    let rows: Vec<Vec<Cell>> = all
        .iter()
        .map(|link| {
            let state = match &link.state {
                IssueState::Open => "Open",
                IssueState::Closed { .. } => "Closed",
                IssueState::Moved { .. } => "Moved",
                IssueState::Deleted => "Deleted",
                IssueState::NotVisible => "Not visible",
            };
            vec![
                link.issue.short().into(),
                state.into(),
                link.findings.to_string().into(),
                link.title.as_str().into(),
                moment(link.linked).into(),
                link.issue.url.as_str().into(),
            ]
        })
        .collect();
    print(call.terminal, &columns, &rows, "No finding is in an issue yet.")?;
    Ok(End::Done)
}

pub(super) async fn status(call: &Call<'_>) -> Result<End, Failure> {
    let counts = call.engine.counts().await?;
    let keychain = call.engine.keychain().await;
    let dir = call.engine.data_dir().display().to_string();
    let logs = call.engine.log_folder().display().to_string();
    if call.terminal.json {
        document(&json!({
            "version": env!("CARGO_PKG_VERSION"),
            "data_dir": dir,
            "log_dir": logs,
            "keychain": { "name": keychain.name, "ok": keychain.problem.is_none(), "problem": keychain.problem },
            "counts": {
                "applications": counts.applications,
                "findings": counts.all_findings,
                "active": counts.findings,
                "proposals": counts.proposals,
                "imports": counts.imports,
                "connections": counts.connections,
                "plans": counts.plans,
                "issues": counts.issues,
            },
        }))?;
        return Ok(End::Done);
    }
    let colour = call.terminal.colour;
    let mut out = output();
    let mut fact = |name: &str, value: &str| {
        writeln!(out, "{}{}", Ink::Dim.on(colour, &format!("{name:<13}")), line(value))
    };
    fact("Docket", env!("CARGO_PKG_VERSION"))?;
    fact("Data folder", &dir)?;
    fact("Logs", &logs)?;
    match &keychain.problem {
        None => fact("Keychain", &format!("{}, ready", keychain.name))?,
        Some(problem) => fact("Keychain", &format!("{}: {problem}", keychain.name))?,
    }
    fact("Applications", &counts.applications.to_string())?;
    fact("Findings", &format!("{}, {} of them active", counts.all_findings, counts.findings))?;
    fact("Suggestions", &format!("{} waiting", counts.proposals))?;
    fact("Imports", &counts.imports.to_string())?;
    fact("Connections", &counts.connections.to_string())?;
    fact("Plans", &format!("{} not finished", counts.plans))?;
    fact("Issues", &counts.issues.to_string())?;
    out.flush()?;
    Ok(End::Done)
}
