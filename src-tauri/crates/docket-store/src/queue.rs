//! What waits for the writing thread, and in which order it is done.
//!
//! What somebody waits for goes in the order in which it came. What nobody waits for (the record of
//! an exchange, bringing a long [`Log`] into the file) is done in a lull: an answer of a tracker is
//! logged in the same moment in which its outcome is to be written and the next request prepared, and
//! those should not stand behind it. That the queue is empty is no lull yet, since one write follows
//! another only once that is answered.
//!
//! Invariants: each kind keeps its own order; nothing (a log only once it is too long) waits for a lull
//! longer than [`LONGEST`], however busy the writer is, and no more than [`MOST`] do; when nobody can
//! ask for anything any more, what waits is done before the thread ends. What waits is lost with a
//! killed process, so nothing may be put off that something else relies on.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::log::Log;

/// One piece of work for a thread of the store.
pub(crate) type Work = Box<dyn FnOnce(&mut Connection) + Send>;

/// So long nothing was asked for: the moment is good. Far longer than what lies between the writes
/// of one step, far shorter than a tracker takes to answer.
const LULL: Duration = Duration::from_millis(10);

/// After so long it goes in front.
const LONGEST: Duration = Duration::from_secs(1);

/// After so long a log that somebody read in is tried again.
const AGAIN: Duration = if cfg!(test) { Duration::from_millis(20) } else { Duration::from_secs(2) };

/// When more than so many wait, the first goes in front.
const MOST: usize = 64;

/// What the writing thread is asked for.
pub(crate) enum Order {
    /// Somebody waits for it.
    Now(Work),
    /// Nobody does.
    Later(Work),
}

/// The writing thread's end of the queue.
pub(crate) struct Queue {
    asked: Receiver<Order>,
    /// What waits for a lull, with the time since when.
    later: VecDeque<(Instant, Work)>,
    in_lull: bool,
    lull: Duration,
    log: Log,
    /// Since when the log is too long.
    too_long: Option<Instant>,
}

impl Queue {
    pub fn new(asked: Receiver<Order>, log: Log) -> Self {
        Self { asked, later: VecDeque::new(), in_lull: false, lull: LULL, log, too_long: None }
    }

    /// What is to be done next, as soon as there is something; none: the end.
    pub fn next(&mut self) -> Option<Work> {
        loop {
            if self.is_overdue() {
                return self.first_later();
            }
            if self.log_is_overdue() {
                return Some(self.log.brought_in());
            }
            let waits = !self.later.is_empty() || self.log.is_long();
            let order = if waits {
                self.asked.recv_timeout(if self.in_lull { Duration::ZERO } else { self.lull })
            } else if self.log.lies_about() {
                self.asked.recv_timeout(AGAIN)
            } else {
                self.asked.recv().map_err(RecvTimeoutError::from)
            };
            self.in_lull = matches!(order, Err(RecvTimeoutError::Timeout));
            match order {
                Ok(Order::Now(work)) => return Some(work),
                Ok(Order::Later(work)) => self.later.push_back((Instant::now(), work)),
                Err(RecvTimeoutError::Timeout) => {
                    return Some(self.first_later().unwrap_or_else(|| self.log.brought_in()));
                }
                Err(RecvTimeoutError::Disconnected) => return self.first_later(),
            }
        }
    }

    fn is_overdue(&self) -> bool {
        self.later.len() > MOST || self.later.front().is_some_and(|(since, _)| since.elapsed() >= LONGEST)
    }

    fn log_is_overdue(&mut self) -> bool {
        if !self.log.is_too_long() {
            self.too_long = None;
            return false;
        }
        self.too_long.get_or_insert_with(Instant::now).elapsed() >= LONGEST
    }

    fn first_later(&mut self) -> Option<Work> {
        self.later.pop_front().map(|(_, work)| work)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex, mpsc};

    use docket_domain::{Clock, Problem, Timestamp};

