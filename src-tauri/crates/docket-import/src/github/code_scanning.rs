//! Code scanning alerts, as the REST API lists them.

use docket_domain::{FindingKind, Found, Problem, Rule, Run, Severity};

use super::{line, state};
use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};
use crate::words;

/// The format.
pub(crate) static CODE: Reads<Code> = Reads(Code);

static CARD: Card = Card {
    id: "github-code-scanning",
    label: "GitHub code scanning alerts",
    about: "Code scanning alerts (CodeQL and others) as GitHub's REST API lists them.",
    extensions: &["json"],
    tool: "GitHub code scanning",
    versions: "REST 2022-11-28",
    example: include_str!("code_scanning.json"),
};

/// Reads it.
pub(crate) struct Code;

impl JsonReport for Code {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let keys = ["number", "rule", "tool", "most_recent_instance"];
        if head.outline().first_has(&keys) || head.outline().has(&keys) {
            return Confidence::Certain;
        }
        Confidence::No
    }

    fn lists(&self) -> &'static [&'static str] {
        &[""]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        if cover.top.is_map() && cover.top.get("rule").is_null() {
            return Err(not_such_a_report(CARD.label, "it is no list of alerts"));
        }
        Ok(CARD.run(options))
    }

    fn record(&self, _at: &At<'_>, alert: &Json, out: &mut Out) -> Result<(), String> {
        let about = alert.get("rule");
        let rule = about.line("id").or_else(|| about.line("name")).ok_or("its rule has no id")?;
        let recent = alert.get("most_recent_instance");
        let message = recent.block("message.text");
        let short = line(about, "description");
        let title = message.as_deref().map(|text| clean::first_sentence(text).to_owned());
        let mut found = make::found(&rule, &title.or_else(|| short.clone()).unwrap_or_default());
        found.kind = FindingKind::Code;
        severity(about, &mut found);
        let at = recent.get("location");
        if let Some(path) = line(at, "path") {
            let mut place = make::place(&path, at.line_number("start_line"));
            place.end_line = at.line_number("end_line");
            place.start_column = at.line_number("start_column");
            place.end_column = at.line_number("end_column");
            found.locations.push(place);
        }
        let tags = about.lines("tags");
        make::identifiers(&mut found, tags.iter().map(String::as_str), []);
        found.tags = tags;
        let tool = line(alert, "tool.name");
        let about_tool = tool.map(|tool| match line(alert, "tool.version") {
            Some(version) => format!("{tool} {version}"),
            None => tool,
        });
        let kinds = recent.lines("classifications");
        found.description = make::described([
            ("", message),
            ("Rule", about.block("full_description").or_else(|| short.clone())),
            ("Tool", about_tool),
            ("Category", line(recent, "category")),
            ("Branch", line(recent, "ref")),
            ("File", Some(kinds.join(", "))),
        ]);
        let url = line(alert, "html_url");
        make::references(&mut found, url.iter().map(String::as_str));
        let repository = line(alert, "repository.full_name")
            .or_else(|| url.as_deref().and_then(super::repository))
            .unwrap_or_default();
        let number = line(alert, "number").map(|number| format!("{repository}#{number}"));
        make::fingerprint(&mut found, "alert", number);
        let word = line(alert, "state").unwrap_or_default();
        state(
            &mut found,
            &word,
            line(alert, "dismissed_reason").as_deref(),
            line(alert, "dismissed_comment"),
        );
        out.rule(Rule {
            short,
            description: about.block("full_description"),
            help: about.block("help"),
            uri: line(about, "help_uri"),
            tags: found.tags.clone(),
            ..make::rule(&rule, line(about, "name").filter(|name| *name != rule))
        });
        out.finding(found);
        Ok(())
    }
}

/// The security severity counts where there is one; the other word tells a rule's level.
fn severity(rule: &Json, found: &mut Found) {
    match line(rule, "security_severity_level") {
        Some(word) => make::severity(found, Some(&word)),
        None => make::severity_as(found, rule.get("severity").text(), |word| match word {
            "note" => Some(Severity::Low),
            "none" => Some(Severity::Info),
            word => words::severity(word),
        }),
    }
}
