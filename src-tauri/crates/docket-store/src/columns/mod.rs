//! What findings are filtered, counted and ordered by, held in memory: some two hundred bytes each, so that
//! a filter of a million findings, its counts and its first page are there within a blink.
//!
//! The database stays the truth. The columns know at which state of the findings they are; a
//! reader of another state asks the database, as if there were no columns. A thread of its own
//! keeps them up to date: it rereads the findings that a transaction of this process
//! touched, and all of them after a large change or one by another process.
//!
//! [`table`] holds the columns, [`which`] finds what a query matches, [`count`] counts the
//! facets, [`order`] makes a page, [`words`] knows frequent words.

mod bits;
mod count;
mod order;
mod pattern;
mod spelt;
mod table;
#[cfg(test)]
mod tests;
mod titles;
mod which;
mod words;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock, Weak, mpsc};
use std::time::{Duration, Instant};

use docket_domain::Problem;
use rusqlite::Connection;
use rusqlite::hooks::Action;

use self::bits::Bits;
pub(crate) use self::order::Start;
use self::table::Columns;
pub(crate) use self::which::Look;
use self::words::{FROM, WordKeeper, Words};
use crate::access::Read;
use crate::fault::sql;
use crate::store::{Shared, findings_version};

/// Stretches of touched findings that are told one by one; with more, all are reread. Tests have few.
const MANY: usize = if cfg!(test) { 200 } else { 5_000 };

/// Findings that are reread in one go; nobody looks at the columns meanwhile.
const TOGETHER: usize = 500;

/// Answers of the database that are remembered: one bit for each finding each.
const MOST_KNOWN: usize = 64;

/// After all was read, nothing of it is read again for so many times as long as that took: another
/// process may write several times a second.
const REST: u32 = 4;

/// How long news of this process may be under way.
const UNDER_WAY: Duration = Duration::from_millis(300);

/// How long a reader waits for columns that are about to be where it is.
const SHORTLY: Duration = Duration::from_millis(200);

/// How long it waits for what the database would take longer to answer than all findings take to read.
const LONG: Duration = Duration::from_secs(15);

/// How long a look waits for the columns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    /// Only while they are about to be there.
    Short,
    /// Also while all findings are read.
    Long,
}

/// Which findings a transaction touched.
#[derive(Debug, Default)]
struct Touched {
    /// First and last id of each stretch.
    stretches: Vec<(i64, i64)>,
    many: bool,
    /// Another process did, so nobody knows which.
    foreign: bool,
    /// Also texts, or what findings are called and where they are: each of them is in the index of texts.
    texts: bool,
}

impl Touched {
    fn add(&mut self, first: i64, last: i64) {
        if self.many {
            return;
        }
        match self.stretches.last_mut() {
            Some((from, to)) if *from <= first && first <= to.saturating_add(1) => *to = last.max(*to),
            _ => self.stretches.push((first, last)),
        }
        if self.stretches.len() > MANY {
            *self = Self { stretches: Vec::new(), many: true, ..*self };
        }
    }

    fn is_empty(&self) -> bool {
        self.stretches.is_empty() && !self.many && !self.foreign && !self.texts
    }

    /// How many there are at most.
    fn len(&self) -> i64 {
        self.stretches.iter().map(|(first, last)| last - first + 1).sum()
    }

    /// Each once, in order.
    fn ids(mut self) -> impl Iterator<Item = i64> {
        self.stretches.sort_unstable();
        let mut next = i64::MIN;
        self.stretches.into_iter().flat_map(move |(first, last)| {
            let from = first.max(next);
            next = next.max(last.saturating_add(1));
            from..=last
        })
    }
}

enum News {
    /// A transaction of this process brought the findings from one state to the next.
    Changed { before: i64, after: i64, touched: Touched },
    /// Somebody saw another state than that of the columns.
    Behind,
}

/// Where the columns stand, for whom waits for them.
#[derive(Clone, Copy, Default)]
struct Standing {
    /// At which state of the findings; 0 before there are any.
    at: i64,
    /// Since which state there are the same findings with the same texts.
    since: i64,
    /// The next state is not reached shortly: all findings are being read, or it rests.
    far: bool,
}

