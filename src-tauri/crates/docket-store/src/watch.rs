//! Watched folders, and what became of the files in them.

use std::collections::HashMap;

use docket_domain::{
    ApplicationId, Code, ImportId, Problem, Timestamp, WatchFileState, WatchId, WatchedBy, WatchedFile,
    WatchedFolder,
};
use rusqlite::{Row, named_params};

use crate::access::{Read, Tx, from_json_opt, json_opt, time, time_opt, word};

/// A folder that is to be watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWatch {
    /// The folder, absolute.
    pub folder: String,
    /// Which files, and where they go.
    pub pattern: String,
    /// Into this application; none: the pattern says which.
    pub application: Option<ApplicationId>,
    /// Into this branch.
    pub branch: Option<String>,
    /// Add applications that do not exist.
    pub add_applications: bool,
    /// Seconds between looks; none: the system tells.
    pub poll_seconds: Option<u32>,
}

/// Size and time of a file when it was looked at last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Size in bytes.
    pub bytes: u64,
    /// When it was changed last.
    pub modified: Timestamp,
}

const COLUMNS: &str = "SELECT w.*, a.name AS application_name, \
    (SELECT count(*) FROM watch_file f WHERE f.watch = w.id AND f.state = 'imported') AS imported, \
    (SELECT count(*) FROM watch_file f WHERE f.watch = w.id AND f.state = 'asks') AS asks, \
    (SELECT count(*) FROM watch_file f WHERE f.watch = w.id AND f.state = 'failed') AS failed, \
    (SELECT max(at) FROM watch_file f WHERE f.watch = w.id AND f.state IN ('imported', 'asks')) AS last \
    FROM watch w LEFT JOIN application a ON a.id = w.application";

