//! Nmap's XML: one finding for each open port, and one for each vulnerability that a script tells
//! in a form that machines read. Nmap states no severity; `vulners` gives CVSS scores.

use docket_domain::{Completeness, FindingKind, Found, Problem, Run};

use crate::clean;
use crate::evidence;
use crate::format::{Confidence, Head, ReadOptions};
use crate::make;
use crate::report::xml::{At, Element, Reads, XmlReport, root};
use crate::report::{Card, Out, failed, not_such_a_report, web};

/// The format.
pub(crate) static NMAP: Reads<Nmap> = Reads(Nmap);

static CARD: Card = Card {
    id: "nmap",
    label: "Nmap XML",
    about: "What Nmap writes with `-oX`: open ports, and what its scripts found out about them.",
    extensions: &["xml"],
    tool: "Nmap",
    versions: "XML output 1.04 and 1.05",
    example: include_str!("example.xml"),
};

/// Reads it.
pub(crate) struct Nmap;

/// Where a service is.
struct Service {
    host: Option<String>,
    port: Option<u16>,
    /// `443/tcp`, or the host itself.
    name: String,
}

impl XmlReport for Nmap {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        match root(head) {
            Some(root) if root.name == "nmaprun" => Confidence::Certain,
            _ => Confidence::No,
        }
    }

    fn records(&self) -> &'static [&'static str] {
        &["nmaprun/host"]
    }

    fn looks_ahead(&self) -> bool {
        // How it ended stands at the end.
        true
    }

    fn run(&self, cover: &Element, options: &ReadOptions) -> Result<Run, Problem> {
        if cover.name != "nmaprun" {
            return Err(not_such_a_report(CARD.label, "its outermost element is not nmaprun"));
        }
        let finished = cover.at("runstats/finished");
        if finished.attribute("exit") == Some("error") {
            let says = finished.attribute("errormsg").unwrap_or_default();
            return Err(failed(CARD.tool, says));
        }
        let mut run = CARD.run(options);
        run.tool.version = cover.attribute("version").map(clean::title);
        if finished.name.is_empty() {
            run.completeness = Completeness::Partial { reason: "the scan did not finish".to_owned() };
        }
        Ok(run)
    }

    fn record(&self, _: &At<'_>, host: &Element, out: &mut Out) -> Result<(), String> {
        let names = host.child("hostnames");
        // What the person asked for, else what the network says.
        let asked = names.all("hostname").find(|name| name.attribute("type") == Some("user"));
        let name = asked.or_else(|| names.children.first()).and_then(|name| name.attribute("name"));
        let address = host.all("address").find(|one| one.attribute("addrtype") != Some("mac"));
        let address = address.and_then(|one| one.attribute("addr"));
        let Some(shown) = name.or(address) else { return Err("it has neither name nor address".to_owned()) };
        for port in host.child("ports").all("port") {
            if port.child("state").attribute("state") != Some("open") {
                continue;
            }
            let number = port.attribute("portid").unwrap_or_default();
            let protocol = port.attribute("protocol").unwrap_or("tcp");
            let service = Service {
                host: Some(shown.to_owned()),
                port: number.parse().ok(),
                name: format!("{number}/{protocol}"),
            };
            let mut found = open_port(port, &service);
            if let Some(address) = address.filter(|address| *address != shown) {
                web::also_known_as(&mut found, address, Some(protocol));
            }
            out.part_of(port);
            out.finding(found);
            port.all("script").for_each(|script| tell(script, &service, out));
        }
        let whole = Service { host: Some(shown.to_owned()), port: None, name: "host".to_owned() };
        host.child("hostscript").all("script").for_each(|script| tell(script, &whole, out));
        Ok(())
    }
}

