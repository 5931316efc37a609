//! Credentials and personal paths that must not leave this computer inside an issue.
//!
//! Rules by shape only: tokens that vendors made recognisable, private keys, signed tokens,
//! assignments of passwords, credentials inside addresses, user names in home folders. What
//! has no shape (a bare password in prose) is not found: the text is a person's to read.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// What stands in place of a credential.
pub const REDACTED: &str = "[redacted]";

/// How much was taken out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Leaks {
    /// Credentials.
    pub credentials: u64,
    /// User names in home folders.
    pub homes: u64,
}

impl Leaks {
    /// In words for the plan; nothing when nothing was found.
    pub fn warnings(self) -> Vec<String> {
        let mut out = Vec::new();
        match self.credentials {
            0 => {}
            1 => out.push("1 text that looks like a credential was blacked out.".to_owned()),
            n => out.push(format!("{n} texts that look like credentials were blacked out.")),
        }
        match self.homes {
            0 => {}
            1 => out.push("A user name in a home folder was replaced by ~.".to_owned()),
            n => out.push(format!("{n} user names in home folders were replaced by ~.")),
        }
        out
    }
}

/// A rule: words without which it cannot apply (looked for first, it is cheap), the shape,
/// and what stays of it.
struct Rule {
    needs: &'static [&'static str],
    shape: LazyLock<Option<Regex>>,
    keep: Keep,
}

#[derive(Clone, Copy)]
enum Keep {
    /// Everything goes.
    Nothing,
    /// What the group `keep` matched stays in front, what `tail` matched behind.
    Groups,
    /// `~` and what `tail` matched.
    Home,
}

macro_rules! rule {
    ($needs:expr, $keep:ident, $shape:literal) => {
        // A shape that does not compile would be found by the tests, which try each rule.
        Rule { needs: &$needs, shape: LazyLock::new(|| Regex::new($shape).ok()), keep: Keep::$keep }
    };
}

static RULES: [Rule; 20] = [
    rule!(
        ["PRIVATE KEY"],
        Nothing,
        r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?s:.*?)(?:-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\z)"
    ),
    rule!(["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], Nothing, r"gh[pousr]_[A-Za-z0-9]{20,255}"),
    rule!(["github_pat_"], Nothing, r"github_pat_[A-Za-z0-9_]{20,255}"),
    rule!(
        ["glpat-", "gldt-", "glrt-", "glptt-", "glcbt-"],
        Nothing,
        r"gl(?:pat|dt|rt|ptt|cbt)-[A-Za-z0-9_.\-]{16,300}"
    ),
    rule!(["AKIA", "ASIA"], Nothing, r"(?:AKIA|ASIA)[0-9A-Z]{16}"),
    rule!(["xox"], Nothing, r"xox[abeoprs]-[A-Za-z0-9\-]{10,300}"),
    rule!(["hooks.slack.com"], Nothing, r"https://hooks\.slack\.com/services/[A-Za-z0-9/]{20,100}"),
    rule!(["npm_"], Nothing, r"npm_[A-Za-z0-9]{36}"),
    rule!(["pypi-"], Nothing, r"pypi-[A-Za-z0-9_\-]{40,400}"),
    rule!(["AIza"], Nothing, r"AIza[0-9A-Za-z_\-]{35}"),
    rule!(["sk_live_", "rk_live_"], Nothing, r"[sr]k_live_[A-Za-z0-9]{16,200}"),
    rule!(["SG."], Nothing, r"SG\.[A-Za-z0-9_\-]{16,40}\.[A-Za-z0-9_\-]{30,60}"),
    rule!(["sk-"], Nothing, r"sk-(?:ant-|proj-)?[A-Za-z0-9_\-]{32,300}"),
    rule!(["eyJ"], Nothing, r"eyJ[A-Za-z0-9_\-]{8,5000}\.eyJ[A-Za-z0-9_\-]{8,20000}\.[A-Za-z0-9_\-]{0,2000}"),
    rule!(
        ["://"],
        Groups,
        r"(?<keep>[A-Za-z][A-Za-z0-9+.\-]{0,20}://[^\s/:@<>\x22']{0,100}:)[^\s/@<>\x22']{1,200}(?<tail>@)"
    ),
    rule!(
        ["earer ", "asic "],
        Groups,
        r"(?<keep>(?i:bearer|authorization:\s*basic)\s+)[A-Za-z0-9_\-.~+/]{16,2000}=*"
    ),
    rule!(
        ["assw", "ASSW", "pwd", "PWD", "ecret", "ECRET", "oken", "OKEN", "api", "API", "Api"],
        Groups,
        r#"(?<keep>(?i:password|passwd|pwd|secret|client_secret|api[_\-]?key|access[_\-]?token|auth[_\-]?token|secret[_\-]?key|secret[_\-]?access[_\-]?key)["']?\s{0,3}(?:=|:=|:)\s{0,3})(?:"[^"\n]{3,200}"|'[^'\n]{3,200}'|[^\s"'<>(){}\[\],;&|`$*]{4,200})"#
    ),
    rule!(
        ["Users"],
        Home,
        r"(?i:[A-Z]:(?:\\\\|\\|/)Users(?:\\\\|\\|/))[^\\/:*?\x22<>|\r\n]{1,64}(?<tail>\\|/|$)"
    ),
    rule!(["/home/"], Home, r"/home/[A-Za-z0-9._\-]{1,64}(?<tail>/|\b|$)"),
    rule!(["/Users/"], Home, r"/Users/[A-Za-z0-9._\-]{1,64}(?<tail>/|\b|$)"),
];

/// The text without credentials and without user names in home folders; what was found is
/// added to `leaks`.
pub fn redact<'t>(text: &'t str, leaks: &mut Leaks) -> Cow<'t, str> {
    let mut out = Cow::Borrowed(text);
    for rule in &RULES {
        if !rule.needs.iter().any(|word| out.contains(word)) {
            continue;
        }
        let Some(shape) = rule.shape.as_ref() else { continue };
        let mut found = 0;
        let replaced = shape
            .replace_all(&out, |m: &Captures<'_>| {
                let group = |name| m.name(name).map_or("", |g| g.as_str());
                let whole = m.get(0).map_or("", |g| g.as_str());
                let behind = m.get(0).and_then(|g| out.get(g.end()..)).unwrap_or("");
                if whole.contains(REDACTED) || is_code(group("keep"), whole, behind) {
                    return whole.to_owned();
                }
                found += 1;
                match rule.keep {
                    Keep::Nothing => REDACTED.to_owned(),
                    Keep::Groups => format!("{}{REDACTED}{}", group("keep"), group("tail")),
                    Keep::Home => format!("~{}", group("tail")),
                }
            })
            .into_owned();
        match rule.keep {
            Keep::Home => leaks.homes += found,
            Keep::Nothing | Keep::Groups => leaks.credentials += found,
        }
        if found > 0 {
            out = Cow::Owned(replaced);
        }
    }
    out
}

