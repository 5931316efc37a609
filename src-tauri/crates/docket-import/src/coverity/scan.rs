//! What Coverity's command line writes.

use docket_domain::{FindingKind, Found, Location, Problem, Rule, Run};

use super::{is_silent, triaged};
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::code::flow;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, failed, not_such_a_report};

/// The format.
pub(crate) static COVERITY_SCAN: Reads<Scan> = Reads(Scan);

static CARD: Card = Card {
    id: "coverity-scan",
    label: "Coverity scan JSON",
    about: "What `cov-format-errors` and `coverity scan` write as JSON.",
    extensions: &["json"],
    tool: "Coverity",
    versions: "formatVersion 7 to 10",
    example: include_str!("scan.json"),
};

/// Reads it.
pub(crate) struct Scan;

impl JsonReport for Scan {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let says = outline.text("type") == Some("Coverity issues");
        let shows = outline.has_inner("issues", "mergeKey") && outline.has_inner("issues", "checkerName");
        if says || shows { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["issues"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let error = cover.top.get("error");
        if !error.is_null() && !cover.has("issues") {
            return Err(failed("Coverity", &error.as_text()));
        }
        if !cover.has("issues") {
            return Err(not_such_a_report(CARD.label, "it has no issues"));
        }
        let mut run = CARD.run(options);
        if !error.is_null() {
            run = crate::report::json::did_not_look(run, "Coverity wrote an error beside its issues");
        }
        Ok(run)
    }

    fn record(&self, _at: &At<'_>, issue: &Json, out: &mut Out) -> Result<(), String> {
        let rule = issue.line("checkerName").ok_or("it has no checkerName")?;
        let about = issue.get("checkerProperties");
        let short = about.line("subcategoryShortDescription");
        let mut found = make::found(&rule, short.as_deref().unwrap_or_default());
        found.kind = FindingKind::Code;
        make::severity_as(&mut found, about.get("impact").text(), |word| match word {
            "Audit" => Some(docket_domain::Severity::Info),
            word => crate::words::severity(word),
        });
        let file =
            issue.line("strippedMainEventFilePathname").or_else(|| issue.line("mainEventFilePathname"));
        let mut place = make::place(&file.unwrap_or_default(), issue.line_number("mainEventLineNumber"));
        place.start_column = issue.line_number("mainEventColumnNumber");
        place.logical = issue.line("functionDisplayName").or_else(|| issue.line("functionSimpleName"));
        found.locations.push(place);
        events(issue, &mut found);
        let long = about.block("subcategoryLongDescription");
        let kinds = about.lines("issueKinds");
        let main = issue.get("events").items().iter().find(|event| event.get("main").bool() == Some(true));
        let main = main.and_then(|event| event.block("eventDescription"));
        found.description = make::described([
            ("", main.clone()),
            ("", long.clone().filter(|text| main.as_ref() != Some(text))),
            ("Effect", about.block("subcategoryLocalEffect")),
            ("Category", about.line("category")),
            ("Occurrences", issue.line("occurrenceCountForMK").filter(|count| count != "1")),
        ]);
        let cwe = about.line("cweCategory");
        make::identifiers(&mut found, [], cwe.iter().map(String::as_str));
        found.tags = kinds.into_iter().chain(about.line("category")).collect();
        // The key that Coverity itself joins occurrences by, from run to run.
        make::fingerprint(&mut found, "mergeKey", issue.line("mergeKey"));
        let server = issue.get("stateOnServer");
        make::fingerprint(&mut found, "cid", server.line("cid"));
        let triage = server.get("triage");
        let word = |key: &str| triage.get(key).text().filter(|word| !is_silent(word));
        triaged(&mut found, None, word("classification"), word("action"));
        let url = triage.line("externalReference").filter(|url| crate::path::is_web(url));
        found.tracked_in = url.into_iter().collect();
        out.rule(Rule { short, description: long, ..make::rule(&rule, None) });
        out.finding(found);
        Ok(())
    }
}

/// The events are steps on the way to the flaw; some of them tell how to fix it.
fn events(issue: &Json, found: &mut Found) {
    let (mut steps, mut fixes) = (Vec::new(), Vec::new());
    for event in issue.get("events").items() {
        if event.get("remediation").bool() == Some(true) {
            fixes.extend(event.block("eventDescription"));
            continue;
        }
        let file = event.line("strippedFilePathname").or_else(|| event.line("filePathname"));
        let mut place: Location = make::place(&file.unwrap_or_default(), event.line_number("lineNumber"));
        place.start_column = event.line_number("columnNumber");
        place.message = event.block("eventDescription");
        steps.push(place);
    }
    if steps.len() > 1 {
        flow(found, steps);
    }
    found.remediation = Some(fixes.join("\n\n")).filter(|text| !text.is_empty());
}
