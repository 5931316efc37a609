//! `AuditJS`'s JSON: what Sonatype's OSS Index knows about each package.

use docket_domain::Found;

use crate::format::{Confidence, Head};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, JsonReport, Reads};
use crate::report::{Card, Out};

/// The format.
pub(crate) static AUDITJS: Reads<AuditJs> = Reads(AuditJs);

static CARD: Card = Card {
    id: "auditjs",
    label: "AuditJS JSON",
    about: "What `auditjs ossi --json` writes, and OSS Index answers for a list of packages.",
    extensions: &["json"],
    tool: "AuditJS",
    versions: "4",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct AuditJs;

impl JsonReport for AuditJs {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let fits = head.outline().first_has(&["coordinates", "vulnerabilities"]);
        if fits { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &[""]
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let purl = record.line("coordinates").ok_or("it has no coordinates")?;
        if at.cover.is_map() && record.get("vulnerabilities").is_null() {
            return Err("it has no vulnerabilities, not even none".to_owned());
        }
        let flaws = record.get("vulnerabilities").items();
        for flaw in out.objects(record.get("vulnerabilities")) {
            out.part(flaw);
            out.finding(found(flaw, &purl));
        }
        if flaws.is_empty() {
            out.passed();
        }
        Ok(())
    }
}

fn found(flaw: &Json, purl: &str) -> Found {
    let cve = flaw.line("cve");
    let id = cve.or_else(|| flaw.line("displayName")).or_else(|| flaw.line("id")).unwrap_or_default();
    let component =
        make::component_of_purl(purl).or_else(|| make::component(Some(purl.to_owned()), None, None, None));
    let mut found = make::dependency(&id, flaw.line("title"), component);
    // A title of OSS Index names the flaw: `[CVE-2026-1] CWE-79: …`.
    let title = found.title.clone();
    make::identifiers(&mut found, [title.as_str()], flaw.line("cwe").as_deref());
    found.description = flaw.block("description").unwrap_or_default();
    let said = make::opinion(flaw.get("cvssVector").text(), flaw.get("cvssScore").number(), None);
    make::opinions(&mut found, said);
    make::severity_from_cvss(&mut found);
    let urls = flaw.lines("externalReferences");
    let first = flaw.line("reference");
    make::references(&mut found, first.iter().chain(&urls).map(String::as_str));
    if let Some(id) = flaw.line("id") {
        found.partial_fingerprints.insert("oss index".to_owned(), id);
    }
    found
}
