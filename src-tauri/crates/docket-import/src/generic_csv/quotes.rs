//! Where a table's text ends: inside a quoted cell, inside a row, or behind one. The reader of rows
//! does not tell, and takes whatever follows an open quote for one cell.

/// Follows the text; it sees quotes as the `csv` crate does.
pub(super) struct Quotes {
    separator: u8,
    at: At,
}

#[derive(Clone, Copy, PartialEq)]
enum At {
    Line,
    Cell,
    Plain,
    Quoted,
    /// Behind a quote inside a quoted cell: its end, or the first half of a doubled one.
    Quote,
}

impl Quotes {
    pub(super) fn new(separator: u8) -> Self {
        Self { separator, at: At::Line }
    }

    /// The next part of the text.
    pub(super) fn pass(&mut self, mut text: &[u8]) {
        while let Some((byte, rest)) = text.split_first() {
            text = rest;
            self.at = match (self.at, *byte) {
                (At::Quoted, b'"') => At::Quote,
                (At::Quoted, _) => {
                    // Nothing but a quote matters here.
                    let plain = memchr::memchr(b'"', rest).unwrap_or(rest.len());
                    text = &rest[plain..];
                    At::Quoted
                }
                (At::Line | At::Cell | At::Quote, b'"') => At::Quoted,
                (_, b'\n' | b'\r') => At::Line,
                (_, byte) if byte == self.separator => At::Cell,
                _ => {
                    let separator = self.separator;
                    let plain = memchr::memchr3(separator, b'\n', b'\r', rest).unwrap_or(rest.len());
                    text = &rest[plain..];
                    At::Plain
                }
            };
        }
    }

    /// A quote was opened and not closed.
    pub(super) fn is_open(&self) -> bool {
        self.at == At::Quoted
    }

    /// Something stands behind the last line end.
    pub(super) fn is_in_row(&self) -> bool {
        self.at != At::Line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_table_is_told_in_any_chunks() {
        for (text, is_open, in_row) in [
            ("a,b\n", false, false),
            ("a,b", false, true),
            ("a,\"b", true, true),
            ("a,\"b\n", true, true),
            ("a,\"b\"\"", true, true),
            ("a,\"b\"", false, true),
            ("a,\"b\"\"c\"\n", false, false),
            ("a,5\" disk\n", false, false),
            ("a,\"b\"c\"d\n", false, false),
            ("\"\",x\r\n", false, false),
        ] {
            for size in 1..=text.len() {
                let mut quotes = Quotes::new(b',');
                text.as_bytes().chunks(size).for_each(|chunk| quotes.pass(chunk));
                assert_eq!((quotes.is_open(), quotes.is_in_row()), (is_open, in_row), "{text:?} by {size}");
            }
        }
    }
}
