//! ggshield: incidents by file, nested in scans of commits.

use docket_domain::{Completeness, FindingKind, Problem, Run, SuppressionStatus};

use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::code::{decided, partial, span};
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static GGSHIELD: Reads<Ggshield> = Reads(Ggshield);

static CARD: Card = Card {
    id: "ggshield",
    label: "ggshield JSON",
    about: "What `ggshield secret scan --json` writes: leaked credentials in files and commits.",
    extensions: &["json"],
    tool: "ggshield",
    versions: "1.14 and later (entities_with_incidents), and results before it",
    example: include_str!("example.json"),
};

/// How deep scans may stand inside scans.
const DEPTH: usize = 6;

/// Reads it.
pub(crate) struct Ggshield;

impl JsonReport for Ggshield {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        if outline.has(&["total_incidents", "total_occurrences"])
            || outline.has_inner("entities_with_incidents", "incidents")
        {
            return Confidence::Certain;
        }
        let scans = outline.has_inner("scans", "entities_with_incidents")
            || outline.has_inner("scans", "total_incidents");
        if scans { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["scans", "entities_with_incidents", "results"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        if cover.lists.is_empty() && cover.top.get("total_incidents").is_null() {
            return Err(not_such_a_report(CARD.label, "it has neither scans nor entities"));
        }
        let mut run = CARD.run(options);
        let errors = cover.top.get("errors").items().len();
        if errors > 0 {
            run.completeness = Completeness::Partial { reason: format!("ggshield tells of {errors} errors") };
        }
        Ok(run)
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        if !record.is_map() {
            return Err(format!("it is {}, not an object", record.what()));
        }
        match at.list {
            "scans" => scan(record, out, DEPTH),
            _ => entity(record, at.cover, out),
        }
        Ok(())
    }
}

fn scan(scan: &Json, out: &mut Out, depth: usize) {
    for key in ["entities_with_incidents", "results"] {
        for one in out.objects(scan.get(key)) {
            entity(one, scan, out);
        }
    }
    if depth > 0 {
        out.objects(scan.get("scans")).for_each(|inner| self::scan(inner, out, depth - 1));
    }
}

/// A file with its incidents; each occurrence of a credential is a finding of its own.
fn entity(entity: &Json, scan: &Json, out: &mut Out) {
    let file = entity.line("filename").unwrap_or_default();
    for incident in out.objects(entity.get("incidents")) {
        let rule = incident
            .line("type")
            .or_else(|| incident.line("detector"))
            .unwrap_or_else(|| "Secret".to_owned());
        for one in out.objects(incident.get("occurrences")) {
            let mut found = make::found(&rule, &rule);
            found.kind = FindingKind::Secret;
            make::severity(&mut found, incident.get("severity").text());
            let keys = ["line_start", "line_end", "", ""];
            let mut place = span(&file, one, keys);
            // Columns of the line, from 0; the end lies behind the last character.
            let column =
                |key: &str| one.get(key).whole().and_then(|at| make::line_number(at.saturating_add(1)));
            if place.start_line.is_some() {
                (place.start_column, place.end_column) = (column("index_start"), column("index_end"));
            }
            found.locations.push(place);
            let extra = scan.get("extra_info");
            let commit = scan.line("id").filter(|_| scan.get("type").text() == Some("commit"));
            found.description = make::described([
                ("Kind", one.line("type")),
                ("Validity", incident.line("validity")),
                ("Policy", incident.line("policy").or_else(|| incident.line("break_type"))),
                ("Match", one.line("match")),
                ("Change", entity.line("mode")),
                ("Commit", commit.clone()),
                ("Author", extra.line("author")),
                ("Date", extra.line("date")),
            ]);
            let url = incident.line("incident_url");
            make::references(&mut found, url.iter().map(String::as_str));
            // A hash of the credentials, the same wherever they stand.
            partial(&mut found, "ignore_sha", incident.line("ignore_sha"));
            partial(&mut found, "commit", commit);
            let ignored = incident.line("ignore_reason").or_else(|| incident.line("ignore_reason.kind"));
            if let Some(why) = ignored {
                decided(&mut found, SuppressionStatus::Accepted, "ignored", Some(clean::title(&why)));
            }
            out.rule(make::rule(&rule, None));
            out.finding(found);
        }
    }
}
