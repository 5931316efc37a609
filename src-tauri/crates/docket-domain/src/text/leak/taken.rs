//! What was taken out of an issue, for the person who looks at it before it is sent.
//!
//! Invariant: the find itself is shown to a person at this computer and nowhere else. `Debug`
//! and [`Taken::masked`] show just enough to recognise it, and plans keep only the counts.

use std::collections::BTreeSet;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::{LeakClass, LeakPlace};

/// More finds than this are counted, not listed.
const LISTED: usize = 500;
/// Different finds that are told apart when they are counted.
const TOLD_APART: usize = 50_000;

/// One find: what stood there, and what is sent instead. `lead` and `tail` are the rest of the
/// line (at most 60 characters each), as it is sent.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Taken {
    /// What kind of thing it is.
    pub class: LeakClass,
    /// The rule that found it («GitHub token»), or the name of the person's own pattern.
    pub rule: String,
    /// In which part of the issue.
    pub place: LeakPlace,
    /// The line before it.
    pub lead: String,
    /// What stood there. Never logged, never stored.
    pub found: String,
    /// What is sent instead.
    pub put: String,
    /// The line behind it.
    pub tail: String,
    /// How often it stands in this part.
    pub times: u32,
}

impl Taken {
    /// The same with the find masked: for terminals, files and logs.
    #[must_use]
    pub fn masked(&self) -> Self {
        let secret = matches!(self.class, LeakClass::Credential | LeakClass::Random | LeakClass::Own);
        let found = if secret { mask(&self.found) } else { self.found.clone() };
        Self { found, ..self.clone() }
    }
}

/// The first characters and the length: enough to recognise a secret, not enough to use it.
fn mask(found: &str) -> String {
    let count = found.chars().count();
    let shown = if count >= 20 { 4 } else { usize::from(count >= 8) };
    let head: String = found.chars().take(shown).map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("{head}… ({count} characters)")
}

impl fmt::Debug for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Taken({} by {:?} in {}, {} ×)", self.class, self.rule, self.place, self.times)
    }
}

/// What was taken out so far.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Leaks {
    taken: Vec<Taken>,
    /// Different finds, by their hashes.
    different: BTreeSet<(LeakClass, u64)>,
}

impl Leaks {
    /// What was taken out, each find once for each part of the issue; the first 500.
    pub fn taken(&self) -> &[Taken] {
        &self.taken
    }

    /// True when nothing was found.
    pub fn is_empty(&self) -> bool {
        self.different.is_empty()
    }

    /// How many different things of a class were found.
    pub fn count(&self, class: LeakClass) -> u64 {
        self.different.iter().filter(|(of, _)| *of == class).count() as u64
    }

    pub(super) fn add(&mut self, one: Taken) {
        let mut hasher = DefaultHasher::new();
        one.found.hash(&mut hasher);
        if self.different.len() < TOLD_APART {
            self.different.insert((one.class, hasher.finish()));
        }
        let listed = self.taken.len();
        let known = self
            .taken
            .iter_mut()
            .find(|known| (known.class, known.place) == (one.class, one.place) && known.found == one.found);
        match known {
            Some(known) => known.times = known.times.saturating_add(one.times),
            None if listed < LISTED => self.taken.push(one),
            None => {}
        }
    }

    /// Adds what was found elsewhere.
    pub fn join(&mut self, other: Self) {
        self.different.extend(other.different);
        for one in other.taken {
            self.add(one);
        }
    }

    /// In words for the plan; nothing when nothing was found.
    pub fn warnings(&self) -> Vec<String> {
        LeakClass::ALL.iter().filter_map(|class| words(*class, self.count(*class))).collect()
    }
}

impl fmt::Debug for Leaks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.taken).finish()
    }
}

fn words(class: LeakClass, count: u64) -> Option<String> {
    let (one, many) = match class {
        LeakClass::Credential => (
            "1 text that looks like a credential was blacked out.",
            "texts that look like credentials were blacked out.",
        ),
        LeakClass::Random => (
            "1 random-looking value beside a word like «key» was blacked out.",
            "random-looking values beside words like «key» were blacked out.",
        ),
        LeakClass::Own => (
            "1 text that a pattern of the mapping finds was taken out.",
            "texts that patterns of the mapping find were taken out.",
        ),
        LeakClass::Host => ("1 internal host name was taken out.", "internal host names were taken out."),
        LeakClass::Address => ("1 internal address was taken out.", "internal addresses were taken out."),
        LeakClass::Mail => ("1 e-mail address was taken out.", "e-mail addresses were taken out."),
        LeakClass::Home => (
            "A user name in a home folder was replaced by ~.",
            "user names in home folders were replaced by ~.",
        ),
    };
    match count {
        0 => None,
        1 => Some(one.to_owned()),
        n => Some(format!("{n} {many}")),
    }
}
