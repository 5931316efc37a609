//! AWS Security Finding Format (ASFF): what Security Hub exports and what tools send to it. An
//! object with `Findings` (or `findings`), an event of `EventBridge`, an array, or one finding a line.

mod finding;

use crate::format::{Confidence, Head};
use crate::json::Json;
use crate::report::json::{At, JsonReport, Reads};
use crate::report::{Card, Out};

/// The format.
pub(crate) static ASFF: Reads<Asff> = Reads(Asff);

static CARD: Card = Card {
    id: "asff",
    label: "AWS Security Hub (ASFF)",
    about: "Findings in the AWS Security Finding Format: Security Hub, GuardDuty, Inspector, Prowler.",
    extensions: &["json"],
    tool: "AWS Security Hub",
    versions: "schema 2018-10-08",
    example: include_str!("example.json"),
};

/// Keys that every finding has by the schema, and no other format.
const KEYS: [&str; 3] = ["SchemaVersion", "ProductArn", "GeneratorId"];

/// Reads it.
pub(crate) struct Asff;

impl JsonReport for Asff {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let listed = |list: &str| KEYS.iter().all(|key| outline.has_inner(list, key));
        let is_event =
            outline.text("detail-type").is_some_and(|kind| kind.starts_with("Security Hub Findings"));
        if is_event || outline.has(&KEYS) || listed("") || listed("Findings") || listed("findings") {
            Confidence::Certain
        } else {
            Confidence::No
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["", "Findings", "findings", "detail.findings"]
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if record.line("Id").is_none() && record.line("Title").is_none() {
            return Err("it has neither an Id nor a Title".to_owned());
        }
        match record.at("Compliance.Status").text() {
            Some(status) if status.eq_ignore_ascii_case("PASSED") => out.passed(),
            _ => out.finding(finding::found(record)),
        }
        Ok(())
    }
}
