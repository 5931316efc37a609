//! What must be known of all records of a scope together: which were there already, which
//! fingerprints say nothing, and how findings with equal keys are told apart.
//!
//! Of a million records it holds some 60 bytes each, and asks the database about the few that
//! need a closer look.

use std::collections::HashSet;

use docket_domain::Problem;
use docket_domain::identity::{Key, Stage, StageKey, best_key, identify};
use hashbrown::HashTable;
use hashbrown::hash_table;

use super::enter::Fixed;
use crate::access::{Tx, from_body};
use crate::body_block::BODY;
use crate::staging::matching::keys_in;
use crate::staging::record::Record;

/// The records of a scope by what they say.
#[derive(Default)]
pub(super) struct Seen {
    table: HashTable<u32>,
    contents: Vec<Key>,
    /// The finding of each, counted from `first`; 0 for one that was only said to be gone.
    findings: Vec<u32>,
    first: i64,
}

/// Whether the same was said before.
#[derive(Clone, Copy)]
pub(super) enum Sight {
    /// No.
    New(u32),
    /// Yes, but that it is gone.
    Gone(u32),
    /// Yes, and this is the finding.
    Known(u32, i64),
}

impl Seen {
    /// Looks a record up, and notes it.
    pub(super) fn meet(&mut self, content: &Key) -> Sight {
        let (contents, next) = (&self.contents, self.contents.len() as u32);
        let equal = |at: &u32| contents[*at as usize] == *content;
        match self.table.entry(front(content), equal, |at| front(&contents[*at as usize])) {
            hash_table::Entry::Occupied(known) => {
                let at = *known.get();
                match self.findings[at as usize] {
                    0 => Sight::Gone(at),
                    n => Sight::Known(at, self.first + i64::from(n) - 1),
                }
            }
            hash_table::Entry::Vacant(place) => {
                place.insert(next);
                self.contents.push(*content);
                self.findings.push(0);
                Sight::New(next)
            }
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> u32 {
        self.contents.len() as u32
    }

    /// The record is this finding now.
    pub(super) fn is_born(&mut self, entry: u32, finding: i64) -> Result<(), Problem> {
        if self.first == 0 {
            self.first = finding;
        }
        self.findings[entry as usize] = u32::try_from(finding - self.first + 1).map_err(Problem::internal)?;
        Ok(())
    }
}

/// The first bytes of a key as a number. Keys are evenly spread.
fn front(key: &Key) -> u64 {
    key.iter().take(8).fold(0, |sum, &byte| sum << 8 | u64::from(byte))
}

/// The key that names a finding, out of its keys as they lie beside its body.
pub(super) fn best(keys: &[u8]) -> Result<Key, Problem> {
    let mut keys = keys_in(keys);
    let first = keys.next();
    let other = first.filter(|(stage, _)| *stage != Stage::Same.number()).or_else(|| keys.next());
    other.or(first).map(|(_, key)| key).ok_or_else(|| Problem::internal("a record without keys"))
}

/// The findings of a scope by the keys that name them, and the fingerprints that these rest on.
#[derive(Default)]
pub(super) struct Names {
    /// The front of the best key, the line, and the finding counted from `first`.
    best: Vec<(u64, u32, u32)>,
    /// The front of a fingerprint's value, and of the rule and path that it was seen with.
    values: Vec<(u64, u64)>,
    first: i64,
}

impl Names {
    pub(super) fn add(&mut self, record: &Record<'_>, finding: i64) -> Result<(), Problem> {
        if self.first == 0 {
            self.first = finding;
        }
        let number = u32::try_from(finding - self.first).map_err(Problem::internal)?;
        self.best.push((front(&best(record.keys)?), record.line, number));
        Ok(())
    }

    /// Notes the fingerprints of a record, also of one that is only said to be gone.
    pub(super) fn heed(&mut self, record: &Record<'_>) {
        let place = front(&record.rule_path);
        let mut before = None;
        for rests in record.values() {
            // Several keys of a record may rest on one fingerprint.
            if before.replace(rests.value) != Some(rests.value) {
                self.values.push((front(&rests.value), place));
            }
        }
    }

    /// Drops what rests on fingerprints that say nothing, and numbers findings with equal keys in line
    /// order, so that any computer numbers them alike.
    pub(super) fn settle(
        mut self,
        tx: &Tx<'_>,
        fixed: &Fixed,
        worthless: &HashSet<u64>,
    ) -> Result<(), Problem> {
        let weakened = if worthless.is_empty() { HashSet::new() } else { self.weaken(tx, worthless)? };
        self.best.sort_unstable();
        for group in self.best.chunk_by(|a, b| a.0 == b.0) {
            let one = group.len() == 1;
            if one && !weakened.contains(&group[0].2) {
                continue;
            }
            let mut named = Vec::with_capacity(group.len());
            for &(_, line, number) in group {
                let finding = self.first + i64::from(number);
                let keys = "SELECT keys FROM finding_body WHERE finding = ?1";
                let keys = tx.first(keys, [finding], |row| row.get::<_, Vec<u8>>(0))?;
                named.push((best(&keys.unwrap_or_default())?, line, finding));
            }
            named.sort_unstable();
            // None is in another's way meanwhile.
            for (.., finding) in &named {
                tx.execute("UPDATE finding SET identity = content WHERE id = ?1", [finding])?;
            }
            for equal in named.chunk_by(|a, b| a.0 == b.0) {
                for (ordinal, (best, _, finding)) in (0..).zip(equal) {
                    let identity = fixed.identity(best, ordinal);
                    let row = (finding, identity.as_slice());
                    tx.execute("UPDATE finding SET identity = ?2 WHERE id = ?1", row)?;
                }
            }
        }
        Ok(())
    }

    /// Takes the keys that rest on worthless fingerprints from every finding that has such; which
    /// those are. Placeholders are rare, so the findings are read again rather than remembered.
    fn weaken(&mut self, tx: &Tx<'_>, worthless: &HashSet<u64>) -> Result<HashSet<u32>, Problem> {
        let mut weakened = HashSet::new();
        for (key, _, number) in &mut self.best {
            let finding = self.first + i64::from(*number);
            let body = format!("SELECT {BODY} AS body FROM finding_body b WHERE b.finding = ?1");
            let Some(found) = tx.first(&body, [finding], |row| from_body(row, "body"))? else { continue };
            let mut keys = identify(&found).keys;
            let before = keys.len();
            keys.retain(|key| key.value.is_none_or(|value| !worthless.contains(&front(&value))));
            if keys.len() == before {
                continue;
            }
            // All fingerprints together are worth no more than the one that is left.
            if keys.iter().all(|key| key.stage != Stage::OnePartial) {
                keys.retain(|key| key.stage != Stage::AllPartials);
            }
            let best = best_key(&keys).ok_or_else(|| Problem::internal("a record without keys"))?;
            *key = front(&best);
            weakened.insert(*number);
            let names = keys.iter().fold(0, |mask, key| mask | key.name);
            tx.execute("UPDATE finding SET names = ?2 WHERE id = ?1", (finding, names as i64))?;
            tx.execute("UPDATE finding_body SET keys = ?2 WHERE finding = ?1", (finding, blob(&keys)))?;
        }
        Ok(weakened)
    }
}

/// Fingerprints that several (rule, path) of a report carry. Afterwards the scopes have forgotten theirs.
pub(super) fn worthless<'n>(scopes: impl Iterator<Item = &'n mut Names>) -> HashSet<u64> {
    let mut values: Vec<(u64, u64)> = Vec::new();
    for scope in scopes {
        let of_scope = std::mem::take(&mut scope.values);
        if values.is_empty() { values = of_scope } else { values.extend(of_scope) }
    }
    values.sort_unstable();
    values.dedup();
    let carried = values.chunk_by(|a, b| a.0 == b.0);
    carried.filter(|group| group.len() > 1).map(|group| group[0].0).collect()
}

/// Keys as they lie beside a body.
fn blob(keys: &[StageKey]) -> Vec<u8> {
    keys.iter().flat_map(|k| std::iter::once(k.stage.number()).chain(k.key)).collect()
}
