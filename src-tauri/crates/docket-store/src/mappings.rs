//! Mappings: which applications' findings go to which project of which connection.

use docket_domain::{ApplicationId, Code, Mapping, MappingId, Problem};
use rusqlite::{Row, named_params};

use crate::access::{Read, Tx, from_json, json, time};

const COLUMNS: &str = "SELECT m.*, c.label AS connection_label, c.kind FROM mapping m \
    JOIN connection c ON c.id = m.connection";

fn read_row(row: &Row<'_>) -> rusqlite::Result<Mapping> {
    Ok(Mapping {
        id: MappingId(row.get("id")?),
        label: row.get("label")?,
        connection: docket_domain::ConnectionId(row.get("connection")?),
        connection_label: row.get("connection_label")?,
        kind: row.get("kind")?,
        target: row.get("target")?,
        target_stable_id: row.get("target_stable_id")?,
        applications: Vec::new(),
        labels: from_json(row, "labels")?,
        severity_label: row.get("severity_label")?,
        assignees: from_json(row, "assignees")?,
        milestone: row.get("milestone")?,
        severity: from_json(row, "severity")?,
        status: from_json(row, "status")?,
        settings: from_json(row, "settings")?,
        template: from_json(row, "template")?,
        guard: from_json(row, "guard")?,
        findings_file: row.get("findings_file")?,
        active: row.get("active")?,
        created: time(row, "created")?,
    })
}

fn with_applications(read: &Read<'_>, mut mapping: Mapping) -> Result<Mapping, Problem> {
    mapping.applications = read.all(
        "SELECT ma.application FROM mapping_application ma JOIN application a ON a.id = ma.application \
         WHERE ma.mapping = ?1 ORDER BY a.name",
        [mapping.id.0],
        |row| row.get(0).map(ApplicationId),
    )?;
    Ok(mapping)
}

/// All mappings, by label.
pub fn list(read: &Read<'_>) -> Result<Vec<Mapping>, Problem> {
    let bare = read.all(&format!("{COLUMNS} ORDER BY m.label"), [], read_row)?;
    bare.into_iter().map(|m| with_applications(read, m)).collect()
}

/// One mapping.
pub fn show(read: &Read<'_>, id: MappingId) -> Result<Mapping, Problem> {
    let bare = read
        .first(&format!("{COLUMNS} WHERE m.id = ?1"), [id.0], read_row)?
        .ok_or_else(|| Problem::not_found("This mapping does not exist any more."))?;
    with_applications(read, bare)
}

/// The mapping of this label (capitals do not matter), if there is one.
pub fn find(read: &Read<'_>, label: &str) -> Result<Option<Mapping>, Problem> {
    let bare = read.first(&format!("{COLUMNS} WHERE m.label = ?1"), [label.trim()], read_row)?;
    bare.map(|m| with_applications(read, m)).transpose()
}

/// Adds a mapping; `id`, `created` and `kind` of the given one are not
/// looked at. A label that is taken is refused; an empty one becomes the target's name, with the
/// connection's behind it where that is taken.
pub fn add(tx: &Tx<'_>, mapping: &Mapping) -> Result<Mapping, Problem> {
    let label = free_label(tx, mapping, None)?;
    crate::connections::show(tx, mapping.connection)?;
    let id = tx.insert(
        "INSERT INTO mapping (label, connection, target, target_stable_id, labels, severity_label, assignees, \
         milestone, severity, status, settings, template, guard, findings_file, active, created) VALUES (:label, :connection, :target, \
         :target_stable_id, :labels, :severity_label, :assignees, :milestone, :severity, :status, :settings, \
         :template, :guard, :findings_file, :active, :now)",
        named_params! {
            ":label": label, ":connection": mapping.connection.0, ":target": mapping.target,
            ":target_stable_id": mapping.target_stable_id, ":labels": json(&mapping.labels)?,
            ":severity_label": mapping.severity_label, ":assignees": json(&mapping.assignees)?,
            ":milestone": mapping.milestone, ":severity": json(&mapping.severity)?,
            ":status": json(&mapping.status)?, ":settings": json(&mapping.settings)?,
            ":template": json(&mapping.template)?, ":guard": json(&mapping.guard)?,
            ":findings_file": mapping.findings_file, ":active": mapping.active,
            ":now": tx.now().0,
        },
    )?;
    set_applications(tx, MappingId(id), &mapping.applications)?;
    show(tx, MappingId(id))
}

