//! Bandit: static analysis of Python.

use docket_domain::{Completeness, FindingKind, Problem, Rule, Run};

use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, code, not_such_a_report};

/// The format.
pub(crate) static BANDIT: Reads<Bandit> = Reads(Bandit);

static CARD: Card = Card {
    id: "bandit",
    label: "Bandit JSON",
    about: "What `bandit -f json` writes: static analysis of Python.",
    extensions: &["json"],
    tool: "Bandit",
    versions: "1.x",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct Bandit;

impl JsonReport for Bandit {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let found = outline.has_inner("results", "test_id") && outline.has_inner("results", "issue_severity");
        // The metrics may be longer than what is looked at.
        let frame = outline.has(&["errors", "generated_at", "metrics"]);
        if found || frame { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["results"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        if !cover.has("results") {
            return Err(not_such_a_report(CARD.label, "it has no results"));
        }
        let mut run = CARD.run(options);
        run.started = cover.top.line("generated_at").and_then(|at| at.parse().ok());
        let unread = cover.top.get("errors").items().len();
        if unread > 0 {
            run.completeness =
                Completeness::Partial { reason: format!("Bandit could not read {unread} files") };
        }
        Ok(run)
    }

    fn record(&self, _at: &At<'_>, issue: &Json, out: &mut Out) -> Result<(), String> {
        let rule = issue.line("test_id").ok_or("it has no test_id")?;
        let text = issue.block("issue_text");
        let mut found = make::found(&rule, text.as_deref().map(clean::first_sentence).unwrap_or_default());
        found.kind = FindingKind::Code;
        make::severity(&mut found, issue.get("issue_severity").text());
        let mut place =
            make::place(&issue.line("filename").unwrap_or_default(), issue.line_number("line_number"));
        let lines = issue.get("line_range").items();
        place.end_line = lines.last().and_then(Json::whole).and_then(make::line_number);
        // Offsets count from 0.
        let column =
            |key: &str| issue.get(key).whole().and_then(|at| make::line_number(at.saturating_add(1)));
        (place.start_column, place.end_column) = (column("col_offset"), column("end_col_offset"));
        let (code, first) = code::numbered(issue.get("code").text().unwrap_or_default());
        place.snippet = make::snippet(&code, first);
        found.locations.push(place);
        found.description = make::described([("", text), ("Confidence", issue.line("issue_confidence"))]);
        let cwe = issue.line("issue_cwe.id");
        make::identifiers(&mut found, [], cwe.iter().map(String::as_str));
        let uri = issue.line("more_info");
        make::references(&mut found, uri.iter().map(String::as_str));
        out.rule(Rule { uri, ..make::rule(&rule, issue.line("test_name")) });
        out.finding(found);
        Ok(())
    }
}
