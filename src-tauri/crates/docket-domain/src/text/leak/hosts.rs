//! Names and addresses of machines that only an internal network knows.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use regex::Regex;

use super::LeakClass;
use super::span::{Span, near_before};

/// Names under these ends are internal by standard or by custom.
static NAMES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:(?:[a-z][a-z0-9+.\-]{1,20}:)?//(?:[^\s/@<>\x22'`]{1,200}@)?)?(?<host>[a-z0-9](?:[a-z0-9_\-]{0,62})(?:\.[a-z0-9](?:[a-z0-9_\-]{0,62}))*\.(?:local|internal|corp|lan|intranet|localdomain|home\.arpa))\b",
    )
    .ok()
});

/// A host of one label can only be internal. Schemes of the network, not those of programs
/// (`chrome-extension://`, `s3://`), whose first part is no host.
static SINGLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(?:https?|wss?|ftps?|sftp|ssh|ldaps?|git|svn|smb|nfs|postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|kafka|mqtts?|tcp|udp|telnet|rdp|vnc|sqlserver|jdbc:[a-z:]{2,20})://(?:[^\s/@<>\x22'`]{1,200}@)?(?<host>[a-z0-9](?:[a-z0-9_\-]{0,62}))",
    )
    .ok()
});

static V4: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}").ok());

static V6: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[0-9A-Fa-f:]{2,39}").ok());

/// Names that every container and every cloud machine has.
const EVERYWHERE: &[&str] = &[
    "host.docker.internal",
    "gateway.docker.internal",
    "kubernetes.docker.internal",
    "metadata.google.internal",
    "cluster.local",
    "svc.cluster.local",
];

/// First words of paths in code that end like a host: `this.local`, `com.acme.internal`.
const IN_CODE: &[&str] = &[
    "this",
    "self",
    "super",
    "cls",
    "com",
    "org",
    "net",
    "io",
    "de",
    "java",
    "javax",
    "jdk",
    "sun",
    "kotlin",
    "scala",
    "system",
    "module",
    "package",
    "window",
    "global",
    "process",
    "thread",
    "threading",
    "config",
    "settings",
    "appsettings",
    "crate",
    "std",
    "docker-compose",
];

/// Stand-ins of documents.
const STAND_INS: &[&str] = &["host", "hostname", "server", "domain", "example", "your-host", "www"];

/// Looks for names.
pub(super) fn find_names(text: &str, spans: &mut Vec<Span>) {
    if let Some(names) = NAMES.as_ref() {
        for found in names.captures_iter(text) {
            let (Some(whole), Some(host)) = (found.get(0), found.name("host")) else { continue };
            if is_name(text, whole.start(), host.range()) {
                spans.push(
                    Span::new(LeakClass::Host, "internal host name", whole.range()).named(host.range()),
                );
            }
        }
    }
    if let Some(single) = SINGLE.as_ref().filter(|_| text.contains("://")) {
        for found in single.captures_iter(text) {
            let (Some(whole), Some(host)) = (found.get(0), found.name("host")) else { continue };
            let goes_on = text[host.end()..].starts_with(['.', '%', '$', '{', '_', '@']);
            let number = host.as_str().bytes().all(|b| b.is_ascii_digit());
            let stand_in = STAND_INS.iter().any(|word| host.as_str().eq_ignore_ascii_case(word));
            if !goes_on && !number && !stand_in {
                spans.push(Span::new(LeakClass::Host, "host of one word", whole.range()).named(host.range()));
            }
        }
    }
}

