//! One result of `semgrep --json`.

use docket_domain::{FindingKind, Found, Location, SuppressionStatus};

use crate::clean;
use crate::json::Json;
use crate::make;
use crate::report::{Out, code};

/// How deep calls inside a trace are followed.
const DEPTH: usize = 12;

/// Reads one result.
pub(super) fn result(record: &Json, out: &mut Out) -> Result<(), String> {
    let rule = record.line("check_id").ok_or("it has no check_id")?;
    let extra = record.get("extra");
    let metadata = extra.get("metadata");
    let message = extra.block("message");
    let title = message.as_deref().map(clean::first_sentence).unwrap_or_default();
    let mut found = make::found(&rule, title);
    found.kind = super::kind(metadata.get("product").text().unwrap_or_default());
    make::severity_as(&mut found, extra.get("severity").text(), super::severity);
    let kept = |text: Option<String>| text.filter(|text| !is_withheld(text));
    let mut place = span(record);
    let secret = extra.line("validation_state").filter(|state| state != "NO_VALIDATOR");
    if secret.is_some() && !metadata.get("secret_type").is_null() {
        found.kind = FindingKind::Secret;
    }
    let code = kept(extra.block("lines"));
    let code = if found.kind == FindingKind::Secret { code.as_deref().map(code::masked_runs) } else { code };
    place.snippet = code.and_then(|code| make::snippet(&code, place.start_line));
    found.locations.push(place);
    dependency(extra.get("sca_info"), &mut found);
    found.description = make::described([
        ("", message),
        ("Confidence", metadata.line("confidence")),
        ("Likelihood", metadata.line("likelihood")),
        ("Impact", metadata.line("impact")),
        ("Checked", secret),
        (
            "Reachable",
            extra.at("sca_info.reachable").bool().map(|is| if is { "yes" } else { "no" }.to_owned()),
        ),
    ]);
    let fix = kept(extra.block("fix"));
    found.remediation = fix.map(|fix| format!("Semgrep proposes:\n\n```\n{fix}\n```"));
    let flaws = ["cve", "sca-vuln-database-identifier", "ghsa"].iter().flat_map(|key| metadata.lines(key));
    let flaws: Vec<String> = flaws.collect();
    let cwes = metadata.lines("cwe");
    make::identifiers(&mut found, flaws.iter().map(String::as_str), cwes.iter().map(String::as_str));
    let urls = ["references", "source", "shortlink"].iter().flat_map(|key| metadata.lines(key));
    let urls: Vec<String> = urls.collect();
    make::references(&mut found, urls.iter().map(String::as_str));
    let tags = ["category", "subcategory", "technology", "owasp", "vulnerability_class"];
    found.tags = tags.iter().flat_map(|key| metadata.lines(key)).collect();
    // Without a login the value is a sentence, the same for every result.
    make::fingerprint(&mut found, "fingerprint", kept(extra.line("fingerprint")));
    if extra.get("is_ignored").bool() == Some(true) {
        code::decided(&mut found, SuppressionStatus::Accepted, "inSource", Some("nosemgrep".to_owned()));
    }
    trace(extra.get("dataflow_trace"), &mut found);
    out.rule(docket_domain::Rule {
        uri: metadata.line("source"),
        tags: found.tags.clone(),
        ..make::rule(&rule, None)
    });
    out.finding(found);
    Ok(())
}

fn is_withheld(text: &str) -> bool {
    text.trim() == "requires login"
}

/// A place with Semgrep's `start` and `end`.
fn span(of: &Json) -> Location {
    let mut place = make::place(&of.at("path").as_text_or_empty(), of.line_number("start.line"));
    place.end_line = of.line_number("end.line");
    place.start_column = of.line_number("start.col");
    place.end_column = of.line_number("end.col");
    place
}

/// What the supply chain product adds.
fn dependency(info: &Json, found: &mut Found) {
    let package = info.at("dependency_match.found_dependency");
    if !package.is_map() {
        return;
    }
    found.kind = FindingKind::Dependency;
    found.component = make::component(package.line("package"), package.line("version"), None, None);
    let lock = package.line("lockfile_path").or_else(|| info.line("dependency_match.lockfile"));
    if let Some(lock) = lock {
        let place = make::place(&lock, package.line_number("line_number"));
        if !found.locations.iter().any(|known| known.path == place.path) {
            found.related.push(place);
        }
    }
}

/// The way from source to sink.
fn trace(trace: &Json, found: &mut Found) {
    let mut steps = Vec::new();
    call(trace.get("taint_source"), &mut steps, DEPTH);
    variables(trace.get("intermediate_vars"), &mut steps);
    call(trace.get("taint_sink"), &mut steps, DEPTH);
    code::flow(found, steps);
}

/// `["CliLoc", [place, text]]`, or `["CliCall", [[place, text], variables, call]]`.
fn call(value: &Json, steps: &mut Vec<Location>, depth: usize) {
    let [kind, inner] = value.items() else { return };
    let (Some(kind), inner) = (kind.text(), inner.items()) else { return };
    match (kind, inner) {
        ("CliCall", [at, between, next]) if depth > 0 => {
            step(at.items(), steps);
            variables(between, steps);
            call(next, steps, depth - 1);
        }
        ("CliLoc", inner) => step(inner, steps),
        _ => {}
    }
}

fn step(pair: &[Json], steps: &mut Vec<Location>) {
    let [at, content, ..] = pair else { return };
    add(at, content, steps);
}

fn variables(list: &Json, steps: &mut Vec<Location>) {
    for item in list.items() {
        add(item.get("location"), item.get("content"), steps);
    }
}

fn add(at: &Json, content: &Json, steps: &mut Vec<Location>) {
    let mut place = span(at);
    if place.path.is_some() {
        place.snippet = content.text().and_then(|text| make::snippet(text, place.start_line));
        steps.push(place);
    }
}