    use super::*;
    use crate::{Store, applications};

    #[derive(Debug)]
    struct Still;
    impl Clock for Still {
        fn now(&self) -> Timestamp {
            Timestamp(7)
        }
    }

    /// What was done, in order.
    type Done = Arc<Mutex<Vec<String>>>;

    fn noting(done: &Done, name: impl Into<String>) -> Work {
        let (done, name) = (Arc::clone(done), name.into());
        Box::new(move |_| done.lock().unwrap().push(name))
    }

    /// Does what is asked for, as the writing thread does; how much it was.
    fn work(mut queue: Queue) -> usize {
        let mut conn = Connection::open_in_memory().unwrap();
        std::iter::from_fn(|| queue.next()).map(|work| work(&mut conn)).count()
    }

    #[test]
    fn what_somebody_waits_for_goes_first_and_each_kind_keeps_its_order() {
        let (ask, asked) = mpsc::channel();
        let done = Done::default();
        for (order, name) in [
            (Order::Later as fn(Work) -> Order, "1"),
            (Order::Now, "a"),
            (Order::Later, "2"),
            (Order::Now, "b"),
        ] {
            ask.send(order(noting(&done, name))).unwrap();
        }
        drop(ask);
        assert_eq!(work(Queue::new(asked, Log::default())), 4, "all of it");
        assert_eq!(*done.lock().unwrap(), ["a", "b", "1", "2"], "nobody waits for the numbers");
    }

    #[test]
    fn a_short_pause_between_two_writes_is_no_lull() {
        let (ask, asked) = mpsc::channel();
        let done = Done::default();
        let first = noting(&done, "a");
        let (began, wait) = mpsc::channel();
        ask.send(Order::Later(noting(&done, "1"))).unwrap();
        let (again, behind) = (ask.clone(), noting(&done, "b"));
        // As one write follows another: it is asked for a little after that has ended.
        let follow = std::thread::spawn(move || {
            wait.recv().unwrap();
            std::thread::sleep(LULL);
            again.send(Order::Now(behind)).unwrap();
        });
        ask.send(Order::Now(Box::new(move |conn| {
            first(conn);
            began.send(()).unwrap();
        })))
        .unwrap();
        // Long enough for a machine that has much else to do.
        let mut queue = Queue { lull: LULL * 50, ..Queue::new(asked, Log::default()) };
        let mut conn = Connection::open_in_memory().unwrap();
        for _ in 0..3 {
            queue.next().unwrap()(&mut conn);
        }
        follow.join().unwrap();
        assert_eq!(*done.lock().unwrap(), ["a", "b", "1"], "then it is quiet, without any end in sight");
        drop(ask);
    }

    #[test]
    fn nothing_waits_for_ever_for_a_lull() {
        let (ask, asked) = mpsc::channel();
        let done = Done::default();
        let begun = Instant::now();
        ask.send(Order::Later(noting(&done, "1"))).unwrap();
        let mut queue = Queue::new(asked, Log::default());
        let mut conn = Connection::open_in_memory().unwrap();
        let mut before = 0;
        while done.lock().unwrap().is_empty() {
            // Always one that somebody waits for.
            ask.send(Order::Now(Box::new(|_| std::thread::sleep(LULL / 5)))).unwrap();
            queue.next().unwrap()(&mut conn);
            before += 1;
            assert!(begun.elapsed() < Duration::from_secs(20), "it waits for ever behind {before} others");
        }
        assert!(begun.elapsed() >= LONGEST && before > 5, "but they went first for a while: {before}");
    }

    #[test]
    fn no_more_than_so_many_wait() {
        let (ask, asked) = mpsc::channel();
        let done = Done::default();
        for at in 0..=MOST {
            ask.send(Order::Later(noting(&done, at.to_string()))).unwrap();
        }
        ask.send(Order::Now(noting(&done, "a"))).unwrap();
        let mut queue = Queue::new(asked, Log::default());
        let mut conn = Connection::open_in_memory().unwrap();
        for _ in 0..2 {
            queue.next().unwrap()(&mut conn);
        }
        assert_eq!(*done.lock().unwrap(), ["0", "a"], "one too many, and no more than that goes in front");
    }

