//! Reports of Qualys Web Application Scanning: vulnerabilities, what was gathered, and sensitive
//! content; a glossary behind them tells about the tests.

use docket_domain::{Evidence, FindingKind, Found, Presence, Problem, Run, Severity};

use crate::evidence;
use crate::format::{Confidence, Head, ReadOptions};
use crate::make;
use crate::report::xml::{At, Element, Reads, XmlReport, root};
use crate::report::{Card, Out, not_such_a_report, web};

/// The format.
pub(crate) static QUALYS_WAS: Reads<Was> = Reads(Was);

static CARD: Card = Card {
    id: "qualys-was",
    label: "Qualys WAS XML",
    about: "The XML of Qualys Web Application Scanning's reports on scans and on web applications.",
    extensions: &["xml"],
    tool: "Qualys WAS",
    versions: "WAS_SCAN_REPORT, WAS_WEBAPP_REPORT",
    example: include_str!("example.xml"),
};

/// Reads it.
pub(crate) struct Was;

impl XmlReport for Was {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        match root(head) {
            Some(root) if is_root(&root.name) => Confidence::Certain,
            _ => Confidence::No,
        }
    }

    fn records(&self) -> &'static [&'static str] {
        &[
            "*/RESULTS/VULNERABILITY_LIST/VULNERABILITY",
            "*/RESULTS/SENSITIVE_CONTENT_LIST/SENSITIVE_CONTENT",
            "*/RESULTS/INFORMATION_GATHERED_LIST/INFORMATION_GATHERED",
            "*/RESULTS/WEB_APPLICATION/VULNERABILITY_LIST/VULNERABILITY",
            "*/RESULTS/WEB_APPLICATION/SENSITIVE_CONTENT_LIST/SENSITIVE_CONTENT",
            "*/RESULTS/WEB_APPLICATION/INFORMATION_GATHERED_LIST/INFORMATION_GATHERED",
        ]
    }

    fn looks_ahead(&self) -> bool {
        true
    }

    fn run(&self, cover: &Element, options: &ReadOptions) -> Result<Run, Problem> {
        if !is_root(&cover.name) {
            return Err(not_such_a_report(CARD.label, "its outermost element is no WAS_SCAN_REPORT"));
        }
        Ok(CARD.run(options))
    }

    fn record(&self, at: &At<'_>, record: &Element, out: &mut Out) -> Result<(), String> {
        let qid = record.value("QID").ok_or("it has no QID")?;
        let glossary = at.cover.at("GLOSSARY/QID_LIST");
        let nothing = Element::default();
        let about = glossary.all("QID").find(|about| about.child("QID").own_text() == qid);
        let about = about.unwrap_or(&nothing);
        let title = about.value("TITLE").unwrap_or_else(|| format!("QID {qid}"));
        let mut found = make::found(&qid, &title);
        found.kind = FindingKind::Web;
        // What was gathered has levels of its own: how much it tells, not how bad it is.
        if record.name == "INFORMATION_GATHERED" {
            let category = about.value("CATEGORY").unwrap_or_else(|| "Information Gathered".to_owned());
            make::severity_as(&mut found, Some(&category), |_| Some(Severity::Info));
        } else {
            // Of a vulnerability in a web application, Qualys calls the first two levels low.
            let level = about.value("SEVERITY");
            crate::qualys::level(&mut found, level.as_deref());
            if found.severity == Severity::Info {
                found.severity = Severity::Low;
            }
        }
        let text = |name: &str| about.value(name).and_then(|text| web::plain(&text));
        found.description = make::described([
            ("", text("DESCRIPTION")),
            ("Impact", text("IMPACT").filter(|text| text != "N/A")),
        ]);
        evidence::text(
            &mut found,
            "Result",
            record.value("DATA").and_then(|data| said(&data, record.child("DATA"))),
        );
        evidence::text(&mut found, "Content", record.value("CONTENT"));
        for payload in record.child("PAYLOADS").all("PAYLOAD") {
            attack(&mut found, payload);
        }
        found.remediation = text("SOLUTION").filter(|text| text != "N/A");
        place(&mut found, record);
        let cwe = about.value("CWE");
        make::identifiers(&mut found, [], cwe.as_deref());
        for (version, name) in [("3.1", "CVSS_V3"), ("2.0", "CVSS_BASE")] {
            let base = about.at(name).value("BASE").or_else(|| about.value(name));
            let vector = about.at(name).value("VECTOR_STRING");
            let score = base.and_then(|score| score.trim().parse().ok());
            make::opinions(&mut found, make::opinion_of(version, vector.as_deref(), score, None));
        }
        let links = about.value("SOLUTION").unwrap_or_default();
        make::references(&mut found, web::links(&links).iter().map(String::as_str));
        found.tags = ["CATEGORY", "GROUP", "WASC"].iter().filter_map(|name| about.value(name)).collect();
        found.tags.extend(about.value("OWASP").map(|class| format!("OWASP-{class}")));
        let is =
            |name: &str, word: &str| record.value(name).is_some_and(|said| said.eq_ignore_ascii_case(word));
        if is("STATUS", "fixed") {
            found.presence = Presence::Absent;
        }
        if is("IGNORED", "true") {
            found.suppressions.push(web::decision("ignored", record.value("IGNORE_REASON")));
        }
        if let Some(id) = record.value("UNIQUE_ID") {
            found.partial_fingerprints.insert("qualysWasUniqueId".to_owned(), crate::clean::line(&id));
        }
        let mut rule = make::rule(&qid, Some(title));
        rule.description = text("DESCRIPTION");
        out.rule(rule);
        out.finding(found);
        Ok(())
    }
}

