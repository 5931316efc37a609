//! Prowler's own JSON (versions 2 and 3) and its tables (2, 3, 4 and 5). Its other two outputs
//! are formats of their own: ASFF and OCSF.

mod table;

use docket_domain::{FindingKind, Found, SuppressionStatus};

use crate::clean;
use crate::format::{Confidence, Head};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, JsonReport, Reads};
use crate::report::{Card, Out};

pub(crate) use table::{PROWLER_CSV, PROWLER_V2_CSV};

/// The format.
pub(crate) static PROWLER: Reads<Prowler> = Reads(Prowler);

static CARD: Card = Card {
    id: "prowler",
    label: "Prowler JSON",
    about: "Prowler's own JSON: checks of cloud accounts. Its OCSF and ASFF are read as such.",
    extensions: &["json"],
    tool: "Prowler",
    versions: "3 (array), 2 (one record a line)",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct Prowler;

const V3: [&str; 3] = ["CheckID", "StatusExtended", "FindingUniqueId"];
const V2: [&str; 3] = ["Control ID", "Message", "Status"];

impl JsonReport for Prowler {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        if [V3, V2].iter().any(|keys| outline.first_has(keys) || outline.has(keys)) {
            Confidence::Certain
        } else {
            Confidence::No
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        &[""]
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let mut status = Status::of(record.get("Status").text().unwrap_or_default());
        let found = if record.get("CheckID").is_null() && record.get("CheckTitle").is_null() {
            if record.line("Message").is_none() && record.line("Control").is_none() {
                return Err("it has neither a CheckID nor a Control".to_owned());
            }
            if status == Status::Warning {
                status = Status::Muted;
            }
            of_two(record)
        } else {
            of_three(record)
        };
        status.tell(found, out);
        Ok(())
    }
}

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Pass,
    Fail,
    /// A person has to look: `MANUAL`, and `INFO` before version 4.
    Manual,
    Warning,
    Muted,
}

impl Status {
    fn of(word: &str) -> Self {
        match word.trim().to_ascii_uppercase().as_str() {
            "PASS" => Self::Pass,
            "MANUAL" | "INFO" => Self::Manual,
            "WARNING" => Self::Warning,
            "MUTED" => Self::Muted,
            _ => Self::Fail,
        }
    }

    fn tell(self, mut found: Found, out: &mut Out) {
        match self {
            Self::Pass => return out.passed(),
            Self::Manual | Self::Warning => found.needs_review = true,
            Self::Muted => make::suppressed(&mut found, SuppressionStatus::Accepted, "muted", None),
            Self::Fail => {}
        }
        out.finding(found);
    }
}

/// A record of version 3.
fn of_three(record: &Json) -> Found {
    let title = record.any_line(&["CheckTitle", "StatusExtended"]).unwrap_or_default();
    let mut found = make::found(&record.line("CheckID").unwrap_or_default(), &title);
    found.kind = FindingKind::Cloud;
    make::severity(&mut found, record.get("Severity").text());
    let account =
        record.any_line(&["AccountId", "Subscription", "ProjectId", "Tenant_Domain", "OrganizationsInfo"]);
    let requirements = record.get("Compliance").fields().iter().filter_map(|(name, list)| {
        let list = list.items().iter().filter_map(|item| clean::some_line(item.text()?));
        clean::some_line(&format!("{name}: {}", list.collect::<Vec<_>>().join(", ")))
    });
    found.description = make::described([
        ("", record.block("StatusExtended")),
        ("Check", record.block("Description")),
        ("Risk", record.block("Risk")),
        ("Account", account),
        ("Requirements", clean::some_block(&requirements.collect::<Vec<_>>().join("\n"))),
        ("Notes", record.block("Notes")),
    ]);
    let about = [
        record.line("ResourceType"),
        record.any_line(&["Region", "Location"]),
        record.line("ResourceDetails"),
    ];
    found.locations.extend(make::resource(
        record.any_line(&["ResourceArn", "ResourceId", "ResourceName"]),
        clean::some_line(&about.into_iter().flatten().collect::<Vec<_>>().join(", ")),
    ));
    let remediation = record.get("Remediation");
    let code = remediation.get("Code");
    found.remediation = clean::some_block(&make::described([
        ("", remediation.block("Recommendation.Text")),
        ("CLI", code.block("CLI")),
        ("Terraform", code.block("Terraform")),
        ("Native IaC", code.block("NativeIaC")),
        ("Other", code.block("Other")),
    ]));
    make::references(
        &mut found,
        [record.get("RelatedUrl").text(), remediation.at("Recommendation.Url").text()].into_iter().flatten(),
    );
    make::fingerprint(&mut found, "FindingUniqueId", record.line("FindingUniqueId"));
    found.tags = [record.line("Provider"), record.line("ServiceName")].into_iter().flatten().collect();
    found.tags.extend(record.lines("Categories"));
    found.tags.extend(record.lines("CheckType"));
    found
}

/// A record of version 2.
fn of_two(record: &Json) -> Found {
    let control = record.line("Control").unwrap_or_default();
    let (rule, title) = check_of(&control);
    let rule = rule.or_else(|| record.line("Control ID")).unwrap_or_default();
    let mut found = make::found(&rule, title);
    found.kind = FindingKind::Cloud;
    make::severity(&mut found, record.get("Severity").text());
    found.description = make::described([
        ("", record.block("Message")),
        ("Risk", record.block("Risk")),
        ("Account", record.line("Account Number")),
        ("Control", record.line("Control ID")),
        ("Compliance", record.block("Compliance")),
    ]);
    found.locations.extend(make::resource(record.line("Resource ID"), record.line("Region")));
    found.remediation = record.block("Remediation");
    make::references(&mut found, record.get("Doc link").text());
    found.tags = [record.line("Service"), record.line("CAF Epic")].into_iter().flatten().collect();
    found
}

/// `[check114] Ensure …` as its two parts.
fn check_of(control: &str) -> (Option<String>, &str) {
    let inner = control.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    match inner {
        Some((rule, title)) if !rule.is_empty() && !title.trim().is_empty() => {
            (Some(rule.to_owned()), title.trim())
        }
        _ => (None, control),
    }
}
