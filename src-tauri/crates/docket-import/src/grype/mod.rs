//! Grype's own JSON: one match for each flaw and package.

use docket_domain::{Found, Problem, Run, SuppressionStatus};

use crate::exploit;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads, did_not_look};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static GRYPE: Reads<Grype> = Reads(Grype);

static CARD: Card = Card {
    id: "grype",
    label: "Grype JSON",
    about: "What `grype -o json` writes: vulnerable packages of images, folders and bills of materials.",
    extensions: &["json"],
    tool: "Grype",
    versions: "all with `matches` (0.1 and later)",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct Grype;

impl JsonReport for Grype {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let named = outline.path("descriptor.name") == Some("grype");
        let shape = ["matches", "ignoredMatches"]
            .iter()
            .any(|list| outline.has_inner(list, "vulnerability") && outline.has_inner(list, "artifact"));
        let has_matches = outline.text("matches").is_some();
        if shape || (named && has_matches) { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["matches", "ignoredMatches"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let top = &cover.top;
        if !cover.has("matches") && top.get("descriptor").is_null() {
            return Err(not_such_a_report(CARD.label, "it has no matches"));
        }
        let mut run = CARD.run(options);
        run.tool.version = top.line("descriptor.version");
        run.category = top.line("source.target.userInput").or_else(|| top.line("source.target"));
        run.started = top.line("descriptor.timestamp").and_then(|at| at.parse().ok());
        Ok(if cover.has("matches") { run } else { did_not_look(run, "it has no matches, not even none") })
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if record.line("vulnerability.id").is_none() {
            return Err("its vulnerability has no id".to_owned());
        }
        let mut found = found(record);
        if at.list == "ignoredMatches" {
            let rules = record.get("appliedIgnoreRules").items().iter();
            let reasons: Vec<String> = rules
                .map(|rule| {
                    ["reason", "namespace", "vulnerability", "fix-state", "vex-status", "vex-justification"]
                        .iter()
                        .filter_map(|key| Some(format!("{key} {}", rule.line(key)?)))
                        .collect::<Vec<_>>()
                        .join(", ")
                })
                .collect();
            let why = Some(reasons.join("; "));
            found.suppressions.push(make::suppression(SuppressionStatus::Accepted, "ignore rule", why));
        }
        out.finding(found);
        Ok(())
    }
}

fn found(record: &Json) -> Found {
    let (flaw, artifact) = (record.get("vulnerability"), record.get("artifact"));
    let related = record.get("relatedVulnerabilities").items();
    let id = flaw.line("id").unwrap_or_default();
    let fixed = Some(flaw.lines("fix.versions").join(", ")).filter(|fixed| !fixed.is_empty());
    let component =
        make::component(artifact.line("name"), artifact.line("version"), artifact.line("purl"), fixed);
    let mut found = make::dependency(&id, None, component);
    found.description = flaw
        .block("description")
        .or_else(|| related.iter().find_map(|one| one.block("description")))
        .unwrap_or_default();
    make::severity(&mut found, flaw.get("severity").text());
    let advisories = flaw.get("advisories").items();
    for id in related.iter().chain(advisories).filter_map(|one| one.line("id")) {
        make::advisory(&mut found, &id);
    }
    let cwes = std::iter::once(flaw).chain(related).flat_map(|of| of.get("cwes").items());
    make::identifiers(&mut found, [], cwes.filter_map(|one| one.get("cwe").text()));
    for (of, source) in std::iter::once((flaw, flaw.get("namespace")))
        .chain(related.iter().map(|one| (one, one.get("namespace"))))
    {
        let opinions = of.get("cvss").items().iter().filter_map(|one| {
            let source = one.get("source").some_text().or_else(|| source.some_text());
            make::opinion(one.get("vector").text(), one.at("metrics.baseScore").number(), source)
        });
        make::opinions(&mut found, opinions.collect::<Vec<_>>());
    }
    make::severity_from_cvss(&mut found);
    let places = artifact.get("locations").items().iter();
    found.locations = places
        .filter_map(|place| place.line("path"))
        .take(100)
        .map(|path| make::place(&path, None))
        .collect();
    for of in std::iter::once(flaw).chain(related) {
        let urls = of.lines("urls");
        let first = of.line("dataSource");
        make::references(&mut found, first.iter().chain(&urls).map(String::as_str));
    }
    let links: Vec<String> = advisories.iter().filter_map(|one| one.line("link")).collect();
    make::references(&mut found, links.iter().map(String::as_str));
    if flaw.get("fix").get("state").text() == Some("wont-fix") {
        found.remediation = Some("Whoever maintains the package will not fix it.".to_owned());
    }
    found.tags = ["type", "language"].iter().filter_map(|key| artifact.line(key)).collect();
    found.tags.dedup();
    for of in std::iter::once(flaw).chain(related) {
        for one in of.get("epss").items() {
            exploit::epss_in(&mut found, one, "epss", "percentile", "date");
        }
        for one in of.get("knownExploited").items() {
            let ransomware = one.get("knownRansomwareCampaignUse").text();
            let ransomware = ransomware.is_some_and(|word| word.eq_ignore_ascii_case("known"));
            let (added, due) = (one.line("dateAdded"), one.line("dueDate"));
            exploit::exploited(&mut found, Some("CISA"), added, due, ransomware);
        }
    }
    found
}
