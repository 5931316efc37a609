//! URIs and paths of reports into the one spelling that findings use.
//!
//! Paths have `/` separators, no `.` segments and never climb out with `..`. Nothing here
//! touches the disk: a path is a name in a report, not permission to open it.

use std::borrow::Cow;

/// A URI's scheme (`https`), unless the text is a relative reference or begins with a drive letter.
pub(crate) fn scheme(uri: &str) -> Option<&str> {
    let is_of_scheme = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
    let end = uri.bytes().position(|b| !is_of_scheme(b)).filter(|end| *end > 1)?;
    let (scheme, rest) = uri.split_at_checked(end)?;
    (rest.starts_with(':') && scheme.starts_with(|c: char| c.is_ascii_alphabetic())).then_some(scheme)
}

/// `%20` and its like decoded; the text itself when that would not give UTF-8.
pub(crate) fn percent_decoded(text: &str) -> String {
    decoded(text).into_owned()
}

/// The same, without a copy where nothing is encoded.
pub(crate) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = (bytes[at] == b'%').then(|| bytes.get(at + 1..at + 3)).flatten();
        let value = digits
            .filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            .and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        let (byte, length) = value.map_or((bytes[at], 1), |byte| (byte, 3));
        out.push(byte);
        at += length;
    }
    String::from_utf8(out).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// With `/` for every `\`.
pub(crate) fn with_slashes(path: Cow<'_, str>) -> Cow<'_, str> {
    if path.contains('\\') { Cow::Owned(path.replace('\\', "/")) } else { path }
}

/// True for `/x`, `//host/x` and `C:/x`.
pub(crate) fn is_absolute(path: &str) -> bool {
    path.starts_with('/') || has_drive(path)
}

fn has_drive(path: &str) -> bool {
    matches!(path.as_bytes(), [drive, b':', ..] if drive.is_ascii_alphabetic())
}

/// One spelling of a path: `/` separators, no empty or `.` segments, `..` folded. A `..` that
/// would climb out is dropped.
pub(crate) fn normal(path: &str) -> String {
    normal_of(Cow::Borrowed(path))
}

/// The same, without a copy of a path that is spelt like that already.
pub(crate) fn normal_of(path: Cow<'_, str>) -> String {
    if is_normal(&path) {
        return path.into_owned();
    }
    let path = with_slashes(path);
    let (root, rest) = split_root(&path);
    let mut segments: Vec<&str> = Vec::new();
    for segment in rest.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            other => segments.push(other),
        }
    }
    let mut out = String::with_capacity(path.len());
    if has_drive(root) {
        // Drive letters differ in case from tool to tool and mean the same.
        out.push_str(&root[..1].to_ascii_uppercase());
        out.push_str(":/");
    } else {
        out.push_str(root);
    }
    out.push_str(&segments.join("/"));
    crate::clean::line_exact(&out)
}

/// True for paths that [`normal`] would leave as they are, of those that can be told at a glance.
fn is_normal(path: &str) -> bool {
    let bytes = path.as_bytes();
    let is_odd = |byte: u8| !matches!(byte, b' '..=b'~') || byte == b'\\';
    // An empty segment, or one that begins with a dot: `.`, `..`, or a hidden file.
    let begins_oddly = |(one, next): (&u8, &u8)| *one == b'/' && matches!(next, b'/' | b'.');
    // Without a branch for each byte.
    !path.is_empty()
        && !path.starts_with('.')
        && !path.ends_with('/')
        && !has_drive(path)
        && bytes.iter().fold(0, |odd, byte| odd | u8::from(is_odd(*byte))) == 0
        && bytes.iter().zip(&bytes[1..]).fold(0, |odd, pair| odd | u8::from(begins_oddly(pair))) == 0
}

/// True when folding `..` would climb out of the path's own beginning.
pub(crate) fn climbs_out(path: &str) -> bool {
    let bytes = path.as_bytes();
    let may = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    if may.fold(0, |has, (one, next)| has | u8::from(*one == b'.' && *next == b'.')) == 0 {
        return false;
    }
    let mut depth = 0_i64;
    for segment in path.split(['/', '\\']) {
        match segment {
            "" | "." => {}
            ".." => depth -= 1,
            _ => depth += 1,
        }
        if depth < 0 {
            return true;
        }
    }
    false
}

/// The part that `..` can never leave: `//host/`, `/`, `C:/`, or nothing.
fn split_root(path: &str) -> (&str, &str) {
    if let Some(unc) = path.strip_prefix("//") {
        let host_end = unc.find('/').map_or(path.len(), |at| at + 3);
        let host = &path[2..host_end.max(2)];
        if !host.starts_with('/') && !host.is_empty() {
            return path.split_at(host_end);
        }
        return ("/", path.trim_start_matches('/'));
    }
    if let Some(rest) = path.strip_prefix('/') {
        return ("/", rest);
    }
    if has_drive(path) {
        return path.split_at(2);
    }
    ("", path)
}

