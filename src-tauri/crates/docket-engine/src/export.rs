//! Findings as text: for the clipboard, for files, for the command line.
//!
//! Findings are hostile input: a CSV cell that a spreadsheet would run as a formula is
//! quoted, Markdown is neutralised.

use std::io::Write;
use std::str::FromStr;

use docket_domain::text::{self, Flavour};
use docket_domain::{FindingRow, Problem, Selection};
use docket_store as store;

use crate::engine::Engine;

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// Comma-separated values with a header, UTF-8.
    Csv,
    /// One JSON array of rows.
    Json,
    /// A Markdown table.
    Markdown,
}

impl FromStr for ExportFormat {
    type Err = Problem;
    fn from_str(word: &str) -> Result<Self, Problem> {
        match word.trim().to_ascii_lowercase().as_str() {
            "csv" => Ok(Self::Csv),
            "json" => Ok(Self::Json),
            "markdown" | "md" => Ok(Self::Markdown),
            _ => Err(Problem::bad_input(format!("«{word}» is not a format for findings."))
                .hint("Use csv, json or markdown.")),
        }
    }
}

/// Text for the clipboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The text.
    pub text: String,
    /// Findings in it.
    pub count: u64,
    /// Findings left out.
    pub left_out: u64,
}

/// Most findings that go to a clipboard.
const CLIPBOARD: u64 = 5_000;

const COLUMNS: [&str; 13] = [
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

fn cells(row: &FindingRow) -> [String; 13] {
    [
        row.id.to_string(),
        row.severity.to_string(),
        row.title.clone(),
        row.rule.clone(),
        row.application_name.clone(),
        row.tool.clone(),
        row.branch.clone(),
        row.place.clone().unwrap_or_default(),
        row.status.to_string(),
        row.reason.map(|reason| reason.to_string()).unwrap_or_default(),
        row.first_seen.to_string(),
        row.last_seen.to_string(),
        row.issues.join(" "),
    ]
}

/// A cell that no spreadsheet takes for a formula: a leading `=`, `+`, `-`, `@`, tab or
/// return gets an apostrophe in front (OWASP, «CSV injection»).
pub fn csv_cell(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

enum Shape<W: Write> {
    Csv(Box<csv::Writer<W>>),
    Json(W, bool),
    Markdown(W),
}

/// Writes rows one by one, so that a million of them never stand in memory.
pub struct RowWriter<W: Write>(Shape<W>);

fn failed(error: impl std::fmt::Display) -> Problem {
    Problem::bad_input(format!("The findings could not be written: {error}."))
}

impl<W: Write> RowWriter<W> {
    /// Begins: header or opening bracket.
    pub fn begin(format: ExportFormat, mut out: W) -> Result<Self, Problem> {
        Ok(Self(match format {
            ExportFormat::Csv => {
                let mut writer = csv::Writer::from_writer(out);
                writer.write_record(COLUMNS).map_err(failed)?;
                Shape::Csv(Box::new(writer))
            }
            ExportFormat::Json => {
                out.write_all(b"[").map_err(failed)?;
                Shape::Json(out, true)
            }
            ExportFormat::Markdown => {
                out.write_all(b"| Severity | Finding | Where | Rule | Status | Issues |\n| --- | --- | --- | --- | --- | --- |\n")
                    .map_err(failed)?;
                Shape::Markdown(out)
            }
        }))
    }

    /// Writes one row.
    pub fn row(&mut self, row: &FindingRow) -> Result<(), Problem> {
        match &mut self.0 {
            Shape::Csv(writer) => {
                writer.write_record(cells(row).iter().map(|cell| csv_cell(cell))).map_err(failed)
            }
            Shape::Json(out, first) => {
                let comma: &[u8] = if std::mem::replace(first, false) { b"\n" } else { b",\n" };
                out.write_all(comma).map_err(failed)?;
                serde_json::to_writer(out, row).map_err(failed)
            }
            Shape::Markdown(out) => {
                let cell = |words: &str| text::line(Flavour::GitHub, words).replace('|', "\\|");
                writeln!(
                    out,
                    "| {} | {} | {} | {} | {} | {} |",
                    row.severity.label(),
                    cell(&row.title),
                    cell(row.place.as_deref().unwrap_or("")),
                    cell(&row.rule),
                    row.status.label(),
                    row.issues.join(" ")
                )
                .map_err(failed)
            }
        }
    }

    /// Ends and hands the writer back.
    pub fn end(self) -> Result<W, Problem> {
        match self.0 {
            Shape::Csv(writer) => writer.into_inner().map_err(failed),
            Shape::Json(mut out, _) => {
                out.write_all(b"\n]\n").map_err(failed)?;
                Ok(out)
            }
            Shape::Markdown(out) => Ok(out),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula() {
        assert_eq!(csv_cell("=HYPERLINK(1)"), "'=HYPERLINK(1)", "a formula is made text");
        assert_eq!(csv_cell("src/a.rs:1"), "src/a.rs:1", "ordinary text is left alone");
    }
}
