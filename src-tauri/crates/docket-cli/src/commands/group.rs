//! `docket group`: how findings would become issues, and the changes by hand that the other
//! commands take too.

use std::io::Write;

use docket_domain::group::{GroupBy, GroupEdit};
use docket_domain::{GroupKey, MappingId, Marker, Problem, Selection};
use docket_engine::grouping::{Preview, PreviewLine};
use serde_json::{Value, json};

use super::count;
use super::findings::severity_ink;
use crate::args::{Named, PlanArgs};
use crate::call::Call;
use crate::end::{End, Failure};
use crate::pick;
use crate::table::{Cell, gives, number, print, whole};
use crate::terminal::{Ink, document, line, output};

/// Digits of a group's name that are shown; they tell a few thousand groups apart.
const NAME: usize = 8;

/// How the findings of a selection are to become issues, as it was typed.
pub(super) async fn grouped(
    call: &Call<'_>,
    args: &PlanArgs,
    mapping: MappingId,
    selection: &Selection,
) -> Result<GroupBy, Failure> {
    let mut by = GroupBy {
        keys: args.group_by.0.clone(),
        depth: args.group_by.1,
        query: args.group_query.clone(),
        most: args.max_size,
        held: args.held,
        edits: Vec::new(),
    };
    if by.query.is_some() && !by.keys.contains(&GroupKey::Query) {
        by.keys.push(GroupKey::Query);
    }
    by.check()?;
    if !args.leave_out.is_empty() {
        by.edits.push(GroupEdit::LeaveOut { findings: args.leave_out.concat() });
    }
    // Each change names groups as they are after the one before it.
    for (findings, to) in &args.moves {
        let to = match to {
            Some(name) => Some(find(&look(call, selection, &by, mapping).await?, name)?),
            None => None,
        };
        by.edits.push(GroupEdit::Move { findings: findings.clone(), to });
    }
    for (from, into) in &args.merges {
        let preview = look(call, selection, &by, mapping).await?;
        let (from, into) = (find(&preview, from)?, find(&preview, into)?);
        by.edits.push(GroupEdit::Merge { from, into });
    }
    for (group, issue) in &args.attach {
        let issue = call.engine.issue_find(mapping, issue).await?.issue;
        let preview = look(call, selection, &by, mapping).await?;
        let groups = match group {
            Named::One(name) => vec![find(&preview, name)?],
            Named::Every if preview.groups > preview.first.len() as u64 => {
                return Err(Problem::bad_input(format!(
                    "{} groups are too many for one issue.",
                    preview.groups
                ))
                .hint("Group by fewer keys, or name one group: --attach GROUP=ISSUE.")
                .into());
            }
            Named::Every => preview.first.iter().map(|one| one.name.clone()).collect(),
        };
        let how = args.attach_as;
        by.edits.extend(groups.into_iter().map(|group| GroupEdit::Attach {
            group,
            issue: issue.clone(),
            how,
        }));
    }
    Ok(by)
}

async fn look(
    call: &Call<'_>,
    selection: &Selection,
    by: &GroupBy,
    mapping: MappingId,
) -> Result<Preview, Problem> {
    call.engine.group_preview(selection.clone(), by.clone(), Some(mapping)).await
}

/// The one group whose name begins so.
fn find(preview: &Preview, name: &str) -> Result<Marker, Problem> {
    let mut found = preview.first.iter().filter(|one| one.name.as_str().starts_with(name));
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one.name.clone()),
        (None, _) => Err(Problem::not_found(format!("No group is called «{name}»."))
            .hint("See their names: docket group, with the same query and keys.")),
        _ => Err(Problem::bad_input(format!("Several groups begin with «{name}»."))
            .hint("Write more of the name.")),
    }
}

/// Shows how findings would group.
pub(super) async fn preview(call: &Call<'_>, args: PlanArgs) -> Result<End, Failure> {
    let mapping = pick::mapping(&call.engine, &args.mapping).await?;
    let selection = call.matching(&args.query, args.app.as_deref()).await?;
    let by = grouped(call, &args, mapping.id, &selection).await?;
    let preview = look(call, &selection, &by, mapping.id).await?;
    if call.terminal.json {
        document(&written(&preview, &by))?;
        return Ok(End::Done);
    }
    let colour = call.terminal.colour;
    let mut out = output();
    let head = format!(
        "{} of {} for {}, grouped by {}",
        count(preview.groups, "issue"),
        count(preview.findings, "finding"),
        mapping.target,
        by.words()
    );
    writeln!(out, "{}", Ink::Bold.on(colour, &line(&head)))?;
    for (n, what) in [(preview.linked, "in an issue already"), (preview.left_out, "left out")] {
        if n > 0 {
            writeln!(out, "{} {what}", count(n, "finding"))?;
        }
    }
    for warning in &preview.warnings {
        writeln!(out, "{} {}", Ink::Yellow.on(colour, "!"), line(warning))?;
    }
    let hidden = preview.groups.saturating_sub(preview.first.len() as u64);
    drop(out);
    let columns = [whole("NAME"), whole("ACTION"), number("FINDINGS"), whole("SEVERITY"), gives("GROUP")];
    let rows: Vec<Vec<Cell>> = preview.first.iter().map(row).collect();
    print(call.terminal, &columns, &rows, "Nothing would be written.")?;
    if hidden > 0 {
        call.terminal.note(&format!("{} more are not listed.", count(hidden, "group")));
    }
    Ok(End::Done)
}

fn row(one: &PreviewLine) -> Vec<Cell> {
    let issue = one.issue.as_ref().map(|issue| format!("{} ", issue.short())).unwrap_or_default();
    vec![
        one.name.as_str().get(..NAME).unwrap_or_default().into(),
        one.action.label().into(),
        one.count.to_string().into(),
        Cell::inked(one.severity.label(), severity_ink(one.severity)),
        format!("{issue}{}", one.title).into(),
    ]
}

fn written(preview: &Preview, by: &GroupBy) -> Value {
    let groups: Vec<Value> = preview
        .first
        .iter()
        .map(|one| {
            let findings: Vec<_> = one.members.iter().map(|member| member.id).collect();
            json!({
                "name": one.name, "title": one.title, "action": one.action, "issue": one.issue,
                "severity": one.severity, "count": one.count, "first_findings": findings,
            })
        })
        .collect();
    json!({
        "group_by": by, "findings": preview.findings, "issues": preview.groups, "new": preview.new,
        "linked": preview.linked, "left_out": preview.left_out, "warnings": preview.warnings, "groups": groups,
    })
}
