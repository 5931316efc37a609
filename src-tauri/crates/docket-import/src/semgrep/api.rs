//! What Semgrep's platform answers: vulnerabilities of dependencies, and findings.

use docket_domain::{FindingKind, Found, Presence, Rule, SuppressionStatus};

use crate::clean;
use crate::json::Json;
use crate::make;
use crate::report::{Out, code};

/// A vulnerability of a dependency.
pub(super) fn vulnerability(record: &Json, out: &mut Out) -> Result<(), String> {
    let advisory = record.get("advisory");
    let rule = advisory.line("ruleId").ok_or("its advisory has no ruleId")?;
    let title = record.line("title").or_else(|| advisory.line("title")).unwrap_or_default();
    let mut found = make::found(&rule, &title);
    found.kind = FindingKind::Dependency;
    make::severity_as(&mut found, advisory.get("severity").text(), super::severity);
    let package = record.get("matchedDependency");
    found.component = make::component(
        package.line("name"),
        package.line("versionSpecifier"),
        None,
        record.line("closestSafeDependency.versionSpecifier"),
    );
    let file = record.get("dependencyFileLocation");
    if let Some(path) = file.line("path") {
        let mut place = make::place(&path, file.line_number("startLine"));
        place.end_line = file.line_number("endLine");
        found.locations.push(place);
    }
    for usage in record.get("usages").items() {
        let at = usage.get("location");
        let mut place = make::place(&at.at("path").as_text_or_empty(), at.line_number("startLine"));
        place.end_line = at.line_number("endLine");
        found.related.push(place);
    }
    found.description = make::described([
        ("", advisory.block("description")),
        ("Exposure", record.line("exposureType")),
        ("Reachable if", advisory.block("reachableIf")),
        ("Transitivity", record.line("transitivity")),
        ("Repository", record.line("repositoryName")),
    ]);
    let known = advisory.get("references");
    let (flaws, cwes, urls) = (known.lines("cveIds"), known.lines("cweIds"), known.lines("urls"));
    // Addresses of advisories carry their GHSA.
    make::identifiers(
        &mut found,
        flaws.iter().chain(&urls).map(String::as_str),
        cwes.iter().map(String::as_str),
    );
    make::references(&mut found, urls.iter().map(String::as_str));
    found.tags = advisory.line("ecosystem").into_iter().chain(known.lines("owaspIds")).collect();
    let fixed = found.component.as_ref().and_then(|component| component.fixed_version.clone());
    found.remediation = fixed.map(|fixed| format!("Update to {fixed}."));
    // The key names repository, rule and reachability: all usages of one package share it.
    code::partial(&mut found, "groupKey", record.line("groupKey"));
    let triage = record.get("triage");
    let url = triage.line("issueUrl").filter(|url| crate::path::is_web(url));
    found.tracked_in = url.into_iter().collect();
    let reason = triage.line("dismissReason").filter(|reason| reason != "UNKNOWN_REASON");
    state(&mut found, &triage.line("status").unwrap_or_default(), reason);
    out.rule(Rule { short: advisory.line("title"), ..make::rule(&rule, None) });
    out.finding(found);
    Ok(())
}

/// A finding of the code or secrets product.
pub(super) fn finding(record: &Json, out: &mut Out) -> Result<(), String> {
    let rule = record.line("rule_name").ok_or("it has no rule_name")?;
    let about = record.get("rule");
    let message = record.block("rule_message").or_else(|| about.block("message"));
    let mut found = make::found(&rule, message.as_deref().map(clean::first_sentence).unwrap_or_default());
    found.kind = FindingKind::Code;
    make::severity_as(&mut found, record.get("severity").text(), super::severity);
    let at = record.get("location");
    let mut place = make::place(&at.at("file_path").as_text_or_empty(), at.line_number("line"));
    place.end_line = at.line_number("end_line");
    place.start_column = at.line_number("column");
    place.end_column = at.line_number("end_column");
    found.locations.push(place);
    found.description = make::described([
        ("", message),
        ("Confidence", record.line("confidence")),
        ("Repository", record.line("repository.name")),
        ("Branch", record.line("ref")),
    ]);
    let cwes = about.lines("cwe_names");
    make::identifiers(&mut found, [], cwes.iter().map(String::as_str));
    let url = record.line("line_of_code_url");
    make::references(&mut found, url.iter().map(String::as_str));
    let tags = ["categories", "owasp_names", "vulnerability_classes"];
    found.tags = record.lines("categories").into_iter().collect();
    for tag in tags.iter().flat_map(|key| about.lines(key)) {
        if !found.tags.contains(&tag) {
            found.tags.push(tag);
        }
    }
    make::fingerprint(&mut found, "match_based_id", record.line("match_based_id"));
    code::partial(&mut found, "syntactic_id", record.line("syntactic_id"));
    let url = record.line("external_ticket.url").filter(|url| crate::path::is_web(url));
    found.tracked_in = url.into_iter().collect();
    let word = record.line("triage_state").filter(|state| state != "untriaged");
    let word = word.or_else(|| record.line("status")).or_else(|| record.line("state")).unwrap_or_default();
    state(&mut found, &word, record.line("triage_reason").or_else(|| record.line("triage_comment")));
    out.rule(make::rule(&rule, None));
    out.finding(found);
    Ok(())
}

/// What people decided.
fn state(found: &mut Found, word: &str, reason: Option<String>) {
    match word.to_ascii_lowercase().as_str() {
        "fixed" | "removed" => found.presence = Presence::Absent,
        word @ ("closed" | "ignored" | "muted" | "provisionally_ignored") => {
            code::decided(found, SuppressionStatus::Accepted, word, reason);
        }
        word @ "reviewing" => code::decided(found, SuppressionStatus::UnderReview, word, reason),
        _ => {}
    }
}
