//! Tables whose every row was written as one quoted cell that holds the row: a table written
//! twice as CSV (`"QID,""Title"",""Severity"""`).

use csv::ByteRecord;

/// The row that a cell holds, if it is one. A quote inside a cell counts as text unless a
/// separator or the end follows it: some tools double only once.
pub(super) fn row(record: &ByteRecord, separator: u8) -> Option<ByteRecord> {
    let cell = if record.len() == 1 { record.get(0)? } else { return None };
    if !cell.windows(2).any(|pair| pair == [separator, b'"']) {
        return None;
    }
    let (mut cells, mut rest) = (ByteRecord::new(), Some(cell));
    while let Some(text) = rest {
        let (cell, left) = next(text, separator);
        cells.push_field(&cell);
        rest = left;
    }
    Some(cells)
}

/// The cell that the text begins with, and what comes behind its separator.
fn next(text: &[u8], separator: u8) -> (Vec<u8>, Option<&[u8]>) {
    let Some(quoted) = text.strip_prefix(b"\"") else {
        let end = memchr::memchr(separator, text);
        return (text[..end.unwrap_or(text.len())].to_vec(), end.map(|end| &text[end + 1..]));
    };
    let mut cell = Vec::new();
    let mut at = 0;
    while let Some(byte) = quoted.get(at) {
        let follows = quoted.get(at + 1);
        match (byte, follows) {
            (b'"', None) => return (cell, None),
            (b'"', Some(follows)) if *follows == separator => return (cell, Some(&quoted[at + 2..])),
            (b'"', Some(b'"')) => at += 1,
            _ => {}
        }
        cell.push(*byte);
        at += 1;
    }
    (cell, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_inside_a_cell_is_taken_out() {
        for (cell, want) in [
            ("QID,\"Title\",\"Severity\"", Some(vec!["QID", "Title", "Severity"])),
            ("1,\"a, b\",\"\"", Some(vec!["1", "a, b", ""])),
            ("1,\"cols=\"3\" x\",\"say \"\"so\"\"\"", Some(vec!["1", "cols=\"3\" x", "say \"so\""])),
            ("\"1\",\"two\nlines\",3", Some(vec!["1", "two\nlines", "3"])),
            ("1,\"open", Some(vec!["1", "open"])),
            ("a, b and c", None),
            ("", None),
        ] {
            let record = ByteRecord::from(vec![cell]);
            let read = row(&record, b',');
            let read: Option<Vec<String>> = read
                .map(|cells| cells.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect());
            let want: Option<Vec<String>> = want.map(|cells| cells.into_iter().map(str::to_owned).collect());
            assert_eq!(read, want, "{cell:?}");
        }
        assert_eq!(row(&ByteRecord::from(vec!["a,\"b\"", "c"]), b','), None, "a row of two cells is one");
    }
}
