//! Nuclei's results, one a line (`-jsonl`) or as a list (`-json-export`): one finding for each match.

use docket_domain::{Evidence, FindingKind, Found};

use crate::evidence;
use crate::exploit;
use crate::format::{Confidence, Head};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, JsonReport, Reads};
use crate::report::{Card, Out, web};

/// The format.
pub(crate) static NUCLEI: Reads<Nuclei> = Reads(Nuclei);

static CARD: Card = Card {
    id: "nuclei",
    label: "Nuclei JSON",
    about: "What Nuclei writes with `-jsonl` (one result a line) or `-json-export` (a list).",
    extensions: &["json", "jsonl"],
    tool: "Nuclei",
    versions: "2 and 3, and the names of fields of before (`templateID`)",
    example: include_str!("example.jsonl"),
};

/// Reads it.
pub(crate) struct Nuclei;

impl JsonReport for Nuclei {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let lines = |id| outline.has(&[id, "info", "type"]);
        let list = |id| outline.first_has(&[id, "info"]);
        // A long request may hide what comes behind it.
        let begins = |id| outline.has(&[id, "info"]) && outline.text("template-path").is_some();
        let fits = |id| lines(id) || list(id) || begins(id);
        if fits("template-id") || fits("templateID") { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &[""]
    }

    fn record(&self, _: &At<'_>, result: &Json, out: &mut Out) -> Result<(), String> {
        let id = either(result, "template-id", "templateID").ok_or("it names no template")?;
        // With `-matcher-status` templates that did not match are told too.
        if result.get("matcher-status").bool() == Some(false) {
            out.passed();
            return Ok(());
        }
        let info = result.get("info");
        let matcher = either(result, "matcher-name", "matcher_name");
        let rule = matcher.as_ref().map_or_else(|| id.clone(), |matcher| format!("{id}:{matcher}"));
        let name = info.line("name").unwrap_or_else(|| id.clone());
        let title = matcher.as_ref().map_or_else(|| name.clone(), |matcher| format!("{name}: {matcher}"));
        let mut found = make::found(&rule, &title);
        let is_file = result.get("type").text() == Some("file");
        found.kind = match result.get("type").text() {
            Some("http" | "headless" | "websocket") => FindingKind::Web,
            Some("file") => FindingKind::Code,
            _ => FindingKind::Host,
        };
        make::severity(&mut found, info.get("severity").text());
        found.description =
            make::described([("", info.block("description")), ("Impact", info.block("impact"))]);
        evidence::add(
            &mut found,
            Evidence {
                url: either(result, "matched-at", "matched").filter(|url| crate::path::is_web(url)),
                request: evidence::of(result.get("request")),
                response: evidence::of(result.get("response")),
                text: extracted(result),
                ..Evidence::empty()
            },
        );
        found.remediation = info.block("remediation");
        place(&mut found, result, is_file);
        classify(&mut found, info, &id);
        let technology = info.lines("tags").iter().any(|tag| tag.split(',').any(|tag| tag.trim() == "tech"));
        let technology = technology || id.starts_with("tech-detect");
        found.component = make::component(matcher.filter(|_| technology), None, None, None);
        let mut about = make::rule(&found.rule, Some(name));
        about.description = info.block("description");
        about.help = info.block("remediation");
        about.uri = result.line("template-url").filter(|url| crate::path::is_web(url));
        out.rule(about);
        out.finding(found);
        Ok(())
    }
}

fn either(of: &Json, new: &str, old: &str) -> Option<String> {
    of.line(new).or_else(|| of.line(old))
}

/// What the template took out of the answer.
fn extracted(result: &Json) -> Option<String> {
    let new = result.lines("extracted-results");
    let all = if new.is_empty() { result.lines("extracted_results") } else { new };
    crate::clean::some_line(&all.join(", "))
}

fn place(found: &mut Found, result: &Json, is_file: bool) {
    let matched = either(result, "matched-at", "matched");
    if is_file {
        let path = matched.or_else(|| result.line("path")).unwrap_or_default();
        found.locations.push(make::place(&path, None));
        return;
    }
    let host = result.line("host");
    let address = matched.filter(|at| !at.is_empty()).or_else(|| host.clone()).unwrap_or_default();
    let port = result.line("port").and_then(|port| port.parse().ok());
    found.endpoint = if crate::path::is_web(&address) {
        make::endpoint(Some(&address), None, port)
    } else {
        // `host:port`, or a name that was asked for.
        let bare = address.trim_matches(['[', ']']);
        match address.rsplit_once(':').map(|(host, port)| (host, port.parse::<u16>())) {
            Some((host, Ok(port))) if !host.ends_with(':') => make::endpoint(None, Some(host), Some(port)),
            _ => make::endpoint(None, Some(bare), port),
        }
    };
    if let Some(endpoint) = &mut found.endpoint {
        let request = result.get("request").text().and_then(|text| text.split_whitespace().next());
        let method = request.filter(|word| word.len() <= 10 && word.bytes().all(|b| b.is_ascii_uppercase()));
        endpoint.method = result.line("fuzzing_method").or_else(|| method.map(str::to_owned));
        endpoint.parameter = result.line("fuzzing_parameter");
    }
}

fn classify(found: &mut Found, info: &Json, id: &str) {
    let class = info.get("classification");
    let cves = class.lines("cve-id");
    let weaknesses = class.lines("cwe-id");
    make::identifiers(
        found,
        cves.iter().map(String::as_str).chain([id]),
        weaknesses.iter().filter(|cwe| cwe.to_ascii_lowercase().starts_with("cwe")).map(String::as_str),
    );
    let vector = class.line("cvss-metrics");
    make::opinions(found, make::opinion(vector.as_deref(), class.get("cvss-score").number(), None));
    make::severity_from_cvss(found);
    exploit::epss_in(found, class, "epss-score", "epss-percentile", "epss-date");
    let references = info.lines("reference");
    let links: Vec<String> = references.iter().flat_map(|text| web::links(text)).collect();
    make::references(found, links.iter().map(String::as_str));
    let tags = info.lines("tags");
    let tags = tags.iter().flat_map(|tags| tags.split(',')).filter_map(crate::clean::some_line);
    found.tags.extend(tags);
    // Templates of flaws that a catalogue lists bear its tag.
    for (tag, source) in [("kev", "CISA"), ("vkev", "VulnCheck")] {
        if found.tags.iter().any(|known| known.eq_ignore_ascii_case(tag)) {
            exploit::exploited(found, Some(source), None, None, false);
        }
    }
}
