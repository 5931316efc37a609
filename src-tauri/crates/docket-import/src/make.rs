//! Short ways to build the parts of a finding that nearly every format has. What comes in is
//! hostile: everything is cleaned here.

use docket_domain::{
    Component, Cvss, Endpoint, FindingKind, Found, Identifier, Location, Reference, Rule, Severity,
    SeveritySource, Snippet, Suppression, SuppressionStatus,
};

use crate::clean;
use crate::cvss;
use crate::identifiers::Identifiers;
use crate::json::Json;
use crate::path;
use crate::words;

impl Json {
    /// The value at a path of keys joined by dots; `Null` when it is absent.
    pub(crate) fn at(&self, path: &str) -> &Json {
        path.split('.').fold(self, |value, key| value.get(key))
    }

    /// A text or number as one clean line; none when there is nothing.
    pub(crate) fn line(&self, path: &str) -> Option<String> {
        clean::some_line(&self.at(path).spelt())
    }

    /// A text of several lines, clean; none when there is nothing.
    pub(crate) fn block(&self, path: &str) -> Option<String> {
        clean::some_block(&self.at(path).spelt())
    }

    /// The texts and numbers of a list, or the one text that stands in its place.
    pub(crate) fn lines(&self, path: &str) -> Vec<String> {
        match self.at(path) {
            Json::List(items) => items.iter().filter_map(|item| clean::some_line(&item.spelt())).collect(),
            one => clean::some_line(&one.spelt()).into_iter().collect(),
        }
    }

    /// The first of several fields that says something, as one line.
    pub(crate) fn any_line(&self, paths: &[&str]) -> Option<String> {
        paths.iter().find_map(|path| self.line(path))
    }

    /// The first of several fields that says something, as a text of several lines.
    pub(crate) fn any_block(&self, paths: &[&str]) -> Option<String> {
        paths.iter().find_map(|path| self.block(path))
    }

    /// A line number: whole and at least 1.
    pub(crate) fn line_number(&self, path: &str) -> Option<u32> {
        self.at(path).whole().and_then(line_number)
    }
}

/// A line or column as a file can have it; zero and less are none.
pub(crate) fn line_number(number: i64) -> Option<u32> {
    u32::try_from(number).ok().filter(|number| *number > 0)
}

/// The same, of a text.
pub(crate) fn line_number_of(text: &str) -> Option<u32> {
    text.trim().parse::<i64>().ok().and_then(line_number)
}

/// A finding of a rule. An empty title becomes the rule; both are cleaned.
pub(crate) fn found(rule: &str, title: &str) -> Found {
    let rule = clean::line(rule);
    let title = clean::title(title);
    let title = if title.is_empty() { clean::title(&rule) } else { title };
    Found::new(rule, title)
}

/// A flaw of a package: named by its id, filed under it, with what the package implies.
pub(crate) fn dependency(id: &str, title: Option<String>, component: Option<Component>) -> Found {
    let mut found = found(id, &title.unwrap_or_else(|| in_component(id, component.as_ref())));
    found.kind = FindingKind::Dependency;
    advisory(&mut found, id);
    let fixed = component.as_ref().and_then(|component| component.fixed_version.as_deref());
    found.remediation = fixed.map(|fixed| format!("Update to {fixed}."));
    found.component = component;
    found
}

/// How many identifiers one finding keeps.
const IDENTIFIERS: usize = 1000;

/// The name of a flaw with the package that it is in.
pub(crate) fn in_component(id: &str, component: Option<&Component>) -> String {
    clean::title(&match component {
        Some(Component { name, version: Some(version), .. }) => format!("{id} in {name} {version}"),
        Some(Component { name, .. }) => format!("{id} in {name}"),
        None => id.to_owned(),
    })
}

/// Adds the name of a flaw in a database of flaws, whatever its scheme (`RHSA-2024:1`,
/// `sonatype-2019-0467`, `533`); several names in one text are several.
pub(crate) fn advisory(found: &mut Found, name: &str) {
    let name = clean::line(name);
    if name.is_empty()
        || found.identifiers.len() >= IDENTIFIERS
        || found.identifiers.iter().any(|known| known.value.eq_ignore_ascii_case(&name))
    {
        return;
    }
    let mut known = Identifiers::default();
    known.scan(&name);
    let known = known.into_vec();
    if known.iter().all(|id| id.scheme == "CWE") {
        let prefix = name.split_once('-').map_or("", |(prefix, _)| prefix);
        let is_scheme = (2..=12).contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_alphabetic());
        let scheme = if is_scheme { prefix.to_ascii_uppercase() } else { "ID".to_owned() };
        found.identifiers.push(Identifier { scheme, value: clean::title(&name) });
        return;
    }
    identify(found, known);
}

