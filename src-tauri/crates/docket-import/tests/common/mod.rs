//! What several test files share: reading, and a readable picture of what was read.
#![allow(dead_code)]

pub mod holds;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use docket_domain::{Completeness, Found, Location, Problem};
use docket_import::{Collected, Intake, ReadOptions, ReadSummary, from_bytes, read};

pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// Reads an intake into memory.
pub fn collect(intake: &Intake, format: Option<&str>) -> Result<(ReadSummary, Collected), Problem> {
    let mut sink = Collected::default();
    let summary = read(intake, format, &ReadOptions::default(), &mut sink)?;
    Ok((summary, sink))
}

/// Reads bytes under a file name.
pub fn collect_bytes(name: &str, bytes: &[u8]) -> Result<(ReadSummary, Collected), Problem> {
    collect(&from_bytes(name, bytes)?, None)
}

/// Everything that was read, as text for a snapshot: only what is there.
pub fn picture(summary: &ReadSummary, sink: &Collected) -> String {
    let mut out = format!("{summary:#?}\n");
    for warning in &sink.warnings {
        let place = &warning.place;
        let _ = writeln!(out, "warning at {:?} line {:?}: {}", place.record, place.line, warning.message);
    }
    for run in &sink.runs {
        let mut head = run.run.clone();
        let end = run.end.clone().unwrap_or(Completeness::Failed { reason: "no end".into() });
        head.completeness = end;
        let _ = writeln!(out, "\n=== {head:#?}");
        for rule in &run.rules {
            let _ = writeln!(out, "--- {rule:#?}");
        }
        for found in &run.findings {
            out.push_str(&finding(found));
        }
    }
    out
}

fn location(place: &Location) -> String {
    let mut out = place.short().unwrap_or_else(|| "(nowhere)".into());
    let mut part = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = write!(out, " {name}={value}");
        }
    };
    part("uri", place.uri.clone());
    part("to", place.end_line.map(|n| n.to_string()));
    part("columns", place.start_column.map(|n| format!("{n}..{:?}", place.end_column)));
    part("logical", place.logical.clone());
    part("snippet", place.snippet.as_ref().map(|s| format!("{:?}@{:?}", s.text, s.start_line)));
    part("context", place.context.as_ref().map(|s| format!("{:?}@{:?}", s.text, s.start_line)));
    part("message", place.message.clone());
    out
}

fn finding(found: &Found) -> String {
    let mut out = format!(
        "\n# {}\n  rule {:?}, {} ({:?} from {}), kind {}, {}{}\n  place {:?} line {:?}\n",
        found.title,
        found.rule,
        found.severity,
        found.severity_raw,
        found.severity_source,
        found.kind,
        found.presence,
        if found.needs_review { ", needs review" } else { "" },
        found.place.record,
        found.place.line,
    );
    let mut part = |name: &str, value: String| {
        let _ = writeln!(out, "  {name}: {value}");
    };
    if !found.description.is_empty() {
        part("description", format!("{:?}", found.description));
    }
    found.locations.iter().for_each(|place| part("at", location(place)));
    found.related.iter().for_each(|place| part("related", location(place)));
    for flow in &found.flows {
        part("flow", format!("{:?}", flow.message));
        flow.steps.iter().for_each(|step| part("  step", location(step)));
    }
    if let Some(component) = &found.component {
        part("component", format!("{component:?}"));
    }
    if let Some(endpoint) = &found.endpoint {
        part("endpoint", format!("{endpoint:?}"));
    }
    let ids: Vec<&str> = found.identifiers.iter().map(|id| id.value.as_str()).collect();
    if !ids.is_empty() {
        part("identifiers", ids.join(" "));
    }
    found.cvss.iter().for_each(|cvss| part("cvss", format!("{cvss:?}")));
    if let Some(epss) = &found.epss {
        part("epss", format!("{epss:?}"));
    }
    if let Some(known) = &found.known_exploited {
        part("known exploited", format!("{known:?}"));
    }
    found.evidence.iter().for_each(|one| part("evidence", format!("{one:?}")));
    if let Some(remediation) = &found.remediation {
        part("remediation", format!("{remediation:?}"));
    }
    found.references.iter().for_each(|reference| part("reference", format!("{reference:?}")));
    if !found.fingerprints.is_empty() {
        part("fingerprints", format!("{:?}", found.fingerprints));
    }
    if !found.partial_fingerprints.is_empty() {
        part("partial", format!("{:?}", found.partial_fingerprints));
    }
    found.suppressions.iter().for_each(|s| part("suppression", format!("{s:?}")));
    if !found.tags.is_empty() {
        part("tags", found.tags.join(", "));
    }
    found.tracked_in.iter().for_each(|url| part("tracked in", url.clone()));
    out
}

/// Where the real reports are, if they are there.
pub fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared");
    let root = std::env::var_os("DOCKET_SHARED").map_or(beside, PathBuf::from);
    let corpus = root.join("corpus");
    if corpus.is_dir() {
        return Some(corpus);
    }
    eprintln!("SKIPPED LOUDLY: ../shared is not there, the corpus of real reports was not read");
    None
}
