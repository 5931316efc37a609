//! Qualys' XML: `ASSET_DATA_REPORT` (what hosts have, with a glossary of the tests), `SCAN` (the
//! results of one scan), and what the API answers about hosts (`HOST_LIST_VM_DETECTION_OUTPUT`).

use docket_domain::{Completeness, Found, Problem, Run};

use super::{cvss, found, level, port, state};
use crate::evidence;
use crate::format::{Confidence, Head, ReadOptions};
use crate::make;
use crate::report::xml::{At, Element, Reads, XmlReport, root};
use crate::report::{Card, Out, failed, not_such_a_report, web};

/// The format.
pub(crate) static QUALYS: Reads<Qualys> = Reads(Qualys);

static CARD: Card = Card {
    id: "qualys",
    label: "Qualys XML",
    about: "The XML of Qualys' reports on hosts and of its scans of networks.",
    extensions: &["xml"],
    tool: "Qualys",
    versions: "ASSET_DATA_REPORT, SCAN, HOST_LIST_VM_DETECTION_OUTPUT",
    example: include_str!("example.xml"),
};

const HOST: &str = "ASSET_DATA_REPORT/HOST_LIST/HOST/VULN_INFO_LIST/VULN_INFO";

const DETECTIONS: &str = "HOST_LIST_VM_DETECTION_OUTPUT";
const DETECTION: &str = "HOST_LIST_VM_DETECTION_OUTPUT/RESPONSE/HOST_LIST/HOST/DETECTION_LIST/DETECTION";

/// Reads it.
pub(crate) struct Qualys;

impl XmlReport for Qualys {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        match root(head) {
            Some(root) if ["ASSET_DATA_REPORT", DETECTIONS].contains(&root.name.as_str()) => {
                Confidence::Certain
            }
            Some(root) if root.name == "SCAN" && head.text.contains("qualys") => Confidence::Certain,
            Some(root) if root.name == "SCAN" && head.text.contains("<IP value=") => Confidence::Likely,
            _ => Confidence::No,
        }
    }

    fn records(&self) -> &'static [&'static str] {
        &[
            HOST,
            DETECTION,
            "SCAN/IP/VULNS/CAT/VULN",
            "SCAN/IP/PRACTICES/CAT/PRACTICE",
            "SCAN/IP/INFOS/CAT/INFO",
            "SCAN/IP/SERVICES/CAT/SERVICE",
        ]
    }

    fn looks_ahead(&self) -> bool {
        // The glossary stands behind the hosts.
        true
    }

    fn run(&self, cover: &Element, options: &ReadOptions) -> Result<Run, Problem> {
        if !["ASSET_DATA_REPORT", "SCAN", DETECTIONS].contains(&cover.name.as_str()) {
            return Err(not_such_a_report(
                CARD.label,
                "its outermost element is no ASSET_DATA_REPORT, no SCAN and no list of detections",
            ));
        }
        if let Some(error) = cover.value("ERROR").filter(|_| cover.children.len() < 3) {
            return Err(failed(CARD.tool, &error));
        }
        let mut run = CARD.run(options);
        let at = cover.at("HEADER").value("GENERATION_DATETIME");
        run.started = at.and_then(|at| at.parse().ok());
        if !cover.at("RESPONSE/WARNING").name.is_empty() {
            // The API cuts long answers and names the address of the next part.
            run.completeness = Completeness::Partial { reason: "it is one part of several".to_owned() };
        }
        Ok(run)
    }

    fn record(&self, at: &At<'_>, record: &Element, out: &mut Out) -> Result<(), String> {
        match at.place {
            HOST => of_host(at, record, out),
            DETECTION => of_api(at, record, out),
            _ => of_scan(at, record, out),
        }
    }
}

fn of_host(at: &At<'_>, info: &Element, out: &mut Out) -> Result<(), String> {
    let id = info.child("QID").attribute("id").and_then(|id| id.strip_prefix("qid_"));
    let qid = info.value("QID").or_else(|| id.map(str::to_owned)).ok_or("it has no QID")?;
    let list = at.cover.at("GLOSSARY/VULN_DETAILS_LIST");
    let wanted = format!("qid_{qid}");
    let by_id = list.all("VULN_DETAILS").find(|details| details.attribute("id") == Some(&wanted));
    let details =
        by_id.or_else(|| list.all("VULN_DETAILS").find(|details| details.child("QID").own_text() == qid));
    let nothing = Element::default();
    let details = details.unwrap_or(&nothing);
    let title = details.value("TITLE").unwrap_or_else(|| format!("QID {qid}"));
    let mut found = found(&qid, &title);
    level(&mut found, details.value("SEVERITY").as_deref());
    found.description = texts(details);
    prove(&mut found, info.value("RESULT"));
    found.remediation = details.value("SOLUTION").and_then(|text| web::plain(&text));
    let host = at.outer("HOST");
    let name = host.value("DNS").or_else(|| host.value("IP"));
    found.endpoint = make::endpoint(None, name.as_deref(), port(info.value("PORT")));
    if host.value("DNS").is_some() {
        let ip = host.value("IP").unwrap_or_default();
        web::also_known_as(&mut found, &ip, info.value("PROTOCOL").as_deref());
    }
    state(&mut found, info.value("VULN_STATUS").as_deref());
    identify(&mut found, details);
    cvss(
        &mut found,
        "3.1",
        details.at("CVSS3_SCORE").value("CVSS3_BASE").or_else(|| info.value("CVSS3_FINAL")),
    );
    cvss(&mut found, "2.0", details.at("CVSS_SCORE").value("CVSS_BASE").or_else(|| info.value("CVSS_FINAL")));
    found.tags = [info.value("TYPE"), details.value("CATEGORY")].into_iter().flatten().collect();
    let mut rule = make::rule(&qid, Some(title));
    rule.description = details.value("THREAT").and_then(|text| web::plain(&text));
    out.rule(rule);
    out.finding(found);
    Ok(())
}

