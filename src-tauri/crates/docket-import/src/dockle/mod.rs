//! Dockle: good practice of container images.

use docket_domain::{FindingKind, Problem, Run, Severity, SuppressionStatus};

use crate::clean;
use crate::format::{Confidence, Head, ReadOptions};
use crate::json::Json;
use crate::make;
use crate::report::json::{At, Cover, JsonReport, Reads};
use crate::report::{Card, Out, not_such_a_report};

/// The format.
pub(crate) static DOCKLE: Reads<Dockle> = Reads(Dockle);

static CARD: Card = Card {
    id: "dockle",
    label: "Dockle JSON",
    about: "What `dockle -f json` writes: good practice of container images.",
    extensions: &["json"],
    tool: "Dockle",
    versions: "0.1 to 0.4",
    example: include_str!("example.json"),
};

/// Reads it.
pub(crate) struct Dockle;

impl JsonReport for Dockle {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn sniff(&self, head: &Head) -> Confidence {
        let outline = head.outline();
        let counted = ["\"fatal\"", "\"warn\"", "\"skip\""].iter().all(|name| head.text.contains(name));
        if outline.has(&["summary", "details"]) && counted { Confidence::Certain } else { Confidence::No }
    }

    fn lists(&self) -> &'static [&'static str] {
        &["details"]
    }

    fn run(&self, cover: &Cover, options: &ReadOptions) -> Result<Run, Problem> {
        // Without anything to say the details are `null`.
        if !cover.has("details") && !cover.top.has_key("details") {
            return Err(not_such_a_report(CARD.label, "it has no details"));
        }
        let mut run = CARD.run(options);
        run.category = cover.top.line("image");
        Ok(run)
    }

    fn record(&self, at: &At<'_>, record: &Json, out: &mut Out) -> Result<(), String> {
        let code = record.line("code").ok_or("it has no code")?;
        let level = record.line("level").unwrap_or_default().to_ascii_uppercase();
        if matches!(level.as_str(), "PASS" | "SKIP") {
            out.passed();
            return Ok(());
        }
        let mut found = make::found(&code, &record.line("title").unwrap_or_default());
        found.kind = FindingKind::Iac;
        make::severity_as(&mut found, Some(&level), |level| {
            Some(match level {
                "FATAL" => Severity::High,
                "WARN" => Severity::Medium,
                "INFO" => Severity::Low,
                _ => return None,
            })
        });
        if level == "IGNORE" {
            make::suppressed(&mut found, SuppressionStatus::Accepted, "ignored", None);
        }
        let alerts = record.lines("alerts");
        found.description = clean::block(&alerts.join("\n"));
        found.locations.extend(make::resource(at.cover.line("image"), None));
        let page = format!("https://github.com/goodwithtech/dockle/blob/master/CHECKPOINT.md#{code}");
        make::references(&mut found, [page.as_str()]);
        out.finding(found);
        Ok(())
    }
}
