//! Burp's issues: the XML that the scanner exports, and the JSON of its REST API. One finding for
//! each issue, that is for each kind and place.

mod api;
mod dast;

use docket_domain::{FindingKind, Found, Problem, Run};

pub(crate) use api::BURP_API;
pub(crate) use dast::BURP_DAST;

use crate::clean;
use crate::evidence;
use crate::format::{Confidence, Head, ReadOptions};
use crate::make;
use crate::report::xml::{At, Element, Reads, XmlReport, root};
use crate::report::{Card, Out, not_such_a_report, web};

/// The format.
pub(crate) static BURP: Reads<Burp> = Reads(Burp);

static CARD: Card = Card {
    id: "burp",
    label: "Burp XML",
    about: "The XML of issues that Burp Suite Professional and Enterprise export.",
    extensions: &["xml"],
    tool: "Burp Suite",
    versions: "1.7 to 2025",
    example: include_str!("example.xml"),
};

/// Reads it.
pub(crate) struct Burp;

impl XmlReport for Burp {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        match root(head) {
            Some(root) if root.name == "issues" && root.attribute("burpVersion").is_some() => {
                Confidence::Certain
            }
            _ => Confidence::No,
        }
    }

    fn records(&self) -> &'static [&'static str] {
        &["issues/issue"]
    }

    fn run(&self, cover: &Element, options: &ReadOptions) -> Result<Run, Problem> {
        let version = cover.attribute("burpVersion").filter(|_| cover.name == "issues");
        let Some(version) = version else {
            return Err(not_such_a_report(CARD.label, "its outermost element names no version of Burp"));
        };
        let mut run = CARD.run(options);
        run.tool.version = clean::some_line(version);
        Ok(run)
    }

    fn record(&self, _: &At<'_>, issue: &Element, out: &mut Out) -> Result<(), String> {
        let (name, kind) = (issue.value("name"), issue.value("type"));
        let name = name.or_else(|| kind.clone()).ok_or("it has neither name nor type")?;
        let kind = kind.unwrap_or_else(|| name.clone());
        let mut found = start(&kind, &name, issue.value("severity").as_deref());
        let text = |name: &str| issue.value(name).and_then(|text| web::plain(&text));
        let items = issue.child("issueDetailItems");
        let items: Vec<String> =
            items.all("issueDetailItem").filter_map(|item| web::plain(&item.text())).collect();
        let exchange = issue.child("requestresponse");
        found.description = make::described([
            ("", text("issueDetail")),
            ("", clean::some_block(&items.join("\n"))),
            ("Background", text("issueBackground")),
            ("Confidence", issue.value("confidence")),
        ]);
        for exchange in issue.all("requestresponse") {
            evidence::exchange(&mut found, said(exchange.child("request")), said(exchange.child("response")));
        }
        found.remediation = clean::some_block(&make::described([
            ("", text("remediationDetail")),
            ("", text("remediationBackground")),
        ]));
        let host = issue.child("host");
        let (path, location) = (issue.value("path").unwrap_or_default(), issue.value("location"));
        place(&mut found, &host.text(), &path, location.as_deref());
        let method = exchange.child("request").attribute("method");
        if let Some(endpoint) = &mut found.endpoint {
            endpoint.method = method.and_then(clean::some_line);
        }
        let classes = issue.value("vulnerabilityClassifications").unwrap_or_default();
        let links = web::links(&format!("{} {classes}", issue.value("references").unwrap_or_default()));
        make::references(&mut found, links.iter().map(String::as_str));
        make::identifiers(&mut found, [classes.as_str()], []);
        if let Some(number) = issue.value("serialNumber") {
            // Burp promises it for one project only.
            found.partial_fingerprints.insert("burpSerialNumber".to_owned(), clean::line(&number));
        }
        let mut rule = make::rule(&kind, Some(name));
        rule.description = text("issueBackground");
        rule.help = text("remediationBackground");
        out.rule(rule);
        out.finding(found);
        Ok(())
    }
}

/// An issue of a kind (a number that all of Burp's products share).
fn start(kind: &str, name: &str, severity: Option<&str>) -> Found {
    let mut found = make::found(kind, name);
    found.kind = FindingKind::Web;
    // Who marks an issue as a false positive takes its severity away.
    let wrong =
        severity.is_some_and(|word| word.to_ascii_lowercase().replace(['_', ' '], "") == "falsepositive");
    make::severity(&mut found, severity);
    if wrong {
        found.suppressions.push(web::decision("false positive", None));
    }
    found
}

/// `/search [q parameter]`: what stands in brackets is where in the request it is.
fn place(found: &mut Found, origin: &str, path: &str, location: Option<&str>) {
    let url = format!("{}{path}", origin.trim_end_matches('/'));
    found.endpoint = make::endpoint(Some(&url), None, None);
    let inside = location.and_then(|location| location.split_once(" [")).map(|(_, inside)| inside);
    let inside = inside.map(|inside| inside.trim_end_matches(']'));
    if let (Some(endpoint), Some(inside)) = (&mut found.endpoint, inside) {
        let name = inside.strip_suffix(" parameter").unwrap_or(inside);
        endpoint.parameter = clean::some_line(name);
    }
}

fn said(message: &Element) -> Option<String> {
    let text = message.text();
    match message.attribute("base64") {
        Some("true") => web::decoded(&text),
        _ => Some(text.into_owned()),
    }
}
