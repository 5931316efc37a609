//! The gist of a JSON text: every name, of each list its first elements, of each text its beginning.
//! What recognises a format by the beginning of a report finds there what a report tells late, behind
//! lists that are longer than that beginning.

use std::io::Read;

use super::scanner::{Kind, Scanner};

/// How deep it goes; what lies deeper is left out.
const DEPTH: usize = 7;
/// How many elements of a list stand in it.
const ELEMENTS: usize = 4;
/// How many names of an object inside another.
const NAMES: usize = 200;
/// How much of a text, bytes.
const TEXT_BYTES: usize = 200;
/// How long the part of one member of the outermost object, and of one element of the outermost
/// list, becomes at most.
const PART_BYTES: usize = 8 * 1024;
/// How long it becomes in all.
const BYTES: usize = 128 * 1024;

/// The gist of what comes from the reader; as far as that is JSON.
pub(crate) fn gist(from: impl Read) -> String {
    let mut out = String::new();
    // Any fault just ends it: the report may be cut or broken, its format is still the same.
    let _ = value(&mut Scanner::new(from), DEPTH, BYTES, &mut out);
    out
}

/// One value. Beyond `most` bytes of `out` only its kind is told.
fn value<R: Read>(scanner: &mut Scanner<R>, depth: usize, most: usize, out: &mut String) -> Option<()> {
    let is_full = depth == 0 || out.len() >= most;
    match scanner.kind().ok()? {
        Kind::Object if is_full => empty(scanner, "{}", out),
        Kind::Array if is_full => empty(scanner, "[]", out),
        Kind::Object => object(scanner, depth, most, out),
        Kind::Array => {
            out.push('[');
            let mut items = scanner.enter().ok()?;
            let mut count = 0;
            while scanner.item(&mut items).ok()? {
                if count < ELEMENTS {
                    separate(count, out);
                    value(scanner, depth - 1, part(depth, most, out), out)?;
                } else {
                    scanner.skip().ok()?;
                }
                count += 1;
            }
            out.push(']');
            Some(())
        }
        Kind::String => {
            let text = crate::clean::cut_bytes(scanner.string(TEXT_BYTES).ok()?, TEXT_BYTES).0;
            quoted(if is_full { "" } else { &text }, out);
            Some(())
        }
        Kind::Number | Kind::Word => empty(scanner, "0", out),
    }
}

fn object<R: Read>(scanner: &mut Scanner<R>, depth: usize, most: usize, out: &mut String) -> Option<()> {
    out.push('{');
    let mut members = scanner.enter().ok()?;
    let mut count = 0;
    while let Some(key) = scanner.key(&mut members).ok()? {
        let is_outermost = depth == DEPTH;
        if key.len() <= TEXT_BYTES && out.len() < BYTES && (is_outermost || count < NAMES) {
            separate(count, out);
            quoted(&key, out);
            out.push(':');
            value(scanner, depth - 1, part(depth, most, out), out)?;
            count += 1;
        } else {
            scanner.skip().ok()?;
        }
    }
    out.push('}');
    Some(())
}

/// Up to where a part may go: those of the outermost value get each their own room.
fn part(depth: usize, most: usize, out: &str) -> usize {
    if depth == DEPTH { most.min(out.len() + PART_BYTES) } else { most }
}

fn empty<R: Read>(scanner: &mut Scanner<R>, spelt: &str, out: &mut String) -> Option<()> {
    scanner.skip().ok()?;
    out.push_str(spelt);
    Some(())
}

fn separate(count: usize, out: &mut String) {
    if count > 0 {
        out.push(',');
    }
}

fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::gist;

    #[test]
    fn names_stay_and_the_rest_is_shortened() {
        for (text, want) in [
            (r#" {"a": [1, 2, {"b": null}, 4, 5], "c": "d\"\n"} "#, r#"{"a":[0,0,{"b":0},0],"c":"d\" "}"#),
            (r#"[[[[[[[[{"a":1}]]]]]]]]"#, "[[[[[[[[]]]]]]]]"),
            ("true", "0"),
            (r#"{"a":"#, r#"{"a":"#),
            ("<a/>", ""),
        ] {
            assert_eq!(gist(text.as_bytes()), want, "gist of {text}");
        }
        let long = "é".repeat(1000);
        let short = gist(format!("\"{long}\"").as_bytes());
        assert!(short.len() < 250 && short.starts_with("\"éé"), "{short}");
    }

    #[test]
    fn what_comes_first_leaves_room_for_what_comes_last() {
        let flaw = format!(
            "{{{}}}",
            (0..400).map(|n| format!("\"k{n}\":\"{}\"", "x".repeat(300))).collect::<Vec<_>>().join(",")
        );
        let text = format!("{{\"first\":[{}],\"last\":\"here\"}}", vec![flaw; 50].join(","));
        let gist = gist(text.as_bytes());
        assert!(gist.ends_with("],\"last\":\"here\"}") && gist.len() < 100_000, "{} bytes", gist.len());
        let deep = "{\"a\":".repeat(10_000);
        assert!(super::gist(deep.as_bytes()).len() < 100, "what has no end has a gist");
    }
}
