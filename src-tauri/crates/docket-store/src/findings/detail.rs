//! Everything about one finding, and what grouping and rendering need of many.

use std::collections::HashMap;

use docket_domain::{
    Assessment, Component, Exploitation, FindingDetail, FindingId, FindingKind, FindingRow, Found,
    HistoryEntry, Identifier, ImportId, Problem, Rule, Severity, StatusSource,
};
use rusqlite::Row;

use super::page::{ROW, read_row};
use crate::access::{Read, from_body, from_json, from_json_opt, time, word, word_opt};
use crate::body_block::BODY;
use crate::{links, proposals};

/// Most entries of a history.
const HISTORY: u32 = 500;

/// The rows of these findings, in this order; findings that are gone are passed over.
pub fn rows(read: &Read<'_>, ids: &[FindingId]) -> Result<Vec<FindingRow>, Problem> {
    let text =
        format!("SELECT {ROW} FROM finding f JOIN application a ON a.id = f.application WHERE f.id = ?1");
    let mut out = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some((mut row, issues)) = read.first(&text, [id.0], read_row)? {
            if issues > 0 {
                row.issues = links::list(read, *id)?.iter().map(|l| l.issue.short()).collect();
            }
            out.push(row);
        }
    }
    Ok(out)
}

/// What a row holds beyond [`FindingRow`].
struct Rest {
    report_severity: Severity,
    own_severity: Option<Severity>,
    kind: FindingKind,
    present: bool,
    needs_review: bool,
    identity: String,
    assessment: Option<Assessment>,
    first_import: ImportId,
    last_import: ImportId,
    body: Found,
}

fn read_rest(row: &Row<'_>) -> rusqlite::Result<Rest> {
    let decided: Option<i64> = row.get("decision")?;
    let assessment = decided
        .map(|_| {
            Ok::<_, rusqlite::Error>(Assessment {
                status: word(row, "decided_status")?,
                reason: word_opt(row, "decided_reason")?,
                comment: row.get("comment")?,
                source: word(row, "source")?,
                author: row.get("author")?,
                at: time(row, "at")?,
            })
        })
        .transpose()?;
    Ok(Rest {
        report_severity: Severity::from_rank(row.get("report_severity")?),
        own_severity: row.get::<_, Option<u8>>("own_severity")?.map(Severity::from_rank),
        kind: word(row, "kind")?,
        present: row.get("present")?,
        needs_review: row.get("needs_review")?,
        identity: docket_domain::identity::hex(&row.get::<_, Vec<u8>>("identity")?),
        assessment,
        first_import: ImportId(row.get("first_import")?),
        last_import: ImportId(row.get("last_import")?),
        body: from_body(row, "body")?,
    })
}

/// Everything about one finding.
pub fn detail(read: &Read<'_>, id: FindingId) -> Result<FindingDetail, Problem> {
    let gone = || Problem::not_found("This finding does not exist any more.");
    let row = rows(read, &[id])?.into_iter().next().ok_or_else(gone)?;
    let rest = read
        .first(
            &format!(
                "SELECT f.*, {BODY} AS body, d.status AS decided_status, d.reason AS decided_reason, d.comment, d.source, \
                 d.author, d.at FROM finding f JOIN finding_body b ON b.finding = f.id \
                 LEFT JOIN decision d ON d.id = f.decision WHERE f.id = ?1"
            ),
            [id.0],
            read_rest,
        )?
        .ok_or_else(gone)?;
    let rule =
        read.first("SELECT body FROM rule WHERE tool = ?1 AND id = ?2", (&row.tool, &row.rule), |r| {
            from_json::<Rule>(r, "body")
        })?;
    let history = history(read, &row, &rest)?;
    let body = rest.body;
    Ok(FindingDetail {
        description: body.description,
        report_severity: rest.report_severity,
        severity_raw: body.severity_raw,
        severity_source: if rest.own_severity.is_some() {
            docket_domain::SeveritySource::Person
        } else {
            body.severity_source
        },
        kind: rest.kind,
        present: rest.present,
        needs_review: rest.needs_review,
        assessment: rest.assessment,
        rule,
        locations: body.locations,
        related: body.related,
        flows: body.flows,
        component: body.component,
        endpoint: body.endpoint,
        identifiers: body.identifiers,
        cvss: body.cvss,
        epss: body.epss,
        known_exploited: body.known_exploited,
        evidence: body.evidence,
        remediation: body.remediation,
        references: body.references,
        tags: body.tags,
        tracked_in: body.tracked_in,
        identity: rest.identity,
        proposals: proposals::of_finding(read, id)?,
        links: links::list(read, id)?,
        history,
        row,
    })
}

