//! Imports: what was read into which application, and what it changed.

use docket_domain::{
    ApplicationId, Delta, Import, ImportId, ImportState, Problem, RunSummary, Timestamp, Warning,
};
use rusqlite::{Row, named_params};

use crate::access::{Read, Tx, from_json, from_json_opt, json, json_opt, time, time_opt, word};
use crate::staging::Source;

/// Warnings that come with a listed import.
const FIRST_WARNINGS: u32 = 20;

fn read_row(row: &Row<'_>) -> rusqlite::Result<Import> {
    Ok(Import {
        id: ImportId(row.get("id")?),
        application: ApplicationId(row.get("application")?),
        application_name: row.get("application_name")?,
        file: row.get("file")?,
        bytes: row.get::<_, i64>("bytes")? as u64,
        sha256: row.get("sha256")?,
        format: row.get("format")?,
        state: word(row, "state")?,
        started: time(row, "started")?,
        ended: time_opt(row, "ended")?,
        runs: Vec::new(),
        delta: from_json(row, "delta")?,
        warnings: Vec::new(),
        warning_count: row.get::<_, i64>("warning_count")? as u64,
        same_as: row.get::<_, Option<i64>>("same_as")?.map(ImportId),
        problem: from_json_opt(row, "problem")?,
        mismatch: None,
    })
}

fn read_run(row: &Row<'_>) -> rusqlite::Result<RunSummary> {
    Ok(RunSummary {
        tool: row.get("tool")?,
        version: row.get("version")?,
        branch: row.get("branch")?,
        category: row.get("category")?,
        completeness: from_json(row, "completeness")?,
        delta: from_json(row, "delta")?,
        held_back: row.get("held_back")?,
    })
}

fn complete(read: &Read<'_>, mut import: Import) -> Result<Import, Problem> {
    import.runs =
        read.all("SELECT * FROM import_run WHERE import = ?1 ORDER BY ordinal", [import.id.0], read_run)?;
    import.warnings = warnings(read, import.id, 0, FIRST_WARNINGS)?;
    Ok(import)
}

const COLUMNS: &str =
    "SELECT i.*, a.name AS application_name FROM import i JOIN application a ON a.id = i.application";

/// A page of the imports (of one application, or all), newest first, and how many there are.
pub fn list(
    read: &Read<'_>,
    application: Option<ApplicationId>,
    offset: u64,
    limit: u32,
) -> Result<(Vec<Import>, u64), Problem> {
    let (total, rows) = match application {
        Some(application) => (
            read.number("SELECT count(*) FROM import WHERE application = ?1", [application.0])?,
            read.all(
                &format!("{COLUMNS} WHERE i.application = ?1 ORDER BY i.id DESC LIMIT ?3 OFFSET ?2"),
                (application.0, offset as i64, limit),
                read_row,
            )?,
        ),
        None => (
            read.number("SELECT count(*) FROM import", [])?,
            read.all(
                &format!("{COLUMNS} ORDER BY i.id DESC LIMIT ?2 OFFSET ?1"),
                (offset as i64, limit),
                read_row,
            )?,
        ),
    };
    let imports = rows.into_iter().map(|i| complete(read, i)).collect::<Result<_, _>>()?;
    Ok((imports, total as u64))
}

/// One import with its runs and first warnings.
pub fn show(read: &Read<'_>, id: ImportId) -> Result<Import, Problem> {
    let import = read
        .first(&format!("{COLUMNS} WHERE i.id = ?1"), [id.0], read_row)?
        .ok_or_else(|| Problem::not_found("This import does not exist any more."))?;
    complete(read, import)
}

/// An import's warnings, in the order of the report.
pub fn warnings(read: &Read<'_>, id: ImportId, offset: u64, limit: u32) -> Result<Vec<Warning>, Problem> {
    read.all(
        "SELECT message, place FROM import_warning WHERE import = ?1 ORDER BY ordinal LIMIT ?3 OFFSET ?2",
        (id.0, offset as i64, limit),
        |row| Ok(Warning { message: row.get("message")?, place: from_json(row, "place")? }),
    )
}

/// The last import that read the very same bytes into the same application and branch choice.
pub fn same_bytes(
    read: &Read<'_>,
    application: ApplicationId,
    branch: Option<&str>,
    sha256: &str,
) -> Result<Option<ImportId>, Problem> {
    if sha256.is_empty() {
        return Ok(None);
    }
    read.first(
        "SELECT id FROM import WHERE sha256 = ?1 AND application = ?2 AND branch IS ?3 AND state = 'done' \
         ORDER BY id DESC LIMIT 1",
        (sha256, application.0, branch),
        |row| row.get(0).map(ImportId),
    )
}

/// Records an import of which nothing was stored, so that the list tells about it:
/// `problem` says why, a problem with code `cancelled` that a person stopped it.
pub fn record_failure(
    tx: &Tx<'_>,
    source: &Source,
    started: Timestamp,
    warnings: &[Warning],
    problem: &Problem,
) -> Result<Import, Problem> {
    crate::applications::show(tx, source.application)?;
    let state = if problem.code == docket_domain::Code::Cancelled {
        ImportState::Cancelled
    } else {
        ImportState::Failed
    };
    let id = insert(tx, source, started, state, warnings.len() as u64, None, Some(problem))?;
    for (ordinal, warning) in warnings.iter().enumerate() {
        tx.execute(
            "INSERT INTO import_warning VALUES (?1, ?2, ?3, ?4)",
            (id.0, ordinal as i64, &warning.message, json(&warning.place)?),
        )?;
    }
    show(tx, id)
}

pub(crate) fn insert(
    tx: &Tx<'_>,
    source: &Source,
    started: Timestamp,
    state: ImportState,
    warnings: u64,
    same_as: Option<ImportId>,
    problem: Option<&Problem>,
) -> Result<ImportId, Problem> {
    tx.insert(
        "INSERT INTO import (application, file, bytes, sha256, format, branch, reader, state, started, ended, delta, \
         warning_count, same_as, problem) VALUES (:application, :file, :bytes, :sha256, :format, :branch, :reader, :state, \
         :started, :ended, :delta, :warnings, :same_as, :problem)",
        named_params! {
            ":application": source.application.0, ":file": source.file, ":bytes": source.bytes as i64,
            ":sha256": source.sha256, ":format": source.format, ":branch": source.branch, ":reader": source.reader,
            ":state": state.as_str(), ":started": started.0, ":ended": tx.now().0,
            ":delta": json(&Delta::default())?, ":warnings": warnings as i64,
            ":same_as": same_as.map(|i| i.0), ":problem": json_opt(problem)?,
        },
    )
    .map(ImportId)
}
