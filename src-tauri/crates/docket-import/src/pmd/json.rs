//! PMD's JSON.

use docket_domain::{Completeness, Problem, Run};

use super::{Said, rule, violation};
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static PMD_JSON: Reads<PmdJson> = Reads(PmdJson);

static CARD: Card = Card {
    id: "pmd-json",
    label: "PMD JSON",
    about: "What `pmd check -f json` writes.",
    extensions: &["json"],
    tool: "PMD",
    versions: "formatVersion 0 (PMD 6.20 and later)",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct PmdJson;

impl JsonReport for PmdJson {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        if head.outline().has(&["pmdVersion", "files"]) { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["files"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        if !cover.has("files") {
            return Err(not_such_a_report(CARD.label, "it has no files"));
        }
        let mut run = CARD.run(options);
        run.tool.version = cover.top.line("pmdVersion");
        run.started = cover.top.line("timestamp").and_then(|at| at.parse().ok());
        let broken = cover.top.get("processingErrors").items().len();
        if broken > 0 {
            run.completeness = Completeness::Partial { reason: format!("PMD could not read {broken} files") };
        }
        Ok(run)
    }

    /// One file with its violations.
    fn record(&self, _at: &At<'_>, file: &Json, out: &mut Out) -> Result<(), String> {
        if !file.is_map() {
            return Err(format!("it is {}, not an object", file.what()));
        }
        for one in out.objects(file.get("violations")) {
            out.part(one);
            let said = Said {
                rule: one.line("rule"),
                set: one.line("ruleset"),
                priority: one.line("priority"),
                file: file.line("filename"),
                lines: [one.line("beginline"), one.line("endline")],
                columns: [one.line("begincolumn"), one.line("endcolumn")],
                text: one.block("description"),
                url: one.line("externalInfoUrl"),
            };
            match violation(&said) {
                Ok(found) => {
                    out.rule(rule(&found, said.url.as_deref()));
                    out.finding(found);
                }
                Err(why) => out.part_lost(&why),
            }
        }
        Ok(())
    }
}