/// A place in a file.
pub(crate) fn place(spelt: &str, line: Option<u32>) -> Location {
    let mut place = Location::nowhere();
    let path = path::of_file_uri(spelt).map_or_else(|| path::normal(spelt), |path| path::normal(&path));
    place.uri = (path != spelt).then(|| clean::line_exact(spelt)).filter(|uri| !uri.is_empty());
    place.path = Some(path).filter(|path| !path.is_empty());
    place.start_line = line;
    place
}

/// A thing without a file: a resource of a cloud or a cluster, with what is said about it.
pub(crate) fn resource(name: Option<String>, about: Option<String>) -> Option<Location> {
    Some(Location { logical: Some(name?), message: about, ..Location::nowhere() })
}

/// Lines of code.
pub(crate) fn snippet(text: &str, start_line: Option<u32>) -> Option<Snippet> {
    let text = clean::cut_bytes(clean::some_block(text)?, clean::SNIPPET_BYTES).0;
    Some(Snippet { text, start_line })
}

/// Sets the severity from the report's own word; a word that is none is kept and shown as unknown.
pub(crate) fn severity(found: &mut Found, word: Option<&str>) {
    severity_as(found, word, words::severity);
}

/// The same with a table of the format's own.
pub(crate) fn severity_as(found: &mut Found, word: Option<&str>, meaning: impl Fn(&str) -> Option<Severity>) {
    let Some(word) = word.and_then(clean::some_line) else { return };
    if let Some(severity) = meaning(&word) {
        (found.severity, found.severity_source) = (severity, SeveritySource::Result);
    }
    found.severity_raw = Some(clean::title(&word));
}

/// Sets the severity from the CVSS opinions, where the report has no word for it.
pub(crate) fn severity_from_cvss(found: &mut Found) {
    if found.severity_raw.is_none()
        && let Some(score) = cvss::leading_score(&found.cvss)
    {
        found.severity = Severity::from_score(score);
        found.severity_source = SeveritySource::Score;
        found.severity_raw = Some(score.to_string());
    }
}

/// A CVSS opinion of a vector, a score, or both. Nothing when both say nothing.
pub(crate) fn opinion(vector: Option<&str>, score: Option<f64>, source: Option<&str>) -> Option<Cvss> {
    let score = score.filter(|score| (0.0..=10.0).contains(score));
    let mut opinion = match vector.and_then(cvss::of_vector) {
        Some(opinion) => opinion,
        None => Cvss { version: "3.1".into(), vector: None, score: Some(score?), source: None },
    };
    opinion.score = score.or(opinion.score);
    opinion.source = source.and_then(clean::some_line);
    Some(opinion)
}

/// How many CVSS opinions one finding keeps.
const OPINIONS: usize = 200;
/// The same, of a version that is known even where there is no vector.
pub(crate) fn opinion_of(
    version: &str,
    vector: Option<&str>,
    score: Option<f64>,
    source: Option<&str>,
) -> Option<Cvss> {
    let mut opinion = opinion(vector, score, source)?;
    if opinion.vector.is_none() {
        version.clone_into(&mut opinion.version);
    }
    Some(opinion)
}

/// Adds opinions and computes the scores that are missing.
pub(crate) fn opinions(found: &mut Found, opinions: impl IntoIterator<Item = Cvss>) {
    for opinion in opinions {
        if found.cvss.len() < OPINIONS && !found.cvss.contains(&opinion) {
            found.cvss.push(opinion);
        }
    }
    cvss::fill_scores(&mut found.cvss);
}

