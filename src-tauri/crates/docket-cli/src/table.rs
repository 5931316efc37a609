//! Tables for people: columns that fit the terminal, and everything uncut elsewhere.

use std::io::Write;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::end::Failure;
use crate::terminal::{Ink, Terminal, line, output};

/// A column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    title: &'static str,
    /// May be cut when the terminal is narrow.
    gives: bool,
    right: bool,
    /// What is cut away is its beginning.
    ends: bool,
}

/// A column that is always shown whole.
pub(crate) const fn whole(title: &'static str) -> Column {
    Column { title, gives: false, right: false, ends: false }
}

/// A column of numbers.
pub(crate) const fn number(title: &'static str) -> Column {
    Column { title, gives: false, right: true, ends: false }
}

/// A column that gives way when the terminal is narrow.
pub(crate) const fn gives(title: &'static str) -> Column {
    Column { title, gives: true, right: false, ends: false }
}

/// A column that gives way, and whose end says most (a path with its line).
pub(crate) const fn ends(title: &'static str) -> Column {
    Column { title, gives: true, right: false, ends: true }
}

/// A cell: harmless text in an ink.
#[derive(Debug, Clone)]
pub(crate) struct Cell(String, Ink);

impl Cell {
    /// Text in an ink.
    pub fn inked(text: &str, ink: Ink) -> Self {
        Self(line(text), ink)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self(line(text), Ink::Plain)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

const GAP: usize = 2;
/// A column that gives way keeps at least this.
const LEAST: usize = 12;

/// A table being written. Its widths come from the first rows and then stay.
pub(crate) struct Table {
    columns: Vec<Column>,
    widths: Vec<usize>,
    colour: bool,
    cut: bool,
}

impl Table {
    /// Measures `first` and lays the columns out.
    pub fn laid_out(terminal: &Terminal, columns: &[Column], first: &[Vec<Cell>]) -> Self {
        let mut widths: Vec<usize> = columns.iter().map(|column| column.title.width()).collect();
        for row in first {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.0.width());
            }
        }
        if let Some(room) = terminal.width {
            squeeze(columns, &mut widths, room);
        }
        Self { columns: columns.to_vec(), widths, colour: terminal.colour, cut: terminal.width.is_some() }
    }

    /// Writes the titles.
    pub fn head(&self, out: &mut impl Write) -> Result<(), Failure> {
        let titles: Vec<Cell> =
            self.columns.iter().map(|column| Cell(column.title.to_owned(), Ink::Bold)).collect();
        self.row(out, &titles)
    }

    /// Writes a row.
    pub fn row(&self, out: &mut impl Write, cells: &[Cell]) -> Result<(), Failure> {
        let mut text = String::new();
        for (n, (cell, width)) in cells.iter().zip(&self.widths).enumerate() {
            let ends = self.columns.get(n).is_some_and(|column| column.ends);
            let shown = match (self.cut, ends) {
                (false, _) => cell.0.clone(),
                (true, false) => cut(&cell.0, *width),
                (true, true) => cut_front(&cell.0, *width),
            };
            let pad = " ".repeat(width.saturating_sub(shown.width()));
            let inked = cell.1.on(self.colour, &shown);
            let last = n + 1 == cells.len();
            match (self.columns.get(n).is_some_and(|column| column.right), last) {
                (true, _) => text.extend([pad.as_str(), &inked]),
                (false, true) => text.push_str(&inked),
                (false, false) => text.extend([inked.as_str(), &pad]),
            }
            if !last {
                text.push_str(&" ".repeat(GAP));
            }
        }
        Ok(writeln!(out, "{}", text.trim_end())?)
    }
}

/// Takes room from the widest column that gives way until all fit.
fn squeeze(columns: &[Column], widths: &mut [usize], room: usize) {
    let gaps = GAP * columns.len().saturating_sub(1);
    let mut over = (widths.iter().sum::<usize>() + gaps).saturating_sub(room);
    while over > 0 {
        let widest = widths
            .iter_mut()
            .zip(columns)
            .filter(|(width, column)| column.gives && **width > LEAST)
            .map(|(width, _)| width)
            .max();
        let Some(widest) = widest else { return };
        *widest -= 1;
        over -= 1;
    }
}

/// At most `width` columns of `text`, «…» in place of the rest.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide + 1 > width {
            break;
        }
        used += wide;
        out.push(c);
    }
    out.push('…');
    out
}

/// At most `width` columns of the end of `text`.
fn cut_front(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let turned: String = text.chars().rev().collect();
    cut(&turned, width).chars().rev().collect()
}

/// A whole table on standard output; `none` is what is said of an empty one.
pub(crate) fn print(
    terminal: &Terminal,
    columns: &[Column],
    rows: &[Vec<Cell>],
    none: &str,
) -> Result<(), Failure> {
    if rows.is_empty() {
        terminal.note(none);
        return Ok(());
    }
    let table = Table::laid_out(terminal, columns, rows);
    let mut out = output();
    table.head(&mut out)?;
    for row in rows {
        table.row(&mut out, row)?;
    }
    Ok(out.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terminal(width: Option<usize>) -> Terminal {
        Terminal { width, ..Terminal::plain() }
    }

    fn drawn(width: Option<usize>, text: &str) -> String {
        let columns = [number("ID"), gives("FINDING"), whole("STATUS")];
        let rows = [vec![Cell::from("7"), Cell::from(text), Cell::from("active")]];
        let table = Table::laid_out(&terminal(width), &columns, &rows);
        let mut out = Vec::new();
        table.head(&mut out).unwrap();
        table.row(&mut out, &rows[0]).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_table_fits_the_terminal_also_with_wide_characters() {
        for text in [
            "SQL injection in the very long name of a handler",
            "数据库查询由用户输入拼接而成可能被注入恶意代码",
        ] {
            for row in drawn(Some(40), text).lines() {
                assert!(row.width() <= 40, "«{row}» is {} columns wide", row.width());
            }
            assert!(drawn(Some(40), text).contains('…'), "what is cut says so");
        }
    }

    #[test]
    fn of_a_path_the_end_is_kept() {
        assert_eq!(cut_front("src/orders/search.py:88", 13), "…search.py:88", "file and line say most");
        assert_eq!(cut("src/orders/search.py:88", 13), "src/orders/s…", "elsewhere the beginning does");
    }

    #[test]
    fn nothing_is_cut_where_there_is_no_terminal() {
        let text = "x".repeat(500);
        assert!(drawn(None, &text).contains(&text), "a pipe gets everything");
    }
}
