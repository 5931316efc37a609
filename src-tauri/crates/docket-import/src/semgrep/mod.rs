//! Semgrep: what `semgrep --json` writes, and two answers of the platform's API (dependency
//! vulnerabilities, findings).

mod api;
mod scan;

use docket_domain::{Completeness, FindingKind, Problem, Run, Severity};

use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::report::json::{At, Cover, JsonReport, Reads, did_not_look};
use crate::report::{Card, Out, not_such_a_report};
use crate::words;

/// The format.
pub(crate) static SEMGREP: Reads<Semgrep> = Reads(Semgrep);

static CARD: Card = Card {
    id: "semgrep",
    label: "Semgrep JSON",
    about: "What `semgrep --json` writes, and what Semgrep's platform answers about findings and dependencies.",
    extensions: &["json"],
    tool: "Semgrep",
    versions: "all of `semgrep --json`; platform API v1: findings, supply chain",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct Semgrep;

impl JsonReport for Semgrep {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let scan = outline.has(&["results"])
            && (outline.has_inner("results", "check_id") && outline.has_inner("results", "extra"));
        let silent = outline.has(&["results", "errors", "paths"]);
        let vulnerabilities =
            outline.has_inner("vulns", "advisory") && outline.has_inner("vulns", "matchedDependency");
        let findings =
            outline.has_inner("findings", "rule_name") && outline.has_inner("findings", "match_based_id");
        if scan || vulnerabilities || findings {
            Confidence::Certain
        } else if silent {
            Confidence::Likely
        } else if outline.has(&["results", "errors"]) && outline.keys.len() == 2 {
            // Old versions write no more when they found nothing.
            Confidence::Maybe
        } else {
            Confidence::No
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["results", "vulns", "findings"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let top = &cover.top;
        let mut run = CARD.run(options);
        run.tool.version = top.line("version");
        if !self.lists().iter().any(|list| cover.has(list)) {
            if top.get("results").is_null() && !top.get("errors").is_null() {
                return Ok(did_not_look(run, "it has no results"));
            }
            return Err(not_such_a_report(CARD.label, "it has no results"));
        }
        let broken = top.get("errors").items().iter();
        let broken = broken.filter(|error| error.get("level").text() == Some("error")).count();
        if broken > 0 {
            run.completeness = Completeness::Partial { reason: format!("Semgrep tells of {broken} errors") };
        } else if top.get("hasMore").bool() == Some(true) {
            run.completeness = Completeness::Partial { reason: "it is one page of several".to_owned() };
        }
        Ok(run)
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if !record.is_map() {
            return Err(format!("it is {}, not an object", record.what()));
        }
        match at.list {
            "vulns" => api::vulnerability(record, out),
            "findings" => api::finding(record, out),
            _ => scan::result(record, out),
        }
    }
}

/// Semgrep's words: the three of old are those of today under other names.
fn severity(word: &str) -> Option<Severity> {
    match word.to_ascii_uppercase().as_str() {
        "ERROR" => Some(Severity::High),
        "WARNING" => Some(Severity::Medium),
        "INFO" => Some(Severity::Low),
        "INVENTORY" | "EXPERIMENT" => Some(Severity::Info),
        _ => words::severity(word),
    }
}

/// What kind of finding a rule of this product makes.
fn kind(product: &str) -> FindingKind {
    match product {
        "sca" => FindingKind::Dependency,
        "secrets" => FindingKind::Secret,
        _ => FindingKind::Code,
    }
}
