//! Tables of Tenable's products: Nessus (and Nessus Web App Scanning), Tenable.sc, and the export
//! of Tenable Vulnerability Management. Nessus writes one row for each CVE of a result; rows that
//! are the same but for it are one finding.

use docket_domain::{FindingKind, Found, Presence, Severity};

use crate::evidence;
use crate::exploit;
use crate::make;
use crate::report::table::{Reads, Row, TableReport};
use crate::report::{Card, Out, web};

/// The tables that Nessus and Tenable.io export.
pub(crate) static NESSUS_CSV: Reads<Tenable> = Reads(Tenable {
    card: &CARD,
    columns: &["Plugin ID", "Host", "Name"],
    names: Names {
        plugin: &["Plugin ID"],
        name: "Name",
        family: "Plugin Family",
        severity: &["Risk", "Severity", "Risk Factor"],
        host: &["Host", "FQDN", "IP Address"],
        output: "Plugin Output",
        state: "Vulnerability State",
        prefix: "",
    },
});

/// The table that Tenable.sc exports.
pub(crate) static TENABLE_SC: Reads<Tenable> = Reads(Tenable {
    card: &CARD_SC,
    columns: &["Plugin Name", "Severity", "IP Address"],
    names: Names {
        plugin: &["Plugin", "Plugin ID"],
        name: "Plugin Name",
        family: "Family",
        severity: &["Severity", "Risk Factor"],
        host: &["DNS Name", "IP Address"],
        output: "Plugin Text",
        state: "",
        prefix: "",
    },
});

/// The table that Tenable Vulnerability Management exports.
pub(crate) static TENABLE_VM: Reads<Tenable> = Reads(Tenable {
    card: &CARD_VM,
    columns: &["definition.id", "definition.name", "severity", "asset.name"],
    names: Names {
        plugin: &["definition.id"],
        name: "definition.name",
        family: "definition.family",
        severity: &["severity", "definition.severity"],
        host: &["asset.display_fqdn", "asset.host_name", "asset.name", "asset.display_ipv4_address"],
        output: "output",
        state: "state",
        prefix: "definition.",
    },
});

static CARD: Card = Card {
    id: "nessus-csv",
    label: "Nessus CSV",
    about: "The table that Nessus, Nessus Web App Scanning and Tenable.io export.",
    extensions: &["csv"],
    tool: "Nessus",
    versions: "the default columns, all columns, and those of web scans",
    example: include_str!("example.csv"),
};

static CARD_SC: Card = Card {
    id: "tenable-sc-csv",
    label: "Tenable.sc CSV",
    about: "The table of vulnerabilities that Tenable.sc (Security Center) exports.",
    versions: "5 and 6 (`Plugin Text` or `Plugin Output`, `Solution` or `Steps to Remediate`)",
    example: include_str!("example_sc.csv"),
    ..CARD
};

static CARD_VM: Card = Card {
    id: "tenable-vm-csv",
    label: "Tenable Vulnerability Management CSV",
    about: "The table of findings that Tenable Vulnerability Management exports.",
    versions: "columns named `definition.…` and `asset.…`",
    example: include_str!("example_vm.csv"),
    ..CARD
};

/// How a table names what it has.
struct Names {
    plugin: &'static [&'static str],
    name: &'static str,
    family: &'static str,
    severity: &'static [&'static str],
    host: &'static [&'static str],
    output: &'static str,
    state: &'static str,
    prefix: &'static str,
}

impl Names {
    fn plugin(&self, row: &Row<'_>) -> Option<String> {
        self.plugin.iter().find_map(|name| row.line(name))
    }
}

/// Reads one of the tables.
pub(crate) struct Tenable {
    card: &'static Card,
    columns: &'static [&'static str],
    names: Names,
}

impl TableReport for Tenable {
    fn card(&self) -> &'static Card {
        self.card
    }

    fn columns(&self) -> &'static [&'static str] {
        self.columns
    }

    fn continues(&self, row: &Row<'_>, before: &mut Found) -> bool {
        // A result has some identifiers, not thousands.
        if before.identifiers.len() > 2000 || self.names.plugin(row).as_ref() != Some(&before.rule) {
            return false;
        }
        let Ok(next) = self.found(row) else { return false };
        let same = next.endpoint == before.endpoint
            && next.description == before.description
            && next.evidence == before.evidence
            && next.severity == before.severity
            && next.identifiers != before.identifiers;
        if same {
            for id in next.identifiers {
                if !before.identifiers.contains(&id) {
                    before.identifiers.push(id);
                }
            }
        }
        same
    }

    fn row(&self, row: &Row<'_>, out: &mut Out) -> Result<(), String> {
        let found = self.found(row)?;
        out.rule(make::rule(&found.rule, row.line(self.names.name)));
        out.finding(found);
        Ok(())
    }
}

impl Tenable {
    /// A cell whose column may bear the table's prefix.
    fn cell(&self, row: &Row<'_>, name: &str) -> Option<String> {
        row.block(&format!("{}{name}", self.names.prefix)).filter(|cell| !cell.eq_ignore_ascii_case("n/a"))
    }

