//! A page of the table: which ids, in SQL over one index, then their rows.

use docket_domain::query::Query;
use docket_domain::{
    ApplicationId, FindingId, FindingPage, FindingRow, PageStart, Problem, Severity, Sort, SortKey,
};
use rusqlite::Row;
use rusqlite::types::Value;

use crate::access::{Read, time, word, word_opt};
use crate::columns::Start;
use crate::filter::Filter;

/// Most rows of one page.
const MOST: u32 = 500;

/// A page of what a query matches within an application (or all), sorted. Without sort
/// keys: most severe first. Ties are broken by id in the direction of the last key. An
/// offset is quick near the beginning, with columns anywhere; a cursor anywhere.
pub fn page(
    read: &Read<'_>,
    query: &Query,
    application: Option<ApplicationId>,
    sort: &[Sort],
    start: &PageStart,
    limit: u32,
) -> Result<FindingPage, Problem> {
    let limit = limit.clamp(1, MOST);
    let sort = complete(sort);
    let from = match start {
        PageStart::Offset { rows } => Start::Offset(*rows as usize),
        PageStart::After { cursor } => Start::After(behind(cursor, &sort)?),
    };
    let looked = read.look(|look| {
        let which = look.which(query, application)?;
        let ids = look.ordered(&which, &sort, from, limit as usize + 1)?;
        Ok(ids.map(|ids| (which.len() as u64, ids.into_iter().map(FindingId).collect::<Vec<_>>())))
    })?;
    let (total, mut ids) = if let Some(found) = looked.flatten() {
        found
    } else {
        let total = super::total(read, query, application)?;
        let statement = select_ids(read, query, application, &sort, start, limit)?;
        let params = rusqlite::params_from_iter(&statement.params);
        (total, read.all(&statement.text, params, |row| row.get(0).map(FindingId))?)
    };
    // One more than wanted was asked for, to know whether the page has a successor.
    let more = ids.len() > limit as usize;
    ids.truncate(limit as usize);
    let rows = super::rows(read, &ids)?;
    let next = if more { ids.last().map(|id| cursor(*id, &sort)) } else { None };
    Ok(FindingPage { rows, total, next })
}

/// The keys in force: each once, severity when there is none.
fn complete(sort: &[Sort]) -> Vec<Sort> {
    let mut out: Vec<Sort> = Vec::new();
    for key in sort {
        if out.iter().all(|k| k.key != key.key) {
            out.push(*key);
        }
    }
    if out.is_empty() {
        out.push(Sort { key: SortKey::Severity, descending: false });
    }
    out
}

/// The columns of a sort key, each with its collation.
pub(crate) fn columns(key: SortKey) -> &'static [&'static str] {
    match key {
        SortKey::Severity => &["f.severity"],
        SortKey::Title => &["f.title COLLATE NOCASE"],
        SortKey::Rule => &["f.rule COLLATE NOCASE"],
        SortKey::Application => &["a.name"],
        SortKey::Place => &["f.spot", "f.line"],
        SortKey::Tool => &["f.tool COLLATE NOCASE"],
        SortKey::Status => &["f.status"],
        SortKey::FirstSeen => &["f.first_seen"],
        SortKey::LastSeen => &["f.last_seen"],
    }
}

/// The statement that yields the ids of a page and one more.
pub(crate) fn select_ids(
    read: &Read<'_>,
    query: &Query,
    application: Option<ApplicationId>,
    sort: &[Sort],
    start: &PageStart,
    limit: u32,
) -> Result<Filter, Problem> {
    let by_name = sort.iter().any(|s| s.key == SortKey::Application);
    let from = if by_name { "finding f JOIN application a ON a.id = f.application" } else { "finding f" };
    let mut order: Vec<(&str, bool)> =
        sort.iter().flat_map(|s| columns(s.key).iter().map(|c| (*c, s.descending))).collect();
    order.push(("f.id", sort.last().is_some_and(|s| s.descending)));
    let lead = sort.first().map_or("", |s| columns(s.key)[0].split(' ').next().unwrap_or_default());
    let mut filter = Filter::in_order(query, application, read.now(), lead);
    let mut offset = 0;
    match start {
        PageStart::Offset { rows } => offset = *rows,
        PageStart::After { cursor } => after(read, cursor, sort, &order, &mut filter)?,
    }
    let spelt: Vec<String> =
        order.iter().map(|(c, down)| if *down { format!("{c} DESC") } else { (*c).to_owned() }).collect();
    filter.text = format!(
        "SELECT f.id FROM {from} WHERE {} ORDER BY {} LIMIT {} OFFSET {offset}",
        filter.text,
        spelt.join(", "),
        limit + 1
    );
    Ok(filter)
}

