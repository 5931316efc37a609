//! `SonarQube`: what its API answers (`api/issues/search`, `api/hotspots/search`), and the JSON of
//! the `sonar-report` tool.

mod html;
mod issue;

pub(crate) use html::SONARQUBE_HTML;

use docket_domain::{Completeness, Problem, Run};

use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, failed, not_such_a_report};

/// The format.
pub(crate) static SONARQUBE: Reads<SonarQube> = Reads(SonarQube);

static CARD: Card = Card {
    id: "sonarqube",
    label: "SonarQube JSON",
    about: "Issues and security hotspots as SonarQube's API answers them, and what sonar-report writes as JSON.",
    extensions: &["json"],
    tool: "SonarQube",
    versions: "API of SonarQube 6 to 2025 and SonarQube Cloud; sonar-report 3 and later",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct SonarQube;

impl JsonReport for SonarQube {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let issues = outline.has_inner("issues", "rule")
            && outline.has_inner("issues", "component")
            && (outline.has_inner("issues", "key") || outline.has_inner("issues", "severity"));
        let hotspots = outline.has_inner("hotspots", "vulnerabilityProbability");
        if issues || hotspots {
            return Confidence::Certain;
        }
        let silent = outline.has(&["paging", "components"])
            && (outline.text("issues").is_some() || outline.text("hotspots").is_some());
        let report = outline.has(&["issues", "sonarBaseURL"]);
        if silent || report { Confidence::Likely } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["issues", "hotspots"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        let top = &cover.top;
        if cover.lists.is_empty() {
            if let Some(error) = top.get("errors").items().first() {
                return Err(failed("SonarQube", &error.line("msg").unwrap_or_default()));
            }
            return Err(not_such_a_report(CARD.label, "it has neither issues nor hotspots"));
        }
        let mut run = CARD.run(options);
        run.tool.uri = top.line("sonarBaseURL");
        run.category = top.line("sonarComponent");
        run.branch = top.line("branch");
        let paging = top.get("paging");
        let number = |key: &str| paging.get(key).whole();
        if let (Some(page), Some(size), Some(total)) =
            (number("pageIndex"), number("pageSize"), number("total"))
            && (page > 1 || size < total)
        {
            run.completeness = Completeness::Partial { reason: "it is one page of several".to_owned() };
        }
        Ok(run)
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if !record.is_map() {
            return Err(format!("it is {}, not an object", record.what()));
        }
        issue::read(record, at.list == "hotspots", at.cover, out)
    }
}
