//! Reports as tables with a header of the tool's own.

use docket_domain::{Found, Place, Problem, RawForm, Run, Warning};

use super::{Card, Out, PROGRESS_EVERY, end_of, end_without, wrapped};
use crate::clean;
use crate::format::{Confidence, Format, Head, ReadOptions};
use crate::generic_csv::dialect::Dialect;
use crate::generic_csv::rows::Rows;
use crate::intake::Input;
use crate::sink::{RawText, Sink};

/// How much of the rows of one finding is kept as it stands in the report.
const ROWS_BYTES: usize = 1024 * 1024;

/// A row, its cells by the names of their columns.
pub(crate) struct Row<'a> {
    header: &'a [String],
    cells: &'a csv::ByteRecord,
}

impl Row<'_> {
    /// A cell as a text of several lines; none when it is empty or there is no such column. Of
    /// columns of the same name the first one counts. Names are compared without blanks,
    /// punctuation and case.
    pub fn block(&self, column: &str) -> Option<String> {
        let column = plain(column);
        let at = self.header.iter().position(|name| *name == column)?;
        clean::some_block(&String::from_utf8_lossy(self.cells.get(at)?))
    }

    /// A cell as one line.
    pub fn line(&self, column: &str) -> Option<String> {
        clean::some_line(&self.block(column)?)
    }
}

/// A format that is a table.
pub(crate) trait TableReport: Sync {
    /// What it is known by.
    fn card(&self) -> &'static Card;

    /// Names of columns that its header has, all of them; compared as in [`Row::block`].
    fn columns(&self) -> &'static [&'static str];

    /// How many rows may stand before the header (who exported it, when).
    fn preface(&self) -> usize {
        0
    }

    /// Whether a row only says more about the finding that was read before it, for tools that
    /// write one row for each identifier of one result. If so it is added here.
    fn continues(&self, _row: &Row<'_>, _before: &mut Found) -> bool {
        false
    }

    /// The run.
    fn run(&self, options: &ReadOptions) -> Run {
        self.card().run(options)
    }

    /// Reads one row.
    ///
    /// # Errors
    /// Why it cannot be read, as the end of a sentence («it has no id»).
    fn row(&self, row: &Row<'_>, out: &mut Out) -> Result<(), String>;
}

/// Makes a format of a [`TableReport`].
pub struct Reads<T>(pub(crate) T);

impl<T: TableReport> Format for Reads<T> {
    told_by_card!();

    fn sniff(&self, head: &Head) -> Confidence {
        if head.text.trim_start().starts_with(['{', '[', '<']) {
            return Confidence::No;
        }
        let begin = Begin::of(head, None, self.0.columns(), self.0.preface());
        if begin.lacks.is_none() { Confidence::Certain } else { Confidence::No }
    }

    fn parse(&self, input: &mut Input, options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), Problem> {
        input.expect_passes(1);
        let begin = Begin::of(&input.head()?, options.separator, self.0.columns(), self.0.preface());
        if let Some(name) = begin.lacks {
            return Err(super::not_such_a_report(self.label(), &format!("it has no column «{name}»")));
        }
        let Begin { dialect, header, before, is_wrapped, .. } = begin;
        let run = self.0.run(options);
        let end = run.completeness.clone();
        sink.run(run)?;
        let mut rows = Rows::behind_header(input.text()?, dialect.separator, dialect.has_sep_line)?;
        for _ in 0..before {
            rows.read()?;
        }
        let (mut out, mut lost, mut count) = (Out::default(), 0, 0_usize);
        // A finding is handed on when the next row turns out not to belong to it.
        let mut held: Option<Place> = None;
        // What it is made of: the header, its row, and rows that only say more about it.
        let mut raw = options.raw.then(|| Spelt::new(&dialect));
        let mut ends_inside = rows.is_cut_header();
        while let Some(line) = rows.read()? {
            count += 1;
            ends_inside = rows.ends_inside();
            if count.is_multiple_of(PROGRESS_EVERY) {
                let (done, total) = input.progress();
                sink.progress(done, total)?;
            }
            if rows.record.iter().all(<[u8]>::is_empty) {
                continue;
            }
            let place = input.place(Some(format!("row {count}")), Some(line), None);
            let inside = if is_wrapped { wrapped::row(&rows.record, dialect.separator) } else { None };
            if is_wrapped && inside.is_none() {
                if let Some(place) = held.take() {
                    out.flush_of(raw.as_ref().map(Spelt::text), &place, sink)?;
                }
                lost += 1;
                out.lost("it is the rest of a row whose quotes do not match", place, sink)?;
                continue;
            }
            let row = Row { header: &header, cells: inside.as_ref().unwrap_or(&rows.record) };
            if out.last().is_some_and(|last| self.0.continues(&row, last)) {
                if let Some(raw) = &mut raw {
                    raw.row(row.cells);
                }
                continue;
            }
            if let Some(place) = held.take() {
                out.flush_of(raw.as_ref().map(Spelt::text), &place, sink)?;
            }
            if let Some(raw) = &mut raw {
                raw.only(row.cells);
            }
            match self.0.row(&row, &mut out) {
                Ok(()) => held = Some(place),
                Err(why) => {
                    lost += 1;
                    out.lost(&why, place, sink)?;
                }
            }
        }
        if let Some(place) = held {
            out.flush_of(raw.as_ref().map(Spelt::text), &place, sink)?;
        }
        if rows.foreign() > 0 {
            let message =
                format!("Bytes that are not UTF-8: {}; they were read as Windows-1252.", rows.foreign());
            sink.warning(Warning { message, place: input.place(None, None, None) })?;
        }
        let end = if ends_inside { end_without(end, CUT_ROW) } else { end };
        sink.run_end(end_of(end, lost + out.cut))?;
        Ok(())
    }
}

