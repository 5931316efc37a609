//! The two tables of Wiz.

use docket_domain::FindingKind;

use super::judge;
use crate::clean;
use crate::exploit;
use crate::make;
use crate::report::table::{Reads, Row, TableReport};
use crate::report::{Card, Out};

/// The table of issues.
pub(crate) static WIZ_ISSUES: Reads<WizIssues> = Reads(WizIssues);
/// The table of vulnerability findings.
pub(crate) static WIZ_VULNERABILITIES: Reads<WizVulnerabilities> = Reads(WizVulnerabilities);

static ISSUES: Card = Card {
    id: "wiz-issues",
    label: "Wiz issues",
    about: "The table of issues that Wiz exports.",
    extensions: &["csv"],
    tool: "Wiz",
    versions: "detailed export of issues",
    example: include_str!("issues.csv"),
};

static VULNERABILITIES: Card = Card {
    id: "wiz-vulnerabilities",
    label: "Wiz vulnerabilities",
    about: "The table of vulnerability findings that Wiz exports.",
    extensions: &["csv"],
    tool: "Wiz",
    versions: "export of vulnerability findings",
    example: include_str!("vulnerabilities.csv"),
};

/// Reads it.
pub(crate) struct WizIssues;

impl TableReport for WizIssues {
    fn card(&self) -> &'static Card {
        &ISSUES
    }

    fn columns(&self) -> &'static [&'static str] {
        &["Title", "Severity", "Status", "Issue ID", "Resource Type", "Resource external ID"]
    }

    fn row(&self, row: &Row<'_>, out: &mut Out) -> Result<(), String> {
        let title = row.line("Title");
        // Exports without the control still name it in the title.
        let rule = row.line("Control ID").or_else(|| title.clone()).unwrap_or_default();
        if rule.is_empty() {
            return Err("it has neither a Title nor a Control ID".to_owned());
        }
        let mut found = make::found(&rule, &title.unwrap_or_default());
        found.kind = FindingKind::Cloud;
        make::severity(&mut found, row.line("Severity").as_deref());
        found.description = make::described([
            ("", row.block("Description")),
            ("Subscription", row.line("Subscription Name").or_else(|| row.line("Subscription ID"))),
            ("Projects", row.line("Project Names")),
            ("Platform", row.line("Resource Platform")),
            ("Cluster", row.line("Kubernetes Cluster")),
            ("Namespace", row.line("Kubernetes Namespace")),
            ("Due", row.line("Due At")),
            ("Note", row.block("Note")),
        ]);
        let name = ["Resource external ID", "Resource Name", "Resource vertex ID"];
        let about = ["Resource Type", "Resource Name", "Resource Region"];
        let about = about.iter().filter_map(|column| row.line(column)).collect::<Vec<_>>().join(", ");
        found.locations.extend(make::resource(
            name.iter().find_map(|column| row.line(column)),
            clean::some_line(&about),
        ));
        found.remediation = row.block("Remediation Recommendation");
        for column in ["Wiz URL", "Cloud Provider URL"] {
            make::references(&mut found, row.line(column).as_deref());
        }
        make::fingerprint(&mut found, "Issue ID", row.line("Issue ID"));
        let tickets = row.line("Ticket URLs").unwrap_or_default();
        found.tracked_in = make::addresses(tickets.split([',', ';', ' ', '"', '[', ']']));
        judge(&mut found, row.line("Status").as_deref(), row.line("Resolution"), row.block("Note"));
        out.finding(found);
        Ok(())
    }
}

/// Reads it.
pub(crate) struct WizVulnerabilities;

impl TableReport for WizVulnerabilities {
    fn card(&self) -> &'static Card {
        &VULNERABILITIES
    }

    fn columns(&self) -> &'static [&'static str] {
        &["WizURL", "Name", "FindingStatus", "DetailedName", "DetectionMethod", "AssetID"]
    }

    fn row(&self, row: &Row<'_>, out: &mut Out) -> Result<(), String> {
        let id = row.line("Name").ok_or("it has no Name")?;
        let package = row.line("DetailedName");
        let title = package.as_deref().map_or_else(|| id.clone(), |package| format!("{id} in {package}"));
        let mut found = make::found(&id, &title);
        found.kind = FindingKind::Dependency;
        // The vendor's rating, where there is one, is what Wiz shows.
        let word = ["VendorSeverity", "Severity", "CVSSSeverity"].iter().find_map(|column| row.line(column));
        make::severity(&mut found, word.as_deref());
        let yes = |column: &str| row.line(column).filter(|word| word.eq_ignore_ascii_case("true"));
        found.description = make::described([
            ("", row.block("Description")),
            ("Asset", row.line("AssetName").or_else(|| row.line("AssetID"))),
            ("Subscription", row.line("SubscriptionName")),
            ("Platform", row.line("CloudPlatform")),
            ("Operating system", row.line("OperatingSystem")),
            ("Addresses", row.line("IpAddresses")),
            ("Exploit known", yes("HasExploit")),
        ]);
        if yes("HasCisaKevExploit").is_some() {
            exploit::exploited(&mut found, Some("CISA"), None, None, false);
        }
        let fixed = row.line("FixedVersion");
        found.component = make::component(package, row.line("Version"), None, fixed);
        let asset = row.line("ProviderUniqueId").or_else(|| row.line("AssetName"));
        match row.line("LocationPath") {
            Some(path) => {
                let mut place = make::place(&path, None);
                place.logical = asset;
                found.locations.push(place);
            }
            None => found.locations.extend(make::resource(asset, row.line("AssetRegion"))),
        }
        let link = row.line("Link");
        make::advisory(&mut found, &id);
        found.remediation = row.block("Remediation");
        make::references(
            &mut found,
            [link, row.line("WizURL"), row.line("CloudProviderURL")].iter().flatten().map(String::as_str),
        );
        make::fingerprint(&mut found, "ID", row.line("ID"));
        found.tags = row.line("DetectionMethod").into_iter().collect();
        judge(&mut found, row.line("FindingStatus").as_deref(), row.line("ResolutionReason"), None);
        out.finding(found);
        Ok(())
    }
}
