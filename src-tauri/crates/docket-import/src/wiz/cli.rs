//! `wizcli`: scans of images, folders and infrastructure as code.

use docket_domain::{FindingKind, Found, Problem, Run};

use crate::clean;
use crate::exploit;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, failed};

/// The format.
pub(crate) static WIZ_CLI: Reads<WizCli> = Reads(WizCli);

static CARD: Card = Card {
    id: "wiz-cli",
    label: "Wiz CLI JSON",
    about: "What `wizcli … scan --output file,json` writes: packages, secrets, infrastructure as code.",
    extensions: &["json"],
    tool: "Wiz CLI",
    versions: "wizcli 0 and 1",
    example: include_str!("example.json"),
};

/// Where version 1 has its packages.
const BY_VERSION: &str = "result.vulnerableSBOMArtifactsByNameVersion";

/// Reads it.
pub(crate) struct WizCli;

impl JsonReport for WizCli {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let says = outline.has(&["scanOriginResource", "status", "result"])
            || outline.has(&["outdatedPolicies", "policies", "createdAt"]);
        if says { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &[
            "result.osPackages",
            "result.libraries",
            "result.applications",
            BY_VERSION,
            "result.secrets",
            "result.ruleMatches",
        ]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let top = &cover.top;
        let state = top.line("status.state").unwrap_or_default();
        if top.get("result").is_null() && state != "SUCCESS" {
            return Err(failed(
                CARD.tool,
                &top.any_line(&["status.details", "status.state"]).unwrap_or_default(),
            ));
        }
        let mut run = CARD.run(options);
        run.category = top.line("scanOriginResource.name");
        run.started = top.line("createdAt").and_then(|at| at.parse().ok());
        Ok(run)
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if !record.is_map() {
            return Err(format!("it is {}, not an object", record.what()));
        }
        match at.list {
            "result.secrets" => out.finding(secret(record)),
            BY_VERSION => artifact(record, out),
            "result.ruleMatches" => {
                let rule = record.shared(&["matches"]);
                for item in out.objects(record.get("matches")) {
                    out.part(item);
                    out.finding(misconfiguration(item, &rule));
                }
            }
            _ => {
                let package = record.shared(&["vulnerabilities"]);
                for item in out.objects(record.get("vulnerabilities")) {
                    out.part(item);
                    out.finding(vulnerability(item, &package));
                }
            }
        }
        Ok(())
    }
}

fn vulnerability(item: &Json, package: &Json) -> Found {
    let id = item.line("name").unwrap_or_default();
    let name = package.line("name");
    let title = name.as_deref().map_or_else(|| id.clone(), |name| format!("{id} in {name}"));
    let mut found = make::found(&id, &title);
    found.kind = FindingKind::Dependency;
    make::severity(&mut found, item.get("severity").text());
    make::opinions(&mut found, make::opinion(None, item.get("score").number(), None));
    make::severity_from_cvss(&mut found);
    let known = |key: &str| item.get(key).bool().filter(|yes| *yes).map(|_| "yes".to_owned());
    found.description = make::described([
        ("", item.block("description")),
        ("Layer", package.block("layerMetadata.details")),
        ("Exploit known", known("hasExploit")),
        ("Policies", policies(item)),
    ]);
    if known("hasCisaKevExploit").is_some() {
        exploit::exploited(
            &mut found,
            Some("CISA"),
            item.line("cisaKevReleaseDate"),
            item.line("cisaKevDueDate"),
            false,
        );
    }
    exploit::epss_percent(
        &mut found,
        item.get("epssProbability").number(),
        item.get("epssPercentile").number(),
    );
    let fixed = item.line("fixedVersion");
    found.remediation = fixed.as_ref().map(|fixed| format!("Update to {fixed}."));
    found.component = make::component(name, package.line("version"), None, fixed);
    found.locations.extend(package.line("path").map(|path| make::place(&path, None)));
    make::advisory(&mut found, &id);
    make::references(&mut found, item.get("source").text());
    found.tags = package.line("detectionMethod").into_iter().collect();
    found
}

