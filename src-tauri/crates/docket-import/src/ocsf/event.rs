//! One OCSF event in normal form.

use docket_domain::{FindingKind, Found, Location, Presence, Severity, SeveritySource, SuppressionStatus};

use crate::clean;
use crate::exploit;
use crate::json::Json;
use crate::make;
use crate::words;

/// Whether the event says that a check found nothing wrong.
pub(super) fn has_passed(record: &Json) -> bool {
    let says = |path: &str| {
        let word = record.at(path).text().unwrap_or_default();
        word.eq_ignore_ascii_case("pass") || word.eq_ignore_ascii_case("success")
    };
    let status = if is_first(record) { says("status") } else { says("status_code") };
    status || says("compliance.status") || record.at("compliance.status_id").whole() == Some(1)
}

/// Whether the event is of version 1.0 (class 2001, Security Finding), which had other names.
fn is_first(record: &Json) -> bool {
    record.get("finding").is_map() && !record.get("finding_info").is_map()
}

/// How many packages with flaws one event may name.
const PACKAGES: usize = 2000;

/// One finding, or one for each vulnerability and package that the event names.
pub(super) fn found(record: &Json) -> Result<Vec<Found>, String> {
    let flaws = record.get("vulnerabilities").items();
    if flaws.is_empty() {
        return Ok(vec![of_event(record)]);
    }
    let whole = of_event(&record.shared(&["vulnerabilities"]));
    let mut all = Vec::new();
    for item in flaws {
        let lists = [item.get("affected_packages").items(), item.get("packages").items()];
        let before = all.len();
        for package in lists.into_iter().flatten() {
            if all.len() <= PACKAGES {
                all.push(of_vulnerability(whole.clone(), item, package));
            }
        }
        if all.len() == before {
            all.push(of_vulnerability(whole.clone(), item, &Json::Null));
        }
        if all.len() > PACKAGES {
            return Err(format!("it names more than {PACKAGES} packages with flaws"));
        }
    }
    Ok(all)
}

fn of_event(record: &Json) -> Found {
    let info = record.get(if is_first(record) { "finding" } else { "finding_info" });
    let rule = record
        .any_line(&["metadata.event_code", "metadata.product.feature.uid"])
        .or_else(|| info.any_line(&["analytic.uid", "analytic.name"]))
        .or_else(|| record.any_line(&["compliance.control", "analytic.uid"]))
        .or_else(|| info.lines("types").into_iter().next())
        .unwrap_or_default();
    let title = info.line("title").or_else(|| record.any_line(&["message", "status_detail"]));
    let mut found = make::found(&rule, &title.unwrap_or_default());
    rate(&mut found, record);
    let resources = match record.get("resources").items() {
        [] => std::slice::from_ref(record.get("resource")),
        all => all,
    };
    found.locations = resources.iter().filter_map(resource).collect();
    found.kind = if !found.locations.is_empty() || record.get("cloud").is_map() {
        FindingKind::Cloud
    } else if record.get("device").is_map() {
        FindingKind::Host
    } else {
        FindingKind::Other
    };
    found.endpoint = make::endpoint(
        None,
        record.at("device.hostname").text().or_else(|| record.at("device.ip").text()),
        None,
    );
    let cloud = record.get("cloud");
    let detail = record.any_block(&["status_detail", "message"]);
    found.description = make::described([
        ("", detail.filter(|text| Some(text.as_str()) != info.get("title").text())),
        ("About", info.block("desc")),
        ("Risk", record.block("risk_details").or_else(|| info.block("supporting_data.Risk"))),
        ("Impact", record.block("impact").filter(|word| word != "Unknown")),
        ("Product", record.line("metadata.product.name")),
        ("Account", cloud.any_line(&["account.uid", "account.name"])),
        ("Region", cloud.line("region")),
        ("Requirements", requirements(record)),
        ("Notes", record.any_block(&["unmapped.notes", "comment", "finding.supporting_data.Notes"])),
    ]);
    let fix = if is_first(record) { info.get("remediation") } else { record.get("remediation") };
    let fixes = [fix.lines("references"), fix.lines("kb_articles")].concat();
    // Prowler puts commands among the addresses.
    let commands = fixes.iter().filter(|text| !crate::path::is_web(text)).map(String::as_str);
    let commands = clean::some_block(&commands.collect::<Vec<_>>().join("\n"));
    found.remediation = clean::some_block(&make::described([("", fix.block("desc")), ("Code", commands)]));
    let more = record.lines("unmapped.additional_urls");
    let urls = [info.line("src_url"), record.line("unmapped.related_url")];
    let urls = urls.iter().flatten().chain(&fixes).chain(&more);
    make::references(&mut found, urls.map(String::as_str));
    make::fingerprint(&mut found, "uid", info.line("uid"));
    found.tags = record.line("cloud.provider").into_iter().collect();
    found.tags.extend(record.lines("unmapped.categories"));
    found.tags.extend(info.lines("types"));
    let attacks = [record.get("attacks").items(), info.get("attacks").items()].concat();
    found.tags.extend(attacks.iter().filter_map(|attack| attack.line("technique.uid")));
    let texts = [info.line("title"), info.line("desc")];
    make::identifiers(&mut found, texts.iter().flatten().map(String::as_str), []);
    judge(&mut found, record);
    found
}

