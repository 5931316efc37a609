//! Terrascan: infrastructure as code.

use docket_domain::{FindingKind, Found, Problem, Run, SuppressionStatus};

use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static TERRASCAN: Reads<Terrascan> = Reads(Terrascan);

static CARD: Card = Card {
    id: "terrascan",
    label: "Terrascan JSON",
    about: "What `terrascan scan -o json` writes: infrastructure as code.",
    extensions: &["json"],
    tool: "Terrascan",
    versions: "1",
    example: include_str!("example.json"),
};

const SKIPPED: &str = "results.skipped_violations";

/// Reads it.
pub(crate) struct Terrascan;

impl JsonReport for Terrascan {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let named = ["\"violations\"", "\"scan_summary\"", "\"policies_validated\"", "\"iac_type\""];
        let count = named.iter().filter(|name| head.text.contains(**name)).count();
        if head.outline().has(&["results"]) && count >= 2 { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        // Both are `null` where there is nothing in them.
        &["results.violations", SKIPPED]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let results = cover.top.get("results");
        if !results.is_map() {
            return Err(not_such_a_report(CARD.label, "it has no results"));
        }
        // `scan_errors` tells of kinds of code that the folder does not have: nothing is missing.
        let mut run = CARD.run(options);
        let scanned = results.get("scan_summary").fields().iter().find(|(key, _)| key == "file/folder");
        run.category = scanned.and_then(|(_, folder)| clean::some_line(folder.text()?));
        Ok(run)
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let rule =
            record.any_line(&["rule_id", "rule_name"]).ok_or("it has neither a rule_id nor a rule_name")?;
        let mut found = found(&rule, record);
        if at.list == SKIPPED {
            let why = record.any_block(&["skip_comment", "comment"]);
            make::suppressed(&mut found, SuppressionStatus::Accepted, "inSource", why);
        }
        out.finding(found);
        Ok(())
    }
}

fn found(rule: &str, record: &Json) -> Found {
    let title = record.any_line(&["description", "rule_name"]).unwrap_or_default();
    let mut found = make::found(rule, &title);
    found.kind = FindingKind::Iac;
    make::severity(&mut found, record.get("severity").text());
    found.description = make::described([
        ("", record.block("description")),
        ("Rule", record.line("rule_name")),
        ("Module", record.line("module_name")),
        ("Root", record.line("plan_root")),
    ]);
    if let Some(path) = record.line("file") {
        let mut place = make::place(&path, record.line_number("line"));
        let resource = [record.line("resource_type"), record.line("resource_name")];
        place.logical = clean::some_line(&resource.into_iter().flatten().collect::<Vec<_>>().join("."));
        found.locations.push(place);
    }
    found.tags = record.line("category").into_iter().collect();
    found
}
