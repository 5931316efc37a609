//! Beginnings of words that very many findings have, and which findings these are.
//!
//! A search finds words by their beginning, so every letter that is typed is a search. FTS5 names the
//! findings one by one and merges the lists of all words that begin alike: a quarter of a second for one
//! letter and a million findings. Of beginnings that many findings have, the findings are therefore held
//! in memory; of all others FTS5 has few to name.
//!
//! [`Gather`] works them out from all words in order, [`keeper`] reads those from the index.

mod keeper;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

pub(super) use self::keeper::WordKeeper;
use super::bits::Bits;

/// A beginning is held when one of so many findings has it.
const ONE_OF: usize = 8;

/// With fewer findings than this, nothing is held: FTS5 is quick enough.
pub(super) const FROM: usize = if cfg!(test) { 40 } else { 50_000 };

/// What all that is held may take, bytes for each finding; beyond that, only more frequent beginnings.
const MOST: usize = 64;

/// Bytes of the longest beginning that is held.
const LONGEST: usize = 40;

/// Ends a word that is held as a whole: no word has this in it.
const END: char = '\0';

/// Some findings, by their places: many, and a few more. Beginnings of one word that differ in a few
/// rare words share the many.
#[derive(Debug, Clone, Default)]
struct Places {
    many: Option<Arc<Bits>>,
    /// May be among the many, and may come twice, until it is [tidy](Self::tidy).
    more: Vec<u32>,
}

impl Places {
    fn add(&mut self, place: u32, findings: usize) {
        self.more.push(place);
        self.settle(findings);
    }

    fn join(&mut self, other: &Self, findings: usize) {
        match (&mut self.many, &other.many) {
            (Some(own), Some(many)) if !Arc::ptr_eq(own, many) => Arc::make_mut(own).or(many),
            (None, Some(many)) => self.many = Some(Arc::clone(many)),
            _ => {}
        }
        self.more.extend_from_slice(&other.more);
        self.settle(findings);
    }

    /// The few become many where bits take less room.
    fn settle(&mut self, findings: usize) {
        if self.more.len() > findings / 64 {
            let many = self.many.get_or_insert_with(|| Arc::new(Bits::none(findings)));
            let many = Arc::make_mut(many);
            self.more.drain(..).for_each(|place| many.insert(place as usize));
        }
    }

    /// How many there are at most.
    fn at_most(&self) -> usize {
        self.many.as_ref().map_or(0, |many| many.len()) + self.more.len()
    }

    /// The few are in none of the others, and each is there once.
    fn tidy(&mut self) {
        self.more.sort_unstable();
        self.more.dedup();
        if let Some(many) = &self.many {
            self.more.retain(|place| !many.has(*place as usize));
        }
        self.more.shrink_to_fit();
    }

    fn bits(&self, findings: usize) -> Arc<Bits> {
        match &self.many {
            Some(many) if self.more.is_empty() => Arc::clone(many),
            many => {
                let mut bits = many.as_ref().map_or_else(|| Bits::none(findings), |many| Bits::clone(many));
                self.more.iter().for_each(|place| bits.insert(*place as usize));
                Arc::new(bits)
            }
        }
    }
}

/// What is held.
#[derive(Debug, Default)]
pub(crate) struct Words {
    findings: usize,
    held: HashMap<Box<str>, Places>,
}

impl Words {
    /// The findings with this text, if it is one word and they are held. `whole` means the word
    /// itself, otherwise it may go on.
    pub fn find(&self, text: &str, whole: bool) -> Option<Arc<Bits>> {
        let mut word = one_word(text)?.to_ascii_lowercase();
        if whole {
            word.push(END);
        }
        self.held.get(word.as_str()).map(|places| places.bits(self.findings))
    }

    /// Bytes that it takes, about.
    fn bytes(&self) -> usize {
        let many = self.held.values().filter_map(|places| places.many.as_ref());
        let different: HashSet<*const Bits> = many.map(Arc::as_ptr).collect();
        let more: usize = self.held.values().map(|places| places.more.len() * 4).sum();
        different.len() * self.findings.div_ceil(8) + more
    }
}

/// The one word in a text, when that is sure: `unicode61` folds letters of other alphabets in ways of its
/// own, but of ASCII exactly letters and digits make words.
fn one_word(text: &str) -> Option<&str> {
    if !text.is_ascii() {
        return None;
    }
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let word = words.next()?;
    words.next().is_none().then_some(word)
}

/// Works out what is to be held, from all words in order.
#[derive(Debug)]
struct Gather {
    words: Words,
    /// So many findings must have what is held.
    least: usize,
    most: usize,
    /// The word met last, and each of its beginnings: where it ends, and who has it so far.
    last: String,
    open: Vec<(usize, Places)>,
    /// Bytes that were held when it was last counted, and what has come since, at most.
    counted: usize,
    since: usize,
}

impl Gather {
    fn new(findings: usize, most: usize) -> Self {
        let words = Words { findings, held: HashMap::new() };
        let least = findings / ONE_OF;
        Self { words, least, most, last: String::new(), open: Vec::new(), counted: 0, since: 0 }
    }

    /// The next word, in the order of bytes, and the findings that have it.
    fn word(&mut self, word: &str, places: Places) {
        let findings = self.words.findings;
        let alike = word.bytes().zip(self.last.bytes()).take_while(|(a, b)| a == b).count();
        self.close(alike);
        let known = self.open.last().map_or(0, |(end, _)| *end);
        let ends = word.char_indices().map(|(at, c)| at + c.len_utf8());
        let new = ends.filter(|end| *end > known && *end <= LONGEST);
        self.open.extend(new.map(|end| (end, Places::default())));
        word.clone_into(&mut self.last);
        if let Some((_, beginning)) = self.open.last_mut() {
            beginning.join(&places, findings);
        }
        if word.len() <= LONGEST {
            self.hold(&format!("{word}{END}"), places);
        }
    }

    /// Nothing more begins with more than so many bytes of the last word.
    fn close(&mut self, alike: usize) {
        while let Some((end, mut places)) = self.open.pop_if(|(end, _)| *end > alike) {
            if places.at_most() >= self.least {
                places.tidy();
            }
            if let Some((_, shorter)) = self.open.last_mut() {
                shorter.join(&places, self.words.findings);
            }
            let beginning = self.last[..end].to_owned();
            self.hold(&beginning, places);
        }
    }

    fn hold(&mut self, beginning: &str, mut places: Places) {
        if places.at_most() < self.least {
            return;
        }
        places.tidy();
        if places.at_most() < self.least {
            return;
        }
        self.since += self.words.findings.div_ceil(8) + places.more.len() * 4;
        self.words.held.insert(beginning.into(), places);
        if self.counted + self.since > self.most {
            self.counted = self.words.bytes();
            self.since = 0;
            while self.counted > self.most {
                self.least += self.least / 2 + 1;
                let least = self.least;
                self.words.held.retain(|_, places| places.at_most() >= least);
                self.counted = self.words.bytes();
            }
        }
    }

    fn done(mut self) -> Words {
        self.close(0);
        self.words
    }
}
