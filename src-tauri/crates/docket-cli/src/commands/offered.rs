//! `docket mapping fields`: what the live project offers, all of it in short or one list to its end.

use std::collections::BTreeMap;

use docket_domain::{Choice, ChoiceList, ConnectionId, Destination, TargetFields};
use serde_json::json;

use super::choices;
use super::mapping::missing;
use crate::args::OfferFlags;
use crate::call::Call;
use crate::end::{End, Failure};
use crate::pick;
use crate::table::{Cell, gives, print};
use crate::terminal::document;

/// Entries of a list that are shown beside the others.
const IN_SHORT: usize = 30;

pub(super) async fn offered(call: &Call<'_>, flags: &OfferFlags) -> Result<End, Failure> {
    let (connection, to) = match (&flags.name, &flags.connection, &flags.target) {
        (Some(name), ..) => {
            let mapping = pick::mapping(&call.engine, name).await?;
            (mapping.connection, mapping.destination())
        }
        (None, Some(connection), Some(target)) => {
            let settings = choices::settings(BTreeMap::new(), &flags.set)?;
            let connection = pick::connection(&call.engine, connection).await?.id;
            (connection, Destination { settings, ..Destination::new(target.clone()) })
        }
        _ => return Err(missing("mapping", "its label, or --connection LABEL --target TARGET")),
    };
    match &flags.list {
        Some(name) => one_list(call, connection, &to, &named(name), &flags.search).await,
        None => in_short(call, connection, &to).await,
    }
}

fn named(name: &str) -> ChoiceList {
    match name {
        "labels" => ChoiceList::Labels,
        "milestones" => ChoiceList::Milestones,
        "people" | "assignees" => ChoiceList::Assignees,
        id => ChoiceList::Field { id: id.to_owned() },
    }
}

fn name_of(list: &ChoiceList) -> &str {
    match list {
        ChoiceList::Labels => "labels",
        ChoiceList::Milestones => "milestones",
        ChoiceList::Assignees => "people",
        ChoiceList::Field { id } => id,
    }
}

async fn one_list(
    call: &Call<'_>,
    connection: ConnectionId,
    to: &Destination,
    list: &ChoiceList,
    search: &str,
) -> Result<End, Failure> {
    let mut found: Vec<Choice> = Vec::new();
    let mut page: Option<String> = None;
    loop {
        let answer = call.engine.connection_choices(connection, to, list, search, page.as_deref()).await?;
        for choice in answer.choices {
            if !found.iter().any(|known| known.value == choice.value) {
                found.push(choice);
            }
        }
        page = answer.next;
        if page.is_none() {
            break;
        }
    }
    if call.terminal.json {
        document(&json!({ "choices": found }))?;
        return Ok(End::Done);
    }
    let columns = [gives("VALUE"), gives("NAME"), gives("NOTE")];
    let rows: Vec<Vec<Cell>> = found
        .iter()
        .map(|choice| {
            let name = if choice.label == choice.value { "" } else { choice.label.as_str() };
            vec![choice.value.as_str().into(), name.into(), choice.note.as_deref().unwrap_or("").into()]
        })
        .collect();
    print(call.terminal, &columns, &rows, "Nothing of that name is there.")?;
    Ok(End::Done)
}

async fn in_short(call: &Call<'_>, connection: ConnectionId, to: &Destination) -> Result<End, Failure> {
    let offered = call.engine.connection_fields(connection, to).await?;
    if call.terminal.json {
        document(&offered)?;
        return Ok(End::Done);
    }
    let columns = [gives("FIELD"), gives("KEY"), gives("VALUES")];
    print(call.terminal, &columns, &rows(&offered), "The project offers nothing.")?;
    Ok(End::Done)
}

fn rows(offered: &TargetFields) -> Vec<Vec<Cell>> {
    let shown = |choices: &[Choice], list: Option<ChoiceList>| {
        let names: Vec<&str> = choices.iter().take(IN_SHORT).map(|choice| choice.value.as_str()).collect();
        let names_in_words = names.join(", ");
        let more = choices.len() - names.len();
        match list.filter(|list| offered.longer.contains(list)) {
            Some(list) => format!("{names_in_words}, and more: --list {}", name_of(&list)),
            None if more > 0 => format!("{names_in_words}, and {more} more"),
            None => names_in_words,
        }
    };
    let mut rows: Vec<Vec<Cell>> = vec![
        vec!["Labels".into(), "--labels".into(), shown(&offered.labels, Some(ChoiceList::Labels)).into()],
        vec![
            "Milestones".into(),
            "--milestone".into(),
            shown(&offered.milestones, Some(ChoiceList::Milestones)).into(),
        ],
        vec![
            "People".into(),
            "--assignees".into(),
            shown(&offered.assignees, Some(ChoiceList::Assignees)).into(),
        ],
    ];
    for field in &offered.fields {
        let label = if field.required { format!("{} (required)", field.label) } else { field.label.clone() };
        let list = ChoiceList::Field { id: field.id.clone() };
        let key = format!("--set {}=", field.id);
        rows.push(vec![label.into(), key.into(), shown(&field.choices, Some(list)).into()]);
    }
    for (flag, values) in [("--severity-field", &offered.severity), ("--status-field", &offered.status)] {
        for field in values {
            let key = format!("{flag} {}", field.id);
            rows.push(vec![field.label.as_str().into(), key.into(), shown(&field.values, None).into()]);
        }
    }
    rows
}
