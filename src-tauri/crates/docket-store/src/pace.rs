//! When new content was made through a connection, over the last hour: what trackers count per
//! hour must outlive the process that made it.

use docket_domain::{ConnectionId, Problem, Timestamp};

use crate::access::{Read, Tx};

/// How long a time is kept, milliseconds: an hour, and a while for clocks that differ.
const KEPT_MS: i64 = 3_900_000;

/// Notes that new content was made; what is more than an hour old goes. A connection that is
/// not stored has no past.
pub fn made(tx: &Tx<'_>, connection: ConnectionId, at: Timestamp) -> Result<(), Problem> {
    tx.execute(
        "INSERT OR IGNORE INTO content_made (connection, at) SELECT id, ?2 FROM connection WHERE id = ?1",
        (connection.0, at.0),
    )?;
    tx.execute(
        "DELETE FROM content_made WHERE connection = ?1 AND at < ?2",
        (connection.0, at.plus_millis(-KEPT_MS).0),
    )
    .map(drop)
}

/// When new content was made since `from`, oldest first.
pub fn made_since(
    read: &Read<'_>,
    connection: ConnectionId,
    from: Timestamp,
) -> Result<Vec<Timestamp>, Problem> {
    read.all(
        "SELECT at FROM content_made WHERE connection = ?1 AND at >= ?2 ORDER BY at",
        (connection.0, from.0),
        |row| Ok(Timestamp(row.get(0)?)),
    )
}
