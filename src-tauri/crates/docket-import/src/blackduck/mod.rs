//! Black Duck: the table of vulnerabilities (`security.csv`) of a version's report.

use docket_domain::{Cvss, Presence, SuppressionStatus};

use crate::make;
use crate::report::table::{Reads, Row, TableReport};
use crate::report::{Card, Out};

/// The format.
pub(crate) static BLACKDUCK: Reads<BlackDuck> = Reads(BlackDuck);

static CARD: Card = Card {
    id: "blackduck",
    label: "Black Duck security table",
    about: "The table of vulnerabilities in a report of Black Duck, alone or in its zip.",
    extensions: &["csv"],
    tool: "Black Duck",
    versions: "with «Project name», and since 2019 «Component name»",
    example: include_str!("example.csv"),
};

/// Reads it.
pub(crate) struct BlackDuck;

impl TableReport for BlackDuck {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn columns(&self) -> &'static [&'static str] {
        &["Vulnerability id", "Vulnerability source", "Remediation status", "Security Risk", "Base score"]
    }

    fn row(&self, row: &Row<'_>, out: &mut Out) -> Result<(), String> {
        let spelt = row.line("Vulnerability id").ok_or("it has no vulnerability id")?;
        // `BDSA-2026-0001 (CVE-2026-0001)`: the first is the record's own.
        let id = spelt.split_whitespace().next().unwrap_or_default();
        let first = |columns: &[&str]| columns.iter().find_map(|column| row.line(column));
        let component = make::component(
            first(&["Component name", "Project name"]),
            first(&["Component version name", "Version"]),
            None,
            None,
        );
        let mut found = make::dependency(id, None, component);
        make::identifiers(&mut found, [spelt.as_str()], row.line("CWE Ids").as_deref());
        let origin = first(&["Component origin id", "Channel version origin id", "Origin id"]);
        found.description = make::described([
            ("", row.block("Description")),
            ("Origin", origin),
            ("Project", row.line("Project path")),
            ("Match", row.line("Match type")),
            ("Comment", row.block("Remediation comment")),
        ]);
        make::severity(&mut found, row.line("Security Risk").as_deref());
        let number = |columns: &[&str]| first(columns).and_then(|score| score.parse::<f64>().ok());
        // `3.1`, `CVSS 3.x`; before the version was stated it was CVSS 2.
        let version = row.line("CVSS Version").unwrap_or_default();
        let version = match version.trim_start_matches(|c: char| !c.is_ascii_digit()).chars().next() {
            Some('3') => "3.1",
            Some('4') => "4.0",
            _ => "2.0",
        };
        let score = number(&["Base score"]).filter(|score| *score > 0.0);
        let said = make::opinion(None, score, row.line("Vulnerability source").as_deref());
        make::opinions(&mut found, said.map(|said| Cvss { version: version.to_owned(), ..said }));
        make::severity_from_cvss(&mut found);
        make::references(&mut found, row.line("URL").as_deref());
        found.tags = row.line("Vulnerability source").into_iter().collect();
        let status =
            row.line("Remediation status").unwrap_or_default().to_ascii_uppercase().replace(' ', "_");
        let why = row.block("Remediation comment");
        match status.as_str() {
            "REMEDIATION_COMPLETE" | "PATCHED" => found.presence = Presence::Absent,
            "IGNORED" | "NOT_AFFECTED" | "MITIGATED" | "DUPLICATE" => {
                let kind = status.to_ascii_lowercase();
                found.suppressions.push(make::suppression(SuppressionStatus::Accepted, &kind, why));
            }
            "NEEDS_REVIEW" | "UNDER_INVESTIGATION" => found.needs_review = true,
            _ => {}
        }
        if let Some(component) = first(&["Component id"]) {
            found.partial_fingerprints.insert("black duck component".to_owned(), component);
        }
        out.finding(found);
        Ok(())
    }
}
