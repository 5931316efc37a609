//! The counts at the side of the table, and the values that completion offers.

use docket_domain::query::{Field, Query, facet_field};
use docket_domain::{ApplicationId, Facet, FacetValue, Problem, Severity, Status};
use rusqlite::params_from_iter;
use rusqlite::types::Value;

use crate::access::Read;
use crate::filter::{Filter, escaped};
use crate::store::{Answer, findings_version};

/// Values shown of one facet.
pub(crate) const MOST: u32 = 50;

/// Every facet's values with their counts, most frequent first. A facet is counted without
/// the query's own condition on it, so that its other values stay in sight. Remembered
/// until findings change.
pub fn facets(
    read: &Read<'_>,
    query: &Query,
    application: Option<ApplicationId>,
) -> Result<Vec<FacetValue>, Problem> {
    if let Some(values) = read.look_patiently(|look| look.facets(query, application))? {
        return Ok(values);
    }
    let mut out = Vec::new();
    for facet in Facet::ALL {
        out.extend(one(read, *facet, query, application)?);
    }
    Ok(out)
}

fn one(
    read: &Read<'_>,
    facet: Facet,
    query: &Query,
    application: Option<ApplicationId>,
) -> Result<Vec<FacetValue>, Problem> {
    let query = query.without(facet_field(facet));
    let key = format!("facet\0{facet}\0{}\0{query}", application.map_or(0, |a| a.0));
    let version = findings_version(read)?;
    let lasting = !super::is_about_time(&query);
    if lasting && let Some(Answer::Facets(values)) = read.shared.remembered.get(version, &key) {
        return Ok(values);
    }
    // The index that is grouped by drives; the other conditions are looked at on it.
    let filter = match facet {
        Facet::Linked => Filter::new(&query, application, read.now()),
        _ => Filter::in_order(&query, application, read.now(), ""),
    };
    let rows = if facet == Facet::Linked {
        linked(read, &query, application, &filter)?
    } else {
        read.all(&statement(facet, &filter), params_from_iter(&filter.params), |row| {
            Ok((row.get::<_, Value>(0)?, row.get::<_, i64>(1)? as u64))
        })?
    };
    let values: Vec<FacetValue> = rows.into_iter().map(|(value, count)| spell(facet, value, count)).collect();
    if lasting {
        read.shared.remembered.put(version, key, Answer::Facets(values.clone()));
    }
    Ok(values)
}

/// Those in an issue are counted on their own small index; the rest is what is left.
fn linked(
    read: &Read<'_>,
    query: &Query,
    application: Option<ApplicationId>,
    filter: &Filter,
) -> Result<Vec<(Value, u64)>, Problem> {
    let all = super::total(read, query, application)?;
    let yes = read.number(&statement(Facet::Linked, filter), params_from_iter(&filter.params))? as u64;
    let mut rows = vec![(Value::Integer(1), yes), (Value::Integer(0), all.saturating_sub(yes))];
    rows.retain(|row| row.1 > 0);
    rows.sort_by_key(|row| std::cmp::Reverse(row.1));
    Ok(rows)
}

pub(crate) fn statement(facet: Facet, filter: &Filter) -> String {
    let condition = &filter.text;
    let grouped = |expression: &str, from: &str, extra: &str| {
        format!(
            "SELECT {expression} AS value, count(*) AS n FROM {from} WHERE {condition}{extra} \
             GROUP BY {expression} ORDER BY n DESC, value LIMIT {MOST}"
        )
    };
    match facet {
        Facet::Severity => grouped("f.severity", "finding f", ""),
        Facet::Status => grouped("f.status", "finding f", ""),
        Facet::Tool => grouped("f.tool COLLATE NOCASE", "finding f", ""),
        Facet::Rule => grouped("f.rule COLLATE NOCASE", "finding f", ""),
        Facet::Branch => grouped("f.branch COLLATE NOCASE", "finding f", ""),
        Facet::Component => grouped("f.component COLLATE NOCASE", "finding f", " AND f.component <> ''"),
        Facet::Owner => grouped("f.owner COLLATE NOCASE", "finding f", " AND f.owner <> ''"),
        Facet::Linked => format!("SELECT count(*) FROM finding f WHERE {condition} AND f.issues > 0"),
        Facet::Application => format!(
            "SELECT a.name AS value, c.n FROM (SELECT f.application AS id, count(*) AS n FROM finding f \
             WHERE {condition} GROUP BY f.application) c JOIN application a ON a.id = c.id \
             ORDER BY c.n DESC, a.name LIMIT {MOST}"
        ),
        Facet::Cwe if condition == "TRUE" => format!(
            "SELECT i.value, count(*) AS n FROM identifier i WHERE i.scheme = 'CWE' \
             GROUP BY i.value ORDER BY n DESC, i.value LIMIT {MOST}"
        ),
        Facet::Cwe => format!(
            "SELECT i.value, count(*) AS n FROM finding f CROSS JOIN identifier i ON i.finding = f.id \
             WHERE {condition} AND i.scheme = 'CWE' GROUP BY i.value ORDER BY n DESC, i.value LIMIT {MOST}"
        ),
    }
}

