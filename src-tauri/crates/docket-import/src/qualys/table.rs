//! Qualys' tables. Most begin with some rows about the report.

use docket_domain::Found;

use super::{cvss, found, level, port, state};
use crate::evidence;
use crate::make;
use crate::report::table::{Reads, Row, TableReport};
use crate::report::{Card, Out, web};

/// How many rows may stand before the header.
const PREFACE: usize = 12;

/// Host-based and scan-based reports.
pub(crate) static QUALYS_CSV: Reads<Report> = Reads(Report);
/// Reports for PCI.
pub(crate) static QUALYS_PCI: Reads<Pci> = Reads(Pci);
/// The data list of VMDR.
pub(crate) static QUALYS_VMDR: Reads<Vmdr> = Reads(Vmdr);

static CARD: Card = Card {
    id: "qualys-csv",
    label: "Qualys CSV",
    about: "The table of Qualys' host-based and scan-based reports.",
    extensions: &["csv"],
    tool: "Qualys",
    versions: "with and without the rows about the report",
    example: include_str!("example.csv"),
};

static CARD_PCI: Card = Card {
    id: "qualys-pci-csv",
    label: "Qualys PCI CSV",
    about: "The table that Qualys PCI exports.",
    versions: "«VULN TITLE» and «Q_SEVERITY»",
    example: include_str!("example_pci.csv"),
    ..CARD
};

static CARD_VMDR: Card = Card {
    id: "qualys-vmdr-csv",
    label: "Qualys VMDR CSV",
    about: "The list of vulnerabilities that Qualys VMDR exports (by QID or by CVE).",
    versions: "by QID, by CVE, with and without the rows about the report",
    example: include_str!("example_vmdr.csv"),
    ..CARD
};

/// Reads reports.
pub(crate) struct Report;
/// Reads PCI.
pub(crate) struct Pci;
/// Reads VMDR.
pub(crate) struct Vmdr;

impl TableReport for Report {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn columns(&self) -> &'static [&'static str] {
        &["IP", "QID", "Title", "Severity", "Tracking Method"]
    }

    fn preface(&self) -> usize {
        PREFACE
    }

    fn row(&self, row: &Row<'_>, out: &mut Out) -> Result<(), String> {
        let mut found = common(row, "Title", "Results", out)?;
        level(&mut found, row.line("Severity").as_deref());
        let name = row.line("FQDN").or_else(|| row.line("DNS")).or_else(|| row.line("IP"));
        place(&mut found, row, name.as_deref(), row.line("IP").as_deref());
        state(&mut found, row.line("Vuln Status").as_deref());
        cvss(&mut found, "3.1", row.line("CVSS3.1 Base").or_else(|| row.line("CVSS3 Base")));
        cvss(&mut found, "2.0", row.line("CVSS Base"));
        let ids = [row.line("CVE ID"), row.line("Vendor Reference")];
        make::identifiers(&mut found, ids.iter().flatten().map(String::as_str), []);
        out.finding(found);
        Ok(())
    }
}

impl TableReport for Pci {
    fn card(&self) -> &'static Card {
        &CARD_PCI
    }

    fn columns(&self) -> &'static [&'static str] {
        &["IP", "QID", "VULN TITLE", "Q_SEVERITY"]
    }

    fn row(&self, row: &Row<'_>, out: &mut Out) -> Result<(), String> {
        let mut found = common(row, "VULN TITLE", "RESULT", out)?;
        // The word is that of PCI, from the CVSS score; Qualys' own level stands beside it.
        level(&mut found, row.line("SEVERITY").or_else(|| row.line("Q_SEVERITY")).as_deref());
        let (name, address) = (row.line("HOSTNAME"), row.line("IP"));
        place(&mut found, row, name.as_deref().or(address.as_deref()), address.as_deref());
        cvss(&mut found, "2.0", row.line("CVSS_BASE"));
        let ids = row.line("CVEID");
        make::identifiers(&mut found, ids.as_deref(), []);
        if row.line("FALSE POSITIVE STATUS").is_some_and(|status| status.eq_ignore_ascii_case("approved")) {
            found.suppressions.push(web::decision("false positive", None));
        }
        out.finding(found);
        Ok(())
    }
}

impl TableReport for Vmdr {
    fn card(&self) -> &'static Card {
        &CARD_VMDR
    }

    fn columns(&self) -> &'static [&'static str] {
        &["QID", "Title", "Severity", "Asset Name", "Detection Source"]
    }

    fn preface(&self) -> usize {
        PREFACE
    }

    fn row(&self, row: &Row<'_>, out: &mut Out) -> Result<(), String> {
        let mut found = common(row, "Title", "Results", out)?;
        level(&mut found, row.line("Severity").as_deref());
        let text = found.description;
        found.description = make::described([
            ("", row.block("CVE-Description")),
            ("", Some(text)),
            ("Threats", row.line("RTI")),
        ]);
        let threats = row.line("RTI").unwrap_or_default().to_ascii_lowercase().replace(['_', '-'], " ");
        if threats.contains("cisa known exploited") {
            crate::exploit::exploited(&mut found, Some("CISA"), None, None, false);
        }
        let addresses = row.line("Asset IPV4").or_else(|| row.line("Asset IPV6"));
        let name = row.line("Asset Name");
        place(&mut found, row, name.as_deref().or(addresses.as_deref()), addresses.as_deref());
        state(&mut found, row.line("Status").as_deref());
        cvss(&mut found, "3.1", row.line("CVSSv3.1 Base (nvd)"));
        cvss(&mut found, "2.0", row.line("CVSSv2 Base (nvd)"));
        let ids = row.line("CVE");
        make::identifiers(&mut found, ids.as_deref(), []);
        let tags = row.line("Asset Tags").unwrap_or_default();
        found.tags.extend(tags.split(',').filter_map(crate::clean::some_line));
        let yes = |column| row.line(column).is_some_and(|said| said.eq_ignore_ascii_case("yes"));
        for (column, kind) in [("Ignored", "ignored"), ("Disabled", "disabled")] {
            if yes(column) {
                found.suppressions.push(web::decision(kind, None));
            }
        }
        out.finding(found);
        Ok(())
    }
}

/// What the tables have in common.
fn common(row: &Row<'_>, title: &str, result: &str, out: &mut Out) -> Result<Found, String> {
    // A flaw that Qualys has no test for is known by its CVE; `'-` is an empty cell.
    let said = |column| row.line(column).filter(|cell| cell != "'-");
    let qid = said("QID").or_else(|| said("CVE")).ok_or("it has no QID")?;
    let title = said(title).unwrap_or_else(|| format!("QID {qid}"));
    let mut found = found(&qid, &title);
    let text = |column| row.block(column).and_then(|text| web::plain(&text));
    found.description = make::described([("", text("Threat")), ("Impact", text("Impact"))]);
    evidence::text(&mut found, "Result", text(result));
    found.remediation = text("Solution");
    found.tags = [row.line("Type"), row.line("Category")].into_iter().flatten().collect();
    let links = row.block("Solution").unwrap_or_default();
    make::references(&mut found, web::links(&links).iter().map(String::as_str));
    out.rule(make::rule(&qid, Some(title)));
    Ok(found)
}

fn place(found: &mut Found, row: &Row<'_>, name: Option<&str>, address: Option<&str>) {
    found.endpoint = make::endpoint(None, name, port(row.line("Port")));
    if let Some(address) = address.filter(|address| name != Some(*address)) {
        web::also_known_as(found, address, row.line("Protocol").as_deref());
    }
}