/// A package as version 1 tells it: its flaws each, or only how many there are.
fn artifact(record: &Json, out: &mut Out) {
    let flaws = record.at("vulnerabilityFindings.findings").items();
    let package = &record.shared(&["vulnerabilityFindings"]);
    let about = &record.get("vulnerabilityFindings").shared(&["findings"]);
    let fixed = about.line("fixedVersion");
    let name = package.line("name");
    let advice = about.block("remediation");
    for item in out.objects(record.at("vulnerabilityFindings.findings")) {
        out.part(item);
        let mut found = vulnerability(item, package);
        let own = item.lines("fixedVersions").into_iter().next().or_else(|| fixed.clone());
        if let Some(component) = &mut found.component {
            component.fixed_version = component.fixed_version.take().or(own);
        }
        found.remediation = advice.clone().or(found.remediation);
        make::references(&mut found, item.get("link").text());
        out.finding(found);
    }
    if !flaws.is_empty() {
        return;
    }
    let counts = ["critical", "high", "medium", "low", "info"].into_iter().filter_map(|word| {
        let count =
            about.get("severities").get(&format!("{word}Count")).whole().filter(|count| *count > 0)?;
        Some((word, count))
    });
    let counts: Vec<(&str, i64)> = counts.collect();
    let Some((worst, _)) = counts.first() else { return };
    let title = format!("Vulnerabilities in {}", name.as_deref().unwrap_or("an unnamed package"));
    let mut found = make::found("vulnerable-package", &title);
    found.kind = FindingKind::Dependency;
    make::severity(&mut found, Some(worst));
    let told = counts.iter().map(|(word, count)| format!("{count} {word}")).collect::<Vec<_>>().join(", ");
    found.description = make::described([("Known vulnerabilities", Some(told))]);
    found.component = make::component(name, package.line("version"), None, fixed);
    found.locations.extend(package.line("path").map(|path| make::place(&path, None)));
    found.remediation = advice;
    out.finding(found);
}

fn secret(item: &Json) -> Found {
    let rule = item.any_line(&["type", "externalId"]).unwrap_or_default();
    let mut found = make::found(&rule, &item.line("description").unwrap_or_default());
    found.kind = FindingKind::Secret;
    make::severity(&mut found, item.get("severity").text());
    let contains = item.get("contains").items().iter().filter_map(|one| one.any_line(&["name", "type"]));
    found.description = make::described([
        ("Contains", clean::some_line(&contains.collect::<Vec<_>>().join(", "))),
        ("Policies", policies(item)),
    ]);
    if let Some(path) = item.line("path") {
        let mut place = make::place(&path, item.line_number("lineNumber"));
        place.snippet = item.get("snippet").text().and_then(|text| make::snippet(text, place.start_line));
        found.locations.push(place);
    }
    found
}

fn misconfiguration(item: &Json, of: &Json) -> Found {
    let rule = of.get("rule");
    let id = rule.any_line(&["shortId", "id"]).unwrap_or_default();
    let mut found = make::found(&id, &rule.line("name").unwrap_or_default());
    found.kind = FindingKind::Iac;
    make::severity(&mut found, of.get("severity").text().or_else(|| item.get("severity").text()));
    found.description = make::described([
        ("", rule.block("description")),
        ("Expected", item.block("expected")),
        ("Found", item.block("found")),
        ("Policies", policies(of)),
    ]);
    found.remediation =
        item.block("remediationInstructions").or_else(|| rule.block("remediationInstructions"));
    if let Some(path) = item.line("fileName") {
        let mut place = make::place(&path, item.line_number("lineNumber"));
        place.logical = item.line("resourceName");
        place.snippet =
            item.get("matchContent").text().and_then(|text| make::snippet(text, place.start_line));
        found.locations.push(place);
    }
    found.tags = item.line("fileType").into_iter().collect();
    found
}

/// The policies that the record breaks.
fn policies(item: &Json) -> Option<String> {
    let all = item.get("failedPolicyMatches").items().iter();
    let names = all.filter_map(|one| one.any_line(&["policy.name", "policy.id", "name"]));
    clean::some_line(&names.collect::<Vec<_>>().join(", "))
}