/// The word of the event, else its number in the schema.
fn rate(found: &mut Found, record: &Json) {
    let meaning = |word: &str| {
        if word.eq_ignore_ascii_case("fatal") { Some(Severity::Critical) } else { words::severity(word) }
    };
    if record.line("severity").is_some() {
        make::severity_as(found, record.get("severity").text(), meaning);
        return;
    }
    let Some(number) = record.get("severity_id").whole() else { return };
    let known = match number {
        1 => Severity::Info,
        2 => Severity::Low,
        3 => Severity::Medium,
        4 => Severity::High,
        5 | 6 => Severity::Critical,
        _ => return,
    };
    (found.severity, found.severity_source) = (known, SeveritySource::Result);
    found.severity_raw = Some(number.to_string());
}

fn resource(item: &Json) -> Option<Location> {
    let about = [item.line("type"), item.line("region"), item.line("namespace")];
    make::resource(
        item.any_line(&["uid", "name"]),
        clean::some_line(&about.into_iter().flatten().collect::<Vec<_>>().join(", ")),
    )
}

fn requirements(record: &Json) -> Option<String> {
    let mut all = record.lines("compliance.requirements");
    all.extend(record.lines("compliance.standards"));
    for (name, list) in record.at("unmapped.compliance").fields() {
        let list = list.items().iter().filter_map(|item| clean::some_line(item.text()?));
        all.push(format!("{}: {}", clean::line(name), list.collect::<Vec<_>>().join(", ")));
    }
    clean::some_block(&all.join("\n"))
}

/// The state of the finding. Its word counts before its number: Prowler 4.2 wrote the number of
/// «suppressed» beside the word «New».
fn judge(found: &mut Found, record: &Json) {
    let (word, number) = if is_first(record) { ("state", "state_id") } else { ("status", "status_id") };
    let word = record.line(word).unwrap_or_default().to_ascii_lowercase();
    let number = record.get(number).whole();
    let (suppressed, resolved) = match word.as_str() {
        "" => (number == Some(3), number == Some(4)),
        word => (word == "suppressed", matches!(word, "resolved" | "closed" | "archived")),
    };
    if suppressed {
        make::suppressed(found, SuppressionStatus::Accepted, "suppressed", record.block("comment"));
    }
    if resolved || record.get("activity_id").whole() == Some(3) {
        found.presence = Presence::Absent;
    }
    let manual = record.get("status_code").text().is_some_and(|code| code.eq_ignore_ascii_case("manual"));
    found.needs_review = manual || record.at("compliance.status_id").whole() == Some(2);
}

/// The finding as one vulnerability in one package.
fn of_vulnerability(mut found: Found, item: &Json, package: &Json) -> Found {
    let cve = item.get("cve");
    let id = cve.line("uid").or_else(|| item.line("advisory.uid"));
    if let Some(id) = &id {
        found.rule.clone_from(id);
        make::advisory(&mut found, id);
    }
    if let Some(title) = item.line("title") {
        found.title = clean::title(&title);
    }
    if item.line("severity").is_some() {
        make::severity(&mut found, item.get("severity").text());
    }
    let own = std::mem::take(&mut found.description);
    found.description = make::described([("", item.block("desc")), ("Event", Some(own))]);
    let mut cwes = vec![cve.any_line(&["cwe_uid", "cwe.uid"]), item.line("cwe.uid")];
    let related = [cve.get("related_cwes").items(), item.get("related_cwes").items()].concat();
    cwes.extend(related.iter().map(|cwe| cwe.line("uid")));
    make::identifiers(&mut found, [], cwes.iter().flatten().map(String::as_str));
    let scores = match cve.get("cvss") {
        list @ Json::List(_) => list.items(),
        one => std::slice::from_ref(one),
    };
    let opinions = scores.iter().filter_map(|given| {
        make::opinion(
            given.get("vector_string").text(),
            given.get("base_score").number(),
            given.get("vendor_name").text(),
        )
    });
    make::opinions(&mut found, opinions);
    make::severity_from_cvss(&mut found);
    exploit::epss_in(&mut found, cve, "epss.score", "epss.percentile", "epss.created_time_dt");
    if let Some(text) = item.block("remediation.desc") {
        found.remediation = Some(text);
    }
    let urls = item.lines("references");
    make::references(&mut found, urls.iter().map(String::as_str));
    for code in item.get("affected_code").items() {
        if let Some(path) = code.any_line(&["file.path", "file.name"]) {
            let mut place = make::place(&path, code.line_number("start_line"));
            place.end_line = code.line_number("end_line");
            found.locations.insert(0, place);
            found.kind = FindingKind::Code;
        }
    }
    if let Some(component) = make::component(
        package.line("name"),
        package.line("version"),
        package.line("purl"),
        package.line("fixed_in_version"),
    ) {
        found.component = Some(component);
        found.kind = FindingKind::Dependency;
        found.locations.splice(0..0, package.line("path").map(|path| make::place(&path, None)));
    }
    found
}
