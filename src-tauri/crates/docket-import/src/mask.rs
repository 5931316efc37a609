//! Credentials in requests and answers: their headers' values are masked where a report is read,
//! so that neither proof nor raw records hold them.
//!
//! What is a header is told by its name alone, wherever it stands: at the beginning of a line, in
//! a command (`-H 'Cookie: …'`), as a field or attribute of its own. Names stay, and so do the
//! scheme of `Authorization`, the names of cookies and what `Set-Cookie` says beside the value.
//! Deliberately absent: bodies. What a form sends has no name that tells.

use std::borrow::Cow;

/// What stands in place of a credential.
const MASK: &str = "*****";
/// What stands in place of a request or answer that is packed as Base64.
const PACKED: &str = "[Base64 text left out]";
/// The shortest run of Base64 that is looked into.
const PACKED_LEAST: usize = 24;
/// How far a header's value may stand behind its name, in a record.
const GLUE: usize = 64;

/// Names of headers that carry credentials, beside those that [`is_secret`] tells by their end.
const NAMES: &[&str] = &[
    "authorization",
    "proxy-authorization",
    "x-authorization",
    "cookie",
    "cookie2",
    "set-cookie",
    "set-cookie2",
    "api-key",
    "apikey",
    "x-apikey",
    "x-auth",
    "x-session",
    "x-session-id",
    "x-csrftoken",
    "ocp-apim-subscription-key",
];

/// Whether a header of this name carries a credential.
fn is_secret(name: &str) -> bool {
    // Most words of a report have no hyphen, and of the names above only these have none.
    if !name.contains('-') {
        return ["authorization", "cookie", "cookie2", "apikey"]
            .iter()
            .any(|one| name.eq_ignore_ascii_case(one));
    }
    let name = name.to_ascii_lowercase();
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    NAMES.contains(&name.as_str())
        || (name.len() > 6 && ends(&["-token", "-api-key", "-apikey", "-secret", "-password", "-credential"]))
        || (name.starts_with("x-") && ends(&["-key", "-auth", "-session", "-sid", "-signature", "-jwt"]))
}

/// Which bytes are of a word, and which are signs of Base64: each byte of a report is asked for.
const WORD: [bool; 256] = table(*b"-_");
const SIGN: [bool; 256] = table(*b"+/");
const LETTERS: [bool; 256] = table(*b"09");

/// Letters and digits, and these.
const fn table(more: [u8; 2]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut b = 0;
    while b < 256 {
        table[b] = (b as u8).is_ascii_alphanumeric() || b as u8 == more[0] || b as u8 == more[1];
        b += 1;
    }
    table
}

fn is_word(b: u8) -> bool {
    WORD[usize::from(b)]
}

/// How many bytes from here on are in the table.
fn run(bytes: &[u8], at: usize, table: &[bool; 256]) -> usize {
    bytes[at..].iter().position(|b| !table[usize::from(*b)]).unwrap_or(bytes.len() - at)
}

/// Whether the letter of an escaped line end stands here: it belongs to no word.
fn is_escape(bytes: &[u8], at: usize) -> bool {
    at > 0 && bytes[at - 1] == b'\\' && matches!(bytes[at], b'n' | b'r' | b't')
}

/// The word that begins here, if it is the name of such a header.
fn secret_at(text: &str, at: usize) -> Option<&str> {
    let bytes = text.as_bytes();
    let begins = at == 0 || !is_word(bytes[at - 1]) || is_escape(bytes, at - 1);
    if !begins || !bytes[at].is_ascii_alphabetic() {
        return None;
    }
    let length = run(&bytes[..bytes.len().min(at + 60)], at, &WORD);
    text.get(at..at + length).filter(|word| length > 3 && is_secret(word))
}

