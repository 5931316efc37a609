//! njsscan (Node.js) and mobsfscan (mobile apps): rules with the places where they match.

use docket_domain::{Completeness, FindingKind, Problem, Rule, Run, Severity};

use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};
use crate::words;

/// The format.
pub(crate) static NJSSCAN: Reads<Njsscan> = Reads(Njsscan);

static CARD: Card = Card {
    id: "njsscan",
    label: "njsscan and mobsfscan JSON",
    about: "What `njsscan --json` and `mobsfscan --json` write: static analysis of Node.js and of mobile apps.",
    extensions: &["json"],
    tool: "njsscan",
    versions: "njsscan 0.1 and later, mobsfscan 0.1 and later",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct Njsscan;

impl JsonReport for Njsscan {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let node = outline.has(&["njsscan_version"]) || outline.has(&["nodejs", "templates", "errors"]);
        if node || outline.has(&["mobsfscan_version", "results"]) {
            Confidence::Certain
        } else {
            Confidence::No
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["nodejs", "templates", "results"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        if cover.lists.is_empty() {
            return Err(not_such_a_report(CARD.label, "it has neither nodejs nor templates nor results"));
        }
        let mut run = CARD.run(options);
        run.tool.version = cover.top.line("njsscan_version");
        if let Some(version) = cover.top.line("mobsfscan_version") {
            run.tool =
                docket_domain::Tool { name: "mobsfscan".to_owned(), version: Some(version), uri: None };
        }
        let broken = cover.top.get("errors").items().len();
        if broken > 0 {
            run.completeness = Completeness::Partial { reason: format!("the scan tells of {broken} errors") };
        }
        Ok(run)
    }

    /// A rule; each place where it matches is a finding.
    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let rule = at.key.map(clean::line).filter(|key| !key.is_empty()).ok_or("it has no rule")?;
        let about = record.get("metadata");
        let text = about.block("description");
        let files = record.get("files").items();
        // A rule without files speaks of the whole: something that should be there and is not.
        for file in files.iter().map(Some).chain(files.is_empty().then_some(None)) {
            let mut found =
                make::found(&rule, text.as_deref().map(clean::first_sentence).unwrap_or_default());
            found.kind = FindingKind::Code;
            make::severity_as(&mut found, about.get("severity").text(), |word| match word {
                "ERROR" => Some(Severity::High),
                "WARNING" => Some(Severity::Medium),
                "INFO" => Some(Severity::Low),
                word => words::severity(word),
            });
            if let Some(file) = file {
                let number = |key: &str, at: usize| {
                    file.get(key).items().get(at).and_then(Json::whole).and_then(make::line_number)
                };
                let mut place =
                    make::place(&file.line("file_path").unwrap_or_default(), number("match_lines", 0));
                place.end_line = number("match_lines", 1);
                place.start_column = number("match_position", 0);
                let code = file.get("match_string").text();
                place.snippet = code.and_then(|code| make::snippet(code, place.start_line));
                found.locations.push(place);
            }
            found.description = text.clone().unwrap_or_default();
            let cwe = about.line("cwe");
            make::identifiers(&mut found, [], cwe.iter().map(String::as_str));
            let url = about.line("reference");
            make::references(&mut found, url.iter().map(String::as_str));
            let tags = ["owasp-web", "owasp-mobile", "masvs"];
            found.tags = tags.iter().filter_map(|key| about.line(key)).collect();
            out.rule(Rule { description: text.clone(), tags: found.tags.clone(), ..make::rule(&rule, None) });
            out.finding(found);
        }
        Ok(())
    }
}
