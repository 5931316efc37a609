//! Long secrets in a keychain that holds short ones only: Windows' keeps 2,560 bytes an entry,
//! and the tokens of a sign-in can be longer.
//!
//! A long secret stands in numbered entries beside its own, which then only says where they
//! are. New parts are written beside the old ones before that entry changes, so that a stop
//! in between loses nothing.

use docket_domain::{Code, Problem, Secret};

use crate::secrets::SecretStore;

/// How an entry begins that says where the parts are. No token begins like this.
const HEAD: &str = "docket-parts:";

/// Stands on both sides of a part, for white space at the ends of a secret would be lost.
const FENCE: char = '|';

/// Where the parts of a secret are.
struct Parts {
    /// `a` or `b`: the one that is not in use is written to.
    side: char,
    count: usize,
}

impl Parts {
    fn read(secret: &Secret) -> Option<Self> {
        let rest = secret.expose().strip_prefix(HEAD)?;
        let (side, count) = rest.split_once(' ')?;
        Some(Self { side: side.chars().next()?, count: count.parse().ok()? })
    }

    fn entries(&self, entry: &str) -> impl Iterator<Item = String> {
        let (entry, side) = (entry.to_owned(), self.side);
        (0..self.count).map(move |n| format!("{entry} {side}{n}"))
    }
}

/// Keeps `secret`, in parts of at most `most` characters each.
pub(crate) fn put(store: &dyn SecretStore, most: usize, entry: &str, secret: &Secret) -> Result<(), Problem> {
    // What cannot be read is written over; there is nothing of it to tidy up.
    let before = store.get(entry).ok().and_then(|head| Parts::read(&head));
    let letters: Vec<char> = secret.expose().chars().collect();
    if letters.len() <= most {
        store.put(entry, secret)?;
    } else {
        let side = if before.as_ref().is_some_and(|parts| parts.side == 'a') { 'b' } else { 'a' };
        let pieces = letters.chunks(most);
        let parts = Parts { side, count: pieces.len() };
        for (name, piece) in parts.entries(entry).zip(pieces) {
            let piece: String = piece.iter().collect();
            store.put(&name, &Secret::new(format!("{FENCE}{piece}{FENCE}")))?;
        }
        store.put(entry, &Secret::new(format!("{HEAD}{side} {}", parts.count)))?;
    }
    before.map_or(Ok(()), |parts| forget(store, &parts, entry))
}

/// The secret under `entry`, put together again.
pub(crate) fn get(store: &dyn SecretStore, entry: &str) -> Result<Secret, Problem> {
    let head = store.get(entry)?;
    let Some(parts) = Parts::read(&head) else { return Ok(head) };
    if let Some(secret) = whole(store, entry, &parts) {
        return Ok(secret);
    }
    // Another Docket may have written anew between the two looks.
    let head = store.get(entry)?;
    Parts::read(&head).and_then(|parts| whole(store, entry, &parts)).ok_or_else(|| {
        Problem::new(Code::Keychain, "The keychain's entry is damaged.")
            .hint("Enter the connection's token again, or sign in again.")
    })
}

fn whole(store: &dyn SecretStore, entry: &str, parts: &Parts) -> Option<Secret> {
    let mut whole = String::new();
    for name in parts.entries(entry) {
        let part = store.get(&name).ok()?;
        whole.push_str(part.expose().strip_prefix(FENCE)?.strip_suffix(FENCE)?);
    }
    (!whole.is_empty()).then(|| Secret::new(whole))
}

/// Forgets `entry` with its parts.
pub(crate) fn remove(store: &dyn SecretStore, entry: &str) -> Result<(), Problem> {
    let parts = store.get(entry).ok().and_then(|head| Parts::read(&head));
    store.remove(entry)?;
    parts.map_or(Ok(()), |parts| forget(store, &parts, entry))
}

fn forget(store: &dyn SecretStore, parts: &Parts, entry: &str) -> Result<(), Problem> {
    parts.entries(entry).try_for_each(|name| store.remove(&name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::Memory;

    #[test]
    fn a_long_secret_is_whole_again_and_leaves_nothing_behind() {
        let store = Memory::default();
        let long = |letter: &str| Secret::new(letter.repeat(25));
        for secret in [
            long("x"),
            long("y"),
            Secret::new("short"),
            Secret::new("nine nine eleven at the end"),
            long("z"),
        ] {
            put(&store, 10, "e", &secret).unwrap();
            assert_eq!(get(&store, "e").unwrap(), secret, "what was put is what comes back");
        }
        let in_use = Parts::read(&store.get("e").unwrap()).unwrap();
        assert_eq!(in_use.count, 3, "25 characters by 10");
        let other = if in_use.side == 'a' { "e b0" } else { "e a0" };
        assert!(store.get(other).is_err(), "the parts of the one before are gone");
        remove(&store, "e").unwrap();
        for name in ["e", "e a0", "e a1", "e a2", "e b0"] {
            assert!(store.get(name).is_err(), "{name} is forgotten too");
        }
    }
}
