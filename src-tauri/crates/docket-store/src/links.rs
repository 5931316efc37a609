//! Findings and the issues that stand for them, many to many.

use docket_domain::group::AttachAs;
use docket_domain::{
    ConnectionId, FindingId, IssueDraft, IssueLink, IssueRef, IssueState, MappingId, Marker, Problem,
    Template, Timestamp,
};
use rusqlite::types::Value;
use rusqlite::{Row, named_params};
use sha2::{Digest, Sha256};

use crate::access::{Read, Tx, from_json, from_json_opt, json, json_opt, time, word};
use crate::filter::escaped;

/// An issue and the findings it stands for.
#[derive(Debug, Clone)]
pub struct NewLink {
    /// The connection it lives in.
    pub connection: ConnectionId,
    /// The mapping through which it was made.
    pub mapping: Option<MappingId>,
    /// The issue.
    pub issue: IssueRef,
    /// Its marker.
    pub marker: Marker,
    /// Its title.
    pub title: String,
    /// Its state.
    pub state: IssueState,
    /// How an issue that people wrote is attached; none: as it was, or Docket filed it.
    pub attached: Option<AttachAs>,
    /// What was last sent; none for an issue that was only taken over.
    pub sent: Option<IssueDraft>,
    /// Its findings.
    pub findings: Vec<FindingId>,
}

/// An issue that Docket wrote or took over, with what it knows about it.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownIssue {
    /// Row number.
    pub row: i64,
    /// The connection it lives in.
    pub connection: ConnectionId,
    /// The mapping through which it was made.
    pub mapping: Option<MappingId>,
    /// The issue.
    pub issue: IssueRef,
    /// Its marker.
    pub marker: Marker,
    /// Title when last seen.
    pub title: String,
    /// State when last seen.
    pub state: IssueState,
    /// What was last sent.
    pub sent: Option<IssueDraft>,
    /// SHA-256 of the body as last sent, hex.
    pub body_hash: Option<String>,
    /// When the tracker was last asked.
    pub seen: Timestamp,
}

/// Records an issue (or brings a known one up to date) and links the findings to it.
/// Findings that are gone by now are passed over. Returns the issue's row number and the findings
/// that were not in it before.
pub fn record(tx: &Tx<'_>, link: &NewLink) -> Result<(i64, Vec<FindingId>), Problem> {
    let now = tx.now().0;
    let hash =
        link.sent.as_ref().map(|draft| docket_domain::identity::hex(&Sha256::digest(draft.body.as_bytes())));
    tx.execute(
        "INSERT INTO issue (connection, mapping, target, number, stable_id, url, marker, title, state, sent, \
         body_hash, linked, seen, attached) VALUES (:connection, :mapping, :target, :number, :stable_id, :url, :marker, \
         :title, :state, :sent, :hash, :now, :now, :attached) ON CONFLICT (connection, target, number) DO UPDATE SET \
         mapping = coalesce(excluded.mapping, mapping), stable_id = coalesce(excluded.stable_id, stable_id), \
         url = excluded.url, marker = excluded.marker, title = excluded.title, state = excluded.state, \
         sent = coalesce(excluded.sent, sent), body_hash = coalesce(excluded.body_hash, body_hash), \
         seen = excluded.seen, attached = coalesce(excluded.attached, attached)",
        named_params! {
            ":connection": link.connection.0, ":mapping": link.mapping.map(|m| m.0), ":target": link.issue.target,
            ":number": link.issue.number, ":stable_id": link.issue.stable_id, ":url": link.issue.url,
            ":marker": link.marker.as_str(), ":title": link.title, ":state": json(&link.state)?,
            ":sent": json_opt(link.sent.as_ref())?, ":hash": hash, ":now": now,
            ":attached": link.attached.map(AttachAs::as_str),
        },
    )?;
    let issue = tx.number(
        "SELECT id FROM issue WHERE connection = ?1 AND target = ?2 AND number = ?3",
        (link.connection.0, &link.issue.target, &link.issue.number),
    )?;
    let mut joined = Vec::new();
    for finding in &link.findings {
        let made = tx.execute(
            "INSERT OR IGNORE INTO link (finding, issue, at) SELECT id, ?2, ?3 FROM finding WHERE id = ?1",
            (finding.0, issue, now),
        )?;
        if made > 0 {
            joined.push(*finding);
            tx.execute(
                "INSERT INTO event (finding, at, event, text, source) VALUES (?1, ?2, 'linked', ?3, 'person')",
                (finding.0, now, format!("Linked to {}", link.issue.short())),
            )?;
        }
    }
    tx.touch_findings();
    Ok((issue, joined))
}

/// Takes findings out of an issue, and says so in their history.
pub fn remove(tx: &Tx<'_>, row: i64, issue: &IssueRef, findings: &[FindingId]) -> Result<(), Problem> {
    for finding in findings {
        let gone = tx.execute("DELETE FROM link WHERE finding = ?1 AND issue = ?2", (finding.0, row))?;
        if gone > 0 {
            tx.execute(
                "INSERT INTO event (finding, at, event, text, source) VALUES (?1, ?2, 'unlinked', ?3, 'person')",
                (finding.0, tx.now().0, format!("No longer in {}", issue.short())),
            )?;
        }
    }
    tx.touch_findings();
    Ok(())
}

/// The template of an issue that is written in its own way; none for all others.
pub fn template_of(
    read: &Read<'_>,
    connection: ConnectionId,
    issue: &IssueRef,
) -> Result<Option<Template>, Problem> {
    read.first(
        "SELECT template FROM issue WHERE connection = ?1 AND target = ?2 AND number = ?3",
        (connection.0, &issue.target, &issue.number),
        |row| from_json_opt(row, "template"),
    )
    .map(Option::flatten)
}

