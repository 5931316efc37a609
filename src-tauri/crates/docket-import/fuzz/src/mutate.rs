//! Changes a case where it has meaning: a part is doubled, dropped, moved, bent to another type,
//! named otherwise, wrapped. What has no structure is left to the fuzzer's own mutations.

use std::ops::Range;

use crate::{WORDS, parts, spans};

/// Pieces that change what a text means, whatever its format.
const PIECES: &[&str] = &[
    "null",
    "true",
    "false",
    "{}",
    "[]",
    "[{}]",
    "[null]",
    "0",
    "-1",
    "1",
    "7.5",
    "1e999",
    "NaN",
    "\"\"",
    "\" \"",
    "99999999999999999999",
    "2147483648",
    "\"../../../etc/passwd\"",
    "\"%2e%2e/%2e%2e\"",
    "\"C:\\\\a\\\\b\"",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\"\\u202e\"",
    "\"\\u001b[31m\"",
    "\"\u{202e}\"",
    "\"file:///a b\"",
    "\"CVE-2021-44228\"",
    "\"CWE-79\"",
    "\"GHSA-jfh8-c2jp-5v3q\"",
    "\"pkg:npm/%40a/b@1.0?x=y#z\"",
    "\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\"",
    "\"2024-01-01T00:00:00Z\"",
    "\"http://[::1]:99999/?a=b\"",
    "\"https://a@b:c/\"",
    "\"HIGH\"",
    "\"critical\"",
    "\"1\"",
    "\"é\"",
    "\"🙂\"",
    "&#0;",
    "&#x202e;",
    "&lt;",
    "&x;",
    "<![CDATA[x]]>",
    "<!-- x -->",
    "<a/>",
    "<a b='c'>d</a>",
    ",",
    ":",
    "\"",
    "\\",
    "\n",
    "\r\n",
    ";",
    "\t",
    "sep=;\n",
    "\u{feff}",
    "\0",
    "|",
];

struct Dice(u64);

impl Dice {
    /// A number below `limit`, which is at least 1.
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit.max(1)
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }
}

/// Changes the case in `data[..size]` in place, to at most `room` bytes; the new size.
pub fn change(
    data: &mut [u8],
    size: usize,
    room: usize,
    seed: u32,
    plain: impl Fn(&mut [u8], usize, usize) -> usize,
) -> usize {
    let mut dice = Dice(u64::from(seed) << 20 | 0x9E37_79B9);
    dice.below(1);
    let (line, body) = parts(&data[..size]);
    if dice.below(5) < 2 || body.len() < 2 {
        return plain(data, size, room);
    }
    let (mut line, mut body) = (line.to_owned(), body.to_vec());
    if dice.below(60) == 0
        && let Some((other, _)) = dice.one(WORDS)
    {
        line = (*other).to_owned();
    }
    for _ in 0..=dice.below(3) {
        step(&mut body, &line, &mut dice, room);
    }
    let mut case = line.into_bytes();
    case.push(b'\n');
    case.append(&mut body);
    if case.len() > room {
        return plain(data, size, room);
    }
    data[..case.len()].copy_from_slice(&case);
    case.len()
}

fn step(body: &mut Vec<u8>, id: &str, dice: &mut Dice, room: usize) {
    let parts = spans::of(body);
    let Some(part) = dice.one(&parts).cloned() else { return };
    match dice.below(10) {
        0 => drop(body.splice(part, [])),
        1 => drop(remove_with_comma(body, part)),
        2 | 3 => {
            // Doubled, with what separates it from the next one.
            let copy = body[part.clone()].to_vec();
            let times = if dice.below(20) == 0 { 1 + dice.below(200) } else { 1 };
            if body.len() + (copy.len() + 1) * times > room {
                return;
            }
            let comma: &[u8] = if matches!(copy.first(), Some(b'{' | b'[' | b'"')) { b"," } else { b"" };
            for _ in 0..times {
                body.splice(part.end..part.end, [comma, &copy].concat());
            }
        }
        4 => {
            let Some(other) = dice.one(&parts) else { return };
            let copy = body[other.clone()].to_vec();
            body.splice(part, copy);
        }
        5 => {
            let piece = dice.one(PIECES).copied().unwrap_or_default();
            body.splice(part, piece.bytes());
        }
        6 => {
            // A text for a text.
            let word = word(id, dice);
            let quoted = if body.get(part.start) == Some(&b'"') { format!("\"{word}\"") } else { word };
            body.splice(part, quoted.into_bytes());
        }
        7 => {
            // A further member, attribute or element.
            let (name, value) =
                (word(id, dice), dice.one(&parts).map(|at| body[at.clone()].to_vec()).unwrap_or_default());
            let Some(first) = body.get(part.start).copied() else { return };
            let (at, mut new) = match first {
                b'{' => (part.start + 1, format!("\"{name}\":").into_bytes()),
                b'[' => (part.start + 1, Vec::new()),
                b'<' => (part.end, format!("<{name}>").into_bytes()),
                _ => (part.end, name.clone().into_bytes()),
            };
            new.extend(&value);
            match first {
                b'{' | b'[' => new.push(b','),
                b'<' => new.extend(format!("</{name}>").bytes()),
                _ => {}
            }
            body.splice(at..at, new);
        }
        8 => {
            let (before, after) = *dice
                .one(&[("[", "]"), ("{\"a\":", "}"), ("\"", "\""), ("<a>", "</a>"), ("<![CDATA[", "]]>")])
                .unwrap_or(&("[", "]"));
            body.splice(part.end..part.end, after.bytes());
            body.splice(part.start..part.start, before.bytes());
        }
        _ => {
            let at = part.start + dice.below(part.len().max(1));
            let piece = dice.one(PIECES).copied().unwrap_or_default().trim_matches('"');
            body.splice(at..at, piece.bytes());
        }
    }
}

/// Takes a part out together with the comma behind or before it.
fn remove_with_comma(body: &mut Vec<u8>, part: Range<usize>) -> Range<usize> {
    let mut wide = part;
    if body.get(wide.end) == Some(&b',') {
        wide.end += 1;
    } else if wide.start > 0 && body.get(wide.start - 1) == Some(&b',') {
        wide.start -= 1;
    }
    body.splice(wide.clone(), []);
    wide
}

/// A word of the format.
fn word(id: &str, dice: &mut Dice) -> String {
    let words = WORDS.iter().find(|(known, _)| *known == id).map_or(&[][..], |(_, words)| words);
    dice.one(words).map_or_else(|| "name".to_owned(), |word| (*word).to_owned())
}
