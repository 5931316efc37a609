//! Long lists of a tracker, read to their end once and then searched here.
//!
//! A tracker lists a hundred at a time, and not every one can search. So the first question is
//! answered with the tracker's first page while the rest is read behind it; from then on every
//! search is answered at once. What was read counts for five minutes and while the connection
//! stays as it is. A search that finds nothing here goes to the tracker all the same: what is new
//! is found as before.
//!
//! Deliberately absent: keeping it on disk. Names of private repositories have no business there.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use docket_domain::{Choice, Connection, ConnectionId, Problem, Target, Timestamp};

/// How long what was read is believed.
const BELIEVED_MS: i64 = 5 * 60 * 1_000;
/// How old it may be when something is not found in it.
const FRESH_MS: i64 = 30 * 1_000;
/// After this long a reading that has not ended is taken for dead.
const GIVEN_UP_MS: i64 = 30 * 60 * 1_000;
/// Most pages that are read: of a hundred, on every tracker there is.
pub(crate) const MOST_PAGES: usize = 300;
/// Entries of a page that is answered from here.
const PAGE: usize = 100;
/// What the token of such a page begins with; a tracker's own is an address or a number.
const HERE: &str = "here:";
/// Most lists that are kept; the oldest goes first.
const MOST_LISTS: usize = 24;

/// What a list consists of.
pub(crate) trait Entry: Clone {
    /// What no two of a list have in common.
    fn key(&self) -> &str;
    /// A person who typed this (in lower case) may mean it.
    fn fits(&self, typed: &str) -> bool;
}

impl Entry for Target {
    fn key(&self) -> &str {
        &self.key
    }

    fn fits(&self, typed: &str) -> bool {
        self.key.to_lowercase().contains(typed) || self.name.to_lowercase().contains(typed)
    }
}

impl Entry for Choice {
    fn key(&self) -> &str {
        &self.value
    }

    fn fits(&self, typed: &str) -> bool {
        Choice::fits(self, typed)
    }
}

/// A list that was read to its end.
pub(crate) struct Whole<E> {
    pub entries: Arc<Vec<E>>,
    /// What is missing from it and why, in words.
    pub hidden: Option<String>,
}

impl<E> Clone for Whole<E> {
    fn clone(&self) -> Self {
        Self { entries: Arc::clone(&self.entries), hidden: self.hidden.clone() }
    }
}

/// A page of what fits.
pub(crate) struct Found<E> {
    pub entries: Vec<E>,
    pub next: Option<String>,
    pub hidden: Option<String>,
}

impl<E: Entry> Whole<E> {
    /// Each entry once: what moved up while pages were read may come twice.
    pub fn new(mut entries: Vec<E>, hidden: Option<String>) -> Self {
        let mut seen = HashSet::new();
        entries.retain(|entry| seen.insert(entry.key().to_owned()));
        Self { entries: Arc::new(entries), hidden }
    }

    fn page(&self, typed: &str, before: usize) -> Found<E> {
        let mut fitting = self.entries.iter().filter(|entry| entry.fits(typed)).skip(before);
        let entries: Vec<E> = fitting.by_ref().take(PAGE).cloned().collect();
        let next = fitting.next().map(|_| format!("{HERE}{}", before + entries.len()));
        Found { entries, next, hidden: self.hidden.clone() }
    }
}

struct Listing<E> {
    connection: ConnectionId,
    /// When the connection was changed last: another one has other lists.
    of: Timestamp,
    /// What was read, and when reading ended.
    whole: Option<(Whole<E>, Timestamp)>,
    /// When reading began that has not ended yet.
    reading: Option<Timestamp>,
    /// When reading failed, or there was too much: it is not tried again for a while.
    failed: Option<Timestamp>,
    /// When it was asked for last.
    asked: Timestamp,
}

/// Lists by what they are lists of.
pub(crate) struct Listings<E>(Mutex<HashMap<String, Listing<E>>>);

impl<E> Default for Listings<E> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

