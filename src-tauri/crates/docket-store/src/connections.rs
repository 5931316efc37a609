//! Connections: configured trackers. Of a secret only its place is known here.

use docket_domain::connection::LastTest;
use docket_domain::{Code, Connection, ConnectionId, Problem};
use rusqlite::{Row, named_params};

use crate::access::{Read, Tx, from_json, from_json_opt, json, json_opt, time};

fn read_row(row: &Row<'_>) -> rusqlite::Result<Connection> {
    Ok(Connection {
        id: ConnectionId(row.get("id")?),
        label: row.get("label")?,
        kind: row.get("kind")?,
        location: row.get("location")?,
        auth: row.get("auth")?,
        username: row.get("username")?,
        secret: from_json(row, "secret")?,
        proxy_secret: from_json(row, "proxy_secret")?,
        network: from_json(row, "network")?,
        settings: from_json(row, "settings")?,
        created: time(row, "created")?,
        changed: time(row, "changed")?,
        last_test: from_json_opt(row, "last_test")?,
    })
}

/// All connections, by label.
pub fn list(read: &Read<'_>) -> Result<Vec<Connection>, Problem> {
    read.all("SELECT * FROM connection ORDER BY label", [], read_row)
}

/// One connection.
pub fn show(read: &Read<'_>, id: ConnectionId) -> Result<Connection, Problem> {
    read.first("SELECT * FROM connection WHERE id = ?1", [id.0], read_row)?
        .ok_or_else(|| Problem::not_found("This connection does not exist any more."))
}

/// The connection of this label (capitals do not matter), if there is one.
pub fn find(read: &Read<'_>, label: &str) -> Result<Option<Connection>, Problem> {
    read.first("SELECT * FROM connection WHERE label = ?1", [label.trim()], read_row)
}

/// Adds a connection; `id`, `created` and `changed` of the given one are not looked at.
/// A label that is taken or empty is refused.
pub fn add(tx: &Tx<'_>, connection: &Connection) -> Result<Connection, Problem> {
    let label = free_label(tx, &connection.label, None)?;
    let now = tx.now().0;
    let id = tx.insert(
        "INSERT INTO connection (label, kind, location, auth, username, secret, proxy_secret, network, settings, \
         created, changed, last_test) VALUES (:label, :kind, :location, :auth, :username, :secret, :proxy_secret, \
         :network, :settings, :now, :now, :last_test)",
        named_params! {
            ":label": label, ":kind": connection.kind, ":location": connection.location, ":auth": connection.auth,
            ":username": connection.username, ":secret": json(&connection.secret)?,
            ":proxy_secret": json(&connection.proxy_secret)?, ":network": json(&connection.network)?,
            ":settings": json(&connection.settings)?, ":now": now, ":last_test": json_opt(connection.last_test.as_ref())?,
        },
    )?;
    show(tx, ConnectionId(id))
}

/// Changes the connection with the given one's `id`.
pub fn update(tx: &Tx<'_>, connection: &Connection) -> Result<Connection, Problem> {
    show(tx, connection.id)?;
    let label = free_label(tx, &connection.label, Some(connection.id))?;
    tx.execute(
        "UPDATE connection SET label = :label, kind = :kind, location = :location, auth = :auth, \
         username = :username, secret = :secret, proxy_secret = :proxy_secret, network = :network, \
         settings = :settings, changed = :now, last_test = :last_test WHERE id = :id",
        named_params! {
            ":id": connection.id.0, ":label": label, ":kind": connection.kind, ":location": connection.location,
            ":auth": connection.auth, ":username": connection.username, ":secret": json(&connection.secret)?,
            ":proxy_secret": json(&connection.proxy_secret)?, ":network": json(&connection.network)?,
            ":settings": json(&connection.settings)?, ":now": tx.now().0,
            ":last_test": json_opt(connection.last_test.as_ref())?,
        },
    )?;
    show(tx, connection.id)
}

/// Records how the last test went.
pub fn tested(tx: &Tx<'_>, id: ConnectionId, test: &LastTest) -> Result<(), Problem> {
    match tx.execute("UPDATE connection SET last_test = ?2 WHERE id = ?1", (id.0, json(test)?))? {
        0 => Err(Problem::not_found("This connection does not exist any more.")),
        _ => Ok(()),
    }
}

/// Removes a connection with its mappings, request log and links. Issues stay in the
/// tracker. Refused while a plan is being applied through it.
pub fn remove(tx: &Tx<'_>, id: ConnectionId) -> Result<(), Problem> {
    show(tx, id)?;
    let applying =
        tx.number("SELECT count(*) FROM plan WHERE connection = ?1 AND state = 'applying'", [id.0])?;
    if applying > 0 {
        return Err(Problem::new(
            Code::Conflict,
            "A plan is being applied through this connection right now.",
        )
        .hint("Pause or cancel it first."));
    }
    tx.execute("DELETE FROM connection WHERE id = ?1", [id.0])?;
    tx.touch_findings();
    Ok(())
}

fn free_label<'a>(tx: &Tx<'_>, label: &'a str, own: Option<ConnectionId>) -> Result<&'a str, Problem> {
    let label = label.trim();
    if label.is_empty() {
        return Err(Problem::bad_input("A connection needs a label."));
    }
    match find(tx, label)? {
        Some(other) if Some(other.id) != own => Err(crate::labels::taken("connection", &other.label)),
        _ => Ok(label),
    }
}

/// `wish`, or that with a number behind it, so that no connection but `own` has it.
pub fn unused_label(read: &Read<'_>, wish: &str, own: Option<ConnectionId>) -> Result<String, Problem> {
    crate::labels::first_free(&[wish.to_owned()], |label| {
        Ok(find(read, label)?.is_some_and(|other| Some(other.id) != own))
    })
}
