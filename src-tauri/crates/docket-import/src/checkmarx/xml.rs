//! `CxSAST`'s XML report.

use docket_domain::{FindingKind, Location, Presence, Problem, Rule, Run, Severity, SuppressionStatus};

use super::readable;
use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::make;
use crate::report::code::{decided, flow};
use crate::report::xml::{At, Element, Reads, XmlReport, root};
use crate::report::{Card, Out, not_such_a_report};
use crate::words;

/// The format.
pub(crate) static CHECKMARX: Reads<Checkmarx> = Reads(Checkmarx);

static CARD: Card = Card {
    id: "checkmarx",
    label: "Checkmarx SAST XML",
    about: "The XML report of Checkmarx SAST (CxXMLResults).",
    extensions: &["xml"],
    tool: "Checkmarx",
    versions: "CxSAST 8 and 9",
    example: include_str!("example.xml"),
};

/// Reads it.
pub(crate) struct Checkmarx;

impl XmlReport for Checkmarx {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        match root(head) {
            Some(root) if root.name == "CxXMLResults" => Confidence::Certain,
            _ => Confidence::No,
        }
    }

    fn records(&self) -> &'static [&'static str] {
        &["CxXMLResults/Query/Result"]
    }

    fn run(&self, cover: &Element, options: &ReadOptions) -> Result<Run, Problem> {
        if cover.name != "CxXMLResults" {
            return Err(not_such_a_report(CARD.label, "its outermost element is not CxXMLResults"));
        }
        let mut run = CARD.run(options);
        run.tool.version = cover.attribute("CheckmarxVersion").and_then(clean::some_line);
        run.category = cover.attribute("ProjectName").and_then(clean::some_line);
        Ok(run)
    }

    fn record(&self, at: &At<'_>, result: &Element, out: &mut Out) -> Result<(), String> {
        let query = at.outer("Query");
        let name = query.attribute("name").ok_or("its query has no name")?;
        let mut found = make::found(name, &readable(name));
        found.kind = FindingKind::Code;
        let word = result.attribute("Severity").or_else(|| query.attribute("Severity"));
        make::severity_as(&mut found, word, words::severity);
        let steps: Vec<Location> = result.child("Path").all("PathNode").map(step).collect();
        if let Some(sink) = steps.last() {
            found.locations.push(sink.clone());
        } else {
            let number = |name: &str| result.attribute(name).and_then(make::line_number_of);
            let mut place = make::place(result.attribute("FileName").unwrap_or_default(), number("Line"));
            place.start_column = number("Column");
            found.locations.push(place);
        }
        if steps.len() > 1 {
            flow(&mut found, steps);
        }
        let text = |name: &str| result.attribute(name).map(clean::block);
        let of_query = |name: &str| query.attribute(name).map(clean::line);
        found.description = make::described([
            ("Query", of_query("QueryPath")),
            ("Language", of_query("Language")),
            ("Status", text("Status")),
            ("Assigned to", text("AssignToUser")),
            ("Remark", text("Remark")),
        ]);
        make::identifiers(&mut found, [], query.attribute("cweId"));
        make::references(&mut found, result.attribute("DeepLink"));
        let categories = query.attribute("categories").unwrap_or_default();
        found.tags =
            of_query("group").into_iter().chain(categories.split(',').filter_map(clean::some_line)).collect();
        // Alike flaws share it; it stays when lines move.
        let similarity = result.child("Path").attribute("SimilarityId").filter(|id| *id != "0");
        make::fingerprint(&mut found, "SimilarityId", similarity.and_then(clean::some_line));
        let remark = text("Remark");
        // State: 0 to verify, 1 not exploitable, 2 confirmed, 3 urgent, 4 proposed not exploitable.
        match (result.attribute("state"), result.attribute("FalsePositive")) {
            (Some("4"), _) => {
                decided(&mut found, SuppressionStatus::UnderReview, "Proposed not exploitable", remark);
            }
            (Some("1"), _) | (_, Some("True" | "true")) => {
                decided(&mut found, SuppressionStatus::Accepted, "Not exploitable", remark);
            }
            _ => {}
        }
        if result.attribute("Status") == Some("Fixed") {
            found.presence = Presence::Absent;
        }
        let severity =
            query.attribute("Severity").and_then(words::severity).filter(|known| *known != Severity::Unknown);
        out.rule(Rule { severity, tags: found.tags.clone(), ..make::rule(name, Some(readable(name))) });
        out.finding(found);
        Ok(())
    }
}

fn step(node: &Element) -> Location {
    let number = |name: &str| node.value(name).as_deref().and_then(make::line_number_of);
    let mut place = make::place(&node.value("FileName").unwrap_or_default(), number("Line"));
    place.start_column = number("Column");
    place.message = node.value("Name").as_deref().and_then(clean::some_line);
    let line = node.at("Snippet/Line");
    place.snippet = line.value("Code").and_then(|code| make::snippet(&code, place.start_line));
    place
}
