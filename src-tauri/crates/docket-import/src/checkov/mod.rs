//! Checkov: one report for each framework, alone or in an array.

use docket_domain::{Completeness, FindingKind, Found, Problem, Run, SuppressionStatus};

use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out};

/// The format.
pub(crate) static CHECKOV: Reads<Checkov> = Reads(Checkov);

static CARD: Card = Card {
    id: "checkov",
    label: "Checkov JSON",
    about: "What `checkov -o json` writes: infrastructure as code, secrets, packages.",
    extensions: &["json"],
    tool: "Checkov",
    versions: "1 to 3: one framework or an array of them",
    example: include_str!("example.json"),
};

const FAILED: &str = "results.failed_checks";
const PASSED: &str = "results.passed_checks";
const SKIPPED: &str = "results.skipped_checks";

/// Reads it.
pub(crate) struct Checkov;

impl JsonReport for Checkov {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let keys = ["check_type", "results"];
        // Without anything to check it writes only its counts.
        let counts = outline.has(&["passed", "failed", "checkov_version"]);
        if outline.has(&keys) || outline.first_has(&keys) || counts {
            Confidence::Certain
        } else {
            Confidence::No
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["", FAILED, PASSED, SKIPPED]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let top = &cover.top;
        let mut run = CARD.run(options);
        run.tool.version = top.any_line(&["summary.checkov_version", "checkov_version"]);
        run.category = top.line("check_type");
        if let unread @ 1.. = top.at("results.parsing_errors").items().len() {
            run.completeness =
                Completeness::Partial { reason: format!("{unread} files could not be parsed") };
        }
        Ok(run)
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if !record.is_map() {
            return Err(format!("it is {}, not an object", record.what()));
        }
        match at.list {
            "" => {
                let results = record.get("results");
                if !results.is_map() && !record.has_key("checkov_version") {
                    return Err("it has no results".to_owned());
                }
                let kind = record.line("check_type").map(|kind| clean::title(&kind));
                for (list, key) in
                    [(FAILED, "failed_checks"), (PASSED, "passed_checks"), (SKIPPED, "skipped_checks")]
                {
                    for item in out.objects(results.get(key)) {
                        check(list, item, kind.as_deref(), out);
                    }
                }
            }
            list => check(list, record, at.cover.line("check_type").as_deref(), out),
        }
        Ok(())
    }
}

fn check(list: &str, item: &Json, framework: Option<&str>, out: &mut Out) {
    if list == PASSED {
        return out.passed();
    }
    out.part(item);
    let mut found = found(item, framework);
    if list == SKIPPED {
        let why = item.block("check_result.suppress_comment");
        make::suppressed(&mut found, SuppressionStatus::Accepted, "inSource", why);
    }
    out.finding(found);
}

fn found(item: &Json, framework: Option<&str>) -> Found {
    let details = item.get("vulnerability_details");
    let id = item.any_line(&["check_id", "bc_check_id"]).unwrap_or_default();
    let title = item.any_line(&["check_name", "short_description"]).unwrap_or_default();
    let mut found = make::found(&id, &title);
    found.kind = match framework {
        Some("secrets") => FindingKind::Secret,
        Some(framework) if framework.starts_with("sca") => FindingKind::Dependency,
        _ => FindingKind::Iac,
    };
    let word = item.any_line(&["severity", "check_result.severity", "vulnerability_details.severity"]);
    make::severity(&mut found, word.as_deref());
    found.description = make::described([
        ("", item.any_block(&["description", "details"]).or_else(|| details.block("description"))),
        ("Evaluated", clean::some_line(&item.at("check_result").lines("evaluated_keys").join(", "))),
        ("Called from", item.line("caller_file_path")),
    ]);
    if let Some(path) = item.any_line(&["file_path", "repo_file_path"]) {
        let range = item.get("file_line_range").items();
        let line = |at: usize| range.get(at).and_then(Json::whole).and_then(make::line_number);
        let mut place = make::place(&path, line(0));
        place.end_line = line(1).filter(|end| place.start_line.is_some_and(|start| start <= *end));
        place.logical = item.line("resource");
        place.snippet = code(item.get("code_block")).and_then(|text| make::snippet(&text, line(0)));
        found.locations.push(place);
    }
    found.remediation = item.block("fixed_definition");
    make::references(
        &mut found,
        [item.get("guideline").text(), details.get("link").text()].into_iter().flatten(),
    );
    if details.is_map() {
        package(&mut found, details);
    }
    found.tags = framework.map(str::to_owned).into_iter().collect();
    found.tags.extend(item.line("check_class").and_then(|class| {
        let family = class.split('.').nth(4)?;
        clean::some_line(family)
    }));
    found
}

/// What is known of a flaw of a package.
fn package(found: &mut Found, details: &Json) {
    let id = details.line("id");
    if let Some(id) = &id {
        found.rule.clone_from(id);
        make::advisory(found, id);
    }
    let fixed = details.any_line(&["lowest_fixed_version", "fix_version"]).or_else(|| {
        details.lines("fixed_versions").into_iter().next().map(|text| text.trim_matches('"').to_owned())
    });
    found.component =
        make::component(details.line("package_name"), details.line("package_version"), None, fixed.clone());
    found.remediation = fixed.map(|fixed| format!("Update to {fixed}."));
    make::opinions(found, make::opinion(details.get("vector").text(), details.get("cvss").number(), None));
    make::severity_from_cvss(found);
}

/// Lines with their numbers, as Checkov keeps them: `[[1, "resource …\n"], …]`.
fn code(lines: &Json) -> Option<String> {
    let texts = lines.items().iter().filter_map(|pair| pair.items().get(1)?.text());
    clean::some_block(&texts.map(|text| text.trim_end_matches(['\n', '\r'])).collect::<Vec<_>>().join("\n"))
}
