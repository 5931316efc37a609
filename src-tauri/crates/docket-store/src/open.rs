//! Opening the file: what it may be, bringing it up to date, settings of each connection.
//!
//! Migrations are numbered and immutable; each runs in one transaction, after a copy of the
//! file was put into `backups/`. A file of a newer Docket is refused untouched.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use docket_domain::{Clock, Code, Problem};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::fault::{io, sql};

/// Name of the database in the data folder.
pub const DATABASE_FILE: &str = "docket.db";

/// `PRAGMA application_id` of Docket's files («Dckt»).
const APPLICATION_ID: i32 = 0x4463_6b74;

/// Bytes of a page of a new file; one that is there keeps its own. With SQLite's 4,096, a million
/// findings take a quarter longer to bring in, because each page costs as much as its bytes; with
/// more, a small change writes more and nothing is gained.
const PAGE: u32 = 8_192;

/// How many copies are kept in `backups/`.
const BACKUPS: usize = 3;

/// The migrations, in order; the number of a file's last one is its `user_version`.
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_ground.sql"),
    include_str!("../migrations/0002_mapping_values.sql"),
    include_str!("../migrations/0003_plans.sql"),
    include_str!("../migrations/0004_mapping_guard.sql"),
    include_str!("../migrations/0005_pace.sql"),
    include_str!("../migrations/0006_findings_file.sql"),
    include_str!("../migrations/0007_take_back.sql"),
    include_str!("../migrations/0008_raw.sql"),
    include_str!("../migrations/0009_watch.sql"),
    include_str!("../migrations/0010_owners.sql"),
    include_str!("../migrations/0011_import.sql"),
    include_str!("../migrations/0012_looking_up.sql"),
    include_str!("../migrations/0013_fewer_indexes.sql"),
    include_str!("../migrations/0014_body_blocks.sql"),
    include_str!("../migrations/0015_twins.sql"),
];

/// Opens the writer: creates the file or brings it up to date.
///
/// A statement waits for another process that is writing as long as `patience` says.
pub(crate) fn writer(
    data_dir: &Path,
    clock: &dyn Clock,
    migrations: &[&str],
    patience: Duration,
) -> Result<Connection, Problem> {
    std::fs::create_dir_all(data_dir).map_err(|e| io("Making the data folder", data_dir, &e))?;
    let path = data_dir.join(DATABASE_FILE);
    refuse_foreign_header(&path)?;
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(&path, flags).map_err(sql).map_err(|p| named(p, &path))?;
    conn.busy_timeout(patience).map_err(sql)?;
    prepare_writer(&conn, data_dir, clock, migrations).map_err(|p| named(p, &path))?;
    Ok(conn)
}

/// Opens a reader. The writer must have been opened before.
pub(crate) fn reader(data_dir: &Path, patience: Duration) -> Result<Connection, Problem> {
    let path = data_dir.join(DATABASE_FILE);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(&path, flags).map_err(sql)?;
    conn.busy_timeout(patience).map_err(sql)?;
    conn.execute_batch("PRAGMA query_only = 1; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;")
        .map_err(sql)?;
    conn.set_prepared_statement_cache_capacity(128);
    plans_last(&conn)?;
    crate::body::register(&conn)?;
    Ok(conn)
}

/// Opens a connection that can write, for a file attached to it: the database itself it only reads.
/// The writer must have been opened before.
pub(crate) fn beside(data_dir: &Path) -> Result<Connection, Problem> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(data_dir.join(DATABASE_FILE), flags).map_err(sql)?;
    conn.busy_timeout(Duration::from_secs(5)).map_err(sql)?;
    conn.execute_batch("PRAGMA cache_size = -32768; PRAGMA temp_store = FILE;").map_err(sql)?;
    crate::body::register(&conn)?;
    Ok(conn)
}

fn named(problem: Problem, path: &Path) -> Problem {
    problem.with("file", path.display())
}

fn prepare_writer(
    conn: &Connection,
    data_dir: &Path,
    clock: &dyn Clock,
    migrations: &[&str],
) -> Result<(), Problem> {
    // Read before anything is set: a file that is not ours stays as it is.
    let version = version(conn, migrations.len())?;
    if version > 0 && version < migrations.len() {
        back_up(conn, data_dir, clock, version)?;
    }
    conn.execute_batch(&format!("PRAGMA page_size = {PAGE}")).map_err(sql)?;
    conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0)).map_err(sql)?;
    // FULL: a commit is on the disk when it returns. «sending» must be, before a request leaves.
    conn.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536; \
         PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = FILE;",
    )
    .map_err(sql)?;
    conn.set_prepared_statement_cache_capacity(256);
    plans_last(conn)?;
    crate::body::register(conn)?;
    migrate(conn, migrations)
}

