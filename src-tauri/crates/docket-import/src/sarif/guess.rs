//! What tools put into property bags and tags by habit: identifiers, scores, packages, kinds.
//!
//! Careful on purpose: a habit counts only where it cannot mean anything else.

use docket_domain::{Component, Cvss, FindingKind, Found, Location};

use super::tool::Descriptor;
use crate::clean;
use crate::cvss;
use crate::exploit;
use crate::identifiers::Identifiers;
use crate::json::Json;

/// Keys under which tools put weaknesses, numbers or texts.
const CWE_KEYS: &[&str] = &["cwe", "cwes", "CWE", "cweId", "cwe_id", "cweIds", "cwe-id"];
/// Keys under which tools put names of vulnerabilities.
const VULNERABILITY_KEYS: &[&str] = &[
    "cve",
    "cves",
    "CVE",
    "cveId",
    "cve_id",
    "cveIds",
    "vulnerabilityId",
    "vulnerability_id",
    "vulnerabilityIds",
    "ghsa",
    "ghsaId",
    "aliases",
    "identifiers",
    "osvId",
];

/// Adds the identifiers of a property bag and its tags.
pub(super) fn identifiers_of(properties: &Json, into: &mut Identifiers) {
    for tag in properties.get("tags").items() {
        if let Some(tag) = tag.text() {
            into.scan(tag);
        }
    }
    for key in CWE_KEYS {
        each_text(properties.get(key), &mut |text| into.cwe(text));
    }
    for key in VULNERABILITY_KEYS {
        each_text(properties.get(key), &mut |text| into.scan(text));
    }
}

/// The texts and numbers of a value: its own, of a list, or of one more level.
fn each_text(value: &Json, take: &mut dyn FnMut(&str)) {
    match value {
        Json::Text(text) => take(text),
        Json::Int(_) => take(&value.as_text()),
        Json::List(items) => items.iter().take(64).for_each(|item| each_text(item, take)),
        Json::Map(fields) => fields.iter().take(64).for_each(|(_, item)| {
            if let Some(text) = item.text() {
                take(text);
            }
        }),
        _ => {}
    }
}

/// The tags of a property bag.
pub(super) fn tags_of(properties: &Json) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in properties.get("tags").items().iter().take(200) {
        if let Some(tag) = tag.some_text().map(clean::title)
            && !tags.contains(&tag)
        {
            tags.push(tag);
        }
    }
    tags
}

/// CVSS vectors and base scores under keys that name them.
pub(super) fn cvss_of(properties: &Json) -> Vec<Cvss> {
    let mut opinions = Vec::new();
    for (key, value) in properties.fields() {
        if !key.as_bytes().windows(4).any(|part| part.eq_ignore_ascii_case(b"cvss")) {
            continue;
        }
        let name = key.to_ascii_lowercase();
        if let Some(vector) = value.text().and_then(cvss::of_vector) {
            cvss::add_vector(&mut opinions, vector);
        } else if let Some(score) = value.number() {
            let is_score = name.contains("basescore")
                || name.contains("base_score")
                || ["score", "cvss", "cvssv2", "cvssv3", "cvssv4", "cvss3", "cvss2"].iter().any(|end| {
                    name.trim_start_matches("cvss").trim_start_matches(['v', '2', '3', '4', '_', '-', '.'])
                        == *end
                        || name == *end
                });
            if is_score {
                cvss::add_score(&mut opinions, cvss::version_in(key), score);
            }
        }
    }
    opinions
}

/// The chance of exploitation and that it happens, under keys that name them.
pub(super) fn exploitation(found: &mut Found, properties: &Json) {
    let (mut score, mut percentile, mut date) = (None, None, None);
    for (key, value) in properties.fields() {
        if key.len() > 40 {
            continue;
        }
        let mut letters = [0; 40];
        let mut length = 0;
        for (to, letter) in letters.iter_mut().zip(key.bytes().filter(u8::is_ascii_alphanumeric)) {
            *to = letter.to_ascii_lowercase();
            length += 1;
        }
        match std::str::from_utf8(&letters[..length]).unwrap_or_default() {
            "epss" if value.is_map() => {
                let keys = ["score", "probability", "epss"];
                score = keys.iter().find_map(|key| value.get(key).number());
                percentile = value.get("percentile").number();
                date = value.line("date");
            }
            "epss" | "epssscore" | "epssprobability" => score = value.number(),
            "epsspercentile" => percentile = value.number(),
            "epssdate" => date = clean::some_line(&value.spelt()),
            "kev" | "iskev" | "inkev" | "cisakev" | "knownexploited" if value.bool() == Some(true) => {
                exploit::exploited(found, None, None, None, false);
            }
            _ => {}
        }
    }
    exploit::epss(found, score, percentile, date);
}

