//! What Veracode's findings API answers.

use docket_domain::{Completeness, FindingKind, Found, Problem, Rule, Run};

use super::{severity, state};
use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::code;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, failed, not_such_a_report};

/// The format.
pub(crate) static VERACODE_JSON: Reads<Findings> = Reads(Findings);

static CARD: Card = Card {
    id: "veracode-json",
    label: "Veracode findings (JSON)",
    about: "Findings as Veracode's API answers them, whole or only their list.",
    extensions: &["json"],
    tool: "Veracode",
    versions: "findings API v2",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct Findings;

impl JsonReport for Findings {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let list =
            outline.has_inner("findings", "finding_details") && outline.has_inner("findings", "scan_type");
        let whole = outline.has(&["_embedded"]) && head.text.contains("\"finding_details\"");
        // Without findings only the page is left, with the addresses it was asked by.
        let silent = outline.has(&["page", "_links"]) && head.text.contains("/appsec/v2/applications/");
        match (list || whole, silent) {
            (true, _) => Confidence::Certain,
            (false, true) => Confidence::Likely,
            (false, false) => Confidence::No,
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["findings", "_embedded.findings"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let top = &cover.top;
        if cover.lists.is_empty() {
            if let Some(error) = top.at("_embedded.api_errors").items().first() {
                return Err(failed("Veracode", &error.line("title").unwrap_or_default()));
            }
            if top.at("page.total_elements").whole() != Some(0) {
                return Err(not_such_a_report(CARD.label, "it has no findings"));
            }
        }
        let mut run = CARD.run(options);
        if top.at("page.total_pages").whole().is_some_and(|pages| pages > 1) {
            run.completeness = Completeness::Partial { reason: "it is one page of several".to_owned() };
        }
        Ok(run)
    }

    fn record(&self, _at: &At<'_>, finding: &Json, out: &mut Out) -> Result<(), String> {
        let details = finding.get("finding_details");
        if !details.is_map() {
            return Err("it has no finding_details".to_owned());
        }
        let kind = finding.line("scan_type").unwrap_or_default();
        let cve = details.line("cve.name");
        let cwe = details.line("cwe.id");
        let weakness = details.line("cwe.name");
        let rule = cve.clone().or_else(|| cwe.as_ref().map(|cwe| format!("CWE-{cwe}")));
        let category = details.line("finding_category.name").or_else(|| weakness.clone());
        let mut found = make::found(&rule.clone().unwrap_or_default(), "");
        severity(&mut found, details.line("severity").as_deref());
        match kind.as_str() {
            "SCA" => package(details, &mut found),
            "DYNAMIC" => web(details, &mut found),
            _ => place(details, &mut found),
        }
        let named = cve.as_ref().map(|cve| {
            let name = found.component.as_ref().map_or("a package", |component| component.name.as_str());
            format!("{cve} in {name}")
        });
        found.title =
            clean::title(&named.or(category).or(rule.clone()).unwrap_or_else(|| "Finding".to_owned()));
        let ids: Vec<String> = cve.into_iter().collect();
        make::identifiers(&mut found, code::strs(&ids), cwe.iter().map(String::as_str));
        super::own_name(&mut found, ids.first().map_or("", String::as_str));
        let html = finding.block("description").unwrap_or_default();
        found.description = make::described([
            ("", Some(code::plain(&html))),
            ("Attack vector", details.line("attack_vector")),
            ("Module", details.line("module")),
            ("Exploitability", details.line("exploitability")),
            (
                "Violates the policy",
                finding.get("violates_policy").bool().map(|is| if is { "yes" } else { "no" }.to_owned()),
            ),
            ("First seen", finding.line("finding_status.first_found_date")),
        ]);
        let urls = code::links(&html);
        let own: Vec<String> = ["cve.href", "cwe.href"].iter().filter_map(|key| details.line(key)).collect();
        make::references(&mut found, urls.iter().chain(&own).map(String::as_str));
        found.tags =
            [Some(kind), weakness.clone()].into_iter().flatten().filter(|tag| !tag.is_empty()).collect();
        let scope = finding.line("context_guid").unwrap_or_default();
        make::fingerprint(&mut found, "issue", finding.line("issue_id").map(|id| format!("{scope}/{id}")));
        decisions(finding, &mut found);
        if let Some(rule) = rule {
            out.rule(Rule { uri: details.line("cwe.href"), ..make::rule(&rule, weakness) });
        }
        out.finding(found);
        Ok(())
    }
}

fn place(details: &Json, found: &mut Found) {
    found.kind = FindingKind::Code;
    let path = details.line("file_path").or_else(|| details.line("file_name")).unwrap_or_default();
    let mut place = make::place(&path, details.line_number("file_line_number"));
    place.logical = details.line("procedure");
    found.locations.push(place);
}

fn web(details: &Json, found: &mut Found) {
    found.kind = FindingKind::Web;
    let port = details.get("port").whole().and_then(|port| u16::try_from(port).ok());
    let (url, host) = (details.line("url").or_else(|| details.line("URL")), details.line("hostname"));
    found.endpoint = make::endpoint(url.as_deref(), host.as_deref(), port).map(|mut endpoint| {
        endpoint.parameter = details.line("vulnerable_parameter");
        endpoint
    });
}

fn package(details: &Json, found: &mut Found) {
    found.kind = FindingKind::Dependency;
    let version = details.line("version");
    let file = details.line("component_filename");
    // The file's name carries the version, which would make every update another package.
    let name = file.map(|file| match &version {
        Some(version) => file.replacen(&format!("-{version}"), "", 1),
        None => file,
    });
    found.component = make::component(name, version, None, None);
    for path in details.get("component_path").items().iter().take(100) {
        if let Some(path) = path.line("path") {
            found.locations.push(make::place(&path, None));
        }
    }
    let both = ["cve.cvss3", "cve"].iter().filter_map(|key| {
        let at = details.at(key);
        let score = at.get("score").number().or_else(|| at.get("cvss").number());
        make::opinion(at.get("vector").text(), score, None)
    });
    make::opinions(found, both.collect::<Vec<_>>());
    let licences = details.get("licenses").items().iter().filter_map(|one| one.line("license_id"));
    found.tags.extend(licences.take(20));
}

fn decisions(finding: &Json, found: &mut Found) {
    let status = finding.get("finding_status");
    let notes = finding.get("annotations").items().iter().filter_map(|note| note.block("comment"));
    let notes = Some(notes.take(20).collect::<Vec<_>>().join("\n")).filter(|text| !text.is_empty());
    let resolution = status.line("resolution").unwrap_or_default();
    let closed = status.get("status").text() == Some("CLOSED");
    let fate = match resolution.as_str() {
        // A closed flaw that was mitigated is there and accepted.
        "POTENTIAL_FALSE_POSITIVE" => "potential false positive",
        "MITIGATED" => "",
        _ if closed || resolution == "FIXED" => "fixed",
        _ => "",
    };
    let decision = status.line("resolution_status").filter(|word| word != "NONE");
    let decision =
        decision.unwrap_or_else(|| if resolution == "MITIGATED" { "approved".into() } else { String::new() });
    state(found, fate, &decision, notes);
}
