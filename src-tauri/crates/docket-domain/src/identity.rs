//! When two records of two reports are the same finding.
//!
//! A record gets keys in stages, from what a tool promises to keep stable down to what
//! merely reads alike. Matching walks the stages in order; each stage pairs one to one
//! what the earlier ones left over. A key never holds an absolute line, a severity, a tool
//! version or prose of a description, so that moved lines, a renamed file, reordered
//! results and a new tool version keep a finding.
//!
//! A fingerprint counts only together with its rule, and a fingerprint value that several
//! places of one report carry says nothing (placeholders such as «requires login»): the
//! caller drops those keys with [`StageKey::value`], because only it sees the whole report.
//!
//! Deliberately absent: storage. The store sorts and merges; the rules are here.

use sha2::{Digest, Sha256};

use crate::component::FindingKind;
use crate::found::Found;

/// Version of the recipe. Stored with every key, so that keys can be told apart and
/// computed anew when the recipe changes.
pub const KEY_VERSION: u32 = 1;

/// The first 16 bytes of a SHA-256 over length-prefixed fields.
pub type Key = [u8; 16];

words! {
    /// The stages, most trusted first.
    pub enum Stage {
        /// Everything about the record is the same.
        Same = "same", "identical";
        /// Rule and an id that the tool promises to keep.
        StableId = "stable_id", "stable id of the tool";
        /// Rule, path and every partial fingerprint.
        AllPartials = "all_partials", "all fingerprints in the same file";
        /// Rule, path and one partial fingerprint.
        OnePartial = "one_partial", "a fingerprint in the same file";
        /// Rule and one partial fingerprint, in a file of another name.
        Moved = "moved", "a fingerprint in another file";
        /// The thing itself in full: package with version, address, resource, at its place.
        Subject = "subject", "the same subject at the same place";
        /// The same without the version.
        SubjectAnyVersion = "subject_any_version", "the same subject in another version";
        /// The same wherever it is.
        SubjectAnywhere = "subject_anywhere", "the same subject at another place";
        /// Rule, path, message without digits, and snippet.
        Text = "text", "message and source text in the same file";
        /// Rule, path and message without digits.
        Message = "message", "message in the same file";
        /// Rule, file name and message without digits.
        Renamed = "renamed", "message in a file of the same name";
    }
}

impl Stage {
    /// The number under which keys of this stage are stored.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// Pairs only where exactly one record on each side carries the key: without the path,
    /// equal keys are not evidence enough.
    pub fn unique(self) -> bool {
        matches!(self, Self::Moved | Self::SubjectAnywhere | Self::Renamed)
    }

    /// Refuses a pair whose fingerprints contradict each other: they carry one of the same
    /// name, and the stages before found no equal value.
    pub fn heeds_contradiction(self) -> bool {
        matches!(self, Self::Text | Self::Message | Self::Renamed)
    }
}

/// One key of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StageKey {
    /// The stage.
    pub stage: Stage,
    /// The key.
    pub key: Key,
    /// For keys that rest on one fingerprint: that fingerprint's name and value, hashed
    /// without rule or path. When several (rule, path) of one report carry it, the key is
    /// worthless and has to be dropped.
    pub value: Option<Key>,
    /// The bit of that fingerprint's name (see [`Identity::names`]); 0 for other keys.
    pub name: u64,
}

/// What identity needs to know about one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Equal for records that say exactly the same; its change is what makes a finding «updated».
    pub content: Key,
    /// Rule and path: the place that fingerprint values are told apart by.
    pub rule_path: Key,
    /// The keys, in stage order, each once.
    pub keys: Vec<StageKey>,
    /// One bit for each fingerprint name (64 buckets).
    pub names: u64,
    /// First line, 0 when there is none.
    pub line: u32,
}

/// What a record says, as text: without where in the report it stands, what was suppressed,
/// and whether it is there. Records with the same text are one.
pub fn record_text(found: &Found) -> String {
    let mut plain = found.clone();
    plain.place = crate::delta::Place::default();
    plain.suppressions.clear();
    plain.presence = crate::found::Presence::Present;
    serde_json::to_string(&plain).unwrap_or_default()
}