/// The name of the right to look at a folder, for [`crate::leases`].
pub fn lease_name(id: WatchId) -> String {
    format!("watch {id}")
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<WatchedFolder> {
    let application = row.get::<_, Option<i64>>("application")?.map(ApplicationId);
    let gone = row.get::<_, bool>("fixed")? && application.is_none();
    let problem = from_json_opt(row, "problem")?;
    Ok(WatchedFolder {
        id: WatchId(row.get("id")?),
        folder: row.get("folder")?,
        pattern: row.get("pattern")?,
        application,
        application_name: row.get("application_name")?,
        branch: row.get("branch")?,
        add_applications: row.get("add_applications")?,
        poll_seconds: row.get("poll_seconds")?,
        paused: row.get("paused")?,
        created: time(row, "created")?,
        by: WatchedBy::Nobody,
        problem: if gone { Some(application_gone()) } else { problem },
        imported: row.get::<_, i64>("imported")? as u64,
        asks: row.get::<_, i64>("asks")? as u64,
        failed: row.get::<_, i64>("failed")? as u64,
        last: time_opt(row, "last")?,
    })
}

fn application_gone() -> Problem {
    Problem::not_found("The application that its reports went to was removed.")
        .hint("Stop watching the folder, and add it again with another application.")
}

/// Every watched folder, by its name. Who looks at it is told of those that some process has
/// the right to: as [`WatchedBy::Elsewhere`], for this module knows no «here».
pub fn list(read: &Read<'_>) -> Result<Vec<WatchedFolder>, Problem> {
    let rows = read.all(&format!("{COLUMNS} ORDER BY w.folder, w.pattern"), [], read_row)?;
    rows.into_iter().map(|watch| seen_by(read, watch)).collect()
}

/// One watched folder.
pub fn show(read: &Read<'_>, id: WatchId) -> Result<WatchedFolder, Problem> {
    let watch = read
        .first(&format!("{COLUMNS} WHERE w.id = ?1"), [id.0], read_row)?
        .ok_or_else(|| Problem::not_found("This folder is not watched any more."))?;
    seen_by(read, watch)
}

fn seen_by(read: &Read<'_>, mut watch: WatchedFolder) -> Result<WatchedFolder, Problem> {
    if crate::leases::holder(read, &lease_name(watch.id))?.is_some() {
        watch.by = WatchedBy::Elsewhere;
    }
    Ok(watch)
}

/// Adds a folder.
pub fn add(tx: &Tx<'_>, new: &NewWatch) -> Result<WatchedFolder, Problem> {
    let taken = tx.number(
        "SELECT count(*) FROM watch WHERE folder = ?1 AND pattern = ?2",
        (&new.folder, &new.pattern),
    )?;
    if taken > 0 {
        return Err(Problem::new(Code::Conflict, "This folder is watched with this pattern already.")
            .hint("Choose another pattern, or stop watching it first."));
    }
    if let Some(application) = new.application {
        crate::applications::show(tx, application)?;
    }
    let id = tx.insert(
        "INSERT INTO watch (folder, pattern, application, fixed, branch, add_applications, poll_seconds, created) \
         VALUES (:folder, :pattern, :application, :fixed, :branch, :add, :poll, :created)",
        named_params! {
            ":folder": new.folder, ":pattern": new.pattern, ":application": new.application.map(|a| a.0),
            ":fixed": new.application.is_some(), ":branch": new.branch, ":add": new.add_applications,
            ":poll": new.poll_seconds, ":created": tx.now().0,
        },
    )?;
    show(tx, WatchId(id))
}

/// Pauses a folder, or lets it go on.
pub fn set_paused(tx: &Tx<'_>, id: WatchId, paused: bool) -> Result<WatchedFolder, Problem> {
    show(tx, id)?;
    tx.execute("UPDATE watch SET paused = ?2, problem = NULL WHERE id = ?1", (id.0, paused))?;
    show(tx, id)
}

/// Says why the folder cannot be looked at; none: it can. True when that is new.
pub fn set_problem(tx: &Tx<'_>, id: WatchId, problem: Option<&Problem>) -> Result<bool, Problem> {
    let text = json_opt(problem)?;
    Ok(tx.execute("UPDATE watch SET problem = ?2 WHERE id = ?1 AND problem IS NOT ?2", (id.0, text))? > 0)
}

/// Stops watching. What was imported stays; what is known of the files goes.
pub fn remove(tx: &Tx<'_>, id: WatchId) -> Result<(), Problem> {
    show(tx, id)?;
    tx.execute("DELETE FROM watch WHERE id = ?1", [id.0]).map(drop)
}

/// What is known of the folder's files, by path.
pub fn marks(read: &Read<'_>, id: WatchId) -> Result<HashMap<String, (Mark, WatchFileState)>, Problem> {
    let rows =
        read.all("SELECT path, bytes, modified, state FROM watch_file WHERE watch = ?1", [id.0], |row| {
            let mark = Mark { bytes: row.get::<_, i64>("bytes")? as u64, modified: time(row, "modified")? };
            Ok((row.get("path")?, (mark, word(row, "state")?)))
        })?;
    Ok(rows.into_iter().collect())
}

const FILES: &str =
    "SELECT f.*, i.delta AS delta FROM watch_file f LEFT JOIN import i ON i.id = f.import WHERE f.watch = ?1";

fn read_file(row: &Row<'_>) -> rusqlite::Result<WatchedFile> {
    Ok(WatchedFile {
        path: row.get("path")?,
        state: word(row, "state")?,
        bytes: row.get::<_, i64>("bytes")? as u64,
        modified: time(row, "modified")?,
        application: row.get("application")?,
        branch: row.get("branch")?,
        import: row.get::<_, Option<i64>>("import")?.map(ImportId),
        delta: from_json_opt(row, "delta")?,
        held_back: row.get("held_back")?,
        problem: from_json_opt(row, "problem")?,
        at: time(row, "at")?,
    })
}

/// A page of a folder's files: those that want a person first, then the latest; and how many
/// there are. Files that are no reports, or were there before, come only when `all` is asked for.
pub fn files(
    read: &Read<'_>,
    id: WatchId,
    all: bool,
    offset: u64,
    limit: u32,
) -> Result<(Vec<WatchedFile>, u64), Problem> {
    let filter = if all { "" } else { " AND f.state NOT IN ('other', 'before')" };
    let total =
        read.number(&format!("SELECT count(*) FROM watch_file f WHERE f.watch = ?1{filter}"), [id.0])?;
    let rows = read.all(
        &format!(
            "{FILES}{filter} ORDER BY f.state IN ('asks', 'failed') DESC, f.at DESC, f.path LIMIT ?3 OFFSET ?2"
        ),
        (id.0, offset as i64, limit),
        read_file,
    )?;
    Ok((rows, total as u64))
}

/// One file, with the SHA-256 of what was read of it.
pub fn file(read: &Read<'_>, id: WatchId, path: &str) -> Result<(WatchedFile, String), Problem> {
    read.first(&format!("{FILES} AND f.path = ?2"), (id.0, path), |row| {
        Ok((read_file(row)?, row.get("sha256")?))
    })?
    .ok_or_else(|| Problem::not_found("Nothing is known of this file any more."))
}

/// Notes what became of a file.
pub fn note(tx: &Tx<'_>, id: WatchId, file: &WatchedFile, sha256: &str) -> Result<(), Problem> {
    tx.execute(
        "INSERT OR REPLACE INTO watch_file (watch, path, state, bytes, modified, sha256, application, branch, \
         import, held_back, problem, at) VALUES (:watch, :path, :state, :bytes, :modified, :sha256, \
         :application, :branch, :import, :held_back, :problem, :at)",
        named_params! {
            ":watch": id.0, ":path": file.path, ":state": file.state.as_str(), ":bytes": file.bytes as i64,
            ":modified": file.modified.0, ":sha256": sha256, ":application": file.application,
            ":branch": file.branch, ":import": file.import.map(|i| i.0), ":held_back": file.held_back,
            ":problem": json_opt(file.problem.as_ref())?, ":at": file.at.0,
        },
    )
    .map(drop)
}

/// Forgets a file, so that it counts as new. True when it was known.
pub fn forget(tx: &Tx<'_>, id: WatchId, path: &str) -> Result<bool, Problem> {
    Ok(tx.execute("DELETE FROM watch_file WHERE watch = ?1 AND path = ?2", (id.0, path))? > 0)
}
