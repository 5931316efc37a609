//! The log in which SQLite writes first (its WAL), and when it is brought into the file.
//!
//! By itself SQLite does that with the commit that makes the log long: that one takes as long as
//! thirty others, and whoever waits for it wonders. A report of a hundred thousand findings would be
//! written a second time before it is said to be in. Here it waits for a lull.

use std::ffi::c_int;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::time::Duration;

use docket_domain::Problem;
use rusqlite::Connection;
use rusqlite::hooks::Wal;

use crate::fault::sql;
use crate::queue::Work;

/// Bytes from which on it is long: as much as SQLite finds long.
const LONG: c_int = 4_096_000;

/// Bytes from which on it does not wait for a lull for long.
const TOO_LONG: c_int = 8 * LONG;

/// How long the log is. Clones know the same.
#[derive(Debug, Clone)]
pub(crate) struct Log {
    pages: Arc<AtomicI32>,
    /// It is in the file, but takes its room still: somebody read in it when it was to be made short.
    lies_about: Arc<AtomicBool>,
    /// Pages from which on it is long.
    long: c_int,
    /// Pages from which on it is too long.
    too_long: c_int,
}

impl Log {
    /// A log of pages of this size.
    fn new(page: c_int) -> Self {
        let (pages, lies_about) = (Arc::default(), Arc::default());
        Self { pages, lies_about, long: LONG / page, too_long: TOO_LONG / page }
    }

    /// The log that this connection writes, which is left to the caller from now on.
    pub fn of(conn: &mut Connection) -> Result<Self, Problem> {
        let page: c_int = conn.query_row("PRAGMA page_size", [], |row| row.get(0)).map_err(sql)?;
        let log = Self::new(page);
        let seen = Arc::clone(&log.pages);
        let hook = move |wal: &mut Wal, pages: c_int| {
            if wal.name() == c"main" {
                seen.store(pages, Ordering::Relaxed);
            }
            Ok(())
        };
        conn.wal_hook(Some(hook)).map_err(sql)?;
        Ok(log)
    }

    pub fn is_long(&self) -> bool {
        self.pages.load(Ordering::Relaxed) >= self.long
    }

    pub fn is_too_long(&self) -> bool {
        self.pages.load(Ordering::Relaxed) >= self.too_long
    }

    /// Whether it could not be made short, so that this is to be tried again some time.
    pub fn lies_about(&self) -> bool {
        self.lies_about.load(Ordering::Relaxed)
    }

    /// Brings it into the file, as far as nobody reads in it; the rest comes after the next commit.
    pub fn brought_in(&self) -> Work {
        let was_too_long = self.is_too_long() || self.lies_about();
        self.pages.store(0, Ordering::Relaxed);
        let lies_about = Arc::clone(&self.lies_about);
        Box::new(move |conn| {
            let done = if was_too_long { emptied(conn) } else { checkpoint(conn, "PASSIVE") };
            let whole = done.unwrap_or_else(|error| {
                complain(&error);
                true
            });
            lies_about.store(was_too_long && !whole, Ordering::Relaxed);
        })
    }
}

/// False if somebody reading was in the way.
fn checkpoint(conn: &Connection, how: &str) -> rusqlite::Result<bool> {
    conn.query_row(&format!("PRAGMA wal_checkpoint({how})"), [], |row| {
        row.get::<_, bool>(0).map(|busy| !busy)
    })
}

/// Brings it into the file and makes it short, so that its bytes are not taken twice on the disk; that
/// only if nobody reads in it at this moment, whom it would have to wait for.
fn emptied(conn: &Connection) -> rusqlite::Result<bool> {
    let patience: i64 = conn.query_row("PRAGMA busy_timeout", [], |row| row.get(0))?;
    conn.busy_timeout(Duration::ZERO)?;
    let done = checkpoint(conn, "TRUNCATE");
    conn.busy_timeout(Duration::from_millis(patience.unsigned_abs()))?;
    done
}

#[cfg(test)]
impl Default for Log {
    fn default() -> Self {
        Self::new(4_096)
    }
}