/// The path that a `file:` URI names, decoded; `None` for other schemes.
pub(crate) fn of_file_uri(uri: &str) -> Option<String> {
    if !scheme(uri)?.eq_ignore_ascii_case("file") {
        return None;
    }
    let rest = percent_decoded(&uri["file:".len()..]).replace('\\', "/");
    let path = match rest.strip_prefix("//") {
        // `file:///x`: no host. `file://localhost/x`: this one. `file://host/x`: a network share.
        Some(local) if local.starts_with('/') => format!("/{}", local.trim_start_matches('/')),
        Some(hosted) => match hosted.split_once('/') {
            Some((host, path)) if host.eq_ignore_ascii_case("localhost") => format!("/{path}"),
            // `file://C:/x`: a common mistake.
            Some((drive, path)) if drive.len() == 2 && has_drive(drive) => format!("{drive}/{path}"),
            _ => rest.clone(),
        },
        None => rest.clone(),
    };
    // `/C:/x` names a drive.
    let path = match path.strip_prefix('/') {
        Some(inner) if has_drive(inner) => inner.to_owned(),
        _ => path,
    };
    Some(path)
}

/// What is left of `path` behind the folder `root`, when it lies inside.
pub(crate) fn inside<'a>(path: &'a str, root: &str) -> Option<&'a str> {
    let root = root.trim_end_matches('/');
    let head = path.get(..root.len())?;
    let same = if has_drive(root) { head.eq_ignore_ascii_case(root) } else { head == root };
    let rest = path[root.len()..].strip_prefix('/')?;
    (same && !root.is_empty() && !rest.is_empty()).then_some(rest)
}

/// The address without user name and password.
pub(crate) fn without_login(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}://{}", &rest[at + 1..]),
        None => url.to_owned(),
    }
}

/// Host and port of an `http`, `https`, `ws` or `wss` address.
pub(crate) fn host_and_port(url: &str) -> Option<(String, Option<u16>)> {
    let (_, rest) = url.split_once("://")?;
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let authority = authority.rsplit('@').next().unwrap_or(authority);
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => {
            (host, port.parse().ok())
        }
        _ => (authority, None),
    };
    (!host.is_empty()).then(|| (host.trim_matches(['[', ']']).to_ascii_lowercase(), port))
}

/// True for addresses of the web.
pub(crate) fn is_web(uri: &str) -> bool {
    scheme(uri).is_some_and(|s| ["http", "https", "ws", "wss"].iter().any(|web| s.eq_ignore_ascii_case(web)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_one_spelling_and_never_climb_out() {
        for (given, want) in [
            ("src/a.c", "src/a.c"),
            ("./src//x/../a.c", "src/a.c"),
            ("../../etc/passwd", "etc/passwd"),
            ("/../etc/passwd", "/etc/passwd"),
            ("src\\win\\a.cs", "src/win/a.cs"),
            ("c:\\x\\a.cs", "C:/x/a.cs"),
            ("c:/../a.cs", "C:/a.cs"),
            ("//host/share/../../x", "//host/x"),
            ("////src/a", "/src/a"),
            ("", ""),
            ("/", "/"),
            ("a/", "a"),
            ("a/.", "a"),
            ("/a/..", "/"),
            ("a\tb", "a\u{FFFD}b"),
            ("ä/./b", "ä/b"),
            (".github/a.yml", ".github/a.yml"),
            ("a/.b/..c/d", "a/.b/..c/d"),
        ] {
            assert_eq!(normal(given), want, "spelling of {given}");
            assert_eq!(normal(want), want, "what is normal stays");
        }
    }

    #[test]
    fn file_uris_name_paths() {
        for (given, want) in [
            ("file:///work/a%20b.c", "/work/a b.c"),
            ("file:////src/a.c", "/src/a.c"),
            ("file:///C:/x/a.c", "C:/x/a.c"),
            ("file://C:/x/a.c", "C:/x/a.c"),
            ("file://localhost/x", "/x"),
            ("file://evil.example/share/x", "//evil.example/share/x"),
            ("file:/x/a.c", "/x/a.c"),
            ("FILE:///x", "/x"),
        ] {
            assert_eq!(of_file_uri(given).as_deref(), Some(want), "path of {given}");
        }
        assert_eq!(of_file_uri("C:/x"), None, "a drive letter is no scheme");
        assert_eq!(of_file_uri("https://x/y"), None, "only file: names files");
    }

    #[test]
    fn decoding_never_gives_broken_text() {
        assert_eq!(percent_decoded("a%20b%C3%BC"), "a bü", "blanks and UTF-8");
        assert_eq!(percent_decoded("100%"), "100%", "a lone % stays");
        assert_eq!(percent_decoded("%ff"), "%ff", "not UTF-8 stays as it is");
    }

    #[test]
    fn logins_leave_addresses() {
        assert_eq!(without_login("https://u:t@h/x@y"), "https://h/x@y", "the login goes, the path stays");
        assert_eq!(
            host_and_port("https://u:p@H.example:8443/x"),
            Some(("h.example".into(), Some(8443))),
            "port"
        );
        assert_eq!(host_and_port("http://[::1]/x"), Some(("::1".into(), None)), "IPv6 without a port");
    }
}
