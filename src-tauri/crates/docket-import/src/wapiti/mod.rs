//! Wapiti's reports, JSON and XML: vulnerabilities, anomalies and additional facts by category,
//! each with the request that shows it.

use docket_domain::{Evidence, FindingKind, Problem, Run};

use crate::evidence;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{self, Cover, JsonReport};
use crate::report::web::many;
use crate::report::xml::{self, Element, XmlReport, root};
use crate::report::{Card, Out, not_such_a_report};
use crate::words;

/// The format in JSON.
pub(crate) static WAPITI: json::Reads<Wapiti> = json::Reads(Wapiti);
/// The format in XML.
pub(crate) static WAPITI_XML: xml::Reads<WapitiXml> = xml::Reads(WapitiXml);

static CARD: Card = Card {
    id: "wapiti",
    label: "Wapiti JSON",
    about: "What Wapiti writes with `-f json`.",
    extensions: &["json"],
    tool: "Wapiti",
    versions: "3",
    example: include_str!("example.json"),
};

static CARD_XML: Card = Card {
    id: "wapiti-xml",
    label: "Wapiti XML",
    about: "What Wapiti writes with `-f xml`.",
    extensions: &["xml"],
    example: include_str!("example.xml"),
    ..CARD
};

/// Reads the JSON.
pub(crate) struct Wapiti;
/// Reads the XML.
pub(crate) struct WapitiXml;

impl JsonReport for Wapiti {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let fits = outline.has(&["classifications", "vulnerabilities", "anomalies"]);
        // Descriptions may fill the head before anything else comes.
        let begins = head.text.trim_start().starts_with('{')
            && outline.keys.is_empty()
            && head.text.contains("\"classifications\"")
            && head.text.contains("\"wstg\"");
        if fits || begins { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["vulnerabilities", "anomalies", "additionals"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        if !cover.has("vulnerabilities") {
            return Err(not_such_a_report(CARD.label, "it has no «vulnerabilities»"));
        }
        let mut run = CARD.run(options);
        let version = cover.top.line("infos.version");
        run.tool.version = version.map(|version| version.trim_start_matches("Wapiti ").to_owned());
        run.category = cover.top.line("infos.target");
        Ok(run)
    }

    fn record(&self, at: &json::At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let category = at.key.ok_or("it stands under no category")?;
        let about = at.cover.get("classifications").get(category);
        let target = at.cover.line("infos.target").unwrap_or_default();
        let named = about.get("ref").fields().iter().map(|(_, url)| url.as_text_or_empty());
        let references: Vec<String> = named.filter_map(|url| crate::clean::some_line(&url)).collect();
        let about = About {
            category,
            description: about.block("desc"),
            solution: about.block("sol"),
            references,
            target: &target,
        };
        for entry in out.objects(record) {
            tell(entry, &about, out);
        }
        Ok(())
    }
}

impl XmlReport for WapitiXml {
    fn card(&self) -> &'static Card {
        &CARD_XML
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let Some(root) = root(head).filter(|root| root.name == "report") else { return Confidence::No };
        let says = head.text.contains("generatorName") && head.text.to_ascii_lowercase().contains("wapiti");
        if says && root.attribute("type") == Some("security") { Confidence::Certain } else { Confidence::No }
    }

    fn records(&self) -> &'static [&'static str] {
        &["report/vulnerabilities/vulnerability", "report/anomalies/anomaly", "report/additionals/additional"]
    }

    fn run(&self, cover: &Element, options: &ReadOptions) -> Result<Run, Problem> {
        if cover.name != "report" {
            return Err(not_such_a_report(CARD_XML.label, "its outermost element is not report"));
        }
        Ok(CARD_XML.run(options))
    }

    fn record(&self, at: &xml::At<'_>, record: &Element, out: &mut Out) -> Result<(), String> {
        let category = record.attribute("name").ok_or("it names no category")?;
        let infos = at.outer("report").child("report_infos");
        let target = infos.all("info").find(|info| info.attribute("name") == Some("target"));
        let target = target.map(|info| info.text().into_owned()).unwrap_or_default();
        let references = record.child("references");
        let about = About {
            category,
            description: record.value("description"),
            solution: record.value("solution"),
            references: references.all("reference").filter_map(|reference| reference.value("url")).collect(),
            target: &target,
        };
        let json = record.json();
        for entry in many(&json, "entries", "entry") {
            tell(entry, &about, out);
        }
        Ok(())
    }
}

/// What is said about a category.
struct About<'a> {
    category: &'a str,
    description: Option<String>,
    solution: Option<String>,
    references: Vec<String>,
    target: &'a str,
}

/// An answer, where the report was told to hold them: status, headers as pairs, body.
fn response(given: &Json) -> Option<String> {
    let status = given.line("status_code")?;
    let headers = given.get("headers").items().iter().map(|pair| {
        let pair: Vec<String> = pair.items().iter().map(Json::as_text_or_empty).collect();
        pair.join(": ")
    });
    let headers = headers.collect::<Vec<_>>().join("\n");
    let body = given.get("body").text().unwrap_or_default();
    Some(format!("{status}\n{headers}\n\n{body}"))
}

fn tell(entry: &Json, about: &About<'_>, out: &mut Out) {
    out.part(entry);
    let info = entry.block("info");
    let title = info.clone().unwrap_or_else(|| about.category.to_owned());
    let mut found = make::found(about.category, &title);
    found.kind = FindingKind::Web;
    make::severity_as(&mut found, entry.line("level").as_deref(), words::severity_of_five);
    found.description = make::described([
        ("", info),
        (about.category, about.description.clone()),
        ("Module", entry.line("module")),
    ]);
    evidence::add(
        &mut found,
        Evidence {
            method: entry.line("method"),
            request: evidence::of(entry.get("http_request")),
            response: response(entry.at("detail.response")),
            ..Evidence::empty()
        },
    );
    found.remediation.clone_from(&about.solution);
    let path = entry.line("path").unwrap_or_default();
    let origin = about.target.split('/').take(3).collect::<Vec<_>>().join("/");
    let url = if crate::path::is_web(&path) { path } else { format!("{origin}{path}") };
    found.endpoint = make::endpoint(Some(&url), None, None);
    if let Some(endpoint) = &mut found.endpoint {
        endpoint.method = entry.line("method");
        endpoint.parameter = entry.line("parameter");
    }
    make::references(&mut found, about.references.iter().map(String::as_str));
    let cwes = about.references.iter().filter(|url| url.contains("cwe.mitre.org/data/definitions/"));
    let cwes: Vec<&str> = cwes.filter_map(|url| url.rsplit('/').next()?.split('.').next()).collect();
    make::identifiers(&mut found, [title.as_str()], cwes);
    let tests = many(entry, "wstg", "code").iter().map(Json::as_text_or_empty);
    found.tags = tests.filter_map(|test| crate::clean::some_line(&test)).collect();
    let mut rule = make::rule(about.category, Some(about.category.to_owned()));
    rule.description.clone_from(&about.description);
    rule.help.clone_from(&about.solution);
    out.rule(rule);
    out.finding(found);
}
