//! `docket findings …`: pages from the store straight to standard output, so that a million
//! findings never stand in memory.

use std::cell::Cell;
use std::io::{self, Write};
use std::rc::Rc;

use docket_domain::{ApplicationId, FindingPage, FindingRow, PageStart, Problem, Severity, Status};
use docket_engine::export::{ExportFormat, FindingWriter};

use super::count;
use crate::args::{FindingsArgs, RowsFormat};
use crate::call::Call;
use crate::end::{End, Failure};
use crate::table::{Cell as Text, Column, Table, ends, gives, number, whole};
use crate::terminal::{Ink, output};

/// Rows that are asked for at once.
const PAGE: u64 = 500;

/// The listing in progress.
struct Pages<'c, 't> {
    call: &'c Call<'t>,
    args: &'c FindingsArgs,
    application: Option<ApplicationId>,
    start: Option<PageStart>,
    left: u64,
    total: u64,
    shown: u64,
}

impl Pages<'_, '_> {
    /// The next rows; none at the end.
    async fn next(&mut self) -> Result<Option<Vec<FindingRow>>, Failure> {
        let Some(start) = self.start.take() else { return Ok(None) };
        let limit = self.left.min(PAGE);
        let sort = self.args.sort.clone();
        let asked = self.call.engine.finding_page(
            &self.args.query,
            self.application,
            sort,
            start,
            limit.max(1) as u32,
        );
        let FindingPage { mut rows, total, next } = asked.await?;
        rows.truncate(limit as usize);
        self.total = total;
        self.left -= rows.len() as u64;
        self.shown += rows.len() as u64;
        self.start = next.filter(|_| self.left > 0).map(|cursor| PageStart::After { cursor });
        Ok((!rows.is_empty()).then_some(rows))
    }
}

pub(super) async fn run(call: &Call<'_>, args: FindingsArgs) -> Result<End, Failure> {
    let format = args.format.unwrap_or(RowsFormat::Table);
    args.format.map_or(Ok(()), |format| call.one_way_to_write(format))?;
    let application = call.application(args.app.as_deref()).await?;
    let mut pages = Pages {
        call,
        args: &args,
        application,
        start: Some(PageStart::Offset { rows: 0 }),
        left: args.limit.unwrap_or(u64::MAX),
        total: 0,
        shown: 0,
    };
    match format.exported() {
        _ if call.terminal.json => return whole_document(&mut pages).await,
        None => table(&mut pages).await?,
        Some(format) => written(&mut pages, format).await?,
    }
    let words = if pages.shown == pages.total {
        count(pages.total, "finding")
    } else {
        format!("{} of {}", pages.shown, count(pages.total, "finding"))
    };
    call.terminal.note(&words);
    Ok(End::Done)
}

/// `{"total": …, "rows": […]}`, row by row.
async fn whole_document(pages: &mut Pages<'_, '_>) -> Result<End, Failure> {
    // Before the first byte: a mistake in the query must leave standard output to the error.
    let mut rows = pages.next().await?;
    let mut out = output();
    write!(out, "{{\"total\":{},\"rows\":[", pages.total)?;
    let mut first = true;
    while let Some(some) = rows {
        for row in &some {
            out.write_all(if first { b"\n" } else { b",\n" })?;
            first = false;
            serde_json::to_writer(&mut out, row)?;
        }
        rows = pages.next().await?;
    }
    out.write_all(b"\n]}\n")?;
    out.flush()?;
    Ok(End::Done)
}

async fn written(pages: &mut Pages<'_, '_>, format: ExportFormat) -> Result<(), Failure> {
    let mut rows = pages.next().await?;
    let gone = Rc::new(Cell::new(false));
    let out = Pipe { out: output(), gone: Rc::clone(&gone) };
    // The row writer puts its errors into words; a reader that left is not one to tell.
    let refused = |problem: Problem| if gone.get() { Failure::NobodyReads } else { problem.into() };
    let mut writer = FindingWriter::begin(format, out).map_err(refused)?;
    while let Some(some) = rows {
        for told in pages.call.engine.findings_told(format, some).await? {
            writer.finding(&told).map_err(refused)?;
        }
        rows = pages.next().await?;
    }
    Ok(writer.end().map_err(refused)?.flush()?)
}

/// Standard output that remembers that its reader has gone.
struct Pipe<W> {
    out: W,
    gone: Rc<Cell<bool>>,
}

impl<W> Pipe<W> {
    fn noticed<T>(&self, result: io::Result<T>) -> io::Result<T> {
        if result.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            self.gone.set(true);
        }
        result
    }
}

impl<W: Write> Write for Pipe<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = self.out.write(bytes);
        self.noticed(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.out.flush();
        self.noticed(result)
    }
}

const COLUMNS: [Column; 7] = [
    number("ID"),
    whole("SEVERITY"),
    gives("FINDING"),
    ends("WHERE"),
    gives("RULE"),
    whole("STATUS"),
    gives("ISSUES"),
];

async fn table(pages: &mut Pages<'_, '_>) -> Result<(), Failure> {
    let Some(first) = pages.next().await? else { return Ok(()) };
    let mut out = output();
    let cells: Vec<Vec<Text>> = first.iter().map(row).collect();
    let table = Table::laid_out(pages.call.terminal, &COLUMNS, &cells);
    table.head(&mut out)?;
    for cells in &cells {
        table.row(&mut out, cells)?;
    }
    while let Some(rows) = pages.next().await? {
        for one in &rows {
            table.row(&mut out, &row(one))?;
        }
    }
    Ok(out.flush()?)
}

fn row(one: &FindingRow) -> Vec<Text> {
    let status = match one.reason {
        Some(reason) => format!("{} ({})", one.status.label(), reason.label()),
        None => one.status.label().to_owned(),
    };
    let ink = if one.status == Status::Active { Ink::Plain } else { Ink::Dim };
    vec![
        one.id.to_string().into(),
        Text::inked(one.severity.label(), severity_ink(one.severity)),
        Text::inked(&one.title, ink),
        Text::inked(one.place.as_deref().unwrap_or(""), ink),
        Text::inked(&one.rule, Ink::Dim),
        Text::inked(&status, ink),
        one.issues.join(" ").into(),
    ]
}

/// The ink of a severity's word; the word itself is always there.
pub(super) fn severity_ink(severity: Severity) -> Ink {
    match severity {
        Severity::Critical => Ink::BoldRed,
        Severity::High => Ink::Red,
        Severity::Medium => Ink::Yellow,
        Severity::Low => Ink::Cyan,
        Severity::Info | Severity::Unknown => Ink::Dim,
    }
}
