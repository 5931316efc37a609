//! Texts as they stand, each once, one behind the other: paths and places, of which there may be nearly
//! as many as findings.

use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;

use hashbrown::HashTable;

use super::table::ranked;

/// Different texts, each with its number. Number 0 is the empty one.
#[derive(Debug)]
pub(crate) struct Spelt {
    /// All of them.
    arena: String,
    /// Where each ends.
    ends: Vec<usize>,
    numbers: HashTable<u32>,
    hasher: RandomState,
    ranks: OnceLock<Vec<u32>>,
}

impl Default for Spelt {
    fn default() -> Self {
        let mut spelt = Self {
            arena: String::new(),
            ends: Vec::new(),
            numbers: HashTable::new(),
            hasher: RandomState::new(),
            ranks: OnceLock::new(),
        };
        spelt.number("");
        spelt
    }
}

fn slice<'a>(arena: &'a str, ends: &[usize], number: u32) -> &'a str {
    let at = number as usize;
    let from = at.checked_sub(1).map_or(0, |before| ends[before]);
    &arena[from..ends[at]]
}

impl Spelt {
    /// The number of a text, a new one if it is new.
    pub fn number(&mut self, text: &str) -> u32 {
        let Self { arena, ends, numbers, hasher, ranks } = self;
        let hash = |text: &str| hasher.hash_one(text);
        if let Some(known) = numbers.find(hash(text), |number| slice(arena, ends, *number) == text) {
            return *known;
        }
        let number = ends.len() as u32;
        arena.push_str(text);
        ends.push(arena.len());
        numbers.insert_unique(hash(text), number, |number| hash(slice(arena, ends, *number)));
        *ranks = OnceLock::new();
        number
    }

    pub fn text(&self, number: u32) -> &str {
        slice(&self.arena, &self.ends, number)
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// For each number, whether its text passes the test.
    pub fn which(&self, test: impl Fn(&str) -> bool) -> Vec<bool> {
        (0..self.len() as u32).map(|number| test(self.text(number))).collect()
    }

    /// For each number, its place in the order of the texts.
    pub fn ranks(&self) -> &[u32] {
        self.ranks.get_or_init(|| ranked(self.len(), |number| self.text(number)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_has_one_number_and_its_place_in_the_order() {
        let mut spelt = Spelt::default();
        let texts = ["src/b.py", "src/a.py", "", "Src/a.py", "src/b.py", "é"];
        let numbers: Vec<u32> = texts.iter().map(|text| spelt.number(text)).collect();
        assert_eq!(numbers, [1, 2, 0, 3, 1, 4], "capitals matter; the empty one is there from the start");
        for (text, number) in texts.iter().zip(&numbers) {
            assert_eq!(spelt.text(*number), *text);
        }
        assert_eq!(spelt.ranks(), [0, 3, 2, 1, 4], "in the order of their bytes");
        spelt.number("A");
        assert_eq!(spelt.ranks(), [0, 4, 3, 2, 5, 1], "also of those that came later");
    }
}
