//! OSV-Scanner's JSON: lock files and images, their packages, the entries that fit them.

pub(crate) mod osv;

use std::collections::HashMap;

use docket_domain::{Found, Problem, Run};

use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads, did_not_look};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static OSV_SCANNER: Reads<OsvScanner> = Reads(OsvScanner);

static CARD: Card = Card {
    id: "osv-scanner",
    label: "OSV-Scanner JSON",
    about: "What `osv-scanner --format json` writes about lock files, folders and images.",
    extensions: &["json"],
    tool: "OSV-Scanner",
    versions: "1 and 2",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct OsvScanner;

impl JsonReport for OsvScanner {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let source = outline.has_paths(&["results.source.path"]);
        let packages = outline.has_paths(&["results.packages.package"]);
        let named = outline.has(&["results", "experimental_config"]);
        if packages || source || named { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["results"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let run = CARD.run(options);
        match cover.has("results") {
            true => Ok(run),
            false if cover.top.get("experimental_config").is_null() => {
                Err(not_such_a_report(CARD.label, "it has no results"))
            }
            false => Ok(did_not_look(run, "it has no results, not even none")),
        }
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if !record.is_map() {
            return Err(format!("it is {}, not an object", record.what()));
        }
        for package in out.objects(record.get("packages")) {
            let entries = package.get("vulnerabilities").items();
            let mut groups = HashMap::new();
            for group in package.get("groups").items() {
                for id in group.get("ids").items().iter().filter_map(Json::text) {
                    groups.entry(id).or_insert(group);
                }
            }
            for entry in out.objects(package.get("vulnerabilities")) {
                out.part(entry);
                let group = entry.get("id").text().and_then(|id| groups.get(id)).copied();
                out.finding(found(entry, package, group, record.get("source")));
            }
            if entries.is_empty() {
                out.passed();
            }
        }
        Ok(())
    }
}

fn found(entry: &Json, listed: &Json, group: Option<&Json>, source: &Json) -> Found {
    let package = listed.get("package");
    let id = entry.line("id").unwrap_or_default();
    let name = package.line("name");
    let fixed = osv::fixed(entry, name.as_deref().unwrap_or_default());
    let fixed = Some(fixed.join(", ")).filter(|fixed| !fixed.is_empty());
    let version = package.line("version").or_else(|| package.line("commit"));
    let ecosystem = package.line("ecosystem").unwrap_or_default();
    let mut found = make::dependency(&id, None, make::package(&ecosystem, name, version, fixed));
    osv::add(&mut found, entry);
    for alias in group.map(|group| group.lines("aliases")).unwrap_or_default() {
        make::advisory(&mut found, &alias);
    }
    make::severity_from_cvss(&mut found);
    let worst = group.and_then(|group| group.get("max_severity").number()).filter(|score| *score > 0.0);
    if found.cvss.is_empty() {
        make::opinions(&mut found, make::opinion(None, worst, None));
        make::severity_from_cvss(&mut found);
    }
    if let Some(path) = source.line("path") {
        found.locations.push(make::place(&path, None));
    }
    found.tags.extend(Some(ecosystem).filter(|text| !text.is_empty()));
    found.tags.extend(source.line("type"));
    found.tags.extend(listed.lines("dependency_groups"));
    found
}
