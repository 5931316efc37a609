//! Dependabot alerts: the REST answer (an array) and GraphQL's `vulnerabilityAlerts`, wherever in
//! the answer they stand.

use docket_domain::{FindingKind, Found, Problem, Rule, Run};

use super::{line, state};
use crate::exploit;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, failed, not_such_a_report};

/// The format.
pub(crate) static DEPENDABOT: Reads<Dependabot> = Reads(Dependabot);

static CARD: Card = Card {
    id: "dependabot",
    label: "GitHub Dependabot alerts",
    about: "Dependabot alerts as GitHub's REST and GraphQL APIs answer them.",
    extensions: &["json"],
    tool: "Dependabot",
    versions: "REST 2022-11-28; GraphQL vulnerabilityAlerts",
    example: include_str!("dependabot.json"),
};

/// How deep alerts are looked for inside a GraphQL answer.
const DEPTH: usize = 14;

/// Reads it.
pub(crate) struct Dependabot;

impl JsonReport for Dependabot {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        // One alert, alerts, or pages of them (`gh api --paginate --slurp`).
        let rest = outline.has_paths(&["number", "security_advisory", "security_vulnerability"]);
        let graph = outline.has(&["data"]) && head.text.contains("\"vulnerabilityAlerts\"");
        if rest || graph { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &[
            "",
            "data.repository.vulnerabilityAlerts.nodes",
            "data.repository.vulnerabilityAlerts.edges",
            "data.repository.search.nodes",
            "data.search.nodes",
            "data.search.edges",
            "data.organization.repositories.nodes",
            "data.user.repositories.nodes",
            "data.viewer.repositories.nodes",
            "data.nodes",
        ]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let top = &cover.top;
        let none = cover.lists.is_empty() || (cover.has("") && top.is_map());
        if none && let Some(error) = top.get("errors").items().first() {
            return Err(failed("GitHub", &error.line("message").unwrap_or_default()));
        }
        let is_alert = top.get("security_advisory").is_map();
        if none && !is_alert && !top.get("data").is_map() {
            return Err(not_such_a_report(CARD.label, "it is neither a list of alerts nor a GraphQL answer"));
        }
        let mut run = CARD.run(options);
        let name = top.line("data.repository.nameWithOwner").or_else(|| top.line("data.repository.name"));
        run.repository = name;
        let more = top.at("data.repository.vulnerabilityAlerts.pageInfo.hasNextPage").bool() == Some(true);
        if more {
            run.completeness =
                docket_domain::Completeness::Partial { reason: "it is one page of several".to_owned() };
        }
        Ok(run)
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if let Json::List(page) = record {
            for item in page {
                look(item, None, out, DEPTH);
            }
            return Ok(());
        }
        if !record.is_map() {
            return Err(format!("it is {}, not an object", record.what()));
        }
        let repository = at.cover.line("data.repository.nameWithOwner");
        look(record, repository.as_deref(), out, DEPTH);
        Ok(())
    }
}

/// Finds alerts in whatever was asked for.
fn look(value: &Json, repository: Option<&str>, out: &mut Out, depth: usize) {
    if value.get("securityVulnerability").is_map() || value.get("securityAdvisory").is_map() {
        let (found, rule) = graph(value, repository);
        out.rule(rule);
        out.finding(found);
        return;
    }
    if value.get("security_advisory").is_map() || value.get("security_vulnerability").is_map() {
        let (found, rule) = rest(value);
        out.rule(rule);
        out.finding(found);
        return;
    }
    if depth == 0 {
        return;
    }
    let own = value.line("nameWithOwner").or_else(|| value.line("name").filter(|_| value.is_map()));
    let repository = own.as_deref().or(repository);
    match value {
        Json::List(items) => items.iter().for_each(|item| look(item, repository, out, depth - 1)),
        Json::Map(fields) => fields.iter().for_each(|(_, item)| look(item, repository, out, depth - 1)),
        _ => {}
    }
}

/// What both shapes share, under the names of each.
struct Names {
    package: &'static str,
    ecosystem: &'static str,
    fixed: &'static str,
    vector: &'static str,
    score: &'static str,
    cwes: &'static str,
    cwe: &'static str,
}