/// A statement keeps its plan whatever is bound to it. By itself SQLite looks, with each new value, whether
/// a partial index would serve now, and compiles the statement again for that.
fn plans_last(conn: &Connection) -> Result<(), Problem> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop).map_err(sql)
}

/// The file's version; refuses what is not Docket's, or a newer Docket's.
fn version(conn: &Connection, known: usize) -> Result<usize, Problem> {
    let pragma = |name: &str| conn.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i32>(0));
    let id = pragma("application_id").map_err(sql)?;
    let version = pragma("user_version").map_err(sql)?;
    let tables: i64 =
        conn.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0)).map_err(sql)?;
    if id != APPLICATION_ID && (tables > 0 || id != 0) {
        return Err(Problem::new(
            Code::Store,
            "The file docket.db in the data folder is a database, but not one of Docket.",
        )
        .hint("Move it away, or choose another folder with --data-dir. It was not changed."));
    }
    let version = usize::try_from(version).unwrap_or(usize::MAX);
    if version > known {
        return Err(Problem::new(Code::StoreNewer, "This data folder was written by a newer Docket.")
            .hint("Install that Docket again, or choose another folder with --data-dir. Nothing was changed.")
            .with("version", version)
            .with("known", known));
    }
    Ok(version)
}

fn refuse_foreign_header(path: &Path) -> Result<(), Problem> {
    let mut file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(io("Opening the database", path, &e)),
    };
    let mut head = Vec::new();
    file.by_ref().take(16).read_to_end(&mut head).map_err(|e| io("Reading the database", path, &e))?;
    if head.is_empty() || head == b"SQLite format 3\0" {
        return Ok(());
    }
    Err(Problem::new(Code::Store, "The file docket.db in the data folder is not a database of Docket.")
        .hint("Move it away, or choose another folder with --data-dir. It was not changed.")
        .with("file", path.display()))
}

fn migrate(conn: &Connection, migrations: &[&str]) -> Result<(), Problem> {
    // Nothing to do, nothing to lock: another process may be in a long transaction.
    let done = version(conn, migrations.len())?;
    for (n, text) in migrations.iter().enumerate().skip(done) {
        conn.execute_batch("BEGIN IMMEDIATE").map_err(sql)?;
        // Asked again inside the transaction: another process may have been faster.
        let done = match version(conn, migrations.len()) {
            Ok(version) if version > n => Ok(()),
            Ok(_) => conn
                .execute_batch(&format!(
                    "{text}\nPRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {};",
                    n + 1
                ))
                .map_err(sql),
            Err(problem) => Err(problem),
        };
        let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
        let ended = conn.execute_batch(end).map_err(sql);
        done.and(ended)?;
    }
    Ok(())
}

