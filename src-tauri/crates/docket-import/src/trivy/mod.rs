//! Trivy's own JSON: images, file systems, repositories (schema 2), its array of before, and
//! clusters (`trivy k8s`).

use docket_domain::{FindingKind, Found, Presence, Problem, Run, SuppressionStatus};

use crate::clean;
use crate::fields;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static TRIVY: Reads<Trivy> = Reads(Trivy);

static CARD: Card = Card {
    id: "trivy",
    label: "Trivy JSON",
    about: "What `trivy --format json` writes: vulnerabilities, misconfigurations, secrets, licences.",
    extensions: &["json"],
    tool: "Trivy",
    versions: "schema 2, the array before it, clusters (`trivy k8s`)",
    example: include_str!("example.json"),
};

/// Where the resources of a cluster stand; until version 0.31 the two kinds of findings apart.
const PARTS: [&str; 4] = ["Resources", "Findings", "Vulnerabilities", "Misconfigurations"];
/// How often each control of a benchmark failed (`--compliance … --report summary`).
const CONTROLS: &str = "SummaryControls";

/// Reads it.
pub(crate) struct Trivy;

impl JsonReport for Trivy {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let scan = outline.has(&["SchemaVersion"]) || outline.first_has(&["SchemaVersion"]);
        let scan = scan && ["ArtifactName", "Results"].iter().any(|key| outline.path(key).is_some())
            || outline.has_paths(&["ArtifactName", "Results.Target"]);
        let cluster = outline.has(&["ClusterName"]) && PARTS.iter().any(|list| outline.has(&[list]));
        let found = ["Vulnerabilities", "Misconfigurations"];
        let before = found.iter().any(|list| outline.first_has(&["Target", list]));
        let benchmark = outline.has_paths(&["ID", "Title", "Results.Results"])
            || outline.has_paths(&["ID", "Title", "SummaryControls.TotalFail"]);
        if scan || cluster || before || benchmark { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["", "Results", "Resources", "Findings", "Vulnerabilities", "Misconfigurations", CONTROLS]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let top = &cover.top;
        let known = ["SchemaVersion", "ClusterName", "ArtifactName", "Title"];
        if !known.iter().any(|key| !top.get(key).is_null()) && !cover.has("") {
            return Err(not_such_a_report(CARD.label, "it has neither a SchemaVersion nor a ClusterName"));
        }
        let mut run = CARD.run(options);
        run.tool.version = top.line("Trivy.Version");
        run.category = top.any_line(&["ArtifactName", "ClusterName", "Title"]);
        run.started = top.line("CreatedAt").and_then(|at| at.parse().ok());
        Ok(run)
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if !record.is_map() {
            return Err(format!("it is {}, not an object", record.what()));
        }
        if PARTS.contains(&at.list) {
            let parts = ["Namespace", "Kind", "Name"].iter().filter_map(|key| record.line(key));
            let resource = parts.collect::<Vec<_>>().join("/");
            if let Some(says) = record.line("Error")
                && record.get("Results").is_null()
            {
                return Err(format!("Trivy could not scan {resource}: {}", clean::title(&says)));
            }
            for result in out.objects(record.get("Results")) {
                results(result, Some(&resource), out);
            }
        } else if at.list == CONTROLS {
            control(record, out);
        } else if record.has_key("Results") || record.has_key("SchemaVersion") {
            // A control of a benchmark with its results, or one of several reports.
            for result in out.objects(record.get("Results")) {
                results(result, None, out);
            }
        } else {
            results(record, None, out);
        }
        Ok(())
    }
}

/// A control of a benchmark that tells only how often it failed.
fn control(record: &Json, out: &mut Out) {
    let fails = record.get("TotalFail").whole().unwrap_or(0);
    if fails <= 0 {
        return out.passed();
    }
    let id = record.line("ID").unwrap_or_default();
    let mut found = make::found(&id, &record.line("Name").unwrap_or_default());
    found.kind = FindingKind::Iac;
    found.description = make::described([("Results that fail", Some(fails.to_string()))]);
    make::severity(&mut found, record.get("Severity").text());
    out.finding(found);
}

/// Everything that Trivy found in one target.
fn results(result: &Json, resource: Option<&str>, out: &mut Out) {
    let target = result.line("Target").unwrap_or_default();
    let tell = |item: &Json, mut found: Found, out: &mut Out| {
        out.part(item);
        if let (Some(resource), Some(place)) = (resource, found.locations.first_mut()) {
            place.logical = clean::some_line(resource);
        }
        out.finding(found);
    };
    for item in out.objects(result.get("Vulnerabilities")) {
        tell(item, vulnerability(item, result, &target), out);
    }
    for item in out.objects(result.get("Misconfigurations")) {
        // `PASS` and `EXCEPTION` are no findings.
        if item.get("Status").text().is_none_or(|status| status == "FAIL") {
            tell(item, misconfiguration(item, &target), out);
        }
    }
    for item in out.objects(result.get("Secrets")) {
        tell(item, secret(item, &target), out);
    }
    for item in out.objects(result.get("Licenses")) {
        tell(item, licence(item, &target), out);
    }
    for item in out.objects(result.get("ExperimentalModifiedFindings")) {
        let kept = item.get("Finding");
        let mut found = match item.get("Type").text() {
            Some("vulnerability") => vulnerability(kept, result, &target),
            Some("misconfiguration") => misconfiguration(kept, &target),
            Some("secret") => secret(kept, &target),
            Some("license") => licence(kept, &target),
            _ => continue,
        };
        judge(&mut found, item);
        tell(item, found, out);
    }
}