/// The same as [`record_text`], appended to `out`, without a copy of the record: what the text leaves
/// out is taken off meanwhile.
pub fn write_record_text(found: &mut Found, out: &mut Vec<u8>) {
    let place = std::mem::take(&mut found.place);
    let suppressions = std::mem::take(&mut found.suppressions);
    let presence = std::mem::replace(&mut found.presence, crate::found::Presence::Present);
    let from = out.len();
    if serde_json::to_writer(&mut *out, &*found).is_err() {
        out.truncate(from);
    }
    (found.place, found.suppressions, found.presence) = (place, suppressions, presence);
}

/// Computes the keys of a record.
pub fn identify(found: &Found) -> Identity {
    identify_text(found, record_text(found))
}

/// Computes the keys of a record whose [`record_text`] is at hand.
pub fn identify_text(found: &Found, text: impl AsRef<[u8]>) -> Identity {
    let content = digest(Sha256::new().chain_update(b"docket content 1\0").chain_update(text));
    let first = found.locations.first();
    let path = first.and_then(|l| l.path.as_deref()).unwrap_or_default();
    let rule = found.rule.as_str();
    let mut keys = vec![StageKey { stage: Stage::Same, key: content, value: None, name: 0 }];
    let mut names = 0;

    for (name, value) in usable(&found.fingerprints) {
        let (name_bit, value_key) = (bit(name), Some(hash("fingerprint", &[name, value])));
        names |= name_bit;
        let key = hash("1", &[rule, name, value]);
        keys.push(StageKey { stage: Stage::StableId, key, value: value_key, name: name_bit });
    }
    let partials: Vec<_> =
        usable(&found.partial_fingerprints).filter(|(name, _)| !is_only_a_column(name)).collect();
    if partials.len() > 1 {
        let mut fields = vec![rule, path];
        fields.extend(partials.iter().flat_map(|(name, value)| [*name, *value]));
        keys.push(StageKey { stage: Stage::AllPartials, key: hash("2a", &fields), value: None, name: 0 });
    }
    for &(name, value) in &partials {
        let (name, bit) = (name, bit(name));
        names |= bit;
        let value_key = Some(hash("partial", &[name, value]));
        let with_path = hash("2b", &[rule, path, name, value]);
        keys.push(StageKey { stage: Stage::OnePartial, key: with_path, value: value_key, name: bit });
        let anywhere = hash("3", &[rule, name, value]);
        keys.push(StageKey { stage: Stage::Moved, key: anywhere, value: value_key, name: bit });
    }
    if !subject_keys(found, path, &mut keys) {
        text_keys(found, path, &mut keys);
    }
    keys.sort_unstable();
    keys.dedup();
    Identity {
        content,
        rule_path: hash("rule path", &[rule, path]),
        keys,
        names,
        line: first.and_then(|l| l.start_line).unwrap_or(0),
    }
}

/// The stable name of a finding that is new: its best key, within tool, branch and
/// category, and a number that tells apart findings with equal keys (in line order, from 0).
/// 32 lower-case hex digits that every computer which reads the same reports computes too.
pub fn name(tool: &str, branch: &str, category: &str, best: &Key, ordinal: u32) -> String {
    hex(&hash("name", &[tool, branch, category, &hex(best), &ordinal.to_string()]))
}

/// The key that names a finding at birth: the most trusted one that `usable` lets through,
/// [`Stage::Same`] aside (it changes with every line); for a record with no other, that.
pub fn best_key(keys: &[StageKey]) -> Option<Key> {
    keys.iter().find(|k| k.stage != Stage::Same).or(keys.first()).map(|k| k.key)
}