/// What the report says about the exploitation of a finding.
pub fn exploitation(read: &Read<'_>, id: FindingId) -> Result<Exploitation, Problem> {
    let told = read.first(
        &format!(
            "SELECT json_object('epss', json_extract(body, '$.epss'), 'known_exploited', \
             json_extract(body, '$.known_exploited')) AS told \
             FROM (SELECT {BODY} AS body FROM finding_body b WHERE b.finding = ?1)"
        ),
        [id.0],
        |row| from_json(row, "told"),
    )?;
    Ok(told.unwrap_or_default())
}

/// Newest first. Being new and being seen are told by the row, not by entries of their own.
fn history(read: &Read<'_>, row: &FindingRow, rest: &Rest) -> Result<Vec<HistoryEntry>, Problem> {
    let mut entries = read.all(
        "SELECT * FROM event WHERE finding = ?1 ORDER BY id DESC LIMIT ?2",
        (row.id.0, HISTORY),
        |row| {
            Ok(HistoryEntry {
                at: time(row, "at")?,
                event: row.get("event")?,
                text: row.get("text")?,
                source: word(row, "source")?,
                author: row.get("author")?,
                import: row.get::<_, Option<i64>>("import")?.map(ImportId),
            })
        },
    )?;
    let told = |event: &str, text: String, at, import| HistoryEntry {
        at,
        event: event.to_owned(),
        text,
        source: StatusSource::Import,
        author: None,
        import: Some(import),
    };
    if rest.last_import != rest.first_import {
        entries.push(told("seen", format!("Last found by {}", row.tool), row.last_seen, rest.last_import));
    }
    entries.push(told("new", format!("Found by {}", row.tool), row.first_seen, rest.first_import));
    entries.sort_by_key(|e| std::cmp::Reverse(e.at));
    Ok(entries)
}

/// What grouping and rendering need to know of one finding: less than the detail, cheap for many.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// The row, with its issues.
    pub row: FindingRow,
    /// Stable name, hex.
    pub identity: String,
    /// Broad kind.
    pub kind: FindingKind,
    /// Path of the first place.
    pub path: Option<String>,
    /// Line of the first place.
    pub line: Option<u32>,
    /// Package.
    pub component: Option<Component>,
    /// Public identifiers.
    pub identifiers: Vec<Identifier>,
    /// The rule's short name.
    pub rule_name: Option<String>,
    /// The record as the report had it: description, places, remediation, references, scores.
    pub found: Found,
}

/// What grouping and rendering need of these findings, in this order; findings that are
/// gone are passed over.
pub fn subjects(read: &Read<'_>, ids: &[FindingId]) -> Result<Vec<Subject>, Problem> {
    let mut names: HashMap<(String, String), Option<String>> = HashMap::new();
    let mut out = Vec::with_capacity(ids.len());
    for row in rows(read, ids)? {
        let extra = read.first(
            &format!(
                "SELECT f.identity, f.kind, f.path, f.line, {BODY} AS body, r.body AS rule FROM finding f \
                 JOIN finding_body b ON b.finding = f.id LEFT JOIN rule r ON r.tool = f.tool AND r.id = f.rule \
                 WHERE f.id = ?1"
            ),
            [row.id.0],
            |r| {
                Ok((
                    docket_domain::identity::hex(&r.get::<_, Vec<u8>>("identity")?),
                    word::<FindingKind>(r, "kind")?,
                    r.get::<_, String>("path")?,
                    r.get::<_, u32>("line")?,
                    from_body::<Found>(r, "body")?,
                    from_json_opt::<Rule>(r, "rule")?,
                ))
            },
        )?;
        let Some((identity, kind, path, line, found, rule)) = extra else { continue };
        let rule_name = names
            .entry((row.tool.clone(), row.rule.clone()))
            .or_insert_with(|| rule.and_then(|r| r.name.or(r.short)))
            .clone();
        out.push(Subject {
            identity,
            kind,
            path: (!path.is_empty()).then_some(path),
            line: (line > 0).then_some(line),
            component: found.component.clone(),
            identifiers: found.identifiers.clone(),
            rule_name,
            row,
            found,
        });
    }
    Ok(out)
}

/// The stable names of these findings, in this order (hex); none for a finding that is gone.
pub fn identities(read: &Read<'_>, ids: &[FindingId]) -> Result<Vec<Option<String>>, Problem> {
    ids.iter()
        .map(|id| {
            read.first("SELECT identity FROM finding WHERE id = ?1", [id.0], |row| {
                Ok(docket_domain::identity::hex(&row.get::<_, Vec<u8>>(0)?))
            })
        })
        .collect()
}