/// Copies the file to `backups/docket-v<version>-<time>.db` and lets the oldest copies go.
fn back_up(conn: &Connection, data_dir: &Path, clock: &dyn Clock, version: usize) -> Result<(), Problem> {
    let folder = data_dir.join("backups");
    std::fs::create_dir_all(&folder).map_err(|e| io("Making the folder", &folder, &e))?;
    let path = folder.join(format!("docket-v{version}-{}.db", clock.now().0));
    if path.exists() {
        return Ok(());
    }
    conn.execute("VACUUM INTO ?1", [path.display().to_string()]).map_err(sql)?;
    let mut copies: Vec<PathBuf> = std::fs::read_dir(&folder)
        .map_err(|e| io("Reading the folder", &folder, &e))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|p| p.extension().is_some_and(|e| e == "db"))
        .collect();
    copies.sort_by_key(|p| std::fs::metadata(p).and_then(|m| m.modified()).ok());
    for old in copies.iter().rev().skip(BACKUPS) {
        std::fs::remove_file(old).map_err(|e| io("Removing the old copy", old, &e))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use docket_domain::Timestamp;
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::Store;

    struct Still;
    impl Clock for Still {
        fn now(&self) -> Timestamp {
            Timestamp(7)
        }
    }

    #[test]
    fn migrations_that_were_published_never_change() {
        // One line for each; a change to the file means a new file instead.
        let known = [
            "433659c25f8f58e708ce324a85ab556106a935840e75c8574948c493421f26d3",
            "2e30fbfcbfa550a7376638acc5026137a395971d528fe1c96995eebc405083e1",
            "b587aa7262d8095d02962d2a79b3fb5f3bbc4d09904eace7b0c81982347b50a5",
            "d3d767e130f86c86622080cd03a6e04dbc057c5922bffe33dce4fe3a8ab2f34d",
            "e59c1b7e89d0ac51b3745cad8fd7ef22a8d6c08db1ddbde395f0f2080ede9f5f",
            "4ab193a58f6cf3927dbd63928a7bd06e3ac781e625e729cb28dc4655e72b9476",
            "9bba314209618cc8604037321b90f809d8c1078b74b24cb51d8a080aea8f5648",
            "1ff46d4af77569f62d3be908f5b9a57e8cf7270db5c981433334396eb13a5a51",
            "45b9d7df5d9277b771b5a2e62c138836185badf97166b2ff109cf356d54038f0",
            "21433f9865d1e9de7343acff11a0361909eac141ae4f09ec154a059c1470cd3f",
            "e6ced42540089acb8d5ae98294343ba5775f407c48e7ad8a3542a38d4426f6ab",
            "0584ba95fab5f53b11fdcbfd650b88e4e721e74de30bb1585e11eafa9eb34841",
            "bc03d35d70cfbe69a6cca1ac792cbbd8ff2677890803667b05b2b25ab47abfa8",
            "3b387d5178b85b05930e2178e9c67d5aa30f647e34a93357218fc1b92d955133",
            "671dd84a3f7b08e3f63bf4f94196d87010a27fcbc70c5c48b45bc6c48ace5e57",
        ];
        let hashes: Vec<String> = MIGRATIONS
            .iter()
            .map(|text| docket_domain::identity::hex(&Sha256::digest(text.replace("\r\n", "\n"))))
            .collect();
        assert_eq!(hashes, known, "a migration is immutable: add another one");
    }

    #[test]
    fn an_older_file_is_copied_and_then_brought_up_to_date() {
        let dir = tempfile::tempdir().unwrap();
        drop(Store::open_with(dir.path(), Arc::new(Still), MIGRATIONS).unwrap());
        assert!(!dir.path().join("backups").exists(), "a new file needs no copy");
        let next = [MIGRATIONS, &["CREATE TABLE later (x);"]].concat();
        drop(Store::open_with(dir.path(), Arc::new(Still), &next).unwrap());
        let copies: Vec<_> = std::fs::read_dir(dir.path().join("backups")).unwrap().flatten().collect();
        assert_eq!(copies.len(), 1, "one copy from before");
        let copy = Connection::open(copies[0].path()).unwrap();
        let version: i32 = copy.query_row("PRAGMA user_version", [], |r| r.get(0)).unwrap();
        assert_eq!(usize::try_from(version).unwrap(), MIGRATIONS.len(), "the copy is of the old version");
        let problem = Store::open_with(dir.path(), Arc::new(Still), MIGRATIONS).unwrap_err();
        assert_eq!(problem.code, Code::StoreNewer, "the old program refuses the new file: {problem}");
    }

    #[test]
    fn a_migration_that_fails_leaves_the_file_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        drop(Store::open_with(dir.path(), Arc::new(Still), MIGRATIONS).unwrap());
        let broken = [MIGRATIONS, &["CREATE TABLE later (x); CREATE TABLE later (x);"]].concat();
        Store::open_with(dir.path(), Arc::new(Still), &broken).unwrap_err();
        let store = Store::open_with(dir.path(), Arc::new(Still), MIGRATIONS).unwrap();
        let tables =
            store.read(|r| r.number("SELECT count(*) FROM sqlite_master WHERE name = 'later'", [])).unwrap();
        assert_eq!(tables, 0, "half a migration is none");
    }

    #[test]
    fn only_the_last_copies_are_kept() {
        let dir = tempfile::tempdir().unwrap();
        let mut migrations = vec![MIGRATIONS[0]];
        drop(Store::open_with(dir.path(), Arc::new(Still), &migrations).unwrap());
        for _ in 0..5 {
            migrations.push("SELECT 1;");
            drop(Store::open_with(dir.path(), Arc::new(Still), &migrations).unwrap());
        }
        let copies = std::fs::read_dir(dir.path().join("backups")).unwrap().count();
        assert_eq!(copies, BACKUPS, "old copies do not fill the disk");
    }
}
