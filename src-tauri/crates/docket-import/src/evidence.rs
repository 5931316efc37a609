//! Proof as findings keep it: cleaned, without the credentials of its headers, and bounded. What
//! is cut says so where it is cut.

use docket_domain::{Evidence, Found};

use crate::clean;
use crate::json::Json;
use crate::mask;
use crate::path;

/// Most pieces of one finding.
const PIECES: usize = 10;
/// Longest request, answer, payload or text, bytes.
pub(crate) const TEXT_BYTES: usize = 16 * 1024;
/// How much the texts of one finding may have together, bytes.
const ALL_BYTES: usize = 64 * 1024;

/// Behind the number of pieces for which there was no room.
const FURTHER: &str = " further pieces are in the report.";

/// Adds a piece, unless it says nothing or is there already. Beyond the limit the last piece
/// counts what was left out.
pub(crate) fn add(found: &mut Found, piece: Evidence) {
    let mut room = ALL_BYTES.saturating_sub(found.evidence.iter().map(weight).sum());
    if found.evidence.len() >= PIECES || room == 0 {
        return more(found, &piece);
    }
    let method = piece.method.or_else(|| method_of(piece.request.as_deref()?));
    let mut bounded = |text: Option<String>| {
        let text = text.and_then(|text| shown(&text, room.min(TEXT_BYTES)))?;
        room = room.saturating_sub(text.len());
        Some(text)
    };
    let piece = Evidence {
        label: piece.label.map(|label| clean::title(&label)).filter(|label| !label.is_empty()),
        method: method.and_then(|method| clean::some_line(&method)).map(|m| clean::cut_bytes(m, 40).0),
        url: piece.url.and_then(|url| clean::some_line(&path::without_login(&url))),
        request: bounded(piece.request),
        response: bounded(piece.response),
        payload: bounded(piece.payload),
        text: bounded(piece.text),
    };
    if piece.says_something() && !found.evidence.contains(&piece) {
        found.evidence.push(piece);
    }
}

/// One piece more than there is room for.
fn more(found: &mut Found, piece: &Evidence) {
    if !piece.says_something() {
        return;
    }
    let counted = |last: &Evidence| last.text.as_deref()?.strip_suffix(FURTHER)?.parse::<u64>().ok();
    let before = found.evidence.last().and_then(counted);
    if before.is_some() {
        found.evidence.pop();
    }
    let text = Some(format!("{}{FURTHER}", before.unwrap_or(0) + 1));
    found.evidence.push(Evidence { label: Some("More".to_owned()), text, ..Evidence::empty() });
}

/// What was sent and what came back.
pub(crate) fn exchange(found: &mut Found, request: Option<String>, response: Option<String>) {
    add(found, Evidence { request, response, ..Evidence::empty() });
}

/// The method that a request begins with.
fn method_of(request: &str) -> Option<String> {
    let word = request.split_whitespace().next()?;
    (word.len() <= 10 && word.bytes().all(|b| b.is_ascii_uppercase())).then(|| word.to_owned())
}

/// A text that proves it: what it matched, the output of a check.
pub(crate) fn text(found: &mut Found, label: &str, text: Option<String>) {
    add(found, Evidence { label: Some(label.to_owned()), text, ..Evidence::empty() });
}

/// A text of a field as it is: its lines count.
pub(crate) fn of(value: &Json) -> Option<String> {
    value.some_text().map(str::to_owned)
}

/// About how many bytes a piece takes.
pub(crate) fn weight(piece: &Evidence) -> usize {
    let texts = [&piece.label, &piece.url, &piece.request, &piece.response, &piece.payload, &piece.text];
    texts.into_iter().flatten().map(String::len).sum()
}

/// A text without credentials, cut with a note; none when nothing is left.
fn shown(text: &str, limit: usize) -> Option<String> {
    let whole = text.trim().len();
    // What is far beyond the limit is not looked at.
    let (head, _) = clean::cut_bytes(text.trim().chars().take(TEXT_BYTES * 2).collect(), TEXT_BYTES * 2);
    let clean = clean::some_block(&head)?;
    let (kept, cut) = clean::cut_bytes(mask::plain(&clean).into_owned(), limit);
    if cut || head.len() < whole {
        let left_out = whole.saturating_sub(kept.len());
        if kept.trim().is_empty() {
            return Some(format!("[{left_out} bytes were left out]"));
        }
        return Some(format!("{kept}\n[… {left_out} more bytes were left out]"));
    }
    Some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proof_is_masked_and_bounded() {
        let mut found = Found::new("r", "t");
        exchange(
            &mut found,
            Some("POST /a HTTP/1.1\r\nCookie: a=s3cret\r\n\r\nx=1".into()),
            Some(" ".into()),
        );
        let first = &found.evidence[0];
        assert_eq!(first.method.as_deref(), Some("POST"), "the method of the request");
        assert_eq!(first.request.as_deref(), Some("POST /a HTTP/1.1\nCookie: a=*****\n\nx=1"), "masked");
        assert_eq!(first.response, None, "nothing came back");
        text(&mut found, "Output", Some("y".repeat(100_000)));
        let long = found.evidence[1].text.clone().expect("kept");
        assert!(
            long.len() < TEXT_BYTES + 60 && long.ends_with("[… 83616 more bytes were left out]"),
            "{}",
            &long[16_000..]
        );
        for at in 0..20 {
            text(&mut found, "Output", Some(format!("{at}{}", "z".repeat(30_000))));
        }
        let last = found.evidence.last().and_then(|last| last.text.clone());
        assert_eq!(last.as_deref(), Some("17 further pieces are in the report."), "counted");
        let mut small = Found::new("r", "t");
        for at in 0..20 {
            text(&mut small, "Output", Some(at.to_string()));
        }
        assert_eq!(small.evidence.len(), PIECES + 1, "so many, and how many more");
        assert_eq!(
            small.evidence[PIECES].text.as_deref(),
            Some("10 further pieces are in the report."),
            "counted"
        );
        let all: usize = found.evidence.iter().map(weight).sum();
        assert!(all < ALL_BYTES + 2_000, "{all} bytes together");
    }

    #[test]
    fn nothing_and_the_same_again_are_no_proof() {
        let mut found = Found::new("r", "t");
        text(&mut found, "Output", None);
        text(&mut found, "Output", Some(" \n".into()));
        assert_eq!(found.evidence, [], "nothing");
        text(&mut found, "Output", Some("a".into()));
        text(&mut found, "Output", Some("a".into()));
        assert_eq!(found.evidence.len(), 1, "once");
        let text = Some("b".to_owned());
        add(&mut found, Evidence { url: Some("https://u:p@h/".into()), text, ..Evidence::empty() });
        add(&mut found, Evidence { url: Some("https://h/".into()), ..Evidence::empty() });
        assert_eq!(found.evidence[1].url.as_deref(), Some("https://h/"), "without the login");
        assert_eq!(found.evidence.len(), 2, "an address alone proves nothing");
    }
}
