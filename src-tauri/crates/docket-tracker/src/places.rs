//! Where APIs were found, so that each connection need not look anew.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use docket_domain::Timestamp;

use crate::talk::BELIEVED_MS;

/// The places of all servers that this process has found. One value for the whole process.
#[derive(Default)]
pub struct Places {
    known: Mutex<HashMap<String, (Timestamp, String)>>,
}

impl Places {
    /// The address that was found for `sought`, while it is believed.
    pub(crate) fn of(&self, sought: &str, now: Timestamp) -> Option<String> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, found) = known.get(sought)?;
        (now.millis_since(*at) < BELIEVED_MS).then(|| found.clone())
    }

    /// Keeps what was found, or that nothing was.
    pub(crate) fn note(&self, sought: &str, now: Timestamp, found: Option<&str>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match found {
            Some(found) => known.insert(sought.to_owned(), (now, found.to_owned())),
            None => known.remove(sought),
        };
    }
}

impl std::fmt::Debug for Places {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Places")
    }
}
