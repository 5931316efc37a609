//! `TruffleHog` 1 and 2, and `truffleHog3`: a fork with rules, lines and severities.

use docket_domain::{FindingKind, Problem, Run};

use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::code::{masked, masked_runs, partial};
use crate::report::json::{At, Cover, JsonReport};
use crate::report::{Card, Out};

static CARD: Card = Card {
    id: "trufflehog3",
    label: "truffleHog3 JSON",
    about: "What `trufflehog3 --format json` writes: leaked credentials in files and commits.",
    extensions: &["json"],
    tool: "truffleHog3",
    versions: "3; its first version wrote TruffleHog's own format",
    example: include_str!("example3.json"),
};

/// Reads `truffleHog3`.
pub(crate) struct TruffleHog3;

impl JsonReport for TruffleHog3 {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        if head.outline().first_has(&["rule", "path", "secret", "context"]) {
            return Confidence::Certain;
        }
        Confidence::No
    }

    fn lists(&self) -> &'static [&'static str] {
        &[""]
    }

    fn run(&self, _cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        Ok(CARD.run(options))
    }

    fn record(&self, _at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let about = record.get("rule");
        let name = about.line("message");
        let rule = about.line("id").or_else(|| name.clone()).ok_or("it has no rule")?;
        let path = record.line("path").unwrap_or_default();
        let title = name.clone().unwrap_or_else(|| rule.clone());
        let mut found = make::found(&rule, &title);
        found.kind = FindingKind::Secret;
        make::severity(&mut found, about.get("severity").text());
        let mut place = make::place(&path, record.line_number("line"));
        place.snippet = context(record, place.start_line);
        found.locations.push(place);
        found.description = make::described([
            ("Commit", record.line("commit")),
            ("Branch", record.line("branch")),
            ("Author", record.line("author")),
            ("Date", record.line("date")),
            ("Message", record.block("message")),
        ]);
        // A hash of rule, path, line and secret.
        make::fingerprint(&mut found, "id", record.line("id"));
        partial(&mut found, "commit", record.line("commit"));
        out.rule(make::rule(&rule, name));
        out.finding(found);
        Ok(())
    }
}

/// The line itself; the lines around it stand under their numbers.
fn context(record: &Json, line: Option<u32>) -> Option<docket_domain::Snippet> {
    let own = record.get("context").get(&line?.to_string());
    let credential = record.get("secret").text().unwrap_or_default();
    make::snippet(&masked(own.text()?, credential), line)
}

/// One record of `TruffleHog` 1 and 2: a reason in one file of one commit, with all its strings.
pub(super) fn strings(record: &Json, out: &mut Out) -> Result<(), String> {
    let rule = record.line("reason").ok_or("it has neither a DetectorName nor a reason")?;
    let mut found = make::found(&rule, &rule);
    found.kind = FindingKind::Secret;
    let path = record.line("path").unwrap_or_default();
    let mut place = make::place(&path, None);
    // They are lines of a difference, with the sign in front.
    let lines: Vec<String> = record.get("stringsFound").items().iter().map(Json::as_text_or_empty).collect();
    place.snippet = make::snippet(&masked_runs(&lines.join("\n")), None);
    found.locations.push(place);
    let commit = record.line("commitHash");
    found.description = make::described([
        ("Commit", commit.clone()),
        ("Branch", record.line("branch")),
        ("Date", record.line("date")),
        ("Message", record.block("commit")),
    ]);
    partial(&mut found, "commit", commit);
    out.rule(make::rule(&clean::line(&rule), None));
    out.finding(found);
    Ok(())
}
