//! One of DefectDojo's generic findings in normal form.

use docket_domain::{Endpoint, Evidence, FindingKind, Found, Location, Presence, SuppressionStatus};

use crate::clean;
use crate::evidence;
use crate::exploit;
use crate::json::Json;
use crate::make;

/// Reads one finding.
pub(super) fn found(record: &Json) -> Found {
    let rule = record.line("vuln_id_from_tool").unwrap_or_default();
    let title = record.line("title").unwrap_or_else(|| {
        clean::title(clean::first_sentence(record.get("description").text().unwrap_or_default()))
    });
    let mut found = make::found(&rule, &title);
    make::severity(&mut found, record.get("severity").text());
    let endpoints: Vec<Endpoint> = record.get("endpoints").items().iter().filter_map(endpoint).collect();
    let others = endpoints.iter().skip(1).filter_map(|one| one.url.clone().or_else(|| one.host.clone()));
    found.description = make::described([
        ("", record.block("description")),
        ("Impact", record.block("impact")),
        ("Why this severity", record.block("severity_justification")),
        ("Service", record.line("service")),
        ("Parameter", record.line("param")),
        ("Further endpoints", clean::some_block(&others.collect::<Vec<_>>().join("\n"))),
    ]);
    exploit::epss_in(&mut found, record, "epss_score", "epss_percentile", "epss_date");
    let yes = |key: &str| record.get(key).bool() == Some(true);
    let (listed, ransomware) = (record.line("kev_date"), yes("ransomware_used"));
    if yes("known_exploited") || ransomware || listed.is_some() {
        exploit::exploited(&mut found, None, listed, None, ransomware);
    }
    prove(&mut found, record);
    found.remediation = record.block("mitigation");
    found.endpoint = endpoints.into_iter().next();
    if let Some(endpoint) = &mut found.endpoint {
        endpoint.parameter = record.line("param");
    }
    found.locations = places(record);
    let fixed = record.line("fix_version");
    found.component =
        make::component(record.line("component_name"), record.line("component_version"), None, fixed);
    for id in record.line("cve").into_iter().chain(record.lines("vulnerability_ids")) {
        make::advisory(&mut found, &id);
    }
    let cwes = record.line("cwe").into_iter().chain(record.lines("cwes")).collect::<Vec<_>>();
    make::identifiers(&mut found, [], cwes.iter().map(String::as_str));
    let opinions = [("cvssv4", "cvssv4_score", "4.0"), ("cvssv3", "cvssv3_score", "3.1")];
    let opinions = opinions.into_iter().filter_map(|(vector, score, version)| {
        let mut opinion = make::opinion(record.get(vector).text(), record.get(score).number(), None)?;
        if opinion.vector.is_none() {
            version.clone_into(&mut opinion.version);
        }
        Some(opinion)
    });
    make::opinions(&mut found, opinions);
    make::severity_from_cvss(&mut found);
    let text = record.lines("references").join(" ");
    make::references(&mut found, text.split([' ', ',', '<', '>', '(', ')', '[', ']']));
    make::fingerprint(&mut found, "unique_id_from_tool", record.line("unique_id_from_tool"));
    found.tags = record.lines("tags");
    found.kind = kind(&found);
    judge(&mut found, record);
    found
}

/// Steps, payload, and exchanges as pairs of request and response.
fn prove(found: &mut Found, record: &Json) {
    evidence::text(found, "Steps to reproduce", record.block("steps_to_reproduce"));
    evidence::add(found, Evidence { payload: record.block("payload"), ..Evidence::empty() });
    for list in ["unsaved_req_resp", "req_resp", "request_response"] {
        for pair in record.get(list).items() {
            let either = |short: &str, long: &str| {
                evidence::of(pair.get(short)).or_else(|| evidence::of(pair.get(long)))
            };
            evidence::exchange(found, either("req", "request"), either("resp", "response"));
        }
    }
}

/// An address as a text, or its parts in an object.
fn endpoint(item: &Json) -> Option<Endpoint> {
    if let Some(text) = item.text() {
        if text.contains("://") {
            return make::endpoint(Some(text), None, None);
        }
        let (host, port) = text.rsplit_once(':').unwrap_or((text, ""));
        return match port.parse() {
            Ok(port) => make::endpoint(None, Some(host), Some(port)),
            Err(_) => make::endpoint(None, Some(text), None),
        };
    }
    let host = item.line("host")?;
    let port = item.get("port").whole().and_then(|port| u16::try_from(port).ok());
    let Some(protocol) = item.line("protocol") else { return make::endpoint(None, Some(&host), port) };
    let behind = |key: &str, mark: char| {
        item.line(key).map(|text| format!("{mark}{}", text.trim_start_matches(mark))).unwrap_or_default()
    };
    let url =
        format!("{protocol}://{host}{}{}{}", behind("port", ':'), behind("path", '/'), behind("query", '?'));
    make::endpoint(Some(&url), Some(&host), port)
}

/// The place of the finding, or the source of what flows.
fn places(record: &Json) -> Vec<Location> {
    let place = |path: &str, line: &str| Some(make::place(&record.line(path)?, record.line_number(line)));
    let mut all: Vec<Location> = place("file_path", "line")
        .or_else(|| place("sast_source_file_path", "sast_source_line"))
        .into_iter()
        .collect();
    if let Some(first) = all.first_mut() {
        first.logical = record.line("sast_sink_object");
    }
    all
}

fn kind(found: &Found) -> FindingKind {
    if found.component.is_some() {
        FindingKind::Dependency
    } else if let Some(endpoint) = &found.endpoint {
        if endpoint.url.is_some() { FindingKind::Web } else { FindingKind::Host }
    } else if found.locations.iter().any(|place| place.start_line.is_some()) {
        FindingKind::Code
    } else {
        FindingKind::Other
    }
}

/// What was decided in DefectDojo or said by the script: proposals, never silent drops.
fn judge(found: &mut Found, record: &Json) {
    let is = |key: &str| record.get(key).bool() == Some(true);
    for (key, kind) in [
        ("false_p", "false positive"),
        ("risk_accepted", "risk accepted"),
        ("duplicate", "duplicate"),
        ("out_of_scope", "out of scope"),
    ] {
        if is(key) {
            make::suppressed(found, SuppressionStatus::Accepted, kind, None);
        }
    }
    if is("under_review") {
        make::suppressed(found, SuppressionStatus::UnderReview, "under review", None);
    }
    if is("is_mitigated") {
        found.presence = Presence::Absent;
    }
}
