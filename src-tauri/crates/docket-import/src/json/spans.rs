//! Where in a record's text its parts stand. A tree keeps no places, because hardly anybody asks:
//! who does walks over tree and text side by side.

use std::collections::HashMap;
use std::io::Read;
use std::ops::Range;

use super::fault::Fault;
use super::scanner::{Kind, Scanner};
use super::tree::Json;

/// By what a part of a tree is known as long as the tree stands.
pub(crate) fn address(part: &Json) -> usize {
    std::ptr::from_ref(part).addr()
}

/// Finds the places in `text` of those parts of `tree` that are `wanted` by their [`address`]. What
/// is no part of the tree is not found.
pub(crate) fn spans(text: &[u8], tree: &Json, wanted: &mut HashMap<usize, Option<Range<usize>>>) {
    let mut scanner = Scanner::new(text);
    // The text was read once already: it has no fault. Had it one, the rest is not found.
    walk(&mut scanner, tree, wanted).unwrap_or_default();
}

fn walk<R: Read>(
    scanner: &mut Scanner<R>,
    value: &Json,
    wanted: &mut HashMap<usize, Option<Range<usize>>>,
) -> Result<(), Fault> {
    let kind = scanner.kind()?;
    let begin = scanner.offset() as usize;
    match (kind, value) {
        (Kind::Object, Json::Map(fields)) => {
            let mut members = scanner.enter()?;
            let mut fields = fields.iter();
            while scanner.key(&mut members)?.is_some() {
                match fields.next() {
                    Some((_, field)) => walk(scanner, field, wanted)?,
                    None => scanner.skip()?,
                }
            }
        }
        (Kind::Array, Json::List(items)) => {
            let mut members = scanner.enter()?;
            let mut items = items.iter();
            while scanner.item(&mut members)? {
                match items.next() {
                    Some(item) => walk(scanner, item, wanted)?,
                    None => scanner.skip()?,
                }
            }
        }
        _ => scanner.skip()?,
    }
    if let Some(span) = wanted.get_mut(&address(value)) {
        *span = Some(begin..scanner.offset() as usize);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_where_they_stand() {
        let text = br#" { "a" : [ {"x": 1}, "t\u00e4", { "x" : [2] , "x": 3 } ], "b": null } "#;
        let mut scanner = Scanner::new(text.as_slice());
        let tree = scanner.tree().unwrap();
        let items = tree.get("a").items();
        let other = items[0].clone();
        let mut wanted: HashMap<usize, Option<Range<usize>>> =
            [&items[0], &items[2], &items[1], &other].iter().map(|part| (address(part), None)).collect();
        spans(text, &tree, &mut wanted);
        let at = |part: &Json| {
            wanted[&address(part)].clone().map(|span| std::str::from_utf8(&text[span]).unwrap())
        };
        assert_eq!(at(&items[0]), Some(r#"{"x": 1}"#), "the first");
        assert_eq!(at(&items[1]), Some(r#""t\u00e4""#), "a text as it is spelt");
        assert_eq!(at(&items[2]), Some(r#"{ "x" : [2] , "x": 3 }"#), "with blanks and what stands twice");
        assert_eq!(at(&other), None, "a copy is no part");
    }

    #[test]
    fn a_record_is_kept_as_it_is_spelt() {
        let long = "x".repeat(200_000);
        let text = format!(r#"[ {{"a" : 1}} , {{"b":"{long}"}},3 ]"#);
        let mut scanner = Scanner::new(text.as_bytes());
        scanner.keep_records();
        let mut items = scanner.enter().unwrap();
        let mut kept = Vec::new();
        while scanner.item(&mut items).unwrap() {
            scanner.record().unwrap();
            kept.push(String::from_utf8(scanner.kept().expect("kept").to_vec()).unwrap());
        }
        assert_eq!(kept, [r#"{"a" : 1}"#.to_owned(), format!(r#"{{"b":"{long}"}}"#), "3".to_owned()], "each");
    }
}
