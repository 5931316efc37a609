//! Checkmarx OSA: a list of vulnerabilities and a list of the libraries that they are in.

use docket_domain::{Found, Severity, SuppressionStatus};

use crate::format::{Confidence, Head};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, JsonReport, Reads};
use crate::report::{Card, Out};

/// The format.
pub(crate) static CHECKMARX_OSA: Reads<Osa> = Reads(Osa);

static CARD: Card = Card {
    id: "checkmarx-osa",
    label: "Checkmarx OSA",
    about: "Vulnerabilities and libraries of Checkmarx Open Source Analysis, joined in one array.",
    extensions: &["json"],
    tool: "Checkmarx OSA",
    versions: "API 1",
    example: include_str!("example.json"),
};

/// Names under which things wait for the end of the report.
const FLAW: &str = "flaw ";
const LIBRARY: &str = "library ";

/// Reads it.
pub(crate) struct Osa;

impl JsonReport for Osa {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let flaw =
            ["cveName", "severity", "libraryId"].iter().filter(|key| outline.path(key).is_some()).count();
        let library = outline.has_paths(&["confidenceLevel", "newestVersion"]);
        let is_list = !outline.is_object && head.text.trim_start().starts_with('[');
        if is_list && (flaw >= 2 || library) { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &[""]
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if record.is_map() {
            return one(record, out);
        }
        out.objects(record).try_for_each(|item| one(item, out))
    }

    fn holds(&self) -> bool {
        true
    }

    fn end(&self, out: &mut Out) {
        let mut held = out.take_held();
        let libraries = held.split_off(LIBRARY);
        for mut found in held.into_values() {
            let id = found.partial_fingerprints.get("library").cloned().unwrap_or_default();
            if let Some(library) = libraries.get(&format!("{LIBRARY}{id}")) {
                found.component.clone_from(&library.component);
            }
            out.finding(found);
        }
    }
}

fn one(item: &Json, out: &mut Out) -> Result<(), String> {
    let id = item.line("id").ok_or("it has no id")?;
    if item.line("cveName").is_none() && item.get("severity").is_null() {
        out.hold(&format!("{LIBRARY}{id}"), 0, || {
            let mut library = Found::new("", "");
            library.component = make::component(item.line("name"), item.line("version"), None, None);
            library
        })?;
        return Ok(());
    }
    let library = item.line("libraryId").ok_or("it has no libraryId")?;
    let found = flaw(item, &id, library);
    out.hold(&format!("{FLAW}{id}"), 0, || found)?;
    Ok(())
}

fn flaw(item: &Json, id: &str, library: String) -> Found {
    let cve = item.line("cveName").unwrap_or_else(|| id.to_owned());
    let mut found = make::dependency(&cve, None, None);
    found.description = item.block("description").unwrap_or_default();
    let word = item.line("severity.name").or_else(|| item.line("severity"));
    make::severity_as(&mut found, word.as_deref(), |word| match word {
        "0" => Some(Severity::Low),
        "1" => Some(Severity::Medium),
        "2" => Some(Severity::High),
        _ => crate::words::severity(word),
    });
    make::opinions(&mut found, make::opinion(None, item.get("score").number(), None));
    make::severity_from_cvss(&mut found);
    found.remediation = item.block("recommendations");
    make::references(&mut found, item.get("url").text());
    found.locations = item.line("sourceFileName").map(|path| make::place(&path, None)).into_iter().collect();
    let state = item.line("state.name").unwrap_or_default();
    let decided = match state.as_str() {
        "NOT_EXPLOITABLE" => Some(SuppressionStatus::Accepted),
        "PROPOSED_NOT_EXPLOITABLE" => Some(SuppressionStatus::UnderReview),
        _ => None,
    };
    found
        .suppressions
        .extend(decided.map(|decided| make::suppression(decided, &state.to_ascii_lowercase(), None)));
    found.tags = Some(state).filter(|state| !state.is_empty()).into_iter().collect();
    found.fingerprints.insert("checkmarx osa".to_owned(), id.to_owned());
    found.partial_fingerprints.insert("library".to_owned(), library);
    found
}