/// Adds «behind the row that the cursor names». The row's present values are read anew: a
/// row that changed its place since moves the page with it, and no row is shown twice in
/// one order.
fn after(
    read: &Read<'_>,
    cursor: &str,
    sort: &[Sort],
    order: &[(&str, bool)],
    filter: &mut Filter,
) -> Result<(), Problem> {
    let id = behind(cursor, sort)?;
    let names: Vec<&str> = order.iter().map(|(c, _)| c.split(' ').next().unwrap_or(c)).collect();
    let text = format!(
        "SELECT {} FROM finding f JOIN application a ON a.id = f.application WHERE f.id = ?1",
        names.join(", ")
    );
    let values = read
        .first(&text, [id], |row| {
            (0..names.len()).map(|n| row.get(n)).collect::<rusqlite::Result<Vec<Value>>>()
        })?
        .ok_or_else(|| Problem::new(docket_domain::Code::Conflict, "The list has changed; load it again."))?;
    // Equal in the first k columns and behind in the next, for some k. The first column's
    // bound stands alone too, so that the index can begin there.
    let mut alternatives = Vec::new();
    let mut params = Vec::new();
    for last in 0..order.len() {
        let mut parts = Vec::new();
        for (n, (column, down)) in order.iter().enumerate().take(last + 1) {
            let sign = match (n == last, down) {
                (false, _) => "=",
                (true, false) => ">",
                (true, true) => "<",
            };
            let (name, collation) = column.split_once(' ').map_or((*column, ""), |(a, b)| (a, b));
            parts.push(format!("{name} {sign} ? {collation}"));
            params.push(values[n].clone());
        }
        alternatives.push(format!("({})", parts.join(" AND ")));
    }
    let (column, down) = order[0];
    let (name, collation) = column.split_once(' ').map_or((column, ""), |(a, b)| (a, b));
    filter.and(&format!("{name} {} ? {collation}", if down { "<=" } else { ">=" }));
    filter.params.push(values[0].clone());
    filter.and(&format!("({})", alternatives.join(" OR ")));
    filter.params.extend(params);
    Ok(())
}

/// The finding behind which a cursor goes on.
fn behind(cursor: &str, sort: &[Sort]) -> Result<i64, Problem> {
    let wrong = || Problem::bad_input("The list has changed its order; load it again from the top.");
    let (signature, id) = cursor.rsplit_once('/').ok_or_else(wrong)?;
    if signature != signature_of(sort) {
        return Err(wrong());
    }
    id.parse().map_err(|_| wrong())
}

fn signature_of(sort: &[Sort]) -> String {
    let keys: Vec<String> =
        sort.iter().map(|s| format!("{}{}", if s.descending { "-" } else { "" }, s.key)).collect();
    keys.join(",")
}

fn cursor(last: FindingId, sort: &[Sort]) -> String {
    format!("{}/{last}", signature_of(sort))
}

/// The columns of [`read_row`].
pub(crate) const ROW: &str = "f.id, f.severity, f.title, f.rule, f.application, a.name AS application_name, f.tool, \
    f.branch, f.owner, f.place, f.status, f.reason, f.first_seen, f.last_seen, f.issues";

/// Reads a row, without its issues.
pub(crate) fn read_row(row: &Row<'_>) -> rusqlite::Result<(FindingRow, i64)> {
    let read = FindingRow {
        id: FindingId(row.get("id")?),
        severity: Severity::from_rank(row.get("severity")?),
        title: row.get("title")?,
        rule: row.get("rule")?,
        application: ApplicationId(row.get("application")?),
        application_name: row.get("application_name")?,
        tool: row.get("tool")?,
        branch: row.get("branch")?,
        owner: row.get("owner")?,
        place: row.get("place")?,
        status: word(row, "status")?,
        reason: word_opt(row, "reason")?,
        first_seen: time(row, "first_seen")?,
        last_seen: time(row, "last_seen")?,
        issues: Vec::new(),
    };
    Ok((read, row.get("issues")?))
}
