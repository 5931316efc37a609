//! Sonatype Lifecycle (Nexus IQ): the raw data of an application's report.

use docket_domain::{FindingKind, Found, Problem, Run, Severity, SuppressionStatus};

use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static SONATYPE: Reads<Sonatype> = Reads(Sonatype);

static CARD: Card = Card {
    id: "sonatype",
    label: "Sonatype Lifecycle report",
    about: "The raw report of an application in Sonatype Lifecycle (Nexus IQ).",
    extensions: &["json"],
    tool: "Sonatype Lifecycle",
    versions: "API 2: `reports/{id}/raw`, `reports/{id}/policy`",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct Sonatype;

impl JsonReport for Sonatype {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let inner = outline.has_inner("components", "componentIdentifier")
            && (outline.has_inner("components", "securityData")
                || outline.has_inner("components", "matchState")
                || outline.has_inner("components", "violations"));
        if inner || outline.has(&["components", "matchSummary"]) {
            Confidence::Certain
        } else {
            Confidence::No
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["components"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        if !cover.has("components") {
            return Err(not_such_a_report(CARD.label, "it has no components"));
        }
        Ok(CARD.run(options))
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if !record.is_map() {
            return Err(format!("it is {}, not an object", record.what()));
        }
        for violation in out.objects(record.get("violations")) {
            out.part(violation);
            out.finding(violated(violation, record));
        }
        if record.has_key("violations") && !record.has_key("securityData") {
            return Ok(());
        }
        let issues = record.at("securityData.securityIssues").items();
        for issue in out.objects(record.at("securityData.securityIssues")) {
            out.part(issue);
            out.finding(found(issue, record));
        }
        if issues.is_empty() {
            out.passed();
        }
        Ok(())
    }
}

fn found(issue: &Json, part: &Json) -> Found {
    let id = issue.line("reference").unwrap_or_default();
    let mut found = make::dependency(&id, None, component(part));
    // The number is a CVSS score; the threat category is its band in words.
    let said = make::opinion(
        issue.get("cvssVector").text(),
        issue.get("severity").number(),
        issue.get("source").text(),
    );
    make::opinions(&mut found, said);
    make::severity_from_cvss(&mut found);
    make::identifiers(&mut found, [], issue.line("cwe").as_deref());
    make::references(&mut found, issue.get("url").text());
    found.description = make::described([
        ("Source", issue.line("source")),
        ("Threat category", issue.line("threatCategory")),
        ("Declared licences", {
            let names = part.at("licenseData.declaredLicenses").items().iter();
            let names: Vec<String> = names.filter_map(|one| one.line("licenseName")).collect();
            Some(names.join(", "))
        }),
    ]);
    found.tags = issue.line("source").into_iter().collect();
    placed(&mut found, part);
    let status = issue.line("status").unwrap_or_default();
    let decided = match status.as_str() {
        "Not Applicable" => Some(SuppressionStatus::Accepted),
        "Acknowledged" => Some(SuppressionStatus::UnderReview),
        _ => None,
    };
    found
        .suppressions
        .extend(decided.map(|decided| make::suppression(decided, &status.to_ascii_lowercase(), None)));
    found
}

/// Where the component is.
fn placed(found: &mut Found, part: &Json) {
    let paths = part.lines("pathnames");
    found.locations = paths.iter().take(100).map(|path| make::place(path, None)).collect();
    if let Some(hash) = part.line("hash") {
        found.partial_fingerprints.insert("component hash".to_owned(), hash);
    }
}

/// A policy that a component violates (`reports/{id}/policy`). Its threat level is a number from 0 to
/// 10 in Sonatype's bands: 8 critical, 4 severe, 2 moderate, 1 low.
fn violated(violation: &Json, part: &Json) -> Found {
    let policy = violation.any_line(&["policyName", "policyId"]).unwrap_or_default();
    let component = component(part);
    let title = make::in_component(&policy, component.as_ref());
    let mut found = make::found(&policy, &title);
    found.kind = FindingKind::Dependency;
    found.component = component;
    let level = violation.get("policyThreatLevel").whole();
    make::severity_as(&mut found, violation.line("policyThreatLevel").as_deref(), |_| {
        Some(match level? {
            8.. => Severity::Critical,
            4..=7 => Severity::High,
            2..=3 => Severity::Medium,
            1 => Severity::Low,
            _ => Severity::Info,
        })
    });
    let constraints = violation.get("constraints").items().iter().take(100);
    let conditions = constraints.flat_map(|one| one.get("conditions").items()).take(1000);
    let reasons: Vec<String> =
        conditions.filter_map(|one| one.any_line(&["conditionReason", "conditionSummary"])).collect();
    make::identifiers(&mut found, reasons.iter().map(String::as_str), []);
    found.description = make::described([("", Some(reasons.join("\n")))]);
    found.tags = violation.line("policyThreatCategory").into_iter().collect();
    placed(&mut found, part);
    if let Some(id) = violation.line("policyViolationId") {
        found.partial_fingerprints.insert("policy violation".to_owned(), id);
    }
    for kind in ["waived", "grandfathered", "legacyViolation"] {
        if violation.get(kind).bool() == Some(true) {
            make::suppressed(&mut found, SuppressionStatus::Accepted, kind, None);
        }
    }
    found
}

/// The component: its package URL, else its coordinates.
fn component(part: &Json) -> Option<docket_domain::Component> {
    let purl = part.line("packageUrl");
    let of = part.at("componentIdentifier.coordinates");
    let format = part.line("componentIdentifier.format").unwrap_or_default();
    let name = ["artifactId", "packageId", "name"].iter().find_map(|key| of.line(key));
    let name = match (of.line("groupId"), name) {
        (Some(group), Some(name)) => Some(format!("{group}:{name}")),
        (_, name) => name,
    };
    let implied = name.as_deref().and_then(|name| make::purl(&format, name, of.line("version").as_deref()));
    make::component(name, of.line("version"), purl.clone().or(implied), None)
        .or_else(|| make::component_of_purl(&purl?))
        .or_else(|| make::component(part.line("displayName").or_else(|| part.line("hash")), None, None, None))
}
