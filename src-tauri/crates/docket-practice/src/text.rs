//! Small readers of text that arrives over the wire: percent-encoding, queries, Basic credentials; and the names of files
//! on their way out.

/// Decodes `%XX`; what is not a valid escape stays as it is, broken UTF-8 becomes the replacement character.
pub(crate) fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let escape = (bytes[i] == b'%')
            .then(|| bytes.get(i + 1..i + 3))
            .flatten()
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let Some(byte) = escape {
            out.push(byte);
            i += 3;
        } else {
            out.push(bytes[i]);
            i += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Encodes everything but the unreserved characters, for use as one path segment or query value.
pub(crate) fn percent_encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::with_capacity(text.len()), |mut out, b| {
        if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
            out.push(char::from(b));
        } else {
            let _infallible = write!(out, "%{b:02X}");
        }
        out
    })
}

/// Names and values of a query string, decoded; `+` is a space.
pub(crate) fn query_pairs(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|p| !p.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (percent_decoded(&name.replace('+', " ")), percent_decoded(&value.replace('+', " ")))
        })
        .collect()
}

/// `Content-Disposition` of a file that is saved and never shown. The name's plain form holds nothing but harmless ASCII;
/// the other holds all of it.
pub(crate) fn saved_as(name: &str) -> String {
    let harmless = |c: &char| c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || *c == ' ';
    let plain: String = name.chars().map(|c| if harmless(&c) { c } else { '_' }).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", percent_encoded(name))
}

/// Text for an HTML page: nothing in it can open a tag, an attribute or an entity.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_cannot_leave_its_header() {
        let told = saved_as("a\"; x=\r\nb\\ö.json");
        assert_eq!(
            told,
            "attachment; filename=\"a_; x=__b__.json\"; filename*=UTF-8''a%22%3B%20x%3D%0D%0Ab%5C%C3%B6.json",
            "no quote, no line, no letter beyond ASCII"
        );
    }

    #[test]
    fn percent_encoding_goes_both_ways() {
        let name = "severity: high/äö%";
        assert_eq!(percent_decoded(&percent_encoded(name)), name, "encode then decode");
        assert_eq!(percent_decoded("100%"), "100%", "a bare percent sign stays");
        assert_eq!(
            query_pairs("labels=a%2Cb+c&x"),
            vec![("labels".to_owned(), "a,b c".to_owned()), ("x".to_owned(), String::new())],
            "a query"
        );
    }
}