pub(crate) fn spell(facet: Facet, value: Value, count: u64) -> FacetValue {
    let text = match value {
        Value::Text(text) => text,
        Value::Integer(n) => n.to_string(),
        _ => String::new(),
    };
    let (value, label) = match facet {
        Facet::Severity => {
            let severity = Severity::from_rank(text.parse().unwrap_or(u8::MAX));
            (severity.to_string(), severity.label().to_owned())
        }
        Facet::Status => {
            let label = text.parse::<Status>().map_or(text.clone(), |s| s.label().to_owned());
            (text, label)
        }
        Facet::Linked if text == "0" => ("no".to_owned(), "In no issue".to_owned()),
        Facet::Linked => ("yes".to_owned(), "In an issue".to_owned()),
        Facet::Cwe => (text.trim_start_matches("CWE-").to_owned(), text),
        Facet::Branch if text.is_empty() => (text, "No branch known".to_owned()),
        Facet::Rule if text.is_empty() => (text, "No rule named".to_owned()),
        _ => (text.clone(), text),
    };
    FacetValue { facet, value, label, count }
}

/// Values of an open field that begin with `prefix` (capitals do not matter), for
/// completion: at most `limit`, in order. A path is completed by what follows up to the
/// next `/`, so that folders come first.
pub fn values(read: &Read<'_>, field: Field, prefix: &str, limit: u32) -> Result<Vec<String>, Problem> {
    if let Some(values) = read.look(|look| Ok(look.values(field, prefix, limit as usize)))?.flatten() {
        return Ok(values);
    }
    let like = format!("{}%", escaped(prefix));
    let text = match field {
        Field::App => "SELECT name FROM application WHERE name LIKE ?1 ESCAPE '\\' ORDER BY name LIMIT ?2",
        Field::Cve => {
            "SELECT DISTINCT value FROM identifier WHERE scheme <> 'CWE' AND value LIKE ?1 ESCAPE '\\' \
             ORDER BY value LIMIT ?2"
        }
        Field::Cwe => {
            "SELECT DISTINCT substr(value, 5) FROM identifier WHERE scheme = 'CWE' AND (value LIKE 'CWE-' || ?1 ESCAPE '\\' \
             OR value LIKE ?1 ESCAPE '\\') ORDER BY length(value), value LIMIT ?2"
        }
        Field::Tool => return distinct(read, "tool", prefix, limit),
        Field::Rule => return distinct(read, "rule", prefix, limit),
        Field::Branch => return distinct(read, "branch", prefix, limit),
        Field::Component => return distinct(read, "component", prefix, limit),
        Field::Owner => return distinct(read, "owner", prefix, limit),
        Field::Path => return distinct(read, "path", prefix, limit),
        _ => return Ok(Vec::new()),
    };
    read.all(text, (like, limit), |row| row.get(0))
}

/// Different values of a column of findings. A path ends with its first folder behind the prefix.
fn distinct(read: &Read<'_>, column: &str, prefix: &str, limit: u32) -> Result<Vec<String>, Problem> {
    let text = match column {
        "path" => "WITH behind AS (SELECT path, instr(substr(path, length(?1) + 1), '/') AS folder FROM finding \
                   WHERE substr(path, 1, length(?1)) = ?1 AND path <> '') \
                   SELECT DISTINCT iif(folder > 0, substr(path, 1, length(?1) + folder), path) AS shown FROM behind \
                   ORDER BY shown LIMIT ?2"
            .to_owned(),
        _ => format!(
            "SELECT {column} FROM finding WHERE substr({column}, 1, length(?1)) = ?1 COLLATE NOCASE \
             AND {column} <> '' GROUP BY {column} COLLATE NOCASE ORDER BY {column} COLLATE NOCASE LIMIT ?2"
        ),
    };
    read.all(&text, (prefix, limit), |row| row.get(0))
}
