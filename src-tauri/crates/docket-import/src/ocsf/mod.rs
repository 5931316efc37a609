//! Open Cybersecurity Schema Framework (OCSF): events of the category Findings, as an array, one
//! event a line, or one event.

mod event;

use crate::format::{Confidence, Head};
use crate::json::Json;
use crate::report::json::{At, JsonReport, Reads};
use crate::report::{Card, Out};

/// The format.
pub(crate) static OCSF: Reads<Ocsf> = Reads(Ocsf);

static CARD: Card = Card {
    id: "ocsf",
    label: "OCSF findings",
    about: "Events of the Open Cybersecurity Schema Framework: Prowler, Security Hub, Security Lake.",
    extensions: &["json", "jsonl"],
    tool: "OCSF",
    versions: "1.0 to 1.5, classes 2001 to 2007",
    example: include_str!("example.json"),
};

const KEYS: [&str; 3] = ["class_uid", "metadata", "severity_id"];

/// Reads it.
pub(crate) struct Ocsf;

impl JsonReport for Ocsf {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let listed = KEYS.iter().all(|key| outline.has_inner("Findings", key));
        if listed || outline.first_has(&KEYS) || outline.has(&KEYS) {
            Confidence::Certain
        } else {
            Confidence::No
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        // The second is what Security Hub's newer API answers.
        &["", "Findings"]
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if !record.is_map() {
            return Err(format!("it is {}, not an object", record.what()));
        }
        if !record.has_key("class_uid") && !record.has_key("finding_info") {
            return Err("it has neither a class_uid nor a finding_info".to_owned());
        }
        // Other categories are events of systems, networks and people.
        let class = record.get("class_uid").whole();
        if class.is_some_and(|class| class / 1000 != 2) || event::has_passed(record) {
            out.passed();
            return Ok(());
        }
        for found in event::found(record)? {
            out.finding(found);
        }
        Ok(())
    }
}
