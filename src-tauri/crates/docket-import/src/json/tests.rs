//! The scanner against `serde_json`, and against itself with other chunks.

use std::io::{self, Read};

use proptest::prelude::*;
use serde_json::Value;

use super::{Fault, Json, Room, Scanner};

/// Gives its bytes in chunks of these sizes.
struct Chunks<'a> {
    bytes: &'a [u8],
    sizes: Vec<usize>,
    nth: usize,
}

impl Read for Chunks<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.sizes.get(self.nth % self.sizes.len().max(1)).copied().unwrap_or(1).max(1);
        self.nth += 1;
        let count = size.min(buffer.len()).min(self.bytes.len());
        buffer[..count].copy_from_slice(&self.bytes[..count]);
        self.bytes = &self.bytes[count..];
        Ok(count)
    }
}

fn tree(from: impl Read) -> Result<Json, Fault> {
    let mut scanner = Scanner::new(from);
    let value = scanner.tree()?;
    scanner.finish()?;
    Ok(value)
}

fn skip(text: &[u8]) -> Result<(), Fault> {
    let mut scanner = Scanner::new(text);
    scanner.skip()?;
    scanner.finish()
}

/// The same value in serde's words; of duplicate keys the last one counts.
fn serde(value: &Json) -> Value {
    match value {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Int(number) => Value::from(*number),
        Json::Float(number) => Value::from(*number),
        Json::Text(text) => Value::String(text.clone()),
        Json::List(items) => items.iter().map(serde).collect(),
        Json::Map(fields) => {
            Value::Object(fields.iter().map(|(key, value)| (key.to_string(), serde(value))).collect())
        }
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        // Quarters: serde_json rounds other decimals differently from the standard library.
        any::<i32>().prop_map(|n| Value::from(f64::from(n) / 4.0)),
        any::<String>().prop_map(Value::from),
        "[a-z\\\\\"\u{0}-\u{1f}é😀]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[a-c\"\\\\]{0,3}", inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn valid_json_is_read_as_serde_reads_it(value in any_json(), pretty in any::<bool>(), sizes in prop::collection::vec(1_usize..9, 1..4)) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let bytes = text.as_bytes();
        let whole = tree(bytes);
        prop_assert!(whole.is_ok(), "{text} is valid: {whole:?}");
        let whole = whole.unwrap();
        // NUL is replaced on purpose; everything else agrees.
        let want: Value = serde_json::from_str(&text.replace("\\u0000", "\u{FFFD}")).unwrap();
        prop_assert_eq!(serde(&whole), want, "the same value as serde_json");
        let chunked = tree(Chunks { bytes, sizes, nth: 0 }).unwrap();
        prop_assert_eq!(&chunked, &whole, "chunk boundaries do not matter");
        prop_assert!(skip(bytes).is_ok(), "skipping accepts what reading accepts");
    }

    #[test]
    fn broken_json_is_refused_by_reading_and_skipping_alike(value in any_json(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = serde_json::to_vec(&value).unwrap();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        // Input is always UTF-8 by the time the scanner sees it.
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (read, skipped) = (tree(text.as_bytes()), skip(text.as_bytes()));
        prop_assert_eq!(read.is_ok(), skipped.is_ok(), "both decide the same about {}", text);
        if serde_json::from_str::<Value>(&text).is_ok() {
            prop_assert!(read.is_ok(), "what serde_json reads is read: {text}");
        }
    }
}

#[test]
fn what_is_not_json_is_refused_with_its_place() {
    for (text, line, column) in [
        ("{\"a\":1,}", 1, 8),
        ("[1,\n 2,,]", 2, 4),
        ("{\"a\" 1}", 1, 6),
        ("{a:1}", 1, 2),
        ("[01]", 1, 2),
        ("[1.]", 1, 2),
        ("[+1]", 1, 2),
        ("[tru]", 1, 2),
        ("[1]\n x", 2, 2),
        ("[\"\\x\"]", 1, 5),
    ] {
        match tree(text.as_bytes()) {
            Err(Fault::Syntax { line: l, column: c, .. }) => {
                assert_eq!((l, c), (line, column), "place of {text}");
            }
            other => panic!("{text} must be refused, not {other:?}"),
        }
        assert!(skip(text.as_bytes()).is_err(), "{text} must not be skipped either");
    }
    for text in ["", " ", "[", "{\"a\":", "\"abc", "[1", "[tr", "{\"a\":1"] {
        assert!(matches!(tree(text.as_bytes()), Err(Fault::End { .. })), "{text:?} ends too early");
        assert!(
            matches!(skip(text.as_bytes()), Err(Fault::End { .. })),
            "{text:?} ends too early for skipping"
        );
    }
}

#[test]
fn depth_costs_neither_the_stack_nor_the_file() {
    let deep = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    assert!(tree(deep(5000).as_bytes()).is_ok(), "5 000 levels are passed over");
    assert!(matches!(tree(deep(100_000).as_bytes()), Err(Fault::Syntax { .. })), "100 000 are an error");
}

#[test]
fn surrogates_are_repaired_wherever_the_chunks_end() {
    let text = br#"["\ud83d\ude00","\ud83d","\ude00\ud83d\ude00","\ud83dx","\ud83d\n","\ud83d\u0041"]"#;
    let want = ["😀", "\u{FFFD}", "\u{FFFD}😀", "\u{FFFD}x", "\u{FFFD}\n", "\u{FFFD}A"];
    for size in 1..text.len() {
        let value = tree(Chunks { bytes: text, sizes: vec![size], nth: 0 }).unwrap();
        let texts: Vec<&str> = value.items().iter().filter_map(Json::text).collect();
        assert_eq!(texts, want, "in chunks of {size}");
    }
}

#[test]
fn what_findings_share_is_small_however_large_the_object() {
    let long = "x".repeat(100_000);
    let text = format!(r#"{{"a":"{long}","list":[1,2],"b":{{"c":"{long}"}},"d":"short","n":7}}"#);
    let shared = tree(text.as_bytes()).unwrap().shared(&["list"]);
    assert_eq!(shared.get("a").text().map(str::len), Some(16 * 1024), "a text is cut");
    assert_eq!(shared.get("b").get("c").text().map(str::len), Some(16 * 1024), "wherever it stands");
    assert_eq!(shared.get("d").text(), Some("short"), "what fits is there");
    assert_eq!(shared.get("n").whole(), Some(7), "numbers too");
    assert!(shared.get("list").is_null(), "the children are left out");
    let many = format!("{{\"a\":[{}]}}", vec!["\"y\""; 100_000].join(","));
    let shared = tree(many.as_bytes()).unwrap().shared(&[]);
    assert!(shared.get("a").items().len() < 4000, "many small things are cut as well");
}

#[test]
fn a_tree_keeps_within_its_room_and_the_text_is_still_walked() {
    let many = format!("[{}1]", "0,".repeat(1000));
    let mut room = Room::of(32 * 100);
    let mut scanner = Scanner::new(many.as_bytes());
    let kept = scanner.tree_in(&mut room).unwrap();
    assert!(
        !room.is_left() && kept.items().len() < 100,
        "no more than there is room for: {}",
        kept.items().len()
    );
    scanner.finish().unwrap();
    let names = format!("{{{}\"z\":1}}", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":0,".repeat(1000));
    let mut room = Room::of(64 * 100);
    let mut scanner = Scanner::new(names.as_bytes());
    let kept = scanner.tree_in(&mut room).unwrap();
    assert!(kept.fields().len() <= 100, "names take room too: {}", kept.fields().len());
    scanner.finish().unwrap();
}
