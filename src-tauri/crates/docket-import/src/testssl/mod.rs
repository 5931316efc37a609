//! testssl.sh: TLS of servers. One flat array, a report grouped by server, or a table.

mod table;

pub(crate) use table::TESTSSL_CSV;

use docket_domain::{FindingKind, Found, Problem, Run};

use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out};

/// The format.
pub(crate) static TESTSSL: Reads<Testssl> = Reads(Testssl);

static CARD: Card = Card {
    id: "testssl",
    label: "testssl.sh JSON",
    about: "What `testssl.sh --jsonfile` and `--jsonfile-pretty` write: TLS of servers.",
    extensions: &["json"],
    tool: "testssl.sh",
    versions: "2.9 to 3.2",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct Testssl;

impl JsonReport for Testssl {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let flat = outline.first_has(&["id", "ip", "port", "severity", "finding"]);
        let pretty = outline.has(&["Invocation", "scanResult"])
            || (outline.has_inner("scanResult", "targetHost") && outline.has_inner("scanResult", "ip"));
        if flat || pretty { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["", "scanResult"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let top = &cover.top;
        let mut run = CARD.run(options);
        run.tool.version = top.line("version");
        run.started = top.line("startTime").and_then(|at| at.parse().ok());
        Ok(run)
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if !record.is_map() {
            return Err(format!("it is {}, not an object", record.what()));
        }
        if at.list.is_empty() {
            // `host/ip`, where both are known.
            let ip = record.line("ip").unwrap_or_default();
            let (host, ip) = ip.split_once('/').unwrap_or((ip.as_str(), ""));
            return item(record, &Server { host, ip, port: record.line("port"), section: None }, out);
        }
        let short = |key: &str| record.line(key).map(|text| clean::title(&text));
        let (host, ip) = (short("targetHost"), short("ip").unwrap_or_default());
        if record.has_key("severity") {
            // Where there was no server to test, what went wrong stands in its place.
            let host = host.unwrap_or_default();
            return item(
                record,
                &Server { host: &host, ip: &ip, port: record.line("port"), section: None },
                out,
            );
        }
        let host = host.unwrap_or_else(|| ip.clone());
        for (section, list) in record.fields().iter().filter(|(_, list)| !list.items().is_empty()) {
            let section = clean::title(section);
            for given in out.objects(list).filter(|given| given.has_key("finding")) {
                let server = Server { host: &host, ip: &ip, port: short("port"), section: Some(&section) };
                item(given, &server, out)?;
            }
        }
        Ok(())
    }
}

/// Where a finding was made.
struct Server<'a> {
    host: &'a str,
    ip: &'a str,
    port: Option<String>,
    section: Option<&'a str>,
}

fn item(given: &Json, server: &Server<'_>, out: &mut Out) -> Result<(), String> {
    Said {
        id: given.line("id").ok_or("it has no id")?,
        severity: given.line("severity").unwrap_or_default(),
        finding: given.line("finding").unwrap_or_default(),
        flaws: given.line("cve").unwrap_or_default(),
        weaknesses: given.line("cwe").unwrap_or_default(),
        hint: given.block("hint"),
    }
    .tell(server, out)
}

/// What testssl.sh says about one matter.
struct Said {
    id: String,
    severity: String,
    finding: String,
    flaws: String,
    weaknesses: String,
    hint: Option<String>,
}

impl Said {
    fn tell(self, server: &Server<'_>, out: &mut Out) -> Result<(), String> {
        match self.severity.to_ascii_uppercase().as_str() {
            // `INFO` tells how the server is set up; nothing is wrong.
            "OK" | "INFO" | "DEBUG" => out.passed(),
            "FATAL" => return Err(format!("testssl.sh could not go on: {}", clean::title(&self.finding))),
            // The scan itself met something odd; that is no severity.
            "WARN" => out.finding(Found { needs_review: true, ..self.found(None, server) }),
            _ => out.finding(self.found(Some(&self.severity), server)),
        }
        Ok(())
    }

    fn found(&self, severity: Option<&str>, server: &Server<'_>) -> Found {
        let mut found = make::found(&self.id, &format!("{}: {}", self.id, self.finding));
        found.kind = FindingKind::Host;
        make::severity(&mut found, severity);
        found.description = make::described([
            ("", Some(self.finding.clone())),
            ("Address", clean::some_line(server.ip)),
            ("Hint", self.hint.clone()),
        ]);
        let port = server.port.as_deref().and_then(|port| port.parse().ok());
        found.endpoint = make::endpoint(None, Some(server.host), port);
        make::identifiers(&mut found, [self.flaws.as_str()], self.weaknesses.split(' '));
        found.tags = server.section.and_then(clean::some_line).into_iter().collect();
        found
    }
}