/// `password = read_line()` and «the password: required» name no credential: an unquoted
/// value counts when it touches its `=`, or when it holds a digit, and never when it is called.
fn is_code(keep: &str, whole: &str, behind: &str) -> bool {
    let Some(value) = whole.get(keep.len()..) else { return false };
    let assigned = keep.ends_with(['=', ':', ' ', '\t']) && !keep.to_ascii_lowercase().contains("er ");
    if !assigned || keep.contains("://") || value.starts_with(['"', '\'']) {
        return false;
    }
    behind.starts_with('(') || !(keep.ends_with('=') || value.bytes().any(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_compiles() {
        for rule in &RULES {
            assert!(rule.shape.is_some(), "the rule for {:?} is a valid pattern", rule.needs);
        }
    }

    #[test]
    fn known_shapes_are_blacked_out_and_counted() {
        let join = |parts: &[&str]| parts.concat();
        let abc = "abcdefghijklmnopqrstuvwxyz0123456789";
        for secret in [
            // Put together here so that no scanner takes this file for a leak.
            join(&["ghp", "_", abc]),
            join(&["github", "_pat_", abc]),
            join(&["gl", "pat-", "abcdefghij0123456789"]),
            join(&["AK", "IA", "ABCDEFGHIJKLMNOP"]),
            join(&["xo", "xb-", "123456789012-abcdefghij"]),
            join(&["ey", "JhbGciOiJIUzI1NiJ9", ".ey", "JzdWIiOiIxMjM0NTY3ODkwIn0", ".abc"]),
            join(&["-----BEGIN RSA ", "PRIVATE KEY-----\nMIIE\nabc\n-----END RSA ", "PRIVATE KEY-----"]),
            join(&["-----BEGIN ", "PRIVATE KEY-----\ncut in the mid"]),
        ] {
            let mut leaks = Leaks::default();
            let text = format!("before «{secret}» after");
            let out = redact(&text, &mut leaks);
            assert!(!out.contains(&secret), "{secret} must not leave");
            assert!(out.starts_with("before «[redacted]"), "the words around it stay: {out}");
            assert_eq!(leaks.credentials, 1, "one credential is counted for {secret}");
        }
    }

    #[test]
    fn assignments_keep_their_name() {
        for (text, expected) in [
            ("password=hunter22 x", "password=[redacted] x"),
            ("DB_PASSWORD: 'hunter 22'", "DB_PASSWORD: [redacted]"),
            (r#"{"apiKey": "abcd1234"}"#, r#"{"apiKey": [redacted]}"#),
            ("postgres://app:s3cr3t@db/x", "postgres://app:[redacted]@db/x"),
            ("Authorization: Bearer abcdefghijklmnop1234", "Authorization: Bearer [redacted]"),
        ] {
            let mut leaks = Leaks::default();
            assert_eq!(redact(text, &mut leaks), expected, "the value goes, the name stays");
            assert_eq!(leaks.credentials, 1, "and it is counted: {text}");
        }
        for harmless in [
            "The password is stored in plain text.",
            "password = getPassword()",
            "Set the secret: see the docs",
            "password = request.form.password",
            "password: required",
            "token",
            "risk-based",
            "https://example.com:8443/path",
        ] {
            let mut leaks = Leaks::default();
            let out = redact(harmless, &mut leaks);
            assert_eq!((out.as_ref(), leaks.credentials), (harmless, 0), "prose and code are left alone");
        }
    }

    #[test]
    fn home_folders_lose_their_owner() {
        for (text, expected) in [
            ("/home/alice/src/a.rs", "~/src/a.rs"),
            ("file:///home/bob/x", "file://~/x"),
            ("/Users/carol/x.py:3", "~/x.py:3"),
            (r"C:\Users\Dave Jones\x.cs", r"~\x.cs"),
            (r"c:\\Users\\dave\\x.cs", r"~\\x.cs"),
            ("C:/Users/dave/x.cs", "~/x.cs"),
        ] {
            let mut leaks = Leaks::default();
            assert_eq!(redact(text, &mut leaks), expected, "the name of a person stays here");
            assert_eq!(leaks, Leaks { credentials: 0, homes: 1 }, "and is counted");
        }
    }
}
