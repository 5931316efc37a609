//! What SQLite says, in words for people. The original goes into the cause, for the log.

use docket_domain::{Code, Problem};
use rusqlite::ErrorCode;

/// Turns an error of SQLite into a problem.
pub(crate) fn sql(error: rusqlite::Error) -> Problem {
    let code = match &error {
        rusqlite::Error::SqliteFailure(failure, _) => failure.code,
        _ => return Problem::internal(error),
    };
    let store = |message: &str, hint: &str| Problem::new(Code::Store, message).hint(hint);
    match code {
        ErrorCode::DiskFull => store(
            "The disk that holds Docket's data folder is full; nothing of this change was stored.",
            "Free some space on that disk and try again.",
        ),
        ErrorCode::ReadOnly => store(
            "Docket's data folder cannot be written to.",
            "Give your user write permission on the folder and the files in it, or choose another folder with --data-dir.",
        ),
        ErrorCode::PermissionDenied | ErrorCode::CannotOpen => store(
            "Docket's database cannot be opened.",
            "Check that the data folder exists and that your user may read and write it, or choose another folder with --data-dir.",
        ),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Problem::new(
            Code::Busy,
            "Another running Docket is writing to the same data folder and did not finish in time.",
        )
        .hint("Wait until its import or push is done and try again."),
        ErrorCode::DatabaseCorrupt => store(
            "Docket's database is damaged and cannot be read.",
            "Quit Docket, move docket.db away and put a copy from the folder «backups» beside it in its place.",
        ),
        ErrorCode::NotADatabase => store(
            "The file docket.db in the data folder is not a database of Docket.",
            "Move it away, or choose another folder with --data-dir.",
        ),
        ErrorCode::SystemIoFailure => store(
            "The disk reported an error while Docket was using its database.",
            "Check the disk and the free space on it, then try again.",
        ),
        ErrorCode::OperationInterrupted => return Problem::cancelled().because(error),
        _ => Problem::internal(&error),
    }
    .because(error)
}

/// Turns an error of the file system into a problem that names what was attempted.
pub(crate) fn io(what: &str, path: &std::path::Path, error: &std::io::Error) -> Problem {
    use std::io::ErrorKind;
    let hint = match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "Give your user write permission there, or choose another folder with --data-dir."
        }
        ErrorKind::StorageFull => "Free some space on that disk and try again.",
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => {
            "A file is in the way; move it, or choose another folder with --data-dir."
        }
        _ => "Check the folder, or choose another one with --data-dir.",
    };
    Problem::new(Code::Store, format!("{what} is not possible: {}.", path.display()))
        .hint(hint)
        .because(error)
}
