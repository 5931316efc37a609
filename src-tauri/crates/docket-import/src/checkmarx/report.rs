//! Checkmarx One's JSON reports: «scan report» (results by language, package and file) and
//! «improved scan report» (lists of queries).

use docket_domain::{Problem, Run};

use super::report_lists;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static CHECKMARX_REPORT: Reads<Report> = Reads(Report);

static CARD: Card = Card {
    id: "checkmarx-report",
    label: "Checkmarx One report (JSON)",
    about: "The scan reports that Checkmarx One makes as JSON, of both generations.",
    extensions: &["json"],
    tool: "Checkmarx One",
    versions: "scan report, improved scan report",
    example: include_str!("report.json"),
};

/// Reads it.
pub(crate) struct Report;

impl JsonReport for Report {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let old = outline.has(&["reportHeader", "executiveSummary", "scanSummary"]);
        let new =
            outline.has(&["reportHeader", "reportType"]) || outline.has(&["reportHeader", "scanResults"]);
        // A report of some scanners only may come without its head.
        let parts = ["scanResults", "iacScanResults", "scaScanResults"];
        let bare = parts.iter().filter(|part| outline.has(&[part])).count() >= 2
            || outline.path("scanResults.resultsList").is_some();
        match (old || new, bare) {
            (true, _) => Confidence::Certain,
            (false, true) => Confidence::Likely,
            (false, false) => Confidence::No,
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        &[
            "scanResults.sast.languages",
            "scanResults.sca.packages",
            "scanResults.kics.results",
            "scanResults.resultsList",
            "iacScanResults.technology",
            "scaScanResults.packages",
        ]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let top = &cover.top;
        if cover.lists.is_empty() && !top.get("scanResults").is_map() {
            return Err(not_such_a_report(CARD.label, "it has no scanResults"));
        }
        let mut run = CARD.run(options);
        run.category = top.line("reportHeader.projectName");
        let branch =
            ["reportHeader.branchName", "reportHeader.scannedBranchName", "executiveSummary.branchName"];
        run.branch = branch.iter().find_map(|path| top.line(path));
        Ok(run)
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if !record.is_map() {
            return Err(format!("it is {}, not an object", record.what()));
        }
        match at.list {
            "scanResults.sast.languages" => report_lists::language(record, out),
            "scanResults.sca.packages" => report_lists::package(record, out),
            "scanResults.kics.results" => report_lists::files(record, out),
            "scanResults.resultsList" => report_lists::query(record, at.cover, out),
            "iacScanResults.technology" => report_lists::technology(record, out),
            _ => report_lists::sca(record, out),
        }
        Ok(())
    }
}
