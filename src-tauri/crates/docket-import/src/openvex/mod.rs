//! `OpenVEX` documents: statements about products and vulnerabilities.

use docket_domain::{Component, Found, Presence, Problem, Run, SuppressionStatus};

use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static OPENVEX: Reads<OpenVex> = Reads(OpenVex);

static CARD: Card = Card {
    id: "openvex",
    label: "OpenVEX",
    about: "Statements about which products a vulnerability affects, in the OpenVEX format.",
    extensions: &["json"],
    tool: "OpenVEX",
    versions: "0.0 to 0.2",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct OpenVex;

impl JsonReport for OpenVex {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let context = outline.text("@context").is_some_and(|context| context.contains("openvex"));
        let known = context && outline.has(&["statements"]);
        let statement = outline.has_paths(&["statements.vulnerability", "statements.status"]);
        match (known, statement && outline.has(&["@context"])) {
            (true, _) => Confidence::Certain,
            (false, true) => Confidence::Likely,
            _ => Confidence::No,
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["statements"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        if !cover.has("statements") {
            return Err(not_such_a_report(CARD.label, "it has no statements"));
        }
        let mut run = CARD.run(options);
        run.category = cover.top.line("@id");
        run.started = cover.top.line("timestamp").and_then(|at| at.parse().ok());
        Ok(run)
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let flaw = record.get("vulnerability");
        // A text until 0.0.1, an object since 0.2.
        let id = flaw.line("name").or_else(|| flaw.line("@id")).or_else(|| record.line("vulnerability"));
        let id = id.ok_or("it names no vulnerability")?;
        let status = record.line("status").ok_or("it has no status")?;
        let products = record.get("products").items();
        let said = found(record, &id, &status);
        if products.is_empty() {
            out.finding(said.clone());
        }
        for product in products {
            // Until 0.0.2 they stood beside the products, for all of them.
            let parts = match product.get("subcomponents").items() {
                [] => record.get("subcomponents").items(),
                own => own,
            };
            let whole = component(product);
            if parts.is_empty() {
                out.finding(about(&said, whole.clone(), None));
            }
            for part in parts {
                if out.is_full() {
                    return Ok(());
                }
                out.finding(about(&said, component(part), whole.as_ref()));
            }
        }
        Ok(())
    }
}

/// A product or a part of one: its identifiers, else its own id, else the bare text.
fn component(product: &Json) -> Option<Component> {
    let id = product.line("@id").or_else(|| clean::some_line(product.text()?));
    let purl = product.line("identifiers.purl").or_else(|| id.clone());
    purl.as_deref().and_then(make::component_of_purl).or_else(|| make::component(id, None, None, None))
}

/// The statement about one product or part.
fn about(said: &Found, component: Option<Component>, whole: Option<&Component>) -> Found {
    let mut found = said.clone();
    found.title = make::in_component(&said.rule, component.as_ref());
    found.component = component;
    let whole = whole.map(|whole| whole.purl.clone().unwrap_or_else(|| whole.name.clone()));
    found.description = make::described([("", Some(found.description)), ("In", whole.clone())]);
    found.locations = whole.and_then(|name| make::logical(&name)).into_iter().collect();
    found
}

/// What a statement says, whatever it is about.
fn found(record: &Json, id: &str, status: &str) -> Found {
    let flaw = record.get("vulnerability");
    let mut found = make::dependency(id, None, None);
    for alias in flaw.lines("aliases") {
        make::advisory(&mut found, &alias);
    }
    make::references(&mut found, flaw.get("@id").text());
    found.description = make::described([
        ("", flaw.block("description").or_else(|| record.block("vuln_description"))),
        ("Notes", record.block("status_notes")),
    ]);
    found.remediation = record.block("action_statement");
    let why = make::described([("", record.block("justification")), ("", record.block("impact_statement"))]);
    match status {
        "not_affected" => {
            found.suppressions.push(make::suppression(SuppressionStatus::Accepted, status, Some(why)));
        }
        "under_investigation" => {
            found.needs_review = true;
            found.suppressions.push(make::suppression(SuppressionStatus::UnderReview, status, Some(why)));
        }
        "fixed" => found.presence = Presence::Absent,
        _ => {}
    }
    found
}
