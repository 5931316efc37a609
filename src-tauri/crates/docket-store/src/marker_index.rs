//! Which markers were seen in a target's issues, so that an issue which this database does
//! not know (made on another laptop, or before the database was lost) is adopted, not doubled.

use docket_domain::{ConnectionId, IssueRef, IssueState, Marker, Problem, Timestamp};
use rusqlite::Row;

use crate::access::{Read, Tx, from_json, json, time, word};

/// An issue seen with a marker.
#[derive(Debug, Clone, PartialEq)]
pub struct Sighting {
    /// The marker in its text.
    pub marker: Marker,
    /// The issue.
    pub issue: IssueRef,
    /// Its state.
    pub state: IssueState,
    /// When it was seen.
    pub seen: Timestamp,
}

/// How far a target was looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// Where the next look begins, in the tracker's own words.
    pub cursor: Option<String>,
    /// When the last look ended.
    pub at: Timestamp,
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<Sighting> {
    Ok(Sighting {
        marker: word(row, "marker")?,
        issue: from_json(row, "issue")?,
        state: from_json(row, "state")?,
        seen: time(row, "seen")?,
    })
}

/// Records what was seen.
pub fn note(
    tx: &Tx<'_>,
    connection: ConnectionId,
    target: &str,
    marker: &Marker,
    issue: &IssueRef,
    state: &IssueState,
) -> Result<(), Problem> {
    tx.execute(
        "INSERT INTO target_marker (connection, target, marker, number, issue, state, seen) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET issue = excluded.issue, \
         state = excluded.state, seen = excluded.seen",
        (connection.0, target, marker.as_str(), &issue.number, json(issue)?, json(state)?, tx.now().0),
    )
    .map(drop)
}

/// The issues of a target seen with a marker; the lowest number first.
pub fn find(
    read: &Read<'_>,
    connection: ConnectionId,
    target: &str,
    marker: &Marker,
) -> Result<Vec<Sighting>, Problem> {
    read.all(
        "SELECT * FROM target_marker WHERE connection = ?1 AND target = ?2 AND marker = ?3 \
         ORDER BY length(number), number",
        (connection.0, target, marker.as_str()),
        read_row,
    )
}

/// The open issues of a target that share a marker with another open one; by marker, the lowest
/// number first.
pub fn doubles(read: &Read<'_>, connection: ConnectionId, target: &str) -> Result<Vec<Sighting>, Problem> {
    read.all(
        "WITH open AS (SELECT * FROM target_marker WHERE connection = ?1 AND target = ?2 \
         AND json_extract(state, '$.type') = 'open') SELECT * FROM open WHERE marker IN \
         (SELECT marker FROM open GROUP BY marker HAVING count(*) > 1) ORDER BY marker, length(number), number",
        (connection.0, target),
        read_row,
    )
}

/// How far the target was looked through; none when never.
pub fn scan(read: &Read<'_>, connection: ConnectionId, target: &str) -> Result<Option<Scan>, Problem> {
    read.first(
        "SELECT cursor, at FROM target_scan WHERE connection = ?1 AND target = ?2",
        (connection.0, target),
        |row| Ok(Scan { cursor: row.get("cursor")?, at: time(row, "at")? }),
    )
}

/// Notes how far the target was looked through.
pub fn set_scan(
    tx: &Tx<'_>,
    connection: ConnectionId,
    target: &str,
    cursor: Option<&str>,
) -> Result<(), Problem> {
    tx.execute(
        "INSERT INTO target_scan VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET cursor = excluded.cursor, \
         at = excluded.at",
        (connection.0, target, cursor, tx.now().0),
    )
    .map(drop)
}

/// Forgets everything about a target (it was renamed, or is somebody else's now).
pub fn forget(tx: &Tx<'_>, connection: ConnectionId, target: &str) -> Result<(), Problem> {
    tx.execute("DELETE FROM target_marker WHERE connection = ?1 AND target = ?2", (connection.0, target))?;
    tx.execute("DELETE FROM target_issue WHERE connection = ?1 AND target = ?2", (connection.0, target))?;
    tx.execute("DELETE FROM target_scan WHERE connection = ?1 AND target = ?2", (connection.0, target))
        .map(drop)
}
