//! Greenbone's results as a table.

use docket_domain::FindingKind;

use crate::evidence;
use crate::exploit;
use crate::make;
use crate::report::table::{Reads, Row, TableReport};
use crate::report::{Card, Out, web};

/// The format.
pub(crate) static OPENVAS_CSV: Reads<OpenVasCsv> = Reads(OpenVasCsv);

static CARD: Card = Card {
    id: "openvas-csv",
    label: "OpenVAS CSV",
    about: "The table of results that Greenbone (OpenVAS, GVM) exports.",
    extensions: &["csv"],
    tool: "OpenVAS",
    versions: "«CSV Results» of GVM 9 to 22",
    example: include_str!("example.csv"),
};

/// Reads it.
pub(crate) struct OpenVasCsv;

impl TableReport for OpenVasCsv {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn columns(&self) -> &'static [&'static str] {
        &["IP", "NVT Name", "Severity"]
    }

    fn row(&self, row: &Row<'_>, out: &mut Out) -> Result<(), String> {
        let name = row.line("NVT Name").unwrap_or_default();
        let oid = row.line("NVT OID").or_else(|| row.line("NVT Name")).ok_or("it names no test")?;
        let mut found = make::found(&oid, &name);
        found.kind = FindingKind::Host;
        super::threat(&mut found, row.line("Severity").as_deref());
        let text = |column| row.block(column).map(|text| super::unwrapped(&text));
        found.description = make::described([
            ("", text("Summary")),
            ("Insight", text("Vulnerability Insight")),
            ("Impact", text("Impact")),
            ("Affected", text("Affected Software/OS")),
            ("How it was found", text("Vulnerability Detection Method")),
            ("Product", row.block("Product Detection Result")),
            ("Quality of detection", row.line("QoD").map(|value| format!("{value} %"))),
        ]);
        evidence::text(&mut found, "Result of the test", row.block("Specific Result"));
        found.remediation = text("Solution");
        let (host, ip) = (row.line("Hostname"), row.line("IP"));
        let port = row.line("Port").and_then(|port| port.parse().ok()).filter(|port| *port > 0);
        found.endpoint = make::endpoint(None, host.as_deref().or(ip.as_deref()), port);
        if let (Some(_), Some(ip)) = (&host, &ip) {
            web::also_known_as(&mut found, ip, row.line("Port Protocol").as_deref());
        }
        let ids = [row.line("CVEs"), row.line("CERTs"), row.line("Other References")];
        let cwe = row.line("CweId");
        make::identifiers(&mut found, ids.iter().flatten().map(String::as_str), cwe.as_deref());
        let score = row.line("CVSS").and_then(|score| score.parse().ok()).filter(|score| *score > 0.0);
        make::opinions(&mut found, make::opinion(None, score, None));
        for of in ["Max Severity EPSS", "Max EPSS"] {
            let [score, percentile] = ["score", "percentile"].map(|what| row.line(&format!("{of} {what}")));
            exploit::epss_of(&mut found, score, percentile);
        }
        let links = row.block("Other References").unwrap_or_default();
        make::references(&mut found, web::links(&links).iter().map(String::as_str));
        found.tags = row.line("Solution Type").into_iter().collect();
        out.rule(make::rule(&oid, Some(name)));
        out.finding(found);
        Ok(())
    }
}
