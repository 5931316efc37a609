//! KICS («Keeping Infrastructure as Code Secure»): queries with the files that they hit.

use docket_domain::{Completeness, FindingKind, Problem, Rule, Run, Severity};

use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};
use crate::words;

/// The format.
pub(crate) static KICS: Reads<Kics> = Reads(Kics);

static CARD: Card = Card {
    id: "kics",
    label: "KICS JSON",
    about: "What `kics scan --report-formats json` writes: infrastructure as code.",
    extensions: &["json"],
    tool: "KICS",
    versions: "1 and 2",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct Kics;

impl JsonReport for Kics {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let says = outline.text("kics_version").is_some() || outline.has(&["queries_total", "files_scanned"]);
        let shape = outline.has_inner("queries", "query_id") && outline.has_inner("queries", "files");
        if says || shape { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["queries"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let top = &cover.top;
        if !cover.has("queries") && !top.has_key("queries") {
            return Err(not_such_a_report(CARD.label, "it has no queries"));
        }
        let mut run = CARD.run(options);
        run.tool.version = top.line("kics_version");
        run.started = top.line("start").and_then(|at| at.parse().ok());
        let count = |key: &str| top.get(key).whole().unwrap_or(0);
        let (files, queries) = (count("files_failed_to_scan"), count("queries_failed_to_execute"));
        if files > 0 || queries > 0 {
            run.completeness = Completeness::Partial {
                reason: format!("{files} files could not be scanned and {queries} queries failed"),
            };
        }
        Ok(run)
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let name = record.line("query_name");
        let id = record
            .line("query_id")
            .or_else(|| name.clone())
            .ok_or("it has neither a query_id nor a query_name")?;
        out.rule(Rule {
            description: record.block("description"),
            uri: record.line("query_url"),
            severity: record.line("severity").as_deref().and_then(word),
            tags: record.line("category").into_iter().collect(),
            ..make::rule(&id, name.clone())
        });
        let query = record.shared(&["files"]);
        let (id, name) = (query.any_line(&["query_id", "query_name"]), query.line("query_name"));
        let (id, name) = (id.unwrap_or_default(), name.unwrap_or_default());
        for file in out.objects(record.get("files")) {
            out.finding(found(&id, &name, &query, file));
        }
        Ok(())
    }
}

/// The words of KICS; `TRACE` is what its bill of materials uses.
fn word(word: &str) -> Option<Severity> {
    if word.eq_ignore_ascii_case("trace") { Some(Severity::Info) } else { words::severity(word) }
}

fn found(id: &str, name: &str, query: &Json, file: &Json) -> docket_domain::Found {
    let mut found = make::found(id, name);
    found.kind = FindingKind::Iac;
    make::severity_as(&mut found, query.get("severity").text(), word);
    found.description = make::described([
        ("", query.block("description")),
        ("Expected", file.block("expected_value")),
        ("Found", file.block("actual_value")),
        ("Key", file.line("search_key")),
        ("Issue", file.line("issue_type")),
    ]);
    found.remediation = file.block("remediation");
    if let Some(path) = file.line("file_name") {
        let mut place = make::place(&path, file.line_number("line"));
        let resource = [file.line("resource_type"), file.line("resource_name")];
        place.logical = clean::some_line(&resource.into_iter().flatten().collect::<Vec<_>>().join(" "));
        found.locations.push(place);
    }
    make::identifiers(&mut found, [], query.lines("cwe").iter().map(String::as_str));
    make::references(&mut found, query.get("query_url").text());
    make::fingerprint(&mut found, "similarity_id", file.line("similarity_id"));
    found.tags =
        ["category", "platform", "cloud_provider"].iter().filter_map(|key| query.line(key)).collect();
    found
}
