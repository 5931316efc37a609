//! ZAP's reports («traditional» and «traditional plus», JSON and XML) and the alerts of its API:
//! one finding for each alert of a site, its instances as places.

use docket_domain::{Evidence, FindingKind, Found, Problem, Run, Severity};

use crate::evidence;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{self, Cover, JsonReport};
use crate::report::web::{self, many};
use crate::report::xml::{self, Element, XmlReport, root};
use crate::report::{Card, Out, not_such_a_report};

/// The format in JSON.
pub(crate) static ZAP: json::Reads<Zap> = json::Reads(Zap);
/// The format in XML.
pub(crate) static ZAP_XML: xml::Reads<ZapXml> = xml::Reads(ZapXml);

static CARD: Card = Card {
    id: "zap",
    label: "ZAP JSON",
    about: "What ZAP (OWASP ZAP, Checkmarx ZAP) writes as «traditional JSON», and the alerts of its API.",
    extensions: &["json"],
    tool: "ZAP",
    versions: "2.7 to 2.16, with and without requests; alerts of the API",
    example: include_str!("example.json"),
};

static CARD_XML: Card = Card {
    id: "zap-xml",
    label: "ZAP XML",
    about: "What ZAP (OWASP ZAP, Checkmarx ZAP) writes as «traditional XML».",
    extensions: &["xml"],
    versions: "2.3 to 2.16, with and without requests",
    example: include_str!("example.xml"),
    ..CARD
};

/// Reads the JSON.
pub(crate) struct Zap;
/// Reads the XML.
pub(crate) struct ZapXml;

impl JsonReport for Zap {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let api = outline.has_inner("alerts", "pluginId") && outline.has_inner("alerts", "risk");
        let says = outline.text("@programName").is_some_and(|name| name.contains("ZAP"));
        let shape = outline.has(&["@version", "site"]) && outline.text("@generated").is_some();
        // GitLab's DAST report keeps ZAP's site beside vulnerabilities of its own.
        let is_gitlab = outline.has(&["vulnerabilities", "version"]);
        match (says || shape || api, is_gitlab) {
            (true, false) => Confidence::Certain,
            (true, true) => Confidence::Maybe,
            (false, _) => Confidence::No,
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["site", "alerts"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        if cover.lists.is_empty() && cover.top.get("@version").is_null() {
            return Err(not_such_a_report(CARD.label, "it has neither a «site» nor «alerts»"));
        }
        let mut run = CARD.run(options);
        run.tool.version = cover.top.line("@version");
        run.started = cover.top.line("created").and_then(|at| at.parse().ok());
        Ok(run)
    }

    fn record(&self, at: &json::At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        match at.key {
            // A single site may stand there without a list around it.
            Some("alerts") => record.items().iter().for_each(|alert| tell(alert, &Json::Null, out)),
            Some(_) => {}
            None if !record.is_map() => return Err(format!("it is {}, not an object", record.what())),
            None if at.list == "alerts" => out.finding(of_api(record)),
            None => many(record, "alerts", "alertitem").iter().for_each(|alert| tell(alert, record, out)),
        }
        Ok(())
    }
}

impl XmlReport for ZapXml {
    fn card(&self) -> &'static Card {
        &CARD_XML
    }

    fn sniff(&self, head: &Head) -> Confidence {
        match root(head) {
            Some(root) if root.name == "OWASPZAPReport" => Confidence::Certain,
            _ => Confidence::No,
        }
    }

    fn records(&self) -> &'static [&'static str] {
        &["OWASPZAPReport/site/alerts/alertitem"]
    }

    fn run(&self, cover: &Element, options: &ReadOptions) -> Result<Run, Problem> {
        if cover.name != "OWASPZAPReport" {
            return Err(not_such_a_report(CARD_XML.label, "its outermost element is not OWASPZAPReport"));
        }
        let mut run = CARD_XML.run(options);
        run.tool.version = cover.attribute("version").map(crate::clean::title);
        run.started = cover.attribute("created").and_then(|at| at.parse().ok());
        Ok(run)
    }

    fn record(&self, at: &xml::At<'_>, alert: &Element, out: &mut Out) -> Result<(), String> {
        tell(&alert.json(), &at.outer("site").json(), out);
        Ok(())
    }
}

/// An alert with what it tells about its rule.
fn tell(alert: &Json, site: &Json, out: &mut Out) {
    out.part(alert);
    let found = read(alert, site);
    let mut rule = make::rule(&found.rule, alert.line("name"));
    rule.description = web::plain(&alert.get("desc").as_text_or_empty());
    rule.help.clone_from(&found.remediation);
    out.rule(rule);
    out.finding(found);
}

