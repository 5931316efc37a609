//! What grouping, planning and rendering need to know of one finding.
//!
//! [`Candidate`] is light (one short row per finding, fit for a whole selection in memory);
//! [`Member`] is everything that an issue's text may say, loaded only for findings that are
//! about to be written. Both are copies: nothing here reads or changes a finding.

use serde::{Deserialize, Serialize};

use crate::assessment::Status;
use crate::component::{Component, Cvss, Endpoint, Identifier, Reference};
use crate::evidence::Evidence;
use crate::exploit::{Epss, KnownExploited};
use crate::finding::FindingDetail;
use crate::found::Rule;
use crate::group::GroupView;
use crate::id::{ApplicationId, FindingId};
use crate::location::{Flow, Location};
use crate::severity::Severity;
use crate::time::Timestamp;

/// How many places besides the first one a [`Member`] carries at most.
pub const FURTHER_PLACES: usize = 5;

/// One finding with all that an issue may say about it. Every text in it is hostile input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// Row id.
    pub id: FindingId,
    /// The name of the finding that another computer computes too, lower-case hex.
    pub identity: String,
    /// Severity in force.
    pub severity: Severity,
    /// Status in force.
    pub status: Status,
    /// One plain line: what is wrong here.
    pub title: String,
    /// The tool's rule id; empty when the report names none.
    pub rule: String,
    /// What is known about the rule.
    pub about_rule: Option<Rule>,
    /// Tool name; empty when unknown.
    pub tool: String,
    /// Application.
    pub application: ApplicationId,
    /// Its name.
    pub application_name: String,
    /// Branch, empty when none is known.
    pub branch: String,
    /// Who owns the file of the first place ([`crate::owners`]); empty when nobody is known.
    pub owner: String,
    /// The first place, if any.
    pub place: Option<Location>,
    /// The next places, at most [`FURTHER_PLACES`].
    pub further: Vec<Location>,
    /// How many places there are besides the first one, also those that `further` leaves out.
    pub further_count: u64,
    /// The first way through the code, if the report has one.
    pub flow: Option<Flow>,
    /// Package.
    pub component: Option<Component>,
    /// Address.
    pub endpoint: Option<Endpoint>,
    /// Public identifiers.
    pub identifiers: Vec<Identifier>,
    /// The highest CVSS opinion.
    pub cvss: Option<Cvss>,
    /// The chance of exploitation.
    #[serde(default)]
    pub epss: Option<Epss>,
    /// That it is known to be exploited.
    #[serde(default)]
    pub known_exploited: Option<KnownExploited>,
    /// Proof, for templates that ask for it; Docket's own form never prints it.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// The whole message, Markdown.
    pub description: String,
    /// How to fix it, Markdown.
    pub remediation: Option<String>,
    /// Further reading.
    pub references: Vec<Reference>,
    /// First import that found it.
    pub first_seen: Timestamp,
}

impl Member {
    /// The member that a finding is, with the places cut to what an issue shows.
    pub fn of(detail: &FindingDetail) -> Self {
        let mut places = detail.locations.iter().cloned();
        Self {
            id: detail.row.id,
            identity: detail.identity.clone(),
            severity: detail.row.severity,
            status: detail.row.status,
            title: detail.row.title.clone(),
            rule: detail.row.rule.clone(),
            about_rule: detail.rule.clone(),
            tool: detail.row.tool.clone(),
            application: detail.row.application,
            application_name: detail.row.application_name.clone(),
            branch: detail.row.branch.clone(),
            owner: detail.row.owner.clone(),
            place: places.next(),
            further: places.take(FURTHER_PLACES).collect(),
            further_count: detail.locations.len().saturating_sub(1) as u64,
            flow: detail.flows.first().cloned(),
            component: detail.component.clone(),
            endpoint: detail.endpoint.clone(),
            identifiers: detail.identifiers.clone(),
            cvss: best_cvss(&detail.cvss).cloned(),
            epss: detail.epss.clone(),
            known_exploited: detail.known_exploited.clone(),
            evidence: detail.evidence.clone(),
            description: detail.description.clone(),
            remediation: detail.remediation.clone(),
            references: detail.references.clone(),
            first_seen: detail.row.first_seen,
        }
    }

