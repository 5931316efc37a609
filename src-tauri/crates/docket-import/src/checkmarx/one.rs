//! Checkmarx One: the results of its API and of `cx results show`.

use docket_domain::{Completeness, FindingKind, Found, Problem, Rule, Run};

use super::{nodes, own_name, package, readable, state};
use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::code::strs;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static CHECKMARX_ONE: Reads<One> = Reads(One);

static CARD: Card = Card {
    id: "checkmarx-one",
    label: "Checkmarx One results",
    about: "Results as Checkmarx One's API and command line give them: code, packages, containers, infrastructure.",
    extensions: &["json"],
    tool: "Checkmarx One",
    versions: "API of results; cx results show --report-format json",
    example: include_str!("one.json"),
};

/// Reads it.
pub(crate) struct One;

impl JsonReport for One {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let inner = ["type", "similarityId", "severity", "state"];
        if inner.iter().all(|key| outline.has_inner("results", key)) {
            return Confidence::Certain;
        }
        let silent = outline.has(&["results", "totalCount", "scanID"]);
        if silent { Confidence::Likely } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["results"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let mut run = CARD.run(options);
        if !cover.has("results") {
            if cover.top.get("totalCount").whole() == Some(0) {
                return Ok(run);
            }
            return Err(not_such_a_report(CARD.label, "it has no results"));
        }
        if cover.top.get("partial").bool() == Some(true) {
            run.completeness = Completeness::Partial { reason: "it says that it is partial".to_owned() };
        }
        Ok(run)
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let kind = record.line("type").ok_or("it has no type")?;
        let data = record.get("data");
        let details = record.get("vulnerabilityDetails");
        let query = data.line("queryName").or_else(|| data.line("ruleName"));
        let cve = details.line("cveName").or_else(|| record.line("id"));
        let is_package = matches!(kind.as_str(), "sca" | "sca-container" | "containers");
        let rule = if is_package { cve.clone().or(query) } else { query.or(cve) };
        let rule = rule.ok_or("it names neither a query nor a vulnerability")?;
        let description = record.block("description");
        let title = if is_package {
            format!("{rule} in {}", package_name(data).unwrap_or_else(|| "a package".to_owned()))
        } else {
            readable(&rule)
        };
        let mut found = make::found(&rule, &title);
        make::severity(&mut found, record.get("severity").text());
        found.kind = match kind.as_str() {
            "kics" | "iac" => FindingKind::Iac,
            "sscs-secret-detection" => FindingKind::Secret,
            _ if is_package => FindingKind::Dependency,
            _ => FindingKind::Code,
        };
        nodes(&mut found, data.get("nodes").items());
        file(data, &mut found);
        packages(data, details, &mut found);
        identifiers(record, details, &mut found);
        found.description = make::described([
            ("", description),
            ("Expected", data.block("expectedValue")),
            ("Found", data.block("value")),
            ("Issue", data.line("issueType")),
            ("Platform", data.line("platform")),
            ("Language", data.line("languageName")),
            ("Dependency", data.line("scaPackageData.typeOfDependency")),
            ("Image", data.line("imageName")),
        ]);
        found.tags = [Some(kind.clone()), data.line("group")]
            .into_iter()
            .flatten()
            .chain(details.lines("compliances"))
            .collect();
        // Alike flaws share it; it stays from scan to scan. For packages it is only the CVE again.
        make::fingerprint(&mut found, "similarityId", record.line("similarityId").filter(|_| !is_package));
        crate::report::code::partial(&mut found, "resultHash", data.line("resultHash"));
        let comments: Vec<String> = record
            .get("comments")
            .fields()
            .iter()
            .filter_map(|(_, text)| clean::some_block(text.text()?))
            .collect();
        let comments = Some(comments.join("\n")).filter(|text| !text.is_empty());
        state(&mut found, record.get("state").text(), record.get("status").text(), comments);
        out.rule(Rule { tags: data.line("group").into_iter().collect(), ..make::rule(&rule, None) });
        out.finding(found);
        Ok(())
    }
}

/// Results without a way have one place at most.
fn file(data: &Json, found: &mut Found) {
    if !found.locations.is_empty() {
        return;
    }
    let spelt =
        data.line("filename").or_else(|| data.line("fileName")).or_else(|| data.line("imageFilePath"));
    if let Some(path) = spelt {
        found.locations.push(make::place(&path, data.line_number("line")));
    }
    for path in data.lines("scaPackageData.locations") {
        found.locations.push(make::place(&path, None));
    }
}

fn package_name(data: &Json) -> Option<String> {
    data.line("packageName").or_else(|| data.line("packageIdentifier"))
}

fn packages(data: &Json, details: &Json, found: &mut Found) {
    let fixed = data.line("recommendedVersion");
    found.component = match data.line("packageName") {
        Some(name) => make::component(Some(name), data.line("packageVersion"), None, fixed.clone()),
        None => data.line("packageIdentifier").and_then(|id| package(&id, None, fixed.clone())),
    };
    found.remediation = fixed.map(|fixed| format!("Update to {fixed}."));
    let opinion =
        make::opinion(details.get("cvss").get("vector").text(), details.get("cvssScore").number(), None);
    make::opinions(found, opinion);
    let urls: Vec<String> =
        data.get("packageData").items().iter().filter_map(|one| one.line("url")).collect();
    make::references(found, strs(&urls));
    let link = data.line("scaPackageData.fixLink");
    make::references(found, link.iter().map(String::as_str));
}

fn identifiers(record: &Json, details: &Json, found: &mut Found) {
    let ids: Vec<String> = [record.line("id"), details.line("cveName")].into_iter().flatten().collect();
    let cwe = details.line("cweId");
    make::identifiers(found, strs(&ids), cwe.iter().map(String::as_str));
    for id in &ids {
        own_name(found, id);
    }
}
