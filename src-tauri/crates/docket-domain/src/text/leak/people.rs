//! People: e-mail addresses, and user names in the paths of home folders.

use std::sync::LazyLock;

use regex::Regex;

use super::LeakClass;
use super::span::{Span, near_before};

static MAIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}@(?<domain>(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,62})\.)+[A-Za-z]{2,24})").ok()
});

/// Domains that documents use (RFC 2606, RFC 6761).
const EXAMPLES: &[&str] =
    &["example.com", "example.org", "example.net", ".example", ".test", ".invalid", ".localhost"];

/// Looks for e-mail addresses. `git@github.com:acme/shop` is none, and neither are the user of an
/// address (`https://name@host`), versions (`lodash@4.17.20-rc.one`) and pictures (`icon@2x.png`).
pub(super) fn find_mail(text: &str, spans: &mut Vec<Span>) {
    let Some(mail) = MAIL.as_ref().filter(|_| text.contains('@')) else { return };
    for found in mail.captures_iter(text) {
        let (Some(whole), Some(domain)) = (found.get(0), found.name("domain")) else { continue };
        let lower = domain.as_str().to_ascii_lowercase();
        let example = EXAMPLES.iter().any(|end| {
            lower == *end
                || (end.starts_with('.') && lower.ends_with(end))
                || lower.ends_with(&format!(".{end}"))
        });
        let first = lower.split('.').next().unwrap_or(&lower);
        let version = first.trim_end_matches('x').bytes().all(|b| b.is_ascii_digit());
        let user = whole.as_str().split('@').next().unwrap_or_default();
        let repository = matches!(user, "git" | "hg" | "svn");
        let before = near_before(text, whole.start(), 240);
        let word = before
            .rsplit(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '('))
            .next()
            .unwrap_or(before);
        let in_address = word.rfind("://").is_some_and(|at| !word[at + 3..].contains(['/', '?', '#']));
        let joins = before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '@' | '.' | '_'));
        let called = text[whole.end()..].starts_with(['(', '@', '_']);
        if !(example || version || repository || in_address || joins || called || word.contains("pkg:")) {
            spans.push(Span::new(LeakClass::Mail, "e-mail address", whole.range()));
        }
    }
}

static HOMES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        // Two backslashes: as in JSON and in code.
        r"(?<windows>(?i:[A-Z]:(?:\\\\|\\|/)Users(?:\\\\|\\|/))(?<owner>[^\\/:*?\x22<>|\r\n]{1,64}))(?:\\|/|\x22|(?m:$))",
        r"|(?<unix>(?:/var|/export|/private|/usr)?/home/(?<login>[A-Za-z0-9._\-]{1,64}))",
        r"|(?<mac>(?:/mnt/[a-z]|/[a-z]|/host_mnt)?/Users/(?<name>[A-Za-z0-9._\-]{1,64}))",
    ))
    .ok()
});

/// Folders beside those of people.
const NOBODY: &[&str] = &["shared", "public", "default", "all users", "default user", "linuxbrew"];

/// Looks for home folders.
pub(super) fn find_homes(text: &str, spans: &mut Vec<Span>) {
    let likely = text.contains("/home/") || text.contains("sers");
    let Some(homes) = HOMES.as_ref().filter(|_| likely) else { return };
    for found in homes.captures_iter(text) {
        let path = found.name("windows").or_else(|| found.name("unix")).or_else(|| found.name("mac"));
        let name = found.name("owner").or_else(|| found.name("login")).or_else(|| found.name("name"));
        let (Some(path), Some(name)) = (path, name) else { continue };
        let nobody = NOBODY.iter().any(|folder| name.as_str().eq_ignore_ascii_case(folder));
        // A full stop ends the sentence, not the name.
        let end = path.start() + path.as_str().trim_end_matches('.').len();
        if !nobody && begins_path(text, path.start(), path.as_str()) {
            let span = Span::new(LeakClass::Home, "home folder", path.start()..end);
            spans.push(span.named(name.start()..name.start() + name.as_str().trim_end_matches('.').len()));
        }
    }
}

/// `src/home/view.ts`, `https://acme.com/home/news` and `GET /Users/12` are no home folders.
fn begins_path(text: &str, at: usize, path: &str) -> bool {
    let before = &text[..at];
    if !path.starts_with('/') {
        return !before.ends_with(|c: char| c.is_alphanumeric());
    }
    let methods = ["GET ", "POST ", "PUT ", "PATCH ", "DELETE ", "HEAD ", "OPTIONS "];
    if methods.iter().any(|method| before.ends_with(method)) {
        return false;
    }
    before.ends_with("file://")
        || before.ends_with("file:/")
        || !before
            .ends_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '}' | ')' | '\\'))
}
