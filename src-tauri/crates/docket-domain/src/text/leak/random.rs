//! Values that look drawn at random, beside a word that speaks of a secret.
//!
//! A hash beside «commit», an integrity sum or a long name beside «key» is none of them.

use std::sync::LazyLock;

use regex::Regex;

use super::LeakClass;
use super::span::Span;

static NEAR: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)(?<word>key|token|secret|passw(?:or)?d|pwd|passphrase|credentials?|auth|bearer|signature|cookie|session(?:id)?|salt|private)[a-z0-9_\-]{0,24}["'\]]{0,2}(?:\s{0,3}(?:=>|:=|=|:)\s{0,3}|\s{1,3})["'`]{0,2}(?<cut>[A-Za-z0-9+/_\-=.~%]{20,512})"#,
    )
    .ok()
});

/// Beside these a random-looking value is a sum or a name.
const HARMLESS: &[&str] = &["public", "primary", "foreign", "idempotency", "cache", "integrity", "checksum"];

/// Looks for such values.
pub(super) fn find(text: &str, spans: &mut Vec<Span>) {
    let Some(near) = NEAR.as_ref() else { return };
    for found in near.captures_iter(text) {
        let (Some(word), Some(cut)) = (found.name("word"), found.name("cut")) else { continue };
        let start = text[..word.start()].char_indices().rev().nth(15).map_or(0, |(at, _)| at);
        let before = text[start..word.start()].to_ascii_lowercase();
        if HARMLESS.iter().any(|harmless| before.contains(harmless)) {
            continue;
        }
        let value = cut.as_str().trim_end_matches(['.', '/', '-', '~', '%']);
        let strong = !matches!(word.as_str().to_ascii_lowercase().as_str(), "key" | "session" | "sessionid");
        if looks_random(value, strong) {
            let range = cut.start()..cut.start() + value.len();
            spans.push(Span::new(LeakClass::Random, "random-looking value", range));
        }
    }
}

/// `strong`: the word beside it speaks of nothing but secrets.
fn looks_random(value: &str, strong: bool) -> bool {
    if value.len() < 20 || ["sha1-", "sha256-", "sha384-", "sha512-"].iter().any(|sum| value.starts_with(sum))
    {
        return false;
    }
    let bare = value.trim_end_matches('=');
    if is_uuid(bare) {
        return strong;
    }
    let hex = bare.bytes().all(|b| b.is_ascii_hexdigit());
    let digits = bare.bytes().filter(u8::is_ascii_digit).count();
    let letters = bare.bytes().filter(u8::is_ascii_alphabetic).count();
    if hex {
        return bare.len() >= 32 && digits >= 4 && letters >= 4 && bits_per_char(bare) >= 3.0;
    }
    // A path of words is none, one long part of it may be.
    let longest = bare.split(['/', '.']).max_by_key(|part| part.len()).unwrap_or(bare);
    let piece = if bare.contains('.') || bare.matches('/').count() > 2 { longest } else { bare };
    let digits = piece.bytes().filter(u8::is_ascii_digit).count();
    let upper = piece.bytes().any(|b| b.is_ascii_uppercase());
    let lower = piece.bytes().any(|b| b.is_ascii_lowercase());
    piece.len() >= 20 && digits >= 2 && (upper && lower || digits >= 5) && bits_per_char(piece) >= 3.7
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

/// Shannon's measure of the characters that occur.
fn bits_per_char(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let total = text.len() as f64;
    let part = |count: &u32| {
        let share = f64::from(*count) / total;
        -share * share.log2()
    };
    counts.iter().filter(|count| **count > 0).map(part).sum()
}
