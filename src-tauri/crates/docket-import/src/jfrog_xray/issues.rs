//! Issues of `JFrog` Xray in other shapes than its reports: what the command line scans, summaries of
//! artefacts and builds, details of components.

use docket_domain::{Component, FindingKind, Found};

use super::{component, weigh};
use crate::clean;
use crate::format::{Confidence, Head};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, JsonReport, Reads};
use crate::report::{Card, Out};

/// The format.
pub(crate) static JFROG_XRAY_ISSUES: Reads<Issues> = Reads(Issues);

static CARD: Card = Card {
    id: "jfrog-xray-issues",
    label: "JFrog Xray issues",
    about: "What `jf scan` and `jf audit` write, and Xray's summaries of artefacts, builds and components.",
    extensions: &["json"],
    tool: "JFrog Xray",
    versions: "Xray 2 and 3: scans, `summary/artifact`, `summary/build`, component details",
    example: include_str!("issues.json"),
};

/// Reads it.
pub(crate) struct Issues;

impl JsonReport for Issues {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let shapes: [&[&str]; 5] = [
            &["artifacts.general", "artifacts.issues"],
            &["build", "issues.impact_path"],
            &["data.component_versions", "data.source_comp_id"],
            &["vulnerabilities.components", "vulnerabilities.cves"],
            &["violations.components", "violations.watch_name"],
        ];
        if shapes.iter().any(|shape| outline.has_paths(shape)) { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["", "artifacts", "issues", "data"]
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if !record.is_map() {
            return Err(format!("it is {}, not an object", record.what()));
        }
        match at.list {
            "artifacts" => {
                let artifact = record.get("general");
                for item in out.objects(record.get("issues")) {
                    out.part(item);
                    out.finding(of_artifact(item, artifact));
                }
            }
            "issues" => out.finding(of_artifact(record, at.cover.get("build"))),
            "data" => out.finding(detail(record)?),
            _ => scan(record, out)?,
        }
        Ok(())
    }
}

/// What the command line found in one artefact or project.
fn scan(record: &Json, out: &mut Out) -> Result<(), String> {
    let lists = ["vulnerabilities", "violations"];
    if !lists.iter().any(|list| record.has_key(list)) && record.line("scan_id").is_none() {
        return Err("it has neither vulnerabilities nor violations".to_owned());
    }
    // Violations are flaws that a watch names: with all flaws beside them they would be there twice.
    let filled = lists.into_iter().find(|list| !record.get(list).items().is_empty());
    let list = filled.or_else(|| lists.into_iter().find(|list| !record.get(list).is_null()));
    for item in list.map(|list| out.objects(record.get(list))).into_iter().flatten() {
        out.part(item);
        let parts = item.get("components").fields();
        if parts.is_empty() {
            out.finding(issue(item, None));
        }
        for (id, part) in parts {
            if out.is_full() {
                break;
            }
            let mut found = issue(item, component(id, part));
            let chains = part.get("impact_paths").items().iter().take(100);
            found.locations = chains.filter_map(chain).collect();
            out.finding(found);
        }
    }
    Ok(())
}

/// A way to the component: the file where the last step names one, else the components.
fn chain(steps: &Json) -> Option<docket_domain::Location> {
    let file = steps.items().iter().rev().find_map(|step| step.line("full_path"));
    let names = steps.items().iter().take(100).filter_map(|step| step.line("component_id"));
    let names = names.collect::<Vec<_>>().join(" > ");
    match file {
        Some(path) => {
            let mut place = make::place(&path, None);
            place.logical = clean::some_line(&names);
            Some(place)
        }
        None => make::logical(&names),
    }
}

/// An issue in the summary of an artefact or a build. The component is the first that the issue
/// names (version 2 of the API), else the artefact.
fn of_artifact(item: &Json, artifact: &Json) -> Found {
    let part = item.get("components").items().first().unwrap_or(&Json::Null);
    let own = part.line("component_id").map(|id| match part.line("version") {
        Some(version) if !id.ends_with(&version) => format!("{id}:{version}"),
        _ => id,
    });
    let id = own.or_else(|| artifact.any_line(&["component_id", "name"]));
    let mut found = issue(item, id.and_then(|id| component(&id, part)));
    let paths = [item.lines("component_physical_paths"), item.lines("impact_path")].concat();
    found.locations = paths.iter().take(100).map(|path| make::place(path, None)).collect();
    found
}

/// An issue of a component, as the list of its versions tells it.
fn detail(item: &Json) -> Result<Found, String> {
    let id = item.line("source_comp_id").ok_or("it has no source_comp_id")?;
    let versions = item.get("component_versions");
    let more = versions.get("more_details");
    let cves = more.get("cves").items();
    let first = cves.iter().find_map(|one| one.line("cve"));
    let own = item.line("id").or(first).or_else(|| item.line("summary")).unwrap_or_default();
    let mut found = make::dependency(&own, item.line("summary"), component(&id, versions));
    found.identifiers.retain(|known| known.scheme != "ID");
    found.description = make::described([
        ("", more.block("description").or_else(|| item.block("summary"))),
        ("Vulnerable versions", clean::some_line(&versions.lines("vulnerable_versions").join(", "))),
    ]);
    make::severity(&mut found, item.get("severity").text());
    weigh(&mut found, cves);
    make::severity_from_cvss(&mut found);
    found.tags = item.any_line(&["provider", "issue_type"]).into_iter().collect();
    Ok(found)
}

/// What all issues say.
fn issue(item: &Json, component: Option<Component>) -> Found {
    let cves = item.get("cves").items();
    let first = cves.iter().find_map(|one| one.line("cve"));
    let summary = item.line("summary");
    let id = item.line("issue_id").or(first).or_else(|| item.line("license_key")).or_else(|| summary.clone());
    let mut found = make::dependency(&id.unwrap_or_default(), summary, component);
    found.kind = FindingKind::Dependency;
    found.identifiers.retain(|known| known.scheme != "ID");
    let more = item.get("extended_information");
    found.description = make::described([
        ("", item.block("description").or_else(|| item.block("summary"))),
        ("JFrog", more.any_block(&["full_description", "short_description"])),
        ("Watch", item.line("watch_name")),
    ]);
    found.remediation = more.block("remediation").or(found.remediation);
    make::severity(&mut found, item.get("severity").text());
    weigh(&mut found, cves);
    make::severity_from_cvss(&mut found);
    let urls = item.lines("references");
    make::references(&mut found, urls.iter().map(|url| url.trim_start_matches("- ")));
    found.tags = ["provider", "issue_type", "type"].iter().filter_map(|key| item.line(key)).collect();
    found
}