/// A value without what is secret in it.
fn masked(name: &str, value: &str) -> String {
    let name = name.to_ascii_lowercase();
    let only = |part: &str| match part.split_once('=') {
        Some((key, _)) => format!("{key}={MASK}"),
        None => MASK.to_owned(),
    };
    let value = value.trim_end();
    if value.trim().is_empty() {
        return value.to_owned();
    }
    let begin = &value[..value.len() - value.trim_start().len()];
    let rest = value.trim_start();
    let said = if name.ends_with("authorization") {
        match rest.split_once(' ') {
            Some((scheme, _)) if scheme.bytes().all(is_word) => format!("{scheme} {MASK}"),
            _ => MASK.to_owned(),
        }
    } else if name.starts_with("set-cookie") {
        let (cookie, attributes) = rest.split_once(';').unwrap_or((rest, ""));
        let end = if attributes.is_empty() { String::new() } else { format!(";{attributes}") };
        format!("{}{end}", only(cookie))
    } else if name.starts_with("cookie") {
        rest.split(';').map(only).collect::<Vec<_>>().join(";")
    } else {
        MASK.to_owned()
    };
    format!("{begin}{said}")
}

/// A request, an answer or a command without the credentials in its headers.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut out = String::new();
    let mut done = 0;
    let mut folded = false;
    let mut begin = 0;
    for line in text.split_inclusive('\n') {
        let end = begin + line.len();
        // A header's value may go on in a line that is indented (RFC 9112, 5.2).
        if folded && line.starts_with([' ', '\t']) && !line.trim().is_empty() {
            out.extend([&text[done..begin], " ", MASK, "\n"]);
            (done, begin) = (end, end);
            continue;
        }
        folded = false;
        let mut at = begin;
        while at < end {
            let Some(name) = secret_at(text, at) else {
                // No other word begins within this one.
                at += if is_escape(bytes, at) { 1 } else { run(bytes, at, &WORD).max(1) };
                continue;
            };
            let behind = at + name.len();
            let rest = text[behind..end].trim_end_matches(['\n', '\r']);
            let Some(value) = rest.trim_start_matches(' ').strip_prefix(':') else {
                at = behind;
                continue;
            };
            let from = behind + (rest.len() - value.len());
            // Inside of quotes it ends with them.
            let quote = text[begin..at].chars().next_back().filter(|c| matches!(c, '"' | '\'' | '`'));
            let length = quote.and_then(|quote| value.find(quote)).unwrap_or(value.len());
            out.push_str(&text[done..from]);
            out.push_str(&masked(name, &value[..length]));
            done = from + length;
            folded |= at == begin;
            at = done.max(behind);
        }
        begin = end;
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// A record without the credentials in the headers that it quotes, however it spells them: within
/// a text with escaped line ends, as fields, attributes and elements of their own. Requests and
/// answers that are packed as Base64 are left out.
pub(crate) fn record(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut out = String::new();
    let (mut done, mut at) = (0, 0);
    while at < bytes.len() {
        // Neither begins with anything else.
        if !SIGN[usize::from(bytes[at])] {
            at += 1;
            continue;
        }
        // Neither begins within a word, unless that is the letter of an escape.
        let within = at > 0 && bytes[at - 1].is_ascii_alphanumeric() && (at < 2 || bytes[at - 2] != b'\\');
        if within {
            at += 1;
            continue;
        }
        if let Some(length) = packed_at(text, at) {
            out.push_str(&text[done..at]);
            out.push_str(PACKED);
            at += length;
            done = at;
            continue;
        }
        let closes = at.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b'/');
        let name = secret_at(text, at).filter(|_| !closes);
        if let Some((name, value)) = name.and_then(|name| Some((name, value_behind(text, at + name.len())?)))
        {
            out.push_str(&text[done..value.start]);
            out.push_str(&masked(name, &text[value.clone()]));
            done = value.end;
            at = value.end.max(at + name.len());
            continue;
        }
        // Within a word nothing begins, but behind the letter of an escape.
        let escape = at > 0 && bytes[at - 1] == b'\\';
        at += if escape { 1 } else { run(bytes, at, &LETTERS).max(1) };
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// Where the value stands that belongs to the name which ends at `at`.
fn value_behind(text: &str, at: usize) -> Option<std::ops::Range<usize>> {
    let bytes = text.as_bytes();
    let (mut begin, mut divided) = (at, false);
    while begin < bytes.len().min(at + GLUE) {
        match bytes[begin] {
            b':' | b'=' | b',' | b'>' => divided = true,
            b'"' | b'\'' | b'\\' | b'[' | b'{' | b'(' | b'<' | b'/' => {}
            b if b.is_ascii_whitespace() => {}
            _ => {
                let word = bytes[begin..].iter().take_while(|b| b.is_ascii_alphabetic()).count();
                let glue = text.get(begin..begin + word).is_some_and(|word| {
                    ["name", "value", "val", "key", "header"]
                        .iter()
                        .any(|part| word.eq_ignore_ascii_case(part))
                });
                // `name` and `value` are words between the two, unless they are the value.
                if !glue
                    || !matches!(bytes.get(begin + word), Some(b'"' | b'\'' | b'=' | b'>' | b':' | b'\\'))
                {
                    break;
                }
                begin += word;
                continue;
            }
        }
        begin += 1;
    }
    // Blanks and brackets belong to the glue; what opens the value is the last quote or bracket.
    let open = text.get(at..begin)?.trim_end().bytes().next_back();
    let rest = text.get(begin..)?;
    let end = match open {
        Some(b'"') => end_of_text(rest, text.get(at..begin)?.trim_end().ends_with("\\\"")),
        Some(b'\'') => rest.find('\''),
        Some(b'>') => rest.find('<'),
        _ => end_of_line(rest),
    };
    divided.then_some(begin..begin + end.unwrap_or(rest.len()))
}

/// Where a text of JSON ends; of a text inside of a text where the escaped quote begins.
fn end_of_text(text: &str, is_inner: bool) -> Option<usize> {
    let mut quotes = text.match_indices('"').map(|(at, _)| at);
    let before = |at: usize| text[..at].trim_end_matches('\\').len();
    if is_inner {
        return quotes.next().map(before);
    }
    quotes.find(|&at| (at - before(at)).is_multiple_of(2))
}

/// The end of a line, as it is or as a text of JSON or an attribute spells it.
fn end_of_line(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    (0..bytes.len()).find(|&at| match bytes[at] {
        b'\n' | b'\r' | b'"' | b'<' => true,
        b'\\' => matches!(bytes.get(at + 1), Some(b'r' | b'n' | b'\\' | b'u')),
        b'&' => bytes.get(at + 1) == Some(&b'#'),
        _ => false,
    })
}

/// How long the run of Base64 is that begins here and holds readable text.
fn packed_at(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let is_sign = |b: &u8| SIGN[usize::from(*b)];
    if (at > 0 && is_sign(&bytes[at - 1])) || run(bytes, at, &SIGN) < PACKED_LEAST {
        return None;
    }
    // Wrapped lines are one run.
    let mut end = at;
    while bytes.get(end).is_some_and(|b| is_sign(b) || (matches!(b, b'\r' | b'\n') && end - at > 40)) {
        end += 1;
    }
    let run = text[at..end].trim_end();
    if run.len() < PACKED_LEAST || !run.bytes().any(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
        return None;
    }
    let signs = run.bytes().filter(|b| !b.is_ascii_whitespace());
    is_readable(signs).then(|| run.len() + bytes[at + run.len()..].iter().take_while(|b| **b == b'=').count())
}

/// Whether what is packed is text.
fn is_readable(signs: impl Iterator<Item = u8>) -> bool {
    let (mut bits, mut count) = (0_u32, 0);
    for sign in signs {
        let value = match sign {
            b'A'..=b'Z' => sign - b'A',
            b'a'..=b'z' => sign - b'a' + 26,
            b'0'..=b'9' => sign - b'0' + 52,
            b'+' => 62,
            _ => 63,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            let byte = (bits >> count) as u8;
            if !(byte.is_ascii_graphic() || matches!(byte, b' ' | b'\r' | b'\n' | b'\t')) {
                return false;
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_told_also_those_without_a_hyphen() {
        for name in NAMES {
            assert!(is_secret(name) && is_secret(&name.to_uppercase()), "{name}");
        }
    }

    #[test]
    fn headers_of_requests_and_answers_are_masked() {
        for (text, want) in [
            (
                "GET / HTTP/1.1\r\nAuthorization: Bearer abc.def\r\nHost: h\r\n",
                "GET / HTTP/1.1\r\nAuthorization: Bearer *****\r\nHost: h\r\n",
            ),
            ("Cookie: a=1; session=s3cret\nX: y", "Cookie: a=*****; session=*****\nX: y"),
            ("set-cookie: id=s3cret; Path=/; HttpOnly", "set-cookie: id=*****; Path=/; HttpOnly"),
            ("X-API-Key: s3cret\n", "X-API-Key: *****\n"),
            ("x-amz-security-token :s3cret", "x-amz-security-token :*****"),
            ("Authorization: s3cret", "Authorization: *****"),
            ("Cookie: a=1;\n  b=s3cret\nHost: h", "Cookie: a=*****;*****\n *****\nHost: h"),
            (
                "curl -H 'Cookie: a=s3cret' -H \"X-Api-Key: s3cret\" http://h",
                "curl -H 'Cookie: a=*****' -H \"X-Api-Key: *****\" http://h",
            ),
            ("a cookie without a mark, MyCookie: stays", "a cookie without a mark, MyCookie: stays"),
            ("Cookie:", "Cookie:"),
            ("grün Cookie: é=ü", "grün Cookie: é=*****"),
        ] {
            assert_eq!(plain(text), want, "{text:?}");
        }
    }

    #[test]
    fn records_are_masked_however_they_spell_a_header() {
        for (text, want) in [
            (
                r#"{"request":"GET / HTTP/1.1\r\nCookie: a=s3cret\r\nHost: h"}"#,
                r#"{"request":"GET / HTTP/1.1\r\nCookie: a=*****\r\nHost: h"}"#,
            ),
            (r#"{"Cookie":"a=s3cret","Host":"h"}"#, r#"{"Cookie":"a=*****","Host":"h"}"#),
            (r#"{"Authorization" : ["Basic s3cret"]}"#, r#"{"Authorization" : ["Basic *****"]}"#),
            (r#"{"name":"X-Api-Key","value":"s3cret"}"#, r#"{"name":"X-Api-Key","value":"*****"}"#),
            (r#"{"Cookie":"a=\"x\"; b=s3cret","Host":"h"}"#, r#"{"Cookie":"a=*****; b=*****","Host":"h"}"#),
            (r#"{"in":"{\"Cookie\":\"a=s3cret\",\"b\":1}"}"#, r#"{"in":"{\"Cookie\":\"a=*****\",\"b\":1}"}"#),
            (r#"<h name="Cookie" value="a=s3cret"/>"#, r#"<h name="Cookie" value="a=*****"/>"#),
            ("<name>Cookie</name>\n<value>a=s3cret</value>", "<name>Cookie</name>\n<value>a=*****</value>"),
            ("<Authorization>Bearer s3cret</Authorization>", "<Authorization>Bearer *****</Authorization>"),
            (
                "<req>GET / HTTP/1.1\nCookie: a=s3cret\nHost: h</req>",
                "<req>GET / HTTP/1.1\nCookie: a=*****\nHost: h</req>",
            ),
            (r#"<r a="Cookie: a=s3cret&#13;&#10;Host: h"/>"#, r#"<r a="Cookie: a=*****&#13;&#10;Host: h"/>"#),
            // GET / HTTP/1.1 and the rest of the headers.
            (
                "<request base64=\"true\">R0VUIC8gSFRUUC8xLjENCkNvb2tpZTogYT1zM2NyZXQ=</request>",
                "<request base64=\"true\">[Base64 text left out]</request>",
            ),
            (
                r#"{"hash":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}"#,
                r#"{"hash":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}"#,
            ),
            (
                r#"{"path":"/usr/local/share/applications/thing"}"#,
                r#"{"path":"/usr/local/share/applications/thing"}"#,
            ),
            (r#"{"a":"no cookie here"}"#, r#"{"a":"no cookie here"}"#),
        ] {
            assert_eq!(record(text), want, "{text:?}");
            assert!(!record(text).contains("s3cret"), "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_comes_through(text in "(?s)(Cookie|Authorization|[:=\"'<>\\\\ \n\r&#;]|[A-Za-z0-9+/]{1,30}|.){0,40}") {
            let masked_text = plain(&text).into_owned();
            proptest::prop_assert_eq!(plain(&masked_text).into_owned(), masked_text.clone(), "masked twice is masked once");
            let _ = record(&text);
        }
    }
}
