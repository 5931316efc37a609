//! What stands in the lists of Checkmarx One's reports.

use docket_domain::{FindingKind, Found, Rule};

use super::{nodes, own_name, package as package_of, readable, state};
use crate::json::Json;
use crate::make;
use crate::report::Out;
use crate::report::code::strs;

/// A finding of a query, with what both generations say alike.
fn of_query(query: &str, one: &Json, kind: FindingKind) -> Found {
    let mut found = make::found(query, &readable(query));
    found.kind = kind;
    make::severity(&mut found, one.get("severity").text());
    let similarity = one.line("similarityId").or_else(|| one.line("similarityID"));
    make::fingerprint(&mut found, "similarityId", similarity.filter(|id| id != "0"));
    state(&mut found, one.get("state").text(), one.get("status").text(), None);
    let link = one.line("resultViewerLink");
    make::references(&mut found, link.iter().map(String::as_str));
    found
}

/// One language of the old report.
pub(super) fn language(language: &Json, out: &mut Out) {
    for query in out.objects(language.get("queries")) {
        let name = query.line("queryName").unwrap_or_else(|| "Query".to_owned());
        for one in out.objects(query.get("vulnerabilities")) {
            out.part(one);
            let mut found = of_query(&name, one, FindingKind::Code);
            nodes(&mut found, one.get("nodes").items());
            let cwe = one.line("cweId");
            make::identifiers(&mut found, [], cwe.iter().map(String::as_str));
            found.tags = one.line("groupName").into_iter().chain(one.lines("compliance")).collect();
            found.description = make::described([
                ("", query.block("description")),
                ("Language", language.line("languageName")),
            ]);
            out.rule(Rule {
                description: query.block("description"),
                ..make::rule(&name, Some(readable(&name)))
            });
            out.finding(found);
        }
    }
}

/// One package of the old report.
pub(super) fn package(package: &Json, out: &mut Out) {
    let id = package.line("name").unwrap_or_default();
    for one in out.objects(package.get("vulnerabilities")) {
        out.part(one);
        let rule =
            one.line("cveName").or_else(|| one.line("cveId")).or_else(|| one.line("id")).unwrap_or_default();
        let component = package_of(&id, one.line("version"), one.line("recommendedVersion"));
        out.finding(vulnerability(&rule, one, component));
    }
}

fn vulnerability(rule: &str, one: &Json, component: Option<docket_domain::Component>) -> Found {
    let name = component.as_ref().map_or("a package", |component| component.name.as_str());
    let mut found = make::found(rule, &format!("{rule} in {name}"));
    found.component = component;
    found.kind = FindingKind::Dependency;
    make::severity(&mut found, one.get("severity").text());
    found.description = one.block("description").unwrap_or_default();
    let ids = [one.line("cveId"), one.line("cveName"), one.line("id")];
    let ids: Vec<String> = ids.into_iter().flatten().collect();
    let cwe = one.line("cwe").or_else(|| one.line("cweId"));
    make::identifiers(&mut found, strs(&ids), cwe.iter().map(String::as_str));
    for id in &ids {
        own_name(&mut found, id);
    }
    let opinion = make::opinion(one.get("cvssVector").text(), one.get("cvssScore").number(), None);
    make::opinions(&mut found, opinion);
    let fixed = found.component.as_ref().and_then(|component| component.fixed_version.clone());
    found.remediation = fixed.map(|fixed| format!("Update to {fixed}."));
    make::references(&mut found, strs(&one.lines("references")));
    make::fingerprint(&mut found, "id", one.line("id"));
    state(&mut found, one.get("state").text(), one.get("status").text(), None);
    found
}

/// What the infrastructure scanner of either generation says.
fn infrastructure(query: &str, one: &Json, about: Option<String>) -> Found {
    let mut found = of_query(query, one, FindingKind::Iac);
    if let Some(path) = one.line("fileName") {
        found.locations.push(make::place(&path, one.line_number("line")));
    }
    found.description = make::described([
        ("", one.block("description").or(about)),
        ("Expected", one.block("expectedValue")),
        ("Found", one.block("actualValue")),
        ("Issue", one.line("issueType")),
    ]);
    found.tags = one.line("category").into_iter().collect();
    found
}

