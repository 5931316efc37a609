//! Retire.js: files with JavaScript libraries, each with its vulnerabilities.

use docket_domain::{Completeness, Found, Problem, Run};

use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static RETIREJS: Reads<RetireJs> = Reads(RetireJs);

static CARD: Card = Card {
    id: "retirejs",
    label: "Retire.js JSON",
    about: "What `retire --outputformat json` writes.",
    extensions: &["json"],
    tool: "Retire.js",
    versions: "2 and later (object), 1 (array)",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct RetireJs;

impl JsonReport for RetireJs {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let outer = outline.has(&["version", "data"]);
        let found = outline.path("data.results.component").is_some();
        let empty = outline.has(&["start", "data", "messages", "errors"]);
        let before = outline.path("results.component").is_some() && outline.first_has(&["results"]);
        if (outline.has(&["data"]) && found) || (outer && empty) || before {
            Confidence::Certain
        } else {
            Confidence::No
        }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["", "data"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let top = &cover.top;
        if top.is_map() && !cover.has("data") {
            return Err(not_such_a_report(CARD.label, "it has no data"));
        }
        let mut run = CARD.run(options);
        run.tool.version = top.line("version");
        run.started = top.line("start").and_then(|at| at.parse().ok());
        let errors = top.get("errors").items().len();
        if errors > 0 {
            run.completeness = Completeness::Partial { reason: format!("the tool reports {errors} errors") };
        }
        Ok(run)
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if !record.is_map() {
            return Err(format!("it is {}, not an object", record.what()));
        }
        for library in out.objects(record.get("results")) {
            for flaw in out.objects(library.get("vulnerabilities")) {
                out.part(flaw);
                out.finding(found(flaw, library, record.line("file")));
            }
            if library.get("vulnerabilities").items().is_empty() {
                out.passed();
            }
        }
        Ok(())
    }
}

fn found(flaw: &Json, library: &Json, file: Option<String>) -> Found {
    let ids = flaw.get("identifiers");
    let name = library.line("component").unwrap_or_default();
    let public = ids.lines("CVE").into_iter().chain(ids.lines("githubID"));
    let public: Vec<String> = public.collect();
    let summary = ids.line("summary");
    // Many have no public name: the project's own number of the issue, else the sentence, is it.
    let own = ["retid", "issue", "bug", "PR"]
        .iter()
        .find_map(|key| Some(format!("{name} {key} {}", ids.line(key)?)));
    let rule = public.first().cloned().or(own).or_else(|| summary.clone()).unwrap_or_else(|| name.clone());
    let version = library.line("version");
    let component = make::package("npm", Some(name.clone()), version.clone(), flaw.line("below"));
    let title = summary.clone().or_else(|| Some(format!("{name} {} is vulnerable", version.as_deref()?)));
    let mut found = make::dependency(&rule, title, component);
    found.identifiers.clear();
    for id in &public {
        make::advisory(&mut found, id);
    }
    let cwes = flaw.lines("cwe");
    make::identifiers(&mut found, [], cwes.iter().map(String::as_str));
    let info = flaw.lines("info");
    make::identifiers(&mut found, info.iter().map(String::as_str), []);
    found.description = make::described([
        ("", summary),
        ("Vulnerable from", flaw.line("atOrAbove")),
        ("Vulnerable below", flaw.line("below")),
        ("Detected by", library.line("detection")),
    ]);
    make::severity(&mut found, flaw.get("severity").text());
    make::references(&mut found, info.iter().map(String::as_str));
    found.locations = file.into_iter().map(|path| make::place(&path, None)).collect();
    found
}
