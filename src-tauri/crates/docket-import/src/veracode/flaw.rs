//! Flaws and packages of the detailed report.

use docket_domain::{FindingKind, Found, Rule};

use super::{own_name, severity, state};
use crate::clean;
use crate::make;
use crate::report::Out;
use crate::report::xml::{At, Element};

/// One flaw, static or not.
pub(super) fn read(at: &At<'_>, flaw: &Element, is_outside: bool, out: &mut Out) -> Result<(), String> {
    let cwe = at.outer("cwe");
    let number = flaw.attribute("cweid").or_else(|| cwe.attribute("cweid")).ok_or("it has no cweid")?;
    let rule = format!("CWE-{}", clean::line(number));
    let category = flaw.attribute("categoryname").or_else(|| at.outer("category").attribute("categoryname"));
    let mut found = make::found(&rule, category.unwrap_or_default());
    found.kind = if is_outside { FindingKind::Web } else { FindingKind::Code };
    severity(&mut found, flaw.attribute("severity").or_else(|| at.outer("severity").attribute("level")));
    make::identifiers(&mut found, [], [number]);
    if is_outside {
        outside(flaw, &mut found);
    } else {
        inside(flaw, &mut found);
    }
    let text = |name: &str| flaw.attribute(name).and_then(clean::some_block);
    // Code without debug symbols has no lines; the place is told in hundredths of the function.
    let has_line = found.locations.iter().any(|place| place.start_line.is_some());
    let in_function =
        text("functionrelativelocation").filter(|at| !has_line && !is_outside && !at.starts_with('-'));
    found.description = make::described([
        ("", text("description")),
        ("Note", text("note")),
        ("Module", text("module")),
        ("Kind", text("type")),
        ("Attack vector", text("attack_vector")),
        ("Exploitability", text("exploitLevel")),
        ("Affects the policy", text("affects_policy_compliance")),
        ("First seen", text("date_first_occurrence")),
        ("Place in the function, per cent", in_function),
    ]);
    found.remediation = texts(at.outer("category").child("recommendations"));
    let tag = cwe.attribute("cwename").and_then(clean::some_line);
    found.tags = tag.clone().into_iter().collect();
    // The number of the flaw within its application: kept as long as the application lives.
    let report = at.outer("detailedreport").attribute("app_id").unwrap_or_default();
    let issue = flaw.attribute("issueid").map(|issue| clean::line(&format!("{report}/{issue}")));
    make::fingerprint(&mut found, "issue", issue);
    let mitigation = flaw.attribute("mitigation_status").unwrap_or_default();
    state(&mut found, flaw.attribute("remediation_status").unwrap_or_default(), mitigation, why(flaw));
    out.rule(Rule {
        description: texts(cwe.child("description")).or_else(|| texts(at.outer("category").child("desc"))),
        help: texts(at.outer("category").child("recommendations")),
        ..make::rule(&rule, tag)
    });
    out.finding(found);
    Ok(())
}

/// The folder and the file stand apart; the line is counted from 1, and 0 where there is none.
fn inside(flaw: &Element, found: &mut Found) {
    let folder = flaw.attribute("sourcefilepath").unwrap_or_default();
    let file = flaw.attribute("sourcefile").unwrap_or_default();
    let line = flaw.attribute("line").and_then(make::line_number_of);
    let mut place = make::place(&format!("{folder}{file}"), line);
    place.logical = flaw.attribute("functionprototype").and_then(clean::some_line);
    if place.path.is_some() || place.logical.is_some() {
        found.locations.push(place);
    }
}

fn outside(flaw: &Element, found: &mut Found) {
    found.endpoint = make::endpoint(flaw.attribute("url"), None, None);
    if let Some(endpoint) = &mut found.endpoint {
        endpoint.parameter = flaw.attribute("vuln_parameter").and_then(clean::some_line);
    }
    if let Some(place) = flaw.attribute("location") {
        found.locations.push(make::place(place, None));
    }
}

/// The paragraphs of a description or recommendation.
fn texts(of: &Element) -> Option<String> {
    let mut lines = Vec::new();
    for para in of.all("para").chain(std::iter::once(of)) {
        lines.extend(para.attribute("text").map(str::to_owned));
        lines.extend(para.children.iter().filter(|child| child.name != "para").filter_map(|child| {
            let text = child.attribute("text")?;
            Some(if child.name == "bulletitem" { format!("- {text}") } else { text.to_owned() })
        }));
    }
    clean::some_block(&lines.join("\n\n"))
}

/// What people said when they mitigated.
fn why(of: &Element) -> Option<String> {
    let said = of.child("mitigations").all("mitigation").map(|one| {
        let parts = ["action", "description"].iter().filter_map(|name| one.attribute(name));
        parts.collect::<Vec<_>>().join(": ")
    });
    clean::some_block(&said.take(20).collect::<Vec<_>>().join("\n"))
}

/// One package with its vulnerabilities.
pub(super) fn packages(package: &Element, out: &mut Out) {
    let text = |name: &str| package.attribute(name).and_then(clean::some_line);
    let version = text("version");
    // `maven:com.h2database:h2:2.1.214:` names the package better than its title does.
    let named = text("library_id").and_then(|id| {
        let parts: Vec<&str> = id.trim_end_matches(':').split(':').skip(1).collect();
        let parts = parts.strip_suffix(&[version.as_deref().unwrap_or_default()]).unwrap_or(&parts);
        clean::some_line(&parts.join(":"))
    });
    let name = named.or_else(|| text("library")).or_else(|| text("file_name"));
    let paths: Vec<String> = package
        .child("file_paths")
        .all("file_path")
        .filter_map(|path| path.attribute("value").map(str::to_owned))
        .take(100)
        .collect();
    for one in package.child("vulnerabilities").all("vulnerability") {
        let id = one.attribute("cve_id").and_then(clean::some_line).unwrap_or_default();
        let title = format!("{id} in {}", name.as_deref().unwrap_or("a package"));
        let mut found = make::found(&id, &title);
        found.kind = FindingKind::Dependency;
        severity(&mut found, one.attribute("severity"));
        found.component = make::component(name.clone(), version.clone(), None, None);
        found.locations = paths.iter().map(|path| make::place(path, None)).collect();
        make::identifiers(
            &mut found,
            [id.as_str()],
            one.attribute("cwe_id").into_iter().flat_map(|ids| ids.split([',', ';'])),
        );
        own_name(&mut found, &id);
        let score = one.attribute("cvss_score").and_then(|score| score.trim().parse().ok());
        make::opinions(&mut found, make::opinion(None, score, None));
        found.description = make::described([
            ("", one.attribute("cve_summary").and_then(clean::some_block)),
            ("File", text("file_name")),
            ("SHA-1", text("sha1")),
            ("Vendor", text("vendor")),
            ("First seen", one.attribute("first_found_date").and_then(clean::some_line)),
        ]);
        let kind = one.attribute("mitigation_type").and_then(clean::some_line);
        let is_mitigated = one.attribute("mitigation") == Some("true");
        state(&mut found, "", if is_mitigated { "accepted" } else { "" }, why(one).or(kind));
        out.rule(make::rule(&id, None));
        out.finding(found);
    }
}