fn is_root(name: &str) -> bool {
    ["WAS_SCAN_REPORT", "WAS_WEBAPP_REPORT"].contains(&name)
}

/// A text that may be in base64.
fn said(text: &str, of: &Element) -> Option<String> {
    let is_coded = of.attribute("base64").is_some_and(|said| said == "true");
    if is_coded { web::decoded(text) } else { Some(text.to_owned()) }
}

/// What was sent with a payload, and what came back.
fn attack(found: &mut Found, payload: &Element) {
    let request = payload.child("REQUEST");
    let headers = request.at("HEADERS").all("HEADER").map(|header| {
        let pair = [
            header.value("key").or_else(|| header.value("KEY")),
            header.value("value").or_else(|| header.value("VALUE")),
        ];
        pair.into_iter().flatten().collect::<Vec<_>>().join(": ")
    });
    let headers = headers.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    let (method, url) = (request.value("METHOD"), request.value("URL"));
    let first = [method.as_deref(), url.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let body = request.value("BODY").map(|body| format!("\n\n{body}")).unwrap_or_default();
    let sent = !headers.is_empty() || !body.is_empty();
    let answer = payload.child("RESPONSE");
    let contents = answer.child("CONTENTS");
    let response = said(&contents.text(), contents).filter(|text| !text.is_empty());
    evidence::add(
        found,
        Evidence {
            method,
            url,
            request: sent.then(|| format!("{first}\n{headers}{body}")),
            response,
            payload: payload.value("PAYLOAD"),
            text: answer.value("EVIDENCE"),
            ..Evidence::empty()
        },
    );
}

fn place(found: &mut Found, record: &Element) {
    let url = record.value("URL");
    found.endpoint = make::endpoint(url.as_deref(), None, None);
    let first = record.at("PAYLOADS/PAYLOAD/REQUEST");
    if let Some(endpoint) = &mut found.endpoint {
        endpoint.method = first.value("METHOD");
        endpoint.parameter = record.value("PARAM").and_then(|name| crate::clean::some_line(&name));
    }
    for url in record.child("ACCESS_PATH").all("URL") {
        found.related.push(web::place(&url.text(), None, None, None));
    }
}
