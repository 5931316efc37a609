//! Applications: what findings belong to.

use docket_domain::{Application, ApplicationId, Code, Problem};
use rusqlite::Row;
use rusqlite::types::Value;

use crate::access::{Read, Tx, time};
use crate::fault::sql;
use crate::findings::change;

const COLUMNS: &str = "SELECT a.id, a.name, a.created, \
    (SELECT count(*) FROM scope s JOIN finding f ON f.scope = s.id WHERE s.application = a.id \
     AND f.status = 'active') AS active, \
    (SELECT count(*) FROM scope s JOIN finding f ON f.scope = s.id WHERE s.application = a.id) AS findings \
    FROM application a";

/// The ids of the findings of application `?1`: they lie in its scopes.
pub(crate) const FINDINGS: &str =
    "SELECT f.id FROM scope s JOIN finding f ON f.scope = s.id WHERE s.application = ?1";

/// Longest name in characters.
const LONGEST: usize = 200;

fn read_row(row: &Row<'_>) -> rusqlite::Result<Application> {
    Ok(Application {
        id: ApplicationId(row.get("id")?),
        name: row.get("name")?,
        created: time(row, "created")?,
        active: row.get::<_, i64>("active")? as u64,
        findings: row.get::<_, i64>("findings")? as u64,
    })
}

/// All applications, by name.
pub fn list(read: &Read<'_>) -> Result<Vec<Application>, Problem> {
    read.all(&format!("{COLUMNS} ORDER BY a.name"), [], read_row)
}

/// One application.
pub fn show(read: &Read<'_>, id: ApplicationId) -> Result<Application, Problem> {
    read.first(&format!("{COLUMNS} WHERE a.id = ?1"), [id.0], read_row)?
        .ok_or_else(|| Problem::not_found("This application does not exist any more."))
}

/// The application of this name (capitals do not matter), if there is one.
pub fn find(read: &Read<'_>, name: &str) -> Result<Option<Application>, Problem> {
    read.first(&format!("{COLUMNS} WHERE a.name = ?1"), [name.trim()], read_row)
}

/// Adds an application. A name that is taken, empty or too long is refused.
pub fn add(tx: &Tx<'_>, name: &str) -> Result<Application, Problem> {
    let name = free_name(tx, name, None)?;
    let id = tx.insert("INSERT INTO application (name, created) VALUES (?1, ?2)", (name, tx.now().0))?;
    show(tx, ApplicationId(id))
}

/// Renames an application.
pub fn rename(tx: &Tx<'_>, id: ApplicationId, name: &str) -> Result<Application, Problem> {
    show(tx, id)?;
    let name = free_name(tx, name, Some(id))?;
    tx.execute("UPDATE application SET name = ?2 WHERE id = ?1", (id.0, name))?;
    tx.touch_findings();
    show(tx, id)
}

/// Removes an application with its imports and findings, and with the links to their
/// issues. The issues themselves stay in their trackers. Returns the number of findings
/// that went with it.
pub fn remove(tx: &Tx<'_>, id: ApplicationId) -> Result<u64, Problem> {
    show(tx, id)?;
    let count = change::picked(tx, FINDINGS, &[Value::Integer(id.0)])?;
    let others = tx.number("SELECT count(*) FROM finding", [])? as u64 - count;
    remove_texts(tx, others)?;
    let put_by = if count >= MANY && count > others { crate::staging::put_by(tx, "")? } else { Vec::new() };
    change::in_stretches(tx, |(first, last)| {
        tx.execute(
            "DELETE FROM finding WHERE id IN (SELECT id FROM picked WHERE id BETWEEN ?1 AND ?2)",
            (first, last),
        )
    })?;
    tx.execute("DELETE FROM picked", [])?;
    tx.execute("DELETE FROM application WHERE id = ?1", [id.0])?;
    crate::body_block::sweep(tx)?;
    put_by.iter().try_for_each(|index| tx.conn.execute_batch(index).map_err(sql))?;
    tx.touch_findings();
    Ok(count)
}

/// From this many removed findings on, indexes are built anew rather than looked after.
const MANY: u64 = 20_000;

/// The full text of the picked findings, by itself: between other statements FTS5 writes out what it has
/// gathered each time.
fn remove_texts(tx: &Tx<'_>, others: u64) -> Result<(), Problem> {
    if others == 0 {
        return tx.execute("INSERT INTO finding_text (finding_text) VALUES ('delete-all')", []).map(drop);
    }
    // Told as no progress of its own: the findings themselves take longer.
    tx.execute("DELETE FROM finding_text WHERE rowid IN (SELECT id FROM picked)", []).map(drop)
}

fn free_name<'a>(tx: &Tx<'_>, name: &'a str, own: Option<ApplicationId>) -> Result<&'a str, Problem> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Problem::bad_input("An application needs a name."));
    }
    if name.chars().count() > LONGEST {
        return Err(Problem::bad_input(format!("The name is longer than {LONGEST} characters.")));
    }
    match find(tx, name)? {
        Some(other) if Some(other.id) != own => Err(Problem::new(
            Code::Conflict,
            format!("There is an application named «{}» already.", other.name),
        )
        .hint("Choose another name, or use the one that is there.")),
        _ => Ok(name),
    }
}