/// The package that a result is about: from its properties, from a logical location that is a
/// package URL (Dependency-Check), or, for Trivy, from its message.
pub(super) fn component_of(
    tool: &str,
    properties: &Json,
    locations: &[Location],
    message: &str,
) -> Option<Component> {
    let text = |keys: &[&str]| {
        keys.iter().find_map(|key| {
            let value = properties.get(key);
            clean::some_line(&value.spelt())
        })
    };
    let purl =
        text(&["purl", "packageUrl", "packageURL", "package_url"]).filter(|purl| purl.starts_with("pkg:"));
    let logical = || locations.iter().filter_map(|place| place.logical.as_deref());
    let purl = purl.or_else(|| logical().find(|name| name.starts_with("pkg:")).map(str::to_owned));
    let name = text(&["packageName", "package_name", "pkgName", "component", "dependency"]);
    let version =
        text(&["packageVersion", "package_version", "installedVersion", "componentVersion", "pkgVersion"]);
    let fixed = text(&["fixedVersion", "fixed_version", "fixVersion", "fixedIn", "patchedVersion"]);
    if purl.is_some() || (name.is_some() && version.is_some()) {
        let (purl_name, purl_version) = purl.as_deref().map(of_purl).unwrap_or_default();
        return Some(Component {
            name: name.or(purl_name)?,
            version: version.or(purl_version),
            fixed_version: fixed,
            purl,
        });
    }
    if !tool.eq_ignore_ascii_case("trivy") {
        return None;
    }
    let line = |key: &str| {
        let value = message.lines().take(12).find_map(|line| line.strip_prefix(key))?;
        clean::some_line(value.strip_prefix(": ")?)
    };
    Some(Component {
        purl: None,
        name: line("Package")?,
        version: line("Installed Version"),
        fixed_version: line("Fixed Version"),
    })
}

/// Name and version in a package URL, good enough to show.
fn of_purl(purl: &str) -> (Option<String>, Option<String>) {
    let body = purl.split(['?', '#']).next().unwrap_or(purl);
    let last = body.rsplit('/').next().unwrap_or(body);
    let (name, version) = match last.rsplit_once('@') {
        Some((name, version)) if !name.is_empty() => (name, Some(version)),
        _ => (last, None),
    };
    let decoded = |text: &str| clean::some_line(&crate::path::percent_decoded(text));
    (decoded(name), version.and_then(decoded))
}

/// The kind of finding that a tool is there for, by its name; none for those that look into code and
/// for unknown ones.
pub(super) fn trade_of(tool: &str) -> Option<FindingKind> {
    let tool = tool.to_ascii_lowercase().replace([' ', '_'], "-");
    let is =
        |name: &str| tool.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    let kind = |(names, kind): &(&[&str], FindingKind)| names.iter().any(|name| is(name)).then_some(*kind);
    TRADES.iter().find_map(kind)
}

/// Names of tools, and what they find.
const TRADES: &[(&[&str], FindingKind)] = &[
    (&["gitleaks", "trufflehog", "detect-secrets", "ggshield", "noseyparker"], FindingKind::Secret),
    (
        &["checkov", "kics", "tfsec", "terrascan", "kubescape", "hadolint", "dockle", "kube-linter"],
        FindingKind::Iac,
    ),
    (
        &["grype", "osv-scanner", "govulncheck", "dependency-check", "snyk-open-source", "dependency-track"],
        FindingKind::Dependency,
    ),
    (&["owasp-zap", "zap", "nuclei", "mapi"], FindingKind::Web),
];

/// The broad kind, from the package, the address, the rule's family and the tool's
/// [trade](trade_of).
pub(super) fn kind_of(
    trade: Option<FindingKind>,
    rule: Option<&Descriptor>,
    rule_id: &str,
    tags: &[String],
    has_component: bool,
    has_endpoint: bool,
) -> FindingKind {
    if has_component {
        return FindingKind::Dependency;
    }
    // Trivy names the family in the rule.
    let family = rule.and_then(|rule| rule.rule.name.as_deref()).unwrap_or_default();
    match family {
        "OsPackageVulnerability" | "LanguageSpecificPackageVulnerability" => return FindingKind::Dependency,
        "Misconfiguration" => return FindingKind::Iac,
        "Secret" => return FindingKind::Secret,
        _ => {}
    }
    let tagged =
        |words: &[&str]| tags.iter().any(|tag| words.iter().any(|word| tag.eq_ignore_ascii_case(word)));
    if tagged(&["secret", "secrets"]) {
        return FindingKind::Secret;
    }
    let begins = |prefix: &str| {
        rule_id.as_bytes().get(..prefix.len()).is_some_and(|id| id.eq_ignore_ascii_case(prefix.as_bytes()))
    };
    let names_package = || ["CVE-", "GHSA-", "RUSTSEC-", "PYSEC-", "SNYK-"].into_iter().any(begins);
    match trade {
        Some(trade @ (FindingKind::Secret | FindingKind::Iac)) => trade,
        _ if names_package() => FindingKind::Dependency,
        Some(FindingKind::Dependency) => FindingKind::Dependency,
        _ if has_endpoint => FindingKind::Web,
        trade => trade.unwrap_or(FindingKind::Code),
    }
}