fn shared(vulnerability: &Json, advisory: &Json, names: &Names) -> (Found, Rule) {
    let ids = advisory.get("identifiers").items();
    let of = |kind: &str| {
        let mut ids = ids.iter().filter(|id| id.get("type").text() == Some(kind));
        ids.find_map(|id| id.line("value"))
    };
    let rule = advisory
        .line("ghsa_id")
        .or_else(|| advisory.line("ghsaId"))
        .or_else(|| of("GHSA"))
        .or_else(|| of("CVE"))
        .or_else(|| ids.first().and_then(|id| id.line("value")))
        .unwrap_or_default();
    let summary = advisory.line("summary").unwrap_or_default();
    let mut found = make::found(&rule, &summary);
    found.kind = FindingKind::Dependency;
    let word = vulnerability.get("severity").text().or_else(|| advisory.get("severity").text());
    make::severity(&mut found, word);
    for id in ids {
        let (kind, value) = (id.line("type").unwrap_or_default(), id.line("value").unwrap_or_default());
        // The usual ones in their one spelling, any other as the report names it.
        make::identifiers(&mut found, [value.as_str()], []);
        make::identifier(&mut found, &kind, &value);
    }
    let known: Vec<String> =
        ["ghsa_id", "ghsaId", "cve_id"].iter().filter_map(|key| advisory.line(key)).collect();
    let cwes: Vec<String> =
        advisory.at(names.cwes).items().iter().filter_map(|cwe| cwe.line(names.cwe)).collect();
    make::identifiers(&mut found, known.iter().map(String::as_str), cwes.iter().map(String::as_str));
    let opinion = |at: &Json| {
        make::opinion(at.get(names.vector).text(), at.get("score").number().filter(|s| *s > 0.0), None)
    };
    let both = advisory.get(names.score);
    let opinions = ["cvss_v4", "cvssV4", "cvss_v3", "cvssV3"].iter().filter_map(|key| opinion(both.get(key)));
    make::opinions(&mut found, opinions.chain(opinion(advisory.get("cvss"))));
    found.component =
        make::component(vulnerability.line(names.package), None, None, vulnerability.line(names.fixed));
    let urls: Vec<String> = advisory.get("references").items().iter().filter_map(|r| r.line("url")).collect();
    make::references(&mut found, urls.iter().map(String::as_str));
    let fixed = vulnerability.line(names.fixed);
    found.remediation = fixed.map(|fixed| format!("Update to {fixed}."));
    found.tags = vulnerability.line(names.ecosystem).into_iter().collect();
    (found, Rule { short: Some(summary).filter(|s| !s.is_empty()), ..make::rule(&rule, None) })
}

fn rest(alert: &Json) -> (Found, Rule) {
    let names = Names {
        package: "package.name",
        ecosystem: "package.ecosystem",
        fixed: "first_patched_version.identifier",
        vector: "vector_string",
        score: "cvss_severities",
        cwes: "cwes",
        cwe: "cwe_id",
    };
    let (vulnerability, advisory) = (alert.get("security_vulnerability"), alert.get("security_advisory"));
    let (mut found, rule) = shared(vulnerability, advisory, &names);
    if let Some(path) = line(alert, "dependency.manifest_path") {
        found.locations.push(make::place(&path, None));
    }
    if found.component.is_none() {
        found.component = make::component(alert.line("dependency.package.name"), None, None, None);
    }
    found.description = make::described([
        ("", advisory.block("description")),
        ("Vulnerable versions", line(vulnerability, "vulnerable_version_range")),
        ("Scope", line(alert, "dependency.scope")),
        ("Relationship", line(alert, "dependency.relationship")),
    ]);
    exploit::epss_in(&mut found, advisory, "epss.percentage", "epss.percentile", "epss.date");
    let url = line(alert, "html_url");
    make::references(&mut found, url.iter().map(String::as_str));
    let repository =
        alert.line("repository.full_name").or_else(|| url.as_deref().and_then(super::repository));
    let number = line(alert, "number");
    make::fingerprint(
        &mut found,
        "alert",
        number.map(|number| format!("{}#{number}", repository.unwrap_or_default())),
    );
    let reason = line(alert, "dismissed_reason");
    state(
        &mut found,
        alert.get("state").text().unwrap_or_default(),
        reason.as_deref(),
        line(alert, "dismissed_comment"),
    );
    (found, rule)
}

fn graph(alert: &Json, repository: Option<&str>) -> (Found, Rule) {
    let names = Names {
        package: "package.name",
        ecosystem: "package.ecosystem",
        fixed: "firstPatchedVersion.identifier",
        vector: "vectorString",
        score: "cvssSeverities",
        cwes: "cwes.nodes",
        cwe: "cweId",
    };
    let vulnerability = alert.get("securityVulnerability");
    let inner = vulnerability.get("advisory");
    let advisory = if inner.is_map() { inner } else { alert.get("securityAdvisory") };
    let (mut found, rule) = shared(vulnerability, advisory, &names);
    let path = line(alert, "vulnerableManifestPath").or_else(|| line(alert, "vulnerableManifestFilename"));
    if let Some(path) = path {
        found.locations.push(make::place(&path, None));
    }
    let required = line(alert, "vulnerableRequirements");
    if let Some(component) = &mut found.component {
        // `= 1.2.3` names the version that is locked; anything else is a range.
        let version = required.as_deref().and_then(|text| text.strip_prefix("= "));
        component.version = version.map(str::to_owned);
    }
    found.description = make::described([
        ("", advisory.block("description")),
        ("Vulnerable versions", line(vulnerability, "vulnerableVersionRange")),
        ("Required", required),
        ("Scope", line(alert, "dependencyScope")),
        ("Repository", repository.map(str::to_owned)),
    ]);
    let update = line(alert, "dependabotUpdate.pullRequest.permalink");
    make::references(&mut found, update.iter().map(String::as_str));
    make::fingerprint(&mut found, "id", line(alert, "id"));
    let word = line(alert, "state").unwrap_or_default();
    let fixed = line(alert, "fixedAt").map(|_| "fixed".to_owned());
    let dismissed = line(alert, "dismissedAt").map(|_| "dismissed".to_owned());
    // Answers that did not ask for the state still tell it by its time.
    let word = Some(word).filter(|word| !word.is_empty()).or(fixed).or(dismissed).unwrap_or_default();
    state(&mut found, &word, line(alert, "dismissReason").as_deref(), line(alert, "dismissComment"));
    (found, rule)
}
