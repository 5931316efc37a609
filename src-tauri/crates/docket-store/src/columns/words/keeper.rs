//! Reads all words from the index whenever texts have changed.

use std::sync::{Arc, Weak, mpsc};
use std::time::Instant;

use docket_domain::Problem;
use rusqlite::Connection;

use super::{FROM, Gather, MOST, Places, Words};
use crate::access::Read;
use crate::columns::table::place;
use crate::columns::{REST, SHORTLY};
use crate::fault::sql;
use crate::store::Shared;

/// All words, and the findings of a word: both walk the index as it is.
const TABLES: &str = "CREATE VIRTUAL TABLE temp.word USING fts5vocab (main, finding_text, row); \
    CREATE VIRTUAL TABLE temp.word_at USING fts5vocab (main, finding_text, instance);";

/// Keeps [`Words`] up to date, on a thread of its own: it takes some seconds for a million findings.
pub(in crate::columns) struct WordKeeper {
    shared: Weak<Shared>,
    /// Texts may have changed.
    from: mpsc::Receiver<()>,
    conn: Connection,
}

impl WordKeeper {
    /// Starts it. `conn` reads; what is sent to `from` wakes it, and it ends with its sender.
    pub(in crate::columns) fn start(
        shared: &Arc<Shared>,
        from: mpsc::Receiver<()>,
        conn: Connection,
    ) -> Result<(), Problem> {
        // A virtual table is an entry in the temporary schema, of which `query_only` knows nothing.
        conn.execute_batch("PRAGMA query_only = 0;").map_err(sql)?;
        conn.execute_batch(TABLES).map_err(sql)?;
        conn.execute_batch("PRAGMA query_only = 1;").map_err(sql)?;
        let keeper = Self { shared: Arc::downgrade(shared), from, conn };
        let run = move || keeper.run();
        let thread = std::thread::Builder::new().name("docket-words".to_owned());
        thread.spawn(run).map(drop).map_err(Problem::internal)
    }

    fn run(mut self) {
        let mut rests = Instant::now();
        while self.from.recv().is_ok() {
            // Another report may follow at once.
            while let Some(left) = rests.checked_duration_since(Instant::now()) {
                match self.from.recv_timeout(left) {
                    Ok(()) => {}
                    Err(mpsc::RecvTimeoutError::Timeout) => break,
                    Err(mpsc::RecvTimeoutError::Disconnected) => return,
                }
            }
            let begun = Instant::now();
            match self.follow() {
                Ok(()) => {}
                Err(problem) => {
                    tracing::warn!(?problem, "frequent words could not be read; full text is asked instead");
                }
            }
            rests = Instant::now() + begun.elapsed() * REST;
        }
    }

    /// Until what is held is that of the texts as they are.
    fn follow(&mut self) -> Result<(), Problem> {
        loop {
            let tx = self.conn.transaction().map_err(sql)?;
            let Some(shared) = self.shared.upgrade() else { return Ok(()) };
            let read = Read { conn: &tx, shared: &shared, shelf: Some(&shared.shelf), writes: false };
            let found = read.look(|look| Ok((look.columns.since, look.columns.ids.clone())))?;
            drop(shared);
            let Some((since, ids)) = found else {
                // The columns are elsewhere, or being read.
                drop(tx);
                std::thread::sleep(SHORTLY);
                continue;
            };
            let goes_on = || self.shared.upgrade().is_some_and(|shared| shared.shelf.since() == since);
            if ids.len() >= FROM
                && let Some(words) = gather(&tx, &ids, goes_on)?
                && let Some(shared) = self.shared.upgrade()
            {
                shared.shelf.words_are(since, words);
            }
            return Ok(());
        }
    }
}

/// Goes through all words; none when it is not wanted any more.
fn gather(conn: &Connection, ids: &[i64], goes_on: impl Fn() -> bool) -> Result<Option<Words>, Problem> {
    let mut all = conn.prepare("SELECT term FROM temp.word").map_err(sql)?;
    let mut at = conn.prepare("SELECT doc FROM temp.word_at WHERE term = ?1").map_err(sql)?;
    let mut gather = Gather::new(ids.len(), ids.len() * MOST);
    let mut rows = all.query([]).map_err(sql)?;
    while let Some(row) = rows.next().map_err(sql)? {
        if !goes_on() {
            return Ok(None);
        }
        let word = row.get_ref(0).map_err(sql)?.as_str().map_err(Problem::internal)?;
        let mut places = Places::default();
        let mut found = at.query([word]).map_err(sql)?;
        while let Some(row) = found.next().map_err(sql)? {
            if let Some(place) = place(ids, row.get(0).map_err(sql)?) {
                places.add(place as u32, ids.len());
            }
        }
        gather.word(word, places);
    }
    Ok(Some(gather.done()))
}
