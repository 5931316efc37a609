//! The open store: one writing thread, a few reading ones, and what they share.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use docket_domain::{Clock, FacetValue, Problem};
use rusqlite::Connection;

use crate::access::{Read, Tx};
use crate::alive::Alive;
use crate::columns::Shelf;
use crate::fault::sql;
use crate::log::Log;
use crate::queue::{Order, Queue, Work};
use crate::{open, recovery, staging};

/// Threads that read.
const READERS: usize = 3;

/// What every thread of a store knows.
pub(crate) struct Shared {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) data_dir: PathBuf,
    pub(crate) alive: Alive,
    pub(crate) remembered: Remembered,
    /// A report is on its straight way into the database.
    pub(crate) straight: AtomicBool,
    pub(crate) shelf: Shelf,
}

/// Answers that are dear to compute, for as long as the findings stay as they are.
#[derive(Default)]
pub(crate) struct Remembered {
    kept: Mutex<(i64, HashMap<String, Answer>)>,
}

#[derive(Clone)]
pub(crate) enum Answer {
    Count(u64),
    Facets(Vec<FacetValue>),
}

impl Remembered {
    /// Beyond this many, all are forgotten.
    const MOST: usize = 200;

    pub(crate) fn get(&self, version: i64, key: &str) -> Option<Answer> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 == version { kept.1.get(key).cloned() } else { None }
    }

    pub(crate) fn put(&self, version: i64, key: String, answer: Answer) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if version < kept.0 {
            return;
        }
        if kept.0 != version || kept.1.len() >= Self::MOST {
            *kept = (version, HashMap::new());
        }
        kept.1.insert(key, answer);
    }
}

/// What was put right at opening, after processes that ended in the middle of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recovered {
    /// Plan steps whose request may have left: now `uncertain`.
    pub steps: u64,
    /// Jobs that were running: now `interrupted`.
    pub jobs: u64,
    /// Plans that were being applied: now `paused`.
    pub plans: u64,
}

/// The open store. Cheap to clone; the last clone closes the file.
#[derive(Clone)]
pub struct Store {
    pub(crate) shared: Arc<Shared>,
    pub(crate) writer: mpsc::Sender<Order>,
    readers: mpsc::Sender<Work>,
    log: Log,
    recovered: Recovered,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("data_dir", &self.shared.data_dir).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens `docket.db` in `data_dir`, making or upgrading it as needed, and puts right
    /// what a killed process left behind (see [`Store::recovered`]).
    pub fn open(data_dir: impl AsRef<Path>, clock: Arc<dyn Clock>) -> Result<Self, Problem> {
        Self::open_patient(data_dir, clock, Self::PATIENCE)
    }

    /// How long a statement waits for another process that is writing.
    pub const PATIENCE: Duration = Duration::from_secs(30);

    /// As [`Store::open`], with another patience.
    pub fn open_patient(
        data_dir: impl AsRef<Path>,
        clock: Arc<dyn Clock>,
        patience: Duration,
    ) -> Result<Self, Problem> {
        Self::open_as(data_dir.as_ref(), clock, open::MIGRATIONS, patience)
    }

    #[cfg(test)]
    pub(crate) fn open_with(
        data_dir: &Path,
        clock: Arc<dyn Clock>,
        migrations: &[&str],
    ) -> Result<Self, Problem> {
        Self::open_as(data_dir, clock, migrations, Self::PATIENCE)
    }

    fn open_as(
        data_dir: &Path,
        clock: Arc<dyn Clock>,
        migrations: &[&str],
        patience: Duration,
    ) -> Result<Self, Problem> {
        let mut conn = open::writer(data_dir, clock.as_ref(), migrations, patience)?;
        let alive = Alive::begin(data_dir)?;
        let shared = Arc::new(Shared {
            clock,
            data_dir: data_dir.to_owned(),
            alive,
            remembered: Remembered::default(),
            straight: AtomicBool::new(false),
            shelf: Shelf::default(),
        });
        staging::sweep(&shared)?;
        let reading: Vec<Connection> =
            (0..READERS).map(|_| open::reader(data_dir, patience)).collect::<Result<_, _>>()?;
        let (writer, to_write) = mpsc::channel();
        let (readers, to_read) = mpsc::channel();
        Shelf::listen(&shared, &mut conn)?;
        let log = Log::of(&mut conn)?;
        let mut to_write = Queue::new(to_write, log.clone());
        start("docket-store-write", conn, move || to_write.next())?;
        let to_read: Arc<Mutex<mpsc::Receiver<Work>>> = Arc::new(Mutex::new(to_read));
        for conn in reading {
            let to_read = Arc::clone(&to_read);
            let next = move || to_read.lock().unwrap_or_else(PoisonError::into_inner).recv().ok();
            start("docket-store-read", conn, next)?;
        }
        let mut store = Self { shared, writer, readers, log, recovered: Recovered::default() };
        let living = store.shared.alive.living()?;
        let seen = living.clone();
        // Asked first: another process may be in a long transaction, and usually nothing is amiss.
        if store.read(move |read| recovery::is_amiss(read, &seen))? {
            store.recovered = store.write(move |tx| recovery::recover(tx, &living))?;
        }
        Ok(store)
    }

