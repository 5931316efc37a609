//! Greenbone's reports (`OpenVAS`, GVM): one finding for each result, that is for each test, host
//! and port.

mod table;

use docket_domain::{Completeness, FindingKind, Found, Problem, Run, Severity, SeveritySource};

pub(crate) use table::OPENVAS_CSV;

use crate::clean;
use crate::evidence;
use crate::exploit;
use crate::format::{Confidence, Head, ReadOptions};
use crate::make;
use crate::report::xml::{At, Element, Reads, XmlReport, root};
use crate::report::{Card, Out, not_such_a_report, web};

/// The format.
pub(crate) static OPENVAS: Reads<OpenVas> = Reads(OpenVas);

static CARD: Card = Card {
    id: "openvas",
    label: "OpenVAS XML",
    about: "The XML report of Greenbone (OpenVAS, GVM, Enterprise Appliance), and answers of GMP with results.",
    extensions: &["xml"],
    tool: "OpenVAS",
    versions: "GVM 9 to 22 (GMP `get_reports`, `get_results`)",
    example: include_str!("example.xml"),
};

/// Reads it.
pub(crate) struct OpenVas;

impl XmlReport for OpenVas {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let Some(root) = root(head) else { return Confidence::No };
        let report = root.name == "report"
            && (root.attribute("format_id").is_some() || head.text.contains("<report_format"));
        let inside = ["<scan_run_status>", "<nvt oid="];
        let bare = root.name == "report" && inside.iter().any(|mark| head.text.contains(mark));
        let answer = ["get_reports_response", "get_results_response"].contains(&root.name.as_str());
        if report || bare || answer { Confidence::Certain } else { Confidence::No }
    }

    fn records(&self) -> &'static [&'static str] {
        &[
            "report/report/results/result",
            "report/results/result",
            "get_reports_response/report/report/results/result",
            "get_reports_response/report/results/result",
            "get_results_response/result",
        ]
    }

    fn looks_ahead(&self) -> bool {
        // Whether these are all results stands beside and behind them.
        true
    }

    fn run(&self, cover: &Element, options: &ReadOptions) -> Result<Run, Problem> {
        if !["report", "get_reports_response", "get_results_response"].contains(&cover.name.as_str()) {
            return Err(not_such_a_report(CARD.label, "its outermost element is not a report"));
        }
        let mut run = CARD.run(options);
        run.completeness = completeness(cover);
        Ok(run)
    }

    fn record(&self, _: &At<'_>, result: &Element, out: &mut Out) -> Result<(), String> {
        let nvt = result.child("nvt");
        let oid = nvt.attribute("oid").filter(|oid| *oid != "0").unwrap_or_default();
        let name = result.value("name").or_else(|| nvt.value("name")).unwrap_or_default();
        if oid.is_empty() && name.is_empty() {
            return Err("it names no test".to_owned());
        }
        let mut found = make::found(if oid.is_empty() { &name } else { oid }, &name);
        found.kind = FindingKind::Host;
        threat(&mut found, result.value("threat").as_deref());
        let number = result.value("severity").and_then(|score| score.parse().ok());
        if let Some(score) = number.filter(|score| found.severity_raw.is_none() && *score >= 0.0) {
            // Some exports leave the word out; the number is the result's own, too.
            found.severity = Severity::from_score(score);
            found.severity_source = SeveritySource::Score;
            found.severity_raw = Some(score.to_string());
        }
        // `key=value|key=value`, and elements of their own since GVM 20.
        let tags = nvt.value("tags").unwrap_or_default();
        let tag = |name: &str| {
            let pairs = tags.split('|').filter_map(|pair| pair.split_once('='));
            let all: Vec<&str> =
                pairs.filter(|(key, _)| key.trim() == name).map(|(_, value)| value).collect();
            clean::some_block(&unwrapped(&all.join("\n")))
        };
        found.description = make::described([
            ("", tag("summary")),
            ("Insight", tag("insight")),
            ("Impact", tag("impact")),
            ("Affected", tag("affected")),
            ("Quality of detection", result.at("qod").value("value").map(|value| format!("{value} %"))),
        ]);
        evidence::text(&mut found, "Result of the test", result.value("description"));
        found.remediation = nvt.value("solution").map(|text| unwrapped(&text)).or_else(|| tag("solution"));
        place(&mut found, result);
        identify(&mut found, nvt);
        scores(&mut found, nvt, tag("cvss_base_vector").as_deref());
        // A test may be about several CVEs: the highest of their chances, whichever element has it.
        for of in ["max_severity", "max_epss"] {
            let chance = nvt.child("epss").child(of);
            exploit::epss_of(&mut found, chance.value("score"), chance.value("percentile"));
        }
        found.tags = nvt.value("family").and_then(|family| clean::some_line(&family)).into_iter().collect();
        let mut rule = make::rule(oid, Some(name));
        rule.description = tag("summary");
        out.rule(rule);
        out.finding(found);
        Ok(())
    }
}

