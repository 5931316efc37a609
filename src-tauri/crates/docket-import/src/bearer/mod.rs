//! Bearer: static analysis, findings under their severities.

use docket_domain::{FindingKind, Problem, Rule, Run, Severity};

use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::code::{flow, partial, span, strs};
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};
use crate::words;

/// The format.
pub(crate) static BEARER: Reads<Bearer> = Reads(Bearer);

static CARD: Card = Card {
    id: "bearer",
    label: "Bearer JSON",
    about: "What `bearer scan --format json` (or `jsonv2`) writes: static analysis for security and privacy.",
    extensions: &["json"],
    tool: "Bearer",
    versions: "1.x and 2.x: json, jsonv2",
    example: include_str!("example.json"),
};

const LEVELS: [&str; 6] = ["critical", "high", "medium", "low", "warning", "findings"];

/// Reads it.
pub(crate) struct Bearer;

impl JsonReport for Bearer {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let own =
            |level: &&str| outline.has_inner(level, "cwe_ids") && outline.has_inner(level, "fingerprint");
        if LEVELS.iter().any(own) { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &LEVELS
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        if cover.lists.is_empty() && !cover.top.fields().is_empty() {
            return Err(not_such_a_report(CARD.label, "it has no findings under any severity"));
        }
        let mut run = CARD.run(options);
        run.tool.version = cover.top.line("version");
        Ok(run)
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let rule = record.line("id").or_else(|| record.line("rule_id")).ok_or("it has no id")?;
        let title = record.line("title");
        let mut found = make::found(&rule, title.as_deref().unwrap_or_default());
        found.kind = if rule.contains("secret") { FindingKind::Secret } else { FindingKind::Code };
        let word = record.line("severity");
        let level = Some(at.list).filter(|list| *list != "findings");
        make::severity_as(&mut found, level.or(word.as_deref()), |word| match word {
            // The lowest of Bearer's levels.
            "warning" => Some(Severity::Info),
            word => words::severity(word),
        });
        let path = record.line("filename").or_else(|| record.line("full_filename")).unwrap_or_default();
        let (source, sink) = (record.get("source"), record.get("sink"));
        let keys = ["start", "end", "column.start", "column.end"];
        let mut place = span(&path, sink, keys);
        place.start_line = record.line_number("line_number").or(place.start_line);
        let code = record.get("code_extract").text().or_else(|| record.get("snippet").text());
        place.snippet = code.and_then(|code| make::snippet(code, place.start_line));
        found.locations.push(place);
        if source.is_map() && sink.is_map() && source.get("start") != sink.get("start") {
            flow(&mut found, [span(&path, source, keys), span(&path, sink, keys)]);
        }
        let text = record.block("description");
        found.description =
            make::described([("", text.clone()), ("Data", Some(record.lines("category_groups").join(", ")))]);
        let cwes = record.lines("cwe_ids");
        make::identifiers(&mut found, [], strs(&cwes));
        let uri = record.line("documentation_url");
        make::references(&mut found, uri.iter().map(String::as_str));
        // What Bearer's ignore file names findings by.
        make::fingerprint(&mut found, "fingerprint", record.line("fingerprint"));
        partial(&mut found, "old_fingerprint", record.line("old_fingerprint"));
        out.rule(Rule { description: text, uri, short: title, ..make::rule(&rule, None) });
        out.finding(found);
        Ok(())
    }
}
