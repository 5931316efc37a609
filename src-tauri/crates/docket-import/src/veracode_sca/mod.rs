//! Veracode Software Composition Analysis (SourceClear): issues of its API and its table.

use docket_domain::{FindingKind, Found, Presence, SuppressionStatus};

use crate::exploit;
use crate::format::{Confidence, Head};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, JsonReport, Reads};
use crate::report::table::{self, Row, TableReport};
use crate::report::{Card, Out};

/// The format of the API.
pub(crate) static VERACODE_SCA: Reads<Issues> = Reads(Issues);
/// The format of the table.
pub(crate) static VERACODE_SCA_CSV: table::Reads<Table> = table::Reads(Table);

static CARD: Card = Card {
    id: "veracode-sca",
    label: "Veracode SCA issues",
    about: "Issues of a workspace or project from the API of Veracode SCA.",
    extensions: &["json"],
    tool: "Veracode SCA",
    versions: "SCA Agent API 3",
    example: include_str!("example.json"),
};

static CSV_CARD: Card = Card {
    id: "veracode-sca-csv",
    label: "Veracode SCA table",
    about: "Issues that Veracode SCA exports as CSV.",
    extensions: &["csv"],
    tool: "Veracode SCA",
    versions: "with the columns Issue ID, Library and Vulnerability ID",
    example: include_str!("example.csv"),
};

/// Reads the API's JSON.
pub(crate) struct Issues;

impl JsonReport for Issues {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let issue = outline.has_paths(&["_embedded.issues.issue_type"])
            || outline.has_paths(&["_embedded.issues.library", "_embedded.issues.severity"]);
        let empty = outline.has_paths(&["_embedded.issues", "page.total_elements"])
            && outline.path("_embedded.issues.id").is_none();
        match (issue, empty) {
            (true, _) => Confidence::Certain,
            (false, true) => Confidence::Likely,
            _ => Confidence::No,
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["_embedded.issues"]
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let (library, flaw) = (record.get("library"), record.get("vulnerability"));
        // `maven:group:artifact:1.0:`
        let coordinates = library.line("id").unwrap_or_default();
        let mut parts = coordinates.splitn(2, ':');
        let (kind, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let version = library.line("version");
        let rest = rest.trim_end_matches(':');
        let name =
            version.as_deref().and_then(|v| rest.strip_suffix(v)).unwrap_or(rest).trim_end_matches(':');
        let name = crate::clean::some_line(name).or_else(|| library.line("name"));
        let mut found = match record.get("issue_type").text() {
            Some("vulnerability") | None => {
                let id = flaw.line("cve").map(|cve| cve_of(&cve)).or_else(|| flaw.line("id"));
                let id = id.unwrap_or_default();
                make::dependency(&id, flaw.line("title"), make::package(kind, name, version, None))
            }
            Some(other) => of_library(other, make::package(kind, name, version, None)),
        };
        found.identifiers.retain(|known| known.scheme != "ID");
        found.description = make::described([
            ("Library", library.line("name")),
            ("Newest version", library.line("latest_version")),
            ("Project", record.line("project_name")),
            ("Branch", record.line("project_branch")),
        ]);
        make::identifiers(&mut found, [], flaw.line("cwe_id").as_deref());
        for (score, vector, second) in
            [("cvss3_score", "cvss3_vector", false), ("cvss2_score", "cvss2_vector", true)]
        {
            let score = flaw.get(score).number().filter(|score| *score > 0.0);
            let said = make::opinion(flaw.get(vector).text(), score, None).map(|mut said| {
                if second && said.vector.is_none() {
                    "2.0".clone_into(&mut said.version);
                }
                said
            });
            make::opinions(&mut found, said);
        }
        make::severity_from_cvss(&mut found);
        // The severity is a number like a score.
        if found.cvss.is_empty() && record.get("issue_type").text() == Some("vulnerability") {
            make::opinions(&mut found, make::opinion(None, record.get("severity").number(), None));
            make::severity_from_cvss(&mut found);
        }
        let known = flaw.get("exploitability");
        exploit::epss_in(&mut found, known, "epss_score", "epss_percentile", "epss_score_date");
        if known.get("kev").bool() == Some(true) || known.line("kev_date").is_some() {
            exploit::exploited(&mut found, Some("CISA"), known.line("kev_date"), None, false);
        }
        make::references(&mut found, record.at("_links.html.href").text());
        if record.get("vulnerable_method").bool() == Some(true) {
            found.tags.push("vulnerable method".to_owned());
        }
        if library.get("direct").bool() == Some(true) {
            found.tags.push("direct".to_owned());
        }
        let open = record.line("issue_status").unwrap_or_default();
        ended(&mut found, &open, record.get("ignored").bool() == Some(true), record.line("id"));
        out.finding(found);
        Ok(())
    }
}

/// Reads the table.
pub(crate) struct Table;

impl TableReport for Table {
    fn card(&self) -> &'static Card {
        &CSV_CARD
    }