/// One platform of the old report.
pub(super) fn files(platform: &Json, out: &mut Out) {
    for one in out.objects(platform.get("vulnerabilities")) {
        out.part(one);
        let query = one.line("queryName").unwrap_or_else(|| "Query".to_owned());
        let mut found = infrastructure(&query, one, None);
        found.tags.extend(platform.line("name"));
        out.finding(found);
    }
}

/// One technology of the new report.
pub(super) fn technology(technology: &Json, out: &mut Out) {
    for query in out.objects(technology.get("queries")) {
        let name = query.line("queryName").unwrap_or_else(|| "Query".to_owned());
        for one in out.objects(query.get("resultsList")) {
            out.part(one);
            let mut found = infrastructure(&name, one, query.block("description"));
            found.tags.extend(technology.line("name"));
            found.tags.extend(query.line("category"));
            out.finding(found);
        }
    }
}

/// One query of the new report; its texts stand in a table behind it.
pub(super) fn query(query: &Json, cover: &Json, out: &mut Out) {
    let name = query.line("queryName").unwrap_or_else(|| "Query".to_owned());
    let table = cover.get("vulnerabilityDetails").items();
    let about = table.iter().find(|one| one.line("vulnerabilityName").as_ref() == Some(&name));
    let about = about.unwrap_or(&Json::Null);
    for one in out.objects(query.get("vulnerabilities")) {
        let mut found = of_query(&name, one, FindingKind::Code);
        nodes(&mut found, one.get("nodes").items());
        // The ends are named apart; the flaw lies at the destination.
        if let Some(path) = one.line("destinationFileName") {
            let mut place = make::place(&path, one.line_number("destinationLine"));
            place.logical = one.line("destinationMethod");
            place.snippet =
                one.get("destinationCode").text().and_then(|code| make::snippet(code, place.start_line));
            found.locations = vec![place];
        }
        let cwe = query.line("cweId");
        make::identifiers(&mut found, [], cwe.iter().map(String::as_str));
        found.description = make::described([
            ("", query.block("description")),
            ("Risk", about.block("risk")),
            ("Cause", about.block("cause")),
            ("Query", query.line("queryPath")),
        ]);
        found.remediation = about.block("generalRecommendations");
        let link = query.line("queryDescriptionLink");
        make::references(&mut found, link.iter().map(String::as_str));
        found.tags = query.get("categories").items().iter().filter_map(|one| one.line("name")).collect();
        out.rule(Rule {
            description: query.block("description"),
            help: about.block("generalRecommendations"),
            uri: link,
            ..make::rule(&name, Some(readable(&name)))
        });
        out.finding(found);
    }
}

/// One package of the new report.
pub(super) fn sca(package: &Json, out: &mut Out) {
    let name = package.line("packageName").or_else(|| package.line("name"));
    let version = package.line("packageVersion").or_else(|| package.line("version"));
    for list in ["packageCategory", "vulnerabilities"] {
        for group in out.objects(package.get(list)) {
            // Vulnerabilities stand in groups, or by themselves.
            let inner = group.get("categoryResults");
            let mut all: Vec<&Json> = out.objects(inner).collect();
            if inner.items().is_empty() {
                all.push(group);
            }
            for one in all {
                out.part(one);
                let rule = ["cve", "cveName", "cveId", "id"].iter().find_map(|key| one.line(key));
                let Some(rule) = rule else { continue };
                let fixed = one.line("fixResolutionText").or_else(|| one.line("recommendedVersion"));
                let component = make::component(name.clone(), version.clone(), None, fixed);
                let mut found = vulnerability(&rule, one, component);
                make::identifiers(&mut found, [rule.as_str()], []);
                out.finding(found);
            }
        }
    }
}
