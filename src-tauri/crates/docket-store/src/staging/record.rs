//! One record as rows of the staging file.

use docket_domain::identity::Identity;
use docket_domain::{FindingKind, Found, Presence, Problem};
use rusqlite::{Connection, named_params};

use crate::access::json;
use crate::fault::sql;
use crate::raw::RawAt;

/// Longest description that full-text search looks at, in bytes.
const PROSE: usize = 2_000;

/// Lays a record aside; false when it says exactly what an earlier one of its scope said.
pub(super) fn store_record(
    conn: &Connection,
    run: usize,
    scope: i64,
    found: &Found,
    text: &str,
    identity: &Identity,
    raw: Option<RawAt>,
) -> Result<bool, Problem> {
    let first = found.locations.first();
    let component = found.component.as_ref();
    let identifiers: Vec<&str> = found.identifiers.iter().map(|i| i.value.as_str()).collect();
    let suppressions = if found.suppressions.is_empty() { None } else { Some(json(&found.suppressions)?) };
    let absent = found.presence == Presence::Absent;
    let stored = conn
        .prepare_cached(
            "INSERT OR IGNORE INTO record (run, scope, absent, line, names, content, kind, rule, title, path, \
             place, spot, component, purl, severity, needs_review, identifiers, prose, body, suppressions, \
             raw_block, raw_at, raw_length) \
             VALUES (:run, :scope, :absent, :line, :names, :content, :kind, :rule, :title, :path, :place, :spot, \
             :component, :purl, :severity, :needs_review, :identifiers, :prose, :body, :suppressions, \
             :raw_block, :raw_at, :raw_length)",
        )
        .and_then(|mut s| {
            let place = place(found);
            s.execute(named_params! {
                ":run": run as i64, ":scope": scope, ":absent": absent, ":line": identity.line,
                ":names": identity.names as i64, ":content": identity.content.as_slice(),
                ":kind": found.kind.as_str(), ":rule": found.rule, ":title": found.title,
                ":path": first.and_then(|l| l.path.as_deref()).unwrap_or_default(),
                ":spot": spot(found).or(place.clone()).unwrap_or_default(), ":place": place,
                ":component": component.map_or("", |c| c.name.as_str()),
                ":purl": component.and_then(|c| c.purl.as_deref()).unwrap_or_default(),
                ":severity": found.severity.rank(), ":needs_review": found.needs_review,
                ":identifiers": identifiers.join(" "), ":prose": prose(found), ":body": text,
                ":suppressions": suppressions, ":raw_block": raw.map(|raw| raw.block),
                ":raw_at": raw.map(|raw| raw.at), ":raw_length": raw.map(|raw| raw.length),
            })
        })
        .map_err(sql)?
        > 0;
    // The repeated one may be the one that is there, or that carries the suppression.
    if !stored && (suppressions.is_some() || !absent) {
        conn.prepare_cached(
            "UPDATE record SET absent = absent AND ?3, suppressions = coalesce(suppressions, ?4) \
             WHERE scope = ?1 AND content = ?2",
        )
        .and_then(|mut s| s.execute((scope, identity.content.as_slice(), absent, suppressions)))
        .map_err(sql)?;
    }
    Ok(stored)
}

/// The keys, identifiers and further places of the record that was stored last.
pub(super) fn store_keys(
    conn: &Connection,
    scope: i64,
    found: &Found,
    identity: &Identity,
) -> Result<(), Problem> {
    let record = conn.last_insert_rowid();
    let mut statement = conn
        .prepare_cached(
            "INSERT INTO key (record, scope, stage, key, name, value, rule_path) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )
        .map_err(sql)?;
    for key in &identity.keys {
        let value = key.value.as_ref().map(<[u8; 16]>::as_slice);
        let rule_path = value.map(|_| identity.rule_path.as_slice());
        statement
            .execute((
                record,
                scope,
                key.stage.number(),
                key.key.as_slice(),
                key.name as i64,
                value,
                rule_path,
            ))
            .map_err(sql)?;
    }
    let mut statement = conn
        .prepare_cached("INSERT OR IGNORE INTO identifier (record, scheme, value) VALUES (?1, ?2, ?3)")
        .map_err(sql)?;
    for id in &found.identifiers {
        statement.execute((record, id.scheme.to_uppercase(), id.value.to_uppercase())).map_err(sql)?;
    }
    let mut statement = conn
        .prepare_cached("INSERT INTO location (record, ordinal, path, line) VALUES (?1, ?2, ?3, ?4)")
        .map_err(sql)?;
    for (ordinal, location) in found.locations.iter().enumerate().skip(1) {
        if let Some(path) = &location.path {
            statement
                .execute((record, ordinal as i64, path, location.start_line.unwrap_or(0)))
                .map_err(sql)?;
        }
    }
    Ok(())
}

/// Where a finding is, in one line: what a row shows.
fn place(found: &Found) -> Option<String> {
    let location = || found.locations.iter().find_map(docket_domain::Location::short);
    let component = || {
        found.component.as_ref().map(|c| match &c.version {
            Some(version) => format!("{} {version}", c.name),
            None => c.name.clone(),
        })
    };
    let endpoint = || {
        let endpoint = found.endpoint.as_ref()?;
        endpoint.url.clone().or_else(|| match (&endpoint.host, endpoint.port) {
            (Some(host), Some(port)) => Some(format!("{host}:{port}")),
            (host, _) => host.clone(),
        })
    };
    match found.kind {
        FindingKind::Dependency => component().or_else(location).or_else(endpoint),
        FindingKind::Web | FindingKind::Host => endpoint().or_else(location).or_else(component),
        _ => location().or_else(component).or_else(endpoint),
    }
}

/// By what the place sorts: the path alone, so that lines sort as numbers.
fn spot(found: &Found) -> Option<String> {
    match found.kind {
        FindingKind::Dependency | FindingKind::Web | FindingKind::Host => None,
        _ => found.locations.first().and_then(|l| l.path.clone()),
    }
}

/// The beginning of the description, for full-text search.
pub(crate) fn prose(found: &Found) -> &str {
    let mut end = PROSE.min(found.description.len());
    while !found.description.is_char_boundary(end) {
        end -= 1;
    }
    let text = &found.description[..end];
    if text == found.title { "" } else { text }
}