    fn columns(&self) -> &'static [&'static str] {
        &["Issue ID", "Issue type", "Library", "Version in use", "Vulnerability ID", "CVSS score"]
    }

    fn row(&self, row: &Row<'_>, out: &mut Out) -> Result<(), String> {
        let kind = row.line("Package manager").unwrap_or_default();
        let (first, second) = (row.line("Coordinate 1"), row.line("Coordinate 2"));
        let name = match (first, second) {
            (Some(first), Some(second)) => Some(format!("{first}:{second}")),
            (first, second) => first.or(second).or_else(|| row.line("Library")),
        };
        let component = make::package(&kind, name, row.line("Version in use"), None);
        let issue = row.line("Issue type").unwrap_or_default();
        let mut found = if issue.eq_ignore_ascii_case("vulnerability") {
            let id = row.line("CVE").map(|cve| cve_of(&cve)).or_else(|| row.line("Vulnerability ID"));
            make::dependency(&id.unwrap_or_default(), row.line("Title"), component)
        } else {
            of_library(&issue.to_ascii_lowercase(), component)
        };
        found.identifiers.retain(|known| known.scheme != "ID");
        found.description = make::described([
            ("Library", row.line("Library")),
            ("Newest version", row.line("Latest version")),
            ("Dependency", row.line("Dependency (Transitive or Direct)")),
            ("Licence", row.line("License")),
            ("Licence risk", row.line("License Risk")),
            ("Project", row.line("Project")),
            ("Branch", row.line("Branch")),
        ]);
        make::severity(&mut found, row.line("Severity").as_deref());
        let score = row.line("CVSS score").and_then(|score| score.parse().ok()).filter(|score| *score > 0.0);
        make::opinions(&mut found, make::opinion(None, score, None));
        make::severity_from_cvss(&mut found);
        let yes = |column: &str| row.line(column).is_some_and(|text| text.eq_ignore_ascii_case("true"));
        if yes("Has vulnerable methods") {
            found.tags.push("vulnerable method".to_owned());
        }
        let state = row.line("Status").unwrap_or_default();
        ended(&mut found, &state, yes("Ignored"), row.line("Issue ID"));
        out.finding(found);
        Ok(())
    }
}

/// Veracode writes `2026-1234`.
fn cve_of(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_digit());
    if plain { format!("CVE-{text}") } else { text.to_owned() }
}

/// An issue that is no flaw: an outdated library, a licence.
fn of_library(kind: &str, component: Option<docket_domain::Component>) -> Found {
    let name = component.as_ref().map(|component| component.name.clone()).unwrap_or_default();
    let mut found = make::found(&format!("veracode-sca-{kind}"), &format!("{name}: {kind}"));
    found.kind = FindingKind::Dependency;
    found.component = component;
    found
}

fn ended(found: &mut Found, status: &str, ignored: bool, id: Option<String>) {
    if ["fixed", "closed", "resolved"].iter().any(|word| status.eq_ignore_ascii_case(word)) {
        found.presence = Presence::Absent;
    }
    if ignored {
        found.suppressions.push(make::suppression(SuppressionStatus::Accepted, "ignored", None));
    }
    if let Some(id) = id {
        found.fingerprints.insert("veracode sca issue".to_owned(), id);
    }
}