    /// What opening put right.
    pub fn recovered(&self) -> Recovered {
        self.recovered
    }

    /// The data folder.
    pub fn data_dir(&self) -> &Path {
        &self.shared.data_dir
    }

    /// This store's name among those that work on the folder (for leases).
    pub fn holder(&self) -> &str {
        &self.shared.alive.holder
    }

    /// Holds in memory, from now on, what findings are filtered, counted and ordered by: some two
    /// hundred bytes for each with their paths and frequent words. For a process that is asked again
    /// and again; what it is asked before they are there, the database answers.
    pub fn keep_columns(&self) -> Result<(), Problem> {
        let open = || open::reader(&self.shared.data_dir, Self::PATIENCE);
        self.shared.shelf.keep(&self.shared, open)
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Reads, and waits for the answer. Blocks the thread: from async code use [`Store::read_async`].
    pub fn read<T, F>(&self, f: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&Read<'_>) -> Result<T, Problem> + Send + 'static,
    {
        let (answer, wait) = mpsc::sync_channel(1);
        self.send_read(f, move |result| answer.send(result).unwrap_or_default())?;
        wait.recv().map_err(|_| gone())?
    }

    /// Reads without blocking the thread. Needs no particular runtime.
    pub async fn read_async<T, F>(&self, f: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&Read<'_>) -> Result<T, Problem> + Send + 'static,
    {
        let (answer, wait) = tokio::sync::oneshot::channel();
        self.send_read(f, move |result| drop(answer.send(result)))?;
        wait.await.map_err(|_| gone())?
    }

    /// Writes in one transaction, and waits until it is on the disk. An error from `f`
    /// takes everything back. Blocks the thread: from async code use [`Store::write_async`].
    /// Never call it from inside another writing closure: there is one writer, and it
    /// would wait for itself.
    pub fn write<T, F>(&self, f: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, Problem> + Send + 'static,
    {
        let (answer, wait) = mpsc::sync_channel(1);
        self.send_write(f, move |result| answer.send(result).unwrap_or_default())?;
        wait.recv().map_err(|_| gone())?
    }

    /// Writes without blocking the thread. The transaction runs to its end even when the
    /// future is dropped.
    pub async fn write_async<T, F>(&self, f: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, Problem> + Send + 'static,
    {
        let (answer, wait) = tokio::sync::oneshot::channel();
        self.send_write(f, move |result| drop(answer.send(result)))?;
        wait.await.map_err(|_| gone())?
    }

    /// Writes in one transaction that everybody sees at once and that survives the death of this
    /// process, but is on the disk only with the next [`Store::write_async`] (or later): when the
    /// power fails before, the database is as if it had not been. For what is known again from
    /// elsewhere; it spares the wait for the disk.
    pub async fn write_soon_async<T, F>(&self, f: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, Problem> + Send + 'static,
    {
        self.write_unsynced(Order::Now, f).await
    }

    /// As [`Store::write_soon_async`], but others go first: it is written as soon as nobody has
    /// wanted to write for a moment, at the latest after a second or so, in the order of such calls.
    /// It is asked for with the call; what is awaited is only how it went. A process that is killed
    /// before takes it along, so this is for what nothing else relies on.
    pub fn write_later<T, F>(&self, f: F) -> impl Future<Output = Result<T, Problem>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, Problem> + Send + 'static,
    {
        self.write_unsynced(Order::Later, f)
    }

    fn write_unsynced<T, F>(
        &self,
        order: fn(Work) -> Order,
        f: F,
    ) -> impl Future<Output = Result<T, Problem>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, Problem> + Send + 'static,
    {
        let (answer, wait) = tokio::sync::oneshot::channel();
        let shared = Arc::clone(&self.shared);
        let work: Work = Box::new(move |conn| {
            let result = without_waiting(conn, |conn| transaction(conn, &shared, true, f));
            drop(answer.send(result));
        });
        let asked = self.writer.send(order(work)).map_err(|_| gone());
        async move {
            asked?;
            wait.await.map_err(|_| gone())?
        }
    }

    /// Reads on the connection that writes, in line with what is to be written. For a look between
    /// two writes: what was written a moment ago is at hand there, while a reader fetches every page
    /// anew that it knew before. It may wait for a long write, as the next write would have to.
    pub async fn read_in_line<T, F>(&self, f: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&Read<'_>) -> Result<T, Problem> + Send + 'static,
    {
        let (answer, wait) = tokio::sync::oneshot::channel();
        let work = reading(&self.shared, f, move |result| drop(answer.send(result)));
        self.writer.send(Order::Now(work)).map_err(|_| gone())?;
        wait.await.map_err(|_| gone())?
    }

    /// For a process that is about to end: what is written waits in a log for a lull, and is in the
    /// database's file when this returns, unless it is little. Nothing is lost without it; whoever opens
    /// the folder next would only have the log to go through.
    pub async fn settled(&self) {
        let (answer, wait) = tokio::sync::oneshot::channel();
        // Where there is nothing to do, it may be under way: that is waited for all the same.
        let is_due = self.log.is_long() || self.log.lies_about();
        let bring_in = is_due.then(|| self.log.brought_in());
        let work: Work = Box::new(move |conn| {
            if let Some(bring_in) = bring_in {
                bring_in(conn);
            }
            answer.send(()).unwrap_or_default();
        });
        // A store whose threads have ended has nothing to bring in.
        if self.writer.send(Order::Now(work)).is_ok() {
            wait.await.unwrap_or_default();
        }
    }

    /// Moves when another process has written, and only then.
    pub async fn written_elsewhere(&self) -> Result<i64, Problem> {
        let (answer, wait) = tokio::sync::oneshot::channel();
        // Asked of the connection that writes: what it wrote itself does not move this number.
        let work: Work = Box::new(move |conn| {
            let version = conn.query_row("PRAGMA data_version", [], |row| row.get(0));
            drop(answer.send(version.map_err(sql)));
        });
        self.writer.send(Order::Now(work)).map_err(|_| gone())?;
        wait.await.map_err(|_| gone())?
    }

    fn send_read<T, F>(
        &self,
        f: F,
        answer: impl FnOnce(Result<T, Problem>) + Send + 'static,
    ) -> Result<(), Problem>
    where
        F: FnOnce(&Read<'_>) -> Result<T, Problem> + Send + 'static,
        T: Send + 'static,
    {
        self.readers.send(reading(&self.shared, f, answer)).map_err(|_| gone())
    }

    fn send_write<T, F>(
        &self,
        f: F,
        answer: impl FnOnce(Result<T, Problem>) + Send + 'static,
    ) -> Result<(), Problem>
    where
        F: FnOnce(&Tx<'_>) -> Result<T, Problem> + Send + 'static,
        T: Send + 'static,
    {
        let shared = Arc::clone(&self.shared);
        let work: Work = Box::new(move |conn| answer(transaction(conn, &shared, true, f)));
        self.writer.send(Order::Now(work)).map_err(|_| gone())
    }

    /// Work on the writer's connection outside of a transaction, for what SQLite does not
    /// allow inside one.
    pub(crate) fn with_writer<T, F>(&self, f: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection, &Shared) -> Result<T, Problem> + Send + 'static,
    {
        self.on_writer(f)?.recv().map_err(|_| gone())?
    }

    /// The same without waiting: the answer comes later.
    pub(crate) fn on_writer<T, F>(&self, f: F) -> Result<mpsc::Receiver<Result<T, Problem>>, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection, &Shared) -> Result<T, Problem> + Send + 'static,
    {
        let (answer, wait) = mpsc::sync_channel(1);
        let shared = Arc::clone(&self.shared);
        let work: Work = Box::new(move |conn| answer.send(caught(|| f(conn, &shared))).unwrap_or_default());
        self.writer.send(Order::Now(work)).map_err(|_| gone())?;
        Ok(wait)
    }
}

/// Work that reads one consistent state.
fn reading<T, F>(shared: &Arc<Shared>, f: F, answer: impl FnOnce(Result<T, Problem>) + Send + 'static) -> Work
where
    F: FnOnce(&Read<'_>) -> Result<T, Problem> + Send + 'static,
{
    let shared = Arc::clone(shared);
    Box::new(move |conn| {
        answer(caught(|| {
            let tx = conn.transaction().map_err(sql)?;
            f(&Read { conn: &tx, shared: &shared, shelf: Some(&shared.shelf), writes: false })
        }));
    })
}

/// One writing transaction. With `keep` false everything is taken back at the end.
pub(crate) fn transaction<T>(
    conn: &mut Connection,
    shared: &Shared,
    keep: bool,
    f: impl FnOnce(&Tx<'_>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    conn.execute_batch("BEGIN IMMEDIATE").map_err(sql)?;
    let mut state = None;
    let result = caught(|| {
        let tx = Tx::new(conn, shared);
        let value = f(&tx)?;
        if tx.findings_touched() {
            tx.execute("UPDATE change SET n = n + 1 WHERE topic = 'findings'", [])?;
            if shared.shelf.is_kept() {
                state = Some(findings_version(&tx)?);
            }
        }
        Ok(value)
    });
    match result {
        Ok(value) if keep => match conn.execute_batch("COMMIT") {
            Ok(()) => {
                shared.shelf.committed(state);
                Ok(value)
            }
            Err(error) => {
                shared.shelf.taken_back();
                // Some errors roll back by themselves; then there is nothing to take back.
                if !conn.is_autocommit() {
                    conn.execute_batch("ROLLBACK").map_err(sql)?;
                }
                Err(sql(error))
            }
        },
        other => {
            shared.shelf.taken_back();
            if !conn.is_autocommit() {
                conn.execute_batch("ROLLBACK").map_err(sql)?;
            }
            other
        }
    }
}

/// Commits without waiting for the disk: the log of what was written keeps its order, so that
/// the next commit that does wait brings this one along.
fn without_waiting<T>(
    conn: &mut Connection,
    work: impl FnOnce(&mut Connection) -> Result<T, Problem>,
) -> Result<T, Problem> {
    conn.execute_batch("PRAGMA synchronous = NORMAL").map_err(sql)?;
    let result = work(conn);
    // Whatever came of it: from here on a commit is on the disk again.
    conn.execute_batch("PRAGMA synchronous = FULL").map_err(sql)?;
    result
}

/// Grows with every committed change to what the findings table shows, whichever process made it.
pub(crate) fn findings_version(read: &Read<'_>) -> Result<i64, Problem> {
    read.number("SELECT n FROM change WHERE topic = 'findings'", [])
}

/// A thread that does one thing after the other, until there is no next one.
fn start(
    name: &str,
    mut conn: Connection,
    mut next: impl FnMut() -> Option<Work> + Send + 'static,
) -> Result<(), Problem> {
    let run = move || {
        while let Some(work) = next() {
            work(&mut conn);
        }
    };
    std::thread::Builder::new().name(name.to_owned()).spawn(run).map(drop).map_err(Problem::internal)
}

/// A panic in a closure is a defect of ours; it must not take the thread, and with it
/// every later transaction, along.
fn caught<T>(f: impl FnOnce() -> Result<T, Problem>) -> Result<T, Problem> {
    catch_unwind(AssertUnwindSafe(f)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        tracing::error!(panic = text.as_deref().unwrap_or("?"), "a transaction panicked");
        Err(Problem::internal(text.unwrap_or_else(|| "a transaction panicked".to_owned())))
    })
}

pub(crate) fn gone() -> Problem {
    Problem::internal("the store's threads have ended")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Still;
    impl Clock for Still {
        fn now(&self) -> docket_domain::Timestamp {
            docket_domain::Timestamp(7)
        }
    }

    fn waits(tx: &Tx<'_>) -> Result<i64, Problem> {
        tx.conn.query_row("PRAGMA synchronous", [], |row| row.get(0)).map_err(sql)
    }

    #[tokio::test]
    async fn only_what_may_be_late_does_not_wait_for_the_disk() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Arc::new(Still)).unwrap();
        assert_eq!(store.write_async(waits).await.unwrap(), 2, "FULL: on the disk when it returns");
        assert_eq!(store.write_soon_async(waits).await.unwrap(), 1, "NORMAL: with the next one");
        assert_eq!(store.write_async(waits).await.unwrap(), 2, "and then it waits again");
        let failed: Result<(), _> = store.write_soon_async(|_| Err(Problem::bad_input("no"))).await;
        assert!(failed.is_err(), "an error comes through");
        assert_eq!(store.write_async(waits).await.unwrap(), 2, "also behind an error");
        store.write_soon_async(|tx| crate::applications::add(tx, "shop").map(drop)).await.unwrap();
        let seen = store.read_async(crate::applications::list).await.unwrap();
        assert_eq!(seen.len(), 1, "everybody sees it at once");
    }

    #[tokio::test]
    async fn a_look_in_line_sees_what_was_asked_for_before_it_and_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Arc::new(Still)).unwrap();
        let (before, seen, after) = tokio::join!(
            store.write_soon_async(|tx| crate::applications::add(tx, "before").map(drop)),
            store.read_in_line(crate::applications::list),
            store.write_async(|tx| crate::applications::add(tx, "after").map(drop)),
        );
        before.and(after).unwrap();
        let names: Vec<String> = seen.unwrap().into_iter().map(|one| one.name).collect();
        assert_eq!(names, ["before"], "of its place in the line");
        let failed: Result<(), _> = store.read_in_line(|_| Err(Problem::bad_input("no"))).await;
        assert!(failed.is_err(), "an error comes through");
        store.write_async(|tx| crate::applications::add(tx, "then").map(drop)).await.unwrap();
        assert_eq!(store.read_async(crate::applications::list).await.unwrap().len(), 3, "and it goes on");
    }
}
