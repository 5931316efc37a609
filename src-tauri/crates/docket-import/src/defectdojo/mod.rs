//! DefectDojo's generic findings: the JSON that scripts write for its import. Its table is read
//! as CSV.

mod finding;

use docket_domain::{Problem, Run};

use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report, run_of};

/// The format.
pub(crate) static DEFECTDOJO: Reads<DefectDojo> = Reads(DefectDojo);

static CARD: Card = Card {
    id: "defectdojo",
    label: "DefectDojo generic findings",
    about: "The JSON of DefectDojo's «Generic Findings Import», as scripts and converters write it.",
    extensions: &["json"],
    tool: "Generic findings",
    versions: "DefectDojo 1 and 2",
    example: include_str!("example.json"),
};

/// The name of the import itself, which says nothing about the tool.
const OWN_NAME: &str = "Generic Findings Import";

/// Reads it.
pub(crate) struct DefectDojo;

impl JsonReport for DefectDojo {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let needed = ["title", "severity", "description"];
        let shape = needed.iter().all(|key| outline.has_inner("findings", key));
        // Docket's own JSON looks alike and says what it is.
        if shape && outline.text("docket").is_none() { Confidence::Likely } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["findings"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        if !cover.has("findings") {
            return Err(not_such_a_report(CARD.label, "it has no findings"));
        }
        let top = &cover.top;
        let named = top.line("type").map(|name| {
            name.trim_end_matches(')').trim_end_matches(OWN_NAME).trim_end_matches([' ', '(']).to_owned()
        });
        let named = named.filter(|name| !name.is_empty()).or_else(|| top.line("name"));
        let mut run = run_of(&named.or_else(|| options.tool.clone()).unwrap_or_else(|| CARD.tool.to_owned()));
        run.tool.version = top.line("version");
        Ok(run)
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if record.line("title").is_none() && record.line("description").is_none() {
            return Err("it has neither a title nor a description".to_owned());
        }
        out.finding(finding::found(record));
        Ok(())
    }
}
