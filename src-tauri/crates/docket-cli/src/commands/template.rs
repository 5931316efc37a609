//! `docket template …`.

use std::io::Write;

use docket_domain::Template;
use docket_domain::template::{self, Fault};
use docket_engine::templates::Try;
use serde_json::json;

use super::choices::written_in;
use crate::args::{TemplateCommand, TemplateFlags};
use crate::call::Call;
use crate::end::{End, Failure};
use crate::pick;
use crate::terminal::{Ink, block, document, line, output};

pub(super) async fn run(call: &Call<'_>, command: TemplateCommand) -> Result<End, Failure> {
    match command {
        TemplateCommand::Check(flags) => check(call, &flags),
        TemplateCommand::Preview { mapping, group_by, skip, flags } => {
            let mapping = pick::mapping(&call.engine, &mapping).await?;
            let template = given(&flags, mapping.template)?;
            let Some(application) = mapping.applications.first().copied() else {
                return Err(Failure::usage(
                    "The mapping is for no application any more.",
                    "Add one: docket mapping edit LABEL --app NAME",
                ));
            };
            let (connection, target, guard) = (mapping.connection, mapping.target, mapping.guard);
            let group_by = group_by.map(|keys| keys.0).unwrap_or_default();
            preview(call, Try { template, connection, target, application, group_by, skip, guard }).await
        }
        TemplateCommand::Reference => reference(call),
    }
}

/// The template that the flags name; what they leave out is as before.
fn given(flags: &TemplateFlags, before: Template) -> Result<Template, Failure> {
    Ok(Template {
        title: flags.title.clone().unwrap_or(before.title),
        body: flags.body.as_deref().map(written_in).transpose()?.unwrap_or(before.body),
    })
}

fn check(call: &Call<'_>, flags: &TemplateFlags) -> Result<End, Failure> {
    if flags.title.is_none() && flags.body.is_none() {
        return Err(Failure::usage(
            "There is no template to look at.",
            "Add --title TEMPLATE or --body FILE.",
        ));
    }
    let faults = template::faults(&given(flags, Template::default())?);
    if call.terminal.json {
        document(&json!({ "ok": faults.is_empty(), "faults": faults }))?;
    } else if faults.is_empty() {
        call.terminal.say("Nothing is wrong with it.")?;
    } else {
        tell(call, &faults)?;
    }
    Ok(if faults.is_empty() { End::Done } else { End::Failed })
}

/// Each fault with its line and a mark below the place.
fn tell(call: &Call<'_>, faults: &[Fault]) -> Result<(), Failure> {
    let mut out = output();
    for fault in faults {
        let place = format!("{}:{}:{}", fault.part, fault.line, fault.column);
        writeln!(out, "{} {}", Ink::Red.on(call.terminal.colour, &place), line(&fault.message))?;
        if !fault.excerpt.is_empty() {
            writeln!(out, "    {}", line(&fault.excerpt))?;
            let mark = "^".repeat(fault.length.clamp(1, 60) as usize);
            writeln!(out, "    {}{mark}", " ".repeat(fault.column.saturating_sub(1) as usize))?;
        }
        if let Some(hint) = &fault.hint {
            writeln!(out, "    {}", line(hint))?;
        }
    }
    out.flush()?;
    Ok(())
}

async fn preview(call: &Call<'_>, wish: Try) -> Result<End, Failure> {
    let tried = call.engine.template_try(wish).await?;
    let end = if tried.faults.is_empty() { End::Done } else { End::Failed };
    if call.terminal.json {
        let issue = tried.issue.map(|issue| {
            json!({
                "of": issue.of, "at": issue.at, "findings": issue.findings, "severity": issue.severity, "title": issue.title,
                "body": issue.body, "follow_ups": issue.follow_ups, "warnings": issue.warnings,
                "flavour": issue.flavour, "limit": issue.limit,
            })
        });
        document(&json!({ "faults": tried.faults, "issue": issue }))?;
        return Ok(end);
    }
    tell(call, &tried.faults)?;
    let Some(issue) = tried.issue else {
        call.terminal.note("The application has no open finding to show it on.");
        return Ok(end);
    };
    for warning in &issue.warnings {
        call.terminal.note(warning);
    }
    let mut out = output();
    writeln!(out, "{}\n\n{}", line(&issue.title), block(&issue.body))?;
    for comment in &issue.follow_ups {
        writeln!(out, "\n--- comment ---\n\n{}", block(comment))?;
    }
    out.flush()?;
    Ok(end)
}

fn reference(call: &Call<'_>) -> Result<End, Failure> {
    if call.terminal.json {
        let rows = |names: &[(&str, &str)]| -> Vec<serde_json::Value> {
            names.iter().map(|(name, says)| json!({ "name": name, "says": says })).collect()
        };
        let tables: Vec<serde_json::Value> = template::reference()
            .into_iter()
            .map(|(of, names)| json!({ "of": of, "names": rows(&names) }))
            .collect();
        document(&json!({ "names": tables, "filters": rows(template::filters()) }))?;
    } else {
        let mut out = output();
        out.write_all(template::manual().as_bytes())?;
        out.flush()?;
    }
    Ok(End::Done)
}
