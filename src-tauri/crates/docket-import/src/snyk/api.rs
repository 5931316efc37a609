//! Issues of Snyk's REST API (`/rest/orgs/…/issues`).

use docket_domain::{FindingKind, Presence, SuppressionStatus};

use crate::exploit;
use crate::format::{Confidence, Head};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, JsonReport, Reads};
use crate::report::{Card, Out};

/// The format.
pub(crate) static SNYK_API: Reads<Issues> = Reads(Issues);

static CARD: Card = Card {
    id: "snyk-api",
    label: "Snyk REST API issues",
    about: "What Snyk's REST API answers for the issues of a group, an organisation or a project.",
    extensions: &["json"],
    tool: "Snyk",
    versions: "API 2024-01 and later",
    example: include_str!("example_api.json"),
};

/// Reads it.
pub(crate) struct Issues;

impl JsonReport for Issues {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let issue = outline.path("data.attributes.effective_severity_level").is_some()
            || outline.path("data.type") == Some("issue");
        let shape = outline.has(&["jsonapi", "data"]);
        match (issue, shape) {
            (true, _) => Confidence::Certain,
            (false, true) if outline.path("data.type").is_none() => Confidence::Likely,
            _ => Confidence::No,
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["data"]
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let said = record.get("attributes");
        if !said.is_map() {
            return Err("it has no attributes".to_owned());
        }
        let problems = said.get("problems").items();
        let key = problems.iter().find_map(|one| one.line("id")).or_else(|| said.line("key"));
        let kind = match said.get("type").text().unwrap_or_default() {
            "package_vulnerability" | "license" => FindingKind::Dependency,
            "code" => FindingKind::Code,
            "cloud" => FindingKind::Cloud,
            "config" => FindingKind::Iac,
            _ => FindingKind::Other,
        };
        let mut found = make::found(&key.unwrap_or_default(), &said.line("title").unwrap_or_default());
        found.kind = kind;
        make::severity(&mut found, said.get("effective_severity_level").text());
        found.description = said.block("description").unwrap_or_default();
        if kind == FindingKind::Dependency {
            for id in problems.iter().filter_map(|one| one.line("id")) {
                make::advisory(&mut found, &id);
            }
        }
        let classes: Vec<String> =
            said.get("classes").items().iter().filter_map(|one| one.line("id")).collect();
        make::identifiers(&mut found, classes.iter().map(String::as_str), []);
        let opinions = said.get("severities").items().iter().filter_map(|one| {
            make::opinion(one.get("vector").text(), one.get("score").number(), one.get("source").text())
        });
        make::opinions(&mut found, opinions.collect::<Vec<_>>());
        make::severity_from_cvss(&mut found);
        // «Attacked» is the level of those that a catalogue lists; who says so stands beside.
        let details = said.get("exploit_details");
        let mut levels = details.get("maturity_levels").items().iter();
        let sources = details.lines("sources");
        if levels.any(|one| one.get("level").text() == Some("Attacked"))
            && let Some(source) = sources.iter().find(|source| source.contains("CISA"))
        {
            exploit::exploited(&mut found, Some(source), None, None, false);
        }
        make::references(&mut found, problems.iter().filter_map(|one| one.get("url").text()));
        for coordinate in said.get("coordinates").items() {
            coordinates(coordinate, &mut found);
        }
        if said.get("ignored").bool() == Some(true) {
            found.suppressions.push(make::suppression(SuppressionStatus::Accepted, "ignored", None));
        }
        if said.get("status").text() == Some("resolved") {
            found.presence = Presence::Absent;
        }
        found.tags = said.line("type").into_iter().collect();
        if let Some(id) = record.line("id") {
            found.fingerprints.insert("snyk issue".to_owned(), id);
        }
        out.finding(found);
        Ok(())
    }
}

/// Where it is and what fixes it.
fn coordinates(coordinate: &Json, found: &mut docket_domain::Found) {
    for remedy in coordinate.get("remedies").items() {
        found.remediation = found.remediation.take().or_else(|| remedy.block("description"));
    }
    for representation in coordinate.get("representations").items() {
        let package = representation.get("dependency");
        if package.is_map() && found.component.is_none() {
            found.component =
                make::component(package.line("package_name"), package.line("package_version"), None, None);
        }
        let source = representation.get("sourceLocation");
        if let Some(file) = source.line("file") {
            let mut place = make::place(&file, source.line_number("region.start.line"));
            place.end_line = source.line_number("region.end.line");
            place.start_column = source.line_number("region.start.column");
            found.locations.push(place);
        }
        let resource = representation.line("resourcePath").or_else(|| {
            let resource = representation.get("cloud_resource");
            resource.line("resource.native_id").or_else(|| resource.line("native_id"))
        });
        found.locations.extend(resource.and_then(|name| make::logical(&name)));
    }
}