fn complain(error: &rusqlite::Error) {
    tracing::warn!(%error, "the log of the database could not be brought into the file; it grows meanwhile");
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Instant;

    use docket_domain::{Clock, Timestamp};

    use super::*;
    use crate::Store;
    use crate::open::DATABASE_FILE;

    struct Still;
    impl Clock for Still {
        fn now(&self) -> Timestamp {
            Timestamp(7)
        }
    }

    fn size(file: &Path) -> u64 {
        std::fs::metadata(file).unwrap().len()
    }

    /// Writes so many bytes and a bit.
    fn fill(tx: &crate::Tx<'_>, bytes: c_int) -> Result<(), Problem> {
        let page = "x".repeat(4_000);
        (0..bytes / 4_000).try_for_each(|at| crate::settings::set(tx, &format!("page {at}"), &page))
    }

    #[tokio::test]
    async fn a_long_log_is_brought_into_the_file_in_a_lull_and_not_with_the_commit() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Arc::new(Still)).unwrap();
        let file = dir.path().join(DATABASE_FILE);
        let before = size(&file);
        let looked = file.clone();
        let (long, behind) = tokio::join!(
            store.write_async(|tx| fill(tx, LONG)),
            // Asked for together: there is no lull between them.
            store.write_async(move |_| Ok(size(&looked))),
        );
        long.unwrap();
        assert_eq!(behind.unwrap(), before, "the commit left it in the log");
        let begun = Instant::now();
        while size(&file) < before + LONG as u64 / 2 {
            assert!(begun.elapsed() < Duration::from_secs(20), "it stays in the log for ever");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[tokio::test]
    async fn a_log_that_is_too_long_does_not_wait_for_a_lull_for_ever() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Arc::new(Still)).unwrap();
        let file = dir.path().join(DATABASE_FILE);
        store.write_async(|tx| fill(tx, TOO_LONG)).await.unwrap();
        let begun = Instant::now();
        // Two writers that take turns leave no lull.
        let busy = || async {
            while size(&file) < TOO_LONG as u64 / 2 {
                assert!(begun.elapsed() < Duration::from_secs(20), "it stays in the log for ever");
                store
                    .write_soon_async(|_| {
                        std::thread::sleep(Duration::from_millis(2));
                        Ok(())
                    })
                    .await
                    .unwrap();
            }
        };
        tokio::join!(busy(), busy());
    }

    #[tokio::test]
    async fn a_log_that_somebody_reads_in_is_made_short_once_that_has_ended() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Arc::new(Still)).unwrap();
        let file = dir.path().join(DATABASE_FILE);
        let log = file.with_extension("db-wal");
        let (ends, ended) = std::sync::mpsc::channel::<()>();
        let (begins, begun) = tokio::sync::oneshot::channel();
        let reader = store.clone();
        let reading = std::thread::spawn(move || {
            reader.read(move |read| {
                read.number("SELECT count(*) FROM setting", [])?;
                begins.send(()).unwrap();
                ended.recv().map_err(Problem::internal)
            })
        });
        begun.await.unwrap();
        store.write_async(|tx| fill(tx, TOO_LONG)).await.unwrap();
        std::thread::sleep(Duration::from_millis(300));
        assert!(size(&log) > TOO_LONG as u64, "it cannot be made short while somebody reads in it");
        ends.send(()).unwrap();
        reading.join().unwrap().unwrap();
        let since = Instant::now();
        // Nothing is written any more.
        while size(&log) > 0 {
            assert!(since.elapsed() < Duration::from_secs(20), "it takes its room for ever");
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(size(&file) > TOO_LONG as u64 / 2, "it is in the file");
    }

    #[tokio::test]
    async fn a_store_that_has_settled_has_brought_its_log_into_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Arc::new(Still)).unwrap();
        store.write_async(|tx| fill(tx, TOO_LONG)).await.unwrap();
        store.settled().await;
        let file = dir.path().join(DATABASE_FILE);
        assert!(size(&file) > TOO_LONG as u64 / 2, "it is in the file");
        assert_eq!(size(&file.with_extension("db-wal")), 0, "and takes no room beside it");
    }
}
