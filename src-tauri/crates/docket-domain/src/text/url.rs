//! Which addresses may become links.

use std::fmt::Write;

/// What may be done with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// It may be a link.
    Safe,
    /// It may be shown as code: a link would leave a reference on somebody's issue, or it
    /// carries a user name.
    ShowOnly,
    /// It is not shown as an address at all (`javascript:`, relative, …).
    Never,
}

/// Judges an address.
pub(super) fn judge(url: &str) -> Link {
    let Some((scheme, rest)) = url.split_once("://") else { return Link::Never };
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return Link::Never;
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    if authority.is_empty() || url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Link::Never;
    }
    if authority.contains(['@', '\\']) || names_an_issue(rest) {
        return Link::ShowOnly;
    }
    Link::Safe
}

/// True for addresses that trackers turn into references: issues, requests to merge,
/// discussions, commits.
fn names_an_issue(rest: &str) -> bool {
    const KINDS: &[&str] = &[
        "issues",
        "issue",
        "pull",
        "pulls",
        "discussions",
        "commit",
        "commits",
        "compare",
        "merge_requests",
        "work_items",
        "epics",
        "_workitems",
        "incidents",
        "snippets",
        "milestones",
        "iterations",
        "vulnerabilities",
        "alert_management",
        "pullrequest",
    ];
    rest.split(['/', '?', '#']).skip(1).any(|part| {
        // `%69ssues` is `issues` to a server.
        let part = percent_decoded(part);
        KINDS.iter().any(|kind| part.eq_ignore_ascii_case(kind))
    })
}

fn percent_decoded(part: &str) -> String {
    let bytes = part.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let decoded = (bytes[at] == b'%')
            .then(|| part.get(at + 1..at + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(decoded.unwrap_or(bytes[at]));
        at += if decoded.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// `#105;` or `amp;`: what an `&` before it makes another character of.
fn begins_entity(behind: &str) -> bool {
    let name = behind.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    behind.starts_with('#') || (name.len() < behind.len() && name.starts_with(';'))
}

/// The address with every character that means something to Markdown percent-encoded.
pub(super) fn encoded(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for (at, byte) in url.bytes().enumerate() {
        match byte {
            // A tracker would read another address than the one that was judged.
            b'&' if begins_entity(&url[at + 1..]) => out.push_str("%26"),
            b'a'..=b'z'
            | b'A'..=b'Z'
            | b'0'..=b'9'
            | b'-'
            | b'.'
            | b'_'
            | b'~'
            | b':'
            | b'/'
            | b'?'
            | b'#'
            | b'@'
            | b'!'
            | b'$'
            | b'&'
            | b'\''
            | b'+'
            | b','
            | b';'
            | b'='
            | b'%' => out.push(char::from(byte)),
            // Writing into a String cannot fail.
            _ => write!(out, "%{byte:02X}").unwrap_or_default(),
        }
    }
    // An address must not carry what reads as a token of Docket's.
    out.replace("docket-key-", "docket%2Dkey-").replace("docket-part-", "docket%2Dpart-")
}
