//! Changes of very many rows: whoever asked for one is told how far it is and may give it up, in the
//! middle of a statement too. Nothing of it is stored then.

use std::sync::{Arc, Mutex, PoisonError};

use docket_domain::Problem;
use rusqlite::Connection;

use crate::access::Tx;
use crate::fault::sql;
use crate::queue::{Order, Work};
use crate::store::{Store, gone, transaction};

/// Steps of SQLite's machine between two questions whether to go on: some milliseconds.
const STEPS: i32 = 200_000;

struct Listener {
    tell: Box<dyn FnMut(u64, u64) -> bool + Send>,
    done: u64,
    total: u64,
}

/// Who is told while a transaction works. Cheap to clone; every clone is the same.
#[derive(Clone)]
pub(crate) struct Told(Arc<Mutex<Listener>>);

impl Told {
    /// Tells how many of how many are done; whether to go on.
    pub(crate) fn tell(&self, done: u64, total: u64) -> bool {
        let mut listener = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (listener.done, listener.total) = (done, total);
        (listener.tell)(done, total)
    }

    /// Whether to go on, in the middle of something.
    fn goes_on(&self) -> bool {
        let mut listener = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (done, total) = (listener.done, listener.total);
        (listener.tell)(done, total)
    }
}

impl Store {
    /// As [`Store::write_async`], for what may take seconds: `tell` hears how many of how many are done
    /// (0 of 0 while that is not known), some hundred times a second, and gives the change up with
    /// `false`.
    ///
    /// # Errors
    /// Those of `f`; [`docket_domain::Code::Cancelled`] when it was given up. Nothing is stored then.
    pub async fn write_told<T, F>(
        &self,
        f: F,
        tell: impl FnMut(u64, u64) -> bool + Send + 'static,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, Problem> + Send + 'static,
    {
        let (answer, wait) = tokio::sync::oneshot::channel();
        let shared = Arc::clone(&self.shared);
        let told = Told(Arc::new(Mutex::new(Listener { tell: Box::new(tell), done: 0, total: 0 })));
        let work: Work = Box::new(move |conn| {
            let result = asking(conn, &told, |conn| {
                transaction(conn, &shared, true, |tx| {
                    tx.tells(told.clone());
                    f(tx)
                })
            });
            drop(answer.send(result));
        });
        self.writer.send(Order::Now(work)).map_err(|_| gone())?;
        wait.await.map_err(|_| gone())?
    }
}

/// Does `work`, whose statements end early when the listener gives it up.
fn asking<T>(
    conn: &mut Connection,
    told: &Told,
    work: impl FnOnce(&mut Connection) -> Result<T, Problem>,
) -> Result<T, Problem> {
    // It may have been given up while others wrote.
    if !told.goes_on() {
        return Err(Problem::cancelled());
    }
    let asked = told.clone();
    conn.progress_handler(STEPS, Some(move || !asked.goes_on())).map_err(sql)?;
    let result = work(conn);
    conn.progress_handler(0, None::<fn() -> bool>).map_err(sql)?;
    result
}

#[cfg(test)]
mod tests {
    use docket_domain::Code;
    use docket_domain::time::SystemClock;

    use super::*;
    use crate::applications;

    #[tokio::test]
    async fn a_statement_ends_in_its_middle_when_it_is_given_up() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Arc::new(SystemClock)).unwrap();
        let mut asked = 0;
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) \
            INSERT INTO application (name, created) SELECT 'n' || count(*), 1 FROM n";
        let result = store.write_told(
            |tx| {
                applications::add(tx, "before it")?;
                tx.execute(endless, [])
            },
            move |_, _| {
                asked += 1;
                asked < 20
            },
        );
        assert_eq!(result.await.unwrap_err().code, Code::Cancelled);
        assert!(store.read(applications::list).unwrap().is_empty(), "all of it is taken back");
        let added = store.write_async(|tx| applications::add(tx, "behind it")).await.unwrap();
        assert_eq!(store.read(applications::list).unwrap(), [added], "who writes next is not asked");
    }
}
