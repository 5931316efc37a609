//! `DrHeader`'s JSON: headers of HTTP that are missing or wrong, of one address or of several.

use docket_domain::FindingKind;

use crate::format::{Confidence, Head};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, JsonReport, Reads};
use crate::report::{Card, Out};

/// The format.
pub(crate) static DRHEADER: Reads<DrHeader> = Reads(DrHeader);

static CARD: Card = Card {
    id: "drheader",
    label: "DrHeader JSON",
    about: "What DrHeader writes as JSON: headers of HTTP that are missing or wrong.",
    extensions: &["json"],
    tool: "DrHeader",
    versions: "1 and 2, of one address or of several",
    example: include_str!("example.json"),
};

/// What a finding may have.
const KEYS: [&str; 11] = [
    "rule",
    "message",
    "severity",
    "value",
    "expected",
    "expected-one",
    "expected_one",
    "avoid",
    "delimiter",
    "anomaly",
    "anomalies",
];

/// Reads it.
pub(crate) struct DrHeader;

impl JsonReport for DrHeader {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        if outline.first_has(&["url", "report"]) && head.text.contains("\"rule\"") {
            return Confidence::Likely;
        }
        let keys = outline.inner.iter().all(|(_, name)| KEYS.contains(&name.as_str()));
        // Many tools have rules with messages; only this one's are headers.
        let headers = ["Security", "X-", "Cookie", "Cache-Control", "Policy", "Server", "Pragma", "header"];
        let says = headers.iter().any(|header| head.text.contains(header));
        let fits = outline.first_has(&["rule", "message", "severity"]) && keys && says;
        if fits { Confidence::Likely } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &[""]
    }

    fn record(&self, _: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let report = record.get("report");
        if report.is_null() {
            return header(record, None, out);
        }
        let url = record.line("url");
        for one in out.objects(report) {
            if let Err(why) = header(one, url.as_deref(), out) {
                out.part_lost(&why);
            }
        }
        Ok(())
    }
}

fn header(record: &Json, url: Option<&str>, out: &mut Out) -> Result<(), String> {
    out.part(record);
    let rule = record.line("rule").ok_or("it names no rule")?;
    let message = record.line("message").unwrap_or_default();
    let mut found = make::found(&rule, &format!("{rule}: {message}"));
    found.kind = FindingKind::Web;
    make::severity(&mut found, record.get("severity").text());
    let list = |name: &str| crate::clean::some_line(&record.lines(name).join(", "));
    found.description = make::described([
        ("", Some(message.clone())),
        ("Value", record.block("value")),
        ("Expected", list("expected")),
        ("Expected one of", list("expected-one").or_else(|| list("expected_one"))),
        ("To be avoided", list("avoid")),
        ("Anomaly", list("anomaly").or_else(|| list("anomalies"))),
    ]);
    found.endpoint = make::endpoint(url, None, None);
    if let Some(endpoint) = &mut found.endpoint {
        // The same header may fail in several ways.
        endpoint.parameter = Some(rule.clone());
    }
    out.finding(found);
    Ok(())
}
