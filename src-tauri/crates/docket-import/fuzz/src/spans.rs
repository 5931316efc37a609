//! Where the parts of a text are: values of JSON, elements of XML, lines. Broken text gives the
//! parts that can be told.

use std::ops::Range;

/// Every value of a text of JSON: texts, numbers, words, lists and objects. Keys are values too.
pub fn json(text: &[u8]) -> Vec<Range<usize>> {
    let (mut spans, mut open, mut at) = (Vec::new(), Vec::new(), 0);
    while at < text.len() {
        match text[at] {
            b'{' | b'[' => open.push(at),
            b'}' | b']' => {
                if let Some(begun) = open.pop() {
                    spans.push(begun..at + 1);
                }
            }
            b'"' => {
                let begun = at;
                at += 1;
                while at < text.len() && text[at] != b'"' {
                    at += 1 + usize::from(text[at] == b'\\');
                }
                spans.push(begun..(at + 1).min(text.len()));
            }
            byte if byte.is_ascii_alphanumeric() || byte == b'-' => {
                let begun = at;
                while at < text.len() && (text[at].is_ascii_alphanumeric() || b"+-.".contains(&text[at])) {
                    at += 1;
                }
                spans.push(begun..at);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    spans
}

/// Every element of a text of XML, every opening tag, and every text between tags.
pub fn xml(text: &[u8]) -> Vec<Range<usize>> {
    let (mut spans, mut open, mut at) = (Vec::new(), Vec::new(), 0);
    while let Some(begin) = text[at..].iter().position(|byte| *byte == b'<').map(|by| at + by) {
        if begin > at {
            spans.push(at..begin);
        }
        let Some(end) = text[begin..].iter().position(|byte| *byte == b'>').map(|by| begin + by + 1) else {
            break;
        };
        spans.push(begin..end);
        match (text.get(begin + 1), text.get(end.saturating_sub(2))) {
            (Some(b'/'), _) => {
                if let Some(begun) = open.pop() {
                    spans.push(begun..end);
                }
            }
            (Some(b'?' | b'!'), _) | (_, Some(b'/')) => {}
            _ => open.push(begin),
        }
        at = end;
    }
    spans
}

/// Every line with its end, and every cell of it.
pub fn lines(text: &[u8]) -> Vec<Range<usize>> {
    let (mut spans, mut line, mut cell) = (Vec::new(), 0, 0);
    for (at, byte) in text.iter().enumerate() {
        if b",;\t|\n".contains(byte) {
            spans.push(cell..at);
            cell = at + 1;
        }
        if *byte == b'\n' {
            spans.push(line..at + 1);
            line = at + 1;
        }
    }
    spans.push(cell..text.len());
    spans
}

/// The parts of whatever it is.
pub fn of(text: &[u8]) -> Vec<Range<usize>> {
    match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{' | b'[') => json(text),
        Some(b'<') => xml(text),
        _ => lines(text),
    }
}
