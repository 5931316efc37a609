//! What Veracode's Pipeline Scan writes (`results.json`, `filtered_results.json`).

use docket_domain::{FindingKind, Location, Problem, Run};

use super::severity;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::code;
use crate::report::json::{At, Cover, JsonReport, Reads, did_not_look};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static VERACODE_PIPELINE: Reads<Pipeline> = Reads(Pipeline);

static CARD: Card = Card {
    id: "veracode-pipeline",
    label: "Veracode Pipeline Scan (JSON)",
    about: "What Veracode's Pipeline Scan finds in a build: results.json, whole or filtered.",
    extensions: &["json"],
    tool: "Veracode Pipeline Scan",
    versions: "Pipeline Scan 20 and later",
    example: include_str!("pipeline.json"),
};

/// By these together it is the same flaw as in an earlier scan, as the vendor's API says.
const MATCH: [&str; 8] = [
    "procedure_hash",
    "prototype_hash",
    "flaw_hash",
    "flaw_hash_count",
    "flaw_hash_ordinal",
    "cause_hash",
    "cause_hash_count",
    "cause_hash_ordinal",
];

/// Reads it.
pub(crate) struct Pipeline;

impl JsonReport for Pipeline {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let flaw = ["issue_type", "cwe_id", "display_text"];
        let is_list = flaw.iter().all(|name| outline.has_inner("findings", name));
        let is_scan = outline.has(&["scan_id", "scan_status", "findings"]);
        if is_list || is_scan { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["findings"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let top = &cover.top;
        let mut run = CARD.run(options);
        run.tool.version = top.line("pipeline_scan");
        let status = top.line("scan_status");
        match status.as_deref() {
            Some("SUCCESS") | None => {}
            Some(status) => {
                let said = top.line("message").unwrap_or_default();
                return Ok(did_not_look(run, format!("the scan ended with {status}: {said}")));
            }
        }
        if !cover.has("findings") {
            return Err(not_such_a_report(CARD.label, "it has no findings"));
        }
        Ok(run)
    }

    fn record(&self, _at: &At<'_>, flaw: &Json, out: &mut Out) -> Result<(), String> {
        let cwe = flaw.line("cwe_id").ok_or("it has no cwe_id")?;
        let rule = format!("CWE-{cwe}");
        let weakness = flaw.line("issue_type");
        let mut found = make::found(&rule, weakness.as_deref().unwrap_or(&rule));
        found.kind = FindingKind::Code;
        severity(&mut found, flaw.line("severity").as_deref());
        make::identifiers(&mut found, [], [cwe.as_str()]);
        let source = flaw.at("files.source_file");
        let path = source.any_line(&["file", "upload_file"]).unwrap_or_default();
        let mut place = make::place(&path, source.line_number("line"));
        place.logical = source.any_line(&["qualified_function_name", "function_name"]);
        if place.path.is_some() || place.logical.is_some() {
            found.locations.push(place);
        }
        for way in flaw.at("stack_dumps.stack_dump").items().iter().take(20) {
            // The call that does the harm stands first.
            code::flow(&mut found, way.get("Frame").items().iter().rev().map(step));
        }
        let html = flaw.block("display_text").unwrap_or_default();
        found.description = make::described([
            ("", Some(code::plain(&html))),
            ("Call", flaw.line("title")),
            ("Function", source.line("function_prototype")),
        ]);
        let urls = code::links(&html);
        make::references(&mut found, urls.iter().map(String::as_str));
        found.tags = flaw.line("issue_type_id").into_iter().collect();
        let hashes = flaw.get("flaw_match");
        if hashes.line("flaw_hash").is_some() {
            let parts = MATCH.map(|name| hashes.line(name).unwrap_or_default());
            make::fingerprint(&mut found, "flawMatch", Some(format!("{cwe}:{}", parts.join(":"))));
        }
        out.rule(make::rule(&rule, weakness));
        out.finding(found);
        Ok(())
    }
}

fn step(frame: &Json) -> Location {
    let mut place =
        make::place(&frame.line("SourceFile").unwrap_or_default(), frame.line_number("SourceLine"));
    place.logical = frame.any_line(&["QualifiedFunctionName", "FunctionName"]);
    place
}
