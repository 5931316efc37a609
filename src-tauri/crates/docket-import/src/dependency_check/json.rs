//! Dependency-Check's JSON: what stands in its XML, under nearly the same names.

use docket_domain::{Problem, Run, SuppressionStatus};

use super::found;
use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::xml::Element;
use crate::report::{Card, Out, not_such_a_report};

/// The format in JSON.
pub(crate) static DEPENDENCY_CHECK_JSON: Reads<DependencyCheckJson> = Reads(DependencyCheckJson);

static CARD: Card = Card {
    id: "dependency-check-json",
    label: "Dependency-Check JSON",
    about: "What OWASP Dependency-Check writes as JSON.",
    extensions: &["json"],
    tool: "Dependency-Check",
    versions: "reportSchema 1.0 and 1.1",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct DependencyCheckJson;

impl JsonReport for DependencyCheckJson {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let says = outline.has_paths(&["reportSchema", "scanInfo.engineVersion"]);
        let shape = outline.has_paths(&["dependencies.fileName", "dependencies.evidenceCollected"]);
        if says || shape { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["dependencies"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        if !cover.has("dependencies") {
            return Err(not_such_a_report(CARD.label, "it has no dependencies"));
        }
        let mut run = CARD.run(options);
        run.tool.version = cover.top.line("scanInfo.engineVersion");
        run.category = cover.top.line("projectInfo.name");
        run.started = cover.top.line("projectInfo.reportDate").and_then(|at| at.parse().ok());
        Ok(run)
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if !record.is_map() {
            return Err(format!("it is {}, not an object", record.what()));
        }
        let lists = ["vulnerabilities", "suppressedVulnerabilities"];
        if lists.iter().all(|list| record.get(list).items().is_empty()) {
            out.passed();
        }
        let part = dependency(record);
        for item in out.objects(record.get("vulnerabilities")) {
            out.part(item);
            out.finding(found(&part, &vulnerability(item))?);
        }
        for item in out.objects(record.get("suppressedVulnerabilities")) {
            out.part(item);
            let mut found = found(&part, &vulnerability(item))?;
            let why = item.block("notes");
            make::suppressed(&mut found, SuppressionStatus::Accepted, "suppression file", why);
            out.finding(found);
        }
        Ok(())
    }
}

/// A dependency as XML has it, without its vulnerabilities.
fn dependency(item: &Json) -> Element {
    let mut all = texts(item, &["fileName", "filePath", "sha1", "sha256"]);
    let related = item.get("relatedDependencies").items().iter().take(100);
    let related = related.map(|one| of("relatedDependency", texts(one, &["fileName", "filePath"])));
    all.push(of("relatedDependencies", related.collect()));
    let packages = item.get("packages").items().iter().take(100);
    all.push(of("identifiers", packages.map(|one| of("package", texts(one, &["id"]))).collect()));
    let evidence = ["productEvidence", "versionEvidence"].into_iter();
    let evidence = evidence.flat_map(|list| item.get("evidenceCollected").get(list).items()).take(100);
    let evidence = evidence.map(|one| {
        let mut element = of("evidence", texts(one, &["value"]));
        let said = ["type", "confidence"].iter().filter_map(|key| Some(((*key).to_owned(), one.line(key)?)));
        element.attributes.extend(said);
        element
    });
    all.push(of("evidenceCollected", evidence.collect()));
    let mut element = of("dependency", all);
    let is_virtual = item.get("isVirtual").bool().map(|yes| ("isVirtual".to_owned(), yes.to_string()));
    element.attributes.extend(is_virtual);
    element
}

/// A vulnerability as XML has it.
fn vulnerability(item: &Json) -> Element {
    let mut all = texts(item, &["name", "severity", "description", "notes"]);
    let cwes = item.lines("cwes").into_iter().take(1000).map(|cwe| Element::of_text("cwe", cwe));
    all.push(of("cwes", cwes.collect()));
    for (key, name) in [("cvssv2", "cvssV2"), ("cvssv3", "cvssV3"), ("cvssv4", "cvssV4")] {
        let said = item.get(key).fields().iter().take(100);
        let said =
            said.filter_map(|(key, value)| Some(Element::of_text(key, clean::some_line(&value.spelt())?)));
        all.push(of(name, said.collect()));
    }
    let references = item.get("references").items().iter().take(1000);
    all.push(of("references", references.map(|one| of("reference", texts(one, &["url"]))).collect()));
    let listed = item.get("knownExploitedVulnerability");
    let dates = [("DateAdded", "dateAdded"), ("DueDate", "dueDate")];
    let dates = dates.iter().filter_map(|(key, name)| Some(Element::of_text(name, listed.line(key)?)));
    all.push(of("knownExploitedVulnerability", dates.collect()));
    let mut element = of("vulnerability", all);
    element.attributes.extend(item.line("source").map(|source| ("source".to_owned(), source)));
    element
}

fn of(name: &str, children: Vec<Element>) -> Element {
    Element::of_elements(name, children)
}

fn texts(of: &Json, names: &[&str]) -> Vec<Element> {
    names.iter().filter_map(|name| Some(Element::of_text(name, of.block(name)?))).collect()
}
