//! The table of testssl.sh.

use super::{Said, Server};
use crate::report::table::{Reads, Row, TableReport};
use crate::report::{Card, Out};

/// The format.
pub(crate) static TESTSSL_CSV: Reads<TestsslCsv> = Reads(TestsslCsv);

static CARD: Card = Card {
    id: "testssl-csv",
    label: "testssl.sh CSV",
    about: "What `testssl.sh --csvfile` writes: TLS of servers.",
    extensions: &["csv"],
    tool: "testssl.sh",
    versions: "2.9 to 3.2",
    example: include_str!("example.csv"),
};

/// Reads it.
pub(crate) struct TestsslCsv;

impl TableReport for TestsslCsv {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn columns(&self) -> &'static [&'static str] {
        &["id", "fqdn/ip", "port", "severity", "finding"]
    }

    fn row(&self, row: &Row<'_>, out: &mut Out) -> Result<(), String> {
        let server = row.line("fqdn/ip").unwrap_or_default();
        let (host, ip) = server.split_once('/').unwrap_or((server.as_str(), ""));
        let server = Server { host, ip, port: row.line("port"), section: None };
        Said {
            id: row.line("id").ok_or("it has no id")?,
            severity: row.line("severity").unwrap_or_default(),
            finding: row.line("finding").unwrap_or_default(),
            flaws: row.line("cve").unwrap_or_default(),
            weaknesses: row.line("cwe").unwrap_or_default(),
            hint: None,
        }
        .tell(&server, out)
    }
}