/// Identifiers (CVE, GHSA, CWE, …) that stand in these texts, each once, and weaknesses by number.
pub(crate) fn identifiers<'t>(
    found: &mut Found,
    texts: impl IntoIterator<Item = &'t str>,
    cwes: impl IntoIterator<Item = &'t str>,
) {
    let mut all = Identifiers::default();
    for text in texts {
        all.scan(text);
    }
    for cwe in cwes {
        all.cwe(cwe);
    }
    identify(found, all.into_vec());
}

fn identify(found: &mut Found, ids: Vec<Identifier>) {
    for id in ids {
        if found.identifiers.len() < IDENTIFIERS && !found.identifiers.contains(&id) {
            found.identifiers.push(id);
        }
    }
}

/// An identifier of a scheme that the report names itself.
pub(crate) fn identifier(found: &mut Found, scheme: &str, value: &str) {
    let (Some(scheme), Some(value)) = (clean::some_line(scheme), clean::some_line(value)) else { return };
    let id = Identifier { scheme: scheme.to_ascii_uppercase(), value: value.to_ascii_uppercase() };
    if !found.identifiers.iter().any(|known| known.value == id.value) {
        found.identifiers.push(id);
    }
}

/// A decision that the report carries. Nothing when the same one is there already.
pub(crate) fn suppressed(
    found: &mut Found,
    status: SuppressionStatus,
    kind: &str,
    justification: Option<String>,
) {
    let justification = justification.and_then(|why| clean::some_block(&why));
    let suppression = Suppression { status, kind: clean::title(kind), justification };
    if !found.suppressions.contains(&suppression) {
        found.suppressions.push(suppression);
    }
}

/// An id that the tool promises to keep.
pub(crate) fn fingerprint(found: &mut Found, name: &str, value: Option<String>) {
    if let Some(value) = value {
        found.fingerprints.insert(name.to_owned(), clean::line_exact(&value));
    }
}

/// A package; none without a name or purl.
pub(crate) fn component(
    name: Option<String>,
    version: Option<String>,
    purl: Option<String>,
    fixed: Option<String>,
) -> Option<Component> {
    let purl = purl.filter(|purl| purl.starts_with("pkg:"));
    Some(Component { name: name.or_else(|| purl.clone())?, version, fixed_version: fixed, purl })
}

/// A package by its package URL: name with its namespace, version.
pub(crate) fn component_of_purl(purl: &str) -> Option<Component> {
    let purl = clean::some_line(purl).filter(|purl| purl.starts_with("pkg:"))?;
    let path = purl.trim_start_matches("pkg:").trim_start_matches('/');
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let (kind, path) = path.split_once('/')?;
    // The version's `@` comes behind the last `/`; one at the beginning is a scope.
    let name_at = path.rfind('/').map_or(0, |at| at + 1);
    let version_at = path.get(name_at..)?.rfind('@').filter(|at| *at > 0).map(|at| name_at + at);
    let (name, version) = match version_at {
        Some(at) => (path.get(..at)?, path.get(at + 1..)),
        None => (path, None),
    };
    let decoded = |text: &str| clean::some_line(&path::percent_decoded(text));
    let name = match (kind, name.rsplit_once('/')) {
        ("maven", Some((group, name))) => format!("{group}:{name}"),
        // The namespace of these is who packs them.
        ("deb" | "rpm" | "apk" | "alpm", Some((_, name))) => name.to_owned(),
        _ => name.to_owned(),
    };
    let name = decoded(&name)?;
    let version = version.and_then(decoded);
    Some(Component { name, version, fixed_version: None, purl: Some(purl) })
}

/// The package URL that a name in an ecosystem implies; none where more than a name is needed
/// (distributions) or the ecosystem is not known.
pub(crate) fn purl(ecosystem: &str, name: &str, version: Option<&str>) -> Option<String> {
    let kind = match ecosystem.to_ascii_lowercase().as_str() {
        "npm" | "yarn" | "pnpm" | "javascript" | "node" | "js" => "npm",
        "maven" | "gradle" | "sbt" | "java" | "gav" => "maven",
        "pypi" | "pip" | "python" | "poetry" | "pipenv" => "pypi",
        "gem" | "rubygems" | "ruby" | "bundler" => "gem",
        "nuget" | "dotnet" | ".net" => "nuget",
        "composer" | "packagist" | "php" => "composer",
        "golang" | "go" | "gomodules" | "govendor" | "golangdep" => "golang",
        "cargo" | "rust" => "cargo",
        name if name.starts_with("crates") => "cargo",
        "hex" => "hex",
        "pub" => "pub",
        "cocoapods" => "cocoapods",
        _ => return None,
    };
    let name = clean::some_line(name)?;
    let name = match kind {
        "maven" => name.replacen(':', "/", 1),
        "pypi" => name.to_ascii_lowercase().replace('_', "-"),
        _ => name,
    };
    let escaped = |text: &str| -> String {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'/' | b':');
        text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
    };
    let version = version.and_then(clean::some_line).map(|version| format!("@{}", escaped(&version)));
    Some(format!("pkg:{kind}/{}{}", escaped(&name), version.unwrap_or_default()))
}

