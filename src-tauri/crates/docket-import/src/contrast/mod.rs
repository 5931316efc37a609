//! Contrast Assess: its table of vulnerabilities.

use docket_domain::{Endpoint, Evidence, FindingKind, Presence, SuppressionStatus};

use crate::clean;
use crate::evidence;
use crate::make;
use crate::report::code::decided;
use crate::report::table::{Reads, Row, TableReport};
use crate::report::{Card, Out};
use crate::words;

/// The format.
pub(crate) static CONTRAST: Reads<Contrast> = Reads(Contrast);

static CARD: Card = Card {
    id: "contrast",
    label: "Contrast CSV",
    about: "The table of vulnerabilities that Contrast Assess exports.",
    extensions: &["csv"],
    tool: "Contrast",
    versions: "Contrast TeamServer's CSV export",
    example: include_str!("example.csv"),
};

/// Reads it.
pub(crate) struct Contrast;

impl TableReport for Contrast {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn columns(&self) -> &'static [&'static str] {
        &["Vulnerability Name", "Vulnerability ID", "Rule Name", "Severity", "Status"]
    }

    fn row(&self, row: &Row<'_>, out: &mut Out) -> Result<(), String> {
        let rule = row.line("Rule Name").ok_or("it has no rule name")?;
        let name = row.line("Vulnerability Name");
        let mut found = make::found(&rule, name.as_deref().unwrap_or_default());
        found.kind = FindingKind::Web;
        make::severity_as(&mut found, row.line("Severity").as_deref(), |word| match word {
            // The lowest of Contrast's five levels.
            "Note" => Some(docket_domain::Severity::Info),
            word => words::severity(word),
        });
        let uri = row.line("Request URI");
        // The table knows the way on the server, not the server's name.
        found.endpoint = uri.map(|uri| Endpoint {
            url: Some(match row.line("Request Qs") {
                Some(query) => format!("{uri}?{query}"),
                None => uri,
            }),
            method: row.line("Request Method"),
            host: None,
            port: row.line("Request Port").and_then(|port| port.parse().ok()).filter(|port| *port > 0),
            parameter: None,
        });
        found.description = make::described([
            ("Category", row.line("Category")),
            ("Application", row.line("Application Name")),
            ("Events", row.line("Number of Events")),
            ("First seen", row.line("First Seen Datetime")),
            ("Last seen", row.line("Last Seen Datetime")),
            ("Protocol", row.line("Request Protocol")),
        ]);
        if let Some(body) = row.block("Request Body") {
            let endpoint = found.endpoint.clone();
            let (method, url) = endpoint.map_or((None, None), |endpoint| (endpoint.method, endpoint.url));
            let first =
                [method.as_deref(), url.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
            let request = Some(format!("{first}\n\n{body}"));
            evidence::add(&mut found, Evidence { method, url, request, ..Evidence::empty() });
        }
        let cwe = row.line("CWE ID").unwrap_or_default();
        // A number, or the address of its page.
        let number = cwe.rsplit('/').next().unwrap_or_default().trim_end_matches(".html");
        make::identifiers(&mut found, [], [number]);
        make::references(&mut found, [cwe.as_str()]);
        found.tags = row.line("Category").into_iter().collect();
        make::fingerprint(&mut found, "vulnerability", row.line("Vulnerability ID"));
        let status = row.line("Status").unwrap_or_default();
        match status.to_ascii_lowercase().as_str() {
            "fixed" | "remediated" | "remediated - auto-verified" | "autoremediated" => {
                found.presence = Presence::Absent;
            }
            "not a problem" => {
                decided(&mut found, SuppressionStatus::Accepted, &status, row.block("Substatus"));
            }
            _ => {}
        }
        out.rule(make::rule(&rule, clean::some_line(&rule.replace('-', " "))));
        out.finding(found);
        Ok(())
    }
}