/// Whether what looks like an internal name is one, and not a path in code or of files.
fn is_name(text: &str, from: usize, host: std::ops::Range<usize>) -> bool {
    let name = text[host.clone()].to_ascii_lowercase();
    if EVERYWHERE.contains(&name.as_str()) {
        return false;
    }
    let behind = &text[host.end..];
    let mut further = behind.chars();
    let goes_on = match (further.next(), further.next()) {
        // `internal.Foo`, `local-dev`; a full stop ends a sentence too.
        (Some('.' | '-'), Some(c)) => c.is_ascii_alphanumeric(),
        (Some('(' | '[' | '_'), _) => true,
        _ => false,
    };
    if goes_on {
        return false;
    }
    if from < host.start {
        // With `//` in front it is a host.
        return true;
    }
    let before = text[..from].chars().next_back();
    if before.is_some_and(|c| matches!(c, '.' | '/' | '-' | '_' | '$') || c.is_alphanumeric()) {
        return false;
    }
    let line = near_before(text, from, 40).trim_end();
    let imported = ["import", "using", "package", "namespace"].iter().any(|word| line.ends_with(word))
        || (line.ends_with("from") && behind.starts_with(" import"));
    if imported {
        return false;
    }
    let first = name.split('.').next().unwrap_or(&name);
    let assigned = behind.trim_start().starts_with('=') && !behind.trim_start().starts_with("==");
    let variable = assigned && !name.contains(['-', '0', '1', '2', '3']);
    !(variable || IN_CODE.contains(&first))
}

/// Looks for addresses.
pub(super) fn find_addresses(text: &str, spans: &mut Vec<Span>) {
    if let Some(shape) = V4.as_ref() {
        for found in shape.find_iter(text) {
            let internal = found.as_str().parse().is_ok_and(is_internal_v4);
            if internal
                && stands_alone(text, found.range())
                && !is_version(near_before(text, found.start(), 80))
            {
                spans.push(
                    Span::new(LeakClass::Address, "internal address", widened(text, found.range()))
                        .named(found.range()),
                );
            }
        }
    }
    if let Some(shape) =
        V6.as_ref().filter(|_| text.contains("::") || text.contains("fd") || text.contains("fc"))
    {
        for found in shape.find_iter(text).filter(|found| found.as_str().contains(':')) {
            let bare = found.as_str().trim_end_matches(|c| c == ':' && !found.as_str().ends_with("::"));
            let range = found.start()..found.start() + bare.len();
            let internal = bare.parse().is_ok_and(is_internal_v6);
            if internal && stands_alone(text, range.clone()) {
                let bracketed = text[..range.start].ends_with('[') && text[range.end..].starts_with(']');
                let outer = if bracketed { range.start - 1..range.end + 1 } else { range.clone() };
                let span = Span::new(LeakClass::Address, "internal address", widened(text, outer));
                spans.push(span.named(range));
            }
        }
    }
}

fn is_internal_v4(address: Ipv4Addr) -> bool {
    address.is_private() || address.is_loopback() || address.is_link_local()
}

fn is_internal_v6(address: Ipv6Addr) -> bool {
    address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
}

fn stands_alone(text: &str, range: std::ops::Range<usize>) -> bool {
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let before = text[..range.start].chars().next_back();
    let mut behind = text[range.end..].chars();
    let (next, after) = (behind.next(), behind.next());
    let longer = next == Some('.') && after.is_some_and(|c| c.is_ascii_digit());
    !(longer || before.is_some_and(|c| joins(c) || matches!(c, '.' | ':')) || next.is_some_and(joins))
}

/// With its scheme, so that no link to a place of nowhere is left.
fn widened(text: &str, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let before = near_before(text, range.start, 240);
    let parts = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '(' | '`');
    let word = before.rsplit(parts).next().unwrap_or(before);
    match word.rfind("://") {
        Some(at) if !word[at + 3..].contains(['/', '?', '#']) => {
            let scheme =
                word[..at].bytes().rev().take_while(|b| b.is_ascii_alphanumeric() || *b == b'+').count();
            range.start - (word.len() - at) - scheme..range.end
        }
        _ => range,
    }
}

/// `v10.0.1.2`, `version 10.0.1.2`, `>=10.0.1.2`, `pkg:nuget/x@10.0.1.2` are no addresses.
fn is_version(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or(before);
    let word = line.rsplit(char::is_whitespace).next().unwrap_or(line);
    let near = line.trim_end().to_ascii_lowercase();
    let near = near.trim_end_matches([':', '=', '"', '\'', '`', '(', '>', '<', '~', '^']).trim_end();
    ["==", ">=", "<=", "~", "^", ">"].iter().any(|sign| line.trim_end().ends_with(sign))
        || word.contains("pkg:")
        || ["version", "versions", "release", "fixed in", "upgrade to", "update to"]
            .iter()
            .any(|word| near.ends_with(word))
}