/// A package of an ecosystem, with the package URL that this implies.
pub(crate) fn package(
    ecosystem: &str,
    name: Option<String>,
    version: Option<String>,
    fixed: Option<String>,
) -> Option<Component> {
    let purl = name.as_deref().and_then(|name| purl(ecosystem, name, version.as_deref()));
    component(name, version, purl, fixed)
}

/// The version that a range of sound versions begins with, when it is as plain as `>=1.2.3`.
pub(crate) fn first_of_range(range: &str) -> Option<String> {
    let version = range.trim().strip_prefix(">=")?.trim();
    let plain = !version.is_empty() && !version.contains([' ', ',', '|', '<', '>', '=', '*']);
    plain.then(|| clean::line(version))
}

/// A place that has a name and no file: a chain of packages, a resource.
pub(crate) fn logical(name: &str) -> Option<Location> {
    Some(Location { logical: Some(clean::some_line(name)?), ..Location::nowhere() })
}

/// The addresses that stand in a text.
pub(crate) fn references_in(found: &mut Found, text: &str) {
    let parts =
        text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '<' | '>' | '"'));
    references(found, parts.map(|part| part.trim_end_matches([',', ';', '.'])));
}

/// What the tool's users decided.
pub(crate) fn suppression(status: SuppressionStatus, kind: &str, why: Option<String>) -> Suppression {
    Suppression {
        status,
        kind: clean::title(kind),
        justification: why.and_then(|why| clean::some_block(&why)),
    }
}

/// How many references one finding keeps.
const REFERENCES: usize = 1000;

/// Further reading; only addresses of the web.
pub(crate) fn references<'t>(found: &mut Found, urls: impl IntoIterator<Item = &'t str>) {
    for url in urls {
        if found.references.len() >= REFERENCES {
            return;
        }
        let Some(url) = clean::some_line(&path::without_login(url.trim())) else { continue };
        if path::is_web(&url) && !found.references.iter().any(|known| known.url == url) {
            found.references.push(Reference { label: None, url });
        }
    }
}

/// The addresses of the web among these texts, each once (of issues that exist already).
pub(crate) fn addresses<'t>(urls: impl IntoIterator<Item = &'t str>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for url in urls {
        let Some(url) = clean::some_line(&path::without_login(url.trim())) else { continue };
        if path::is_web(&url) && !all.contains(&url) {
            all.push(url);
        }
    }
    all
}

/// An address on the web or a host; none when there is neither.
pub(crate) fn endpoint(url: Option<&str>, host: Option<&str>, port: Option<u16>) -> Option<Endpoint> {
    let url = url.and_then(|url| clean::some_line(&path::without_login(url)));
    let (url_host, url_port) =
        url.as_deref().and_then(path::host_and_port).map_or((None, None), |(host, port)| (Some(host), port));
    let host = host.and_then(clean::some_line).or(url_host);
    if url.is_none() && host.is_none() {
        return None;
    }
    Some(Endpoint { method: None, parameter: None, port: port.or(url_port), host, url })
}

/// Parts of a description, each under its heading, empty ones left out.
pub(crate) fn described<'t>(parts: impl IntoIterator<Item = (&'t str, Option<String>)>) -> String {
    let mut text = String::new();
    for (heading, part) in parts {
        let Some(part) = part.filter(|part| !part.trim().is_empty()) else { continue };
        let part = part.trim();
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        if !heading.is_empty() {
            // A list or a block of code begins on a line of its own.
            let apart = ["- ", "```", "~~~"].iter().any(|begin| part.starts_with(begin));
            text.extend(["**", heading, "**:", if apart { "\n\n" } else { " " }]);
        }
        text.push_str(part);
    }
    text
}

