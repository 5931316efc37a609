//! Horusec: one report over many scanners.

use docket_domain::{Completeness, FindingKind, Presence, Problem, Run, SuppressionStatus};

use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::code::{decided, masked_runs};
use crate::report::json::{At, Cover, JsonReport, Reads, did_not_look};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static HORUSEC: Reads<Horusec> = Reads(Horusec);

static CARD: Card = Card {
    id: "horusec",
    label: "Horusec JSON",
    about: "What `horusec start -o json` writes: the results of many scanners in one report.",
    extensions: &["json"],
    tool: "Horusec",
    versions: "1 and 2",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct Horusec;

impl JsonReport for Horusec {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        if head.outline().has(&["analysisVulnerabilities"]) { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["analysisVulnerabilities"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let top = &cover.top;
        let mut run = CARD.run(options);
        run.tool.version = top.line("version");
        run.started = top.line("createdAt").and_then(|at| at.parse().ok());
        run.category = top.line("repositoryName");
        if !cover.has("analysisVulnerabilities") {
            if top.get("status").is_null() {
                return Err(not_such_a_report(CARD.label, "it has no analysisVulnerabilities"));
            }
            return Ok(did_not_look(run, "it has no list of vulnerabilities"));
        }
        if let Some(errors) = top.line("errors") {
            run.completeness = Completeness::Partial { reason: clean::title(&errors) };
        }
        Ok(run)
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let inner = record.get("vulnerabilities");
        let one = if inner.is_map() { inner } else { record };
        let details = one.block("details").ok_or("it has no details")?;
        // The first line is the rule's name: `(1/2) * Possible vulnerability detected: Hard-coded password`.
        let name = details.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let name = name.rsplit_once("vulnerability detected:").map_or(name, |(_, name)| name).trim();
        let rule = one.line("rule_id").unwrap_or_else(|| clean::title(name));
        let mut found = make::found(&rule, name);
        let (tool, language) = (one.line("securityTool"), one.line("language"));
        found.kind = match (tool.as_deref(), language.as_deref()) {
            (_, Some("Leaks")) | (Some("GitLeaks"), _) => FindingKind::Secret,
            (Some("Trivy" | "NpmAudit" | "YarnAudit" | "BundlerAudit" | "Safety" | "Nancy"), _) => {
                FindingKind::Dependency
            }
            (_, Some("HCL")) => FindingKind::Iac,
            _ => FindingKind::Code,
        };
        make::severity(&mut found, one.get("severity").text());
        let mut place = make::place(&one.line("file").unwrap_or_default(), one.line_number("line"));
        place.start_column = one.line_number("column");
        let code = one.get("code").text();
        let code = code
            .map(|code| if found.kind == FindingKind::Secret { masked_runs(code) } else { code.to_owned() });
        place.snippet = code.and_then(|code| make::snippet(&code, place.start_line));
        found.locations.push(place);
        let said = |key: &str| one.block(key).filter(|text| text != "-");
        found.description = make::described([
            ("", Some(details.clone())),
            ("Confidence", said("confidence")),
            ("Commit", said("commitHash")),
            ("Author", said("commitAuthor")),
            ("Date", said("commitDate")),
        ]);
        make::identifiers(&mut found, [details.as_str()], []);
        let urls = details.split_whitespace().map(|word| word.trim_matches(['(', ')', '.', ',', '<', '>']));
        make::references(&mut found, urls.filter(|word| word.starts_with("http")));
        found.tags = tool.into_iter().chain(language).collect();
        // What Horusec's own lists of false positives name findings by.
        make::fingerprint(&mut found, "vulnHash", one.line("vulnHash"));
        match one.get("type").text().unwrap_or_default() {
            "Corrected" => found.presence = Presence::Absent,
            word @ ("False Positive" | "Risk Accepted") => {
                decided(&mut found, SuppressionStatus::Accepted, word, None);
            }
            _ => {}
        }
        out.rule(make::rule(&rule, clean::some_line(name).filter(|name| *name != rule)));
        out.finding(found);
        Ok(())
    }
}