/// What is to be done about a question.
pub(crate) enum Lookup<E> {
    /// This is the answer.
    Answer(Found<E>),
    /// Ask the tracker; what is known missed it.
    Missed,
    /// Ask the tracker; nothing is known.
    Unknown,
}

impl<E: Entry> Listings<E> {
    fn all(&self) -> MutexGuard<'_, HashMap<String, Listing<E>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known about it. `typed` is in lower case; `elsewhere`: an entry that was written out
    /// may exist although no list has it.
    ///
    /// # Errors
    /// The page of a list that is gone.
    pub fn look(
        &self,
        connection: &Connection,
        list: &str,
        typed: &str,
        elsewhere: bool,
        page: Option<&str>,
        now: Timestamp,
    ) -> Result<Lookup<E>, Problem> {
        let mut all = self.all();
        let known = all.get_mut(list).filter(|listing| listing.of == connection.changed);
        let known = known.and_then(|listing| {
            listing.asked = now;
            let (whole, ended) = listing.whole.as_ref()?;
            Some((whole, now.millis_since(*ended)))
        });
        if let Some(before) = page.and_then(|page| page.strip_prefix(HERE)) {
            return match (known, before.parse()) {
                (Some((whole, _)), Ok(before)) => Ok(Lookup::Answer(whole.page(typed, before))),
                _ => Err(Problem::bad_input("The list was read again meanwhile.").hint("Search once more.")),
            };
        }
        let Some((whole, age)) = known.filter(|(_, age)| page.is_none() && *age < BELIEVED_MS) else {
            return Ok(Lookup::Unknown);
        };
        let found = whole.page(typed, 0);
        if found.entries.is_empty() && (elsewhere || age >= FRESH_MS) {
            return Ok(Lookup::Missed);
        }
        Ok(Lookup::Answer(found))
    }

    /// Nobody reads the list, and what was read is too old to be believed (or, after a miss, to
    /// be sure): the caller reads it now. What was read before counts until then.
    pub fn begin(&self, connection: &Connection, list: &str, missed: bool, now: Timestamp) -> bool {
        let recent = |at: Option<Timestamp>, most: i64| at.is_some_and(|at| now.millis_since(at) < most);
        let mut all = self.all();
        if all.get(list).is_some_and(|listing| listing.of != connection.changed) {
            all.remove(list);
        }
        let listing = all.entry(list.to_owned()).or_insert_with(|| Listing {
            connection: connection.id,
            of: connection.changed,
            whole: None,
            reading: None,
            failed: None,
            asked: now,
        });
        let believed = if missed { FRESH_MS } else { BELIEVED_MS };
        let read = listing.whole.as_ref().map(|(_, ended)| *ended);
        let busy = recent(listing.reading, GIVEN_UP_MS);
        if busy || recent(read, believed) || recent(listing.failed, BELIEVED_MS) {
            return false;
        }
        listing.reading = Some(now);
        if all.len() > MOST_LISTS {
            let oldest = all.iter().filter(|(name, _)| name.as_str() != list);
            let oldest = oldest.min_by_key(|(_, listing)| listing.asked).map(|(name, _)| name.clone());
            oldest.map(|name| all.remove(&name));
        }
        true
    }

    /// What reading that began at `begun` came to; nothing: it failed, or there was too much.
    pub fn end(&self, list: &str, begun: Timestamp, whole: Option<Whole<E>>, now: Timestamp) {
        let mut all = self.all();
        let Some(listing) = all.get_mut(list).filter(|listing| listing.reading == Some(begun)) else {
            return;
        };
        listing.reading = None;
        match whole {
            Some(whole) => (listing.whole, listing.failed) = (Some((whole, now)), None),
            None => listing.failed = Some(now),
        }
    }

    /// Whether reading that began at `begun` is still wanted.
    pub fn wants(&self, list: &str, begun: Timestamp) -> bool {
        self.all().get(list).is_some_and(|listing| listing.reading == Some(begun))
    }

    /// Forgets all lists of a connection.
    pub fn forget(&self, connection: ConnectionId) {
        self.all().retain(|_, listing| listing.connection != connection);
    }
}