fn open_port(port: &Element, at: &Service) -> Found {
    let mut found = make::found(&format!("open-port:{}", at.name), &format!("Open port: {}", at.name));
    found.kind = FindingKind::Host;
    let service = port.child("service");
    let said: Vec<&str> =
        ["product", "version", "extrainfo"].iter().filter_map(|key| service.attribute(key)).collect();
    let state = port.child("state").attribute("reason");
    let scripts = port.all("script").filter_map(|script| {
        let output = clean::block(script.attribute("output")?);
        Some(format!("\n\n{}: {}", script.attribute("id").unwrap_or_default(), output.trim()))
    });
    found.description = make::described([
        ("Service", service.attribute("name").and_then(clean::some_line)),
        ("Product", clean::some_line(&said.join(" "))),
        ("State", state.map(|reason| format!("open, {}", clean::line(reason)))),
        ("Scripts", clean::some_block(&scripts.collect::<String>())),
    ]);
    found.endpoint = make::endpoint(None, at.host.as_deref(), at.port);
    let cpe = service.value("cpe").and_then(|cpe| make::of_cpe(&cpe));
    let (name, version) = cpe.unzip();
    let product = name.or_else(|| service.attribute("product").and_then(clean::some_line));
    let version = version.flatten().or_else(|| service.attribute("version").and_then(clean::some_line));
    found.component = make::component(product, version, None, None);
    found.tags = service.attribute("name").and_then(clean::some_line).into_iter().collect();
    found
}

/// Vulnerabilities that a script tells as tables.
fn tell(script: &Element, at: &Service, out: &mut Out) {
    let id = script.attribute("id").unwrap_or_default();
    out.part_of(script);
    for table in script.all("table") {
        if id == "vulners" {
            let product = table.attribute("key").and_then(make::of_cpe);
            for entry in table.all("table") {
                out.part_of(entry);
                out.finding(of_vulners(entry, product.clone(), at));
            }
        } else if elem(table, "state").is_some() && elem(table, "title").is_some() {
            of_library(id, table, at, out);
        }
    }
}

/// A named value of a table.
fn elem(table: &Element, key: &str) -> Option<String> {
    let found = table.all("elem").find(|elem| elem.attribute("key") == Some(key))?;
    clean::some_block(&found.text())
}

fn of_vulners(entry: &Element, product: Option<(String, Option<String>)>, at: &Service) -> Found {
    let id = elem(entry, "id").unwrap_or_default();
    let mut found = make::found(&id, &id);
    if let Some((name, version)) = product {
        found.title = clean::title(&format!("{id} in {name}"));
        found.component = make::component(Some(name), version, None, None);
    }
    found.kind = FindingKind::Host;
    let exploit = elem(entry, "is_exploit").filter(|said| said == "true");
    found.description = make::described([
        ("Source", elem(entry, "type")),
        ("Exploit", exploit.map(|_| "this is an exploit".to_owned())),
    ]);
    found.endpoint = make::endpoint(None, at.host.as_deref(), at.port);
    make::identifiers(&mut found, [id.as_str()], []);
    let score = elem(entry, "cvss").and_then(|score| score.parse().ok());
    make::opinions(&mut found, make::opinion(None, score, Some("vulners")));
    make::severity_from_cvss(&mut found);
    found
}

/// What scripts tell that use Nmap's library for vulnerabilities.
fn of_library(script: &str, table: &Element, at: &Service, out: &mut Out) {
    let state = elem(table, "state").unwrap_or_default();
    if state.eq_ignore_ascii_case("NOT VULNERABLE") {
        out.passed();
        return;
    }
    let title = elem(table, "title").unwrap_or_default();
    let key = table.attribute("key").unwrap_or(script);
    let mut found = make::found(&format!("{script}:{key}"), &title);
    found.kind = FindingKind::Host;
    let inner = |key: &str| -> Vec<String> {
        let list = table.all("table").find(|inner| inner.attribute("key") == Some(key));
        list.into_iter().flat_map(|list| list.all("elem").map(|elem| elem.text().into_owned())).collect()
    };
    found.description = make::described([
        ("", clean::some_block(&inner("description").join("\n"))),
        ("State", Some(state)),
        ("More", clean::some_block(&inner("extra_info").join("\n"))),
    ]);
    evidence::text(&mut found, "Results of the check", Some(inner("check_results").join("\n")));
    evidence::text(&mut found, "Results of the exploit", Some(inner("exploit_results").join("\n")));
    found.endpoint = make::endpoint(None, at.host.as_deref(), at.port);
    // `CVE:CVE-2007-6750`.
    let ids: Vec<String> = inner("ids").iter().map(|id| id.replace(':', " ")).collect();
    make::identifiers(&mut found, ids.iter().map(String::as_str).chain([key]), []);
    make::references(&mut found, inner("refs").iter().map(String::as_str));
    found.tags = vec![clean::line(script)];
    out.finding(found);
}
