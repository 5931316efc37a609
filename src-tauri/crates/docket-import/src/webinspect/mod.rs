//! Fortify `WebInspect`'s XML: one finding for each issue.

use docket_domain::{FindingKind, Found, Problem, Run};

use crate::clean;
use crate::evidence;
use crate::format::{Confidence, Head, ReadOptions};
use crate::make;
use crate::report::xml::{At, Element, Reads, XmlReport, root};
use crate::report::{Card, Out, not_such_a_report, web};
use crate::words;

/// The format.
pub(crate) static WEBINSPECT: Reads<WebInspect> = Reads(WebInspect);

static CARD: Card = Card {
    id: "webinspect",
    label: "WebInspect XML",
    about: "What Fortify WebInspect (OpenText DAST) exports of a scan as XML: its issues, or its sessions with their issues.",
    extensions: &["xml"],
    tool: "WebInspect",
    versions: "10 to 24: `Scan` and `Sessions`",
    example: include_str!("example.xml"),
};

/// Reads it.
pub(crate) struct WebInspect;

impl XmlReport for WebInspect {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let Some(root) = root(head) else { return Confidence::No };
        let has = |mark: &str| head.text.contains(mark);
        match root.name.as_str() {
            "Scan" | "Sessions" if has("<VulnerabilityID") || has("<CheckTypeID") => Confidence::Certain,
            "Sessions" if has("<Session") && has("<Issues") => Confidence::Likely,
            "Scan" if has("<PolicyName") && has("<Issues") => Confidence::Likely,
            _ => Confidence::No,
        }
    }

    fn records(&self) -> &'static [&'static str] {
        &["Scan/Issues/Issue", "Sessions/Session/Issues/Issue", "Scan/Sessions/Session/Issues/Issue"]
    }

    fn run(&self, cover: &Element, options: &ReadOptions) -> Result<Run, Problem> {
        if !["Scan", "Sessions"].contains(&cover.name.as_str()) {
            return Err(not_such_a_report(CARD.label, "its outermost element is neither Scan nor Sessions"));
        }
        Ok(CARD.run(options))
    }

    fn record(&self, at: &At<'_>, issue: &Element, out: &mut Out) -> Result<(), String> {
        let number = issue.value("VulnerabilityID");
        let name = issue.value("Name").or_else(|| number.clone()).ok_or("it has no name")?;
        let mut found = make::found(number.as_deref().unwrap_or(&name), &name);
        found.kind = FindingKind::Web;
        make::severity_as(&mut found, issue.value("Severity").as_deref(), words::severity_of_five);
        found.description = make::described([
            ("", section(issue, "summary")),
            ("Execution", section(issue, "execution")),
            ("Implication", section(issue, "implication")),
        ]);
        found.remediation = section(issue, "fix");
        let session = at.outer("Session");
        place(&mut found, issue, session);
        prove(&mut found, issue, session);
        classify(&mut found, issue);
        found.tags =
            issue.value("CheckTypeID").and_then(|kind| clean::some_line(&kind)).into_iter().collect();
        let mut rule = make::rule(&found.rule, Some(name));
        rule.description = section(issue, "summary");
        rule.help.clone_from(&found.remediation);
        out.rule(rule);
        out.finding(found);
        Ok(())
    }
}

/// The text below a heading that begins so.
fn raw_section(issue: &Element, heading: &str) -> Option<String> {
    let mut sections = issue.all("ReportSection");
    let named = |name: &str| name.to_ascii_lowercase().starts_with(heading);
    sections.find(|one| one.value("Name").is_some_and(|name| named(&name)))?.value("SectionText")
}

fn section(issue: &Element, heading: &str) -> Option<String> {
    web::plain(&raw_section(issue, heading)?)
}

/// A value of the issue; where sessions hold the issues, they have what belongs to the address.
fn either(issue: &Element, session: &Element, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| issue.value(name).or_else(|| session.value(name)))
}

fn place(found: &mut Found, issue: &Element, session: &Element) {
    let url = either(issue, session, &["URL"]);
    let host = either(issue, session, &["Host"]);
    let port = either(issue, session, &["Port"]).and_then(|port| port.parse().ok());
    found.endpoint = make::endpoint(url.as_deref(), host.as_deref(), port);
    if let Some(endpoint) = &mut found.endpoint {
        endpoint.method = either(issue, session, &["AttackMethod"])
            .and_then(|method| clean::some_line(&method))
            .map(|method| method.to_ascii_uppercase());
        let parameter = either(issue, session, &["AttackParamDescriptor"]);
        endpoint.parameter = parameter.and_then(|name| clean::some_line(&name));
    }
}

fn prove(found: &mut Found, issue: &Element, session: &Element) {
    let request = either(issue, session, &["RawRequest", "VulnerableSession"]);
    evidence::exchange(found, request, either(issue, session, &["RawResponse"]));
}

fn classify(found: &mut Found, issue: &Element) {
    let classes = issue.child("Classifications");
    let weaknesses: Vec<String> = classes
        .all("Classification")
        .filter(|class| class.attribute("kind").is_some_and(|kind| kind.eq_ignore_ascii_case("cwe")))
        .filter_map(|class| {
            class.attribute("identifier").map(str::to_owned).or_else(|| Some(class.text().into()))
        })
        .collect();
    make::identifiers(found, [], weaknesses.iter().map(String::as_str));
    let links = raw_section(issue, "reference").map(|text| web::links(&text)).unwrap_or_default();
    make::references(found, links.iter().map(String::as_str));
}
