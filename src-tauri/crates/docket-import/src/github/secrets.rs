//! Secret scanning alerts, as the REST API lists them.

use docket_domain::{FindingKind, Problem, Run};

use super::{line, state};
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static SECRETS: Reads<Secrets> = Reads(Secrets);

static CARD: Card = Card {
    id: "github-secret-scanning",
    label: "GitHub secret scanning alerts",
    about: "Secret scanning alerts as GitHub's REST API lists them.",
    extensions: &["json"],
    tool: "GitHub secret scanning",
    versions: "REST 2022-11-28",
    example: include_str!("secrets.json"),
};

/// Reads it.
pub(crate) struct Secrets;

impl JsonReport for Secrets {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let keys = ["number", "secret_type", "state"];
        if head.outline().first_has(&keys) || head.outline().has(&keys) {
            return Confidence::Certain;
        }
        Confidence::No
    }

    fn lists(&self) -> &'static [&'static str] {
        &[""]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        if cover.top.is_map() && cover.top.get("secret_type").is_null() {
            return Err(not_such_a_report(CARD.label, "it is no list of alerts"));
        }
        Ok(CARD.run(options))
    }

    fn record(&self, _at: &At<'_>, alert: &Json, out: &mut Out) -> Result<(), String> {
        let rule = alert.line("secret_type").ok_or("it has no secret_type")?;
        let name = line(alert, "secret_type_display_name");
        let mut found =
            make::found(&rule, &format!("{} in the repository", name.as_deref().unwrap_or(&rule)));
        found.kind = FindingKind::Secret;
        let at = alert.get("first_location_detected");
        if let Some(path) = line(at, "path") {
            let mut place = make::place(&path, at.line_number("start_line"));
            place.end_line = at.line_number("end_line");
            place.start_column = at.line_number("start_column");
            place.end_column = at.line_number("end_column");
            found.locations.push(place);
        }
        let yes = |key: &str| alert.get(key).bool().filter(|is| *is).map(|_| "yes".to_owned());
        // The secret itself stays in the report.
        found.description = make::described([
            ("Valid", line(alert, "validity")),
            ("Publicly leaked", yes("publicly_leaked")),
            ("In several repositories", yes("multi_repo")),
            ("Push protection bypassed", yes("push_protection_bypassed")),
            ("Commit", line(at, "commit_sha")),
            ("Repository", line(alert, "repository.full_name")),
        ]);
        let url = line(alert, "html_url");
        make::references(&mut found, url.iter().map(String::as_str));
        let repository = line(alert, "repository.full_name")
            .or_else(|| url.as_deref().and_then(super::repository))
            .unwrap_or_default();
        let number = line(alert, "number").map(|number| format!("{repository}#{number}"));
        make::fingerprint(&mut found, "alert", number);
        let word = line(alert, "state").unwrap_or_default();
        state(&mut found, &word, line(alert, "resolution").as_deref(), line(alert, "resolution_comment"));
        out.rule(make::rule(&rule, name));
        out.finding(found);
        Ok(())
    }
}