/// A detection, in which nothing about the test is told but its number and level.
fn of_api(at: &At<'_>, detection: &Element, out: &mut Out) -> Result<(), String> {
    let qid = detection.value("QID").ok_or("it has no QID")?;
    let mut found = found(&qid, &format!("QID {qid}"));
    level(&mut found, detection.value("SEVERITY").as_deref());
    prove(&mut found, detection.value("RESULTS"));
    let host = at.outer("HOST");
    let name = detection.value("FQDN").or_else(|| host.value("DNS")).or_else(|| host.value("IP"));
    found.endpoint = make::endpoint(None, name.as_deref(), port(detection.value("PORT")));
    if let Some(ip) = host.value("IP").filter(|ip| name.as_ref() != Some(ip)) {
        web::also_known_as(&mut found, &ip, detection.value("PROTOCOL").as_deref());
    }
    state(&mut found, detection.value("STATUS").as_deref());
    for (element, kind) in [("IS_IGNORED", "ignored"), ("IS_DISABLED", "disabled")] {
        if detection.value(element).as_deref() == Some("1") {
            found.suppressions.push(web::decision(kind, None));
        }
    }
    found.tags = detection.value("TYPE").into_iter().collect();
    out.rule(make::rule(&qid, None));
    out.finding(found);
    Ok(())
}

/// A result in which everything about the test is told.
fn of_scan(at: &At<'_>, vuln: &Element, out: &mut Out) -> Result<(), String> {
    let qid = vuln.attribute("number").ok_or("it has no number")?;
    let title = vuln.value("TITLE").unwrap_or_else(|| format!("QID {qid}"));
    let mut found = found(qid, &title);
    level(&mut found, vuln.attribute("severity"));
    found.description = texts(vuln);
    prove(&mut found, vuln.value("RESULT"));
    found.remediation = vuln.value("SOLUTION").and_then(|text| web::plain(&text));
    let (host, group) = (at.outer("IP"), at.outer("CAT"));
    let name = host.attribute("name").filter(|name| !name.contains("No registered"));
    let address = name.or_else(|| host.attribute("value"));
    found.endpoint = make::endpoint(None, address, port(group.attribute("port").map(str::to_owned)));
    identify(&mut found, vuln);
    cvss(&mut found, "3.1", vuln.value("CVSS3_BASE"));
    cvss(&mut found, "2.0", vuln.value("CVSS_BASE"));
    found.tags = group.attribute("value").map(crate::clean::line).into_iter().collect();
    out.rule(make::rule(qid, Some(title)));
    out.finding(found);
    Ok(())
}

/// What the scanner got to see.
fn prove(found: &mut Found, result: Option<String>) {
    evidence::text(found, "Result", result.and_then(|text| web::plain(&text)));
}

fn texts(of: &Element) -> String {
    let text = |name: &str| of.value(name).and_then(|text| web::plain(&text));
    make::described([
        ("", text("THREAT").or_else(|| text("DIAGNOSIS"))),
        ("Impact", text("IMPACT").or_else(|| text("CONSEQUENCE"))),
    ])
}

fn identify(found: &mut Found, of: &Element) {
    let lists = [
        ("CVE_ID_LIST", "CVE_ID"),
        ("VENDOR_REFERENCE_LIST", "VENDOR_REFERENCE"),
        ("BUGTRAQ_ID_LIST", "BUGTRAQ_ID"),
    ];
    let (mut ids, mut urls) = (Vec::new(), Vec::new());
    for (list, item) in lists {
        for entry in of.child(list).all(item) {
            ids.extend(entry.value("ID"));
            urls.extend(entry.value("URL"));
        }
    }
    make::identifiers(found, ids.iter().map(String::as_str), []);
    make::references(found, urls.iter().map(String::as_str));
}
