//! Tables of findings: CSV with a header row, as spreadsheets and scripts write it.
//!
//! Which column holds what is guessed from the header or said by the person (`title=Summary`).
//! Separator, quotes, a `sep=` line and the encoding are recognised. Cells are text: nothing in
//! them is ever a formula. A row that cannot be read costs that row.

mod columns;
pub(crate) mod dialect;
mod quotes;
mod row;
pub(crate) mod rows;

use std::collections::HashSet;

use csv::ByteRecord;
use docket_domain::{Code, Completeness, Problem, RawForm, Run, Tool, Warning};

use crate::clean;
use crate::fields::{self, Notes};
use crate::format::{Confidence, Format, Head, ReadOptions};
use crate::intake::Input;
use crate::report::end_without;
use crate::report::raw::tell_one;
use crate::report::table::{CUT_ROW, Spelt};
use crate::sink::Sink;
use columns::{Columns, Field};
use dialect::Dialect;
use rows::Rows;

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

    fn versions(&self) -> &'static str {
        "any table with a header row"
    }

    fn example(&self) -> &'static str {
        include_str!("example.csv")
    }

    fn sniff(&self, head: &Head) -> Confidence {
        if head.text.trim_start().starts_with(['{', '[', '<']) {
            return Confidence::No;
        }
        let dialect = head.dialect();
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
        let fallback = options.tool.clone().unwrap_or_else(|| "CSV".to_owned());
        let table = Table { dialect, columns, fallback };
        let tools = table.tools(input, sink)?;
        input.expect_passes(tools.len() as u64 + u64::from(table.columns.has(Field::Tool)));
        let mut foreign = 0;
        for tool in &tools {
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
            let (lost, bytes, ends_inside) = table.findings(input, tool, options.raw, sink)?;
            sink.run_end(match lost {
                0 if ends_inside => end_without(Completeness::Complete, CUT_ROW),
                0 => Completeness::Complete,
                _ => Completeness::Partial { reason: format!("{lost} of its rows could not be read") },
            })?;
            foreign = bytes;
        }
        if foreign > 0 {
            let message = format!("Bytes that are not UTF-8: {foreign}; they were read as Windows-1252.");
            sink.warning(Warning { message, place: input.place(None, None, None) })?;
        }
        Ok(())
    }
}

/// A table whose header was understood.
struct Table {
    dialect: Dialect,
    columns: Columns,
    /// The tool of rows that do not name one.
    fallback: String,
}

impl Table {
    fn rows(&self, input: &mut Input) -> Result<Rows, Problem> {
        Rows::behind_header(input.text()?, self.dialect.separator, self.dialect.has_sep_line)
    }

    /// The tools that the table names, in the order of their first rows.
    fn tools(&self, input: &mut Input, sink: &mut dyn Sink) -> Result<Vec<String>, Problem> {
        if !self.columns.has(Field::Tool) {
            return Ok(vec![self.fallback.clone()]);
        }
        input.expect_passes(2);
        let mut tools: Vec<String> = Vec::new();
        let mut rows = self.rows(input)?;
        let mut count = 0_u64;
        while rows.read()?.is_some() {
            let tool = self.tool_of(&rows.record);
            if !is_blank(&rows.record) && !tools.contains(&tool) {
                tools.push(tool);
            }
            if tools.len() > MAX_TOOLS {
                return Err(Problem::new(
                    Code::Report,
                    format!("The column «Tool» names more than {MAX_TOOLS} tools."),
                )
                .hint("Map another column (tool=Column), or none (tool=)."));
            }
            count += 1;
            progress(count, input, sink)?;
        }
        if tools.is_empty() {
            tools.push(self.fallback.clone());
        }
        Ok(tools)
    }

    /// One pass: the findings of one tool. Says how many rows could not be read, how many bytes
    /// were not UTF-8, and whether the text ends inside a row.
    fn findings(
        &self,
        input: &mut Input,
        tool: &str,
        raw: bool,
        sink: &mut dyn Sink,
    ) -> Result<(u64, u64, bool), Problem> {
        let mut spelt = raw.then(|| Spelt::new(&self.dialect));
        let mut rows = self.rows(input)?;
        let mut lost = 0;
        let mut count = 0_u64;
        let mut known_rules = HashSet::new();
        let mut said = HashSet::new();
        let mut ends_inside = rows.is_cut_header();
        while let Some(line) = rows.read()? {
            count += 1;
            progress(count, input, sink)?;
            ends_inside = rows.ends_inside();
            let record = &rows.record;
            if is_blank(record) || self.tool_of(record) != tool {
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
                    if let Some(spelt) = &mut spelt {
                        spelt.only(record);
                        tell_one(&found, RawForm::Csv, Some(spelt.text().bytes), sink)?;
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
        Ok((lost, rows.foreign(), ends_inside))
    }

    fn tool_of(&self, record: &ByteRecord) -> String {
        self.columns.line(record, Field::Tool).unwrap_or_else(|| self.fallback.clone())
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

fn is_blank(record: &ByteRecord) -> bool {
    record.iter().all(<[u8]>::is_empty)
}

fn progress(count: u64, input: &Input, sink: &mut dyn Sink) -> Result<(), Problem> {
    if count.is_multiple_of(PROGRESS_EVERY) {
        let (done, total) = input.progress();
        sink.progress(done, total)?;
    }
    Ok(())
}

/// A cell as clean text.
fn cell(bytes: &[u8]) -> String {
    clean::block(&String::from_utf8_lossy(bytes))
}
