//! Hadolint: Dockerfiles.

use docket_domain::{FindingKind, Severity};

use crate::format::{Confidence, Head};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, JsonReport, Reads};
use crate::report::{Card, Out};

/// The format.
pub(crate) static HADOLINT: Reads<Hadolint> = Reads(Hadolint);

static CARD: Card = Card {
    id: "hadolint",
    label: "Hadolint JSON",
    about: "What `hadolint --format json` writes: Dockerfiles.",
    extensions: &["json"],
    tool: "Hadolint",
    versions: "1 and 2",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct Hadolint;

impl JsonReport for Hadolint {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        // ShellCheck's array is the same with `endLine`, and its codes are numbers.
        let shape = outline.first_has(&["code", "level", "message", "file", "line"])
            && !outline.has_inner("", "endLine");
        let codes = head.text.contains("\"DL") || head.text.contains("\"SC");
        if shape && codes { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &[""]
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let code = record.line("code").ok_or("it has no code")?;
        let mut found = make::found(&code, &record.line("message").unwrap_or_default());
        found.kind = FindingKind::Iac;
        make::severity_as(&mut found, record.get("level").text(), |level| {
            Some(match level.to_ascii_lowercase().as_str() {
                "error" => Severity::High,
                "warning" => Severity::Medium,
                "info" | "style" => Severity::Info,
                _ => return None,
            })
        });
        if let Some(file) = record.line("file") {
            let mut place = make::place(&file, record.line_number("line"));
            place.start_column = record.line_number("column");
            found.locations.push(place);
        }
        let page = match code.split_at_checked(2) {
            Some(("DL", _)) => Some(format!("https://github.com/hadolint/hadolint/wiki/{code}")),
            Some(("SC", _)) => Some(format!("https://github.com/koalaman/shellcheck/wiki/{code}")),
            _ => None,
        };
        make::references(&mut found, page.as_deref());
        out.finding(found);
        Ok(())
    }
}