    /// The light view of this member.
    pub fn candidate(&self) -> Candidate {
        let component = self.component.as_ref();
        Candidate {
            id: self.id,
            identity: self.identity.clone(),
            severity: self.severity,
            status: self.status,
            title: self.title.clone(),
            rule: filled(&self.rule),
            rule_title: self.about_rule.as_ref().and_then(rule_words).map(str::to_owned),
            tool: filled(&self.tool),
            application: self.application,
            application_name: self.application_name.clone(),
            component: component.map(|c| c.name.clone()),
            component_version: component.and_then(|c| c.version.clone()),
            fixed_version: component.and_then(|c| c.fixed_version.clone()),
            path: self.place.as_ref().and_then(|p| p.path.clone()),
            line: self.place.as_ref().and_then(|p| p.start_line),
            cve: vulnerability_of(&self.identifiers).map(str::to_owned),
            cwe: weakness_of(&self.identifiers),
            package_manager: component.and_then(|c| manager_of(c.purl.as_deref()?)),
            owner: filled(&self.owner),
            import: None,
            matches: None,
        }
    }
}

/// One finding of a selection, as light as planning allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Row id.
    pub id: FindingId,
    /// The name of the finding that another computer computes too, lower-case hex.
    pub identity: String,
    /// Severity in force.
    pub severity: Severity,
    /// Status in force.
    pub status: Status,
    /// One plain line.
    pub title: String,
    /// Rule id, if the report names one.
    pub rule: Option<String>,
    /// The rule in words ([`rule_words`]), if it has any.
    pub rule_title: Option<String>,
    /// Tool name, if known.
    pub tool: Option<String>,
    /// Application.
    pub application: ApplicationId,
    /// Its name (unique among applications).
    pub application_name: String,
    /// Component name, if the finding is about one.
    pub component: Option<String>,
    /// Its version.
    pub component_version: Option<String>,
    /// The first version of it without the flaw.
    pub fixed_version: Option<String>,
    /// Path of the first place.
    pub path: Option<String>,
    /// Line of the first place.
    pub line: Option<u32>,
    /// The vulnerability's id ([`vulnerability_of`]).
    pub cve: Option<String>,
    /// The weakness (`CWE-89`); of several the one with the lowest number, so that every computer
    /// names the same.
    pub cwe: Option<String>,
    /// The type of its package URL (`npm`), in small letters.
    pub package_manager: Option<String>,
    /// Who owns the file of its first place, as the application's `CODEOWNERS` says.
    pub owner: Option<String>,
    /// What the first import that found it read: the SHA-256 of the report, hex, and its name.
    /// None when it is not known, or not asked for.
    pub import: Option<(String, String)>,
    /// Whether it matches the query that is grouped by; none when nobody asked.
    pub matches: Option<bool>,
}

impl Candidate {
    /// What grouping looks at.
    pub fn view(&self) -> GroupView<'_> {
        GroupView {
            id: self.id,
            identity: &self.identity,
            severity: self.severity,
            title: &self.title,
            rule: self.rule.as_deref(),
            rule_title: self.rule_title.as_deref(),
            tool: self.tool.as_deref(),
            application_name: &self.application_name,
            component: self.component.as_deref(),
            component_version: self.component_version.as_deref(),
            fixed_version: self.fixed_version.as_deref(),
            path: self.path.as_deref(),
            line: self.line,
            cve: self.cve.as_deref(),
            cwe: self.cwe.as_deref(),
            package_manager: self.package_manager.as_deref(),
            owner: self.owner.as_deref(),
            import: self.import.as_ref().map(|(digest, name)| (digest.as_str(), name.as_str())),
            matches: self.matches,
        }
    }
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// The rule in words: its short sentence, else its name; nothing when it only has an id.
pub fn rule_words(rule: &Rule) -> Option<&str> {
    [rule.short.as_deref(), rule.name.as_deref()]
        .into_iter()
        .flatten()
        .map(str::trim)
        .find(|text| !text.is_empty() && *text != rule.id)
}

/// The id by which a vulnerability is known: the smallest CVE, else the smallest GHSA, else
/// the smallest other id that names one flaw (a CWE names a kind of flaw, so never that).
/// «Smallest» makes the answer independent of the order in a report.
pub fn vulnerability_of(identifiers: &[Identifier]) -> Option<&str> {
    identifiers
        .iter()
        .filter(|id| !matches!(id.scheme.as_str(), "CWE" | "OWASP" | "CAPEC"))
        .min_by_key(|id| {
            let rank = match id.scheme.as_str() {
                "CVE" => 0,
                "GHSA" => 1,
                _ => 2,
            };
            (rank, id.value.as_str())
        })
        .map(|id| id.value.as_str())
}

