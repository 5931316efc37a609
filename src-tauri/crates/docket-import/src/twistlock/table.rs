//! The table of images that the console of Prisma Cloud Compute exports.

use docket_domain::FindingKind;

use super::{fixed_in, word};
use crate::clean;
use crate::make;
use crate::report::table::{Reads, Row, TableReport};
use crate::report::{Card, Out};

/// The format.
pub(crate) static TWISTLOCK_CSV: Reads<TwistlockCsv> = Reads(TwistlockCsv);

static CARD: Card = Card {
    id: "twistlock-csv",
    label: "Prisma Cloud (Twistlock) CSV",
    about: "The table of vulnerabilities of images that the console exports.",
    extensions: &["csv"],
    tool: "Prisma Cloud",
    versions: "console of Prisma Cloud Compute 20 and later",
    example: include_str!("example.csv"),
};

/// Reads it.
pub(crate) struct TwistlockCsv;

impl TableReport for TwistlockCsv {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn columns(&self) -> &'static [&'static str] {
        &["CVE ID", "Compliance ID", "Package Version", "Severity", "Fix Status"]
    }

    fn row(&self, row: &Row<'_>, out: &mut Out) -> Result<(), String> {
        let Some(id) = row.line("CVE ID").or_else(|| row.line("Compliance ID")) else {
            return Err("it has neither a CVE ID nor a Compliance ID".to_owned());
        };
        let package = ["Packages", "Package Name", "Package"].iter().find_map(|column| row.line(column));
        let is_flaw = row.line("CVE ID").is_some();
        let title = match &package {
            Some(package) if is_flaw => format!("{id} in {package}"),
            _ => row.line("Cause").or_else(|| row.line("Description")).unwrap_or_default(),
        };
        let mut found = make::found(&id, &title);
        found.kind = if is_flaw { FindingKind::Dependency } else { FindingKind::Iac };
        let image =
            ["Registry", "Repository"].iter().filter_map(|column| row.line(column)).collect::<Vec<_>>();
        let tag = row.line("Tag").map(|tag| format!(":{tag}")).unwrap_or_default();
        found.description = make::described([
            ("", row.block("Description")),
            ("Cause", row.block("Cause")),
            ("Image", clean::some_line(&format!("{}{tag}", image.join("/")))),
            ("Digest", row.line("Id")),
            ("Status", row.line("Fix Status")),
            ("Risk factors", row.line("Risk Factors")),
            ("Source package", row.line("Source Package")),
            ("Clusters", row.line("Clusters")),
            ("Layer", row.block("Layer")),
        ]);
        make::severity_as(&mut found, row.line("Severity").as_deref(), word);
        let score = row.line("CVSS").and_then(|score| score.parse().ok());
        // 0 is how the table says that there is no score.
        make::opinions(&mut found, make::opinion(None, score.filter(|score| *score > 0.0), None));
        make::severity_from_cvss(&mut found);
        let fixed = fixed_in(row.line("Fix Status"));
        found.remediation = fixed.as_ref().map(|fixed| format!("Update to {fixed}."));
        if is_flaw {
            found.component = make::component(package, row.line("Package Version"), None, fixed);
            make::advisory(&mut found, &id);
        }
        let path = row.line("Path").or_else(|| row.line("Package Path"));
        match path {
            Some(path) => found.locations.push(make::place(&path, None)),
            None => found.locations.extend(make::resource(row.line("Hostname"), row.line("Distro"))),
        }
        make::references(&mut found, row.line("Vulnerability Link").as_deref());
        found.tags = ["Type", "Vulnerability Tags"].iter().filter_map(|column| row.line(column)).collect();
        out.finding(found);
        Ok(())
    }
}
