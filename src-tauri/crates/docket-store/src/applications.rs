//! Applications: what findings belong to.

use docket_domain::{Application, ApplicationId, Code, Problem};
use rusqlite::Row;

use crate::access::{Read, Tx, time};

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
    let application = show(tx, id)?;
    tx.execute(&format!("DELETE FROM finding_text WHERE rowid IN ({FINDINGS})"), [id.0])?;
    tx.execute("DELETE FROM application WHERE id = ?1", [id.0])?;
    crate::body_block::sweep(tx)?;
    tx.touch_findings();
    Ok(application.findings)
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
