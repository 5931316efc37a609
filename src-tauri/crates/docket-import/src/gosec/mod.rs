//! gosec: static analysis of Go.

use docket_domain::{Completeness, FindingKind, Problem, Run, SuppressionStatus};

use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::code::{decided, numbered};
use crate::report::json::{At, Cover, JsonReport, Reads, did_not_look};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static GOSEC: Reads<Gosec> = Reads(Gosec);

static CARD: Card = Card {
    id: "gosec",
    label: "gosec JSON",
    about: "What `gosec -fmt json` writes: static analysis of Go.",
    extensions: &["json"],
    tool: "gosec",
    versions: "2.x",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct Gosec;

impl JsonReport for Gosec {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let found = outline.has_inner("Issues", "rule_id") && outline.has_inner("Issues", "details");
        let silent = outline.has(&["Issues", "Stats"]);
        if found || silent { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["Issues"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let mut run = CARD.run(options);
        run.tool.version = cover.top.line("GosecVersion");
        if !cover.has("Issues") {
            if cover.top.get("Stats").is_map() {
                return Ok(did_not_look(run, "it has no list of issues"));
            }
            return Err(not_such_a_report(CARD.label, "it has no Issues"));
        }
        let broken = cover.top.get("Golang errors").fields().len();
        if broken > 0 {
            run.completeness =
                Completeness::Partial { reason: format!("gosec could not read {broken} files") };
        }
        Ok(run)
    }

    fn record(&self, _at: &At<'_>, issue: &Json, out: &mut Out) -> Result<(), String> {
        let rule = issue.line("rule_id").ok_or("it has no rule_id")?;
        let details = issue.block("details");
        let mut found = make::found(&rule, details.as_deref().map(clean::first_sentence).unwrap_or_default());
        found.kind = FindingKind::Code;
        make::severity(&mut found, issue.get("severity").text());
        // `79`, or `79-81`.
        let lines = issue.line("line").unwrap_or_default();
        let (first, last) = lines.split_once('-').unwrap_or((&lines, ""));
        let mut place = make::place(&issue.line("file").unwrap_or_default(), make::line_number_of(first));
        place.end_line = make::line_number_of(last);
        place.start_column = issue.line_number("column");
        let (code, start) = numbered(issue.get("code").text().unwrap_or_default());
        place.snippet = make::snippet(&code, start);
        found.locations.push(place);
        found.description = make::described([("", details), ("Confidence", issue.line("confidence"))]);
        found.remediation = issue.block("autofix");
        let cwe = issue.line("cwe.id").or_else(|| issue.line("cwe.ID"));
        make::identifiers(&mut found, [], cwe.iter().map(String::as_str));
        let uri = issue.line("cwe.url").or_else(|| issue.line("cwe.URL"));
        make::references(&mut found, uri.iter().map(String::as_str));
        let listed = issue.get("suppressions").items();
        for one in listed {
            let kind = one.line("kind").unwrap_or_else(|| "inSource".to_owned());
            decided(&mut found, SuppressionStatus::Accepted, &kind, one.block("justification"));
        }
        if listed.is_empty() && issue.get("nosec").bool() == Some(true) {
            decided(&mut found, SuppressionStatus::Accepted, "inSource", Some("nosec".to_owned()));
        }
        out.rule(make::rule(&rule, None));
        out.finding(found);
        Ok(())
    }
}
