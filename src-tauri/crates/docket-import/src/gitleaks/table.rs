//! Gitleaks' table: the same leaks as in the JSON of version 8.

use super::new;
use crate::json::{Json, Key};
use crate::report::table::{Reads, Row, TableReport};
use crate::report::{Card, Out};

/// The format.
pub(crate) static GITLEAKS_CSV: Reads<GitleaksCsv> = Reads(GitleaksCsv);

static CARD: Card = Card {
    id: "gitleaks-csv",
    label: "Gitleaks CSV",
    about: "What `gitleaks --report-format csv` writes.",
    extensions: &["csv"],
    tool: "Gitleaks",
    versions: "8",
    example: include_str!("example.csv"),
};

/// What is read of a row, by the names that the JSON has, too.
const CELLS: [&str; 16] = [
    "RuleID",
    "File",
    "SymlinkFile",
    "Secret",
    "Match",
    "StartLine",
    "EndLine",
    "StartColumn",
    "EndColumn",
    "Commit",
    "Author",
    "Email",
    "Date",
    "Message",
    "Link",
    "Fingerprint",
];

/// Reads it.
pub(crate) struct GitleaksCsv;

impl TableReport for GitleaksCsv {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn columns(&self) -> &'static [&'static str] {
        &["RuleID", "File", "Secret", "Match", "StartLine"]
    }

    fn row(&self, row: &Row<'_>, out: &mut Out) -> Result<(), String> {
        let cells = CELLS.iter().filter_map(|name| Some((Key::from(*name), Json::Text(row.block(name)?))));
        let leak = Json::Map(cells.collect());
        let mut found = new(&leak, out)?;
        // Tags are joined by blanks.
        let tags = row.line("Tags").unwrap_or_default();
        found.tags = tags.split_whitespace().map(str::to_owned).collect();
        out.finding(found);
        Ok(())
    }
}
