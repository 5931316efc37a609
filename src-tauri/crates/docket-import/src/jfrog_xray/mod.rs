//! `JFrog` Xray's vulnerability reports (`/api/v1/reports/vulnerabilities`), as the platform exports
//! and its API answers them; other shapes of its issues are in a file of their own.

mod issues;

use docket_domain::{Component, Found, Problem, Run};

use crate::clean;
use crate::exploit;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};

pub(crate) use issues::JFROG_XRAY_ISSUES;

/// The format of reports.
pub(crate) static JFROG_XRAY: Reads<Xray> = Reads(Xray);

static CARD: Card = Card {
    id: "jfrog-xray",
    label: "JFrog Xray vulnerability report",
    about: "Vulnerability reports of the JFrog platform, exported or from its API.",
    extensions: &["json"],
    tool: "JFrog Xray",
    versions: "Xray 3",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct Xray;

impl JsonReport for Xray {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let row = outline.has_inner("rows", "vulnerable_component") || outline.has_inner("rows", "issue_id");
        match outline.has(&["total_rows", "rows"]) {
            true if row => Confidence::Certain,
            true if !outline.inner.iter().any(|(list, _)| list == "rows") => Confidence::Likely,
            _ if row => Confidence::Likely,
            _ => Confidence::No,
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["rows"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        if !cover.has("rows") {
            return Err(not_such_a_report(CARD.label, "it has no rows"));
        }
        Ok(CARD.run(options))
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let part = record.any_line(&["vulnerable_component", "component_id"]);
        if part.is_none() && record.line("issue_id").is_none() {
            return Err("it names neither a vulnerable_component nor an issue_id".to_owned());
        }
        out.finding(found(record, &part.unwrap_or_default()));
        Ok(())
    }
}

fn found(row: &Json, part: &str) -> Found {
    let cves = row.get("cves").items();
    let first = cves.iter().find_map(|one| one.line("cve"));
    let id = row.line("issue_id").or(first).unwrap_or_default();
    let component = component(part, row);
    let mut found = make::dependency(&id, row.line("summary"), component);
    found.description = make::described([
        ("", row.block("description").or_else(|| row.block("summary"))),
        ("JFrog", row.block("extended_information.full_description")),
        ("Impacted artefact", row.line("impacted_artifact")),
        ("Impact path", Some(row.lines("impact_path").join(" > "))),
    ]);
    found.remediation = row.block("extended_information.remediation").or(found.remediation);
    make::severity(&mut found, row.get("severity").text());
    weigh(&mut found, cves);
    make::severity_from_cvss(&mut found);
    let urls = row.lines("references");
    make::references(&mut found, urls.iter().map(String::as_str));
    found.locations =
        row.any_line(&["path", "physical_path"]).map(|path| make::place(&path, None)).into_iter().collect();
    found.tags = ["package_type", "provider"].iter().filter_map(|key| row.line(key)).collect();
    found
}

/// A component by its id, with the versions in which it is sound.
fn component(id: &str, of: &Json) -> Option<Component> {
    let (kind, name, version) = named(id);
    let fixed = Some(of.lines("fixed_versions").join(", ")).filter(|fixed| !fixed.is_empty());
    make::package(kind, clean::some_line(&name), version, fixed)
}

/// Names, weaknesses and scores of a flaw's CVEs. The older API writes `7.5/CVSS:3.1/AV:…` where the
/// reports have score and vector apart.
fn weigh(found: &mut Found, cves: &[Json]) {
    for one in cves {
        exploit::epss_in(found, one, "epss_score", "epss_percentile", "epss_date");
        make::advisory(found, &one.line("cve").unwrap_or_default());
        let weak = one.lines("cwe");
        make::identifiers(found, [], weak.iter().map(String::as_str));
        let versions = [("cvss_v4", "4.0"), ("cvss_v3", "3.1"), ("cvss_v2", "2.0")];
        let opinions = versions.iter().filter_map(|(key, version)| {
            let both = one.line(key);
            let (before, behind) = both.as_deref().and_then(|both| both.split_once('/')).unzip();
            let vector = one.line(&format!("{key}_vector")).or_else(|| behind.map(str::to_owned));
            let score = one.get(&format!("{key}_score")).number();
            let score = score.or_else(|| before.or(both.as_deref())?.parse().ok());
            make::opinion_of(version, vector.as_deref(), score.filter(|score| *score > 0.0), None)
        });
        make::opinions(found, opinions.collect::<Vec<_>>());
    }
}

/// Kind, name and version of a component id: `npm://name:1.0`, `gav://group:name:1.0`,
/// `rpm://7:name:0:1.0-1`, `deb://debian:bookworm:name:1.0`, `alpine://3.20:name:1.0`.
fn named(id: &str) -> (&str, String, Option<String>) {
    let (kind, rest) = id.split_once("://").unwrap_or(("", id));
    let parts: Vec<&str> = rest.split(':').collect();
    let owned = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    match (kind, parts.as_slice()) {
        // The release of the distribution comes first; what an RPM has before its version is
        // Xray's own number, not the epoch.
        ("rpm", [_, name, _, version])
        | ("rpm" | "alpine", [_, name, version])
        | ("deb", [_, name, version] | [_, _, name, version]) => (kind, (*name).to_owned(), owned(version)),
        ("deb", [_, _, name, epoch, version]) => {
            (kind, (*name).to_owned(), owned(&format!("{epoch}:{version}")))
        }
        _ => match rest.rsplit_once(':') {
            Some((name, version)) => (kind, name.to_owned(), owned(version)),
            None => (kind, rest.to_owned(), None),
        },
    }
}