/// What an ignore file or a VEX document says about a finding (`--show-suppressed`).
fn judge(found: &mut Found, item: &Json) {
    let state = item.line("Status").unwrap_or_default();
    let status = match state.as_str() {
        "under_investigation" => SuppressionStatus::UnderReview,
        "fixed" => {
            found.presence = Presence::Absent;
            return;
        }
        _ => SuppressionStatus::Accepted,
    };
    let why = make::described([("", item.block("Statement")), ("Source", item.line("Source"))]);
    found.suppressions.push(make::suppression(status, &state, Some(why)));
}

fn vulnerability(item: &Json, result: &Json, target: &str) -> Found {
    let id = item.line("VulnerabilityID").unwrap_or_default();
    let title = item
        .line("Title")
        .unwrap_or_else(|| format!("{id} in {}", item.line("PkgName").unwrap_or_else(|| target.to_owned())));
    let mut found = make::found(&id, &title);
    found.kind = FindingKind::Dependency;
    found.description = item.block("Description").unwrap_or_default();
    make::severity(&mut found, item.get("Severity").text());
    let path = item.line("PkgPath").unwrap_or_else(|| target.to_owned());
    found.locations.push(make::place(&path, None));
    found.component = make::component(
        item.line("PkgName"),
        item.line("InstalledVersion"),
        item.line("PkgIdentifier.PURL"),
        item.line("FixedVersion"),
    );
    for name in std::iter::once(id).chain(item.lines("VendorIDs")) {
        make::advisory(&mut found, &name);
    }
    make::identifiers(&mut found, [], item.lines("CweIDs").iter().map(String::as_str));
    let sources = item.get("CVSS").fields().iter();
    let opinions = sources.flat_map(|(source, given)| {
        [("V40Vector", "V40Score"), ("V3Vector", "V3Score"), ("V2Vector", "V2Score")].into_iter().filter_map(
            move |(vector, score)| {
                make::opinion(given.get(vector).text(), given.get(score).number(), Some(source))
            },
        )
    });
    make::opinions(&mut found, opinions);
    make::severity_from_cvss(&mut found);
    if let Some(fixed) = item.line("FixedVersion") {
        found.remediation = Some(format!("Update to {fixed}."));
    }
    let urls = item.lines("References");
    let first = item.line("PrimaryURL");
    make::references(&mut found, first.iter().chain(&urls).map(String::as_str));
    found.tags = ["Type", "Class"].iter().filter_map(|key| result.line(key)).collect();
    found
}

fn misconfiguration(item: &Json, target: &str) -> Found {
    let id = item.line("ID").or_else(|| item.line("AVDID")).unwrap_or_default();
    let mut found = make::found(&id, &item.line("Title").unwrap_or_default());
    found.kind = FindingKind::Iac;
    found.description = make::described([("", item.block("Description")), ("Found", item.block("Message"))]);
    make::severity(&mut found, item.get("Severity").text());
    make::advisory(&mut found, &item.line("AVDID").unwrap_or(id));
    let cause = item.get("CauseMetadata");
    let mut place = make::place(target, cause.line_number("StartLine"));
    place.end_line = cause.line_number("EndLine");
    place.logical = cause.line("Resource");
    place.snippet = code(cause.at("Code.Lines"), place.start_line);
    found.locations.push(place);
    found.remediation = item.block("Resolution");
    let urls = item.lines("References");
    let first = item.line("PrimaryURL");
    make::references(&mut found, first.iter().chain(&urls).map(String::as_str));
    found.tags = item.line("Type").into_iter().collect();
    found
}

fn secret(item: &Json, target: &str) -> Found {
    let rule = item.line("RuleID").unwrap_or_default();
    let mut found = make::found(&rule, &item.line("Title").unwrap_or_default());
    found.kind = FindingKind::Secret;
    make::severity(&mut found, item.get("Severity").text());
    let mut place = make::place(target, item.line_number("StartLine"));
    place.end_line = item.line_number("EndLine");
    place.snippet = item.get("Match").text().and_then(|text| make::snippet(text, place.start_line));
    found.locations.push(place);
    found.tags = item.line("Category").into_iter().collect();
    found
}

fn licence(item: &Json, target: &str) -> Found {
    let name = item.line("Name").unwrap_or_default();
    let package = item.line("PkgName");
    let of = package.clone().or_else(|| item.line("FilePath")).unwrap_or_else(|| target.to_owned());
    let mut found = make::found(&format!("licence-{name}"), &format!("Licence {name} of {of}"));
    found.kind = FindingKind::Dependency;
    found.description = make::described([("Category", item.block("Category"))]);
    make::severity(&mut found, item.get("Severity").text());
    let path = item.line("FilePath").unwrap_or_else(|| target.to_owned());
    found.locations.push(make::place(&path, None));
    found.component = make::component(package, None, None, None);
    make::references(&mut found, item.get("Link").text());
    found.tags = vec!["licence".to_owned()];
    found
}

/// The lines that are the cause, without the lines around them.
fn code(lines: &Json, start: Option<u32>) -> Option<docket_domain::Snippet> {
    let causes = lines.items().iter().filter(|line| line.get("IsCause").bool() != Some(false));
    let text: Vec<String> = causes
        .map(|line| fields::plain_line(line).or_else(|| line.block("Content")).unwrap_or_default())
        .collect();
    make::snippet(&text.join("\n"), start)
}
