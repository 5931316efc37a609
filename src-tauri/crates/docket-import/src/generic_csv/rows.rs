//! The rows of a table, one at a time, with their lines.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use csv::ByteRecord;
use docket_domain::{Code, Problem};

use super::quotes::Quotes;

use crate::intake::{Text, io_problem};

/// How much text one row may have: beyond, a quote was never closed.
const ROW_BYTES: usize = 16 * 1024 * 1024;

/// The rows of one pass.
pub(crate) struct Rows {
    reader: csv::Reader<Lines>,
    since_row: Rc<Cell<usize>>,
    /// The row that was read last.
    pub(crate) record: ByteRecord,
    /// How many cells the widest row so far has, the one that was read last left out.
    widest: usize,
}

impl Rows {
    /// The rows behind the header (and behind a `sep=` line before it).
    pub(crate) fn behind_header(text: Text, separator: u8, has_sep_line: bool) -> Result<Self, Problem> {
        let since_row = Rc::new(Cell::new(0));
        let lines = Lines {
            from: text,
            since_row: Rc::clone(&since_row),
            held: false,
            quotes: Quotes::new(separator),
            ended: false,
        };
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .buffer_capacity(64 * 1024)
            .from_reader(lines);
        let mut rows = Self { reader, since_row, record: ByteRecord::new(), widest: 0 };
        for _ in 0..=usize::from(has_sep_line) {
            rows.read()?;
        }
        Ok(rows)
    }

    /// Reads the next row and says its line; `None` behind the last one.
    pub(crate) fn read(&mut self) -> Result<Option<u64>, Problem> {
        self.since_row.set(0);
        let line = self.reader.position().line();
        let widest = self.widest.max(self.record.len());
        match self.reader.read_byte_record(&mut self.record) {
            Ok(true) => {
                self.widest = widest;
                Ok(Some(self.record.position().map_or(line, csv::Position::line)))
            }
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

    /// Whether the text ends inside the row that was read last: a quote is open, and what follows
    /// it (further rows, if it is a slip) became one cell; or there is no line end, and fewer cells
    /// than in another row. A table has no end of its own that could tell more.
    pub(crate) fn ends_inside(&self) -> bool {
        let lines = self.reader.get_ref();
        lines.ends_in(Quotes::is_open)
            || (self.record.len() < self.widest && lines.ends_in(Quotes::is_in_row))
    }

    /// Whether the text ends inside the header, before the first row is read: it may have been cut
    /// there, and a table without rows says that nothing was found.
    pub(crate) fn is_cut_header(&self) -> bool {
        self.reader.get_ref().ends_in(Quotes::is_in_row)
    }

    /// How many bytes were not UTF-8 so far.
    pub(crate) fn foreign(&self) -> u64 {
        self.reader.get_ref().from.foreign
    }
}

/// Makes every line end `\n`, so that lines are counted right, and stops a row that never ends
/// before it fills the memory.
struct Lines {
    from: Text,
    since_row: Rc<Cell<usize>>,
    /// A `\r` at the end of the last chunk whose next character is not known yet.
    held: bool,
    quotes: Quotes,
    /// Everything was read and taken.
    ended: bool,
}

impl Read for Lines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.len() < 2 {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        loop {
            let room = buffer.len() - 1;
            let count = self.from.read(&mut buffer[..room])?;
            if count == 0 {
                if !self.held {
                    self.ended = true;
                    return Ok(0);
                }
                self.held = false;
                buffer[0] = b'\r';
                self.quotes.pass(&buffer[..1]);
                return Ok(1);
            }
            let kept = self.unify(buffer, count);
            self.since_row.set(self.since_row.get() + kept);
            if self.since_row.get() > ROW_BYTES {
                return Err(io::Error::other(EndlessRow));
            }
            if kept > 0 {
                self.quotes.pass(&buffer[..kept]);
                return Ok(kept);
            }
        }
    }
}

impl Lines {
    /// Whether the text has ended, and this holds of its end.
    fn ends_in(&self, what: fn(&Quotes) -> bool) -> bool {
        self.ended && what(&self.quotes)
    }

    /// Drops each `\r` before a `\n` in the first `count` bytes; says how many are left.
    fn unify(&mut self, buffer: &mut [u8], mut count: usize) -> usize {
        if std::mem::take(&mut self.held) && buffer[0] != b'\n' {
            buffer.copy_within(0..count, 1);
            buffer[0] = b'\r';
            count += 1;
        }
        let mut kept = 0;
        for at in 0..count {
            let byte = buffer[at];
            let next = (at + 1 < count).then(|| buffer[at + 1]);
            match (byte, next) {
                (b'\r', Some(b'\n')) => {}
                (b'\r', None) => self.held = true,
                _ => {
                    buffer[kept] = byte;
                    kept += 1;
                }
            }
        }
        kept
    }
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
