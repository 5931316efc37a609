//! Veracode: the detailed report (XML), the findings API and the Pipeline Scan (JSON).

mod findings;
mod flaw;
mod pipeline;

pub(crate) use findings::VERACODE_JSON;
pub(crate) use pipeline::VERACODE_PIPELINE;

use docket_domain::{Found, Presence, Problem, Run, Severity, SuppressionStatus};

use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::make;
use crate::report::code::decided;
use crate::report::xml::{At, Element, Reads, XmlReport, root};
use crate::report::{Card, Out, not_such_a_report};

/// The format as XML.
pub(crate) static VERACODE: Reads<Veracode> = Reads(Veracode);

static CARD: Card = Card {
    id: "veracode",
    label: "Veracode detailed report (XML)",
    about: "Veracode's detailed report: static, dynamic and manual flaws, and vulnerable packages.",
    extensions: &["xml"],
    tool: "Veracode",
    versions: "report_format_version 1.x",
    example: include_str!("example.xml"),
};

const STATIC: &str = "detailedreport/severity/category/cwe/staticflaws/flaw";
const DYNAMIC: &str = "detailedreport/severity/category/cwe/dynamicflaws/flaw";
const MANUAL: &str = "detailedreport/severity/category/cwe/manualflaws/flaw";
const PACKAGE: &str = "detailedreport/software_composition_analysis/vulnerable_components/component";

/// Reads it.
pub(crate) struct Veracode;

impl XmlReport for Veracode {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        match root(head) {
            Some(root) if root.name == "detailedreport" => Confidence::Certain,
            _ => Confidence::No,
        }
    }

    fn records(&self) -> &'static [&'static str] {
        &[STATIC, DYNAMIC, MANUAL, PACKAGE]
    }

    fn run(&self, cover: &Element, options: &ReadOptions) -> Result<Run, Problem> {
        if cover.name != "detailedreport" {
            return Err(not_such_a_report(CARD.label, "its outermost element is not detailedreport"));
        }
        let mut run = CARD.run(options);
        run.category = cover.attribute("app_name").and_then(clean::some_line);
        Ok(run)
    }

    fn record(&self, at: &At<'_>, record: &Element, out: &mut Out) -> Result<(), String> {
        if at.place == PACKAGE {
            flaw::packages(record, out);
            return Ok(());
        }
        flaw::read(at, record, at.place != STATIC, out)
    }
}

/// Veracode's numbers: 5 very high, 4 high, 3 medium, 2 low, 1 very low, 0 informational.
fn severity(found: &mut Found, number: Option<&str>) {
    make::severity_as(found, number, |number| {
        Some(match number {
            "5" => Severity::Critical,
            "4" => Severity::High,
            "3" => Severity::Medium,
            "2" => Severity::Low,
            "1" | "0" => Severity::Info,
            _ => return None,
        })
    });
}

/// Veracode's own name of a flaw that has no public one (`SRCCLR-SID-41137`).
fn own_name(found: &mut Found, id: &str) {
    if id.starts_with("SRCCLR-") && found.identifiers.iter().all(|known| known.scheme == "CWE") {
        make::identifier(found, "SRCCLR", id);
    }
}

/// What became of a flaw, and what people proposed and decided.
fn state(found: &mut Found, remediation: &str, mitigation: &str, why: Option<String>) {
    match remediation.to_ascii_lowercase().as_str() {
        "fixed" | "closed" | "cannot reproduce" => found.presence = Presence::Absent,
        word @ ("potential false positive" | "potential_false_positive") => {
            decided(found, SuppressionStatus::UnderReview, word, None);
        }
        _ => {}
    }
    match mitigation.to_ascii_lowercase().as_str() {
        "accepted" | "approved" => decided(found, SuppressionStatus::Accepted, "mitigation", why),
        "proposed" => decided(found, SuppressionStatus::UnderReview, "mitigation", why),
        "rejected" => decided(found, SuppressionStatus::Rejected, "mitigation", why),
        _ => {}
    }
}
