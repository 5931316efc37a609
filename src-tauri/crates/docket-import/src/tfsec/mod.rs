//! tfsec: Terraform.

use docket_domain::{FindingKind, Found, Problem, Run, SuppressionStatus};

use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static TFSEC: Reads<Tfsec> = Reads(Tfsec);

static CARD: Card = Card {
    id: "tfsec",
    label: "tfsec JSON",
    about: "What `tfsec --format json` writes: Terraform.",
    extensions: &["json"],
    tool: "tfsec",
    versions: "0 and 1",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct Tfsec;

impl JsonReport for Tfsec {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        // The description of the rule came with version 0.38.
        let rule = outline.has_inner("results", "rule_id") && outline.has_inner("results", "location");
        let before = outline.has_paths(&["results.location.start_line", "results.link"]);
        let named = ["rule_description", "long_id"].iter().any(|key| outline.has_inner("results", key));
        if rule && (before || named) { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["results"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        // `null` is what tfsec writes when it found nothing.
        if !cover.has("results") && !cover.top.has_key("results") {
            return Err(not_such_a_report(CARD.label, "it has no results"));
        }
        Ok(CARD.run(options))
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let id = record.any_line(&["long_id", "rule_id"]).ok_or("it has no rule_id")?;
        let status = record.get("status").whole();
        if record.get("passed").bool() == Some(true) || status == Some(1) {
            out.passed();
            return Ok(());
        }
        let mut found = found(&id, record);
        if status == Some(2) {
            make::suppressed(&mut found, SuppressionStatus::Accepted, "inSource", None);
        }
        out.finding(found);
        Ok(())
    }
}

fn found(id: &str, record: &Json) -> Found {
    let title = record.any_line(&["rule_description", "description"]).unwrap_or_default();
    let mut found = make::found(id, &title);
    found.kind = FindingKind::Iac;
    make::severity(&mut found, record.get("severity").text());
    found.description = make::described([
        ("", record.block("description")),
        ("Impact", record.block("impact")),
        ("Rule", record.line("rule_id").filter(|rule| rule != id)),
    ]);
    found.remediation = record.block("resolution");
    let at = record.get("location");
    if let Some(path) = at.line("filename") {
        let mut place = make::place(&path, at.line_number("start_line"));
        place.end_line = at.line_number("end_line");
        place.logical = record.line("resource");
        found.locations.push(place);
    }
    let mut links = record.lines("links");
    // Version 0 wrote a sentence around the address.
    let sentence = record.line("link").unwrap_or_default();
    links.extend(sentence.split(' ').filter_map(clean::some_line));
    make::references(&mut found, links.iter().map(String::as_str));
    found.tags = ["rule_provider", "rule_service"].iter().filter_map(|key| record.line(key)).collect();
    found
}
