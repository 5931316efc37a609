//! What is in Docket as text: for the clipboard, for files, for the command line.
//!
//! Findings are hostile input: a CSV cell that a spreadsheet would run as a formula is
//! quoted, Markdown is neutralised.

mod document;
mod file;
mod findings;
mod plans;

use std::io::Write;
use std::marker::PhantomData;
use std::str::FromStr;

use docket_domain::Problem;
use docket_domain::text::{self, Flavour};
use serde::Serialize;

pub use document::DocumentWriter;
pub use findings::{Copied, FindingLine, FindingWriter, Told};
pub use plans::PlanLine;

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// Comma-separated values with a header, UTF-8.
    Csv,
    /// One JSON array of rows.
    Json,
    /// A Markdown table.
    Markdown,
    /// Docket JSON with everything that is known, which any Docket imports again.
    Docket,
}

impl FromStr for ExportFormat {
    type Err = Problem;
    fn from_str(word: &str) -> Result<Self, Problem> {
        match word.trim().to_ascii_lowercase().as_str() {
            "csv" => Ok(Self::Csv),
            "json" => Ok(Self::Json),
            "markdown" | "md" => Ok(Self::Markdown),
            "docket" => Ok(Self::Docket),
            _ => Err(Problem::bad_input(format!("«{word}» is no format here."))
                .hint("Use csv, json, markdown or docket.")),
        }
    }
}

/// A row of a table.
pub trait Row: Serialize {
    /// Heads of the CSV columns.
    const COLUMNS: &'static [&'static str];
    /// Heads of the Markdown table.
    const SHOWN: &'static [&'static str];
    /// A CSV cell for each column, as it is.
    fn cells(&self) -> Vec<String>;
    /// A cell for each column of the Markdown table.
    fn shown(&self) -> Vec<Shown>;
}

/// A cell of a Markdown table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// Somebody's words; whatever is in them does not act.
    Words(String),
    /// Words of Docket's own.
    Own(String),
    /// An address, named.
    Link {
        /// What people read.
        label: String,
        /// Where it leads.
        url: String,
    },
}

impl Shown {
    fn markdown(&self) -> String {
        match self {
            Self::Words(words) => in_cell(&text::line(Flavour::GitHub, words)),
            Self::Own(words) => in_cell(words),
            Self::Link { label, url } => {
                let label = in_cell(&text::line(Flavour::GitHub, label));
                if is_plain_address(url) { format!("[{label}]({url})") } else { label }
            }
        }
    }
}

/// An address that stands in a link as it is.
fn is_plain_address(url: &str) -> bool {
    let harmless = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&'*+,;=%".contains(c);
    (url.starts_with("https://") || url.starts_with("http://")) && url.chars().all(harmless)
}

/// Bars that are not escaped already would begin another cell.
fn in_cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut escaped = false;
    for c in text.chars() {
        if c == '|' && !escaped {
            out.push('\\');
        }
        escaped = c == '\\' && !escaped;
        out.push(c);
    }
    out
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
pub struct RowWriter<R: Row, W: Write> {
    shape: Shape<W>,
    rows: PhantomData<fn(R)>,
}

fn failed(error: impl std::fmt::Display) -> Problem {
    Problem::bad_input(format!("The rows could not be written: {error}."))
}

impl<R: Row, W: Write> RowWriter<R, W> {
    /// Begins: header or opening bracket.
    pub fn begin(format: ExportFormat, mut out: W) -> Result<Self, Problem> {
        let shape = match format {
            ExportFormat::Csv => {
                let mut writer = csv::Writer::from_writer(out);
                writer.write_record(R::COLUMNS).map_err(failed)?;
                Shape::Csv(Box::new(writer))
            }
            ExportFormat::Json | ExportFormat::Docket => {
                out.write_all(b"[").map_err(failed)?;
                Shape::Json(out, true)
            }
            ExportFormat::Markdown => {
                let rule = " --- |".repeat(R::SHOWN.len());
                writeln!(out, "| {} |\n|{rule}", R::SHOWN.join(" | ")).map_err(failed)?;
                Shape::Markdown(out)
            }
        };
        Ok(Self { shape, rows: PhantomData })
    }

    /// Writes one row.
    pub fn row(&mut self, row: &R) -> Result<(), Problem> {
        match &mut self.shape {
            Shape::Csv(writer) => {
                writer.write_record(row.cells().iter().map(|cell| csv_cell(cell))).map_err(failed)
            }
            Shape::Json(out, first) => {
                let comma: &[u8] = if std::mem::replace(first, false) { b"\n" } else { b",\n" };
                out.write_all(comma).map_err(failed)?;
                serde_json::to_writer(out, row).map_err(failed)
            }
            Shape::Markdown(out) => {
                let cells: Vec<String> = row.shown().iter().map(Shown::markdown).collect();
                writeln!(out, "| {} |", cells.join(" | ")).map_err(failed)
            }
        }
    }

    /// Ends and hands the writer back.
    pub fn end(self) -> Result<W, Problem> {
        match self.shape {
            Shape::Csv(writer) => writer.into_inner().map_err(failed),
            Shape::Json(mut out, _) => {
                out.write_all(b"\n]\n").map_err(failed)?;
                Ok(out)
            }
            Shape::Markdown(out) => Ok(out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_stays_in_its_cell() {
        assert_eq!(in_cell("a|b"), r"a\|b", "escaped");
        assert_eq!(in_cell(r"a\|b"), r"a\|b", "not twice");
        assert_eq!(in_cell(r"a\\|b"), r"a\\\|b", "behind an escaped backslash it is bare");
        let words = Shown::Words("cmd|' /C".to_owned()).markdown();
        assert!(words.contains(r"\|") && !words.contains(r"\\|"), "{words}");
    }

    #[test]
    fn a_link_leads_where_it_says_or_is_none() {
        let link =
            |url: &str| Shown::Link { label: "acme/shop#1".to_owned(), url: url.to_owned() }.markdown();
        assert!(
            link("https://github.com/acme/shop/issues/1")
                .ends_with("](https://github.com/acme/shop/issues/1)")
        );
        for url in ["javascript:alert(1)", "https://h/a) [x](https://evil", "https://h/a b", "https://h/<a>"]
        {
            assert!(!link(url).contains("]("), "{url}: {}", link(url));
        }
    }

    #[test]
    fn a_cell_is_never_a_formula() {
        assert_eq!(csv_cell("=HYPERLINK(1)"), "'=HYPERLINK(1)", "a formula is made text");
        assert_eq!(csv_cell("src/a.rs:1"), "src/a.rs:1", "ordinary text is left alone");
    }
}
