//! Findings as rows.

use std::io::Write;

use docket_domain::{Exploitation, FindingDetail, FindingRow, Problem, Selection};
use docket_store as store;
use serde::Serialize;

use super::document::DocumentWriter;
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

/// A row as files have it: with what the report says about exploitation.
#[derive(Debug, Clone, Serialize)]
pub struct FindingLine {
    #[serde(flatten)]
    row: FindingRow,
    #[serde(flatten)]
    told: Exploitation,
}

/// A finding, told as a format wants it.
#[derive(Debug, Clone)]
pub enum Told {
    /// As a row.
    Line(Box<FindingLine>),
    /// With everything that is known.
    Detail(Box<FindingDetail>),
}

/// Writes findings one by one in any format.
pub enum FindingWriter<W: Write> {
    /// As rows.
    Lines(RowWriter<FindingLine, W>),
    /// As Docket JSON.
    Document(DocumentWriter<W>),
}

impl<W: Write> FindingWriter<W> {
    /// Begins.
    pub fn begin(format: ExportFormat, out: W) -> Result<Self, Problem> {
        Ok(match format {
            ExportFormat::Docket => Self::Document(DocumentWriter::begin(out)?),
            _ => Self::Lines(RowWriter::begin(format, out)?),
        })
    }

    /// Writes a finding, which has to be told for this format.
    pub fn finding(&mut self, told: &Told) -> Result<(), Problem> {
        match (self, told) {
            (Self::Lines(writer), Told::Line(line)) => writer.row(line),
            (Self::Document(writer), Told::Detail(detail)) => writer.finding(detail),
            _ => Err(Problem::internal("a finding was told for another format")),
        }
    }

    /// Ends and hands the writer back.
    pub fn end(self) -> Result<W, Problem> {
        match self {
            Self::Lines(writer) => writer.end(),
            Self::Document(writer) => writer.end(),
        }
    }
}

/// Tells a finding as a format wants it.
fn told(read: &store::Read<'_>, format: ExportFormat, row: FindingRow) -> Result<Told, Problem> {
    Ok(if format == ExportFormat::Docket {
        Told::Detail(Box::new(store::findings::detail(read, row.id)?))
    } else {
        let told = store::findings::exploitation(read, row.id)?;
        Told::Line(Box::new(FindingLine { row, told }))
    })
}

impl Row for FindingLine {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "severity",
        "title",
        "rule",
        "application",
        "tool",
        "branch",
        "owner",
        "place",
        "status",
        "reason",
        "first_seen",
        "last_seen",
        "issues",
        "epss",
        "epss_percentile",
        "epss_date",
        "known_exploited",
        "kev_date",
        "kev_due",
        "ransomware",
    ];
    const SHOWN: &'static [&'static str] = &["Severity", "Finding", "Where", "Rule", "Status", "Issues"];

    fn cells(&self) -> Vec<String> {
        let row = &self.row;
        let (epss, known) = (self.told.epss.as_ref(), self.told.known_exploited.as_ref());
        let yes = |is: bool| if is { "yes".to_owned() } else { String::new() };
        let day = |day: Option<&String>| day.cloned().unwrap_or_default();
        vec![
            row.id.to_string(),
            row.severity.to_string(),
            row.title.clone(),
            row.rule.clone(),
            row.application_name.clone(),
            row.tool.clone(),
            row.branch.clone(),
            row.owner.clone(),
            row.place.clone().unwrap_or_default(),
            row.status.to_string(),
            row.reason.map(|reason| reason.to_string()).unwrap_or_default(),
            row.first_seen.to_string(),
            row.last_seen.to_string(),
            row.issues.join(" "),
            epss.map(|epss| epss.score.to_string()).unwrap_or_default(),
            epss.and_then(|epss| epss.percentile).map(|share| share.to_string()).unwrap_or_default(),
            day(epss.and_then(|epss| epss.date.as_ref())),
            yes(known.is_some()),
            day(known.and_then(|known| known.added.as_ref())),
            day(known.and_then(|known| known.due.as_ref())),
            yes(known.is_some_and(|known| known.ransomware)),
        ]
    }

    fn shown(&self) -> Vec<Shown> {
        let row = &self.row;
        vec![
            Shown::Own(row.severity.label().to_owned()),
            Shown::Words(row.title.clone()),
            Shown::Words(row.place.clone().unwrap_or_default()),
            Shown::Words(row.rule.clone()),
            Shown::Own(row.status.label().to_owned()),
            Shown::Own(row.issues.join(" ")),
        ]
    }
}

impl Engine {
    /// Tells these findings as a format wants them. For lists that are walked by pages.
    pub async fn findings_told(
        &self,
        format: ExportFormat,
        rows: Vec<FindingRow>,
    ) -> Result<Vec<Told>, Problem> {
        self.read(move |r| rows.into_iter().map(|row| told(r, format, row)).collect()).await
    }

    /// Findings as text for the clipboard, at most 5,000 of them.
    pub async fn finding_copy(&self, selection: Selection, format: ExportFormat) -> Result<Copied, Problem> {
        self.read(move |r| {
            let total = store::findings::selection_count(r, &selection)?.total;
            let (count, text) = write(r, &selection, format, CLIPBOARD, Vec::new())?;
            let text = String::from_utf8(text).map_err(Problem::internal)?;
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
        self.read(move |r| write(r, &selection, format, u64::MAX, out)).await
    }
}

/// Writes at most so many findings; says how many.
fn write<W: Write>(
    read: &store::Read<'_>,
    selection: &Selection,
    format: ExportFormat,
    most: u64,
    out: W,
) -> Result<(u64, W), Problem> {
    let mut writer = FindingWriter::begin(format, out)?;
    let mut count = 0;
    store::findings::each(read, selection, |row| {
        if count < most {
            count += 1;
            writer.finding(&told(read, format, row)?)?;
        }
        Ok(count < most)
    })?;
    Ok((count, writer.end()?))
}
