//! Acunetix' XML: one finding for each alert.

use docket_domain::{Completeness, FindingKind, Found, Problem, Run};

use crate::clean;
use crate::evidence;
use crate::format::{Confidence, Head, ReadOptions};
use crate::make;
use crate::report::xml::{At, Element, Reads, XmlReport, root};
use crate::report::{Card, Out, not_such_a_report, web};

/// The format.
pub(crate) static ACUNETIX: Reads<Acunetix> = Reads(Acunetix);

static CARD: Card = Card {
    id: "acunetix",
    label: "Acunetix XML",
    about: "The XML that Acunetix (Standard, Premium, on-premises) exports.",
    extensions: &["xml"],
    tool: "Acunetix",
    versions: "11 to 24",
    example: include_str!("example.xml"),
};

/// Reads it.
pub(crate) struct Acunetix;

impl XmlReport for Acunetix {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        match root(head) {
            Some(root) if root.name == "ScanGroup" && head.text.contains("<StartURL") => Confidence::Certain,
            Some(root) if root.name == "ScanGroup" => Confidence::Likely,
            _ => Confidence::No,
        }
    }

    fn records(&self) -> &'static [&'static str] {
        &["ScanGroup/Scan/ReportItems/ReportItem"]
    }

    fn looks_ahead(&self) -> bool {
        // Whether the scan was aborted stands with each scan.
        true
    }

    fn run(&self, cover: &Element, options: &ReadOptions) -> Result<Run, Problem> {
        if cover.name != "ScanGroup" {
            return Err(not_such_a_report(CARD.label, "its outermost element is not ScanGroup"));
        }
        let mut run = CARD.run(options);
        let is = |scan: &Element, name: &str, word: &str| {
            scan.value(name).is_some_and(|said| said.eq_ignore_ascii_case(word))
        };
        if cover.all("Scan").any(|scan| is(scan, "Aborted", "true")) {
            run.completeness = Completeness::Partial { reason: "its scan was aborted".to_owned() };
        }
        Ok(run)
    }

    fn record(&self, at: &At<'_>, item: &Element, out: &mut Out) -> Result<(), String> {
        let name = item.value("Name").ok_or("it has no name")?;
        let mut found = make::found(&name, &name);
        found.kind = FindingKind::Web;
        make::severity(&mut found, item.value("Severity").as_deref());
        let text = |name: &str| item.value(name).and_then(|text| web::plain(&text));
        let details = item.child("TechnicalDetails");
        let request = details.value("Request");
        found.description = make::described([
            ("", text("Description")),
            ("Details", text("Details")),
            ("Impact", text("Impact")),
            ("More", text("DetailedInformation")),
        ]);
        evidence::exchange(&mut found, request.clone(), details.value("Response"));
        found.remediation = text("Recommendation");
        place(&mut found, at.outer("Scan"), item, request.as_deref());
        identify(&mut found, item);
        if item.value("IsFalsePositive").is_some_and(|said| said.eq_ignore_ascii_case("true")) {
            found.suppressions.push(web::decision("false positive", None));
        }
        found.tags = item.value("Type").and_then(|kind| clean::some_line(&kind)).into_iter().collect();
        let mut rule = make::rule(&name, None);
        rule.description = text("Description");
        rule.help = text("Recommendation");
        out.rule(rule);
        out.finding(found);
        Ok(())
    }
}

fn place(found: &mut Found, scan: &Element, item: &Element, request: Option<&str>) {
    let start = scan.value("StartURL").unwrap_or_default();
    let crawled = scan.child("Crawler").attribute("StartUrl").unwrap_or_default();
    // The start is written with and without a scheme; the crawler knows what it used.
    let origin = if crate::path::is_web(&start) { start.as_str() } else { crawled };
    // What holds for the whole server is told in words.
    let affects = item.value("Affects").filter(|place| place != "Web Server").unwrap_or_default();
    let url = if crate::path::is_web(&affects) {
        affects
    } else {
        let rest = origin.split_once("://").map_or(0, |(scheme, _)| scheme.len() + 3);
        let end = origin[rest..].find('/').map_or(origin.len(), |at| rest + at);
        let origin = if origin.is_empty() { start.as_str() } else { &origin[..end] };
        format!("{}/{}", origin.trim_end_matches('/'), affects.trim_start_matches('/'))
    };
    found.endpoint = make::endpoint(Some(&url), None, None);
    if let Some(endpoint) = &mut found.endpoint {
        let method = request.and_then(|request| request.split_whitespace().next());
        endpoint.method = method.filter(|word| word.bytes().all(|b| b.is_ascii_uppercase())).map(clean::line);
        let parameter = item.value("Parameter").filter(|name| name != "<empty>");
        endpoint.parameter = parameter.and_then(|name| clean::some_line(&name));
    }
    if let Some(file) = item.value("AOP_SourceFile") {
        let line = item.value("AOP_SourceLine").and_then(|line| make::line_number_of(&line));
        found.locations.push(make::place(&file, line));
    }
}

fn identify(found: &mut Found, item: &Element) {
    let list = |list: &str, name: &str| -> Vec<String> {
        item.child(list).all(name).map(|entry| entry.text().into_owned()).collect()
    };
    let mut weaknesses = list("CWEList", "CWE");
    // Before version 11 it stood without a list around it.
    weaknesses.extend(item.all("CWE").map(|entry| entry.text().into_owned()));
    let cves = list("CVEList", "CVE");
    make::identifiers(found, cves.iter().map(String::as_str), weaknesses.iter().map(String::as_str));
    let opinions =
        [("4.0", "CVSS4"), ("3.1", "CVSS3"), ("2.0", "CVSS")].into_iter().filter_map(|(version, name)| {
            let given = item.child(name);
            let score = given.value("Score").and_then(|score| score.parse().ok());
            make::opinion_of(version, given.value("Descriptor").as_deref(), score, None)
        });
    make::opinions(found, opinions);
    make::severity_from_cvss(found);
    let references = item.child("References");
    let urls: Vec<String> = references.all("Reference").filter_map(|entry| entry.value("URL")).collect();
    make::references(found, urls.iter().map(String::as_str));
}
