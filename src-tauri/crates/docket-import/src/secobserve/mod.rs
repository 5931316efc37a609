//! SecObserve's own exchange format: observations.

use docket_domain::{Endpoint, FindingKind, Found, Presence, Problem, Run, SuppressionStatus};

use crate::clean;
use crate::evidence;
use crate::exploit;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static SECOBSERVE: Reads<SecObserve> = Reads(SecObserve);

static CARD: Card = Card {
    id: "secobserve",
    label: "SecObserve JSON",
    about: "SecObserve's own format for observations that scripts and exports write.",
    extensions: &["json"],
    tool: "SecObserve",
    versions: "format «SecObserve»",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct SecObserve;

impl JsonReport for SecObserve {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        if outline.text("format") == Some("SecObserve")
            || outline.has_inner("observations", "parser_severity")
        {
            Confidence::Certain
        } else {
            Confidence::No
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["observations"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        if !cover.has("observations") {
            return Err(not_such_a_report(CARD.label, "it has no observations"));
        }
        Ok(CARD.run(options))
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if record.line("title").is_none() {
            return Err("it has no title".to_owned());
        }
        out.finding(found(record));
        Ok(())
    }
}

fn found(record: &Json) -> Found {
    let id = record.line("vulnerability_id");
    let rule = record.any_line(&["rule_id", "vulnerability_id", "rule_name"]).unwrap_or_default();
    let mut found = make::found(&rule, &record.line("title").unwrap_or_default());
    make::severity(&mut found, record.any_line(&["current_severity", "parser_severity"]).as_deref());
    let cloud = ["origin_cloud_qualified_resource", "origin_kubernetes_qualified_resource"];
    found.description = make::described([
        ("", record.block("description")),
        ("Scanner", record.line("scanner")),
        ("Image", record.any_line(&["origin_docker_image_name_tag", "origin_docker_image_name"])),
        ("Service", record.line("origin_service_name")),
        ("Account", record.line("origin_cloud_account_subscription_project")),
        ("Dependencies", record.block("origin_component_dependencies")),
        ("CPE", record.line("origin_component_cpe")),
    ]);
    // Each is a pair: its name and what a scanner said.
    for pair in record.get("evidences").items() {
        let (name, text) = match pair.items() {
            [name, text, ..] => (name.as_text_or_empty(), text.as_text_or_empty()),
            _ => (pair.line("name").unwrap_or_default(), pair.block("evidence").unwrap_or_default()),
        };
        evidence::text(&mut found, &name, Some(text));
    }
    // SecObserve keeps both in percent.
    exploit::epss_percent(
        &mut found,
        record.get("epss_score").number(),
        record.get("epss_percentile").number(),
    );
    found.remediation = record.block("recommendation");
    found.endpoint = endpoint(record);
    if let Some(path) = record.line("origin_source_file") {
        let mut place = make::place(&path, record.line_number("origin_source_line_start"));
        place.end_line = record.line_number("origin_source_line_end");
        found.locations.push(place);
    }
    found.locations.extend(make::resource(
        record
            .any_line(&cloud)
            .or_else(|| record.any_line(&["origin_cloud_resource", "origin_kubernetes_resource_name"])),
        record.any_line(&["origin_cloud_resource_type", "origin_kubernetes_resource_type"]),
    ));
    component(&mut found, record);
    if let Some(id) = &id {
        make::advisory(&mut found, id);
    }
    let aliases = record.get("vulnerability_id_aliases").items().iter();
    for alias in aliases.filter_map(|alias| alias.line("alias").or_else(|| clean::some_line(alias.text()?))) {
        make::advisory(&mut found, &alias);
    }
    let cwe = record.line("cwe").unwrap_or_default();
    make::identifiers(&mut found, [], [cwe.as_str()]);
    let opinions = [("cvss3_vector", "cvss3_score"), ("cvss4_vector", "cvss4_score")];
    let opinions = opinions.into_iter().filter_map(|(vector, score)| {
        let mut opinion = make::opinion(record.get(vector).text(), record.get(score).number(), None)?;
        if opinion.vector.is_none() && score.starts_with("cvss4") {
            "4.0".clone_into(&mut opinion.version);
        }
        Some(opinion)
    });
    make::opinions(&mut found, opinions);
    make::severity_from_cvss(&mut found);
    let mut urls = record.lines("references");
    urls.extend(record.get("references").items().iter().filter_map(|one| one.line("url")));
    urls.extend(record.line("reference"));
    make::references(&mut found, urls.iter().map(String::as_str));
    make::fingerprint(&mut found, "scanner_observation_id", record.line("scanner_observation_id"));
    found.kind = kind(&found);
    judge(&mut found, record);
    found
}

/// Name and version in their fields, or both in one (`libexample:1.2.3`).
fn component(found: &mut Found, record: &Json) {
    let both = record.line("origin_component_name_version").unwrap_or_default();
    let (name, version) = both.rsplit_once(':').unwrap_or((both.as_str(), ""));
    found.component = make::component(
        record.line("origin_component_name").or_else(|| clean::some_line(name)),
        record.line("origin_component_version").or_else(|| clean::some_line(version)),
        record.line("origin_component_purl"),
        None,
    );
}

fn endpoint(record: &Json) -> Option<Endpoint> {
    let port = record.get("origin_endpoint_port").whole().and_then(|port| u16::try_from(port).ok());
    make::endpoint(
        record.get("origin_endpoint_url").some_text(),
        record.get("origin_endpoint_hostname").some_text(),
        port,
    )
}

fn kind(found: &Found) -> FindingKind {
    let place = found.locations.first();
    if found.component.is_some() {
        FindingKind::Dependency
    } else if place.is_some_and(|place| place.path.is_some()) {
        FindingKind::Code
    } else if place.is_some() {
        FindingKind::Cloud
    } else if found.endpoint.is_some() {
        FindingKind::Web
    } else {
        FindingKind::Other
    }
}

/// The state that a person or a rule gave it in SecObserve.
fn judge(found: &mut Found, record: &Json) {
    let status = record.any_line(&["current_status", "parser_status"]).unwrap_or_default();
    let mut decided = |status: SuppressionStatus, kind: &str| {
        make::suppressed(found, status, kind, record.block("assessment_comment"));
    };
    match status.to_ascii_lowercase().as_str() {
        "resolved" => found.presence = Presence::Absent,
        "in review" => decided(SuppressionStatus::UnderReview, "in review"),
        kind @ ("false positive" | "not affected" | "not security" | "risk accepted" | "duplicate") => {
            decided(SuppressionStatus::Accepted, kind);
        }
        _ => {}
    }
}
