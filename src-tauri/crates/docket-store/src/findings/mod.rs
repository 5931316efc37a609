//! Findings: pages of the table, facets, detail, selections, judging.

pub(crate) mod change;
mod detail;
pub(crate) mod facets;
pub(crate) mod page;
#[cfg(test)]
mod plan_tests;
mod select;

use docket_domain::query::Query;
use docket_domain::{ApplicationId, Problem};

use crate::access::Read;
use crate::store::{Answer, findings_version};

pub use change::{assess, comment, move_to, set_severity};
pub use detail::{Subject, detail, exploitation, identities, rows, subjects};
pub use facets::{facets, values};
pub use page::page;
pub(crate) use select::filter;
pub use select::{count, each, ids, selection_count};

/// A query's text as a [`Query`]; a mistake becomes a problem that names its place.
pub fn parse(text: &str) -> Result<Query, Problem> {
    docket_domain::query::parse(text).map_err(Problem::from)
}

/// A count that is remembered until findings change.
fn remembered_count(
    read: &Read<'_>,
    key: &str,
    count: impl FnOnce() -> Result<u64, Problem>,
) -> Result<u64, Problem> {
    let version = findings_version(read)?;
    if let Some(Answer::Count(n)) = read.shared.remembered.get(version, key) {
        return Ok(n);
    }
    let n = count()?;
    read.shared.remembered.put(version, key.to_owned(), Answer::Count(n));
    Ok(n)
}

/// How many findings a query matches.
pub(crate) fn total(
    read: &Read<'_>,
    query: &Query,
    application: Option<ApplicationId>,
) -> Result<u64, Problem> {
    if let Some(count) = read.look(|look| look.which(query, application).map(|which| which.len() as u64))? {
        return Ok(count);
    }
    let filter = crate::filter::Filter::new(query, application, read.now());
    let key = format!("count\0{}\0{query}", application.map_or(0, |a| a.0));
    // A condition on time means something else a moment later: never remembered.
    let count = || {
        let text = format!("SELECT count(*) FROM finding f WHERE {}", filter.text);
        read.number(&text, rusqlite::params_from_iter(&filter.params)).map(|n| n as u64)
    };
    if is_about_time(query) { count() } else { remembered_count(read, &key, count) }
}

pub(crate) fn is_about_time(query: &Query) -> bool {
    query.terms.iter().any(|t| matches!(t.condition, docket_domain::query::Condition::Time(..)))
}
