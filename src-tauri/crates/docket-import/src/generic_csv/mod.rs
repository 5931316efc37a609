//! Tables of findings: CSV with a header row, as spreadsheets and scripts write it.
//!
//! Which column holds what is guessed from the header or said by the person (`title=Summary`).
//! Separator, quotes, a `sep=` line and the encoding are recognised. Cells are text: nothing in
//! them is ever a formula. A row that cannot be read costs that row.

mod columns;
mod dialect;
mod row;

use std::cell::Cell;
use std::collections::HashSet;
use std::io::{self, Read};
use std::rc::Rc;

use csv::ByteRecord;
use docket_domain::{Code, Completeness, Problem, Run, Tool, Warning};

use crate::clean;
use crate::fields::{self, Notes};
use crate::format::{Confidence, Format, Head, ReadOptions};
use crate::intake::{Input, Text, io_problem};
use crate::sink::Sink;
use columns::{Columns, Field};
use dialect::Dialect;

/// How much text one row may have: beyond, a quote was never closed.
const ROW_BYTES: usize = 16 * 1024 * 1024;
/// How many different tools one table may name.
const MAX_TOOLS: usize = 32;
/// How many rows are read between two reports of progress.
const PROGRESS_EVERY: u64 = 256;

/// The format.
pub struct GenericCsv;

impl Format for GenericCsv {
    fn id(&self) -> &'static str {
        "csv"
    }

    fn label(&self) -> &'static str {
        "CSV"
    }

    fn about(&self) -> &'static str {
        "A table with a header row; columns are recognised or mapped by hand."
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["csv", "tsv", "txt"]
    }

    fn sniff(&self, head: &Head) -> Confidence {
        if head.text.trim_start().starts_with(['{', '[', '<']) {
            return Confidence::No;
        }
        let dialect = Dialect::of(&head.text, None);
        let columns = Columns::guess(&dialect.header);
        let named = matches!(head.extension().as_deref(), Some("csv" | "tsv"));
        match (columns.has(Field::Title), columns.count(), named) {
            (true, 3.., _) | (true, 2.., true) => Confidence::Likely,
            // A table without a title column is still a table: the person can map it.
            (_, _, true) => Confidence::Maybe,
            _ => Confidence::No,
        }
    }

    fn parse(&self, input: &mut Input, options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), Problem> {
        let head = input.head()?;
        let dialect = Dialect::of(&head.text, options.separator);
        let columns = Columns::resolve(&dialect.header, &options.columns)?;
        let table = Table { dialect, columns };
        let tools = table.tools(input, options, sink)?;
        input.expect_passes(tools.len() as u64 + u64::from(table.columns.has(Field::Tool)));
        for (nth, tool) in tools.iter().enumerate() {
            let run = Run {
                tool: Tool { name: tool.clone(), version: None, uri: None },
                branch: None,
                revision: None,
                repository: None,
                category: None,
                started: None,
                completeness: Completeness::Complete,
            };
            sink.run(run)?;
            let lost =
                table.findings(input, Turn { first: nth == 0, filtered: tools.len() > 1 }, tool, sink)?;
            sink.run_end(match lost {
                0 => Completeness::Complete,
                _ => Completeness::Partial { reason: format!("{lost} of its rows could not be read") },
            })?;
        }
        Ok(())
    }
}

/// How a pass over the rows treats rows of other tools.
#[derive(Clone, Copy)]
struct Turn {
    /// Rows that belong to nobody (unreadable, unnamed) are told in the first pass.
    first: bool,
    /// Only rows of one tool count.
    filtered: bool,
}

/// A table whose header was understood.
struct Table {
    dialect: Dialect,
    columns: Columns,
}

/// The rows of one pass.
struct Rows {
    reader: csv::Reader<RowLimit>,
    since_row: Rc<Cell<usize>>,
    record: ByteRecord,
}

impl Rows {
    /// The next row with its line, or `None` behind the last one. Empty lines are no rows.
    fn next(&mut self) -> Result<Option<u64>, Problem> {
        self.since_row.set(0);
        let line = self.reader.position().line();
        match self.reader.read_byte_record(&mut self.record) {
            Ok(true) => Ok(Some(self.record.position().map_or(line, csv::Position::line))),
            Ok(false) => Ok(None),
            Err(error) => Err(match error.into_kind() {
                csv::ErrorKind::Io(error) if is_endless(&error) => Problem::new(
                    Code::Report,
                    format!("The row that begins in line {line} never ends: a quote is missing."),
                )
                .hint("Correct that row in a text editor or spreadsheet; nothing was imported.")
                .with("line", line),
                csv::ErrorKind::Io(error) => io_problem(error),
                other => Problem::new(Code::Report, format!("The table cannot be read near line {line}."))
                    .hint("Correct that row; nothing was imported.")
                    .with("line", line)
                    .because(format!("{other:?}")),
            }),
        }
    }
}