/// Keys of findings about a thing rather than a piece of text. False when the record does
/// not say which thing.
fn subject_keys(found: &Found, path: &str, keys: &mut Vec<StageKey>) -> bool {
    let mut push = |stage, fields: &[&str]| {
        keys.push(StageKey { stage, key: hash("subject", fields), value: None, name: 0 });
    };
    let rule = found.rule.as_str();
    let endpoint = found.endpoint.as_ref();
    match (found.kind, &found.component) {
        (FindingKind::Dependency, Some(component)) => {
            let package = component.purl.as_deref().map_or(component.name.as_str(), without_version);
            let version = component.version.as_deref().unwrap_or_default();
            let ids = vulnerability_ids(found);
            for id in &ids {
                push(Stage::Subject, &["dependency", id, package, version, path]);
                push(Stage::SubjectAnyVersion, &["dependency", id, package, path]);
                push(Stage::SubjectAnywhere, &["dependency", id, package]);
            }
            !ids.is_empty()
        }
        (FindingKind::Web, _) => {
            let Some(endpoint) = endpoint else { return false };
            let (host, route) = host_and_route(endpoint);
            let method = endpoint.method.as_deref().unwrap_or_default().to_ascii_uppercase();
            let parameter = endpoint.parameter.as_deref().unwrap_or_default();
            push(Stage::Subject, &["web", rule, &method, &host, &route, parameter]);
            !(host.is_empty() && route.is_empty())
        }
        (FindingKind::Host, _) => {
            let Some(endpoint) = endpoint else { return false };
            let (host, _) = host_and_route(endpoint);
            let port = endpoint.port.map(|p| p.to_string()).unwrap_or_default();
            push(Stage::Subject, &["host", rule, &host, &port]);
            !host.is_empty()
        }
        (FindingKind::Cloud, _) => {
            let Some(resource) = found.locations.first().and_then(|l| l.logical.as_deref()) else {
                return false;
            };
            push(Stage::Subject, &["cloud", rule, resource]);
            true
        }
        _ => false,
    }
}

fn text_keys(found: &Found, path: &str, keys: &mut Vec<StageKey>) {
    let rule = found.rule.as_str();
    let prose = if found.description.is_empty() { &found.title } else { &found.description };
    let message = without_digits(prose);
    let snippet = found.locations.first().and_then(|l| l.snippet.as_ref()).map_or("", |s| s.text.trim());
    let logical = found.locations.first().and_then(|l| l.logical.as_deref()).unwrap_or_default();
    let place = if path.is_empty() { logical } else { path };
    let mut push = |stage, recipe, fields: &[&str]| {
        keys.push(StageKey { stage, key: hash(recipe, fields), value: None, name: 0 });
    };
    push(Stage::Text, "4", &[rule, place, &message, snippet]);
    push(Stage::Message, "5", &[rule, place, &message]);
    if let Some(file) = path.rsplit('/').next().filter(|f| !f.is_empty()) {
        push(Stage::Renamed, "6", &[rule, file, &message]);
    }
}

/// Fingerprints that can be an identity. A value with white space is a phrase, not a hash.
fn usable(
    prints: &std::collections::BTreeMap<String, String>,
) -> impl Iterator<Item = (&str, &str)> + Clone + '_ {
    prints
        .iter()
        .map(|(name, value)| (name.as_str(), value.trim()))
        .filter(|(_, value)| !value.is_empty() && !value.contains(char::is_whitespace))
}

/// A column number under the name of a fingerprint: too weak to stand for anything.
fn is_only_a_column(name: &str) -> bool {
    name.starts_with("primaryLocationStartColumnFingerprint")
}

/// Vulnerability ids, aliases included; without any, the rule, which then names the flaw.
fn vulnerability_ids(found: &Found) -> Vec<String> {
    let mut ids: Vec<String> = found
        .identifiers
        .iter()
        .filter(|id| !id.scheme.eq_ignore_ascii_case("CWE"))
        .map(|id| id.value.to_ascii_uppercase())
        .collect();
    if ids.is_empty() && !found.rule.is_empty() {
        ids.push(found.rule.to_ascii_uppercase());
    }
    ids
}

