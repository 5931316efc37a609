//! FVDL: what Fortify's analyzer writes into its archive as `audit.fvdl`.

use docket_domain::{Problem, Run};

use super::vulnerability;
use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::report::xml::{At, Element, Reads, XmlReport, root};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static FORTIFY: Reads<Fvdl> = Reads(Fvdl);

static CARD: Card = Card {
    id: "fortify",
    label: "Fortify FPR (FVDL)",
    about: "What Fortify's analyzer writes: an `.fpr` archive, or its `audit.fvdl`.",
    extensions: &["fpr", "fvdl"],
    tool: "Fortify",
    versions: "FVDL 1.x",
    example: include_str!("example.fvdl"),
};

/// Reads it.
pub(crate) struct Fvdl;

impl XmlReport for Fvdl {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        match root(head) {
            Some(root) if root.name == "FVDL" => Confidence::Certain,
            _ => Confidence::No,
        }
    }

    fn records(&self) -> &'static [&'static str] {
        &["FVDL/Vulnerabilities/Vulnerability"]
    }

    /// Descriptions, code and rules stand behind the vulnerabilities.
    fn looks_ahead(&self) -> bool {
        true
    }

    fn run(&self, cover: &Element, options: &ReadOptions) -> Result<Run, Problem> {
        if cover.name != "FVDL" {
            return Err(not_such_a_report(CARD.label, "its outermost element is not FVDL"));
        }
        let mut run = CARD.run(options);
        run.tool.version =
            cover.at("EngineData").value("EngineVersion").as_deref().and_then(clean::some_line);
        let build = cover.child("Build");
        run.category =
            build.value("Project").or_else(|| build.value("BuildID")).as_deref().and_then(clean::some_line);
        let written = cover.child("CreatedTS");
        if let (Some(day), Some(time)) = (written.attribute("date"), written.attribute("time")) {
            run.started = format!("{day}T{time}Z").parse().ok();
        }
        Ok(run)
    }

    fn record(&self, at: &At<'_>, record: &Element, out: &mut Out) -> Result<(), String> {
        vulnerability::read(record, at.cover, out)
    }
}
