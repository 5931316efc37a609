//! PMD's table.

use super::{Said, rule, violation};
use crate::report::table::{Reads, Row, TableReport};
use crate::report::{Card, Out};

/// The format.
pub(crate) static PMD_CSV: Reads<PmdCsv> = Reads(PmdCsv);

static CARD: Card = Card {
    id: "pmd-csv",
    label: "PMD CSV",
    about: "What `pmd check -f csv` writes.",
    extensions: &["csv"],
    tool: "PMD",
    versions: "5 to 7, with its usual columns",
    example: include_str!("example.csv"),
};

/// Reads it.
pub(crate) struct PmdCsv;

impl TableReport for PmdCsv {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn columns(&self) -> &'static [&'static str] {
        &["Problem", "Package", "File", "Priority", "Line", "Description", "Rule set", "Rule"]
    }

    fn row(&self, row: &Row<'_>, out: &mut Out) -> Result<(), String> {
        let found = violation(&Said {
            rule: row.line("Rule"),
            set: row.line("Rule set"),
            priority: row.line("Priority"),
            file: row.line("File"),
            lines: [row.line("Line"), None],
            text: row.block("Description"),
            ..Said::default()
        });
        let mut found = found?;
        if let Some(place) = found.locations.first_mut() {
            place.logical = row.line("Package");
        }
        out.rule(rule(&found, None));
        out.finding(found);
        Ok(())
    }
}
