//! Snyk Infrastructure as Code: one report for each file, alone or in an array.

use docket_domain::{FindingKind, Found, Problem, Run, SuppressionStatus};

use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, failed};

/// The format.
pub(crate) static SNYK_IAC: Reads<SnykIac> = Reads(SnykIac);

static CARD: Card = Card {
    id: "snyk-iac",
    label: "Snyk IaC JSON",
    about: "What `snyk iac test --json` writes: infrastructure as code.",
    extensions: &["json"],
    tool: "Snyk IaC",
    versions: "Snyk CLI 1: one file or an array of files",
    example: include_str!("example.json"),
};

const ISSUES: &str = "infrastructureAsCodeIssues";

/// Reads it.
pub(crate) struct SnykIac;

impl JsonReport for SnykIac {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        if outline.has(&[ISSUES]) || outline.first_has(&[ISSUES]) {
            Confidence::Certain
        } else {
            Confidence::No
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["", ISSUES]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let top = &cover.top;
        if let Some(says) = top.line("error")
            && !cover.has(ISSUES)
        {
            return Err(failed(CARD.tool, &says));
        }
        let mut run = CARD.run(options);
        run.category = top.line("projectName");
        run.branch = top.line("meta.branch");
        Ok(run)
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if at.list == ISSUES {
            out.finding(found(record, at.cover));
            return Ok(());
        }
        if let Some(says) = record.line("error")
            && record.get(ISSUES).is_null()
        {
            return Err(format!("Snyk could not read the file: {}", clean::title(&says)));
        }
        if !record.has_key(ISSUES) {
            return Err(format!("it has no {ISSUES}"));
        }
        let file = record.shared(&[ISSUES, "vulnerabilities", "meta"]);
        for item in out.objects(record.get(ISSUES)) {
            out.part(item);
            out.finding(found(item, &file));
        }
        Ok(())
    }
}

fn found(item: &Json, file: &Json) -> Found {
    let id = item.any_line(&["publicId", "id"]).unwrap_or_default();
    let mut found = make::found(&id, &item.line("title").unwrap_or_default());
    found.kind = FindingKind::Iac;
    make::severity(&mut found, item.get("severity").text());
    let about = item.get("iacDescription");
    let of = |key: &str| about.block(key).or_else(|| item.block(key));
    found.description = make::described([
        ("", of("issue").or_else(|| item.block("description"))),
        ("Impact", of("impact")),
        ("Kind", item.line("subType")),
        ("Compliance", clean::some_line(&compliance(item).join(", "))),
    ]);
    found.remediation = of("resolve");
    if let Some(path) = file.any_line(&["targetFile", "targetFilePath"]) {
        let mut place = make::place(&path, item.line_number("lineNumber"));
        place.logical = item.line("msg").or_else(|| clean::some_line(&item.lines("path").join(".")));
        found.locations.push(place);
    }
    let urls = item.lines("references");
    let page = item.line("documentation");
    make::references(&mut found, page.iter().chain(&urls).map(String::as_str));
    if item.get("isIgnored").bool() == Some(true) {
        let why = item.any_block(&["ignoreReason", "reason"]);
        make::suppressed(&mut found, SuppressionStatus::Accepted, "ignored", why);
    }
    found.tags = file.line("packageManager").into_iter().collect();
    found
}

/// Lists of a standard and its parts: `[["CIS-AWS", "2.1.5"], …]`.
fn compliance(item: &Json) -> Vec<String> {
    let lists = item.get("compliance").items().iter();
    lists
        .map(|parts| {
            parts.items().iter().filter_map(Json::text).map(clean::line).collect::<Vec<_>>().join(" ")
        })
        .collect()
}