/// A package URL without version, qualifiers and subpath.
fn without_version(purl: &str) -> &str {
    let end = purl.find(['?', '#']).unwrap_or(purl.len());
    let base = &purl[..end];
    // A scoped npm name is spelt %40scope, so that an @ always begins the version; spelt
    // raw, its @ follows a slash.
    match base.rfind('@') {
        Some(at) if at > 0 && !base[..at].ends_with('/') => &base[..at],
        _ => base,
    }
}

fn host_and_route(endpoint: &crate::component::Endpoint) -> (String, String) {
    let url = endpoint.url.as_deref().unwrap_or_default();
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (authority, route) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let route = route.split(['?', '#']).next().unwrap_or_default();
    let host = endpoint.host.clone().unwrap_or_else(|| authority.to_owned());
    (host.to_ascii_lowercase(), route.to_owned())
}

/// Digits become one `#` each run, so that line numbers and counts in a message do not matter.
fn without_digits(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_number = false;
    for c in text.chars() {
        let digit = c.is_ascii_digit();
        match (digit, in_number) {
            (true, false) => out.push('#'),
            (true, true) => {}
            (false, _) => out.push(c),
        }
        in_number = digit;
    }
    out
}

fn bit(name: &str) -> u64 {
    1 << (hash("fingerprint name", &[name])[0] & 63)
}

fn hash(recipe: &str, fields: &[&str]) -> Key {
    let mut state = Sha256::new();
    for field in std::iter::once(&recipe).chain(fields) {
        state.update((field.len() as u64).to_be_bytes());
        state.update(field.as_bytes());
    }
    digest(state)
}

fn digest(state: Sha256) -> Key {
    let mut key = [0; 16];
    key.copy_from_slice(&state.finalize()[..16]);
    key
}

/// Lower-case hex digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [b >> 4, b & 15]).map(|n| char::from(DIGITS[usize::from(n)])).collect()
}

/// One side of a bucket: a record or a finding that carries the bucket's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// First line, 0 when there is none.
    pub line: u32,
    /// Fingerprint names (see [`Identity::names`]).
    pub names: u64,
}

/// Pairs the findings and the records of one bucket one to one: the nearest lines first,
/// ties in the order given. Where the stage demands it, only a bucket with exactly one on
/// each side pairs, and a contradiction of fingerprints never does. Returns indices
/// `(old, new)`.
pub fn pair(stage: Stage, old: &[Line], new: &[Line]) -> Vec<(usize, usize)> {
    /// Beyond this many candidates, pairing in line order replaces comparing each with each.
    const CANDIDATES: usize = 10_000;
    if old.is_empty() || new.is_empty() || (stage.unique() && (old.len() > 1 || new.len() > 1)) {
        return Vec::new();
    }
    let allowed = |o: usize, n: usize| !stage.heeds_contradiction() || old[o].names & new[n].names == 0;
    if old.len().saturating_mul(new.len()) > CANDIDATES {
        let by_line = |side: &[Line]| {
            let mut order: Vec<usize> = (0..side.len()).collect();
            order.sort_by_key(|&i| side[i].line);
            order
        };
        return by_line(old).into_iter().zip(by_line(new)).filter(|&(o, n)| allowed(o, n)).collect();
    }
    let mut candidates: Vec<(u32, usize, usize)> = (0..old.len())
        .flat_map(|o| (0..new.len()).map(move |n| (o, n)))
        .filter(|&(o, n)| allowed(o, n))
        .map(|(o, n)| (old[o].line.abs_diff(new[n].line), o, n))
        .collect();
    candidates.sort_unstable();
    let (mut taken_old, mut taken_new) = (vec![false; old.len()], vec![false; new.len()]);
    let mut pairs = Vec::new();
    for (_, o, n) in candidates {
        if !taken_old[o] && !taken_new[n] {
            taken_old[o] = true;
            taken_new[n] = true;
            pairs.push((o, n));
        }
    }
    pairs
}

#[cfg(test)]
mod tests;
