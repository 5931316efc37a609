//! Dependency-Track's finding packaging format, and the findings that its API lists.

use docket_domain::{Cvss, Found, Presence, Problem, Run, SuppressionStatus};

use crate::exploit;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads, did_not_look};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static DEPENDENCY_TRACK: Reads<DependencyTrack> = Reads(DependencyTrack);

static CARD: Card = Card {
    id: "dependency-track",
    label: "Dependency-Track findings",
    about: "The finding packaging format that Dependency-Track exports, and the list of its API.",
    extensions: &["json", "fpf"],
    tool: "Dependency-Track",
    versions: "FPF 1.0 to 1.3",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct DependencyTrack;

impl JsonReport for DependencyTrack {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let finding = ["component", "vulnerability", "matrix"];
        let listed =
            finding.iter().all(|key| outline.has_inner("findings", key)) || outline.first_has(&finding);
        let named = outline.path("meta.application") == Some("Dependency-Track");
        if named || listed { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["", "findings"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let top = &cover.top;
        let mut run = CARD.run(options);
        if !top.is_map() {
            return Ok(run);
        }
        if top.get("meta").is_null() && !cover.has("findings") {
            return Err(not_such_a_report(CARD.label, "it has no findings"));
        }
        run.tool.version = top.line("meta.version");
        run.started = top.line("meta.timestamp").and_then(|at| at.parse().ok());
        run.category = top.line("project.name");
        Ok(if cover.has("findings") { run } else { did_not_look(run, "it has no findings, not even none") })
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if at.list.is_empty() && at.cover.is_map() {
            // The cover of a report without findings.
            return Ok(());
        }
        if record.line("vulnerability.vulnId").is_none() {
            return Err("its vulnerability has no vulnId".to_owned());
        }
        out.finding(found(record));
        Ok(())
    }
}

fn found(record: &Json) -> Found {
    let (part, flaw) = (record.get("component"), record.get("vulnerability"));
    let id = flaw.line("vulnId").unwrap_or_default();
    let name = match (part.line("group"), part.line("name")) {
        (Some(group), Some(name)) => {
            let between = if part.get("purl").text().is_some_and(|purl| purl.starts_with("pkg:maven/")) {
                ':'
            } else {
                '/'
            };
            Some(format!("{group}{between}{name}"))
        }
        (_, name) => name,
    };
    let component = make::component(name, part.line("version"), part.line("purl"), None);
    let mut found = make::dependency(&id, flaw.line("title"), component);
    found.description = make::described([
        ("", flaw.block("description")),
        ("", flaw.block("subtitle")),
        ("Vulnerable versions", flaw.line("vulnerableVersions")),
        ("Sound versions", flaw.line("patchedVersions")),
    ]);
    found.remediation = flaw.block("recommendation").or_else(|| {
        let newest = part.line("latestVersion")?;
        Some(format!("The newest version is {newest}."))
    });
    make::severity(&mut found, flaw.get("severity").text());
    for (_, id) in flaw.get("aliases").items().iter().flat_map(|alias| alias.fields().iter()) {
        make::advisory(&mut found, id.text().unwrap_or_default());
    }
    let numbers = flaw.get("cwes").items().iter().filter_map(|cwe| cwe.line("cweId"));
    let numbers: Vec<String> = numbers.chain(flaw.line("cweId")).collect();
    make::identifiers(&mut found, [], numbers.iter().map(String::as_str));
    let opinions = [("V4", "4.0"), ("V3", "3.1"), ("V2", "2.0")].into_iter().filter_map(|(key, version)| {
        let score = [format!("cvss{key}BaseScore"), format!("cvss{key}Score")];
        let score = score.iter().find_map(|key| flaw.get(key).number());
        let vector = flaw.line(&format!("cvss{key}Vector"));
        let opinion = make::opinion(vector.as_deref(), score, None)?;
        Some(if opinion.vector.is_none() { Cvss { version: version.to_owned(), ..opinion } } else { opinion })
    });
    make::opinions(&mut found, opinions.collect::<Vec<_>>());
    make::severity_from_cvss(&mut found);
    exploit::epss_in(&mut found, flaw, "epssScore", "epssPercentile", "epssDate");
    make::references_in(&mut found, &flaw.block("references").unwrap_or_default());
    let project = part.line("projectName").map(|name| match part.line("projectVersion") {
        Some(version) => format!("{name} {version}"),
        None => name,
    });
    found.locations = project.and_then(|name| make::logical(&name)).into_iter().collect();
    found.tags = flaw.line("source").into_iter().collect();
    if let Some(matrix) = record.line("matrix") {
        found.fingerprints.insert("dependency-track matrix".to_owned(), matrix);
    }
    judge(&mut found, record.get("analysis"));
    found
}

/// What was decided in Dependency-Track.
fn judge(found: &mut Found, analysis: &Json) {
    let state = analysis.line("state").unwrap_or_default();
    let why = make::described([
        ("", analysis.block("justification").filter(|text| text != "NOT_SET")),
        ("", analysis.block("details").or_else(|| analysis.block("detail"))),
    ]);
    let status = match state.as_str() {
        "RESOLVED" => {
            found.presence = Presence::Absent;
            None
        }
        "NOT_AFFECTED" | "FALSE_POSITIVE" => Some(SuppressionStatus::Accepted),
        "IN_TRIAGE" => Some(SuppressionStatus::UnderReview),
        _ => None,
    };
    let suppressed = analysis.get("isSuppressed").bool() == Some(true);
    let status = if suppressed { Some(SuppressionStatus::Accepted) } else { status };
    if let Some(status) = status {
        let kind = if state.is_empty() { "suppressed".to_owned() } else { state.to_ascii_lowercase() };
        found.suppressions.push(make::suppression(status, &kind, Some(why)));
    }
}
