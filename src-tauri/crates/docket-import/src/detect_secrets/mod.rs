//! detect-secrets: its baseline, a list of secrets for each file.

use docket_domain::{FindingKind, Problem, Run, SuppressionStatus};

use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::code::{decided, partial};
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static DETECT_SECRETS: Reads<DetectSecrets> = Reads(DetectSecrets);

static CARD: Card = Card {
    id: "detect-secrets",
    label: "detect-secrets baseline",
    about: "What `detect-secrets scan` writes: leaked credentials by file, with what was audited.",
    extensions: &["json", "baseline"],
    tool: "detect-secrets",
    versions: "baselines 0.12 to 1.x",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct DetectSecrets;

impl JsonReport for DetectSecrets {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        if outline.has(&["plugins_used", "results"]) || outline.has(&["plugins_used", "filters_used"]) {
            return Confidence::Certain;
        }
        Confidence::No
    }

    fn lists(&self) -> &'static [&'static str] {
        &["results"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        if !cover.has("results") {
            return Err(not_such_a_report(CARD.label, "it has no results"));
        }
        let mut run = CARD.run(options);
        run.tool.version = cover.top.line("version");
        run.started = cover.top.line("generated_at").and_then(|at| at.parse().ok());
        Ok(run)
    }

    /// All secrets of one file.
    fn record(&self, at: &At<'_>, secrets: &Json, out: &mut Out) -> Result<(), String> {
        let file = at.key.unwrap_or_default();
        for secret in out.objects(secrets) {
            let Some(rule) = secret.line("type") else {
                out.part_lost("it has no type");
                continue;
            };
            let mut found = make::found(&rule, &rule);
            found.kind = FindingKind::Secret;
            let path = secret.line("filename").unwrap_or_else(|| file.to_owned());
            found.locations.push(make::place(&path, secret.line_number("line_number")));
            if secret.get("is_verified").bool() == Some(true) {
                found.description = make::described([("Verified", Some("yes".to_owned()))]);
            }
            // A hash of the secret itself: the same wherever the secret stands.
            partial(&mut found, "hashed_secret", secret.line("hashed_secret"));
            // Set by the audit: a person looked.
            if secret.get("is_secret").bool() == Some(false) {
                decided(
                    &mut found,
                    SuppressionStatus::Accepted,
                    "false_positive",
                    Some("audited".to_owned()),
                );
            }
            out.rule(make::rule(&rule, None));
            out.finding(found);
        }
        Ok(())
    }
}
