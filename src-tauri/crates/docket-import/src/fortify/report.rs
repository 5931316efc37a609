//! The XML report that Fortify's tools make: issues in sections and groups.

use docket_domain::{Completeness, FindingKind, Found, Location, Problem, Rule, Run, SuppressionStatus};

use super::{audited, weaknesses};
use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::make;
use crate::report::code::{decided, flow, plain};
use crate::report::xml::{At, Element, Reads, XmlReport, root};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static FORTIFY_XML: Reads<Report> = Reads(Report);

static CARD: Card = Card {
    id: "fortify-xml",
    label: "Fortify report (XML)",
    about: "The XML report of Fortify's tools (ReportDefinition), as for developers and security.",
    extensions: &["xml"],
    tool: "Fortify",
    versions: "the XML of ReportGenerator and Audit Workbench",
    example: include_str!("example.xml"),
};

/// Reads it.
pub(crate) struct Report;

impl XmlReport for Report {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        match root(head) {
            Some(root) if root.name == "ReportDefinition" => Confidence::Certain,
            _ => Confidence::No,
        }
    }

    fn records(&self) -> &'static [&'static str] {
        &["ReportDefinition/ReportSection/SubSection/IssueListing/Chart/GroupingSection/Issue"]
    }

    /// Whether everything is listed stands beside the issues.
    fn looks_ahead(&self) -> bool {
        true
    }

    fn run(&self, cover: &Element, options: &ReadOptions) -> Result<Run, Problem> {
        if cover.name != "ReportDefinition" {
            return Err(not_such_a_report(CARD.label, "its outermost element is not ReportDefinition"));
        }
        let mut run = CARD.run(options);
        let sections = || cover.all("ReportSection").flat_map(|section| section.all("SubSection"));
        let version = sections().find_map(|section| {
            let text = section.value("Text")?;
            let (_, rest) = text.split_once("Engine version:")?;
            clean::some_line(rest.lines().next()?)
        });
        run.tool.version = version;
        let (some, all) = sections()
            .flat_map(|section| section.all("IssueListing"))
            .filter(|listing| {
                listing
                    .child("Chart")
                    .all("GroupingSection")
                    .any(|group| !group.child("MajorAttributeSummary").name.is_empty())
            })
            .partition::<Vec<_>, _>(|listing| {
                let limit = listing.attribute("limit").and_then(|limit| limit.trim().parse::<i64>().ok());
                limit.is_some_and(|limit| limit > 0)
            });
        let limited = !some.is_empty() && all.is_empty();
        if limited {
            run.completeness =
                Completeness::Partial { reason: "it lists only some issues of each group".to_owned() };
        }
        Ok(run)
    }

    fn record(&self, at: &At<'_>, issue: &Element, out: &mut Out) -> Result<(), String> {
        // Sections overlap: examples of each category, then all of them.
        if issue.attribute("iid").is_some_and(|id| !out.is_new(id)) {
            return Ok(());
        }
        let category = issue.value("Category").ok_or("it has no Category")?;
        let rule = issue.attribute("ruleID").map_or_else(|| clean::line(&category), clean::line);
        let mut found = make::found(&rule, &category);
        found.kind = FindingKind::Code;
        let word = issue.value("Friority").or_else(|| issue.value("Folder"));
        make::severity(&mut found, word.as_deref());
        places(issue, &mut found);
        let group = at.outer("GroupingSection").child("MajorAttributeSummary");
        let text = |name: &str| {
            let info = group.all("MetaInfo").find(|info| info.value("Name").as_deref() == Some(name))?;
            clean::some_block(&plain(&info.value("Value")?))
        };
        let own = |name: &str| issue.value(name).and_then(|text| clean::some_block(&plain(&text)));
        found.description = make::described([
            ("", own("Abstract").or_else(|| text("Abstract"))),
            ("Explanation", text("Explanation")),
            ("Kingdom", own("Kingdom")),
            ("Folder", own("Folder")),
        ]);
        found.remediation = text("Recommendations").or_else(|| own("Recommendations"));
        for external in issue.all("ExternalCategory").chain(issue.all("ExternalCategories")) {
            weaknesses(&mut found, &external.text());
        }
        found.tags = own("Kingdom").into_iter().collect();
        // Fortify's own id of the instance: audits are carried over from scan to scan by it.
        make::fingerprint(&mut found, "InstanceID", issue.attribute("iid").and_then(clean::some_line));
        decisions(issue, &mut found);
        out.rule(Rule {
            description: text("Abstract"),
            help: text("Recommendations"),
            ..make::rule(&rule, clean::some_line(&category))
        });
        out.finding(found);
        Ok(())
    }
}

/// The flaw lies at `Primary`; where the value came from is `Source`.
fn places(issue: &Element, found: &mut Found) {
    let place = |name: &str| -> Option<Location> {
        let at = issue.all(name).next()?;
        let path = at.value("FilePath").or_else(|| at.value("FileName"))?;
        let mut place = make::place(&path, at.value("LineStart").as_deref().and_then(make::line_number_of));
        place.logical = at.value("TargetFunction").as_deref().and_then(clean::some_line);
        place.context = at.value("Snippet").and_then(|text| make::snippet(&text, None));
        Some(place)
    };
    let (source, primary) = (place("Source"), place("Primary"));
    found.locations.extend(primary.clone());
    if let (Some(source), Some(primary)) = (source, primary) {
        flow(found, [source, primary]);
    }
}

fn decisions(issue: &Element, found: &mut Found) {
    let said =
        issue.all("Comment").filter_map(|one| one.value("Comment").or_else(|| Some(one.text().into_owned())));
    let comment = clean::some_block(&said.take(20).collect::<Vec<_>>().join("\n"));
    for tag in issue.all("Tag") {
        if tag.value("Name").as_deref() == Some("Analysis") {
            audited(found, &tag.value("Value").unwrap_or_default(), comment.clone());
        }
    }
    if issue.attribute("suppressed") == Some("true") {
        decided(found, SuppressionStatus::Accepted, "suppressed", comment);
    }
}
