//! Nikto's reports: JSON (one host, or a list of them) and XML. One finding for each item, that is
//! for each test and address. Nikto states no severity.

use docket_domain::{FindingKind, Found, Problem, Run};

use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{self, Cover, JsonReport};
use crate::report::web;
use crate::report::xml::{self, Element, XmlReport, root};
use crate::report::{Card, Out, not_such_a_report};

/// The format in JSON.
pub(crate) static NIKTO: json::Reads<Nikto> = json::Reads(Nikto);
/// The format in XML.
pub(crate) static NIKTO_XML: xml::Reads<NiktoXml> = xml::Reads(NiktoXml);

static CARD: Card = Card {
    id: "nikto",
    label: "Nikto JSON",
    about: "What Nikto writes with `-Format json`.",
    extensions: &["json"],
    tool: "Nikto",
    versions: "2.1.6 and 2.5, one host or a list of them",
    example: include_str!("example.json"),
};

static CARD_XML: Card = Card {
    id: "nikto-xml",
    label: "Nikto XML",
    about: "What Nikto writes with `-Format xml`.",
    extensions: &["xml"],
    versions: "2.1.5 to 2.5, with the element around it written twice",
    example: include_str!("example.xml"),
    ..CARD
};

/// Reads the JSON.
pub(crate) struct Nikto;
/// Reads the XML.
pub(crate) struct NiktoXml;

impl JsonReport for Nikto {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let host = outline.has(&["host", "vulnerabilities"])
            && ["banner", "ip"].iter().any(|key| outline.has(&[key]));
        let hosts = outline.first_has(&["host", "vulnerabilities"])
            && ["banner", "ip"].iter().any(|key| outline.first_has(&[key]));
        if host || hosts { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["", "vulnerabilities"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let whole = cover.has("vulnerabilities") || cover.top.is_null() || !cover.top.get("host").is_null();
        if !whole {
            return Err(not_such_a_report(CARD.label, "it has no «vulnerabilities»"));
        }
        let run = CARD.run(options);
        // Without a list, even an empty one, the host was not tested.
        let tested = cover.has("vulnerabilities") || cover.top.is_null();
        Ok(if tested { run } else { json::did_not_look(run, "the host was not tested") })
    }

    fn record(&self, at: &json::At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if at.list == "vulnerabilities" {
            return item(record, at.cover, out);
        }
        if !record.is_map() {
            return Err(format!("it is {}, not a host", record.what()));
        }
        for one in out.objects(record.get("vulnerabilities")) {
            if let Err(why) = item(one, record, out) {
                out.part_lost(&why);
            }
        }
        Ok(())
    }
}

fn item(item: &Json, host: &Json, out: &mut Out) -> Result<(), String> {
    out.part(item);
    let message = item.line("msg").ok_or("it has no message")?;
    let id = item.line("id").unwrap_or_default();
    let port = host.line("port").and_then(|port| port.parse::<u16>().ok());
    let name = host.line("host").or_else(|| host.line("ip"));
    let path = item.line("url").unwrap_or_default();
    let url = match (&name, crate::path::is_web(&path)) {
        (_, true) => Some(path),
        // The report does not tell the scheme; 443 and its like are the ports of HTTPS.
        (Some(name), false) => {
            let scheme = if matches!(port, Some(443 | 8443 | 9443)) { "https" } else { "http" };
            let place = port.map_or(String::new(), |port| format!(":{port}"));
            Some(format!("{scheme}://{name}{place}/{}", path.trim_start_matches('/')))
        }
        (None, false) => None,
    };
    let references = item.block("references").unwrap_or_default();
    out.finding(found(
        &id,
        &message,
        url.as_deref(),
        item.line("method"),
        &[references, osvdb(item.line("OSVDB"))],
    ));
    Ok(())
}

impl XmlReport for NiktoXml {
    fn card(&self) -> &'static Card {
        &CARD_XML
    }

    fn sniff(&self, head: &Head) -> Confidence {
        match root(head) {
            Some(root) if root.name == "niktoscan" => Confidence::Certain,
            _ => Confidence::No,
        }
    }

    fn records(&self) -> &'static [&'static str] {
        &["niktoscan/scandetails/item", "niktoscan/niktoscan/scandetails/item"]
    }

    fn run(&self, cover: &Element, options: &ReadOptions) -> Result<Run, Problem> {
        if cover.name != "niktoscan" {
            return Err(not_such_a_report(CARD_XML.label, "its outermost element is not niktoscan"));
        }
        let mut run = CARD_XML.run(options);
        run.tool.version = cover.attribute("version").map(crate::clean::title);
        Ok(run)
    }

    fn record(&self, at: &xml::At<'_>, item: &Element, out: &mut Out) -> Result<(), String> {
        let message = item.value("description").ok_or("it has no description")?;
        let details = at.outer("scandetails");
        let site = details.attribute("sitename").unwrap_or_default();
        let path = item.value("uri").unwrap_or_default();
        let joined = format!("{}/{}", site.trim_end_matches('/'), path.trim_start_matches('/'));
        let link = item.value("namelink").filter(|link| crate::path::is_web(link));
        let url = link.unwrap_or(joined);
        let references = item.value("references").unwrap_or_default();
        let method = item.attribute("method").and_then(crate::clean::some_line);
        let osvdb = osvdb(item.attribute("osvdbid").map(str::to_owned));
        let id = item.attribute("id").unwrap_or_default();
        out.finding(found(id, &message, Some(&url), method, &[references, osvdb]));
        Ok(())
    }
}

/// A number of the Open Source Vulnerability Database, which is no more; 0 is none.
fn osvdb(number: Option<String>) -> String {
    number.filter(|number| number != "0").map(|number| format!("OSVDB-{number}")).unwrap_or_default()
}

fn found(
    id: &str,
    message: &str,
    url: Option<&str>,
    method: Option<String>,
    references: &[String; 2],
) -> Found {
    // The message begins with the address in some versions.
    let (title, rule) = (message, if id.is_empty() { message } else { id });
    let mut found = make::found(rule, title);
    found.kind = FindingKind::Web;
    found.description = make::described([("", crate::clean::some_block(message))]);
    found.endpoint = make::endpoint(url, None, None);
    if let Some(endpoint) = &mut found.endpoint {
        endpoint.method = method;
    }
    let [text, osvdb] = references;
    make::identifiers(&mut found, [text.as_str(), message], []);
    let links: Vec<String> = web::links(text).into_iter().chain(web::links(message)).collect();
    make::references(&mut found, links.iter().map(String::as_str));
    found.tags = crate::clean::some_line(osvdb).into_iter().collect();
    found
}
