//! An entry of the open source vulnerability format (OSV), as several tools embed it.

use docket_domain::Found;

use crate::json::Json;
use crate::make;

/// Adds what an entry says about a flaw to a finding.
pub(crate) fn add(found: &mut Found, entry: &Json) {
    let summary = entry.block("summary");
    if let Some(summary) = &summary {
        found.title = crate::clean::title(summary);
    }
    found.description = make::described([("", summary), ("", entry.block("details"))]);
    for alias in entry.lines("aliases") {
        make::advisory(found, &alias);
    }
    let own = entry.get("database_specific");
    let cwes = own.lines("cwe_ids");
    make::identifiers(found, [], cwes.iter().map(String::as_str));
    for affected in entry.get("affected").items() {
        let cwes = affected.at("database_specific.cwes").items().iter();
        make::identifiers(found, [], cwes.filter_map(|cwe| cwe.get("cweId").text()));
    }
    make::severity(found, own.get("severity").text());
    let ratings = entry.get("severity").items().iter();
    let opinions = ratings.filter_map(|rating| make::opinion(rating.get("score").text(), None, None));
    make::opinions(found, opinions.collect::<Vec<_>>());
    let urls = entry.get("references").items().iter().filter_map(|one| one.get("url").text());
    make::references(found, urls.chain(own.get("url").text()));
    if !entry.get("withdrawn").is_null() {
        found.tags.push("withdrawn".to_owned());
    }
}

/// Versions of a package in which it is fixed, each once.
pub(crate) fn fixed(entry: &Json, package: &str) -> Vec<String> {
    let affected = entry.get("affected").items().iter();
    let affected = affected.filter(|one| one.at("package.name").text().is_none_or(|name| name == package));
    let events = affected
        .flat_map(|one| one.get("ranges").items())
        .filter(|range| range.get("type").text() != Some("GIT"))
        .flat_map(|range| range.get("events").items());
    let mut versions: Vec<String> = Vec::new();
    for version in events.filter_map(|event| event.line("fixed")) {
        if !versions.contains(&version) && versions.len() < 20 {
            versions.push(version);
        }
    }
    versions
}
