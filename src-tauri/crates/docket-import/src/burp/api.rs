//! The JSON of Burp's REST API: the state of a scan with the issues that it found until then.

use docket_domain::{Completeness, Problem, Run};

use super::{place, start};
use crate::clean;
use crate::evidence;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report, web};

/// The format.
pub(crate) static BURP_API: Reads<BurpApi> = Reads(BurpApi);

static CARD: Card = Card {
    id: "burp-api",
    label: "Burp REST API JSON",
    about: "The state of a scan with its issues, as the REST API of Burp Suite tells it (`/v0.1/scan/ID`).",
    extensions: &["json"],
    tool: "Burp Suite",
    versions: "v0.1",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct BurpApi;

impl JsonReport for BurpApi {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let issues = outline.has_inner("issue_events", "issue") || outline.has(&["issue_events"]);
        if issues && outline.has(&["scan_metrics"]) {
            Confidence::Certain
        } else if outline.has_inner("issue_events", "issue") {
            Confidence::Likely
        } else {
            Confidence::No
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["issue_events"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        if !cover.has("issue_events") {
            return Err(not_such_a_report(CARD.label, "it has no «issue_events»"));
        }
        let mut run = CARD.run(options);
        // The scan goes on, was paused, or failed: what it does not name may still be there.
        if let Some(status) = cover.top.line("scan_status").filter(|status| status != "succeeded") {
            run.completeness =
                Completeness::Partial { reason: format!("its scan was in the state «{status}»") };
        }
        Ok(run)
    }

    fn record(&self, _: &At<'_>, event: &Json, out: &mut Out) -> Result<(), String> {
        let issue = event.get("issue");
        // Events tell of other things, too.
        if issue.is_null() && event.get("type").text().is_some_and(|kind| kind != "issue_found") {
            return Ok(());
        }
        let name = issue.line("name").ok_or("it has no issue with a name")?;
        let kind = issue.line("type_index").unwrap_or_else(|| name.clone());
        let mut found = start(&kind, &name, issue.get("severity").text());
        let text = |name: &str| issue.get(name).text().and_then(web::plain);
        found.description = make::described([
            ("", text("description")),
            ("Background", text("issue_background")),
            ("Confidence", issue.line("confidence")),
        ]);
        for piece in issue.get("evidence").items() {
            // What was sent stands in one of several places, by the kind of proof.
            for name in ["request_response", "first_evidence", "second_evidence"] {
                let exchange = piece.get(name);
                let inner = exchange.get("request_response");
                let exchange = if inner.is_map() { inner } else { exchange };
                evidence::exchange(&mut found, said(exchange.get("request")), said(exchange.get("response")));
            }
        }
        found.remediation = clean::some_block(&make::described([
            ("", text("remediation_detail")),
            ("", text("remediation_background")),
        ]));
        let origin = issue.line("origin").unwrap_or_default();
        let path = issue.line("path").unwrap_or_default();
        place(&mut found, &origin, &path, issue.line("caption").as_deref());
        let classes = issue.block("vulnerability_classifications").unwrap_or_default();
        let links = web::links(&format!("{} {classes}", issue.block("references").unwrap_or_default()));
        make::references(&mut found, links.iter().map(String::as_str));
        make::identifiers(&mut found, [classes.as_str()], []);
        if let Some(number) = issue.line("serial_number") {
            found.partial_fingerprints.insert("burpSerialNumber".to_owned(), number);
        }
        let mut rule = make::rule(&kind, Some(name));
        rule.description = text("issue_background");
        rule.help = text("remediation_background");
        out.rule(rule);
        out.finding(found);
        Ok(())
    }
}

/// The segments of a message; what was left out between them is marked.
fn said(segments: &Json) -> Option<String> {
    if segments.items().is_empty() {
        return None;
    }
    let mut all = String::new();
    for segment in segments.items().iter().take(20) {
        match segment.get("data").text().and_then(web::decoded) {
            Some(text) => all.push_str(&text),
            None => all.push('…'),
        }
    }
    Some(all)
}
