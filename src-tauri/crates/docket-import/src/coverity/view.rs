//! Rows of a view, as Coverity Connect's API answers them.

use docket_domain::{Completeness, FindingKind, Problem, Rule, Run, Severity};

use super::{is_silent, triaged};
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};
use crate::words;

/// The format.
pub(crate) static COVERITY_API: Reads<View> = Reads(View);

static CARD: Card = Card {
    id: "coverity-api",
    label: "Coverity Connect view (JSON)",
    about: "Issues of a view as Coverity Connect's API answers them (`viewContents`).",
    extensions: &["json"],
    tool: "Coverity",
    versions: "viewContents/issues/v1",
    example: include_str!("view.json"),
};

/// Reads it.
pub(crate) struct View;

impl JsonReport for View {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        if head.outline().has(&["viewContentsV1"]) { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["viewContentsV1.rows"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        if !cover.has("viewContentsV1.rows") {
            return Err(not_such_a_report(CARD.label, "it has no viewContentsV1 with rows"));
        }
        let mut run = CARD.run(options);
        if cover.top.at("viewContentsV1.offset").whole().is_some_and(|offset| offset > 0) {
            run.completeness = Completeness::Partial { reason: "it is one page of several".to_owned() };
        }
        Ok(run)
    }

    fn record(&self, _at: &At<'_>, row: &Json, out: &mut Out) -> Result<(), String> {
        let kind = row.line("displayType");
        let rule = row.line("checker").or_else(|| row.line("checkerName")).or_else(|| kind.clone());
        let rule = rule.ok_or("it has neither a checker nor a displayType")?;
        let mut found = make::found(&rule, kind.as_deref().unwrap_or_default());
        found.kind = FindingKind::Code;
        // What the checker says; people's own severity counts when they set one.
        let set = row.line("severity").filter(|word| !is_silent(word));
        make::severity_as(
            &mut found,
            set.or_else(|| row.line("displayImpact")).as_deref(),
            |word| match word {
                "Major" => Some(Severity::High),
                "Moderate" => Some(Severity::Medium),
                "Minor" => Some(Severity::Low),
                "Audit" => Some(Severity::Info),
                word => words::severity(word),
            },
        );
        let mut place =
            make::place(&row.line("displayFile").unwrap_or_default(), row.line_number("lineNumber"));
        place.logical = row.line("displayFunction");
        found.locations.push(place);
        found.description = make::described([
            ("Category", row.line("displayCategory")),
            ("Issue kind", row.line("displayIssueKind")),
            ("Occurrences", row.line("occurrenceCount")),
            ("Component", row.line("displayComponent")),
            ("First detected", row.line("firstDetected")),
            ("Owner", row.line("owner").filter(|word| !is_silent(word))),
        ]);
        let cwe = row.line("cwe");
        make::identifiers(&mut found, [], cwe.iter().map(String::as_str));
        found.tags = ["displayCategory", "displayIssueKind"].iter().filter_map(|key| row.line(key)).collect();
        // The number that Coverity Connect files the issue under, over all its streams.
        make::fingerprint(&mut found, "cid", row.line("cid"));
        let issue = row.line("externalReference").filter(|url| crate::path::is_web(url));
        found.tracked_in = issue.into_iter().collect();
        let text = |key: &str| row.get(key).text();
        triaged(&mut found, text("status"), text("classification"), text("action"));
        out.rule(Rule { tags: row.line("displayCategory").into_iter().collect(), ..make::rule(&rule, kind) });
        out.finding(found);
        Ok(())
    }
}
