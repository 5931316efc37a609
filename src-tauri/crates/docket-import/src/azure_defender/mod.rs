//! Microsoft Defender for Cloud (before: Azure Security Center): the table of recommendations.

use docket_domain::FindingKind;

use crate::clean;
use crate::make;
use crate::report::table::{Reads, Row, TableReport};
use crate::report::{Card, Out};

/// The format.
pub(crate) static AZURE_DEFENDER: Reads<AzureDefender> = Reads(AzureDefender);

static CARD: Card = Card {
    id: "azure-defender",
    label: "Defender for Cloud CSV",
    about: "The table of recommendations that Microsoft Defender for Cloud exports.",
    extensions: &["csv"],
    tool: "Microsoft Defender for Cloud",
    versions: "recommendations (export of the portal)",
    example: include_str!("example.csv"),
};

/// Reads it.
pub(crate) struct AzureDefender;

impl TableReport for AzureDefender {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn columns(&self) -> &'static [&'static str] {
        &[
            "resourceId",
            "recommendationId",
            "recommendationName",
            "recommendationDisplayName",
            "severity",
            "state",
        ]
    }

    fn row(&self, row: &Row<'_>, out: &mut Out) -> Result<(), String> {
        let rule = row.line("recommendationName").unwrap_or_default();
        let title = row.line("recommendationDisplayName");
        if title.is_none() && rule.is_empty() {
            return Err("it has neither a recommendationDisplayName nor a recommendationName".to_owned());
        }
        // `Healthy` and `NotApplicable` are no findings.
        if row.line("state").is_some_and(|state| !state.eq_ignore_ascii_case("unhealthy")) {
            out.passed();
            return Ok(());
        }
        let mut found = make::found(&rule, &title.unwrap_or_default());
        found.kind = FindingKind::Cloud;
        make::severity(&mut found, row.line("severity").as_deref());
        let subscription = ["subscriptionName", "subscriptionId"].iter().filter_map(|name| row.line(name));
        found.description = make::described([
            ("", row.block("description")),
            ("Subscription", clean::some_line(&subscription.collect::<Vec<_>>().join(", "))),
            ("Resource group", row.line("resourceGroup")),
            ("Account", row.line("nativeCloudAccountId")),
            ("Controls", row.line("controls")),
            ("Tactics", row.line("tactics")),
            ("Techniques", row.line("techniques")),
            ("Owner", row.line("owner")),
            ("Due", row.line("dueDate")),
        ]);
        let about =
            ["resourceType", "resourceName"].iter().filter_map(|name| row.line(name)).collect::<Vec<_>>();
        found.locations.extend(make::resource(
            row.line("resourceId").or_else(|| row.line("resourceName")),
            clean::some_line(&about.join(" ")),
        ));
        found.remediation = row.block("remediationSteps");
        if let Some(link) = row.line("azurePortalRecommendationLink") {
            // The portal's address comes without its scheme.
            let url = if link.contains("://") { link } else { format!("https://{link}") };
            make::references(&mut found, [url.as_str()]);
        }
        make::fingerprint(&mut found, "recommendationId", row.line("recommendationId"));
        found.tags = row.line("cloud").into_iter().collect();
        out.finding(found);
        Ok(())
    }
}