/// One alert of a site in either spelling.
fn read(alert: &Json, site: &Json) -> Found {
    let rule = alert.line("alertRef").or_else(|| alert.line("pluginid")).unwrap_or_default();
    let title = alert.line("alert").or_else(|| alert.line("name")).unwrap_or_default();
    let mut found = make::found(&rule, &title);
    found.kind = FindingKind::Web;
    risk(&mut found, alert.line("riskcode").as_deref());
    found.severity_raw = alert.line("riskdesc").or(found.severity_raw);
    let html = |name: &str| web::plain(&alert.get(name).as_text_or_empty());
    let mut instances = many(alert, "instances", "instance");
    if instances.is_empty() && !alert.get("uri").is_null() {
        // Up to 2.4 an alert was its only instance.
        instances = std::slice::from_ref(alert);
    }
    found.description = make::described([("", html("desc")), ("Other information", html("otherinfo"))]);
    found.remediation = html("solution");
    for instance in instances {
        let part = |kind: &str, what: &str| {
            ["", "-"].iter().find_map(|between| evidence::of(instance.get(&format!("{kind}{between}{what}"))))
        };
        let whole = |kind: &str| match (part(kind, "header"), part(kind, "body")) {
            (Some(header), Some(body)) => Some(format!("{}\n\n{body}", header.trim_end())),
            (header, _) => header,
        };
        evidence::add(
            &mut found,
            Evidence {
                label: None,
                method: instance.line("method"),
                url: instance.line("uri"),
                request: whole("request"),
                response: whole("response"),
                payload: evidence::of(instance.get("attack")),
                text: evidence::of(instance.get("evidence")),
            },
        );
        found.locations.push(web::place(
            &instance.line("uri").unwrap_or_default(),
            instance.line("method").as_deref(),
            instance.line("param").as_deref(),
            None,
        ));
    }
    let address = site.line("@name").or_else(|| found.locations.first()?.uri.clone());
    found.endpoint = make::endpoint(
        address.as_deref(),
        site.line("@host").as_deref(),
        site.line("@port").and_then(|port| port.parse().ok()),
    );
    finish(&mut found, alert, "tags");
    found
}

/// One alert as the API lists it: each is an instance.
fn of_api(alert: &Json) -> Found {
    let rule = alert.line("alertRef").or_else(|| alert.line("pluginId")).unwrap_or_default();
    let title = alert.line("alert").or_else(|| alert.line("name")).unwrap_or_default();
    let mut found = make::found(&rule, &title);
    found.kind = FindingKind::Web;
    make::severity(&mut found, alert.get("risk").text());
    found.description = make::described([
        ("", web::plain(&alert.get("description").as_text_or_empty())),
        ("Other information", alert.block("other")),
    ]);
    evidence::add(
        &mut found,
        Evidence {
            payload: evidence::of(alert.get("attack")),
            text: evidence::of(alert.get("evidence")),
            ..Evidence::empty()
        },
    );
    found.remediation = web::plain(&alert.get("solution").as_text_or_empty());
    found.endpoint = make::endpoint(alert.line("url").as_deref(), None, None);
    if let Some(endpoint) = &mut found.endpoint {
        endpoint.method = alert.line("method");
        endpoint.parameter = alert.line("param");
    }
    finish(&mut found, alert, "tags");
    found
}

fn finish(found: &mut Found, alert: &Json, tags: &str) {
    let cwe = alert.line("cweid");
    make::identifiers(found, [], cwe.as_deref());
    let reference = alert.get("reference").as_text_or_empty();
    make::references(found, web::links(&reference).iter().map(String::as_str));
    let wasc = alert.line("wascid").filter(|id| id.parse::<u32>().is_ok_and(|id| id > 0));
    found.tags.extend(wasc.map(|id| format!("WASC-{id}")));
    found.tags.extend(many(alert, tags, "tag").iter().filter_map(|tag| tag.line("tag")));
    // Somebody marked it so in ZAP: confidence «False Positive».
    let confidence = alert.line("confidence").unwrap_or_default();
    if confidence == "0" || confidence.eq_ignore_ascii_case("false positive") {
        found.suppressions.push(web::decision("false positive", None));
    }
}

fn risk(found: &mut Found, code: Option<&str>) {
    make::severity_as(found, code, |code| {
        Some(match code {
            "0" => Severity::Info,
            "1" => Severity::Low,
            "2" => Severity::Medium,
            "3" => Severity::High,
            _ => return None,
        })
    });
}
