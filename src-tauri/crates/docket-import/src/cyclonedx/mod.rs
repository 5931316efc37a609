//! CycloneDX bills of materials with vulnerabilities, JSON and XML: 1.2 to 1.6, VEX, and the
//! vulnerability extension of before.

mod read;
mod xml;

use docket_domain::{Problem, Run};

use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::report::json::{At, Cover, JsonReport, Reads, did_not_look};
use crate::report::xml::{self as elements, Element, XmlReport, root};
use crate::report::{Card, Names, Out, not_such_a_report};

/// The format in JSON.
pub(crate) static CYCLONEDX: Reads<Bom> = Reads(Bom);
/// The format in XML.
pub(crate) static CYCLONEDX_XML: elements::Reads<XmlBom> = elements::Reads(XmlBom);

const VERSIONS: &str = "1.0 to 1.6, with the vulnerability extension 1.0";

static CARD: Card = Card {
    id: "cyclonedx",
    label: "CycloneDX JSON",
    about: "Bills of materials that name vulnerabilities, and VEX: Grype, Trivy, Dependency-Track, Jake and many more.",
    extensions: &["json", "cdx"],
    tool: "CycloneDX",
    versions: VERSIONS,
    example: include_str!("example.json"),
};

static XML_CARD: Card = Card {
    id: "cyclonedx-xml",
    label: "CycloneDX XML",
    about: "Bills of materials that name vulnerabilities, and VEX, in XML.",
    extensions: &["xml", "cdx"],
    tool: "CycloneDX",
    versions: VERSIONS,
    example: include_str!("example.xml"),
};

/// A bill of materials without a word about flaws: nobody looked for any.
const SILENT: &str = "it is a list of components that says nothing about vulnerabilities";

/// Reads JSON.
pub(crate) struct Bom;

impl JsonReport for Bom {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let schema =
            outline.text("$schema").is_some_and(|schema| schema.contains("cyclonedx.org/schema/bom"));
        if outline.text("bomFormat") == Some("CycloneDX") || schema {
            return Confidence::Certain;
        }
        // Some tools forget the name of the format.
        let listed = ["components.bom-ref", "components.purl", "vulnerabilities.affects"];
        let shape = outline.has(&["specVersion"]) && listed.iter().any(|path| outline.path(path).is_some());
        if shape { Confidence::Likely } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["vulnerabilities"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let top = &cover.top;
        if top.line("bomFormat").is_none() && top.line("specVersion").is_none() {
            return Err(not_such_a_report(CARD.label, "it has neither a bomFormat nor a specVersion"));
        }
        let mut run = CARD.run(options);
        // 1.5 has an object with components in place of the list of tools.
        let tools = top.at("metadata.tools");
        let tool = tools.items().first().or_else(|| tools.get("components").items().first());
        if let Some((tool, name)) = tool.and_then(|tool| Some((tool, tool.line("name")?))) {
            run.tool.name = name;
            run.tool.version = tool.line("version");
        }
        run.category = top.line("metadata.component.name");
        run.started = top.line("metadata.timestamp").and_then(|at| at.parse().ok());
        Ok(if cover.has("vulnerabilities") { run } else { did_not_look(run, SILENT) })
    }

    fn named(&self) -> &'static [&'static str] {
        &["components", "services"]
    }

    fn name(&self, element: &Json, names: &mut Names) {
        read::name(element, names);
    }

    fn names(&self, cover: &Json, names: &mut Names) {
        read::name(cover.at("metadata.component"), names);
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        read::vulnerability(record, at.names, out)
    }
}

/// Reads XML.
pub(crate) struct XmlBom;

impl XmlReport for XmlBom {
    fn card(&self) -> &'static Card {
        &XML_CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let is_bom = |root: &Element| {
            let namespace = |(_, value): &(String, String)| value.contains("cyclonedx.org/schema/bom");
            root.name == "bom" && root.attributes.iter().any(namespace)
        };
        if root(head).is_some_and(|root| is_bom(&root)) { Confidence::Certain } else { Confidence::No }
    }

    fn records(&self) -> &'static [&'static str] {
        &[
            "bom/vulnerabilities/vulnerability",
            // The extension stood inside components too.
            "bom/components/component/vulnerabilities/vulnerability",
            "bom/components/component/components/component/vulnerabilities/vulnerability",
        ]
    }

    fn looks_ahead(&self) -> bool {
        true
    }

    fn run(&self, cover: &Element, options: &ReadOptions) -> Result<Run, Problem> {
        if cover.name != "bom" {
            return Err(not_such_a_report(XML_CARD.label, "its outermost element is not bom"));
        }
        let mut run = XML_CARD.run(options);
        let tools = cover.at("metadata/tools");
        let tool = tools.children.iter().find_map(|tool| match tool.name.as_str() {
            "tool" => Some(tool),
            "components" => tool.children.first(),
            _ => None,
        });
        if let Some((tool, name)) = tool.and_then(|tool| Some((tool, tool.value("name")?))) {
            run.tool.name = crate::clean::title(&name);
            run.tool.version = tool.value("version");
        }
        run.category = cover.value("metadata/component/name");
        run.started = cover.value("metadata/timestamp").and_then(|at| at.parse().ok());
        Ok(if xml::speaks_of_flaws(cover) { run } else { did_not_look(run, SILENT) })
    }

    fn names(&self, cover: &Element) -> Names {
        xml::names(cover)
    }

    fn record(&self, at: &elements::At<'_>, record: &Element, out: &mut Out) -> Result<(), String> {
        read::vulnerability(&xml::vulnerability(record, at.outer("component")), at.names, out)
    }
}