/// A scan that is not done, and a page of its results, name only some of what is there.
fn completeness(cover: &Element) -> Completeness {
    let inner = ["report/report", "report", "."]
        .into_iter()
        .map(|path| if path == "." { cover } else { cover.at(path) });
    let Some(report) = inner.into_iter().find(|report| !report.child("results").name.is_empty()) else {
        return Completeness::Complete;
    };
    if let Some(status) = report.value("scan_run_status").filter(|status| status != "Done") {
        return Completeness::Partial {
            reason: format!("its scan was in the state «{}»", clean::title(&status)),
        };
    }
    let most: Option<u64> = report.child("results").attribute("max").and_then(|max| max.parse().ok());
    let all: Option<u64> = report.at("result_count").value("filtered").and_then(|count| count.parse().ok());
    match (most, all) {
        (Some(most), Some(all)) if most > 0 && most < all => {
            Completeness::Partial { reason: format!("it holds {most} of {all} results") }
        }
        _ => Completeness::Complete,
    }
}

/// Greenbone's word. `Log` is information; `False Positive` is a decision, not a severity.
pub(super) fn threat(found: &mut Found, word: Option<&str>) {
    make::severity_as(found, word, |word| match word.to_ascii_lowercase().as_str() {
        "log" | "debug" => Some(Severity::Info),
        other => crate::words::severity(other),
    });
    if word.is_some_and(|word| word.eq_ignore_ascii_case("false positive")) {
        found.suppressions.push(web::decision("false positive", None));
    }
}

/// Lines that were wrapped inside of a paragraph, without what indents them.
pub(super) fn unwrapped(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    clean::block(&lines.join("\n"))
}

fn place(found: &mut Found, result: &Element) {
    let host = result.child("host");
    let name = host.value("hostname");
    let address = name.as_deref().unwrap_or(host.own_text());
    // `443/tcp`, `general/tcp`, and `https (443/tcp)` of before.
    let port = result.value("port").unwrap_or_default();
    let digits = port.rsplit('(').next().unwrap_or_default().split('/').next().unwrap_or_default();
    found.endpoint = make::endpoint(None, Some(address), digits.trim().parse().ok().filter(|port| *port > 0));
    if name.is_some() {
        web::also_known_as(found, host.own_text(), Some(&port));
    }
}

fn identify(found: &mut Found, nvt: &Element) {
    let refs = nvt.child("refs");
    let ids: Vec<String> =
        refs.all("ref").filter_map(|item| item.attribute("id").map(str::to_owned)).collect();
    let old: Vec<String> = ["cve", "xref"].iter().filter_map(|name| nvt.value(name)).collect();
    make::identifiers(found, ids.iter().chain(&old).map(String::as_str), []);
    let links: Vec<String> = ids.iter().chain(&old).flat_map(|text| web::links(text)).collect();
    make::references(found, links.iter().map(String::as_str));
}

fn scores(found: &mut Found, nvt: &Element, vector: Option<&str>) {
    let severities = nvt.child("severities");
    let new = severities.all("severity").filter_map(|severity| {
        let score = severity.value("score").and_then(|score| score.parse().ok());
        // Up to GVM 21 a score was ten times as large.
        let score = score.map(|score: f64| if score > 10.0 { score / 10.0 } else { score });
        make::opinion(severity.value("value").as_deref(), score, severity.value("origin").as_deref())
    });
    let new: Vec<_> = new.collect();
    let base = nvt.value("cvss_base").and_then(|score| score.parse().ok()).filter(|score| *score > 0.0);
    if new.is_empty() {
        make::opinions(found, make::opinion(vector, base, None));
    } else {
        make::opinions(found, new);
    }
}
