//! Prowler's tables: `;` between the cells since version 3, `,` before.

use docket_domain::{FindingKind, Found};

use super::{Status, check_of};
use crate::clean;
use crate::make;
use crate::report::table::{Reads, Row, TableReport};
use crate::report::{Card, Out};

/// The tables of versions 3 to 5.
pub(crate) static PROWLER_CSV: Reads<ProwlerCsv> = Reads(ProwlerCsv);
/// The table of version 2.
pub(crate) static PROWLER_V2_CSV: Reads<ProwlerV2Csv> = Reads(ProwlerV2Csv);

static CARD: Card = Card {
    id: "prowler-csv",
    label: "Prowler CSV",
    about: "Prowler's table of checks of cloud accounts and clusters.",
    extensions: &["csv"],
    tool: "Prowler",
    versions: "3, 4 and 5",
    example: include_str!("example.csv"),
};

static CARD_V2: Card = Card {
    id: "prowler-v2-csv",
    label: "Prowler 2 CSV",
    about: "The table of checks of AWS accounts that Prowler 2 wrote.",
    extensions: &["csv"],
    tool: "Prowler",
    versions: "2",
    example: include_str!("example_v2.csv"),
};

/// Reads it.
pub(crate) struct ProwlerCsv;

impl TableReport for ProwlerCsv {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn columns(&self) -> &'static [&'static str] {
        &["CHECK_ID", "CHECK_TITLE", "STATUS", "STATUS_EXTENDED", "SERVICE_NAME", "SEVERITY", "RESOURCE_TYPE"]
    }

    fn row(&self, row: &Row<'_>, out: &mut Out) -> Result<(), String> {
        let title = row.line("CHECK_TITLE").or_else(|| row.line("STATUS_EXTENDED"));
        let mut status = Status::of(&row.line("STATUS").unwrap_or_default());
        if status != Status::Pass && row.line("MUTED").is_some_and(|word| word.eq_ignore_ascii_case("true")) {
            status = Status::Muted;
        }
        let mut found = make::found(
            &row.line("CHECK_ID").unwrap_or_default(),
            &title.ok_or("it has neither a CHECK_TITLE nor a STATUS_EXTENDED")?,
        );
        found.kind = FindingKind::Cloud;
        make::severity(&mut found, row.line("SEVERITY").as_deref());
        let account = ["ACCOUNT_UID", "ACCOUNT_ID", "SUBSCRIPTION", "PROJECT_ID"];
        found.description = make::described([
            ("", row.block("STATUS_EXTENDED")),
            ("Check", row.block("DESCRIPTION")),
            ("Risk", row.block("RISK")),
            ("Account", account.iter().find_map(|name| row.line(name))),
            ("Requirements", row.block("COMPLIANCE")),
            ("Notes", row.block("NOTES")),
        ]);
        let name = ["RESOURCE_UID", "RESOURCE_ARN", "RESOURCE_ID", "RESOURCE_NAME"];
        let about = [row.line("RESOURCE_TYPE"), row.line("REGION"), row.line("RESOURCE_DETAILS")];
        found.locations.extend(make::resource(
            name.iter().find_map(|name| row.line(name)),
            clean::some_line(&about.into_iter().flatten().collect::<Vec<_>>().join(", ")),
        ));
        found.remediation = clean::some_block(&make::described([
            ("", row.block("REMEDIATION_RECOMMENDATION_TEXT")),
            (
                "CLI",
                row.block("REMEDIATION_RECOMMENDATION_CODE_CLI")
                    .or_else(|| row.block("REMEDIATION_CODE_CLI")),
            ),
            (
                "Terraform",
                row.block("REMEDIATION_RECOMMENDATION_CODE_TERRAFORM")
                    .or_else(|| row.block("REMEDIATION_CODE_TERRAFORM")),
            ),
            ("Native IaC", row.block("REMEDIATION_CODE_NATIVEIAC")),
            ("Other", row.block("REMEDIATION_CODE_OTHER")),
        ]));
        for column in ["RELATED_URL", "REMEDIATION_RECOMMENDATION_URL", "ADDITIONAL_URLS"] {
            let cell = row.line(column).unwrap_or_default();
            make::references(&mut found, cell.split([' ', '|', ',']));
        }
        let id = row.line("FINDING_UID").or_else(|| row.line("FINDING_UNIQUE_ID"));
        make::fingerprint(&mut found, "FindingUniqueId", id);
        found.tags = ["PROVIDER", "SERVICE_NAME"].iter().filter_map(|name| row.line(name)).collect();
        found.tags.extend(parts(&row.line("CATEGORIES").unwrap_or_default()));
        found.tags.extend(parts(&row.line("CHECK_TYPE").unwrap_or_default()));
        status.tell(found, out);
        Ok(())
    }
}

fn parts(cell: &str) -> Vec<String> {
    cell.split(['|', ',']).filter_map(clean::some_line).collect()
}

/// Reads it.
pub(crate) struct ProwlerV2Csv;

impl TableReport for ProwlerV2Csv {
    fn card(&self) -> &'static Card {
        &CARD_V2
    }

    fn columns(&self) -> &'static [&'static str] {
        &["TITLE_ID", "TITLE_TEXT", "ACCOUNT_NUM", "PROFILE"]
    }

    fn row(&self, row: &Row<'_>, out: &mut Out) -> Result<(), String> {
        let control = row.line("TITLE_TEXT").ok_or("it has no TITLE_TEXT")?;
        let status = match Status::of(&either(row, "CHECK_RESULT", "RESULT").unwrap_or_default()) {
            // Version 2 warns of what its allowlist lets pass.
            Status::Warning => Status::Muted,
            status => status,
        };
        status.tell(of_two(row, &control), out);
        Ok(())
    }
}

/// A column, or its name before version 2.4.
fn either(row: &Row<'_>, column: &str, before: &str) -> Option<String> {
    row.line(column).or_else(|| row.line(before))
}

fn of_two(row: &Row<'_>, control: &str) -> Found {
    let (rule, title) = check_of(control);
    let mut found = make::found(&rule.or_else(|| row.line("TITLE_ID")).unwrap_or_default(), title);
    found.kind = FindingKind::Cloud;
    make::severity(&mut found, either(row, "CHECK_SEVERITY", "SEVERITY").as_deref());
    found.description = make::described([
        ("", row.block("CHECK_RESULT_EXTENDED").or_else(|| row.block("NOTES"))),
        ("Risk", row.block("CHECK_RISK")),
        ("Account", row.line("ACCOUNT_NUM")),
        ("Control", row.line("TITLE_ID")),
        ("Compliance", row.block("CHECK_ASFF_COMPLIANCE_TYPE").or_else(|| row.block("COMPLIANCE"))),
    ]);
    let about = [row.line("CHECK_ASFF_RESOURCE_TYPE"), row.line("REGION")];
    let name = ["CHECK_RESOURCE_ID", "RESOURCE_ID", "ACCOUNT_NUM"];
    found.locations.extend(make::resource(
        name.iter().find_map(|name| row.line(name)),
        clean::some_line(&about.into_iter().flatten().collect::<Vec<_>>().join(", ")),
    ));
    found.remediation = row.block("CHECK_REMEDIATION");
    make::references(&mut found, row.line("CHECK_DOC").as_deref());
    found.tags = ["CHECK_SERVICENAME", "SERVICENAME", "CHECK_CAF_EPIC"]
        .iter()
        .filter_map(|name| row.line(name))
        .collect();
    found
}
