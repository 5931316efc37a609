//! How a table separates its cells, told from its first lines.

use super::columns::Columns;

/// Separators that tables use.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Separator and header of a table.
#[derive(Debug, Clone)]
pub(crate) struct Dialect {
    pub(crate) separator: u8,
    /// The cells of the header row.
    pub(crate) header: Vec<String>,
    /// True when a line `sep=;` comes before the header, as spreadsheets write it.
    pub(crate) has_sep_line: bool,
}

impl Dialect {
    /// Told from the beginning of the text; `separator` wins over everything.
    pub(crate) fn of(text: &str, separator: Option<char>) -> Self {
        let first = text.lines().next().unwrap_or_default().trim_matches('"');
        let said = first.strip_prefix("sep=").or_else(|| first.strip_prefix("SEP="));
        let said_separator = said.and_then(|rest| rest.bytes().next());
        let text = if said.is_some() { text.split_once('\n').map_or("", |(_, rest)| rest) } else { text };
        let given = separator.and_then(|c| u8::try_from(c).ok()).or(said_separator);
        let separator = given.unwrap_or_else(|| guess(text));
        Self { separator, header: header(text, separator), has_sep_line: said.is_some() }
    }
}

/// The separator that gives the most columns that are known by name, then the most columns.
fn guess(text: &str) -> u8 {
    let worth = |separator: &u8| {
        let header = header(text, *separator);
        (Columns::guess(&header).count(), header.len())
    };
    // The first of equals wins, so a table of one column is comma-separated.
    SEPARATORS.iter().rev().copied().max_by_key(worth).unwrap_or(b',')
}

fn header(text: &str, separator: u8) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let mut record = csv::ByteRecord::new();
    match reader.read_byte_record(&mut record) {
        Ok(true) => record.iter().map(|cell| crate::clean::line(&String::from_utf8_lossy(cell))).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_recognised() {
        for (text, separator, columns) in [
            ("Title,Severity\na,b", b',', 2),
            ("Title;Severity\na;b,c", b';', 2),
            ("Title\tSeverity\na\tb", b'\t', 2),
            ("sep=;\nTitle;Severity\n", b';', 2),
            ("\"Title, long\";Severity;File\n", b';', 3),
            ("Title\n", b',', 1),
        ] {
            let dialect = Dialect::of(text, None);
            assert_eq!(char::from(dialect.separator), char::from(separator), "separator of {text:?}");
            assert_eq!(dialect.header.len(), columns, "columns of {text:?}: {:?}", dialect.header);
        }
        assert_eq!(Dialect::of("a;b|c", Some('|')).header, ["a;b", "c"], "what a person says wins");
    }
}