/// Changes the mapping with the given one's `id`.
pub fn update(tx: &Tx<'_>, mapping: &Mapping) -> Result<Mapping, Problem> {
    show(tx, mapping.id)?;
    crate::connections::show(tx, mapping.connection)?;
    let label = free_label(tx, mapping, Some(mapping.id))?;
    tx.execute(
        "UPDATE mapping SET label = :label, connection = :connection, target = :target, \
         target_stable_id = :target_stable_id, labels = :labels, severity_label = :severity_label, \
         assignees = :assignees, milestone = :milestone, severity = :severity, status = :status, \
         settings = :settings, template = :template, guard = :guard, findings_file = :findings_file, \
         active = :active WHERE id = :id",
        named_params! {
            ":id": mapping.id.0, ":label": label, ":connection": mapping.connection.0, ":target": mapping.target,
            ":target_stable_id": mapping.target_stable_id, ":labels": json(&mapping.labels)?,
            ":severity_label": mapping.severity_label, ":assignees": json(&mapping.assignees)?,
            ":milestone": mapping.milestone, ":severity": json(&mapping.severity)?,
            ":status": json(&mapping.status)?, ":settings": json(&mapping.settings)?,
            ":template": json(&mapping.template)?, ":guard": json(&mapping.guard)?,
            ":findings_file": mapping.findings_file, ":active": mapping.active,
        },
    )?;
    set_applications(tx, mapping.id, &mapping.applications)?;
    show(tx, mapping.id)
}

/// Notes the target's id that survives renames, once the tracker has told it.
pub fn set_target_stable_id(tx: &Tx<'_>, id: MappingId, stable_id: &str) -> Result<(), Problem> {
    tx.execute("UPDATE mapping SET target_stable_id = ?2 WHERE id = ?1", (id.0, stable_id)).map(drop)
}

/// Removes a mapping. Plans, issues and links made through it stay as a record. Refused
/// while a plan is being applied through it.
pub fn remove(tx: &Tx<'_>, id: MappingId) -> Result<(), Problem> {
    show(tx, id)?;
    if tx.number("SELECT count(*) FROM plan WHERE mapping = ?1 AND state = 'applying'", [id.0])? > 0 {
        return Err(Problem::new(Code::Conflict, "A plan is being applied through this mapping right now.")
            .hint("Pause or cancel it first."));
    }
    tx.execute("DELETE FROM mapping WHERE id = ?1", [id.0]).map(drop)
}

fn set_applications(tx: &Tx<'_>, id: MappingId, applications: &[ApplicationId]) -> Result<(), Problem> {
    tx.execute("DELETE FROM mapping_application WHERE mapping = ?1", [id.0])?;
    for application in applications {
        crate::applications::show(tx, *application)?;
        tx.execute("INSERT OR IGNORE INTO mapping_application VALUES (?1, ?2)", (id.0, application.0))?;
    }
    Ok(())
}

fn free_label(tx: &Tx<'_>, mapping: &Mapping, own: Option<MappingId>) -> Result<String, Problem> {
    let (given, target) = (mapping.label.trim(), mapping.target.trim());
    if target.is_empty() {
        return Err(Problem::bad_input("A mapping needs a target, for example a repository."));
    }
    let taken = |label: &str| -> Result<Option<String>, Problem> {
        Ok(find(tx, label)?.filter(|other| Some(other.id) != own).map(|other| other.label))
    };
    if given.is_empty() {
        let wishes = [target.to_owned(), format!("{target} · {}", mapping.connection_label)];
        return crate::labels::first_free(&wishes, |label| Ok(taken(label)?.is_some()));
    }
    match taken(given)? {
        None => Ok(given.to_owned()),
        Some(label) => Err(crate::labels::taken("mapping", &label)),
    }
}