/// The opinion with the highest score; the newer CVSS version among equals.
pub fn best_cvss(opinions: &[Cvss]) -> Option<&Cvss> {
    opinions.iter().filter(|c| c.score.is_some_and(|s| !s.is_nan())).max_by(|a, b| {
        a.score.unwrap_or(0.0).total_cmp(&b.score.unwrap_or(0.0)).then_with(|| a.version.cmp(&b.version))
    })
}

/// The weakness that a finding is grouped by: of its CWEs the one with the lowest number.
pub fn weakness_of(identifiers: &[Identifier]) -> Option<String> {
    let numbers = identifiers.iter().filter(|id| id.scheme.eq_ignore_ascii_case("CWE")).filter_map(|id| {
        let value = id.value.trim();
        let number =
            value.get(..4).filter(|head| head.eq_ignore_ascii_case("CWE-")).map_or(value, |_| &value[4..]);
        number.parse::<u32>().ok().filter(|number| *number > 0)
    });
    numbers.min().map(|number| format!("CWE-{number}"))
}

/// The type of a package URL, in small letters: what stands between `pkg:` and the first `/`.
pub fn manager_of(purl: &str) -> Option<String> {
    let (scheme, rest) = purl.split_once(':')?;
    let (kind, _) = rest.trim_start_matches('/').split_once('/')?;
    (scheme.eq_ignore_ascii_case("pkg") && !kind.is_empty()).then(|| kind.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(scheme: &str, value: &str) -> Identifier {
        Identifier { scheme: scheme.into(), value: value.into() }
    }

    #[test]
    fn a_vulnerability_is_named_by_its_cve_whatever_the_order() {
        let (cwe, ghsa) = (id("CWE", "CWE-79"), id("GHSA", "GHSA-aaaa"));
        let (old, new) = (id("CVE", "CVE-2020-1"), id("CVE", "CVE-2024-1"));
        let all = [cwe.clone(), ghsa.clone(), new, old];
        assert_eq!(vulnerability_of(&all), Some("CVE-2020-1"), "the smallest CVE speaks for all");
        assert_eq!(vulnerability_of(&[cwe.clone(), ghsa]), Some("GHSA-aaaa"), "no CVE: the next best id");
        assert_eq!(vulnerability_of(&[cwe]), None, "a weakness is no vulnerability id");
    }

    #[test]
    fn the_best_score_ignores_opinions_without_a_number() {
        let cvss = |version: &str, score| Cvss { version: version.into(), vector: None, score, source: None };
        let all =
            [cvss("2.0", Some(7.5)), cvss("3.1", Some(9.8)), cvss("4.0", None), cvss("3.0", Some(f64::NAN))];
        assert_eq!(best_cvss(&all).and_then(|c| c.score), Some(9.8), "the highest real number counts");
    }

    #[test]
    fn of_several_weaknesses_every_computer_names_the_same() {
        let of = |values: &[&str]| {
            let ids: Vec<Identifier> = values
                .iter()
                .map(|value| Identifier { scheme: "CWE".into(), value: (*value).into() })
                .collect();
            weakness_of(&ids)
        };
        assert_eq!(
            of(&["CWE-564", "CWE-89"]).as_deref(),
            Some("CWE-89"),
            "the lowest number, not the first text"
        );
        assert_eq!(of(&["89"]).as_deref(), Some("CWE-89"), "a bare number");
        assert_eq!(of(&["CWE-noinfo", "CWE-0", "é"]), None, "what is no number is none");
        let cve = Identifier { scheme: "CVE".into(), value: "CVE-2024-1".into() };
        assert_eq!(weakness_of(&[cve]), None, "a vulnerability is no weakness");
    }

    #[test]
    fn a_package_url_tells_its_manager() {
        assert_eq!(manager_of("pkg:npm/%40angular/core@1.0").as_deref(), Some("npm"));
        assert_eq!(manager_of("PKG:Maven/org.x/y@1").as_deref(), Some("maven"), "in small letters");
        for purl in ["", "npm/lodash", "pkg:", "pkg:/x", "https://x/y"] {
            assert_eq!(manager_of(purl), None, "{purl}");
        }
    }
}
