//! Names of fields: a report spells the same few thousands of times, so each is held once.

use std::fmt;
use std::ops::Deref;
use std::rc::Rc;

/// How many names are known at a time.
const SLOTS: usize = 256;
/// The longest name that is remembered, bytes.
const REMEMBERED: usize = 40;

/// The name of a field. A copy shares its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key(Rc<str>);

impl Key {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for Key {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self(Rc::from(text))
    }
}

impl PartialEq<str> for Key {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other
    }
}

impl PartialEq<&str> for Key {
    fn eq(&self, other: &&str) -> bool {
        *self.0 == **other
    }
}

/// The names that were read last. One whose place another one takes is read anew: no list of names,
/// however long, takes more room than these.
#[derive(Debug, Default)]
pub(crate) struct Keys(Vec<Option<Key>>);

impl Keys {
    /// The name that is spelt like this, without an escape, if it is remembered.
    pub(super) fn known(&self, spelt: &[u8]) -> Option<&Key> {
        self.0.get(slot(spelt))?.as_ref().filter(|key| key.as_bytes() == spelt)
    }

    /// The name, remembered from now on unless it is long or has to be spelt in another way.
    pub(super) fn remember(&mut self, text: &str) -> Key {
        let key = Key::from(text);
        let as_spelt = || text.bytes().all(|byte| byte >= b' ' && !matches!(byte, b'"' | b'\\'));
        if text.len() <= REMEMBERED && as_spelt() {
            if self.0.is_empty() {
                self.0.resize(SLOTS, None);
            }
            if let Some(place) = self.0.get_mut(slot(text.as_bytes())) {
                *place = Some(key.clone());
            }
        }
        key
    }
}

/// Where a name has its place: by its length, its beginning and its end.
fn slot(spelt: &[u8]) -> usize {
    let word = |bytes: Option<&[u8; 8]>| bytes.map(|bytes| u64::from_le_bytes(*bytes));
    let few = || spelt.iter().fold(0, |few, byte| (few << 8) | u64::from(*byte));
    let begin = word(spelt.first_chunk()).unwrap_or_else(few);
    let end = word(spelt.last_chunk()).unwrap_or_default();
    let mixed = begin.rotate_left(23) ^ end ^ (spelt.len() as u64);
    // The upper bits of a product depend on all bits of its factors.
    (mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as usize % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_their_spelling_alone() {
        let mut keys = Keys::default();
        assert!(keys.known(b"uri").is_none(), "nothing is known at first");
        let names = ["", "a", "uri", "region", "startLine", "endColumn", "primaryLocationLineHash", "ä"];
        for name in names {
            assert_eq!(keys.remember(name), name, "{name}");
            assert_eq!(keys.known(name.as_bytes()).map(Key::as_str), Some(name), "{name}");
        }
        // Any number of further names: what is remembered answers to its own spelling only.
        for nth in 0..10_000 {
            let name = format!("name-{nth}");
            assert!(keys.known(name.as_bytes()).is_none(), "{name} was not read yet");
            keys.remember(&name);
        }
        let known = (0..10_000).filter(|nth| keys.known(format!("name-{nth}").as_bytes()).is_some()).count();
        assert!((1..=SLOTS).contains(&known), "{known} are remembered");
        let long = "x".repeat(REMEMBERED + 1);
        keys.remember(&long);
        assert!(keys.known(long.as_bytes()).is_none(), "a long one is not remembered");
        for name in ["a\\", "a\"", "a\n", "a\u{1}"] {
            assert_eq!(keys.remember(name), name, "{name:?}");
            assert!(keys.known(name.as_bytes()).is_none(), "{name:?} is spelt with an escape");
        }
    }
}
