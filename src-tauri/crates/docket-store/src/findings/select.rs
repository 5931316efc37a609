//! Selections: ids, or everything that a query matches but a few. Walked, never held.

use docket_domain::page::SelectionCount;
use docket_domain::query::Query;
use docket_domain::{ApplicationId, FindingId, FindingRow, Problem, Selection, Severity};
use rusqlite::params_from_iter;

use super::page::{ROW, read_row};
use crate::access::Read;
use crate::fault::sql;
use crate::filter::Filter;

/// How many findings a query matches within an application (or all).
pub fn count(read: &Read<'_>, query: &Query, application: Option<ApplicationId>) -> Result<u64, Problem> {
    super::total(read, query, application)
}

/// A query that matches no more than this is looked up in the columns and its findings are named one by
/// one; with more, walking over all findings is no worse.
const FEW: usize = 20_000;

/// A selection as a condition.
pub(crate) fn filter(read: &Read<'_>, selection: &Selection) -> Result<Filter, Problem> {
    match selection {
        Selection::Ids { ids } => Ok(Filter::ids(ids)),
        Selection::Matching { query, application, except } => {
            let query = super::parse(query)?;
            if let Some(few) = read.look(|look| look.few(&query, *application, except, FEW))?.flatten() {
                return Ok(Filter::ids(&few));
            }
            let mut filter = Filter::new(&query, *application, read.now());
            filter.except(except);
            Ok(filter)
        }
    }
}

/// A selection in numbers.
pub fn selection_count(read: &Read<'_>, selection: &Selection) -> Result<SelectionCount, Problem> {
    if let Selection::Matching { query, application, except } = selection {
        let query = super::parse(query)?;
        if let Some(count) = read.look(|look| look.selection(&query, *application, except))? {
            return Ok(count);
        }
    }
    let filter = filter(read, selection)?;
    let rows = read.all(
        &format!(
            "SELECT f.severity, count(*), sum(f.issues > 0), sum(f.proposals > 0) FROM finding f WHERE {} GROUP BY f.severity ORDER BY f.severity",
            filter.text
        ),
        params_from_iter(&filter.params),
        |row| {
            let number = |at| row.get::<_, i64>(at).map(|n| n as u64);
            Ok((row.get::<_, u8>(0)?, number(1)?, number(2)?, number(3)?))
        },
    )?;
    Ok(SelectionCount {
        total: rows.iter().map(|r| r.1).sum(),
        severities: rows.iter().map(|r| (Severity::from_rank(r.0), r.1)).collect(),
        linked: rows.iter().map(|r| r.2).sum(),
        suggested: rows.iter().map(|r| r.3).sum(),
    })
}

/// The ids of a selection, most severe first. For more than a few thousand use [`each`].
pub fn ids(read: &Read<'_>, selection: &Selection) -> Result<Vec<FindingId>, Problem> {
    let filter = filter(read, selection)?;
    read.all(
        &format!("SELECT f.id FROM finding f WHERE {} ORDER BY f.severity, f.id", filter.text),
        params_from_iter(&filter.params),
        |row| row.get(0).map(FindingId),
    )
}

/// Walks the rows of a selection, most severe first, until `visit` says no. The rows do
/// not carry their issues.
pub fn each(
    read: &Read<'_>,
    selection: &Selection,
    mut visit: impl FnMut(FindingRow) -> Result<bool, Problem>,
) -> Result<(), Problem> {
    let filter = filter(read, selection)?;
    let text = format!(
        "SELECT {ROW} FROM finding f JOIN application a ON a.id = f.application WHERE {} ORDER BY f.severity, f.id",
        filter.text
    );
    let mut statement = read.conn.prepare_cached(&text).map_err(sql)?;
    let mut rows = statement.query(params_from_iter(&filter.params)).map_err(sql)?;
    while let Some(row) = rows.next().map_err(sql)? {
        if !visit(read_row(row).map_err(sql)?.0)? {
            break;
        }
    }
    Ok(())
}
