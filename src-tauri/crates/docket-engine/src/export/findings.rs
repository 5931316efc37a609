//! Findings as rows.

use std::io::Write;

use docket_domain::{FindingRow, Problem, Selection};
use docket_store as store;

use super::{ExportFormat, Row, RowWriter, Shown};
use crate::engine::Engine;

/// Text for the clipboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The text.
    pub text: String,
    /// Rows in it.
    pub count: u64,
    /// Rows left out.
    pub left_out: u64,
}

/// Most findings that go to a clipboard.
const CLIPBOARD: u64 = 5_000;

impl Row for FindingRow {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "severity",
        "title",
        "rule",
        "application",
        "tool",
        "branch",
        "place",
        "status",
        "reason",
        "first_seen",
        "last_seen",
        "issues",
    ];
    const SHOWN: &'static [&'static str] = &["Severity", "Finding", "Where", "Rule", "Status", "Issues"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.severity.to_string(),
            self.title.clone(),
            self.rule.clone(),
            self.application_name.clone(),
            self.tool.clone(),
            self.branch.clone(),
            self.place.clone().unwrap_or_default(),
            self.status.to_string(),
            self.reason.map(|reason| reason.to_string()).unwrap_or_default(),
            self.first_seen.to_string(),
            self.last_seen.to_string(),
            self.issues.join(" "),
        ]
    }

    fn shown(&self) -> Vec<Shown> {
        vec![
            Shown::Own(self.severity.label().to_owned()),
            Shown::Words(self.title.clone()),
            Shown::Words(self.place.clone().unwrap_or_default()),
            Shown::Words(self.rule.clone()),
            Shown::Own(self.status.label().to_owned()),
            Shown::Own(self.issues.join(" ")),
        ]
    }
}

impl Engine {
    /// Findings as text for the clipboard, at most 5,000 of them.
    pub async fn finding_copy(&self, selection: Selection, format: ExportFormat) -> Result<Copied, Problem> {
        self.read(move |r| {
            let total = store::findings::selection_count(r, &selection)?.total;
            let mut writer = RowWriter::begin(format, Vec::new())?;
            let mut count = 0;
            store::findings::each(r, &selection, |row| {
                if count == CLIPBOARD {
                    return Ok(false);
                }
                count += 1;
                writer.row(&row)?;
                Ok(true)
            })?;
            let text = String::from_utf8(writer.end()?).map_err(Problem::internal)?;
            Ok(Copied { text, count, left_out: total - count })
        })
        .await
    }

    /// Writes every finding of a selection to `out`; returns how many.
    pub async fn finding_export<W: Write + Send + 'static>(
        &self,
        selection: Selection,
        format: ExportFormat,
        out: W,
    ) -> Result<(u64, W), Problem> {
        self.read(move |r| {
            let mut writer = RowWriter::begin(format, out)?;
            let mut count = 0;
            store::findings::each(r, &selection, |row| {
                count += 1;
                writer.row(&row)?;
                Ok(true)
            })?;
            Ok((count, writer.end()?))
        })
        .await
    }
}