/// A rule with a name; the rest is filled in by whoever knows more.
pub(crate) fn rule(id: &str, name: Option<String>) -> Rule {
    Rule { name: name.and_then(|name| clean::some_line(&name)), ..crate::fields::bare_rule(&clean::line(id)) }
}

/// Product and version that the first of some CPEs names (`cpe:/a:vendor:product:1.0`,
/// `cpe:2.3:a:vendor:product:1.0:…`); of Tenable's `p-cpe:/a:vendor:system:package` the package.
pub(crate) fn of_cpe(cpes: &str) -> Option<(String, Option<String>)> {
    let cpe = cpes.trim().split([',', ' ', '\n']).next()?;
    let said = |part: Option<&str>| part.and_then(clean::some_line).filter(|part| part != "*" && part != "-");
    if let Some(rest) = cpe.strip_prefix("p-cpe:/") {
        return Some((said(rest.split(':').nth(3))?, None));
    }
    let rest = cpe.strip_prefix("cpe:2.3:").or_else(|| cpe.strip_prefix("cpe:/"))?;
    let mut parts = rest.split(':').skip(2);
    Some((said(parts.next())?, said(parts.next())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_urls_give_names_as_their_ecosystems_spell_them() {
        for (purl, name, version) in [
            ("pkg:maven/org.quill/quill-core@1.2.0?type=jar", "org.quill:quill-core", Some("1.2.0")),
            ("pkg:npm/%40ink/drop@4.0.0", "@ink/drop", Some("4.0.0")),
            ("pkg:npm/@ink/drop", "@ink/drop", None),
            ("pkg:deb/debian/libquill@2.8.0-1?arch=amd64", "libquill", Some("2.8.0-1")),
            ("pkg:golang/example.org/net@v0.9.0#http", "example.org/net", Some("v0.9.0")),
            ("pkg:rpm/redhat/quill@1%3A2.0", "quill", Some("1:2.0")),
        ] {
            let component = component_of_purl(purl);
            let said =
                component.as_ref().map(|component| (component.name.as_str(), component.version.as_deref()));
            assert_eq!(said, Some((name, version)), "{purl}");
        }
        for text in ["", "pkg:", "pkg:npm", "npm/a@1", "pkg:npm/", "pkg:npm/@"] {
            assert!(component_of_purl(text).is_none_or(|component| !component.name.is_empty()), "{text}");
        }
        assert_eq!(
            purl("npm", "@ink/drop", Some("4.0.0")).as_deref(),
            Some("pkg:npm/%40ink/drop@4.0.0"),
            "scope"
        );
        assert_eq!(
            purl("pip", "Ink_Well", None).as_deref(),
            Some("pkg:pypi/ink-well"),
            "one spelling of Python's"
        );
        assert_eq!(purl("deb", "apt", None), None, "the distribution is not known");
    }

    #[test]
    fn names_of_flaws_keep_their_scheme() {
        let of = |name: &str| {
            let mut found = Found::new("", "");
            advisory(&mut found, name);
            found.identifiers.into_iter().map(|id| (id.scheme, id.value)).collect::<Vec<_>>()
        };
        let pair = |scheme: &str, value: &str| vec![(scheme.to_owned(), value.to_owned())];
        assert_eq!(of("CVE-2026-1"), pair("CVE", "CVE-2026-1"), "known");
        assert_eq!(of("RHSA-2026:1"), pair("RHSA", "RHSA-2026:1"), "a scheme by its prefix");
        assert_eq!(of("533"), pair("ID", "533"), "none");
        assert_eq!(
            of("GHSA-multi-cwe-0001"),
            pair("GHSA", "GHSA-multi-cwe-0001"),
            "no weakness inside a name"
        );
        assert_eq!(of(" "), vec![], "nothing");
    }

    #[test]
    fn only_a_plain_range_names_a_version() {
        for (range, want) in [
            (">=1.2.3", Some("1.2.3")),
            (">= 2", Some("2")),
            (">=1 <2", None),
            ("<1", None),
            (">=1 || >=3", None),
        ] {
            assert_eq!(first_of_range(range).as_deref(), want, "{range}");
        }
    }
}