/// Rows below their header, written anew: the cells are those of the report.
pub(crate) struct Spelt {
    separator: u8,
    header: usize,
    bytes: Vec<u8>,
}

impl Spelt {
    /// Of a table that begins like this.
    pub fn new(dialect: &Dialect) -> Self {
        let mut spelt = Self { separator: dialect.separator, header: 0, bytes: Vec::new() };
        spelt.line(dialect.header.iter().map(String::as_bytes));
        spelt.header = spelt.bytes.len();
        spelt
    }

    /// This row and no other.
    pub fn only(&mut self, row: &csv::ByteRecord) {
        self.bytes.truncate(self.header);
        self.row(row);
    }

    /// One row more; no more than a record may have.
    fn row(&mut self, row: &csv::ByteRecord) {
        if self.bytes.len() < ROWS_BYTES {
            self.bytes.push(b'\n');
            self.line(row.iter());
        }
    }

    /// What stands there, for a sink.
    pub fn text(&self) -> RawText<'_> {
        RawText { form: RawForm::Csv, bytes: &self.bytes }
    }

    fn line<'c>(&mut self, cells: impl Iterator<Item = &'c [u8]>) {
        for (at, cell) in cells.enumerate() {
            if at > 0 {
                self.bytes.push(self.separator);
            }
            let needs = |b: &u8| *b == self.separator || matches!(b, b'"' | b'\r' | b'\n');
            if cell.iter().any(needs) {
                self.bytes.push(b'"');
                for b in cell {
                    self.bytes.extend_from_slice(if *b == b'"' { b"\"\"" } else { std::slice::from_ref(b) });
                }
                self.bytes.push(b'"');
            } else {
                self.bytes.extend_from_slice(cell);
            }
        }
    }
}
/// What a table lacks that was cut off.
pub(crate) const CUT_ROW: &str = "in its last row a quote is never closed, or it has fewer cells than others and no line end (a header alone needs one)";

/// Where a table begins.
struct Begin {
    dialect: Dialect,
    /// Names of columns as they are compared.
    header: Vec<String>,
    /// Rows before the header.
    before: usize,
    /// Every row stands in one quoted cell.
    is_wrapped: bool,
    /// A column that should be there.
    lacks: Option<&'static str>,
}

impl Begin {
    fn of(head: &Head, separator: Option<char>, columns: &[&'static str], preface: usize) -> Self {
        let dialect = match separator {
            Some(_) => Dialect::of(&head.text, separator),
            None => head.dialect().clone(),
        };
        let header: Vec<String> = dialect.header.iter().map(|name| plain(name)).collect();
        let lacks = lacking(&header, columns);
        let first = Self { lacks, dialect, header, before: 0, is_wrapped: false };
        if first.lacks.is_none() || preface == 0 {
            return first;
        }
        let cells = |row: &csv::ByteRecord| -> Vec<String> {
            row.iter().map(|cell| clean::line(&String::from_utf8_lossy(cell))).collect()
        };
        let later = [b',', b';', b'\t'].into_iter().find_map(|separator| {
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .delimiter(separator)
                .from_reader(head.text.as_bytes());
            let rows = reader.byte_records().take(preface + 1).map_while(Result::ok).enumerate();
            let mut rows = rows.map(|(before, row)| match wrapped::row(&row, separator) {
                Some(inside) => (before, cells(&inside), true),
                None => (before, cells(&row), false),
            });
            let (before, names, is_wrapped) = rows.find(|(_, names, _)| {
                lacking(&names.iter().map(|name| plain(name)).collect::<Vec<_>>(), columns).is_none()
            })?;
            let header = names.iter().map(|name| plain(name)).collect();
            let dialect = Dialect { separator, header: names, has_sep_line: false };
            Some(Self { dialect, header, before, lacks: None, is_wrapped })
        });
        later.unwrap_or(first)
    }
}

fn lacking(header: &[String], columns: &[&'static str]) -> Option<&'static str> {
    columns.iter().copied().find(|name| !header.contains(&plain(name)))
}

/// A column's name without blanks, punctuation and case.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
