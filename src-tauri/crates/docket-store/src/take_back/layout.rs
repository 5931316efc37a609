//! Which columns and tables belong to what a report says, and which to people and to the course of
//! things. A test holds this against the database's own schema, so that a later table or column
//! cannot be forgotten.

/// Columns of `finding` that a report's words fill. Taking back sets them to what they were.
pub(super) const REPORTED: &[&str] = &[
    "kind",
    "rule",
    "title",
    "path",
    "line",
    "place",
    "spot",
    "component",
    "purl",
    "report_severity",
    "needs_review",
    "key_version",
    "content",
    "names",
];

/// Columns of `finding` that are worked out from others or are looked after one by one.
#[cfg(test)]
const OTHERWISE: &[&str] = &[
    // Which finding it is, and since when.
    "id",
    "application",
    "scope",
    "tool",
    "branch",
    "identity",
    "first_seen",
    "first_import",
    // A person's, and what follows from that and the report.
    "own_severity",
    "severity",
    "decision",
    "status",
    "reason",
    "present",
    // When it was last seen: noted as runs.
    "last_seen",
    "last_import",
    // By its path and the application's rules of now.
    "owner",
    // Counted.
    "issues",
    "proposals",
];

/// A table with rows of a finding that a report's words fill.
pub(super) struct Around {
    pub(super) table: &'static str,
    /// All of its columns; the finding's id is called `finding`.
    pub(super) columns: &'static [&'static str],
}

/// The tables around a finding's row. Its full text follows from its row and body.
pub(super) const AROUND: &[Around] = &[
    Around { table: "finding_body", columns: &["finding", "body", "keys"] },
    Around { table: "location", columns: &["finding", "ordinal", "path", "line"] },
    Around { table: "identifier", columns: &["scheme", "value", "finding"] },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rusqlite::Connection;

    use super::*;

    /// Tables with rows of findings that no report's words fill: a person's, the history's, the trackers'.
    const APART: &[&str] = &["event", "proposal", "link"];

    fn names(conn: &Connection, text: &str) -> BTreeSet<String> {
        let mut statement = conn.prepare(text).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn every_table_and_column_of_a_finding_is_accounted_for() {
        let conn = Connection::open_in_memory().unwrap();
        for text in crate::open::MIGRATIONS {
            conn.execute_batch(text).unwrap();
        }
        let columns = names(&conn, "SELECT name FROM pragma_table_info('finding')");
        let known: BTreeSet<String> = REPORTED.iter().chain(OTHERWISE).map(|c| (*c).to_owned()).collect();
        assert_eq!(columns, known, "say in take_back/layout.rs whether a report's words fill the new column");
        let around = names(
            &conn,
            "SELECT m.name FROM sqlite_master m, pragma_foreign_key_list(m.name) k WHERE m.type = 'table' \
             AND k.\"table\" = 'finding'",
        );
        let known: BTreeSet<String> = AROUND
            .iter()
            .map(|around| around.table)
            .chain(APART.iter().copied())
            .map(str::to_owned)
            .collect();
        assert_eq!(around, known, "say in take_back/layout.rs whether a report's words fill the new table");
        for one in AROUND {
            let columns = names(&conn, &format!("SELECT name FROM pragma_table_info('{}')", one.table));
            let known: BTreeSet<String> = one.columns.iter().map(|c| (*c).to_owned()).collect();
            assert_eq!(columns, known, "all columns of {} are noted", one.table);
        }
    }
}