/// Where the columns are kept.
#[derive(Default)]
pub(crate) struct Shelf {
    kept: AtomicBool,
    columns: RwLock<Option<(i64, Columns)>>,
    standing: Mutex<Standing>,
    /// The standing is another one.
    moved: Condvar,
    /// What the database was asked about texts since they are as they are.
    known: Mutex<(i64, HashMap<String, Arc<Bits>>)>,
    /// Frequent words, and since when they are so.
    words: Mutex<Option<(i64, Arc<Words>)>>,
    /// What the writer's transaction has touched so far.
    touched: Mutex<Touched>,
    news: Mutex<Option<mpsc::Sender<News>>>,
    /// [`News::Behind`] is on its way.
    told: AtomicBool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shelf {
    /// Columns are wanted from now on. What `open` opens reads.
    pub fn keep(
        &self,
        shared: &Arc<Shared>,
        open: impl Fn() -> Result<Connection, Problem>,
    ) -> Result<(), Problem> {
        if self.kept.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        let (words, texts) = mpsc::channel();
        WordKeeper::start(shared, texts, open()?)?;
        let conn = open()?;
        // All titles at once, which it puts in order, would stay in the memory of this process.
        conn.execute_batch("PRAGMA temp_store = FILE;").map_err(sql)?;
        let (to, from) = mpsc::channel();
        to.send(News::Behind).map_err(Problem::internal)?;
        *lock(&self.news) = Some(to);
        let keeper = Keeper {
            shared: Arc::downgrade(shared),
            from,
            words,
            conn,
            at: None,
            expected: 0,
            rests: None,
            touched: Touched::default(),
        };
        let run = move || keeper.run();
        std::thread::Builder::new()
            .name("docket-columns".to_owned())
            .spawn(run)
            .map(drop)
            .map_err(Problem::internal)
    }

    pub fn is_kept(&self) -> bool {
        self.kept.load(Ordering::Acquire)
    }

    /// Hears from the writer's connection which findings it touches.
    pub fn listen(shared: &Arc<Shared>, conn: &mut Connection) -> Result<(), Problem> {
        let shared = Arc::downgrade(shared);
        let hook = move |_: Action, database: &str, table: &str, id: i64| {
            let finding = table == "finding";
            // FTS5 keeps its index in tables of its own.
            if (finding || table.starts_with("finding_text_"))
                && database == "main"
                && let Some(shared) = shared.upgrade()
                && shared.shelf.is_kept()
            {
                let mut touched = lock(&shared.shelf.touched);
                if finding { touched.add(id, id) } else { touched.texts = true }
            }
        };
        conn.update_hook(Some(hook)).map_err(sql)
    }

    /// A transaction was committed; `after` is the state of the findings if it is a new one.
    pub fn committed(&self, after: Option<i64>) {
        let Some(after) = after else { return };
        let touched = std::mem::take(&mut *lock(&self.touched));
        self.tell(News::Changed { before: after - 1, after, touched });
    }

    /// A transaction was taken back.
    pub fn taken_back(&self) {
        if self.is_kept() {
            *lock(&self.touched) = Touched::default();
        }
    }

    fn tell(&self, news: News) {
        if let Some(to) = &*lock(&self.news) {
            // Without a keeper nobody is told; readers ask the database.
            to.send(news).unwrap_or_default();
        }
    }

    /// Looks at the columns, unless they are at another state than the reader. A transaction that writes
    /// sees what was before it, so it looks only as long as it has not touched any finding.
    pub fn look<T>(
        &self,
        read: &Read<'_>,
        patience: Patience,
        work: impl FnOnce(&Look<'_>) -> Result<T, Problem>,
    ) -> Result<Option<T>, Problem> {
        if !self.is_kept() || (read.writes && !lock(&self.touched).is_empty()) {
            return Ok(None);
        }
        let version = findings_version(read)?;
        // It may have gone on between being there and being looked at.
        while self.wait_for(version, patience) {
            let columns = self.columns.read().unwrap_or_else(PoisonError::into_inner);
            if let Some((at, columns)) = &*columns
                && *at == version
            {
                return work(&Look { read, shelf: self, columns }).map(Some);
            }
        }
        Ok(None)
    }

    /// Waits until the columns are at this state; false if they will not be, or not soon.
    fn wait_for(&self, version: i64, patience: Patience) -> bool {
        let mut standing = lock(&self.standing);
        if standing.at < version && !self.told.swap(true, Ordering::AcqRel) {
            self.tell(News::Behind);
        }
        let until = Instant::now() + if patience == Patience::Long { LONG } else { SHORTLY };
        while standing.at < version && (patience == Patience::Long || !standing.far) {
            let Some(left) = until.checked_duration_since(Instant::now()) else { return false };
            standing = self.moved.wait_timeout(standing, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        standing.at == version
    }

    fn stands(&self, change: impl FnOnce(&mut Standing)) {
        change(&mut lock(&self.standing));
        self.moved.notify_all();
    }

    fn known(&self, since: i64, key: &str) -> Option<Arc<Bits>> {
        let known = lock(&self.known);
        if known.0 == since { known.1.get(key).cloned() } else { None }
    }

    fn note(&self, since: i64, key: String, bits: &Arc<Bits>) {
        let mut known = lock(&self.known);
        if known.0 != since || known.1.len() >= MOST_KNOWN {
            *known = (since, HashMap::new());
        }
        known.1.insert(key, Arc::clone(bits));
    }

    /// Since which state there are the same findings with the same texts.
    fn since(&self) -> i64 {
        lock(&self.standing).since
    }

    /// The same for these columns, whose texts are those that were held, at this version: another one when
    /// findings have other places now, because some are gone.
    fn since_if_alike(&self, new: &Columns, version: i64) -> i64 {
        let columns = self.columns.read().unwrap_or_else(PoisonError::into_inner);
        let held = columns.as_ref().filter(|(_, held)| held.ids == new.ids);
        held.map_or(version, |(_, held)| held.since)
    }

    fn words(&self, since: i64) -> Option<Arc<Words>> {
        let words = lock(&self.words);
        words.as_ref().filter(|(known, _)| *known == since).map(|(_, words)| Arc::clone(words))
    }

    fn words_are(&self, since: i64, words: Words) {
        *lock(&self.words) = Some((since, Arc::new(words)));
    }

    /// Takes over an order of titles. The columns serve while it is worked out.
    fn titles(
        &self,
        order: impl FnOnce(&Columns, &Read<'_>) -> Result<Option<Vec<u32>>, Problem>,
        read: &Read<'_>,
    ) -> Result<(), Problem> {
        let order = match &*self.columns.read().unwrap_or_else(PoisonError::into_inner) {
            Some((_, columns)) => order(columns, read)?,
            None => None,
        };
        let mut columns = self.columns.write().unwrap_or_else(PoisonError::into_inner);
        if let (Some((_, columns)), Some(order)) = (&mut *columns, order) {
            columns.titles.are_in(order);
        }
        Ok(())
    }

    /// How many findings there are in the columns.
    fn held(&self) -> i64 {
        let columns = self.columns.read().unwrap_or_else(PoisonError::into_inner);
        columns.as_ref().map_or(0, |(_, columns)| columns.ids.len() as i64)
    }

    /// At which state the columns are.
    #[cfg(test)]
    pub fn state(&self) -> Option<i64> {
        Some(lock(&self.standing).at).filter(|at| *at > 0)
    }
}

/// Keeps the columns up to date.
struct Keeper {
    shared: Weak<Shared>,
    from: mpsc::Receiver<News>,
    /// Who reads frequent words.
    words: mpsc::Sender<()>,
    conn: Connection,
    /// The state of the columns; none before the first time.
    at: Option<i64>,
    /// The state that the news lead to.
    expected: i64,
    touched: Touched,
    /// Until when it rests.
    rests: Option<Instant>,
}

impl Keeper {
    fn run(mut self) {
        while let Ok(news) = self.from.recv() {
            let Some(shared) = self.shared.upgrade() else { return };
            self.hear(news);
            while let Ok(more) = self.from.try_recv() {
                self.hear(more);
            }
            shared.shelf.told.store(false, Ordering::Release);
            if let Err(problem) = self.follow(&shared) {
                tracing::warn!(
                    ?problem,
                    "the columns could not be brought up to date; the database is asked instead"
                );
                self.touched.foreign = true;
            }
        }
    }

    fn hear(&mut self, news: News) {
        let News::Changed { before, after, touched } = news else { return };
        if self.at.is_some_and(|at| after <= at) {
            return;
        }
        self.touched.many |= touched.many;
        // Another process wrote in between.
        self.touched.foreign |= before != self.expected;
        self.touched.texts |= touched.texts;
        self.expected = after;
        touched.stretches.into_iter().for_each(|(first, last)| self.touched.add(first, last));
    }

    /// Until the columns are at the state of the database.
    fn follow(&mut self, shared: &Arc<Shared>) -> Result<(), Problem> {
        loop {
            let Self { conn, at, expected, touched, from, .. } = self;
            let tx = conn.transaction().map_err(sql)?;
            let read = Read { conn: &tx, shared, shelf: None, writes: false };
            let version = findings_version(&read)?;
            if *at == Some(version) {
                return Ok(());
            }
            if at.is_some() && !touched.foreign && *expected != version {
                drop(tx);
                match from.recv_timeout(UNDER_WAY) {
                    Ok(news) => self.hear(news),
                    Err(_) => self.touched.foreign = true,
                }
                continue;
            }
            let held = shared.shelf.held();
            let first = at.is_none();
            let all = touched.many || touched.len() > held / 2 + TOGETHER as i64;
            if first || all || touched.foreign {
                shared.shelf.stands(|standing| standing.far = true);
                let rests = self.rests.filter(|_| touched.foreign);
                let left = rests.and_then(|until| until.checked_duration_since(Instant::now()));
                if let Some(left) = left {
                    drop(tx);
                    match from.recv_timeout(left) {
                        Ok(news) => self.hear(news),
                        Err(mpsc::RecvTimeoutError::Timeout) => self.rests = None,
                        Err(mpsc::RecvTimeoutError::Disconnected) => return Ok(()),
                    }
                    continue;
                }
                let begun = Instant::now();
                let mut columns = Columns::load(&read)?;
                let texts = first || touched.foreign || touched.texts;
                let since = if texts { version } else { shared.shelf.since_if_alike(&columns, version) };
                columns.since = since;
                *shared.shelf.columns.write().unwrap_or_else(PoisonError::into_inner) =
                    Some((version, columns));
                shared.shelf.stands(|standing| (standing.at, standing.since) = (version, since));
                shared.shelf.titles(Columns::titles_in_order, &read)?;
                self.rests = Instant::now().checked_add(begun.elapsed() * REST);
            } else {
                let touched = std::mem::take(touched);
                let texts = touched.texts;
                let mut ids = touched.ids().peekable();
                // Until it is done they are at no state at all.
                shared.shelf.stands(|standing| standing.at = 0);
                while ids.peek().is_some() {
                    let some: Vec<i64> = ids.by_ref().take(TOGETHER).collect();
                    let mut columns = shared.shelf.columns.write().unwrap_or_else(PoisonError::into_inner);
                    if let Some((state, columns)) = &mut *columns {
                        *state = 0;
                        columns.refresh(&read, &some)?;
                    }
                }
                shared.shelf.titles(Columns::titles_placed, &read)?;
                let mut columns = shared.shelf.columns.write().unwrap_or_else(PoisonError::into_inner);
                if let Some((state, columns)) = &mut *columns {
                    *state = version;
                    if texts {
                        columns.since = version;
                    }
                }
                drop(columns);
                shared.shelf.stands(|standing| {
                    standing.at = version;
                    if texts {
                        standing.since = version;
                    }
                });
                shared.shelf.titles(Columns::titles_in_order, &read)?;
            }
            shared.shelf.stands(|standing| standing.far = false);
            if shared.shelf.since() == version && shared.shelf.held() >= FROM as i64 {
                // Without one who reads them, full text is asked.
                self.words.send(()).unwrap_or_default();
            }
            self.at = Some(version);
            self.expected = version;
            self.touched = Touched::default();
        }
    }
}
