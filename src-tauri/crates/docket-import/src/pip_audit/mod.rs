//! pip-audit's JSON: Python packages, each with its vulnerabilities.

use docket_domain::{Problem, Run};

use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static PIP_AUDIT: Reads<PipAudit> = Reads(PipAudit);

static CARD: Card = Card {
    id: "pip-audit",
    label: "pip-audit JSON",
    about: "What `pip-audit --format json` writes.",
    extensions: &["json"],
    tool: "pip-audit",
    versions: "2 (object) and 1 (array)",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct PipAudit;

impl JsonReport for PipAudit {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let package = |list: &str| {
            outline.has_inner(list, "name")
                && (outline.has_inner(list, "vulns") || outline.has_inner(list, "skip_reason"))
        };
        let empty = outline.has(&["dependencies", "fixes"]);
        if package("dependencies") || package("") || empty { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["", "dependencies"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        if cover.top.is_map() && !cover.has("dependencies") {
            return Err(not_such_a_report(CARD.label, "it has no dependencies"));
        }
        Ok(CARD.run(options))
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let name = record.line("name").ok_or("it names no package")?;
        let flaws = record.get("vulns").items();
        if flaws.is_empty() {
            out.passed();
        }
        for flaw in out.objects(record.get("vulns")) {
            let fixed = Some(flaw.lines("fix_versions").join(", ")).filter(|fixed| !fixed.is_empty());
            let component = make::package("pypi", Some(name.clone()), record.line("version"), fixed);
            let mut found = make::dependency(&flaw.line("id").unwrap_or_default(), None, component);
            found.description = flaw.block("description").unwrap_or_default();
            for alias in flaw.lines("aliases") {
                make::advisory(&mut found, &alias);
            }
            out.finding(found);
        }
        Ok(())
    }
}
