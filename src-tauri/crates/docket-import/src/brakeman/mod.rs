//! Brakeman: static analysis of Ruby on Rails.

use docket_domain::{Completeness, FindingKind, Problem, Rule, Run, SuppressionStatus};

use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::code::{decided, flow};
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static BRAKEMAN: Reads<Brakeman> = Reads(Brakeman);

static CARD: Card = Card {
    id: "brakeman",
    label: "Brakeman JSON",
    about: "What `brakeman -f json` writes: static analysis of Ruby on Rails.",
    extensions: &["json"],
    tool: "Brakeman",
    versions: "2 to 7",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct Brakeman;

impl JsonReport for Brakeman {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        if outline.has(&["scan_info", "warnings"]) || outline.has_inner("warnings", "warning_type") {
            return Confidence::Certain;
        }
        Confidence::No
    }

    fn lists(&self) -> &'static [&'static str] {
        &["warnings", "ignored_warnings"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        if !cover.has("warnings") {
            return Err(not_such_a_report(CARD.label, "it has no warnings"));
        }
        let mut run = CARD.run(options);
        run.tool.version = cover.top.line("scan_info.brakeman_version");
        // `2026-01-02 03:04:05 +0100`
        run.started = cover.top.line("scan_info.start_time").and_then(|at| {
            let mut parts = at.split(' ');
            let (day, time, zone) = (parts.next()?, parts.next()?, parts.next()?);
            let (hours, minutes) = zone.split_at_checked(3)?;
            format!("{day}T{time}{hours}:{minutes}").parse().ok()
        });
        let broken = cover.top.get("errors").items().len();
        if broken > 0 {
            run.completeness = Completeness::Partial { reason: format!("Brakeman tells of {broken} errors") };
        }
        Ok(run)
    }

    fn record(&self, at: &At<'_>, warning: &Json, out: &mut Out) -> Result<(), String> {
        let kind = warning.line("warning_type").ok_or("it has no warning_type")?;
        let rule = warning.line("check_name").unwrap_or_else(|| kind.clone());
        let message = warning.block("message");
        let title = message.as_deref().map(clean::first_sentence).unwrap_or_default();
        let mut found = make::found(&rule, &format!("{kind}: {title}"));
        // Brakeman says how sure it is, not how bad it would be: the severity stays unknown.
        found.kind = FindingKind::Code;
        let mut place = make::place(&warning.line("file").unwrap_or_default(), warning.line_number("line"));
        place.logical = logical(warning.get("location"));
        place.snippet = warning.get("code").text().and_then(|code| make::snippet(code, place.start_line));
        found.locations.push(place);
        let steps = warning.get("render_path").items().iter().map(|step| {
            let mut place = make::place(&step.line("file").unwrap_or_default(), step.line_number("line"));
            place.logical = logical(step);
            place
        });
        flow(&mut found, steps.collect::<Vec<_>>());
        found.description = make::described([
            ("", message),
            ("Confidence", warning.line("confidence")),
            ("User input", warning.block("user_input")),
        ]);
        let cwes = warning.lines("cwe_id");
        let message = warning.line("message").unwrap_or_default();
        make::identifiers(&mut found, [message.as_str()], cwes.iter().map(String::as_str));
        let uri = warning.line("link");
        make::references(&mut found, uri.iter().map(String::as_str));
        found.tags = vec![kind.clone()];
        // What Brakeman's own ignore file names warnings by.
        make::fingerprint(&mut found, "fingerprint", warning.line("fingerprint"));
        if at.list == "ignored_warnings" {
            decided(&mut found, SuppressionStatus::Accepted, "ignored", warning.block("note"));
        }
        out.rule(Rule { uri, ..make::rule(&rule, Some(kind)) });
        out.finding(found);
        Ok(())
    }
}

/// `UsersController.show`, or the template's name.
fn logical(at: &Json) -> Option<String> {
    let names: Vec<String> = ["class", "method"].iter().filter_map(|key| at.line(key)).collect();
    Some(names.join(".")).filter(|name| !name.is_empty()).or_else(|| at.line("template"))
}
