//! GitLab's security reports: one schema for static analysis, dependencies, containers, secrets,
//! dynamic tests and fuzzing. What a finding is, is told by its category, the scan's type, or
//! where it lies.

mod vulnerability;

use docket_domain::{Completeness, Problem, Run};

use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::report::json::{At, Cover, JsonReport, Reads, did_not_look};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static GITLAB: Reads<Gitlab> = Reads(Gitlab);

static CARD: Card = Card {
    id: "gitlab",
    label: "GitLab security report",
    about: "What GitLab's analyzers write (`gl-*-report.json`): code, dependencies, containers, secrets, web, fuzzing.",
    extensions: &["json"],
    tool: "GitLab",
    versions: "schemas 2 to 15",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct Gitlab;

impl JsonReport for Gitlab {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        if !outline.has(&["vulnerabilities"]) {
            // Refused with a word about what it lacks.
            let frame = outline.has(&["version", "scan", "remediations"]);
            return if frame { Confidence::Likely } else { Confidence::No };
        }
        let inner = |key: &str| outline.has_inner("vulnerabilities", key);
        if inner("identifiers") && inner("location") {
            return Confidence::Certain;
        }
        if inner("location") && inner("category") && inner("severity") {
            return Confidence::Likely;
        }
        // Without findings nothing but the frame is left.
        if outline.has(&["version", "scan"]) || outline.has(&["version", "remediations"]) {
            return Confidence::Likely;
        }
        Confidence::No
    }

    fn lists(&self) -> &'static [&'static str] {
        &["vulnerabilities"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        if !cover.has("vulnerabilities") {
            return Err(not_such_a_report(CARD.label, "it has no vulnerabilities"));
        }
        let scan = cover.top.get("scan");
        let mut run = CARD.run(options);
        if let Some(name) = scan.line("scanner.name").or_else(|| scan.line("scanner.id")) {
            run.tool.name = clean::title(&name);
        }
        run.tool.version = scan.line("scanner.version");
        run.tool.uri = scan.line("scanner.url");
        run.category = scan.line("type");
        // The schema's times have no zone; they are UTC.
        run.started =
            scan.line("start_time").and_then(|at| format!("{}Z", at.trim_end_matches('Z')).parse().ok());
        if scan.get("status").text() == Some("failure") {
            return Ok(did_not_look(run, "the report says that the scan failed"));
        }
        let fatal = scan.get("messages").items().iter();
        let fatal = fatal.filter(|message| message.get("level").text() == Some("fatal")).count();
        if fatal > 0 {
            run.completeness =
                Completeness::Partial { reason: format!("the scan tells of {fatal} fatal errors") };
        }
        Ok(run)
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if !record.is_map() {
            return Err(format!("it is {}, not an object", record.what()));
        }
        vulnerability::read(record, at.cover, out);
        Ok(())
    }
}
