//! Forms that bring a file (`multipart/form-data`), as far as uploads need them: one part, named `file`.
//!
//! Written for what clients send: CRLF between lines, names in quotes or as `filename*`. Preambles, nested forms and
//! transfer encodings are absent; a body that has one is written down as a mistake, not guessed at.

use hyper::body::Bytes;

use crate::site::Arrived;
use crate::text::percent_decoded;

/// What a form may hold around its file: boundaries and the part's own headers.
pub(super) const AROUND_A_FILE: usize = 16 * 1024;

/// What a request brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Brought {
    #[default]
    Nothing,
    /// The part is there and has no file name: it is a text of the form.
    Words,
    File {
        name: String,
        bytes: Bytes,
    },
    /// More than the server takes; the bytes are gone.
    TooLarge,
}

#[derive(Debug, PartialEq, Eq)]
struct Part {
    name: String,
    file_name: Option<String>,
    bytes: Bytes,
}

/// The file that a request brings, or what is wrong with its form.
pub(super) fn brought(arrived: &Arrived) -> Result<Brought, Vec<String>> {
    let kind = arrived.header("content-type");
    let boundary = kind.and_then(boundary).ok_or_else(|| {
        vec![format!("header: Content-Type is {kind:?}, not multipart/form-data with a boundary")]
    })?;
    if arrived.too_large {
        return Ok(Brought::TooLarge);
    }
    let mut parts = parts(&arrived.body, &boundary).map_err(|e| vec![format!("body: {e}")])?;
    let mut wrong: Vec<String> = parts
        .iter()
        .filter(|p| p.name != "file")
        .map(|p| format!("body: there is no part '{}'", p.name))
        .collect();
    parts.retain(|p| p.name == "file");
    if parts.len() > 1 {
        wrong.push(format!("body: {} parts are named 'file', and one is taken", parts.len()));
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    Ok(match parts.pop() {
        None => Brought::Nothing,
        Some(Part { file_name: Some(name), bytes, .. }) if !name.is_empty() => Brought::File { name, bytes },
        Some(_) => Brought::Words,
    })
}

fn boundary(kind: &str) -> Option<String> {
    let (kind, parameters) = parameters(kind);
    let given = parameters.into_iter().find(|(n, _)| n == "boundary").map(|(_, v)| v);
    given.filter(|b| kind.eq_ignore_ascii_case("multipart/form-data") && !b.is_empty() && b.len() <= 70)
}

/// `kind; name=value; name="quoted \" value"`; names in lower case.
fn parameters(header: &str) -> (String, Vec<(String, String)>) {
    let (kind, mut rest) = header.split_once(';').unwrap_or((header, ""));
    let mut found = Vec::new();
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_matches([' ', ';', '\t']).to_ascii_lowercase();
        let after = after.trim_start();
        let value = if let Some(quoted) = after.strip_prefix('"') {
            let (value, left) = unquoted(quoted);
            rest = left;
            value
        } else {
            let (value, left) = after.split_once(';').unwrap_or((after, ""));
            rest = left;
            value.trim().to_owned()
        };
        found.push((name, value));
    }
    (kind.trim().to_owned(), found)
}

/// The text up to the closing quote, with what follows.
fn unquoted(text: &str) -> (String, &str) {
    let mut out = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (out, &text[at + 1..]),
            '\\' => out.extend(chars.next().map(|(_, c)| c)),
            c => out.push(c),
        }
    }
    (out, "")
}

fn parts(body: &Bytes, boundary: &str) -> Result<Vec<Part>, String> {
    let between = format!("\r\n--{boundary}");
    let opening = &between.as_bytes()[2..];
    if !body.starts_with(opening) {
        return Err("the form does not begin with its boundary".to_owned());
    }
    let mut found = Vec::new();
    let mut at = opening.len();
    while !body[at..].starts_with(b"--") {
        if !body[at..].starts_with(b"\r\n") {
            return Err("a boundary is followed by neither a line nor the end".to_owned());
        }
        let head = at + 2;
        let blank = find(body, b"\r\n\r\n", head).ok_or("a part's headers do not end")?;
        let end = find(body, between.as_bytes(), blank + 4).ok_or("a part does not end with the boundary")?;
        let bytes = body.slice(blank + 4..end);
        found.push(part(&String::from_utf8_lossy(&body[head..blank]), bytes)?);
        at = end + between.len();
    }
    Ok(found)
}

/// Where `wanted`, which begins with CR, is found from `from` on.
fn find(bytes: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|b| *b == b'\r')?;
        if bytes[at..].starts_with(wanted) {
            return Some(at);
        }
        at += 1;
    }
}

fn part(head: &str, bytes: Bytes) -> Result<Part, String> {
    let disposition = head
        .split("\r\n")
        .filter_map(|l| l.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-disposition"))
        .map(|(_, value)| parameters(value));
    let Some((_, given)) = disposition.filter(|(kind, _)| kind.eq_ignore_ascii_case("form-data")) else {
        return Err("a part has no Content-Disposition: form-data".to_owned());
    };
    let value = |wanted: &str| given.iter().find(|(n, _)| n == wanted).map(|(_, v)| v.clone());
    // RFC 5987: `utf-8'language'percent-encoded`.
    let extended = |wanted: &str| {
        let text = value(wanted)?;
        let (charset, rest) = text.split_once('\'')?;
        let (_, encoded) = rest.split_once('\'')?;
        charset.eq_ignore_ascii_case("utf-8").then(|| percent_decoded(encoded))
    };
    let name = extended("name*").or_else(|| value("name")).ok_or("a part has no name")?;
    Ok(Part { name, file_name: extended("filename*").or_else(|| value("filename")), bytes })
}

#[cfg(test)]
mod tests {
    use super::{boundary, parameters, parts};
    use hyper::body::Bytes;

    #[test]
    fn quoted_names_keep_what_is_in_them() {
        let (kind, found) = parameters("form-data; name=\"file\"; filename=\"a;=\\\"b\\\\.txt\"; x=1");
        assert_eq!(kind, "form-data", "the kind");
        let wanted = [("name", "file"), ("filename", "a;=\"b\\.txt"), ("x", "1")];
        assert_eq!(found, wanted.map(|(n, v)| (n.to_owned(), v.to_owned())), "and every parameter");
        assert_eq!(boundary("multipart/form-data; boundary=\"x y\""), Some("x y".to_owned()), "quoted");
        assert_eq!(boundary("multipart/mixed; boundary=x"), None, "another kind");
        assert_eq!(boundary("multipart/form-data"), None, "none at all");
    }

    #[test]
    fn bytes_of_any_kind_come_through() {
        let inside = b"\r\n--\r\n\r\n\0\xff--b";
        let mut body =
            b"--bo\r\nContent-Disposition: form-data; name=\"file\"; filename*=utf-8''%C3%B6\r\n\r\n"
                .to_vec();
        body.extend_from_slice(inside);
        body.extend_from_slice(
            b"\r\n--bo\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\n\r\n--bo--\r\n",
        );
        let found = parts(&Bytes::from(body.clone()), "bo").unwrap();
        assert_eq!(found[0].bytes, inside.as_slice(), "what looks like a boundary and is none");
        assert_eq!(found[0].file_name.as_deref(), Some("ö"), "the name in the other writing");
        assert_eq!((found[1].file_name.as_deref(), found[1].bytes.len()), (None, 0), "an empty text");
        for cut in [0, 3, 20, body.len() - 4] {
            let broken = parts(&Bytes::copy_from_slice(&body[..cut]), "bo");
            assert!(broken.is_err(), "cut at {cut} it is no form: {broken:?}");
        }
    }
}