/// The digest of an issue's findings when its text was written, by the issue's number; only of
/// issues of which it is known.
pub fn facts_of_target(
    read: &Read<'_>,
    connection: ConnectionId,
    target: &str,
) -> Result<std::collections::BTreeMap<String, String>, Problem> {
    let rows = read.all(
        "SELECT number, facts FROM issue WHERE connection = ?1 AND target = ?2 AND facts IS NOT NULL",
        (connection.0, target),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(rows.into_iter().collect())
}

fn read_known(row: &Row<'_>) -> rusqlite::Result<KnownIssue> {
    Ok(KnownIssue {
        row: row.get("id")?,
        connection: ConnectionId(row.get("connection")?),
        mapping: row.get::<_, Option<i64>>("mapping")?.map(MappingId),
        issue: read_ref(row)?,
        marker: word(row, "marker")?,
        title: row.get("title")?,
        state: from_json(row, "state")?,
        sent: from_json_opt(row, "sent")?,
        body_hash: row.get("body_hash")?,
        seen: time(row, "seen")?,
    })
}

fn read_ref(row: &Row<'_>) -> rusqlite::Result<IssueRef> {
    Ok(IssueRef {
        target: row.get("target")?,
        number: row.get("number")?,
        stable_id: row.get("stable_id")?,
        url: row.get("url")?,
    })
}

/// The issues of a connection that carry a marker (more than one only when two laptops
/// pushed in the same second), oldest first.
pub fn by_marker(
    read: &Read<'_>,
    connection: ConnectionId,
    marker: &Marker,
) -> Result<Vec<KnownIssue>, Problem> {
    read.all(
        "SELECT * FROM issue WHERE connection = ?1 AND marker = ?2 ORDER BY id",
        (connection.0, marker.as_str()),
        read_known,
    )
}

/// The issues of a target that a finding is linked to, oldest first.
pub fn of_finding(
    read: &Read<'_>,
    finding: FindingId,
    connection: ConnectionId,
    target: &str,
) -> Result<Vec<KnownIssue>, Problem> {
    read.all(
        "SELECT i.* FROM link l JOIN issue i ON i.id = l.issue WHERE l.finding = ?1 AND i.connection = ?2 \
         AND i.target = ?3 ORDER BY i.id",
        (finding.0, connection.0, target),
        read_known,
    )
}

/// The findings that an issue stands for.
pub fn findings_of(read: &Read<'_>, issue_row: i64) -> Result<Vec<FindingId>, Problem> {
    read.all("SELECT finding FROM link WHERE issue = ?1 ORDER BY finding", [issue_row], |row| {
        row.get(0).map(FindingId)
    })
}

fn read_link(row: &Row<'_>) -> rusqlite::Result<IssueLink> {
    Ok(IssueLink {
        issue: read_ref(row)?,
        connection: ConnectionId(row.get("connection")?),
        mapping: row.get::<_, Option<i64>>("mapping")?.map(MappingId),
        title: row.get("title")?,
        state: from_json(row, "state")?,
        findings: row.get::<_, i64>("findings")? as u64,
        linked: time(row, "linked")?,
        seen: time(row, "seen")?,
    })
}

const LINK_COLUMNS: &str =
    "SELECT i.*, (SELECT count(*) FROM link n WHERE n.issue = i.id) AS findings FROM issue i";

/// A page of the linked issues with every one of `words` in «target#number», title or their
/// connection's label (in any case; without words all), newest first, and how many those are.
pub fn page(
    read: &Read<'_>,
    words: &[&str],
    offset: u64,
    limit: u32,
) -> Result<(Vec<IssueLink>, u64), Problem> {
    let mut condition = "TRUE".to_owned();
    let mut params: Vec<Value> = Vec::new();
    for word in words {
        condition.push_str(
            " AND i.target || '#' || i.number || ' ' || i.title || ' ' || \
             (SELECT c.label FROM connection c WHERE c.id = i.connection) LIKE ? ESCAPE '\\'",
        );
        params.push(format!("%{}%", escaped(word)).into());
    }
    let total = read.number(
        &format!("SELECT count(*) FROM issue i WHERE {condition}"),
        rusqlite::params_from_iter(&params),
    )?;
    params.extend([Value::Integer(limit.into()), Value::Integer(offset as i64)]);
    let rows = read.all(
        &format!("{LINK_COLUMNS} WHERE {condition} ORDER BY i.id DESC LIMIT ? OFFSET ?"),
        rusqlite::params_from_iter(&params),
        read_link,
    )?;
    Ok((rows, total as u64))
}

/// The issues that a finding is linked to.
pub fn list(read: &Read<'_>, finding: FindingId) -> Result<Vec<IssueLink>, Problem> {
    read.all(
        &format!("{LINK_COLUMNS} WHERE i.id IN (SELECT issue FROM link WHERE finding = ?1) ORDER BY i.id"),
        [finding.0],
        read_link,
    )
}

/// Notes how an issue was last seen in its tracker.
pub fn seen(tx: &Tx<'_>, issue_row: i64, title: &str, state: &IssueState) -> Result<(), Problem> {
    tx.execute(
        "UPDATE issue SET title = ?2, state = ?3, seen = ?4 WHERE id = ?1",
        (issue_row, title, json(state)?, tx.now().0),
    )
    .map(drop)
}

/// Forgets an issue and its links. The issue itself stays in its tracker.
pub fn forget(tx: &Tx<'_>, issue_row: i64) -> Result<(), Problem> {
    tx.touch_findings();
    tx.execute("DELETE FROM issue WHERE id = ?1", [issue_row]).map(drop)
}