    fn found(&self, row: &Row<'_>) -> Result<Found, String> {
        let names = &self.names;
        let plugin = names.plugin(row).ok_or("it has no id of a plugin")?;
        let mut found = make::found(&plugin, &row.line(names.name).unwrap_or_default());
        found.kind = FindingKind::Host;
        let word = names.severity.iter().find_map(|name| row.line(name));
        // Some tables have the numbers of the XML.
        make::severity_as(&mut found, word.as_deref(), |word| match word {
            "0" => Some(Severity::Info),
            "1" => Some(Severity::Low),
            "2" => Some(Severity::Medium),
            "3" => Some(Severity::High),
            "4" => Some(Severity::Critical),
            word => crate::words::severity(word),
        });
        let output = row.block(names.output).or_else(|| row.block("Plugin Output"));
        found.description =
            make::described([("", self.cell(row, "Synopsis")), ("", self.cell(row, "Description"))]);
        evidence::text(&mut found, "Output of the plugin", output);
        found.remediation = ["Solution", "Steps to Remediate"].iter().find_map(|name| self.cell(row, name));
        endpoint(&mut found, row, names);
        let text = |list: &[&str]| -> String {
            list.iter().filter_map(|name| self.cell(row, name)).collect::<Vec<_>>().join(" ")
        };
        let cwe = self.cell(row, "CWE").unwrap_or_default();
        // `CWE #310` stands among other references.
        let xref = text(&["Cross References", "XREF"]).replace('#', "");
        make::identifiers(
            &mut found,
            [text(&["CVE"]).as_str(), xref.as_str()],
            cwe.split([',', ' ', '\n']).filter(|cwe| !cwe.is_empty()),
        );
        self.scores(&mut found, row);
        let chance = ["EPSS Score", "epss.score"].iter().find_map(|name| self.cell(row, name));
        exploit::epss_of(&mut found, chance, None);
        let links = text(&["See Also", "see_also", "references"]);
        for listed in [&xref, &links] {
            exploit::exploited_by_tenable(&mut found, listed);
        }
        make::references(&mut found, web::links(&links).iter().map(String::as_str));
        found.tags = row.line(names.family).into_iter().collect();
        found.component = self.cell(row, "CPE").and_then(|cpe| {
            let (name, version) = make::of_cpe(&cpe)?;
            make::component(Some(name), version, None, None)
        });
        let state = row.line(names.state).unwrap_or_default();
        if state.eq_ignore_ascii_case("fixed") {
            found.presence = Presence::Absent;
        }
        let accepted = row.block("Accept Risk Comment").map(|why| web::decision("risk accepted", Some(why)));
        found.suppressions.extend(accepted);
        Ok(found)
    }

    fn scores(&self, found: &mut Found, row: &Row<'_>) {
        let tables: [[&[&str]; 2]; 3] = [
            [
                &["CVSS V4 Vector", "cvss4.base_vector"],
                &["CVSS v4.0 Base Score", "cvss4.base_score", "CVSS V4 Base Score"],
            ],
            [
                &["CVSS V3 Vector", "CVSS3 Vector", "cvss3.base_vector"],
                &[
                    "CVSS V3 Base Score",
                    "CVSS3 Base Score",
                    "CVSS v3.0 Base Score",
                    "cvss3.base_score",
                    "CVSSv3",
                ],
            ],
            [
                &["CVSS V2 Vector", "CVSS Vector", "cvss2.base_vector"],
                &[
                    "CVSS V2 Base Score",
                    "CVSS Base Score",
                    "CVSS v2.0 Base Score",
                    "cvss2.base_score",
                    "CVSS",
                ],
            ],
        ];
        for (version, [vectors, scores]) in ["4.0", "3.1", "2.0"].into_iter().zip(tables) {
            let vector = vectors.iter().find_map(|name| self.cell(row, name));
            let vector = vector.as_deref().map(|vector| vector.trim().trim_start_matches("CVSS2#"));
            let score = scores.iter().find_map(|name| self.cell(row, name)?.trim().parse().ok());
            make::opinions(found, make::opinion_of(version, vector, score, None));
        }
    }
}

fn endpoint(found: &mut Found, row: &Row<'_>, names: &Names) {
    let host = names.host.iter().find_map(|name| row.line(name)).unwrap_or_default();
    let port = row.line("Port").and_then(|port| port.parse().ok()).filter(|port| *port > 0);
    let scheme = row.line("Protocol").unwrap_or_default().to_ascii_lowercase();
    if scheme == "http" || scheme == "https" || crate::path::is_web(&host) {
        found.kind = FindingKind::Web;
        let url = if crate::path::is_web(&host) { host } else { format!("{scheme}://{host}") };
        found.endpoint = make::endpoint(Some(&url), None, port);
    } else {
        found.endpoint = make::endpoint(None, Some(&host), port);
    }
}
