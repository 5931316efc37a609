//! Reports as tables with a header of the tool's own.

use docket_domain::{Found, Place, Problem, Run, Warning};

use super::{Card, Out, PROGRESS_EVERY, end_of};
use crate::clean;
use crate::format::{Confidence, Format, Head, ReadOptions};
use crate::generic_csv::dialect::Dialect;
use crate::generic_csv::rows::Rows;
use crate::intake::Input;
use crate::sink::Sink;

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
        let begin = Begin::of(&head.text, None, self.0.columns(), self.0.preface());
        if begin.lacks.is_none() { Confidence::Certain } else { Confidence::No }
    }

    fn parse(&self, input: &mut Input, options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), Problem> {
        input.expect_passes(1);
        let begin = Begin::of(&input.head()?.text, options.separator, self.0.columns(), self.0.preface());
        if let Some(name) = begin.lacks {
            return Err(super::not_such_a_report(self.label(), &format!("it has no column «{name}»")));
        }
        let Begin { dialect, header, before, .. } = begin;
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
        while let Some(line) = rows.read()? {
            count += 1;
            if count.is_multiple_of(PROGRESS_EVERY) {
                let (done, total) = input.progress();
                sink.progress(done, total)?;
            }
            if rows.record.iter().all(<[u8]>::is_empty) {
                continue;
            }
            let row = Row { header: &header, cells: &rows.record };
            if out.last().is_some_and(|last| self.0.continues(&row, last)) {
                continue;
            }
            if let Some(place) = held.take() {
                out.flush(&place, sink)?;
            }
            let place = input.place(Some(format!("row {count}")), Some(line), None);
            match self.0.row(&row, &mut out) {
                Ok(()) => held = Some(place),
                Err(why) => {
                    lost += 1;
                    out.lost(&why, place, sink)?;
                }
            }
        }
        if let Some(place) = held {
            out.flush(&place, sink)?;
        }
        if rows.foreign() > 0 {
            let message =
                format!("Bytes that are not UTF-8: {}; they were read as Windows-1252.", rows.foreign());
            sink.warning(Warning { message, place: input.place(None, None, None) })?;
        }
        sink.run_end(end_of(end, lost + out.cut))?;
        Ok(())
    }
}

/// Where a table begins.
struct Begin {
    dialect: Dialect,
    /// Names of columns as they are compared.
    header: Vec<String>,
    /// Rows before the header.
    before: usize,
    /// A column that should be there.
    lacks: Option<&'static str>,
}

impl Begin {
    fn of(text: &str, separator: Option<char>, columns: &[&'static str], preface: usize) -> Self {
        let dialect = Dialect::of(text, separator);
        let header: Vec<String> = dialect.header.iter().map(|name| plain(name)).collect();
        let first = Self { lacks: lacking(&header, columns), dialect, header, before: 0 };
        if first.lacks.is_none() || preface == 0 {
            return first;
        }
        let later = [b',', b';', b'\t'].into_iter().find_map(|separator| {
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .delimiter(separator)
                .from_reader(text.as_bytes());
            let rows = reader.byte_records().take(preface + 1).map_while(Result::ok).enumerate();
            let mut rows = rows.map(|(before, row)| {
                let names: Vec<String> =
                    row.iter().map(|cell| clean::line(&String::from_utf8_lossy(cell))).collect();
                (before, names)
            });
            let (before, names) = rows.find(|(_, names)| {
                lacking(&names.iter().map(|name| plain(name)).collect::<Vec<_>>(), columns).is_none()
            })?;
            let header = names.iter().map(|name| plain(name)).collect();
            let dialect = Dialect { separator, header: names, has_sep_line: false };
            Some(Self { dialect, header, before, lacks: None })
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