impl Table {
    /// The rows behind the header.
    fn rows(&self, input: &mut Input) -> Result<Rows, Problem> {
        let since_row = Rc::new(Cell::new(0));
        let limit = RowLimit { from: input.text()?, since_row: Rc::clone(&since_row) };
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.dialect.separator)
            .buffer_capacity(64 * 1024)
            .from_reader(limit);
        let mut rows = Rows { reader, since_row, record: ByteRecord::new() };
        for _ in 0..=usize::from(self.dialect.has_sep_line) {
            rows.next()?;
        }
        Ok(rows)
    }

    /// The tools that the table names, in the order of their first rows.
    fn tools(
        &self,
        input: &mut Input,
        options: &ReadOptions,
        sink: &mut dyn Sink,
    ) -> Result<Vec<String>, Problem> {
        let fallback = options.tool.clone().unwrap_or_else(|| "CSV".to_owned());
        if !self.columns.has(Field::Tool) {
            return Ok(vec![fallback]);
        }
        input.expect_passes(2);
        let mut tools: Vec<String> = Vec::new();
        let mut rows = self.rows(input)?;
        let mut count = 0_u64;
        while rows.next()?.is_some() {
            let tool = self.columns.text(&rows.record, Field::Tool).unwrap_or_else(|| fallback.clone());
            if !tools.contains(&tool) {
                tools.push(tool);
            }
            if tools.len() > MAX_TOOLS {
                return Err(Problem::new(
                    Code::Report,
                    format!("The column «Tool» names more than {MAX_TOOLS} tools."),
                )
                .hint("Map another column, or leave the tool out: --columns tool=…"));
            }
            count += 1;
            progress(count, input, sink)?;
        }
        if tools.is_empty() {
            tools.push(fallback);
        }
        Ok(tools)
    }

    /// One pass: the findings of one tool. Says how many rows could not be read.
    fn findings(
        &self,
        input: &mut Input,
        turn: Turn,
        tool: &str,
        sink: &mut dyn Sink,
    ) -> Result<u64, Problem> {
        let mut rows = self.rows(input)?;
        let mut lost = 0;
        let mut count = 0_u64;
        let mut known_rules = HashSet::new();
        let mut said = HashSet::new();
        while let Some(line) = rows.next()? {
            count += 1;
            progress(count, input, sink)?;
            let record = &rows.record;
            if record.iter().all(<[u8]>::is_empty) {
                continue;
            }
            let named = self.columns.text(record, Field::Tool);
            if turn.filtered && named.as_deref().map_or(!turn.first, |named| named != tool) {
                continue;
            }
            let place = input.place(Some(format!("row {count}")), Some(line), None);
            let mut notes = Notes::default();
            self.check_width(record, &mut notes);
            let read = row::found(&self.columns, record, &mut notes);
            for message in notes.take(&mut said) {
                sink.warning(Warning { message, place: place.clone() })?;
            }
            match read {
                Ok(mut found) => {
                    found.place = place;
                    if !found.rule.is_empty() && known_rules.insert(found.rule.clone()) {
                        sink.rule(fields::bare_rule(&found.rule))?;
                    }
                    sink.finding(found)?;
                }
                Err(why) => {
                    lost += 1;
                    let message = format!("This row could not be read and was left out: {why}.");
                    sink.lost(Warning { message, place })?;
                }
            }
        }
        let foreign = rows.reader.get_ref().from.foreign;
        if foreign > 0 && turn.first {
            let message = format!("{foreign} bytes are not UTF-8; they were read as Windows-1252.");
            sink.warning(Warning { message, place: input.place(None, None, None) })?;
        }
        Ok(lost)
    }

    fn check_width(&self, record: &ByteRecord, notes: &mut Notes) {
        let (has, wants) = (record.len(), self.dialect.header.len());
        if has < wants {
            notes.add(format!(
                "The row has {has} cells and the header {wants}; the missing ones were read as empty."
            ));
        } else if record.iter().skip(wants).any(|cell| !cell.is_empty()) {
            notes
                .add(format!("The row has {has} cells and the header {wants}; the last ones were left out."));
        }
    }
}

fn progress(count: u64, input: &Input, sink: &mut dyn Sink) -> Result<(), Problem> {
    if count.is_multiple_of(PROGRESS_EVERY) {
        let (done, total) = input.progress();
        sink.progress(done, total)?;
    }
    Ok(())
}

/// Stops a row that never ends, before it fills the memory.
struct RowLimit {
    from: Text,
    since_row: Rc<Cell<usize>>,
}

#[derive(Debug)]
struct EndlessRow;

impl std::fmt::Display for EndlessRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a row never ends")
    }
}

impl std::error::Error for EndlessRow {}

fn is_endless(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<EndlessRow>)
}

impl Read for RowLimit {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(buffer)?;
        self.since_row.set(self.since_row.get() + count);
        if self.since_row.get() > ROW_BYTES {
            return Err(io::Error::other(EndlessRow));
        }
        Ok(count)
    }
}

/// A cell as clean text.
fn cell(bytes: &[u8]) -> String {
    clean::block(&String::from_utf8_lossy(bytes))
}
