//! `ESLint`: messages by file.

use docket_domain::{FindingKind, Found, Severity, SuppressionStatus};

use crate::clean;
use crate::format::{Confidence, Head};
use crate::json::Json;
use crate::make;
use crate::report::code::{decided, span};
use crate::report::json::{At, JsonReport, Reads};
use crate::report::{Card, Out};

/// The format.
pub(crate) static ESLINT: Reads<Eslint> = Reads(Eslint);

static CARD: Card = Card {
    id: "eslint",
    label: "ESLint JSON",
    about: "What `eslint --format json` writes.",
    extensions: &["json"],
    tool: "ESLint",
    versions: "all",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct Eslint;

impl JsonReport for Eslint {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        if outline.first_has(&["filePath", "messages", "errorCount"])
            || outline.has_inner("results", "filePath")
        {
            return Confidence::Certain;
        }
        Confidence::No
    }

    fn lists(&self) -> &'static [&'static str] {
        &["", "results"]
    }

    /// One file with its messages.
    fn record(&self, _at: &At<'_>, file: &Json, out: &mut Out) -> Result<(), String> {
        let path = file.line("filePath").ok_or("it has no filePath")?;
        let messages = file.get("messages").items();
        let is_fatal = |message: &Json| message.get("fatal").bool() == Some(true);
        for message in out.objects(file.get("messages")) {
            if is_fatal(message) {
                let why = message.line("message").unwrap_or_default();
                let why = format!("ESLint could not parse this file: {}", clean::title(&why));
                if messages.iter().all(is_fatal) {
                    return Err(why);
                }
                out.part_lost(&why);
                continue;
            }
            out.part(message);
            let found = read(message, &path);
            out.finding(found);
        }
        for message in out.objects(file.get("suppressedMessages")) {
            out.part(message);
            let mut found = read(message, &path);
            for one in message.get("suppressions").items() {
                let kind = one.line("kind").unwrap_or_else(|| "directive".to_owned());
                decided(&mut found, SuppressionStatus::Accepted, &kind, one.block("justification"));
            }
            out.finding(found);
        }
        if messages.is_empty() {
            out.passed();
        }
        Ok(())
    }
}

fn read(message: &Json, path: &str) -> Found {
    let rule = message.line("ruleId").unwrap_or_default();
    let text = message.block("message");
    let mut found = make::found(&rule, text.as_deref().map(clean::first_sentence).unwrap_or_default());
    found.kind = FindingKind::Code;
    let word = message.line("severity");
    make::severity_as(&mut found, word.as_deref(), |number| match number {
        "2" => Some(Severity::High),
        "1" => Some(Severity::Medium),
        "0" => Some(Severity::Info),
        _ => None,
    });
    found.locations.push(span(path, message, ["line", "endLine", "column", "endColumn"]));
    found.description = text.unwrap_or_default();
    let proposals = message.get("suggestions").items().iter().filter_map(|one| one.block("desc"));
    let proposals: Vec<String> = proposals.collect();
    found.remediation = Some(proposals.join("\n\n")).filter(|text| !text.is_empty());
    found
}
