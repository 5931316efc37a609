//! Whatever is held is what a look through all words says.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// The same numbers each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

type Index = BTreeMap<String, BTreeSet<u32>>;

/// Words of few letters, so that many begin alike, and who has them: a few words are everywhere.
fn index(findings: usize, seed: u64) -> Index {
    let mut dice = Dice(seed);
    let mut index = Index::new();
    for n in 0..300 {
        let mut word: String =
            (0..=dice.below(5)).map(|_| ['a', 'b', 'c', '0', 'é', '日'][dice.below(6)]).collect();
        if n % 40 == 0 {
            word.push_str(&"long".repeat(12));
        }
        let share = [1, 2, 10, 40, 100, 300][dice.below(6)];
        let places = (0..findings as u32).filter(|_| dice.below(share * 2) == 0).collect();
        index.insert(word, places);
    }
    index
}

fn gathered(index: &Index, findings: usize, most: usize) -> Words {
    let mut gather = Gather::new(findings, most);
    for (word, have) in index {
        let mut places = Places::default();
        for place in have {
            places.add(*place, findings);
        }
        gather.word(word, places);
    }
    gather.done()
}

fn naive(index: &Index, text: &str, whole: bool) -> BTreeSet<u32> {
    let words = index.iter().filter(|(word, _)| if whole { *word == text } else { word.starts_with(text) });
    words.flat_map(|(_, places)| places.iter().copied()).collect()
}

fn set(places: &Places, findings: usize) -> BTreeSet<u32> {
    places.bits(findings).iter().map(|place| place as u32).collect()
}

/// Every beginning of every word, and every word as a whole, as they are held.
fn beginnings(index: &Index) -> BTreeSet<String> {
    let ends = |word: &String| -> Vec<String> {
        let beginnings = word.char_indices().map(|(at, c)| word[..at + c.len_utf8()].to_owned());
        let whole = (word.len() <= LONGEST).then(|| format!("{word}{END}"));
        beginnings.filter(|beginning| beginning.len() <= LONGEST).chain(whole).collect()
    };
    index.keys().flat_map(ends).collect()
}

#[test]
fn exactly_the_frequent_beginnings_are_held_with_all_who_have_them() {
    for (seed, findings) in [(1, 500), (2, 64), (3, 1_000), (4, 77)] {
        let index = index(findings, seed);
        let words = gathered(&index, findings, usize::MAX);
        let mut frequent = 0;
        for beginning in beginnings(&index) {
            let text = beginning.trim_end_matches(END);
            let have = naive(&index, text, text.len() < beginning.len());
            let held = words.held.get(beginning.as_str());
            assert_eq!(held.is_some(), have.len() >= findings / ONE_OF, "«{beginning}» of {findings}");
            if let Some(held) = held {
                assert_eq!(set(held, findings), have, "«{beginning}» of {findings}");
                frequent += 1;
            }
        }
        assert_eq!(words.held.len(), frequent, "nothing else is held");
        assert!(frequent > 20, "{frequent}");
    }
}

#[test]
fn what_is_held_keeps_within_its_room_and_the_most_frequent_stays() {
    let findings = 1_000;
    let index = index(findings, 9);
    let all = gathered(&index, findings, usize::MAX);
    let most = all.bytes() / 3;
    let some = gathered(&index, findings, most);
    assert!(some.bytes() <= most, "{} of {most} bytes", some.bytes());
    assert!(!some.held.is_empty() && some.held.len() < all.held.len());
    for (beginning, places) in &some.held {
        assert_eq!(set(places, findings), set(&all.held[beginning], findings), "«{beginning}»");
    }
    let largest = all.held.values().map(Places::at_most).max();
    assert_eq!(some.held.values().map(Places::at_most).max(), largest);
    let least = some.held.values().map(Places::at_most).min();
    let better = all.held.values().filter(|places| Some(places.at_most()) > least.map(|n| n * 2)).count();
    assert!(some.held.len() >= better, "what is much more frequent than something held is held too");
}

#[test]
fn a_text_is_looked_up_only_where_it_is_surely_one_word() {
    for (text, word) in [
        ("token", Some("token")),
        ("src/", Some("src")),
        ("(Token)", Some("Token")),
        ("cwe-79", None),
        ("two words", None),
        ("", None),
        ("--", None),
        ("tokén", None),
        ("日本", None),
    ] {
        assert_eq!(one_word(text), word, "«{text}»");
    }
    let findings = 100;
    let everybody: BTreeSet<u32> = (0..100).collect();
    let half: BTreeSet<u32> = (0..50).collect();
    let index = Index::from([("token".to_owned(), half), ("tokens".to_owned(), everybody)]);
    let words = gathered(&index, findings, usize::MAX);
    let many = |text: &str, whole| words.find(text, whole).map(|bits| bits.len());
    assert_eq!(many("TOKEN", false), Some(100));
    assert_eq!(many("token", true), Some(50));
    assert_eq!(many("t", true), None, "no such word");
    assert_eq!(many("t", false), Some(100));
    assert_eq!(many("x", false), None);
}
