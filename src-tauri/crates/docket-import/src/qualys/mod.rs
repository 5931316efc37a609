//! Qualys' reports on hosts: the XML of asset data and of a scan, and three tables (scan-based and
//! host-based reports, PCI, and the data list of VMDR).

mod table;
mod xml;

use docket_domain::{FindingKind, Found, Presence, Severity};

pub(crate) use table::{QUALYS_CSV, QUALYS_PCI, QUALYS_VMDR};
pub(crate) use xml::QUALYS;

use crate::make;

/// Qualys' five levels: minimal, medium, serious, critical, urgent. They map to the five of
/// everybody else in their order.
pub(super) fn level(found: &mut Found, number: Option<&str>) {
    make::severity_as(found, number, |level| {
        Some(match level {
            "1" => Severity::Info,
            "2" => Severity::Low,
            "3" => Severity::Medium,
            "4" => Severity::High,
            "5" => Severity::Critical,
            word => return crate::words::severity(word),
        })
    });
}

/// A finding of a test.
pub(super) fn found(qid: &str, title: &str) -> Found {
    let mut found = make::found(qid, title);
    found.kind = FindingKind::Host;
    found
}

/// `Fixed` says that it is gone.
pub(super) fn state(found: &mut Found, state: Option<&str>) {
    if state.is_some_and(|state| state.trim().eq_ignore_ascii_case("fixed")) {
        found.presence = Presence::Absent;
    }
}

/// A port; 0 is none.
pub(super) fn port(text: Option<String>) -> Option<u16> {
    text.and_then(|port| port.trim().parse().ok()).filter(|port| *port > 0)
}

/// A CVSS score as the reports write it: `7.5 (AV:N/…)`, `7.5`, or `-`.
pub(super) fn cvss(found: &mut Found, version: &str, text: Option<String>) {
    let Some(text) = text else { return };
    let (score, vector) = text.split_once('(').map_or((text.as_str(), None), |(score, vector)| {
        (score, Some(vector.trim_end_matches(')').trim_start_matches("CVSS2#")))
    });
    let score = score.trim().parse().ok();
    make::opinions(found, make::opinion_of(version, vector, score, None));
}