    /// A store whose writing thread is held up until the sender speaks or is gone.
    fn held_up(dir: &std::path::Path) -> (Store, mpsc::Sender<()>) {
        let store = Store::open(dir, Arc::new(Still)).unwrap();
        let (go, wait) = mpsc::channel::<()>();
        let holding = store.clone();
        let (began, has_begun) = mpsc::channel();
        std::thread::spawn(move || {
            let held = holding.write(move |_| {
                began.send(()).unwrap();
                wait.recv().map_err(Problem::internal)
            });
            drop(held);
        });
        has_begun.recv().unwrap();
        (store, go)
    }

    #[tokio::test]
    async fn what_waits_when_the_store_is_closed_is_written_before_the_end() {
        let dir = tempfile::tempdir().unwrap();
        let (store, go) = held_up(dir.path());
        let waiting: Vec<_> = (0..10)
            .map(|at| store.write_later(move |tx| applications::add(tx, &format!("app {at}")).map(drop)))
            .collect();
        drop(store);
        go.send(()).unwrap();
        for one in waiting {
            one.await.unwrap();
        }
        let store = Store::open(dir.path(), Arc::new(Still)).unwrap();
        let names: Vec<String> =
            store.read(applications::list).unwrap().into_iter().map(|one| one.name).collect();
        let all: Vec<String> = (0..10).map(|at| format!("app {at}")).collect();
        assert_eq!(names, all, "nothing is lost");
    }

    #[tokio::test]
    async fn it_is_written_also_when_nobody_listens_how_it_went() {
        let dir = tempfile::tempdir().unwrap();
        let (store, go) = held_up(dir.path());
        drop(store.write_later(|tx| applications::add(tx, "unheard").map(drop)));
        let heard = store.write_later(|tx| applications::add(tx, "heard").map(drop));
        go.send(()).unwrap();
        heard.await.unwrap();
        assert_eq!(store.read(applications::list).unwrap().len(), 2, "asked for with the call");
    }

    #[tokio::test]
    async fn an_error_in_one_leaves_the_others_alone() {
        let dir = tempfile::tempdir().unwrap();
        let (store, go) = held_up(dir.path());
        let after = Arc::new(AtomicUsize::new(0));
        let before = store.write_later(|tx| applications::add(tx, "before").map(drop));
        let refused = store.write_later(|tx| {
            applications::add(tx, "refused")?;
            Err::<(), _>(Problem::bad_input("no"))
        });
        let broken = store.write_later(|tx| -> Result<(), Problem> {
            applications::add(tx, "broken")?;
            panic!("a defect")
        });
        let count = Arc::clone(&after);
        let behind = store.write_later(move |tx| {
            count.fetch_add(1, Ordering::SeqCst);
            applications::add(tx, "behind").map(drop)
        });
        go.send(()).unwrap();
        before.await.unwrap();
        assert!(refused.await.unwrap_err().message.contains("no"), "the error comes through");
        assert!(broken.await.unwrap_err().cause.is_some_and(|cause| cause.contains("defect")), "a panic too");
        behind.await.unwrap();
        assert_eq!(after.load(Ordering::SeqCst), 1, "once");
        let names: Vec<String> =
            store.read(applications::list).unwrap().into_iter().map(|one| one.name).collect();
        assert_eq!(names, ["before", "behind"], "of the others nothing stays");
        assert_eq!(
            store
                .write(|tx| tx
                    .conn
                    .query_row("PRAGMA synchronous", [], |row| row.get::<_, i64>(0))
                    .map_err(crate::fault::sql))
                .unwrap(),
            2,
            "and what somebody waits for is on the disk when it returns"
        );
    }
}
